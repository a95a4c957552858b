"""The ladder: how far an owner's letters have come, and what may follow when.

Reminder → demand → (second demand) → lawyer letter → court. The unit is the *fee period*: a letter serves the periods it
lists, with the amounts it states. A step may be taken when every claimed period it has not served yet has passed the
step before, and a step is passed when its letter provably arrived and the time it gave has run out (the day the letter
states or the policy's days after arrival, whichever is later; 民法典 203 where that is a rest day). So a period that
falls overdue later starts at the beginning, and no step is ever skipped for it.

Nothing here remembers earlier runs: what is due follows from the letters on record and the day alone. A week nobody ran
the program is caught up, and a second run on the same day finds its own letters and makes none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from evidence.claim.ladder_policy import KIND_OF, LadderPolicy, Mode, Step, steps_of
from evidence.claim.limitation import period_key
from evidence.claim.plan_progress import PlanStanding
from evidence.claim.statement import Claim, ClaimLine
from evidence.errors import Place, Problem
from evidence.law.calendar import Calendar
from evidence.model.delivery import Grade
from evidence.model.letter import LetterKind
from evidence.model.money import Money

__all__ = [
    "History",
    "PlanOnFile",
    "SentLetter",
    "StepView",
    "Waiting",
    "last_day_given",
    "next_step",
    "waiting_for",
]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SentLetter:
    """A letter to the present owner. ``states`` maps fee periods (:func:`period_key`) to the amount stated.

    ``arrivals`` are the proofs of arrival on record, oldest first; ``out_on`` is the last day it was on its way or
    arrived, ``None`` while it lies in the office. ``withdrawn``: taken back before anything proves that it arrived.
    """

    number: str
    kind: LetterKind
    issued_on: date
    states: Mapping[str, Decimal]
    pay_by: date | None = None
    arrivals: tuple[tuple[date, Grade], ...] = ()
    out_on: date | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class PlanOnFile:
    """A signed instalment agreement and where it stands. ``covers`` are the fee periods it took over.

    What was demanded up to and on ``signed_on`` is settled by the plan; for instalments that are late a new demand is
    needed.
    """

    letter: str
    signed_on: date
    covers: frozenset[str]
    standing: PlanStanding


@dataclass(frozen=True, slots=True)
class History:
    """What was sent to the owner of one account, oldest first; holds on everything; the plan they signed.

    ``held``: the whole account is on hold, until ``held_until`` where a day is known.
    """

    account: str
    letters: tuple[SentLetter, ...] = ()
    held: bool = False
    held_until: date | None = None
    plan: PlanOnFile | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Why a step is not due: a problem to be put into words, and the first day on which it may be, where one is known."""

    reason: Problem
    earliest_on: date | None = None


@dataclass(frozen=True, slots=True)
class StepView:
    """Where an account stands. ``reached``: the highest step with a letter for a claimed period; ``arrived_on`` when
    that letter provably arrived. ``next`` is ``None`` where nothing is claimed, all is held, or a plan is kept. Without
    ``waiting`` the next step is due.
    """

    account: str
    reached: Step | None
    reached_letter: str
    arrived_on: date | None
    next: Step | None
    earliest_on: date | None
    waiting: Problem | None


@dataclass(frozen=True, slots=True)
class _Served:
    """A letter that serves a period; ``until`` is the last day it gave, ``None`` while its arrival is not proved."""

    letter: SentLetter
    until: date | None


@dataclass(slots=True)
class _Group:
    """Claimed periods served by the same letters: ``line`` is the first, ``oldest`` the earliest last day to pay."""

    line: ClaimLine
    oldest: date
    found: Mapping[Step, _Served]
    top: int


def next_step(
    history: History,
    claim: Claim,
    policy: LadderPolicy,
    as_of: date,
    calendar: Calendar,
    *,
    minimum: Money | None = None,
) -> StepView:
    """The step an account has reached, the next one, and from when; ``as_of`` is the day on which it would be taken."""
    ladder = _Ladder(history, claim, policy, as_of, calendar, minimum)
    return ladder.view()


def waiting_for(
    kind: LetterKind,
    history: History,
    claim: Claim,
    policy: LadderPolicy,
    as_of: date,
    calendar: Calendar,
    *,
    minimum: Money | None = None,
) -> Waiting | None:
    """Why no letter of ``kind`` is due on ``as_of``; ``None`` where one is. Nothing ever holds up an agreement here."""
    ladder = _Ladder(history, claim, policy, as_of, calendar, minimum)
    found: Waiting | None = None
    for step in steps_of(kind):
        if step is not Step.DEMAND and policy.mode(step) is Mode.OFF and found is not None:
            break  # no second demand: the answer is the first one's
        found = ladder.waiting(step)
        if found is None or found.reason.code != "claim.ladder-served":
            break
    return found


def last_day_given(letter: SentLetter, policy: LadderPolicy, calendar: Calendar) -> date | None:
    """The last day of the time a letter gave; ``None`` while nothing good enough proves its arrival.

    The earliest proof that is good enough decides, so that a better one recorded later never moves the day.
    """
    good = policy.grades(letter.kind)
    arrived = next((day for day, grade in letter.arrivals if grade in good), None)
    if arrived is None:
        return None
    nominal = arrived + _DAY * policy.days(letter.kind)
    return calendar.last_day(max(nominal, letter.pay_by) if letter.pay_by else nominal).day


class _Ladder:
    """One account on one day."""

    def __init__(
        self,
        history: History,
        claim: Claim,
        policy: LadderPolicy,
        day: date,
        calendar: Calendar,
        minimum: Money | None,
    ) -> None:
        self.history, self.claim, self.policy, self.day, self.minimum = history, claim, policy, day, minimum
        self.letters = [one for one in history.letters if one.kind in _STEP_OF and not one.withdrawn]
        self.until = [last_day_given(letter, policy, calendar) for letter in self.letters]
        self.groups = self._grouped()

    def _grouped(self) -> list[_Group]:
        """The claimed periods by the letters that serve them: most share theirs, or have none.

        A letter that states less than is owed today does not serve the period: the difference was never demanded.
        """
        groups: dict[tuple[int, ...], _Group] = {}
        plan, lines = self.history.plan, self.claim.lines
        if lines and not self.letters:
            return [_Group(lines[0], min([line.due or line.period.end for line in lines]), {}, -1)]
        for line in lines:
            serving: tuple[int, ...] = ()
            if self.letters:
                key, amount = period_key(line.item, line.period), line.outstanding.amount
                # What was demanded up to the day of signing is settled by the plan.
                since = plan.signed_on if plan and key in plan.covers else date.min
                serving = tuple(
                    place
                    for place, letter in enumerate(self.letters)
                    if letter.states.get(key, _NOTHING) >= amount and letter.issued_on > since
                )
            due = line.due or line.period.end
            if group := groups.get(serving):
                group.oldest = min(group.oldest, due)
                continue
            found = self._found(serving)
            groups[serving] = _Group(line, due, found, max((step.rank for step in found), default=-1))
        return list(groups.values())

    def _found(self, serving: Iterable[int]) -> Mapping[Step, _Served]:
        """For each step the one of these letters that serves it best."""
        found: dict[Step, _Served] = {}
        for place in serving:
            letter = self.letters[place]
            step = _STEP_OF[letter.kind]
            first = found.get(step)
            if step is Step.DEMAND and first and first.until and first.until < letter.issued_on:
                # Made after the time of another demand was over, it is the second one.
                step = step if self.policy.second_demand is Mode.OFF else Step.SECOND_DEMAND
            served, known = _Served(letter, self.until[place]), found.get(step)
            if known is None or _better(served, known):
                found[step] = served
        return found

    def view(self) -> StepView:
        account = self.history.account
        if not self.claim.lines and not self.claim.reserved:
            return StepView(account, None, "", None, None, None, None)
        top = max((group.top for group in self.groups), default=-1)
        reached = _ORDER[top] if top >= 0 else None
        best = [group.found[reached] for group in self.groups if reached in group.found] if reached else []
        letter = max(best, key=lambda served: served.letter.issued_on).letter if best else None
        if kept := self._plan():
            # Whoever pays as agreed has no next step; what follows a missed instalment is a new demand.
            return StepView(account, reached, "", None, None, kept.earliest_on, kept.reason)
        served, arrived = (letter.number, self._arrived(letter)) if letter else ("", None)
        if held := self._held():
            # Nobody may be sued for what is held; what comes next shows when the hold ends.
            return StepView(account, reached, served, arrived, None, held.earliest_on, held.reason)
        following = self._next()
        waiting = self.waiting(following)
        return StepView(
            account,
            reached,
            served,
            arrived,
            following,
            self.day if waiting is None else waiting.earliest_on,
            waiting.reason if waiting else None,
        )

    def _arrived(self, letter: SentLetter) -> date | None:
        good = self.policy.grades(letter.kind)
        return next((day for day, grade in letter.arrivals if grade in good), None)

    def _next(self) -> Step:
        """The lowest step that some claimed period has not been served with; court when all have."""
        for step in _ORDER:
            if step is Step.COURT or self.policy.mode(step) is Mode.OFF or not self._open(step):
                continue
            if step is Step.REMINDER and self._formal_stands():
                continue
            return step
        return Step.COURT

    def _open(self, step: Step) -> list[_Group]:
        """The claimed periods that no letter of this step or a higher one has served."""
        if step is Step.COURT:
            return self.groups
        rank = step.rank
        return [group for group in self.groups if group.top < rank]

    def _formal_stands(self) -> bool:
        """Where a reminder is a mere courtesy, an owner who was sent a formal letter gets none for newer periods."""
        formal = any(group.top > Step.REMINDER.rank for group in self.groups)
        return formal and self.policy.reminder is Mode.OPTIONAL

    def waiting(self, step: Step) -> Waiting | None:
        """Why ``step`` may not be taken for this account today; the gravest reason, ``None`` where it is due."""
        account = self.history.account
        if self.policy.mode(step) is Mode.OFF:
            return _wait("claim.ladder-off", account, kind=KIND_OF[step].value)
        if paused := self._plan():
            return paused
        if held := self._held():
            return held
        if step is not Step.COURT and self.minimum is not None and self.claim.total < self.minimum:
            total, least = self.claim.total.plain, self.minimum.plain
            return _wait("workspace.below-minimum", account, amount=total, least=least)
        groups = self._open(step)
        if not groups:
            letter = max(self._serving(step), key=lambda letter: letter.issued_on)
            return _wait("claim.ladder-served", account, letter=letter.number)
        if step is Step.REMINDER and self._formal_stands():
            return _wait("claim.ladder-formal-stands", account)
        if reasons := [reason for group in groups if (reason := self._before(step, group))]:
            return max(reasons, key=lambda waiting: waiting.earliest_on or date.max)
        return self._too_young(step, groups) or self._interval(step)

    def _serving(self, step: Step) -> Iterable[SentLetter]:
        rank = step.rank
        return (s.letter for group in self.groups for at, s in group.found.items() if at.rank >= rank)

    def _held(self) -> Waiting | None:
        """That all of the claim is held, with the day after the hold where it has an end."""
        if not self.history.held and self.claim.lines:
            return None
        until = self.history.held_until
        amount = Money.total((part.amount for part in self.claim.reserved), self.claim.total.currency)
        on = until + _DAY if until else None
        return _wait("workspace.all-held", self.history.account, on=on, amount=amount.plain)

    def _plan(self) -> Waiting | None:
        plan = self.history.plan
        if plan is None or not plan.standing.dunning_paused:
            return None
        # Newer periods go their own way, so long as the claim leaves out what the plan took over.
        parts = self.claim.lines or self.claim.reserved
        if not any(period_key(part.item, part.period) in plan.covers for part in parts):
            return None
        due = plan.standing.next_due
        on = due.due + _DAY if due else None
        return _wait("claim.ladder-plan-kept", self.history.account, on=on, letter=plan.letter)

    def _before(self, step: Step, group: _Group) -> Waiting | None:
        """What must come before ``step`` for these periods and has not, or has not run out."""
        account, found, line = self.history.account, group.found, group.line
        below = _ORDER[: step.rank]
        running = [s.until for lower in below if (s := found.get(lower)) and s.until and s.until >= self.day]
        required = next((s for s in reversed(below) if self.policy.mode(s) is Mode.REQUIRED), None)
        if required is not None:
            made = {lower: found[lower] for lower in below if lower.rank >= required.rank and lower in found}
            if not made:
                deeper = self._before(required, group)
                return deeper or _wait(_MISSING[required], account, period=period_key(line.item, line.period))
            if not any(served.until for served in made.values()):
                letter = max(made.items(), key=lambda item: item[0].rank)[1].letter
                return _wait("claim.ladder-not-delivered", account, letter=letter.number)
        if not running:
            return None
        until = max(running)
        letter = next(s.letter for s in found.values() if s.until == until)
        return _wait(
            "claim.ladder-running", account, on=until + _DAY, letter=letter.number, day=until.isoformat()
        )

    def _too_young(self, step: Step, groups: Sequence[_Group]) -> Waiting | None:
        """A first letter waits until something it is for has been overdue for the policy's days."""
        if step not in (Step.REMINDER, Step.DEMAND):
            return None
        days = _DAY * self.policy.after_days(step)
        ripe = min(group.oldest for group in groups) + days
        if ripe < self.day:
            return None
        return _wait("claim.ladder-too-young", self.history.account, on=ripe + _DAY, days=days.days)

    def _interval(self, step: Step) -> Waiting | None:
        """A letter that went out gives peace for a while; one that lies in the office disturbed nobody."""
        sent = [(letter.out_on, letter.number) for letter in self.letters if letter.out_on]
        if step is Step.COURT or not sent:
            return None
        last, number = max(sent)
        free = last + _DAY * self.policy.min_interval_days
        if free <= self.day:
            return None
        days = self.policy.min_interval_days
        return _wait("claim.ladder-interval", self.history.account, on=free, letter=number, days=days)


_NOTHING = Decimal(-1)
_ORDER = tuple(Step)
_STEP_OF = {kind: steps_of(kind)[0] for kind in LetterKind if steps_of(kind)}
_MISSING = {
    Step.REMINDER: "claim.ladder-no-reminder",
    Step.DEMAND: "claim.ladder-no-demand",
    Step.SECOND_DEMAND: "claim.ladder-no-second-demand",
}


def _better(one: _Served, other: _Served) -> bool:
    """An arrived letter before one that is not, the one whose time ends first; of those under way the latest."""
    if one.until is None:
        return other.until is None
    return other.until is None or one.until < other.until


def _wait(code: str, account: str, *, on: date | None = None, **params: str | int) -> Waiting:
    return Waiting(Problem(code, Place(part=account), {"account": account, **params}), on)
