"""Every text in a file that a program can read out: its own, that of its parts, its metadata, what is hung on to it.

What a picture shows is not read, nor what a recording says. Of what has no known form (recordings, Word and Excel files
of before 2007, anything unknown) only what stands in it openly is found, and the reader says so (``Texts.blind``).
"""

from __future__ import annotations

import contextlib
import io
import quopri
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from PIL import Image

from evidence.bundle.maskbytes import (
    data_urls,
    is_mail,
    mail_parts,
    rtf_carries,
    rtf_text,
    runs,
    unescaped,
    without_markup,
)
from evidence.bundle.maskpdf import UnreadableError, pdf_texts
from evidence.bundle.media import OFFICE, decoded, media_type_of

PICTURE_TYPES = (
    "image/jpeg",
    "image/png",
    "image/tiff",
    "image/webp",
    "image/gif",
    "image/bmp",
    "image/heic",
)
_MOST, _INFLATED = 256 << 20, 16 << 20
_NESTED = 3
_XML = (".xml", ".rels", ".html", ".htm", ".xhtml", ".vml", ".svg")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_QUOTED = re.compile(rb"=[0-9A-F]{2}(?:=\r?\n)?=[0-9A-F]{2}")
_ENDS = 64 << 10


class Texts:
    """Reads one file; ``blind`` is set as soon as some part of it cannot be looked into."""

    def __init__(self) -> None:
        self.blind = False
        self._room = _MOST

    def of(self, name: str, data: bytes, depth: int = 0, *, part: bool = False) -> Iterator[str]:
        """The texts of ``data``; ``part`` of an Office file or a PDF, where fonts and the like have forms of their own.

        Raises :class:`UnreadableError` for what is damaged, encrypted, or larger than anyone can look through.
        """
        kind = media_type_of(name, data)
        if kind == "application/rtf":
            self.blind |= rtf_carries(data)
            yield rtf_text(data)
            yield from runs(data)
        elif kind.startswith("text/"):
            yield from self._text(name, kind, data, depth)
        elif data.startswith(b"%PDF-"):
            yield from pdf_texts(data, lambda inner, body, own: self._inside(inner, body, depth, part=own))
        elif data.startswith(b"PK"):
            yield from self._zip(data, depth, office=kind in OFFICE)
        elif data.startswith(b"\x1f\x8b"):
            yield from self._inside(name.removesuffix(".gz"), _inflated(data, 31), depth)
        elif kind in PICTURE_TYPES:
            yield from self._picture(data)
        else:
            known = part and not data.startswith(_OLE) and not kind.startswith(("audio/", "video/"))
            self.blind |= bool(data) and not known
            yield from runs(data)

    def _inside(self, name: str, data: bytes, depth: int, *, part: bool = False) -> Iterator[str]:
        """A file within a file, as deep as anyone packs them."""
        self._room -= len(data)
        if self._room < 0:
            raise UnreadableError("too large")
        if depth < _NESTED:
            yield from self.of(name, data, depth + 1, part=part)
        else:
            self.blind = True
            yield from runs(data)

    def _text(self, name: str, kind: str, data: bytes, depth: int) -> Iterator[str]:
        text = decoded(data) or ""
        yield text
        yield from unescaped(text)
        if kind == "text/html" or name.endswith(_XML) or text.lstrip().startswith("<"):
            yield from without_markup(text)
        for body in data_urls(text):
            yield from self._inside("", body, depth, part=True)
        if _QUOTED.search(data):
            plain = quopri.decodestring(data)
            yield decoded(plain) or ""
        with contextlib.suppress(UnicodeDecodeError):
            yield data.decode("big5")
        if is_mail(data):
            try:
                for inner, part in mail_parts(data):
                    if isinstance(part, str):
                        yield part
                    else:
                        yield from self._inside(inner, part, depth)
            except ValueError as error:
                raise UnreadableError(str(error)) from error

    def _zip(self, data: bytes, depth: int, *, office: bool) -> Iterator[str]:
        """Names and parts of an Office file or any other zip, and what stands between them."""
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                yield archive.comment.decode("utf-8", "replace")
                yield from runs(data, wide=False)
                for info in archive.infolist():
                    yield info.filename
                    if info.file_size > self._room:
                        raise UnreadableError("too large")
                    body = archive.read(info)
                    if info.filename.endswith(_XML):
                        text = decoded(body) or body.decode("utf-8", "replace")
                        yield from without_markup(text)
                        for inner in data_urls(text):
                            yield from self._inside("", inner, depth, part=True)
                    else:
                        yield from self._inside(info.filename, body, depth, part=office)
        except (
            zipfile.BadZipFile,
            RuntimeError,
            NotImplementedError,
            OSError,
            EOFError,
            zlib.error,
        ) as error:
            raise UnreadableError(str(error)) from error

    def _picture(self, data: bytes) -> Iterator[str]:
        """What goes with a picture: camera data, comments, XMP, text chunks, what follows its end."""
        try:
            with Image.open(io.BytesIO(data)) as image:
                yield from _values(image.info)
                exif = image.getexif()
                yield from _values(dict(exif))
                for block in (0x8769, 0x8825, 0xA005):
                    yield from _values(exif.get_ifd(block))
        except Exception:  # nosec B110 # decoders of damaged files raise whatever they stumble over
            pass
        yield from runs(data, wide=False)
        if data.startswith(b"\x89PNG"):
            parts = list(_png_parts(data))
        elif data.startswith(b"\xff\xd8"):
            parts = _jpeg_parts(data)
        else:
            parts = [data[:_ENDS], data[-_ENDS:]]
        for body in parts:
            # A telephone hangs a film on to its photo.
            self.blind |= b"ftyp" in body[:4096]
            yield from runs(body)


def _png_parts(data: bytes) -> Iterator[bytes]:
    """All chunks but those of pixels, compressed text inflated; and what follows the last."""
    place = 8
    while place + 12 <= len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        kind, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        place += 12 + length
        if kind in (b"zTXt", b"iTXt"):
            yield body
            # Behind the keyword and some flags; where the text begins is told by what inflates.
            for start in (found.start() for found in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", body)):
                try:
                    yield zlib.decompressobj().decompress(body[start:], _INFLATED)
                    break
                except zlib.error:
                    continue
        elif kind == b"IEND":
            break
        elif kind not in (b"IDAT", b"fdAT"):
            yield body
    yield data[place:]


def _jpeg_parts(data: bytes) -> list[bytes]:
    """The segments before the picture, and what follows its end."""
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF and data[place + 1] != 0xDA:
        place += 1 if data[place + 1] == 0xFF else 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    end = data.find(b"\xff\xd9", place)
    return [data[:place], data[end + 2 :] if end >= 0 else b""]


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


def _inflated(data: bytes, form: int) -> bytes:
    try:
        return zlib.decompressobj(form).decompress(data, 4 * _INFLATED)
    except zlib.error as error:
        raise UnreadableError(str(error)) from error
