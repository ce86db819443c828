"""What `passport log verify` answers, for people and as JSON. Pure; `terminal.say` filters it."""

from collections.abc import Iterator
from typing import Any, Final

from consent.log_verification import (
    LogStep,
    LogStepNumber,
    LogVerification,
    VerifiedEvent,
    log_does_not_prove,
)
from consent.verification import Outcome, StepResult
from issuers.encoding import encode_base64url
from schemas.vocabulary import Language

_RESULTS: Final = {
    StepResult.PASSED: "pass",
    StepResult.FAILED: "FAIL",
    StepResult.NOT_CHECKED: "not checked",
    StepResult.NOT_REQUIRED: "not needed",
}
_STEPS: Final = {
    LogStepNumber.PARSE: "form",
    LogStepNumber.CHECKPOINTS: "checkpoints",
    LogStepNumber.GROWTH: "growth",
    LogStepNumber.KNOWN_CHECKPOINT: "kept checkpoint",
    LogStepNumber.CHAIN: "chain",
    LogStepNumber.KNOWN_HEAD: "kept end",
    LogStepNumber.CONTENT: "content",
    LogStepNumber.PLACE: "place in tree",
}


def lines(found: LogVerification) -> Iterator[str]:
    """Yield the answer for people: the steps, the outcome, how far it reaches, and what it does not prove."""
    yield from map(_step_line, found.steps)
    yield ""
    yield _outcome(found)
    yield from _reach(found)
    yield ""
    yield "What this does not prove:"
    yield from (f"  {sentence}" for sentence in log_does_not_prove(Language.ENGLISH))


def document(found: LogVerification) -> dict[str, Any]:
    """Return the answer as JSON values, with every event that stood."""
    checkpoint, head = found.checkpoint, found.head
    return {
        "outcome": found.outcome,
        "steps": [_step(step) for step in found.steps],
        "passport": found.passport,
        "checkpoint": checkpoint
        and {"origin": checkpoint.origin, "size": checkpoint.size, "root": encode_base64url(checkpoint.root)},
        "head": head and {"sequence": head.sequence, "hash": encode_base64url(head.hash)},
        "events": [_event(event) for event in found.events],
        "does_not_prove": list(log_does_not_prove(Language.ENGLISH)),
    }


def _step_line(step: LogStep) -> str:
    result = _RESULTS[step.result]
    code = f" [{step.code}]" if step.result in (StepResult.FAILED, StepResult.NOT_CHECKED) else ""
    return f"{step.number:2d} {_STEPS[step.number]:<16} {result:<12} {step.message}{code}"


def _outcome(found: LogVerification) -> str:
    match found.outcome:
        case Outcome.VALID:
            return "The log stands: nothing is missing, altered or moved."
        case Outcome.NOT_CHECKED:
            return "NOT CHECKED: nothing was found wrong, and not everything could be looked at."
        case Outcome.REFUSED:
            failed = found.failed
            step = f" at step {failed.number:d} ({failed.code})" if failed else ""
            return f"REFUSED{step}. Do not rely on it."


def _reach(found: LogVerification) -> Iterator[str]:
    if found.checkpoint is None or found.head is None:
        return
    yield f"{found.head.sequence} events, up to the log's checkpoint of {found.checkpoint.size} leaves."
    if found.unreadable:
        yield f"Of these, nobody can read {found.unreadable} any more."


def _step(step: LogStep) -> dict[str, Any]:
    return {
        "number": int(step.number),
        "name": step.number.name.lower(),
        "result": step.result,
        "code": step.code,
        "message": step.message,
    }


def _event(found: VerifiedEvent) -> dict[str, Any]:
    event = found.event
    said = event and {
        "at": event.at.isoformat(),
        "kind": event.kind,
        "share": event.share,
        "detail": dict(event.detail),
    }
    return {"sequence": found.sequence, "position": found.position, **(said or {})}
