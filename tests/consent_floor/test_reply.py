"""Who may move a change at work from where to where, and what a recipient may ask for."""

from dataclasses import replace
from itertools import product

import pytest

from consent.grant import Recipient
from consent.reply import (
    MOVES,
    AdjustmentMoveError,
    AdjustmentReasonError,
    NotOfferedError,
    OtherRecipientError,
    OtherSectionsError,
    ReplyError,
    askable,
    check_answer,
    check_asked,
    moved,
)
from schemas.consent_vocabulary import ConsentParty
from schemas.sections.work import ChangeStatus
from schemas.vocabulary import RecipientKind, Section

R, H = ConsentParty.RECIPIENT, ConsentParty.HOLDER
ASKED, AGREED, IN_PLACE = ChangeStatus.ASKED, ChangeStatus.AGREED, ChangeStatus.IN_PLACE
REFUSED, ENDED = ChangeStatus.REFUSED, ChangeStatus.ENDED
ALLOWED = {
    *((R, ASKED, to) for to in (AGREED, IN_PLACE, REFUSED)),
    *((R, AGREED, to) for to in (IN_PLACE, REFUSED, ENDED)),
    (R, IN_PLACE, ENDED),
    *((R, REFUSED, to) for to in (AGREED, IN_PLACE)),
    *((H, was, ENDED) for was in (ASKED, AGREED, IN_PLACE, REFUSED)),
    *((H, was, ASKED) for was in (REFUSED, ENDED)),
}
EVERY = list(product(ConsentParty, ChangeStatus, ChangeStatus))


@pytest.mark.parametrize(("by", "was", "to"), EVERY)
def test_a_change_moves_as_the_table_says_and_in_no_other_way(
    by: ConsentParty, was: ChangeStatus, to: ChangeStatus
) -> None:
    reason = "Too dear" if to is REFUSED else None
    if (by, was, to) in ALLOWED:
        assert moved(was, to, by=by, reason=reason) is to
    else:
        with pytest.raises(AdjustmentMoveError):
            moved(was, to, by=by, reason=reason)


def test_every_party_and_status_is_in_the_table() -> None:
    assert MOVES.keys() == set(ConsentParty)
    assert all(moves.keys() == set(ChangeStatus) for moves in MOVES.values())


@pytest.mark.parametrize(("to", "reason"), [(REFUSED, None), (REFUSED, ""), (AGREED, "Why not")])
def test_a_refusal_alone_has_a_reason(to: ChangeStatus, reason: str | None) -> None:
    with pytest.raises(AdjustmentReasonError):
        moved(ASKED, to, by=R, reason=reason)


def test_nobody_asks_for_what_they_have_or_cannot_be_given() -> None:
    given = {Section.ADJUSTMENTS}
    employer = RecipientKind.EMPLOYER
    check_asked(employer, given, askable(employer, given))
    for wanted in (set(), given, {Section.CONDITIONS}, {Section.WORK, Section.DIARY}):
        with pytest.raises(NotOfferedError):
            check_asked(employer, given, wanted)


ACME, KIM = (Recipient(RecipientKind.EMPLOYER, name) for name in ("Acme Tiles", "Kim Example"))
GP, OTHER = Recipient(RecipientKind.GP, "Acme Tiles"), Recipient(RecipientKind.EMPLOYER, "Brick Ltd")
WORK, ABOUT, UNWELL = Section.WORK, Section.ABOUT_ME, Section.IF_UNWELL
# Whom the asker names as their line manager, what was asked for, the share's recipient and sections, and what is wrong.
ANSWERS: list[tuple[str | None, set[Section], Recipient, set[Section], type[ReplyError] | None]] = [
    (None, {WORK}, ACME, {WORK}, None),
    (None, {WORK}, ACME, {WORK, ABOUT}, None),
    (None, {WORK, UNWELL}, ACME, {ABOUT, WORK}, None),  # less than was asked for
    (None, {WORK}, replace(ACME, name=" ACME  tiles"), {WORK}, None),
    (None, {WORK}, ACME, {ABOUT}, OtherSectionsError),
    (None, {WORK}, GP, {WORK}, OtherRecipientError),
    (None, {WORK}, OTHER, {WORK}, OtherRecipientError),
    (None, {WORK}, KIM, {WORK}, OtherRecipientError),
    ("Kim Example", {ABOUT}, KIM, {ABOUT}, None),
    ("Kim Example", {ABOUT}, KIM, {ABOUT, WORK}, None),
    ("Kim Example", {ABOUT}, KIM, {WORK}, OtherSectionsError),
    ("Kim Example", {ABOUT}, ACME, {ABOUT}, OtherRecipientError),
    ("Kim Example", {ABOUT}, replace(KIM, kind=RecipientKind.GP), {ABOUT}, OtherRecipientError),
]


@pytest.mark.parametrize(("manager", "wanted", "recipient", "given", "wrong"), ANSWERS)
def test_a_share_answers_only_who_asked_or_whom_they_named_and_with_something_that_was_asked_for(
    manager: str | None,
    wanted: set[Section],
    recipient: Recipient,
    given: set[Section],
    wrong: type[ReplyError] | None,
) -> None:
    if wrong is None:
        check_answer(ACME, wanted, manager=manager, recipient=recipient, given=given)
        return
    with pytest.raises(wrong):
        check_answer(ACME, wanted, manager=manager, recipient=recipient, given=given)
