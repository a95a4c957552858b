"""What holds for every account, each over 10,000 of them made from a seed, and over some that hypothesis chooses.

The accounts have up to six charges of two fee items, payments, designations, waivers, corrections, costs and holds,
under contract or reference rates, with late charge as interest or not. What hypothesis finds it makes small.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from claim_material import fen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_accounts import BYTES, MANY, Case, case_of, many_cases

from evidence.claim.account_replay import Replay, balance_problems
from evidence.claim.allocation import Rule
from evidence.claim.plan import equal_plan, solve_custom, solve_equal, solve_fixed
from evidence.model.events import AccountEvents, Part

some = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))


def cases() -> st.SearchStrategy[Case]:
    return st.binary(min_size=BYTES, max_size=BYTES).map(case_of)


def balances(case: Case, result: Replay) -> None:
    """billed − waived − paid = outstanding, line by line and in sum, from figures gathered here anew."""
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


@some
@given(cases())
def test_the_balance_equation_holds(case: Case) -> None:
    balances(case, case.run())


def parts_sum(case: Case, result: Replay) -> None:
    for payment in case.events.payments:
        parts = result.parts_of(payment.id)
        if payment.received_on > case.as_of:
            assert parts == ()
        else:
            assert sum(part.amount.amount for part in parts) == payment.amount.amount
            assert all(part.amount.amount > 0 for part in parts)


@some
@given(cases())
def test_the_parts_of_a_payment_sum_to_it(case: Case) -> None:
    parts_sum(case, case.run())


def any_order(case: Case, first: Replay, dice: random.Random) -> None:
    def shuffled(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(dice.sample(rows, len(rows)))

    mixed = replace(
        case,
        owner=replace(case.owner, charges=shuffled(case.owner.charges)),
        events=AccountEvents(
            shuffled(case.events.payments),
            shuffled(case.events.waivers),
            shuffled(case.events.corrections),
            shuffled(case.events.designations),
            shuffled(case.events.costs),
            shuffled(case.events.holds),
        ),
    )
    second = mixed.run()
    assert first.allocations == second.allocations
    assert first.positions == second.positions
    assert case.late(first).claimed == mixed.late(second).claimed


@some
@given(cases(), st.integers(0, 2**32))
def test_the_total_does_not_depend_on_the_order_of_import(case: Case, seed: int) -> None:
    any_order(case, case.run(), random.Random(seed))


def test_the_balance_the_parts_of_payments_and_any_order_of_import_for_ten_thousand() -> None:
    for case, dice in many_cases(3):
        result = case.run()
        balances(case, result)
        parts_sum(case, result)
        any_order(case, result, dice)


# ── instalment plans ────────────────────────────────────────────────────────────────────────────────────────────────


def plans_add_up(total: int, count: int, first: date, blocked: int, each: int) -> None:
    """Equal, fixed and custom instalments; the days avoided are read off the bits of ``blocked``."""

    def avoid(day: date) -> bool:
        return bool(blocked >> day.toordinal() % 60 & 1) and day.day != 28

    sums = fen(total)
    plans = []
    if count <= total:
        plans.append(solve_equal(sums, count, first, avoid))
        plans.append(equal_plan(sums, count, first))
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


@some
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
    plans_add_up(total, count, first, blocked, each)


def test_instalments_of_ten_thousand_plans_sum_to_the_total() -> None:
    dice = random.Random(6)
    for _ in range(MANY):
        total = dice.choice((dice.randint(1, 300), dice.randint(1, 10**6), dice.randint(1, 10**8)))
        first = date(2024, 1, 1) + timedelta(days=dice.randint(0, 2200))
        each = max(1, total // dice.randint(1, 40))
        plans_add_up(total, dice.randint(1, 36), first, dice.getrandbits(60), each)


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
