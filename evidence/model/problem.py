"""A fault found in somebody's input, as data.

Loaders and checkers return *all* problems of a file with their place instead of stopping at the first;
the command line turns them into words in the user's language (see ``evidence.errors``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file, and inside it a sheet, row and column, or a paragraph or page."""

    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    part: str = ""

    def to_json(self) -> dict[str, str | int]:
        """The parts that are known, with the keys of the ``where`` object of ``--json``."""
        every = {
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "part": self.part,
        }
        return {key: value for key, value in every.items() if value not in ("", None)}

    def __str__(self) -> str:
        cell = f"{self.column}{self.row if self.row is not None else ''}"
        return " · ".join(part for part in (self.file, self.sheet, cell, self.part) if part)


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: a stable code from the table in ``evidence.errors``, its place, and what fills the message.

    ``params`` hold plain strings and integers only; they fill the placeholders of the code's message and hint.
    """

    code: str
    where: Place = field(default_factory=Place)
    params: Mapping[str, str | int] = field(default_factory=dict)
