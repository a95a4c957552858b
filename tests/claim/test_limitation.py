"""Limitation, fee period by fee period, against dates counted by hand."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.claim.limitation import (
    ARTICLES,
    TRANSITION,
    FeeTerm,
    Ignored,
    Interruption,
    InterruptionKind,
    LimitationState,
    WhyIgnored,
    first_lapse_day,
    lapses,
    limitation_of,
    report,
)
from evidence.claim.limitation_labels import interruption_label, lapse_told, state_label, why_label
from evidence.i18n import translate
from evidence.law.calendar import load_calendar
from evidence.law.statutes import load_statutes
from evidence.model.delivery import Grade
from evidence.model.period import Period

CN = load_calendar("cn")
TODAY = date(2026, 11, 21)
Q1, Q2 = Period.months(2023, 10, 2023, 12), Period.months(2024, 1, 2024, 3)


def term(due: date | None, period: Period = Q1) -> FeeTerm:
    return FeeTerm("物业费", period, due)


def demand(on: date, *periods: Period, grade: Grade = Grade.B, **more: object) -> Interruption:
    kind = more.pop("kind", InterruptionKind.DEMAND)
    return Interruption(kind, on, grade, frozenset(f"物业费 {p.iso}" for p in periods or (Q1,)), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("due", "nominal", "last"),
    [
        (date(2023, 12, 31), date(2026, 12, 31), date(2026, 12, 31)),  # the example of the reference
        (date(2023, 10, 1), date(2026, 10, 1), date(2026, 10, 8)),  # National Day: on to the 8th (203)
        (date(2020, 2, 29), date(2023, 2, 28), date(2023, 2, 28)),  # no corresponding day (202)
        (date(2023, 11, 21), date(2026, 11, 21), date(2026, 11, 23)),  # a Saturday
    ],
)
def test_three_years_from_the_due_day_by_200_to_203(due: date, nominal: date, last: date) -> None:
    found = limitation_of(term(due), [], TODAY, CN)
    assert (found.nominal, found.last_day, found.unpublished) == (nominal, last, None)
    on_the_day = limitation_of(term(due), [], last, CN)
    after = limitation_of(term(due), [], last + timedelta(days=1), CN)
    assert (on_the_day.state, after.state) == (LimitationState.RUNNING, LimitationState.EXPIRED)


def test_beyond_the_published_holidays_the_day_stands_as_it_is_and_the_year_is_named() -> None:
    found = limitation_of(term(date(2047, 10, 1)), [], TODAY, CN)
    assert (found.last_day, found.unpublished) == (date(2050, 10, 1), 2050)


def test_each_period_runs_by_itself_and_189_is_only_a_note() -> None:
    terms = [term(date(2023, 1, 15), Q1), term(date(2024, 4, 15), Q2)]
    found = report(terms, [], TODAY, CN)
    assert [one.term.period for one in found.expired] == [Q1]
    assert [one.term.period for one in found.running] == [Q2]
    assert found.first_lapse is not None
    assert found.first_lapse.nominal == date(2027, 4, 15)
    # As one debt in instalments both would run from the last: to 2027.
    assert {one.view_189 for one in found.every} == {date(2027, 4, 15)}


def test_the_expired_are_kept_apart_and_none_is_lost() -> None:
    terms = [FeeTerm("物业费", Period.months(y, 1, y, 12), date(y, 12, 31)) for y in range(2018, 2027)]
    found = report(terms, [], TODAY, CN)
    assert len(found.every) == len(terms)
    assert [len(part) for part in (found.expired, found.running, found.not_due)] == [5, 3, 1]
    assert not set(found.expired) & set(found.running)


@pytest.mark.parametrize("kind", sorted(InterruptionKind))
def test_every_kind_interrupts_before_the_end(kind: InterruptionKind) -> None:
    found = limitation_of(term(date(2023, 1, 15)), [demand(date(2025, 6, 3), kind=kind)], TODAY, CN)
    assert found.nominal == date(2028, 6, 3)
    assert ARTICLES[kind].partition(":")[0] in load_statutes("cn").statutes


@pytest.mark.parametrize(
    ("grade", "counts"), [("A", True), ("B", True), ("C", True), ("D", False), ("none", False)]
)
def test_an_interruption_counts_from_grade_c(grade: str, counts: bool) -> None:
    event = demand(date(2025, 6, 3), grade=Grade(grade))
    found = limitation_of(term(date(2023, 1, 15)), [event], TODAY, CN)
    assert (found.nominal == date(2028, 6, 3)) is counts
    assert found.ignored == (() if counts else (Ignored(event, WhyIgnored.PROOF_TOO_WEAK),))
    assert found.weakest_proof == (Grade(grade) if counts else None)


def test_a_demand_interrupts_only_the_periods_it_lists() -> None:
    found = report(
        [term(date(2024, 1, 15), Q1), term(date(2024, 4, 15), Q2)], [demand(date(2025, 6, 3), Q2)], TODAY, CN
    )
    assert [(one.term.period, one.nominal) for one in found.running] == [
        (Q1, date(2027, 1, 15)),
        (Q2, date(2028, 6, 3)),
    ]


def test_a_demand_to_a_joint_debtor_reaches_the_owner_and_one_to_a_stranger_does_not() -> None:
    event = demand(date(2025, 6, 3), against="李四（样本）")
    joint = limitation_of(
        term(date(2023, 1, 15)), [event], TODAY, CN, joint_debtors=frozenset({"李四（样本）"})
    )
    stranger = limitation_of(term(date(2023, 1, 15)), [event], TODAY, CN)
    assert joint.nominal == date(2028, 6, 3)
    assert [ignored.why for ignored in stranger.ignored] == [WhyIgnored.OTHER_PERSON]


def test_what_comes_too_late_too_early_or_not_yet_is_listed_with_its_reason() -> None:
    events = [demand(date(2022, 12, 1)), demand(date(2026, 11, 2)), demand(date(2026, 12, 1))]
    found = limitation_of(term(date(2023, 1, 15)), events, TODAY, CN)
    assert [ignored.why for ignored in found.ignored] == [
        WhyIgnored.BEFORE_DUE,
        WhyIgnored.TOO_LATE,
        WhyIgnored.IN_THE_FUTURE,
    ]
    assert found.state is LimitationState.EXPIRED


@pytest.mark.parametrize(
    ("kind", "revives"),
    [
        ("acknowledgement", True), ("instalment-plan", True), ("new-agreement", True),
        ("part-payment", False), ("demand", False), ("suit", False),
    ],
)  # fmt: skip
def test_after_the_end_only_the_debtors_word_helps(kind: str, revives: bool) -> None:
    event = demand(date(2026, 6, 1), kind=InterruptionKind(kind))
    found = limitation_of(term(date(2023, 1, 15)), [event], TODAY, CN)
    assert found.revived is revives
    assert found.state is (LimitationState.RUNNING if revives else LimitationState.EXPIRED)


def test_a_procedure_restarts_the_period_when_it_ended_and_not_before_that_is_on_record() -> None:
    ended = demand(date(2025, 3, 3), kind=InterruptionKind.SUIT, until=date(2025, 9, 30))
    running = demand(date(2025, 3, 3), kind=InterruptionKind.SUIT, until=date(2027, 9, 30))
    assert limitation_of(term(date(2023, 1, 15)), [ended], TODAY, CN).nominal == date(2028, 9, 30)
    assert limitation_of(term(date(2023, 1, 15)), [running], TODAY, CN).nominal == date(2028, 3, 3)


@pytest.mark.parametrize(
    ("due", "last", "years"),
    [
        (date(2015, 9, 29), date(2017, 9, 29), 2),  # two years had run out
        (date(2015, 9, 30), date(2017, 9, 30), 2),  # on the last day before; a Saturday that was worked
        (date(2015, 10, 1), date(2018, 10, 8), 3),  # not run out on 2017-10-01: three
        (date(2017, 5, 5), date(2020, 5, 6), 3),
    ],
)
def test_two_years_became_three_in_october_2017(due: date, last: date, years: int) -> None:
    found = limitation_of(term(due), [], TODAY, CN)
    assert (found.last_day, found.steps[0].years) == (last, years)
    assert found.unverified == (TRANSITION,)
    assert limitation_of(term(date(2018, 1, 15)), [], TODAY, CN).unverified == ()


def test_twenty_years_after_the_harm_it_is_over() -> None:
    due = date(2004, 6, 30)
    chain = [demand(date(year, 6, 1)) for year in range(2006, 2025, 2)]
    found = limitation_of(term(due), chain, TODAY, CN)
    assert (found.nominal, found.capped, found.state) == (date(2024, 6, 30), True, LimitationState.EXPIRED)
    assert first_lapse_day([term(due)], chain, date(2024, 6, 1), CN) == date(2024, 6, 30)


def test_without_a_due_date_the_result_says_that_it_is_an_estimate() -> None:
    found = limitation_of(term(None), [], TODAY, CN)
    assert (found.due_assumed, found.nominal) == (True, date(2026, 12, 31))


# ── properties ──────────────────────────────────────────────────────────────────────────────────────────────────────

DAYS = st.dates(date(2008, 1, 1), date(2026, 11, 20))
EVENTS = st.builds(
    Interruption,
    st.sampled_from(InterruptionKind),
    DAYS,
    st.sampled_from(Grade),
    st.just(frozenset({term(date(2020, 1, 1)).key})),
    until=st.none() | DAYS,
    against=st.sampled_from(["", "李四（样本）", "王五（样本）"]),
)
JOINT = frozenset({"李四（样本）"})


def never_earlier(due: date, events: list[Interruption], one_more: Interruption) -> bool:
    """Checks, and says whether the event made a difference."""
    before = limitation_of(term(due), events, TODAY, CN, joint_debtors=JOINT)
    after = limitation_of(term(due), [*events, one_more], TODAY, CN, joint_debtors=JOINT)
    assert after.last_day >= before.last_day
    assert after.nominal >= before.nominal
    return after.nominal > before.nominal


def quick_way_agrees(dues: list[date], events: list[Interruption]) -> bool:
    """Checks, and says whether there was a day at all."""
    terms = [term(due) for due in dues]
    whole = report(terms, events, TODAY, CN, joint_debtors=JOINT)
    day = whole.first_lapse.work_to(TODAY) if whole.first_lapse else None
    assert lapses(terms, events, TODAY, CN, joint_debtors=JOINT) == (day, len(whole.expired))
    assert first_lapse_day(terms, events, TODAY, CN, joint_debtors=JOINT) == day
    return day is not None


@settings(max_examples=200, deadline=None)
@given(DAYS, st.lists(EVENTS, max_size=5), EVENTS)
def test_an_interruption_never_makes_it_earlier(
    due: date, events: list[Interruption], one_more: Interruption
) -> None:
    never_earlier(due, events, one_more)


def test_an_interruption_never_makes_it_earlier_for_ten_thousand_periods() -> None:
    dice = random.Random(188)
    later = 0
    for _ in range(10_000):
        due, *events = random_days(dice)
        *known, one_more = [random_event(dice, day) for day in events]
        later += never_earlier(due, known, one_more)
    assert later > 1_500  # and not because the events never count


def test_a_demand_inside_a_suit_does_not_shorten_what_the_suit_gave() -> None:
    """Both end on the first day after National Day, the suit's count two days later by the calendar."""
    suit = demand(date(2023, 9, 1), kind=InterruptionKind.SUIT, until=date(2023, 10, 6))
    inside = demand(date(2023, 10, 4))
    alone = limitation_of(term(date(2022, 1, 15)), [suit], TODAY, CN)
    both = limitation_of(term(date(2022, 1, 15)), [suit, inside], TODAY, CN)
    assert (alone.nominal, alone.last_day) == (both.nominal, both.last_day)
    assert (both.nominal, both.last_day) == (date(2026, 10, 6), date(2026, 10, 8))
    assert first_lapse_day([term(date(2022, 1, 15))], [suit, inside], date(2026, 9, 1), CN) == both.nominal


def random_days(dice: random.Random) -> list[date]:
    """A due day, and one to six days of events that lie after it more often than not, often close together."""
    due = date(2008, 1, 1) + timedelta(days=dice.randrange(6890))
    near = dice.choice((30, 1200, 3000))
    days = [due + timedelta(days=dice.randint(-30, near)) for _ in range(dice.randint(1, 6))]
    return [due, *days]


def random_event(dice: random.Random, on: date) -> Interruption:
    return Interruption(
        dice.choice(list(InterruptionKind)),
        on,
        dice.choice(list(Grade)),
        frozenset({term(on).key}),
        until=on + timedelta(days=dice.randrange(400)) if dice.random() < 0.4 else None,
        against=dice.choice(("", "", "李四（样本）", "王五（样本）")),
    )


@settings(max_examples=300, deadline=None)
@given(DAYS, st.lists(EVENTS, max_size=6).flatmap(lambda e: st.tuples(st.just(e), st.permutations(e))))
def test_the_order_of_the_record_does_not_matter(
    due: date, events: tuple[list[Interruption], list[Interruption]]
) -> None:
    one, other = (limitation_of(term(due), list(order), TODAY, CN, joint_debtors=JOINT) for order in events)
    assert (one.last_day, one.state, len(one.ignored)) == (other.last_day, other.state, len(other.ignored))


@settings(max_examples=300, deadline=None)
@given(DAYS, st.integers(1, 400))
def test_a_later_due_day_never_lapses_earlier(due: date, later: int) -> None:
    """Without interruptions; an event may well fall between the two due days."""
    first = limitation_of(term(due), [], TODAY, CN)
    second = limitation_of(term(due + timedelta(days=later)), [], TODAY, CN)
    assert first.last_day <= second.last_day


@settings(max_examples=300, deadline=None)
@given(st.lists(DAYS, max_size=4), st.lists(EVENTS, max_size=3))
def test_the_quick_way_to_the_first_lapse_gives_the_same_day(
    dues: list[date], events: list[Interruption]
) -> None:
    quick_way_agrees(dues, events)


def test_the_quick_way_to_the_first_lapse_gives_the_same_day_for_ten_thousand_claims() -> None:
    dice = random.Random(195)
    found = 0
    for _ in range(10_000):
        due, *events = random_days(dice)
        dues = [due, *(due + timedelta(days=dice.randrange(800)) for _ in range(dice.randrange(2)))]
        found += quick_way_agrees(dues, [random_event(dice, day) for day in events])
    assert found > 2_000


@settings(max_examples=300, deadline=None)
@given(DAYS, st.lists(EVENTS, max_size=6))
def test_every_event_of_the_period_is_either_counted_or_listed_as_ignored_or_outlasted(
    due: date, events: list[Interruption]
) -> None:
    found = limitation_of(term(due), events, TODAY, CN, joint_debtors=JOINT)
    assert len(found.steps) - 1 + len(found.ignored) <= len(events)
    assert found.steps[0].by is None
    assert [step.last_day for step in found.steps] == sorted(step.last_day for step in found.steps)


@pytest.mark.parametrize("lang", ["en", "zh", "zh-Hant"])
def test_limitation_has_words(lang: str) -> None:
    words = [interruption_label(kind, lang) for kind in InterruptionKind]
    words += [why_label(why, lang) for why in WhyIgnored] + [
        state_label(state, lang) for state in LimitationState
    ]
    assert len(set(words)) == len(words)
    assert all(word.isascii() == (lang == "en") for word in words)


def test_a_day_that_a_rest_day_moved_is_not_told_as_over() -> None:
    """Due 7 March 2023: three years end on Saturday 7 March 2026, so in law on Monday the 9th (民法典 203)."""
    due = date(2023, 3, 7)
    for today, told_day, words in (
        (date(2026, 3, 6), date(2026, 3, 7), "Work to 2026-03-07."),
        (date(2026, 3, 7), date(2026, 3, 7), "Work to 2026-03-07."),
        (date(2026, 3, 8), date(2026, 3, 9), "Act at once."),
        (date(2026, 3, 9), date(2026, 3, 9), "Act at once."),
    ):
        (one,) = report([term(due)], [], today, CN).running
        assert lapses([term(due)], [], today, CN) == (told_day, 0)
        assert one.work_to(today) == told_day
        message, days = lapse_told(one, today)
        told = translate(message, "en", **days)
        assert told.endswith(words)
        assert "runs out on 2026-03-09" in told
    assert lapses([term(due)], [], date(2026, 3, 10), CN) == (None, 1)
