"""Hostile status, trust and evidence files: each as large as is let in and as costly as can be; and the largest honest.

A status file may come from anybody: what a stranger without keys can write is here, and what the signer of a list
could. A trust or evidence file is believed by the way it came; it is hostile here up to the anchor's signature.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import partial
from hashlib import shake_256
from typing import Any, Final

from consent.evidence_file import (
    MAX_EVIDENCE_BYTES,
    encode_evidence_file,
    is_evidence_file,
    read_evidence_file,
)
from consent.offline import (
    MAX_FILE_VALUES,
    MAX_STATUS_FILE_BYTES,
    MAX_TRUST_FILE_BYTES,
    encode_status_file,
    encode_trust_file,
    read_status_file,
    read_trust_file,
)
from consent.signed_note import NoteKey
from issuers.encoding import encode_base64url, encode_json
from issuers.jws import MAX_HEADER_BYTES
from issuers.status_list import (
    MAX_LIST_BYTES,
    MAX_STATUS_TOKEN_BYTES,
    STATUS_LIST_TYPE,
    StatusList,
    encode_list,
    sign_status_list,
)
from issuers.times import to_numeric_date
from issuers.trust_wire import TRUST_LIST_TYPE, sign_trust_list
from tests.consent_floor.passports import ENTRY_LIST, NOW, SIGNERS, STATUS_ISSUER, TRUST, FixedSigner
from tests.issuers.hostile import VALUES

ANCHOR: Final = FixedSigner("anchor")
LOG_KEY: Final = NoteKey("passport.example/log", bytes(32))
STATUS: Final = SIGNERS[STATUS_ISSUER]
ENTRIES: Final = 2**20
ROOM: Final = MAX_STATUS_TOKEN_BYTES * 3 // 4 - 2048  # bytes of JSON in the payload of a token
HEADER_ROOM: Final = MAX_HEADER_BYTES * 3 // 4 - 512
Make = Callable[[int], bytes]  # a value of so many bytes


def token(value: bytes, *, typ: str, signer: FixedSigner, signed: bool, header: bytes = b"") -> str:
    """Return a JWS with a value beside the usual claims of a list, and one in its header."""
    claims = {"sub": ENTRY_LIST, "iat": to_numeric_date(NOW), "status_list": encode_list(StatusList.empty(8))}
    payload = encode_json(claims)[:-1] + b',"x":' + value + b"}"
    members = encode_json({"alg": "ES256", "typ": typ, "kid": signer.kid})[:-1] + header + b"}"
    text = f"{encode_base64url(members)}.{encode_base64url(payload)}"
    return f"{text}.{encode_base64url(signer.sign(text.encode()) if signed else bytes(64))}"


def status_token(statuses: StatusList) -> str:
    """Return a true list."""
    return sign_status_list(
        statuses, uri=ENTRY_LIST, signer=STATUS, now=NOW, ttl=timedelta(hours=1), valid_for=timedelta(days=1)
    )


def incompressible(bits: int) -> StatusList:
    """Return a list of 2**20 entries that takes as much as it can."""
    return StatusList(shake_256(b"statuses").digest(ENTRIES * bits // 8), bits)


def _evidence(**changed: Any) -> bytes:
    usual = encode_evidence_file(
        anchor=ANCHOR.public_jwk,
        trust_list=sign_trust_list(TRUST, ANCHOR),
        status_lists=[status_token(StatusList.empty(64))],
        type_metadata={"https://passport.example/vct/work/1": b'{"name":"Gwaith a t\xc5\xb7"}'},
        log_key=LOG_KEY,
    )
    return encode_json({**json.loads(usual), **changed})


def _file_of(make: Make) -> bytes:
    return b'{"status_lists":' + make(MAX_STATUS_FILE_BYTES - 20) + b"}"


def _file_with_more(make: Make) -> bytes:
    return b'{"status_lists":[],"x":' + make(MAX_STATUS_FILE_BYTES - 40) + b"}"


def _unsigned(make: Make) -> bytes:
    return encode_status_file([token(make(ROOM), typ=STATUS_LIST_TYPE, signer=STATUS, signed=False)])


def _signed(make: Make) -> bytes:
    return encode_status_file([token(make(ROOM), typ=STATUS_LIST_TYPE, signer=STATUS, signed=True)])


def _in_header(make: Make) -> bytes:
    header = b',"x":' + make(HEADER_ROOM)
    one = token(b"0", typ=STATUS_LIST_TYPE, signer=STATUS, signed=False, header=header)
    return encode_status_file([one] * (MAX_STATUS_FILE_BYTES // (len(one) + 3)))


def _trust_file_with_more(make: Make) -> bytes:
    usual = encode_trust_file(ANCHOR.public_jwk, sign_trust_list(TRUST, ANCHOR))[:-1]
    return usual + b',"x":' + make(MAX_TRUST_FILE_BYTES - len(usual) - 10) + b"}"


def _trust_file_unsigned(make: Make) -> bytes:
    unsigned = token(make(ROOM), typ=TRUST_LIST_TYPE, signer=ANCHOR, signed=False)
    return encode_trust_file(ANCHOR.public_jwk, unsigned)


def _evidence_with_more(make: Make) -> bytes:
    usual = _evidence()[:-1]
    return usual + b',"x":' + make(MAX_EVIDENCE_BYTES - len(usual) - 10) + b"}"


def _evidence_with_types(make: Make) -> bytes:
    usual = _evidence(type_metadata=[])
    return usual.replace(b'"type_metadata":[]', b'"type_metadata":' + make(MAX_EVIDENCE_BYTES - len(usual)))


STATUS_PLACES: Final[Mapping[str, Callable[[Make], bytes]]] = {
    "status file": _file_of,
    "status file, beside the lists": _file_with_more,
    "list that nobody signed": _unsigned,
    "list that is signed": _signed,
    "header of lists": _in_header,
}
TRUST_PLACES: Final[Mapping[str, Callable[[Make], bytes]]] = {
    "trust file": _trust_file_with_more,
    "trust list that nobody signed": _trust_file_unsigned,
}
EVIDENCE_PLACES: Final[Mapping[str, Callable[[Make], bytes]]] = {
    "file of evidence": _evidence_with_more,
    "file of evidence, for Type Metadata": _evidence_with_types,
}
STATUS_FILES: Final[Mapping[str, Callable[[], bytes]]] = {
    "one true list again and again": lambda: encode_status_file(
        [status_token(StatusList.empty(ENTRIES))] * (MAX_FILE_VALUES - 3)
    ),
    "a list of nobody again and again": lambda: encode_status_file(
        ["e30.e30.AA"] * (MAX_FILE_VALUES - 3)
    ),
    "a list of one byte more than may be": lambda: encode_status_file(
        [status_token(StatusList(bytes(MAX_LIST_BYTES + 1)))]
    ),
}  # fmt: skip
HONEST: Final[Mapping[str, Callable[[], bytes]]] = {
    "2**20 entries of 2 bits": lambda: encode_status_file([status_token(incompressible(2))]),
    "2**20 entries of 8 bits": lambda: encode_status_file([status_token(incompressible(8))]),
    "16 MiB inflated": lambda: encode_status_file([status_token(StatusList(bytes(MAX_LIST_BYTES)))]),
}
HONEST_EVIDENCE: Final[Mapping[str, Callable[[], bytes]]] = {
    f"{name}, with evidence": partial(lambda make: _evidence(**json.loads(make())), make)
    for name, make in HONEST.items()
}


def status_files() -> dict[str, Callable[[], bytes]]:
    """Return every hostile status file by name, and the largest honest ones, to be made when it is wanted."""
    return {**STATUS_FILES, **HONEST, **filled_places(STATUS_PLACES)}


def trust_files() -> dict[str, Callable[[], bytes]]:
    """Return every hostile trust file by name, to be made when it is wanted."""
    return filled_places(TRUST_PLACES)


def evidence_files() -> dict[str, Callable[[], bytes]]:
    """Return every hostile evidence file by name, and the largest honest ones, to be made when it is wanted."""
    return {**HONEST_EVIDENCE, **filled_places(EVIDENCE_PLACES)}


def read_statuses(raw: bytes) -> object:
    """Read a status file with the trust list of these tests."""
    return read_status_file(raw, trust=TRUST, now=NOW)


def read_trust(raw: bytes) -> object:
    """Read a trust file."""
    return read_trust_file(raw, now=NOW)


def read_evidence(raw: bytes) -> object:
    """Find out that it is an evidence file, and read it."""
    assert is_evidence_file(raw)
    return read_evidence_file(raw, now=NOW)


def filled_places(
    places: Mapping[str, Callable[[Make], bytes]], names: Iterable[str] = VALUES
) -> dict[str, Callable[[], bytes]]:
    """Return a file with each of these values at each of these places."""
    return {
        f"{name}, in a {place}": partial(put, VALUES[name]) for place, put in places.items() for name in names
    }
