"""Queries of the deployment-wide log: what waits, the tree's leaves and nodes, and signed checkpoints.

Who adds leaves calls `lock` first. Left out: hashes and proofs (consent.merkle) and signatures (consent.checkpoint).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, insert, select, text, tuple_

from consent.merkle import NodeId
from passport.store import statements
from passport.tables import (
    ACCESS_EVENTS,
    LOG_CHECKPOINTS,
    LOG_LEAVES,
    LOG_NODES,
    LOG_PENDING,
    LogCheckpointRow,
    LogLeafRow,
    LogPendingRow,
)
from passport.tables.columns import values

_LOCK: Final = 0x70617373706C6F67  # "passplog": one sequencer at a time on a PostgreSQL server
_LOST: Final = and_(  # an event that has no place in the tree and does not wait for one
    ~exists().where(LOG_LEAVES.c.commitment == ACCESS_EVENTS.c.commitment),
    ~exists().where(
        LOG_PENDING.c.holder_id == ACCESS_EVENTS.c.holder_id,
        LOG_PENDING.c.sequence == ACCESS_EVENTS.c.sequence,
    ),
)
_AT_ONCE: Final = 400  # values in one query: well below every engine's limit


def lock(connection: Connection) -> None:
    """Let nobody else add leaves until the transaction ends; wait for whoever does. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def any_pending(connection: Connection) -> bool:
    """Return whether an event waits for its place in the tree."""
    return connection.execute(select(LOG_PENDING.c.sequence).limit(1)).first() is not None


def pending(connection: Connection, *, limit: int) -> Sequence[LogPendingRow]:
    """Return events that wait. Of one holder always the earliest, in the order of their chain."""
    statement = select(LOG_PENDING).order_by(LOG_PENDING.c.holder_id, LOG_PENDING.c.sequence).limit(limit)
    return statements.many(connection, LogPendingRow, statement)


def take(connection: Connection, waiting: Sequence[LogPendingRow], *, size: int) -> None:
    """Move what waited into the tree, after its first `size` leaves.

    Raises:
        sqlalchemy.exc.IntegrityError: a position is taken, or a commitment is in the tree already.
    """
    leaves = [{"position": size + n, "commitment": each.commitment} for n, each in enumerate(waiting)]
    connection.execute(insert(LOG_LEAVES), leaves)
    taken = delete(LOG_PENDING).where(
        LOG_PENDING.c.holder_id == bindparam("of_holder"), LOG_PENDING.c.sequence == bindparam("of_sequence")
    )
    rows = [{"of_holder": each.holder_id, "of_sequence": each.sequence} for each in waiting]
    connection.execute(taken, rows)


def count_lost(connection: Connection) -> int:
    """Return how many events, over all holders, are neither in the tree nor wait: none, unless rows were taken."""
    lost = select(func.count()).select_from(ACCESS_EVENTS).where(_LOST)
    return int(connection.execute(lost).scalar_one())


def is_complete(connection: Connection) -> bool:
    """Return whether as many events are in the tree or wait as there are: quick, where `count_lost` reads every one."""
    events, leaves, waiting = (
        select(func.count()).select_from(table).scalar_subquery()
        for table in (ACCESS_EVENTS, LOG_LEAVES, LOG_PENDING)
    )
    return bool(connection.execute(select(events == leaves + waiting)).scalar_one())


def await_lost(connection: Connection) -> None:
    """Let events that are neither in the tree nor wait, of all holders, wait for it again."""
    columns = [LOG_PENDING.c.holder_id, LOG_PENDING.c.sequence, LOG_PENDING.c.commitment]
    events = select(ACCESS_EVENTS.c.holder_id, ACCESS_EVENTS.c.sequence, ACCESS_EVENTS.c.commitment)
    connection.execute(insert(LOG_PENDING).from_select(columns, events.where(_LOST)))


def add_nodes(connection: Connection, nodes: Mapping[NodeId, bytes]) -> None:
    """Store the hashes of full subtrees, each once.

    Raises:
        sqlalchemy.exc.IntegrityError: one is there already.
    """
    rows = [{"level": node.level, "number": node.number, "hash": value} for node, value in nodes.items()]
    connection.execute(insert(LOG_NODES), rows)


def nodes(connection: Connection, ids: Collection[NodeId]) -> Mapping[NodeId, bytes]:
    """Return the stored hashes of these subtrees; one that is not stored is missing."""
    wanted, found = list(dict.fromkeys(ids)), {}
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        statement = select(LOG_NODES).where(tuple_(LOG_NODES.c.level, LOG_NODES.c.number).in_(part))
        found.update(
            {NodeId(row.level, row.number): bytes(row.hash) for row in connection.execute(statement)}
        )
    return found


def leaves_after(connection: Connection, position: int, *, limit: int = 1000) -> Sequence[LogLeafRow]:
    """Return leaves that stand above a position, in order."""
    statement = select(LOG_LEAVES).where(LOG_LEAVES.c.position > position).order_by(LOG_LEAVES.c.position)
    return statements.many(connection, LogLeafRow, statement.limit(limit))


def positions(connection: Connection, commitments: Sequence[bytes]) -> Mapping[bytes, int]:
    """Return where these commitments stand, counted from 0; one that is not in the tree is missing."""
    found: dict[bytes, int] = {}
    for start in range(0, len(commitments), _AT_ONCE):
        part = commitments[start : start + _AT_ONCE]
        statement = select(LOG_LEAVES).where(LOG_LEAVES.c.commitment.in_(part))
        found.update({bytes(row.commitment): row.position for row in connection.execute(statement)})
    return found


def add_checkpoint(connection: Connection, checkpoint: LogCheckpointRow) -> None:
    """Store a signed checkpoint.

    Raises:
        sqlalchemy.exc.IntegrityError: there is one of this size.
    """
    connection.execute(insert(LOG_CHECKPOINTS), values(checkpoint))


def latest_checkpoint(connection: Connection) -> LogCheckpointRow | None:
    """Return the newest checkpoint, or None before the first."""
    statement = select(LOG_CHECKPOINTS).order_by(LOG_CHECKPOINTS.c.size.desc()).limit(1)
    return statements.one(connection, LogCheckpointRow, statement)


def checkpoint(connection: Connection, size: int) -> LogCheckpointRow | None:
    """Return the checkpoint of a size, or None where none was signed."""
    statement = select(LOG_CHECKPOINTS).where(LOG_CHECKPOINTS.c.size == size)
    return statements.one(connection, LogCheckpointRow, statement)
