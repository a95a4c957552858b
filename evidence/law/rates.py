"""Interest rates as dated data with their source, and the factors that late charge is measured by.

A table is a list of changes with a last day for which it is known to be complete. Past that day, and before its
first, there is no rate: the caller gets a refusal by name, never the last value known.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files

from evidence.errors import EvidenceError, Place, Problem, fail

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RateRow:
    """A yearly rate in per cent, in force from ``since``. ``added`` by the office, not shipped."""

    since: date
    percent: Decimal
    source: str
    verified: bool
    added: bool = False


@dataclass(frozen=True, slots=True)
class RateAddition:
    """A rate the office adds. ``checked_on`` is the day somebody looked: the rate is known to hold until then.

    ``unchanged_before`` says that between the end of the table and ``since`` nothing else was published;
    without it a gap wide enough for a publication is refused.
    """

    series: str
    since: date
    percent: Decimal
    source: str
    checked_on: date
    unchanged_before: bool = False
    verified: bool = False
    origin: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True)
class RateTable:
    """One series. ``known_until`` ``None`` is a rate fixed by statute, which holds until the statute changes."""

    key: str
    name: Mapping[str, str]
    rows: tuple[RateRow, ...]
    known_until: date | None
    longest_gap_days: int
    lowest: Decimal
    highest: Decimal
    _starts: tuple[date, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        starts = tuple(row.since for row in self.rows)
        if not starts or list(starts) != sorted(set(starts)):
            raise ValueError(f"{self.key}: rows must be in order, one for a day, and there must be one")
        object.__setattr__(self, "_starts", starts)

    @property
    def known_from(self) -> date:
        return self._starts[0]

    def gap(self, first: date, last: date) -> Problem | None:
        """What is missing for the days ``first`` to ``last``: nothing, or ``claim.rate-before``, ``-after``."""
        if first < self.known_from:
            return Problem("claim.rate-before", Place(part=self.key), {"day": self.known_from.isoformat()})
        if self.known_until is not None and last > self.known_until:
            return Problem("claim.rate-after", Place(part=self.key), {"day": self.known_until.isoformat()})
        return None

    def on(self, day: date) -> RateRow:
        """The row in force on ``day``. Raises ``claim.rate-before`` or ``claim.rate-after``."""
        if problem := self.gap(day, day):
            raise EvidenceError([problem])
        return self.rows[bisect_right(self._starts, day) - 1]

    def within(self, first: date, last: date) -> tuple[tuple[date, date, RateRow], ...]:
        """The days ``first`` to ``last`` cut at each change: (first day, last day, row). Raises as :meth:`on`."""
        if problem := self.gap(first, last):
            raise EvidenceError([problem])
        cuts, start = [], first
        index = bisect_right(self._starts, first) - 1
        while True:
            ends = self._starts[index + 1] - _DAY if index + 1 < len(self.rows) else last
            cuts.append((start, min(ends, last), self.rows[index]))
            if ends >= last:
                return tuple(cuts)
            index, start = index + 1, ends + _DAY

    def with_added(self, additions: Iterable[RateAddition]) -> RateTable:
        """This table and the office's own rows. Raises every fault of the additions at once:

        ``claim.rate-implausible-percent``, ``claim.rate-conflict`` (another value on a day the table knows),
        ``claim.rate-gap`` (a publication may lie in between), ``claim.rate-checked-early``.
        """
        rows, until, problems = list(self.rows), self.known_until, []
        for new in sorted(additions, key=lambda a: (a.since, a.checked_on, a.percent)):
            if problem := self._fault(new, rows, until):
                problems.append(problem)
                continue
            row = RateRow(new.since, new.percent, new.source, new.verified, added=True)
            same_day = next((i for i, old in enumerate(rows) if old.since == new.since), None)
            if same_day is not None:
                rows[same_day] = row if not rows[same_day].verified else rows[same_day]
            elif until is None or new.since > until:
                rows.append(row)
            until = new.checked_on if until is None else max(until, new.checked_on)
        if problems:
            raise EvidenceError(problems)
        return replace(self, rows=tuple(rows), known_until=until)

    def _fault(self, new: RateAddition, rows: list[RateRow], until: date | None) -> Problem | None:
        what = {"percent": str(new.percent), "day": new.since.isoformat(), "series": self.key}
        if not self.lowest <= new.percent <= self.highest:
            bounds = {"lowest": str(self.lowest), "highest": str(self.highest)}
            return Problem("claim.rate-implausible-percent", new.origin, {**what, **bounds})
        if new.checked_on < new.since:
            return Problem(
                "claim.rate-checked-early", new.origin, {**what, "checked": new.checked_on.isoformat()}
            )
        known = [row for row in rows if row.since <= new.since]
        inside = until is None or new.since <= until
        if inside or not known:
            exact = next((row for row in rows if row.since == new.since), None)
            if exact is not None and not exact.verified:
                return None  # the office corrects or confirms a row that nobody had verified
            if not known or known[-1].percent != new.percent:
                stands = str(known[-1].percent) if known else "–"
                return Problem("claim.rate-conflict", new.origin, {**what, "known": stands})
            return None
        assert until is not None
        # The next publication after `until` may be `since` itself; a wider gap may hide another one.
        if (new.since - until).days > self.longest_gap_days and not new.unchanged_before:
            return Problem("claim.rate-gap", new.origin, {**what, "until": until.isoformat()})
        return None


@dataclass(frozen=True, slots=True)
class LateParameters:
    """The figures of the law by which late charge is measured, from the pack; none stands in code.

    Factors multiply the rate of ``series``: ``loss_*`` what may be claimed without a clause, ``reference`` above
    which a clause is as a rule excessive, ``strong`` a yardstick above which it is hard to defend.
    """

    series: str
    year_days: int
    loss_factor_low: Decimal
    loss_factor_high: Decimal
    reference_factor: Decimal
    strong_factor: Decimal
    implausible_year: Decimal
    bases: Mapping[str, str]
    verified: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class RatePack:
    jurisdiction: str
    checked_on: date
    tables: Mapping[str, RateTable]
    late_charge: LateParameters

    @property
    def reference(self) -> RateTable:
        """The series by which the loss is measured (cn: one-year LPR)."""
        return self.tables[self.late_charge.series]

    def with_added(self, additions: Iterable[RateAddition]) -> RatePack:
        """As :meth:`RateTable.with_added`, for all series; ``claim.rate-series`` for one nobody knows."""
        groups: dict[str, list[RateAddition]] = {}
        for addition in additions:
            groups.setdefault(addition.series, []).append(addition)
        known = ", ".join(sorted(self.tables))
        problems = [
            Problem("claim.rate-series", row.origin, {"series": row.series, "known": known})
            for key, rows in groups.items()
            if key not in self.tables
            for row in rows
        ]
        tables = dict(self.tables)
        for key in sorted(set(groups) & set(tables)):
            try:
                tables[key] = tables[key].with_added(groups[key])
            except EvidenceError as error:
                problems.extend(error.problems)
        if problems:
            raise EvidenceError(problems)
        return replace(self, tables=tables)


@cache
def load_rates(jurisdiction: str) -> RatePack:
    """The rates shipped for a jurisdiction. Raises ``claim.no-rates`` where its pack has none."""
    path = files("evidence.law").joinpath("packs", f"{jurisdiction}-rates.toml")
    if not path.is_file():
        raise fail("claim.no-rates", jurisdiction=jurisdiction)
    return parse_rates(path.read_text("utf-8"))


def parse_rates(text: str) -> RatePack:
    """A rate pack from its TOML text; ``KeyError`` or ``ValueError`` for one that is not as it should be."""
    raw = tomllib.loads(text)
    late = raw["late_charge"]
    names = ("loss", "reference", "strong")
    parameters = LateParameters(
        series=late["series"],
        year_days=late["year_days"],
        loss_factor_low=Decimal(late["loss_factor_low"]),
        loss_factor_high=Decimal(late["loss_factor_high"]),
        reference_factor=Decimal(late["reference_factor"]),
        strong_factor=Decimal(late["strong_factor"]),
        implausible_year=Decimal(late["implausible_year"]),
        bases={name: late[f"{name}_basis"] for name in names},
        verified={name: late[f"{name}_verified"] for name in names},
    )
    tables = {
        key: RateTable(
            key,
            series["name"],
            tuple(
                RateRow(row["since"], Decimal(row["percent"]), row["source"], row["verified"])
                for row in series["rows"]
            ),
            series.get("known_until"),
            series["longest_gap_days"],
            Decimal(series["lowest"]),
            Decimal(series["highest"]),
        )
        for key, series in raw["series"].items()
    }
    return RatePack(raw["jurisdiction"], raw["checked_on"], tables, parameters)
