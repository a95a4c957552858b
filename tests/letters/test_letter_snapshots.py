"""The whole text of each letter, kept beside the tests so that a change of wording shows as a text diff in review.

A text that is new or changed on purpose: delete its file, run this test, which writes it anew and fails once, and
review the difference in what is committed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from late_samples import claim_of_events, everything, hold, late_office
from letter_samples import LOCALES, PRIOR, account, charge, context, office, quarters, yuan

from evidence.claim.plan import equal_plan
from evidence.letters.context import LateCharge
from evidence.letters.engine import compile_template, document_text
from evidence.letters.packs import find_pack
from evidence.model.events import HoldReason
from evidence.model.letter import CLAIMING, LegalEffect, LetterKind
from evidence.model.period import Period
from evidence.resources import templates_dir

FOLDER = Path(__file__).parents[1] / "snapshots" / "letters"


def plain() -> dict[str, Any]:
    """Two periods, no late clause, nothing known beyond what is required."""
    return {"account": account(*quarters(2)), "office": office()}


def reserving() -> dict[str, Any]:
    """A late charge is reserved, a period in dispute, two earlier demands, effect of a demand where it can be."""
    home = account(*quarters(3))
    claim = claim_of_events(home, hold(HoldReason.AMOUNT_DISPUTED, 1), late=False)
    return {
        "account": home,
        "claim": claim,
        "office": late_office(),
        "history": PRIOR,
        "effect": LegalEffect.DEMAND,
    }


def claiming() -> dict[str, Any]:
    """Late charge, holds, waiver, correction, part payment and credit, all at once."""
    home, claim = everything(6)
    claim = replace(claim, credit=yuan("66.60"))
    return {"account": home, "claim": claim, "office": late_office(), "late_policy": "claim"}


def silent() -> dict[str, Any]:
    """Other charges than a property fee, and an office that claims no late charge."""
    water = charge(Period.months(2025, 1, 2025, 3), "33.30", item="公摊水电费")
    return {"account": account(water), "office": late_office(), "late_policy": "none"}


def restating() -> dict[str, Any]:
    """The late charge of two periods as a sum that the instalments pay with the principal."""
    home = account(*quarters(2))
    claim = claim_of_events(home)
    plan = equal_plan(claim.grand_total, 3, date(2026, 12, 31))
    return {
        "account": home,
        "claim": claim,
        "office": late_office(),
        "late_policy": "claim",
        "late_charge": LateCharge.RESTATED,
        "plan": plan,
    }


CASES = (
    *((kind, case) for case in (plain, reserving, claiming, silent) for kind in CLAIMING),
    (LetterKind.INSTALMENT_AGREEMENT, restating),
)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("kind", "case"), CASES, ids=[f"{case.__name__}-{kind}" for kind, case in CASES])
def test_the_text_of_a_letter_is_the_reviewed_one(kind: LetterKind, locale: str, case: Any) -> None:
    template = find_pack(templates_dir(), "cn", locale).template(kind)
    made = context(kind, locale, **case())
    docx = (
        compile_template(template.read(), template.name)
        .render(made.values, must_appear=made.must_appear)
        .docx
    )
    text = document_text(docx).rstrip("\n") + "\n"
    kept = FOLDER / f"{kind.value}.{case.__name__}.{locale}.txt"

    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(text, "utf-8")
        pytest.fail(f"{kept.name} was missing and is written now: review it")
    assert text == kept.read_text("utf-8"), f"{kept.name} differs; see the head of this module"
