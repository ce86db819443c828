"""Queries of shares. Budgets are spent by one conditional UPDATE each: exact also when many open at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Final

from sqlalchemy import Connection, bindparam, case, or_, select, update

from passport.store import statements
from passport.store.statements import HOLDER, KEY, NOW
from passport.tables import SHARES, ShareRow
from passport.tables.columns import UtcDateTime
from schemas.consent_vocabulary import RetentionRule

FETCHES_RUN: Final = timedelta(hours=1)
CHECK_LASTS: Final = timedelta(minutes=1)  # at most: a check whose process died gives nothing back
_GET: Final = select(SHARES).where(SHARES.c.holder_id == HOLDER, SHARES.c.share_id == KEY)
_RUNNING: Final = update(SHARES).where(
    SHARES.c.holder_id == HOLDER,
    SHARES.c.share_id == KEY,
    SHARES.c.revoked_at.is_(None),
    SHARES.c.expires_at > NOW,
)
_RESERVE_ATTEMPT: Final = (
    _RUNNING.where(SHARES.c.attempts_left > 0)
    .values(
        attempts_left=SHARES.c.attempts_left - 1,
        checks=case((SHARES.c.checks_end_at > NOW, SHARES.c.checks + 1), else_=1),
        checks_end_at=bindparam("checks_end_at", type_=UtcDateTime),
    )
    .returning(SHARES.c.attempts_left)
)
_COUNT: Final = (
    _RUNNING.where(or_(SHARES.c.max_views.is_(None), SHARES.c.views < SHARES.c.max_views))
    .values(views=SHARES.c.views + 1)
    .returning(SHARES.c.views)
)
_COUNT_VIEW: Final = _COUNT.values(last_view_at=NOW)
_COUNT_FETCH: Final = _COUNT.values(
    program_views=SHARES.c.program_views + 1,
    fetched_since=bindparam("since", type_=UtcDateTime),
    fetches=bindparam("number"),
)


@dataclass(frozen=True, slots=True)
class Fetches:
    """How many manifests of a share programs got in the hour that began `since`."""

    since: datetime
    number: int

    def seconds_left(self, now: datetime) -> int:
        """Return how long that hour still lasts; 0 or less when it is over."""
        return ceil((self.since + FETCHES_RUN - now).total_seconds())


def create(connection: Connection, share: ShareRow) -> None:
    """Add a share.

    Raises:
        sqlalchemy.exc.IntegrityError: the id is taken, or there is no such grant or status index.
    """
    statements.add(connection, SHARES, share)


def get(connection: Connection, holder_id: str, share_id: str) -> ShareRow | None:
    """Return one share of a holder."""
    return statements.one(connection, ShareRow, _GET, {"holder": holder_id, "key": share_id})


def list_of(connection: Connection, holder_id: str) -> Sequence[ShareRow]:
    """Return a holder's shares, ended ones included, newest first."""
    statement = select(SHARES).where(SHARES.c.holder_id == holder_id)
    return statements.many(
        connection, ShareRow, statement.order_by(SHARES.c.created_at.desc(), SHARES.c.share_id)
    )


def revoke(connection: Connection, holder_id: str, share_id: str, *, now: datetime) -> bool:
    """Stop a share and return whether it was not stopped before."""
    statement = update(SHARES).where(
        SHARES.c.holder_id == holder_id, SHARES.c.share_id == share_id, SHARES.c.revoked_at.is_(None)
    )
    return statements.changed(connection, statement.values(revoked_at=now))


def reserve_attempt(connection: Connection, holder_id: str, share_id: str, *, now: datetime) -> int | None:
    """Take one passcode attempt before checking the passcode; return those left, or None when it may not be tried.

    Commit before hashing: only then do parallel guesses see each other.
    """
    parameters = {"holder": holder_id, "key": share_id, "now": now, "checks_end_at": now + CHECK_LASTS}
    return connection.execute(_RESERVE_ATTEMPT, parameters).scalar_one_or_none()


def settle_attempt(
    connection: Connection, holder_id: str, share_id: str, *, right: bool, attempts: int
) -> None:
    """End the check of an attempt, once for each one reserved, and give it back where the passcode was right.

    Never beyond the budget, `attempts`: a share that was re-armed meanwhile has them all back already.
    """
    left, checks = SHARES.c.attempts_left, SHARES.c.checks
    statement = update(SHARES).where(SHARES.c.holder_id == holder_id, SHARES.c.share_id == share_id)
    statement = statement.values(checks=case((checks > 0, checks - 1), else_=0))
    if right:
        statement = statement.values(attempts_left=case((left < attempts, left + 1), else_=left))
    connection.execute(statement)


def rearm(connection: Connection, holder_id: str, share_id: str, *, attempts: int, now: datetime) -> bool:
    """Give a locked share its attempts back without a new QR; return whether it is still running."""
    parameters = {"holder": holder_id, "key": share_id, "now": now}
    return statements.changed(connection, _RUNNING.values(attempts_left=attempts), parameters)


def count_view(
    connection: Connection, holder_id: str, share_id: str, *, now: datetime, fetches: Fetches | None = None
) -> int | None:
    """Count one opening and return how many there were, or None when it is refused: ended, stopped or used up.

    `fetches`: a program's, with this one, which is no look of a person's; the caller holds the lock of the holder
    under which they were read.
    """
    parameters = {"holder": holder_id, "key": share_id, "now": now}
    if fetches is None:
        return connection.execute(_COUNT_VIEW, parameters).scalar_one_or_none()
    fetched = {"since": fetches.since, "number": fetches.number}
    return connection.execute(_COUNT_FETCH, {**parameters, **fetched}).scalar_one_or_none()


def set_code(
    connection: Connection,
    holder_id: str,
    share_id: str,
    *,
    sealed_secrets: bytes,
    code_expires_at: datetime | None,
    now: datetime,
) -> bool:
    """Switch a running share's typed code on (with its end) or off (None); the secrets name it. See locators too."""
    parameters = {"holder": holder_id, "key": share_id, "now": now}
    change = _RUNNING.values(sealed_secrets=sealed_secrets, code_expires_at=code_expires_at)
    return statements.changed(connection, change, parameters)


def set_passcode(
    connection: Connection,
    holder_id: str,
    share_id: str,
    *,
    sealed_secrets: bytes,
    passcode_phc: str,
    attempts: int,
    now: datetime,
) -> bool:
    """Give a running share another passcode, with all its attempts; return whether it is running."""
    change = _RUNNING.values(sealed_secrets=sealed_secrets, passcode_phc=passcode_phc, attempts_left=attempts)
    return statements.changed(connection, change, {"holder": holder_id, "key": share_id, "now": now})


def extend(
    connection: Connection, holder_id: str, share_id: str, *, expires_at: datetime, now: datetime
) -> bool:
    """Move the end of a running share to a later moment; return whether it was running and ended before it."""
    change = _RUNNING.where(SHARES.c.expires_at < expires_at).values(expires_at=expires_at)
    return statements.changed(connection, change, {"holder": holder_id, "key": share_id, "now": now})


def release_again(connection: Connection, holder_id: str, share_id: str, *, now: datetime) -> bool:
    """Note that a running live share carries something new; return whether there is one."""
    change = _RUNNING.where(SHARES.c.live.is_(True)).values(released_at=now)
    return statements.changed(connection, change, {"holder": holder_id, "key": share_id, "now": now})


def put_off(connection: Connection, holder_id: str, share_id: str, *, sealed: bytes) -> bool:
    """Note which change its holder does not send on now, and return whether there is such a share."""
    statement = update(SHARES).where(SHARES.c.holder_id == holder_id, SHARES.c.share_id == share_id)
    return statements.changed(connection, statement.values(sealed_put_off=sealed))


def mark_exposed(connection: Connection, holder_id: str, share_id: str, *, now: datetime) -> bool:
    """Note that the secret arrived in a path; return whether that was not known."""
    statement = update(SHARES).where(
        SHARES.c.holder_id == holder_id, SHARES.c.share_id == share_id, SHARES.c.exposed_at.is_(None)
    )
    return statements.changed(connection, statement.values(exposed_at=now))


def promise(
    connection: Connection, holder_id: str, share_id: str, *, kept: RetentionRule, kept_until: date | None
) -> bool:
    """Note how long its recipient promises to keep what a share let out, and return whether there is such a share."""
    statement = update(SHARES).where(SHARES.c.holder_id == holder_id, SHARES.c.share_id == share_id)
    return statements.changed(connection, statement.values(kept=kept, kept_until=kept_until))
