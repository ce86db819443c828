"""The FHIR document of a share: built in one way, and taken apart only to be built again and compared.

Nothing in a Bundle is believed because it is there: its Binaries hold the presentations, everything else must be what
`share_document` makes of their verified claims.

What a Bundle may cost is in proportion to its size, as honest content does: a list of 40 full rows is 100 KB of Bundle,
1,300 values and two signatures. A stranger, whom no trusted key has signed for, cannot make it cost more: the values of
the document and of every payload are counted, and refused above VALUES_MAX, before any of them is parsed.
"""

import re
from base64 import b64decode
from binascii import Error as BinasciiError
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from consent.verification import Refusal
from issuers.encoding import (
    JsonError,
    JsonObject,
    decode_base64url,
    decode_json_object,
    encode_json,
    encode_sorted_json,
    values_in,
)
from schemas.errors import EncodingError
from schemas.fhir import PRESENTATION_TYPE, document, rendering_of
from schemas.labels import LOCALES
from schemas.readable import ReadableEntry
from schemas.vocabulary import Language

# 14 sections of 40 rows, where they may have so many, with 280 characters of Welsh in each text, take 0.7 MiB.
BUNDLE_BYTES_MAX: Final = 1024 * 1024
ENTRIES_MAX: Final = 64
VALUES_MAX: Final = (
    16_384  # of the Bundle and its presentations together: 12 lists of 40 full rows have as many
)
_FEW_BYTES: Final = 64 * 1024  # of a Bundle: fewer cannot hold so many values that somebody should count them
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]+={0,2}")


@dataclass(frozen=True, slots=True)
class ReceivedBundle:
    """A Bundle taken apart; nothing in it is verified."""

    unverified_document: JsonObject
    presentations: tuple[str, ...]
    language: Language  # of labels; it changes no claim


def share_document(
    *,
    audience: str,
    released_at: datetime,
    language: Language,
    readable: Sequence[ReadableEntry],
    presentations: Sequence[str],
) -> JsonObject:
    """Return the Bundle of a share. The same arguments give the same document."""
    return document(
        share_urn=audience, issued_at=released_at, language=language, entries=readable, binaries=presentations
    )


def parse_bundle(raw: bytes) -> ReceivedBundle:
    """Return the presentations in a Bundle and the language of its readable part.

    Raises:
        EncodingError: it is not strict JSON of at most BUNDLE_BYTES_MAX bytes.
        Refusal: it is not a document Bundle with presentations, or has more than VALUES_MAX values.
    """
    values = _check_values(values_in(raw, most=VALUES_MAX) if len(raw) > _FEW_BYTES else 0)
    bundle = decode_json_object(raw, max_bytes=BUNDLE_BYTES_MAX)
    if bundle.get("resourceType") != "Bundle" or bundle.get("type") != "document":
        raise Refusal("bundle_form", "expected a FHIR Bundle of type document")
    presentations = tuple(_presentations(bundle.get("entry")))
    if not 0 < len(presentations) <= ENTRIES_MAX:
        raise Refusal("bundle_entries", f"expected 1 to {ENTRIES_MAX} presentations in the Bundle")
    if len(raw) > _FEW_BYTES:
        _check_values(values + sum(map(_values_signed, presentations)))
    return ReceivedBundle(bundle, presentations, _language(bundle))


def render_again(raw: bytes, *, readable: Sequence[ReadableEntry]) -> bytes:
    """Return the same presentations in a Bundle with the wording of this version. `readable`: what they say, in order.

    For a service that kept a Bundle over an upgrade: nothing is verified here, and nothing signed changes.

    Raises:
        EncodingError, Refusal: it is not a document Bundle with presentations.
        ValueError: `readable` is not as long as the Bundle's presentations, or its timestamp is not a time.
    """
    bundle = parse_bundle(raw)
    old = bundle.unverified_document
    return encode_json(
        share_document(
            audience=old["identifier"]["value"],
            released_at=datetime.fromisoformat(old["timestamp"]),
            language=bundle.language,
            readable=readable,
            presentations=bundle.presentations,
        )
    )


def check_document(received: JsonObject, expected: JsonObject) -> None:
    """Check that a document says what the verified claims say, and nothing else.

    Raises:
        Refusal: it has another wording than this code gives, or any value differs, is missing, or was added.
    """
    if rendering_of(received) not in {None, rendering_of(expected)}:
        raise Refusal(
            "rendering_differs",
            "its readable part has the wording of another version of this software; ask for a fresh copy",
        )
    if not _same(received, expected):
        raise Refusal(
            "readable_differs", "the readable part does not say what was signed; ask for a fresh copy"
        )


def _check_values(values: int) -> int:
    if values > VALUES_MAX:
        raise Refusal("too_many_values", f"expected at most {VALUES_MAX} values in the Bundle")
    return values


def _values_signed(presentation: str) -> int:
    """Return how many values stand in the payloads of a presentation: what is parsed before a signature is checked."""
    issued, bound = presentation.partition("~")[0], presentation.rpartition("~")[2]
    payloads = [part for jws in (issued, bound) for part in jws.split(".", 2)[1:2]]
    try:
        return sum(values_in(decode_base64url(part), most=VALUES_MAX) for part in payloads)
    except EncodingError:
        return 0  # it will not be parsed either


def _presentations(entries: object) -> Iterator[str]:
    for entry in entries if isinstance(entries, list) else ():
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict) and resource.get("resourceType") == "Binary":
            yield _presentation(resource)


def _presentation(binary: JsonObject) -> str:
    data = binary.get("data")
    if (
        binary.get("contentType") != PRESENTATION_TYPE
        or not isinstance(data, str)
        or not _BASE64.fullmatch(data)
    ):
        raise Refusal("bundle_binary", f"expected a Binary to hold {PRESENTATION_TYPE} in base64")
    try:
        return b64decode(data).decode("ascii")
    except (BinasciiError, UnicodeDecodeError) as exc:
        raise Refusal("bundle_binary", f"expected a Binary to hold {PRESENTATION_TYPE} in base64") from exc


def _language(bundle: JsonObject) -> Language:
    for language, locale in LOCALES.items():
        if bundle.get("language") == locale:
            return language
    raise Refusal("bundle_language", f"expected a Bundle in {' or '.join(LOCALES.values())}")


def _same(received: JsonObject, expected: JsonObject) -> bool:
    """Return whether two documents are the same JSON, 1, 1.0 and true being three different values."""
    try:  # equal first: a hostile document is not written out again
        return received == expected and encode_sorted_json(received) == encode_sorted_json(expected)
    except JsonError:  # a number that no document of ours holds
        return False
