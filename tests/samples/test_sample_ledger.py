"""The sample ledgers through the reader: every account and debt to the cent, every fault to the cell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evidence import intake
from evidence.model.account import Account, Ledger

SAMPLES = Path(__file__).parents[2] / "samples"
TRUTH: dict[str, Any] = json.loads((SAMPLES / "truth.json").read_text("utf-8"))["files"]
FAULTY: dict[str, Any] = json.loads((SAMPLES / "faulty-truth.json").read_text("utf-8"))


def read(name: str, currency: str = "CNY") -> Ledger:
    return intake.read_ledger([SAMPLES / name], jurisdiction_currency=currency, synonyms={})


def oldest_due(account: Account) -> str | None:
    days = [charge.due for charge in account.charges if charge.outstanding and charge.due]
    return min(days).isoformat() if days else None


@pytest.mark.parametrize("name", TRUTH)
def test_every_debt_to_the_cent(name: str) -> None:
    truth = TRUTH[name]
    ledger = read(name, truth["currency"])
    assert [f"{p.where} {p.code} {dict(p.params)}" for p in ledger.problems] == []
    found = {account.id: account.outstanding.plain for account in ledger.accounts}
    assert found == {label: entry["outstanding"] for label, entry in truth["accounts"].items()}


@pytest.mark.parametrize("name", TRUTH)
def test_every_debtor_and_home_as_written(name: str) -> None:
    truth = TRUTH[name]
    for account in read(name, truth["currency"]).accounts:
        entry = truth["accounts"][account.id]
        assert account.debtor.name == entry["debtor"]
        assert account.id == entry["premises"]
        assert len(account.charges) == entry["lines"]
        assert oldest_due(account) == entry["oldest_due"]


def test_telephone_numbers_survive_every_way_of_keeping_them() -> None:
    """Kept as text, as a number, and as a float shown like 1.38E+10."""
    phones = {account.debtor.phone for account in read("ledger.xlsx").accounts if account.debtor.phone}
    assert phones <= {f"138{number:08d}" for number in range(1, 61)}
    assert len(phones) >= 52


def test_fee_items_come_from_the_sheets() -> None:
    """One sheet names its item twice, 停车费(车位管理费); either the first word or the whole is right."""
    ledger = read("ledger.xlsx")
    items = {charge.item for account in ledger.accounts for charge in account.charges}
    assert {item.split("(")[0] for item in items} == {"物业服务费", "停车费", "公摊水电费"}


@pytest.mark.parametrize("fault", FAULTY["faults"], ids=lambda fault: f"{fault['reason']}-{fault['row']}")
def test_each_fault_is_found_where_a_clerk_would_look(fault: dict[str, Any]) -> None:
    problems = read("ledger-faulty.xlsx").problems
    here = [p for p in problems if (p.where.sheet, p.where.row) == (fault["sheet"], fault["row"])]
    assert here, f"nothing reported in row {fault['row']}"
    assert {p.where.column for p in here} & set(fault["columns"]), [f"{p.where} {p.code}" for p in here]


def test_no_fault_is_invented() -> None:
    """Problems only in rows with a fault, or in the other row of a pair that contradicts itself."""
    faulty = {(fault["sheet"], fault["row"]) for fault in FAULTY["faults"]}
    partners = {("物业服务费", 10), ("物业服务费", 20)}  # first of the duplicate, first of the two owners
    extra = {(p.where.sheet, p.where.row): p.code for p in read("ledger-faulty.xlsx").problems}
    assert {place: code for place, code in extra.items() if place not in faulty | partners} == {}


def test_sound_rows_of_a_faulty_ledger_are_kept() -> None:
    found = {account.id: account.outstanding.plain for account in read("ledger-faulty.xlsx").accounts}
    assert {name: found.get(name) for name in FAULTY["clean_accounts"]} == FAULTY["clean_accounts"]
