"""What a file says that it is, before anybody checks it: for pointing to who reads it, and for nothing else. Pure."""

import re
from typing import Final

from issuers.encoding import decode_base64url, decode_json_object
from schemas.errors import EncodingError

MAX_TYPED_HEADER: Final = 1024  # characters; who signs here writes less than 200
_DOCUMENT: Final = re.compile(rb'\{[^{}]*?"(?:format|resourceType)"\s*:\s*"([A-Za-z0-9/-]+)"')


def unverified_type(raw: bytes) -> str | None:
    """Return the `typ` that a compact JWS names in its header (RFC 7515 section 4.1.9), or None where there is none.

    Of a JSON document: what its first members name as `format`, or as `resourceType` (FHIR R4).
    """
    begins = raw.lstrip()[: MAX_TYPED_HEADER + 1]
    if (document := _DOCUMENT.match(begins)) is not None:
        return document[1].decode("ascii")
    protected, dot, _ = begins.partition(b".")
    if not dot:
        return None
    try:
        header = decode_json_object(decode_base64url(protected.decode("ascii", "replace")))
    except EncodingError:
        return None
    named = header.get("typ")
    return named if isinstance(named, str) else None
