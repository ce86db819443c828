"""What verifiers look up: issuer metadata, type metadata, JSON Schema, status lists, the trust list. Open to all."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from consent.offline import encode_status_file, encode_trust_file
from issuers.credential import vct_of
from issuers.encoding import encode_json
from issuers.status_list import STATUS_LIST_MEDIA_TYPE
from passport import issuing
from passport.issuing import TRUST_LIST_MAX_AGE
from passport.routes.callers import TheService
from passport.statuses import TTL
from passport.web.problems import PROBLEM_RESPONSES, Problem
from schemas.catalogue import CATALOGUE
from schemas.metadata import json_schema, type_metadata
from schemas.vocabulary import Section

NOT_HERE: Final = {"model": Problem, "description": "Not published here"}
router = APIRouter(tags=["What verifiers look up"], responses={**PROBLEM_RESPONSES, 404: NOT_HERE})

AN_HOUR: Final = {"cache-control": f"public, max-age={TRUST_LIST_MAX_AGE.seconds}"}


class SchemaJson(JSONResponse):
    """A JSON Schema (its draft 2020-12, section 14)."""

    media_type = "application/schema+json"


class StatusListJwt(Response):
    """A signed status list."""

    media_type = STATUS_LIST_MEDIA_TYPE


class Jwt(Response):
    """A signed trust list."""

    media_type = "application/jwt"


Version = Annotated[int, Path(ge=1, le=9999)]


@router.get("/.well-known/jwt-vc-issuer/issuers/{issuer_id}")
def get_issuer(service: TheService, issuer_id: str) -> Response:
    """Return the keys of one issuer (SD-JWT VC draft-24 section 4)."""
    d = service.deployment
    with d.database.reading() as connection:
        found = issuing.issuer_metadata(d, connection, issuer_id)
    return _json(_known(found))


@router.get("/vct/{section}/{version}")
async def get_type(service: TheService, section: Section, version: Version) -> Response:
    """Return the Type Metadata of a section: what its claims are called and which can be held back."""
    _known(version == CATALOGUE[section].version or None)
    return _json(type_metadata(section, vct=vct_of(service.deployment.settings.issuer_url, section, version)))


@router.get("/schemas/{section}/{version}", response_class=SchemaJson)
async def get_schema(section: Section, version: Version) -> Response:
    """Return the JSON Schema of a section's body."""
    _known(version == CATALOGUE[section].version or None)
    return SchemaJson(json_schema(section), headers=AN_HOUR)


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


def _json(body: dict[str, Any]) -> Response:
    return Response(encode_json(body), media_type="application/json", headers=AN_HOUR)
