"""What breaks in the middle of a run on servers: named, with its exit code, nothing half recorded; the same command
ends the run as if nothing had happened.

(The disk and the converters: tests/workspace/test_midrun_faults.py, tests/cli/test_disk_full.py. Kill -9:
tests/workspace/test_runs.py.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import estate
import midrun
import postgres
import pytest
from bucket import Bucket

from evidence.clock import Source
from evidence.errors import EvidenceError, ExitCode
from evidence.letters.convert.builtin import BuiltinConverter
from evidence.model.letter import LetterKind
from evidence.workspace import Workspace, steps

NUMBERS = [f"2-2026-000{number}" for number in range(1, 5)]


@pytest.fixture(autouse=True)
def a_wave_for_each_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    one_by_one(monkeypatch)


def one_by_one(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("evidence.workspace.issue.BATCH", 1)
    patch.setattr(BuiltinConverter, "batches_at_once", 1)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> tuple[object, ...]:
    """What the run leaves at one desk, where nothing breaks."""
    with (
        pytest.MonkeyPatch.context() as patch,
        estate.workspace(tmp_path_factory.mktemp("desk"), checkout) as made,
    ):
        one_by_one(patch)
        made.issue(LetterKind.DEMAND, converter="builtin")
        return left(made)


def left(made: Workspace) -> tuple[object, ...]:
    return estate.files(made.root / "letters"), sorted(made._desk.store.names()), made.checkpoint()


@pytest.fixture
def office(url: str, bucket: Bucket, config: Callable[[str], Path], tmp_path: Path) -> Path:
    root = tmp_path / "office"
    both = config(f'database = "{url}"\n{bucket.place}')
    with Workspace.init(root, config=both, source=estate.source()) as made:
        made.import_ledger([estate.ledger(tmp_path / "ledger.csv")])
    return root


@pytest.fixture
def at() -> Iterator[Callable[[str, Callable[[], object]], None]]:
    """``at("stored", act)``: when a run reaches that step with its second wave."""

    def set_for_the_second(step: str, act: Callable[[], object]) -> None:
        count = 0

        def hook(reached: str) -> None:
            nonlocal count
            count += reached == step
            if count == 2:
                steps.set_hook(None)
                act()

        steps.set_hook(hook)

    yield set_for_the_second
    steps.set_hook(None)


def issue(root: Path, source: Source) -> list[str]:
    with Workspace.open(root, source=source) as office:
        return [number.key for number in office.issue(LetterKind.DEMAND, converter="builtin").issued]


def fails(root: Path, source: Source) -> tuple[str, ExitCode]:
    with pytest.raises(EvidenceError) as caught:
        issue(root, source)
    problem = caught.value.problems[0]
    assert midrun.has_chinese(problem)
    return problem.code, caught.value.exit_code


def assert_goes_on(root: Path, done: int, source: Source, undisturbed: tuple[object, ...]) -> None:
    """So many letters are recorded, and the same command makes the others, as if nothing had happened."""
    assert midrun.recorded(root) == NUMBERS[:done]
    assert issue(root, source) == NUMBERS[done:]
    with Workspace.open(root, source=estate.source("look")) as made:
        assert left(made) == undisturbed


@pytest.mark.parametrize(("step", "done"), [("stored", 1), ("journaled", 2)])
def test_the_database_gone(
    step: str,
    done: int,
    office: Path,
    server: str,
    at: Callable[[str, Callable[[], object]], None],
    undisturbed: tuple[object, ...],
) -> None:
    """The real server, taken away as by a loss of power, and started again."""
    at(step, lambda: postgres.stop(server))
    try:
        assert fails(office, estate.source("run")) == ("journal.unreachable", ExitCode.MISSING)
        assert fails(office, estate.source("meanwhile"))[0] == "journal.unreachable"
    finally:
        postgres.start(server)
    assert_goes_on(office, done, estate.source("again"), undisturbed)


def test_the_store_answering_503(office: Path, bucket: Bucket, undisturbed: tuple[object, ...]) -> None:
    bucket.fail(503, after=4)  # the marker; then of the second letter one file is kept, and the other is not
    assert fails(office, estate.source("run")) == ("workspace.store-unreachable", ExitCode.NETWORK)
    bucket.work()
    assert_goes_on(office, 1, estate.source("again"), undisturbed)


def test_the_clock_set_back(
    office: Path, at: Callable[[str, Callable[[], object]], None], undisturbed: tuple[object, ...]
) -> None:
    """Before anything is written with it. Set right again, the letters still bear the time of the plan."""
    source = estate.source("run")
    moment = [source.now()]
    moving = replace(source, now=lambda: moment[0])
    at("stored", lambda: moment.__setitem__(0, moment[0] - timedelta(hours=1)))
    assert fails(office, moving) == ("workspace.clock-behind", ExitCode.BLOCKED)
    moment[0] += timedelta(hours=2)
    assert_goes_on(office, 1, moving, undisturbed)


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
        assert (problem.code, problem.params["last"]) == (
            "workspace.clock-behind",
            "2026-11-21 10:00:00+08:00",
        )
        assert made.status()
        monkeypatch.setenv("EVIDENCE_CLOCK_CHECKED", "1")
        assert made.abandon(LetterKind.DEMAND) == ()
