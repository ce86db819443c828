"""Whether to let in: the writer's part of opening a share. Decide, count and log in one transaction.

Each function here is a pure function of a connection, and may run twice when a group of commits fails: it changes
nothing but the database. Left out: checking passcodes, which is slow, and opening what is sealed (passport.opening).
"""

from dataclasses import dataclass, field
from datetime import datetime
from hmac import compare_digest
from typing import Final

from sqlalchemy import Connection

from consent.grant import GrantKind, Refused, decide
from passport import access, alerts, file_tickets, viewing_sessions
from passport.deployment import Deployment
from passport.holders import OpenHolder, lock_holder
from passport.lookup import token_hash
from passport.replies import Replier
from passport.reply_tokens import known_as
from passport.sealed_grants import open_grant
from passport.sealed_shares import open_secrets
from passport.store import (
    code_budget,
    grants,
    locators,
    recipients,
    share_files,
    shares,
    tickets,
)
from passport.store.shares import Fetches
from passport.tables import (
    AccessEventRow,
    AccessKind,
    LocatorKind,
    LocatorRow,
    MessageKind,
    ShareFileRow,
    ShareRow,
)
from passport.viewing_sessions import Viewer

READERS_MAX: Final = 60  # of one share at once: nobody fills a holder's log by opening it
CROWD_WAITS_SECONDS: Final = 60
_TOLD: Final = {AccessKind.OPENED: MessageKind.OPENED, AccessKind.FETCHED: MessageKind.FETCHED}


@dataclass(frozen=True, slots=True)
class Closed:
    """Unknown, expired, stopped, used up or locked: nobody is told which."""


@dataclass(frozen=True, slots=True)
class PasscodeAsked:
    """The share has a passcode and none was given. It costs nothing."""

    attempts_left: int


@dataclass(frozen=True, slots=True)
class PasscodeWrong:
    """The passcode was wrong; so many are left in the share's lifetime."""

    attempts_left: int


@dataclass(frozen=True, slots=True)
class BeingChecked:
    """Each attempt that is left is being checked for somebody, and may come back: ask again in a moment."""


@dataclass(frozen=True, slots=True)
class TooOften:
    """The share was fetched or opened too often of late. Nobody read anything: nothing is counted or logged.

    Whoever is told so had the right link and passcode: nobody else learns that the share is there.
    """

    wait_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who opens, as they say, by what, and whether they stay to read here."""

    said: str
    kind: AccessKind  # OPENED by a person, FETCHED by a viewer
    stays: bool  # wants a viewing session
    key: bytes | None = field(default=None, repr=False)  # of the link; its address alone opens nothing here
    reply_token: str | None = field(default=None, repr=False)  # of a recipient who was here before
    ticket: str | None = field(default=None, repr=False)  # a fresh one: their way to the file, if let in


@dataclass(frozen=True, slots=True)
class Challenge:
    """A passcode to be checked; the attempt for it is already spent."""

    locator: LocatorRow
    phc: str
    attempts_left: int


@dataclass(frozen=True, slots=True)
class Admitted:
    """Let in: what the transaction found, to be opened after it has committed."""

    row: ShareRow
    file: ShareFileRow
    holder: OpenHolder
    viewing_token: str | None


def admit(
    d: Deployment, connection: Connection, locator: LocatorRow | None, typed: str | None, visitor: Visitor
) -> Admitted | BeingChecked | Challenge | Closed | PasscodeAsked | TooOften:
    """Decide by grant and budgets; spend an attempt before anybody hashes a passcode."""
    if locator is None:
        return Closed()
    holder, row = _locked(d, connection, locator)
    if row is None or not _granted(d, connection, holder, row, visitor):
        return Closed()
    if not _has_key(holder, row, visitor):
        return _refuse(d, connection, holder, row, visitor, reason="wrong-key")
    if row.passcode_phc is None:
        if row.is_bare:
            return _refuse(d, connection, holder, row, visitor, reason="exposed")
        return _let_in(d, connection, holder, row, visitor)
    reason = _spent(row)
    if reason == "locked" and row.is_checked(d.now()):
        return BeingChecked()
    if reason:  # before any passcode is asked for: a 401 would tell that the share is there
        return _refuse(d, connection, holder, row, visitor, reason=reason)
    if typed is None:
        return PasscodeAsked(row.attempts_left)
    left = shares.reserve_attempt(connection, row.holder_id, row.share_id, now=d.now())
    if left is None:
        return _refuse(d, connection, holder, row, visitor, reason="locked")
    return Challenge(locator, row.passcode_phc, left)


def _has_key(holder: OpenHolder, row: ShareRow, visitor: Visitor) -> bool:
    """Return whether a person's link is whole. The address that programs ask is no secret to what lies between."""
    return visitor.key is None or compare_digest(visitor.key, open_secrets(holder, row).secret.key)


def _spent(row: ShareRow) -> str | None:
    """Return which of a share's budgets is used up."""
    if row.max_views is not None and row.views >= row.max_views:
        return "used-up"
    return "locked" if row.attempts_left == 0 else None


def admit_by_code(
    d: Deployment,
    connection: Connection,
    bucket: str,
    locator_hash: bytes | None,
    typed: str | None,
    visitor: Visitor,
) -> BeingChecked | Challenge | Closed:
    """Spend a miss of everybody's budget first; a right code and passcode give it back.

    What is no code, or comes without a passcode, is no guess: nothing is looked up, and nothing spent.
    """
    if locator_hash is None or typed is None:
        code_budget.touch(connection, bucket)
        return Closed()
    if not code_budget.reserve_miss(connection, bucket, limit=d.settings.code_misses_per_hour):
        return Closed()
    locator = locators.find(connection, locator_hash, LocatorKind.CODE)
    if locator is None:
        return Closed()
    if not _code_runs(d, connection, locator):
        holder, row = _locked(d, connection, locator)
        return Closed() if row is None else _refuse(d, connection, holder, row, visitor, reason="code-ended")
    admission = admit(d, connection, locator, typed, visitor)
    if isinstance(admission, BeingChecked):  # asks again in a moment, and spends it then
        code_budget.return_miss(connection, bucket)
        return admission
    return admission if isinstance(admission, Challenge) else Closed()


def _code_runs(d: Deployment, connection: Connection, locator: LocatorRow) -> bool:
    row = shares.get(connection, locator.holder_id, locator.share_id)
    return row is not None and row.code_expires_at is not None and d.now() < row.code_expires_at


def _leads_still(d: Deployment, connection: Connection, locator: LocatorRow) -> bool:
    """Return whether what was typed still leads to its share: a typed code may have ended, or have been replaced."""
    if locator.kind is not LocatorKind.CODE:
        return True
    found = locators.find(connection, locator.locator_hash, LocatorKind.CODE)
    return found is not None and _code_runs(d, connection, found)


def settle(
    d: Deployment, connection: Connection, challenge: Challenge, right: bool, visitor: Visitor
) -> Admitted | Closed | PasscodeWrong | TooOften:
    """Give the attempt back and let in, or say what is left. The share may have been stopped or changed meanwhile."""
    holder, row = _locked(d, connection, challenge.locator)
    if row is None:
        return Closed()
    right = right and row.passcode_phc == challenge.phc  # the one before opens nothing once there is another
    attempts = d.settings.passcode_attempts
    shares.settle_attempt(connection, row.holder_id, row.share_id, right=right, attempts=attempts)
    if not right:
        others = row.checks > 1 and row.is_checked(d.now())
        _log_wrong(d, connection, holder, row, visitor, last=row.attempts_left == 0 and not others)
    if not _granted(d, connection, holder, row, visitor):
        return Closed()
    if not _leads_still(d, connection, challenge.locator):
        return _refuse(d, connection, holder, row, visitor, reason="code-ended")
    return _let_in(d, connection, holder, row, visitor) if right else PasscodeWrong(challenge.attempts_left)


def _log_wrong(
    d: Deployment, connection: Connection, holder: OpenHolder, row: ShareRow, visitor: Visitor, *, last: bool
) -> None:
    _log(d, connection, holder, row, AccessKind.WRONG_PASSCODE, visitor)
    if last:
        _log(d, connection, holder, row, AccessKind.LOCKED, visitor)
        alerts.tell_today(d, connection, holder, MessageKind.LOCKED, row.share_id)


def _locked(d: Deployment, connection: Connection, locator: LocatorRow) -> tuple[OpenHolder, ShareRow | None]:
    """Return holder and share, the holder locked: what is decided next holds until it is committed."""
    holder = lock_holder(d, connection, locator.holder_id)
    return holder, shares.get(connection, locator.holder_id, locator.share_id)


def _granted(
    d: Deployment, connection: Connection, holder: OpenHolder, row: ShareRow, visitor: Visitor
) -> bool:
    """Return whether the grant allows reading now; a refusal is logged with its reason."""
    grant = grants.get(connection, row.holder_id, row.grant_id)
    if grant is None:
        return False
    decision = decide(open_grant(holder, grant), kind=GrantKind.READ, now=d.now())
    if isinstance(decision, Refused):
        _refuse(d, connection, holder, row, visitor, reason=decision.reason)
        return False
    return True


def _refuse(
    d: Deployment, connection: Connection, holder: OpenHolder, row: ShareRow, visitor: Visitor, *, reason: str
) -> Closed:
    """Count a refusal; the log tells of it without being filled by it."""
    said = {"share_id": row.share_id, "who": visitor.said, "reason": reason}
    access.record_refusal(d, connection, holder.vault, row.holder_id, row.grant_id, **said)
    return Closed()


def _let_in(
    d: Deployment, connection: Connection, holder: OpenHolder, row: ShareRow, visitor: Visitor
) -> Admitted | Closed | TooOften:
    """Count, log and, for a person who stays, begin a viewing session."""
    fetches = _fetches(row, d.now()) if visitor.kind is AccessKind.FETCHED else None
    if fetches and fetches.number > d.settings.manifests_per_hour and not _spent(row):
        return TooOften(fetches.seconds_left(d.now()))
    if visitor.stays and not _spent(row) and _is_crowded(d, connection, row):
        return TooOften(CROWD_WAITS_SECONDS)
    file = share_files.get(connection, row.holder_id, row.share_id)
    views = shares.count_view(connection, row.holder_id, row.share_id, now=d.now(), fetches=fetches)
    if file is None or views is None:
        return _refuse(d, connection, holder, row, visitor, reason="used-up")
    known = _known(d, connection, holder, row, visitor)
    event = _log(d, connection, holder, row, visitor.kind, visitor, **_assured(known))
    alerts.tell_today(d, connection, holder, _TOLD[visitor.kind], row.share_id)
    if visitor.ticket is not None:
        file_tickets.keep(d, connection, row, visitor.ticket)
    token = _begin_viewing(d, connection, holder, row, visitor, event, known) if visitor.stays else None
    return Admitted(row, file, holder, token)


def _is_crowded(d: Deployment, connection: Connection, row: ShareRow) -> bool:
    """Return whether so many read a share at once that it is a program that opens it, over and over, as a person."""
    running = viewing_sessions.readers_of(d, connection, row)
    return running >= READERS_MAX


def _known(
    d: Deployment, connection: Connection, holder: OpenHolder, row: ShareRow, visitor: Visitor
) -> Replier | None:
    """Return who opens, when they were here before."""
    if visitor.reply_token is None:
        return None
    return known_as(d, connection, visitor.reply_token, holder, row, visitor.said)


def _assured(known: Replier | None) -> dict[str, str]:
    """Return how sure we are at this moment of who opens: they may have shown it when they were here before."""
    said = known.said() if known else {}
    return {name: text for name, text in said.items() if name != "who"}


def _fetches(row: ShareRow, now: datetime) -> Fetches:
    """Return the hour that a program's fetch falls into, and how many it has with this one."""
    current = Fetches(row.fetched_since, row.fetches + 1) if row.fetched_since else None
    return current if current and current.seconds_left(now) > 0 else Fetches(now, 1)


def _begin_viewing(
    d: Deployment,
    connection: Connection,
    holder: OpenHolder,
    row: ShareRow,
    visitor: Visitor,
    event: AccessEventRow,
    known: Replier | None,
) -> str:
    if known:  # what changed is told to who saw what was there before, and to nobody else
        recipients.change(connection, holder.holder_id, known.row.recipient_id, {"looked_at": d.now()})
    viewer = Viewer(visitor.said, event.sequence, looked_at=known.row.looked_at if known else None)
    return viewing_sessions.begin(d, connection, holder, row.share_id, viewer)


def admit_by_ticket(d: Deployment, connection: Connection, ticket: str) -> Admitted | Closed:
    """Use a ticket up; what it was made for was counted and logged then. A share that has ended since stays closed."""
    stored = tickets.consume(connection, token_hash(ticket), now=d.now())
    if stored is None:
        return Closed()
    holder = lock_holder(d, connection, stored.holder_id)
    row = shares.get(connection, stored.holder_id, stored.share_id)
    file = share_files.get(connection, stored.holder_id, stored.share_id)
    if row is None or file is None:
        return Closed()
    if row.has_ended(d.now()) or row.is_bare:
        visitor = Visitor(said="", kind=AccessKind.FETCHED, stays=False)
        reason = "exposed" if row.is_bare else "ended"
        return _refuse(d, connection, holder, row, visitor, reason=reason)
    return Admitted(row, file, holder, None)


def _log(
    d: Deployment,
    connection: Connection,
    holder: OpenHolder,
    row: ShareRow,
    kind: AccessKind,
    visitor: Visitor,
    **detail: str | int,
) -> AccessEventRow:
    return access.record(
        d, connection, holder.vault, row.holder_id, kind, share_id=row.share_id, who=visitor.said, **detail
    )
