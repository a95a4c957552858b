"""The schedule an instalment agreement is made with: equal parts, a fixed amount, or dates agreed upon."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from evidence.claim.plan import Avoid, Instalment, LateChoice, no_day, solve_custom, solve_equal, solve_fixed
from evidence.claim.statement import Claim
from evidence.errors import EvidenceError, fail
from evidence.law.calendar import load_calendar
from evidence.letters.context import LateCharge
from evidence.letters.late import CLAIM, RESERVE
from evidence.model.money import Money
from evidence.model.office import Office
from evidence.workspace.claims import AccountClaim

_SAYS = {
    LateChoice.KEPT: LateCharge.RESERVED,
    LateChoice.WAIVED: LateCharge.WAIVED_ON_PERFORMANCE,
    LateChoice.RESTATED: LateCharge.RESTATED,
}


def agreed_upon(office: Office, found: AccountClaim) -> AccountClaim:
    """``found`` as an agreement states it: one that restates the late charge states it where letters but reserve it."""
    if late_choice(office) is LateCharge.RESTATED and found.late_policy == RESERVE:
        return replace(found, late_policy=CLAIM)
    return found


def schedule(office: Office, claim: Claim, issued_on: date) -> tuple[Instalment, ...]:
    """The instalments of ``claim`` by the terms of ``office.plan``, made on ``issued_on``.

    What they sum to is the principal, and with it the late charge where the agreement restates it.
    Without dates of its own the first one falls due when a demand of that day would; computed dates step aside from
    festivals. Raises ``letters.late-not-restated``, ``claim.plan-one-instalment`` (all of it at once: the paper's own
    clauses speak of several) and the ``claim.plan-…`` faults of :mod:`evidence.claim.plan`: an amount that gives no
    schedule, dates that do not rise, lie in the past, or fall on a festival.
    """
    parts, total = _parts(office, claim, issued_on)
    if len(parts) < 2:
        raise fail("claim.plan-one-instalment", account=claim.account.id, total=total.plain)
    return parts


def _parts(office: Office, claim: Claim, issued_on: date) -> tuple[tuple[Instalment, ...], Money]:
    """The instalments, and what they sum to."""
    terms, avoid, total = office.plan, _avoid(office), claim.total
    if late_choice(office) is LateCharge.RESTATED:
        if not claim.late_claimed:
            raise fail("letters.late-not-restated", account=claim.account.id)
        total = claim.grand_total
    if terms.dates:
        dates = plan_dates(terms.dates)
        if dates[0] < issued_on:
            raise fail("claim.plan-dates", day=dates[0].isoformat(), before=issued_on.isoformat())
        return solve_custom(total, dates, avoid=avoid), total
    first_due = first_day_to_pay(office, issued_on)
    if terms.amount:
        return solve_fixed(total, Money.of(terms.amount, total.currency), first_due, avoid), total
    return solve_equal(total, office.policy.instalments, first_due, avoid), total


def first_day_to_pay(office: Office, issued_on: date) -> date:
    """The last day to pay that a letter of ``issued_on`` states: planned arrival and the reasonable period."""
    return issued_on + timedelta(days=office.policy.days_to_pay + office.policy.planned_arrival_days)


def plan_dates(text: str) -> tuple[date, ...]:
    """``2026-12-31, 2027-01-31`` as days; raises ``ValueError``."""
    return tuple(date.fromisoformat(day.strip()) for day in text.split(","))


def late_choice(office: Office) -> LateCharge:
    """What the agreement says becomes of the late charge."""
    return _SAYS[LateChoice(office.plan.late)]


def _avoid(office: Office) -> Avoid:
    try:
        calendar = load_calendar(office.jurisdiction)
    except EvidenceError:  # a jurisdiction whose festivals nobody has written down yet
        return no_day
    return lambda day: calendar.festival_on(day) is not None
