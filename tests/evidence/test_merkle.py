"""RFC 6962 trees: the published vectors, and what no proof may prove."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import EvidenceBroken
from hub.evidence.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

VECTORS = Path(__file__).parent / "vectors"


def vector(name: str) -> Any:
    return json.loads((VECTORS / name).read_text())


def unhex(texts: list[str]) -> tuple[bytes, ...]:
    return tuple(map(bytes.fromhex, texts))


PUBLISHED = vector("roots.json")
LEAVES = [leaf_hash(data) for data in unhex(PUBLISHED["inputs"])]
ROOTS = (bytes.fromhex(PUBLISHED["empty_root"]), *unhex(PUBLISHED["roots"]))

trees = st.lists(st.binary(max_size=8).map(leaf_hash), min_size=1, max_size=70)


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_the_published_roots(size: int):
    assert root(LEAVES[:size]) == ROOTS[size]
    assert Frontier().extend(LEAVES[:size]).root == ROOTS[size]


@pytest.mark.parametrize("proof", vector("inclusion.json")["proofs"], ids=lambda p: f"{p['index']} of {p['size']}")
def test_the_published_inclusion_proofs(proof: dict[str, Any]):
    index, size, path = proof["index"], proof["size"], unhex(proof["path"])
    assert inclusion_proof(LEAVES[:size], index) == path
    verify_inclusion(LEAVES[index], index, size, path, ROOTS[size])


@pytest.mark.parametrize("proof", vector("consistency.json")["proofs"], ids=lambda p: f"{p['old']} in {p['new']}")
def test_the_published_consistency_proofs(proof: dict[str, Any]):
    old, new, path = proof["old"], proof["new"], unhex(proof["path"])
    assert consistency_proof(LEAVES[:new], old) == path
    verify_consistency(old, new, ROOTS[old], ROOTS[new], path)


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH word for word as RFC 6962 §2.1 defines it."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = max(2**n for n in range(len(leaves)) if 2**n < len(leaves))
    return sha256(b"\x01" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


@given(trees)
def test_the_root_is_the_one_of_the_definition(leaves: list[bytes]):
    assert root(leaves) == naive_root(leaves)


@given(trees, st.data())
def test_a_frontier_grows_the_same_in_one_step_or_many(leaves: list[bytes], data: st.DataObject):
    cut = data.draw(st.integers(0, len(leaves)))
    half = Frontier().extend(leaves[:cut])
    stored = Frontier.from_bytes(half.size, half.to_bytes())
    assert stored == half
    assert stored.extend(leaves[cut:]) == Frontier().extend(leaves)
    assert len(half.peaks) == half.size.bit_count()


@given(trees, st.data())
def test_every_leaf_is_proved_in_its_place_and_in_no_other(leaves: list[bytes], data: st.DataObject):
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = inclusion_proof(leaves, index)
    verify_inclusion(leaves[index], index, len(leaves), proof, root(leaves))
    elsewhere = data.draw(st.integers(0, len(leaves) + 3))
    if elsewhere != index and (elsewhere >= len(leaves) or leaves[elsewhere] != leaves[index]):
        with pytest.raises(EvidenceBroken):
            verify_inclusion(leaves[index], elsewhere, len(leaves), proof, root(leaves))


@given(trees, st.data())
def test_a_damaged_inclusion_proof_proves_nothing(leaves: list[bytes], data: st.DataObject):
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = list(inclusion_proof(leaves, index))
    for broken in damaged(proof):
        with pytest.raises(EvidenceBroken):
            verify_inclusion(leaves[index], index, len(leaves), broken, root(leaves))
    with pytest.raises(EvidenceBroken):
        verify_inclusion(leaf_hash(b"never there, and longer than the others"), index, len(leaves), proof, root(leaves))


@given(trees, st.data())
def test_every_beginning_is_proved_to_be_one(leaves: list[bytes], data: st.DataObject):
    old = data.draw(st.integers(0, len(leaves)))
    proof = consistency_proof(leaves, old)
    verify_consistency(old, len(leaves), root(leaves[:old]), root(leaves), proof)
    for broken in damaged(list(proof)):
        with pytest.raises(EvidenceBroken):
            verify_consistency(old, len(leaves), root(leaves[:old]), root(leaves), broken)


@given(trees, st.data())
def test_a_rewritten_beginning_is_not_consistent(leaves: list[bytes], data: st.DataObject):
    old = data.draw(st.integers(1, len(leaves)))
    changed = data.draw(st.integers(0, old - 1))
    rewritten = [*leaves]
    rewritten[changed] = leaf_hash(b"rewritten, and longer than the others")
    with pytest.raises(EvidenceBroken):
        verify_consistency(old, len(leaves), root(leaves[:old]), root(rewritten), consistency_proof(rewritten, old))


def damaged(proof: list[bytes]) -> list[list[bytes]]:
    """The proof with one hash too many, one too few, and one changed."""
    longer = [[*proof, bytes(32)]]
    shorter = [proof[:-1]] if proof else []
    changed = [[*proof[:-1], bytes(32)]] if proof else []
    return longer + shorter + changed


@pytest.mark.parametrize(
    ("size", "data"), [(1, b""), (2, bytes(64)), (3, bytes(32)), (0, bytes(32)), (-1, b""), (1, bytes(31))]
)
def test_bytes_that_are_no_frontier_are_broken_evidence(size: int, data: bytes):
    with pytest.raises(EvidenceBroken):
        Frontier.from_bytes(size, data)


@pytest.mark.parametrize(
    "ask",
    [lambda: inclusion_proof(LEAVES, 8), lambda: inclusion_proof(LEAVES, -1), lambda: consistency_proof(LEAVES, 9)],
)
def test_what_is_not_in_the_tree_has_no_proof(ask: Any):
    with pytest.raises(EvidenceBroken):
        ask()


def test_an_empty_tree_precedes_every_tree_and_has_one_root_only():
    verify_consistency(0, 8, EMPTY_ROOT, ROOTS[8], ())
    with pytest.raises(EvidenceBroken):
        verify_consistency(0, 8, ROOTS[1], ROOTS[8], ())
    with pytest.raises(EvidenceBroken):
        verify_consistency(8, 8, ROOTS[7], ROOTS[8], ())
    with pytest.raises(EvidenceBroken):
        verify_consistency(8, 6, ROOTS[8], ROOTS[6], ())
