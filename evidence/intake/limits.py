"""How large a ledger may be. What is larger is refused before the reader library sees it.

That library keeps every cell and gives every cell a text of its own: one long text that stands once in a small
file, and is named by half a million cells, fills any memory. So the file is measured first, with counters that
stop at the first figure no honest ledger reaches. The largest estates have some 20,000 homes; billed monthly
for a year in one file they make 240,000 rows, which these limits leave room for.
"""

from __future__ import annotations

from dataclasses import dataclass

# An export of 200,000 rows is about 20 MB as .xlsx, under 60 MB as .xls; pictures in it take the rest.
MAX_FILE_BYTES = 128 << 20
# The same as CSV: 250,000 lines of 268 bytes. All of it is decoded at once, at up to four bytes a character.
MAX_TEXT_FILE_BYTES = 64 << 20
# All parts of a zip together: the XML of MAX_FILLED cells is about 360 MB.
MAX_UNPACKED_BYTES = 512 << 20
# A part may unpack to this multiple of its size: sheets reach 10 to 40, deflate itself 1,000. Small parts are free.
MAX_RATIO = 200
RATIO_FREE_BYTES = 16 << 20
# Parts of a zip. Each sheet has at most a handful (settings, drawings, comments), each picture one.
MAX_PARTS = 10_000
# Bytes of XML without a tag. A cell of MAX_CELL_TEXT characters, each written as an entity, stays under it.
MAX_RUN_BYTES = 1 << 20
# One sheet for each building, or for each month of twenty years.
MAX_SHEETS = 256
# Rows of all sheets of one file, counted down to the last filled one.
MAX_ROWS = 250_000
# The rectangles around the filled cells of all sheets, which the library allocates whole: 250,000 rows by 40.
MAX_CELLS = 10_000_000
# Cells with something in them: 250,000 rows by 24.
MAX_FILLED = 6_000_000
# What one cell holds in Excel and WPS.
MAX_CELL_TEXT = 32_767
# Characters of all cells together, a text counted once for each cell that shows it: 250,000 rows by 256.
MAX_TEXT = 64_000_000
# Cells in error or never computed, and columns of merged ranges: four in each row.
MAX_MARKS = 1_000_000
# Characters and cells of one line of a CSV; a spreadsheet has 16,384 columns.
MAX_LINE = 1 << 20
MAX_LINE_CELLS = 16_384


class TooLarge(Exception):  # noqa: N818 - turned into intake.too-large at once
    """More than an honest ledger has; carries what was counted and the limit."""

    def __init__(self, found: int, limit: int) -> None:
        super().__init__(f"{found:,}")
        self.found, self.limit = f"{found:,}", f"{limit:,}"


class Protected(Exception):  # noqa: N818 - turned into intake.password at once
    """A workbook that only opens with a password."""


def refuse(found: int, limit: int) -> None:
    """Raises :class:`TooLarge` where ``found`` is beyond ``limit``."""
    if found > limit:
        raise TooLarge(found, limit)


@dataclass(slots=True)
class Tally:
    """What the sheets of one workbook add up to."""

    rows: int = 0
    cells: int = 0
    filled: int = 0
    text: int = 0
    marks: int = 0

    def extend(self, rows: int, cells: int) -> None:
        """A sheet's rectangle has grown by this much."""
        self.rows += rows
        self.cells += cells
        refuse(self.rows, MAX_ROWS)
        refuse(self.cells, MAX_CELLS)

    def fill(self, cells: int, length: int) -> None:
        """This many cells, each with a text of ``length`` characters."""
        self.filled += cells
        self.text += cells * length
        if (
            length > MAX_CELL_TEXT or self.filled > MAX_FILLED or self.text > MAX_TEXT
        ):  # once for each cell: no calls
            refuse(length, MAX_CELL_TEXT)
            refuse(self.filled, MAX_FILLED)
            refuse(self.text, MAX_TEXT)

    def mark(self, count: int = 1) -> None:
        """A fault to remember, or a merged range of ``count`` columns."""
        self.marks += count
        refuse(self.marks, MAX_MARKS)
