"""What holds for every account, over more than 10,000 generated ones.

Each property runs on 2,000 accounts of up to six charges of two fee items, with payments, designations,
waivers, corrections, costs and holds, under contract or reference rates, with late charge as interest or not.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from claim_material import ID, account, fen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence.claim.account_replay import LedgerPaid, Replay, balance_problems, replay
from evidence.claim.allocation import AllocationTerms, Rule
from evidence.claim.late_charge import LateRules, LateTerms, LprMode
from evidence.claim.late_statement import LateStatement, late_statement
from evidence.claim.plan import solve_custom, solve_equal, solve_fixed
from evidence.claim.rate_text import LateRate, LprRate, Per
from evidence.law.rates import load_rates
from evidence.model.account import Account, Charge
from evidence.model.events import (
    AccountEvents,
    Correction,
    Cost,
    Designation,
    Hold,
    HoldReason,
    Part,
    Payment,
    Target,
    Waiver,
)
from evidence.model.period import Period
from evidence.model.problem import Place

EACH = 2000
profile = settings(max_examples=EACH, deadline=None, suppress_health_check=list(HealthCheck))
FIRST, END = date(2022, 1, 1), date(2025, 5, 20)
TERMS = (
    LateTerms(LateRate(Decimal("0.0005"), Per.DAY)),
    LateTerms(LateRate(Decimal("0.06"), Per.YEAR)),
    LateTerms(LateRate(Decimal("0.003"), Per.DAY), cap_at_principal=True),
    LateTerms(LprRate(Decimal("1.3")), mode=LprMode.FLOATING),
    LateTerms(),
)


@dataclass(frozen=True)
class Case:
    owner: Account
    events: AccountEvents
    as_of: date
    rules: LateRules
    terms: AllocationTerms

    def run(self) -> Replay:
        return replay(
            self.owner,
            self.events,
            self.as_of,
            terms=self.terms,
            late=self.rules,
            ledger_paid=LedgerPaid.BEFORE_EVENTS,
        )

    def late(self, result: Replay) -> LateStatement:
        return late_statement(result.positions, self.as_of, self.rules, "CNY")


def target(charge: Charge) -> Target:
    return Target(charge.item, charge.period)


class Dice:
    """Choices read off bytes: one draw for a whole account is quick, and shrinks towards its first choices."""

    def __init__(self, entropy: bytes) -> None:
        self.entropy, self.at = entropy, 0

    def below(self, limit: int) -> int:
        piece = self.entropy[self.at : self.at + 3]
        self.at += 3
        return int.from_bytes(piece, "big") % limit

    def one(self, *options: Any) -> Any:
        return options[self.below(len(options))]

    def day(self) -> date:
        return FIRST + timedelta(days=self.below((END - FIRST).days + 1))

    def amount(self) -> int:
        return 1 + self.below(self.one(10**6, 10**6, 300))

    def several(self, most: int) -> range:
        return range(self.below(most + 1))


def case_of(entropy: bytes, *, only_payments: bool = False, ties: bool = True) -> Case:
    """An account with its events; without ``ties`` no two charges fall due on one day."""
    dice = Dice(entropy)
    charges: list[Charge] = []
    for number in range(1 + dice.below(4)):
        period = Period.months(2020, number + 1, 2020, number + 1)
        due = dice.day()
        while not ties and any(due == charge.due for charge in charges):
            due += timedelta(days=1)
        for item in ("物业费", "停车费")[: 1 + (ties and dice.below(2))]:
            billed = dice.amount()
            paid = dice.one(0, 0, billed // 3, billed)
            charges.append(Charge(item, period, fen(billed), fen(paid), Place(), due))
    payments = []
    for number in dice.several(4):
        when = dice.day()
        words = Designation((target(dice.one(*charges)),), when) if dice.below(4) == 3 else None
        payments.append(Payment(f"P{number}", ID, when, fen(dice.amount()), words))
    events = AccountEvents(payments=tuple(payments))
    if not only_payments:
        part = dice.one(Part.PRINCIPAL, Part.LATE_CHARGE)
        events = replace(
            events,
            waivers=tuple(
                Waiver(f"W{n}", ID, dice.day(), target(dice.one(*charges)), None, part)
                for n in dice.several(1)
            ),
            corrections=tuple(
                Correction(f"C{n}", ID, dice.day(), target(dice.one(*charges)), fen(dice.amount()))
                for n in dice.several(1)
            ),
            costs=tuple(Cost(f"K{n}", ID, dice.day(), fen(dice.amount())) for n in dice.several(1)),
            holds=tuple(
                Hold(
                    f"H{n}",
                    ID,
                    (target(dice.one(*charges)),),
                    HoldReason.REFUSES,
                    FIRST,
                    None,
                    fen(dice.amount()),
                )
                for n in dice.several(1)
            ),
        )
    by_item = dice.one({}, {"停车费": LateTerms(LateRate(Decimal("0.0007"), Per.DAY))})
    rules = LateRules(dice.one(*TERMS), load_rates("cn"), by_item)
    terms = AllocationTerms(late_charge_is_interest=dice.one(False, True))
    return Case(account(*charges), events, dice.day(), rules, terms)


def cases(**how: bool) -> st.SearchStrategy[Case]:
    return st.binary(min_size=150, max_size=150).map(lambda entropy: case_of(entropy, **how))


@profile
@given(cases())
def test_the_balance_equation_holds(case: Case) -> None:
    """billed − waived − paid = outstanding, line by line and in sum, from figures gathered here anew."""
    result = case.run()
    assert balance_problems(result) == ()
    billed = sum(int(c.billed.amount * 100) for c in case.owner.charges)
    billed += sum(int(c.change.amount * 100) for c in case.events.corrections)
    undated = sum(int(c.paid.amount * 100) for c in case.owner.charges)
    waived = sum(int(p.waived.amount * 100) for p in result.positions)
    principal = sum(int(a.amount.amount * 100) for a in result.allocations if a.part is Part.PRINCIPAL)
    left = sum(int(p.outstanding.amount * 100) for p in result.positions)
    assert billed - undated - waived - principal == left
    assert all(p.outstanding.amount >= 0 and p.held.amount <= p.outstanding.amount for p in result.positions)
    assert result.principal + result.not_yet_due == sum((p.outstanding for p in result.positions), fen(0))


@profile
@given(cases())
def test_the_parts_of_a_payment_sum_to_it(case: Case) -> None:
    result = case.run()
    for payment in case.events.payments:
        parts = result.parts_of(payment.id)
        if payment.received_on > case.as_of:
            assert parts == ()
        else:
            assert sum(part.amount.amount for part in parts) == payment.amount.amount
            assert all(part.amount.amount > 0 for part in parts)


@profile
@given(cases(), st.integers(0, 2**32))
def test_the_total_does_not_depend_on_the_order_of_import(case: Case, seed: int) -> None:
    dice = random.Random(seed)

    def shuffled(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(dice.sample(rows, len(rows)))

    mixed = replace(
        case,
        owner=replace(case.owner, charges=shuffled(case.owner.charges)),
        events=AccountEvents(
            shuffled(case.events.payments),
            shuffled(case.events.waivers),
            shuffled(case.events.corrections),
            (),
            shuffled(case.events.costs),
            shuffled(case.events.holds),
        ),
    )
    first, second = case.run(), mixed.run()
    assert first.allocations == second.allocations
    assert first.positions == second.positions
    assert case.late(first).claimed == mixed.late(second).claimed


def exact_claim(case: Case, result: Replay) -> tuple[Fraction, Decimal, int]:
    """Principal and late charge before rounding, the printed sum, and the number of lines of late charge."""
    lines = case.late(result).lines
    principal = sum((p.outstanding.amount for p in result.positions), Decimal(0))
    exact = Fraction(principal)
    for line in lines:
        figure = sum((s.exact for s in line.claimed.segments), Fraction(0))
        if line.claimed.capped:
            figure = min(figure, Fraction(line.base.amount))
        exact += figure - Fraction(line.paid.amount)
    printed = principal + sum((line.outstanding.amount for line in lines if line.outstanding), Decimal(0))
    return exact, printed, len(lines)


@profile
@given(cases(only_payments=True, ties=False), st.integers(0, (END - FIRST).days), st.integers(1, 10**6))
def test_adding_a_payment_never_raises_the_claim(case: Case, day: int, amount: int) -> None:
    """Strictly, and to the fen in print, where debts fall due one after another and charge is no interest.

    With late charge as interest each payment meets a sum that is already rounded, which may shift a fen per line.
    """
    extra = Payment("P9", ID, FIRST + timedelta(days=day), fen(amount))
    more = replace(case, events=AccountEvents(payments=(*case.events.payments, extra)))
    before, printed_before, lines = exact_claim(case, case.run())
    after, printed_after, _ = exact_claim(more, more.run())
    slack = Fraction(lines, 100) if case.terms.late_charge_is_interest else Fraction(0)
    assert after <= before + slack
    assert Fraction(printed_after) <= Fraction(printed_before) + slack


@profile
@given(cases(only_payments=True), st.integers(0, (END - FIRST).days), st.integers(1, 10**6))
def test_adding_a_payment_shared_in_proportion_never_raises_the_claim_by_more_than_its_odd_fen(
    case: Case, day: int, amount: int
) -> None:
    """Debts of one day share pro rata in whole fen; the odd fen may fall to another line than before."""
    extra = Payment("P9", ID, FIRST + timedelta(days=day), fen(amount))
    more = replace(case, events=AccountEvents(payments=(*case.events.payments, extra)))
    _, before, lines = exact_claim(case, case.run())
    _, after, _ = exact_claim(more, more.run())
    assert after <= before + Decimal(lines) / 100


@profile
@given(
    st.integers(1, 10**8),
    st.integers(1, 60),
    st.dates(date(2024, 1, 1), date(2030, 1, 1)),
    st.integers(0, 2**60 - 1),
    st.integers(1, 10**6),
)
def test_plan_instalments_sum_to_the_total_on_days_that_are_not_avoided(
    total: int, count: int, first: date, blocked: int, each: int
) -> None:
    def avoid(day: date) -> bool:
        return bool(blocked >> day.toordinal() % 60 & 1) and day.day != 28

    sums = fen(total)
    plans = []
    if count <= total:
        plans.append(solve_equal(sums, count, first, avoid))
        plans.append(solve_custom(sums, [first + timedelta(days=3 * n) for n in range(count)]))
        shares = {i.amount for i in plans[0][:-1]}
        assert len(shares) <= 1  # all but the last are equal
        assert 0 <= plans[0][-1].amount.amount - plans[0][0].amount.amount < Decimal(count) / 100
        assert not any(avoid(i.due) for i in plans[0])
    if -(-total // each) <= 600:
        plans.append(solve_fixed(sums, fen(each), first, avoid))
    for plan in plans:
        assert sum(i.amount.amount for i in plan) == sums.amount
        assert all(i.amount.amount > 0 for i in plan)
        assert [i.number for i in plan] == list(range(1, len(plan) + 1))
        left = sums.amount
        for instalment in plan:
            left -= instalment.amount.amount
            assert instalment.balance.amount == left
        assert left == 0
        assert all(a.due < b.due for a, b in pairwise(plan))


def test_the_generated_accounts_use_every_rule_and_kind() -> None:
    """The properties above would mean little if the generator never left the beaten track."""
    seen: Counter[str] = Counter()

    @settings(
        max_examples=400,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=True,
    )
    @given(cases())
    def gather(case: Case) -> None:
        result = case.run()
        seen.update(f"rule {part.rule}" for part in result.allocations)
        seen.update(f"part {part.part}" for part in result.allocations)
        seen.update(f"segments {min(2, len(line.claimed.segments))}" for line in case.late(result).lines)
        seen["held"] += any(p.held for p in result.positions)
        seen["waived"] += any(p.waived for p in result.positions)

    gather()
    rules = {
        Rule.DESIGNATED,
        Rule.COVERS_ALL,
        Rule.ONLY_DEBT,
        Rule.DUE,
        Rule.BURDEN,
        Rule.EARLIER,
        Rule.PRO_RATA,
    }
    assert {f"rule {rule}" for rule in (*rules, Rule.SURPLUS, Rule.COSTS_FIRST)} <= set(seen)
    assert {"part late-charge", "part costs", "segments 2", "held", "waived"} <= set(seen)
