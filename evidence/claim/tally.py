"""An account in fen after its events were played: what lists of a whole estate add up, and a :class:`Replay` is made of.

A status of ten thousand accounts asks for a few sums of each. They are whole numbers here; amounts of money, and a
record of every part of every payment, are made of what somebody looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from evidence.claim.allocation import AllocationTerms, Rule
from evidence.claim.bills import Bill
from evidence.claim.late_charge import Late, LateRules, accrued
from evidence.claim.minor import largest_remainder, of_minor, to_minor
from evidence.claim.positions import Allocation, Position, Replay
from evidence.errors import Problem
from evidence.model.account import Account, Charge
from evidence.model.events import Hold, Part
from evidence.model.money import Money

_DAY = timedelta(days=1)


class Line:
    """A charge while events are replayed, and after: amounts in fen."""

    # Of the class until something of the kind is known of a line.
    security = waived = late = late_paid = late_waived = 0
    burden = Decimal(0)

    def __init__(self, bill: Bill, billed: int, undated: int) -> None:
        self.bill, self.charge, self.due = bill, bill.charge, bill.due
        self.billed, self.undated, self.paid = billed, undated, undated
        self.principal = opened = billed - undated
        self.history: list[tuple[date, int]] = [(date.min, opened)]

    @property
    def is_untouched(self) -> bool:
        """Whether it is :func:`opened`: as the ledger shows it, and shared with other accounts."""
        return self is self.bill.opened

    @property
    def name(self) -> tuple[date, str]:
        return self.bill.starts, self.charge.item

    def reduce(self, amount: int, day: date) -> None:
        """Less principal from the day after ``day``."""
        self.principal -= amount
        since, history = day + _DAY, self.history
        if history[-1][0] == since:
            history[-1] = since, self.principal
        else:
            history.append((since, self.principal))

    def open_late(self, day: date, rules: LateRules) -> int | None:
        """Late charge accrued to ``day`` and neither paid nor waived; ``None`` where it cannot be figured."""
        whole = accrued(self.charge, self.history, day, rules)
        return None if whole is None else max(0, whole - self.late_paid - self.late_waived)


def opened(bill: Bill) -> Line:
    """The line of a charge as the ledger shows it, the same for all homes that are billed alike: not to be changed."""
    line = bill.opened
    if line is None:
        line = bill.opened = Line(bill, bill.billed, bill.paid)
    return line


class Paid(NamedTuple):
    """A part of one payment in fen; ``line`` is its index, ``None`` for costs and surplus."""

    payment: str
    received_on: date
    line: int | None
    part: Part | None
    amount: int
    rule: Rule


class Overdue(NamedTuple):
    """Of a :class:`~evidence.claim.positions.Position` what a claim states."""

    charge: Charge
    billed: Money
    paid: Money
    waived: Money
    outstanding: Money
    held: Money


class Tally:
    """An account on ``as_of``. The same figures as :meth:`replay`, which makes the whole record of them."""

    def __init__(
        self, account: Account, as_of: date, lines: list[Line], holds: Sequence[Hold], terms: AllocationTerms
    ) -> None:
        self.account, self.as_of, self.lines, self.terms = account, as_of, lines, terms
        self._holds = holds
        if not holds:
            self.held = []
        self.parts: list[Paid] = []
        self.costs = self.costs_paid = self.credit = 0
        self.notices: list[Problem] = []

    def money(self, fen: int) -> Money:
        return of_minor(fen, self.account.currency) if fen else Money.zero(self.account.currency)

    @cached_property
    def _open(self) -> list[Line]:
        return [line for line in self.lines if line.principal]

    @property
    def outstanding(self) -> Money:
        """All principal owed: overdue, held, and not yet due."""
        return self.money(sum([line.principal for line in self._open]))

    @property
    def oldest(self) -> Charge | None:
        """The charge owed for the longest time; lines are in the order of their age."""
        return self._open[0].charge if self._open else None

    @property
    def overdue_bills(self) -> list[Bill]:
        """Those with something owed past the last day to pay, held ones too, oldest first."""
        return [line.bill for line in self.overdue_lines]

    @cached_property
    def overdue_lines(self) -> list[Line]:
        """Those with something owed past the last day to pay, oldest first."""
        as_of = self.as_of
        return [line for line in self._open if line.due < as_of]

    @property
    def overdue(self) -> list[Overdue]:
        """What a claim is made of, oldest first."""
        if not self.held:
            return [self.stated(line) for line in self.overdue_lines]
        return [
            self.stated(line, self.held[index])
            for index, line in enumerate(self.lines)
            if line.principal and line.due < self.as_of
        ]

    def stated(self, line: Line, held: int = 0) -> Overdue:
        """What a claim states of a line, ``held`` fen of which are not demanded."""
        bill, money, zero = line.bill, self.money, self.money(0)
        return Overdue(
            line.charge,
            bill.charge.billed if line.billed == bill.billed else money(line.billed),
            money(line.paid) if line.paid else zero,
            money(line.waived) if line.waived else zero,
            money(line.principal),
            money(held) if held else zero,
        )

    @property
    def overdue_total(self) -> Money:
        return self.money(sum([line.principal for line in self.overdue_lines]))

    @property
    def not_yet_due(self) -> Money:
        return self.money(sum([line.principal for line in self._open if line.due >= self.as_of]))

    @property
    def surplus(self) -> Money:
        return self.money(self.credit)

    def late_lines(self, covers: Callable[[Charge], bool] | None = None) -> tuple[list[Late], list[Bill]]:
        """Of the charges a clause covers, what their late charge is summed from: what became of some, and the bills of
        those of which there is no more to say than the ledger does. Without ``covers``: of all.
        """
        held, found, bills = self.held, [], []
        for index, line in enumerate(self.lines):
            bill = line.bill
            if covers is not None and not covers(line.charge):
                continue
            if line is bill.opened and not held:
                bills.append(bill)
                continue
            history: Sequence[tuple[date, int]] = line.history
            if part := held[index] if held else 0:
                history = [(day, max(0, base - part)) for day, base in history]
            found.append(Late(bill.item, line.charge.due, history, line.late_paid + line.late_waived))
        return found, bills

    @cached_property
    def held(self) -> list[int]:
        """What holds reserve of each line: a sum over several lines is divided in proportion to what is open.

        Empty where there are none.
        """
        if not self._holds:
            return []
        held = [0] * len(self.lines)
        for hold in sorted(self._holds, key=lambda h: h.id):
            if not hold.in_force(self.as_of):
                continue
            indexes = self._covered(hold, held)
            free = [self.lines[i].principal - held[i] for i in indexes]
            if hold.amount is None or to_minor(hold.amount) >= sum(free):
                shares = free
            else:
                shares = largest_remainder(to_minor(hold.amount), free)
            for i, share in zip(indexes, shares, strict=True):
                held[i] += share
        return held

    def _covered(self, hold: Hold, held: list[int]) -> list[int]:
        return [
            i
            for i, line in enumerate(self.lines)
            if line.principal > held[i]
            and any(t.covers(line.charge.item, line.charge.period) for t in hold.targets)
        ]

    def _position(self, index: int) -> Position:
        line, money = self.lines[index], self.money
        billed, zero = line.charge.billed, money(0)
        return Position(
            line.charge,
            billed if line.billed == line.bill.billed else money(line.billed),
            money(line.paid) if line.paid else zero,
            money(line.undated) if line.undated else zero,
            money(line.waived) if line.waived else zero,
            money(line.principal) if line.principal else zero,
            money(line.late_paid) if line.late_paid else zero,
            money(line.late_waived) if line.late_waived else zero,
            money(self.held[index]) if self.held else zero,
            tuple(line.history),
        )

    def problems(self) -> tuple[Problem, ...]:
        """The balance equation, as :func:`~evidence.claim.positions.balance_problems` has it, in fen."""
        held, paid, late, found = self.held, 0, 0, []
        for index, line in enumerate(self.lines):
            paid += line.paid - line.undated
            late += line.late_paid
            rest = line.billed - line.waived - line.paid
            if rest != line.principal or not 0 <= (held[index] if held else 0) <= rest:
                found.append(self._unbalanced(line.charge.period.iso, line.principal))
        total = sum([part.amount for part in self.parts])
        if paid + late + self.costs_paid + self.credit != total:
            found.append(self._unbalanced("Σ", total))
        return tuple(found)

    def _unbalanced(self, what: str, fen: int) -> Problem:
        params = {"account": self.account.id, "what": what, "amount": self.money(fen).plain}
        return Problem("claim.unbalanced", params=params)

    def replay(self) -> Replay:
        """The whole record."""
        lines, money = self.lines, self.money
        return Replay(
            self.account,
            self.as_of,
            tuple([self._position(index) for index in range(len(lines))]),
            tuple(
                [
                    Allocation(name, day, None if at is None else lines[at].charge, part, money(fen), rule)
                    for name, day, at, part, fen, rule in self.parts
                ]
            ),
            money(self.costs),
            money(self.costs_paid),
            money(self.credit),
            self.terms,
            tuple(self.notices),
        )
