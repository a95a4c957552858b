"""The text of a CSV file: which encoding it is in, and what separates its cells.

Order of evidence: a byte order mark; strict UTF-8; then GB18030 or Big5, whichever makes known column names
of the first lines. Each of the two decodes most of the other's bytes into gibberish without complaint, so
decoding alone proves nothing, and where the names do not tell either the user must (``--encoding``).
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from evidence.errors import fail
from evidence.intake import limits
from evidence.intake.limits import Tally, refuse
from evidence.model.problem import Place

# Microsoft's Big5 (what Excel in Taiwan writes) is asked first, then the one with the Hong Kong supplement.
_FAMILIES = (("gb18030",), ("cp950", "big5hkscs"))
_NAMES = {"big5": "cp950", "gbk": "gb18030", "gb2312": "gb18030", "ansi": "gb18030", "utf8": "utf-8-sig"}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS = (",", "\t", ";", "|")
# Enough lines to hold any header; decoding is judged on these, then done on the whole file.
_HEAD_LINES = 40
_LINE = re.compile(r"[^\r\n]*+(?:\r\n?|\n)|[^\r\n]++")
_LINE_BYTES = re.compile(rb"[^\r\n]++")

Score = Callable[[Sequence[Sequence[str]]], int]


def decode(data: bytes, where: Place, encoding: str | None, score: Score) -> tuple[str, str]:
    """The text and the encoding it was in; ``score`` counts known column names in rows of cells.

    Raises ``intake.encoding-unknown`` (no such encoding), ``intake.encoding-wrong`` (these bytes are not in
    it, or in none we know), ``intake.encoding-ambiguous``; ``TooLarge`` for a line no ledger has.
    """
    if encoding is not None:
        return _as_told(data, where, encoding)
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _strictly(data, name, where), name
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as fault:
        first_fault = fault
    head = b"\n".join(_first_lines(data))
    scored = []
    for family in _FAMILIES:
        if (text := _first_reading(head, family)) is not None:
            scored.append((score(_head_rows(text)), family))
    winners = [family for points, family in scored if points >= 2]
    if len(winners) == 1:
        for name in winners[0]:
            if (text := _first_reading(data, (name,))) is not None:
                return text, name
        return _strictly(data, winners[0][0], where), winners[0][0]
    if not scored:
        raise _wrong(where, "utf-8", first_fault)
    raise fail("intake.encoding-ambiguous", where, candidates=", ".join(family[0] for _, family in scored))


def _first_lines(data: bytes) -> Iterator[bytes]:
    """The lines that hold the header, of a text in one of our families: no second byte is a line end there."""
    for line in islice(_LINE_BYTES.finditer(data), _HEAD_LINES):
        refuse(line.end() - line.start(), limits.MAX_LINE)
        yield line[0]


def _lines(text: str) -> Iterator[str]:
    """The lines with their ends, one after another: a list of them all would be as large as the text again."""
    for line in _LINE.finditer(text):
        refuse(line.end() - line.start(), limits.MAX_LINE)
        yield line[0]


def _first_reading(data: bytes, family: Sequence[str]) -> str | None:
    """The text in the first encoding of a family that takes these bytes."""
    for name in family:
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    return None


def _as_told(data: bytes, where: Place, encoding: str) -> tuple[str, str]:
    name = _NAMES.get(encoding.lower().replace("-", "").replace("_", ""), encoding)
    try:
        codecs.lookup(name)
        text_codec = codecs.lookup(name)._is_text_encoding
    except LookupError:
        text_codec = False
    if not text_codec:
        raise fail("intake.encoding-unknown", where, encoding=encoding)
    return _strictly(data, name, where), name


def _strictly(data: bytes, name: str, where: Place) -> str:
    try:
        return data.decode(name)
    except UnicodeError as fault:
        raise _wrong(where, name, fault) from None


def _wrong(where: Place, name: str, fault: UnicodeError) -> Exception:
    offset = fault.start if isinstance(fault, UnicodeDecodeError) else 0
    return fail("intake.encoding-wrong", where, encoding=name, offset=offset)


def _head_rows(text: str) -> list[list[str]]:
    """The first lines cut at every separator at once: good enough to look for column names in."""
    lines = text.splitlines()[:_HEAD_LINES]
    for separator in _SEPARATORS[1:]:
        lines = [line.replace(separator, ",") for line in lines]
    return [[cell.strip().strip('"') for cell in line.split(",")] for line in lines]


def cells_of(text: str, where: Place, score: Score) -> list[list[str]]:
    """The rows of a delimited text; row n of the list is row n+1 as a spreadsheet shows it.

    Raises ``intake.csv-broken`` for a quotation mark that never closes: read leniently, it would swallow
    every row after it. ``="301"`` and a leading apostrophe, by which exports protect digits, are taken off.
    Raises ``TooLarge`` beyond :mod:`evidence.intake.limits`.
    """
    head = list(islice(_lines(text), _HEAD_LINES))

    def worth(separator: str) -> tuple[int, int]:
        rows = [line.split(separator) for line in head]
        return score([[cell.strip().strip('"') for cell in row] for row in rows]), sum(map(len, rows))

    separator = max(_SEPARATORS, key=worth)
    refuse(text.count(separator), limits.MAX_FILLED)  # a cell each, filled or not
    reader = csv.reader(_lines(text), delimiter=separator, strict=True)
    rows = []
    tally = Tally()
    try:
        for row in reader:
            refuse(len(row), limits.MAX_LINE_CELLS)
            refuse(max(map(len, row), default=0), limits.MAX_CELL_TEXT)
            tally.extend(1, len(row))
            tally.fill(len(row) - row.count(""), 0)
            rows.append([_plain(cell) for cell in row])
    except csv.Error as fault:
        raise fail("intake.csv-broken", where, line=reader.line_num, detail=str(fault)) from None
    return rows


def _plain(cell: str) -> str:
    if cell.startswith('="') and cell.endswith('"'):
        return cell[2:-1]
    if cell.startswith("'") and cell[1:2].isdigit():
        return cell[1:]
    return cell
