"""Label sheets by size, as data, and where each label of a run lies on them.

Sizes are those of the label in millimetres (``99.1x38.1``), which every maker prints on the box; the makers' own numbers
name the same sheets. Labels lie in the middle of the sheet, so that margins follow from size, number and gap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evidence.errors import Place, fail

__all__ = ["SHEETS", "LabelSheet", "Spot", "sheet_of", "spots"]

_WIDE, _HIGH = 210.0, 297.0


@dataclass(frozen=True, slots=True)
class LabelSheet:
    """A4 with ``columns`` × ``rows`` labels of ``width`` × ``height`` mm, ``gap`` mm between columns.

    ``names`` are numbers under which makers sell it.
    """

    columns: int
    rows: int
    width: float
    height: float
    gap: float = 0.0
    names: tuple[str, ...] = ()

    @property
    def size(self) -> str:
        return f"{self.width:g}x{self.height:g}"

    @property
    def count(self) -> int:
        return self.columns * self.rows

    @property
    def left(self) -> float:
        return (_WIDE - self.columns * self.width - (self.columns - 1) * self.gap) / 2

    @property
    def top(self) -> float:
        return (_HIGH - self.rows * self.height) / 2


SHEETS: tuple[LabelSheet, ...] = (
    LabelSheet(2, 4, 99.1, 67.7, 2.5, ("L7165",)),
    LabelSheet(2, 4, 105, 74, 0, ("3427",)),
    LabelSheet(2, 5, 99.1, 57, 2.5, ("L7173",)),
    LabelSheet(2, 5, 105, 57, 0, ("3425",)),
    LabelSheet(2, 6, 105, 48, 0, ("3424",)),
    LabelSheet(2, 7, 99.1, 38.1, 2.5, ("L7163",)),
    LabelSheet(2, 7, 105, 42.3, 0, ("3653",)),
    LabelSheet(2, 8, 105, 37, 0, ("3484",)),
    LabelSheet(3, 7, 63.5, 38.1, 2.5, ("L7160",)),
    LabelSheet(3, 7, 70, 42.3, 0, ("3652",)),
    LabelSheet(3, 8, 70, 37, 0, ("3474",)),
)
"""Sheets with room for an address and a symbol; the numbers are Avery's. Other makers, 得力 among them, name
theirs by the size of the label and how many there are on a sheet."""


def sheet_of(text: str) -> LabelSheet:
    """The sheet called ``99.1x38.1`` or ``L7163``; ``print.label-size`` for one that is not known."""
    wanted = text.strip().casefold().replace("×", "x").replace("*", "x").replace(" ", "").removesuffix("mm")
    wanted = wanted.removeprefix("avery")
    for sheet in SHEETS:
        if wanted == sheet.size or wanted in {name.casefold() for name in sheet.names}:
            return sheet
    known = ", ".join(sheet.size for sheet in SHEETS)
    raise fail("print.label-size", Place(part="labels"), given=text[:40], known=known)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where one label lies: ``x`` from the left and ``y`` from the top of the sheet, in mm."""

    x: float
    y: float


def spots(sheet: LabelSheet) -> Iterator[Spot]:
    """The places of a sheet, row by row from the top left."""
    for row in range(sheet.rows):
        for column in range(sheet.columns):
            yield Spot(sheet.left + column * (sheet.width + sheet.gap), sheet.top + row * sheet.height)
