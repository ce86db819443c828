"""The outbox: written with what it is about, sent at least once, given up in the open. On both engines."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest

from passport import delivery, outbox
from passport.delivery import Outcome
from passport.messages.address import AddressError
from passport.messages.fields import MessageFieldError
from passport.storage_errors import DatabaseUnavailableError
from passport.store import holders, messages
from passport.tables import MessageKind
from schemas.vocabulary import Language
from tests.service.mailing import (
    EMPLOYER_ADDRESS,
    Pigeon,
    enqueue,
    message,
    reachable,
    rows,
    sends,
    told,
)
from tests.service.world import Person, World


class _StopError(Exception):
    """The process dies here."""


def _die() -> None:
    raise _StopError


def test_a_message_is_sent_once_and_the_log_says_so(world: World, sam: Person) -> None:
    enqueue(world, sam)
    pigeon = Pigeon()
    assert [sends(world, pigeon), sends(world, pigeon)] == [1, 0]
    (sent,) = pigeon.sent
    assert sent.address == EMPLOYER_ADDRESS
    assert "21 November 2026" in sent.text
    (row,) = rows(world, sam)
    assert row.delivered_at == world.clock()
    assert told(sam) == ["message-sent"]


def test_the_same_key_is_sent_once_for_each_holder(world: World, sam: Person) -> None:
    other = world.holder("alex")
    for person in (sam, sam, other):
        enqueue(world, person)
    pigeon = Pigeon()
    sends(world, pigeon)
    enqueue(world, sam)
    sends(world, pigeon)
    assert len({sent.message_id for sent in pigeon.sent}) == len(pigeon.sent) == 2


def test_nothing_is_sent_of_a_transaction_that_did_not_happen(world: World, sam: Person) -> None:
    with suppress(_StopError), world.d.database.writing() as connection:
        outbox.enqueue(world.d, connection, message(sam))
        raise _StopError
    assert sends(world, Pigeon()) == 0


def test_what_is_said_is_sealed_and_forgotten_once_it_was_sent(sqlite_world: World) -> None:
    world, sam = sqlite_world, sqlite_world.holder()
    enqueue(world, sam)
    (row,) = rows(world, sam)
    assert row.sealed_content is not None
    assert EMPLOYER_ADDRESS.encode() not in row.sealed_content
    sends(world, Pigeon())
    assert rows(world, sam)[0].sealed_content is None


def test_a_message_waits_until_it_is_due(sqlite_world: World) -> None:
    world, sam = sqlite_world, sqlite_world.holder()
    due_at = world.clock() + timedelta(days=3)
    with world.d.database.writing() as connection:
        outbox.enqueue(world.d, connection, message(sam), due_at=due_at)
    assert sends(world, Pigeon()) == 0
    world.clock.advance(days=3)
    assert sends(world, Pigeon()) == 1


def test_a_crash_between_sending_and_noting_sends_it_again_with_the_same_message_id(
    world: World, sam: Person
) -> None:
    enqueue(world, sam)
    pigeon = Pigeon(after=_die)
    with pytest.raises(_StopError):
        sends(world, pigeon)
    pigeon.after = lambda: None
    assert sends(world, pigeon) == 0  # the lease still runs
    world.clock.advance(seconds=delivery.LEASE.total_seconds())
    assert [sends(world, pigeon), sends(world, pigeon)] == [1, 0]
    first, second = pigeon.sent
    assert first == second
    assert told(sam) == ["message-sent"]


def test_two_workers_at_once_send_each_message_once(world: World, sam: Person) -> None:
    for number in range(12):
        enqueue(world, sam, key=str(number))
    together = threading.Barrier(2, timeout=10)
    pigeons = [Pigeon(), Pigeon()]

    def work(pigeon: Pigeon) -> None:
        together.wait()
        sends(world, pigeon)

    workers = [threading.Thread(target=work, args=[pigeon]) for pigeon in pigeons]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    sent = [sent.message_id for pigeon in pigeons for sent in pigeon.sent]
    sends(world, pigeons[0])
    assert len(sent) == len(set(sent)) == 12
    assert told(sam) == ["message-sent"] * 12


def test_a_worker_that_claims_passes_over_what_another_is_claiming(world: World, sam: Person) -> None:
    for number in range(2):
        enqueue(world, sam, key=str(number))
    if world.d.database.write_engine.dialect.name == "sqlite":
        return  # its writers take turns
    until = world.clock() + delivery.LEASE
    with world.d.database.writing() as one, world.d.database.writing() as two:
        first = messages.claim(one, now=world.clock(), until=until)
        second = messages.claim(two, now=world.clock(), until=until)
        third = messages.claim(two, now=world.clock(), until=until)
    assert first is not None
    assert second is not None
    assert first.message_id != second.message_id
    assert third is None


def test_a_worker_that_was_away_too_long_undoes_nothing(world: World, sam: Person) -> None:
    enqueue(world, sam)
    with world.d.database.writing() as connection:
        stale = messages.claim(connection, now=world.clock(), until=world.clock() + delivery.LEASE)
    assert stale is not None
    world.clock.advance(seconds=delivery.LEASE.total_seconds())
    with world.d.database.writing() as connection:
        assert messages.claim(connection, now=world.clock(), until=world.clock() + delivery.LEASE)
        delivery.settle(world.d, connection, stale, Outcome.LATER)
        delivery.settle(world.d, connection, stale, Outcome.REFUSED)
    (row,) = rows(world, sam)
    assert row.next_attempt_at == world.clock() + delivery.LEASE
    assert told(sam) == []


def test_nothing_is_sent_for_a_holder_who_was_erased(sqlite_world: World) -> None:
    world, sam = sqlite_world, sqlite_world.holder()
    enqueue(world, sam)
    with world.d.database.writing() as connection:
        assert holders.destroy_data_key(connection, sam.holder_id, now=world.clock())
    pigeon = Pigeon()
    sends(world, pigeon)
    assert pigeon.sent == []


def test_a_message_moved_to_another_holder_is_not_sent(sqlite_world: World) -> None:
    world, sam = sqlite_world, sqlite_world.holder()
    enqueue(world, sam)
    other = world.holder("alex")
    world.alter("UPDATE messages SET holder_id = :other", other=other.holder_id)
    pigeon = Pigeon()
    sends(world, pigeon)
    assert pigeon.sent == []
    assert told(other) == ["message-not-sent"]


def test_a_holder_whose_row_was_altered_is_sent_for_no_more(sqlite_world: World) -> None:
    world, sam = sqlite_world, sqlite_world.holder()
    enqueue(world, sam)
    world.alter(
        "UPDATE holders SET sealed_name = :other WHERE holder_id = :sam", other=b"x", sam=sam.holder_id
    )
    pigeon = Pigeon()
    assert [sends(world, pigeon), sends(world, pigeon)] == [1, 0]
    assert pigeon.sent == []


def test_a_message_goes_out_in_its_language(sqlite_world: World) -> None:
    world, sam = sqlite_world, sqlite_world.holder()
    enqueue(world, sam, language=Language.WELSH)
    pigeon = Pigeon()
    sends(world, pigeon)
    assert "21 Tachwedd 2026" in pigeon.sent[0].text


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"to": "jo@acme.example\r\nBcc: all@acme.example"}, AddressError),
        ({"to": ""}, AddressError),
        ({"fields": {}}, MessageFieldError),
        ({"fields": {"day": "2026-11-21", "condition": "Chronic fatigue"}}, MessageFieldError),
        ({"fields": {"day": "Chronic fatigue"}}, MessageFieldError),
        ({"fields": {"day": "2026-02-30"}}, MessageFieldError),
    ],
)
def test_a_message_with_anything_else_in_it_is_not_written(
    sqlite_world: World, said: dict[str, object], error: type[Exception]
) -> None:
    sam = sqlite_world.holder()
    with pytest.raises(error):
        enqueue(sqlite_world, sam, **said)
    assert rows(sqlite_world, sam) == []


def test_a_holder_without_an_address_or_a_wish_is_sent_nothing(world: World, sam: Person) -> None:
    enqueue(world, sam, to=None, kind=MessageKind.OPENED)
    assert rows(world, sam) == []
    reachable(world, sam)
    enqueue(world, sam, to=None, kind=MessageKind.CHANGED)
    assert [row.kind for row in rows(world, sam)] == [MessageKind.EMAIL_CODE]


@contextmanager
def _full_disk(world: World) -> Iterator[None]:
    engine = world.d.database.write_engine
    with engine.connect() as connection:
        used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={used}")
    yield
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1073741823")


def _written_until_full(world: World, sam: Person) -> int:
    for number in range(500):
        try:
            enqueue(world, sam, key=str(number))
        except DatabaseUnavailableError:
            return number
    raise AssertionError("the disk was not full")


def test_a_full_disk_leaves_no_half_of_a_message(sqlite_world: World) -> None:
    world, sam = sqlite_world, sqlite_world.holder()
    with _full_disk(world):
        written = _written_until_full(world, sam)
        assert len(rows(world, sam)) == written
    pigeon = Pigeon()
    while sends(world, pigeon):
        pass
    assert len(pigeon.sent) == written
    assert all(row.delivered_at for row in rows(world, sam))


def test_a_database_that_goes_away_after_sending_costs_a_second_sending_and_no_more(
    sqlite_world: World,
) -> None:
    world, sam = sqlite_world, sqlite_world.holder()
    enqueue(world, sam)

    def readable_only(switch: str) -> None:
        raw = world.d.database.write_engine.raw_connection()
        raw.cursor().execute(f"PRAGMA query_only={switch}")
        raw.close()

    pigeon = Pigeon(after=lambda: readable_only("ON"))
    with pytest.raises(DatabaseUnavailableError):
        sends(world, pigeon)
    readable_only("OFF")
    world.clock.advance(seconds=delivery.LEASE.total_seconds())
    pigeon.after = lambda: None
    sends(world, pigeon)
    assert len(pigeon.sent) == 2
    assert len({sent.message_id for sent in pigeon.sent}) == 1
    assert told(sam) == ["message-sent"]
