"""The sentence a claim for late charge is made in, as data and in the words of both scripts.

「以…元为基数，自…起至实际清偿之日止，按…计算的违约金（暂计至…为…元）」: the base is the principal still open, the
charge runs until it is paid, and the sum up to a day is named because the court's form asks for it. Where part
payments changed the base, what accrued before is a fixed sum and only the rest runs on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from evidence.claim.late_charge import ClaimBasis, LateLine, LateRules, LprMode, Segment
from evidence.claim.minor import half_up, of_minor
from evidence.claim.rate_text import LateRate, LprRate, plain
from evidence.model.money import Money
from evidence.model.period import Period, chinese_date

_DAY = timedelta(days=1)
# Both scripts are written out: Mainland law in Traditional characters is not a conversion made at run time.
_WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "penalty": "违约金",
        "loss": "逾期付款损失",
        "runs": "以{base}元为基数，自{start}起至实际清偿之日止，按{rate}计算{limit}的{word}"
        "（暂计至{day}为{amount}元{notes}）",
        "closed": "以{bases}为基数，自{start}起至{day}止，按{rate}计算{limit}的{word}{amount}元{brackets}",
        "one-base": "{sums}元",
        "bases": "先后尚欠的本金{sums}元",
        "limit": "、以不超过欠付本金为限",
        "capped": "，已达欠付本金的数额",
        "fixed": "，其中{day}之前已发生{amount}元",
        "deducted": "，已扣除已付及减免的{amount}元",
        "times": "的{factor}倍",
        "lpr": "同期一年期贷款市场报价利率（LPR）{times}",
        "lpr-on": "{day}一年期贷款市场报价利率（LPR）{percent}%{times}（年利率{year}%）",
        "method": "{word}按单利计算，自应付款日次日起算，计至计算日（含当日）；本金因付款减少的，付款当日仍按"
        "付款前的本金计算，次日起按余额计算；年利率按一年{days}日折算；每一收费期间合计后四舍五入至分，之前不作任何舍入",
        "method-limit": "；每一收费期间的{word}以不超过该期欠付本金为限",
        "mode-fixed": "；适用违约行为发生当日的一年期贷款市场报价利率（LPR）",
        "mode-floating": "；一年期贷款市场报价利率（LPR）有变动的，自变动之日起分段计算",
    },
    "zh-Hant": {
        "penalty": "違約金",
        "loss": "逾期付款損失",
        "runs": "以{base}元為基數，自{start}起至實際清償之日止，按{rate}計算{limit}的{word}"
        "（暫計至{day}為{amount}元{notes}）",
        "closed": "以{bases}為基數，自{start}起至{day}止，按{rate}計算{limit}的{word}{amount}元{brackets}",
        "one-base": "{sums}元",
        "bases": "先後尚欠的本金{sums}元",
        "limit": "、以不超過欠付本金為限",
        "capped": "，已達欠付本金的數額",
        "fixed": "，其中{day}之前已發生{amount}元",
        "deducted": "，已扣除已付及減免的{amount}元",
        "times": "的{factor}倍",
        "lpr": "同期一年期貸款市場報價利率（LPR）{times}",
        "lpr-on": "{day}一年期貸款市場報價利率（LPR）{percent}%{times}（年利率{year}%）",
        "method": "{word}按單利計算，自應付款日次日起算，計至計算日（含當日）；本金因付款減少的，付款當日仍按"
        "付款前的本金計算，次日起按餘額計算；年利率按一年{days}日折算；每一收費期間合計後四捨五入至分，之前不作任何捨入",
        "method-limit": "；每一收費期間的{word}以不超過該期欠付本金為限",
        "mode-fixed": "；適用違約行為發生當日的一年期貸款市場報價利率（LPR）",
        "mode-floating": "；一年期貸款市場報價利率（LPR）有變動的，自變動之日起分段計算",
    },
}


@dataclass(frozen=True, slots=True)
class ClaimSentence:
    """One charge's late charge as claimed, up to ``as_of``.

    ``base`` bears charge from ``runs_from``; ``fixed`` had accrued before that day on larger bases; ``deducted`` was
    paid or waived of it. ``amount`` is what is claimed. ``open_ended`` false: the principal is paid or the cap is
    reached, nothing runs on; then ``bases`` are the principals it ran on, one after the other. ``rate_day``
    and ``rate_percent`` give the LPR of the day of breach, where it is fixed. ``limited``: the contract caps the charge
    at the principal, which the sentence says whether or not the cap is reached (``capped``): a claim that runs on
    without it asks for more than was agreed.
    """

    item: str
    period: Period
    start: date
    base: Money
    runs_from: date
    as_of: date
    fixed: Money
    deducted: Money
    amount: Money
    rate: LateRate | LprRate
    rate_day: date | None
    rate_percent: Decimal | None
    open_ended: bool
    capped: bool
    is_penalty: bool
    limited: bool = False
    bases: tuple[Money, ...] = ()

    def text(self, locale: str) -> str:
        """The sentence without full stop, in ``zh`` or ``zh-Hant``: amounts as ``1,409.50元``, plain dates."""
        words = _WORDS[locale]
        notes = words["capped"] if self.capped else ""
        if self.fixed and self.open_ended:
            notes += words["fixed"].format(day=chinese_date(self.runs_from), amount=self.fixed.grouped)
        if self.deducted:
            notes += words["deducted"].format(amount=self.deducted.grouped)
        return words["runs" if self.open_ended else "closed"].format(
            base=self.base.grouped,
            bases=words["one-base" if len(self.bases) < 2 else "bases"].format(
                sums="元、".join(base.grouped for base in self.bases or (self.base,))
            ),
            start=chinese_date(self.runs_from if self.open_ended else self.start),
            rate=rate_words(self.rate, locale, self.rate_day, self.rate_percent),
            limit=limit_words(locale) if self.limited else "",
            word=words["penalty" if self.is_penalty else "loss"],
            day=chinese_date(self.as_of),
            amount=self.amount.grouped,
            notes=notes,
            brackets=f"（{notes.removeprefix('，')}）" if notes else "",
        )


def rate_words(
    rate: LateRate | LprRate, locale: str, day: date | None = None, percent: Decimal | None = None
) -> str:
    """``日万分之五``; ``2024年2月1日一年期贷款市场报价利率（LPR）3.45%的1.3倍（年利率4.485%）``."""
    if isinstance(rate, LateRate):
        return rate.words(locale)
    words = _WORDS[locale]
    times = "" if rate.factor == 1 else words["times"].format(factor=plain(rate.factor))
    if day is None or percent is None:
        return words["lpr"].format(times=times)
    year = plain(percent * rate.factor)
    return words["lpr-on"].format(day=chinese_date(day), percent=f"{percent:.2f}", times=times, year=year)


def limit_words(locale: str) -> str:
    """That the charge does not exceed the principal, to follow a rate: ``、以不超过欠付本金为限``."""
    return _WORDS[locale]["limit"]


def claim_sentence(line: LateLine, as_of: date, rules: LateRules) -> ClaimSentence | None:
    """The sentence for one line, or ``None`` where nothing is claimed or the figure is not there.

    Raises ``ValueError`` for a line made without its trace: the bases stand in the segments.
    """
    amount, claimed, terms = line.outstanding, line.claimed.amount, line.terms
    if amount is None or claimed is None or not amount or terms.basis is ClaimBasis.NONE:
        return None
    segments = line.claimed.segments
    if not segments:
        raise ValueError("a claim sentence needs the segments of its line")
    rate = _rate_claimed(line, rules)
    runs_from = _runs_from(segments, line.principal, as_of)
    fixed = _accrued_before(segments, runs_from)
    fixed_day = isinstance(rate, LprRate) and terms.mode is LprMode.FIXED
    return ClaimSentence(
        item=line.charge.item,
        period=line.charge.period,
        start=line.start,
        base=line.principal,
        runs_from=runs_from,
        as_of=as_of if line.principal else line.last,
        fixed=fixed,
        deducted=line.paid + line.waived,
        amount=amount,
        rate=rate,
        rate_day=line.start if fixed_day else None,
        rate_percent=rules.rates.reference.on(line.start).percent if fixed_day else None,
        open_ended=bool(line.principal) and not line.claimed.capped,
        capped=line.claimed.capped,
        is_penalty=terms.basis is not ClaimBasis.REFERENCE,
        limited=terms.cap_at_principal,
        bases=tuple(dict.fromkeys(segment.base for segment in segments)),
    )


def _runs_from(segments: tuple[Segment, ...], principal: Money, as_of: date) -> date:
    """The first day that bears charge on the principal still open.

    What fell on the day of calculation itself lowers the principal from the day after: the charge up to
    then is a fixed sum, and nothing has run on the new base yet.
    """
    if segments[-1].base != principal:
        return as_of + _DAY
    return next(segment.first for segment in segments if segment.base == principal)


def _accrued_before(segments: tuple[Segment, ...], day: date) -> Money:
    """What the segments before ``day`` add up to, rounded once; 0.00 if there are none."""
    earlier = [segment for segment in segments if segment.last < day]
    exact = sum((segment.exact for segment in earlier), start=segments[0].exact * 0) * 100
    return of_minor(half_up(exact.numerator, exact.denominator), segments[0].base.currency)


def _rate_claimed(line: LateLine, rules: LateRules) -> LateRate | LprRate:
    terms = line.terms
    if terms.basis is ClaimBasis.REFERENCE:
        return LprRate(terms.claim_factor or rules.rates.late_charge.loss_factor_low)
    rate = terms.own_rate if terms.basis is ClaimBasis.OWN else terms.rate
    assert rate is not None  # a line with a figure has a rate
    return rate


def method_text(rules: LateRules, locale: str, *, reference: bool = True) -> str:
    """How the figures were reckoned, for the foot of the table: simple interest, days, rounding, the cap where the
    contract has one, and of which day the rate is, left out where ``reference`` is false because no figure rests on a
    rate that is published."""
    words, terms = _WORDS[locale], rules.terms
    penalty = words["penalty" if terms.basis is not ClaimBasis.REFERENCE else "loss"]
    text = words["method"].format(word=penalty, days=rules.year_days(terms))
    if terms.cap_at_principal:
        text += words["method-limit"].format(word=penalty)
    return text + (words[f"mode-{terms.mode.value}"] if reference else "") + "。"
