"""The SMART Health Links server: manifest and files of a share. The hot path: async, one writer, bytes out.

HL7 SMART Health Cards and Links IG 1.0.0, "SMART Health Links". GET never counts, logs or consumes, but for a
single-use location.
"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path
from starlette.responses import Response

from consent.manifest import Manifest, ManifestRequest, PasscodeRefusal, SealedFile, manifest
from consent.sealed_file import FHIR_JSON, IV_BYTES, seal_file
from consent.share import MANIFEST_PATH
from issuers.encoding import encode_json
from passport.admission import Closed, PasscodeAsked, PasscodeWrong, TooOften, Visitor
from passport.deployment import Deployment
from passport.opening import Opened, open_by_link, open_by_ticket
from passport.routes.callers import TheService
from passport.tables import AccessKind
from passport.web.problems import PROBLEM_RESPONSES, Problem, problem, problem_reply
from passport.web.strict_json import StrictJsonRoute

router = APIRouter(route_class=StrictJsonRoute, tags=["SMART Health Links"], responses=PROBLEM_RESPONSES)

SEALED_TYPE: Final = "application/jose"
POLL_SECONDS: Final = 15 * 60
FILE_PATH: Final = f"{MANIFEST_PATH}file/"
WAIT: Final[dict[str, Any]] = {
    "model": Problem,
    "description": "Asked for too often, or by too many at once. Nothing was counted",
    "headers": {
        "Retry-After": {
            "description": "In how many seconds to ask again",
            "required": True,
            "schema": {"type": "integer"},
        }
    },
}
Token = Annotated[str, Path(description="The unguessable part of the link's address")]


@router.post(
    MANIFEST_PATH + "{token}",
    response_model=Manifest,
    responses={
        401: {"model": PasscodeRefusal, "description": "The passcode is missing or wrong"},
        404: {"description": "There is no such link, or it has ended: nobody is told which"},
        429: WAIT,
    },
)
async def post_manifest(service: TheService, token: Token, asked: ManifestRequest) -> Response:
    """Return the manifest of a share; counted and logged under the recipient that the client names."""
    d = service.deployment
    ticket = None if asked.embedded_length_max is None else d.new_token()  # good for nothing unless let in
    visitor = Visitor(said=asked.recipient, kind=AccessKind.FETCHED, stays=False, ticket=ticket)
    opening = await open_by_link(d, token, passcode=asked.passcode, visitor=visitor)
    match opening:
        case Opened():
            return _manifest(d, opening, asked.embedded_length_max, ticket)
        case PasscodeAsked(attempts_left=left) | PasscodeWrong(attempts_left=left):
            refusal = PasscodeRefusal(remaining_attempts=left).model_dump(by_alias=True)
            return Response(encode_json(refusal), status_code=401, media_type="application/json")
        case TooOften(wait_seconds=seconds):
            return problem_reply(problem(429), headers={"Retry-After": str(seconds)})
    return gone()


@router.get(
    FILE_PATH + "{ticket}",
    responses={200: {"content": {SEALED_TYPE: {}}}, 404: {"description": "Used or too old"}},
    response_class=Response,
)
async def get_file(service: TheService, ticket: Token) -> Response:
    """Return the sealed file that a manifest's `location` names. Good once."""
    d = service.deployment
    opening = await open_by_ticket(d, ticket)
    if isinstance(opening, Closed):
        return gone()
    return Response(_seal(d, opening).jwe, media_type=SEALED_TYPE)


def gone() -> Response:
    """Return the one answer to every link that does not open, byte for byte."""
    return problem_reply(
        problem(404, code="share_closed", detail="This link does not open. Ask the person for a new one.")
    )


def _manifest(
    d: Deployment, opening: Opened, embedded_length_max: int | None, ticket: str | None
) -> Response:
    sealed = _seal(d, opening)
    fits = embedded_length_max is None or len(sealed.jwe) <= embedded_length_max
    location = "" if fits else f"{d.settings.base_url}{FILE_PATH}{ticket}"
    live = opening.row.live
    found = manifest(
        [sealed], embedded_length_max=embedded_length_max, locate=lambda _file: location, live=live
    )
    # IG, "Polling manifest for changes": how long a client should wait before it asks again.
    headers = {"Retry-After": str(POLL_SECONDS)} if live else None
    return Response(encode_json(found.body()), media_type="application/json", headers=headers)


def _seal(d: Deployment, opening: Opened) -> SealedFile:
    jwe = seal_file(opening.bundle, opening.key, content_type=FHIR_JSON, iv=d.random_bytes(IV_BYTES))
    return SealedFile(jwe, opening.row.released_at or opening.row.created_at)
