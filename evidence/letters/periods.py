"""How a letter prints a period."""

from __future__ import annotations

from evidence.model.period import Period


def period_lines(period: Period) -> tuple[str, ...]:
    """A period in one line (``2026年1月至3月``), or in two where both years or days are needed.

    Two lines are a matter of layout: a narrow column would otherwise be broken inside a date.
    """
    if period.is_whole_months and period.start.year == period.end.year:
        first, last = period.start.month, period.end.month
        return (f"{period.start.year}年{first}月" + (f"至{last}月" if last != first else ""),)
    start, until, end = period.chinese.partition("至")
    return (start, until + end) if end else (start,)
