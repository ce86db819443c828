"""Strict base64url and strict JSON: one parser each for everything that is signed or disclosed.

Strict means that a value has one spelling here (base64url) and one meaning (JSON), so that no two readers of the
same signed bytes can disagree. Leaves out: what the values mean.
"""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from math import isfinite
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any, Final, NoReturn, TypeAlias

import orjson
from pybase64 import b64decode, b64encode, b64encode_as_string

from schemas.errors import EncodingError

JsonObject: TypeAlias = dict[str, Any]  # what strict JSON text with an object at the top parses to

MAX_TOKEN_BYTES: Final = 256 * 1024  # one presentation
MAX_PLAIN_BYTES: Final = 64 * 1024  # orjson needs twenty times as much memory as it reads
MAX_DEPTH: Final = 20  # nested objects and arrays
BYTES_PER_VALUE: Final = 16  # of the cap of a text: how many values it may hold
MAX_VALUES: Final = (
    MAX_TOKEN_BYTES // BYTES_PER_VALUE
)  # in one presentation's payload, and in all its disclosures
MIN_VALUES: Final = 1024  # that a text of any size may hold


_ALPHABET: Final = b"-_"  # for the two last characters, RFC 4648 section 5


# The last character of a group of two or three has bits that no byte uses: written any way but as zeros, they would
# give the same bytes a second spelling (RFC 4648 section 3.5).
_CHARACTERS: Final = ascii_uppercase + ascii_lowercase + digits + "-_"
_LAST_CHARACTERS: Final[tuple[frozenset[str], ...]] = (
    frozenset(_CHARACTERS),
    frozenset(),
    frozenset(_CHARACTERS[::16]),
    frozenset(_CHARACTERS[::4]),
)


class Base64UrlError(EncodingError):
    """Text is not the one canonical base64url spelling of its bytes."""

    code = "base64url_invalid"


class JsonError(EncodingError):
    """Text is not strict JSON: syntax, duplicate member, NaN, BOM, lone surrogate or not UTF-8."""

    code = "json_invalid"


class JsonDepthError(JsonError):
    """JSON is nested deeper than MAX_DEPTH."""

    code = "json_too_deep"


class TooManyValuesError(JsonError):
    """JSON holds more values than text of its size has in good faith: each costs far more than the bytes it takes."""

    code = "json_too_many_values"


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
    if "+" in text or "/" in text:  # of the standard alphabet, which the decoder takes as well
        raise Base64UrlError("expected characters of the base64url alphabet")
    try:
        data: bytes = b64decode(text + "=" * (-len(text) % 4), _ALPHABET, validate=True)
    except ValueError as exc:  # binascii.Error is one; text that is not ASCII is another
        raise Base64UrlError("expected base64url without padding") from exc
    if text and text[-1] not in _LAST_CHARACTERS[len(text) % 4]:
        raise Base64UrlError("expected canonical base64url without padding")
    return data


def _unique_members(pairs: list[tuple[str, Any]]) -> JsonObject:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise JsonError("expected each member name once in an object")
    return members


def _refuse_constant(_name: str) -> NoReturn:
    raise JsonError("expected finite numbers: NaN and Infinity are not JSON")


def _finite_float(text: str) -> float:
    number = float(text)
    if not isfinite(number):  # 1e999 parses to infinity
        raise JsonError("expected a number that fits a double")
    return number


_CONTAINERS: Final = (dict, list)
_NOT_PLAIN: Final = object()
_WHITESPACE: Final = " \t\n\r"  # RFC 8259 section 2
_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_unique_members, parse_constant=_refuse_constant, parse_float=_finite_float
)
# Nothing is turned into JSON that has no form in it: not a dataclass, and so no `Sd` by mistake.
_PLAIN: Final = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


def decode_json(
    data: bytes, *, max_bytes: int = MAX_TOKEN_BYTES, max_values: int | None = None, walked: bool = False
) -> Any:
    """Return the value of strict UTF-8 JSON text.

    `max_values`: by default one for each BYTES_PER_VALUE of `max_bytes`. `walked`: the caller goes through the value
    anyway and refuses what nests too deep (`issuers.disclosure.process`).

    Raises:
        TooLargeError: more than `max_bytes`.
        TooManyValuesError: more than `max_values`.
        JsonDepthError: nested deeper than MAX_DEPTH.
        JsonError: anything else that is not strict JSON.
    """
    size = len(data)
    if size > max_bytes:
        raise TooLargeError(f"expected at most {max_bytes} bytes of JSON")
    _check_values(data, max(MIN_VALUES, max_bytes // BYTES_PER_VALUE) if max_values is None else max_values)
    value = _read_plain(data)
    if value is _NOT_PLAIN:
        value = _read_strictly(data)
    if not walked and data.count(b"{") + data.count(b"[") > MAX_DEPTH:
        _check_depth(value)
    return value


def decode_each_json(texts: Sequence[bytes]) -> list[Any]:
    """Return the value of each text as `decode_json(text, walked=True)` does: many short ones take half the time.

    Raises:
        EncodingError: as `decode_json`, for one of them.
        TooManyValuesError: all of them together hold more values than one text of MAX_TOKEN_BYTES may.
    """
    together = b"[%b]" % b",".join(texts)
    # A quote too few in one text hides what follows it from this count, and that is never read: the text is refused.
    _check_values(together, MAX_VALUES)
    if len(together) <= MAX_PLAIN_BYTES:
        with suppress(ValueError, TypeError):
            values = [orjson.loads(text) for text in texts]
            # A JSON text shows where it ends: together they come back byte by byte only where each of them does.
            if orjson.dumps(values) == together:
                return values
    return [decode_json(text, walked=True) for text in texts]


def _check_values(data: bytes, most: int) -> None:
    """Raise TooManyValuesError where JSON holds more values than it may: before they are made."""
    if len(data) <= most:  # each value takes a byte at least
        return
    if data.count(b"{") + data.count(b"[") + data.count(b",") > most and values_in(data, most=most) > most:
        raise TooManyValuesError(f"expected at most {most} values")


def _read_plain(data: bytes) -> Any:
    """Return the value of short JSON that is written as `encode_json` writes it, or else _NOT_PLAIN.

    orjson takes a third of the time of `json`, but keeps the last of two members of one name. Text that comes back from
    it byte by byte had none: nor NaN, nor half a surrogate, nor a number that it had to round.
    """
    if len(data) > MAX_PLAIN_BYTES:
        return _NOT_PLAIN
    try:
        value = orjson.loads(data)
        return value if orjson.dumps(value) == data else _NOT_PLAIN
    except (ValueError, TypeError):
        return _NOT_PLAIN


def _read_strictly(data: bytes) -> Any:
    """Return the value of strict JSON, however it is written.

    Raises:
        JsonError: as `decode_json`.
    """
    try:
        text = data.decode("utf-8").strip(_WHITESPACE)
        value, end = _DECODER.raw_decode(text)
    except RecursionError as exc:
        raise JsonDepthError(f"expected at most {MAX_DEPTH} levels") from exc
    except ValueError as exc:  # also UnicodeDecodeError, and an integer of more than 4,300 digits
        raise JsonError("expected strict UTF-8 JSON") from exc
    if end != len(text):
        raise JsonError("expected one JSON value and nothing after it")
    if "\\" in text and ("\\ud" in text or "\\uD" in text):
        _refuse_surrogates(value)  # an escape may have made one without its other half
    return value


def decode_json_object(
    data: bytes, *, max_bytes: int = MAX_TOKEN_BYTES, max_values: int | None = None, walked: bool = False
) -> JsonObject:
    """Return the members of strict JSON text that holds one object.

    Raises:
        EncodingError: as `decode_json`, and JsonError where the value is no object.
    """
    value = decode_json(data, max_bytes=max_bytes, max_values=max_values, walked=walked)
    if not isinstance(value, dict):
        raise JsonError("expected a JSON object")
    return value


def encode_json(value: Any) -> bytes:
    """Return compact UTF-8 JSON.

    Raises:
        JsonError: `value` holds NaN, a lone surrogate, a name that is no text, a whole number of more than 64 bits, or
            something JSON has no form for.
    """
    return encode_each_json([value])[0]


def encode_sorted_json(value: Any) -> bytes:
    """Return `encode_json` with the members of objects in the order of their names.

    Two values are the same JSON when these bytes are the same: 1, 1.0 and true are three different ones.

    Raises:
        JsonError: as `encode_json`.
    """
    return encode_each_json([value], options=_PLAIN | orjson.OPT_SORT_KEYS)[0]


def encode_each_json(values: Sequence[Any], *, options: int = _PLAIN) -> list[bytes]:
    """Return each value as `encode_json` does.

    Raises:
        JsonError: as `encode_json`, for one of them.
    """
    try:
        texts = [orjson.dumps(value, option=options) for value in values]
    except TypeError as exc:
        raise JsonError("expected values that strict JSON can hold") from exc
    if b"null" in b"".join(texts):  # what orjson makes of NaN and infinity
        _refuse_not_finite(values)
    return texts


def _refuse_not_finite(values: Sequence[Any]) -> None:
    """Raise JsonError where a value holds NaN or infinity."""
    open_values = list(values)
    while open_values:
        item = open_values.pop()
        if isinstance(item, dict):
            open_values += item.values()
        elif isinstance(item, list | tuple):
            open_values += item
        elif isinstance(item, float) and not isfinite(item):
            raise JsonError("expected finite numbers: NaN and Infinity are not JSON")


def _refuse_surrogates(value: Any) -> None:
    """Raise JsonError where a text in a value cannot be UTF-8."""
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as exc:
        raise JsonError("expected no lone surrogate") from exc


def values_in(data: bytes, *, most: int = MAX_VALUES) -> int:
    """Return how many commas and opening brackets JSON has outside texts: as many values, or one more.

    It is counted no further than to know that there are more than `most`. Counting is a hundred times as fast as
    parsing: a text of nothing but empty objects then costs no more than prose.
    """
    # Without escaped backslashes and quotes every quote begins or ends a text, and every second piece is outside.
    quoted = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    if quoted.count(b'"') > 4 * most + 2:  # a value is at most a name and a text
        return most + 1
    outside = b"".join(quoted.split(b'"')[::2])
    return outside.count(b"{") + outside.count(b"[") + outside.count(b",")


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
