"""Whatever does not open takes the same work. That its bytes are the same is in test_same_bytes."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from consent.share import encode_shlink
from passport.admission import Closed, Visitor
from passport.opening import open_by_link
from passport.settings import Settings
from passport.tables import AccessKind
from tests.service.test_opening import CLOSED
from tests.service.test_typed_code import Counted
from tests.service.world import Person, World


@pytest.fixture
def settings(sqlite_settings: Settings) -> Settings:
    """On one engine: nothing here depends on which (tests/passport_floor tries every query on both)."""
    return sqlite_settings


KEYLESS = bytes(32)
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
