"""What a message that cannot go, or was due long ago, comes to: sent late while it is of use, given up in the open."""

from datetime import UTC, datetime, timedelta

import pytest

from passport import delivery, outbox
from passport.messages.carrier import CarrierSettingsError
from passport.store import messages
from passport.store.messages import Waiting
from passport.tables import MessageKind, MessageRow
from tests.service.mailing import (
    EMPLOYER_ADDRESS,
    Pigeon,
    busy,
    enqueue,
    has_recipient,
    refuse,
    rows,
    sends,
    told,
)
from tests.service.world import Person, World


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


QUICK = {MessageKind.EMAIL_CODE: timedelta(minutes=15), MessageKind.SHARE_ENDING: timedelta(days=3)}


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
        ("ERROR", "no message is sent before somebody looks into it: nobody knows our key"),
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
