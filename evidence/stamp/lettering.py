"""Setting a few words on PDF pages with an embedded subset of a shipped font.

Page numbers, slips and placeholder pages need Chinese text without an office program; the font must be embedded, or
the court's viewer would choose one of its own.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import pikepdf
from fontTools import subset
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, Pdf

OPENING = frozenset("（〔《“「『([")
CLOSING = frozenset("）〕》”」』)]，。、；：？！")


@lru_cache(maxsize=8)
def _subset(
    font_file: Path, characters: str
) -> tuple[bytes, dict[str, int], tuple[int, ...], dict[str, int]]:
    """The font cut down to ``characters``: bytes, character → glyph, widths by glyph (1/1000 em), metrics."""
    options = subset.Options(glyph_names=False, layout_features=[], name_IDs=[], notdef_outline=True)
    # The shipped fonts have no hints, and their outlines stay as they are: no glyph has to be taken apart.
    with TTFont(font_file, recalcTimestamp=False, recalcBBoxes=False, lazy=True) as font:
        # Names for glyphs that nobody asks for: finding the font's own would cost as much as all the rest.
        font.setGlyphOrder([".notdef", *(f"g{i}" for i in range(1, font["maxp"].numGlyphs))])
        cutter = subset.Subsetter(options)
        cutter.populate(text=characters)
        cutter.subset(font)
        out = io.BytesIO()
        font.save(out, reorderTables=True)
        scale = 1000 / font["head"].unitsPerEm
        order = font.getGlyphOrder()
        cmap = font.getBestCmap()
        glyphs = {char: order.index(cmap[ord(char)]) for char in characters if ord(char) in cmap}
        widths = tuple(round(font["hmtx"][name][0] * scale) for name in order)
        metrics = {
            "ascent": round(font["hhea"].ascent * scale),
            "descent": round(font["hhea"].descent * scale),
            "bold": 0,
        }
        return out.getvalue(), glyphs, widths, metrics


@lru_cache(maxsize=8)
def _covered(font_file: Path) -> frozenset[int]:
    with TTFont(font_file, lazy=True) as font:
        font.setGlyphOrder([".notdef", *(f"g{i}" for i in range(1, font["maxp"].numGlyphs))])
        return frozenset(font.getBestCmap())


def spelt(text: str, font_file: Path) -> str:
    """``text`` with ``[U+1F600]`` for each character the font lacks: a box would not say which one it was."""
    covered = _covered(font_file)
    if covered.issuperset(map(ord, text)):
        return text
    return "".join(char if ord(char) in covered else f"[U+{ord(char):04X}]" for char in text)


class Face:
    """One font in one PDF, holding exactly the characters it was made for.

    Those the font lacks show as ``□`` or blank; :func:`spelt` names them instead.
    """

    def __init__(self, pdf: Pdf, font_file: Path, texts: Iterable[str]) -> None:
        characters = "".join(sorted(set("".join(texts)) | {"□"}))
        data, self._glyphs, self._widths, metrics = _subset(font_file, characters)
        self._missing = self._glyphs.get("□", 0)
        self._absent = f"{self._missing:04X}"
        self._codes = {char: f"{glyph:04X}" for char, glyph in self._glyphs.items()}
        self._advance = {char: self._widths[glyph] for char, glyph in self._glyphs.items()}
        stream = pdf.make_stream(data, Length1=len(data))
        descriptor = pdf.make_indirect(
            Dictionary(
                Type=Name.FontDescriptor,
                FontName=Name("/EVIDEN+Lettering"),
                Flags=4,
                FontBBox=Array([-1000, -500, 3000, 1500]),
                ItalicAngle=0,
                Ascent=metrics["ascent"],
                Descent=metrics["descent"],
                CapHeight=700,
                StemV=80,
                FontFile2=stream,
            )
        )
        descendant = pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.CIDFontType2,
                BaseFont=Name("/EVIDEN+Lettering"),
                CIDSystemInfo=Dictionary(
                    Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
                ),
                FontDescriptor=descriptor,
                DW=1000,
                W=Array([0, Array(list(self._widths))]),
                CIDToGIDMap=Name.Identity,
            )
        )
        self.font = pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type0,
                BaseFont=Name("/EVIDEN+Lettering"),
                Encoding=Name("/Identity-H"),
                DescendantFonts=Array([descendant]),
                ToUnicode=pdf.make_stream(self._to_unicode()),
            )
        )

    def _to_unicode(self) -> bytes:
        pairs = "\n".join(
            f"<{glyph:04X}> <{char.encode('utf-16-be').hex().upper()}>"
            for char, glyph in self._glyphs.items()
        )
        blocks = []
        lines = pairs.splitlines()
        for i in range(0, len(lines), 100):  # a bfchar block holds at most 100 entries
            part = lines[i : i + 100]
            blocks.append(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar")
        body = "\n".join(blocks)
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
            f"{body}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
        ).encode()

    def width(self, text: str, size: float) -> float:
        """The set width of ``text`` in points."""
        return self._set(text) * size / 1000

    def _set(self, text: str) -> int:
        missing = self._widths[self._missing]
        return sum([self._advance.get(char, missing) for char in text])

    def broken(self, text: str, size: float, width: float) -> list[str]:
        """``text`` in lines no longer than ``width`` points, broken at its line feeds and anywhere else, as
        Chinese is, save that no line begins with a closing mark or ends with an opening one."""
        lines, taken = [""], 0
        for char in text:
            if char == "\n":
                lines.append("")
                taken = 0
                continue
            taken += self._set(char)
            if taken * size / 1000 > width:
                full = lines.pop()
                cut = len(full)
                while cut > 1 and ((full[cut:] + char)[0] in CLOSING or full[cut - 1] in OPENING):
                    cut -= 1
                if cut <= 1:  # nothing but marks: break where it is full
                    cut = len(full)
                lines += [full[:cut], full[cut:]]
                taken = self._set(full[cut:] + char)
            lines[-1] += char
        return lines

    def show(self, text: str) -> str:
        """The operand and operator that show ``text``: ``<…> Tj``."""
        return "<" + "".join([self._codes.get(char, self._absent) for char in text]) + "> Tj"
