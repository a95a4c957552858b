"""A payment typed at the prompt is asked what a list is asked: the same again, too much, for what is settled."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from casefile import ACCOUNT
from speaking import Answer, Command


@pytest.fixture
def office(served_office: Path, tmp_path: Path) -> Path:
    return shutil.copytree(served_office, tmp_path / "office")


def pay(command: Command, office: Path, *fields: str) -> Answer:
    return command("--json", "-C", office, "case", "event", ACCOUNT, "payment", *fields)


def codes(answer: Answer) -> list[str]:
    return [one["code"] for one in (*answer.json["errors"], *answer.json["warnings"])]


def test_the_same_day_and_amount_again_is_asked_about(office: Path, command: Command) -> None:
    first = ("amount=50", "received_on=2026-11-25")
    assert pay(command, office, *first, "reference=样-1").code == 0
    again = pay(command, office, *first)
    assert (again.code, codes(again)) == (3, ["case.payment-again"])
    other = pay(command, office, *first, "reference=样-2")
    assert (other.code, codes(other)) == (0, [])


def test_a_payment_that_was_taken_back_may_be_recorded_anew(office: Path, command: Command) -> None:
    first = ("amount=50", "received_on=2026-11-25")
    entry = pay(command, office, *first, "note=样本甲").json["results"][0]["entry"]
    cancel = command("-C", office, "case", "event", ACCOUNT, "cancel", f"entry={entry}", "reason=样本")
    assert cancel.code == 0, cancel
    assert pay(command, office, *first).code == 0


def test_more_than_is_owed_is_told_with_what_is_beyond(office: Path, command: Command) -> None:
    """220.50 is owed."""
    answer = pay(command, office, "amount=99999", "received_on=2026-11-25")
    assert answer.code == 0
    (warning,) = answer.json["warnings"]
    assert warning["code"] == "case.payment-beyond"
    assert "99778.50" in warning["message"]
    assert codes(pay(command, office, "amount=1", "received_on=2026-11-25")) == ["case.payment-beyond"]


def test_a_period_that_is_settled_cannot_be_paid_again(office: Path, command: Command) -> None:
    """January is paid: what is paid for it goes to February, and both command and statement say so."""
    answer = pay(command, office, "amount=30", "received_on=2026-11-25", "item=物业费", "period=2026-01")
    assert (answer.code, codes(answer)) == (0, ["claim.designation-settled"])
    shown = command("--json", "-C", office, "statement", ACCOUNT)
    assert "claim.designation-settled" in codes(shown)
    follows = pay(command, office, "amount=10", "received_on=2026-11-25", "item=物业费", "period=2026-03")
    assert (follows.code, codes(follows)) == (0, [])


def test_the_day_may_be_called_as_in_a_list_of_payments(office: Path, command: Command) -> None:
    recorded = command(
        "--json", "-C", office, "case", "event", ACCOUNT, "付款", "金额=30", "收款日期=2026-11-25"
    )
    assert recorded.code == 0
    assert recorded.json["results"][0]["data"] == {"amount": "30", "received_on": "2026-11-25"}
