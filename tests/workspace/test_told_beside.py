"""What is told beside the figures: what a signed agreement defers, a last day to pay that is no working day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import estate
import pytest

from evidence.clock import fixed_source
from evidence.model.case import CaseKind
from evidence.model.letter import LetterKind
from evidence.model.office import PlanTerms
from evidence.workspace import Workspace

ACCOUNT = estate.OWNERS[0][0]


def test_a_statement_says_what_a_signed_agreement_defers(tmp_path: Path, checkout: Path) -> None:
    """220.50 in two instalments, on 30 November and 31 December; nothing is paid."""
    with estate.workspace(tmp_path, checkout) as made:
        before = made.statement(ACCOUNT, date(2026, 11, 21))
        assert (before.demanded.plain, before.deferred.plain) == ("220.50", "0.00")
        terms = PlanTerms(dates="2026-11-30,2026-12-31")
        offer = made.issue(
            LetterKind.INSTALMENT_AGREEMENT, accounts=[ACCOUNT], converter="builtin", plan_terms=terms
        )
        signed = {"letter": offer.issued[0].key, "signed_on": "2026-11-21"}
        made.record_case(CaseKind.AGREEMENT, ACCOUNT, signed)
        after = made.statement(ACCOUNT, date(2026, 12, 5))
        assert (after.replay.principal.plain, after.deferred.plain, after.demanded.plain) == (
            "220.50", "110.25", "110.25",
        )  # fmt: skip
        told = after.to_json()
        assert (told["deferred"], told["agreement"]) == ("110.25", "4-2026-0001")


@pytest.mark.parametrize(("day", "told"), [("2026-11-21", []), ("2026-11-22", ["2026-12-12"])])
def test_a_last_day_to_pay_that_is_no_working_day_is_told(
    tmp_path: Path, checkout: Path, day: str, told: list[str]
) -> None:
    """Twenty days on: Friday 11 December, Saturday 12 December."""
    with estate.workspace(tmp_path, checkout) as made:
        root = made.root
    with Workspace.open(root, source=fixed_source(f"{day}T10:00:00+08:00", day)) as made:
        plan = made.issue(LetterKind.DEMAND, plan_only=True)
    assert plan.planned
    assert [w.params["day"] for w in plan.warnings if w.code == "claim.pay-by-rest-day"] == told
