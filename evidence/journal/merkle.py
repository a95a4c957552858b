"""The Merkle tree of RFC 9162 §2.1 as pure functions.

A tree over ``n`` leaves falls apart into *complete subtrees*, at most one of each height: those of the binary
digits of ``n``. A complete subtree never changes again as the tree grows, so the store keeps their hashes by
:class:`Coord` and every root and proof is put together from O(log n) of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

__all__ = [
    "EMPTY_ROOT",
    "HASH_BYTES",
    "Coord",
    "Node",
    "Range",
    "Read",
    "consistency_ranges",
    "cover",
    "extend",
    "inclusion_ranges",
    "leaf_hash",
    "node_hash",
    "proof_of",
    "range_hash",
    "root_of",
    "root_of_peaks",
    "verify_consistency",
    "verify_inclusion",
]

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""Root of the tree without leaves (RFC 9162 §2.1.1)."""


class Coord(NamedTuple):
    """A complete subtree: its 2^level leaves start at leaf ``idx * 2**level``."""

    level: int
    idx: int


class Node(NamedTuple):
    """A complete subtree of height ≥ 1 with its hash."""

    coord: Coord
    hash: bytes


class Range(NamedTuple):
    """Leaves ``start`` (included) to ``stop`` (excluded)."""

    start: int
    stop: int


Read = Callable[[Coord], bytes]
"""Gives the hash of a complete subtree; level 0 is a leaf hash."""


def leaf_hash(entry: bytes) -> bytes:
    """``H(0x00 || entry)``; the prefix keeps a leaf from passing as an inner node."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """``H(0x01 || left || right)``."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def extend(
    size: int, peaks: Sequence[bytes], leaves: Iterable[bytes]
) -> tuple[list[Node], tuple[bytes, ...]]:
    """Grow a tree by ``leaves`` (leaf hashes).

    ``peaks`` are the hashes of the complete subtrees of the tree of ``size`` leaves, largest first, as
    ``cover(0, size)`` names them. Gives the complete subtrees that came about, in order, and the new peaks.
    """
    if len(peaks) != size.bit_count():
        raise ValueError(f"a tree of {size} leaves has {size.bit_count()} peaks, not {len(peaks)}")
    nodes: list[Node] = []
    stack = list(peaks)
    for leaf in leaves:
        stack.append(leaf)
        level, index = 0, size
        while index & 1:  # a right child is complete now, and so is its parent
            right, left = stack.pop(), stack.pop()
            level, index = level + 1, index >> 1
            stack.append(node_hash(left, right))
            nodes.append(Node(Coord(level, index), stack[-1]))
        size += 1
    return nodes, tuple(stack)


def root_of_peaks(peaks: Sequence[bytes]) -> bytes:
    """The root over complete subtrees given largest first; :data:`EMPTY_ROOT` for none."""
    if not peaks:
        return EMPTY_ROOT
    *rest, result = peaks
    for peak in reversed(rest):
        result = node_hash(peak, result)
    return result


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes."""
    return root_of_peaks(extend(0, (), leaves)[1])


def cover(start: int, stop: int) -> list[Coord]:
    """The complete subtrees that make up the leaves ``start`` … ``stop - 1``, from left to right.

    In the ranges this module works with they get smaller to the right, so that :func:`root_of_peaks` folds
    them; those are the ranges RFC 9162 splits trees into.
    """
    coords: list[Coord] = []
    while start < stop:
        level = (stop - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        coords.append(Coord(level, start >> level))
        start += 1 << level
    return coords


def range_hash(part: Range, read: Read) -> bytes:
    """The hash of the subtree over ``part``."""
    return root_of_peaks([read(coord) for coord in cover(*part)])


def proof_of(ranges: Iterable[Range], read: Read) -> tuple[bytes, ...]:
    """The hashes of a proof whose parts :func:`inclusion_ranges` or :func:`consistency_ranges` named."""
    return tuple(range_hash(part, read) for part in ranges)


def _split(part: Range) -> int:
    """Where RFC 9162 splits a tree of more than one leaf: after the largest power of two below its size."""
    return part.start + (1 << ((part.stop - part.start - 1).bit_length() - 1))


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The subtrees whose hashes prove leaf ``index`` in a tree of ``size``, its sibling first (§2.1.3.1).

    ``ValueError`` unless ``0 <= index < size``.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    part, ranges = Range(0, size), []
    while part.stop - part.start > 1:
        middle = _split(part)
        left, right = Range(part.start, middle), Range(middle, part.stop)
        part, sibling = (left, right) if index < middle else (right, left)
        ranges.append(sibling)
    return ranges[::-1]


def consistency_ranges(first: int, second: int) -> list[Range]:
    """The subtrees whose hashes prove that a tree of ``second`` continues one of ``first`` leaves (§2.1.4.1).

    Empty where both are equal. ``ValueError`` unless ``1 <= first <= second``: every tree continues the empty
    one, so there is nothing to prove.
    """
    if not 1 <= first <= second:
        raise ValueError(f"no consistency proof from {first} to {second}")
    part, ranges = Range(0, second), []
    while part.stop != first:
        middle = _split(part)
        left, right = Range(part.start, middle), Range(middle, part.stop)
        part, sibling = (left, right) if first <= middle else (right, left)
        ranges.append(sibling)
    if part.start:  # the old tree itself needs no hash: the verifier brings its root
        ranges.append(part)
    return ranges[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether ``proof`` leads from leaf hash ``leaf`` at ``index`` of ``size`` to ``root`` (§2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes((leaf, *proof)):
        return False
    node, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            result = node_hash(sibling, result)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and result == root


def verify_consistency(
    first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes
) -> bool:
    """Whether ``proof`` shows that the tree of ``second_root`` continues that of ``first_root`` (§2.1.4.2).

    Size 0 is refused, with whatever root: a log that shows a head of size 0 shows nothing.
    """
    if not 1 <= first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    if not proof or not _are_hashes(proof):
        return False
    path = list(proof)
    if first & (first - 1) == 0:  # the old tree is one complete subtree: its root starts the path
        path.insert(0, first_root)
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _are_hashes(values: Iterable[bytes]) -> bool:
    # Parts of another length could be cut differently and still join to the same bytes.
    return all(len(value) == HASH_BYTES for value in values)
