"""Build the outlines with which the stamp writes on other people's PDFs (docs/formats.md, section 3.3).

    npm pack @expo-google-fonts/noto-sans-sc && tar xzf expo-google-fonts-noto-sans-sc-*.tgz
    python tools/build_stamp_outlines.py package/400Regular/NotoSansSC_400Regular.ttf OUT/outlines-1.json

A foreign page's resources are left alone, so that the stamp brings no font: each character is a path. What is
committed under ``evidence/stamp/profiles`` is final, since every stamped exhibit rests on it; for new characters
make a new table and a new profile. Font version 2.004 was used.
"""

from __future__ import annotations

import json
import string
import sys
from pathlib import Path

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

CHARACTERS = sorted(
    set(
        string.digits
        + string.ascii_uppercase
        + "abcdef :-/"
        + "〔〕证證字第号號页頁共短码碼日志誌扫掃核验驗本为為附加的不属屬于於原文件内內容全部在前，。"
    )
)


class _Operators(BasePen):  # type: ignore[misc]
    """PDF path operators in thousandths of the font size, as whole numbers."""

    def __init__(self, glyphs: object, units: int) -> None:
        super().__init__(glyphs)
        self._scale = 1000 / units
        self.parts: list[str] = []

    def _write(self, operator: str, *points: tuple[float, float]) -> None:
        numbers = (str(round(value * self._scale)) for point in points for value in point)
        self.parts.append(" ".join((*numbers, operator)))

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self._write("m", pt)

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self._write("l", pt)

    def _curveToOne(  # noqa: N802
        self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]
    ) -> None:
        self._write("c", pt1, pt2, pt3)

    def _closePath(self) -> None:  # noqa: N802
        self.parts.append("h")


def outlines(path: Path) -> dict[str, list[object]]:
    """Character → [advance, path operators]; the path of a blank is empty."""
    font = TTFont(str(path))
    glyphs, names, units = font.getGlyphSet(), font.getBestCmap(), font["head"].unitsPerEm
    table: dict[str, list[object]] = {}
    for char in CHARACTERS:
        pen = _Operators(glyphs, units)
        glyph = glyphs[names[ord(char)]]
        glyph.draw(pen)
        table[char] = [round(glyph.width * 1000 / units), " ".join(pen.parts)]
    return table


def main() -> None:
    source, target = map(Path, sys.argv[1:])
    table = {
        "outlines": "outlines-1",
        "source": "Noto Sans SC Regular 2.004, SIL Open Font License 1.1",
        "glyphs": outlines(source),
    }
    target.write_text(json.dumps(table, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
