"""What a recipient may answer: which request fits a share, and what they may say of a change at work. Pure.

A change is asked for, agreed, in place and at last ended, or refused with a reason. Its holder tells where it stands as
they know it, perhaps from the job before, and no table binds them (docs/adr/0025). What a recipient may say follows on
what they said last themselves. Leaves out: rows and signatures (passport.replies, passport.countersigning).
"""

from collections.abc import Collection, Mapping
from datetime import date
from types import MappingProxyType
from typing import ClassVar, Final

from consent.grant import Recipient
from consent.presets import offered
from consent.review import OVER
from schemas.errors import PassportError
from schemas.sections.work import ChangeStatus
from schemas.vocabulary import RecipientKind, Section

_ASKED, _AGREED, _IN_PLACE = ChangeStatus.ASKED, ChangeStatus.AGREED, ChangeStatus.IN_PLACE
_REFUSED, _ENDED = ChangeStatus.REFUSED, ChangeStatus.ENDED

_FIRST: Final = frozenset({_AGREED, _IN_PLACE, _REFUSED})

FIRST_MOVES: Final[Mapping[ChangeStatus, frozenset[ChangeStatus]]] = MappingProxyType(
    {
        _ASKED: _FIRST,
        _AGREED: _FIRST,  # perhaps by an employer before this one
        _IN_PLACE: _FIRST | {_ENDED},
        _REFUSED: _FIRST,
        _ENDED: frozenset(),  # what has ended is asked for anew
    }
)
"""For each status that the holder tells, what a recipient who has said nothing of it yet may say."""

MOVES: Final[Mapping[ChangeStatus, frozenset[ChangeStatus]]] = MappingProxyType(
    {
        _ASKED: frozenset(),  # no recipient says so
        _AGREED: frozenset({_IN_PLACE, _REFUSED, _ENDED}),
        _IN_PLACE: frozenset({_AGREED, _ENDED}),  # agreed: when it was said to be in place by mistake
        _REFUSED: frozenset({_AGREED, _IN_PLACE}),
        _ENDED: frozenset(),
    }
)
"""For each status that the recipient said last, what they may say next, whatever the holder tells."""


class ReplyError(PassportError):
    """What a recipient answers does not fit what was shared with them."""

    code: ClassVar[str] = "reply_invalid"


class AdjustmentMoveError(ReplyError):
    """A recipient cannot move a change at work there from where it stands."""

    code: ClassVar[str] = "adjustment_move"


class AdjustmentReasonError(ReplyError):
    """A refusal without its reason, or a reason for something else."""

    code: ClassVar[str] = "adjustment_reason"


class AdjustmentReviewError(ReplyError):
    """A day to look at a change again that has passed, or one for a change that is over."""

    code: ClassVar[str] = "adjustment_review"


class NotOfferedError(ReplyError):
    """A section is asked for that this kind of recipient cannot be given, or has already."""

    code: ClassVar[str] = "section_not_offered"


class OtherRecipientError(ReplyError):
    """A share is to answer a request, and is with somebody else than who asked, or than the manager they named."""

    code: ClassVar[str] = "answers_other_recipient"


class OtherSectionsError(ReplyError):
    """A share is to answer a request, and holds nothing of what was asked for."""

    code: ClassVar[str] = "answers_other_sections"


def moves(told: ChangeStatus, said: ChangeStatus | None) -> frozenset[ChangeStatus]:
    """Return what a recipient, who can make the change, may say of it.

    `told`: where it stands as its holder tells; `said`: as the recipient said last, None while they have said nothing.
    """
    return FIRST_MOVES[told] if said is None else MOVES[said]


def check_move(
    told: ChangeStatus, to: ChangeStatus, *, said: ChangeStatus | None = None, reason: str | None = None
) -> None:
    """Check what a recipient says of a change at work; `told` and `said` as in `moves`.

    Raises:
        AdjustmentMoveError: they may not say so now.
        AdjustmentReasonError: it is refused without a reason, or a reason comes with anything else.
    """
    allowed = moves(told, said)
    if to not in allowed:
        stands = f"told as {told}" if said is None else f"{said}, as you said"
        expected = ", ".join(sorted(allowed)) or "nothing"
        raise AdjustmentMoveError(f"this change is {stands}: you may make it {expected}, not {to}")
    if (to is ChangeStatus.REFUSED) != bool(reason):
        raise AdjustmentReasonError("give a reason when you refuse a change, and only then")


def check_review(to: ChangeStatus, day: date | None, *, standing: date | None, today: date) -> None:
    """Check the day that a recipient gives for looking at a change again; the one that stands is no news.

    Raises:
        AdjustmentReviewError: it has passed, or the change is over.
    """
    if day is None or day == standing:
        return
    if to in OVER:
        raise AdjustmentReviewError(f"a change that is {to} is not looked at again: leave the day out")
    if day < today:
        raise AdjustmentReviewError(f"expected a day from {today} on: the one given has passed")


def askable(kind: RecipientKind, given: Collection[Section]) -> tuple[Section, ...]:
    """Return the sections that a recipient may ask for: offered to their kind, and not in what they were given.

    It follows from the kind of recipient and the share alone, so that it tells nothing of what the passport holds.
    """
    return tuple(offer.section for offer in offered(kind) if offer.section not in given)


def check_asked(kind: RecipientKind, given: Collection[Section], wanted: Collection[Section]) -> None:
    """Check a request for more.

    Raises:
        NotOfferedError: nothing is asked for, or what cannot be.
    """
    if not wanted or set(wanted).difference(askable(kind, given)):
        raise NotOfferedError("choose from the sections that can be asked for")


def check_answer(
    asker: Recipient,
    wanted: Collection[Section],
    *,
    manager: str | None = None,
    recipient: Recipient,
    given: Collection[Section],
) -> None:
    """Check that a share answers a request: the recipient's program reads `accepted` of no other one.

    It is with who asked, or with the line manager they named, and gives at least one section of those `wanted`: giving
    less than was asked for is the holder's to choose. For a line manager `wanted` is what the asker was given.

    Raises:
        OtherRecipientError: it is with somebody else.
        OtherSectionsError: it gives nothing of what was asked for.
    """
    expected = asker if manager is None else Recipient(asker.kind, manager)
    if (recipient.kind, _plain(recipient.name)) != (expected.kind, _plain(expected.name)):
        raise OtherRecipientError(
            "this request was made for another recipient: share with whom it names, or share without answering it"
        )
    if not set(wanted).intersection(given):
        raise OtherSectionsError(
            "this share holds nothing that was asked for: add a section that was, or refuse the request"
        )


def _plain(name: str) -> str:
    """Return a name as it is compared: how it is spaced and whether it is in capitals makes nobody somebody else."""
    return " ".join(name.split()).casefold()
