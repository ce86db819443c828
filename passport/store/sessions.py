"""Queries of sign-in sessions, found by the hash of their token."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, select

from passport.store import statements
from passport.store.statements import KEY, NOW
from passport.tables import SESSIONS, SessionRow

_GET: Final = select(SESSIONS).where(SESSIONS.c.token_hash == KEY, SESSIONS.c.expires_at > NOW)


def create(connection: Connection, session: SessionRow) -> None:
    """Add a session.

    Raises:
        sqlalchemy.exc.IntegrityError: the token hash is taken, or there is no such account.
    """
    statements.add(connection, SESSIONS, session)


def get(connection: Connection, token_hash: bytes, *, now: datetime) -> SessionRow | None:
    """Return the session with this token unless it has expired."""
    return statements.one(connection, SessionRow, _GET, {"key": token_hash, "now": now})


def delete_one(connection: Connection, token_hash: bytes) -> bool:
    """Sign out one session and return whether there was one."""
    return statements.changed(connection, delete(SESSIONS).where(SESSIONS.c.token_hash == token_hash))


def delete_of(connection: Connection, account_id: str) -> bool:
    """Sign an account out everywhere and return whether it was signed in anywhere."""
    return statements.changed(connection, delete(SESSIONS).where(SESSIONS.c.account_id == account_id))
