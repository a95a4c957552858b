"""Balances of one account, replayed from its events: what each period was, what became of it, and why.

Nothing is stored and nothing is patched: corrections change the bill from the first day, then waivers and
payments are taken in the order of their days (a waiver before a payment of the same day, equal ones by id), so
the result depends on what happened and not on the order of import.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from evidence.claim.allocation import AllocationTerms, Ranking, allocate
from evidence.claim.checks import account_problems, designation_of, set_aside
from evidence.claim.late_charge import LateRules, accrued
from evidence.claim.minor import largest_remainder, of_minor, to_minor
from evidence.claim.positions import BOOKED_OTHERWISE, Allocation, Position, Replay, balance_problems
from evidence.errors import EvidenceError, Problem
from evidence.model.account import Account, Charge
from evidence.model.events import AccountEvents, Designation, Hold, Part, Payment, Target, Waiver
from evidence.model.money import Money

__all__ = ["Allocation", "LedgerPaid", "Position", "Replay", "balance_problems", "replay"]

_DAY = timedelta(days=1)


class LedgerPaid(StrEnum):
    """How the ledger's paid column stands to the payment events, so that no payment counts twice.

    ``IN_EVENTS``: the events are the payments that column adds up, and are checked against it; for an account
    without any payment event up to the ledger's day it is taken as it stands, undated, and later ones come on top.
    ``BEFORE_EVENTS``: it holds older payments, and all events come on top.
    """

    IN_EVENTS = "in-events"
    BEFORE_EVENTS = "before-events"


class _Line:
    """A charge while events are replayed: amounts in fen."""

    __slots__ = (
        "billed",
        "burden",
        "charge",
        "due",
        "history",
        "late",
        "late_paid",
        "late_waived",
        "name",
        "paid",
        "principal",
        "security",
        "undated",
        "waived",
    )

    def __init__(self, charge: Charge, billed: int, undated: int, security: int, burden: Decimal) -> None:
        self.charge, self.billed, self.undated = charge, billed, undated
        self.due, self.name = charge.oldest_day, (charge.period.start, charge.item)
        self.security, self.burden = security, burden
        self.principal = billed - undated
        self.paid, self.waived, self.late, self.late_paid, self.late_waived = undated, 0, 0, 0, 0
        self.history: list[tuple[date, int]] = [(date.min, self.principal)]

    def reduce(self, amount: int, day: date) -> None:
        """Less principal from the day after ``day``."""
        self.principal -= amount
        since = day + _DAY
        if self.history[-1][0] == since:
            self.history.pop()
        self.history.append((since, self.principal))

    def open_late(self, day: date, rules: LateRules) -> int | None:
        """Late charge accrued to ``day`` and neither paid nor waived; ``None`` where it cannot be figured."""
        whole = accrued(self.charge, self.history, day, rules)
        return None if whole is None else max(0, whole - self.late_paid - self.late_waived)


def replay(
    account: Account,
    events: AccountEvents,
    as_of: date,
    *,
    terms: AllocationTerms | None = None,
    late: LateRules | None = None,
    ledger_paid: LedgerPaid = LedgerPaid.IN_EVENTS,
    ledger_as_of: date | None = None,
    older: Money | None = None,
    securities: Mapping[Target, Money] | None = None,
    contract_from: date | None = None,
) -> Replay:
    """The account on ``as_of``; events after that day are left out.

    ``late`` gives the agreed rates (for the burden of 560(2), for late charge paid as interest and for waivers of
    late charge); ``securities`` the value of securities. ``ledger_as_of`` is the day up to which the ledger's paid
    column counts, ``older`` what of that column is known to stand for payments that are not among the events: it is
    taken from what the events leave unexplained of each charge, oldest first (:func:`_undated`). A payment designated
    for a time that is not billed here is left aside. Raises every fault at once: those of
    :func:`~evidence.claim.checks.account_problems`, of :meth:`LateRules.problems`, ``claim.payments-missing``,
    ``claim.payments-not-booked``, ``claim.waiver-exceeds``, ``claim.correction-below-zero``,
    ``claim.late-not-known``.
    """
    terms = terms or AllocationTerms()
    events, aside = set_aside(account, events)
    faults = list(account_problems(account, events, contract_from=contract_from))
    if late is not None:
        faults.extend(late.problems())
    elif terms.late_charge_is_interest:
        raise ValueError("late charge can only be paid as interest if its rate is known")
    if faults:
        raise EvidenceError(faults)
    ledger_day = ledger_as_of or as_of
    explained = ledger_paid is LedgerPaid.IN_EVENTS and any(
        p.received_on <= ledger_day for p in events.payments
    )
    rest = to_minor(older) if older and explained else 0

    def played(day: date, undated: Sequence[int] | None, events: AccountEvents = events) -> _Run:
        run = _Run(account, events, day, terms, late)
        run.open_lines(undated, securities or {})
        run.play()
        return run

    def reckoned(undated: Sequence[int] | None) -> tuple[_Run, _Run]:
        run = played(as_of, undated)
        # What the column adds up is seen on its own day, also for a statement of an earlier one.
        return run, run if undated is None or ledger_day <= as_of else played(ledger_day, undated)

    if not explained:
        run, _ = reckoned(None)
    else:
        run, seen = reckoned(_undated(played, events, ledger_day, rest, only_designated=True))
        if rest and seen.booked_otherwise(ledger_day):
            other = reckoned(_undated(played, events, ledger_day, rest, only_designated=False))
            if not other[1].booked_otherwise(ledger_day):
                run, seen = other
        run.compare_with_ledger(seen, ledger_day, rest)
    if run.faults:
        raise EvidenceError(run.faults)
    run.notices.extend(aside)
    return run.result()


def _undated(
    played: Callable[[date, Sequence[int] | None, AccountEvents], _Run],
    events: AccountEvents,
    ledger_day: date,
    older: int,
    *,
    only_designated: bool,
) -> Sequence[int]:
    """The part of each charge's paid column that stands for payments without an event; together ``older``, in fen.

    The designated payments of the events settle what they were made for, so what they explain of a charge is taken
    off its column first; ``older`` is then taken from what is left, oldest first. Without ``only_designated`` the
    other payments are taken off in the same way, each where the law puts it while nothing else was paid.
    """
    if not older:
        return ()
    dated = [
        payment
        for payment in events.payments
        if payment.received_on <= ledger_day and (not only_designated or _designated(events, payment))
    ]
    lines = played(ledger_day, (), replace(events, payments=tuple(dated))).lines
    found = [0] * len(lines)
    # What the column does not leave room for elsewhere stays where the ledger has it: no sum may get lost.
    for explained in ([line.paid for line in lines], [0] * len(lines)):
        for index, line in enumerate(lines):
            unexplained = to_minor(line.charge.paid) - explained[index] - found[index]
            taken = max(0, min(unexplained, older))
            found[index] += taken
            older -= taken
    return found


def _designated(events: AccountEvents, payment: Payment) -> bool:
    """Whether the debtor said what a payment is for, in time."""
    said = payment.designation or designation_of(events, payment.id)
    return said is not None and _binds(said, payment)


def _binds(designation: Designation, payment: Payment) -> bool:
    """560(1): said when paying; later only if the creditor agreed."""
    return designation.agreed or designation.made_on <= payment.received_on


class _Run:
    """One replay."""

    def __init__(
        self,
        account: Account,
        events: AccountEvents,
        as_of: date,
        terms: AllocationTerms,
        late: LateRules | None,
    ) -> None:
        self.account, self.events, self.as_of, self.terms, self.late = account, events, as_of, terms, late
        self.currency, self.zero = account.currency, Money.zero(account.currency)
        self.lines: list[_Line] = []
        self.ranking: Ranking | None = None
        self.allocations: list[Allocation] = []
        self.costs = self.costs_paid = self.surplus = 0
        self.faults: list[Problem] = []
        self.notices: list[Problem] = []

    def money(self, fen: int) -> Money:
        return of_minor(fen, self.currency) if fen else self.zero

    def open_lines(self, booked: Sequence[int] | None, securities: Mapping[Target, Money]) -> None:
        """``booked``: how much of each charge's paid column stands for payments without an event, none where it is
        empty; ``None``: all of it."""
        undated = 0
        burdens: dict[str, Decimal] = {}
        for charge in sorted(self.account.charges, key=lambda c: (c.oldest_day, c.period.start, c.item)):
            billed, opening = to_minor(charge.billed), to_minor(charge.paid)
            if booked is not None:
                opening = booked[len(self.lines)] if booked else 0
            for correction in self.events.corrections:
                if correction.target.covers(charge.item, charge.period):
                    billed += to_minor(correction.change)
            if billed < opening:
                about = {"account": self.account.id, "period": charge.period.iso}
                self.faults.append(Problem("claim.correction-below-zero", charge.origin, about))
                opening = billed
            security = 0
            if securities:
                of = [m for target, m in securities.items() if target.covers(charge.item, charge.period)]
                security = sum(map(to_minor, of))
            if charge.item not in burdens:
                burdens[charge.item] = self.late.burden(charge.item) if self.late else Decimal(0)
            burden = burdens[charge.item]
            self.lines.append(_Line(charge, billed, opening, security, burden))
            undated += opening
        if undated:
            self.notices.append(
                Problem(
                    "claim.paid-undated",
                    params={"account": self.account.id, "amount": self.money(undated).plain},
                )
            )

    def play(self) -> None:
        happened: list[tuple[date, int, str, Waiver | Payment]] = [
            *((w.made_on, 0, w.id, w) for w in self.events.waivers if w.made_on <= self.as_of),
            *((p.received_on, 1, p.id, p) for p in self.events.payments if p.received_on <= self.as_of),
        ]
        happened.sort(key=lambda row: row[:3])
        self.costs = sum(to_minor(c.amount) for c in self.events.costs if c.incurred_on <= self.as_of)
        if self.events.payments:
            self.ranking = Ranking(self.lines, self.terms.order)
        for _, _, _, event in happened:
            if isinstance(event, Waiver):
                self.waive(event)
            else:
                self.pay(event)

    def waive(self, waiver: Waiver) -> None:
        for line in self.lines:
            if not waiver.target.covers(line.charge.item, line.charge.period):
                continue
            if waiver.part is Part.PRINCIPAL:
                open_part: int | None = line.principal
            else:
                open_part = line.open_late(waiver.made_on, self.late) if self.late else None
            about = {"account": self.account.id, "event": waiver.id, "period": line.charge.period.iso}
            if open_part is None:
                self.faults.append(Problem("claim.late-not-known", waiver.origin, about))
                continue
            amount = open_part if waiver.amount is None else to_minor(waiver.amount)
            if amount > open_part:
                figures = {"amount": self.money(amount).plain, "open": self.money(open_part).plain}
                self.faults.append(Problem("claim.waiver-exceeds", waiver.origin, {**about, **figures}))
            elif waiver.part is Part.PRINCIPAL:
                line.waived += amount
                line.reduce(amount, waiver.made_on)
            else:
                line.late_waived += amount

    def pay(self, payment: Payment) -> None:
        day = payment.received_on
        if self.terms.late_charge_is_interest and self.late is not None:
            for line in self.lines:
                late = line.open_late(day, self.late)
                if late is None:
                    about = {"account": self.account.id, "event": payment.id}
                    about["period"] = line.charge.period.iso
                    self.faults.append(Problem("claim.late-not-known", payment.origin, about))
                line.late = late or 0
        incurred = sum(to_minor(c.amount) for c in self.events.costs if c.incurred_on <= day)
        shares = allocate(
            to_minor(payment.amount),
            day,
            self.lines,
            self.terms,
            designated=self.designated(payment),
            costs=incurred - self.costs_paid,
            ranking=self.ranking,
        )
        for share in shares:
            line_of = None if share.index is None else self.lines[share.index]
            if line_of is None:
                if share.part is Part.COSTS:
                    self.costs_paid += share.amount
                else:
                    self.surplus += share.amount
            elif share.part is Part.PRINCIPAL:
                line_of.paid += share.amount
                line_of.reduce(share.amount, day)
            else:
                line_of.late_paid += share.amount
            charge = line_of.charge if line_of else None
            self.allocations.append(
                Allocation(payment.id, day, charge, share.part, self.money(share.amount), share.rule)
            )

    def designated(self, payment: Payment) -> tuple[int, ...]:
        designation = payment.designation or designation_of(self.events, payment.id)
        if designation is None:
            return ()
        if not _binds(designation, payment):
            about = {"account": self.account.id, "event": payment.id}
            day = designation.made_on.isoformat()
            self.notices.append(Problem("claim.designation-late", designation.origin, {**about, "day": day}))
            return ()
        return tuple(
            index
            for index, line in enumerate(self.lines)
            if any(t.covers(line.charge.item, line.charge.period) for t in designation.targets)
        )

    def compare_with_ledger(self, seen: _Run, day: date, older: int) -> None:
        """The payments up to the ledger's day must explain its paid column but for what is ``older``.

        ``seen`` is the run of a day on which all of them had come in; it may be this one.
        """
        booked = sum(to_minor(charge.paid) for charge in self.account.charges) - older
        until = [part for part in seen.allocations if part.received_on <= day]
        principal = sum(to_minor(part.amount) for part in until if part.part is Part.PRINCIPAL)
        every = sum(to_minor(part.amount) for part in until if part.part is not None)
        about = {"account": self.account.id, "booked": self.money(booked).plain, "day": day.isoformat()}
        if booked > every:
            received = {"received": self.money(every).plain}
            self.faults.append(Problem("claim.payments-missing", params={**about, **received}))
        elif booked < principal:
            received = {"received": self.money(principal).plain}
            self.faults.append(Problem("claim.payments-not-booked", params={**about, **received}))
        elif other := seen.booked_otherwise(day):
            params: dict[str, str | int] = {
                "account": self.account.id,
                "count": len(other),
                "period": other[0].period.iso,
            }
            self.notices.append(Problem(BOOKED_OTHERWISE, params=params))

    def booked_otherwise(self, day: date) -> list[Charge]:
        """What the ledger booked payments up to its day on otherwise than the law allocates them."""
        paid: dict[int, int] = {}
        for part in self.allocations:
            if part.part is Part.PRINCIPAL and part.received_on <= day:
                paid[id(part.charge)] = paid.get(id(part.charge), 0) + to_minor(part.amount)
        return [
            line.charge
            for line in self.lines
            if paid.get(id(line.charge), 0) + line.undated != to_minor(line.charge.paid)
        ]

    def result(self) -> Replay:
        held, money, zero = self._held(), self.money, self.zero
        positions = tuple(
            Position(
                line.charge,
                money(line.billed),
                money(line.paid) if line.paid else zero,
                money(line.undated) if line.undated else zero,
                money(line.waived) if line.waived else zero,
                money(line.principal) if line.principal else zero,
                money(line.late_paid) if line.late_paid else zero,
                money(line.late_waived) if line.late_waived else zero,
                money(held[index]) if held[index] else zero,
                tuple(line.history),
            )
            for index, line in enumerate(self.lines)
        )
        return Replay(
            self.account,
            self.as_of,
            positions,
            tuple(self.allocations),
            money(self.costs),
            money(self.costs_paid),
            money(self.surplus),
            self.terms,
            tuple(self.notices),
        )

    def _held(self) -> list[int]:
        """What holds reserve of each line: a sum over several lines is divided in proportion to what is open."""
        held = [0] * len(self.lines)
        for hold in sorted(self.events.holds, key=lambda h: h.id):
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
