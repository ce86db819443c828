"""What a holder may do to a running share: extend it, re-arm it, change its typed code and passcode; and undo it all.

Each change and its event are one transaction. Left out: sharing and stopping (passport.sharing), sending changes on to
the recipient of a live share (passport.live_shares).
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection

from consent.receipt import Notice
from consent.share_code import new_passcode, new_share_code
from passport import access
from passport.access import LoggedEvent
from passport.deployment import Deployment, last_day
from passport.following import request_again
from passport.holders import OpenHolder, lock_holder, open_holder
from passport.receipts import on_changed
from passport.reply_tokens import REPLY_LASTS, end_unsure
from passport.sealed_shares import CODE_DAYS, ShareSecrets, open_secrets, seal_secrets
from passport.sharing import (
    add_share,
    held_of,
    latest_end,
    row_of,
    running_row,
    secrets_for,
    stop_share,
)
from passport.store import grants, locators, recipients, shares, tickets, viewing_sessions
from passport.tables import AccessKind, LocatorKind, LocatorRow, ShareRow
from schemas.consent_notice import end_notice
from schemas.errors import PassportError
from schemas.vocabulary import Language, Section

# What somebody else may have done: whatever the holder did themselves needs no alarm.
ALARMING: Final = frozenset(
    {
        AccessKind.OPENED,
        AccessKind.FETCHED,
        AccessKind.REFUSED,
        AccessKind.WRONG_PASSCODE,
        AccessKind.LOCKED,
        AccessKind.EXPOSED,
        AccessKind.REPLY_EXPOSED,
        # What somebody says who has opened it: an address or a name in it may be the first that shows who it was.
        AccessKind.ACKNOWLEDGED,
        AccessKind.TERMS_STATED,
        AccessKind.COPY_SAVED,
        AccessKind.EMAIL_CONFIRMED,
        AccessKind.RECIPIENT_KNOWN,
        AccessKind.ASKED_FOR_MORE,
        AccessKind.ASKED_FOR_MANAGER,
        AccessKind.COUNTERSIGNED,
    }
)
# By these nobody got to see anything of what is shared.
SHOWS_NOTHING: Final = frozenset(
    {AccessKind.REFUSED, AccessKind.WRONG_PASSCODE, AccessKind.LOCKED, AccessKind.EXPOSED}
)


class NotExtendableError(PassportError):
    """The end asked for is not later than the one there is, or too late."""

    code = "share_not_extendable"


class EventNotFoundError(PassportError):
    """The holder's log has no such event of this share that somebody else could have caused."""

    code = "event_not_found"


def extend(
    d: Deployment, holder_id: str, share_id: str, *, days: int, language: Language | None = None
) -> date:
    """Let a running share end `days` from today instead, with its grant, and return its new last day.

    `language`: of the wording that the holder read before, which the receipt keeps; None: their own.

    Raises:
        ShareNotFoundError, ShareEndedError: there is no such share, or it does not run any more.
        NotExtendableError: it ends later already, or would run for more than a year and a day in all.
    """
    with d.database.writing() as connection:
        holder = lock_holder(d, connection, holder_id)
        row = running_row(connection, holder_id, share_id, now=d.now())
        ends_at = d.end_of_day(days)
        _check_later(row, ends_at)
        shares.extend(connection, holder_id, share_id, expires_at=ends_at, now=d.now())
        grants.extend(connection, holder_id, row.grant_id, ends_at=ends_at)
        recipients.extend_tokens(connection, holder_id, share_id, expires_at=ends_at + REPLY_LASTS)
        notice = _end_notice(d, connection, holder, row, days, language or holder.language)
        on_changed(d, connection, holder, row.grant_id, ends_at=ends_at, notice=notice)
        _log(d, connection, holder, row, AccessKind.EXTENDED, until=last_day(ends_at).isoformat())
    return last_day(ends_at)


def rearm(d: Deployment, holder_id: str, share_id: str) -> None:
    """Give a running share all its attempts back: the same link, QR code and passcode open it again.

    Raises:
        ShareNotFoundError, ShareEndedError: there is no such share, or it does not run any more.
    """
    with d.database.writing() as connection:
        holder = lock_holder(d, connection, holder_id)
        row = running_row(connection, holder_id, share_id, now=d.now())
        attempts = d.settings.passcode_attempts
        shares.rearm(connection, holder_id, share_id, attempts=attempts, now=d.now())
        _log(d, connection, holder, row, AccessKind.REARMED)


def make_code(d: Deployment, holder_id: str, share_id: str, *, days: int = CODE_DAYS) -> None:
    """Make a typed code for a running share, in the place of any other. It ends with the share at the latest.

    A share without a passcode gets one, for its link too: a typed code alone would be too easy to guess.

    Raises:
        ShareNotFoundError, ShareEndedError: there is no such share, or it does not run any more.
    """
    passcode = new_passcode(d.random_bytes)
    phc = d.lookup.passcode_phc(passcode)  # slow: not in a transaction
    with d.database.writing() as connection:
        holder = lock_holder(d, connection, holder_id)
        row = running_row(connection, holder_id, share_id, now=d.now())
        secrets = replace(open_secrets(holder, row), typed_code=new_share_code(d.random_bytes))
        if secrets.passcode is None:
            secrets = replace(secrets, passcode=passcode)
            _set_passcode(d, connection, holder, row, secrets, phc)
        ends_at = min(row.expires_at, d.end_of_day(days))
        _set_code(d, connection, holder, row, secrets, ends_at)
        _log(d, connection, holder, row, AccessKind.CODE_ON, until=last_day(ends_at).isoformat())


def drop_code(d: Deployment, holder_id: str, share_id: str) -> None:
    """Switch the typed code of a running share off; its link goes on.

    Raises:
        ShareNotFoundError, ShareEndedError: there is no such share, or it does not run any more.
    """
    with d.database.writing() as connection:
        holder = lock_holder(d, connection, holder_id)
        row = running_row(connection, holder_id, share_id, now=d.now())
        if row.code_expires_at is not None:
            secrets = replace(open_secrets(holder, row), typed_code=None)
            _set_code(d, connection, holder, row, secrets, None)
            _log(d, connection, holder, row, AccessKind.CODE_OFF)


def renew_passcode(d: Deployment, holder_id: str, share_id: str) -> None:
    """Give a running share another passcode, with all its attempts: the one before opens nothing from now on.

    What was opened by it is closed too: a passcode is changed because somebody has it who should not.

    Raises:
        ShareNotFoundError, ShareEndedError: there is no such share, or it does not run any more.
    """
    passcode = new_passcode(d.random_bytes)
    phc = d.lookup.passcode_phc(passcode)  # slow: not in a transaction
    with d.database.writing() as connection:
        holder = lock_holder(d, connection, holder_id)
        row = running_row(connection, holder_id, share_id, now=d.now())
        secrets = replace(open_secrets(holder, row), passcode=passcode)
        _set_passcode(d, connection, holder, row, secrets, phc)
        viewing_sessions.delete_of(connection, holder_id, share_id)
        tickets.delete_of(connection, holder_id, share_id)
        _log(d, connection, holder, row, AccessKind.PASSCODE_CHANGED)


def not_me(d: Deployment, holder_id: str, share_id: str, *, event: int) -> None:
    """Stop a share because of an event in the log: that was not whom the holder meant.

    They answer nothing any more, and nor does anybody whom only the link let in: its secret was in wrong hands.

    Raises:
        ShareNotFoundError: the holder has no such share.
        EventNotFoundError: no event of that number is about this share and somebody else.
    """
    with d.database.writing() as connection:
        holder = lock_holder(d, connection, holder_id)
        row = row_of(connection, holder_id, share_id)
        found = access.events(connection, holder.vault, holder_id, after=event - 1, limit=1)
        if [(one.sequence, one.share_id) for one in found if one.kind in ALARMING] != [(event, share_id)]:
            raise EventNotFoundError("there is no such event of this share; look at what happened again")
        _log(d, connection, holder, row, AccessKind.NOT_ME, event=event)
        end_unsure(d, connection, holder, share_id, named=str(found[0].detail.get("who", "")))
        stop_share(d, connection, holder, row)


def disowned(d: Deployment, holder_id: str, share_id: str) -> LoggedEvent | None:
    """Return the event of which the holder said last that this was not whom they meant; None when they never did."""
    others = frozenset(AccessKind) - {AccessKind.NOT_ME}
    with d.database.reading() as connection:
        vault = open_holder(d, connection, holder_id).vault
        said = access.latest(connection, vault, holder_id, without=others, share_id=share_id, limit=1)
        numbers = [one.detail["event"] for one in said]
        found = [access.events(connection, vault, holder_id, after=number - 1, limit=1) for number in numbers]
    return found[0][0] if found else None


def share_again(
    d: Deployment, holder_id: str, share_id: str, *, afresh: frozenset[Section] = frozenset()
) -> str:
    """Stop a share and share the same with the same recipient under a new link; return the new share's id.

    What must be chosen afresh for each share is left out, but for the sections in `afresh`.

    Raises:
        ShareNotFoundError: the holder has no such share.
        GrantError, NothingToShareError: nothing is left of it, or `afresh` names what was not in it.
        BrokenEntryError, UnshareableError: what was chosen does not open.
    """
    secrets, phc = secrets_for(d, passcode=True, typed_code=False)
    with d.database.writing() as connection:
        holder = lock_holder(d, connection, holder_id)
        row = row_of(connection, holder_id, share_id)
        held = held_of(d, connection, holder, row)
        request = request_again(d, connection, holder, held, afresh=afresh)
        if not request.passcode:
            secrets, phc = replace(secrets, passcode=None), None
        stop_share(d, connection, holder, row)
        return add_share(d, connection, holder, request, secrets, phc)


def _end_notice(
    d: Deployment, connection: Connection, holder: OpenHolder, row: ShareRow, days: int, language: Language
) -> Notice:
    name, until = held_of(d, connection, holder, row).grant.recipient.name, last_day(row.expires_at)
    return Notice.of(end_notice(name, last_day=until, days=days, language=language).text, language)


def _check_later(row: ShareRow, ends_at: datetime) -> None:
    if ends_at <= row.expires_at:
        raise NotExtendableError("this share ends later already; to end it sooner, stop it")
    if ends_at > latest_end(row):
        raise NotExtendableError("a share runs for a year and a day at most; share again for longer")


def _set_code(
    d: Deployment,
    connection: Connection,
    holder: OpenHolder,
    row: ShareRow,
    secrets: ShareSecrets,
    ends_at: datetime | None,
) -> None:
    locators.delete_of(connection, row.holder_id, row.share_id, kind=LocatorKind.CODE)
    if secrets.typed_code is not None:
        hashed = d.lookup.locator_hash(LocatorKind.CODE, secrets.typed_code)
        locator = LocatorRow(
            locator_hash=hashed, kind=LocatorKind.CODE, holder_id=row.holder_id, share_id=row.share_id
        )
        locators.add(connection, locator)
    shares.set_code(
        connection,
        row.holder_id,
        row.share_id,
        sealed_secrets=seal_secrets(holder, row.share_id, secrets),
        code_expires_at=ends_at,
        now=d.now(),
    )


def _set_passcode(
    d: Deployment,
    connection: Connection,
    holder: OpenHolder,
    row: ShareRow,
    secrets: ShareSecrets,
    phc: str,
) -> None:
    shares.set_passcode(
        connection,
        row.holder_id,
        row.share_id,
        sealed_secrets=seal_secrets(holder, row.share_id, secrets),
        passcode_phc=phc,
        attempts=d.settings.passcode_attempts,
        now=d.now(),
    )


def _log(
    d: Deployment,
    connection: Connection,
    holder: OpenHolder,
    row: ShareRow,
    kind: AccessKind,
    **detail: Any,
) -> None:
    access.record(d, connection, holder.vault, row.holder_id, kind, share_id=row.share_id, **detail)
