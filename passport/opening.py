"""Opening a share: find it, check the passcode behind its budget, count and log, and only then hand the Bundle over.

The hot path: two jobs for the writer at most (passport.admission). What is refused is logged and committed like what is
allowed. Left out: HTTP (passport.routes) and what the page shows (passport.viewing).
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from sqlalchemy import Connection

from consent.share import is_url_token
from consent.share_code import TypedCodeError, normalise_passcode, normalise_share_code
from passport.admission import (
    Admitted,
    BeingChecked,
    Challenge,
    Closed,
    PasscodeAsked,
    PasscodeWrong,
    TooOften,
    Visitor,
    admit,
    admit_by_code,
    admit_by_ticket,
    settle,
)
from passport.deployment import Deployment
from passport.hashing import HashingBusyError, HashingRoom
from passport.sealed_shares import open_bundle, open_secrets
from passport.storage_errors import HolderErasedError
from passport.store import code_budget, locators
from passport.tables import LocatorKind, LocatorRow, ShareRow

T = TypeVar("T")
_First = Admitted | Challenge | Closed | PasscodeAsked | TooOften
ASKS_AGAIN: Final = 200
ASKS_AGAIN_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True)
class Opened:
    """The share is open: counted, logged, committed."""

    row: ShareRow
    bundle: bytes = field(repr=False)
    key: bytes = field(repr=False)  # of its sealed files
    viewing_token: str | None = field(
        default=None, repr=False
    )  # of the viewing session, when one was asked for


Opening = Opened | Closed | PasscodeAsked | PasscodeWrong | TooOften


async def open_by_link(d: Deployment, url_token: str, *, passcode: str | None, visitor: Visitor) -> Opening:
    """Open a share by the token of its link.

    Raises:
        HashingBusyError: too many passcodes are being checked; no attempt was spent.
        DatabaseUnavailableError: nothing was opened and nothing counted.
        SealError: what is stored was altered; nothing of it can be shown.
    """
    if not is_url_token(url_token):
        return Closed()
    locator_hash, typed = d.lookup.locator_hash(LocatorKind.LINK, url_token), _typed_passcode(passcode)
    if typed is None:
        return await _open_by_link(d, locator_hash, None, visitor)
    with d.link_hashing.place():
        return await _open_by_link(d, locator_hash, typed, visitor)


async def _open_by_link(d: Deployment, locator_hash: bytes, typed: str | None, visitor: Visitor) -> Opening:
    first = await _admitted(
        d, lambda c: admit(d, c, locators.find(c, locator_hash, LocatorKind.LINK), typed, visitor)
    )
    return await _finish(d, d.link_hashing, first, typed, visitor)


async def open_by_code(
    d: Deployment, typed_code: str, *, passcode: str | None, visitor: Visitor
) -> Opened | Closed | TooOften:
    """Open a share by its typed code. Whatever was wrong, the answer and the work for it are the same.

    TooOften is nobody's guess: code and passcode were right.

    Raises:
        HashingBusyError: too many guess at once; nothing was spent.
        DatabaseUnavailableError, SealError: as `open_by_link`.
    """
    code, typed = _typed_code(typed_code), _typed_passcode(passcode)
    locator_hash = d.lookup.locator_hash(LocatorKind.CODE, code) if code else None
    with d.code_hashing.place():
        return await _open_by_code(d, locator_hash, typed, visitor)


async def _open_by_code(
    d: Deployment, locator_hash: bytes | None, typed: str | None, visitor: Visitor
) -> Opened | Closed | TooOften:
    bucket = d.now().strftime("%Y-%m-%dT%H")
    first = await _admitted(d, lambda c: admit_by_code(d, c, bucket, locator_hash, typed, visitor))
    if not isinstance(first, Challenge):
        await _matches(d, d.code_hashing, typed or "", None)  # as slow as a real check, and as many commits
        await d.database.writer.run_async(lambda c: code_budget.touch(c, bucket))
        return Closed()
    opening = await _finish(d, d.code_hashing, first, typed, visitor)
    if not isinstance(opening, Opened | TooOften):
        return Closed()
    await d.database.writer.run_async(lambda c: code_budget.return_miss(c, bucket))
    return opening


def locator_of(d: Deployment, kind: LocatorKind, secret: str) -> LocatorRow | None:
    """Return where a link's token or a typed code leads. It decides nothing, so it counts and logs nothing."""
    found = _typed_code(secret) if kind is LocatorKind.CODE else secret
    if found is None:
        return None
    with d.database.reading() as connection:
        return locators.find(connection, d.lookup.locator_hash(kind, found), kind)


async def open_by_ticket(d: Deployment, ticket: str) -> Opened | Closed:
    """Open the file that a ticket was made for. It was counted and logged when the manifest was asked for."""
    admitted = await _decided(d, lambda c: admit_by_ticket(d, c, ticket))
    return _opened(admitted) if isinstance(admitted, Admitted) else admitted


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
    first: _First,
    typed: str | None,
    visitor: Visitor,
) -> Opening:
    if isinstance(first, Challenge):
        right = await _matches(d, room, typed or "", first.phc)
        challenge = first
        settled = await _decided(d, lambda c: settle(d, c, challenge, right, visitor))
        return _opened(settled) if isinstance(settled, Admitted) else settled
    return _opened(first) if isinstance(first, Admitted) else first


async def _admitted(d: Deployment, job: Callable[[Connection], _First | BeingChecked]) -> _First:
    """Return what a job decides once it can: who comes by many at once waits for the attempts of others to come back.

    Raises:
        HashingBusyError: that takes too long; no attempt was spent.
    """
    for _ in range(ASKS_AGAIN):
        decided = await _decided(d, job)
        if not isinstance(decided, BeingChecked):
            return decided
        await asyncio.sleep(ASKS_AGAIN_SECONDS)
    raise HashingBusyError("many passcodes are being checked; try again in a moment")


async def _decided(d: Deployment, job: Callable[[Connection], T]) -> T | Closed:
    """Return what a job decides; of a holder who was erased while it waited, that nothing opens."""
    try:
        return await d.database.writer.run_async(job)
    except HolderErasedError:
        return Closed()


async def _matches(d: Deployment, room: HashingRoom, typed: str, phc: str | None) -> bool:
    return await room.run(d.lookup.passcode_matches, typed, phc)


def _opened(admitted: Admitted) -> Opened:
    """Open what was admitted, after the commit and outside the writer's thread.

    Raises:
        SealError: the Bundle or the secrets were altered where they are stored.
    """
    secrets = open_secrets(admitted.holder, admitted.row)
    bundle = open_bundle(admitted.holder, admitted.file)
    return Opened(admitted.row, bundle, secrets.secret.key, admitted.viewing_token)
