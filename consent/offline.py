"""What a verifier without a network is handed: a trust file and a status file. Pure: reads bytes, opens nothing.

A trust file is JSON `{"anchor": JWK, "trust_list": JWS}`; a status file is JSON `{"status_lists": [JWS, ...]}`.
The anchor is the one thing believed as it stands: it must come by a way the verifier trusts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from issuers.encoding import decode_json_object, encode_json
from issuers.jws import parse_jws
from issuers.keys import VerifyingKey
from issuers.status_list import MAX_STATUS_TOKEN_BYTES, STATUS_LIST_TYPE, StatusSnapshot, read_status_list
from issuers.trust import TrustList
from issuers.trust_wire import MAX_TRUST_LIST_BYTES, read_trust_list
from schemas.errors import PassportError

MAX_STATUS_FILE_BYTES: Final = 2 * MAX_STATUS_TOKEN_BYTES


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
    members = _members(raw, {"anchor", "trust_list"}, MAX_TRUST_LIST_BYTES * 2)
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
    tokens = _members(raw, {"status_lists"}, MAX_STATUS_FILE_BYTES)["status_lists"]
    if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
        raise OfflineFileError("a status file holds status_lists, an array of JWS texts")
    snapshots = [read_status_token(token, trust=trust, now=now) for token in tokens]
    by_uri = {snapshot.uri: snapshot for snapshot in snapshots}
    if len(by_uri) != len(snapshots):
        raise OfflineFileError("a status file holds each list once")
    return by_uri


def read_status_token(token: str, *, trust: TrustList, now: datetime) -> StatusSnapshot:
    """Return one status list under the address that it names itself, if that address's signer signed it.

    Raises:
        PassportError: it is malformed, or its signer is not the one that the trust list names for its address.
    """
    jws = parse_jws(token, typ=STATUS_LIST_TYPE, max_bytes=MAX_STATUS_TOKEN_BYTES)
    uri = jws.unverified_payload.get("sub")
    if not isinstance(uri, str):
        raise OfflineFileError("a status list names its address in sub")
    return read_status_list(token, key_for=trust.status_key_for(uri, now), uri=uri, now=now)


def _members(raw: bytes, names: set[str], max_bytes: int) -> dict[str, Any]:
    members = decode_json_object(raw, max_bytes=max_bytes)
    if members.keys() != names:
        raise OfflineFileError(f"expected a JSON object of {' and '.join(sorted(names))}")
    return members
