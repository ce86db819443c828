"""Opening a share: find it, check the passcode behind its budget, count and log, and only then hand the Bundle over.

The hot path: two jobs for the writer at most, each a pure function of a connection. What is refused is logged and
committed like what is allowed. Left out: HTTP (passport.routes) and what the page shows (passport.viewing).
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from consent.grant import GrantKind, Refused, decide
from consent.share import is_url_token
from consent.share_code import TypedCodeError, normalise_passcode, normalise_share_code
from issuers.encoding import encode_base64url, encode_json
from passport import access
from passport.deployment import Deployment
from passport.hashing import HashingRoom
from passport.holders import OpenHolder, lock_holder, open_holder
from passport.lookup import token_hash
from passport.sealed_shares import open_bundle, open_grant, open_secrets
from passport.store import code_budget, grants, locators, share_files, shares, tickets, viewing_sessions
from passport.tables import (
    AccessKind,
    LocatorKind,
    LocatorRow,
    ShareFileRow,
    ShareRow,
    TicketRow,
    ViewingSessionRow,
)

TOKEN_BYTES: Final = 32
REFUSALS_LOGGED: Final = 100  # one by one, of one share
_TENFOLD: Final = frozenset(10**power for power in range(3, 19))
TICKET_LASTS: Final = timedelta(minutes=10)  # SMART Health Links: at most an hour


@dataclass(frozen=True, slots=True)
class Opened:
    """The share is open: counted, logged, committed."""

    row: ShareRow
    bundle: bytes = field(repr=False)
    key: bytes = field(repr=False)  # of its sealed files
    viewing_token: str | None = field(
        default=None, repr=False
    )  # of the viewing session, when one was asked for


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


Opening = Opened | Closed | PasscodeAsked | PasscodeWrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who opens, as they say, by what, and whether they stay to read here."""

    said: str
    kind: AccessKind  # OPENED by a person, FETCHED by a viewer
    stays: bool  # wants a viewing session


@dataclass(frozen=True, slots=True)
class _Challenge:
    """A passcode to be checked; the attempt for it is already spent."""

    locator: LocatorRow
    phc: str
    attempts_left: int


@dataclass(frozen=True, slots=True)
class _Admitted:
    """Let in: what the transaction found, to be opened after it has committed."""

    row: ShareRow
    file: ShareFileRow
    holder: OpenHolder
    viewing_token: str | None


async def open_by_link(d: Deployment, url_token: str, *, passcode: str | None, visitor: Visitor) -> Opening:
    """Open a share by the token of its link.

    Raises:
        HashingBusyError: too many passcodes are being checked; no attempt was spent.
        DatabaseUnavailableError: nothing was opened and nothing counted.
        SealError: what is stored was altered; nothing of it can be shown.
    """
    if not is_url_token(url_token):
        return Closed()
    typed = _typed_passcode(passcode)
    if typed is None:
        return await _open_by_link(d, url_token, None, visitor)
    with d.link_hashing.place():
        return await _open_by_link(d, url_token, typed, visitor)


async def _open_by_link(d: Deployment, url_token: str, typed: str | None, visitor: Visitor) -> Opening:
    locator_hash = d.lookup.locator_hash(LocatorKind.LINK, url_token)
    first = await d.database.writer.run_async(
        lambda c: _admit(d, c, locators.find(c, locator_hash, LocatorKind.LINK), typed, visitor)
    )
    return await _finish(d, d.link_hashing, first, typed, visitor)


async def open_by_code(d: Deployment, typed_code: str, *, passcode: str, visitor: Visitor) -> Opened | Closed:
    """Open a share by its typed code. Whatever was wrong, the answer and the work for it are the same.

    Raises:
        HashingBusyError: too many guess at once; nothing was spent.
        DatabaseUnavailableError, SealError: as `open_by_link`.
    """
    code, typed = _typed_code(typed_code), _typed_passcode(passcode) or ""
    with d.code_hashing.place():
        return await _open_by_code(d, code, typed, visitor)


async def _open_by_code(d: Deployment, code: str | None, typed: str, visitor: Visitor) -> Opened | Closed:
    bucket = d.now().strftime("%Y-%m-%dT%H")
    first = await d.database.writer.run_async(lambda c: _admit_by_code(d, c, bucket, code, typed, visitor))
    if not isinstance(first, _Challenge):
        await _matches(d, d.code_hashing, typed, None)  # as slow as a real check, and as many commits
        await d.database.writer.run_async(lambda c: code_budget.touch(c, bucket))
        return Closed()
    opening = await _finish(d, d.code_hashing, first, typed, visitor)
    if not isinstance(opening, Opened):
        return Closed()
    await d.database.writer.run_async(lambda c: code_budget.return_miss(c, bucket))
    return opening


async def new_ticket(d: Deployment, row: ShareRow) -> str:
    """Return a fresh ticket for one file of an open share: good once, for TICKET_LASTS."""
    ticket = encode_base64url(d.random_bytes(TOKEN_BYTES))
    stored = TicketRow(
        ticket_hash=token_hash(ticket),
        holder_id=row.holder_id,
        share_id=row.share_id,
        expires_at=d.now() + TICKET_LASTS,
    )
    await d.database.writer.run_async(lambda c: tickets.add(c, stored))
    return ticket


async def open_by_ticket(d: Deployment, ticket: str) -> Opened | Closed:
    """Open the file that a ticket was made for. It was counted and logged when the manifest was asked for."""
    admitted = await d.database.writer.run_async(lambda c: _admit_by_ticket(d, c, ticket))
    return _opened(admitted) if isinstance(admitted, _Admitted) else admitted


def _typed_passcode(passcode: str | None) -> str | None:
    """Return a passcode as it is compared; what cannot be one is still compared, and wrong."""
    if passcode is None or not passcode.strip():
        return None
    try:
        return normalise_passcode(passcode)
    except TypedCodeError:
        return "-"


def _typed_code(typed: str) -> str | None:
    try:
        return normalise_share_code(typed)
    except TypedCodeError:
        return None


async def _finish(
    d: Deployment,
    room: HashingRoom,
    first: _Admitted | _Challenge | Closed | PasscodeAsked,
    typed: str | None,
    visitor: Visitor,
) -> Opening:
    if isinstance(first, _Challenge):
        right = await _matches(d, room, typed or "", first.phc)
        challenge = first
        settled = await d.database.writer.run_async(lambda c: _settle(d, c, challenge, right, visitor))
        return _opened(settled) if isinstance(settled, _Admitted) else settled
    return _opened(first) if isinstance(first, _Admitted) else first


async def _matches(d: Deployment, room: HashingRoom, typed: str, phc: str | None) -> bool:
    return await room.run(d.lookup.passcode_matches, typed, phc)


def _admit(
    d: Deployment, connection: Connection, locator: LocatorRow | None, typed: str | None, visitor: Visitor
) -> _Admitted | _Challenge | Closed | PasscodeAsked:
    """Decide by grant and budgets; spend an attempt before anybody hashes a passcode."""
    if locator is None:
        return Closed()
    holder, row = _locked(d, connection, locator)
    if row is None or not _granted(d, connection, holder, row, visitor):
        return Closed()
    if row.passcode_phc is None:
        return _let_in(d, connection, holder, row, visitor)
    if reason := _spent(row):  # before any passcode is asked for: a 401 would tell that the share is there
        return _refuse(d, connection, holder, row, visitor, reason=reason)
    if typed is None:
        return PasscodeAsked(row.attempts_left)
    left = shares.reserve_attempt(connection, row.holder_id, row.share_id, now=d.now())
    return Closed() if left is None else _Challenge(locator, row.passcode_phc, left)


def _spent(row: ShareRow) -> str | None:
    """Return which of a share's budgets is used up."""
    if row.max_views is not None and row.views >= row.max_views:
        return "used-up"
    return "locked" if row.attempts_left == 0 else None


def _admit_by_code(
    d: Deployment, connection: Connection, bucket: str, code: str | None, typed: str, visitor: Visitor
) -> _Challenge | Closed:
    """Spend a miss of everybody's budget first; a right code and passcode give it back. What is no code is no guess."""
    if code is None:
        code_budget.touch(connection, bucket)
        return Closed()
    if not code_budget.reserve_miss(connection, bucket, limit=d.settings.code_misses_per_hour):
        return Closed()
    locator_hash = d.lookup.locator_hash(LocatorKind.CODE, code)
    locator = locators.find(connection, locator_hash, LocatorKind.CODE)
    if locator is None or not _code_runs(d, connection, locator):
        return Closed()
    admission = _admit(d, connection, locator, typed, visitor)
    return admission if isinstance(admission, _Challenge) else Closed()


def _code_runs(d: Deployment, connection: Connection, locator: LocatorRow) -> bool:
    row = shares.get(connection, locator.holder_id, locator.share_id)
    return row is not None and row.code_expires_at is not None and d.now() < row.code_expires_at


def _settle(
    d: Deployment, connection: Connection, challenge: _Challenge, right: bool, visitor: Visitor
) -> _Admitted | Closed | PasscodeWrong:
    """Give the attempt back and let in, or say what is left. The share may have been stopped meanwhile."""
    holder, row = _locked(d, connection, challenge.locator)
    if row is None:
        return Closed()
    if right:
        shares.return_attempt(connection, row.holder_id, row.share_id)
    else:
        _log_wrong(d, connection, holder, row, visitor, last=challenge.attempts_left == 0)
    if not _granted(d, connection, holder, row, visitor):
        return Closed()
    return _let_in(d, connection, holder, row, visitor) if right else PasscodeWrong(challenge.attempts_left)


def _log_wrong(
    d: Deployment, connection: Connection, holder: OpenHolder, row: ShareRow, visitor: Visitor, *, last: bool
) -> None:
    _log(d, connection, holder, row, AccessKind.WRONG_PASSCODE, visitor)
    if last:
        _log(d, connection, holder, row, AccessKind.LOCKED, visitor)


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
    """Count a refusal and log it: each of the first hundred, then each tenfold, so that nobody can fill the log."""
    times = shares.count_refusal(connection, row.holder_id, row.share_id)
    if times <= REFUSALS_LOGGED or times in _TENFOLD:
        _log(d, connection, holder, row, AccessKind.REFUSED, visitor, reason=reason, times=times)
    return Closed()


def _let_in(
    d: Deployment, connection: Connection, holder: OpenHolder, row: ShareRow, visitor: Visitor
) -> _Admitted | Closed:
    """Count, log and, for a person who stays, begin a viewing session."""
    file = share_files.get(connection, row.holder_id, row.share_id)
    if file is None or shares.count_view(connection, row.holder_id, row.share_id, now=d.now()) is None:
        return _refuse(d, connection, holder, row, visitor, reason="used-up")
    _log(d, connection, holder, row, visitor.kind, visitor)
    token = _begin_viewing(d, connection, holder, row, visitor) if visitor.stays else None
    return _Admitted(row, file, holder, token)


def _begin_viewing(
    d: Deployment, connection: Connection, holder: OpenHolder, row: ShareRow, visitor: Visitor
) -> str:
    token = encode_base64url(d.random_bytes(TOKEN_BYTES))
    hashed = token_hash(token)
    sealed = holder.vault.seal(
        encode_json({"who": visitor.said}),
        table="viewing_sessions",
        row=encode_base64url(hashed),
        field="sealed_viewer",
    )
    session = ViewingSessionRow(
        token_hash=hashed,
        holder_id=row.holder_id,
        share_id=row.share_id,
        sealed_viewer=sealed,
        expires_at=d.now() + timedelta(minutes=d.settings.viewing_minutes),
    )
    viewing_sessions.add(connection, session)
    return token


def _admit_by_ticket(d: Deployment, connection: Connection, ticket: str) -> _Admitted | Closed:
    stored = tickets.consume(connection, token_hash(ticket), now=d.now())
    if stored is None:
        return Closed()
    row = shares.get(connection, stored.holder_id, stored.share_id)
    file = share_files.get(connection, stored.holder_id, stored.share_id)
    if row is None or file is None or row.revoked_at is not None or d.now() >= row.expires_at:
        return Closed()
    return _Admitted(row, file, open_holder(d, connection, stored.holder_id), None)


def _opened(admitted: _Admitted) -> Opened:
    """Open what was admitted, after the commit and outside the writer's thread.

    Raises:
        SealError: the Bundle or the secrets were altered where they are stored.
    """
    secrets = open_secrets(admitted.holder, admitted.row)
    bundle = open_bundle(admitted.holder, admitted.file)
    return Opened(admitted.row, bundle, secrets.secret.key, admitted.viewing_token)


def _log(
    d: Deployment,
    connection: Connection,
    holder: OpenHolder,
    row: ShareRow,
    kind: AccessKind,
    visitor: Visitor,
    **detail: str | int,
) -> None:
    access.record(
        d, connection, holder.vault, row.holder_id, kind, share_id=row.share_id, who=visitor.said, **detail
    )
