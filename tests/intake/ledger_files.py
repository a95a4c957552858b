"""Real ledger files for the tests, from rows that stand beside the assertions. All persons are made up (样本)."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

from evidence.intake import read_ledger
from evidence.model.account import Ledger

HEAD = ("房号", "业主", "费用项目", "账期", "应收金额", "已收金额")
ROW = ("1栋2单元301", "样本甲", "物业费", "2024年1月-2024年3月", 300, 0)


def row(**changes: Any) -> list[Any]:
    """``ROW`` with some cells changed: ``row(业主="")``."""
    cells = dict(zip(HEAD, ROW, strict=True))
    assert changes.keys() <= cells.keys(), changes
    return list((cells | changes).values())


def xlsx(
    folder: Path,
    rows: Sequence[Sequence[Any]],
    *,
    sheet: str = "Sheet1",
    merge: Sequence[str] = (),
    name: str = "ledger.xlsx",
    more: dict[str, Sequence[Sequence[Any]]] | None = None,
) -> Path:
    """A workbook with the rows from A1 on; ``more`` holds further sheets by name."""
    book = openpyxl.Workbook()
    first = book.active
    first.title = sheet
    for cells in rows:
        first.append(list(cells))
    for cell_range in merge:
        first.merge_cells(cell_range)
    for title, others in (more or {}).items():
        other = book.create_sheet(title)
        for cells in others:
            other.append(list(cells))
    book.save(folder / name)
    return folder / name


def csv_file(
    folder: Path, rows: Sequence[Sequence[Any]], encoding: str = "utf-8", name: str = "ledger.csv"
) -> Path:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    (folder / name).write_bytes(text.getvalue().encode(encoding))
    return folder / name


def read(*paths: Path, currency: str = "CNY", **options: Any) -> Ledger:
    return read_ledger(paths, jurisdiction_currency=currency, **options)


def faults(ledger: Ledger) -> list[tuple[str, str]]:
    """Problems as (cell, code without its room), in the ledger's order: ``("E2", "amount-negative")``."""
    return [(f"{p.where.column}{p.where.row or ''}", p.code.removeprefix("intake.")) for p in ledger.problems]


def notices(ledger: Ledger) -> list[tuple[str, str]]:
    return [(f"{p.where.column}{p.where.row or ''}", p.code.removeprefix("intake.")) for p in ledger.notices]


def debts(ledger: Ledger) -> dict[str, str]:
    """What each home owes, by label."""
    return {account.id: account.outstanding.plain for account in ledger.accounts}
