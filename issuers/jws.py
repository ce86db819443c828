"""Strict JWS (RFC 7515, compact form): sign bytes, and check the bytes that were received.

Algorithm and type come from an allow-list and keys from whoever calls, never from the token they are to check: `jwk`,
`jku`, `x5u` and the like in a header are not looked at. Leaves out: what a payload means.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from issuers.encoding import (
    MAX_TOKEN_BYTES,
    JsonObject,
    TooLargeError,
    decode_base64url,
    decode_json_object,
    encode_base64url,
    encode_json,
)
from issuers.keys import ALGORITHM, Signer, VerifyingKey
from schemas.errors import EncodingError, PassportError

SIGNATURE_CHARACTERS: Final = 86  # of 64 bytes, r and s (RFC 7518 section 3.4)
SHORT_HEADER: Final = (
    512  # characters; longer ones are not remembered, so that nobody can fill the memory with them
)
MAX_HEADER_BYTES: Final = 32 * 1024  # room for a chain of certificates in x5c


class TokenFormatError(EncodingError):
    """A token is not a compact JWS of three canonical parts with JSON objects in them."""

    code = "token_format"


class TokenHeaderError(PassportError):
    """A JWS header names an algorithm, type, extension or key id that is not allowed."""

    code = "token_header"


class AlgorithmError(TokenHeaderError):
    """RFC 9901 section 7.1 step 2.a: `alg` is not on the allow-list; "none" never is."""

    code = "token_alg"


class TokenTypeError(TokenHeaderError):
    """RFC 8725 section 3.11: `typ` is not the type that is expected here."""

    code = "token_typ"


class CriticalHeaderError(TokenHeaderError):
    """RFC 7515 section 4.1.11: the header says that an extension must be understood, and none is."""

    code = "token_crit"


class KeyIdError(TokenHeaderError):
    """RFC 7515 section 4.1.4: `kid` is no text."""

    code = "token_kid"


class UnknownKeyError(PassportError):
    """No trusted key has the key id that a token names."""

    code = "unknown_key"


class SignatureError(PassportError):
    """A signature does not verify."""

    code = "signature_invalid"


@dataclass(frozen=True, slots=True)
class UnverifiedJws:
    """A JWS that is well formed; nothing in it has been checked against a key."""

    unverified_header: Mapping[str, Any]
    unverified_payload: JsonObject
    signing_input: bytes  # the ASCII bytes received, up to the second dot
    signature: bytes  # 64 bytes, r and s

    @property
    def unverified_kid(self) -> str | None:
        """The key id that the header claims."""
        return self.unverified_header.get("kid")

    def verify(self, key: VerifyingKey) -> JsonObject:
        """Return the payload.

        Raises:
            SignatureError: `key` did not sign these bytes.
        """
        if not key.verify(self.signing_input, self.signature):
            raise SignatureError("the signature does not belong to this content and key; get a fresh copy")
        return self.unverified_payload


@lru_cache(maxsize=64)
def _protected_header(typ: str, kid: str) -> str:
    return encode_base64url(encode_json({"alg": ALGORITHM, "typ": typ, "kid": kid}))


def sign_jws(
    payload: Mapping[str, Any], signer: Signer, *, typ: str, header: Mapping[str, Any] | None = None
) -> str:
    """Return the compact JWS of `payload`; `header` adds members to alg, typ and kid.

    Raises:
        JsonError: the payload holds something strict JSON cannot.
        ValueError: `header` tries to set alg, typ, kid or crit.
    """
    if header and header.keys() & {"alg", "typ", "kid", "crit"}:
        raise ValueError("header must not set alg, typ, kid or crit")
    if header:
        members = {"alg": ALGORITHM, "typ": typ, "kid": signer.kid, **header}
        protected = encode_base64url(encode_json(members))
    else:
        protected = _protected_header(typ, signer.kid)
    signing_input = f"{protected}.{encode_base64url(encode_json(payload))}"
    return f"{signing_input}.{encode_base64url(signer.sign(signing_input.encode('ascii')))}"


def parse_jws(
    token: str, *, typ: str, max_bytes: int = MAX_TOKEN_BYTES, walked: bool = False
) -> UnverifiedJws:
    """Return the parts of a compact JWS of type `typ`, unverified; `walked` as in `decode_json`.

    Raises:
        TooLargeError: longer than `max_bytes`.
        TokenFormatError: not three canonical base64url parts around JSON objects.
        TokenHeaderError: alg other than ES256, another typ, crit, or a kid that is no text.
    """
    protected, payload, signature = _parts(token, max_bytes)
    return UnverifiedJws(
        unverified_header=_header(protected, typ),
        unverified_payload=_object(payload, max_bytes, walked=walked),
        signing_input=token.rpartition(".")[0].encode("ascii"),
        signature=_signature(signature),
    )


def _parts(token: str, max_bytes: int) -> list[str]:
    if len(token) > max_bytes:
        raise TooLargeError(f"expected a token of at most {max_bytes} bytes")
    parts = token.split(".", 3)  # no more: a token of dots has a quarter of a million
    if len(parts) != 3:
        raise TokenFormatError("expected 3 parts")
    return parts


def _object(part: str, max_bytes: int, *, max_values: int | None = None, walked: bool = False) -> JsonObject:
    if len(part) > max_bytes:  # before it is decoded
        raise TokenFormatError(f"expected a part of at most {max_bytes} bytes")
    try:
        raw = decode_base64url(part)
        return decode_json_object(raw, max_bytes=max_bytes, max_values=max_values, walked=walked)
    except EncodingError as exc:
        raise TokenFormatError(f"expected base64url of a strict JSON object: {exc}") from exc


def unverified_header(token: str, *, typ: str, max_bytes: int = MAX_TOKEN_BYTES) -> Mapping[str, Any]:
    """Return the header of a compact JWS of type `typ`: for who has to find its key, and nothing else.

    Raises:
        EncodingError, TokenHeaderError: as `parse_jws`.
    """
    return _header(_parts(token, max_bytes)[0], typ)


def _signature(part: str) -> bytes:
    if len(part) != SIGNATURE_CHARACTERS:  # before it is decoded
        raise TokenFormatError("expected a signature of 64 bytes")
    try:
        return decode_base64url(part)
    except EncodingError as exc:
        raise TokenFormatError("expected a signature in base64url") from exc


def _header(part: str, typ: str) -> Mapping[str, Any]:
    """Return the header of a JWS of type `typ`: what it may say is on an allow-list."""
    read = _remembered_header if len(part) <= SHORT_HEADER else _read_header
    return read(part, typ)


def _read_header(part: str, typ: str) -> Mapping[str, Any]:
    header = _object(part, MAX_HEADER_BYTES)
    if header.get("alg") != ALGORITHM:  # RFC 8725 section 3.1; "none" falls here too
        raise AlgorithmError("expected alg ES256")
    if header.get("typ") != typ:  # RFC 8725 section 3.11
        raise TokenTypeError(f"expected typ {typ}")
    # RFC 7515 section 4.1.11; and RFC 7797 section 6: b64 changes what is signed, and stands in crit or is a mistake.
    if "crit" in header or "b64" in header:
        raise CriticalHeaderError("expected no critical header extensions")
    if not isinstance(header.get("kid", ""), str):
        raise KeyIdError("expected kid to be text")
    return MappingProxyType(header)


_remembered_header: Final = lru_cache(maxsize=64)(
    _read_header
)  # a key writes the same one before all it signs


def verify_jws(
    token: str,
    *,
    key_for: Callable[[str | None], VerifyingKey | None],
    typ: str,
    max_bytes: int = MAX_TOKEN_BYTES,
    max_values: int | None = None,
) -> JsonObject:
    """Return the payload of a JWS that the trusted key for its kid signed; `max_values` as in `decode_json`.

    Raises:
        EncodingError, TokenHeaderError: as `parse_jws`.
        UnknownKeyError: `key_for` knows no such kid.
        SignatureError: the signature does not verify.
    """
    protected, payload, signature = _parts(token, max_bytes)
    key = key_for(_header(protected, typ).get("kid"))
    if key is None:
        raise UnknownKeyError("no trusted key has this token's kid; get the keys or the trust list anew")
    signing_input = token.rpartition(".")[0]
    # A payload is not even parsed before its signature has been checked.
    if not signing_input.isascii() or not key.verify(signing_input.encode("ascii"), _signature(signature)):
        raise SignatureError("the signature does not belong to this content and key; get a fresh copy")
    return _object(payload, max_bytes, max_values=max_values)
