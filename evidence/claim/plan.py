"""Instalment plans: equal parts on monthly dates, the last one taking the rounding."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from evidence.model.money import Money


@dataclass(frozen=True, slots=True)
class Instalment:
    """One instalment; ``balance`` is what remains after it is paid."""

    number: int
    due: date
    amount: Money
    balance: Money


def add_months(day: date, months: int) -> date:
    """The corresponding day ``months`` later, or the month's last day where there is none (民法典 202)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def equal_plan(total: Money, count: int, first_due: date) -> tuple[Instalment, ...]:
    """``total`` in ``count`` monthly instalments from ``first_due``; they sum to ``total`` exactly.

    Raises ``ValueError`` for fewer than one instalment or less than one fen for each.
    """
    if count < 1 or total.amount * 100 < count:
        raise ValueError(f"cannot split {total.plain} into {count} instalments")
    share = Money((total.amount / count).quantize(Decimal("0.01"), rounding=ROUND_DOWN), total.currency)
    plan, left = [], total
    for number in range(1, count + 1):
        amount = left if number == count else share
        left = left - amount
        plan.append(Instalment(number, add_months(first_due, number - 1), amount, left))
    return tuple(plan)
