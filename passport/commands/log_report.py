"""What `passport log verify` and `promise` answer, for people and as JSON. Pure; `terminal.say` filters it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from consent.checkpoint import Checkpoint
from consent.log_verification import (
    LogStepNumber,
    LogVerification,
    VerifiedEvent,
    log_does_not_prove,
)
from consent.promise_check import PromiseCheck, PromiseStepNumber
from consent.verification import Outcome, StepResult
from issuers.encoding import encode_base64url
from passport.commands.steps import step_document, step_line
from schemas.vocabulary import Language

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
_PROMISE_STEPS: Final = {
    PromiseStepNumber.PARSE: "form",
    PromiseStepNumber.SIGNATURE: "signature",
    PromiseStepNumber.CHECKPOINT: "checkpoint",
    PromiseStepNumber.PLACE: "place in tree",
}

_AGAIN: Final = "Give the promise as it was saved, and ask the service for the proof again."


def lines(found: LogVerification) -> Iterator[str]:
    """Yield the answer for people: the steps, the outcome, how far it reaches, and what it does not prove."""
    yield from (step_line(step, _STEPS) for step in found.steps)
    yield ""
    yield _outcome(found)
    yield from _reach(found)
    yield ""
    yield "What this does not prove:"
    yield from (f"  {sentence}" for sentence in log_does_not_prove(Language.ENGLISH))


def document(found: LogVerification) -> dict[str, Any]:
    """Return the answer as JSON values, with every event that stood."""
    head = found.head
    return {
        "outcome": found.outcome,
        "steps": [step_document(step) for step in found.steps],
        "passport": found.passport,
        "checkpoint": _checkpoint(found.checkpoint),
        "head": head and {"sequence": head.sequence, "hash": encode_base64url(head.hash)},
        "events": [_event(event) for event in found.events],
        "does_not_prove": list(log_does_not_prove(Language.ENGLISH)),
    }


def promise_lines(found: PromiseCheck, *, now: datetime, missing: str | None = None) -> Iterator[str]:
    """Yield the answer about a promise for people; `missing` says why there is no trust list, where there is none."""
    yield from (step_line(step, _PROMISE_STEPS) for step in found.steps)
    yield ""
    message = missing if missing and found.outcome is Outcome.NOT_CHECKED else found.message
    as_of = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    step = f" at step {found.step.number:d} ({found.code})" if found.step else ""
    yield {
        Outcome.VALID: f"KEPT as of {as_of}: the log has what was promised.",
        Outcome.NOT_CHECKED: f"NOT CHECKED as of {as_of}: {message}.",
        Outcome.REFUSED: f"REFUSED as of {as_of}{step}: {message}. Do not rely on it. {_AGAIN}",
    }[found.outcome]
    if found.promise is not None:
        yield f"Promised by {found.promise.issuer} for {found.promise.by:%Y-%m-%d %H:%M} UTC at the latest."
        yield f"Its commitment: {encode_base64url(found.promise.commitment)}"
    if found.checkpoint is not None:
        yield f"It stands under the log's checkpoint of {found.checkpoint.size} leaves."


def promise_document(found: PromiseCheck, *, now: datetime) -> dict[str, Any]:
    """Return the answer about a promise as JSON values."""
    promise = found.promise
    return {
        "outcome": found.outcome,
        "code": found.code,
        "message": found.message,
        "step": found.step and int(found.step.number),
        "steps": [step_document(step) for step in found.steps],
        "as_of": now.isoformat(),
        "promise": promise
        and {
            "issuer": promise.issuer,
            "log": promise.origin,
            "commitment": encode_base64url(promise.commitment),
            "made_at": promise.made_at.isoformat(),
            "by": promise.by.isoformat(),
        },
        "checkpoint": _checkpoint(found.checkpoint),
    }


def _checkpoint(checkpoint: Checkpoint | None) -> dict[str, Any] | None:
    if checkpoint is None:
        return None
    root = encode_base64url(checkpoint.root)
    return {"origin": checkpoint.origin, "size": checkpoint.size, "root": root}


def _outcome(found: LogVerification) -> str:
    match found.outcome:
        case Outcome.VALID:
            return "The log stands: up to its last event, nothing is missing, altered or moved."
        case Outcome.NOT_CHECKED:
            return "NOT CHECKED: nothing was found wrong, and not everything could be looked at."
        case Outcome.REFUSED:
            failed = found.failed
            step = f" at step {failed.number:d} ({failed.code})" if failed else ""
            return f"REFUSED{step}. Do not rely on it. Save the log again; if that is refused too, ask the service why."


def _reach(found: LogVerification) -> Iterator[str]:
    if found.checkpoint is None or found.head is None:
        return
    yield f"{found.head.sequence} events, as of the log's checkpoint of {found.checkpoint.size} leaves."
    if found.steps[LogStepNumber.KNOWN_HEAD - 1].result is StepResult.NOT_REQUIRED:
        yield "Whether later events were cut off, --head shows: with the end that you kept, or a log saved earlier."
    yield f"Keep this, for --head the next time: {found.head.encode()}"
    if found.unreadable:
        yield f"Of these, nobody can read {found.unreadable} any more."


def _event(found: VerifiedEvent) -> dict[str, Any]:
    event = found.event
    said = event and {
        "at": event.at.isoformat(),
        "kind": event.kind,
        "share": event.share,
        "detail": dict(event.detail),
    }
    return {"sequence": found.sequence, "position": found.position, **(said or {})}
