"""Reading the rate out of a contract's clause, and refusing to guess it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from claim_material import codes
from hypothesis import given
from hypothesis import strategies as st

from evidence.claim.rate_text import LateRate, LprRate, Per, parse_rate, plain, rate_problem
from evidence.errors import EvidenceError

# The table of daily and yearly rates of the reference note, 365 days.
YEARLY = [
    ("日万分之一", "3.65"), ("日万分之三", "10.95"), ("日万分之五", "18.25"),
    ("日千分之一", "36.5"), ("日千分之三", "109.5"),
]  # fmt: skip
LPR_AT_THREE = [("1", "3", "0.82"), ("1.3", "3.9", "1.07"), ("1.5", "4.5", "1.23"), ("4", "12", "3.29")]


@pytest.mark.parametrize(("clause", "percent"), YEARLY)
def test_a_daily_rate_over_365_days(clause: str, percent: str) -> None:
    rate = parse_rate(clause)
    assert isinstance(rate, LateRate)
    assert rate.year_fraction(365) * 100 == Decimal(percent)


@pytest.mark.parametrize(("times", "percent", "per_ten_thousand"), LPR_AT_THREE)
def test_lpr_of_three_per_cent_times_a_factor(times: str, percent: str, per_ten_thousand: str) -> None:
    rate = parse_rate(f"LPR的{times}倍")
    assert rate == LprRate(Decimal(times), f"LPR的{times}倍")
    year = Decimal("3.0") * Decimal(times)
    assert year == Decimal(percent)
    assert (year * 100 / 365).quantize(Decimal("0.01")) == Decimal(per_ten_thousand)


@pytest.mark.parametrize(
    ("clause", "value", "per"),
    [
        ("每日万分之零点五", "0.00005", "day"), ("日千分之3", "0.003", "day"), ("日0.05%", "0.0005", "day"),
        ("0.05%/日", "0.0005", "day"), ("每日按万分之二点一", "0.00021", "day"), ("按日3‰", "0.003", "day"),
        ("逾期支付的，自逾期之日起每日按应付物业费的万分之五支付违约金", "0.0005", "day"),
        ("按日加收欠费总额千分之三的滞纳金", "0.003", "day"),
        ("逾期按日万分之五，十日内付清", "0.0005", "day"), ("按日万分之五\n十日内付清", "0.0005", "day"),
        ("每逾期一日按应缴费用的３‰", "0.003", "day"),
        ("物业费按月交纳；逾期每日加收万分之五", "0.0005", "day"), ("每日萬分之五", "0.0005", "day"),
        ("应于每月10日前交纳，逾期的每天按万分之五计", "0.0005", "day"),
        ("年利率6%", "0.06", "year"), ("按年利率百分之十五", "0.15", "year"), ("年化４.３５％", "0.0435", "year"),
        ("每日万分之五，即日万分之五", "0.0005", "day"),
    ],
)  # fmt: skip
def test_clauses_as_contracts_write_them(clause: str, value: str, per: str) -> None:
    assert parse_rate(clause) == LateRate(Decimal(value), Per(per), clause)


@pytest.mark.parametrize(
    ("clause", "factor"),
    [
        ("LPR", "1"), ("一年期贷款市场报价利率（LPR）的1.3倍", "1.3"), ("四倍LPR", "4"),
        ("按同期LPR加计50%计算", "1.5"), ("一年期貸款市場報價利率上浮百分之三十", "1.3"),
    ],
)  # fmt: skip
def test_clauses_by_lpr(clause: str, factor: str) -> None:
    assert parse_rate(clause) == LprRate(Decimal(factor), clause)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0.5", "claim.rate-bare"),  # 0.5 % or 50 %? a day or a year?
        ("0.0005", "claim.rate-bare"),
        ("0.5%", "claim.rate-period"),
        ("自逾期之日起按万分之五", "claim.rate-period"),  # 之日 is a date, not "per day"
        ("自2024年1月1日起按5%", "claim.rate-period"),
        ("按欠费的千分之三支付违约金", "claim.rate-period"),
        ("月息2%", "claim.rate-month"),
        ("按月加收百分之一", "claim.rate-month"),
        ("日万分之五，年利率6%", "claim.rate-ambiguous"),
        ("日万分之五，但不超过LPR的四倍", "claim.rate-ambiguous"),
        ("每日10元", "claim.rate-unreadable"),
        ("违约金", "claim.rate-unreadable"),
        ("每日万分之五，自逾期十五日起计", "claim.rate-condition"),  # a later beginning
        ("逾期超过30日的，按日万分之五", "claim.rate-condition"),
        ("宽限期满后按日万分之五", "claim.rate-condition"),
        ("逾期三個月的，每日萬分之五", "claim.rate-condition"),
        ("年利率24%，但不超过本金", "claim.rate-condition"),  # a cap
        ("五年期LPR", "claim.rate-condition"),
        ("五年期以上贷款市场报价利率的1.3倍", "claim.rate-condition"),
        ("一年期LPR加50个基点", "claim.rate-condition"),
        ("LPR+50BP", "claim.rate-condition"),
        ("每日千分之五百", "claim.rate-unreadable"),  # never 千分之五
        ("日万分之五点", "claim.rate-unreadable"),
        ("年利率1,5%", "claim.rate-unreadable"),  # neither 15 % nor 5 %
        ("", "claim.rate-unreadable"),
    ],
)
def test_what_is_not_certain_is_refused_by_name(text: str, code: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        parse_rate(text)
    assert codes(caught.value.problems) == [code]


@pytest.mark.parametrize(
    ("rate", "sound"),
    [
        (LateRate(Decimal("0.003"), Per.DAY), True),
        (LateRate(Decimal("0.01"), Per.DAY), True),
        (LateRate(Decimal("0.5"), Per.DAY), False),  # meant: 0.5 %
        (LateRate(Decimal("0.05"), Per.DAY), False),  # meant: 0.05 %
        (LateRate(Decimal("5"), Per.YEAR), False),  # meant: 5 %
        (LateRate(Decimal("0"), Per.DAY), False),
        (LateRate(Decimal("-0.0005"), Per.DAY), False),
        (LprRate(Decimal("1.5")), True),
        (LprRate(Decimal("150")), False),
    ],
)
def test_a_rate_that_cannot_be_meant(rate: LateRate | LprRate, sound: bool) -> None:
    problem = rate_problem(rate, 365, Decimal("3.65"))
    assert (problem is None) is sound
    assert sound or (problem is not None and problem.code == "claim.rate-implausible")


@given(st.integers(1, 9999), st.sampled_from([100, 1000, 10000, 100000]))
def test_words_of_a_daily_rate_read_back_as_the_rate(count: int, scale: int) -> None:
    rate = LateRate(Decimal(count) / scale / 100, Per.DAY)
    for locale in ("zh", "zh-Hant"):
        back = parse_rate(rate.words(locale))
        assert isinstance(back, LateRate)
        assert (back.value, back.per) == (rate.value, rate.per)


@given(st.decimals(min_value=Decimal("0.01"), max_value=365, places=4))
def test_words_of_a_yearly_rate_read_back_as_the_rate(percent: Decimal) -> None:
    rate = LateRate(percent / 100, Per.YEAR)
    assert rate.words("zh") == f"年利率{plain(percent)}%"
    back = parse_rate(rate.words("zh-Hant"))
    assert isinstance(back, LateRate)
    assert back.value == rate.value
