"""The journal on PostgreSQL: the same rules as on SQLite, one writer at a time, faults by name."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import postgres
import pytest
from conftest import KEY, ORIGIN, fill, line
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from evidence.errors import EvidenceError, ExitCode
from evidence.journal import Journal, check_journal, open_engine, reading, writing
from evidence.workspace import Workspace

HERE = Path(__file__).parent
NAMES = (f"journal{number}" for number in itertools.count())


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres.server() as url:
        yield url


@pytest.fixture
def url(server: str) -> str:
    return postgres.database(server, next(NAMES))


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    made = open_engine(url)
    with writing(made) as conn:
        Journal(conn)
    yield made
    made.dispose()


def size(engine: Engine) -> int:
    with reading(engine) as conn:
        assert check_journal(conn) == []
        return Journal(engine).size(conn)


def start(url: str, *arguments: str) -> subprocess.Popen[str]:
    path = os.pathsep.join([str(HERE.parents[1]), str(HERE)])
    command = [sys.executable, str(HERE / "writer_process.py"), url, *arguments]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path}
    )


def test_heads_and_proofs_are_those_of_sqlite(engine: Engine, tmp_path: Path) -> None:
    other = open_engine(tmp_path / "office.db")
    notes = []
    for one in (engine, other):
        journal = fill(one, 37)
        with writing(one) as conn:
            note = journal.checkpoint(conn, KEY.sign, KEY.public, ORIGIN)
        with reading(one) as conn:
            notes.append((note, journal.proof_text(conn, 20, note), journal.consistency(conn, 9, 37)))
    other.dispose()
    assert notes[0] == notes[1]
    assert size(engine) == 37


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entries SET leaf = leaf WHERE idx = 1",
        "DELETE FROM journal_nodes",
        "UPDATE journal_heads SET size = 9",
        "INSERT INTO journal_entries SELECT 77, entry, leaf FROM journal_entries WHERE idx = 1",
    ],
)
def test_a_stray_statement_fails(statement: str, engine: Engine) -> None:
    journal = fill(engine, 3)
    with writing(engine) as conn:
        journal.checkpoint(conn, KEY.sign, KEY.public, ORIGIN)
    with pytest.raises(DBAPIError, match="append-only"), writing(engine) as conn:
        conn.execute(text(statement))
    assert size(engine) == 3


def test_what_somebody_with_the_database_changed_is_found(engine: Engine) -> None:
    fill(engine, 12)
    with writing(engine) as conn:
        conn.execute(text("ALTER TABLE journal_entries DISABLE TRIGGER ALL"))
        conn.execute(text("UPDATE journal_entries SET entry = :e WHERE idx = 6"), {"e": line(600)})
    with reading(engine) as conn:
        assert [problem.code for problem in check_journal(conn)][:2] == [
            "journal.leaf-wrong",
            "journal.node-wrong",
        ]


def test_two_writers_at_once_never_fork_it(engine: Engine, url: str) -> None:
    fill(engine, 1)
    processes = [start(url, "steady", name, "60", "1") for name in ("a", "b")]
    said = [process.communicate()[0].splitlines() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert sorted(int(row.split()[0]) for rows in said for row in rows) == list(range(1, 121))
    assert size(engine) == 121


@pytest.mark.parametrize("acknowledged", [1, 7, 19])
def test_killed_at_any_moment_no_acknowledged_entry_is_lost(
    acknowledged: int, engine: Engine, url: str
) -> None:
    fill(engine, 1)
    process = start(url, "steady", "w", "1000000", "5")
    assert process.stdout is not None
    last = [process.stdout.readline() for _ in range(acknowledged)][-1]
    process.send_signal(signal.SIGKILL)
    rest = [row for row in process.stdout.read().splitlines() if row.count(" ") == 1]
    process.wait()
    process.stdout.close()
    kept = int((rest[-1] if rest else last).split()[1])
    with writing(engine) as conn:  # the server has noticed by now, or is waited for
        assert Journal(conn).size(conn) >= kept
    assert (size(engine) - 1) % 5 == 0


def test_a_reader_sees_one_state_while_others_write(engine: Engine) -> None:
    journal = fill(engine, 3)
    with reading(engine) as conn:
        assert journal.size(conn) == 3
        with writing(engine) as other:
            journal.append(other, [line(3)])
        assert journal.size(conn) == 3
    assert size(engine) == 4


def test_a_reader_cannot_write(engine: Engine) -> None:
    with pytest.raises(EvidenceError) as caught, reading(engine) as conn:
        conn.execute(text("CREATE TABLE stray (a integer)"))
    assert caught.value.problems[0].code == "journal.read-only"


def test_a_writer_that_waits_too_long_is_told_so(engine: Engine, url: str) -> None:
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with writing(engine):
            held.set()
            done.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(30)
    impatient = open_engine(url, busy_timeout_ms=50)
    try:
        with pytest.raises(EvidenceError) as caught, writing(impatient):
            pass
    finally:
        done.set()
        thread.join()
        impatient.dispose()
    assert caught.value.problems[0].code == "journal.locked"


def test_an_unreachable_server_and_a_missing_database_are_named(server: str) -> None:
    for url in ("postgresql://evidence:secret@127.0.0.1:1/x", server.format(name="nowhere")):
        with pytest.raises(EvidenceError) as caught, reading(open_engine(url)):
            pass
        (problem,) = caught.value.problems
        assert (problem.code, caught.value.exit_code) == ("journal.unreachable", ExitCode.MISSING)
        assert "secret" not in str(problem.params)
        assert not str(problem.where), "the message names the database; before it, it would stand twice"


def test_a_workspace_lives_in_it_and_no_second_one(url: str, checkout: Path, tmp_path: Path) -> None:
    sys.path.insert(0, str(HERE.parent / "workspace"))
    import estate

    config = estate.config(checkout)
    config.write_text(config.read_text("utf-8") + f'\n[store]\ndatabase = "{url}"\n', "utf-8")
    with Workspace.init(tmp_path / "office", config=config, source=estate.source()) as made:
        made.import_ledger([estate.ledger(tmp_path / "ledger.csv")])
        assert len(made.status()) == 4
        made.rotate_key()
        room = estate.OWNERS[0][0]
        done = made.erase(room)
        assert done.account == room
        assert [w.code for w in done.warnings] == ["workspace.erased-ledgers", "workspace.erased-server"]
        assert made.check_journal() == (4, ())
    assert not (tmp_path / "office" / "office.db").exists()
    # What is deleted has left the tables' files, and not only their rows.
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as plain:
        plain.execute("CHECKPOINT")
        (data,) = plain.execute("SHOW data_directory").fetchone() or ("",)
    tables = b"".join(path.read_bytes() for path in (Path(data) / "base").rglob("*") if path.is_file())
    assert estate.OWNERS[1][1].encode() in tables
    assert estate.OWNERS[0][1].encode() not in tables
    with Workspace.open(tmp_path / "office", source=estate.source("again")) as made:
        assert len(made.status()) == 3
    with pytest.raises(EvidenceError) as caught:
        Workspace.init(tmp_path / "second", config=config, source=estate.source())
    assert caught.value.problems[0].code == "workspace.database-taken"
    assert not (tmp_path / "second").exists()
