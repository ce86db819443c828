"""What a recipient may answer: which request fits a share, and who may move a change at work from where to where. Pure.

A change is asked for, agreed, in place and at last ended, or refused with a reason. Leaves out: rows and signatures
(passport.replies, passport.countersigning).
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import ClassVar, Final

from consent.grant import Recipient
from consent.presets import offered
from schemas.consent_vocabulary import ConsentParty
from schemas.errors import PassportError
from schemas.sections.work import ChangeStatus
from schemas.vocabulary import RecipientKind, Section

_ASKED, _AGREED, _IN_PLACE = ChangeStatus.ASKED, ChangeStatus.AGREED, ChangeStatus.IN_PLACE
_REFUSED, _ENDED = ChangeStatus.REFUSED, ChangeStatus.ENDED

MOVES: Final[Mapping[ConsentParty, Mapping[ChangeStatus, frozenset[ChangeStatus]]]] = MappingProxyType(
    {
        # Who can make the change says what becomes of it. What has ended is asked for anew.
        ConsentParty.RECIPIENT: MappingProxyType(
            {
                _ASKED: frozenset({_AGREED, _IN_PLACE, _REFUSED}),
                _AGREED: frozenset({_IN_PLACE, _REFUSED, _ENDED}),
                _IN_PLACE: frozenset({_ENDED}),
                _REFUSED: frozenset({_AGREED, _IN_PLACE}),
                _ENDED: frozenset(),
            }
        ),
        # Who needs the change asks for it, and can do without it.
        ConsentParty.HOLDER: MappingProxyType(
            {
                _ASKED: frozenset({_ENDED}),
                _AGREED: frozenset({_ENDED}),
                _IN_PLACE: frozenset({_ENDED}),
                _REFUSED: frozenset({_ASKED, _ENDED}),
                _ENDED: frozenset({_ASKED}),
            }
        ),
        ConsentParty.SERVICE: MappingProxyType({status: frozenset() for status in ChangeStatus}),
    }
)
"""From each status, those that a party may move a change to."""


class ReplyError(PassportError):
    """What a recipient answers does not fit what was shared with them."""

    code: ClassVar[str] = "reply_invalid"


class AdjustmentMoveError(ReplyError):
    """A change at work cannot go there from where it stands, or not by this party."""

    code: ClassVar[str] = "adjustment_move"


class AdjustmentReasonError(ReplyError):
    """A refusal without its reason, or a reason for something else."""

    code: ClassVar[str] = "adjustment_reason"


class NotOfferedError(ReplyError):
    """A section is asked for that this kind of recipient cannot be given, or has already."""

    code: ClassVar[str] = "section_not_offered"


class OtherRecipientError(ReplyError):
    """A share is to answer a request, and is with somebody else than who asked, or than the manager they named."""

    code: ClassVar[str] = "answers_other_recipient"


class OtherSectionsError(ReplyError):
    """A share is to answer a request, and holds nothing of what was asked for."""

    code: ClassVar[str] = "answers_other_sections"


def moved(
    status: ChangeStatus, to: ChangeStatus, *, by: ConsentParty, reason: str | None = None
) -> ChangeStatus:
    """Return where a change at work stands after a move.

    Raises:
        AdjustmentMoveError: this party may not move it there from here.
        AdjustmentReasonError: it is refused without a reason, or a reason comes with anything else.
    """
    if to not in MOVES[by][status]:
        allowed = ", ".join(sorted(MOVES[by][status])) or "nothing"
        raise AdjustmentMoveError(f"this change is {status}: {by} may make it {allowed}, not {to}")
    if (to is ChangeStatus.REFUSED) != bool(reason):
        raise AdjustmentReasonError("give a reason when you refuse a change, and only then")
    return to


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
