"""Deliveries and exhibits that are refused, all faults at once; and what is only warned about."""

from __future__ import annotations

import shutil
from pathlib import Path

import casefile
import pytest
from casefile import ACCOUNT
from speaking import Command, told

NUMBER = "2-2026-0002"


@pytest.fixture
def office(served_office: Path, tmp_path: Path) -> Path:
    return shutil.copytree(served_office, tmp_path / "office")


@pytest.fixture
def slip(tmp_path: Path) -> Path:
    path = tmp_path / "回执.jpg"
    path.write_bytes(casefile.photo(120))
    return path


def by_ems(office: Path, at: str, *more: object, letter: str = NUMBER) -> tuple[object, ...]:
    return ("-C", office, "deliver", letter, "--channel", "ems", "--outcome", "delivered", "--at", at, *more)


@pytest.mark.parametrize(
    ("at", "code", "en", "zh"),
    [
        ("yesterday", "delivery.time-unreadable", "yesterday is not a time.", "yesterday 不是时间。"),
        ("2026-11-25T10:30", "delivery.time-zone", "has no zone", "没有注明时区"),
        ("2026-11-25T18:00+08:00", "delivery.time-future", "has not come yet", "尚未到来"),
        ("2026-11-20T10:00+08:00", "delivery.time-before-letter", "before the letter was issued", "早于函件的出具时间"),
    ],
)  # fmt: skip
def test_times_that_cannot_be(
    at: str, code: str, en: str, zh: str, office: Path, slip: Path, command: Command
) -> None:
    told(command, 3, code, {"en": en, "zh": zh}, *by_ems(office, at, "--proof", slip))
    assert command("-C", office, "journal", "check").code == 0


def test_an_empty_proof_a_missing_one_and_one_of_a_wrong_kind(
    office: Path, command: Command, tmp_path: Path
) -> None:
    (tmp_path / "空.jpg").write_bytes(b"")
    words = {"en": "空.jpg is empty.", "zh": "空.jpg 是空文件。", "zh-Hant": "空.jpg 是空"}
    told(
        command,
        3,
        "delivery.proof-empty",
        words,
        *by_ems(office, casefile.AT, "--proof", tmp_path / "空.jpg"),
    )
    words = {"en": "There is no file", "zh": "没有文件"}
    told(
        command,
        3,
        "general.file-missing",
        words,
        *by_ems(office, casefile.AT, "--proof", tmp_path / "none.jpg"),
    )
    (tmp_path / "photo.jpg").write_bytes(b"MZ program")
    words = {"en": "is a program", "zh": "程序"}
    told(
        command,
        3,
        "delivery.proof-program",
        words,
        *by_ems(office, casefile.AT, "--proof", tmp_path / "photo.jpg"),
    )


def test_all_faults_of_an_event_at_once_and_nothing_recorded(
    office: Path, command: Command, tmp_path: Path
) -> None:
    before = command("-C", office, "journal", "show").out
    (tmp_path / "空.jpg").write_bytes(b"")
    done = command("--json", *by_ems(office, "2027-01-01T00:00+08:00", "--proof", tmp_path / "空.jpg"))
    assert {error["code"] for error in done.json["errors"]} == {
        "delivery.time-future",
        "delivery.proof-empty",
    }
    assert command("-C", office, "journal", "show").out == before


def test_an_unknown_letter(office: Path, command: Command) -> None:
    words = {
        "en": "No letter 2-2026-0099 was issued here.",
        "zh": "此处没有签发过编号为 2-2026-0099 的文书。",
    }
    arguments = by_ems(office, casefile.AT, "--tracking", "1234567890123", letter="2-2026-0099")
    told(command, 3, "workspace.unknown-letter", words, *arguments)


def test_a_letter_is_known_by_its_printed_number_too(office: Path, slip: Path, command: Command) -> None:
    done = command("--json", *by_ems(office, casefile.AT, "--proof", slip, letter="〔2026〕催字第0002号"))
    assert done.code == 0, done
    assert done.json["results"][0]["letter"] == NUMBER


def test_the_same_event_twice_is_recorded_once(office: Path, slip: Path, command: Command) -> None:
    line = by_ems(office, casefile.AT, "--proof", slip)
    first = command("--json", *line).json
    again = command("--json", *line).json
    assert (first["counts"], again["counts"]) == ({"recorded": 1}, {"recorded": 0})
    assert again["results"][0]["journal_index"] == first["results"][0]["journal_index"]
    assert "此前已登记" in command("--lang", "zh", *line).out


def test_warnings_are_told_and_the_event_is_recorded(office: Path, command: Command) -> None:
    done = command("--lang", "zh", *by_ems(office, casefile.AT, "--tracking", "1234567890123"))
    assert done.code == 0
    assert "[delivery.keep-tracking-page]" in done.err


@pytest.mark.parametrize(
    ("more", "field", "called"),
    [
        (("--dated", "2026-13-01"), "dated", "形成时间"),
        (("--group", "证据"), "group", "证据组别"),
        (("--name", "合同\u202efdp"), "name", "证据名称"),
        (("--proves", "一\n二"), "proves", "证明对象"),
    ],
)
def test_texts_no_catalogue_can_print(
    more: tuple[str, str], field: str, called: str, office: Path, slip: Path, command: Command
) -> None:
    words = {"en": f"The {field} of the exhibit cannot be used", "zh": f"证据的{called}不能使用"}
    told(command, 3, "workspace.exhibit-text", words, "-C", office, "exhibit", "add", ACCOUNT, slip, *more)


def test_an_empty_exhibit(office: Path, command: Command, tmp_path: Path) -> None:
    (tmp_path / "空.pdf").write_bytes(b"")
    words = {"en": "an empty file proves nothing", "zh": "是空文件，不能证明任何事实"}
    told(
        command,
        3,
        "workspace.exhibit-empty",
        words,
        "-C",
        office,
        "exhibit",
        "add",
        ACCOUNT,
        tmp_path / "空.pdf",
    )


def test_a_file_name_in_another_encoding_is_refused_in_words(
    office: Path, command: Command, tmp_path: Path
) -> None:
    path = tmp_path / "\udcba\udccf.pdf"  # 合 in GB18030, as a Linux folder shows it
    path.write_bytes(b"%PDF-1.7")
    words = {"en": "The file of the exhibit cannot be used: ??.pdf", "zh": "证据的文件不能使用：??.pdf"}
    told(command, 3, "workspace.exhibit-text", words, "-C", office, "exhibit", "add", ACCOUNT, path)
    missing = tmp_path / "\udcba.xlsx"
    assert (
        command("-C", office, "--json", "import", missing).json["errors"][0]["code"] == "general.file-missing"
    )


def test_an_exhibit_that_cannot_be_shown_ends_with_exit_4(
    office: Path, command: Command, tmp_path: Path
) -> None:
    (tmp_path / "录音.amr").write_bytes(b"#!AMR\n sound")
    told_of_it = ["--source", "原告留存", "--proves", "催告经过", "--carrier", "前台电话"]
    assert command("-C", office, "exhibit", "add", ACCOUNT, tmp_path / "录音.amr", *told_of_it).code == 0
    words = {"en": "录音 is of a kind that cannot be shown as pages", "zh": "录音的文件类型不能排成页面"}
    for lang, wanted in words.items():
        done = command(
            "-C", office, "--lang", lang, "bundle", ACCOUNT, "--converter", "builtin", *casefile.ON_PURPOSE
        )
        assert done.code == 4
        assert "[bundle.exhibit-type]" in done.err
        assert wanted in done.err
        assert str(office / "bundles") in done.out


def test_nothing_to_show(fresh_office: Path, command: Command, tmp_path: Path) -> None:
    import estate

    root = shutil.copytree(fresh_office, tmp_path / "office")
    assert command("-C", root, "import", estate.ledger(tmp_path / "l.csv")).code == 0
    words = {"en": "has no letter and no exhibit yet", "zh": "尚无文书和证据"}
    told(command, 9, "bundle.nothing-to-show", words, "-C", root, "bundle", ACCOUNT)
