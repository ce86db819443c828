"""A fictional log of two passports, its checkpoints and an export of one of them: the same each time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from typing import Any

from consent.access_event import GENESIS, AccessEvent, chain_hash, commitment
from consent.checkpoint import Checkpoint, sign_checkpoint
from consent.log_export import ExportedEvent, LogExport, Opening, Place
from consent.merkle import EMPTY_TREE, NodeId, consistency_proof, inclusion_proof, leaf_hash
from consent.signed_note import SoftwareNoteSigner

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ORIGIN = "passport.example/log"
SIGNER = SoftwareNoteSigner.from_seed(ORIGIN, sha256(b"log").digest())
STRANGER = SoftwareNoteSigner.from_seed(ORIGIN, sha256(b"stranger").digest())
PASSPORT = "urn:uuid:5a1b0a52-8d0e-4a32-9d2c-0d8f6c1b7e01"
NEIGHBOUR = "urn:uuid:9c4f7b11-2f60-4d54-8a77-3e1d5b9a0c02"
SHARE = "urn:uuid:1c7cf4a8-7e3b-4a0e-9a52-2f0d0b1f6a11"
KINDS = ("shared", "opened", "wrong-passcode", "locked", "stopped")


@dataclass(frozen=True)
class Recorded:
    """An event as a service keeps it."""

    event: AccessEvent
    salt: bytes

    @property
    def encoded(self) -> bytes:
        return self.event.encode()

    @property
    def commitment(self) -> bytes:
        return commitment(self.encoded, self.salt)

    @property
    def head(self) -> bytes:
        return chain_hash(
            passport=self.event.passport,
            sequence=self.event.sequence,
            previous=self.event.previous,
            commitment=self.commitment,
        )


def an_event(sequence: int = 1, previous: bytes = GENESIS, **changes: Any) -> AccessEvent:
    event = AccessEvent(
        passport=PASSPORT,
        sequence=sequence,
        previous=previous,
        event_id=f"event-{sequence}",
        at=NOW + timedelta(minutes=sequence, microseconds=7),
        kind=KINDS[sequence % len(KINDS)],
        detail={"who": "Siân, “Acme”", "sections": ["adjustments"], "views_left": 3 - sequence},
        share=SHARE,
    )
    return replace(event, **changes)


def recorded(count: int, passport: str = PASSPORT) -> list[Recorded]:
    """A passport's first events."""
    chain: list[Recorded] = []
    for sequence in range(1, count + 1):
        previous = chain[-1].head if chain else GENESIS
        salt = sha256(f"{passport} {sequence}".encode()).digest()
        chain.append(Recorded(an_event(sequence, previous, passport=passport), salt))
    return chain


OURS = recorded(6)
THEIRS = recorded(6, NEIGHBOUR)
ENTRIES = [
    each.commitment for pair in zip(OURS, THEIRS, strict=True) for each in pair
]  # two passports take turns


def tree_of(entries: list[bytes]) -> Mapping[NodeId, bytes]:
    return EMPTY_TREE.append(map(leaf_hash, entries)).new_nodes


def checkpoint_of(entries: list[bytes]) -> Checkpoint:
    return Checkpoint(ORIGIN, len(entries), EMPTY_TREE.append(map(leaf_hash, entries)).tree.root)


def note_of(entries: list[bytes], signer: SoftwareNoteSigner = SIGNER) -> str:
    return sign_checkpoint(checkpoint_of(entries), signer)


def exported(
    chain: list[Recorded] | None = None,
    entries: list[bytes] | None = None,
    sizes: tuple[int, ...] = (4, 7, 12),
    erased: Collection[int] = (),
    **changes: Any,
) -> LogExport:
    """The export of a chain whose commitments are among the entries of a log; what is not there is pending."""
    chain = OURS if chain is None else chain
    entries = ENTRIES if entries is None else entries
    nodes = tree_of(entries)

    def read(ids: Collection[NodeId]) -> Mapping[NodeId, bytes]:
        return {node: nodes[node] for node in ids}

    def event(each: Recorded) -> ExportedEvent:
        position = (
            entries[: sizes[-1]].index(each.commitment) if each.commitment in entries[: sizes[-1]] else None
        )
        return ExportedEvent(
            sequence=each.event.sequence,
            previous=each.event.previous,
            commitment=each.commitment,
            opening=None if each.event.sequence in erased else Opening(each.encoded, each.salt),
            place=None if position is None else Place(position, inclusion_proof(position, sizes[-1], read)),
        )

    made = LogExport(
        passport=PASSPORT,
        checkpoints=tuple(note_of(entries[:size]) for size in sizes),
        growth=tuple(consistency_proof(a, b, read) for a, b in pairwise(sizes)),
        events=tuple(map(event, chain)),
    )
    return replace(made, **changes)
