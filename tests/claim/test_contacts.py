"""Contacts: hours, festivals, mourning, caps, and when the next one may be."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.claim.contacts import (
    ContactPolicy,
    QuietDays,
    contact_faults,
    contact_problems,
    find_contacts,
    next_allowed,
)
from evidence.claim.readiness import load_rules
from evidence.claim.readiness.facts import Contact, ContactWay
from evidence.clock import CHINA
from evidence.law.calendar import load_calendar

CN = load_calendar("cn")
DEFAULT = find_contacts("cn")
assert DEFAULT is not None
POLICY: ContactPolicy = DEFAULT
CALL, VISIT, MESSAGE, LETTER = ContactWay.CALL, ContactWay.VISIT, ContactWay.MESSAGE, ContactWay.LETTER


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def against(when: str, way: ContactWay = CALL, *log: Contact, quiet: tuple[QuietDays, ...] = ()) -> list[str]:
    """The codes of what stands against a contact, for a cap its key."""
    problems = contact_problems(at(when), way, log, POLICY, CN, quiet)
    return [str(p.params["key"]) if p.code == "claim.contact-cap" else p.code for p in problems]


@pytest.mark.parametrize(
    ("when", "found"),
    [
        ("2026-03-02T08:59", ["claim.contact-hours"]),
        ("2026-03-02T09:00", []),
        ("2026-03-02T19:59", []),
        ("2026-03-02T20:00", ["claim.contact-hours"]),
        ("2026-01-01T10:00", ["claim.contact-festival"]),  # 元旦
        ("2026-02-15T10:00", []),
        ("2026-02-16T10:00", ["claim.contact-festival"]),  # 除夕
        ("2026-02-19T10:00", ["claim.contact-festival"]),  # 正月初三
        ("2026-02-20T10:00", []),
        ("2026-04-05T10:00", ["claim.contact-festival"]),  # 清明
        ("2026-06-19T10:00", ["claim.contact-festival"]),  # 端午
        ("2026-09-25T10:00", ["claim.contact-festival"]),  # 中秋
        ("2026-10-01T21:00", ["claim.contact-festival", "claim.contact-hours"]),
        ("2026-10-03T10:00", ["claim.contact-festival"]),
        ("2026-10-04T10:00", []),
        ("2026-05-01T10:00", []),  # a holiday, but none of those on which owners are left in peace
    ],
)
def test_hours_and_festivals(when: str, found: list[str]) -> None:
    assert against(when) == found


def test_a_letter_is_kept_from_festivals_and_mourning_alone() -> None:
    refused = Contact(at("2026-03-01T10:00"), CALL, refused=True)
    assert against("2026-03-02T22:00", LETTER, refused) == []
    assert against("2026-10-01T10:00", LETTER) == ["claim.contact-festival"]


def test_a_family_in_mourning_is_left_in_peace() -> None:
    mourning = (QuietDays(date(2026, 3, 2), date(2026, 3, 31), "bereavement"),)
    assert against("2026-03-31T10:00", quiet=mourning) == ["claim.contact-quiet"]
    assert against("2026-03-31T10:00", LETTER, quiet=mourning) == ["claim.contact-quiet"]
    assert against("2026-04-01T10:00", quiet=mourning) == []
    assert next_allowed(at("2026-03-05T10:00"), CALL, (), POLICY, CN, mourning) == at("2026-04-01T09:00")


def test_caps_count_each_way_and_all_together() -> None:
    call = Contact(at("2026-03-02T10:00"), CALL)
    assert against("2026-03-02T15:00", CALL, call) == ["calls_per_day"]
    assert against("2026-03-02T15:00", MESSAGE, call) == []
    two = (Contact(at("2026-03-02T10:00"), MESSAGE), Contact(at("2026-03-02T11:00"), MESSAGE))
    assert against("2026-03-02T15:00", MESSAGE, *two) == ["messages_per_day"]
    visit = Contact(at("2026-03-02T10:00"), VISIT)
    assert against("2026-03-08T10:00", VISIT, visit) == ["visits_per_week"]
    assert against("2026-03-09T10:00", VISIT, visit) == []
    week = tuple(Contact(at(f"2026-03-0{day}T10:00"), CALL) for day in (2, 3, 4))
    assert against("2026-03-05T10:00", MESSAGE, *week) == ["contacts_per_week"]
    letters = tuple(Contact(at(f"2026-03-0{day}T10:00"), LETTER) for day in (2, 3, 4))
    assert against("2026-03-05T10:00", MESSAGE, *letters) == []
    month = tuple(Contact(at("2026-03-01T10:00") + timedelta(days=3 * n), CALL) for n in range(8))
    assert against("2026-03-28T10:00", MESSAGE, *month) == ["contacts_per_month"]


def test_after_a_written_refusal_nobody_calls_any_more() -> None:
    refused = Contact(at("2026-03-01T10:00"), CALL, refused=True)
    assert against("2026-06-01T10:00", CALL, refused) == ["claim.contact-refused"]
    assert next_allowed(at("2026-06-01T10:00"), CALL, (refused,), POLICY, CN) is None


def test_the_daily_and_weekly_caps_are_those_rule_r25_judges_by() -> None:
    rules = load_rules("cn")
    assert POLICY.calls_per_day == rules.number("calls_a_day")
    assert POLICY.messages_per_day == rules.number("messages_a_day")
    assert POLICY.contacts_per_week == rules.number("contacts_a_week")


def test_an_office_changes_a_cap() -> None:
    changed = find_contacts("cn", {"contacts-per-week": 2})
    assert changed is not None and changed.contacts_per_week == 2
    faults = contact_faults({"call_per_day": 1, "visits_per_week": "two"})
    assert [(fault.key, fault.near, fault.expected) for fault in faults] == [
        ("call_per_day", "calls_per_day", ""),
        ("visits_per_week", "", "0–100"),
    ]
    assert find_contacts("tw") is None


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(
    lambda when: when.replace(tzinfo=CHINA)
)
LOGS = st.lists(st.builds(Contact, MOMENTS, st.sampled_from(ContactWay)), max_size=12)


@given(MOMENTS, st.sampled_from(ContactWay), LOGS)
def test_the_next_time_is_free_and_not_before_the_one_asked_for(
    when: datetime, way: ContactWay, log: list[Contact]
) -> None:
    free = next_allowed(when, way, log, POLICY, CN)
    assert free is not None
    assert free >= when
    assert contact_problems(free, way, log, POLICY, CN) == ()
    if contact_problems(when, way, log, POLICY, CN):
        assert free > when
