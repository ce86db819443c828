"""Queries of viewing sessions: a recipient's quarter of an hour after pressing Open."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, func, select

from passport.store import statements
from passport.store.statements import HOLDER, KEY, NOW
from passport.tables import VIEWING_SESSIONS, ViewingSessionRow

_FIND: Final = select(VIEWING_SESSIONS).where(
    VIEWING_SESSIONS.c.token_hash == KEY, VIEWING_SESSIONS.c.expires_at > NOW
)

_COUNT: Final = select(func.count()).where(
    VIEWING_SESSIONS.c.holder_id == HOLDER,
    VIEWING_SESSIONS.c.share_id == KEY,
    VIEWING_SESSIONS.c.expires_at > NOW,
)


def add(connection: Connection, session: ViewingSessionRow) -> None:
    """Add a viewing session.

    Raises:
        sqlalchemy.exc.IntegrityError: the token hash is taken, or there is no such share.
    """
    statements.add(connection, VIEWING_SESSIONS, session)


def find(connection: Connection, token_hash: bytes, *, now: datetime) -> ViewingSessionRow | None:
    """Return the viewing session with this token unless it has expired. Whether its share still runs: ask shares."""
    return statements.one(connection, ViewingSessionRow, _FIND, {"key": token_hash, "now": now})


def count_of(connection: Connection, holder_id: str, share_id: str, *, now: datetime) -> int:
    """Return how many viewing sessions of a share have not expired."""
    parameters = {"holder": holder_id, "key": share_id, "now": now}
    return int(connection.execute(_COUNT, parameters).scalar_one())


def delete_one(connection: Connection, holder_id: str, token_hash: bytes) -> bool:
    """End one viewing session of a holder's shares and return whether it was there."""
    statement = delete(VIEWING_SESSIONS).where(
        VIEWING_SESSIONS.c.holder_id == holder_id, VIEWING_SESSIONS.c.token_hash == token_hash
    )
    return statements.changed(connection, statement)


def delete_of(connection: Connection, holder_id: str, share_id: str) -> int:
    """End every viewing session of a share and return how many there were."""
    statement = delete(VIEWING_SESSIONS).where(
        VIEWING_SESSIONS.c.holder_id == holder_id, VIEWING_SESSIONS.c.share_id == share_id
    )
    return connection.execute(statement).rowcount
