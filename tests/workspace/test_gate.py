"""The gate before a lawyer's letter and an evidence file: what fails stops, what is unknown does not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import casefile
import complete
import estate
import pytest
from casefile import ACCOUNT, OTHERS, OWNER
from complete import PIECES, TITLE

from evidence.clock import fixed_source
from evidence.errors import EvidenceError, ExitCode, Problem
from evidence.model.case import CaseKind
from evidence.model.letter import LetterKind
from evidence.verify import verify_paths
from evidence.workspace import Workspace

SECOND = estate.OWNERS[1][0]
LAWYER = LetterKind.LAWYER_LETTER


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    return complete.complete(tmp_path_factory.mktemp("served"), checkout)


@pytest.fixture
def office(served: Path, tmp_path: Path) -> Path:
    return shutil.copytree(served, tmp_path / "office")


def complete_file(made: Workspace) -> None:
    complete.put(made, [(account, kind, data) for account, kind, data, _ in PIECES])


def too_late(made: Workspace, account: str = ACCOUNT) -> None:
    """The owner got the home after the fees had begun: R05 fails, and stops both commands."""
    complete.put(made, [(account, "title", {**TITLE, "from": "2026-03-01"})])


def rules(problems: tuple[Problem, ...]) -> list[tuple[str, object]]:
    return [(problem.code, problem.params.get("rule")) for problem in problems]


def entries(made: Workspace, kind: str) -> list[dict[str, object]]:
    desk = made._desk
    with desk.reading() as connection:
        found = [
            json.loads(desk.journal.entry(connection, index))
            for index in range(desk.journal.size(connection))
        ]
    return [entry for entry in found if entry["type"] == kind]


def test_a_case_with_everything_on_file_passes_both_gates(office: Path) -> None:
    with Workspace.open(office, source=complete.filing()) as made:
        complete_file(made)
        result = made.issue(LAWYER, accounts=[ACCOUNT], converter="builtin")
        assert len(result.issued) == 1
        bundle = made.bundle(ACCOUNT, converter="builtin")
        assert {w.code for w in (*result.warnings, *bundle.warnings)} & {"readiness.unknown-left"} == set()
        assert entries(made, "rule.overridden") == []
    assert verify_paths([bundle.folder]).ok


@pytest.mark.parametrize("command", ["lawyer-letter", "bundle"])
def test_a_failing_rule_stops_by_name_and_says_what_to_do(office: Path, command: str) -> None:
    with Workspace.open(office, source=complete.filing()) as made:
        complete_file(made)
        too_late(made)
        before = estate.state(made)
        with pytest.raises(EvidenceError) as caught:
            if command == "bundle":
                made.bundle(ACCOUNT, converter="builtin")
            else:
                made.issue(LAWYER, accounts=[ACCOUNT], converter="builtin")
        assert estate.state(made) == before
    assert caught.value.exit_code == ExitCode.BLOCKED
    (problem,) = caught.value.problems
    assert (problem.code, problem.where.part) == ("readiness.blocked", ACCOUNT)
    assert (problem.params["rule"], problem.params["command"]) == ("R05", command)
    assert "物业费 2026-02/2026-02" in str(problem.params["reason"])
    assert f"evidence case set {ACCOUNT} title" in str(problem.params["todo"])


def test_all_failing_rules_are_named_at_once(office: Path) -> None:
    with Workspace.open(office, source=complete.filing()) as made:
        complete_file(made)
        too_late(made)
        complete.put(made, [("", "licence", {"on_file": "false"}), (ACCOUNT, "filing", {"copies": "1"})])
        with pytest.raises(EvidenceError) as bundle:
            made.bundle(ACCOUNT, converter="builtin")
        with pytest.raises(EvidenceError) as letter:
            made.issue(LAWYER, accounts=[ACCOUNT], converter="builtin")
    assert [rule for _, rule in rules(bundle.value.problems)] == ["R01", "R05", "R32"]
    assert [rule for _, rule in rules(letter.value.problems)] == ["R01", "R05"], "copies are for the court"


@pytest.mark.parametrize("command", ["lawyer-letter", "bundle"])
def test_an_override_lets_pass_and_is_journaled_with_its_reason(office: Path, command: str) -> None:
    why = {"R05": "前业主已签债务转移协议（样本）"}
    with Workspace.open(office, source=complete.filing()) as made:
        complete_file(made)
        too_late(made)
        if command == "bundle":
            made.bundle(ACCOUNT, converter="builtin", overrides=why)
        else:
            made.issue(LAWYER, accounts=[ACCOUNT], converter="builtin", overrides=why)
        (entry,) = entries(made, "rule.overridden")
        (kept,) = [e for e in made.case_events(ACCOUNT) if e.kind is CaseKind.OVERRIDE]
        assert made.check_journal()[1] == ()
    data = entry["data"]
    assert isinstance(data, dict)
    assert (data["rule"], data["command"]) == ("R05", command)
    assert why["R05"] not in json.dumps(entry, ensure_ascii=False), "the reason itself is no entry"
    assert kept.data == {"rule": "R05", "command": command, "reason": why["R05"]}


def test_an_override_is_no_part_of_what_goes_to_the_other_side(office: Path) -> None:
    reason = "内部意见（样本）：前业主欠费，由现业主承担"
    with Workspace.open(office, source=complete.filing()) as made:
        complete_file(made)
        too_late(made)
        bundle = made.bundle(ACCOUNT, converter="builtin", overrides={"R05": reason})
    files = [path for path in bundle.folder.rglob("*") if path.is_file()]
    assert not [path for path in files if reason.encode() in path.read_bytes()]
    assert not [path for path in files if b"rule.overridden" in path.read_bytes()]


def test_a_bundle_handed_back_unchanged_overrides_nothing_again(office: Path) -> None:
    with Workspace.open(office, source=complete.filing()) as made:
        complete_file(made)
        too_late(made)
        first = made.bundle(ACCOUNT, converter="builtin", overrides={"R05": "样本"})
        size = made.check_journal()[0]
        again = made.bundle(ACCOUNT, converter="builtin", overrides={"R05": "样本"})
        assert (again.id, made.check_journal()[0]) == (first.id, size)
        with pytest.raises(EvidenceError):
            made.bundle(ACCOUNT, converter="builtin")


def test_an_override_that_stops_nothing_is_told_and_not_kept(office: Path) -> None:
    with Workspace.open(office, source=complete.filing()) as made:
        complete_file(made)
        bundle = made.bundle(ACCOUNT, converter="builtin", overrides={"R05": "样本"})
        assert ("readiness.override-unneeded", "R05") in rules(bundle.warnings)
        assert entries(made, "rule.overridden") == []


@pytest.mark.parametrize(
    ("overrides", "code"),
    [({"R99": "样本"}, "readiness.override-unknown"), ({"R05": " "}, "readiness.override-reason")],
)
def test_an_override_names_a_rule_and_a_reason(office: Path, overrides: dict[str, str], code: str) -> None:
    with Workspace.open(office, source=complete.filing()) as made:
        for call in (
            lambda: made.bundle(ACCOUNT, converter="builtin", overrides=overrides),
            lambda: made.issue(LAWYER, accounts=[ACCOUNT], converter="builtin", overrides=overrides),
        ):
            with pytest.raises(EvidenceError) as caught:
                call()
            assert [p.code for p in caught.value.problems] == [code]
            assert caught.value.exit_code == ExitCode.USAGE


def test_what_is_unknown_stops_nothing_and_is_counted(office: Path) -> None:
    with Workspace.open(office, source=complete.filing()) as made:
        complete.put(made, [(ACCOUNT, "owner", complete.OWNED)])
        bundle = made.bundle(ACCOUNT, converter="builtin")
        (left,) = [w for w in bundle.warnings if w.code == "readiness.unknown-left"]
    assert left.params["n"] == 15
    assert "R28" not in str(left.params["rules"]), "nobody can record what a later room brings"


def test_of_several_accounts_the_blocked_are_left_out_and_named(tmp_path: Path, checkout: Path) -> None:
    with casefile_of_four(tmp_path, checkout) as made:
        too_late(made)
        result = made.issue(LAWYER, converter="builtin")
        assert [letter.account for letter in result.letters] == OTHERS_ACCOUNTS
        assert rules(result.skipped) == [("readiness.blocked", "R05")]


def test_where_nobody_is_left_nothing_is_issued(tmp_path: Path, checkout: Path) -> None:
    with casefile_of_four(tmp_path, checkout) as made:
        for account, owner in estate.OWNERS:
            complete.put(made, [(account, "title", {"owner": owner, "from": "2026-03-01"})])
        with pytest.raises(EvidenceError) as caught:
            made.issue(LAWYER, converter="builtin")
        assert caught.value.exit_code == ExitCode.BLOCKED
        assert [p.where.part for p in caught.value.problems] == [account for account, _ in estate.OWNERS]
        assert entries(made, "run.planned") == [entries(made, "run.planned")[0]], "the demands alone"


def test_one_blocked_account_among_those_named_stops_all(tmp_path: Path, checkout: Path) -> None:
    with casefile_of_four(tmp_path, checkout) as made:
        too_late(made)
        with pytest.raises(EvidenceError) as caught:
            made.issue(LAWYER, accounts=[ACCOUNT, SECOND], converter="builtin")
        assert rules(caught.value.problems) == [("readiness.blocked", "R05")]
        result = made.issue(
            LAWYER, accounts=[ACCOUNT, SECOND], converter="builtin", overrides={"R05": "样本"}
        )
        assert len(result.letters) == 2
        assert len(entries(made, "rule.overridden")) == 1, "used for the one that needs it"


def test_a_demand_and_a_reminder_pass_no_gate(tmp_path: Path, checkout: Path) -> None:
    with estate.workspace(tmp_path, checkout) as made:
        complete.put(made, [(ACCOUNT, "title", {**TITLE, "from": "2026-03-01"})])
        assert len(made.issue(LetterKind.DEMAND, accounts=[ACCOUNT], converter="builtin").letters) == 1


def test_a_plan_of_a_run_overrides_nothing(office: Path) -> None:
    with Workspace.open(office, source=complete.filing()) as made:
        complete_file(made)
        too_late(made)
        size = made.check_journal()[0]
        planned = made.issue(LAWYER, accounts=[ACCOUNT], plan_only=True, overrides={"R05": "样本"}).planned
        assert (len(planned), made.check_journal()[0]) == (1, size)


OTHERS_ACCOUNTS = [account for account, _ in estate.OWNERS[1:]]


def casefile_of_four(folder: Path, checkout: Path) -> Workspace:
    """Four owners with demands that were served, and whose time has run out."""
    root = casefile.issued(folder, checkout)
    with Workspace.open(root, source=casefile.later()) as made:
        for n in (1, 2, 3, 4):
            casefile.serve(made, folder, f"2-2026-000{n}")
    assert (OWNER, len(OTHERS)) == (estate.OWNERS[0][1], 3)
    return Workspace.open(root, source=complete.filing())


# ── a lawyer letter comes after a demand that was served and whose time is over ──────────────────────────────────────


def stopped(made: Workspace, **options: object) -> list[object]:
    with pytest.raises(EvidenceError) as caught:
        made.issue(LAWYER, accounts=[estate.OWNERS[0][0]], converter="builtin", **options)  # type: ignore[arg-type]
    assert caught.value.exit_code == ExitCode.BLOCKED
    return [problem.params["rule"] for problem in caught.value.problems]


def test_no_lawyer_letter_before_a_demand_was_made_served_and_its_time_is_over(
    tmp_path: Path, checkout: Path
) -> None:
    account = estate.OWNERS[0][0]
    with estate.workspace(tmp_path, checkout) as made:
        assert stopped(made) == ["R11"], "no demand at all: also where the account is named"
        made.issue(LetterKind.DEMAND, accounts=[account], converter="builtin")
        assert stopped(made) == ["R13"], "a demand that nothing proves to have arrived"
        root = made.root
    with Workspace.open(root, source=casefile.later()) as made:
        casefile.serve(made, tmp_path)
    for day, rules in (("2026-12-11", ["R16"]), ("2026-12-12", [])):
        with Workspace.open(root, source=fixed_source(f"{day}T10:00:00+08:00", day)) as made:
            if rules:
                assert stopped(made) == rules, "the last day to pay is 11 December"
            else:
                assert len(made.issue(LAWYER, accounts=[account], converter="builtin").issued) == 1


def test_approval_passes_the_same_gate_and_what_was_overridden_for_the_draft_holds(
    tmp_path: Path, checkout: Path
) -> None:
    account = estate.OWNERS[0][0]
    who = {"lawyer": "样律师", "licence": "00000202600000001", "converter": "builtin"}
    with estate.workspace(tmp_path, checkout) as made:
        made.issue(LAWYER, accounts=[account], converter="builtin", overrides=estate.UNDEMANDED)
        complete.put(made, [("", "licence", {"on_file": "false"})])
        with pytest.raises(EvidenceError) as caught:
            made.approve("3-2026-0001", **who)
        assert rules(caught.value.problems) == [("readiness.blocked", "R01")], "not R11, which was overridden"
        result = made.approve("3-2026-0001", **who, overrides={"R01": "样本：正在补办"})
        assert result.number.key == "3-2026-0002"
        kept = [e.text("rule") for e in made.case_events(account) if e.kind is CaseKind.OVERRIDE]
        assert kept == ["R11", "R01"], "each recorded once"
        assert [entry["data"]["rule"] for entry in entries(made, "rule.overridden")] == ["R11", "R01"]  # type: ignore[index]
        assert made.check_journal()[1] == ()


def test_an_override_of_another_draft_lets_no_later_one_be_approved(tmp_path: Path, checkout: Path) -> None:
    account = estate.OWNERS[0][0]
    with estate.workspace(tmp_path, checkout) as made:
        made.issue(LAWYER, accounts=[account], converter="builtin", overrides=estate.UNDEMANDED)
        complete.put(
            made,
            [(account, "hold", {"reason": "service-complaint", "period": "2026-03", "from": "2026-11-21"})],
        )
        assert stopped(made) == ["R11"]
