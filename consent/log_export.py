"""The file in which a holder takes their access log along: every event, its place in the tree, and the proofs.

JSON: `{"format": "access-log-export/1", "passport", "checkpoints": [note, ...], "growth": [[hash, ...], ...],
"events": [{"sequence", "previous", "commitment", "event", "salt", "position", "proof"}, ...]}`. Checkpoints come oldest
first with one consistency proof between each two; all inclusion proofs lead to the last. `event` is the text of the
canonical bytes; it and `salt` are missing together where nobody can read the event any more, `position` and `proof`
where it is not in the tree yet. Bytes are base64url. Left out: whether any of it is true (consent.access_log).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from consent.access_event import SALT_BYTES, is_opaque_name
from consent.merkle import HASH_BYTES
from issuers.encoding import JsonObject, decode_base64url, decode_json_object, encode_base64url, encode_json
from schemas.errors import EncodingError

EXPORT_FORMAT: Final = "access-log-export/1"
MAX_EXPORT_BYTES: Final = 64 * 1024 * 1024  # about forty thousand events
MAX_CHECKPOINTS: Final = 1000
_MEMBERS: Final = frozenset({"format", "passport", "checkpoints", "growth", "events"})
_ALWAYS: Final = frozenset({"sequence", "previous", "commitment"})
_OPENING: Final = frozenset({"event", "salt"})
_PLACE: Final = frozenset({"position", "proof"})


class ExportFormatError(EncodingError):
    """Bytes are not an exported access log."""

    code: ClassVar[str] = "log_export_format"


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens a commitment: the event's canonical bytes and its salt. For the holder alone."""

    event: bytes
    salt: bytes  # 32 bytes


@dataclass(frozen=True, slots=True)
class Place:
    """Where a commitment stands in the tree of the export's last checkpoint."""

    position: int  # of the leaf, counted from 0
    proof: tuple[bytes, ...]  # from the leaf to the root


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedEvent:
    """One event. Without `opening` nobody can read it any more; without `place` it is not in the tree yet."""

    sequence: int
    previous: bytes  # 32 bytes: the chain's hash before it
    commitment: bytes  # 32 bytes
    opening: Opening | None
    place: Place | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogExport:
    """A whole access log, as exported: nothing in it is verified."""

    passport: str
    checkpoints: tuple[str, ...]  # signed notes, oldest first; at least one
    growth: tuple[tuple[bytes, ...], ...]  # a consistency proof from each checkpoint to the next
    events: tuple[ExportedEvent, ...]  # in sequence, from the first

    def encode(self) -> bytes:
        """Return the bytes of the file."""
        members = {
            "format": EXPORT_FORMAT,
            "passport": self.passport,
            "checkpoints": list(self.checkpoints),
            "growth": list(map(_texts, self.growth)),
            "events": list(map(_event_members, self.events)),
        }
        return encode_json(members)


def decode_export(raw: bytes) -> LogExport:
    """Return what a file says, unverified.

    Raises:
        ExportFormatError: not strict JSON, other members or values, or too large.
    """
    try:
        members = decode_json_object(raw, max_bytes=MAX_EXPORT_BYTES)
        _check_members(members)
        return LogExport(
            passport=members["passport"],
            checkpoints=tuple(members["checkpoints"]),
            growth=tuple(map(_hashes, members["growth"])),
            events=tuple(map(_event, members["events"])),
        )
    except ExportFormatError:
        raise
    except EncodingError as exc:
        raise ExportFormatError(f"expected an exported access log: {exc}") from exc


def _check_members(members: JsonObject) -> None:
    if members.keys() != _MEMBERS or members["format"] != EXPORT_FORMAT:
        raise ExportFormatError(f"expected the members of {EXPORT_FORMAT}")
    if not isinstance(members["passport"], str) or not is_opaque_name(members["passport"]):
        raise ExportFormatError("expected the passport's name in ASCII")
    if not all(isinstance(members[name], list) for name in ("checkpoints", "growth", "events")):
        raise ExportFormatError("expected arrays of checkpoints, growth and events")
    if not all(isinstance(note, str) for note in members["checkpoints"]):
        raise ExportFormatError("expected checkpoints as text")
    if len(members["checkpoints"]) > MAX_CHECKPOINTS:
        raise ExportFormatError(f"expected at most {MAX_CHECKPOINTS} checkpoints")
    if len(members["growth"]) + 1 != len(members["checkpoints"]):
        raise ExportFormatError("expected a checkpoint, and one proof between each two of them")


def _event(members: Any) -> ExportedEvent:
    if not isinstance(members, dict):
        raise ExportFormatError("expected an object for each event")
    optional = members.keys() - _ALWAYS
    if not members.keys() >= _ALWAYS or optional - _OPENING not in (set(), _PLACE):
        raise ExportFormatError("expected the members of an event")
    if optional - _PLACE not in (set(), _OPENING):
        raise ExportFormatError("expected event and salt, or neither")
    if type(members["sequence"]) is not int:
        raise ExportFormatError("expected a whole number in sequence")
    return ExportedEvent(
        sequence=members["sequence"],
        previous=_bytes(members["previous"], HASH_BYTES),
        commitment=_bytes(members["commitment"], HASH_BYTES),
        opening=_opening(members) if "event" in members else None,
        place=_place(members) if "position" in members else None,
    )


def _opening(members: JsonObject) -> Opening:
    if not isinstance(members["event"], str):
        raise ExportFormatError("expected text in event")
    return Opening(members["event"].encode("utf-8"), _bytes(members["salt"], SALT_BYTES))


def _place(members: JsonObject) -> Place:
    if type(members["position"]) is not int:
        raise ExportFormatError("expected a whole number in position")
    return Place(members["position"], _hashes(members["proof"]))


def _hashes(texts: Any) -> tuple[bytes, ...]:
    if not isinstance(texts, list):
        raise ExportFormatError("expected an array of hashes")
    return tuple(_bytes(text, HASH_BYTES) for text in texts)


def _bytes(text: Any, size: int) -> bytes:
    if not isinstance(text, str):
        raise ExportFormatError("expected bytes in base64url")
    data = decode_base64url(text)
    if len(data) != size:
        raise ExportFormatError(f"expected {size} bytes")
    return data


def _texts(hashes: Iterable[bytes]) -> list[str]:
    return list(map(encode_base64url, hashes))


def _event_members(event: ExportedEvent) -> JsonObject:
    members: JsonObject = {
        "sequence": event.sequence,
        "previous": encode_base64url(event.previous),
        "commitment": encode_base64url(event.commitment),
    }
    if event.opening is not None:
        members["event"] = event.opening.event.decode("utf-8")
        members["salt"] = encode_base64url(event.opening.salt)
    if event.place is not None:
        members["position"] = event.place.position
        members["proof"] = _texts(event.place.proof)
    return members
