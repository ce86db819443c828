"""Which shares end when, over all holders: for what a day brings."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from passport.tables import SHARES


def between(connection: Connection, *, after: datetime, until: datetime) -> Sequence[tuple[str, str]]:
    """Return holder and share of what ends after one moment and until another, by its own end."""
    statement = select(SHARES.c.holder_id, SHARES.c.share_id).where(
        SHARES.c.expires_at > after, SHARES.c.expires_at <= until, SHARES.c.revoked_at.is_(None)
    )
    found = connection.execute(statement.order_by(SHARES.c.holder_id, SHARES.c.share_id))
    return [(row.holder_id, row.share_id) for row in found]
