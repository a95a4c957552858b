"""Merkle trees of RFC 9162, section 2.1, seen as ranges: a node is the hash over entries ``[low, high)``.

Thinking in ranges gives inclusion proofs and, from several of them at once, the roots of earlier and smaller
trees wherever the proofs happen to hold the pieces.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

Range = tuple[int, int]
_HASH_BYTES = 32


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, built level by level; of no leaves, the hash of nothing."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        paired = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(level) - len(level) % 2 :]
    return level[0]


def _split(low: int, high: int) -> int:
    """Where a node over more than one entry divides: the largest power of two below its width."""
    return low + (1 << ((high - low - 1).bit_length() - 1))


def siblings(index: int, size: int) -> list[tuple[Range, bool]]:
    """From the leaf upwards: the range of each sibling on the way to the root, and whether it stands left."""
    path: list[tuple[Range, bool]] = []
    low, high = 0, size
    while high - low > 1:
        middle = _split(low, high)
        if index < middle:
            path.append(((middle, high), False))
            high = middle
        else:
            path.append(((low, middle), True))
            low = middle
    return path[::-1]


def nodes_of_proof(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> dict[Range, bytes] | None:
    """Every node the proof gives or implies, the root under ``(0, size)``; ``None`` if malformed."""
    if not 0 <= index < size:
        return None
    path = siblings(index, size)
    if len(path) != len(proof) or any(len(value) != _HASH_BYTES for value in (leaf, *proof)):
        return None
    low, high, value = index, index + 1, leaf
    nodes = {(low, high): value}
    for ((other_low, other_high), is_left), other in zip(path, proof, strict=True):
        nodes[other_low, other_high] = other
        value = node_hash(other, value) if is_left else node_hash(value, other)
        low, high = min(low, other_low), max(high, other_high)
        nodes[low, high] = value
    return nodes


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether ``proof`` shows ``leaf`` at ``index`` in the tree of ``size`` entries under ``root``."""
    nodes = nodes_of_proof(leaf, index, size, proof)
    return nodes is not None and nodes[0, size] == root


def consistency_ranges(old: int, size: int) -> list[Range]:
    """What each hash of a consistency proof from ``old`` to ``size`` entries covers (RFC 9162, section 2.1.4.1).

    Where ``old`` entries are a node of the larger tree, the proof leaves that node out: it is the old root.
    """
    ranges: list[Range] = []
    low, high = 0, size
    while old < high:
        middle = _split(low, high)
        if old <= middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low = middle
    if low:
        ranges.append((low, high))
    return ranges[::-1]


def nodes_of_consistency(
    old: int, size: int, proof: Sequence[bytes], old_root: bytes | None, root: bytes
) -> dict[Range, bytes] | None:
    """The nodes of a proof that ``old`` entries begin the tree of ``size`` under ``root``; ``None`` if it fails.

    ``old_root`` is needed only where the proof leaves it out; elsewhere the nodes give it, for the caller to
    compare.
    """
    if not 0 < old < size:
        return None
    ranges = consistency_ranges(old, size)
    if len(ranges) != len(proof) or any(len(value) != _HASH_BYTES for value in proof):
        return None
    nodes = dict(zip(ranges, proof, strict=True))
    if old & (old - 1) == 0:
        if old_root is None:
            return None
        nodes[0, old] = old_root
    return nodes if root_from_nodes(nodes, size) == root else None


def root_from_nodes(known: Mapping[Range, bytes], size: int) -> bytes | None:
    """The root of the first ``size`` entries from known nodes; ``None`` where a piece is missing."""

    def node(low: int, high: int) -> bytes | None:
        if (low, high) in known:
            return known[low, high]
        # Without a known piece inside, going down could only end at unknown leaves.
        if not any(low <= a and b <= high for a, b in known):
            return None
        if high - low == 1:
            return None
        middle = _split(low, high)
        left = node(low, middle)
        right = node(middle, high) if left is not None else None
        return node_hash(left, right) if left is not None and right is not None else None

    return node(0, size) if size > 0 else None
