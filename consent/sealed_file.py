"""The files of a share, sealed as compact JWE: `dir` and `A256GCM`, with `cty`.

HL7 SMART Health Cards and Links IG 1.0.0, "Encrypting and Decrypting Files"; RFC 7516.
Pure: the key and the IV are passed in.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from issuers.encoding import decode_base64url, decode_json_object, encode_base64url, encode_json
from schemas.errors import EncodingError, PassportError

FHIR_JSON: Final = "application/fhir+json"
KEY_BYTES: Final = 32
IV_BYTES: Final = 12
TAG_BYTES: Final = 16
SEALED_LENGTH_MAX: Final = 8 * 1024 * 1024  # characters of a JWE
INFLATED_BYTES_MAX: Final = 16 * 1024 * 1024


class SealedFileError(PassportError):
    """A text is not a JWE of the form that SMART Health Links prescribe, or the key does not open it."""

    code: ClassVar[str] = "sealed_file_invalid"


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file as it was before sealing. Its content is authentic for whoever holds the key, and no more than that."""

    content: bytes
    content_type: str


def seal_file(content: bytes, key: bytes, *, content_type: str, iv: bytes) -> str:
    """Return the compact JWE. `iv` is 12 random bytes, never used twice with a key: pass fresh ones for each sealing.

    Raises:
        ValueError: key or IV has the wrong length.
    """
    if len(key) != KEY_BYTES or len(iv) != IV_BYTES:
        raise ValueError(f"the key is {KEY_BYTES} bytes and the IV is {IV_BYTES} bytes")
    header = encode_base64url(encode_json({"alg": "dir", "enc": "A256GCM", "cty": content_type}))
    sealed = AESGCM(key).encrypt(iv, content, header.encode("ascii"))
    parts = (
        header,
        "",
        encode_base64url(iv),
        encode_base64url(sealed[:-TAG_BYTES]),
        encode_base64url(sealed[-TAG_BYTES:]),
    )
    return ".".join(parts)


def open_file(jwe: str, key: bytes) -> OpenedFile:
    """Return the file that a JWE seals.

    Raises:
        SealedFileError: the form is another one, the file was altered, or the key is not its key.
    """
    if len(jwe) > SEALED_LENGTH_MAX:
        raise SealedFileError(f"a sealed file is at most {SEALED_LENGTH_MAX} characters")
    parts = jwe.split(".")
    if len(parts) != 5 or parts[1] or len(key) != KEY_BYTES:
        raise SealedFileError("expected a compact JWE with an empty encrypted key")
    try:
        header = decode_json_object(decode_base64url(parts[0]))
        iv, ciphertext, tag = (decode_base64url(part) for part in parts[2:])
        content_type = _content_type(header)
        if len(iv) != IV_BYTES or len(tag) != TAG_BYTES:
            raise SealedFileError("the file's IV or tag has the wrong length")
        content = AESGCM(key).decrypt(iv, ciphertext + tag, parts[0].encode("ascii"))
    except (EncodingError, InvalidTag) as exc:
        raise SealedFileError("the file was altered or the key is not its key") from exc
    return OpenedFile(_inflate(content) if "zip" in header else content, content_type)


def _content_type(header: Mapping[str, Any]) -> str:
    content_type = header.get("cty")
    expected = (
        header.get("alg") == "dir" and header.get("enc") == "A256GCM" and header.get("zip", "DEF") == "DEF"
    )
    if not expected or "crit" in header or not isinstance(content_type, str):
        raise SealedFileError("expected alg dir, enc A256GCM, a cty and no crit")
    return content_type


def _inflate(content: bytes) -> bytes:
    inflater = zlib.decompressobj(wbits=-15)  # IG: raw DEFLATE, without zlib headers
    try:
        inflated = inflater.decompress(content, INFLATED_BYTES_MAX)
    except zlib.error as exc:
        raise SealedFileError("the file says it is compressed and is not") from exc
    if not inflater.eof:
        raise SealedFileError(f"the file is cut short, or inflates to more than {INFLATED_BYTES_MAX} bytes")
    return inflated
