"""Programs that fetch a share again and again: told when to come back, by share and not by address."""

from collections import Counter
from typing import Any

import pytest

from passport.routes.links import POLL_SECONDS
from passport.settings import Settings
from tests.service.test_recipient_api import Program
from tests.service.world import Person, World

HOURLY = 3


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Three manifests an hour."""
    return settings.model_copy(update={"manifests_per_hour": HOURLY})


def fetches(world: World, share: Any, times: int, **said: Any) -> list[int]:
    return [world.opens(share, **said).status_code for _ in range(times)]


@pytest.mark.shl("poll/1")
def test_after_so_many_manifests_in_an_hour_a_program_has_to_wait_and_nobody_counts_that_as_reading(
    world: World, sam: Person
) -> None:
    share = sam.shares_with(passcode=False)
    assert fetches(world, share, HOURLY + 2) == [200] * HOURLY + [429] * 2
    world.clock.advance(minutes=20)
    reply = world.opens(share)
    assert (reply.status_code, reply.headers["retry-after"], reply.json()["code"]) == (
        429,
        "2400",
        "too_many_requests",
    )
    assert reply.headers["access-control-expose-headers"] == "retry-after"
    opening = Program(world).opens(share)  # for somebody, and by a program all the same
    assert (opening.status_code, opening.headers["retry-after"], opening.json()["code"]) == (
        429,
        "2400",
        "too_many_requests",
    )
    assert (sam.share_now(share)["views"], Counter(sam.said(share))) == (HOURLY, {"fetched": HOURLY})
    world.clock.advance(seconds=2400)
    assert fetches(world, share, HOURLY + 1) == [200] * HOURLY + [429]


def test_other_shares_and_people_do_not_wait(world: World, sam: Person) -> None:
    busy, other = sam.shares_with(passcode=False), sam.shares_with(passcode=False)
    fetches(world, busy, HOURLY + 1)
    assert world.opens(other).status_code == 200
    assert world.presses_open(busy).status_code == 303


def test_whoever_has_no_passcode_can_make_nobody_wait_and_is_not_told_that_somebody_has_to(
    world: World, sam: Person
) -> None:
    share = sam.shares_with()
    assert fetches(world, share, HOURLY + 1, passcode=None) == [401] * (HOURLY + 1)
    assert fetches(world, share, HOURLY + 1) == [200] * HOURLY + [429]
    assert world.opens(share, passcode=None).json() == {"remainingAttempts": 10}
    assert world.opens(share, passcode=share.wrong).status_code == 401
    assert sam.share_now(share)["attempts_left"] == 9  # those who had to wait got their attempt back


def test_a_used_up_share_never_says_to_wait(world: World, sam: Person) -> None:
    share = sam.shares_with(passcode=False, max_views=HOURLY)
    assert fetches(world, share, HOURLY + 2) == [200] * HOURLY + [404] * 2


def test_a_live_share_says_when_to_ask_again_and_that_it_can_change(world: World, sam: Person) -> None:
    live, snapshot = sam.shares_with(live=True, passcode=False), sam.shares_with(passcode=False)
    assert (live.shlink.flag, snapshot.shlink.flag) == ("L", "")
    reply, plain = world.opens(live), world.opens(snapshot)
    assert reply.headers["retry-after"] == str(POLL_SECONDS)
    assert reply.json()["status"] == reply.json()["files"][0]["status"] == "can-change"
    assert "retry-after" not in plain.headers
    assert plain.json()["status"] == plain.json()["files"][0]["status"] == "finalized"


def test_flags_stand_in_alphabetical_order_in_the_link(sam: Person) -> None:
    assert sam.shares_with(live=True).shlink.flag == "LP"
