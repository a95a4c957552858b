"""``samples/ledger.xlsx``: three sheets of three clerks, odd in every way a real ledger is odd, and valid."""

from __future__ import annotations

import io
from decimal import Decimal
from itertools import groupby

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from samplekit import spelling
from samplekit.container import freeze
from samplekit.estate import ESTATE, PARKING, PROPERTY, SHARED, Line

_THIN = Side(style="thin", color="999999")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD = PatternFill("solid", fgColor="DDE6EE")
_ZERO = Decimal("0.00")


def _title(sheet: Worksheet, text: str, width: int, *rows: tuple[str, ...]) -> None:
    """A merged title, then the rows a printing system leaves above the table."""
    sheet.append([text])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    sheet["A1"].font = Font(name="宋体", size=16, bold=True)
    sheet["A1"].alignment = Alignment(horizontal="center")
    for row in rows:
        sheet.append(list(row))


def _head(sheet: Worksheet, names: list[str]) -> None:
    sheet.append(names)
    for cell in sheet[sheet.max_row]:
        cell.font, cell.fill, cell.border = Font(name="宋体", bold=True), _HEAD, _GRID
        cell.alignment = Alignment(horizontal="center", wrap_text=True)


def _widths(sheet: Worksheet, *widths: float) -> None:
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width


def _border(sheet: Worksheet, row: int) -> None:
    for cell in sheet[row]:
        cell.border = _GRID


def _property(sheet: Worksheet, lines: list[Line]) -> None:
    """House, unit and room in one column; owners merged over their rows; a subtotal for every building."""
    _title(
        sheet,
        f"{ESTATE}物业服务费欠费明细表（样本，全部虚构）",
        13,
        ("打印日期：2026年10月12日", "", "", "", "", "", "制表人：样本员甲"),
        ("数据截至：2026-09-30", "", "", "", "", "", "单位：元"),
    )
    _head(
        sheet,
        [
            "序号",
            "房号",
            "业主姓名",
            "内部编码",
            "联系电话",
            "建筑面积(㎡)",
            "单价(元/㎡·月)",
            "费用所属期",
            "应缴日期",
            "应收金额",
            "已收金额",
            "欠费金额",
            "备注",
        ],
    )
    serial = 0
    grand = [_ZERO, _ZERO, _ZERO]
    for building, of_building in groupby(lines, key=lambda line: line.home.building):
        sums = [_ZERO, _ZERO, _ZERO]
        for label, of_home in groupby(of_building, key=lambda line: line.home.label):
            rows = list(of_home)
            first = sheet.max_row + 1
            for n, line in enumerate(rows):
                serial += 1
                spelled = spelling.wide(label) if label == "1栋2单元202" else label
                # An empty cell is how most clerks write "nothing paid".
                nothing = not line.paid and serial % 4 == 0
                sheet.append(
                    [
                        serial,
                        spelled if n == 0 else None,
                        line.owner if n == 0 else None,
                        f"NB{serial:05d}",
                        None,
                        line.area,
                        line.price,
                        spelling.span(serial, line.start, line.end),
                        spelling.day(serial, line.due),
                        spelling.amount(serial, line.billed),
                        None if nothing else spelling.amount(serial + 2, line.paid),
                        spelling.amount(serial + 5, line.owed),
                        line.remark or None,
                    ]
                )
                row = sheet.max_row
                sheet.cell(row, 9).number_format = "yyyy-mm-dd" if serial % 6 == 0 else "General"
                _border(sheet, row)
                sums = [a + b for a, b in zip(sums, (line.billed, line.paid, line.owed), strict=True)]
            _phone(sheet, first, rows[0].phone, serial)
            for column in (2, 3, 5):
                if len(rows) > 1:
                    sheet.merge_cells(
                        start_row=first, start_column=column, end_row=first + len(rows) - 1, end_column=column
                    )
                sheet.cell(first, column).alignment = Alignment(vertical="center", wrap_text=True)
        sheet.append([None, f"{building}小计" if building[0].isdigit() else "小计", *[None] * 7, *sums])
        for cell in sheet[sheet.max_row]:
            cell.font = Font(name="宋体", italic=True)
        grand = [a + b for a, b in zip(grand, sums, strict=True)]
    sheet.append(["合计", *[None] * 8, *(f"{value:,.2f}" for value in grand), "以上金额单位为元"])
    sheet.append([])
    sheet.append(["注：1. 本表为样本数据，姓名、房号、金额均属虚构。"])
    sheet.append(["    2. 已收金额截至2026年9月30日，此后到账的款项未计入。"])
    sheet.append(["审核：样本员乙", None, None, None, None, None, "财务：样本员丙"])
    _widths(sheet, 6, 16, 22, 10, 15, 10, 10, 24, 15, 13, 13, 13, 12)
    sheet.column_dimensions["D"].hidden = True
    sheet.freeze_panes = "A5"


def _phone(sheet: Worksheet, row: int, phone: str, wheel: int) -> None:
    """Kept as text, as a whole number, or as a float shown like 1.38E+10 (all digits are there)."""
    cell = sheet.cell(row, 5)
    if wheel % 3 == 0:
        cell.value, cell.number_format = float(phone), "0.00E+00"
    elif wheel % 3 == 1:
        cell.value = phone
    else:
        cell.value, cell.number_format = int(phone), "0"


def _parking(sheet: Worksheet, lines: list[Line]) -> dict[str, str]:
    """Building, unit and room in three columns, 同上 for a repeated owner, blank rows between owners.

    Returns its formulas by cell: this clerk lets the spreadsheet compute what is owed and the totals, so the
    amounts are true numbers here (a SUM skips amounts kept as text).
    """
    _title(
        sheet,
        f"{ESTATE}停车费（车位管理费）台账  样本",
        11,
        ("制表人：样本员丁", "", "", "打印日期：2026/10/12"),
    )
    sheet.append([])
    _head(
        sheet, ["楼栋", "单元", "室", "户主", "手机号", "账期", "缴费截止日", "应收", "实收", "欠缴", "说明"]
    )
    first = sheet.max_row + 1
    formulas: dict[str, str] = {}
    sums = [_ZERO, _ZERO, _ZERO]
    for n_home, (_, of_home) in enumerate(groupby(lines, key=lambda line: line.home.label)):
        for n, line in enumerate(of_home):
            row = sheet.max_row + 1
            room = int(line.home.room) if line.home.unit else line.home.room
            sheet.append(
                [
                    line.home.building,
                    line.home.unit or None,
                    room,
                    "同上" if n else line.owner,
                    None if n else line.phone,
                    spelling.span(row, line.start, line.end),
                    spelling.day(row + 3, line.due),
                    line.billed,
                    line.paid,
                    line.owed,
                    "地下车位" if line.home.building == "B1" else None,
                ]
            )
            formulas[f"J{row}"] = f"H{row}-I{row}"
            for column in (8, 9, 10):
                sheet.cell(row, column).number_format = "#,##0.00"
            sheet.cell(row, 7).number_format = "yyyy/m/d" if (row + 3) % 6 == 0 else "General"
            _border(sheet, row)
            sums = [a + b for a, b in zip(sums, (line.billed, line.paid, line.owed), strict=True)]
        if n_home % 5 == 4:
            sheet.append([None])
            sheet.cell(sheet.max_row + 1, 11).value = " "  # a blank in an otherwise empty row
    total = sheet.max_row + 1
    sheet.append(["总计", *[None] * 6, *sums, None])
    sheet.append(["备注：车位管理费标准为每月80元；本表为样本。"])
    _widths(sheet, 8, 8, 8, 26, 14, 24, 16, 12, 12, 12, 12)
    return formulas | {f"{column}{total}": f"SUM({column}{first}:{column}{total - 1})" for column in "HIJ"}


def _shared(sheet: Worksheet, lines: list[Line]) -> None:
    """One month a row and the fee item in a column of its own."""
    _title(sheet, "公摊水电费催缴清单（样本）", 9)
    _head(
        sheet,
        [
            "房屋地址",
            "区分所有权人",
            "收费项目",
            "期别",
            "缴费期限",
            "应收合计",
            "已缴",
            "欠费合计(元)",
            "备注",
        ],
    )
    sums = [_ZERO, _ZERO, _ZERO]
    for n, line in enumerate(lines):
        sheet.append(
            [
                line.home.label,
                line.owner,
                line.item,
                spelling.span(n, line.start, line.end),
                spelling.day(n + 1, line.due),
                spelling.amount(n, line.billed),
                None if n % 2 else 0,
                spelling.amount(n + 4, line.owed),
                None,
            ]
        )
        row = sheet.max_row
        sheet.cell(row, 5).number_format = "yyyy-mm-dd" if (n + 1) % 6 == 0 else "General"
        _border(sheet, row)
        sums = [a + b for a, b in zip(sums, (line.billed, line.paid, line.owed), strict=True)]
    sheet.append([])
    sheet.append([None, "合计：", None, None, None, *sums])
    _widths(sheet, 18, 26, 14, 14, 16, 12, 10, 14, 10)


def _notes(sheet: Worksheet) -> None:
    """A sheet of prose: there is no table in it, and that is no fault."""
    for text in (
        "填表说明（样本）",
        "一、本台账由三名客服分别登记，格式不一，请以各表表头为准。",
        "二、本工作簿全部内容均为虚构，仅供演示和测试。",
    ):
        sheet.append([text])
    _widths(sheet, 70)


def ledger_xlsx(lines: list[Line]) -> bytes:
    book = Workbook()
    book.properties.creator = "样本员甲"
    book.properties.title = f"{ESTATE}欠费台账（样本）"
    first = book.active
    assert first is not None
    first.title = PROPERTY
    _property(first, [line for line in lines if line.item == PROPERTY])
    formulas = _parking(book.create_sheet(PARKING), [line for line in lines if line.item == PARKING])
    _shared(book.create_sheet("公摊水电"), [line for line in lines if line.item == SHARED])
    _notes(book.create_sheet("填表说明"))
    out = io.BytesIO()
    book.save(out)
    return freeze(out.getvalue(), {"xl/worksheets/sheet2.xml": formulas})
