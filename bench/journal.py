"""What the journal costs, and that killing its writer costs nothing: ``python bench/journal.py``.

Appends per second with one commit (and fsync) for each entry and in batches of 500; the time and size of a proof in a
journal of ``--size`` entries; ``--kills`` writers killed with SIGKILL at random moments, after each of which the journal
must check, hold every acknowledged entry and go on without repair. ``--url`` takes a PostgreSQL database instead of a
file. Everything is fictional and drawn from a fixed seed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests" / "journal"
sys.path[:0] = [str(ROOT), str(TESTS)]

from conftest import KEY, ORIGIN, line, opening  # noqa: E402

from evidence.journal import Journal, check_journal, open_engine, reading, writing  # noqa: E402


def appends(where: str | Path, seconds: float, batch: int) -> float:
    """Entries per second, each batch committed."""
    engine = open_engine(where)
    with writing(engine) as conn:
        journal = Journal(conn)  # where the tables are missing they are made, which readers may not
        if journal.size(conn) == 0:
            journal.append(conn, [opening()])
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        lines = [line(count + i) for i in range(batch)]
        with writing(engine) as conn:
            journal.append(conn, lines)
        count += batch
    taken = time.perf_counter() - began
    engine.dispose()
    return count / taken


def proofs(where: str | Path, size: int, rng: random.Random) -> dict[str, Any]:
    """Milliseconds and bytes of tlog-proofs of 200 random entries, connection and checkpoint at hand."""
    engine = open_engine(where)
    with writing(engine) as conn:
        journal = Journal(conn)
        have = journal.size(conn)
    lines = [line(i) for i in range(5000)]
    while have < size:
        with writing(engine) as conn:
            have = journal.append(conn, lines[: size - have]).stop
    with writing(engine) as conn:
        note = journal.checkpoint(conn, KEY.sign, KEY.public, ORIGIN)
    times, longest = [], 0
    for _ in range(200):
        index = rng.randrange(size)
        began = time.perf_counter()
        with reading(engine) as conn:
            text = journal.proof_text(conn, index, note)
        times.append((time.perf_counter() - began) * 1000)
        longest = max(longest, len(text.encode()))
    engine.dispose()
    return {
        "entries": size,
        "median_ms": round(statistics.median(times), 3),
        "worst_ms": round(max(times), 3),
        "longest_bytes": longest,
    }


def kills(where: str | Path, count: int, rng: random.Random) -> dict[str, int]:
    """Kill a writer at ``count`` random moments; how many entries were lost, and how often something was wrong."""
    engine = open_engine(where)
    with writing(engine) as conn:
        journal = Journal(conn)
        if journal.size(conn) == 0:
            journal.append(conn, [opening()])
    path = os.pathsep.join([str(ROOT), str(TESTS)])
    lost = faults = acknowledged = 0
    for number in range(count):
        command = [
            sys.executable,
            str(TESTS / "writer_process.py"),
            str(where),
            "steady",
            f"k{number}",
            "1000000",
            "3",
        ]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path}
        )
        assert process.stdout is not None
        rows = [process.stdout.readline()]
        time.sleep(rng.random() * 0.02)
        process.send_signal(signal.SIGKILL)
        rows += process.stdout.readlines()
        process.wait()
        process.stdout.close()
        whole = [row for row in rows if row.endswith("\n") and row.count(" ") == 1]
        kept = int(whole[-1].split()[1])
        acknowledged += 3 * len(whole)
        with writing(engine) as conn:
            size = Journal(conn).size(conn)
        lost += max(0, kept - size)
        last = number == count - 1
        if number % 100 == 99 or last:  # every check reads the whole journal
            with reading(engine) as conn:
                faults += len(check_journal(conn))
    engine.dispose()
    return {"kills": count, "acknowledged": acknowledged, "lost": lost, "faults": faults}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--url", default="")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rng = random.Random(20261122)
    with tempfile.TemporaryDirectory() as folder:
        where: str | Path = options.url or Path(folder, "office.db")
        figures = {
            "engine": "postgresql" if options.url else "sqlite",
            "each_per_second": round(appends(where, options.seconds, 1)),
            "batched_per_second": round(appends(where, options.seconds, 500)),
            "kills": kills(where if options.url else Path(folder, "killed.db"), options.kills, rng),
            "proof": proofs(where, options.size, rng),
            "load": round(os.getloadavg()[0], 1),
        }
    for name, value in figures.items():
        print(f"{name:20} {value}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
