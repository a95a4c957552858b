"""A font of square glyphs for the tests: enough to be embedded, and to be told apart on a page."""

from __future__ import annotations

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen


def make_font(path: Path, family: str, chars: str, *, bold: bool = False, fs_type: int = 0) -> None:
    """Write a TTF whose glyph for each of ``chars`` is a filled square of 0.8 em."""
    pen = TTGlyphPen(None)
    for index, (x, y) in enumerate([(100, -80), (100, 720), (900, 720), (900, -80)]):
        pen.lineTo((x, y)) if index else pen.moveTo((x, y))
    pen.closePath()
    square, empty = pen.glyph(), TTGlyphPen(None).glyph()
    names = [".notdef", "space", *(f"u{ord(char):05X}" for char in chars)]
    style = "Bold" if bold else "Regular"
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({32: "space", **{ord(char): f"u{ord(char):05X}" for char in chars}})
    builder.setupGlyf({name: empty if name in (".notdef", "space") else square for name in names})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 100)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable(
        {"familyName": family, "styleName": style, "psName": f"{family.replace(' ', '')}-{style}"}
    )
    builder.setupOS2(
        sTypoAscender=880, sTypoDescender=-120, fsType=fs_type, usWeightClass=700 if bold else 400
    )
    builder.setupPost()
    builder.font["head"].macStyle = int(bold)
    builder.save(path)
