"""Whether a promise that a recipient took along was kept, as anybody can check it offline.

In three steps: (1) an issuer of status lists on the trust list signed the promise, (2) the log's key signed the
checkpoint, (3) what was promised stands in the tree of that checkpoint. Where it stands is told by the proof that the
service gives everybody (`/log/inclusion/`) or by the holder's exported log. The log's key is believed as it stands, as
the trust list's anchor is. Hostile input never raises: it is refused.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from consent.checkpoint import Checkpoint, verify_checkpoint
from consent.log_export import EXPORT_FORMAT, MAX_EXPORT_BYTES, LogExport, decode_export
from consent.log_promise import MAX_PROMISE_BYTES, PROMISE_TYPE, Promise, check_kept, read_promise
from consent.signed_note import NoteKey
from consent.verification import Outcome
from issuers.encoding import JsonObject, decode_base64url, decode_json_object
from issuers.jws import parse_jws
from issuers.times import check_now, from_numeric_date
from issuers.trust import TrustedIssuer, TrustList, UnknownIssuerError
from schemas.errors import EncodingError, PassportError

_MEMBERS: Final = frozenset({"position", "hashes", "checkpoint"})


class InclusionFormatError(EncodingError):
    """Bytes are neither a proof of inclusion as the service gives it nor an exported access log."""

    code: ClassVar[str] = "inclusion_format"


@dataclass(frozen=True, slots=True)
class PromiseCheck:
    """The answer. `code` is stable; `promise` is set once its signature stood."""

    outcome: Outcome
    code: str
    message: str
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
    promise = None
    try:
        parse_jws(token, typ=PROMISE_TYPE, max_bytes=MAX_PROMISE_BYTES)
        if trust is None:
            return PromiseCheck(Outcome.NOT_CHECKED, "trust_list_missing", "no trust list is at hand")
        promise = signed_promise(token, trust)  # (1)
        shown = _shown(found, promise) if found is not None else None
        checkpoint = _check_shown(shown, promise, note_key)  # (2), (3)
    except PassportError as exc:
        return PromiseCheck(Outcome.REFUSED, exc.code, str(exc), promise)
    left_open = _left_open(trust, shown, note_key, now)
    if left_open is not None:
        return PromiseCheck(Outcome.NOT_CHECKED, *left_open, promise, checkpoint)
    return PromiseCheck(Outcome.VALID, "promise_kept", "the log has what was promised", promise, checkpoint)


def _check_shown(shown: _Shown | None, promise: Promise, note_key: NoteKey | None) -> Checkpoint | None:
    """Return the checkpoint under which the promise was kept; None where something for that is not at hand.

    Raises:
        PassportError: the log's key did not sign it, or what was promised does not stand there.
    """
    if shown is None or note_key is None:
        return None
    checkpoint = verify_checkpoint(shown.note.encode("utf-8"), note_key)
    check_kept(promise, checkpoint=checkpoint, position=shown.position, proof=shown.proof)
    return checkpoint


def _left_open(
    trust: TrustList, shown: _Shown | None, note_key: NoteKey | None, now: datetime
) -> tuple[str, str] | None:
    """Return the code and the words of what could not be looked at, if anything."""
    if trust.expires_at <= now:
        return "trust_list_stale", "the trust list is out of date; fetch a new one"
    if shown is None:
        return "promise_unproven", "nothing at hand shows it: ask the service for the proof of its commitment"
    if note_key is None:
        return "log_key_missing", "the log's key is not at hand: the service publishes it at /log/key"
    return None


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
