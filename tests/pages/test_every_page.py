"""Every page, in English and in Welsh, is accessible and fits a small phone. How people come there: see the stories."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts
from playwright.sync_api import BrowserContext
from starlette.responses import HTMLResponse

from passport import append_grants, auth
from passport.app import PassportApp
from passport.demo import DemoAccount
from tests.pages.demo_service import DemoService
from tests.pages.furnishing import furnish
from tests.pages.holding import given_signed_in
from tests.pages.paths import EVERY, FILES, FORMS, HOLDERS, PRACTITIONERS, PUBLIC, RECIPIENTS
from tests.pages.walking import Walker, somebody

pytestmark = pytest.mark.browser


@pytest.fixture(params=["en", "cy"])
def reader(
    request: pytest.FixtureRequest,
    demo: DemoService,
    recipients_phone: BrowserContext,
    welsh_phone: BrowserContext,
    passed_by_axe: Path,
) -> Iterator[Walker]:
    """Somebody who reads English, then somebody who reads Welsh."""
    phone = welsh_phone if request.param == "cy" else recipients_phone
    with somebody(phone, demo.base_url, passed_by_axe) as walker:
        yield walker
        assert walker.page.locator("html").get_attribute("lang") == request.param


def sends(walker: Walker, button: str = "button:not(.passport-default-button)") -> None:
    """Press the first such button of the page's content, whatever it says."""
    with walker.page.expect_navigation():
        walker.main.locator(button).last.click()
    walker.looks()


def test_every_page_of_the_application_is_in_these_lists(app: PassportApp) -> None:
    gets = [one for one in iter_route_contexts(app.routes) if "GET" in (getattr(one, "methods", None) or ())]
    pages = {str(one.path) for one in gets if getattr(one, "response_class", None) is HTMLResponse}
    visited = {path for path in pages if any(map(re.compile(as_pattern(path)).fullmatch, EVERY))}
    assert pages == visited | FILES
    assert not visited & FILES


def as_pattern(path: str) -> str:
    return re.sub(r"{\w+}", "[^/]+", path) + r"(\?.*)?"


def given_one_of_everything(demo: DemoService, reader: Walker) -> Mapping[str, str]:
    def asks(path: str, form: Mapping[str, str] | None = None) -> str:
        request, url = reader.page.context.request, demo.base_url + path
        reply = request.get(url) if form is None else request.post(url, form=dict(form))
        return reply.text()

    return furnish(demo.d, demo.holder_id("sian"), asks)


def test_pages_for_everybody(reader: Walker) -> None:
    for path in PUBLIC:
        reader.goes_to(path)
    reader.goes_to("/sign-in")
    sends(reader)
    reader.goes_to("/code")
    sends(reader)


def test_pages_of_a_holder_and_of_a_recipient(demo: DemoService, reader: Walker) -> None:
    ids = given_one_of_everything(demo, reader)
    for path in RECIPIENTS:
        reader.goes_to(path.format_map(ids))
    given_signed_in(demo, reader, demo.stories["sian"].holder)
    for path in HOLDERS:
        reader.goes_to(path.format_map(ids))


def test_forms_of_a_holder(demo: DemoService, reader: Walker) -> None:
    given_signed_in(demo, reader, demo.stories["sian"].holder)
    for path in FORMS:
        reader.goes_to(path)


def test_pages_on_the_way_to_a_share(demo: DemoService, reader: Walker) -> None:
    given_signed_in(demo, reader, demo.stories["sian"].holder)
    reader.goes_to("/passport/shares/new/work-coach")
    sends(reader)
    reader.page.locator("#recipient").fill("Mererid")
    reader.page.locator("#typed_code").check()
    sends(reader)
    sends(reader, "button[value=share]")
    sends(reader)


def test_pages_of_a_practitioner(demo: DemoService, reader: Walker) -> None:
    given_signed_in(demo, reader, demo.stories["sian"].practitioner)
    given = next(
        iter(append_grants.given_to(demo.d, practitioner_id(demo, demo.stories["sian"].practitioner)))
    )
    for path in PRACTITIONERS:
        reader.goes_to(path.format(grant_id=given.row.grant_id))
    reader.goes_to(f"/practice/{given.row.grant_id}/appointment")
    for name in ("goals", "obstacles", "solutions", "steps", "step_updates"):
        sends(reader, f"button[name=add][value={name}]")
    sends(reader)


def practitioner_id(demo: DemoService, account: DemoAccount) -> str:
    signed_in = auth.sign_in(demo.d, username=account.username, code=account.sign_in_code)
    assert signed_in is not None
    assert signed_in.principal.practitioner_id is not None
    return signed_in.principal.practitioner_id


@pytest.mark.parametrize("kind", ["employer", "gp", "work-coach"])
def test_pages_of_a_recipient(demo: DemoService, reader: Walker, kind: str) -> None:
    share = demo.share_with(kind, "sian")
    reader.goes_to(share.link)
    sends(reader)
    reader.page.locator("#who").fill("Mererid, Tŷ Bedwen")
    reader.page.locator("#passcode").fill("wrong")
    sends(reader)
    reader.page.locator("#passcode").fill(share.passcode or "")
    sends(reader)
    assert reader.path() == "/v/reading"
