"""A holder who opens their own share sees what its recipient sees: no view is used, nothing is spent or logged."""

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from passport import auth, sharing
from passport.opening import locator_of
from passport.reading import readings
from passport.routes.callers import PageHolder, Service, TheService
from passport.routes.navigation import holder_navigation
from passport.tables import LocatorKind
from passport.viewing import look_at_own
from passport.web.pages import Page
from schemas.consent_words import level_in_words
from schemas.words import in_words

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, prefix="/passport/shares")

HERE = "/passport/shares"


@router.get("/{share_id}/as-recipient")
def as_recipient(page: Page, service: TheService, caller: PageHolder, share_id: str) -> Response:
    """Show what the recipient reads now, verified anew; an ended share leads back to its page."""
    held = sharing.find(service.deployment, caller.holder_id, share_id)
    viewing = look_at_own(service.deployment, service.board, held)
    if viewing is None or viewing.failed is not None:
        return RedirectResponse(f"{HERE}/{share_id}", 303)
    grant = held.grant
    return page.show(
        "share/as_recipient.html",
        navigation=holder_navigation(page, HERE),
        share_id=share_id,
        recipient=grant.recipient.name,
        level=level_in_words(held.level, page.language, held.address),
        purpose=in_words(grant.purpose, page.language),
        readings=readings(viewing.entries, kind=grant.recipient.kind, language=page.language),
    )


async def own_share(request: Request, service: Service, kind: LocatorKind, secret: str) -> str | None:
    """Return the share that a secret leads to, if whoever asks is signed in as its holder."""
    session = service.cookies.session.read(request)
    if session is None:
        return None
    return await run_in_threadpool(_own_share, service, session, kind, secret)


def _own_share(service: Service, session: str, kind: LocatorKind, secret: str) -> str | None:
    principal = auth.who(service.deployment, session)
    if principal is None or principal.holder_id is None:
        return None
    locator = locator_of(service.deployment, kind, secret)
    return locator.share_id if locator and locator.holder_id == principal.holder_id else None
