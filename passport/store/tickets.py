"""Queries of location tickets: each is good for one file, once."""

from datetime import datetime

from sqlalchemy import Connection, update

from passport.store import statements
from passport.tables import TICKETS, TicketRow


def add(connection: Connection, ticket: TicketRow) -> None:
    """Add a ticket.

    Raises:
        sqlalchemy.exc.IntegrityError: the hash is taken, or there is no such share.
    """
    statements.add(connection, TICKETS, ticket)


def consume(connection: Connection, ticket_hash: bytes, *, now: datetime) -> TicketRow | None:
    """Use a ticket and return it, or None when it is unknown, used or too old."""
    statement = (
        update(TICKETS)
        .where(TICKETS.c.ticket_hash == ticket_hash, TICKETS.c.used_at.is_(None), TICKETS.c.expires_at > now)
        .values(used_at=now)
        .returning(*TICKETS.c)
    )
    return statements.one(connection, TicketRow, statement)
