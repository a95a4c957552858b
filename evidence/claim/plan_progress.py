"""A signed plan against what was paid on it: kept, late, in default, or fallen due as a whole.

A payment on the plan fills the instalments in their order. An instalment is overdue from the day after its due
date, a payment counts from its own day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from evidence.claim.minor import of_minor, to_minor
from evidence.claim.plan import Acceleration, Instalment, LateChoice, Plan
from evidence.model.events import Payment
from evidence.model.money import Money


class PlanState(StrEnum):
    """``LATE``: something is overdue, but not enough for acceleration. ``DEFAULT``: enough, nothing demanded yet.

    ``DEMANDED``: demanded, the time given still runs. ``ACCELERATED``: the whole rest is due.
    """

    DONE = "done"
    KEPT = "kept"
    LATE = "late"
    DEFAULT = "default"
    DEMANDED = "demanded"
    ACCELERATED = "accelerated"


@dataclass(frozen=True, slots=True)
class Demanded:
    """A demand for overdue instalments: the day it was *served*, and the last day to pay it states, if it does.

    Whoever was given a day may rely on it: the agreed time never ends before.
    """

    served: date
    pay_by: date | None = None

    def ends(self, clause: Acceleration) -> date:
        """The last day of the time this demand gives."""
        agreed = self.served + timedelta(days=clause.demand_days)
        return max(agreed, self.pay_by) if self.pay_by else agreed


@dataclass(frozen=True, slots=True)
class InstalmentStanding:
    """One instalment on the day asked about; ``settled_on`` is when it was paid in full, if it was."""

    instalment: Instalment
    paid: Money
    settled_on: date | None
    overdue: bool

    @property
    def missing(self) -> Money:
        return self.instalment.amount - self.paid


@dataclass(frozen=True, slots=True)
class PlanStanding:
    """The plan on ``as_of``. ``due_now`` is what may be demanded on that day, ``rest`` all that is unpaid.

    ``surplus`` is what was paid beyond the plan. ``accelerated_on`` is the first day on which the rest was due.
    """

    as_of: date
    state: PlanState
    instalments: tuple[InstalmentStanding, ...]
    overdue: Money
    rest: Money
    due_now: Money
    surplus: Money
    demand_ends: date | None
    accelerated_on: date | None
    late_charge_revives: bool

    @property
    def dunning_paused(self) -> bool:
        """While a plan is kept, nobody is dunned for the debt it covers."""
        return self.state in (PlanState.KEPT, PlanState.DONE)

    @property
    def next_due(self) -> Instalment | None:
        return next((s.instalment for s in self.instalments if s.missing.amount > 0), None)


def _fill(plan: Plan, payments: list[tuple[date, int]], day: date) -> list[tuple[int, date | None]]:
    """For each instalment what is paid of it up to ``day`` in fen, and when it was settled."""
    wanted = [to_minor(instalment.amount) for instalment in plan.instalments]
    filled: list[tuple[int, date | None]] = []
    received = iter(row for row in payments if row[0] <= day)
    at_hand, since = 0, plan.made_on
    for amount in wanted:
        while at_hand < amount:
            try:
                since, more = next(received)
            except StopIteration:
                break
            at_hand += more
        paid = min(at_hand, amount)
        filled.append((paid, since if paid == amount else None))
        at_hand -= paid
    return filled


def _overdue(plan: Plan, filled: list[tuple[int, date | None]], day: date) -> list[int]:
    """What is overdue of each instalment on ``day``, in fen."""
    return [
        to_minor(instalment.amount) - paid if instalment.due < day else 0
        for instalment, (paid, _) in zip(plan.instalments, filled, strict=True)
    ]


def _triggered(plan: Plan, overdue: list[int], clause: Acceleration) -> bool:
    total = sum(to_minor(instalment.amount) for instalment in plan.instalments)
    missed = sum(1 for amount in overdue if amount > 0)
    return missed > 0 and (sum(overdue) >= clause.share * total or missed >= clause.missed)


def plan_standing(
    plan: Plan, payments: Iterable[Payment], as_of: date, *, demands: Iterable[Demanded] = ()
) -> PlanStanding:
    """Where the plan stands on ``as_of``.

    ``payments`` are those made on the plan (by designation or by the account they came to), from ``made_on`` on;
    ``demands`` those for overdue instalments that were served. A demand counts if the conditions of the plan's
    acceleration were met that day; if what it demanded is not all paid when its time is over, the rest falls due,
    and a later payment does not undo that.
    """
    received = sorted(
        (payment.received_on, payment.id, to_minor(payment.amount))
        for payment in payments
        if plan.made_on <= payment.received_on <= as_of
    )
    rows = [(day, amount) for day, _, amount in received]
    currency = plan.total.currency
    filled = _fill(plan, rows, as_of)
    overdue = _overdue(plan, filled, as_of)
    ends, accelerated = _acceleration(plan, rows, as_of, sorted(demands, key=lambda demand: demand.served))
    total = sum(to_minor(instalment.amount) for instalment in plan.instalments)
    rest = total - sum(paid for paid, _ in filled)
    clause = plan.acceleration
    if rest == 0:
        state = PlanState.DONE
    elif accelerated is not None:
        state = PlanState.ACCELERATED
    elif not any(overdue):
        state = PlanState.KEPT
    elif ends is not None:
        state = PlanState.DEMANDED
    elif clause is not None and _triggered(plan, overdue, clause):
        state = PlanState.DEFAULT
    else:
        state = PlanState.LATE
    due_now = rest if state is PlanState.ACCELERATED else sum(overdue)
    standings = tuple(
        InstalmentStanding(instalment, of_minor(paid, currency), settled, late > 0)
        for instalment, (paid, settled), late in zip(plan.instalments, filled, overdue, strict=True)
    )
    return PlanStanding(
        as_of,
        state,
        standings,
        of_minor(sum(overdue), currency),
        of_minor(rest, currency),
        of_minor(due_now, currency),
        of_minor(max(0, sum(amount for _, amount in rows) - total), currency),
        ends,
        accelerated,
        plan.late.choice is LateChoice.WAIVED and state is PlanState.ACCELERATED,
    )


def late_due(plan: Plan, standing: PlanStanding) -> Money:
    """What of ``standing.due_now`` is late charge that the plan restated: payments go to the principal first."""
    principal = to_minor(plan.principal) - (to_minor(plan.total) - to_minor(standing.rest))
    return of_minor(max(0, to_minor(standing.due_now) - max(0, principal)), plan.total.currency)


def _acceleration(
    plan: Plan, rows: list[tuple[date, int]], as_of: date, demands: list[Demanded]
) -> tuple[date | None, date | None]:
    """(Last day of a demand's time that still runs, day from which the rest is due)."""
    clause, running = plan.acceleration, None
    if clause is None:
        return None, None
    for demand in demands:
        if demand.served > as_of:
            break
        then = _overdue(plan, _fill(plan, rows, demand.served), demand.served)
        if not _triggered(plan, then, clause):
            continue
        ends = demand.ends(clause)
        if as_of <= ends:
            running = running or ends
            continue
        paid_by_then = [paid for paid, _ in _fill(plan, rows, ends)]
        demanded = zip(plan.instalments, then, paid_by_then, strict=True)
        if any(late and paid < to_minor(instalment.amount) for instalment, late, paid in demanded):
            return None, ends + timedelta(days=1)
    return running, None
