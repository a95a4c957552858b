"""What the compiled path through docxtpl saves, letter by letter, and that it says the same.

    python bench/letters.py [--contexts 1000] [--timed 100] [--json FILE]

*The same*: every shipped template is filled with that many random contexts by the compiled path and by docxtpl's own
``render`` in the same environment; the text of both documents is compared, and any difference ends the benchmark
with 1.

*Time and memory*: the same template with plain data, the compiled path against what people write by hand,
``DocxTemplate(file).render(context, autoescape=True)`` and ``save`` to memory for each letter. The compiled path
does more in its time: it checks the context, parses the result strictly, reads the words back, looks for residue, and
gives three digests. CPU seconds of one core, the template's one-time compilation shown apart. Each path has a process of
its own, so that its highest memory is its own.
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from _contexts import PLAIN, context_for
from _measure import load_average, machine
from docxtpl import DocxTemplate

from evidence.letters.engine import compile_template, document_text, stock_render
from evidence.letters.engine.compile import compile_anew
from evidence.resources import templates_dir

KIB = 1024


@dataclass(frozen=True, slots=True)
class Measure:
    """One way of filling a template: milliseconds of CPU a letter, MiB at most and MiB grown while filling."""

    letter_ms: float
    once_ms: float
    peak_mib: float
    grown_mib: float


def main() -> int:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("--contexts", type=int, default=1000, help="random contexts a template, compared")
    arguments.add_argument("--timed", type=int, default=100, help="letters a template and path, timed")
    arguments.add_argument("--templates", default="*/*.docx", help="only these, below templates/")
    arguments.add_argument("--json", type=Path, help="write the figures here")
    options = arguments.parse_args()

    rows: list[dict[str, Any]] = []
    different = 0
    print(
        f"{'template':32} {'same':>11} {'docxtpl':>9} {'compiled':>9} {'times':>6} {'once':>7} {'memory MiB':>12}"
    )
    for path in sorted(templates_dir().glob(options.templates)):
        name = f"{path.parent.name}/{path.stem}"
        same = options.contexts - len(differing(path, options.contexts))
        stock, compiled = (measured(way, path, options.timed) for way in ("stock", "compiled"))
        different += options.contexts - same
        times = stock.letter_ms / compiled.letter_ms
        rows.append(
            {"template": name, "compared": options.contexts, "same": same, "speed_up": round(times, 1),
             "stock": asdict(stock), "compiled": asdict(compiled)}
        )  # fmt: skip
        print(
            f"{name:32} {same:>5}/{options.contexts:<5} {stock.letter_ms:>6.1f} ms {compiled.letter_ms:>6.2f} ms"
            f" {times:>6.1f} {compiled.once_ms:>4.0f} ms {stock.peak_mib:>5.0f} {compiled.peak_mib:>5.0f}",
            flush=True,
        )
    whole = _sum(rows, "stock") / _sum(rows, "compiled")
    print(f"all templates, a letter of each: {whole:.1f} times; load {load_average()}")
    if options.json:
        figures = {
            "schema_version": 1, "benchmark": "letters", "machine": machine(["docxtpl", "jinja2", "lxml"]),
            "load": load_average(), "timed": options.timed, "speed_up": round(whole, 1), "templates": rows,
        }  # fmt: skip
        options.json.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return 1 if different else 0


def _sum(rows: list[dict[str, Any]], path: str) -> float:
    return float(sum(row[path]["letter_ms"] for row in rows))


def differing(path: Path, count: int) -> list[int]:
    """Seeds whose letter reads otherwise on the two paths; each is told."""
    data = path.read_bytes()
    template = compile_template(data, path.name)
    found = []
    for seed in range(count):
        context = context_for(template, seed)
        if template.render(context).text != document_text(stock_render(data, context)):
            print(f"{path}: seed {seed} differs", file=sys.stderr)
            found.append(seed)
    return found


def measured(way: str, path: Path, count: int) -> Measure:
    """``count`` letters on one path, in a fresh process."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as alone:
        return alone.submit(_fill, way, path, count).result()


def _fill(way: str, path: Path, count: int) -> Measure:
    data = path.read_bytes()
    template = compile_template(data, path.name)
    contexts = [{**context_for(template, seed, PLAIN), "doc": _DOC} for seed in range(count)]
    clock = time.process_time
    started = clock()
    for part in compile_anew(data, path.name)._parts:
        _ = part.template  # its code is made when first asked for
    once = clock() - started

    def stock(context: dict[str, Any]) -> None:
        letter = DocxTemplate(io.BytesIO(data))
        letter.render(context, autoescape=True)
        letter.save(io.BytesIO())

    fill = stock if way == "stock" else template.render
    fill(contexts[0])
    before, started = _peak(), clock()
    for context in contexts:
        fill(context)
    spent = clock() - started
    return Measure(
        round(spent / count * 1000, 3),
        round(once * 1000, 1) if way == "compiled" else 0.0,
        round(_peak(), 1),
        round(_peak() - before, 1),
    )


_DOC = {"title": "样本", "identifier": "00", "language": "zh", "created": "2026-11-21T02:00:00Z"}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB


if __name__ == "__main__":
    sys.exit(main())
