"""The claim of one account on one day."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.claim.plan import add_months, equal_plan
from evidence.claim.statement import balance_problems, claim_of
from evidence.model.account import Account, Charge, Debtor, Premises, natural_key
from evidence.model.money import Money
from evidence.model.period import Period
from evidence.model.problem import Place

HOME = Premises("样本苑", "1栋", "2单元", "301")


def charge(month: int, billed: str, paid: str = "0", due: date | None = None) -> Charge:
    return Charge(
        "物业费",
        Period.months(2026, month, 2026, month),
        Money.of(billed, "CNY"),
        Money.of(paid, "CNY"),
        Place("l.xlsx", "Sheet1", month),
        due,
    )


def account(*charges: Charge) -> Account:
    return Account(HOME, Debtor("张三"), charges, "CNY")


def test_only_what_is_overdue_is_claimed_and_the_oldest_comes_first() -> None:
    owner = account(
        charge(3, "100.00", due=date(2026, 4, 15)),
        charge(1, "100.00", "100.00", due=date(2026, 1, 15)),  # paid
        charge(2, "80.50", "0.50", due=date(2026, 2, 15)),
    )
    claim = claim_of(owner, as_of=date(2026, 4, 15))
    assert [(line.period.iso, line.outstanding.plain) for line in claim.lines] == [
        ("2026-02/2026-02", "80.00")
    ]
    assert claim.not_yet_due.plain == "100.00"  # the due day itself is still on time
    assert claim_of(owner, as_of=date(2026, 4, 16)).total.plain == "180.00"


def test_without_a_due_date_a_charge_is_overdue_once_its_period_is_over() -> None:
    owner = account(charge(2, "10"))
    assert not claim_of(owner, date(2026, 2, 28)).lines
    assert claim_of(owner, date(2026, 3, 1)).total.plain == "10.00"


def test_an_amount_below_the_smallest_unit_does_not_balance() -> None:
    claim = claim_of(account(charge(1, "10.005")), date(2026, 6, 1))
    assert [p.code for p in balance_problems(claim)] == ["workspace.unbalanced"]


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 10**7), st.integers(0, 10**7)), max_size=12))
def test_balance_equation_and_order_independence(rows: list[tuple[int, int, int]]) -> None:
    charges = [charge(m, f"{b / 100:.2f}", f"{min(b, p) / 100:.2f}") for m, b, p in rows]
    claim = claim_of(account(*charges), date(2027, 6, 1))
    assert balance_problems(claim) == ()
    assert claim.total.amount == sum((c.billed.amount - c.paid.amount for c in charges), Decimal(0))
    assert claim_of(account(*reversed(charges)), date(2027, 6, 1)).total == claim.total


@given(fen=st.integers(100, 10**10), count=st.integers(1, 60))
def test_instalments_sum_to_the_total_and_the_last_takes_the_rounding(fen: int, count: int) -> None:
    total = Money(Decimal(fen) / 100, "CNY")
    plan = equal_plan(total, count, date(2026, 1, 31))
    assert Money.total((part.amount for part in plan), "CNY") == total
    assert plan[-1].balance.amount == 0
    assert len({part.amount for part in plan[:-1]}) <= 1
    assert all(a.due < b.due for a, b in itertools.pairwise(plan))


def test_a_month_without_the_day_ends_on_its_last() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2025, 12, 15), 1) == date(2026, 1, 15)


def test_too_small_to_split() -> None:
    with pytest.raises(ValueError, match="cannot split"):
        equal_plan(Money.of("0.02", "CNY"), 3, date(2026, 1, 1))


def test_homes_sort_as_people_count_them() -> None:
    rooms = ["10栋", "2栋", "1栋", "地下室", "B1", "3A", "3", "4"]
    assert sorted(rooms, key=natural_key) == ["B1", "地下室", "1栋", "2栋", "3", "3A", "4", "10栋"] or sorted(
        rooms, key=natural_key
    )[:2] in (["地下室", "B1"], ["B1", "地下室"])
