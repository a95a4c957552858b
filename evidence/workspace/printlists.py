"""The list of a print run for the post office: who, where, and what is in each envelope (CSV and XLSX).

内件品名 names the letter with its number, the home and the periods: courts were split on what an envelope held whose
waybill named nothing, and counted a refused one as arrived whose waybill named the letter. It names no sum and no reason,
stands on the carrier's waybill alone, and on no label of ours. Both files are the same bytes each time.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from evidence.clock import CHINA
from evidence.letters.periods import period_lines
from evidence.model.letter import Fact
from evidence.model.period import Period

__all__ = ["Mailing", "contents_of", "mailing_csv", "mailing_xlsx"]

_PERIODS = ("period.", "settled.", "bill.")
_HEADERS = {
    "zh": ("序号", "收件人", "电话", "收件地址", "内件品名", "文书编号", "核验短码", "文书页数", "寄件人", "寄件人电话",
           "寄件地址", "邮件号"),
    "zh-Hant": ("序號", "收件人", "電話", "收件地址", "內件品名", "文書編號", "核驗短碼", "文書頁數", "寄件人",
                "寄件人電話", "寄件地址", "郵件號"),
}  # fmt: skip
_SHEET = {"zh": "交寄清单", "zh-Hant": "交寄清單"}
_CONTENTS = {
    "zh": (
        "关于{home}{periods}{items}的{title}（编号{number}）",
        "关于{home}的{title}（编号{number}）",
        "等",
    ),
    "zh-Hant": (
        "關於{home}{periods}{items}的{title}（編號{number}）",
        "關於{home}的{title}（編號{number}）",
        "等",
    ),
}
# What a number is the number of, lest 101 and 2026 be read as one: a room, a parking place, a shop on the street.
_OF = {"zh": ("室", "车位", "号"), "zh-Hant": ("室", "車位", "號")}
_PARKING = re.compile("停车|停車|车位|車位|泊位")
_WIDTHS = (6, 14, 16, 40, 60, 22, 13, 9, 28, 16, 36, 18)
_MOST_ITEMS = 2


@dataclass(frozen=True, slots=True)
class Mailing:
    """One line of the list; the waybill's number is left to be filled in."""

    number: int
    name: str
    phone: str
    address: str
    contents: str
    letter: str
    code: str
    pages: int
    sender: str
    sender_phone: str
    sender_address: str

    @property
    def cells(self) -> tuple[str | int, ...]:
        return (
            self.number, self.name, self.phone, self.address, self.contents, self.letter, self.code, self.pages,
            self.sender, self.sender_phone, self.sender_address, "",
        )  # fmt: skip


def contents_of(
    facts: Sequence[Fact], home: str, title: str, number: str, locale: str, *, in_building: bool = True
) -> str:
    """内件品名: ``关于样本苑1栋1单元101室2026年2月至3月物业费的催交通知书（编号…）``.

    Periods that follow each other are one; a letter without periods is named by its home alone. ``in_building``: the home
    is part of a building or floor, and not a shop that stands alone.
    """
    lines = [_line(fact.value) for fact in facts if fact.name.startswith(_PERIODS)]
    whole, bare, more = _CONTENTS[locale]
    items = list(dict.fromkeys(item for _, item in lines))
    last = unicodedata.normalize("NFKC", home)[-1:]
    if last.isascii() and last.isalnum():
        room, parking, shop = _OF[locale]
        only_parking = bool(items) and all(map(_PARKING.search, items))
        home += parking if only_parking else room if in_building else shop
    if not lines:
        return bare.format(home=home, title=title, number=number)
    runs: list[Period] = []
    for period in sorted({period for period, _ in lines}, key=lambda one: (one.start, one.end)):
        if runs and (period.start - runs[-1].end).days <= 1:
            runs[-1] = Period(runs[-1].start, max(runs[-1].end, period.end))
        else:
            runs.append(period)
    told = "、".join(items[:_MOST_ITEMS]) + (more if len(items) > _MOST_ITEMS else "")
    periods = "、".join("".join(period_lines(run)) for run in runs)
    return whole.format(home=home, periods=periods, items=told, title=title, number=number)


def _line(value: str) -> tuple[Period, str]:
    """Period and item of a sealed fact: ``2026-02/2026-02 物业费 CNY 100.00``."""
    span, _, rest = value.partition(" ")
    item = rest.rsplit(" ", 2)[0]
    start, _, end = span.partition("/")
    if len(start) == len("2026-02"):
        return Period.months(*map(int, start.split("-")), *map(int, end.split("-"))), item
    return Period(date.fromisoformat(start), date.fromisoformat(end)), item


def mailing_csv(rows: Sequence[Mailing], locale: str) -> bytes:
    """UTF-8 with its mark, which spreadsheets need to read Chinese."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_HEADERS[locale])
    writer.writerows([_inert(cell) for cell in row.cells] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _inert(cell: str | int) -> str | int:
    """A text that no spreadsheet takes for a formula; names come from other people's ledgers."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def mailing_xlsx(rows: Sequence[Mailing], locale: str, created: datetime) -> bytes:
    """The same as a workbook, every text a text: telephone numbers keep their zeros."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_SHEET[locale])
    for index, width in enumerate(_WIDTHS):
        sheet.column_dimensions[chr(ord("A") + index)].width = width
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, text, bold=True) for text in _HEADERS[locale]])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row.cells])
    raw = io.BytesIO()
    book.save(raw)
    return _steady(raw.getvalue(), created)


def _cell(sheet: Any, value: str | int, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.number_format = "@"
    cell.font = Font(bold=bold)
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    return cell


def _steady(xlsx: bytes, created: datetime) -> bytes:
    """The workbook with the times of the run in place of those of this minute."""
    stamp = created.astimezone(CHINA).strftime("%Y-%m-%dT%H:%M:%S+08:00").encode()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx)) as source, zipfile.ZipFile(out, "w") as target:
        for name in sorted(source.namelist()):
            data = source.read(name)
            if name == "docProps/core.xml":
                data = _dated(data, stamp)
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr, entry.create_system = (
                zipfile.ZIP_DEFLATED,
                0o644 << 16,
                3,
            )
            target.writestr(entry, data)
    return out.getvalue()


def _dated(core: bytes, stamp: bytes) -> bytes:
    return re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + stamp, core)
