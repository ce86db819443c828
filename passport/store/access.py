"""Queries of the access log: one chain of events per holder, appended in the transaction they are about.

Lock the head before deciding anything: a conditional UPDATE that matches nothing locks nothing, and on PostgreSQL two
refusals at once would otherwise take the same number. Left out: what an event's sealed detail says.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, select, update

from passport.store import statements
from passport.store.statements import HOLDER
from passport.tables import ACCESS_EVENTS, ACCESS_HEADS, AccessEventRow, AccessHeadRow, AccessKind
from passport.tables.columns import values

GENESIS: Final = bytes(32)  # the previous hash of a chain's first event
_DOMAIN: Final = b"passport access event 1\0"
_HEAD: Final = select(ACCESS_HEADS).where(ACCESS_HEADS.c.holder_id == HOLDER)
_LOCK: Final = _HEAD.with_for_update()
_MOVE: Final = update(ACCESS_HEADS).where(ACCESS_HEADS.c.holder_id == HOLDER)


def lock(connection: Connection, holder_id: str) -> AccessHeadRow:
    """Lock the holder's chain until the transaction ends and return its head.

    Raises:
        LookupError: there is no such holder.
    """
    head = statements.one(connection, AccessHeadRow, _LOCK, {"holder": holder_id})
    if head is None:
        raise LookupError("there is no such holder")
    return head


def append_event(
    connection: Connection,
    holder_id: str,
    *,
    event_id: str,
    kind: AccessKind,
    occurred_at: datetime,
    sealed_detail: bytes,
    share_id: str | None = None,
) -> AccessEventRow:
    """Add an event at the end of the holder's chain and return it. Locks the chain if `lock` has not.

    `event_id` is the vault row under which `sealed_detail` was sealed.

    Raises:
        LookupError: there is no such holder.
    """
    head = lock(connection, holder_id)
    chained = {
        "holder_id": holder_id,
        "sequence": head.next_sequence,
        "event_id": event_id,
        "occurred_at": occurred_at,
        "kind": kind,
        "share_id": share_id,
        "sealed_detail": sealed_detail,
        "previous_hash": head.head_hash,
    }
    event = AccessEventRow.model_validate({**chained, "hash": _hash(chained)})
    statements.add(connection, ACCESS_EVENTS, event)
    moved = {"holder": holder_id, "next_sequence": event.sequence + 1, "head_hash": event.hash}
    connection.execute(_MOVE, moved)
    return event


def events_of(
    connection: Connection, holder_id: str, *, after: int = 0, limit: int = 1000
) -> Sequence[AccessEventRow]:
    """Return a holder's events with sequence numbers above `after`, in sequence."""
    statement = select(ACCESS_EVENTS).where(
        ACCESS_EVENTS.c.holder_id == holder_id, ACCESS_EVENTS.c.sequence > after
    )
    return statements.many(
        connection, AccessEventRow, statement.order_by(ACCESS_EVENTS.c.sequence).limit(limit)
    )


def latest_of(
    connection: Connection,
    holder_id: str,
    *,
    before: int | None = None,
    without: Collection[AccessKind] = (),
    limit: int = 100,
) -> Sequence[AccessEventRow]:
    """Return a holder's newest events with numbers below `before`, newest first, those of some kinds left out."""
    statement = select(ACCESS_EVENTS).where(ACCESS_EVENTS.c.holder_id == holder_id)
    if before is not None:
        statement = statement.where(ACCESS_EVENTS.c.sequence < before)
    if without:
        statement = statement.where(ACCESS_EVENTS.c.kind.not_in(sorted(without)))
    statement = statement.order_by(ACCESS_EVENTS.c.sequence.desc()).limit(limit)
    return statements.many(connection, AccessEventRow, statement)


def head_of(connection: Connection, holder_id: str) -> AccessHeadRow | None:
    """Return the head of a holder's chain without locking it."""
    return statements.one(connection, AccessHeadRow, _HEAD, {"holder": holder_id})


def event_hash(event: AccessEventRow) -> bytes:
    """Return SHA-256 over every field of an event but its own hash, each with its length before it."""
    return _hash(values(event))


def _hash(event: Mapping[str, Any]) -> bytes:
    fields = (
        event["previous_hash"],
        event["holder_id"].encode(),
        str(event["sequence"]).encode(),
        event["event_id"].encode(),
        event["occurred_at"].astimezone(UTC).isoformat(timespec="microseconds").encode(),
        event["kind"].encode(),
        (event["share_id"] or "").encode(),
        event["sealed_detail"],
    )
    return hashlib.sha256(_DOMAIN + b"".join(len(f).to_bytes(8, "big") + f for f in fields)).digest()


def first_break(events: Iterable[AccessEventRow], head: AccessHeadRow) -> int | None:
    """Return the first sequence number at which a whole chain does not hold, or None when it does.

    `events`: all of one holder's, in sequence. A number after the last event means that the end was cut off.
    """
    previous, expected = GENESIS, 1
    for event in events:
        if event.sequence != expected or event.previous_hash != previous or event.hash != event_hash(event):
            return expected
        previous, expected = event.hash, expected + 1
    return None if (head.next_sequence, head.head_hash) == (expected, previous) else expected
