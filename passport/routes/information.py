"""Pages that only say something. Each is the pattern of a page: take `page`, return `page.show(template)`."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from passport.web.pages import Page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/accessibility")
async def accessibility(page: Page) -> HTMLResponse:
    """Say how accessible the service is, and what is not good enough yet."""
    return page.show("information/accessibility.html")


@router.get("/privacy")
async def privacy(page: Page) -> HTMLResponse:
    """Say what the service knows about people, and what they can ask for."""
    return page.show("information/privacy.html")
