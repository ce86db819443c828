"""Tickets: the way to one file of an open share, good once. Made by the opening itself: what ends the one ends both.

Left out: using them up (passport.admission).
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from passport.deployment import Deployment
from passport.lookup import token_hash
from passport.store import tickets
from passport.tables import ShareRow, TicketRow

TICKET_LASTS: Final = timedelta(minutes=10)  # SMART Health Links: at most an hour


def keep(d: Deployment, connection: Connection, row: ShareRow, ticket: str) -> None:
    """Let a fresh ticket lead to the file of a share for TICKET_LASTS."""
    stored = TicketRow(
        ticket_hash=token_hash(ticket),
        holder_id=row.holder_id,
        share_id=row.share_id,
        expires_at=d.now() + TICKET_LASTS,
    )
    tickets.add(connection, stored)
