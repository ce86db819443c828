"""Suspend, reinstate and correct on both engines: what the API does, what verifiers then say, what is logged."""

import pytest

from consent.verification import Outcome
from passport import entry_status
from schemas.vocabulary import StatusChange, StatusReason
from tests.service.signed import change, given_a_saved_copy, given_advice, refused_as
from tests.service.world import Person, World


@pytest.fixture
def jo(world: World) -> Person:
    """A practitioner."""
    return world.practitioner()


def test_status_list_a_suspended_entry_is_refused_until_it_is_reinstated(
    world: World, sam: Person, jo: Person
) -> None:
    entry_id = given_advice(sam, jo)
    _share, saved = given_a_saved_copy(world, sam)
    reply = change(jo, entry_id, "suspend", "under-review")
    assert (reply.status_code, reply.json()["standing"]) == (200, "suspended")
    assert refused_as(world.verifies(saved)) == "entry_suspended"

    assert change(jo, entry_id, "reinstate", "reviewed").json()["standing"] == "valid"
    assert world.verifies(saved).outcome is Outcome.VALID
    kinds = [event["kind"] for event in sam.log()]
    assert kinds[-2:] == ["entry-suspended", "entry-reinstated"]
    last = sam.log()[-1]
    assert (last["who"], last["reason"], last["sections"]) == ("Jo Example", "reviewed", ["work-advice"])


def test_status_list_a_correction_supersedes_and_telling_anew_does_not(
    world: World, sam: Person, jo: Person
) -> None:
    entry_id = given_advice(sam, jo)
    _share, saved = given_a_saved_copy(world, sam)
    sam.tells({"about-me": {"name": "Sam Example-Jones"}})
    later = given_advice(sam, jo)
    assert world.verifies(saved).outcome is Outcome.VALID, "a snapshot of what was true stays valid (ADR 14)"

    assert change(jo, entry_id, "supersede", "corrected").json()["standing"] == "revoked"
    assert refused_as(world.verifies(saved)) == "entry_revoked"
    assert [entry["entry_id"] for entry in sam.entries("work-advice")] == [later]
    assert sam.log()[-1]["kind"] == "entry-corrected"


def test_status_list_an_operator_changes_any_entry_and_the_holder_sees_it(
    world: World, sam: Person, jo: Person
) -> None:
    entry_id = given_advice(sam, jo)
    found = entry_status.change_as_operator(
        world.d, entry_id, StatusChange.SUSPEND, reason=StatusReason.UNDER_REVIEW
    )
    assert found.standing == "suspended"
    assert (sam.log()[-1]["kind"], sam.log()[-1]["who"]) == ("entry-suspended", None)
    listed = [one.row.entry_id for one in entry_status.list_all(world.d)]
    assert entry_id in listed
