"""A draft of a lawyer letter is called a draft wherever a clerk meets it."""

from __future__ import annotations

import shutil
from pathlib import Path

import casefile
import pytest
from speaking import Command

ISSUE = ("issue", "lawyer-letter", "--account", casefile.ACCOUNT, "--converter", "builtin")
ALLOWED = ("--override", "R04", "--reason", "样本：本测试与审查规则无关")


@pytest.fixture
def office(served_office: Path, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(
        "EVIDENCE_TEST_NOW", "2026-12-15T17:00:00+08:00"
    )  # after the fixture that sets it to another day
    monkeypatch.setenv("EVIDENCE_LANG", "zh")
    return shutil.copytree(served_office, tmp_path / "office")


def test_a_draft_is_made_and_not_issued(office: Path, command: Command) -> None:
    answer = command("-C", office, *ISSUE, *ALLOWED)
    assert answer.code == 0, answer
    assert "已制作律师函草稿 3-2026-0001" in answer.out
    assert "evidence approve 3-2026-0001" in answer.out
    assert "已签发" not in answer.out
    assert "3-2026-0001 草稿，未经律师签发" in command("-C", office, "status").out


def test_programs_are_told_too(office: Path, command: Command) -> None:
    (planned,) = command("--json", "-C", office, *ISSUE, *ALLOWED, "--plan").json["results"]
    (made,) = command("--json", "-C", office, *ISSUE, *ALLOWED).json["results"]
    assert (planned["draft"], made["draft"]) == (True, True)


def test_once_approved_the_letter_stands_for_its_draft(office: Path, command: Command) -> None:
    command("-C", office, *ISSUE, *ALLOWED)
    lawyer = ("--lawyer", "样律师", "--licence", "00000202600000001")
    assert command("-C", office, "approve", "3-2026-0001", *lawyer, "--converter", "builtin").code == 0
    shown = command("-C", office, "status").out
    assert "3-2026-0001" not in shown
    assert "3-2026-0002 未送达" in shown


def test_another_lawyer_is_told_in_words_what_differs(office: Path, command: Command) -> None:
    command("-C", office, *ISSUE, *ALLOWED)
    refused = command("-C", office, "approve", "3-2026-0001", "--lawyer", "赵某", "--licence", "1")
    assert refused.code == 9
    assert "草稿载明的承办律师是 样律师，不是 赵某" in refused.err
    assert "草稿载明的执业证号是 00000202600000001，不是 1" in refused.err
    assert "的 licence 是" not in refused.err
