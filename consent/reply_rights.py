"""What a recipient may still do while a share runs, after its end, and after its holder stopped it. Pure.

What is only noted goes on: that it was read, that copies were deleted. What is signed for both sides needs, once the
share is over, somebody of whom more is known than that they had the link. Nothing new of what was shared comes to
anybody then; what they said themselves stays theirs.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from consent.assurance import at_least
from schemas.consent_vocabulary import Assurance


class ShareStanding(StrEnum):
    """Where a share stands, for its recipient."""

    RUNS = "runs"
    ENDED = "ended"  # its last day is over
    STOPPED = "stopped"  # by its holder, whether its last day is over or not


class ReplyAct(StrEnum):
    """What a recipient does with their reply capability, or gets by it."""

    ACKNOWLEDGE = "acknowledge"
    CONFIRM_DELETION = "confirm-deletion"
    ASK = "ask"  # for more, or that a line manager may read it too
    STATE_TERMS = "state-terms"
    COUNTERSIGN = "countersign"  # once the share is over: only go on with what they answered themselves
    OWN_DAYS = "own-days"  # review days of their own answers, in a calendar
    READ_NAME = "read-name"  # of who shares it, as it is shared
    SHARED_DAYS = "shared-days"  # those of what is shared, and of what others answered to it
    REMINDER = "reminder"  # of a review


class NotNow(StrEnum):
    """Why something cannot be done."""

    STILL_RUNS = "still-runs"
    OVER = "over"
    STOPPED = "stopped"
    SHOW_MORE = "show-more"  # of who they are


_RUNS, _ENDED, _STOPPED = ShareStanding.RUNS, ShareStanding.ENDED, ShareStanding.STOPPED
_ANYBODY, _KNOWN = Assurance.LINK, Assurance.WORK_EMAIL
_ALWAYS: Final = MappingProxyType({_RUNS: _ANYBODY, _ENDED: _ANYBODY, _STOPPED: _ANYBODY})

RIGHTS: Final[Mapping[ReplyAct, Mapping[ShareStanding, Assurance]]] = MappingProxyType(
    {
        ReplyAct.ACKNOWLEDGE: _ALWAYS,
        ReplyAct.CONFIRM_DELETION: MappingProxyType({_ENDED: _ANYBODY, _STOPPED: _ANYBODY}),
        ReplyAct.ASK: MappingProxyType({_RUNS: _ANYBODY, _ENDED: _ANYBODY}),
        ReplyAct.STATE_TERMS: MappingProxyType({_RUNS: _ANYBODY, _ENDED: _KNOWN, _STOPPED: _KNOWN}),
        ReplyAct.COUNTERSIGN: MappingProxyType({_RUNS: _ANYBODY, _ENDED: _KNOWN}),
        ReplyAct.OWN_DAYS: _ALWAYS,
        ReplyAct.READ_NAME: MappingProxyType({_RUNS: _KNOWN}),
        ReplyAct.SHARED_DAYS: MappingProxyType({_RUNS: _ANYBODY}),
        ReplyAct.REMINDER: MappingProxyType({_RUNS: _ANYBODY, _ENDED: _ANYBODY}),
    }
)
"""For each act, where it can be done, and how sure we have to be of whoever does it."""


def standing_of(*, ends_at: datetime, stopped_at: datetime | None, now: datetime) -> ShareStanding:
    """Return where a share stands; stopped outweighs ended."""
    if stopped_at is not None:
        return _STOPPED
    return _ENDED if now >= ends_at else _RUNS


def refusal(act: ReplyAct, *, standing: ShareStanding, level: Assurance) -> NotNow | None:
    """Return why a recipient of this level cannot do it now; None when they can."""
    rights = RIGHTS[act]
    if standing in rights:
        return None if at_least(level, rights[standing]) else NotNow.SHOW_MORE
    return {_RUNS: NotNow.STILL_RUNS, _ENDED: NotNow.OVER, _STOPPED: NotNow.STOPPED}[standing]
