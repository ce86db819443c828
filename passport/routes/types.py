"""What verifiers look up about a credential: its issuer's keys, what its type says, JSON Schema. Open to all."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from issuers.credential import vct_of
from issuers.encoding import encode_json
from passport.issuer_documents import issuer_metadata
from passport.issuing import TRUST_LIST_MAX_AGE
from passport.routes.callers import TheService
from passport.web.documents import Keeping, document_reply
from passport.web.problems import PROBLEM_RESPONSES, Problem
from schemas.catalogue import CATALOGUE
from schemas.metadata import json_schema, type_document
from schemas.vocabulary import Section

NOT_HERE: Final = {"model": Problem, "description": "Not published here"}
router = APIRouter(tags=["What verifiers look up"], responses={**PROBLEM_RESPONSES, 404: NOT_HERE})

FOR_AN_HOUR: Final = Keeping(TRUST_LIST_MAX_AGE)  # new keys are published twice as long before they sign
# Credentials carry the hash of these bytes (ADR 15).
FOR_GOOD: Final = Keeping(timedelta(days=365), is_final=True)
JSON: Final = "application/json"


class SchemaJson(JSONResponse):
    """A JSON Schema (its draft 2020-12, section 14)."""

    media_type = "application/schema+json"


Version = Annotated[int, Path(ge=1, le=9999)]


@router.get("/.well-known/jwt-vc-issuer/issuers/{issuer_id}")
def get_issuer(service: TheService, request: Request, issuer_id: str) -> Response:
    """Return the keys of one issuer: its address with the well-known path before its own (SD-JWT VC section 4)."""
    d = service.deployment
    with d.database.reading() as connection:
        found = issuer_metadata(d, connection, issuer_id)
    if found is None:
        raise HTTPException(404)
    return document_reply(request, encode_json(found), media_type=JSON, keeping=FOR_AN_HOUR)


@router.get("/vct/{section}/{version}")
async def get_type(service: TheService, request: Request, section: Section, version: Version) -> Response:
    """Return the Type Metadata of a section: what its claims are called and which can be held back."""
    _check_version(section, version)
    vct = vct_of(service.deployment.settings.issuer_url, section, version)
    return document_reply(request, type_document(section, vct), media_type=JSON, keeping=FOR_GOOD)


@router.get("/schemas/{section}/{version}", response_class=SchemaJson)
async def get_schema(section: Section, version: Version) -> Response:
    """Return the JSON Schema of a section's body."""
    _check_version(section, version)
    return SchemaJson(json_schema(section), headers=dict(FOR_AN_HOUR.headers()))


def _check_version(section: Section, version: int) -> None:
    if version != CATALOGUE[section].version:
        raise HTTPException(404)
