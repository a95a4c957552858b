"""Which law a text may quote on the day it bears."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from evidence.errors import EvidenceError
from evidence.law.citations import Verdict, check_citations, find_citations
from evidence.law.packs import load_law
from evidence.law.statutes import chinese_number, load_statutes

CN = load_statutes("cn")
BEFORE, FIRST, TODAY = date(2020, 6, 1), date(2021, 1, 1), date(2026, 11, 21)
OLD_TITLE = "《最高人民法院关于审理物业服务纠纷案件具体应用法律若干问题的解释》"


def verdicts(text: str, on: date) -> list[tuple[int | None, str, str]]:
    return [(f.citation.article, f.verdict.value, f.instead) for f in check_citations(text, on, CN)]


@pytest.mark.parametrize(
    ("topic", "before", "first", "today"),
    [
        ("prior-demand", "property-interpretation-2009:6", "civil-code:944(2)", "civil-code:944(2)"),
        ("committee-urging", "property-regulations:64", "property-regulations:64", "property-regulations:64"),
        ("limitation", "general-provisions:188", "civil-code:188", "civil-code:188"),
        ("interruption-by-demand", "limitation-rules:10", "limitation-rules:8", "limitation-rules:8"),
        ("late-charge", "contract-law:114", "civil-code:585(1)", "civil-code:585(1)"),
        (
            "late-charge-reduction",
            "contract-law-interpretation-2:29",
            "civil-code:585(2)",
            "contract-interpretation:65",
        ),
        ("harassment", "public-security:42", "public-security:42", "public-security:50"),
    ],
)
def test_a_letter_cites_what_is_in_force_on_its_date(topic: str, before: str, first: str, today: str) -> None:
    found = [row.cite if (row := CN.regulated(topic, day)) else "" for day in (BEFORE, FIRST, TODAY)]
    assert found == [before, first, today]


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        (f"根据{OLD_TITLE}第六条", "civil-code:944(2)"),
        ("根据物业服务纠纷司法解释第6条", "civil-code:944(2)"),
        ("依照法释〔2009〕8号第六条的规定", "civil-code:944(2)"),
        (
            "《最高人民法院关于审理物业服务纠纷案件适用法律若干问题的解释》第六条",
            "civil-code:944(2)",
        ),  # has five articles
        ("《物业管理条例》第六十五条", "property-regulations:64"),
        ("《物业管理条例》（国务院令第379号）第６７条", "property-regulations:64"),
        ("依照条例第六十七条", "property-regulations:64"),
        ("根据《中华人民共和国合同法》第一百零七条", "civil-code"),
        ("依据合同法的规定", "civil-code"),
        ("根據《中華人民共和國合同法》第一百零七條", "civil-code"),
        ("《治安管理处罚法》第四十二条", "public-security:50"),
    ],
)
def test_a_letter_of_today_that_quotes_what_is_gone_is_refused(text: str, instead: str) -> None:
    (finding,) = check_citations(text, TODAY, CN)
    assert finding.refused
    assert finding.instead == instead


def test_the_same_words_stood_in_2020() -> None:
    assert verdicts(f"根据{OLD_TITLE}第六条、《物业管理条例》第六十四条", BEFORE) == []
    assert verdicts("《中华人民共和国民法典》第九百四十四条", BEFORE) == [(944, "not-yet", "")]
    assert verdicts("《中华人民共和国民法典》第九百四十四条", FIRST) == []


def test_what_was_never_compared_with_a_public_text_is_said_but_not_refused() -> None:
    (finding,) = check_citations("《物业服务收费管理办法》第十五条", TODAY, CN)
    assert (finding.verdict, finding.refused, finding.verified) == (Verdict.UNVERIFIED, False, False)


def test_an_edition_in_brackets_must_be_the_one_in_force() -> None:
    assert verdicts("《中华人民共和国民事诉讼法》（2021年修正）第一百二十二条", TODAY) == [
        (122, "other-edition", "civil-procedure")
    ]
    assert verdicts("《中华人民共和国民事诉讼法（2023年修正）》第一百二十二条", TODAY) == []


def test_a_law_outside_the_table_is_named_and_contracts_are_left_alone() -> None:
    assert verdicts("《中华人民共和国劳动合同法》第三条", TODAY) == [(3, "unknown", "")]
    assert verdicts("《河南省物业管理条例》第八十八条", TODAY) == [(88, "unknown", "")]
    assert verdicts("《样本·和风苑小区前期物业服务合同》第六条，《管理规约》第三条", TODAY) == []
    assert verdicts("物业服务合同法律关系，劳动合同法第三条，河南省物业管理条例第六十五条", TODAY) == []


@pytest.mark.parametrize(
    ("text", "articles"),
    [
        ("《民法典》第五百六十条、第五百六十一条", [560, 561]),
        ("民法典第585、586条", [585, 586]),
        ("民法典第九四四条第二款", [944]),
        ("《民法典》第一千零三十三条第（一）项和第一千零三十四条", [1033, 1034]),
        ("《民诉法》第122条第一项、第二项及第一百二十四条", [122, 124]),
        ("《民法典》及有关规定", [None]),
        ("《物业管理条例》第六十四条。该条例第六十七条", [64, 67]),
        ("《最高人民法院关于适用〈中华人民共和国民法典〉合同编通则若干问题的解释》第65条", [65]),
        ("《最高人民法院关于适用《中华人民共和国民法典》时间效力的若干规定》第一条", [1]),
    ],
)
def test_articles_are_read_as_they_are_written(text: str, articles: list[int | None]) -> None:
    assert [citation.article for citation in find_citations(text, CN)] == articles


@pytest.mark.parametrize(
    ("cite", "zh", "hant", "en"),
    [
        (
            "civil-code:944(2)",
            "《中华人民共和国民法典》第九百四十四条第二款",
            "《中華人民共和國民法典》第九百四十四條第二款",
            "Civil Code art. 944(2)",
        ),
        (
            "civil-procedure:122[1]",
            "《中华人民共和国民事诉讼法》第一百二十二条第一项",
            "《中華人民共和國民事訴訟法》第一百二十二條第一項",
            "Civil Procedure Law art. 122(1)",
        ),
    ],
)
def test_a_citation_key_in_words(cite: str, zh: str, hant: str, en: str) -> None:
    assert [CN.in_words(cite, lang) for lang in ("zh", "zh-Hant", "en")] == [zh, hant, en]


def test_article_numbers() -> None:
    numbers = {1: "一", 10: "十", 12: "十二", 20: "二十", 101: "一百零一", 110: "一百一十", 944: "九百四十四"}
    numbers |= {1000: "一千", 1033: "一千零三十三", 1260: "一千二百六十", 1010: "一千零一十"}
    assert {value: chinese_number(value) for value in numbers} == numbers


def test_the_shipped_sentences_quote_only_what_is_in_force_today() -> None:
    for sentence in load_law("cn").sentences.values():
        for text in sentence.text.values():
            assert check_citations(text, TODAY, CN) == (), sentence.key


def test_the_letter_pack_and_the_table_agree_on_dates() -> None:
    for key, cited in load_law("cn").statutes.items():
        edition = CN.statutes[key].edition_on(TODAY)
        assert edition is not None
        assert edition.since == cited.in_force, key


def test_editions_of_a_statute_do_not_overlap_and_its_references_exist() -> None:
    for statute in CN.statutes.values():
        assert set(statute.name) == {"zh", "zh-Hant", "en"}
        spans = sorted((e.since, e.until or date.max) for e in statute.editions)
        assert all(a[1] < b[0] for a, b in itertools.pairwise(spans)), statute.key
        assert not statute.replaced_by or statute.replaced_by in CN.statutes
        for edition in statute.editions:
            # A text that was not seen is not verified, whatever else is known of it.
            assert not (edition.verified and "text" in edition.doubtful), statute.key
        for move in statute.moved:
            assert CN.in_words(CN.new_place(move, TODAY), "zh")
    for topic in CN.topics.values():
        for row in topic.rows:
            assert CN.statutes[row.cite.partition(":")[0]].edition_on(row.since), row.cite


def test_a_jurisdiction_without_table_is_refused_by_name() -> None:
    with pytest.raises(EvidenceError):
        load_statutes("tw")
