"""Put the service together: create_app(settings). HTTP statuses of errors live here and nowhere else.

Nothing is read at import; the database is opened when the application starts and closed when it stops.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from passport.routes import information
from passport.settings import Settings
from passport.web.assets import MOUNT, Assets, read_assets
from passport.web.body_limit import BodyLimit
from passport.web.cookies import cookies_of
from passport.web.cross_site import CrossSiteGuard
from passport.web.pages import make_pages, page_of
from passport.web.problems import Problem, install_problems, problem, problem_reply, wants_page
from passport.web.security import OpenData, SecurityHeaders
from passport.web.strict_json import MAX_BODY_BYTES

# By error code; an error without its own takes the status of the nearest error it derives from.
STATUS: Final = {
    "passport_error": 400,
    "encoding_invalid": 400,
    "too_large": 413,
    "form_invalid": 400,
    "section_invalid": 422,
    "storage_error": 500,
    "database_unavailable": 503,
    "holder_erased": 404,
}

# Read by programs of other sites, without cookies: shares as SMART Health Links, and what verifiers look up.
OPEN_PREFIXES: Final = ("/.well-known/", "/shl/", "/status/", "/trust/", "/vct/")


class PassportApp(FastAPI):
    """FastAPI with our headers around everything, its own last-resort 500 included."""

    settings: Settings

    def build_middleware_stack(self) -> ASGIApp:
        """Return the ASGI stack: headers, open data, cross-site guard, body cap, then FastAPI."""
        guarded = CrossSiteGuard(
            BodyLimit(super().build_middleware_stack(), max_bytes=MAX_BODY_BYTES),
            own_page=self.state.pages.cookies.own_page,
            open_prefixes=OPEN_PREFIXES,
            refuse=refuse_other_site,
        )
        https = self.settings.base_url.startswith("https://")
        return SecurityHeaders(OpenData(guarded, prefixes=OPEN_PREFIXES), https=https)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Hold what the service needs while it runs."""
    current_default_thread_limiter().total_tokens = app.state.settings.threads
    yield


async def show_problem(request: Request, found: Problem) -> Response:
    """Return the page of an error."""
    return (await page_of(request)).show_problem(found)


async def refuse_other_site(request: Request) -> ASGIApp:
    """Return the reply to a change that another site makes."""
    found = problem(403, code="cross_site")
    if wants_page(request):
        return await show_problem(request, found)
    return problem_reply(found)


def create_app(settings: Settings) -> PassportApp:
    """Return the application for these settings. Reads templates, catalogues and assets; opens nothing.

    Raises:
        MissingAssetError: govuk-frontend was not brought at installation.
    """
    app = PassportApp(
        title="Health and work passport",
        summary="Tell your story once, share chosen parts, stop sharing when you like.",
        version="0.1.0",
        lifespan=lifespan,
        docs_url=None,  # their pages load scripts from other sites
        redoc_url=None,
    )
    assets = Assets(read_assets())
    app.settings = app.state.settings = settings
    app.state.pages = make_pages(assets=assets, cookies=cookies_of(settings))
    install_problems(app, statuses=STATUS, show_page=show_problem)
    app.mount(MOUNT, assets)
    app.include_router(information.router)
    return app
