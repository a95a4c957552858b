"""Instalment plans: the schedule, what becomes of the late charge, and when the rest falls due at once.

Equal parts, a fixed amount, or dates of one's own; the last instalment takes the rounding; computed dates step
aside from days on which nothing shall fall due. A plan says what happens to the late charge in so many words:
买卖合同解释 18(3) (by reference, 民法典 646) lets a silent plan keep the clause of the contract, and lets one that
states principal and interest displace it, so silence and figures both decide and neither may be an accident.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from evidence.claim.minor import of_minor, to_minor
from evidence.errors import EvidenceError, Problem, fail
from evidence.model.money import Money

# How far a computed date may step aside; a longer run of avoided days is a mistake in the calendar.
LONGEST_STEP_DAYS = 31

Avoid = Callable[[date], bool]


def no_day(day: date) -> bool:
    """Avoids nothing."""
    return False


@dataclass(frozen=True, slots=True)
class Instalment:
    """One instalment; ``balance`` is what remains after it is paid."""

    number: int
    due: date
    amount: Money
    balance: Money


class LateChoice(StrEnum):
    """What the plan does with the late charge.

    ``WAIVED``: given up if the plan is kept; ``KEPT``: the clause of the contract goes on beside the plan;
    ``RESTATED``: a fixed sum takes its place and is paid in the instalments.
    """

    WAIVED = "waived"
    KEPT = "kept"
    RESTATED = "restated"


@dataclass(frozen=True, slots=True)
class LateClause:
    """The choice with its figure: what is given up, what had accrued on the plan's day, or the sum agreed."""

    choice: LateChoice
    amount: Money


@dataclass(frozen=True, slots=True)
class Acceleration:
    """When the whole rest falls due: ``share`` of the total overdue, or ``missed`` instalments, after a demand.

    Default by 民法典 634 (one fifth, demand, reasonable time), which is law for sales of three or more instalments
    and reaches services by reference only; so the clause must stand in the plan.
    """

    share: Fraction = Fraction(1, 5)
    missed: int = 2
    demand_days: int = 15


@dataclass(frozen=True, slots=True)
class Plan:
    """A schedule agreed on ``made_on``. The instalments sum to ``principal`` (and the late charge, if restated)."""

    made_on: date
    principal: Money
    late: LateClause
    instalments: tuple[Instalment, ...]
    acceleration: Acceleration | None

    @property
    def total(self) -> Money:
        """What the instalments add up to when they are right."""
        return (
            self.principal + self.late.amount if self.late.choice is LateChoice.RESTATED else self.principal
        )


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


def step_aside(day: date, avoid: Avoid) -> date:
    """``day``, or the first later one that is not avoided. Raises ``claim.plan-no-day`` after 31 days."""
    for offset in range(LONGEST_STEP_DAYS + 1):
        if not avoid(moved := day + timedelta(days=offset)):
            return moved
    raise fail("claim.plan-no-day", day=day.isoformat(), days=LONGEST_STEP_DAYS)


def _monthly(first_due: date, count: int, avoid: Avoid) -> list[date]:
    """Monthly dates, each counted from ``first_due``, so that one step aside does not move those after it."""
    dates: list[date] = []
    for number in range(count):
        wanted = add_months(first_due, number)
        if dates:  # a long step aside may have reached the next date: never two on one day
            wanted = max(wanted, dates[-1] + timedelta(days=1))
        dates.append(step_aside(wanted, avoid))
    return dates


def _schedule(total: Money, amounts: Sequence[int], dates: Sequence[date]) -> tuple[Instalment, ...]:
    left, plan = to_minor(total), []
    for number, (amount, due) in enumerate(zip(amounts, dates, strict=True), 1):
        left -= amount
        plan.append(Instalment(number, due, of_minor(amount, total.currency), of_minor(left, total.currency)))
    return tuple(plan)


def solve_equal(total: Money, count: int, first_due: date, avoid: Avoid = no_day) -> tuple[Instalment, ...]:
    """``count`` equal monthly instalments; the last one takes the rounding.

    Raises ``claim.plan-too-many`` (less than a fen each, or none), ``claim.plan-no-day``.
    """
    fen = _positive(total)
    if not 1 <= count <= fen:
        raise fail("claim.plan-too-many", total=total.plain, count=count)
    share = fen // count
    amounts = [share] * (count - 1) + [fen - share * (count - 1)]
    return _schedule(total, amounts, _monthly(first_due, count, avoid))


def solve_fixed(
    total: Money, amount: Money, first_due: date, avoid: Avoid = no_day
) -> tuple[Instalment, ...]:
    """``amount`` a month until nothing is left; the last instalment is the smaller rest.

    Raises ``claim.plan-amount`` for an amount that is not positive or needs more than 600 instalments.
    """
    fen, each = _positive(total), to_minor(amount)
    if each <= 0 or -(-fen // each) > 600:
        raise fail("claim.plan-amount", total=total.plain, amount=amount.plain)
    count = -(-fen // each)
    amounts = [each] * (count - 1) + [fen - each * (count - 1)]
    return _schedule(total, amounts, _monthly(first_due, count, avoid))


def solve_custom(
    total: Money,
    dates: Sequence[date],
    amounts: Sequence[Money] | None = None,
    avoid: Avoid = no_day,
) -> tuple[Instalment, ...]:
    """Dates (and amounts) as agreed; without amounts equal parts. Nothing is moved: agreed dates are agreed.

    Raises all of ``claim.plan-no-dates``, ``claim.plan-dates`` (not rising), ``claim.plan-avoided`` (on an avoided day),
    ``claim.plan-sum`` (amounts that do not sum to the total), ``claim.plan-amount``.
    """
    fen = _positive(total)
    problems = list(_rising(dates))
    problems += [
        Problem(
            "claim.plan-avoided", params={"day": day.isoformat(), "next": step_aside(day, avoid).isoformat()}
        )
        for day in dates
        if avoid(day)
    ]
    if amounts is None:
        count = max(1, len(dates))
        share = fen // count
        each = [share] * (count - 1) + [fen - share * (count - 1)]
    else:
        each = [to_minor(amount) for amount in amounts]
        if sum(each) != fen or len(each) != len(dates):
            planned = of_minor(sum(each), total.currency).plain
            problems.append(Problem("claim.plan-sum", params={"planned": planned, "total": total.plain}))
    if any(amount <= 0 for amount in each):
        problems.append(
            Problem(
                "claim.plan-amount",
                params={"total": total.plain, "amount": of_minor(min(each), total.currency).plain},
            )
        )
    if problems:
        raise EvidenceError(problems)
    return _schedule(total, each, dates)


def _positive(total: Money) -> int:
    fen = to_minor(total)
    if fen <= 0:
        raise fail("claim.plan-amount", total=total.plain, amount=total.plain)
    return fen


def _rising(days: Sequence[date], since: date | None = None) -> Iterator[Problem]:
    """``claim.plan-dates`` for each day that does not follow the one before, or for the first one before ``since``;
    ``claim.plan-no-dates`` without any."""
    if not days:
        yield Problem("claim.plan-no-dates")
    elif since is not None and days[0] < since:
        yield Problem("claim.plan-dates", params={"day": days[0].isoformat(), "before": since.isoformat()})
    for earlier, later in pairwise(days):
        if later <= earlier:
            yield Problem(
                "claim.plan-dates", params={"day": later.isoformat(), "before": earlier.isoformat()}
            )


def plan_problems(plan: Plan, avoid: Avoid = no_day) -> tuple[Problem, ...]:
    """What is to be said about a plan before it is signed (rules R37 and R38).

    ``claim.plan-sum``, ``claim.plan-…dates`` and ``claim.plan-avoided`` stop it; ``claim.plan-no-acceleration``,
    ``claim.plan-acceleration-harsh`` (less than a fifth, one missed instalment, or less than 15 days) and
    ``claim.plan-few-instalments`` (634 speaks of three or more) are warnings.
    """
    found = []
    planned = Money.total((i.amount for i in plan.instalments), plan.total.currency)
    if planned != plan.total:
        found.append(Problem("claim.plan-sum", params={"planned": planned.plain, "total": plan.total.plain}))
    days = [instalment.due for instalment in plan.instalments]
    found += _rising(days, since=plan.made_on)
    found += [
        Problem(
            "claim.plan-avoided", params={"day": day.isoformat(), "next": step_aside(day, avoid).isoformat()}
        )
        for day in days
        if avoid(day)
    ]
    clause = plan.acceleration
    if clause is None:
        found.append(Problem("claim.plan-no-acceleration"))
    else:
        if clause.share < Fraction(1, 5) or clause.missed < 2 or clause.demand_days < 15:
            found.append(Problem("claim.plan-acceleration-harsh"))
        if len(days) < 3:
            found.append(Problem("claim.plan-few-instalments", params={"count": len(days)}))
    return tuple(found)
