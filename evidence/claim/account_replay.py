"""Balances of one account, replayed from its events: what each period was, what became of it, and why.

Nothing is stored and nothing is patched: corrections change the bill from the first day, then waivers and
payments are taken in the order of their days (a waiver before a payment of the same day, equal ones by id), so
the result depends on what happened and not on the order of import.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter

from evidence.claim.allocation import AllocationTerms, Ranking, allocate
from evidence.claim.bills import bill_of
from evidence.claim.checks import account_problems, designation_of, set_aside
from evidence.claim.late_charge import LateRules
from evidence.claim.minor import to_minor
from evidence.claim.positions import BOOKED_OTHERWISE, Allocation, Position, Replay, balance_problems
from evidence.claim.tally import Line, Paid, Tally
from evidence.errors import EvidenceError, Problem
from evidence.model.account import Account, Charge
from evidence.model.events import AccountEvents, Designation, Part, Payment, Target, Waiver
from evidence.model.money import Money

__all__ = ["Allocation", "LedgerPaid", "Position", "Replay", "balance_problems", "reckon", "replay"]


class LedgerPaid(StrEnum):
    """How the ledger's paid column stands to the payment events, so that no payment counts twice.

    ``IN_EVENTS``: the events are the payments that column adds up, and are checked against it; for an account
    without any payment event up to the ledger's day it is taken as it stands, undated, and later ones come on top.
    ``BEFORE_EVENTS``: it holds older payments, and all events come on top.
    """

    IN_EVENTS = "in-events"
    BEFORE_EVENTS = "before-events"


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
    return reckon(
        account,
        events,
        as_of,
        terms=terms,
        late=late,
        ledger_paid=ledger_paid,
        ledger_as_of=ledger_as_of,
        older=older,
        securities=securities,
        contract_from=contract_from,
    ).replay()


def reckon(
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
) -> Tally:
    """:func:`replay` in fen, without the record of it: for lists of a whole estate."""
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
    run.tally.notices.extend(aside)
    return run.tally


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
            unexplained = line.bill.paid - explained[index] - found[index]
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
        self.lines: list[Line] = []
        self.tally = Tally(account, as_of, self.lines, events.holds, terms)
        self.ranking: Ranking | None = None
        self.faults: list[Problem] = []

    def plain(self, fen: int) -> str:
        return self.tally.money(fen).plain

    def open_lines(self, booked: Sequence[int] | None, securities: Mapping[Target, Money]) -> None:
        """``booked``: how much of each charge's paid column stands for payments without an event, none where it is
        empty; ``None``: all of it."""
        undated = 0
        burdens: dict[str, Decimal] = {}
        bills = [bill_of(charge) for charge in self.account.charges]
        bills.sort(key=attrgetter("order"))
        for place, bill in enumerate(bills):
            charge, billed, opening = bill.charge, bill.billed, bill.paid
            if booked is not None:
                opening = booked[place] if booked else 0
            for correction in self.events.corrections:
                if correction.target.covers(charge.item, charge.period):
                    billed += to_minor(correction.change)
            if billed < opening:
                about = {"account": self.account.id, "period": charge.period.iso}
                self.faults.append(Problem("claim.correction-below-zero", charge.origin, about))
                opening = billed
            if charge.item not in burdens:
                burdens[charge.item] = self.late.burden(charge.item) if self.late else Decimal(0)
            line = Line(bill, billed, opening, burdens[charge.item])
            if securities:
                of = [m for target, m in securities.items() if target.covers(charge.item, charge.period)]
                line.security = sum(map(to_minor, of))
            self.lines.append(line)
            undated += opening
        if undated:
            params = {"account": self.account.id, "amount": self.plain(undated)}
            self.tally.notices.append(Problem("claim.paid-undated", params=params))

    def play(self) -> None:
        happened: list[tuple[date, int, str, Waiver | Payment]] = [
            *((w.made_on, 0, w.id, w) for w in self.events.waivers if w.made_on <= self.as_of),
            *((p.received_on, 1, p.id, p) for p in self.events.payments if p.received_on <= self.as_of),
        ]
        happened.sort(key=lambda row: row[:3])
        self.tally.costs = sum(to_minor(c.amount) for c in self.events.costs if c.incurred_on <= self.as_of)
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
                figures = {"amount": self.plain(amount), "open": self.plain(open_part)}
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
        tally, costs = self.tally, 0
        if self.events.costs:
            costs = (
                sum(to_minor(c.amount) for c in self.events.costs if c.incurred_on <= day) - tally.costs_paid
            )
        shares = allocate(
            to_minor(payment.amount),
            day,
            self.lines,
            self.terms,
            designated=self.designated(payment),
            costs=costs,
            ranking=self.ranking,
        )
        for index, part, amount, rule in shares:
            tally.parts.append(Paid(payment.id, day, index, part, amount, rule))
            if index is None:
                if part is Part.COSTS:
                    tally.costs_paid += amount
                else:
                    tally.credit += amount
            elif part is Part.PRINCIPAL:
                line = self.lines[index]
                line.paid += amount
                line.reduce(amount, day)
            else:
                self.lines[index].late_paid += amount

    def designated(self, payment: Payment) -> tuple[int, ...]:
        designation = payment.designation or designation_of(self.events, payment.id)
        if designation is None:
            return ()
        if not _binds(designation, payment):
            about = {"account": self.account.id, "event": payment.id}
            day = designation.made_on.isoformat()
            self.tally.notices.append(
                Problem("claim.designation-late", designation.origin, {**about, "day": day})
            )
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
        booked = sum(line.bill.paid for line in self.lines) - older
        until = [part for part in seen.tally.parts if part.received_on <= day]
        principal = sum(part.amount for part in until if part.part is Part.PRINCIPAL)
        every = sum(part.amount for part in until if part.part is not None)
        about = {"account": self.account.id, "booked": self.plain(booked), "day": day.isoformat()}
        if booked > every:
            received = {"received": self.plain(every)}
            self.faults.append(Problem("claim.payments-missing", params={**about, **received}))
        elif booked < principal:
            received = {"received": self.plain(principal)}
            self.faults.append(Problem("claim.payments-not-booked", params={**about, **received}))
        elif other := seen.booked_otherwise(day):
            params: dict[str, str | int] = {
                "account": self.account.id,
                "count": len(other),
                "period": other[0].period.iso,
            }
            self.tally.notices.append(Problem(BOOKED_OTHERWISE, params=params))

    def booked_otherwise(self, day: date) -> list[Charge]:
        """What the ledger booked payments up to its day on otherwise than the law allocates them."""
        dated = [0] * len(self.lines)
        for part in self.tally.parts:
            if part.line is not None and part.part is Part.PRINCIPAL and part.received_on <= day:
                dated[part.line] += part.amount
        return [
            line.charge
            for line, paid in zip(self.lines, dated, strict=True)
            if paid + line.undated != line.bill.paid
        ]
