"""Instalment plans: the schedule, the late charge that is never passed over, default and acceleration."""

from __future__ import annotations

import inspect
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from claim_material import cny, codes, payment

from evidence.claim.plan import (
    Acceleration,
    LateChoice,
    LateClause,
    Plan,
    plan_problems,
    solve_custom,
    solve_equal,
    solve_fixed,
    step_aside,
)
from evidence.claim.plan_progress import Demanded, PlanStanding, PlanState, plan_standing
from evidence.errors import EvidenceError
from evidence.model.events import Payment

SIGNED = date(2026, 1, 5)


def plan(**changes: object) -> Plan:
    """1,000.00 in four instalments of 250.00 on the 31st or the month's last day, late charge kept."""
    base = Plan(
        SIGNED,
        cny("1000.00"),
        LateClause(LateChoice.KEPT, cny("80.00")),
        solve_equal(cny("1000.00"), 4, date(2026, 1, 31)),
        Acceleration(),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def rows(instalments: tuple[object, ...]) -> list[tuple[str, str]]:
    return [(i.due.isoformat(), i.amount.plain) for i in instalments]  # type: ignore[attr-defined]


def test_equal_parts_with_the_rounding_in_the_last() -> None:
    assert rows(solve_equal(cny("1000.00"), 3, date(2026, 1, 31))) == [
        ("2026-01-31", "333.33"),
        ("2026-02-28", "333.33"),
        ("2026-03-31", "333.34"),
    ]


def test_a_fixed_amount_until_nothing_is_left() -> None:
    assert rows(solve_fixed(cny("1000.00"), cny("400.00"), date(2026, 1, 15))) == [
        ("2026-01-15", "400.00"),
        ("2026-02-15", "400.00"),
        ("2026-03-15", "200.00"),
    ]
    assert len(solve_fixed(cny("800.00"), cny("400.00"), date(2026, 1, 15))) == 2


def test_dates_and_amounts_of_ones_own() -> None:
    days = [date(2026, 2, 1), date(2026, 5, 1)]
    assert rows(solve_custom(cny("100.01"), days)) == [("2026-02-01", "50.00"), ("2026-05-01", "50.01")]
    assert rows(solve_custom(cny("100.01"), days, [cny("99.00"), cny("1.01")]))[1] == ("2026-05-01", "1.01")


def lunar_new_year(day: date) -> bool:
    return date(2026, 2, 16) <= day <= date(2026, 2, 19)  # 除夕 to 初三


def test_computed_dates_step_aside_and_do_not_drag_the_later_ones_along() -> None:
    due = [i.due for i in solve_equal(cny("300.00"), 3, date(2026, 1, 17), lunar_new_year)]
    assert due == [date(2026, 1, 17), date(2026, 2, 20), date(2026, 3, 17)]


def test_two_instalments_never_meet_on_one_day() -> None:
    def long_holiday(day: date) -> bool:
        return date(2026, 1, 31) <= day <= date(2026, 2, 28)

    due = [i.due for i in solve_equal(cny("300.00"), 3, date(2026, 1, 31), long_holiday)]
    assert due == [date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 31)]


def test_agreed_dates_are_not_moved_but_refused() -> None:
    with pytest.raises(EvidenceError) as caught:
        solve_custom(
            cny("100.00"), [date(2026, 2, 17), date(2026, 2, 1)], [cny("1.00"), cny("2.00")], lunar_new_year
        )
    assert codes(caught.value.problems) == ["claim.plan-dates", "claim.plan-avoided", "claim.plan-sum"]
    assert caught.value.problems[0].params == {"day": "2026-02-01", "before": "2026-02-17"}
    assert caught.value.problems[1].params == {"day": "2026-02-17", "next": "2026-02-20"}


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: solve_equal(cny("0.02"), 3, SIGNED), "claim.plan-too-many"),
        (lambda: solve_equal(cny("1.00"), 0, SIGNED), "claim.plan-too-many"),
        (lambda: solve_equal(cny("0"), 1, SIGNED), "claim.plan-amount"),
        (lambda: solve_fixed(cny("100.00"), cny("0"), SIGNED), "claim.plan-amount"),
        (lambda: solve_fixed(cny("100000.00"), cny("0.01"), SIGNED), "claim.plan-amount"),
        (lambda: solve_custom(cny("100.00"), []), "claim.plan-no-dates"),
        (lambda: step_aside(SIGNED, lambda _: True), "claim.plan-no-day"),
    ],
)
def test_what_is_no_plan_is_refused_by_name(make: object, code: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        make()  # type: ignore[operator]
    assert codes(caught.value.problems) == [code]


def test_nobody_can_make_a_plan_that_is_silent_on_the_late_charge() -> None:
    """买卖合同解释 18(3): silence keeps the clause, figures displace it. Neither by accident: there is no default."""
    assert inspect.signature(Plan).parameters["late"].default is inspect.Parameter.empty
    assert inspect.signature(LateClause).parameters["choice"].default is inspect.Parameter.empty


def test_only_a_restated_late_charge_is_part_of_the_sum() -> None:
    assert plan_problems(plan()) == ()
    restated = plan(late=LateClause(LateChoice.RESTATED, cny("80.00")))
    assert restated.total == cny("1080.00")
    assert codes(plan_problems(restated)) == ["claim.plan-sum"]
    whole = replace(restated, instalments=solve_equal(restated.total, 4, date(2026, 1, 31)))
    assert plan_problems(whole) == ()
    waived = plan(late=LateClause(LateChoice.WAIVED, cny("80.00")))
    assert (waived.total, plan_problems(waived)) == (cny("1000.00"), ())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"acceleration": None}, "claim.plan-no-acceleration"),
        ({"acceleration": Acceleration(missed=1)}, "claim.plan-acceleration-harsh"),
        ({"acceleration": Acceleration(share=Fraction(1, 6))}, "claim.plan-acceleration-harsh"),
        ({"acceleration": Acceleration(demand_days=14)}, "claim.plan-acceleration-harsh"),
        ({"instalments": solve_equal(cny("1000.00"), 2, date(2026, 1, 31))}, "claim.plan-few-instalments"),
        ({"made_on": date(2026, 2, 1)}, "claim.plan-dates"),
        ({"principal": cny("999.99")}, "claim.plan-sum"),
    ],
)
def test_r37_and_r38(changes: dict[str, object], code: str) -> None:
    assert codes(plan_problems(plan(**changes))) == [code]


def standing(
    as_of: date, *payments: Payment, demanded: tuple[date, ...] = (), of: Plan | None = None
) -> PlanStanding:
    return plan_standing(of or plan(), payments, as_of, demands=[Demanded(day) for day in demanded])


def test_a_plan_is_kept_while_nothing_is_overdue_and_nobody_is_dunned() -> None:
    assert standing(date(2026, 1, 31)).state is PlanState.KEPT  # the due day itself is on time
    first = payment("P1", date(2026, 1, 31), "250.00")
    kept = standing(date(2026, 2, 28), first)
    assert (kept.state, kept.dunning_paused, kept.rest) == (PlanState.KEPT, True, cny("750.00"))
    assert kept.next_due is not None and kept.next_due.number == 2
    assert kept.instalments[0].settled_on == date(2026, 1, 31)


def test_payments_fill_the_instalments_in_their_order() -> None:
    result = standing(
        date(2026, 3, 1),
        payment("P2", date(2026, 2, 20), "200.00"),
        payment("P1", date(2026, 1, 20), "300.00"),
    )
    assert [row.paid.plain for row in result.instalments] == ["250.00", "250.00", "0.00", "0.00"]
    assert [row.settled_on for row in result.instalments][:2] == [date(2026, 1, 20), date(2026, 2, 20)]
    before = standing(date(2026, 3, 1), payment("P0", date(2026, 1, 4), "250.00"))
    assert before.instalments[0].paid == cny("0")  # made before the plan: not on the plan


def test_one_day_late_is_late_and_no_default() -> None:
    small = plan(instalments=solve_equal(cny("1000.00"), 10, date(2026, 1, 31)))
    result = standing(date(2026, 2, 1), of=small)
    assert (result.state, result.overdue, result.due_now) == (PlanState.LATE, cny("100.00"), cny("100.00"))
    assert not result.dunning_paused


def test_a_fifth_or_two_missed_is_default() -> None:
    ten = plan(instalments=solve_equal(cny("1000.00"), 10, date(2026, 1, 31)))
    assert standing(date(2026, 3, 1), of=ten).state is PlanState.DEFAULT  # two missed, 200.00 of 1,000.00
    assert standing(date(2026, 2, 1)).state is PlanState.DEFAULT  # one missed, but a quarter of the sum
    under = standing(date(2026, 2, 1), payment("P1", date(2026, 1, 31), "50.01"))
    assert (under.overdue, under.state) == (cny("199.99"), PlanState.LATE)
    exactly = standing(date(2026, 2, 1), payment("P1", date(2026, 1, 31), "50.00"))
    assert exactly.state is PlanState.DEFAULT


def test_after_a_demand_and_its_days_the_rest_falls_due() -> None:
    served = date(2026, 2, 10)
    running = standing(date(2026, 2, 25), demanded=(served,))
    assert (running.state, running.demand_ends) == (PlanState.DEMANDED, date(2026, 2, 25))
    over = standing(date(2026, 2, 26), demanded=(served,))
    assert (over.state, over.accelerated_on) == (PlanState.ACCELERATED, date(2026, 2, 26))
    assert over.due_now == cny("1000.00")
    late_payment = payment("P1", date(2026, 2, 26), "250.00")
    still = standing(date(2026, 2, 27), late_payment, demanded=(served,))
    assert (still.state, still.due_now) == (PlanState.ACCELERATED, cny("750.00"))


def test_nothing_falls_due_before_the_day_the_demand_itself_gave() -> None:
    """Fifteen days would end on 25 February; the letter said 5 March."""
    letter = Demanded(date(2026, 2, 10), pay_by=date(2026, 3, 5))
    running = plan_standing(plan(), [], date(2026, 3, 5), demands=[letter])
    assert (running.state, running.demand_ends) == (PlanState.DEMANDED, date(2026, 3, 5))
    over = plan_standing(plan(), [], date(2026, 3, 6), demands=[letter])
    assert (over.state, over.accelerated_on) == (PlanState.ACCELERATED, date(2026, 3, 6))
    short = Demanded(date(2026, 2, 10), pay_by=date(2026, 2, 12))  # never less than was agreed
    assert plan_standing(plan(), [], date(2026, 2, 25), demands=[short]).state is PlanState.DEMANDED


def test_paying_what_was_demanded_in_time_saves_the_plan() -> None:
    saved = standing(
        date(2026, 2, 26), payment("P1", date(2026, 2, 25), "250.00"), demanded=(date(2026, 2, 10),)
    )
    assert saved.state is PlanState.KEPT


def test_a_demand_before_there_was_a_default_accelerates_nothing() -> None:
    early = standing(date(2026, 2, 20), demanded=(date(2026, 1, 20),))
    assert (early.state, early.accelerated_on) == (PlanState.DEFAULT, None)
    no_clause = standing(date(2026, 6, 1), demanded=(date(2026, 2, 10),), of=plan(acceleration=None))
    assert (no_clause.state, no_clause.due_now) == (PlanState.LATE, cny("1000.00"))


def test_a_waived_late_charge_revives_when_the_plan_fails() -> None:
    waived = plan(late=LateClause(LateChoice.WAIVED, cny("80.00")))
    assert standing(date(2026, 2, 26), of=waived, demanded=(date(2026, 2, 10),)).late_charge_revives
    assert not standing(date(2026, 2, 26), demanded=(date(2026, 2, 10),)).late_charge_revives
    assert not standing(date(2026, 2, 1), of=waived).late_charge_revives


def test_a_plan_paid_in_full_is_done() -> None:
    done = standing(date(2026, 2, 1), payment("P1", SIGNED + timedelta(days=1), "1010.00"))
    assert (done.state, done.rest, done.surplus) == (PlanState.DONE, cny("0"), cny("10.00"))
