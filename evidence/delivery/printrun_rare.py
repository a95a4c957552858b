"""Characters that the shipped font lacks, drawn as outlines from a font that has them.

A letter shows such a name with whatever face its converter finds on the machine; the label on its envelope must not
show less. A whole second font for one character would cost more than its outline does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont
from pikepdf import Pdf

from evidence.stamp.lettering import Face, spelt

__all__ = ["Legible", "Outline", "RareFace", "outline_of"]


@dataclass(frozen=True, slots=True)
class Outline:
    """One glyph: ``advance`` in thousandths of an em, ``path`` the PDF operators that trace it on an em of 1000."""

    advance: int
    path: str


class _PdfPen(BasePen):  # type: ignore[misc]  # fontTools has no types
    """Writes what a glyph draws as PDF operators; quadratic curves arrive here as cubic ones."""

    def __init__(self, glyphs: Any, scale: float) -> None:
        super().__init__(glyphs)
        self._scale = scale
        self.marks: list[str] = []

    def _put(self, operator: str, *points: tuple[float, float]) -> None:
        numbers = (f"{value * self._scale:.1f}" for point in points for value in point)
        self.marks.append(" ".join([*numbers, operator]))

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 - fontTools calls it so
        self._put("m", pt)

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 - fontTools calls it so
        self._put("l", pt)

    def _curveToOne(  # noqa: N802 - fontTools calls it so
        self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]
    ) -> None:
        self._put("c", pt1, pt2, pt3)

    def _closePath(self) -> None:  # noqa: N802 - fontTools calls it so
        self._put("h")

    def _endPath(self) -> None:  # noqa: N802 - fontTools calls it so
        self._put("h")


def outline_of(file: Path, number: int, char: str) -> Outline:
    """The outline of ``char`` in the face ``number`` of a font file; ``KeyError`` where the face lacks it."""
    with TTFont(file, lazy=True, fontNumber=number) as font:
        name = font.getBestCmap()[ord(char)]
        glyphs = font.getGlyphSet()
        scale = 1000 / font["head"].unitsPerEm
        pen = _PdfPen(glyphs, scale)
        glyphs[name].draw(pen)
        return Outline(round(glyphs[name].width * scale), " ".join(pen.marks))


class RareFace(Face):
    """A face that knows more characters than its font: ``rare`` are drawn, all others set."""

    def __init__(self, pdf: Pdf, font_file: Path, texts: Iterable[str], rare: Mapping[str, Outline]) -> None:
        super().__init__(pdf, font_file, texts)
        self._rare = rare

    def width(self, text: str, size: float) -> float:
        drawn = sum(self._rare[char].advance for char in text if char in self._rare)
        return super().width("".join(char for char in text if char not in self._rare), size) + (
            drawn * size / 1000
        )

    def set(self, x: float, y: float, size: float, text: str) -> Iterator[str]:
        """The operators that set a line of text in the font ``/F``, its left end at ``x``, ``y``."""
        for is_rare, some in groupby(text, key=self._rare.__contains__):
            part = "".join(some)
            if not is_rare:
                yield f"BT /F {size:g} Tf 1 0 0 1 {x:.3f} {y:.3f} Tm {self.show(part)} ET"
                x += self.width(part, size)
                continue
            for char in part:
                scale = size / 1000
                yield f"q {scale:.5f} 0 0 {scale:.5f} {x:.3f} {y:.3f} cm {self._rare[char].path} f Q"
                x += self.width(char, size)


class Legible:
    """Texts of a print run as they can be shown: set in the shipped font, or drawn, or at the worst spelt out.

    ``drawn`` gives the outline of a character from a font of the machine, ``None`` where none has it.
    """

    def __init__(self, font_file: Path, drawn: Callable[[str], Outline | None]) -> None:
        self._font_file, self._drawn = font_file, drawn
        self.outlines: dict[str, Outline] = {}

    def shown(self, text: str) -> tuple[str, tuple[str, ...]]:
        """The text, with ``[U+…]`` for what no font has, and those characters; the others are in ``outlines``."""
        if spelt(text, self._font_file) == text:
            return text, ()
        shown, missing = "", []
        for char in text:
            plain = spelt(char, self._font_file)
            if plain != char and char not in self.outlines:
                if outline := self._drawn(char):
                    self.outlines[char] = outline
                else:
                    missing.append(char)
            shown += char if char in self.outlines else plain
        return shown, tuple(dict.fromkeys(missing))
