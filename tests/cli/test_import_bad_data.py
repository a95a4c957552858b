"""Data that read well and cannot be true: each ends in a finding by its name, and none in a figure."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import estate
import pytest
from speaking import Command, told

from evidence.workspace import casechecks

HEAD = [*estate.HEADER, "建筑面积"]
GOOD = ["1-101", "样甲", "物业费", "2026年9月", "2026-09-15", "300.00", "0", "100"]
PAYMENTS = ["房号", "收款日期", "金额", "收费项目", "费用期间", "流水号"]


@pytest.fixture
def office(fresh_office: Path, tmp_path: Path) -> Path:
    return shutil.copytree(fresh_office, tmp_path / "office")


def csv(path: Path, *rows: Sequence[str]) -> Path:
    path.write_text("".join(",".join(row) + "\n" for row in rows), "utf-8")
    return path


def changed(**cells: str) -> list[str]:
    row = dict(zip(HEAD, GOOD, strict=True))
    assert cells.keys() <= row.keys()
    return list((row | cells).values())


BAD = {
    "two owners for one room and period": (
        [GOOD, changed(业主="样乙", 费用所属期="2026年9月-2026年10月")], None, "intake.owner-conflict", 3, "B",
    ),
    "two owners, each with an item": (
        [GOOD, changed(业主="样乙", 费用项目="车位费")], None, "intake.owner-conflict", 3, "B",
    ),
    "overlapping periods": (
        [GOOD, changed(费用所属期="2026年7月-2026年9月", 应缴日期="2026-07-15")], None, "claim.periods-overlap", 2, "",
    ),
    "zero area": ([changed(建筑面积="0")], None, "claim.area-zero", 2, ""),
    "payment before any charge": (
        [GOOD], ["1-101", "2026-03-01", "100.00", "", "", "样-1"], "claim.payment-before-charge", 2, "",
    ),
    "payment of nobody": ([GOOD], ["9-901", "2026-10-01", "100.00", "", "", "样-1"], "intake.payment-account", 2, "A"),
    "payment for an item that is not billed": (
        [GOOD], ["1-101", "2026-10-01", "100.00", "车位费", "2026年9月", "样-1"], "claim.target-unclear", 2, "",
    ),
    "more paid than billed": ([changed(已收金额="301")], None, "intake.paid-exceeds-billed", 2, "G"),
    "a period that ends before it begins": (
        [changed(费用所属期="2026年9月-2026年1月")], None, "intake.period-reversed", 2, "D",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_data_is_named_at_its_place_and_nothing_is_written(
    office: Path, command: Command, tmp_path: Path, name: str
) -> None:
    rows, payment, code, row, column = BAD[name]
    words: list[object] = ["import", csv(tmp_path / "l.csv", HEAD, *rows)]
    if payment:
        words += ["--payments", csv(tmp_path / "p.csv", PAYMENTS, payment)]
    for more in ((), ("--check",)):
        done = command("-C", office, "--json", *words, *more)
        assert done.code == 3, (name, done)
        (error,) = done.json["errors"]
        assert (error["code"], error["where"]["row"], error["where"].get("column", "")) == (code, row, column)
        assert error["where"]["file"] == ("p.csv" if payment else "l.csv")
    assert command("-C", office, "status").code == 3, "no ledger was imported"
    told(command, 3, code, {"en": "", "zh": "", "zh-Hant": ""}, "-C", office, *words)


def test_an_account_at_fault_is_left_out_whole_when_told_to_skip(
    office: Path, command: Command, tmp_path: Path
) -> None:
    """Which of two overlapping rows is right nobody knows, so there is no figure for that home at all."""
    twice = changed(费用所属期="2026年7月-2026年9月", 应缴日期="2026-07-15")
    path = csv(tmp_path / "l.csv", HEAD, GOOD, twice, changed(房号="1-102", 业主="样乙"))
    done = command("-C", office, "--json", "import", path, "--skip-invalid")
    assert (done.code, done.json["counts"]["accounts"], done.json["counts"]["skipped"]) == (4, 1, 1)
    assert [row["account"] for row in command("-C", office, "--json", "status").json["results"]] == ["1-102"]


def test_a_period_before_the_contract(office: Path, command: Command, tmp_path: Path) -> None:
    path = csv(tmp_path / "l.csv", HEAD, GOOD)
    contract = ["case", "set", "-", "contract", "name=样本合同", "type=early", "from=2026-10-01"]
    assert command("-C", office, *contract).code == 0
    words = {"en": "begins before the contract", "zh": "2026-10-01"}
    told(command, 3, "claim.period-before-contract", words, "-C", office, "import", path)


def test_a_contract_recorded_later_withholds_the_letter(
    office: Path, command: Command, tmp_path: Path
) -> None:
    assert command("-C", office, "import", csv(tmp_path / "l.csv", HEAD, GOOD)).code == 0
    contract = ["case", "set", "-", "contract", "name=样本合同", "type=early", "from=2026-10-01"]
    assert command("-C", office, *contract).code == 0
    assert command("-C", office, "statement", "1-101").code == 3
    told(command, 3, "claim.period-before-contract", {"en": "1-101"}, "-C", office, "statement", "1-101")


@pytest.mark.parametrize(
    ("rate", "code"),
    [("0.5", "claim.rate-bare"), ("日50%", "claim.rate-implausible"), ("5%/日", "claim.rate-implausible")],
)
def test_a_rate_of_one_half_for_half_a_percent(
    office: Path, command: Command, tmp_path: Path, rate: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = csv(tmp_path / "l.csv", HEAD, GOOD)
    contract = ["type=early", "from=2024-01-01", f"late_rate={rate}"]
    line = ("-C", office, "--json", "case", "set", "-", "contract", "name=样本合同", *contract)
    refused = command(*line)
    assert (refused.code, [e["code"] for e in refused.json["errors"]]) == (3, ["case.bad-value", code])
    monkeypatch.setattr(casechecks, "entry_problems", lambda *_: ())  # one that came into the file otherwise
    assert command(*line).code == 0
    done = command("-C", office, "--json", "import", path)
    assert (done.code, [w["code"] for w in done.json["warnings"]]) == (0, [code]), done
    spoken = command("-C", office, "--json", "statement", "1-101")
    assert spoken.code != 0, "no late charge is reckoned with it"
    assert [error["code"] for error in spoken.json["errors"]] == [code]


# ── a newer ledger ──


def test_a_newer_ledger_says_what_changed(office: Path, command: Command, tmp_path: Path) -> None:
    second = changed(房号="1-102", 业主="样乙")
    command("-C", office, "import", csv(tmp_path / "a.csv", HEAD, GOOD, second))
    new = csv(
        tmp_path / "b.csv",
        HEAD,
        changed(已收金额="100"),
        [*second[:3], "2026年10月", "2026-10-15", *second[5:]],
        changed(房号="1-103", 业主="样丙"),
    )
    done = command("-C", office, "--json", "import", new)
    assert (done.code, done.json["results"][0]["changes"]) == (
        0,
        {"new": 1, "paid": 1, "escalated": 0, "corrected": 0, "vanished": 1, "payment-lost": 0},
    )
    again = command(
        "-C", office, "--lang", "zh", "import", csv(tmp_path / "c.csv", HEAD, changed(已收金额="200"))
    )
    assert "与第 2 期台账相比：" in again.out


def test_a_payment_the_ledger_lost_stops_it_unless_somebody_says_why(
    office: Path, command: Command, tmp_path: Path
) -> None:
    command("-C", office, "import", csv(tmp_path / "a.csv", HEAD, changed(已收金额="100")))
    new = csv(tmp_path / "b.csv", HEAD, changed(已收金额="40"))
    words = {
        "en": "the ledger had 100.00 as paid and now has 40.00",
        "zh": "原记已收 100.00",
        "zh-Hant": "100.00",
    }
    for more in ((), ("--check",), ("--skip-invalid",)):
        told(command, 3, "workspace.payment-lost", words, "-C", office, "import", new, *more)
    assert command("-C", office, "--json", "statement", "1-101").json["results"][0]["demanded"] == "200.00"
    assert command("-C", office, "import", new, "--accept-lost", "  ").code == 2
    done = command("-C", office, "--json", "import", new, "--accept-lost", "样本：退款60元")
    assert (done.code, done.json["results"][0]["lost_accepted"]) == (0, 1)
    assert [w["code"] for w in done.json["warnings"]] == ["workspace.payment-lost"]
    assert command("-C", office, "--json", "statement", "1-101").json["results"][0]["demanded"] == "260.00"
    kept = command("-C", office, "--json", "case", "show", "1-101").json["results"]
    assert [piece["data"]["reason"] for piece in kept] == ["样本：退款60元"]
    assert command("-C", office, "journal", "check").code == 0
    assert command("-C", office, "diff").code == 3, "the comparison itself hides nothing"


# ── the command line of payments ──


def test_payments_alone_in_words_and_as_json(office: Path, command: Command, tmp_path: Path) -> None:
    command("-C", office, "import", csv(tmp_path / "a.csv", HEAD, GOOD))
    rows = csv(tmp_path / "p.csv", PAYMENTS, ["1-101", "2026-11-25", "100.00", "", "", "样-1"])
    looked = command("-C", office, "--lang", "zh", "import", "--payments", rows, "--check")
    assert (looked.code, looked.out) == (0, "付款：读取 1 行，将登记 1 笔，此前已登记 0 笔。\n")
    done = command("-C", office, "--json", "import", "--payments", rows)
    (recorded,) = done.json["results"][0]["payments"]["recorded"]
    assert (done.code, recorded["account"], recorded["where"]["row"]) == (0, "1-101", 2)
    again = command("-C", office, "import", "--payments", rows)
    assert (again.code, again.out) == (0, "Payments: 1 rows read, 0 recorded, 1 known before.\n")
    assert command("-C", office, "--json", "statement", "1-101").json["results"][0]["demanded"] == "200.00"


def test_what_goes_with_what(office: Path, command: Command, tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", HEAD, GOOD)
    assert command("-C", office, "import").code == 2
    assert command("-C", office, "import", "--payments", path, "--until", "2026-11-01").code == 2
    assert command("-C", office, "import", path, "--until", "2027-01-01").code == 2
    assert command("-C", office, "import", path, "--until", "2026-11-01").code == 0


# ── freshness ──


def test_a_stale_ledger_stops_letters(office: Path, command: Command, tmp_path: Path) -> None:
    toml = office / "evidence.toml"
    toml.write_text(toml.read_text("utf-8").replace("ledger_max_age_days = 0", ""), "utf-8")
    old = changed(费用所属期="2026年7月", 应缴日期="2026-07-15")
    command("-C", office, "import", csv(tmp_path / "a.csv", HEAD, old))
    words = {
        "en": "The newest entry of the ledger is of 2026-07-31, 117 days ago",
        "zh": "台账最新一笔为 2026-07-31，距今 117 天",
        "zh-Hant": "台賬最新一筆為 2026-07-31",
    }
    for more in ((), ("--as-of", "2026-08-15")):
        told(command, 9, "workspace.ledger-stale", words, "-C", office, *more, "issue", "reminder")
    assert "ledger_max_age_days" in command("-C", office, "issue", "reminder").err
    command("-C", office, "import", csv(tmp_path / "b.csv", HEAD, old, GOOD))
    assert command("-C", office, "issue", "reminder", "--plan").code == 0
