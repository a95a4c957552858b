"""A second ledger after a payments list: the claim names the periods the ledger names, or says that it does not."""

from __future__ import annotations

from pathlib import Path

import estate
import pytest

from evidence.clock import Source, fixed_source
from evidence.model.letter import LetterKind
from evidence.workspace import Workspace
from evidence.workspace.imports import ImportResult

HOME, OWNER = estate.OWNERS[0]
CHARGES = ",".join(estate.HEADER)
LIST = "房号,收款日期,金额,收费项目,费用期间,流水号,付款人,备注"
OTHERWISE = "claim.allocation-differs"
AUTUMN, SPRING = "2025年10月-12月,2025-12-31,562.50", "2026年1月-3月,2026-03-31,562.50"


def csv(path: Path, head: str, *rows: str) -> Path:
    path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return path


def ledger(folder: Path, autumn: str, spring: str) -> Path:
    """One owner, two quarters of 562.50, and how much of each the office has booked as paid."""
    name = f"ledger-{autumn}-{spring}.csv"
    rows = [f"{HOME},{OWNER},物业费,{row},{paid}" for row, paid in ((AUTUMN, autumn), (SPRING, spring))]
    return csv(folder / name, CHARGES, *rows)


def office_with(folder: Path, checkout: Path, payment: str, autumn: str, spring: str) -> ImportResult:
    """An office whose first ledger, with the list's one row ``payment`` on it, has so much booked as paid."""
    office = Workspace.init(folder / "office", config=estate.config(checkout), source=on("2026-10-31"))
    with office:
        listed = csv(folder / "paid.csv", LIST, payment)
        return office.import_files([ledger(folder, autumn, spring)], [listed])


def on(day: str) -> Source:
    return fixed_source(f"{day}T10:00:00+08:00", day)


def rows_of(office: Workspace) -> list[tuple[str, str, str, str]]:
    """Period, paid, of which undated, owed."""
    return [
        (p.charge.period.iso, p.paid.plain, p.undated.plain, p.outstanding.plain)
        for p in office.statement(HOME).replay.positions
    ]


DESIGNATED = f"{HOME},2026-02-03,300.00,物业费,2025年10月-12月,样-1,{OWNER},"
SILENT = f"{HOME},2026-02-03,300.00,,,样-1,{OWNER},"


@pytest.mark.parametrize("payment", [DESIGNATED, SILENT], ids=["designated", "not designated"])
def test_a_dated_payment_stays_where_the_ledger_and_the_law_put_it(
    tmp_path: Path, checkout: Path, payment: str
) -> None:
    """The second ledger books 562.50 more, all of it on the spring: nobody recorded when that came in."""
    office_with(tmp_path, checkout, payment, "300.00", "0.00")
    with Workspace.open(tmp_path / "office", source=on("2026-11-22")) as office:
        result = office.import_files([ledger(tmp_path, "300.00", "562.50")])
        assert rows_of(office) == [
            ("2025-10/2025-12", "300.00", "0.00", "262.50"),
            ("2026-01/2026-03", "562.50", "562.50", "0.00"),
        ]
        found = office.statement(HOME)
        (part,) = found.replay.allocations
        assert (part.amount.plain, part.charge and part.charge.period.iso) == ("300.00", "2025-10/2025-12")
        made = office.issue(LetterKind.DEMAND, accounts=[HOME], plan_only=True)
        assert [letter.total for letter in made.planned] == ["262.50"]
    for warnings in (result.warnings, found.warnings, made.warnings):
        assert OTHERWISE not in [problem.code for problem in warnings]


def test_whoever_imports_or_writes_hears_that_the_ledger_books_a_payment_otherwise(
    tmp_path: Path, checkout: Path
) -> None:
    """The owner paid for the autumn, by word; the office booked it on the spring. The claim follows 560(1)."""
    first = office_with(tmp_path, checkout, DESIGNATED, "0.00", "300.00")
    with Workspace.open(tmp_path / "office", source=on("2026-11-22")) as office:
        second = office.import_files([ledger(tmp_path, "0.00", "562.50")])
        # 262.50 of what is booked on the spring nobody recorded: it stays there.
        assert rows_of(office) == [
            ("2025-10/2025-12", "300.00", "0.00", "262.50"),
            ("2026-01/2026-03", "262.50", "262.50", "300.00"),
        ]
        found = office.statement(HOME)
        made = office.issue(LetterKind.DEMAND, accounts=[HOME], plan_only=True)
    for warnings in (first.warnings, second.warnings, found.warnings, made.warnings):
        (said,) = [problem for problem in warnings if problem.code == OTHERWISE]
        assert said.params == {"account": HOME, "count": 2, "period": "2025-10/2025-12"}
