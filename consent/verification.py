"""What a verification answers: an outcome, numbered steps, and the entries that stood.

Left out: the checks themselves (consent.verify).
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from types import TracebackType
from typing import Final, Self

from issuers.policy import SdJwtPolicy
from schemas.errors import PassportError
from schemas.readable import ReadableEntry
from schemas.vocabulary import Language, Section


class Outcome(StrEnum):
    """The three answers; the command line exits 0, 1 and 2 with them."""

    VALID = "valid"
    REFUSED = "refused"
    NOT_CHECKED = "not_checked"


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


class StepResult(StrEnum):
    """How one step ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"  # something was missing or stale, or an earlier step failed
    NOT_REQUIRED = "not_required"  # the policy, or the kind of file, does not ask for it


@dataclass(frozen=True, slots=True)
class Step:
    """One step's result. `code` is stable; `message` is for people and holds no health fact."""

    number: StepNumber
    result: StepResult
    code: str
    message: str


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


class Refusal(Exception):  # noqa: N818 - not an error: it ends the steps and becomes a returned Verification
    """Ends the steps with a stable code. Internal to consent: verify() returns it as a failed step."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


_PASSED: Final = {
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


_PASSES: Final = {
    number: Step(number, StepResult.PASSED, number.name.lower(), message)
    for number, message in _PASSED.items()
}


@dataclass(slots=True)
class StepLog:
    """Collects the steps of one verification: `with log.step(...)` records a pass unless the body says otherwise.

    A Refusal or any other PassportError in the body is recorded as the failed step, and leaves it as a Refusal.
    """

    steps: list[Step] = field(default_factory=list)
    _current: StepNumber = StepNumber.PARSE

    def step(self, number: StepNumber) -> Self:
        """Begin a step; to be used in a `with` statement."""
        self._current = number
        return self

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if isinstance(error, Refusal | PassportError):
            self._add(self._current, StepResult.FAILED, error.code, str(error))
            if isinstance(error, PassportError):
                raise Refusal(error.code, str(error)) from error
        elif error is None and (not self.steps or self.steps[-1].number is not self._current):
            self.steps.append(_PASSES[self._current])

    def not_checked(self, number: StepNumber, code: str, message: str) -> None:
        """Record that the step could not be taken."""
        self._add(number, StepResult.NOT_CHECKED, code, message)

    def not_required(self, number: StepNumber, message: str) -> None:
        """Record that nobody asks for the step here."""
        self._add(number, StepResult.NOT_REQUIRED, "not_required", message)

    def finish(self) -> tuple[Step, ...]:
        """Return all steps; those after a failure as not checked."""
        for number in list(StepNumber)[len(self.steps) :]:
            self._add(number, StepResult.NOT_CHECKED, "not_reached", "an earlier step failed")
        return tuple(self.steps)

    @property
    def outcome(self) -> Outcome:
        """The answer the steps add up to."""
        results = {step.result for step in self.steps}
        if StepResult.FAILED in results:
            return Outcome.REFUSED
        return Outcome.NOT_CHECKED if StepResult.NOT_CHECKED in results else Outcome.VALID

    def _add(self, number: StepNumber, result: StepResult, code: str, message: str) -> None:
        if (
            self.steps and self.steps[-1].number is number
        ):  # a failure outweighs what could not be checked before it
            self.steps.pop()
        self.steps.append(Step(number, result, code, message))


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
