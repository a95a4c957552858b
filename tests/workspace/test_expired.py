"""Periods whose limitation has run out: counted in status, listed apart in the statement, and never dropped."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import estate
import pytest

from evidence.cli._root import run
from evidence.clock import fixed_source
from evidence.model.case import CaseKind
from evidence.model.letter import LetterKind
from evidence.workspace import Workspace

ACCOUNT = estate.OWNERS[0][0]
# Due on 15 February and 15 March 2026: the last days are Thursday 15 February 2029, in the New Year holidays that
# nobody has published yet, and Thursday 15 March 2029.
BEFORE, BETWEEN, AFTER = date(2029, 2, 10), date(2029, 3, 1), date(2029, 3, 16)


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    with estate.workspace(tmp_path_factory.mktemp("expired"), checkout) as made:
        return made.root


@pytest.fixture
def root(made_once: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made_once, tmp_path / "office")


def on(root: Path, day: date) -> Workspace:
    return Workspace.open(root, source=fixed_source(f"{day}T10:00:00+08:00", str(day)))


def ask(root: Path, day: date, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    with pytest.raises(SystemExit):
        run(["-C", str(root), "--as-of", day.isoformat(), "--lang", "zh", *words])
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("day", "lapses_on", "expired"),
    [(BEFORE, date(2029, 2, 15), 0), (BETWEEN, date(2029, 3, 15), 1), (AFTER, None, 2)],
)
def test_status_counts_what_has_run_out(day: date, lapses_on: date | None, expired: int, root: Path) -> None:
    with on(root, day) as made:
        rows = made.status(day)
        assert [(row.lapses_on, row.expired) for row in rows] == [(lapses_on, expired)] * 4
        limitation = made.ready(ACCOUNT, day).limitation
        assert len(limitation.expired) == expired, "as the readiness rules have it"
        assert made.statement(ACCOUNT, day).limitation == limitation


def test_the_table_and_its_json_say_so(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    between = ask(root, BETWEEN, capsys, "status")
    assert "2029-03-15, 1 期已届满" in between
    assert "仍属欠费" in between
    assert "期已届满" not in ask(root, BEFORE, capsys, "status")
    told = json.loads(ask(root, AFTER, capsys, "status", "--json"))["results"][0]
    assert (told["lapses_on"], told["expired"], told["overdue"]) == (None, 2, "220.50")


def test_the_statement_lists_them_apart_and_claims_them_all_the_same(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = json.loads(ask(root, BETWEEN, capsys, "statement", ACCOUNT, "--json"))
    (result,) = told["results"]
    assert result["expired"] == [
        {
            "item": "物业费", "period": "2026-02/2026-02", "due": "2026-02-15", "last_day": "2029-02-15",
            "owed": "100.00",
        }
    ]  # fmt: skip
    assert (result["lapses_on"], result["letters_claim"]) == ("2029-03-15", "220.50")
    assert "claim.limitation-expired" in [warning["code"] for warning in told["warnings"]]
    page = ask(root, BETWEEN, capsys, "statement", ACCOUNT)
    apart = page.partition("诉讼时效已届满的费用")[2]
    assert "2029-02-15" in apart and "100.00" in apart
    assert "2029-03-15" not in apart, "what still runs is not among them"
    before = json.loads(ask(root, BEFORE, capsys, "statement", ACCOUNT, "--json"))
    assert before["results"][0]["expired"] == []
    assert "claim.limitation-expired" not in [warning["code"] for warning in before["warnings"]]


def test_a_letter_demands_them_too(root: Path) -> None:
    with on(root, AFTER) as made:
        (letter,) = made.issue(LetterKind.DEMAND, accounts=[ACCOUNT], plan_only=True).planned
        assert letter.total == "220.50"


def test_an_owner_who_agrees_to_pay_brings_a_period_back(root: Path) -> None:
    """民法典 192(2)."""
    promise = {
        "made_on": "2029-03-16",
        "due": "2029-04-30",
        "grade": "A",
        "item": "物业费",
        "period": "2026年2月",
    }
    with on(root, AFTER) as made:
        made.record_case(CaseKind.PROMISE, ACCOUNT, promise)
        statement = made.statement(ACCOUNT, AFTER)
        assert [one.term.period.iso for one, _ in statement.expired] == ["2026-03/2026-03"]
        assert statement.limitation == made.ready(ACCOUNT, AFTER).limitation
        row, other = made.status(AFTER)[:2]
        assert (row.lapses_on, row.expired, other.expired) == (date(2032, 3, 16), 1, 2)
