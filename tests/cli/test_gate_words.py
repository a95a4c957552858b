"""``case``, ``ready`` and the gate as people and programs read them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from casefile import ACCOUNT, ON_PURPOSE
from speaking import Command

GOLDEN = Path(__file__).parents[1] / "data" / "ready.json"


@pytest.fixture
def office(served_office: Path, tmp_path: Path) -> Path:
    return shutil.copytree(served_office, tmp_path / "office")


def sold_later(office: Path, command: Command) -> None:
    told = command("-C", office, "case", "set", ACCOUNT, "title", "owner=样本新主", "from=2026-03-01")
    assert told.code == 0


WORDS = {
    "en": ("is stopped by rule R04, The defendant", "is known by name only", "Or go on with --override R04"),
    "zh": ("因规则 R04（被告明确）未通过，已停止 bundle", "不足以与他人相区别", "放行记入日志"),
    "zh-Hant": ("因規則 R04（被告明確）未通過，已停止 bundle", "不足以與他人相區別", "放行記入日誌"),
}  # fmt: skip


@pytest.mark.parametrize("lang", list(WORDS))
def test_a_blocked_bundle_says_why_and_what_to_do_in_every_language(
    office: Path, command: Command, lang: str
) -> None:
    done = command("-C", office, "--lang", lang, "bundle", ACCOUNT, "--converter", "builtin")
    assert done.code == 9
    assert done.err.count("[readiness.blocked]") == 2, "R04 and R16, both at once"
    kind = {"en": "owner", "zh": "业主", "zh-Hant": "業主"}[lang]
    for words in (*WORDS[lang], f"evidence case set {ACCOUNT} {kind}"):
        assert words in done.err, done.err


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "The defendant was the owner"), ("zh", "被告在欠费期间是业主")]
)
def test_a_blocked_lawyer_letter_likewise(office: Path, command: Command, lang: str, words: str) -> None:
    sold_later(office, command)
    line = ("issue", "lawyer-letter", "--account", ACCOUNT, "--converter", "builtin")
    done = command("-C", office, "--lang", lang, *line)
    assert done.code == 9
    assert "R05" in done.err
    assert words in done.err
    told = command("-C", office, "--lang", lang, "--json", *line)
    assert told.code == 9
    assert [(error["code"], error["where"]) for error in told.json["errors"]] == [
        ("readiness.blocked", {"part": ACCOUNT})
    ] * 2, "sold later, and the time of the demand is still running"
    assert all(rule in done.err for rule in ("R05", "R16"))
    both = ("--override", "r05", "--override", "r16", "--reason", "样本")
    assert command("-C", office, *line, *both[2:]).code == 9, "one of the two"
    passed = command("-C", office, *line, *both)
    assert passed.code == 0, passed
    shown = command("-C", office, "--lang", "zh", "case", "show", ACCOUNT).out
    assert "规则放行" in shown
    assert "规则=R05" in shown


def test_one_reason_for_all_or_one_for_each(office: Path, command: Command) -> None:
    line = ("-C", office, "bundle", ACCOUNT, "--converter", "builtin")
    assert command(*line, *ON_PURPOSE).code == 0
    both = ("--override", "R04", "--reason", "样本一", "--override", "R16", "--reason", "样本二")
    (office / "bundles").rename(office / "away")
    again = command(*line, *both)
    assert again.code == 0, again
    assert command(*line, "--reason", "样本").code == 2
    assert command(*line, *both, "--override", "R05").code == 2, "two reasons for three overrides"
    missing = command(*line, "--override", "R04")
    assert (missing.code, "[readiness.override-reason]" in missing.err) == (2, True)
    assert command("-C", office, "issue", "demand", "--override", "R04", "--reason", "样本").code == 2


def test_the_case_file_is_spoken_in_chinese_words(office: Path, command: Command) -> None:
    line = ("case", "set", ACCOUNT, "异议", "原因=金额争议", "金额=¥200.00", "开始日期=2026年11月1日")
    assert command("-C", office, *line).code == 0
    told = command("-C", office, "--json", "case", "show", ACCOUNT).json["results"][-1]
    assert (told["kind"], told["data"]) == (
        "hold", {"reason": "amount-disputed", "amount": "200.00", "from": "2026-11-01"},
    )  # fmt: skip
    shown = command("-C", office, "--lang", "zh", "case", "show", ACCOUNT).out
    assert "原因=金额争议, 金额=200.00, 开始日期=2026-11-01" in shown
    assert "hold" in command("-C", office, "--lang", "en", "case", "show", ACCOUNT).out
    fields = command("-C", office, "--lang", "zh", "case", "set", ACCOUNT, "立案").out
    assert "small-claims 小额诉讼" in fields
    assert command("-C", office, "case", "set", ACCOUNT, "override", "rule=R05").code == 2


def test_ready_json_is_what_programs_were_told(office: Path, command: Command) -> None:
    """Keys, codes, subjects and commands are stable within a major version; words are not and are left out here."""
    told = command("-C", office, "--json", "ready", ACCOUNT).json
    stable = {
        "keys": list(told),
        "counts": told["counts"],
        "region": told["region"],
        "limitation": told["limitation"],
        "results": [
            {
                **{key: row[key] for key in ("rule", "outcome", "verified", "evidence", "blocks")},
                "keys": list(row),
                "basis": [{key: cite[key] for key in ("cite", "verified", "law")} for cite in row["basis"]],
                "reasons": [
                    {key: reason[key] for key in ("code", "outcome", "subjects", "commands")}
                    for reason in row["reasons"]
                ],
            }
            for row in told["results"]
        ],
    }
    assert stable == json.loads(GOLDEN.read_text("utf-8"))
