"""Opening is a person's act: nothing else counts, logs or consumes, and the person says who they are."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from consent.share import encode_shlink
from tests.service.world import NAME, Person, Share, World

BOTS = {
    "a link preview": "facebookexternalhit/1.1",
    "a chat's preview": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "a mail scanner": "Mozilla/5.0 (compatible; SafeLinks)",
    "a search engine": "Mozilla/5.0 (compatible; Googlebot/2.1)",
}


def cookies_of(reply: Any) -> Mapping[str, str]:
    return {"cookie": reply.headers["set-cookie"].partition(";")[0]}


def then_nothing_happened(sam: Person, share: Share) -> None:
    now = sam.share_now(share)
    assert (now["views"], now["attempts_left"], sam.said(share)) == (0, 10, [])


@pytest.mark.parametrize("bot", BOTS.values(), ids=BOTS)
def test_previews_and_scanners_get_a_page_that_tells_nothing_and_changes_nothing(
    sqlite_world: World, ada: Person, bot: str
) -> None:
    share = ada.shares_with(passcode=False, max_views=1)
    headers = {"user-agent": bot, "accept": "text/html"}
    for path in ("/v", "/v?lang=cy", "/v/open", "/code", share.path):
        for method in ("GET", "HEAD", "OPTIONS"):
            reply = sqlite_world.client.request(method, path, headers=headers)
            assert NAME not in reply.text
            assert "og:" not in reply.text
    assert (
        sqlite_world.client.get("/v", headers=headers).text
        == sqlite_world.client.get("/v", headers={"accept": "text/html"}).text
    )
    then_nothing_happened(ada, share)
    assert sqlite_world.presses_open(share).status_code == 303


@pytest.mark.parametrize("who", ["", "   ", "x" * 201, "Jo\x00", "Jo\u202e", "Jo\nGreen"])
def test_whoever_presses_without_saying_who_they_are_is_asked_and_spends_nothing(
    sqlite_world: World, ada: Person, who: str
) -> None:
    share = ada.shares_with(typed_code=True, max_views=1)
    for reply in (
        sqlite_world.presses_open(share, who=who),
        sqlite_world.presses_open(share, who=who, passcode=share.wrong),
        sqlite_world.types_code(share, who=who),
        sqlite_world.types_code(share, who=who, code="ABCD-EFGH-JKMN"),
    ):
        assert reply.status_code == 422
        assert "Say who you are" in reply.text
        assert "set-cookie" not in reply.headers or "viewing" not in reply.headers["set-cookie"]
    then_nothing_happened(ada, share)
    assert sqlite_world.one("SELECT coalesce(sum(misses), 0) FROM code_budgets") == 0


def test_a_scanner_that_sends_every_form_it_finds_opens_nothing(world: World, sam: Person) -> None:
    share = sam.shares_with(passcode=False, max_views=1)
    for form in ({}, {"shlink": ""}, {"shlink": encode_shlink(share.shlink)}, {"shlink": "x", "who": "x"}):
        assert world.sends_form("/v/open", form).status_code in (404, 422)
    assert world.sends_form("/code", {"code": "x", "who": "x", "passcode": "x"}).status_code == 401
    then_nothing_happened(sam, share)


def test_two_people_at_one_mailbox_are_two_events_under_the_names_they_gave(
    world: World, sam: Person
) -> None:
    share = sam.shares_with(passcode=False)
    for who in ("Jo Bell, HR", "Kit Moss, reception"):
        assert world.presses_open(share, who=who).status_code == 303
    assert [(e["kind"], e["who"]) for e in sam.log(share)[1:]] == [
        ("opened", "Jo Bell, HR"),
        ("opened", "Kit Moss, reception"),
    ]
    assert sam.share_now(share)["views"] == 2


def test_a_viewing_session_lasts_a_quarter_of_an_hour_in_which_nothing_is_counted(
    world: World, sam: Person
) -> None:
    share = sam.shares_with(max_views=1)
    opened = world.presses_open(share)
    assert opened.headers["location"] == "/v/reading"
    asks = {"accept": "text/html", **cookies_of(opened)}
    for path in ("/v/reading", "/v/reading?lang=cy", "/v/reading?lang=en", "/v/reading/copy"):
        assert world.client.get(path, headers=asks).status_code == 200
    world.clock.advance(minutes=14, seconds=59)
    assert world.client.get("/v/reading", headers=asks).status_code == 200
    world.clock.advance(seconds=1)
    assert world.client.get("/v/reading", headers=asks).status_code == 404
    assert (sam.share_now(share)["views"], sam.said(share)) == (1, ["opened"])


# The holder's own look


def signed_in(person: Person) -> dict[str, str]:
    return {"accept": "text/html", "cookie": f"session={person.token}"}


def opens_as(world: World, person: Person, path: str, form: Mapping[str, str]) -> Any:
    return world.client.post(path, data=form, headers=signed_in(person), follow_redirects=False)


@pytest.mark.parametrize("by", ["link", "code"])
def test_holders_who_open_their_own_share_use_no_view_and_need_no_passcode(
    world: World, sam: Person, by: str
) -> None:
    share = sam.shares_with(typed_code=True, max_views=1)
    path, form = {
        "link": ("/v/open", {"shlink": encode_shlink(share.shlink)}),
        "code": ("/code", {"code": (share.typed_code or "").lower()}),
    }[by]
    for _ in range(3):
        reply = opens_as(world, sam, path, form)
        assert (reply.status_code, reply.headers["location"]) == (
            303,
            f"/passport/shares/{share.share_id}/as-recipient",
        )
        page = world.client.get(reply.headers["location"], headers=signed_in(sam))
        assert (page.status_code, "start at ten" in page.text) == (200, True)
        assert "Chronic fatigue" not in page.text
    then_nothing_happened(sam, share)
    assert world.presses_open(share).status_code == 303


def test_another_holder_who_opens_it_is_a_recipient_like_any_other(world: World, sam: Person) -> None:
    share = sam.shares_with(passcode=False)
    robin = world.holder("robin", name="Robin")
    form = {"shlink": encode_shlink(share.shlink), "who": "Robin"}
    assert opens_as(world, robin, "/v/open", form).headers["location"] == "/v/reading"
    path = f"/passport/shares/{share.share_id}/as-recipient"
    assert world.client.get(path, headers=signed_in(robin)).status_code == 404
    assert sam.said(share) == ["opened"]


@pytest.mark.parametrize("ended", ["stopped", "expired"])
def test_a_share_of_ones_own_that_has_ended_leads_to_its_page(world: World, sam: Person, ended: str) -> None:
    share = sam.shares_with(passcode=False, days=1)
    if ended == "stopped":
        sam.stops(share)
    else:
        world.clock.advance(days=2)
    path = f"/passport/shares/{share.share_id}"
    reply = world.client.get(f"{path}/as-recipient", headers=signed_in(sam), follow_redirects=False)
    assert (reply.status_code, reply.headers["location"]) == (303, path)


# The link must be whole


def test_the_address_of_a_manifest_alone_opens_no_page(world: World, sam: Person) -> None:
    share = sam.shares_with(passcode=False, max_views=1)
    guessed = replace(share, shlink=replace(share.shlink, key=bytes(32)))
    reply = world.presses_open(guessed)
    nowhere = replace(share, shlink=replace(share.shlink, url=f"{share.shlink.url[:-43]}{'B' * 42}A"))
    unknown = world.presses_open(nowhere)
    assert (reply.status_code, reply.content) == (unknown.status_code, unknown.content)
    assert Counter(sam.said(share)) == {"refused": 1}
    assert world.presses_open(share).status_code == 303
