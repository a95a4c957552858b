"""A strict reader of the part of CBOR that tokens use (RFC 8949, deterministic encoding of section 4.2.1).

Unsigned and negative integers, byte strings, arrays, maps with integer keys, and one level of tags.
Everything else is refused by name: text, floats, simple values, indefinite lengths, integers not in their
shortest form, map keys out of order or repeated, trailing bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from evidence.verify.limits import CBOR_DEPTH
from evidence.verify.refused import Refused

Item: TypeAlias = "int | bytes | list[Item] | dict[int, Item] | Tagged"

_UINT, _NINT, _BYTES, _ARRAY, _MAP, _TAG = 0, 1, 2, 4, 5, 6


@dataclass(frozen=True, slots=True)
class Tagged:
    """A tag and the item it stands before."""

    tag: int
    item: Item


def decode(data: bytes) -> Item:
    """The one item ``data`` holds; :class:`Refused` for anything but its deterministic encoding."""
    item, end = _item(data, 0, CBOR_DEPTH)
    if end != len(data):
        raise Refused("cbor-trailing", offset=end)
    return item


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    """Major type, argument, offset after the head."""
    if at >= len(data):
        raise Refused("cbor-short", offset=at)
    major, info = data[at] >> 5, data[at] & 0x1F
    if info < 24:
        return major, info, at + 1
    if info > 27:  # 28-30 are reserved, 31 is an indefinite length
        raise Refused("cbor-indefinite", offset=at)
    width = 1 << (info - 24)
    end = at + 1 + width
    if end > len(data):
        raise Refused("cbor-short", offset=at)
    value = int.from_bytes(data[at + 1 : end], "big")
    smallest = 24 if width == 1 else 1 << (4 * width)
    if value < smallest:
        raise Refused("cbor-not-shortest", offset=at)
    return major, value, end


def _item(data: bytes, start: int, depth: int) -> tuple[Item, int]:
    if depth == 0:
        raise Refused("cbor-deep", offset=start)
    major, value, at = _head(data, start)
    if major == _UINT:
        return value, at
    if major == _NINT:
        return -1 - value, at
    if major == _BYTES:
        if value > len(data) - at:
            raise Refused("cbor-short", offset=start)
        return data[at : at + value], at + value
    if major == _ARRAY:
        items: list[Item] = []
        for _ in range(_count(value, data, at)):
            item, at = _item(data, at, depth - 1)
            items.append(item)
        return items, at
    if major == _MAP:
        return _map(data, at, value, depth)
    if major == _TAG:
        item, at = _item(data, at, depth - 1)
        return Tagged(value, item), at
    raise Refused("cbor-type", offset=start)


def _count(value: int, data: bytes, at: int) -> int:
    # Each item takes at least one byte, so that a longer count cannot be honest: refused before any loop.
    if value > len(data) - at:
        raise Refused("cbor-short", offset=at)
    return value


def _map(data: bytes, at: int, count: int, depth: int) -> tuple[dict[int, Item], int]:
    entries: dict[int, Item] = {}
    previous = b""
    for _ in range(_count(count, data, at)):
        start = at
        key, at = _item(data, at, 1)
        if not isinstance(key, int):
            raise Refused("cbor-type", offset=start)
        # Deterministic order is the bytewise order of the encoded keys; equal keys fail the same test.
        if data[start:at] <= previous:
            raise Refused("cbor-order", offset=start)
        previous = data[start:at]
        entries[key], at = _item(data, at, depth - 1)
    return entries, at


def byte_string(value: bytes) -> bytes:
    """The deterministic encoding of ``value``; the only thing this room ever has to write in CBOR."""
    length = len(value)
    if length < 24:
        return bytes([0x40 | length]) + value
    if length < 0x100:
        return b"\x58" + length.to_bytes(1, "big") + value
    return b"\x59" + length.to_bytes(2, "big") + value
