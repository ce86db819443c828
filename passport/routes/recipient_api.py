"""The JSON API of recipients: answer what was shared with the reply token, as the pages do.

Left out: opening and reading (routes/opening_api.py), and what SMART Health Links viewers fetch (routes/links.py).
"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Header
from starlette.responses import Response

from consent.calendar import MEDIA_TYPE as CALENDAR_TYPE
from consent.receipt import Receipt
from consent.reply import askable
from consent.reply_rights import ShareStanding
from consent.work_email import AddressProblem
from passport import (
    auth,
    countersigning,
    held_receipts,
    recipient_terms,
    replies,
    reply_requests,
    reply_tokens,
    reviews,
    work_emails,
)
from passport.deployment import last_day
from passport.i18n import accepted_language
from passport.replies import Replier
from passport.reply_requests import Request
from passport.routes.api import RESPONSES, Identifier
from passport.routes.bodies import in_order
from passport.routes.callers import NotAllowedError, ReplyToken, TheService, ViewingToken
from passport.routes.links import WAIT
from passport.routes.receipts import receipt_body
from passport.web.problems import FieldProblem, Problem, problem, problem_reply
from passport.web.strict_json import StrictJsonRoute
from schemas import recipient_wire, wire
from schemas.recipient_terms import BASES, PROMISES
from schemas.vocabulary import Language, RecipientKind

FAILURES: Final[dict[int | str, dict[str, Any]]] = {
    **RESPONSES,
    409: {"model": Problem, "description": "It does not fit where the share stands"},
    410: {
        "model": Problem,
        "description": "The person has deleted their passport: please delete your copies",
    },
    429: {**WAIT, "description": "Asked too often"},
}
router = APIRouter(prefix="/api/v1", route_class=StrictJsonRoute, responses=FAILURES, tags=["Recipients"])


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
        may_state=_may_state(grant.recipient.kind),
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
def send_code(
    service: TheService,
    token: ReplyToken,
    body: recipient_wire.WorkAddress,
    accept_language: Annotated[str, Header()] = "",
) -> Response:
    """Have a code of six digits sent to your work e-mail address. Personal addresses get none.

    You are written to in the language that you name, else in that of Accept-Language, else in English and Welsh.
    """
    language = body.language or accepted_language(accept_language)
    wrong = work_emails.send_code(service.deployment, token, typed=body.address, language=language)
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
    """Say what you rely on and how long you keep it: signed, in the receipt of both sides.

    Once it is over, this needs somebody who showed that they use a work e-mail address.
    """
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
    """Return the receipt of what you asked for, and how it was answered. What was granted has its own."""
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
    """Return the changes at work that you can answer: those open before you; once it is over, your own by name."""
    found = countersigning.open_changes(
        service.deployment, service.board, viewing_token=viewing_token, token=token
    )
    return tuple(
        recipient_wire.ChangeToAnswer(
            about=one.about,
            change=dict(one.shown),
            status=one.status,
            told=one.told,
            said=one.said.status if one.said else None,
            said_by_you=one.is_own,
            moves=one.moves,
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
    """Say what becomes of a change at work. It is signed, and the person decides about it.

    It is open before you; or it is over, you answered it before, and you showed that you use a work e-mail address.
    """
    keeps = "review_on" not in body.model_fields_set
    given = countersigning.Answer(body.about, body.status, body.reason, body.review_on, keeps)
    entry_id = countersigning.countersign(
        service.deployment, service.board, viewing_token=viewing_token, token=token, given=given
    )
    return recipient_wire.NewAnswer(entry_id=entry_id)


@router.get("/reply/reviews", responses={200: {"content": {CALENDAR_TYPE: {}}}}, response_class=Response)
def get_reviews(service: TheService, token: ReplyToken, language: Language = Language.ENGLISH) -> Response:
    """Return the review days of what is shared with you, as a calendar; 404 while there is none.

    Once it is over, those of your own answers.
    """
    d = service.deployment
    found = reviews.of_recipient(d, replies.find(d, token))
    return Response(reviews.calendar_of(d, found, language), media_type=CALENDAR_TYPE)


def _state(service: TheService, replier: Replier) -> Any:
    found = replies.standing(service.deployment, replier)
    return "open" if found is ShareStanding.RUNS else found.value


def _terms(receipt: Receipt) -> recipient_wire.Terms:
    retention = receipt.retention
    return recipient_wire.Terms(
        basis=receipt.recipients_basis.basis, kept=retention.rule, kept_until=retention.until
    )


def _may_state(kind: RecipientKind) -> recipient_wire.MayState:
    return recipient_wire.MayState(basis=BASES[kind], kept=PROMISES[kind])


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
