"""What the owner of a passport does with what is shared already: each thing on a page of its own, in a tap or two."""

import pytest
from playwright.sync_api import expect

from tests.pages.demo_service import DemoService
from tests.pages.holding import given_signed_in
from tests.pages.walking import Walker

pytestmark = pytest.mark.browser

INTERPRETER = "A qualified BSL interpreter at team meetings, training and reviews."


@pytest.fixture
def amara(demo: DemoService, member: Walker) -> Walker:
    """The owner of the demo's first passport, signed in."""
    return given_signed_in(demo, member, demo.stories["amara"].holder)


def given_shared_with(walker: Walker, name: str, *, passcode: bool = False, live: bool = False) -> str:
    """Share as the preset has it and return the link; the walker stays on the share's page."""
    walker.goes_to("/passport/shares/new/employer")
    walker.types("Who is it for?", name)
    walker.ticks("Ask for a passcode", on=passcode)
    walker.ticks("Ask me if they may see the change", on=live)
    walker.presses("See what they will see")
    walker.presses("Share")
    walker.page.locator("summary", has_text="Show the link").click()
    return walker.page.locator(".passport-link a").inner_text()


def opens(recipient: Walker, link: str) -> None:
    recipient.goes_to(link)
    recipient.types("Who are you?", "Jo at Acme Tiles")
    recipient.presses("Open")


def test_a_share_runs_longer_in_two_taps_and_keeps_its_link(amara: Walker, recipient: Walker) -> None:
    link = given_shared_with(amara, "Longer & Co")
    before = amara.main.locator("dd").all_inner_texts()
    amara.follows("Share for longer")
    amara.presses("Share for longer")
    amara.sees("There is a problem", "Choose how long")
    amara.main.get_by_label("90 days from today").check()
    amara.presses("Share for longer")
    assert amara.main.locator("dd").all_inner_texts() != before
    opens(recipient, link)
    recipient.sees(INTERPRETER)


def test_a_share_code_is_made_changed_and_switched_off(amara: Walker) -> None:
    given_shared_with(amara, "Codes & Co")
    amara.follows("Make a share code")
    amara.sees("This share has no passcode yet.")
    amara.presses("Make a share code")
    secrets = amara.page.locator(".passport-secret").all_inner_texts()
    assert len(secrets) == 2
    amara.follows("Make a new share code")
    amara.sees("The code they have now will stop working.")
    amara.presses("Make a share code")
    passcode, code = amara.page.locator(".passport-secret").all_inner_texts()
    assert (passcode, code != secrets[1]) == (secrets[0], True)
    amara.presses("Make a new passcode")
    assert amara.page.locator(".passport-secret").first.inner_text() != passcode
    amara.presses("Switch the share code off")
    expect(amara.page.locator(".passport-secret")).to_have_count(1)


def test_an_opening_that_was_not_them_is_one_tap_from_the_log_to_stopped(
    amara: Walker, recipient: Walker
) -> None:
    link = given_shared_with(amara, "Wrong & Co")
    opens(recipient, link)
    amara.goes_to("/passport/log")
    amara.main.get_by_role("listitem").filter(has_text="Wrong & Co").filter(
        has=amara.page.get_by_role("button")
    ).first.get_by_role("button", name="This wasn’t them: stop sharing").click()
    amara.looks()
    amara.sees("We stopped this share", "What to do next", "Ask Wrong & Co if it was them")
    recipient.reloads()
    recipient.sees("This page has closed")
    amara.follows("Share again with a new link")
    amara.presses("Share again")
    amara.sees("Shared with Wrong & Co", "Let them scan this")


def test_a_share_is_stopped_in_one_tap_from_home(amara: Walker) -> None:
    given_shared_with(amara, "Homely & Co")
    amara.goes_to("/passport")
    amara.presses("Stop sharing Homely & Co")
    amara.sees("Shared with Homely & Co", "Stopped by you")


def test_a_locked_share_is_let_try_again(demo: DemoService, amara: Walker, recipient: Walker) -> None:
    link = given_shared_with(amara, "Locked & Co", passcode=True)
    path = amara.path()
    demo.alter("UPDATE shares SET attempts_left = 0 WHERE share_id = :share", share=path.rpartition("/")[2])
    amara.reloads()
    amara.sees("Locked: too many wrong passcodes")
    amara.presses("Let them try again")
    expect(amara.page.get_by_role("img", name="QR code of the link")).to_be_visible()
    amara.page.locator("summary", has_text="Show the link").click()
    assert amara.page.locator(".passport-link a").inner_text() == link


def test_a_link_that_was_seen_on_the_way_is_replaced_in_two_taps(
    demo: DemoService, amara: Walker, recipient: Walker
) -> None:
    link = given_shared_with(amara, "Scanned & Co")
    demo.alter(
        "UPDATE shares SET exposed_at = created_at WHERE share_id = :share",
        share=amara.path().rpartition("/")[2],
    )
    share = amara.path()
    for listed in ("/passport", "/passport/shares"):
        amara.goes_to(listed)
        amara.sees("saw this link")
    amara.goes_to(share)
    amara.sees("saw this link")
    amara.taps = 0
    amara.follows("Stop and share again with a new link")
    amara.presses("Stop and share again")
    assert amara.taps == 2
    amara.sees("Shared with Scanned & Co")
    amara.page.locator("summary", has_text="Show the link").click()
    new_link = amara.page.locator(".passport-link a").inner_text()
    assert new_link != link
    opens(recipient, new_link)
    recipient.sees(INTERPRETER)


def test_before_a_job_offer_the_form_ticks_what_an_interview_needs_and_warns(amara: Walker) -> None:
    amara.goes_to("/passport/shares/new/employer")
    amara.types("Who is it for?", "Hopeful & Co")
    amara.presses("Share only what helps at an interview")
    amara.sees("Before a job offer, an employer must not ask about your health")
    ticked = amara.main.locator('input[name="sections"]:checked').evaluate_all(
        "boxes => boxes.map(box => box.value)"
    )
    assert ticked == ["about-me", "communication"]
    expect(amara.main.get_by_label("Who is it for?")).to_have_value("Hopeful & Co")
    amara.presses("See what they will see")
    amara.sees_nothing_of("They could hold it against you", "hold against you")
    amara.presses("Change")
    amara.page.locator("#section-adjustments").check()
    amara.presses("See what they will see")
    amara.sees("There is no job offer yet")


def test_a_change_is_sent_to_a_live_share_and_its_recipient_reads_what_changed(
    amara: Walker, recipient: Walker
) -> None:
    link = given_shared_with(amara, "Living & Co", live=True)
    path = amara.path()
    opens(recipient, link)
    assert "What changed since" not in recipient.text()
    amara.goes_to("/passport/sections/about-me/edit")
    amara.types("Name I use", "Amara O.")
    amara.presses("Save")
    amara.goes_to(path)
    amara.sees("You changed something that they can see")
    amara.follows("Send this change to Living & Co?")
    amara.sees("Amara O. (before: Amara Okafor)")
    amara.presses("Send")
    assert "You changed something" not in amara.text()
    opens(recipient, link)
    recipient.sees("What changed since you last looked", "changed: Amara O.")
    amara.goes_to("/passport/sections/about-me/edit")
    amara.types("Name I use", "Amara Okafor")
    amara.presses("Save")
    amara.goes_to("/passport/log")
    amara.sees("You sent a change to Living & Co")
