"""Telling: what does not fit is named field by field, and nothing of it is kept."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.service.countersigning import row_of
from tests.service.world import ADJUSTMENT, STORY, Person, World

LONG = "x" * 20_000


def given_somebody_who_has_told_nothing(world: World) -> Person:
    return world.holder()


def then_nothing_was_stored(world: World, person: Person) -> None:
    assert person.entries() == []
    assert person.log() == []
    assert world.one("SELECT count(*) FROM status_indices WHERE kind <> 'decoy'") == 0


MISFITS: dict[str, tuple[str, dict[str, Any], str]] = {
    "unknown": ("about-me", {"name": "Sam", "shoe_size": 9}, "(unknown field)"),
    "too long": ("about-me", {"name": LONG}, "name"),
    "no such day": (
        "adjustments",
        {"changes": [{**ADJUSTMENT, "review": "2026-02-30"}]},
        "changes.0.review",
    ),
    "no such choice": (
        "adjustments",
        {"changes": [ADJUSTMENT, {**ADJUSTMENT, "status": "perhaps"}]},
        "changes.1.status",
    ),
    "bad SNOMED digit": (
        "conditions",
        {"conditions": [{"name": "ME", "code": "52702002"}]},
        "conditions.0.code",
    ),
    "missing": ("conditions", {"conditions": [{"treatment": "rest"}]}, "conditions.0.name"),
    "control": ("about-me", {"name": "Sam\u0007"}, "name"),
    "type": ("about-me", {"name": False}, "name"),
}


def test_a_holder_says_where_a_change_stands_as_they_know_it_whatever_they_said_before(
    sqlite_world: World,
) -> None:
    """No table of moves binds them (docs/adr/0025), so that a mistake can be put right."""
    sam = sqlite_world.holder()
    for status in ("in-place", "agreed", "ended", "in-place", "asked", "refused", "asked"):
        change = ADJUSTMENT | {"status": status} | ({"reason": "Cost"} if status == "refused" else {})
        sam.tells({"adjustments": {"changes": [change]}})
        (entry,) = sam.entries("adjustments")
        assert row_of(entry) == change
    for unfit in ({"status": "refused"}, {"reason": "Cost"}):
        reply = sam.put("/api/v1/passport/sections/adjustments", {"body": {"changes": [ADJUSTMENT | unfit]}})
        (problem,) = reply.json()["errors"]
        assert (reply.status_code, problem["field"]) == (422, "changes.0.reason")


def test_a_section_that_does_not_fit_names_the_field_and_stores_nothing(sqlite_world: World) -> None:
    person, named = given_somebody_who_has_told_nothing(sqlite_world), {}
    for misfit, (section, body, _field) in MISFITS.items():
        reply = person.put(f"/api/v1/passport/sections/{section}", {"body": body})
        assert (reply.status_code, reply.json()["code"]) == (422, "section_invalid")
        assert reply.headers["content-type"] == "application/problem+json"
        named[misfit] = [error["field"] for error in reply.json()["errors"]]
    assert named == {misfit: [field] for misfit, (_section, _body, field) in MISFITS.items()}
    then_nothing_was_stored(sqlite_world, person)


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
    assert "work.(unknown field)" in {error["field"] for error in reply.json()["errors"]}
    then_nothing_was_stored(world, person)


NOT_THEIRS: tuple[dict[str, Any], ...] = (
    {"work-advice": {"outcome": "may-be-fit"}},  # practitioners only
    {"no-such-section": {}},
    {},
    {"about-me": {}},  # says nothing
    {"about-me": []},
)


def test_what_a_holder_cannot_tell_is_refused_whole(sqlite_world: World) -> None:
    person = given_somebody_who_has_told_nothing(sqlite_world)
    for sections in NOT_THEIRS:
        both = {**STORY, **sections} if sections else {}
        replies = [person.put("/api/v1/passport", {"sections": told}) for told in (sections, both)]
        assert [reply.status_code for reply in replies] == [422, 422], sections
    then_nothing_was_stored(sqlite_world, person)


def test_what_is_told_comes_back_signed_and_in_order(sam: Person) -> None:
    entries = sam.entries()
    assert [entry["section"] for entry in entries] == ["about-me", "adjustments", "conditions", "diary"]
    changes = [claim for claim in entries[1]["claims"] if claim["path"].startswith("changes/")]
    assert [claim["value"]["change"] for claim in changes] == ["start at ten", "a quiet room"]
    assert entries[0]["signed_by"] == "told by Sam Example, recorded by this service"


def test_telling_anew_takes_the_place_of_what_was_told_before(ada: Person) -> None:
    (before,) = ada.entries("about-me")
    reply = ada.put("/api/v1/passport/sections/about-me", {"body": {"name": "Sam E."}})
    assert reply.status_code == 200
    (after,) = ada.entries("about-me")
    assert after["entry_id"] == reply.json()["entry_ids"][0] != before["entry_id"]
    assert [event["kind"] for event in ada.log()] == ["told", "told"]


def test_what_is_told_twice_at_once_is_there_once(world: World, sam: Person) -> None:
    def tell(number: int) -> int:
        body = {"body": {"name": f"Sam {number}"}}
        return int(sam.put("/api/v1/passport/sections/about-me", body).status_code)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(tell, range(16))) == {200}
    assert len(sam.entries("about-me")) == 1
    accepted = "SELECT count(*) FROM entries WHERE section = 'about-me' AND state = 'accepted'"
    assert world.one(accepted) == 1
