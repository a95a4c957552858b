"""The claim room's words: complete, in both scripts, and triggered where the table says an error exists."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

import pytest

from evidence.claim.allocation import Rule
from evidence.claim.court_fees import Fit, Track
from evidence.claim.labels import label
from evidence.claim.late_charge import ClaimBasis, Gap
from evidence.claim.late_statement import RULE_OF
from evidence.claim.plan import LateChoice
from evidence.claim.plan_progress import PlanState
from evidence.errors import specs
from evidence.i18n import catalogue
from evidence.model.events import HoldReason, Part

KINDS = (Rule, Part, HoldReason, ClaimBasis, Gap, LateChoice, PlanState, Track, Fit)
CLAIM = sorted(code for code in specs() if code.startswith("claim."))


@pytest.mark.parametrize("kind", KINDS)
def test_every_member_has_a_word_in_every_language(kind: type[StrEnum]) -> None:
    for lang in ("en", "zh", "zh-Hant"):
        words = [label(member, lang) for member in kind]
        assert len(set(words)) == len(words)
    assert all(re.search(r"[一-鿿]", label(member, "zh")) for member in kind)


def test_equal_texts_of_two_kinds_keep_their_own_words() -> None:
    assert PlanState.KEPT == LateChoice.KEPT  # as texts
    assert label(PlanState.KEPT, "zh") != label(LateChoice.KEPT, "zh")


@pytest.mark.parametrize("code", CLAIM)
def test_every_error_of_the_table_is_raised_somewhere_and_tested_by_name(code: str) -> None:
    """In the tests of the room that raises it: some need the day's run or the case file, which the workspace has."""
    package, tests = Path(__file__).parents[2] / "evidence", Path(__file__).parents[1]
    rooms = [room for room in ("claim", "law", "workspace") if _holds(package / room, "*.py", f'"{code}"')]
    assert rooms, "nothing raises it"
    tested_in = {"law": "claim"}.get(rooms[0], rooms[0])
    named = code.replace(".", r"\.")
    assert any(_holds(tests / tested_in, "test_*.py", text) for text in (code, named)), "no test names it"


def _holds(folder: Path, pattern: str, text: str) -> bool:
    return any(text in path.read_text("utf-8") for path in folder.glob(pattern))


def test_the_late_charge_is_never_called_a_surcharge() -> None:
    """违约金, not 滞纳金, which is an administrative surcharge."""
    for lang in ("zh", "zh-Hant"):
        for code in CLAIM:
            spec = specs()[code]
            for message in (spec.message, spec.hint, spec.explain):
                text = catalogue(lang).get(message, "")
                assert "滞纳金" not in text and "滯納金" not in text
    assert set(RULE_OF) <= set(CLAIM)
