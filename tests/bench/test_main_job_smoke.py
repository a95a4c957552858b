"""A tiny run of the benchmark: its figures have their shape and agree with one another. Nothing is timed here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

N = 3


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> dict[str, Any]:
    """A run beside one letter of the stock path, on a machine without LibreOffice."""
    folder = tmp_path_factory.mktemp("bench")
    command = [
        sys.executable,
        str(checkout / "bench" / "main_job.py"),
        "--n",
        f"{N}",
        "--converter",
        "builtin",
    ]
    command += ["--jobs", "1", "--stock-sample", "1", "--single-sample", "0"]
    subprocess.run(
        [*command, "--folder", str(folder), "--json", str(folder / "figures.json")],
        check=True,
        env={**os.environ, "PATH": str(folder), "PYTHONPATH": str(checkout)},
        stdout=subprocess.DEVNULL,
    )
    found: dict[str, Any] = json.loads((folder / "figures.json").read_text("utf-8"))
    return found


def test_the_figures_say_what_they_were_made_with(figures: dict[str, Any]) -> None:
    assert (figures["schema_version"], figures["benchmark"]) == (3, "main_job")
    assert figures["command"].startswith("python bench/main_job.py --n 3")
    machine = figures["machine"]
    assert machine["cpus"] >= 1 and machine["python"].count(".") == 2
    assert machine["packages"]["docxtpl"] and machine["libreoffice"] is None
    assert machine["load_before"] >= 0 and machine["load_after"] >= 0


def test_every_owner_got_a_letter_and_every_stage_was_reached(figures: dict[str, Any]) -> None:
    assert [(run["n"], run["letters"]) for run in figures["runs"]] == [(N, N)]
    for run in figures["runs"]:
        assert (run["converter"].partition(" ")[0], run["jobs"]) == ("builtin", 1)
        assert [name for name, seconds in run["stages"].items() if seconds == 0.0] in ([], ["copies"])
        peak = run["peak_mib"]
        assert (
            max(peak["process"], peak["children"])
            <= peak["together"]
            <= peak["process"] + peak["children"] + 1
        )
        assert set(run["memory_ratio"].values()) == {1.0}
        assert run["pages_printed"] >= 2 * N


def test_stages_add_up_to_the_whole(figures: dict[str, Any]) -> None:
    for run in figures["runs"]:
        rounding = 0.001 * (len(run["stages"]) + 1)
        assert sum(run["stages"].values()) == pytest.approx(run["seconds"], abs=rounding)
        assert run["issue_seconds"] <= run["path_seconds"] <= run["seconds"] + rounding
        for rate, seconds in (
            ("letters_per_second", "path_seconds"),
            ("issue_letters_per_second", "issue_seconds"),
        ):
            assert run[rate] == pytest.approx(run["letters"] / run[seconds], rel=0.01, abs=0.006)


def test_the_stock_path_was_measured_beside_it(figures: dict[str, Any]) -> None:
    stock, run = figures["stock"], figures["runs"][-1]
    assert (stock["letters"], stock["converter"]) == (1, "builtin")
    assert "no LibreOffice" in stock["note"]
    assert set(stock["stages"]) == {"render docx", "convert", "stamp", "store"}
    assert sum(stock["stages"].values()) == pytest.approx(stock["seconds_per_letter"], abs=0.002)
    times = run["against"]["stock"]
    assert times["path"] == pytest.approx(run["letters_per_second"] * stock["seconds_per_letter"], abs=0.2)
    assert times["job"] <= times["path"] <= times["issue"]
    assert not figures["one_by_one"] and "one by one" not in run["against"]
