"""Sends what the outbox holds: claim, carry, note. Left out: who carries (passport.messages) and what is written.

A message is claimed for the length of a lease in one transaction, carried outside any, and noted in another. Should the
service stop in between, the next worker sends it again once the lease has run out, with the same Message-ID: sent at
least once, and twice only then.
"""

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection

from passport import access
from passport.deployment import Deployment
from passport.holders import HolderNotFoundError, OpenHolder, lock_holder, open_holder
from passport.messages.carrier import (
    Carrier,
    CarrierBusyError,
    CarrierSettingsError,
    Letter,
    MessageRefusedError,
)
from passport.messages.fields import MessageFieldError, read_fields
from passport.messages.texts import EVERY, write
from passport.outbox import OUTLIVING, TRIES_MAX, is_of_use, open_content, own_address
from passport.storage_errors import HolderErasedError, SealError
from passport.store import messages
from passport.tables import AccessKind, MessageRow
from passport.vault import FieldVault

LEASE: Final = timedelta(minutes=10)  # longer than any carrier takes for one message
FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=2)
_DOUBLINGS: Final = 7  # beyond the longest wait
LOG: Final = logging.getLogger(__name__)

Jitter = Callable[[], float]  # at least 0, below 1


class Outcome(StrEnum):
    """How an attempt ended."""

    SENT = "sent"
    UNWANTED = "unwanted"  # the address was removed, or the holder erased
    REFUSED = "refused"  # for good
    TOO_LATE = "too-late"
    LATER = "later"


def send_due(d: Deployment, carrier: Carrier, *, jitter: Jitter = random.random, limit: int = 100) -> int:
    """Send what is due, one message after the other, and return how many were tried.

    Raises:
        DatabaseUnavailableError: the database did not answer; what was sent and not noted is sent again.
    """
    for tried in range(limit):
        if not send_one(d, carrier, jitter=jitter):
            return tried
    return limit


def send_one(d: Deployment, carrier: Carrier, *, jitter: Jitter = random.random) -> bool:
    """Send the message that has been due longest and return whether there was one. Raises what `send_due` raises."""
    with d.database.reading() as connection:  # nobody who writes waits for a look
        if not messages.any_due(connection, now=d.now()):
            return False
    with d.database.writing() as connection:
        row = messages.claim(connection, now=d.now(), until=d.now() + LEASE)
    if row is None:
        return False
    outcome = attempt(d, carrier, row)
    with d.database.writing() as connection:
        settle(d, connection, row, outcome, jitter=jitter)
    return True


def attempt(d: Deployment, carrier: Carrier, row: MessageRow) -> Outcome:
    """Carry a claimed message and return how it ended. Changes nothing in the database."""
    if not is_of_use(row, d.now()):
        return Outcome.TOO_LATE
    try:
        letter = letter_of(d, row)
    except (MessageFieldError, SealError):  # altered where it is stored
        return Outcome.REFUSED
    if letter is None:
        return Outcome.UNWANTED
    try:
        carrier.send(letter)
    except MessageRefusedError as exc:
        LOG.warning("a message is given up: %s", exc)
        return Outcome.REFUSED
    except CarrierSettingsError as exc:
        LOG.error("no message is sent before somebody looks into it: %s", exc)
        return Outcome.LATER
    except CarrierBusyError as exc:
        LOG.warning("a message waits: %s", exc)
        return Outcome.LATER
    return Outcome.SENT


def letter_of(d: Deployment, row: MessageRow) -> Letter | None:
    """Return a message as it is sent; None when nobody wants it any more.

    Raises:
        MessageFieldError, SealError: it was altered where it is stored.
    """
    with d.database.reading() as connection:
        vault = _vault(d, connection, row)
        now = messages.get(connection, row.holder_id, row.message_id)
        if vault is None or now is None or now.sealed_content is None:  # dropped since it was claimed
            return None
        content = open_content(vault, now)
        address = own_address(connection, vault, row) if content.to is None else content.to
    if address is None:
        return None
    languages = EVERY if content.language is None else (content.language,)
    text = write(
        row.kind,
        read_fields(row.kind, content.fields),
        languages=languages,
        to_holder=row.to_holder,
        service=d.settings.mail_from_name,
        base_url=d.settings.base_url,
    )
    return Letter(
        address=address,
        subject=text.subject,
        text=text.body,
        message_id=message_id_of(d, row),
        written_at=row.due_at,
        languages=languages,
    )


def message_id_of(d: Deployment, row: MessageRow) -> str:
    """Return the Message-ID: the same for the same key at every attempt, and telling nothing."""
    return f"<{row.key_hash.hex()}@{d.settings.mail_from.rpartition('@')[2]}>"


def settle(
    d: Deployment,
    connection: Connection,
    row: MessageRow,
    outcome: Outcome,
    *,
    jitter: Jitter = random.random,
) -> None:
    """Note how an attempt ended, and tell the holder's log when it is the end."""
    holder = _holder(d, connection, row)
    if outcome is Outcome.UNWANTED or (holder is None and row.kind not in OUTLIVING):
        messages.drop(connection, row.holder_id, row.message_id)
    elif outcome is Outcome.SENT:
        if messages.deliver(connection, row.holder_id, row.message_id, now=d.now()):
            _log(d, connection, holder, row, AccessKind.MESSAGE_SENT)
    elif outcome is Outcome.LATER and _may_wait(row, next_time := d.now() + wait(row.attempts, jitter())):
        messages.postpone(connection, row.holder_id, row.message_id, attempts=row.attempts, until=next_time)
    elif messages.give_up(connection, row.holder_id, row.message_id, attempts=row.attempts, now=d.now()):
        _log(d, connection, holder, row, AccessKind.MESSAGE_NOT_SENT)


def _may_wait(row: MessageRow, next_time: datetime) -> bool:
    return row.attempts < TRIES_MAX and is_of_use(row, next_time)


def what_waits(connection: Connection, *, due_by: datetime) -> str | None:
    """Return for the operator how many messages wait that were due by a moment, and since when; None: none does."""
    found = messages.waiting(connection, now=due_by)
    if found is None:
        return None
    since = f"{found.since:%Y-%m-%d %H:%M} UTC"
    return f"{found.number}, the first due at {since}; tried at most {found.attempts} times"


def wait(attempts: int, jitter: float) -> timedelta:
    """Return how long to wait after so many attempts: twice as long each time, a random half of it less or not."""
    doubled = FIRST_WAIT * (1 << min(attempts - 1, _DOUBLINGS))
    longest = min(doubled, LONGEST_WAIT)
    return longest * (0.5 + jitter / 2)


def _vault(d: Deployment, connection: Connection, row: MessageRow) -> FieldVault | None:
    """Return what opens a message; None when its holder was erased, and it is none that outlives them."""
    if row.kind in OUTLIVING:
        return d.service_vault
    try:
        return open_holder(d, connection, row.holder_id).vault
    except (HolderNotFoundError, HolderErasedError):
        return None


def _holder(d: Deployment, connection: Connection, row: MessageRow) -> OpenHolder | None:
    try:
        return lock_holder(d, connection, row.holder_id)
    except (HolderNotFoundError, HolderErasedError, SealError):  # nobody is left to send for, or to tell
        return None


def _log(
    d: Deployment, connection: Connection, holder: OpenHolder | None, row: MessageRow, kind: AccessKind
) -> None:
    if holder is None:  # erased: nobody is left who could read it
        return
    access.record(
        d,
        connection,
        holder.vault,
        row.holder_id,
        kind,
        share_id=row.share_id,
        message=row.kind.value,
        to="holder" if row.to_holder else "recipient",
    )
