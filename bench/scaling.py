"""One run by one and two workers: processes of this machine, and the workers of a Dask scheduler on the loopback.

    python bench/scaling.py --n 400 --converter libreoffice --json scaling.json

Every crew makes the same plan from the same ledger under the same clock and keys; afterwards everything it left is held
against what the first one left: the batches of the plan, each file of the store by its SHA-256, the root of the journal
and the signed checkpoint. Then two crews do it again and lose one of their two workers by SIGKILL when the first letters
have come back. Ends with 1 where anything differs. Scheduler and workers are processes of their own.

Efficiency is the speed with two workers over twice that with one. The coordinator (figures, stamps, signatures, journal)
is a process more: on two cores, two workers and the coordinator share them; ``busy`` says how much of all cores these
processes used while letters were made. Seconds mean little on a machine with other work; CPU seconds and what is equal
do. CPU of workers counts from their start, with what they read before the first letter. Everything is fictional and
drawn from a fixed seed.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from _measure import Memory, cpu_seconds, load_average, machine
from main_job import NOW, SEED, ledger
from sqlalchemy import select

from evidence.clock import CHINA, fixed_source, system_source
from evidence.model.letter import LetterKind
from evidence.resources import samples_dir
from evidence.workspace import Workspace, issue, schema, steps
from evidence.workspace.crews import a_piece
from evidence.workspace.exchange import Direct
from evidence.workspace.executors import Hands, Processes

MIB = 2**20
CREWS = ("local 1", "local 2", "dask 1", "dask 2", "local 2, one killed", "dask 2, one killed")
PACKAGES = ("distributed", "docxtpl", "lxml", "office2pdf-python", "pikepdf", "sqlalchemy")
START_SECONDS = 120
PR_SET_CHILD_SUBREAPER = 36


def local(count: int) -> Any:
    """So many processes, one too, where the product would take this process for one."""

    @contextmanager
    def crew_for(_: object, __: object, converter: Any, items: Sequence[Any]) -> Iterator[Any]:
        with Processes(count) as crew:
            yield crew, Direct(), a_piece(converter, items, 2)

    return crew_for


@contextmanager
def dask(count: int, folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler with so many workers of one thread each; its address, and the workers."""
    from distributed import Client

    told = folder / "scheduler.json"
    root = str(Path(__file__).resolve().parents[1])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((root, os.environ.get("PYTHONPATH", "")))}

    def start(program: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{program}", "--no-dashboard"]
        command += ["--scheduler-file", str(told), *options]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet)

    own = ("--nthreads", "1", "--no-nanny", "--local-directory", str(folder / "dask"))
    with ExitStack() as stack:
        programs = [start("dask_scheduler", "--host", "127.0.0.1", "--port", "0")]
        programs += [start("dask_worker", *own) for _ in range(count)]
        for process in programs:
            stack.callback(process.wait)
            stack.callback(process.terminate)
        until = time.monotonic() + START_SECONDS
        while not told.exists():
            if time.monotonic() > until:
                raise SystemExit("the scheduler did not start")
            time.sleep(0.05)
        address = json.loads(told.read_text("utf-8"))["address"]
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=START_SECONDS)
        yield address, programs[1:]


def once_made(action: Callable[[], None]) -> Callable[[], None]:
    """Have ``action`` happen when the first letters have come back; returns a check that it did."""
    waiting = [action]

    def hook(step: str) -> None:
        if step == "made" and waiting:
            waiting.pop()()

    steps.set_hook(hook)

    def check() -> None:
        steps.set_hook(None)
        if waiting:
            raise SystemExit("nobody was killed")

    return check


def run(crew: str, source: Path, converter: str, folder: Path) -> dict[str, Any]:
    """Make the letters of ``source`` by ``crew``: what that took, and what it left."""
    kind, count = crew.split(",")[0].split()
    kills = crew.endswith("killed")
    with ExitStack() as stack:
        before = cpu_seconds()
        office = stack.enter_context(
            Workspace.init(
                folder / "office", config=samples_dir() / "evidence.toml", source=fixed_source(NOW, SEED)
            )
        )
        office.import_ledger([source])
        hands, kill, usual = Hands(jobs=1), (lambda: None), issue.crew_for
        with ExitStack() as crews:
            if kind == "dask":
                address, workers = crews.enter_context(dask(int(count), folder))
                hands, kill = Hands(cluster=address), workers[0].kill
            else:
                issue.crew_for = local(int(count))
                crews.callback(setattr, issue, "crew_for", usual)
                kill = _kill_a_child
            check = once_made(kill) if kills else lambda: None
            prepared = cpu_seconds() - before
            memory = crews.enter_context(Memory())
            own, start = time.process_time(), time.perf_counter()
            issued = office.issue(LetterKind.DEMAND, converter=converter, hands=hands)
            seconds, own = time.perf_counter() - start, time.process_time() - own
            check()
        _reap()
        cpu = cpu_seconds() - before - prepared  # of the programs that have ended by now, too
        left = what_is_left(office)
    if issued.skipped:
        raise SystemExit(f"{issued.skipped[:3]}")
    letters = len(issued.issued)
    return {
        "crew": crew,
        "workers": int(count),
        "converter": issued.converter,
        "letters": letters,
        "seconds": round(seconds, 2),
        "letters_per_second": round(letters / seconds, 2),
        "coordinator_cpu_ms": round(1000 * own / letters, 2),
        "workers_cpu_ms": round(1000 * (cpu - own) / letters, 2),
        "peak_mib": {"coordinator": memory.own // MIB, "children": memory.children // MIB},
        "left": left,
    }


def _reap() -> None:
    """Take note of programs whose parents ended before them: LibreOffice's, of a worker that was killed."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _kill_a_child() -> None:
    worker = multiprocessing.active_children()[0]
    worker.kill()
    worker.join()


def what_is_left(office: Workspace) -> dict[str, str]:
    """What two runs that are the same have in common."""
    items, letters = schema.PLAN_ITEMS, schema.LETTERS
    with office._desk.reading() as connection:
        batches = connection.execute(
            select(items.c.position, items.c.number, items.c.account, items.c.batch, items.c.state).order_by(
                items.c.position
            )
        ).all()
        rows = connection.execute(select(letters).order_by(letters.c.number)).all()
        root = office._desk.journal.root(connection).hex()
    return {
        "batches": _digest(map(tuple, batches)),
        "letters": _digest(map(tuple, rows)),
        "files": _digest(sorted(office._desk.store.names())),
        "root": root,
        "checkpoint": _digest([office.checkpoint()]),
    }


def _digest(rows: Any) -> str:
    return hashlib.sha256("\n".join(map(str, rows)).encode()).hexdigest()[:16]


def compare(arguments: argparse.Namespace) -> dict[str, Any]:
    """Every crew in turn; ends with 1 when one of them left something else."""
    load, runs = load_average(), []
    with tempfile.TemporaryDirectory(prefix="bench-", dir=arguments.folder) as name:
        source = ledger(Path(name, "ledger.xlsx"), arguments.n)
        for number, crew in enumerate(arguments.crews):
            folder = Path(name, str(number))
            folder.mkdir()
            runs.append(run(crew, source, arguments.converter, folder))
            print(f"{crew}: {runs[-1]['seconds']} s", file=sys.stderr)
    first = runs[0]
    differing = [one["crew"] for one in runs if one["left"] != first["left"]]
    if differing:
        raise SystemExit(f"not as {first['crew']} left it: {', '.join(differing)}")
    alone = {one["crew"].split()[0]: one for one in runs if one["workers"] == 1}
    for one in runs:
        base = alone.get(one["crew"].split()[0])
        whole = base is not None and one["workers"] == 2 and "killed" not in one["crew"]
        one["efficiency"] = (
            round(one["letters_per_second"] / base["letters_per_second"] / 2, 3) if base and whole else None
        )
        cores = len(os.sched_getaffinity(0))
        cpu = (one["coordinator_cpu_ms"] + one["workers_cpu_ms"]) * one["letters"] / 1000
        one["busy"] = round(cpu / one["seconds"] / cores, 3)
    return {
        "schema_version": 1,
        "benchmark": "scaling",
        "measured_at": system_source().now().astimezone(CHINA).isoformat(),
        "command": "python bench/scaling.py " + " ".join(sys.argv[1:]),
        "machine": {**machine(PACKAGES), "load_before": load, "load_after": load_average()},
        "same": first["left"],
        "runs": [{key: value for key, value in one.items() if key != "left"} for one in runs],
    }


def table(figures: dict[str, Any]) -> Iterator[str]:
    """The figures for people."""
    host = figures["machine"]
    yield f"{host['cpu']}, {host['cpus']} cores, {host['system']}, Python {host['python']}"
    yield f"load average {host['load_before']} before, {host['load_after']} after"
    if host["load_before"] > 0.5:
        yield "The machine had other work: seconds mean little."
    yield ""
    heads = f"{'letters':>8}{'s':>9}{'per s':>8}{'effic.':>8}{'busy':>7}{'coord.':>9}{'workers':>9}"
    yield f"{'crew':<22}{heads}  CPU ms a letter"
    for one in figures["runs"]:
        efficiency = f"{100 * one['efficiency']:.0f} %" if one["efficiency"] else "–"
        yield (
            f"{one['crew']:<22}{one['letters']:>8}{one['seconds']:>9.1f}{one['letters_per_second']:>8.1f}"
            f"{efficiency:>8}{100 * one['busy']:>5.0f} %{one['coordinator_cpu_ms']:>9.1f}{one['workers_cpu_ms']:>9.1f}"
        )
    yield ""
    same = figures["same"]
    yield f"all left the same: batches {same['batches']}, files {same['files']}, root {same['root'][:16]}"


def parse(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="One and two workers, here and on a cluster: speed, and the same bytes."
    )
    parser.add_argument("--n", type=int, default=400)
    parser.add_argument("--converter", choices=("auto", "builtin", "libreoffice"), default="auto")
    parser.add_argument("--crews", type=lambda text: text.split(";"), default=list(CREWS))
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    parser.add_argument("--folder", type=Path, help="where to work (default: the system's temporary folder)")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> None:
    arguments = parse(words)
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # Linux: orphans come here and are counted
    figures = compare(arguments)
    print("\n".join(table(figures)))
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
