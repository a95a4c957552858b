"""The stamp's update, built a second time from source, token and key (docs/formats.md, section 3.1).

Nothing here is shared with the room that stamps but the profile tables, which are plain data. The checker
compares what this module writes with what stands in the file, byte for byte.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import qrcode
import qrcode.util

from evidence.verify.limits import LETTER_BYTES
from evidence.verify.pdf import Kind, Source, Value
from evidence.verify.refused import Refused
from evidence.verify.token import Token

MARK = b"%EV-STAMP"
TABLES = Path(__file__).resolve().parents[1] / "stamp" / "profiles"
_QR_VERSION = 15
_QR_MASK = 0
QR_MODULES = 17 + 4 * _QR_VERSION


@dataclass(frozen=True, slots=True)
class Profile:
    """The tables of one stamp profile: coordinates and words, glyph ids, and the font's objects."""

    words: Mapping[str, Any]
    glyphs: Mapping[str, int]
    font: tuple[tuple[bytes, bytes | None], ...]
    """Body and, for a stream, its data."""


@cache
def profile(number: int) -> Profile:
    """The tables of profile ``number``; :class:`Refused` where none was ever issued under it."""
    table = TABLES / f"{number}.json"
    if number > 9999 or not table.is_file():
        raise Refused("stamp-profile", profile=number)
    words = json.loads(table.read_text("utf-8"))
    font = json.loads((TABLES / f"{words['font']}.json").read_text("utf-8"))
    objects = tuple(
        (
            entry["body"].encode("ascii"),
            (TABLES / entry["stream"]).read_bytes() if "stream" in entry else None,
        )
        for entry in font["objects"]
    )
    return Profile(words, font["glyphs"], objects)


@lru_cache(maxsize=8)
def qr_rows(text: str) -> tuple[tuple[bool, ...], ...]:
    """The symbol from the top, dark modules true: version 15, level Q, mask 0, one segment."""
    symbol = qrcode.QRCode(
        version=_QR_VERSION, error_correction=qrcode.ERROR_CORRECT_Q, mask_pattern=_QR_MASK, border=0
    )
    symbol.add_data(qrcode.util.QRData(text.encode("ascii"), mode=qrcode.util.MODE_ALPHA_NUM), optimize=0)
    symbol.make(fit=False)
    return tuple(tuple(bool(module) for module in row) for row in symbol.get_matrix())


def stamped(source: Source, token: Token, qr_text: str, key_line: str, longest: int | None = None) -> bytes:
    """The whole stamped file: the source and its update.

    :class:`Refused` where the source cannot have been stamped, where the tables have no such profile or series,
    and as soon as the result outgrows ``longest`` bytes: pages that share huge resources multiply.
    """
    tables = profile(token.profile)
    if longest is None:
        longest = LETTER_BYTES
    font_number = source.size
    q_number = font_number + len(tables.font)
    writer = _Writer(source.data, longest)
    writer.raw(b"\n" + MARK + b" 1 " + f"{qr_text} {key_line}\n".encode("ascii"))
    for step, (body, data) in enumerate(tables.font):
        numbered = re.sub(rb"@(\d)", lambda m: b"%d" % (font_number + int(m[1])), body)
        writer.object(font_number + step, numbered, data)
    writer.stream(q_number, b"q")
    count = len(source.pages)
    for page in range(1, count + 1):
        writer.stream(q_number + page, _content(tables, token, qr_text, page, count))
    for page, (number, node, ancestors) in enumerate(source.pages, 1):
        writer.object(number, _page(source, node, ancestors, q_number, q_number + page, font_number), None)
    table_at = writer.length
    writer.raw(b"xref\n" + _sections(writer.offsets))
    trailer = _trailer(source, q_number + count + 1)
    writer.raw(b"trailer\n" + trailer + b"\nstartxref\n%d\n%%%%EOF\n" % table_at)
    return b"".join(writer.parts)


class _Writer:
    """Parts one after another, and where each object begins."""

    def __init__(self, source: bytes, longest: int) -> None:
        self._longest = longest
        self.parts = [source]
        self.length = len(source)
        self.offsets: dict[int, int] = {}

    def raw(self, data: bytes) -> None:
        self.parts.append(data)
        self.length += len(data)
        if self.length > self._longest:
            raise Refused("stamp-short", offset=self._longest)

    def object(self, number: int, body: bytes, data: bytes | None) -> None:
        self.offsets[number] = self.length
        content = b"" if data is None else b"\nstream\n" + data + b"\nendstream"
        self.raw(b"%d 0 obj\n" % number + body + content + b"\nendobj\n")

    def stream(self, number: int, data: bytes) -> None:
        self.object(number, b"<</Length %d>>" % len(data), data)


def _sections(offsets: Mapping[int, int]) -> bytes:
    """The table's subsections: one for each longest run of consecutive numbers."""
    runs: list[list[int]] = []
    for number in sorted(offsets):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return b"".join(
        b"%d %d\n" % (run[0], len(run)) + b"".join(b"%010d 00000 n \n" % offsets[number] for number in run)
        for run in runs
    )


def _edited(raw: bytes, base: int, edits: Sequence[tuple[Value | None, bytes, bytes]]) -> bytes:
    """Raw bytes of a dictionary at ``base`` with values replaced, or keys added before the closing ``>>``.

    Each edit is (old value or ``None``, key, new value).
    """
    result = bytearray(raw)
    present = sorted(((old, new) for old, _key, new in edits if old is not None), key=lambda e: -e[0].start)
    for old, new in present:
        result[old.start - base : old.end - base] = new
    added = b"".join(b" " + key + b" " + new for old, key, new in edits if old is None)
    result[-2:-2] = added
    return bytes(result)


def _page(
    source: Source, node: Value, ancestors: Sequence[Value], q_number: int, content: int, font_number: int
) -> bytes:
    old_contents, own_resources = node.get(b"Contents"), node.get(b"Resources")
    references = [b"%d 0 R" % q_number]
    references += [b"%d %d R" % (old.number, old.generation) for old in _old_streams(source, old_contents)]
    references.append(b"%d 0 R" % content)
    resources = own_resources
    for ancestor in ancestors:
        if resources is not None:
            break
        resources = ancestor.get(b"Resources")
    edits = [
        (old_contents, b"/Contents", b"[" + b" ".join(references) + b"]"),
        (own_resources, b"/Resources", _resources(source, resources, font_number)),
    ]
    return _edited(source.raw(node), node.start, edits)


def _old_streams(source: Source, contents: Value | None) -> tuple[Value, ...]:
    if contents is None:
        return ()
    target = source.resolve(contents)
    if target.kind is Kind.ARRAY:
        if any(item.kind is not Kind.REFERENCE for item in target.items):
            raise Refused("pdf-contents", offset=contents.start)
        return target.items
    if contents.kind is not Kind.REFERENCE or not target.is_stream:
        raise Refused("pdf-contents", offset=contents.start)
    return (contents,)


def _resources(source: Source, resources: Value | None, font_number: int) -> bytes:
    entry = b"/EVF %d 0 R" % font_number
    if resources is None:
        return b"<< /Font <<" + entry + b">>>>"
    target = _dictionary(source, resources)
    old_fonts = target.get(b"Font")
    if old_fonts is None:
        return _edited(source.raw(target), target.start, [(None, b"/Font", b"<<" + entry + b">>")])
    fonts = _dictionary(source, old_fonts)
    if fonts.get(b"EVF") is not None:
        raise Refused("pdf-unsupported", key="EVF")
    new_fonts = source.raw(fonts)[:-2] + b" " + entry + b">>"
    return _edited(source.raw(target), target.start, [(old_fonts, b"/Font", new_fonts)])


def _dictionary(source: Source, value: Value) -> Value:
    target = source.resolve(value)
    if target.kind is not Kind.DICTIONARY or target.is_stream:
        raise Refused("pdf-syntax", offset=value.start)
    return target


def _trailer(source: Source, size: int) -> bytes:
    old_size = source.trailer.get(b"Size")
    edits = [(old_size, b"/Size", b"%d" % size), (None, b"/Prev", b"%d" % source.xref)]
    return _edited(source.raw(source.trailer), source.trailer.start, edits)


def _content(tables: Profile, token: Token, qr_text: str, page: int, pages: int) -> bytes:
    words = tables.words
    if (series := words["series"].get(str(token.number.series))) is None:
        raise Refused("stamp-series", series=token.number.series)
    prefix = token.source_sha256.hex()[:16]
    fields = {
        "year": token.number.year,
        "series": series,
        "seq": f"{token.number.seq:04d}",
        "page": page,
        "pages": pages,
        "hash": " ".join(prefix[at : at + 4] for at in range(0, 16, 4)),
        "code": token.short_code,
        "size": token.checkpoint_size,
        "root": token.checkpoint_root.hex()[:8],
    }

    def show(text: str) -> str:
        return "<" + "".join(f"{tables.glyphs[char]:04X}" for char in text.format(**fields)) + "> Tj"

    footer, caption, qr = words["footer"], words["caption"], words["qr"]
    lines = ["Q", "/Artifact BMC", "q", "0 g", "BT", f"/EVF {footer['size']} Tf"]
    for part in ("number", "page", "marks"):
        lines += [f"1 0 0 1 {footer[part]['x']} {footer['y']} Tm", show(footer[part]["text"])]
    if page == 1:
        lines += [
            f"/EVF {caption['size']} Tf",
            f"1 0 0 1 {caption['x']} {caption['y']} Tm",
            show(caption["text"]),
        ]
    lines.append("ET")
    if page == 1:
        lines.append(f"{qr['module']} 0 0 {qr['module']} {qr['x']} {qr['y']} cm")
        lines += [f"{column} {row} {width} 1 re" for column, row, width in _runs(qr_text)]
        lines.append("f")
    return "\n".join([*lines, "Q", "EMC"]).encode("ascii")


def _runs(qr_text: str) -> list[tuple[int, int, int]]:
    """Column, row counted from the bottom, and width of each longest stretch of dark modules."""
    runs: list[tuple[int, int, int]] = []
    for from_top, modules in enumerate(qr_rows(qr_text)):
        column = 0
        while column < QR_MODULES:
            width = 0
            while column + width < QR_MODULES and modules[column + width]:
                width += 1
            if width:
                runs.append((column, QR_MODULES - 1 - from_top, width))
            column += width + 1
    return runs
