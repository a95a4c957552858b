"""Joining letters into one file must not show on any page."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from docx_maker import SECTION, docx, letter, p, table

from evidence.letters import fonts
from evidence.letters.convert import Converter, open_converter, page_count, page_text
from evidence.letters.convert._package import read_parts
from evidence.letters.convert.join import join
from evidence.letters.convert.keeps import Flow, flow_of

CREATED = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
needs_office = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed"),
]


def flow(data: bytes) -> Flow:
    return flow_of(read_parts(data))


def joins(*docs: bytes) -> bool:
    return join([flow(data) for data in docs]) is not None


def kept(paragraph: str) -> str:
    return paragraph.replace("<w:pPr>", "<w:pPr><w:keepNext/>")


NUMBERED = '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr></w:p>'
NUMBERED_STYLE = (
    '<w:style w:type="paragraph" w:styleId="n"><w:name w:val="n"/><w:pPr><w:numPr/></w:pPr></w:style>'
)
LATER_ROW_KEEPS = kept(table([["4", "5", "6"]])).split("</w:tblGrid>")[1] + p("样本")
TOTAL = '<w:p><w:fldSimple w:instr=" NUMPAGES "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p>'
PAGE = '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r></w:p>'


def test_letters_of_one_template_join() -> None:
    assert joins(letter(1), letter(2, lines=9), letter(3, title="另一样本"))


def test_a_style_that_numbers_but_is_not_used_does_not_matter() -> None:
    assert joins(*[letter(n, extra_styles=NUMBERED_STYLE) for n in (1, 2)])


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("a numbered list", NUMBERED + p("样本")),
        ("a numbered style", '<w:p><w:pPr><w:pStyle w:val="n"/></w:pPr></w:p>'),
        ("a total of pages", TOTAL + p("样本")),
        ("two sections", p("样本") + f"<w:p><w:pPr>{SECTION}</w:pPr></w:p>" + p("样本")),
        ("a footnote", '<w:p><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'),
        ("a comment", '<w:p><w:r><w:commentReference w:id="0"/></w:r></w:p>'),
        ("a reference", '<w:p><w:hyperlink w:anchor="x"><w:r><w:t>样本</w:t></w:r></w:hyperlink></w:p>'),
        ("a keep amid a table", table([["1", "2", "3"]]).replace("</w:tbl>", "") + LATER_ROW_KEEPS),
    ],
    ids=lambda value: value if " " in value and "<" not in value else "",
)  # fmt: skip
def test_what_counts_on_is_converted_one_by_one(what: str, body: str) -> None:
    assert not joins(*[docx(body + p(), extra_styles=NUMBERED_STYLE)] * 2), what


def test_letters_with_other_footers_do_not_join() -> None:
    assert not joins(letter(1, footer="一"), letter(2, footer="二"))


def test_letters_with_other_margins_do_not_join() -> None:
    """A section would inherit what it does not say itself."""
    bare = SECTION.replace('<w:footerReference w:type="default" r:id="rId2"/>', "")
    body = p("样本") * 2
    assert joins(docx(body), docx(body)) and not joins(docx(body), docx(body, section=bare))


def test_page_numbers_begin_at_one_in_each_letter() -> None:
    joined = join([flow(docx(PAGE + p("样本")))] * 2)
    assert joined is not None
    assert joined["word/document.xml"].count(b'<w:pgNumType w:start="1"/>') == 2


def test_a_joined_file_has_unique_bookmarks_and_sections() -> None:
    joined = join([flow(letter(n)) for n in range(3)])
    assert joined is not None
    text = joined["word/document.xml"].decode()
    assert [f'w:name="letter{n:04d}"' in text for n in range(4)] == [True, True, True, False]
    assert text.count("<w:sectPr") == text.count('<w:type w:val="nextPage"/>') == 3


def test_chains_run_over_paragraphs_and_rows() -> None:
    body = p("0") + kept(p("1")) + kept(p("2")) + table([["3", "", ""], ["4", "", ""]]) + p("5")
    assert flow(docx(body)).chains == ((1, 3),)
    rows = (
        kept(table([["1", "", ""]])).replace("</w:tbl>", "") + table([["2", "", ""]]).split("</w:tblGrid>")[1]
    )
    assert flow(docx(p("0") + rows + p("3"))).chains == ((1, 2),)


def test_a_row_that_keeps_under_a_repeated_head_moves_on_with_its_note() -> None:
    """The table is parted there and its head repeated; the first row takes the head along, lest it stays alone."""

    def chains(keeper: int) -> tuple[tuple[int, int], ...]:
        start, head, *rows = table([[str(n), "", ""] for n in range(7)]).split("<w:tr>")
        rows[keeper - 1] = kept(rows[keeper - 1])
        made = flow(
            docx(p("0") + "<w:tr>".join([start, "<w:trPr><w:tblHeader/></w:trPr>" + head, *rows]) + p("8"))
        )
        assert not made.own_keeps
        return made.chains

    assert chains(2) == ((3, 4), (6, 7))
    assert chains(1) == ((1, 3), (6, 7))


def test_the_first_torn_chain_is_mended_and_a_chain_longer_than_a_page_is_let_be() -> None:
    letter_ = Flow({}, chains=((0, 1), (3, 5), (7, 8)))
    mended = letter_.mended({0: 0, 1: 1, 3: 1, 4: 1, 5: 2, 7: 2, 8: 3})
    assert mended is not None and mended.breaks == {3}
    assert mended.mended({0: 0, 1: 1, 3: 2, 4: 2, 5: 3, 7: 3, 8: 3}) is None


def test_a_row_that_would_begin_at_the_foot_of_the_text_begins_a_page() -> None:
    """LibreOffice draws such a row below the text: nowhere. Blocks 2 to 5 are rows, 2 is the head, 4 and 5 a chain."""
    letter_ = Flow({}, chains=((4, 5),), rows={2: 2, 3: 2, 4: 4, 5: 4}, foot=68.05)
    pages = {4: 1, 5: 1}

    assert letter_.mended(pages, {2: 300.0, 3: 92.5, 4: 719.5, 5: 695.0}) is None
    seen = {top: letter_.mended(pages, {3: top}) for top in (67.99, 68.55, 80.0)}
    assert [mended and mended.breaks for mended in seen.values()] == [{2}, {2}, None]
    in_chain = letter_.mended(pages, {5: 68.0})
    assert in_chain is not None and in_chain.breaks == {4}
    # A chain longer than a page is parted where the row stands.
    again = in_chain.mended(pages, {5: 68.0})
    assert again is not None and again.breaks == {4, 5}


def test_where_rows_begin_is_read_from_the_word_file() -> None:
    parts = flow(docx(p("一") + table([["a", "b", "c"], ["1", "2", "3"]]) + p("完")))
    assert dict(parts.rows) == {1: 1, 2: 2}
    assert parts.foot == 1985 / 20


# --- on paper -------------------------------------------------------------------------------------------------


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[Converter]:
    monkeypatch.setattr(fonts, "_system_folders", lambda: ())
    with open_converter("libreoffice", "zh") as opened:
        yield opened


def together(office: Converter, docs: list[bytes]) -> list[bytes]:
    return office.convert(docs, created=CREATED, nonces=[bytes(16)] * len(docs))


def alone(office: Converter, docs: list[bytes]) -> list[bytes]:
    made = office.convert_batches([[d] for d in docs], created=CREATED, nonces=[[bytes(16)]] * len(docs))
    return [pdf for batch in made for pdf in batch]


def pixels(pdf: bytes, folder: Path) -> list[bytes]:
    """Every page at 72 dpi, grey."""
    (folder / "x.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-gray", "-r", "72", "x.pdf", "x"], cwd=folder, check=True)
    pages = sorted(folder.glob("x*.pgm"))
    images = [page.read_bytes() for page in pages]
    for page in pages:
        page.unlink()
    return images


class TestOnPaper:
    pytestmark = needs_office

    @pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm is not installed")
    def test_joined_pages_equal_single_ones_to_the_pixel(self, office: Converter, tmp_path: Path) -> None:
        docs = [letter(n, lines=lines, name="㛃䶮") for n, lines in enumerate((4, 30, 9, 13), 1)]
        for joined, single in zip(together(office, docs), alone(office, docs), strict=True):
            assert page_text(joined) == page_text(single)
            assert pixels(joined, tmp_path) == pixels(single, tmp_path)

    @pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm is not installed")
    @pytest.mark.parametrize("fill", [19, 20])
    def test_a_heading_stays_with_its_table_in_every_place(
        self, office: Converter, tmp_path: Path, fill: int
    ) -> None:
        """LibreOffice by itself leaves the heading behind at these lengths, in a joined file or in a single one."""
        rows = table([[f"行{n}", "", ""] for n in range(5)])
        lines = "".join(p(f"第{n}行", align="left") for n in range(fill))
        data = docx(lines + kept(p("小标题")) + kept(p("引言")) + kept(p("间隔")) + rows + p("末行"))
        single = alone(office, [data])[0]
        assert page_text(single)[1].startswith("小标题")
        for joined in together(office, [data] * 4):
            assert pixels(joined, tmp_path) == pixels(single, tmp_path)

    def test_a_letter_of_one_paragraph_is_not_lost(self, office: Converter) -> None:
        made = together(office, [letter(1), docx(p("一")), letter(2)])
        assert [page_count(pdf) for pdf in made] == [1, 1, 1]
        assert page_text(made[1])[0].startswith("一")

    def test_letters_of_many_pages_are_cut_where_they_begin(self, office: Converter) -> None:
        made = together(office, [letter(n, lines=lines) for n, lines in enumerate((4, 30, 4), 1)])
        assert [page_count(pdf) > 1 for pdf in made] == [False, True, False]
        for number, pdf in enumerate(made, 1):
            assert f"样本业主{number}：" in "".join(page_text(pdf)[0].split())

    def test_a_letter_carries_no_fonts_or_names_of_its_neighbours(self, office: Converter) -> None:
        docs = [letter(1), letter(2), docx(p("只用一种字体的样本"))]
        plain = together(office, docs)[2]
        with pikepdf.open(io.BytesIO(plain)) as document:
            assert len(document.pages[0].Resources.Font) == 1
            assert (
                "/Names" not in document.Root
                and "/Dests" not in document.Root
                and "/Outlines" not in document.Root
            )

    def test_a_letter_ending_in_a_table_gets_no_empty_page(self, office: Converter) -> None:
        rows = [[f"行{n}", "样本", ""] for n in range(3)]
        pages = {page_count(pdf) for pdf in together(office, [docx(p("样本") + table(rows))] * 2)}
        assert pages == {1}
