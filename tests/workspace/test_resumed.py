"""An interrupted run goes on: what was recorded since decides whether a letter of it may still go out."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import estate
import pytest
from sqlalchemy import select

from evidence.clock import fixed_source
from evidence.journal.entries import parse_entry
from evidence.model.case import CaseKind
from evidence.model.letter import LetterKind
from evidence.workspace import Workspace, schema, steps
from evidence.workspace.issue import IssueResult
from evidence.workspace.notices import NoticeRequest

PAID, HELD, KEPT, GONE = (room for room, _ in estate.OWNERS)
TODAY = "2026-11-21"


class Cut(BaseException):
    """Stands for the process ending."""


@pytest.fixture(autouse=True)
def no_hook() -> Iterator[None]:
    yield
    steps.set_hook(None)


def cut_at(step: str, made: Workspace, **options: object) -> None:
    """Issue demands, or what the options say, until ``step``, where everything ends."""

    def hook(name: str) -> None:
        if name == step:
            raise Cut

    steps.set_hook(hook)
    with pytest.raises(Cut):
        issue(made, **options)
    steps.set_hook(None)


def issue(made: Workspace, **options: object) -> IssueResult:
    return made.issue(**{"kind": LetterKind.DEMAND, "converter": "builtin", **options})  # type: ignore[arg-type]


@pytest.fixture
def office(tmp_path: Path, checkout: Path) -> Iterator[Workspace]:
    """Four demands are planned, 2-2026-0001 to 2-2026-0004, and none is made."""
    with estate.workspace(tmp_path, checkout) as made:
        cut_at("planned", made)
        yield made


def newer_ledger(folder: Path, *, without: str = "", owners: dict[str, str] | None = None) -> Path:
    """The ledger again, without one home, or with other owners."""
    given = estate.ledger(folder / "first.csv")
    rows = list(csv.reader(given.read_text("utf-8").splitlines()))
    for row in rows:
        row[1] = (owners or {}).get(row[0], row[1])
    path = folder / "newer.csv"
    path.write_text("".join(",".join(row) + "\n" for row in rows if row[0] != without), "utf-8")
    return path


def pdf(made: Workspace, number: str) -> bytes:
    (path,) = (made.root / "letters").rglob(f"*_{number}.pdf")
    return path.read_bytes()


def told(result: IssueResult) -> list[tuple[str, str]]:
    return [(problem.code.partition(".")[2], problem.where.part) for problem in result.skipped]


def voided(made: Workspace) -> dict[str, str]:
    """The numbers that are void, with the reason on record; journal and plan say the same."""
    with made._desk.reading() as connection:
        journal, items = made._desk.journal, schema.PLAN_ITEMS
        entries = [parse_entry(journal.entry(connection, i)) for i in range(journal.size(connection))]
        rows = connection.execute(
            select(items.c.number, items.c.reason).where(items.c.state == "voided").order_by(items.c.number)
        ).all()
    found = {
        str(one.data["number"]): str(one.data["reason"]) for one in entries if one.type == "letter.voided"
    }
    assert found == {row.number: row.reason for row in rows}
    return found


def test_whoever_paid_disputed_or_left_gets_no_letter_and_the_others_get_what_was_planned(
    office: Workspace, tmp_path: Path, checkout: Path
) -> None:
    office.record_case(CaseKind.PAYMENT, PAID, {"amount": "220.50", "received_on": TODAY})
    office.record_case(CaseKind.HOLD, HELD, {"reason": "amount-disputed", "from": TODAY})
    office.import_ledger([newer_ledger(tmp_path, without=GONE)])

    plan = issue(office, plan_only=True)
    assert plan.planned == ()
    (warning,) = plan.warnings
    assert (warning.code, warning.params["left"]) == ("workspace.run-unfinished", 4)

    result = issue(office)
    assert [(letter.number.key, letter.account) for letter in result.letters] == [("2-2026-0003", KEPT)]
    assert told(result) == [
        ("changed-since-plan", PAID),
        ("changed-since-plan", HELD),
        ("undue-since-plan", GONE),
    ]
    assert [problem.params.get("now") for problem in result.skipped] == ["0.00", "0.00", None]
    assert sorted(voided(office)) == ["2-2026-0001", "2-2026-0002", "2-2026-0004"]
    assert [one.reason.where.part for one in result.waiting] == [HELD], "not whoever was written to just now"
    assert office.check_journal()[1] == ()
    assert issue(office).letters == ()
    with estate.workspace(tmp_path / "undisturbed", checkout) as other:
        issue(other)
        assert pdf(office, "2-2026-0003") == pdf(other, "2-2026-0003")


def test_whoever_still_owes_gets_a_letter_of_today_and_what_is_void_stays_void(
    office: Workspace, tmp_path: Path
) -> None:
    """A part is paid, a home has another owner, a person was erased; the last home has a new ledger and nothing more."""
    office.record_case(CaseKind.PAYMENT, PAID, {"amount": "20.50", "received_on": TODAY})
    office.import_ledger([newer_ledger(tmp_path, owners={HELD: "样本新业主"})])
    office.erase(KEPT)

    plan = issue(office, plan_only=True)
    assert [(one.number.key, one.account) for one in plan.planned] == [
        ("2-2026-0005", PAID),
        ("2-2026-0006", HELD),
    ]
    cut_at("voided", office)
    reasons = voided(office)
    assert list(reasons) == ["2-2026-0001", "2-2026-0002", "2-2026-0003"]

    result = issue(office)
    assert told(result) == [
        ("changed-since-plan", PAID),
        ("undue-since-plan", HELD),
        ("undue-since-plan", KEPT),
    ]
    assert [(letter.number.key, letter.account, letter.total) for letter in result.letters] == [
        ("2-2026-0004", GONE, "226.50"),
        ("2-2026-0005", PAID, "200.00"),
        ("2-2026-0006", HELD, "222.50"),
    ]
    assert voided(office) == reasons
    assert office.check_journal()[1] == ()
    assert office.open_runs() == []


def test_a_run_of_which_nothing_is_left_is_closed(tmp_path: Path, checkout: Path) -> None:
    with estate.workspace(tmp_path, checkout, estate.OWNERS[:1]) as made:
        cut_at("planned", made)
        made.record_case(CaseKind.PAYMENT, PAID, {"amount": "220.50", "received_on": TODAY})
        result = issue(made)
        assert (result.letters, told(result)) == ((), [("changed-since-plan", PAID)])
        assert (made.open_runs(), made.check_journal()[1]) == ([], ())


def test_all_letters_on_record_but_the_run_not_closed_is_told_so(tmp_path: Path, checkout: Path) -> None:
    with estate.workspace(tmp_path, checkout, estate.OWNERS[:1]) as made:
        cut_at("copied", made)
        (run,) = made.open_runs()
        assert (run.problem().code, run.problem().params["done"]) == ("workspace.run-unclosed", 1)
        # What comes afterwards is nothing to a letter that is made.
        made.record_case(CaseKind.PAYMENT, PAID, {"amount": "220.50", "received_on": TODAY})
        assert issue(made).skipped == ()
        assert (voided(made), made.open_runs()) == ({}, [])


def test_that_time_has_passed_changes_nothing(tmp_path: Path, checkout: Path) -> None:
    """In January every home owes a month more; the letters of November are true, but that of whoever paid."""
    ledger = newer_ledger(tmp_path)
    with ledger.open("a", encoding="utf-8") as file:
        file.writelines(f"{room},{name},物业费,2026年12月,2026-12-15,120,0\n" for room, name in estate.OWNERS)
    with estate.workspace(tmp_path, checkout) as made:
        made.import_ledger([ledger])
        cut_at("planned", made)
        made.record_case(CaseKind.PAYMENT, PAID, {"amount": "20.50", "received_on": TODAY})
    with Workspace.open(
        tmp_path / "office", source=fixed_source("2027-01-11T10:00:00+08:00", "later")
    ) as made:
        result = issue(made)
        numbers = [letter.number.key for letter in result.letters if letter.number.year == 2026]
        assert numbers == ["2-2026-0002", "2-2026-0003", "2-2026-0004"]
        assert told(result) == [("changed-since-plan", PAID)]
        assert made.check_journal()[1] == ()


OTHER_KINDS: dict[LetterKind, NoticeRequest | None] = {
    LetterKind.REMINDER: None,
    LetterKind.INSTALMENT_AGREEMENT: None,
    LetterKind.SETTLEMENT: NoticeRequest(until=date(2026, 1, 31)),
    LetterKind.COMPLAINT_REPLY: NoticeRequest(about=2, text="样本：已更换灯具。"),
}
COMPLAINT = {"reason": "service-complaint", "period": "2026-03", "from": TODAY}


@pytest.mark.parametrize("kind", OTHER_KINDS)
def test_what_concerns_another_home_changes_no_letter(
    kind: LetterKind, tmp_path: Path, checkout: Path
) -> None:
    options = {"kind": kind, "accounts": [PAID], "notice": OTHER_KINDS[kind]}
    with estate.workspace(tmp_path, checkout, estate.OWNERS[:2]) as made:
        made.record_case(CaseKind.HOLD, PAID, COMPLAINT)
        cut_at("planned", made, **options)
        made.record_case(CaseKind.PAYMENT, HELD, {"amount": "20.50", "received_on": TODAY})
        result = issue(made, **options)
        assert ([letter.account for letter in result.letters], told(result)) == ([PAID], [])
        assert voided(made) == {}


def test_an_agreement_is_offered_anew_on_what_is_left(tmp_path: Path, checkout: Path) -> None:
    options = {"kind": LetterKind.INSTALMENT_AGREEMENT, "accounts": [PAID]}
    with estate.workspace(tmp_path, checkout, estate.OWNERS[:1]) as made:
        cut_at("planned", made, **options)
        made.record_case(CaseKind.PAYMENT, PAID, {"amount": "20.50", "received_on": TODAY})
        result = issue(made, **options)
        assert told(result) == [("changed-since-plan", PAID)]
        assert [letter.total for letter in result.letters] == ["200.00"]
