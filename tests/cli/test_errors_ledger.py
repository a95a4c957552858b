"""Ledgers that cannot be read: each says what it is, where, and what to do next, and nothing is written."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import estate
import pytest
from openpyxl import Workbook, load_workbook
from PIL import Image
from speaking import Command, in_a_shell, told


@pytest.fixture
def office(fresh_office: Path, tmp_path: Path) -> Path:
    return shutil.copytree(fresh_office, tmp_path / "office")


def saved(path: Path, rows: list[list[object]]) -> Path:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(path)
    return path


def test_a_missing_file(office: Path, command: Command, tmp_path: Path) -> None:
    words = {
        "en": f"There is no file {tmp_path / 'none.xlsx'}.",
        "zh": f"没有文件 {tmp_path / 'none.xlsx'}。",
        "zh-Hant": f"沒有文件 {tmp_path / 'none.xlsx'}。",
    }
    told(command, 3, "general.file-missing", words, "-C", office, "import", tmp_path / "none.xlsx")


def test_a_folder_is_no_ledger(office: Path, command: Command, tmp_path: Path) -> None:
    words = {"en": "cannot be read", "zh": "无法读取"}
    told(command, 3, "intake.file-unreadable", words, "-C", office, "import", tmp_path)


def test_a_picture_called_a_spreadsheet(office: Path, command: Command, tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("RGB", (9, 9)).save(out, "PNG")
    (tmp_path / "欠费.xlsx").write_bytes(out.getvalue())
    words = {"en": "This is not a spreadsheet", "zh": "这个文件不是电子表格", "zh-Hant": "這個檔案不是"}
    words["zh-Hant"] = "不是"
    told(command, 3, "intake.not-a-spreadsheet", words, "-C", office, "import", tmp_path / "欠费.xlsx")


def test_an_empty_file_and_an_empty_sheet(office: Path, command: Command, tmp_path: Path) -> None:
    (tmp_path / "zero.xlsx").write_bytes(b"")
    words = {"en": "The file is empty.", "zh": "文件是空的。"}
    told(command, 3, "intake.file-empty", words, "-C", office, "import", tmp_path / "zero.xlsx")
    saved(tmp_path / "empty.xlsx", [])
    words = {"en": "The ledger has no rows to read.", "zh": "台账中没有可读取的行。"}
    told(command, 3, "intake.no-rows", words, "-C", office, "import", tmp_path / "empty.xlsx")
    saved(tmp_path / "header.xlsx", [estate.HEADER])
    told(command, 3, "intake.no-rows", words, "-C", office, "import", tmp_path / "header.xlsx")


def test_an_unknown_header_shows_the_row_seen_and_the_names_known(
    office: Path, command: Command, tmp_path: Path
) -> None:
    path = saved(tmp_path / "l.xlsx", [["门牌", "欠款人姓名", "钱数"], ["1-101", "样甲", 5]])
    shown = {"en": "门牌", "zh": "最像表头的一行是：门牌"}
    told(command, 3, "intake.header-unknown", shown, "-C", office, "import", path)
    hint = command("-C", office, "--json", "import", path).json["errors"][0]["hint"]
    assert "[ledger.synonyms]" in hint
    assert all(known in hint for known in ("房号", "业主", "应收金额"))


def test_the_hint_about_synonyms_works_as_it_says(office: Path, command: Command, tmp_path: Path) -> None:
    header = ["铺位", "业主", "费用项目", "费用所属期", "应收金额", "已收金额"]
    path = saved(tmp_path / "l.xlsx", [header, ["A-1", "样甲", "物业费", "2026年1月", 5, 0]])
    assert command("-C", office, "import", path).code == 3
    with (office / "evidence.toml").open("a", encoding="utf-8") as file:
        file.write('\n[ledger.synonyms]\nroom = ["铺位"]\n')
    done = command("-C", office, "--json", "import", path)
    assert done.code == 0, done
    assert done.json["counts"]["accounts"] == 1


def test_the_wrong_encoding(office: Path, command: Command, tmp_path: Path) -> None:
    path = estate.ledger(tmp_path / "l.csv")
    path.write_bytes(path.read_text("utf-8").replace("㛃䶮", "样乙").encode("gb18030"))
    words = {"en": "The text is not in utf-8", "zh": "文本不是 utf-8"}
    told(command, 3, "intake.encoding-wrong", words, "-C", office, "import", path, "--encoding", "utf-8")
    words = {"en": "There is no encoding called klingon.", "zh": "没有名为 klingon 的编码。"}
    told(command, 2, "intake.encoding-unknown", words, "-C", office, "import", path, "--encoding", "klingon")
    assert command("-C", office, "import", path).code == 0


def test_a_ledger_in_another_currency(office: Path, command: Command, tmp_path: Path) -> None:
    rows = [estate.HEADER, ["1-101", "样甲", "物业费", "2026年1月", "2026-01-15", "HK$ 500.00", "0"]]
    path = saved(tmp_path / "l.xlsx", rows)
    words = {"en": "is not the currency of this jurisdiction (CNY)", "zh": "不是本法域的货币（CNY）"}
    told(command, 3, "intake.currency", words, "-C", office, "import", path)


def untouched(folder: Path) -> dict[str, str]:
    return {
        name: digest
        for name, digest in estate.files(folder).items()
        if not name.endswith(("-wal", "-shm", ".lock"))
    }


def test_all_faults_of_a_ledger_are_named_and_nothing_is_written(
    office: Path, command: Command, checkout: Path
) -> None:
    ledger = checkout / "samples" / "ledger-faulty.xlsx"
    expected = json.loads((checkout / "samples" / "faulty-truth.json").read_text("utf-8"))["faults"]
    before = untouched(office)
    for more in ((), ("--check",)):
        done = command("-C", office, "--json", "import", ledger, *more)
        assert done.code == 3
        found = {(e["where"].get("sheet"), e["where"].get("row")) for e in done.json["errors"]}
        assert {(fault["sheet"], fault["row"]) for fault in expected} <= found
    assert untouched(office) == before


def test_check_reads_and_writes_nothing(office: Path, command: Command, tmp_path: Path) -> None:
    before = untouched(office)
    done = command("-C", office, "--json", "import", estate.ledger(tmp_path / "l.csv"), "--check")
    assert (done.code, done.json["results"][0]["snapshot"]) == (0, None)
    assert done.json["results"][0]["outstanding"] == "894.00"
    assert untouched(office) == before
    assert command("-C", office, "status").code == 3, "no ledger was imported"


def test_skip_invalid_imports_the_rest_and_marks_the_cells(
    office: Path, command: Command, checkout: Path
) -> None:
    ledger = checkout / "samples" / "ledger-faulty.xlsx"
    truth = json.loads((checkout / "samples" / "faulty-truth.json").read_text("utf-8"))
    done = command("-C", office, "--lang", "zh", "--json", "import", ledger, "--skip-invalid")
    assert done.code == 4
    marked = Path(done.json["results"][0]["annotated"])
    assert marked.parent == office / "letters"
    book = load_workbook(marked)
    for fault in truth["faults"]:
        cells = [book[fault["sheet"]][f"{column}{fault['row']}"] for column in fault["columns"]]
        assert any(cell.comment and cell.fill.fgColor.rgb.endswith("FFF2A8") for cell in cells), fault
    status = command("-C", office, "--json", "status").json["results"]
    clean = {row["account"]: row["outstanding"] for row in status}
    assert {account: clean.get(account) for account in truth["clean_accounts"]} == truth["clean_accounts"]

    # Again: known, the same marked copy; and once a clerk has begun to mend it, it is left alone.
    again = command("-C", office, "--lang", "zh", "--json", "import", ledger, "--skip-invalid")
    assert (again.code, again.json["results"][0]["already_known"]) == (4, True)
    assert again.json["results"][0]["annotated"] == str(marked)
    marked.write_bytes(b"mended")
    third = command("-C", office, "--json", "import", ledger, "--skip-invalid").json["results"][0][
        "annotated"
    ]
    assert Path(third).name == "ledger-faulty-2.marked.xlsx"
    assert marked.read_bytes() == b"mended"


def test_a_refused_ledger_is_told_how_to_get_its_marked_copy_and_gets_it(
    office: Path, command: Command, checkout: Path, tmp_path: Path
) -> None:
    ledger, marked = checkout / "samples" / "ledger-faulty.xlsx", tmp_path / "marked.xlsx"
    before = untouched(office)
    bare = command("-C", office, "--lang", "zh", "import", ledger)
    last = bare.err.splitlines()[-1]
    assert bare.code == 3 and "未导入任何内容" in last and "--annotated" in last
    asked = command("-C", office, "--lang", "zh", "import", ledger, "--annotated", marked)
    assert asked.code == 3 and str(marked) in asked.err.splitlines()[-1]
    assert any(cell.comment for sheet in load_workbook(marked) for row in sheet for cell in row)
    assert untouched(office) == before


def test_many_warnings_of_one_kind_do_not_drown_the_others(
    office: Path, command: Command, checkout: Path
) -> None:
    """The samples' ledger says 同上 23 times; two are shown, the cells of the rest named in one line."""
    at = ("-C", office, "--lang", "zh", "import", checkout / "samples" / "ledger.xlsx", "--check")
    few = command(*at).err
    assert few.count("[intake.ditto-above]") == 2
    assert "另有 21 处：D15, D16" in few
    assert "[intake.sheet-skipped]" in few
    assert command("-v", *at).err.count("[intake.ditto-above]") == 23


def test_a_marked_copy_never_replaces_a_file_least_of_all_the_ledger(
    office: Path, command: Command, checkout: Path, tmp_path: Path
) -> None:
    ledger = shutil.copy(checkout / "samples" / "ledger-faulty.xlsx", tmp_path / "l.xlsx")
    before, state = ledger.read_bytes(), untouched(office)
    words = {"en": "exists already", "zh": "已经存在，未作改动"}
    arguments = ("-C", office, "import", ledger, "--skip-invalid", "--annotated", ledger)
    told(command, 7, "general.output-exists", words, *arguments)
    assert ledger.read_bytes() == before
    assert untouched(office) == state


def test_importing_twice_changes_nothing_and_reading_anew_does(
    office: Path, command: Command, tmp_path: Path
) -> None:
    path = estate.ledger(tmp_path / "l.csv")
    first = command("-C", office, "--json", "import", path).json["results"][0]
    before = untouched(office)
    done = command("-C", office, "--lang", "zh", "import", path)
    assert done.code == 0
    assert "没有变化" in done.out
    assert untouched(office) == before
    assert command("-C", office, "--json", "import", path).json["results"][0]["snapshot"] == first["snapshot"]


def test_the_same_file_read_in_another_way_is_another_snapshot(
    office: Path, command: Command, tmp_path: Path
) -> None:
    """Here with a column told to be the remark; as with names first read in the wrong encoding."""
    row = ["1-101", "样甲", "物业费", "2026年1月", "2026-01-15", "500", "0", "已电话联系"]
    path = saved(tmp_path / "l.xlsx", [[*estate.HEADER, "我司备忘"], row])
    first = command("-C", office, "--json", "import", path).json["results"][0]
    with (office / "evidence.toml").open("a", encoding="utf-8") as file:
        file.write('\n[ledger.synonyms]\nremark = ["我司备忘"]\n')
    second = command("-C", office, "--json", "import", path).json["results"][0]
    assert (second["already_known"], second["snapshot"]) == (False, first["snapshot"] + 1)
    (tmp_path / "renamed.xlsx").write_bytes(path.read_bytes())
    third = command("-C", office, "--json", "import", tmp_path / "renamed.xlsx").json["results"][0]
    assert (third["already_known"], third["snapshot"]) == (True, second["snapshot"])


def test_no_clean_row_at_all(office: Path, command: Command, tmp_path: Path) -> None:
    path = saved(
        tmp_path / "l.xlsx",
        [estate.HEADER, ["1-101", "样甲", "物业费", "2026年1月", "2026-01-15", "-5", "0"]],
    )
    words = {"en": "No row of the ledger could be used", "zh": "台账中没有可用的行"}
    spoken = command("-C", office, "import", path, "--skip-invalid")
    assert spoken.code == 3
    assert words["en"] in spoken.err


def test_from_a_real_shell(office: Path, tmp_path: Path) -> None:
    done = in_a_shell("-C", office, "--lang", "zh", "import", "没有.xlsx", cwd=tmp_path)
    assert (done.code, done.out) == (3, "")
    assert "[general.file-missing]" in done.err
    assert f"命令是在 {tmp_path} 中运行的" in done.err
