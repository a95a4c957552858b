"""One ledger row as one charge line, with everything that is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from evidence.intake.cells import (
    Refusal,
    Value,
    is_blank,
    is_ditto,
    parse_amount,
    parse_figure,
    parse_phone,
    raw,
    refuse_fault,
    said,
    squeeze,
)
from evidence.intake.headers import MONEY
from evidence.intake.periods import parse_date
from evidence.intake.rooms import Home
from evidence.intake.rows import RowReader
from evidence.intake.settle import settle
from evidence.model.account import Charge
from evidence.model.money import Money
from evidence.model.period import Period
from evidence.model.problem import Place, Problem

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
class LineReader(RowReader):
    """Reads the charge lines of one sheet; ``item`` is the sheet's own item where it has no column for it."""

    item: str = ""
    group_totals: dict[tuple[int, int], Decimal] = field(default_factory=dict)
    _above_owner: str = ""
    _line: Line = field(default_factory=lambda: Line(Place()))

    def read(self, row: int) -> Line:
        """The line of one row with all its faults; the register learns what it established."""
        self._row, self._line = row, Line(self.table.place(row))
        line = self._line
        self._problems = line.problems
        line.home = self._home()
        line.owner = self._owner(line.home)
        self._phone(line)
        item = self._item()
        period = self._take(self._period, "period")
        due = self._take(self._due, "due")
        amounts = self._amounts()
        area, price = self._figure("area"), self._figure("price")
        remark = self._take(lambda: said(self._cell("remark")), "remark") or ""
        self._establish(line, item, period)
        if not line.problems and amounts and period and item:
            line.charge = Charge(item, period, *amounts, line.where, due, area, price, remark)
        return line

    # ── who ──

    def _owner(self, home: Home | None) -> str:
        value = self._cell("owner")
        try:
            refuse_fault(value)
            if is_ditto(value):
                name = self._ditto_owner(home, value)
            else:
                name = said(value) if isinstance(value, str) else ""
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
            return said(value)

        return self._take(read, "item") or ""

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
