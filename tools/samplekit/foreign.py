"""Ledgers of other property systems and other clerks, for ``tests/data/foreign``.

They were written from the words people use for these columns, without a look at the reader they test. Rows
are spelled out by hand, and so is what must come of them: nothing here is computed from anything.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time

from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from samplekit.container import freeze
from samplekit.foreign_other import Made, accounts, libreoffice, old_system, owed_only, unicode_text


def _saved(book: Workbook, formulas: dict[str, dict[str, str]] | None = None) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return freeze(out.getvalue(), formulas)


def system_export() -> Made:
    """A property system's export: header in row 1, one month a row, yyyymm as a number, computed debts.

    The debts carry the dust of binary arithmetic (352.79999999999995), as programs write it.
    """
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Sheet1"
    sheet.append(
        [
            "小区名称",
            "户号",
            "户主",
            "移动电话",
            "收费项目",
            "账期",
            "缴费截止日",
            "应收",
            "实收",
            "欠费金额",
            "收费员",
        ]
    )
    rows = [
        ("3-2-1201", "样甲甲", 13800001001, "物业费", 202601, date(2026, 1, 31), 352.8, 0, 352.8),
        ("3-2-1201", "样甲甲", 13800001001, "物业费", 202602, date(2026, 2, 28), 352.8, 0, 352.8),
        ("3-2-1201", "样甲甲", 13800001001, "电梯费", 202601, date(2026, 1, 31), 35.1, 0, 35.1),
        ("3-2-1202", "样乙乙", 13800001002, "物业费", 202601, date(2026, 1, 31), 411.3, 58.5, 352.8),
        ("3-2-1203", "样丙丙", 13800001003, "物业费", 202601, date(2026, 1, 31), 298.05, 298.05, 0),
        ("11-1-302", "样丁丁", 13800001004, "物业费", 202512, date(2025, 12, 31), 1052.1, 0, 1052.1),
    ]
    formulas = {}
    for n, (room, owner, phone, item, month, due, billed, paid, owed) in enumerate(rows, start=2):
        shown = 352.79999999999995 if n == 5 else 1052.1000000000001 if n == 7 else owed
        sheet.append(
            [
                "样本·镜湖苑",
                room,
                owner,
                phone,
                item,
                month,
                datetime.combine(due, time()),
                billed,
                paid,
                shown,
                "样员",
            ]
        )
        sheet.cell(n, 7).number_format = "yyyy-mm-dd hh:mm:ss"
        formulas[f"J{n}"] = f"H{n}-I{n}"
    content = _saved(book, {"xl/worksheets/sheet1.xml": formulas})
    return (
        "system-export.xlsx",
        content,
        accounts(
            accounts={"3-2-1201": "740.70", "3-2-1202": "352.80", "3-2-1203": "0.00", "11-1-302": "1052.10"},
            debtors={"11-1-302": "样丁丁"},
            oldest_due={"3-2-1201": "2026-01-31", "11-1-302": "2025-12-31"},
        ),
    )


def clerk_two_heads() -> Made:
    """A clerk's table with a two-row header, merged groups, subtotals without a sum and remarks below."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "2025年下半年"
    sheet.append(["样本·松涛里物业费欠费统计表"])
    sheet.merge_cells("A1:J1")
    sheet.append(["填报单位：样本物业服务中心", None, None, None, None, None, None, "截至2026年1月10日"])
    sheet.append(
        ["房屋信息", None, None, "区分所有权人", "欠费起止", "缴费期限", "金额（元）", None, None, "备注"]
    )
    sheet.append(["幢", "单元", "室", None, None, None, "应收金额", "已缴", "欠费金额", None])
    for area in ("A3:C3", "D3:D4", "E3:E4", "F3:F4", "G3:I3", "J3:J4"):
        sheet.merge_cells(area)
    for row in (
        [
            "5幢",
            "1单元",
            "0501",
            "样戊",
            "2025.7.1-2025.12.31",
            "2025.7.31",
            "2,106.00",
            "0.00",
            "2,106.00",
            None,
        ],
        [
            "5幢",
            "1单元",
            "0502",
            "样己、样庚",
            "2025.7.1-2025.9.30",
            "2025.7.31",
            "1,053.00",
            None,
            "1,053.00",
            None,
        ],
        [
            None,
            None,
            None,
            None,
            "2025.10.1-2025.12.31",
            "2025.10.31",
            "1,053.00",
            "553.00",
            "500.00",
            "付过一次",
        ],
        ["小计", None, None, None, None, None, "4,212.00", "553.00", "3,659.00", None],
        [
            "6幢",
            "2单元",
            "1101",
            "样辛",
            "2025.7.15-2025.12.31",
            "2025.8.14",
            "１，９３０．５０",
            "-",
            "1930.5",
            None,
        ],
        ["合计", None, None, None, None, None, "6,142.50", "553.00", "5,589.50", None],
    ):
        sheet.append(row)
    for column in "ABCD":
        sheet.merge_cells(f"{column}6:{column}7")
    sheet.append([])
    sheet.append(["填表人：样员    审核人：样长"])
    return (
        "clerk-two-heads.xlsx",
        _saved(book),
        accounts(
            accounts={"5幢1单元0501": "2106.00", "5幢1单元0502": "1553.00", "6幢2单元1101": "1930.50"},
            debtors={"5幢1单元0502": "样己、样庚"},
            oldest_due={"5幢1单元0502": "2025-07-31", "6幢2单元1101": "2025-08-14"},
        ),
    )


def mac_clerk() -> Made:
    """A workbook counting days from 1904, start and end in two columns, a parking space beside the room."""
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    sheet.title = "车位"
    sheet.append(
        ["房号", "业主姓名", "车位号", "开始日期", "结束日期", "应缴日期", "应收金额", "已收", "欠费金额"]
    )
    for row in (
        [
            "9栋1单元101",
            "样酉",
            "B2-011",
            date(2026, 1, 1),
            date(2026, 6, 30),
            date(2026, 1, 15),
            900,
            0,
            900,
        ],
        [
            "9栋1单元102",
            "样戌",
            "B2-012",
            date(2026, 1, 1),
            date(2026, 3, 31),
            date(2026, 1, 15),
            450,
            150,
            300,
        ],
    ):
        sheet.append(row)
        for column in (4, 5, 6):
            sheet.cell(sheet.max_row, column).number_format = "yyyy/m/d"
    hidden = book.create_sheet("作废")
    hidden.append(["本表作废，勿用（样本）"])
    hidden.sheet_state = "hidden"
    return (
        "mac-clerk.xlsx",
        _saved(book),
        accounts(
            accounts={"9栋1单元101": "900.00", "9栋1单元102": "300.00"},
            debtors={"9栋1单元101": "样酉"},
            oldest_due={"9栋1单元101": "2026-01-15"},
            periods={"9栋1单元101": ["2026-01/2026-06"]},
        ),
    )


def taiwan_office() -> Made:
    """A Taiwan condominium office: Traditional headers, ROC years without separators, whole dollars."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "管理費欠繳"
    sheet.append(["樣本大廈管理負責人　欠繳管理費清冊"])
    sheet.append(["戶號", "區分所有權人", "期別", "應繳日期", "應繳金額", "已繳金額", "欠繳金額"])
    for row in (
        ["12號3樓之1", "樣亥", "113年11月", "113年11月10日", "NT$2,500", 0, "NT$2,500"],
        ["12號3樓之1", "樣亥", "113年12月", "113年12月10日", "NT$2,500", 500, "NT$2,000"],
        ["12號4樓", "樣本有限公司", "114年1月至114年6月", "114.01.10", 18000, None, 18000],
        ["合計", None, None, None, 23000, 500, 22500],
    ):
        sheet.append(row)
    return (
        "taiwan-office.xlsx",
        _saved(book),
        {
            "currency": "TWD",
            "faults": [],
            "accounts": {"12號3樓之1": "4500.00", "12號4樓": "18000.00"},
            "debtors": {"12號4樓": "樣本有限公司"},
            "oldest_due": {"12號3樓之1": "2024-11-10", "12號4樓": "2025-01-10"},
        },
    )


def broken_clerk() -> Made:
    """Two sheets with faults in rows and in a total; the sound rows must still be told apart."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "住宅"
    sheet.append(["打印时间", "2026/3/1"])
    sheet.append([])
    sheet.append(["房屋", "户主", "欠费起止", "缴费期限", "应收金额", "实收", "欠费金额"])
    for row in (
        ["1号楼101", "样一一", "2025.01-2025.03", "2025-01-31", 300, 0, 300],
        ["1号楼102", "样二二", "2025.01-2025.03", "2025-01-31", "三百", 0, None],
        ["1号楼103", "样三三", "2025.00-2025.03", "2025-01-31", 300, 0, 300],
        ["1号楼104", "样四四", "2025.01-2025.03", "2025-01-31", 300, 300.01, None],
        ["1号楼105", None, "2025.01-2025.03", "2025-01-31", 300, 0, 300],
        ["1号楼106", "样六六", "2025.01-2025.03", "2025-01-31", 300, 50, 200],
        ["1号楼107", "样七七", None, "2025-01-31", 300, 0, 300],
        ["1号楼108", "样八八", "2025.01-2025.03", "2025-01-31", None, None, None],
        ["1号楼109", "样九九", "2025.01-2025.03", "2025-01-31", "300.00.00", 0, None],
    ):
        sheet.append(row)
    shops = book.create_sheet("商铺")
    shops.append(["房号", "业主", "账期", "缴费截止日", "应收", "已收", "欠费金额"])
    shops.append(["铺-1", "样本面馆", "2025年1月-2025年6月", "2025-01-31", 1800, 0, 1800])
    shops.append(["铺-2", "样本书店", "2025年1月-2025年6月", "2025-01-31", 1500, 500, 1000])
    shops.append(["合计", None, None, None, 3300, 500, 2900])
    faults = [
        ("住宅", 5, "E", "amount in words"),
        ("住宅", 6, "C", "month zero"),
        ("住宅", 7, "F", "paid exceeds billed by a fen"),
        ("住宅", 8, "B", "no owner"),
        ("住宅", 9, "G", "300 - 50 is not 200"),
        ("住宅", 10, "C", "no period"),
        ("住宅", 11, "EFG", "no amount at all"),
        ("住宅", 12, "E", "two decimal points"),
        ("商铺", 4, "G", "the total says 2900, the rows 2800"),
    ]
    return (
        "broken-clerk.xlsx",
        _saved(book),
        {
            "currency": "CNY",
            "faults": [{"sheet": s, "row": r, "columns": list(c), "reason": why} for s, r, c, why in faults],
            "clean_accounts": {"1号楼101": "300.00", "铺-1": "1800.00", "铺-2": "1000.00"},
        },
    )


def every() -> Iterator[Made]:
    """Each foreign ledger: file name, bytes, truth."""
    for make in (
        system_export, clerk_two_heads, owed_only, libreoffice, old_system,
        unicode_text, mac_clerk, taiwan_office, broken_clerk,
    ):  # fmt: skip
        yield make()
