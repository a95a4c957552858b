"""What stands on the pages of a PDF: its text, and whether the places of the stamp are free.

The stamp is drawn over the page without looking, so the templates must keep its places clear: on page 1 a box
of 40 × 40 mm with a caption strip under it, on every page a line near the bottom edge (docs/formats.md §3).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf
from pypdf import PdfReader

MM = 72 / 25.4

STAMP_BOX = (160.0, 243.0, 200.0, 287.0)
"""Page 1, in millimetres from the lower left: left, bottom, right, top. The QR box from 247 up, its caption below."""
STAMP_LINE = (0.0, 11.0, 210.0, 18.0)
"""Every page: number, page, short hash and checkpoint, from edge to edge."""

_DESCENT, _ASCENT = -0.12, 0.88
"""The em box of Chinese type around its baseline; ink of all shipped faces stays within."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Something printed where the stamp goes: its page (from 1), its box in mm, and its text (empty: a picture)."""

    page: int
    left: float
    bottom: float
    right: float
    top: float
    text: str


def page_count(pdf: bytes) -> int:
    """Number of pages."""
    with Pdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


def page_text(pdf: bytes) -> list[str]:
    """The text of each page in the order it was drawn; line breaks and spaces are the extractor's guess."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def stamp_box_is_free(pdf: bytes) -> bool:
    """Whether nothing is printed where the stamp goes; :func:`text_in_stamp_areas` says what is."""
    return not text_in_stamp_areas(pdf)


def text_in_stamp_areas(pdf: bytes) -> tuple[Spot, ...]:
    """Everything printed in the box of page 1 or the line of any page, in drawing order."""
    found = []
    with Pdf.open(io.BytesIO(pdf)) as document:
        for number, page in enumerate(document.pages, 1):
            areas = [STAMP_LINE, STAMP_BOX] if number == 1 else [STAMP_LINE]
            found += [s for s in _Tracer(number).trace(page) if any(_overlap(s, area) for area in areas)]
    return tuple(found)


def _overlap(spot: Spot, area: tuple[float, float, float, float]) -> bool:
    left, bottom, right, top = area
    return spot.left < right and spot.right > left and spot.bottom < top and spot.top > bottom


_Matrix = tuple[float, float, float, float, float, float]
_UNIT: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def _times(m: _Matrix, n: _Matrix) -> _Matrix:
    """First ``m``, then ``n``."""
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def _matrix(operands: Sequence[pikepdf.Object]) -> _Matrix:
    a, b, c, d, e, f = (float(value) for value in operands)
    return a, b, c, d, e, f


@dataclass
class _State:
    """The part of the graphics state that decides where text lands."""

    ctm: _Matrix = _UNIT
    font: _Font | None = None
    size: float = 0.0
    char_space: float = 0.0
    word_space: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0

    def copy(self) -> _State:
        return _State(
            self.ctm,
            self.font,
            self.size,
            self.char_space,
            self.word_space,
            self.scale,
            self.leading,
            self.rise,
        )


class _Font:
    """Widths of a font in thousandths of the em, and which characters its codes stand for."""

    def __init__(self, font: pikepdf.Object) -> None:
        self.composite = font.get("/Subtype") == Name.Type0
        if self.composite:
            inner = font.DescendantFonts[0]
            self.default = float(inner.get("/DW", 1000))
            self.widths = dict(_composite_widths(inner.get("/W", Array())))
        else:
            first = int(font.get("/FirstChar", 0))
            self.default = 1000.0
            self.widths = {first + i: float(width) for i, width in enumerate(font.get("/Widths", Array()))}
        self.text = to_unicode(font["/ToUnicode"].read_bytes()) if "/ToUnicode" in font else {}

    def codes(self, data: bytes) -> Iterator[int]:
        step = 2 if self.composite else 1
        for index in range(0, len(data) - step + 1, step):
            yield int.from_bytes(data[index : index + step], "big")


def _composite_widths(entries: pikepdf.Object) -> Iterator[tuple[int, float]]:
    """The two forms of /W: ``first [w …]`` and ``first last w``."""
    items = list(entries)
    at = 0
    while at + 1 < len(items):
        first = int(items[at])
        if isinstance(items[at + 1], Array):
            yield from ((first + i, float(width)) for i, width in enumerate(items[at + 1]))
            at += 2
        else:
            yield from ((code, float(items[at + 2])) for code in range(first, int(items[at + 1]) + 1))
            at += 3


_CMAP_TABLE = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_CMAP_CODE = re.compile(rb"<([^<>\s]*)>")


def to_unicode(cmap: bytes) -> Mapping[int, str]:
    """The code-to-text table of a /ToUnicode stream (bfchar, and bfrange with a start value)."""
    table: dict[int, str] = {}
    for kind, rows in _CMAP_TABLE.findall(cmap):
        codes = _CMAP_CODE.findall(rows)
        if kind == b"char":
            for code, text in zip(codes[::2], codes[1::2], strict=False):
                table[int(code, 16)] = bytes.fromhex(text.decode("ascii")).decode("utf-16-be", "replace")
            continue
        for low, high, begin in zip(codes[::3], codes[1::3], codes[2::3], strict=False):
            first, last, start = int(low, 16), int(high, 16), int(begin, 16)
            for code in range(first, min(last, first + 0xFFFF) + 1):
                table[code] = chr(start + code - first) if start < 0x10000 else "\ufffd"
    return table


class _Tracer:
    """Follows a page's drawing operators far enough to know the box of every glyph and picture."""

    def __init__(self, page: int) -> None:
        self._page = page
        self._fonts: dict[tuple[int, int], _Font] = {}

    def trace(self, page: pikepdf.Page) -> Iterator[Spot]:
        yield from self._run(page, page.obj.get("/Resources", Dictionary()), _State())

    def _run(
        self, stream: pikepdf.Page | pikepdf.Object, resources: pikepdf.Object, state: _State
    ) -> Iterator[Spot]:
        stack: list[_State] = []
        text = line = _UNIT
        for instruction in pikepdf.parse_content_stream(stream):
            operands, operator = list(instruction.operands), str(instruction.operator)
            match operator:
                case "q":
                    stack.append(state.copy())
                case "Q":
                    state = stack.pop() if stack else state
                case "cm":
                    state.ctm = _times(_matrix(operands), state.ctm)
                case "BT":
                    text = line = _UNIT
                case "Tf":
                    state.font = self._font(resources.Font[str(operands[0])])
                    state.size = float(operands[1])
                case "Tc":
                    state.char_space = float(operands[0])
                case "Tw":
                    state.word_space = float(operands[0])
                case "Tz":
                    state.scale = float(operands[0]) / 100
                case "TL":
                    state.leading = float(operands[0])
                case "Ts":
                    state.rise = float(operands[0])
                case "Td" | "TD":
                    if operator == "TD":
                        state.leading = -float(operands[1])
                    text = line = _times((1, 0, 0, 1, float(operands[0]), float(operands[1])), line)
                case "Tm":
                    text = line = _matrix(operands)
                case "T*" | "'" | '"':
                    text = line = _times((1, 0, 0, 1, 0, -state.leading), line)
                    if operator == '"':
                        state.word_space, state.char_space = float(operands[0]), float(operands[1])
                case "Do":
                    target = resources.XObject[str(operands[0])]
                    if target.Subtype == Name.Form:
                        inner = state.copy()
                        inner.ctm = _times(_matrix(list(target.get("/Matrix", Array(_UNIT)))), inner.ctm)
                        yield from self._run(target, target.get("/Resources", resources), inner)
                    else:
                        yield self._spot(state.ctm, (0, 0, 1, 1), "")
            if operator in ("Tj", "'", '"', "TJ"):
                pieces = list(operands[-1]) if operator == "TJ" else [operands[-1]]
                text, spots = self._show(pieces, state, text)
                yield from spots

    def _show(
        self, pieces: Sequence[pikepdf.Object], state: _State, text: _Matrix
    ) -> tuple[_Matrix, list[Spot]]:
        spots: list[Spot] = []
        font = state.font
        if font is None:
            return text, spots
        for piece in pieces:
            if not isinstance(piece, pikepdf.String):
                text = _times((1, 0, 0, 1, -float(piece) / 1000 * state.size * state.scale, 0), text)
                continue
            for code in font.codes(bytes(piece)):
                width = font.widths.get(code, font.default) / 1000
                char = font.text.get(code, "\ufffd")
                if char.strip():
                    grid = _times((state.size * state.scale, 0, 0, state.size, 0, state.rise), text)
                    spots.append(self._spot(_times(grid, state.ctm), (0, _DESCENT, width, _ASCENT), char))
                step = width * state.size + state.char_space
                if not font.composite and code == 32:
                    step += state.word_space
                text = _times((1, 0, 0, 1, step * state.scale, 0), text)
        return text, spots

    def _spot(self, matrix: _Matrix, box: tuple[float, float, float, float], text: str) -> Spot:
        a, b, c, d, e, f = matrix
        xs = [a * x + c * y + e for x in box[::2] for y in box[1::2]]
        ys = [b * x + d * y + f for x in box[::2] for y in box[1::2]]
        return Spot(self._page, min(xs) / MM, min(ys) / MM, max(xs) / MM, max(ys) / MM, text)

    def _font(self, font: pikepdf.Object) -> _Font:
        key = font.objgen
        if key == (0, 0):
            return _Font(font)
        if key not in self._fonts:
            self._fonts[key] = _Font(font)
        return self._fonts[key]
