"""While a plan stands only its instalments are claimed, and the equation of the claim still holds."""

from __future__ import annotations

from datetime import date, timedelta

from claim_material import account, charge, cny, payment
from hypothesis import given
from hypothesis import strategies as st

from evidence.claim.limitation import period_key
from evidence.claim.plan import Acceleration, LateChoice, LateClause, Plan, solve_equal
from evidence.claim.plan_claim import claim_under_plan
from evidence.claim.plan_progress import Demanded, PlanStanding, plan_standing
from evidence.claim.statement import Claim, balance_problems, claim_of

SIGNED, FIRST = date(2026, 4, 1), date(2026, 4, 30)


def claim(on: date, *months: int) -> Claim:
    return claim_of(account(*(charge(2026, month, "100.00") for month in months)), on)


def standing(on: date, *paid: tuple[date, str], served: tuple[date, ...] = ()) -> PlanStanding:
    plan = Plan(
        SIGNED,
        cny("300.00"),
        LateClause(LateChoice.KEPT, cny("0")),
        solve_equal(cny("300.00"), 3, FIRST),
        Acceleration(),
    )
    payments = [payment(str(place), day, amount) for place, (day, amount) in enumerate(paid)]
    return plan_standing(plan, payments, on, demands=[Demanded(day) for day in served])


COVERS = frozenset(period_key(line.item, line.period) for line in claim(SIGNED, 1, 2, 3).lines)


def test_a_plan_that_is_kept_leaves_nothing_to_claim_and_reserves_all() -> None:
    cut = claim_under_plan(claim(FIRST, 1, 2, 3), COVERS, standing(FIRST))
    assert (cut.lines, cut.total) == ((), cny("0"))
    assert [(part.amount, part.reasons) for part in cut.reserved] == [(cny("100.00"), ())] * 3


def test_a_late_instalment_is_claimed_from_the_oldest_period_on() -> None:
    day = FIRST + timedelta(days=1)
    cut = claim_under_plan(claim(day, 1, 2, 3), COVERS, standing(day))
    assert [(line.period.start.month, line.outstanding) for line in cut.lines] == [(1, cny("100.00"))]
    assert (cut.total, balance_problems(cut)) == (cny("100.00"), ())


def test_a_newer_period_is_claimed_in_full_beside_the_plan() -> None:
    day = date(2026, 4, 20)
    cut = claim_under_plan(claim(day, 1, 2, 3, 4), COVERS, standing(day))
    assert [line.period.start.month for line in cut.lines] == [4]


def test_when_the_plan_has_failed_all_of_it_is_claimed() -> None:
    day = date(2026, 6, 1)
    failed = standing(day, served=(date(2026, 5, 5),))
    whole = claim(day, 1, 2, 3)
    assert claim_under_plan(whole, COVERS, failed) == whole


@given(st.integers(0, 120), st.lists(st.tuples(st.integers(0, 100), st.integers(1, 12000)), max_size=4))
def test_the_equation_holds_and_no_more_is_claimed_than_is_due(
    days: int, paid: list[tuple[int, int]]
) -> None:
    day = SIGNED + timedelta(days=days)
    stand = standing(day, *((SIGNED + timedelta(days=d), f"{fen / 100:.2f}") for d, fen in paid))
    whole = claim(day, 1, 2, 3)
    cut = claim_under_plan(whole, COVERS, stand)
    assert balance_problems(cut) == ()
    deferred = sum(part.amount.amount for part in cut.reserved)
    assert cut.total.amount + deferred == whole.total.amount
    assert cut.total <= stand.due_now
