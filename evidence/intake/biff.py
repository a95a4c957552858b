"""Old workbooks (.xls, BIFF8 after [MS-XLS]): error cells, extents, and how much text their cells show.

The records are walked as the reader library walks them: the workbook's own up to their end, then those of each
sheet from where the workbook says it begins, without the sheets inside it (charts).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from evidence.intake import limits
from evidence.intake.cells import CellFault
from evidence.intake.containers import Ole
from evidence.intake.limits import Protected, Tally, refuse
from evidence.intake.scan import BookScan, SheetScan

_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!",
    0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
_BOUNDSHEET, _DATE1904, _FORMULA, _BOOLERR, _BOF, _EOF = 0x85, 0x22, 0x06, 0x205, 0x809, 0x0A
_DIMENSIONS, _FILEPASS, _SST, _CONTINUE, _NAME = 0x200, 0x2F, 0xFC, 0x3C, 0x18
_LABELSST, _MULRK, _STRING, _MERGED = 0xFD, 0xBD, 0x207, 0xE5
# LABEL, LABELSST, NUMBER, RK, MULRK, RSTRING: records that begin with the row and column of a filled cell.
_FILLED = frozenset({0x204, _LABELSST, 0x203, 0x27E, _MULRK, 0xD6, _FORMULA, _BOOLERR})
_PTG_NAME = 5  # bytes of the token by which a formula names a range; the library writes the name out


def scan_xls(data: bytes) -> BookScan:
    """Error cells and the extent of an old workbook.

    Raises ``TooLarge``, ``Protected``; ``ValueError``, ``KeyError``, ``IndexError`` or ``struct.error`` for a
    broken workbook.
    """
    stream = Ole(data).stream("Workbook", "Book", "WORKBOOK", "BOOK")
    begins: list[int] = []
    strings: list[int] = []
    epoch_1904 = False
    longest_name = 0
    for record, begin, length in _records(stream, 0):
        if record == _EOF:
            break
        if record == _BOUNDSHEET and length >= 8:
            begins.append(struct.unpack_from("<I", stream, begin)[0])
            longest_name = max(longest_name, stream[begin + 6])
        elif record == _NAME and length >= 4:
            longest_name = max(longest_name, stream[begin + 3])
        elif record == _FILEPASS:
            raise Protected  # what follows is ciphertext under plain record heads
        elif record == _DATE1904 and length >= 2:
            epoch_1904 = stream[begin] == 1
        elif record == _SST:
            strings = _shared_lengths(stream, begin, length)
    refuse(len(begins), limits.MAX_SHEETS)
    if len(set(begins)) < len(begins):
        raise ValueError("two sheets in one place")
    tally, walked = Tally(), 0
    sheets = []
    for begin in begins:
        sheet = _Sheet(stream, strings, longest_name, tally)
        sheets.append(sheet.scan)
        walked += sheet.walk(begin)
        if walked > len(stream):
            raise ValueError("sheets inside each other")
    return BookScan(tuple(sheets), epoch_1904)


def _records(stream: bytes, position: int) -> Iterator[tuple[int, int, int]]:
    """Type, begin and length of the records from ``position`` on."""
    end = len(stream) - 4
    while position <= end:
        record, length = struct.unpack_from("<HH", stream, position)
        yield record, position + 4, length
        position += 4 + length


class _Sheet:
    """One walk over the records of a sheet."""

    def __init__(self, stream: bytes, strings: list[int], longest_name: int, tally: Tally) -> None:
        self.scan = SheetScan(tally)
        self._stream, self._strings, self._longest_name, self._tally = stream, strings, longest_name, tally

    def walk(self, position: int) -> int:
        """Read the sheet that begins at ``position``; answers how many bytes it takes."""
        depth = 0
        end = position
        for record, begin, length in _records(self._stream, position):
            end = begin + length
            if record == _BOF:
                depth += 1
            elif record == _EOF:
                depth -= 1
                if depth <= 0:
                    break
            elif depth > 1:
                continue
            elif record in _FILLED and length >= 4:
                self._cell(record, begin, length)
            elif record == _STRING:
                self._tally.fill(1, min(length, limits.MAX_CELL_TEXT))
            elif record == _MERGED:
                self._tally.mark(length // 8)
            elif record == _DIMENSIONS and length == 14:
                first, rows, left, columns = struct.unpack_from("<IIHH", self._stream, begin)
                if not (first <= max(rows, first) <= 1 << 16 and max(columns, left) <= 1 << 8):
                    raise ValueError("an extent beyond the format")
        return end - position

    def _cell(self, record: int, begin: int, length: int) -> None:
        stream = self._stream
        row, column = struct.unpack_from("<HH", stream, begin)
        if record == _LABELSST:
            index = struct.unpack_from("<I", stream, begin + 6)[0]
            self._tally.fill(1, self._strings[index] if index < len(self._strings) else 0)
        elif record == _MULRK and length >= 6:
            last = struct.unpack_from("<H", stream, begin + length - 2)[0]
            self.scan.reach(row, last)
            self._tally.fill(max(last - column + 1, 1), 0)
        elif record == _FORMULA:
            self._tally.fill(1, 0)
            self._tally.text += max(length - 22, 0) // _PTG_NAME * self._longest_name
        else:
            self._tally.fill(1, length)
        self.scan.reach(row, column)
        code = None
        if record == _BOOLERR and length >= 8 and stream[begin + 7] == 1:
            code = stream[begin + 6]
        elif record == _FORMULA and length >= 14 and stream[begin + 12 : begin + 14] == b"\xff\xff":
            code = stream[begin + 8] if stream[begin + 6] == 2 else None
        if code is not None:
            self.scan.fault(row, column, CellFault(_ERRORS.get(code, "#N/A")))


def _shared_lengths(stream: bytes, begin: int, length: int) -> list[int]:
    """How many characters each shared text has ([MS-XLS] 2.4.265 and 2.5.293).

    Texts run on into CONTINUE records, each of which says anew, in its first byte, whether a character of the
    text takes one byte or two.
    """
    parts = [(begin + 8, begin + length)]
    for record, start, size in _records(stream, begin + length):
        if record != _CONTINUE:
            break
        parts.append((start, start + size))
    parts.reverse()
    lengths: list[int] = []
    at, end = parts.pop()
    while at < end or parts:
        if at >= end:
            at, end = parts.pop()
            continue
        characters, flags = struct.unpack_from("<HB", stream, at)
        refuse(characters, limits.MAX_CELL_TEXT)
        at += 3
        rest = 0
        if flags & 8:  # formatting runs
            rest += 4 * int(struct.unpack_from("<H", stream, at)[0])
            at += 2
        if flags & 4:  # phonetic text
            rest += int(struct.unpack_from("<I", stream, at)[0])
            at += 4
        lengths.append(characters)
        width = 1 + (flags & 1)
        while characters > (room := max(end - at, 0) // width):
            characters -= room
            at, end = parts.pop()
            width = 1 + (stream[at] & 1)
            at += 1
        at += characters * width
        while rest > (room := max(end - at, 0)):
            rest -= room
            at, end = parts.pop()
        at += rest
    return lengths
