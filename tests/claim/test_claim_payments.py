"""Paying more never leaves one owing more: over 10,000 accounts made from a seed, and some that hypothesis chooses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from claim_material import ID, fen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_accounts import BYTES, END, FIRST, Case, case_of, many_cases

from evidence.claim.late_statement import late_statement
from evidence.model.events import AccountEvents, Payment

some = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
DAYS = (END - FIRST).days


def cases(**how: bool) -> st.SearchStrategy[Case]:
    return st.binary(min_size=BYTES, max_size=BYTES).map(lambda entropy: case_of(entropy, **how))


@dataclass(frozen=True, slots=True)
class Claimed:
    """Principal and late charge: before rounding, as printed, and a fen for each line of late charge."""

    exact: Fraction
    printed: Decimal
    odd: Decimal


def claimed(case: Case, *, exactly: bool = True) -> Claimed:
    """Without ``exactly`` the figures in print alone are right, and found sooner."""
    positions = case.run().positions
    lines = late_statement(positions, case.as_of, case.rules, "CNY", trace=exactly).lines
    principal = sum((p.outstanding.amount for p in positions), Decimal(0))
    exact = Fraction(principal)
    for line in lines:
        figure = sum((s.exact for s in line.claimed.segments), Fraction(0))
        if line.claimed.capped:
            figure = min(figure, Fraction(line.base.amount))
        exact += figure - Fraction(line.paid.amount)
    late = sum((line.outstanding.amount for line in lines if line.outstanding), Decimal(0))
    return Claimed(exact, principal + late, Decimal(len(lines)) / 100)


def with_one_more(case: Case, day: int, amount: int) -> Case:
    extra = Payment("P9", ID, FIRST + timedelta(days=day), fen(amount))
    return replace(case, events=AccountEvents(payments=(*case.events.payments, extra)))


def paying_lowers(case: Case, day: int, amount: int) -> None:
    """Strictly, and to the fen in print, where debts fall due one after another and charge is no interest.

    With late charge as interest each payment meets a sum that is already rounded, which may shift a fen per line.
    """
    before, after = claimed(case), claimed(with_one_more(case, day, amount))
    slack = before.odd if case.terms.late_charge_is_interest else Decimal(0)
    assert after.exact <= before.exact + Fraction(slack)
    assert after.printed <= before.printed + slack


@some
@given(cases(only_payments=True, ties=False), st.integers(0, DAYS), st.integers(1, 10**6))
def test_adding_a_payment_never_raises_the_claim(case: Case, day: int, amount: int) -> None:
    paying_lowers(case, day, amount)


def test_adding_a_payment_never_raises_the_claim_of_ten_thousand() -> None:
    for case, dice in many_cases(4, only_payments=True, ties=False):
        paying_lowers(case, dice.randint(0, DAYS), dice.randint(1, 10**6))


def paying_lowers_but_for_the_odd_fen(case: Case, day: int, amount: int) -> None:
    """Debts of one day share pro rata in whole fen; the odd fen may fall to another line than before."""
    more = with_one_more(case, day, amount)
    before, after = claimed(case, exactly=False), claimed(more, exactly=False)
    assert after.printed <= before.printed + before.odd


@some
@given(cases(only_payments=True), st.integers(0, DAYS), st.integers(1, 10**6))
def test_adding_a_payment_shared_in_proportion_never_raises_the_claim_by_more_than_its_odd_fen(
    case: Case, day: int, amount: int
) -> None:
    paying_lowers_but_for_the_odd_fen(case, day, amount)


def test_adding_a_payment_shared_in_proportion_to_ten_thousand() -> None:
    for case, dice in many_cases(5, only_payments=True):
        paying_lowers_but_for_the_odd_fen(case, dice.randint(0, DAYS), dice.randint(1, 10**6))
