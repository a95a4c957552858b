"""Whether a file holds what is to be covered: everywhere a reader or a program may find it, not only on its pages."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image

from evidence.bundle.bag import Content
from evidence.bundle.masking import MaskKind, Rules, find
from evidence.bundle.media import decoded, media_type_of
from evidence.bundle.redraw import look

GUESSABLE = frozenset({"text/plain", "text/csv", "text/html", "application/json"})
"""Types whose bytes follow from what is seen: with their digest a covered number could be found by trying."""

_TAG = re.compile(r"<[^>]*>")
_MOST = 256 << 20
_NESTED = 2
_XML = (".xml", ".rels", ".html", ".xhtml", ".vml")
_PICTURE_TYPES = (
    "image/jpeg",
    "image/png",
    "image/tiff",
    "image/webp",
    "image/gif",
    "image/bmp",
    "image/heic",
)


class UnreadableError(ValueError):
    """A PDF or an archive that cannot be opened here, so that nobody can say what it holds."""


def kinds_in(name: str, content: Content, rules: Rules, *, pages: bool = True) -> frozenset[MaskKind]:
    """What of ``rules`` the file holds, in its name, its text, or what goes with it; or ``unreadable``.

    What pictures show is not read; nor, without ``pages``, what stands on the pages of a PDF.
    """
    found = {hit.kind for hit in find(name, rules)}
    try:
        for text in texts_of(name, content, 0):
            found |= {hit.kind for hit in find(text, rules)}
        data = content if isinstance(content, bytes) else _head(content)
        if pages and data.startswith(b"%PDF-"):
            found |= _on_pages(content, rules)
    except UnreadableError:
        found.add(MaskKind.UNREADABLE)
    return frozenset(found)


def guessable(name: str, content: Content) -> bool:
    """Whether the file's bytes could be guessed from what the copy shows of it."""
    data = content if isinstance(content, bytes) else content.read_bytes()
    return media_type_of(name, data) in GUESSABLE


def texts_of(name: str, content: Content, depth: int) -> Iterator[str]:
    """Every text in a file that a program can read out: its own, that of its parts, of its metadata."""
    data = content if isinstance(content, bytes) else content.read_bytes()
    kind = media_type_of(name, data)
    if kind.startswith("text/"):
        text = decoded(data) or ""
        yield text
        if kind == "text/html":
            yield _TAG.sub("", text)
    elif data.startswith(b"%PDF-"):
        yield from _pdf_texts(data, depth)
    elif data.startswith(b"PK"):
        yield from _zip_texts(data, depth)
    elif kind in _PICTURE_TYPES:
        yield from _picture_texts(data)
    else:
        # No known form: whatever stands in it as plain text.
        yield from _runs(data)


def _zip_texts(data: bytes, depth: int) -> Iterator[str]:
    """Names and parts of an Office file or any other zip; of XML also the text that its tags cut in pieces."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield archive.comment.decode("utf-8", "replace")
            room = _MOST
            for info in archive.infolist():
                yield info.filename
                room -= info.file_size
                if room < 0:
                    raise UnreadableError("too large")
                part = archive.read(info)
                if info.filename.endswith(_XML):
                    text = part.decode("utf-8", "replace")
                    yield text
                    # A paragraph's runs belong together; paragraphs and cells do not.
                    broken = re.sub(r"</(?:w:p|w:tc|a:p|text:p|si|c|row)>", "\n", text)
                    yield _TAG.sub("", broken)
                elif depth < _NESTED:
                    yield from texts_of(info.filename, part, depth + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, zlib.error) as error:
        raise UnreadableError(str(error)) from error


def _pdf_texts(data: bytes, depth: int) -> Iterator[str]:
    """All strings of a PDF, its XMP, and the files it carries; the text of its pages is PDFium's to find.

    Of a file with earlier versions in it also what those hold, which no reader shows.
    """
    if data.count(b"%%EOF") > 1:
        yield from _earlier(data)
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            for item in pdf.objects:
                yield from _strings(item, 0)
                if isinstance(item, pikepdf.Stream) and item.get("/Type") in (
                    pikepdf.Name.Metadata,
                    pikepdf.Name.EmbeddedFile,
                ):
                    body = item.read_bytes()
                    if item.get("/Type") == pikepdf.Name.Metadata or depth >= _NESTED:
                        yield body.decode("utf-8", "replace")
                    else:
                        yield from texts_of("attachment", body, depth + 1)
    except (pikepdf.PdfError, pikepdf.PasswordError, RuntimeError, TypeError) as error:
        raise UnreadableError(str(error)) from error


_STREAM = re.compile(rb"stream\r?\n")
# Places on a page, and glyphs by their numbers.
_DRAWING = re.compile(r"[0-9]*\.[0-9]+|<[0-9A-Fa-f\s]*>")
_HEX_STRING = re.compile(rb"<([0-9A-Fa-f\s]{8,})>")


def _earlier(data: bytes) -> Iterator[str]:
    """The plain text of every stream in the file, referred to or not."""
    room = _MOST
    for found in _STREAM.finditer(data):
        try:
            body = zlib.decompressobj().decompress(data[found.end() :], 16 << 20)
        except zlib.error:
            continue
        room -= len(body)
        if room < 0:
            return
        yield from _drawn(body)
    yield from _drawn(data)


def _drawn(body: bytes) -> Iterator[str]:
    yield from (_DRAWING.sub(" ", run) for run in _runs(body))
    for found in _HEX_STRING.finditer(body):
        written = bytes.fromhex(found[1].decode()) if len(re.sub(rb"\s", b"", found[1])) % 2 == 0 else b""
        if written.startswith(b"\xfe\xff"):
            yield written[2:].decode("utf-16-be", "ignore")
        elif written.isascii():
            yield written.decode()


def _strings(item: pikepdf.Object, depth: int) -> Iterator[str]:
    if depth > 12:
        return
    if isinstance(item, pikepdf.String):
        yield str(item)
    elif isinstance(item, pikepdf.Array):
        for value in item:
            if isinstance(value, pikepdf.Object) and not value.is_indirect:
                yield from _strings(value, depth + 1)
    elif isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        for key in sorted(item.keys()):
            inner = item.get(key)
            if isinstance(inner, pikepdf.Object) and not inner.is_indirect:
                yield from _strings(inner, depth + 1)


def _picture_texts(data: bytes) -> Iterator[str]:
    """What goes with a picture: camera data, comments, XMP, text chunks. What it shows is not read."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            yield from _values(image.info)
            exif = image.getexif()
            yield from _values(dict(exif))
            for block in (0x8769, 0x8825, 0xA005):
                yield from _values(exif.get_ifd(block))
    except Exception:  # nosec B110 # decoders of damaged files raise whatever they stumble over
        pass
    yield from _runs(data[: 1 << 20])


def _values(found: Mapping[Any, Any]) -> Iterator[str]:
    for key, value in found.items():
        for one in (key, value):
            if isinstance(one, bytes):
                body = one[8:] if one[:8] in (b"UNICODE\0", b"ASCII\0\0\0") else one
                yield from (
                    body.decode(code, "ignore") for code in ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
                )
            elif isinstance(one, str):
                yield one


_PLAIN = re.compile(rb"(?:[\x20-\x7e]|[\xe3-\xe9][\x80-\xbf]{2}|\xef[\xbc-\xbf][\x80-\xbf]){6,}")


def _runs(data: bytes) -> Iterator[str]:
    """What stands in bytes as text in UTF-8: Latin letters, digits, Han."""
    for run in _PLAIN.finditer(data):
        yield run[0].decode("utf-8", "replace")


def _on_pages(content: Content, rules: Rules) -> set[MaskKind]:
    """What stands on the pages of a PDF."""
    if isinstance(content, Path):
        return _found(content, rules)
    with tempfile.TemporaryDirectory(prefix="evidence-mask-") as folder:
        path = Path(folder) / "file.pdf"
        path.write_bytes(content)
        return _found(path, rules)


def _found(path: Path, rules: Rules) -> set[MaskKind]:
    with pikepdf.open(path) as pdf:
        pages = len(pdf.pages)
    seen = look(path, range(1, pages + 1), rules)
    kinds = {kind for one in seen.values() for kind in one.kinds}
    return kinds | ({MaskKind.UNREADABLE} if any(one.failed for one in seen.values()) else set())


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(8)
