"""What a holder does while a passcode is being checked: the check takes time, and the answer is of afterwards."""

from collections.abc import Callable

import pytest

from consent.share_code import normalise_share_code
from passport import share_life, sharing
from passport.admission import (
    Admitted,
    Challenge,
    Closed,
    PasscodeWrong,
    Visitor,
    admit,
    admit_by_code,
    settle,
)
from passport.store import locators
from passport.tables import AccessKind, LocatorKind
from tests.service.world import Person, Share, World

VISITOR = Visitor(said="Jo at Acme Tiles", kind=AccessKind.OPENED, stays=True)
Meanwhile = Callable[[World, Person, Share], object]


def begins(world: World, share: Share) -> Challenge:
    """Reserve an attempt, as the writer does before anybody hashes."""
    d = world.d
    found_by = d.lookup.locator_hash(LocatorKind.LINK, share.url_token)
    first = d.database.writer.run(
        lambda c: admit(d, c, locators.find(c, found_by, LocatorKind.LINK), share.passcode, VISITOR)
    )
    assert isinstance(first, Challenge)
    return first


def ends(world: World, challenge: Challenge, *, right: bool) -> object:
    return world.d.database.writer.run(lambda c: settle(world.d, c, challenge, right, VISITOR))


def rearms(world: World, sam: Person, share: Share) -> None:
    share_life.rearm(world.d, sam.holder_id, share.share_id)


def renews(world: World, sam: Person, share: Share) -> None:
    share_life.renew_passcode(world.d, sam.holder_id, share.share_id)


def stops(world: World, sam: Person, share: Share) -> None:
    sharing.stop(world.d, sam.holder_id, share.share_id)


@pytest.mark.parametrize(
    ("changes", "answer"), [(rearms, Admitted), (renews, PasscodeWrong), (stops, Closed)]
)
def test_a_passcode_that_was_right_counts_as_things_stand_when_it_was_checked(
    world: World, sam: Person, changes: Meanwhile, answer: type[object]
) -> None:
    share = sam.shares_with()
    challenge = begins(world, share)
    changes(world, sam, share)
    assert isinstance(ends(world, challenge, right=True), answer)
    assert sam.said(share).count("opened") == (answer is Admitted)


def test_an_attempt_that_comes_back_after_a_rearming_makes_no_eleventh(world: World, sam: Person) -> None:
    share = sam.shares_with()
    challenges = [begins(world, share) for _ in range(3)]
    rearms(world, sam, share)
    for challenge in challenges:
        assert isinstance(ends(world, challenge, right=True), Admitted)
    assert sam.share_now(share)["attempts_left"] == world.d.settings.passcode_attempts


def test_a_last_wrong_guess_that_was_checked_before_a_rearming_locks_nothing(
    world: World, sam: Person
) -> None:
    share = sam.shares_with()
    challenges = [begins(world, share) for _ in range(world.d.settings.passcode_attempts)]
    rearms(world, sam, share)
    assert ends(world, challenges[-1], right=False) == PasscodeWrong(0)
    assert sam.said(share) == ["rearmed", "wrong-passcode"]
    assert sam.share_now(share)["state"] == "open"


def begins_by_code(world: World, share: Share) -> Challenge:
    """As `begins`, by the typed code."""
    d = world.d
    code = d.lookup.locator_hash(LocatorKind.CODE, normalise_share_code(share.typed_code or ""))
    first = d.database.writer.run(lambda c: admit_by_code(d, c, "hour", code, share.passcode or "", VISITOR))
    assert isinstance(first, Challenge)
    return first


def drops_the_code(world: World, sam: Person, share: Share) -> None:
    share_life.drop_code(world.d, sam.holder_id, share.share_id)


def makes_another_code(world: World, sam: Person, share: Share) -> None:
    share_life.make_code(world.d, sam.holder_id, share.share_id)


def waits_a_week(world: World, _sam: Person, _share: Share) -> None:
    world.clock.advance(days=8)


@pytest.mark.parametrize("changes", [drops_the_code, makes_another_code, waits_a_week])
def test_a_typed_code_that_ended_while_its_passcode_was_checked_opens_nothing(
    world: World, sam: Person, changes: Meanwhile
) -> None:
    share = sam.shares_with(typed_code=True)
    challenge = begins_by_code(world, share)
    changes(world, sam, share)
    assert isinstance(ends(world, challenge, right=True), Closed)
    assert sam.said(share).count("opened") == 0
    assert sam.said(share)[-1] == "refused"
