"""An account on a day, as a replay leaves it: its positions, where every payment went, and the balance equation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from evidence.claim.allocation import AllocationTerms, Rule
from evidence.claim.minor import to_minor
from evidence.errors import Problem
from evidence.model.account import Account, Charge
from evidence.model.events import Part
from evidence.model.money import Money

BOOKED_OTHERWISE = "claim.allocation-differs"
"""The notice that the ledger books payments on other charges than the law; whoever signs must hear of it."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """A part of one payment: to which charge (``None``: costs or surplus), which part of it, and by which rule."""

    payment: str
    received_on: date
    charge: Charge | None
    part: Part | None
    amount: Money
    rule: Rule


@dataclass(frozen=True, slots=True)
class Position:
    """One charge on the day of the replay.

    ``billed`` includes corrections; ``paid`` is principal paid, of which ``undated`` came from the ledger's paid
    column. ``held`` is the part of ``outstanding`` that is not demanded for now. ``history``: (first day, principal
    in fen from that day on), beginning with ``date.min``.
    """

    charge: Charge
    billed: Money
    paid: Money
    undated: Money
    waived: Money
    outstanding: Money
    late_paid: Money
    late_waived: Money
    held: Money
    history: tuple[tuple[date, int], ...]

    def is_overdue(self, as_of: date) -> bool:
        return bool(self.outstanding) and self.charge.oldest_day < as_of

    def without_held(self) -> Position:
        """The undisputed rest of this position, as a claim that goes on treats it from the first day of delay."""
        held = to_minor(self.held)
        if not held:
            return self
        zero = Money.zero(self.billed.currency)
        history = tuple((day, max(0, base - held)) for day, base in self.history)
        return Position(
            self.charge,
            self.billed - self.held,
            self.paid,
            self.undated,
            self.waived,
            self.outstanding - self.held,
            self.late_paid,
            self.late_waived,
            zero,
            history,
        )


@dataclass(frozen=True, slots=True)
class Replay:
    """An account on a day. ``notices`` are facts to look at; faults were raised instead.

    ``surplus`` is money received beyond every charge known: the owner's credit, never a negative claim.
    """

    account: Account
    as_of: date
    positions: tuple[Position, ...]
    allocations: tuple[Allocation, ...]
    costs: Money
    costs_paid: Money
    surplus: Money
    terms: AllocationTerms
    notices: tuple[Problem, ...]

    @property
    def overdue(self) -> tuple[Position, ...]:
        """Positions past their last day to pay, oldest first."""
        return tuple(position for position in self.positions if position.is_overdue(self.as_of))

    @property
    def principal(self) -> Money:
        """Overdue principal, with what is held."""
        return Money.total((p.outstanding for p in self.overdue), self.account.currency)

    @property
    def held(self) -> Money:
        return Money.total((p.held for p in self.overdue), self.account.currency)

    @property
    def not_yet_due(self) -> Money:
        later = (p.outstanding for p in self.positions if not p.is_overdue(self.as_of))
        return Money.total(later, self.account.currency)

    def parts_of(self, payment: str) -> tuple[Allocation, ...]:
        return tuple(part for part in self.allocations if part.payment == payment)


def balance_problems(result: Replay) -> tuple[Problem, ...]:
    """The balance equation, from the finished figures alone: empty when every line and every payment adds up.

    billed − waived − paid = outstanding ≥ held ≥ 0 for each charge; the parts of each payment sum to it; all
    payments are principal, late charge, costs or surplus.
    """
    account, problems = result.account.id, []

    def broken(what: str, amount: Money) -> None:
        params = {"account": account, "what": what, "amount": amount.plain}
        problems.append(Problem("claim.unbalanced", params=params))

    currency = result.account.currency
    zero = Money.zero(currency)
    for position in result.positions:
        rest = position.billed.amount - position.waived.amount - position.paid.amount
        if rest != position.outstanding.amount or not 0 <= position.held.amount <= rest:
            broken(position.charge.period.iso, position.outstanding)
    parts: dict[str, Money] = {}
    for part in result.allocations:
        parts[part.payment] = parts.get(part.payment, zero) + part.amount
    total = Money.total(parts.values(), currency)
    undated = Money.total((p.undated for p in result.positions), currency)
    principal = Money.total((p.paid for p in result.positions), currency) - undated
    late = Money.total((p.late_paid for p in result.positions), currency)
    if principal + late + result.costs_paid + result.surplus != total:
        broken("Σ", total)
    return tuple(problems)
