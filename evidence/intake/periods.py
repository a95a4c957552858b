"""Days and fee periods as ledgers write them: words, points, slashes, Excel serials, years of the Republic.

A year has four digits, or stands after 民國, or has three digits and begins with 1 (115 → 2026). Two-digit
years and orders other than year-month-day are refused: a demand for a wrong period is worse than none.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import lru_cache

from evidence.intake.cells import Refusal, Value, fold, is_blank, raw, refuse_fault, squeeze
from evidence.model.period import Period

# Property management as a trade began in Shenzhen in 1981; a fee outside these years is a slip of the pen.
FIRST_YEAR, LAST_YEAR = 1981, 2099
# Day 0 of the two date systems of Excel; the first counts a 29 February 1900 that never was.
_EPOCH_1900, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
# A bare number is taken for a serial only inside these days, far from years, months and yyyymmdd.
_SERIALS = range((date(2000, 1, 1) - _EPOCH_1900).days, (date(2100, 1, 1) - _EPOCH_1900).days)

_YEAR = (
    r"(?:(?:中华民国|中華民國|民国|民國)(?P<{0}roc>[0-9]{{1,3}})"
    r"|(?P<{0}ad>[0-9]{{4}})|(?P<{0}min>1[0-9]{{2}}))"
)
_NUMERAL = {"一": 1, "二": 2, "三": 3, "四": 4}
_DAY = (
    _YEAR + r"(?:年(?P<{0}dm1>[0-9]{{1,2}})月(?P<{0}dd1>[0-9]{{1,2}})[日号號]?"
    r"|(?P<{0}sep>[-/.])(?P<{0}dm2>[0-9]{{1,2}})(?P={0}sep)(?P<{0}dd2>[0-9]{{1,2}})"
    r"|(?P<{0}dm3>[0-9]{{2}})(?P<{0}dd3>[0-9]{{2}}))"
)
_MONTH = (
    _YEAR + r"(?:年(?P<{0}m1>[0-9]{{1,2}})月?份?"
    r"|[-/.](?P<{0}m2>[0-9]{{1,2}})月?份?|(?P<{0}m3>[0-9]{{2}}))"
)
_QUARTER = _YEAR + r"年?[-/.]?(?:第?(?P<{0}q1>[1-4一二三四])季度?|Q(?P<{0}q2>[1-4]))"
_HALF = _YEAR + r"年?(?P<{0}half>[上下])半年"
_WHOLE_YEAR = _YEAR + r"(?:年度|全年|年全年|年)?"
_TO = r"(?:-{1,2}|~{1,2}|至|到|—{1,2}|–|―|～|∼)"
_POINTS = (("day", _DAY), ("month", _MONTH), ("quarter", _QUARTER), ("half", _HALF), ("year", _WHOLE_YEAR))
_SINGLE = tuple((kind, re.compile(shape.format("a"), re.IGNORECASE)) for kind, shape in _POINTS)
# Both ends of one kind; a mixed pair is always somebody's slip.
_RANGES = tuple(
    (kind, re.compile(shape.format("a") + _TO + shape.format("b"), re.IGNORECASE)) for kind, shape in _POINTS
)
# 2024年1-3月, 2024年1月至3月, 2024.01-03: the second end borrows the year. 2024-01-03 is a day, so not that.
_SHORT = re.compile(
    _YEAR.format("a") + r"(?:年(?P<y1>[0-9]{1,2})月?份?" + _TO + r"(?P<y2>[0-9]{1,2})月份?"
    r"|[/.](?P<z1>[0-9]{1,2})[-~](?P<z2>[0-9]{1,2}))"
)
_COUNT = re.compile(r"\(共?[0-9]{1,3}[个個]月\)$")
_TRIMMINGS = re.compile(r"^自|起(?=至|到)|[起止]$")
_CLOCK = re.compile(r"(?:[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.0+)?)?)$")


def _year(match: re.Match[str], end: str, text: str) -> int:
    roc = match[f"{end}roc"] or match[f"{end}min"]
    year = int(roc) + 1911 if roc else int(match[f"{end}ad"])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refusal("intake.period-impossible", raw=text)
    return year


def _first(match: re.Match[str], *groups: str) -> str:
    return next(match[group] for group in groups if match[group] is not None)


def _span(kind: str, match: re.Match[str], end: str, text: str) -> tuple[date, date]:
    """The first and last day of one point of time; :class:`Refusal` for a month 13 or a day 31 April."""
    year = _year(match, end, text)
    first_month, last_month = 1, 12
    if kind == "day":
        month, day = (int(_first(match, *(f"{end}d{part}{n}" for n in "123"))) for part in "md")
        try:
            return (only := date(year, month, day)), only
        except ValueError:
            raise Refusal("intake.period-impossible", raw=text) from None
    if kind == "month":
        first_month = last_month = int(_first(match, f"{end}m1", f"{end}m2", f"{end}m3"))
    elif kind == "quarter":
        digit = _first(match, f"{end}q1", f"{end}q2")
        quarter = _NUMERAL.get(digit) or int(digit)
        first_month, last_month = quarter * 3 - 2, quarter * 3
    elif kind == "half":
        first_month, last_month = (1, 6) if match[f"{end}half"] == "上" else (7, 12)
    return _months(year, first_month, last_month, text)


def _months(year: int, first: int, last: int, text: str) -> tuple[date, date]:
    if not (1 <= first <= 12 and 1 <= last <= 12):
        raise Refusal("intake.period-impossible", raw=text)
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def _period(start: date, end: date, text: str) -> Period:
    if end < start:
        raise Refusal("intake.period-reversed", raw=text)
    return Period(start, end)


@lru_cache(maxsize=8192)  # a ledger repeats a handful of periods ten thousand times
def _period_of_text(text: str) -> Period:
    shown, text = text, _TRIMMINGS.sub("", _COUNT.sub("", text))
    _refuse_lost_zero(text, shown)
    for kind, shape in _SINGLE:
        if (match := shape.fullmatch(text)) is None:
            continue
        if kind == "day":  # one day is no fee period; more likely a date in the wrong column
            _span(kind, match, "a", shown)
            raise Refusal("intake.period-unreadable", raw=shown)
        return _period(*_span(kind, match, "a", shown), shown)
    if match := _SHORT.fullmatch(text):
        year = _year(match, "a", shown)
        first, last = int(_first(match, "y1", "z1")), int(_first(match, "y2", "z2"))
        start, end = _months(year, first, first, shown)[0], _months(year, last, last, shown)[1]
        return _period(start, end, shown)
    for kind, shape in _RANGES:
        if match := shape.fullmatch(text):
            return _period(_span(kind, match, "a", shown)[0], _span(kind, match, "b", shown)[1], shown)
    raise Refusal("intake.period-unreadable", raw=shown)


def _refuse_lost_zero(text: str, shown: str) -> None:
    """2024.1 is January as typed and October (2024.10) as Excel shows a number; nobody can tell which."""
    if re.fullmatch(r"[0-9]{3,4}\.1", text):
        raise Refusal("intake.period-ambiguous", raw=shown)


def parse_period(value: Value, *, epoch_1904: bool = False) -> tuple[Period, bool] | None:
    """The period, and whether it was read from a date cell (Excel makes a date of a typed 2024年1月).

    ``None`` for a blank cell. Raises :class:`Refusal`: ``intake.period-unreadable``, ``-impossible``,
    ``-reversed``, ``-ambiguous``, or a formula fault.
    """
    refuse_fault(value)
    if is_blank(value):
        return None
    shown = raw(value)
    if isinstance(value, bool):
        raise Refusal("intake.period-unreadable", raw=shown)
    if isinstance(value, int | float):
        if float(value).is_integer() and int(value) in _SERIALS:
            value = _from_serial(int(value), epoch_1904)
        else:
            return _shown(f"{value:.10g}", shown), False
    if isinstance(value, date):
        if value.day != 1:
            raise Refusal("intake.period-unreadable", raw=shown)
        start, end = _months(_checked(value, shown).year, value.month, value.month, shown)
        return Period(start, end), True
    if not isinstance(value, str):
        raise Refusal("intake.period-unreadable", raw=shown)
    return _shown(squeeze(value), shown), False


def _shown(text: str, shown: str) -> Period:
    """Parse the squeezed text, but show the cell as it was written in a refusal."""
    if len(text) > 60:
        raise Refusal("intake.period-unreadable", raw=shown)
    try:
        return _period_of_text(text)
    except Refusal as refusal:
        raise Refusal(refusal.code, raw=shown) from None


def _from_serial(serial: int, epoch_1904: bool) -> date:
    return (_EPOCH_1904 if epoch_1904 else _EPOCH_1900) + timedelta(days=serial)


def _checked(day: date, shown: str, code: str = "intake.period-impossible") -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Refusal(code, raw=shown)
    return day.date() if isinstance(day, datetime) else day


def parse_date(value: Value, *, epoch_1904: bool = False) -> date | None:
    """The day of a date cell, a serial number, or a text in year-month-day order; ``None`` for a blank cell.

    Raises :class:`Refusal` ``intake.date-unreadable`` (also for ``2024-02-30``) or a formula fault.
    """
    refuse_fault(value)
    if is_blank(value):
        return None
    shown = raw(value)
    unreadable = Refusal("intake.date-unreadable", raw=shown)
    if isinstance(value, date):
        return _checked(value, shown, "intake.date-unreadable")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise unreadable
    if isinstance(value, int | float):
        if 0 <= value < _SERIALS.stop and int(value) in _SERIALS:  # a fraction is the time of day
            return _from_serial(int(value), epoch_1904)
        text = f"{value:.10g}"
    else:
        text = _CLOCK.sub("", fold(value)).replace(" ", "")
    match = _SINGLE[0][1].fullmatch(text)
    if match is None:
        raise unreadable
    try:
        return _span("day", match, "a", shown)[0]
    except Refusal:
        raise unreadable from None


def parse_bounds(start: Value, end: Value, *, end_is_month: bool, epoch_1904: bool = False) -> Period | None:
    """The period between a first and a last cell, each a day or a month; ``None`` if both are blank.

    ``end_is_month``: the date cells of the end column are months that Excel made dates of (2024年3月 →
    1 March), so the period runs to the end of that month. Raises :class:`Refusal` as :func:`parse_period`,
    with ``part`` ``start`` or ``end`` among its params.
    """
    if is_blank(start) and is_blank(end):
        return None
    first = _bound(start, "start", month=False, epoch_1904=epoch_1904)
    last = _bound(end, "end", month=end_is_month, epoch_1904=epoch_1904)
    if last[1] < first[0]:
        raise Refusal("intake.period-reversed", raw=f"{raw(start)} – {raw(end)}", part="end")
    return Period(first[0], last[1])


def _bound(value: Value, part: str, *, month: bool, epoch_1904: bool) -> tuple[date, date]:
    if is_blank(value):
        raise Refusal("intake.period-missing", part=part)
    try:
        day = parse_date(value, epoch_1904=epoch_1904)
        assert day is not None
        if month and not isinstance(value, str):
            return _months(day.year, day.month, day.month, raw(value))
        return day, day
    except Refusal as refusal:
        if refusal.code != "intake.date-unreadable":
            raise Refusal(refusal.code, **{**refusal.params, "part": part}) from None
    try:
        period = parse_period(value, epoch_1904=epoch_1904)
    except Refusal as refusal:
        raise Refusal(refusal.code, **{**refusal.params, "part": part}) from None
    assert period is not None
    return period[0].start, period[0].end
