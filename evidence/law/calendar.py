"""Which days are free, which festivals are left in peace, and on which day a period of law really ends.

Three questions, kept apart because they have three sources:

* *Is this a rest day?* Weekends, days off and weekend days worked in exchange follow the yearly notice of the
  State Council's General Office. The library ``chinesecalendar`` carries the notices; further years can be
  written into the pack. Of a year without a notice nothing is guessed: the answer is ``None``.
* *Is this a festival?* Solar and lunar dates are astronomy and known for every year. Festivals are blackout
  days for contacts and instalments; that is courtesy, not law.
* *When does a period end?* 民法典 203: if the last day is a legal rest day, on the next day after it. Beyond the
  last published notice a day is taken as it stands, never as free: too early is safe, too late is not.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache, lru_cache
from importlib.resources import files

import chinese_calendar  # type: ignore[import-untyped]
from lunar_python import Lunar  # type: ignore[import-untyped]

from evidence.errors import fail
from evidence.i18n import translate
from evidence.law.packs import JURISDICTIONS

__all__ = ["Calendar", "Festival", "LastDay", "YearList", "load_calendar", "not_published"]

_DAY = timedelta(days=1)


def n_(message: str) -> str:
    return message


@dataclass(frozen=True, slots=True)
class YearList:
    """One year's notice: weekdays that are free, weekend days that are worked, and where that stands."""

    off: frozenset[date]
    worked: frozenset[date]
    source: str


@dataclass(frozen=True, slots=True)
class Festival:
    """A festival of ``days`` days, the first one ``before`` days ahead of its date.

    The date is given in one of three ways: ``solar`` or ``lunar`` (month, day), or the solar ``term`` it is.
    """

    key: str
    name: Mapping[str, str]
    solar: tuple[int, int] | None
    lunar: tuple[int, int] | None
    term: str
    before: int
    days: int

    def in_year(self, year: int) -> tuple[date, ...]:
        """The days of this festival whose date lies in ``year`` (of the lunar year that begins in it)."""
        if self.solar:
            at = date(year, *self.solar)
        elif self.lunar:
            at = _solar_day(year, *self.lunar)
        else:
            at = _solar_term(year, self.term)
        first = at - _DAY * self.before
        return tuple(first + _DAY * i for i in range(self.days))


@dataclass(frozen=True, slots=True)
class LastDay:
    """The end of a period: ``nominal`` by the calendar (民法典 202), ``day`` after 203.

    ``unpublished`` names the year whose list of rest days would be needed to go on and is not published; then
    the true last day may be later than ``day``, never earlier.
    """

    nominal: date
    day: date
    unpublished: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """Rest days and festivals of one jurisdiction; made by :func:`load_calendar`.

    Compared by identity, so that what was worked out for a day can be remembered.
    """

    jurisdiction: str
    library: str
    weekend: frozenset[int]
    years: Mapping[int, YearList]
    festivals: tuple[Festival, ...]
    contact_from: time
    contact_until: time

    def is_published(self, year: int) -> bool:
        """Whether the rest days of ``year`` have been announced and are known here."""
        return year in self.years or (bool(self.library) and year in _library_years())

    @property
    def last_published(self) -> int:
        """The last year whose rest days are known; 0 where none is."""
        known = {*self.years, *(_library_years() if self.library else ())}
        return max(known, default=0)

    def is_rest_day(self, day: date) -> bool | None:
        """Whether ``day`` is a legal rest day (法定休假日); ``None`` where its year is not published."""
        listed = self.years.get(day.year)
        if listed is not None:
            weekend = day.isoweekday() in self.weekend
            return day in listed.off or (weekend and day not in listed.worked)
        if self.library and day.year in _library_years():
            return bool(chinese_calendar.is_holiday(day))
        return None

    def last_day(self, nominal: date) -> LastDay:
        """The last day of a period that nominally ends on ``nominal`` (民法典 203).

        The first day from ``nominal`` on that is not known to be a rest day, so a later ``nominal`` never
        gives an earlier last day.
        """
        return _last_day(self, nominal)

    def festival_on(self, day: date) -> Festival | None:
        """The festival ``day`` belongs to, if any; of two at once (国庆 and 中秋) the first in the pack."""
        return next((festival for festival in self.festivals if day in festival.in_year(day.year)), None)

    def next_free_of_festivals(self, day: date) -> date:
        """``day``, or the first day after it that is no festival: for due dates and letters."""
        while self.festival_on(day):
            day += _DAY
        return day

    def in_contact_hours(self, at: time) -> bool:
        """Whether the owner may be contacted at this local time of day."""
        return self.contact_from <= at.replace(tzinfo=None) < self.contact_until


@lru_cache(maxsize=1 << 14)
def _last_day(calendar: Calendar, nominal: date) -> LastDay:
    day = nominal
    while (rest := calendar.is_rest_day(day)) is True:
        day += _DAY
    return LastDay(nominal, day, day.year if rest is None else None)


def not_published(year: int, lang: str) -> str:
    """That the rest days of ``year`` are not known, in words, by the year's name."""
    return translate(n_("The holiday list for {year} is not published."), lang, year=year)


@cache
def load_calendar(jurisdiction: str) -> Calendar:
    """The calendar of a jurisdiction; raises ``law.unknown-jurisdiction`` where there is none."""
    path = files("evidence.law").joinpath("packs", f"{jurisdiction}-calendar.toml")
    if jurisdiction not in JURISDICTIONS or not path.is_file():
        raise fail("law.unknown-jurisdiction", given=jurisdiction, known="cn")
    return calendar_from(path.read_text("utf-8"))


def calendar_from(text: str) -> Calendar:
    """A calendar from the TOML of a pack (the form is described in ``packs/cn-calendar.toml``)."""
    raw = tomllib.loads(text)
    festivals = tuple(
        Festival(
            row["key"],
            row["name"],
            _month_day(row.get("solar")),
            _month_day(row.get("lunar")),
            row.get("term", ""),
            row.get("before", 0),
            row.get("days", 1),
        )
        for row in raw["festivals"]
    )
    years = {
        int(year): YearList(frozenset(row["off"]), frozenset(row["worked"]), row["source"])
        for year, row in raw.get("years", {}).items()
    }
    hours = raw["contact_hours"]
    return Calendar(
        raw["jurisdiction"],
        raw["library"],
        frozenset(raw["weekend"]),
        years,
        festivals,
        hours["from"],
        hours["until"],
    )


def _month_day(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    month, day = text.split("-")
    return int(month), int(day)


@cache
def _library_years() -> range:
    """The years the library has a notice for: it refuses all others."""
    year = first = 2004
    while True:
        try:
            chinese_calendar.is_holiday(date(year, 1, 1))
        except NotImplementedError:
            return range(first, year)
        year += 1


@cache
def _solar_day(year: int, month: int, day: int) -> date:
    return date.fromisoformat(Lunar.fromYmd(year, month, day).getSolar().toYmd())


@cache
def _solar_term(year: int, term: str) -> date:
    # The table of a lunar year runs from the winter solstice before to the spring after, so April is inside.
    return date.fromisoformat(Lunar.fromYmd(year, 1, 1).getJieQiTable()[term].toYmd())
