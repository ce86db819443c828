"""The few statements that every noun needs: insert a record, read one, read many, insert unless it is there.

Statements of the hot path are built once, at import, with the parameters named here: building one costs SQLAlchemy more
time than running it. No parameter is named like a column, or an UPDATE would take it for a value to set.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import BindParameter, Connection, Executable, Select, Table, bindparam, insert
from sqlalchemy.dialects import postgresql, sqlite

from passport.tables.columns import Record, record, values

R = TypeVar("R", bound=Record)
HOLDER: Final[BindParameter[Any]] = bindparam("holder")
KEY: Final[BindParameter[Any]] = bindparam("key")  # the rest of the primary key
KIND: Final[BindParameter[Any]] = bindparam("of_kind")
NOW: Final[BindParameter[Any]] = bindparam("now")
_NOTHING: Final[Mapping[str, Any]] = {}


def add(connection: Connection, table: Table, row: Record) -> None:
    """Insert a record.

    Raises:
        sqlalchemy.exc.IntegrityError: its key is taken, or it names a row that is not there.
    """
    connection.execute(insert(table), values(row))


def one(
    connection: Connection, kind: type[R], statement: Executable, parameters: Mapping[str, Any] = _NOTHING
) -> R | None:
    """Return the one row that a statement gives, or None."""
    row = connection.execute(statement, parameters).mappings().one_or_none()
    return None if row is None else record(kind, row)


def many(connection: Connection, kind: type[R], statement: Select[Any]) -> Sequence[R]:
    """Return the rows that a statement gives, in its order."""
    return [record(kind, row) for row in connection.execute(statement).mappings()]


def changed(connection: Connection, statement: Executable, parameters: Mapping[str, Any] = _NOTHING) -> bool:
    """Run an UPDATE or DELETE and return whether it matched a row."""
    return connection.execute(statement, parameters).rowcount > 0


def insert_on_conflict(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT of this engine that takes an ON CONFLICT clause. RETURNING, not rowcount, tells if it wrote."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
