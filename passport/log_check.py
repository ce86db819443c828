"""Whether the stored access log holds: every holder's chain, and the tree over all of them. Needs no holder's key."""

from collections.abc import Iterator

from sqlalchemy import Connection

from consent.checkpoint import verify_checkpoint
from consent.merkle import EMPTY_TREE, Tree, leaf_hash
from consent.signed_note import NoteKey
from passport.store import access, log
from passport.tables import AccessEventRow, AccessHeadRow
from schemas.errors import PassportError


def problems(connection: Connection, note_key: NoteKey | None) -> Iterator[str]:
    """Yield what does not hold, one line each; without the log's key checkpoints' signatures are not checked."""
    yield from _broken_chains(connection)
    if lost := log.count_lost(connection):
        yield f"{lost} events of the access log are neither in the log's tree nor wait for it"
    yield from _tree_problems(connection, note_key)


def _broken_chains(connection: Connection) -> Iterator[str]:
    last = ""
    while heads := access.heads_after(connection, last):
        for head in heads:
            broken = access.first_break(_events(connection, head), head)
            if broken is not None:
                yield f"the access log of {head.holder_id} does not hold from event {broken} on"
        last = heads[-1].holder_id


def _events(connection: Connection, head: AccessHeadRow) -> Iterator[AccessEventRow]:
    last = 0
    while found := access.events_of(connection, head.holder_id, after=last):
        yield from found
        last = found[-1].sequence


def _tree_problems(connection: Connection, note_key: NoteKey | None) -> Iterator[str]:
    tree = EMPTY_TREE
    while leaves := log.leaves_after(connection, tree.size - 1):
        if [leaf.position for leaf in leaves] != list(range(tree.size, tree.size + len(leaves))):
            yield f"the log's tree lacks a leaf after position {tree.size}"
            return
        growth = tree.append(leaf_hash(leaf.commitment) for leaf in leaves)
        if log.nodes(connection, growth.new_nodes.keys()) != growth.new_nodes:
            yield f"hashes of the log's tree are not those of its leaves, from position {tree.size} on"
            return
        tree = growth.tree
    newest = log.latest_checkpoint(connection)
    if newest is None:
        if tree.size:
            yield "the log has leaves and no checkpoint"
        return
    if newest.size != tree.size:
        yield f"the log has {tree.size} leaves, and its newest checkpoint says {newest.size}"
    elif note_key is not None:
        yield from _checkpoint_problems(newest.note, note_key, tree)


def _checkpoint_problems(note: str, note_key: NoteKey, tree: Tree) -> Iterator[str]:
    try:
        root = verify_checkpoint(note.encode("utf-8"), note_key).root
    except PassportError as exc:
        yield f"the log's newest checkpoint does not verify: {exc.code}"
        return
    if root != tree.root:
        yield "the log's newest checkpoint was signed for another tree"
