"""Where a holder wants to be told, and of what. Nothing but a code goes to an address until the code has come back."""

import hmac
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection

from passport import access
from passport.deployment import Deployment
from passport.holders import OpenHolder, lock_holder, open_holder
from passport.messages.address import read_address
from passport.outbox import CODE_LIFE, CONTACTS, Message, check_mail, enqueue
from passport.store import contacts as store
from passport.store import messages
from passport.tables import AccessKind, ContactRow, MessageKind
from schemas.errors import PassportError
from schemas.vocabulary import Language

CODE_DIGITS: Final = 6
TRIES: Final = 5  # of one code
CODES_A_DAY: Final = 5  # so that nobody's mailbox is filled from here
ALERTS: Final = (
    MessageKind.OPENED,
    MessageKind.FETCHED,
    MessageKind.LOCKED,
    MessageKind.EXPOSED,
    MessageKind.ASKED_FOR_MORE,
    MessageKind.ACKNOWLEDGED,
    MessageKind.COUNTERSIGNED,
    MessageKind.SHARE_ENDING,
    MessageKind.REVIEW_REMINDER,
)


class TooManyCodesError(PassportError):
    """So many codes were sent for one holder that no further one is sent today."""

    code = "too_many_codes"


class Answer(StrEnum):
    """What typing a code led to."""

    CONFIRMED = "confirmed"
    WRONG = "wrong"  # or too late, or too often: a new code is needed then
    SPENT = "spent"


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a holder is told, where they might be told soon, and of what."""

    address: str | None = field(default=None, repr=False)
    pending: str | None = field(default=None, repr=False)
    wanted: frozenset[MessageKind] = frozenset()


def contact_of(d: Deployment, holder_id: str) -> Contact:
    """Return where a holder wants to be told."""
    with d.database.reading() as connection:
        holder = open_holder(d, connection, holder_id)
        row = store.get(connection, holder_id)
    if row is None:
        return Contact()
    return Contact(
        _opened(holder, row.sealed_address, "sealed_address"),
        _opened(holder, row.sealed_pending, "sealed_pending"),
        frozenset(row.wanted),
    )


def give_address(d: Deployment, holder_id: str, typed: str, *, language: Language) -> None:
    """Send a code to an address. The one confirmed before stays in use until the code has come back.

    Raises:
        AddressError: it is not one plain address.
        TooManyCodesError: CODES_A_DAY were sent since this time yesterday.
        MailOffError: no mail is set up here.
    """
    check_mail(d)
    address = read_address(typed)
    with d.database.writing() as connection:
        holder = lock_holder(d, connection, holder_id)
        _count_codes(d, connection, holder_id)
        messages.drop_to_holder(connection, holder_id, [MessageKind.EMAIL_CODE])
        code = new_code(d)
        before = store.get(connection, holder_id)
        row = ContactRow(
            holder_id=holder_id,
            sealed_address=before.sealed_address if before else None,
            wanted=before.wanted if before else list(ALERTS),
            sealed_pending=holder.vault.seal(
                address.encode(), table=CONTACTS, row=holder_id, field="sealed_pending"
            ),
            code_hash=d.lookup.email_code_hash(holder_id, address, code),
            code_ends_at=d.now() + CODE_LIFE,
            tries_left=TRIES,
        )
        store.put(connection, row)
        enqueue(
            d,
            connection,
            Message(
                kind=MessageKind.EMAIL_CODE,
                holder_id=holder_id,
                to=None,
                about=None,
                language=language,
                fields={"code": code},
                key=f"email-code:{d.new_id()}",
            ),
        )


def _count_codes(d: Deployment, connection: Connection, holder_id: str) -> None:
    since = d.now() - timedelta(days=1)
    sent = messages.count_since(connection, holder_id, MessageKind.EMAIL_CODE, since=since, to_holder=True)
    if sent >= CODES_A_DAY:
        raise TooManyCodesError(f"{CODES_A_DAY} codes were sent since yesterday; try again tomorrow")


def new_code(d: Deployment) -> str:
    """Return a fresh one-time code of CODE_DIGITS digits."""
    return f"{int.from_bytes(d.random_bytes(8), 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def confirm(d: Deployment, holder_id: str, typed: str) -> Answer:
    """Take the waiting address into use when the code is right. Each wrong one costs a try."""
    with d.database.writing() as connection:
        holder = lock_holder(d, connection, holder_id)
        code_hash = store.spend_try(connection, holder_id, now=d.now())
        row = store.get(connection, holder_id)
        if code_hash is None or row is None:
            return Answer.SPENT
        address = _opened(holder, row.sealed_pending, "sealed_pending") or ""
        code = "".join(typed.split())
        if not hmac.compare_digest(code_hash, d.lookup.email_code_hash(holder_id, address, code)):
            return Answer.WRONG
        _take_into_use(connection, holder, row, address)
        access.record(d, connection, holder.vault, holder_id, AccessKind.ADDRESS_GIVEN)
    return Answer.CONFIRMED


def _take_into_use(connection: Connection, holder: OpenHolder, row: ContactRow, address: str) -> None:
    messages.drop_to_holder(connection, holder.holder_id, list(MessageKind))  # written for the address before
    sealed = holder.vault.seal(address.encode(), table=CONTACTS, row=holder.holder_id, field="sealed_address")
    confirmed = ContactRow(holder_id=holder.holder_id, sealed_address=sealed, wanted=row.wanted)
    store.put(connection, confirmed)


def choose(d: Deployment, holder_id: str, wanted: Collection[MessageKind]) -> None:
    """Store of what a holder wants to be told; what they no longer want and still waits is not sent."""
    kinds = [kind for kind in ALERTS if kind in wanted]
    with d.database.writing() as connection:
        lock_holder(d, connection, holder_id)
        store.want(connection, holder_id, kinds)
        unwanted = [kind for kind in ALERTS if kind not in wanted]
        messages.drop_to_holder(connection, holder_id, unwanted)


def remove(d: Deployment, holder_id: str) -> None:
    """Forget where a holder is told. What waits for that address is not sent."""
    with d.database.writing() as connection:
        holder = lock_holder(d, connection, holder_id)
        if store.delete_of(connection, holder_id):
            messages.drop_to_holder(connection, holder_id, list(MessageKind))
            access.record(d, connection, holder.vault, holder_id, AccessKind.ADDRESS_REMOVED)


def _opened(holder: OpenHolder, sealed: bytes | None, column: str) -> str | None:
    if sealed is None:
        return None
    return holder.vault.open(sealed, table=CONTACTS, row=holder.holder_id, field=column).decode()
