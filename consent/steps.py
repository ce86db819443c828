"""The numbered steps of one verification, whatever is verified: what each answered, and what they add up to.

Left out: which steps there are (consent.verification, consent.log_verification), and the checks themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from types import TracebackType
from typing import Generic, Self, TypeVar

from schemas.errors import PassportError

Number = TypeVar("Number", bound=IntEnum)  # the numbers of the steps, from 1, in the order they are taken


class Outcome(StrEnum):
    """The three answers; the command line exits 0, 1 and 2 with them."""

    VALID = "valid"
    REFUSED = "refused"
    NOT_CHECKED = "not_checked"


class StepResult(StrEnum):
    """How one step ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"  # something was missing or stale, or an earlier step failed
    NOT_REQUIRED = "not_required"  # the policy, or what is verified, does not ask for it


@dataclass(frozen=True)  # without slots: with them Python 3.11 cannot call NumberedStep[Number]
class NumberedStep(Generic[Number]):
    """One step's result. `code` is stable; `message` is for people, holds no health fact and tells of no event."""

    number: Number
    result: StepResult
    code: str
    message: str


class Refusal(Exception):  # noqa: N818 - not an error: it ends the steps and becomes a returned answer
    """Ends the steps with a stable code. Internal to consent: it is returned as a failed step."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


Passes = Mapping[
    Number, NumberedStep[Number]
]  # what is recorded of each step that passes: all steps, in order


def passes(words: Mapping[Number, str]) -> Passes[Number]:
    """Return what is recorded of each step that passes, made once: words for people, of all steps in their order."""
    return {
        number: NumberedStep(number, StepResult.PASSED, number.name.lower(), message)
        for number, message in words.items()
    }


@dataclass(slots=True)
class Steps(Generic[Number]):
    """Collects the steps of one verification: `with log.step(...)` records a pass unless the body says otherwise.

    A Refusal or any other PassportError in the body is recorded as the failed step, and leaves it as a Refusal.
    """

    _passes: Passes[Number]
    steps: list[NumberedStep[Number]] = field(default_factory=list)
    _current: Number = field(init=False)

    def step(self, number: Number) -> Self:
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
            self.steps.append(self._passes[self._current])

    def not_checked(self, number: Number, code: str, message: str) -> None:
        """Record that the step could not be taken, or not to its end."""
        self._add(number, StepResult.NOT_CHECKED, code, message)

    def not_required(self, number: Number, message: str, code: str = "not_required") -> None:
        """Record that nobody asks for the step here, or that there is nothing to take it on."""
        self._add(number, StepResult.NOT_REQUIRED, code, message)

    def finish(self) -> tuple[NumberedStep[Number], ...]:
        """Return all steps; those after a failure as not checked."""
        for number in list(self._passes)[len(self.steps) :]:
            self._add(number, StepResult.NOT_CHECKED, "not_reached", "an earlier step failed")
        return tuple(self.steps)

    @property
    def outcome(self) -> Outcome:
        """The answer the steps add up to."""
        results = {step.result for step in self.steps}
        if StepResult.FAILED in results:
            return Outcome.REFUSED
        return Outcome.NOT_CHECKED if StepResult.NOT_CHECKED in results else Outcome.VALID

    def _add(self, number: Number, result: StepResult, code: str, message: str) -> None:
        if (
            self.steps and self.steps[-1].number is number
        ):  # a failure outweighs what could not be checked before it
            self.steps.pop()
        self.steps.append(NumberedStep(number, result, code, message))
