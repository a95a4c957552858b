"""Payments beside ledgers: none booked twice, none lost, and the claim right from one ledger to the next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import estate
import pytest

from evidence.clock import fixed_source
from evidence.errors import EvidenceError, spec_of
from evidence.model.case import CaseKind
from evidence.workspace import Workspace, steps

FIRST, SECOND = estate.OWNERS[0][0], estate.OWNERS[1][0]
HEAD = "房号,收款日期,金额,收费项目,费用期间,流水号,付款人,备注"
CHARGES = estate.HEADER
TODAY = "2026-11-21"


@pytest.fixture
def office(tmp_path: Path, checkout: Path) -> Workspace:
    """The tiny estate: each owner has paid all of January and 20.50 of February. The first owes 220.50."""
    return estate.workspace(tmp_path, checkout)


def csv(path: Path, rows: Sequence[str], head: str = HEAD) -> Path:
    path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return path


def ledger(path: Path, *rows: tuple[int, str, str]) -> Path:
    """A ledger of the first owner alone: (month, billed, paid)."""
    lines = [
        f"{FIRST},{estate.OWNERS[0][1]},物业费,2026年{month}月,2026-0{month}-15,{billed},{paid}"
        for month, billed, paid in rows
    ]
    return csv(path, lines, ",".join(CHARGES))


def at(office: Workspace, day: str) -> Workspace:
    """The same office on another day."""
    office.close()
    return Workspace.open(office.root, source=fixed_source(f"{day}T10:00:00+08:00", f"on {day}"))


def paid(office: Workspace, tmp_path: Path, *rows: str, **options: object) -> tuple[int, int]:
    """Import a list: how many were recorded, how many known."""
    made = office.import_files([], [csv(tmp_path / "paid.csv", rows)], **options)
    assert made.payments is not None
    return len(made.payments.recorded), made.payments.known


def refused(office: Workspace, tmp_path: Path, *rows: str, **options: object) -> list[str]:
    before = office.checkpoint()
    with pytest.raises(EvidenceError) as caught:
        paid(office, tmp_path, *rows, **options)
    assert office.checkpoint() == before, "nothing is written"
    return [problem.code for problem in caught.value.problems]


def owed(office: Workspace, account: str = FIRST) -> str:
    return office.statement(account).demanded.plain


# ── each payment once ──

EXPLAINED = f"{FIRST},2026-03-01,141.00,,,样-1,样本甲,"  # what the ledger has as paid: 120.50 + 20.50


def test_a_row_becomes_a_payment_of_the_case_file(office: Workspace, tmp_path: Path) -> None:
    row = f"{FIRST},2026-03-01,141.00,物业费,2026年1月-2月,样-1,李四,代缴"
    assert paid(office, tmp_path, row) == (1, 0)
    (event,) = [e for e in office.case_events(FIRST) if e.kind is CaseKind.PAYMENT]
    assert event.data == {
        "amount": "141.00",
        "received_on": "2026-03-01",
        "item": "物业费",
        "period": "2026-01/2026-02",
        "reference": "样-1",
        "note": "付款人：李四；代缴",
    }
    assert owed(office) == "220.50"  # the ledger had booked it; now its day is known
    assert "claim.paid-undated" not in [w.code for w in office.statement(FIRST).warnings]


def test_item_and_period_the_office_filled_in_are_a_note(office: Workspace, tmp_path: Path) -> None:
    row = f"{FIRST},2026-03-01,141.00,物业费,2026年1月-2月,样-1,,"
    paid(office, tmp_path, row, designated=False)
    (event,) = office.case_events(FIRST)
    assert (event.text("item"), event.text("period")) == ("", "")
    assert event.text("note") == "收费项目：物业费；费用期间：2026-01/2026-02"
    assert paid(office, tmp_path, row, designated=False) == (0, 1)


def test_the_same_list_twice_books_nothing_twice(office: Workspace, tmp_path: Path) -> None:
    office = at(office, "2026-12-20")
    rows = [
        f"{FIRST},2026-12-01,10.00,,,样-1,,",
        f"{FIRST},2026-12-01,10.00,,,,样本甲,现金",
        f"{FIRST},2026-12-01,10.00,,,,样本甲,现金",  # twice that day, without a number: two payments
    ]
    # The first has a reference and the others none, so they may be one: the list itself tells them apart.
    assert paid(office, tmp_path, *rows) == (3, 0)
    assert owed(office) == "190.50"
    assert paid(office, tmp_path, *rows) == (0, 3)
    assert paid(office, tmp_path, rows[2], rows[1]) == (0, 2)
    assert owed(office) == "190.50"


def test_overlapping_files_of_one_import_book_once(office: Workspace, tmp_path: Path) -> None:
    office = at(office, "2026-12-20")
    both = [f"{FIRST},2026-12-01,10.00,,,样-1,,", f"{FIRST},2026-12-02,20.00,,,,,现金"]
    files = [csv(tmp_path / f"{name}.csv", both) for name in "ab"]
    made = office.import_files([], files)
    assert made.payments is not None
    assert (len(made.payments.recorded), made.payments.known) == (2, 2)
    assert owed(office) == "190.50"


def test_lines_of_one_receipt_are_payments_of_their_own(office: Workspace, tmp_path: Path) -> None:
    office = at(office, "2026-12-20")
    rows = [f"{FIRST},2026-12-01,10.00,物业费,2026年{month}月,收-1,," for month in (2, 3)]
    assert paid(office, tmp_path, *rows) == (2, 0)
    assert paid(office, tmp_path, *rows) == (0, 2)


LATER = "2026-12-01"
AGAIN = [
    ([f"{FIRST},{LATER},11.00,,,样-1,,"], ["workspace.payment-reference"]),  # another amount
    ([f"{FIRST},2026-12-02,10.00,,,样-1,,"], ["workspace.payment-reference"]),  # another day
    (
        [f"{FIRST},{LATER},10.00,,,,,"],
        ["workspace.payment-doubtful"],
    ),  # the same without its number, or another?
    ([f"{FIRST},{LATER},10.00,,,样-2,,"], None),  # another number: another payment
    ([f"{SECOND},{LATER},11.00,,,样-1,,"], None),  # one transfer for two homes
    ([f"{FIRST},{LATER},5.00,,,样-3,,", f"{FIRST},{LATER},6.00,,,样-3,,"], ["workspace.payment-reference"]),
    ([f"{FIRST},{LATER},5.00,,,样-3,,", f"{FIRST},{LATER},5.00,,,样-3,,"], ["workspace.payment-repeated"]),
]


@pytest.mark.parametrize(("rows", "codes"), AGAIN)
def test_what_may_be_known_or_new_is_refused_by_name(
    office: Workspace, tmp_path: Path, rows: list[str], codes: list[str] | None
) -> None:
    office = at(office, "2026-12-20")
    paid(office, tmp_path, f"{FIRST},{LATER},10.00,,,样-1,,")
    if codes is None:
        assert paid(office, tmp_path, *rows) == (1, 0)
    else:
        assert refused(office, tmp_path, *rows) == codes


def test_a_payment_noted_by_hand_is_asked_about(office: Workspace, tmp_path: Path) -> None:
    office = at(office, "2026-12-20")
    office.record_case(CaseKind.PAYMENT, FIRST, {"amount": "10.00", "received_on": LATER})
    assert refused(office, tmp_path, f"{FIRST},{LATER},10.00,,,样-1,,") == ["workspace.payment-doubtful"]


# ── all or nothing ──


def test_one_faulty_row_keeps_all_out_unless_told_to_skip(office: Workspace, tmp_path: Path) -> None:
    office = at(office, "2026-12-20")
    rows = [f"{FIRST},{LATER},10.00,,,样-1,,", f"9栋901,{LATER},10.00,,,样-2,,"]
    assert refused(office, tmp_path, *rows) == ["intake.payment-account"]
    made = office.import_files([], [tmp_path / "paid.csv"], skip_invalid=True)
    assert made.payments is not None
    assert len(made.payments.recorded) == 1
    assert [fault.code for fault in made.faults] == ["intake.payment-account"]
    assert made.annotated is not None
    assert made.annotated.is_file()


def test_payments_need_a_ledger(tmp_path: Path, checkout: Path) -> None:
    with Workspace.init(tmp_path / "o", config=estate.config(checkout), source=estate.source()) as made:
        assert refused_start(made, tmp_path) == ["workspace.no-ledger"]


def refused_start(office: Workspace, tmp_path: Path) -> list[str]:
    with pytest.raises(EvidenceError) as caught:
        paid(office, tmp_path, EXPLAINED)
    return [problem.code for problem in caught.value.problems]


def test_ledger_and_payments_stand_or_fall_together(office: Workspace, tmp_path: Path) -> None:
    office = at(office, "2026-12-20")
    new = ledger(tmp_path / "new.csv", (1, "120.50", "120.50"), (2, "120.50", "20.50"), (3, "120.50", "0"))
    rows = csv(tmp_path / "p.csv", [f"{FIRST},{LATER},10.00,,,样-1,,"])
    head, snapshots = office.checkpoint(), estate.files(office.root / "store")

    def cut(step: str) -> None:
        raise KeyboardInterrupt(step)

    steps.set_hook(cut)
    try:
        with pytest.raises(KeyboardInterrupt):
            office.import_files([new], [rows], until=date.fromisoformat("2026-11-30"))
    finally:
        steps.set_hook(None)
    assert office.checkpoint() == head
    assert office.statement(FIRST).snapshot == 1
    assert office.case_events(FIRST) == ()
    made = office.import_files(
        [new], [rows], until=date.fromisoformat("2026-11-30")
    )  # run again, it is all there
    assert made.snapshot == 2
    assert owed(office) == "210.50"
    assert len(estate.files(office.root / "store")) > len(snapshots)


def test_check_writes_nothing_and_finds_the_same(office: Workspace, tmp_path: Path) -> None:
    office = at(office, "2026-12-20")
    head = office.checkpoint()
    assert paid(office, tmp_path, f"{FIRST},{LATER},10.00,,,样-1,,", check=True) == (1, 0)
    assert refused(office, tmp_path, "9栋901,2026-12-01,10.00,,,样-2,,", check=True) == [
        "intake.payment-account"
    ]
    assert office.checkpoint() == head


# ── the ledger's paid column and the payments on file ──


def test_payments_later_than_the_ledger_come_on_top(office: Workspace, tmp_path: Path) -> None:
    office = at(office, "2026-12-20")
    paid(office, tmp_path, f"{FIRST},{LATER},100.00,,,样-1,,")
    assert owed(office) == "120.50"  # February is paid: 20.50 in the ledger, and this
    assert owed(office, SECOND) == "222.50", "an account without payments is as the ledger has it"


def test_payments_of_the_day_of_the_ledger_may_be_in_it_or_not(office: Workspace, tmp_path: Path) -> None:
    paid(office, tmp_path, f"{FIRST},{TODAY},100.00,,,样-1,,")  # the ledger has 141.00: it cannot be that
    assert owed(office) == "120.50"
    paid(office, tmp_path, f"{SECOND},{TODAY},142.00,,,样-2,,")  # exactly what the ledger has as paid
    assert owed(office, SECOND) == "222.50"


def test_a_list_that_explains_a_part_of_the_column_is_refused_before_it_is_recorded(
    office: Workspace, tmp_path: Path
) -> None:
    """Once recorded it could not be taken back, and the owner would get no letter any more."""
    office = at(office, "2026-12-20")
    rows = (f"{FIRST},2026-02-20,20.50,,,样-1,,", f"{FIRST},{LATER},100.00,,,样-2,,")
    assert refused(office, tmp_path, *rows) == ["claim.payments-missing"]
    assert paid(office, tmp_path, *rows, after_ledger=True) == (1, 0)
    assert owed(office) == "120.50"
    made = office.import_files([], [tmp_path / "paid.csv"], after_ledger=True)
    assert made.payments is not None
    assert (made.payments.known, made.payments.older) == (1, 1)


def test_payments_after_a_ledger_that_named_no_day_are_told_the_day_to_import_it_with(
    tmp_path: Path, checkout: Path
) -> None:
    """A first ledger, exported before the payments came in and imported after them: its day is the eve of the first."""
    ledgers = [
        ledger(tmp_path / "l.csv", (1, "120.50", "120.50"), (2, "120.50", "20.50"), (3, "120.50", "0"))
    ]
    rows = [
        csv(tmp_path / "p.csv", [f"{FIRST},2026-11-19,60.00,,,样-1,,", f"{FIRST},2026-11-20,70.00,,,样-2,,"])
    ]
    settings = estate.config(checkout)
    with Workspace.init(tmp_path / "new", locale="zh", config=settings, source=estate.source()) as office:
        with pytest.raises(EvidenceError) as caught:
            office.import_files(ledgers, rows)
        (problem,) = caught.value.problems
        assert problem.code == "claim.payments-missing"
        assert problem.params["eve"] == "2026-11-18"
        assert "--until {eve}" in spec_of(problem.code).hint
        made = office.import_files(ledgers, rows, until=date(2026, 11, 18))
        assert made.payments is not None
        assert len(made.payments.recorded) == 2
        assert owed(office) == "90.50"


def test_a_list_with_more_than_the_ledger_booked_is_refused(office: Workspace, tmp_path: Path) -> None:
    assert refused(office, tmp_path, f"{FIRST},2026-03-20,150.00,,,样-1,,") == ["claim.payments-not-booked"]


def test_a_ledger_exported_earlier_says_so(office: Workspace, tmp_path: Path) -> None:
    """Imported on the 20th, exported on the 30th of November: the payment between is not in it."""
    office = at(office, "2026-12-20")
    paid(office, tmp_path, f"{FIRST},{LATER},100.00,,,样-1,,")
    same = ledger(tmp_path / "n.csv", (1, "120.50", "120.50"), (2, "120.50", "20.50"), (3, "120.50", "0"))
    with pytest.raises(EvidenceError) as caught:
        office.import_files([same])
    assert [p.code for p in caught.value.problems] == ["claim.payments-not-booked"]
    office.import_files([same], until=date.fromisoformat("2026-11-30"))
    assert owed(office) == "120.50"


def test_the_next_ledger_has_booked_them_and_nothing_counts_twice(office: Workspace, tmp_path: Path) -> None:
    office = at(office, "2026-12-10")
    paid(office, tmp_path, f"{FIRST},{LATER},100.00,,,样-1,,")
    office = at(office, "2026-12-20")
    booked = ((1, "120.50", "120.50"), (2, "120.50", "120.50"), (3, "120.50", "0"))
    made = office.import_files([ledger(tmp_path / "n.csv", *booked)])
    assert made.changes is not None
    assert made.changes.counts["paid"] == 1
    assert owed(office) == "120.50"
    # Cash that nobody recorded here is in the ledger after that: it counts, undated.
    office = at(office, "2027-01-10")
    office.import_files([ledger(tmp_path / "m.csv", *booked[:2], (3, "120.50", "60.00"))])
    assert owed(office) == "60.50"


def test_a_ledger_of_arrears_drops_what_is_paid(office: Workspace, tmp_path: Path) -> None:
    office = at(office, "2026-12-10")
    paid(office, tmp_path, f"{FIRST},{LATER},100.00,,,样-1,,")
    office = at(office, "2026-12-20")
    office.import_files([ledger(tmp_path / "n.csv", (3, "120.50", "0"), (4, "120.50", "0"))])
    made = office.statement(FIRST)
    assert made.demanded.plain == "241.00"
    # February stands in the statement as settled, with the payment that settled the rest of it.
    assert [a.charge.period.iso for a in made.replay.allocations if a.charge] == ["2026-02/2026-02"]


def test_a_payment_on_file_that_the_next_ledger_does_not_have_is_lost(
    office: Workspace, tmp_path: Path
) -> None:
    office = at(office, "2026-12-10")
    paid(office, tmp_path, f"{FIRST},{LATER},100.00,,,样-1,,")
    office = at(office, "2026-12-20")
    same = ledger(tmp_path / "n.csv", (1, "120.50", "120.50"), (2, "120.50", "20.50"), (3, "120.50", "10.00"))
    with pytest.raises(EvidenceError) as caught:
        office.import_files([same])
    assert [p.code for p in caught.value.problems] == ["claim.payments-not-booked"]
    made = office.import_files([same], accept_lost="样本：次月补记")
    assert [p.code for p in made.accepted] == ["claim.payments-not-booked"]
    with pytest.raises(EvidenceError) as caught:  # the ledger is in, but no figure is made from it
        office.statement(FIRST)
    assert [p.code for p in caught.value.problems] == ["claim.payments-not-booked"]
    (kept,) = [e for e in office.case_events(FIRST) if e.kind is CaseKind.OVERRIDE]
    assert kept.data == {"rule": "workspace.payment-lost", "command": "import", "reason": "样本：次月补记"}
    assert office.check_journal()[1] == ()


def test_a_payment_for_a_time_that_is_not_billed_is_left_aside(office: Workspace, tmp_path: Path) -> None:
    office = at(office, "2026-12-20")
    row = f"{FIRST},{LATER},500.00,物业费,2027年1月-6月,样-1,,"
    made = office.import_files([], [csv(tmp_path / "p.csv", [row])])
    assert [w.code for w in made.warnings] == ["claim.payment-aside"]
    found = office.statement(FIRST)
    assert found.demanded.plain == "220.50"
    assert "claim.payment-aside" in [w.code for w in found.warnings]


def test_a_statement_of_an_earlier_day_is_not_confused_by_later_payments(
    office: Workspace, tmp_path: Path
) -> None:
    rows = (f"{FIRST},2026-01-10,120.50,,,样-1,,", f"{FIRST},2026-02-20,20.50,,,样-2,,")
    paid(office, tmp_path, *rows)
    assert office.statement(FIRST, date(2026, 2, 18)).demanded.plain == "120.50"  # February, due on the 15th
    assert owed(office) == "220.50"
