"""Deletes what has had its time: sign-in sessions, tickets, viewing sessions, reply tokens and old budgets."""

from datetime import datetime

from sqlalchemy import Connection, delete

from passport.tables import CODE_BUDGETS, REPLY_TOKENS, SESSIONS, TICKETS, VIEWING_SESSIONS


def delete_expired(connection: Connection, *, now: datetime, budgets_before: str) -> int:
    """Delete what expired before now, and budget buckets that sort before one; return how many rows went."""
    expired = [
        delete(table).where(table.c.expires_at <= now)
        for table in (SESSIONS, TICKETS, VIEWING_SESSIONS, REPLY_TOKENS)
    ]
    old = delete(CODE_BUDGETS).where(CODE_BUDGETS.c.bucket < budgets_before)
    return sum(connection.execute(statement).rowcount for statement in [*expired, old])
