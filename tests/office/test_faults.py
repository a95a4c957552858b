"""What breaks in the middle of a run: named, with its exit code, nothing half recorded; the same command ends the work.

(A full disk: tests/cli/test_disk_full.py. Converters: tests/letters. Kill -9: tests/workspace/test_runs.py.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import estate
import postgres
import pytest
from bucket import Bucket

from evidence.clock import Source
from evidence.errors import EvidenceError, ExitCode
from evidence.model.letter import LetterKind
from evidence.verify import verify_paths
from evidence.workspace import Workspace, steps

NUMBERS = [f"2-2026-000{number}" for number in range(1, 5)]


@pytest.fixture
def office(url: str, bucket: Bucket, config: Callable[[str], Path], tmp_path: Path) -> Path:
    root = tmp_path / "office"
    both = config(f'database = "{url}"\n{bucket.place}')
    with Workspace.init(root, config=both, source=estate.source()) as made:
        made.import_ledger([estate.ledger(tmp_path / "ledger.csv")])
    return root


@pytest.fixture
def at() -> Iterator[Callable[[str, Callable[[], object]], None]]:
    """``at("stored", act)``: once, when a run reaches that step."""

    def set_once(step: str, act: Callable[[], object]) -> None:
        def hook(reached: str) -> None:
            if reached == step:
                steps.set_hook(None)
                act()

        steps.set_hook(hook)

    yield set_once
    steps.set_hook(None)


def issue(root: Path, source: Source) -> list[str]:
    with Workspace.open(root, source=source) as office:
        return [number.key for number in office.issue(LetterKind.DEMAND, converter="builtin").issued]


def fails(root: Path, source: Source) -> tuple[str, ExitCode]:
    with pytest.raises(EvidenceError) as caught:
        issue(root, source)
    return caught.value.problems[0].code, caught.value.exit_code


def assert_nothing_half(root: Path) -> int:
    """No letter in the records without its files, none lying about without a record; the number of letters."""
    with Workspace.open(root, source=estate.source("look")) as office:
        size, problems = office.check_journal()
        assert problems == ()
        letters = [row for row in office.status() if row.letters]
        for path in (root / "letters").rglob("*_2-2026-*.pdf"):
            assert verify_paths([path]).ok
        missing = office.backup(root.parent / f"look-{size}.zip", with_keys=False).problems
        assert missing == (), "whatever a row names is in the store"
        return len(letters)


def assert_ends_whole(root: Path, source: Source) -> None:
    made = issue(root, source)
    assert set(made) <= set(NUMBERS)
    assert assert_nothing_half(root) == 4
    found = sorted(path.stem.rpartition("_")[2] for path in (root / "letters").rglob("*_2-2026-*.pdf"))
    assert found == NUMBERS


@pytest.mark.parametrize("step", ["stored", "journaled"])
def test_the_database_gone(
    step: str, office: Path, server: str, at: Callable[[str, Callable[[], object]], None]
) -> None:
    """The real server, taken away as by a loss of power, and started again."""
    at(step, lambda: postgres.stop(server))
    try:
        assert fails(office, estate.source("run")) == ("journal.unreachable", ExitCode.MISSING)
        assert fails(office, estate.source("meanwhile"))[0] == "journal.unreachable"
    finally:
        postgres.start(server)
    assert_nothing_half(office)
    assert_ends_whole(office, estate.source("again"))


def test_the_store_answering_503(office: Path, bucket: Bucket) -> None:
    bucket.fail(503, after=3)  # some of the letters' files are kept by then
    assert fails(office, estate.source("run")) == ("workspace.store-unreachable", ExitCode.NETWORK)
    bucket.work()
    assert assert_nothing_half(office) == 0
    assert_ends_whole(office, estate.source("again"))


def test_the_clock_set_back(office: Path, at: Callable[[str, Callable[[], object]], None]) -> None:
    source = estate.source("run")
    moment = [source.now()]
    moving = replace(source, now=lambda: moment[0])
    at("stored", lambda: moment.__setitem__(0, moment[0] - timedelta(hours=1)))
    assert fails(office, moving) == ("workspace.clock-behind", ExitCode.BLOCKED)
    assert assert_nothing_half(office) == 0
    moment[0] += timedelta(hours=2)
    assert_ends_whole(office, moving)


def test_a_clock_behind_the_journal_begins_nothing(
    tmp_path: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a real clock, and a journal that has seen a later one."""
    moment = [datetime.fromisoformat("2026-11-21T10:00:00+08:00")]
    real = Source(now=lambda: moment[0], random=estate.source("real").random, is_test=False)
    with Workspace.init(tmp_path / "office", config=estate.config(checkout), source=real) as made:
        made.import_ledger([estate.ledger(tmp_path / "ledger.csv")])
        moment[0] -= timedelta(seconds=59)  # as two machines may differ
        assert made.abandon(LetterKind.DEMAND) == ()
        moment[0] -= timedelta(seconds=2)
        with pytest.raises(EvidenceError) as caught:
            made.issue(LetterKind.DEMAND, converter="builtin")
        (problem,) = caught.value.problems
        assert (problem.code, problem.params["last"]) == ("workspace.clock-behind", "2026-11-21 10:00:00")
        assert made.status()
        monkeypatch.setenv("EVIDENCE_CLOCK_CHECKED", "1")
        assert made.abandon(LetterKind.DEMAND) == ()
