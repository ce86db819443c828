"""Errors as replies: RFC 9457 problem details for programs, a page for browsers. Never echoes what was sent.

Leaves out: which status an error has (app.py) and what the pages say (templates/errors).
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import Enum
from http import HTTPStatus
from itertools import islice
from typing import Any, Final, get_args

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from schemas.errors import PassportError, SectionError
from schemas.problems import kind_of
from schemas.problems import problem as of_schema

MEDIA_TYPE: Final = "application/problem+json"
# In how many seconds to ask again: what is counted by the day or waits for a person, and what is busy for a moment.
RETRY_SECONDS: Final = {429: "3600", 503: "5"}
MOST_FIELDS: Final = 100  # told at once
UNKNOWN_FIELD: Final = "(unknown field)"  # its name is the sender's own, and may be a health fact

_LOG: Final = logging.getLogger(__name__)

# What a program reads for a status; the page of the same status says it in plain words.
TITLES: Final = {
    400: ("request_malformed", "The request is not in the expected form"),
    401: ("not_signed_in", "Sign in first"),
    403: ("not_allowed", "This is not allowed"),
    404: ("not_found", "There is nothing here"),
    405: ("method_not_allowed", "This address does not take this method"),
    410: ("gone", "It was deleted"),
    413: ("too_large", "The request is too large"),
    415: ("media_type_not_supported", "The request is in a form that is not understood"),
    422: ("content_invalid", "Some fields need to change"),
    429: ("too_many_requests", "Too many requests: try again later"),
    500: ("internal_error", "Something went wrong here"),
    503: ("unavailable", "The service cannot answer now: try again soon"),
}

# What routes answer without an error of ours: status, and when.
SAID_BY_ROUTES: Final = {
    "share_closed": (
        404,
        "A link that does not open: unknown, ended, stopped, used up, locked. Nobody is told which.",
    ),
    "passcode_asked": (401, "The share has a passcode, and none was sent."),
    "passcode_wrong": (401, "The passcode is not right; `attempts_left` says how many are left."),
    "work_address": (422, "Not the work e-mail address that was asked for."),
    "code_wrong": (422, "The code that was sent by e-mail is wrong, or none runs any more."),
    "cross_site": (403, "A page of another site sent this in a browser's name."),
}

# Plain messages by pydantic's error type. Its own texts, `input` and `ctx` may repeat what was sent: health facts. What
# is not here, and so every kind of our own, has its message in schemas.problems.
_MESSAGES: Final = {
    "missing": "is required",
    "extra_forbidden": "is not a known field",
    "string_type": "expected text",
    "string_too_short": "is too short",
    "string_too_long": "is too long",
    "string_pattern_mismatch": "is not in the expected form",
    "int_type": "expected a whole number",
    "int_parsing": "expected a whole number",
    "bool_type": "expected true or false",
    "bool_parsing": "expected true or false",
    "enum": "is not one of the allowed values",
    "union_tag_invalid": "is not one of the allowed values",
    "literal_error": "is not one of the allowed values",
    "date_from_datetime_parsing": "expected a date such as 2026-11-21",
    "date_parsing": "expected a date such as 2026-11-21",
    "date_type": "expected a date such as 2026-11-21",
    "datetime_parsing": "expected a date and time such as 2026-11-21T09:30:00Z",
    "timezone_aware": "expected a time zone",
    "greater_than_equal": "is too small",
    "less_than_equal": "is too large",
    "list_type": "expected a list",
    "tuple_type": "expected a list",
    "too_short": "has too few rows",
    "too_long": "has too many rows",
    "dict_type": "expected an object",
    "model_type": "expected an object",
    "model_attributes_type": "expected an object",
    "json_invalid": "expected JSON",
}


class FieldProblem(BaseModel):
    """One field that needs to change."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str = Field(description="Dotted path, such as body.changes.0.review_date")
    message: str = Field(description="What is expected; never what was sent")


class Problem(BaseModel):
    """RFC 9457 problem details, with a stable machine code."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    status: int
    code: str = Field(description="Stable: programs match on it")
    detail: str | None = None
    errors: tuple[FieldProblem, ...] | None = None
    attempts_left: int | None = Field(None, description="Of a share's passcode, in its lifetime")


PROBLEM_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    status: {"model": Problem, "description": TITLES[status][1]} for status in (400, 413, 422, 503)
}


def name_media_type(description: Mapping[str, Any]) -> None:
    """Say in an OpenAPI description, in place, that problems come as problem details: FastAPI says plain JSON."""
    operations = (operation for path in description["paths"].values() for operation in path.values())
    for response in (response for operation in operations for response in operation["responses"].values()):
        for content in response.get("content", {}).values():
            if content.get("schema", {}).get("$ref", "").endswith(f"/{Problem.__name__}"):
                response["content"] = {MEDIA_TYPE: content}
                break


ShowPage = Callable[[Request, Problem], Awaitable[Response]]


def wants_page(request: Request) -> bool:
    """Return whether a person's browser asks: it names text/html, programs do not."""
    return "text/html" in request.headers.get("accept", "")


def problem(
    status: int,
    *,
    code: str | None = None,
    detail: str | None = None,
    errors: Sequence[FieldProblem] | None = None,
    attempts_left: int | None = None,
) -> Problem:
    """Return the problem of a status, with its usual title and code unless `code` says more."""
    usual_code, title = TITLES.get(status, ("error", HTTPStatus(status).phrase))
    return Problem(
        title=title,
        status=status,
        code=code or usual_code,
        detail=detail,
        errors=None if errors is None else tuple(errors),
        attempts_left=attempts_left,
    )


def problem_reply(found: Problem, *, headers: Mapping[str, str] | None = None) -> Response:
    """Return the problem as a program reads it."""
    return Response(
        found.model_dump_json(exclude_none=True),
        status_code=found.status,
        headers=dict(headers or {}),
        media_type=MEDIA_TYPE,
    )


def status_of(error: PassportError, statuses: Mapping[str, int]) -> int:
    """Return the status of an error's code, or of the nearest error it derives from."""
    for kind in type(error).__mro__:
        if (status := statuses.get(getattr(kind, "code", ""))) is not None:
            return status
    return 500


def field_problems(
    errors: Sequence[Mapping[str, Any]], *, names: frozenset[str] = frozenset()
) -> tuple[FieldProblem, ...]:
    """Return pydantic's errors, a hundred at most, as plain messages without `input`, `ctx` and `msg`.

    `names`: of the members that the body may have; any other name is the sender's own and is not repeated.
    """
    told = (
        FieldProblem(
            field=_path(error["loc"], names),
            message=_MESSAGES.get(kind_of(error)) or of_schema("", kind_of(error)).message.en,
        )
        for error in errors
    )
    return tuple(islice(dict.fromkeys(told), MOST_FIELDS))


def _path(loc: Sequence[int | str], names: frozenset[str]) -> str:
    if loc[:1] == ("body",):
        ours = {"body", *names}
        parts = [
            part for part in loc if part != "[key]"
        ]  # pydantic's own: a name is wrong, not what it names
        loc = [part if isinstance(part, int) or part in ours else UNKNOWN_FIELD for part in parts]
    return ".".join(map(str, loc))


def _names_of(request: Request) -> frozenset[str]:
    route = request.scope.get("route")
    body = route.body_field if isinstance(route, APIRoute) else None
    return names_in(body.field_info.annotation) if body else frozenset()


def names_in(annotation: Any) -> frozenset[str]:
    """Return the name of every member that a body of a type may have, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, Enum):  # the keys of an object
        return frozenset(str(one.value) for one in annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = annotation.model_fields
        own = {annotation.__name__, *(one.alias or name for name, one in fields.items())}
        return frozenset(own).union(*(names_in(one.annotation) for one in fields.values()))
    return frozenset().union(*map(names_in, get_args(annotation)))


def _problem_of(error: PassportError, status: int) -> Problem:
    if status >= 500:  # what went wrong in here is for the log; storage messages may name files
        return problem(status, code=error.code)
    errors = None
    if isinstance(error, SectionError):
        errors = tuple(FieldProblem(field=path, message=message) for path, message in error.fields)
    return problem(status, code=error.code, detail=str(error) or None, errors=errors)


async def _on_gone(_request: Request, _exc: Exception) -> Response:
    return Response(status_code=400)  # whoever sent half a request hears nothing any more, and nothing broke


def install_problems(app: FastAPI, *, statuses: Mapping[str, int], show_page: ShowPage) -> None:
    """Answer every error of `app`: with `show_page` where a person asks, else as problem details."""

    async def reply(request: Request, found: Problem, headers: Mapping[str, str] | None = None) -> Response:
        if not wants_page(request):
            return problem_reply(found, headers=headers)
        page = await show_page(request, found)
        page.headers.update(headers or {})
        return page

    async def on_passport_error(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, PassportError)  # noqa: S101 - registered for this type
        status = status_of(exc, statuses)
        if status >= 500:
            _LOG.error("%s", exc.code, exc_info=status != 503)
        return await reply(request, _problem_of(exc, status), _retry(status))

    async def on_http_exception(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, HTTPException)  # noqa: S101
        return await reply(request, problem(exc.status_code), exc.headers)

    async def on_invalid(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, RequestValidationError)  # noqa: S101
        errors = field_problems(exc.errors(), names=_names_of(request))
        return await reply(request, problem(422, errors=errors))

    async def on_database_gone(request: Request, exc: Exception) -> Response:
        _LOG.error("database_unavailable: %s", type(exc).__name__)
        return await reply(request, problem(503, code="database_unavailable"), _retry(503))

    async def on_anything(request: Request, exc: Exception) -> Response:
        _LOG.error("internal_error: %s", type(exc).__name__)
        return await reply(request, problem(500))

    app.add_exception_handler(PassportError, on_passport_error)
    app.add_exception_handler(HTTPException, on_http_exception)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(ClientDisconnect, _on_gone)
    for gone in (OperationalError, InterfaceError, PoolTimeoutError):
        app.add_exception_handler(gone, on_database_gone)
    app.add_exception_handler(Exception, on_anything)


def _retry(status: int) -> Mapping[str, str] | None:
    return {"Retry-After": RETRY_SECONDS[status]} if status in RETRY_SECONDS else None
