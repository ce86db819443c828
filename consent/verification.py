"""What a verification answers: an outcome, numbered steps, and the entries that stood.

Left out: the checks themselves (consent.verify).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final

from consent.steps import NumberedStep, Outcome, Refusal, StepResult, Steps, passes
from issuers.policy import SdJwtPolicy
from schemas.readable import ReadableEntry
from schemas.vocabulary import Language, Section

__all__ = [
    "Outcome",
    "Policy",
    "Refusal",
    "Step",
    "StepLog",
    "StepNumber",
    "StepResult",
    "Verification",
    "VerifiedEntry",
    "VerifiedShare",
    "does_not_prove",
]


class StepNumber(IntEnum):
    """The numbered steps, in the order they are taken."""

    PARSE = 1
    ISSUER = 2
    SIGNATURE = 3
    DISCLOSURES = 4
    TIMES = 5
    KEY_BINDING = 6
    ENTRY_STATUS = 7
    SHARE_STATUS = 8
    READABLE = 9


Step = NumberedStep[StepNumber]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(SdJwtPolicy):
    """What this verifier asks for: `audience` is the share's urn. Key binding is required unless it says otherwise."""

    require_key_binding: bool = True


@dataclass(frozen=True, slots=True)
class VerifiedEntry:
    """One entry whose every step passed, or whose status alone could not be checked."""

    section: Section
    readable: ReadableEntry
    issuer: str  # the issuer's URL
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class VerifiedShare:
    """What the key binding of all entries says together."""

    audience: str  # the share's urn
    nonce: str
    released_at: datetime
    language: Language | None  # of a Bundle's readable part


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer. `entries` and `share` are empty when it is refused."""

    outcome: Outcome
    as_of: datetime  # what is said holds for this moment: that of the oldest status list relied on
    steps: tuple[Step, ...]
    entries: tuple[VerifiedEntry, ...]
    share: VerifiedShare | None

    @property
    def holder_name(self) -> str | None:
        """The name that the holder chose to show, where it is shown."""
        shown = (entry.readable for entry in self.entries if entry.section is Section.ABOUT_ME)
        return next((readable.claims.get("name") for readable in shown), None)

    @property
    def failed(self) -> Step | None:
        """The step that refused it."""
        return next((step for step in self.steps if step.result is StepResult.FAILED), None)


class StepLog(Steps[StepNumber]):
    """Collects the steps of one verification of a presentation or of a Bundle."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_PASSES)


_PASSES: Final = passes(
    {
        StepNumber.PARSE: "well formed",
        StepNumber.ISSUER: "the trust list lets the issuer sign this section",
        StepNumber.SIGNATURE: "signed by the issuer's key, unaltered",
        StepNumber.DISCLOSURES: "every disclosed part belongs to what was signed",
        StepNumber.TIMES: "within its dates",
        StepNumber.KEY_BINDING: "released under this share by the passport it belongs to",
        StepNumber.ENTRY_STATUS: "not withdrawn by its issuer",
        StepNumber.SHARE_STATUS: "the share is not withdrawn by the holder",
        StepNumber.READABLE: "the readable part says what was signed, and nothing else",
    }
)


_LIMITS: Final = {
    Language.ENGLISH: (
        "It does not prove who the person in front of you is.",
        "It does not prove that this is everything: the holder chose what to share.",
        "It does not prove that it is still so today: it was true when it was told or signed.",
    ),
    Language.WELSH: (
        "Nid yw’n profi pwy yw’r person o’ch blaen.",
        "Nid yw’n profi bod popeth yma: y deiliad a ddewisodd beth i’w rannu.",
        "Nid yw’n profi ei fod yn wir heddiw: roedd yn wir pan gafodd ei ddweud neu ei lofnodi.",
    ),
}


def does_not_prove(language: Language) -> tuple[str, ...]:
    """Return the sentences that stand beside every tick."""
    return _LIMITS[language]
