"""Whatever became of a link, a location, a code, a viewing session or a reply token: the same bytes on the wire.

One table, on both engines: what became of it, by what was asked. Where a cell is missing, what was opened stays open
for a while: a view that was counted is not taken back. That the work is alike is in test_alike and test_typed_code.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from consent.share import encode_shlink
from passport import erasure
from tests.service.raw_requests import Answer, Sent, answers
from tests.service.replying import confirms, opens
from tests.service.targets import FORM_TYPE, JSON_TYPE, encoded
from tests.service.world import STORY, Person, Share, World

Held = Mapping[str, str]  # what somebody has in hand, by what it is
HTML = {b"accept": b"text/html"}
NOBODYS = "B" * 42 + "A"
UNKNOWN = {
    "token": NOBODYS,
    "ticket": NOBODYS,
    "viewing": NOBODYS,
    "code": "WXYZ-WXYZ-WXYZ",
    "passcode": "00000-00000",
}


def link(share: Share, world: World, token: str) -> str:
    url = f"{world.d.settings.base_url}/m/{token}"
    return encode_shlink(replace(share.shlink, url=url))


def held(world: World, share: Share, *, opened: bool = True) -> dict[str, str]:
    """Return all that a recipient can have in hand: they opened it as a person, and asked for it as a program."""
    found = {"token": share.url_token, "link": encode_shlink(share.shlink)}
    found |= {"passcode": share.passcode or UNKNOWN["passcode"]}
    if share.typed_code:
        found["code"] = share.typed_code
    if opened:
        found["viewing"] = opens(world, share).cookies["viewing"]
        (file,) = world.opens(share, embeddedLengthMax=0).json()["files"]
        found["ticket"] = urlsplit(file["location"]).path.rpartition("/")[2]
    return found


def without(found: dict[str, str], *names: str) -> dict[str, str]:
    return {name: secret for name, secret in found.items() if name not in names}


def in_every_way(world: World, sam: Person) -> dict[str, Held]:
    """Let shares of Sam's end in every way that there is, all within five minutes."""
    robin = world.holder("robin")
    robin.tells(STORY)
    soon = sam.shares_with(typed_code=True, days=1)
    ends_at = datetime.fromisoformat(soon.body["expires_at"])
    world.clock.at = ends_at - timedelta(minutes=15)
    before = held(world, sam.shares_with())
    ways: dict[str, Held] = {"too late": {name: before[name] for name in ("viewing", "ticket")}}
    world.clock.at = ends_at - timedelta(minutes=5)
    ways["expired"] = held(world, soon)
    for way in ("stopped", "stopped, with a passcode"):
        share = sam.shares_with(passcode=way != "stopped", typed_code=way != "stopped")
        ways[way] = held(world, share)
        sam.stops(share)
    erased = robin.shares_with(typed_code=True)
    ways["erased"] = held(world, erased)
    erasure.erase(world.d, robin.holder_id)
    bare = sam.shares_with(passcode=False)
    ways["exposed"] = held(world, bare)
    world.client.get(f"/v%23{encode_shlink(bare.shlink)}", follow_redirects=False)
    used = sam.shares_with(typed_code=True, max_views=2)
    ways["used up"] = without(held(world, used), "viewing")
    assert world.fetches(f"/m/file/{ways['used up']['ticket']}").status_code == 200
    locked = sam.shares_with(typed_code=True)
    ways["locked"] = held(world, locked, opened=False)
    for _ in range(world.d.settings.passcode_attempts):
        world.opens(locked, passcode=locked.wrong)
    for odd in ("x", "A" * 43, "%00", "%FF", "%E2%98%83"):
        ways[f"misspelt {odd}"] = {"token": odd, "ticket": odd, "viewing": odd, "passcode": "?"}
    ways["overlong"] = {"token": "A" * 5000, "ticket": "A" * 5000, "passcode": "?" * 64}
    other = sam.shares_with(typed_code=True)
    reader = opens(world, other)
    ways["another code"] = {"code": other.typed_code or "", "passcode": other.wrong}
    ways["no code at all"] = {"code": "?" * len(UNKNOWN["code"]), "passcode": "ŵ"}
    world.clock.advance(minutes=6)
    ways = {"unknown": {**UNKNOWN, "link": link(other, world, NOBODYS)}, **ways}
    return {way: {**has, "reply": reader.token} for way, has in ways.items()}


def form(path: str, **fields: str) -> Sent:
    return Sent(path, "POST", path, headers={**HTML, **FORM_TYPE}, body=(urlencode(fields).encode(),))


def document(path: str, **members: Any) -> Sent:
    return Sent(path, "POST", path, headers=JSON_TYPE, body=(encoded(members),))


def look(path: str) -> Callable[[Held], Sent]:
    return lambda has: Sent(
        path, "GET", path, headers={**HTML, b"cookie": f"viewing={has['viewing']}".encode()}
    )


def as_replier(method: str, path: str, has: Held) -> Sent:
    headers = {b"authorization": f"Bearer {has['reply']}".encode()}
    return Sent(path, method, path, headers=headers | {b"viewing-token": has.get("viewing", "").encode()})


def reply_cookie(has: Held) -> dict[bytes, bytes]:
    return {**HTML, b"cookie": f"reply={has['reply']}".encode()}


ASKED: Mapping[str, tuple[str, Callable[[Held], Sent]]] = {
    "manifest": ("token", lambda has: document(f"/m/{has['token']}", recipient="Jo")),
    "manifest with a passcode": (
        "token",
        lambda has: document(f"/m/{has['token']}", recipient="Jo", passcode=has["passcode"]),
    ),
    "manifest for a location": (
        "token",
        lambda has: document(f"/m/{has['token']}", recipient="Jo", embeddedLengthMax=0),
    ),
    "file": ("ticket", lambda has: Sent("file", "GET", f"/m/file/{has['ticket']}")),
    "page": ("link", lambda has: form("/v/open", shlink=has["link"], who="Jo")),
    "page with a passcode": (
        "link",
        lambda has: form("/v/open", shlink=has["link"], who="Jo", passcode=has["passcode"]),
    ),
    "program": ("link", lambda has: document("/api/v1/openings", shlink=has["link"], who="Jo")),
    "program with a passcode": (
        "link",
        lambda has: document("/api/v1/openings", shlink=has["link"], who="Jo", passcode=has["passcode"]),
    ),
    "code": ("code", lambda has: form("/code", code=has["code"], who="Jo", passcode=has["passcode"])),
    "reading": ("viewing", look("/v/reading")),
    "copy": ("viewing", look("/v/reading/copy")),
    "receipt": ("viewing", look("/v/reading/receipt")),
    "promise": ("viewing", look("/v/reading/promise")),
    "copy for a program": ("viewing", lambda has: as_replier("GET", "/api/v1/reply/copy", has)),
    "promise for a program": ("viewing", lambda has: as_replier("GET", "/api/v1/reply/promise", has)),
}
REPLIES: Sequence[Callable[[Held], Sent]] = (
    lambda has: as_replier("GET", "/api/v1/reply", has),
    lambda has: as_replier("GET", "/api/v1/reply/receipt", has),
    lambda has: as_replier("POST", "/api/v1/reply/acknowledge", has),
    lambda has: Sent("page", "GET", "/r/reply", headers=reply_cookie(has)),
    lambda has: Sent("form", "POST", "/r/acknowledge", headers=reply_cookie(has)),
)


def on_the_wire(answer: Answer, has: Held) -> tuple[object, ...]:
    """Return everything that comes back, headers in their order; a code is shown again to whoever typed it."""
    typed = has.get("code", "").encode()
    return answer.status, answer.header_pairs, answer.body.replace(typed, b"") if typed else answer.body


def test_whatever_became_of_it_the_bytes_are_the_same_however_it_is_asked_for(
    world: World, sam: Person
) -> None:
    ways = in_every_way(world, sam)
    for name, (needs, ask) in ASKED.items():
        cells = {way: has for way, has in ways.items() if needs in has}
        got = answers(world, [ask(has) for has in cells.values()])
        wires = dict(zip(cells, map(on_the_wire, got, cells.values()), strict=True))
        assert got[0].status == (401 if name == "code" else 404), name
        assert {way for way, wire in wires.items() if wire != wires["unknown"]} == set(), (name, wires)


def test_a_reply_token_that_is_good_no_more_is_like_one_that_never_was(world: World, sam: Person) -> None:
    readers = {
        way: opens(world, sam.shares_with(passcode=False)) for way in ("replaced", "exposed", "run out")
    }
    tokens = {"unknown": NOBODYS, "misspelt": "x", **{way: one.token for way, one in readers.items()}}
    confirms(world, readers["replaced"], sam.holder_id)
    assert readers["replaced"].token != tokens["replaced"]
    share = sam.shares_with(passcode=False)
    tokens["not me"] = opens(world, share).token
    event = sam.log(share)[-1]["sequence"]
    assert sam.post(f"/api/v1/shares/{share.share_id}/not-me", {"event": event}).status_code == 204
    world.client.get(f"/r%23{tokens['exposed']}", follow_redirects=False)
    last = tokens.pop("run out")
    for ask in REPLIES:
        got = [
            on_the_wire(one, {}) for one in answers(world, [ask({"reply": one}) for one in tokens.values()])
        ]
        assert got[0][0] == 404
        assert got == [got[0]] * len(tokens), tokens
    world.clock.advance(days=30 + 366)
    for ask in REPLIES:
        unknown, ended = answers(world, [ask({"reply": one}) for one in (NOBODYS, last)])
        assert on_the_wire(ended, {}) == on_the_wire(unknown, {})
