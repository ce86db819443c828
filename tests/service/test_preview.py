"""Before they share, a holder's program sees exactly what would be let out, and what in it may tell too much."""

import json
from typing import Any

from consent.verify import verify
from passport.issuing import trust_list
from tests.service.world import ADJUSTMENT, Person, World

EMPLOYER = {"recipient": {"kind": "employer", "name": "Acme Tiles"}, "purpose": "adjustments-at-work"}


def previews(sam: Person, **wishes: Any) -> Any:
    return sam.post("/api/v1/shares/preview", {**EMPLOYER, **wishes})


def claims_of(world: World, bundle: bytes) -> list[tuple[str, Any]]:
    with world.d.database.reading() as connection:
        found = verify(bundle, trust=trust_list(world.d, connection), statuses={}, now=world.clock())
    return [(entry.section.value, entry.readable.claims) for entry in found.entries]


def test_a_preview_shows_what_is_shared_then_and_keeps_nothing(sqlite_world: World, ada: Person) -> None:
    (entry,) = ada.entries("adjustments")
    wishes: dict[str, Any] = {"left_out": {entry["entry_id"]: ["changes/1"]}, "passcode": False}
    before = ada.log()
    preview = previews(ada, **wishes).json()
    assert (ada.log(), ada.get("/api/v1/shares").json()) == (before, [])
    shared = sqlite_world.reads(ada.shares_with(**wishes))
    assert claims_of(sqlite_world, json.dumps(preview["bundle"]).encode()) == claims_of(sqlite_world, shared)
    assert "a quiet room" not in json.dumps(preview)
    assert "What Acme Tiles will see" in preview["notice"]


def test_it_warns_of_words_that_tell_a_condition_and_blocks_nothing(sqlite_world: World, ada: Person) -> None:
    ada.tells({"adjustments": {"changes": [{**ADJUSTMENT, "barrier": "my epilepsy"}]}})
    (told,) = previews(ada).json()["telling"]
    assert (told["words"], "line 1" in told["place"]) == ("epilepsy", True)
    assert ada.asks_to_share().status_code == 201
    gp = previews(ada, recipient={"kind": "gp", "name": "Dr Green"}, purpose="health-care").json()
    assert gp["telling"] == []


def test_it_warns_of_what_an_interview_does_not_need(sqlite_world: World, ada: Person) -> None:
    sections = ["about-me", "adjustments"]
    early = previews(ada, purpose="job-interview", sections=sections).json()
    assert "There is no job offer yet" in early["warning"]
    assert early["warning"] in early["notice"]
    assert previews(ada, sections=sections).json()["warning"] is None


def test_what_cannot_be_shared_cannot_be_previewed(sqlite_world: World, ada: Person) -> None:
    reply = previews(ada, sections=["diary"])
    assert (reply.status_code, reply.json()["code"]) == (422, "grant_invalid")
    assert previews(ada, sections=["home-life"]).status_code == 422
