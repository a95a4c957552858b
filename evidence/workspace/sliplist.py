"""The list of scanned slips that a clerk fills in: :mod:`evidence.intake.sliplist` reads it back."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from evidence.errors import fail
from evidence.workspace.scans import ScannedPage, State
from evidence.workspace.store import write_atomically

__all__ = ["write_slip_list"]

_HEADS = {
    "zh": "文件 页 识别情况 函件编号 房号 业主 送达方式 送达结果 送达时间 签收人 与业主关系 "
    "送达人 见证人 送达地点 原因 材料种类 备注",
    "zh-Hant": "文件 頁 識別情況 函件編號 房號 業主 送達方式 送達結果 送達時間 簽收人 與業主關係 "
    "送達人 見證人 送達地點 原因 材料種類 備註",
}
_STATES = {
    "zh": {
        State.MATCHED: "已识别",
        State.BY_HAND: "经办人填写",
        State.UNREAD: "未识读到编码，请核对后填写函件编号",
        State.NO_PICTURES: "页面无扫描图像",
        State.FOREIGN: "编码不属于本单位函件",
        State.SEVERAL: "同页有多份函件的编码，请分开扫描",
        State.DAMAGED: "无法打开，请重新扫描",
    },
    "zh-Hant": {
        State.MATCHED: "已識別",
        State.BY_HAND: "經辦人填寫",
        State.UNREAD: "未識讀到編碼，請核對後填寫函件編號",
        State.NO_PICTURES: "頁面無掃描圖像",
        State.FOREIGN: "編碼不屬於本單位函件",
        State.SEVERAL: "同頁有多份函件的編碼，請分開掃描",
        State.DAMAGED: "無法打開，請重新掃描",
    },
}
_WIDTHS = (18, 6, 22, 20, 16, 14, 10, 10, 18, 12, 14, 16, 14, 20, 16, 12, 20)


def write_slip_list(path: Path, pages: Sequence[ScannedPage], locale: str) -> None:
    """A row for each page, what was read of it filled in; pages that are on record already are left out.

    As .xlsx or .csv, by the name; ``general.output-exists`` where a file of that name is there: it may be filled in.
    """
    if path.exists():
        raise fail("general.output-exists", path=str(path))
    rows = [
        (page.file, str(page.page or ""), _STATES[locale][page.state], page.printed, page.account, page.owner)
        for page in pages
        if not page.filed
    ]
    write_atomically(path, _sheet(rows, locale) if path.suffix.lower() == ".xlsx" else _csv(rows, locale))


def _csv(rows: Sequence[Sequence[str]], locale: str) -> bytes:
    out = io.StringIO()
    heads = _HEADS[locale].split()
    csv.writer(out).writerows(
        [heads, *([*map(_plain, row), *[""] * (len(heads) - len(row))] for row in rows)]
    )
    return out.getvalue().encode("utf-8-sig")


def _sheet(rows: Sequence[Sequence[str]], locale: str) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(_HEADS[locale].split())
    for row in rows:
        sheet.append(list(map(_plain, row)))
    for number, (cell, width) in enumerate(zip(sheet[1], _WIDTHS, strict=True), 1):
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(number)].width = width
    for column in sheet.iter_cols(min_col=1, max_col=len(_WIDTHS)):
        for cell in column:
            cell.number_format = "@"  # a time stays as it is typed
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _plain(text: str) -> str:
    """A file's name begins no formula."""
    return f"'{text}" if text[:1] in "=+-@" and len(text) > 1 else text
