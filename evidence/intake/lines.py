"""One ledger row as one charge line, with everything that is wrong with it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from evidence.intake.cells import (
    Refusal,
    Value,
    clean,
    is_blank,
    is_ditto,
    parse_amount,
    parse_figure,
    parse_phone,
    raw,
    refuse_fault,
    squeeze,
    text_of,
)
from evidence.intake.headers import MONEY, Header
from evidence.intake.periods import parse_bounds, parse_date, parse_period
from evidence.intake.register import Register
from evidence.intake.rooms import Home, read_home
from evidence.intake.settle import settle
from evidence.intake.tables import Table
from evidence.model.account import Charge
from evidence.model.money import Money
from evidence.model.period import Period
from evidence.model.problem import Place, Problem

T = TypeVar("T")

_NOBODY = re.compile(r"[-—–/\\无無.。?？]*")


@dataclass(slots=True)
class Line:
    """What could be read of one row; it is a charge only if ``problems`` is empty.

    ``figures`` are its amounts by field as they stand in the columns, blank ones ``None``, unreadable ones
    absent.
    """

    where: Place
    home: Home | None = None
    owner: str = ""
    phone: str = ""
    phone_lost: Problem | None = None
    charge: Charge | None = None
    figures: dict[str, Decimal | None] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class LineReader:
    """Reads the rows of one sheet from top to bottom; remembers the row above for 同上.

    ``item`` is the sheet's own item where it has no column for it. Notices that would repeat on every row
    are counted in ``repeated``: code and field → number of rows, ``first`` the first of them.
    """

    table: Table
    header: Header
    currency: str
    item: str
    register: Register
    notices: list[Problem] = field(default_factory=list)
    repeated: Counter[tuple[str, str]] = field(default_factory=Counter)
    first: dict[tuple[str, str], int] = field(default_factory=dict)
    group_totals: dict[tuple[int, int], Decimal] = field(default_factory=dict)
    _above: dict[str, Value] = field(default_factory=dict)
    _above_home: Home | None = None
    _above_owner: str = ""
    _above_period: Period | None = None
    _months: bool | None = None
    _row: int = 0
    _line: Line = field(default_factory=lambda: Line(Place()))

    def read(self, row: int) -> Line:
        """The line of one row with all its faults; the register learns what it established."""
        self._row, self._line = row, Line(self.table.place(row))
        line = self._line
        line.home = self._home()
        line.owner = self._owner(line.home)
        self._phone(line)
        item = self._item()
        period = self._take(self._period, "period")
        due = self._take(self._due, "due")
        amounts = self._amounts()
        area, price = self._figure("area"), self._figure("price")
        self._establish(line, item, period)
        if not line.problems and amounts and period and item:
            line.charge = Charge(
                item, period, *amounts, line.where, due, area, price, clean(text_of(self._cell("remark")))
            )
        return line

    # ── cells and faults ──

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
        self._line.problems.append(Problem(refusal.code, place, params))

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

    # ── who ──

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

    def _owner(self, home: Home | None) -> str:
        value = self._cell("owner")
        try:
            refuse_fault(value)
            if is_ditto(value):
                name = self._ditto_owner(home, value)
            else:
                name = clean(value) if isinstance(value, str) else ""
                if not name and not is_blank(value):
                    raise Refusal("intake.owner-unreadable", raw=raw(value))
                if _NOBODY.fullmatch(name):
                    raise Refusal("intake.owner-missing")
                if re.fullmatch(r"[0-9.,:/\-]+", squeeze(name)):
                    raise Refusal("intake.owner-unreadable", raw=raw(value))
        except Refusal as refusal:
            self._fault(refusal, "owner")
            name = ""
        self._above_owner = name
        return name

    def _ditto_owner(self, home: Home | None, value: Value) -> str:
        """同上 means the owner this home is known to have; for a home not seen before, the owner above."""
        known = self.register.owner(home.account) if home else None
        if known and squeeze(known[0]) != squeeze(self._above_owner):
            where = str(known[1])
            self._notice("intake.ditto-same-room", "owner", raw=raw(value), owner=known[0], where=where)
            return known[0]
        if not self._above_owner:
            raise Refusal("intake.ditto-nothing", raw=raw(value))
        self._notice("intake.ditto-above", "owner", raw=raw(value), owner=self._above_owner)
        return self._above_owner

    def _phone(self, line: Line) -> None:
        value = self._cell("phone")
        if is_ditto(value):
            value = self._above.get("phone", "") if line.owner == self._above.get("phone_owner") else ""
        self._above.update(phone=value, phone_owner=line.owner)
        line.phone, lost = parse_phone(value)
        if lost:
            place = self.table.place(self._row, self._column("phone"))
            line.phone_lost = Problem("intake.phone-lost", place, {"raw": raw(value)})

    # ── what and when ──

    def _item(self) -> str:
        if not self.header.has("item"):
            return self.item

        def read() -> str:
            value = self._or_above("item")
            refuse_fault(value)
            if is_blank(value):
                raise Refusal("intake.item-missing")
            return clean(text_of(value))

        return self._take(read, "item") or ""

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

    def _due(self) -> date | None:
        return parse_date(self._or_above("due"), epoch_1904=self.table.epoch_1904)

    # ── how much ──

    def _amounts(self) -> tuple[Money, Money] | None:
        figures = self._line.figures
        for name in MONEY:
            try:
                figures[name] = self._amount(name)
            except Refusal as refusal:
                self._fault(refusal, name)
        if len(figures) < len(MONEY):
            return None
        settled = self._take(lambda: settle(figures["billed"], figures["paid"], figures["owed"]), "owed")
        if settled is None:
            return None
        billed, paid, assumed = settled
        if assumed:
            self._repeat(assumed, "owed" if assumed == "intake.billed-from-owed" else "paid")
        self._add_to_group(billed - paid)
        return Money(billed, self.currency), Money(paid, self.currency)

    def _amount(self, name: str) -> Decimal | None:
        column = self.header.columns.get(name)
        if column is None:
            return None
        if self.table.merged_rows(self._row, column) > 1:
            # A merged amount is the owner's total; given to each row it would be claimed several times.
            if name == "owed" and not is_blank(self._cell("billed")):
                self.group_totals.setdefault(self.table.anchor(self._row, column), Decimal(0))
                return None
            raise Refusal("intake.amount-merged", raw=raw(self._cell(name)))
        return parse_amount(self._cell(name), self.currency)

    def _add_to_group(self, owed: Decimal) -> None:
        column = self.header.columns.get("owed")
        if column is not None and (anchor := self.table.anchor(self._row, column)) in self.group_totals:
            self.group_totals[anchor] = self.group_totals[anchor] + owed

    def _figure(self, name: str) -> Decimal | None:
        try:
            return parse_figure(self._or_above(name))
        except Refusal as refusal:
            self._notice("intake.figure-dropped", name, raw=str(refusal.params.get("raw", "")))
            return None

    # ── against what was read before ──

    def _establish(self, line: Line, item: str, period: Period | None) -> None:
        if line.home is None:
            return
        account, premises = line.home.account, line.home.premises
        label = premises.label
        if line.owner and (first := self.register.settle_owner(account, line.owner, line.where)):
            known = {"first": first[0], "where": str(first[1])}
            self._fault(Refusal("intake.owner-conflict", label=label, owner=line.owner, **known), "owner")
        if other := self.register.settle_estate(account, premises.estate):
            estates = {"estate": premises.estate, "first": other}
            self._fault(Refusal("intake.estate-conflict", label=label, **estates), "estate")
        if item and period and (earlier := self.register.settle_line(account, item, period, line.where)):
            known = {"period": period.chinese, "where": str(earlier)}
            self._fault(Refusal("intake.duplicate-line", label=label, item=item, **known), "period")
        if other := self.register.settle_phone(account, line.phone):
            self._notice("intake.phone-differs", "phone", raw=line.phone, first=other)
