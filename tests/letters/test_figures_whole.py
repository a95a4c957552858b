"""No figure and no date of a table is broken over two lines, whatever its size: read from the PDF as it is printed."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from datetime import UTC, datetime

import pytest
from sized_samples import ANNEXES, DOCUMENTS, render

from evidence.letters.convert import open_converter, page_text

FIGURE = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})*\.\d{2}(?!\d)")
CREATED = datetime(2026, 11, 21, tzinfo=UTC)
OFFICE = pytest.param(
    "libreoffice",
    "zh",
    marks=[
        pytest.mark.libreoffice,
        pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed"),
    ],
)


# One script for each converter: the digits and the widths are those of the other, and each page takes its time.
@pytest.mark.parametrize(("converter", "locale"), [("builtin", "zh-Hant"), OFFICE])
def test_every_figure_stands_on_one_line(converter: str, locale: str) -> None:
    wanted = {
        name: Counter(FIGURE.findall(made.text))
        for name in DOCUMENTS
        if FIGURE.search((made := render(name, locale, "extreme")).text)
    }
    assert {"reminder", "demand", "lawyer-letter", "instalment-agreement", *ANNEXES} <= set(wanted)
    with open_converter(converter, locale, prefer_installed=False) as engine:
        for landscape in (False, True):
            names = [name for name in wanted if (name in ANNEXES) is landscape]
            batches = engine.convert_batches(
                [[render(name, locale, "extreme").docx] for name in names],
                created=CREATED,
                nonces=[[bytes(16)] for _ in names],
                landscape=landscape,
            )
            for name, (pdf,) in zip(names, batches, strict=True):
                printed = Counter(FIGURE.findall("\n".join(page_text(pdf))))
                assert wanted[name] - printed == Counter(), name
