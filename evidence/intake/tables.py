"""From a file to its sheets as rows of cells, whatever the format; the only module that opens a ledger.

Every sheet becomes one :class:`Table` from cell A1 on, so that rows and columns are those the clerk sees.
Merged cells answer with the value of their first cell.
"""

from __future__ import annotations

import struct
import sys
import zipfile
import zlib
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from xml.parsers import expat

import python_calamine as calamine

from evidence.errors import EvidenceError, fail
from evidence.intake import encodings, limits, scan
from evidence.intake.biff import scan_xls
from evidence.intake.cells import Value, is_blank
from evidence.intake.containers import Kind, kind_of
from evidence.intake.unpack import refuse_bombs, refuse_many_parts
from evidence.model.problem import Place

Score = Callable[[Sequence[Sequence[str]]], int]
Span = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Table:
    """One sheet. Rows and columns count from 0 here and are shown from 1 and from A."""

    file: str
    sheet: str
    rows: list[list[Value]]
    merged: tuple[Span, ...] = ()
    hidden: bool = False
    epoch_1904: bool = False
    width: int = 0
    _spans: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "width", max(map(len, self.rows), default=0))
        for (top, left), (bottom, right) in sorted(self.merged):
            for column in range(left, min(right, self.width - 1) + 1):
                self._spans.setdefault(column, []).append((top, bottom, left))

    def _span(self, row: int, column: int) -> tuple[int, int, int] | None:
        """Top, bottom and left of the merged range over a cell; by bisection, since clerks merge by owner."""
        spans = self._spans.get(column)
        if not spans:
            return None
        index = bisect_right(spans, (row, sys.maxsize, 0)) - 1
        return spans[index] if index >= 0 and spans[index][1] >= row else None

    def anchor(self, row: int, column: int) -> tuple[int, int]:
        """The first cell of the merged range that covers this one, or the cell itself."""
        span = self._span(row, column)
        return (span[0], span[2]) if span else (row, column)

    def merged_rows(self, row: int, column: int) -> int:
        """How many rows the merged range at this cell spans; 1 for a cell of its own."""
        span = self._span(row, column)
        return span[1] - span[0] + 1 if span else 1

    def own(self, row: int, column: int) -> Value:
        """What stands in this very cell; blank for a cell covered by a merged one."""
        if self._spans and self.anchor(row, column) != (row, column):
            return ""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else ""

    def value(self, row: int, column: int) -> Value:
        """What the clerk sees at this cell: the merged range's value where one covers it."""
        top, left = self.anchor(row, column) if self._spans else (row, column)
        cells = self.rows[top]
        return cells[left] if left < len(cells) else ""

    def place(self, row: int | None = None, column: int | None = None) -> Place:
        """Row and column from 0, as a place counted from 1 and A."""
        return Place(
            self.file,
            self.sheet,
            None if row is None else row + 1,
            "" if column is None else self.letter(column),
        )

    @staticmethod
    def letter(column: int) -> str:
        return scan.column_letter(column)

    @property
    def is_empty(self) -> bool:
        return all(is_blank(cell) for row in self.rows for cell in row)


def load(path: Path, shown: str, *, encoding: str | None, score: Score) -> list[Table]:
    """All sheets of one file, in workbook order; a CSV is one sheet without a name.

    ``shown`` names the file in places; ``score`` counts column names known in rows of text (for CSV only).
    Raises ``EvidenceError``: ``general.file-missing``, ``intake.file-unreadable``, ``intake.file-empty``,
    ``intake.not-a-spreadsheet``, ``intake.disguised``, ``intake.password``, ``intake.damaged``,
    ``intake.too-large``, and those of :mod:`evidence.intake.encodings`.
    """
    where = Place(shown)
    data = _read(path, where)
    kind = kind_of(data)
    if kind is Kind.PROTECTED:
        raise fail("intake.password", where)
    if kind is Kind.MARKUP:
        raise fail("intake.disguised", where)
    if kind is Kind.TEXT and path.suffix.lower() not in (".xlsx", ".xlsm", ".ods"):
        return _load_text(data, where, encoding, score)
    if kind not in (Kind.XLSX, Kind.XLS, Kind.ODS):
        raise fail("intake.not-a-spreadsheet", where)
    return _load_book(data, kind, where)


def _read(path: Path, where: Place) -> bytes:
    try:
        if path.is_dir():
            raise fail("intake.file-unreadable", where, reason="a folder")
        limits.refuse(path.stat().st_size, limits.MAX_FILE_BYTES)
        data = path.read_bytes()
        refuse_many_parts(data)
    except limits.TooLarge as fault:
        raise _too_large(fault, where) from None
    except FileNotFoundError:
        raise fail("general.file-missing", where, path=str(path), cwd=str(Path.cwd())) from None
    except OSError as fault:
        raise fail("intake.file-unreadable", where, reason=fault.strerror or str(fault)) from None
    if not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise fail("intake.file-empty", where)
    return data


def _too_large(fault: limits.TooLarge, where: Place) -> EvidenceError:
    return fail("intake.too-large", where, found=fault.found, limit=fault.limit)


def _load_text(data: bytes, where: Place, encoding: str | None, score: Score) -> list[Table]:
    try:
        limits.refuse(len(data), limits.MAX_TEXT_FILE_BYTES)
        text, _ = encodings.decode(data, where, encoding, score)
        rows = encodings.cells_of(text, where, score)
    except limits.TooLarge as fault:
        raise _too_large(fault, where) from None
    return [Table(where.file, "", [list[Value](row) for row in rows])]


def _load_book(data: bytes, kind: Kind, where: Place) -> list[Table]:
    scanner = {Kind.XLSX: scan.scan_xlsx, Kind.ODS: scan.scan_ods, Kind.XLS: scan_xls}[kind]
    try:
        if kind is not Kind.XLS:
            refuse_bombs(data)
        facts = scanner(data)  # first: it refuses what would make the library allocate without bounds
        book = calamine.load_workbook(BytesIO(data))
        listed = book.sheets_metadata
        if len(listed) != len(facts.sheets) or len({sheet.name for sheet in listed}) != len(listed):
            raise ValueError("sheets without a name of their own")
        return [
            _table(book, sheet, known, facts.epoch_1904, where)
            for sheet, known in zip(listed, facts.sheets, strict=True)
            if _holds_cells(sheet)
        ]
    except (limits.Protected, calamine.PasswordError):
        raise fail("intake.password", where) from None
    except limits.TooLarge as fault:
        raise _too_large(fault, where) from None
    except EvidenceError:
        raise
    except (
        *(calamine.CalamineError, zipfile.BadZipFile, expat.ExpatError, struct.error),
        *(KeyError, ValueError, IndexError, OverflowError, NotImplementedError, EOFError, zlib.error),
    ) as fault:
        raise fail("intake.damaged", where, detail=f"{type(fault).__name__}: {fault}") from None
    except BaseException as fault:
        # A panic inside the reader library is no Exception, so that nobody swallows it by accident.
        if type(fault).__name__ != "PanicException":
            raise
        raise fail("intake.damaged", where, detail=str(fault)) from None


def _holds_cells(sheet: calamine.SheetMetadata) -> bool:
    return sheet.typ == calamine.SheetTypeEnum.WorkSheet


def _table(
    book: calamine.CalamineWorkbook,
    sheet: calamine.SheetMetadata,
    known: scan.SheetScan,
    epoch_1904: bool,
    where: Place,
) -> Table:
    source = book.get_sheet_by_name(sheet.name)
    rows: list[list[Value]] = [list(row) for row in source.to_python(skip_empty_area=False)]
    for (row, column), fault in known.faults.items():
        while len(rows) <= row:
            rows.append([])
        rows[row] += [""] * (column + 1 - len(rows[row]))
        rows[row][column] = fault
    return Table(
        where.file,
        sheet.name,
        rows,
        tuple(source.merged_cell_ranges or known.merged),
        hidden=sheet.visible != calamine.SheetVisibleEnum.Visible,
        epoch_1904=epoch_1904,
    )
