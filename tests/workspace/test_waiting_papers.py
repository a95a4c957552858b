"""Papers that wait for a signature: no demand, no agreement, and named as what they are."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import casefile
import estate
import pytest
from casefile import ACCOUNT

from evidence.clock import fixed_source
from evidence.errors import EvidenceError, ExitCode
from evidence.model.case import CaseKind
from evidence.model.letter import LetterKind
from evidence.model.office import PlanTerms
from evidence.workspace import Workspace
from evidence.workspace.issue import IssueResult
from evidence.workspace.status import Paper

AGREEMENT, LAWYER = LetterKind.INSTALMENT_AGREEMENT, LetterKind.LAWYER_LETTER
OTHER = estate.OWNERS[1][0]
FIRST = "〔2026〕协字第0001号"
WHO = {"lawyer": "样律师", "licence": "00000202600000001"}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    return casefile.served(tmp_path_factory.mktemp("served"), checkout)


@pytest.fixture
def root(template: Path, tmp_path: Path) -> Path:
    return shutil.copytree(template, tmp_path / "office")


@contextmanager
def on(root: Path, day: str) -> Iterator[Workspace]:
    with Workspace.open(root, source=fixed_source(f"{day}T17:00:00+08:00", day)) as made:
        yield made


def offer(made: Workspace, *accounts: str, **terms: str) -> IssueResult:
    plan = PlanTerms(**terms) if terms else None
    return made.issue(AGREEMENT, accounts=accounts or (ACCOUNT,), converter="builtin", plan_terms=plan)


class TestASecondAgreement:
    def test_is_refused_while_the_first_lies_there_unsigned(self, root: Path) -> None:
        with on(root, "2026-11-25") as made:
            assert [n.key for n in offer(made, late="waived").issued] == ["4-2026-0001"]
            with pytest.raises(EvidenceError) as caught:
                offer(made, late="kept")
            (problem,) = caught.value.problems
            assert (problem.code, problem.params["letter"]) == ("workspace.agreement-unsigned", FIRST)
            assert caught.value.exit_code is ExitCode.BLOCKED

    def test_of_the_same_terms_is_the_first_one(self, root: Path) -> None:
        with on(root, "2026-11-25") as made:
            offer(made, late="waived")
            again = offer(made, late="waived")
            assert (again.letters, again.skipped) == ((), ())

    def test_may_be_made_once_the_first_is_withdrawn(self, root: Path) -> None:
        with on(root, "2026-11-25") as made:
            offer(made, late="waived")
            made.withdraw("4-2026-0001", reason="样本：条件有误")
            assert [n.key for n in offer(made, late="kept").issued] == ["4-2026-0002"]

    def test_may_be_made_once_the_first_is_signed(self, root: Path) -> None:
        with on(root, "2026-11-25") as made:
            offer(made, dates="2026-12-31,2027-01-31")
            made.record_case(CaseKind.AGREEMENT, ACCOUNT, {"letter": FIRST, "signed_on": "2026-11-25"})
        with on(root, "2027-03-01") as made:
            result = made.issue(
                AGREEMENT, accounts=[ACCOUNT], converter="builtin",
                plan_terms=PlanTerms(dates="2027-03-31,2027-04-30"),
            )  # fmt: skip
            assert "workspace.agreement-unsigned" not in {p.code for p in result.skipped}

    def test_of_another_owner_is_made_all_the_same(self, root: Path) -> None:
        with on(root, "2026-11-25") as made:
            offer(made, late="waived")
            result = offer(made, ACCOUNT, OTHER, late="kept")
            assert [letter.account for letter in result.letters] == [OTHER]
            assert [p.code for p in result.skipped] == ["workspace.agreement-unsigned"]


@pytest.fixture
def papers(root: Path) -> Path:
    """A demand that arrived, a lawyer letter with the draft it was made of, and an agreement nobody signed."""
    with on(root, "2026-12-15") as made:
        offer(made, dates="2026-12-31,2027-01-31")
        made.issue(LAWYER, accounts=[ACCOUNT], converter="builtin", overrides={"R04": "样本"})
        made.approve("3-2026-0001", converter="builtin", overrides={"R04": "样本"}, **WHO)
    return root


def test_drafts_and_offers_are_no_demands_in_any_rule(papers: Path) -> None:
    with on(papers, "2026-12-15") as made:
        findings = {f.rule: f for f in made.ready(ACCOUNT, date(2026, 12, 15)).findings}
    for rule in ("R11", "R12", "R15", "R16"):
        numbers = {text for text in findings[rule].seen if re.fullmatch(r"\d-\d{4}-\d{4}", text)}
        assert numbers == {"2-2026-0001", "3-2026-0002"}, rule


def test_status_names_papers_that_wait_for_a_signature(papers: Path) -> None:
    with on(papers, "2026-12-15") as made:
        (row,) = (row for row in made.status(date(2026, 12, 15)) if row.account == ACCOUNT)
        assert {letter.number: letter.paper for letter in row.letters} == {
            "2-2026-0001": None,
            "3-2026-0001": Paper.SUPERSEDED,
            "3-2026-0002": None,
            "4-2026-0001": Paper.OFFERED,
        }
        made.record_case(CaseKind.AGREEMENT, ACCOUNT, {"letter": FIRST, "signed_on": "2026-12-15"})
        (row,) = (row for row in made.status(date(2026, 12, 15)) if row.account == ACCOUNT)
        assert {letter.paper for letter in row.letters} == {None, Paper.SUPERSEDED, Paper.SIGNED}
