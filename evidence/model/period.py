"""Fee periods: whole days, both ends included."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From ``start`` to ``end``, both included. Raises ``ValueError`` when the end precedes the start."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"period ends ({self.end}) before it starts ({self.start})")

    @classmethod
    def months(cls, first_year: int, first_month: int, last_year: int, last_month: int) -> Period:
        """Whole calendar months, e.g. ``months(2024, 1, 2024, 3)`` for January to March 2024."""
        last_day = calendar.monthrange(last_year, last_month)[1]
        return cls(date(first_year, first_month, 1), date(last_year, last_month, last_day))

    @property
    def is_whole_months(self) -> bool:
        return self.start.day == 1 and self.end.day == calendar.monthrange(self.end.year, self.end.month)[1]

    @property
    def month_count(self) -> int:
        """Calendar months touched, first and last included."""
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1

    def overlaps(self, other: Period) -> bool:
        return self.start <= other.end and other.start <= self.end

    @property
    def iso(self) -> str:
        """``2024-01/2024-03`` for whole months, else ``2024-01-05/2024-03-09``: the machine form."""
        if self.is_whole_months:
            return f"{self.start:%Y-%m}/{self.end:%Y-%m}"
        return f"{self.start.isoformat()}/{self.end.isoformat()}"

    @property
    def chinese(self) -> str:
        """``2024年1月至2024年3月``, the same characters in both scripts; no zero padding (GB/T 9704)."""
        if not self.is_whole_months:
            return f"{chinese_date(self.start)}至{chinese_date(self.end)}"
        first = f"{self.start.year}年{self.start.month}月"
        last = f"{self.end.year}年{self.end.month}月"
        return first if first == last else f"{first}至{last}"


def chinese_date(day: date) -> str:
    """``2026年11月21日``: Arabic digits, month and day without leading zero (GB/T 9704-2012)."""
    return f"{day.year}年{day.month}月{day.day}日"
