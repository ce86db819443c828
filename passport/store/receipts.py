"""Queries of receipts: add a version, find the newest of a grant, all of a receipt, and what has come to its end."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Select, exists, select

from passport.store import statements
from passport.tables import GRANTS, HOLDERS, RECEIPTS, ReceiptRow
from schemas.consent_vocabulary import ConsentEvent


def add(connection: Connection, receipt: ReceiptRow) -> None:
    """Add a version of a receipt.

    Raises:
        sqlalchemy.exc.IntegrityError: there is this version, or there is no such holder.
    """
    statements.add(connection, RECEIPTS, receipt)


def newest_of(
    connection: Connection, holder_id: str, subject_id: str, *, before_event: int | None = None
) -> ReceiptRow | None:
    """Return the newest version of what is about a grant or request; or the one that stood at an event of the log."""
    statement = select(RECEIPTS).where(RECEIPTS.c.holder_id == holder_id, RECEIPTS.c.subject_id == subject_id)
    if before_event is not None:
        statement = statement.where(RECEIPTS.c.after_event < before_event)
    return statements.one(connection, ReceiptRow, statement.order_by(RECEIPTS.c.version.desc()).limit(1))


def versions_of(connection: Connection, holder_id: str, receipt_id: str) -> Sequence[ReceiptRow]:
    """Return every version of a receipt, the first one first."""
    statement = select(RECEIPTS).where(RECEIPTS.c.holder_id == holder_id, RECEIPTS.c.receipt_id == receipt_id)
    return statements.many(connection, ReceiptRow, statement.order_by(RECEIPTS.c.version))


def list_of(connection: Connection, holder_id: str) -> Sequence[ReceiptRow]:
    """Return every version of every receipt of a holder, in the order they were written."""
    statement = select(RECEIPTS).where(RECEIPTS.c.holder_id == holder_id)
    return statements.many(
        connection,
        ReceiptRow,
        statement.order_by(RECEIPTS.c.after_event, RECEIPTS.c.receipt_id, RECEIPTS.c.version),
    )


def ended(connection: Connection, *, now: datetime) -> Sequence[tuple[str, str]]:
    """Return the holder and subject of receipts whose end has passed and that do not say so yet, over all holders."""
    statement = _newest(ConsentEvent.REQUESTED, ConsentEvent.GIVEN).where(RECEIPTS.c.ends_at <= now)
    return _subjects(connection, statement)


def stopped(connection: Connection) -> Sequence[tuple[str, str]]:
    """Return the same of grants that were withdrawn, where the receipt does not say so, over all holders."""
    statement = (
        _newest(ConsentEvent.GIVEN, ConsentEvent.EXPIRED)
        .join(
            GRANTS,
            (GRANTS.c.holder_id == RECEIPTS.c.holder_id) & (GRANTS.c.grant_id == RECEIPTS.c.subject_id),
        )
        .where(GRANTS.c.revoked_at.is_not(None))
    )
    return _subjects(connection, statement)


def _newest(*states: ConsentEvent) -> Select[tuple[str, str]]:
    """Return what selects receipts whose newest version is in one of these states, of holders that are there."""
    later = RECEIPTS.alias("later")
    followed = exists().where(
        later.c.holder_id == RECEIPTS.c.holder_id,
        later.c.receipt_id == RECEIPTS.c.receipt_id,
        later.c.version > RECEIPTS.c.version,
    )
    return (
        select(RECEIPTS.c.holder_id, RECEIPTS.c.subject_id)
        .join(HOLDERS, HOLDERS.c.holder_id == RECEIPTS.c.holder_id)
        .where(HOLDERS.c.erased_at.is_(None), RECEIPTS.c.state.in_(states), ~followed)
        .order_by(RECEIPTS.c.ends_at)
    )


def _subjects(connection: Connection, statement: Select[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    return [(row.holder_id, row.subject_id) for row in connection.execute(statement)]
