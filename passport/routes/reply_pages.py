"""The recipient's reply pages: say that it was read, that copies were deleted, who one is, and what one asks for.

Whoever comes is known by the reply cookie, or by the reply link's fragment, which a script posts. Nothing here shows
what was shared, but who shares it, to a recipient who showed who they are. Left out: what becomes of the changes at
work (routes/change_pages.py).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from consent.reply import NotOfferedError, askable
from consent.reply_rights import ReplyAct, ShareStanding
from consent.work_email import AddressProblem
from passport import (
    auth,
    countersigning,
    recipient_terms,
    replies,
    reply_requests,
    reply_tokens,
    reviews,
    viewing,
    work_emails,
)
from passport.deployment import last_day
from passport.replies import Replier, ReplyNotFoundError, ReplyNotNowError, TooManyRepliesError
from passport.routes.callers import Service, TheService
from passport.routes.terms_pages import terms_in_words
from passport.web.forms import FormErrors, PostedForm
from passport.web.pages import Page, PageOfRequest
from schemas.catalogue import CATALOGUE
from schemas.fields import Name, Note
from schemas.reply_vocabulary import ANSWERS
from schemas.vocabulary import RecipientKind, Section
from schemas.words import in_words

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, prefix="/r")

HERE: Final = "/r/reply"


async def keep_capability(
    service: Service, request: Request, reply: Response, viewing_token: str | None
) -> None:
    """Give whoever has just opened a share their reply cookie: theirs again when they have one of this share."""
    if not viewing_token:
        return
    d, known = service.deployment, service.cookies.reply.read(request)
    token = await d.database.writer.run_async(
        lambda connection: reply_tokens.reply_capability(d, connection, viewing_token, known)
    )
    if token is not None:
        service.cookies.reply.set(reply, token)


def reply_link(service: Service, request: Request) -> str | None:
    """Return the reply link of whoever asks, to keep: its token stands behind the `#`."""
    token = service.cookies.reply.read(request)
    return f"{service.deployment.settings.base_url}/r#{token}" if token else None


@router.get("")
async def start(page: Page, service: TheService) -> HTMLResponse:
    """Show the page behind a reply link: a button to go on. GET does nothing."""
    return page.show("reply/start.html", known=bool(service.cookies.reply.read(page.request)))


@router.post("/reply")
def come(page: Page, service: TheService, form: PostedForm) -> Response:
    """Take the token of a reply link, which the page's script kept from the fragment.

    Not at the link's own path: a browser takes a second link there for a place on the page that it has, and stays.
    """
    token = form.text("token")
    try:
        replies.find(service.deployment, token)
    except ReplyNotFoundError:
        return _closed(page)
    reply = RedirectResponse(HERE, 303)
    service.cookies.reply.set(reply, token)
    return reply


@router.get("/reply")
def show(page: Page, service: TheService) -> HTMLResponse:
    """Show what a recipient can answer, and what they have."""
    return _show(page, service)


@router.post("/acknowledge")
def acknowledge(page: Page, service: TheService) -> Response:
    """Keep that they have read it and will use it only for what it was shared for."""
    try:
        replies.acknowledge(service.deployment, _token(page, service))
    except ReplyNotFoundError:
        return _closed(page)
    return _done()


@router.post("/deleted")
def say_deleted(page: Page, service: TheService) -> Response:
    """Keep that they deleted their copies, as they say. While the share runs there is nothing to delete."""
    try:
        replies.say_deleted(service.deployment, _token(page, service))
    except ReplyNotFoundError:
        return _closed(page)
    except ReplyNotNowError:
        return _show(page, service, status=409)
    return _done()


@router.post("/email")
def send_code(page: Page, service: TheService, form: PostedForm) -> Response:
    """Send a code to a work e-mail address."""
    d, typed = service.deployment, form.text("address")
    try:
        problem = work_emails.send_code(d, _token(page, service), typed=typed, language=page.language)
    except ReplyNotFoundError:
        return _closed(page)
    except TooManyRepliesError:
        message = page.gettext("We cannot send you more codes today. Ask for one tomorrow, or go on without")
        return _show(page, service, status=429, errors={"address": message})
    if problem is None:
        return RedirectResponse(f"{HERE}?done=code-sent#code", 303)
    message = {
        AddressProblem.FORM: page.gettext("Enter an email address, such as name@company.co.uk"),
        AddressProblem.PERSONAL: page.gettext(
            "This is not a work address. Enter one of your employer, or go on without"
        ),
    }[problem]
    return _show(page, service, status=422, errors={"address": message}, values={"address": typed})


@router.post("/email/code")
def check_code(page: Page, service: TheService, form: PostedForm) -> Response:
    """Take the code back."""
    try:
        known = work_emails.confirm(service.deployment, _token(page, service), typed=form.text("code"))
    except ReplyNotFoundError:
        return _closed(page)
    except TooManyRepliesError:
        message = page.gettext(
            "Too many wrong codes were entered today. Ask for a new code tomorrow, or go on without"
        )
        return _show(page, service, status=429, errors={"code": message})
    if isinstance(known, str):
        return _done(service, known)
    message = page.gettext("This code is not right, or it is too old. Check it, or ask for a new one")
    return _show(page, service, status=422, errors={"code": message})


@router.post("/organisation")
def vouch(page: Page, service: TheService) -> Response:
    """Reply as the organisation that they are signed in for."""
    practitioner_id = _practitioner(page, service)
    if practitioner_id is None:
        return _show(page, service, status=403)
    try:
        token = reply_tokens.vouch(service.deployment, _token(page, service), practitioner_id)
    except ReplyNotFoundError:
        return _closed(page)
    except ReplyNotNowError:
        return _show(page, service, status=409)
    return _done(service, token)


@router.post("/ask")
def ask(page: Page, service: TheService, form: PostedForm) -> Response:
    """Ask for further sections."""
    chosen = form.chosen("sections")
    asked = form.check(_AskForMore, messages={"reason": _say_why(page)})
    if isinstance(asked, FormErrors):
        return _show(page, service, status=422, errors=asked.by_field, values=form.values, ticked=chosen)
    wanted = {Section(one) if one in set(Section) else Section.DIARY for one in chosen}
    try:
        token = _token(page, service)
        reply_requests.ask_for_more(service.deployment, token, sections=wanted, reason=asked.reason)
    except ReplyNotFoundError:
        return _closed(page)
    except NotOfferedError:
        message = page.gettext("Choose what you need from this list")
        return _show(page, service, status=422, errors={"sections": message}, values=form.values)
    except TooManyRepliesError:
        return _show(page, service, status=429, errors={"sections": _too_many(page)})
    except ReplyNotNowError:
        return _show(page, service, status=409)
    return _asked()


@router.post("/manager")
def ask_for_manager(page: Page, service: TheService, form: PostedForm) -> Response:
    """Ask that a named line manager may read it too."""
    messages = {
        "manager": page.gettext("Enter their name, 120 characters or fewer"),
        "manager_reason": _say_why(page),
    }
    asked = form.check(_AskForManager, messages=messages)
    if isinstance(asked, FormErrors):
        return _show(page, service, status=422, errors=asked.by_field, values=form.values)
    try:
        token, d = _token(page, service), service.deployment
        reply_requests.ask_for_manager(d, token, name=asked.manager, reason=asked.manager_reason)
    except ReplyNotFoundError:
        return _closed(page)
    except TooManyRepliesError:
        return _show(page, service, status=429, errors={"manager": _too_many(page)})
    except ReplyNotNowError:
        return _show(page, service, status=409)
    return _asked()


class _AskForMore(BaseModel):
    """Why somebody asks for more."""

    reason: Note


class _AskForManager(BaseModel):
    """Whom somebody asks for, and why."""

    manager: Name
    manager_reason: Note


def _say_why(page: PageOfRequest) -> str:
    return page.gettext("Say why you need it, in 600 characters or fewer")


def _token(page: PageOfRequest, service: Service) -> str:
    return service.cookies.reply.read(page.request) or ""


def _done(service: Service | None = None, token: str = "") -> Response:
    """Lead back to the page, with a recipient's new token where they have one."""
    reply = RedirectResponse(f"{HERE}?done=1", 303)
    if service and token:
        service.cookies.reply.set(reply, token)
    return reply


def _asked() -> Response:
    """Lead back to the page, which says what becomes of what was asked."""
    return RedirectResponse(f"{HERE}?done=asked", 303)


def _closed(page: PageOfRequest) -> HTMLResponse:
    """Return the one page for unknown and ended reply tokens."""
    return page.show("reply/closed.html", 404)


def _too_many(page: PageOfRequest) -> str:
    return page.gettext("Wait until the person has answered what was asked")


def _practitioner(page: PageOfRequest, service: Service) -> str | None:
    session = service.cookies.session.read(page.request)
    principal = auth.who(service.deployment, session) if session else None
    return principal.practitioner_id if principal else None


def _show(
    page: PageOfRequest,
    service: Service,
    *,
    status: int = 200,
    errors: Mapping[str, str] | None = None,
    values: Mapping[str, str] | None = None,
    ticked: tuple[str, ...] = (),
) -> HTMLResponse:
    d = service.deployment
    try:
        replier = replies.find(d, _token(page, service))
    except ReplyNotFoundError:
        return _closed(page)
    row, grant = replier.row, replier.grant
    standing = replies.standing(d, replier)
    runs, is_employer = standing is ShareStanding.RUNS, grant.recipient.kind is RecipientKind.EMPLOYER
    reads = service.cookies.viewing.read(page.request) or ""
    is_open = runs and countersigning.reads_changes(d, service.board, replier, reads)
    return page.show(
        "reply/show.html",
        status,
        language_path=HERE,
        done=page.request.query_params.get("done"),
        shared_by=viewing.shared_by(d, service.board, replier),
        recipient=grant.recipient.name,
        purpose=in_words(grant.purpose, page.language),
        last_day=last_day(replier.share.expires_at),
        ended=not runs,
        stopped=standing is ShareStanding.STOPPED,
        who=replier.who(page.language),
        level=row.assurance.value,
        mail=d.sends_mail,
        acknowledged_at=row.acknowledged_at,
        deleted_at=row.deleted_at,
        code_sent=row.code_hash is not None
        and row.code_expires_at is not None
        and d.now() < row.code_expires_at,
        code_sent_to=replier.person.pending,
        opened_at=row.created_at,
        askable=_askable(page, replier, ticked),
        requests=[_request(page, one, now=d.now()) for one in reply_requests.of_recipient(d, replier)],
        terms=terms_in_words(page, recipient_terms.terms_of(d, replier), yours=True),
        may_state=replies.may(d, replier, ReplyAct.STATE_TERMS),
        changes_open=is_open or (not runs and is_employer and countersigning.has_own(d, replier)),
        changes_closed=runs and is_employer and Section.ADJUSTMENTS in grant.sections,
        has_calendar=bool(reviews.of_recipient(d, replier)),
        can_vouch=_practitioner(page, service) is not None,
        reply_link=reply_link(service, page.request),
        errors=errors,
        values=values or {},
    )


def _askable(page: PageOfRequest, replier: Replier, ticked: tuple[str, ...]) -> list[dict[str, Any]]:
    sections = askable(replier.grant.recipient.kind, replier.grant.sections)
    return [
        {"value": one.value, "text": CATALOGUE[one].label[page.language], "checked": one.value in ticked}
        for one in sections
    ]


def _request(page: PageOfRequest, asked: reply_requests.Request, *, now: datetime) -> dict[str, Any]:
    row = asked.row
    names = [CATALOGUE[one].label[page.language] for one in asked.wish.sections]
    return {
        "wish": ", ".join(names),
        "manager": asked.wish.manager,
        "asked_at": row.asked_at,
        "request_id": row.request_id,
        "state": asked.state(now).value,
        "answer": ANSWERS[row.answer][page.language] if row.answer else None,
    }
