"""Amounts in capitals (人民币大写): the regulation's examples, both scripts, and the way back."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.claim.words import WordsError, parse_rmb_words, permitted_forms, rmb_words
from evidence.model.money import Money

# 《支付结算办法》附一 and the cases beside it.
EXAMPLES = [
    ("1409.50", "人民币壹仟肆佰零玖元伍角"),
    ("6007.14", "人民币陆仟零柒元壹角肆分"),
    ("1680.32", "人民币壹仟陆佰捌拾元零叁角贰分"),
    ("107000.53", "人民币壹拾万柒仟元零伍角叁分"),
    ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
    ("325.04", "人民币叁佰贰拾伍元零肆分"),
    ("0.05", "人民币伍分"),
    ("0.50", "人民币伍角"),
    ("0.00", "人民币零元整"),
    ("10.00", "人民币壹拾元整"),
    ("100000000.00", "人民币壹亿元整"),
    ("100000001.00", "人民币壹亿零壹元整"),
    ("10001.00", "人民币壹万零壹元整"),
    ("1000000.10", "人民币壹佰万元零壹角"),
    ("10000010.00", "人民币壹仟万零壹拾元整"),
    ("999999999999.99", "人民币玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
]


@pytest.mark.parametrize(("amount", "words"), EXAMPLES)
def test_examples_both_ways(amount: str, words: str) -> None:
    money = Money.of(amount, "CNY")
    assert rmb_words(money) == words
    assert parse_rmb_words(words).amount == Decimal(amount)


def test_traditional_script() -> None:
    assert rmb_words(Money.of("260000.60", "CNY"), "zh-Hant") == "人民幣貳拾陸萬圓零陸角"


VARIANTS = [
    ("人民币壹拾万零柒仟元伍角叁分", "107000.53"),  # the regulation's other form of the same sum
    ("人民币壹仟陆佰捌拾元叁角贰分", "1680.32"),  # 零 before 角 left out
    ("人民币壹佰万元壹角", "1000000.10"),
    ("人民币伍角整", "0.50"),
    ("人民币壹佰元正", "100.00"),
    ("壹佰圆整", "100.00"),
    ("人民幣參佰貳拾伍圓零肆分", "325.04"),
]


@pytest.mark.parametrize(("text", "amount"), VARIANTS)
def test_permitted_variants_are_read(text: str, amount: str) -> None:
    assert parse_rmb_words(text).amount == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "人民币",
        "人民币一百元整",
        "人民币壹佰元肆分",
        "人民币壹佰零零壹元整",
        "人民币拾元整",
        "人民币壹佰",
        "壹佰元伍分角",
    ],
)
def test_what_the_rule_does_not_allow_is_refused(text: str) -> None:
    with pytest.raises(WordsError):
        parse_rmb_words(text)


@pytest.mark.parametrize(
    ("amount", "currency"), [("-1", "CNY"), ("0.005", "CNY"), ("1000000000000", "CNY"), ("1", "HKD")]
)
def test_what_has_no_capitals_is_refused(amount: str, currency: str) -> None:
    with pytest.raises(WordsError):
        rmb_words(Money.of(amount, currency))


def there_and_back(fen: int, locale: str) -> None:
    money = Money(Decimal(fen) / 100, "CNY")
    words = rmb_words(money, locale)
    assert parse_rmb_words(words).amount == money.amount
    assert rmb_words(parse_rmb_words(words), locale) == words


@given(fen=st.integers(0, 99_999_999_999_999), locale=st.sampled_from(["zh", "zh-Hant"]))
def test_words_to_figure_to_words_is_the_identity(fen: int, locale: str) -> None:
    there_and_back(fen, locale)


def test_words_to_figure_to_words_for_every_small_sum_and_ten_thousand_others() -> None:
    """Every sum below 20 yuan; then of any length, every other digit a zero, for it is the zeros that are hard."""
    dice = random.Random(393)
    for fen in range(2_000):
        there_and_back(fen, "zh")
    for _ in range(10_000):
        digits = "".join(dice.choice("0123456789" + "0" * 9) for _ in range(dice.randint(1, 14)))
        there_and_back(int(digits), dice.choice(("zh", "zh-Hant")))


@given(fen=st.integers(0, 99_999_999_999_999))
def test_every_permitted_form_reads_back_to_the_same_sum(fen: int) -> None:
    money = Money(Decimal(fen) / 100, "CNY")
    for form in permitted_forms(money):
        assert parse_rmb_words(form).amount == money.amount
