"""Segments: by what is overdue, by who the debtor is; advice only."""

from __future__ import annotations

from datetime import date

import pytest
from claim_material import ID, account, charge

from evidence.claim.segments import OwnerKind, PaymentHistory, find_segments, segment_of
from evidence.claim.statement import claim_of
from evidence.model.account import Account
from evidence.model.case import CaseEvent, CaseKind

FOUND = find_segments("cn")
assert FOUND is not None
RULES = FOUND


def history(on: date, *months: tuple[int, int]) -> PaymentHistory:
    home = account(*(charge(year, month, "100.00") for year, month in months))
    return segment_of(home, claim_of(home, on), (), RULES).history


@pytest.mark.parametrize(
    ("on", "months", "found"),
    [
        (date(2026, 3, 16), [(2026, 3)], PaymentHistory.PUNCTUAL),  # one day late
        (date(2026, 5, 14), [(2026, 3)], PaymentHistory.PUNCTUAL),  # sixty days
        (date(2026, 5, 15), [(2026, 3)], PaymentHistory.OCCASIONAL),
        (date(2026, 3, 16), [(2026, 2), (2026, 3)], PaymentHistory.OCCASIONAL),  # two periods
        (date(2026, 7, 1), [(2026, m) for m in range(1, 6)], PaymentHistory.OCCASIONAL),
        (date(2026, 7, 1), [(2026, m) for m in range(1, 7)], PaymentHistory.LONG_ARREARS),  # six periods
        (date(2027, 3, 14), [(2026, 3)], PaymentHistory.OCCASIONAL),
        (date(2027, 3, 15), [(2026, 3)], PaymentHistory.LONG_ARREARS),  # a year
    ],
)
def test_payment_history(on: date, months: list[tuple[int, int]], found: PaymentHistory) -> None:
    assert history(on, *months) is found


def kind(name: str, *events: CaseEvent) -> OwnerKind:
    home: Account = account(charge(2026, 1, "100.00"), name=name)
    return segment_of(home, claim_of(home, date(2026, 3, 1)), events, RULES).kind


def test_the_case_file_goes_before_the_name() -> None:
    assert kind("样本业主") is OwnerKind.OWNER
    assert kind("样州示例商贸有限公司（样本）") is OwnerKind.COMPANY
    owner = CaseEvent(CaseKind.OWNER, ID, {"name": "样本商行", "id_type": "居民身份证"})
    assert kind("样本商行") is OwnerKind.COMPANY
    assert kind("样本商行", owner) is OwnerKind.OWNER
    assert (
        kind("样本", CaseEvent(CaseKind.OWNER, ID, {"name": "样本", "id_type": "uscc"})) is OwnerKind.COMPANY
    )


def test_a_tenant_who_took_over_the_fee_is_a_tenant_while_the_lease_runs() -> None:
    lease = {"tenant": "样本租户", "pays_fee": "true", "until": "2026-02-28"}
    assert kind("样本租户", CaseEvent(CaseKind.LEASE, ID, lease)) is OwnerKind.OWNER
    assert (
        kind("样本租户", CaseEvent(CaseKind.LEASE, ID, {**lease, "until": "2026-03-01"})) is OwnerKind.TENANT
    )
    assert kind("样本业主", CaseEvent(CaseKind.LEASE, ID, {**lease, "until": ""})) is OwnerKind.OWNER


def test_every_history_has_its_advice_and_the_building_is_the_ledgers() -> None:
    assert {key for key, _ in RULES.advice} == set(PaymentHistory)
    home = account(charge(2026, 1, "100.00"))
    segment = segment_of(home, claim_of(home, date(2026, 3, 1)), (), RULES)
    assert (segment.building, segment.advice.tone) == ("1栋", "warm")
    assert find_segments("tw") is None
