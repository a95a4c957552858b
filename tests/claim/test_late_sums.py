"""The figures of a list of a whole estate, which are added up in fen, are those of a whole replay and statement."""

from __future__ import annotations

from dataclasses import replace

from claim_material import codes
from random_accounts import many_cases

from evidence.claim.account_replay import balance_problems
from evidence.claim.bills import bills_of
from evidence.claim.late_charge import Late
from evidence.claim.late_statement import LateSums, late_statement
from evidence.claim.statement import claim_from
from evidence.model.events import AccountEvents
from evidence.model.money import Money

MANY = 600


def test_sums_are_those_of_statements() -> None:
    stated = 0
    for case, _ in many_cases(5, MANY):
        sums = LateSums(case.as_of, case.rules, "CNY")
        tally = case.reckon()
        positions = [position.without_held() for position in tally.replay().positions]
        statement = late_statement(positions, case.as_of, case.rules, "CNY", trace=False)
        wanted = statement.claimed if statement.lines else None
        for _ in range(2):
            assert sums.of(*tally.late_lines()) == wanted
        stated += wanted is not None
    assert stated > MANY // 4


def test_an_account_without_events_needs_no_replay() -> None:
    stated = 0
    for case, _ in many_cases(6, MANY):
        silent = replace(case, events=AccountEvents())
        rules = case.rules
        owed = [bill for bill in bills_of(case.owner.charges).listed if bill.owed]
        lines = [Late(bill.item, bill.charge.due, bill.history) for bill in owed]
        statement = late_statement(silent.run().positions, case.as_of, rules, "CNY", trace=False)
        wanted = statement.claimed if statement.lines else None
        assert LateSums(case.as_of, rules, "CNY").of(lines) == wanted
        stated += wanted is not None
    assert stated > MANY // 4


def test_a_tally_has_the_figures_of_its_replay() -> None:
    held = 0
    for case, _ in many_cases(7, MANY):
        tally = case.reckon()
        whole = tally.replay()
        owed = [p for p in whole.positions if p.outstanding]
        assert tally.outstanding == Money.total((p.outstanding for p in owed), "CNY")
        assert tally.oldest == min((p.charge for p in owed), key=lambda c: c.oldest_day, default=None)
        assert [bill.charge for bill in tally.overdue_bills] == [p.charge for p in whole.overdue]
        assert claim_from(tally, case.events.holds) == claim_from(whole, case.events.holds)
        assert tally.problems() == balance_problems(whole) == ()
        held += bool(whole.held)
    assert held


def test_what_does_not_add_up_is_named_by_tally_and_replay_alike() -> None:
    found = 0
    for case, _ in many_cases(8, 50):
        tally = case.reckon()
        tally.lines[0].principal += 1
        tally.credit += 1
        named = codes(tally.problems())
        assert named == codes(balance_problems(tally.replay()))
        found += len(named)
    assert found == 100
