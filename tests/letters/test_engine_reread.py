"""The quick way of reading a letter back says what the parser says, or that it does not know."""

from __future__ import annotations

import io
import zipfile

import pytest
from lxml import etree
from sized_samples import EVERY, render

from evidence.letters.engine.reread import Reader, reader_of
from evidence.letters.engine.text import part_text

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
CELL = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"


def document(body: str) -> str:
    return f"<w:document {W}><w:body>{body}</w:body></w:document>"


def paragraph(run: str) -> str:
    return f"<w:p><w:r>{run}</w:r></w:p>"


def read(xml: str) -> str | None:
    """As a letter from a template whose own markup is sound and plain."""
    return Reader(W).text(xml)


@pytest.mark.parametrize(
    "body",
    [
        paragraph("<w:t>一</w:t>") + "<w:p/>" + paragraph("<w:t/>") + paragraph("<w:t>二</w:t>"),
        "<w:p/><w:p/>" + paragraph("<w:t>前有两个空段</w:t>") + "<w:p/>",
        paragraph("<w:t>  两端  </w:t>") + paragraph('<w:t xml:space="preserve">  两端  </w:t>'),
        paragraph("<w:t>甲 &amp; 乙 &lt;丙&gt; &quot;丁&quot; &#39;戊&#39; &amp;amp;</w:t>"),
        paragraph("<w:t>一</w:t><w:tab/><w:t>二</w:t><w:br/><w:t>三</w:t><w:noBreakHyphen/><w:cr/><w:t>四</w:t>"),
        '<w:p><w:pPr><w:tabs><w:tab w:val="left" w:pos="100"/></w:tabs></w:pPr><w:r><w:t>制表位</w:t></w:r></w:p>',
        f"<w:tbl><w:tr>{CELL.format('1')}{CELL.format('2')}</w:tr><w:tr>{CELL.format('3')}{CELL.format('4')}</w:tr></w:tbl>",
        paragraph("<w:t>表前</w:t>") + f"<w:tbl><w:tr><w:tc><w:p/></w:tc>{CELL.format('空格之后')}</w:tr></w:tbl><w:p/>",
        f"<w:tbl><w:tr><w:tc>{paragraph('<w:t>两段</w:t>') * 2}</w:tc><w:tc><w:p/><w:p/></w:tc></w:tr></w:tbl>",
        f"<w:tbl><w:tr>{CELL.format('外')}<w:tc><w:tbl><w:tr>{CELL.format('内1')}{CELL.format('内2')}</w:tr><w:tr>"
        f"{CELL.format('内3')}</w:tr></w:tbl><w:p/></w:tc>{CELL.format('外2')}</w:tr></w:tbl>",
        f"<w:tbl><w:sdt><w:sdtPr/><w:sdtContent><w:tr>{CELL.format('控件')}</w:tr></w:sdtContent></w:sdt></w:tbl>",
    ],
)  # fmt: skip
def test_it_reads_what_the_parser_reads(body: str) -> None:
    xml = document(body)
    reader = reader_of(etree.fromstring(xml))
    assert reader is not None
    for _ in range(2):  # the second time by what was kept
        assert reader.text(xml) == part_text(etree.fromstring(xml))


@pytest.mark.parametrize(("name", "locale", "size"), EVERY)
def test_every_shipped_document_is_read_so(name: str, locale: str, size: str) -> None:
    made = render(name, locale, size)
    with zipfile.ZipFile(io.BytesIO(made.docx)) as package:
        xml = package.read("word/document.xml").decode().partition("?>")[2].strip()
    root = etree.fromstring(xml)
    reader = reader_of(root)
    assert reader is not None
    assert reader.text(xml) == part_text(root)


@pytest.mark.parametrize(
    "xml",
    [
        document("<w:p><w:r><w:t>一</w:t></w:p></w:r>"),
        document("<w:p><w:r><w:t>一</w:t></w:r>"),
        document(paragraph("<w:t>一</w:t>")) + "<w:p/>",
        "<w:p/>" + document(paragraph("<w:t>一</w:t>")),
        document(paragraph("<w:t>一</w:t>")).replace(
            "</w:body>", "</w:body></w:document><w:document><w:body/>"
        ),
        document("<w:p/>") + "<w:p/>",
        document(paragraph("<w:t>一</w:t>")) + document(paragraph("<w:t>二</w:t>")),
        document(paragraph("<w:t>甲 & 乙</w:t>")),
        document(paragraph("<w:t>甲 &nbsp; 乙</w:t>")),
        document(paragraph("<w:t>甲 ]]> 乙</w:t>")),
        document(paragraph("<w:t>一</w:t>无主之字")),
        document('<w:p w:a="1" w:a="2"><w:r><w:t>一</w:t></w:r></w:p>'),
        document("<x:p><w:r><w:t>一</w:t></w:r></x:p>"),
        document("<w:tbl><w:tr><w:tc></w:tc></w:tr></w:tbl>"),
        document("<w:tbl><w:tr><w:tc><w:tcPr/></w:tc></w:tr></w:tbl>"),
        "",
    ],
)
def test_what_is_not_certainly_sound_is_left_to_the_parser(xml: str) -> None:
    assert read(xml) is None


def test_a_stretch_that_is_known_still_has_to_fit() -> None:
    """Each stretch of the second letter was seen in the first one; together they are no document."""
    reader = Reader(W)
    cell, line = CELL.format("格"), paragraph("<w:t>行</w:t>")
    whole = document(f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>{line}")
    assert reader.text(whole) == "格\n行"
    head, _, rest = whole.partition("格")
    assert reader.text(head + "格" + rest) is not None
    middle, _, tail = rest.partition("行")
    assert reader.text(f"{head}格{tail}") is None
    assert reader.text(f"{head}格{middle}行{middle}行{tail}") is None


@pytest.mark.parametrize(
    "body",
    [
        paragraph("<w:pict><w:txbxContent><w:p/></w:txbxContent></w:pict>"),
        f"<w:footnote>{paragraph('<w:t>注</w:t>')}</w:footnote>",
        f"<w:del>{paragraph('<w:t>划去</w:t>')}</w:del>",
        paragraph("<w:t>制表\t符</w:t>"),
        paragraph('<w:t w:x="1">属性</w:t>'),
    ],
)
def test_a_template_with_words_elsewhere_is_read_by_the_parser(body: str) -> None:
    assert reader_of(etree.fromstring(document(body))) is None


def test_another_prefix_is_read_by_the_parser() -> None:
    body = "<x:body><x:p><x:r><x:t>一</x:t></x:r></x:p></x:body>"
    assert reader_of(etree.fromstring(f"<x:document {W.replace(':w', ':x')}>{body}</x:document>")) is None
