"""The few statements that every noun needs: insert a record, read one, read many, insert unless it is there."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, Select, Table, insert
from sqlalchemy.dialects import postgresql, sqlite

from passport.tables.columns import Record, record, values

R = TypeVar("R", bound=Record)


def add(connection: Connection, table: Table, row: Record) -> None:
    """Insert a record.

    Raises:
        sqlalchemy.exc.IntegrityError: its key is taken, or it names a row that is not there.
    """
    connection.execute(insert(table).values(**values(row)))


def one(connection: Connection, kind: type[R], statement: Select[Any] | Executable) -> R | None:
    """Return the one row that a statement gives, or None."""
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else record(kind, row)


def many(connection: Connection, kind: type[R], statement: Select[Any]) -> Sequence[R]:
    """Return the rows that a statement gives, in its order."""
    return [record(kind, row) for row in connection.execute(statement).mappings()]


def changed(connection: Connection, statement: Executable) -> bool:
    """Run an UPDATE or DELETE and return whether it matched a row."""
    return connection.execute(statement).rowcount > 0


def insert_on_conflict(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT of this engine that takes an ON CONFLICT clause. RETURNING, not rowcount, tells if it wrote."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
