"""Payments in the order of age, fen by fen as the general allocation gives them, rules and histories included."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from claim_material import ID, account, charge, cny, codes, payment
from random_accounts import Case, many_cases

from evidence.claim import account_run
from evidence.claim.account_replay import LedgerPaid, Replay, reckon
from evidence.claim.allocation import AllocationTerms, Rule
from evidence.claim.bills import bills_of, share
from evidence.claim.oldest_first import is_by_age
from evidence.claim.statement import claim_from
from evidence.errors import EvidenceError, Problem
from evidence.model.events import AccountEvents, Correction, Target

MANY = 1_500


def outcome(case: Case, ledger_paid: LedgerPaid) -> Replay | tuple[Problem, ...]:
    """The whole record, or every fault."""
    try:
        tally = reckon(
            case.owner, case.events, case.as_of, terms=case.terms, late=case.rules, ledger_paid=ledger_paid
        )
    except EvidenceError as error:
        return error.problems
    assert tally.problems() == ()
    assert claim_from(tally, case.events.holds) == claim_from(tally.replay(), case.events.holds)
    return tally.replay()


def is_ordinary(case: Case) -> bool:
    return is_by_age(bills_of(case.owner.charges), case.events, case.terms, case.rules)


@pytest.mark.parametrize("ledger_paid", tuple(LedgerPaid))
def test_by_age_is_what_the_general_allocation_gives(
    ledger_paid: LedgerPaid, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordinary = []
    for seed, how in ((31, {"only_payments": True, "ties": False}), (32, {"only_payments": True}), (33, {})):
        for case, dice in many_cases(seed, MANY, **how):
            statutory = replace(case, terms=AllocationTerms())
            if dice.randrange(2):  # no designations
                payments = tuple(replace(p, designation=None) for p in case.events.payments)
                statutory = replace(statutory, events=replace(case.events, payments=payments))
            if statutory.events.payments and is_ordinary(statutory):
                ordinary.append(statutory)
    by_age = [outcome(case, ledger_paid) for case in ordinary]
    monkeypatch.setattr(account_run, "is_by_age", lambda *about: False)
    general = [outcome(case, ledger_paid) for case in ordinary]
    assert by_age == general
    rules = {part.rule for found in by_age if isinstance(found, Replay) for part in found.allocations}
    assert rules == {Rule.COVERS_ALL, Rule.DUE, Rule.EARLIER, Rule.ONLY_DEBT, Rule.SURPLUS}
    assert len(ordinary) > MANY // 2


def test_what_else_decides_goes_the_general_way() -> None:
    tried = dict.fromkeys(("designation", "tie", "burden", "waiver", "cost", "interest"), 0)
    for case, _ in many_cases(34, MANY):
        bills, events = bills_of(case.owner.charges).listed, case.events
        reasons = {
            "designation": any(p.designation for p in events.payments),
            "tie": len({bill.due for bill in bills}) < len(bills),
            "burden": len({case.rules.burden(bill.item) for bill in bills}) > 1,
            "waiver": bool(events.waivers),
            "cost": bool(events.costs),
            "interest": case.terms.late_charge_is_interest,
        }
        assert is_ordinary(case) == (not any(reasons.values()))
        for reason, holds in reasons.items():
            tried[reason] += holds
    assert all(tried.values())


def test_a_payment_of_one_account_leaves_another_that_is_billed_alike_as_it_was() -> None:
    charges = share((charge(2024, 1, "100.00"), charge(2024, 2, "100.00")))
    alike = replace(account(*charges), charges=charges)
    paid = AccountEvents(payments=(payment("P1", date(2024, 3, 1), "150.00"),))
    unpaid = AccountEvents(payments=(payment("P1", date(2025, 3, 1), "150.00"),))
    as_of, on_top = date(2024, 5, 20), LedgerPaid.BEFORE_EVENTS
    before = reckon(alike, unpaid, as_of, ledger_paid=on_top).replay()
    assert reckon(alike, paid, as_of, ledger_paid=on_top).outstanding == cny("50.00")
    assert reckon(alike, unpaid, as_of, ledger_paid=on_top).replay() == before
    assert [position.outstanding for position in before.positions] == [cny("100.00"), cny("100.00")]


def test_a_correction_below_what_was_paid_is_still_refused() -> None:
    billed = charge(2024, 1, "100.00")
    of = Target(billed.item, billed.period)
    correction = Correction("C1", ID, date(2024, 2, 1), of, cny("-200.00"))
    events = AccountEvents((payment("P1", date(2024, 3, 1), "1.00"),), corrections=(correction,))
    with pytest.raises(EvidenceError) as caught:
        reckon(account(billed), events, date(2024, 5, 20), ledger_paid=LedgerPaid.BEFORE_EVENTS)
    assert codes(caught.value.problems) == ["claim.correction-below-zero"]
