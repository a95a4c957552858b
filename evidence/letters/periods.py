"""How a letter prints a period."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

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


def spans(charges: Iterable[tuple[str, Period]]) -> tuple[str, ...]:
    """Items with their periods as running text has them: ``2021年1月至2021年12月的物业费``.

    Periods of one item that follow each other without a gap are one span.
    """
    joined: list[tuple[str, Period]] = []
    for item, period in sorted(charges):
        if joined:
            before, last = joined[-1]
            if item == before and period.start <= last.end + timedelta(days=1):
                joined[-1] = item, Period(last.start, max(last.end, period.end))
                continue
        joined.append((item, period))
    joined.sort(key=lambda span: (span[1], span[0]))
    return tuple(f"{period.chinese}的{item}" for item, period in joined)
