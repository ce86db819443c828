"""RFC 9901 section 7.1 step 3: put disclosed values back where their digests stand. No signatures, no clock.

The rejection rules are numbered as in the RFC; each has an error class of its own. Leaves out: who signed the payload
(`issuers.jws`), when it is valid, and key binding (`issuers.verification`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256, sha384, sha512
from typing import Any, Final, NamedTuple, TypeAlias

from issuers.encoding import (
    MAX_DEPTH,
    JsonDepthError,
    JsonObject,
    TooManyValuesError,
    decode_base64url,
    decode_each_json,
    encode_base64url,
    encode_digests,
)
from schemas.errors import EncodingError, PassportError

Path: TypeAlias = tuple[str | int, ...]

MAX_DISCLOSURES: Final = 500  # of one SD-JWT
DEFAULT_HASH: Final = "sha-256"
HASHES: Final[Mapping[str, Callable[[bytes], Any]]] = {
    "sha-256": sha256,
    "sha-384": sha384,
    "sha-512": sha512,
}
DIGESTS: Final = "_sd"  # the member of an object that lists digests
ELEMENT: Final = "..."  # the only member of an array element that is a digest
HASH_NAME: Final = "_sd_alg"
_MAY_HOLD_DIGESTS: Final = re.compile(rb'"_sd|"\.\.\."|\\').search  # an escape can spell any name
_CONTAINERS: Final = (dict, list)
_TEXT: Final = frozenset({str})
RESERVED_NAMES: Final = frozenset({DIGESTS, ELEMENT, HASH_NAME})  # never names of claims


class SdJwtError(PassportError):
    """An SD-JWT breaks a rule of RFC 9901."""

    code = "sd_jwt_invalid"


class TooManyDisclosuresError(SdJwtError):
    """More than MAX_DISCLOSURES disclosures (our cap)."""

    code = "too_many_disclosures"


class UnknownHashError(SdJwtError):
    """Section 7.1 step 2.d: `_sd_alg` names a hash that is not understood."""

    code = "sd_alg_unknown"


class DisclosureFormatError(SdJwtError):
    """Section 4.2: a disclosure is not canonical base64url of a strict JSON array that starts with a salt."""

    code = "disclosure_format"


class DigestFormatError(SdJwtError):
    """Section 4.1: `_sd`, `...` or `_sd_alg` stand where, or hold what, RFC 9901 does not allow."""

    code = "digest_format"


class PropertyArityError(SdJwtError):
    """Section 7.1 step 3.c.ii.1: a digest in `_sd` matches a disclosure that is not salt, name and value."""

    code = "disclosure_not_property"


class ReservedNameError(SdJwtError):
    """Section 7.1 step 3.c.ii.2: a disclosed claim is called `_sd`, `...` (or `_sd_alg`)."""

    code = "disclosure_reserved_name"


class ClaimExistsError(SdJwtError):
    """Section 7.1 step 3.c.ii.3: a disclosed claim already exists at its level."""

    code = "disclosure_claim_exists"


class ElementArityError(SdJwtError):
    """Section 7.1 step 3.c.iii.1: a digest in an array matches a disclosure that is not salt and value."""

    code = "disclosure_not_element"


class DuplicateDigestError(SdJwtError):
    """Section 7.1 step 4: a digest stands more than once in the payload and disclosures."""

    code = "digest_repeated"


class DuplicateDisclosureError(SdJwtError):
    """Section 7.1 step 5: a disclosure was sent twice; its digest can refer to one only."""

    code = "disclosure_repeated"


class UnreferencedDisclosureError(SdJwtError):
    """Section 7.1 step 5: no digest refers to a disclosure."""

    code = "disclosure_unreferenced"


class Disclosed(
    NamedTuple
):  # made for every disclosure of every verification: a tuple is the cheapest frozen value
    """One disclosure and where its value now stands in the processed claims."""

    disclosure: str
    path: Path  # names and positions from the top of the processed claims
    value: Any


_disclosed: Final = partial(tuple.__new__, Disclosed)  # in half the time of a call of the class


@dataclass(frozen=True, slots=True)
class Processed:
    """The processed SD-JWT payload: as trustworthy as the signature over the payload it came from."""

    claims: JsonObject
    disclosed: tuple[Disclosed, ...]  # in the order the disclosures were sent


def digest(disclosure: str, hash_name: str = DEFAULT_HASH) -> str:
    """Return the base64url digest of a disclosure (section 4.2.3: over its ASCII text).

    Raises:
        UnknownHashError: `hash_name` is not one of HASHES.
    """
    new_hash = HASHES.get(hash_name)
    if new_hash is None:
        raise UnknownHashError("expected _sd_alg to be sha-256, sha-384 or sha-512")
    return encode_base64url(new_hash(disclosure.encode("ascii")).digest())


def hash_name_of(payload: Mapping[str, Any]) -> str:
    """Return the hash that `_sd_alg` names, or the default (section 4.1.1; names are case-sensitive).

    Raises:
        UnknownHashError: it is not one of HASHES.
    """
    name = payload.get(HASH_NAME, DEFAULT_HASH)
    if not isinstance(name, str) or name not in HASHES:
        raise UnknownHashError("expected _sd_alg to be sha-256, sha-384 or sha-512")
    return name


def process(payload: Mapping[str, Any], disclosures: Sequence[str]) -> Processed:
    """Return the claims of a payload with these disclosures in place and every trace of digests gone.

    Raises:
        SdJwtError: a rule of RFC 9901 section 7.1 is broken; the subclass says which.
        TooManyValuesError: the disclosures together hold more objects and arrays than one JSON text may.
        JsonDepthError: disclosed values nest deeper than MAX_DEPTH.
    """
    if len(disclosures) > MAX_DISCLOSURES:
        raise TooManyDisclosuresError(f"expected at most {MAX_DISCLOSURES} disclosures")
    work = _Processing(hash_name_of(payload), disclosures)
    members = dict(payload)
    members.pop(HASH_NAME, None)
    return Processed(work.members(members, (), 1), work.placed())


class _Processing:
    """One run of section 7.1 step 3: which disclosure belongs to which digest, and which digests were met."""

    __slots__ = ("_arrays", "_by_digest", "_digests_met", "_disclosures", "_placed", "_texts")

    def __init__(self, hash_name: str, disclosures: Sequence[str]) -> None:
        self._disclosures = disclosures
        self._digests_met: set[str] = set()
        self._placed: list[Disclosed | None] = [None] * len(disclosures)
        new_hash = HASHES[hash_name]
        try:  # step 3.a
            digests = [new_hash(disclosure.encode("ascii")).digest() for disclosure in disclosures]
        except UnicodeEncodeError as exc:
            raise DisclosureFormatError("expected disclosures in base64url") from exc
        self._by_digest = {text: position for position, text in enumerate(encode_digests(digests))}
        if len(self._by_digest) != len(disclosures):
            raise DuplicateDisclosureError("expected each disclosure once")
        self._texts, self._arrays = _read(disclosures)

    def members(self, source: Mapping[str, Any], path: Path, depth: int) -> JsonObject:
        """Return an object's claims: those always visible, then those its digests disclose."""
        claims: JsonObject = {}
        for name, value in source.items():
            if name in RESERVED_NAMES:
                if name != DIGESTS:
                    raise DigestFormatError(f"expected no {name} as a claim name")
            elif isinstance(value, _CONTAINERS):
                claims[name] = self._value(value, (*path, name), depth + 1)
            else:
                claims[name] = value
        if DIGESTS in source:
            self._disclose_members(source[DIGESTS], claims, path, depth)
        return claims

    def placed(self) -> tuple[Disclosed, ...]:
        """Return every disclosure with its place, in the order sent, once all digests were met."""
        if not _TEXT.issuperset(map(type, self._digests_met)):
            raise DigestFormatError("expected a digest to be text")
        placed = [found for found in self._placed if found is not None]
        if len(placed) != len(self._placed):  # step 5
            raise UnreferencedDisclosureError("expected a digest for every disclosure")
        return tuple(placed)

    def _disclose_members(self, digests: object, claims: JsonObject, path: Path, depth: int) -> None:
        if not isinstance(digests, list):  # step 3.b.i
            raise DigestFormatError("expected _sd to be an array of texts")
        for text in self._sent(digests):
            position = self._by_digest[text]
            parts = self._arrays[position]
            if len(parts) != 3 or not isinstance(parts[1], str):
                raise PropertyArityError("expected salt, name and value")
            name: str = parts[1]
            if name in RESERVED_NAMES:
                raise ReservedNameError("expected a claim name that RFC 9901 does not reserve")
            if name in claims:
                raise ClaimExistsError("expected a claim name not yet at this level")
            claims[name] = self._place(position, parts[2], (*path, name), depth)

    def _elements(self, source: Sequence[Any], path: Path, depth: int) -> list[Any]:
        """Return an array's elements; those withheld, and decoys, are gone (step 3.d)."""
        elements: list[Any] = []
        digests = [value[ELEMENT] for value in source if isinstance(value, dict) and ELEMENT in value]
        sent = set(self._sent(digests))
        for value in source:
            here = (*path, len(elements))
            if not isinstance(value, dict) or ELEMENT not in value:
                elements.append(self._value(value, here, depth + 1))
                continue
            if len(value) != 1:  # step 3.b.ii; section 4.2.4.2: no other member
                raise DigestFormatError("expected ... to be the only member of its array element")
            if value[ELEMENT] in sent:
                position = self._by_digest[value[ELEMENT]]
                parts = self._arrays[position]
                if len(parts) != 2:
                    raise ElementArityError("expected salt and value")
                elements.append(self._place(position, parts[1], here, depth))
        return elements

    def _value(self, value: Any, path: Path, depth: int) -> Any:
        if depth > MAX_DEPTH and isinstance(value, _CONTAINERS):
            raise JsonDepthError(f"expected at most {MAX_DEPTH} levels of claims")
        if isinstance(value, dict):
            return self.members(value, path, depth)
        if isinstance(value, list):
            return self._elements(value, path, depth)
        return value

    def _sent(self, digests: list[Any]) -> list[str]:
        """Return those digests whose disclosures were sent; the others are of withheld parts, or decoys (3.c.i)."""
        met = self._digests_met
        before = len(met)
        try:
            met.update(digests)
        except TypeError as exc:  # an object or an array; numbers and the like are found when all were met
            raise DigestFormatError("expected a digest to be text") from exc
        if len(met) != before + len(digests):  # step 4
            raise DuplicateDigestError("expected each digest once")
        return list(filter(self._by_digest.__contains__, digests))

    def _place(self, position: int, value: Any, path: Path, depth: int) -> Any:
        """Return a disclosed value, processed in its turn, and remember where it stands."""
        if isinstance(value, _CONTAINERS) and depth + _levels(self._texts[position]) > MAX_DEPTH:
            value = self._value(value, path, depth + 1)
        self._placed[position] = _disclosed((self._disclosures[position], path, value))
        return value


def _read(disclosures: Sequence[str]) -> tuple[list[bytes], list[list[Any]]]:
    """Return each disclosure as JSON text, and as the array that it is; `_place` is told how deep a value may nest."""
    try:
        texts = list(map(decode_base64url, disclosures))
        arrays = decode_each_json(texts)
    except TooManyValuesError:
        raise
    except EncodingError as exc:
        raise DisclosureFormatError("expected base64url of a strict JSON array") from exc
    for array in arrays:
        if not isinstance(array, list) or not array or not isinstance(array[0], str):
            raise DisclosureFormatError("expected a JSON array that starts with a salt")
    return texts, arrays


def _levels(text: bytes) -> int:
    """Return at most how many levels the value of a disclosure nests, which is an object or an array.

    Where it may hold digests, or names that are reserved for them, that is said to be MAX_DEPTH, so that it will be
    walked; most values hold none, and their text shows it.
    """
    if _MAY_HOLD_DIGESTS(text):
        return MAX_DEPTH
    return text.count(b"{") + text.count(b"[") - 1
