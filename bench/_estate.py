"""A generated workspace (样本) for benchmarks: a ledger and payments as large as asked, put where an import puts them.

Fictional and the same each time. Homes of one layout have one size and one price, as in any estate; how much of two
years each owner has paid is drawn from a fixed seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from evidence.clock import Source, fixed_source
from evidence.model.account import Account, Charge, Debtor, Ledger, Premises
from evidence.model.case import CaseEvent, CaseKind
from evidence.model.money import Money
from evidence.model.period import Period
from evidence.model.problem import Place
from evidence.resources import samples_dir
from evidence.workspace import Workspace
from evidence.workspace.casefile import write_pieces
from evidence.workspace.ledgers import insert, keep_files

NOW = "2026-11-21T10:00:00+08:00"
PAYMENTS = 4
_FIRST_YEAR = 2024
_PRICE = Decimal("2.80")
_LAYOUTS = 48


def source() -> Source:
    return fixed_source(NOW, "bench/estate")


def make(folder: Path, accounts: int, periods: int, *, payments: bool) -> Workspace:
    """A workspace in the new folder ``folder``, open. With ``payments`` every account has four on file.

    Then the ledger is of the end of its last period and shows nothing as paid; all payments came in later.
    """
    made = Workspace.init(folder, locale="zh", config=samples_dir() / "evidence.toml", source=source())
    months = [month(n) for n in range(periods)]
    until = months[-1].end
    ledger = Ledger(tuple(_accounts(accounts, months, payments=payments)), "CNY", ("样本.xlsx",))
    files = [("样本.xlsx", "样本".encode())]
    desk = made._desk
    with desk.locked():
        persons = {account.id: f"{place:06d}" for place, account in enumerate(ledger.accounts)}
        kept = keep_files(desk, files)
        if payments:
            desk.persons.draw([*persons.values()], desk.source.random)
        with desk.writing() as connection:
            insert(desk, connection, ledger, files, kept, persons, "", until if payments else None)
            if payments:
                paid = [(event, persons[event.account]) for event in _payments(ledger, until)]
                write_pieces(desk, connection, paid, desk.source.now())
    return made


def month(number: int) -> Period:
    year, at = _FIRST_YEAR + number // 12, number % 12 + 1
    return Period.months(year, at, year, at)


def _accounts(count: int, months: list[Period], *, payments: bool) -> Iterator[Account]:
    dice, nothing = random.Random(1), Money.zero("CNY")
    layouts = [Decimal(dice.randrange(4500, 18000)).scaleb(-2) for _ in range(_LAYOUTS)]
    row = 1
    for number in range(count):
        building, inside = divmod(number, 400)
        unit, inside = divmod(inside, 100)
        home = Premises(
            "样本苑", f"{building + 1}栋", f"{unit + 1}单元", f"{inside // 4 + 1}0{inside % 4 + 1}"
        )
        area = layouts[(building * 8 + inside % 4) % _LAYOUTS]
        fee = Money(area * _PRICE, "CNY").rounded()
        paid = 0 if payments else dice.randrange(len(months) + 1)
        charges = []
        for place, period in enumerate(months):
            row += 1
            due, so_far = period.start.replace(day=15), fee if place < paid else nothing
            origin = Place("样本.xlsx", "样本", row)
            charges.append(Charge("物业费", period, fee, so_far, origin, due, area, _PRICE))
        yield Account(home, Debtor(f"样本业主{number}"), tuple(charges), "CNY")


def _payments(ledger: Ledger, until: date) -> Iterator[CaseEvent]:
    """Of any size, on any day of the ten months after the ledger."""
    dice = random.Random(2)
    for account in ledger.accounts:
        for number in range(PAYMENTS):
            day = until + timedelta(days=1 + dice.randrange(300))
            amount = Decimal(dice.randrange(5000, 120000)).scaleb(-2)
            data = {
                "received_on": day.isoformat(),
                "amount": f"{amount}",
                "reference": f"{account.id}-{number}",
            }
            yield CaseEvent(CaseKind.PAYMENT, account.id, data)
