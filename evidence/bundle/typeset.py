"""Text and tables set on A4 pages with a shipped font, for files that are no pages themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pikepdf import Array, Dictionary, Name, Object, Pdf

from evidence.bundle.geometry import A4, MM
from evidence.stamp.lettering import Face, spelt

MAX_PAGES = 40
"""More of one file is not printed: the original is beside it, and nobody reads on."""

_SIDE, _TOP, _BOTTOM = 20 * MM, 20 * MM, 20 * MM
_SIZE, _LEADING = 10.0, 15.0
_CELL, _CELL_LEADING, _PAD = 8.5, 12.0, 2.0
_HEAD = 9.0
_WIDEST = 62 * MM
_NARROWEST = 9 * MM


@dataclass(frozen=True, slots=True)
class Setting:
    """Pages and how much of the file they show: ``shown`` of ``total`` lines or rows."""

    pdf: Pdf
    shown: int
    total: int

    @property
    def cut(self) -> bool:
        return self.shown < self.total


def text_pages(head: str, lines: Sequence[str], more: str, font_file: Path) -> Setting:
    """``lines`` under ``head``, at most :data:`MAX_PAGES` pages; then ``more`` says how many lines there are."""
    sample = [spelt(line, font_file) for line in lines[: MAX_PAGES * 60]]
    pdf = Pdf.new()
    face = Face(pdf, font_file, [head, *sample, more, "0123456789"])
    width = A4[0] - 2 * _SIDE
    per_page = int((A4[1] - _TOP - _BOTTOM) / _LEADING) - 2
    room = per_page * MAX_PAGES - 2
    printed: list[str] = []
    shown = 0
    for line in sample:
        broken = face.broken(line, _SIZE, width)
        if len(printed) + len(broken) > room:
            break
        printed += broken
        shown += 1
    if shown < len(lines):
        printed += ["", *face.broken(more.format(shown=shown, total=len(lines)), _SIZE, width)]
    for start in range(0, max(len(printed), 1), per_page):
        body = [_text(face, head, _SIDE, A4[1] - _TOP, _HEAD)]
        for i, line in enumerate(printed[start : start + per_page], 2):
            body.append(_text(face, line, _SIDE, A4[1] - _TOP - i * _LEADING, _SIZE))
        add_page(pdf, face, body)
    return Setting(pdf, shown, len(lines))


def table_pages(head: str, rows: Sequence[Sequence[str]], more: str, font_file: Path) -> Setting:
    """``rows`` as a ruled table, the first row again on each page; lying on its side where it is wide."""
    kept = [[spelt(cell, font_file) for cell in row] for row in rows[: MAX_PAGES * 60]]
    pdf = Pdf.new()
    face = Face(pdf, font_file, [head, more, "0123456789", *(cell for row in kept for cell in row)])
    columns = max((len(row) for row in kept), default=0)
    natural = [_natural(face, [row[i] for row in kept if i < len(row)]) for i in range(columns)]
    page = A4 if sum(natural) <= A4[0] - 2 * _SIDE else A4[::-1]
    scale = min(1.0, (page[0] - 2 * _SIDE) / sum(natural)) if natural else 1.0
    widths = [width * scale for width in natural]
    top, bottom = page[1] - _TOP - 2 * _LEADING, _BOTTOM + _LEADING
    tall = [_row(face, row, widths, top - bottom) for row in kept]
    shown = pages = 0
    while shown < len(tall) and pages < MAX_PAGES:
        y, body = top, [_text(face, head, _SIDE, page[1] - _TOP, _HEAD)]
        first = shown
        if shown and _height(tall[0]) < (top - bottom) / 3:
            body += _drawn(face, tall[0], widths, y, _height(tall[0]))
            y -= _height(tall[0])
        while shown < len(tall) and (shown == first or y - _height(tall[shown]) >= bottom):
            body += _drawn(face, tall[shown], widths, y, _height(tall[shown]))
            y -= _height(tall[shown])
            shown += 1
        pages += 1
        if shown < len(rows) and (shown == len(tall) or pages == MAX_PAGES):
            text = more.format(shown=shown, total=len(rows))
            body.append(_text(face, text, _SIDE, y - _LEADING, _HEAD))
        add_page(pdf, face, body, page)
    if not pages:
        add_page(pdf, face, [_text(face, head, _SIDE, page[1] - _TOP, _HEAD)], page)
    return Setting(pdf, shown, len(rows))


def _natural(face: Face, cells: Sequence[str]) -> float:
    widest = max((face.width(cell, _CELL) for cell in cells[:400]), default=0.0)
    return min(max(widest + 2 * _PAD + 1, _NARROWEST), _WIDEST)


def _row(face: Face, row: Sequence[str], widths: Sequence[float], room: float) -> list[list[str]]:
    """The cells of a row in lines; one that would not fit a page is cut off with a mark."""
    most = max(1, int(room / _CELL_LEADING) - 1)
    cells = []
    for cell, width in zip(row, widths, strict=False):
        lines = face.broken(cell, _CELL, max(width - 2 * _PAD, _CELL))
        cells.append(lines if len(lines) <= most else [*lines[: most - 1], "……"])
    return cells


def _height(cells: Sequence[Sequence[str]]) -> float:
    return max((len(lines) for lines in cells), default=1) * _CELL_LEADING + _PAD


def _drawn(
    face: Face, cells: Sequence[Sequence[str]], widths: Sequence[float], y: float, height: float
) -> Iterator[str]:
    x = _SIDE
    for i, width in enumerate(widths):
        yield f"0.4 w {x:.2f} {y - height:.2f} {width:.2f} {height:.2f} re S"
        for k, line in enumerate(cells[i] if i < len(cells) else ()):
            yield _text(face, line, x + _PAD, y - _CELL - k * _CELL_LEADING - 1, _CELL)
        x += width


def _text(face: Face, text: str, x: float, y: float, size: float) -> str:
    return f"BT /F {size:g} Tf 1 0 0 1 {x:.2f} {y:.2f} Tm {face.show(text)} ET"


def add_page(
    pdf: Pdf,
    face: Face,
    body: Sequence[str],
    size: tuple[float, float] = A4,
    pictures: Mapping[str, Object] | None = None,
) -> None:
    """A page more, of the operators in ``body``: ``/F`` is the face, and ``pictures`` go by their names (``/Still0``)."""
    pdf.add_blank_page(page_size=size)
    page = pdf.pages[-1].obj
    page.Contents = pdf.make_stream("\n".join(body).encode())
    page.Resources = Dictionary(Font=Dictionary(F=face.font))
    if pictures:
        page.Resources.XObject = Dictionary(pictures)
    page.MediaBox = Array([0, 0, *size])
    page.Type = Name.Page
