"""What the reader library does not tell: cells in error, formulas never computed, merges of ODS, extents.

python-calamine gives an empty text both for an empty cell and for ``#REF!``. In a ledger that difference is
money: an 已收 in error read as "nothing paid" claims too much. So the same file is walked once more here for
just these facts, and its true extent is known before the reader allocates a dense table of it.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from typing import IO
from xml.parsers import expat

from evidence.intake import limits
from evidence.intake.cells import CellFault
from evidence.intake.limits import Protected, Tally, refuse
from evidence.intake.unpack import part_name

_CHUNK = 1 << 20
_UNCOMPUTED = "="
# The attributes by which a cell of an ODS has a value; the reader library keeps a formula for each cell as well.
_ODS_TEXTS = ("office:string-value", "office:date-value", "office:time-value", "table:formula")
_ODS_VALUES = frozenset(("office:value-type", "office:value", "office:boolean-value", *_ODS_TEXTS))

Cell = tuple[int, int]


@dataclass(slots=True)
class SheetScan:
    """Facts of one sheet; rows and columns from 0. What it adds to the workbook goes into ``tally``."""

    tally: Tally = field(default_factory=Tally)
    faults: dict[Cell, CellFault] = field(default_factory=dict)
    merged: list[tuple[Cell, Cell]] = field(default_factory=list)
    last_row: int = -1
    last_column: int = -1

    def reach(self, row: int, column: int) -> None:
        """Grow the extent to a filled cell; raises ``TooLarge`` for one that no ledger has."""
        if row > self.last_row or column > self.last_column:
            rows, cells = self.last_row, (self.last_row + 1) * (self.last_column + 1)
            self.last_row, self.last_column = max(self.last_row, row), max(self.last_column, column)
            grown = (self.last_row + 1) * (self.last_column + 1)
            self.tally.extend(self.last_row - rows, grown - cells)

    def fault(self, row: int, column: int, fault: CellFault) -> None:
        """A cell that holds an error, or nothing yet."""
        self.tally.mark()
        self.faults[row, column] = fault

    def merge(self, first: Cell, last: Cell) -> None:
        """A merged range, from its first cell to its last."""
        self.tally.mark(max(last[1] - first[1] + 1, 1))
        self.merged.append((first, last))


@dataclass(frozen=True, slots=True)
class BookScan:
    """Facts of a workbook: its sheets in order, and whether its serial dates count from 1904."""

    sheets: tuple[SheetScan, ...]
    epoch_1904: bool = False


# ── xlsx ──


def scan_xlsx(data: bytes) -> BookScan:
    """Raises ``TooLarge``; ``BadZipFile``, ``KeyError``, ``ValueError``, ``ExpatError`` for a broken workbook."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = {part_name(name): name for name in archive.namelist()}
        _refuse_elsewhere(archive, names)
        strings: list[int] = []
        if "xl/sharedstrings.xml" in names:
            with archive.open(names["xl/sharedstrings.xml"]) as stream:
                strings = _SharedStrings().run(stream)
        targets: dict[str, str] = {}
        for tag, attrs in _elements(archive, names["xl/_rels/workbook.xml.rels"]):
            if tag == "Relationship":
                target = attrs.get("Target", "")
                targets[attrs.get("Id", "")] = part_name(target if target.startswith("/") else f"xl/{target}")
        parts: list[str] = []
        epoch_1904 = False
        for tag, attrs in _elements(archive, names["xl/workbook.xml"]):
            if tag == "workbookPr":
                epoch_1904 = attrs.get("date1904", "0") in ("1", "true")
            elif tag == "sheet":
                reference = next((v for k, v in attrs.items() if k.rpartition(":")[2] == "id"), "")
                parts.append(targets.get(reference, ""))
        refuse(len(parts), limits.MAX_SHEETS)
        known = [part for part in parts if part in names]
        if len(set(known)) < len(known) or not all(part.endswith(".xml") for part in known):
            raise ValueError("sheets that share a part, or are no XML")
        tally = Tally()
        sheets = []
        for part in parts:
            sheets.append(SheetScan(tally))
            if part in names:
                with archive.open(names[part]) as stream:
                    _XlsxSheet(sheets[-1], strings).run(stream)
        return BookScan(tuple(sheets), epoch_1904)


def _refuse_elsewhere(archive: zipfile.ZipFile, names: dict[str, str]) -> None:
    """The reader library follows the package to any folder; all programs for ledgers write ``xl``."""
    for tag, attrs in _elements(archive, names["_rels/.rels"]):
        is_book = tag == "Relationship" and attrs.get("Type", "").endswith("/relationships/officeDocument")
        if is_book and part_name(attrs.get("Target", "")).rpartition("/")[0] != "xl":
            raise ValueError("a workbook outside its folder")


def _feed(parser: expat.XMLParserType, stream: IO[bytes]) -> None:
    while chunk := stream.read(_CHUNK):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _no_doctype(*_: object) -> None:
    raise expat.ExpatError("a document type declaration has no place in a spreadsheet")


def _elements(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Start tags of a small part, prefixes cut off."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.StartElementHandler = lambda tag, attrs: found.append((tag.rpartition(":")[2], attrs))
    with archive.open(name) as stream:
        _feed(parser, stream)
    return iter(found)


class _SharedStrings:
    """The length of each shared text, and no text kept."""

    def __init__(self) -> None:
        self.lengths: list[int] = []
        self.length = self.total = 0

    def run(self, stream: IO[bytes]) -> list[int]:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _no_doctype
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        _feed(parser, stream)
        return self.lengths

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "si":
            self.length = 0
        elif tag == "sst":  # the reader library makes a list this long
            refuse(int(attrs.get("uniqueCount", "0")), limits.MAX_FILLED)

    def characters(self, data: str) -> None:
        self.length += len(data)

    def end(self, tag: str) -> None:
        if tag.rpartition(":")[2] == "si":
            refuse(self.length, limits.MAX_CELL_TEXT)
            self.total += self.length
            refuse(self.total, limits.MAX_TEXT)
            self.lengths.append(self.length)
            refuse(len(self.lengths), limits.MAX_FILLED)


class _XlsxSheet:
    """One pass over a sheet's XML with as little work per cell as telling the facts needs."""

    def __init__(self, scan: SheetScan, strings: list[int]) -> None:
        self.scan = scan
        self.strings = strings
        self.row = self.column = -1
        self.row_name = ""
        self.length = 0
        self.kind: str | None = None
        self.filled = self.formula = False
        self.text: list[str] | None = None

    def run(self, stream: IO[bytes]) -> None:
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _no_doctype
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        _feed(parser, stream)

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        if tag == "c":
            if (reference := attrs.get("r")) is not None:
                letters = reference.rstrip("0123456789")
                self.column = column_index(letters)
                if (
                    row := reference[len(letters) :]
                ) != self.row_name:  # the library goes by this, not by <row>
                    self.row, self.row_name = int(row) - 1, row
            else:
                self.column += 1
            self.kind = attrs.get("t")
            self.filled = self.formula = False
            self.text = None
        elif tag == "v" or tag == "is":
            self.filled = True
            self.length = 0
            if self.formula or self.kind in ("s", "e"):
                self.text = []
        elif tag == "f":
            self.formula = True
            if "si" in attrs:  # the reader library makes a list this long
                refuse(int(attrs["si"]), limits.MAX_FILLED)
        elif tag == "row":
            self.row = int(attrs["r"]) - 1 if "r" in attrs else self.row + 1
            self.row_name = ""
            self.column = -1
        elif tag == "mergeCell":
            first, _, last = attrs.get("ref", "").partition(":")
            if last:
                self.scan.merge(cell_index(first), cell_index(last))

    def characters(self, data: str) -> None:
        self.length += len(data)
        if self.text is not None and self.length <= limits.MAX_CELL_TEXT:
            self.text.append(data)

    def end(self, tag: str) -> None:
        if tag != "c" and tag.rpartition(":")[2] != "c":
            return
        text = "".join(self.text) if self.text else ""
        if self.filled:
            length = self.length
            if self.kind == "s" and text:
                index = int(text)
                length = self.strings[index] if 0 <= index < len(self.strings) else 0
            self.scan.tally.fill(1, length)
            self.scan.reach(self.row, self.column)
        if self.kind == "e":
            self.scan.fault(self.row, self.column, CellFault(text or "#N/A"))
        elif self.formula and not text and self.kind != "str":
            self.scan.reach(self.row, self.column)
            self.scan.fault(self.row, self.column, CellFault(_UNCOMPUTED, computed=False))


@lru_cache(maxsize=1024)
def column_index(letters: str) -> int:
    """``A`` → 0, ``AA`` → 26; ``ValueError`` for what is no column."""
    index = 0
    for letter in letters:
        if not "A" <= letter.upper() <= "Z":
            raise ValueError(letters)
        index = index * 26 + ord(letter.upper()) - 64
    return index - 1


def column_letter(index: int) -> str:
    """0 → ``A``, 26 → ``AA``."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_index(reference: str) -> Cell:
    """``C5`` → (4, 2)."""
    letters = reference.rstrip("0123456789")
    return int(reference[len(letters) :]) - 1, column_index(letters)


# ── ods ──


def scan_ods(data: bytes) -> BookScan:
    """Raises as :func:`scan_xlsx`. Merged cells are read here because the reader library has none for ODS."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        if "META-INF/manifest.xml" in archive.namelist():
            for tag, _ in _elements(archive, "META-INF/manifest.xml"):
                if tag == "encryption-data":
                    raise Protected
        with archive.open("content.xml") as stream:
            return BookScan(tuple(_OdsBook().run(stream)))


class _OdsBook:
    """One pass over all sheets. A cell counts as often as it is said to be repeated, for so it will be kept."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.sheets: list[SheetScan] = []
        self.scan: SheetScan | None = None
        self.row = self.column = self.rows = 0
        self.repeated = 1
        self.filled = False
        self.length = 0
        self.fault: list[str] | None = None

    def run(self, stream: IO[bytes]) -> list[SheetScan]:
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _no_doctype
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        _feed(parser, stream)
        return self.sheets

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        if tag == "table:table":
            if self.scan is not None:
                raise ValueError("a table inside a table")
            self.scan = SheetScan(self.tally)
            if "table:name" in attrs:  # the reader library passes over one without
                self.sheets.append(self.scan)
                refuse(len(self.sheets), limits.MAX_SHEETS)
            self.row = 0
        elif self.scan is None:
            return
        elif tag == "table:table-row":
            self.rows, self.column = int(attrs.get("table:number-rows-repeated", "1")), 0
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self._start_cell(self.scan, attrs)
        elif tag == "text:s":  # so many spaces
            self.length += int(attrs.get("text:c", "1"))

    def _start_cell(self, scan: SheetScan, attrs: dict[str, str]) -> None:
        self.repeated = int(attrs.get("table:number-columns-repeated", "1"))
        self.filled = not _ODS_VALUES.isdisjoint(attrs)
        self.length = max(len(attrs.get(key, "")) for key in _ODS_TEXTS)
        if self.filled:
            scan.reach(self.row + self.rows - 1, self.column + self.repeated - 1)
        down = int(attrs.get("table:number-rows-spanned", "1"))
        across = int(attrs.get("table:number-columns-spanned", "1"))
        if down > 1 or across > 1:
            scan.merge((self.row, self.column), (self.row + down - 1, self.column + across - 1))
        if attrs.get("calcext:value-type") == "error":
            self.fault = []
        self.column += self.repeated

    def characters(self, data: str) -> None:
        self.length += len(data)
        if self.fault is not None and self.length <= limits.MAX_CELL_TEXT:
            self.fault.append(data)

    def end(self, tag: str) -> None:
        if tag == "table:table":
            self.scan = None
        elif self.scan is None:
            return
        elif tag == "table:table-row":
            self.row += self.rows
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            if self.filled:
                self.tally.fill(self.repeated * self.rows, self.length)
            if self.fault is not None:
                self.scan.fault(self.row, self.column - 1, CellFault("".join(self.fault) or "#N/A"))
                self.fault = None
