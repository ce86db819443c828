"""What the log publishes: where it stands, signed, and proofs that it only grows. Open to all; about nobody.

C2SP tlog-checkpoint; the proofs are those of RFC 9162 section 2.1, hashes in base64url without padding.
"""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from consent.merkle import MAX_TREE_SIZE
from issuers.encoding import decode_base64url, encode_base64url, encode_json
from passport import log_tree
from passport.log_tree import NotInLogError
from passport.routes.callers import TheService
from passport.web.documents import Keeping, document_reply
from passport.web.problems import PROBLEM_RESPONSES, Problem

NOT_IN_LOG: Final = {"model": Problem, "description": "The log has no such checkpoint, size or commitment"}
router = APIRouter(
    prefix="/log", tags=["What verifiers look up"], responses={**PROBLEM_RESPONSES, 404: NOT_IN_LOG}
)

FOR_SECONDS: Final = Keeping(timedelta(seconds=5))
FOR_GOOD: Final = Keeping(timedelta(days=365), is_final=True)
NOTE: Final = "text/plain; charset=utf-8"
JSON: Final = "application/json"

Size = Annotated[int, Path(ge=0, le=MAX_TREE_SIZE, description="Of the tree, in leaves")]
Commitment = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{43}$", description="32 bytes in base64url")]


@router.get("/key", response_class=PlainTextResponse)
def get_log_key(service: TheService, request: Request) -> Response:
    """Return the key that checks the log's checkpoints, as logs write them: name+id+key (C2SP signed-note)."""
    key = service.deployment.log_signer.key.encode()
    return document_reply(request, f"{key}\n".encode(), media_type=NOTE, keeping=FOR_SECONDS)


@router.get("/checkpoint", response_class=PlainTextResponse)
def get_checkpoint(service: TheService, request: Request) -> Response:
    """Return where the log stands now, as a signed note. Keep one: nobody can then change what was before it."""
    d = service.deployment
    with d.database.reading() as connection:
        note = log_tree.standing(d, connection).note
    return document_reply(request, note.encode("utf-8"), media_type=NOTE, keeping=FOR_SECONDS)


@router.get("/checkpoint/{size}", response_class=PlainTextResponse)
def get_checkpoint_of(service: TheService, request: Request, size: Size) -> Response:
    """Return the signed note of a size that the log once had. Not every size has one."""
    d = service.deployment
    with d.database.reading() as connection:
        note = log_tree.standing_at(d, connection, size).note
    return document_reply(request, note.encode("utf-8"), media_type=NOTE, keeping=FOR_GOOD)


@router.get("/consistency/{older}/{newer}")
def get_consistency(service: TheService, request: Request, older: Size, newer: Size) -> Response:
    """Return the hashes that show that the log of the newer size begins with all of the older one."""
    with service.deployment.database.reading() as connection:
        hashes = log_tree.growth_proof(connection, older, newer)
    found = {"older": older, "newer": newer, "hashes": list(map(encode_base64url, hashes))}
    return document_reply(request, encode_json(found), media_type=JSON, keeping=FOR_GOOD)


@router.get("/inclusion/{commitment}")
def get_inclusion(service: TheService, request: Request, commitment: Commitment) -> Response:
    """Return where a commitment stands under the newest checkpoint: whoever holds a promise checks it with this."""
    d, wanted = service.deployment, _bytes(commitment)
    with d.database.reading() as connection:
        newest = log_tree.standing(d, connection)
        place = log_tree.places(connection, [wanted], newest.checkpoint.size).get(wanted)
    if place is None:
        raise NotInLogError("the log has no such commitment; a new one is added within seconds")
    found = {
        "position": place.position,
        "hashes": list(map(encode_base64url, place.proof)),
        "checkpoint": newest.note,
    }
    return document_reply(request, encode_json(found), media_type=JSON, keeping=FOR_SECONDS)


def _bytes(text: str) -> bytes:
    """Return the bytes of base64url; 43 characters have four spellings, of which one is right."""
    return decode_base64url(text)
