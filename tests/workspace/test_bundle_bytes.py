"""The same case, clock and key give one zip, byte for byte, wherever and by whomever it is made."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import casefile

MADE = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import casefile
from evidence.workspace import Workspace
with Workspace.open(Path("office"), source=casefile.later()) as made:
    print(casefile.bundle(made).zip_path)
"""
#: Two runs, folders, hash seeds, time zones, languages of the system and of the program.
RUNS = (
    ("one", {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8", "EVIDENCE_LANG": "en"}),
    (
        "two/更深",
        {"PYTHONHASHSEED": "4242", "TZ": "Pacific/Apia", "LC_ALL": "zh_TW.UTF-8", "EVIDENCE_LANG": "zh-Hant"},
    ),
)


def test_two_runs_folders_locales_and_zones_give_one_zip(tmp_path: Path, checkout: Path) -> None:
    template = casefile.served(tmp_path / "served", checkout)
    running = []
    for name, changed in RUNS:
        folder = tmp_path / name
        shutil.copytree(template, folder / "office")
        arguments = [sys.executable, "-X", "utf8", "-c", MADE, str(Path(__file__).parent)]
        environment = {**os.environ, "PYTHONPATH": str(checkout), **changed}
        running.append(
            (
                folder,
                subprocess.Popen(arguments, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True),
            )
        )
    made = []
    for folder, process in running:
        told, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        made.append(hashlib.sha256((folder / told.strip()).read_bytes()).hexdigest())
    assert made[0] == made[1]
