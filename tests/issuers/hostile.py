"""Hostile presentations: each as large as is let in, each made to cost as much as it can. Made up, and truly signed.

Truly signed, so that nothing is spared by a refusal at the signature: what an issuer or holder on the trust list could
send is the worst that a stranger could.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from issuers.disclosure import MAX_DISCLOSURES, digest
from issuers.encoding import MAX_DEPTH, MAX_TOKEN_BYTES, encode_base64url, encode_json
from issuers.sd_jwt import CREDENTIAL_TYPE, KEY_BINDING_TYPE, SdJwt
from tests.issuers.making import ISSUER, PASSPORT, disclosure
from tests.issuers.presenting import CLAIMS, NAME, bound, header_of, jws, naming, signed

ROOM: Final = MAX_TOKEN_BYTES * 3 // 4 - 2048  # bytes of JSON that fit into one part of a presentation
_USUAL: Final = encode_json(dict(CLAIMS))[:-1]  # without its closing bracket, to go on with


def filled(unit: bytes | str, room: int = ROOM) -> bytes:
    """Return so many copies of a unit as there is room for."""
    raw = unit if isinstance(unit, bytes) else unit.encode("utf-8", "surrogatepass")
    return raw * (room // len(raw))


def listed(unit: bytes, room: int = ROOM) -> bytes:
    """Return a JSON array of so many copies of a value as there is room for."""
    return b"[" + filled(unit + b",", room - 4) + b"0]"


def nested(opening: bytes, value: bytes, closing: bytes, depth: int) -> bytes:
    """Return a JSON value inside so many others."""
    return opening * depth + value + closing * depth


# JSON values that fill the room: each stands in a payload, in a header, in a disclosure and in a Bundle.
VALUES: Final[Mapping[str, Callable[[int], bytes]]] = {
    "opening brackets": lambda room: filled(b"[", room),
    "opening braces": lambda room: filled(b'{"":', room),
    "brackets that close": lambda room: nested(b"[", b"", b"]", room // 2),
    "as deep as may be, again and again": lambda room: listed(
        nested(b"[", b"", b"]", MAX_DEPTH - 4), room
    ),
    "objects as deep as may be": lambda room: listed(nested(b'{"":', b"{}", b"}", MAX_DEPTH - 5), room),
    "empty objects": lambda room: listed(b"{}", room),
    "empty arrays": lambda room: listed(b"[]", room),
    "small objects": lambda room: listed(b'{"":0}', room),
    "objects of two": lambda room: listed(b'{"a":0,"b":0}', room),
    "zeros": lambda room: listed(b"0", room),
    "nulls": lambda room: listed(b"null", room),
    "empty texts": lambda room: listed(b'""', room),
    "texts of commas and brackets": lambda room: listed(b'",,,[[[{{{"', room),
    "one text of quotes": lambda room: b'"' + filled(b'\\"', room - 2) + b'"',
    "one text that does not end": lambda room: b'"' + filled(b"a", room - 2),
    "quotes": lambda room: filled(b'"', room),
    "names": lambda room: b"{" + b",".join(b'"%x":0' % n for n in range(room // 9)) + b"}",
    "one name again and again": lambda room: b"{" + filled(b'"a":0,', room - 10) + b'"a":0}',
    "digests": lambda room: b'{"_sd":[' + b",".join(b'"%x"' % n for n in range(room // 8)) + b"]}",
    "digests in elements": lambda room: (
        b"[" + b",".join(b'{"...":"%x"}' % n for n in range(room // 15)) + b"]"
    ),
    "empty lists of digests": lambda room: listed(b'{"_sd":[]}', room),
    "one digest again and again": lambda room: b'{"_sd":' + listed(b'"a"', room - 10) + b"}",
    "a number of many digits": lambda room: filled(b"9", room),
    "many numbers of 4,000 digits": lambda room: listed(b"9" * 4000, room),
    "many numbers of 5,000 digits": lambda room: listed(b"9" * 5000, room),
    "many numbers of 300 digits": lambda room: listed(b"9" * 300, room),
    "numbers over 64 bits": lambda room: listed(b"99999999999999999999", room),
    "a fraction of many digits": lambda room: b"0." + filled(b"9", room - 2),
    "a fraction near a half": lambda room: b"9007199254740993." + filled(b"0", room - 20) + b"1",
    "many fractions of 700 digits": lambda room: listed(b"0." + b"123456789" * 77, room),
    "small fractions": lambda room: listed(b"1e-5", room),
    "a huge exponent": lambda room: b"1e" + filled(b"9", room - 2),
    "huge exponents": lambda room: listed(b"1e999", room),
    "tiny exponents": lambda room: listed(b"1e-999", room),
    "subnormal numbers": lambda room: listed(b"2.2250738585072011e-308", room),
    "lone surrogates": lambda room: b'"' + filled(b"\\ud800", room - 2) + b'"',
    "pairs of surrogates": lambda room: b'"' + filled(b"\\ud83d\\ude00", room - 2) + b'"',
    "a pair of surrogates among empty objects": lambda room: listed(b"{}", room - 20)[:-2] + b'"\\ud83d\\ude00"]',
    "escapes": lambda room: b'"' + filled(b"\\u0061", room - 2) + b'"',
    "escaped names of digests": lambda room: listed(b'{"\\u005fsd":[]}', room),
    "white space": lambda room: filled(b" ", room - 1) + b"0",
    "NaN": lambda room: listed(b"NaN", room),
    "Infinity": lambda room: listed(b"-Infinity", room),
    "bytes that are not UTF-8": lambda room: b'"' + filled(b"\xed\xa0\x80", room - 2) + b'"',
    "a byte order mark": lambda room: b"\xef\xbb\xbf" + listed(b"0", room - 3),
    "four-byte characters": lambda room: b'"' + filled("\U0001f600", room - 2) + b'"',
    "one four-byte character among letters": lambda room: (
        b'"' + filled(b"a", room - 6) + "\U0001f600".encode() + b'"'
    ),
    "one pair of surrogates among letters": lambda room: (
        b'"' + filled(b"a", room - 14) + b'\\ud83d\\ude00"'
    ),
    "line ends": lambda room: b'"' + filled(b"\\n", room - 2) + b'"',
    "zero bytes": lambda room: filled(b"\0", room),
}  # fmt: skip


def in_payload(value: bytes) -> str:
    """Return an SD-JWT whose payload holds a value beside the usual claims."""
    header = header_of(ISSUER, CREDENTIAL_TYPE, {})
    return str(SdJwt(jws(header, _USUAL + b',"x":' + value + b"}", ISSUER), ()))


def in_header(value: bytes) -> str:
    """Return an SD-JWT whose header holds a value beside alg, typ and kid."""
    header = encode_json(header_of(ISSUER, CREDENTIAL_TYPE, {}))[:-1] + b',"x":' + value + b"}"
    return str(SdJwt(jws(header, CLAIMS, ISSUER), ()))


def in_disclosure(value: bytes) -> str:
    """Return an SD-JWT with one disclosure of a value."""
    return str(naming(encode_base64url(b'["c2FsdA","x",' + value + b"]")))


def in_disclosed_list(value: bytes) -> str:
    """Return an SD-JWT with one disclosure whose value has to be walked for digests."""
    return str(naming(encode_base64url(b'["c2FsdA","x",[{"_sd":[]},' + value + b"]]")))


def in_key_binding(value: bytes) -> str:
    """Return an SD-JWT+KB whose key binding holds a value beside the usual claims."""
    shown = signed()
    usual = encode_json({"sd_hash": shown.sd_hash()})[:-1]
    token = jws(header_of(PASSPORT, KEY_BINDING_TYPE, {}), usual + b',"x":' + value + b"}", PASSPORT)
    return str(shown.with_key_binding(token))


def _recursive(levels: int) -> str:
    texts = [NAME]
    for level in range(levels):
        texts.append(disclosure(f"salt-{level}", "inner", {"_sd": [digest(texts[-1])]}))
    return str(signed(*texts, _sd=[digest(texts[-1])]))


def _most_disclosures(value: object) -> str:
    texts = [disclosure(f"{number:08x}", f"claim-{number}", value) for number in range(MAX_DISCLOSURES)]
    return str(naming(*texts))


def _arrays(depth: int) -> list[object]:
    value: list[object] = []
    for _ in range(depth - 1):
        value = [value]
    return value


def _rows_of_rows() -> str:
    """As many disclosures as may be, each naming the next and a share of decoys."""
    texts: list[str] = []
    for number in range(MAX_DISCLOSURES):
        decoys = [f"{number:x}-{decoy:x}" for decoy in range(20)]
        inner = [digest(text) for text in texts[-1:]] if number % (MAX_DEPTH // 2 - 1) else []
        texts.append(disclosure(f"{number:08x}", f"claim-{number}", {"_sd": [*inner, *decoys]}))
    tops = [
        text
        for number, text in enumerate(texts, 1)
        if number == len(texts) or not number % (MAX_DEPTH // 2 - 1)
    ]
    return str(signed(*texts, _sd=[digest(text) for text in tops]))


# Whole presentations.
TEXTS: Final[Mapping[str, Callable[[], str]]] = {
    "tildes": lambda: "~" * MAX_TOKEN_BYTES,
    "tildes over the cap": lambda: "~" * (8 * MAX_TOKEN_BYTES),
    "dots": lambda: "." * (MAX_TOKEN_BYTES - 1) + "~",
    "letters and tildes": lambda: "ab~" * (MAX_TOKEN_BYTES // 3),
    "letters and dots": lambda: "ab." * (MAX_TOKEN_BYTES // 3 - 1) + "~",
    "letters": lambda: "a" * (MAX_TOKEN_BYTES - 1) + "~",
    "characters that are not ASCII": lambda: "é" * (MAX_TOKEN_BYTES - 1) + "~",
    "lone surrogates": lambda: "\ud800" * (MAX_TOKEN_BYTES - 1) + "~",
    "three long parts": lambda: ".".join(["a" * (MAX_TOKEN_BYTES // 3 - 2)] * 3) + "~",
    "padding": lambda: f"{signed().jwt}~{'=' * (MAX_TOKEN_BYTES - 2000)}~",
    "a signature without end": lambda: f"{signed().jwt}{'A' * (MAX_TOKEN_BYTES - 2000)}~",
    "a key binding without end": lambda: f"{signed()}{'A' * (MAX_TOKEN_BYTES - 2000)}",
    "a key binding of dots": lambda: f"{signed()}{'.' * (MAX_TOKEN_BYTES - 2000)}",
    "the most disclosures": lambda: _most_disclosures("x" * 200),
    "the most disclosures, of objects": lambda: _most_disclosures([{}] * 100),
    "the most disclosures, of arrays": lambda: _most_disclosures([[]] * 100),
    "the most disclosures, of arrays in arrays": lambda: _most_disclosures([_arrays(MAX_DEPTH - 5)] * 9),
    "the most disclosures, of arrays to be walked": lambda: _most_disclosures(
        [{"_sd": []}, *[_arrays(MAX_DEPTH - 6)] * 8]
    ),
    "the most disclosures, to be walked": lambda: _most_disclosures([{"_sd": []}] * 26),
    "the most disclosures, unreferenced": lambda: f"{signed()}{'~'.join(f'{n:0500x}' for n in range(500))}~",
    "disclosures inside disclosures": lambda: _recursive(MAX_DEPTH - 2),
    "disclosures too deep": lambda: _recursive(400),
    "disclosures in each other, with decoys": _rows_of_rows,
    "a key binding that is bound": lambda: str(bound(naming(NAME), x="y" * 4000)),
}  # fmt: skip


PLACES: Final[Mapping[str, Callable[[bytes], str]]] = {
    "payload": in_payload,
    "header": in_header,
    "disclosure": in_disclosure,
    "disclosed list": in_disclosed_list,
    "key binding": in_key_binding,
}
ROOMS: Final = {"header": 24 * 1024 - 512, "key binding": 5 * 1024}  # those parts have caps of their own


def presentations() -> dict[str, Callable[[], str]]:
    """Return every hostile presentation by name, to be made when it is wanted."""
    filled_places = {
        f"{name}, in a {place}": partial(_put, put, make, ROOMS.get(place, ROOM))
        for place, put in PLACES.items()
        for name, make in VALUES.items()
    }
    too_long = {
        f"{name}, in a header": partial(_put, in_header, VALUES[name], ROOM) for name in ("zeros", "escapes")
    }
    return {**TEXTS, **filled_places, **{f"{name} over its cap": make for name, make in too_long.items()}}


def _put(put: Callable[[bytes], str], make: Callable[[int], bytes], room: int) -> str:
    return put(make(room))
