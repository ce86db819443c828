"""A holder takes everything along, or deletes their passport: pages and API.

Deleting asks for username and sign-in code once more, whoever is signed in. ADR 22 says what stays.
"""

from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from passport import erasure, exporting
from passport.deployment import Deployment
from passport.erasure import NotConfirmed
from passport.routes.api import RESPONSES
from passport.routes.callers import ApiHolder, NotAllowedError, PageHolder, Service, TheService
from passport.routes.navigation import holder_navigation
from passport.web.forms import PostedForm
from passport.web.pages import Page, PageOfRequest
from passport.web.strict_json import StrictJsonRoute
from schemas import wire

router = APIRouter()
pages = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
programs = APIRouter(
    prefix="/api/v1/passport", route_class=StrictJsonRoute, responses=RESPONSES, tags=["Passport"]
)

HERE: Final = "/passport/delete"
GONE: Final = "/deleted"
EXPORT_NAME: Final = "passport.json"
TYPED_LENGTH_MAX: Final = 64


@programs.get("/export", response_class=JSONResponse)
def get_export(service: TheService, caller: ApiHolder) -> Response:
    """Return everything that the passport holds, and write into its log that somebody took it along."""
    return _export(service.deployment, caller.holder_id)


@programs.post("/delete", status_code=204)
def delete_passport(service: TheService, caller: ApiHolder, body: wire.SignIn) -> Response:
    """Delete the whole passport, for good. Every link and code ends, and nobody can bring it back."""
    d = service.deployment
    if erasure.erase_own(d, caller.holder_id, username=body.username, code=body.code) is not None:
        raise NotAllowedError("this is not your username and sign-in code; nothing was deleted")
    return Response(status_code=204)


@pages.post("/passport/export")
def save_export(service: TheService, caller: PageHolder) -> Response:
    """Return the same as a file to save."""
    return _export(service.deployment, caller.holder_id)


@pages.get(HERE)
def ask(page: Page, service: TheService, _caller: PageHolder) -> HTMLResponse:
    """Say what goes, what stays and what nobody can take back, and ask."""
    return _show(page, service)


@pages.post(HERE)
def delete(page: Page, service: TheService, caller: PageHolder, form: PostedForm) -> Response:
    """Delete the passport, or say that nothing was deleted."""
    username, code = (form.text(name)[:TYPED_LENGTH_MAX] for name in ("username", "code"))
    if isinstance(
        erasure.erase_own(service.deployment, caller.holder_id, username=username, code=code), NotConfirmed
    ):
        wrong = page.gettext("Nothing was deleted. Check your username and your sign-in code")
        return _show(page, service, 422, errors={"username": wrong}, values={"username": username})
    reply = RedirectResponse(GONE, 303)
    service.cookies.session.clear(reply)
    return reply


@pages.get(GONE)
async def gone(page: Page, service: TheService) -> HTMLResponse:
    """Say that it is done; to whoever asks, for nobody is signed in any more."""
    return page.show("passport/deleted.html", mail=service.deployment.sends_mail)


def _export(d: Deployment, holder_id: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{EXPORT_NAME}"'}
    return JSONResponse(exporting.export_own(d, holder_id), headers=headers)


def _show(
    page: PageOfRequest,
    service: Service,
    status: int = 200,
    *,
    errors: dict[str, str] | None = None,
    values: dict[str, str] | None = None,
) -> HTMLResponse:
    return page.show(
        "passport/delete.html",
        status,
        navigation=holder_navigation(page, HERE),
        errors=errors,
        values=values or {},
        mail=service.deployment.sends_mail,
        language_path=HERE,
    )


router.include_router(programs)
router.include_router(pages)
