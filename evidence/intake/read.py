"""From ledger files to accounts, with every fault of every file found in one pass.

The result is pure: nothing is written, and the same bytes give the same ledger on every machine.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evidence.errors import EvidenceError, Problem
from evidence.intake.cells import (
    Refusal,
    clean,
    currencies_named,
    is_blank,
    names_multiple,
    parse_amount,
    raw,
)
from evidence.intake.headers import Header, Vocabulary, find_header
from evidence.intake.items import item_of_sheet
from evidence.intake.lines import Line, LineReader
from evidence.intake.margins import Margin, Sums, margin_of
from evidence.intake.register import Register
from evidence.intake.scan import column_index
from evidence.intake.tables import Table, load
from evidence.model.account import Account, Charge, Debtor, Ledger
from evidence.model.money import MINOR_UNITS
from evidence.model.problem import Place

# Sheets that repeat what other sheets hold; only asked where another sheet of the file is a ledger.
_SUMMARY = re.compile(r"汇总|彙總|總表|总表|目录|目錄|说明|說明|封面|统计|統計|透视|透視|首页|首頁")
_UNIT_LINE = re.compile(r"(?:金额)?单位|(?:金額)?單位|币种|幣別")


def read_ledger(
    paths: Sequence[Path],
    *,
    jurisdiction_currency: str,
    synonyms: Mapping[str, tuple[str, ...]] | None = None,
    encoding: str | None = None,
) -> Ledger:
    """Read ledgers into accounts in natural order of the home, with all problems and notices.

    ``jurisdiction_currency`` is the ISO code amounts must be in; ``synonyms`` adds header names to fields
    (see ``FIELDS``), which go before the built-in ones; ``encoding`` overrides detection for CSV files.

    A row with a problem is in no account; a problem of a whole sheet keeps all its rows out. Raises
    ``EvidenceError`` with one problem per unusable *file* (missing, not a spreadsheet, protected, empty,
    header not recognised, encoding): then nothing is returned, since a ledger without one of its files is
    another ledger.
    """
    if jurisdiction_currency not in MINOR_UNITS:
        raise ValueError(f"unknown currency {jurisdiction_currency!r}")
    vocabulary = Vocabulary(synonyms)
    names = shown_names(paths)
    reading = _Reading(jurisdiction_currency)
    faults: list[Problem] = []
    sheets: list[tuple[Table, Header]] = []
    for path, name in zip(paths, names, strict=True):
        try:
            tables = load(path, name, encoding=encoding, score=vocabulary.best_row)
            for table in tables:
                reading.know(table)
            sheets += recognise(tables, vocabulary, reading.problems, reading.notices)
        except EvidenceError as fault:
            faults += fault.problems
    if faults:
        raise EvidenceError(faults)
    for table, header in sheets:
        reading.read_sheet(table, header)
    return reading.ledger(tuple(names))


def shown_names(paths: Sequence[Path]) -> list[str]:
    """How files are called in places: by name, or as given where two have the same name."""
    count = Counter(path.name for path in paths)
    return [path.name if count[path.name] == 1 else str(path) for path in paths]


def titles_of(table: Table, header: Header) -> list[str]:
    """The texts above the header."""
    return [clean(cell) for row in table.rows[: header.first_row] for cell in row if isinstance(cell, str)]


def unit_faults(table: Table, header: Header, titles: list[str], currency: str) -> list[Problem]:
    """Amounts in another currency or in 万元, said in the header of their column or in a title."""
    faults = []
    said = [(header.titles[header.columns[f]], header.columns[f]) for f in header.form.money if header.has(f)]
    spoken: list[tuple[str, int | None]] = [*said, *((t, None) for t in titles if _UNIT_LINE.search(t))]
    for text, column in spoken:
        place = table.place(header.last_row if column is not None else None, column)
        if "元" in text and names_multiple(text):
            faults.append(Problem("intake.unit-multiple", place, {"raw": raw(text)}))
        for sign, currencies in currencies_named(text):
            if currency not in currencies:
                params = {"raw": raw(text), "sign": sign, "currency": currency}
                faults.append(Problem("intake.currency", place, params))
    return faults


def recognise(
    tables: list[Table], vocabulary: Vocabulary, problems: list[Problem], notices: list[Problem]
) -> list[tuple[Table, Header]]:
    """The sheets of one file that have the form wanted. Raises if none has; the others are told in ``notices``
    or ``problems``."""
    filled = []
    for table in tables:
        if table.is_empty:
            continue
        if table.hidden:
            notices.append(Problem("intake.sheet-hidden", table.place(), {"sheet": table.sheet}))
        else:
            filled.append(table)
    if not filled:
        raise EvidenceError([Problem("intake.no-rows", Place(tables[0].file if tables else ""))])
    found = [(table, find_header(table, vocabulary)) for table in filled]
    good = [(table, header) for table, header in found if isinstance(header, Header)]
    bad = [(table, fault) for table, fault in found if isinstance(fault, Problem)]
    if not good:
        raise EvidenceError(fault for _, fault in bad)
    for table, fault in bad:
        if fault.code == "intake.header-unknown" or _SUMMARY.search(table.sheet):
            notices.append(Problem("intake.sheet-skipped", table.place(), {"sheet": table.sheet}))
        else:
            problems.append(fault)
    return good


@dataclass(slots=True)
class _Reading:
    """What one import has gathered so far."""

    currency: str
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    register: Register = field(default_factory=Register)
    lines: list[Line] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    rows_read: int = 0
    _order: dict[tuple[str, str], int] = field(default_factory=dict)

    def know(self, table: Table) -> None:
        """Give a sheet its place in the order of problems."""
        self._order.setdefault((table.file, table.sheet), len(self._order))

    def read_sheet(self, table: Table, header: Header) -> None:
        """All rows under the header; a fault of the sheet itself keeps its rows out but not unread."""
        self.sheets.append(table.sheet or table.file)
        titles = titles_of(table, header)
        item = ""
        barred = unit_faults(table, header, titles, self.currency)
        if not header.has("item"):
            found = item_of_sheet(table.sheet, titles, header.titles.values())
            item, params = found.name, {"sheet": table.sheet or table.file, "item": found.name}
            if found.assumed:
                self.notices.append(Problem("intake.item-assumed", table.place(header.last_row), params))
            if not item:
                barred.append(
                    Problem("intake.item-unknown", table.place(header.last_row), {"sheet": params["sheet"]})
                )
        self.problems += barred
        if header.ignored:
            params = {"columns": ", ".join(header.ignored)}
            self.notices.append(Problem("intake.columns-ignored", table.place(header.last_row), params))
        reader = LineReader(table, header, self.currency, self.register, item=item)
        sums = Sums(table, header, self.currency)
        for row in range(header.last_row + 1, len(table.rows)):
            match margin_of(table, header, row):
                case None:
                    line = reader.read(row)
                    sums.add(row, line.figures)
                    self.rows_read += 1
                    self.problems += line.problems
                    if line.charge and not barred:
                        self.lines.append(line)
                case Margin.TOTAL:
                    self.problems += sums.check(row)
                case Margin.NOTE:
                    text = next(raw(cell) for cell in table.rows[row] if not is_blank(cell))
                    self.notices.append(Problem("intake.row-note", table.place(row), {"raw": text}))
                case _:
                    pass
        self.problems += self._group_faults(reader)
        self.notices += reader.notices
        for (code, name), count in reader.repeated.items():
            place = table.place(reader.first[code, name], header.columns.get(name))
            self.notices.append(Problem(code, place, {"rows": count}))

    def _group_faults(self, reader: LineReader) -> list[Problem]:
        """A merged 欠费合计 beside an owner's rows must be their sum."""
        faults = []
        for (row, column), total in reader.group_totals.items():
            value, place = reader.table.value(row, column), reader.table.place(row, column)
            try:
                figure = parse_amount(value, self.currency)
            except Refusal as refusal:
                faults.append(Problem(refusal.code, place, refusal.params))
                continue
            if figure is not None and figure != total:
                params = {"raw": raw(value), "sum": f"{total:,f}", "all": f"{total:,f}"}
                faults.append(Problem("intake.total-mismatch", place, params))
        return faults

    # ── the result ──

    def ledger(self, files: tuple[str, ...]) -> Ledger:
        """Accounts in order of the home, charges by age, problems and notices by place."""
        if not self.rows_read and not self.problems:
            raise EvidenceError([Problem("intake.no-rows", Place(files[0] if files else ""))])
        groups: dict[str, list[Line]] = {}
        for line in self.lines:
            assert line.home is not None
            groups.setdefault(line.home.account, []).append(line)
        accounts = sorted(
            (self._account(key, lines) for key, lines in groups.items()),
            key=lambda account: (account.premises.sort_key, account.id),
        )
        return Ledger(
            tuple(accounts),
            self.currency,
            files,
            tuple(sorted(self.problems, key=self._place_key)),
            tuple(sorted(self.notices, key=self._place_key)),
            self.rows_read,
            tuple(self.sheets),
        )

    def _account(self, key: str, lines: list[Line]) -> Account:
        first = lines[0]
        assert first.home is not None
        phone = self.register.phone(key)
        if not phone:
            self.notices += [line.phone_lost for line in lines if line.phone_lost]
        charges = sorted(
            (line.charge for line in lines if line.charge),
            key=lambda charge: (charge.oldest_day, charge.item, charge.period),
        )
        self._note_overlaps(first, charges)
        return Account(first.home.premises, Debtor(first.owner, phone), tuple(charges), self.currency)

    def _note_overlaps(self, first: Line, charges: list[Charge]) -> None:
        """Two periods of one item that share days: perhaps billed twice, so somebody should look."""
        assert first.home is not None
        latest: dict[str, Charge] = {}
        for charge in sorted(charges, key=lambda c: (c.item, c.period)):
            earlier = latest.get(charge.item)
            if earlier and earlier.period.overlaps(charge.period):
                params = {
                    "label": first.home.premises.label,
                    "item": charge.item,
                    "period": charge.period.chinese,
                    "other": earlier.period.chinese,
                    "where": str(earlier.origin),
                }
                self.notices.append(Problem("intake.period-overlap", charge.origin, params))
            if earlier is None or charge.period.end > earlier.period.end:
                latest[charge.item] = charge

    def _place_key(self, problem: Problem) -> tuple[int, int, int, str]:
        where = problem.where
        column = column_index(where.column) if where.column else -1
        return self._order.get((where.file, where.sheet), -1), where.row or 0, column, problem.code
