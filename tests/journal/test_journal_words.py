"""Every message of the journal exists in both scripts, with the same placeholders."""

from __future__ import annotations

import re

import pytest

from evidence.errors.journal import ROWS
from evidence.i18n import catalogue

MESSAGES = sorted({text for row in ROWS for text in (row.message, row.hint, row.explain) if text})


@pytest.mark.parametrize("lang", ["zh", "zh-Hant"])
def test_every_message_is_translated_with_its_placeholders(lang: str) -> None:
    words = catalogue(lang)
    assert [text for text in MESSAGES if text not in words] == []
    holes = re.compile(r"\{\w+\}")
    assert [m for m in MESSAGES if sorted(holes.findall(m)) != sorted(holes.findall(words[m]))] == []
