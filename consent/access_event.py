"""One event of a passport's access log: its canonical bytes, its commitment, and its place in the passport's chain.

The public tree gets commitments alone: HMAC-SHA256 under a salt of the event's own. Whoever lacks the salt learns
nothing from one; when the data key over event and salt is destroyed, the commitment stays and nobody can open it.
The chain runs over commitments too, so it can be followed over events that nobody can read any more.

An event's canonical bytes are JSON as RFC 8785 writes it, of a kind on which its writers cannot disagree: member
names in ASCII, whole numbers up to 2**53 - 1, no fractions. Its members are `at` (RFC 3339, UTC, microseconds),
`detail` (what the event knows, an object), `id`, `kind`, `passport`, `previous` (the chain's hash before it,
base64url), `sequence` (1, 2, 3 ...) and, where a share is concerned, `share`.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, ClassVar, Final

from consent.merkle import HASH_BYTES
from issuers.encoding import (
    JsonObject,
    decode_base64url,
    decode_json_object,
    encode_base64url,
    encode_sorted_json,
)
from schemas.errors import EncodingError

GENESIS: Final = bytes(HASH_BYTES)  # the previous hash of a chain's first event
SALT_BYTES: Final = 32
MAX_EVENT_BYTES: Final = 64 * 1024
MAX_NAME_CHARACTERS: Final = 200  # of a passport, share or event id
_MAX_NUMBER: Final = 2**53 - 1  # RFC 8785 section 3.2.2.3, by way of I-JSON
_LINK: Final = b"passport access chain 1\0"
_TIME: Final = "%Y-%m-%dT%H:%M:%S.%fZ"
_TIME_CHARACTERS: Final = 27
_KIND: Final = re.compile(r"[a-z]{1,30}(-[a-z]{1,30}){0,5}", re.ASCII)
_NAME: Final = re.compile(r"[!-~]+", re.ASCII)
_MEMBERS: Final = frozenset({"at", "detail", "id", "kind", "passport", "previous", "sequence"})


class EventFormatError(EncodingError):
    """Bytes are not one event in its canonical form."""

    code: ClassVar[str] = "event_format"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessEvent:
    """What happened once, and after what. `passport`, `event_id` and `share` are opaque names."""

    passport: str
    sequence: int  # 1, 2, 3 ... without gaps
    previous: bytes  # 32 bytes: the chain's hash before it; GENESIS before the first
    event_id: str
    at: datetime
    kind: str  # words in lower case with dashes, such as "wrong-passcode"
    detail: Mapping[str, Any]  # who, sections, reason ...
    share: str | None = None

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("at must be timezone-aware")
        if not 1 <= self.sequence <= _MAX_NUMBER or len(self.previous) != HASH_BYTES:
            raise ValueError("expected a sequence number from 1 and a previous hash of 32 bytes")
        if not _KIND.fullmatch(self.kind):
            raise ValueError("expected a kind in lower case, its words with dashes between them")
        names = [self.passport, self.event_id, *([] if self.share is None else [self.share])]
        if not all(map(is_opaque_name, names)):
            raise ValueError("expected names in ASCII without spaces")

    def encode(self) -> bytes:
        """Return the canonical bytes.

        Raises:
            EventFormatError: the detail holds what no event may: a fraction, a larger number, a name that is not
                ASCII; or it is too long.
        """
        members = {
            "at": self.at.astimezone(UTC).strftime(_TIME),
            "detail": dict(self.detail),
            "id": self.event_id,
            "kind": self.kind,
            "passport": self.passport,
            "previous": encode_base64url(self.previous),
            "sequence": self.sequence,
        }
        return _canonical(members if self.share is None else {**members, "share": self.share})


def decode_event(raw: bytes) -> AccessEvent:
    """Return the event of its canonical bytes.

    Raises:
        EventFormatError: other members or values, or another spelling than the canonical one.
    """
    try:
        event = _event(decode_json_object(raw, max_bytes=MAX_EVENT_BYTES))
    except EventFormatError:
        raise
    except (EncodingError, ValueError) as exc:
        raise EventFormatError(f"expected an event: {exc}") from exc
    if event.encode() != raw:
        raise EventFormatError("expected the canonical spelling of each member, sorted, without white space")
    return event


def commitment(event: bytes, salt: bytes) -> bytes:
    """Return the commitment to an event's canonical bytes, 32 bytes. `salt`: 32 random bytes, never used twice.

    Raises:
        ValueError: the salt is of another length.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"expected a salt of {SALT_BYTES} bytes")
    return hmac.digest(salt, event, "sha256")


def chain_hash(*, passport: str, sequence: int, previous: bytes, commitment: bytes) -> bytes:
    """Return the chain's hash after an event, 32 bytes: the previous hash of the next one. It needs no content."""
    name = passport.encode("ascii")
    head = _LINK + len(name).to_bytes(8, "big") + name + sequence.to_bytes(8, "big")
    return sha256(head + previous + commitment).digest()


def is_opaque_name(text: str) -> bool:
    """Return whether text can name a passport, a share or an event: printable ASCII, no spaces, not too long."""
    return len(text) <= MAX_NAME_CHARACTERS and _NAME.fullmatch(text) is not None


def _event(members: JsonObject) -> AccessEvent:
    if members.keys() - {"share"} != _MEMBERS:
        raise EventFormatError("expected the members of an event and no others")
    texts = ("at", "id", "kind", "passport", "previous", *members.keys() & {"share"})
    if not all(isinstance(members[name], str) for name in texts) or type(members["sequence"]) is not int:
        raise EventFormatError("expected text in an event's members and a whole number in its sequence")
    if not isinstance(members["detail"], dict) or len(members["at"]) != _TIME_CHARACTERS:
        raise EventFormatError("expected an object in detail, and a time with microseconds in at")
    return AccessEvent(
        passport=members["passport"],
        sequence=members["sequence"],
        previous=decode_base64url(members["previous"]),
        event_id=members["id"],
        at=datetime.strptime(members["at"], _TIME).replace(tzinfo=UTC),
        kind=members["kind"],
        detail=members["detail"],
        share=members.get("share"),
    )


def _canonical(members: JsonObject) -> bytes:
    _check_values(members)
    try:
        encoded = encode_sorted_json(members)
    except EncodingError as exc:
        raise EventFormatError("expected values that strict JSON can hold") from exc
    if len(encoded) > MAX_EVENT_BYTES:
        raise EventFormatError(f"expected an event of at most {MAX_EVENT_BYTES} bytes")
    return encoded


def _check_values(members: JsonObject) -> None:
    """Refuse what two writers of canonical JSON could spell in two ways."""
    open_values: list[Any] = [members]
    while open_values:
        value = open_values.pop()
        if isinstance(value, dict):
            if not all(isinstance(name, str) and name.isascii() for name in value):
                raise EventFormatError("expected names in ASCII")
            open_values += value.values()
        elif isinstance(value, list | tuple):
            open_values += value
        elif isinstance(value, float) or (isinstance(value, int) and abs(value) > _MAX_NUMBER):
            raise EventFormatError("expected whole numbers that every reader can hold, and no fractions")
