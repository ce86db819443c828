"""Forms are read strictly, checked by a model, and shown again with one message a field and nothing lost."""

from typing import Annotated

import pytest
from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, StringConstraints

from passport.app import PassportApp
from passport.web.forms import MAX_FIELDS, Form, FormErrors, PostedForm
from passport.web.pages import Page

router = APIRouter(include_in_schema=False)


class Typed(BaseModel):
    """What the example page asks for."""

    code: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{12}$")]
    passcode: str


@router.post("/typed", response_class=HTMLResponse)
def _typed(page: Page, form: PostedForm) -> HTMLResponse:
    messages = {"code": page.gettext("Share code"), "passcode": page.gettext("Passcode")}
    checked = form.check(Typed, messages=messages)
    if isinstance(checked, FormErrors):
        return page.show("code.html", 422, errors=checked.by_field, values=checked.values)
    return page.show("view.html")


@pytest.fixture
def typed(app: PassportApp, client: TestClient) -> TestClient:
    """A client of an application with a form."""
    app.include_router(router)
    return client


def test_a_right_form_goes_on(typed: TestClient) -> None:
    assert typed.post("/typed", data={"code": "7KQM2XWP94TB", "passcode": "x"}).status_code == 200


def test_a_wrong_field_is_named_twice_and_what_was_typed_is_kept(typed: TestClient) -> None:
    reply = typed.post("/typed", data={"code": "<b>short", "passcode": "open sesame"})
    assert reply.status_code == 422
    assert "<title>Error: " in reply.text
    assert '<a href="#code">Share code</a>' in reply.text
    assert 'id="code-error"' in reply.text
    assert 'aria-describedby="code-hint code-error"' in reply.text
    assert 'value="&lt;b&gt;short"' in reply.text
    assert 'href="#passcode"' not in reply.text


def test_a_passcode_is_never_shown_again(typed: TestClient) -> None:
    assert "open sesame" not in typed.post("/typed", data={"code": "", "passcode": "open sesame"}).text


def test_errors_come_in_the_order_of_the_page(typed: TestClient) -> None:
    page = typed.post("/typed", data={"other": ""}).text
    assert page.index('href="#code"') < page.index('href="#passcode"')


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"code=%ff", "application/x-www-form-urlencoded"),
        (b"code=\xc3\xa9", "application/x-www-form-urlencoded"),
        (b"a=1&" * (MAX_FIELDS + 2), "application/x-www-form-urlencoded"),
        (b'{"code": "x"}', "application/json"),
        (b"--b\r\n", "multipart/form-data; boundary=b"),
        (b"code=x", "text/plain"),
    ],
)
def test_what_no_browser_sends_is_malformed(typed: TestClient, content: bytes, media_type: str) -> None:
    reply = typed.post("/typed", content=content, headers={"content-type": media_type})
    assert reply.status_code == 400
    assert reply.json()["code"] == "form_invalid"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_text_comes_back_as_it_was_typed_but_for_the_spaces_around_it(text: str) -> None:
    assert Form({"a": (text,)}).text("a") == text.strip()


def test_checkboxes_give_every_tick() -> None:
    form = Form({"section": ("plan", "work")})
    assert form.chosen("section") == ("plan", "work")
    assert form.chosen("other") == ()
