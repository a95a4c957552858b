"""How well the lint tells what may not be said: precision and recall on labelled sentences, and its speed.

    python bench/lint.py tests/data/lint/blind.tsv [MORE.tsv …] [--json] [--wrong]

A file has a line a sentence: ``script<TAB>label<TAB>text`` or ``label<TAB>text``; label is ``hit`` or ``clean``,
lines beginning with # and a heading are skipped. Two readings are given: *block* counts only what stops a text, *any*
warnings too. ``--wrong`` lists what was missed and what was hit without cause.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from evidence.law.lint import lint_text, load_lint

ON = date(2026, 11, 21)
LABELS = ("hit", "clean")


@dataclass(frozen=True, slots=True)
class Sentence:
    script: str
    hit: bool
    text: str


def read(path: Path) -> list[Sentence]:
    """The labelled sentences of a file; raises ``ValueError`` with the line for anything else."""
    found = []
    for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), start=1):
        cells = [cell.strip() for cell in line.split("\t")]
        if not line.strip() or line.startswith("#") or "label" in cells[:2]:
            continue
        script, label, text = ("", *cells) if len(cells) == 2 else (*cells[:2], " ".join(cells[2:]))
        if label not in LABELS or not text:
            raise ValueError(f"{path}:{number}: expected label<TAB>text or script<TAB>label<TAB>text")
        found.append(Sentence(script or "?", label == "hit", text))
    return found


def measure(sentences: Sequence[Sentence]) -> dict[str, Any]:
    """Counts, precision and recall by script and over all, for both readings, and every wrong answer."""
    pack = load_lint("cn")
    answers = []
    started = time.perf_counter()
    for sentence in sentences:
        answers.append((sentence, lint_text(sentence.text, ON, pack)))
    seconds = time.perf_counter() - started
    scripts = sorted({sentence.script for sentence in sentences})

    def counted(script: str | None) -> dict[str, Any]:
        rows = [(s, hits) for s, hits in answers if script in (None, s.script)]
        return {
            "sentences": len(rows),
            "block": _figures((s.hit, any(hit.blocks for hit in hits)) for s, hits in rows),
            "any": _figures((s.hit, bool(hits)) for s, hits in rows),
        }

    return {
        "all": counted(None),
        **{script: counted(script) for script in scripts},
        "seconds": round(seconds, 4),
        "wrong": [
            {
                "script": s.script,
                "label": "hit" if s.hit else "clean",
                "text": s.text,
                "rules": sorted({f"{hit.rule} ({hit.severity.value})" for hit in hits}),
            }
            for s, hits in answers
            if s.hit != any(hit.blocks for hit in hits)
        ],
    }


def _figures(pairs: Iterable[tuple[bool, bool]]) -> dict[str, Any]:
    rows = list(pairs)
    true_hits = sum(wanted and told for wanted, told in rows)
    missed = sum(wanted and not told for wanted, told in rows)
    false_hits = sum(told and not wanted for wanted, told in rows)
    return {
        "true_hits": true_hits,
        "missed": missed,
        "false_hits": false_hits,
        "clean": len(rows) - true_hits - missed - false_hits,
        "precision": _share(true_hits, true_hits + false_hits),
        "recall": _share(true_hits, true_hits + missed),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def table(measured: dict[str, Any]) -> str:
    """The figures as a table."""
    lines = [f"{'':10}{'reading':9}{'n':>5}{'hit':>6}{'missed':>8}{'false':>7}{'precision':>11}{'recall':>8}"]
    for script, row in measured.items():
        if not isinstance(row, dict):
            continue
        for reading in ("block", "any"):
            one = row[reading]
            lines.append(
                f"{script:10}{reading:9}{row['sentences']:>5}{one['true_hits']:>6}{one['missed']:>8}"
                f"{one['false_hits']:>7}{_percent(one['precision']):>11}{_percent(one['recall']):>8}"
            )
    return "\n".join(lines)


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.1%}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.add_argument("--wrong", action="store_true")
    given = parser.parse_args()
    measured = measure([sentence for path in given.files for sentence in read(path)])
    if given.as_json:
        print(json.dumps(measured, ensure_ascii=False, indent=2))
        return 0
    print(table(measured))
    if given.wrong:
        for row in measured["wrong"]:
            print(f"{row['label']:6}{row['script']:8}{row['text']}  {', '.join(row['rules'])}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
