"""The sum of late charge in a list of a whole estate is that of the statement, whatever happened to the account."""

from __future__ import annotations

from dataclasses import replace

from random_accounts import many_cases

from evidence.claim.late_statement import LateSums, late_statement
from evidence.claim.positions import LedgerPosition
from evidence.claim.statement import is_owed
from evidence.model.events import AccountEvents

MANY = 600


def test_sums_are_those_of_statements() -> None:
    stated = 0
    for case, _ in many_cases(5, MANY):
        sums = LateSums(case.as_of, case.rules, "CNY")
        positions = [position.without_held() for position in case.run().positions]
        statement = late_statement(positions, case.as_of, case.rules, "CNY", trace=False)
        wanted = statement.claimed if statement.lines else None
        assert sums.of(positions) == sums.of(positions) == wanted
        stated += wanted is not None
    assert stated > MANY // 4


def test_an_account_without_events_needs_no_replay() -> None:
    stated = 0
    for case, _ in many_cases(6, MANY):
        silent = replace(case, events=AccountEvents())
        rules = case.rules
        positions = [LedgerPosition.of(charge) for charge in case.owner.charges if is_owed(charge)]
        statement = late_statement(silent.run().positions, case.as_of, rules, "CNY", trace=False)
        wanted = statement.claimed if statement.lines else None
        assert LateSums(case.as_of, rules, "CNY").of(positions) == wanted
        stated += wanted is not None
    assert stated > MANY // 4
