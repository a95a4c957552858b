"""Power cuts and rivals: what was acknowledged stays, what was not leaves no trace, and nothing forks."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from conftest import fill
from sqlalchemy import Engine

from evidence.journal import Journal, check_journal, parse_entry, reading

HERE = Path(__file__).parent
pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")


def start(engine: Engine, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(HERE / "writer_process.py"), str(engine.url.database), *arguments]
    path = os.pathsep.join([str(HERE.parents[1]), str(HERE)])
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, stdin=pipe, stdout=pipe, text=True, env={**os.environ, "PYTHONPATH": path}
    )


def sizes(engine: Engine) -> int:
    """The size of the journal, once everything in it was derived anew without a fault."""
    with reading(engine) as conn:
        assert check_journal(conn) == []
        return Journal(engine).size(conn)


def test_a_batch_without_commit_leaves_no_trace(engine: Engine) -> None:
    fill(engine, 3)
    process = start(engine, "die-before-commit")
    said, _ = process.communicate()
    assert (said, process.returncode) == ("appended\n", 9)
    assert sizes(engine) == 3


def test_a_committed_batch_survives_the_process(engine: Engine) -> None:
    fill(engine, 3)
    process = start(engine, "die-after-commit")
    said, _ = process.communicate()
    assert (said, process.returncode) == ("committed\n", 9)
    assert sizes(engine) == 8


def test_killed_at_random_moments_no_acknowledged_entry_is_lost_and_no_batch_is_half(engine: Engine) -> None:
    """Twenty writers one after another, each killed; nobody repairs anything in between (``bench/journal.py``: 1,000)."""
    fill(engine, 1)
    moments = random.Random(20)
    with start(engine, "one-after-another") as process:
        assert process.stdin is not None and process.stdout is not None
        for number in range(20):
            print("steady", f"w{number}", 1000000, 5, file=process.stdin, flush=True)
            writer = int(process.stdout.readline())
            last = [process.stdout.readline() for _ in range(moments.randrange(1, 9))][-1]
            time.sleep(moments.random() * 0.01)
            os.kill(writer, signal.SIGKILL)
            rest = list(iter(process.stdout.readline, "ended\n"))
            kept = int((rest[-1] if rest else last).split()[1])
            size = sizes(engine)
            assert size >= kept
            assert (size - 1) % 5 == 0


def test_a_journal_goes_on_after_its_writer_was_killed(engine: Engine) -> None:
    fill(engine, 1)
    start(engine, "die-before-commit").communicate()
    said, _ = start(engine, "steady", "next", "2", "3").communicate()
    assert said == "1 4\n4 7\n"
    assert sizes(engine) == 7


def test_two_writers_at_once_never_fork_it(engine: Engine) -> None:
    fill(engine, 1)
    processes = [start(engine, "steady", name, "200", "1") for name in ("a", "b")]
    said = [process.communicate()[0].splitlines() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    places = [int(text.split()[0]) for lines in said for text in lines]
    assert sorted(places) == list(range(1, 401))  # each place was given to one writer, once
    assert sizes(engine) == 401
    with reading(engine) as conn:
        runs = [str(parse_entry(raw).data["run"]) for raw in Journal(engine).entries(conn, 1)]
    assert Counter(run[0] for run in runs) == {"a": 200, "b": 200}
    for name in "ab":
        assert [run for run in runs if run[0] == name] == [f"{name}-{i}" for i in range(200)]
