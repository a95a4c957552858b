"""Homes that are billed alike are read once for a list of the estate; what one of them pays or loses is its own."""

from __future__ import annotations

from pathlib import Path

import estate
from sqlalchemy import event, update

from evidence.model.case import CaseKind
from evidence.model.money import Money
from evidence.workspace import Workspace, schema
from evidence.workspace.status import StatusRow

HOMES = ["1栋101", "1栋102", "1栋201", "1栋202"]
# January to March, 100 a month; who paid for what by the ledger.
PAID = {"1栋101": (0, 0, 0), "1栋102": (0, 0, 0), "1栋201": (100, 0, 0), "1栋202": (0, 0, 0)}


def office(folder: Path, checkout: Path) -> Workspace:
    rows = [estate.HEADER]
    for home, paid in PAID.items():
        for month, sum_paid in enumerate(paid, 1):
            day = f"2026-0{month}-15"
            rows.append([home, f"样本{home}", "物业费", f"2026年{month}月", day, "100.00", f"{sum_paid}"])
    ledger = folder / "ledger.csv"
    ledger.write_text("".join(",".join(row) + "\n" for row in rows), "utf-8")
    made = Workspace.init(folder / "office", config=estate.config(checkout), source=estate.source())
    made.import_ledger([ledger])
    return made


def owed(rows: list[StatusRow]) -> dict[str, str]:
    return {row.account: row.outstanding.plain for row in rows if row.outstanding is not None}


def test_each_home_owes_its_own(tmp_path: Path, checkout: Path) -> None:
    with office(tmp_path, checkout) as made:
        made.record_case(CaseKind.PAYMENT, "1栋102", {"amount": "150", "received_on": "2026-11-21"})
        rows = {row.account: row for row in made.status()}
    assert owed([*rows.values()]) == {
        "1栋101": "300.00",
        "1栋102": "150.00",
        "1栋201": "200.00",
        "1栋202": "300.00",
    }
    first, last = rows["1栋101"], rows["1栋202"]
    assert (first.overdue, first.lapses_on, first.oldest_due) == (
        last.overdue,
        last.lapses_on,
        last.oldest_due,
    )
    assert rows["1栋102"].overdue == Money.of("150.00", "CNY")


def test_their_lines_are_read_once(tmp_path: Path, checkout: Path) -> None:
    asked: list[tuple[object, ...]] = []
    with office(tmp_path, checkout) as made:

        @event.listens_for(made._desk.engine, "before_cursor_execute")
        def note(connection, cursor, statement, parameters, context, many):  # type: ignore[no-untyped-def]
            if "FROM charges" in statement:
                asked.append(parameters)

        assert len(made.status()) == 4
    assert asked == [(1, "1栋101", "1栋201")]


def test_erasing_one_leaves_the_others_their_lines(tmp_path: Path, checkout: Path) -> None:
    with office(tmp_path, checkout) as made:
        made.erase("1栋101")
        assert owed(made.status()) == {"1栋102": "300.00", "1栋201": "200.00", "1栋202": "300.00"}


def test_a_ledger_imported_before_the_digest_was_kept_gives_the_same(tmp_path: Path, checkout: Path) -> None:
    with office(tmp_path, checkout) as made:
        before = made.status()
        with made._desk.writing() as connection:
            connection.execute(update(schema.ACCOUNTS).values(figures=None))
        assert made.status() == before
