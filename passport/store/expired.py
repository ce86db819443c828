"""Deletes what has had its time: sessions, tickets, tokens, old budgets, codes, and what ended shares carried."""

from datetime import datetime

from sqlalchemy import Connection, delete, exists, or_, update

from passport.tables import (
    CODE_BUDGETS,
    CONTACTS,
    RECIPIENTS,
    REPLY_TOKENS,
    SESSIONS,
    SHARE_FILES,
    SHARES,
    TICKETS,
    VIEWING_SESSIONS,
)


def delete_expired(connection: Connection, *, now: datetime, budgets_before: str) -> int:
    """Delete what expired before now, and budget buckets that sort before one; return how many rows went."""
    expired = [
        delete(table).where(table.c.expires_at <= now)
        for table in (SESSIONS, TICKETS, VIEWING_SESSIONS, REPLY_TOKENS)
    ]
    old = delete(CODE_BUDGETS).where(CODE_BUDGETS.c.bucket < budgets_before)
    return sum(connection.execute(statement).rowcount for statement in [*expired, old])


def forget_codes(connection: Connection, *, now: datetime) -> int:
    """Forget e-mail codes that have ended, and holders' addresses that no code came back from; return how many."""
    ended = CONTACTS.c.code_ends_at <= now
    never = delete(CONTACTS).where(ended, CONTACTS.c.sealed_address.is_(None))
    again = update(CONTACTS).where(ended)
    recipients = update(RECIPIENTS).where(RECIPIENTS.c.code_expires_at <= now)
    statements = (
        never,
        again.values(sealed_pending=None, code_hash=None, code_ends_at=None, tries_left=0),
        recipients.values(code_hash=None, code_expires_at=None, code_attempts_left=0),
    )
    return sum(connection.execute(statement).rowcount for statement in statements)


def delete_files_of_ended(connection: Connection, *, before: datetime) -> int:
    """Delete what shares carried that ended or were stopped before a moment; return how many there were."""
    ended = exists().where(
        SHARES.c.holder_id == SHARE_FILES.c.holder_id,
        SHARES.c.share_id == SHARE_FILES.c.share_id,
        or_(SHARES.c.expires_at <= before, SHARES.c.revoked_at <= before),
    )
    return connection.execute(delete(SHARE_FILES).where(ended)).rowcount
