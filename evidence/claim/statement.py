"""The claim of one account on one day, line by line, and the equation it must satisfy.

Late charge (违约金), allocation of payments and limitation stand beside the principal and are not part of it;
their seam is :class:`Claim`, which every letter and every exhibit reads its figures from.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from evidence.model.account import Account, Charge
from evidence.model.money import Money
from evidence.model.period import Period
from evidence.model.problem import Place, Problem


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One fee item of one period as claimed; ``origin`` is the ledger row it was read from."""

    item: str
    period: Period
    due: date | None
    billed: Money
    paid: Money
    outstanding: Money
    origin: Place


@dataclass(frozen=True, slots=True)
class Claim:
    """What is claimed from ``account`` as of a day: overdue principal only. ``not_yet_due`` is left out."""

    account: Account
    as_of: date
    lines: tuple[ClaimLine, ...]
    total: Money
    not_yet_due: Money

    @property
    def oldest_due(self) -> date | None:
        return min((line.due or line.period.end for line in self.lines), default=None)

    @property
    def digest(self) -> str:
        """A fingerprint of what is claimed (lines and total, not the day), to see that nothing has changed.

        Used inside the workspace only: it is guessable from the figures and never leaves it.
        """
        parts = [self.account.id, self.account.debtor.name, self.total.currency, self.total.plain]
        for line in self.lines:
            parts += [line.item, line.period.iso, line.billed.plain, line.paid.plain, line.outstanding.plain]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def is_overdue(charge: Charge, as_of: date) -> bool:
    """Owed and past its last day to pay; a charge without a due date is overdue once its period has ended."""
    return bool(charge.outstanding) and charge.oldest_day < as_of


def claim_of(account: Account, as_of: date) -> Claim:
    """The overdue principal of ``account`` on ``as_of``, oldest first."""
    overdue = [charge for charge in account.charges if is_overdue(charge, as_of)]
    overdue.sort(key=lambda charge: (charge.oldest_day, charge.period.start, charge.item))
    lines = tuple(
        ClaimLine(c.item, c.period, c.due, c.billed, c.paid, c.outstanding, c.origin) for c in overdue
    )
    total = Money.total((line.outstanding for line in lines), account.currency)
    return Claim(account, as_of, lines, total, account.outstanding - total)


def balance_problems(claim: Claim) -> tuple[Problem, ...]:
    """The balance equation of design decision 5: billed − paid = claimed, line by line and in sum.

    Empty when it holds; otherwise nothing may be written for this owner.
    """
    problems = []
    for line in claim.lines:
        exact = line.billed.is_exact and line.paid.is_exact and line.outstanding.is_exact
        if line.billed - line.paid != line.outstanding or not exact or line.outstanding.amount <= 0:
            problems.append(
                Problem(
                    "workspace.unbalanced",
                    line.origin,
                    {
                        "account": claim.account.id,
                        "period": line.period.iso,
                        "amount": line.outstanding.plain,
                    },
                )
            )
    currency = claim.total.currency
    billed = Money.total((line.billed for line in claim.lines), currency)
    paid = Money.total((line.paid for line in claim.lines), currency)
    if billed - paid != claim.total:
        problems.append(
            Problem(
                "workspace.unbalanced",
                Place(),
                {"account": claim.account.id, "period": "Σ", "amount": claim.total.plain},
            )
        )
    return tuple(problems)
