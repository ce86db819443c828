"""The page behind every link, in a real browser: the secret stays in the fragment until a person presses Open."""

import base64
import json
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browsing import assert_accessible

pytestmark = pytest.mark.browser


def shlink(flag: str = "") -> str:
    payload = {"url": "https://passport.example/shl/x", "key": "k" * 43, "flag": flag, "v": 1}
    encoded = base64.urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip("=")
    return f"shlink:/{encoded}"


def requests_of(page: Page) -> list[Request]:
    seen: list[Request] = []
    page.on("request", lambda request: seen.append(request))
    return seen


def test_the_fragment_leaves_the_address_bar_and_nothing_is_sent_before_open(
    visit: Page, service: str
) -> None:
    seen = requests_of(visit)
    visit.goto(f"{service}/v#{shlink()}")
    expect(visit.get_by_role("button", name="Open")).to_be_visible()
    assert visit.url == f"{service}/v"
    assert {request.method for request in seen} == {"GET"}
    assert not any("shlink" in request.url.partition("#")[0] for request in seen)
    assert_accessible(visit)


def test_open_posts_the_link_to_this_service_alone(visit: Page, service: str) -> None:
    link = shlink()
    seen = requests_of(visit)
    visit.goto(f"{service}/v#{link}")
    visit.get_by_role("button", name="Open").click()
    visit.wait_for_load_state()
    (posted,) = [request for request in seen if request.method == "POST"]
    assert posted.url == f"{service}/v/open"
    assert parse_qs(posted.post_data or "")["shlink"] == [link]
    assert all(request.url.startswith(service) for request in seen)


def test_a_link_with_a_passcode_asks_for_it_at_once(visit: Page, service: str) -> None:
    visit.goto(f"{service}/v#{shlink('P')}")
    expect(visit.get_by_label("Passcode")).to_be_visible()
    assert_accessible(visit)
    visit.goto(f"{service}/code")
    visit.goto(f"{service}/v#{shlink()}")
    expect(visit.get_by_label("Passcode")).to_be_hidden()


def test_a_link_whose_colon_was_encoded_on_the_way_still_opens(visit: Page, service: str) -> None:
    visit.goto(f"{service}/v#{shlink().replace(':', '%3A')}")
    expect(visit.get_by_role("button", name="Open")).to_be_visible()


@pytest.mark.parametrize("fragment", ["", "#something-else", "#%E0%A4%A", "#https://other.example/"])
def test_an_incomplete_link_says_what_to_do(visit: Page, service: str, fragment: str) -> None:
    visit.goto(f"{service}/v{fragment}")
    expect(visit.get_by_text("This link is not complete.")).to_be_visible()
    expect(visit.get_by_role("button", name="Open")).to_be_hidden()
    assert_accessible(visit)


def test_a_page_that_is_reloaded_says_that_it_forgot_the_link(visit: Page, service: str) -> None:
    visit.goto(f"{service}/v#{shlink()}")
    visit.reload()
    expect(visit.get_by_text("To keep the link safe, this page forgot it.")).to_be_visible()
    expect(visit.get_by_text("This link is not complete.")).to_be_hidden()
    expect(visit.get_by_role("button", name="Open")).to_be_hidden()
    assert visit.evaluate("JSON.stringify(history.state)") == '{"forgotten":true}'
    assert_accessible(visit)
    visit.evaluate(f"location.hash = '{shlink()}'")
    expect(visit.get_by_role("button", name="Open")).to_be_visible()


def test_another_link_in_the_same_tab_is_taken_too(visit: Page, service: str) -> None:
    visit.goto(f"{service}/v")
    expect(visit.get_by_text("This link is not complete.")).to_be_visible()
    visit.evaluate(f"location.hash = '{shlink()}'")
    expect(visit.get_by_role("button", name="Open")).to_be_visible()
    assert visit.url == f"{service}/v"


def test_the_other_language_keeps_the_link(visit: Page, service: str) -> None:
    visit.goto(f"{service}/v#{shlink()}")
    visit.get_by_role("link", name="Cymraeg").click()
    expect(visit.get_by_role("button", name="Agor")).to_be_visible()
    assert visit.url == f"{service}/v?lang=cy"


def test_without_javascript_the_page_leads_to_the_share_code(
    visit_without_javascript: Page, service: str
) -> None:
    page = visit_without_javascript
    page.goto(f"{service}/v#{shlink()}")
    expect(page.get_by_text("because JavaScript is off")).to_be_visible()
    expect(page.get_by_role("button", name="Open")).to_be_hidden()
    page.get_by_role("main").get_by_role("link", name="Use a share code").click()
    expect(page.get_by_label("Share code")).to_be_visible()


def test_the_keyboard_alone_reaches_the_main_content_first(visit: Page, service: str) -> None:
    visit.goto(f"{service}/accessibility")
    visit.keyboard.press("Tab")
    expect(visit.get_by_role("link", name="Skip to main content")).to_be_focused()
    visit.keyboard.press("Enter")
    expect(visit.locator("#main-content")).to_be_focused()


def test_paper_leaves_out_what_only_a_screen_can_use(visit: Page, service: str) -> None:
    visit.goto(f"{service}/accessibility")
    visit.emulate_media(media="print")
    expect(visit.get_by_role("navigation", name="Language")).to_be_hidden()
    expect(visit.get_by_role("heading", level=1)).to_be_visible()
