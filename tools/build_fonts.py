"""Build the fonts that ship with the toolkit: Noto Serif and Noto Sans, cut down to the characters letters need.

Two steps, each repeatable to the byte with the same inputs and the same fontTools::

    python tools/build_fonts.py charset UNIHAN_DIR     # rewrites tools/charset.txt
    python tools/build_fonts.py fonts [--work DIR]     # rewrites evidence/letters/fonts/ from npm packages

The first step reads the Unihan files of the Unicode Character Database, as Debian's package ``unicode-data``
lays them down in ``/usr/share/unicode``; it is needed only when the set itself is to change. The second step
calls ``npm pack`` for four packages (versions below) and writes six TTF files, the licences and ``fonts.toml``.

Names of owners are never converted between scripts, so a Traditional letter must be able to print a
Simplified name and the other way round: all six fonts hold the same set. The TC packages lack about 2,400
Simplified forms (and SC four rare ones); those outlines are taken from the other script's font of the same
design, weight and em size.
"""

from __future__ import annotations

import argparse
import bz2
import hashlib
import itertools
import json
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[1]
CHARSET = ROOT / "tools" / "charset.txt"
FONTS = ROOT / "evidence" / "letters" / "fonts"

PACKAGES = {
    "noto-serif-sc": "0.4.3",
    "noto-serif-tc": "0.4.4",
    "noto-sans-sc": "0.4.3",
    "noto-sans-tc": "0.4.3",
}
"""npm packages of the scope ``@expo-google-fonts`` and the versions the shipped files were made from."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One shipped file: which package's static face it comes from, and which fills its gaps."""

    package: str
    weight: str
    family: str
    script: str
    donor: str

    @property
    def member(self) -> str:
        return f"package/{self.weight}/{self.stem}_{self.weight}.ttf"

    @property
    def stem(self) -> str:
        return self.family.replace(" ", "")

    @property
    def style(self) -> str:
        return self.weight.lstrip("0123456789")

    @property
    def file(self) -> str:
        return f"{self.stem}-{self.style}.ttf"


CUTS = (
    Cut("noto-serif-sc", "400Regular", "Noto Serif SC", "Hans", donor="noto-serif-tc"),
    Cut("noto-serif-sc", "700Bold", "Noto Serif SC", "Hans", donor="noto-serif-tc"),
    Cut("noto-sans-sc", "700Bold", "Noto Sans SC", "Hans", donor="noto-sans-tc"),
    Cut("noto-serif-tc", "400Regular", "Noto Serif TC", "Hant", donor="noto-serif-sc"),
    Cut("noto-serif-tc", "700Bold", "Noto Serif TC", "Hant", donor="noto-serif-sc"),
    Cut("noto-sans-tc", "700Bold", "Noto Sans TC", "Hant", donor="noto-sans-sc"),
)


# --- the set of characters ------------------------------------------------------------------------------------


def _span(first: int, last: int) -> Iterator[str]:
    return map(chr, range(first, last + 1))


def _legacy(codec: str, leads: Iterable[int], trails: Iterable[int]) -> set[str]:
    """What the two-byte rows of a legacy encoding decode to."""
    found = set()
    for lead, trail in itertools.product(leads, list(trails)):
        try:
            found.add(bytes((lead, trail)).decode(codec))
        except UnicodeDecodeError:
            continue
    return found


def _unihan(file: Path, field: str) -> dict[str, str]:
    """One field of one Unihan file (plain or bz2): character to value."""
    data = file.read_bytes()
    text = (bz2.decompress(data) if file.suffix == ".bz2" else data).decode("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line.startswith("U+"))
    return {chr(int(code[2:], 16)): value for code, name, value in rows if name == field}


def _find(folder: Path, stem: str) -> Path:
    for candidate in (folder / f"{stem}.txt", folder / f"{stem}.txt.bz2"):
        if candidate.is_file():
            return candidate
    raise SystemExit(f"{folder} has no {stem}.txt: install Debian's unicode-data, or unpack Unihan.zip there")


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or char >= "\U00020000"


def _symbols() -> set[str]:
    """ASCII, Latin, punctuation, numerals, units, ticks and boxes; kana and bopomofo come with GB 2312."""
    trails = range(0xA1, 0xFF)
    gb2312 = {c for c in _legacy("gb2312", range(0xA1, 0xAA), trails) if not _is_han(c)}
    big5 = {
        c
        for c in _legacy("big5", range(0xA1, 0xA4), itertools.chain(range(0x40, 0x7F), trails))
        if not _is_han(c)
    }
    ranges = itertools.chain(
        _span(0x0020, 0x007E),
        _span(0x00A0, 0x00FF),
        _span(0x2010, 0x2027),
        _span(0x2030, 0x203B),
        _span(0x2160, 0x217B),
        _span(0x2190, 0x2193),
        _span(0x2460, 0x249B),  # ①–⑳ ⑴–⒇ ⒈–⒛
        _span(0x2776, 0x277F),
        _span(0x3000, 0x303F),
        _span(0x3220, 0x3229),
        _span(0x3280, 0x3289),
        _span(0x3380, 0x33DF),  # ㎡ ㎥ and their kin
        _span(0xFF01, 0xFF5E),
        _span(0xFFE0, 0xFFE6),
    )
    return gb2312 | big5 | set(ranges) | set("€№℃‰√×÷±≤≥≠≈∞∑□■○●◎△▲▽▼◇◆☆★✓※→←↑↓〔〕【】「」『』〈〉《》〇")


def charset_sections(unihan: Path) -> dict[str, set[str]]:
    """The set by section; a character stands in the first section that has it."""
    other, like = _find(unihan, "Unihan_OtherMappings"), _find(unihan, "Unihan_DictionaryLikeData")
    table = set(_unihan(other, "kTGH"))
    variants = _unihan(_find(unihan, "Unihan_Variants"), "kTraditionalVariant")
    big5_trails = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
    level_1 = {c for c in _legacy("big5", range(0xA4, 0xC7), big5_trails) if _is_han(c)}
    return {
        "symbols: GB 2312 rows 1-9, Big5 rows A1-A3, Latin, punctuation, full-width forms (Python codecs, Unicode blocks)": _symbols(),
        "通用规范汉字表 2013, all 8,105 (Unihan kTGH)": table,
        "Traditional forms of those (Unihan kTraditionalVariant)": {
            chr(int(code[2:], 16)) for char in table for code in variants.get(char, "").split()
        },
        "Big5 level 1, rows A4-C6 (Python codec big5)": level_1,
        "常用字字形表 of Hong Kong (Unihan kHKGlyph)": set(_unihan(like, "kHKGlyph")),
    }


def write_charset(unihan: Path) -> None:
    lines = [
        "# Characters of the shipped fonts. Made by tools/build_fonts.py charset; do not edit by hand.",
        "# Sources: Unihan of the Unicode Character Database 15.0.0 as packaged in Debian's unicode-data 15.0.0-1",
        "# (Unicode terms of use), and the codecs big5 and gb2312 of CPython.",
    ]
    seen: set[str] = set()
    for title, chars in charset_sections(unihan).items():
        new = sorted(chars - seen)
        seen |= chars
        lines.append(f"# {len(new)} {title}")
        # Blank characters would be lost at the ends of lines, and "#" would look like a comment: written as code points.
        plain = [c for c in new if not c.isspace() and c not in "#\xad"]
        lines += [f"U+{ord(c):04X}" for c in new if c not in plain]
        lines += ["".join(plain[i : i + 64]) for i in range(0, len(plain), 64)]
    CHARSET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{CHARSET.relative_to(ROOT)}: {len(seen)} characters")


def read_charset() -> set[str]:
    chars: set[str] = set()
    for line in CHARSET.read_text(encoding="utf-8").splitlines():
        if line.startswith("U+") and len(line) <= 8:
            chars.add(chr(int(line[2:], 16)))
        elif not line.startswith("#"):
            chars.update(line)
    return chars


# --- the fonts ------------------------------------------------------------------------------------------------


def fetch(work: Path) -> dict[str, Path]:
    """The tarballs of the packages, downloaded with ``npm pack`` unless ``work`` holds them already."""
    tarballs = {}
    for name, version in PACKAGES.items():
        tarballs[name] = work / f"expo-google-fonts-{name}-{version}.tgz"
        if not tarballs[name].exists():
            subprocess.run(
                ["npm", "pack", "--silent", f"@expo-google-fonts/{name}@{version}"], cwd=work, check=True
            )
    return tarballs


def _open(tarball: Path, member: str) -> TTFont:
    with tarfile.open(tarball) as archive:
        data = archive.extractfile(member)
        assert data is not None, member
        return TTFont(data, recalcTimestamp=False, lazy=False)


def _subset(font: TTFont, chars: set[str]) -> None:
    """Outlines and widths only: letters run left to right, and the converters do their own spacing.

    Hints, vertical metrics and layout features (vertical forms, ligatures, kerning) go; they are most of what
    is not outline, and ligatures would disturb text that is searched for later.
    """
    options = Options()
    options.layout_features = []
    options.hinting = False
    options.glyph_names = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "STAT", "VORG", "gasp", "prep", "vhea", "vmtx"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=map(ord, chars))
    subsetter.subset(font)


def _graft(font: TTFont, donor: TTFont, chars: Iterable[str]) -> None:
    """Copy the outlines of ``chars`` from ``donor``; both have the same em and the same design."""
    if font["head"].unitsPerEm != donor["head"].unitsPerEm:
        raise SystemExit("the donor has another em size")
    names, glyphs = donor.getBestCmap(), donor.getGlyphSet()
    order = list(font.getGlyphOrder())
    tables = [t for t in font["cmap"].tables if t.isUnicode()]
    for char in sorted(chars):
        source, target = names[ord(char)], f"graft{ord(char):05X}"
        recording = DecomposingRecordingPen(glyphs)
        glyphs[source].draw(recording)
        pen = TTGlyphPen(None)
        recording.replay(pen)
        order.append(target)
        font["glyf"].glyphs[target] = pen.glyph()
        font["glyf"].glyphs[target].recalcBounds(font["glyf"])
        font["hmtx"].metrics[target] = donor["hmtx"].metrics[source]
        for table in tables:
            if ord(char) < 0x10000 or table.format == 12:
                table.cmap[ord(char)] = target
    font.setGlyphOrder(order)
    font["glyf"].glyphOrder = order


def build(work: Path) -> None:
    chars, tarballs = read_charset(), fetch(work)
    rows = []
    for cut in CUTS:
        font = _open(tarballs[cut.package], cut.member)
        has = {chr(code) for code in font.getBestCmap()}
        _subset(font, chars & has)
        twin = next(c for c in CUTS if c.package == cut.donor and c.weight == cut.weight)
        donor = _open(tarballs[twin.package], twin.member)
        _graft(font, donor, {c for c in chars - has if ord(c) in donor.getBestCmap()})
        target = FONTS / cut.file
        font.save(target, reorderTables=True)
        count = len(TTFont(target, lazy=True).getBestCmap())
        rows.append((cut, count, hashlib.sha256(target.read_bytes()).hexdigest()))
        print(f"{cut.file}: {count} characters, {target.stat().st_size / 1e6:.1f} MB")
    for design, package in (("NotoSerif", "noto-serif-sc"), ("NotoSans", "noto-sans-sc")):
        with tarfile.open(tarballs[package]) as archive:
            licence = archive.extractfile("package/LICENSE_FONT")
            assert licence is not None
            (FONTS / f"OFL-{design}.txt").write_bytes(licence.read())
    (FONTS / "fonts.toml").write_text(_manifest(rows), encoding="utf-8")


def _manifest(rows: Iterable[tuple[Cut, int, str]]) -> str:
    out = ["# The shipped fonts. Made by tools/build_fonts.py; do not edit by hand.\n"]
    for cut, count, digest in rows:
        source = f"npm @expo-google-fonts/{cut.package} {PACKAGES[cut.package]}"
        filled = f"npm @expo-google-fonts/{cut.donor} {PACKAGES[cut.donor]}"
        values: dict[str, str | int] = {
            "family": cut.family,
            "style": cut.style,
            "script": cut.script,
            "file": cut.file,
            "characters": count,
            "source": source,
            "filled_from": filled,
            "licence": f"OFL-{cut.family.replace(' ', '').removesuffix('SC').removesuffix('TC')}.txt",
            "sha256": digest,
        }
        body = "\n".join(f"{key} = {json.dumps(value)}" for key, value in values.items())
        out.append(f"\n[[font]]\n{body}\n")
    return "".join(out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    steps = parser.add_subparsers(dest="step", required=True)
    steps.add_parser("charset").add_argument("unihan", type=Path)
    steps.add_parser("fonts").add_argument("--work", type=Path)
    args = parser.parse_args()
    if args.step == "charset":
        write_charset(args.unihan)
    elif args.work:
        build(args.work)
    else:
        with tempfile.TemporaryDirectory() as work:
            build(Path(work))


if __name__ == "__main__":
    main()
