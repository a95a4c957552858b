"""An office on servers: clerks at once, moving, backup and restore; on a PostgreSQL started for it, and on SQLite.

``python bench/office.py``: ``--owners`` letters are issued by ``--clerks`` processes that start together, each its share
in runs of ``--run`` letters, on PostgreSQL and a stand-in for S3 (moto, in this process). Told: letters a second, whether
numbers have gaps, whether the tree is one. Then backup and restore are timed, every letter is verified before and after,
and the workspace moves to SQLite and its folder and back with the same root. ``--demo`` runs the demo there, too.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), *(str(ROOT / "tests" / room) for room in ("office", "journal", "workspace"))]

import bucket as s3  # noqa: E402
import estate  # noqa: E402
import postgres  # noqa: E402

from evidence.model.letter import LetterKind  # noqa: E402
from evidence.verify import parse_trust, verify_paths  # noqa: E402
from evidence.workspace import Workspace  # noqa: E402
from evidence.workspace.places import Places  # noqa: E402


def clerk(root: Path, number: int, clerks: int, owners: int, run: int) -> None:
    """One clerk's share, in runs of ``run`` letters."""
    rooms = [room for i, (room, _) in enumerate(people(owners)) if i % clerks == number]
    for start in range(0, len(rooms), run):
        with Workspace.open(root, source=estate.source(f"{number}-{start}"), wait=3600) as office:
            office.issue(LetterKind.DEMAND, accounts=rooms[start : start + run], converter="builtin")


def people(owners: int) -> list[tuple[str, str]]:
    return [(f"{i // 20 + 1}栋1单元{i % 20 + 1:02d}01", f"样本业主{i}") for i in range(owners)]


def answers(root: Path) -> str:
    letters = sorted((root / "letters").rglob("*_2-2026-*.pdf"))
    report = verify_paths(letters, trust=parse_trust([str(root / "keys" / "signing.pub")]))
    return f"{len(letters)} letters, all {'good' if report.ok else 'BAD'}"


def timed(what: str, begun: float) -> None:
    print(f"{what}: {time.perf_counter() - begun:.1f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--owners", type=int, default=200)
    parser.add_argument("--clerks", type=int, default=8)
    parser.add_argument("--run", type=int, default=5)
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--as-clerk", nargs=2, metavar=("ROOT", "NUMBER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.as_clerk:
        clerk(Path(given.as_clerk[0]), int(given.as_clerk[1]), given.clerks, given.owners, given.run)
        return
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "sample")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "sample")
    folder = Path(tempfile.mkdtemp(prefix="office-"))
    try:
        with postgres.server() as url, s3.server() as buckets:
            bench(folder, url, buckets("office"), given)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def bench(folder: Path, url: str, bucket: s3.Bucket, given: argparse.Namespace) -> None:
    root, here = folder / "office", Places(postgres.database(url, "office"), bucket.files, bucket.endpoint)
    with Workspace.init(root, config=estate.config(ROOT), places=here, source=estate.source()) as office:
        office.import_ledger([estate.ledger(folder / "ledger.csv", people(given.owners))])
    begun = time.perf_counter()
    sizes = [f"--{name}={getattr(given, name)}" for name in ("owners", "clerks", "run")]
    words = [sys.executable, __file__, *sizes, "--as-clerk", str(root)]
    clerks = [subprocess.Popen([*words, str(number)]) for number in range(given.clerks)]
    codes = [process.wait() for process in clerks]
    seconds = time.perf_counter() - begun
    print(
        f"{given.clerks} clerks: {given.owners} letters in {seconds:.1f} s, {given.owners / seconds:.1f}/s, exits {codes}"
    )
    with Workspace.open(root, source=estate.source("after")) as office:
        numbers = sorted(int(p.stem[-4:]) for p in (root / "letters").rglob("*_2-2026-*.pdf"))
        entries, problems = office.check_journal()
        is_gapless = numbers == list(range(1, given.owners + 1))
        print(f"numbers without gap or repetition: {is_gapless}; entries {entries}, faults {len(problems)}")
        begun = time.perf_counter()
        before, head = answers(root), office.checkpoint()
        timed(f"verify: {before}", begun)
        begun = time.perf_counter()
        done = office.backup(folder / "backup.zip", with_keys=True)
        size = (folder / "backup.zip").stat().st_size
        timed(f"backup of {done.files} files, {size / 1e6:.0f} MB", begun)
    shutil.rmtree(root)
    begun = time.perf_counter()
    Workspace.restore(folder / "backup.zip", root)
    timed("restore", begun)
    with Workspace.open(root, source=estate.source("restored")) as office:
        print(f"the same answers and checkpoint: {(answers(root), office.checkpoint()) == (before, head)}")
    there = Places(postgres.database(url, "again"), f"{bucket.files}-again", bucket.endpoint)
    for name, places in (("PostgreSQL and S3", there), ("SQLite and folder", Places())):
        begun = time.perf_counter()
        moved = Workspace.move(root, places, source=estate.source("move"))
        timed(f"moved to {name}: {moved.rows} rows, {moved.files} files", begun)
    with Workspace.open(root, source=estate.source("moved")) as office:
        print(f"the same checkpoint: {office.checkpoint() == head}")
    if given.demo:
        places = ["--database", postgres.database(url, "demo"), "--files", f"{bucket.files}-demo"]
        words = ["-m", "evidence", "demo", str(folder / "demo"), *places, "--endpoint", bucket.endpoint]
        begun = time.perf_counter()
        shown = subprocess.run(
            [sys.executable, *words], capture_output=True, text=True, cwd=ROOT, check=False
        )
        timed(f"demo: exit {shown.returncode}", begun)
        if shown.returncode:
            print(shown.stderr[-600:])


if __name__ == "__main__":
    main()
