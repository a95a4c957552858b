"""A reader of DER (X.690), as strict as evidence needs: one value, one spelling.

RFC 3161 tokens are CMS, which would allow BER; a reader that took every BER spelling would take two files for one
token. Refused here: indefinite and non-minimal lengths, tags of several bytes, trailing bytes, non-minimal integers
and object identifiers. One departure is let pass, because authorities in use make it: the members of a ``SET OF`` may
stand in any order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evidence.verify.refused import Refused

BOOLEAN, INTEGER, OCTETS, NULL, OID = 0x01, 0x02, 0x04, 0x05, 0x06
GENERAL_TIME, SEQUENCE, SET = 0x18, 0x30, 0x31
#: Context tags, constructed: ``CONTEXT + 0`` is ``[0]`` around other values.
CONTEXT = 0xA0

_DEPTH = 24


@dataclass(frozen=True, slots=True)
class Node:
    """One value: its tag byte, and where head and body lie in the whole of ``data``."""

    data: bytes
    tag: int
    start: int
    body: int
    end: int
    depth: int = 0

    @property
    def raw(self) -> bytes:
        """Tag, length and content."""
        return self.data[self.start : self.end]

    @property
    def content(self) -> bytes:
        return self.data[self.body : self.end]

    def refuse(self) -> Refused:
        return Refused("ts-form", offset=self.start)

    def expect(self, tag: int) -> Node:
        if self.tag != tag:
            raise self.refuse()
        return self

    def children(self) -> list[Node]:
        """The values within; every byte of the body belongs to one."""
        if not self.tag & 0x20 or self.depth >= _DEPTH:
            raise self.refuse()
        nodes, at = [], self.body
        while at < self.end:
            node = _read(self.data, at, self.end, self.depth + 1)
            nodes.append(node)
            at = node.end
        return nodes

    def fields(self, tag: int = SEQUENCE) -> Fields:
        return Fields(self, iter(self.expect(tag).children()))

    def integer(self) -> int:
        """An INTEGER of at most 64 bytes; serial numbers and nonces are shorter."""
        content = self.expect(INTEGER).content
        # A first byte that only repeats the sign would be a second spelling of the same number.
        is_padded = len(content) > 1 and (content[0], content[1] >> 7) in ((0x00, 0), (0xFF, 1))
        if not 1 <= len(content) <= 64 or is_padded:
            raise self.refuse()
        return int.from_bytes(content, "big", signed=True)

    def boolean(self) -> bool:
        content = self.expect(BOOLEAN).content
        if content not in (b"\x00", b"\xff"):
            raise self.refuse()
        return content == b"\xff"

    def octets(self) -> bytes:
        return self.expect(OCTETS).content

    def oid(self) -> str:
        """An object identifier in dots."""
        content = self.expect(OID).content
        if not content or len(content) > 64 or content[-1] & 0x80:
            raise self.refuse()
        arcs, value = [], 0
        fresh = True
        for byte in content:
            if fresh and byte == 0x80:  # a leading zero: a second spelling
                raise self.refuse()
            value = value << 7 | byte & 0x7F
            fresh = not byte & 0x80
            if fresh:
                arcs.append(value)
                value = 0
        first = min(arcs[0] // 40, 2)
        return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


@dataclass(slots=True)
class Fields:
    """The members of a SEQUENCE, taken one after the other."""

    node: Node
    rest: Iterator[Node]
    ahead: Node | None = None

    def peek(self) -> Node | None:
        if self.ahead is None:
            self.ahead = next(self.rest, None)
        return self.ahead

    def take(self, tag: int) -> Node:
        """The next member, which must have this tag."""
        node = self.peek()
        if node is None or node.tag != tag:
            raise (node or self.node).refuse()
        self.ahead = None
        return node

    def optional(self, tag: int) -> Node | None:
        node = self.peek()
        return self.take(tag) if node is not None and node.tag == tag else None

    def close(self) -> None:
        """Nothing may follow."""
        if (node := self.peek()) is not None:
            raise node.refuse()


def _read(data: bytes, at: int, end: int, depth: int) -> Node:
    if end - at < 2 or data[at] & 0x1F == 0x1F:
        raise Refused("ts-form", offset=at)
    length, body = data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or body + count > end or not data[body]:
            raise Refused("ts-form", offset=at)
        length, body = int.from_bytes(data[body : body + count], "big"), body + count
        if length < 0x80:
            raise Refused("ts-form", offset=at)
    if body + length > end:
        raise Refused("ts-form", offset=at)
    return Node(data, data[at], at, body, body + length, depth)


def parse(data: bytes) -> Node:
    """The one value that ``data`` is; nothing may follow it."""
    node = _read(data, 0, len(data), 0)
    if node.end != len(data):
        raise Refused("ts-form", offset=node.end)
    return node
