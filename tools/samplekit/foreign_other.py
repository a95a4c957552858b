"""The foreign ledgers that are no xlsx files: Excel 97, OpenDocument, and text in two encodings."""

from __future__ import annotations

import codecs
import csv
import io
from datetime import date

import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

from samplekit.container import freeze

Truth = dict[str, object]
Made = tuple[str, bytes, Truth]


def accounts(**more: object) -> Truth:
    """The truth of a ledger in yuan without a fault."""
    return {"currency": "CNY", "faults": [], **more}


def owed_only() -> Made:
    """An old Excel file that lists nothing but the debt: no billed and no paid column."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("欠费")
    day = xlwt.easyxf(num_format_str="yyyy年m月d日")
    for column, name in enumerate(["房屋", "业主", "期别", "应缴日期", "欠费合计(元)"]):
        sheet.write(0, column, name)
    for row, (room, owner, period, due, owed) in enumerate(
        [
            ("商-01", "样本便利店", "2025-07至2025-09", date(2025, 7, 10), 3600),
            ("商-01", "样本便利店", "2025-10至2025-12", date(2025, 10, 10), 3600.5),
            ("商-02", "样壬", "2025-10至2025-12", date(2025, 10, 10), 1280.35),
            ("东楼301", "样癸", "2025年12月", date(2025, 12, 10), 98.6),
        ],
        start=1,
    ):
        sheet.write(row, 0, room)
        sheet.write(row, 1, owner)
        sheet.write(row, 2, period)
        sheet.write(row, 3, due, day)
        sheet.write(row, 4, owed)
    book.add_sheet("Sheet2")
    book.add_sheet("Sheet3")
    out = io.BytesIO()
    book.save(out)
    return (
        "owed-only.xls",
        out.getvalue(),
        accounts(
            accounts={"商-01": "7200.50", "商-02": "1280.35", "东楼301": "98.60"},
            debtors={"商-01": "样本便利店"},
            oldest_due={"商-01": "2025-07-10"},
        ),
    )


def libreoffice() -> Made:
    """OpenDocument with repeated cells and rows, a percentage column, and money as plain floats."""
    document = OpenDocumentSpreadsheet()
    table = Table(name="欠费表")
    head = TableRow()
    names = ["房号", "业主姓名", "费用所属期", "缴费期限", "折扣", "应收金额", "已收", "欠费金额"]
    for name in names:
        cell = TableCell(valuetype="string")
        cell.addElement(P(text=name))
        head.addElement(cell)
    table.addElement(head)
    for room, owner, period, due, billed, paid, owed in [
        ("甲座1202", "样子", "2026年1月", "2026-01-20", "260", "0", "260"),
        ("甲座1202", "样子", "2026年2月", "2026-02-20", "260", "0", "260"),
        ("甲座1203", "样丑", "2026年1月", "2026-01-20", "312.5", "12.5", "300"),
        ("乙座0801", "样寅", "2026年1月", "2026-01-20", "188.88", "188.88", "0"),
    ]:
        row = TableRow()
        for value in (room, owner, period):
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=value))
            row.addElement(cell)
        cell = TableCell(valuetype="date", datevalue=due)
        cell.addElement(P(text=due.replace("-", "/")))
        row.addElement(cell)
        cell = TableCell(valuetype="percentage", value="1")
        cell.addElement(P(text="100%"))
        row.addElement(cell)
        for value in (billed, paid, owed):
            cell = TableCell(valuetype="float", value=value)
            cell.addElement(P(text=f"{float(value):,.2f}"))
            row.addElement(cell)
        row.addElement(TableCell(numbercolumnsrepeated=1016))
        table.addElement(row)
    total = TableRow()
    cell = TableCell(valuetype="string", numbercolumnsspanned=5)
    cell.addElement(P(text="合　计"))
    total.addElement(cell)
    total.addElement(CoveredTableCell(numbercolumnsrepeated=4))
    for formula, value in (("F", "1021.38"), ("G", "201.38"), ("H", "820")):
        cell = TableCell(valuetype="float", value=value, formula=f"of:=SUM([.{formula}2:.{formula}5])")
        cell.addElement(P(text=value))
        total.addElement(cell)
    table.addElement(total)
    table.addElement(TableRow(numberrowsrepeated=1048570))
    document.spreadsheet.addElement(table)
    out = io.BytesIO()
    document.write(out)
    return (
        "libreoffice.ods",
        freeze(out.getvalue()),
        accounts(
            accounts={"甲座1202": "520.00", "甲座1203": "300.00", "乙座0801": "0.00"},
            debtors={"甲座1203": "样丑"},
            oldest_due={"甲座1202": "2026-01-20"},
        ),
    )


def old_system() -> Made:
    """A GBK text file: report title, quoted thousands, a line break inside a remark, tabs against Excel."""
    half, quarter = "2025年1月1日-2025年6月30日", "2025年4月1日-2025年6月30日"
    twice = "首次提醒：2025-03-01\n再次提醒：2025-05-06"
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(["样本·西溪人家应收账款明细"])
    sheet.writerow(
        ["房屋地址", "户主", "联系方式", "费用名称", "期别", "应缴日期", "应收金额", "已缴", "备注"]
    )
    for row in (
        ["7栋3单元0402", "样卯", "\t13800002001", "物业服务费", half, "20250131", "1,872.00", "0.00", ""],
        ["7栋3单元0402", "样卯", "\t13800002001", "公共能耗费", half, "20250131", "96.40", "0", twice],
        ["7栋3单元0403", "样辰", "\t13800002002", "物业服务费", half, "20250131", "1,872.00", "1,872.00", ""],
        ["7栋3单元0501", "样巳", "\t", "物业服务费", quarter, "20250430", "936.00", "36.00", "电话已停用"],
        ["合计", "", "", "", "", "", "4,776.40", "1,908.00", ""],
    ):  # fmt: skip
        sheet.writerow(row)
    return (
        "old-system.csv",
        out.getvalue().encode("gbk"),
        accounts(
            accounts={"7栋3单元0402": "1968.40", "7栋3单元0403": "0.00", "7栋3单元0501": "900.00"},
            debtors={"7栋3单元0402": "样卯"},
            phones={"7栋3单元0402": "13800002001"},
            oldest_due={"7栋3单元0402": "2025-01-31", "7栋3单元0501": "2025-04-30"},
        ),
    )


def unicode_text() -> Made:
    """What Excel calls "Unicode text": UTF-16 with a byte order mark, separated by tabs."""
    text = "\r\n".join(
        "\t".join(row)
        for row in (
            ("房号", "业主姓名", "费用所属期", "缴费截止日", "应收", "实收"),
            ("2号楼1单元601", "样午", "2025.01-2025.12", "2025-01-31", '"3,120.00"', "0"),
            ("2号楼1单元602", "欧阳样未", "2025.01-2025.12", "2025-01-31", '"3,120.00"', '"1,000.00"'),
            ("2号楼1单元702", "样申", "2025.07-2025.12", "2025-07-31", "1560", ""),
        )
    )
    return (
        "unicode-text.csv",
        codecs.BOM_UTF16_LE + (text + "\r\n").encode("utf-16-le"),
        accounts(
            accounts={"2号楼1单元601": "3120.00", "2号楼1单元602": "2120.00", "2号楼1单元702": "1560.00"},
            debtors={"2号楼1单元602": "欧阳样未"},
            oldest_due={"2号楼1单元702": "2025-07-31"},
        ),
    )
