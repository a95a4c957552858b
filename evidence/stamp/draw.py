"""What the stamp paints: the texts of a profile, and the symbol (docs/formats.md, section 3.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from evidence.errors import fail
from evidence.model.letter import LetterNumber
from evidence.stamp.facts import short_code
from evidence.stamp.pdfread import FONT_KEY
from evidence.stamp.profiles import Font, Line, Profile
from evidence.stamp.token import Claims

__all__ = ["Symbol", "marks_text", "number_text", "page_content", "page_text", "runs_of", "short_hash"]

_DARK = re.compile("1+")
_ROW = "@"
Symbol = Sequence[str]  # rows of "0" and "1", as evidence.stamp.qr makes them


def number_text(profile: Profile, number: LetterNumber) -> str:
    """``〔2026〕催字第0001号``; fails ``stamp.series-unknown``."""
    word = profile.series.get(number.series)
    if word is None:
        raise fail("stamp.series-unknown", series=number.series)
    return profile.letter_number.text.format(year=number.year, series=word, seq=f"{number.seq:04d}")


def page_text(profile: Profile, page: int, pages: int) -> str:
    """``第1页 共3页``."""
    return profile.page.text.format(page=page, pages=pages)


def marks_text(profile: Profile, claims: Claims) -> str:
    """Short hash, short code and checkpoint, for whoever has paper and no camera."""
    return profile.marks.text.format(
        hash=short_hash(claims.source_sha256),
        code=short_code(claims.letter_id),
        size=claims.checkpoint_size,
        root=claims.checkpoint_root[:4].hex(),
    )


def short_hash(digest: bytes) -> str:
    """The first 16 hex digits in groups of four."""
    text = digest[:8].hex()
    return " ".join(text[i : i + 4] for i in range(0, 16, 4))


def page_content(profile: Profile, claims: Claims, page: int, pages: int, symbol: Symbol | None) -> bytes:
    """The content stream of page ``page`` (from 1), with ``symbol`` and its caption where it is given."""
    footer = (
        (profile.letter_number, number_text(profile, claims.number)),
        (profile.page, page_text(profile, page, pages)),
        (profile.marks, marks_text(profile, claims)),
    )
    # "Q" answers the "q" before the page's own content; the rest is an artifact to readers of tagged PDF.
    lines = ["Q", "/Artifact BMC", "q", "0 g", "BT", _font(profile.letter_number)]
    for line, text in footer:
        lines += _show(line, text, profile.font)
    if symbol is not None:
        lines += [_font(profile.caption), *_show(profile.caption, profile.caption.text, profile.font)]
    lines.append("ET")
    if symbol is not None:
        lines.append(f"{profile.qr_module} 0 0 {profile.qr_module} {profile.qr_x} {profile.qr_y} cm")
        lines += _drawn_runs(symbol)
        lines.append("f")
    lines += ["Q", "EMC"]
    return "\n".join(lines).encode("ascii")


def _font(line: Line) -> str:
    return f"/{FONT_KEY.decode('ascii')} {line.size} Tf"


def _show(line: Line, text: str, font: Font) -> tuple[str, str]:
    glyphs = "".join(f"{font.glyphs[char]:04X}" for char in text)
    return f"1 0 0 1 {line.x} {line.y} Tm", f"<{glyphs}> Tj"


def _drawn_runs(symbol: Symbol) -> Iterator[str]:
    """A rectangle for each stretch of dark modules, row by row from the top; the rows without any draw nothing."""
    for row, bits in zip(range(len(symbol) - 1, -1, -1), symbol, strict=True):
        spans = [run.span() for run in _DARK.finditer(bits)]
        if spans:
            yield "\n".join(map(_rectangle, spans)).replace(_ROW, str(row))


@cache
def _rectangle(span: tuple[int, int]) -> str:
    """Kept: a symbol has a thousand runs, and all symbols together a few hundred different ones but for the row."""
    start, end = span
    return f"{start} {_ROW} {end - start} 1 re"


def runs_of(symbol: Symbol) -> Iterator[tuple[int, int, int]]:
    """Column, height above the lowest row, and width of each stretch of dark modules."""
    for row, bits in zip(range(len(symbol) - 1, -1, -1), symbol, strict=True):
        column = bits.find("1")
        while column >= 0:
            end = bits.find("0", column)
            end = len(bits) if end < 0 else end
            yield column, row, end - column
            column = bits.find("1", end)
