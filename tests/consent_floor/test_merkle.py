"""The tree of RFC 9162: the Certificate Transparency vectors, and all proofs of all small trees, whole and altered."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.merkle import (
    EMPTY_ROOT,
    EMPTY_TREE,
    MissingNodeError,
    NodeId,
    Tree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    tree_root,
)
from consent.merkle_proof import (
    ForkedTreeError,
    HashSizeError,
    LeafIndexError,
    MerkleProofError,
    NewerRootError,
    OlderRootError,
    OtherRootError,
    ProofTooLongError,
    ProofTooShortError,
    SmallerTreeError,
    verify_consistency,
    verify_inclusion,
)

VECTORS: Mapping[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "merkle.json").read_text("utf-8")
)
VECTOR_LEAVES = [leaf_hash(bytes.fromhex(leaf)) for leaf in VECTORS["leaves"]]
VECTOR_ROOTS = [bytes.fromhex(root) for root in [VECTORS["empty_root"], *VECTORS["roots"]]]
LARGEST = 70
LEAVES = [leaf_hash(b"event %d" % n) for n in range(LARGEST)]
NODES = dict(EMPTY_TREE.append(LEAVES).new_nodes)
SIZES = range(LARGEST + 1)
ANOTHER = leaf_hash(b"never in the tree")


def stored(ids: Collection[NodeId]) -> Mapping[NodeId, bytes]:
    return {node: NODES[node] for node in ids}


def vector_nodes(ids: Collection[NodeId]) -> Mapping[NodeId, bytes]:
    nodes = EMPTY_TREE.append(VECTOR_LEAVES).new_nodes
    return {node: nodes[node] for node in ids}


def as_the_rfc_defines_it(leaves: Sequence[bytes]) -> bytes:
    """MTH of section 2.1.1, by its recursion."""
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY_ROOT
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return node_hash(as_the_rfc_defines_it(leaves[:middle]), as_the_rfc_defines_it(leaves[middle:]))


ROOTS = [as_the_rfc_defines_it(LEAVES[:size]) for size in SIZES]


def altered(proof: Sequence[bytes]) -> Iterator[tuple[bytes, ...]]:
    """A proof with each part changed, doubled or gone, with neighbours swapped, and with something at either end."""
    for place, part in enumerate(proof):
        changed = bytes([part[0] ^ 8]) + part[1:]
        yield (*proof[:place], changed, *proof[place + 1 :])
        yield (*proof[:place], *proof[place + 1 :])
        yield (*proof[:place], part, *proof[place:])
    for place, (left, right) in enumerate(pairwise(proof)):
        yield (*proof[:place], right, left, *proof[place + 2 :])
    yield (ANOTHER, *proof)
    yield (*proof, ANOTHER)


# The Certificate Transparency vectors


def test_the_empty_tree_has_the_root_of_the_vectors() -> None:
    assert VECTOR_ROOTS[0] == EMPTY_ROOT == EMPTY_TREE.root


@pytest.mark.parametrize("size", range(9))
def test_each_prefix_of_the_reference_tree_has_its_root(size: int) -> None:
    assert tree_root(VECTOR_LEAVES[:size]) == VECTOR_ROOTS[size]


@pytest.mark.parametrize("vector", VECTORS["inclusion"])
def test_the_reference_paths_are_made_and_verify(vector: Any) -> None:
    index, size = vector["index"], vector["size"]
    proof = tuple(bytes.fromhex(part) for part in vector["proof"])
    assert inclusion_proof(index, size, vector_nodes) == proof
    verify_inclusion(leaf=VECTOR_LEAVES[index], index=index, size=size, root=VECTOR_ROOTS[size], proof=proof)


@pytest.mark.parametrize("vector", VECTORS["consistency"])
def test_the_reference_consistency_proofs_are_made_and_verify(vector: Any) -> None:
    older, newer = vector["older"], vector["newer"]
    proof = tuple(bytes.fromhex(part) for part in vector["proof"])
    assert consistency_proof(older, newer, vector_nodes) == proof
    check_growth(older, newer, VECTOR_ROOTS[older], VECTOR_ROOTS[newer], proof)


def check_growth(older: int, newer: int, before: bytes, after: bytes, proof: Sequence[bytes]) -> None:
    verify_consistency(older_size=older, older_root=before, newer_size=newer, newer_root=after, proof=proof)


# Growth


def test_a_tree_grown_leaf_by_leaf_has_the_root_of_the_definition() -> None:
    for size in SIZES:
        assert Tree.read(size, stored).root == ROOTS[size]


@given(st.lists(st.integers(0, 9), max_size=14))
def test_however_leaves_are_batched_the_tree_and_its_hashes_are_the_same(batches: list[int]) -> None:
    tree, nodes = EMPTY_TREE, dict[NodeId, bytes]()
    for batch in batches:
        growth = tree.append(LEAVES[tree.size : tree.size + batch])
        assert not nodes.keys() & growth.new_nodes.keys(), "no stored hash is ever written again"
        nodes.update(growth.new_nodes)
        tree = growth.tree
    assert tree == Tree.read(tree.size, stored)
    assert nodes == dict(EMPTY_TREE.append(LEAVES[: tree.size]).new_nodes)


def test_a_million_leaves_keep_a_state_of_at_most_twenty_hashes() -> None:
    assert len(Tree((1 << 20) - 1, tuple(LEAVES[:20])).append([ANOTHER]).tree.roots) == 1


@pytest.mark.parametrize(("size", "roots"), [(-1, 0), (3, 1), (4, 2), (2**63, 1)])
def test_a_state_whose_hashes_do_not_fit_its_size_is_a_mistake(size: int, roots: int) -> None:
    with pytest.raises(ValueError, match="one hash for each bit"):
        Tree(size, tuple(LEAVES[:roots]))


# Every proof of every small tree


def test_every_leaf_of_a_tree_is_proven_and_no_other_place_is() -> None:
    for size in SIZES:
        for index in range(size):
            proof = inclusion_proof(index, size, stored)
            verify_inclusion(leaf=LEAVES[index], index=index, size=size, root=ROOTS[size], proof=proof)
            for other in range(max(0, index - 3), index + 4):
                if other != index:
                    with pytest.raises(MerkleProofError):
                        verify_inclusion(
                            leaf=LEAVES[index], index=other, size=size, root=ROOTS[size], proof=proof
                        )


def test_no_altered_inclusion_proof_verifies() -> None:
    for size in SIZES:
        for index in {0, 1, size // 2, size - 2, size - 1} & set(range(size)):
            for proof in altered(inclusion_proof(index, size, stored)):
                with pytest.raises(MerkleProofError):
                    verify_inclusion(
                        leaf=LEAVES[index], index=index, size=size, root=ROOTS[size], proof=proof
                    )


def test_every_tree_is_proven_to_have_grown_out_of_every_smaller_one() -> None:
    for newer in SIZES:
        for older in range(newer + 1):
            proof = consistency_proof(older, newer, stored)
            check_growth(older, newer, ROOTS[older], ROOTS[newer], proof)
            with pytest.raises(MerkleProofError):
                check_growth(older, newer, ANOTHER, ROOTS[newer], proof)
            if older:
                with pytest.raises(MerkleProofError):
                    check_growth(older, newer, ROOTS[older], ANOTHER, proof)


def test_no_altered_consistency_proof_verifies() -> None:
    for newer in SIZES:
        for older in {0, 1, 2, newer // 2, newer - 1, newer} & set(range(newer + 1)):
            for proof in altered(consistency_proof(older, newer, stored)):
                with pytest.raises(MerkleProofError):
                    check_growth(older, newer, ROOTS[older], ROOTS[newer], proof)


@given(st.integers(2, LARGEST), st.data())
def test_a_tree_in_which_one_old_leaf_changed_has_no_proof(newer: int, data: st.DataObject) -> None:
    older = data.draw(st.integers(1, newer - 1))
    changed = data.draw(st.integers(0, older - 1))
    leaves = [*LEAVES[:changed], ANOTHER, *LEAVES[changed + 1 : newer]]
    forged = dict(EMPTY_TREE.append(leaves).new_nodes)
    proof = consistency_proof(older, newer, lambda ids: {node: forged[node] for node in ids})
    # Of a full older tree the verifier brings the root itself: then the newer one comes out wrong.
    with pytest.raises(NewerRootError if older.bit_count() == 1 else OlderRootError):
        check_growth(older, newer, ROOTS[older], tree_root(leaves), proof)


# Each refusal


THREE_OF_SEVEN = inclusion_proof(2, 7, stored)


@pytest.mark.parametrize(
    ("changes", "refusal", "code"),
    [
        ({"index": 7}, LeafIndexError, "merkle_leaf_index"),
        ({"index": -1}, LeafIndexError, "merkle_leaf_index"),
        ({"size": 0}, LeafIndexError, "merkle_leaf_index"),
        ({"proof": THREE_OF_SEVEN[:-1]}, ProofTooShortError, "merkle_proof_short"),
        ({"proof": ()}, ProofTooShortError, "merkle_proof_short"),
        ({"proof": (*THREE_OF_SEVEN, ANOTHER)}, ProofTooLongError, "merkle_proof_long"),
        ({"proof": (*THREE_OF_SEVEN[:-1], ANOTHER)}, OtherRootError, "merkle_root"),
        ({"leaf": ANOTHER}, OtherRootError, "merkle_root"),
        ({"root": ROOTS[6]}, OtherRootError, "merkle_root"),
        ({"leaf": b""}, HashSizeError, "merkle_hash_size"),
        ({"root": ROOTS[7] + b"0"}, HashSizeError, "merkle_hash_size"),
        ({"proof": (b"short", *THREE_OF_SEVEN[1:])}, HashSizeError, "merkle_hash_size"),
    ],
)
def test_each_way_an_inclusion_proof_fails_has_its_code(
    changes: Mapping[str, Any], refusal: type[MerkleProofError], code: str
) -> None:
    proof: Any = {"leaf": LEAVES[2], "index": 2, "size": 7, "root": ROOTS[7], "proof": THREE_OF_SEVEN}
    with pytest.raises(refusal) as refused:
        verify_inclusion(**{**proof, **changes})
    assert refused.value.code == code


THREE_TO_SEVEN = consistency_proof(3, 7, stored)


@pytest.mark.parametrize(
    ("changes", "refusal", "code"),
    [
        ({"newer_size": 2}, SmallerTreeError, "merkle_smaller"),
        ({"newer_size": 3, "proof": ()}, ForkedTreeError, "merkle_fork"),
        ({"newer_size": 3}, ProofTooLongError, "merkle_proof_long"),
        ({"older_size": 0}, ProofTooLongError, "merkle_proof_long"),
        ({"older_size": 0, "proof": ()}, OlderRootError, "merkle_older_root"),
        ({"proof": ()}, ProofTooShortError, "merkle_proof_short"),
        ({"older_size": 4, "older_root": ROOTS[4], "proof": ()}, ProofTooShortError, "merkle_proof_short"),
        ({"proof": THREE_TO_SEVEN[:-1]}, ProofTooShortError, "merkle_proof_short"),
        ({"proof": (*THREE_TO_SEVEN, ANOTHER)}, ProofTooLongError, "merkle_proof_long"),
        ({"older_root": ROOTS[2]}, OlderRootError, "merkle_older_root"),
        ({"newer_root": ROOTS[6]}, NewerRootError, "merkle_newer_root"),
        ({"older_root": b"x"}, HashSizeError, "merkle_hash_size"),
    ],
)
def test_each_way_a_consistency_proof_fails_has_its_code(
    changes: Mapping[str, Any], refusal: type[MerkleProofError], code: str
) -> None:
    grown: Any = {"older_size": 3, "older_root": ROOTS[3], "newer_size": 7, "newer_root": ROOTS[7]}
    with pytest.raises(refusal) as refused:
        verify_consistency(**{**grown, "proof": THREE_TO_SEVEN, **changes})
    assert refused.value.code == code


def test_a_store_that_lost_a_hash_says_so() -> None:
    for make in (
        lambda read: Tree.read(7, read),
        lambda read: inclusion_proof(2, 7, read),
        lambda read: consistency_proof(3, 7, read),
    ):
        with pytest.raises(MissingNodeError):
            make(lambda ids: {node: NODES[node] for node in list(ids)[1:]})


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_asking_for_a_leaf_that_is_not_there_is_a_mistake(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="a leaf of the tree"):
        inclusion_proof(index, size, stored)


@pytest.mark.parametrize(("older", "newer"), [(-1, 3), (4, 3)])
def test_asking_for_growth_backwards_is_a_mistake(older: int, newer: int) -> None:
    with pytest.raises(ValueError, match="smaller size first"):
        consistency_proof(older, newer, stored)


def test_a_size_below_nothing_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        check_growth(-1, 3, ROOTS[0], ROOTS[3], ())


def test_a_proof_is_read_in_one_call_and_never_reads_all() -> None:
    calls: list[int] = []

    def counting(ids: Collection[NodeId]) -> Mapping[NodeId, bytes]:
        calls.append(len(ids))
        return dict.fromkeys(ids, ANOTHER)

    inclusion_proof(123_456_789, 10**9, counting)
    consistency_proof(123_456_789, 10**9, counting)
    Tree.read(10**9, counting)
    assert len(calls) == 3
    assert max(calls) < 60
