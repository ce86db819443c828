"""Whatever does not open is alike from outside: bytes, headers, work and time, on every way that a recipient has."""

import asyncio
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from consent.share import encode_shlink
from passport.admission import Closed, Visitor
from passport.opening import open_by_link
from passport.settings import Settings
from passport.tables import AccessKind
from tests.service.replying import Reader, shares_and_opens
from tests.service.test_opening import CLOSED, locked, stopped, unknown, used_up
from tests.service.test_typed_code import Counted
from tests.service.world import ADJUSTMENT, Person, Share, World


@pytest.fixture
def settings(sqlite_settings: Settings) -> Settings:
    """On one engine: nothing here depends on which (tests/passport_floor tries every query on both)."""
    return sqlite_settings


KEYLESS = bytes(32)
ROUNDS = 15
TIMES = 10  # a slower answer than that would be another order of magnitude
PERSON = Visitor(said="Jo", kind=AccessKind.OPENED, stays=True, key=KEYLESS)


def exposed(world: World, sam: Person) -> str:
    share = sam.shares_with(passcode=False)
    world.client.get(f"/v%23{encode_shlink(share.shlink)}", follow_redirects=False)
    return share.path


WAYS_TO_CLOSE = [*(way for way in CLOSED if way.__name__ not in ("misspelt", "overlong")), exposed]


def link_to(world: World, sam: Person, path: str) -> str:
    """Return the link whose manifest is at a path; its key does not matter for what is closed."""
    share = sam.shares_with(passcode=False)
    return encode_shlink(replace(share.shlink, url=f"{world.d.settings.base_url}{path}"))


def presses_open(world: World, shlink: str) -> Any:
    return world.sends_form("/v/open", {"shlink": shlink, "who": "Jo", "passcode": "00000-00000"})


@pytest.mark.parametrize("close", WAYS_TO_CLOSE)
def test_a_person_gets_one_page_byte_for_byte_after_one_commit_and_no_hash(
    world: World, sam: Person, close: Callable[[World, Person], str]
) -> None:
    path = close(world, sam)
    expected = presses_open(world, link_to(world, sam, "/m/" + "C" * 42 + "A"))
    reply = presses_open(world, link_to(world, sam, path))
    assert (reply.status_code, reply.content, reply.headers) == (404, expected.content, expected.headers)

    work: list[str] = []
    counted = Counted(world.d, work).deployment
    token = path.rpartition("/")[2]
    answer = asyncio.run(open_by_link(counted, token, passcode="00000-00000", visitor=PERSON))
    assert (answer, work) == (Closed(), ["commit"])


def test_an_exposed_link_answers_programs_like_one_that_never_was(world: World, sam: Person) -> None:
    path = exposed(world, sam)
    expected = world.client.post("/m/" + "B" * 43, json={"recipient": "x"})
    reply = world.client.post(path, json={"recipient": "x"})
    assert (reply.status_code, reply.content, reply.headers) == (404, expected.content, expected.headers)


def location_of(world: World, sam: Person) -> tuple[Share, str]:
    share = sam.shares_with(passcode=False)
    (file,) = world.opens(share, embeddedLengthMax=0).json()["files"]
    return share, str(file["location"])


def test_a_location_that_does_not_open_is_alike_whatever_became_of_it(world: World, sam: Person) -> None:
    (_, used), (stopped, of_stopped), (bare, of_bare) = (location_of(world, sam) for _ in range(3))
    assert world.fetches(used).status_code == 200
    sam.stops(stopped)
    world.client.get(f"/v%23{encode_shlink(bare.shlink)}", follow_redirects=False)
    replies = [world.fetches(one) for one in (used, of_stopped, of_bare, "/m/file/" + "B" * 43)]
    late = location_of(world, sam)[1]
    world.clock.advance(hours=1)
    replies.append(world.fetches(late))
    assert {(reply.status_code, reply.content, str(reply.headers)) for reply in replies} == {
        (404, replies[0].content, str(replies[0].headers))
    }


def test_what_is_open_no_more_is_alike_whatever_became_of_it(world: World, sam: Person) -> None:
    (stopped, of_stopped), (bare, of_bare), (_, late) = (shares_and_opens(world, sam) for _ in range(3))
    sam.stops(stopped)
    world.client.get(f"/v%23{encode_shlink(bare.shlink)}", follow_redirects=False)
    nobody = Reader(world, {"viewing": "A" * 43, "reply": late.token})
    replies = [one.get("/v/reading") for one in (of_stopped, of_bare, nobody)]
    world.clock.advance(minutes=world.d.settings.viewing_minutes)
    replies.append(late.get("/v/reading"))
    assert {(reply.status_code, reply.content, str(reply.headers)) for reply in replies} == {
        (404, replies[0].content, str(replies[0].headers))
    }


def test_closed_links_answer_in_times_of_one_order_of_magnitude(sqlite_world: World) -> None:
    sam = sqlite_world.holder()
    sam.tells({"about-me": {"name": "Sam"}, "adjustments": {"changes": [ADJUSTMENT]}})
    taken = {
        close.__name__: median_time(sqlite_world, close(sqlite_world, sam))
        for close in (unknown, stopped, used_up, locked, exposed)
    }
    assert max(taken.values()) < TIMES * min(taken.values()), taken


def median_time(world: World, path: str) -> float:
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        assert world.client.post(path, json={"recipient": "x", "passcode": "1"}).status_code == 404
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def stopped_meanwhile(world: World, sam: Person, share: Share) -> dict[str, str]:
    sam.stops(share)
    return {}


WRONG: dict[str, Callable[[World, Person, Share], dict[str, str]]] = {
    "unknown code": lambda world, sam, share: {"code": "ABCD-EFGH-JKMN"},
    "no code at all": lambda world, sam, share: {"code": "ŵ"},
    "wrong passcode": lambda world, sam, share: {"passcode": share.wrong},
    "stopped": stopped_meanwhile,
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_typed_code_answers_alike_whatever_was_wrong(
    world: World, sam: Person, wrong: Callable[[World, Person, Share], dict[str, str]]
) -> None:
    share = sam.shares_with(typed_code=True)
    said = {"code": share.typed_code or "", **wrong(world, sam, share)}
    reply, other = world.types_code(share, **said), world.types_code(share, code="WXYZ-WXYZ-WXYZ")
    typed = said["code"].encode()
    assert (reply.status_code, other.status_code) == (401, 401)
    assert reply.content.replace(typed, b"-") == other.content.replace(b"WXYZ-WXYZ-WXYZ", b"-")
    lengths = [dict(answer.headers, **{"content-length": ""}) for answer in (reply, other)]
    assert lengths[0] == lengths[1]
