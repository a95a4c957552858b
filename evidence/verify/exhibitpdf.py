"""The checker's own reader of stamped exhibits: tables and streams of every form (docs/formats.md, section 3.3).

It reads no more than the rebuilding of the stamp needs: the chain of tables, object streams, the pages and the root of
their tree. Shares nothing with the stamper's reader; like it, it repairs nothing.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from evidence.verify.exhibitkey import FileKey, open_without_password
from evidence.verify.limits import (
    EXHIBIT_DECODED_BYTES,
    EXHIBIT_ENTRIES,
    EXHIBIT_NUMBER,
    EXHIBIT_SECTIONS,
    PDF_DEPTH,
    PDF_PAGES,
)
from evidence.verify.pdf import Kind, Value, parse_value
from evidence.verify.refused import Refused

_WHITE = rb"[\x00\t\n\x0c\r ]"
_GAP = re.compile(rb"(?:[\x00\t\n\x0c\r ]++|%[^\r\n]*+)*+")
_START = re.compile(rb"startxref" + _WHITE + rb"++(\d{1,10})")
_OBJECT = re.compile(rb"(\d{1,10})" + _WHITE + rb"++(\d{1,5})" + _WHITE + rb"++obj")
_SECTION = re.compile(rb"(\d{1,10}) ++(\d{1,10}) *+(?:\r\n|\n|\r)")
_ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([nf])[ \r\n]++")
_DATA = re.compile(rb"stream\r?\n")
_END = re.compile(_WHITE + rb"*+endstream")
_WINDOW = 1024

Entry = tuple[str, int, int]
"""``free``; ``plain`` with offset and generation; ``packed`` with object stream and index."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A value with the bytes it is a part of; ``data_at`` where a stream's data begin."""

    buffer: bytes
    value: Value
    packed: bool = False
    data_at: int = -1

    @property
    def raw(self) -> bytes:
        return self.buffer[self.value.start : self.value.end]

    def child(self, value: Value) -> Thing:
        return Thing(self.buffer, value, self.packed)

    def get(self, key: bytes) -> Thing | None:
        found = self.value.get(key)
        return None if found is None or self._is_null(found) else self.child(found)

    def _is_null(self, found: Value) -> bool:
        return found.kind is Kind.OTHER and self.buffer[found.start : found.end] == b"null"

    def items(self) -> list[Thing]:
        if self.value.kind is not Kind.ARRAY:
            raise Refused("pdf-syntax", offset=self.value.start)
        return [self.child(item) for item in self.value.items]

    def integer(self) -> int:
        if self.value.kind is not Kind.INTEGER:
            raise Refused("pdf-syntax", offset=self.value.start)
        return self.value.number


@dataclass(slots=True)
class Exhibit:
    """A source: the newest trailer and its form, what the tables place, and the pages in order."""

    data: bytes
    xref: int
    streamed: bool
    trailer: Thing
    places: dict[int, Entry]
    size: int
    key: FileKey | None = None
    root: tuple[int, int] = (0, 0)
    pages: list[tuple[int, int, Thing]] = field(default_factory=list)
    """Number, generation and dictionary."""
    _packs: dict[int, tuple[bytes, dict[int, int]]] = field(default_factory=dict)
    _room: int = EXHIBIT_DECODED_BYTES

    def object(self, number: int, generation: int) -> Thing:
        kind, place, extra = self.places.get(number, ("free", 0, 0))
        if kind == "plain" and extra == generation:
            return _read_object(self.data, place, number, generation)
        if kind == "packed" and generation == 0:
            buffer, starts = self._pack(place)
            if number in starts:
                return Thing(buffer, parse_value(buffer, starts[number]), packed=True)
        raise Refused("pdf-object", object=number)

    def follow(self, thing: Thing) -> Thing:
        """The thing itself, or what it refers to; a missing object is ``null``."""
        if thing.value.kind is not Kind.REFERENCE:
            return thing
        if self.places.get(thing.value.number, ("free", 0, 0))[0] == "free":
            return Thing(b"null", Value(Kind.OTHER, 0, 4))
        found = self.object(thing.value.number, thing.value.generation)
        if found.value.kind is Kind.REFERENCE:
            raise Refused("pdf-object", object=thing.value.number)
        return found

    def _pack(self, number: int) -> tuple[bytes, dict[int, int]]:
        if number not in self._packs:
            kind, place, generation = self.places.get(number, ("free", 0, 0))
            if kind != "plain":
                raise Refused("pdf-object", object=number)
            thing = _read_object(self.data, place, number, generation)
            length = thing.get(b"Length")
            if length is None:
                raise Refused("pdf-stream", object=number)
            data = _stream_bytes(thing, self.follow(length).integer(), number)
            if self.key is not None:
                data = self.key.decrypted(number, generation, data)
            data, used = decoded(data, thing, self.follow, self._room, number)
            self._room -= used
            counted, first = thing.get(b"N"), thing.get(b"First")
            if counted is None or first is None:
                raise Refused("pdf-object", object=number)
            count, body = self.follow(counted).integer(), self.follow(first).integer()
            words = data[:body].split()[: 2 * count] if count <= EXHIBIT_ENTRIES else []
            if len(words) != 2 * count or not all(word.isdigit() and len(word) <= 10 for word in words):
                raise Refused("pdf-object", object=number)
            starts: dict[int, int] = {}
            for index in range(0, len(words), 2):
                starts.setdefault(int(words[index]), body + int(words[index + 1]))
            self._packs[number] = (data, starts)
        return self._packs[number]


def parse_exhibit(data: bytes) -> Exhibit:
    """The source of a stamped exhibit; :class:`Refused` where no stamp of layout 2 can stand on it."""
    if not data.startswith((b"%PDF-1.", b"%PDF-2.")):
        raise Refused("pdf-header")
    at = data.rfind(b"startxref", max(0, len(data) - _WINDOW))
    start = _START.match(data, at) if at >= 0 else None
    if start is None:
        raise Refused("pdf-tail")
    xref = int(start[1])
    sections = list(_sections(data, xref))
    places: dict[int, Entry] = {}
    size = 0
    for trailer, _streamed, entries in sections:
        for number, entry in entries.items():
            places.setdefault(number, entry)
        stated = trailer.get(b"Size")
        if stated is not None and stated.value.kind is Kind.INTEGER:
            size = max(size, stated.value.number)
    size = max([size, *(number + 1 for number in places)])
    if size > EXHIBIT_NUMBER or len(places) > EXHIBIT_ENTRIES:
        raise Refused("pdf-long", limit=EXHIBIT_NUMBER)
    exhibit = Exhibit(data, xref, sections[0][1], sections[0][0], places, size)
    lock = exhibit.trailer.get(b"Encrypt")
    if lock is not None and exhibit.follow(lock).raw != b"null":
        exhibit.key = _key(exhibit, exhibit.follow(lock))
    _collect_pages(exhibit)
    return exhibit


def _read_object(data: bytes, place: int, number: int, generation: int) -> Thing:
    head = _OBJECT.match(data, _past_gap(data, place)) if place < len(data) else None
    if head is None or int(head[1]) != number or int(head[2]) != generation:
        raise Refused("pdf-object", object=number)
    value = parse_value(data, head.end())
    after = _past_gap(data, value.end)
    stream = _DATA.match(data, after) if value.kind is Kind.DICTIONARY else None
    if stream is None and not data.startswith(b"endobj", after):
        raise Refused("pdf-object", object=number)
    return Thing(data, value, data_at=stream.end() if stream else -1)


def _past_gap(data: bytes, at: int) -> int:
    gap = _GAP.match(data, at)
    return gap.end() if gap else at


def _sections(data: bytes, first: int) -> Iterator[tuple[Thing, bool, dict[int, Entry]]]:
    met: set[int] = set()
    ahead = [first]
    while ahead:
        at = ahead.pop()
        if at in met or len(met) == EXHIBIT_SECTIONS or at >= len(data):
            raise Refused("pdf-xref", offset=at)
        met.add(at)
        begin = _past_gap(data, at)
        streamed = not data.startswith(b"xref", begin)
        trailer, entries = _from_stream(data, begin) if streamed else _from_table(data, begin)
        yield trailer, streamed, entries
        for key in (b"Prev",) if streamed else (b"Prev", b"XRefStm"):
            link = trailer.value.get(key)
            if link is not None:
                ahead.append(trailer.child(link).integer())


def _from_table(data: bytes, at: int) -> tuple[Thing, dict[int, Entry]]:
    entries: dict[int, Entry] = {}
    at = _past_gap(data, at + 4)
    while not data.startswith(b"trailer", at):
        section = _SECTION.match(data, at)
        if (
            section is None
            or int(section[1]) + int(section[2]) > EXHIBIT_NUMBER
            or int(section[2]) > EXHIBIT_ENTRIES
        ):
            raise Refused("pdf-xref", offset=at)
        at = section.end()
        for number in range(int(section[1]), int(section[1]) + int(section[2])):
            entry = _ENTRY.match(data, at)
            if entry is None or number in entries:
                raise Refused("pdf-xref", offset=at)
            is_used = entry[3] == b"n" and int(entry[1]) != 0
            entries[number] = ("plain", int(entry[1]), int(entry[2])) if is_used else ("free", 0, 0)
            at = entry.end()
        at = _past_gap(data, at)
    value = parse_value(data, at + len(b"trailer"))
    if value.kind is not Kind.DICTIONARY:
        raise Refused("pdf-xref", offset=at)
    return Thing(data, value), entries


def _from_stream(data: bytes, at: int) -> tuple[Thing, dict[int, Entry]]:
    head = _OBJECT.match(data, at)
    if head is None:
        raise Refused("pdf-xref", offset=at)
    thing = _read_object(data, at, int(head[1]), int(head[2]))
    kind, length = thing.get(b"Type"), thing.get(b"Length")
    if kind is None or kind.value.name != b"XRef" or length is None:
        raise Refused("pdf-xref", offset=at)
    raw = _stream_bytes(thing, length.integer(), int(head[1]))
    body, _used = decoded(raw, thing, lambda item: item, EXHIBIT_DECODED_BYTES, int(head[1]))
    given, stated, index = thing.get(b"W"), thing.get(b"Size"), thing.get(b"Index")
    if given is None or stated is None:
        raise Refused("pdf-xref", offset=at)
    widths = [item.integer() for item in given.items()]
    if len(widths) != 3 or max(widths) > 8 or not any(widths):
        raise Refused("pdf-xref", offset=at)
    runs = [item.integer() for item in index.items()] if index is not None else [0, stated.integer()]
    entries: dict[int, Entry] = {}
    position = 0
    for first, count in zip(runs[0::2], runs[1::2], strict=False):
        if first + count > EXHIBIT_NUMBER or position + count * sum(widths) > len(body):
            raise Refused("pdf-xref", offset=at)
        for number in range(first, first + count):
            fields = []
            for width in widths:
                fields.append(int.from_bytes(body[position : position + width], "big"))
                position += width
            kind_number = fields[0] if widths[0] else 1
            if number in entries:
                raise Refused("pdf-xref", offset=at)
            if kind_number == 1 and fields[1]:
                entries[number] = ("plain", fields[1], fields[2])
            elif kind_number == 2:
                entries[number] = ("packed", fields[1], fields[2])
            else:
                entries[number] = ("free", 0, 0)
    return thing, entries


def _stream_bytes(thing: Thing, length: int, number: int) -> bytes:
    end = thing.data_at + length
    if thing.data_at < 0 or not _END.match(thing.buffer, end):
        raise Refused("pdf-stream", object=number)
    return thing.buffer[thing.data_at : end]


def decoded(
    data: bytes, thing: Thing, follow: Callable[[Thing], Thing], room: int, number: int
) -> tuple[bytes, int]:
    """Data without /FlateDecode and its predictor, and how many bytes that took of ``room``."""
    names = _listed(thing.get(b"Filter"), follow)
    if not names:
        return data, 0
    if len(names) != 1 or names[0].value.name != b"FlateDecode":
        raise Refused("pdf-filter", object=number)
    machine = zlib.decompressobj()
    try:
        plain = machine.decompress(data, room + 1)
    except zlib.error:
        raise Refused("pdf-filter", object=number) from None
    if len(plain) > room or not machine.eof:
        raise Refused("pdf-filter", object=number)
    used = len(plain)
    for parameters in _listed(thing.get(b"DecodeParms"), follow)[:1]:
        values = {key: follow(parameters.child(value)) for key, value in parameters.value.entries}
        asked = {key: value.value.number for key, value in values.items() if value.value.kind is Kind.INTEGER}
        if asked.get(b"Predictor", 1) != 1:
            columns = asked.get(b"Columns", 1)
            is_simple = asked.get(b"Colors", 1) == 1 and asked.get(b"BitsPerComponent", 8) == 8
            if not is_simple or not 10 <= asked[b"Predictor"] <= 15 or not 1 <= columns <= 1 << 16:
                raise Refused("pdf-filter", object=number)
            plain = _rows(plain, columns, number)
    return plain, used


def _listed(thing: Thing | None, follow: Callable[[Thing], Thing]) -> list[Thing]:
    if thing is None:
        return []
    found = follow(thing)
    if found.value.kind is Kind.ARRAY:
        return [follow(item) for item in found.items()]
    return [] if found.raw == b"null" else [found]


def _rows(data: bytes, columns: int, number: int) -> bytes:
    """PNG's row filters taken off."""
    if len(data) % (columns + 1):
        raise Refused("pdf-filter", object=number)
    result = bytearray()
    last = [0] * columns
    for at in range(0, len(data), columns + 1):
        method, line = data[at], list(data[at + 1 : at + columns + 1])
        if method > 4:
            raise Refused("pdf-filter", object=number)
        for x in range(columns if method else 0):
            a, b, c = (line[x - 1], last[x], last[x - 1]) if x else (0, last[x], 0)
            if method == 4:
                p = a + b - c
                distances = (abs(p - a), abs(p - b), abs(p - c))
                guess = (a, b, c)[distances.index(min(distances))]
            else:
                guess = (0, a, b, (a + b) // 2)[method]
            line[x] = (line[x] + guess) % 256
        result += bytes(line)
        last = line
    return bytes(result)


def _key(exhibit: Exhibit, lock: Thing) -> FileKey:
    if lock.value.kind is not Kind.DICTIONARY:
        raise Refused("pdf-encryption")
    found: dict[str, Thing] = {}
    for key, value in lock.value.entries:
        found[key.decode("latin-1")] = exhibit.follow(lock.child(value))
    if "Filter" not in found or found["Filter"].value.name != b"Standard":
        raise Refused("pdf-encryption")
    method = b"V2"
    if found.get("V") is not None and found["V"].value.number >= 4:
        stream = found["StmF"].value.name if "StmF" in found else b"Identity"
        method = b"Identity"
        if stream != b"Identity":
            filters = found.get("CF")
            chosen = (
                filters.get(stream) if filters is not None and filters.value.kind is Kind.DICTIONARY else None
            )
            how = exhibit.follow(chosen).get(b"CFM") if chosen is not None else None
            if how is None:
                raise Refused("pdf-encryption")
            method = how.value.name
    first = b""
    identity = exhibit.trailer.get(b"ID")
    if identity is not None:
        parts = exhibit.follow(identity).items()
        first = exhibit.follow(parts[0]).raw if parts else b""
    return open_without_password({key: thing.raw for key, thing in found.items()}, first, method)


def _collect_pages(exhibit: Exhibit) -> None:
    root_of = exhibit.trailer.get(b"Root")
    tree = _reached(exhibit, root_of).get(b"Pages")
    top = _reached(exhibit, tree)
    if tree is None or top.get(b"Kids") is None:
        raise Refused("pdf-page-tree", object=0)
    exhibit.root = (tree.value.number, tree.value.generation)
    met = {tree.value.number}
    waiting = [(kid, 1) for kid in reversed(_kids(exhibit, top))]
    while waiting:
        reference, depth = waiting.pop()
        node = _reached(exhibit, reference)
        number = reference.value.number
        if number in met or depth > PDF_DEPTH or len(met) > 2 * PDF_PAGES or len(waiting) > 2 * PDF_PAGES:
            raise Refused("pdf-page-tree", object=number)
        met.add(number)
        if node.value.get(b"Kids") is not None:
            waiting.extend((kid, depth + 1) for kid in reversed(_kids(exhibit, node)))
        else:
            exhibit.pages.append((number, reference.value.generation, node))
    count = top.get(b"Count")
    if not exhibit.pages or count is None or exhibit.follow(count).integer() != len(exhibit.pages):
        raise Refused("pdf-page-tree", object=tree.value.number)


def _kids(exhibit: Exhibit, node: Thing) -> list[Thing]:
    kids = node.get(b"Kids")
    if kids is None:
        raise Refused("pdf-page-tree", object=0)
    return exhibit.follow(kids).items()


def _reached(exhibit: Exhibit, reference: Thing | None) -> Thing:
    """The dictionary that a reference leads to; nodes of the tree are never written in place."""
    if reference is None or reference.value.kind is not Kind.REFERENCE:
        raise Refused("pdf-missing", key="Pages")
    found = exhibit.object(reference.value.number, reference.value.generation)
    if found.value.kind is not Kind.DICTIONARY or found.data_at >= 0:
        raise Refused("pdf-page-tree", object=reference.value.number)
    return found


_CATALOGUE = (b"AA", b"AcroForm", b"OCProperties", b"OpenAction")
_NAMES = (b"EmbeddedFiles", b"JavaScript")
_PAGE = (b"AA", b"Annots")


def beside_pages(exhibit: Exhibit) -> list[str]:
    """Names of what the file holds beside its pages' content, by which programs may show different things."""
    catalogue = _reached(exhibit, exhibit.trailer.get(b"Root"))
    found = {key for key in _CATALOGUE if catalogue.get(key) is not None}
    opening, names = catalogue.get(b"OpenAction"), catalogue.get(b"Names")
    if opening is not None and exhibit.follow(opening).value.kind is Kind.ARRAY:
        found.discard(b"OpenAction")
    if names is not None and exhibit.follow(names).value.kind is Kind.DICTIONARY:
        listed = exhibit.follow(names)
        found |= {key for key in _NAMES if listed.get(key) is not None}
    for _number, _generation, page in exhibit.pages:
        found |= {key for key in _PAGE if page.get(key) is not None}
    if exhibit.key is not None:
        found.add(b"Encrypt")
    return sorted(key.decode("ascii") for key in found)


def contents_of(exhibit: Exhibit, page: Thing) -> list[bytes]:
    """The references to a page's content streams, as they are written into the stamp."""
    contents = page.get(b"Contents")
    if contents is None:
        return []
    target = exhibit.follow(contents)
    if target.raw == b"null":
        return []
    if target.data_at >= 0 and contents.value.kind is Kind.REFERENCE:
        return [b"%d %d R" % (contents.value.number, contents.value.generation)]
    items = target.items()
    if any(item.value.kind is not Kind.REFERENCE for item in items):
        raise Refused("pdf-contents", offset=page.value.start)
    return [b"%d %d R" % (item.value.number, item.value.generation) for item in items]
