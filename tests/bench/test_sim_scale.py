"""The simulation agrees with what can be reckoned by hand, and docs/scale.md says what it says."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture(scope="module")
def scale() -> ModuleType:
    sys.path.insert(0, str(BENCH))
    try:
        import _scale
    finally:
        sys.path.remove(str(BENCH))
    return _scale


@pytest.fixture(scope="module")
def program(scale: ModuleType) -> ModuleType:
    sys.path.insert(0, str(BENCH))
    try:
        import sim_scale
    finally:
        sys.path.remove(str(BENCH))
    return sim_scale


@pytest.fixture(scope="module")
def times() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((BENCH / "stage_times.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def costs(scale: ModuleType) -> Any:
    """A worker ten times as long at a letter as the coordinator."""
    return scale.Costs(
        before=0.004, prepare=0.002, make=0.1, finish=0.005, record=0.003, after=0.001, wait=1.0
    )


def seconds(scale: ModuleType, costs: Any, estates: int = 1, **setting: int) -> float:
    found = scale.simulate(costs, scale.Setting(**setting), estates=estates, letters=1000)
    assert isinstance(found.seconds, float)
    return found.seconds


def test_one_worker_takes_the_sum(scale: ModuleType, costs: Any) -> None:
    """All letters one after another; the coordinator does its part meanwhile, but for the first and the last chunk."""
    by_hand = 1000 * (0.004 + 0.1 + 0.001) + 25 * (0.002 + 0.005 + 0.003) + 1.0
    assert seconds(scale, costs, workers=1) == pytest.approx(by_hand)
    assert seconds(scale, costs, estates=3, workers=1) == pytest.approx(3 * by_hand)


def test_workers_without_number_wait_for_the_coordinator(scale: ModuleType, costs: Any) -> None:
    """What is left is its own work, and once the time of a chunk when there is nothing else to do."""
    alone = 1000 * (0.004 + 0.002 + 0.005 + 0.003 + 0.001) + 1.0
    found = seconds(scale, costs, workers=10_000)
    assert alone <= found <= alone + 25 * 0.1
    assert seconds(scale, costs, workers=100_000) == pytest.approx(found)


@pytest.mark.parametrize("workers", [1, 2, 5, 8, 20, 50])
def test_it_is_never_faster_than_the_closed_form_and_hardly_slower(
    scale: ModuleType, costs: Any, workers: int
) -> None:
    least = scale.closed_form(costs, scale.Setting(workers), estates=2, letters=1000)
    found = seconds(scale, costs, estates=2, workers=workers)
    assert least <= found * 1.0001
    assert found <= least * 1.25


def test_coordinators_share_workers_without_loss(scale: ModuleType, costs: Any) -> None:
    """Two that are never in need of the same worker are as fast as one; together they do twice as much."""
    one = scale.simulate(costs, scale.Setting(8), estates=1, letters=1000)
    two = scale.simulate(costs, scale.Setting(16, 2), estates=2, letters=1000)
    assert two.seconds == pytest.approx(one.seconds, rel=0.1)
    assert two.rate == pytest.approx(2 * one.rate, rel=0.1)
    assert 0 < one.workers_busy <= 1 and 0 < one.coordinators_busy <= 1


def test_as_many_coordinators_as_workers_need(scale: ModuleType, costs: Any) -> None:
    assert costs.feeds == pytest.approx(10)
    assert scale.coordinators_for(costs, 100) == 15  # 100 × (4 + 10 + 1) ÷ 100 ms


def test_the_spread_is_drawn_from_a_seed(scale: ModuleType, costs: Any) -> None:
    uneven = replace(costs, spread=0.3)
    setting = scale.Setting(4)
    runs = [scale.simulate(uneven, setting, estates=2, letters=1000, seed=seed) for seed in (1, 1, 2)]
    assert runs[0] == runs[1] != runs[2]
    assert runs[0].seconds == pytest.approx(seconds(scale, costs, estates=2, workers=4), rel=0.1)


def test_a_proof_grows_by_one_hash_with_each_doubling(scale: ModuleType, times: dict[str, Any]) -> None:
    """From the smallest journal measured the largest is foretold to the byte, but for the index's own digits."""
    proofs = [(one["entries"], one["longest_bytes"]) for one in times["journal"]["proofs"]]
    assert len(proofs) >= 2
    for entries, length in proofs[1:]:
        assert abs(scale.proof_bytes(proofs[:1], entries) - length) <= 2


def test_the_page_says_what_the_program_prints(program: ModuleType, times: dict[str, Any]) -> None:
    page = program.PAGE.read_text("utf-8")
    assert page.count("<!-- /") == len(program.BLOCKS)
    assert program.filled(page, times) == page, "python bench/sim_scale.py --write-docs"
    assert (
        f"每分钟 {program.PAGES_A_MINUTE} 页" in page
        and f"a printer of {program.PAGES_A_MINUTE} pages" in page
    )
    assert f"{program.CONFIRM:.0%}".replace("%", " %") in page
