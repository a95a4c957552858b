"""One source of figures: what the case file records changes letter, status, statement, readiness and bundle alike."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import casefile
import estate
import pytest

from evidence.claim.account_replay import LedgerPaid
from evidence.errors import EvidenceError
from evidence.letters.engine import document_text
from evidence.model.case import CaseKind
from evidence.model.letter import LetterKind
from evidence.workspace import Workspace, steps
from evidence.workspace.issue import IssueResult

ACCOUNT, OTHER = estate.OWNERS[0][0], estate.OWNERS[1][0]
TODAY = date(2026, 11, 25)
FEBRUARY = {"item": "物业费", "period": "2026年2月"}
# The ledger of 21 November: February 120.50 of which 20.50 is paid, March 120.50; 220.50 together.
CHANGES = {
    "payment": ({"amount": "50", "received_on": "2026-11-23"}, "170.50"),
    "waiver": ({"amount": "30", "on": "2026-11-22", "reason": "样本", **FEBRUARY}, "190.50"),
    "correction": ({"amount": "-10.20", "on": "2026-11-22", "reason": "样本", **FEBRUARY}, "210.30"),
    "hold": ({"amount": "40", "from": "2026-11-01", "reason": "service-complaint", **FEBRUARY}, "180.50"),
}


class Cut(BaseException):
    """Stands for the process ending."""


@pytest.fixture(autouse=True)
def no_hook() -> Iterator[None]:
    yield
    steps.set_hook(None)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    """The first owner got a demand for all 220.50."""
    return casefile.served(tmp_path_factory.mktemp("served"), checkout)


@pytest.fixture
def office(tmp_path: Path, checkout: Path) -> Iterator[Workspace]:
    with estate.workspace(tmp_path, checkout) as made:
        yield made


@pytest.fixture
def days_later(office: Workspace) -> Iterator[Workspace]:
    """The same workspace on 25 November: what is recorded has happened by then."""
    office.close()
    with Workspace.open(office.root, source=casefile.later()) as made:
        yield made


def configured(made: Workspace, **changes: str) -> Workspace:
    """The same workspace with other lines in its ``evidence.toml``."""
    path = made.root / "evidence.toml"
    text = path.read_text("utf-8")
    for key, value in changes.items():
        table = "[contract]" if key == "late_rate" else "[policy]"
        text = text.replace(f"\n{table}", f'\n{table}\n{key} = "{value}"')
    path.write_text(text, "utf-8")
    made.close()
    return Workspace.open(made.root, source=estate.source())


def demand(made: Workspace, *accounts: str, plan: bool = False) -> IssueResult:
    return made.issue(LetterKind.DEMAND, accounts=list(accounts) or None, converter="builtin", plan_only=plan)


def text_of(made: Workspace, result: IssueResult) -> str:
    (copy,) = (made.root / "letters" / result.folder).glob("*-20*.docx")
    return document_text(copy.read_bytes(), copy.name)


@pytest.mark.parametrize("kind", CHANGES)
def test_a_recorded_event_changes_every_figure_alike(kind: str, served: Path, tmp_path: Path) -> None:
    data, left = CHANGES[kind]
    root = shutil.copytree(served, tmp_path / "office")
    with Workspace.open(root, source=casefile.later()) as made:
        assert demand(made).planned == (), "all owners have their demand"
        made.record_case(CaseKind(kind), ACCOUNT, data)
        # By itself a smaller claim starts no new letter; the account is named.
        result = demand(made, ACCOUNT)
        (letter,) = result.letters
        assert (letter.account, letter.total) == (ACCOUNT, left)
        assert left in text_of(made, result)
        assert "220.50" not in text_of(made, result)
        (row,) = [row for row in made.status(TODAY) if row.account == ACCOUNT]
        assert row.overdue is not None
        assert row.overdue.plain == left
        statement = made.statement(ACCOUNT, TODAY)
        assert statement.demanded.plain == left
        facts = made.ready(ACCOUNT, TODAY).facts
        assert facts.claimed_total is not None
        assert facts.claimed_total.plain == left
        told = [p for p in casefile.bundle(made).warnings if p.code == "bundle.claim-differs"]
        assert [(p.params["then"], p.params["now"]) for p in told] == [("220.50 CNY", f"{left} CNY")]


def test_what_is_held_is_owed_still(office: Workspace) -> None:
    office.record_case(CaseKind.HOLD, ACCOUNT, CHANGES["hold"][0])
    (row,) = [row for row in office.status(TODAY) if row.account == ACCOUNT]
    assert row.outstanding is not None
    assert row.held is not None
    assert (row.outstanding.plain, row.held.plain) == ("220.50", "40.00")
    (reserved,) = office.statement(ACCOUNT, TODAY).claim.reserved
    assert (reserved.period.iso, reserved.amount.plain) == ("2026-02/2026-02", "40.00")


def test_payments_after_the_ledger_come_on_top_of_its_paid_column(days_later: Workspace) -> None:
    """January's 120.50 and 20.50 of February are in the column, undated; nobody has to record them anew."""
    days_later.record_case(CaseKind.PAYMENT, ACCOUNT, {"amount": "50", "received_on": "2026-11-23"})
    made = days_later.statement(ACCOUNT, TODAY)
    assert made.ledger_paid is LedgerPaid.BEFORE_EVENTS
    assert [(p.amount.plain, p.charge and p.charge.period.iso) for p in made.replay.allocations] == [
        ("50.00", "2026-02/2026-02")
    ]


def test_what_was_paid_beyond_every_charge_is_a_credit_and_no_claim(days_later: Workspace) -> None:
    days_later.record_case(CaseKind.PAYMENT, ACCOUNT, {"amount": "230.50", "received_on": "2026-11-23"})
    claim = days_later.statement(ACCOUNT, TODAY).claim
    assert (claim.total.plain, claim.credit and claim.credit.plain) == ("0.00", "10.00")
    assert ACCOUNT not in [row.account for row in days_later.status(TODAY)]


def test_an_account_that_cannot_be_reckoned_is_skipped_by_name_and_the_rest_goes_on(
    office: Workspace,
) -> None:
    """A payment that the ledger should have booked on the day it was imported."""
    office.record_case(CaseKind.PAYMENT, ACCOUNT, {"amount": "50", "received_on": "2026-11-20"})
    result = demand(office)
    assert [letter.account for letter in result.letters] == [room for room, _ in estate.OWNERS[1:]]
    (problem,) = result.skipped
    assert (problem.code, problem.where.part) == ("claim.payments-missing", ACCOUNT)
    named = demand(office, ACCOUNT)
    assert (named.letters, named.skipped) == ((), (problem,))
    row = office.status(TODAY)[0]
    assert (row.account, row.outstanding, row.overdue, row.faults) == (ACCOUNT, None, None, (problem,))
    for ask in (office.statement, office.ready):
        with pytest.raises(EvidenceError) as caught:
            ask(ACCOUNT, TODAY)
        assert caught.value.problems == (problem,)


def test_a_clause_nobody_can_read_is_not_recorded(office: Workspace) -> None:
    contract = {"name": "样本合同", "type": "early", "from": "2024-06-20", "late_rate": "0.5"}
    with pytest.raises(EvidenceError) as caught:
        office.record_case(CaseKind.CONTRACT, "", contract)
    assert "claim.rate-bare" in [p.code for p in caught.value.problems]
    assert office.case_events() == ()


def test_below_the_minimum_nobody_is_dunned_and_that_is_no_error(office: Workspace) -> None:
    with configured(office, min_amount="222.51") as made:
        result = demand(made)
        assert [letter.account for letter in result.letters] == [room for room, _ in estate.OWNERS[2:]]
        assert result.skipped == ()
        assert [(w.reason.code, w.reason.where.part) for w in result.waiting] == [
            ("workspace.below-minimum", ACCOUNT),
            ("workspace.below-minimum", OTHER),
        ]
        (asked,) = demand(made, ACCOUNT).warnings
        assert asked.params == {"account": ACCOUNT, "amount": "220.50", "least": "222.51"}
        agreed = made.issue(LetterKind.INSTALMENT_AGREEMENT, accounts=[ACCOUNT], plan_only=True)
        assert len(agreed.planned) == 1, "an agreement is the owner's wish"


def test_who_disputes_everything_gets_no_letter(office: Workspace) -> None:
    office.record_case(CaseKind.HOLD, ACCOUNT, {"from": "2026-11-01", "reason": "amount-disputed"})
    result = demand(office, ACCOUNT)
    assert (result.letters, result.skipped) == ((), ())
    (problem,) = result.warnings
    assert (problem.code, problem.params["amount"]) == ("workspace.all-held", "220.50")


def test_a_run_that_is_resumed_gives_the_bytes_it_was_planned_with(tmp_path: Path, checkout: Path) -> None:
    """Whatever was recorded or configured since it was cut off, where the letters would claim the same (for where they
    would not, see test_resumed)."""

    def cut(name: str) -> None:
        if name == "planned":
            raise Cut

    def late(made: Workspace) -> Workspace:
        made.record_case(CaseKind.HOLD, ACCOUNT, CHANGES["hold"][0])
        return configured(made, late_rate="日万分之五", late_charge="claim")

    with late(estate.workspace(tmp_path / "clean", checkout)) as made:
        demand(made)
        undisturbed = estate.files(made.root / "letters")
        store = sorted(estate.files(made.root / "store"))
    with late(estate.workspace(tmp_path / "cut", checkout)) as made:
        steps.set_hook(cut)
        with pytest.raises(Cut):
            demand(made)
        steps.set_hook(None)
        made.add_rate("lpr-1y", date(2025, 6, 20), "3.0", "样本公告", unchanged_before=True)
        made.record_case(CaseKind.CONTRACT, "", {"name": "样本", "type": "early", "from": "2020-01-01"})
        root = made.root
    with configured(Workspace.open(root, source=estate.source()), min_amount="9999") as again:
        result = demand(again)
        assert (result.resumed, result.planned) == (True, ())
        assert estate.files(again.root / "letters") == undisturbed
        assert set(store) <= set(estate.files(again.root / "store"))


def test_a_late_charge_at_the_contracts_rate_is_planned_beside_the_principal(office: Workspace) -> None:
    with configured(office, late_rate="日万分之五", late_charge="claim") as made:
        (letter,) = demand(made, ACCOUNT, plan=True).planned
        late = made.statement(ACCOUNT).late
        assert late is not None
        assert late.reference is None, "1.3 × LPR is not available; the claim does not rest on it"
        assert late.claimed is not None
        assert (letter.total, letter.late) == ("220.50", late.claimed.plain)
        # 100.00 × 279 × 0.0005 = 13.95; 120.50 × 251 × 0.0005 = 15.12275 → 15.12
        assert letter.late == "29.07"
        (reminder,) = made.issue(LetterKind.REMINDER, accounts=[ACCOUNT], plan_only=True).planned
        assert reminder.late == "", "a reminder states none"


@pytest.mark.parametrize("policy", ["reserve", "none"])
def test_a_late_charge_is_stated_only_where_the_office_claims_one(policy: str, office: Workspace) -> None:
    with configured(office, late_rate="日万分之五", late_charge=policy) as made:
        (letter,) = demand(made, ACCOUNT, plan=True).planned
        statement = made.statement(ACCOUNT)
        assert (letter.late, statement.claim.late) == ("", None)
        assert statement.late is not None, "the statement shows it whatever letters do"
        facts = made.ready(ACCOUNT).facts.late_charge
        assert (facts and facts.basis.value) == (None if policy == "reserve" else "none")


def test_a_late_charge_by_lpr_after_the_table_blocks_its_letters_by_name(office: Workspace) -> None:
    with configured(office, late_rate="按LPR的1.3倍", late_charge="claim") as made:
        result = demand(made, ACCOUNT)
        assert result.letters == ()
        assert [(p.code, p.where.part) for p in result.skipped] == [
            ("claim.late-claim-rests-on-rate", ACCOUNT)
        ]
        assert len(made.issue(LetterKind.REMINDER, accounts=[ACCOUNT], plan_only=True).planned) == 1
        assert made.statement(ACCOUNT).total is None
        row = made.status()[0]
        assert row.overdue is not None
        assert row.overdue.plain == "220.50", "its principal is known"


def test_readiness_judges_the_late_charge_that_letters_claim(office: Workspace) -> None:
    with configured(office, late_rate="日千分之三", late_charge="claim") as made:
        found = made.ready(ACCOUNT)
        late = found.facts.late_charge
        assert late is not None
        assert (late.basis.value, late.through) == ("contract", made.today())
        assert late.annual_percent is not None
        assert f"{late.annual_percent:.1f}" == "109.5"
        outcomes = {f.rule: f.outcome.value for f in found.findings}
        assert outcomes["R21"] == "pass"
        assert outcomes["R23"] == "warn", "counted past the table of LPR, on which it does not rest"


def test_a_rate_in_the_configuration_that_cannot_be_read_is_named_there(office: Workspace) -> None:
    with configured(office, late_rate="按约定") as made, pytest.raises(EvidenceError) as caught:
        made.statement(ACCOUNT)
    (problem,) = caught.value.problems
    assert (problem.where.file, problem.where.part) == ("evidence.toml", "contract.late_rate")


def test_status_shows_when_limitation_first_bars_a_period_and_what_interrupted_it(
    served: Path, tmp_path: Path
) -> None:
    root = shutil.copytree(served, tmp_path / "office")
    with Workspace.open(root, source=casefile.later()) as made:
        first, second, *_ = made.status(TODAY)
        assert second.lapses_on == date(2029, 2, 15), (
            "three years from 15 February 2026: its demand has not arrived"
        )
        assert first.lapses_on == date(2029, 11, 25), "its demand arrived on 25 November 2026"
        assert made.status(date(2026, 11, 24))[0].lapses_on == date(2029, 2, 15), "the day before it had not"
        running = made.ready(ACCOUNT, TODAY).limitation.first_lapse
        assert running is not None
        assert running.nominal == first.lapses_on, "readiness says the same"
        assert made.status(date(2029, 12, 1))[0].lapses_on is None, "all has lapsed"


def test_limitation_runs_on_what_is_held(office: Workspace) -> None:
    office.record_case(CaseKind.HOLD, ACCOUNT, {"from": "2026-11-01", "reason": "amount-disputed"})
    row = office.status(TODAY)[0]
    assert row.overdue is not None
    assert (row.overdue.plain, row.lapses_on) == ("0.00", date(2029, 2, 15))
    held = office.ready(ACCOUNT, TODAY).limitation.first_lapse
    assert held is not None
    assert held.nominal == row.lapses_on


def test_an_estate_is_read_by_figures_alone_and_a_fault_still_names_its_row(
    tmp_path: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """February billed twice to one owner, once by the month and once with March: refused when reckoned."""
    with estate.workspace(tmp_path, checkout) as made:
        whole = [
            (row.account, row.outstanding, row.overdue, row.oldest_due, row.lapses_on)
            for row in made.status(TODAY)
        ]
        for (room, _), (account, outstanding, *rest) in zip(estate.OWNERS, whole, strict=True):
            statement = made.statement(room, TODAY)
            assert (room, statement.demanded) == (account, rest[0])
            assert outstanding == statement.claim.total
        (home, where) = (
            statement.replay.positions[0].charge.origin.file,
            statement.replay.positions[0].charge.origin,
        )
        assert (home, where.row) == ("ledger.csv", 11)
        # Refused today; a file recorded before entries were held against the ledger may have it.
        monkeypatch.setattr("evidence.workspace.casechecks.entry_problems", lambda *_: ())
        made.record_case(
            CaseKind.WAIVER, ACCOUNT, {"amount": "500", "on": "2026-11-20", "reason": "样本", **FEBRUARY}
        )
        (fault,) = made.status(TODAY)[0].faults
        assert (fault.code, fault.where.part.split()[0]) == ("claim.waiver-exceeds", ACCOUNT)


def test_a_claimed_late_charge_stands_beside_the_principal_in_status(office: Workspace) -> None:
    assert [row.late for row in office.status(TODAY)] == [None] * 4
    with configured(office, late_rate="日万分之五", late_charge="claim") as made:
        row = made.status()[0]
        assert row.outstanding is not None
        assert row.late is not None
        assert (row.outstanding.plain, row.late.plain) == ("220.50", "29.07")
