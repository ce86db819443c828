"""What a recipient may say of a change at work, when it is looked at again, and what they may ask for."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from consent.grant import Recipient
from consent.reply import (
    FIRST_MOVES,
    MOVES,
    AdjustmentMoveError,
    AdjustmentReasonError,
    AdjustmentReviewError,
    NotOfferedError,
    OtherRecipientError,
    OtherSectionsError,
    ReplyError,
    askable,
    check_answer,
    check_asked,
    check_move,
    check_review,
    moves,
)
from schemas.sections.work import ChangeStatus
from schemas.vocabulary import RecipientKind, Section

ASKED, AGREED, IN_PLACE = ChangeStatus.ASKED, ChangeStatus.AGREED, ChangeStatus.IN_PLACE
REFUSED, ENDED = ChangeStatus.REFUSED, ChangeStatus.ENDED
NONE: frozenset[ChangeStatus] = frozenset()
ALLOWED: dict[ChangeStatus | None, dict[ChangeStatus, frozenset[ChangeStatus]]] = {
    None: {  # they have said nothing yet: what the holder tells may be from the job before
        ASKED: frozenset({AGREED, IN_PLACE, REFUSED}),
        AGREED: frozenset({AGREED, IN_PLACE, REFUSED}),
        IN_PLACE: frozenset({AGREED, IN_PLACE, REFUSED, ENDED}),
        REFUSED: frozenset({AGREED, IN_PLACE, REFUSED}),
        ENDED: NONE,
    },
    ASKED: dict.fromkeys(ChangeStatus, NONE),
    AGREED: dict.fromkeys(ChangeStatus, frozenset({IN_PLACE, REFUSED, ENDED})),
    IN_PLACE: dict.fromkeys(ChangeStatus, frozenset({AGREED, ENDED})),
    REFUSED: dict.fromkeys(ChangeStatus, frozenset({AGREED, IN_PLACE})),
    ENDED: dict.fromkeys(ChangeStatus, NONE),
}
"""What they said last -> what the holder tells -> what they may say."""


@pytest.mark.parametrize(("told", "said", "to"), list(product(ChangeStatus, ALLOWED, ChangeStatus)))
def test_a_recipient_says_what_follows_on_what_they_said_themselves_and_nothing_else(
    told: ChangeStatus, said: ChangeStatus | None, to: ChangeStatus
) -> None:
    reason = "Too dear" if to is REFUSED else None
    assert moves(told, said) == ALLOWED[said][told]
    if to in ALLOWED[said][told]:
        check_move(told, to, said=said, reason=reason)
    else:
        with pytest.raises(AdjustmentMoveError):
            check_move(told, to, said=said, reason=reason)


def test_every_status_is_in_the_tables() -> None:
    assert FIRST_MOVES.keys() == MOVES.keys() == set(ChangeStatus)


@pytest.mark.parametrize(("to", "reason"), [(REFUSED, None), (REFUSED, ""), (AGREED, "Why not")])
def test_a_refusal_alone_has_a_reason(to: ChangeStatus, reason: str | None) -> None:
    with pytest.raises(AdjustmentReasonError):
        check_move(ASKED, to, reason=reason)


TODAY = date(2026, 5, 1)
PASSED = TODAY - timedelta(days=1)


@pytest.mark.parametrize("to", ChangeStatus)
def test_a_day_to_look_at_a_change_again_is_to_come_and_none_is_given_for_what_is_over(
    to: ChangeStatus,
) -> None:
    for day, standing in ((None, None), (None, PASSED), (PASSED, PASSED)):  # it stands: that is no news
        check_review(to, day, standing=standing, today=TODAY)
    for day in (TODAY, PASSED):
        if day is TODAY and to not in {REFUSED, ENDED}:
            check_review(to, day, standing=None, today=TODAY)
            continue
        with pytest.raises(AdjustmentReviewError):
            check_review(to, day, standing=None, today=TODAY)


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
