"""``evidence deliver`` in its three forms, as people type it."""

from __future__ import annotations

import shutil
from pathlib import Path

import casefile
import pytest
from speaking import Command

NUMBER = "2-2026-0003"
OWNER = "于范游"


@pytest.fixture
def office(served_office: Path, tmp_path: Path) -> Path:
    return shutil.copytree(served_office, tmp_path / "office")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "照片.jpg"
    path.write_bytes(casefile.photo(77))
    return path


def by_hand(office: Path, *more: object) -> tuple[object, ...]:
    at = (
        "--channel",
        "hand",
        "--outcome",
        "delivered",
        "--at",
        casefile.AT,
        "--server",
        "样甲",
        "--server",
        "样乙",
    )
    return ("--json", "-C", office, "deliver", NUMBER, *at, *more)


@pytest.mark.parametrize("kind", ["slip", "回执", "签收回执", "簽收回執", "signed receipt"])
def test_what_a_proof_shows_is_said_in_anybodys_words(
    command: Command, office: Path, photo: Path, kind: str
) -> None:
    answer = command(*by_hand(office, "--signer", OWNER, "--relation", "本人", "--proof", f"{kind}={photo}"))
    (result,) = answer.json["results"]
    assert (answer.code, result["grade"], result["proofs"][0]["shows"]) == (0, "A", "slip")
    assert [gap["key"] for gap in result["missing"]] == ["place"]


def test_a_kind_nobody_knows_is_refused_with_those_there_are(
    command: Command, office: Path, photo: Path
) -> None:
    answer = command(*by_hand(office, "--proof", f"selfie={photo}"))
    assert answer.code == 3
    (error,) = answer.json["errors"]
    assert error["code"] == "delivery.role-unknown"
    assert "slip" in error["hint"]


def test_chinese_answers_name_kinds_relations_and_the_waybill_in_chinese(
    command: Command, office: Path, photo: Path
) -> None:
    at = ("-C", office, "--lang", "zh", "deliver", NUMBER, "--at", casefile.AT)
    refused = command(*at, "--channel", "hand", "--outcome", "delivered", "--proof", f"自拍={photo}").err
    assert "slip 签收回执、" in refused
    assert "device-receipt" not in refused
    guard = command(
        *at, "--channel", "hand", "--outcome", "delivered", "--signer", "样某", "--relation", "保安"
    ).err
    assert "签收人无权代业主签收（保安" in guard
    mailed = command(*at, "--channel", "ems", "--outcome", "sent", "--tracking", "1234567890123").out
    assert "（邮政特快专递（EMS） 1234567890123）：" in mailed


def test_a_file_with_an_equals_sign_in_its_name_is_a_file(
    command: Command, office: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a=b.jpg"
    path.write_bytes(casefile.photo(78))
    (result,) = command(*by_hand(office, "--proof", path)).json["results"]
    assert result["proofs"][0] == {**result["proofs"][0], "name": "a=b.jpg", "shows": None}


def test_options_may_come_first_and_the_long_form_is_the_same(
    command: Command, office: Path, photo: Path
) -> None:
    options = ("--channel", "posted", "--outcome", "delivered", "--at", casefile.AT, "--proof", photo)
    first = command("-C", office, "--json", "deliver", *options, NUMBER)
    again = command("-C", office, "deliver", "record", NUMBER, *options, "--json")
    assert (first.code, first.json["counts"], again.json["counts"]) == (0, {"recorded": 1}, {"recorded": 0})


def test_help_names_all_three(command: Command) -> None:
    told = command("--lang", "zh", "deliver", "--help").out
    assert all(word in told for word in ("record", "import", "scan", "批量登记承运方的投递结果"))
    assert "--proof" in command("deliver", "record", "--help").out


def test_a_clerk_is_told_what_a_court_will_ask_and_by_when(command: Command, office: Path) -> None:
    told = command(
        "--lang", "zh", "-C", office, "deliver", NUMBER, "--channel", "EMS", "--outcome", "sent",
        "--at", "2026-11-22T09:00+08:00", "--tracking", "1234567890123",
    ).out  # fmt: skip
    assert "法院还会要求提供" in told
    assert "邮件详情单（寄件人存根）（2026-12-22 前取得）" in told


class TestImport:
    HEADER = "邮件号,文书编号,投递结果,签收时间\n"

    def table(self, folder: Path, *rows: str) -> Path:
        path = folder / "结果.csv"
        path.write_text(self.HEADER + "".join(f"{row}\n" for row in rows), "utf-8")
        return path

    def test_what_matches_is_recorded_and_the_rest_is_listed(
        self, command: Command, office: Path, tmp_path: Path
    ) -> None:
        path = self.table(tmp_path, f"1,{NUMBER},妥投,2026-11-24 10:30", "999,,妥投,2026-11-24 10:30")
        answer = command("-C", office, "--json", "deliver", "import", path, "--channel", "邮寄")
        assert answer.code == 4
        assert answer.json["counts"] == {"rows": 2, "recorded": 1, "known": 0, "unmatched": 1, "faulty": 0}
        (error,) = answer.json["errors"]
        assert (error["code"], error["where"]["row"]) == ("delivery.row-waybill", 3)
        again = command("-C", office, "--json", "deliver", "import", path, "--channel", "ems")
        assert again.json["counts"] == {"rows": 2, "recorded": 0, "known": 1, "unmatched": 1, "faulty": 0}

    def test_a_fault_stops_all_of_it(self, command: Command, office: Path, tmp_path: Path) -> None:
        path = self.table(tmp_path, f"1,{NUMBER},妥投,2026-11-24 10:30", f"2,{NUMBER},妥投,昨天")
        answer = command("--lang", "zh", "-C", office, "deliver", "import", path, "--channel", "ems")
        assert answer.code == 3
        assert "结果.csv · D3" in answer.err
        skipped = command(
            "-C", office, "--json", "deliver", "import", path, "--channel", "ems", "--skip-invalid"
        )
        assert (skipped.code, skipped.json["counts"]["recorded"]) == (4, 1)


class TestGaps:
    def test_every_letter_with_what_it_lacks(self, command: Command, office: Path) -> None:
        answer = command("-C", office, "--json", "status", "--gaps")
        assert answer.code == 0
        letters = {row["number"]: row for row in answer.json["results"]}
        assert letters[NUMBER]["attempts"] == []
        (attempt,) = letters["2-2026-0001"]["attempts"]
        assert (attempt["channel"], attempt["outcome"]) == ("hand", "delivered")
        assert {"key", "words", "required", "basis", "verified", "remind_on", "lost_on"} == set(
            attempt["missing"][0]
        )
        assert answer.json["counts"]["unsent"] == sum(not row["attempts"] for row in letters.values())

    @pytest.mark.parametrize(
        ("lang", "word"),
        [("en", "no delivery is recorded"), ("zh", "尚无送达登记"), ("zh-Hant", "尚無送達登記")],
    )
    def test_in_words(self, command: Command, office: Path, lang: str, word: str) -> None:
        assert word in command("--lang", lang, "-C", office, "status", "--gaps").out

    def test_a_building_alone(self, command: Command, office: Path) -> None:
        rows = command("-C", office, "--json", "status", "--gaps", "--building", "2栋").json["results"]
        assert {row["account"] for row in rows} == {"2栋1单元201"}


def test_a_scan_without_its_reader_says_what_to_install(
    command: Command, office: Path, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evidence.workspace import scans

    monkeypatch.setattr(scans, "can_read", lambda: False)
    answer = command("-C", office, "--json", "deliver", "scan", photo)
    assert answer.code == 6
    assert "evidence-kit[scan]" in answer.json["errors"][0]["hint"]


def test_a_scan_of_nothing_that_is_ours(command: Command, office: Path, photo: Path, tmp_path: Path) -> None:
    pytest.importorskip("zxingcpp")
    answer = command("-C", office, "--json", "deliver", "scan", photo, "--plan", "--list", tmp_path / "l.csv")
    assert answer.code == 4
    assert answer.json["counts"] == {"pages": 1, "filed": 0, "recorded": 0, "unread": 1, "waiting": 0}
    assert "照片.jpg" in (tmp_path / "l.csv").read_text("utf-8-sig")


@pytest.mark.parametrize(
    ("lang", "told"),
    [("en", "two servers"), ("zh", "没有登记而留空的有：份数、"), ("zh-Hant", "沒有登記而留空的有：份數、")],
)
def test_the_receipt_names_what_is_left_blank(
    lang: str, told: str, office: Path, command: Command, tmp_path: Path
) -> None:
    options = ("--channel", "left", "--outcome", "delivered", "--at", casefile.AT, "--server", "样甲")
    assert command("-C", office, "deliver", NUMBER, *options).code == 0
    words = ("deliver", "receipt", NUMBER, "--converter", "builtin", "--out")
    done = command("-C", office, "--lang", lang, *words, tmp_path / "out")
    assert (done.code, told in done.out) == (0, True), done
    answer = command("-C", office, "--json", *words, tmp_path / "again").json
    (receipt,) = answer["results"]
    (sheet,) = [one for one in receipt["sheets"] if one["channel"] == "left"]
    assert {"two-servers", "witness", "reason", "proofs"} <= set(sheet["blanks"])
    assert answer["counts"]["sheets"] == len(receipt["sheets"])
    assert Path(receipt["pdf"]).read_bytes().startswith(b"%PDF")


def test_a_letter_that_nobody_sent_has_no_receipt(office: Path, command: Command, tmp_path: Path) -> None:
    unsent = command("-C", office, "deliver", "receipt", "2-2026-0004", "--out", tmp_path / "out")
    assert (unsent.code, "[delivery.none-yet]" in unsent.err) == (3, True)
    unknown = command("-C", office, "deliver", "receipt", "2-2026-0099")
    assert "[workspace.unknown-letter]" in unknown.err
