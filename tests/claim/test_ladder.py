"""The ladder: what may follow what, when, and that nothing is skipped, doubled or forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from claim_material import account, charge, cny
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.claim.ladder import (
    History,
    PlanOnFile,
    SentLetter,
    Waiting,
    last_day_given,
    next_step,
    waiting_for,
)
from evidence.claim.ladder_policy import LadderPolicy, Mode, Step, find_ladder, ladder_faults
from evidence.claim.plan import Acceleration, LateChoice, LateClause, Plan, solve_equal
from evidence.claim.plan_progress import plan_standing
from evidence.claim.statement import Claim, Reserved, claim_of
from evidence.law.calendar import load_calendar
from evidence.model.delivery import Grade
from evidence.model.letter import LetterKind
from evidence.model.money import Money

CN = load_calendar("cn")
DEFAULT = find_ladder("cn")
assert DEFAULT is not None
POLICY: LadderPolicy = DEFAULT
DAY = timedelta(days=1)
MONDAY = date(2026, 3, 2)
KEYS = {month: f"物业费 2026-{month:02d}/2026-{month:02d}" for month in range(1, 13)}
REMINDER, DEMAND, LAWYER = LetterKind.REMINDER, LetterKind.DEMAND, LetterKind.LAWYER_LETTER


def claim(*months: int, on: date = MONDAY, amount: str = "100.00") -> Claim:
    """A hundred a month for each month of 2026, due on its 15th."""
    return claim_of(account(*(charge(2026, month, amount) for month in months)), on)


def letter(
    kind: LetterKind,
    issued: date,
    *months: int,
    arrived: date | None = None,
    grade: Grade = Grade.A,
    amount: str = "100.00",
    number: str = "",
    **more: object,
) -> SentLetter:
    states = {KEYS[month]: Decimal(amount) for month in months}
    arrivals = ((arrived, grade),) if arrived else ()
    name = number or f"{kind.value}-{issued}"
    return SentLetter(name, kind, issued, states, arrivals=arrivals, out_on=arrived, **more)  # type: ignore[arg-type]


def wait(
    kind: LetterKind,
    letters: tuple[SentLetter, ...],
    demanded: Claim,
    on: date = MONDAY,
    policy: LadderPolicy = POLICY,
    **more: object,
) -> tuple[str, date | None]:
    """(code, earliest day) of what a letter waits for; ("due", None) where it does not."""
    minimum = more.pop("minimum", None)
    history = History("1栋2单元301", letters, **more)  # type: ignore[arg-type]
    found = waiting_for(kind, history, demanded, policy, on, CN, minimum=minimum)  # type: ignore[arg-type]
    return (found.reason.code, found.earliest_on) if found else ("due", None)


# ── one step after the other ──────────────────────────────────────────────────────────────────────────────────────────


def test_an_owner_without_a_letter_may_be_reminded_or_demanded_from_at_once() -> None:
    assert wait(REMINDER, (), claim(1)) == ("due", None)
    assert wait(DEMAND, (), claim(1)) == ("due", None)
    assert wait(LAWYER, (), claim(1)) == ("claim.ladder-no-demand", None)


def test_where_the_reminder_is_required_a_demand_waits_for_its_arrival_and_its_days() -> None:
    strict = replace(POLICY, reminder=Mode.REQUIRED)
    assert wait(DEMAND, (), claim(1), policy=strict) == ("claim.ladder-no-reminder", None)
    made = letter(REMINDER, MONDAY, 1)
    assert wait(DEMAND, (made,), claim(1), policy=strict) == ("claim.ladder-not-delivered", None)
    arrived = letter(REMINDER, MONDAY, 1, arrived=MONDAY, grade=Grade.D)
    day = date(2026, 3, 9)
    assert wait(DEMAND, (arrived,), claim(1), day, strict) == ("claim.ladder-running", date(2026, 3, 10))
    assert wait(DEMAND, (arrived,), claim(1), day + DAY, strict) == ("due", None)


def test_an_optional_reminder_holds_up_a_demand_only_while_the_time_it_gave_runs() -> None:
    made = letter(REMINDER, MONDAY, 1)
    assert wait(DEMAND, (made,), claim(1)) == ("due", None)
    arrived = letter(REMINDER, MONDAY, 1, arrived=MONDAY, grade=Grade.D)
    assert wait(DEMAND, (arrived,), claim(1), MONDAY + DAY) == ("claim.ladder-running", date(2026, 3, 10))
    assert wait(DEMAND, (arrived,), claim(1), date(2026, 3, 10)) == ("due", None)


@pytest.mark.parametrize(
    ("grade", "after"),
    [
        (Grade.A, "due"),
        (Grade.B, "due"),
        (Grade.C, "claim.ladder-not-delivered"),
        (Grade.D, "claim.ladder-not-delivered"),
    ],
)
def test_only_a_demand_whose_arrival_is_proved_well_enough_lets_a_lawyer_write(
    grade: Grade, after: str
) -> None:
    served = letter(DEMAND, MONDAY, 1, arrived=MONDAY + 3 * DAY, grade=grade)
    assert wait(LAWYER, (served,), claim(1), MONDAY + 60 * DAY)[0] == after
    lax = replace(POLICY, demand_grade=Grade.D)
    assert wait(LAWYER, (served,), claim(1), MONDAY + 60 * DAY, lax)[0] == "due"


@pytest.mark.parametrize(
    ("arrived", "pay_by", "last"),
    [
        (date(2026, 3, 4), None, date(2026, 3, 19)),  # fifteen days after arrival
        (date(2026, 3, 4), date(2026, 3, 10), date(2026, 3, 19)),  # stated earlier: arrival decides
        (date(2026, 3, 4), date(2026, 3, 25), date(2026, 3, 25)),  # stated later: the letter decides
        (date(2026, 3, 6), None, date(2026, 3, 23)),  # a Saturday moves to Monday (民法典 203)
        (date(2026, 9, 16), None, date(2026, 10, 8)),  # the first of October to the end of the holidays
        (None, date(2026, 3, 25), None),  # nothing proves that it arrived
    ],
)
def test_the_last_day_of_a_demand(arrived: date | None, pay_by: date | None, last: date | None) -> None:
    sent = letter(DEMAND, date(2026, 3, 2), 1, arrived=arrived, pay_by=pay_by)
    assert last_day_given(sent, POLICY, CN) == last


def test_a_better_proof_recorded_later_moves_no_day() -> None:
    first = letter(DEMAND, MONDAY, 1, arrived=date(2026, 3, 4), grade=Grade.B)
    both = replace(first, arrivals=(*first.arrivals, (date(2026, 3, 20), Grade.A)))
    assert last_day_given(both, POLICY, CN) == last_day_given(first, POLICY, CN)


def test_the_whole_way_to_court() -> None:
    demand = letter(DEMAND, MONDAY, 1, arrived=date(2026, 3, 4))
    lawyer = letter(LAWYER, date(2026, 3, 20), 1, arrived=date(2026, 3, 24))
    views = [
        next_step(History("样本", letters), claim(1), POLICY, day, CN)
        for letters, day in (
            ((), MONDAY),
            ((letter(REMINDER, MONDAY, 1),), MONDAY),
            ((replace(demand, arrivals=()),), MONDAY),
            ((demand,), date(2026, 3, 19)),
            ((demand,), date(2026, 3, 20)),
            ((demand, lawyer), date(2026, 3, 25)),
            ((demand, lawyer), date(2026, 4, 9)),
        )
    ]
    assert [(v.reached, v.next, v.earliest_on, v.waiting.code if v.waiting else "") for v in views] == [
        (None, Step.REMINDER, MONDAY, ""),
        (Step.REMINDER, Step.DEMAND, MONDAY, ""),
        (Step.DEMAND, Step.LAWYER_LETTER, None, "claim.ladder-not-delivered"),
        (Step.DEMAND, Step.LAWYER_LETTER, date(2026, 3, 20), "claim.ladder-running"),
        (Step.DEMAND, Step.LAWYER_LETTER, date(2026, 3, 20), ""),
        (Step.LAWYER_LETTER, Step.COURT, date(2026, 4, 9), "claim.ladder-running"),
        (Step.LAWYER_LETTER, Step.COURT, date(2026, 4, 9), ""),
    ]


# ── what changes on the way ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_period_that_falls_overdue_later_starts_at_the_beginning_and_the_others_wait_for_it() -> None:
    demand = letter(DEMAND, MONDAY, 1, 2, arrived=date(2026, 3, 4))
    later = claim(1, 2, 3, on=date(2026, 4, 20))
    assert wait(LAWYER, (demand,), later, date(2026, 4, 20)) == ("claim.ladder-no-demand", None)
    assert wait(DEMAND, (demand,), later, date(2026, 4, 30)) == ("due", None)
    second = letter(DEMAND, date(2026, 4, 30), 1, 2, 3, arrived=date(2026, 5, 6))
    assert wait(LAWYER, (demand, second), later, date(2026, 5, 22)) == ("due", None)


def test_a_part_payment_starts_nothing_anew_and_a_higher_figure_does() -> None:
    demand = letter(DEMAND, MONDAY, 1, arrived=date(2026, 3, 4), amount="100.00")
    assert wait(DEMAND, (demand,), claim(1, amount="60.00"), date(2026, 4, 1)) == (
        "claim.ladder-served",
        None,
    )
    assert wait(DEMAND, (demand,), claim(1, amount="100.01"), date(2026, 4, 1)) == ("due", None)
    assert wait(LAWYER, (demand,), claim(1, amount="100.01"), date(2026, 4, 1)) == (
        "claim.ladder-no-demand",
        None,
    )


def test_no_courtesy_follows_a_formal_letter_unless_the_office_requires_one() -> None:
    demand = letter(DEMAND, MONDAY, 1)
    both = claim(1, 2)
    assert wait(REMINDER, (demand,), both, date(2026, 4, 1)) == ("claim.ladder-formal-stands", None)
    strict = replace(POLICY, reminder=Mode.REQUIRED)
    assert wait(REMINDER, (demand,), both, date(2026, 4, 1), strict) == ("due", None)


def test_a_letter_that_went_out_gives_peace_for_a_while_and_one_in_the_drawer_does_not() -> None:
    demand = letter(DEMAND, MONDAY, 1, arrived=MONDAY + DAY)
    both = claim(1, 2)
    assert wait(DEMAND, (demand,), both, MONDAY + 3 * DAY) == ("claim.ladder-interval", MONDAY + 8 * DAY)
    assert wait(DEMAND, (demand,), both, MONDAY + 8 * DAY) == ("due", None)
    assert wait(DEMAND, (letter(DEMAND, MONDAY, 1),), both, MONDAY) == ("due", None)


def test_a_withdrawn_letter_and_an_agreement_are_no_steps() -> None:
    gone = letter(DEMAND, MONDAY, 1, withdrawn=True)
    offer = letter(LetterKind.INSTALMENT_AGREEMENT, MONDAY, 1)
    assert wait(DEMAND, (gone, offer), claim(1)) == ("due", None)
    assert wait(LetterKind.INSTALMENT_AGREEMENT, (gone, offer), claim(1)) == ("due", None)


def test_young_debts_small_debts_and_held_accounts_wait() -> None:
    young = claim(2, on=date(2026, 2, 18))
    assert wait(REMINDER, (), young, date(2026, 2, 18)) == ("claim.ladder-too-young", date(2026, 2, 19))
    assert wait(DEMAND, (), young, date(2026, 2, 18)) == ("claim.ladder-too-young", date(2026, 2, 23))
    assert wait(DEMAND, (), claim(1), minimum=cny("100.01")) == ("workspace.below-minimum", None)
    assert wait(DEMAND, (), claim(1), minimum=cny("100.00")) == ("due", None)
    assert wait(DEMAND, (), claim(1), held=True) == ("workspace.all-held", None)
    assert wait(DEMAND, (), claim(1), held=True, held_until=MONDAY) == ("workspace.all-held", MONDAY + DAY)


def test_a_held_account_has_no_next_step_and_says_what_it_waits_for() -> None:
    view = next_step(History("样本", held=True, held_until=MONDAY), claim(1), POLICY, MONDAY, CN)
    assert view.waiting is not None
    assert (view.next, view.waiting.code, view.earliest_on) == (None, "workspace.all-held", MONDAY + DAY)


def test_where_two_demands_are_required_the_second_follows_the_first_ones_days() -> None:
    twice = replace(POLICY, second_demand=Mode.REQUIRED)
    first = letter(DEMAND, MONDAY, 1, arrived=date(2026, 3, 4))
    assert wait(DEMAND, (first,), claim(1), date(2026, 3, 19), twice) == (
        "claim.ladder-running",
        date(2026, 3, 20),
    )
    assert wait(LAWYER, (first,), claim(1), date(2026, 3, 20), twice) == (
        "claim.ladder-no-second-demand",
        None,
    )
    assert wait(DEMAND, (first,), claim(1), date(2026, 3, 20), twice) == ("due", None)
    second = letter(DEMAND, date(2026, 3, 20), 1, arrived=date(2026, 3, 24))
    assert wait(DEMAND, (first, second), claim(1), date(2026, 4, 1), twice) == ("claim.ladder-served", None)
    assert wait(LAWYER, (first, second), claim(1), date(2026, 4, 1), twice)[0] == "claim.ladder-running"
    assert wait(LAWYER, (first, second), claim(1), date(2026, 4, 9), twice) == ("due", None)


def test_a_step_that_is_off_is_never_due_and_holds_nothing_up() -> None:
    none = replace(POLICY, reminder=Mode.OFF, lawyer_letter=Mode.OFF)
    assert wait(REMINDER, (), claim(1), policy=none) == ("claim.ladder-off", None)
    demand = letter(DEMAND, MONDAY, 1, arrived=date(2026, 3, 4))
    view = next_step(History("样本", (demand,)), claim(1), none, date(2026, 3, 20), CN)
    assert (view.next, view.earliest_on) == (Step.COURT, date(2026, 3, 20))


# ── instalment plans ──────────────────────────────────────────────────────────────────────────────────────────────────

SIGNED = date(2026, 3, 10)
PLAN = Plan(
    SIGNED,
    cny("200.00"),
    LateClause(LateChoice.KEPT, cny("0")),
    solve_equal(cny("200.00"), 4, date(2026, 4, 10)),
    Acceleration(),
)


def on_plan(day: date) -> PlanOnFile:
    return PlanOnFile("4-2026-0001", SIGNED, frozenset({KEYS[1], KEYS[2]}), plan_standing(PLAN, (), day))


def test_nobody_is_dunned_while_a_plan_is_kept() -> None:
    day = date(2026, 4, 10)
    waits = wait(DEMAND, (), claim(1, 2), day, plan=on_plan(day))
    assert waits == ("claim.ladder-plan-kept", date(2026, 4, 11))


def test_a_plan_that_is_kept_has_no_next_step_and_above_all_not_the_court() -> None:
    day, owed = date(2026, 4, 1), claim(1, 2)
    held = tuple(Reserved(one.item, one.period, one.outstanding, (), one.origin) for one in owed.lines)
    for of_the_plan in (replace(owed, lines=(), reserved=held), owed):
        view = next_step(History("样本", plan=on_plan(day)), of_the_plan, POLICY, day, CN)
        assert (view.next, view.earliest_on) == (None, date(2026, 4, 11))
        assert view.waiting is not None
        assert view.waiting.code == "claim.ladder-plan-kept"


def test_a_demand_of_the_day_of_signing_is_settled_by_the_plan() -> None:
    """Made in the morning of the day the agreement was signed: it asks for nothing the agreement is about."""
    day = date(2026, 5, 4)
    same_day, day_after = letter(DEMAND, SIGNED, 1, 2), letter(DEMAND, SIGNED + DAY, 1, 2)
    assert wait(DEMAND, (same_day,), claim(1, 2), day, plan=on_plan(day)) == ("due", None)
    assert wait(DEMAND, (day_after,), claim(1, 2), day, plan=on_plan(day))[0] == "claim.ladder-served"


def test_a_late_plan_needs_a_demand_of_its_own() -> None:
    day = date(2026, 4, 11)
    before = letter(DEMAND, MONDAY, 1, 2, arrived=MONDAY + DAY)
    assert wait(LAWYER, (before,), claim(1, 2), day, plan=on_plan(day)) == ("claim.ladder-no-demand", None)
    assert wait(DEMAND, (before,), claim(1, 2), day, plan=on_plan(day)) == ("due", None)


def test_what_a_plan_does_not_cover_goes_its_own_way_once_the_plan_is_done() -> None:
    day = date(2026, 4, 10)
    assert wait(DEMAND, (), claim(3, on=date(2026, 4, 30)), date(2026, 4, 30), plan=on_plan(day)) == (
        "due",
        None,
    )


# ── laws ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

MONTHS = st.sets(st.integers(1, 6), min_size=1)
DAYS = st.integers(0, 200).map(lambda n: MONDAY + n * DAY)


@st.composite
def histories(draw: st.DrawFn) -> tuple[SentLetter, ...]:
    letters = []
    for place, issued in enumerate(sorted(draw(st.lists(DAYS, max_size=6)))):
        kind = draw(st.sampled_from([REMINDER, DEMAND, DEMAND, LAWYER]))
        arrived = draw(st.none() | st.integers(0, 40).map(lambda n, i=issued: i + n * DAY))
        grade = draw(st.sampled_from([Grade.A, Grade.B, Grade.C, Grade.D]))
        amount = draw(st.sampled_from(["100.00", "100.00", "60.00"]))
        pay_by = draw(st.none() | st.just(issued + 20 * DAY))
        months = draw(MONTHS)
        letters.append(
            letter(
                kind,
                issued,
                *months,
                arrived=arrived,
                grade=grade,
                amount=amount,
                number=str(place),
                pay_by=pay_by,
            )
        )
    return tuple(letters)


POLICIES = st.builds(
    lambda reminder, second, lawyer: replace(POLICY, reminder=reminder, second_demand=second, lawyer_letter=lawyer),
    st.sampled_from(Mode), st.sampled_from(Mode), st.sampled_from(Mode),
)  # fmt: skip


@settings(deadline=None)
@given(histories(), MONTHS, DAYS, POLICIES)
def test_no_lawyer_writes_about_a_period_without_a_demand_that_arrived_and_ran_out(
    letters: tuple[SentLetter, ...], months: set[int], day: date, policy: LadderPolicy
) -> None:
    if wait(LAWYER, letters, claim(*months, on=date(2026, 12, 31)), day, policy) != ("due", None):
        return
    for month in months:
        listing = [one for one in letters if one.states.get(KEYS[month], 0) >= Decimal(100)]
        formal = [one for one in listing if one.kind is not REMINDER]
        ends = [end for one in formal if (end := last_day_given(one, policy, CN))]
        assert any(end < day for end in ends) or any(one.kind is LAWYER for one in formal), month


@given(histories(), MONTHS, DAYS, POLICIES, st.sampled_from([REMINDER, DEMAND, LAWYER]))
def test_a_letter_just_made_is_not_made_again_on_the_same_day(
    letters: tuple[SentLetter, ...], months: set[int], day: date, policy: LadderPolicy, kind: LetterKind
) -> None:
    demanded = claim(*months, on=date(2026, 12, 31))
    past = tuple(one for one in letters if one.issued_on <= day)
    made = letter(kind, day, *months, number="new")
    assert wait(kind, (*past, made), demanded, day, policy) != ("due", None)


@given(histories(), MONTHS, DAYS, POLICIES, st.sampled_from([REMINDER, DEMAND, LAWYER]), st.integers(1, 300))
def test_what_is_due_stays_due_until_something_happens(
    letters: tuple[SentLetter, ...],
    months: set[int],
    day: date,
    policy: LadderPolicy,
    kind: LetterKind,
    missed: int,
) -> None:
    """So a week nobody ran the program is caught up: the same letter is made on the next day somebody does."""
    past = tuple(
        replace(one, arrivals=tuple(a for a in one.arrivals if a[0] <= day))
        for one in letters
        if one.issued_on <= day
    )
    demanded = claim(*months, on=date(2026, 12, 31))
    if wait(kind, past, demanded, day, policy) == ("due", None):
        assert wait(kind, past, demanded, day + missed * DAY, policy) == ("due", None)


@given(histories(), MONTHS, DAYS, POLICIES, st.sampled_from([REMINDER, DEMAND, LAWYER]))
def test_a_day_named_is_the_day_or_before_it(
    letters: tuple[SentLetter, ...], months: set[int], day: date, policy: LadderPolicy, kind: LetterKind
) -> None:
    """Before the earliest day nothing is due; the day itself lies ahead."""
    demanded = claim(*months, on=date(2026, 12, 31))
    code, earliest = wait(kind, letters, demanded, day, policy)
    if earliest is not None:
        assert earliest > day
        assert wait(kind, letters, demanded, earliest - DAY, policy) != ("due", None), code


@settings(deadline=None)
@given(st.sets(st.integers(0, 29)), st.integers(0, 6))
def test_missed_weeks_change_when_letters_are_made_and_never_which(missed: set[int], takes: int) -> None:
    """Run once a week for thirty weeks, each letter arriving ``takes`` days after it was made, some weeks missed:
    the letters are those of an office that missed none, or the first of them, in the same order."""

    def run(weeks: list[int]) -> list[LetterKind]:
        letters: tuple[SentLetter, ...] = ()
        for week in weeks:
            day = MONDAY + 7 * week * DAY
            known = tuple(
                replace(one, arrivals=one.arrivals if one.issued_on + takes * DAY <= day else ())
                for one in letters
            )
            for kind in (LAWYER, DEMAND):
                if wait(kind, known, claim(1, 2), day)[0] == "due":
                    made = letter(kind, day, 1, 2, arrived=day + takes * DAY, number=f"{week}")
                    letters = (*letters, made)
        return [one.kind for one in letters]

    every = run(list(range(30)))
    assert every == [DEMAND, LAWYER]
    some = run([week for week in range(30) if week not in missed])
    assert some == every[: len(some)]


# ── policy ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_office_changes_a_key_and_all_faults_are_named_at_once() -> None:
    changed = find_ladder("cn", {"reminder": "required", "demand-days": 30})
    assert changed is not None and (changed.reminder, changed.demand_days) == (Mode.REQUIRED, 30)
    faults = ladder_faults({"reminders": "off", "demand_days": 0, "demand_grade": "E", "second_demand": True})
    assert [(fault.key, fault.near, fault.expected) for fault in faults] == [
        ("reminders", "reminder", ""),
        ("demand_days", "", "1–180"),
        ("demand_grade", "", "A | B | C | D"),
        ("second_demand", "", "off | optional | required"),
    ]


def test_a_jurisdiction_without_a_ladder_has_none() -> None:
    assert find_ladder("tw") is None


def test_an_owner_who_owes_nothing_has_no_next_step() -> None:
    view = next_step(History("样本"), claim(), POLICY, MONDAY, CN)
    assert (view.reached, view.next, view.waiting) == (None, None, None)


def test_a_reason_names_account_and_letter() -> None:
    made = letter(DEMAND, MONDAY, 1, number="2-2026-0001")
    found = waiting_for(LAWYER, History("1栋2单元301", (made,)), claim(1), POLICY, MONDAY, CN)
    assert isinstance(found, Waiting)
    assert found.reason.params == {"account": "1栋2单元301", "letter": "2-2026-0001"}
    assert isinstance(claim(1).total, Money)
