"""Fonts of a letter: what ships, what stands in for the fonts offices name, and which characters can be printed.

A template may name the faces Chinese offices use (仿宋_GB2312, 宋体, 標楷體 …), which no free licence lets us
ship. Each has a stated substitute among the shipped Noto fonts; where the machine has the real one, that is
used. A character that the letter's faces lack is set in another font of this machine that has it, and a
character that none has is refused by name: a letter never leaves with an empty box in a person's name.

The shipped files are cut to the 8,105 characters of 通用规范汉字表 with their Traditional forms, Big5 level 1
and Hong Kong's 常用字字形表, the same set in all six: names are never converted between scripts, so a
Traditional letter prints Simplified names and the other way round. ``tools/build_fonts.py`` makes them.
"""

from __future__ import annotations

import os
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont, TTLibError

from evidence.errors import fail
from evidence.model.problem import Place
from evidence.resources import fonts_dir

__all__ = [
    "SUBSTITUTES",
    "Choice",
    "Design",
    "Face",
    "Shelf",
    "describe_fonts",
    "missing_glyphs",
    "open_shelf",
    "suggest_font",
]


class Design(StrEnum):
    """What the shipped fonts offer. There is no free FangSong or Kai of sufficient coverage: Serif stands in."""

    SERIF = "Serif"
    SANS = "Sans"


_FANGSONG = (
    "仿宋_GB2312",
    "FangSong_GB2312",
    "仿宋",
    "FangSong",
    "仿宋体",
    "仿宋體",
    "华文仿宋",
    "STFangsong",
)
_FOUNDER_FANGSONG = ("方正仿宋_GBK", "方正仿宋简体", "方正仿宋_GB2312")
_SONG = (
    "宋体",
    "SimSun",
    "新宋体",
    "NSimSun",
    "华文宋体",
    "STSong",
    "华文中宋",
    "STZhongsong",
    "方正书宋_GBK",
)
_KAI = ("楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi", "华文楷体", "STKaiti", "方正楷体_GBK", "方正楷体简体")

SUBSTITUTES: tuple[tuple[Design, tuple[str, ...]], ...] = (
    (Design.SERIF, (*_FANGSONG, *_FOUNDER_FANGSONG)),
    (Design.SERIF, _SONG),
    (Design.SERIF, _KAI),
    (Design.SERIF, ("方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05")),
    (
        Design.SERIF,
        ("細明體", "MingLiU", "細明體_HKSCS", "MingLiU_HKSCS", "新細明體", "PMingLiU", "宋體", "明體"),
    ),
    (Design.SERIF, ("標楷體", "DFKai-SB", "BiauKai", "楷體")),
    (Design.SANS, ("黑体", "SimHei", "华文黑体", "STHeiti", "方正黑体_GBK", "方正黑体简体", "黑體")),
    (Design.SANS, ("微软雅黑", "Microsoft YaHei")),
    (Design.SANS, ("微軟正黑體", "Microsoft JhengHei")),
    (Design.SERIF, ("等线", "DengXian", "等线 Light", "DengXian Light")),
    (Design.SERIF, ("思源宋体", "Source Han Serif SC", "Noto Serif CJK SC")),
    (Design.SERIF, ("思源宋體", "Source Han Serif TC", "Noto Serif CJK TC")),
    (Design.SANS, ("思源黑体", "Source Han Sans SC", "Noto Sans CJK SC")),
    (Design.SANS, ("思源黑體", "Source Han Sans TC", "Noto Sans CJK TC")),
)
"""The stated table: design of the shipped substitute, and the names it answers to.

Names of one row are one face under different names: any of them that is installed serves for the others.
"""

SHIPPED = {
    "Noto Serif SC": Design.SERIF,
    "Noto Serif TC": Design.SERIF,
    "Noto Sans SC": Design.SANS,
    "Noto Sans TC": Design.SANS,
}
"""Families that ship. Asked for by name, the shipped file is used, in the script of the letter."""

_ROW_OF = {name.casefold(): (design, names) for design, names in SUBSTITUTES for name in names}
_SCRIPTS = {"zh": "SC", "zh-Hant": "TC"}
_FONT_SUFFIXES = {".ttf", ".otf", ".ttc", ".otc"}
_FSTYPE_RESTRICTED = 0x0002
"""OS/2 fsType: the licence forbids embedding, so a PDF made with the font would lose its text."""

_FALLBACK_ORDER = ("Noto Serif CJK {}", "Noto Sans CJK {}", "HanaMinA", "HanaMinB", "BabelStone Han")
"""Fonts asked first for a rare character; others follow in the order of their names."""
_NEVER = ("Last Resort", "LastResort", "Adobe Blank", "Unifont")
"""Fonts that claim every character and show none of them properly."""


@dataclass(frozen=True, slots=True)
class Face:
    """One face of one font file; ``family`` is the name converters know it by, ``names`` all of its names."""

    family: str
    names: tuple[str, ...]
    bold: bool
    path: Path
    number: int = 0

    def has(self, char: str) -> bool:
        return ord(char) in _coverage(self.path, self.number)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is used where a template asks for a family. ``asked`` itself when it is on this machine."""

    asked: str
    used: str
    faces: tuple[Face, ...]
    shipped: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """The fonts one run of letters may use: the shipped ones of its script, and those of this machine."""

    locale: str
    shipped: tuple[Face, ...]
    extra: tuple[Face, ...]
    prefer_installed: bool = True

    @property
    def serif(self) -> Choice:
        """The shipped text face, which stands in for everything unnamed."""
        return self._shipped_choice(Design.SERIF, asked="")

    def choose(self, asked: str, *, latin: bool = False) -> Choice:
        """The family to use for ``asked``.

        ``latin`` says that only Latin text is set in it: then any unknown name may become Serif, since no
        shape of a Chinese character depends on it. Raises ``convert.font-missing`` for a Chinese face that
        is neither on this machine nor in the stated table: it would change silently.
        """
        if asked in SHIPPED:
            return self._shipped_choice(SHIPPED[asked], asked)
        design, names = _ROW_OF.get(asked.casefold(), (None, (asked,)))
        if self.prefer_installed:
            for name in (asked, *names):
                if faces := tuple(f for f in self.extra if name.casefold() in map(str.casefold, f.names)):
                    return Choice(asked, faces[0].family, faces, shipped=False)
        if design is None:
            if not latin:
                raise fail("convert.font-missing", Place(), font=asked)
            design = Design.SERIF
        return self._shipped_choice(design, asked)

    def fallback(self, char: str) -> Face | None:
        """The first font of this machine that has ``char``; ``None`` when none has."""
        return next((face for face in self.extra if not face.bold and face.has(char)), None)

    def missing(self, text: str) -> tuple[str, ...]:
        """Characters of ``text`` that neither the shipped fonts nor this machine's have, each once, in order."""
        serif = self.serif.faces[0]
        rare = (c for c in dict.fromkeys(text) if not is_blank(c) and not serif.has(c))
        return tuple(c for c in rare if self.fallback(c) is None)

    def _shipped_choice(self, design: Design, asked: str) -> Choice:
        faces = tuple(f for f in self.shipped if f.family.startswith(f"Noto {design} "))
        return Choice(asked, faces[0].family, faces, shipped=True)


def is_blank(char: str) -> bool:
    """Whether a character needs no glyph: white space, controls, and selectors that only modify."""
    return unicodedata.category(char) in {"Zs", "Zl", "Zp", "Cc", "Cf"} or unicodedata.name(
        char, ""
    ).startswith("VARIATION SELECTOR")


def open_shelf(locale: str, extra_fonts: Sequence[Path] = (), *, prefer_installed: bool = True) -> Shelf:
    """The shelf of a locale (``zh`` or ``zh-Hant``).

    ``extra_fonts`` are files or folders the user named; they are asked before the system's font folders.
    With ``prefer_installed`` false, the machine's fonts serve for rare characters only and a letter looks the
    same everywhere. Raises ``convert.font-missing`` when a named file or a shipped font is not there.
    """
    script = _SCRIPTS.get(locale)
    if script is None:
        raise ValueError(f"no fonts ship for the locale {locale!r}")
    named = tuple(Path(path) for path in extra_fonts)
    for path in named:
        if not path.exists():
            raise fail("convert.font-missing", Place(file=str(path)), font=str(path))
    user = _faces_under(named)
    system = sorted(_faces_under(_system_folders()), key=lambda face: _rank(face, script))
    return Shelf(locale, _shipped(script), (*user, *system), prefer_installed)


def missing_glyphs(text: str, locale: str, extra_fonts: Sequence[Path] = ()) -> tuple[str, ...]:
    """Characters of ``text`` that no font this machine would use has; empty when the letter can be printed."""
    return open_shelf(locale, extra_fonts).missing(text)


def suggest_font(char: str) -> str:
    """What to install so that ``char`` prints: a Debian package, or a font by name where none packages it."""
    code = ord(char)
    if code < 0x20000 or code == 0x20BB7:
        return "fonts-noto-cjk" if _is_east_asian(char) else "fonts-noto-core"
    if code < 0x2EBE1:  # extensions B to F
        return "fonts-hanazono"
    if code < 0x40000:
        return "BabelStone Han, Plangothic"
    return "fonts-noto-core"


def describe_fonts(locale: str, extra_fonts: Sequence[Path] = ()) -> tuple[Choice, ...]:
    """For each family of the stated table, what this machine will use; for ``doctor`` and the run's record."""
    return tuple(choices(open_shelf(locale, extra_fonts)))


def choices(shelf: Shelf) -> Iterable[Choice]:
    """The choice of ``shelf`` for each row of the stated table."""
    return (shelf.choose(names[0]) for _, names in SUBSTITUTES)


def _is_east_asian(char: str) -> bool:
    return unicodedata.east_asian_width(char) in {"W", "F", "A"}


@cache
def _shipped(script: str) -> tuple[Face, ...]:
    folder = fonts_dir()
    manifest = folder / "fonts.toml"
    if not manifest.is_file():
        raise fail("convert.font-missing", Place(file=str(manifest)), font="fonts.toml")
    rows = tomllib.loads(manifest.read_text(encoding="utf-8"))["font"]
    faces = []
    for row in rows:
        if not row["family"].endswith(script):
            continue
        path = folder / row["file"]
        if not path.is_file():
            raise fail("convert.font-missing", Place(file=str(path)), font=row["family"])
        faces.append(Face(row["family"], (row["family"],), row["style"] == "Bold", path))
    return tuple(faces)


def _system_folders() -> tuple[Path, ...]:
    """Where Linux systems keep fonts, as fontconfig's own default has it."""
    home = Path.home()
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), data / "fonts", home / ".fonts")


def _rank(face: Face, script: str) -> tuple[int, bool, str, str, int]:
    order = [name.format(script) for name in _FALLBACK_ORDER]
    place = order.index(face.family) if face.family in order else len(order)
    return place, face.bold, face.family, str(face.path), face.number


@lru_cache(maxsize=16)
def _faces_under(places: tuple[Path, ...]) -> tuple[Face, ...]:
    """Every usable face in the given files and folders, sorted by path; read once per process."""
    files: set[Path] = set()
    for place in places:
        found: Iterable[Path] = place.rglob("*") if place.is_dir() else [place]
        files.update(
            path.resolve() for path in found if path.suffix.lower() in _FONT_SUFFIXES and path.is_file()
        )
    return tuple(face for path in sorted(files) for face in _faces_of(path))


def _faces_of(path: Path) -> Iterable[Face]:
    try:
        with path.open("rb") as file:
            count = _count_faces(path)
            for number in range(count):
                file.seek(0)
                font = TTFont(file, lazy=True, fontNumber=number if count > 1 else -1)
                if face := _face(font, path, number):
                    yield face
    except (TTLibError, OSError, KeyError, AssertionError, ValueError):
        return  # a broken or exotic file on the user's machine is no reason to fail: it is simply not a font for us


def _count_faces(path: Path) -> int:
    if path.suffix.lower() not in {".ttc", ".otc"}:
        return 1
    with TTCollection(path, lazy=True) as collection:
        return len(collection.fonts)


def _face(font: TTFont, path: Path, number: int) -> Face | None:
    """A face that can be embedded as it stands: outlines, one master, and no licence against embedding."""
    if "fvar" in font or not ("glyf" in font or "CFF " in font):
        return None
    if "OS/2" in font and font["OS/2"].fsType & 0x000F == _FSTYPE_RESTRICTED:
        return None
    table = font["name"]
    names = dict.fromkeys(str(r) for n in (16, 1) for r in table.names if r.nameID == n)
    family = table.getBestFamilyName()
    if not family or any(family.startswith(never) for never in _NEVER):
        return None
    return Face(family, tuple(names), bool(font["head"].macStyle & 1), path, number)


@lru_cache(maxsize=64)
def _coverage(path: Path, number: int) -> frozenset[int]:
    """The code points a face maps to a glyph."""
    with TTFont(path, lazy=True, fontNumber=number if _count_faces(path) > 1 else -1) as font:
        return frozenset(font.getBestCmap() or ())
