"""What the owner of a passport does: tell, change, choose, look, share, stop, and see who looked."""

from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.pages.demo_service import DemoService
from tests.pages.holding import given_signed_in, sign_in
from tests.pages.receiving import presses_open
from tests.pages.walking import Walker

pytestmark = pytest.mark.browser

CHANGES = "Changes that help me at work"
INTERPRETER = "A qualified BSL interpreter at team meetings, training and reviews."
ALARM = "A flashing alarm in the workshop and a vibrating pager."


@pytest.fixture
def amara(demo: DemoService, member: Walker) -> Walker:
    """The owner of the demo's first passport, signed in."""
    return given_signed_in(demo, member, demo.stories["amara"].holder)


@pytest.fixture
def joseph(demo: DemoService, member: Walker) -> Walker:
    """The owner of another passport, signed in."""
    return given_signed_in(demo, member, demo.stories["joseph"].holder)


def rows(walker: Walker, label: str) -> Locator:
    return walker.main.get_by_role("group").filter(has_text=f"{label}: ")


def row(walker: Walker, label: str, number: int) -> Locator:
    """Return one row of a list in a form."""
    return walker.main.get_by_role("group", name=f"{label}: {number}", exact=True)


def entries(walker: Walker) -> list[str]:
    """Return what stands under each heading of a recipient's page or of a preview."""
    return walker.main.locator(".passport-entry").all_inner_texts()


def held_back(walker: Walker, section: str, line: str) -> None:
    """Open a section's lines and take the tick from one."""
    walker.page.locator("summary").filter(has_text=section).click()
    walker.main.get_by_label(line.rstrip(".")).first.set_checked(False)


def given_a_share_form_for(walker: Walker, kind: str, name: str = "Acme Tiles") -> None:
    walker.goes_to(f"/passport/shares/new/{kind}")
    walker.types("Who is it for?", name)


def when_they_share_as_shown(walker: Walker) -> dict[str, Any]:
    """Share and return what they hand over."""
    walker.presses("Share")
    walker.page.locator("summary", has_text="Show the link").click()
    shown = walker.page.locator(".passport-secret").all_inner_texts()
    return {"link": walker.page.locator(".passport-link:not(.passport-prose)").inner_text(), "secrets": shown}


# Signing in


def test_a_wrong_sign_in_code_says_so_and_the_right_one_leads_home(demo: DemoService, member: Walker) -> None:
    account = demo.stories["amara"].holder
    member.goes_to("/passport")
    assert member.path() == "/sign-in"
    member.presses("Sign in")
    member.sees("There is a problem", "Enter your username", "Enter your sign-in code")
    member.types("Username", account.username)
    member.types("Sign-in code", "0000-0000-0000-0000")
    member.presses("Sign in")
    member.sees("Check your username and your sign-in code")
    expect(member.page.get_by_label("Username")).to_have_value(account.username)
    sign_in(member, replace(account, sign_in_code=account.sign_in_code.lower()))
    member.sees("Hello, Amara Okafor", CHANGES, "Shared now")
    member.presses("Sign out")
    member.goes_to("/passport")
    assert member.path() == "/sign-in"


# Telling


def test_a_section_is_told_row_by_row_and_mistakes_keep_what_was_typed(amara: Walker) -> None:
    amara.goes_to("/passport")
    amara.follows("Tell Private diary")
    first = row(amara, "Days", 1)
    amara.types("Day", "31", within=first)
    amara.types("Month", "2", within=first)
    amara.types("Year", "2026", within=first)
    amara.types("What I wrote", "Slept well.\nThe kiln held its heat.", within=first)
    amara.presses("Save")
    amara.sees("There is a problem")
    assert amara.page.title().startswith("Error: ")
    first = row(amara, "Days", 1)
    expect(first.get_by_label("Day")).to_have_value("31")
    expect(first.get_by_label("What I wrote")).to_have_value("Slept well.\nThe kiln held its heat.")
    amara.page.get_by_role("alert").get_by_role("link").click()
    expect(first.get_by_label("Day")).to_be_focused()
    amara.types("Day", "28", within=first)
    amara.presses("Save")
    amara.sees("28 February 2026", "Slept well.\nThe kiln held its heat.")
    expect(amara.page.get_by_role("alert", name="Saved")).to_be_focused()


def test_rows_are_added_and_removed_and_the_right_one_goes(joseph: Walker) -> None:
    joseph.goes_to("/passport/sections/work/edit")
    before = rows(joseph, "My skills").count()
    joseph.presses("Add another My skills")
    joseph.presses("Add another My skills")
    expect(rows(joseph, "My skills")).to_have_count(before + 2)
    joseph.types("Skill", "Route planning", within=row(joseph, "My skills", before + 2))
    joseph.presses(f"Remove My skills: {before + 1}")
    joseph.presses("Save")
    joseph.sees("Route planning")
    joseph.follows("Change what I told")
    expect(rows(joseph, "My skills")).to_have_count(before + 1)
    joseph.presses(f"Remove My skills: {before + 1}")
    joseph.presses("Save")
    assert "Route planning" not in joseph.text()


def test_enter_in_a_field_saves_and_does_not_remove(joseph: Walker) -> None:
    joseph.goes_to("/passport/sections/work/edit")
    field = row(joseph, "My jobs", 1).get_by_label("Job")
    field.fill("Driver of the number 9")
    with joseph.page.expect_navigation():
        field.press("Enter")
    assert joseph.path() == "/passport/sections/work?done=1"
    joseph.sees("Driver of the number 9")


def test_a_section_can_be_told_without_javascript(
    demo: DemoService, member_without_javascript: Walker
) -> None:
    joseph = given_signed_in(demo, member_without_javascript, demo.stories["joseph"].holder)
    joseph.goes_to("/passport")
    joseph.follows("Tell Private diary")
    for label, text in {
        "Day": "20",
        "Month": "11",
        "Year": "2026",
        "What I wrote": "Walked to the depot.",
    }.items():
        joseph.types(label, text, within=row(joseph, "Days", 1))
    joseph.presses("Save")
    joseph.sees("Saved", "20 November 2026", "Walked to the depot.")
    joseph.follows("Cymraeg")  # leads to the same page: nothing was saved by that
    assert "Wedi’i gadw" not in joseph.text()


def test_what_is_told_anew_takes_the_place_of_what_was_told_before(joseph: Walker) -> None:
    joseph.goes_to("/passport")
    joseph.follows("Look About me")
    joseph.follows("Change what I told")
    joseph.types("My pronouns (optional)", "he, him, Joe")
    joseph.presses("Save")
    joseph.sees("he, him, Joe")
    expect(joseph.main.locator(".passport-entry")).to_have_count(1)


# Sharing


def test_a_share_takes_four_taps_from_home(amara: Walker, recipient: Walker) -> None:
    amara.goes_to("/passport")
    amara.taps = 0
    amara.follows("With an employer")
    amara.types("Who is it for?", "Acme Tiles")
    amara.presses("See what they will see")
    amara.presses("Share")
    assert amara.taps <= 4
    amara.sees("Shared with Acme Tiles", "Passcode", "Let them scan this")
    expect(amara.page.get_by_role("img", name="QR code of the link")).to_be_visible()


@pytest.mark.parametrize("kind", ["employer", "gp", "work-coach"])
def test_the_preview_is_what_the_recipient_reads(amara: Walker, recipient: Walker, kind: str) -> None:
    given_a_share_form_for(amara, kind)
    amara.ticks("Ask for a passcode", on=False)
    amara.presses("See what they will see")
    amara.sees("What Acme Tiles will see", "They see this and nothing else.")
    previewed = entries(amara)
    recipient.goes_to(when_they_share_as_shown(amara)["link"])
    presses_open(recipient)
    assert entries(recipient) == previewed
    assert len(previewed) >= 3


def test_lines_that_are_held_back_are_nowhere(amara: Walker, recipient: Walker) -> None:
    given_a_share_form_for(amara, "employer")
    amara.ticks("How to talk to me", on=False)
    amara.ticks("What matters to me")
    held_back(amara, CHANGES, ALARM)
    amara.ticks("Ask for a passcode", on=False)
    amara.presses("See what they will see")
    amara.sees(INTERPRETER, "Being asked directly")
    amara.sees_nothing_of("Fire alarm and door bell")
    assert ALARM not in amara.text()
    amara.presses("Change")
    expect(amara.main.get_by_label("Who is it for?")).to_have_value("Acme Tiles")
    expect(amara.main.get_by_label("How to talk to me", exact=True)).not_to_be_checked()
    expect(amara.main.get_by_label(ALARM.rstrip(".")).first).not_to_be_checked()
    amara.presses("See what they will see")
    recipient.goes_to(when_they_share_as_shown(amara)["link"])
    presses_open(recipient)
    recipient.sees(INTERPRETER, "Being asked directly")
    recipient.sees_nothing_of(ALARM, "Fire alarm and door bell", "Requires visual alert")


def test_a_share_needs_a_name_and_something_to_show(amara: Walker) -> None:
    amara.goes_to("/passport/shares/new/gp")
    amara.presses("See what they will see")
    amara.sees("There is a problem", "Enter the name of the person or organisation")
    amara.types("Who is it for?", "Harbour Surgery")
    while (ticked := amara.main.locator('input[name="sections"]:checked')).count():
        ticked.first.set_checked(False)
    amara.presses("See what they will see")
    amara.sees("Choose at least one section that says something")
    expect(amara.main.get_by_label("Who is it for?")).to_have_value("Harbour Surgery")


def test_a_share_code_is_shown_with_its_passcode_and_opens(
    amara: Walker, recipient_without_javascript: Walker
) -> None:
    given_a_share_form_for(amara, "gp", "Harbour Surgery")
    amara.ticks("Ask for a passcode", on=False)
    amara.ticks("Make a share code too")
    amara.presses("See what they will see")
    passcode, code = when_they_share_as_shown(amara)["secrets"]
    amara.sees("They type it at")
    recipient_without_javascript.goes_to("/code")
    recipient_without_javascript.types("Share code", code)
    recipient_without_javascript.types("Passcode", passcode)
    presses_open(recipient_without_javascript)
    recipient_without_javascript.sees("What Amara Okafor shared with you", "My health conditions")


def test_the_paper_that_has_the_qr_code_never_has_the_passcode(amara: Walker) -> None:
    given_a_share_form_for(amara, "employer", "Paper & Co")
    amara.ticks("Make a share code too")
    amara.presses("See what they will see")
    when_they_share_as_shown(amara)
    passcode, code = amara.page.locator(".passport-secret").all()
    amara.page.emulate_media(media="print")
    expect(amara.page.get_by_role("img", name="QR code of the link")).to_be_visible()
    expect(code).to_be_visible()
    expect(passcode).to_be_hidden()
    amara.page.emulate_media(media="screen")
    expect(passcode).to_be_visible()


def test_an_employer_is_never_offered_what_employers_never_get(amara: Walker) -> None:
    amara.goes_to("/passport/shares/new/employer")
    offered = amara.main.locator('input[name="sections"]').evaluate_all(
        "boxes => boxes.map(box => box.value)"
    )
    assert set(offered) & {"conditions", "plan", "scores", "home-life", "supporters", "diary"} == set()
    amara.sees_nothing_of("Deaf since birth", "Anxiety")


def test_after_a_stop_the_recipients_page_is_closed_and_the_log_says_both(
    amara: Walker, recipient: Walker
) -> None:
    given_a_share_form_for(amara, "employer", "Stopped & Sons")
    amara.ticks("Ask for a passcode", on=False)
    amara.presses("See what they will see")
    link = when_they_share_as_shown(amara)["link"]
    recipient.goes_to(link)
    presses_open(recipient)
    recipient.sees(INTERPRETER)
    amara.goes_to("/passport")
    amara.sees("opened 1 time")
    amara.follows("Stopped & Sons")
    amara.sees("Opened", "1 time")
    amara.presses("Stop sharing")
    amara.sees("Stopped by you")
    expect(amara.page.locator(".passport-qr")).to_have_count(0)
    amara.sees_nothing_of(link)
    recipient.reloads()
    recipient.sees("This page has closed")
    recipient.goes_to(link)
    presses_open(recipient)
    recipient.sees("This link does not open")
    amara.goes_to("/passport/log")
    amara.sees(
        "Someone with the link or code for Stopped & Sons opened it",
        "You stopped sharing with Stopped & Sons (someone with the link)",
        "Someone tried to open the link for Stopped & Sons and was refused",
    )
    amara.goes_to("/passport/shares")
    amara.sees("Stopped & Sons")


# What was altered where it is stored


def test_one_flipped_bit_in_a_stored_entry_shows_none_of_it_and_takes_nothing_else_with_it(
    demo: DemoService, amara: Walker
) -> None:
    given_a_flipped_bit(demo, "supporters")
    amara.goes_to("/passport")
    amara.sees("This could not be verified, so it is not shown or shared.", CHANGES)
    amara.goes_to("/passport/sections/supporters")
    amara.sees_nothing_of("Chidi")
    amara.goes_to("/passport/shares/new/gp")
    amara.sees_nothing_of("Chidi Okafor; My brother")
    amara.goes_to("/passport/sections/adjustments")
    amara.sees(INTERPRETER)
    when_supporters_are_told_anew(amara)
    amara.goes_to("/passport")
    assert "could not be verified" not in amara.text()


def given_a_flipped_bit(demo: DemoService, section: str) -> None:
    where = {"holder": demo.holder_id(), "section": section}
    chosen = "WHERE holder_id = :holder AND section = :section"
    sealed = bytearray(demo.one(f"SELECT sealed_credential FROM entries {chosen}", **where))
    sealed[len(sealed) // 2] ^= 1
    demo.alter(f"UPDATE entries SET sealed_credential = :b {chosen}", b=bytes(sealed), **where)


def when_supporters_are_told_anew(amara: Walker) -> None:
    amara.goes_to("/passport/sections/supporters/edit")
    supporter = row(amara, "People who help me", 1)
    amara.types("Name", "Chidi Okafor", within=supporter)
    amara.types("Who they are to me", "My brother", within=supporter)
    amara.types("What they may do for me", "Take a text message for me.", within=supporter)
    amara.presses("Save")
    amara.sees("Take a text message for me.")
