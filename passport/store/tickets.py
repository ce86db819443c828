"""Queries of location tickets: each is good for one file, once."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, update

from passport.store import statements
from passport.store.statements import KEY, NOW
from passport.tables import TICKETS, TicketRow

_CONSUME: Final = (
    update(TICKETS)
    .where(TICKETS.c.ticket_hash == KEY, TICKETS.c.used_at.is_(None), TICKETS.c.expires_at > NOW)
    .values(used_at=NOW)
    .returning(*TICKETS.c)
)


def add(connection: Connection, ticket: TicketRow) -> None:
    """Add a ticket.

    Raises:
        sqlalchemy.exc.IntegrityError: the hash is taken, or there is no such share.
    """
    statements.add(connection, TICKETS, ticket)


def consume(connection: Connection, ticket_hash: bytes, *, now: datetime) -> TicketRow | None:
    """Use a ticket and return it, or None when it is unknown, used or too old."""
    return statements.one(connection, TicketRow, _CONSUME, {"key": ticket_hash, "now": now})


def delete_of(connection: Connection, holder_id: str, share_id: str) -> int:
    """Delete every ticket of a share and return how many there were."""
    statement = delete(TICKETS).where(TICKETS.c.holder_id == holder_id, TICKETS.c.share_id == share_id)
    return connection.execute(statement).rowcount
