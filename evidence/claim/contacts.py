"""When an owner may be contacted, and how often: hours, festivals, days of mourning, caps.

Policy of this toolkit, drawn from 民法典 1033(一) and 治安管理处罚法 50: nobody may be pestered. They count neither hours
nor calls. Planned contacts are held to it, recorded ones are told what they broke. Letters are not contacts in this
sense: a formal paper may be made on any day, and it is its delivery that should wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from evidence.claim.ladder_policy import Fault, policy_data, table_faults
from evidence.claim.readiness.facts import Contact, ContactWay
from evidence.clock import CHINA
from evidence.errors import Place, Problem
from evidence.law.calendar import Calendar

__all__ = [
    "ContactPolicy",
    "QuietDays",
    "contact_faults",
    "contact_problems",
    "find_contacts",
    "next_allowed",
    "quiet_day",
    "recorded_problems",
]

_DAY = timedelta(days=1)
_SEARCH_DAYS = 400  # further ahead nobody plans a call; only days of mourning without an end reach it


@dataclass(frozen=True, slots=True)
class ContactPolicy:
    """Caps on contacts; a week is seven days, a month thirty, each ending with the day of the contact.

    ``contacts_…`` count calls, messages and visits together.
    """

    calls_per_day: int
    messages_per_day: int
    visits_per_week: int
    contacts_per_week: int
    contacts_per_month: int

    @property
    def caps(self) -> tuple[tuple[str, ContactWay | None, int, int], ...]:
        """(key, way or all of them, days of the window, how many at most)."""
        return (
            ("calls_per_day", ContactWay.CALL, 1, self.calls_per_day),
            ("messages_per_day", ContactWay.MESSAGE, 1, self.messages_per_day),
            ("visits_per_week", ContactWay.VISIT, 7, self.visits_per_week),
            ("contacts_per_week", None, 7, self.contacts_per_week),
            ("contacts_per_month", None, 30, self.contacts_per_month),
        )


@dataclass(frozen=True, slots=True)
class QuietDays:
    """Days on which one owner is left in peace, both included; without ``until`` till somebody says otherwise."""

    since: date
    until: date | None
    reason: str

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


def find_contacts(jurisdiction: str, overrides: Mapping[str, Any] | None = None) -> ContactPolicy | None:
    """The caps of a jurisdiction's pack with an office's changes; ``None`` where it has none yet."""
    data = policy_data(jurisdiction)
    if data is None:
        return None
    changes = {key.replace("-", "_"): value for key, value in (overrides or {}).items()}
    if faults := contact_faults(changes):
        raise ValueError(f"not a contact policy: {', '.join(fault.key for fault in faults)}")
    return ContactPolicy(**{**data["contacts"], **changes})


def contact_faults(given: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Everything wrong with a ``[contacts]`` table: unknown keys with the nearest known one, values out of range."""
    known = tuple(field.name for field in fields(ContactPolicy))
    return table_faults(
        given, known, lambda _, value: "" if type(value) is int and 0 <= value <= 100 else "0–100"
    )


def quiet_day(
    day: date, calendar: Calendar, quiet: Iterable[QuietDays] = (), *, account: str = ""
) -> Problem | None:
    """Why nobody should be contacted or served on ``day``: a festival, or days of mourning of this owner."""
    if calendar.festival_on(day):
        return Problem("claim.contact-festival", Place(part=account), {"day": day.isoformat()})
    if any(days.covers(day) for days in quiet):
        return Problem("claim.contact-quiet", Place(part=account), {"day": day.isoformat()})
    return None


def contact_problems(
    at: datetime,
    way: ContactWay,
    log: Sequence[Contact],
    policy: ContactPolicy,
    calendar: Calendar,
    quiet: Sequence[QuietDays] = (),
) -> tuple[Problem, ...]:
    """Everything that stands against contacting an owner ``at`` that time, by what is on record in ``log``.

    Legal papers (``LETTER``) are held to festivals and days of mourning only.
    """
    local = at.astimezone(CHINA)
    found = []
    if away := quiet_day(local.date(), calendar, quiet):
        found.append(away)
    if way is ContactWay.LETTER:
        return tuple(found)
    if not calendar.in_contact_hours(local.time()):
        hours = {"from": f"{calendar.contact_from:%H:%M}", "until": f"{calendar.contact_until:%H:%M}"}
        found.append(Problem("claim.contact-hours", params={"time": f"{local:%H:%M}", **hours}))
    if any(contact.refused and contact.at < at for contact in log):
        found.append(Problem("claim.contact-refused"))
    for key, kind, days, most in policy.caps:
        if kind is not None and kind is not way:
            continue
        window = [c for c in log if _counts(c, kind) and _within(c, local.date(), days)]
        if len(window) >= most:
            found.append(Problem("claim.contact-cap", params={"key": key, "most": most, "days": days}))
    return tuple(found)


def next_allowed(
    at: datetime,
    way: ContactWay,
    log: Sequence[Contact],
    policy: ContactPolicy,
    calendar: Calendar,
    quiet: Sequence[QuietDays] = (),
) -> datetime | None:
    """``at`` itself, or the first later time that nothing stands against; ``None`` where none is in sight."""
    if not contact_problems(at, way, log, policy, calendar, quiet):
        return at
    local = at.astimezone(CHINA)
    opening = datetime.combine(local.date(), calendar.contact_from, CHINA)
    first = opening if local < opening else opening + _DAY
    return next(
        (
            moment
            for offset in range(_SEARCH_DAYS)
            if not contact_problems(moment := first + _DAY * offset, way, log, policy, calendar, quiet)
        ),
        None,
    )


def recorded_problems(
    contact: Contact,
    log: Sequence[Contact],
    policy: ContactPolicy,
    calendar: Calendar,
    quiet: Sequence[QuietDays] = (),
) -> tuple[Problem, ...]:
    """What a contact that took place did not keep to; ``log`` holds the others, before and after it."""
    return contact_problems(contact.at, contact.way, log, policy, calendar, quiet)


def _counts(contact: Contact, way: ContactWay | None) -> bool:
    return contact.way is not ContactWay.LETTER if way is None else contact.way is way


def _within(contact: Contact, day: date, days: int) -> bool:
    on = contact.at.astimezone(CHINA).date()
    return day - _DAY * (days - 1) <= on <= day
