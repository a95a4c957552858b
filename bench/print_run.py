"""Letters on paper: pages per second of a print run and its memory, which is not to grow with the number of letters.

    python bench/print_run.py --n 100,500

Each N runs in processes of its own: one issues N demands (not measured), another prints them with labels and mailing
list. First the letters alone (``slips`` false), then with slips.
Everything is fictional and drawn from a fixed seed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from _measure import MIB, Memory, load_average, machine, peak_mib
from main_job import NOW, SEED, ledger

from evidence.clock import fixed_source
from evidence.model.letter import LetterKind
from evidence.resources import samples_dir
from evidence.workspace import Workspace


def issue(folder: Path, n: int) -> None:
    source = fixed_source(NOW, SEED)
    with Workspace.init(folder / "office", config=samples_dir() / "evidence.toml", source=source) as made:
        made.import_ledger([ledger(folder / "ledger.xlsx", n)])
        made.issue(LetterKind.DEMAND, converter="builtin")


def measure(folder: Path, converter: str, slips: bool) -> dict[str, Any]:
    with Workspace.open(folder / "office", source=fixed_source(NOW, SEED)) as made, Memory() as memory:
        start = time.perf_counter()
        done = made.print_run("last", converter=converter, slips=slips, labels="99.1x38.1", mailing=True)
        seconds = time.perf_counter() - start
    pages = done.sides.pages + done.sides.label_sheets
    return {
        "letters": len(done.letters),
        "pages": pages,
        "sheets": done.sides.sheets,
        "slips": slips,
        "seconds": round(seconds, 2),
        "pages_per_second": round(pages / seconds, 1),
        "highest_mib": peak_mib(),
        "children_mib": memory.children // MIB,
        "file_mib": round(done.files[0].path.stat().st_size / MIB, 2),
        "sha256": done.files[0].sha256,
        "load": load_average(),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--n", default="100,500", help="how many letters, with commas")
    parser.add_argument("--converter", default="builtin", choices=["builtin", "libreoffice"])
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--step", nargs=2, metavar=("WHAT", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        what, folder = options.step[0], Path(options.step[1])
        if what == "issue":
            issue(folder, int(options.n))
        else:
            print(json.dumps(measure(folder, options.converter, what == "print")))
        return 0
    rows = []
    for n in options.n.split(","):
        with tempfile.TemporaryDirectory() as folder:
            step = [sys.executable, __file__, "--n", n, "--converter", options.converter, "--step"]
            subprocess.run([*step, "issue", folder], check=True)
            for what in ("bare", "print"):
                told = subprocess.run(
                    [*step, what, folder], check=True, capture_output=True, text=True
                ).stdout
                rows.append(json.loads(told.splitlines()[-1]))
                print(json.dumps(rows[-1]), flush=True)
                for left in Path(folder).rglob("print"):
                    subprocess.run(["rm", "-r", left], check=True)
    if options.json:
        told = {"machine": machine(("pikepdf", "docxtpl", "office2pdf-python")), "rows": rows}
        options.json.write_text(json.dumps(told, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
