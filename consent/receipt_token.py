"""Receipts as signed tokens: issue, read, append what happened, check that one version follows on another.

Both sides keep every version: the hash of the former one in each shows what was taken out or rewritten. Pure: `now`
and the signer are passed in. Left out: who is sent a copy, and whose key signs (the trust list says which may).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any, ClassVar, Final, TypedDict, TypeVar, Unpack

from pydantic import TypeAdapter, ValidationError

from consent.assurance import at_least
from consent.receipt import Event, Notice, Receipt, ReceiptError, Retention, SharedEntry, StatedBasis, hash_of
from issuers.encoding import JsonObject, encode_json
from issuers.jws import sign_jws, verify_jws
from issuers.keys import Signer, VerifyingKey
from issuers.status_list import FUTURE_LEEWAY
from issuers.times import from_numeric_date, to_numeric_date
from schemas.consent_vocabulary import ConsentEvent, ConsentParty
from schemas.recipient_terms import BASES, PROMISES

RECEIPT_TYPE: Final = "consent-receipt+jwt"
RECEIPT_MEDIA_TYPE: Final = "application/consent-receipt+jwt"
SCHEMA: Final = "urn:passport:receipt:1"  # the schema version of TS 27560 clause 6.3.3
MAX_RECEIPT_BYTES: Final = 128 * 1024
_OWN: Final = ("iss", "iat", "jti", "schema")
_RECEIPT: Final = TypeAdapter(Receipt)
_MOVES: Final = frozenset({"version", "previous", "events"})
# What a new decision of the holder may change, what more the first one on a request, and what a recipient's statement;
# all else stays as it was first written.
_DECIDED_AFRESH: Final = frozenset({"shared", "may_write", "notice", "ends_at"})
_GRANTED: Final = frozenset({"principal_name", "starts_at", "withdraw_at", "granted_in"})
_STATED: Final = frozenset({"version", "previous", "bases", "retention"})

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


def read_receipt(token: str, *, key_for: KeyFor, issuer: str, now: datetime | None) -> SignedReceipt:
    """Return what a receipt of this issuer says; `now` is None for one that was kept sealed: no clock makes it wrong.

    Raises:
        EncodingError, TokenHeaderError, UnknownKeyError, SignatureError: as `verify_jws`.
        ReceiptIssuerError: another issuer's.
        ReceiptTimeError: from the future, or older than an event in it.
        ReceiptError: another schema, an unknown or missing member, or a receipt that must not exist.
    """
    claims = verify_jws(token, key_for=key_for, typ=RECEIPT_TYPE, max_bytes=MAX_RECEIPT_BYTES)
    receipt, issued_at = _decode(claims, issuer=issuer, now=now)
    return SignedReceipt(receipt, token, issued_at)


class Decided(TypedDict, total=False):
    """What a new decision of the holder changes; None and what is left out stay. The last: of a request alone."""

    ends_at: datetime | None
    shared: tuple[SharedEntry, ...] | None
    notice: Notice | None
    granted_in: str | None


def append_event(
    former: SignedReceipt,
    event: Event,
    *,
    signer: Signer,
    issuer: str,
    now: datetime,
    **decided: Unpack[Decided],
) -> SignedReceipt:
    """Return the next version: one event more, and what a new decision of the holder changed.

    Raises:
        ReceiptError: the event cannot follow, or something else than a new decision changes what was decided.
    """
    changed: dict[str, Any] = {name: value for name, value in decided.items() if value is not None}
    events = (*former.receipt.events, event)
    return _next(former, signer=signer, issuer=issuer, now=now, events=events, **changed)


def append_statement(
    former: SignedReceipt,
    stated: StatedBasis,
    retention: Retention,
    *,
    signer: Signer,
    issuer: str,
    now: datetime,
) -> SignedReceipt:
    """Return the next version: what the recipient states that they rely on, and how long they promise to keep it.

    Nothing happens to the grant by it, so there is no event more.

    Raises:
        ReceiptError: it is none of what this kind of recipient can state, or somebody surer has stated another.
    """
    kept = tuple(basis for basis in former.receipt.bases if basis.party is not ConsentParty.RECIPIENT)
    bases = (*kept, stated)
    return _next(former, signer=signer, issuer=issuer, now=now, bases=bases, retention=retention)


def _next(
    former: SignedReceipt, *, signer: Signer, issuer: str, now: datetime, **changed: Any
) -> SignedReceipt:
    version = former.receipt.version + 1
    later = replace(former.receipt, version=version, previous=former.sha256, **changed)
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
    stated = new.recipients_basis != old.recipients_basis
    happened = new.events if stated else new.events[:-1]
    if happened != old.events:  # (2) nothing that happened is rewritten; one thing is new
        raise SuccessionError("expected the former events and one more, or a new statement of the recipient")
    if _differing(old, new) - _may_change(old, new, stated):  # (3) each changes what is theirs to change
        raise SuccessionError("expected nothing to change but what was decided or stated anew")
    if later.issued_at < former.issued_at:  # (4) written after it
        raise SuccessionError("expected the next version to be written later")
    if stated:
        _check_stated(old, new)


def _may_change(old: Receipt, new: Receipt, stated: bool) -> frozenset[str]:
    if stated:
        return _STATED
    if new.state is not ConsentEvent.GIVEN:
        return _MOVES
    granted = _GRANTED if old.state is ConsentEvent.REQUESTED else frozenset()
    return _MOVES | _DECIDED_AFRESH | granted


def _check_stated(old: Receipt, new: Receipt) -> None:
    """Check a new statement of the recipient's; the others' bases are as they were."""
    before, after, kind = old.recipients_basis, new.recipients_basis, new.controller.kind
    others = [[b for b in r.bases if b.party is not ConsentParty.RECIPIENT] for r in (old, new)]
    if others[0] != others[1] or not any(event.kind is ConsentEvent.GIVEN for event in new.events):
        raise SuccessionError("expected a recipient to state what they rely on, of what was given")
    if after.basis not in BASES[kind] or new.retention.rule not in PROMISES[kind]:
        raise SuccessionError("expected a basis and a promise from the list of this kind of recipient")
    if old.says_nothing and new.says_nothing:
        raise SuccessionError("expected a statement to say something, or to take back what was said")
    if after.at is None or after.assurance is None or (before.at is not None and after.at < before.at):
        raise SuccessionError("expected a statement that says when, later than the one before")
    if before.assurance is not None and not at_least(after.assurance, before.assurance):
        raise SuccessionError("expected nobody to undo what somebody stated of whom we are surer")


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


def _decode(claims: JsonObject, *, issuer: str, now: datetime | None) -> tuple[Receipt, datetime]:
    """Return the receipt in the claims of a token and when it was issued."""
    if claims.get("schema") != SCHEMA:
        raise ReceiptError(f"expected a receipt of schema {SCHEMA}")
    if claims.get("iss") != issuer:
        raise ReceiptIssuerError("expected a receipt of this service")
    issued_at = from_numeric_date(claims.get("iat"))
    receipt = parse_strictly(_RECEIPT, {name: claims[name] for name in claims if name not in _OWN})
    if claims.get("jti") != f"{receipt.receipt_id}#{receipt.version}":
        raise ReceiptError("expected jti to name the receipt and its version")
    told = max(filter(None, (receipt.events[-1].at, receipt.recipients_basis.at)))
    from_the_future = now is not None and issued_at > now + FUTURE_LEEWAY
    if from_the_future or told > issued_at + FUTURE_LEEWAY:
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
