"""The pages of a print run that are no letters: round sheet, labels, the page with the reading code.

Drawn here rather than from a Word template: the sheet and the labels are seen by others than the owner, and no template
should be able to put a name beside a sum on them. The round sheet names rooms and short codes alone, an envelope its room
and 业主亲启; what kind of letter it is stands on neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice
from typing import Protocol

from evidence.delivery.printrun_labels import LabelSheet, spots
from evidence.delivery.printrun_pdf import A4
from evidence.delivery.printrun_words import PrintWords
from evidence.delivery.shortcode import MODULES, QUIET, symbol
from evidence.model.period import chinese_date
from evidence.stamp.draw import runs_of

__all__ = [
    "MM",
    "SYMBOL_SIDE",
    "Label",
    "Lettering",
    "Round",
    "Stop",
    "label_pages",
    "reading_page",
    "round_pages",
    "round_sheets",
    "symbol_at",
]

MM = 72 / 25.4
_LEFT, _RIGHT, _TOP, _BOTTOM = 15 * MM, 15 * MM, 16 * MM, 18 * MM
_ROW, _GROUP, _HEAD = 14.5 * MM, 8 * MM, 11 * MM
# 序号, 房号, 楼层, 短码, 页数, 时间, 结果, and two signatures: 180 mm.
_WIDTHS = tuple(width * MM for width in (10, 33, 11, 23, 10, 22, 29, 21, 21))
_WORD = re.compile(r"[0-9A-Za-z-]+")
_PIECE = re.compile(r"[0-9A-Za-z-]+|\n|.[，。、；：）」”]*", re.DOTALL)
SYMBOL_SIDE = (MODULES + 2 * QUIET) * 0.62
"""Side of a slip's symbol with its quiet zone, in mm."""


class Lettering(Protocol):
    """What sets words: :class:`evidence.delivery.printrun_rare.RareFace`."""

    def width(self, text: str, size: float) -> float: ...

    def broken(self, text: str, size: float, width: float) -> list[str]: ...

    def set(self, x: float, y: float, size: float, text: str) -> Iterator[str]: ...


@dataclass(frozen=True, slots=True)
class Stop:
    """One letter of the round: ``number`` its place in it, ``group`` building and unit, ``floor`` or empty."""

    number: int
    group: str
    room: str
    floor: str
    code: str
    pages: int


@dataclass(frozen=True, slots=True)
class Round:
    """The head of a round sheet. ``sign``: recipients sign on it too, and every unit has sheets of its own."""

    estate: str
    run: str
    day: date
    letters: int
    pages: int
    sign: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """``lines`` as they stand on it, the first the largest; ``code`` beside them as text and symbol."""

    lines: tuple[str, ...]
    code: str
    number: int


class _Canvas:
    """Marks on one page, in points from the lower left corner."""

    def __init__(self, face: Lettering) -> None:
        self._face, self._marks = face, ["0 g 0 G"]

    def text(self, x: float, y: float, size: float, text: str) -> None:
        self._marks += self._face.set(x, y, size, text)

    def centred(self, x: float, y: float, size: float, text: str) -> None:
        self.text(x - self._face.width(text, size) / 2, y, size, text)

    def line(self, x: float, y: float, to_x: float, to_y: float, width: float = 0.5) -> None:
        self._marks.append(f"{width:g} w {x:.3f} {y:.3f} m {to_x:.3f} {to_y:.3f} l S")

    def dashed(self, y: float) -> None:
        self._marks.append(f"q [4 4] 0 d 0.4 w 0 {y:.3f} m {A4[0]:.3f} {y:.3f} l S Q")

    def symbol(self, x: float, y: float, side: float, code: str) -> None:
        """The symbol of ``code`` with its quiet zone in a square of ``side``, lower left corner at ``x``, ``y``."""
        self._marks.append(symbol_at(x, y, side, code))

    def bytes(self) -> bytes:
        return "\n".join(self._marks).encode("ascii")


def symbol_at(x: float, y: float, side: float, code: str) -> str:
    """The operators that draw a code's symbol into a square, white beneath it."""
    module = side / (MODULES + 2 * QUIET)
    marks = [f"q 1 g {x:.3f} {y:.3f} {side:.3f} {side:.3f} re f 0 g"]
    marks.append(f"{module:.4f} 0 0 {module:.4f} {x + QUIET * module:.3f} {y + QUIET * module:.3f} cm")
    marks += [f"{column} {row} {width} 1 re" for column, row, width in runs_of(symbol(code))]
    return "\n".join([*marks, "f Q"])


def round_pages(
    stops: Sequence[Stop], head: Round, words: PrintWords, face: Lettering
) -> Iterator[tuple[bytes, int]]:
    """The sheets of the round: each page's content, and the index of the first stop on it."""
    pages = round_sheets(stops, sign=head.sign)
    counts = {name: sum(1 for _ in of_it) for name, of_it in groupby(stops, key=lambda stop: stop.group)}
    for place, rows in enumerate(pages, 1):
        canvas = _Canvas(face)
        y = _sheet_head(canvas, head, words)
        bottom = _sheet_rows(canvas, y, rows, counts, words, face, sign=head.sign)
        _sheet_foot(canvas, bottom, words, face, sign=head.sign)
        canvas.centred(A4[0] / 2, 9 * MM, 9, words.page.format(x=place, y=len(pages)))
        yield canvas.bytes(), rows[0].number


def round_sheets(stops: Sequence[Stop], *, sign: bool) -> list[list[Stop]]:
    """The stops page by page: as many as there is room for, each group under a line of its own."""
    room = A4[1] - _TOP - 27 * MM - _HEAD - 27 * MM - _BOTTOM
    pages: list[list[Stop]] = []
    page: list[Stop] = []
    left = room
    for stop in stops:
        opens = not page or page[-1].group != stop.group
        need = _ROW + (_GROUP if opens else 0)
        if page and (need > left or (sign and opens)):
            pages.append(page)
            page, left = [], room
            need = _ROW + _GROUP
        page.append(stop)
        left -= need
    return [*pages, page] if page else pages


def _sheet_head(canvas: _Canvas, head: Round, words: PrintWords) -> float:
    y = A4[1] - _TOP - 18
    canvas.centred(A4[0] / 2, y, 18, words.sheet)
    y -= 9 * MM
    canvas.text(_LEFT, y, 10.5, words.estate.format(name=head.estate))
    canvas.text(A4[0] / 2 + 10 * MM, y, 10.5, words.run.format(run=head.run))
    y -= 6 * MM
    canvas.text(_LEFT, y, 10.5, words.made.format(day=chinese_date(head.day)))
    total = words.total.format(letters=head.letters, pages=head.pages)
    canvas.text(A4[0] / 2 + 10 * MM, y, 10.5, total)
    return y - 4 * MM


def _sheet_rows(
    canvas: _Canvas,
    top: float,
    rows: Sequence[Stop],
    counts: dict[str, int],
    words: PrintWords,
    face: Lettering,
    *,
    sign: bool,
) -> float:
    right, y = _LEFT + sum(_WIDTHS), top
    canvas.line(_LEFT, y, right, y, 1)
    _cells(canvas, y, _HEAD, words.sign_columns if sign else words.columns, face, 9)
    y -= _HEAD
    canvas.line(_LEFT, y, right, y, 0.8)
    group = None
    for stop in rows:
        if stop.group != group:
            group = stop.group
            name = words.group.format(name=group or words.elsewhere, count=counts[group])
            canvas.text(_LEFT + 1.5 * MM, y - 5.6 * MM, 10.5, name)
            y -= _GROUP
            canvas.line(_LEFT, y, right, y)
        floor = words.floor.format(floor=stop.floor) if stop.floor else ""
        result = words.signed if sign else words.result
        cells = (str(stop.number), stop.room, floor, stop.code, str(stop.pages), "", result, "", "")
        _cells(canvas, y, _ROW, cells, face, 9.5)
        _columns(canvas, y, y - _ROW)
        y -= _ROW
        canvas.line(_LEFT, y, right, y)
    _columns(canvas, top, top - _HEAD)
    for x in (_LEFT, right):
        canvas.line(x, top, x, y, 0.8)
    return y


def _columns(canvas: _Canvas, top: float, bottom: float) -> None:
    x = _LEFT
    for width in _WIDTHS[:-1]:
        x += width
        canvas.line(x, top, x, bottom)


def _cells(
    canvas: _Canvas, top: float, height: float, cells: Sequence[str], face: Lettering, size: float
) -> None:
    """Texts in the middle of their cells, smaller where they do not fit."""
    x = _LEFT
    for cell, width in zip(cells, _WIDTHS, strict=True):
        fitted, lines = _fitted(cell, size, width - 2 * MM, height - 1.6 * MM, face)
        leading = fitted * 1.3
        y = top - height / 2 + (len(lines) - 1) * leading / 2 - fitted * 0.36
        for line in lines:
            canvas.centred(x + width / 2, y, fitted, line)
            y -= leading
        x += width


def _fitted(text: str, size: float, width: float, height: float, face: Lettering) -> tuple[float, list[str]]:
    """The lines of a text and the size at which they fit; what does not fit at 5 points is cut, and says so."""
    while True:
        lines = _lines(text, size, width, face)
        whole = all(face.width(word, size) <= width for word in _WORD.findall(text))
        if (whole and len(lines) * size * 1.3 <= height) or size <= 5:
            break
        size -= 0.5
    most = max(1, int(height / (size * 1.3)))
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1][:-1] + "…"]
    return size, lines


def _lines(text: str, size: float, width: float, face: Lettering) -> list[str]:
    """``text`` broken as Chinese is, but not within a number or code: 1203 is another door than 12 and 03."""
    lines = [""]
    for piece in _PIECE.findall(text):
        if piece == "\n":
            lines.append("")
        elif face.width(lines[-1] + piece, size) <= width:
            lines[-1] += piece
        else:
            if not lines[-1]:
                lines.pop()
            lines += face.broken(piece, size, width)
    return lines


def _sheet_foot(canvas: _Canvas, y: float, words: PrintWords, face: Lettering, *, sign: bool) -> None:
    y -= 8 * MM
    canvas.text(_LEFT, y, 10, words.servers)
    for line in face.broken(words.sign_note if sign else words.sheet_note, 8.5, sum(_WIDTHS)):
        y -= 4.6 * MM
        canvas.text(_LEFT, y, 8.5, line)


def label_pages(
    labels: Iterable[Label], sheet: LabelSheet, words: PrintWords, face: Lettering, *, start: int = 1
) -> Iterator[bytes]:
    """Sheets of labels. ``start``: the first free label of a sheet that was used before, from 1."""
    every = iter(labels)
    skipped = start - 1
    while some := list(islice(every, sheet.count - skipped)):
        canvas = _Canvas(face)
        places = islice(spots(sheet), skipped, None)
        skipped = 0
        for label, spot in zip(some, places, strict=False):
            _label(canvas, label, spot.x * MM, A4[1] - spot.y * MM, sheet, words, face)
        yield canvas.bytes()


def _label(
    canvas: _Canvas,
    label: Label,
    left: float,
    top: float,
    sheet: LabelSheet,
    words: PrintWords,
    face: Lettering,
) -> None:
    pad = 3.5 * MM
    side = min(22.0, sheet.height - 13) * MM
    width = sheet.width * MM - 2 * pad - side - 1.5 * MM
    x, y = left + pad, top - pad
    room = sheet.height * MM - 2 * pad - 5 * MM
    big, small = (15.0, 10.0) if sheet.height >= 42 else (12.0, 9.0)
    first = _fitted(label.lines[0], big, width, room * 0.5, face)
    used = len(first[1]) * first[0] * 1.3
    rest = _fitted("\n".join(filter(None, label.lines[1:])), small, width, room - used, face)
    for size, lines in (first, rest):
        for line in lines:
            y -= size * 1.3
            canvas.text(x, y + size * 0.2, size, line)
    right = left + sheet.width * MM - pad
    canvas.symbol(right - side, top - pad - side, side, label.code)
    canvas.text(x, top - sheet.height * MM + pad, 9, words.code.format(code=label.code))
    place = words.place.format(number=label.number)
    canvas.text(right - face.width(place, 7.5), top - sheet.height * MM + pad, 7.5, place)


def reading_page(code: str, short: str, words: PrintWords, face: Lettering) -> bytes:
    """The page for the inside of the fold: the reading code in the middle third, folded over from both sides.

    It names no sender, no room and no debt: who finds the sheet alone learns nothing.
    """
    canvas = _Canvas(face)
    for third in (1, 2):
        canvas.dashed(A4[1] * third / 3)
        canvas.centred(A4[0] / 2, A4[1] * third / 3 + 4, 8, words.reading_fold)
    middle = A4[1] / 2
    canvas.centred(A4[0] / 2, middle + 27 * MM, 16, words.reading)
    canvas.centred(A4[0] / 2, middle + 11 * MM, 30, code)
    y = middle + 2 * MM
    wide = A4[0] - 60 * MM
    for told in words.reading_how:
        for line in face.broken(told, 9.5, wide):
            y -= 14
            canvas.text(30 * MM, y, 9.5, line)
        y -= 3
    canvas.centred(A4[0] / 2, A4[1] / 3 + 7 * MM, 9, words.code.format(code=short))
    return canvas.bytes()
