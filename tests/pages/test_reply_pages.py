"""The reply pages at a browser: accessible, narrow, in both languages, and without a script but for the fragment."""

import pytest
from playwright.sync_api import expect

from tests.pages.demo_service import DemoService
from tests.pages.holding import given_signed_in
from tests.pages.receiving import opens
from tests.pages.walking import Walker

pytestmark = pytest.mark.browser


def test_an_employer_answers_asks_and_comes_back_by_the_reply_link(
    demo: DemoService, recipient: Walker, member: Walker
) -> None:
    share = demo.new_share()
    opens(recipient, share.link)
    recipient.main.get_by_text("Keep the reply link for later").click()
    link = recipient.main.locator("a[href*='/r#']").get_attribute("href") or ""
    recipient.follows("Answer the person who shared this")
    recipient.presses("Confirm that you have read it")
    recipient.sees("Thank you", "You said on")
    recipient.types("Work email address", "pat@gmail.com")
    recipient.presses("Send me a code")
    recipient.sees("This is not a work address")
    recipient.types("Work email address", "pat@acme.example")
    recipient.presses("Send me a code")
    recipient.types("Code", "000000")
    recipient.presses("Check the code")
    recipient.sees("This code is not right")
    recipient.follows("Say what is agreed or in place")
    form = recipient.main.locator("form").first
    recipient.presses("Send this answer", within=form)
    recipient.sees("There is a problem", "Choose what becomes of this change")
    form.get_by_role("radio").first.check()
    recipient.presses("Send this answer", within=form)
    recipient.sees("Thank you")
    recipient.follows("Reply")
    recipient.main.get_by_text("Ask for more", exact=True).click()
    recipient.ticks("My work")
    recipient.types("Why do you need it?", "To plan the rota")
    recipient.presses("Ask")
    recipient.sees("not answered yet")
    recipient.page.context.clear_cookies()
    recipient.goes_to("/r#of-nobody")
    recipient.presses("Continue")
    recipient.sees("This reply link does not work")
    recipient.goes_to(link)  # in the same tab: a page at the link's own path would stay
    assert "#" not in recipient.page.url
    recipient.presses("Continue")
    recipient.sees("You said on")
    recipient.sees_nothing_of("Amara")
    assert not [one for one in demo.requests if link.partition("#")[2] in one.split("\n")[0]]

    given_signed_in(demo, member, demo.stories["amara"].holder)
    member.goes_to("/passport/log")
    member.sees("asked you for more", "said what becomes of a change at work")
    member.goes_to("/passport/replies")
    member.sees("Someone with the link, who says they are Jo Bell, Acme Tiles", "To plan the rota")
    member.presses("Choose what to share")
    expect(member.main.get_by_label("Who is it for?")).to_have_value("Acme Tiles")
    expect(member.main.get_by_label("My work", exact=True)).to_be_checked()
    share.stop()
    recipient.reloads()
    recipient.presses("I have deleted my copies")
    member.goes_to("/passport/replies")
    member.sees("They say that they deleted their copies")


def test_the_reply_pages_speak_welsh(demo: DemoService, welsh_recipient: Walker) -> None:
    share = demo.new_share()
    opens(welsh_recipient, share.link, language="cy")
    welsh_recipient.goes_to("/r/reply")
    welsh_recipient.presses("Cadarnhau eich bod wedi’i ddarllen")
    welsh_recipient.sees("Diolch.")
    welsh_recipient.goes_to("/r/changes")
    share.stop()
    welsh_recipient.goes_to("/r/reply")
    welsh_recipient.presses("Rwyf wedi dileu fy nghopïau")


def test_without_a_script_the_cookie_of_the_opening_is_enough(
    demo: DemoService, recipient_without_javascript: Walker
) -> None:
    reader, share = recipient_without_javascript, demo.new_share(passcode=True, typed_code=True)
    reader.goes_to("/code")
    reader.types("Share code", share.typed_code or "")
    reader.types("Passcode", share.passcode or "")
    reader.main.locator("#who").fill("Jo Bell, Acme Tiles")
    reader.main.locator("form button").last.click()
    reader.goes_to("/r/reply")
    reader.presses("Confirm that you have read it")
    reader.sees("You said on")
