"""A reader of other people's PDFs: every form of table and stream, and still no repairing.

It finds what the stamp of layout 2 has to splice (docs/formats.md, section 3.3): the newest section of the
cross-reference chain, the pages, the root of their tree, and the raw bytes of each. Bytes come from the file or
from a decoded object stream, so that a value is a pair of buffer and span. What two programs might read
differently is refused by name; what they read alike but should not trust (layers, scripts, overlays) is for
:mod:`evidence.stamp.prelint` to report.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from evidence.stamp.pdfcrypt import Key, encryption_of, string_bytes, unlocked
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

__all__ = ["AnyPage", "Document", "Held", "Section", "holds_string", "object_at", "old_streams", "read_any"]

MAX_SOURCE = 64 << 20  # bytes
MAX_SECTIONS = 256
MAX_NUMBER = 8_388_607  # ISO 32000-1, table C.1
MAX_ENTRIES = 1_000_000
MAX_PAGES = 2_000
MAX_TREE_DEPTH = 64
MAX_DECODED = 64 << 20  # bytes of all tables and object streams together
MAX_DICTIONARY = 1 << 20  # bytes of one that is rewritten
_TAIL_WINDOW = 1024

_HEADER = re.compile(rb"%PDF-[12]\.[0-9]")
_STARTXREF = re.compile(rb"startxref[\0\t\n\f\r ]++([0-9]{1,10})")
_SUBSECTION = re.compile(rb"([0-9]{1,10})[ ]++([0-9]{1,10})[ ]*+(?:\r\n|\n|\r)")
_ENTRY = re.compile(rb"([0-9]{10}) ([0-9]{5}) ([nf])[ \r\n]++")
_OBJECT = re.compile(
    rb"([0-9]{1,10})[\0\t\n\f\r ]++([0-9]{1,5})[\0\t\n\f\r ]++obj(?=[\0\t\n\f\r (<\[/%0-9+-]|\Z)"
)
_STREAM = re.compile(rb"stream\r?\n")
_STREAM_END = re.compile(rb"[\0\t\n\f\r ]*+endstream")
_STRING = re.compile(rb"\(|(?<!<)<(?!<)")


@dataclass(frozen=True, slots=True)
class Held:
    """A value and the bytes it stands in; ``packed`` where these are of an object stream."""

    data: bytes
    span: Span
    packed: bool = False
    stream_at: int | None = None
    """Where the stream's data begin, in the file."""

    @property
    def raw(self) -> bytes:
        return self.data[self.span.start : self.span.end]

    def at(self, span: Span) -> Held:
        return Held(self.data, span, self.packed)

    def entries(self, reason: str = "syntax") -> dict[bytes, Held]:
        return {key: self.at(span) for key, span in dictionary(self.data, self.span, reason).items()}

    def items(self, reason: str = "syntax") -> list[Held]:
        return [self.at(span) for span in array_items(self.data, self.span, reason)]

    @property
    def reference(self) -> Reference | None:
        return reference(self.data, self.span)

    @property
    def name(self) -> bytes | None:
        return name(self.data, self.span)

    @property
    def integer(self) -> int | None:
        return integer(self.data, self.span)

    @property
    def number(self) -> float | None:
        return number(self.data, self.span)


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the chain, newest first: where it stands, what it places, and its trailer."""

    offset: int
    is_stream: bool
    entries: Mapping[int, tuple[int, int, int]]
    """Number → (type, offset or object stream, generation or index), types as in a cross-reference stream."""
    trailer: Mapping[bytes, Held]


@dataclass(frozen=True, slots=True)
class AnyPage:
    """A page: its number and generation, and where its dictionary stands."""

    where: Reference
    held: Held


@dataclass(slots=True)
class Document:
    """A source as the stamp of layout 2 sees it. ``size`` is SIZE of the format, ``xref`` XREF."""

    data: bytes
    xref: int
    sections: tuple[Section, ...]
    size: int
    entries: Mapping[int, tuple[int, int, int]]
    key: Key | None = None
    root: Reference | None = None
    pages: tuple[AnyPage, ...] = ()
    _packs: dict[int, tuple[bytes, dict[int, int]]] = field(default_factory=dict)
    _decoded: int = 0

    @property
    def newest(self) -> Section:
        return self.sections[0]

    def object(self, wanted: Reference) -> Held:
        """The object a reference names; fails ``stamp.unsupported-pdf`` where there is none."""
        kind, place, extra = self.entries.get(wanted.number, (0, 0, 0))
        if kind == 1 and extra == wanted.generation:
            return object_at(self.data, place, wanted)
        if kind == 2 and wanted.generation == 0:
            data, offsets = self._pack(place)
            if wanted.number in offsets:
                at = skip(data, offsets[wanted.number])
                return Held(data, value_span(data, at), packed=True)
        raise unsupported("object", f"{wanted.number} {wanted.generation}")

    def resolve(self, held: Held) -> Held:
        """The value itself, one step behind a reference; a missing object is the null of the standard."""
        wanted = held.reference
        if wanted is None:
            return held
        if self.entries.get(wanted.number, (0, 0, 0))[0] == 0:
            return Held(b"null", Span(0, 4))
        found = self.object(wanted)
        if found.reference is not None:
            raise unsupported("object", f"{wanted.number} {wanted.generation}")
        return found

    def stream_data(self, where: Reference, held: Held) -> bytes:
        """The decoded data of a stream of tables or objects, decrypted; the budget of the file is charged."""
        entries = held.entries()
        if held.stream_at is None:
            raise unsupported("stream", f"object {where.number}")
        wanted = entries.get(b"Length")
        length = self.resolve(wanted).integer if wanted is not None else None
        end = held.stream_at + length if length is not None else -1
        if length is None or not _STREAM_END.match(self.data, end):
            raise unsupported("stream", f"object {where.number}")
        data = self.data[held.stream_at : end]
        if self.key is not None:
            data = self.key.decrypt(where.number, where.generation, data)
        return self._decode(data, entries, where)

    def _decode(self, data: bytes, entries: Mapping[bytes, Held], where: Reference) -> bytes:
        found, expanded = decode(data, entries, self.resolve, MAX_DECODED - self._decoded, where.number)
        self._decoded += expanded
        return found

    def _pack(self, number: int) -> tuple[bytes, dict[int, int]]:
        """An object stream's data, and where each of its objects begins."""
        if number not in self._packs:
            kind, place, generation = self.entries.get(number, (0, 0, 0))
            if kind != 1:
                raise unsupported("object", f"{number}")
            where = Reference(number, generation)
            held = object_at(self.data, place, where)
            entries = held.entries()
            count, first = (self._plain(entries, key) for key in (b"N", b"First"))
            data = self.stream_data(where, held)
            words = data[:first].split()
            if (
                len(words) < 2 * count
                or count > MAX_ENTRIES
                or not all(w.isdigit() for w in words[: 2 * count])
            ):
                raise unsupported("object", f"stream {number}")
            pairs = [int(word[:10]) for word in words[: 2 * count]]
            # Where a number stands twice, the first counts.
            offsets = {n: first + at for n, at in reversed(list(zip(pairs[::2], pairs[1::2], strict=True)))}
            self._packs[number] = (data, offsets)
        return self._packs[number]

    def _plain(self, entries: Mapping[bytes, Held], key: bytes) -> int:
        value = entries.get(key)
        found = self.resolve(value).integer if value is not None else None
        if found is None:
            raise unsupported("object", f"/{key.decode('ascii')}")
        return found


def read_any(data: bytes, *, stamped: bool = False) -> Document:
    """Read ``data``; fails ``stamp.unsupported-pdf`` with the first reason found.

    With a stamp only where ``stamped`` says that one is meant to be there.
    """
    if not _HEADER.match(data):
        raise unsupported("header")
    if len(data) > MAX_SOURCE:
        raise unsupported("limit", f"{len(data)} bytes")
    if b"%EV-STAMP" in data and not stamped:
        raise unsupported("stamped")
    at = data.rfind(b"startxref", max(0, len(data) - _TAIL_WINDOW))
    found = _STARTXREF.match(data, at) if at >= 0 else None
    if found is None:
        raise unsupported("tail")
    xref = int(found[1])
    sections = tuple(_chain(data, xref))
    entries: dict[int, tuple[int, int, int]] = {}
    size = 0
    for section in sections:
        for wanted, entry in section.entries.items():
            entries.setdefault(wanted, entry)
        stated = section.trailer.get(b"Size")
        size = max(size, (stated.integer if stated is not None else None) or 0)
    size = max(size, max(entries, default=0) + 1)
    if size > MAX_NUMBER or len(entries) > MAX_ENTRIES:
        raise unsupported("limit", "/Size")
    document = Document(data, xref, sections, size, entries)
    document.key = _key(document)
    document.root, document.pages = _tree(document)
    return document


def object_at(data: bytes, place: int, wanted: Reference) -> Held:
    head = _OBJECT.match(data, skip(data, place)) if place < len(data) else None
    if head is None or (int(head[1]), int(head[2])) != (wanted.number, wanted.generation):
        raise unsupported("object", f"{wanted.number} {wanted.generation}")
    span = value_span(data, skip(data, head.end()))
    after = skip(data, span.end)
    stream = _STREAM.match(data, after) if data.startswith(b"<<", span.start) else None
    if stream is None and not data.startswith(b"endobj", after):
        raise unsupported("object", f"{wanted.number} {wanted.generation}")
    return Held(data, span, stream_at=stream.end() if stream else None)


def _chain(data: bytes, start: int) -> Iterator[Section]:
    seen: set[int] = set()
    waiting = [start]
    while waiting:
        at = waiting.pop()
        if at in seen or len(seen) >= MAX_SECTIONS:
            raise unsupported("xref", f"byte {at}: the chain of tables turns back or does not end")
        seen.add(at)
        section = _section(data, at)
        yield section
        # The last one pushed is read first: the hybrid's stream before the earlier table.
        for key in (b"Prev", b"XRefStm"):
            value = section.trailer.get(key)
            if value is not None and not (key == b"XRefStm" and section.is_stream):
                if value.integer is None:
                    raise unsupported("xref", f"/{key.decode('ascii')}")
                waiting.append(value.integer)


def _section(data: bytes, at: int) -> Section:
    if at >= len(data):
        raise unsupported("xref", f"byte {at}")
    at = skip(data, at)
    if data.startswith(b"xref", at):
        return _classic(data, at)
    head = _OBJECT.match(data, at)
    if head is None:
        raise unsupported("xref", f"byte {at}")
    where = Reference(int(head[1]), int(head[2]))
    held = object_at(data, at, where)
    entries = held.entries()
    if held.stream_at is None or b"Type" not in entries or entries[b"Type"].name != b"XRef":
        raise unsupported("xref", f"byte {at}")
    length = entries[b"Length"].integer if b"Length" in entries else None
    if length is None or not _STREAM_END.match(data, held.stream_at + length):
        raise unsupported("stream", f"object {where.number}")
    body, _ = decode(
        data[held.stream_at : held.stream_at + length],
        entries,
        lambda value: value,
        MAX_DECODED,
        where.number,
    )
    return Section(at, True, _packed_entries(body, entries), entries)


def _classic(data: bytes, at: int) -> Section:
    start, at = at, skip(data, at + len(b"xref"))
    placed: dict[int, tuple[int, int, int]] = {}
    while not data.startswith(b"trailer", at):
        head = _SUBSECTION.match(data, at)
        if head is None:
            raise unsupported("xref", f"byte {at}")
        first, count, at = int(head[1]), int(head[2]), head.end()
        if first + count > MAX_NUMBER or count > MAX_ENTRIES:
            raise unsupported("limit", f"table at byte {start}")
        for wanted in range(first, first + count):
            entry = _ENTRY.match(data, at)
            if entry is None or wanted in placed:
                raise unsupported("xref", f"byte {at}")
            used = entry[3] == b"n" and int(entry[1]) > 0
            placed[wanted] = (1, int(entry[1]), int(entry[2])) if used else (0, 0, 0)
            at = entry.end()
        at = skip(data, at)
    at = skip(data, at + len(b"trailer"))
    if not data.startswith(b"<<", at):
        raise unsupported("xref", f"byte {at}")
    held = Held(data, value_span(data, at))
    return Section(start, False, placed, held.entries())


def _packed_entries(body: bytes, entries: Mapping[bytes, Held]) -> dict[int, tuple[int, int, int]]:
    def numbers(key: bytes) -> list[int]:
        found = [item.integer for item in entries[key].items("xref")]
        if any(value is None for value in found):
            raise unsupported("xref", f"/{key.decode('ascii')}")
        return [value for value in found if value is not None]

    if b"W" not in entries or b"Size" not in entries:
        raise unsupported("xref", "/W")
    widths = numbers(b"W")
    if len(widths) != 3 or max(widths) > 8 or sum(widths) == 0:
        raise unsupported("xref", "/W")
    runs = numbers(b"Index") if b"Index" in entries else [0, entries[b"Size"].integer or 0]
    width, at = sum(widths), 0
    placed: dict[int, tuple[int, int, int]] = {}
    for first, count in zip(runs[::2], runs[1::2], strict=False):
        if first + count > MAX_NUMBER or count > MAX_ENTRIES or at + count * width > len(body):
            raise unsupported("xref", "/Index")
        for wanted in range(first, first + count):
            kind, place, extra = _fields(body, at, widths)
            if wanted in placed:
                raise unsupported("xref", "a number twice")
            known = kind in (1, 2) and (kind == 2 or place > 0)
            placed[wanted] = (kind, place, extra) if known else (0, 0, 0)
            at += width
    return placed


def _fields(body: bytes, at: int, widths: list[int]) -> tuple[int, int, int]:
    first, second = at + widths[0], at + widths[0] + widths[1]
    kind = int.from_bytes(body[at:first], "big") if widths[0] else 1
    return (
        kind,
        int.from_bytes(body[first:second], "big"),
        int.from_bytes(body[second : second + widths[2]], "big"),
    )


def decode(
    data: bytes, entries: Mapping[bytes, Held], resolve: Callable[[Held], Held], room: int, number: int
) -> tuple[bytes, int]:
    """The data of object ``number`` without filter and predictor, and how many of the ``room`` bytes they took."""
    filters = resolve(entries[b"Filter"]) if b"Filter" in entries else None
    if filters is not None and filters.raw.startswith(b"["):
        listed = filters.items()
        filters = resolve(listed[0]) if len(listed) == 1 else filters if listed else None
    if filters is None or filters.raw == b"null":
        return data, 0
    if filters.name != b"FlateDecode":
        raise unsupported("filter", f"object {number}")
    worker = zlib.decompressobj()
    try:
        plain = worker.decompress(data, room + 1)
    except zlib.error:
        raise unsupported("filter", f"object {number}") from None
    if len(plain) > room:
        raise unsupported("limit", f"object {number}")
    if not worker.eof:
        raise unsupported("filter", f"object {number}")
    taken = len(plain)
    parameters = resolve(entries[b"DecodeParms"]) if b"DecodeParms" in entries else None
    if parameters is not None and parameters.raw.startswith(b"["):
        listed = parameters.items()
        parameters = resolve(listed[0]) if listed else None
    if parameters is not None and parameters.raw != b"null":
        values = {key: resolve(value).integer for key, value in parameters.entries().items()}
        predictor = values.get(b"Predictor", 1)
        if predictor != 1:
            columns = values.get(b"Columns", 1)
            simple = values.get(b"Colors", 1) == 1 and values.get(b"BitsPerComponent", 8) == 8
            if predictor not in range(10, 16) or not simple or not columns or columns > 1 << 16:
                raise unsupported("filter", f"object {number}")
            plain = _unpredicted(plain, columns, number)
    return plain, taken


def _unpredicted(data: bytes, columns: int, number: int) -> bytes:
    """PNG's filters (RFC 2083, section 6), one byte a pixel."""
    if len(data) % (columns + 1):
        raise unsupported("filter", f"object {number}")
    above, out = bytes(columns), bytearray()
    for start in range(0, len(data), columns + 1):
        kind, row = data[start], bytearray(data[start + 1 : start + 1 + columns])
        if kind == 2:
            row = bytearray((value + up) & 255 for value, up in zip(row, above, strict=True))
        elif kind in (1, 3, 4):
            for index in range(columns):
                left = row[index - 1] if index else 0
                corner = above[index - 1] if index else 0
                guess = (
                    left
                    if kind == 1
                    else (left + above[index]) // 2
                    if kind == 3
                    else _paeth(left, above[index], corner)
                )
                row[index] = (row[index] + guess) & 255
        elif kind:
            raise unsupported("filter", f"object {number}")
        above = bytes(row)
        out += row
    return bytes(out)


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))


def _key(document: Document) -> Key | None:
    """The key of an encrypted file that opens without a password; None of a plain one."""
    held = document.newest.trailer.get(b"Encrypt")
    if held is None or (found := document.resolve(held)).raw == b"null":
        return None
    entries = {key: document.resolve(value) for key, value in found.entries("encryption").items()}
    if b"Filter" not in entries or entries[b"Filter"].name != b"Standard":
        raise unsupported("encryption", "/Filter")
    values: dict[str, int | bytes | bool] = {}
    for key, value in entries.items():
        if value.raw[:1] in b"(<" and value.raw[:2] != b"<<":
            values[key.decode("latin-1")] = string_bytes(value.raw)
        elif value.raw in (b"true", b"false"):
            values[key.decode("latin-1")] = value.raw == b"true"
        elif value.number is not None:
            values[key.decode("latin-1")] = int(value.number)
    version = values.get("V", 0)
    method = "V2" if version in (1, 2) else _method(document, entries)
    return unlocked(encryption_of(values, method), _first_id(document))


def _method(document: Document, entries: Mapping[bytes, Held]) -> str:
    chosen = entries[b"StmF"].name if b"StmF" in entries else b"Identity"
    if chosen == b"Identity":
        return "Identity"
    filters = entries[b"CF"].entries("encryption") if b"CF" in entries else {}
    if chosen is None or chosen not in filters:
        raise unsupported("encryption", "/StmF")
    own = document.resolve(filters[chosen]).entries("encryption")
    method = (own[b"CFM"].name if b"CFM" in own else None) or b""
    if method not in (b"V2", b"AESV2", b"AESV3"):
        raise unsupported("encryption", "/CFM")
    return method.decode("ascii")


def _first_id(document: Document) -> bytes:
    held = document.newest.trailer.get(b"ID")
    if held is None:
        return b""
    items = document.resolve(held).items("encryption")
    return string_bytes(document.resolve(items[0]).raw) if items else b""


def _tree(document: Document) -> tuple[Reference, tuple[AnyPage, ...]]:
    """The root of the page tree, and its leaves from first to last."""
    catalogue = _node(document, document.newest.trailer.get(b"Root"))[1].entries("page-tree")
    root, top = _node(document, catalogue.get(b"Pages"))
    entries = top.entries("page-tree")
    if b"Kids" not in entries or b"Count" not in entries:
        raise unsupported("page-tree", f"object {root.number}")
    pages: list[AnyPage] = []
    seen = {root.number}
    stack = [(kid, 1) for kid in reversed(document.resolve(entries[b"Kids"]).items("page-tree"))]
    while stack:
        kid, depth = stack.pop()
        where, held = _node(document, kid)
        if where.number in seen or depth > MAX_TREE_DEPTH:
            raise unsupported("page-tree", f"object {where.number}")
        seen.add(where.number)
        if len(seen) > 2 * MAX_PAGES or len(stack) > 2 * MAX_PAGES or len(pages) > MAX_PAGES:
            raise unsupported("limit", "pages")
        own = held.entries("page-tree")
        if b"Kids" in own:
            kids = document.resolve(own[b"Kids"]).items("page-tree")
            stack += [(item, depth + 1) for item in reversed(kids)]
        else:
            pages.append(AnyPage(where, held))
    if not pages or document.resolve(entries[b"Count"]).integer != len(pages):
        raise unsupported("page-tree", f"/Count of object {root.number}")
    return root, tuple(pages)


def _node(document: Document, held: Held | None) -> tuple[Reference, Held]:
    where = held.reference if held is not None else None
    if where is None:
        raise unsupported("page-tree", "no reference")
    found = document.object(where)
    if found.stream_at is not None:
        raise unsupported("page-tree", f"object {where.number}")
    return where, found


def old_streams(document: Document, page: Mapping[bytes, Held]) -> tuple[Reference, ...]:
    """The references in a page's /Contents; fails ``stamp.unsupported-pdf`` for ``contents``."""
    contents = page.get(b"Contents")
    if contents is None:
        return ()
    target = document.resolve(contents)
    if target.raw == b"null":
        return ()
    if target.stream_at is not None and contents.reference is not None:
        return (contents.reference,)
    found = tuple(item.reference for item in target.items("contents"))
    if any(item is None for item in found):
        raise unsupported("contents", "no reference")
    return tuple(item for item in found if item is not None)


def holds_string(raw: bytes) -> bool:
    """Whether a raw dictionary may hold a string: a question that may be answered too often with yes."""
    return _STRING.search(raw) is not None
