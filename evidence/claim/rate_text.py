"""Reading a late-charge rate out of a contract clause, and writing it in the words of one.

A rate decides the whole figure, so nothing is guessed: a number without unit, a per cent without "per day" or
"per year", two different rates in one clause, or a rate no contract can mean ends in a named refusal.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from evidence.errors import EvidenceError, Problem, fail


class Per(StrEnum):
    """The time a rate is for."""

    DAY = "day"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class LateRate:
    """A rate of simple interest: ``value`` is the fraction of the principal per day or year (万分之五: 0.0005)."""

    value: Decimal
    per: Per
    text: str = ""

    def year_fraction(self, year_days: int) -> Decimal:
        """The fraction per year: 日万分之五 is 0.1825 over 365 days."""
        return self.value * year_days if self.per is Per.DAY else self.value

    def words(self, locale: str) -> str:
        """``日万分之五``, ``年利率6%``; in Traditional characters for ``zh-Hant``."""
        if self.per is Per.YEAR:
            return f"年利率{plain(self.value * 100)}%"
        for scale, name in ((10000, "万"), (1000, "千"), (100, "百")):
            count = self.value * scale
            if 0 < count < 10:
                text = f"日{name}分之{_chinese(count)}"
                return text.translate(_TO_TRADITIONAL) if locale == "zh-Hant" else text
        return f"日{plain(self.value * 100)}%"


@dataclass(frozen=True, slots=True)
class LprRate:
    """A clause that measures the late charge by the reference rate (LPR): ``factor`` times it."""

    factor: Decimal
    text: str = ""


ContractRate = LateRate | LprRate

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    c: i for i, c in enumerate("〇壹贰叁肆伍陆柒捌玖")
} | {"两": 2}  # fmt: skip
_CAPITALS = "零一二三四五六七八九"
_TO_SIMPLIFIED = str.maketrans(
    "萬點兩貸場報價計貳參陸遲遲過滿寬個屆後", "万点两贷场报价计贰叁陆迟迟过满宽个届后"
)
_TO_TRADITIONAL = str.maketrans("万点", "萬點")
_NUMBER = (
    r"(?:\d+(?:\.\d+)?|[零〇一二两三四五六七八九十壹贰叁肆伍陆柒捌玖拾]+(?:点[零〇一二三四五六七八九]+)?)"
)
_RATE = re.compile(
    rf"(?P<of>[万千百])分之(?P<share>{_NUMBER})|(?P<number>\d+(?:\.\d+)?)(?P<sign>[%‰‱])(?P<after>[/每](?:日|天|年|月))?"
)
# What makes another number of a share or percentage than the part that was read: 千分之五百, 1,5%.
_NUMERAL_GOES_ON = re.compile(r"[百佰千仟万亿点.零〇一二两三四五六七八九十壹贰叁肆伍陆柒捌玖拾\d]")
_COMMA_INSIDE = re.compile(r"\d\s*[,，、]\s*\d+(?:\.\d+)?\s*[%‰‱]")
_ANY_RATE = r"(?:[万千百]分之|\d+(?:\.\d+)?[%‰‱])"
_PERIOD = re.compile(
    r"(?P<day>[每按逐][日天]|(?:逾期|迟延|延迟|延期|拖欠)[一1][日天]"
    rf"|(?<!之)(?<!\d)日(?:利率|息)?(?=为?{_ANY_RATE}))"
    rf"|(?P<year>年化?利率|年化|年息|每年|按年|(?<!\d)年(?={_ANY_RATE}))"
    rf"|(?P<month>每月|按月|月利率|月息|月(?={_ANY_RATE}))"
)
_LPR = re.compile(r"(?i)lpr|贷款市场报价利率")
_TIMES = re.compile(rf"(?P<times>{_NUMBER})倍")
# What a clause may add to its rate, and what would make the rate alone a wrong figure: a later beginning, a cap,
# a margin, another tenor than one year.
_CONDITION = re.compile(
    r"宽限|免(?:收|除|息|计)|起计|不(?:得|应)?(?:超过|高于)|为限|上限|封顶|最高|基点|(?i:bps?)(?![a-z])"
    r"|[二三四五六七八九十\d]+年期(?:以上)?"
    r"|(?:超过|逾期|届满后?|满)第?(?!(?:[一1])[日天])[一二两三四五六七八九十百\d]+(?:个?月|[日天])"
)
_PLUS = re.compile(rf"(?:加计|上浮|加收)(?:(?P<percent>\d+(?:\.\d+)?)%|百分之(?P<share>{_NUMBER}))")
_SCALE = {"万": 10000, "千": 1000, "百": 100, "%": 100, "‰": 1000, "‱": 10000}


def plain(value: Decimal) -> str:
    """A decimal without exponent and without trailing zeros: ``4.4850`` → ``4.485``."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _number(text: str) -> Decimal:
    """``0.5``, ``五``, ``十五``, ``二十一``, ``零点五``."""
    if text[0].isdigit():
        return Decimal(text)
    whole, _, fraction = text.replace("拾", "十").partition("点")
    if "十" in whole:
        tens, _, ones = whole.partition("十")
        value = (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
    else:
        value = int("".join(str(_DIGITS[c]) for c in whole))
    return Decimal(f"{value}.{''.join(str(_DIGITS[c]) for c in fraction)}" if fraction else value)


def _chinese(count: Decimal) -> str:
    """``5`` → ``五``, ``0.5`` → ``零点五`` for numbers below ten."""
    whole, _, fraction = plain(count).partition(".")
    return _CAPITALS[int(whole)] + ("点" + "".join(_CAPITALS[int(c)] for c in fraction) if fraction else "")


def parse_rate(text: str) -> ContractRate:
    """The rate a clause states: ``日万分之五``, ``每逾期一日按欠费的千分之三``, ``年利率6%``, ``LPR的1.3倍``.

    Accepts both scripts and full-width characters. Raises one of ``claim.rate-bare`` (a number without unit),
    ``claim.rate-period`` (a share without "per day" or "per year"), ``claim.rate-month``,
    ``claim.rate-ambiguous`` (two rates), ``claim.rate-condition`` (a beginning, cap or margin beside the rate),
    ``claim.rate-unreadable``.
    """
    given = text.strip()
    normal = unicodedata.normalize("NFKC", given)
    if _COMMA_INSIDE.search(normal):
        raise fail("claim.rate-unreadable", given=given)
    # A comma or a new line stays, since it parts numbers: 日万分之五,十日内付清.
    clause = re.sub(r"\s+", "", normal.replace("\n", ",")).translate(_TO_SIMPLIFIED)
    if re.fullmatch(r"\d*\.?\d+", clause):
        raise fail("claim.rate-bare", given=given)
    if _LPR.search(clause):
        return _lpr_rate(clause, given)
    rates: dict[tuple[Decimal, Per], None] = {}
    end = 0
    for match in _RATE.finditer(clause):
        share, sign = match["share"] or match["number"], match["of"] or match["sign"]
        if match["share"] and _NUMERAL_GOES_ON.match(clause, match.end()):
            raise fail("claim.rate-unreadable", given=given)
        try:
            value = _number(share) / _SCALE[sign]
        except (KeyError, ValueError):
            raise fail("claim.rate-unreadable", given=given) from None
        rates[value, _per(clause[end : match.start()], match["after"], clause[match.end() :], given)] = None
        end = match.end()
    if not rates:
        raise fail("claim.rate-unreadable", given=given)
    if len(rates) > 1:
        raise fail("claim.rate-ambiguous", given=given)
    _refuse_conditions(clause, given)
    (value, per) = next(iter(rates))
    return LateRate(value, per, given)


def _refuse_conditions(clause: str, given: str) -> None:
    """``claim.rate-condition`` where the clause says more than its rate: half of it would be a wrong figure."""
    if found := _CONDITION.search(clause.replace("一年期", "")):
        raise fail("claim.rate-condition", given=given, words=found[0])


def _per(before: str, attached: str | None, after: str, given: str) -> Per:
    """The period nearest before the rate in its sentence, or attached behind it."""
    follows = attached or next(iter(re.findall(r"^[/每](?:日|天|年|月)", after)), "")
    kind = {"日": "day", "天": "day", "年": "year", "月": "month"}.get(follows[-1:], "")
    if not kind:
        for match in _PERIOD.finditer(re.split(r"[。;]", before)[-1] + "1%"):  # so that 日 sees its rate
            kind = match.lastgroup or ""
    if kind == "month":
        raise fail("claim.rate-month", given=given)
    if not kind:
        raise fail("claim.rate-period", given=given)
    return Per(kind)


def _lpr_rate(clause: str, given: str) -> LprRate:
    plus = _PLUS.search(clause)
    times = _TIMES.findall(clause)
    rest = _PLUS.sub("", clause)
    if len(set(times)) + bool(plus) > 1 or _RATE.search(rest):
        raise fail("claim.rate-ambiguous", given=given)
    _refuse_conditions(clause, given)
    if plus:
        share = _number(plus["percent"] or plus["share"])
        return LprRate(1 + share / 100, given)
    return LprRate(_number(times[0]) if times else Decimal(1), given)


def rate_problem(rate: ContractRate, year_days: int, implausible_year: Decimal) -> Problem | None:
    """``claim.rate-implausible`` for a rate no contract can mean (0.5 for 0.5 %), however it came in."""
    if isinstance(rate, LprRate):
        wrong, shown = not 0 < rate.factor <= 20, f"{plain(rate.factor)} × LPR"
    else:
        year = rate.year_fraction(year_days)
        wrong, shown = not 0 < year <= implausible_year, f"{plain(rate.value * 100)} % / {rate.per}"
    if not wrong:
        return None
    return Problem("claim.rate-implausible", params={"rate": shown, "given": rate.text or shown})


def checked(rate: ContractRate, year_days: int, implausible_year: Decimal) -> ContractRate:
    """``rate``, or an error with :func:`rate_problem`."""
    if problem := rate_problem(rate, year_days, implausible_year):
        raise EvidenceError([problem])
    return rate
