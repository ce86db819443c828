"""What verifiers look up about trust: status lists and the trust list. Open to all. Keys and types: routes/types.py."""

import re
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from consent.offline import encode_status_file, encode_trust_file
from issuers.status_aggregation import AGGREGATION_MEDIA_TYPE, encode_aggregation
from issuers.status_list import STATUS_LIST_MEDIA_TYPE
from passport import issuing
from passport.issuing import TRUST_LIST_MAX_AGE
from passport.routes.callers import TheService
from passport.statuses import TTL, PublishedList
from passport.store import status as status_store
from passport.web.documents import names_tag
from passport.web.problems import PROBLEM_RESPONSES, Problem

NOT_HERE: Final = {"model": Problem, "description": "Not published here"}
router = APIRouter(tags=["What verifiers look up"], responses={**PROBLEM_RESPONSES, 404: NOT_HERE})

FOR_ITS_TTL: Final = {"cache-control": f"public, max-age={int(TTL.total_seconds())}"}
_ZERO: Final = re.compile(r"q=0(\.0*)?")
AN_HOUR: Final = {"cache-control": f"public, max-age={TRUST_LIST_MAX_AGE.seconds}"}


class StatusListJwt(Response):
    """A signed status list."""

    media_type = STATUS_LIST_MEDIA_TYPE


class Jwt(Response):
    """A signed trust list."""

    media_type = "application/jwt"


@router.get("/status/aggregation")
def get_status_aggregation(service: TheService) -> Response:
    """Return the addresses of all status lists (Token Status List draft-21 section 9.3)."""
    with service.deployment.database.reading() as connection:
        list_ids = status_store.list_ids(connection)
    uris = (issuing.status_list_uri(service.deployment, list_id) for list_id in list_ids)
    return Response(encode_aggregation(uris), media_type=AGGREGATION_MEDIA_TYPE, headers=FOR_ITS_TTL)


@router.get("/status/{list_id}", response_class=StatusListJwt)
def get_status_list(service: TheService, request: Request, list_id: str) -> Response:
    """Return the signed status list of entries and shares (Token Status List draft-21 section 8.1)."""
    if "time" in request.query_params:  # section 8.4: how it was would tell who was ill when
        raise HTTPException(HTTPStatus.NOT_IMPLEMENTED)
    with service.deployment.database.reading() as connection:
        published = _known(service.board.current(connection, list_id))
    return _cacheable(request, published)


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


def _cacheable(request: Request, published: PublishedList) -> Response:
    """Return a list, compressed for whoever can open it (section 8.2), or that the copy they have is still it."""
    gzipped = _takes_gzip(request.headers.get("accept-encoding", ""))
    tag = f'"{published.tag}{"-gzip" if gzipped else ""}"'
    headers = {**FOR_ITS_TTL, "etag": tag, "vary": "Accept-Encoding"}
    if names_tag(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if gzipped:
        return StatusListJwt(published.gzipped, headers={**headers, "content-encoding": "gzip"})
    return StatusListJwt(published.plain, headers=headers)


def _takes_gzip(accepted: str) -> bool:
    """Return whether an Accept-Encoding names gzip, without forbidding it (RFC 9110 section 12.5.3)."""
    for coding in accepted.lower().split(","):
        name, _, parameter = coding.partition(";")
        if name.strip() in ("gzip", "x-gzip"):
            return not _ZERO.fullmatch(parameter.strip())
    return False


def _known(found: Any) -> Any:
    if found is None:
        raise HTTPException(404)
    return found
