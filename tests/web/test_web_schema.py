"""A few requests of every kind to every operation of the pages' description; ``bench/fuzz_web.py`` asks thousands."""

from __future__ import annotations

from pathlib import Path

import pytest
import webcase

from evidence.workspace import Workspace

PASSWORD = "样本口令-一二三四五六七"


def test_whatever_the_description_allows_gets_an_expected_answer_and_no_trace(office: Path) -> None:
    pytest.importorskip("schemathesis")
    from fuzzing import Fuzz

    with Workspace.open(office, source=webcase.Clock().source("staff")) as workspace:
        workspace.add_staff("样丙", "admin", PASSWORD)
    with webcase.page(office) as made:
        tally = Fuzz(made, webcase.token_of(office), PASSWORD).run(examples=3)
    assert tally.faults == []
    # What is good goes through, so that this test is not one of refusals alone.
    assert sum(tally.statuses.values()) > 100 and tally.statuses[200] > 30, tally.statuses
