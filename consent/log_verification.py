"""What verifying an exported access log answers: an outcome, numbered steps, and the events that stood.

Left out: the checks themselves (consent.access_log).
"""

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar, Final, Self

from consent.access_event import AccessEvent
from consent.checkpoint import Checkpoint
from consent.steps import NumberedStep, Outcome, StepResult, Steps, passes
from issuers.encoding import decode_base64url, encode_base64url
from schemas.errors import EncodingError
from schemas.vocabulary import Language

_HEAD: Final = re.compile(r"(0|[1-9][0-9]{0,17}):([A-Za-z0-9_-]{43})", re.ASCII)


class LogStepNumber(IntEnum):
    """The numbered steps, in the order they are taken."""

    PARSE = 1
    CHECKPOINTS = 2
    GROWTH = 3
    KNOWN_CHECKPOINT = 4
    CHAIN = 5
    KNOWN_HEAD = 6
    CONTENT = 7
    PLACE = 8


LogStep = NumberedStep[LogStepNumber]


class HeadFormatError(EncodingError):
    """A line is not the end of a chain."""

    code: ClassVar[str] = "chain_head_format"


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The end of a passport's chain. Whoever keeps one sees later whether events were cut off or changed."""

    sequence: int  # of the last event; 0 where there is none
    hash: bytes  # 32 bytes

    def encode(self) -> str:
        """Return it as a line to keep: the number, a colon, and the hash in base64url."""
        return f"{self.sequence}:{encode_base64url(self.hash)}"

    @classmethod
    def decode(cls, text: str) -> Self:
        """Return the end of a chain that somebody kept as a line.

        Raises:
            HeadFormatError: another form.
        """
        match = _HEAD.fullmatch(text)
        if match is None:
            raise HeadFormatError("expected the number of an event, a colon and a hash of 43 characters")
        try:
            return cls(int(match[1]), decode_base64url(match[2]))
        except EncodingError as exc:
            raise HeadFormatError("expected a hash of 32 bytes in base64url") from exc


@dataclass(frozen=True, slots=True)
class VerifiedEvent:
    """One event whose place in the chain stands."""

    sequence: int
    event: AccessEvent | None  # None: present, and nobody can read it any more
    position: int | None  # of its leaf in the tree; None: not in it yet


@dataclass(frozen=True, slots=True)
class LogVerification:
    """The answer. What it found is empty or None when it is refused."""

    outcome: Outcome
    steps: tuple[LogStep, ...]
    passport: str | None
    checkpoint: Checkpoint | None  # the newest: what is said of the tree holds for it
    head: ChainHead | None
    events: tuple[VerifiedEvent, ...]

    @property
    def failed(self) -> LogStep | None:
        """The step that refused it."""
        return next((step for step in self.steps if step.result is StepResult.FAILED), None)

    @property
    def unreadable(self) -> int:
        """How many events are present that nobody can read any more."""
        return sum(event.event is None for event in self.events)


class LogSteps(Steps[LogStepNumber]):
    """Collects the steps of one verification of an exported access log."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_PASSES)


_PASSES: Final = passes(
    {
        LogStepNumber.PARSE: "well formed",
        LogStepNumber.CHECKPOINTS: "each checkpoint is signed by the log's key",
        LogStepNumber.GROWTH: "the log only grew from one checkpoint to the next",
        LogStepNumber.KNOWN_CHECKPOINT: "the log only grew since the checkpoint that you kept",
        LogStepNumber.CHAIN: "every event follows the one before it, without a gap",
        LogStepNumber.KNOWN_HEAD: "what you saw before is still there, unaltered",
        LogStepNumber.CONTENT: "each event says what was recorded when it happened",
        LogStepNumber.PLACE: "each event stands in the log's tree, in its order",
    }
)


_LIMITS: Final = {
    Language.ENGLISH: (
        "It does not prove who a person was: a name is what they said.",
        "It does not prove that nothing happened after its last event.",
        "It does not prove what people did outside this service.",
    ),
    Language.WELSH: (
        "Nid yw’n profi pwy oedd neb: enw yw’r hyn a ddywedon nhw.",
        "Nid yw’n profi na ddigwyddodd dim ar ôl ei ddigwyddiad olaf.",
        "Nid yw’n profi beth wnaeth pobl y tu allan i’r gwasanaeth hwn.",
    ),
}


def log_does_not_prove(language: Language) -> tuple[str, ...]:
    """Return the sentences that stand beside a log that verified."""
    return _LIMITS[language]
