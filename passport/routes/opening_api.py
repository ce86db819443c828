"""The JSON API by which a recipient's program opens a share for somebody, and reads what is open.

Left out: answering it (routes/recipient_api.py), and what SMART Health Links viewers fetch (routes/links.py).
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from consent.share import decode_shlink, own_token
from passport import log_promises, replies, reply_tokens, viewing
from passport.admission import Closed, PasscodeAsked, PasscodeWrong, TooOften, Visitor
from passport.opening import Opened, open_by_link
from passport.routes.callers import Credentials, ReplyToken, TheService, ViewingToken
from passport.routes.links import WAIT, gone
from passport.routes.own_log import PROMISE_TYPE
from passport.routes.recipient_api import FAILURES
from passport.tables import AccessKind
from passport.web.problems import Problem, problem, problem_reply
from passport.web.strict_json import StrictJsonRoute
from schemas import recipient_wire
from schemas.errors import PassportError

router = APIRouter(prefix="/api/v1", route_class=StrictJsonRoute, responses=FAILURES, tags=["Recipients"])


class ViewingEndedError(PassportError):
    """Nothing is open: the viewing session or its share has ended."""

    code = "viewing_ended"


class NotVerifiedError(PassportError):
    """What is open does not verify any more: part of it was taken back or suspended, or altered where it is stored."""

    code = "not_verified"


@router.post(
    "/openings",
    status_code=201,
    response_model=recipient_wire.OpenedShare,
    responses={
        401: {"model": Problem, "description": "The passcode is missing or wrong; see `code`"},
        429: WAIT,
    },
    openapi_extra={"security": [{}]},  # or none: a reply token is for who has one already
)
async def open_share(service: TheService, body: recipient_wire.OpenShare, known: Credentials) -> Any:
    """Open a share for somebody. It is counted and logged as a program's; your own reply token keeps you the same."""
    d = service.deployment
    shlink = decode_shlink(body.shlink)
    token = own_token(shlink, d.settings.base_url)
    before = known.credentials if known else None
    visitor = Visitor(said=body.who, kind=AccessKind.FETCHED, stays=True, key=shlink.key, reply_token=before)
    opening = await open_by_link(d, token, passcode=body.passcode, visitor=visitor)
    match opening:
        case Opened(viewing_token=str(viewing_token)):
            reply = await d.database.writer.run_async(
                lambda connection: reply_tokens.reply_capability(d, connection, viewing_token, before)
            )
            if reply is None:  # stopped meanwhile
                return gone()
            minutes = d.settings.viewing_minutes
            return recipient_wire.OpenedShare(
                reply_token=reply, viewing_token=viewing_token, viewing_minutes=minutes
            )
        case PasscodeAsked(attempts_left=left):
            return _passcode("passcode_asked", left, "This share has a passcode: send it too.")
        case PasscodeWrong(attempts_left=left):
            return _passcode("passcode_wrong", left, "This passcode is not right.")
        case TooOften(wait_seconds=seconds):
            return problem_reply(problem(429), headers={"Retry-After": str(seconds)})
        case Opened() | Closed():
            return gone()


@router.get(
    "/reply/copy", responses={200: {"content": {"application/fhir+json": {}}}}, response_class=Response
)
def get_copy(service: TheService, token: ReplyToken, viewing_token: ViewingToken = "") -> Response:
    """Return what is open as a Bundle that `passport verify` can check. The person sees that you keep a copy."""
    d = service.deployment
    replies.find(d, token)
    looked = viewing.look(d, service.board, viewing_token)
    if looked is None:
        raise ViewingEndedError("nothing is open; open what was shared once more")
    if looked.verification.failed is not None:
        raise NotVerifiedError("part of it does not stand any more; ask the person to share it again")
    replies.note_saved_copy(d, token, grant_id=looked.grant.grant_id)
    return Response(looked.bundle, media_type="application/fhir+json")


@router.get("/reply/promise", responses={200: {"content": {PROMISE_TYPE: {}}}}, response_class=Response)
def get_promise(service: TheService, token: ReplyToken, viewing_token: ViewingToken = "") -> Response:
    """Return the signed promise that the access log shows your opening."""
    replies.find(service.deployment, token)
    promise = log_promises.promise_of(service.deployment, viewing_token)
    if promise is None:
        raise ViewingEndedError("nothing is open; open what was shared once more")
    return Response(promise, media_type=PROMISE_TYPE)


def _passcode(code: str, left: int, detail: str) -> Response:
    return problem_reply(problem(401, code=code, detail=detail, attempts_left=left))
