"""Measures what :mod:`_scale` reckons with: the cost of a letter by stage, of the journal, and of a receipt.

Each part is a function that works in a folder of its own and gives plain data. CPU seconds are told for what computes,
wall seconds beside them where the disk is waited for. Everything is fictional and drawn from a fixed seed.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from _measure import Wrapping, cpu_seconds, peak_mib
from main_job import NOW, SEED, ledger

from evidence.clock import fixed_source
from evidence.journal import Journal, check_journal, open_engine, reading, writing
from evidence.letters.convert import Converter
from evidence.model.letter import LetterKind
from evidence.resources import samples_dir
from evidence.workspace import Workspace, issue, making
from evidence.workspace.batches import Chunk, Outcome, Workroom, make
from evidence.workspace.crews import a_piece
from evidence.workspace.exchange import Direct
from evidence.workspace.executors import Hands
from evidence.workspace.store import Store

ROOT = Path(__file__).resolve().parents[1]
OF_A_LETTER = ("letters", "plan_items", "journal_entries", "journal_nodes")
OF_A_HOME = ("accounts", "charges")
_CODE = re.compile(rb"([A-Z0-9]{80,})")


class Meter(Wrapping):
    """Wall seconds and CPU seconds of this thread in named calls; a call within another counts for both."""

    def __init__(self) -> None:
        super().__init__()
        self.cpu: dict[str, float] = {}
        self.wall: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.thread_time()
        try:
            yield
        finally:
            self.cpu[name] = self.cpu.get(name, 0.0) + time.thread_time() - cpu
            self.wall[name] = self.wall.get(name, 0.0) + time.perf_counter() - wall


class InTurn:
    """A crew of one that makes each chunk when it is given, so that nothing else is at work meanwhile."""

    ahead = 0

    def __init__(self, room: Workroom, meter: Meter) -> None:
        self._room, self._meter = room, meter
        self._made: deque[Outcome] = deque()
        self.walls: list[float] = []
        self.letters = 0

    def give(self, chunk: Chunk) -> None:
        count = sum(map(len, chunk.batches))
        began = time.perf_counter()
        with self._meter.stage("make"):
            self._made.append(make(chunk, self._room))
        self.walls.append((time.perf_counter() - began) / count)
        self.letters = max(self.letters, count)

    def take(self) -> Outcome:
        return self._made.popleft()

    def withdraw(self) -> int:
        return 0


def letters(folder: Path, n: int, converter: str) -> dict[str, Any]:
    """One demand for each of ``n`` owners, from the ledger to the print file, each stage by itself."""
    source, crews = ledger(folder / "ledger.xlsx", n), list[InTurn]()
    with Meter() as meter:

        @contextmanager
        def crew_for(_: object, workshop: Any, opened: Converter, items: Sequence[Any]) -> Iterator[Any]:
            crews.append(InTurn(workshop.room(opened), meter))
            yield crews[-1], Direct(), a_piece(opened, items, 2)

        for owner, attribute, name in (
            (issue, "work_off", "run"),
            (making.Workshop, "finish", "finish"),
            (issue, "record_wave", "record"),
            (Store, "put_all", "store"),
            (Journal, "append", "journal"),
            (issue, "restore_copies", "close"),
            (issue, "write_companions", "close"),
            (issue, "_complete", "close"),
        ):
            meter.wrap(owner, attribute, name)
        meter.replace(issue, "crew_for", crew_for)
        config, drawn = samples_dir() / "evidence.toml", fixed_source(NOW, SEED)
        with Workspace.init(folder / "office", config=config, source=drawn) as office:
            empty = _kept(folder / "office")
            with meter.stage("import"):
                office.import_ledger([source])
            before, cpu = _kept(folder / "office"), cpu_seconds()
            with meter.stage("issue"):
                done = office.issue(LetterKind.DEMAND, converter=converter, hands=Hands(jobs=1))
            cpu = cpu_seconds() - cpu
            after, copies = _kept(folder / "office"), folder / "office" / "letters" / done.folder
            if len(done.issued) != n:
                raise SystemExit(f"{len(done.issued)} of {n} letters")
            printing = cpu_seconds()
            printed = office.print_run("last", converter=converter, slips=False)
            bare, print_bytes = cpu_seconds() - printing, printed.files[0].path.stat().st_size
            shutil.rmtree(printed.files[0].path.parent)
            printing = cpu_seconds()
            office.print_run("last", converter=converter)
            slips = cpu_seconds() - printing
        exported = b"".join(_entries(folder / "office", "letter.issued"))
    spent, walls = meter.cpu, crews[0].walls[1:]
    spread = statistics.stdev(walls) / statistics.mean(walls) if len(walls) > 2 else 0.0
    seconds = {
        "import": spent["import"],
        "plan": spent["issue"] - spent["run"],
        "prepare": spent["run"] - sum(spent[name] for name in ("finish", "record", "make", "close")),
        "make": cpu - (spent["issue"] - spent["make"]),
        "finish": spent["finish"],
        "record": spent["record"],
        "close": spent["close"],
        "print": bare,
        "print with slips": slips,
    }
    waits = {name: meter.wall[name] for name in ("record", "store", "journal", "close")}
    return {
        "n": n,
        "converter": done.converter,
        "chunk": crews[0].letters,
        "spread": round(spread, 3),
        "cpu_ms": {name: round(1000 * total / n, 3) for name, total in seconds.items()},
        "wall_ms": {name: round(1000 * total / n, 3) for name, total in waits.items()},
        "pages": round(printed.sides.letters / n, 2),
        "token_characters": _token_characters(copies),
        "docx_bytes": _mean(copies, "*.docx"),
        "pdf_bytes": _mean(copies, "*_?-????-*.pdf"),
        "print_bytes": round(print_bytes / n),
        "ledger_bytes": round((before[0] - empty[0]) / n),
        "database_bytes": round((after[0] - before[0]) / n),
        "store_bytes": round((after[1] - before[1]) / n),
        "journal_bytes": round(_table_bytes(folder / "office", "journal_") / after[2]),
        "entry_bytes": round(len(exported) / n),
        "rows": _rows(folder / "office", n),
    }


def journal(folder: Path, sizes: Sequence[int]) -> dict[str, Any]:
    """Appends in batches of 500 with a commit each, the check of all, and the longest of 200 proofs, by size."""
    _import_tests("journal")
    from conftest import KEY, ORIGIN, line, opening

    engine = open_engine(folder / "journal.db")
    proofs, spent, grown = [], 0.0, 0
    with writing(engine) as connection:
        tree = Journal(connection)
        tree.append(connection, [opening()])
    size = 1
    for wanted in sorted(sizes):
        began, start = time.process_time(), size
        while size < wanted:
            with writing(engine) as connection:
                lines = [line(number) for number in range(size, min(size + 500, wanted))]
                size = tree.append(connection, lines).stop
        spent, grown = spent + time.process_time() - began, grown + size - start
        with writing(engine) as connection:
            began = time.process_time()
            note = tree.checkpoint(connection, KEY.sign, KEY.public, ORIGIN)
            signing = time.process_time() - began
        with reading(engine) as connection:
            began = time.process_time()
            indexes = range(0, size, max(1, size // 200))
            longest = max(len(tree.proof_text(connection, index, note).encode()) for index in indexes)
            each = (time.process_time() - began) / len(indexes)
        proofs.append({"entries": size, "longest_bytes": longest, "cpu_ms": round(each * 1000, 3)})
    with reading(engine) as connection:
        began = time.process_time()
        if faults := check_journal(connection):
            raise SystemExit(f"the journal does not check: {faults[:3]}")
        checking = time.process_time() - began
    engine.dispose()
    return {
        "append_cpu_us": round(spent / grown * 1e6, 1),
        "checkpoint_cpu_ms": round(signing * 1000, 3),
        "check_cpu_us": round(checking / size * 1e6, 1),
        "proofs": proofs,
    }


def receipts(folder: Path, seconds: float, clients: int = 32) -> dict[str, Any]:
    """The real server on SQLite under so many telephones (``bench/receipts.py``), and what a receipt takes to keep."""
    _import_tests("web", "journal")
    import webcase
    from receipts import measure

    webcase.make(folder, ROOT)
    office = folder / "office"
    before, old = _kept(office), set((office / "store").rglob("*"))
    found = measure(office, clients, seconds, 0)
    kept = _kept(office)
    # All of these receipts say the same at the same moment, so that one statement lies in the store for all of them.
    statements = [path.stat().st_size for path in set((office / "store").rglob("*")) - old if path.is_file()]
    ((count,),) = _asked(office, "SELECT count(*) FROM receipts")
    return {
        "receipts_per_s": found["receipts_per_s"],
        "server_cpu_ms": found["server_cpu_ms"],
        "p99_ms": found["p99_ms"],
        "clients": clients,
        "database_bytes": round((kept[0] - before[0]) / count),
        "statement_bytes": round(statistics.mean(statements)),
        "entries": round((kept[2] - before[2]) / count, 2),
    }


def memory(folder: Path, sizes: Sequence[int]) -> dict[str, Any]:
    """The highest resident memory of a process that plans a run for so many owners, each in one of its own."""
    found = []
    for n in sizes:
        (folder / f"{n}").mkdir()
        command = [sys.executable, __file__, str(folder / f"{n}"), str(n)]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        found.append({"owners": n, "peak_mib": int(told)})
    first, last = found[0], found[-1]
    grown = (last["peak_mib"] - first["peak_mib"]) * 1024 / (last["owners"] - first["owners"])
    return {"sizes": found, "kib_an_owner": round(grown, 1)}


def postgresql(folder: Path, n: int) -> dict[str, Any]:
    """Bytes in the tables of a letter and of a home, indexes included, on a PostgreSQL started for it."""
    _import_tests("journal")
    import postgres

    source, text = ledger(folder / "ledger.xlsx", n), (samples_dir() / "evidence.toml").read_text("utf-8")
    with postgres.server() as server:
        url = postgres.database(server, "scale")
        config = folder / "evidence.toml"
        config.write_text(f'{text}\n[store]\ndatabase = "{url}"\n', "utf-8")
        with Workspace.init(folder / "office", config=config, source=fixed_source(NOW, SEED)) as office:
            office.import_ledger([source])
            office.issue(LetterKind.DEMAND, converter="builtin", hands=Hands(jobs=1))
        engine = open_engine(url)
        with reading(engine) as connection:
            sizes = {
                name: connection.exec_driver_sql(f"SELECT pg_total_relation_size('{name}')").scalar_one()
                for name in (*OF_A_LETTER, *OF_A_HOME)
            }
            version = connection.exec_driver_sql("SHOW server_version").scalar_one()
        engine.dispose()
    return {
        "n": n,
        "version": str(version).split()[0],
        "letter_bytes": round(sum(sizes[name] for name in OF_A_LETTER) / n),
        "journal_bytes": round(sum(sizes[name] for name in OF_A_LETTER if name.startswith("journal_")) / n),
        "home_bytes": round(sum(sizes[name] for name in OF_A_HOME) / n),
    }


def _plan(folder: Path, n: int) -> None:
    source = ledger(folder / "ledger.xlsx", n)
    config = samples_dir() / "evidence.toml"
    with Workspace.init(folder / "office", config=config, source=fixed_source(NOW, SEED)) as office:
        office.import_ledger([source])
        office.issue(LetterKind.DEMAND, converter="builtin", plan_only=True)
    print(peak_mib())


def _kept(office: Path) -> tuple[int, int, int]:
    """Bytes in the database and in the store, entries in the journal."""
    found = _asked(office, "SELECT (SELECT sum(pgsize) FROM dbstat), (SELECT count(*) FROM journal_entries)")
    stored = [path.stat().st_size for path in (office / "store").rglob("*") if path.is_file()]
    return found[0][0], sum(stored), found[0][1]


def _asked(office: Path, question: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(office / "office.db") as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return database.execute(question).fetchall()


def _table_bytes(office: Path, prefix: str) -> int:
    """Pages of the tables so named, with their indexes."""
    (row,) = _asked(
        office,
        "SELECT sum(pgsize) FROM dbstat WHERE name IN"
        f" (SELECT name FROM sqlite_master WHERE tbl_name LIKE '{prefix}%')",
    )
    return int(row[0])


def _rows(office: Path, letters: int) -> dict[str, float]:
    """Rows for each letter; the ledger's tables hold those of its six periods."""
    names = [str(name) for (name,) in _asked(office, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    counts = {name: _asked(office, f'SELECT count(*) FROM "{name}"')[0][0] for name in sorted(names)}
    return {name: round(count / letters, 2) for name, count in counts.items() if count >= letters}


def _entries(office: Path, kind: str) -> list[bytes]:
    """The lines of an export that record this kind of thing."""
    with Workspace.open(office, source=fixed_source(NOW, SEED)) as opened:
        lines = b"".join(opened.export_journal()).split(b"\n\n")[0].splitlines(keepends=True)
    return [line for line in lines if b'"%s"' % kind.encode() in line]


def _mean(folder: Path, pattern: str) -> int:
    sizes = [path.stat().st_size for path in folder.rglob(pattern)]
    return round(statistics.mean(sizes))


def _token_characters(folder: Path) -> int:
    """Characters of the token in a letter's code, which is one symbol on its first page."""
    data = min(folder.rglob("*.pdf")).read_bytes()
    found = _CODE.search(data.rpartition(b"%EV-STAMP ")[2])
    return len(found[1]) if found else 0


def _import_tests(*rooms: str) -> None:
    for room in rooms:
        if (folder := str(ROOT / "tests" / room)) not in sys.path:
            sys.path.insert(0, folder)


if __name__ == "__main__":
    _plan(Path(sys.argv[1]), int(sys.argv[2]))
