"""Queries of anchors: the public halves of the keys that sign the trust list."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from passport.store import statements
from passport.tables import ANCHORS, AnchorRow


def add(connection: Connection, anchor: AnchorRow) -> None:
    """Add an anchor.

    Raises:
        sqlalchemy.exc.IntegrityError: it is there already.
    """
    statements.add(connection, ANCHORS, anchor)


def list_all(connection: Connection) -> Sequence[AnchorRow]:
    """Return every anchor, ended ones included, by when each begins to sign."""
    statement = select(ANCHORS).order_by(ANCHORS.c.not_before, ANCHORS.c.kid)
    return statements.many(connection, AnchorRow, statement)


def end_all(connection: Connection, *, not_after: datetime) -> int:
    """Say of all that have no end when they stop signing; return how many that were."""
    statement = update(ANCHORS).where(ANCHORS.c.not_after.is_(None)).values(not_after=not_after)
    return connection.execute(statement).rowcount


def distrust_all(connection: Connection, *, now: datetime) -> int:
    """Say of all that have not ended that they sign no more; return how many that were."""
    not_ended = ANCHORS.c.not_after.is_(None) | (ANCHORS.c.not_after > now)
    return connection.execute(update(ANCHORS).where(not_ended).values(not_after=now)).rowcount
