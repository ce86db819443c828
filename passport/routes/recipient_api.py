"""The JSON API of recipients: open a share by a program, and answer it with the reply token, as the pages do.

The reply token goes into `Authorization: Bearer`, the viewing token of what is open now into a header of its own:
neither is ever a part of an address. Left out: what SMART Health Links viewers fetch (routes/links.py).
"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.responses import PlainTextResponse, Response

from consent.calendar import MEDIA_TYPE as CALENDAR_TYPE
from consent.receipt import Receipt
from consent.reply import askable
from consent.share import decode_shlink, own_token
from consent.work_email import AddressProblem
from passport import (
    auth,
    countersigning,
    held_receipts,
    log_promises,
    recipient_terms,
    replies,
    reply_requests,
    reply_tokens,
    reviews,
    viewing,
    work_emails,
)
from passport.admission import Closed, PasscodeAsked, PasscodeWrong, TooOften, Visitor
from passport.deployment import last_day
from passport.opening import Opened, open_by_link
from passport.replies import Replier
from passport.reply_requests import Request
from passport.routes.api import RESPONSES, Identifier
from passport.routes.bodies import in_order
from passport.routes.callers import NotAllowedError, NotSignedInError, TheService
from passport.routes.links import WAIT, gone
from passport.routes.receipts import receipt_body
from passport.tables import AccessKind
from passport.web.problems import FieldProblem, Problem, problem, problem_reply
from passport.web.strict_json import StrictJsonRoute
from schemas import recipient_wire, wire
from schemas.errors import PassportError
from schemas.vocabulary import Language

TOO_MANY: Final[dict[int | str, dict[str, Any]]] = {
    409: {"model": Problem, "description": "It does not fit where the share stands"},
    410: {
        "model": Problem,
        "description": "The person has deleted their passport: please delete your copies",
    },
    429: {"model": Problem, "description": "Asked too often"},
}
router = APIRouter(
    prefix="/api/v1", route_class=StrictJsonRoute, responses={**RESPONSES, **TOO_MANY}, tags=["Recipients"]
)

REPLY_TOKEN: Final = HTTPBearer(
    auto_error=False,
    scheme_name="ReplyToken",
    description="The reply token of POST /api/v1/openings, or what stands behind the # of a reply link",
)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(REPLY_TOKEN)]


class ViewingEndedError(PassportError):
    """Nothing is open: the viewing session or its share has ended, or what is stored no longer verifies."""

    code = "viewing_ended"


def reply_token(credentials: Credentials) -> str:
    """Return the reply token that a request carries. The services say whether it is good.

    Raises:
        NotSignedInError: it carries none.
    """
    if credentials is None:
        raise NotSignedInError("send your reply token in the Authorization header")
    return credentials.credentials


ReplyToken = Annotated[str, Depends(reply_token)]
ViewingToken = Annotated[
    str,
    Header(
        alias="Viewing-Token",
        max_length=recipient_wire.TOKEN_LENGTH_MAX,
        description="The viewing token of POST /api/v1/openings, for what is open now",
    ),
]


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
            return recipient_wire.OpenedShare(
                reply_token=reply or "",
                viewing_token=viewing_token,
                viewing_minutes=d.settings.viewing_minutes,
            )
        case PasscodeAsked(attempts_left=left):
            return _passcode("passcode_asked", left, "This share has a passcode: send it too.")
        case PasscodeWrong(attempts_left=left):
            return _passcode("passcode_wrong", left, "This passcode is not right.")
        case TooOften(wait_seconds=seconds):
            return problem_reply(problem(429), headers={"Retry-After": str(seconds)})
        case Opened() | Closed():
            return gone()


@router.get("/reply")
def get_standing(service: TheService, token: ReplyToken) -> recipient_wire.ReplyStanding:
    """Return what you said, what you asked for, and what you may ask for. Nothing of what was shared."""
    d = service.deployment
    replier = replies.find(d, token)
    row, person, grant = replier.row, replier.person, replier.grant
    return recipient_wire.ReplyStanding(
        recipient=wire.RecipientBody(kind=grant.recipient.kind, name=grant.recipient.name),
        purpose=grant.purpose,
        state=_state(service, replier),
        last_day=last_day(replier.share.expires_at),
        name=person.name,
        assurance=row.assurance,
        address=person.address,
        organisation=person.organisation,
        acknowledged_at=row.acknowledged_at,
        saved_at=row.saved_at,
        said_deleted_at=row.deleted_at,
        terms=_terms(recipient_terms.terms_of(d, replier)),
        askable=in_order(frozenset(askable(grant.recipient.kind, grant.sections))),
        requests=tuple(_request(service, one) for one in reply_requests.of_recipient(d, replier)),
    )


@router.post("/reply/acknowledge", status_code=204)
def acknowledge(service: TheService, token: ReplyToken) -> Response:
    """Say that you have read it and will use it only for what it was shared for. Once is enough."""
    replies.acknowledge(service.deployment, token)
    return Response(status_code=204)


@router.post("/reply/deleted", status_code=204)
def say_deleted(service: TheService, token: ReplyToken) -> Response:
    """Say that you deleted your copies, once the share is over. Nobody can check it."""
    replies.say_deleted(service.deployment, token)
    return Response(status_code=204)


@router.post("/reply/email", status_code=204)
def send_code(service: TheService, token: ReplyToken, body: recipient_wire.WorkAddress) -> Response:
    """Have a code of six digits sent to your work e-mail address. Personal addresses get none."""
    wrong = work_emails.send_code(service.deployment, token, typed=body.address, language=body.language)
    if wrong is None:
        return Response(status_code=204)
    message = "expected a work address" if wrong is AddressProblem.PERSONAL else "expected an e-mail address"
    found = problem(422, code="work_address", errors=[FieldProblem(field="body.address", message=message)])
    return problem_reply(found)


@router.post("/reply/email/code", response_model=recipient_wire.NewReplyToken)
def check_code(service: TheService, token: ReplyToken, body: recipient_wire.WorkAddressCode) -> Any:
    """Send the code back: from now on your name is shown with the address. You get another reply token."""
    known = work_emails.confirm(service.deployment, token, typed=body.code)
    if isinstance(known, str):
        return recipient_wire.NewReplyToken(reply_token=known)
    return problem_reply(problem(422, code="code_wrong", detail="This code is wrong, or none runs any more."))


@router.post("/reply/organisation")
def vouch(
    service: TheService, token: ReplyToken, body: recipient_wire.SignedInAs
) -> recipient_wire.NewReplyToken:
    """Answer as the organisation that a practitioner is signed in for. You get another reply token."""
    principal = auth.who(service.deployment, body.session)
    if principal is None or principal.practitioner_id is None:
        raise NotAllowedError("expected the session of a practitioner; sign in as one")
    known = reply_tokens.vouch(service.deployment, token, principal.practitioner_id)
    return recipient_wire.NewReplyToken(reply_token=known)


@router.put("/reply/terms", status_code=204)
def state_terms(service: TheService, token: ReplyToken, body: recipient_wire.Terms) -> Response:
    """Say what you rely on and how long you keep it: signed, in the receipt of both sides."""
    d = service.deployment
    retention = recipient_terms.promise(d, body.kept, body.kept_until)
    recipient_terms.state_terms(d, token, basis=body.basis, retention=retention)
    return Response(status_code=204)


@router.post("/reply/requests", status_code=201)
def ask(
    service: TheService,
    token: ReplyToken,
    body: recipient_wire.AskForMore | recipient_wire.AskForManager,
) -> recipient_wire.NewRequest:
    """Ask for further sections, or that a named line manager may read it too. The person decides."""
    d = service.deployment
    if isinstance(body, recipient_wire.AskForMore):
        asked = reply_requests.ask_for_more(d, token, sections=body.sections, reason=body.reason)
    else:
        asked = reply_requests.ask_for_manager(d, token, name=body.manager, reason=body.reason)
    return recipient_wire.NewRequest(request_id=asked)


@router.get("/reply/requests/{request_id}/receipt")
def get_request_receipt(service: TheService, token: ReplyToken, request_id: Identifier) -> wire.ReceiptBody:
    """Return the receipt of what you asked for, until it is granted."""
    d = service.deployment
    return receipt_body(held_receipts.of_own_request(d, replies.find(d, token), request_id))


@router.get("/reply/receipt")
def get_receipt(service: TheService, token: ReplyToken) -> wire.ReceiptBody:
    """Return the receipt of what was shared with you in every form, also when it is over."""
    d = service.deployment
    return receipt_body(held_receipts.of_replier(d, replies.find(d, token)))


@router.get("/reply/changes")
def get_changes(
    service: TheService, token: ReplyToken, viewing_token: ViewingToken = ""
) -> tuple[recipient_wire.ChangeToAnswer, ...]:
    """Return the changes at work that you can answer: none when nothing is open before you."""
    found = countersigning.open_changes(
        service.deployment, service.board, viewing_token=viewing_token, token=token
    )
    return tuple(
        recipient_wire.ChangeToAnswer(
            about=one.change.about, change=dict(one.change.row), status=one.status, moves=one.moves
        )
        for one in found
    )


@router.post("/reply/changes", status_code=201)
def answer_change(
    service: TheService,
    token: ReplyToken,
    body: recipient_wire.AnswerChange,
    viewing_token: ViewingToken = "",
) -> recipient_wire.NewAnswer:
    """Say what becomes of a change at work that is open before you. It is signed, and the person decides about it."""
    keeps = "review_on" not in body.model_fields_set
    given = countersigning.Answer(body.about, body.status, body.reason, body.review_on, keeps)
    entry_id = countersigning.countersign(
        service.deployment, service.board, viewing_token=viewing_token, token=token, given=given
    )
    return recipient_wire.NewAnswer(entry_id=entry_id)


@router.get("/reply/reviews", responses={200: {"content": {CALENDAR_TYPE: {}}}}, response_class=Response)
def get_reviews(service: TheService, token: ReplyToken, language: Language = Language.ENGLISH) -> Response:
    """Return the review days of what was shared with you, as a calendar; 404 while there is none."""
    d = service.deployment
    found = reviews.of_recipient(d, replies.find(d, token))
    return Response(reviews.calendar_of(d, found, language), media_type=CALENDAR_TYPE)


@router.get(
    "/reply/copy", responses={200: {"content": {"application/fhir+json": {}}}}, response_class=Response
)
def get_copy(service: TheService, token: ReplyToken, viewing_token: ViewingToken = "") -> Response:
    """Return what is open as a Bundle that `passport verify` can check. The person sees that you keep a copy."""
    d = service.deployment
    replies.find(d, token)
    looked = viewing.look(d, service.board, viewing_token)
    if looked is None or looked.verification.failed is not None:
        raise ViewingEndedError("nothing is open; open what was shared once more")
    replies.note_saved_copy(d, token, grant_id=looked.grant.grant_id)
    return Response(looked.bundle, media_type="application/fhir+json")


@router.get(
    "/reply/promise", responses={200: {"content": {"text/plain": {}}}}, response_class=PlainTextResponse
)
def get_promise(service: TheService, token: ReplyToken, viewing_token: ViewingToken = "") -> Response:
    """Return the signed promise that the access log shows your opening."""
    replies.find(service.deployment, token)
    promise = log_promises.promise_of(service.deployment, viewing_token)
    if promise is None:
        raise ViewingEndedError("nothing is open; open what was shared once more")
    return PlainTextResponse(promise)


def _passcode(code: str, left: int, detail: str) -> Response:
    return problem_reply(problem(401, code=code, detail=detail, attempts_left=left))


def _state(service: TheService, replier: Replier) -> Any:
    if replier.share.revoked_at is not None:
        return "stopped"
    return "ended" if replies.has_ended(service.deployment, replier) else "open"


def _terms(receipt: Receipt) -> recipient_wire.Terms:
    retention = receipt.retention
    return recipient_wire.Terms(
        basis=receipt.recipients_basis.basis, kept=retention.rule, kept_until=retention.until
    )


def _request(service: TheService, asked: Request) -> recipient_wire.OwnRequest:
    row, wish = asked.row, asked.wish
    return recipient_wire.OwnRequest(
        request_id=row.request_id,
        kind=row.kind,
        state=asked.state(service.deployment.now()),
        sections=wish.sections,
        manager=wish.manager,
        asked_at=row.asked_at,
        answer=row.answer,
    )
