"""Amounts and telephone numbers: what one cell may say, and what it may not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.intake.cells import CellFault, Refusal, fold, parse_amount, parse_figure, parse_phone

CENTS = st.integers(0, 10**11 - 1).map(lambda cents: Decimal(cents).scaleb(-2))


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        (1409.5, "1409.50"),
        (1234.1, "1234.10"),
        (0.1 + 0.2, "0.30"),  # binary dust of a formula
        (1234567.1 + 0.2, "1234567.30"),  # dust that reaches the tenth decimal
        (300, "300.00"),
        ("1,234.50", "1234.50"),
        ("１，２３４．５０元", "1234.50"),
        ("¥1,234.50", "1234.50"),
        ("￥ 1234.5", "1234.50"),
        ("RMB 20", "20.00"),
        ("人民币100元整", "100.00"),
        ("100.000", "100.00"),
        (" 88 ", "88.00"),
        ("-0.00", "0.00"),
    ],
)
def test_amounts_are_exact(cell: Any, amount: str) -> None:
    assert str(parse_amount(cell, "CNY")) == amount


@pytest.mark.parametrize("cell", ["", "  ", "-", "—", "/", "　"])
def test_a_blank_or_a_dash_is_no_amount(cell: str) -> None:
    assert parse_amount(cell, "CNY") is None


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("NaN", "amount-unreadable"),
        ("1e5", "amount-unreadable"),
        ("Infinity", "amount-unreadable"),
        ("1_000", "amount-unreadable"),
        ("1,2345", "amount-unreadable"),
        ("12,34.50", "amount-unreadable"),
        ("300.00.00", "amount-unreadable"),
        ("三百", "amount-unreadable"),
        ("1.2万", "amount-unreadable"),
        ("12²", "amount-unreadable"),
        ("٣٠٠", "amount-unreadable"),
        ("同上", "amount-unreadable"),
        ("9" * 200, "amount-unreadable"),
        (True, "amount-unreadable"),
        (date(2024, 1, 1), "amount-unreadable"),
        (float("nan"), "amount-unreadable"),
        (float("inf"), "amount-unreadable"),
        ("-5", "amount-negative"),
        ("−5", "amount-negative"),
        ("(100.00)", "amount-negative"),
        ("（100.00）", "amount-negative"),
        ("¥-5", "amount-negative"),
        (-0.01, "amount-negative"),
        ("1.005", "amount-decimals"),
        (1.005, "amount-decimals"),
        (669.975, "amount-decimals"),
        (1e22, "amount-huge"),
        ("NT$100", "currency"),
        ("HK$100", "currency"),
        ("$100", "currency"),
        ("US$100", "currency"),
        (CellFault("#REF!"), "formula-error"),
        (CellFault("=", computed=False), "formula-uncomputed"),
    ],
)
def test_doubtful_amounts_are_refused(cell: Any, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        parse_amount(cell, "CNY")
    assert refusal.value.code == f"intake.{code}"


@pytest.mark.parametrize(
    ("cell", "currency"),
    [("NT$2,500", "TWD"), ("新臺幣2,500元", "TWD"), ("HK$2,500", "HKD"), ("$2,500", "HKD")],
)
def test_signs_of_the_jurisdictions_own_currency(cell: str, currency: str) -> None:
    assert parse_amount(cell, currency) == Decimal("2500.00")


@given(CENTS)
def test_every_amount_survives_every_way_of_writing_it(amount: Decimal) -> None:
    wide = f"{amount:,f}".translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789.,"})
    for written in (f"{amount:f}", f"{amount:,f}", f"¥{amount:,f}", f"{amount:f}元", wide, float(amount)):
        assert parse_amount(written, "CNY") == amount


@given(CENTS, CENTS)
def test_the_dust_of_a_binary_sum_never_changes_the_amount(one: Decimal, other: Decimal) -> None:
    assert parse_amount(float(one) + float(other), "CNY") == one + other


@given(st.text(max_size=12))
def test_whatever_is_written_gives_an_amount_or_a_refusal(text: str) -> None:
    try:
        amount = parse_amount(text, "CNY")
    except Refusal:
        return
    assert amount is None or (amount >= 0 and amount == amount.quantize(Decimal("0.01")))


@pytest.mark.parametrize(
    ("cell", "phone", "lost"),
    [
        (13800000000.0, "13800000000", False),
        ("13800000000.0", "13800000000", False),
        ("1.3800000000E+10", "13800000000", False),  # all eleven digits are there
        ("1.38E+10", "", True),  # eight digits are gone: nobody may make them up
        (1.5, "", True),
        (date(2024, 1, 1), "", True),
        ("138 0000 0000", "138 0000 0000", False),
        ("０２１－６００００００", "021-6000000", False),
        ("", "", False),
    ],
)
def test_telephone_numbers_come_back_whole_or_not_at_all(cell: Any, phone: str, lost: bool) -> None:
    assert parse_phone(cell) == (phone, lost)


@pytest.mark.parametrize(
    ("cell", "figure"), [("89.50㎡", "89.50"), ("2.5元/㎡·月", "2.5"), (2.685, "2.685"), ("¥2.5", "2.5")]
)
def test_areas_and_prices_shed_their_units(cell: Any, figure: str) -> None:
    assert str(parse_figure(cell)) == figure


def test_invisible_characters_are_taken_out_of_texts() -> None:
    assert fold("\ufeff样\u200b本\u202e甲\n 乙\x00\x07　") == "样本甲 乙"
