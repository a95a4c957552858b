"""Reading a row of a table whose header is known: its cells, its home, its period, each fault at its cell.

What a ledger and a list of payments have in common; :mod:`evidence.intake.lines` and
:mod:`evidence.intake.payments` add what is their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from evidence.intake.cells import Refusal, Value, is_blank, is_ditto, raw, refuse_fault
from evidence.intake.headers import Header
from evidence.intake.periods import parse_bounds, parse_date, parse_period
from evidence.intake.register import Register
from evidence.intake.rooms import Home, read_home
from evidence.intake.tables import Table
from evidence.model.period import Period
from evidence.model.problem import Problem

T = TypeVar("T")


@dataclass(slots=True)
class RowReader:
    """Reads the rows of one sheet from top to bottom; remembers the row above for 同上.

    Notices that would repeat on every row are counted in ``repeated``: code and field → number of rows, ``first``
    the first of them. ``_row`` is the row being read and ``_problems`` takes its faults.
    """

    table: Table
    header: Header
    currency: str
    register: Register
    notices: list[Problem] = field(default_factory=list)
    repeated: Counter[tuple[str, str]] = field(default_factory=Counter)
    first: dict[tuple[str, str], int] = field(default_factory=dict)
    _above: dict[str, Value] = field(default_factory=dict)
    _above_home: Home | None = None
    _above_period: Period | None = None
    _months: bool | None = None
    _row: int = 0
    _problems: list[Problem] = field(default_factory=list)

    def _cell(self, name: str) -> Value:
        column = self.header.columns.get(name)
        return "" if column is None else self.table.value(self._row, column)

    def _column(self, name: str) -> int | None:
        fallback = {"start": "period", "end": "period", "period": "start", "billed": "owed", "owed": "billed"}
        columns = self.header.columns
        return columns.get(name, columns.get(fallback.get(name, "")))

    def _fault(self, refusal: Refusal, name: str) -> None:
        params = dict(refusal.params)
        place = self.table.place(self._row, self._column(str(params.pop("part", name))))
        self._problems.append(Problem(refusal.code, place, params))

    def _take(self, read: Callable[[], T], name: str) -> T | None:
        try:
            return read()
        except Refusal as refusal:
            self._fault(refusal, name)
            return None

    def _notice(self, code: str, name: str, **params: str | int) -> None:
        self.notices.append(Problem(code, self.table.place(self._row, self._column(name)), params))

    def _repeat(self, code: str, name: str) -> None:
        self.repeated[code, name] += 1
        self.first.setdefault((code, name), self._row)

    def _or_above(self, name: str) -> Value:
        """The cell, or the one above where it says 同上; ``intake.ditto-nothing`` if none stands there."""
        value = self._cell(name)
        if is_ditto(value):
            if is_blank(self._above.get(name, "")):
                raise Refusal("intake.ditto-nothing", raw=raw(value), part=name)
            value = self._above[name]
        self._above[name] = value
        return value

    def _home(self) -> Home | None:
        def read() -> Home:
            room = self._cell("room")
            refuse_fault(room)
            if is_ditto(room):
                if self._above_home is None:
                    raise Refusal("intake.ditto-nothing", raw=raw(room))
                return self._above_home
            return read_home(
                room,
                building=self._or_above("building"),
                unit=self._or_above("unit"),
                estate=self._or_above("estate"),
                phase=self._or_above("phase"),
                has_building_column=self.header.has("building"),
            )

        home = self._take(read, "room")
        self._above_home = home
        if home is None:
            return None
        known = self.register.home(home)
        if known.account != home.account:
            self._notice("intake.room-respelled", "room", raw=home.premises.label, label=known.premises.label)
        return known

    def _period(self) -> Period:
        period = self._bounds() if self.header.has("start") else self._single()
        if period is None:
            raise Refusal("intake.period-missing")
        self._above_period = period
        return period

    def _single(self) -> Period | None:
        value = self._cell("period")
        if is_ditto(value):
            if self._above_period is None:
                raise Refusal("intake.ditto-nothing", raw=raw(value))
            return self._above_period
        self._above_period = None
        parsed = parse_period(value, epoch_1904=self.table.epoch_1904)
        if parsed is None:
            return None
        if parsed[1]:
            self._repeat("intake.period-from-date", "period")
        return parsed[0]

    def _bounds(self) -> Period | None:
        start, end = self._or_above("start"), self._or_above("end")
        for name, value in (("start", start), ("end", end)):
            try:
                refuse_fault(value)
            except Refusal as refusal:
                raise Refusal(refusal.code, **{**refusal.params, "part": name}) from None
        months = self._end_is_month()
        if months and not isinstance(end, str):
            self._repeat("intake.period-from-date", "end")
        return parse_bounds(start, end, end_is_month=months, epoch_1904=self.table.epoch_1904)

    def _end_is_month(self) -> bool:
        """Whether every date cell of the end column is a first of a month: then the column holds months.

        Excel makes 1 March 2024 of a typed 2024年3月. Real last days never all fall on a first.
        """
        if self._months is None:
            column = self.header.columns["end"]
            days = []
            for row in range(self.header.last_row + 1, len(self.table.rows)):
                value = self.table.own(row, column)
                if isinstance(value, str | bool):
                    continue
                try:
                    days.append(parse_date(value, epoch_1904=self.table.epoch_1904))
                except Refusal:
                    continue
            self._months = bool(days) and all(day is not None and day.day == 1 for day in days)
        return self._months
