"""The register of exhibits: kept from a table or one by one, put right later, all faults of a table at once."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import casefile
import estate
import openpyxl
import pytest
from casefile import ACCOUNT

from evidence.cli._labels import labelled
from evidence.errors import EvidenceError
from evidence.i18n import describe
from evidence.workspace import Workspace
from evidence.workspace.health import examine

HEAD = (
    "户号",
    "文件",
    "证据名称",
    "证据种类",
    "组别",
    "来源",
    "证明对象",
    "原件/复印件",
    "形成时间",
    "原始载体",
    "提交人",
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("register")
    with estate.workspace(folder, checkout) as made:
        yield made


def table(folder: Path, rows: Sequence[Sequence[str]], head: Sequence[str] = HEAD) -> Path:
    path = folder / "清单.csv"
    with path.open("w", newline="", encoding="gb18030") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def put(folder: Path, **files: bytes) -> None:
    for name, data in files.items():
        (folder / name.replace("_", ".")).write_bytes(data)


def test_a_table_keeps_each_file_with_what_its_row_says(office: Workspace, tmp_path: Path) -> None:
    put(tmp_path, 合同_txt="样本合同".encode(), 录音_amr=b"#!AMR\nx")
    rows = [
        (
            ACCOUNT,
            "合同.txt",
            "物業服務合同",
            "書證",
            "b2",
            "样本",
            "",
            "複印件",
            "2026-01-05",
            "纸质原件，原告保管",
            "样人",
        ),
        (ACCOUNT, "录音.amr", "", "", "", "样本", "样本", "原件", "", "前台手机", ""),
    ]
    first, second = office.import_exhibits(table(tmp_path, rows))
    assert (first.details.kind, first.details.group, first.details.original) == ("书证", "B2", "复印件")
    assert (first.details.carrier, first.details.submitter) == ("纸质原件，原告保管", "样人")
    assert (second.name, second.details.kind, second.details.group) == ("录音", "视听资料", "B8")
    assert [kept.id for kept in office.exhibits(ACCOUNT)][-2:] == [first.id, second.id]

    # The same table again, with a name put right: nothing is kept twice, and what is left empty stays.
    again = [("", "合同.txt", "物业服务合同（2026）", *[""] * 8)]
    (changed,) = office.import_exhibits(table(tmp_path, again), ACCOUNT)
    assert (changed.id, changed.new, changed.name) == (first.id, False, "物业服务合同（2026）")
    assert changed.details.carrier == "纸质原件，原告保管"


def test_all_faults_of_a_table_are_told_at_once_by_their_cells_and_nothing_is_kept(
    office: Workspace, tmp_path: Path
) -> None:
    put(tmp_path, 好_txt=b"a", 空_txt=b"")
    before = office.exhibits(ACCOUNT)
    rows = [
        (ACCOUNT, "好.txt", "样本", *[""] * 8),
        (ACCOUNT, "没有.txt", "样本", *[""] * 8),
        (ACCOUNT, "空.txt", "样本", *[""] * 8),
        ("9栋9单元999", "好.txt", "样本", "口供", "第二组", "", "", "抄件", "2026-02-30", "", ""),
    ]
    with pytest.raises(EvidenceError) as caught:
        office.import_exhibits(table(tmp_path, rows))
    found = {(problem.where.row, problem.where.column, problem.code) for problem in caught.value.problems}
    assert found == {
        (3, "B", "workspace.exhibit-table-file"),
        (4, "B", "workspace.exhibit-empty"),
        (5, "A", "workspace.unknown-account"),
        (5, "D", "workspace.exhibit-text"),
        (5, "E", "workspace.exhibit-text"),
        (5, "H", "workspace.exhibit-text"),
        (5, "I", "workspace.exhibit-text"),
    }
    assert office.exhibits(ACCOUNT) == before


def test_a_table_needs_its_columns_and_rows(office: Workspace, tmp_path: Path) -> None:
    for head, rows, code in (
        (("名称",), [("样本",)], "workspace.exhibit-table-columns"),
        (HEAD, [], "workspace.exhibit-table-empty"),
    ):
        with pytest.raises(EvidenceError) as caught:
            office.import_exhibits(table(tmp_path, rows, head))
        assert [problem.code for problem in caught.value.problems] == [code]


def test_a_spreadsheet_says_the_same(office: Workspace, tmp_path: Path) -> None:
    put(tmp_path, 照片_jpg=casefile.photo())
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["file", "name", "dated"])
    sheet.append(["照片.jpg", "门牌照片", "2026-03-01"])
    book.save(tmp_path / "a.xlsx")
    (kept,) = office.import_exhibits(tmp_path / "a.xlsx", ACCOUNT)
    assert (kept.name, kept.details.dated, kept.details.kind) == ("门牌照片", "2026-03-01", "电子数据")


def test_what_is_noted_can_be_put_right_and_the_file_stays(office: Workspace, tmp_path: Path) -> None:
    put(tmp_path, 说明_txt="样本说明".encode())
    office.add_exhibits(ACCOUNT, [tmp_path / "说明.txt"], kind="书证", proves="样本")
    kept = office.exhibits(ACCOUNT)[-1]
    changed = office.change_exhibit(
        ACCOUNT, kept.id, {"kind": "电子数据", "proves": "", "carrier": "样本手机"}
    )
    assert (changed.details.kind, changed.details.proves, changed.details.carrier) == (
        "电子数据",
        "",
        "样本手机",
    )
    assert office.exhibits(ACCOUNT)[-1] == changed
    assert changed.sha256 == kept.sha256
    for number, given, code in (
        (999, {}, "workspace.exhibit-unknown"),
        (kept.id, {"group": "第一组"}, "workspace.exhibit-text"),
        (kept.id, {"name": ""}, "workspace.exhibit-text"),
    ):
        with pytest.raises(EvidenceError) as caught:
            office.change_exhibit(ACCOUNT, number, given)
        assert [problem.code for problem in caught.value.problems] == [code]


def test_a_day_to_come_and_a_file_kept_twice_are_told_by_name(office: Workspace, tmp_path: Path) -> None:
    put(tmp_path, 甲_txt="样本同一份".encode(), 乙_txt="样本同一份".encode())
    office.add_exhibits(ACCOUNT, [tmp_path / "甲.txt"], dated="2099-01-01")
    office.add_exhibits(ACCOUNT, [tmp_path / "乙.txt"])
    first, second = office.exhibits(ACCOUNT)[-2:]
    (ahead,) = [p for p in office.register_doubts([first]) if p.code != "workspace.exhibit-twice"]
    assert (ahead.code, ahead.params["name"]) == ("workspace.exhibit-dated-ahead", "甲")
    (twice,) = office.register_doubts([second])
    assert twice.code == "workspace.exhibit-twice"
    assert (twice.params["other"], twice.params["name"]) == ("甲", "乙")


def test_a_field_that_cannot_be_used_is_named_as_the_table_names_it(
    office: Workspace, tmp_path: Path
) -> None:
    put(tmp_path, 丙_txt="样本丙".encode())
    with pytest.raises(EvidenceError) as caught:
        office.add_exhibits(ACCOUNT, [tmp_path / "丙.txt"], dated="去年")
    message, hint = describe(labelled(caught.value.problems[0], "zh"), "zh")
    assert message == "证据的形成时间不能使用：去年。"
    assert "例如2026-11-25" in hint
    assert "文件改名" not in hint


def test_a_lost_file_of_an_exhibit_is_found_by_doctor(office: Workspace, tmp_path: Path) -> None:
    put(tmp_path, 丁_txt="样本丁".encode())
    office.add_exhibits(ACCOUNT, [tmp_path / "丁.txt"])
    kept = office.exhibits(ACCOUNT)[-1]
    lost = office.root / "store" / kept.sha256[:2] / kept.sha256
    data = lost.read_bytes()
    lost.unlink()
    try:
        told = [one for one in examine(office.root, estate.source(), "zh") if one.part == "证据"]
        assert [(one.ok, f"#{kept.id} 丁" in one.detail) for one in told] == [(False, True)]
    finally:
        lost.write_bytes(data)
