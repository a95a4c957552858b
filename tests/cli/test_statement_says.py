"""What a statement says letters of the day do, true of homes that owe nothing and of homes under an agreement."""

from __future__ import annotations

import shutil
from pathlib import Path

import casefile
import estate
import pytest
from casefile import ACCOUNT
from speaking import Command

from evidence.model.case import CaseKind
from evidence.workspace import Workspace


@pytest.fixture
def office(served_office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EVIDENCE_LANG", "zh")
    root = shutil.copytree(served_office, tmp_path / "office")
    settings = root / "evidence.toml"
    text = settings.read_text("utf-8").replace("\n[policy]", '\n[policy]\nlate_charge = "claim"')
    settings.write_text(text.replace("\n[contract]", '\n[contract]\nlate_rate = "日万分之五"'), "utf-8")
    return root


def test_a_home_that_owes_nothing_is_told_of_no_reservation(office: Path, command: Command) -> None:
    with Workspace.open(office, source=casefile.later()) as made:
        hold = {"from": "2026-11-25", "reason": "service-complaint"}
        made.record_case(CaseKind.HOLD, ACCOUNT, hold)
    shown = command("-C", office, "statement", ACCOUNT).out
    assert "保留主张" not in shown
    assert "不出具文书" in shown


def test_a_waived_late_charge_is_nothing_with_the_reason(office: Path, command: Command) -> None:
    made = command(
        "-C", office, "issue", "instalment-agreement", "--account", ACCOUNT, "--late", "waived", "--dates",
        "2026-12-31,2027-01-31", "--converter", "builtin",
    )  # fmt: skip
    assert made.code == 0, made
    piece = ("letter=4-2026-0001", "signed_on=2026-11-25")
    assert command("-C", office, "case", "set", ACCOUNT, "agreement", *piece).code == 0
    shown = command("-C", office, "statement", ACCOUNT).out
    assert "主张违约金: 0.00 CNY" in shown
    assert "协议4-2026-0001约定按期履行即免除违约金" in shown


def test_what_is_on_hold_has_no_next_step(office: Path, command: Command) -> None:
    with Workspace.open(office, source=casefile.later()) as made:
        made.record_case(CaseKind.HOLD, ACCOUNT, {"from": "2026-11-25", "reason": "service-complaint"})
    assert "—（暂缓）" in command("-C", office, "status").out
    rows = command("-C", office, "--json", "status").json["results"]
    (row,) = (row for row in rows if row["account"] == ACCOUNT)
    assert (row["next_step"], row["waiting_for"]["code"]) == (None, "workspace.all-held")


def test_a_bundle_of_a_held_home_does_not_send_the_clerk_to_a_demand(
    office: Path, command: Command, tmp_path: Path
) -> None:
    room = "9栋1单元901"
    ledger = estate.ledger(tmp_path / "l.csv", [*estate.OWNERS, (room, "样本丁")])
    with Workspace.open(office, source=casefile.later()) as made:
        made.import_ledger([ledger])
        made.record_case(CaseKind.HOLD, room, {"from": "2026-11-25", "reason": "service-complaint"})
    answer = command("-C", office, "bundle", room, "--converter", "builtin", *casefile.ON_PURPOSE)
    assert answer.code == 9, answer
    assert "bundle.nothing-demanded" in answer.err
    assert "请先签发" not in answer.err


def test_a_company_is_asked_for_its_code_or_domicile(office: Path, command: Command) -> None:
    """张三 <女> & 公司 is a company by its name."""
    shown = command("-C", office, "ready", ACCOUNT).out
    assert "统一社会信用代码，或者住所地" in shown
    assert "出生日期" not in shown
