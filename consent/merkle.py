"""The Merkle tree of RFC 9162 section 2.1 (that of RFC 6962): roots, growth by leaves, and proofs from stored hashes.

A store keeps the hash of every full subtree once, by level and number; they never change as the tree grows. Left out:
checking proofs (consent.merkle_proof), and who signs a root (consent.checkpoint).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar, Final, NamedTuple, Self

from schemas.errors import PassportError

HASH_BYTES: Final = 32  # of SHA-256
EMPTY_ROOT: Final = sha256(b"").digest()  # RFC 9162 section 2.1.1: the hash of a tree without leaves
MAX_TREE_SIZE: Final = 2**63 - 1  # leaves; what a database's big integer holds


class MissingNodeError(PassportError):
    """The store lacks the hash of a subtree that it should have."""

    code: ClassVar[str] = "merkle_node_missing"


class NodeId(NamedTuple):
    """A full subtree: the one over 2**`level` leaves from leaf `number` * 2**`level`. Level 0 is a leaf."""

    level: int
    number: int


NodeReader = Callable[[Collection[NodeId]], Mapping[NodeId, bytes]]  # one call reads all that a proof needs


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf with this entry."""
    return sha256(
        b"\x00" + entry
    ).digest()  # RFC 9162 section 2.1.1: 0x00 and 0x01 keep leaves and nodes apart


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node over two subtrees."""
    return sha256(b"\x01" + left + right).digest()


def tree_root(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes."""
    return EMPTY_TREE.append(leaves).tree.root


@dataclass(frozen=True, slots=True)
class Tree:
    """Where a tree stands: its size, and the roots of the full subtrees it is made of. Enough to append to it."""

    size: int  # leaves
    roots: tuple[
        bytes, ...
    ]  # from the left: one for each bit that is set in `size`, the largest subtree first

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MAX_TREE_SIZE or len(self.roots) != self.size.bit_count():
            raise ValueError("expected one hash for each bit that is set in the size")

    @classmethod
    def read(cls, size: int, read: NodeReader) -> Self:
        """Return the tree of this size whose hashes are stored.

        Raises:
            MissingNodeError: the store lacks one.
        """
        ids = _full_subtrees(0, size)
        stored = _read_all(ids, read)
        return cls(size, tuple(stored[node] for node in ids))

    @property
    def root(self) -> bytes:
        """The hash of the whole tree."""
        return _join(self.roots) if self.roots else EMPTY_ROOT

    def append(self, leaves: Iterable[bytes]) -> "Growth":
        """Return the tree with these leaf hashes added, and every hash that is to be stored for it."""
        size, roots, new = self.size, list(self.roots), {}
        for leaf in leaves:
            node = NodeId(0, size)
            roots.append(leaf)
            new[node] = leaf
            while node.number & 1:  # a right child makes its parent full
                node = NodeId(node.level + 1, node.number >> 1)
                right, left = roots.pop(), roots.pop()
                roots.append(node_hash(left, right))
                new[node] = roots[-1]
            size += 1
        return Growth(Tree(size, tuple(roots)), new)


@dataclass(frozen=True, slots=True)
class Growth:
    """What appending gave: fewer than two new hashes a leaf, and the height of the tree."""

    tree: Tree
    new_nodes: Mapping[NodeId, bytes]


EMPTY_TREE: Final = Tree(0, ())


def inclusion_proof(index: int, size: int, read: NodeReader) -> tuple[bytes, ...]:
    """Return the path from leaf `index`, counted from 0, to the root of the tree of `size` leaves.

    Raises:
        MissingNodeError: the store lacks a hash.
        ValueError: there is no such leaf in such a tree.
    """
    if not 0 <= index < size:
        raise ValueError("expected a leaf of the tree")
    begin, end, siblings = 0, size, []
    while end - begin > 1:  # RFC 9162 section 2.1.3.1, from the root down
        middle = begin + _split(end - begin)
        if index < middle:
            siblings.append((middle, end))
            end = middle
        else:
            siblings.append((begin, middle))
            begin = middle
    return _hashes(siblings[::-1], read)


def consistency_proof(older: int, newer: int, read: NodeReader) -> tuple[bytes, ...]:
    """Return what shows that the tree of `newer` leaves begins with all leaves of the tree of `older`.

    It is empty from an empty tree, and between trees of one size.

    Raises:
        MissingNodeError: the store lacks a hash.
        ValueError: `older` is the larger one, or below 0.
    """
    if not 0 <= older <= newer:
        raise ValueError("expected the smaller size first")
    if older in (0, newer):
        return ()
    begin, end, parts = 0, newer, []
    while end != older:  # RFC 9162 section 2.1.4.1, from the root down
        middle = begin + _split(end - begin)
        if older <= middle:
            parts.append((middle, end))
            end = middle
        else:
            parts.append((begin, middle))
            begin = middle
    if begin:  # else what is left is the older tree, whose root the verifier has
        parts.append((begin, end))
    return _hashes(parts[::-1], read)


def _split(size: int) -> int:
    """Return the largest power of two below `size`, which is 2 or more."""
    return 1 << ((size - 1).bit_length() - 1)


def _full_subtrees(begin: int, end: int) -> list[NodeId]:
    """Return the full subtrees that leaves `begin` to `end` are made of, from the left.

    `begin` is a multiple of the largest: so it is with every subtree of a tree.
    """
    ids = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        ids.append(NodeId(level, begin >> level))
        begin += 1 << level
    return ids


def _join(roots: Sequence[bytes]) -> bytes:
    """Return the hash over full subtrees, given from the left: each is the left child of all to its right."""
    joined = roots[-1]
    for left in reversed(roots[:-1]):
        joined = node_hash(left, joined)
    return joined


def _hashes(ranges: Sequence[tuple[int, int]], read: NodeReader) -> tuple[bytes, ...]:
    parts = [_full_subtrees(begin, end) for begin, end in ranges]
    stored = _read_all([node for ids in parts for node in ids], read)
    return tuple(_join([stored[node] for node in ids]) for ids in parts)


def _read_all(ids: Sequence[NodeId], read: NodeReader) -> Mapping[NodeId, bytes]:
    stored = read(ids) if ids else {}
    if any(node not in stored for node in ids):
        raise MissingNodeError("expected every hash of the tree in the store; it is damaged or was cut")
    return stored
