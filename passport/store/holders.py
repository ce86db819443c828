"""Queries of holders: the root of everything a person owns here."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select, update

from consent.access_event import GENESIS
from passport.store import statements
from passport.store.statements import HOLDER
from passport.tables import ACCESS_HEADS, HOLDERS, AccessHeadRow, HolderRow
from schemas.vocabulary import Language

_GET: Final = select(HOLDERS).where(HOLDERS.c.holder_id == HOLDER)


def create(connection: Connection, holder: HolderRow) -> None:
    """Add a holder and the head of their access log.

    Raises:
        sqlalchemy.exc.IntegrityError: the id is taken.
    """
    statements.add(connection, HOLDERS, holder)
    head = AccessHeadRow(holder_id=holder.holder_id, next_sequence=1, head_hash=GENESIS)
    statements.add(connection, ACCESS_HEADS, head)


def get(connection: Connection, holder_id: str) -> HolderRow | None:
    """Return a holder, erased ones included."""
    return statements.one(connection, HolderRow, _GET, {"holder": holder_id})


def set_sealed(
    connection: Connection,
    holder_id: str,
    *,
    sealed_name: bytes | None = None,
    sealed_passport_key: bytes | None = None,
) -> bool:
    """Store the sealed fields given, leave the others, and return whether there is such a holder."""
    given = {"sealed_name": sealed_name, "sealed_passport_key": sealed_passport_key}
    change = {name: value for name, value in given.items() if value is not None}
    if not change:
        raise ValueError("give sealed_name or sealed_passport_key")
    statement = update(HOLDERS).where(HOLDERS.c.holder_id == holder_id).values(**change)
    return statements.changed(connection, statement)


def set_language(connection: Connection, holder_id: str, language: Language) -> bool:
    """Store the language a holder reads and return whether there is such a holder."""
    statement = update(HOLDERS).where(HOLDERS.c.holder_id == holder_id).values(language=language)
    return statements.changed(connection, statement)


def set_wrapped_data_key(
    connection: Connection, holder_id: str, wrapped_data_key: bytes, kek_version: int, *, was: int
) -> bool:
    """Store the data key wrapped anew, unless it was erased or re-wrapped since it was read under version `was`."""
    statement = (
        update(HOLDERS)
        .where(
            HOLDERS.c.holder_id == holder_id,
            HOLDERS.c.kek_version == was,
            HOLDERS.c.wrapped_data_key.is_not(None),
        )
        .values(wrapped_data_key=wrapped_data_key, kek_version=kek_version)
    )
    return statements.changed(connection, statement)


def destroy_data_key(connection: Connection, holder_id: str, *, now: datetime) -> bool:
    """Destroy the key to everything sealed of a holder; return whether it was there. It cannot be undone."""
    statement = (
        update(HOLDERS)
        .where(HOLDERS.c.holder_id == holder_id, HOLDERS.c.wrapped_data_key.is_not(None))
        .values(
            wrapped_data_key=None,
            sealed_name=None,
            sealed_passport_key=None,
            language=Language.ENGLISH,  # whatever it was
            erased_at=now,
        )
    )
    return statements.changed(connection, statement)


def erased(connection: Connection) -> Mapping[str, datetime]:
    """Return everybody who was erased, by id, and when."""
    statement = select(HOLDERS.c.holder_id, HOLDERS.c.erased_at).where(HOLDERS.c.erased_at.is_not(None))
    return {row.holder_id: row.erased_at for row in connection.execute(statement)}


def wrapped_before(connection: Connection, kek_version: int, *, limit: int = 500) -> Sequence[HolderRow]:
    """Return holders whose data key is wrapped under an older KEK version, of all holders."""
    statement = (
        select(HOLDERS)
        .where(HOLDERS.c.kek_version < kek_version, HOLDERS.c.wrapped_data_key.is_not(None))
        .order_by(HOLDERS.c.holder_id)
        .limit(limit)
    )
    return statements.many(connection, HolderRow, statement)
