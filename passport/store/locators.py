"""Queries of locators: the only way from a recipient's secret to a holder and share."""

from typing import Final

from sqlalchemy import Connection, delete, select

from passport.store import statements
from passport.store.statements import KEY, KIND
from passport.tables import LOCATORS, LocatorKind, LocatorRow

_FIND: Final = select(LOCATORS).where(LOCATORS.c.locator_hash == KEY, LOCATORS.c.kind == KIND)


def add(connection: Connection, locator: LocatorRow) -> None:
    """Add a locator.

    Raises:
        sqlalchemy.exc.IntegrityError: the hash is taken, the share has one of this kind, or there is no such share.
    """
    statements.add(connection, LOCATORS, locator)


def find(connection: Connection, locator_hash: bytes, kind: LocatorKind) -> LocatorRow | None:
    """Return where a token or typed code leads; one kind is never found by the other's secret."""
    return statements.one(connection, LocatorRow, _FIND, {"key": locator_hash, "of_kind": kind})


def delete_of(
    connection: Connection, holder_id: str, share_id: str | None = None, *, kind: LocatorKind | None = None
) -> int:
    """Delete the locators of a holder, or of one share, or of one kind; return how many there were."""
    statement = delete(LOCATORS).where(LOCATORS.c.holder_id == holder_id)
    if share_id is not None:
        statement = statement.where(LOCATORS.c.share_id == share_id)
    if kind is not None:
        statement = statement.where(LOCATORS.c.kind == kind)
    return connection.execute(statement).rowcount
