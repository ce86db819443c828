"""Hostile Bundles: what a stranger without keys can send, each as large as is let in and as costly as can be."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from consent.bundle import BUNDLE_BYTES_MAX, ENTRIES_MAX, VALUES_MAX
from issuers.encoding import decode_base64url, encode_base64url, values_in
from issuers.sd_jwt import SdJwt
from schemas.fhir import PRESENTATION_TYPE
from schemas.vocabulary import Section
from tests.consent_floor.passports import everything, presented
from tests.issuers.hostile import VALUES

SHOWN: Final = SdJwt.parse(presented([everything(Section.ADJUSTMENTS)]).entries[0])
_HEADER, _PAYLOAD, _SIGNATURE = SHOWN.jwt.split(".")
Make = Callable[[int], bytes]  # a value of so many bytes


def bundle_of(presentations: Sequence[str], more: bytes = b"0") -> bytes:
    """Return a Bundle of presentations, with one more member."""
    data = [b64encode(text.encode()) for text in presentations]
    kind = PRESENTATION_TYPE.encode()
    binaries = [
        b'{"resource":{"resourceType":"Binary","contentType":"%b","data":"%b"}}' % (kind, text)
        for text in data
    ]
    head = b'{"resourceType":"Bundle","type":"document","language":"en-GB","entry":['
    return head + b",".join(binaries) + b'],"x":' + more + b"}"


def altered(value: bytes) -> str:
    """Return a true presentation whose payload holds one more value, under its old signature."""
    payload = decode_base64url(_PAYLOAD)[:-1] + b',"x":' + value + b"}"
    return str(SdJwt(f"{_HEADER}.{encode_base64url(payload)}.{_SIGNATURE}", SHOWN.disclosures, SHOWN.kb_jwt))


def with_values(make: Make, most: int, room: int) -> bytes:
    """Return a value of about so many values, and no more of them or of bytes."""
    sample = make(4096)
    room = min(room, len(sample) * most // max(1, values_in(sample)))
    while values_in(make(room), most=most) > most:
        room = room * 9 // 10
    return make(room)


def in_document(make: Make, size: int) -> bytes:
    """Return a Bundle of so many bytes with a value in its readable part."""
    return bundle_of([str(SHOWN)], make(size - 16 * 1024))


def in_document_within_the_cap(make: Make, size: int) -> bytes:
    """Return a Bundle with as many values as may be in its readable part."""
    return bundle_of([str(SHOWN)], with_values(make, VALUES_MAX - 500, size - 16 * 1024))


def in_each_payload(make: Make, size: int) -> bytes:
    """Return a Bundle with a value in the payload of each presentation, each as large as may be."""
    text = altered(with_values(make, 16_000, 180 * 1024))
    return bundle_of([text] * min(ENTRIES_MAX, size * 5 // 7 // len(text)))


def in_each_payload_within_the_cap(make: Make, size: int) -> bytes:
    """Return a Bundle with a share of all the values that may be in each payload."""
    text = altered(with_values(make, VALUES_MAX // ENTRIES_MAX - 130, size // 2 // ENTRIES_MAX))
    return bundle_of([text] * ENTRIES_MAX)


PLACES: Final[dict[str, Callable[[Make, int], bytes]]] = {
    "document": in_document,
    "document, within the cap": in_document_within_the_cap,
    "payloads": in_each_payload,
    "payloads, within the cap": in_each_payload_within_the_cap,
}


def bundles(size: int = BUNDLE_BYTES_MAX) -> dict[str, Callable[[], bytes]]:
    """Return every hostile Bundle of about so many bytes by name, to be made when it is wanted."""
    return {
        f"{name}, in the {place}": partial(put, make, size)
        for place, put in PLACES.items()
        for name, make in VALUES.items()
    }
