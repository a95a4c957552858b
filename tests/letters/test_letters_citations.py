"""The law a finished letter quotes: read from the text a person gets, by the day the letter bears."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from letter_samples import AS_OF, LOCALES, context, office

from evidence.errors import EvidenceError, ExitCode, Place, spec_of
from evidence.law.citations import citation_problems, find_citations
from evidence.law.packs import load_law
from evidence.law.statutes import load_statutes
from evidence.letters.engine import compile_template, document_text
from evidence.letters.packs import find_pack
from evidence.model.letter import CLAIMING, LetterKind
from evidence.resources import templates_dir

CN = load_statutes("cn")
BEFORE, FIRST = date(2020, 6, 1), date(2021, 1, 1)


def letter(kind: LetterKind, locale: str, **changes: str) -> str:
    """The text of a letter; ``changes`` are words of the contract, which the office writes and nobody reviewed."""
    base = office()
    assert base.contract is not None
    made = context(kind, locale, office=replace(base, contract=replace(base.contract, **changes)))
    template = find_pack(templates_dir(), "cn", locale).template(kind)
    rendered = compile_template(template.read(), template.name).render(
        made.values, must_appear=made.must_appear
    )
    return document_text(rendered.docx, "letter")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", CLAIMING)
def test_every_shipped_letter_quotes_only_what_is_in_force_on_its_day(kind: LetterKind, locale: str) -> None:
    text = letter(kind, locale)
    assert citation_problems(text, AS_OF, CN) == ()
    # The same words half a year before the code: whatever of it they quote was not yet law.
    early = citation_problems(text, BEFORE, CN)
    code = {citation.article for citation in find_citations(text, CN) if citation.statute == "civil-code"}
    refused = [problem for problem in early if problem.code == "law.citation-refused"]
    assert len(refused) >= len(code)
    assert all(problem.code in ("law.citation-refused", "law.citation-unchecked") for problem in early)


def test_formal_letters_do_quote_law() -> None:
    for kind in (LetterKind.DEMAND, LetterKind.LAWYER_LETTER):
        assert 944 in [citation.article for citation in find_citations(letter(kind, "zh"), CN)]


STALE = [
    ("《最高人民法院关于审理物业服务纠纷案件具体应用法律若干问题的解释》第六条", "第九百四十四条第二款"),
    ("法释〔2009〕8号第六条", "第九百四十四条第二款"),
    ("《物业管理条例》第六十五条", "《物业管理条例》第六十四条"),
    ("《物业管理条例》第六十七条", "《物业管理条例》第六十四条"),
    ("《中华人民共和国合同法》第一百零九条", "《中华人民共和国民法典》"),
]


@pytest.mark.parametrize("kind", [LetterKind.DEMAND, LetterKind.LAWYER_LETTER])
@pytest.mark.parametrize(("stale", "instead"), STALE)
def test_a_letter_of_today_that_quotes_what_is_gone_is_refused(
    kind: LetterKind, stale: str, instead: str
) -> None:
    text = letter(kind, "zh", fee_clause=f"第六条（{stale}）")
    (problem,) = citation_problems(text, AS_OF, CN, Place(part="2-2026-0001"))
    assert (problem.code, spec_of(problem.code).exit) == ("law.citation-refused", ExitCode.BLOCKED)
    assert problem.where.part == "2-2026-0001"
    assert problem.params["day"] == "2026-11-21"
    assert instead in str(problem.params["instead"])


def test_a_law_nobody_checked_is_said_and_does_not_stop_the_letter() -> None:
    text = letter(LetterKind.DEMAND, "zh", fee_clause="第六条及《河南省物业管理条例》第八十八条")
    (problem,) = citation_problems(text, AS_OF, CN)
    assert (problem.code, spec_of(problem.code).exit) == ("law.citation-unchecked", ExitCode.DONE)
    both = text + "依照《物业管理条例》第六十七条。又依照《物业管理条例》第六十七条。"
    assert [p.code for p in citation_problems(both, AS_OF, CN)] == [
        "law.citation-refused",
        "law.citation-unchecked",
    ]


def test_a_letter_dated_before_the_code_is_not_written_with_its_words() -> None:
    """The letters' sentences are of today's law; on the three days of the table the pack says which it has."""
    with pytest.raises(EvidenceError) as caught:
        load_law("cn").texts(BEFORE, "zh")
    assert {problem.code for problem in caught.value.problems} == {"law.not-in-force"}
    assert any("民法典" in str(problem.params["statute"]) for problem in caught.value.problems)
    for day in (FIRST, AS_OF):
        try:
            sentences = load_law("cn").texts(day, "zh")
        except EvidenceError as error:  # a sentence of later law: named, and no letter without it
            assert day == FIRST
            assert all(problem.code == "law.not-in-force" for problem in error.problems)
        else:
            for text in sentences.values():
                assert citation_problems(text, day, CN) == ()
