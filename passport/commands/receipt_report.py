"""What `passport receipt verify` answers, for people and as JSON. Pure; `terminal.say` filters it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from consent.reading import Reading
from consent.receipt_check import (
    CheckedReading,
    CheckedReceipt,
    ReceiptsCheck,
    ReceiptStep,
    ReceiptStepNumber,
    receipts_do_not_prove,
)
from consent.receipt_words import receipt_text
from consent.verification import Outcome
from issuers.trust import TrustedIssuer
from passport.commands.steps import step_document, step_line
from passport.deployment import LONDON
from schemas.catalogue import CATALOGUE
from schemas.consent_words import consent_in_words
from schemas.vocabulary import Language

_OUTCOMES: Final = {
    Outcome.VALID: "VALID as of {as_of}: signed by the service and unaltered.",
    Outcome.NOT_CHECKED: "NOT CHECKED as of {as_of}: {message}.",
    Outcome.REFUSED: "REFUSED as of {as_of} at step {step} ({code}): {message}. Do not rely on any of it.",
}
_STEPS: Final = {
    ReceiptStepNumber.PARSE: "form",
    ReceiptStepNumber.SIGNATURE: "signature",
    ReceiptStepNumber.SUCCESSION: "versions",
    ReceiptStepNumber.COVERAGE: "what was read",
}
_ENGLISH: Final = Language.ENGLISH


def lines(
    found: ReceiptsCheck, *, now: datetime, missing: str | None = None, refused: str | None = None
) -> Iterator[str]:
    """Yield the answer for people: steps and outcome, what each says and who signed it, and what that does not prove.

    `missing` says why there is no trust list, where there is none; `refused` names the file that is refused by itself.
    """
    yield from (step_line(step, _STEPS) for step in found.steps)
    yield ""
    message = missing if missing and found.outcome is Outcome.NOT_CHECKED else found.message
    as_of, step = f"{now:%Y-%m-%d %H:%M:%S} UTC", _number(found.step)
    yield _OUTCOMES[found.outcome].format(as_of=as_of, step=step, code=found.code, message=message)
    if found.outcome is Outcome.REFUSED:
        which = f"It is {refused}." if refused else "Each stands by itself, and they do not fit each other."
        yield f"{which} Save it again, or ask the other side for theirs."
    for receipt in found.receipts:
        yield ""
        yield from _receipt_lines(receipt)
    for reading in found.readings:
        yield ""
        yield from _reading_lines(reading)
    yield ""
    yield "What this does not prove:"
    yield from (f"  {sentence}" for sentence in receipts_do_not_prove(_ENGLISH))


def document(found: ReceiptsCheck, *, now: datetime, refused: str | None = None) -> dict[str, Any]:
    """Return the answer as JSON values; `refused` as for `lines`."""
    return {
        "outcome": found.outcome,
        "code": found.code,
        "message": found.message,
        "step": _number(found.step),
        "steps": [step_document(step) for step in found.steps],
        "file": refused,
        "as_of": now.isoformat(),
        "receipts": [_receipt(receipt) for receipt in found.receipts],
        "readings": [_reading(reading) for reading in found.readings],
        "does_not_prove": list(receipts_do_not_prove(_ENGLISH)),
    }


def _number(step: ReceiptStep | None) -> int | None:
    return int(step.number) if step else None


def _receipt_lines(checked: CheckedReceipt) -> Iterator[str]:
    newest = checked.newest
    yield f"Receipt {newest.receipt.receipt_id}, version {newest.receipt.version}"
    yield _signed(checked.signed_by, newest.issued_at)
    yield _chain(checked)
    yield ""
    yield from (
        f"  {line}".rstrip() for line in receipt_text(newest.receipt, _ENGLISH, zone=LONDON).splitlines()
    )


def _chain(checked: CheckedReceipt) -> str:
    first, last = checked.versions[0].receipt.version, checked.newest.receipt.version
    if checked.has_gap:
        return f"Some of the versions from {first} to {last} are missing, so they could not be compared."
    if not checked.is_whole and first == last:
        return "The versions before it are not at hand, so they were not compared."
    if not checked.is_whole:
        return (
            f"Each version from {first} on follows on the one before. Those before {first} are not at hand."
        )
    return (
        "It is the first version." if last == 1 else "Every version is here, and follows on the one before."
    )


def _reading_lines(checked: CheckedReading) -> Iterator[str]:
    reading = checked.signed.reading
    yield f"Read receipt {reading.reading_id}"
    yield _signed(checked.signed_by, checked.signed.issued_at)
    yield f"It is about the receipt {reading.receipt_id}."
    yield (
        "That receipt covers what was read, and stood then."
        if checked.is_covered
        else "The version of the receipt that it names is not at hand, so they were not compared."
    )
    yield ""
    yield f"  Opened on {reading.at:%Y-%m-%d %H:%M:%S} UTC as {reading.recipient}"
    yield f"  By: {reading.reader or 'they did not say'} ({consent_in_words(reading.assurance, _ENGLISH)})"
    yield f"  Shown: {', '.join(_sections(reading))}"


def _signed(issuer: TrustedIssuer, at: datetime) -> str:
    return f"Signed by the service ({issuer.iss}) on {at:%Y-%m-%d %H:%M:%S} UTC."


def _sections(reading: Reading) -> list[str]:
    return list(dict.fromkeys(CATALOGUE[entry.section].label[_ENGLISH] for entry in reading.shown))


def _receipt(checked: CheckedReceipt) -> dict[str, Any]:
    newest = checked.newest
    return {
        "receipt_id": newest.receipt.receipt_id,
        "versions": [signed.receipt.version for signed in checked.versions],
        "is_whole": checked.is_whole,
        "state": newest.receipt.state,
        "issuer": checked.signed_by.iss,
        "issued_at": newest.issued_at.isoformat(),
        "text": receipt_text(newest.receipt, _ENGLISH, zone=LONDON),
    }


def _reading(checked: CheckedReading) -> dict[str, Any]:
    reading = checked.signed.reading
    return {
        "reading_id": reading.reading_id,
        "receipt_id": reading.receipt_id,
        "is_covered": checked.is_covered,
        "at": reading.at.isoformat(),
        "recipient": reading.recipient,
        "reader": reading.reader,
        "assurance": reading.assurance,
        "sections": list(dict.fromkeys(entry.section for entry in reading.shown)),
        "issuer": checked.signed_by.iss,
        "issued_at": checked.signed.issued_at.isoformat(),
    }
