"""A sentence and the table it announces stay on one page at the first attempt, and the page looks the same."""

from __future__ import annotations

import io
import shutil
import zipfile
from datetime import UTC, datetime

import pytest
from docx_maker import W, docx, p

from evidence.letters import fonts
from evidence.letters.convert import join, libreoffice, open_converter, page_text
from evidence.letters.convert._package import DOCUMENT, parse, read_parts, w
from evidence.letters.convert.keeps import flow_of

CREATED = datetime(2026, 11, 21, tzinfo=UTC)
SETTINGS = (
    f'<w:settings {W}><w:compat><w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
)


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_system_folders", lambda: ())


def keep(paragraph: str) -> str:
    return paragraph.replace("<w:pPr>", "<w:pPr><w:keepNext/>", 1)


def account(rows: int = 4, *, height: int = 400, properties: str = "") -> str:
    lines = "".join(
        f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{height}"/></w:trPr><w:tc>'
        f'<w:tcPr><w:tcW w:w="4000" w:type="dxa"/></w:tcPr>{cell}</w:tc></w:tr>'
        for cell in [*(keep(p(f"行{n}。")) for n in range(1, rows)), p(f"行{rows}。")]
    )
    return (
        f'<w:tbl><w:tblPr>{properties}<w:tblW w:w="4000" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="4000"/></w:tblGrid>{lines}</w:tbl>'
    )


def demand(body: str, lines: int = 3) -> bytes:
    """``lines`` paragraphs, then ``body``, then a last paragraph, as Word 2013 and later lay it out."""
    plain = docx("".join(p(f"首段{n}。") for n in range(lines)) + body + p("末段。"))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if name == "word/_rels/document.xml.rels":
                kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings"
                text = text.replace(
                    "</Rel", f'<Relationship Id="rId9" Type="{kind}" Target="settings.xml"/></Rel'
                )
            new.writestr(name, text)
        new.writestr("word/settings.xml", SETTINGS)
    return out.getvalue()


ANNOUNCED = keep(p("请付至：")) + account()


def tables(docx_bytes: bytes) -> tuple[int, int]:
    """How many tables the office is given in the body, and how many of them in another."""
    joined = join.join([flow_of(read_parts(docx_bytes))])
    assert joined is not None
    body = parse(joined[DOCUMENT]).find(w("body"))
    assert body is not None
    return len(body.findall(w("tbl"))), len(list(body.iter(w("tbl")))) - len(body.findall(w("tbl")))


def test_a_sentence_and_its_table_are_laid_into_one_row() -> None:
    assert tables(demand(ANNOUNCED)) == (1, 1)


@pytest.mark.parametrize(
    ("why", "body"),
    [
        ("the table announces nothing", account() + p()),
        ("tables that touch are one", account() + ANNOUNCED),
        ("a page begins here already", ANNOUNCED.replace("<w:keepNext/>", "<w:keepNext/><w:pageBreakBefore/>", 1)),
        ("the table floats", keep(p("请付至：")) + account(properties="<w:tblpPr/>")),
        ("it hangs out of the text", keep(p("请付至：")) + account(properties='<w:tblInd w:w="-100" w:type="dxa"/>')),
        ("more than a page holds", keep(p("请付至：")) + account(20)),
        ("its height is not known", keep(p("请付至：" + "样" * 600)) + account()),
    ],
)  # fmt: skip
def test_a_chain_that_might_look_different_in_a_row_is_left_alone(why: str, body: str) -> None:
    assert tables(demand(body))[1] == 0, why


def test_of_two_distances_the_greater_counts_between_paragraphs_but_both_before_a_row() -> None:
    above = p("上段。").replace("w:before=", 'w:after="120" w:before=')
    assert tables(demand(above + ANNOUNCED)) == (1, 1)
    assert tables(demand(above + ANNOUNCED.replace('w:before="0"', 'w:before="120"', 1))) == (1, 0)


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_pages_are_those_of_two_conversions_made_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    docs = [demand(ANNOUNCED, lines) for lines in range(15, 25)]
    docs.append(demand(keep(p("请付至：")) + account(13, height=1200)))  # higher than a page
    conversions: list[int] = []
    attempt = libreoffice._cut_letters

    def counting(file: libreoffice._File, data: bytes, created: datetime) -> list[libreoffice._Made]:
        conversions.append(len(file.letters))
        return attempt(file, data, created)

    monkeypatch.setattr(libreoffice, "_cut_letters", counting)

    def pages() -> list[list[str]]:
        conversions.clear()
        pdfs = office.convert(docs, created=CREATED, nonces=[bytes(16)] * len(docs))
        return [["".join(text.split()) for text in page_text(pdf)] for pdf in pdfs]

    with open_converter("libreoffice", "zh") as office:
        held = pages()
        assert conversions == [11, 1]  # only what no page can hold is looked at again
        monkeypatch.setattr(join, "hold_chains", lambda *_: None)
        assert held == pages()
        assert sum(conversions) > 12
    for texts in held[:-1]:
        assert any("请付至：行1。行2。行3。行4。" in text for text in texts)
    assert all(f"行{n}。" in "".join(held[-1]) for n in range(1, 14))
