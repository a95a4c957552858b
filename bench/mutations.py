"""Whether ``evidence verify`` finds what was altered, says what it was, and leaves alone what was not.

    python -m bench.mutations [--count 20000] [--untouched 2000] [--seed 1] [--only NAME] [--json FILE]

Every alteration is made to files alone, after issuing, by one of the operators of ``_alter_pdf``, ``_alter_bundle`` and
``_alter_beside``. It is *detected* if the check does not end well: a failed fact (exit 8), or a refusal by name (exit 3)
where nothing signed is left. It is *named* if one of the findings its operator was given beforehand is
among those reported. A fault of the program, whatever its kind, is a *crash*. Letters, exhibits and bundles as
they were issued must raise no *alarm*. Ends with 1 where something went undetected, crashed or was an alarm, or
fewer than 95 % were named.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parent)]

import _alter_beside  # noqa: E402
import _alter_bundle  # noqa: E402
import _alter_pdf  # noqa: E402
from _measure import load_average, machine  # noqa: E402
from _operators import Altered, Operator, Zip  # noqa: E402
from _originals import bundle_case, exhibit, letter  # noqa: E402
from builder import key_file, signing_key, write_folder, write_zip  # noqa: E402

from evidence.errors import EvidenceError, ExitCode  # noqa: E402
from evidence.model.report import Report  # noqa: E402
from evidence.verify import parse_trust, render_text, verify_paths  # noqa: E402

OPERATORS: tuple[Operator, ...] = (
    *_alter_pdf.OPERATORS,
    *_alter_bundle.OPERATORS,
    *_alter_beside.OPERATORS,
)
NAMED_AT_LEAST = 0.95
#: What is left alone: a letter, a foreign file, a bundle in both forms, and a letter beside journal, proof or facts.
KINDS = ("letter", "exhibit", "folder", "zip", "beside")
_REFUSALS = (ExitCode.INPUT,)
_TRIES = 200


def laid_out(folder: Path, altered: Altered) -> list[Path | str]:
    """What is to be checked, on the disk."""
    paths: list[Path | str] = []
    for name, thing in altered.things.items():
        path = folder / name
        if isinstance(thing, Zip) and isinstance(thing.content, bytes):
            path.write_bytes(thing.content)
        elif isinstance(thing, Zip):
            write_zip(path, thing.content)
        elif isinstance(thing, bytes):
            path.write_bytes(thing)
        else:
            write_folder(path, thing)
        paths.append(path)
    return [*paths, *altered.texts]


def findings(report: Report) -> set[str]:
    """What the report says failed, in every spelling an operator may ask for (``Altered.names``)."""
    found: set[str] = {problem.code for problem in report.problems}
    for fact in report.failures:
        found |= {fact.id, f"{fact.id}:{fact.reason}", f"{fact.id}@{fact.where.part}"}
        found.add(f"{fact.id}:{fact.reason}@{fact.where.part}")
        found |= {f"{fact.id}:{fact.reason}:{part}" for part in str(fact.params.get("parts", "")).split(", ")}
    return found


def judged(altered: Altered, folder: Path, key: Path) -> tuple[str, set[str]]:
    """``named``, ``detected``, ``missed`` or ``crash``, and what was reported."""
    paths = laid_out(folder, altered)
    try:
        report = verify_paths(paths, trust=parse_trust([key] if altered.trust else []))
        render_text(report, "en")
        json.dumps(report.to_json())
    except EvidenceError as error:
        found = {problem.code for problem in error.problems}
        if error.exit_code not in _REFUSALS or not all(code.startswith("verify.") for code in found):
            return "crash", found
    except Exception as error:  # every way to fall over counts
        return "crash", {f"{type(error).__name__}: {error}"}
    else:
        if report.ok:
            return "missed", set()
        found = findings(report)
    return ("named" if found & set(altered.names) else "detected"), found


def one(task: tuple[int, int]) -> tuple[str, str, list[str]]:
    """The alteration ``index`` of a campaign: operator, outcome, and what was reported where it was not named."""
    seed, index = task
    operator = OPERATORS[index % len(OPERATORS)]
    altered = None
    for attempt in range(_TRIES):
        rng = random.Random(f"{seed} {index} {attempt}")
        altered = operator.apply(rng)
        if altered is not None:
            break
    assert altered is not None, f"{operator.name} finds nothing to alter"
    folder = Path(tempfile.mkdtemp(prefix="evidence-mutation-"))
    try:
        key = folder / "office.pub"
        key.write_bytes(key_file(signing_key()))
        (folder / "x").mkdir()
        outcome, found = judged(altered, folder / "x", key)
    finally:
        shutil.rmtree(folder)
    return operator.name, outcome, [] if outcome == "named" else sorted(found)


def untouched(task: tuple[int, int]) -> tuple[str, list[str]]:
    """A letter, exhibit or bundle as it was issued: its kind, and whatever was held against it."""
    seed, index = task
    rng = random.Random(f"{seed} untouched {index}")
    kind = KINDS[index % len(KINDS)]
    things: dict[str, Any]
    if kind in ("letter", "exhibit"):
        things = {"it": (letter if kind == "letter" else exhibit)(rng).pdf}
    elif kind == "beside":
        things = dict(_alter_beside.untouched(rng))
    else:
        files = bundle_case(rng).files()
        things = {"it": files if kind == "folder" else Zip(files)}
    folder = Path(tempfile.mkdtemp(prefix="evidence-untouched-"))
    try:
        outcome, found = judged(Altered((), things), folder, folder)
    finally:
        shutil.rmtree(folder)
    return kind, [] if outcome == "missed" else [outcome, *sorted(found)]


def campaign(seed: int, indices: Sequence[int], processes: int = 1) -> dict[str, dict[str, Any]]:
    """Outcomes by operator: ``count``, ``detected``, ``named``, ``crashes``, and examples of what was not named."""
    rows: dict[str, dict[str, Any]] = {}
    for name, outcome, found in _mapped(one, [(seed, index) for index in indices], processes):
        row = rows.setdefault(name, {"count": 0, "detected": 0, "named": 0, "crashes": 0, "examples": []})
        row["count"] += 1
        row["detected"] += outcome in ("named", "detected")
        row["named"] += outcome == "named"
        row["crashes"] += outcome == "crash"
        if outcome != "named" and len(row["examples"]) < 3:
            row["examples"].append([outcome, *found[:8]])
    return rows


def alarms(seed: int, count: int, processes: int = 1) -> tuple[Counter[str], list[list[str]]]:
    """How many untouched files of each kind were checked, and what was held against any."""
    kinds: Counter[str] = Counter()
    raised: list[list[str]] = []
    for kind, found in _mapped(untouched, [(seed, index) for index in range(count)], processes):
        kinds[kind] += 1
        if found:
            raised.append([kind, *found])
    return kinds, raised


def _mapped(function: Any, tasks: list[tuple[int, int]], processes: int) -> Iterator[Any]:
    if processes == 1:
        yield from map(function, tasks)
        return
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        yield from pool.imap_unordered(function, tasks, chunksize=20)


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Alterations of letters and bundles, and what verify says of them."
    )
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--untouched", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", default="", help="only operators whose name holds this")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    before, start = load_average(), time.perf_counter()
    indices = [i for i in range(arguments.count) if arguments.only in OPERATORS[i % len(OPERATORS)].name]
    rows = campaign(arguments.seed, indices, arguments.processes)
    kinds, raised = alarms(arguments.seed, 0 if arguments.only else arguments.untouched, arguments.processes)
    total = {key: sum(row[key] for row in rows.values()) for key in ("count", "detected", "named", "crashes")}
    figures = {
        "schema_version": 1,
        "benchmark": "mutations",
        "machine": {
            **machine(("pikepdf", "cryptography")),
            "load_before": before,
            "load_after": load_average(),
        },
        "seed": arguments.seed,
        "seconds": round(time.perf_counter() - start, 1),
        "operators": rows,
        "total": total,
        "untouched": {"kinds": dict(kinds), "alarms": raised},
    }
    print(f"{'operator':<36}{'count':>7}{'detected':>10}{'named':>8}{'crashes':>9}")
    for operator in OPERATORS:
        if (row := rows.get(operator.name)) is None:
            continue
        print(
            f"{operator.name:<36}{row['count']:>7}{row['detected']:>10}{row['named']:>8}{row['crashes']:>9}"
        )
        for example in row["examples"]:
            print(f"    {example[0]}: {', '.join(example[1:])}")
    print(
        f"{f'all {len(rows)} operators':<36}{total['count']:>7}{total['detected']:>10}{total['named']:>8}"
        f"{total['crashes']:>9}"
    )
    print(f"untouched {sum(kinds.values())} {dict(kinds)}: alarms {len(raised)}")
    for alarm in raised[:10]:
        print("   ", *alarm)
    print(f"{figures['seconds']} s, load {before} to {load_average()}, seed {arguments.seed}")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", "utf-8")
    good = total["detected"] == total["count"] and not total["crashes"] and not raised
    return 0 if good and total["named"] >= NAMED_AT_LEAST * total["count"] else 1


if __name__ == "__main__":
    sys.exit(main())
