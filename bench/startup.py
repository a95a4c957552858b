"""How long a command takes to say anything: ``evidence --help`` beside an empty Python and ``import click``.

    python bench/startup.py

Runs the three in turn and prints the medians; CPU seconds of the process hold on a busy machine as well. Ends
with 1 when a heavy package is loaded for the sake of a help text.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from _measure import cpu_seconds, load_average, machine, median

COMMANDS = {
    "python": ["-c", "pass"],
    "import click": ["-c", "import click"],
    "evidence --help": ["-m", "evidence", "--help"],
}
HEAVY = (
    "sqlalchemy",
    "lxml",
    "pikepdf",
    "docxtpl",
    "openpyxl",
    "fontTools",
    "cryptography",
    "babel",
    "asyncio",
    "opentelemetry",
    "distributed",
)
LOADED = """
import sys
sys.argv[1:] = ["--help"]
try:
    import evidence.cli
    evidence.cli.main()
finally:
    print("\\0", *sys.modules)
"""


def once(arguments: Sequence[str]) -> tuple[float, float]:
    """Wall and CPU seconds of one process."""
    start, cpu = time.perf_counter(), cpu_seconds()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start, cpu_seconds() - cpu


def heavy_packages() -> list[str]:
    """Which of :data:`HEAVY` the help text loads."""
    done = subprocess.run([sys.executable, "-c", LOADED], check=False, capture_output=True, text=True)
    loaded = set(done.stdout.rpartition("\0")[2].split())
    return [name for name in HEAVY if name in loaded]


def measure(rounds: int) -> dict[str, Any]:
    before = load_average()
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in COMMANDS}
    for _ in range(rounds):
        for name, arguments in COMMANDS.items():
            runs[name].append(once(arguments))
    return {
        "schema_version": 1,
        "benchmark": "startup",
        "machine": {**machine(("click",)), "load_before": before, "load_after": load_average()},
        "rounds": rounds,
        "seconds": {name: round(median([wall for wall, _ in times]), 4) for name, times in runs.items()},
        "cpu_seconds": {name: round(median([cpu for _, cpu in times]), 4) for name, times in runs.items()},
        "heavy": heavy_packages(),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="How long evidence --help takes.")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    figures = measure(arguments.rounds)
    host = figures["machine"]
    print(
        f"{host['cpus']} cores, Python {host['python']}, load {host['load_before']} to {host['load_after']}"
    )
    for name in COMMANDS:
        print(f"{name:<18}{figures['seconds'][name]:>8.3f} s   CPU {figures['cpu_seconds'][name]:.3f} s")
    if figures["heavy"]:
        print("loaded for a help text:", ", ".join(figures["heavy"]))
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    return 1 if figures["heavy"] else 0


if __name__ == "__main__":
    sys.exit(main())
