"""A strict reader of just as much PDF as the stamp touches (docs/formats.md, section 3.1).

One revision, one classic cross-reference table, no object streams. Values keep the span of their raw bytes,
because the stamp copies raw bytes. Nothing is repaired: a file the writer could not have stamped is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from evidence.verify.limits import PDF_DEPTH, PDF_OBJECTS, PDF_PAGES, PDF_PARSED_BYTES
from evidence.verify.refused import Refused

# Possessive quantifiers throughout: a hostile file must not make a pattern try the same bytes twice.
_GAP = re.compile(rb"(?:[\x00\t\n\x0c\r ]++|%[^\r\n]*+)*+")
_REGULAR = re.compile(rb"[^\x00\t\n\x0c\r ()<>\[\]{}/%]*")
_REFERENCE = re.compile(
    rb"(\d{1,10})(?:[\x00\t\n\x0c\r ]++|%[^\r\n]*+)++(\d{1,5})(?:[\x00\t\n\x0c\r ]++|%[^\r\n]*+)++R"
    rb"(?![^\x00\t\n\x0c\r ()<>\[\]{}/%])"
)
_NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)\Z")
_TAIL = re.compile(rb"startxref[\x00\t\n\x0c\r ]+(\d{1,10})[\x00\t\n\x0c\r ]+%%EOF[\x00\t\n\x0c\r ]*\Z")
_OBJECT = re.compile(rb"(\d{1,10})[\x00\t\n\x0c\r ]+(\d{1,5})[\x00\t\n\x0c\r ]+obj")
_SECTION = re.compile(rb"[ \r\n]*(\d{1,10}) (\d{1,10})[ ]*(?:\r\n|\n|\r)")
_ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([nf])(?: \r| \n|\r\n)")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
# A bracket, or a backslash with the byte that it keeps from being one.
_STRING_MARK = re.compile(rb"[()]|\\.", re.DOTALL)
_HEX_STRING = re.compile(rb"<[0-9A-Fa-f\x00\t\n\x0c\r ]*>")
# How far before the end the tail is looked for; white space after %%EOF beyond that is refused.
_TAIL_WINDOW = 4096


class Kind(Enum):
    DICTIONARY = auto()
    ARRAY = auto()
    REFERENCE = auto()
    NAME = auto()
    INTEGER = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Value:
    """A value and where its raw bytes stand; ``entries`` of a dictionary are in file order."""

    kind: Kind
    start: int
    end: int
    number: int = 0
    generation: int = 0
    name: bytes = b""
    items: tuple[Value, ...] = ()
    entries: tuple[tuple[bytes, Value], ...] = ()
    lookup: Mapping[bytes, Value] = field(default_factory=dict)
    is_stream: bool = False

    def get(self, key: bytes) -> Value | None:
        """The value under ``key``; refuses a dictionary in which any key stands twice."""
        if self.kind is not Kind.DICTIONARY:
            raise Refused("pdf-syntax", offset=self.start)
        if len(self.lookup) != len(self.entries):
            raise Refused("pdf-duplicate-key", offset=self.start)
        return self.lookup.get(key)


@dataclass(slots=True)
class Source:
    """A parsed source: its trailer, the value of ``startxref``, and its pages in order."""

    data: bytes
    xref: int
    size: int
    trailer: Value
    offsets: dict[int, int]
    pages: list[tuple[int, Value, tuple[Value, ...]]] = field(default_factory=list)
    """Object number, dictionary, and the ancestors' dictionaries, nearest first."""
    _objects: dict[int, Value] = field(default_factory=dict)
    _parsed: int = 0

    def raw(self, value: Value) -> bytes:
        return self.data[value.start : value.end]

    def object(self, number: int, generation: int = 0) -> Value:
        """The value of an object, read once; refuses what the table does not place exactly."""
        if number not in self._objects or generation != 0:
            self._objects[number] = value = self._read(number, generation)
            self._parsed += value.end - value.start
            if self._parsed > PDF_PARSED_BYTES:
                raise Refused("pdf-long", limit=PDF_PARSED_BYTES)
        return self._objects[number]

    def _read(self, number: int, generation: int) -> Value:
        offset = self.offsets.get(number)
        if offset is None or generation != 0:
            raise Refused("pdf-object", object=number)
        head = _OBJECT.match(self.data, offset)
        if head is None or int(head[1]) != number or int(head[2]) != 0:
            raise Refused("pdf-object", object=number)
        value = parse_value(self.data, head.end())
        after = _skip(self.data, value.end)
        if self.data.startswith(b"stream", after) and value.kind is Kind.DICTIONARY:
            return replace(value, is_stream=True)
        if not self.data.startswith(b"endobj", after):
            raise Refused("pdf-object", object=number)
        return value

    def resolve(self, value: Value) -> Value:
        """The value itself or, one step away, the one it refers to."""
        if value.kind is not Kind.REFERENCE:
            return value
        target = self.object(value.number, value.generation)
        if target.kind is Kind.REFERENCE:
            raise Refused("pdf-object", object=value.number)
        return target


def _skip(data: bytes, at: int) -> int:
    gap = _GAP.match(data, at)
    return gap.end() if gap else at


def parse_value(data: bytes, at: int, stop: int | None = None, depth: int = PDF_DEPTH) -> Value:
    """The value that begins after white space at ``at``; what begins behind ``stop`` is refused as too long."""
    start = _skip(data, at)
    stop = start + PDF_PARSED_BYTES if stop is None else stop
    if depth == 0:
        raise Refused("pdf-deep", offset=start)
    if start > stop:
        raise Refused("pdf-long", limit=PDF_PARSED_BYTES)
    if data.startswith(b"<<", start):
        return _dictionary(data, start, stop, depth)
    first = data[start : start + 1]
    if first == b"[":
        return _array(data, start, stop, depth)
    if first == b"/":
        word = _REGULAR.match(data, start + 1)
        end = word.end() if word else start + 1
        name = _ESCAPE.sub(lambda m: bytes([int(m[1], 16)]), data[start + 1 : end])
        return Value(Kind.NAME, start, end, name=name)
    if first == b"(":
        return Value(Kind.OTHER, start, _end_of_string(data, start))
    if first == b"<":
        if not (text := _HEX_STRING.match(data, start)):
            raise Refused("pdf-syntax", offset=start)
        return Value(Kind.OTHER, start, text.end())
    return _plain(data, start)


def _plain(data: bytes, start: int) -> Value:
    if reference := _REFERENCE.match(data, start):
        number, generation = int(reference[1]), int(reference[2])
        return Value(Kind.REFERENCE, start, reference.end(), number=number, generation=generation)
    word = _REGULAR.match(data, start)
    text = word[0] if word else b""
    end = start + len(text)
    if text in (b"true", b"false", b"null"):
        return Value(Kind.OTHER, start, end)
    if not _NUMBER.match(text):
        raise Refused("pdf-syntax", offset=start)
    if text.isdigit() and len(text) <= 10:
        return Value(Kind.INTEGER, start, end, number=int(text))
    return Value(Kind.OTHER, start, end)


def _dictionary(data: bytes, start: int, stop: int, depth: int) -> Value:
    entries: list[tuple[bytes, Value]] = []
    at = _skip(data, start + 2)
    while not data.startswith(b">>", at):
        key = parse_value(data, at, stop, depth - 1)
        if key.kind is not Kind.NAME:
            raise Refused("pdf-syntax", offset=key.start)
        value = parse_value(data, key.end, stop, depth - 1)
        entries.append((key.name, value))
        at = _skip(data, value.end)
    return Value(Kind.DICTIONARY, start, at + 2, entries=tuple(entries), lookup=dict(entries))


def _array(data: bytes, start: int, stop: int, depth: int) -> Value:
    items: list[Value] = []
    at = _skip(data, start + 1)
    while not data.startswith(b"]", at):
        item = parse_value(data, at, stop, depth - 1)
        items.append(item)
        at = _skip(data, item.end)
    return Value(Kind.ARRAY, start, at + 1, items=tuple(items))


def _end_of_string(data: bytes, start: int) -> int:
    if start + PDF_PARSED_BYTES < len(data):
        data = data[: start + PDF_PARSED_BYTES]  # longer ones are refused anyway
    open_brackets = 0
    for mark in _STRING_MARK.finditer(data, start):
        if mark[0] == b"(":
            open_brackets += 1
        elif mark[0] == b")":
            open_brackets -= 1
            if open_brackets == 0:
                return mark.end()
    raise Refused("pdf-syntax", offset=start)


def parse_source(data: bytes) -> Source:
    """Read the source of a letter; :class:`Refused` where it is not what the stamp takes."""
    if not data.startswith(b"%PDF-1."):
        raise Refused("pdf-header")
    tail = _TAIL.search(data, max(0, len(data) - _TAIL_WINDOW))
    if tail is None:
        raise Refused("pdf-tail")
    xref = int(tail[1])
    if not data.startswith(b"xref", xref):
        raise Refused("pdf-xref", offset=xref)
    offsets, at = _table(data, xref + 4)
    trailer = parse_value(data, at)
    if _skip(data, trailer.end) != tail.start():
        raise Refused("pdf-tail")
    for key in (b"Prev", b"XRefStm", b"Encrypt"):
        if trailer.get(key) is not None:
            raise Refused("pdf-unsupported", key=key.decode("ascii"))
    size = trailer.get(b"Size")
    if size is None or size.kind is not Kind.INTEGER or not 0 < size.number <= PDF_OBJECTS:
        raise Refused("pdf-xref", offset=xref)
    if any(number >= size.number for number in offsets):
        raise Refused("pdf-xref", offset=xref)
    source = Source(data, xref, size.number, trailer, offsets)
    source.pages.extend(_pages(source))
    return source


def _table(data: bytes, at: int) -> tuple[dict[int, int], int]:
    """Offsets of the objects in use, and where the trailer's dictionary begins."""
    offsets: dict[int, int] = {}
    seen: set[int] = set()
    while True:
        after = _skip(data, at)
        if data.startswith(b"trailer", after):
            return offsets, after + len(b"trailer")
        section = _SECTION.match(data, at)
        if section is None:
            raise Refused("pdf-xref", offset=at)
        first, count, at = int(section[1]), int(section[2]), section.end()
        if count > PDF_OBJECTS or first > PDF_OBJECTS:
            raise Refused("pdf-xref", offset=at)
        for number in range(first, first + count):
            entry = _ENTRY.match(data, at)
            if entry is None or number in seen:
                raise Refused("pdf-xref", offset=at)
            seen.add(number)
            if entry[3] == b"n" and entry[2] == b"00000":
                offsets[number] = int(entry[1])
            at = entry.end()


def _pages(source: Source) -> list[tuple[int, Value, tuple[Value, ...]]]:
    """The leaves of the page tree, depth first, without recursion; a node seen twice is refused."""
    root = _reference(source.trailer.get(b"Root"), "Root")
    tree = _reference(source.object(root.number, root.generation).get(b"Pages"), "Pages")
    pages: list[tuple[int, Value, tuple[Value, ...]]] = []
    seen: set[int] = set()
    stack: list[tuple[Value, tuple[Value, ...]]] = [(tree, ())]
    while stack:
        reference, ancestors = stack.pop()
        if reference.number in seen or len(ancestors) > PDF_DEPTH or len(seen) >= 2 * PDF_PAGES:
            raise Refused("pdf-page-tree", object=reference.number)
        seen.add(reference.number)
        node = source.object(reference.number, reference.generation)
        kind = node.get(b"Type")
        name = source.resolve(kind).name if kind is not None else b""
        if name == b"Page":
            pages.append((reference.number, node, ancestors))
            continue
        kids = node.get(b"Kids")
        if name != b"Pages" or kids is None:
            raise Refused("pdf-page-tree", object=reference.number)
        children = source.resolve(kids)
        if children.kind is not Kind.ARRAY:
            raise Refused("pdf-page-tree", object=reference.number)
        stack.extend((_reference(kid, "Kids"), (node, *ancestors)) for kid in reversed(children.items))
    if not pages or len(pages) > PDF_PAGES:
        raise Refused("pdf-page-tree", object=tree.number)
    return pages


# What may show, hide or run something beside the pages' own content, as the reader's program pleases.
_IN_CATALOGUE = (b"AA", b"AcroForm", b"OCProperties")
_IN_NAMES = (b"EmbeddedFiles", b"JavaScript")
_IN_PAGE = (b"AA", b"Annots")


def active_parts(source: Source) -> list[str]:
    """Names of what the letter holds beside its pages' content: annotations, layers, forms, actions, attachments.

    An array to open with only says at which page, as office programs write it, and is none of these
    (docs/formats.md, section 3.2, by which the writer refuses the rest).
    """
    root = _reference(source.trailer.get(b"Root"), "Root")
    catalogue = source.object(root.number, root.generation)
    found = {key for key in _IN_CATALOGUE if catalogue.get(key) is not None}
    names, opening = catalogue.get(b"Names"), catalogue.get(b"OpenAction")
    if names is not None:
        found |= {key for key in _IN_NAMES if source.resolve(names).get(key) is not None}
    if opening is not None and source.resolve(opening).kind is not Kind.ARRAY:
        found.add(b"OpenAction")
    for _number, page, _ancestors in source.pages:
        found |= {key for key in _IN_PAGE if page.get(key) is not None}
    return sorted(key.decode("ascii") for key in found)


def _reference(value: Value | None, key: str) -> Value:
    if value is None or value.kind is not Kind.REFERENCE:
        raise Refused("pdf-missing", key=key)
    return value
