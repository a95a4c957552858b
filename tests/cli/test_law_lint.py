"""``law lint`` as people and programs use it."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from speaking import Command

TEXT = "尊敬的业主：\n请于月底前支付，逾期停 水停电。\n一切后果自负。\n"


def test_a_blocked_text_ends_with_9_and_says_where_why_and_what_instead(
    tmp_path: Path, command: Command
) -> None:
    path = tmp_path / "sms.txt"
    path.write_text(TEXT, "utf-8")
    done = command("--lang", "zh", "law", "lint", path)
    assert done.code == 9
    assert f"{path} · 2:11: 不得使用“停 水停电”" in done.err
    assert "第九百四十四条第三款" in done.err
    assert "申请支付令" in done.err
    told = command("--json", "law", "lint", path)
    assert told.code == 9
    assert told.json["counts"] == {"block": 1, "warn": 1, "files": 1}
    first = told.json["results"][0]
    assert (first["rule"], first["line"], first["column"]) == ("supply-cut", 2, 11)
    assert TEXT[slice(*first["span"])] == first["text"] == "停 水停电"
    assert first["basis"][0] == {
        "cite": "civil-code:944(3)",
        "text": "Civil Code art. 944(3)",
        "verified": True,
    }
    assert [e["code"] for e in told.json["errors"]] == ["law.forbidden-words"]
    assert [w["code"] for w in told.json["warnings"]] == ["law.doubtful-words"]


def test_a_warning_alone_stops_nothing(tmp_path: Path, command: Command) -> None:
    path = tmp_path / "sms.txt"
    path.write_text("滞纳金说明", "utf-8")
    assert command("law", "lint", path).code == 0


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, command: Command) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("不得以停水停电方式催交。".encode())))
    done = command("--lang", "zh-Hant", "law", "lint", "-")
    assert (done.code, done.out) == (0, "沒有發現不得使用的用語。\n")


@pytest.mark.parametrize("script", ["zh", "zh-Hant"])
def test_every_shipped_template_passes(script: str, checkout: Path, command: Command) -> None:
    files = sorted((checkout / "templates" / script).glob("*.docx"))
    told = command("--json", "law", "lint", *files)
    assert told.code == 0, told.out
    assert told.json["counts"] == {"block": 0, "warn": 0, "files": len(files)}


def test_an_encoding_is_not_guessed(tmp_path: Path, command: Command) -> None:
    path = tmp_path / "old.txt"
    path.write_bytes("逾期停水".encode("big5"))
    refused = command("law", "lint", path)
    assert refused.code == 3
    assert "law.unreadable-text" in refused.err
    assert command("law", "lint", "--encoding", "big5", path).code == 9


def test_the_rules_can_be_listed(command: Command) -> None:
    told = command("--json", "--lang", "zh-Hant", "law", "lint", "--rules").json
    assert told["counts"]["rules"] == len(told["results"]) >= 30
    assert told["results"][0]["title"] == "停水、停電、停氣、停暖"
