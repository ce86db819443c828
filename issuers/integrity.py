"""Integrity metadata of a document (SD-JWT VC draft-24 section 6; W3C SRI, Recommendation of 2016, section 3).

Where SRI would let a browser load what it cannot check, this refuses: metadata without a hash that is understood says
nothing, and who wrote it meant it to say something. Leaves out: fetching the document.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as BinasciiError
from collections.abc import Callable, Mapping
from hashlib import sha256, sha384, sha512
from hmac import compare_digest
from typing import Any, Final

from schemas.errors import PassportError

MAX_INTEGRITY_CHARACTERS: Final = 2048
_HASHES: Final[Mapping[str, tuple[Callable[[bytes], Any], int]]] = {  # SRI section 3.2: the strongest first
    "sha512": (sha512, 64),
    "sha384": (sha384, 48),
    "sha256": (sha256, 32),  # with the bytes of each digest
}
# SRI section 3.5: a hash name, the digest in base64, and options that nobody has defined and everybody ignores.
_TOKEN: Final = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*?)-([A-Za-z0-9+/]+={0,2})(?:\?[!-~]*)?")


class IntegrityError(PassportError):
    """A document cannot be held to its integrity metadata."""

    code = "integrity_invalid"


class IntegrityFormatError(IntegrityError):
    """Text is not integrity metadata: tokens of a hash name, a hyphen and a whole digest in canonical base64."""

    code = "integrity_format"


class IntegrityUnsupportedError(IntegrityError):
    """Integrity metadata names no hash that is understood."""

    code = "integrity_unsupported"


class IntegrityMismatchError(IntegrityError):
    """A document is not the one that its integrity metadata speaks of."""

    code = "integrity_mismatch"


def integrity_of(data: bytes) -> str:
    """Return integrity metadata of a document: its SHA-256."""
    return f"sha256-{b64encode(sha256(data).digest()).decode('ascii')}"


def check_integrity(data: bytes, metadata: object) -> None:
    """Refuse a document that is not the one the metadata speaks of. Of several hashes the strongest decides.

    Raises:
        IntegrityFormatError: `metadata` is no integrity metadata.
        IntegrityUnsupportedError: it names no hash that is understood.
        IntegrityMismatchError: no digest of its strongest hash is that of `data`.
    """
    name, digests = strongest(metadata)
    actual = _HASHES[name][0](data).digest()
    if not any(compare_digest(actual, expected) for expected in digests):
        raise IntegrityMismatchError(f"expected a document with the {name} that its reference gives")


def strongest(metadata: object) -> tuple[str, tuple[bytes, ...]]:
    """Return the strongest hash in integrity metadata, and its digests (SRI section 3.3.4).

    Raises:
        IntegrityFormatError: `metadata` is no integrity metadata.
        IntegrityUnsupportedError: it names no hash that is understood.
    """
    if not isinstance(metadata, str) or not 0 < len(metadata) <= MAX_INTEGRITY_CHARACTERS:
        raise IntegrityFormatError("expected integrity metadata such as sha256- and a digest in base64")
    found = [_parse_token(token) for token in re.split("[ \t\n\f\r]+", metadata.strip(" \t\n\f\r"))]
    for name in _HASHES:
        digests = tuple(digest for one, digest in found if one == name)
        if digests:
            return name, digests
    raise IntegrityUnsupportedError("expected a hash that is understood: sha256, sha384 or sha512")


def _parse_token(token: str) -> tuple[str, bytes]:
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise IntegrityFormatError("expected a hash name, a hyphen and a digest in base64")
    name, text = match[1], match[2]
    try:
        digest = b64decode(text, validate=True)
    except BinasciiError as exc:
        raise IntegrityFormatError("expected a digest in base64 with its padding") from exc
    if b64encode(digest).decode("ascii") != text:
        raise IntegrityFormatError("expected a digest in canonical base64")
    if name in _HASHES and len(digest) != _HASHES[name][1]:
        raise IntegrityFormatError(f"expected a whole {name} digest")
    return name, digest
