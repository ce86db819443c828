"""Status List Aggregation (Token Status List draft-21 section 9): the addresses of all lists, to fetch them ahead.

Leaves out: fetching them, and the lists themselves (issuers.status_list).
"""

from collections.abc import Iterable
from typing import Final

from issuers.encoding import decode_json_object, encode_json
from issuers.status_list import StatusListError, is_uri
from schemas.errors import EncodingError

AGGREGATION_MEDIA_TYPE: Final = "application/json"  # section 9.3
MAX_AGGREGATION_BYTES: Final = 256 * 1024


def encode_aggregation(uris: Iterable[str]) -> bytes:
    """Return the aggregation of these status lists (section 9.3)."""
    return encode_json({"status_lists": list(uris)})


def decode_aggregation(raw: bytes) -> tuple[str, ...]:
    """Return the addresses in an aggregation, each once, in its order. Members that it does not know are passed over.

    It is not signed: a list behind an address counts by its own signature and `sub` alone.

    Raises:
        StatusListError: it is not a JSON object with `status_lists`, an array of URIs.
    """
    if len(raw) > MAX_AGGREGATION_BYTES:
        raise StatusListError(f"expected an aggregation of at most {MAX_AGGREGATION_BYTES} bytes")
    try:
        uris = decode_json_object(raw).get("status_lists")
    except EncodingError as exc:
        raise StatusListError("expected an aggregation to be a JSON object") from exc
    if not isinstance(uris, list) or not all(map(is_uri, uris)):
        raise StatusListError("expected status_lists to be an array of URIs")
    return tuple(dict.fromkeys(uris))
