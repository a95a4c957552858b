"""What one cell says: text, exact amounts, other figures, telephone numbers.

A spreadsheet cell is not a number. The same 1,234.50 comes as a binary double, as text with a currency sign,
in full-width digits, as an accounting negative in brackets. Each reader here accepts a closed grammar and
refuses everything else by code: an amount nobody can be sure of is never turned into a demand. ``Decimal``
alone would take ``1e5``, ``NaN``, ``1_000`` and digits of a dozen scripts, so the grammar stands before it.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from evidence.model.money import MINOR_UNITS

# Far beyond any home's fee, and small enough that a binary double still holds the cents.
MAX_AMOUNT = Decimal(10) ** 12
# Excel computes with 15 significant digits; formulas leave dust beyond them (0.1+0.2 → 0.30000000000000004).
EXCEL_DIGITS = 15
DUST_DECIMALS = Decimal(1).scaleb(-10)
# A double holds every whole number up to here exactly, so a telephone number below it lost nothing.
_EXACT_WHOLE = 2**53
# How much of a cell is repeated in a message.
_RAW_SHOWN = 60


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell whose formula has no usable result: an Excel error, or a formula nobody has computed yet."""

    text: str
    computed: bool = True


Value = str | int | float | bool | date | datetime | time | timedelta | CellFault


class Refusal(ValueError):  # noqa: N818 - not an error of the program but of the cell
    """A cell that cannot be taken as it is: the code of the fault and what fills its message."""

    def __init__(self, code: str, /, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, str | int] = params


# Full-width forms to ASCII. Not NFKC: that would read 12² as 122 and ① as 1.
_WIDTH: dict[int, str | None] = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_WIDTH.update({0x3000: " ", 0xA0: " ", 0xFFE5: "¥", 0x2212: "-", 0xFF04: "$"})
_WIDE = re.compile(f"[{''.join(map(chr, _WIDTH))}]")
# Controls, zero-width and direction marks change how a letter reads or break its template.
_INVISIBLE: dict[int, str | None] = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)))
_INVISIBLE.update(dict.fromkeys((0xAD, 0x200B, 0x200E, 0x200F, 0xFEFF)))
_INVISIBLE.update(dict.fromkeys((*range(0x202A, 0x202F), *range(0x2060, 0x206A))))
_INVISIBLE.update({ord(c): " " for c in "\t\n\r\v\f\x85"})
_INVISIBLE.update({0x2028: " ", 0x2029: " "})
# What would make a printed name read otherwise than the cell, or hide in it: controls (but for the blanks among
# them), direction marks, embeddings, overrides and isolates (UAX 9), annotations, tag characters, halves of
# characters, code points that are none. A letter refuses the same (evidence.letters.engine.values).
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)

DITTO = frozenset({"同上", "仝上", "〃", '"', "''", "“", "”", "″", "〞", "々"})
_DASHES = frozenset({"-", "--", "—", "——", "–", "/", "\\"})


def clean(text: str) -> str:
    """Verbatim but for control and invisible characters; line breaks and runs of blanks become one blank."""
    if text.isprintable():  # no control, format or odd blank in it: most cells of a large ledger
        return " ".join(text.split()) if " " in text else text
    return " ".join(text.translate(_INVISIBLE).split())


def fold(text: str) -> str:
    """:func:`clean` with full-width letters, digits and signs as ASCII."""
    text = clean(text)
    return " ".join(text.translate(_WIDTH).split()) if _WIDE.search(text) else text


def squeeze(text: str) -> str:
    """:func:`fold` without any blank."""
    return fold(text).replace(" ", "")


def text_of(value: Value) -> str:
    """The cell as text, a whole float without its ``.0``; dates in ISO form."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT_WHOLE else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, CellFault):
        return value.text
    return str(value)


def said(value: Value) -> str:
    """The cell as the text a letter prints, :func:`clean`.

    Raises :class:`Refusal` ``intake.hidden-character`` with the first control or direction character by name: taking
    it out would guess what was meant, and printing it could turn a name around. In figures and telephone numbers,
    whose grammar is closed, such marks fall away unasked.
    """
    if isinstance(value, str) and not value.isprintable() and (found := _HIDDEN.search(value)):
        code = ord(found[0])
        name = unicodedata.name(found[0], "")
        raise Refusal("intake.hidden-character", raw=raw(value), character=f"U+{code:04X} {name}".strip())
    return clean(text_of(value))


def raw(value: Value) -> str:
    """The cell as a message repeats it: whole if short."""
    text = text_of(value)
    return text if len(text) <= _RAW_SHOWN else text[: _RAW_SHOWN - 1] + "…"


def is_blank(value: Value) -> bool:
    return isinstance(value, str) and (not value or not clean(value))


def is_ditto(value: Value) -> bool:
    """``同上`` and the marks that stand for it."""
    return isinstance(value, str) and squeeze(value) in DITTO


def refuse_fault(value: Value) -> None:
    """Raises :class:`Refusal` for a cell whose formula gave an error or was never computed."""
    if isinstance(value, CellFault):
        code = "intake.formula-error" if value.computed else "intake.formula-uncomputed"
        raise Refusal(code, raw=raw(value))


# ── amounts ──

# Every sign and the currencies it can stand for. 元 and 圓 are written for all and say nothing.
_SIGNS: dict[str, frozenset[str]] = {
    **dict.fromkeys(("HK$", "HKD", "港币", "港幣", "港元"), frozenset({"HKD"})),
    **dict.fromkeys(("NT$", "NTD", "TWD", "新台币", "新台幣", "新臺幣"), frozenset({"TWD"})),
    **dict.fromkeys(("台币", "台幣", "臺幣"), frozenset({"TWD"})),
    **dict.fromkeys(("RMB", "CNY", "人民币", "人民幣", "¥"), frozenset({"CNY"})),
    **dict.fromkeys(("US$", "USD", "美元", "€", "EUR", "£", "GBP", "JPY", "MOP$", "MOP"), frozenset()),
    "$": frozenset({"TWD", "HKD"}),
}
_SIGN = "|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True))
_AMOUNT = re.compile(
    rf"(?P<minus>-)?(?P<sign>{_SIGN})?:?(?P<minus2>-)?"
    r"(?P<number>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)"
    rf"(?P<tail>{_SIGN}|元)?(?:元|圆|圓)?(?:整|正)?",
    re.IGNORECASE,
)
_MANY = re.compile(r"万|萬|千|百|亿|億")


def currencies_named(text: str) -> list[tuple[str, frozenset[str]]]:
    """The currency signs in ``text`` with what each can stand for, longest first (``HK$`` is not ``$``)."""
    return [(found, _SIGNS[found.upper()]) for found in re.findall(_SIGN, fold(text), re.IGNORECASE)]


def names_multiple(text: str) -> bool:
    """Whether a unit such as 万元 multiplies the figures beside it."""
    return bool(_MANY.search(fold(text)))


def parse_amount(value: Value, currency: str) -> Decimal | None:
    """The exact amount in ``currency``, with its two decimals; ``None`` for a blank cell or a dash.

    A double from Excel is read at Excel's own precision (15 digits), then at 10 decimals, so that the dust
    of a formula falls away and a real third decimal does not. Raises :class:`Refusal`:
    ``intake.amount-unreadable``, ``-negative``, ``-decimals``, ``-huge``, ``intake.currency``,
    ``intake.formula-error``, ``intake.formula-uncomputed``.
    """
    refuse_fault(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Refusal("intake.amount-unreadable", raw=raw(value))
    if isinstance(value, str):
        text = squeeze(value)
        if not text or text in _DASHES:
            return None
        amount = _amount_of_text(text, value, currency)
    else:
        amount = _exact(value)
    if amount < 0:
        raise Refusal("intake.amount-negative", raw=raw(value))
    if amount >= MAX_AMOUNT:
        raise Refusal("intake.amount-huge", raw=raw(value), limit=f"{MAX_AMOUNT:,f}")
    places = MINOR_UNITS[currency]
    fixed = amount.quantize(Decimal(1).scaleb(-places))
    if fixed != amount:
        raise Refusal("intake.amount-decimals", raw=raw(value), places=places)
    return abs(fixed)  # a printed -0.00 is nothing owed


def _amount_of_text(text: str, value: str, currency: str) -> Decimal:
    bracketed = text.startswith("(") and text.endswith(")")
    match = _AMOUNT.fullmatch(text[1:-1] if bracketed else text) if len(text) <= _RAW_SHOWN else None
    if match is None:
        raise Refusal("intake.amount-unreadable", raw=raw(value))
    for name in ("sign", "tail"):
        sign = match[name]
        if sign and sign != "元" and currency not in _SIGNS[sign.upper()]:
            raise Refusal("intake.currency", raw=raw(value), sign=sign, currency=currency)
    amount = Decimal(match["number"].replace(",", ""))
    return -amount if bracketed or match["minus"] or match["minus2"] else amount


@lru_cache(maxsize=65536)  # a ledger bills a few thousand different amounts, over and over
def _exact(value: float) -> Decimal:
    if isinstance(value, int):
        return Decimal(value)
    if not math.isfinite(value):
        raise Refusal("intake.amount-unreadable", raw=raw(value))
    if abs(value) >= MAX_AMOUNT:
        return Decimal(value)
    number = Decimal(f"{value:.{EXCEL_DIGITS}g}")
    if int(number.as_tuple().exponent) < -10:
        number = number.quantize(DUST_DECIMALS, rounding=ROUND_HALF_EVEN)
    return number


# ── other figures ──

_FIGURE = re.compile(
    r"[¥$]?(?P<number>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)"
    r"(?:元|圆|圓)?(?:/|每)?(?:㎡|m2|m²|平方米|平米|平方公尺|坪|平方)?(?:[/·.*每]?(?:月|个月|個月))?",
    re.IGNORECASE,
)


def parse_figure(value: Value) -> Decimal | None:
    """An area or a unit price (``89.50㎡``, ``2.5元/㎡·月``) of any decimals; ``None`` for a blank cell.

    Raises :class:`Refusal` ``intake.figure-dropped``.
    """
    refuse_fault(value)
    if isinstance(value, str):
        text = squeeze(value)
        if not text or text in _DASHES:
            return None
        match = _FIGURE.fullmatch(text)
        number = Decimal(match["number"].replace(",", "")) if match and len(text) <= _RAW_SHOWN else None
    elif isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        number = _exact(value)
    else:
        number = None
    if number is None or not 0 <= number < MAX_AMOUNT:
        raise Refusal("intake.figure-dropped", raw=raw(value))
    return number


# ── telephone numbers ──

_SCIENTIFIC = re.compile(r"([0-9])(?:\.([0-9]+))?E\+?([0-9]{1,2})", re.IGNORECASE)


def parse_phone(value: Value) -> tuple[str, bool]:
    """The telephone number and whether digits of it were lost.

    Excel turns numbers into doubles and CSV exports into ``1.38E+10``. What a double or a mantissa still
    holds in full comes back; where digits are gone the number is blank: a made-up one reaches a stranger.
    """
    if isinstance(value, bool | CellFault | date | time | timedelta):
        return "", True
    if isinstance(value, int | float):
        if float(value).is_integer() and 0 <= value < _EXACT_WHOLE:
            return str(int(value)), False
        return "", True
    text = fold(value)
    if not text or text in _DASHES:
        return "", False
    if match := _SCIENTIFIC.fullmatch(text.replace(" ", "")):
        decimals, power = match[2] or "", int(match[3])
        return (match[1] + decimals, False) if len(decimals) == power else ("", True)
    if re.fullmatch(r"[0-9]+\.0+", text):
        text = text.partition(".")[0]
    return text, False
