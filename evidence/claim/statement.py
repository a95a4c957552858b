"""The claim of one account on one day, line by line, and the equation it must satisfy.

What is claimed is the overdue principal, less what is held for a dispute. Late charge (违约金) stands beside it and
is never part of ``total``. Every letter and every exhibit reads its figures from :class:`Claim`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from evidence.claim.bills import Bill, bills_of
from evidence.claim.late_statement import LateStatement
from evidence.claim.positions import Position, Replay
from evidence.claim.tally import Overdue, Tally
from evidence.model.account import Account
from evidence.model.events import Hold, HoldReason
from evidence.model.money import Money
from evidence.model.period import Period
from evidence.model.problem import Place, Problem


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One fee item of one period as claimed; ``origin`` is the ledger row it was read from.

    ``billed`` includes corrections. billed − waived − paid − held = outstanding, which is what is demanded.
    """

    item: str
    period: Period
    due: date | None
    billed: Money
    paid: Money
    outstanding: Money
    origin: Place
    waived: Money
    held: Money


@dataclass(frozen=True, slots=True)
class Reserved:
    """A part that is owed by the ledger and not demanded for now; the letter says so and reserves the right to it.

    ``reasons`` are those of the holds in force that cover it.
    """

    item: str
    period: Period
    amount: Money
    reasons: tuple[HoldReason, ...]
    origin: Place


@dataclass(frozen=True, slots=True)
class Claim:
    """What is claimed from ``account`` as of a day. ``total`` is principal alone, ``not_yet_due`` is left out.

    ``late`` is there only where the office claims a late charge; ``None`` says nothing about the right to one.
    ``credit`` is money received beyond every charge known.
    """

    account: Account
    as_of: date
    lines: tuple[ClaimLine, ...]
    total: Money
    not_yet_due: Money
    reserved: tuple[Reserved, ...] = ()
    late: LateStatement | None = None
    credit: Money | None = None

    @property
    def oldest_due(self) -> date | None:
        return min([line.due or line.period.end for line in self.lines], default=None)

    @property
    def late_claimed(self) -> Money | None:
        """The late charge claimed up to ``as_of``; ``None`` where none is, or where it cannot be figured."""
        return self.late.claimed if self.late else None

    @property
    def grand_total(self) -> Money:
        """Principal and the late charge claimed."""
        return self.total if self.late_claimed is None else self.total + self.late_claimed

    @property
    def digest(self) -> str:
        """A fingerprint of what is claimed (lines and total, not the day), to see that nothing has changed.

        A late charge grows from day to day, so that only whether one is claimed counts, not its amount.
        Used inside the workspace only: it is guessable from the figures and never leaves it.
        """
        parts = [self.account.id, self.account.debtor.name, self.total.currency, self.total.plain]
        for line in self.lines:
            parts += [line.item, line.period.iso, line.billed.plain, line.paid.plain, line.outstanding.plain]
        for part in self.reserved:
            parts += ["reserved", part.item, part.period.iso, part.amount.plain, *part.reasons]
        if self.late is not None:
            parts.append("late")
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def claim_of(account: Account, as_of: date) -> Claim:
    """The overdue principal by the ledger alone, oldest first: what an account without any event owes."""
    owed = [bill for bill in bills_of(account.charges).by_age if bill.owed]
    lines = [bill.line or _ledger_line(bill) for bill in owed if bill.due < as_of]
    total = Money.total([line.outstanding for line in lines], account.currency)
    later = Money.total([bill.charge.outstanding for bill in owed if bill.due >= as_of], account.currency)
    return Claim(account, as_of, tuple(lines), total, later)


def claim_from(
    replay: Replay | Tally, holds: Iterable[Hold] = (), late: LateStatement | None = None
) -> Claim:
    """The claim an account's replay leaves: overdue principal without what is held, oldest first.

    ``holds`` give the reasons of what is held; ``late`` is the late charge where one is claimed. Without events
    this is :func:`claim_of`.
    """
    if isinstance(replay, Tally) and not replay.held:
        return _claim_of_tally(replay, late)
    in_force = [hold for hold in holds if hold.in_force(replay.as_of)]
    overdue = replay.overdue  # in the order of a replay, which is that of claim_of
    lines = tuple(
        [
            _line(position)
            for position in overdue
            if not position.held or position.held != position.outstanding
        ]
    )
    reserved = tuple(
        Reserved(p.charge.item, p.charge.period, p.held, _reasons(p, in_force), p.charge.origin)
        for p in overdue
        if p.held
    )
    total = Money.total([line.outstanding for line in lines], replay.account.currency)
    return Claim(
        replay.account,
        replay.as_of,
        lines,
        total,
        replay.not_yet_due,
        reserved,
        late,
        replay.surplus if replay.surplus else None,
    )


def _claim_of_tally(tally: Tally, late: LateStatement | None) -> Claim:
    """:func:`claim_from` where nothing is held. Lines nothing happened to are those of the ledger."""
    lines = tuple(
        [
            (line.bill.line or _ledger_line(line.bill)) if line.is_untouched else _line(tally.stated(line))
            for line in tally.overdue_lines
        ]
    )
    credit = tally.surplus if tally.credit else None
    return Claim(tally.account, tally.as_of, lines, tally.overdue_total, tally.not_yet_due, (), late, credit)


def _ledger_line(bill: Bill) -> ClaimLine:
    c, zero = bill.charge, Money.zero(bill.charge.billed.currency)
    bill.line = ClaimLine(c.item, c.period, c.due, c.billed, c.paid, c.outstanding, c.origin, zero, zero)
    return bill.line


def _line(position: Position | Overdue) -> ClaimLine:
    charge = position.charge
    return ClaimLine(
        charge.item,
        charge.period,
        charge.due,
        position.billed,
        position.paid,
        position.outstanding - position.held if position.held else position.outstanding,
        charge.origin,
        position.waived,
        position.held,
    )


def _reasons(position: Position | Overdue, holds: Iterable[Hold]) -> tuple[HoldReason, ...]:
    charge = position.charge
    found = [h.reason for h in holds if any(t.covers(charge.item, charge.period) for t in h.targets)]
    return tuple(dict.fromkeys(found))


def balance_problems(claim: Claim) -> tuple[Problem, ...]:
    """The balance equation: billed − waived − paid − held = claimed, line by line and in sum.

    Empty when it holds; otherwise nothing may be written for this owner.
    """
    problems = []
    for line in claim.lines:
        parts = (line.billed, line.waived, line.paid, line.held, line.outstanding)
        rest = line.billed - line.waived - line.paid - line.held
        if rest != line.outstanding or not all(p.is_exact for p in parts) or line.outstanding.amount <= 0:
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
    settled = Money.total((line.waived + line.paid + line.held for line in claim.lines), currency)
    if billed - settled != claim.total:
        problems.append(
            Problem(
                "workspace.unbalanced",
                Place(),
                {"account": claim.account.id, "period": "Σ", "amount": claim.total.plain},
            )
        )
    return tuple(problems)
