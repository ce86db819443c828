"""Queries of the outbox. Adding is part of the caller's transaction; claiming and settling are the worker's own.

A claim moves `next_attempt_at` to the end of a lease and counts an attempt. Whoever settles names that count, so a
worker that was away longer than its lease cannot undo what another has done since.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, func, select, update

from passport.store import statements
from passport.store.statements import HOLDER, KEY
from passport.tables import MESSAGES, MessageKind, MessageRow
from passport.tables.columns import values

_ENDED: Final[Mapping[str, Any]] = {"next_attempt_at": None, "sealed_content": None}
_GET: Final = select(MESSAGES).where(MESSAGES.c.holder_id == HOLDER, MESSAGES.c.message_id == KEY)


def add(connection: Connection, message: MessageRow) -> bool:
    """Add a message and return True; False, and nothing changes, when the holder has one with its key.

    Raises:
        sqlalchemy.exc.IntegrityError: there is no such holder.
    """
    insert = statements.insert_on_conflict(connection, MESSAGES).values(values(message))
    added = insert.on_conflict_do_nothing(index_elements=[MESSAGES.c.holder_id, MESSAGES.c.key_hash])
    return connection.execute(added.returning(MESSAGES.c.message_id)).first() is not None


def is_known(connection: Connection, holder_id: str, key_hash: bytes) -> bool:
    """Return whether a holder has a message with this key already."""
    statement = select(MESSAGES.c.message_id).where(
        MESSAGES.c.holder_id == holder_id, MESSAGES.c.key_hash == key_hash
    )
    return connection.execute(statement).first() is not None


def claim(connection: Connection, *, now: datetime, until: datetime) -> MessageRow | None:
    """Lease the message that has been due longest and return it as it is now; None when none is due.

    Two workers never get the same one: on SQLite writers take turns, on PostgreSQL each skips what another has locked.
    """
    due = select(MESSAGES.c.holder_id, MESSAGES.c.message_id).where(MESSAGES.c.next_attempt_at <= now)
    first = due.order_by(MESSAGES.c.next_attempt_at).limit(1).with_for_update(skip_locked=True)
    found = connection.execute(first).first()
    return None if found is None else _lease(connection, found.holder_id, found.message_id, until)


def _lease(connection: Connection, holder_id: str, message_id: str, until: datetime) -> MessageRow | None:
    leased = update(MESSAGES).where(MESSAGES.c.holder_id == holder_id, MESSAGES.c.message_id == message_id)
    leased = leased.values(next_attempt_at=until, attempts=MESSAGES.c.attempts + 1)
    return statements.one(connection, MessageRow, leased.returning(*MESSAGES.c))


def any_due(connection: Connection, *, now: datetime) -> bool:
    """Return whether a message is due: one look into the index."""
    due = select(MESSAGES.c.message_id).where(MESSAGES.c.next_attempt_at <= now).limit(1)
    return connection.execute(due).first() is not None


def deliver(connection: Connection, holder_id: str, message_id: str, *, now: datetime) -> bool:
    """Note that a message was sent and return whether it was still waiting; what it said is forgotten."""
    return _end(connection, holder_id, message_id, delivered_at=now)


def give_up(connection: Connection, holder_id: str, message_id: str, *, attempts: int, now: datetime) -> bool:
    """Note that a message cannot be sent; False when it has ended or another worker holds it."""
    return _end(connection, holder_id, message_id, attempts, given_up_at=now)


def drop(connection: Connection, holder_id: str, message_id: str) -> bool:
    """End a message that nobody wants any more, and return whether it was waiting."""
    return _end(connection, holder_id, message_id)


def _end(
    connection: Connection, holder_id: str, message_id: str, attempts: int | None = None, **ended: datetime
) -> bool:
    statement = update(MESSAGES).where(
        MESSAGES.c.holder_id == holder_id,
        MESSAGES.c.message_id == message_id,
        MESSAGES.c.next_attempt_at.is_not(None),
    )
    if attempts is not None:
        statement = statement.where(MESSAGES.c.attempts == attempts)
    return statements.changed(connection, statement.values(**_ENDED, **ended))


def postpone(
    connection: Connection, holder_id: str, message_id: str, *, attempts: int, until: datetime
) -> bool:
    """Try a message again later; False when it has ended or another worker holds it."""
    statement = update(MESSAGES).where(
        MESSAGES.c.holder_id == holder_id,
        MESSAGES.c.message_id == message_id,
        MESSAGES.c.next_attempt_at.is_not(None),
        MESSAGES.c.attempts == attempts,
    )
    return statements.changed(connection, statement.values(next_attempt_at=until))


def drop_to_holder(connection: Connection, holder_id: str, kinds: Sequence[MessageKind]) -> int:
    """End what waits for the holder's own address, of these kinds; return how many there were."""
    statement = update(MESSAGES).where(
        MESSAGES.c.holder_id == holder_id,
        MESSAGES.c.to_holder.is_(True),
        MESSAGES.c.kind.in_(sorted(kinds)),
        MESSAGES.c.next_attempt_at.is_not(None),
    )
    return connection.execute(statement.values(**_ENDED)).rowcount


def get(connection: Connection, holder_id: str, message_id: str) -> MessageRow | None:
    """Return one message of a holder."""
    return statements.one(connection, MessageRow, _GET, {"holder": holder_id, "key": message_id})


def list_of(connection: Connection, holder_id: str) -> Sequence[MessageRow]:
    """Return a holder's messages, oldest first."""
    statement = select(MESSAGES).where(MESSAGES.c.holder_id == holder_id)
    return statements.many(
        connection, MessageRow, statement.order_by(MESSAGES.c.created_at, MESSAGES.c.message_id)
    )


def count_since(
    connection: Connection, holder_id: str, kind: MessageKind, *, since: datetime, to_holder: bool
) -> int:
    """Return how many messages of a kind a holder caused since a moment."""
    statement = select(func.count()).where(
        MESSAGES.c.holder_id == holder_id,
        MESSAGES.c.kind == kind,
        MESSAGES.c.to_holder.is_(to_holder),
        MESSAGES.c.created_at >= since,
    )
    return int(connection.execute(statement).scalar_one())


def delete_ended(
    connection: Connection, *, before: datetime, kinds: Collection[MessageKind] = tuple(MessageKind)
) -> int:
    """Delete messages of these kinds that have ended and were written before a moment; return how many went."""
    statement = delete(MESSAGES).where(
        MESSAGES.c.next_attempt_at.is_(None),
        MESSAGES.c.created_at < before,
        MESSAGES.c.kind.in_(sorted(kinds)),
    )
    return connection.execute(statement).rowcount


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits to be sent, over all holders: how many, due since when, and the most attempts made for one."""

    number: int
    since: datetime
    attempts: int


def waiting(connection: Connection, *, now: datetime) -> Waiting | None:
    """Return what was due before now and has not been sent; None when nothing was."""
    due = MESSAGES.c.next_attempt_at.is_not(None), MESSAGES.c.due_at <= now
    asked = select(func.count(), func.min(MESSAGES.c.due_at), func.max(MESSAGES.c.attempts)).where(*due)
    number, since, attempts = connection.execute(asked).one()
    return Waiting(number, since, attempts) if number else None
