"""Who may change where which entry stands, and what people then read. On one engine: the other changes nothing."""

import pytest

from consent.verification import Outcome
from tests.service.signed import change, given_a_saved_copy, given_advice, refused_as, withdraw
from tests.service.world import ADVICE, STORY, Person, World


@pytest.fixture
def world(sqlite_world: World) -> World:
    """A running service on one engine."""
    return sqlite_world


@pytest.fixture
def jo(world: World) -> Person:
    """A practitioner."""
    return world.practitioner()


def test_status_list_what_is_taken_back_stays_so(world: World, sam: Person, jo: Person) -> None:
    entry_id = given_advice(sam, jo)
    _share, saved = given_a_saved_copy(world, sam)
    assert change(jo, entry_id, "revoke", "mistake").json()["standing"] == "revoked"
    assert refused_as(world.verifies(saved)) == "entry_revoked"
    for what, reason in (("reinstate", "reviewed"), ("suspend", "asked"), ("revoke", "mistake")):
        reply = change(jo, entry_id, what, reason)
        assert (reply.status_code, reply.json()["code"]) == (409, "status_final")
    assert [event["kind"] for event in sam.log()].count("entry-revoked") == 1
    assert jo.get(f"/api/v1/signed-entries/{entry_id}").json()["standing"] == "revoked"


@pytest.mark.parametrize(
    ("what", "reason", "status", "code"),
    [
        ("reinstate", "reviewed", 409, "status_change_not_possible"),
        ("suspend", "mistake", 422, "status_reason_invalid"),
        ("supersede", "corrected", 409, "not_corrected"),
        ("suspend", "a reason of my own", 422, "content_invalid"),
        ("forget", "mistake", 422, "content_invalid"),
    ],
)
def test_status_list_a_change_that_does_not_fit_is_refused_and_leaves_all_as_it_was(
    world: World, sam: Person, jo: Person, what: str, reason: str, status: int, code: str
) -> None:
    entry_id = given_advice(sam, jo)
    before = len(sam.log())
    reply = change(jo, entry_id, what, reason)
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert len(sam.log()) == before
    assert sam.entries("work-advice")[0]["standing"] == "valid"


def test_status_list_another_organisation_changes_nothing(world: World, sam: Person, jo: Person) -> None:
    entry_id = given_advice(sam, jo)
    reply = change(world.practitioner("kit"), entry_id, "revoke", "mistake")
    assert (reply.status_code, reply.json()["code"]) == (404, "entry_not_found")
    assert sam.entries("work-advice")[0]["standing"] == "valid"


def test_status_list_who_signed_takes_back_also_when_they_may_write_no_more(
    world: World, sam: Person, jo: Person
) -> None:
    entry_id = given_advice(sam, jo)
    for grant in sam.get("/api/v1/append-grants").json():
        sam.post(f"/api/v1/append-grants/{grant['grant_id']}/stop")
    assert change(jo, entry_id, "revoke", "outdated").status_code == 200


def test_status_list_a_holder_takes_back_what_they_told_and_nothing_else(
    world: World, sam: Person, jo: Person
) -> None:
    advice = given_advice(sam, jo)
    share = sam.shares_with("employer", passcode=False)
    saved = world.reads(share)
    told = sam.entries("adjustments")[0]["entry_id"]
    assert withdraw(sam, told).json()["standing"] == "revoked"
    assert refused_as(world.verifies(saved)) == "entry_revoked"
    assert sam.entries("adjustments")[0]["standing"] == "revoked"
    assert (withdraw(sam, told).status_code, withdraw(sam, told).json()["code"]) == (409, "status_final")
    assert (withdraw(sam, advice).status_code, withdraw(sam, advice).json()["code"]) == (
        403,
        "entry_not_told",
    )
    robin = world.holder("robin", name="Robin")
    assert withdraw(robin, told).status_code == 404
    assert sam.log()[-1]["kind"] == "entry-revoked"
    again = sam.tells({"adjustments": STORY["adjustments"]})
    assert [(e["entry_id"], e["standing"]) for e in sam.entries("adjustments")] == [(again[0], "valid")]


@pytest.mark.parametrize(("what", "reason"), [("suspend", "asked"), ("revoke", "mistake")])
def test_status_list_what_does_not_stand_is_not_shared_anew(
    world: World, sam: Person, jo: Person, what: str, reason: str
) -> None:
    entry_id = given_advice(sam, jo)
    change(jo, entry_id, what, reason)
    share, saved = given_a_saved_copy(world, sam)
    assert share.body["sections"] == ["about-me"]
    assert world.verifies(saved).outcome is Outcome.VALID


def test_status_list_what_is_taken_back_before_it_is_accepted_waits_no_more(
    world: World, sam: Person, jo: Person
) -> None:
    grant = sam.lets_write(jo, "work-advice")
    entry_id = jo.appends(grant, "work-advice", ADVICE).json()["entry_ids"][0]
    assert change(jo, entry_id, "revoke", "mistake").status_code == 200
    assert sam.entries("work-advice") == []
    assert sam.post(f"/api/v1/passport/entries/{entry_id}/accept").status_code == 404


def test_status_list_a_stopped_share_is_withdrawn_by_the_holder_and_its_entries_stand(
    world: World, sam: Person, jo: Person
) -> None:
    given_advice(sam, jo)
    stopped, saved = given_a_saved_copy(world, sam)
    _other, other = given_a_saved_copy(world, sam)
    sam.stops(stopped)
    assert refused_as(world.verifies(saved)) == "share_withdrawn"
    assert world.verifies(other).outcome is Outcome.VALID, "each share has an index of its own"


def test_status_list_recipients_and_holders_read_it_in_plain_words(
    world: World, sam: Person, jo: Person
) -> None:
    entry_id = given_advice(sam, jo)
    share, _saved = given_a_saved_copy(world, sam)
    link = sam.get(f"/api/v1/shares/{share.share_id}/secrets").json()["link"]
    world.client.cookies.clear()
    world.client.post("/v/open", data={"shlink": link.partition("#")[2], "who": "Jo"}, follow_redirects=False)
    assert world.client.get("/v/reading").status_code == 200

    change(jo, entry_id, "suspend", "under-review")
    page = world.client.get("/v/reading")
    assert page.status_code == 409
    assert "suspended for now" in page.text
    assert str(ADVICE["comments"]) not in page.text
    assert "suspended for now" in _page(world, sam, "/passport")
    assert "Suspended for now by whoever signed it" in _page(world, sam, "/passport/sections/work-advice")
    assert "Jo Example suspended something they signed" in _page(world, sam, "/passport/log")

    change(jo, entry_id, "reinstate", "reviewed")
    world.client.post("/v/open", data={"shlink": link.partition("#")[2], "who": "Jo"}, follow_redirects=False)
    assert world.client.get("/v/reading").status_code == 200
    change(jo, entry_id, "revoke", "mistake")
    assert "delete your copies" in world.client.get("/v/reading").text
    assert "Taken back for good" in _page(world, sam, "/passport/sections/work-advice")


def _page(world: World, person: Person, path: str) -> str:
    reply = world.client.get(path, headers={"cookie": f"session={person.token}", "accept": "text/html"})
    assert reply.status_code == 200
    return str(reply.text)
