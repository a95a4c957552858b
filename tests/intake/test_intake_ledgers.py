"""Ledgers as property systems and clerks write them: each shape in a real file, read to the cent."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from ledger_files import HEAD, csv_file, debts, faults, notices, read, row, xlsx

from evidence.model.money import Money


def test_the_plainest_ledger(tmp_path: Path) -> None:
    ledger = read(xlsx(tmp_path, [HEAD, row(已收金额=100)]))
    (account,) = ledger.accounts
    (charge,) = account.charges
    assert (account.premises.building, account.premises.unit, account.premises.room) == (
        "1栋",
        "2单元",
        "301",
    )
    assert account.debtor.name == "样本甲"
    assert (charge.item, charge.period.iso) == ("物业费", "2024-01/2024-03")
    assert (charge.billed, charge.paid) == (Money.of("300.00", "CNY"), Money.of("100.00", "CNY"))
    assert str(charge.origin) == "ledger.xlsx · Sheet1 · 2"
    assert (ledger.problems, ledger.notices, ledger.rows_read) == ((), (), 1)
    assert (ledger.files, ledger.sheets, ledger.currency) == (("ledger.xlsx",), ("Sheet1",), "CNY")


def test_every_column_there_is(tmp_path: Path) -> None:
    head = [
        "小区",
        "楼栋",
        "单元",
        "房号",
        "业主姓名",
        "联系电话",
        "收费项目",
        "开始日期",
        "结束日期",
        "应缴日期",
    ]
    head += ["建筑面积(㎡)", "单价（元/㎡·月）", "应收金额(元)", "实收金额", "未收", "备注"]
    cells = [
        "样本苑",
        "1栋",
        "2单元",
        301,
        "样本甲",
        13800000000,
        "物业费",
        date(2024, 1, 1),
        date(2024, 3, 31),
    ]
    cells += [datetime(2024, 4, 15), 89.5, 2.5, "671.25", 71.25, 600, "首次"]
    (account,) = read(xlsx(tmp_path, [head, cells])).accounts
    (charge,) = account.charges
    assert (account.premises.estate, account.id, account.debtor.phone) == (
        "样本苑",
        "1栋2单元301",
        "13800000000",
    )
    assert (charge.due, charge.area, charge.unit_price) == (
        date(2024, 4, 15),
        Decimal("89.5"),
        Decimal("2.5"),
    )
    assert (charge.outstanding.plain, charge.remark) == ("600.00", "首次")


# ── headers ──


@pytest.mark.parametrize(
    "head",
    [
        ("户号", "户主", "费项", "费用所属期", "应收", "已收"),
        ("房间号", "客户名称", "收费项目", "欠费起止", "应缴", "已缴"),
        ("門牌", "區分所有權人", "費用項目", "期別", "應繳金額", "實收"),
        ("房 号", "业主\n姓名", "费用项目:", "计费期间", "应收金额\n（元）", "★实收金额(元)"),
        ("房号", "业主", "费用项目", "計費期間", "應收金額（元）", "已收"),
        ("单元房号", "業主", "費用項目", "费用期间", "应收金额(RMB)", "已收"),
    ],
)
def test_header_names(tmp_path: Path, head: tuple[str, ...]) -> None:
    assert debts(read(xlsx(tmp_path, [head, row()]))) == {"1栋2单元301": "300.00"}


def test_titles_above_the_header(tmp_path: Path) -> None:
    rows = [["样本苑欠费明细表"], ["截至 2024-12-31", "", "单位：元"], [], HEAD, row()]
    ledger = read(xlsx(tmp_path, rows, merge=["A1:F1"]))
    assert debts(ledger) == {"1栋2单元301": "300.00"}
    assert ledger.accounts[0].charges[0].origin.row == 5


def test_a_header_in_two_rows(tmp_path: Path) -> None:
    rows = [
        ["房屋", "", "业主", "费用期间", "", "金额", "", ""],
        ["楼栋", "房号", "", "开始", "截止", "应收", "已收", "欠费"],
        ["1栋", "301", "样本甲", "2024-01-01", "2024-03-31", 300, 100, 200],
    ]
    ledger = read(xlsx(tmp_path, rows, sheet="物业费", merge=["A1:B1", "C1:C2", "D1:E1", "F1:H1"]))
    assert debts(ledger) == {"1栋301": "200.00"}


def test_the_offices_own_names_go_before_ours(tmp_path: Path) -> None:
    rows = [("房号", "业主", "项目", "账期", "应收金额", "本期净额"), row(应收金额=999, 已收金额=300)]
    own = {"owed": ("本期净额",), "billed": ("原价",)}
    assert debts(read(xlsx(tmp_path, rows), synonyms={**own})) == {"1栋2单元301": "300.00"}
    doubtful = [("房号", "业主", "项目", "账期", "欠费金额", "欠费合计"), row(应收金额=300, 已收金额=999)]
    chosen = read(xlsx(tmp_path, doubtful, name="b.xlsx"), synonyms={"owed": ("欠费金额",)})
    assert debts(chosen) == {"1栋2单元301": "300.00"}


def test_columns_nobody_knows_are_named_in_a_notice(tmp_path: Path) -> None:
    ledger = read(xlsx(tmp_path, [(*HEAD, "收费员", "累计欠费"), [*row(), "样员", 9000]]))
    assert debts(ledger) == {"1栋2单元301": "300.00"}
    (notice,) = ledger.notices
    assert (notice.code, notice.params) == ("intake.columns-ignored", {"columns": "收费员, 累计欠费"})


def test_a_header_repeated_on_each_printed_page_is_no_charge(tmp_path: Path) -> None:
    ledger = read(xlsx(tmp_path, [HEAD, row(), HEAD, row(房号="1栋2单元302")]))
    assert (ledger.rows_read, faults(ledger), len(ledger.accounts)) == (2, [], 2)


# ── merged cells and 同上 ──


def test_one_owners_rows_under_merged_cells(tmp_path: Path) -> None:
    rows = [HEAD, row(), ["", "", "停车费", "2024年1月", 50, 0], ["", "", "物业费", "2024年4月", 100, 0]]
    ledger = read(xlsx(tmp_path, [*rows, row(房号="1栋2单元302", 业主="样本乙")], merge=["A2:A4", "B2:B4"]))
    assert (faults(ledger), debts(ledger)) == ([], {"1栋2单元301": "450.00", "1栋2单元302": "300.00"})


def test_a_blank_cell_that_is_not_merged_is_not_filled(tmp_path: Path) -> None:
    ledger = read(xlsx(tmp_path, [HEAD, row(), ["", "", "停车费", "2024年1月", 50, 0]]))
    assert faults(ledger) == [("A3", "room-missing"), ("B3", "owner-missing")]
    assert debts(ledger) == {"1栋2单元301": "300.00"}


def test_a_merged_total_beside_an_owners_rows_is_checked_not_multiplied(tmp_path: Path) -> None:
    head = ("房号", "业主", "费用项目", "账期", "应收金额", "欠费合计")
    rows = [head, row(已收金额=350), ["", "", "停车费", "2024年1月", 50, ""]]
    merge = ["A2:A3", "B2:B3", "F2:F3"]
    ledger = read(xlsx(tmp_path, [*rows, ["合计", "", "", "", 350, 350]], merge=merge))
    assert (faults(ledger), debts(ledger)) == ([], {"1栋2单元301": "350.00"})
    rows[1] = row(已收金额=351)
    assert faults(read(xlsx(tmp_path, rows, merge=merge))) == [("F2", "total-mismatch")]


def test_a_merged_amount_is_nobodys_amount(tmp_path: Path) -> None:
    head = ("房号", "业主", "费用项目", "账期", "欠费合计")
    rows = [head, row()[:5], ["", "", "停车费", "2024年1月", ""]]
    ledger = read(xlsx(tmp_path, rows, merge=["A2:A3", "B2:B3", "E2:E3"]))
    assert faults(ledger) == [("E2", "amount-merged"), ("E3", "amount-merged")]


@pytest.mark.parametrize("mark", ["同上", "〃", '"', "＂", " 同 上 "])
def test_ditto_means_the_value_above(tmp_path: Path, mark: str) -> None:
    rows = [HEAD, row(), row(房号=mark, 业主=mark, 费用项目="停车费", 账期=mark, 应收金额=50)]
    ledger = read(xlsx(tmp_path, rows))
    assert (faults(ledger), debts(ledger)) == ([], {"1栋2单元301": "350.00"})
    assert {charge.period.iso for charge in ledger.accounts[0].charges} == {"2024-01/2024-03"}


def test_ditto_owner_of_a_new_home_is_the_owner_above_and_says_so(tmp_path: Path) -> None:
    ledger = read(xlsx(tmp_path, [HEAD, row(), row(房号="1栋2单元302", 业主="同上")]))
    assert [account.debtor.name for account in ledger.accounts] == ["样本甲", "样本甲"]
    assert notices(ledger) == [("B3", "ditto-above")]


def test_ditto_owner_of_a_known_home_is_that_homes_owner_and_says_so(tmp_path: Path) -> None:
    second = [HEAD, row(房号="1栋2单元302", 业主="样本乙"), row(业主="同上", 账期="2024年4月")]
    ledger = read(xlsx(tmp_path, [HEAD, row()], more={"4月": second}))
    assert {account.id: account.debtor.name for account in ledger.accounts} == {
        "1栋2单元301": "样本甲",
        "1栋2单元302": "样本乙",
    }
    assert notices(ledger) == [("B3", "ditto-same-room")]
    assert ledger.notices[0].params["where"] == "ledger.xlsx · Sheet1 · 2"


def test_ditto_with_nothing_above(tmp_path: Path) -> None:
    marks = row(房号="同上", 业主="同上", 费用项目="同上", 账期="同上")
    assert faults(read(xlsx(tmp_path, [HEAD, marks]))) == [(f"{c}2", "ditto-nothing") for c in "ABCD"]


# ── rows that are no charges ──


def test_totals_signatures_and_notes_are_no_charges(tmp_path: Path) -> None:
    rows = [
        HEAD,
        row(),
        ["小计", "", "", "", 300, 0],
        row(房号="2栋1单元101", 业主="样本乙", 应收金额=200),
        ["", "", "小 计", "", 200, 0],
        ["合　计：", "", "", "", "500.00", 0],
        ["以上数据截至年底"],
        ["制表人：样员", "", "审核：样长", "", "", ""],
        ["打印日期：2024-12-31"],
    ]
    ledger = read(xlsx(tmp_path, rows))
    assert (ledger.rows_read, faults(ledger)) == (2, [])
    assert notices(ledger) == [("7", "row-note")]


@pytest.mark.parametrize("label", ["合计", "總計", "共计", "小計", "合计（元）"])
def test_a_total_that_is_not_the_sum(tmp_path: Path, label: str) -> None:
    ledger = read(xlsx(tmp_path, [HEAD, row(), row(账期="2024年4月"), [label, "", "", "", 600.01, 0]]))
    assert faults(ledger) == [("E4", "total-mismatch")]
    assert ledger.problems[0].params == {"raw": "600.01", "sum": "600.00", "all": "600.00"}
    assert debts(ledger) == {"1栋2单元301": "600.00"}  # the rows themselves are sound


def test_a_grand_total_may_not_be_the_last_groups_sum(tmp_path: Path) -> None:
    rows = [HEAD, row(), ["小计", "", "", "", 300, 0], row(账期="2024年4月"), ["小计", "", "", "", 300, 0]]
    assert faults(read(xlsx(tmp_path, [*rows, ["合计", "", "", "", 600, 0]]))) == []
    assert faults(read(xlsx(tmp_path, [*rows, ["合计", "", "", "", 300, 0]]))) == [("E6", "total-mismatch")]


# ── sheets and items ──


def test_one_fee_item_for_each_sheet(tmp_path: Path) -> None:
    head = ("房号", "业主", "账期", "应收金额", "已收金额")
    cells = ["1栋2单元301", "样本甲", "2024年1月", 100, 0]
    more = {
        "停车费(车位管理费)": [head, cells],
        "2024年": [["样本苑公摊水电费欠费表"], head, cells],
        "1栋": [head, cells],
    }
    ledger = read(xlsx(tmp_path, [head, cells], sheet="物业服务费", more=more))
    assert {charge.item for charge in ledger.accounts[0].charges} == {
        "物业服务费",
        "停车费(车位管理费)",
        "公摊水电费",
        "物业费",
    }
    assert [(n.where.sheet, n.code) for n in ledger.notices] == [("1栋", "intake.item-assumed")]


def test_a_title_of_two_items_names_none(tmp_path: Path) -> None:
    rows = [
        ["物业费、停车费欠费表"],
        ("房号", "业主", "账期", "应收金额", "已收金额"),
        ["1栋301", "", "2024年1月", 1, 0],
    ]
    ledger = read(xlsx(tmp_path, rows))
    assert faults(ledger) == [
        ("2", "item-unknown"),
        ("B3", "owner-missing"),
    ]  # its rows are read all the same
    assert ledger.accounts == ()


def test_sheets_that_are_no_ledgers(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path,
        [HEAD, row()],
        more={
            "填写说明": [["请如实填写"]],
            "汇总": [("房号", "业主", "欠费合计"), ["1栋2单元301", "样本甲", 300]],
            "旧": [HEAD, row()],
        },
    )
    book = openpyxl.load_workbook(path)
    book["旧"].sheet_state = "hidden"
    book.save(path)
    ledger = read(path)
    assert (faults(ledger), debts(ledger)) == ([], {"1栋2单元301": "300.00"})
    assert [(n.where.sheet, n.code.removeprefix("intake.")) for n in ledger.notices] == [
        ("填写说明", "sheet-skipped"),
        ("汇总", "sheet-skipped"),
        ("旧", "sheet-hidden"),
    ]


def test_a_sheet_that_lacks_a_column_is_a_problem_beside_sound_sheets(tmp_path: Path) -> None:
    more = {"停车费": [("房号", "业主", "欠费合计"), ["1栋2单元301", "样本甲", 300]]}
    ledger = read(xlsx(tmp_path, [HEAD, row()], more=more))
    assert [(p.where.sheet, p.code) for p in ledger.problems] == [("停车费", "intake.header-missing")]


# ── what a row owes ──


@pytest.mark.parametrize(
    ("head", "figures", "billed", "paid", "notice"),
    [
        (("应收", "已收", "欠费"), (300, 100, 200), "300.00", "100.00", []),
        (("应收", "已收"), (300, 100), "300.00", "100.00", []),
        (("应收", "已收", "欠费"), (300, "", 200), "300.00", "100.00", []),
        (("应收", "已收", "欠费"), ("", 100, 200), "300.00", "100.00", []),
        (("应收", "已收"), (300, ""), "300.00", "0.00", ["paid-assumed-zero"]),
        (("应收",), (300,), "300.00", "0.00", ["paid-assumed-zero"]),
        (("欠费金额",), (200,), "200.00", "0.00", ["billed-from-owed"]),
    ],
)
def test_two_of_three_amounts_give_the_third(
    tmp_path: Path,
    head: tuple[str, ...],
    figures: tuple[object, ...],
    billed: str,
    paid: str,
    notice: list[str],
) -> None:
    ledger = read(xlsx(tmp_path, [(*HEAD[:4], *head), [*row()[:4], *figures]]))
    (charge,) = ledger.accounts[0].charges
    assert (charge.billed.plain, charge.paid.plain) == (billed, paid)
    assert [code for _, code in notices(ledger)] == notice


def test_rows_paid_in_full_are_kept(tmp_path: Path) -> None:
    assert debts(read(xlsx(tmp_path, [HEAD, row(已收金额=300)]))) == {"1栋2单元301": "0.00"}


def test_a_notice_for_a_whole_column_is_given_once_with_its_count(tmp_path: Path) -> None:
    rows = [HEAD, *(row(账期=f"2024年{month}月", 已收金额="") for month in range(1, 13))]
    (notice,) = read(xlsx(tmp_path, rows)).notices
    assert (notice.code, notice.params, str(notice.where)) == (
        "intake.paid-assumed-zero",
        {"rows": 12},
        "ledger.xlsx · Sheet1 · F2",
    )


# ── who owes it ──


def test_a_phone_that_lost_digits_is_left_blank_and_said(tmp_path: Path) -> None:
    rows = [(*HEAD, "手机号"), [*row(), "1.38E+10"]]
    ledger = read(xlsx(tmp_path, rows))
    assert (ledger.accounts[0].debtor.phone, notices(ledger)) == ("", [("G2", "phone-lost")])


def test_a_phone_comes_back_from_a_number_or_from_another_row_of_the_home(tmp_path: Path) -> None:
    rows = [(*HEAD, "手机号"), [*row(), "1.38E+10"], [*row(账期="2024年4月"), 13800000001]]
    ledger = read(xlsx(tmp_path, rows))
    assert (ledger.accounts[0].debtor.phone, notices(ledger)) == ("13800000001", [])


def test_two_spellings_of_one_home_make_one_account(tmp_path: Path) -> None:
    ledger = read(xlsx(tmp_path, [HEAD, row(), row(房号="1-2-301", 账期="2024年4月")]))
    assert (debts(ledger), notices(ledger)) == ({"1栋2单元301": "600.00"}, [("A3", "room-respelled")])


def test_names_are_kept_as_written(tmp_path: Path) -> None:
    (account,) = read(xlsx(tmp_path, [HEAD, row(业主=" 樣本·甲、樣本乙（共有） ")])).accounts
    assert account.debtor.name == "樣本·甲、樣本乙（共有）"


# ── dates and periods ──


def test_months_that_excel_made_dates_of(tmp_path: Path) -> None:
    head = ("房号", "业主", "费用项目", "开始", "截止", "应收", "已收")
    rows = [head, ["1栋301", "样本甲", "物业费", date(2024, 1, 1), date(2024, 3, 1), 300, 0]]
    ledger = read(xlsx(tmp_path, rows))
    assert ledger.accounts[0].charges[0].period.iso == "2024-01/2024-03"
    assert notices(ledger) == [("E2", "period-from-date")]
    rows.append(["1栋302", "样本乙", "物业费", date(2024, 1, 1), date(2024, 3, 15), 300, 0])
    mixed = read(xlsx(tmp_path, rows))  # a 15th shows that the column holds days
    assert mixed.accounts[0].charges[0].period.iso == "2024-01-01/2024-03-01"


def test_serial_numbers_in_a_date_column(tmp_path: Path) -> None:
    ledger = read(xlsx(tmp_path, [(*HEAD, "应缴日期"), [*row(), 44925]]))
    assert ledger.accounts[0].charges[0].due == date(2022, 12, 30)


def test_overlapping_periods_are_kept_and_said(tmp_path: Path) -> None:
    ledger = read(xlsx(tmp_path, [HEAD, row(), row(账期="2024年3月", 应收金额=100)]))
    assert (debts(ledger), notices(ledger)) == ({"1栋2单元301": "400.00"}, [("3", "period-overlap")])


# ── order ──


def test_accounts_stand_in_the_order_of_the_homes_and_charges_by_age(tmp_path: Path) -> None:
    rows = [HEAD]
    for home in ("10栋1单元101", "2栋1单元1001", "2栋1单元201", "B1-005"):
        rows += [
            row(房号=home, 账期="2024年2月"),
            row(房号=home, 账期="2024年1月"),
            row(房号=home, 账期="2024年1月", 费用项目="停车费"),
        ]
    ledger = read(xlsx(tmp_path, rows))
    assert [account.id for account in ledger.accounts] == [
        "B1-005",
        "2栋1单元201",
        "2栋1单元1001",
        "10栋1单元101",
    ]
    charges = ledger.accounts[0].charges
    assert [(c.period.iso[:7], c.item) for c in charges] == [
        ("2024-01", "停车费"),
        ("2024-01", "物业费"),
        ("2024-02", "物业费"),
    ]


def test_one_home_in_several_files(tmp_path: Path) -> None:
    one = xlsx(tmp_path, [HEAD, row()], name="一.xlsx")
    two = csv_file(tmp_path, [HEAD, row(费用项目="停车费"), row()], name="二.csv")
    ledger = read(one, two)
    assert (debts(ledger), ledger.files) == ({"1栋2单元301": "600.00"}, ("一.xlsx", "二.csv"))
    assert [(str(p.where), p.code) for p in ledger.problems] == [("二.csv · D3", "intake.duplicate-line")]
