"""Who types Chinese words is answered in them: faults of the case file, remedies, choices, click's own sentences."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from casefile import ACCOUNT
from speaking import Command

from evidence.claim.readiness.howto import HOW
from evidence.cli._words import contact_choice, segment_choice
from evidence.model.case import CaseKind
from evidence.workspace.casespeech import commands_in_words
from evidence.workspace.casewords import fields_by_word, in_machine_words, kind_label, kinds_by_word


@pytest.fixture
def office(served_office: Path, tmp_path: Path) -> Path:
    return shutil.copytree(served_office, tmp_path / "office")


def test_faults_of_the_case_file_name_fields_kinds_and_values_in_chinese(
    office: Path, command: Command
) -> None:
    at = ("-C", office, "--lang", "zh", "case", "set", ACCOUNT)
    refused = command(*at, "lease", "交费人=x", "pays_fee=也许").err
    assert "租赁 没有字段 交费人。\n" in refused
    assert "  → 可用字段：承租人、开始日期、截止日期、约定由其交费、列为被告。\n" in refused
    assert "约定由其交费 不能是 也许。\n  → 应为：是 | 否。\n" in refused
    assert "租赁 缺少字段 承租人。\n  → 请以 承租人=值 的形式给出。\n" in refused
    assert not re.search(r"\b(lease|tenant|pays_fee|true|false)\b", refused)
    assert (
        "lease has no field 交费人."
        in command("-C", office, "--lang", "en", *at[4:], "lease", "交费人=x").err
    )


def test_an_unknown_kind_is_answered_with_all_kinds_in_words(office: Path, command: Command) -> None:
    kinds = [kind_label(kind, "zh") for kind in CaseKind if kind is not CaseKind.OVERRIDE]
    told = command("-C", office, "--lang", "zh", "case", "set", ACCOUNT, "收费人", "x=1")
    assert told.code == 2
    assert ", ".join(kinds) in told.err
    sheet = office.parent / "x.csv"
    sheet.write_text("户号,类别\n1-101,收费人\n", "utf-8")
    from_sheet = command("-C", office, "--lang", "zh", "case", "import", sheet)
    assert from_sheet.code == 3
    assert "、".join(kinds) in from_sheet.err, from_sheet.err


def test_the_list_of_fields_says_what_each_takes(office: Path, command: Command) -> None:
    listed = command("-C", office, "--lang", "zh", "case", "set", ACCOUNT, "lease").out
    assert re.search(r"tenant +承租人 +文字 +\*", listed)
    assert re.search(r"joined +列为被告 +是否", listed)
    english = command("-C", office, "--lang", "en", "case", "set", ACCOUNT, "lease").out
    assert re.search(r"joined +列为被告 +bool", english)


@pytest.mark.parametrize("lang", ["zh", "zh-Hant"])
def test_every_remedy_is_told_in_words_that_case_set_reads_back(lang: str) -> None:
    told = 0
    for how in HOW.values():
        for line in filter(None, (*how.commands, how.none)):
            if "evidence case set" not in line:
                continue
            machine = line.replace("{account}", "1-101").split(" ")
            spoken = commands_in_words(" ".join(machine), lang).split(" ")
            start = machine.index("set") + 2
            kind = kinds_by_word()[spoken[start]]
            assert kind.value == machine[start], line
            for was, now in zip(machine[start + 1 :], spoken[start + 1 :], strict=True):
                if "=" not in was:
                    continue  # … for more of the same
                name, _, value = now.partition("=")
                assert fields_by_word(kind)[name] == was.partition("=")[0], line
                for word, typed in zip(was.partition("=")[2].split("|"), value.split("|"), strict=True):
                    if word.islower():
                        assert re.search("[一-鿿]", typed), line
                        read = in_machine_words(kind, {name: typed})[was.partition("=")[0]]
                        assert read in (word, typed if word in ("true", "false") else word), line
            told += 1
    assert told > 25


def test_ready_prints_its_remedies_in_these_words(office: Path, command: Command) -> None:
    printed = command("-C", office, "--lang", "zh", "ready", ACCOUNT).out
    assert "evidence case set - " in printed
    assert not re.findall(r"evidence case set \S+ [a-z]+ ", printed)
    assert re.search(
        r"evidence case set \S+ [a-z]+ ", command("-C", office, "--lang", "en", "ready", ACCOUNT).out
    )


def test_ways_of_contact_and_segments_are_taken_as_they_are_called(office: Path, command: Command) -> None:
    assert contact_choice().convert("電話", None, None) == "call"
    assert segment_choice().convert("长期", None, None) == "long-arrears"
    spoken = command("-C", office, "--lang", "zh", "status", "--segment", "长期")
    assert spoken.out == command("-C", office, "--lang", "zh", "status", "--segment", "long-arrears").out
    refused = command("-C", office, "--lang", "zh", "status", "--segment", "短期")
    assert "短期 不在可选之列：punctual 按时, " in refused.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("law", "show", "944"), "错误："),
        (("status", "--bildung", "x"), "是否为其中之一：'--building', '--lang'？"),
        (("template", "new", "x", "--locale", "fr"), "'fr' 不在可选之列：'zh', 'zh-Hant'。"),
        (("statement", "--annex"), "选项 '--annex' 后面要写内容。"),
        (("doctor", "x"), "多出一个参数：x"),
    ],
)
def test_click_speaks_chinese_without_a_compiled_catalogue(
    words: tuple[str, ...], told: str, command: Command
) -> None:
    err = command("--lang", "zh", *words).err
    assert told in err
    assert not re.search("Usage|Error|Did you mean|is not one of|requires|Got unexpected", err)
    assert "Error: " in command("--lang", "en", *words).err


def test_a_language_nobody_speaks_is_refused_in_the_systems(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVIDENCE_LANG", "zh")
    assert "不在可选之列" in command("--lang", "xx", "status").err


def test_what_is_to_be_done_stands_below_its_fault_and_once(office: Path, command: Command) -> None:
    lines = command(
        "-C", office, "--lang", "zh", "case", "set", ACCOUNT, "lease", "a=1", "b=2", "from=x"
    ).err.splitlines()
    assert [line[:2] for line in lines] == ["错误", "错误", "  ", "错误", "  ", "错误", "  "]
    assert len(set(lines)) == len(lines)
    missing = command("--lang", "zh", "template", "check", "nowhere").err
    assert missing.count("nowhere") == 1, "the place is not said before a message that begins with it"
