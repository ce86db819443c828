"""The holder takes their access log along, with its proofs; the recipient takes the promise that it will be there."""

from typing import Annotated, Final

from fastapi import APIRouter, Query
from pydantic import BeforeValidator, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from consent.merkle import MAX_TREE_SIZE
from passport import log_exporting, log_promises
from passport.routes.callers import ApiHolder, PageHolder, Service, TheService
from passport.web.pages import Page
from passport.web.problems import PROBLEM_RESPONSES, Problem

router = APIRouter(responses=PROBLEM_RESPONSES)

EXPORT_NAME: Final = "access-log.json"
PROMISE_NAME: Final = "access-log-promise.jwt"
PROMISE_TYPE: Final = "application/jwt"
_NO_CHECKPOINT: Final = {"model": Problem, "description": "The log signed no checkpoint of this size"}

Since = Annotated[
    Annotated[int, Field(ge=0, le=MAX_TREE_SIZE)] | None,  # the bounds of a number: None has none
    BeforeValidator(lambda typed: None if typed == "" else typed),  # a form's field that was left empty
    Query(description="The size of a checkpoint that you kept: proves what became of it"),
]


@router.get(
    "/api/v1/log/export",
    tags=["Passport"],
    responses={
        401: {"model": Problem, "description": "Sign in first"},
        403: {"model": Problem, "description": "Signed in as somebody who may not do this"},
        404: _NO_CHECKPOINT,
    },
)
def get_log_export(service: TheService, caller: ApiHolder, since: Since = None) -> Response:
    """Return the whole access log with proofs, for `passport log verify`."""
    return _export(service, caller.holder_id, since)


@router.get("/passport/log/export", include_in_schema=False)
def save_log(service: TheService, caller: PageHolder, since: Since = None) -> Response:
    """Return the same as a file to save."""
    return _export(service, caller.holder_id, since)


@router.get("/v/reading/promise", include_in_schema=False)
def save_promise(page: Page, service: TheService) -> Response:
    """Return the signed promise that the log shows this opening, to whoever reads."""
    token = service.cookies.viewing.read(page.request)
    promise = log_promises.promise_of(service.deployment, token) if token else None
    if promise is None:
        raise HTTPException(404)
    return _file(promise.encode("ascii"), PROMISE_NAME, PROMISE_TYPE)


def _export(service: Service, holder_id: str, since: int | None) -> Response:
    found = log_exporting.export_log(service.deployment, holder_id, since=since)
    return _file(found.encode(), EXPORT_NAME, "application/json")


def _file(content: bytes, name: str, media_type: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
