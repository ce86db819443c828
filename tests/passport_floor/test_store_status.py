"""Status lists: indices at random, none twice, and a version that changes exactly when a status does."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from passport.db import Database, open_database
from passport.storage_errors import StatusListFullError
from passport.store import status
from passport.store.status import INVALID, SUSPENDED, VALID, StatusChanges
from passport.tables import StatusKind, StatusListRow

SMALL = StatusListRow(list_id="small", size=64)


def allocate(database: Database, count: int) -> list[int]:
    with database.writing() as connection:
        return [status.allocate_index(connection, "small", StatusKind.ENTRY) for _ in range(count)]


def create(database: Database, row: StatusListRow = SMALL) -> None:
    with database.writing() as connection:
        status.create_list(connection, row)


def whole(connection: Connection, since: int = 0) -> StatusChanges:
    """Return what changed in the small list."""
    row = status.get_list(connection, "small")
    assert row is not None
    return status.changes(connection, row, since=since)


def drawing(*indices: int) -> Callable[[int], int]:
    """Return a source of these numbers instead of random ones."""
    left = iter(indices)
    return lambda _size: next(left)


def test_no_index_is_handed_out_twice(database: Database) -> None:
    create(database)
    indices = allocate(database, 40)
    assert len(set(indices)) == 40
    assert all(0 <= index < 64 for index in indices)
    assert indices != sorted(indices)


def test_no_index_is_handed_out_twice_to_many_at_once(database: Database) -> None:
    create(database)
    with ThreadPoolExecutor(8) as pool:
        indices = [index for batch in pool.map(lambda _: allocate(database, 5), range(8)) for index in batch]
    assert len(set(indices)) == 40


def test_every_index_can_come(database: Database) -> None:
    create(database)
    seen: Counter[int] = Counter()
    for first in range(64):
        with database.write_engine.connect() as connection:  # rolled back
            seen[status.allocate_index(connection, "small", StatusKind.SHARE, drawing(first))] += 1
    assert set(seen.values()) == {1}
    assert len(seen) == 64


def test_an_index_that_is_taken_is_passed_over(database: Database) -> None:
    create(database)
    with database.writing() as connection:
        draw = drawing(5, 5, 5, 9)
        assert status.allocate_index(connection, "small", StatusKind.ENTRY, draw) == 5
        assert status.allocate_index(connection, "small", StatusKind.ENTRY, draw) == 9


def test_a_full_list_says_so(database: Database) -> None:
    create(database, StatusListRow(list_id="small", size=1))
    allocate(database, 1)
    with pytest.raises(StatusListFullError, match="create another"):
        allocate(database, 1)


def test_an_index_needs_a_list(database: Database) -> None:
    with pytest.raises(LookupError):
        allocate(database, 1)
    with database.reading() as connection:
        assert status.get_list(connection, "small") is None


def test_an_index_that_another_transaction_is_taking_is_passed_over(postgresql_url: str) -> None:
    database = open_database(postgresql_url)
    create(database)
    with database.writing() as first, database.writing() as second:
        assert status.allocate_index(first, "small", StatusKind.ENTRY, drawing(5)) == 5
        assert status.allocate_index(second, "small", StatusKind.ENTRY, drawing(5, 9)) == 9
        assert status.allocate_index(first, "small", StatusKind.ENTRY, drawing(9, 6)) == 6
    database.close()


@given(
    changes=st.lists(st.tuples(st.integers(0, 4), st.sampled_from([VALID, INVALID, SUSPENDED])), max_size=12)
)
@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_version_changes_exactly_when_a_status_does(
    database: Database, changes: list[tuple[int, int]]
) -> None:
    expected, version = dict.fromkeys(range(5), VALID), 0
    with database.write_engine.connect() as connection:  # rolled back
        status.create_list(connection, SMALL)
        for index in expected:
            status.allocate_index(connection, "small", StatusKind.ENTRY, drawing(index))
        for index, value in changes:
            changed = expected[index] != value
            assert status.set_status(connection, "small", index, value) is changed
            expected[index], version = value, version + changed
        found = whole(connection)
    assert (found.version, found.size, found.bits) == (version, 64, 2)
    assert {index: found.statuses.get(index, VALID) for index in expected} == expected


def test_many_statuses_change_at_once_without_a_deadlock(database: Database) -> None:
    create(database)
    indices = allocate(database, 10)

    def invalidate(order: list[int]) -> int:
        with database.writing() as connection:
            return sum(status.set_status(connection, "small", index, INVALID) for index in order)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(invalidate, [indices, indices[::-1]] * 4)) == 10
    with database.reading() as connection:
        found = whole(connection)
    assert (found.version, found.statuses) == (10, dict.fromkeys(indices, INVALID))


def test_an_index_that_was_never_handed_out_has_no_status(database: Database) -> None:
    create(database)
    with pytest.raises(LookupError), database.writing() as connection:
        status.set_status(connection, "small", 3, INVALID)


@pytest.mark.parametrize("value", [-1, 3, 4])
def test_a_status_is_valid_invalid_or_suspended(database: Database, value: int) -> None:
    create(database)
    (index,) = allocate(database, 1)
    with pytest.raises(DBAPIError), database.writing() as connection:
        status.set_status(connection, "small", index, value)


def test_an_index_is_never_freed(database: Database) -> None:
    create(database)
    allocate(database, 1)
    with pytest.raises(DBAPIError, match="no_delete"), database.write_engine.begin() as connection:
        connection.execute(text("DELETE FROM status_indices"))
