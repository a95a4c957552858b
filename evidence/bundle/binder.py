"""One volume's PDF, written as it grows: parts made ready by :mod:`evidence.bundle.sheets`, copied as bytes.

What a PDF library keeps until it saves, this writes at once: only the place of each object stays in memory, and no
page is read again. A part's objects keep their text but for the numbers they refer to each other by; nothing about a
page is changed but its number, drawn where the part left room for it. The same parts give the same bytes.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from evidence.bundle.geometry import Box, operands
from evidence.bundle.sheets import FONT_KEY, Part

__all__ = ["Bookmark", "Link", "Outside", "Volume", "upper_bound"]

_REFERENCE = re.compile(rb"\((?:[^()\\]++|\\.)*+\)|\b(\d++) 0 R\b", re.DOTALL)
_LENGTH = re.compile(rb"/Length (\d++)")
_ENTRY = 20  # bytes of a line of the table
_WHOLE = 1 << 20  # objects up to this long are copied at once
_CHUNK = 1 << 20
_NODE = 64  # pages under one node of the page tree
_END = b"\nendstream\nendobj\n"
# What binding can add: longer references, the number of a page, its links and labels.
_PER_OBJECT, _PER_PAGE, _PER_VOLUME = 60, 900, 8192


@dataclass(frozen=True, slots=True)
class Outside:
    """A page of another volume: the file's name, and the page in it from 0."""

    file: str
    page: int


@dataclass(frozen=True, slots=True)
class Link:
    """A rectangle on page ``page`` of the volume (from 0), in page space, that leads to another page."""

    page: int
    box: Box
    to: int | Outside


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A line of the outline; it leads to page ``page`` of the volume and keeps the reader's zoom."""

    title: str
    page: int


def upper_bound(part: Part) -> int:
    """How many bytes a part can take in a volume at most, page numbers and their share of the tables included."""
    with part.path.open("rb") as file:
        table, _ = _table(file)
    return part.size + len(table) * _PER_OBJECT + part.pages * _PER_PAGE + _PER_VOLUME


class Volume:
    """Parts are added in order; :meth:`close` writes what readers look for at the end.

    ``file`` is open for writing at its beginning; ``pages`` is how many pages there will be; ``face`` is a part of no
    interest but for the font under its ``FONT_KEY``. ``number`` gives, for a page of the volume, the operators that
    show its number, their width at one point, and the size factor is the sheet's own.
    """

    def __init__(
        self,
        file: BinaryIO,
        *,
        pages: int,
        face: Part,
        number: Callable[[int], tuple[str, float]],
        links: Sequence[Link] = (),
        title: str,
        created: datetime,
    ) -> None:
        self._file, self._at = file, 0
        self._offsets = array("Q", [0])
        self._number = number
        self._title, self._created = title, created
        self._digest = hashlib.sha256()
        self._layers: list[int] = []
        self._hidden: list[int] = []
        self._links: dict[int, list[Link]] = {}
        for link in links:
            self._links.setdefault(link.page, []).append(link)
        self._put(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        self._catalogue, self._tree, self._outline = (self._reserve() for _ in range(3))
        self._pages = [self._reserve() for _ in range(pages)]
        self._nodes = [self._reserve() for _ in range(0, pages, _NODE)]
        self._page = 0
        self._font = self._face(face)

    def add(self, part: Part) -> None:
        """Bind the pages of ``part`` next."""
        with part.path.open("rb") as file:
            _Copy(self, file).pages(part)

    def close(self, bookmarks: Sequence[Bookmark], labels: Sequence[tuple[int, str, int]]) -> None:
        """Write outline, labels and tables. ``labels``: from which page (0), the prefix, and the first number."""
        if self._page != len(self._pages):
            raise ValueError("pages missing")
        for i, node in enumerate(self._nodes):
            kids = self._pages[i * _NODE : (i + 1) * _NODE]
            listed = b" ".join(b"%d 0 R" % kid for kid in kids)
            told = (self._tree, len(kids), listed)
            self.write(node, b"<< /Type /Pages /Parent %d 0 R /Count %d /Kids [ %s ] >>" % told)
        nodes = b" ".join(b"%d 0 R" % node for node in self._nodes)
        self.write(self._tree, b"<< /Type /Pages /Count %d /Kids [ %s ] >>" % (len(self._pages), nodes))
        self._write_outline(bookmarks)
        numbers = b" ".join(
            b"%d << /P %s /S /D /St %d >>" % (page, _text(prefix), first)
            if prefix
            else b"%d << /S /D /St %d >>" % (page, first)
            for page, prefix, first in labels
        )
        layers = b""
        if self._layers:
            every, hidden = (
                b" ".join(b"%d 0 R" % number for number in listed) for listed in (self._layers, self._hidden)
            )
            layers = b" /OCProperties << /OCGs [ %s ] /D << /OFF [ %s ] /Order [] >> >>" % (every, hidden)
        self.write(
            self._catalogue,
            b"<< /Type /Catalog /Pages %d 0 R /Outlines %d 0 R /PageMode /UseOutlines "
            b"/PageLabels << /Nums [ %s ] >>%s /ViewerPreferences << /DisplayDocTitle true >> >>"
            % (self._tree, self._outline, numbers, layers),
        )
        moment = f"D:{self._created.astimezone(UTC):%Y%m%d%H%M%S}Z".encode()
        info = self.new(
            b"<< /CreationDate (%s) /ModDate (%s) /Title %s >>" % (moment, moment, _text(self._title))
        )
        self._digest.update(self._offsets.tobytes())
        identity = self._digest.hexdigest()[:32].encode()
        start = self._at
        self._put(b"xref\n0 %d\n0000000000 65535 f \n" % len(self._offsets))
        self._put(b"".join(b"%010d 00000 n \n" % offset for offset in self._offsets[1:]))
        self._put(
            b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R /ID [ <%s> <%s> ] >>\nstartxref\n%d\n%%%%EOF\n"
            % (len(self._offsets), self._catalogue, info, identity, identity, start)
        )

    # What follows is for the copier beside this class.

    def write(self, number: int, body: bytes) -> None:
        self._offsets[number] = self._at
        self._put(b"%d 0 obj\n%s\nendobj\n" % (number, body))

    def begin(self, number: int, head: bytes) -> None:
        """An object too long for memory: its first bytes; :meth:`more` brings the rest, ``endobj`` included."""
        self._offsets[number] = self._at
        self._put(b"%d 0 obj\n%s" % (number, head))

    def more(self, data: bytes) -> None:
        self._put(data)

    def new(self, body: bytes) -> int:
        number = self._reserve()
        self.write(number, body)
        return number

    def reserve(self) -> int:
        return self._reserve()

    def next_page(self) -> tuple[int, int, int]:
        """The object number of the next page, of its node in the tree, and which page of the volume it is."""
        page = self._page
        self._page += 1
        return self._pages[page], self._nodes[page // _NODE], page

    def number_stream(self, page: int, part: Part, index: int) -> bytes:
        """The stream object that draws a page's number after all else."""
        spot = part.sheets[index].spot
        show, width = self._number(page)
        x = spot.left(width * spot.size)
        body = (
            "\nQ" * spot.closing
            + f"\nq {spot.cm} BT {FONT_KEY} {operands((spot.size,))} Tf 0 g "
            + f"1 0 0 1 {operands((x, spot.y))} Tm {show} ET Q"
        ).encode()
        return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(body), body)

    def notes(self, page: int) -> bytes:
        """The links on a page, as what stands between the brackets of its annotations."""
        told = []
        for link in self._links.get(page, ()):
            box = operands(link.box).encode()
            if isinstance(link.to, Outside):
                file = _text(link.to.file)
                action = (
                    b"/A << /S /GoToR /F << /Type /Filespec /F %s /UF %s >> /D [ %d /XYZ null null null ] >>"
                )
                goal = action % (file, file, link.to.page)
            else:
                goal = b"/Dest [ %d 0 R /XYZ null null null ]" % self._pages[link.to]
            told.append(
                b"<< /Type /Annot /Subtype /Link /Border [ 0 0 0 ] /F 4 /Rect [ %s ] %s >>" % (box, goal)
            )
        return b" ".join(told)

    @property
    def font(self) -> int:
        return self._font

    def layer(self, numbers: Sequence[int], hidden: Sequence[int]) -> None:
        self._layers += numbers
        self._hidden += hidden

    def _face(self, part: Part) -> int:
        with part.path.open("rb") as file:
            return _Copy(self, file).font()

    def _write_outline(self, bookmarks: Sequence[Bookmark]) -> None:
        numbers = [self._reserve() for _ in bookmarks]
        if not numbers:
            self.write(self._outline, b"<< /Type /Outlines >>")
            return
        ends = (numbers[0], numbers[-1], len(numbers))
        self.write(self._outline, b"<< /Type /Outlines /First %d 0 R /Last %d 0 R /Count %d >>" % ends)
        for i, (number, bookmark) in enumerate(zip(numbers, bookmarks, strict=True)):
            beside = b" /Prev %d 0 R" % numbers[i - 1] if i else b""
            beside += b" /Next %d 0 R" % numbers[i + 1] if i + 1 < len(numbers) else b""
            goal = b"/Dest [ %d 0 R /XYZ null null null ]" % self._pages[bookmark.page]
            told = (_text(bookmark.title), self._outline, goal, beside)
            self.write(number, b"<< /Title %s /Parent %d 0 R %s%s >>" % told)

    def _reserve(self) -> int:
        self._offsets.append(0)
        return len(self._offsets) - 1

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self._at += len(data)
        if len(data) < _WHOLE:
            self._digest.update(data)


class _Copy:
    """The objects of one part on their way into a volume."""

    def __init__(self, volume: Volume, file: BinaryIO) -> None:
        self._volume, self._file = volume, file
        self._offsets, self._end = _table(file)
        root = self._read(1)
        self._root = root
        found = re.search(FONT_KEY.encode() + rb" (\d++) 0 R", root)
        tree = re.search(rb"/Pages (\d++) 0 R", root)
        if found is None or tree is None:
            raise ValueError("not a part")
        self._font, self._tree = int(found[1]), int(tree[1])
        self._new: list[int] = [0] * (len(self._offsets) + 1)

    def pages(self, part: Part) -> None:
        kids = [int(kid) for kid in re.findall(rb"(\d++) 0 R", self._read(self._tree).split(b"[", 1)[1])]
        if len(kids) != part.pages:
            raise ValueError("pages missing")
        places = {kid: self._volume.next_page() for kid in kids}
        for old, (number, _, _) in places.items():
            self._new[old] = number
        self._new[self._font] = self._volume.font
        skipped = {1, self._font, self._tree}
        last = {}  # the stream that waits for the page's number
        for index, kid in enumerate(kids):
            body = self._read(kid)
            found = re.search(rb"/Contents \[ ([^\]]*)\]", body)
            if found is None:
                raise ValueError("a page without contents")
            last[int(found[1].split()[-3])] = (places[kid][2], index)
        for old in range(1, len(self._offsets) + 1):
            if old not in skipped and old not in places:
                self._new[old] = self._volume.reserve()
        for key, take in (("/EvLayers", 0), ("/EvHidden", 1)):
            listed = self._listed(key)
            self._volume.layer(*((listed, ()) if take == 0 else ((), listed)))
        for old in range(1, len(self._offsets) + 1):
            if old in skipped:
                continue
            if old in last:
                page, index = last[old]
                self._volume.write(self._new[old], self._volume.number_stream(page, part, index))
            elif old in places:
                number, node, page = places[old]
                self._new[self._tree] = node
                self._volume.write(number, self._with_links(self._renumbered(self._read(old)), page))
            else:
                self._copy(old)

    def font(self) -> int:
        """Copy the font alone, with what it refers to."""
        body = self._read(self._font)
        skipped = {
            1,
            self._font,
            self._tree,
            *(int(k) for k in re.findall(rb"(\d++) 0 R", self._read(self._tree))),
        }
        for old in range(1, len(self._offsets) + 1):
            if old not in skipped:
                self._new[old] = self._volume.reserve()
        for old in range(1, len(self._offsets) + 1):
            if old not in skipped:
                self._copy(old)
        return self._volume.new(self._renumbered(body))

    def _with_links(self, body: bytes, page: int) -> bytes:
        links = self._volume.notes(page)
        if not links:
            return body
        found = re.search(rb"/Annots (\[)", body)
        if found is not None:
            return body[: found.end(1)] + b" " + links + body[found.end(1) :]
        return body[: body.rindex(b">>")] + b"/Annots [ " + links + b" ] >>"

    def _listed(self, key: str) -> list[int]:
        found = re.search(key.encode() + rb" \[([^\]]*)\]", self._root)
        return [self._new[int(old)] for old in re.findall(rb"(\d++) 0 R", found[1])] if found else []

    def _bounds(self, old: int) -> tuple[int, int]:
        """Where the object's text begins, and where the next object does."""
        start = self._offsets[old - 1]
        end = self._offsets[old] if old < len(self._offsets) else self._end
        return start + len(b"%d 0 obj\n" % old), end

    def _read(self, old: int) -> bytes:
        """The object's text, without ``endobj``."""
        start, end = self._bounds(old)
        self._file.seek(start)
        return self._file.read(end - start).removesuffix(b"\nendobj\n")

    def _copy(self, old: int) -> None:
        start, end = self._bounds(old)
        self._file.seek(start)
        if end - start <= _WHOLE:
            data = self._file.read(end - start)
            cut = _stream_at(data, end - start)
            head, tail = data[:cut], data[cut:]
            self._volume.begin(self._new[old], self._renumbered(head))
            self._volume.more(tail)
            return
        head = self._file.read(_WHOLE)
        cut = _stream_at(head, end - start)
        self._volume.begin(self._new[old], self._renumbered(head[:cut]))
        self._volume.more(head[cut:])
        left = end - start - len(head)
        while left:
            chunk = self._file.read(min(left, _CHUNK))
            if not chunk:
                raise ValueError("a part was cut off")
            self._volume.more(chunk)
            left -= len(chunk)

    def _renumbered(self, body: bytes) -> bytes:
        new = self._new

        def named(found: re.Match[bytes]) -> bytes:
            old = found[1]
            return found[0] if old is None else b"%d 0 R" % new[int(old)]

        return _REFERENCE.sub(named, body)


def _stream_at(data: bytes, length: int) -> int:
    """Where the data of a stream begin in an object ``length`` bytes long; its end where it is no stream."""
    if length <= len(data) and not data.endswith(_END):
        return len(data)
    for found in _LENGTH.finditer(data):
        start = length - len(_END) - int(found[1])
        if start > 0 and data[start - 7 : start] == b"stream\n":
            return start
    if length <= len(data):
        return len(data)
    raise ValueError("a stream without its length")


def _table(file: BinaryIO) -> tuple[list[int], int]:
    """Where objects 1, 2 … begin, and where the last one ends; objects stand in that order."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - 64))
    start = int(file.read().rsplit(b"startxref", 1)[1].split()[0])
    file.seek(start)
    table = file.read(size - start)
    head = re.match(rb"xref\n0 (\d++)\n", table)
    if head is None:
        raise ValueError("not a part")
    first, count = head.end(), int(head[1])
    offsets = [int(table[first + i * _ENTRY :][:10]) for i in range(1, count)]
    if offsets != sorted(offsets):
        raise ValueError("objects out of order")
    return offsets, start


def _text(text: str) -> bytes:
    """A text string: UTF-16 in hexadecimal, which needs no escapes."""
    return b"<FEFF" + text.encode("utf-16-be", "replace").hex().upper().encode() + b">"
