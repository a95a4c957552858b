"""Templates made to do harm: each ends in an error with exit code 5, and none gets as far as running."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

import pytest
from engine_templates import WORD, content_types, docx, p, part, relationships, row, table

from evidence.errors import EvidenceError, ExitCode
from evidence.letters.engine import compile_template, document_text
from evidence.letters.engine.sandbox import ENVIRONMENT


def refused(data: bytes) -> list[str]:
    """The codes with which the engine refuses a template."""
    with pytest.raises(EvidenceError) as caught:
        compile_template(data, "hostile.docx")
    assert caught.value.exit_code is ExitCode.TEMPLATE
    return [problem.code for problem in caught.value.problems]


def found(data: bytes) -> str:
    with pytest.raises(EvidenceError) as caught:
        compile_template(data, "hostile.docx")
    return str(caught.value.problems[0].params["found"])


# ---------------------------------------------------------------- code in tags


@pytest.mark.parametrize(
    "expression",
    [
        "''.__class__.__mro__[1].__subclasses__()",
        "debtor.__class__",
        "debtor['__class__']",
        "debtor|attr('__class__')",
        "cycler.__init__.__globals__.os.popen('id').read()",
        "lipsum.__globals__['os']",
        "self._TemplateReference__context",
        "_budget.left",
        "namespace(x=1)",
        "range(10**11)",
        "joiner()",
        "debtor.name.upper()",
        "loop.__init__",
        "'%s' % debtor",
        "'a' * 1000000000",
        "9**9**9",
        "debtor ~ debtor",
        "[debtor]",
        "debtor|safe",
        "debtor|format",
        "debtor.name is defined",
        "debtor.name[0:1]",
        "debtor[key]",
        "debtor.age < '9'",
        "(((((((((debtor)))))))))",
        "not " * 40 + "debtor",
        "debtor" + ".a" * 100,
        "- " * 120 + "1",
        "x" * 400,
    ],
)
def test_an_expression_beyond_looking_things_up_does_not_compile(expression: str) -> None:
    codes = refused(docx(p("{{ " + escape(expression) + " }}")))
    assert set(codes) <= {"letters.template-unsafe", "letters.template-unsupported"}


@pytest.mark.parametrize(
    "statement",
    [
        "include 'secret.docx'",
        "import 'x' as y",
        "from 'x' import y",
        "extends 'base.docx'",
        "macro m()",
        "call m()",
        "block b",
        "set x = 1",
        "raw",
        "filter safe",
        "autoescape false",
        "with",
        "do x",
        "p set x = 1",
        "vm",
        "colspan 3",
        "cellbg x",
        "tc for x in y",
        "r if x",
        "- if x",
        "for x in range(10**11)",
        "for x in 'aaaa'",
        "for _x in rows",
        "for a, b in rows",
        "for x in rows recursive",
        "",
    ],
)
def test_a_statement_other_than_if_and_for_does_not_compile(statement: str) -> None:
    codes = refused(
        docx(p("{% " + statement + " %}x{% endfor %}" if "for" in statement else f"{{%{statement} %}}"))
    )
    assert set(codes) <= {
        "letters.template-unsafe",
        "letters.template-unsupported",
        "letters.template-syntax",
    }


def test_the_environment_itself_compiles_nothing_unaudited() -> None:
    """docxtpl hands its text to the same environment, so the lock is there and not only in our compiler."""
    for source in ("{{ x.__class__ }}", "{{ f() }}", "{% set x = 1 %}", "{% include 'x' %}"):
        with pytest.raises(Exception, match=r"x|f|assign|include"):
            ENVIRONMENT.from_string(source)
    assert not ENVIRONMENT.globals
    assert ENVIRONMENT.loader is None


def test_a_method_of_a_value_is_not_an_attribute() -> None:
    """``items`` of a record is its own field, or nothing: never Python's method."""
    template = compile_template(docx(p("{{ claim.items }}")), "t")
    assert "样本" in template.render({"claim": {"items": "样本"}}).text
    with pytest.raises(EvidenceError, match=r"letters\.unknown-variable"):
        template.render({"claim": {"total": "1"}})


# ---------------------------------------------------------------- cost


def test_nested_loops_over_the_data_end_at_the_row_budget() -> None:
    body = "{% for a in rows %}{% for b in rows %}{% for c in rows %}{% endfor %}{% endfor %}{% endfor %}"
    template = compile_template(docx(p(body)), "bomb.docx")
    with pytest.raises(EvidenceError) as caught:
        template.render({"rows": [{"x": "1"}] * 1000})
    assert caught.value.problems[0].code == "letters.template-too-large"
    assert caught.value.exit_code is ExitCode.TEMPLATE


def test_a_loop_with_a_huge_body_ends_at_the_size_limit() -> None:
    body = p("{%p for a in rows %}") + p("字" * 100_000) + p("{%p endfor %}")
    template = compile_template(docx(body), "bomb.docx")
    with pytest.raises(EvidenceError) as caught:
        template.render({"rows": [{"x": "1"}] * 1000})
    assert caught.value.problems[0].code == "letters.template-too-large"


def test_blocks_nested_too_deep_are_refused() -> None:
    assert refused(docx(p("{% for x in y %}" * 7 + "{% endfor %}" * 7))) == ["letters.template-unsafe"]
    assert refused(docx(p("{% if x %}" + "{% elif x %}" * 60 + "{% endif %}"))) == ["letters.template-unsafe"]


def test_thousands_of_tags_are_refused() -> None:
    assert refused(docx(*[p("{{ x }}")] * 2_001)) == ["letters.template-too-large"]


@pytest.mark.parametrize(
    "text",
    [
        "{{" * 20_000,
        "-%}" * 20_000,
        "{%" * 20_000,
        "{" * 40_000,
        "{{ x " + " " * 50_000 + "}}",
        "{% colspan" + " " * 50_000,
    ],
)  # fmt: skip
def test_text_that_makes_expressions_backtrack_never_reaches_them(text: str) -> None:
    """docxtpl's regular expressions are quadratic on such text."""
    refused(docx(p(text)))


# ---------------------------------------------------------------- what a package may hold


def test_macros_are_refused() -> None:
    with_type = content_types(word__vbaProject_bin="application/vnd.ms-office.vbaProject")
    assert refused(docx(p("x"), parts={"[Content_Types].xml": with_type, "word/vbaProject.bin": b"\0"})) == [
        "letters.template-unsafe"
    ]
    main = content_types(word__document_xml="application/vnd.ms-word.document.macroEnabled.main+xml")
    assert refused(docx(p("x"), parts={"[Content_Types].xml": main})) == ["letters.template-unsafe"]


def test_a_macro_posing_as_a_picture_is_refused() -> None:
    posing = {"word/vbaProject.png": b"\xd0\xcf\x11\xe0"}
    assert refused(docx(p("x"), parts=posing)) == ["letters.template-unsafe"]
    named = {
        "word/_rels/document.xml.rels": relationships(("vbaProject", "media.png", "Internal")),
        "word/media.png": b"\x89PNG\r\n\x1a\n",
    }
    assert refused(docx(p("x"), parts=named)) == ["letters.template-unsafe"]


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("attachedTemplate", "http://example.invalid/t.dotm"),
        ("image", "http://example.invalid/p.png"),
        ("hyperlink", "https://example.invalid/"),
        ("oleObject", "file:///etc/passwd"),
        ("aFChunk", "http://example.invalid/x.html"),
    ],
)
def test_every_external_relationship_is_refused(kind: str, target: str) -> None:
    rels = {"word/_rels/document.xml.rels": relationships((kind, target, "External"))}
    assert found(docx(p("x"), parts=rels)) == target


def test_a_relationship_out_of_the_package_is_refused_though_called_internal() -> None:
    rels = {
        "word/_rels/document.xml.rels": relationships(("image", "http://example.invalid/p.png", "Internal"))
    }
    assert refused(docx(p("x"), parts=rels)) == ["letters.template-unsafe"]
    rels = {"word/_rels/document.xml.rels": relationships(("image", "../../secret.png", "Internal"))}
    assert refused(docx(p("x"), parts=rels)) == ["letters.template-unsafe"]


@pytest.mark.parametrize("kind", ["oleObject", "package", "control", "aFChunk", "subDocument", "frame"])
def test_embedded_objects_are_refused_by_their_relationship(kind: str) -> None:
    rels = {
        "word/_rels/document.xml.rels": relationships((kind, "embedded.xml", "Internal")),
        "word/embedded.xml": b"<a/>",
    }
    assert refused(docx(p("x"), parts=rels)) == ["letters.template-unsafe"]


@pytest.mark.parametrize(
    "element",
    [
        '<w:altChunk r:id="rId1"/>',
        "<w:object/>",
        '<w:control r:id="rId1"/>',
        '<w:subDoc r:id="rId1"/>',
        '<o:OLEObject xmlns:o="urn:schemas-microsoft-com:office:office"/>',
        '<v:imagedata xmlns:v="urn:schemas-microsoft-com:vml" src="http://example.invalid/p.png"/>',
    ],
)
def test_active_elements_are_refused(element: str) -> None:
    assert refused(docx(f"<w:p><w:r>{element}</w:r></w:p>")) == ["letters.template-unsafe"]


@pytest.mark.parametrize(
    "code", ["INCLUDETEXT c:/x", "DDEAUTO excel x", 'HYPERLINK "http://x"', "MERGEFIELD x", ""]
)
def test_fields_that_reach_outside_are_refused(code: str) -> None:
    simple = f'<w:p><w:fldSimple w:instr="{code.replace(chr(34), "")}"/></w:p>'
    assert refused(docx(simple)) == ["letters.template-unsafe"]
    halves = code[:3], code[3:]
    complex_field = "".join(f"<w:r><w:instrText>{half}</w:instrText></w:r>" for half in halves)
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    assert refused(docx(f"<w:p>{begin}{complex_field}{end}</w:p>")) == ["letters.template-unsafe"]


def test_page_number_fields_are_allowed() -> None:
    assert compile_template(docx('<w:p><w:fldSimple w:instr=" PAGE \\* MERGEFORMAT "/></w:p>'), "t")


def test_unknown_content_is_refused_by_default() -> None:
    types = content_types(word__x_bin="application/x-unknown")
    assert refused(docx(p("x"), parts={"[Content_Types].xml": types, "word/x.bin": b"x"})) == [
        "letters.template-unsafe"
    ]
    assert refused(docx(p("x"), parts={"word/x.svg": b"<svg/>"})) == ["letters.template-unsafe"]


def test_all_faults_of_a_package_are_told_at_once() -> None:
    rels = {
        "word/_rels/document.xml.rels": relationships(
            ("hyperlink", "http://a", "External"), ("image", "http://b", "External")
        )
    }
    assert len(refused(docx("<w:p><w:r><w:object/></w:r></w:p>", parts=rels))) == 3


# ---------------------------------------------------------------- XML and ZIP


def test_document_types_and_entities_are_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' + part(
        "document", "<w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body>"
    )
    assert refused(docx(parts={"word/document.xml": bomb})) == ["letters.template-unsafe"]
    hidden = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x><x/>'.encode("utf-16")
    assert refused(docx(parts={"word/document.xml": hidden})) == ["letters.template-unreadable"]
    seven_bit = b'<?xml version="1.0" encoding="UTF-7"?>+ADw-x/>'
    assert refused(docx(parts={"word/document.xml": seven_bit})) == ["letters.template-unreadable"]


def test_deep_nesting_is_refused() -> None:
    deep = "<w:sdt>" * 200 + "</w:sdt>" * 200
    assert refused(docx(deep)) == ["letters.template-too-large"]
    very = "<w:sdt>" * 100_000 + "</w:sdt>" * 100_000
    assert refused(docx(very)) == ["letters.template-too-large"]


def test_malformed_xml_is_refused_not_recovered() -> None:
    assert refused(docx("<w:p><w:r></w:p>")) == ["letters.template-unreadable"]
    assert refused(docx(parts={"word/document.xml": b""})) == ["letters.template-unreadable"]


def test_a_zip_bomb_is_refused_while_it_unfolds() -> None:
    bomb = docx(parts={"word/media/a.png": b"\0" * (40 * 2**20)})
    assert len(bomb) < 100_000
    assert refused(bomb) == ["letters.template-too-large"]


def test_many_members_and_large_files_are_refused() -> None:
    assert refused(docx(parts={f"word/media/{n}.png": b"" for n in range(300)})) == [
        "letters.template-too-large"
    ]
    assert refused(b"PK\x03\x04" + bytes(9 * 2**20)) == ["letters.template-too-large"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        b"hello",
        b"%PDF-1.7",
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512),
        docx(p("x"))[:-40],
        docx(p("x"))[:200] + docx(p("x"))[210:],
    ],
)
def test_what_is_not_a_docx_is_called_unreadable(data: bytes) -> None:
    assert refused(data) == ["letters.template-unreadable"]


@pytest.mark.parametrize(
    "name", ["../evil.xml", "/abs.xml", "word/../x.xml", "WORD/DOCUMENT.XML", "a\\b.xml", "c:x.xml", "a//b"]
)
def test_dangerous_member_names_are_refused(name: str) -> None:
    assert refused(docx(p("x"), parts={name: b"<x/>"})) == ["letters.template-unreadable"]


def test_a_repeated_member_is_refused() -> None:
    out = io.BytesIO(docx(p("x")))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/document.xml", part("document", "<w:body/>"))
    assert refused(out.getvalue()) == ["letters.template-unreadable"]


def test_other_formats_in_a_zip_are_refused() -> None:
    spreadsheet = {"[Content_Types].xml": content_types(word__document_xml="application/vnd.ms-excel")}
    assert refused(docx(p("x"), parts=spreadsheet)) == ["letters.template-unreadable"]
    template = {"[Content_Types].xml": content_types(word__document_xml=f"{WORD}template.main+xml")}
    assert refused(docx(p("x"), parts=template)) == ["letters.template-unreadable"]
    elsewhere = {"_rels/.rels": relationships(("officeDocument", "word/other.xml", "Internal"))}
    assert refused(docx(p("x"), parts=elsewhere)) == ["letters.template-unreadable"]


def test_reading_back_is_under_the_same_limits() -> None:
    with pytest.raises(EvidenceError, match=r"letters\.template-too-large"):
        document_text(docx(parts={"word/media/a.png": b"\0" * (40 * 2**20)}))


def test_a_table_with_a_lonely_loop_does_not_hang() -> None:
    """A row tag in a table in a cell of a table: found, placed, or refused, but never lost."""
    inner = table(row("{%tr for x in rows %}"), row("{{ x.a }}"), row("{%tr endfor %}"))
    template = compile_template(docx(table(row(inner + p("")))), "t")
    assert template.render({"rows": [{"a": "一"}, {"a": "二"}]}).text == "一\n二\n"
