"""民法典 560 and 561, one rule at a time: each case is decided by exactly one test."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.claim.allocation import AllocationTerms, Criterion, Debt, Rule, Share, allocate
from evidence.claim.minor import largest_remainder
from evidence.model.events import Part

DAY = date(2026, 6, 30)
PRINCIPAL, LATE, COSTS = Part.PRINCIPAL, Part.LATE_CHARGE, Part.COSTS
STATUTE = AllocationTerms()
WITH_INTEREST = AllocationTerms(late_charge_is_interest=True)


def debt(due: date, principal: int, name: str = "物业费", **more: object) -> Debt:
    return Debt(due, principal, (due, name), **more)  # type: ignore[arg-type]


def rows(shares: list[Share]) -> list[tuple[int | None, Part | None, int, str]]:
    return [(share.debt, share.part, share.amount, share.rule.value) for share in shares]


def test_the_debtors_designation_goes_before_everything_else() -> None:
    debts = [debt(date(2024, 1, 31), 1000), debt(date(2025, 1, 31), 1000), debt(date(2027, 1, 31), 1000)]
    assert rows(allocate(1500, DAY, debts, STATUTE, designated=[2])) == [
        (2, PRINCIPAL, 1000, "designated"),  # not even due yet
        (0, PRINCIPAL, 500, "earlier"),  # what exceeds it follows the law
    ]
    agreed = AllocationTerms(designation_binds=False)
    assert rows(allocate(1500, DAY, debts, agreed, designated=[2]))[0] == (0, PRINCIPAL, 1000, "earlier")


def test_what_is_due_goes_before_what_is_not() -> None:
    debts = [debt(date(2026, 7, 1), 1000, burden=Decimal("0.5")), debt(date(2026, 6, 30), 1000)]
    assert rows(allocate(400, DAY, debts, STATUTE)) == [(1, PRINCIPAL, 400, "due")]


def test_the_less_secured_goes_first() -> None:
    debts = [
        debt(date(2024, 1, 31), 1000, security=500, burden=Decimal("0.5")),
        debt(date(2025, 1, 31), 1000, security=499),
    ]
    assert rows(allocate(400, DAY, debts, STATUTE)) == [(1, PRINCIPAL, 400, "security")]


def test_the_heavier_goes_first() -> None:
    debts = [
        debt(date(2024, 1, 31), 1000, burden=Decimal("0.1")),
        debt(date(2025, 1, 31), 1000, burden=Decimal("0.2")),
    ]
    assert rows(allocate(400, DAY, debts, STATUTE)) == [(1, PRINCIPAL, 400, "burden")]


def test_the_earlier_goes_first() -> None:
    debts = [debt(date(2025, 1, 31), 1000), debt(date(2024, 1, 31), 1000)]
    assert rows(allocate(1200, DAY, debts, STATUTE)) == [
        (1, PRINCIPAL, 1000, "earlier"),
        (0, PRINCIPAL, 200, "only-debt"),
    ]


def test_debts_of_one_day_share_in_proportion_and_the_odd_fen_goes_to_the_largest_remainder() -> None:
    debts = [
        debt(date(2024, 1, 31), 1000),
        debt(date(2024, 1, 31), 2000, "停车费"),
        debt(date(2025, 1, 31), 9),
    ]
    # 500 × 1000/3000 = 166.67, 500 × 2000/3000 = 333.33: one fen over, to the first
    assert rows(allocate(500, DAY, debts, STATUTE)) == [
        (1, PRINCIPAL, 333, "pro-rata"),
        (0, PRINCIPAL, 167, "pro-rata"),
    ]


def test_a_payment_that_covers_everything_needs_no_rule_and_leaves_a_surplus() -> None:
    debts = [debt(date(2024, 1, 31), 1000), debt(date(2027, 1, 31), 1000)]
    assert rows(allocate(2500, DAY, debts, STATUTE, costs=100)) == [
        (None, COSTS, 100, "covers-all"),
        (0, PRINCIPAL, 1000, "covers-all"),
        (1, PRINCIPAL, 1000, "covers-all"),
        (None, None, 400, "surplus"),
    ]


def test_inside_a_debt_costs_then_interest_then_principal() -> None:
    debts = [debt(date(2024, 1, 31), 1000, late=50), debt(date(2025, 1, 31), 1000, late=20)]
    assert rows(allocate(1180, DAY, debts, WITH_INTEREST, costs=100)) == [
        (None, COSTS, 100, "costs-first"),
        (0, LATE, 50, "earlier"),
        (0, PRINCIPAL, 1000, "earlier"),
        (1, LATE, 20, "only-debt"),
        (1, PRINCIPAL, 10, "only-debt"),
    ]


def test_late_charge_is_no_interest_unless_said_so() -> None:
    """561 names 利息, not 违约金; the smaller claim is the default."""
    debts = [debt(date(2024, 1, 31), 1000, late=50)]
    assert rows(allocate(300, DAY, debts, STATUTE)) == [(0, PRINCIPAL, 300, "only-debt")]


def test_the_contract_may_order_otherwise() -> None:
    debts = [debt(date(2024, 1, 31), 1000, late=50), debt(date(2025, 1, 31), 1000, late=20)]
    newest = AllocationTerms(order=(Criterion.DUE, Criterion.NEWEST))
    assert rows(allocate(300, DAY, debts, newest)) == [(1, PRINCIPAL, 300, "newest")]
    assert not newest.is_statutory
    principal_first = AllocationTerms(parts=(PRINCIPAL, LATE, COSTS), late_charge_is_interest=True)
    assert rows(allocate(1010, DAY, debts, principal_first, costs=100)) == [
        (0, PRINCIPAL, 1000, "earlier"),
        (0, LATE, 10, "earlier"),
    ]
    with pytest.raises(ValueError, match="first or last"):
        AllocationTerms(parts=(LATE, COSTS, PRINCIPAL))


def test_in_a_tie_interest_and_principal_share_together_then_each_in_its_order() -> None:
    debts = [debt(date(2024, 1, 31), 900, late=100), debt(date(2024, 1, 31), 3000, "停车费")]
    shares = rows(allocate(400, DAY, debts, WITH_INTEREST))
    assert shares == [(1, PRINCIPAL, 300, "pro-rata"), (0, LATE, 100, "pro-rata")]


amounts = st.integers(0, 10**6)
debts_strategy = st.lists(
    st.builds(
        Debt,
        st.dates(date(2024, 1, 1), date(2027, 12, 31)).map(lambda d: d.replace(day=15)),
        amounts,
        st.tuples(
            st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.sampled_from(["物业费", "停车费", "公摊费"])
        ),
        late=st.integers(0, 10**4),
        security=st.sampled_from([0, 0, 100]),
        burden=st.sampled_from([Decimal(0), Decimal("0.1"), Decimal("0.2")]),
    ),
    max_size=12,
)
terms_strategy = st.sampled_from(
    [
        STATUTE,
        WITH_INTEREST,
        AllocationTerms(order=(Criterion.NEWEST,)),
        AllocationTerms(parts=(PRINCIPAL, LATE, COSTS), late_charge_is_interest=True),
        AllocationTerms(order=()),
    ]
)


@given(amounts, debts_strategy, terms_strategy, st.sets(st.integers(0, 11)), st.integers(0, 500))
def test_every_fen_goes_somewhere_and_no_debt_gets_more_than_is_open(
    amount: int, debts: list[Debt], terms: AllocationTerms, designated: set[int], costs: int
) -> None:
    shares = allocate(amount, DAY, debts, terms, designated=designated, costs=costs)
    assert sum(share.amount for share in shares) == amount
    assert all(share.amount > 0 for share in shares)
    for index, one in enumerate(debts):
        for part, limit in ((PRINCIPAL, one.principal), (LATE, one.late)):
            assert sum(s.amount for s in shares if (s.debt, s.part) == (index, part)) <= limit
    surplus = sum(s.amount for s in shares if s.rule is Rule.SURPLUS)
    unpaid = sum(d.principal for d in debts) - sum(s.amount for s in shares if s.part is PRINCIPAL)
    assert surplus == 0 or unpaid == 0  # nothing is left over while something is owed
    assert terms.late_charge_is_interest or not any(s.part is LATE for s in shares)


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=30), st.data())
def test_largest_remainder_is_within_a_fen_of_the_exact_share(
    weights: list[int], data: st.DataObject
) -> None:
    amount = data.draw(st.integers(0, sum(weights)))
    shares = largest_remainder(amount, weights)
    assert sum(shares) == amount
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share * sum(weights) - amount * weight) < sum(weights)
        assert share <= weight
