"""Whether a promise that a recipient took along was kept, as anybody can check it offline.

In four steps: (1) the promise is well formed, (2) an issuer of status lists on the trust list signed it, (3) the log's
key signed the checkpoint, (4) what was promised stands in the tree of that checkpoint. Where it stands is told by the
proof that the service gives everybody (`/log/inclusion/`) or by the holder's exported log. The log's key is believed as
it stands, as the trust list's anchor is. Hostile input never raises: it is refused.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import ClassVar, Final

from consent.checkpoint import Checkpoint, verify_checkpoint
from consent.deciding_step import deciding_step
from consent.log_export import EXPORT_FORMAT, MAX_EXPORT_BYTES, LogExport, decode_export
from consent.log_promise import MAX_PROMISE_BYTES, PROMISE_TYPE, Promise, check_kept, read_promise
from consent.signed_note import NoteKey
from consent.steps import NumberedStep, Outcome, Refusal, Steps, passes
from issuers.encoding import JsonObject, decode_base64url, decode_json_object
from issuers.jws import parse_jws
from issuers.times import check_now, from_numeric_date
from issuers.trust import TrustedIssuer, TrustList, UnknownIssuerError
from schemas.errors import EncodingError

_MEMBERS: Final = frozenset({"position", "hashes", "checkpoint"})


class PromiseStepNumber(IntEnum):
    """The numbered steps, in the order they are taken."""

    PARSE = 1
    SIGNATURE = 2
    CHECKPOINT = 3
    PLACE = 4


PromiseStep = NumberedStep[PromiseStepNumber]
_PASSES: Final = passes(
    {
        PromiseStepNumber.PARSE: "well formed",
        PromiseStepNumber.SIGNATURE: "the service signed the promise, and nobody altered it",
        PromiseStepNumber.CHECKPOINT: "the log's key signed the checkpoint",
        PromiseStepNumber.PLACE: "what was promised stands in the log's tree",
    }
)


class InclusionFormatError(EncodingError):
    """Bytes are neither a proof of inclusion as the service gives it nor an exported access log."""

    code: ClassVar[str] = "inclusion_format"


@dataclass(frozen=True, slots=True)
class PromiseCheck:
    """The answer. `code` is stable; `promise` is set once its signature stood."""

    outcome: Outcome
    code: str
    message: str
    step: PromiseStep | None  # the one that decided; None where it was kept
    steps: tuple[PromiseStep, ...]
    promise: Promise | None = None
    checkpoint: Checkpoint | None = None


@dataclass(frozen=True, slots=True)
class _Shown:
    """Where a commitment is said to stand, and under which checkpoint; nothing of it is checked."""

    position: int  # counted from 0
    proof: tuple[bytes, ...]
    note: str


def check_promise(
    token: str, *, trust: TrustList | None, note_key: NoteKey | None, found: bytes | None, now: datetime
) -> PromiseCheck:
    """Return whether a promise was kept; `found`: a proof of inclusion, or an exported log, or None.

    Without `trust`, or with one past its end: not checked. Without `note_key`, the log's key, the promise's signature
    alone is checked.

    Raises:
        ValueError: `now` is not timezone-aware, or not of the years 1970 to 8999.
    """
    check_now(now)
    run = _Run(Steps(_PASSES), note_key, found)
    try:
        run.take(token, trust, now)
    except Refusal:
        run.checkpoint = None  # the log says where
    steps = run.log.finish()
    step = deciding_step(steps)
    code, message = (step.code, step.message) if step else ("promise_kept", "the log has what was promised")
    return PromiseCheck(run.log.outcome, code, message, step, steps, run.promise, run.checkpoint)


@dataclass(slots=True)
class _Run:
    """One verification, and what it found so far."""

    log: Steps[PromiseStepNumber]
    note_key: NoteKey | None
    found: bytes | None
    promise: Promise | None = None
    checkpoint: Checkpoint | None = None

    def take(self, token: str, trust: TrustList | None, now: datetime) -> None:
        """Take the steps.

        Raises:
            Refusal: a step failed; the log says which.
        """
        with self.log.step(PromiseStepNumber.PARSE):  # (1)
            parse_jws(token, typ=PROMISE_TYPE, max_bytes=MAX_PROMISE_BYTES)
        if trust is None:
            for number in list(PromiseStepNumber)[1:]:
                self.log.not_checked(number, "trust_list_missing", "no trust list is at hand")
            return
        with self.log.step(PromiseStepNumber.SIGNATURE):  # (2)
            self.promise = promise = signed_promise(token, trust)
            if trust.expires_at <= now:
                message = "the trust list is out of date; fetch a new one"
                self.log.not_checked(PromiseStepNumber.SIGNATURE, "trust_list_stale", message)
        with self.log.step(PromiseStepNumber.CHECKPOINT):  # (3)
            shown = None if self.found is None else _shown(self.found, promise)
            self.checkpoint = checkpoint = self._signed_checkpoint(shown)
        with self.log.step(PromiseStepNumber.PLACE):  # (4) RFC 9162 section 2.1.3.2
            if shown is None or checkpoint is None:
                self.log.not_checked(PromiseStepNumber.PLACE, *_lacking(shown))
            else:
                check_kept(promise, checkpoint=checkpoint, position=shown.position, proof=shown.proof)

    def _signed_checkpoint(self, shown: _Shown | None) -> Checkpoint | None:
        if shown is None or self.note_key is None:
            self.log.not_checked(PromiseStepNumber.CHECKPOINT, *_lacking(shown))
            return None
        return verify_checkpoint(shown.note.encode("utf-8"), self.note_key)


def _lacking(shown: _Shown | None) -> tuple[str, str]:
    """Return the code and the words of what is not at hand: the proof, or else the log's key."""
    if shown is None:
        return "promise_unproven", "nothing at hand shows it: ask the service for the proof of its commitment"
    return "log_key_missing", "the log's key is not at hand: the service publishes it at /log/key"


def signed_promise(token: str, trust: TrustList) -> Promise:
    """Return the promise that an issuer of status lists on the trust list signed, while its key was in force.

    Raises:
        PassportError: it is no promise, or nobody on the list who signs lists signed it.
    """
    unverified = parse_jws(token, typ=PROMISE_TYPE, max_bytes=MAX_PROMISE_BYTES).unverified_payload
    issuer = _issuer(unverified, trust)
    at = from_numeric_date(unverified.get("iat"))
    return read_promise(token, issuer=issuer.iss, key_for=lambda kid: issuer.key(kid, at=at))


def _issuer(unverified: JsonObject, trust: TrustList) -> TrustedIssuer:
    iss = unverified.get("iss")
    issuer = trust.issuer(iss if isinstance(iss, str) else "")
    if not issuer.status_lists:
        raise UnknownIssuerError("the issuer signs no status lists, so it makes no promises")
    return issuer


def _shown(raw: bytes, promise: Promise) -> _Shown | None:
    members = decode_json_object(raw, max_bytes=MAX_EXPORT_BYTES)
    if members.get("format") == EXPORT_FORMAT:
        return _in_export(decode_export(raw), promise)
    return _in_proof(members)


def _in_export(export: LogExport, promise: Promise) -> _Shown | None:
    """Return where an export says that it stands; None: it is another passport's event, or not in the tree yet."""
    for event in export.events:
        if event.commitment == promise.commitment and event.place is not None and export.checkpoints:
            return _Shown(event.place.position, event.place.proof, export.checkpoints[-1])
    return None


def _in_proof(members: JsonObject) -> _Shown:
    position, hashes, note = (members.get(name) for name in ("position", "hashes", "checkpoint"))
    if members.keys() != _MEMBERS or type(position) is not int or not isinstance(note, str):
        raise InclusionFormatError("expected a proof of inclusion, or an exported access log")
    if not isinstance(hashes, list) or not all(isinstance(text, str) for text in hashes):
        raise InclusionFormatError("expected hashes as an array of texts")
    return _Shown(position, tuple(map(decode_base64url, hashes)), note)
