"""The holder says of an event that it was not whom they meant: the share stops, and a page says what to do next."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, RedirectResponse, Response

from passport import share_life, sharing
from passport.replies import who_said
from passport.routes.callers import PageHolder, TheService
from passport.routes.holder_pages import share_row
from passport.routes.navigation import holder_navigation
from passport.share_life import SHOWS_NOTHING, EventNotFoundError
from passport.web.forms import PostedForm
from passport.web.pages import Page

HERE: Final = "/passport/shares"
router = APIRouter(
    include_in_schema=False, default_response_class=HTMLResponse, prefix=HERE + "/{share_id}/not-me"
)


@router.post("")
def not_me(service: TheService, caller: PageHolder, share_id: str, form: PostedForm) -> Response:
    """Stop a share at once because of an event in the log, and lead to what to do next."""
    number = form.text("event")
    event = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
    if event < 1:
        raise EventNotFoundError("there is no such event of this share; look at what happened again")
    share_life.not_me(service.deployment, caller.holder_id, share_id, event=event)
    return RedirectResponse(f"{HERE}/{share_id}/not-me", 303)


@router.get("")
def what_next(page: Page, service: TheService, caller: PageHolder, share_id: str) -> HTMLResponse:
    """Say who it was that the holder did not mean, what they saw, and what to do next."""
    d = service.deployment
    held = sharing.find(d, caller.holder_id, share_id)
    event = share_life.disowned(d, caller.holder_id, share_id)
    return page.show(
        "share/not_me.html",
        navigation=holder_navigation(page, HERE),
        share=share_row(page, held, now=d.now()),
        event=event,
        who=event and who_said(event.known, page.language),
        saw=event is not None and event.kind not in SHOWS_NOTHING,
    )
