"""The catalogue as the bundle's index: a table set here, so that each line's place is known and can be a link.

The Word file of the catalogue is the one to edit; this one follows the court's columns (:mod:`evidence.bundle.profile`).
Pages are content streams that want one font, under :data:`evidence.bundle.sheets.FONT_KEY`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from evidence.bundle.geometry import A4, MM, Box
from evidence.bundle.pagewords import PageWords
from evidence.bundle.sheets import FONT_KEY
from evidence.stamp.lettering import CLOSING, OPENING

__all__ = ["Canvas", "Lettering", "Line", "Setting", "blank_side", "divider", "set_index"]

_WIDTHS = {  # mm; those that hold sentences stretch
    "number": 10, "group": 11, "name": 44, "kind": 17, "source": 30, "proves": 58, "pages": 19, "copies": 10,
    "original": 15, "dated": 21, "stamped": 21, "carrier": 22, "hash": 20, "submitter": 20, "remarks": 20,
}  # fmt: skip
_STRETCHING = ("name", "source", "proves", "carrier", "remarks")
_CENTRED = frozenset(("number", "group", "kind", "pages", "copies", "original", "dated", "stamped", "hash"))
_UPRIGHT_COLUMNS = 8  # more do not fit on an upright page
_SIDE, _TOP, _FOOT = 15 * MM, 18 * MM, 17 * MM
_SIZE, _LEADING, _HASH_SIZE = 9.0, 13.0, 7.5
_PAD_X, _PAD_Y = 2.2, 3.6
_HEAD_LINE = 17.0
_SIGN_ROW = 30.0


class Lettering(Protocol):
    """What sets text: :class:`evidence.stamp.lettering.Face`."""

    def width(self, text: str, size: float) -> float: ...
    def broken(self, text: str, size: float, width: float) -> list[str]: ...
    def show(self, text: str) -> str: ...


class Canvas:
    """Content of one page in the making; the origin is at the lower left."""

    def __init__(self, face: Lettering, size: tuple[float, float]) -> None:
        self.size = size
        self._face = face
        self._parts: list[str] = []

    def text(
        self, x: float, y: float, text: str, size: float, *, bold: bool = False, grey: float = 0
    ) -> None:
        """One line, its baseline beginning at (x, y). Bold is the regular face with a thin line around it."""
        weight = f"2 Tr {size * 0.03:.3f} w {grey:g} G " if bold else "0 Tr "
        self._parts.append(
            f"BT {FONT_KEY} {size:g} Tf {weight}{grey:g} g 1 0 0 1 {x:.2f} {y:.2f} Tm {self._face.show(text)} ET"
        )

    def centred(self, y: float, text: str, size: float, *, bold: bool = False, grey: float = 0) -> None:
        self.text((self.size[0] - self._face.width(text, size)) / 2, y, text, size, bold=bold, grey=grey)

    def line(self, x0: float, y0: float, x1: float, y1: float, width: float = 0.5) -> None:
        self._parts.append(f"{width:g} w 0 G {x0:.2f} {y0:.2f} m {x1:.2f} {y1:.2f} l S")

    def shade(self, box: Box, grey: float) -> None:
        self._parts.append(
            f"{grey:g} g {box[0]:.2f} {box[1]:.2f} {box[2] - box[0]:.2f} {box[3] - box[1]:.2f} re f"
        )

    @property
    def content(self) -> bytes:
        return "\n".join(("q", *self._parts, "Q")).encode()


@dataclass(frozen=True, slots=True)
class Line:
    """One exhibit's line: what stands in each column."""

    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Setting:
    """A catalogue set in pages, and where line n stands: page (0), line (0), rectangle on the page."""

    pages: tuple[Canvas, ...]
    spots: tuple[tuple[int, int, Box], ...]


def set_index(
    face: Lettering,
    words: PageWords,
    columns: Sequence[str],
    lines: Sequence[Line],
    *,
    title: str,
    head: Sequence[str],
    notes: Sequence[str],
    signed: bool,
) -> Setting:
    """Set the catalogue. ``head`` stands under the title, ``notes`` under the table, above the lines to sign on."""
    size = A4 if len(columns) <= _UPRIGHT_COLUMNS else (A4[1], A4[0])
    return _Setter(face, words, columns, size).run(lines, title, head, notes, signed)


class _Setter:
    def __init__(
        self, face: Lettering, words: PageWords, columns: Sequence[str], size: tuple[float, float]
    ) -> None:
        self._face, self._words, self._columns, self._size = face, words, columns, size
        self._edges = _edges(columns, size[0] - 2 * _SIDE)
        self._pages: list[Canvas] = []
        self._spots: list[tuple[int, int, Box]] = []
        self._y = 0.0

    def run(
        self, lines: Sequence[Line], title: str, head: Sequence[str], notes: Sequence[str], signed: bool
    ) -> Setting:
        self._turn()
        canvas = self._pages[-1]
        self._y -= 20
        canvas.centred(self._y, title, 20, bold=True)
        self._y -= 14
        for text in head:
            for part in self._face.broken(text, 10.5, self._size[0] - 2 * _SIDE):
                self._y -= _HEAD_LINE
                self._pages[-1].text(_SIDE, self._y, part, 10.5)
        self._y -= 10
        self._heading()
        end = self._end_height(notes, signed)
        for index, line in enumerate(lines):
            last = index == len(lines) - 1
            self._line(index, line, end if last and index else 0.0)
        self._end(notes, signed)
        return Setting(tuple(self._pages), tuple(self._spots))

    def _turn(self) -> None:
        self._pages.append(Canvas(self._face, self._size))
        self._y = self._size[1] - _TOP

    def _heading(self) -> None:
        cells = [
            self._face.broken(self._words.columns[key], _SIZE, self._room(i))
            for i, key in enumerate(self._columns)
        ]
        height = max(map(len, cells)) * _LEADING + 2 * _PAD_Y
        canvas = self._pages[-1]
        canvas.shade((_SIDE, self._y - height, self._size[0] - _SIDE, self._y), 0.93)
        canvas.line(_SIDE, self._y, self._size[0] - _SIDE, self._y, 0.9)
        for i, texts in enumerate(cells):
            lead = self._y - _PAD_Y - (height - 2 * _PAD_Y - len(texts) * _LEADING) / 2
            for n, text in enumerate(texts):
                x = self._left(i) + (self._room(i) - self._face.width(text, _SIZE)) / 2
                canvas.text(x, lead - (n + 0.76) * _LEADING, text, _SIZE, bold=True)
        self._y -= height
        canvas.line(_SIDE, self._y, self._size[0] - _SIDE, self._y, 0.6)

    def _line(self, index: int, line: Line, after: float) -> None:
        """Set a line; one that ``after`` points have to follow on the same page goes on to the next with them."""
        cells = []
        for i, key in enumerate(self._columns):
            size = _HASH_SIZE if key == "hash" else _SIZE
            texts = [
                part for text in line.cells.get(key, "").split("\n") for part in self._broken(text, size, i)
            ]
            cells.append(texts)
        height = max(map(len, cells)) * _LEADING + 2 * _PAD_Y
        if (
            after
            and self._y - height - after < _FOOT
            and max(map(len, cells)) + after / _LEADING <= self._most
        ):
            self._next_page()
        while True:
            room = int((self._y - _FOOT - 2 * _PAD_Y) / _LEADING)
            longest = max(map(len, cells))
            if longest > room and self._y < self._size[1] - _TOP - 60 and longest <= self._most:
                self._next_page()  # the line stands whole on the next page
                continue
            self._row(index, [texts[:room] for texts in cells], whole=longest <= room)
            cells = [texts[room:] for texts in cells]
            if not any(cells):
                return
            self._next_page()

    @property
    def _most(self) -> int:
        """Lines of text that a page of nothing but one exhibit can hold."""
        return int((self._size[1] - _TOP - _FOOT - 60) / _LEADING)

    def _next_page(self) -> None:
        self._turn()
        self._heading()

    def _broken(self, text: str, size: float, column: int) -> list[str]:
        """Words of letters and digits stay whole where they fit: a date or a page range is not torn."""
        room, lines = self._room(column), [""]
        if self._columns[column] == "hash":
            return [text[:8], text[8:16]] if len(text) >= 16 else [text]
        if self._face.width(text, size) <= room:
            return [text]
        for word in _pieces(text):
            if lines[-1] and self._face.width(lines[-1] + word, size) > room >= self._face.width(word, size):
                lines.append(word)
            else:
                lines[-1] += word
        return [part for text in lines for part in self._face.broken(text, size, room)]

    def _row(self, index: int, cells: Sequence[Sequence[str]], *, whole: bool) -> None:
        height = max(map(len, cells)) * _LEADING + 2 * _PAD_Y
        canvas = self._pages[-1]
        for i, (key, texts) in enumerate(zip(self._columns, cells, strict=True)):
            size = _HASH_SIZE if key == "hash" else _SIZE
            middle = (height - 2 * _PAD_Y - len(texts) * _LEADING) / 2 if whole else 0
            for n, text in enumerate(texts):
                x = self._left(i)
                if key in _CENTRED:
                    x += (self._room(i) - self._face.width(text, size)) / 2
                canvas.text(x, self._y - _PAD_Y - middle - (n + 0.76) * _LEADING, text, size)
        box = (_SIDE, self._y - height, self._size[0] - _SIDE, self._y)
        self._spots.append((len(self._pages) - 1, index, box))
        self._y -= height
        canvas.line(_SIDE, self._y, self._size[0] - _SIDE, self._y, 0.4)

    def _noted(self, notes: Sequence[str]) -> list[str]:
        return [part for note in notes for part in self._face.broken(note, 8.5, self._size[0] - 2 * _SIDE)]

    def _end_height(self, notes: Sequence[str], signed: bool) -> float:
        return len(self._noted(notes)) * 12 + 16 + (2 * _SIGN_ROW + 8 if signed else 0)

    def _end(self, notes: Sequence[str], signed: bool) -> None:
        """Notes and lines to sign on stand together: a catalogue is handed over as one paper, signed at one place."""
        width = self._size[0] - 2 * _SIDE
        texts = self._noted(notes)
        if self._y - self._end_height(notes, signed) < _FOOT:
            self._turn()
        self._y -= 8
        canvas = self._pages[-1]
        for text in texts:
            self._y -= 12
            canvas.text(_SIDE, self._y, text, 8.5, grey=0.25)
        if not signed:
            return
        self._y -= 12
        words = self._words
        rows = ((words.signed, words.handed_in), (words.received_by, words.received_on))
        across = [_SIDE, _SIDE + width * 0.16, _SIDE + width / 2, _SIDE + width * 0.66, _SIDE + width]
        top = self._y
        for left, right in rows:
            canvas.text(across[0] + 5, self._y - _SIGN_ROW / 2 - 3.5, left, 10)
            canvas.text(across[2] + 5, self._y - _SIGN_ROW / 2 - 3.5, right, 10)
            self._y -= _SIGN_ROW
        for n in range(3):
            canvas.line(_SIDE, top - n * _SIGN_ROW, _SIDE + width, top - n * _SIGN_ROW)
        for x in across:
            canvas.line(x, top, x, self._y)

    def _left(self, column: int) -> float:
        return self._edges[column] + _PAD_X

    def _room(self, column: int) -> float:
        return self._edges[column + 1] - self._edges[column] - 2 * _PAD_X


def _edges(columns: Sequence[str], width: float) -> list[float]:
    """Where columns begin and end: fixed ones as they are, those with sentences share what is left."""
    fixed = sum(_WIDTHS[key] * MM for key in columns if key not in _STRETCHING)
    loose = sum(_WIDTHS[key] * MM for key in columns if key in _STRETCHING)
    factor = (width - fixed) / loose
    edges = [_SIDE]
    for key in columns:
        edges.append(edges[-1] + _WIDTHS[key] * MM * (factor if key in _STRETCHING else 1))
    return edges


def _pieces(text: str) -> list[str]:
    """Runs of letters and digits in one piece; everything else sign by sign, as Chinese is broken: a mark that closes
    stays with what is before it, one that opens with what follows."""
    found: list[str] = []
    for char in text:
        last = found[-1][-1] if found else " "
        if found and (char in CLOSING or last in OPENING or (_in_word(last) and _in_word(char))):
            found[-1] += char
        else:
            found.append(char)
    return found


def _in_word(char: str) -> bool:
    return char.isascii() and not char.isspace()


def divider(face: Lettering, words: PageWords, number: str, cells: Mapping[str, str]) -> Canvas:
    """The sheet before an exhibit: its number, name and group, and where it stands."""
    canvas = Canvas(face, A4)
    y = A4[1] * 0.64
    canvas.centred(y, words.divider.format(number=number), 40, bold=True)
    y -= 40
    canvas.line(A4[0] / 2 - 40 * MM, y + 12, A4[0] / 2 + 40 * MM, y + 12, 0.8)
    for text in face.broken(cells["name"], 18, A4[0] - 2 * 35 * MM)[:8]:
        y -= 27
        canvas.centred(y, text, 18)
    y -= 34
    for text in (
        words.divider_pages.format(pages=cells["span"]),
        words.divider_hash.format(hash=cells.get("hash", "")),
    ):
        y -= 20
        canvas.centred(y, text, 11, grey=0.25)
    return canvas


def blank_side(face: Lettering, words: PageWords, size: tuple[float, float] = A4) -> Canvas:
    """The back that stays empty where an exhibit begins on a front side; it says so, and is counted."""
    canvas = Canvas(face, size)
    canvas.centred(size[1] / 2, words.blank, 12, grey=0.45)
    return canvas
