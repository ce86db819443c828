"""The recipient's pages: press Open, or type a share code, then read for a quarter of an hour.

GET and HEAD never count, log or consume. Only this service's own links are opened: a foreign one is refused, never
fetched.
"""

import logging
from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, RedirectResponse, Response

from consent.share import ShlinkError, decode_shlink, own_token
from consent.status import ENTRY_WORDS, SHARE_WORDS
from consent.verification import Outcome, Step, does_not_prove
from passport.admission import Closed, PasscodeAsked, PasscodeWrong, Visitor
from passport.deployment import last_day
from passport.opening import Opened, Opening, open_by_code, open_by_link
from passport.reading import checks_made, holder_name, readings
from passport.routes.callers import Service, TheService
from passport.storage_errors import SealError
from passport.tables import AccessKind
from passport.viewing import Viewing, look
from passport.web.forms import PostedForm
from passport.web.pages import Page, PageOfRequest
from schemas.words import in_words

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

VIEW_PATH: Final = "/v"
OPEN_PATH: Final = "/v/open"
READING_PATH: Final = "/v/reading"
COPY_NAME: Final = "health-and-work-passport.json"
_PERSON: Final = Visitor(said="", kind=AccessKind.OPENED, stays=True)
_WITHDRAWN: Final = frozenset(
    code for words in (ENTRY_WORDS, SHARE_WORDS) for code, _message in (words.revoked, words.suspended)
)
_LOG: Final = logging.getLogger(__name__)


@router.get(VIEW_PATH)
async def view(page: Page) -> HTMLResponse:
    """Show the page behind every link and QR code: what it is, and a button to open it."""
    return page.show("view.html")


@router.get(OPEN_PATH)
async def closed(page: Page) -> HTMLResponse:
    """Show the closed page again: where somebody is who changes its language, or comes back to it."""
    return _closed(page)


@router.post(OPEN_PATH)
async def open_link(page: Page, service: TheService, form: PostedForm) -> Response:
    """Open a link: its secret came in the form, taken from the fragment by the page's script.

    Not at the link's own path: a browser takes a second link there for a place on the page that it has, and stays.
    """
    shlink = form.text("shlink")
    try:
        token = own_token(decode_shlink(shlink), service.deployment.settings.base_url)
    except ShlinkError:
        return _closed(page)
    try:
        opening = await open_by_link(
            service.deployment, token, passcode=form.text("passcode") or None, visitor=_PERSON
        )
    except SealError:
        return _unverified(page, "seal_broken")
    return _answer(page, service, opening, shlink=shlink)


@router.get("/code")
async def code(page: Page) -> HTMLResponse:
    """Ask for a typed share code and its passcode."""
    return page.show("code.html")


@router.post("/code")
async def open_code(page: Page, service: TheService, form: PostedForm) -> Response:
    """Open a share by its typed code. Whatever was wrong, the answer is the same."""
    try:
        opening = await open_by_code(
            service.deployment, form.text("code"), passcode=form.text("passcode"), visitor=_PERSON
        )
    except SealError:
        return _unverified(page, "seal_broken")
    if isinstance(opening, Opened):
        return _enter(service, opening)
    wrong = page.gettext(
        "Check the share code and the passcode. If both are right, ask for new ones: this code may have ended"
    )
    return page.show("code.html", 401, errors={"code": wrong}, values={"code": form.text("code")})


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
        purpose=in_words(grant.purpose, page.language),
        last_day=last_day(grant.ends_at),
        viewing_ends_at=viewing.ends_at,
        as_of=verification.as_of,
        is_valid=verification.outcome is Outcome.VALID,
        checks_made=checks_made(verification.steps, page.language),
        limits=does_not_prove(page.language),
        readings=readings(verification.entries, kind=grant.recipient.kind, language=page.language),
    )


@router.get(READING_PATH + "/copy")
def copy(page: Page, service: TheService) -> Response:
    """Return the share's Bundle as a file that `passport verify` can check."""
    viewing = _look(page, service)
    if viewing is None or viewing.verification.failed is not None:
        return page.show("viewing_ended.html", 404)
    headers = {"content-disposition": f'attachment; filename="{COPY_NAME}"'}
    return Response(viewing.bundle, media_type="application/fhir+json", headers=headers)


def _look(page: PageOfRequest, service: Service) -> Viewing | None:
    token = service.cookies.viewing.read(page.request)
    return look(service.deployment, service.board, token) if token else None


def _answer(page: PageOfRequest, service: Service, opening: Opening, *, shlink: str) -> Response:
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
        case Closed() | PasscodeWrong():
            return _closed(page)
    return page.show(
        "view.html",
        401,
        language_path=VIEW_PATH,
        shlink=shlink,
        passcode_asked=True,
        errors={"passcode": wrong},
    )


def _enter(service: Service, opening: Opened) -> Response:
    reply = RedirectResponse(READING_PATH, 303)
    service.cookies.viewing.set(reply, opening.viewing_token or "")
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
