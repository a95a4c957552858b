"""Whether scanned slips are filed to their letters, and never to another's.

    python -m bench.scan [--slips 100] [--seed 1] [--json FILE] [--keep FOLDER]

A small estate is made and its demands issued; a slip of each letter is drawn as the print run lays it out, signed,
skewed by up to three degrees, some upside down, shifted, noised, blurred and saved as JPEG at 200 dots per inch, and
all are shuffled into one PDF (tests/workspace/scanned.py). Among them are slips crossed by a pen, of another office,
and two on one page. ``deliver scan`` files the stack. Ends with 1 where any page is filed to a wrong letter, or fewer
than 95 % of the slips that are whole are filed.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(Path(__file__).resolve().parent), str(ROOT / "tests" / "workspace")]

import estate  # noqa: E402
import scanned  # noqa: E402
from _measure import load_average, machine  # noqa: E402
from casefile import later  # noqa: E402

from evidence.model.letter import LetterKind  # noqa: E402
from evidence.workspace import Workspace  # noqa: E402

LEAST = 0.95


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--slips", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", type=Path, help="keep the stack and what was filed here")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="scan-"))
    try:
        found = measure(folder, options.slips, options.seed)
        if options.keep:
            shutil.copytree(folder, options.keep, dirs_exist_ok=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for key, value in found.items():
        print(f"{key:>24}  {value}")
    if options.json:
        options.json.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return int(found["wrong"] > 0 or found["filed"] < LEAST * found["whole"])


def measure(folder: Path, count: int, seed: int) -> dict[str, object]:
    rng = random.Random(f"scan {seed}")
    owners = [
        (f"{1 + i // 50}栋{1 + i // 10 % 5}单元{1 + i % 10}01", f"样本业主{i + 1}") for i in range(count)
    ]
    with estate.workspace(folder, ROOT, owners) as made:
        made.issue(LetterKind.DEMAND, converter="builtin")
        slips = scanned.slips_of(made)
    stranger = scanned.Slip("", "〔2026〕催字第0001号", "0000-0000", "另一单位的业主")
    spoilt = max(1, count // 33)
    pages = [(slip.number, scanned.drawn(slip, rng)) for slip in slips]
    pages += [("smeared", scanned.drawn(slip, rng, smear=True)) for slip in rng.sample(slips, spoilt)]
    pages += [("foreign", scanned.drawn(stranger, rng)) for _ in range(spoilt)]
    for _ in range(spoilt):
        one, other = rng.sample(slips, 2)
        pages.append(("several", scanned.drawn(one, rng, more=other)))
    rng.shuffle(pages)
    stack = folder / "回执.pdf"
    stack.write_bytes(scanned.stack([scanned.scanned(page, rng) for _, page in pages]))
    began = time.perf_counter()
    with Workspace.open(folder / "office", source=later()) as made:
        result = made.scan_slips([stack])
    took = time.perf_counter() - began
    whole = {slip.number for slip in slips}
    right = wrong = 0
    for page, (what, _) in zip(result.pages, pages, strict=True):
        right += bool(page.letter) and page.letter == what
        wrong += bool(page.letter) and page.letter != what
    return {
        **machine(("zxing-cpp", "pillow", "pikepdf", "img2pdf")),
        "load": load_average(),
        "seed": seed,
        "pages": len(pages),
        "stack_mib": round(stack.stat().st_size / 1024**2, 1),
        "whole": len(whole),
        "filed": right,
        "wrong": wrong,
        "events": len(result.recorded),
        "unread": dict(Counter(page.state.value for page in result.pages if not page.letter)),
        "listed": len(result.unread),
        "seconds": round(took, 1),
        "pages_per_second": round(len(pages) / took, 2),
    }


if __name__ == "__main__":
    sys.exit(main())
