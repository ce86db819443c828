"""The start page, sign-in and sign-out."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, RedirectResponse, Response

from passport import auth
from passport.routes.callers import TheService
from passport.routes.navigation import HOMES, known_next, page_after_sign_in
from passport.web.forms import FormErrors, PostedForm
from passport.web.pages import Page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


class SignInForm(BaseModel):
    """What the sign-in form asks."""

    username: Annotated[str, Field(max_length=64)]
    code: Annotated[str, Field(max_length=64)]


@router.get("/")
def start(page: Page, service: TheService) -> Response:
    """Say what this is; whoever is signed in goes to their own pages."""
    token = service.cookies.session.read(page.request)
    principal = auth.who(service.deployment, token) if token else None
    return RedirectResponse(HOMES[principal.kind], 303) if principal else page.show("start.html")


@router.get("/sign-in")
def sign_in(page: Page) -> HTMLResponse:
    """Ask for username and sign-in code; `next` in the address is the page that was asked for before."""
    return page.show("sign_in.html", next=known_next(page.request.query_params.get("next", "")))


@router.post("/sign-in")
def send_sign_in(page: Page, service: TheService, form: PostedForm) -> Response:
    """Sign in, or say that the two do not belong together."""
    wanted = form.text("next")
    messages = {
        "username": page.gettext("Enter your username"),
        "code": page.gettext("Enter your sign-in code"),
    }
    typed = form.check(SignInForm, messages=messages)
    if isinstance(typed, FormErrors):
        values = {"username": form.text("username")}
        return page.show("sign_in.html", 422, errors=typed.by_field, values=values, next=known_next(wanted))
    signed_in = auth.sign_in(service.deployment, username=typed.username, code=typed.code)
    if signed_in is None:
        wrong = {"username": page.gettext("Check your username and your sign-in code")}
        return page.show(
            "sign_in.html", 401, errors=wrong, values={"username": typed.username}, next=known_next(wanted)
        )
    reply = RedirectResponse(page_after_sign_in(signed_in.principal.kind, wanted), 303)
    service.cookies.session.set(reply, signed_in.token)
    return reply


@router.post("/sign-out")
def sign_out(page: Page, service: TheService) -> Response:
    """End the session on both sides."""
    if token := service.cookies.session.read(page.request):
        auth.sign_out(service.deployment, token)
    reply = RedirectResponse("/", 303)
    service.cookies.session.clear(reply)
    return reply
