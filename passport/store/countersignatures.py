"""Queries of countersignatures: what became of the changes at work of a share, as its recipients said."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection, select, update

from passport.store import statements
from passport.tables import COUNTERSIGNATURES, CountersignatureRow


def add(connection: Connection, countersignature: CountersignatureRow) -> None:
    """Add a countersignature.

    Raises:
        sqlalchemy.exc.IntegrityError: its number is taken, or there is no such entry or recipient.
    """
    statements.add(connection, COUNTERSIGNATURES, countersignature)


def list_of(
    connection: Connection, holder_id: str, share_id: str | None = None
) -> Sequence[CountersignatureRow]:
    """Return a holder's countersignatures, of one share or of all (None), each row's in the order they were made."""
    statement = select(COUNTERSIGNATURES).where(COUNTERSIGNATURES.c.holder_id == holder_id)
    if share_id is not None:
        statement = statement.where(COUNTERSIGNATURES.c.share_id == share_id)
    order = (COUNTERSIGNATURES.c.said_at, COUNTERSIGNATURES.c.about, COUNTERSIGNATURES.c.sequence)
    return statements.many(connection, CountersignatureRow, statement.order_by(*order))


def to_remind(connection: Connection, *, until: date) -> Sequence[CountersignatureRow]:
    """Return countersignatures, over all holders, whose review is due by a day and of which nobody was reminded."""
    statement = select(COUNTERSIGNATURES).where(
        COUNTERSIGNATURES.c.review_on <= until, COUNTERSIGNATURES.c.reminded_at.is_(None)
    )
    return statements.many(connection, CountersignatureRow, statement.order_by(COUNTERSIGNATURES.c.review_on))


def mark_reminded(connection: Connection, holder_id: str, entry_id: str, *, now: datetime) -> bool:
    """Note that both sides were reminded; return whether nobody had been."""
    statement = update(COUNTERSIGNATURES).where(
        COUNTERSIGNATURES.c.holder_id == holder_id,
        COUNTERSIGNATURES.c.entry_id == entry_id,
        COUNTERSIGNATURES.c.reminded_at.is_(None),
    )
    return statements.changed(connection, statement.values(reminded_at=now))
