"""The sample's case file: complete for the account of the demo, and fictional."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from evidence.clock import fixed_source
from evidence.law.identity import check_citizen_number
from evidence.model.case import CaseKind
from evidence.workspace import Workspace

SAMPLES = Path(__file__).parents[2] / "samples"
DEMO = tomllib.loads((SAMPLES / "demo.toml").read_text("utf-8"))
ACCOUNT = DEMO["demand"]["account"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The ledger, the case file and the payments, as the demo imports them; no letter yet."""
    source = fixed_source("2026-10-15T10:00:00+08:00", "samples")
    office = tmp_path_factory.mktemp("sample") / "office"
    workspace = Workspace.init(office, config=SAMPLES / DEMO["config"], source=source)
    workspace.import_ledger([SAMPLES / name for name in DEMO["ledgers"]], until=DEMO["ledger_until"])
    workspace.import_case([SAMPLES / name for name in DEMO["case"]])
    workspace.import_files([], [SAMPLES / name for name in DEMO["payments"]])
    return workspace


def test_before_any_letter_only_what_letters_bring_is_missing(made: Workspace) -> None:
    found = {f.rule: f.outcome.value for f in made.ready(ACCOUNT, DEMO["as_of"]).findings}
    letters = {
        "R11": "fail",
        "R12": "unknown",
        "R13": "unknown",
        "R16": "unknown",
        "R24": "unknown",
        "R41": "unknown",
    }
    filing = {"R32": "unknown", "R35": "unknown", "R36": "unknown"}
    rates = {"R22": "unknown", "R23": "warn"}
    region = {"R04": "warn"}  # region 990000 does not exist, and the rule says so
    later = dict.fromkeys(("R28", "R29", "R30", "R31", "R33", "R34", "R42"), "unknown")
    assert {rule: outcome for rule, outcome in found.items() if outcome != "pass"} == {
        **letters, **filing, **rates, **region, **later,
    }  # fmt: skip


def test_the_owners_number_has_its_check_digit_and_belongs_to_nobody(made: Workspace) -> None:
    (owner,) = [e for e in made.case_events(ACCOUNT) if e.kind is CaseKind.OWNER]
    number = owner.text("id_number")
    assert number[:6] == "990000"
    faults = check_citizen_number(number, date(2026, 10, 15), birth=owner.date("birth"))
    assert [fault.code for fault in faults] == ["readiness.citizen-province"]
    assert owner.text("name") == DEMO["demand"]["owner"]


def test_a_dispute_a_waiver_and_payments_change_what_is_demanded_and_not_the_ledger(made: Workspace) -> None:
    def demanded(account: str) -> Decimal:
        return made.statement(account, DEMO["as_of"]).demanded.amount

    rows = {row.account: row for row in made.status(DEMO["as_of"])}
    assert demanded("1栋1单元402") == Decimal("3072.82") - 100  # waived
    assert demanded("2栋1单元302") == Decimal("3215.38") - 500  # paid since
    assert "1栋1单元301" not in rows or not rows["1栋1单元301"].outstanding  # paid in full
    disputed = made.statement("2栋2单元302", DEMO["as_of"])
    assert disputed.demanded.amount < Decimal("5668.67")
    assert rows["2栋2单元302"].outstanding.amount == Decimal("5668.67"), "held is owed all the same"


def test_the_contract_is_the_one_of_the_exhibit(made: Workspace) -> None:
    clauses = (SAMPLES.parent / "tools" / "samplekit" / "contract.txt").read_text("utf-8")
    (contract,) = [e for e in made.case_events("") if e.kind is CaseKind.CONTRACT]
    assert contract.text("late_rate") in clauses
    assert "自2024年7月1日至2027年6月30日" in clauses
    assert (contract.text("from"), contract.text("until")) == ("2024-07-01", "2027-06-30")
    assert made.office.contract.late_rate == contract.text("late_rate")
