"""Token Status List (draft-21): pack statuses, sign the list, read it back.

A list says of each index whether the token that names it still stands. Leaves out: which index belongs to whom, and
fetching a list.
"""

import math
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from issuers.encoding import JsonObject, decode_base64url, encode_base64url
from issuers.jws import sign_jws, verify_jws
from issuers.keys import Signer, VerifyingKey
from issuers.times import from_numeric_date, to_numeric_date
from schemas.errors import EncodingError, PassportError

STATUS_LIST_TYPE: Final = "statuslist+jwt"  # draft-21 section 5.1
STATUS_LIST_MEDIA_TYPE: Final = "application/statuslist+jwt"
MAX_LIST_BYTES: Final = 16 * 1024 * 1024  # inflated
# 2**20 statuses of 8 bits take less even if they do not compress.
MAX_STATUS_TOKEN_BYTES: Final = 2 * 1024 * 1024
MAX_STATUS_TOKEN_VALUES: Final = 256  # of a payload: other specifications add little to these claims
ALLOWED_BITS: Final = frozenset({1, 2, 4, 8})  # section 4.1
_TTL_LONGEST: Final = 2**31  # seconds; longer ones mean nothing
_PIECE_BYTES: Final = 1024  # of zlib data at a time: DEFLATE makes at most 1,032 times as much of them
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")  # RFC 3986 section 3: a scheme, and no space
FUTURE_LEEWAY: Final = timedelta(seconds=60)  # how far another machine's clock may run ahead of ours


class Status(IntEnum):
    """What a list says about one token (section 7.1)."""

    VALID = 0
    INVALID = 1  # for good
    SUSPENDED = 2  # for now; needs lists of two bits or more
    APPLICATION_SPECIFIC = 3  # its meaning is private: a reader that was told none refuses it


class StatusListError(PassportError):
    """A status list token is not a status list, or not the one asked for."""

    code = "status_list_invalid"


class StatusIndexError(PassportError):
    """An index lies outside its list (section 8.3: the token is then to be refused)."""

    code = "status_index"


@dataclass(frozen=True, slots=True)
class StatusRef:
    """Where the status of a token stands: the `status.status_list` claim."""

    uri: str
    index: int

    def claim(self) -> JsonObject:
        """Return the value of a `status` claim (section 6.2)."""
        return {"status_list": {"idx": self.index, "uri": self.uri}}

    @classmethod
    def from_claim(cls, claim: object) -> "StatusRef":
        """Return the reference in a `status` claim. Members that other specifications add are passed over.

        Raises:
            StatusListError: it holds no `status_list` with an `idx` and a `uri`.
        """
        entry = claim.get("status_list") if isinstance(claim, dict) else None  # section 8.3 step 1
        if not isinstance(entry, dict):
            raise StatusListError("expected status to hold a status_list of idx and uri")
        index, uri = entry.get("idx"), entry.get("uri")
        if type(index) is not int or index < 0 or not is_uri(uri):
            raise StatusListError("expected idx to be a whole number and uri to be a URI")
        return cls(str(uri), index)


@dataclass(frozen=True, slots=True)
class StatusList:
    """The statuses of a list: `bits` each, the first in the lowest bits of the first byte (section 4.1)."""

    packed: bytes | bytearray  # what was inflated is not copied once more into bytes: nobody changes it
    bits: int = 1

    def __post_init__(self) -> None:
        if self.bits not in ALLOWED_BITS:
            raise ValueError(f"expected 1, 2, 4 or 8 bits, got {self.bits}")

    @classmethod
    def empty(cls, size: int, *, bits: int = 1) -> "StatusList":
        """Return a list in which at least `size` tokens are VALID."""
        if bits not in ALLOWED_BITS or size < 0:
            raise ValueError("expected a size of 0 or more and 1, 2, 4 or 8 bits")
        return cls(bytes((size * bits + 7) // 8), bits)

    def __len__(self) -> int:
        return len(self.packed) * 8 // self.bits

    def get(self, index: int) -> int:
        """Return the status at `index`.

        Raises:
            StatusIndexError: the list has no such index.
        """
        position, shift = self._place(index)
        return (self.packed[position] >> shift) & ((1 << self.bits) - 1)

    def with_set(self, index: int, status: int) -> "StatusList":
        """Return a list that differs in one status.

        Raises:
            StatusIndexError: the list has no such index.
        """
        return self.with_all({index: status})

    def with_all(self, statuses: Mapping[int, int]) -> "StatusList":
        """Return a list that differs in these statuses, by index: one copy, however many change.

        Raises:
            StatusIndexError: the list has no such index.
        """
        mask = (1 << self.bits) - 1
        packed = bytearray(self.packed)
        for index, status in statuses.items():
            if not 0 <= status <= mask:
                raise ValueError(f"expected a status of at most {mask}, got {status}")
            position, shift = self._place(index)
            packed[position] = (packed[position] & ~(mask << shift)) | (status << shift)
        return StatusList(bytes(packed), self.bits)

    def _place(self, index: int) -> tuple[int, int]:
        if not 0 <= index < len(self):
            raise StatusIndexError(f"expected an index below {len(self)}")
        position, rest = divmod(index * self.bits, 8)
        return position, rest


@dataclass(frozen=True, slots=True)
class StatusSnapshot:
    """One authentic status list as its signer published it at one moment."""

    uri: str
    list: StatusList
    issued_at: datetime
    expires_at: datetime | None
    ttl: timedelta | None  # how long to keep a copy before asking again
    aggregation_uri: str | None = None  # section 9.2: where the addresses of all lists stand
    resolved_at: datetime | None = None  # when a copy that is kept was fetched; None: just now

    def kept(self, resolved_at: datetime) -> "StatusSnapshot":
        """Return the copy to keep of a list that was fetched at a moment: its `ttl` runs from then on."""
        return replace(self, resolved_at=resolved_at)

    def is_fresh(self, now: datetime) -> bool:
        """Return whether the list still speaks for `now`: neither past its `exp` nor kept longer than its `ttl`."""
        if self.expires_at is not None and self.expires_at <= now:  # section 8.3 step 4.c
            return False
        if self.ttl is None or self.resolved_at is None:
            return True
        return now <= self.resolved_at + self.ttl  # section 8.3 step 4.d


def encode_list(statuses: StatusList, *, aggregation_uri: str | None = None) -> JsonObject:
    """Return the `status_list` claim (section 4.2): zlib, then base64url.

    Run-length matching (Z_RLE) packs a nearly empty list of 2**20 in under a millisecond; the slow levels save 6%.
    """
    deflate = zlib.compressobj(
        level=1, strategy=zlib.Z_RLE
    )  # so matched, a higher level changes the time alone
    packed = deflate.compress(statuses.packed) + deflate.flush()
    claim: JsonObject = {"bits": statuses.bits, "lst": encode_base64url(packed)}
    return claim if aggregation_uri is None else {**claim, "aggregation_uri": aggregation_uri}


def decode_list(claim: object) -> StatusList:
    """Return the list in a `status_list` claim. Members that it does not know are passed over.

    Raises:
        StatusListError: bits is not 1, 2, 4 or 8, or lst is not zlib in base64url of at most MAX_LIST_BYTES inflated.
    """
    if not isinstance(claim, dict):
        raise StatusListError("expected status_list to be an object")
    bits, text = claim.get("bits"), claim.get("lst")
    if type(bits) is not int or bits not in ALLOWED_BITS or not isinstance(text, str):
        raise StatusListError("expected bits of 1, 2, 4 or 8 and lst as text")
    return StatusList(_inflate(text), bits)


def _inflate(text: str) -> bytearray:
    """Return what zlib data inflates to, piece by piece: a bomb of gigabytes stops a piece above the cap."""
    inflate, whole = zlib.decompressobj(), bytearray()
    try:
        data = memoryview(decode_base64url(text))
        while data and not inflate.eof and len(whole) <= MAX_LIST_BYTES:
            whole += inflate.decompress(data[:_PIECE_BYTES])
            data = data[_PIECE_BYTES:]
    except (zlib.error, EncodingError) as exc:
        raise StatusListError("expected lst to be zlib data in base64url") from exc
    if data or inflate.unused_data or not inflate.eof or len(whole) > MAX_LIST_BYTES:
        raise StatusListError(f"expected one whole zlib stream of at most {MAX_LIST_BYTES} bytes inflated")
    return whole


def sign_status_list(
    statuses: StatusList,
    *,
    uri: str,
    signer: Signer,
    now: datetime,
    ttl: timedelta,
    valid_for: timedelta,
    aggregation_uri: str | None = None,
) -> str:
    """Return a signed status list token (section 5.1) that is published at `uri`."""
    payload = {
        "sub": uri,
        "iat": to_numeric_date(now),
        "exp": to_numeric_date(now + valid_for),
        "ttl": int(ttl.total_seconds()),
        "status_list": encode_list(statuses, aggregation_uri=aggregation_uri),
    }
    return sign_jws(payload, signer, typ=STATUS_LIST_TYPE)


def read_status_list(
    token: str,
    *,
    key_for: Callable[[str | None], VerifyingKey | None],
    uris: frozenset[str],
    now: datetime,
) -> StatusSnapshot:
    """Return the list in a status list token that a key for one of these addresses signed (section 8.3).

    A list past its `exp` is returned all the same: it is authentic, and `StatusSnapshot.is_fresh` says that it no
    longer speaks for now.

    Raises:
        EncodingError, TokenHeaderError, UnknownKeyError, SignatureError: as `verify_jws`.
        StatusListError: another list's token, from the future, or not a status list.
    """
    payload = verify_jws(
        token,
        key_for=key_for,
        typ=STATUS_LIST_TYPE,
        max_bytes=MAX_STATUS_TOKEN_BYTES,
        max_values=MAX_STATUS_TOKEN_VALUES,
    )
    uri = payload.get("sub")
    if not isinstance(uri, str) or uri not in uris:  # section 8.3 step 4.a
        raise StatusListError("expected sub to be the address of a list that this key signs")
    try:
        issued_at = from_numeric_date(payload.get("iat"))
        expires_at = from_numeric_date(payload["exp"]) if "exp" in payload else None
    except EncodingError as exc:
        raise StatusListError("expected iat, and exp where it is given, to be times") from exc
    if issued_at > now + FUTURE_LEEWAY:
        raise StatusListError("expected a list issued before now")
    claim = payload.get("status_list")
    return StatusSnapshot(
        uri, decode_list(claim), issued_at, expires_at, _ttl(payload), _aggregation_uri(claim)
    )


def _ttl(payload: JsonObject) -> timedelta | None:
    if "ttl" not in payload:
        return None
    seconds = payload["ttl"]  # section 5.1: a positive number, not always a whole one
    is_number = type(seconds) in (int, float) and math.isfinite(seconds)
    if not is_number or not 0 < seconds < _TTL_LONGEST:
        raise StatusListError("expected ttl to be a positive number of seconds")
    return timedelta(seconds=seconds)


def _aggregation_uri(claim: object) -> str | None:
    if not isinstance(claim, dict) or "aggregation_uri" not in claim:
        return None
    if not is_uri(claim["aggregation_uri"]):
        raise StatusListError("expected aggregation_uri to be a URI")
    return str(claim["aggregation_uri"])


def is_uri(value: object) -> bool:
    """Return whether a value is a URI with a scheme (RFC 3986 section 3)."""
    return isinstance(value, str) and _URI.fullmatch(value) is not None
