"""The access log: one chain per holder, numbered without gaps whoever comes at once, never changed."""

import threading
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from passport.db import Database, open_database
from passport.store import access, holders, shares
from passport.tables import AccessEventRow, AccessHeadRow, AccessKind
from tests.passport_floor.rows import HOLDER, NOW, SHARE, add_share, holder_row


def log(connection: Connection, number: int, holder_id: str = HOLDER) -> AccessEventRow:
    head = access.lock(connection, holder_id)
    event = AccessEventRow(
        holder_id=holder_id,
        sequence=head.next_sequence,
        event_id=f"event-{number}",
        occurred_at=NOW,
        kind=AccessKind.OPENED,
        share_id=SHARE if number % 2 else None,
        sealed_event=b"sealed %d" % number,
        previous_hash=head.head_hash,
        commitment=sha256(f"{holder_id} {number}".encode()).digest(),
    )
    access.append_event(connection, head, event)
    return event


def chain(database: Database, holder_id: str = HOLDER) -> tuple[list[AccessEventRow], AccessHeadRow]:
    with database.reading() as connection:
        head = access.head_of(connection, holder_id)
        events = list(access.events_of(connection, holder_id))
    assert head is not None
    return events, head


def test_events_are_numbered_and_chained(database: Database) -> None:
    with database.writing() as connection:
        holders.create(connection, holder_row())
        appended = [log(connection, number) for number in range(5)]
    events, head = chain(database)
    assert events == appended
    assert [event.sequence for event in events] == [1, 2, 3, 4, 5]
    assert access.first_break(events, head) is None


def test_an_empty_chain_holds(database: Database) -> None:
    with database.writing() as connection:
        holders.create(connection, holder_row())
    assert access.first_break(*chain(database)) is None


def test_each_holder_has_a_chain_of_their_own(database: Database) -> None:
    with database.writing() as connection:
        for holder_id in ("h1", "h2"):
            holders.create(connection, holder_row(holder_id))
            log(connection, 1, holder_id)
    assert [len(chain(database, holder_id)[0]) for holder_id in ("h1", "h2")] == [1, 1]


def test_events_are_read_on_from_where_a_page_ended(database: Database) -> None:
    with database.writing() as connection:
        holders.create(connection, holder_row())
        for number in range(5):
            log(connection, number)
        page = access.events_of(connection, HOLDER, after=2, limit=2)
    assert [event.sequence for event in page] == [3, 4]


def test_nobody_unknown_has_a_log(database: Database) -> None:
    with pytest.raises(LookupError), database.writing() as connection:
        log(connection, 1, "nobody")


def test_an_event_of_a_rolled_back_decision_leaves_no_trace(database: Database) -> None:
    with database.writing() as connection:
        holders.create(connection, holder_row())
    with database.write_engine.connect() as connection:
        log(connection, 1)
        connection.rollback()
    assert chain(database)[0] == []


def test_two_refusals_at_once_take_two_numbers(database: Database) -> None:
    """Two sessions, interleaved by hand: a conditional UPDATE that matches nothing locks nothing."""
    with database.writing() as connection:
        add_share(connection, max_views=0)
    first_has_appended, second_is_done = threading.Event(), threading.Event()

    def second() -> None:
        assert first_has_appended.wait(10)
        with database.writing() as connection:
            assert shares.count_view(connection, HOLDER, SHARE, now=NOW) is None
            log(connection, 2)
        second_is_done.set()

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(second)
        with database.writing() as connection:
            assert shares.count_view(connection, HOLDER, SHARE, now=NOW) is None
            log(connection, 1)
            first_has_appended.set()
            assert not second_is_done.wait(0.3)  # it waits for the head that we hold
        other.result(timeout=10)
    events, head = chain(database)
    assert [(event.sequence, event.event_id) for event in events] == [(1, "event-1"), (2, "event-2")]
    assert access.first_break(events, head) is None


def test_the_head_is_locked_before_anything_is_decided(database: Database) -> None:
    """Who waits for the head sees what the one before decided: the last view is given once."""
    with database.writing() as connection:
        add_share(connection, max_views=1)

    def open_share(number: int) -> int | None:
        with database.writing() as connection:
            access.lock(connection, HOLDER)
            views = shares.count_view(connection, HOLDER, SHARE, now=NOW)
            log(connection, number)
            return views

    with ThreadPoolExecutor(8) as pool:
        views = list(pool.map(open_share, range(40)))
    events, head = chain(database)
    assert sorted(views, key=str) == [1, *[None] * 39]
    assert len(events) == 40
    assert access.first_break(events, head) is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access_events SET sealed_event = previous_hash",
        "UPDATE access_events SET kind = 'refused' WHERE sequence = 1",
        "DELETE FROM access_events",
        "DELETE FROM access_events WHERE sequence = 2",
    ],
)
def test_the_log_is_append_only_on_both_engines(database: Database, statement: str) -> None:
    with database.writing() as connection:
        holders.create(connection, holder_row())
        log(connection, 1)
        log(connection, 2)
    before = chain(database)
    with pytest.raises(DBAPIError, match="access_events_no_"), database.write_engine.begin() as connection:
        connection.execute(text(statement))
    assert chain(database) == before


def test_replacing_an_event_is_refused_too(sqlite_database: Database) -> None:
    with sqlite_database.writing() as connection:
        holders.create(connection, holder_row())
        log(connection, 1)
    replace = "INSERT OR REPLACE INTO access_events SELECT * FROM access_events"
    with pytest.raises(DBAPIError, match="no_delete"), sqlite_database.write_engine.begin() as connection:
        connection.execute(text(replace))


@pytest.mark.parametrize("table", ["access_events", "entries", "status_indices", "holders CASCADE"])
def test_truncating_is_refused(postgresql_url: str, table: str) -> None:
    database = open_database(postgresql_url)
    with pytest.raises(DBAPIError, match=r"no_truncate|cannot truncate"), database.write_engine.begin() as c:
        c.execute(text(f"TRUNCATE {table}"))
    database.close()


TAMPERS: dict[str, tuple[dict[str, Any], int]] = {
    "another holder": ({"holder_id": "h2"}, 3),
    "another number": ({"sequence": 9}, 3),
    "another previous hash": ({"previous_hash": bytes(32)}, 3),
    "another commitment": ({"commitment": bytes(32)}, 4),  # the next one follows another history
}


@pytest.mark.parametrize(("tamper", "breaks_at"), TAMPERS.values(), ids=TAMPERS.keys())
def test_a_tampered_event_breaks_the_chain(
    sqlite_database: Database, tamper: dict[str, Any], breaks_at: int
) -> None:
    with sqlite_database.writing() as connection:
        holders.create(connection, holder_row())
        for number in range(1, 5):
            log(connection, number)
    events, head = chain(sqlite_database)
    events[2] = events[2].model_copy(update=tamper)
    assert access.first_break(events, head) == breaks_at


def test_a_tampered_last_event_breaks_the_chain_at_its_end(sqlite_database: Database) -> None:
    with sqlite_database.writing() as connection:
        holders.create(connection, holder_row())
        log(connection, 1)
    events, head = chain(sqlite_database)
    assert access.first_break([events[0].model_copy(update={"commitment": bytes(32)})], head) == 2


def test_an_event_that_does_not_follow_the_head_is_not_appended(sqlite_database: Database) -> None:
    with sqlite_database.writing() as connection:
        holders.create(connection, holder_row())
        before = access.lock(connection, HOLDER)
        event = log(connection, 1)
        for head in (before.model_copy(update={"holder_id": "h2"}), access.lock(connection, HOLDER)):
            with pytest.raises(ValueError, match="follows the head"):
                access.append_event(connection, head, event)


def test_a_removed_or_cut_off_event_breaks_the_chain(sqlite_database: Database) -> None:
    with sqlite_database.writing() as connection:
        holders.create(connection, holder_row())
        for number in range(1, 5):
            log(connection, number)
    events, head = chain(sqlite_database)
    assert access.first_break([events[0], *events[2:]], head) == 2
    assert access.first_break([events[1], events[0], *events[2:]], head) == 1
    assert access.first_break(events[:-1], head) == 4
    assert access.first_break([], head) == 1
