"""The statement of an account: figures one can redo on a pocket calculator, and refusals where a figure would guess."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import estate
import pytest

from evidence.claim.account_replay import LedgerPaid
from evidence.cli._root import run
from evidence.errors import EvidenceError
from evidence.model.case import CaseKind
from evidence.workspace import Workspace

ACCOUNT, OTHER = estate.OWNERS[0][0], estate.OWNERS[1][0]
DAY = date(2026, 3, 31)
CONTRACT = {"name": "样本合同", "type": "early", "from": "2024-06-20", "late_rate": "日万分之五"}


@pytest.fixture
def office(tmp_path: Path, checkout: Path) -> Workspace:
    return estate.workspace(tmp_path, checkout)


@pytest.fixture(autouse=True)
def recorded_before_entries_were_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a statement makes of a file with faults that are refused at recording today."""
    monkeypatch.setattr("evidence.workspace.casechecks.entry_problems", lambda *_: ())


def codes(warnings: object) -> list[str]:
    return [problem.code for problem in warnings]  # type: ignore[attr-defined]


def refused(office: Workspace, account: str = ACCOUNT, **options: object) -> list[str]:
    with pytest.raises(EvidenceError) as caught:
        office.statement(account, DAY, **options)
    return codes(caught.value.problems)


def pay(office: Workspace, amount: str, day: str, **more: str) -> int:
    (piece,) = office.record_case(CaseKind.PAYMENT, ACCOUNT, {"amount": amount, "received_on": day, **more})
    return piece.journal_index


def test_without_a_rate_on_file_there_is_principal_only(office: Workspace) -> None:
    """The sample's [contract] late_clause is 第十二条: a place in the contract, no rate."""
    made = office.statement(ACCOUNT, DAY)
    assert made.late is None
    assert made.demanded.plain == "220.50"  # 120.50 − 20.50 + 120.50
    assert made.total == made.demanded == made.claim.total
    assert made.in_words(made.demanded) == "人民币贰佰贰拾元零伍角"
    assert codes(made.warnings) == ["claim.paid-undated"]


def test_the_late_charge_of_a_recorded_clause(office: Workspace) -> None:
    office.record_case(CaseKind.CONTRACT, "", CONTRACT)
    made = office.statement(ACCOUNT, DAY)
    assert made.late is not None
    lines = [(line.start, line.days, line.claimed.segments[0].formula) for line in made.late.lines]
    assert lines == [
        (date(2026, 2, 16), 44, "100.00 × 44 × 0.05%"),
        (date(2026, 3, 16), 16, "120.50 × 16 × 0.05%"),
    ]
    # 100.00 × 44 × 0.0005 = 2.20; 120.50 × 16 × 0.0005 = 0.964 → 0.96
    assert [line.claimed.amount.plain for line in made.late.lines if line.claimed.amount] == ["2.20", "0.96"]
    assert made.total is not None
    assert made.total.amount == Decimal("220.50") + Decimal("2.20") + Decimal("0.96")
    assert made.late.reference is None
    assert made.late.reference_until == date(2025, 5, 20)
    assert "按日万分之五计算的违约金（暂计至2026年3月31日为2.20元）" in made.sentences[0].text("zh")


def test_a_rate_in_the_configuration_counts_and_the_contract_on_file_goes_before_it(
    office: Workspace, checkout: Path, tmp_path: Path
) -> None:
    text = (
        estate.config(checkout)
        .read_text("utf-8")
        .replace('late_clause = "第十二条"', 'late_clause = "第十二条：每逾期一日按千分之一"')
    )
    (office.root / "evidence.toml").write_text(text, "utf-8")
    office.close()
    with Workspace.open(office.root, source=estate.source()) as again:
        made = again.statement(ACCOUNT, DAY)
        assert made.clause is not None
        assert made.clause.source == "evidence.toml"
        assert made.late is not None
        assert made.late.claimed is not None
        assert made.late.claimed.plain == "6.33"  # 4.40 + 1.93
        again.record_case(CaseKind.CONTRACT, "", CONTRACT)
        recorded = again.statement(ACCOUNT, DAY).clause
        assert recorded is not None
        assert recorded.source.startswith("#")


def test_payments_that_add_up_to_the_paid_column_are_allocated_by_law(office: Workspace) -> None:
    office.record_case(CaseKind.CONTRACT, "", CONTRACT)
    pay(office, "141.00", "2026-03-20")  # 120.50 + 20.50 in the ledger
    made = office.statement(ACCOUNT, DAY)
    parts = [(p.charge and p.charge.period.iso, p.amount.plain, p.rule) for p in made.replay.allocations]
    assert parts == [
        ("2026-01/2026-01", "120.50", "earlier"),
        ("2026-02/2026-02", "20.50", "earlier"),
    ]
    assert "claim.paid-undated" not in codes(made.warnings)
    assert made.late is not None
    january = made.late.lines[0]
    assert (january.start, january.last, january.principal.plain) == (
        date(2026, 1, 16),
        date(2026, 3, 20),
        "0.00",
    )
    february = [segment.formula for segment in made.late.lines[1].claimed.segments]
    assert february == ["120.50 × 33 × 0.05%", "100.00 × 11 × 0.05%"]


def test_payments_that_do_not_add_up_are_refused_unless_they_come_on_top(office: Workspace) -> None:
    pay(office, "50.00", "2026-03-20")
    assert refused(office) == ["claim.payments-missing"]
    made = office.statement(ACCOUNT, DAY, ledger_paid=LedgerPaid.BEFORE_EVENTS)
    assert made.demanded.plain == "170.50"
    assert codes(made.warnings) == ["claim.paid-undated"]


@pytest.mark.parametrize(
    ("paid", "credited", "total"), [("222.00", "1.50", "1.66"), ("500.00", "3.16", "0.00")]
)
def test_what_was_paid_beyond_the_principal_meets_the_late_charge(
    office: Workspace, paid: str, credited: str, total: str
) -> None:
    """220.50 is paid on the day itself, when 2.20 and 0.96 had accrued: nobody owes what was paid."""
    office.record_case(CaseKind.CONTRACT, "", CONTRACT)
    pay(office, paid, "2026-03-31")
    made = office.statement(ACCOUNT, DAY, ledger_paid=LedgerPaid.BEFORE_EVENTS)
    assert (made.demanded.plain, made.late and made.late.claimed and made.late.claimed.plain) == (
        "0.00",
        "3.16",
    )
    assert made.total is not None
    assert (made.credited.plain, made.total.plain) == (credited, total)


def test_a_payment_of_another_account_changes_nothing_here(office: Workspace) -> None:
    pay(office, "50.00", "2026-03-20")
    assert office.statement(OTHER, DAY).demanded.plain == "222.50"


def test_a_designation_names_its_payment_by_entry_or_by_reference(office: Workspace) -> None:
    first = pay(office, "100.50", "2026-03-20", reference="样-1")
    second = pay(office, "40.50", "2026-03-21", reference="样-2")
    for name in (str(first), "样-2"):
        data = {"payment": name, "period": "2026-03/2026-03", "item": "物业费"}
        office.record_case(CaseKind.DESIGNATION, ACCOUNT, data)
    made = office.statement(ACCOUNT, DAY)
    told = {
        (p.payment, p.charge.period.iso if p.charge else "", p.amount.plain, p.rule.value)
        for p in made.replay.allocations
    }
    assert (f"{first:06d}", "2026-03/2026-03", "100.50", "designated") in told
    assert (f"{second:06d}", "2026-03/2026-03", "20.00", "designated") in told


def test_a_designation_of_no_payment_is_refused(office: Workspace) -> None:
    pay(office, "141.00", "2026-03-20")
    office.record_case(CaseKind.DESIGNATION, ACCOUNT, {"payment": "999", "period": "2026年3月"})
    assert refused(office) == ["claim.designation-payment"]


def test_corrections_waivers_and_holds_enter_the_figures(office: Workspace) -> None:
    office.record_case(CaseKind.CONTRACT, "", CONTRACT)
    about = {"period": "2026年3月", "on": "2026-03-18", "reason": "样本"}
    office.record_case(CaseKind.CORRECTION, ACCOUNT, {"amount": "-20.50", **about})
    office.record_case(CaseKind.WAIVER, ACCOUNT, {"amount": "30", **about})
    office.record_case(
        CaseKind.HOLD,
        ACCOUNT,
        {"amount": "40", "period": "2026年2月", "from": "2026-03-01", "reason": "service-complaint"},
    )
    made = office.statement(ACCOUNT, DAY)
    march = made.replay.positions[2]
    assert (march.billed.plain, march.waived.plain, march.outstanding.plain) == ("100.00", "30.00", "70.00")
    assert (made.replay.principal.plain, made.replay.held.plain) == ("170.00", "40.00")
    assert made.demanded.plain == "130.00"
    assert made.late is not None
    # Without what is held, and on the corrected bill from the first day, less the waiver from the day after it.
    formulas = [s.formula for line in made.late.lines for s in line.claimed.segments]
    assert formulas == ["60.00 × 44 × 0.05%", "100.00 × 3 × 0.05%", "70.00 × 13 × 0.05%"]


def test_a_period_nobody_can_read_is_named_with_its_entry(office: Workspace) -> None:
    (piece,) = office.record_case(
        CaseKind.WAIVER, ACCOUNT, {"amount": "1", "period": "去年", "on": "2026-03-01", "reason": "样本"}
    )
    with pytest.raises(EvidenceError) as caught:
        office.statement(ACCOUNT, DAY)
    (problem,) = caught.value.problems
    assert (problem.code, problem.where.part) == (
        "workspace.case-period",
        f"{ACCOUNT} #{piece.journal_index}",
    )


def test_contracts_of_different_rates_decide_nothing(office: Workspace) -> None:
    office.record_case(CaseKind.CONTRACT, "", {**CONTRACT, "until": "2026-02-28"})
    office.record_case(
        CaseKind.CONTRACT, "", {**CONTRACT, "name": "续约", "from": "2026-03-01", "late_rate": "日千分之三"}
    )
    made = office.statement(ACCOUNT, DAY)
    assert made.late is None
    assert "workspace.late-rates-differ" in codes(made.warnings)


def test_one_rate_in_two_spellings_is_one_clause(office: Workspace) -> None:
    office.record_case(CaseKind.CONTRACT, "", CONTRACT)
    office.record_case(
        CaseKind.CONTRACT, "", {**CONTRACT, "name": "续约", "from": "2026-03-01", "late_rate": "0.05%/日"}
    )
    made = office.statement(ACCOUNT, DAY)
    assert made.late is not None
    assert len(made.late.lines) == 2


def test_periods_after_the_contract_bear_no_late_charge(office: Workspace) -> None:
    """A later contract ends the clause, though it has none itself."""
    office.record_case(CaseKind.CONTRACT, "", CONTRACT)
    office.record_case(CaseKind.CONTRACT, "", {"name": "新约", "type": "owners", "from": "2026-03-01"})
    made = office.statement(ACCOUNT, DAY)
    assert made.late is not None
    assert [line.charge.period.iso for line in made.late.lines] == ["2026-02/2026-02"]
    (outside,) = [p for p in made.warnings if p.code == "workspace.late-outside-contract"]
    assert outside.params["periods"] == "2026-03/2026-03"


def test_services_that_went_on_after_the_term_keep_the_clause(office: Workspace) -> None:
    ended = {**CONTRACT, "until": "2026-02-28"}
    office.record_case(CaseKind.CONTRACT, "", ended)
    made = office.statement(ACCOUNT, DAY)
    assert made.late is not None
    assert len(made.late.lines) == 1
    office.record_case(CaseKind.CONTRACT, "", {**ended, "service_continued": "true"})
    continued = office.statement(ACCOUNT, DAY)
    assert continued.late is not None
    assert len(continued.late.lines) == 2


def test_the_owners_own_contract_goes_before_the_estates(office: Workspace) -> None:
    office.record_case(CaseKind.CONTRACT, "", CONTRACT)
    office.record_case(
        CaseKind.CONTRACT,
        ACCOUNT,
        {**CONTRACT, "type": "individual", "late_rate": "年利率3.65%", "late_from": "逾期30日后"},
    )
    own, estates = office.statement(ACCOUNT, DAY), office.statement(OTHER, DAY)
    assert own.late is not None
    assert estates.late is not None
    assert own.late.lines[0].claimed.segments[0].formula == "100.00 × 44 × 3.65% ÷ 365"
    assert estates.late.lines[0].claimed.segments[0].formula == "101.00 × 44 × 0.05%"
    assert "workspace.late-from-unread" in codes(own.warnings)


@pytest.mark.parametrize(
    ("rate", "code"),
    [("0.5", "claim.rate-bare"), ("月千分之一", "claim.rate-month"), ("日50%", "claim.rate-implausible")],
)
def test_a_recorded_rate_that_cannot_be_meant_is_refused(office: Workspace, rate: str, code: str) -> None:
    office.record_case(CaseKind.CONTRACT, "", {**CONTRACT, "late_rate": rate})
    assert refused(office) == [code]


def speak(office: Workspace, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    office.close()
    with pytest.raises(SystemExit) as stop:
        run(["-C", str(office.root), "--as-of", DAY.isoformat(), *words])
    assert stop.value.code == 0
    return capsys.readouterr().out


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVIDENCE_TEST_NOW", estate.NOW)
    monkeypatch.setenv("EVIDENCE_TEST_SEED", "statement")


def test_the_page_a_judge_reads(office: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    office.record_case(CaseKind.CONTRACT, "", CONTRACT)
    pay(office, "141.00", "2026-03-20")
    page = speak(office, capsys, "--lang", "zh", "statement", "1-1-101")
    for text in (
        "ledger.csv · 3",
        "先到期",
        "100.00 × 11 × 0.05%",
        "2025-05-20 之后无可用利率",
        "逾期本金: 220.50 CNY (人民币贰佰贰拾元零伍角)",
        "以100.00元为基数，自2026年3月21日起至实际清偿之日止",
        "文书只主张本金，并声明保留主张违约金的权利",
    ):
        assert text in page, text


def test_json_is_the_full_trace(office: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    office.record_case(CaseKind.CONTRACT, "", CONTRACT)
    told = json.loads(speak(office, capsys, "--json", "statement", ACCOUNT))
    (result,) = told["results"]
    assert told["counts"] == {"charges": 3, "overdue": 2, "payments": 0}
    assert result["positions"][1]["where"] == {"file": "ledger.csv", "row": 3}
    assert result["late"]["lines"][0]["contract"]["segments"][0]["unrounded"] == "2.200000"
    assert result["late"]["lines"][0]["reference"]["not_available_after"] == "2025-05-20"
    assert (result["demanded"], result["total"], result["letters_claim"]) == ("220.50", "223.66", "220.50")
    assert result["late_clause"] == {"rate": "日万分之五", "source": "#2", "capped": False}


def test_costs_on_file_are_told_and_claimed_nowhere(office: Workspace) -> None:
    before = office.statement(ACCOUNT, DAY)
    cost = {"amount": "300.00", "incurred_on": "2026-03-01", "reason": "样本：律师费"}
    recorded = office.record_case(CaseKind.COST, ACCOUNT, cost)
    (told,) = office.record_warnings(recorded)
    assert (told.code, told.params["amount"]) == ("case.cost-not-claimed", "300.00")
    after = office.statement(ACCOUNT, DAY)
    assert after.total == before.total
    assert codes(after.warnings) == [*codes(before.warnings), "case.cost-not-claimed"]
    assert "case.cost-not-claimed" not in codes(office.statement(OTHER, DAY).warnings)
