"""Rest days by the yearly notice, festivals by sun and moon, and the last day of a period."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import EvidenceError
from evidence.law.calendar import Calendar, LastDay, calendar_from, load_calendar, not_published

CN = load_calendar("cn")

# From the notices of the General Office of the State Council for 2024 to 2026.
NOTICES = [
    (date(2024, 2, 10), True), (date(2024, 2, 9), False), (date(2024, 2, 18), False),  # 除夕 worked in 2024
    (date(2025, 1, 26), False), (date(2025, 1, 28), True), (date(2025, 2, 4), True), (date(2025, 2, 8), False),
    (date(2025, 10, 8), True), (date(2025, 10, 11), False),
    (date(2026, 1, 2), True), (date(2026, 1, 4), False), (date(2026, 2, 14), False), (date(2026, 2, 23), True),
    (date(2026, 5, 9), False), (date(2026, 9, 20), False), (date(2026, 9, 25), True), (date(2026, 10, 7), True),
    (date(2026, 10, 8), False), (date(2026, 10, 10), False),
    (date(2026, 11, 21), True), (date(2026, 11, 20), False),  # a Saturday, a Friday
]  # fmt: skip


@pytest.mark.parametrize(("day", "rest"), NOTICES)
def test_rest_days_are_those_of_the_notice(day: date, rest: bool) -> None:
    assert CN.is_rest_day(day) is rest


def test_a_year_without_notice_has_no_answer_and_is_named() -> None:
    assert not CN.is_published(2050)
    assert CN.is_rest_day(date(2050, 10, 1)) is None
    assert CN.last_day(date(2050, 10, 1)) == LastDay(date(2050, 10, 1), date(2050, 10, 1), 2050)
    assert not_published(2050, "en") == "The holiday list for 2050 is not published."
    assert not_published(2050, "zh") == "2050年的节假日安排尚未公布。"
    assert not_published(2050, "zh-Hant") == "2050年的節假日安排尚未公布。"


def test_the_years_this_product_needs_are_there() -> None:
    assert all(CN.is_published(year) for year in range(2015, 2027))
    assert CN.last_published >= 2026


@pytest.mark.parametrize(
    ("nominal", "last"),
    [
        (date(2026, 12, 31), date(2026, 12, 31)),  # a Thursday
        (date(2026, 10, 1), date(2026, 10, 8)),  # the whole holiday, then Thursday the 8th
        (date(2026, 2, 14), date(2026, 2, 14)),  # a Saturday that is worked
        (date(2025, 1, 28), date(2025, 2, 5)),
        (date(2026, 11, 21), date(2026, 11, 23)),  # a plain weekend
    ],
)
def test_a_period_that_ends_on_a_rest_day_ends_after_it(nominal: date, last: date) -> None:
    found = CN.last_day(nominal)
    assert (found.nominal, found.day, found.unpublished) == (nominal, last, None)


@given(st.dates(date(2005, 1, 1), date(2040, 1, 1)), st.integers(0, 40))
def test_a_later_end_is_never_an_earlier_last_day(day: date, later: int) -> None:
    first, second = CN.last_day(day), CN.last_day(day + timedelta(days=later))
    assert day <= first.day <= second.day


@pytest.mark.parametrize(
    ("day", "festival"),
    [
        (date(2026, 2, 16), "spring-festival"), (date(2026, 2, 19), "spring-festival"), (date(2026, 2, 20), None),
        (date(2027, 2, 5), "spring-festival"), (date(2027, 6, 9), "dragon-boat"), (date(2027, 9, 15), "mid-autumn"),
        (date(2027, 4, 5), "qingming"), (date(2026, 4, 5), "qingming"), (date(2028, 4, 4), "qingming"),
        (date(2027, 1, 1), "new-year"), (date(2027, 10, 3), "national-day"), (date(2027, 10, 4), None),
        (date(2033, 1, 30), "spring-festival"), (date(2026, 5, 1), None),
    ],
)  # fmt: skip
def test_festivals_are_known_for_every_year(day: date, festival: str | None) -> None:
    found = CN.festival_on(day)
    assert (found.key if found else None) == festival


def test_a_due_date_moves_off_a_festival_only() -> None:
    assert CN.next_free_of_festivals(date(2027, 2, 5)) == date(2027, 2, 9)
    assert CN.next_free_of_festivals(date(2026, 11, 21)) == date(2026, 11, 21)


def test_contact_hours_run_from_nine_to_twenty() -> None:
    hours = [time(8, 59), time(9), time(19, 59), time(20)]
    assert [CN.in_contact_hours(hour) for hour in hours] == [False, True, True, False]


def test_a_year_can_be_added_from_its_notice_and_another_law_needs_no_code() -> None:
    pack: Calendar = calendar_from(
        'jurisdiction = "tw"\nlibrary = ""\nweekend = [6, 7]\nfestivals = []\n'
        "contact_hours = { from = 09:00:00, until = 20:00:00 }\n"
        '[years.2030]\nsource = "样本"\noff = [2030-01-01]\nworked = [2030-01-05]\n'
    )
    assert [pack.is_rest_day(date(2030, 1, d)) for d in (1, 2, 5, 6)] == [True, False, False, True]
    assert pack.is_rest_day(date(2031, 1, 1)) is None
    assert pack.last_published == 2030


def test_a_jurisdiction_without_calendar_is_refused_by_name() -> None:
    for name in ("tw", "xx"):
        with pytest.raises(EvidenceError) as caught:
            load_calendar(name)
        assert caught.value.problems[0].code == "law.unknown-jurisdiction"
