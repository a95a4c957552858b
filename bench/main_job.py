"""The main job at scale: one formal demand for each of N owners, from the ledger to a checked evidence file.

    python bench/main_job.py --n 10000
    python bench/main_job.py --n 250,1000 --converter builtin --jobs 2 --json figures.json

Prints, for each N, letters per second, the seconds and share of every stage, and the highest memory, beside that of
1,000 letters. In the same run, half right before and half right after, under the same load, two others are measured on
a sample: the stock path (see ``_stock.py``), and our own path with every letter converted by itself instead of joined
with others (*one by one*). Ratios are what to look at: on a busy machine seconds mean little. Everything is fictional
and drawn from a fixed seed; each N runs in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from _measure import MIB, Memory, Stages, cpu_of_tree, cpu_seconds, load_average, machine
from openpyxl import Workbook

from evidence import verify
from evidence.claim.readiness import Outcome
from evidence.clock import CHINA, fixed_source, system_source
from evidence.letters.convert import join
from evidence.letters.convert.choose import open_converter
from evidence.letters.convert.libreoffice import LibreOfficeConverter
from evidence.letters.convert.office import Office
from evidence.model.letter import LetterKind
from evidence.resources import samples_dir
from evidence.workspace import Workspace, crews, imports, issue, making, recording, steps
from evidence.workspace.executors import AHEAD, Hands, default_jobs
from evidence.workspace.progress import Progress, Stage, Watch
from evidence.workspace.store import Store

SEED = "bench/main_job"
NOW = "2026-11-21T10:00:00+08:00"
PERIODS = 6
FIRST_MONTH = 5  # so that the newest period has just ended when the letters are written
HEADER = ("房号", "业主姓名", "费用项目", "费用所属期", "应缴日期", "应收金额", "已收金额")
FAMILY_NAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN_NAMES = "样本示例虚构一二三四五六七八九十"
PACKAGES = ("docxtpl", "lxml", "office2pdf-python", "openpyxl", "pikepdf", "pypdf", "qrcode", "sqlalchemy")

# In the order of the work; by the clock of the process that coordinates. "wait" is the time it has nothing to do but
# wait for letters: what workers do while it prepares, stamps and records others costs the run nothing.
STAGES = (
    "workspace",
    "read ledger",
    "import",
    "plan",
    "prepare",
    "wait",
    "stamp",
    "store",
    "journal",
    "copies",
    "run, other",
    "print file",
    "bundle",
    "verify",
)
OF_ISSUE = STAGES[3:11]
OF_PATH = STAGES[1:12]
"""The whole path of the letters: from the ledger to the file for the printer."""
SINGLES = {
    "one by one": (False, False),
    "one by one, chains held": (True, False),
    "one by one, chains held, office kept": (True, True),
}
"""Ways to convert each letter by itself: whether what must not be parted is held together by LibreOffice, so that few
letters are converted twice, and whether it stays between its calls. Joined letters have both."""
REFERENCE = 1000
"""Letters with whose memory that of more is compared."""


def ledger(path: Path, n: int) -> Path:
    """An arrears ledger of ``n`` owners with six periods each, of which every owner left some unpaid."""
    dice = random.Random(SEED)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("物业服务费（样本）")
    sheet.append(HEADER)
    for number in range(n):
        room = f"{number // 120 + 1}栋{number // 60 % 2 + 1}单元{number // 2 % 30 + 1}{number % 2 + 1:02d}"
        owner = dice.choice(FAMILY_NAMES) + "样" + dice.choice(GIVEN_NAMES)
        fee = dice.randrange(12_000, 60_000)
        unpaid = dice.randrange(1, PERIODS + 1)
        for count, month in enumerate(range(FIRST_MONTH, FIRST_MONTH + PERIODS), 1):
            paid = fee if count <= PERIODS - unpaid else 0
            day = date(2026, month, 25)
            sheet.append((room, owner, "物业费", f"2026年{month}月", day, fee / 100, paid / 100))
    book.save(path)
    return path


class Pace:
    """How fast letters are made once the first are recorded: what a plan and the start of workers cost is left out.

    The clock starts when each of ``workers`` has finished its first piece of work: they finish about together.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._seen: list[tuple[int, float, float]] = []
        self.watch = Watch(self._tell)

    def _tell(self, progress: Progress) -> None:
        if progress.stage is Stage.MAKING and progress.made:
            self._seen.append((progress.made, time.perf_counter(), cpu_of_tree()))

    def figures(self) -> dict[str, Any] | None:
        """Letters after the first of each worker, wall seconds and CPU seconds of all processes for them."""
        if len(self._seen) < 2 * self._workers:
            return None
        (first, begun, spent), (last, ended, cpu) = self._seen[self._workers - 1], self._seen[-1]
        return {
            "letters": last - first,
            "seconds": round(ended - begun, 3),
            "cpu_seconds": round(cpu - spent, 3),
        }


def main_job(n: int, converter: str, jobs: int, slips: bool, folder: Path) -> dict[str, Any]:
    """Run it once in ``folder`` and say how long each stage took; fails when a letter is missing."""
    source, pace = ledger(folder / "ledger.xlsx", n), Pace(jobs)
    with Stages() as stages, Memory() as memory:
        stages.wrap(imports, "read_ledger", "read ledger")
        stages.wrap_iterator(making.Workshop, "make", "wait")
        stages.wrap(making.Workshop, "prepare", "prepare")
        stages.wrap(making.Workshop, "finish", "stamp")
        stages.wrap(Store, "put_all", "store")
        stages.wrap(issue, "record_wave", "journal")
        stages.wrap(recording, "write_copies", "copies")
        stages.wrap(issue, "restore_copies", "copies")
        steps.set_hook(lambda step: stages.rename("run, other") if step == "planned" else None)
        start, cpu, own = time.perf_counter(), cpu_seconds(), time.process_time()
        with stages.stage("workspace"):
            workspace = Workspace.init(
                folder / "office", config=samples_dir() / "evidence.toml", source=fixed_source(NOW, SEED)
            )
            with workspace:
                with stages.stage("import"):
                    account = workspace.import_ledger([source]).ledger.accounts[0].id
                with stages.stage("plan"):
                    issued = workspace.issue(
                        LetterKind.DEMAND, converter=converter, hands=Hands(jobs=jobs), watch=pace.watch
                    )
                with stages.stage("print file"):
                    printed = workspace.print_run("last", converter=converter, slips=slips)
                failing = [f.rule for f in workspace.ready(account).findings if f.outcome is Outcome.FAIL]
                overrides = dict.fromkeys(failing, "benchmark: the case file is empty")
                with stages.stage("bundle"):
                    bundle = workspace.bundle(account, converter=converter, overrides=overrides)
                letter = min((workspace.root / "letters" / issued.folder).glob("*.pdf"))
                trust = verify.parse_trust([str(workspace.root / "keys" / "signing.pub")])
            with stages.stage("verify"):
                report = verify.verify_paths([bundle.zip_path, letter], trust=trust)
        seconds, cpu = time.perf_counter() - start, cpu_seconds() - cpu
        own = time.process_time() - own
    steps.set_hook(None)
    complete = len(issued.issued) == n and len(printed.letters) == n and not issued.skipped
    if not complete or not report.ok:
        raise SystemExit(f"{len(issued.issued)} of {n} letters, {issued.skipped[:3]}, verified: {report.ok}")
    in_issue, in_path = (
        sum(stages.seconds.get(name, 0.0) for name in names) for names in (OF_ISSUE, OF_PATH)
    )
    return {
        "n": n,
        "converter": issued.converter,
        "letters": len(issued.issued),
        "jobs": jobs,
        "pages_printed": printed.sides.pages,
        "seconds": round(seconds, 3),
        "cpu_seconds": round(cpu, 3),
        "coordinator_cpu_seconds": round(own, 3),
        "stages": {name: round(stages.seconds.get(name, 0.0), 3) for name in STAGES},
        "issue_seconds": round(in_issue, 3),
        "path_seconds": round(in_path, 3),
        "letters_per_second": round(n / in_path, 2),
        "issue_letters_per_second": round(n / in_issue, 2),
        "job_letters_per_second": round(n / seconds, 2),
        "pace": pace.figures(),
        "peak_mib": {
            "process": memory.own // MIB,
            "children": memory.children // MIB,
            "together": memory.together // MIB,
        },
    }


def one_by_one(n: int, converter: str, jobs: int, folder: Path, *, held: bool, kept: bool) -> dict[str, Any]:
    """``n`` letters the same way, but each converted by itself; what comes before the first is not counted.

    The calls of LibreOffice take 25 files: what joining saves is the cost of a document, not of a start. For ``held``
    and ``kept`` see :data:`SINGLES`.
    """
    issue.BATCH = 1
    LibreOfficeConverter.batches_at_once = 50
    crews.SMALL = 0 if kept else n
    if not held:
        join.hold_chains = lambda *_: None  # type: ignore[attr-defined]
    if not kept:
        # The threads of this process, whose converter is told by the next line to start an office for each call.
        crews.WORKERS = 25  # type: ignore[attr-defined]
        Office._start = lambda *_: None  # type: ignore[method-assign]
    source, drawn = ledger(folder / "ledger.xlsx", n), fixed_source(NOW, SEED)
    pace = Pace(jobs if kept else AHEAD)
    with Workspace.init(folder / "office", config=samples_dir() / "evidence.toml", source=drawn) as workspace:
        workspace.import_ledger([source])
        done = workspace.issue(
            LetterKind.DEMAND, converter=converter, hands=Hands(jobs=jobs), watch=pace.watch
        )
    if (found := pace.figures()) is None:
        raise SystemExit("too few letters to tell how long one takes")
    return {**found, "converter": done.converter}


def stock_letters(count: int, folder: Path) -> tuple[Path, list[Any]]:
    """The template of a demand, and the very values the first ``count`` owners' letters are filled with."""
    from _stock import Letter

    from evidence.letters.context import build_context
    from evidence.letters.packs import find_pack
    from evidence.resources import templates_dir

    letters: dict[str, Letter] = {}

    def catching(*args: Any, **kwargs: Any) -> Any:
        context = build_context(*args, **kwargs)
        code = f"https://example.invalid/r/{kwargs['doc_identifier']}{kwargs['doc_identifier']}"
        letters[kwargs["number"]] = Letter(kwargs["doc_identifier"], context.values, code)
        return context

    source = ledger(folder / "ledger.xlsx", count)
    making.build_context = catching  # type: ignore[attr-defined]
    try:
        with Workspace.init(
            folder / "office", config=samples_dir() / "evidence.toml", source=fixed_source(NOW, SEED)
        ) as workspace:
            workspace.import_ledger([source])
            workspace.issue(LetterKind.DEMAND, converter="builtin")
    finally:
        making.build_context = build_context  # type: ignore[attr-defined]
    pack = find_pack(templates_dir(), "cn", "zh")
    return pack.template(LetterKind.DEMAND).path, list(letters.values())


def alone(arguments: argparse.Namespace, what: str, n: int) -> dict[str, Any]:
    """One measurement in a process of its own, so that no memory or settings of another show in it."""
    with tempfile.TemporaryDirectory(prefix="bench-", dir=arguments.folder) as name:
        figures = Path(name, "figures.json")
        command = [sys.executable, __file__, "--alone", what, str(n), "--jobs", str(arguments.jobs)]
        command += ["--converter", arguments.converter, *(["--slips"] if arguments.slips else [])]
        subprocess.run([*command, "--folder", name, "--json", str(figures)], check=True)
        found: dict[str, Any] = json.loads(figures.read_text("utf-8"))
        return found


def compare(arguments: argparse.Namespace) -> dict[str, Any]:
    """The whole benchmark: half the samples, the runs, the other half."""
    from _stock import StockPath

    before = load_average()
    stock: StockPath | None = None
    runs: list[dict[str, Any]] = []
    singles: dict[str, list[dict[str, Any]]] = {name: [] for name in SINGLES}

    def single() -> None:
        if arguments.single_sample:
            for name, halves in singles.items():
                halves.append(alone(arguments, name, (arguments.single_sample + 1) // 2))

    with tempfile.TemporaryDirectory(prefix="bench-", dir=arguments.folder) as name:
        if arguments.stock_sample:
            template, letters = stock_letters(arguments.stock_sample, Path(name))
            half = (len(letters) + 1) // 2
            with StockPath(template, fixed_source(NOW).now()) as stock:
                stock.warm_up(letters[0])
                stock.make(letters[:half])
                single()
                runs = [alone(arguments, "run", n) for n in sizes_of(arguments)]
                single()
                stock.make(letters[half:])
        else:
            single()
            runs = [alone(arguments, "run", n) for n in sizes_of(arguments)]
            single()
    ones = {name: _single_figures(halves) for name, halves in singles.items() if halves}
    for run in runs:
        run["against"] = {
            **({"stock": _times(run, stock.seconds_per_letter)} if stock else {}),
            **{name: _times(run, one["seconds_per_letter"]) for name, one in ones.items()},
        }
        if pace := run["pace"]:
            run["pace_against"] = {
                other: {
                    name: round(one[f"{name}_per_letter"] * pace["letters"] / pace[name], 2)
                    for name in ("seconds", "cpu_seconds")
                }
                for other, one in ones.items()
            }
        reference = next((other for other in runs if other["n"] == REFERENCE), runs[0])
        run["memory_ratio"] = {
            name: round(size / max(1, reference["peak_mib"][name]), 2)
            for name, size in run["peak_mib"].items()
        }
    return {
        "schema_version": 3,
        "benchmark": "main_job",
        "measured_at": system_source().now().astimezone(CHINA).isoformat(),
        "command": "python bench/main_job.py " + " ".join(sys.argv[1:]),
        "machine": {
            **machine(PACKAGES),
            "libreoffice": _libreoffice(runs, stock.converter if stock else ""),
            "load_before": before,
            "load_after": load_average(),
        },
        "stock": _stock_figures(stock),
        "one_by_one": ones,
        "runs": runs,
    }


def sizes_of(arguments: argparse.Namespace) -> list[int]:
    """What was asked for; before more than :data:`REFERENCE` letters so many, for their memory."""
    sizes: list[int] = arguments.n
    return sizes if max(sizes) <= REFERENCE or REFERENCE in sizes else [REFERENCE, *sizes]


def _times(run: dict[str, Any], seconds_per_letter: float) -> dict[str, float]:
    """How many times as fast: the path from ledger to print file, issuing alone, and the whole job."""
    return {
        name: round(run[key] * seconds_per_letter, 1)
        for name, key in (
            ("path", "letters_per_second"),
            ("issue", "issue_letters_per_second"),
            ("job", "job_letters_per_second"),
        )
    }


def _single_figures(halves: Sequence[dict[str, Any]]) -> dict[str, Any]:
    letters, seconds, cpu = (
        sum(half[name] for half in halves) for name in ("letters", "seconds", "cpu_seconds")
    )
    return {
        "letters": letters,
        "converter": halves[0]["converter"],
        "seconds_per_letter": round(seconds / letters, 4),
        "cpu_seconds_per_letter": round(cpu / letters, 4),
        "letters_per_second": round(letters / seconds, 2),
    }


def _libreoffice(runs: Sequence[dict[str, Any]], stock: str) -> str | None:
    if stock != "libreoffice" and not any(run["converter"].startswith("libreoffice") for run in runs):
        return None
    with open_converter("libreoffice", "zh") as converter:
        return converter.version


def _stock_figures(stock: Any) -> dict[str, Any] | None:
    if stock is None:
        return None
    return {
        "letters": stock.letters,
        "converter": stock.converter,
        "note": ""
        if stock.converter == "libreoffice"
        else "no LibreOffice here: own converter, one letter a call",
        "seconds_per_letter": round(stock.seconds_per_letter, 3),
        "cpu_seconds_per_letter": round(stock.cpu_seconds / stock.letters, 3),
        "letters_per_second": round(1 / stock.seconds_per_letter, 3),
        "stages": {name: round(seconds / stock.letters, 4) for name, seconds in stock.seconds.items()},
    }


def table(figures: dict[str, Any]) -> Iterator[str]:
    """The figures for people."""
    host = figures["machine"]
    yield f"{host['cpu']}, {host['cpus']} cores, {host['memory_mib']} MiB, {host['system']}, Python {host['python']}"
    yield f"LibreOffice {host['libreoffice'] or 'not used'}; " + ", ".join(
        f"{k} {v}" for k, v in host["packages"].items()
    )
    yield f"load average {host['load_before']} before, {host['load_after']} after"
    if host["load_before"] > 0.5:
        yield "The machine had other work: ratios hold, seconds do not."
    stock = figures["stock"]
    if stock:
        yield ""
        parts = ", ".join(f"{name} {1000 * seconds:.0f} ms" for name, seconds in stock["stages"].items())
        yield (
            f"stock path ({stock['converter']}), {stock['letters']} letters: {stock['seconds_per_letter']:.2f} s a "
            f"letter, {stock['letters_per_second']:.2f} letters/s; CPU {stock['cpu_seconds_per_letter']:.2f} s"
        )
        yield f"  a letter: {parts}"
        if stock["note"]:
            yield f"  {stock['note']}"
    for name, single in figures["one_by_one"].items():
        yield ""
        yield (
            f"{name} ({single['converter']}), {single['letters']} letters: "
            f"{single['letters_per_second']:.1f} letters/s; CPU {1000 * single['cpu_seconds_per_letter']:.0f} ms a letter"
        )
    for run in figures["runs"]:
        yield ""
        cpu, own = (1000 * run[name] / run["letters"] for name in ("cpu_seconds", "coordinator_cpu_seconds"))
        yield (
            f"{run['letters']} letters by {run['converter']}, {run['jobs']} jobs: {run['seconds']:.1f} s in all, "
            f"CPU {cpu:.0f} ms a letter, {own:.0f} of them the coordinator's"
        )
        for name, seconds in run["stages"].items():
            yield f"  {name:<12}{seconds:>9.2f} s {100 * seconds / run['seconds']:>6.1f} %"
        memory, ratio = run["peak_mib"], run["memory_ratio"]
        parts = ", ".join(f"{name} {size} MiB (× {ratio[name]:.2f})" for name, size in memory.items())
        yield f"  highest memory: {parts}"
        for name, key, told in (
            ("ledger to print file", "letters_per_second", "path"),
            ("issue alone", "issue_letters_per_second", "issue"),
            ("whole job", "job_letters_per_second", "job"),
        ):
            against = "".join(f", {times[told]:.1f} times {other}" for other, times in run["against"].items())
            yield f"  {name}: {run[key]:.1f} letters/s{against}"
        if pace := run["pace"]:
            each = 1000 * pace["cpu_seconds"] / pace["letters"]
            against = "".join(
                f"; {ratio['seconds']:.1f} times {other} ({ratio['cpu_seconds']:.1f} by CPU)"
                for other, ratio in run.get("pace_against", {}).items()
            )
            rate = pace["letters"] / pace["seconds"]
            yield f"  once under way: {rate:.1f} letters/s, CPU {each:.0f} ms a letter{against}"


def parse(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The main job at scale, beside the stock path.")
    parser.add_argument("--n", type=lambda text: [int(n) for n in text.split(",")], default=[1000])
    parser.add_argument("--converter", choices=("auto", "builtin", "libreoffice"), default="auto")
    parser.add_argument("--jobs", type=int, default=default_jobs(), help="processes that make letters")
    parser.add_argument("--stock-sample", type=int, default=6, help="letters made by the stock path; 0: none")
    parser.add_argument(
        "--single-sample",
        type=int,
        default=300,
        help="letters converted one by one, half before and half after",
    )
    parser.add_argument(
        "--slips", action="store_true", help="delivery receipts in the print file, a page more each"
    )
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    parser.add_argument("--folder", type=Path, help="where to work (default: the system's temporary folder)")
    parser.add_argument("--alone", nargs=2, metavar=("WHAT", "N"), help=argparse.SUPPRESS)
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> None:
    arguments = parse(words)
    if arguments.alone:
        what, n = arguments.alone[0], int(arguments.alone[1])
        if what == "run":
            figures = main_job(n, arguments.converter, arguments.jobs, arguments.slips, arguments.folder)
        else:
            held, kept = SINGLES[what]
            figures = one_by_one(
                n, arguments.converter, arguments.jobs, arguments.folder, held=held, kept=kept
            )
    else:
        figures = compare(arguments)
        print("\n".join(table(figures)))
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
