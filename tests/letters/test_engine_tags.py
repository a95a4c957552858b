"""Slips of a template's author: each is named with its paragraph, and all of them at once."""

from __future__ import annotations

from string import Formatter

import pytest
from engine_templates import W_NS, content_types, docx, full, full_context, p, relationships, row, table

from evidence.errors import EvidenceError, ExitCode, Problem, spec_of, specs
from evidence.i18n import catalogue, describe
from evidence.letters.engine import check_variables, compile_template


def faults(data: bytes) -> list[Problem]:
    with pytest.raises(EvidenceError) as caught:
        compile_template(data, "催告函.docx")
    assert caught.value.exit_code is ExitCode.TEMPLATE
    return list(caught.value.problems)


def summary(data: bytes) -> list[tuple[str, object]]:
    """(code, paragraph) of each fault."""
    return [(problem.code.removeprefix("letters."), problem.params["paragraph"]) for problem in faults(data)]


# ---------------------------------------------------------------- syntax


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("欠款 {{ total 元", "“}}” is missing"),
        ("欠款 {% if total 元", "“%}” is missing"),
        ("欠款 total }} 元", "“}}” closes nothing"),
        ("{{ a {{ b }}", "“}}” is missing"),
        ("{% if total %}欠款", "{% endif %} is missing"),
        ("欠款{% endif %}", "{% endif %} has no opening {% if %}"),
        ("{% if a %}x{% endfor %}", "{% endfor %} has no opening {% for %}"),
        ("{% else %}", "{% else %} has no opening {% if %}"),
        ("{% if a %}{% else %}{% else %}{% endif %}", "{% else %} has no opening {% if %}"),
        ("{% if a %}x{% endif a %}", "endif a"),
        ("{{ a b }}", "expected token 'end of print statement', got 'b'"),
        ("{% for x rows %}{% endfor %}", "expected token 'in', got 'rows'"),
        ("{{ }}", "Expected an expression, got 'end of print statement'"),
    ],
)
def test_a_syntax_error_is_named_with_its_paragraph(text: str, detail: str) -> None:
    [problem] = faults(docx(p("第一段"), p("第二段"), p(text)))
    assert problem.code == "letters.template-syntax"
    assert problem.params["paragraph"] == 3
    assert problem.params["detail"] == detail
    assert problem.where.file == "催告函.docx"
    assert problem.where.part == "word/document.xml ¶3"


def test_all_slips_are_told_at_once_and_in_order() -> None:
    data = docx(p("{{ a b }}"), p("{{ total"), p("好"), p("{{ range(3) }}"), p("｛｛ name ｝｝"))
    assert summary(data) == [
        ("template-syntax", 1),
        ("template-syntax", 2),
        ("template-unsafe", 4),
        ("template-full-width", 5),
    ]


def test_paragraphs_in_tables_count() -> None:
    data = docx(p("一"), table(row("二", "三"), row("{{ a b }}", "五")))
    assert summary(data) == [("template-syntax", 4)]


@pytest.mark.parametrize(
    "text", ["｛｛ name ｝｝", "{｛ name }}", "{％ if x ％}", "{{ name ｝}", "{{ name }｝"]
)
def test_tags_typed_with_full_width_characters_are_found(text: str) -> None:
    assert "letters.template-full-width" in [problem.code for problem in faults(docx(p(text)))]


def test_full_width_percent_and_braces_alone_are_ordinary_text() -> None:
    assert compile_template(docx(p("收缴率 95％，｛注｝")), "t").render({}).text == "收缴率 95％，｛注｝"


# ---------------------------------------------------------------- tags that would lose words


def test_words_beside_a_paragraph_tag_would_vanish() -> None:
    data = docx(p("{%p if a %}本段会消失"), p("x"), p("{%p endif %}"))
    assert summary(data) == [("tag-not-alone", 1)]


def test_words_beside_a_row_tag_would_vanish() -> None:
    one_row = table(row("{%tr for x in rows %}", "{{ x.a }}", "{%tr endfor %}"))
    assert {code for code, _ in summary(docx(one_row))} == {"tag-not-alone"}
    assert summary(docx(p("{%tr for x in rows %}"), p("{%tr endfor %}"))) == [
        ("tag-not-alone", 1),
        ("tag-not-alone", 2),
    ]


def test_a_section_break_or_picture_in_a_tag_paragraph_would_vanish() -> None:
    section = "<w:p><w:pPr><w:sectPr/></w:pPr><w:r><w:t>{%p if a %}</w:t></w:r></w:p>"
    assert summary(docx(section, p("{%p endif %}"))) == [("tag-not-alone", 1)]


def test_a_tag_where_nobody_reads_is_refused() -> None:
    """docxtpl fills tags in attributes too; the scan sees words only, and says that the two differ."""
    alt = '<w:p><w:pPr><w:pStyle w:val="{{ style }}"/></w:pPr><w:r><w:t>{{ a }}</w:t></w:r></w:p>'
    assert summary(docx(alt)) == [("tag-not-alone", 1)]
    assert summary(docx(alt.replace("{{ a }}", "无标签"))) == [("tag-not-alone", 0)]


def test_braces_that_would_join_two_paragraphs_are_refused() -> None:
    assert faults(docx(p("{{ a }}{"), p("{ b")))


def test_tags_in_parts_that_are_not_filled_are_refused() -> None:
    notes = f"<w:endnotes xmlns:w='{W_NS}'><w:endnote w:id='2'>{p('{{ a }}')}</w:endnote></w:endnotes>"
    types = content_types(
        word__endnotes_xml="application/vnd.openxmlformats-officedocument.wordprocessingml.endnotes+xml"
    )
    rels = relationships(("endnotes", "endnotes.xml", "Internal"))
    parts = {
        "[Content_Types].xml": types,
        "word/_rels/document.xml.rels": rels,
        "word/endnotes.xml": notes.encode(),
    }
    assert [problem.code for problem in faults(docx(p("x"), parts=parts))] == ["letters.template-unsupported"]


def test_tracked_changes_are_refused() -> None:
    inserted = "<w:p><w:ins w:id='1'><w:r><w:t>新</w:t></w:r></w:ins></w:p>"
    assert [problem.code for problem in faults(docx(inserted))] == ["letters.template-unsafe"]


def test_a_picture_in_a_loop_is_refused() -> None:
    drawing = (
        '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/'
        'wordprocessingDrawing"><wp:docPr id="1" name="x"/></wp:inline></w:drawing></w:r></w:p>'
    )
    assert compile_template(docx(drawing, p("{{ a }}")), "t")
    looped = docx(p("{%p for x in rows %}"), drawing, p("{{ x.a }}"), p("{%p endfor %}"))
    assert [problem.code for problem in faults(looped)] == ["letters.template-unsupported"]


# ---------------------------------------------------------------- blocks


@pytest.mark.parametrize(
    "body",
    [
        p("{% if a %}一") + p("二{% endif %}"),
        p("{%p if a %}") + p("一") + p("二{% endif %}"),
        p("{%p if a %}") + table(row(p("{%p endif %}") + p("x"))),
        table(row("{%tr if a %}")) + p("x") + table(row("{%tr endif %}")),
        p("{% if a %}一") + p("{% else %}") + p("{% endif %}"),
    ],
)
def test_a_block_that_crosses_a_boundary_is_refused(body: str) -> None:
    codes = {code for code, _ in summary(docx(body))}
    assert codes == {"block-crosses"}


def test_a_block_may_span_runs_of_one_paragraph() -> None:
    template = compile_template(docx(p("甲{% if a %}", "乙", "{% endif %}丙")), "t")
    assert template.render({"a": True}).text == "甲乙丙"
    assert template.render({"a": False}).text == "甲丙"


# ---------------------------------------------------------------- variables


def unknown(context: dict[str, object]) -> list[tuple[str, object, object]]:
    problems = check_variables(compile_template(full(), "催告函.docx"), context)
    return [
        (one.code.removeprefix("letters."), one.params["variable"], one.params["paragraph"])
        for one in problems
    ]


def test_a_complete_context_has_no_problems() -> None:
    assert unknown(full_context()) == []


def test_every_misspelt_variable_is_told_with_its_paragraph() -> None:
    context = full_context(debtor={"nmae": "张三"}, lines=[{"period": "一月", "amonut": "1", "late": True}])
    del context["law"], context["office"]
    assert unknown(context) == [
        ("unknown-variable", "debtor.name", 1),
        ("unknown-variable", "line.amount", 13),
        ("unknown-variable", "office", 1),
        ("unknown-variable", "law", 2),
    ]


def test_a_field_that_only_some_rows_have_is_unknown() -> None:
    whole = {"period": "一月", "amount": "1.00", "late": True}
    assert unknown(full_context(lines=[whole, {"period": "二月", "late": False}])) == [
        ("unknown-variable", "line.amount", 13)
    ]


def test_a_branch_not_taken_is_checked_too() -> None:
    template = compile_template(
        docx(p("{% if formal %}{{ deadline }}{% else %}{{ gretting }}{% endif %}")), "t"
    )
    [problem] = check_variables(template, {"formal": True, "deadline": "2026年12月1日", "greeting": "您好"})
    assert problem.params["variable"] == "gretting"
    assert problem.params["known"] == "greeting"


def test_what_fits_is_told_whole_so_that_it_can_be_written_as_told() -> None:
    template = compile_template(docx(p("{{ creditor.phon }}")), "t")
    [problem] = check_variables(template, {"creditor": {"phone": "1", "name": "样本"}})
    assert problem.params["known"] == "creditor.phone"


def test_what_cannot_be_printed_or_repeated_is_told() -> None:
    body = p(
        "{{ flag }}{{ rows }}{{ debtor }}{{ rows|join }}"
        "{% for x in name %}{{ x }}{% endfor %}{{ name|length }}"
    )
    context = {"flag": True, "rows": [{"a": "1"}], "debtor": {"name": "x"}, "name": "张三"}
    template = compile_template(docx(body), "t")
    told = [
        (one.code.removeprefix("letters."), one.params["variable"])
        for one in check_variables(template, context)
    ]
    assert told == [
        ("not-printable", "flag"),
        ("not-printable", "rows"),
        ("not-printable", "debtor"),
        ("not-printable", "rows"),
        ("not-a-list", "name"),
        ("not-a-list", "name"),
    ]
    with pytest.raises(EvidenceError, match=r"letters\.not-printable"):
        template.render(context)


def test_loop_numbers_and_lengths_may_be_compared_and_printed() -> None:
    body = "{% for x in rows %}{% if loop.index > 1 %}；{% endif %}{{ loop.index }}.{{ x.a }}{% endfor %}"
    template = compile_template(docx(p(body.replace(">", "&gt;") + "（共{{ rows|length }}笔）")), "t")
    context = {"rows": [{"a": "甲"}, {"a": "乙"}]}
    assert check_variables(template, context) == ()
    assert template.render(context).text == "1.甲；2.乙（共2笔）"


def test_rendering_is_the_second_net_and_gives_the_same_report() -> None:
    template = compile_template(full(), "催告函.docx")
    context = full_context(debtor={"nmae": "张三"})
    with pytest.raises(EvidenceError) as caught:
        template.render(context)
    assert caught.value.problems == check_variables(template, context)
    assert caught.value.exit_code is ExitCode.TEMPLATE


def test_variables_are_listed_by_path() -> None:
    assert compile_template(full(), "t").variables == (
        "debtor.name", "enclosures", "formal", "law", "lines", "lines[].amount", "lines[].late",
        "lines[].period", "office", "premises", "total",
    )  # fmt: skip


# ---------------------------------------------------------------- words for the user


OWN = [code for code in specs() if code.startswith("letters.t") or code in (
    "letters.block-crosses", "letters.unknown-variable", "letters.not-printable", "letters.not-a-list",
    "letters.render-broken", "letters.residue", "letters.control-character",
)]  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "zh-Hant"])
@pytest.mark.parametrize("code", OWN)
def test_every_fault_has_its_words_in_both_scripts(code: str, lang: str) -> None:
    spec = spec_of(code)
    for text in filter(None, (spec.message, spec.hint, spec.explain)):
        translated = catalogue(lang)[text]
        assert fields(translated) == fields(text)
        assert any("一" <= character <= "龥" for character in translated)


def fields(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def test_a_fault_reads_as_a_sentence() -> None:
    [problem] = check_variables(
        compile_template(docx(p("欠款 {{ totl }} 元")), "催告函.docx"), {"total": "1"}
    )
    assert describe(problem, "en") == (
        "催告函.docx, paragraph 1: there is nothing called totl to fill in (“欠款 {{ totl }} 元”).",
        "Correct the spelling; names that fit: total. evidence template check lists all at once.",
    )
    assert (
        describe(problem, "zh")[0]
        == "催告函.docx 第 1 段：没有名为 totl 的变量可填（“欠款 {{ totl }} 元”）。"
    )


def test_a_header_names_its_own_part() -> None:
    data = full()
    template = compile_template(data, "t")
    problems = check_variables(
        template, {key: value for key, value in full_context().items() if key != "office"}
    )
    assert [problem.where.part for problem in problems] == ["word/header1.xml ¶1"]


def test_a_tag_in_a_document_property_is_filled_or_refused() -> None:
    cp = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    ns = f'xmlns:cp="{cp}" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    types = content_types(docProps__core_xml="application/vnd.openxmlformats-package.core-properties+xml")
    good = f"<cp:coreProperties {ns}><dc:subject>致 {{{{ a }}}}</dc:subject></cp:coreProperties>".encode()
    template = compile_template(
        docx(p("x"), parts={"[Content_Types].xml": types, "docProps/core.xml": good}), "t"
    )
    assert template.variables == ("a", "doc.created", "doc.identifier", "doc.language", "doc.title")
    bad = f"<cp:coreProperties {ns}><cp:keywords>{{{{ a }}}}</cp:keywords></cp:coreProperties>".encode()
    parts = {"[Content_Types].xml": types, "docProps/core.xml": bad}
    assert [problem.code for problem in faults(docx(p("x"), parts=parts))] == ["letters.template-unsupported"]
