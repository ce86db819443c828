"""Every route that there is gets hostile bodies, forms, paths, queries and headers, on the day that it is added.

The routes come from the application, and who may call each from the golden table of who may. Each run draws a few of
the inputs for each route; HYPOTHESIS_PROFILE=thorough sends them all. What these inputs mean to single routes is in
test_hostile_input.
"""

import json
import os
import random
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, get_args
from urllib.parse import quote

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel

from docs.make_reference import problems_page
from passport.settings import Settings
from passport.web.forms import posted_form
from passport.web.problems import MEDIA_TYPE
from tests.service.replying import Reader, opens
from tests.service.test_hostile_input import BODIES, MARK, ODD
from tests.service.test_who_may import ROWS, Row, json_of, made_for
from tests.service.world import STORY, Clock, Person, World, running

DRAWN = 2  # hostile inputs for each route and run
ROOT = Path(__file__).parents[2]
# In the place of any one member of a body, any field of a form, any parameter of a query.
VALUES: Sequence[Any] = (
    None, True, -1, 2**70, 1e308, "", " ", MARK, f"{MARK}\0", f"{MARK}\u202e", "x" * 5000, [], [MARK], {}, {"x": MARK},
    "0000-00-00", "9999-12-31", "2026-02-30T25:61:61Z", "-0001-01-01", "1" * 400, "shlink:/" + "A" * 3000, "A" * 43,
)  # fmt: skip
HEADERS: Sequence[Mapping[bytes, bytes]] = (
    {b"authorization": b"Bearer " + b"a" * 5000},
    {b"authorization": b"Basic \xff\xfe"},
    {b"cookie": b"session=\xff; reply=" + b"a" * 5000 + b"; viewing=%00; language=../../etc"},
    {b"viewing-token": b"\xff" * 43},
    {b"accept-language": b"*;q=nan, \xff, " + b"cy," * 500},
    {b"content-type": b"application/json; charset=\xff"},
    {b"if-none-match": b"\xff", b"range": b"bytes=9-1"},
)

AS_JSON: Mapping[bytes, bytes] = {b"content-type": b"application/json"}
AS_FORM: Mapping[bytes, bytes] = {b"content-type": b"application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Sent:
    """One hostile request."""

    what: str
    path: str
    content: bytes | None = None
    headers: Mapping[bytes, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Setting:
    """A world with something behind every path, and those who may ask for it."""

    world: World
    people: Mapping[str, Person]
    reader: Reader
    known: Mapping[str, str]  # what stands for each parameter of a path
    routes: Mapping[str, APIRoute]
    codes: frozenset[str]


def routes_of(world: World) -> dict[str, APIRoute]:
    contexts = [one for one in iter_route_contexts(world.app.routes) if isinstance(one.route, APIRoute)]
    return {
        f"{method} {one.path}": one.route
        for one in contexts
        if isinstance(one.route, APIRoute)
        for method in (one.route.methods or set()) - {"HEAD"}
    }


def known_codes() -> frozenset[str]:
    """Every code that is written down for programs to match on."""
    return frozenset(re.findall(r"^\| `(\w+)` \|", problems_page(), re.MULTILINE))


def form_fields() -> list[str]:
    """Return the name of every field that some route reads from a form, or that some page shows."""
    routes = "".join(path.read_text("utf-8") for path in (ROOT / "passport/routes").glob("*.py"))
    pages = "".join(path.read_text("utf-8") for path in (ROOT / "passport/templates").rglob("*.html"))
    read = re.findall(r'\.(?:text|chosen)\("([\w-]+)"\)', routes)
    shown = re.findall(r'(?:text_field\(|text_area\(|name=|"name": )"([\w-]+)"', pages)
    return sorted({*read, *shown})


@pytest.fixture(scope="module")
def setting(started_on_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    folder = shutil.copytree(started_on_sqlite, tmp_path_factory.mktemp("hostile") / "data")
    settings = Settings(data_dir=folder, mail_carrier="console")
    with running(settings, clock := Clock()) as (app, client):
        world = World(app, client, clock)
        people = {
            "holder": world.holder(),
            "other holder": world.holder("robin"),
            "anonymous": Person(client, ""),
        }
        people |= {"practitioner": world.practitioner(), "other practitioner": world.practitioner("kit")}
        people["holder"].tells(STORY)
        reader = opens(world, people["holder"].shares_with(passcode=False))
        names = {name for row in ROWS for name in re.findall(r"{(\w+)}", row.path)}
        known = {name: made_for(name, world, people) for name in sorted(names)}
        yield Setting(world, people, reader, known, routes_of(world), known_codes())


def names_in(annotation: Any) -> set[str]:
    """Return the members that a body may have."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {one.alias or name for name, one in annotation.model_fields.items()}
    return {name for inner in get_args(annotation) for name in names_in(inner)}


def members_of(route: APIRoute, row: Row, setting: Setting) -> Iterator[tuple[str, Any]]:
    """Yield a fitting body with one member, that it has or may have, in whose place something hostile stands."""
    fits = json_of(row, setting.people)
    if not isinstance(fits, dict) or route.body_field is None:
        return
    for name in sorted({*fits, *names_in(route.body_field.field_info.annotation)}):
        for value in VALUES:
            yield name, {**fits, name: value}
            if isinstance(fits.get(name), dict) and fits[name]:
                inner = next(iter(fits[name]))
                yield f"{name}.{inner}", {**fits, name: {**fits[name], inner: value}}


def takes_form(dependant: Dependant) -> bool:
    return any(one.call is posted_form or takes_form(one) for one in dependant.dependencies)


def query_of(dependant: Dependant) -> Iterator[str]:
    yield from (one.alias for one in dependant.query_params)
    for inner in dependant.dependencies:
        yield from query_of(inner)


def hostile(route: APIRoute, row: Row, setting: Setting) -> Iterator[Sent]:
    """Yield everything hostile that a route can be sent."""
    path = filled(row.path, setting.known)
    yield from (Sent(f"headers {number}", path, headers=odd) for number, odd in enumerate(HEADERS))
    for odd in ODD:
        for name in re.findall(r"{(\w+)}", row.path):
            yield Sent(f"{name}={odd[:20]}", filled(row.path, {**setting.known, name: odd}))
        for name in query_of(route.dependant):
            yield Sent(f"?{name}={odd[:20]}", f"{path}?{name}={odd}")
    if route.body_field is not None:
        yield from hostile_json(route, row, path, setting)
    if takes_form(route.dependant):
        yield from hostile_forms(path)
    if row.method in {"POST", "PUT", "DELETE"}:
        yield Sent("huge", path, b"x" * 600_000, AS_JSON)
        yield Sent("no body of any kind", path, b"\xff\xfe\x00", {b"content-type": b"image/png"})


def hostile_json(route: APIRoute, row: Row, path: str, setting: Setting) -> Iterator[Sent]:
    for what, (body, _status) in BODIES.items():
        yield Sent(what, path, body.replace(b"%s", MARK.encode()), AS_JSON)
    for what, fitting in members_of(route, row, setting):
        yield Sent(f"{what}: {str(fitting)[:60]}", path, json.dumps(fitting).encode(), AS_JSON)


@cache
def every_field() -> Sequence[tuple[str, bytes]]:
    """Return a form for each value, in which every field that there is has it."""
    return [
        (
            f"every field {str(value)[:20]}",
            "&".join(f"{name}={quoted(value)}" for name in form_fields()).encode(),
        )
        for value in VALUES
    ]


def hostile_forms(path: str) -> Iterator[Sent]:
    yield from (Sent(what, path, form, AS_FORM) for what, form in every_field())
    yield Sent("JSON for a form", path, b'{"who": "x"}', AS_JSON)
    yield Sent("a file for a form", path, b"--x--", {b"content-type": b"multipart/form-data; boundary=x"})


def filled(path: str, known: Mapping[str, str]) -> str:
    return re.sub(r"{(\w+)}", lambda found: known[found[1]], path)


def quoted(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return quote(text[:600].encode("utf-8", "surrogatepass"))


def caller_of(row: Row, setting: Setting) -> dict[bytes, bytes]:
    """Return the headers of somebody who may call a route, with everything that a browser of theirs would hold."""
    kind = "practitioner" if row.expected["holder"] == 403 else "holder"
    person = setting.people[kind]
    ends_session = row.path in ("/sign-out", "/api/v1/session")
    token = setting.world.signs_in_again(person) if ends_session else person.token
    if row.is_page:
        held = {"session": token, **setting.reader.cookies}
        return {b"accept": b"text/html", b"cookie": "; ".join(f"{k}={v}" for k, v in held.items()).encode()}
    is_reply = row.path == "/api/v1/reply" or row.path.startswith(("/api/v1/reply/", "/api/v1/openings"))
    bearer = setting.reader.token if is_reply else token
    viewing = setting.reader.cookies["viewing"]
    return {b"authorization": f"Bearer {bearer}".encode(), b"viewing-token": viewing.encode()}


def then_it_is_answered_safely(reply: Any, row: Row, sent: Sent, codes: frozenset[str]) -> None:
    about = (row.method, row.path, sent.what, reply.status_code, reply.text[:300])
    assert reply.status_code < 500, about
    if reply.status_code < 400:
        return
    if row.is_page:
        assert reply.headers["content-type"].startswith("text/html"), about
        return
    if reply.status_code == 401 and "remainingAttempts" in reply.text:
        return  # SMART Health Links 1.0.0 says what this one is
    assert reply.headers["content-type"] == MEDIA_TYPE, about
    problem = reply.json()
    assert problem["status"] == reply.status_code, about
    assert problem["code"] in codes, about
    assert MARK not in reply.text, about


def drawn(inputs: Sequence[Sent]) -> Sequence[Sent]:
    if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" or len(inputs) <= DRAWN:
        return inputs
    return random.sample(inputs, DRAWN)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.path}")
def test_whatever_a_route_is_sent_it_answers_with_a_known_code_and_never_breaks_or_repeats_it(
    row: Row, setting: Setting, caplog: pytest.LogCaptureFixture
) -> None:
    route = setting.routes.get(row.route)
    if route is None:  # files, which take nothing
        return
    for sent in drawn(list(hostile(route, row, setting))):
        setting.world.client.cookies.clear()
        reply = setting.world.client.request(
            row.method,
            sent.path,
            content=sent.content,
            headers={**caller_of(row, setting), **sent.headers},
            follow_redirects=False,
        )
        then_it_is_answered_safely(reply, row, sent, setting.codes)
    assert MARK not in caplog.text


def test_every_route_of_the_application_is_sent_something_hostile(setting: Setting) -> None:
    sent = {row.route for row in ROWS}
    assert set(setting.routes) <= sent


def test_a_method_that_a_route_does_not_take_is_a_problem(setting: Setting) -> None:
    for path in {row.path for row in ROWS}:
        reply = setting.world.client.request("PATCH", filled(path, setting.known))
        expected = (404, "not_found") if path == "/static" else (405, "method_not_allowed")
        assert (reply.status_code, reply.json()["code"]) == expected, path
