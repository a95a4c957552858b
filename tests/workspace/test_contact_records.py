"""Calls and visits: with whom, what was said, what was promised; and what a contact did not keep to."""

from __future__ import annotations

from pathlib import Path

import casefile
import pytest
from casefile import ACCOUNT, later

from evidence.errors import EvidenceError, spec_of
from evidence.model.case import CaseKind
from evidence.workspace import Workspace


@pytest.fixture
def office(tmp_path: Path, checkout: Path) -> Path:
    return casefile.issued(tmp_path / "made", checkout)


def test_a_call_and_the_promise_made_in_it_are_kept_together(office: Path) -> None:
    with Workspace.open(office, source=later()) as made:
        call, promise = made.record_contact(
            ACCOUNT,
            "2026-11-24T10:30",
            "call",
            person="样人",
            said="月底前付清",
            promise_by="2026-11-30",
            promise_amount="100",
            proof="通话录音",
        )
        assert call.kind is CaseKind.CONTACT
        assert (call.text("person"), call.text("said")) == ("样人", "月底前付清")
        assert promise.kind is CaseKind.PROMISE
        assert dict(promise.data) == {
            "made_on": "2026-11-24",
            "due": "2026-11-30",
            "amount": "100",
            "proof": "通话录音",
        }
        again = made.record_contact(ACCOUNT, "2026-11-24T10:30", "call", person="样人", said="月底前付清")
        assert again == ()


def test_a_promise_without_a_real_day_records_neither(office: Path) -> None:
    with Workspace.open(office, source=later()) as made:
        with pytest.raises(EvidenceError) as caught:
            made.record_contact(ACCOUNT, "2026-11-24T10:30", "call", promise_by="2026-02-30")
        assert [p.code for p in caught.value.problems] == ["case.bad-value"]
        assert made.case_events(ACCOUNT) == ()


@pytest.mark.parametrize(
    ("at", "channel", "expected"),
    [
        ("2026-11-24T10:30", "call", []),
        ("2026-11-24T22:30", "call", ["claim.contact-hours"]),
        ("2026-10-01T10:30", "visit", ["claim.contact-festival"]),
        ("2026-11-24T22:30", "letter", []),  # a formal paper is no contact in this sense
    ],
)
def test_quiet_hours_are_flagged_on_what_took_place_and_stop_what_is_planned(
    office: Path, at: str, channel: str, expected: list[str]
) -> None:
    with Workspace.open(office, source=later()) as made:
        recorded = made.record_contact(ACCOUNT, at, channel)
        assert [problem.code for problem in made.contact_warnings(recorded)] == expected
        if expected:
            with pytest.raises(EvidenceError) as caught:
                made.plan_contact(ACCOUNT, at, channel)
            assert expected[0] in [problem.code for problem in caught.value.problems]
            assert caught.value.exit_code == 9


def test_caps_count_what_is_on_record_and_say_that_they_are_policy(office: Path) -> None:
    with Workspace.open(office, source=later()) as made:
        made.record_contact(ACCOUNT, "2026-11-24T10:30", "call")
        second = made.record_contact(ACCOUNT, "2026-11-24T15:30", "call")
        (told,) = made.contact_warnings(second)
        assert (told.code, told.params["key"]) == ("claim.contact-cap", "calls_per_day")
        with pytest.raises(EvidenceError) as caught:
            made.plan_contact(ACCOUNT, "2026-11-24T16:30", "call")
        assert [p.code for p in caught.value.problems] == ["claim.contact-cap", "claim.contact-next"]
    assert "policy" in spec_of("claim.contact-cap").explain
