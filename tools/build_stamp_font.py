"""Build the stamp's font: a subset of Noto Sans SC, ready to be appended to a PDF.

    npm pack @expo-google-fonts/noto-sans-sc && tar xzf expo-google-fonts-noto-sans-sc-*.tgz
    python tools/build_stamp_font.py package/400Regular/NotoSansSC_400Regular.ttf package/LICENSE_FONT OUT/ font-2

writes ``font-2.json`` (glyph ids and the five PDF objects), ``font-2.ttf.z``, ``font-2.cmap.z`` (their
streams, deflated) and ``OFL.txt``. What is committed under ``evidence/stamp/profiles`` is final: every letter
ever stamped holds those bytes, and another fontTools or zlib may write others. For new characters add a font to
``FONTS`` and make a new profile. Font version 2.004 was used.
"""

from __future__ import annotations

import io
import json
import string
import sys
import zlib
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

# Only what the profiles print: each letter carries the font, and another word needs another profile anyway. To each
# font its words, and the six capitals that mark a subset (ISO 32000-1, 9.6.4).
FONTS = {
    "font-1": ("〔〕提催律函协協字第号號页頁共短码碼日志誌扫掃核验驗", "EVFONE"),
    "font-2": ("〔〕复復清更账賬字第号號页頁共短码碼日志誌扫掃核验驗", "EVFTWO"),
    "font-3": ("〔〕律函草稿字第号號页頁共短码碼日志誌扫掃核验驗", "EVFTRI"),
}


def characters_of(name: str) -> list[str]:
    """What the font of this name draws."""
    return sorted(set(string.digits + string.ascii_uppercase + "abcdef" + " ()+,-./:" + FONTS[name][0]))


def subset_font(path: Path, characters: list[str]) -> TTFont:
    """The glyphs of ``characters``, outlines and metrics only: what PDF needs of a CIDFontType2 program."""
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True, glyph_names=False)
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
    options.drop_tables += ["GlyphOrder", "prep"]
    options.recalc_timestamp, options.recalc_bounds = False, True
    font: TTFont = subset.load_font(str(path), options)
    missing = [c for c in characters if ord(c) not in font.getBestCmap()]
    if missing:
        raise SystemExit(f"the font lacks {missing}")
    worker = subset.Subsetter(options)
    worker.populate(unicodes=[ord(c) for c in characters])
    worker.subset(font)
    return font


def widths(advances: list[int]) -> str:
    """The /W array: one entry per run of glyphs whose width is not the default of 1000."""
    runs: list[tuple[int, list[int]]] = []
    for gid, width in enumerate(advances):
        if width == 1000:
            continue
        if runs and runs[-1][0] + len(runs[-1][1]) == gid:
            runs[-1][1].append(width)
        else:
            runs.append((gid, [width]))
    return "[" + " ".join(f"{first}[{' '.join(map(str, run))}]" for first, run in runs) + "]"


def to_unicode(glyphs: dict[str, int]) -> bytes:
    """A CMap that gives copied and searched text its characters back."""
    pairs = [
        f"<{gid:04X}><{ord(char):04X}>" for char, gid in sorted(glyphs.items(), key=lambda item: item[1])
    ]
    blocks = [pairs[i : i + 100] for i in range(0, len(pairs), 100)]
    body = "".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks)
    return (
        "/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n"
        "/CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n{body}"
        "endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend\n"
    ).encode("ascii")


def main(source: Path, licence: Path, out: Path, name: str) -> None:
    target = out / f"{name}.json"
    characters = characters_of(name)
    if target.exists():
        raise SystemExit(f"{target} exists: letters may rest on it, it is never rebuilt")
    font = subset_font(source, characters)
    order = font.getGlyphOrder()
    cmap = font.getBestCmap()
    glyphs = {char: order.index(cmap[ord(char)]) for char in characters}
    advances = [font["hmtx"][glyph][0] for glyph in order]
    del font["cmap"]
    buffer = io.BytesIO()
    font.save(buffer, reorderTables=True)
    saved = TTFont(io.BytesIO(buffer.getvalue()))
    head, hhea = saved["head"], saved["hhea"]
    program, cmap_file = buffer.getvalue(), to_unicode(glyphs)
    streams = {f"{name}.ttf.z": zlib.compress(program, 9), f"{name}.cmap.z": zlib.compress(cmap_file, 9)}
    ttf_z, cmap_z = streams
    box = f"{head.xMin} {head.yMin} {head.xMax} {head.yMax}"
    base = f"{FONTS[name][1]}+NotoSansSC-Regular"
    system = "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
    type0 = f"/Type/Font/Subtype/Type0/BaseFont/{base}/Encoding/Identity-H"
    cid_font = f"/Type/Font/Subtype/CIDFontType2/BaseFont/{base}{system}/CIDToGIDMap/Identity/DW 1000"
    descriptor = f"/Type/FontDescriptor/FontName/{base}/Flags 4/FontBBox[{box}]/ItalicAngle 0"
    metrics = f"/Ascent {hhea.ascent}/Descent {hhea.descent}/CapHeight 733/StemV 80"
    lengths = {file: f"/Filter/FlateDecode/Length {len(data)}" for file, data in streams.items()}
    objects = [
        {"body": f"<<{type0}/DescendantFonts[@1 0 R]/ToUnicode @4 0 R>>"},
        {"body": f"<<{cid_font}/W{widths(advances)}/FontDescriptor @2 0 R>>"},
        {"body": f"<<{descriptor}{metrics}/FontFile2 @3 0 R>>"},
        {"body": f"<<{lengths[ttf_z]}/Length1 {len(program)}>>", "stream": ttf_z},
        {"body": f"<<{lengths[cmap_z]}>>", "stream": cmap_z},
    ]
    licence_line = "Noto Sans SC Regular 2.004, SIL Open Font License 1.1"
    table = {"font": name, "source": licence_line, "glyphs": glyphs, "objects": objects}
    out.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(table, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for file, data in streams.items():
        (out / file).write_bytes(data)
    (out / "OFL.txt").write_bytes(licence.read_bytes())
    print(f"{len(glyphs)} characters, {len(program)} bytes, {len(streams[ttf_z])} deflated")


if __name__ == "__main__":
    if len(sys.argv) != 5 or sys.argv[4] not in FONTS:
        raise SystemExit(__doc__)
    main(*map(Path, sys.argv[1:4]), sys.argv[4])
