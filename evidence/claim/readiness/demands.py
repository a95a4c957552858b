"""What was demanded and how it arrived: R11 to R18."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from evidence.claim.readiness.facts import GRADE_ORDER, Arrival, CaseFacts, Demand, FeePeriod
from evidence.claim.readiness.marks import Mark, fail, good, listed, n_, unknown, warn
from evidence.claim.readiness.pack import Region, RulePack
from evidence.law.local import LocalRule, rules_for
from evidence.model.delivery import Channel, Grade

MAY_SIGN = frozenset({"self", "cohabiting-adult", "authorised", "organisation"})
"""Who may sign for the debtor (时效规定 8(2)), in the words of the delivery room."""

_NO_DEMAND_TODO = n_("Send a formal demand that lists every claimed period.")


def demanded(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R11. A written demand lists every claimed period."""
    if facts.periods is None or facts.demands is None:
        return
    seen = _numbers(facts.demands)
    bare = [fee.key for fee in facts.periods if not any(d.written for d in _of(fee, facts.demands))]
    if bare:
        yield (fail if pack.region is Region.STRICT else warn)(
            "not-demanded",
            n_("No written demand lists {periods}."),
            _NO_DEMAND_TODO,
            subjects=bare,
            seen=seen,
            periods=listed(bare),
            record="demands",
        )
    yield good("demanded", n_("A written demand lists every claimed period."), seen=seen)


def content(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R12. For every period some demand states amount, deadline and payee."""
    if facts.periods is None or facts.demands is None:
        return
    lacking: dict[str, None] = {}
    poor, undemanded = [], []
    for fee in facts.periods:
        demands = _of(fee, facts.demands)
        if not demands:
            undemanded.append(fee.key)
        elif not any(_complete(demand) for demand in demands):
            poor.append(fee.key)
            lacking |= {demand.number: None for demand in demands}
    if poor:
        yield fail(
            "incomplete",
            n_("The demands for {periods} ({letters}) lack the amount, the deadline or the payee."),
            n_("Send a demand that states all of them."),
            subjects=poor,
            seen=lacking,
            periods=listed(poor),
            letters=listed(lacking),
            record="demands",
        )
    yield from _nothing_to_examine(undemanded)
    yield good(
        "complete", n_("The demands state amount, periods, deadline and payee."), seen=_numbers(facts.demands)
    )


def proof(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R13. How well it is proved that a demand for each period arrived."""
    if facts.periods is None or facts.demands is None:
        return
    by_grade: dict[Grade, list[str]] = {grade: [] for grade in Grade}
    undemanded = []
    for fee in facts.periods:
        demands = _of(fee, facts.demands)
        if demands:
            by_grade[_best_grade(demands)].append(fee.key)
        else:
            undemanded.append(fee.key)
    seen = [a.proof for d in _counting(facts.demands) for a in d.arrivals if a.proof]
    if unproved := by_grade[Grade.NONE]:
        yield fail(
            "no-proof",
            n_("Nothing proves that a demand for {periods} arrived."),
            n_("Serve the demand again, by EMS with the content on the slip or against a signature."),
            subjects=unproved,
            seen=seen,
            periods=listed(unproved),
            record="arrivals",
        )
    for grade in (Grade.D, Grade.C):
        if by_grade[grade]:
            yield warn(
                "weak-proof",
                n_("The arrival of a demand for {periods} is proved with grade {grade} only."),
                n_("Serve the demand again with better proof before filing."),
                subjects=by_grade[grade],
                seen=seen,
                periods=listed(by_grade[grade]),
                grade=grade.value,
            )
    for demand in facts.demands:
        if demand.formal and demand.withdrawn_late:
            yield warn(
                "withdrawn-late",
                n_(
                    "Letter {number} was withdrawn after it had arrived. The withdrawal has no effect, and the demand "
                    "stands (民法典 141)."
                ),
                n_("Tell the owner which of the two holds; to release them from it, agree so in writing."),
                subjects=[demand.number],
                seen=seen,
                number=demand.number,
            )
    yield from _nothing_to_examine(undemanded)
    yield good("proved", n_("Arrival is proved with grade A or B for every claimed period."), seen=seen)


def slip(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R14. The EMS slip says what was inside."""
    if facts.demands is None:
        return
    for demand, arrival in _arrivals(facts.demands, Channel.EMS, Channel.COURIER):
        if arrival.item_name is None:
            yield unknown(
                "slip-not-read",
                n_("What the courier's slip of letter {number} says is inside was not recorded."),
                n_("Read the slip and record the name of its content."),
                subjects=[demand.number],
                seen=[arrival.proof],
                number=demand.number,
                record="slips",
            )
        elif not arrival.item_name.strip():
            yield warn(
                "no-item-name",
                n_("The courier's slip of letter {number} does not say what was inside."),
                n_("Send it again with title and number of the letter as the content."),
                subjects=[demand.number],
                seen=[arrival.proof],
                number=demand.number,
                record="slips",
            )
    yield good("named", n_("Every slip names its content, or nothing was sent by courier."))


def signer(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R15. Whoever signed may sign for the owner; a signature that does not count may be replaced by another proof."""
    if facts.demands is None:
        return
    for demand in _counting(facts.demands):
        wrong = [a for a in demand.arrivals if a.relation and a.relation not in MAY_SIGN]
        if not wrong:
            continue
        other = any(GRADE_ORDER[a.grade] >= GRADE_ORDER[Grade.C] and a not in wrong for a in demand.arrivals)
        yield (warn if other else fail)(
            "not-eligible",
            n_("Letter {number} was signed for by somebody who may not sign for the owner ({who})."),
            n_("Do not rely on this signature.")
            if other
            else n_(
                "Serve the letter again, on the owner, a cohabiting adult relative or an authorised person."
            ),
            subjects=[demand.number],
            seen=[a.proof for a in wrong],
            number=demand.number,
            who=listed(dict.fromkeys(a.relation for a in wrong)),
        )
    yield good("eligible", n_("Nobody signed who may not."), seen=_numbers(facts.demands))


def period_over(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R16. The time the demand gave has run out, and it was not too short.

    A last day that is a rest day moves to the next that is none (民法典 203), as the ladder counts it too.
    """
    if facts.periods is None or facts.demands is None:
        return
    least = pack.number("reasonable_days")
    running: dict[str, date] = {}
    short, unexamined = [], []
    for fee in facts.periods:
        given = [
            (demand.deadline, arrival.on)
            for demand in _of(fee, facts.demands)
            if demand.deadline and (arrival := demand.best_arrival)
        ]
        last = {deadline: pack.calendar.last_day(deadline).day for deadline, _ in given}
        over = [(deadline, arrived) for deadline, arrived in given if last[deadline] < on]
        if not given:
            unexamined.append(fee.key)
        elif not over:
            running[fee.key] = min(last.values())
        elif max((deadline - arrived).days for deadline, arrived in over) < least:
            short.append(fee.key)
    if running:
        # The case goes to court as a whole: what counts is the period that has to wait longest.
        last_of_all = max(running.values())
        yield fail(
            "still-running",
            n_("The time a demand gave for {periods} has not run out; its last day is {day}."),
            n_("Wait until {since}."),
            subjects=running,
            periods=listed(running),
            day=last_of_all.isoformat(),
            since=(last_of_all + timedelta(days=1)).isoformat(),
        )
    if short:
        yield warn(
            "short",
            n_("From arrival to deadline there were fewer than {days} days for {periods}."),
            n_(
                "Demand again with a longer time; no statute counts the days, courts look for a reasonable time."
            ),
            subjects=short,
            periods=listed(short),
            days=least,
        )
    if unexamined:
        yield unknown(
            "not-begun",
            n_("For {periods} there is no demand with a deadline that is proved to have arrived."),
            _NO_DEMAND_TODO,
            subjects=unexamined,
            periods=listed(unexamined),
            record="arrivals",
        )
    yield good(
        "over", n_("The time given has run out for every claimed period."), seen=_numbers(facts.demands)
    )


def local_rule(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R17. What the place asks for: number of demands, writing, notice on site. That it asks for nothing, too, has
    to be known."""
    if facts.place is None or facts.local_rules_known is None:
        return
    rules = rules_for(facts.place, on, pack.local)
    for rule in rules:
        if facts.periods is not None and facts.demands is not None:
            yield from _local_demands(rule, facts.periods, facts.demands)
        if rule.notice and facts.public_notices is not None and not facts.public_notices:
            yield (fail if rule.verified else warn)(
                "local-notice",
                n_("The local rule asks for a notice on site before suit; none is recorded."),
                n_(
                    "Post a notice without the owner's name (room, period, amount), after a lawyer has agreed."
                ),
                basis=[f"local:{rule.key}"],
                record="public_notices",
            )
    yield good(
        "local",
        n_("What the local rules on file ask for was done."),
        basis=[f"local:{rule.key}" for rule in rules],
        seen=_numbers(facts.demands or ()),
    )


def _local_demands(
    rule: LocalRule, periods: Sequence[FeePeriod], demands: Sequence[Demand]
) -> Iterator[Mark]:
    short = [
        fee.key
        for fee in periods
        if sum(1 for d in _of(fee, demands) if d.best_arrival and (d.written or not rule.written))
        < rule.demands
    ]
    if short:
        yield (fail if rule.verified else warn)(
            "local-demands",
            n_("The local rule asks for {count} demands before suit; fewer are proved for {periods}."),
            n_("Serve another demand."),
            subjects=short,
            basis=[f"local:{rule.key}"],
            count=rule.demands,
            periods=listed(short),
            record="demands",
        )


def committee(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R18. Where there is an owners' committee it should have urged payment."""
    if facts.committee_exists and facts.committee_urged_on is not None and not facts.committee_urged_on:
        yield warn(
            "not-urged",
            n_("There is an owners' committee, and it has not urged payment."),
            n_("Ask the committee in writing to urge payment within a set time."),
            record="committee_urged_on",
        )
    yield good(
        "urged",
        n_("The owners' committee has urged payment, or there is none."),
        seen=[day.isoformat() for day in facts.committee_urged_on or ()],
    )


def _counting(demands: Sequence[Demand]) -> list[Demand]:
    return [demand for demand in demands if demand.counts]


def _of(fee: FeePeriod, demands: Sequence[Demand]) -> list[Demand]:
    """The demands that count and list this period."""
    return [demand for demand in _counting(demands) if fee.key in demand.covers]


def _complete(demand: Demand) -> bool:
    return demand.amount is not None and demand.deadline is not None and demand.payee


def _best_grade(demands: Sequence[Demand]) -> Grade:
    grades = [arrival.grade for demand in demands if (arrival := demand.best_arrival)]
    return max(grades, key=GRADE_ORDER.__getitem__, default=Grade.NONE)


def _arrivals(demands: Sequence[Demand], *channels: Channel) -> list[tuple[Demand, Arrival]]:
    return [(d, a) for d in _counting(demands) for a in d.arrivals if a.channel in channels]


def _numbers(demands: Sequence[Demand]) -> list[str]:
    """Those that count: a draft, an offer and a courtesy note were read too, and are no demands."""
    return [demand.number for demand in _counting(demands)]


def _nothing_to_examine(keys: Sequence[str]) -> Iterator[Mark]:
    if keys:
        yield unknown(
            "no-demand",
            n_("For {periods} there is no formal demand to examine."),
            _NO_DEMAND_TODO,
            subjects=keys,
            periods=listed(keys),
            record="demands",
        )
