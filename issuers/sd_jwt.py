"""RFC 9901 in compact form: issue an SD-JWT, take it apart, choose what to show.

Processing what was disclosed is `issuers.disclosure`; what the claims mean is `issuers.credential`. Salts are passed
in, so that the same input and salts give the same disclosures and digests.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, NamedTuple, TypeVar

from issuers.disclosure import (
    DEFAULT_HASH,
    DIGESTS,
    ELEMENT,
    HASH_NAME,
    HASHES,
    MAX_DISCLOSURES,
    RESERVED_NAMES,
    SdJwtError,
    TooManyDisclosuresError,
    UnknownHashError,
    UnreferencedDisclosureError,
    digest,
)
from issuers.encoding import (
    MAX_TOKEN_BYTES,
    JsonError,
    TooLargeError,
    encode_base64url,
    encode_digests,
    encode_each_base64url,
    encode_each_json,
)
from issuers.jws import sign_jws
from issuers.keys import Signer

CREDENTIAL_TYPE: Final = "dc+sd-jwt"  # SD-JWT VC draft section 3.2.1
KEY_BINDING_TYPE: Final = "kb+jwt"  # RFC 9901 section 4.3
SALT_BYTES: Final = (
    18  # 144 bits: over the 128 of RFC 9901 section 9.3, and 24 characters without a remainder
)

SALT_CHARACTERS: Final = 24

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

    value: Mapping[str, Any]
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
        kept = [disclosure for disclosure in self.disclosures if disclosure in wanted]
        if len(kept) != len(wanted):
            raise UnreferencedDisclosureError("expected disclosures of this SD-JWT")
        return SdJwt(self.jwt, tuple(kept))

    def with_key_binding(self, kb_jwt: str) -> "SdJwt":
        """Return this SD-JWT followed by a key-binding JWT."""
        return SdJwt(self.jwt, self.disclosures, kb_jwt)


def issue(
    claims: Mapping[str, Any],
    *,
    signer: Signer,
    new_salt: NewSalt,
    typ: str = CREDENTIAL_TYPE,
    header: Mapping[str, Any] | None = None,
    size: int = 0,
    hash_name: str = DEFAULT_HASH,
) -> str:
    """Return the compact SD-JWT of `claims`, whose `Sd` parts become disclosures in the order they are met.

    `size` is the number of digests at the top, decoys included; 0 adds none. `Padded` and `Rows` do so further down.

    Raises:
        ValueError: a claim is called `_sd`, `...` or `_sd_alg`, or there are more digests than their padding.
        JsonError: a value that strict JSON cannot hold.
        UnknownHashError: `hash_name` is not one of HASHES.
    """
    if hash_name not in HASHES:
        raise UnknownHashError("expected a hash of sha-256, sha-384 or sha-512")
    work = _Issuing(new_salt, HASHES[hash_name])
    payload: dict[str, Any] = work.signed(Padded(claims, size))
    payload[HASH_NAME] = hash_name
    signed = sign_jws(payload, signer, typ=typ, header=header)
    return f"{signed}~{b'~'.join((*work.disclosures, b'')).decode('ascii')}"


_Target = TypeVar("_Target", list[Any], dict[str, Any])


class _Place(NamedTuple):
    """Where the digests of some hidden parts will stand, filled up with decoys."""

    target: list[Any] | dict[str, Any]  # what `_sd` lists, the elements of an array, or one element
    parts: Sequence[int]  # positions of the hidden parts
    decoys: int
    in_array: bool


class _Issuing:
    """One run of RFC 9901 section 4.2: turn `Sd` parts into disclosures and digests.

    First the value is walked and what to hide is collected; then all of it is encoded and hashed together, which takes
    half as long as one by one. A hidden part with `Sd` parts of its own is a run by itself.
    """

    __slots__ = ("_hidden", "_new_hash", "_new_salt", "_places", "disclosures")

    def __init__(self, new_salt: NewSalt, new_hash: Callable[[bytes], Any]) -> None:
        self._new_salt = new_salt
        self._new_hash = new_hash
        self._hidden: list[
            list[Any]
        ] = []  # disclosures: a salt that is still to come, perhaps a name, a value
        self._places: list[_Place] = []
        self.disclosures: list[bytes] = []  # those inside a hidden part come before its own

    def signed(self, value: Any) -> Any:
        """Return a value as it is to be signed; its disclosures are then in `disclosures`."""
        signed = self._value(value)
        self._fill()
        return signed

    def _object(self, source: Mapping[str, Any], size: int = 0) -> dict[str, Any]:
        """Return the visible members, and room for the digests of the others."""
        for name in RESERVED_NAMES.intersection(source):
            raise ValueError(f"{name} cannot be the name of a claim")
        visible: dict[str, Any] = {}
        parts: list[int] = []
        for name, value in source.items():
            if isinstance(value, Sd):
                parts.append(len(self._hidden))
                self._hidden.append(["", name, value.value])
            else:
                visible[name] = self._value(value) if isinstance(value, _MAY_HIDE) else value
        if parts or size:  # section 4.2.4.1: left out where empty
            visible[DIGESTS] = self._room([], parts, size)
        return visible

    def _value(self, value: Any) -> Any:
        """Return a value with room for digests where it has `Sd` parts."""
        if isinstance(value, dict):
            return self._object(value)
        if isinstance(value, list):
            return list(map(self._element, value))
        if isinstance(value, Padded):
            return self._object(value.value, value.size)
        if isinstance(value, Rows):
            return self._room([], self._hide_elements(value.values), value.size, in_array=True)
        return value

    def _element(self, item: Any) -> Any:
        """Return an array element, or room for its digest where it stood (section 4.2.4.2)."""
        if isinstance(item, Sd):
            return self._room({}, self._hide_elements([item.value]), 0)
        return self._value(item)

    def _hide_elements(self, values: Sequence[Any]) -> Sequence[int]:
        start = len(self._hidden)
        self._hidden += [["", value] for value in values]
        return range(start, start + len(values))

    def _room(self, target: _Target, parts: Sequence[int], size: int, *, in_array: bool = False) -> _Target:
        if size and len(parts) > size:
            raise ValueError(f"expected at most {size} digests here, got {len(parts)}")
        self._places.append(_Place(target, parts, max(size - len(parts), 0), in_array))
        return target

    def _fill(self) -> None:
        """Make the disclosures, and put their digests and decoys in their places, in an order that tells nothing."""
        salts = self._salts(len(self._hidden) + sum([place.decoys for place in self._places]))
        for disclosure, salt in zip(self._hidden, salts, strict=False):
            disclosure[0] = salt
        hashed = encode_each_base64url(self._hidden_json())
        self.disclosures += hashed
        hashed += [salt.encode("ascii") for salt in salts[len(hashed) :]]  # section 4.2.5
        new_hash = self._new_hash
        digests = encode_digests([new_hash(text).digest() for text in hashed])
        decoys = iter(digests[len(self._hidden) :])
        for target, parts, wanted, in_array in self._places:
            texts = [digests[part] for part in parts]
            texts += islice(decoys, wanted)
            texts.sort()
            if isinstance(target, dict):
                target[ELEMENT] = texts[0]
            else:
                target += [{ELEMENT: text} for text in texts] if in_array else texts

    def _hidden_json(self) -> list[bytes]:
        """Return the disclosures as JSON. Most hold no `Sd` and no reserved name: those are encoded as they are."""
        with suppress(JsonError):  # perhaps for an `Sd` inside
            texts = encode_each_json(self._hidden)
            together = b"".join(texts)
            if b'"_sd' not in together and b'"..."' not in together:
                return texts
        for disclosure in self._hidden:
            inner = _Issuing(self._new_salt, self._new_hash)
            disclosure[-1] = inner.signed(disclosure[-1])
            self.disclosures += inner.disclosures
        return encode_each_json(self._hidden)

    def _salts(self, count: int) -> list[str]:
        """Return salts as base64url text.

        Raises:
            ValueError: `new_salt` gave less than it was asked for: short salts could be guessed.
        """
        block = self._new_salt(SALT_BYTES * count)
        if len(block) != SALT_BYTES * count:
            raise ValueError(
                f"expected new_salt({SALT_BYTES * count}) to give as many bytes, got {len(block)}"
            )
        text = encode_base64url(block)
        return [text[start : start + SALT_CHARACTERS] for start in range(0, len(text), SALT_CHARACTERS)]


_MAY_HIDE: Final = (dict, list, Padded, Rows)
