"""One file with everything that a verifier without a network needs. Pure: reads bytes, opens nothing.

JSON: `format`, then the members of a trust file and of a status file (`consent.offline`); `type_metadata`: by the vct
of each section, the bytes of its Type Metadata as they are served (as text, so that `vct#integrity` fits); and
`log_key`: what the access log's checkpoints are signed with (C2SP signed-note), to check exported logs and promises.
Its anchor and that key are believed as they stand: the file must come by a way the verifier trusts. What it says holds
for the moment of its lists: `verify` answers with that moment, and "not checked" once they are too old.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from consent.offline import (
    MAX_STATUS_FILE_BYTES,
    OfflineFileError,
    OfflineTrust,
    file_members,
    statuses_in,
    trust_in,
)
from consent.signed_note import NoteKey
from issuers.encoding import encode_json
from issuers.status_list import StatusSnapshot

FORMAT_VERSION: Final = 1
MAX_EVIDENCE_BYTES: Final = MAX_STATUS_FILE_BYTES
_MEMBERS: Final = frozenset({"format", "anchor", "trust_list", "status_lists", "type_metadata", "log_key"})


@dataclass(frozen=True, slots=True)
class OfflineEvidence:
    """What such a file holds, every signature in it checked; Type Metadata has none."""

    trust: OfflineTrust
    statuses: Mapping[str, StatusSnapshot]
    type_metadata: Mapping[str, bytes]
    log_key: NoteKey


def encode_evidence_file(
    *,
    anchor: Mapping[str, Any],
    trust_list: str,
    status_lists: Iterable[str],
    type_metadata: Mapping[str, bytes],
    log_key: NoteKey,
) -> bytes:
    """Return the file: the anchor's public JWK, the signed lists, Type Metadata by vct, and the log's key."""
    types = {vct: raw.decode("utf-8") for vct, raw in type_metadata.items()}
    members = {
        "format": FORMAT_VERSION,
        "anchor": dict(anchor),
        "trust_list": trust_list,
        "status_lists": list(status_lists),
        "type_metadata": types,
        "log_key": log_key.encode(),
    }
    return encode_json(members)


def is_evidence_file(raw: bytes) -> bool:
    """Return whether these bytes mean to be such a file, whatever else is wrong with them; a trust file does not."""
    return b'"status_lists"' in raw


def read_evidence_file(raw: bytes, *, now: datetime, ended_too: bool = False) -> OfflineEvidence:
    """Return what the file holds; with `ended_too` also a trust list past its end, which `verify` then calls stale.

    Raises:
        OfflineFileError: it is not such a file, or has two lists of one address.
        PassportError: the anchor or log_key is no key, or a list is not signed by whom it has to be, malformed or out
            of date.
    """
    members = file_members(raw, _MEMBERS, max_bytes=MAX_EVIDENCE_BYTES)
    if members["format"] is True or members["format"] != FORMAT_VERSION:
        raise OfflineFileError(f"expected format {FORMAT_VERSION}")
    types = members["type_metadata"]
    if not isinstance(types, dict) or not all(isinstance(text, str) for text in types.values()):
        raise OfflineFileError("expected type_metadata to be texts by vct")
    if not isinstance(members["log_key"], str):
        raise OfflineFileError("expected log_key to be text")
    # The two parts are files of their own as well: one reader, one set of rules for each.
    trust = trust_in(members, now=now, ended_too=ended_too)
    statuses = statuses_in(members, trust=trust.trust, now=now)
    return OfflineEvidence(
        trust,
        statuses,
        {vct: text.encode("utf-8") for vct, text in types.items()},
        NoteKey.decode(members["log_key"]),
    )
