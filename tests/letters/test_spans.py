"""Periods in running text: those that follow each other are told as one."""

from __future__ import annotations

from evidence.letters.periods import spans
from evidence.model.period import Period


def months(year: int, first: int, last: int) -> Period:
    return Period.months(year, first, year, last)


def test_periods_without_a_gap_are_one_span_and_others_stand_apart() -> None:
    charges = [
        ("物业费", months(2021, 4, 6)),
        ("物业费", months(2021, 1, 3)),
        ("物业费", months(2021, 10, 12)),
        ("停车费", months(2021, 2, 2)),
    ]
    assert spans(charges) == (
        "2021年1月至2021年6月的物业费",
        "2021年2月的停车费",
        "2021年10月至2021年12月的物业费",
    )


def test_none_are_none() -> None:
    assert spans([]) == ()
