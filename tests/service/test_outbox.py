"""The outbox: written with what it is about, sent at least once, given up in the open. On both engines."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest

from passport import delivery, outbox
from passport.delivery import Outcome
from passport.messages.address import AddressError
from passport.messages.carrier import CarrierSettingsError
from passport.messages.fields import MessageFieldError
from passport.storage_errors import DatabaseUnavailableError
from passport.store import holders, messages
from passport.store.messages import Waiting
from passport.tables import MessageKind, MessageRow
from schemas.vocabulary import Language
from tests.service.mailing import (
    EMPLOYER_ADDRESS,
    Pigeon,
    busy,
    enqueue,
    has_recipient,
    message,
    reachable,
    refuse,
    rows,
    sends,
)
from tests.service.world import Person, World


class _StopError(Exception):
    """The process dies here."""


def _die() -> None:
    raise _StopError


def told(sam: Person) -> list[str]:
    """The events about messages in Sam's log."""
    return [event["kind"] for event in sam.log() if event["kind"].startswith("message")]


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


def test_a_busy_carrier_is_tried_again_ever_later_and_in_the_end_given_up(sqlite_world: World) -> None:
    world, sam = sqlite_world, sqlite_world.holder()
    enqueue(world, sam)
    pigeon, waits = Pigeon(before=busy), []
    for attempts in (None, None, None, None, outbox.TRIES_MAX - 2, None):
        if attempts:
            world.alter("UPDATE messages SET attempts = :attempts", attempts=attempts)
        waits.append((rows(world, sam)[0].next_attempt_at or world.clock()) - world.clock())
        world.clock.advance(seconds=waits[-1].total_seconds())
        sends(world, pigeon)
    assert waits[:4] == [timedelta(), timedelta(seconds=30), timedelta(seconds=60), timedelta(seconds=120)]
    assert waits[-1] == delivery.LONGEST_WAIT / 2
    row = rows(world, sam)[0]
    assert told(sam) == ["message-not-sent"]
    assert (row.attempts, row.given_up_at, row.sealed_content) == (outbox.TRIES_MAX, world.clock(), None)


def test_all_attempts_together_take_five_to_eleven_days() -> None:
    shortest, longest = (
        sum((delivery.wait(n, jitter) for n in range(1, outbox.TRIES_MAX)), timedelta())
        for jitter in (0.0, 0.999999)
    )
    assert timedelta(days=5) < shortest < longest < timedelta(days=11)


@pytest.mark.parametrize("attempts", [1, 2, 5, 8, 9, 1000])
def test_the_wait_grows_to_a_longest_and_jitter_takes_up_to_half_of_it(attempts: int) -> None:
    longest, shortest = delivery.wait(attempts, 0.999999), delivery.wait(attempts, 0.0)
    assert longest <= delivery.LONGEST_WAIT
    assert shortest == min(timedelta(minutes=2 ** min(attempts - 1, 20)), delivery.LONGEST_WAIT) / 2
    assert shortest < longest < 2 * shortest


def test_what_is_refused_for_good_is_not_tried_again(sqlite_world: World) -> None:
    world, sam = sqlite_world, sqlite_world.holder()
    enqueue(world, sam)
    assert [sends(world, Pigeon(before=refuse)), sends(world, Pigeon())] == [1, 0]
    assert told(sam) == ["message-not-sent"]


QUICK = {MessageKind.EMAIL_CODE: timedelta(minutes=15), MessageKind.SHARE_ENDING: timedelta(days=2)}


@pytest.mark.parametrize("kind", MessageKind)
def test_each_kind_is_sent_late_as_long_as_it_is_of_use_and_not_a_moment_longer(kind: MessageKind) -> None:
    due_at = datetime(2026, 11, 21, tzinfo=UTC)
    row = MessageRow(
        holder_id="H",
        message_id="M",
        kind=kind,
        key_hash=b"",
        to_holder=False,
        created_at=due_at,
        due_at=due_at,
    )
    end = due_at + QUICK.get(kind, timedelta(days=30))
    assert outbox.is_of_use(row, end - timedelta(microseconds=1))
    assert not outbox.is_of_use(row, end)


def test_a_code_is_not_sent_after_it_has_ended(sqlite_world: World) -> None:
    world, sam = sqlite_world, sqlite_world.holder()
    enqueue(world, sam, kind=MessageKind.EMAIL_CODE, fields={"code": "123456"})
    world.clock.advance(minutes=15)
    pigeon = Pigeon()
    sends(world, pigeon)
    assert pigeon.sent == []
    assert told(sam) == ["message-not-sent"]


def test_a_deletion_request_outlasts_a_service_that_stood_still_and_then_a_busy_carrier(
    world: World, sam: Person
) -> None:
    share = sam.shares_with(passcode=False)
    has_recipient(world, sam, share)
    sam.stops(share)
    world.clock.advance(days=20)
    pigeon = Pigeon(before=busy)
    for _ in range(9):
        assert sends(world, pigeon) == 1
        world.clock.advance(hours=2)
    pigeon.before = lambda: None
    assert sends(world, pigeon) == 1
    assert [sent.address for sent in pigeon.sent] == [EMPLOYER_ADDRESS]
    assert sam.said(share)[-1] == "message-sent"


def test_the_operator_reads_why_messages_wait_and_nothing_of_them(
    sqlite_world: World, caplog: pytest.LogCaptureFixture
) -> None:
    def stop_all() -> None:
        raise CarrierSettingsError("nobody knows our key")

    world, sam = sqlite_world, sqlite_world.holder()
    for fails in (busy, stop_all, refuse):
        enqueue(world, sam, key=fails.__name__)
        sends(world, Pigeon(before=fails))
    assert [(line.levelname, line.getMessage()) for line in caplog.records] == [
        ("WARNING", "a message waits: not now"),
        ("ERROR", "a message waits: nobody knows our key"),
        ("WARNING", "a message is given up: no such mailbox"),
    ]


def test_what_waits_is_counted(world: World, sam: Person) -> None:
    def waiting() -> Waiting | None:
        with world.d.database.reading() as connection:
            return messages.waiting(connection, now=world.clock())

    assert waiting() is None
    since = world.clock()
    for key in ("one", "two"):
        enqueue(world, sam, key=key)
        world.clock.advance(minutes=1)
    sends(world, Pigeon(before=busy))
    assert waiting() == Waiting(2, since, 1)
    world.clock.advance(hours=1)
    sends(world, Pigeon())
    assert waiting() is None


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
