"""The one-page report of a check as PDF: what :mod:`evidence.verify.sheet` says, set with a shipped font.

The checker's room writes no PDF, so that nothing of a writer stands in it; this sets finished words and knows no facts.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from evidence.model.report import Report
from evidence.resources import fonts_dir
from evidence.stamp.lettering import Face, spelt
from evidence.verify.sheet import SENTENCES, Block, Kind, Sheet, sheet_text, sheets

A4 = (595.276, 841.89)
MARGIN = 42.0
_WIDTH = A4[0] - 2 * MARGIN
# The left column of the checklist, as a share of the width, and the gap between both.
_LEFT, _GAP = 0.44, 8.0
_FONTS = {
    "en": ("NotoSerifSC-Regular.ttf", "NotoSerifSC-Bold.ttf"),
    "zh": ("NotoSerifSC-Regular.ttf", "NotoSerifSC-Bold.ttf"),
    "zh-Hant": ("NotoSerifTC-Regular.ttf", "NotoSerifTC-Bold.ttf"),
}
# Sizes in points before the page is fitted, and how far they may shrink for it: below 6 pt nobody reads a page.
_SIZES = {
    Kind.TITLE: 15.0,
    Kind.NOTE: 8.2,
    Kind.HEAD: 9.2,
    Kind.ANSWER: 9.2,
    Kind.TEXT: 8.2,
    Kind.BOXED: 8.0,
    Kind.RULE: 8.0,
    Kind.ROW: 7.8,
}
_SCALES = (1.0, 0.95, 0.9, 0.86, 0.82, 0.78)
_LEADING = 1.32
_BOLD = (Kind.TITLE, Kind.HEAD, Kind.ANSWER, Kind.RULE)
_COLOURS = {
    "shown": "0 0.38 0.16 rg",
    "claimed": "0.25 0.25 0.25 rg",
    "open": "0.25 0.25 0.25 rg",
    "refuted": "0.72 0 0 rg",
}
_BLACK = "0 g"
_WORDS = re.compile(r"[!-~\u00a0-\u024f]+|\s|.")
_NEVER_FIRST = frozenset("）〕》」』，。、；：？！)]")


def sheet_pdf(report: Report, lang: str) -> bytes:
    """A page for each subject of ``report``; the same report gives the same bytes."""
    regular, bold = (fonts_dir() / name for name in _FONTS[lang])
    by_length = [
        [
            Sheet(page.title, tuple(_spelt(b, regular) for b in page.blocks))
            for page in sheets(report, lang, count)
        ]
        for count in range(SENTENCES, 0, -1)
    ]
    every = [page for pages in by_length for page in pages]
    texts = [text for page in every for block in page.blocks for text in (block.left, block.right)]
    pdf = Pdf.new()
    faces = (Face(pdf, regular, texts), Face(pdf, bold, [*texts, *(page.title for page in every)]))
    resources = pdf.make_indirect(Dictionary(Font=Dictionary(F=faces[0].font, B=faces[1].font)))
    for drafts in zip(*by_length, strict=True):
        for content in _fitted(drafts, faces):
            drawn = Dictionary(
                Type=Name.Page,
                MediaBox=Array([0, 0, *A4]),
                Resources=resources,
                Contents=pdf.make_stream(content.encode("ascii")),
            )
            pdf.pages.append(pikepdf.Page(pdf.make_indirect(drawn)))
    pdf.docinfo["/Title"] = every[0].title
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _spelt(block: Block, file: Path) -> Block:
    return Block(block.kind, spelt(block.left, file), spelt(block.right, file), block.verdict)


@dataclass(slots=True)
class _Pen:
    """Drawing from the top of a page downwards; a new page where the old one is full."""

    faces: tuple[Face, Face]
    pages: list[list[str]]
    y: float = 0.0

    def turn(self) -> None:
        self.pages.append([])
        self.y = A4[1] - MARGIN

    def room(self, height: float) -> None:
        if self.y - height < MARGIN:
            self.turn()

    def text(self, x: float, size: float, text: str, *, bold: bool = False, colour: str = _BLACK) -> None:
        face, name = (self.faces[1], "B") if bold else (self.faces[0], "F")
        self.pages[-1].append(
            f"{colour} BT /{name} {size:.2f} Tf 1 0 0 1 {x:.2f} {self.y:.2f} Tm {face.show(text)} ET"
        )

    def line(self, x: float, width: float, y: float, thick: float = 0.4) -> None:
        self.pages[-1].append(f"0.45 G {thick:g} w {x:.2f} {y:.2f} m {x + width:.2f} {y:.2f} l S")


def _fitted(drafts: Sequence[Sheet], faces: tuple[Face, Face]) -> list[str]:
    """The contents of the pages: one, of the longest draft that fits, at the greatest size at which it does."""
    pages: list[list[str]] = []
    for sheet, scale in ((sheet, scale) for sheet in drafts for scale in _SCALES):
        pen = _Pen(faces, [])
        pen.turn()
        _draw(sheet, pen, scale)
        pages = pen.pages
        if len(pages) == 1:
            break
    return ["\n".join(page) for page in pages]


def _draw(sheet: Sheet, pen: _Pen, scale: float) -> None:
    size = _SIZES[Kind.TITLE] * scale
    pen.y -= size
    pen.text((A4[0] - pen.faces[1].width(sheet.title, size)) / 2, size, sheet.title, bold=True)
    pen.y -= size * 0.6
    for block in sheet.blocks:
        size = _SIZES[block.kind] * scale
        if block.kind is Kind.ROW:
            _row(block, pen, size)
        elif block.kind is Kind.BOXED:
            _boxed(block, pen, size)
        elif block.kind is Kind.ANSWER:
            _answer(block, pen, size)
        else:
            _paragraph(block, pen, size)


def _paragraph(block: Block, pen: _Pen, size: float) -> None:
    bold = block.kind in _BOLD
    indent = 12.0 if block.kind is Kind.TEXT else 0.0
    if block.kind in (Kind.HEAD, Kind.RULE):
        pen.y -= size * (0.45 if block.kind is Kind.HEAD else 0.25)
    face = pen.faces[1 if bold else 0]
    colour = _COLOURS.get(block.verdict, _BLACK)
    for text in wrapped(block.left, face, size, _WIDTH - indent):
        pen.room(size * _LEADING)
        pen.y -= size * _LEADING
        pen.text(MARGIN + indent, size, text, bold=bold, colour=colour)


def _answer(block: Block, pen: _Pen, size: float) -> None:
    """Question and verdict in one line, the verdict in its colour and never by colour alone."""
    pen.y -= size * 0.35
    pen.room(size * _LEADING)
    pen.y -= size * _LEADING
    pen.text(MARGIN, size, block.left, bold=True)
    across = pen.faces[1].width(block.left, size) + size
    pen.text(MARGIN + across, size, block.right, bold=True, colour=_COLOURS.get(block.verdict, _BLACK))


def _boxed(block: Block, pen: _Pen, size: float) -> None:
    lines = wrapped(block.left, pen.faces[0], size, _WIDTH - 12)
    height = size * _LEADING * len(lines) + size
    pen.room(height)
    top = pen.y - size * 0.35
    pen.y -= size * 0.35
    for text in lines:
        pen.y -= size * _LEADING
        pen.text(MARGIN + 6, size, text)
    pen.y -= size * 0.5
    pen.pages[-1].append(f"0 G 0.8 w {MARGIN:.2f} {pen.y:.2f} {_WIDTH:.2f} {top - pen.y:.2f} re S")


def _row(block: Block, pen: _Pen, size: float) -> None:
    """An item and what fills it; an empty line to be filled by hand where nothing does."""
    left, right = _WIDTH * _LEFT - _GAP, _WIDTH * (1 - _LEFT)
    items = wrapped(block.left, pen.faces[0], size, left)
    fills = wrapped(block.right, pen.faces[0], size, right) if block.right else []
    count = max(len(items), len(fills), 1)
    pen.room(size * (_LEADING * count + 0.12))
    top, at = pen.y, MARGIN + _WIDTH * _LEFT
    for lines, x in ((items, MARGIN), (fills, at)):
        pen.y = top
        for text in lines:
            pen.y -= size * _LEADING
            pen.text(x, size, text)
    pen.y = top - size * _LEADING * count
    if not fills:  # to be written on
        pen.line(at, right, pen.y - size * 0.2, 0.5)
    pen.y -= size * 0.12


def wrapped(text: str, face: Face, size: float, width: float) -> list[str]:
    """``text`` in lines of at most ``width`` points: Latin words kept whole where they fit, Chinese broken anywhere, save
    that no line begins with a closing mark."""
    lines = [""]
    for word in _pieces(text, face, size, width):
        if face.width(lines[-1] + word, size) > width and lines[-1] and word not in _NEVER_FIRST:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        if word.isspace() and not lines[-1]:
            continue
        lines[-1] += word
    return lines


def _pieces(text: str, face: Face, size: float, width: float) -> Iterator[str]:
    for word in _WORDS.findall(text.replace("\n", " ")):
        if face.width(word, size) <= width:
            yield word
        else:  # a digest or a path longer than the column
            yield from word


def written(report: Report, lang: str, suffix: str) -> bytes:
    """The report as a file of this suffix: ``.pdf`` or ``.txt``."""
    return sheet_pdf(report, lang) if suffix == ".pdf" else sheet_text(report, lang).encode("utf-8")


SUFFIXES: Sequence[str] = (".pdf", ".txt")
