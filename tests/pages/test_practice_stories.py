"""A practitioner signs, the person decides, and each recipient is told as much of the signer as is meant for them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from passport import acceptance, records
from passport.tables import EntryState
from tests.pages.demo_service import DemoService, sections
from tests.pages.holding import given_signed_in
from tests.pages.receiving import presses_open
from tests.pages.walking import Walker

pytestmark = pytest.mark.browser

NOISE = "The bus depot is too loud to follow what is said."
QUIET = "Meet in the rest room, with the door shut."
MAY_BE_FIT = "May be fit for work, with the changes below"
HOURS = "Four hours a day for the first month."
ADVICE = "Tires when several people talk at once."
WHO = (
    "Priya Raman",
    "speech and language therapist",
    "HCPC SL00003",
    "Avon Stroke and Vocational Rehabilitation",
)


def row(walker: Walker, label: str, number: int = 1) -> Locator:
    return walker.main.get_by_role("group", name=f"{label}: {number}", exact=True)


@pytest.fixture
def nothing_waits(demo: DemoService) -> Iterator[None]:
    """Joseph has settled whatever waited for him, before and after."""
    _settle(demo)
    yield
    _settle(demo)


def _settle(demo: DemoService) -> None:
    holder_id = demo.holder_id("joseph")
    _, held = records.read_all(demo.d, holder_id)
    for entry in held:
        if entry.row.state is EntryState.PENDING:
            acceptance.decline(demo.d, holder_id, entry.row.entry_id)


@pytest.fixture
def priya(demo: DemoService, member: Walker, nothing_waits: None) -> Walker:
    """Joseph's practitioner, signed in."""
    return given_signed_in(demo, member, demo.stories["joseph"].practitioner)


@pytest.fixture
def priya_without_javascript(
    demo: DemoService, member_without_javascript: Walker, nothing_waits: None
) -> Walker:
    """Joseph's practitioner, signed in, in a browser without scripts."""
    return given_signed_in(demo, member_without_javascript, demo.stories["joseph"].practitioner)


def when_an_appointment_is_signed(priya: Walker) -> None:
    """Sign an appointment that found a new obstacle and a solution to it."""
    priya.goes_to("/practice")
    priya.follows("Joseph Baptiste")
    priya.sees("The plan so far")
    priya.follows("Add an appointment")
    priya.presses("Add Obstacles")
    priya.types("Obstacle", NOISE, within=row(priya, "Obstacles"))
    priya.chooses("Area", "Work", within=row(priya, "Obstacles"))
    priya.presses("Add Solutions")
    priya.types("Solution", QUIET, within=row(priya, "Solutions"))
    priya.chooses("For this obstacle (optional)", NOISE, within=row(priya, "Solutions"))
    priya.presses("Sign")
    priya.sees("There is a problem", "Choose how you met", "Choose how many points")
    expect(row(priya, "Solutions").get_by_label("For this obstacle (optional)")).not_to_have_value("")
    priya.chooses("How you met", "By telephone")
    priya.main.get_by_label("How many points would you give your work ability").select_option("6")
    priya.presses("Sign")
    priya.sees("It is signed and waits for the person to accept it.")


def when_joseph_accepts_all(joseph: Walker) -> None:
    joseph.goes_to("/passport")
    while joseph.page.get_by_role("button", name="Accept", exact=True).count():
        joseph.presses("Accept")


def given_joseph(demo: DemoService, walker: Walker) -> Walker:
    return given_signed_in(demo, walker, demo.stories["joseph"].holder)


def reads(recipient: Walker, link: str) -> str:
    recipient.goes_to(link)
    presses_open(recipient)
    return recipient.text()


def test_a_signed_appointment_waits_is_accepted_and_can_then_be_shared(
    demo: DemoService, priya: Walker, recipient: Walker
) -> None:
    when_an_appointment_is_signed(priya)
    asked = sections("about-me", "plan", "scores")
    before = demo.new_share("joseph", kind="work-coach", sections=asked)
    assert NOISE not in reads(recipient, before.link)
    joseph = given_joseph(demo, priya)
    joseph.goes_to("/passport")
    joseph.sees("New for you", "Read it: My plan", "Read it: My scores", NOISE, QUIET, *WHO)
    when_joseph_accepts_all(joseph)
    assert "New for you" not in joseph.text()
    after = demo.new_share("joseph", kind="work-coach", sections=asked)
    read = reads(recipient, after.link)
    assert NOISE in read
    assert QUIET in read
    assert "This is not for conditionality or the Work Capability Assessment." in read


def test_an_appointment_can_be_written_without_javascript(
    demo: DemoService, priya_without_javascript: Walker
) -> None:
    when_an_appointment_is_signed(priya_without_javascript)
    joseph = given_joseph(demo, priya_without_javascript)
    joseph.goes_to("/passport")
    joseph.sees("New for you", "Read it: My plan", NOISE, QUIET)


def test_what_is_declined_is_nowhere_in_the_passport(demo: DemoService, priya: Walker) -> None:
    when_work_advice_is_signed(priya, comments="Not what we said.")
    joseph = given_joseph(demo, priya)
    joseph.goes_to("/passport")
    joseph.sees("Not what we said.")
    joseph.presses("Decline")
    assert "Not what we said." not in joseph.text()
    joseph.goes_to("/passport/sections/work-advice")
    joseph.sees("Signed by Priya Raman")
    assert "Not what we said." not in joseph.text()


def test_the_gp_sees_who_signed_the_advice_and_the_employer_does_not(
    demo: DemoService, priya: Walker, recipient: Walker
) -> None:
    when_work_advice_is_signed(priya)
    when_joseph_accepts_all(given_joseph(demo, priya))
    asked = sections("about-me", "work-advice")
    for_gp = reads(recipient, demo.new_share("joseph", kind="gp", sections=asked).link)
    for who in (*WHO, MAY_BE_FIT, HOURS, ADVICE):
        assert who in for_gp
    for_employer = reads(recipient, demo.new_share("joseph", sections=asked).link)
    assert HOURS in for_employer
    assert "Signed by Cedar House" in for_employer
    recipient.sees_nothing_of(*WHO, ADVICE, MAY_BE_FIT, "troke")


def when_work_advice_is_signed(priya: Walker, comments: str = ADVICE) -> None:
    """Sign a work-advice entry, after a mistake that keeps what was typed."""
    priya.goes_to("/practice")
    priya.follows("Joseph Baptiste")
    priya.follows("Write: Fit note and work advice")
    priya.presses("Add What could make work possible")
    priya.types("How (optional)", HOURS, within=row(priya, "What could make work possible"))
    priya.types("Comments (optional)", comments)
    priya.presses("Sign")
    priya.sees("There is a problem")
    expect(priya.main.get_by_label("Comments (optional)")).to_have_value(comments)
    priya.chooses("Outcome", MAY_BE_FIT)
    priya.chooses("Option", "Altered hours", within=row(priya, "What could make work possible"))
    priya.presses("Sign")
    priya.sees("It is signed and waits for the person to accept it.")


def test_a_fourth_appointment_warns_and_does_not_block(demo: DemoService, member: Walker) -> None:
    practitioner = given_signed_in(demo, member, demo.stories["amara"].practitioner)
    practitioner.goes_to("/practice")
    practitioner.follows("Amara Okafor")
    practitioner.follows("Add an appointment")
    practitioner.sees("Appointment 4", "Most plans have up to three.")
    expect(practitioner.page.get_by_role("button", name="Sign", exact=True)).to_be_enabled()


def test_a_person_lets_a_practitioner_write_and_stops_it_again(demo: DemoService, member: Walker) -> None:
    amara = given_signed_in(demo, member, demo.stories["amara"].holder)
    amara.goes_to("/passport/writers")
    amara.types("Their username", "nobody-of-this-name")
    amara.presses("Let them write")
    amara.sees("There is a problem", "No practitioner has this username")
    amara.types("Their username", demo.stories["joseph"].practitioner.username)
    amara.presses("Let them write")
    amara.sees("Priya Raman")
    priya = given_signed_in(demo, amara, demo.stories["joseph"].practitioner)
    priya.goes_to("/practice")
    priya.sees("Amara Okafor", "Joseph Baptiste")
    priya.follows("Amara Okafor")
    way_in = priya.path()
    amara = given_signed_in(demo, priya, demo.stories["amara"].holder)
    amara.goes_to("/passport/writers")
    amara.presses("Stop Priya Raman")
    amara.sees("Stopped by you")
    priya = given_signed_in(demo, amara, demo.stories["joseph"].practitioner)
    priya.goes_to("/practice")
    assert "Amara Okafor" not in priya.text()
    priya.goes_to(way_in)
    assert "Amara Okafor" not in priya.text()
