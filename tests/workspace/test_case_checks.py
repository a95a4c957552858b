"""What is recorded is looked at first, and what was recorded wrongly can be taken back.

The tiny estate on 21 November 2026: February 120.50 with 20.50 paid, March 120.50; 220.50 owed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import estate
import pytest

from evidence.errors import EvidenceError, ExitCode
from evidence.model.case import CaseKind
from evidence.model.letter import LetterKind
from evidence.model.office import PlanTerms
from evidence.workspace import Workspace, steps

ACCOUNT, OTHER = estate.OWNERS[0][0], estate.OWNERS[1][0]
TODAY = date(2026, 11, 21)
FEBRUARY = {"item": "物业费", "period": "2026年2月"}
WHY = "样本"


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    with estate.workspace(tmp_path_factory.mktemp("estate"), checkout) as made:
        return made.root


@pytest.fixture
def office(made_once: Path, tmp_path: Path) -> Iterator[Workspace]:
    root = shutil.copytree(made_once, tmp_path / "office")
    with Workspace.open(root, source=estate.source("checks")) as made:
        yield made


def owed(made: Workspace, day: date = TODAY) -> str:
    return made.statement(ACCOUNT, day).demanded.plain


def put(made: Workspace, kind: str, account: str = ACCOUNT, **data: str) -> int:
    (piece,) = made.record_case(CaseKind(kind), account, {k.rstrip("_"): v for k, v in data.items()})
    return piece.journal_index


def cancel(made: Workspace, entry: int, account: str = ACCOUNT, **more: str) -> int:
    return put(made, "cancel", account, entry=str(entry), reason=WHY, **more)


REFUSED: Mapping[str, tuple[str, dict[str, str], str]] = {
    "more waived than owed": (
        "waiver",
        {"amount": "2000", "on": "2026-11-20", "reason": WHY, **FEBRUARY},
        "claim.waiver-exceeds",
    ),
    "corrected below zero": (
        "correction",
        {"amount": "-500", "on": "2026-11-20", "reason": WHY, **FEBRUARY},
        "claim.correction-below-zero",
    ),
    "waived of no charge": (
        "waiver",
        {"amount": "1", "on": "2026-11-20", "reason": WHY, "period": "2024年2月"},
        "claim.target-unclear",
    ),
    "corrected of no charge": (
        "correction",
        {"amount": "1", "on": "2026-11-20", "reason": WHY, "period": "2026年2月", "item": "停车费"},
        "claim.target-unclear",
    ),
    "paid tomorrow": ("payment", {"amount": "100", "received_on": "2026-11-22"}, "case.future"),
    "paid before anything was billed": (
        "payment",
        {"amount": "100", "received_on": "2019-03-01"},
        "claim.payment-before-charge",
    ),
    "paid nothing": ("payment", {"amount": "0", "received_on": "2026-11-20"}, "claim.event-amount"),
    "a period nobody can read": (
        "payment",
        {"amount": "9", "received_on": "2026-11-20", "period": "去年"},
        "case.bad-value",
    ),
    "held from tomorrow": ("hold", {"reason": "hardship", "from": "2026-11-22"}, "case.future"),
    "held more than is open": (
        "hold",
        {"reason": "hardship", "from": "2026-11-01", "amount": "220.51"},
        "case.hold-exceeds",
    ),
    "held more than its period": (
        "hold",
        {"reason": "hardship", "from": "2026-11-01", "amount": "100.01", **FEBRUARY},
        "case.hold-exceeds",
    ),
    "held of no charge": (
        "hold",
        {"reason": "hardship", "from": "2026-11-01", "period": "2024年2月"},
        "claim.target-unclear",
    ),
    "called tomorrow": ("contact", {"at": "2026-11-22T10:00", "channel": "call"}, "case.future"),
    "promised tomorrow": ("promise", {"made_on": "2026-11-22", "due": "2026-12-22"}, "case.future"),
    "a monthly rate": (
        "contract",
        {"name": "甲", "type": "early", "from": "2020-01-01", "late_rate": "滞纳金月息2%"},
        "case.bad-value claim.rate-month",
    ),
    "half the debt for each day": (
        "contract",
        {"name": "甲", "type": "early", "from": "2020-01-01", "late_rate": "日50%"},
        "case.bad-value claim.rate-implausible",
    ),
    "a rate nobody can read": (
        "contract",
        {"name": "甲", "type": "early", "from": "2020-01-01", "late_rate": "照旧"},
        "case.bad-value claim.rate-unreadable",
    ),
    "an own rate by the reference rate": ("late", {"claimed": "own", "rate": "LPR"}, "case.bad-value"),
    "an own rate that is missing": ("late", {"claimed": "own"}, "case.missing-field"),
    "a letter that does not exist": (
        "agreement",
        {"letter": "4-2026-0099", "signed_on": "2026-11-20"},
        "case.agreement-unknown",
    ),
    "the printed number of none": (
        "agreement",
        {"letter": "〔2026〕协字第0099号", "signed_on": "2026-11-20"},
        "case.agreement-unknown",
    ),
    "a card's number with another check digit": (
        "owner",
        {"name": "样甲", "id_number": "110105194912310021"},
        "readiness.citizen-check",
    ),
    "a card's number with a digit too few": (
        "owner",
        {"name": "样甲", "id_number": "1101051949123102X"},
        "readiness.citizen-length",
    ),
    "a card's number of another birthday": (
        "owner",
        {"name": "样甲", "id_type": "身份证", "id_number": "11010519491231002X", "birth": "1950-12-31"},
        "readiness.citizen-other-birth",
    ),
    "a company's code with a wrong end": (
        "owner",
        {"name": "样本公司", "id_type": "统一社会信用代码", "id_number": "31990000YANGBEN13Q"},
        "readiness.uscc-check",
    ),
    "the same, its kind left out": (
        "owner",
        {"name": "样本公司", "id_number": "31990000YANGBEN13Q"},
        "readiness.uscc-check",
    ),
    "our own code for the owner": (
        "owner",
        {"name": "样本公司", "id_number": "91990000YANGBEN05N"},
        "case.owner-is-creditor",
    ),
    "an entry that does not exist": ("cancel", {"entry": "999", "reason": WHY}, "case.cancel-unknown"),
    "half an entry": ("cancel", {"entry": "0.5", "reason": WHY}, "case.cancel-unknown"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_true_is_refused_by_name_and_nothing_is_recorded(what: str, office: Workspace) -> None:
    kind, data, code = REFUSED[what]
    before = office.checkpoint()
    with pytest.raises(EvidenceError) as refused:
        put(office, kind, **data)
    assert " ".join(problem.code for problem in refused.value.problems) == code
    assert refused.value.exit_code is ExitCode.INPUT
    assert (office.case_events(), office.checkpoint(), owed(office)) == ((), before, "220.50")


def test_what_fits_to_the_fen_is_recorded(office: Workspace) -> None:
    put(office, "waiver", amount="100", on="2026-11-20", reason=WHY, **FEBRUARY)
    put(office, "hold", reason="hardship", from_="2026-11-01", amount="120.50")
    # Not written here: there is nothing to hold it against.
    put(office, "agreement", letter="业主手写协议", signed_on="2026-11-20")
    assert owed(office) == "0.00"


def test_an_import_tells_all_such_faults_at_once_each_at_its_row(office: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "case.csv"
    path.write_text(
        "类别,户号,金额,费用所属期,日期,原因,到账日期,开始日期,条目号\n"
        f"减免,{ACCOUNT},2000,2026年2月,2026-11-20,样本,,,\n"
        f"付款,{ACCOUNT},100,,,,2030-01-01,,\n"
        f"异议,{ACCOUNT},9999,,,经济困难,,2026-11-01,\n"
        f"作废,{ACCOUNT},,,,样本,,,77\n",
        "utf-8",
    )
    with pytest.raises(EvidenceError) as refused:
        office.import_case([path])
    found = {(problem.where.row, problem.code) for problem in refused.value.problems}
    assert found == {
        (2, "claim.waiver-exceeds"), (3, "case.future"), (4, "case.hold-exceeds"), (5, "case.cancel-unknown"),
    }  # fmt: skip
    assert office.case_events() == ()
    waiver = next(p for p in refused.value.problems if p.code == "claim.waiver-exceeds")
    assert (
        waiver.params["event"] == "case.csv · case · 2"
    )  # it has no entry in the journal, and is not called by one


def test_a_payment_that_bounced_is_taken_back_and_the_journal_keeps_both(office: Workspace) -> None:
    entry = put(office, "payment", amount="100", received_on="2026-11-21", reference="样本-1")
    assert owed(office) == "120.50"
    by = cancel(office, entry)
    assert owed(office) == "220.50"
    assert [e.journal_index for e in office.case_events(ACCOUNT, cancelled=True)] == [entry, by]
    assert [e.kind for e in office.case_events(ACCOUNT)] == [CaseKind.CANCEL]
    assert office.check_journal()[1] == ()


def test_a_mistake_of_a_waiver_is_taken_back_and_made_again(office: Workspace) -> None:
    """Word for word the same piece is a new one once the first is gone."""
    data = {"amount": "90", "on": "2026-11-20", "reason": WHY, **FEBRUARY}
    cancel(office, put(office, "waiver", **data))
    assert put(office, "waiver", **data)
    assert owed(office) == "130.50"


def test_a_hold_ends_on_a_day_and_the_sum_is_demanded_again(office: Workspace) -> None:
    entry = put(office, "hold", reason="service-complaint", from_="2026-10-01", amount="40")
    assert owed(office) == "180.50"
    cancel(office, entry, on="2026-11-20")
    assert (owed(office, date(2026, 11, 19)), owed(office, date(2026, 11, 20))) == ("180.50", "220.50")
    cancel(office, entry)  # it should not have been recorded at all
    assert owed(office, date(2026, 11, 19)) == "220.50"


def test_what_states_how_things_are_falls_back_to_what_was_recorded_before(office: Workspace) -> None:
    put(office, "owner", name="样甲", phone="1")
    second = put(office, "owner", name="样甲", phone="2", birth="1990-01-01")
    cancel(office, second)
    (owner,) = [e for e in office.case_events(ACCOUNT) if e.kind is CaseKind.OWNER]
    assert owner.data == {"name": "样甲", "phone": "1"}


def test_what_cannot_be_taken_back(office: Workspace) -> None:
    paid = put(office, "payment", amount="1", received_on="2026-11-21")
    estate_wide = put(office, "licence", "", on_file="true")
    refused = {
        "case.cancel-on": lambda: cancel(office, paid, on="2026-11-21"),
        "case.cancel-account": lambda: cancel(office, estate_wide),
        "case.cancel-again": lambda: [
            cancel(office, paid),
            put(office, "cancel", entry=str(paid), reason="再次"),
        ],
    }
    for code, attempt in refused.items():
        with pytest.raises(EvidenceError) as error:
            attempt()
        assert [p.code for p in error.value.problems] == [code]
    gone = next(e.journal_index for e in office.case_events() if e.kind is CaseKind.CANCEL)
    with pytest.raises(EvidenceError) as error:
        cancel(office, gone)
    assert [p.code for p in error.value.problems] == ["case.cancel-kind"]


def test_an_agreement_is_held_against_its_paper(office: Workspace) -> None:
    terms = PlanTerms(late="waived")
    agreement = office.issue(
        LetterKind.INSTALMENT_AGREEMENT, accounts=[ACCOUNT], converter="builtin", plan_terms=terms
    )
    demand = office.issue(LetterKind.DEMAND, accounts=[OTHER], converter="builtin")
    number, other = agreement.issued[0].key, demand.issued[0].key
    signed = {"letter": number, "signed_on": "2026-11-21"}
    for account, data, code in (
        (ACCOUNT, {**signed, "late": "kept"}, "case.agreement-late"),
        (OTHER, signed, "case.agreement-account"),
        (OTHER, {**signed, "letter": other}, "case.agreement-kind"),
    ):
        with pytest.raises(EvidenceError) as error:
            put(office, "agreement", account, **data)
        assert [p.code for p in error.value.problems] == [code]
    put(office, "agreement", **signed)  # what is not said is read from the paper
    (row,) = [row for row in office.status(TODAY) if row.account == ACCOUNT]
    assert row.plan_letter == number
    with Workspace.open(office.root, source=estate.source("late")) as again:
        found = again.statement(ACCOUNT, TODAY).found
    assert found.paper is not None
    assert found.paper.plan.late.choice.value == "waived"


class Cut(BaseException):
    """Stands for the process ending."""


def test_a_payment_taken_back_since_its_plan_keeps_a_letter_from_being_made(office: Workspace) -> None:
    """It was planned with the payment and would claim too little; the next one says what is owed without it."""
    entry = put(office, "payment", amount="100", received_on="2026-11-21")

    def cut(step: str) -> None:
        if step == "planned":
            raise Cut

    steps.set_hook(cut)
    try:
        with pytest.raises(Cut):
            office.issue(LetterKind.DEMAND, accounts=[ACCOUNT], converter="builtin")
    finally:
        steps.set_hook(None)
    cancel(office, entry)
    result = office.issue(LetterKind.REMINDER, plan_only=True)
    assert result.planned
    done = office.issue(LetterKind.DEMAND, converter="builtin", accounts=[OTHER])
    assert done.resumed and ACCOUNT not in {letter.account for letter in done.letters}
    (left_out,) = (one for one in done.skipped if one.code == "workspace.changed-since-plan")
    assert (left_out.params["then"], left_out.params["now"]) == ("120.50", "220.50")
    (letter,) = office.issue(LetterKind.DEMAND, converter="builtin", accounts=[ACCOUNT]).letters
    assert letter.total == owed(office) == "220.50"


def test_a_bank_list_read_again_does_not_bring_a_bounced_payment_back(
    office: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "bank.csv"
    path.write_text(f"房号,金额,到账日期,流水号\n{ACCOUNT},100.00,2026-11-21,样本-7\n", "utf-8")
    first = office.import_ledger([], payments=[path])
    assert first.payments is not None
    (booked,) = first.payments.recorded
    cancel(office, booked.journal_index)
    again = office.import_ledger([], payments=[path])
    assert again.payments is not None
    assert (again.payments.recorded, again.payments.known, owed(office)) == ((), 1, "220.50")


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("", "11010519491231002X"),
        ("居民身份证", "990000198001010012"),  # nobody's province: told by R04, not refused
        ("", "31990000YANGBEN13P"),
        ("统一社会信用代码", "31990000YANGBEN13P"),
        ("护照", "E0000000"),
        ("", "E0000000"),  # a paper of which nobody said what it is
    ],
)
def test_numbers_that_pass_their_check_or_have_none_are_recorded(
    kind: str, number: str, office: Workspace
) -> None:
    data = {"name": "样甲", "id_number": number}
    assert put(office, "owner", **data, **({"id_type": kind} if kind else {}))


def test_a_number_is_read_with_what_was_recorded_of_its_owner_before(office: Workspace) -> None:
    put(office, "owner", name="样甲", birth="1950-12-31")
    with pytest.raises(EvidenceError) as refused:
        put(office, "owner", name="样甲", id_number="11010519491231002X")
    assert [problem.code for problem in refused.value.problems] == ["readiness.citizen-other-birth"]
    put(office, "owner", name="样乙", id_number="11010519491231002X")
    put(office, "owner", name="样甲", birth="-")
    put(office, "owner", name="样甲", id_number="11010519491231002X")
    put(office, "owner", name="样甲", id_number="-")
