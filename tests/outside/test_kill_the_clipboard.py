"""An independent SMART Health Links client resolves and decrypts the links that this service serves."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fhir.resources.R4B.bundle import Bundle

from consent.share import encode_shlink
from consent.verification import Outcome
from issuers.encoding import encode_json
from passport.app import PassportApp, create_app
from passport.deployment import utc_now
from passport.settings import Settings
from tests.outside.node import run
from tests.service.world import ADJUSTMENT, CONDITION, STORY, Clock, Person, Share, World
from tests.serving import served

pytestmark = [pytest.mark.node, pytest.mark.slow]


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    """A service on a real port, in the present: the client goes by the real clock."""
    clock = Clock(utc_now())
    apps: list[PassportApp] = []

    def make_app(base_url: str) -> PassportApp:
        settings = Settings(database_url=sqlite_url, data_dir=tmp_path / "data", base_url=base_url)
        apps.append(create_app(settings, now=clock))
        return apps[0]

    with served(make_app) as base_url, httpx2.Client(base_url=base_url) as client:
        yield World(apps[0], client, clock)


@pytest.fixture
def sam(world: World) -> Person:
    """A holder who has told a story."""
    person = world.holder()
    person.tells(STORY)
    return person


def resolve(*asked: tuple[Share, dict[str, Any]]) -> list[dict[str, Any]]:
    sent = [
        {"shlink": encode_shlink(share.shlink), "recipient": "An outside viewer", **how}
        for share, how in asked
    ]
    answers = run("resolve.mjs", sent)
    assert isinstance(answers, list)
    return answers


def the_bundle(answer: dict[str, Any]) -> dict[str, Any]:
    assert "error" not in answer, answer
    (bundle,) = answer["resources"]
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "document")
    return dict(bundle)


@pytest.mark.shl("plain/1", "request/1", "request/2", "embedded/1")
def test_links_resolve_with_and_without_passcode_embedded_and_by_location(world: World, sam: Person) -> None:
    plain, locked = sam.shares_with("gp", passcode=False), sam.shares_with("employer")
    code = {"passcode": locked.passcode}
    answers = resolve(
        (plain, {}),
        (plain, {"embeddedLengthMax": 10}),
        (plain, {"embeddedLengthMax": 10_000_000}),
        (locked, code),
        (locked, {**code, "embeddedLengthMax": 10}),
    )
    located = [list(answer["manifest"]["files"][0]) for answer in answers]
    assert ["location" in keys for keys in located] == [False, True, False, False, True]
    for answer in answers[:3]:
        assert CONDITION in str(the_bundle(answer))
    for answer in answers[3:]:
        assert ADJUSTMENT["change"] in str(the_bundle(answer))
        assert CONDITION not in str(the_bundle(answer))
    assert (sam.said(plain), sam.said(locked)) == (["fetched"] * 3, ["fetched"] * 2)
    assert {event["who"] for event in sam.log(plain)[1:]} == {"An outside viewer"}


def test_a_live_link_resolves_again_and_again_until_the_client_has_to_wait(world: World, sam: Person) -> None:
    live = sam.shares_with("gp", live=True)
    world.alter("UPDATE shares SET fetched_since = :now, fetches = 58", now=world.clock().isoformat(" "))
    answers = resolve(*[(live, {"passcode": live.passcode})] * 3)
    for answer in answers[:2]:
        assert CONDITION in str(the_bundle(answer))
        assert answer["manifest"]["status"] == "can-change"
    assert "error" in answers[2]
    assert sam.said(live) == ["fetched"] * 2


def test_what_the_client_decrypts_is_valid_fhir_and_verifies(world: World, sam: Person) -> None:
    (answer,) = resolve((sam.shares_with("gp", passcode=False), {}))
    bundle = the_bundle(answer)
    Bundle.model_validate(bundle)
    assert world.verifies(encode_json(bundle)).outcome is Outcome.VALID


def test_the_client_understands_every_refusal(world: World, sam: Person) -> None:
    locked, stopped = sam.shares_with("gp"), sam.shares_with("gp", passcode=False)
    sam.stops(stopped)
    used_up = sam.shares_with("gp", passcode=False, max_views=1)
    answers = resolve(
        (locked, {"passcode": locked.wrong}),
        (locked, {}),
        (stopped, {}),
        (used_up, {}),
        (used_up, {}),
    )
    assert [answer.get("error") for answer in answers] == [
        "SHLInvalidPasscodeError",
        "SHLInvalidPasscodeError",
        "SHLManifestNotFoundError",
        None,
        "SHLManifestNotFoundError",
    ]


@pytest.mark.parametrize("kind", ["employer", "gp", "work-coach", "practitioner"])
def test_every_recipients_bundle_is_valid_fhir(world: World, sam: Person, kind: str) -> None:
    bundle = json.loads(world.reads(sam.shares_with(kind, passcode=False)))
    Bundle.model_validate(bundle)


def test_the_client_refuses_an_end_that_has_passed_so_a_link_names_the_latest_there_can_be(
    world: World, sam: Person
) -> None:
    """ADR 18: an extended share opens by the paper handed out before, in other viewers too."""
    share = sam.shares_with("gp", passcode=False, days=1)
    past = replace(share, shlink=replace(share.shlink, expires_at=utc_now() - timedelta(minutes=1)))
    without = replace(share, shlink=replace(share.shlink, expires_at=None))
    sam.post(f"/api/v1/shares/{share.share_id}/extend", {"days": 30})
    answers = resolve((past, {}), (without, {}), (share, {}))
    assert [answer.get("error") for answer in answers] == ["SHLExpiredError", None, None]


def test_the_client_gets_what_was_sent_on_by_the_same_link(world: World, sam: Person) -> None:
    share = sam.shares_with("gp", passcode=False, live=True)
    sam.tells({"about-me": {"name": "Samantha Example"}})
    assert "Samantha" not in str(the_bundle(resolve((share, {}))[0]))
    assert sam.post(f"/api/v1/shares/{share.share_id}/update", {}).status_code == 204
    (answer,) = resolve((share, {}))
    assert "Samantha Example" in str(the_bundle(answer))
    assert answer["manifest"]["status"] == "can-change"
