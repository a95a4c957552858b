"""Amounts in Chinese capitals (人民币大写), and back.

Rules: 《支付结算办法》附一《正确填写票据和结算凭证的基本规定》: digits 壹 to 玖, 整 after 元, none after 分,
one 零 for any run of zeros inside, 零 before 分 when 角 is zero. Where the rule allows two forms this module
writes one and reads both.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import product

from evidence.model.money import Money

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_LIMIT = Decimal("999999999999.99")  # 9,999 亿: above it the scheme needs a second 亿
_TRADITIONAL = str.maketrans("贰陆万亿币元", "貳陸萬億幣圓")
_SIMPLIFIED = str.maketrans("貳陸萬億幣圓圆叄參正貮弍圎", "贰陆万亿币元元叁叁整贰贰元")


class WordsError(ValueError):
    """The amount cannot be put into capitals, or the text is no amount in capitals."""


def _group(value: int) -> str:
    """Four digits, without leading zeros: 1409 → 壹仟肆佰零玖."""
    text, gap = "", False
    for digit, unit in zip(f"{value:04d}", ("仟", "佰", "拾", ""), strict=True):
        if digit == "0":
            gap = True
            continue
        text += ("零" if gap and text else "") + _DIGITS[int(digit)] + unit
        gap = False
    return text


def _integer(value: int, *, zero_between: bool) -> str:
    """The yuan part. ``zero_between`` writes 零 also where a group's last digit is 0 (壹拾万零柒仟)."""
    groups = [(value // 10**8, "亿"), (value // 10**4 % 10**4, "万"), (value % 10**4, "")]
    text, gap, previous = "", False, 0
    for number, unit in groups:
        if number == 0:
            gap = gap or bool(text)
            continue
        needs_zero = gap or number < 1000 or (zero_between and previous % 10 == 0)
        text += ("零" if text and needs_zero else "") + _group(number) + unit
        gap, previous = False, number
    return text


def _form(fen: int, *, zero_between: bool, zero_before_jiao: bool, whole_after_jiao: bool) -> str:
    yuan, jiao, cents = fen // 100, fen // 10 % 10, fen % 10
    head = _integer(yuan, zero_between=zero_between) + "元" if yuan else ""
    if not jiao and not cents:
        return f"人民币{head or '零元'}整"
    text = head
    if jiao:
        if head and yuan % 10 == 0 and zero_before_jiao:
            text += "零"
        text += _DIGITS[jiao] + "角"
    elif head:
        text += "零"
    if cents:
        text += _DIGITS[cents] + "分"
    elif whole_after_jiao:
        text += "整"
    return f"人民币{text}"


def _fen(money: Money) -> int:
    if money.currency != "CNY":
        raise WordsError(f"capitals are defined for CNY, not {money.currency}")
    if not money.is_exact or not 0 <= money.amount <= _LIMIT:
        raise WordsError(f"{money.amount} has no form in capitals")
    return int(money.amount * 100)


def rmb_words(money: Money, locale: str = "zh") -> str:
    """``1409.50`` → ``人民币壹仟肆佰零玖元伍角``; for ``zh-Hant`` in Traditional characters with 圓.

    Raises :class:`WordsError` for another currency, a fraction of a fen, a negative sum or above 9,999 亿.
    """
    text = _form(_fen(money), zero_between=False, zero_before_jiao=True, whole_after_jiao=False)
    return text.translate(_TRADITIONAL) if locale == "zh-Hant" else text


def permitted_forms(money: Money) -> frozenset[str]:
    """Every form the rule allows for one amount, in Simplified characters with 元 and 整."""
    fen = _fen(money)
    return frozenset(
        _form(fen, zero_between=a, zero_before_jiao=b, whole_after_jiao=c)
        for a, b, c in product((False, True), repeat=3)
    )


def parse_rmb_words(text: str) -> Money:
    """The amount a text in capitals says, in either script and any permitted form.

    Raises :class:`WordsError` for anything the rule does not allow: a form is read leniently, then must be
    among the permitted forms of the amount it was read as.
    """
    plain = "".join(text.split()).translate(_SIMPLIFIED)
    if not plain.startswith("人民币"):
        plain = "人民币" + plain
    body = plain.removeprefix("人民币").removesuffix("整")
    total = section = digit = 0
    units = {"仟": 1000, "佰": 100, "拾": 10}
    fen = 0
    for char in body:
        if char in _DIGITS:
            digit = _DIGITS.index(char)
        elif char in units:
            section, digit = section + digit * units[char], 0
        elif char == "万":
            total, section, digit = total + (section + digit) * 10**4, 0, 0
        elif char == "亿":
            total, section, digit = (total + section + digit) * 10**8, 0, 0
        elif char == "元":
            fen, total, section, digit = (total + section + digit) * 100, 0, 0, 0
        elif char in "角分":
            fen, digit = fen + digit * (10 if char == "角" else 1), 0
        else:
            raise WordsError(f"{char!r} does not belong in an amount in capitals: {text!r}")
    money = Money((Decimal(fen) / 100).quantize(Decimal("0.01")), "CNY")
    if money.amount > _LIMIT or plain not in permitted_forms(money):
        raise WordsError(f"not a permitted form of any amount: {text!r}")
    return money
