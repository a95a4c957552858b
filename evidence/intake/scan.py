"""What the reader library does not tell: cells in error, formulas never computed, merges of ODS, extents.

python-calamine gives an empty text both for an empty cell and for ``#REF!``. In a ledger that difference is
money: an 已收 in error read as "nothing paid" claims too much. So the same file is walked once more here for
just these facts, and its true extent is known before the reader allocates a dense table of it.
"""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO
from xml.parsers import expat

from evidence.intake.cells import CellFault
from evidence.intake.containers import Ole

# 200,000 rows by 40 columns are 8 million cells; a dense table of far more would not fit an office computer.
MAX_CELLS = 20_000_000
# XML of a sheet with MAX_CELLS filled cells stays under this; a zip bomb does not.
MAX_PART_BYTES = 1 << 30
_CHUNK = 1 << 20
_BIFF_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!",
    0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
_UNCOMPUTED = "="

Cell = tuple[int, int]


class TooLarge(Exception):  # noqa: N818 - turned into intake.too-large at once
    """More cells or bytes than an honest ledger has; carries what was counted."""


class Protected(Exception):  # noqa: N818 - turned into intake.password at once
    """A workbook that only opens with a password."""


@dataclass(slots=True)
class SheetScan:
    """Facts of one sheet by its place in the workbook; rows and columns from 0."""

    faults: dict[Cell, CellFault] = field(default_factory=dict)
    merged: list[tuple[Cell, Cell]] = field(default_factory=list)
    last_row: int = -1
    last_column: int = -1

    def reach(self, row: int, column: int) -> None:
        """Grow the extent to a filled cell; raises :class:`TooLarge` beyond ``MAX_CELLS``."""
        if row > self.last_row or column > self.last_column:
            self.last_row, self.last_column = max(self.last_row, row), max(self.last_column, column)
            if (cells := (self.last_row + 1) * (self.last_column + 1)) > MAX_CELLS:
                raise TooLarge(f"{cells:,}")


def refuse_count(count: int) -> None:
    """Raises :class:`TooLarge` for a count the file announces and the reader library would allocate."""
    if count > MAX_CELLS:
        raise TooLarge(f"{count:,}")


@dataclass(frozen=True, slots=True)
class BookScan:
    """Facts of a workbook: its sheets by name, and whether its serial dates count from 1904."""

    sheets: dict[str, SheetScan]
    epoch_1904: bool = False


# ── xlsx ──


def scan_xlsx(data: bytes) -> BookScan:
    """Raises :class:`TooLarge`; ``BadZipFile``, ``KeyError``, ``ExpatError`` for a broken workbook."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = {name.lstrip("/").lower(): name for name in archive.namelist()}
        if "xl/sharedstrings.xml" in names:
            with archive.open(names["xl/sharedstrings.xml"]) as stream:
                for count in re.findall(rb"niqueCount\s*=\s*[\"'](\d+)", stream.read(4096)):
                    refuse_count(int(count))
        targets: dict[str, str] = {}
        for tag, attrs in _elements(archive, names["xl/_rels/workbook.xml.rels"]):
            if tag == "Relationship":
                target = attrs.get("Target", "")
                path = target[1:] if target.startswith("/") else f"xl/{target}"
                targets[attrs.get("Id", "")] = re.sub(r"[^/]+/\.\./", "", path).lower()
        sheets: dict[str, SheetScan] = {}
        epoch_1904 = False
        for tag, attrs in _elements(archive, names["xl/workbook.xml"]):
            if tag == "workbookPr":
                epoch_1904 = attrs.get("date1904", "0") in ("1", "true")
            elif tag == "sheet":
                reference = next((v for k, v in attrs.items() if k.rpartition(":")[2] == "id"), "")
                if (part := names.get(targets.get(reference, ""))) is not None:
                    with archive.open(part) as stream:
                        sheets[attrs.get("name", "")] = _XlsxSheet().run(stream)
        return BookScan(sheets, epoch_1904)


def _feed(parser: expat.XMLParserType, stream: IO[bytes]) -> None:
    read = 0
    while chunk := stream.read(_CHUNK):
        read += len(chunk)
        if read > MAX_PART_BYTES:
            raise TooLarge(f"{read:,}")
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


class _XlsxSheet:
    """One pass over a sheet's XML with as little work per cell as telling the facts needs."""

    def __init__(self) -> None:
        self.scan = SheetScan()
        self.row = self.column = -1
        self.error = self.formula = self.string = False
        self.text: list[str] | None = None

    def run(self, stream: IO[bytes]) -> SheetScan:
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _no_doctype
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        _feed(parser, stream)
        return self.scan

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "c":
            if (reference := attrs.get("r")) is not None:
                self.column = column_index(reference.rstrip("0123456789"))
            else:
                self.column += 1
            kind = attrs.get("t")
            self.error, self.string, self.formula = kind == "e", kind == "str", False
            self.text = None
        elif tag == "v" or tag == "is":
            self.scan.reach(self.row, self.column)
            if self.error or self.formula:
                self.text = []
                self.parser.CharacterDataHandler = self.text.append
        elif tag == "f":
            self.formula = True
            if "si" in attrs:  # the reader library makes a list this long
                refuse_count(int(attrs["si"]))
        elif tag == "row":
            self.row = int(attrs["r"]) - 1 if "r" in attrs else self.row + 1
            self.column = -1
        elif tag == "mergeCell":
            first, _, last = attrs.get("ref", "").partition(":")
            if last:
                self.scan.merged.append((cell_index(first), cell_index(last)))

    def end(self, tag: str) -> None:
        if not (self.error or self.formula):
            return
        tag = tag.rpartition(":")[2]
        if tag == "v":
            self.parser.CharacterDataHandler = None
        elif tag == "c":
            text = "".join(self.text or ())
            if self.error:
                self.scan.faults[self.row, self.column] = CellFault(text or "#N/A")
            elif not text and not self.string:
                self.scan.reach(self.row, self.column)
                self.scan.faults[self.row, self.column] = CellFault(_UNCOMPUTED, computed=False)
            self.error = self.formula = False


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
            return BookScan(_OdsBook().run(stream))


class _OdsBook:
    def __init__(self) -> None:
        self.sheets: dict[str, SheetScan] = {}
        self.scan = SheetScan()
        self.row = self.column = self.rows = 0
        self.filled: tuple[int, int] | None = None
        self.fault: list[str] | None = None

    def run(self, stream: IO[bytes]) -> dict[str, SheetScan]:
        self.parser = parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = _no_doctype
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        _feed(parser, stream)
        return self.sheets

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        if tag == "table:table":
            self.scan = self.sheets.setdefault(attrs.get("table:name", ""), SheetScan())
            self.row = 0
        elif tag == "table:table-row":
            self.rows, self.column = int(attrs.get("table:number-rows-repeated", "1")), 0
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            repeated = int(attrs.get("table:number-columns-repeated", "1"))
            if "office:value-type" in attrs:
                self.scan.reach(self.row + self.rows - 1, self.column + repeated - 1)
            down = int(attrs.get("table:number-rows-spanned", "1"))
            across = int(attrs.get("table:number-columns-spanned", "1"))
            if down > 1 or across > 1:
                last = (self.row + down - 1, self.column + across - 1)
                self.scan.merged.append(((self.row, self.column), last))
            if attrs.get("calcext:value-type") == "error":
                self.fault = []
                self.parser.CharacterDataHandler = self.fault.append
            self.column += repeated

    def end(self, tag: str) -> None:
        if tag == "table:table-row":
            self.row += self.rows
        elif tag == "table:table-cell" and self.fault is not None:
            self.parser.CharacterDataHandler = None
            self.scan.faults[self.row, self.column - 1] = CellFault("".join(self.fault) or "#N/A")
            self.fault = None


# ── xls (BIFF8, [MS-XLS]) ──

_BOUNDSHEET, _DATE1904, _FORMULA, _BOOLERR, _BOF, _EOF = 0x85, 0x22, 0x06, 0x205, 0x809, 0x0A
_DIMENSIONS, _FILEPASS = 0x200, 0x2F
# LABEL, LABELSST, NUMBER, RK, MULRK, RSTRING: records that begin with the row and column of a filled cell.
_FILLED = frozenset({0x204, 0xFD, 0x203, 0x27E, 0xBD, 0xD6, _FORMULA, _BOOLERR})


def scan_xls(data: bytes) -> BookScan:
    """Error cells and the extent of an old workbook.

    Raises :class:`TooLarge`, :class:`Protected`; ``ValueError``, ``KeyError`` or ``struct.error`` for a broken workbook.
    """
    stream = Ole(data).stream("Workbook", "Book", "WORKBOOK", "BOOK")
    names: dict[int, str] = {}
    sheets: dict[str, SheetScan] = {}
    epoch_1904 = False
    current: SheetScan | None = None
    position = 0
    while position + 4 <= len(stream):
        record, length = struct.unpack_from("<HH", stream, position)
        begin = position + 4
        if record == _BOF:
            current = sheets.setdefault(names[position], SheetScan()) if position in names else current
        elif record == _EOF:
            current = None
        elif record == _BOUNDSHEET and length >= 8:
            offset, count, wide = struct.unpack_from("<I2xBB", stream, begin)
            text = stream[begin + 8 : begin + 8 + (count * 2 if wide & 1 else count)]
            names[offset] = text.decode("utf-16-le" if wide & 1 else "latin-1", "replace")
        elif record == _FILEPASS:
            raise Protected  # what follows is ciphertext under plain record heads
        elif record == _DATE1904 and length >= 2:
            epoch_1904 = stream[begin] == 1
        elif record == _DIMENSIONS and length == 14:
            first, rows, left, columns = struct.unpack_from("<IIHH", stream, begin)
            if not (first <= max(rows, first) <= 1 << 16 and max(columns, left) <= 1 << 8):
                raise ValueError("an extent beyond the format")
        elif current is not None and record in _FILLED and length >= 4:
            row, column = struct.unpack_from("<HH", stream, begin)
            current.reach(row, column)
            if record not in (_FORMULA, _BOOLERR) or length < 8:
                position = begin + length
                continue
            code = None
            if record == _BOOLERR and stream[begin + 7] == 1:
                code = stream[begin + 6]
            elif record == _FORMULA and length >= 14 and stream[begin + 12 : begin + 14] == b"\xff\xff":
                code = stream[begin + 8] if stream[begin + 6] == 2 else None
            if code is not None:
                current.faults[row, column] = CellFault(_BIFF_ERRORS.get(code, "#N/A"))
        position = begin + length
    return BookScan(sheets, epoch_1904)
