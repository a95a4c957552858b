"""The room's messages: each said in Simplified and Traditional Chinese, with the same blanks to fill."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import evidence.intake
from evidence.errors.intake import ROWS
from evidence.i18n import catalogue
from evidence.intake.annotate import LIST_HEADINGS, LIST_TITLE

MESSAGES = sorted({text for spec in ROWS for text in (spec.message, spec.hint, spec.explain) if text})


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("lang", ["zh", "zh-Hant"])
@pytest.mark.parametrize("message", [*MESSAGES, LIST_TITLE, *LIST_HEADINGS])
def test_every_message_is_translated(lang: str, message: str) -> None:
    translated = catalogue(lang).get(message, "")
    assert re.search("[一-鿿]", translated)
    assert blanks(translated) == blanks(message)


def test_every_code_the_room_uses_is_declared_and_the_other_way_round() -> None:
    folder = Path(evidence.intake.__file__).parent
    used = {
        code
        for file in folder.glob("*.py")
        for code in re.findall(r'"(intake\.[a-z0-9-]+)"', file.read_text("utf-8"))
    }
    assert used == {spec.code for spec in ROWS}
