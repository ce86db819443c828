"""How the numbered steps of a verification are printed, for people and as JSON, whatever is verified. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from consent.steps import Number, NumberedStep, StepResult

_RESULTS: Final = {
    StepResult.PASSED: "pass",
    StepResult.FAILED: "FAIL",
    StepResult.NOT_CHECKED: "not checked",
    StepResult.NOT_REQUIRED: "not needed",
}
_WIDTH: Final = 16  # characters: the longest name of a step


def step_line(step: NumberedStep[Number], names: Mapping[Number, str]) -> str:
    """Return one step for people, with its name; a code where something is to be done about it."""
    code = f" [{step.code}]" if step.result in (StepResult.FAILED, StepResult.NOT_CHECKED) else ""
    return f"{step.number:2d} {names[step.number]:<{_WIDTH}} {_RESULTS[step.result]:<12} {step.message}{code}"


def step_document(step: NumberedStep[Number]) -> dict[str, Any]:
    """Return one step as JSON values."""
    return {
        "number": int(step.number),
        "name": step.number.name.lower(),
        "result": step.result,
        "code": step.code,
        "message": step.message,
    }
