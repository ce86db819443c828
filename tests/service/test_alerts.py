"""Who is told of what: holders as they chose, recipients whose address was checked; once a day for each share."""

from passport import contacts, reminders
from passport.contacts import ALERTS, Answer
from tests.service.mailing import (
    ADDRESS,
    EMPLOYER_ADDRESS,
    Pigeon,
    gives,
    has_recipient,
    reachable,
    rows,
    sends,
    subjects,
)
from tests.service.world import Person, World


def test_openings_of_a_share_are_told_once_a_day(world: World, sam: Person) -> None:
    reachable(world, sam)
    share, other = sam.shares_with(passcode=False), sam.shares_with(passcode=False)
    for _ in range(3):
        assert world.presses_open(share).status_code == 303
    world.presses_open(other)
    assert subjects(world) == ["Someone opened what you shared"] * 2
    world.clock.advance(days=1)
    world.presses_open(share)
    assert subjects(world) == ["Someone opened what you shared"]


def test_a_program_that_fetches_first_hides_no_person_who_opens_later_that_day(
    world: World, sam: Person
) -> None:
    reachable(world, sam)
    share = sam.shares_with(passcode=False)
    for _ in range(2):
        world.reads(share)
    assert subjects(world) == ["A program fetched what you shared"]
    world.presses_open(share)
    assert subjects(world) == ["Someone opened what you shared"]


def test_a_locked_share_is_told(world: World, sam: Person) -> None:
    reachable(world, sam)
    share = sam.shares_with()
    for _ in range(world.d.settings.passcode_attempts):
        world.opens(share, passcode=share.wrong)
    assert subjects(world) == ["What you shared is locked"]


def test_what_the_log_shows_of_an_alert_is_about_the_share(world: World, sam: Person) -> None:
    reachable(world, sam)
    share = sam.shares_with(passcode=False)
    world.reads(share)
    subjects(world)
    assert sam.said(share) == ["fetched", "message-sent"]


def test_nothing_but_a_code_goes_to_an_address_before_the_code_has_come_back(
    world: World, sam: Person
) -> None:
    code = gives(world, sam)
    world.reads(sam.shares_with(passcode=False))
    assert subjects(world) == []
    assert contacts.confirm(world.d, sam.holder_id, f" {code[:3]} {code[3:]} ") is Answer.CONFIRMED
    found = contacts.contact_of(world.d, sam.holder_id)
    assert (found.address, found.pending, found.wanted) == (ADDRESS, None, frozenset(ALERTS))


def test_what_waits_for_a_removed_address_is_not_sent(world: World, sam: Person) -> None:
    reachable(world, sam)
    world.reads(sam.shares_with(passcode=False))
    contacts.remove(world.d, sam.holder_id)
    assert subjects(world) == []
    assert all(row.sealed_content is None for row in rows(world, sam))
    assert [event["kind"] for event in sam.log()][-1] == "address-removed"


def test_stopping_asks_the_recipients_whose_address_was_checked_to_delete(world: World, sam: Person) -> None:
    share = sam.shares_with(passcode=False)
    has_recipient(world, sam, share)
    has_recipient(world, sam, share, "someone@else.example", checked=False)
    sam.stops(share)
    pigeon = Pigeon()
    sends(world, pigeon)
    assert [(sent.address, sent.subject) for sent in pigeon.sent] == [
        (EMPLOYER_ADDRESS, "Please delete what was shared with you")
    ]
    assert sam.said(share) == ["stopped", "message-sent"]


def test_a_change_of_a_live_share_is_told_to_its_recipients_once_a_day(world: World, sam: Person) -> None:
    share = sam.shares_with(passcode=False, live=True)
    has_recipient(world, sam, share)
    for name in ("Sam E", "Sam Ex"):
        sam.tells({"about-me": {"name": name}})
        reply = sam.post(f"/api/v1/shares/{share.share_id}/update", {})
        assert reply.status_code < 300, reply.text
    assert subjects(world) == ["What was shared with you has changed"]


def test_a_share_that_ends_in_three_days_is_told_once(world: World, sam: Person) -> None:
    reachable(world, sam)
    sam.shares_with(passcode=False, days=7)
    reminders.look_ahead(world.d)
    assert subjects(world) == []
    world.clock.advance(days=5)
    reminders.look_ahead(world.d)
    reminders.look_ahead(world.d)
    assert subjects(world) == ["Your sharing ends soon"]


def test_a_stopped_share_is_not_told_to_end(world: World, sam: Person) -> None:
    reachable(world, sam)
    sam.stops(sam.shares_with(passcode=False, days=1))
    reminders.look_ahead(world.d)
    assert subjects(world) == []
