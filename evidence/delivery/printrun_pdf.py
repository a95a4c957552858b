"""A PDF that is written as it grows: pages of other PDFs one after the other, in memory that does not grow with them.

What a PDF library keeps until it saves, this writes at once: only the place of each object stays in memory (eight
bytes), and the digests of the last few thousand objects, so that a font which a hundred letters share is written once.
Nothing about a page is changed: its content and resources are copied as they are stored. The same pages give the same
bytes.
"""

from __future__ import annotations

import hashlib
import io
from array import array
from collections import OrderedDict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

__all__ = ["A4", "PrintFile", "open_pages"]

A4 = (595.276, 841.89)
_KEPT = ("/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Group", "/Resources", "/Contents")
_INHERITED = ("/MediaBox", "/CropBox", "/Rotate", "/Resources")
_NODE = 64  # pages under one node of the page tree
_REMEMBERED = 4096
_DEEP = 64  # levels of arrays and dictionaries, and of references between objects


def open_pages(data: bytes) -> Pdf:
    """A PDF whose pages are to be copied."""
    return pikepdf.open(io.BytesIO(data), attempt_recovery=False)


class PrintFile:
    """Pages are added, then :meth:`close` writes the table. ``file`` is open for writing, at its beginning."""

    def __init__(self, file: BinaryIO, *, title: str, created: datetime) -> None:
        self._file = file
        self._at = 0
        self._offsets = array("Q", [0])  # of object n; 0 while it is not written
        self._nodes: list[tuple[int, list[int]]] = []
        self._written: OrderedDict[bytes, int] = OrderedDict()
        self._digest = hashlib.sha256()
        self._bookmark: tuple[int, str, int] | None = None
        self._first_bookmark = self._last_bookmark = self._bookmarks = self._target = 0
        self._title, self._created = title, created
        self.pages = 0
        self._put(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        self._catalogue, self._tree, self._outline = (self._reserve() for _ in range(3))

    def copy(self, source: Pdf) -> int:
        """Add every page of ``source``; how many there were."""
        copier = _Copier(self)
        for page in source.pages:
            found: dict[str, object] = {key: page.obj[key] for key in _KEPT if key in page.obj}
            for key in _INHERITED:
                if key not in found and (value := _inherited(page.obj, key)) is not None:
                    found[key] = value
            self._page(b"".join(key.encode() + b" " + copier.text(v) + b"\n" for key, v in found.items()))
        return len(source.pages)

    def resources(self, source: Pdf, resources: Object) -> bytes:
        """Copy resources for pages drawn here; what :meth:`draw` wants to have."""
        return _Copier(self).text(resources)

    def draw(self, content: bytes, resources: bytes = b"<<>>") -> None:
        """Add an A4 page with this content."""
        stream = self._add(b"<</Length %d>>\nstream\n" % len(content) + content + b"\nendstream")
        box = b"[0 0 %g %g]" % A4
        self._page(b"/MediaBox %s /Resources %s /Contents %d 0 R" % (box, resources, stream))

    def blank(self) -> None:
        """Add a side that stays white."""
        self._page(b"/MediaBox [0 0 %g %g] /Resources <<>>" % A4)

    def bookmark(self, title: str) -> None:
        """A bookmark at the next page that is added."""
        number = self._reserve()
        self._close_bookmark(number)
        self._bookmark = (number, title, self.pages)
        self._first_bookmark = self._first_bookmark or number
        self._bookmarks += 1

    def close(self) -> None:
        """Write what readers look for at the end. The file stays open."""
        self._close_bookmark(0)
        for number, kids in self._nodes:
            listed = b" ".join(b"%d 0 R" % kid for kid in kids)
            body = b"<</Type /Pages /Parent %d 0 R /Count %d /Kids [%s]>>"
            self._write(number, body % (self._tree, len(kids), listed))
        nodes = b" ".join(b"%d 0 R" % number for number, _ in self._nodes)
        self._write(self._tree, b"<</Type /Pages /Count %d /Kids [%s]>>" % (self.pages, nodes))
        outline = b"<</Type /Outlines>>"
        if self._bookmarks:
            ends = (self._first_bookmark, self._last_bookmark, self._bookmarks)
            outline = b"<</Type /Outlines /First %d 0 R /Last %d 0 R /Count %d>>" % ends
        self._write(self._outline, outline)
        catalogue = (
            b"<</Type /Catalog /Pages %d 0 R /Outlines %d 0 R /ViewerPreferences <</PrintScaling /None>>>>"
        )
        self._write(self._catalogue, catalogue % (self._tree, self._outline))
        stamp = f"D:{self._created.astimezone(UTC):%Y%m%d%H%M%S}Z".encode()
        told = (_text(self._title), stamp, stamp)
        info = self._add(b"<</Title %s /CreationDate (%s) /ModDate (%s)>>" % told)
        identity = self._digest.hexdigest()[:32].encode()
        start = self._at
        self._put(b"xref\n0 %d\n0000000000 65535 f \n" % len(self._offsets))
        for offset in self._offsets[1:]:
            self._put(b"%010d 00000 n \n" % offset)
        trailer = b"trailer\n<</Size %d /Root %d 0 R /Info %d 0 R /ID [<%s> <%s>]>>\n"
        self._put(trailer % (len(self._offsets), self._catalogue, info, identity, identity))
        self._put(b"startxref\n%d\n%%%%EOF\n" % start)

    def _page(self, entries: bytes) -> None:
        if not self._nodes or len(self._nodes[-1][1]) == _NODE:
            self._nodes.append((self._reserve(), []))
        parent, kids = self._nodes[-1]
        kids.append(self._add(b"<</Type /Page /Parent %d 0 R\n%s>>" % (parent, entries)))
        self.pages += 1
        if self._bookmark is not None and self._bookmark[2] == self.pages - 1:
            self._target = kids[-1]

    def _close_bookmark(self, following: int) -> None:
        if self._bookmark is None:
            return
        number, title, _ = self._bookmark
        body = b"<</Title %s /Parent %d 0 R /Dest [%d 0 R /Fit]" % (_text(title), self._outline, self._target)
        if number != self._first_bookmark:
            body += b" /Prev %d 0 R" % self._last_bookmark
        body += b" /Next %d 0 R" % following if following else b""
        self._write(number, body + b">>")
        self._last_bookmark = number
        self._bookmark = None

    def shared(self, body: bytes) -> int:
        """The number of an object with this body: one written before, or a new one."""
        digest = hashlib.sha256(body).digest()
        number = self._written.get(digest)
        if number is None:
            number = self._written[digest] = self._add(body)
            if len(self._written) > _REMEMBERED:
                self._written.popitem(last=False)
        else:
            self._written.move_to_end(digest)
        return number

    def _add(self, body: bytes) -> int:
        number = self._reserve()
        self._write(number, body)
        return number

    def _reserve(self) -> int:
        self._offsets.append(0)
        return len(self._offsets) - 1

    def _write(self, number: int, body: bytes) -> None:
        self._offsets[number] = self._at
        self._put(b"%d 0 obj\n%s\nendobj\n" % (number, body))

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self._digest.update(data)
        self._at += len(data)


class _Copier:
    """Objects of one source as they stand in the print file: an object before whatever refers to it."""

    def __init__(self, target: PrintFile) -> None:
        self._target = target
        self._known: dict[tuple[int, int], int] = {}
        self._depth = 0

    def text(self, value: object) -> bytes:
        """The value, or the reference to it."""
        if isinstance(value, Object) and value.is_indirect:
            place = value.objgen
            if place not in self._known:
                self._known[place] = self._target.shared(self._body(value))
            return b"%d 0 R" % self._known[place]
        return self._body(value)

    def _body(self, value: object) -> bytes:
        self._depth += 1
        if self._depth > _DEEP:  # an object that contains itself, which no page content does
            raise ValueError("objects nested too deep to print")
        try:
            if isinstance(value, Stream):
                raw = value.read_raw_bytes()
                entries = self._entries(value, ("/Length",))
                return b"<<%s/Length %d>>\nstream\n" % (entries, len(raw)) + raw + b"\nendstream"
            if isinstance(value, Dictionary):
                return b"<<%s>>" % self._entries(value, ("/StructParents", "/StructParent"))
            if isinstance(value, Array):
                return b"[%s]" % b" ".join(self.text(item) for item in value)
            return _plain(value)
        finally:
            self._depth -= 1

    def _entries(self, value: Object, without: tuple[str, ...]) -> bytes:
        return b"".join(
            Name(key).unparse() + b" " + self.text(inner) + b"\n"
            for key, inner in sorted(_items(value))
            if key not in without
        )


def _items(value: Object) -> Iterator[tuple[str, object]]:
    for key in value.keys():  # noqa: SIM118 - a stream is no mapping
        yield str(key), value[key]


def _plain(value: object) -> bytes:
    if isinstance(value, bool):
        return b"true" if value else b"false"
    if value is None:
        return b"null"
    if isinstance(value, Object):
        return bytes(value.unparse())
    if isinstance(value, int):
        return b"%d" % value
    return format(value, "f").encode()  # a decimal, which PDF writes without exponent


def _inherited(page: Object, key: str) -> object | None:
    node = page
    for _ in range(_DEEP):
        if key in node:
            return node[key]
        if "/Parent" not in node:
            return None
        node = node["/Parent"]
    return None


def _text(text: str) -> bytes:
    """A text string of document information: UTF-16 in hexadecimal, which needs no escapes."""
    return b"<FEFF" + text.encode("utf-16-be").hex().upper().encode() + b">"
