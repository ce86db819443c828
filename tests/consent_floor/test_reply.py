"""Who may move a change at work from where to where, and what a recipient may ask for."""

from itertools import product

import pytest

from consent.reply import (
    MOVES,
    AdjustmentMoveError,
    AdjustmentReasonError,
    NotOfferedError,
    askable,
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
