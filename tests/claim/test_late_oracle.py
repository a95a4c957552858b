"""Late charge and allocation again, day by day: an oracle that knows no segments, for 10,000 random accounts.

It walks the calendar. Every day it takes the principal it has in the morning, adds a day's charge to the
total, then takes in the payments of that day and pays off the debt that the law puts first, again and again
until the money is gone. Rates are looked up in its own copy of the pack's file, one entry for each day.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from pathlib import Path

from claim_material import ID, account, fen

from evidence.claim.account_replay import LedgerPaid, replay
from evidence.claim.allocation import AllocationTerms
from evidence.claim.late_charge import LateLine, LateRules, LateTerms, LprMode, late_line
from evidence.claim.late_statement import late_statement
from evidence.claim.rate_text import LateRate, LprRate, Per
from evidence.law.rates import load_rates
from evidence.model.account import Charge
from evidence.model.events import AccountEvents, Payment
from evidence.model.period import Period
from evidence.model.problem import Place

ACCOUNTS = 10_000
PACK = Path(__file__).parents[2] / "evidence" / "law" / "packs" / "cn-rates.toml"
WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
ONE = timedelta(days=1)


def rate_of_each_day() -> dict[date, int]:
    """LPR in hundredths of a per cent, for each day of the table."""
    series = tomllib.loads(PACK.read_text("utf-8"))["series"]["lpr-1y"]
    found, row, day = (
        {},
        {r["since"]: int(r["percent"].replace(".", "")) for r in series["rows"]},
        date(2019, 8, 20),
    )
    current = 0
    while day <= series["known_until"]:
        current = row.get(day, current)
        found[day] = current
        day += ONE
    return found


LPR = rate_of_each_day()


@dataclass
class Owed:
    """One charge as the oracle keeps it: amounts in fen, charge in fen × hundredths of a per cent × factor × days."""

    due: date
    item: str
    principal: int
    factor: int  # the rate of one day is factor (× LPR of the day), in 1e-8 of the principal per year
    by_lpr: str = ""
    total: int = 0
    at_start: int = 0

    def rate_on(self, day: date) -> int:
        if self.by_lpr == "fixed":
            return self.factor * LPR[self.due + ONE]
        return self.factor * LPR[day] if self.by_lpr else self.factor


@dataclass(frozen=True)
class Case:
    charges: tuple[Charge, ...]
    payments: tuple[Payment, ...]
    as_of: date
    terms: LateTerms
    burdens: dict[str, LateTerms]


def random_case(dice: random.Random) -> Case:
    first = date(2020, 1, 1) + timedelta(days=dice.randrange(1500))
    kind = dice.choice(["day", "day", "year", "fixed", "floating", "cap"])
    terms = {
        "day": LateTerms(LateRate(Decimal(dice.randrange(1, 31)) / 10000, Per.DAY)),
        "year": LateTerms(LateRate(Decimal(dice.randrange(1, 2400)) / 10000, Per.YEAR)),
        "fixed": LateTerms(claim_factor=Decimal(dice.choice(["1", "1.3", "1.5"]))),
        "floating": LateTerms(LprRate(Decimal("1.3")), mode=LprMode.FLOATING),
        "cap": LateTerms(LateRate(Decimal("0.01"), Per.DAY), cap_at_principal=True),
    }[kind]
    days = dice.sample(range(1, 240), dice.randrange(1, 5))  # distinct due dates: no ties
    charges = []
    for number, offset in enumerate(sorted(days)):
        due = first + timedelta(days=offset)
        item = "停车费" if kind == "day" and dice.random() < 0.3 else "物业费"
        year, month = 2010 + number, 1
        charges.append(
            Charge(
                item,
                Period.months(year, month, year, month),
                fen(dice.choice([1, 7, dice.randrange(1, 10**4), dice.randrange(1, 10**6)])),
                fen(0),
                Place(),
                due,
            )
        )
    as_of = min(first + timedelta(days=dice.randrange(60, 420)), date(2025, 5, 20))
    payments = tuple(
        Payment(
            f"P{n}", ID, first + timedelta(days=dice.randrange(0, 400)), fen(dice.randrange(1, 3 * 10**5))
        )
        for n in range(dice.randrange(0, 4))
    )
    burdens = {"停车费": LateTerms(LateRate(Decimal("0.0031"), Per.DAY))} if kind == "day" else {}
    return Case(tuple(charges), payments, as_of, terms, burdens)


def oracle(case: Case) -> tuple[list[int], list[int]]:
    """Principal left and late charge of each charge, in fen, in the order of their due dates."""
    owed = [owed_of(case, charge) for charge in sorted(case.charges, key=lambda c: c.due or date.max)]
    received: dict[date, list[Payment]] = {}
    for payment in sorted(case.payments, key=lambda p: p.id):
        received.setdefault(payment.received_on, []).append(payment)
    for day in days_from(min([*received, *(debt.due for debt in owed)]), case.as_of):
        for debt in owed:
            if debt.principal and day > debt.due:
                if day == debt.due + ONE:
                    debt.at_start = debt.principal
                debt.total += debt.principal * debt.rate_on(day)
        for payment in received.get(day, ()):
            money = int(payment.amount.amount * 100)
            while money and (waiting := [debt for debt in owed if debt.principal]):
                chosen = min(waiting, key=lambda debt: rank(debt, day))
                taken = min(money, chosen.principal)
                chosen.principal -= taken
                money -= taken
    return [debt.principal for debt in owed], [late_of(case, debt) for debt in owed]


def rank(debt: Owed, day: date) -> tuple[bool, int, date]:
    """Due first, the heavier of the agreed rates next, then the earlier."""
    return (debt.due > day, 0 if debt.by_lpr else -debt.factor, debt.due)


def owed_of(case: Case, charge: Charge) -> Owed:
    assert charge.due is not None
    terms = case.burdens.get(charge.item, case.terms)
    amount = int(charge.billed.amount * 100)
    if isinstance(terms.rate, LateRate):
        yearly = terms.rate.value * (365 if terms.rate.per is Per.DAY else 1)
        return Owed(charge.due, charge.item, amount, int(yearly * 10**8))
    factor = terms.rate.factor if terms.rate else terms.claim_factor
    assert factor is not None
    # hundredths of a per cent are 1e-4 of the principal: 1e-8 needs the factor in 1e-4
    return Owed(charge.due, charge.item, amount, int(factor * 10**4), terms.mode.value)


def late_of(case: Case, debt: Owed) -> int:
    exact = WIDE.divide(Decimal(debt.total), Decimal(365 * 10**8))
    rounded = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP, context=WIDE))
    return min(rounded, debt.at_start) if case.terms.cap_at_principal else rounded


def days_from(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += ONE


def test_splitting_the_days_of_ten_thousand_accounts_changes_nothing_but_the_rounding() -> None:
    """The charge of a period to any day and from the next one on: exactly the whole, in print within a fen.

    Payments fall on either side of the cut and on it. Left out is the reference rate of the day of breach, which
    belongs to one day: a second stretch would be another breach.
    """
    dice = random.Random(585)
    cut = paid = changed = 0
    for _ in range(ACCOUNTS):
        case = random_case(dice)
        if case.terms.rate is None:
            case = replace(case, terms=LateTerms(LprRate(Decimal("1.5")), mode=LprMode.FLOATING))
        rules = LateRules(case.terms, load_rates("cn"), case.burdens)
        result = replay(
            account(*case.charges),
            AccountEvents(payments=case.payments),
            case.as_of,
            late=rules,
            ledger_paid=LedgerPaid.BEFORE_EVENTS,
        )
        for position in result.positions:
            due = position.charge.due
            assert due is not None
            if (case.as_of - due).days < 2:
                continue
            middle = due + timedelta(days=dice.randrange(1, (case.as_of - due).days))
            rest = replace(position, charge=replace(position.charge, due=middle))
            whole, before, after = (
                unrounded(late_line(p, day, rules))
                for p, day in ((position, case.as_of), (position, middle), (rest, case.as_of))
            )
            assert whole[0] == before[0] + after[0]
            if not case.terms.cap_at_principal:
                assert abs(whole[1] - before[1] - after[1]) <= 1
            cut += before[0] > 0 and after[0] > 0
            paid += len(position.history) > 1
            changed += whole[1] != before[1] + after[1]
    assert cut > ACCOUNTS and paid > ACCOUNTS // 2
    assert changed > ACCOUNTS // 10  # the rounding that is stated does show


def unrounded(line: LateLine | None) -> tuple[Fraction, int]:
    """The figure of the contract before rounding, and as printed, in fen; nothing for a line without delay."""
    if line is None or line.contract.amount is None:
        return Fraction(0), 0
    return sum((s.exact for s in line.contract.segments), Fraction(0)), int(line.contract.amount.amount * 100)


def test_the_oracle_agrees_to_the_fen_on_ten_thousand_accounts() -> None:
    dice = random.Random(20261121)
    seen = {"late": 0, "paid": 0, "capped": 0, "segments": 0}
    for _ in range(ACCOUNTS):
        case = random_case(dice)
        rules = LateRules(case.terms, load_rates("cn"), case.burdens)
        result = replay(
            account(*case.charges),
            AccountEvents(payments=case.payments),
            case.as_of,
            terms=AllocationTerms(),
            late=rules,
            ledger_paid=LedgerPaid.BEFORE_EVENTS,
        )
        lines = {
            id(line.charge): line for line in late_statement(result.positions, case.as_of, rules, "CNY").lines
        }
        principal, late = oracle(case)
        assert [int(p.outstanding.amount * 100) for p in result.positions] == principal, case
        figures = []
        for position in result.positions:
            line = lines.get(id(position.charge))
            figures.append(int(line.claimed.amount.amount * 100) if line and line.claimed.amount else 0)
            seen["capped"] += bool(line and line.claimed.capped)
            seen["segments"] += bool(line and len(line.claimed.segments) > 1)
        assert figures == late, case
        seen["late"] += sum(late) > 0
        seen["paid"] += any(p.received_on <= case.as_of for p in case.payments)
    # the accounts are of every kind, not ten thousand easy ones
    assert seen["late"] > ACCOUNTS // 2
    assert seen["paid"] > ACCOUNTS // 3
    assert seen["segments"] > ACCOUNTS // 10
    assert seen["capped"] > 500
