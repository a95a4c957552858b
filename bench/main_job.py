"""The main job at scale: one formal demand for each of N owners, from the ledger to a checked evidence file.

    python bench/main_job.py --n 1000
    python bench/main_job.py --n 250,1000 --converter builtin --json figures.json

Prints, for each N, letters per second, the seconds and share of every stage, and the highest memory; beside it
the stock path (see ``_stock.py``), measured on a sample right before and right after, on the same machine under
the same load. Ratios are what to look at: on a busy machine seconds mean little. Everything is fictional and
drawn from a fixed seed; each N runs in a process of its own.
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

from _measure import MIB, Busy, Memory, Stages, cpu_seconds, load_average, machine
from openpyxl import Workbook

from evidence import verify
from evidence.claim.readiness import Outcome
from evidence.clock import CHINA, fixed_source, system_source
from evidence.letters.convert.choose import open_converter
from evidence.model.letter import LetterKind
from evidence.resources import samples_dir
from evidence.workspace import Workspace, imports, issue, making, recording, steps
from evidence.workspace.store import Store

SEED = "bench/main_job"
NOW = "2026-11-21T10:00:00+08:00"
PERIODS = 6
FIRST_MONTH = 5  # so that the newest period has just ended when the letters are written
HEADER = ("房号", "业主姓名", "费用项目", "费用所属期", "应缴日期", "应收金额", "已收金额")
FAMILY_NAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN_NAMES = "样本示例虚构一二三四五六七八九十"
PACKAGES = ("docxtpl", "lxml", "office2pdf-python", "openpyxl", "pikepdf", "pypdf", "qrcode", "sqlalchemy")

# In the order of the work. "convert" is the time the run waits for the converter; what the converter does while
# the next letters are written and the last are recorded costs the run nothing and is listed apart.
STAGES = (
    "workspace",
    "read ledger",
    "import",
    "plan",
    "render docx",
    "convert",
    "stamp",
    "store",
    "journal",
    "copies",
    "run, other",
    "bundle",
    "verify",
)
OF_ISSUE = STAGES[3:11]


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


def main_job(n: int, converter: str, folder: Path) -> dict[str, Any]:
    """Run it once in ``folder`` and say how long each stage took; fails when a letter is missing."""
    source = ledger(folder / "ledger.xlsx", n)
    busy = Busy()
    with Stages() as stages, Memory() as memory:
        stages.wrap(imports, "read_ledger", "read ledger")
        stages.wrap_iterator(making.Workshop, "make", "convert")
        stages.wrap(making.Workshop, "render_wave", "render docx")
        stages.wrap(making.Workshop, "finish", "stamp")
        stages.wrap(Store, "put_all", "store")
        stages.wrap(issue, "record_wave", "journal")
        stages.wrap(recording, "write_copies", "copies")
        stages.wrap(issue, "restore_copies", "copies")
        making.Workshop._convert = busy.around(making.Workshop._convert)  # type: ignore[method-assign]
        steps.set_hook(lambda step: stages.rename("run, other") if step == "planned" else None)
        start, cpu = time.perf_counter(), cpu_seconds()
        with stages.stage("workspace"):
            workspace = Workspace.init(
                folder / "office", config=samples_dir() / "evidence.toml", source=fixed_source(NOW, SEED)
            )
            with workspace:
                with stages.stage("import"):
                    account = workspace.import_ledger([source]).ledger.accounts[0].id
                with stages.stage("plan"):
                    issued = workspace.issue(LetterKind.DEMAND, converter=converter)
                failing = [f.rule for f in workspace.ready(account).findings if f.outcome is Outcome.FAIL]
                overrides = dict.fromkeys(failing, "benchmark: the case file is empty")
                with stages.stage("bundle"):
                    bundle = workspace.bundle(account, converter=converter, overrides=overrides)
                letter = min((workspace.root / "letters" / issued.folder).glob("*.pdf"))
                trust = verify.parse_trust([str(workspace.root / "keys" / "signing.pub")])
            with stages.stage("verify"):
                report = verify.verify_paths([bundle.zip_path, letter], trust=trust)
        seconds, cpu = time.perf_counter() - start, cpu_seconds() - cpu
    steps.set_hook(None)
    if len(issued.issued) != n or issued.skipped or not report.ok:
        raise SystemExit(f"{len(issued.issued)} of {n} letters, {issued.skipped[:3]}, verified: {report.ok}")
    in_issue = sum(stages.seconds.get(name, 0.0) for name in OF_ISSUE)
    return {
        "n": n,
        "converter": issued.converter,
        "letters": len(issued.issued),
        "seconds": round(seconds, 3),
        "cpu_seconds": round(cpu, 3),
        "stages": {name: round(stages.seconds.get(name, 0.0), 3) for name in STAGES},
        "converter_busy_seconds": round(busy.seconds, 3),
        "issue_seconds": round(in_issue, 3),
        "letters_per_second": round(n / in_issue, 2),
        "job_letters_per_second": round(n / seconds, 2),
        "peak_mib": {"process": memory.own // MIB, "children": memory.children // MIB},
    }


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


def alone(arguments: argparse.Namespace, n: int) -> dict[str, Any]:
    """One N in a process of its own, so that no memory of another shows in it."""
    with tempfile.TemporaryDirectory(prefix="bench-", dir=arguments.folder) as name:
        figures = Path(name, "figures.json")
        command = [sys.executable, __file__, "--one", str(n), "--converter", arguments.converter]
        subprocess.run([*command, "--folder", name, "--json", str(figures)], check=True)
        found: dict[str, Any] = json.loads(figures.read_text("utf-8"))
        return found


def compare(arguments: argparse.Namespace) -> dict[str, Any]:
    """The whole benchmark: half the stock sample, the runs, the other half."""
    from _stock import StockPath

    before = load_average()
    stock: StockPath | None = None
    runs: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="bench-", dir=arguments.folder) as name:
        if arguments.stock_sample:
            template, letters = stock_letters(arguments.stock_sample, Path(name))
            half = (len(letters) + 1) // 2
            with StockPath(template, fixed_source(NOW).now()) as stock:
                stock.warm_up(letters[0])
                stock.make(letters[:half])
                runs = [alone(arguments, n) for n in arguments.n]
                stock.make(letters[half:])
        else:
            runs = [alone(arguments, n) for n in arguments.n]
    per_letter = stock.seconds_per_letter if stock else 0.0
    for run in runs:
        run["speed_up"] = round(run["letters_per_second"] * per_letter, 1) if stock else None
        run["job_speed_up"] = round(run["job_letters_per_second"] * per_letter, 1) if stock else None
    return {
        "schema_version": 1,
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
        "runs": runs,
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
    for run in figures["runs"]:
        yield ""
        yield (
            f"{run['letters']} letters by {run['converter']}: {run['seconds']:.1f} s in all, "
            f"CPU {1000 * run['cpu_seconds'] / run['letters']:.0f} ms a letter"
        )
        for name, seconds in run["stages"].items():
            yield f"  {name:<12}{seconds:>9.2f} s {100 * seconds / run['seconds']:>6.1f} %"
        yield f"  (calls of the converter took {run['converter_busy_seconds']:.1f} s, up to {making.AHEAD} at a time)"
        memory = run["peak_mib"]
        yield f"  highest memory: {memory['process']} MiB, children {memory['children']} MiB"
        yield (
            f"  issue: {run['letters_per_second']:.1f} letters/s"
            + (f", {run['speed_up']:.0f} times the stock path" if stock else "")
            + f"; whole job: {run['job_letters_per_second']:.1f} letters/s"
            + (f", {run['job_speed_up']:.0f} times" if stock else "")
        )


def parse(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The main job at scale, beside the stock path.")
    parser.add_argument("--n", type=lambda text: [int(n) for n in text.split(",")], default=[1000])
    parser.add_argument("--converter", choices=("auto", "builtin", "libreoffice"), default="auto")
    parser.add_argument("--stock-sample", type=int, default=6, help="letters made by the stock path; 0: none")
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    parser.add_argument("--folder", type=Path, help="where to work (default: the system's temporary folder)")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> None:
    arguments = parse(words)
    if arguments.one:
        figures = main_job(arguments.one, arguments.converter, arguments.folder)
    else:
        figures = compare(arguments)
        print("\n".join(table(figures)))
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
