"""The ladder in whole runs: who is due, who waits for what, and what a signed agreement changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import casefile
import estate
import pytest

from evidence.claim.ladder_policy import Step
from evidence.claim.plan_progress import PlanState, late_due
from evidence.claim.positions import balance_problems
from evidence.clock import fixed_source
from evidence.errors import EvidenceError
from evidence.letters.engine import document_text
from evidence.model.case import CaseKind
from evidence.model.delivery import Channel, Outcome
from evidence.model.events import Part
from evidence.model.letter import LetterKind
from evidence.model.money import Money
from evidence.model.office import PlanTerms
from evidence.workspace import Workspace
from evidence.workspace.issue import IssueResult

ACCOUNT, OTHER = estate.OWNERS[0][0], estate.OWNERS[1][0]
REMINDER, DEMAND, LAWYER = LetterKind.REMINDER, LetterKind.DEMAND, LetterKind.LAWYER_LETTER
AGREEMENT = LetterKind.INSTALMENT_AGREEMENT


@contextmanager
def on(root: Path, day: str, hour: str = "10:00") -> Iterator[Workspace]:
    """The workspace on another day."""
    with Workspace.open(root, source=fixed_source(f"{day}T{hour}:00+08:00", day)) as made:
        yield made


@pytest.fixture
def root(tmp_path: Path, checkout: Path) -> Path:
    with estate.workspace(tmp_path, checkout) as made:
        return made.root


def issue(made: Workspace, kind: LetterKind, *accounts: str, **more: object) -> IssueResult:
    return made.issue(kind, accounts=accounts or None, converter="builtin", **more)  # type: ignore[arg-type]


def waits(result: IssueResult) -> dict[str, str]:
    return {w.reason.where.part: w.reason.code.partition(".")[2] for w in result.waiting}


def serve(made: Workspace, folder: Path, number: str, at: str) -> None:
    path = folder / f"签收-{number}.jpg"
    path.write_bytes(casefile.photo())
    made.deliver(
        number, channel=Channel.HAND, outcome=Outcome.DELIVERED, at=at, servers=["样甲", "样乙"], signer="样人",
        relation="authorised", proofs=[path],
    )  # fmt: skip


def test_a_second_run_makes_nothing_and_says_for_whom_and_why(root: Path) -> None:
    with on(root, "2026-11-21") as made:
        assert len(issue(made, DEMAND).letters) == 4
        again = issue(made, DEMAND)
        assert (again.letters, again.planned, set(waits(again).values())) == ((), (), {"ladder-served"})
        assert set(waits(issue(made, LAWYER)).values()) == {"ladder-not-delivered"}
        assert set(waits(issue(made, REMINDER)).values()) == {"ladder-served"}


def test_an_account_that_is_named_gets_its_letter_before_its_turn_with_a_warning(root: Path) -> None:
    with on(root, "2026-11-21") as made:
        issue(made, DEMAND)
        result = issue(made, REMINDER, ACCOUNT)
        assert len(result.letters) == 1
        assert [p.code for p in result.warnings] == ["claim.ladder-early", "claim.ladder-served"]
        assert issue(made, REMINDER, ACCOUNT).letters == (), "the same letter is not made twice"


def test_status_tells_step_next_step_and_from_when(root: Path, tmp_path: Path) -> None:
    with on(root, "2026-11-21") as made:
        issue(made, DEMAND)
    with on(root, "2026-11-25", "16:00") as made:
        serve(made, tmp_path, "2-2026-0001", "2026-11-25T10:30+08:00")
        served, unserved = made.status()[:2]
        assert served.step is not None and unserved.step is not None
        # Stated: 11 December. Fifteen days after arrival: 10 December.
        assert (served.step.reached, served.step.arrived_on) == (Step.DEMAND, date(2026, 11, 25))
        assert (served.step.next, served.step.earliest_on) == (Step.LAWYER_LETTER, date(2026, 12, 12))
        assert (unserved.step.next, unserved.step.earliest_on) == (Step.LAWYER_LETTER, None)
        assert waits(issue(made, LAWYER))[ACCOUNT] == "ladder-running"
    with on(root, "2026-12-12") as made:
        step = made.status()[0].step
        assert step is not None and step.waiting is None
        assert made.status(date(2026, 11, 1))[0].step == step, "figures of a past day, the step of today"


def test_a_missed_fortnight_is_caught_up(root: Path) -> None:
    with on(root, "2026-12-05") as made:
        assert [p.account for p in issue(made, DEMAND).planned] == [room for room, _ in estate.OWNERS]


def test_one_building_alone(root: Path) -> None:
    with on(root, "2026-11-21") as made:
        result = issue(made, DEMAND, building="1栋")
        assert [letter.account for letter in result.letters] == [ACCOUNT, OTHER]


def test_on_a_festival_letters_are_made_with_a_warning(root: Path) -> None:
    with on(root, "2027-01-01") as made:
        result = issue(made, DEMAND)
        assert len(result.letters) == 4
        (warning,) = result.warnings
        assert (warning.code, warning.params["next"]) == ("claim.letter-festival", "2027-01-02")


def test_an_office_that_requires_the_reminder_first(root: Path) -> None:
    config = root / "evidence.toml"
    config.write_text(config.read_text("utf-8") + '\n[ladder]\nreminder = "required"\n', "utf-8")
    with on(root, "2026-11-21") as made:
        assert set(waits(issue(made, DEMAND)).values()) == {"ladder-no-reminder"}
        assert len(issue(made, REMINDER).letters) == 4
        assert set(waits(issue(made, DEMAND)).values()) == {"ladder-not-delivered"}


def test_faults_of_the_ladder_are_named_with_all_others(root: Path) -> None:
    config = root / "evidence.toml"
    text = (
        config.read_text("utf-8") + '\n[ladder]\nremainder = "off"\ndemand_days = 0\n[contacts]\nweek = 1\n'
    )
    config.write_text(text, "utf-8")
    with pytest.raises(EvidenceError) as caught:
        Workspace.open(root, source=estate.source())
    assert [(p.code, p.where.part) for p in caught.value.problems] == [
        ("workspace.config-unknown-key", "ladder.remainder"),
        ("workspace.config-value", "ladder.demand_days"),
        ("workspace.config-unknown-key", "contacts.week"),
    ]


# ── agreements ────────────────────────────────────────────────────────────────────────────────────────────────────────


def facts_of(made: Workspace, number: str) -> dict[str, str]:
    from evidence.workspace.arrivals import sent_letters

    with made._desk.reading() as connection:
        every = [letter for letters in sent_letters(connection).values() for letter in letters]
    return next(letter.facts for letter in every if letter.number == number)


def dues(made: Workspace, number: str) -> list[str]:
    return dues_of(facts_of(made, number))


def dues_of(facts: dict[str, str]) -> list[str]:
    return [value for name, value in facts.items() if name.startswith("instalment.")]


@pytest.fixture
def signed(root: Path) -> Path:
    """220.50 in instalments of 100.00, the first due on 11 December; signed on the day it was made."""
    with on(root, "2026-11-21") as made:
        issue(made, AGREEMENT, ACCOUNT, plan_terms=PlanTerms(amount="100.00", late="waived"))
        assert dues(made, "4-2026-0001") == [
            "2026-12-11 CNY 100.00",
            "2027-01-11 CNY 100.00",
            "2027-02-11 CNY 20.50",
        ]
        agreed = {"letter": "4-2026-0001", "signed_on": "2026-11-21", "late": "waived"}
        made.record_case(CaseKind.AGREEMENT, ACCOUNT, agreed)
    return root


def test_while_a_plan_is_kept_nobody_is_dunned(signed: Path) -> None:
    with on(signed, "2026-12-11") as made:
        row = made.status()[0]
        assert row.plan is not None and row.step is not None
        assert (row.plan.state, row.plan_letter, row.step.earliest_on) == (
            PlanState.KEPT,
            "4-2026-0001",
            date(2026, 12, 12),
        )
        result = issue(made, DEMAND)
        assert waits(result) == {ACCOUNT: "ladder-plan-kept"}
        assert [letter.account for letter in result.letters] == [room for room, _ in estate.OWNERS[1:]]


def test_an_agreement_nobody_signed_changes_nothing(root: Path) -> None:
    with on(root, "2026-11-21") as made:
        issue(made, AGREEMENT, ACCOUNT)
        assert made.status()[0].plan is None
        assert len(issue(made, DEMAND).letters) == 4


def test_a_late_instalment_is_demanded_alone_and_after_its_time_the_rest(
    signed: Path, tmp_path: Path
) -> None:
    with on(signed, "2026-12-14") as made:
        assert made.status()[0].plan.state is PlanState.DEFAULT  # type: ignore[union-attr]  # a third of the sum
        (letter,) = issue(made, DEMAND, building="1栋").letters[:1]
        assert (letter.account, letter.total) == (ACCOUNT, "100.00")
    with on(signed, "2026-12-15") as made:
        serve(made, tmp_path, letter.number.key, "2026-12-15T09:30+08:00")
        assert made.status()[0].plan.state is PlanState.DEMANDED  # type: ignore[union-attr]
        assert ACCOUNT in waits(issue(made, DEMAND))
    with on(signed, "2026-12-31") as made:  # the fifteen days agreed are over, the day the letter gave is not
        assert made.status()[0].plan.state is PlanState.DEMANDED  # type: ignore[union-attr]
    with on(signed, "2027-01-04") as made:
        row = made.status()[0]
        assert row.plan is not None and row.overdue is not None
        assert (row.plan.state, row.plan.late_charge_revives) == (PlanState.ACCELERATED, True)
        assert row.overdue.plain == "220.50"
        (again,) = issue(made, DEMAND, building="1栋").letters[:1]
        assert (again.account, again.total) == (ACCOUNT, "220.50"), "the rest was never demanded"


def test_a_restated_late_charge_is_paid_last_and_named_in_a_demand(root: Path) -> None:
    """220.50 and what had accrued on it, in two instalments; payments go to the principal first."""
    with on(root, "2026-11-21") as made:
        terms = {"name": "样本合同", "type": "early", "from": "2020-01-01", "late_rate": "日万分之五"}
        made.record_case(CaseKind.CONTRACT, "", terms)
        days = PlanTerms(dates="2026-11-30,2026-12-31", late="restated")
        issue(made, AGREEMENT, ACCOUNT, plan_terms=days)
        facts = facts_of(made, "4-2026-0001")
        made.record_case(CaseKind.AGREEMENT, ACCOUNT, {"letter": "4-2026-0001", "signed_on": "2026-11-21"})
    late = Money.of(facts["late.total"].split()[-1], "CNY")
    first, second = (Money.of(value.split()[-1], "CNY") for value in dues_of(facts))
    principal = Money.of("220.50", "CNY")
    assert first + second == principal + late
    with on(root, "2026-12-20") as made:
        paid = {"amount": first.plain, "received_on": "2026-11-29"}
        made.record_case(CaseKind.PAYMENT, ACCOUNT, paid)
        found = made.statement(ACCOUNT, date(2027, 1, 2)).found
        assert found.plan_standing is not None and found.paper is not None
        assert (found.plan_standing.due_now, found.claim.total) == (second, principal - first)
        assert late_due(found.paper.plan, found.plan_standing) == late
    with on(root, "2027-01-02") as made:
        result = issue(made, DEMAND, ACCOUNT)
        (path,) = (made.root / "letters" / result.folder).glob("*-20*.docx")
        text = document_text(path.read_bytes(), path.name)
        assert f"合计{second.grouped}元，其中{late.grouped}元为分期协议确认的违约金，不在上列本金之内" in text
        made.record_case(
            CaseKind.PAYMENT, ACCOUNT, {"amount": (second + late).plain, "received_on": "2027-01-02"}
        )
        replay = made.statement(ACCOUNT, date(2027, 1, 2)).found.replay
        went = {part: Money.zero("CNY") for part in (Part.PRINCIPAL, Part.RESTATED, None)}
        for share in replay.allocations:
            went[share.part] = went[share.part] + share.amount
        assert went == {Part.PRINCIPAL: principal, Part.RESTATED: late, None: late}
        assert (replay.surplus, balance_problems(replay)) == (late, ()), (
            "only what is paid beyond both is the owner's"
        )


def test_a_payment_on_file_keeps_the_plan(signed: Path) -> None:
    with on(signed, "2026-12-14") as made:
        made.record_case(CaseKind.PAYMENT, ACCOUNT, {"amount": "100.00", "received_on": "2026-12-10"})
        row = made.status()[0]
        assert row.plan is not None and row.outstanding is not None
        assert (row.plan.state, row.outstanding.plain) == (PlanState.KEPT, "120.50")


def test_a_ledger_that_shows_the_money_keeps_the_plan_too(signed: Path, tmp_path: Path) -> None:
    newer = estate.ledger(tmp_path / "newer.csv")
    text = newer.read_text("utf-8").replace(",120.50,20.50", ",120.50,120.50", 1)
    newer.write_text(text, "utf-8")
    with on(signed, "2026-12-14") as made:
        made.import_ledger([newer])
        row = made.status()[0]
        assert row.plan is not None
        assert row.plan.state is PlanState.KEPT


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        (PlanTerms(dates="2026-12-31,2027-02-26"), ["2026-12-31 CNY 110.25", "2027-02-26 CNY 110.25"]),
        (PlanTerms(amount="150.00"), ["2026-12-11 CNY 150.00", "2027-01-11 CNY 70.50"]),
    ],
)
def test_amounts_and_dates_of_ones_own(root: Path, terms: PlanTerms, found: list[str]) -> None:
    with on(root, "2026-11-21") as made:
        issue(made, AGREEMENT, ACCOUNT, plan_terms=terms)
        assert dues(made, "4-2026-0001") == found


def test_computed_dates_step_aside_from_festivals_and_agreed_ones_are_refused(root: Path) -> None:
    with on(root, "2026-12-12") as made:
        issue(made, AGREEMENT, ACCOUNT)  # 1 January is a festival
        assert dues(made, "4-2026-0001")[0] == "2027-01-02 CNY 73.50"
        for terms, code in (
            (PlanTerms(dates="2027-01-01,2027-02-26"), "claim.plan-avoided"),
            (PlanTerms(dates="2026-12-01,2027-03-01"), "claim.plan-dates"),
            (PlanTerms(dates="2027-03-01"), "claim.plan-one-instalment"),
            (PlanTerms(amount="99999"), "claim.plan-one-instalment"),
        ):
            with pytest.raises(EvidenceError) as refused:
                issue(made, AGREEMENT, OTHER, plan_terms=terms)
            assert [p.code for p in refused.value.problems] == [code]


def test_what_becomes_of_the_late_charge_stands_in_the_agreement(root: Path) -> None:
    from evidence.letters.engine import document_text

    with on(root, "2026-11-21") as made:
        texts = []
        for account, late in ((ACCOUNT, "kept"), (OTHER, "waived")):
            result = issue(made, AGREEMENT, account, plan_terms=PlanTerms(late=late))
            (path,) = (made.root / "letters" / result.folder).glob("*-20*.docx")
            texts.append(document_text(path.read_bytes(), path.name))
    assert "保留" in texts[0] and "免除" not in texts[0]
    assert "免除" in texts[1]


# ── contacts ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_planned_contact_is_refused_with_the_next_time(root: Path) -> None:
    with on(root, "2026-11-21") as made:
        assert (
            made.plan_contact(ACCOUNT, "2026-11-23T10:00", "call").isoformat() == "2026-11-23T10:00:00+08:00"
        )
        made.record_case(
            CaseKind.PAUSE, ACCOUNT, {"from": "2026-11-22", "until": "2026-12-05", "reason": "样本：治丧"}
        )
        with pytest.raises(EvidenceError) as caught:
            made.plan_contact(ACCOUNT, "2026-11-23T21:00", "call")
        assert caught.value.exit_code == 9
        assert [p.code for p in caught.value.problems] == [
            "claim.contact-quiet",
            "claim.contact-hours",
            "claim.contact-next",
        ]
        assert caught.value.problems[-1].params == {"at": "2026-12-06 09:00"}
        assert made.plan_contact(OTHER, "2026-11-23T10:00", "call")


def test_a_recorded_contact_is_told_what_it_did_not_keep_to(root: Path) -> None:
    with on(root, "2026-11-21") as made:
        call = {"at": "2026-10-01T21:30", "channel": "call"}
        recorded = made.record_case(CaseKind.CONTACT, ACCOUNT, call)
        codes = [problem.code for problem in made.contact_warnings(recorded)]
        assert codes == ["claim.contact-festival", "claim.contact-hours"]
        fine = made.record_case(CaseKind.CONTACT, ACCOUNT, {"at": "2026-10-12T10:00", "channel": "call"})
        assert made.contact_warnings(fine) == ()
