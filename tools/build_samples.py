"""Build ``samples/`` and ``tests/data/foreign/`` anew; the result depends on nothing but this repository.

    python tools/build_samples.py             ledgers, truths and exhibits
    python tools/build_samples.py --ledgers   ledgers and truths only (needs no fonts)
    python tools/build_samples.py --to DIR    the same tree elsewhere (used by the tests)

``case.xlsx`` says of the account of the demo what its exhibits show. ``evidence.toml``, ``demo.toml`` and the READMEs are written by hand and are input here: the exhibits print
what they say.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(Path(__file__).resolve().parent))

from samplekit import casebook, estate, faulty, foreign, small, workbook  # noqa: E402


def _json(data: object) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def ledgers() -> Iterator[tuple[str, bytes]]:
    """Every ledger and every truth: path from the root of the repository, and bytes."""
    lines = estate.book()
    of_property = [line for line in lines if line.item == estate.PROPERTY]
    few, taiwan = small.small_lines(lines), small.taiwan_lines()
    yield "samples/ledger.xlsx", workbook.ledger_xlsx(lines)
    yield "samples/case.xlsx", casebook.case_xlsx(lines)
    yield "samples/payments.csv", casebook.payments_csv()
    yield "samples/more/ledger.csv", small.ledger_csv(of_property)
    yield "samples/more/small.ods", small.small_ods(few)
    yield "samples/more/small.xls", small.small_xls(few)
    yield "samples/more/taiwan.csv", small.taiwan_csv(taiwan)
    truths = {
        "ledger.xlsx": estate.truth(lines),
        "more/ledger.csv": estate.truth(of_property),
        "more/small.ods": estate.truth(few),
        "more/small.xls": estate.truth(few),
        "more/taiwan.csv": estate.truth(taiwan, "TWD"),
    }
    yield "samples/truth.json", _json({"schema_version": 1, "files": truths})
    content, truth = faulty.faulty_xlsx()
    yield "samples/ledger-faulty.xlsx", content
    yield "samples/faulty-truth.json", _json({"schema_version": 1, **truth})
    for name, content, truth in foreign.every():
        yield f"tests/data/foreign/{name}", content
        yield f"tests/data/foreign/{name}.truth.json", _json(truth)


def exhibits() -> Iterator[tuple[str, bytes]]:
    """The pictures and papers; imported late, since they need Pillow and the shipped fonts."""
    from samplekit import scenes

    for name, content in scenes.every(ROOT):
        yield f"samples/exhibits/{name}", content


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--ledgers", action="store_true", help="leave the exhibits as they are")
    options.add_argument("--to", type=Path, default=ROOT, metavar="DIR", help="write below DIR")
    chosen = options.parse_args()
    for part in [ledgers] if chosen.ledgers else [ledgers, exhibits]:
        for name, content in part():
            path = chosen.to / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            print(f"{len(content):>9,}  {name}")


if __name__ == "__main__":
    main()
