"""No row of a table is lost at a page break: LibreOffice 7.4 draws one that begins at the foot of the text nowhere."""

from __future__ import annotations

import io
import re
import shutil
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from docx_maker import docx, p, table

from evidence.letters.convert import open_converter
from evidence.letters.convert.keeps import Flow
from evidence.letters.convert.words import _plain_rows, _rows, missing_words

sys.path.append(str(Path(__file__).resolve().parents[1] / "letters"))
from sized_samples import render

CREATED = datetime(2026, 11, 21, tzinfo=UTC)
HEAD = ["期间", "应缴（元）", "尚欠（元）"]
JULY, AUGUST = ["2026年7月", "455.21", "455.21"], ["2026年8月", "455.21", "455.21"]


def test_a_row_that_is_gone_is_named_though_another_table_says_its_words() -> None:
    late = table([["期间", "违约金", "天数"], ["2026年8月", "4.01", "88"]])
    whole = docx(p("欠费") + table([HEAD, JULY, AUGUST]) + late + p("样本"))
    without = docx(p("欠费") + table([HEAD, JULY]) + late + p("样本"))
    with open_converter("builtin", "zh") as engine:
        said, lost = (
            engine.convert([one], created=CREATED, nonces=[bytes(16)])[0] for one in (whole, without)
        )

    wanted = ["2026年7月", "2026年8月", "455.21"]
    assert missing_words(said, wanted, whole) == ()
    assert missing_words(lost, wanted) == ()
    assert missing_words(lost, wanted, whole) == ("2026年8月455.21455.21",)
    # The same words in another order are there all the same.
    turned = docx(p("欠费") + table([HEAD, JULY, AUGUST[::-1]]) + late + p("样本"))
    assert missing_words(said, wanted, turned) == ()


def with_foot(data: bytes, twips: int) -> bytes:
    """A Word file with another margin below its text."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "word/document.xml":
                part = re.sub(rb'w:bottom="\d+"(?= w:left="\d+" w:header)', b'w:bottom="%d"' % twips, part)
                assert b'w:bottom="%d"' % twips in part
            target.writestr(name, part)
    return out.getvalue()


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_row_at_the_foot_of_the_text_begins_the_next_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a margin of 1361 to 1370 twips the third line of the arrears would begin right on it."""
    made = with_foot(render("lawyer-letter", "zh", "extreme").docx, 1365)
    with open_converter("libreoffice", "zh", prefer_installed=False) as office:
        mended = office.convert([made], created=CREATED, nonces=[bytes(16)])[0]
        monkeypatch.setattr(Flow, "_begin_for", lambda self, row: 0)  # no row is looked after
        left = office.convert([made], created=CREATED, nonces=[bytes(16)])[0]

    assert missing_words(mended, [], made) == ()
    if missing_words(left, [], made) == ():
        pytest.skip("this LibreOffice loses no row here")


def test_rows_are_read_from_the_markup_as_from_its_tree() -> None:
    plain = document_of(docx(p("欠费") + table([HEAD, JULY, AUGUST]) + p("样本")))
    nested = plain.replace(b"</w:tc>", b"<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl></w:tc>", 1)
    written_out, renamed = (
        plain.replace(b"2026", b"&#50;026"),
        plain.replace(b"w:", b"x:").replace(b":w=", b":x="),
    )
    with_box = plain.replace(b"<w:p>", b"<w:p><w:r><w:txbxContent><w:t>1</w:t></w:txbxContent></w:r>", 1)

    assert _plain_rows(plain) == _rows(plain)
    assert _rows(plain)[0] == ["".join(row) for row in (HEAD, JULY, AUGUST)]
    assert [_plain_rows(other) for other in (nested, written_out, renamed, with_box)] == [None] * 4
    assert _rows(written_out) == _rows(renamed) == _rows(with_box) == _rows(plain)


def document_of(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read("word/document.xml")
