"""Limitation (诉讼时效), fee period by fee period: when it began, what interrupted it, when it lapses.

Law. Three years from the day the creditor knew of the harm (民法典 188(1)), which is the day after the last day
to pay. Property fees are several independent debts performed at intervals, so each period runs by itself and 189
(one debt in instalments) is shown as an argument only (法答网第20批 问题3; an answer for judges, not a judicial
interpretation). A demand, an acknowledgement, a suit or its equivalent interrupts and starts the period anew
(民法典 195; 时效规定 8, 10–14, 17); what reaches one joint debtor reaches the others (时效规定 15). After the
period has run out only a promise to perform or a new agreement helps (民法典 192(2); 时效规定 19).

Counting. The first day is not counted (民法典 201); the period ends on the corresponding day, or the month's last
(202); if that is a legal rest day, on the next working day (203, :meth:`~evidence.law.calendar.Calendar.last_day`).
Twenty years after the harm it is over whatever happened (188(2)).

Before 1 October 2017 the period was two years (民法通则 135). It became three for what had not run out by then.
That transition is cited from memory, so figures that rest on it say so (:data:`TRANSITION`).

Choices, all on the safe side: an interruption counts only with a proof of grade C or better and only for the
periods it names (时效规定 9 carries a demand for part of *one* claim to its rest, and each period is a claim of its
own); while a procedure runs, the period is counted from its filing until its end is on record; a suspension
(民法典 194) is not computed. What has expired is kept apart and never dropped: the court may not raise it (193).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from evidence.claim.bills import Bill
from evidence.claim.plan import add_months
from evidence.claim.statement import Claim
from evidence.law.calendar import Calendar
from evidence.model.delivery import Grade
from evidence.model.period import Period

__all__ = [
    "TRANSITION",
    "Counted",
    "FeeTerm",
    "Ignored",
    "Interruption",
    "InterruptionKind",
    "Lapses",
    "Limitation",
    "LimitationReport",
    "LimitationState",
    "WhyIgnored",
    "first_lapse_day",
    "lapses",
    "limitation_of",
    "period_key",
    "report",
    "terms_of",
    "terms_of_bills",
]

TRANSITION = "two-to-three-years"
"""Named in :attr:`Limitation.unverified` where the figure rests on the change of 2017-10-01."""

_THREE_YEARS_FROM = date(2017, 10, 1)
_YEARS, _YEARS_BEFORE, _LONGEST = 3, 2, 20
_QUALIFYING = frozenset({Grade.A, Grade.B, Grade.C})


class InterruptionKind(StrEnum):
    """What interrupts, with the article that says so."""

    DEMAND = "demand"  # 民法典 195(一), 时效规定 8(1)
    MEDIA_NOTICE = "media-notice"  # 时效规定 8(1)(四), only where the debtor's whereabouts are unknown
    ACKNOWLEDGEMENT = "acknowledgement"  # 民法典 195(二): agrees to perform
    PART_PAYMENT = "part-payment"  # 时效规定 14
    INSTALMENT_PLAN = "instalment-plan"  # 时效规定 14
    SECURITY = "security"  # 时效规定 14
    EXTENSION_REQUEST = "extension-request"  # 时效规定 14
    NEW_AGREEMENT = "new-agreement"  # 时效规定 19(2)
    SUIT = "suit"  # 民法典 195(三), 时效规定 10
    ARBITRATION = "arbitration"  # 民法典 195(三)
    PAYMENT_ORDER = "payment-order"  # 时效规定 11(一)
    EQUIVALENT = "equivalent"  # 时效规定 11(二)–(八): preservation, bankruptcy, enforcement …
    MEDIATION = "mediation"  # 时效规定 12
    POLICE_REPORT = "police-report"  # 时效规定 13
    ASSIGNMENT_NOTICE = "assignment-notice"  # 时效规定 17


ARTICLES: dict[InterruptionKind, str] = {
    InterruptionKind.DEMAND: "limitation-rules:8(1)",
    InterruptionKind.MEDIA_NOTICE: "limitation-rules:8(1)[4]",
    InterruptionKind.ACKNOWLEDGEMENT: "civil-code:195[2]",
    InterruptionKind.PART_PAYMENT: "limitation-rules:14",
    InterruptionKind.INSTALMENT_PLAN: "limitation-rules:14",
    InterruptionKind.SECURITY: "limitation-rules:14",
    InterruptionKind.EXTENSION_REQUEST: "limitation-rules:14",
    InterruptionKind.NEW_AGREEMENT: "limitation-rules:19(2)",
    InterruptionKind.SUIT: "limitation-rules:10",
    InterruptionKind.ARBITRATION: "civil-code:195[3]",
    InterruptionKind.PAYMENT_ORDER: "limitation-rules:11[1]",
    InterruptionKind.EQUIVALENT: "limitation-rules:11",
    InterruptionKind.MEDIATION: "limitation-rules:12",
    InterruptionKind.POLICE_REPORT: "limitation-rules:13",
    InterruptionKind.ASSIGNMENT_NOTICE: "limitation-rules:17(1)",
}

_AFTER_EXPIRY = frozenset(
    {InterruptionKind.ACKNOWLEDGEMENT, InterruptionKind.INSTALMENT_PLAN, InterruptionKind.NEW_AGREEMENT}
)
"""What bars the defence once the period has run out. A part payment then only settles what it paid (192(2))."""


def period_key(item: str, period: Period) -> str:
    """``物业费 2024-01/2024-03``: how a fee period is named by demands, interruptions and findings."""
    return _period_key(item, period.start, period.end)


@lru_cache(maxsize=1 << 14)
def _period_key(item: str, start: date, end: date) -> str:
    """Asked for by the two days: they are found again faster than a period."""
    return f"{item} {Period(start, end).iso}"


@dataclass(frozen=True, slots=True)
class FeeTerm:
    """One fee period whose limitation runs by itself. ``key`` names it everywhere: item and period.

    ``due`` is the last day to pay on time; where it is not known the end of the period stands in for it and
    the result says so.
    """

    item: str
    period: Period
    due: date | None

    @property
    def key(self) -> str:
        return period_key(self.item, self.period)

    @property
    def starts(self) -> date:
        """The day limitation is counted from, itself not counted."""
        return self.due or self.period.end


@dataclass(frozen=True, slots=True)
class Interruption:
    """An event that may interrupt. ``on`` is the day it took effect: for a demand the day it *arrived*.

    ``covers`` are the keys of the fee periods it names. ``until`` is the day a procedure ended. ``against``
    names the person it was directed at, empty for the debtor. ``reference`` is a letter number or exhibit.
    """

    kind: InterruptionKind
    on: date
    grade: Grade
    covers: frozenset[str]
    reference: str = ""
    until: date | None = None
    against: str = ""

    def runs_from(self, as_of: date) -> date:
        """The day from which the period is counted anew: the event, or the end of the procedure if it is over."""
        return max(self.on, self.until) if self.until and self.until <= as_of else self.on


class WhyIgnored(StrEnum):
    """Why an event of a period did not count."""

    PROOF_TOO_WEAK = "proof-too-weak"
    TOO_LATE = "too-late"
    BEFORE_DUE = "before-due"
    OTHER_PERSON = "other-person"
    IN_THE_FUTURE = "in-the-future"


@dataclass(frozen=True, slots=True)
class Ignored:
    interruption: Interruption
    why: WhyIgnored


@dataclass(frozen=True, slots=True)
class Counted:
    """One step of the count: from ``start`` (not counted) to ``last_day``; ``by`` is ``None`` for the first."""

    start: date
    years: int
    nominal: date
    last_day: date
    by: Interruption | None


class LimitationState(StrEnum):
    RUNNING = "running"
    EXPIRED = "expired"
    NOT_DUE = "not-due"


@dataclass(frozen=True, slots=True)
class Limitation:
    """The limitation of one fee period on one day.

    ``steps`` is the count that gives ``last_day``, the first from the due day. ``nominal`` is the last day before
    rest days are considered: the day to work to. ``unpublished`` is the year whose holiday list would be needed
    to say whether ``last_day`` is later still. ``revived`` says that the period had run out and the debtor's word
    bars the defence. ``view_189`` is the last day if the whole arrears were one debt in instalments: an argument.
    """

    term: FeeTerm
    state: LimitationState
    steps: tuple[Counted, ...]
    nominal: date
    last_day: date
    ignored: tuple[Ignored, ...] = ()
    unpublished: int | None = None
    revived: bool = False
    due_assumed: bool = False
    capped: bool = False
    unverified: tuple[str, ...] = ()
    view_189: date | None = None

    def days_left(self, on: date) -> int:
        """Days from ``on`` to :attr:`nominal`; negative when it is past."""
        return (self.nominal - on).days

    def work_to(self, on: date) -> date:
        """The day by which to act, seen from ``on``: :attr:`nominal`, or the last day once that has passed."""
        return self.nominal if self.nominal >= on else self.last_day

    @property
    def weakest_proof(self) -> Grade | None:
        """The grade of the interruption the present count rests on, ``None`` where it rests on none."""
        by = self.steps[-1].by
        return by.grade if by else None


@dataclass(frozen=True, slots=True)
class LimitationReport:
    """All periods of a claim, oldest lapse first; the expired ones apart, none left out."""

    as_of: date
    running: tuple[Limitation, ...]
    expired: tuple[Limitation, ...]
    not_due: tuple[Limitation, ...]

    @property
    def first_lapse(self) -> Limitation | None:
        """What lapses first of what still runs: what it gives to ``work_to`` is the day ``status`` shows."""
        return self.running[0] if self.running else None

    @property
    def every(self) -> tuple[Limitation, ...]:
        return (*self.expired, *self.running, *self.not_due)


def terms_of(claim: Claim) -> tuple[FeeTerm, ...]:
    """The fee periods of a claim, each once, in its order."""
    return tuple(dict.fromkeys(FeeTerm(line.item, line.period, line.due) for line in claim.lines))


def terms_of_bills(bills: Iterable[Bill]) -> tuple[FeeTerm, ...]:
    """The fee periods of an account's charges: homes billed alike share them."""
    return tuple([bill.term or _term(bill) for bill in bills])


def _term(bill: Bill) -> FeeTerm:
    bill.term = FeeTerm(bill.item, bill.charge.period, bill.charge.due)
    return bill.term


def report(
    terms: Iterable[FeeTerm],
    interruptions: Sequence[Interruption],
    as_of: date,
    calendar: Calendar,
    *,
    joint_debtors: Iterable[str] = (),
) -> LimitationReport:
    """The limitation of every period on ``as_of``. ``joint_debtors`` are co-owners and users jointly liable."""
    every = tuple(terms)
    joint = frozenset(joint_debtors)
    argument = None
    if every:
        last_due = max(term.starts for term in every)
        argument = calendar.last_day(add_months(last_due, 12 * _YEARS)).day
    found = [
        limitation_of(term, interruptions, as_of, calendar, joint_debtors=joint, view_189=argument)
        for term in every
    ]
    found.sort(key=lambda one: (one.nominal, one.term.item, one.term.period))
    by_state = {state: tuple(one for one in found if one.state is state) for state in LimitationState}
    return LimitationReport(
        as_of,
        by_state[LimitationState.RUNNING],
        by_state[LimitationState.EXPIRED],
        by_state[LimitationState.NOT_DUE],
    )


class Lapses(NamedTuple):
    """A report in short: ``first`` is the day to work to of what lapses first of what still runs (its nominal one, or the
    last one where a rest day has moved it and the nominal one is over), ``expired`` how many periods have run out."""

    first: date | None
    expired: int


def first_lapse_day(
    terms: Iterable[FeeTerm],
    interruptions: Sequence[Interruption],
    as_of: date,
    calendar: Calendar,
    *,
    joint_debtors: Iterable[str] = (),
) -> date | None:
    """The day to work to of :attr:`LimitationReport.first_lapse`, without the trace; see :func:`lapses`."""
    return lapses(terms, interruptions, as_of, calendar, joint_debtors=joint_debtors).first


def lapses(
    terms: Iterable[FeeTerm],
    interruptions: Sequence[Interruption],
    as_of: date,
    calendar: Calendar,
    *,
    joint_debtors: Iterable[str] = (),
) -> Lapses:
    """A :func:`report` in short, without the trace: for lists of a whole estate.

    The same count as :func:`limitation_of`, in plain dates; what can count for no period is left out beforehand.
    """
    joint = frozenset(joint_debtors)
    events = [
        (event.on, event.runs_from(as_of), event.kind in _AFTER_EXPIRY, event.covers)
        for event in sorted(interruptions, key=_in_order)
        if _never_counts(event, as_of, joint) is None
    ]
    first = first_last = None
    expired = 0
    for term in terms:
        start = term.starts
        if start >= as_of:
            continue
        _, nominal, last_day = _period(start, calendar)
        if events:
            key, cap = term.key, _cap(start)
            for on, runs_from, revives, covers in events:
                if start < on and key in covers and (on <= last_day or revives):
                    _, later, later_last = _period(runs_from, calendar)
                    if later > cap:
                        later, later_last = cap, calendar.last_day(cap).day
                    if later >= nominal:
                        nominal, last_day = later, later_last
        if as_of > last_day:
            expired += 1
        elif first is None or nominal < first:
            first, first_last = nominal, last_day
    return Lapses(first if first is None or first >= as_of else first_last, expired)


def limitation_of(
    term: FeeTerm,
    interruptions: Iterable[Interruption],
    as_of: date,
    calendar: Calendar,
    *,
    joint_debtors: frozenset[str] = frozenset(),
    view_189: date | None = None,
) -> Limitation:
    """The limitation of one period on ``as_of``.

    An interruption never makes the last day earlier: the count is the one that ends latest. Ends are compared as
    nominal days, which a holiday cannot make equal; a later nominal day never has an earlier last day.
    """
    cap = _cap(term.starts)
    steps = [_count(term.starts, None, cap, calendar)]
    ignored: list[Ignored] = []
    revived = False
    for event in _of(term, interruptions):
        late = event.on > steps[-1].last_day
        why = _why_not(event, term, as_of, joint_debtors, late=late)
        if why is not None:
            ignored.append(Ignored(event, why))
            continue
        revived = revived or late
        step = _count(event.runs_from(as_of), event, cap, calendar)
        if step.nominal >= steps[-1].nominal:
            steps.append(step)
    last = steps[-1]
    state = LimitationState.RUNNING
    if as_of <= term.starts:
        state = LimitationState.NOT_DUE
    elif as_of > last.last_day:
        state = LimitationState.EXPIRED
    return Limitation(
        term,
        state,
        tuple(steps),
        last.nominal,
        last.last_day,
        tuple(ignored),
        unpublished=calendar.last_day(last.nominal).unpublished,
        revived=revived,
        due_assumed=term.due is None,
        capped=last.nominal == cap,
        unverified=(TRANSITION,) if steps[0].start < _THREE_YEARS_FROM else (),
        view_189=view_189,
    )


def _of(term: FeeTerm, interruptions: Iterable[Interruption]) -> list[Interruption]:
    """The events that name this period, in the order of their days."""
    events = list(interruptions)
    if not events:
        return events
    key = term.key
    return sorted((event for event in events if key in event.covers), key=_in_order)


def _in_order(event: Interruption) -> tuple[date, date, InterruptionKind, str]:
    return event.on, event.until or event.on, event.kind, event.reference


def _never_counts(event: Interruption, as_of: date, joint: frozenset[str]) -> WhyIgnored | None:
    """Why an event counts for no period at all."""
    if event.on > as_of:
        return WhyIgnored.IN_THE_FUTURE
    if event.against and event.against not in joint:
        return WhyIgnored.OTHER_PERSON
    if event.grade not in _QUALIFYING:
        return WhyIgnored.PROOF_TOO_WEAK
    return None


def _why_not(
    event: Interruption, term: FeeTerm, as_of: date, joint: frozenset[str], *, late: bool
) -> WhyIgnored | None:
    if why := _never_counts(event, as_of, joint):
        return why
    if event.on <= term.starts:
        return WhyIgnored.BEFORE_DUE
    if late and event.kind not in _AFTER_EXPIRY:
        return WhyIgnored.TOO_LATE
    return None


def _count(start: date, by: Interruption | None, cap: date, calendar: Calendar) -> Counted:
    years, nominal, last_day = _period(start, calendar)
    if nominal > cap:
        nominal, last_day = cap, calendar.last_day(cap).day
    return Counted(start, years, nominal, last_day, by)


@lru_cache(maxsize=1 << 14)
def _cap(start: date) -> date:
    return add_months(start, 12 * _LONGEST)


@lru_cache(maxsize=1 << 14)
def _period(start: date, calendar: Calendar) -> tuple[int, date, date]:
    """Years, nominal and last day from ``start``: two years where they had run out before October 2017, else three.

    The owners of an estate share their due days, so the answers are remembered.
    """
    two = calendar.last_day(add_months(start, 12 * _YEARS_BEFORE))
    if two.day < _THREE_YEARS_FROM:
        return _YEARS_BEFORE, two.nominal, two.day
    three = calendar.last_day(add_months(start, 12 * _YEARS))
    return _YEARS, three.nominal, three.day
