"""One replay of an account's events, in fen: the charges as they are opened, then waivers and payments day by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from evidence.claim.allocation import AllocationTerms, Ranking, allocate
from evidence.claim.bills import Bill, bills_of
from evidence.claim.checks import designation_of
from evidence.claim.late_charge import LateRules
from evidence.claim.minor import to_minor
from evidence.claim.oldest_first import is_by_age, pay_by_age
from evidence.claim.positions import BOOKED_OTHERWISE
from evidence.claim.tally import Line, Paid, Tally, opened
from evidence.errors import Problem
from evidence.model.account import Account, Charge
from evidence.model.events import AccountEvents, Designation, Part, Payment, Target, Waiver
from evidence.model.money import Money


def is_designated(events: AccountEvents, payment: Payment) -> bool:
    """Whether the debtor said what a payment is for, in time."""
    said = payment.designation or designation_of(events, payment.id)
    return said is not None and binds(said, payment)


def binds(designation: Designation, payment: Payment) -> bool:
    """560(1): said when paying; later only if the creditor agreed."""
    return designation.agreed or designation.made_on <= payment.received_on


class Run:
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
        self.by_age = False
        self.faults: list[Problem] = []

    def plain(self, fen: int) -> str:
        return self.tally.money(fen).plain

    def open_lines(self, booked: Sequence[int] | None, securities: Mapping[Target, Money]) -> None:
        """``booked``: how much of each charge's paid column stands for payments without an event, none where it is
        empty; ``None``: all of it."""
        bills = bills_of(self.account.charges)
        self.by_age = not securities and is_by_age(bills, self.events, self.terms, self.late)
        if self.by_age and booked is None and not self.events.corrections:
            self.lines.extend([bill.opened or opened(bill) for bill in bills.by_age])
        else:
            self._open_anew(bills.by_age, booked, securities)
        undated = sum([line.undated for line in self.lines])
        if undated:
            params = {"account": self.account.id, "amount": self.plain(undated)}
            self.tally.notices.append(Problem("claim.paid-undated", params=params))

    def _open_anew(
        self, bills: Sequence[Bill], booked: Sequence[int] | None, securities: Mapping[Target, Money]
    ) -> None:
        burdens: dict[str, Decimal] = {}
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
            line = Line(bill, billed, opening)
            line.burden = burdens[charge.item]
            if securities:
                of = [m for target, m in securities.items() if target.covers(charge.item, charge.period)]
                line.security = sum(map(to_minor, of))
            self.lines.append(line)

    def play(self) -> None:
        if self.by_age:
            payments = [p for p in self.events.payments if p.received_on <= self.as_of]
            payments.sort(key=_in_order)
            self.tally.credit = pay_by_age(self.lines, payments, self.tally.parts)
            return
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
        designated = self.designated(payment)
        shares = allocate(
            to_minor(payment.amount),
            day,
            self.lines,
            self.terms,
            designated=designated,
            costs=costs,
            ranking=self.ranking,
        )
        if (
            designated
            and self.terms.designation_binds
            and not any(share.debt in designated for share in shares)
        ):
            settled = self.lines[designated[0]].charge
            about = {"account": self.account.id, "event": payment.id, "amount": payment.amount.plain}
            params = {**about, "period": f"{settled.item} {settled.period.iso}"}
            tally.notices.append(Problem("claim.designation-settled", payment.origin, params))
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
        if not binds(designation, payment):
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

    def compare_with_ledger(self, seen: Run, day: date, older: int) -> None:
        """The payments up to the ledger's day must explain its paid column but for what is ``older``.

        ``seen`` is the run of a day on which all of them had come in; it may be this one.
        """
        booked = sum(line.bill.paid for line in self.lines) - older
        until = [part for part in seen.tally.parts if part.received_on <= day]
        principal = sum(part.amount for part in until if part.part is Part.PRINCIPAL)
        every = sum(part.amount for part in until if part.part is not None)
        about = {"account": self.account.id, "booked": self.plain(booked), "day": day.isoformat()}
        if booked > every:
            eve = min((part.received_on for part in until), default=day) - timedelta(days=1)
            received = {"received": self.plain(every), "eve": eve.isoformat()}
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


def _in_order(payment: Payment) -> tuple[date, str]:
    return payment.received_on, payment.id
