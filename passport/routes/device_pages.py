"""A recipient leaves a device that others use too: nobody reads on there, or answers as them.

The reply token goes on: their reply link brings it back, here or elsewhere.
"""

from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, RedirectResponse, Response

from passport import viewing_sessions
from passport.routes.callers import TheService
from passport.web.pages import Page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, prefix="/r")

LEFT: Final = "/r/left"


@router.post("/leave")
def leave(page: Page, service: TheService) -> Response:
    """End what this browser reads, and let it forget who replies."""
    cookies, reply = service.cookies, RedirectResponse(LEFT, 303)
    if token := cookies.viewing.read(page.request):
        viewing_sessions.end(service.deployment, token)
    cookies.viewing.clear(reply)
    cookies.reply.clear(reply)
    return reply


@router.get("/left")
async def left(page: Page) -> HTMLResponse:
    """Say that the device has forgotten them, and how they come back."""
    return page.show("reply/left.html")
