"""Every text in a PDF but that of its pages, which is PDFium's to find: strings, streams, attachments, leftovers.

A PDF is searched twice: as its tables describe it, and as bytes, since earlier versions, objects nobody refers to and
what stands behind its end travel with it as well.
"""

from __future__ import annotations

import hashlib
import io
import re
import zlib
from collections.abc import Callable, Iterator

import pikepdf

from evidence.bundle.maskbytes import runs

Inside = Callable[[str, bytes, bool], Iterator[str]]
"""Reads a file within: its name, its bytes, and whether it is a part of the PDF and no attachment."""

_STREAM = re.compile(rb"stream\r?\n")
_OBJECT = re.compile(rb"[0-9]{1,10}\s{1,4}[0-9]{1,5}\s{1,4}obj\b")
_ROW = re.compile(rb"[0-9]{10} [0-9]{5} [nf]|/ID\s?\[[^\]]{0,200}\]|startxref\s+[0-9]+")
# What draws: pages, forms, patterns, maps of characters. Its bare numbers are places and widths.
_OPERATOR = re.compile(rb"(?:^|[\s\])>])(?:BT|ET|T[jJdfm]|re|cm|Do|BDC|EMC|RG|rg|begincmap)(?=\s|$)")
_PLACES = re.compile(
    rb"<[0-9A-Fa-f\s]*>|(?<![0-9A-Za-z(])[-+]?(?:[0-9]{0,7}\.[0-9]+|[0-9]{1,7})(?=[\s\]\[/])"
)
_REMARK = re.compile(rb"%[^\r\n]*")
_HEX_STRING = re.compile(rb"<([0-9A-Fa-f\s]{8,})>")
_LITERAL = re.compile(rb"(?<!\\)\(((?:[^\\()]|\\.|\((?:[^\\()]|\\.){0,1024}\)){0,4096})\)", re.S)
_PIECES = re.compile(rb"\[([^\[\]]{0,8192})\]\s{0,9}TJ")
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|\r?\n|.)", re.S)
_CONTROLS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_MOST, _LARGEST = 256 << 20, 16 << 20
_FONTS = ("/Length1", "/Length2", "/Length3")
_DEEPEST = 12


class UnreadableError(ValueError):
    """A file that cannot be opened here, so that nobody can say what it holds."""


def pdf_texts(data: bytes, inside: Inside) -> Iterator[str]:
    """The texts of ``data``; raises :class:`UnreadableError` where it is damaged, encrypted, or too large."""
    seen: set[bytes] = set()
    loose, bodies = _taken_apart(data)
    yield from _written(loose)
    yield from runs(_ROW.sub(b";", _outside(loose)))
    tail = data[data.rfind(b"%%EOF") + 5 :].strip() if b"%%EOF" in data else b""
    if tail:
        yield from inside("", tail, True)
    for body in bodies:
        yield from _body(body, seen, inside)
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            for item in pdf.objects:
                yield from _strings(item, 0)
                if isinstance(item, pikepdf.Stream):
                    yield from _stream(item, seen, inside)
    except (pikepdf.PdfError, pikepdf.PasswordError, RuntimeError, TypeError) as error:
        raise UnreadableError(str(error)) from error


# --- as bytes


def _taken_apart(data: bytes) -> tuple[bytes, list[bytes]]:
    """What stands outside of all streams, and the streams that inflate or need no inflating; no pictures."""
    loose, bodies = [], []
    place, room = 0, _MOST
    while (found := _STREAM.search(data, place)) is not None:
        end = data.find(b"endstream", found.end())
        end = len(data) if end < 0 else end
        loose.append(data[place : found.start()])
        head = loose[-1][loose[-1].rfind(b" obj") + 1 :]
        if b"/Image" not in head and b"/XRef" not in head:
            body = data[found.end() : end]
            if b"/Filter" in head:
                try:
                    body = zlib.decompressobj().decompress(body, _LARGEST)
                except zlib.error:
                    body = b""
            room -= len(body)
            if room < 0:
                raise UnreadableError("too large")
            if body and not any(key.encode() in head for key in _FONTS):
                bodies.append(body)
        place = end + len(b"endstream")
    return b"".join((*loose, data[place:])), bodies


def _outside(loose: bytes) -> bytes:
    """What stands between the objects, without them."""
    kept, place = [], 0
    while (found := _OBJECT.search(loose, place)) is not None:
        end = loose.find(b"endobj", found.end())
        if end < 0:
            break
        kept.append(loose[place : found.start()])
        place = end + len(b"endobj")
    return b"\n".join((*kept, loose[place:]))


def _body(body: bytes, seen: set[bytes], inside: Inside) -> Iterator[str]:
    """One stream, whichever way it was come by, once."""
    known = hashlib.sha256(body).digest()
    if known in seen:
        return
    seen.add(known)
    if _OPERATOR.search(body[: 64 << 10]):
        yield from _written(body)
        yield from runs(b"\n".join(_REMARK.findall(body)))
        yield from runs(_PLACES.sub(b";", body), wide=False)
    else:
        yield from inside("", body, True)


def _written(body: bytes) -> Iterator[str]:
    """The strings of a stream or of objects, in both notations; those of one line of text together."""
    for found in _LITERAL.finditer(body):
        yield from _decoded(_plain(found[1]))
    for row in _PIECES.finditer(body):
        yield from _decoded(b"".join(_plain(found[1]) for found in _LITERAL.finditer(row[1])))
    for found in _HEX_STRING.finditer(body):
        digits = re.sub(rb"\s", b"", found[1]).decode()
        written = bytes.fromhex(digits + "0" * (len(digits) % 2))
        if written.isascii() or written[:2] in (b"\xfe\xff", b"\xff\xfe") or written[:3] == b"\xef\xbb\xbf":
            yield from _decoded(written)


def _plain(literal: bytes) -> bytes:
    def one(found: re.Match[bytes]) -> bytes:
        sign = found[1]
        if sign.isdigit() and sign < b"8":
            return bytes([int(sign, 8) & 0xFF])
        return b"" if sign.endswith(b"\n") else _CONTROLS.get(sign, sign)

    return _ESCAPED.sub(one, literal)


def _decoded(written: bytes) -> Iterator[str]:
    if written[:2] in (b"\xfe\xff", b"\xff\xfe"):
        yield written.decode("utf-16", "replace")
    elif len(written) >= 4:
        try:
            yield written.decode()
        except UnicodeDecodeError:
            yield written.decode("gb18030", "replace")


# --- as its tables say


def _stream(item: pikepdf.Stream, seen: set[bytes], inside: Inside) -> Iterator[str]:
    if item.get("/Subtype") == pikepdf.Name.Image:
        raw = item.read_raw_bytes()
        if raw.startswith(b"\xff\xd8"):
            yield from inside("", raw, True)
        return
    try:
        body = item.read_bytes()
    except pikepdf.PdfError:
        body = item.read_raw_bytes()
    if any(key in item for key in _FONTS):
        yield from runs(body, wide=False)
    elif item.get("/Type") == pikepdf.Name.EmbeddedFile:
        yield from inside("", body, False)
    else:
        yield from _body(body, seen, inside)


def _strings(item: pikepdf.Object, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(item, pikepdf.String):
        yield str(item)
        yield from _decoded(bytes(item))
    elif isinstance(item, pikepdf.Name):
        yield str(item)
    elif isinstance(item, pikepdf.Array):
        for value in item:
            if isinstance(value, pikepdf.Object) and not value.is_indirect:
                yield from _strings(value, depth + 1)
    elif isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        for key in sorted(item.keys()):
            yield key
            inner = item.get(key)
            if isinstance(inner, pikepdf.Object) and not inner.is_indirect:
                yield from _strings(inner, depth + 1)
