"""Receipts as signed tokens: issue, read, append what happened, check that one version follows on another.

Both sides keep every version: the hash of the former one in each shows what was taken out or rewritten. Pure: `now`
and the signer are passed in. Left out: who is sent a copy, and whose key signs (the trust list says which may).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any, ClassVar, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from consent.receipt import Event, Notice, Receipt, ReceiptError, Retention, SharedEntry, hash_of
from issuers.encoding import JsonObject, encode_json
from issuers.jws import sign_jws, verify_jws
from issuers.keys import Signer, VerifyingKey
from issuers.status_list import FUTURE_LEEWAY
from issuers.times import from_numeric_date, to_numeric_date
from schemas.consent_vocabulary import ConsentEvent

RECEIPT_TYPE: Final = "consent-receipt+jwt"
RECEIPT_MEDIA_TYPE: Final = "application/consent-receipt+jwt"
SCHEMA: Final = "urn:passport:receipt:1"  # the schema version of TS 27560 clause 6.3.3
MAX_RECEIPT_BYTES: Final = 128 * 1024
_OWN: Final = ("iss", "iat", "jti", "schema")
_RECEIPT: Final = TypeAdapter(Receipt)
# What a new decision of the holder may change; all else stays as it was first written.
_DECIDED_AFRESH: Final = frozenset({"shared", "may_write", "notice", "retention", "ends_at"})
_MOVES: Final = frozenset({"version", "previous", "events"})

Parsed = TypeVar("Parsed")
KeyFor = Callable[[str | None], VerifyingKey | None]


class ReceiptIssuerError(ReceiptError):
    """Another service's receipt."""

    code: ClassVar[str] = "receipt_issuer"


class ReceiptTimeError(ReceiptError):
    """A receipt from the future, or older than what it tells."""

    code: ClassVar[str] = "receipt_time"


class SuccessionError(ReceiptError):
    """One receipt is not the next version of another."""

    code: ClassVar[str] = "receipt_succession"


@dataclass(frozen=True, slots=True)
class SignedReceipt:
    """A receipt whose signature was made or checked here, with the token that proves it."""

    receipt: Receipt
    token: str
    issued_at: datetime

    @property
    def sha256(self) -> str:
        """The hash of the token, base64url: what the next version names."""
        return hash_of(self.token)


def issue_receipt(receipt: Receipt, *, signer: Signer, issuer: str, now: datetime) -> SignedReceipt:
    """Return the receipt signed; its times are in whole seconds from then on.

    Raises:
        ReceiptTimeError: something in it happens after `now`.
    """
    claims: JsonObject = {
        "iss": issuer,
        "iat": to_numeric_date(now),
        "jti": f"{receipt.receipt_id}#{receipt.version}",
        "schema": SCHEMA,
        **_RECEIPT.dump_python(receipt, mode="json", exclude_none=True),
    }
    read = _decode(claims, issuer=issuer, now=now)
    return SignedReceipt(read[0], sign_jws(claims, signer, typ=RECEIPT_TYPE), read[1])


def read_receipt(token: str, *, key_for: KeyFor, issuer: str, now: datetime) -> SignedReceipt:
    """Return what a receipt of this issuer says.

    Raises:
        EncodingError, TokenHeaderError, UnknownKeyError, SignatureError: as `verify_jws`.
        ReceiptIssuerError: another issuer's.
        ReceiptTimeError: from the future, or older than an event in it.
        ReceiptError: another schema, an unknown or missing member, or a receipt that must not exist.
    """
    claims = verify_jws(token, key_for=key_for, typ=RECEIPT_TYPE, max_bytes=MAX_RECEIPT_BYTES)
    receipt, issued_at = _decode(claims, issuer=issuer, now=now)
    return SignedReceipt(receipt, token, issued_at)


def append_event(
    former: SignedReceipt,
    event: Event,
    *,
    signer: Signer,
    issuer: str,
    now: datetime,
    ends_at: datetime | None = None,
    shared: tuple[SharedEntry, ...] | None = None,
    notice: Notice | None = None,
    retention: Retention | None = None,
) -> SignedReceipt:
    """Return the next version: one event more, and what a new decision of the holder changed.

    Raises:
        ReceiptError: the event cannot follow, or something else than a new decision changes what was decided.
    """
    decided = {"ends_at": ends_at, "shared": shared, "notice": notice, "retention": retention}
    changed: dict[str, Any] = {name: value for name, value in decided.items() if value is not None}
    receipt = former.receipt
    later = replace(
        receipt,
        version=receipt.version + 1,
        previous=former.sha256,
        events=(*receipt.events, event),
        **changed,
    )
    signed = issue_receipt(later, signer=signer, issuer=issuer, now=now)
    check_succession(former, signed)
    return signed


def check_succession(former: SignedReceipt, later: SignedReceipt) -> None:
    """Check that `later` is the next version of `former`: both were read or issued here.

    Raises:
        SuccessionError: it names another former version, rewrites what happened, or changes what was not decided anew.
    """
    old, new = former.receipt, later.receipt
    if (
        new.previous != former.sha256 or new.version != old.version + 1
    ):  # (1) names this version, by number and hash
        raise SuccessionError("expected the next version to name the hash of the former one")
    if new.events[:-1] != old.events:  # (2) nothing that happened is rewritten; one thing is new
        raise SuccessionError("expected the former events and one more")
    afresh = _DECIDED_AFRESH if new.state is ConsentEvent.GIVEN else frozenset()
    if _differing(old, new) - _MOVES - afresh:  # (3) only the holder's new decision changes what was decided
        raise SuccessionError("expected nothing to change but what the holder decided anew")
    if later.issued_at < former.issued_at:  # (4) written after it
        raise SuccessionError("expected the next version to be written later")


def check_chain(versions: Sequence[SignedReceipt]) -> Receipt:
    """Return the newest receipt of a whole chain: version 1 first, none left out.

    Raises:
        SuccessionError: it is empty, starts later, or a link does not fit.
    """
    if not versions or versions[0].receipt.version != 1:
        raise SuccessionError("expected a chain from its first version on")
    for former, later in pairwise(versions):
        check_succession(former, later)
    return versions[-1].receipt


def _differing(old: Receipt, new: Receipt) -> set[str]:
    names = Receipt.__dataclass_fields__
    return {name for name in names if getattr(old, name) != getattr(new, name)}


def _decode(claims: JsonObject, *, issuer: str, now: datetime) -> tuple[Receipt, datetime]:
    """Return the receipt in the claims of a token and when it was issued."""
    if claims.get("schema") != SCHEMA:
        raise ReceiptError(f"expected a receipt of schema {SCHEMA}")
    if claims.get("iss") != issuer:
        raise ReceiptIssuerError("expected a receipt of this service")
    issued_at = from_numeric_date(claims.get("iat"))
    receipt = parse_strictly(_RECEIPT, {name: claims[name] for name in claims if name not in _OWN})
    if claims.get("jti") != f"{receipt.receipt_id}#{receipt.version}":
        raise ReceiptError("expected jti to name the receipt and its version")
    if issued_at > now + FUTURE_LEEWAY or receipt.events[-1].at > issued_at + FUTURE_LEEWAY:
        raise ReceiptTimeError("expected a receipt issued before now and after what it tells")
    return receipt, issued_at


def parse_strictly(kind: TypeAdapter[Parsed], members: JsonObject) -> Parsed:
    """Return members of strict JSON as a value of this kind; nothing is coerced.

    Raises:
        ReceiptError: a member is missing, unknown, or not of its form. What was given is not repeated.
    """
    try:
        value = kind.validate_json(encode_json(members), strict=True)
    except ValidationError:  # it quotes what was given
        value = None
    if value is None or kind.dump_python(value, mode="json", exclude_none=True) != members:
        raise ReceiptError("expected each member of a receipt once, in its form, and no other")
    return value
