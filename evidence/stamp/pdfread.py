"""A small strict reader: from a PDF to what the stamp has to splice (docs/formats.md, sections 3.1 and 3.2).

It reads one kind of file, the one our converters write: one revision, one classic cross-reference table, no
encryption, no signature, A4 upright, and nothing that may lie over its pages or change them: what the stamp
vouches for is their content streams. It does not repair, and it does not guess: two programs that repair a file
differently would show two letters. Everything else is refused by reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from evidence.stamp.pdfsyntax import (
    Reference,
    Span,
    array_items,
    dictionary,
    integer,
    name,
    number,
    reference,
    skip,
    unsupported,
    value_span,
)

__all__ = ["COMMENT_MARK", "FONT_KEY", "Page", "Source", "read_source"]

COMMENT_MARK = b"%EV-STAMP"
FONT_KEY = b"EVF"

# Far above any letter (1 to 3 pages, 100 kB), far below what would hold up a batch.
MAX_SOURCE = 64 << 20  # bytes
MAX_PAGES = 500
MAX_TREE_DEPTH = 32
MAX_OBJECTS = 200_000
MAX_DICTIONARY = 64 << 10  # bytes of a dictionary that is copied once per page

_A4_WIDTH, _A4_HEIGHT, _TOLERANCE = 210 * 72 / 25.4, 297 * 72 / 25.4, 1.0  # points
_INHERITED = (b"Resources", b"MediaBox", b"CropBox", b"Rotate")

# What may show, hide or run something beside the content streams. An annotation can cover the symbol with that of
# another letter; a layer can stand on the screen and be gone in print; a script can do either.
_IN_CATALOGUE = (
    (b"AcroForm", "form"),
    (b"AA", "actions"),
    (b"OCProperties", "layers"),
)
_IN_NAMES = ((b"JavaScript", "actions"), (b"EmbeddedFiles", "attachments"))
_IN_PAGE = ((b"Annots", "annotations"), (b"AA", "actions"))

_HEADER = re.compile(rb"%PDF-1\.[0-9][\t\r\n ]")
_TAIL = re.compile(rb"startxref[\0\t\n\f\r ]++([0-9]{1,10})[\0\t\n\f\r ]++%%EOF[\0\t\n\f\r ]*+\Z")
_TAIL_WINDOW = 1024
_SUBSECTION = re.compile(rb"([0-9]{1,10}) ([0-9]{1,10}) *+(?:\r\n|\n|\r)")
_ENTRIES = re.compile(rb"(?:[0-9]{10} [0-9]{5} [nf](?: \n| \r|\r\n))*+")
_OBJECT = re.compile(rb"([0-9]{1,10})[\0\t\n\f\r ]++([0-9]{1,5})[\0\t\n\f\r ]++obj(?=[\0\t\n\f\r (<\[/%])")
_OBJECT_END = re.compile(rb"endobj(?=[\0\t\n\f\r %])")
_STREAM = re.compile(rb"stream\r?\n")
_EOL = re.compile(rb" *+(?:\r\n|\n|\r)")


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its object number and raw dictionary, and, resolved, what the stamp joins to it.

    ``resources`` and ``fonts`` are raw dictionaries; ``fonts`` is None where the resources have no /Font.
    """

    number: int
    dictionary: bytes
    streams: tuple[Reference, ...]
    resources: bytes
    fonts: bytes | None


@dataclass(frozen=True, slots=True)
class Source:
    """What is to be known of a source: /Size and raw trailer, offset of its table, pages in reading order."""

    size: int
    startxref: int
    trailer: bytes
    pages: tuple[Page, ...]


def read_source(data: bytes) -> Source:
    """Read ``data`` strictly; fails ``stamp.unsupported-pdf`` with the first reason found."""
    if not _HEADER.match(data):
        raise unsupported("header")
    if len(data) > MAX_SOURCE:
        raise unsupported("limit", f"{len(data)} bytes")
    if COMMENT_MARK in data:
        raise unsupported("stamped")
    if b"/ByteRange" in data:
        raise unsupported("signed")
    startxref, tail = _startxref(data)
    table = _Table.read(data, startxref, tail)
    return Source(table.size, startxref, table.trailer_bytes, _Tree(table).pages())


def _startxref(data: bytes) -> tuple[int, int]:
    """The offset of the table, and where the word ``startxref`` itself stands."""
    base = max(0, len(data) - _TAIL_WINDOW)
    at = data.rfind(b"startxref", base)
    match = _TAIL.match(data, at) if at >= 0 else None
    if match is None:
        raise unsupported("tail")
    return int(match[1]), at


@dataclass(frozen=True, slots=True)
class _Table:
    """The cross-reference table, the trailer, and access to objects through them."""

    data: bytes
    offsets: Mapping[int, int]
    trailer: Mapping[bytes, Span]
    trailer_bytes: bytes
    size: int

    @classmethod
    def read(cls, data: bytes, start: int, tail: int) -> _Table:
        if not data.startswith(b"xref", start):
            raise unsupported("xref-stream" if _OBJECT.match(data, start) else "xref", f"byte {start}")
        offsets, at = _entries(data, start)
        at = skip(data, at + len(b"trailer"))
        if not data.startswith(b"<<", at):
            raise unsupported("syntax", "trailer")
        span = value_span(data, at)
        trailer = dictionary(data, span)
        for key, reason in (
            (b"Encrypt", "encrypted"),
            (b"XRefStm", "hybrid"),
            (b"Prev", "several-revisions"),
        ):
            if key in trailer:
                raise unsupported(reason)
        if skip(data, span.end) != tail:
            raise unsupported("tail", "trailer")
        size = integer(data, trailer[b"Size"]) if b"Size" in trailer else None
        if size is None or max(offsets, default=0) >= size:
            raise unsupported("xref", "/Size")
        if size > MAX_OBJECTS:
            raise unsupported("limit", "/Size")
        # Even the objects nobody here will read: where one is amiss, other programs give up the whole table
        # and search the file for objects, and may find others than the ones read here.
        for wanted, at in offsets.items():
            head = _OBJECT.match(data, at)
            if head is None or (int(head[1]), int(head[2])) != (wanted, 0):
                raise unsupported("object", f"{wanted} 0")
        return cls(data, offsets, trailer, data[span.start : span.end], size)

    def object_span(self, wanted: Reference) -> tuple[Span, bool]:
        """The value of an object, and whether a stream follows it."""
        data, at = self.data, self.offsets.get(wanted.number)
        head = _OBJECT.match(data, at) if at is not None and wanted.generation == 0 else None
        if head is None:
            raise unsupported("object", f"{wanted.number} {wanted.generation}")
        span = value_span(data, skip(data, head.end()))
        at = skip(data, span.end)
        if _OBJECT_END.match(data, at):
            return span, False
        if _STREAM.match(data, at) and data.startswith(b"<<", span.start):
            return span, True
        raise unsupported("syntax", f"object {wanted.number}")

    def resolve(self, span: Span) -> Span:
        """The value itself, one step behind a reference."""
        wanted = reference(self.data, span)
        if wanted is None:
            return span
        found, is_stream = self.object_span(wanted)
        if is_stream or reference(self.data, found) is not None:
            raise unsupported("object", f"{wanted.number} {wanted.generation}")
        return found

    def raw(self, span: Span) -> bytes:
        if span.end - span.start > MAX_DICTIONARY:
            raise unsupported("limit", f"dictionary at byte {span.start}")
        return self.data[span.start : span.end]

    def integer(self, span: Span) -> int | None:
        return integer(self.data, self.resolve(span))


def _entries(data: bytes, start: int) -> tuple[dict[int, int], int]:
    """Offsets of the objects in use, and where the word ``trailer`` stands behind the table at ``start``."""
    offsets: dict[int, int] = {}
    known = 0
    line = _EOL.match(data, start + len(b"xref"))
    if line is None:
        raise unsupported("xref", f"byte {start}")
    at = line.end()
    ranges: list[tuple[int, int]] = []
    while not data.startswith(b"trailer", skip(data, at)):
        head = _SUBSECTION.match(data, at)
        if head is None:
            raise unsupported("xref", f"byte {at}")
        first, count = int(head[1]), int(head[2])
        known += count
        if known > MAX_OBJECTS:
            raise unsupported("limit", "cross-reference table")
        if not _ENTRIES.fullmatch(data, head.end(), head.end() + 20 * count) or count == 0:
            raise unsupported("xref", f"byte {at}")
        for index, entry in enumerate(range(head.end(), head.end() + 20 * count, 20)):
            if data[entry + 17 : entry + 18] == b"n":
                if data[entry + 11 : entry + 16] != b"00000":
                    raise unsupported("object", f"generation of {first + index}")
                offsets[first + index] = int(data[entry : entry + 10])
        ranges.append((first, first + count))
        at = head.end() + 20 * count
    ranges.sort()
    if any(later[0] < earlier[1] for earlier, later in pairwise(ranges)):
        raise unsupported("xref", "a number twice")
    return offsets, skip(data, at)


def _refuse(entries: Mapping[bytes, Span], keys: Iterable[tuple[bytes, str]], where: str) -> None:
    """Refuse a dictionary that has one of ``keys`` at all: an empty one says nothing a letter needs."""
    for key, reason in keys:
        if key in entries:
            raise unsupported(reason, f"/{key.decode()} in {where}")


class _Tree:
    """The walk through catalogue and page tree."""

    def __init__(self, table: _Table) -> None:
        self._table = table
        self._data = table.data
        self._seen: set[int] = set()
        self._resources: dict[int, tuple[bytes, bytes | None]] = {}  # by offset: most pages share one

    def pages(self) -> tuple[Page, ...]:
        catalogue = self._dictionary_of(self._table.trailer.get(b"Root"))[0]
        if name(self._data, catalogue.get(b"Type", Span(0, 0))) != b"Catalog":
            raise unsupported("page-tree", "no catalogue")
        self._refuse_signed(catalogue)
        self._refuse_alive(catalogue)
        pages = tuple(self._walk(catalogue.get(b"Pages"), {}, None, 0))
        if not pages:
            raise unsupported("page-tree", "no page")
        return pages

    def _refuse_signed(self, catalogue: Mapping[bytes, Span]) -> None:
        if b"Perms" in catalogue:
            raise unsupported("signed")
        if b"AcroForm" in catalogue:
            form = dictionary(self._data, self._table.resolve(catalogue[b"AcroForm"]))
            if b"SigFlags" in form and self._table.integer(form[b"SigFlags"]) != 0:
                raise unsupported("signed")

    def _refuse_alive(self, catalogue: Mapping[bytes, Span]) -> None:
        _refuse(catalogue, _IN_CATALOGUE, "catalogue")
        if b"Names" in catalogue:
            _refuse(dictionary(self._data, self._table.resolve(catalogue[b"Names"])), _IN_NAMES, "/Names")
        if b"OpenAction" in catalogue:
            # An array is a destination: at which page to open, as LibreOffice writes. All else is an action.
            span = self._table.resolve(catalogue[b"OpenAction"])
            if not self._data.startswith(b"[", span.start):
                raise unsupported("actions", "/OpenAction in catalogue")

    def _walk(
        self, node: Span | None, inherited: Mapping[bytes, Span], parent: Reference | None, depth: int
    ) -> Iterator[Page]:
        entries, here, span = self._dictionary_of(node)
        if here.number in self._seen or depth > MAX_TREE_DEPTH:
            raise unsupported("page-tree", f"object {here.number}")
        self._seen.add(here.number)
        if len(self._seen) > 2 * MAX_PAGES:
            raise unsupported("limit", "pages")
        claimed = entries.get(b"Parent")
        if (reference(self._data, claimed) if claimed else None) != parent:
            raise unsupported("page-tree", f"/Parent of object {here.number}")
        passed_on = {**inherited, **{key: entries[key] for key in _INHERITED if key in entries}}
        kind = name(self._data, entries[b"Type"]) if b"Type" in entries else None
        # Some programs tell leaves by /Type, some by the lack of /Kids: a page must be one by both.
        if kind == b"Page" and parent is not None and b"Kids" not in entries:
            yield self._page(here, span, entries, passed_on)
        elif kind == b"Pages" and b"Kids" in entries and b"Count" in entries:
            found = 0
            for kid in array_items(self._data, self._table.resolve(entries[b"Kids"]), "page-tree"):
                for page in self._walk(kid, passed_on, here, depth + 1):
                    found += 1
                    yield page
            if self._table.integer(entries[b"Count"]) != found:
                raise unsupported("page-tree", f"/Count of object {here.number}")
        else:
            raise unsupported("page-tree", f"/Type of object {here.number}")

    def _dictionary_of(self, span: Span | None) -> tuple[dict[bytes, Span], Reference, Span]:
        """The object a value refers to, as a dictionary; catalogue and tree nodes are always references."""
        wanted = reference(self._data, span) if span is not None else None
        if wanted is None:
            raise unsupported("page-tree", "no reference")
        found, is_stream = self._table.object_span(wanted)
        if is_stream:
            raise unsupported("page-tree", f"object {wanted.number}")
        return dictionary(self._data, found, "page-tree"), wanted, found

    def _page(
        self, here: Reference, span: Span, entries: Mapping[bytes, Span], inherited: Mapping[bytes, Span]
    ) -> Page:
        _refuse(entries, _IN_PAGE, f"object {here.number}")
        self._check_geometry(here, entries, inherited)
        resources, fonts = self._resources_of(inherited.get(b"Resources"))
        return Page(
            here.number, self._table.raw(span), self._streams(entries.get(b"Contents")), resources, fonts
        )

    def _check_geometry(
        self, here: Reference, entries: Mapping[bytes, Span], inherited: Mapping[bytes, Span]
    ) -> None:
        where = f"object {here.number}"
        box = self._box(inherited.get(b"MediaBox"))
        if box is None or box[:2] != (0, 0):
            raise unsupported("page-size", where)
        if abs(box[2] - _A4_WIDTH) > _TOLERANCE or abs(box[3] - _A4_HEIGHT) > _TOLERANCE:
            raise unsupported("page-size", f"{where}: {box[2]:g} x {box[3]:g}")
        if b"CropBox" in inherited and self._box(inherited[b"CropBox"]) != box:
            raise unsupported("cropped", where)
        unit = entries.get(b"UserUnit")
        if unit is not None and number(self._data, self._table.resolve(unit)) != 1:
            raise unsupported("cropped", where)
        rotate = inherited.get(b"Rotate")
        if rotate is not None and self._table.integer(rotate) != 0:
            raise unsupported("rotated", where)

    def _box(self, span: Span | None) -> tuple[float, ...] | None:
        if span is None:
            return None
        sides = [
            number(self._data, side)
            for side in array_items(self._data, self._table.resolve(span), "page-size")
        ]
        return (
            tuple(side for side in sides if side is not None)
            if len(sides) == 4 and None not in sides
            else None
        )

    def _streams(self, contents: Span | None) -> tuple[Reference, ...]:
        if contents is None:
            return ()
        alone = reference(self._data, contents)
        if alone is not None:
            span, is_stream = self._table.object_span(alone)
            if is_stream:
                return (alone,)
        else:
            span = contents
        found = []
        for item in array_items(self._data, span, "contents"):
            stream = reference(self._data, item)
            if stream is None or not self._table.object_span(stream)[1]:
                raise unsupported("contents", f"byte {item.start}")
            found.append(stream)
        return tuple(found)

    def _resources_of(self, span: Span | None) -> tuple[bytes, bytes | None]:
        if span is None:
            return b"<<>>", None
        span = self._table.resolve(span)
        known = self._resources.get(span.start)
        if known is None:
            entries = dictionary(self._data, span, "resources")
            fonts = self._fonts(entries[b"Font"]) if b"Font" in entries else None
            known = self._resources[span.start] = (self._table.raw(span), fonts)
        return known

    def _fonts(self, span: Span) -> bytes:
        span = self._table.resolve(span)
        if FONT_KEY in dictionary(self._data, span, "resources"):
            raise unsupported("stamped", "/EVF")
        return self._table.raw(span)
