"""Periods and days: the ways clerks write them, and the ways that mean nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.intake.cells import Refusal
from evidence.intake.periods import parse_bounds, parse_date, parse_period
from evidence.model.period import Period


@pytest.mark.parametrize(
    ("cell", "iso"),
    [
        ("2024年1月-2024年3月", "2024-01/2024-03"),
        ("2024年01月—2024年03月", "2024-01/2024-03"),
        ("2024.01-2024.03", "2024-01/2024-03"),
        ("202401~202403", "2024-01/2024-03"),
        ("2024-01至2024-03", "2024-01/2024-03"),
        ("2024-01-2024-03", "2024-01/2024-03"),
        ("2024年1-3月", "2024-01/2024-03"),
        ("2024年1月至3月", "2024-01/2024-03"),
        ("２０２４年１月－２０２４年３月", "2024-01/2024-03"),
        ("2024年1月 至\n2024年3月（共3个月）", "2024-01/2024-03"),
        ("自2024年1月1日起至2024年3月31日止", "2024-01/2024-03"),
        ("2024/1/1-2024/3/31", "2024-01/2024-03"),
        ("20240101-20240331", "2024-01/2024-03"),
        ("2025.7.15-2025.12.31", "2025-07-15/2025-12-31"),
        ("2026年3月", "2026-03/2026-03"),
        ("2026年3月份", "2026-03/2026-03"),
        ("2024年第1季度", "2024-01/2024-03"),
        ("2024年四季度", "2024-10/2024-12"),
        ("2024Q2", "2024-04/2024-06"),
        ("2024年下半年", "2024-07/2024-12"),
        ("2024年度", "2024-01/2024-12"),
        ("2023年-2024年", "2023-01/2024-12"),
        ("115/01-115/02", "2026-01/2026-02"),
        ("11501-11502", "2026-01/2026-02"),
        ("民國115年1月", "2026-01/2026-01"),
        ("中華民國99年12月", "2010-12/2010-12"),
        (202401.0, "2024-01/2024-01"),
        (2024.02, "2024-02/2024-02"),
        (2024.12, "2024-12/2024-12"),
        (45292.0, "2024-01/2024-01"),  # a serial number: 1 January 2024
        (date(2024, 1, 1), "2024-01/2024-01"),  # what Excel makes of a typed 2024年1月
        (datetime(2024, 2, 1), "2024-02/2024-02"),
    ],
)
def test_periods(cell: Any, iso: str) -> None:
    found = parse_period(cell)
    assert found is not None
    assert found[0].iso == iso


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2024年13月", "period-impossible"),
        ("2024.00-2024.03", "period-impossible"),
        ("2024年4月31日-2024年5月1日", "period-impossible"),
        ("1824年1月", "period-impossible"),
        ("2024年3月-2024年1月", "period-reversed"),
        ("2024年3月-1月", "period-reversed"),
        ("24年1月", "period-unreadable"),  # whose century?
        ("2024-01-03", "period-unreadable"),  # a day, or January to March
        ("2024年1月-2024年3月15日", "period-unreadable"),
        ("01/2024", "period-unreadable"),
        ("近三个月", "period-unreadable"),
        (date(2024, 1, 15), "period-unreadable"),
        (True, "period-unreadable"),
        ("x" * 500, "period-unreadable"),
        (2024.1, "period-ambiguous"),  # January, or October as Excel shows the number 2024.10
        ("2024.1", "period-ambiguous"),
    ],
)
def test_doubtful_periods_are_refused(cell: Any, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        parse_period(cell)
    assert refusal.value.code == f"intake.{code}"


def test_a_blank_is_no_period() -> None:
    assert parse_period(" ") is None


MONTHS = st.tuples(st.integers(1981, 2090), st.integers(1, 12), st.integers(0, 60))


@given(MONTHS)
def test_every_run_of_months_survives_every_way_of_writing_it(months: tuple[int, int, int]) -> None:
    year, month, length = months
    last_year, last_month = divmod(year * 12 + month - 1 + length, 12)
    last_month += 1
    wanted = Period.months(year, month, last_year, last_month)
    for written in (
        wanted.chinese if length else f"{year}年{month}月-{last_year}年{last_month}月",
        f"{year}.{month:02}-{last_year}.{last_month:02}",
        f"{year}{month:02}~{last_year}{last_month:02}",
        f"{year}/{month}/1-{last_year}/{last_month}/{wanted.end.day}",
        f"民國{year - 1911}年{month}月至民國{last_year - 1911}年{last_month}月",
    ):
        assert parse_period(written) == (wanted, False), written


@given(st.dates(date(1981, 1, 1), date(2099, 12, 31)))
def test_every_day_survives_every_way_of_writing_it(day: date) -> None:
    written: list[Any] = [
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day:%Y%m%d}",
        f"{day:%Y-%m-%d} 00:00:00",
        f"民國{day.year - 1911}年{day.month}月{day.day}日",
        float(f"{day:%Y%m%d}"),
        day,
        datetime(day.year, day.month, day.day, 13, 5),
    ]
    if day.year >= 2000:
        written.append(float((day - date(1899, 12, 30)).days))
    for cell in written:
        assert parse_date(cell) == day, cell


@pytest.mark.parametrize(
    "cell",
    ["12/30/2022", "22-1-5", "2022-02-30", "每月15日", "2022", True, 1.0, float("inf"), timedelta(days=1)],
)
def test_doubtful_days_are_refused(cell: Any) -> None:
    with pytest.raises(Refusal) as refusal:
        parse_date(cell)
    assert refusal.value.code == "intake.date-unreadable"


def test_serials_of_a_1904_workbook_count_from_1904() -> None:
    assert parse_date(45292.0, epoch_1904=True) == date(2028, 1, 2)


@pytest.mark.parametrize(
    ("start", "end", "end_is_month", "iso"),
    [
        ("2024年1月", "2024年3月", False, "2024-01/2024-03"),
        ("2024-01-05", "2024-03-09", False, "2024-01-05/2024-03-09"),
        (date(2024, 1, 1), date(2024, 3, 31), False, "2024-01/2024-03"),
        (date(2024, 1, 1), date(2024, 3, 1), True, "2024-01/2024-03"),
        (date(2024, 1, 1), date(2024, 3, 1), False, "2024-01-01/2024-03-01"),
    ],
)
def test_a_period_in_two_cells(start: Any, end: Any, end_is_month: bool, iso: str) -> None:
    found = parse_bounds(start, end, end_is_month=end_is_month)
    assert found is not None
    assert found.iso == iso


@pytest.mark.parametrize(
    ("start", "end", "code", "part"),
    [
        ("2024年3月", "2024年1月", "period-reversed", "end"),
        ("", "2024年1月", "period-missing", "start"),
        ("2024年1月", "", "period-missing", "end"),
        ("2024年1月", "以后", "period-unreadable", "end"),
    ],
)
def test_half_a_period_is_refused_at_the_cell_at_fault(start: str, end: str, code: str, part: str) -> None:
    with pytest.raises(Refusal) as refusal:
        parse_bounds(start, end, end_is_month=False)
    assert (refusal.value.code, refusal.value.params["part"]) == (f"intake.{code}", part)
