"""Small words that mislead or annoy: what is near, what was withdrawn, sums, months and short messages as read."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import estate
import pytest
from casefile import LATER
from speaking import Command

from evidence.cli._app import App
from evidence.cli._root import _unparsed
from evidence.cli.issue import grouped
from evidence.cli.statement import _months
from evidence.errors import Place, Problem
from evidence.i18n import LANGUAGES, describe
from evidence.model.period import Period


@pytest.fixture
def office(served_office: Path, tmp_path: Path) -> Path:
    return shutil.copytree(served_office, tmp_path / "office")


def speaker(lang: str) -> App:
    return _unparsed(["--lang", lang], lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_near_is_not_told_as_a_dash(lang: str) -> None:
    nobody = Problem("workspace.unknown-account", Place(), {"account": "没有", "near": "—"})
    somebody = Problem("workspace.unknown-account", Place(), {"account": "没有", "near": "1-101"})
    assert "—" not in describe(nobody, lang)[1]
    assert describe(nobody, lang)[1].startswith("`evidence status`")
    assert "1-101" in describe(somebody, lang)[1]


def test_details_of_other_rooms_are_told_in_chinese() -> None:
    zh = speaker("zh")
    place = Place(file="demand.docx")
    told = {
        zh.described(
            Problem(
                "letters.template-syntax",
                place,
                {"detail": detail, "excerpt": "x", "name": "x", "paragraph": 1},
            )
        )[0]
        for detail in ("“%}” is missing", "{% endif %} is missing", "{% else %} has no opening {% if %}")
    }
    assert all(not re.search("is missing|has no opening|before it", one) for one in told), told
    assert any("缺少 %}" in one for one in told)
    assert any("{% else %} 之前没有 {% if %}" in one for one in told)


def test_a_way_of_delivery_is_called_by_its_name(office: Path, command: Command, tmp_path: Path) -> None:
    refused = command(
        "-C", office, "--lang", "zh", "deliver", "2-2026-0002", "--channel", "ems", "--outcome", "delivered",
        "--at", "2026-11-24T10:00+08:00",
    ).err  # fmt: skip
    assert "邮政特快专递" in refused
    assert "以 ems 方式" not in refused


def test_one_month_is_named_once() -> None:
    assert _months(Period(date(2024, 5, 1), date(2024, 5, 31))) == "2024-05"
    assert _months(Period(date(2024, 5, 1), date(2024, 6, 30))) == "2024-05/2024-06"


def test_a_plan_prints_sums_as_status_does() -> None:
    assert grouped("9584.33") == "9,584.33"
    assert grouped("12.00") == "12.00"
    assert grouped("") == ""


def test_short_messages_are_counted_beside_the_letters(
    fresh_office: Path, command: Command, tmp_path: Path
) -> None:
    office = shutil.copytree(fresh_office, tmp_path / "office")
    command("-C", office, "import", estate.ledger(tmp_path / "l.csv"))
    issued = command("-C", office, "--lang", "zh", "issue", "demand", "--converter", "builtin").out
    texts = list((office / "letters").rglob("*.txt"))
    found = re.search(r"同处另有短信、微信文本 (\d+) 份，每份按短信计 (\d+)(?:–(\d+))? 条", issued)
    assert found, issued
    assert int(found[1]) == len(texts) == 4
    longest = max(len(path.read_text("utf-8").rstrip("\n")) for path in texts)
    assert int(found[3] or found[2]) == (1 if longest <= 70 else -(-longest // 67))


def test_what_had_arrived_is_not_said_to_be_withdrawn(office: Path, command: Command) -> None:
    zh = ("-C", office, "--lang", "zh")
    arrived = re.search(r"(2-2026-\d+) 已送达（A）", " ".join(command(*zh, "status").out.split()))
    assert arrived
    done = command(*zh, "withdraw", arrived[1], "--reason", "金额写错")
    assert done.code == 0
    assert done.out == f"已登记撤回 {arrived[1]} 的意思；函件此前已送达，不发生撤回的效力。\n"
    assert "已经撤回" not in done.out + done.err
    shown = re.sub(r"\s", "", command(*zh, "status").out)
    assert "撤回不生效" in shown


def test_what_never_arrived_is_shown_as_withdrawn(office: Path, command: Command) -> None:
    shown = re.sub(r"\s", "", command("-C", office, "--lang", "zh", "status").out)
    assert "已撤回" not in shown
    waiting = re.search(r"(2-2026-\d{4})未送达", shown)
    assert waiting
    sent = ("--channel", "ems", "--outcome", "sent", "--at", LATER, "--tracking", "9000000000009")
    assert command("-C", office, "deliver", waiting[1], *sent).code == 0
    command("-C", office, "withdraw", waiting[1], "--reason", "x")
    again = re.sub(r"\s", "", command("-C", office, "--lang", "zh", "status").out)
    assert f"{waiting[1]}已撤回" in again


def test_both_first_pages_name_the_commands_of_the_main_line(checkout: Path) -> None:
    for name in ("README.md", "README.zh.md"):
        page = (checkout / name).read_text("utf-8")
        for words in (
            "evidence approve ",
            "evidence issue lawyer-letter ",
            "evidence template new ",
            "evidence template check ",
        ):
            assert words in page, (name, words)


def test_the_account_named_in_the_message_is_not_named_before_it(capsys: pytest.CaptureFixture[str]) -> None:
    zh = speaker("zh")
    unknown = Problem("workspace.unknown-account", Place(part="1-101"), {"account": "1-101", "near": "—"})
    zh.complain([unknown])
    message, _ = describe(unknown, "zh")
    told = capsys.readouterr().err.splitlines()[0]
    assert (
        told
        == "错误 [workspace.unknown-account] " + ("" if message.startswith("1-101") else "1-101: ") + message
    )
