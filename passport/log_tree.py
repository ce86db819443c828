"""The log's tree as this deployment keeps it: add what waits, sign where it stands, prove places and growth.

Leaves, nodes, checkpoint and the end of waiting are one transaction: a crash leaves all of a batch or nothing of it.
A tree that is larger or smaller than its newest checkpoint says is damaged, and nothing is signed on top of it.
Left out: when it is done (passport.sequencer).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Final

from sqlalchemy import Connection

from consent.checkpoint import Checkpoint, sign_checkpoint, verify_checkpoint
from consent.log_export import Place
from consent.merkle import (
    EMPTY_ROOT,
    EMPTY_TREE,
    MissingNodeError,
    NodeId,
    Tree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
)
from passport.deployment import Deployment
from passport.storage_errors import StorageError
from passport.store import log as store
from passport.tables import LogCheckpointRow
from schemas.errors import PassportError

BATCH: Final = 256  # leaves in one transaction: others wait for it no longer than for a batch of openings


class LogDamagedError(StorageError):
    """The stored tree is not the one that the newest checkpoint was signed for."""

    code: ClassVar[str] = "log_damaged"


class NotInLogError(PassportError):
    """The log has no such checkpoint, size or commitment."""

    code: ClassVar[str] = "not_in_log"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the log stands: its newest checkpoint, verified, and the signed note that says so."""

    checkpoint: Checkpoint
    note: str


def add_all_pending(d: Deployment) -> int:
    """Add everything that waits, batch by batch, and return how much it was. Raises what `add_pending` raises."""
    added = 0
    while more := add_pending(d):
        added += more
    return added


def add_pending(d: Deployment, *, limit: int = BATCH) -> int:
    """Add up to `limit` events that wait to the tree, sign the checkpoint, and return how many there were.

    Any number of processes may call it at once: each event gets one place. The first call signs the empty tree.

    Raises:
        DatabaseUnavailableError: nothing was added.
        LogDamagedError: the stored tree is not that of the newest checkpoint.
    """
    with d.database.writing() as connection:
        store.lock(connection)
        tree = _tree(d, connection)
        waiting = store.pending(connection, limit=limit)
        if not waiting:
            return 0
        growth = tree.append(leaf_hash(each.commitment) for each in waiting)
        store.take(connection, waiting, size=tree.size)
        store.add_nodes(connection, growth.new_nodes)
        _sign(d, connection, growth.tree)
    return len(waiting)


def await_lost(d: Deployment) -> int:
    """Let events that somebody took out of what waits, past the triggers, wait again; return how many there were.

    To be called before later events are added: an exported log whose events stand in another order is refused.

    Raises:
        DatabaseUnavailableError: nothing was changed.
    """
    with d.database.reading() as connection:
        if store.is_complete(connection):
            return 0
    with d.database.writing() as connection:
        store.lock(connection)
        lost = store.count_lost(connection)
        store.await_lost(connection)
        return lost


def standing(d: Deployment, connection: Connection) -> Standing:
    """Return where the log stands.

    Raises:
        NotInLogError: nothing was signed yet.
    """
    return _standing(d, store.latest_checkpoint(connection))


def standing_at(d: Deployment, connection: Connection, size: int) -> Standing:
    """Return where the log stood when it had `size` leaves.

    Raises:
        NotInLogError: no checkpoint was signed for this size.
    """
    return _standing(d, store.checkpoint(connection, size))


def growth_proof(connection: Connection, older: int, newer: int) -> tuple[bytes, ...]:
    """Return what shows that the log of `newer` leaves begins with all of the log of `older`.

    Raises:
        NotInLogError: the log never was that large, or the sizes are the wrong way round.
    """
    newest = store.latest_checkpoint(connection)
    if newest is None or not 0 <= older <= newer <= newest.size:
        raise NotInLogError("expected the smaller size first, and none above the log's")
    return consistency_proof(older, newer, partial(store.nodes, connection))


def places(connection: Connection, commitments: Collection[bytes], size: int) -> Mapping[bytes, Place]:
    """Return the place of each commitment in the tree of `size` leaves; one that is not in it is missing."""
    found = store.positions(connection, list(commitments))
    inside = {commitment: position for commitment, position in found.items() if position < size}
    nodes = store.nodes(connection, _needed(inside.values(), size))
    return {
        commitment: Place(position, inclusion_proof(position, size, lambda _ids: nodes))
        for commitment, position in inside.items()
    }


def _needed(positions: Iterable[int], size: int) -> set[NodeId]:
    """Return the subtrees whose hashes these proofs are made of; most are shared, so that few reads do for all."""
    needed: set[NodeId] = set()

    def note(ids: Collection[NodeId]) -> Mapping[NodeId, bytes]:
        needed.update(ids)
        return dict.fromkeys(ids, EMPTY_ROOT)

    for position in positions:
        inclusion_proof(position, size, note)
    return needed


def _tree(d: Deployment, connection: Connection) -> Tree:
    """Return the stored tree; before the first leaf the empty one, signed."""
    newest = store.latest_checkpoint(connection)
    if newest is None:
        _sign(d, connection, EMPTY_TREE)
        return EMPTY_TREE
    try:
        tree = Tree.read(newest.size, partial(store.nodes, connection))
    except MissingNodeError as exc:
        raise LogDamagedError("hashes of the log's tree are missing: restore the database") from exc
    beyond = store.leaves_after(connection, newest.size - 1, limit=1)
    if beyond or tree.root != _standing(d, newest).checkpoint.root:
        raise LogDamagedError("the log's tree is not the one that was signed last: restore the database")
    return tree


def _sign(d: Deployment, connection: Connection, tree: Tree) -> None:
    signed = sign_checkpoint(Checkpoint(d.log_signer.key.name, tree.size, tree.root), d.log_signer)
    store.add_checkpoint(connection, LogCheckpointRow(size=tree.size, note=signed, made_at=d.now()))


def _standing(d: Deployment, row: LogCheckpointRow | None) -> Standing:
    if row is None:
        raise NotInLogError("the log signed no checkpoint of this size")
    return Standing(verify_checkpoint(row.note.encode("utf-8"), d.log_signer.key), row.note)
