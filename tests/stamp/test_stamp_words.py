"""What users read of this room's errors, in each language."""

from __future__ import annotations

import string

import pytest

from evidence.errors.stamp import ROWS
from evidence.i18n import catalogue


@pytest.mark.parametrize("lang", ["zh", "zh-Hant"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.code)
def test_every_error_speaks_chinese_with_the_same_placeholders(row, lang: str) -> None:  # type: ignore[no-untyped-def]
    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for message in filter(None, (row.message, row.hint, row.explain)):
        translated = catalogue(lang)[message]
        assert any("\u4e00" <= char <= "\u9fff" for char in translated)
        assert fields(translated) == fields(message)
