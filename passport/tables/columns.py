"""Column types and the base of every row: UTC times, text enums, one MetaData. No engine, no query."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar, Final, TypeVar, cast

from pydantic import ConfigDict
from sqlalchemy import JSON, DateTime, Dialect, MetaData, RowMapping, String, Table, TypeDecorator
from sqlmodel import SQLModel

R = TypeVar("R", bound="Record")

# Named constraints, so that a later migration can drop one on either engine.
METADATA: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. Takes aware datetimes only and gives UTC back, also from SQLite, which stores no offset."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return the moment in UTC.

        Raises:
            ValueError: the datetime is naive, so nobody knows which moment it means.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time must be timezone-aware")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return the stored moment, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class EnumText(TypeDecorator[StrEnum]):
    """A StrEnum stored as its text: a new member needs no migration, an unknown one cannot be read or written."""

    impl = String
    cache_ok = True

    def __init__(self, members: type[StrEnum]) -> None:
        super().__init__()
        self.members = members

    def process_bind_param(self, value: StrEnum | None, _dialect: Dialect) -> str | None:
        """Return the member's text.

        Raises:
            ValueError: the value is no member of the enum.
        """
        return None if value is None else self.members(value).value

    def process_result_value(self, value: str | None, _dialect: Dialect) -> StrEnum | None:
        """Return the member that the text names."""
        return None if value is None else self.members(value)


class EnumListJson(TypeDecorator[list[StrEnum]]):
    """A list of StrEnum members stored as a JSON array of their texts."""

    impl = JSON
    cache_ok = True

    def __init__(self, members: type[StrEnum]) -> None:
        super().__init__()
        self.members = members

    def process_bind_param(self, value: list[StrEnum] | None, _dialect: Dialect) -> list[str] | None:
        """Return the members' texts.

        Raises:
            ValueError: a value is no member of the enum.
        """
        return None if value is None else [self.members(member).value for member in value]

    def process_result_value(self, value: list[str] | None, _dialect: Dialect) -> list[StrEnum] | None:
        """Return the members that the texts name."""
        return None if value is None else [self.members(text) for text in value]


class Record(SQLModel):
    """One row as a frozen value: what store functions take and give. Changing a copy stores nothing."""

    metadata: ClassVar[MetaData] = METADATA
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Name the class only: rows hold secrets, sealed or not, and errors print what they hold."""
        return f"{type(self).__name__}(...)"

    __str__ = __repr__


def record(kind: type[R], row: RowMapping) -> R:
    """Return one database row as its record. Rows were validated when they went in, so this does not do it again."""
    return cast(R, kind.model_construct(**row))  # SQLModel types it by its own base


def values(row: Record) -> dict[str, Any]:
    """Return a record's columns as they are written."""
    return dict(row.__dict__)


def table_of(model: type[SQLModel]) -> Table:
    """Return the Core table that an SQLModel class declares."""
    return METADATA.tables[str(model.__tablename__)]
