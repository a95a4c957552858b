"""The statement of a home under a signed agreement claims no late charge that the agreement settled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import casefile
import estate
import pytest

from evidence.claim.plan_progress import PlanState
from evidence.clock import fixed_source
from evidence.errors import EvidenceError
from evidence.model.case import CaseKind
from evidence.model.delivery import Channel, Outcome
from evidence.model.letter import LetterKind
from evidence.model.office import PlanTerms
from evidence.workspace import Workspace

ACCOUNT = estate.OWNERS[0][0]
KEPT_DAY = date(2026, 11, 25)


@contextmanager
def on(root: Path, day: str) -> Iterator[Workspace]:
    with Workspace.open(root, source=fixed_source(f"{day}T10:00:00+08:00", day)) as made:
        yield made


@pytest.fixture
def root(tmp_path: Path, checkout: Path) -> Path:
    """An office that claims 日万分之五 in its letters."""
    with estate.workspace(tmp_path, checkout) as made:
        settings = made.root / "evidence.toml"
        text = settings.read_text("utf-8").replace("\n[policy]", '\n[policy]\nlate_charge = "claim"')
        settings.write_text(text.replace("\n[contract]", '\n[contract]\nlate_rate = "日万分之五"'), "utf-8")
        return made.root


def signed(root: Path, late: str) -> None:
    with on(root, "2026-11-21") as made:
        terms = PlanTerms(dates="2026-12-31,2027-01-31", late=late)
        made.issue(LetterKind.INSTALMENT_AGREEMENT, accounts=[ACCOUNT], converter="builtin", plan_terms=terms)
        piece = {"letter": "4-2026-0001", "signed_on": "2026-11-21"}
        made.record_case(CaseKind.AGREEMENT, ACCOUNT, piece)


@pytest.mark.parametrize("late", ["waived", "restated"])
def test_what_the_agreement_settled_is_not_claimed(root: Path, late: str) -> None:
    signed(root, late)
    with on(root, "2026-11-25") as made:
        shown = made.statement(ACCOUNT, KEPT_DAY)
    assert shown.late is not None
    assert shown.late.claimed is not None and not shown.late.claimed
    assert shown.late.contract, "what the contract gives is shown all the same"
    assert shown.sentences == ()
    assert shown.total == shown.demanded
    assert not shown.total


def test_what_the_agreement_keeps_is_claimed_on(root: Path) -> None:
    signed(root, "kept")
    with on(root, "2026-11-25") as made:
        shown = made.statement(ACCOUNT, KEPT_DAY)
    assert shown.late is not None
    assert shown.late.claimed
    assert len(shown.sentences) == len(shown.late.lines)


def test_a_waiver_ends_with_the_agreement(root: Path, tmp_path: Path) -> None:
    """Nothing is paid; demanded and served, the rest falls due, and the waiver is over."""
    signed(root, "waived")
    photo = tmp_path / "签收.jpg"
    photo.write_bytes(casefile.photo())
    with on(root, "2027-02-01") as made:
        letter = made.issue(LetterKind.DEMAND, accounts=[ACCOUNT], converter="builtin").issued[0].key
    with on(root, "2027-02-02") as made:
        made.deliver(
            letter, channel=Channel.HAND, outcome=Outcome.DELIVERED, at="2027-02-02T09:00+08:00",
            servers=["样甲", "样乙"], signer="样人", relation="authorised", proofs=[photo],
        )  # fmt: skip
    with on(root, "2027-04-01") as made:
        shown = made.statement(ACCOUNT, date(2027, 4, 1))
    assert shown.found.plan_standing is not None
    assert shown.found.plan_standing.state is PlanState.ACCELERATED
    assert shown.late is not None
    assert shown.late.claimed


def paid_up(root: Path, day: str, amount: str) -> None:
    with on(root, day) as made:
        made.record_case(CaseKind.PAYMENT, ACCOUNT, {"amount": amount, "received_on": day})


def refused(root: Path, day: str) -> tuple[str, object]:
    with on(root, day) as made, pytest.raises(EvidenceError) as caught:
        made.issue(LetterKind.DEMAND, accounts=[ACCOUNT], converter="builtin")
    (problem,) = caught.value.problems
    return problem.code, problem.params.get("amount")


def test_a_late_charge_that_is_left_is_not_said_to_be_nothing(root: Path) -> None:
    """220.50 from the sixteenths of February (100.00) and March (120.50) to 22 November, at 0.05 % a day."""
    paid_up(root, "2026-11-22", "220.50")
    # 100.00 x 280 x 0.05 % + 120.50 x 252 x 0.05 %, rounded line by line
    assert refused(root, "2026-11-23") == ("workspace.late-only", "29.18")


def test_what_is_left_of_a_late_charge_turned_into_a_sum_is_told_as_well(root: Path) -> None:
    """The instalments come to principal and the sum; what is paid goes to the principal first."""
    signed(root, "restated")
    paid_up(root, "2026-11-25", "220.50")
    code, amount = refused(root, "2027-02-15")
    assert code == "workspace.late-only"
    with on(root, "2027-02-15") as made:
        standing = made.statement(ACCOUNT, date(2027, 2, 15)).found.plan_standing
    assert standing is not None
    assert amount == standing.rest.plain


def test_whoever_paid_all_owes_nothing(root: Path) -> None:
    signed(root, "waived")
    paid_up(root, "2026-11-25", "220.50")
    assert refused(root, "2026-11-26") == ("workspace.nothing-owed", None)
