"""Telling: what does not fit is named field by field, and nothing of it is kept."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from passport.settings import Settings
from tests.service.world import ADJUSTMENT, STORY, Person, World


@pytest.fixture
def settings(sqlite_settings: Settings) -> Settings:
    """On one engine: nothing here depends on which (tests/passport_floor tries every query on both)."""
    return sqlite_settings


LONG = "x" * 20_000


def given_somebody_who_has_told_nothing(world: World) -> Person:
    return world.holder()


def then_nothing_was_stored(world: World, person: Person) -> None:
    assert person.entries() == []
    assert person.log() == []
    assert world.one("SELECT count(*) FROM status_indices WHERE kind <> 'decoy'") == 0


@pytest.mark.parametrize(
    ("section", "body", "field"),
    [
        ("about-me", {"name": "Sam", "shoe_size": 9}, "shoe_size"),
        ("about-me", {"name": LONG}, "name"),
        ("adjustments", {"changes": [{**ADJUSTMENT, "review": "2026-02-30"}]}, "changes.0.review"),
        ("adjustments", {"changes": [ADJUSTMENT, {**ADJUSTMENT, "status": "perhaps"}]}, "changes.1.status"),
        ("conditions", {"conditions": [{"name": "ME", "code": "52702002"}]}, "conditions.0.code"),
        ("conditions", {"conditions": [{"treatment": "rest"}]}, "conditions.0.name"),
        ("about-me", {"name": "Sam\u0007"}, "name"),
        ("about-me", {"name": False}, "name"),
    ],
    ids=[
        "unknown",
        "too long",
        "no such day",
        "no such choice",
        "bad SNOMED digit",
        "missing",
        "control",
        "type",
    ],
)
def test_a_section_that_does_not_fit_names_the_field_and_stores_nothing(
    world: World, section: str, body: dict[str, Any], field: str
) -> None:
    person = given_somebody_who_has_told_nothing(world)
    reply = person.put(f"/api/v1/passport/sections/{section}", {"body": body})
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["code"] == "section_invalid"
    assert [error["field"] for error in reply.json()["errors"]] == [field]
    then_nothing_was_stored(world, person)


def test_a_story_is_kept_whole_or_not_at_all_and_every_wrong_field_is_named(world: World) -> None:
    person = given_somebody_who_has_told_nothing(world)
    wrong = {
        **STORY,
        "work": {"hours": "many", "no_such_field": 1},
        "home-life": {"money": LONG},
    }
    reply = person.put("/api/v1/passport", {"sections": wrong})
    assert reply.status_code == 422
    named = {error["field"].partition(".")[0] for error in reply.json()["errors"]}
    assert named == {"work", "home-life"}
    assert "work.no_such_field" in {error["field"] for error in reply.json()["errors"]}
    then_nothing_was_stored(world, person)


@pytest.mark.parametrize(
    ("sections", "status"),
    [
        ({"work-advice": {"outcome": "may-be-fit"}}, 422),  # practitioners only
        ({"no-such-section": {}}, 422),
        ({}, 422),
        ({"about-me": {}}, 422),  # says nothing
        ({"about-me": []}, 422),
    ],
)
def test_what_a_holder_cannot_tell_is_refused_whole(
    world: World, sections: dict[str, Any], status: int
) -> None:
    person = given_somebody_who_has_told_nothing(world)
    assert person.put("/api/v1/passport", {"sections": {**sections}}).status_code == status
    both = {**STORY, **sections} if sections else {}
    assert person.put("/api/v1/passport", {"sections": both}).status_code == status
    then_nothing_was_stored(world, person)


def test_what_is_told_comes_back_signed_and_in_order(sam: Person) -> None:
    entries = sam.entries()
    assert [entry["section"] for entry in entries] == ["about-me", "adjustments", "conditions", "diary"]
    changes = [claim for claim in entries[1]["claims"] if claim["path"].startswith("changes/")]
    assert [claim["value"]["change"] for claim in changes] == ["start at ten", "a quiet room"]
    assert entries[0]["signed_by"] == "told by Sam Example, recorded by this service"


def test_telling_anew_takes_the_place_of_what_was_told_before(sam: Person) -> None:
    (before,) = sam.entries("about-me")
    reply = sam.put("/api/v1/passport/sections/about-me", {"body": {"name": "Sam E."}})
    assert reply.status_code == 200
    (after,) = sam.entries("about-me")
    assert after["entry_id"] == reply.json()["entry_ids"][0] != before["entry_id"]
    assert [event["kind"] for event in sam.log()] == ["told", "told"]


def test_what_is_told_twice_at_once_is_there_once(world: World, sam: Person) -> None:
    def tell(number: int) -> int:
        body = {"body": {"name": f"Sam {number}"}}
        return int(sam.put("/api/v1/passport/sections/about-me", body).status_code)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(tell, range(16))) == {200}
    assert len(sam.entries("about-me")) == 1
    accepted = "SELECT count(*) FROM entries WHERE section = 'about-me' AND state = 'accepted'"
    assert world.one(accepted) == 1
