"""RFC 9901 in compact form: issue an SD-JWT, take it apart, choose what to show.

Processing what was disclosed is `issuers.disclosure`; what the claims mean is `issuers.credential`. Salts are passed
in, so that the same input and salts give the same disclosures and digests.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final

from issuers.disclosure import (
    DEFAULT_HASH,
    DIGESTS,
    ELEMENT,
    HASH_NAME,
    MAX_DISCLOSURES,
    RESERVED_NAMES,
    SdJwtError,
    TooManyDisclosuresError,
    UnreferencedDisclosureError,
    digest,
)
from issuers.encoding import (
    MAX_TOKEN_BYTES,
    JsonError,
    TooLargeError,
    encode_base64url,
    encode_digests,
    encode_json,
)
from issuers.jws import sign_jws
from issuers.keys import Signer

CREDENTIAL_TYPE: Final = "dc+sd-jwt"  # SD-JWT VC draft section 3.2.1
KEY_BINDING_TYPE: Final = "kb+jwt"  # RFC 9901 section 4.3
SALT_BYTES: Final = (
    18  # 144 bits: over the 128 of RFC 9901 section 9.3, and 24 characters without a remainder
)

_HOLDS_RESERVED_NAME: Final = re.compile(rb'"_sd|"\.\.\."').search  # our JSON never escapes these
SALT_CHARACTERS: Final = 24
SALTS_AT_ONCE: Final = 16

NewSalt = Callable[[int], bytes]  # of so many bytes: secrets.token_bytes, or something repeatable in tests


class SdJwtFormatError(SdJwtError):
    """Text is not a compact SD-JWT: a JWT, disclosures and perhaps a key-binding JWT between tildes."""

    code = "sd_jwt_format"


@dataclass(frozen=True, slots=True)
class Sd:
    """A member of an object or an element of an array that is to be selectively disclosable."""

    value: Any


@dataclass(frozen=True, slots=True)
class Padded:
    """An object whose digests are filled up with decoys to `size`."""

    value: dict[str, Any]
    size: int  # digests, decoys included


@dataclass(frozen=True, slots=True)
class Rows:
    """An array whose every element is to be selectively disclosable, filled up with decoys to `size`.

    The digests stand in the order of their text, so that a place in the array tells nothing; the order of the
    disclosures keeps the order of the elements.
    """

    values: Sequence[Any]
    size: int  # digests, decoys included


@dataclass(frozen=True, slots=True)
class SdJwt:
    """A compact SD-JWT or SD-JWT+KB taken apart; nothing in it is verified."""

    jwt: str
    disclosures: tuple[str, ...]
    kb_jwt: str | None = None

    @classmethod
    def parse(cls, text: str) -> "SdJwt":
        """Return the parts of a compact SD-JWT (RFC 9901 section 4).

        Raises:
            TooLargeError: more than MAX_TOKEN_BYTES.
            SdJwtFormatError: no tilde, an empty part, or a character that no part can hold.
            TooManyDisclosuresError: more than MAX_DISCLOSURES disclosures.
        """
        if len(text) > MAX_TOKEN_BYTES:
            raise TooLargeError(f"expected at most {MAX_TOKEN_BYTES} bytes")
        jwt, *disclosures = text.split("~")
        if not disclosures or not text.isascii():
            raise SdJwtFormatError("expected an ASCII JWT, disclosures and a last part, each after a tilde")
        kb_jwt = disclosures.pop()
        if len(disclosures) > MAX_DISCLOSURES:
            raise TooManyDisclosuresError(f"expected at most {MAX_DISCLOSURES} disclosures")
        if not jwt or not all(disclosures):
            raise SdJwtFormatError("expected no empty part before the last tilde")
        return cls(jwt, tuple(disclosures), kb_jwt or None)

    def __str__(self) -> str:
        return self.without_key_binding() + (self.kb_jwt or "")

    def without_key_binding(self) -> str:
        """Return the text up to and with its last tilde: what `sd_hash` is taken over (section 4.3.1)."""
        return "~".join((self.jwt, *self.disclosures, ""))

    def sd_hash(self, hash_name: str = DEFAULT_HASH) -> str:
        """Return the digest that a key-binding JWT names in `sd_hash`.

        Raises:
            UnknownHashError: `hash_name` is not understood.
        """
        return digest(self.without_key_binding(), hash_name)

    def select(self, disclosures: Iterable[str]) -> "SdJwt":
        """Return this SD-JWT with only the given disclosures, in their order here, and no key binding.

        Raises:
            UnreferencedDisclosureError: one of them is not a disclosure of this SD-JWT.
        """
        wanted = set(disclosures)
        kept = tuple(disclosure for disclosure in self.disclosures if disclosure in wanted)
        if len(kept) != len(wanted):
            raise UnreferencedDisclosureError("expected disclosures of this SD-JWT")
        return SdJwt(self.jwt, kept)

    def with_key_binding(self, kb_jwt: str) -> "SdJwt":
        """Return this SD-JWT followed by a key-binding JWT."""
        return replace(self, kb_jwt=kb_jwt)


def issue(
    claims: Mapping[str, Any],
    *,
    signer: Signer,
    new_salt: NewSalt,
    typ: str = CREDENTIAL_TYPE,
    header: Mapping[str, Any] | None = None,
    size: int = 0,
) -> str:
    """Return the compact SD-JWT of `claims`, whose `Sd` parts become disclosures in the order they are met.

    `size` is the number of digests at the top, decoys included; 0 adds none. `Padded` and `Rows` do so further down.

    Raises:
        ValueError: a claim is called `_sd`, `...` or `_sd_alg`, or there are more digests than their padding.
        JsonError: a value that strict JSON cannot hold.
    """
    work = _Issuing(new_salt)
    payload = work.object(claims, size)
    payload[HASH_NAME] = DEFAULT_HASH
    return "~".join((sign_jws(payload, signer, typ=typ, header=header), *work.disclosures, ""))


class _Issuing:
    """One run of RFC 9901 section 4.2: turn `Sd` parts into disclosures and digests."""

    __slots__ = ("_salts", "disclosures")

    def __init__(self, new_salt: NewSalt) -> None:
        self._salts = _salts(new_salt)
        self.disclosures: list[str] = []

    def object(self, source: Mapping[str, Any], size: int = 0) -> dict[str, Any]:
        """Return an object's always visible members and the digests of the others."""
        visible: dict[str, Any] = {}
        digests: list[bytes] = []
        for name, value in source.items():
            if name in RESERVED_NAMES:
                raise ValueError(f"{name} cannot be the name of a claim")
            if isinstance(value, Sd):
                digests.append(self._disclose(value.value, name))
            else:
                visible[name] = self.value(value)
        if digests or size:  # section 4.2.4.1: left out where empty
            visible[DIGESTS] = self._in_digest_order(digests, size)
        return visible

    def _array(self, source: list[Any]) -> list[Any]:
        """Return an array whose `Sd` elements are digests where they stood (section 4.2.4.2)."""
        return [self._element(item) for item in source]

    def _element(self, item: Any) -> Any:
        if isinstance(item, Sd):
            return {ELEMENT: encode_digests([self._disclose(item.value)])[0]}
        return self.value(item)

    def _rows(self, rows: Rows) -> list[Any]:
        digests = [self._disclose(value) for value in rows.values]
        return [{ELEMENT: text} for text in self._in_digest_order(digests, rows.size)]

    def value(self, value: Any) -> Any:
        """Return a JSON value whose `Sd` parts, at any depth, are replaced by digests."""
        if isinstance(value, dict):
            return self.object(value)
        if isinstance(value, list):
            return self._array(value)
        if isinstance(value, Rows):
            return self._rows(value)
        return self.object(value.value, value.size) if isinstance(value, Padded) else value

    def _disclose(self, value: Any, name: str | None = None) -> bytes:
        """Add a disclosure (before those inside its value) and return its digest."""
        position = len(self.disclosures)
        self.disclosures.append("")
        salt = next(self._salts)
        raw = self._json([salt, value] if name is None else [salt, name, value])
        self.disclosures[position] = disclosure = encode_base64url(raw)
        return sha256(disclosure.encode("ascii")).digest()

    def _json(self, parts: list[Any]) -> bytes:
        """Return a disclosure as JSON. Most values hold no `Sd` and no reserved name: those are encoded as they are."""
        try:
            raw = encode_json(parts)
            if not _HOLDS_RESERVED_NAME(raw):
                return raw
        except JsonError:  # perhaps for an `Sd` inside
            pass
        return encode_json([*parts[:-1], self.value(parts[-1])])

    def _in_digest_order(self, digests: list[bytes], size: int) -> list[str]:
        """Return digests, and decoys up to `size` (section 4.2.5), in an order that tells nothing."""
        decoys = range(size - len(digests))
        if size and len(digests) > size:
            raise ValueError(f"expected at most {size} digests here, got {len(digests)}")
        digests.extend([sha256(next(self._salts).encode("ascii")).digest() for _ in decoys])
        return sorted(encode_digests(digests))


def _salts(new_salt: NewSalt) -> Iterator[str]:
    """Yield salts as base64url text; a call for many costs what a call for one does.

    Raises:
        ValueError: `new_salt` gave less than it was asked for: short salts could be guessed.
    """
    while True:
        block = encode_base64url(new_salt(SALT_BYTES * SALTS_AT_ONCE))
        if len(block) != SALT_CHARACTERS * SALTS_AT_ONCE:
            raise ValueError(
                f"expected new_salt(size) to give size bytes, got {len(block)} characters of text"
            )
        yield from (block[start : start + SALT_CHARACTERS] for start in range(0, len(block), SALT_CHARACTERS))
