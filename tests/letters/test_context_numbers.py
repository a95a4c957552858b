"""Printed numbers in both scripts, and the two pages of the court bundle."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from letter_samples import office

from evidence.errors import EvidenceError
from evidence.letters.context import CatalogueRow, CoverPage, catalogue_context, cover_context
from evidence.letters.numbers import firm_number, parse_printed_number, printed_number
from evidence.model.letter import LetterNumber


@pytest.mark.parametrize(
    ("number", "zh", "hant"),
    [
        (LetterNumber(1, 2026, 1), "〔2026〕提字第0001号", "〔2026〕提字第0001號"),
        (LetterNumber(2, 2026, 12), "〔2026〕催字第0012号", "〔2026〕催字第0012號"),
        (LetterNumber(3, 2027, 999), "〔2027〕律函字第0999号", "〔2027〕律函字第0999號"),
        (LetterNumber(4, 2026, 10000), "〔2026〕协字第10000号", "〔2026〕協字第10000號"),
    ],
)
def test_numbers_are_printed_and_read_back_in_both_scripts(number: LetterNumber, zh: str, hant: str) -> None:
    assert printed_number(number, "zh") == zh
    assert printed_number(number, "zh-Hant") == hant
    assert parse_printed_number(zh) == parse_printed_number(hant) == number


@pytest.mark.parametrize(
    "typed", ["2026催字第0005号", "[2026]催字第0005号", "（2026）催字第0005號", "【2026】 催字第0005号"]
)
def test_a_number_is_known_by_whatever_brackets_a_keyboard_has(typed: str) -> None:
    assert parse_printed_number(typed) == LetterNumber(2, 2026, 5)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "〔2026〕催字第001号",
        "〔2026〕判字第0001号",
        "〔2026〕催字第00001号",
        "〔２０２６〕催字第0001号",
    ],
)
def test_what_is_no_printed_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a printed"):
        parse_printed_number(text)


def test_the_firm_number_is_for_lawyer_letters_of_a_firm_with_a_mark() -> None:
    lawyer, demand = LetterNumber(3, 2026, 50), LetterNumber(2, 2026, 50)

    assert firm_number(lawyer, office()) == "（2026）沪样律函字第50号"
    assert firm_number(lawyer, office(), "zh-Hant") == "（2026）沪样律函字第50號"
    assert firm_number(demand, office()) == ""
    assert firm_number(lawyer, office(law_firm=None)) == ""


PAGE = CoverPage(
    cause="物业服务合同纠纷",
    submitter="样本物业服务有限公司",
    opponent="张样本",
    court="",
    volume="第1册，共1册",
    exhibit_count=2,
    page_count=9,
    bundle_id="B-2026-0001",
    made_on=date(2026, 11, 21),
)
SHARED: dict[str, Any] = {
    "law": {"applicable_law": "适用法律：中华人民共和国法律。", "demand_basis": "不用"},
    "doc_created": datetime(2026, 11, 21, tzinfo=UTC),
    "doc_identifier": "0",
}


def test_the_cover_has_text_only_and_the_applicable_law() -> None:
    values = cover_context(PAGE, locale="zh", **SHARED)

    assert values["exhibit_count"] == "2"
    assert values["made_on"] == "2026年11月21日"
    assert values["law"] == {"applicable_law": "适用法律：中华人民共和国法律。"}
    assert values["doc"]["title"] == "证据材料 B-2026-0001"


def test_a_catalogue_row_says_original_or_copy_in_words_and_half_a_digest() -> None:
    rows = tuple(
        CatalogueRow(n, "催交物业费通知书", "书证", "原告留存", "催告", "3—5", original, "ab" * 32)
        for n, original in ((1, True), (2, False))
    )

    exhibits = catalogue_context(PAGE, rows, locale="zh-Hant", **SHARED)["exhibits"]

    assert [row["original"] for row in exhibits] == ["原件", "複印件"]
    assert exhibits[0]["hash16"] == "abababababababab"
    assert exhibits[1]["number"] == "2"


def test_no_page_is_made_without_its_applicable_law() -> None:
    with pytest.raises(EvidenceError) as caught:
        cover_context(PAGE, locale="zh", **{**SHARED, "law": {}})

    assert caught.value.problems[0].code == "letters.law-key-missing"
