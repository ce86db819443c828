"""The recipient's pages: say who you are and press Open, or type a share code, then read for a quarter of an hour.

GET and HEAD never count or consume, and log nothing but that a secret came in an address. Only this service's own
links are opened: a foreign one is refused, never fetched.
"""

import logging
from collections.abc import Mapping
from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, RedirectResponse, Response

from consent.assurance import sentence
from consent.manifest import RECIPIENT_LENGTH_MAX
from consent.rewritten_link import rewritten_link, rewritten_reply_link
from consent.share import ShlinkError, decode_shlink, own_token
from consent.status import ENTRY_WORDS, SHARE_WORDS
from consent.verification import Outcome, Step, does_not_prove
from passport import replies
from passport.admission import Closed, PasscodeAsked, PasscodeWrong, TooOften, Visitor
from passport.deployment import last_day
from passport.exposure import end_exposed_reply, expose
from passport.opening import Opened, Opening, open_by_code, open_by_link
from passport.reading import checks_made, holder_name, readings
from passport.routes.callers import Service, TheService
from passport.routes.own_share_pages import own_share
from passport.routes.reply_pages import keep_capability, reply_link
from passport.storage_errors import SealError
from passport.tables import AccessKind, LocatorKind
from passport.viewing import Viewing, look
from passport.web.forms import Form, FormErrors, PostedForm
from passport.web.pages import Page, PageOfRequest
from passport.web.rewritten_links import Way, exposed_link
from schemas.consent_vocabulary import Assurance
from schemas.fields import Line
from schemas.words import in_words

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

VIEW_PATH: Final = "/v"
OPEN_PATH: Final = "/v/open"
CHANGED_PATH: Final = "/v/changed"
REPLY_CHANGED_PATH: Final = "/r/changed"
READING_PATH: Final = "/v/reading"
COPY_NAME: Final = "health-and-work-passport.json"
_WITHDRAWN: Final = frozenset(
    code for words in (ENTRY_WORDS, SHARE_WORDS) for code, _message in (words.revoked, words.suspended)
)
_LOG: Final = logging.getLogger(__name__)


@router.get(VIEW_PATH)
async def view(page: Page) -> HTMLResponse:
    """Show the page behind every link and QR code: what it is, and a button to open it."""
    return page.show("view.html")


def changed_links(base_url: str) -> tuple[Way, ...]:
    """Return how links that were changed on the way are found, and the pages that say so."""
    return (partial(rewritten_link, base_url=base_url), CHANGED_PATH), (
        rewritten_reply_link,
        REPLY_CHANGED_PATH,
    )


@router.get(CHANGED_PATH)
async def changed(page: Page, service: TheService) -> Response:
    """Say that a link was changed on the way. When its secret came in this request's address, the holder is told."""
    link = exposed_link(page.request)
    if link is None:
        return page.show("changed.html", 400)
    await expose(service.deployment, link)
    return RedirectResponse(CHANGED_PATH, 303)  # the same for every link; and out of the address bar


@router.get(REPLY_CHANGED_PATH)
async def reply_changed(page: Page, service: TheService) -> Response:
    """Say the same of a reply link. When its token came in this request's address, it is good for nothing any more."""
    link = exposed_link(page.request)
    if link is None:
        return page.show("reply/changed.html", 400)
    await end_exposed_reply(service.deployment, link)
    return RedirectResponse(REPLY_CHANGED_PATH, 303)


@router.get(OPEN_PATH)
async def closed(page: Page) -> HTMLResponse:
    """Show the closed page again: where somebody is who changes its language, or comes back to it."""
    return _closed(page)


@router.post(OPEN_PATH)
async def open_link(page: Page, service: TheService, form: PostedForm) -> Response:
    """Open a link: its secret came in the form, taken from the fragment by the page's script.

    Not at the link's own path: a browser takes a second link there for a place on the page that it has, and stays.
    """
    try:
        shlink = decode_shlink(form.text("shlink"))
        token = own_token(shlink, service.deployment.settings.base_url)
    except ShlinkError:
        return _closed(page)
    if own := await own_share(page.request, service, LocatorKind.LINK, token):
        return _as_recipient(own)
    who = _who(page, form)
    if isinstance(who, FormErrors):  # before anything is looked up: who presses without a name spends nothing
        return _ask_again(page, form, who.by_field, passcode_asked=shlink.passcode, status=422)
    known = service.cookies.reply.read(page.request)
    visitor = Visitor(said=who.who, kind=AccessKind.OPENED, stays=True, key=shlink.key, reply_token=known)
    try:
        opening = await open_by_link(
            service.deployment, token, passcode=form.text("passcode") or None, visitor=visitor
        )
    except SealError:
        return _unverified(page, "seal_broken")
    reply = _answer(page, service, opening, form)
    return await _with_capability(page, service, opening, reply)


@router.get("/code")
async def code(page: Page) -> HTMLResponse:
    """Ask for a typed share code and its passcode."""
    return page.show("code.html")


@router.post("/code")
async def open_code(page: Page, service: TheService, form: PostedForm) -> Response:
    """Open a share by its typed code. Whatever was wrong, the answer is the same."""
    if own := await own_share(page.request, service, LocatorKind.CODE, form.text("code")):
        return _as_recipient(own)
    values = {"code": form.text("code"), "who": form.text("who")}
    who = _who(page, form)
    if isinstance(who, FormErrors):
        return page.show("code.html", 422, errors=who.by_field, values=values)
    known = service.cookies.reply.read(page.request)
    visitor = Visitor(said=who.who, kind=AccessKind.OPENED, stays=True, reply_token=known)
    try:
        opening = await open_by_code(
            service.deployment, form.text("code"), passcode=form.text("passcode"), visitor=visitor
        )
    except SealError:
        return _unverified(page, "seal_broken")
    if isinstance(opening, Opened):
        return await _with_capability(page, service, opening, _enter(service, opening))
    if isinstance(opening, TooOften):
        return _wait(page.show("code.html", 429, values=values, busy=True), opening)
    wrong = page.gettext(
        "Check the share code and the passcode. If both are right, ask for new ones: this code may have ended"
    )
    return page.show("code.html", 401, errors={"code": wrong}, values=values)


@router.get(READING_PATH)
def reading(page: Page, service: TheService) -> HTMLResponse:
    """Show what was shared, verified anew. Reload, print and language cost no view."""
    try:
        viewing = _look(page, service)
    except SealError:
        return _unverified(page, "seal_broken")
    if viewing is None:
        return page.show("viewing_ended.html", 404)
    verification = viewing.verification
    if verification.failed is not None:
        return _refused(page, verification.failed)
    grant = viewing.grant
    return page.show(
        "reading.html",
        name=holder_name(verification.entries),
        recipient=grant.recipient.name,
        who=_known(page, service, viewing),
        purpose=in_words(grant.purpose, page.language),
        last_day=last_day(grant.ends_at),
        viewing_ends_at=viewing.ends_at,
        as_of=verification.as_of,
        is_valid=verification.outcome is Outcome.VALID,
        checks_made=checks_made(verification.steps, page.language),
        limits=does_not_prove(page.language),
        changes=None if viewing.changes is None else viewing.changes[page.language],
        readings=readings(verification.entries, kind=grant.recipient.kind, language=page.language),
        reply_link=reply_link(service, page.request),
    )


@router.get(READING_PATH + "/copy")
def copy(page: Page, service: TheService) -> Response:
    """Return the share's Bundle as a file that `passport verify` can check."""
    viewing = _look(page, service)
    if viewing is None or viewing.verification.failed is not None:
        return page.show("viewing_ended.html", 404)
    if token := service.cookies.reply.read(page.request):
        replies.note_saved_copy(service.deployment, token, grant_id=viewing.grant.grant_id)
    headers = {"content-disposition": f'attachment; filename="{COPY_NAME}"'}
    return Response(viewing.bundle, media_type="application/fhir+json", headers=headers)


def _look(page: PageOfRequest, service: Service) -> Viewing | None:
    token = service.cookies.viewing.read(page.request)
    return look(service.deployment, service.board, token) if token else None


def _known(page: PageOfRequest, service: Service, viewing: Viewing) -> str:
    """Return who reads, and how sure we are of it."""
    try:
        replier = replies.find(service.deployment, service.cookies.reply.read(page.request) or "")
    except replies.ReplyNotFoundError:
        replier = None
    if replier is None or replier.grant.grant_id != viewing.grant.grant_id:
        return sentence(Assurance.LINK, page.language, name=viewing.viewer)
    return replier.who(page.language)


class _Opener(BaseModel):
    """Who says that they open a share."""

    who: Annotated[Line, Field(max_length=RECIPIENT_LENGTH_MAX)]


def _who(page: PageOfRequest, form: Form) -> _Opener | FormErrors:
    return form.check(_Opener, messages={"who": page.gettext("Say who you are, in 200 characters or fewer")})


def _as_recipient(share_id: str) -> Response:
    """Lead a holder who opens their own share to what its recipient sees: no view is used."""
    return RedirectResponse(f"/passport/shares/{share_id}/as-recipient", 303)


def _answer(page: PageOfRequest, service: Service, opening: Opening, form: Form) -> Response:
    match opening:
        case Opened():
            return _enter(service, opening)
        case PasscodeAsked():
            wrong = page.gettext("Enter the passcode")
        case PasscodeWrong(attempts_left=left) if left > 0:
            wrong = page.ngettext(
                "This passcode is not right. You can try %(num)d more time",
                "This passcode is not right. You can try %(num)d more times",
                left,
            ) % {"num": left}
        case TooOften():
            asked = bool(form.text("passcode"))
            again = _ask_again(page, form, {}, passcode_asked=asked, status=429, busy=True)
            return _wait(again, opening)
        case Closed() | PasscodeWrong():
            return _closed(page)
    return _ask_again(page, form, {"passcode": wrong}, passcode_asked=True, status=401)


def _ask_again(
    page: PageOfRequest,
    form: Form,
    errors: Mapping[str, str],
    *,
    passcode_asked: bool,
    status: int,
    busy: bool = False,
) -> HTMLResponse:
    """Return the form with what was typed, but for the passcode."""
    return page.show(
        "view.html",
        status,
        language_path=VIEW_PATH,
        shlink=form.text("shlink"),
        passcode_asked=passcode_asked,
        errors=errors,
        values={"who": form.text("who")},
        busy=busy,
    )


def _wait(reply: HTMLResponse, opening: TooOften) -> HTMLResponse:
    """Return the reply to somebody who may read, but not yet."""
    reply.headers["Retry-After"] = str(opening.wait_seconds)
    return reply


def _enter(service: Service, opening: Opened) -> Response:
    reply = RedirectResponse(READING_PATH, 303)
    service.cookies.viewing.set(reply, opening.viewing_token or "")
    return reply


async def _with_capability(
    page: PageOfRequest, service: Service, opening: Opening, reply: Response
) -> Response:
    """Return the reply to an opening with the cookie by which its recipient can answer."""
    if isinstance(opening, Opened):
        await keep_capability(service, page.request, reply, opening.viewing_token)
    return reply


def _closed(page: PageOfRequest) -> HTMLResponse:
    """Return the one page for unknown, foreign, expired, stopped, used-up and locked links."""
    return page.show("closed.html", 404)


def _refused(page: PageOfRequest, failed: Step) -> HTMLResponse:
    """Return the page for what may not be shown: because it no longer stands, or because it was altered."""
    step = int(failed.number)
    if failed.code in _WITHDRAWN:
        return page.show("withdrawn.html", 409, code=failed.code, step=step)
    return _unverified(page, failed.code, step=step)


def _unverified(page: PageOfRequest, code: str, *, step: int | None = None) -> HTMLResponse:
    """Return the page that shows nothing, because what is stored is not what was signed."""
    _LOG.error("share not verified: %s", code)
    return page.show("unverified.html", 500, code=code, step=step)
