"""A small PDF with real text: one embedded TrueType subset, rules and lines, any page size and rotation.

Exhibits are not all scans. A born-digital paper, one of its pages lying on its side by ``/Rotate``, is what
the court file must cope with, so it is written here by hand and not by a library that would straighten it.
"""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass, field

from fontTools import subset
from fontTools.ttLib import TTFont

from samplekit.paper import font_file

MM = 72 / 25.4


@dataclass
class Page:
    """What is drawn, with the origin at the top left and in millimetres, as the reader sees the page."""

    width: float
    height: float
    rotate: int = 0
    items: list[tuple[str, tuple[float, ...], str]] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, size: float = 10, grey: float = 0) -> None:
        """``size`` in points, ``y`` of the baseline."""
        self.items.append(("text", (x, y, size, grey), text))

    def line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        self.items.append(("line", (x1, y1, x2, y2), ""))

    def table(self, x: float, y: float, widths: list[float], rows: list[list[str]], row: float = 8) -> float:
        bottom, right = y + row * len(rows), x + sum(widths)
        for n in range(len(rows) + 1):
            self.line(x, y + n * row, right, y + n * row)
        left = x
        for width in [*widths, 0.0]:
            self.line(left, y, left, bottom)
            left += width
        for n, cells in enumerate(rows):
            left = x
            for cell, width in zip(cells, widths, strict=True):
                self.text(left + 1.5, y + n * row + row * 0.66, cell, 9)
                left += width
        return bottom


def _subset(text: str) -> tuple[bytes, dict[str, int], list[int], int]:
    font = TTFont(font_file("serif"), recalcTimestamp=False)
    options = subset.Options(hinting=False, layout_features=[], glyph_names=False, notdef_outline=True)
    options.drop_tables += [
        "BASE",
        "GDEF",
        "GPOS",
        "GSUB",
        "OS/2",
        "STAT",
        "gasp",
        "name",
        "post",
        "vhea",
        "vmtx",
    ]
    chooser = subset.Subsetter(options)
    chooser.populate(text=text)
    chooser.subset(font)
    out = io.BytesIO()
    font.save(out)
    order, cmap, metrics = font.getGlyphOrder(), font.getBestCmap(), font["hmtx"].metrics
    unit = font["head"].unitsPerEm
    missing = sorted(set(text) - {chr(code) for code in cmap} - {"\n"})
    if missing:
        raise ValueError(f"no glyph for {''.join(missing)}")
    ids = {chr(code): font.getGlyphID(name) for code, name in cmap.items()}
    return out.getvalue(), ids, [metrics[name][0] * 1000 // unit for name in order], len(order)


def write(pages: list[Page], title: str) -> bytes:
    """The finished file; the same bytes for the same pages and fontTools."""
    everything = "".join(sorted({char for page in pages for _, _, text in page.items for char in text}))
    program, ids, widths, _ = _subset(everything)
    pairs = "".join(f"<{gid:04X}> <{char.encode('utf-16-be').hex()}>\n" for char, gid in sorted(ids.items()))
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{_blocks(pairs)}endcmap end end"
    )
    info = f"<</Title <FEFF{title.encode('utf-16-be').hex()}> /Producer (samplekit)>>"
    objects: list[bytes] = [
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"",  # the page tree, once the pages have numbers
        b"<</Type /Font /Subtype /Type0 /BaseFont /SAMPLE+NotoSerifSC /Encoding /Identity-H"
        b" /DescendantFonts [4 0 R] /ToUnicode 7 0 R>>",
        f"<</Type /Font /Subtype /CIDFontType2 /BaseFont /SAMPLE+NotoSerifSC /CIDToGIDMap /Identity /DW 1000"
        f" /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>> /FontDescriptor 5 0 R"
        f" /W [0 [{' '.join(map(str, widths))}]]>>".encode(),
        b"<</Type /FontDescriptor /FontName /SAMPLE+NotoSerifSC /Flags 4 /FontBBox [-1000 -400 3000 1200]"
        b" /ItalicAngle 0 /Ascent 1151 /Descent -286 /CapHeight 733 /StemV 80 /FontFile2 6 0 R>>",
        _stream(program, f"/Length1 {len(program)} "),
        _stream(cmap.encode()),
        info.encode(),
    ]
    kids = []
    for page in pages:
        kids.append(f"{len(objects) + 1} 0 R")
        turn = f" /Rotate {page.rotate}" if page.rotate else ""
        across, up = (page.height, page.width) if page.rotate == 90 else (page.width, page.height)
        objects.append(
            f"<</Type /Page /Parent 2 0 R /MediaBox [0 0 {across * MM:.2f} {up * MM:.2f}]{turn}"
            f" /Resources <</Font <</F 3 0 R>>>> /Contents {len(objects) + 2} 0 R>>".encode()
        )
        objects.append(_stream(_content(page, ids)))
    objects[1] = f"<</Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)}>>".encode()
    out = bytearray(b"%PDF-1.4\n%\xe6\xa0\xb7\xe6\x9c\xac\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += (
        f"trailer\n<</Size {len(objects) + 1} /Root 1 0 R /Info 8 0 R>>\nstartxref\n{start}\n%%EOF\n".encode()
    )
    return bytes(out)


def _blocks(pairs: str) -> str:
    lines = pairs.splitlines()
    parts = [
        lines[n : n + 100] for n in range(0, len(lines), 100)
    ]  # at most 100 entries a block (PDF 9.10.3)
    return "".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar\n" for part in parts)


def _stream(data: bytes, more: str = "") -> bytes:
    packed = zlib.compress(data, 9)
    return (
        f"<<{more}/Filter /FlateDecode /Length {len(packed)}>>\nstream\n".encode() + packed + b"\nendstream"
    )


def _content(page: Page, ids: dict[str, int]) -> bytes:
    out = ["0.5 w"]
    if page.rotate == 90:  # turn the drawing against the clock, so that the viewer's turn sets it upright
        out.append(f"0 1 -1 0 {page.height * MM:.2f} 0 cm")
    for kind, numbers, text in page.items:
        if kind == "line":
            x1, y1, x2, y2 = numbers
            start = f"{x1 * MM:.2f} {(page.height - y1) * MM:.2f}"
            out.append(f"{start} m {x2 * MM:.2f} {(page.height - y2) * MM:.2f} l S")
        else:
            x, y, size, grey = numbers
            codes = "".join(f"{ids[char]:04X}" for char in text)
            where = f"{x * MM:.2f} {(page.height - y) * MM:.2f}"
            out.append(f"{grey:g} g BT /F {size:g} Tf {where} Td <{codes}> Tj ET 0 g")
    return "\n".join(out).encode()


def on_side(page: Page) -> Page:
    """The same page on an upright medium that viewers turn by 90 degrees clockwise (``/Rotate 90``)."""
    return Page(page.width, page.height, 90, page.items)
