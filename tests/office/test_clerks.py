"""Several clerks at one workspace: one at a time, each told who is working, no number twice, one tree."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import estate
import pytest
from sqlalchemy import text

from evidence.errors import EvidenceError, ExitCode
from evidence.model.letter import LetterKind
from evidence.workspace import Workspace

NINE = [(f"{number}栋1单元101", f"样本业主{number}") for number in range(1, 10)]
CLERK = Path(__file__).with_name("clerk_process.py")


def test_eight_clerks_at_once_share_numbers_without_gap_and_one_tree(
    url: str, config: Callable[[str], Path], tmp_path: Path, checkout: Path
) -> None:
    root = tmp_path / "office"
    with Workspace.init(root, config=config(f'database = "{url}"'), source=estate.source()) as made:
        made.import_ledger([estate.ledger(tmp_path / "ledger.csv", NINE)])
    done = subprocess.run(
        [sys.executable, CLERK, root, *(room for room, _ in NINE)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.split()) == [f"2-2026-000{number}" for number in range(1, 10)]
    with Workspace.open(root, source=estate.source("after")) as made:
        entries, problems = made.check_journal()
        assert (problems, entries) == ((), 2 + 9 * 3)  # opened, imported; each planned, issued, completed


@pytest.fixture
def shared(url: str, config: Callable[[str], Path], tmp_path: Path) -> Path:
    root = tmp_path / "shared"
    with Workspace.init(root, config=config(f'database = "{url}"'), source=estate.source()) as made:
        made.import_ledger([estate.ledger(tmp_path / "ledger.csv")])
    return root


def test_the_second_is_told_who_is_working_since_when(shared: Path) -> None:
    with (
        Workspace.open(shared, source=estate.source("one")) as first,
        Workspace.open(shared, source=estate.source("two")) as second,
        first._desk.locked(),
        pytest.raises(EvidenceError) as caught,
    ):
        second.issue(LetterKind.DEMAND)
    (problem,) = caught.value.problems
    assert problem.code == "workspace.locked"
    assert re.fullmatch(rf"\S+, {os.getpid()}, 2026-11-21 10:00:00\+08:00", str(problem.params["holder"]))


def test_the_lock_holds_for_a_machine_that_shares_nothing_but_the_database(
    shared: Path, tmp_path: Path
) -> None:
    """Another folder on the same database, as where locks of files do not reach across a network's disk."""
    import shutil

    elsewhere = shutil.copytree(shared, tmp_path / "elsewhere")
    with (
        Workspace.open(shared, source=estate.source("one")) as first,
        Workspace.open(elsewhere, source=estate.source("two")) as second,
        first._desk.locked(),
        pytest.raises(EvidenceError) as caught,
    ):
        second.issue(LetterKind.DEMAND)
    assert caught.value.problems[0].code == "workspace.locked"


def test_who_waits_is_told_for_whom_and_goes_on_afterwards(shared: Path) -> None:
    told: list[str] = []
    release = threading.Event()

    def waiting(holder: str) -> None:
        told.append(holder)
        release.set()

    with Workspace.open(shared, source=estate.source("one")) as first:
        entered = threading.Event()

        def work() -> None:
            with first._desk.locked():
                entered.set()
                release.wait(30)

        thread = threading.Thread(target=work)
        thread.start()
        entered.wait(30)
        with Workspace.open(shared, source=estate.source("two"), wait=30, waiting=waiting) as second:
            assert second.abandon(LetterKind.DEMAND) == ()
        thread.join()
    assert len(told) == 1


def test_a_command_whose_lock_is_gone_writes_nothing_more(shared: Path) -> None:
    """The server ends the session that holds the lock; another clerk could begin at this moment."""
    with Workspace.open(shared, source=estate.source("one")) as made:
        desk = made._desk
        before = made.check_journal()
        with pytest.raises(EvidenceError) as caught, desk.locked():
            with desk.reading() as connection:
                connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": desk._session})
            with desk.writing():
                raise AssertionError("not reached")
        (problem,) = caught.value.problems
        assert (problem.code, caught.value.exit_code) == ("journal.lock-lost", ExitCode.MISSING)
        assert made.check_journal() == before
        with desk.locked(), desk.writing():
            pass


def test_a_key_changed_meanwhile_is_noticed_before_anything_is_signed(shared: Path) -> None:
    with (
        Workspace.open(shared, source=estate.source("one")) as first,
        Workspace.open(shared, source=estate.source("two")) as second,
    ):
        first.rotate_key()
        with pytest.raises(EvidenceError) as caught:
            second.issue(LetterKind.DEMAND, converter="builtin")
        assert caught.value.problems[0].code == "workspace.key-changed"
        assert first.check_journal()[1] == ()
