"""The Merkle tree of RFC 6962 §2.1 (unchanged in RFC 9162 §2.1): roots, frontiers, proofs and how to check them.

`Frontier` is the part that grows with the record: the roots of the perfect subtrees along the tree's right edge, at
most 64 hashes, enough to append the next leaf and to give the root. The proof functions take all leaves of the tree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from hub.errors import EvidenceBroken

HASH = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 || data)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree of `size` leaves, known by its perfect subtrees from left (largest) to right (smallest)."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def extend(self, leaves: Iterable[bytes]) -> "Frontier":
        """The tree with these leaf hashes added on the right."""
        size, peaks = self.size, list(self.peaks)
        for node in leaves:
            # Every trailing one-bit of the size is a perfect subtree that the new leaf completes.
            full = size
            while full & 1:
                node = node_hash(peaks.pop(), node)
                full >>= 1
            peaks.append(node)
            size += 1
        return Frontier(size, tuple(peaks))

    @property
    def root(self) -> bytes:
        """The Merkle tree hash, MTH(D[size])."""
        if not self.peaks:
            return EMPTY_ROOT
        node = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            node = node_hash(peak, node)
        return node

    def to_bytes(self) -> bytes:
        """The peaks, one after the other; the size is kept beside them."""
        return b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> Self:
        """The frontier of a tree of `size` leaves; `EvidenceBroken` when the bytes cannot be one."""
        if size < 0 or len(data) != HASH * size.bit_count():
            raise EvidenceBroken(f"a frontier of {size} leaves has {max(size, 0).bit_count()} hashes")
        return cls(size, tuple(data[at : at + HASH] for at in range(0, len(data), HASH)))


def root(leaves: Sequence[bytes]) -> bytes:
    """The Merkle tree hash over these leaf hashes."""
    return Frontier().extend(leaves).root


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """PATH(index, D[n]), RFC 6962 §2.1.1: the siblings from the leaf up to the root."""
    if not 0 <= index < len(leaves):
        raise EvidenceBroken(f"no leaf {index} in a tree of {len(leaves)}")
    if len(leaves) == 1:
        return ()
    split = _split(len(leaves))
    if index < split:
        return (*inclusion_proof(leaves[:split], index), root(leaves[split:]))
    return (*inclusion_proof(leaves[split:], index - split), root(leaves[:split]))


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> tuple[bytes, ...]:
    """PROOF(old_size, D[n]), RFC 6962 §2.1.2: that the tree of `old_size` leaves is a beginning of this one."""
    if not 0 <= old_size <= len(leaves):
        raise EvidenceBroken(f"a tree of {len(leaves)} leaves never had {old_size}")
    if old_size in (0, len(leaves)):
        return ()
    return _subproof(leaves, old_size, whole=True)


def _subproof(leaves: Sequence[bytes], old_size: int, *, whole: bool) -> tuple[bytes, ...]:
    """SUBPROOF(m, D[n], b): `whole` while the old tree's root needs no mention."""
    if old_size == len(leaves):
        return () if whole else (root(leaves),)
    split = _split(len(leaves))
    if old_size <= split:
        return (*_subproof(leaves[:split], old_size, whole=whole), root(leaves[split:]))
    return (*_subproof(leaves[split:], old_size - split, whole=False), root(leaves[:split]))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes) -> None:
    """Return if the leaf stands at `index` of the tree with this root; else `EvidenceBroken` (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        raise EvidenceBroken(f"no leaf {index} in a tree of {size}")
    at, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise EvidenceBroken("the inclusion proof is too long")
        if at & 1 or at == last:
            node = node_hash(sibling, node)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        at, last = at >> 1, last >> 1
    if last != 0 or node != expected_root:
        raise EvidenceBroken(f"leaf {index} is not in the tree with this root")


def verify_consistency(old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Return if the old tree is a beginning of the new one; else `EvidenceBroken` (RFC 9162 §2.1.4.2)."""
    if not 0 <= old_size <= new_size:
        raise EvidenceBroken(f"a tree of {new_size} leaves never had {old_size}")
    if old_size in (0, new_size):
        _verify_trivial(old_size, new_size, old_root, new_root, proof)
        return
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not path:
        raise EvidenceBroken("the consistency proof is empty")
    if _rebuild(old_size - 1, new_size - 1, path) != (old_root, new_root):
        raise EvidenceBroken("the old tree is no beginning of the new one")


def _verify_trivial(old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Nothing precedes everything, and a tree precedes itself: neither needs a proof."""
    if proof:
        raise EvidenceBroken("the consistency proof is too long")
    if old_size == 0 and old_root != EMPTY_ROOT:
        raise EvidenceBroken("the root of an empty tree is the hash of nothing")
    if old_size == new_size and old_root != new_root:
        raise EvidenceBroken("two trees of one size have two roots")


def _rebuild(at: int, last: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The old and the new root that a consistency path leads to."""
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for node in path[1:]:
        if last == 0:
            raise EvidenceBroken("the consistency proof is too long")
        if at & 1 or at == last:
            old, new = node_hash(node, old), node_hash(node, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, node)
        at, last = at >> 1, last >> 1
    if last != 0:
        raise EvidenceBroken("the consistency proof is too short")
    return old, new


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1
