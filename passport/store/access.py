"""Queries of the access log: one chain of events per holder, appended in the transaction they are about.

Lock the head before deciding anything: a conditional UPDATE that matches nothing locks nothing, and on PostgreSQL two
refusals at once would otherwise take the same number. The chain runs over commitments (consent.access_event), so it can
be checked without any key. Left out: what a sealed event says (passport.access).
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from sqlalchemy import Connection, select, update

from consent.access_event import GENESIS, chain_hash
from passport.store import statements
from passport.store.statements import HOLDER
from passport.tables import ACCESS_EVENTS, ACCESS_HEADS, AccessEventRow, AccessHeadRow, AccessKind

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


def append_event(connection: Connection, head: AccessHeadRow, event: AccessEventRow) -> None:
    """Add an event at the end of the chain whose head was locked in this transaction.

    Raises:
        ValueError: the event does not follow the head.
    """
    place = (event.holder_id, event.sequence, event.previous_hash)
    if place != (head.holder_id, head.next_sequence, head.head_hash):
        raise ValueError("expected the event that follows the head")
    statements.add(connection, ACCESS_EVENTS, event)
    moved = {"holder": event.holder_id, "next_sequence": event.sequence + 1, "head_hash": hash_after(event)}
    connection.execute(_MOVE, moved)


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
    share_id: str | None = None,
    limit: int = 100,
) -> Sequence[AccessEventRow]:
    """Return a holder's newest events with numbers below `before`, newest first, those of some kinds left out.

    `share_id`: only those about this share.
    """
    statement = select(ACCESS_EVENTS).where(ACCESS_EVENTS.c.holder_id == holder_id)
    if before is not None:
        statement = statement.where(ACCESS_EVENTS.c.sequence < before)
    if without:
        statement = statement.where(ACCESS_EVENTS.c.kind.not_in(sorted(without)))
    if share_id is not None:
        statement = statement.where(ACCESS_EVENTS.c.share_id == share_id)
    statement = statement.order_by(ACCESS_EVENTS.c.sequence.desc()).limit(limit)
    return statements.many(connection, AccessEventRow, statement)


def of_share(
    connection: Connection,
    holder_id: str,
    share_id: str,
    kinds: Collection[AccessKind],
    *,
    newest: bool,
    limit: int,
) -> Sequence[AccessEventRow]:
    """Return the first or the newest events of some kinds about a holder's share, in sequence."""
    order = ACCESS_EVENTS.c.sequence
    statement = select(ACCESS_EVENTS).where(
        ACCESS_EVENTS.c.holder_id == holder_id,
        ACCESS_EVENTS.c.share_id == share_id,
        ACCESS_EVENTS.c.kind.in_(sorted(kinds)),
    )
    statement = statement.order_by(order.desc() if newest else order).limit(limit)
    found = statements.many(connection, AccessEventRow, statement)
    return found[::-1] if newest else found


def head_of(connection: Connection, holder_id: str) -> AccessHeadRow | None:
    """Return the head of a holder's chain without locking it."""
    return statements.one(connection, AccessHeadRow, _HEAD, {"holder": holder_id})


def heads_after(connection: Connection, holder_id: str, *, limit: int = 500) -> Sequence[AccessHeadRow]:
    """Return the heads of all chains whose holder's id is above this one, in order: to check every chain."""
    statement = select(ACCESS_HEADS).where(ACCESS_HEADS.c.holder_id > holder_id)
    return statements.many(
        connection, AccessHeadRow, statement.order_by(ACCESS_HEADS.c.holder_id).limit(limit)
    )


def hash_after(event: AccessEventRow) -> bytes:
    """Return the chain's hash after an event: what the next one names as its previous hash."""
    return chain_hash(
        passport=event.holder_id,
        sequence=event.sequence,
        previous=event.previous_hash,
        commitment=event.commitment,
    )


def first_break(events: Iterable[AccessEventRow], head: AccessHeadRow) -> int | None:
    """Return the first sequence number at which a whole chain does not hold, or None when it does.

    `events`: all of one holder's, in sequence. An altered commitment shows at the event after it, and a number after
    the last event means that the last one was altered, or the end cut off.
    """
    previous, expected = GENESIS, 1
    for event in events:
        if (event.holder_id, event.sequence, event.previous_hash) != (head.holder_id, expected, previous):
            return expected
        previous, expected = hash_after(event), expected + 1
    return None if (head.next_sequence, head.head_hash) == (expected, previous) else expected
