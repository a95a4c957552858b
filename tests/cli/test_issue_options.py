"""``evidence issue``: every option of the command line reaches the letters."""

from __future__ import annotations

import json
import shutil
import sqlite3
from decimal import Decimal
from pathlib import Path
from typing import Any

import estate
import pytest
from casefile import ACCOUNT
from speaking import Command

from evidence.letters.engine import document_text

OTHER = estate.OWNERS[1][0]
AGREEMENT = ("issue", "instalment-agreement", "--converter", "builtin", "--account")


@pytest.fixture
def office(fresh_office: Path, command: Command, tmp_path: Path) -> Path:
    """The tiny estate, no letter made yet."""
    root = shutil.copytree(fresh_office, tmp_path / "office")
    assert command("-C", root, "import", estate.ledger(tmp_path / "l.csv")).code == 0
    return root


def papers(office: Path, told: dict[str, Any]) -> str:
    (path,) = (office / "letters" / told["folder"]).glob("*-20*.docx")
    return document_text(path.read_bytes(), path.name)


def test_one_building_alone_is_written_to(office: Path, command: Command) -> None:
    told = command("-C", office, "issue", "demand", "--due", "--building", "2栋", "--plan", "--json").json
    assert [row["account"] for row in told["results"]] == ["2栋1单元201"]
    told = command("-C", office, "issue", "demand", "--due", "--building", "２", "--plan", "--json").json
    assert [row["account"] for row in told["results"]] == ["2栋1单元201"]


def test_a_building_is_one_in_whatever_width_its_rows_are_written(
    tmp_path: Path, fresh_office: Path, command: Command
) -> None:
    office = shutil.copytree(fresh_office, tmp_path / "office")
    rooms = [("1栋1单元101", "样甲"), ("１栋１单元１０２", "样乙"), ("2栋1单元201", "样丙")]
    assert command("-C", office, "import", estate.ledger(tmp_path / "l.csv", rooms)).code == 0
    for name in ("1栋", "１栋", "1"):
        told = command("-C", office, "--json", "status", "--building", name).json
        assert [row["debtor"] for row in told["results"]] == ["样甲", "样乙"], name
        told = command("-C", office, "--json", "issue", "demand", "--plan", "--building", name).json
        assert len(told["results"]) == 2, name


@pytest.mark.parametrize(
    "asked",
    [
        ("status", "--building", "9栋"),
        ("issue", "demand", "--due", "--building", "9栋", "--plan"),
        ("issue", "bill-notice", "--building", "9栋", "--plan"),
    ],
)
def test_a_building_that_the_ledger_does_not_have_is_not_an_empty_list(
    office: Path, command: Command, asked: tuple[str, ...]
) -> None:
    refused = command("-C", office, *asked, "--json")
    assert refused.code == 3
    (error,) = refused.json["errors"]
    assert error["code"] == "workspace.unknown-building"
    assert "1栋" in error["hint"]
    assert "2栋" in error["hint"]


def test_the_case_file_of_nobody_is_refused_by_name(office: Path, command: Command) -> None:
    refused = command("-C", office, "case", "show", "9栋9单元909", "--json")
    assert refused.code == 3
    assert [error["code"] for error in refused.json["errors"]] == ["workspace.unknown-account"]
    command("-C", office, "case", "set", ACCOUNT, "handover", "on=2020-07-01")
    told = command("-C", office, "case", "show", "1-1-101", "--json").json
    assert [row["account"] for row in told["results"]] == [ACCOUNT]


@pytest.mark.parametrize(
    ("options", "dues"),
    [
        (("--instalments", "2"), ("110.25",)),
        (("--amount", "150.00"), ("150.00", "70.50")),
        (("--dates", "2026-12-31,2027-02-26"), ("2026年12月31日", "2027年2月26日", "110.25")),
    ],
)
def test_terms_of_one_agreement_alone(
    options: tuple[str, ...], dues: tuple[str, ...], office: Path, command: Command
) -> None:
    text = papers(office, command("-C", office, *AGREEMENT, ACCOUNT, *options, "--json").json)
    assert all(due in text for due in dues), text
    usual = papers(office, command("-C", office, *AGREEMENT, OTHER, "--json").json)
    assert "74.16" in usual or "74.17" in usual, "222.50 in three, as the policy says"


@pytest.mark.parametrize("terms", [("--amount", "220.50"), ("--amount", "99999"), ("--dates", "2026-12-31")])
def test_an_agreement_of_one_instalment_is_refused_by_name(
    terms: tuple[str, ...], office: Path, command: Command
) -> None:
    refused = command("-C", office, *AGREEMENT, ACCOUNT, *terms, "--json")
    assert refused.code == 2
    assert [error["code"] for error in refused.json["errors"]] == ["claim.plan-one-instalment"]
    assert not any((office / "letters").glob("*/*.pdf"))
    text = papers(office, command("-C", office, *AGREEMENT, ACCOUNT, "--amount", "220.49", "--json").json)
    assert "0.01" in text


RATED = ("contract", "name=样本合同", "type=early", "from=2020-01-01", "late_rate=日万分之五")
SAYS = {
    "kept": ("甲方保留", ("免除", "以确认的数额为限")),
    "waived": ("甲方免除", ("甲方保留", "以确认的数额为限")),
    "restated": ("以确认的数额为限，不再另计违约金", ("免除",)),
}


def agreement_of(office: Path, command: Command, late: str) -> tuple[str, str]:
    """Text and number of an agreement whose late charge is ``late``; the estate's contract gives a rate."""
    command("-C", office, "case", "set", "-", *RATED)
    told = command("-C", office, *AGREEMENT, ACCOUNT, "--late", late, "--json").json
    return papers(office, told), str(told["results"][0]["number"])


@pytest.mark.parametrize("late", SAYS)
def test_what_becomes_of_the_late_charge_stands_in_the_agreement_and_no_other_is_recorded(
    late: str, office: Path, command: Command
) -> None:
    text, number = agreement_of(office, command, late)
    said, unsaid = SAYS[late]
    assert said in text
    assert not [words for words in unsaid if words in text]

    signed = ("case", "set", ACCOUNT, "agreement", f"letter={number}", "signed_on=2026-11-21")
    for other in (*(one for one in SAYS if one != late), "silent"):
        refused = command("-C", office, *signed, f"late={other}", "--json")
        assert [error["code"] for error in refused.json["errors"]] == ["case.agreement-late"]
    assert command("-C", office, *signed, f"late={late}").code == 0


def test_what_is_restated_is_paid_in_the_instalments(office: Path, command: Command) -> None:
    """The office's letters reserve a late charge; this agreement states it, and three instalments pay both."""
    agreement_of(office, command, "restated")
    with sqlite3.connect(office / "office.db") as database:
        ((row,),) = database.execute("select facts from letters")
    facts = dict(json.loads(row))
    amounts = [Decimal(value.split()[-1]) for name, value in facts.items() if name.startswith("instalment.")]
    principal, late = (Decimal(facts[name].split()[-1]) for name in ("total", "late.total"))
    assert late > 0
    assert (len(amounts), sum(amounts)) == (3, principal + late)
    assert amounts[0] == amounts[1] <= amounts[2]


def test_without_a_rate_nothing_can_be_restated(office: Path, command: Command) -> None:
    refused = command("-C", office, *AGREEMENT, ACCOUNT, "--late", "restated", "--json")
    assert "letters.late-not-restated" in refused.out
    assert not any((office / "letters").glob("*/*.pdf"))


@pytest.mark.parametrize(
    "words",
    [
        ("demand", "--late", "waived"),
        ("instalment-agreement", "--account", ACCOUNT, "--amount", "100", "--instalments", "3"),
        ("instalment-agreement", "--account", ACCOUNT, "--amount", "a hundred"),
        ("instalment-agreement", "--account", ACCOUNT, "--dates", "next month"),
    ],
)
def test_terms_that_make_no_sense_are_refused(words: tuple[str, ...], office: Path, command: Command) -> None:
    said = command("-C", office, "issue", *words)
    assert (said.code, said.out) == (2, "")
    assert not any((office / "letters").glob("*/*.pdf"))


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        ("2026-12-31,2027-13-01", "2027-13-01 不是日期"),
        ("2026-12-31,", "— 不是日期"),
        ("2026-12-31,2027-02-26,2027-01-31", "2027-01-31 不晚于 2027-02-26"),
        ("2026-11-01,2027-01-31", "2026-11-01 不晚于 2026-11-25"),
    ],
)
def test_of_dates_the_one_at_fault_is_named(office: Path, command: Command, dates: str, told: str) -> None:
    refused = command("--lang", "zh", "-C", office, *AGREEMENT, ACCOUNT, "--dates", dates, "--plan")
    assert refused.code == 2
    assert told in refused.err
    assert refused.out == "", "no empty table"
