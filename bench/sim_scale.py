"""Ten million households on 1, 10 and 100 workers, from measured stage times: ``python bench/sim_scale.py``.

    python bench/sim_scale.py                          # the tables, from bench/stage_times.json
    python bench/sim_scale.py --measure                # measure this machine first (about ten minutes, quiet)
    python bench/sim_scale.py --measure letters        # only these, the others stay: any of PARTS
    python bench/sim_scale.py --write-docs             # put the tables into docs/scale.md

What is measured and what is reckoned stands in every table. The queue is simulated (``_scale.py``), with a seed: the
same times give the same tables, and docs/scale.md is compared with them by the tests.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from _scale import Costs, Setting, coordinators_for, proof_bytes, simulate

ROOT = Path(__file__).resolve().parents[1]
TIMES = ROOT / "bench" / "stage_times.json"
PAGE = ROOT / "docs" / "scale.md"
PARTS = ("letters", "journal", "receipts", "memory", "postgresql")

# What is taken to be so. None of it was measured; each stands in docs/scale.md as such.
HOUSEHOLDS, ESTATE = 10_000_000, 10_000
LETTERS_A_YEAR = 4
STAMP_WAIT_S = 1.0
CONFIRM, WITHIN_DAYS, BUSIEST_HOUR = 0.4, 3, 0.2
PAGES_A_MINUTE = 60
ESTATES_EACH = 2
"""Estates that each coordinator is simulated with; the others take as long as these."""
SETTINGS = ((1, 1), (10, 1), (100, 1), (10, 0), (100, 0))
"""Workers and coordinators; 0: as many coordinators as keep these workers busy."""

Times = Mapping[str, Any]


def costs_of(times: Times) -> Costs:
    """Seconds a letter: CPU where only computing is done, the wall clock where the disk is waited for."""
    letters = times["letters"]
    cpu, wall = letters["cpu_ms"], letters["wall_ms"]
    return Costs(
        before=(cpu["import"] + cpu["plan"]) / 1000,
        prepare=cpu["prepare"] / 1000,
        make=cpu["make"] / 1000,
        finish=cpu["finish"] / 1000,
        record=wall["record"] / 1000,
        after=(wall["close"] + cpu["print"]) / 1000,
        wait=STAMP_WAIT_S,
        spread=letters["spread"],
    )


# --- tables. Words are Chinese and English beside each other, figures the same for both.


def cost_table(times: Times) -> Iterator[str]:
    letters, receipts = times["letters"], times["receipts"]
    cpu, wall = letters["cpu_ms"], letters["wall_ms"]
    yield "| 阶段 stage | 由谁 by | CPU | 含等待磁盘 with the disk |"
    yield "|---|---|---|---|"
    for name, words, who in (
        ("import", "读台账、导入 ledger read and imported", "协调 coordinator"),
        ("plan", "计划 plan", "协调 coordinator"),
        ("prepare", "备数据 values of the letter", "协调 coordinator"),
        ("make", "写 DOCX、转 PDF、核对文字 DOCX, PDF, words checked", "**工作 worker**"),
        ("finish", "印记、签名 stamp, signature", "协调 coordinator"),
        ("record", "存储、日志、副本 store, journal, copies", "协调 coordinator"),
        ("close", "收尾 copies looked at, texts beside them", "协调 coordinator"),
        ("print", "打印件（不含送达回证）print file, without slips", "协调 coordinator"),
    ):
        waited = f"{wall[name]:.2f} ms" if name in wall else "–"
        yield f"| {words} | {who} | {cpu[name]:.2f} ms | {waited} |"
    slips = cpu["print with slips"] - cpu["print"]
    yield f"| 送达回证（另加，不计入下表）slips, on top, not below | 协调 coordinator | {slips:.2f} ms | – |"
    costs = costs_of(times)
    yield f"| **协调进程在循环中 coordinator in the loop** | | | **{1000 * costs.coordinator:.2f} ms** |"
    yield (
        f"| 一张回执 one receipt (HTTP) | 服务器 server | {receipts['server_cpu_ms']:.1f} ms "
        f"| {receipts['receipts_per_s']}/s |"
    )


def simulation_table(times: Times) -> Iterator[str]:
    costs, chunk = costs_of(times), times["letters"]["chunk"]
    yield (
        "| 工作进程 workers | 协调进程 coordinators | 封/秒 letters/s | 1 万户 10,000 homes | 1000 万户 10 million "
        "| 工作进程忙 workers busy | 协调进程忙 coordinators busy |"
    )
    yield "|---|---|---|---|---|---|---|"
    for workers, coordinators in SETTINGS:
        setting = Setting(workers, coordinators or coordinators_for(costs, workers), chunk)
        estates = ESTATES_EACH * setting.coordinators
        found = simulate(costs, setting, estates=estates, letters=ESTATE)
        estate = found.seconds / ESTATES_EACH
        yield (
            f"| {workers} | {setting.coordinators} | {found.rate:.0f} | {duration(estate)} "
            f"| **{duration(found.time_of(HOUSEHOLDS))}** | {found.workers_busy:.0%} | {found.coordinators_busy:.0%} |"
        )


def kept_table(times: Times) -> Iterator[str]:
    letters = times["letters"]
    server, rows = times["postgresql"], sum(letters["rows"].values())
    of_run = sum(count for name, count in letters["rows"].items() if name not in ("accounts", "charges"))
    year = f"一年 a year (×{LETTERS_A_YEAR})"
    yield f"| 每封 a letter | 实测 measured | 1 万户 10,000 homes | 1000 万户 10 million | {year} |"
    yield "|---|---|---|---|---|"
    for words, each in (
        ("存储：DOCX + PDF store", letters["store_bytes"]),
        ("可读副本 readable copies", letters["docx_bytes"] + letters["pdf_bytes"]),
        ("打印件 print file", letters["print_bytes"]),
        ("SQLite（不含台账）without the ledger", letters["database_bytes"]),
        ("其中日志 of it the journal", letters["journal_bytes"]),
        ("日志导出 journal as exported", letters["entry_bytes"]),
        ("PostgreSQL（不含台账）without the ledger", server["letter_bytes"]),
        ("其中日志 of it the journal", server["journal_bytes"]),
    ):
        yield _kept_row(words, each, size)
    yield _kept_row("数据库行（不含台账）rows without the ledger", of_run, number)
    yield _kept_row("存储对象 objects in the store", 2, number)
    ledger = letters["ledger_bytes"]
    yield (
        f"| 台账一次导入（每户），SQLite ledger, an import of a home | {size(ledger)}，{rows - of_run:.0f} 行 rows "
        f"| {size(ledger * ESTATE)} | {size(ledger * HOUSEHOLDS)} | – |"
    )
    there = server["home_bytes"]
    yield (
        f"| 台账一次导入（每户），PostgreSQL | {size(there)} | {size(there * ESTATE)} "
        f"| {size(there * HOUSEHOLDS)} | – |"
    )
    runs = HOUSEHOLDS // ESTATE
    yield f"| 时间戳 timestamps | 每批 1 个 one a run | 1 | {number(runs)} | {number(runs * LETTERS_A_YEAR)} |"


def _kept_row(words: str, each: float, told: Callable[[float], str]) -> str:
    shown = [told(each * n) for n in (1, ESTATE, HOUSEHOLDS, HOUSEHOLDS * LETTERS_A_YEAR)]
    return f"| {words} | " + " | ".join(shown) + " |"


def proof_table(times: Times) -> Iterator[str]:
    proofs = times["journal"]["proofs"]
    measured = [(one["entries"], one["longest_bytes"]) for one in proofs]
    yield "| 日志条目 entries | 哈希 hashes | 证明 proof | |"
    yield "|---|---|---|---|"
    for entries, length in measured:
        yield f"| {number(entries)} | {math.ceil(math.log2(entries))} | {length} B | 实测 measured |"
    for entries in (HOUSEHOLDS, HOUSEHOLDS * LETTERS_A_YEAR, 1_000 * HOUSEHOLDS):
        length = proof_bytes(measured, entries)
        yield f"| {number(entries)} | {math.ceil(math.log2(entries))} | {length} B | 推算 reckoned |"


def receipt_table(times: Times) -> Iterator[str]:
    found = times["receipts"]
    rate, need = found["receipts_per_s"], busiest(HOUSEHOLDS)
    a_receipt = found["database_bytes"] + found["statement_bytes"]
    yield "| 回执 receipts | | |"
    yield "|---|---|---|"
    yield f"| 一台服务器 one server (SQLite, {found['clients']} 连接 connections) | {rate}/s | 实测 measured |"
    yield f"| 一天 a day | {number(rate * 86_400)} | {rate} × 86,400 |"
    yield (
        f"| 1000 万户同日寄出，最忙的一小时 10 million sent at once, busiest hour | {need:.0f}/s "
        f"| 1000 万 × {CONFIRM} ÷ {WITHIN_DAYS} × {BUSIEST_HOUR} ÷ 3,600 |"
    )
    yield f"| 要几台 servers needed | {math.ceil(need / rate)} | {need:.0f} ÷ {rate} |"
    yield f"| 每张占用 each keeps | {size(a_receipt)}，{found['entries']:.0f} 条日志 entries | 实测 measured |"
    total = a_receipt * CONFIRM * HOUSEHOLDS * LETTERS_A_YEAR
    yield f"| 一年 a year | {size(total)} | × {CONFIRM} × {LETTERS_A_YEAR} × 1000 万 |"


def busiest(households: int) -> float:
    """Receipts a second in the busiest hour after all letters went out."""
    return households * CONFIRM / WITHIN_DAYS * BUSIEST_HOUR / 3600


def limit_table(times: Times) -> Iterator[str]:
    """One of each, and how long it alone would take for ten million letters: what is on top breaks first."""
    costs, journal, memory = costs_of(times), times["journal"], times["memory"]
    pages, store_ms = times["letters"]["pages"], times["letters"]["wall_ms"]["store"]
    rows = [
        (
            PAGES_A_MINUTE / 60 / pages,
            "一台打印机 one printer",
            f"{PAGES_A_MINUTE} 页/分 pages/min（假定 assumed），{pages:.1f} 页/封 pages a letter",
        ),
        *(
            (1 / cost, words, f"1 ÷ {short(cost)}")
            for cost, words in (
                (costs.make, "一个工作进程 one worker"),
                (costs.alone, "一个协调进程，全程 one coordinator, from ledger to print file"),
                (costs.coordinator, "一个协调进程，循环中 one coordinator, in the loop"),
                (store_ms / 1000, "一块磁盘，存储 one disk, the store"),
                (journal["append_cpu_us"] / 1e6, "一份日志，追加 one journal, appended to"),
                (journal["check_cpu_us"] / 1e6, "一份日志，复核 one journal, checked anew"),
            )
        ),
    ]
    yield "| 只有一个时 with one of each | 封/秒 letters/s | 1000 万封 10 million letters | 由来 from |"
    yield "|---|---|---|---|"
    for rate, words, source in sorted(rows):
        yield f"| {words} | {number(rate, 1)} | {duration(HOUSEHOLDS / rate)} | {source} |"
    kib = memory["kib_an_owner"]
    yield (
        f"| 一个工作区装下全部住户：内存 all homes in one workspace: memory | – | {size(kib * 1024 * HOUSEHOLDS)} "
        f"| {kib:.1f} KiB/户 a home |"
    )


def feeding_table(times: Times) -> Iterator[str]:
    costs = costs_of(times)
    yield "| 一个协调进程 one coordinator | | |"
    yield "|---|---|---|"
    yield (
        f"| 最多带几个工作进程 feeds at most, workers | {costs.feeds:.1f} "
        f"| {1000 * costs.make:.1f} ÷ {1000 * costs.coordinator:.1f} ms |"
    )
    yield f"| 上限 ceiling, letters/s | {1 / costs.coordinator:.0f} | 1 ÷ {1000 * costs.coordinator:.1f} ms |"
    hundred = coordinators_for(costs, 100)
    yield (
        f"| 100 个工作进程要几个协调进程 coordinators for 100 workers | {hundred} "
        f"| ⌈100 × {1000 * costs.alone:.1f} ÷ {1000 * costs.make:.1f}⌉ |"
    )


BLOCKS: dict[str, Callable[[Times], Iterator[str]]] = {
    "cost": cost_table,
    "feeds": feeding_table,
    "simulation": simulation_table,
    "kept": kept_table,
    "proofs": proof_table,
    "receipts": receipt_table,
    "limits": limit_table,
}


def machine_line(times: Times) -> Iterator[str]:
    """On what, when and how it was measured."""
    for name in PARTS:
        found = times[name]["measured"]
        yield (
            f"* `{name}`: {found['at'][:16].replace('T', ' ')}, {found['cpus']} × {found['cpu']}, "
            f"Python {found['python']}, load {found['load_before']} → {found['load_after']}; `{found['command']}`"
        )


BLOCKS["machine"] = machine_line


def filled(page: str, times: Times) -> str:
    """The page with its tables as these times give them; ``KeyError`` for a mark that no table has."""

    def block(found: re.Match[str]) -> str:
        return f"<!-- {found[1]} -->\n" + "\n".join(BLOCKS[found[1]](times)) + f"\n<!-- /{found[1]} -->"

    return re.sub(r"<!-- (\w+) -->\n.*?<!-- /\1 -->", block, page, flags=re.DOTALL)


# --- figures as people read them


def duration(seconds: float) -> str:
    """In the largest unit that is not below one."""
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.1f} s"


def size(count: float) -> str:
    """Bytes, by powers of 1,000 as disks are sold."""
    for unit, length in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= length:
            return f"{count / length:.1f} {unit}"
    return f"{count:.0f} B"


def short(seconds: float) -> str:
    """A part of a second."""
    return f"{1000 * seconds:.1f} ms" if seconds >= 0.001 else f"{1e6 * seconds:.0f} µs"


def number(count: float, places: int = 2) -> str:
    return f"{count:,.0f}" if count >= 10 or float(count).is_integer() else f"{count:.{places}f}"


# --- measuring


def measured(parts: Sequence[str], options: argparse.Namespace, known: dict[str, Any]) -> dict[str, Any]:
    """``known`` with these parts measured on this machine now."""
    import _stage_times as stages
    from _measure import load_average, machine

    from evidence.clock import CHINA, system_source

    work: dict[str, Callable[[Path], dict[str, Any]]] = {
        "letters": lambda folder: stages.letters(folder, options.n, options.converter),
        "journal": lambda folder: stages.journal(folder, options.entries),
        "receipts": lambda folder: stages.receipts(folder, options.seconds),
        "postgresql": lambda folder: stages.postgresql(folder, min(options.n, 500)),
        "memory": lambda folder: stages.memory(folder, (1000, 5000)),
    }
    for name in parts:
        before = load_average()
        with tempfile.TemporaryDirectory(prefix="scale-", dir=options.folder) as folder:
            found = work[name](Path(folder))
        host = machine(())
        found["measured"] = {
            "at": system_source().now().astimezone(CHINA).isoformat(timespec="seconds"),
            "command": "python bench/sim_scale.py " + " ".join(sys.argv[1:]),
            **{key: host[key] for key in ("cpus", "cpu", "memory_mib", "system", "python")},
            "load_before": before,
            "load_after": load_average(),
        }
        known[name] = found
        print(f"{name}: measured", file=sys.stderr)
    return known


def parse(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--times", type=Path, default=TIMES, help="the measured times")
    parser.add_argument("--measure", nargs="*", choices=PARTS, metavar="PART", help="measure these, or all")
    parser.add_argument("--n", type=int, default=1000, help="letters measured")
    parser.add_argument("--converter", default="libreoffice", choices=("libreoffice", "builtin"))
    parser.add_argument("--entries", type=int, nargs="+", default=[1_000, 100_000, 1_000_000])
    parser.add_argument("--seconds", type=float, default=10, help="of receipts")
    parser.add_argument("--folder", type=Path, help="where to work (default: the system's temporary folder)")
    parser.add_argument("--write-docs", action="store_true", help=f"put the tables into {PAGE.name}")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> None:
    options = parse(words)
    times: dict[str, Any] = json.loads(options.times.read_text("utf-8")) if options.times.is_file() else {}
    if options.measure is not None:
        times = {"schema_version": 1, **measured(options.measure or PARTS, options, times)}
        options.times.write_text(json.dumps(times, ensure_ascii=False, indent=2) + "\n", "utf-8")
    if missing := [name for name in PARTS if name not in times]:
        raise SystemExit(f"not measured yet: {', '.join(missing)}")
    for name, block in BLOCKS.items():
        print(f"\n[{name}]")
        print("\n".join(block(times)))
    if options.write_docs:
        PAGE.write_text(filled(PAGE.read_text("utf-8"), times), "utf-8")


if __name__ == "__main__":
    main()
