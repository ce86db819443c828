"""A link that was changed on the way: nothing opens, nothing is logged of it, the holder learns of it once."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from consent.rewritten_link import RewrittenLink
from consent.share import Shlink, encode_shlink
from issuers.encoding import decode_base64url, encode_base64url
from passport.exposure import KEY_SIGNS_MIN, expose
from tests.service.replying import opens, shares_and_opens
from tests.service.test_hostile_input import own_records
from tests.service.test_opening import allow_events, forbid_events
from tests.service.test_replies import holder_page
from tests.service.world import Person, Share, World

AT_ONCE = 40
Way = Callable[[str], str]
# What rewriters make of `#` and a shlink. The tests of consent.rewritten_link have more.
WAYS: dict[str, Way] = {
    "a gateway": lambda shlink: f"/v%23{shlink}",
    "two gateways": lambda shlink: f"/v%2523{quote(shlink, safe='')}",
    "a redirector": lambda shlink: "/go?url=" + quote(f"http://localhost:8000/v#{shlink}", safe=""),
    "a scanner that sends forms by GET": lambda shlink: f"/v/open?shlink={quote(shlink, safe='')}&who=",
    "one that wraps lines": lambda shlink: f"/v%23{shlink[:70]}%0D%0A{shlink[70:]}",
    "one that likes capitals": lambda shlink: f"/v%23{shlink.replace('shlink', 'SHLINK')}",
}


def asks(world: World, target: str, method: str = "GET") -> Any:
    return world.client.request(method, target, headers={"accept": "text/html"}, follow_redirects=False)


def exposes(world: World, share: Share) -> None:
    assert asks(world, WAYS["a gateway"](encode_shlink(share.shlink))).status_code == 303


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_rewritten_link_tells_the_holder_once_and_nobody_else_anything(
    world: World, sam: Person, caplog: pytest.LogCaptureFixture, way: Way
) -> None:
    share = sam.shares_with(max_views=1)
    shlink = encode_shlink(share.shlink)
    with caplog.at_level(logging.DEBUG):
        replies = [asks(world, way(shlink), method) for method in ("HEAD", "GET", "POST", "GET")]
        unknown = asks(world, way(shlink[:-90]))
    for reply in replies:
        assert (reply.status_code, reply.headers["location"]) == (303, "/v/changed")
        assert (reply.content, reply.headers) == (unknown.content, unknown.headers)
        assert reply.headers["referrer-policy"] == "no-referrer"
    assert sam.said(share) == ["exposed"]
    assert sam.share_now(share)["views"] == 0
    for secret in (share.url_token, shlink.removeprefix("shlink:/")[:60]):
        assert secret not in own_records(caplog)


def test_the_page_says_what_to_do(world: World) -> None:
    page = asks(world, "/v/changed")
    assert page.status_code == 400
    assert "This link was changed on the way" in page.text
    assert "Ask the person who shared it for a share code" in page.text


def test_an_exposed_link_opens_no_more_when_nothing_else_protects_it(world: World, sam: Person) -> None:
    share = sam.shares_with(passcode=False)
    exposes(world, share)
    unknown = world.client.post("/m/" + "B" * 43, json={"recipient": "x"})
    reply = world.opens(share)
    assert (reply.status_code, reply.content, reply.headers) == (404, unknown.content, unknown.headers)
    assert world.presses_open(share).status_code == 404
    assert sam.said(share) == ["exposed", "refused", "refused"]
    assert (sam.share_now(share)["views"], sam.share_now(share)["state"]) == (0, "exposed")


WITHOUT_THE_KEY: dict[str, Callable[[Shlink], str]] = {
    "another key": lambda shlink: encode_shlink(replace(shlink, key=bytes(32))),
    "a key that differs in its last sign": lambda shlink: encode_shlink(
        replace(shlink, key=shlink.key[:-1] + bytes([shlink.key[-1] ^ 1]))
    ),
    "no key": lambda shlink: cut(shlink, 0),
    "less than half of the key": lambda shlink: cut(shlink, KEY_SIGNS_MIN - 1),
    "half of another key": lambda shlink: cut(replace(shlink, key=bytes(32)), KEY_SIGNS_MIN),
}


def cut(shlink: Shlink, signs: int) -> str:
    """Return a link that ends after so many signs of its key."""
    payload = decode_base64url(encode_shlink(shlink).removeprefix("shlink:/"))
    start = payload.index(b'"key":"') + len(b'"key":"')
    return "shlink:/" + encode_base64url(payload[: start + signs])


@pytest.mark.parametrize("way", WITHOUT_THE_KEY.values(), ids=WITHOUT_THE_KEY)
def test_who_knows_the_address_of_a_manifest_and_not_the_key_exposes_and_closes_nothing(
    sqlite_world: World, ada: Person, way: Callable[[Shlink], str]
) -> None:
    share = ada.shares_with(passcode=False)
    reply = asks(sqlite_world, f"/v%23{way(share.shlink)}")
    assert (reply.status_code, reply.headers["location"]) == (303, "/v/changed")
    assert ada.said(share) == []
    assert sqlite_world.opens(share).status_code == 200


def test_half_of_the_key_exposes_a_share_because_the_rest_could_be_guessed(
    sqlite_world: World, ada: Person
) -> None:
    share = ada.shares_with(passcode=False)
    asks(sqlite_world, f"/v%23{cut(share.shlink, KEY_SIGNS_MIN)}")
    assert ada.said(share) == ["exposed"]


@pytest.mark.parametrize("passcode", [True, False])
def test_what_is_open_when_a_link_is_exposed_closes_unless_a_passcode_opened_it(
    world: World, sam: Person, passcode: bool
) -> None:
    share = sam.shares_with(passcode=passcode)
    reader = opens(world, share)
    (file,) = world.opens(share, embeddedLengthMax=0).json()["files"]
    exposes(world, share)
    expected = 200 if passcode else 404
    assert reader.get("/v/reading").status_code == expected
    assert world.fetches(file["location"]).status_code == expected
    assert sam.said(share)[-1] == ("exposed" if passcode else "refused")


@pytest.mark.parametrize("passcode", [True, False])
def test_lists_of_shares_mark_the_exposed_one_and_say_what_to_do(
    sqlite_world: World, ada: Person, passcode: bool
) -> None:
    exposed, other = ada.shares_with(passcode=passcode), ada.shares_with(passcode=passcode)
    exposes(sqlite_world, exposed)
    words = "Only the passcode keeps others out" if passcode else "It has no passcode, so it does not open"
    for path in ("/passport", "/passport/shares", f"/passport/shares/{exposed.share_id}"):
        page = holder_page(sqlite_world, ada, path)
        assert page.count(words) == 1
        assert f"/passport/shares/{exposed.share_id}/again" in page
        assert f"/passport/shares/{other.share_id}/again" not in page
    ada.stops(exposed)  # nothing is left to do
    assert words not in holder_page(sqlite_world, ada, "/passport/shares")


def test_a_passcode_made_for_an_exposed_share_opens_it_again_and_nothing_else_does(
    sqlite_world: World,
) -> None:
    sam = sqlite_world.holder()
    sam.tells({"about-me": {"name": "Sam"}})
    share = sam.shares_with(passcode=False)
    exposes(sqlite_world, share)
    for what in ("rearm", "extend"):
        sam.post(f"/api/v1/shares/{share.share_id}/{what}", {"days": 200})
        assert sqlite_world.opens(share).status_code == 404
    passcode = sam.post(f"/api/v1/shares/{share.share_id}/passcode").json()["passcode"]
    assert sam.share_now(share)["state"] == "open"
    assert sqlite_world.opens(share).json() == {"remainingAttempts": 10}
    assert sqlite_world.opens(share, passcode=passcode).status_code == 200


@pytest.mark.parametrize(
    ("happens", "state"),
    [("stop", "stopped"), ("end", "ended"), ("use up", "used-up"), ("nothing", "exposed")],
)
def test_what_ended_a_share_outweighs_that_it_was_exposed(
    sqlite_world: World, happens: str, state: str
) -> None:
    sam = sqlite_world.holder()
    sam.tells({"about-me": {"name": "Sam"}})
    share = sam.shares_with(passcode=False, max_views=1, days=1)
    if happens == "use up":
        assert sqlite_world.opens(share).status_code == 200
    exposes(sqlite_world, share)
    if happens == "stop":
        sam.stops(share)
    if happens == "end":
        sqlite_world.clock.advance(days=2)
    assert sam.share_now(share)["state"] == state


def test_an_exposed_link_with_a_passcode_and_its_code_still_open_by_the_passcode(
    world: World, sam: Person
) -> None:
    share = sam.shares_with(typed_code=True)
    exposes(world, share)
    assert world.presses_open(share, passcode=share.wrong).status_code == 401
    assert world.presses_open(share).status_code == 303
    assert world.types_code(share).status_code == 303
    assert sam.said(share) == ["exposed", "wrong-passcode", "opened", "opened"]


@pytest.mark.parametrize("passcode", [True, False])
def test_the_holders_page_says_what_became_of_the_link(world: World, sam: Person, passcode: bool) -> None:
    share = sam.shares_with(passcode=passcode)
    exposes(world, share)
    headers = {"accept": "text/html", "cookie": f"session={sam.token}"}
    page = world.client.get(f"/passport/shares/{share.share_id}", headers=headers).text
    assert ("Only the passcode keeps others out." in page, "passport-qr" in page) == (passcode, passcode)
    assert ("so it does not open any more." in page) is not passcode
    assert ("Then this link opens again, with the passcode." in page) is not passcode
    home = world.client.get("/passport", headers=headers).text
    assert ("Closed: others may have seen the link" in home) is not passcode
    assert "Stop and share again with a new link" in page


REPLY_WAYS: dict[str, Way] = {
    "a gateway": lambda token: f"/r%23{token}",
    "two gateways": lambda token: f"/r%2523{token}",
    "a redirector": lambda token: "/go?url=" + quote(f"http://localhost:8000/r#{token}", safe=""),
    "a scanner that sends forms by GET": lambda token: f"/r?token={token}",
}


@pytest.mark.parametrize("way", REPLY_WAYS.values(), ids=REPLY_WAYS)
def test_a_rewritten_reply_link_ends_the_capability_and_tells_the_holder_once(
    world: World, sam: Person, caplog: pytest.LogCaptureFixture, way: Way
) -> None:
    share, reader = shares_and_opens(world, sam)
    token = reader.token
    with caplog.at_level(logging.DEBUG):
        replies = [asks(world, way(token), method) for method in ("HEAD", "GET", "POST", "GET")]
        unknown = asks(world, way("A" * 43))
    for reply in replies:
        assert (reply.status_code, reply.headers["location"]) == (303, "/r/changed")
        assert (reply.content, reply.headers) == (unknown.content, unknown.headers)
    assert sam.said(share) == ["opened", "reply-exposed"]
    assert sam.log(share)[-1]["who"] == "Pat Example"
    assert reader.get("/r/reply").status_code == 404
    assert reader.posts("/r/acknowledge").status_code == 404
    assert token not in own_records(caplog)
    assert opens(world, share, reader=reader).token != token  # whoever still has the link is given another


def test_the_page_of_a_changed_reply_link_says_what_to_do(sqlite_world: World) -> None:
    page = asks(sqlite_world, "/r/changed")
    assert page.status_code == 400
    assert "This reply link was changed on the way" in page.text
    assert "Open what was shared with you once more" in page.text


def test_mark_and_event_are_one_transaction(world: World, sam: Person) -> None:
    share = sam.shares_with(passcode=False)
    world.d.database.writer.run(forbid_events)
    target = WAYS["a gateway"](encode_shlink(share.shlink))
    assert asks(world, target).status_code >= 500
    assert world.one("SELECT count(*) FROM shares WHERE exposed_at IS NOT NULL") == 0
    world.d.database.writer.run(allow_events)
    assert asks(world, target).status_code == 303
    assert world.one("SELECT count(*) FROM shares WHERE exposed_at IS NOT NULL") == 1
    assert sam.said(share) == ["exposed"]


def test_forty_at_once_are_one_event(world: World, sam: Person) -> None:
    share = sam.shares_with()
    link = RewrittenLink(share.url_token, encode_base64url(share.shlink.key))

    async def all_at_once() -> None:
        await asyncio.gather(*(expose(world.d, link) for _ in range(AT_ONCE)))

    asyncio.run(all_at_once())
    assert sam.said(share) == ["exposed"]


def test_the_secret_is_out_of_the_address_before_any_route_sees_it(world: World, sam: Person) -> None:
    share = sam.shares_with()
    seen: list[str] = []
    inner = world.app.middleware_stack.app.app  # type: ignore[union-attr]  # headers, rewritten links, what follows

    async def looking(scope: Any, receive: Any, send: Any) -> None:
        seen.append(f"{scope['path']} {scope['raw_path']!r} {scope['query_string']!r}")
        await inner(scope, receive, send)

    world.app.middleware_stack.app.app = looking  # type: ignore[union-attr]
    try:
        exposes(world, share)
    finally:
        world.app.middleware_stack.app.app = inner  # type: ignore[union-attr]
    assert seen == ["/v/changed b'/v/changed' b''"]
