"""Queries of countersignatures: what became of the changes at work of a share, as its recipients said."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

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
