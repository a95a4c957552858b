"""The coordinator of a run killed with SIGKILL at random moments, and the same command again until it is done.

``python bench/kills.py``: ``--kills`` times ``evidence issue demand`` for ``--homes`` homes (样本) is started in a fresh
copy of one office, killed, and started again until it ends by itself; then everything it left is held against an
undisturbed run under the same clock and keys: tree, checkpoint and every entry of the journal, every row of the
database, every file of ``letters/`` and of the store by its SHA-256. ``evidence verify`` and ``evidence journal check``
must pass, and each number is there once. Only the coordinator is killed: whatever it had started is left to itself,
beside the next run, and counted.

Half of the moments are spread over the time of the whole run. The other half is spread over its steps (planned, made,
stored, journaled, copied, completed, from the start of the process to its end), since storing and journaling take a small
share of the time. Every fourth run is killed a second time while it goes on. All moments come from ``--seed``.

``--servers`` puts the office on a PostgreSQL started for it and a stand-in for S3 (moto). Words after ``--`` go to
``evidence issue``. Ends with 1 when anything differed.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), *(str(ROOT / "tests" / room) for room in ("office", "journal", "workspace"))]

import bucket as s3  # noqa: E402
import estate  # noqa: E402
import postgres  # noqa: E402
from _measure import load_average, machine  # noqa: E402
from sqlalchemy import select  # noqa: E402

from evidence.journal.store import ENTRIES  # noqa: E402
from evidence.model.letter import LetterNumber  # noqa: E402
from evidence.workspace import Workspace, schema  # noqa: E402
from evidence.workspace.places import Places, with_places  # noqa: E402

SEED = "kills"
TRIES = 6
"""After so many starts of the command that none ends well it is given up."""
COMMAND = """
import os, sys
from evidence.workspace import crews, issue, steps
told, issue.BATCH, crews.SMALL = int(sys.argv.pop(1)), int(sys.argv.pop(1)), 0
os.set_inheritable(told, False)
steps.set_hook(lambda name: os.write(told, f"{name}\\n".encode()))
from evidence.cli import main
main()
"""
"""The command line as it is, but that it tells which step it has reached, joins fewer letters into a batch, so that a
small run has several, and starts the processes of ``--jobs`` for a small run as well."""
PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Office:
    """A copy of the office that nothing was issued in, and where its database and files are."""

    root: Path
    scratch: Path
    places: Places | None = None


@dataclass
class Trial:
    """One run and what became of it. ``moment`` in seconds after the start; ``after`` is the last step it had reached."""

    number: int
    moments: list[float] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    starts: int = 0
    made_last: int = 0
    """Letters that the start which ended by itself still had to make."""
    orphans: int = 0
    outlived: int = 0
    """Processes the killed one left, and how many of them were still there when the run had been finished."""
    scratch_mib: float = 0.0
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Moment:
    """When to kill: so many seconds after the start, or after the ``step``-th step was told."""

    seconds: float
    step: int = 0


class Running:
    """The command as a process; ``steps`` are those it told, with their seconds after the start."""

    def __init__(self, office: Office, given: argparse.Namespace) -> None:
        told, tell = os.pipe()
        words = ["-C", str(office.root), "--json", "--wait", "60", "issue", "demand"]
        words += ["--converter", given.converter, *given.words]
        self._begun = time.perf_counter()
        self.steps: list[tuple[str, float]] = []
        self._reached = threading.Condition()
        self._output, self._errors = office.scratch / "said", office.scratch / "complained"
        with self._output.open("wb") as output, self._errors.open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-c", COMMAND, str(tell), str(given.batch), *words],
                env=environment(office),
                cwd=office.scratch,
                pass_fds=(tell,),
                stdout=output,
                stderr=errors,
                start_new_session=True,
            )
        os.close(tell)
        threading.Thread(target=self._listen, args=(told,), daemon=True).start()

    def _listen(self, told: int) -> None:
        with os.fdopen(told) as lines:
            for line in lines:
                with self._reached:
                    self.steps.append((line.strip(), time.perf_counter() - self._begun))
                    self._reached.notify_all()

    def kill_at(self, moment: Moment) -> float | None:
        """Kill the process alone at the moment; ``None`` where it had ended before."""
        with self._reached:
            while len(self.steps) < moment.step and self.process.poll() is None:
                self._reached.wait(0.05)
            since = self.steps[moment.step - 1][1] if 0 < moment.step <= len(self.steps) else 0.0
        left = since + moment.seconds - (time.perf_counter() - self._begun)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, left))
            return None
        self.process.kill()
        return time.perf_counter() - self._begun if self.process.wait() == -signal.SIGKILL else None

    def end(self) -> tuple[int, str]:
        """Its exit code, and what it told: the one object of ``--json``, or else its complaints."""
        code = self.process.wait()
        return code, self._output.read_text("utf-8") or self._errors.read_text("utf-8")


def environment(office: Office) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVIDENCE_")}
    given = {"EVIDENCE_TEST_NOW": estate.NOW, "EVIDENCE_TEST_SEED": SEED, "TMPDIR": str(office.scratch)}
    return {**kept, **given, "PYTHONPATH": str(ROOT)}


def people(homes: int) -> list[tuple[str, str]]:
    return [(f"{i // 20 + 1}栋1单元{i % 20 + 1:02d}01", f"样本业主{i}") for i in range(homes)]


class Offices:
    """Copies of one office, each with its own database and bucket where these are on servers."""

    def __init__(self, folder: Path, homes: int, servers: tuple[str, Any] | None) -> None:
        self._folder, self._servers, self._count = folder, servers, 0
        self._kept = folder / "kept"
        places = self._places("kept", None)
        with Workspace.init(
            self._kept, config=estate.config(ROOT), places=places, source=estate.source(SEED)
        ) as made:
            made.import_ledger([estate.ledger(folder / "ledger.csv", people(homes))])
            self._files = {name: made._desk.store.get(name) for name in made._desk.store.names()}

    @contextmanager
    def copy(self) -> Iterator[Office]:
        self._count += 1
        name = f"copy{self._count}"
        root, scratch = self._folder / name / "office", self._folder / name / "tmp"
        shutil.copytree(self._kept, root)
        scratch.mkdir()
        places = self._places(name, "kept")
        if places:
            settings = root / "evidence.toml"
            settings.write_text(with_places(settings.read_text("utf-8"), places), "utf-8")
            with Workspace.open(root, source=estate.source(SEED)) as made:
                made._desk.store.put_all(self._files.values())
        try:
            yield Office(root, scratch, places)
        finally:
            shutil.rmtree(root.parent, ignore_errors=True)

    def _places(self, name: str, template: str | None) -> Places | None:
        if self._servers is None:
            return None
        url, buckets = self._servers
        made = buckets(name)
        return Places(postgres.database(url, name, template), made.files, made.endpoint)


def state(office: Office) -> dict[str, Any]:
    """Everything a run leaves, and how many letters its journal has."""
    with Workspace.open(office.root, source=estate.source(SEED), wait=60) as made:
        store = made._desk.store
        with made._desk.reading() as connection:
            entries = connection.execute(select(ENTRIES.c.entry).order_by(ENTRIES.c.idx)).scalars().all()
            rows = {
                table.name: sorted(str(tuple(row)) for row in connection.execute(select(table)))
                for table in schema.METADATA.sorted_tables
            }
            numbers = connection.execute(select(schema.LETTERS.c.number)).scalars().all()
        return {
            "checkpoint": made.checkpoint(),
            "entries": [bytes(entry) for entry in entries],
            "rows": rows,
            "letters": estate.files(office.root / "letters"),
            "store": {name: hashlib.sha256(store.get(name)).hexdigest() for name in sorted(store.names())},
            "beside": sorted(
                path.relative_to(office.root).as_posix()
                for path in office.root.rglob("*")
                if path.name.startswith(".") and path.name != ".lock" and path.is_file()
            ),
            "journal": [problem.code for problem in made.check_journal()[1]],
            "numbers": sorted(numbers),
        }


def faults_of(found: dict[str, Any], undisturbed: dict[str, Any], homes: int) -> Iterator[str]:
    """What differs, named."""
    for part, expected in undisturbed.items():
        if found[part] != expected:
            if isinstance(expected, dict):
                keys = {k for k in {*expected, *found[part]} if expected.get(k) != found[part].get(k)}
                yield f"{part} differ: {sorted(keys)[:4]} and {len(keys)} in all"
            else:
                yield f"{part} differ: {str(found[part])[:200]}"
    if found["numbers"] != [LetterNumber(2, 2026, seq + 1).key for seq in range(homes)]:
        yield "a number is lost or there twice"


def checked(office: Office) -> Iterator[str]:
    """What the checkers complain of, asked by the command line."""
    letters = [str(path) for path in sorted((office.root / "letters").rglob("*_2-2026-*.pdf"))]
    key = str(office.root / "keys" / "signing.pub")
    for words in (["verify", *letters, "--trust", key], ["-C", str(office.root), "journal", "check"]):
        done = subprocess.run(
            [sys.executable, "-m", "evidence", *words],
            env=environment(office),
            cwd=office.scratch,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            yield f"{words[0]} ends with {done.returncode}: {done.stdout.decode()[-200:]}"


def descendants() -> set[int]:
    """Every process below this one: what a killed one leaves comes to us, who are its nearest reaper."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            after_name = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
            if after_name[0] == "Z" and int(after_name[1]) == os.getpid():
                with suppress(ChildProcessError):
                    os.waitpid(int(folder.name), os.WNOHANG)
                continue
            parents[int(folder.name)] = int(after_name[1])
    found: set[int] = set()
    new = {os.getpid()}
    while new:
        new = {pid for pid, parent in parents.items() if parent in new}
        found |= new
    return found


def moments(given: argparse.Namespace, told: Sequence[tuple[str, float]], whole: float) -> list[list[Moment]]:
    """For each run, when to kill it, and for every fourth when to kill it again."""
    dice = random.Random(given.seed)
    starts = [0.0, *(at for _, at in told)]
    ends = [*(at for _, at in told), whole]
    by_time = (given.kills + 1) // 2
    by_step = given.kills - by_time
    # Spread: of each equal part of the time one moment, and of the steps one after the other.
    chosen = [Moment((n + dice.random()) * whole / by_time) for n in range(by_time)]
    for n in range(by_step):
        step = (n + dice.random()) * len(starts) / by_step
        at = int(step)
        chosen.append(Moment((step - at) * (ends[at] - starts[at]), at))
    dice.shuffle(chosen)
    return [[one, Moment(dice.random() * whole)] if n % 4 == 3 else [one] for n, one in enumerate(chosen)]


def run(office: Office, given: argparse.Namespace, trial: Trial, kill_at: Sequence[Moment]) -> float:
    """Start, kill, start again, and so on until the command ends by itself; how long the last start took."""
    before, orphans = descendants(), set[int]()
    waiting = list(kill_at)
    while trial.starts < TRIES:
        trial.starts += 1
        running = Running(office, given)
        begun = time.perf_counter()
        if waiting:
            moment = running.kill_at(waiting.pop(0))
            if moment is not None:
                orphans |= descendants() - before
                trial.moments.append(round(moment, 3))
                trial.after.append(running.steps[-1][0] if running.steps else "started")
                continue
        code, said = running.end()
        if code == 0:
            trial.made_last = json.loads(said)["counts"]["issued"]
            break
        trial.faults.append(f"exit {code}: {said[-600:]}")
    seconds = time.perf_counter() - begun
    trial.orphans = len(orphans)
    left = descendants() - before
    trial.outlived = len(left & orphans)
    trial.scratch_mib = round(
        sum(p.lstat().st_size for p in office.scratch.rglob("*") if p.is_file()) / 2**20, 1
    )
    for pid in left:  # ours: they came into being since this run began, below this process
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return seconds


def campaign(folder: Path, given: argparse.Namespace, servers: tuple[str, Any] | None) -> dict[str, Any]:
    offices = Offices(folder, given.homes, servers)
    with offices.copy() as office:
        first = Running(office, given)
        code, said = first.end()
        whole = time.perf_counter() - first._begun
        if code:
            raise SystemExit(f"the undisturbed run ended with {code}: {said}")
        undisturbed, told = state(office), list(first.steps)
        if faults := [*faults_of(undisturbed, undisturbed, given.homes), *checked(office)]:
            raise SystemExit(f"the undisturbed run: {faults}")
    print(
        f"undisturbed: {len(undisturbed['numbers'])} letters in {whole:.1f} s, {len(told)} steps", flush=True
    )
    trials, dice = [], random.Random(given.seed)
    for number, kill_at in enumerate(moments(given, told, whole), 1):
        while True:
            trial = Trial(number)
            with offices.copy() as office:
                seconds = run(office, given, trial, kill_at)
                trial.faults += [*faults_of(state(office), undisturbed, given.homes), *checked(office)]
            if trial.moments or trial.faults:
                break
            # It ended before its moment came, as it does when the machine has become quicker.
            kill_at = [Moment(dice.random() * seconds)]
        trials.append(trial)
        shown = ", ".join(
            f"{at:.2f} s after {step}" for at, step in zip(trial.moments, trial.after, strict=True)
        )
        print(
            f"{number:4} {shown}; then {trial.made_last} letters{' '.join(['', *trial.faults])}",
            flush=True,
        )
    return {
        "office": "PostgreSQL and S3 (moto)" if servers else "SQLite and folder",
        "converter": given.converter,
        "homes": given.homes,
        "batch": given.batch,
        "words": given.words,
        "seed": given.seed,
        "undisturbed_seconds": round(whole, 2),
        "steps": [name for name, _ in told],
        "runs": len(trials),
        "kills": sum(len(trial.moments) for trial in trials),
        "killed_after": dict(Counter(step for trial in trials for step in trial.after)),
        "orphans": sum(trial.orphans for trial in trials),
        "outlived": sum(trial.outlived for trial in trials),
        "scratch_mib": max((trial.scratch_mib for trial in trials), default=0.0),
        "differing": sum(bool(trial.faults) for trial in trials),
        "root": undisturbed["checkpoint"].splitlines()[2],
        "machine": machine(["obstore", "psycopg", "sqlalchemy"]),
        "load": load_average(),
        "trials": [asdict(trial) for trial in trials],
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--homes", type=int, default=40)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--converter", choices=["builtin", "libreoffice"], default="builtin")
    parser.add_argument("--servers", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    parser.add_argument("words", nargs="*", help="for evidence issue, after --")
    given = parser.parse_args()
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "sample")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "sample")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kills-")))
        servers = None
        if given.servers:
            servers = (stack.enter_context(postgres.server()), stack.enter_context(s3.server()))
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        figures = campaign(folder, given, servers)
    for name, value in figures.items():
        if name != "trials":
            print(f"{name:24} {value}")
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 1 if figures["differing"] else 0


if __name__ == "__main__":
    sys.exit(main())
