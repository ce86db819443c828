"""Which shares end when, and until when copies are kept, over all holders: for what a day brings."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, Select, and_, or_, select

from passport.tables import SHARES
from schemas.consent_vocabulary import RetentionRule


def ending(connection: Connection, *, after: datetime, until: datetime) -> Sequence[tuple[str, str]]:
    """Return holder and share of what ends by itself after a moment and until another."""
    statement = select(SHARES.c.holder_id, SHARES.c.share_id).where(
        SHARES.c.expires_at > after, SHARES.c.expires_at <= until, SHARES.c.revoked_at.is_(None)
    )
    return _found(connection, statement)


def ended(
    connection: Connection, *, after: datetime, until: datetime, kept: Collection[RetentionRule]
) -> Sequence[tuple[str, str]]:
    """Return holder and share of what ended or was stopped after a moment and until another, of these promises."""
    by_itself = and_(SHARES.c.expires_at > after, SHARES.c.expires_at <= until)
    stopped = and_(SHARES.c.revoked_at > after, SHARES.c.revoked_at <= until)
    statement = select(SHARES.c.holder_id, SHARES.c.share_id).where(
        or_(by_itself, stopped), SHARES.c.kept.in_(sorted(kept))
    )
    return _found(connection, statement)


def kept_until(connection: Connection, *, after: date, until: date) -> Sequence[tuple[str, str]]:
    """Return holder and share of what its recipient promises to delete by a day after one and until another."""
    statement = select(SHARES.c.holder_id, SHARES.c.share_id).where(
        SHARES.c.kept_until > after, SHARES.c.kept_until <= until
    )
    return _found(connection, statement)


def _found(connection: Connection, statement: Select[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    found = connection.execute(statement.order_by("holder_id", "share_id"))
    return [(row.holder_id, row.share_id) for row in found]
