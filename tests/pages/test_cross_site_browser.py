"""What a real browser says of where a form comes from, on localhost and on plain http, and what the guard does."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, PlainTextResponse
from playwright.sync_api import Page, expect

from passport.app import create_app
from passport.settings import Settings
from passport.web.pages import Page as OurPage
from tests.browsing import PLAIN_HTTP
from tests.serving import served

pytestmark = pytest.mark.browser

HOME, ELSEWHERE = PLAIN_HTTP
FORM = '<form method="post" action="{action}"><button>Change</button></form>'


def _page_with_a_form(page: OurPage) -> HTMLResponse:
    reply = page.show("information/accessibility.html")
    return HTMLResponse(
        FORM.format(action="/change"), headers={"set-cookie": reply.headers.get("set-cookie", "")}
    )


def _change() -> PlainTextResponse:
    return PlainTextResponse("changed")


@pytest.fixture(scope="module")
def changing(page_settings: Settings) -> Iterator[str]:
    """A service with a form of its own; returns its port."""

    def make(base_url: str) -> FastAPI:
        app = create_app(page_settings.model_copy(update={"base_url": base_url}))
        app.add_api_route("/form", _page_with_a_form, response_class=HTMLResponse)
        app.add_api_route("/change", _change, methods=["POST"])
        return app

    with served(make) as base_url:
        yield base_url.rpartition(":")[2]


@pytest.fixture(scope="module")
def elsewhere(changing: str) -> Iterator[str]:
    """Another site, with a form that aims at the service; returns its port."""
    app = FastAPI()

    def form(host: str, policy: str) -> HTMLResponse:
        text = FORM.format(action=f"http://{host}:{changing}/change")
        return HTMLResponse(text, headers={"referrer-policy": policy})

    app.add_api_route("/form", form, response_class=HTMLResponse)
    with served(lambda _base_url: app) as base_url:
        yield base_url.rpartition(":")[2]


@pytest.mark.parametrize("host", ["localhost", HOME])
def test_our_own_form_is_let_through(visit: Page, changing: str, host: str) -> None:
    visit.goto(f"http://{host}:{changing}/form")
    visit.get_by_role("button", name="Change").click()
    expect(visit.get_by_text("changed")).to_be_visible()


@pytest.mark.parametrize("host", ["localhost", HOME])
@pytest.mark.parametrize("policy", ["no-referrer", "unsafe-url"])
def test_the_form_of_another_site_is_refused_even_for_a_person_who_was_here(
    visit: Page, changing: str, elsewhere: str, host: str, policy: str
) -> None:
    visit.goto(f"http://{host}:{changing}/form")
    visit.goto(f"http://{ELSEWHERE}:{elsewhere}/form?host={host}&policy={policy}")
    visit.get_by_role("button", name="Change").click()
    expect(visit.get_by_text("You cannot do this from here").first).to_be_visible()
