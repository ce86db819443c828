"""Strict base64url and strict JSON: one parser each for everything that is signed or disclosed.

Strict means that a value has one spelling here (base64url) and one meaning (JSON), so that no two readers of the
same signed bytes can disagree. Leaves out: what the values mean.
"""

import json
from _json import encode_basestring, make_encoder
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NoReturn, TypeAlias

from pybase64 import b64decode, b64encode, b64encode_as_string

from schemas.errors import EncodingError

JsonObject: TypeAlias = dict[str, Any]  # what strict JSON text with an object at the top parses to

MAX_TOKEN_BYTES: Final = 256 * 1024  # one presentation
MAX_DEPTH: Final = 20  # nested objects and arrays


_ALPHABET: Final = b"-_"  # for the two last characters, RFC 4648 section 5


class Base64UrlError(EncodingError):
    """Text is not the one canonical base64url spelling of its bytes."""

    code = "base64url_invalid"


class JsonError(EncodingError):
    """Text is not strict JSON: syntax, duplicate member, NaN, BOM, lone surrogate or not UTF-8."""

    code = "json_invalid"


class JsonDepthError(JsonError):
    """JSON is nested deeper than MAX_DEPTH."""

    code = "json_too_deep"


class TooLargeError(EncodingError):
    """Input is larger than its cap; it was not read."""

    code = "too_large"


def encode_base64url(data: bytes) -> str:
    """Return `data` as base64url without padding (RFC 7515 section 2)."""
    return b64encode_as_string(data, _ALPHABET).rstrip("=")


def encode_each_base64url(items: Iterable[bytes]) -> list[bytes]:
    """Return each item as `encode_base64url` does, in ASCII bytes: most of them are hashed next."""
    return [b64encode(item, _ALPHABET).rstrip(b"=") for item in items]


def encode_digests(digests: Sequence[bytes]) -> list[str]:
    """Return digests of one length, each as base64url.

    One call encodes them all: zero bytes after each fill its last three bytes up, and become characters to leave out.
    """
    if not digests:
        return []
    size = len(digests[0])
    filling = bytes(-size % 3)
    text = encode_base64url(filling.join((*digests, b"")))
    step, kept = (size + len(filling)) // 3 * 4, (size * 4 + 2) // 3
    return [text[start : start + kept] for start in range(0, len(text), step)]


def decode_base64url(text: str) -> bytes:
    """Return the bytes whose only base64url spelling is `text`.

    Raises:
        Base64UrlError: padding, a character outside the alphabet, an impossible length, or a last character with
            bits that no byte uses.
    """
    try:
        data: bytes = b64decode(text + "=" * (-len(text) % 4), _ALPHABET, validate=True)
    except ValueError as exc:  # binascii.Error is one; text that is not ASCII is another
        raise Base64UrlError("expected base64url without padding") from exc
    # Encoding again is the whole check: a reader that drops or repairs anything gives other text back.
    if encode_base64url(data) != text:
        raise Base64UrlError("expected canonical base64url without padding")
    return data


def _unique_members(pairs: list[tuple[str, Any]]) -> JsonObject:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise JsonError("expected each member name once in an object")
    return members


def _refuse_constant(_name: str) -> NoReturn:
    raise JsonError("expected finite numbers: NaN and Infinity are not JSON")


def _refuse_type(value: object) -> NoReturn:
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _finite_float(text: str) -> float:
    number = float(text)
    if number - number != 0.0:  # 1e999 parses to infinity
        raise JsonError("expected a number that fits a double")
    return number


_CONTAINERS: Final = (dict, list)
_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_unique_members, parse_constant=_refuse_constant, parse_float=_finite_float
)
# What json.JSONEncoder makes anew for each value, made once: half of the time of a short one. Without `markers` a value
# that holds itself ends in RecursionError, which is refused all the same.
encode_text: Final[Callable[[str], str]] = (
    encode_basestring  # one text as JSON: `encode_json_text` of most values
)
_ENCODE: Final = make_encoder(None, _refuse_type, encode_basestring, None, ":", ",", False, False, False)


def decode_json(data: bytes, *, max_bytes: int = MAX_TOKEN_BYTES) -> Any:
    """Return the value of strict UTF-8 JSON text.

    Raises:
        TooLargeError: more than `max_bytes`.
        JsonDepthError: nested deeper than MAX_DEPTH.
        JsonError: anything else that is not strict JSON.
    """
    if len(data) > max_bytes:
        raise TooLargeError(f"expected at most {max_bytes} bytes of JSON")
    try:
        text = data.decode("utf-8")
        value = _DECODER.decode(text)
    except RecursionError as exc:
        raise JsonDepthError(f"expected at most {MAX_DEPTH} levels") from exc
    except ValueError as exc:  # also UnicodeDecodeError, and an integer of more than 4,300 digits
        raise JsonError("expected strict UTF-8 JSON") from exc
    if text.count("{") + text.count("[") > MAX_DEPTH:
        _check_depth(value)
    if "\\ud" in text or "\\uD" in text:  # an escape may have made a surrogate without its other half
        encode_json(value)
    return value


def decode_json_object(data: bytes, *, max_bytes: int = MAX_TOKEN_BYTES) -> JsonObject:
    """Return the members of strict JSON text that holds one object.

    Raises:
        EncodingError: as `decode_json`, and JsonError where the value is no object.
    """
    value = decode_json(data, max_bytes=max_bytes)
    if not isinstance(value, dict):
        raise JsonError("expected a JSON object")
    return value


def encode_json(value: Mapping[str, Any] | list[Any] | str | int | float | bool | None) -> bytes:
    """Return compact UTF-8 JSON.

    Raises:
        JsonError: `value` holds NaN, a lone surrogate or something JSON has no form for.
    """
    return encode_each_utf8([encode_json_text(value)])[0]


def encode_json_text(value: Any) -> str:
    """Return compact JSON as text, in which a lone surrogate is still to be refused (`encode_each_utf8`).

    Raises:
        JsonError: `value` holds NaN or something JSON has no form for.
    """
    try:
        return "".join(_ENCODE(value, 0))
    except (ValueError, TypeError, RecursionError) as exc:
        raise JsonError("expected values that strict JSON can hold") from exc


def encode_each_utf8(texts: Iterable[str]) -> list[bytes]:
    """Return each text as UTF-8.

    Raises:
        JsonError: one of them holds a lone surrogate.
    """
    try:
        return [text.encode("utf-8") for text in texts]
    except UnicodeEncodeError as exc:
        raise JsonError("expected no lone surrogate") from exc


def _check_depth(value: Any) -> None:
    """Raise JsonDepthError where a value nests deeper than MAX_DEPTH."""
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        level = [
            item
            for outer in level
            for item in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(item, _CONTAINERS)
        ]
        if not level:
            return
    raise JsonDepthError(f"expected at most {MAX_DEPTH} levels")
