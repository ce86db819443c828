"""What a holder may do to a running share. Link, QR code and passcode stay good unless the holder changes them."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from issuers.encoding import decode_base64url
from passport.share_life import ALARMING
from schemas.catalogue import CATALOGUE
from schemas.vocabulary import Section
from tests.service.replying import confirms, shares_and_opens
from tests.service.test_replies import holder_page
from tests.service.world import ADJUSTMENT, CONDITION, GOAL, Person, Share, World


def opens_by_code(world: World, code: str | None, passcode: str | None) -> int:
    form = {"code": code or "", "passcode": passcode or "", "who": "Sam's manager"}
    world.client.cookies.clear()
    return int(world.client.post("/code", data=form, follow_redirects=False).status_code)


def given_a_locked_share(world: World, sam: Person) -> Share:
    share = sam.shares_with()
    for _ in range(world.d.settings.passcode_attempts):
        assert world.opens(share, passcode=share.wrong).status_code == 401
    assert world.opens(share).status_code == 404
    assert sam.share_now(share)["state"] == "locked"
    return share


def asks(sam: Person, share: Share, what: str, body: object = None) -> Any:
    return sam.post(f"/api/v1/shares/{share.share_id}/{what}", body)


# Extending


def test_an_extended_share_opens_with_the_paper_already_handed_out(world: World, sam: Person) -> None:
    share = sam.shares_with(days=1, passcode=False)
    old_end = datetime.fromisoformat(share.body["expires_at"])
    extended = asks(sam, share, "extend", {"days": 30}).json()
    assert datetime.fromisoformat(extended["expires_at"]) > old_end
    world.clock.at = old_end + timedelta(days=1)
    assert world.opens(share).status_code == 200
    assert share.shlink.expires_at is not None
    assert share.shlink.expires_at > datetime.fromisoformat(extended["expires_at"])
    assert sam.said(share) == ["extended", "fetched"]
    world.clock.at = datetime.fromisoformat(extended["expires_at"])
    assert world.opens(share).status_code == 404


def test_the_link_is_the_same_before_and_after_every_change(world: World, sam: Person) -> None:
    share = sam.shares_with(days=1, live=True)
    path = f"/api/v1/shares/{share.share_id}/secrets"
    link = sam.get(path).json()["link"]
    asks(sam, share, "extend", {"days": 366})
    asks(sam, share, "rearm")
    asks(sam, share, "passcode")
    sam.tells({"about-me": {"name": "Samantha Example"}})
    assert asks(sam, share, "update", {}).status_code == 204
    assert sam.get(path).json()["link"] == link


def test_nothing_but_a_change_that_is_sent_lets_another_word_out(sqlite_world: World, ada: Person) -> None:
    share = ada.shares_with(days=1, live=True)
    bundle = sqlite_world.reads(share)
    ada.tells({"adjustments": {"changes": [{**ADJUSTMENT, "barrier": "my epilepsy"}]}})
    asks(ada, share, "extend", {"days": 30})
    asks(ada, share, "rearm")
    ada.put(f"/api/v1/shares/{share.share_id}/code", {})
    passcode = asks(ada, share, "passcode").json()["passcode"]
    assert sqlite_world.reads(share, passcode=passcode) == bundle


def test_who_answers_an_extended_share_can_do_so_for_as_long_after_its_end(world: World, sam: Person) -> None:
    share, reader = shares_and_opens(world, sam, days=1)
    _other, untouched = shares_and_opens(world, sam, days=1)
    asks(sam, share, "extend", {"days": 200})
    world.clock.advance(days=200 + 364)
    assert reader.get("/r/reply").status_code == 200
    assert untouched.get("/r/reply").status_code == 404
    world.clock.advance(days=2)
    assert reader.get("/r/reply").status_code == 404


def test_a_share_never_runs_for_more_than_a_year_and_a_day(sqlite_world: World, ada: Person) -> None:
    share = ada.shares_with(days=30)
    assert asks(ada, share, "extend", {"days": 366}).status_code == 200
    sqlite_world.clock.advance(days=20)
    reply = asks(ada, share, "extend", {"days": 360})
    assert (reply.status_code, reply.json()["code"]) == (422, "share_not_extendable")


@pytest.mark.parametrize("days", [1, 30])
def test_extending_never_shortens(sqlite_world: World, ada: Person, days: int) -> None:
    share = ada.shares_with(days=30)
    reply = asks(ada, share, "extend", {"days": days})
    assert (reply.status_code, reply.json()["code"]) == (422, "share_not_extendable")
    assert ada.share_now(share)["expires_at"] == share.body["expires_at"]
    assert ada.said(share) == []


@pytest.mark.parametrize("ended", ["stopped", "over"])
def test_nothing_of_an_ended_share_can_be_changed(sqlite_world: World, ada: Person, ended: str) -> None:
    share = ada.shares_with(days=1, typed_code=True)
    if ended == "stopped":
        ada.stops(share)
    else:
        sqlite_world.clock.advance(days=3)
    path = f"/api/v1/shares/{share.share_id}"
    for reply in (
        asks(ada, share, "extend", {"days": 9}),
        asks(ada, share, "rearm"),
        asks(ada, share, "passcode"),
        ada.put(f"{path}/code", {}),
    ):
        assert (reply.status_code, reply.json()["code"]) == (409, "share_ended")
    assert ada.share_now(share)["state"] == ("stopped" if ended == "stopped" else "ended")


# Letting them try again


def test_a_locked_share_opens_again_with_the_same_link_and_passcode(world: World, sam: Person) -> None:
    share = given_a_locked_share(world, sam)
    body = asks(sam, share, "rearm").json()
    assert (body["state"], body["attempts_left"]) == ("open", world.d.settings.passcode_attempts)
    assert world.opens(share).status_code == 200
    assert sam.said(share)[-3:] == ["refused", "rearmed", "fetched"]


def test_a_new_passcode_opens_a_locked_share_and_the_old_one_does_not(world: World, sam: Person) -> None:
    share = given_a_locked_share(world, sam)
    passcode = asks(sam, share, "passcode").json()["passcode"]
    assert passcode != share.passcode
    assert world.opens(share).status_code == 401
    assert world.opens(share, passcode=passcode).status_code == 200
    assert sam.share_now(share)["attempts_left"] == world.d.settings.passcode_attempts - 1
    assert "passcode-changed" in sam.said(share)


# The typed code


def test_a_typed_code_is_switched_on_changed_and_off_while_the_link_goes_on(
    world: World, sam: Person
) -> None:
    share = sam.shares_with()
    path = f"/api/v1/shares/{share.share_id}/code"
    first = sam.put(path, {}).json()
    assert first["passcode"] == share.passcode
    assert opens_by_code(world, first["typed_code"], share.passcode) == 303
    second = sam.put(path, {}).json()
    assert second["typed_code"] != first["typed_code"]
    assert opens_by_code(world, first["typed_code"], share.passcode) == 401
    assert opens_by_code(world, second["typed_code"], share.passcode) == 303
    assert sam.client.delete(path, headers={"authorization": f"Bearer {sam.token}"}).status_code == 204
    assert opens_by_code(world, second["typed_code"], share.passcode) == 401
    assert world.opens(share).status_code == 200
    kinds = [kind for kind in sam.said(share) if kind.startswith("code")]
    assert kinds == ["code-on", "code-on", "code-off"]


@pytest.mark.parametrize(("share_days", "code_days", "lasts"), [(30, None, 7), (30, 1, 1), (3, 30, 3)])
def test_a_typed_code_has_its_own_end_and_never_outlives_its_share(
    sqlite_world: World, ada: Person, share_days: int, code_days: int | None, lasts: int
) -> None:
    share = ada.shares_with(days=share_days)
    body = {} if code_days is None else {"days": code_days}
    code = ada.put(f"/api/v1/shares/{share.share_id}/code", body).json()["typed_code"]
    ends_at = datetime.fromisoformat(ada.share_now(share)["code_ends_at"])
    assert ends_at == sqlite_world.d.end_of_day(lasts)
    sqlite_world.clock.at = ends_at - timedelta(seconds=1)
    assert opens_by_code(sqlite_world, code, share.passcode) == 303
    sqlite_world.clock.at = ends_at
    assert opens_by_code(sqlite_world, code, share.passcode) == 401


def test_a_code_gives_a_share_without_a_passcode_one_for_its_link_too(
    sqlite_world: World, ada: Person
) -> None:
    share = ada.shares_with(passcode=False)
    assert sqlite_world.opens(share).status_code == 200
    made = ada.put(f"/api/v1/shares/{share.share_id}/code", {}).json()
    assert opens_by_code(sqlite_world, made["typed_code"], made["passcode"]) == 303
    assert sqlite_world.opens(share).status_code == 401
    assert sqlite_world.opens(share, passcode=made["passcode"]).status_code == 200


# This was not them


def test_one_tap_on_an_event_stops_the_share_and_says_so_in_the_log(world: World, sam: Person) -> None:
    share = sam.shares_with(passcode=False)
    world.reads(share)
    (opened,) = [event for event in sam.log(share) if event["kind"] == "fetched"]
    assert asks(sam, share, "not-me", {"event": opened["sequence"]}).status_code == 204
    assert sam.said(share) == ["fetched", "not-me", "stopped"]
    assert world.opens(share).status_code == 404


def test_only_an_event_of_this_share_that_others_caused_counts(sqlite_world: World, ada: Person) -> None:
    share, other = ada.shares_with(passcode=False), ada.shares_with(passcode=False)
    sqlite_world.reads(other)
    events = {event["kind"]: event["sequence"] for event in ada.log()}
    for event in (events["fetched"], events["shared"], events["told"], 10_000):
        reply = asks(ada, share, "not-me", {"event": event})
        assert (reply.status_code, reply.json()["code"]) == (404, "event_not_found")
    assert ada.share_now(share)["state"] == "open"


def test_what_a_holder_did_alarms_nobody() -> None:
    assert {kind.value for kind in ALARMING} == {
        "opened", "fetched", "refused", "wrong-passcode", "locked", "exposed", "reply-exposed", "acknowledged",
        "terms-stated", "copy-saved", "email-confirmed", "recipient-known", "asked-for-more", "asked-for-manager",
        "countersigned",
    }  # fmt: skip


def test_an_address_that_is_not_theirs_is_one_tap_from_stopped(world: World, sam: Person) -> None:
    share, reader = shares_and_opens(world, sam)
    confirms(world, reader, sam.holder_id, "somebody@else.example")
    known = sam.log(share)[-1]
    assert known["kind"] == "email-confirmed"
    headers = {"accept": "text/html", "cookie": f"session={sam.token}"}
    world.client.cookies.clear()
    page = world.client.get("/passport/log", headers=headers).text
    assert f'name="event" value="{known["sequence"]}"' in page
    assert asks(sam, share, "not-me", {"event": known["sequence"]}).status_code == 204
    assert sam.said(share)[-2:] == ["not-me", "stopped"]
    assert "says they are Pat Example" in page


# Sharing again


def test_sharing_again_carries_the_same_choice_under_new_secrets(world: World, sam: Person) -> None:
    (entry,) = sam.entries("adjustments")
    share = sam.shares_with(left_out={entry["entry_id"]: ["changes/1"]}, days=90)
    again = asks(sam, share, "again", {}).json()
    assert again["share"]["recipient"] == share.body["recipient"]
    assert again["share"]["expires_at"] == share.body["expires_at"]
    assert again["share"]["sections"] == share.body["sections"]
    assert again["secrets"]["passcode"] not in (None, share.passcode)
    assert sam.share_now(share)["state"] == "stopped"
    assert world.opens(share).status_code == 404
    new = sam.share_of(again)
    bundle = world.reads(new)
    assert ADJUSTMENT["change"].encode() in bundle
    assert b"quiet room" not in bundle


def test_sharing_again_leaves_out_what_was_changed_since(sqlite_world: World, ada: Person) -> None:
    share = ada.shares_with(passcode=False)
    changed = {**ADJUSTMENT, "change": "start at noon"}
    ada.tells({"adjustments": {"changes": [changed, {**ADJUSTMENT, "change": "start at ten"}]}})
    bundle = sqlite_world.reads(ada.share_of(asks(ada, share, "again", {}).json()))
    assert b"start at ten" in bundle
    assert b"start at noon" not in bundle


def test_sections_chosen_afresh_are_asked_about_again(sqlite_world: World, ada: Person) -> None:
    jo = sqlite_world.practitioner()
    grant = ada.lets_write(jo, "plan")
    ada.accepts(*jo.holds_appointment(grant, 1, GOAL).json()["entry_ids"])
    wanted = ["about-me", "conditions", "plan"]
    share = ada.shares_with("work-coach", sections=wanted, passcode=False)
    without = ada.share_of(asks(ada, share, "again", {}).json())
    assert without.body["sections"] == ["about-me"]
    assert CONDITION.encode() not in sqlite_world.reads(without)
    share = ada.shares_with("work-coach", sections=wanted, passcode=False)
    assert asks(ada, share, "again", {"afresh": ["plan"]}).json()["share"]["sections"] == ["about-me", "plan"]
    reply = asks(ada, ada.shares_with("gp"), "again", {"afresh": ["conditions"]})
    assert (reply.status_code, reply.json()["code"]) == (422, "grant_invalid")


def test_sharing_again_is_whole_or_not_at_all(sqlite_world: World, ada: Person) -> None:
    """What cannot be shared any more leaves the old share as it was: nobody is cut off by half a change."""
    share = ada.shares_with("work-coach", sections=["conditions"], passcode=False)
    reply = asks(ada, share, "again", {})
    assert (reply.status_code, reply.json()["code"]) == (422, "nothing_to_share")
    assert ada.share_now(share)["state"] == "open"
    assert ada.said(share) == []


# Before a job offer


def test_before_a_job_offer_what_helps_at_the_interview_is_on_and_the_rest_is_warned_about(
    sqlite_world: World, ada: Person
) -> None:
    step_free = {"change": "A room without steps", "status": "asked", "kind": "interview"}
    ada.tells(
        {"communication": {"how_to_help": "Send me the questions first."}, "work": {"hours": "Mornings"}}
    )
    ada.tells({"adjustments": {"changes": [ADJUSTMENT, step_free]}})
    body = {"recipient": {"kind": "employer", "name": "Acme Tiles"}, "purpose": "job-interview"}
    assert ada.post("/api/v1/shares/preview", body).json()["warning"] is None
    share = ada.shares_with(purpose="job-interview", passcode=False)
    assert share.body["sections"] == ["about-me", "communication", "adjustments"]
    shown = {one.section: one for one in sqlite_world.verifies(sqlite_world.reads(share)).entries}
    assert shown[Section.ADJUSTMENTS].readable.claims == {"changes": [step_free]}
    (version,) = ada.get(f"/api/v1/shares/{share.share_id}/receipt").json()["versions"]
    assert b"There is no job offer yet" not in decode_base64url(version.split(".")[1])
    page = holder_page(sqlite_world, ada, "/passport/shares/new/employer?purpose=job-interview")
    assert re.findall(r'name="sections" type="checkbox" value="([^"]+)" checked', page) == list(shown)
    (kept,) = re.findall(r'name="keep" type="checkbox" value="([^"]+)" checked', page)
    assert kept == f"{ada.entries('adjustments')[0]['entry_id']}:changes/1"
    for section in ("adjustments", "work"):
        early = ada.post("/api/v1/shares/preview", {**body, "sections": ["communication", section]}).json()
        assert CATALOGUE[Section(section)].label.en in early["warning"]
        assert CATALOGUE[Section.COMMUNICATION].label.en not in early["warning"]
    chosen = ada.shares_with(purpose="job-interview", sections=["adjustments"], passcode=False)
    assert chosen.body["sections"] == ["adjustments"]
    reply = ada.asks_to_share(purpose="job-interview", sections=["conditions"])
    assert (reply.status_code, reply.json()["code"]) == (422, "grant_invalid")
