"""Which of the numbered steps of a verification decides its outcome. Pure."""

from collections.abc import Sequence

from consent.steps import Number, NumberedStep, StepResult


def deciding_step(steps: Sequence[NumberedStep[Number]]) -> NumberedStep[Number] | None:
    """Return the step that failed, else the first that could not be checked; None where all of them passed."""
    order = (StepResult.FAILED, StepResult.NOT_CHECKED)
    return next((step for result in order for step in steps if step.result is result), None)
