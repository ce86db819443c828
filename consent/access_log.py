"""Numbered verification of an exported access log. Works offline; no clock, no network.

The one thing believed is the log's key. Steps: (1) parse, (2) each checkpoint is signed by the log's key, (3) the log
only grew from one to the next, (4) and since the one that the holder kept, (5) the passport's chain has no gap, (6) and
still begins as the holder last saw it, (7) each event is what was committed to, (8) each commitment stands in the tree.
Hostile input never raises: it is refused with the number and code of a step.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from consent.access_event import GENESIS, AccessEvent, chain_hash, commitment, decode_event
from consent.checkpoint import (
    Checkpoint,
    CheckpointForkError,
    CheckpointOriginError,
    CheckpointSmallerError,
    check_growth,
    verify_checkpoint,
)
from consent.log_export import ExportedEvent, LogExport, Opening, Place, decode_export
from consent.log_verification import ChainHead, LogStepNumber, LogSteps, LogVerification, VerifiedEvent
from consent.merkle import leaf_hash
from consent.merkle_proof import verify_inclusion
from consent.signed_note import NoteKey
from consent.steps import Outcome, Refusal
from schemas.errors import PassportError


def verify_export(
    raw: bytes,
    note_key: NoteKey,
    *,
    known_checkpoint: Checkpoint | None = None,
    known_head: ChainHead | None = None,
) -> LogVerification:
    """Return whether an exported access log stands, and what it says.

    `known_checkpoint` and `known_head` are what an export that was verified earlier answered: with them nothing that it
    had can have been changed or cut off since. Events that are not in the tree yet make the answer `not_checked`.
    """
    run = _Run(note_key, known_checkpoint, known_head, LogSteps())
    try:
        found = run.take(raw)
    except Refusal:
        return LogVerification(Outcome.REFUSED, run.log.finish(), None, None, None, ())
    events = tuple(
        VerifiedEvent(event.sequence, opened, event.place.position if event.place else None)
        for event, opened in zip(found.export.events, found.opened, strict=True)
    )
    return LogVerification(
        run.log.outcome, run.log.finish(), found.export.passport, found.checkpoint, found.heads[-1], events
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """What is handed on when no step failed."""

    export: LogExport
    checkpoint: Checkpoint  # the newest
    heads: Sequence[ChainHead]  # the chain's end before the first event, and after each
    opened: Sequence[AccessEvent | None]


@dataclass(frozen=True, slots=True)
class _Run:
    """One verification. Each step looks at all events before the next step begins."""

    note_key: NoteKey
    known_checkpoint: Checkpoint | None
    known_head: ChainHead | None
    log: LogSteps

    def take(self, raw: bytes) -> _Found:
        """Return what was found.

        Raises:
            Refusal: a step failed; the log says which.
        """
        with self.log.step(LogStepNumber.PARSE):  # (1)
            export = decode_export(raw)
        with self.log.step(LogStepNumber.CHECKPOINTS):  # (2) C2SP tlog-checkpoint
            checkpoints = [
                verify_checkpoint(note.encode("utf-8"), self.note_key) for note in export.checkpoints
            ]
        with self.log.step(LogStepNumber.GROWTH):  # (3) RFC 9162 section 2.1.4.2
            for (older, newer), proof in zip(pairwise(checkpoints), export.growth, strict=True):
                check_growth(older, newer, proof)
        with self.log.step(LogStepNumber.KNOWN_CHECKPOINT):  # (4)
            self._check_known_checkpoint(checkpoints)
        with self.log.step(LogStepNumber.CHAIN):  # (5)
            heads = _follow(export)
        with self.log.step(LogStepNumber.KNOWN_HEAD):  # (6)
            self._check_known_head(heads)
        with self.log.step(LogStepNumber.CONTENT):  # (7)
            opened = self._open(export)
        with self.log.step(LogStepNumber.PLACE):  # (8) RFC 9162 section 2.1.3.2
            self._check_places(export.events, checkpoints[-1])
        return _Found(export, checkpoints[-1], heads, opened)

    def _check_known_checkpoint(self, checkpoints: Sequence[Checkpoint]) -> None:
        known = self.known_checkpoint
        if known is None:
            self.log.not_required(LogStepNumber.KNOWN_CHECKPOINT, "no checkpoint from before was given")
            return
        if known.origin != self.note_key.name:
            raise CheckpointOriginError("the checkpoint that you kept is of another log")
        if known.size > checkpoints[-1].size:
            raise CheckpointSmallerError(
                "the log is smaller than the checkpoint that you kept: leaves were taken away"
            )
        same_size = next((each for each in checkpoints if each.size == known.size), None)
        if same_size is not None and same_size.root != known.root:
            raise CheckpointForkError("the log was forked: for this size you kept another root")
        if same_size is None and known.size > 0:
            self.log.not_checked(
                LogStepNumber.KNOWN_CHECKPOINT,
                "checkpoint_unproven",
                "nothing leads on from the checkpoint that you kept;"
                f" save the log again from its size ({known.size}) on",
            )

    def _check_known_head(self, heads: Sequence[ChainHead]) -> None:
        known = self.known_head
        if known is None:
            self.log.not_required(LogStepNumber.KNOWN_HEAD, "no end of the chain from before was given")
        elif known.sequence >= len(heads):
            raise Refusal("chain_cut", f"event {known.sequence}, which you saw before, was cut off")
        elif heads[known.sequence] != known:
            raise Refusal(
                "chain_rewritten", f"what you saw before, up to event {known.sequence}, was altered"
            )

    def _open(self, export: LogExport) -> list[AccessEvent | None]:
        """Return each event, or None for one that is present and that nobody can read any more."""
        opened = [_read(event, event.opening, export.passport) for event in export.events]
        unreadable = opened.count(None)
        if not unreadable:
            return opened
        if unreadable == len(opened):
            self.log.not_required(
                LogStepNumber.CONTENT,
                "the events are present; nobody can read them any more",
                "events_erased",
            )
        else:  # erasing destroys one key and makes all events unreadable: a few among others are something else
            self.log.not_checked(
                LogStepNumber.CONTENT,
                "event_unreadable",
                f"{unreadable} of {len(opened)} events came without content",
            )
        return opened

    def _check_places(self, events: Sequence[ExportedEvent], checkpoint: Checkpoint) -> None:
        last = -1
        for event in events:
            if event.place is None:
                break
            _check_place(event, event.place, checkpoint)
            if event.place.position <= last:
                raise Refusal(
                    "position_order", f"event {event.sequence}: it stands before or on the one before it"
                )
            last = event.place.position
        waiting = sum(event.place is None for event in events)
        if any(event.place is not None for event in events[len(events) - waiting :]):
            raise Refusal("event_skipped", "an event is not in the tree, and a later one is")
        if waiting:
            self.log.not_checked(
                LogStepNumber.PLACE,
                "event_pending",
                f"the last {waiting} are not in the tree yet; export again later",
            )


def _follow(export: LogExport) -> list[ChainHead]:
    """Return the chain's end before the first event and after each, all recomputed from the commitments."""
    heads = [ChainHead(0, GENESIS)]
    for event in export.events:
        expected = heads[-1].sequence + 1
        if event.sequence != expected:
            raise Refusal("chain_gap", f"expected event {expected} next: one is missing, doubled or moved")
        if event.previous != heads[-1].hash:
            raise Refusal(
                "chain_broken", f"event {expected}: it follows another history than the one before it"
            )
        after = chain_hash(
            passport=export.passport,
            sequence=event.sequence,
            previous=event.previous,
            commitment=event.commitment,
        )
        heads.append(ChainHead(event.sequence, after))
    return heads


def _read(exported: ExportedEvent, opening: Opening | None, passport: str) -> AccessEvent | None:
    if opening is None:
        return None
    if commitment(opening.event, opening.salt) != exported.commitment:  # of the bytes received
        raise Refusal(
            "event_altered", f"event {exported.sequence}: it is not what was recorded when it happened"
        )
    try:
        event = decode_event(opening.event)
    except PassportError as exc:
        raise Refusal(exc.code, f"event {exported.sequence}: {exc}") from exc
    if (event.passport, event.sequence, event.previous) != (passport, exported.sequence, exported.previous):
        raise Refusal("event_elsewhere", f"event {exported.sequence}: it was recorded for another place")
    return event


def _check_place(event: ExportedEvent, place: Place, checkpoint: Checkpoint) -> None:
    try:
        verify_inclusion(
            leaf=leaf_hash(event.commitment),
            index=place.position,
            size=checkpoint.size,
            root=checkpoint.root,
            proof=place.proof,
        )
    except PassportError as exc:
        raise Refusal(exc.code, f"event {event.sequence}: {exc}") from exc
