"""Errors as RFC 9457 problems: stable codes, named fields, and never an echo of what was sent."""

import importlib
import json
import pkgutil
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, TypeAdapter, ValidationError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

import consent
import issuers
import passport
import schemas
from consent.manifest import ManifestRequest
from passport.app import STATUS, PassportApp
from passport.storage_errors import WriterBusyError
from passport.web.problems import field_problems, names_in, status_of
from passport.web.strict_json import MAX_BODY_BYTES, StrictJsonRoute
from schemas.errors import PassportError, SectionError
from schemas.fields import Line, Part
from schemas.problems import validated
from schemas.vocabulary import Purpose
from schemas.wire import TellStory

SECRET = "insulin-and-lithium"

router = APIRouter(route_class=StrictJsonRoute)


class Told(BaseModel):
    """A body with a field of each kind."""

    model_config = ConfigDict(extra="forbid")

    name: str
    rows: StrictInt = 0
    agreed: StrictBool = False
    purpose: Purpose = Purpose.JOB_INTERVIEW


@router.post("/told")
def _told(body: Told) -> dict[str, Any]:
    return {"name": body.name}


@router.get("/raise/{what}")
def _raise(what: str) -> None:
    raise {
        "full": OperationalError("INSERT INTO t", {"story": SECRET}, Exception(f"disk is full {SECRET}")),
        "pool": PoolTimeoutError(),
        "busy": WriterBusyError(f"queue full {SECRET}"),
        "section": SectionError("the section needs changes"),
        "root": PassportError("malformed"),
    }[what]


@pytest.fixture
def api(app: PassportApp, client: TestClient) -> TestClient:
    """A client of an application with routes that take JSON and routes that fail."""
    app.include_router(router)
    return client


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body.name"),
        ({"name": 5}, "body.name"),
        ({"name": "Sam", "rows": False}, "body.rows"),
        ({"name": "Sam", "rows": SECRET}, "body.rows"),
        ({"name": "Sam", "agreed": 1}, "body.agreed"),
        ({"name": "Sam", "purpose": SECRET}, "body.purpose"),
        ({"name": "Sam", SECRET: 1}, "body.(unknown field)"),
        ([SECRET], "body"),
    ],
)
def test_a_wrong_body_is_answered_with_the_field_and_without_its_content(
    api: TestClient, body: Any, field: str
) -> None:
    reply = api.post("/told", json=body)
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    assert field in {error["field"] for error in reply.json()["errors"]}
    assert SECRET not in reply.text


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"name": "a", "name": "b"}', "json_invalid"),
        (b'{"name": NaN}', "json_invalid"),
        (b'{"name": 1e999}', "json_invalid"),
        (b'{"name": "\\ud800"}', "json_invalid"),
        (b'\xef\xbb\xbf{"name": "a"}', "json_invalid"),
        (b'{"name": "\xff"}', "json_invalid"),
        (b'{"name": ', "json_invalid"),
        (b'{"name": ' + b"[" * 100_000, "json_too_many_values"),
        (b'{"name": ' + b"[" * 25 + b"]" * 25 + b"}", "json_too_deep"),
    ],
)
def test_a_body_that_is_not_strict_json_is_malformed(api: TestClient, body: bytes, code: str) -> None:
    reply = api.post("/told", content=body, headers={"content-type": "application/json"})
    assert reply.status_code == 400
    assert reply.json()["code"] in {code, "json_invalid"}
    assert reply.headers["content-type"] == "application/problem+json"


def test_a_body_over_the_cap_is_not_read(api: TestClient) -> None:
    body = json.dumps({"name": "x" * MAX_BODY_BYTES}).encode()
    reply = api.post("/told", content=body, headers={"content-type": "application/json"})
    assert reply.status_code == 413
    assert reply.json()["code"] == "too_large"


def test_a_body_over_the_cap_that_comes_in_pieces_is_not_read_either(api: TestClient) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(2 + MAX_BODY_BYTES // 65536):
            yield b" " * 65536

    reply = api.post("/told", content=pieces(), headers={"content-type": "application/json"})
    assert reply.status_code == 413


@pytest.mark.parametrize(
    ("what", "status", "code"),
    [
        ("full", 503, "database_unavailable"),
        ("pool", 503, "database_unavailable"),
        ("busy", 503, "writer_busy"),
        ("section", 422, "section_invalid"),
        ("root", 400, "passport_error"),
    ],
)
def test_an_error_has_its_status_and_code(api: TestClient, what: str, status: int, code: str) -> None:
    reply = api.get(f"/raise/{what}")
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert SECRET not in reply.text
    assert ("retry-after" in reply.headers) == (status == 503)


@pytest.mark.parametrize(
    ("what", "title"),
    [
        ("full", "the service cannot answer now"),
        ("section", "Some answers need to change"),
        ("root", "We could not read this"),
    ],
)
def test_a_person_gets_a_page_for_the_same_error(api: TestClient, what: str, title: str) -> None:
    reply = api.get(f"/raise/{what}", headers={"accept": "text/html,*/*;q=0.8"})
    assert title in reply.text
    assert SECRET not in reply.text


def test_the_page_for_nothing_says_what_to_ask_for(client: TestClient) -> None:
    page = client.get("/nothing", headers={"accept": "text/html"})
    assert page.status_code == 404
    assert "Ask the person who shared it for one of these:" in page.text


def test_unknown_addresses_are_answered_alike(client: TestClient) -> None:
    assert client.get("/one").content == client.get("/two").content


def test_the_address_is_not_repeated_by_an_error_page(client: TestClient) -> None:
    page = client.get("/v/secret-part", headers={"accept": "text/html"})
    assert page.status_code == 404
    assert "secret-part" not in page.text


def _every_error() -> set[type[PassportError]]:
    for package in (schemas, issuers, consent, passport):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in module.name and not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    found, new = set(), {PassportError}
    while new:
        found |= new
        new = {child for parent in new for child in parent.__subclasses__()} - found
    return {kind for kind in found if not kind.__module__.startswith("tests")}


def test_every_error_of_the_project_has_a_code_of_its_own_and_a_status() -> None:
    errors = _every_error()
    codes = [kind.code for kind in errors]
    assert sorted(codes) == sorted(set(codes))
    for kind in errors:
        assert 400 <= status_of(kind.__new__(kind), STATUS) < 600


def test_every_status_is_of_an_error_that_exists() -> None:
    assert set(STATUS) <= {kind.code for kind in _every_error()}


@pytest.mark.parametrize(
    ("name", "said"),
    [(" ", "must not be blank"), ("a\u202eb", "must be plain text"), ("a\x00b", "must be plain text")],
)
def test_a_recipient_whose_name_is_none_is_told_what_a_name_is(name: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        ManifestRequest.model_validate({"recipient": name})
    (found,) = field_problems(refused.value.errors())
    assert (found.field, found.message.startswith(said)) == ("recipient", True)


@pytest.mark.parametrize(
    ("kind", "sent", "said"),
    [
        (Annotated[str, Field(max_length=2)], "abc", "is too long"),
        (Annotated[Line, Field(max_length=2)], "abc", "is too long"),
        (Annotated[Line, Field(max_length=2)] | None, "abc", "is too long"),
        (Annotated[str, Field(min_length=2)], "a", "is too short"),
        (Annotated[Line, Field(min_length=2)], "a", "is too short"),
        (Annotated[tuple[str, ...], Field(max_length=2)], ["a", "b", "c"], "has too many rows"),
        (Annotated[list[str], Field(min_length=2)], ["a"], "has too few rows"),
        (Annotated[dict[str, str], Field(min_length=1)], {}, "has too few rows"),
    ],
)
def test_a_text_is_too_long_and_a_list_has_too_many_rows(kind: Any, sent: Any, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(kind).validate_python(sent)
    (found,) = field_problems(refused.value.errors())
    assert found.message == said


def test_a_text_that_is_too_long_for_a_section_is_told_so_in_both_languages() -> None:
    class Body(Part):
        line: Annotated[Line, Field(max_length=2)]

    with pytest.raises(SectionError) as refused:
        validated(Body, {"line": "abc"}, what="section")
    (found,) = refused.value.problems
    assert (found.code, found.message.en) == ("too_long", "must be 2 characters or fewer")
    assert found.message.cy == "rhaid iddo fod yn 2 nod neu lai"


@given(st.text(), st.lists(st.one_of(st.text(), st.integers(), st.just("name"))))
def test_field_problems_hold_nothing_but_names_of_ours_and_our_own_words(
    message: str, loc: list[str | int]
) -> None:
    ends = ("body", *loc)
    error = {"type": "string_type", "loc": ends, "msg": message, "input": SECRET, "ctx": {"a": SECRET}}
    (found,) = field_problems([error], names=frozenset({"name"}))
    assert found.message == "expected text"
    numbers = [part for part in loc if isinstance(part, int)]
    assert set(found.field.split(".")) <= {"body", "name", "(unknown field)", *map(str, numbers)}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"sections": {SECRET: {}}}, "body.sections.(unknown field)"),
        ({"sections": {"about-me": SECRET}}, "body.sections.about-me"),
        ({"sections": {"about-me": {}}, SECRET: 1}, "body.(unknown field)"),
    ],
)
def test_names_that_a_body_may_not_have_are_not_repeated_wherever_they_stand(body: Any, field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TellStory.model_validate(body)
    errors = [{**one, "loc": ("body", *one["loc"])} for one in refused.value.errors()]
    assert {found.field for found in field_problems(errors, names=names_in(TellStory))} == {field}


def test_a_flood_of_wrong_fields_is_told_in_a_hundred_problems() -> None:
    errors = [{"type": "string_type", "loc": ("body", number)} for number in range(5000)]
    assert len(field_problems(errors)) == 100
