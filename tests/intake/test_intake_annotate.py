"""The marked copy: each faulty cell coloured and explained, everything else as it was."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from ledger_files import HEAD, csv_file, faults, read, row, xlsx
from openpyxl.comments import Comment

from evidence.errors import EvidenceError
from evidence.intake import annotate


@pytest.mark.parametrize(
    ("lang", "title", "words"),
    [
        ("en", "Problems", "The amount is negative: -1."),
        ("zh", "问题清单", "金额为负数：-1。"),
        ("zh-Hant", "問題清單", "金額為負數：-1。"),
    ],
)
def test_the_faulty_cell_is_marked_and_explained(tmp_path: Path, lang: str, title: str, words: str) -> None:
    path = xlsx(tmp_path, [HEAD, row(), row(账期="2024年4月", 应收金额=-1)], sheet="物业费")
    (out,) = annotate([path], read(path).problems, tmp_path / "out.xlsx", lang=lang)
    book = openpyxl.load_workbook(out)
    cell = book["物业费"]["E3"]
    assert (cell.value, cell.fill.fgColor.rgb) == (-1, "00FFF2A8")
    assert cell.comment is not None
    assert cell.comment.text.startswith(words)
    assert [c.coordinate for line in book["物业费"] for c in line if c.comment] == ["E3"]
    assert [[c.value for c in line][:4] for line in book[title].iter_rows(min_row=2)] == [
        ["物业费", "E3", "-1", words]
    ]
    assert (
        book[title]["B2"].hyperlink.location == "'物业费'!E3"
        or book[title]["B2"].hyperlink.target == "#'物业费'!E3"
    )


def test_formulas_widths_merges_and_comments_survive(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path, [["台账"], HEAD, row(业主=""), ["", "", "", "合计", "=SUM(E3:E3)", 0]], merge=["A1:F1"]
    )
    book = openpyxl.load_workbook(path)
    book.active.column_dimensions["A"].width = 33
    book.active["B3"].comment = Comment("房管员的批注", "样员")
    book.save(path)
    ledger = read(path)
    assert faults(ledger) == [("B3", "owner-missing"), ("E4", "formula-uncomputed")]
    (out,) = annotate([path], ledger.problems, tmp_path / "out.xlsx", lang="zh")
    sheet = openpyxl.load_workbook(out)["Sheet1"]
    assert sheet["E4"].value == "=SUM(E3:E3)"
    assert sheet.column_dimensions["A"].width == 33
    assert [str(r) for r in sheet.merged_cells.ranges] == ["A1:F1"]
    assert sheet["B3"].comment.text.startswith("房管员的批注\n\n这一行没有业主。")


def test_the_mark_of_a_merged_cell_stands_on_its_first(tmp_path: Path) -> None:
    head = ("房号", "业主", "费用项目", "账期", "欠费合计")
    rows = [head, row()[:5], ["", "", "停车费", "2024年1月", ""]]
    path = xlsx(tmp_path, rows, merge=["A2:A3", "B2:B3", "E2:E3"])
    (out,) = annotate([path], read(path).problems, tmp_path / "out.xlsx", lang="en")
    text = openpyxl.load_workbook(out)["Sheet1"]["E2"].comment.text
    assert text.count("merged over several rows") == 2


def test_a_csv_comes_back_as_xlsx_and_its_texts_stay_texts(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [(*HEAD, "备注"), [*row(业主=""), "=HYPERLINK(1)"]], "gb18030")
    (out,) = annotate([path], read(path).problems, tmp_path / "out.xlsx", lang="zh-Hant")
    sheet = openpyxl.load_workbook(out)["ledger"]
    assert (sheet["A2"].value, sheet["G2"].value, sheet["G2"].data_type) == (
        "1栋2单元301",
        "=HYPERLINK(1)",
        "s",
    )
    assert sheet["B2"].comment.text.startswith("這一行沒有業主。")


def test_several_ledgers_go_into_a_folder(tmp_path: Path) -> None:
    one = xlsx(tmp_path, [HEAD, row(业主="")], name="一.xlsx")
    two = xlsx(tmp_path, [HEAD, row(账期="2025年")], name="二.xlsx")
    three = xlsx(tmp_path, [HEAD, row(应收金额="x", 账期="2026年")], name="三.xlsx")
    ledger = read(one, two, three)
    made = annotate([one, two, three], ledger.problems, tmp_path / "marked", lang="zh")
    assert [path.name for path in made] == ["一.marked.xlsx", "三.marked.xlsx"]
    assert sorted(path.name for path in (tmp_path / "marked").iterdir()) == sorted(path.name for path in made)


def test_the_same_ledger_gives_the_same_bytes(tmp_path: Path) -> None:
    path = xlsx(tmp_path, [HEAD, row(业主="")])
    problems = read(path).problems
    copies = [annotate([path], problems, tmp_path / f"{n}.xlsx", lang="zh")[0].read_bytes() for n in (1, 2)]
    assert copies[0] == copies[1]


def test_a_copy_that_exists_is_left_alone(tmp_path: Path) -> None:
    path = xlsx(tmp_path, [HEAD, row(业主="")])
    with pytest.raises(EvidenceError) as refused:
        annotate([path], read(path).problems, path, lang="zh")
    assert refused.value.problems[0].code == "general.output-exists"
    assert faults(read(path)) == [("B2", "owner-missing")]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ledger.xlsx"]


def test_the_mended_copy_reads_clean(tmp_path: Path) -> None:
    path = xlsx(tmp_path, [HEAD, row(业主="")])
    (out,) = annotate([path], read(path).problems, tmp_path / "out.xlsx", lang="zh")
    book = openpyxl.load_workbook(out)
    book["Sheet1"]["B2"] = "样本甲"
    book.save(out)
    ledger = read(out)
    assert (faults(ledger), len(ledger.accounts)) == ([], 1)
