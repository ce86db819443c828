"""The recipient's read receipt: a signed statement of who read what, when, and how sure this service is of them.

It is the service that states it: a recipient has no key here. Pure: `now` and the signer are passed in.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from pydantic import ConfigDict, TypeAdapter

from consent.grant import NAME_LENGTH_MAX
from consent.manifest import RECIPIENT_LENGTH_MAX
from consent.receipt import DIGEST_CHARACTERS, Moment, ReceiptError, SharedEntry
from consent.receipt_token import (
    KeyFor,
    ReceiptIssuerError,
    ReceiptTimeError,
    SignedReceipt,
    parse_strictly,
)
from issuers.encoding import JsonObject
from issuers.jws import sign_jws, verify_jws
from issuers.keys import Signer
from issuers.status_list import FUTURE_LEEWAY, is_uri
from issuers.times import from_numeric_date, to_numeric_date
from schemas.consent_vocabulary import Assurance

READING_TYPE: Final = "read-receipt+jwt"
READING_MEDIA_TYPE: Final = "application/read-receipt+jwt"
READING_SCHEMA: Final = "urn:passport:read-receipt:1"
MAX_READING_BYTES: Final = 32 * 1024
_OWN: Final = ("iss", "iat", "jti", "schema")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One opening: who said they are there, what they were shown, under which version of the receipt."""

    reading_id: str  # a urn of its own
    receipt_id: str
    receipt_sha256: str  # of the receipt's version that covered it
    recipient: str  # as the holder named the recipient
    reader: str | None = None  # who the person says they are; None: did not say
    assurance: Assurance  # of the reader
    shown: tuple[SharedEntry, ...]
    at: Moment
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    def __post_init__(self) -> None:
        """Refuse a statement that leaves out what it is about.

        Raises:
            ValueError: `at` is not timezone-aware.
            ReceiptError: it names no receipt or nothing that was shown, or a name is blank or too long.
        """
        if self.at.tzinfo is None:
            raise ValueError("at must be timezone-aware")
        if not 0 < len(self.recipient.strip()) <= NAME_LENGTH_MAX:
            raise ReceiptError(f"a recipient's name has 1 to {NAME_LENGTH_MAX} characters")
        if self.reader is not None and not 0 < len(self.reader.strip()) <= RECIPIENT_LENGTH_MAX:
            raise ReceiptError(f"a reader's name has 1 to {RECIPIENT_LENGTH_MAX} characters")
        if not is_uri(self.reading_id) or not is_uri(self.receipt_id):
            raise ReceiptError("expected ids as URIs")
        if len(self.receipt_sha256) != DIGEST_CHARACTERS or not self.shown:
            raise ReceiptError("expected the receipt's hash and what was shown")


_READING: Final = TypeAdapter(Reading)


@dataclass(frozen=True, slots=True)
class SignedReading:
    """A statement whose signature was made or checked here, with the token that proves it."""

    reading: Reading
    token: str
    issued_at: datetime


def issue_reading(reading: Reading, *, signer: Signer, issuer: str, now: datetime) -> SignedReading:
    """Return the statement signed; its time is in whole seconds from then on.

    Raises:
        ReceiptTimeError: it tells of something after `now`.
    """
    claims: JsonObject = {
        "iss": issuer,
        "iat": to_numeric_date(now),
        "jti": reading.reading_id,
        "schema": READING_SCHEMA,
        **_READING.dump_python(reading, mode="json", exclude_none=True),
    }
    read, issued_at = _decode(claims, issuer=issuer, now=now)
    return SignedReading(read, sign_jws(claims, signer, typ=READING_TYPE), issued_at)


def read_reading(token: str, *, key_for: KeyFor, issuer: str, now: datetime) -> SignedReading:
    """Return what a read receipt of this issuer says.

    Raises:
        EncodingError, TokenHeaderError, UnknownKeyError, SignatureError: as `verify_jws`.
        ReceiptIssuerError: another issuer's.
        ReceiptTimeError: from the future, or older than what it tells.
        ReceiptError: another schema, or an unknown or missing member.
    """
    claims = verify_jws(token, key_for=key_for, typ=READING_TYPE, max_bytes=MAX_READING_BYTES)
    reading, issued_at = _decode(claims, issuer=issuer, now=now)
    return SignedReading(reading, token, issued_at)


def check_covered(reading: Reading, receipt: SignedReceipt) -> None:
    """Check that a receipt covers what was read: the same grant and version, in its time, nothing more.

    Raises:
        ReceiptError: another receipt or version, at a time when it did not stand, or something that it does not name.
    """
    if (reading.receipt_id, reading.receipt_sha256) != (receipt.receipt.receipt_id, receipt.sha256):
        raise ReceiptError("expected the receipt that the reading names")
    if not receipt.receipt.stands(reading.at) or reading.recipient != receipt.receipt.controller.name:
        raise ReceiptError("expected a reading by the named recipient, while the grant stood")
    if not set(reading.shown) <= set(receipt.receipt.shared):
        raise ReceiptError("expected nothing to be shown but what the receipt names")


def _decode(claims: JsonObject, *, issuer: str, now: datetime) -> tuple[Reading, datetime]:
    """Return the statement in the claims of a token and when it was issued."""
    if claims.get("schema") != READING_SCHEMA:
        raise ReceiptError(f"expected a read receipt of schema {READING_SCHEMA}")
    if claims.get("iss") != issuer:
        raise ReceiptIssuerError("expected a read receipt of this service")
    issued_at = from_numeric_date(claims.get("iat"))
    reading = parse_strictly(_READING, {name: claims[name] for name in claims if name not in _OWN})
    if claims.get("jti") != reading.reading_id:
        raise ReceiptError("expected jti to name the reading")
    if issued_at > now + FUTURE_LEEWAY or reading.at > issued_at + FUTURE_LEEWAY:
        raise ReceiptTimeError("expected a read receipt issued before now and after what it tells")
    return reading, issued_at
