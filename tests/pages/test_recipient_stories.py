"""What happens to somebody who was given a link, a QR code or a share code."""

import base64
import json
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from consent.share import decode_shlink
from issuers.encoding import decode_json_object
from tests.pages.demo_service import DemoService, NewShare
from tests.pages.holding import given_signed_in
from tests.pages.receiving import CAME_FOR, OPEN, opens, presses_open
from tests.pages.walking import Walker
from tests.service.replying import crowds

pytestmark = pytest.mark.browser

CAME_FOR_IN_WELSH = {
    "employer": "Newidiadau sy’n fy helpu yn y gwaith",
    "gp": "Fy nghyflyrau iechyd",
    "work-coach": "Fy nghynllun",
}
# Conditions, and whoever signed: an organisation or a profession can be a diagnosis.
NEVER_FOR_EMPLOYERS = (
    "Deaf since birth", "15188001", "Anxiety", "Talking therapy", "panic attacks",
    "Bethan Cole", "HCPC OT00001", "ccupational therapist", "Taff Valley",
)  # fmt: skip


def types_the_code(walker: Walker, code: str | None, passcode: str | None) -> None:
    walker.goes_to("/code")
    walker.types("Share code", code or "")
    walker.types("Passcode", passcode or "")
    presses_open(walker)


def scanned(page: Page) -> str:
    """Return what a phone's camera reads from the QR code on a page."""
    picture = Image.open(BytesIO(page.locator(".passport-qr").screenshot()))
    (found,) = zxingcpp.read_barcodes(picture)
    return found.text


def then_the_link_is_closed(walker: Walker) -> None:
    walker.sees("This link does not open", "Ask the person who shared it for a new link")
    walker.sees_nothing_of("Amara", "BSL")


# Reading


@pytest.mark.parametrize("language", ["en", "cy"])
def test_one_reader_too_many_waits_and_opens_from_the_same_page(
    demo: DemoService, recipient: Walker, welsh_recipient: Walker, language: str
) -> None:
    walker = welsh_recipient if language == "cy" else recipient
    share = demo.new_share(passcode=True, typed_code=True)
    crowds(demo.d, share.holder_id, share.share_id)
    walker.goes_to("/code")
    walker.main.locator("#code").fill(share.typed_code or "")
    walker.main.locator("#passcode").fill(share.passcode or "")
    presses_open(walker, language=language)
    busy = {"en": "Too many people are reading this now", "cy": "Mae gormod o bobl yn darllen hwn nawr"}
    walker.sees(busy[language])
    opens(walker, share.link, share.passcode, language=language)
    walker.sees(busy[language])
    with demo.clock.later(minutes=16):
        walker.main.locator("#passcode").fill(share.passcode or "")
        walker.presses(OPEN[language])
        assert walker.path() == "/v/reading"


def test_an_employer_sees_the_changes_one_tap_after_scanning(
    demo: DemoService, member: Walker, recipient: Walker
) -> None:
    share = demo.new_share()
    given_signed_in(demo, member, demo.stories["amara"].holder)
    member.goes_to(f"/passport/shares/{share.share_id}")
    recipient.goes_to(scanned(member.page))
    recipient.taps = 0
    presses_open(recipient)
    assert recipient.taps == 1
    expect(recipient.main.get_by_role("heading", level=2).first).to_have_text(CAME_FOR["employer"][0])
    recipient.sees("What Amara Okafor shared with you", CAME_FOR["employer"][1], "Checked: genuine")


@pytest.mark.parametrize("kind", CAME_FOR)
def test_each_recipient_reads_what_they_came_for(demo: DemoService, recipient: Walker, kind: str) -> None:
    share = demo.share_with(kind)
    opens(recipient, share.link, share.passcode)
    recipient.sees(*CAME_FOR[kind])
    if kind == "employer":
        recipient.sees_nothing_of(*NEVER_FOR_EMPLOYERS)


@pytest.mark.parametrize("kind", CAME_FOR)
def test_each_recipient_reads_it_in_welsh(demo: DemoService, welsh_recipient: Walker, kind: str) -> None:
    share = demo.share_with(kind)
    opens(welsh_recipient, share.link, share.passcode, language="cy")
    welsh_recipient.sees(CAME_FOR_IN_WELSH[kind], CAME_FOR[kind][1])
    assert welsh_recipient.page.locator("html").get_attribute("lang") == "cy"


def test_a_passport_told_in_welsh_is_read_in_either_language(demo: DemoService, recipient: Walker) -> None:
    share = demo.share_with("employer", "sian")
    opens(recipient, share.link, share.passcode)
    recipient.sees("What Siân Llŷr Prydderch shared with you", "Signed by Tŷ Bedwen")
    recipient.follows("Cymraeg")
    recipient.sees("Yr hyn a rannodd Siân Llŷr Prydderch gyda chi", "Llofnodwyd gan Tŷ Bedwen")


def test_language_reload_and_print_cost_no_view(demo: DemoService, recipient: Walker) -> None:
    share = demo.new_share()
    opens(recipient, share.link)
    assert share.views == 1
    recipient.follows("Cymraeg")
    recipient.follows("English")
    recipient.reloads()
    recipient.page.emulate_media(media="print")
    expect(recipient.main.get_by_text(CAME_FOR["employer"][1])).to_be_visible()
    expect(recipient.page.get_by_role("navigation", name="Language")).to_be_hidden()
    assert recipient.page.pdf(format="A4").startswith(b"%PDF")
    assert share.views == 1


def test_looking_at_the_page_of_a_link_costs_no_view(demo: DemoService, recipient: Walker) -> None:
    share = demo.new_share()
    recipient.goes_to(share.link)
    recipient.reloads()
    assert share.views == 0


def test_the_keyboard_alone_opens_a_link(demo: DemoService, recipient: Walker) -> None:
    share = demo.share_with("gp")
    recipient.goes_to(share.link)
    press = recipient.page.keyboard.press
    expect(recipient.page.get_by_label("Passcode")).to_be_visible()
    for _ in range(10):
        press("Tab")
        if recipient.page.get_by_label("Passcode").evaluate("field => field === document.activeElement"):
            break
    recipient.page.keyboard.type(share.passcode or "")
    press("Tab")
    recipient.page.keyboard.type("Jo Bell, Acme Tiles")
    press("Tab")
    expect(recipient.page.get_by_role("button", name="Open")).to_be_focused()
    with recipient.page.expect_navigation():
        press("Enter")
    recipient.looks()
    recipient.sees(CAME_FOR["gp"][0])


def test_a_saved_copy_is_the_bundle_that_anybody_can_check(demo: DemoService, recipient: Walker) -> None:
    opens(recipient, demo.new_share().link)
    with recipient.page.expect_download() as saving:
        recipient.page.get_by_role("link", name="Save a copy that can be checked").click()
    saved = decode_json_object(saving.value.path().read_bytes(), max_bytes=1_000_000)
    assert (saved["resourceType"], saved["type"]) == ("Bundle", "document")


# Being refused


def test_a_wrong_passcode_says_how_many_attempts_are_left(demo: DemoService, recipient: Walker) -> None:
    share = demo.new_share(passcode=True)
    opens(recipient, share.link, "000000" if share.passcode != "000000" else "111111")
    recipient.sees("This passcode is not right. You can try 9 more times")
    recipient.types("Passcode", "nonsense")
    presses_open(recipient)
    recipient.sees("You can try 8 more times")
    presses_open(recipient)
    recipient.sees("Enter the passcode")
    recipient.types("Passcode", share.passcode or "")
    presses_open(recipient)
    recipient.sees(CAME_FOR["employer"][1])


def test_a_link_with_no_attempts_left_is_closed_like_any_other(demo: DemoService, recipient: Walker) -> None:
    share = demo.new_share(passcode=True)
    demo.alter("UPDATE shares SET attempts_left = 1 WHERE share_id = :id", id=share.share_id)
    opens(recipient, share.link, "wrong-one")
    then_the_link_is_closed(recipient)
    opens(recipient, share.link, share.passcode)
    then_the_link_is_closed(recipient)


def unknown(share: NewShare) -> str:
    base_url, _, shlink = share.link.partition("/v#")
    payload = json.loads(base64.urlsafe_b64decode(shlink.removeprefix("shlink:/") + "=="))
    payload["url"] = payload["url"][:-6] + "AAAAAA"
    return (
        f"{base_url}/v#shlink:/{base64.urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip('=')}"
    )


def foreign(share: NewShare) -> str:
    base_url, _, shlink = share.link.partition("/v#")
    payload = json.loads(base64.urlsafe_b64decode(shlink.removeprefix("shlink:/") + "=="))
    payload["url"] = "https://elsewhere.example/m/" + urlsplit(payload["url"]).path[-43:]
    return (
        f"{base_url}/v#shlink:/{base64.urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip('=')}"
    )


def truncated(share: NewShare) -> str:
    return share.link[:-40]


def stopped(share: NewShare) -> str:
    share.stop()
    return share.link


@pytest.mark.parametrize("ending", [unknown, foreign, truncated, stopped])
def test_every_link_that_does_not_open_shows_the_same_page(
    demo: DemoService, recipient: Walker, ending: Any
) -> None:
    opens(recipient, ending(demo.new_share()))
    then_the_link_is_closed(recipient)


def test_a_link_is_closed_after_its_last_day(demo: DemoService, recipient: Walker) -> None:
    share = demo.new_share(days=1)
    with demo.clock.later(days=2):
        opens(recipient, share.link)
        then_the_link_is_closed(recipient)


def test_the_page_closes_after_a_quarter_of_an_hour(demo: DemoService, recipient: Walker) -> None:
    opens(recipient, demo.new_share().link)
    recipient.sees("This page closes by itself at 09:45.")
    with demo.clock.later(minutes=14):
        recipient.reloads()
        recipient.sees(CAME_FOR["employer"][1])
    with demo.clock.later(minutes=15):
        recipient.reloads()
        recipient.sees("This page has closed")
        recipient.sees_nothing_of("Amara", "BSL")


def test_a_share_that_its_holder_stops_is_closed_at_the_next_look(
    demo: DemoService, recipient: Walker
) -> None:
    share = demo.new_share()
    opens(recipient, share.link)
    share.stop()
    recipient.reloads()
    recipient.sees("This page has closed")
    recipient.sees_nothing_of("Amara", "BSL")


# Typing a share code


def test_a_typed_code_needs_no_javascript(demo: DemoService, recipient_without_javascript: Walker) -> None:
    share = demo.new_share(typed_code=True, passcode=True)
    typed = (share.typed_code or "").lower().replace("0", "o").replace("1", "l")
    types_the_code(recipient_without_javascript, f" {typed[:4]}-{typed[4:8]} {typed[8:]}", share.passcode)
    recipient_without_javascript.sees("What Amara Okafor shared with you", CAME_FOR["employer"][1])


@pytest.mark.parametrize("wrong", ["code", "passcode", "both", "nothing"])
def test_whatever_was_wrong_with_a_typed_code_the_answer_is_the_same(
    demo: DemoService, recipient_without_javascript: Walker, wrong: str
) -> None:
    share = demo.new_share(typed_code=True, passcode=True)
    code = "7KQM2XWP94TB" if wrong in ("code", "both") else share.typed_code
    passcode = "wrong" if wrong in ("passcode", "both") else share.passcode
    types_the_code(recipient_without_javascript, *(("", "") if wrong == "nothing" else (code, passcode)))
    recipient_without_javascript.sees("There is a problem", "Check the share code and the passcode.")
    recipient_without_javascript.sees_nothing_of("Amara", "attempt", "more time")


# The secret of a link


def test_the_secret_of_a_link_stays_out_of_addresses_headers_and_logs(
    demo: DemoService, recipient: Walker, caplog: pytest.LogCaptureFixture
) -> None:
    share = demo.new_share(passcode=True)
    shlink = decode_shlink(share.link.partition("#")[2])
    secrets = (share.link.partition("shlink:/")[2], urlsplit(shlink.url).path[-43:], share.passcode or "-")
    sent: list[str] = []
    recipient.page.on("request", lambda request: sent.append(f"{request.url} {request.headers}"))
    demo.requests.clear()
    with caplog.at_level("DEBUG"):
        opens(recipient, share.link, share.passcode)
        recipient.follows("Cymraeg")
        recipient.page.get_by_role("contentinfo").get_by_role("link").first.click()
        recipient.page.wait_for_url("**/code*")
    assert demo.requests
    for secret in secrets:
        assert not any(secret in request for request in demo.requests)
        assert not any(secret in request for request in sent)
        assert secret not in caplog.text
    assert not any("referer:" in request for request in demo.requests)


def test_the_address_bar_and_the_history_hold_no_secret(demo: DemoService, recipient: Walker) -> None:
    recipient.goes_to(demo.new_share().link)
    assert recipient.path() == "/v"
    assert recipient.page.evaluate("location.hash") == ""
    presses_open(recipient)
    assert recipient.path() == "/v/reading"
    recipient.page.go_back()
    assert "shlink" not in recipient.page.url
    assert "shlink" not in (recipient.page.locator("#shlink").get_attribute("value") or "")
