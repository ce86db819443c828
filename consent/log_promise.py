"""The promise that a recipient is handed when they open something: that the log will show it by a time.

It names the commitment of the event, so it says nothing about anybody; and it is signed, so whoever holds it can show
that the log broke it. Left out: keeping promises (the sequencer), and which issuer's key signs them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from consent.checkpoint import Checkpoint, CheckpointOriginError
from consent.merkle import HASH_BYTES, leaf_hash
from consent.merkle_proof import verify_inclusion
from consent.signed_note import is_key_name
from issuers.encoding import JsonObject, decode_base64url, encode_base64url
from issuers.jws import sign_jws, verify_jws
from issuers.keys import Signer, VerifyingKey
from issuers.times import from_numeric_date, to_numeric_date
from schemas.errors import EncodingError, PassportError

PROMISE_TYPE: Final = "access-log-promise+jwt"
MAX_PROMISE_BYTES: Final = 4096
_MEMBERS: Final = frozenset({"iss", "iat", "log", "commitment", "by"})


class PromiseFormatError(EncodingError):
    """A token is signed as a promise and does not say what one says."""

    code: ClassVar[str] = "promise_format"


class PromiseIssuerError(PassportError):
    """A promise is of another issuer than the one whose key was asked for."""

    code: ClassVar[str] = "promise_issuer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """That the log `origin` will have `commitment` as a leaf, at the latest at `by`. Times in whole seconds."""

    issuer: str  # its URL
    origin: str  # the log's, as in its checkpoints
    commitment: bytes  # 32 bytes
    made_at: datetime
    by: datetime

    def __post_init__(self) -> None:
        if len(self.commitment) != HASH_BYTES or not is_key_name(self.origin) or not self.issuer:
            raise ValueError("expected an issuer, a log's name and a commitment of 32 bytes")
        if self.by < self.made_at:
            raise ValueError("expected a time to come")

    def is_due(self, now: datetime) -> bool:
        """Return whether the log must have kept it by now."""
        return now > self.by


def sign_promise(promise: Promise, signer: Signer) -> str:
    """Return the promise as a JWS that `signer` answers for."""
    payload = {
        "iss": promise.issuer,
        "iat": to_numeric_date(promise.made_at),
        "log": promise.origin,
        "commitment": encode_base64url(promise.commitment),
        "by": to_numeric_date(promise.by),
    }
    return sign_jws(payload, signer, typ=PROMISE_TYPE)


def read_promise(token: str, *, issuer: str, key_for: Callable[[str | None], VerifyingKey | None]) -> Promise:
    """Return the promise in a token that `issuer` signed; `key_for` gives that issuer's key by its id.

    Raises:
        EncodingError, TokenHeaderError, UnknownKeyError, SignatureError: as `issuers.jws.verify_jws`.
        PromiseFormatError: other members or values.
        PromiseIssuerError: it names another issuer.
    """
    payload = verify_jws(token, key_for=key_for, typ=PROMISE_TYPE, max_bytes=MAX_PROMISE_BYTES)
    promise = _promise(payload)
    if promise.issuer != issuer:
        raise PromiseIssuerError("expected a promise of this issuer")
    return promise


def check_kept(promise: Promise, *, checkpoint: Checkpoint, position: int, proof: tuple[bytes, ...]) -> None:
    """Check that the promised commitment is in the log under a verified checkpoint, at `position` counted from 0.

    Raises:
        CheckpointOriginError: the checkpoint is of another log.
        MerkleProofError: the proof does not show it.
    """
    if checkpoint.origin != promise.origin:
        raise CheckpointOriginError("expected a checkpoint of the log that the promise names")
    verify_inclusion(
        leaf=leaf_hash(promise.commitment),
        index=position,
        size=checkpoint.size,
        root=checkpoint.root,
        proof=proof,
    )


def _promise(payload: JsonObject) -> Promise:
    if payload.keys() != _MEMBERS:
        raise PromiseFormatError("expected the members of a promise and no others")
    if not all(isinstance(payload[name], str) for name in ("iss", "log", "commitment")):
        raise PromiseFormatError("expected text in iss, log and commitment")
    try:
        return Promise(
            issuer=payload["iss"],
            origin=payload["log"],
            commitment=decode_base64url(payload["commitment"]),
            made_at=from_numeric_date(payload["iat"]),
            by=from_numeric_date(payload["by"]),
        )
    except (EncodingError, ValueError) as exc:
        raise PromiseFormatError(f"expected a promise: {exc}") from exc
