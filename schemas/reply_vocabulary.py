"""What a recipient can answer and the holder can answer back: closed lists, with their words in English and Welsh.

The Welsh is a draft until a named translator signs it.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from schemas.labels import Label


class RequestKind(StrEnum):
    """What a recipient asks the holder for."""

    MORE = "more"  # further sections
    FOR_MANAGER = "for-manager"  # that a named line manager may read it too


class RequestState(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    ACCEPTED = "accepted"  # the holder shared
    REFUSED = "refused"
    EXPIRED = "expired"  # nobody answered in time; told from when it was asked, never stored


class PoliteAnswer(StrEnum):
    """How a holder says no. Ready-made, so that nobody has to give a reason."""

    NOT_NOW = "not-now"
    NOT_NEEDED = "not-needed"
    TALK_FIRST = "talk-first"
    PREFER_NOT = "prefer-not"


ANSWERS: Final[Mapping[PoliteAnswer, Label]] = MappingProxyType(
    {
        PoliteAnswer.NOT_NOW: Label(
            "Thank you for asking. I do not want to share more at the moment.",
            "Diolch am ofyn. Dydw i ddim am rannu mwy ar hyn o bryd.",
        ),
        PoliteAnswer.NOT_NEEDED: Label(
            "Thank you for asking. I think that what you have is enough for this.",
            "Diolch am ofyn. Rwy’n meddwl bod yr hyn sydd gennych yn ddigon ar gyfer hyn.",
        ),
        PoliteAnswer.TALK_FIRST: Label(
            "Thank you for asking. I would like to talk about it first.",
            "Diolch am ofyn. Hoffwn siarad am y peth yn gyntaf.",
        ),
        PoliteAnswer.PREFER_NOT: Label(
            "Thank you for asking. I prefer to keep this to myself.",
            "Diolch am ofyn. Mae’n well gen i gadw hyn i mi fy hun.",
        ),
    }
)
