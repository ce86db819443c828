"""Put the service together: create_app(settings). HTTP statuses of errors live here and nowhere else.

Nothing is read at import; the database is opened when the application starts and closed when it stops.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp

from consent.share import MANIFEST_PATH
from passport import issuing
from passport.deployment import Deployment, open_deployment, utc_now
from passport.lookup import PASSCODE_COST, PasscodeCost
from passport.mailing import errands
from passport.migrate import is_current
from passport.purging import purge, purging
from passport.receipts import record_ends
from passport.rewording import word_shares_anew
from passport.routes import (
    api,
    change_pages,
    device_pages,
    entries,
    holder_pages,
    information,
    leaving,
    links,
    log,
    message_pages,
    not_me_pages,
    opening_api,
    own_log,
    own_share_pages,
    practice_pages,
    published,
    receipts,
    recipient_api,
    recipient_pages,
    reply_api,
    reply_pages,
    request_pages,
    share_life_api,
    share_life_pages,
    share_pages,
    sign_in,
    terms_pages,
    types,
    writing_pages,
)
from passport.routes.callers import Service
from passport.routes.navigation import sign_in_path
from passport.sequencer import sequencing
from passport.settings import Settings
from passport.statuses import StatusBoard
from passport.storage_errors import MigrationError
from passport.web.assets import MOUNT, Assets, read_assets
from passport.web.body_limit import BodyLimit
from passport.web.cookies import cookies_of
from passport.web.cross_site import CrossSiteGuard
from passport.web.head import HeadAsGet
from passport.web.pages import make_pages, page_of
from passport.web.problems import (
    Problem,
    install_problems,
    name_media_type,
    problem,
    problem_reply,
    wants_page,
)
from passport.web.rewritten_links import RewrittenLinks
from passport.web.security import OpenData, SecurityHeaders
from passport.web.strict_json import MAX_BODY_BYTES

# By error code; an error without its own takes the status of the nearest error it derives from.
STATUS: Final = {
    "passport_error": 400,
    "encoding_invalid": 400,
    "shlink_invalid": 400,
    "value_not_storable": 400,
    "too_large": 413,
    "form_invalid": 400,
    "section_invalid": 422,
    "storage_error": 500,
    "database_unavailable": 503,
    "holder_erased": 404,
    "not_signed_in": 401,
    "not_allowed": 403,
    "holder_not_found": 404,
    "entry_not_found": 404,
    "not_in_log": 404,
    "share_not_found": 404,
    "receipt_not_found": 404,
    "reply_not_found": 404,
    "viewing_ended": 404,
    "not_verified": 409,
    "receipt_invalid": 422,
    "passport_deleted": 410,
    "reply_invalid": 422,
    "reply_not_now": 409,
    "change_not_found": 404,
    "no_reviews": 404,
    "adjustment_move": 409,
    "too_many_replies": 429,
    "request_not_found": 404,
    "event_not_found": 404,
    "share_ended": 409,
    "share_not_live": 409,
    "nothing_changed": 409,
    "share_not_extendable": 422,
    "grant_not_found": 404,
    "not_appendable": 409,
    "issuer_may_not_sign": 409,
    "practitioner_not_found": 422,
    "section_not_for_holder": 422,
    "grant_invalid": 422,
    "nothing_to_share": 422,
    "unshareable": 422,
    "entry_broken": 422,
    "entry_not_told": 403,
    "status_change_not_possible": 409,
    "status_reason_invalid": 422,
    "address_invalid": 422,
    "too_many_codes": 429,
    "mail_off": 409,
}

# Read by programs of other sites, without cookies: shares as SMART Health Links, and what verifiers look up.
OPEN_PREFIXES: Final = ("/.well-known/", "/log/", MANIFEST_PATH, "/schemas/", "/status/", "/trust/", "/vct/")


ROUTES: Final = (
    sign_in,
    information,
    opening_api,
    recipient_api,
    recipient_pages,
    reply_pages,
    change_pages,
    device_pages,
    terms_pages,
    request_pages,
    reply_api,
    own_share_pages,
    receipts,
    share_pages,
    share_life_pages,
    share_life_api,
    writing_pages,
    holder_pages,
    message_pages,
    not_me_pages,
    leaving,
    practice_pages,
    links,
    types,
    log,
    own_log,
    published,
    entries,
    api,
)

# Where a GET counts: it uses a single-use location up, or the holder's log says that somebody read, or kept a copy.
COUNTING: Final = (
    "/m/file/{ticket}",
    "/v/reading/copy",
    "/api/v1/reply/copy",
    "/api/v1/passport/export",
    "/practice/{grant_id}",
    "/practice/{grant_id}/appointment",
)

Errands = Callable[[Deployment], AbstractContextManager[None]]


class PassportApp(FastAPI):
    """FastAPI with our headers around everything, its own last-resort 500 included."""

    settings: Settings

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI description."""
        description = super().openapi()
        name_media_type(description)
        return description

    def build_middleware_stack(self) -> ASGIApp:
        """Return the ASGI stack: headers, no secret in addresses, open data, other sites, body cap, HEAD, FastAPI."""
        headless = HeadAsGet(super().build_middleware_stack(), counting=COUNTING)
        guarded = CrossSiteGuard(
            BodyLimit(headless, max_bytes=MAX_BODY_BYTES),
            own_page=self.state.pages.cookies.own_page,
            scheme=urlsplit(self.settings.base_url).scheme,
            open_prefixes=OPEN_PREFIXES,
            refuse=refuse_other_site,
        )
        https = self.settings.base_url.startswith("https://")
        opened = OpenData(guarded, prefixes=OPEN_PREFIXES)
        ways = recipient_pages.changed_links(self.settings.base_url)
        return SecurityHeaders(RewrittenLinks(opened, ways=ways), https=https)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open the deployment while the service runs, and close it when it stops.

    Raises:
        StorageError: the database is not there, not migrated, or a key file is damaged.
    """
    current_default_thread_limiter().total_tokens = app.state.settings.threads
    state = app.state
    deployment = open_deployment(state.settings, now=state.now, passcode_cost=state.passcode_cost)
    try:
        with deployment.database.reading() as connection:
            if not is_current(connection):
                raise MigrationError("the database is not migrated: run `passport db upgrade`")
        issuing.prepare(deployment)
        purge(deployment)
        record_ends(deployment)  # nobody misses it before
        word_shares_anew(deployment)
        app.state.service = Service(deployment, StatusBoard(deployment), app.state.pages.cookies)
        with sequencing(deployment), purging(deployment), state.errands(deployment):
            yield
    finally:
        deployment.close()


async def show_problem(request: Request, found: Problem) -> Response:
    """Return the page of an error; who has to sign in first is sent there, and back after it."""
    if found.status == HTTPStatus.UNAUTHORIZED:
        asked = request.url.path if request.method == "GET" else None
        return RedirectResponse(sign_in_path(asked), HTTPStatus.SEE_OTHER)
    return (await page_of(request)).show_problem(found)


async def refuse_other_site(request: Request) -> ASGIApp:
    """Return the reply to a change that another site makes."""
    found = problem(403, code="cross_site")
    if wants_page(request):
        return await show_problem(request, found)
    return problem_reply(found)


def create_app(
    settings: Settings,
    *,
    now: Callable[[], datetime] = utc_now,
    passcode_cost: PasscodeCost = PASSCODE_COST,
    errands: Errands = errands,
) -> PassportApp:
    """Return the application for these settings. Reads templates, catalogues and assets; opens nothing.

    `errands`: runs while the service does, and sends what is due.

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
        redirect_slashes=False,  # such a redirect names whatever host the request did
    )
    assets = Assets(read_assets())
    app.settings = app.state.settings = settings
    app.state.now = now
    app.state.passcode_cost = passcode_cost
    app.state.errands = errands
    app.state.pages = make_pages(assets=assets, cookies=cookies_of(settings), operator=settings.operator)
    install_problems(app, statuses=STATUS, show_page=show_problem)
    app.mount(MOUNT, assets)
    for module in ROUTES:
        app.include_router(module.router)
    return app
