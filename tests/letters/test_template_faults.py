"""What `evidence template check` says: every slip of an author, all at once, each at its paragraph with what to do."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path

import docx as python_docx
import pytest
from engine_templates import W_NS, WORD, content_types, p, relationships
from engine_templates import docx as tiny
from template_surgery import edited, part, rewritten

from evidence.errors import EvidenceError, Problem
from evidence.i18n import describe
from evidence.letters.checking.annotate import AUTHOR, annotated
from evidence.letters.checking.catalogue import near, variables_of
from evidence.letters.checking.check import Report, Source, check_sources, check_template
from evidence.letters.checking.samples import NAMES, SIZES, sample, situations
from evidence.letters.checking.textdiff import differences, lines_of
from evidence.letters.engine import compile_template
from evidence.letters.engine.variables import Shape, shape_of
from evidence.resources import templates_dir

ON = date(2026, 11, 21)


def shipped(name: str = "demand", locale: str = "zh") -> bytes:
    return Path(templates_dir(), locale, f"{name}.docx").read_bytes()


def check(data: bytes, kind: str = "demand", *, locale: str = "zh", looks: bool = False) -> Report:
    return check_template(data, "模板.docx", kind, locale, lang="zh", on=ON, looks=looks)


def faults(data: bytes, kind: str = "demand") -> list[str]:
    return [problem.code for problem in check(data, kind).faults]


def only(problems: tuple[Problem, ...], code: str) -> Problem:
    [found] = [problem for problem in problems if problem.code == code]
    return found


# ---------------------------------------------------------------- variables


def paths(shape: Shape, prefix: str = "") -> set[str]:
    """Every path of a shape as the catalogue writes it."""
    if shape.kind == "record":
        inner = (paths(one, f"{prefix}.{key}" if prefix else key) for key, one in shape.fields.items())
        return set().union(*inner)
    if shape.kind == "list" and shape.element and shape.element.kind == "record":
        return {prefix} | paths(shape.element, f"{prefix}[]")
    return {prefix}


# What every letter is given and only one kind has a use for.
_IDLE = {"firm_number", "plan", "plan_count", "late_charge_waived", "late_charge_restated"}


@pytest.mark.parametrize("locale", ["zh", "zh-Hant"])
@pytest.mark.parametrize("name", NAMES)
def test_the_catalogue_lists_exactly_what_a_letter_is_given(name: str, locale: str) -> None:
    made = [*situations(name, locale), *(sample(name, locale, size) for size in SIZES)]
    given = set().union(*(paths(shape_of(one.values)) for one in made))
    listed = {variable.path for variable in variables_of(name)}

    idle = {path for path in given - listed if path in _IDLE or path.startswith(("firm.", "plan["))}
    assert given - idle <= listed
    # A reminder never states a late charge, so its table is always empty; a bill has no corrections or waivers here.
    assert {path for path in listed - given if not (name == "reminder" and "late.lines[]" in path)} == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_variable_is_on_the_page_for_authors(name: str, checkout: Path) -> None:
    page = (checkout / "docs" / "templates.md").read_text("utf-8")
    for variable in variables_of(name):
        field = variable.path.removesuffix("[]").rpartition(".")[2]
        if variable.path.startswith("law."):
            continue
        assert f"`{field}`" in page or f"`.{field}`" in page or f".{field}`" in page, variable.path


@pytest.mark.parametrize("name", NAMES)
def test_a_variable_is_explained_in_three_languages(name: str) -> None:
    for variable in variables_of(name):
        assert all(variable.meaning[lang] for lang in ("zh", "zh-Hant", "en")), variable.path


@pytest.mark.parametrize(
    ("written", "path", "meant"),
    [
        ("totl_words", "totl_words", "total_words"),
        ("line.outstandng", "lines[].outstandng", "line.outstanding"),
        ("debtor.nam", "debtor.nam", "debtor.name"),
        ("owner.name", "owner.name", "debtor.name"),
        ("line.price", "lines[].price", "contract.price"),
    ],
)
def test_a_misspelt_variable_is_told_with_what_was_meant(written: str, path: str, meant: str) -> None:
    assert meant in near("demand", written, path)


def test_misspelt_variables_are_found_in_every_part_and_in_blocks_that_do_not_hold_together() -> None:
    """Body, header, footer, footnotes, endnotes and properties; and the endif is missing as well."""
    core = (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:subject>{{ debtor.nmae }}</dc:subject>'
        "<cp:keywords>{{ number }}</cp:keywords></cp:coreProperties>"
    )
    names = {"header1": ("hdr", "header"), "footer1": ("ftr", "footer"), "footnotes": ("footnotes", "footnotes"),
             "endnotes": ("endnotes", "endnotes")}  # fmt: skip
    parts = {"docProps/core.xml": core.encode()}
    types = {"docProps__core_xml": "application/vnd.openxmlformats-package.core-properties+xml"}
    for stem, (root, kind) in names.items():
        inside = p("{{ " + stem + "_x }}")
        if "notes" in stem:
            inside = f'<w:{stem[:-1]} w:id="2">{inside}</w:{stem[:-1]}>'
        parts[f"word/{stem}.xml"] = f'<w:{root} xmlns:w="{W_NS}">{inside}</w:{root}>'.encode()
        types[f"word__{stem}_xml"] = f"{WORD}{kind}+xml"
    parts["[Content_Types].xml"] = content_types(**types)
    parts["word/_rels/document.xml.rels"] = relationships(
        *((kind, f"{stem}.xml", "Internal") for stem, (_, kind) in names.items())
    )
    data = tiny(p("{{ debtor.nam }}"), p("{% if formal %}"), parts=parts)

    report = check(data)

    unknown = {
        str(f.params["variable"]): f.where.part for f in report.faults if f.code == "letters.unknown-variable"
    }
    assert unknown == {
        "debtor.nam": "word/document.xml ¶1",
        "debtor.nmae": "docProps/core.xml ¶1",
        "header1_x": "word/header1.xml ¶1",
        "footer1_x": "word/footer1.xml ¶1",
        "footnotes_x": "word/footnotes.xml ¶1",
        "endnotes_x": "word/endnotes.xml ¶1",
    }
    told = [(f.code, f.where.part) for f in report.faults if f.code.startswith("letters.template-")]
    assert ("letters.template-syntax", "word/document.xml ¶2") in told  # endif missing, where the if stands
    assert ("letters.template-unsupported", "word/endnotes.xml ¶1") in told
    assert ("letters.template-unsupported", "docProps/core.xml ¶2") in told  # keywords are never filled


def test_a_misspelt_variable_is_the_only_fault_and_names_paragraph_and_remedy() -> None:
    report = check(edited(shipped(), "{{ total_words }}", "{{ totl_words }}", count=9))
    unknown = [problem for problem in report.faults if problem.code == "letters.unknown-variable"]
    assert unknown
    message, hint = describe(unknown[0], "zh")
    assert "totl_words" in message
    assert "第 7 段" in message
    assert "total_words" in hint
    assert {p.code for p in report.faults} == {"letters.unknown-variable", "template.field-missing"}


def test_variables_that_are_not_used_are_a_note() -> None:
    note = only(check(shipped()).notes, "template.unused")
    assert "creditor.legal_representative" in str(note.params["variables"])
    assert "lines[].period," in str(note.params["variables"])
    assert "lines," not in str(note.params["variables"])


def test_a_missing_endif_is_told_where_the_if_stands_also_inside_a_loop() -> None:
    data = tiny(
        p("{%p for line in lines %}"), p("{% if line.late %}x"), p("{%p endfor %}"), p("{{ number }}")
    )
    syntax = [f for f in check(data).faults if f.code == "letters.template-syntax"]
    assert [(f.where.part, f.params["detail"]) for f in syntax] == [
        ("word/document.xml ¶2", "{% endif %} is missing")
    ]


# ---------------------------------------------------------------- how it is built


def test_the_plain_template_of_python_docx_has_no_font_for_chinese() -> None:
    """Its theme sends East Asian text to MS Mincho (python-docx issue 1601)."""
    made = python_docx.Document()
    made.add_paragraph("致：{{ debtor.name }}")
    out = io.BytesIO()
    made.save(out)
    report = check(out.getvalue())
    assert [p.where.part for p in report.faults if p.code == "template.east-asian-font"] == [
        "word/document.xml ¶1"
    ]


def test_a_font_of_its_own_is_enough_and_a_japanese_one_is_not() -> None:
    for face, codes in (
        ("仿宋", []),
        ("MS Mincho", ["template.east-asian-font"]),
        ("", ["template.east-asian-font"]),
    ):
        fonts = f'<w:rFonts w:eastAsia="{face}"/>' if face else '<w:rFonts w:ascii="Arial"/>'
        run = f"<w:p><w:r><w:rPr>{fonts}</w:rPr><w:t>催告</w:t></w:r></w:p>"
        found = [p.code for p in check(tiny(run)).faults if "font" in p.code]
        assert found == codes, face


FONT = '<w:rPr><w:rFonts w:eastAsia="仿宋"/></w:rPr>'


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (f'<w:p><w:r>{FONT}<w:pict><w:txbxContent>{p("框")}</w:txbxContent></w:pict></w:r></w:p>', "template.text-box"),
        ('<w:p><w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p>', "template.page-number"),
        ('<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC \\o </w:instrText></w:r>'
         '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>', "letters.template-unsafe"),
        ("<w:p><w:r><w:t>{{ num</w:t></w:r><w:smartTag><w:r><w:t>ber }}</w:t></w:r></w:smartTag></w:p>",
         "template.tag-split"),
        ("<w:p><w:r><w:t>{{ num</w:t><w:br/><w:t>ber }}</w:t></w:r></w:p>", "template.tag-split"),
        (p("{%tr for line in lines %}"), "letters.tag-not-alone"),
        (p("否则我司将停水停电。"), "law.forbidden-words"),
        ('<w:p/><w:sectPr><w:pgSz w:w="12240" w:h="15840"/></w:sectPr>', "template.page-size"),
        ('<w:p/><w:sectPr><w:pgMar w:bottom="700"/></w:sectPr>', "template.bottom-margin"),
    ],
)  # fmt: skip
def test_a_fault_of_build_is_told_at_its_paragraph(body: str, code: str) -> None:
    problem = next(f for f in check(tiny(p("第一段"), body)).faults if f.code == code)
    if code not in ("template.page-size", "template.bottom-margin"):
        assert problem.where.part == "word/document.xml ¶2"
    for lang in ("en", "zh", "zh-Hant"):
        assert "{" not in "".join(describe(problem, lang)).replace("{%", "").replace("{{", "").replace(
            "{ ", ""
        )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (p("依照民法典第五百七十七条，"), "template.literal-law"),
        (p("请于收到后十五日内支付"), "template.literal-law"),
        (p("按日万分之五计算"), "template.literal-law"),
        ('<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>一</w:t></w:r></w:p>', "template.numbering"),
        ("<w:p><w:r><w:t>{{ num</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>ber }}</w:t></w:r></w:p>",
         "template.tag-looks"),
        (p("請貴戶支付"), "template.other-script"),
    ],
)  # fmt: skip
def test_what_a_person_should_look_at_is_a_note(body: str, code: str) -> None:
    report = check(tiny(p("第一段"), body))
    assert only(report.notes, code).where.part == "word/document.xml ¶2"
    assert code not in [problem.code for problem in report.faults]


def test_words_where_the_stamp_goes_are_found_by_making_a_letter() -> None:
    assert check(shipped(), looks=True).faults == ()
    # The letterhead, across the page and at its right end.
    wide = edited(shipped(), 'w:right="1587"', 'w:right="0"', "word/styles.xml", count=9)
    wide = edited(wide, "{{ number }}", "{{ number }}" + "　样本" * 12)
    [problem] = check(wide, looks=True).faults
    assert (problem.code, problem.params["page"]) == ("template.stamp-area", 1)


# ---------------------------------------------------------------- both scripts


def parity_of(zh: bytes, hant: bytes) -> list[tuple[str, str, str]]:
    sources = [Source("zh", "demand", "zh", zh), Source("hant", "demand", "zh-Hant", hant)]
    reports = check_sources(sources, lang="zh", on=ON, looks=False)
    return [
        (f.code, str(f.params["zh"]), str(f.params["hant"])) for f in reports[1].faults if "parity" in f.code
    ]


def test_the_scripts_of_a_pack_must_have_the_same_tags_and_sections() -> None:
    zh, hant = shipped(), shipped(locale="zh-Hant")
    assert parity_of(zh, hant) == []
    assert parity_of(zh, edited(hant, "{{ creditor.address }}", "")) == [
        ("template.parity-tags", "{{ creditor.address }}", "–")
    ]
    assert parity_of(zh, edited(hant, "{%p if credit %}", "{%p if reserved_total %}")) == [
        ("template.parity-tags", "{%p if credit %}", "{%p if reserved_total %}")
    ]
    assert parity_of(zh, edited(hant, "三、異議與協商", "異議與協商")) == [
        ("template.parity-sections", "三、", "–")
    ]


# ---------------------------------------------------------------- annotated copies


def test_an_annotated_copy_opens_and_says_the_same_when_checked_again() -> None:
    data = edited(shipped(), "{{ pay_by }}前", "{{ pay_bye }}前")
    data = edited(data, "三、异议与协商", "三、停水停电")
    report = check(data)
    remarks = [(problem.where.part, "".join(describe(problem, "zh"))) for problem in report.faults]
    copy = annotated(data, "模板.docx", remarks)

    opened = python_docx.Document(io.BytesIO(copy))
    assert len(list(opened.comments)) == len(report.faults) >= 3
    assert {comment.author for comment in opened.comments} == {AUTHOR}
    assert any("pay_bye" in comment.text for comment in opened.comments)
    again = check(copy)
    assert [p.code for p in again.faults] == [p.code for p in report.faults]
    assert "template.comments" in [p.code for p in again.notes]
    # Checked and annotated once more it has one set of comments, not two; and the same bytes.
    assert annotated(copy, "模板.docx", remarks) == copy


def test_comments_of_other_people_stay() -> None:
    made = python_docx.Document(io.BytesIO(shipped()))
    paragraph = made.paragraphs[2]
    made.add_comment(paragraph.runs, text="请核对标题", author="李样本")
    out = io.BytesIO()
    made.save(out)
    copy = annotated(
        out.getvalue(), "t", [("word/document.xml ¶3", "一"), ("word/header1.xml ¶1", "二"), ("", "三")]
    )
    texts = [comment.text for comment in python_docx.Document(io.BytesIO(copy)).comments]
    assert texts == ["请核对标题", "一", "〔word/header1.xml ¶1〕二", "三"]
    assert compile_template(copy, "t").text == compile_template(shipped(), "t").text


# ---------------------------------------------------------------- text diff


def test_the_difference_of_two_files_is_told_by_paragraph_and_cell() -> None:
    before = shipped()
    after = edited(edited(before, "现通知如下：", "特此通知如下："), "开户行", "开户银行")
    changes = differences(lines_of(before, "a"), lines_of(after, "b"))
    places = [(c.before.place, c.after.place) for c in changes if c.before and c.after]
    assert places[0] == ("¶5", "¶5")
    assert places[1][0] == places[1][1]
    assert re.fullmatch(r"T\d+ R2 C1 ¶\d+", places[1][0]), "the second row of the table of the bank account"
    assert len(places) == 2
    assert changes[1].before is not None
    assert changes[1].after is not None
    assert (changes[1].before.text, changes[1].after.text) == ("开户行", "开户银行")
    assert differences(lines_of(before, "a"), lines_of(before, "b")) == ()


def test_a_new_paragraph_is_one_change() -> None:
    before = shipped()
    body = part(before)
    at = body.index("</w:p>") + len("</w:p>")
    after = rewritten(before, {"word/document.xml": (body[:at] + p("新段落") + body[at:]).encode()})
    [change] = differences(lines_of(before, "a"), lines_of(after, "b"))
    assert change.before is None
    assert change.after is not None
    assert (change.after.place, change.after.text) == ("¶2", "新段落")


def test_a_file_that_is_no_word_file_is_named() -> None:
    with pytest.raises(EvidenceError, match=r"letters\.template-unreadable"):
        lines_of(b"plain text", "x.docx")
