"""The small ledgers of ``samples/more``: GB18030 text, OpenDocument, Excel 97, and one from Taiwan."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TableCellProperties
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

from samplekit import spelling
from samplekit.container import freeze
from samplekit.estate import PROPERTY, Home, Line

_SMALL = {"1栋2单元301", "2栋1单元302", "2栋1单元401", "3栋1单元202", "3栋1单元301", "S-05"}


def ledger_csv(lines: list[Line]) -> bytes:
    """The property-fee sheet as a Chinese Excel saves it as text: GB18030, CR LF, the room in every row."""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(["样本·和风苑小区物业服务费（样本）"])
    sheet.writerow(
        [
            "房号",
            "业主姓名",
            "联系电话",
            "收费项目",
            "费用所属期",
            "应缴日期",
            "应收金额",
            "已收金额",
            "欠费金额",
        ]
    )
    for n, line in enumerate(lines):
        sheet.writerow(
            [
                line.home.label,
                line.owner,
                line.phone,
                line.item,
                spelling.span(n, line.start, line.end),
                line.due.isoformat() if n % 2 else f"{line.due.year}/{line.due.month}/{line.due.day}",
                f"{line.billed:,.2f}",
                f"{line.paid:.2f}" if line.paid else "",
                f"{line.owed:,.2f}",
            ]
        )
    totals = (sum((getattr(line, part) for line in lines), Decimal(0)) for part in ("billed", "paid", "owed"))
    sheet.writerow(["合计", "", "", "", "", "", *(f"{value:,.2f}" for value in totals)])
    return out.getvalue().encode("gb18030")


def small_lines(lines: list[Line]) -> list[Line]:
    return [line for line in lines if line.home.label in _SMALL and line.item == PROPERTY]


def small_ods(lines: list[Line]) -> bytes:
    """OpenDocument: typed date and currency cells, merged owners, repeated empty rows, a bounding style."""
    document = OpenDocumentSpreadsheet()
    style = Style(name="boxed", family="table-cell")
    style.addElement(TableCellProperties(border="0.5pt solid #999999"))
    document.automaticstyles.addElement(style)
    table = Table(name=PROPERTY)

    def text(row: TableRow, value: str, **more: str | int) -> None:
        cell = TableCell(valuetype="string", stylename=style, **more)
        cell.addElement(P(text=value))
        row.addElement(cell)

    def money(row: TableRow, value: Decimal) -> None:
        cell = TableCell(valuetype="currency", currency="CNY", value=f"{value:.2f}", stylename=style)
        cell.addElement(P(text=f"￥{value:,.2f}"))
        row.addElement(cell)

    title = TableRow()
    text(title, "样本·和风苑小区 欠费台账（样本）", numbercolumnsspanned=8)
    for _ in range(7):
        title.addElement(CoveredTableCell())
    table.addElement(title)
    table.addElement(TableRow(numberrowsrepeated=2))
    head = TableRow()
    for name in ("房屋", "业主", "电话", "账期", "缴费截止日", "应收", "实收", "欠费金额"):
        text(head, name)
    table.addElement(head)
    done = ""
    for n, line in enumerate(lines):
        row = TableRow()
        if line.home.label != done:
            done = line.home.label
            count = sum(1 for other in lines if other.home == line.home)
            for value in (done, line.owner, line.phone):
                text(row, value, numberrowsspanned=count)
        else:
            for _ in range(3):
                row.addElement(CoveredTableCell())
        text(row, spelling.span(n, line.start, line.end))
        cell = TableCell(valuetype="date", datevalue=line.due.isoformat(), stylename=style)
        cell.addElement(P(text=f"{line.due:%y}/{line.due.month}/{line.due.day}"))
        row.addElement(cell)
        for value in (line.billed, line.paid, line.owed):
            money(row, value)
        table.addElement(row)
    table.addElement(TableRow(numberrowsrepeated=40))
    document.spreadsheet.addElement(table)
    out = io.BytesIO()
    document.write(out)
    return freeze(out.getvalue())


def small_xls(lines: list[Line]) -> bytes:
    """Excel 97: dates as numbers with a date format, room numbers as numbers, one merged title."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("物业服务费")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    sheet.write_merge(0, 0, 0, 9, "样本·和风苑小区 欠费台账（样本）")
    for column, name in enumerate(
        ["楼栋", "单元", "房间号", "户主", "手机", "期别", "缴费期限", "应收金额", "已缴", "欠费金额"]
    ):
        sheet.write(2, column, name)
    row = 3
    for n, line in enumerate(lines):
        home = line.home
        room = float(home.room) if home.unit else home.room
        cells = [
            home.building,
            home.unit,
            room,
            line.owner,
            float(line.phone),
            spelling.span(n, line.start, line.end),
        ]
        for column, value in enumerate(cells):
            sheet.write(row, column, value)
        sheet.write(row, 6, line.due, day)
        for column, amount in enumerate((line.billed, line.paid, line.owed), start=7):
            sheet.write(row, column, amount)
        row += 1
    sheet.write(row, 0, "合计")
    for column, part in enumerate(("billed", "paid", "owed"), start=7):
        sheet.write(row, column, sum((getattr(line, part) for line in lines), Decimal(0)))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def taiwan_lines() -> list[Line]:
    """A condominium (公寓大廈) that bills in whole New Taiwan dollars by ROC calendar years."""
    made = []
    book = (
        ("A棟3樓之1", "陳樣安", 3, 5400),
        ("A棟5樓之2", "林樣慧", 1, 6150),
        ("A棟7樓", "樣本科技股份有限公司", 2, 12600),
        ("B棟2樓之1", "黃樣偉", 0, 4980),
        ("B棟11樓之3", "劉樣德、劉樣芳", 4, 7350),
    )
    for number, (label, owner, unpaid, fee) in enumerate(book, start=1):
        building, room = label[:2], label[2:]
        for n in range(5 - max(unpaid, 1), 5):
            year, month = 2025 + n // 4, n % 4 * 3 + 1
            paid = Decimal(fee if n < 5 - unpaid else 0)
            if label == "A棟7樓" and n == 3:
                paid = Decimal(2600)
            made.append(
                Line(
                    Home(building, "", room), owner, f"0900{number:06d}", "管理費", (year, month),
                    (year, month + 2), date(year, month, 10), Decimal(fee), paid,
                )
            )  # fmt: skip
    return made


def _roc(day: date, n: int) -> str:
    year = day.year - 1911
    return f"{year}年{day.month}月{day.day}日" if n % 2 else f"{year}/{day.month:02d}/{day.day:02d}"


def taiwan_csv(lines: list[Line]) -> bytes:
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(["樣本和風社區管理委員會　管理費欠繳明細表（樣本）"])
    sheet.writerow(["列印日期：115年4月20日", "", "", "", "單位：新臺幣元"])
    sheet.writerow(
        ["戶別", "區分所有權人", "電話", "費用項目", "期別", "繳費期限", "應繳金額", "已繳金額", "未繳金額"]
    )
    for n, line in enumerate(lines):
        (y, m), (y2, m2) = line.start, line.end
        periods = [f"{y - 1911}年{m}月-{y2 - 1911}年{m2}月", f"{y - 1911}/{m:02d}-{y2 - 1911}/{m2:02d}"]
        sheet.writerow(
            [
                f"{line.home.building}{line.home.room}",
                line.owner,
                line.phone,
                line.item,
                periods[n % 2],
                _roc(line.due, n),
                f"NT${line.billed:,}",
                f"{line.paid:,}",
                f"{line.owed:,}",
            ]
        )
    totals = (sum((getattr(line, part) for line in lines), Decimal(0)) for part in ("billed", "paid", "owed"))
    sheet.writerow(["合計", "", "", "", "", "", *(f"{value:,}" for value in totals)])
    return out.getvalue().encode("big5")
