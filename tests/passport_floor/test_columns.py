"""What a column takes and gives back, on both engines."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy.exc import StatementError

from passport.db import Database
from passport.store import holders, issuers
from passport.tables import AccessEventRow, AccessKind, HolderRow, IssuerRow
from schemas.vocabulary import IssuerKind, Language, Section
from tests.passport_floor.rows import NOW, holder_row

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(min_value=datetime(1900, 1, 2), max_value=datetime(2999, 12, 30), timezones=ZONES)  # noqa: DTZ001
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


@given(moment=MOMENTS)
@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_moment_comes_back_as_the_same_moment_in_utc(database: Database, moment: datetime) -> None:
    with database.write_engine.connect() as connection:  # rolled back: the next example starts clean
        holders.create(connection, holder_row(created_at=moment))
        stored = holders.get(connection, "h1")
    assert stored is not None
    assert stored.created_at == moment
    assert stored.created_at.tzinfo is UTC


def test_a_naive_time_is_refused(database: Database) -> None:
    naive = holder_row().model_copy(update={"created_at": NOW.replace(tzinfo=None)})
    with pytest.raises(StatementError, match="timezone-aware"), database.writing() as connection:
        holders.create(connection, naive)


@given(text=TEXTS)
@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_comes_back_as_it_went_in(database: Database, text: str) -> None:
    with database.write_engine.connect() as connection:
        holders.create(connection, holder_row(text))
        stored = holders.get(connection, text)
    assert stored is not None
    assert stored.holder_id == text


def test_members_of_enums_come_back_as_members(database: Database) -> None:
    row = IssuerRow(issuer_id="i1", kind=IssuerKind.ORGANISATION, name="n", sections=[Section.PLAN])
    with database.writing() as connection:
        issuers.create(connection, row)
        holders.create(connection, holder_row(language=Language.WELSH))
        issuer, holder = issuers.get(connection, "i1"), holders.get(connection, "h1")
    assert issuer == row
    assert issuer.kind is IssuerKind.ORGANISATION
    assert issuer.sections[0] is Section.PLAN
    assert holder is not None
    assert holder.language is Language.WELSH


def test_a_value_that_is_no_member_is_refused(database: Database) -> None:
    wrong = holder_row().model_copy(update={"language": "fr"})
    with pytest.raises(StatementError, match="not a valid Language"), database.writing() as connection:
        holders.create(connection, wrong)


def test_a_row_is_frozen_and_refuses_unknown_fields() -> None:
    row = holder_row()
    with pytest.raises(ValidationError):
        setattr(row, "kek_version", 2)  # noqa: B010 - mypy knows that it is frozen
    with pytest.raises(ValidationError):
        HolderRow.model_validate({**row.model_dump(), "diagnosis": "x"})


def test_a_row_never_prints_what_it_holds() -> None:
    row = holder_row(sealed_name=b"a secret")
    event = AccessEventRow(
        holder_id="h1",
        sequence=1,
        event_id="x",
        occurred_at=NOW,
        kind=AccessKind.OPENED,
        sealed_event=b"a secret",
        previous_hash=b"",
        commitment=b"",
    )
    assert "secret" not in f"{row} {row!r} {event} {[event]}"


def test_a_refused_row_does_not_echo_its_values() -> None:
    with pytest.raises(ValidationError) as refused:
        holder_row(kek_version="a secret")
    assert "a secret" not in str(refused.value)
