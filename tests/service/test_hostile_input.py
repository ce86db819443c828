"""Hostile bodies, sizes, types and paths: always a problem document, never what was sent, and nothing stored."""

import json
import logging
from itertools import product
from typing import Any

import pytest

from tests.service.raw_requests import Sent, answers
from tests.service.world import ADVICE, NAME, STORY, Person, Share, World

MARK = "diagnosed-with-mark-7731"  # stands for a health fact: must come back in no error and no log record
SURROGATE = "\\ud800"

TELL = "/api/v1/passport/sections/about-me"
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def anybody(module_world: World) -> Person:
    """A holder who has told a story. What is hostile changes nothing: one service is enough for all of it."""
    person = module_world.holder()
    person.tells(STORY)
    return person


@pytest.fixture(scope="module")
def share(anybody: Person) -> Share:
    """A share of theirs that can be opened once."""
    return anybody.shares_with(max_views=1)


def sends(person: Person, method: str, path: str, body: bytes, **headers: str) -> Any:
    sent = {**JSON, "authorization": f"Bearer {person.token}", **headers}
    return person.client.request(method, path, content=body, headers=sent)


def then_it_is_a_problem(reply: Any, *statuses: int) -> None:
    assert reply.status_code in statuses, (reply.status_code, reply.text)
    assert reply.headers["content-type"] == "application/problem+json"
    problem = reply.json()
    assert problem["status"] == reply.status_code
    assert problem["code"]
    assert problem["title"]
    assert MARK not in reply.text


BODIES = {
    "duplicate keys": (b'{"body": {"name": "%s", "name": "Sam"}}', 400),
    "lone surrogate": (b'{"body": {"name": "%s' + SURROGATE.encode() + b'"}}', 400),
    "raw surrogate": (b'{"body": {"name": "%s \xed\xa0\x80"}}', 400),
    "NaN": (b'{"body": {"name": "%s", "x": NaN}}', 400),
    "Infinity": (b'{"body": {"name": "%s", "x": -Infinity}}', 400),
    "byte order mark": (b'\xef\xbb\xbf{"body": {"name": "%s"}}', 400),
    "not UTF-8": (b'{"body": {"name": "%s \xff"}}', 400),
    "cut short": (b'{"body": {"name": "%s"', 400),
    "two documents": (b'{"body": {"name": "%s"}}{}', 400),
    "too deep": (b'{"body": {"name": "%s", "x": ' + b"[" * 60 + b"]" * 60 + b"}}", 400),
    "bombastic number": (b'{"body": {"name": "%s", "x": 1' + b"0" * 5000 + b"}}", 400),
    "huge": (b'{"body": {"name": "%s' + b"x" * 600_000 + b'"}}', 413),
    "a list": (b'["%s"]', 422),
    "a text": (b'"%s"', 422),
    "null": (b"null", 422),
    "NUL": (b'{"body": {"name": "%s\\u0000"}}', 422),
    "right-to-left override": (b'{"body": {"name": "%s\\u202e"}}', 422),
}


@pytest.mark.parametrize(("body", "status"), BODIES.values(), ids=BODIES)
def test_malformed_bodies_are_refused_without_an_echo(
    anybody: Person, caplog: pytest.LogCaptureFixture, body: bytes, status: int
) -> None:
    before = anybody.entries()
    with caplog.at_level(logging.DEBUG):
        reply = sends(anybody, "PUT", TELL, body.replace(b"%s", MARK.encode()))
    then_it_is_a_problem(reply, status)
    assert anybody.entries() == before
    assert MARK not in caplog.text


@pytest.mark.parametrize(
    "headers", [{"content-type": "text/plain"}, {"content-type": "application/xml"}, {"content-type": ""}]
)
def test_a_body_of_another_media_type_is_refused(anybody: Person, headers: dict[str, str]) -> None:
    body = json.dumps({"body": {"name": MARK}}).encode()
    then_it_is_a_problem(sends(anybody, "PUT", TELL, body, **headers), 400, 415, 422)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/shares", {"recipient": {"kind": "gp", "name": f"{MARK}\0"}, "purpose": "health-care"}),
        ("/api/v1/shares", {"recipient": {"kind": MARK, "name": "x"}, "purpose": MARK, "x": MARK}),
        (
            "/api/v1/shares",
            {"recipient": {"kind": "gp", "name": "x"}, "purpose": "health-care", "days": 1e400},
        ),
        (
            "/api/v1/shares",
            {"recipient": {"kind": "gp", "name": "x"}, "purpose": "health-care", "days": True},
        ),
        (
            "/api/v1/shares",
            {"recipient": {"kind": "gp", "name": "x"}, "purpose": "health-care", "days": 2**70},
        ),
        ("/api/v1/shares", {"recipient": {"kind": "gp", "name": "x" * 121}, "purpose": "health-care"}),
        ("/api/v1/append-grants", {"practitioner": f"{MARK}\0", "sections": ["plan"]}),
        ("/api/v1/append-grants", {"practitioner": MARK, "sections": ["plan"]}),
        ("/api/v1/append-grants", {"practitioner": MARK, "sections": []}),
    ],
)
def test_requests_that_do_not_fit_are_problems_without_an_echo(
    anybody: Person, caplog: pytest.LogCaptureFixture, path: str, body: dict[str, Any]
) -> None:
    with caplog.at_level(logging.DEBUG):
        reply = sends(anybody, "POST", path, json.dumps(body).encode())
    if reply.status_code != 201:  # a recipient's name may hold any text
        then_it_is_a_problem(reply, 400, 422)
    assert MARK not in caplog.text


@pytest.mark.parametrize("username", ["\0", "jo\0", "x" * 64, "Jo ", "ŵŷ", "' OR 1=1 --", "%00"])
def test_usernames_are_data(anybody: Person, username: str) -> None:
    reply = anybody.client.post("/api/v1/session", json={"username": username, "code": username})
    then_it_is_a_problem(reply, 401, 422)
    reply = anybody.post("/api/v1/append-grants", {"practitioner": username, "sections": ["plan"]})
    then_it_is_a_problem(reply, 400, 422)


PATHS = [
    "/api/v1/shares/{}",
    "/api/v1/shares/{}/secrets",
    "/status/{}",
    "/.well-known/jwt-vc-issuer/issuers/{}",
    "/vct/{}/1",
    "/vct/plan/{}",
    "/schemas/plan/{}",
    "/m/file/{}",
    "/api/v1/log?after={}",
]
ODD = [
    "%00",
    "a%00b",
    "%FF%FE",
    "%ED%A0%80",
    "..%2f..%2fetc",
    "%0d%0aX:1",
    "9" * 400,
    "-1",
    "'",
    "%F0%9F%98%80",
]


@pytest.mark.parametrize("path", PATHS)
def test_odd_paths_are_not_found_or_refused(anybody: Person, path: str) -> None:
    for odd in ODD:
        reply = anybody.get(path.format(odd))
        then_it_is_a_problem(reply, 400, 404, 422)


def test_a_checkpoint_that_nobody_typed_is_none(module_world: World, anybody: Person) -> None:
    assert anybody.get("/api/v1/log/export?since=").status_code == 200
    cookie = {"cookie": f"session={anybody.token}"}
    assert module_world.client.get("/passport/log/export?since=", headers=cookie).status_code == 200


PAGES = ["/passport/shares/{}", "/passport/shares/{}/as-recipient", "/practice/{}", "/passport/sections/{}"]


def test_odd_paths_of_pages_show_a_page(module_world: World, anybody: Person) -> None:
    for person, path in product((anybody, module_world.practitioner()), PAGES):
        headers = {b"accept": b"text/html", b"cookie": f"session={person.token}".encode()}
        sent = [Sent(odd, "GET", path.format(odd), headers=headers) for odd in ODD]
        for reply in answers(module_world, sent):
            assert reply.status in (400, 403, 404, 422), path
            assert reply.headers["content-type"].startswith("text/html")


MANIFESTS = {
    **{
        name: (body.replace(b'{"body": {"name"', b'{"recipient": {"name"'), status)
        for name, (body, status) in BODIES.items()
    },
    "no recipient": (b'{"x": "%s"}', 422),
    "recipient a number": (b'{"recipient": 7, "x": "%s"}', 422),
    "recipient too long": (b'{"recipient": "%s' + b"x" * 300 + b'"}', 422),
    "recipient with a line break": (b'{"recipient": "%s\\nAcme"}', 422),
    "passcode a number": (b'{"recipient": "%s", "passcode": 123456}', 422),
    "length below nothing": (b'{"recipient": "%s", "embeddedLengthMax": -1}', 422),
    "length a fraction": (b'{"recipient": "%s", "embeddedLengthMax": 0.5}', 422),
    "length true": (b'{"recipient": "%s", "embeddedLengthMax": true}', 422),
}


@pytest.mark.parametrize(("body", "status"), MANIFESTS.values(), ids=MANIFESTS)
def test_hostile_manifest_requests_are_problems_and_cost_nothing(
    anybody: Person, share: Share, caplog: pytest.LogCaptureFixture, body: bytes, status: int
) -> None:
    with caplog.at_level(logging.DEBUG):
        reply = anybody.client.post(share.path, content=body.replace(b"%s", MARK.encode()), headers=JSON)
    then_it_is_a_problem(reply, status)
    assert reply.headers["access-control-allow-origin"] == "*"
    assert (anybody.said(share), anybody.share_now(share)["attempts_left"]) == ([], 10)
    assert MARK not in caplog.text


FORMS = {
    "no form at all": (b'{"who": "%s"}', "application/json", (400,)),
    "a file": (b"--x\r\n\r\n%s\r\n--x--", "multipart/form-data; boundary=x", (400,)),
    "not UTF-8": (b"who=%s%%FF&shlink=%%FF", None, (400,)),
    "not ASCII": (b"who=%s\xff", None, (400,)),
    "too many fields": (b"who=%s&" + b"a=b&" * 3000, None, (400,)),
    "huge": (b"who=%s&shlink=" + b"x" * 600_000, None, (413,)),
    "NUL in the name": (b"who=%s%%00&shlink=x&code=x", None, (401, 404, 422)),
    "a name of many lines": (b"who=%s%%0d%%0a%%0a&shlink=x&code=x", None, (401, 404, 422)),
    "a link as a name": (b"who=https%%3A%%2F%%2F%s&shlink=x&code=x", None, (401, 404, 422)),
    "empty": (b"", None, (404, 422)),
    "everything twice": (b"who=a&who=%s&shlink=x&shlink=y&code=1&code=2", None, (401, 404)),
    "a link cut short": (b"who=%s&shlink=shlink:/eyJ1cmwiOiJo&code=7KQM", None, (401, 404)),
    "a code that is a book": (b"who=%s&code=" + b"7KQM" * 9000, None, (401, 404)),
}


@pytest.mark.parametrize(("body", "media_type", "statuses"), FORMS.values(), ids=FORMS)
def test_hostile_forms_of_recipients_get_a_page_and_cost_nothing(
    module_world: World,
    caplog: pytest.LogCaptureFixture,
    body: bytes,
    media_type: str | None,
    statuses: tuple[int, ...],
) -> None:
    headers = {"accept": "text/html", "content-type": media_type or "application/x-www-form-urlencoded"}
    sent = body.replace(b"%s", MARK.encode()).replace(b"%%", b"%")
    for path in ("/v/open", "/code"):
        with caplog.at_level(logging.DEBUG):
            reply = module_world.client.post(path, content=sent, headers=headers, follow_redirects=False)
        assert reply.status_code in statuses, (path, reply.status_code)
        assert reply.headers["content-type"].startswith("text/html")
        assert "viewing" not in reply.headers.get("set-cookie", "")
    assert MARK not in caplog.text
    assert module_world.one("SELECT COUNT(*) FROM code_budgets WHERE misses > 0") == 0


def test_odd_addresses_with_something_like_a_link_in_them_are_led_away(sqlite_world: World) -> None:
    for around in ("/v%23shlink:/{}", "/v?url=shlink:/eyJ1cmwiOi{}", "/%2523SHLINK://{}?x=%FF"):
        for odd in ODD:
            for method in ("GET", "HEAD", "POST", "DELETE"):
                reply = sqlite_world.client.request(method, around.format(odd), follow_redirects=False)
                assert (reply.status_code, reply.headers["location"]) == (303, "/v/changed"), (around, odd)


@pytest.mark.parametrize("token", ["", "x", "ŵ", "\x7f", "a" * 5000, "Bearer"])
def test_odd_tokens_are_nobody(module_world: World, token: str) -> None:
    headers = {b"authorization": f"Bearer {token}".encode("latin-1", "ignore")}
    reply = module_world.client.get("/api/v1/passport", headers=headers)
    then_it_is_a_problem(reply, 401)


def test_no_secret_and_no_health_fact_is_ever_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        sam, jo = world.holder(), world.practitioner()
        sam.tells({**STORY, "what-matters": {"good_day": MARK}})
        grant = sam.lets_write(jo, "work-advice")
        sam.accepts(*jo.appends(grant, "work-advice", {**ADVICE, "comments": MARK}).json()["entry_ids"])
        share = sam.shares_with("gp", typed_code=True, days=9)
        world.reads(share)
        world.reads(share, embeddedLengthMax=0)
        world.opens(share, passcode=share.wrong)
        sam.stops(share)
        world.opens(share)
        world.alter("UPDATE share_files SET sealed_bundle = :new", new=b"\x01" * 99)
        broken = sam.shares_with("gp", passcode=False)
        world.alter(
            "UPDATE share_files SET sealed_bundle = :new WHERE share_id = :id",
            new=b"\x01" * 99,
            id=broken.share_id,
        )
        assert world.opens(broken).status_code == 500
    secrets = [MARK, NAME, sam.token, jo.token, sam.code, jo.code, share.passcode, share.typed_code]
    secrets += [share.wrong, share.url_token, broken.url_token]
    assert "seal_broken" in caplog.text
    for secret in secrets:
        assert secret is not None
        assert secret not in own_records(caplog)


def own_records(caplog: pytest.LogCaptureFixture) -> str:
    """What was logged on this side; the test's own client logs the addresses that it asks for."""
    return "\n".join(
        logging.Formatter().format(record)
        for record in caplog.records
        if not record.name.startswith(("httpx", "httpcore"))
    )
