"""Every key and the anchor are replaced while forty people tell, share, open and verify: on both engines."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count
from threading import Barrier, Lock

import pytest

from consent.verification import Outcome
from passport import anchors, issuing
from passport.settings import Settings
from tests.service.conftest import SIGNED_IN_FOR
from tests.service.world import ADVICE, MORNING, NAME, Clock, World, running

AT_ONCE = 40
TICK = timedelta(milliseconds=10)


class TickingClock(Clock):
    """A clock that goes on a little whenever somebody looks, whichever thread it is."""

    def __init__(self) -> None:
        super().__init__()
        self._looks = count()

    def __call__(self) -> datetime:
        return MORNING + next(self._looks) * TICK


@pytest.fixture
def busy_world(settings: Settings) -> Iterator[World]:
    """A running service whose clock never stands still."""
    clock = TickingClock()
    with running(settings.model_copy(update={"session_hours": SIGNED_IN_FOR}), clock) as (app, client):
        yield World(app, client, clock)


def organisation_of(world: World) -> str:
    return str(world.one("SELECT issuer_id FROM organisations"))


def test_forty_who_tell_open_and_verify_while_every_key_is_replaced_meet_no_failure(
    busy_world: World,
) -> None:
    world = busy_world
    jo = world.practitioner()
    people = [world.holder(f"sam{number}") for number in range(4)]
    grants = [sam.lets_write(jo, "work-advice") for sam in people]
    for sam in people:
        sam.tells({"about-me": {"name": NAME}})
    start, accepting = Barrier(AT_ONCE + 1), [Lock() for _ in people]

    def story(number: int) -> Outcome:
        sam, grant = people[number % len(people)], grants[number % len(people)]
        start.wait(timeout=60)
        if number % 2:
            sam.tells({"about-me": {"name": NAME}})
        else:
            with accepting[number % len(people)]:  # what is accepted takes the place of what waits
                sam.accepts(*jo.appends(grant, "work-advice", ADVICE).json()["entry_ids"])
        return world.verifies(world.reads(sam.shares_with("gp", passcode=False))).outcome

    def rotations() -> Iterator[object]:
        start.wait(timeout=60)
        for issuer_id in 2 * (issuing.TOLD_BY_HOLDER, organisation_of(world), issuing.STATUS):
            yield issuing.rotate(world.d, issuer_id, ahead=timedelta())
        yield anchors.rotate(world.d, ahead=timedelta(seconds=1))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = [pool.submit(story, number) for number in range(AT_ONCE)]
        assert len(list(rotations())) == 7
        assert [done.result() for done in outcomes] == [Outcome.VALID] * AT_ONCE
