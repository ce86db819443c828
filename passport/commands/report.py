"""What `passport verify` answers, for people and as JSON. Pure; `terminal.say` filters it."""

from collections.abc import Iterator
from typing import Any, Final

from consent.verification import (
    Outcome,
    StepNumber,
    Verification,
    VerifiedEntry,
    does_not_prove,
)
from passport.commands.steps import step_document, step_line
from schemas.catalogue import CATALOGUE
from schemas.readable import Line, notice, readable, signed_by
from schemas.vocabulary import Language

_STEPS: Final = {
    StepNumber.PARSE: "form",
    StepNumber.ISSUER: "issuer",
    StepNumber.SIGNATURE: "signature",
    StepNumber.DISCLOSURES: "disclosures",
    StepNumber.TIMES: "dates",
    StepNumber.KEY_BINDING: "key binding",
    StepNumber.ENTRY_STATUS: "entry status",
    StepNumber.SHARE_STATUS: "share status",
    StepNumber.READABLE: "readable part",
}

_WITHDRAWN: Final = (StepNumber.ENTRY_STATUS, StepNumber.SHARE_STATUS)  # their words say what to do


def lines(found: Verification, *, show: bool) -> Iterator[str]:
    """Yield the answer for people: the steps, the outcome, what it is about, and what it does not prove."""
    yield from (step_line(step, _STEPS) for step in found.steps)
    yield ""
    yield _outcome(found)
    yield from _about(found, show)
    yield ""
    yield "What this does not prove:"
    yield from (f"  {sentence}" for sentence in does_not_prove(Language.ENGLISH))


def document(found: Verification, *, show: bool) -> dict[str, Any]:
    """Return the answer as JSON values; `show` adds what the entries say."""
    share = found.share
    return {
        "outcome": found.outcome,
        "as_of": found.as_of.isoformat(),
        "steps": [step_document(step) for step in found.steps],
        "share": share
        and {"audience": share.audience, "nonce": share.nonce, "released_at": share.released_at.isoformat()},
        "entries": [_entry(found, entry, show) for entry in found.entries],
        "does_not_prove": list(does_not_prove(Language.ENGLISH)),
    }


def _outcome(found: Verification) -> str:
    as_of = f"{found.as_of:%Y-%m-%d %H:%M:%S} UTC"
    match found.outcome:
        case Outcome.VALID:
            return f"VALID as of {as_of}."
        case Outcome.NOT_CHECKED:
            return (
                f"NOT CHECKED as of {as_of}: nothing was found wrong, and not everything could be looked at."
            )
        case Outcome.REFUSED:
            failed = found.failed
            step = f" at step {failed.number:d} ({failed.code})" if failed else ""
            withdrawn = failed is not None and failed.number in _WITHDRAWN
            return f"REFUSED as of {as_of}{step}. Do not rely on it.{'' if withdrawn else ' Ask for a fresh copy.'}"


def _about(found: Verification, show: bool) -> Iterator[str]:
    if found.share is not None:
        yield f"Released on {found.share.released_at:%Y-%m-%d %H:%M:%S} UTC as {found.share.audience}."
    yield ""
    for entry in found.entries:
        yield f"{CATALOGUE[entry.section].label[Language.ENGLISH]}: {_signed_by(found, entry)}"
        if show:
            yield from _says(entry)


def _says(entry: VerifiedEntry) -> Iterator[str]:
    if warning := notice(entry.section, Language.ENGLISH):
        yield f"  {warning}"
    for line in _readable(entry):
        yield f"  {line.label}: {line.text}" if line.text is not None else f"  {line.label}:"
        for row in line.rows:
            yield "    - " + "; ".join(f"{label}: {text}" for label, text in row)


def _readable(entry: VerifiedEntry) -> tuple[Line, ...]:
    return readable(entry.section, entry.readable.claims, Language.ENGLISH)


def _signed_by(found: Verification, entry: VerifiedEntry) -> str:
    return signed_by(entry.readable.provenance, found.holder_name, Language.ENGLISH)


def _entry(found: Verification, entry: VerifiedEntry, show: bool) -> dict[str, Any]:
    claims = {"claims": dict(entry.readable.claims)} if show else {}
    return {
        "section": entry.section,
        "signed_by": _signed_by(found, entry),
        "issuer": entry.issuer,
        "issued_at": entry.issued_at.isoformat(),
        "expires_at": entry.expires_at.isoformat(),
        **claims,
    }
