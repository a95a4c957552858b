"""What a letter states and when something happened, written for the page's reader as the letter prints it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from evidence.clock import CHINA
from evidence.model.period import Period, chinese_date
from evidence.web.words import Words

__all__ = ["fact_rows", "local_time"]

_LABELS = {
    "premises": "f_premises", "addressee": "f_addressee", "total": "f_total", "bill_total": "f_total",
    "late.total": "f_late", "pay_by": "f_pay_by",
}  # fmt: skip
_SERIES = {
    "period": "f_period", "reserved": "f_reserved", "settled": "f_settled", "bill": "f_bill",
    "instalment": "f_instalment",
}  # fmt: skip
_PERIOD = re.compile(r"(\d{4}-\d\d)(-\d\d)?/(\d{4}-\d\d)(-\d\d)?(?= )")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SUM = re.compile(r"\b([A-Z]{3}) (-?\d+(?:\.\d+)?)\Z")


def fact_rows(words: Words, facts: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Label and value of each fact that has a word here; lines of one series stand under one label.

    What has no word (a digest, a rate) is in the PDF. ``facts`` are as the token seals them (docs/formats.md §2).
    """
    rows: dict[str, list[str]] = {}
    for name, value in facts:
        label = _LABELS.get(name) or _SERIES.get(name.partition(".")[0])
        if label:
            plain = value if label in ("f_premises", "f_addressee") else _legible(value, words.lang)
            rows.setdefault(words[label], []).append(plain)
    return [(label, "\n".join(values)) for label, values in rows.items()]


def local_time(at: datetime, lang: str) -> str:
    """A moment in China's time to the second, with its zone: it is what a receipt proves."""
    here = at.astimezone(CHINA)
    if lang == "en":
        return here.strftime("%Y-%m-%d %H:%M:%S +08:00")
    zone = "北京時間" if lang == "zh-Hant" else "北京时间"
    return f"{chinese_date(here.date())} {here:%H:%M:%S}（{zone}）"


def _legible(value: str, lang: str) -> str:
    """A period, day or sum in the machine's form as people write it; names of fees stay as they are."""
    chinese = lang != "en"
    if found := _PERIOD.match(value):
        value = (_chinese(found) if chinese else _short(found)) + value[found.end() :]
    elif (found := _DAY.match(value)) and chinese:
        value = chinese_date(date.fromisoformat(found[0])) + value[found.end() :]
    if found := _SUM.search(value):
        amount = f"{Decimal(found[2]):,}"
        is_yuan = chinese and found[1] == "CNY"
        value = value[: found.start()] + (f"{amount}元" if is_yuan else f"{found[1]} {amount}")
    return value


def _short(found: re.Match[str]) -> str:
    """One month or day is named once."""
    start, _, end = found[0].partition("/")
    return start if start == end else found[0]


def _chinese(found: re.Match[str]) -> str:
    """``2026年1月至3月``, the year once where it is one, as in the letters (evidence.letters.periods)."""
    if found[2] or found[4]:
        start, _, end = found[0].partition("/")
        return Period(date.fromisoformat(start), date.fromisoformat(end)).chinese
    (year, month), (last_year, last) = found[1].split("-"), found[3].split("-")
    if year == last_year:
        return f"{year}年{int(month)}月" + (f"至{int(last)}月" if last != month else "")
    return Period.months(int(year), int(month), int(last_year), int(last)).chinese
