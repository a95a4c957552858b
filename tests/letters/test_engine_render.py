"""Filling a template: what goes in comes out, nothing else does, and twice the same."""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from engine_templates import docx, full, full_context, p, row, table
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from evidence.errors import EvidenceError, ExitCode
from evidence.letters.engine import compile_template, document_text, parts_digest, read_parts, stock_render
from evidence.letters.engine.sandbox import ENVIRONMENT
from evidence.letters.engine.values import _REFUSED

FULL = compile_template(full(), "催告函.docx")


def test_a_letter_reads_as_it_should() -> None:
    letter = FULL.render(
        full_context(), must_appear=("张三 <女> & 公司", "250.50", "《民法典》第九百四十四条")
    )
    assert letter.text.splitlines() == [
        "致：张三 <女> & 公司",
        "房号\t样本苑 1 幢 101 室",
        "特此催告。",
        "期间\t金额",
        "1. 2025年1月\t120.00（逾期）",
        "2. 2025年2月\t130.50",
        "合计\t250.50",
        "附：明细表、合同",
        "见注",
        "依据《民法典》第九百四十四条",
        "不含标签的页脚",
        "样本物业服务有限公司",
    ]
    assert document_text(letter.docx) == letter.text


@pytest.mark.parametrize(
    "context",
    [
        full_context(),
        full_context(formal=False),
        full_context(lines=[]),
        full_context(enclosures=[], total=""),
    ],
    ids=["all", "informal", "no rows", "empty texts"],
)
def test_docxtpl_alone_says_the_same(context: dict[str, object]) -> None:
    assert document_text(stock_render(full(), context)) == FULL.render(context).text


# ---------------------------------------------------------------- text in, text out

TRICKY = [
    "张三 <女> & 公司", "㛃䶮", "𠮷野家", "]]>", "{{ x }}", "{% if %}", "{# x #}", "{_{ }_}", "'\"“”‘’",
    "﨑塚︵",
    "  前后空格  ", "\u3000全角空格\u3000", "&amp;&lt;", "<w:p>", "</w:t></w:r></w:p>", "\\n\\t",
    "None", "nan", "Undefined",
    "葛󠄀城", "é e\u0301", "Ａ１", "{", "}", "", " ",
]  # fmt: skip
ECHO = compile_template(
    docx(p("首段"), p("甲{{ a }}乙", "{{ b }}"), table(row("{{ a }}", "格")), p("末段")), "echo.docx"
)


def echoed(a: str, b: str) -> list[str]:
    letter = ECHO.render({"a": a, "b": b}, must_appear=(a, b))
    assert document_text(letter.docx) == letter.text
    return letter.text.split("\n")


@pytest.mark.parametrize("value", TRICKY)
def test_tricky_text_comes_back_as_it_went_in(value: str) -> None:
    assert echoed(value, value) == ["首段", f"甲{value}乙{value}", f"{value}\t格", "末段"]


@settings(deadline=None, max_examples=200)
@given(a=st.text(), b=st.text(alphabet="{%}#&<>;'\" xN\u4e00"))
def test_any_text_comes_back_or_is_refused_by_name(a: str, b: str) -> None:
    if _REFUSED.search(a):
        with pytest.raises(EvidenceError, match=r"letters\.control-character"):
            echoed(a, b)
    else:
        assert echoed(a, b) == ["首段", f"甲{a}乙{b}", f"{a}\t格", "末段"]


@settings(deadline=None, max_examples=100)
@given(st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" ")))
def test_printable_text_is_never_refused(value: str) -> None:
    assert value.isprintable()
    echoed(value, "")


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\n", "U+000A"), ("\t", "U+0009"), ("\a", "U+0007"), ("\x0c", "U+000C"), ("\x00", "U+0000"),
        ("\x85", "U+0085"),
        ("\u200e", "U+200E LEFT-TO-RIGHT MARK"), ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\u2066", "U+2066 LEFT-TO-RIGHT ISOLATE"), ("\u2029", "U+2029 PARAGRAPH SEPARATOR"),
        ("\ud800", "U+D800"),
        ("\uffff", "U+FFFF"), ("\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
        ("\U000e0041", "U+E0041 TAG LATIN CAPITAL LETTER A"),
    ],
)  # fmt: skip
def test_characters_that_hide_or_move_text_are_refused_with_their_path(character: str, name: str) -> None:
    context = full_context(lines=[{"period": f"一{character}月", "amount": "1.00", "late": False}])
    with pytest.raises(EvidenceError) as caught:
        FULL.render(context)
    [problem] = caught.value.problems
    assert problem.code == "letters.control-character"
    assert problem.params["variable"] == "lines[0].period"
    assert problem.params["character"] == name
    assert caught.value.exit_code is ExitCode.PARTIAL


def test_all_refused_values_are_told_at_once() -> None:
    with pytest.raises(EvidenceError) as caught:
        FULL.render(full_context(total="1\n", premises="\x00"))
    assert [problem.params["variable"] for problem in caught.value.problems] == ["premises", "total"]


# ---------------------------------------------------------------- what may go in


class Text(str):
    """A string with ideas of its own."""


@pytest.mark.parametrize(
    "value", [1, 1.5, None, b"x", object(), Text("x"), Markup("<w:p/>"), {1: "x"}, {"_x": "y"}, {"x"}, len]
)
def test_anything_but_plain_text_is_a_fault_of_the_program(value: object) -> None:
    with pytest.raises(TypeError, match="premises"):
        FULL.render(full_context(premises=value))


def test_a_context_that_contains_itself_is_refused() -> None:
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(TypeError, match="deeper"):
        FULL.render(full_context(lines=loop))


def test_frozen_mappings_and_tuples_are_welcome() -> None:
    frozen = MappingProxyType(full_context(enclosures=("明细表", "合同")))
    assert FULL.render(frozen) == FULL.render(full_context())


def test_the_context_is_left_as_it_was() -> None:
    context = full_context()
    FULL.render(context)
    assert context == full_context()


def test_the_record_doc_is_reserved() -> None:
    with pytest.raises(TypeError, match="doc"):
        FULL.render(full_context(doc="x"))
    with pytest.raises(ValueError, match=r"doc\.created"):
        FULL.render(full_context(doc={"created": "2026-11-21 10:00"}))


# ---------------------------------------------------------------- assertions after rendering


def test_a_text_that_must_appear_and_does_not_is_told() -> None:
    with pytest.raises(EvidenceError) as caught:
        FULL.render(full_context(), must_appear=("250.50", "2026年12月1日", "李四"))
    assert [(one.code, one.params["value"]) for one in caught.value.problems] == [
        ("letters.text-lost", "2026年12月1日"),
        ("letters.text-lost", "李四"),
    ]
    assert caught.value.exit_code is ExitCode.TEMPLATE


def test_a_tag_that_survives_rendering_is_told() -> None:
    """Simulates a preparation that failed to see a tag: Jinja prints it as it stands."""
    [body, *rest] = ECHO._parts
    source = body.source.replace("首段", "{% raw %}{{ deadline }}{% endraw %}")
    broken = replace(ECHO, _parts=(replace(body, source=source, tree=ENVIRONMENT.parse(source)), *rest))
    with pytest.raises(EvidenceError) as caught:
        broken.render({"a": "{{ deadline }}", "b": ""})
    assert caught.value.problems[0].code == "letters.residue"
    assert caught.value.problems[0].params["found"] == "{{"


def test_words_of_the_template_itself_are_no_residue() -> None:
    template = compile_template(docx(p("Nanjing nan None {{ a }}")), "t")
    assert template.render({"a": "Undefined"}).text == "Nanjing nan None Undefined"


def test_a_document_that_does_not_parse_is_not_kept() -> None:
    """Simulates an engine that prints markup unescaped: the strict parse stops what docxtpl would repair."""
    [body, *rest] = ECHO._parts
    source = body.source.replace("首段", "张三 <女> & 公司")
    broken = replace(ECHO, _parts=(replace(body, source=source, tree=ENVIRONMENT.parse(source)), *rest))
    with pytest.raises(EvidenceError, match=r"letters\.render-broken"):
        broken.render({"a": "", "b": ""})


def test_a_cell_emptied_by_its_blocks_keeps_a_paragraph() -> None:
    cell = p("{%p for x in rows %}") + p("{{ x.a }}") + p("{%p endfor %}")
    template = compile_template(docx(table(row("账户", cell))), "t")
    empty = template.render({"rows": []})
    assert empty.text == "账户\t"
    assert b"<w:tcPr/><w:p/></w:tc>" in read_parts(empty.docx, "t")["word/document.xml"]
    assert template.render({"rows": [{"a": "一"}, {"a": "二"}]}).text == "账户\t一\n二"


def test_a_text_box_and_its_fallback_are_both_filled_and_read_once() -> None:
    """Word keeps a text box twice, for new and old readers; docxtpl fills both."""
    inside = f"<w:txbxContent>{p('{{ a }}')}{p('{{ b }}')}</w:txbxContent>"
    box = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f'<mc:Choice Requires="wps"><w:drawing>{inside}</w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict>{inside}</w:pict></mc:Fallback></mc:AlternateContent>"
    )
    anchored = (
        f"<w:p><w:r><w:t>{{{{ c }}}}</w:t></w:r><w:r>{box}</w:r><w:r><w:t>{{{{ d }}}}</w:t></w:r></w:p>"
    )
    data = docx(anchored, p("末段"))
    context = {"a": "甲", "b": "乙", "c": "丙", "d": "丁"}
    letter = compile_template(data, "t").render(context)
    assert letter.text.splitlines() == ["丙丁", "甲", "乙", "末段"]
    assert read_parts(letter.docx, "t")["word/document.xml"].count("甲".encode()) == 2
    assert document_text(stock_render(data, context)) == letter.text


# ---------------------------------------------------------------- bytes


def test_the_archive_is_plain_and_fixed() -> None:
    with zipfile.ZipFile(io.BytesIO(FULL.render(full_context()).docx)) as archive:
        assert archive.testzip() is None
        members = archive.infolist()
    with zipfile.ZipFile(io.BytesIO(full())) as archive:
        given_order = archive.namelist()
    assert [one.filename for one in members] == [*given_order, "docProps/core.xml"]
    assert {one.date_time for one in members} == {(1980, 1, 1, 0, 0, 0)}
    assert {one.create_system for one in members} == {3}
    assert {one.external_attr >> 16 for one in members} == {0o100644}
    assert {one.extra for one in members} == {b""}


def test_content_types_come_first_whatever_the_template_does() -> None:
    shuffled = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(full())) as archive, zipfile.ZipFile(shuffled, "w") as out:
        for name in reversed(archive.namelist()):
            out.writestr(name, archive.read(name))
    letter = compile_template(shuffled.getvalue(), "t").render(full_context())
    assert next(iter(read_parts(letter.docx, "t"))) == "[Content_Types].xml"
    assert zipfile.ZipFile(io.BytesIO(letter.docx)).namelist()[0] == "[Content_Types].xml"


def test_only_parts_with_tags_are_written_anew() -> None:
    before, after = read_parts(full(), "t"), read_parts(FULL.render(full_context()).docx, "t")
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {
        "word/document.xml", "word/header1.xml", "word/footnotes.xml", "docProps/core.xml",
        "[Content_Types].xml", "_rels/.rels",
    }  # fmt: skip


def test_digests_are_of_the_bytes_and_of_the_parts() -> None:
    letter = FULL.render(full_context())
    assert letter.sha256 == hashlib.sha256(letter.docx).hexdigest()
    assert letter.parts_digest == parts_digest(read_parts(letter.docx, "t"))
    stored = io.BytesIO()  # another zlib, level, order: other bytes, the same parts
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_STORED) as out:
        for name, data in reversed(read_parts(letter.docx, "t").items()):
            out.writestr(name, data)
    assert hashlib.sha256(stored.getvalue()).hexdigest() != letter.sha256
    assert parts_digest(read_parts(stored.getvalue(), "t")) == letter.parts_digest


def test_parts_digest_is_as_written_down() -> None:
    framed = (
        b"evidence/docx-parts/v1\n"
        + bytes(7)
        + b"\x01a"
        + bytes(7)
        + b"\x02xy"
        + bytes(7)
        + b"\x01b"
        + bytes(8)
    )
    assert parts_digest({"b": b"", "a": b"xy"}) == hashlib.sha256(framed).hexdigest()
    assert parts_digest({"a": b"xy"}) != parts_digest({"a": b"x", "y": b""})


def test_sm3_is_sm3() -> None:
    if "sm3" not in hashlib.algorithms_available:
        pytest.skip("this Python's OpenSSL has no SM3")
    letter = FULL.render(full_context())
    assert letter.sm3 == hashlib.new("sm3", letter.docx).hexdigest()


PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from engine_templates import full, full_context
from evidence.letters.engine import compile_template
letter = compile_template(full(), "t").render(full_context())
print(letter.sha256, letter.parts_digest)
"""


def test_another_process_gives_the_same_bytes(tmp_path: Path) -> None:
    here = FULL.render(full_context())
    root = Path(__file__).parents[2]
    for seed, zone, locale in (("0", "UTC", "C"), ("4242", "Asia/Shanghai", "zh_TW.UTF-8")):
        env = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale, "PYTHONPATH": str(root)}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(Path(__file__).parent)],
            env=env, cwd=tmp_path, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stdout.split() == [here.sha256, here.parts_digest]


def test_one_template_fills_many_letters_without_leaking() -> None:
    first = FULL.render(full_context())
    other = FULL.render(full_context(debtor={"name": "李四"}, lines=[]))
    assert "张三" not in other.text
    assert FULL.render(full_context()) == first


def test_a_template_crosses_a_process_pool() -> None:
    assert pickle.loads(pickle.dumps(FULL)).render(full_context()) == FULL.render(full_context())


# ---------------------------------------------------------------- document properties


def core_of(data: bytes) -> str:
    return read_parts(data, "t")["docProps/core.xml"].decode()


def test_properties_come_from_the_record_doc() -> None:
    core = core_of(FULL.render(full_context(doc={"title": "A & B", "created": "2026-11-21T02:00:00Z"})).docx)
    assert "<dc:title>A &amp; B</dc:title>" in core
    assert '<dcterms:created xsi:type="dcterms:W3CDTF">2026-11-21T02:00:00Z</dcterms:created>' in core
    assert '<dcterms:modified xsi:type="dcterms:W3CDTF">2026-11-21T02:00:00Z</dcterms:modified>' in core


def test_author_clock_thumbnail_and_statistics_of_the_template_do_not_travel() -> None:
    from docx import Document

    out = io.BytesIO()
    word = Document()  # python-docx's own: author, clock, thumbnail, statistics
    word.core_properties.author = "某员工"
    word.add_paragraph("{{ a }}")
    word.save(out)
    assert any("thumbnail" in name for name in read_parts(out.getvalue(), "t"))
    parts = read_parts(compile_template(out.getvalue(), "t").render({"a": "样本"}).docx, "t")
    assert "某员工" not in parts["docProps/core.xml"].decode()
    assert b"1980-01-01T00:00:00Z" in parts["docProps/core.xml"]
    assert not any("thumbnail" in name for name in parts)
    assert b"thumbnail" not in parts["_rels/.rels"]
    assert b"Application" in parts["docProps/app.xml"]
    assert b"TotalTime" not in parts["docProps/app.xml"]


def test_editing_marks_of_word_do_not_travel() -> None:
    marked = (
        '<w:p w:rsidR="00AB12CD" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
        ' w14:paraId="1A2B3C4D">'
        "<w:r><w:t>{{ a }}</w:t></w:r></w:p>"
    )
    document = read_parts(compile_template(docx(marked), "t").render({"a": "x"}).docx, "t")[
        "word/document.xml"
    ]
    assert b"rsidR" not in document
    assert b"paraId" not in document


def test_a_template_stays_compiled_until_a_byte_of_it_or_its_name_changes() -> None:
    """Its name is in its messages; and what was made of it first says nothing of what it is given next."""
    template = compile_template(bytes(full()), "催告函.docx")
    assert compile_template(bytes(full()), "催告函.docx") is template
    assert compile_template(full(), "另一个.docx").name == "另一个.docx"
    changed = docx(p("{{ number }}"))
    assert compile_template(changed, "催告函.docx").variables == ("number",)
    first = template.render(full_context())
    template.render({**full_context(), "debtor": {"name": "别人", "home": "别处"}})
    assert template.render(full_context()) == first


def test_a_template_at_fault_is_refused_each_time() -> None:
    broken = docx(p("{{ debtor.__class__ }}"))
    for _ in range(2):
        with pytest.raises(EvidenceError):
            compile_template(broken, "催告函.docx")
