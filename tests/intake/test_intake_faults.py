"""Every way a row can be wrong, refused at its cell with its raw value; and all of them in one pass."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from ledger_files import HEAD, ROW, csv_file, debts, faults, read, row, xlsx

from evidence.errors import spec_of
from evidence.i18n import describe

ONE_FAULT = [
    ({"房号": ""}, "A2", "room-missing"),
    ({"房号": date(2024, 1, 12)}, "A2", "room-is-date"),
    ({"房号": 30.5}, "A2", "room-unreadable"),
    ({"业主": ""}, "B2", "owner-missing"),
    ({"业主": "——"}, "B2", "owner-missing"),
    ({"业主": 12345}, "B2", "owner-unreadable"),
    ({"费用项目": ""}, "C2", "item-missing"),
    ({"账期": ""}, "D2", "period-missing"),
    ({"账期": "去年"}, "D2", "period-unreadable"),
    ({"账期": "2024年13月"}, "D2", "period-impossible"),
    ({"账期": "2024年3月-2024年1月"}, "D2", "period-reversed"),
    ({"账期": 2024.1}, "D2", "period-ambiguous"),
    ({"应收金额": ""}, "E2", "amount-missing"),
    ({"应收金额": -1}, "E2", "amount-negative"),
    ({"应收金额": "(300)"}, "E2", "amount-negative"),
    ({"应收金额": "NaN"}, "E2", "amount-unreadable"),
    ({"应收金额": "1e5"}, "E2", "amount-unreadable"),
    ({"应收金额": "Infinity"}, "E2", "amount-unreadable"),
    ({"应收金额": 300.005}, "E2", "amount-decimals"),
    ({"应收金额": 13800000000000}, "E2", "amount-huge"),
    ({"应收金额": "HK$300"}, "E2", "currency"),
    ({"应收金额": "#REF!"}, "E2", "formula-error"),
    ({"已收金额": "#VALUE!"}, "F2", "formula-error"),
    ({"已收金额": "=A1+1"}, "F2", "formula-uncomputed"),
    ({"已收金额": 300.01}, "F2", "paid-exceeds-billed"),
]


@pytest.mark.parametrize(("change", "cell", "code"), ONE_FAULT)
def test_a_faulty_row_is_refused_at_its_cell(
    tmp_path: Path, change: dict[str, Any], cell: str, code: str
) -> None:
    ledger = read(xlsx(tmp_path, [HEAD, row(**change), row(房号="1栋2单元302", 业主="样本乙")]))
    assert faults(ledger) == [(cell, code)]
    assert debts(ledger) == {"1栋2单元302": "300.00"}  # its neighbour is read


@pytest.mark.parametrize(("change", "cell", "code"), ONE_FAULT)
def test_every_fault_is_said_in_every_language(
    tmp_path: Path, change: dict[str, Any], cell: str, code: str
) -> None:
    (problem,) = read(xlsx(tmp_path, [HEAD, row(**change)])).problems
    for lang in ("en", "zh", "zh-Hant"):
        message, hint = describe(problem, lang)
        assert message and hint and "{" not in message + hint
        assert code == "formula-uncomputed" or str(problem.params.get("raw", "")) in message
    assert spec_of(problem.code).exit == 3


def test_billed_less_paid_must_be_owed(tmp_path: Path) -> None:
    ledger = read(xlsx(tmp_path, [(*HEAD, "欠费金额"), [*row(已收金额=50), 200]]))
    assert faults(ledger) == [("G2", "amounts-disagree")]
    assert ledger.problems[0].params == {"billed": "300.00", "paid": "50.00", "owed": "200.00"}


def test_more_owed_than_billed(tmp_path: Path) -> None:
    ledger = read(xlsx(tmp_path, [(*HEAD, "欠费金额"), [*row(已收金额=""), 301]]))
    assert faults(ledger) == [("G2", "amounts-disagree")]


def test_the_same_line_twice_points_at_the_first(tmp_path: Path) -> None:
    ledger = read(xlsx(tmp_path, [HEAD, row(), row(房号="1-2-301", 账期="202401~202403", 应收金额=1)]))
    assert faults(ledger) == [("D3", "duplicate-line")]
    assert ledger.problems[0].params["where"] == "ledger.xlsx · Sheet1 · 2"
    assert debts(ledger) == {"1栋2单元301": "300.00"}


def test_two_owners_of_one_home(tmp_path: Path) -> None:
    ledger = read(xlsx(tmp_path, [HEAD, row(), row(业主="样本乙", 账期="2024年4月")]))
    assert faults(ledger) == [("B3", "owner-conflict")]
    assert ledger.problems[0].params["first"] == "样本甲"
    assert debts(ledger) == {"1栋2单元301": "300.00"}


def test_one_label_in_two_estates(tmp_path: Path) -> None:
    rows = [("小区", *HEAD), ["样本东苑", *row()], ["样本西苑", *row(账期="2024年4月")]]
    assert faults(read(xlsx(tmp_path, rows))) == [("A3", "estate-conflict")]


def test_a_bare_room_in_a_sheet_with_buildings(tmp_path: Path) -> None:
    rows = [
        ("楼栋", *HEAD),
        ["1栋", *row(房号="301")],
        ["", *row(房号="302")],
        ["", *row(房号="S-12", 业主="样本丙")],
    ]
    ledger = read(xlsx(tmp_path, rows))
    assert faults(ledger) == [("B3", "room-incomplete")]
    assert set(debts(ledger)) == {"1栋301", "S-12"}


def test_an_unreadable_due_date(tmp_path: Path) -> None:
    assert faults(read(xlsx(tmp_path, [(*HEAD, "应缴日期"), [*row(), "每月15日"]]))) == [
        ("G2", "date-unreadable")
    ]


@pytest.mark.parametrize(
    ("head", "title", "code"),
    [
        ("应收金额(万元)", "", "unit-multiple"),
        ("应收金额", "单位：万元", "unit-multiple"),
        ("应收金额(HK$)", "", "currency"),
        ("应收金额", "币种：新台币", "currency"),
    ],
)
def test_amounts_in_another_unit_keep_the_whole_sheet_out(
    tmp_path: Path, head: str, title: str, code: str
) -> None:
    names = [head if name == "应收金额" else name for name in HEAD]
    ledger = read(xlsx(tmp_path, [[title], names, row(), row(房号="1栋301", 业主="")]))
    assert [c for _, c in faults(ledger)] == [code, "owner-missing"]  # and its rows are checked all the same
    assert ledger.accounts == ()


@pytest.mark.parametrize("currency", ["TWD", "HKD"])
def test_the_renminbi_is_foreign_elsewhere(tmp_path: Path, currency: str) -> None:
    path = xlsx(tmp_path, [HEAD, row(应收金额="¥300")])
    assert faults(read(path, currency=currency)) == [("E2", "currency")]


def test_several_faults_of_one_row_stand_side_by_side(tmp_path: Path) -> None:
    bad = row(房号="", 业主="", 费用项目="", 账期="?", 应收金额="x", 已收金额="y")
    assert faults(read(xlsx(tmp_path, [HEAD, bad]))) == [
        ("A2", "room-missing"),
        ("B2", "owner-missing"),
        ("C2", "item-missing"),
        ("D2", "period-unreadable"),
        ("E2", "amount-unreadable"),
        ("F2", "amount-unreadable"),
    ]


def test_a_cell_fault_in_a_column_that_is_not_read_is_nobodys_fault(tmp_path: Path) -> None:
    ledger = read(xlsx(tmp_path, [(*HEAD, "收费员"), [*row(), "#N/A"]]))
    assert faults(ledger) == []


def test_a_formula_error_in_an_old_xls_is_not_a_blank(tmp_path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("物业费")
    for r, cells in enumerate([HEAD, row(), row(房号="1栋2单元302", 业主="样本乙")]):
        for c, value in enumerate(cells):
            sheet.write(r, c, value)
    sheet.row(3).set_cell_text(0, "1栋2单元303")
    for c, value in enumerate(row(业主="样本丙")[1:5], 1):
        sheet.write(3, c, value)
    sheet.row(3).set_cell_error(5, "#REF!")
    book.save(str(tmp_path / "old.xls"))
    ledger = read(tmp_path / "old.xls")
    assert faults(ledger) == [("F4", "formula-error")]
    assert ledger.problems[0].params == {"raw": "#REF!"}
    assert set(debts(ledger)) == {"1栋2单元301", "1栋2单元302"}


def test_all_faults_of_ten_thousand_rows_in_one_pass(tmp_path: Path) -> None:
    kinds = [(change, code) for change, _, code in ONE_FAULT if not isinstance(change.get("房号"), date)]
    kinds = [(change, code) for change, code in kinds if not code.startswith("formula")]
    wanted: list[tuple[int, str]] = []
    rows: list[list[Any]] = []
    for number in range(10_000):
        home = {"房号": f"{number // 100 + 1}栋1单元{number % 100 + 101}", "业主": f"样本{number}"}
        change: dict[str, Any] = {}
        if number % 2:
            change, code = kinds[number // 2 % len(kinds)]
            wanted.append((number + 2, code))
        rows.append(row(**(home | change)))
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("物业费")
    for cells in [HEAD, *rows]:
        sheet.append(cells)
    book.save(tmp_path / "large.xlsx")
    ledger = read(tmp_path / "large.xlsx")
    assert [(p.where.row, p.code.removeprefix("intake.")) for p in ledger.problems] == wanted
    assert (ledger.rows_read, len(ledger.accounts)) == (10_000, 5_000)


def test_the_same_faults_come_from_a_csv(tmp_path: Path) -> None:
    rows = [HEAD, row(房号=""), row(业主=""), row(账期="2024年13月"), row(账期="2025年", 应收金额="-1")]
    path = csv_file(tmp_path, rows, "gb18030")
    assert faults(read(path)) == [
        ("A2", "room-missing"),
        ("B3", "owner-missing"),
        ("D4", "period-impossible"),
        ("E5", "amount-negative"),
    ]


def test_problems_stand_in_order_of_file_sheet_row_and_column(tmp_path: Path) -> None:
    bad = [row(业主="", 应收金额="x", 账期=f"{year}年") for year in (2021, 2022, 2023)]
    one = xlsx(tmp_path, [HEAD, row(), bad[0]], sheet="乙", more={"甲": [HEAD, bad[1]]}, name="2.xlsx")
    two = xlsx(tmp_path, [HEAD, bad[2]], name="1.xlsx")
    assert [str(p.where) for p in read(one, two).problems] == [
        "2.xlsx · 乙 · B3",
        "2.xlsx · 乙 · E3",
        "2.xlsx · 甲 · B2",
        "2.xlsx · 甲 · E2",
        "1.xlsx · Sheet1 · B2",
        "1.xlsx · Sheet1 · E2",
    ]


HIDDEN = [
    ("\x07", "U+0007"), ("\x1b", "U+001B"), ("\x9f", "U+009F"),
    ("\u061c", "U+061C ARABIC LETTER MARK"), ("\u200e", "U+200E LEFT-TO-RIGHT MARK"),
    ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"), ("\u2067", "U+2067 RIGHT-TO-LEFT ISOLATE"),
    ("\ufffa", "U+FFFA INTERLINEAR ANNOTATION SEPARATOR"), ("\uffff", "U+FFFF"),
    ("\U000e0041", "U+E0041 TAG LATIN CAPITAL LETTER A"),
]  # fmt: skip


@pytest.mark.parametrize(("character", "name"), HIDDEN)
@pytest.mark.parametrize(
    ("column", "place"), [("房号", "A2"), ("业主", "B2"), ("费用项目", "C2"), ("小区", "G2"), ("备注", "H2")]
)
def test_control_and_direction_characters_are_refused_by_name(
    column: str, place: str, character: str, name: str, tmp_path: Path
) -> None:
    head = [*HEAD, "小区", "备注"]
    cells = dict(zip(head, [*ROW, "样本苑", "样本备注"], strict=True))
    cells[column] = f"{str(cells[column])[:1]}{character}{str(cells[column])[1:]}"
    ledger = read(csv_file(tmp_path, [head, list(cells.values())]))
    assert faults(ledger) == [(place, "hidden-character")]
    (problem,) = ledger.problems
    assert problem.params["character"] == name
    for lang in ("en", "zh", "zh-Hant"):
        assert name in describe(problem, lang)[0]


def test_blanks_that_are_control_characters_become_one_blank(tmp_path: Path) -> None:
    ledger = read(csv_file(tmp_path, [HEAD, row(业主="样\t本\r\n甲\u200b\u2028乙")]))
    assert ledger.accounts[0].debtor.name == "样 本 甲 乙"
