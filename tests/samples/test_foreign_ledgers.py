"""Ledgers written by people who never saw the reader (``tests/data/foreign``), each beside its truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evidence import intake
from evidence.model.account import Ledger

FOREIGN = Path(__file__).parents[1] / "data" / "foreign"
NAMES = sorted(path.name.removesuffix(".truth.json") for path in FOREIGN.glob("*.truth.json"))
SOUND = [name for name in NAMES if name != "broken-clerk.xlsx"]


def truth_of(name: str) -> dict[str, Any]:
    return dict(json.loads((FOREIGN / f"{name}.truth.json").read_text("utf-8")))


def read(name: str) -> Ledger:
    currency = truth_of(name)["currency"]
    return intake.read_ledger([FOREIGN / name], jurisdiction_currency=currency, synonyms={})


@pytest.mark.parametrize("name", SOUND)
def test_every_debt_to_the_cent(name: str) -> None:
    ledger = read(name)
    assert [f"{p.where} {p.code} {dict(p.params)}" for p in ledger.problems] == []
    assert {account.id: account.outstanding.plain for account in ledger.accounts} == truth_of(name)[
        "accounts"
    ]


@pytest.mark.parametrize("name", SOUND)
def test_names_dates_and_periods(name: str) -> None:
    truth, accounts = truth_of(name), {account.id: account for account in read(name).accounts}
    for label, debtor in truth["debtors"].items():
        assert accounts[label].debtor.name == debtor
    for label, phone in truth.get("phones", {}).items():
        assert accounts[label].debtor.phone == phone
    for label, day in truth["oldest_due"].items():
        dues = [charge.due for charge in accounts[label].charges if charge.outstanding and charge.due]
        assert min(dues).isoformat() == day
    for label, periods in truth.get("periods", {}).items():
        assert [charge.period.iso for charge in accounts[label].charges] == periods


def test_faults_of_a_broken_ledger_are_found_in_their_cells() -> None:
    truth, ledger = truth_of("broken-clerk.xlsx"), read("broken-clerk.xlsx")
    places = {(p.where.sheet, p.where.row, p.where.column) for p in ledger.problems}
    missed = [
        fault
        for fault in truth["faults"]
        if not any((fault["sheet"], fault["row"], column) in places for column in fault["columns"])
    ]
    assert missed == [], sorted(places, key=str)
    rows = {(fault["sheet"], fault["row"]) for fault in truth["faults"]}
    assert [place for place in places if place[:2] not in rows] == []


def test_sound_rows_of_a_broken_ledger_are_kept() -> None:
    found = {account.id: account.outstanding.plain for account in read("broken-clerk.xlsx").accounts}
    wanted = truth_of("broken-clerk.xlsx")["clean_accounts"]
    assert {label: found.get(label) for label in wanted} == wanted
