"""Every route that there is gets one request of every hostile class in each run, on the day that it is added.

The routes come from the application, and who may call each from the golden table of who may. A run draws one request of
each class (tests/service/hostile.py) and sends it on one of the two engines. HYPOTHESIS_PROFILE=thorough, which is
`make thorough`, sends all of them on both. A failure says the seed that draws the same ones again.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel

from docs.make_reference import problems_page
from passport.settings import Settings
from passport.web.forms import posted_form
from passport.web.problems import MEDIA_TYPE
from tests.service.hostile import classes_of, drawn, everything
from tests.service.raw_requests import Answer, Sent, answers
from tests.service.replying import Reader, abouts, opens
from tests.service.targets import MARKUP, OTHER_HOST, Target
from tests.service.test_hostile_input import MARK
from tests.service.test_who_may import ROWS, Row, form_of, json_of, made_for
from tests.service.world import STORY, Clock, Person, World, running

ROOT = Path(__file__).parents[2]
THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
LONGEST_PROBLEM = 20_000  # bytes: whatever is sent, its answer is short
GROWS = re.compile(r"POST /(api/v1/shares|passport/shares/new/{kind}|api/v1/append-grants|passport/writers)")
USES_UP = re.compile(r"/(stop|not-me|refuse|withdraw|{decision}|{change})$")  # what was there before

# Beside what test_who_may sends: bodies and forms with days in them.
DATED: Mapping[str, Mapping[str, Any]] = {
    "PUT /api/v1/passport": {"sections": {"diary": {"diary": [{"on": "2026-11-20", "text": "A walk"}]}}},
    "PUT /api/v1/passport/sections/{section}": {"body": {"name": "Sam", "date_of_birth": "1980-01-01"}},
    "PUT /api/v1/reply/terms": {"kept": "until-date", "kept_until": "2027-01-01"},
    "POST /api/v1/reply/changes": {"review_on": "2027-01-01"},
    "POST /api/v1/append-grants/{grant_id}/entries": {
        "section": "plan",
        "body": {},
        "appointment": {"number": 1, "on": "2026-11-20", "channel": "telephone", "entries": []},
    },
}


def a_day(name: str) -> dict[str, str]:
    return {f"{name}-day": "20", f"{name}-month": "11", f"{name}-year": "2026"}


DATED_FORMS: Mapping[str, Mapping[str, str]] = {
    "POST /r/terms": {"kept": "until-date", **a_day("until")},
    "POST /r/changes": {"status": "agreed", "reason": "We tried it", **a_day("review")},
    "POST /passport/sections/{section}/edit": a_day("date_of_birth"),
    "POST /practice/{grant_id}/appointment": {
        "channel": "telephone",
        "workability_now": "4",
        **a_day("on"),
    },
}


@dataclass(frozen=True)
class Setting:
    """A world with something behind every path, and those who may ask for it."""

    world: World
    people: Mapping[str, Person]
    reader: Reader
    known: Mapping[str, str]  # what stands for each parameter of a path
    routes: Mapping[str, APIRoute]
    about: str  # the change at work that the reader can answer
    half: int  # of what is drawn, the part that this engine gets


def routes_of(world: World) -> dict[str, APIRoute]:
    contexts = [one for one in iter_route_contexts(world.app.routes) if isinstance(one.route, APIRoute)]
    return {
        f"{method} {one.path}": one.route
        for one in contexts
        if isinstance(one.route, APIRoute)
        for method in (one.route.methods or set()) - {"HEAD"}
    }


@cache
def documented() -> frozenset[tuple[str, int]]:
    """Return every code that is written down for programs to match on, with its status."""
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \|", problems_page(), re.MULTILINE)
    return frozenset((code, int(status)) for code, status in rows)


@cache
def form_fields() -> tuple[str, ...]:
    """Return the name of every field that some route reads from a form, or that some page shows."""
    routes = "".join(path.read_text("utf-8") for path in (ROOT / "passport/routes").glob("*.py"))
    pages = "".join(path.read_text("utf-8") for path in (ROOT / "passport/templates").rglob("*.html"))
    read = re.findall(r'\.(?:text|chosen)\("([\w-]+)"\)', routes)
    shown = re.findall(r'(?:text_field\(|text_area\(|name=|"name": )"([\w-]+)"', pages)
    return tuple(sorted({*read, *shown}))


@pytest.fixture(scope="module")
def setting(module_settings: Settings) -> Iterator[Setting]:
    with running(module_settings, clock := Clock()) as (app, client):
        world = World(app, client, clock)
        people = {"holder": world.holder(), "other holder": world.holder("robin")}
        people |= {"practitioner": world.practitioner(), "other practitioner": world.practitioner("kit")}
        people["anonymous"] = Person(client, "")
        for name in ("holder", "other holder"):
            people[name].tells(STORY)
        reader = opens(world, people["holder"].shares_with(passcode=False))
        names = {name for row in ROWS for name in re.findall(r"{(\w+)}", row.path)}
        known = {name: made_for(name, world, people) for name in sorted(names)}
        half = int(world.d.database.write_engine.dialect.name == "postgresql")
        about = abouts(reader.page("/r/changes"))[0]
        yield Setting(world, people, reader, known, routes_of(world), about, half)


@pytest.fixture(scope="session")
def seed(request: pytest.FixtureRequest, testrun_uid: str) -> int:
    """What decides which requests are drawn: another one in each run, the same one in all its processes."""
    given = request.config.getoption("--hypothesis-seed")
    return int(testrun_uid[:8], 16) if given is None else int(given)


def names_in(annotation: Any) -> set[str]:
    """Return the members that a body may have."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {one.alias or name for name, one in annotation.model_fields.items()}
    return {name for inner in get_args(annotation) for name in names_in(inner)}


def takes_form(dependant: Dependant) -> bool:
    return any(one.call is posted_form or takes_form(one) for one in dependant.dependencies)


def query_of(dependant: Dependant) -> Iterator[str]:
    yield from (one.alias for one in dependant.query_params)
    for inner in dependant.dependencies:
        yield from query_of(inner)


def target_of(row: Row, setting: Setting) -> Target | None:
    route = setting.routes.get(row.route)
    if route is None:  # files, which take nothing
        return None
    fresh = re.findall(r"{(\w+)}", row.path) if USES_UP.search(row.path) else ()
    made = {name: made_for(name, setting.world, setting.people) for name in fresh}
    fits = json_of(row, setting.people)
    form = form_of(row, setting.people[kind_of(row)], setting.people) or {}
    told = {"about": setting.about} if row.path.endswith("/changes") else {}
    return Target(
        row.method,
        row.path,
        {**setting.known, **made},
        caller_of(row, setting),
        queries=tuple(query_of(route.dependant)),
        taken=frozenset(one.split()[0] for one in setting.routes if one.split()[1] == row.route.split()[1]),
        json={**fits, **DATED.get(row.route, {}), **told} if isinstance(fits, dict) else fits,
        members=sorted(names_in(route.body_field.field_info.annotation)) if route.body_field else (),
        form={**form, **DATED_FORMS.get(row.route, {}), **told} if takes_form(route.dependant) else None,
        fields=form_fields(),
    )


def kind_of(row: Row) -> str:
    """Return who calls a route: what grows by it is not the passport that every other page shows."""
    if row.expected["holder"] == 403:
        return "practitioner"
    return "other holder" if GROWS.fullmatch(row.route) else "holder"


def caller_of(row: Row, setting: Setting) -> dict[bytes, bytes]:
    """Return the headers of somebody who may call a route, with everything that a browser of theirs would hold."""
    person = setting.people[kind_of(row)]
    ends_session = row.path in ("/sign-out", "/api/v1/session")
    token = setting.world.signs_in_again(person) if ends_session else person.token
    if row.is_page:
        held = {"session": token, **setting.reader.cookies}
        return {b"accept": b"text/html", b"cookie": "; ".join(f"{k}={v}" for k, v in held.items()).encode()}
    is_reply = row.path == "/api/v1/reply" or row.path.startswith(("/api/v1/reply/", "/api/v1/openings"))
    bearer = setting.reader.token if is_reply else token
    viewing = setting.reader.cookies["viewing"]
    return {b"authorization": f"Bearer {bearer}".encode(), b"viewing-token": viewing.encode()}


def whats_wrong(sent: Sent, answer: Answer) -> Iterator[str]:
    """Yield what is wrong with an answer to a hostile request."""
    if answer.raised is not None:
        yield f"raised {answer.raised!r}"
    if not sent.ends:  # nobody is there to be answered
        return
    headers, said = answer.headers, str(answer.header_pairs)
    if not 200 <= answer.status < 500:
        yield "status"
    if "content-security-policy" not in headers or "cache-control" not in headers:
        yield "headers are missing"
    if MARK in said or OTHER_HOST in said or OTHER_HOST in answer.text:
        yield "a header or the host comes back"
    media_type = headers.get("content-type", "")
    if media_type.startswith("text/html"):
        yield from whats_wrong_with_page(sent, answer)
    elif answer.status >= 400 and sent.method != "HEAD":
        yield from whats_wrong_with_problem(sent, answer, media_type)


def whats_wrong_with_page(sent: Sent, answer: Answer) -> Iterator[str]:
    text = answer.text
    if MARKUP in text:
        yield "markup comes back as it is"
    if not sent.wants_page and answer.status in (400, 404, 405, 413, 422) and "/api/" in sent.path:
        yield "a page for a program"
    if answer.status < 400 or sent.method == "HEAD":
        return
    if not re.search(r'<html[^>]* lang="(en|cy)"', text) or text.count("<h1") != 1 or "</html>" not in text:
        yield "no whole page"
    # Where somebody has to change what they typed, the form comes back with it.
    if MARK in text and answer.status not in (401, 409, 422, 429):
        yield "the page repeats what was sent"


def whats_wrong_with_problem(sent: Sent, answer: Answer, media_type: str) -> Iterator[str]:
    if MARK in answer.text:
        yield "the problem repeats what was sent"
    if len(answer.body) > LONGEST_PROBLEM:
        yield "the problem is long"
    if answer.status == 401 and re.fullmatch(r'{"remainingAttempts":\d+}', answer.text):
        return  # SMART Health Links 1.0.0 says what this one is
    if media_type != MEDIA_TYPE:
        yield f"expected a problem, got {media_type}"
        return
    problem = answer.json()
    if problem["status"] != answer.status or (problem["code"], answer.status) not in documented():
        yield "code or status is not documented"
    if not problem["title"]:
        yield "no title"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.path}")
def test_whatever_a_route_is_sent_it_answers_with_a_known_code_and_never_breaks_or_repeats_it(
    row: Row, setting: Setting, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    target = target_of(row, setting)
    if target is None:
        return
    requests = everything(target) if THOROUGH else drawn(target, seed=seed, half=setting.half)
    with caplog.at_level("DEBUG", logger="passport"):
        got = answers(setting.world, requests)
    found = [
        (wrong, sent.what, sent, answer.status, answer.text[:300])
        for sent, answer in zip(requests, got, strict=True)
        for wrong in whats_wrong(sent, answer)
    ]
    assert not found, f"--hypothesis-seed={seed} draws it again: {found[:5]}"
    assert MARK not in caplog.text
    assert not [record for record in caplog.records if record.levelname == "ERROR"], caplog.text


def test_every_route_of_the_application_is_sent_something_hostile(setting: Setting) -> None:
    sent = {row.route for row in ROWS}
    assert set(setting.routes) <= sent


EACH = {
    "header, query", "method", "path share_id", "query since", "size", "content type", "chunked", "cut off", "empty",
    "duplicate_keys", "not_finite", "lone_surrogate", "byte_order_mark", "not_utf_8", "not_json", "too_deep",
    "bombastic", "wrong types", "unknown members", "member name", "member days", "time days",
}  # fmt: skip


@pytest.mark.parametrize("seed", range(9))
def test_a_run_sends_one_of_each_class_to_a_route_on_one_engine_or_the_other_and_can_do_so_again(
    seed: int,
) -> None:
    path, known = "/api/v1/shares/{share_id}", {"share_id": "x"}
    target = Target("POST", path, known, {}, queries=["since"], json={"name": "Acme"}, members=["days"])
    assert set(classes_of(target)) == EACH
    halves = [drawn(target, seed=seed, half=half) for half in (0, 1)]
    assert sum(map(len, halves)) == len(EACH)
    assert halves == [drawn(target, seed=seed, half=half) for half in (0, 1)]
    assert halves != [drawn(target, seed=seed + 1, half=half) for half in (0, 1)]
