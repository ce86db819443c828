"""The typed code: one answer and the same work for whatever was wrong, and a budget over everybody together."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from passport import share_life
from passport.admission import Closed, Visitor
from passport.deployment import Deployment
from passport.opening import Opened, open_by_code
from passport.settings import Settings
from passport.store import code_budget
from passport.tables import AccessKind
from tests.service.world import STORY, Clock, Person, Share, World, running

READER = Visitor(said="Dr Green", kind=AccessKind.OPENED, stays=True)
UNKNOWN = "ABCD-EFGH-JKMN"


def opens(d: Deployment, share: Share, *, code: str | None = None, passcode: str | None = None) -> object:
    typed = share.typed_code or "" if code is None else code
    return asyncio.run(open_by_code(d, typed, passcode=passcode or share.passcode or "", visitor=READER))


def misses(world: World) -> int:
    return int(world.one("SELECT coalesce(sum(misses), 0) FROM code_budgets"))


def test_code_and_passcode_open_however_they_are_typed(world: World, sam: Person) -> None:
    share = sam.shares_with(typed_code=True)
    assert share.typed_code is not None
    for typed in (share.typed_code, share.typed_code.lower(), share.typed_code.replace("-", " ")):
        assert isinstance(opens(world.d, share, code=typed), Opened)
    assert sam.said(share) == ["opened"] * 3
    assert misses(world) == 0


def after_it_was_stopped(world: World, sam: Person, share: Share) -> dict[str, str]:
    sam.stops(share)
    return {}


def after_eight_days(world: World, sam: Person, share: Share) -> dict[str, str]:
    world.clock.advance(days=8)
    return {}


Wrong = Callable[[World, Person, Share], dict[str, str]]
WRONG: dict[str, Wrong] = {
    "unknown code": lambda world, sam, share: {"code": UNKNOWN},
    "wrong passcode": lambda world, sam, share: {"passcode": share.wrong},
    "stopped": after_it_was_stopped,
    "code has run out": after_eight_days,
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_whatever_was_wrong_the_answer_is_the_same_and_costs_a_miss(
    world: World, sam: Person, wrong: Wrong
) -> None:
    share = sam.shares_with(typed_code=True)
    assert opens(world.d, share, **wrong(world, sam, share)) == Closed()
    assert misses(world) == 1


@pytest.mark.parametrize("said", [{"code": "?"}, {"passcode": " "}], ids=["no code", "no passcode"])
def test_what_is_no_guess_gets_the_same_answer_and_costs_nobody_anything(
    world: World, sam: Person, said: dict[str, str]
) -> None:
    share = sam.shares_with(typed_code=True)
    assert opens(world.d, share, **said) == Closed()
    assert misses(world) == 0
    assert sam.share_now(share)["attempts_left"] == world.d.settings.passcode_attempts
    assert sam.said(share) == []


def test_a_code_runs_out_before_its_link_does(world: World, sam: Person) -> None:
    share = sam.shares_with(typed_code=True, days=30)
    page = world.client.get(f"/passport/shares/{share.share_id}", headers={"cookie": f"session={sam.token}"})
    assert "until 28 November 2026" in page.text
    world.clock.at = datetime(2026, 11, 28, 23, 59, 59, tzinfo=UTC)
    assert isinstance(opens(world.d, share), Opened)
    world.clock.advance(seconds=1)
    assert opens(world.d, share) == Closed()
    assert world.opens(share).status_code == 200


def test_wrong_passcodes_by_code_and_by_link_come_out_of_one_budget(world: World, sam: Person) -> None:
    share = sam.shares_with(typed_code=True)
    for _ in range(5):
        opens(world.d, share, passcode=share.wrong)
    assert world.opens(share, passcode=share.wrong).json() == {"remainingAttempts": 4}


@pytest.fixture
def strict_settings(settings: Settings) -> Settings:
    """Three codes may miss in an hour."""
    return settings.model_copy(update={"code_misses_per_hour": 3})


def test_after_too_many_misses_codes_pause_for_everybody_and_links_do_not(
    strict_settings: Settings, clock: Clock
) -> None:
    with running(strict_settings, clock) as (app, client):
        world = World(app, client, clock)
        sam = world.holder()
        sam.tells(STORY)
        share = sam.shares_with(typed_code=True)
        for _ in range(3):
            assert opens(world.d, share, code=UNKNOWN) == Closed()
        assert opens(world.d, share) == Closed()
        assert sam.said(share) == []
        world.reads(share)
        clock.advance(hours=1)
        assert isinstance(opens(world.d, share), Opened)


def after_too_many_wrong_passcodes(world: World, sam: Person, share: Share) -> dict[str, str]:
    for _ in range(world.d.settings.passcode_attempts):
        opens(world.d, share, passcode=share.wrong)
    return {}


def after_its_last_view(world: World, sam: Person, share: Share) -> dict[str, str]:
    assert isinstance(opens(world.d, share), Opened)
    return {}


def after_a_new_code(world: World, sam: Person, share: Share) -> dict[str, str]:
    share_life.make_code(world.d, sam.holder_id, share.share_id)
    return {}


def after_too_many_misses(world: World, sam: Person, share: Share) -> dict[str, str]:
    with world.d.database.writing() as connection:
        bucket = world.clock().strftime("%Y-%m-%dT%H")
        while code_budget.reserve_miss(connection, bucket, limit=world.d.settings.code_misses_per_hour):
            pass
    return {}


EVERYTHING_WRONG: dict[str, Wrong] = {
    **WRONG,
    "no code at all": lambda world, sam, share: {"code": "?"},
    "no passcode": lambda world, sam, share: {"passcode": " "},
    "locked": after_too_many_wrong_passcodes,
    "used up": after_its_last_view,
    "another code since": after_a_new_code,
    "everybody has to pause": after_too_many_misses,
}


@pytest.mark.parametrize("wrong", EVERYTHING_WRONG.values(), ids=EVERYTHING_WRONG)
def test_whatever_was_wrong_a_code_costs_a_hash_between_two_commits(
    sqlite_world: World, ada: Person, wrong: Wrong
) -> None:
    share = ada.shares_with(typed_code=True, max_views=1)
    said = wrong(sqlite_world, ada, share)
    work: list[str] = []
    assert opens(Counted(sqlite_world.d, work).deployment, share, **said) == Closed()
    assert work == ["commit", "hash", "commit"]


class Counted:
    """A deployment that notes each hash and each commit."""

    def __init__(self, d: Deployment, work: list[str]) -> None:
        class Lookup:
            def __getattr__(self, name: str) -> object:
                return getattr(d.lookup, name)

            def passcode_matches(self, passcode: str, phc: str | None) -> bool:
                work.append("hash")
                return d.lookup.passcode_matches(passcode, phc)

        class Writer:
            async def run_async(self, job: object) -> object:
                work.append("commit")
                return await d.database.writer.run_async(job)  # type: ignore[arg-type]

        database = replace(d.database, writer=Writer())  # type: ignore[arg-type]
        self.deployment = replace(d, lookup=Lookup(), database=database)  # type: ignore[arg-type]
