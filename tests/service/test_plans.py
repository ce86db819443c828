"""The plan: read by nobody unlogged, built on what the holder accepted, and in nobody's words but their own."""

from typing import Any

import pytest

from passport import append_grants, plans
from passport.appending import WAITING_MAX
from passport.plans import PlanSoFar
from passport.settings import Settings
from schemas.vocabulary import Section
from tests.service.world import ADVICE, GOAL, SCORE, Person, World


@pytest.fixture
def settings(sqlite_settings: Settings) -> Settings:
    """On one engine: nothing here depends on which (tests/passport_floor tries every query on both)."""
    return sqlite_settings


SECOND_GOAL = {"kind": "goal", "key": "bus001", "goal": "Take the bus to work once"}
THIRD_GOAL = {"kind": "goal", "key": "swim01", "goal": "Swim on Sundays"}
COMMENT = {"kind": "holder-comment", "stance": "accepts", "comment": "I never said this."}


@pytest.fixture
def jo(world: World) -> Person:
    """A practitioner."""
    return world.practitioner("jo", name="Jo Example", organisation="Mental Health Team")


@pytest.fixture
def kit(world: World) -> Person:
    """A practitioner of another organisation."""
    return world.practitioner("kit", name="Kit Example", organisation="Stroke Service")


def looks(world: World, who: Person, grant_id: str) -> PlanSoFar:
    return plans.look(world.d, append_grants.held_by(world.d, who.practitioner_id, grant_id))


def goals_seen(world: World, who: Person, grant_id: str) -> list[str]:
    return [goal.goal for goal in looks(world, who, grant_id).plan.goals]


def goals(entry: dict[str, Any]) -> list[str]:
    return [c["value"]["goal"] for c in entry["claims"] if c["path"].startswith("goals/")]


def points(entry: dict[str, Any]) -> list[int]:
    return [c["value"]["points"] for c in entry["claims"] if c["path"].startswith("scores/")]


def test_whoever_reads_the_plan_is_in_the_log_once_an_hour_and_whenever_it_says_more(
    world: World, sam: Person, jo: Person
) -> None:
    grant = sam.lets_write(jo, "plan")
    sam.accepts(*jo.holds_appointment(grant, 1, GOAL).json()["entry_ids"])
    before = len(sam.log())
    for count in (1, 1):
        assert goals_seen(world, jo, grant) == [GOAL["goal"]]
        assert [(e["kind"], e["who"], e["sections"]) for e in sam.log()[before:]] == [
            ("looked", "Jo Example", ["plan"])
        ] * count
    world.clock.advance(minutes=60)
    goals_seen(world, jo, grant)
    jo.holds_appointment(grant, 2, {**GOAL, "key": "bus001"})
    assert len(goals_seen(world, jo, grant)) == 2
    assert [e["kind"] for e in sam.log()[before:]] == ["looked", "looked", "appended", "looked"]


def test_no_log_no_read(world: World, sam: Person, jo: Person) -> None:
    """The plan is opened only in a transaction that has the event: one that cannot be written shows nothing."""
    grant = sam.lets_write(jo, "plan")
    given = append_grants.held_by(world.d, jo.practitioner_id, grant)
    with world.d.database.write_engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(
                "CREATE TRIGGER full BEFORE INSERT ON access_events BEGIN SELECT RAISE(ABORT, 'full'); END"
            )
        else:
            connection.exec_driver_sql(
                "ALTER TABLE access_events ADD CONSTRAINT shut CHECK (false) NOT VALID"
            )
    with pytest.raises(Exception, match=r"full|shut"):
        plans.look(world.d, given)


def test_a_withdrawn_grant_reads_nothing(world: World, sam: Person, jo: Person) -> None:
    grant = sam.lets_write(jo, "plan")
    given = append_grants.held_by(world.d, jo.practitioner_id, grant)
    assert sam.post(f"/api/v1/append-grants/{grant}/stop").status_code == 204
    before = sam.log()
    with pytest.raises(append_grants.AppendGrantNotFoundError):
        plans.look(world.d, given)
    assert sam.log() == before


def test_what_the_holder_has_not_accepted_is_seen_by_its_own_organisation_only(
    world: World, sam: Person, jo: Person, kit: Person
) -> None:
    ours, theirs = sam.lets_write(jo, "plan", "scores"), sam.lets_write(kit, "plan", "scores")
    waiting = jo.holds_appointment(ours, 1, GOAL).json()["entry_ids"]
    assert goals_seen(world, jo, ours) == [GOAL["goal"]]
    assert not looks(world, jo, ours).others_wait
    assert goals_seen(world, kit, theirs) == []
    assert looks(world, kit, theirs).others_wait
    sam.accepts(*waiting)
    assert goals_seen(world, kit, theirs) == [GOAL["goal"]]
    assert not looks(world, kit, theirs).others_wait


@pytest.mark.parametrize("decision", ["accept", "decline"])
def test_another_organisation_writes_once_the_holder_has_decided_and_nothing_is_lost(
    world: World, sam: Person, jo: Person, kit: Person, decision: str
) -> None:
    ours, theirs = sam.lets_write(jo, "plan", "scores"), sam.lets_write(kit, "plan", "scores")
    waiting = jo.holds_appointment(ours, 1, GOAL, SCORE).json()["entry_ids"]
    waiting += jo.holds_appointment(ours, 2, SECOND_GOAL).json()["entry_ids"]  # one's own is continued
    refused = kit.holds_appointment(theirs, 3, THIRD_GOAL, SCORE)
    assert (refused.status_code, refused.json()["code"]) == (409, "plan_waiting")
    assert (sam.log()[-1]["kind"], sam.log()[-1]["who"]) == ("refused", "Kit Example")
    for entry_id in waiting[1:]:  # the second plan takes the first along
        assert sam.post(f"/api/v1/passport/entries/{entry_id}/{decision}").status_code == 204
    if decision == "decline":
        sam.post(f"/api/v1/passport/entries/{waiting[0]}/decline")
    sam.accepts(*kit.holds_appointment(theirs, 3, THIRD_GOAL, SCORE).json()["entry_ids"])
    before = [GOAL["goal"], SECOND_GOAL["goal"]] if decision == "accept" else []
    (plan,), (scores,) = sam.entries("plan"), sam.entries("scores")
    assert goals(plan) == [*before, THIRD_GOAL["goal"]]
    assert points(scores) == [4] * (2 if decision == "accept" else 1)


def test_scores_that_wait_hold_up_further_scores_but_not_a_plan_without_any(
    sam: Person, jo: Person, kit: Person
) -> None:
    ours, theirs = sam.lets_write(jo, "plan", "scores"), sam.lets_write(kit, "plan", "scores")
    plan, scores = jo.holds_appointment(ours, 1, GOAL, SCORE).json()["entry_ids"]
    sam.accepts(plan)
    assert kit.holds_appointment(theirs, 2, SECOND_GOAL, SCORE).status_code == 409
    second = kit.holds_appointment(theirs, 2, SECOND_GOAL)
    assert second.status_code == 201
    sam.accepts(scores, *second.json()["entry_ids"])
    assert points(sam.entries("scores")[0]) == [4]


def test_an_appointment_that_does_not_continue_the_plan_is_in_the_log(sam: Person, jo: Person) -> None:
    """Its error tells what the plan holds."""
    grant = sam.lets_write(jo, "plan")
    sam.accepts(*jo.holds_appointment(grant, 1, GOAL).json()["entry_ids"])
    before = len(sam.log())
    reply = jo.holds_appointment(grant, 1, SECOND_GOAL)
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "number")
    assert [e["kind"] for e in sam.log()[before:]] == ["refused"]


@pytest.mark.parametrize("section", ["plan", "scores"])
def test_a_plan_is_never_sent_whole(world: World, sam: Person, jo: Person, section: str) -> None:
    grant = sam.lets_write(jo, "plan", "scores")
    sam.accepts(*jo.holds_appointment(grant, 1, GOAL, SCORE).json()["entry_ids"])
    before = sam.entries(), sam.log()
    bodies: list[dict[str, Any]] = [
        {},
        {"goals": []},
        {"comments": [{"stance": "accepts", "on": "2026-11-20"}]},
    ]
    for body in bodies:
        reply = jo.appends(grant, section, body)
        assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "section")
        assert "send an appointment" in reply.json()["errors"][0]["message"]
    assert (sam.entries(), sam.log()) == before


def test_an_appointment_cannot_speak_for_the_holder(sam: Person, jo: Person) -> None:
    grant = sam.lets_write(jo, "plan")
    before = sam.log()
    reply = jo.holds_appointment(grant, 1, GOAL, COMMENT)
    assert reply.status_code == 422
    assert [error["field"] for error in reply.json()["errors"]] == ["entries.1.kind"]
    assert "I never said this" not in reply.text
    assert sam.entries("plan") == []
    assert sam.log() == before


def test_no_more_waits_for_the_holder_than_anybody_reads(
    world: World, sam: Person, jo: Person, kit: Person
) -> None:
    grant = sam.lets_write(jo, "work-advice")
    written = [jo.appends(grant, "work-advice", ADVICE).json()["entry_ids"][0] for _ in range(WAITING_MAX)]
    reply = jo.appends(grant, "work-advice", ADVICE)
    assert (reply.status_code, reply.json()["code"]) == (409, "too_many_waiting")
    assert "ask them to accept or decline some first" in reply.json()["detail"]
    assert sam.log()[-1]["kind"] == "refused"
    assert kit.appends(sam.lets_write(kit, "work-advice"), "work-advice", ADVICE).status_code == 201
    sam.post(f"/api/v1/passport/entries/{written[0]}/decline")
    assert jo.appends(grant, "work-advice", ADVICE).status_code == 201


def test_a_plan_that_was_altered_where_it_is_stored_is_not_begun_anew(
    world: World, sam: Person, jo: Person
) -> None:
    grant = sam.lets_write(jo, "plan")
    (entry_id,) = jo.holds_appointment(grant, 1, GOAL).json()["entry_ids"]
    sam.accepts(entry_id)
    sealed = bytes(world.one("SELECT sealed_credential FROM entries WHERE entry_id = :id", id=entry_id))
    broken = sealed[:-1] + bytes([sealed[-1] ^ 1])
    world.alter("UPDATE entries SET sealed_credential = :it WHERE entry_id = :id", it=broken, id=entry_id)
    reply = jo.holds_appointment(grant, 2, SECOND_GOAL)
    assert (reply.status_code, reply.json()["code"]) == (409, "plan_unreadable")
    assert Section.PLAN not in {e["section"] for e in sam.entries()}
