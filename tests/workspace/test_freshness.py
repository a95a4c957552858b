"""How old a ledger is: by the last thing it tells, not by when it was imported."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import estate
import pytest

from evidence.clock import fixed_source
from evidence.errors import EvidenceError
from evidence.model.case import CaseKind
from evidence.model.letter import LetterKind
from evidence.workspace import Workspace, steps
from evidence.workspace.freshness import check_fresh, newest_entry

OWNER = estate.OWNERS[0]


def office(tmp_path: Path, checkout: Path, limit: int, *rows: tuple[str, str]) -> Workspace:
    """An office with a limit, and a ledger of (period, due date) imported on 2026-11-21."""
    text = (
        estate.config(checkout)
        .read_text("utf-8")
        .replace("ledger_max_age_days = 0", f"ledger_max_age_days = {limit}")
    )
    (tmp_path / "evidence.toml").write_text(text, "utf-8")
    made = Workspace.init(tmp_path / "office", config=tmp_path / "evidence.toml", source=estate.source())
    lines = [f"{OWNER[0]},{OWNER[1]},物业费,{period},{due},100.00,0" for period, due in rows]
    (tmp_path / "l.csv").write_text("\n".join([",".join(estate.HEADER), *lines]) + "\n", "utf-8")
    made.import_ledger([tmp_path / "l.csv"])
    return made


def newest(made: Workspace) -> str:
    with made._desk.reading() as connection:
        found = newest_entry(connection, 1)
    assert found is not None
    return found.isoformat()


def age(made: Workspace, as_of: str = "2026-11-21") -> int:
    """The age told; 0 where it is fresh."""
    with made._desk.reading() as connection:
        problem = check_fresh(made._desk, connection, date.fromisoformat(as_of))
    return 0 if problem is None else int(problem.params["age"])


@pytest.mark.parametrize(
    ("rows", "day"),
    [
        (
            [("2026年8月", "2026-08-15"), ("2026年9月", "2026-09-15")],
            "2026-09-30",
        ),  # the end of the last month
        ([("2026年第4季度", "2026-10-20")], "2026-10-20"),  # a quarter still running: its due date
        ([("2026年第4季度", "")], "2026-10-01"),  # without one: the day it began
        ([("2026年11月", "2026-12-10")], "2026-11-01"),  # due only after the import
        ([("2026年度", "")], "2026-01-01"),
    ],
)
def test_the_newest_entry(tmp_path: Path, checkout: Path, rows: list[tuple[str, str]], day: str) -> None:
    assert newest(office(tmp_path, checkout, 100, *rows)) == day


def test_a_payment_on_file_is_an_entry(tmp_path: Path, checkout: Path) -> None:
    made = office(tmp_path, checkout, 100, ("2026年7月", "2026-07-15"))
    assert age(made) == 113
    made.record_case(CaseKind.PAYMENT, OWNER[0], {"amount": "10.00", "received_on": "2026-11-21"})
    assert (newest(made), age(made)) == ("2026-11-21", 0)


def test_a_quarter_and_a_week_pass_and_a_day_more_does_not(tmp_path: Path, checkout: Path) -> None:
    made = office(tmp_path, checkout, 51, ("2026年9月", "2026-09-15"), ("2026年10月", "2026-12-01"))
    assert newest(made) == "2026-10-31"
    made.close()
    for day, wanted in (("2026-12-21", 0), ("2026-12-22", 52)):
        with Workspace.open(made.root, source=fixed_source(f"{day}T10:00:00+08:00", day)) as later:
            assert age(later, as_of="2026-11-21") == wanted, "the day of calculation changes nothing"


def test_no_limit(tmp_path: Path, checkout: Path) -> None:
    assert age(office(tmp_path, checkout, 0, ("2020年1月", "2020-01-15"))) == 0


def test_the_demo_is_fresh_on_its_own_day(checkout: Path, tmp_path: Path) -> None:
    """The sample ledger ends in September 2026 and its letters are of 15 October, within the default."""
    source = fixed_source("2026-10-15T10:00:00+08:00", "demo")
    config = checkout / "samples" / "evidence.toml"
    with Workspace.init(tmp_path / "o", config=config, source=source) as made:
        made.import_ledger([checkout / "samples" / "ledger.xlsx"])
        assert age(made, as_of="2026-10-15") == 0
        assert made.office.policy.ledger_max_age_days == 100


def test_an_interrupted_run_is_finished_though_the_ledger_has_aged(tmp_path: Path, checkout: Path) -> None:
    made = office(tmp_path, checkout, 100, ("2026年10月", "2026-10-15"))

    def cut(step: str) -> None:
        if step == "planned":
            raise KeyboardInterrupt

    steps.set_hook(cut)
    try:
        with pytest.raises(KeyboardInterrupt):
            made.issue(LetterKind.REMINDER, converter="builtin")
    finally:
        steps.set_hook(None)
    made.close()
    with Workspace.open(made.root, source=fixed_source("2027-06-01T10:00:00+08:00", "later")) as later:
        done = later.issue(LetterKind.REMINDER, converter="builtin")
        assert (done.resumed, len(done.letters)) == (True, 1)
        assert [warning.code for warning in done.warnings] == ["workspace.ledger-stale"]
        with pytest.raises(EvidenceError) as caught:
            later.issue(LetterKind.REMINDER, converter="builtin")
        assert [problem.code for problem in caught.value.problems] == ["workspace.ledger-stale"]
