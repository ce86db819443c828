"""Check Merkle proofs: that a leaf is in a tree, and that one tree grew out of another (RFC 9162 section 2.1).

A proof says nothing about who stands behind a root, nor about the size: both come from a signed checkpoint.
"""

from collections.abc import Sequence
from typing import ClassVar

from consent.merkle import EMPTY_ROOT, HASH_BYTES, node_hash
from schemas.errors import PassportError


class MerkleProofError(PassportError):
    """A proof does not show what it should."""

    code: ClassVar[str] = "merkle_proof"


class HashSizeError(MerkleProofError):
    """A hash is not of 32 bytes."""

    code: ClassVar[str] = "merkle_hash_size"


class LeafIndexError(MerkleProofError):
    """The leaf is beyond the end of the tree."""

    code: ClassVar[str] = "merkle_leaf_index"


class ProofTooShortError(MerkleProofError):
    """The proof ends before the root."""

    code: ClassVar[str] = "merkle_proof_short"


class ProofTooLongError(MerkleProofError):
    """The proof goes on after the root."""

    code: ClassVar[str] = "merkle_proof_long"


class OtherRootError(MerkleProofError):
    """The proof leads from this leaf to another root."""

    code: ClassVar[str] = "merkle_root"


class SmallerTreeError(MerkleProofError):
    """The tree that should be the newer one is smaller."""

    code: ClassVar[str] = "merkle_smaller"


class ForkedTreeError(MerkleProofError):
    """Two trees of one size have two roots."""

    code: ClassVar[str] = "merkle_fork"


class OlderRootError(MerkleProofError):
    """The proof is of another older tree: leaves that were there are gone or changed."""

    code: ClassVar[str] = "merkle_older_root"


class NewerRootError(MerkleProofError):
    """The proof holds for the older tree and leads to another newer one."""

    code: ClassVar[str] = "merkle_newer_root"


def verify_inclusion(*, leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the leaf with hash `leaf` stands at `index`, counted from 0, in the tree of `size` leaves with `root`.

    Raises:
        MerkleProofError: it does not, or the proof does not show it; each rule has its own class and code.
    """
    _check_hashes(leaf, root, *proof)
    if not 0 <= index < size:  # RFC 9162 section 2.1.3.2 step 1
        raise LeafIndexError("expected a leaf inside the tree")
    at, last, found = index, size - 1, leaf  # steps 2 and 3
    for part in proof:  # step 4
        if last == 0:
            raise ProofTooLongError("expected no more hashes than lead to the root")
        if at & 1 or at == last:
            found = node_hash(part, found)
            at, last = _up_to_right_child(at, last)
        else:
            found = node_hash(found, part)
        at, last = at >> 1, last >> 1
    if last:  # step 5
        raise ProofTooShortError("expected as many hashes as lead to the root")
    if found != root:
        raise OtherRootError("the proof leads from this leaf to another root")


def verify_consistency(
    *, older_size: int, older_root: bytes, newer_size: int, newer_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the newer tree begins with all leaves of the older one, in their order.

    Raises:
        MerkleProofError: it does not, or the proof does not show it; each rule has its own class and code.
        ValueError: a size is below 0.
    """
    if older_size < 0:
        raise ValueError("expected a size of 0 or more")
    _check_hashes(older_root, newer_root, *proof)
    if newer_size < older_size:
        raise SmallerTreeError("expected the newer tree to be no smaller")
    if older_size in (0, newer_size):
        _check_without_hashes(older_size, older_root, newer_size, newer_root, proof)
        return
    older_found, newer_found = _roots_of(older_size, older_root, newer_size, proof)
    if older_found != older_root:  # RFC 9162 section 2.1.4.2 step 7
        raise OlderRootError("the proof is of another older tree")
    if newer_found != newer_root:
        raise NewerRootError("the proof leads to another newer tree")


def _check_without_hashes(
    older_size: int, older_root: bytes, newer_size: int, newer_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check the two cases that RFC 9162 leaves out, because nothing is to be proven: an empty tree, and one size."""
    if proof:
        raise ProofTooLongError("expected no hashes from an empty tree or between trees of one size")
    if older_size == 0 and older_root != EMPTY_ROOT:
        raise OlderRootError("expected the root of the empty tree")
    if older_size == newer_size and older_root != newer_root:
        raise ForkedTreeError("expected one root for one size: the log was forked")


def _roots_of(
    older_size: int, older_root: bytes, newer_size: int, proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """Return the roots that the proof has for the older and the newer tree: 0 < older size < newer size."""
    # RFC 9162 section 2.1.4.2 step 2: a full tree is part of the newer one, and its root was left out of the proof.
    first, *rest = (older_root, *proof) if older_size.bit_count() == 1 else proof or (b"",)
    if not proof:  # step 1
        raise ProofTooShortError("expected hashes that lead to the newer root")
    at, last = older_size - 1, newer_size - 1  # step 3
    while at & 1:  # step 4
        at, last = at >> 1, last >> 1
    older, newer = first, first  # step 5
    for part in rest:  # step 6
        if last == 0:
            raise ProofTooLongError("expected no more hashes than lead to the root")
        if at & 1 or at == last:
            older, newer = node_hash(part, older), node_hash(part, newer)
            at, last = _up_to_right_child(at, last)
        else:
            newer = node_hash(newer, part)
        at, last = at >> 1, last >> 1
    if last:
        raise ProofTooShortError("expected as many hashes as lead to the newer root")
    return older, newer


def _up_to_right_child(at: int, last: int) -> tuple[int, int]:
    """Return where the path goes on: a last node that is a left child has no sibling, on this level or the next."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last


def _check_hashes(*hashes: bytes) -> None:
    if any(len(each) != HASH_BYTES for each in hashes):
        raise HashSizeError(f"expected hashes of {HASH_BYTES} bytes")
