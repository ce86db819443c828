"""What verifiers look up about trust: status lists and the trust list. Open to all. Keys and types: routes/types.py."""

from typing import Any, Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from consent.offline import encode_status_file, encode_trust_file
from issuers.status_list import STATUS_LIST_MEDIA_TYPE
from passport import issuing
from passport.issuing import TRUST_LIST_MAX_AGE
from passport.routes.callers import TheService
from passport.statuses import TTL
from passport.web.problems import PROBLEM_RESPONSES, Problem

NOT_HERE: Final = {"model": Problem, "description": "Not published here"}
router = APIRouter(tags=["What verifiers look up"], responses={**PROBLEM_RESPONSES, 404: NOT_HERE})

AN_HOUR: Final = {"cache-control": f"public, max-age={TRUST_LIST_MAX_AGE.seconds}"}


class StatusListJwt(Response):
    """A signed status list."""

    media_type = STATUS_LIST_MEDIA_TYPE


class Jwt(Response):
    """A signed trust list."""

    media_type = "application/jwt"


@router.get("/status/{list_id}", response_class=StatusListJwt)
def get_status_list(service: TheService, list_id: str) -> Response:
    """Return the signed status list of entries and shares (Token Status List draft-21 section 8.1)."""
    with service.deployment.database.reading() as connection:
        published = _known(service.board.current(connection, list_id))
    headers = {"cache-control": f"public, max-age={int(TTL.total_seconds())}"}
    return StatusListJwt(published.token, headers=headers)


@router.get("/trust/list", response_class=Jwt)
def get_trust_list(service: TheService) -> Response:
    """Return the signed trust list: which issuer may sign which section, with which keys."""
    return Jwt(issuing.pinned_trust(service.deployment).trust_list, headers=AN_HOUR)


@router.get("/trust/bundle")
def get_trust_bundle(service: TheService) -> Response:
    """Return the file for `passport verify --trust`: the trust list and the key to pin."""
    pinned = issuing.pinned_trust(service.deployment)
    file = encode_trust_file(pinned.anchor, pinned.trust_list)
    return Response(file, media_type="application/json", headers=AN_HOUR)


@router.get("/trust/statuses")
def get_status_bundle(service: TheService) -> Response:
    """Return the file for `passport verify --status`: every status list."""
    with service.deployment.database.reading() as connection:
        published = service.board.all_current(connection)
    return Response(encode_status_file(one.token for one in published), media_type="application/json")


def _known(found: Any) -> Any:
    if found is None:
        raise HTTPException(404)
    return found
