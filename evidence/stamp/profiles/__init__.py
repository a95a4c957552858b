"""The stamp's profiles: plain tables beside this file, shared with the checker.

``P.json`` holds the words and coordinates of profile P, its font's table the glyph ids and PDF objects. A
profile that was ever used for a letter never changes: a checker rebuilds the stamp from it years later
(docs/formats.md, section 3.1).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from evidence.errors import fail

__all__ = [
    "FOREIGN_OF_LOCALE",
    "PROFILE_OF_LOCALE",
    "Font",
    "FontObject",
    "ForeignProfile",
    "Line",
    "Profile",
    "foreign_profile",
    "profile",
    "profile_for",
]

PROFILE_OF_LOCALE: Mapping[str, int] = {"zh": 1, "zh-Hant": 2}
_LATER: Mapping[str, int] = {"zh": 3, "zh-Hant": 4}
"""The same look with the words of the series that came later; the first profiles have no glyphs for them."""
_DRAFT: Mapping[str, int] = {"zh": 7, "zh-Hant": 8}
"""Of lawyer letters no lawyer has answered for yet: the footer says 草稿 after the number."""
FOREIGN_OF_LOCALE: Mapping[str, int] = {"zh": 5, "zh-Hant": 6}
"""Profiles of layout 2: the stamp on files that are not our letters."""
_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Line:
    """A text to show: its template, and where and how large, in points, ready to be written."""

    x: str
    y: str
    size: str
    text: str


@dataclass(frozen=True, slots=True)
class FontObject:
    """A PDF object; ``@k`` in ``body`` stands for the number of the k-th new object.

    ``stream`` is None for an object that is none.
    """

    body: str
    stream: bytes | None


@dataclass(frozen=True, slots=True)
class Font:
    glyphs: Mapping[str, int]
    objects: tuple[FontObject, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    number: int
    locale: str
    series: Mapping[int, str]
    letter_number: Line
    page: Line
    marks: Line
    caption: Line
    qr_module: str
    qr_x: str
    qr_y: str
    font: Font


@dataclass(frozen=True, slots=True)
class ForeignProfile:
    """The tables of a profile of layout 2; lines have ``scale``, ``x``, ``y`` and ``text``, ready to be written.

    ``glyphs`` gives advance and path operators of each character. ``mark_size`` and ``line_size`` are width and height
    in points: the room that the stamper looks for.
    """

    number: int
    locale: str
    series: Mapping[int, str]
    glyphs: Mapping[str, tuple[int, str]]
    mark_size: tuple[float, float]
    mark_qr: Mapping[str, str]
    mark_lines: tuple[Mapping[str, str], ...]
    line_size: tuple[float, float]
    line_page: Mapping[str, str]
    line_rest: Mapping[str, str]
    extra_box: str
    extra_matrix: str
    extra_lines: tuple[Mapping[str, str], ...]


@cache
def foreign_profile(number: int) -> ForeignProfile:
    """The tables of a profile of layout 2; fails ``stamp.profile-unknown``."""
    table = _table_of(number, f"foreign-{number}.json")
    mark, line, extra = table["mark"], table["line"], table["extra"]
    outlines = _load(_FOLDER / f"{table['outlines']}.json")["glyphs"]
    return ForeignProfile(
        number=table["profile"],
        locale=table["locale"],
        series={int(key): word for key, word in table["series"].items()},
        glyphs={char: (advance, path) for char, (advance, path) in outlines.items()},
        mark_size=(float(mark["width"]), float(mark["height"])),
        mark_qr=mark["qr"],
        mark_lines=tuple(mark["lines"]),
        line_size=(float(line["width"]), float(line["height"])),
        line_page=line["page"],
        line_rest=line["rest"],
        extra_box=extra["box"],
        extra_matrix=extra["matrix"],
        extra_lines=tuple(extra["lines"]),
    )


def profile_for(locale: str, series: int, *, draft: bool = False) -> int:
    """The profile letters of a series, or ``draft`` lawyer letters, are stamped with."""
    if draft:
        return _DRAFT[locale]
    first = PROFILE_OF_LOCALE[locale]
    return first if series in profile(first).series else _LATER[locale]


@cache
def profile(number: int) -> Profile:
    """The tables of a profile; fails ``stamp.profile-unknown``."""
    table = _table_of(number, f"{number}.json")
    footer, caption, qr = table["footer"], table["caption"], table["qr"]

    def footer_line(name: str) -> Line:
        return Line(footer[name]["x"], footer["y"], footer["size"], footer[name]["text"])

    return Profile(
        number=table["profile"],
        locale=table["locale"],
        series={int(key): word for key, word in table["series"].items()},
        letter_number=footer_line("number"),
        page=footer_line("page"),
        marks=footer_line("marks"),
        caption=Line(caption["x"], caption["y"], caption["size"], caption["text"]),
        qr_module=qr["module"],
        qr_x=qr["x"],
        qr_y=qr["y"],
        font=_font(table["font"]),
    )


@cache
def _font(name: str) -> Font:
    table = _load(_FOLDER / f"{name}.json")
    objects = tuple(
        FontObject(entry["body"], (_FOLDER / entry["stream"]).read_bytes() if "stream" in entry else None)
        for entry in table["objects"]
    )
    return Font(table["glyphs"], objects)


def _table_of(number: int, name: str) -> dict[str, Any]:
    path = _FOLDER / name
    if not path.is_file():
        raise fail("stamp.profile-unknown", profile=number)
    return _load(path)


def _load(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded
