"""The total of a table that goes over two pages stands under the last of its lines, never under the head alone."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from docx_maker import docx, p
from lxml import etree

from evidence.letters import fonts
from evidence.letters.convert import open_converter, page_text
from evidence.letters.convert._package import DOCUMENT, parse, read_parts, w
from evidence.letters.convert.keeps import blocks_of, break_before, flow_of

CREATED = datetime(2026, 11, 21, tzinfo=UTC)
LINES = range(28, 42)


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_system_folders", lambda: ())


def row(text: str, *, head: bool = False) -> str:
    mark = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{mark}</w:trPr><w:tc><w:tcPr/>{p(text)}</w:tc></w:tr>"


def statement(lines: int, *, head: bool = True) -> bytes:
    rows = row("项目", head=head) + "".join(row(f"样本{n}") for n in range(1, lines + 1)) + row("合计")
    table = f'<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="4000"/></w:tblGrid>{rows}</w:tbl>'
    return docx(p("首段") + table + p("末段"))


def chains(lines: int, **options: bool) -> tuple[tuple[int, int], ...]:
    return flow_of(read_parts(statement(lines, **options))).chains


def test_the_last_two_rows_are_a_chain_and_a_table_of_one_line_is_one() -> None:
    assert chains(5) == ((6, 7),)  # 0 is the first paragraph, 1 the head
    assert chains(1) == ((1, 3),)
    assert chains(5, head=False) == ()


def test_a_table_is_parted_under_its_head_again() -> None:
    root = parse(read_parts(statement(5))[DOCUMENT])
    body = root.find(w("body"))
    assert body is not None
    blocks = blocks_of(body)
    break_before(blocks[6])
    tables = [
        ["".join(map(str, r.itertext())) for r in table.findall(w("tr"))] for table in body.findall(w("tbl"))
    ]
    assert tables == [["项目", "样本1", "样本2", "样本3", "样本4"], ["项目", "样本5", "合计"]]
    between = body.findall(w("tbl"))[1].getprevious()
    assert isinstance(between, etree._Element)
    assert between.find(f"{w('pPr')}/{w('pageBreakBefore')}") is not None


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_wherever_the_page_ends_the_total_has_a_line_above_it() -> None:
    docs = [statement(lines) for lines in LINES]
    with open_converter("libreoffice", "zh") as converter:
        pdfs = converter.convert(docs, created=CREATED, nonces=[bytes(16)] * len(docs))
    pages: Mapping[int, list[str]] = {
        lines: ["".join(text.split()) for text in page_text(pdf)]
        for lines, pdf in zip(LINES, pdfs, strict=True)
    }
    parted = 0
    for lines, texts in pages.items():
        (with_total,) = [text for text in texts if "合计" in text]
        assert f"样本{lines}合计" in with_total
        assert "".join(texts).count("合计") == 1
        parted += f"样本{lines}合计" in texts[-1] and len(texts) > 1
    assert parted  # some of them had to be taken over
