"""Practitioners append: under the holder's grant only, signed by their organisation, and never shared unaccepted."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from consent.verification import Outcome
from passport import append_grants, plans
from passport.acceptance import continues
from passport.tables import EntryRow, EntryState
from schemas.sections.plan import Plan
from schemas.vocabulary import AuthorKind, IssuerKind, Section
from tests.service.world import ADJUSTMENT, ADVICE, GOAL, MORNING, SCORE, Person, World

SECOND_GOAL = {"kind": "goal", "key": "bus001", "goal": "Take the bus to work once"}
OBSTACLE = {"kind": "obstacle", "key": "stairs", "domain": "work", "obstacle": "The office is up two stairs"}
IMPACT = {"varies": "Worse in winter."}


@pytest.fixture
def jo(world: World) -> Person:
    """A practitioner."""
    return world.practitioner("jo", name="Jo Example", organisation="Mental Health Team")


@pytest.fixture
def kit(world: World) -> Person:
    """A practitioner of another organisation."""
    return world.practitioner("kit", name="Kit Example", organisation="Stroke Service")


def goals(entry: dict[str, Any]) -> list[str]:
    return [c["value"]["goal"] for c in entry["claims"] if c["path"].startswith("goals/")]


def states(world: World, section: str) -> dict[str, int]:
    found = {}
    for state in ("pending", "accepted", "declined", "superseded"):
        query = "SELECT count(*) FROM entries WHERE section = :section AND state = :state"
        if count := world.one(query, section=section, state=state):
            found[state] = count
    return found


def test_what_is_appended_waits_for_its_holder_and_is_not_shared(
    world: World, sam: Person, jo: Person
) -> None:
    grant = sam.lets_write(jo, "work-advice")
    (entry_id,) = jo.appends(grant, "work-advice", ADVICE).json()["entry_ids"]
    assert [e["state"] for e in sam.entries("work-advice")] == ["pending"]
    reply = sam.asks_to_share("gp", sections=["work-advice"])
    assert (reply.status_code, reply.json()["code"]) == (422, "nothing_to_share")
    sam.accepts(entry_id)
    share = sam.shares_with("gp", sections=["work-advice"], passcode=False)
    read = world.verifies(world.reads(share))
    assert read.outcome is Outcome.VALID
    (entry,) = read.entries
    said = entry.readable.provenance
    assert (said.kind, said.issuer_name) == (IssuerKind.ORGANISATION, "House of jo")
    assert (said.author_name, said.author_organisation) == ("Jo Example", "Mental Health Team")
    assert said.author_registration == "HCPC OT0 (fictional)"
    assert [e["kind"] for e in sam.log()][-4:] == ["appended", "accepted", "shared", "fetched"]


def test_an_employer_gets_the_options_and_nothing_of_who_signed_them(
    world: World, sam: Person, jo: Person
) -> None:
    grant = sam.lets_write(jo, "work-advice")
    sam.accepts(*jo.appends(grant, "work-advice", ADVICE).json()["entry_ids"])
    share = sam.shares_with("employer", sections=["work-advice"], passcode=False)
    bundle = world.reads(share)
    assert b"Short days at first" in bundle
    for kept in (b"Tires after two hours", b"Jo Example", b"Mental Health Team", b"HCPC", b"therapist"):
        assert kept not in bundle


def test_what_is_declined_is_gone_and_its_status_turns_invalid(world: World, sam: Person, jo: Person) -> None:
    grant = sam.lets_write(jo, "work-advice")
    (entry_id,) = jo.appends(grant, "work-advice", ADVICE).json()["entry_ids"]
    assert sam.post(f"/api/v1/passport/entries/{entry_id}/decline").status_code == 204
    assert sam.entries("work-advice") == []
    index = world.one("SELECT status_index FROM entries WHERE entry_id = :id", id=entry_id)
    with world.d.database.reading() as connection:
        published = world.app.state.service.board.current(connection, "1")
    assert published.snapshot.list.get(index) == 1
    for decision in ("accept", "decline"):  # and it stays so
        assert sam.post(f"/api/v1/passport/entries/{entry_id}/{decision}").status_code == 404


def test_a_practitioner_writes_only_what_the_grant_names_and_the_refusal_is_logged(
    world: World, sam: Person, jo: Person
) -> None:
    grant = sam.lets_write(jo, "work-advice")
    reply = jo.appends(grant, "daily-impact", IMPACT)
    assert (reply.status_code, reply.json()["code"]) == (403, "not_allowed")
    refused = sam.log()[-1]
    assert (refused["kind"], refused["who"], refused["sections"]) == (
        "refused",
        "Jo Example",
        ["daily-impact"],
    )
    assert states(world, "daily-impact") == {}


def test_an_appointment_needs_a_grant_for_the_plan_and_for_its_scores(
    world: World, sam: Person, jo: Person
) -> None:
    advice_only = sam.lets_write(jo, "work-advice")
    plan_only = sam.lets_write(jo, "plan")
    assert jo.holds_appointment(advice_only, 1, GOAL).status_code == 403
    assert jo.holds_appointment(plan_only, 1, GOAL, SCORE).status_code == 403  # all or nothing
    assert states(world, "plan") == states(world, "scores") == {}
    assert jo.holds_appointment(plan_only, 1, GOAL).status_code == 201


def test_whoever_may_not_write_the_plan_learns_nothing_of_it(
    world: World, sam: Person, jo: Person, kit: Person
) -> None:
    sam.accepts(*jo.holds_appointment(sam.lets_write(jo, "plan"), 1, GOAL).json()["entry_ids"])
    grant = sam.lets_write(kit, "work-advice")
    again, new = kit.holds_appointment(grant, 1, GOAL), kit.holds_appointment(grant, 2, SECOND_GOAL)
    assert again.status_code == new.status_code == 403
    assert again.content == new.content
    given = append_grants.held_by(world.d, kit.practitioner_id, grant)
    before = sam.log()
    assert plans.look(world.d, given) == plans.PlanSoFar(Plan(), others_wait=False)
    assert sam.log() == before


def test_a_withdrawn_grant_writes_nothing_and_the_attempt_is_logged(
    world: World, sam: Person, jo: Person
) -> None:
    grant = sam.lets_write(jo, "work-advice")
    sam.accepts(*jo.appends(grant, "work-advice", ADVICE).json()["entry_ids"])
    assert sam.post(f"/api/v1/append-grants/{grant}/stop").status_code == 204
    reply = jo.appends(grant, "work-advice", ADVICE)
    assert reply.status_code == 403
    assert "withdrawn" in reply.json()["detail"]
    assert [e["kind"] for e in sam.log()][-2:] == ["withdrawn", "refused"]
    assert states(world, "work-advice") == {"accepted": 1}  # what was written stays
    assert jo.get("/api/v1/append-grants").json() == []


def test_a_grant_to_write_ends_at_midnight_in_london(world: World, sam: Person, jo: Person) -> None:
    grant = sam.lets_write(jo, "work-advice", days=1)
    (given,) = jo.get("/api/v1/append-grants").json()
    assert given["ends_at"] == "2026-11-23T00:00:00Z"
    world.clock.advance(days=1, hours=14, minutes=29, seconds=59)
    assert jo.appends(grant, "work-advice", ADVICE).status_code == 201
    world.clock.advance(seconds=1)
    assert jo.appends(grant, "work-advice", ADVICE).status_code == 403


def test_nobody_writes_under_the_grant_of_somebody_else(
    world: World, sam: Person, jo: Person, kit: Person
) -> None:
    grant = sam.lets_write(jo, "work-advice")
    assert kit.appends(grant, "work-advice", ADVICE).status_code == 404
    assert sam.appends(grant, "work-advice", ADVICE).status_code == 403  # a holder is no practitioner
    robin = world.holder("robin")
    assert robin.post(f"/api/v1/append-grants/{grant}/stop").status_code == 404
    (entry_id,) = jo.appends(grant, "work-advice", ADVICE).json()["entry_ids"]
    assert robin.post(f"/api/v1/passport/entries/{entry_id}/accept").status_code == 404
    assert jo.post(f"/api/v1/passport/entries/{entry_id}/accept").status_code == 403


def test_a_read_grant_is_no_grant_to_write(world: World, sam: Person, jo: Person) -> None:
    sam.shares_with("practitioner", passcode=False)
    grant = world.one("SELECT grant_id FROM grants WHERE kind = 'read'")
    assert jo.appends(grant, "work-advice", ADVICE).status_code == 404
    assert sam.post(f"/api/v1/append-grants/{grant}/stop").status_code == 404


@pytest.mark.parametrize("sections", [["about-me"], ["plan", "diary"]])
def test_a_holder_cannot_let_a_practitioner_write_what_is_not_theirs(
    sam: Person, jo: Person, sections: list[str]
) -> None:
    reply = sam.post("/api/v1/append-grants", {"practitioner": "jo", "sections": sections})
    assert (reply.status_code, reply.json()["code"]) == (422, "grant_invalid")


def test_two_practitioners_make_one_plan(world: World, sam: Person, jo: Person, kit: Person) -> None:
    first = jo.holds_appointment(sam.lets_write(jo, "plan", "scores"), 1, GOAL, SCORE)
    sam.accepts(*first.json()["entry_ids"])
    second = kit.holds_appointment(
        sam.lets_write(kit, "plan", "scores"), 2, SECOND_GOAL, {**SCORE, "points": 6}
    )
    before, after = sam.entries("plan")
    assert (before["state"], after["state"]) == ("accepted", "pending")
    assert goals(after) == [GOAL["goal"], SECOND_GOAL["goal"]]
    sam.accepts(*second.json()["entry_ids"])
    (plan,) = sam.entries("plan")
    (scores,) = sam.entries("scores")
    assert goals(plan) == [GOAL["goal"], SECOND_GOAL["goal"]]
    assert [c["value"]["points"] for c in scores["claims"] if c["path"].startswith("scores/")] == [4, 6]
    assert plan["signed_by"].startswith("signed by Kit Example")
    assert states(world, "plan") == {"accepted": 1, "superseded": 1}


def test_of_two_organisations_at_once_one_writes_and_the_other_is_asked_to_wait(
    world: World, sam: Person, jo: Person, kit: Person
) -> None:
    ours = {jo.username: sam.lets_write(jo, "plan"), kit.username: sam.lets_write(kit, "plan")}

    def hold(who: Person) -> tuple[int, Any]:
        reply = who.holds_appointment(ours[who.username], 1, GOAL if who is jo else SECOND_GOAL)
        return reply.status_code, reply.json()

    with ThreadPoolExecutor(2) as pool:
        (first, _), (second, problem) = sorted(pool.map(hold, (jo, kit)), key=lambda answer: answer[0])
    assert (first, second, problem["code"]) == (201, 409, "plan_waiting")
    assert "ask them to accept or decline it first" in problem["detail"]
    assert sorted(e["kind"] for e in sam.log()[-2:]) == ["appended", "refused"]
    assert len(goals(sam.entries("plan")[-1])) == 1


def test_accepting_the_later_plan_takes_the_earlier_one_that_waits_along(
    world: World, sam: Person, jo: Person
) -> None:
    grant = sam.lets_write(jo, "plan")
    (early,) = jo.holds_appointment(grant, 1, GOAL).json()["entry_ids"]
    (late,) = jo.holds_appointment(grant, 2, SECOND_GOAL).json()["entry_ids"]
    sam.accepts(late)
    assert sam.post(f"/api/v1/passport/entries/{early}/accept").status_code == 404
    assert [e["entry_id"] for e in sam.entries("plan")] == [late]


def test_after_a_plan_is_declined_the_next_one_continues_what_was_there_before(
    sam: Person, jo: Person
) -> None:
    grant = sam.lets_write(jo, "plan")
    sam.accepts(*jo.holds_appointment(grant, 1, GOAL).json()["entry_ids"])
    (declined,) = jo.holds_appointment(grant, 2, SECOND_GOAL).json()["entry_ids"]
    sam.post(f"/api/v1/passport/entries/{declined}/decline")
    sam.accepts(*jo.holds_appointment(grant, 2, OBSTACLE).json()["entry_ids"])
    (plan,) = sam.entries("plan")
    assert goals(plan) == [GOAL["goal"]]


def test_what_two_organisations_say_of_one_section_stands_side_by_side(
    world: World, sam: Person, jo: Person, kit: Person
) -> None:
    theirs = {"changes": [{**ADJUSTMENT, "change": "a chair"}]}
    for who in (jo, kit):
        grant = sam.lets_write(who, "adjustments")
        sam.accepts(*who.appends(grant, "adjustments", theirs).json()["entry_ids"])
    assert len(sam.entries("adjustments")) == 3  # and the holder's own
    grant = sam.lets_write(jo, "adjustments")
    sam.accepts(*jo.appends(grant, "adjustments", theirs).json()["entry_ids"])
    assert states(world, "adjustments") == {"accepted": 3, "superseded": 1}


HOLDER, PRACTITIONER = AuthorKind.HOLDER, AuthorKind.PRACTITIONER


@pytest.mark.parametrize(
    ("section", "issuers", "authors", "expected"),
    [
        (Section.PLAN, ("a", "b"), (PRACTITIONER, PRACTITIONER), True),  # one chain over everybody
        (Section.SCORES, ("a", "b"), (PRACTITIONER, PRACTITIONER), True),
        (Section.ADJUSTMENTS, ("a", "a"), (PRACTITIONER, PRACTITIONER), True),
        (Section.ADJUSTMENTS, ("a", "b"), (PRACTITIONER, PRACTITIONER), False),
        (Section.PLAN, ("a", "told"), (PRACTITIONER, HOLDER), False),  # the holder's own plan stands
    ],
)
def test_what_an_entry_takes_the_place_of(
    section: Section, issuers: tuple[str, str], authors: tuple[AuthorKind, AuthorKind], expected: bool
) -> None:
    later, earlier = (
        EntryRow(
            holder_id="h",
            entry_id=f"e{sequence}",
            sequence=sequence,
            section=section,
            author_kind=author,
            issuer_id=issuer,
            state=EntryState.ACCEPTED,
            status_list_id="1",
            status_index=sequence,
            issued_at=MORNING,
            expires_at=MORNING,
            sealed_credential=b"",
        )
        for sequence, issuer, author in zip((2, 1), issuers, authors, strict=True)
    )
    assert continues(later, earlier) is expected
    assert not continues(earlier, later)
    assert not continues(later, later)
