"""``samples/ledger-faulty.xlsx``: every fault of a ledger once, and the cell where a clerk would look."""

from __future__ import annotations

import io

from openpyxl import Workbook

from samplekit.container import freeze

_HEAD = [
    "序号",
    "房号",
    "业主姓名",
    "联系电话",
    "费用所属期",
    "应缴日期",
    "应收金额",
    "已收金额",
    "欠费金额",
    "备注",
]

_QUARTER, _DUE = "2026年1月-2026年3月", "2026-01-15"

# room | owner | period | due | billed | paid | owed | columns at fault | reason. No reason: the row is right.
_ROWS: list[tuple[object, object, object, object, object, object, object, str, str]] = [
    ("1栋1单元101", "样一", _QUARTER, _DUE, 500, 0, 500, "", ""),
    ("1栋1单元102", "样二", _QUARTER, _DUE, -300, None, None, "G", "negative-amount"),
    ("1栋1单元103", "样三", _QUARTER, _DUE, "壹佰?", None, None, "G", "unreadable-amount"),
    ("1栋1单元104", "样四", _QUARTER, _DUE, "abc", None, None, "G", "unreadable-amount"),
    ("1栋1单元105", "样五", _QUARTER, _DUE, "1e5", None, None, "G", "unreadable-amount"),
    ("1栋1单元201", "样六", "2024年13月", _DUE, 500, 0, 500, "E", "unreadable-period"),
    ("1栋1单元202", "样七", "2026年3月-2026年1月", _DUE, 500, 0, 500, "E", "period-ends-before-start"),
    ("1栋1单元203", "样八", _QUARTER, _DUE, 500, 0, 500, "", ""),
    ("1栋1单元203", "样八", _QUARTER, _DUE, 500, 0, 500, "BE", "duplicate-line"),
    (None, "样九", _QUARTER, _DUE, 500, 0, 500, "B", "no-room"),
    ("1栋1单元302", None, _QUARTER, _DUE, 500, 0, 500, "C", "no-owner"),
    ("1栋1单元303", "样十", _QUARTER, _DUE, "#REF!", None, None, "G", "spreadsheet-error"),
    ("1栋1单元304", "样十一", _QUARTER, _DUE, "298.405", None, None, "G", "fraction-of-a-fen"),
    ("1栋1单元401", "样十二", _QUARTER, _DUE, "US$300.00", None, None, "G", "other-currency"),
    ("1栋1单元402", "样十三", _QUARTER, _DUE, "NT$300", None, None, "G", "other-currency"),
    ("1栋1单元403", "样十四", _QUARTER, _DUE, 500, 600, None, "H", "paid-exceeds-billed"),
    ("1栋1单元404", "样十五", _QUARTER, _DUE, 500, 100, 450, "I", "does-not-balance"),
    ("1栋1单元501", "样十六", _QUARTER, _DUE, 500, 0, 500, "", "half-of-a-conflict"),
    ("1栋1单元501", "样十七", "2026年4月-2026年6月", "2026-04-15", 500, 0, 500, "C", "two-owners"),
    ("1栋1单元502", "样十八", _QUARTER, "2026年2月30日", 500, 0, 500, "F", "unreadable-date"),
    ("1栋1单元503", "样十九", _QUARTER, _DUE, "1,200.00", "200", "1,000.00", "", ""),
]  # fmt: skip


def faulty_xlsx() -> tuple[bytes, dict[str, object]]:
    """The workbook, and what must be found in it (``reason`` is a keyword, not a code of the toolkit)."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "物业服务费"
    sheet.append(["样本·和风苑小区（错误示例，样本）"])
    sheet.append(_HEAD)
    faults: list[dict[str, object]] = []
    clean: dict[str, str] = {}
    for serial, (room, owner, period, due, billed, paid, owed, columns, reason) in enumerate(_ROWS, start=1):
        sheet.append([serial, room, owner, None, period, due, billed, paid, owed, None])
        row = sheet.max_row
        if billed == "#REF!":
            sheet.cell(row, 7).data_type = "e"
        if columns:
            faults.append({"sheet": sheet.title, "row": row, "columns": list(columns), "reason": reason})
        elif not reason and room != "1栋1单元203":
            clean[str(room)] = f"{owed:.2f}" if isinstance(owed, int) else str(owed).replace(",", "")
    totals = book.create_sheet("停车费")
    totals.append(_HEAD)
    totals.append([1, "B1-001", "样二十", None, "2026年1月-2026年6月", "2025-12-30", 480, 0, 480, None])
    totals.append([2, "B1-002", "样廿一", None, "2026年1月-2026年6月", "2025-12-30", 480, 240, 240, None])
    # 480 + 240 is 720: the clerk added a line and forgot the total.
    totals.append(["合计", None, None, None, None, None, 960, 240, 620, None])
    faults.append({"sheet": "停车费", "row": 4, "columns": ["I"], "reason": "total-does-not-add-up"})
    out = io.BytesIO()
    book.save(out)
    return freeze(out.getvalue()), {
        "file": "ledger-faulty.xlsx",
        "currency": "CNY",
        "faults": faults,
        "clean_accounts": clean | {"B1-001": "480.00", "B1-002": "240.00"},
    }
