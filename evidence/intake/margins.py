"""Rows that are no charges: totals, signatures, notes, headers repeated on each printed page.

A total is not ignored: the figure it shows must be the sum of the rows it can mean, or the clerk and the file
disagree about what is owed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

from evidence.intake.cells import Refusal, is_blank, parse_amount, raw, squeeze
from evidence.intake.headers import Header
from evidence.intake.tables import Table
from evidence.model.problem import Problem

_TOTAL = re.compile(r".{0,12}?(?P<word>[小合总總共累][计計]|[总總]合[计計])(?:\(.{0,8}\))?[::]?")
_PARTIAL = {"小计", "小計", "累计", "累計"}
_FOOTER = re.compile(
    r"(?:[制製填][表单單]|[审審复複][核批]|核[对對]|[经經][办辦]|主管|[会會][计計]|出[纳納]|[负負][责責]人|打印|列印|[导導]出|制作|[盖蓋]章)"
    r"(?:人|[员員]|日期|[时時][间間]|[单單]位)?[::]?.*|[第共][0-9]+[页頁].*|(?:[备備][注註]|[注註]|[说說]明)[::].*"
)
_LABELLED = ("estate", "building", "unit", "room", "owner", "item", "period", "start")


class Margin(Enum):
    BLANK = "blank"
    HEADER = "header"
    TOTAL = "total"
    FOOTER = "footer"
    NOTE = "note"


def margin_of(table: Table, header: Header, row: int) -> Margin | None:
    """What kind of non-charge a row is; ``None`` for a charge.

    A total is known by its label in the first filled cell, or in the item or period cell, or in another cell
    of identity where the row has no room of its own; a note by being one lone text in its row.
    """
    cells = table.rows[row]
    filled = [column for column in range(len(cells)) if not is_blank(table.own(row, column))]
    if not filled:
        return Margin.BLANK
    texts = {c: squeeze(cells[c]) for c in filled if isinstance(cells[c], str)}  # type: ignore[arg-type]
    if len(texts) == len(filled) and header.texts.issuperset(texts.values()):
        return Margin.HEADER
    if _total_label(texts, header, filled[0]):
        return Margin.TOTAL
    figures = any(c in filled for f, c in header.columns.items() if f in header.form.money)
    if not figures and _FOOTER.fullmatch(texts.get(filled[0], "")):
        return Margin.FOOTER
    if len(filled) == 1 and len(texts) == 1 and not figures:
        return Margin.NOTE
    return None


def _total_label(texts: dict[int, str], header: Header, first: int) -> str:
    columns = header.columns
    room = columns["room"]
    has_room = bool(texts.get(room)) and not _TOTAL.fullmatch(texts[room])
    places = [first, *(columns[f] for f in ("item", "period", "start") if f in columns)]
    if not has_room:
        places += [columns[f] for f in _LABELLED if f in columns]
    for column in places:
        if match := _TOTAL.fullmatch(texts.get(column, "")):
            return match["word"]
    return ""


@dataclass(slots=True)
class Sums:
    """Running sums of the money columns of one sheet, to hold totals against.

    ``marks`` are the sums at which a total row stood: a subtotal may cover any stretch from such a mark to
    itself, a grand total any stretch from a grand total. Kept as sets, so that a sheet of 60,000 subtotals
    costs no more than one of two.
    """

    table: Table
    header: Header
    currency: str
    running: dict[str, Decimal] = field(init=False)
    unreadable: set[str] = field(default_factory=set)
    marks: dict[str, set[Decimal]] = field(init=False)
    grand: dict[str, set[Decimal]] = field(init=False)

    def __post_init__(self) -> None:
        names = self.header.form.money
        self.running = dict.fromkeys(names, Decimal(0))
        self.marks, self.grand = ({name: {Decimal(0)} for name in names} for _ in "mg")

    def add(self, row: int, figures: Mapping[str, Decimal | None]) -> None:
        """Count a row's figures as they stand in the columns, whether or not the row is accepted.

        A figure that is absent could not be read: its column's sum is unknown from here on.
        """
        for name in self.header.form.money:
            if (column := self.header.columns.get(name)) is None:
                continue
            figure = figures.get(name)
            if name not in figures:
                self.unreadable.add(name)
            elif figure is None and self.table.merged:
                figure = self._merged_figure(row, column, name)
            if figure is not None:
                self.running[name] += figure

    def _merged_figure(self, row: int, column: int, name: str) -> Decimal | None:
        """An owner's total in a merged cell, once, at its first row."""
        try:
            return parse_amount(self.table.own(row, column), self.currency)
        except Refusal:
            self.unreadable.add(name)
            return None

    def check(self, row: int) -> list[Problem]:
        """``intake.total-mismatch`` (or what makes the figure unreadable) for each figure of a total row."""
        found = []
        texts = {c: squeeze(v) for c, v in enumerate(self.table.rows[row]) if isinstance(v, str)}
        first = min((c for c, text in texts.items() if text), default=0)
        partial = _total_label(texts, self.header, first) in _PARTIAL
        for name in self.header.form.money:
            column = self.header.columns.get(name)
            if column is None or name in self.unreadable:
                continue
            value, total = self.table.own(row, column), self.running[name]
            try:
                figure = parse_amount(value, self.currency)
            except Refusal as refusal:
                found.append(Problem(refusal.code, self.table.place(row, column), refusal.params))
                continue
            marks = self.marks[name] if partial else self.grand[name]
            if figure is not None and total - figure not in marks:
                params = {"raw": raw(value), "sum": f"{total - max(marks):,f}", "all": f"{total:,f}"}
                found.append(Problem("intake.total-mismatch", self.table.place(row, column), params))
            self.marks[name].add(total)
            if not partial:
                self.grand[name].add(total)
        return found
