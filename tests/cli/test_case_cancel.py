"""Taking back an entry at the prompt, in a clerk's own words."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from casefile import ACCOUNT
from speaking import Command


@pytest.fixture
def office(served_office: Path, tmp_path: Path) -> Path:
    return shutil.copytree(served_office, tmp_path / "office")


@pytest.mark.parametrize(
    ("lang", "word", "mark"),
    [
        ("zh", "作废", "［已作废，见第 {n} 号条目］"),
        ("zh-Hant", "撤銷", "［已作廢，見第 {n} 號條目］"),
        ("en", "cancel", "[taken back by entry {n}]"),
    ],
)
def test_an_entry_is_taken_back_in_chinese_words_and_shown_as_such(
    office: Path, command: Command, lang: str, word: str, mark: str
) -> None:
    paid = ("payment", "amount=100", "received_on=2026-11-21")
    entry = command("-C", office, "--json", "case", "event", ACCOUNT, *paid).json["results"][0]["entry"]
    done = command(
        "-C", office, "--lang", lang, "case", "set", ACCOUNT, word, f"条目号=第{entry}号", "原因=退票"
    )
    assert done.code == 0, done.err
    shown = command("-C", office, "--lang", lang, "case", "show", ACCOUNT).out
    (line,) = [text for text in shown.splitlines() if text.strip().startswith(f"{entry} ")]
    assert line.rstrip().endswith(mark.format(n=entry + 1))
    told = command("-C", office, "--json", "case", "show", ACCOUNT).json["results"]
    assert [(item["entry"], item["cancelled_by"]) for item in told] == [(entry, entry + 1), (entry + 1, None)]


def test_a_refused_entry_says_what_to_do_and_exits_with_3(office: Path, command: Command) -> None:
    words = ("waiver", "amount=2000", "period=2026年2月", "on=2026-11-20", "reason=样本")
    done = command("-C", office, "--lang", "zh", "case", "set", ACCOUNT, *words)
    assert done.code == 3
    assert "当日未付" in done.err or "100.00" in done.err
    assert "作废" in done.err
