"""The address that a holder gives: confirmed by a code, changed, removed; few tries, few codes, sealed."""

import pytest

from passport import contacts, reminders
from passport.contacts import CODES_A_DAY, TRIES, Answer, TooManyCodesError
from passport.messages.address import AddressError
from passport.tables import MessageKind
from schemas.vocabulary import Language
from tests.service.mailing import ADDRESS, gives, reachable, subjects
from tests.service.world import STORY, Person, World


@pytest.fixture
def world(sqlite_world: World) -> World:
    """One engine is enough: tests/service/test_alerts.py does the same steps on both."""
    return sqlite_world


@pytest.fixture
def sam(world: World) -> Person:
    person = world.holder()
    person.tells(STORY)
    return person


def test_a_code_has_few_tries_and_wrong_ones_cost_one_each(world: World, sam: Person) -> None:
    code = gives(world, sam)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for _ in range(TRIES):
        assert contacts.confirm(world.d, sam.holder_id, wrong) is Answer.WRONG
    assert contacts.confirm(world.d, sam.holder_id, code) is Answer.SPENT
    assert contacts.contact_of(world.d, sam.holder_id).address is None


def test_a_code_ends_after_a_quarter_of_an_hour(world: World, sam: Person) -> None:
    code = gives(world, sam)
    world.clock.advance(minutes=15)
    assert contacts.confirm(world.d, sam.holder_id, code) is Answer.SPENT


def test_a_code_confirms_once_and_only_the_address_it_was_sent_to(world: World, sam: Person) -> None:
    first = gives(world, sam)
    second = gives(world, sam, "other@mail.example")
    if first != second:
        assert contacts.confirm(world.d, sam.holder_id, first) is Answer.WRONG
    assert contacts.confirm(world.d, sam.holder_id, second) is Answer.CONFIRMED
    assert contacts.confirm(world.d, sam.holder_id, second) is Answer.SPENT
    assert contacts.contact_of(world.d, sam.holder_id).address == "other@mail.example"


def test_nobody_s_mailbox_is_filled_with_codes(world: World, sam: Person) -> None:
    for _ in range(CODES_A_DAY):
        gives(world, sam)
    with pytest.raises(TooManyCodesError):
        contacts.give_address(world.d, sam.holder_id, ADDRESS, language=Language.ENGLISH)
    world.clock.advance(days=1, seconds=1)
    gives(world, sam)


def test_a_bad_address_changes_nothing(sqlite_world: World) -> None:
    world, sam = sqlite_world, sqlite_world.holder()
    reachable(world, sam)
    with pytest.raises(AddressError):
        contacts.give_address(
            world.d, sam.holder_id, "x@y.example\nBcc: z@y.example", language=Language.ENGLISH
        )
    assert contacts.contact_of(world.d, sam.holder_id).address == ADDRESS


def test_the_address_before_stays_in_use_until_the_new_one_is_confirmed(world: World, sam: Person) -> None:
    reachable(world, sam)
    gives(world, sam, "new@mail.example")
    found = contacts.contact_of(world.d, sam.holder_id)
    assert (found.address, found.pending) == (ADDRESS, "new@mail.example")


def test_what_waits_for_an_address_is_not_sent_to_the_next_one(world: World, sam: Person) -> None:
    reachable(world, sam)
    code = gives(world, sam, "new@mail.example")
    world.reads(sam.shares_with(passcode=False))
    assert contacts.confirm(world.d, sam.holder_id, code) is Answer.CONFIRMED
    assert subjects(world) == []


def test_what_a_holder_no_longer_wants_is_not_sent(world: World, sam: Person) -> None:
    reachable(world, sam)
    world.reads(sam.shares_with(passcode=False))
    contacts.choose(world.d, sam.holder_id, [MessageKind.LOCKED, MessageKind.CHANGED])
    assert contacts.contact_of(world.d, sam.holder_id).wanted == {MessageKind.LOCKED}
    assert subjects(world) == []


def test_one_holder_whose_row_was_altered_keeps_nobody_from_being_told(world: World, sam: Person) -> None:
    other = world.holder("alex")
    other.tells(STORY)
    for person in (sam, other):
        reachable(world, person)
        person.shares_with(passcode=False, days=1)
    world.alter("UPDATE holders SET sealed_name = :x WHERE holder_id = :sam", x=b"x", sam=sam.holder_id)
    reminders.look_ahead(world.d)
    assert subjects(world) == ["Your sharing ends soon"]


def test_what_is_known_of_an_address_is_sealed(world: World, sam: Person) -> None:
    reachable(world, sam)
    gives(world, sam, "new@mail.example")
    for column in ("sealed_address", "sealed_pending", "code_hash"):
        stored = bytes(world.one(f"SELECT {column} FROM contacts"))
        assert b"mail.example" not in stored
