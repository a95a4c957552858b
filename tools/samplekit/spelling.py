"""The many ways clerks write the same period, date, amount and telephone number.

Each list is a wheel: row *n* of a sheet takes spelling *n* modulo its length, so that every spelling
occurs and two runs write the same cells.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal

Month = tuple[int, int]
Value = str | int | float | Decimal | date | datetime | None

_WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")

SPANS: list[Callable[[Month, Month], str]] = [
    lambda a, b: f"{a[0]}年{a[1]}月-{b[0]}年{b[1]}月",
    lambda a, b: f"{a[0]}.{a[1]:02d}-{b[0]}.{b[1]:02d}",
    lambda a, b: f"{a[0]}{a[1]:02d}~{b[0]}{b[1]:02d}",
    lambda a, b: f"{a[0]}-{a[1]:02d}至{b[0]}-{b[1]:02d}",
    lambda a, b: f"{a[0]}年{a[1]:02d}月至{b[0]}年{b[1]:02d}月",
]
MONTHS: list[Callable[[Month], str]] = [
    lambda m: f"{m[0]}年{m[1]}月",
    lambda m: f"{m[0]}-{m[1]:02d}",
    lambda m: f"{m[0]}{m[1]:02d}",
    lambda m: f"{m[0]}.{m[1]:02d}",
]
_EPOCH = date(1899, 12, 30)  # day 0 of Excel's serial dates, valid from March 1900

DAYS: list[Callable[[date], Value]] = [
    lambda d: datetime.combine(d, time()),
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: d.isoformat(),
    lambda d: (d - _EPOCH).days,
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: f"{d.year}.{d.month:02d}.{d.day:02d}",
]
AMOUNTS: list[Callable[[Decimal], Value]] = [
    lambda a: a,
    lambda a: a,
    lambda a: f"{a:,.2f}",
    lambda a: a,
    lambda a: f"¥{a:,.2f}",
    lambda a: a,
    lambda a: f"{a:.2f}".translate(_WIDE),
    lambda a: f"{a:.2f}元",
    lambda a: f" ￥{a:.2f} ",
]


def span(n: int, start: Month, end: Month) -> str:
    return MONTHS[n % len(MONTHS)](start) if start == end else SPANS[n % len(SPANS)](start, end)


def day(n: int, due: date) -> Value:
    return DAYS[n % len(DAYS)](due)


def amount(n: int, value: Decimal) -> Value:
    return AMOUNTS[n % len(AMOUNTS)](value)


def wide(text: str) -> str:
    """Full-width digits, as an input method in full-width mode leaves them."""
    return text.translate(_WIDE)
