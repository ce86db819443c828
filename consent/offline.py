"""What a verifier without a network is handed: a trust file and a status file. Pure: reads bytes, opens nothing.

A trust file is JSON `{"anchor": JWK, "trust_list": JWS}`; a status file is JSON `{"status_lists": [JWS, ...]}`.
The anchor is the one thing believed as it stands: it must come by a way the verifier trusts. A status file may come
from anybody: its values are counted before it is parsed, and no list in it is before its signature has been checked.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from issuers.encoding import decode_json_object, encode_json
from issuers.jws import unverified_header
from issuers.keys import VerifyingKey
from issuers.status_list import MAX_STATUS_TOKEN_BYTES, STATUS_LIST_TYPE, StatusSnapshot, read_status_list
from issuers.trust import TrustList
from issuers.trust_wire import read_trust_list
from schemas.errors import PassportError

# A character may take four bytes of memory, and what a file holds stands there more than once.
MAX_STATUS_FILE_BYTES: Final = MAX_STATUS_TOKEN_BYTES + 128 * 1024
MAX_TRUST_FILE_BYTES: Final = MAX_STATUS_FILE_BYTES
MAX_FILE_VALUES: Final = 256  # a key, texts of lists, and Type Metadata of each section: a few dozen


class OfflineFileError(PassportError):
    """A trust file or a status file is not of its form."""

    code: ClassVar[str] = "offline_file_invalid"


@dataclass(frozen=True, slots=True)
class OfflineTrust:
    """A trust list whose signature was checked, with the anchor that signed it."""

    anchor: VerifyingKey
    trust: TrustList


def encode_trust_file(anchor: Mapping[str, Any], trust_list: str) -> bytes:
    """Return a trust file: the anchor's public JWK and the signed trust list."""
    return encode_json({"anchor": dict(anchor), "trust_list": trust_list})


def read_trust_file(raw: bytes, *, now: datetime, ended_too: bool = False) -> OfflineTrust:
    """Return the trust list in a trust file; with `ended_too` also one past its end, which `verify` then calls stale.

    Raises:
        OfflineFileError: it is not a trust file.
        PassportError: the anchor is no key, or the list is not signed by it, malformed or out of date.
    """
    members = file_members(raw, {"anchor", "trust_list"}, max_bytes=MAX_TRUST_FILE_BYTES)
    return trust_in(members, now=now, ended_too=ended_too)


def trust_in(members: Mapping[str, Any], *, now: datetime, ended_too: bool) -> OfflineTrust:
    """Return what the members `anchor` and `trust_list` of a file hold, as `read_trust_file` does."""
    jwk, token = members["anchor"], members["trust_list"]
    if not isinstance(jwk, dict) or not isinstance(token, str):
        raise OfflineFileError("a trust file holds an anchor (a JWK) and a trust_list (a JWS)")
    anchor = VerifyingKey.from_jwk(jwk)
    return OfflineTrust(anchor, read_trust_list(token, anchors=[anchor], now=now, ended_too=ended_too))


def encode_status_file(tokens: Iterable[str]) -> bytes:
    """Return a status file of signed status list tokens."""
    return encode_json({"status_lists": list(tokens)})


def read_status_file(raw: bytes, *, trust: TrustList, now: datetime) -> dict[str, StatusSnapshot]:
    """Return the status lists in a status file by their address.

    Raises:
        OfflineFileError: it is not a status file, or has two lists of one address.
        PassportError: a list is malformed, or its signer is not the one that the trust list names for its address.
    """
    members = file_members(raw, {"status_lists"}, max_bytes=MAX_STATUS_FILE_BYTES)
    return statuses_in(members, trust=trust, now=now)


def statuses_in(members: Mapping[str, Any], *, trust: TrustList, now: datetime) -> dict[str, StatusSnapshot]:
    """Return what the member `status_lists` of a file holds, as `read_status_file` does."""
    tokens = members["status_lists"]
    if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
        raise OfflineFileError("a status file holds status_lists, an array of JWS texts")
    by_uri: dict[str, StatusSnapshot] = {}
    for token in tokens:  # one after the other: a true list again and again ends at the second
        snapshot = read_status_token(token, trust=trust, now=now)
        if by_uri.setdefault(snapshot.uri, snapshot) is not snapshot:
            raise OfflineFileError("a status file holds each list once")
    return by_uri


def read_status_token(token: str, *, trust: TrustList, now: datetime) -> StatusSnapshot:
    """Return one status list under the address that it names itself, if that address's signer signed it.

    Raises:
        PassportError: it is malformed, or its signer is not the one that the trust list names for its address.
    """
    header = unverified_header(token, typ=STATUS_LIST_TYPE, max_bytes=MAX_STATUS_TOKEN_BYTES)
    key, uris = trust.status_key(header.get("kid"), now)
    return read_status_list(token, key_for=lambda _: key, uris=uris, now=now)


def file_members(raw: bytes, names: Set[str], *, max_bytes: int) -> dict[str, Any]:
    """Return the members of a file that has these and no others.

    Raises:
        EncodingError: it is not strict JSON of at most `max_bytes` bytes and MAX_FILE_VALUES values.
        OfflineFileError: it has other members.
    """
    members = decode_json_object(raw, max_bytes=max_bytes, max_values=MAX_FILE_VALUES)
    if members.keys() != names:
        raise OfflineFileError(f"expected a JSON object of {' and '.join(sorted(names))}")
    return members
