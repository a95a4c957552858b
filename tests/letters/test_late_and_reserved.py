"""What a letter says beside the principal: late charge, parts held back, waivers, corrections, money to the good."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from late_samples import (
    claim_of_events,
    correction,
    everything,
    hold,
    late_office,
    payment,
    waiver,
)
from letter_samples import AS_OF, LOCALES, account, charge, context, office, quarters, yuan

from evidence.claim.plan import equal_plan
from evidence.claim.words import parse_rmb_words
from evidence.errors import EvidenceError
from evidence.letters.context import LateCharge, LetterContext
from evidence.letters.convert import open_converter, page_count, page_text, text_in_stamp_areas
from evidence.letters.engine import check_variables, compile_template, document_text
from evidence.letters.packs import find_pack
from evidence.model.events import HoldReason
from evidence.model.letter import CLAIMING, Fact, LegalEffect, LetterKind
from evidence.model.period import Period
from evidence.resources import templates_dir

DEMAND, LAWYER, AGREEMENT = LetterKind.DEMAND, LetterKind.LAWYER_LETTER, LetterKind.INSTALMENT_AGREEMENT
REMINDER = LetterKind.REMINDER
STATING = (DEMAND, LAWYER, AGREEMENT)
CONVERTERS = pytest.mark.parametrize(
    "converter", ["builtin", pytest.param("libreoffice", marks=pytest.mark.libreoffice)]
)


def made(kind: LetterKind, locale: str = "zh", *, policy: str = "claim", **changes: Any) -> LetterContext:
    changes.setdefault("office", late_office())
    return context(kind, locale, late_policy=policy, **changes)


def rendered(kind: LetterKind, letter: LetterContext, locale: str = "zh") -> bytes:
    template = find_pack(templates_dir(), "cn", locale).template(kind)
    compiled = compile_template(template.read(), template.name)
    assert check_variables(compiled, letter.values) == ()
    return compiled.render(letter.values, must_appear=letter.must_appear).docx


def said(kind: LetterKind, locale: str = "zh", **changes: Any) -> str:
    return document_text(rendered(kind, made(kind, locale, **changes), locale))


def claimed(count: int, *events: Any, **terms: Any) -> dict[str, Any]:
    home = account(*quarters(count))
    return {"account": home, "claim": claim_of_events(home, *events, **terms)}


# -- the late charge -------------------------------------------------------------------------------------------


def test_one_period_is_claimed_in_the_sentence_of_a_statement_of_claim() -> None:
    """788.34 × 2872 days × 0.0005 = 1132.05624."""
    text = said(DEMAND, **claimed(1))

    assert (
        "贵户并应依据合同第十二条支付违约金：以788.34元为基数，自2019年1月11日起至实际清偿之日止，"
        "按日万分之五计算的违约金（暂计至2026年11月21日为1,132.06元）。" in text
    )
    assert (
        "上述本金与违约金暂计至2026年11月21日，共计人民币1,920.40元（大写：人民币壹仟玖佰贰拾元零肆角）。"
        in text
    )


def test_several_periods_share_a_sentence_and_have_a_column() -> None:
    values = made(DEMAND, **claimed(3)).values
    text = said(DEMAND, **claimed(3))

    assert [line["late"] for line in values["lines"]] == ["1,132.06", "1,096.58", "1,060.71"]
    assert (values["late"]["total"], values["late"]["grand_total"]) == ("3,289.35", "5,654.37")
    assert (
        "以各期欠付本金为基数，自各期应付日次日起至实际清偿之日止，按日万分之五计算，"
        "暂计至2026年11月21日合计3,289.35元（各期数额见上表）。" in text
    )
    assert "计算基数" not in text


@pytest.mark.parametrize("kind", [DEMAND, LAWYER])
def test_the_stated_charge_is_demanded_with_effect_on_its_own_limitation(kind: LetterKind) -> None:
    assert "构成对上列各期物业费及违约金的催告" in said(kind, **claimed(3))
    assert "构成对上列各期物业费的催告" in said(kind, policy="reserve")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", STATING)
def test_sum_in_figures_and_in_words_agree_with_late_charge(kind: LetterKind, locale: str) -> None:
    late = made(kind, locale, **claimed(12)).values["late"]

    assert parse_rmb_words(late["grand_total_words"]).grouped == late["grand_total"]


def test_what_a_column_cannot_carry_has_a_table_with_base_first_day_and_days() -> None:
    """A part payment of 300.00 on 1 March 2026: from the next day the charge runs on what is left."""
    late = made(DEMAND, **claimed(2, payment(1, "300"))).values["late"]

    assert (late["column"], late["table"], late["exceptions"]) == (False, True, True)
    assert late["lines"][1] == {
        "item": "物业费",
        "period_lines": ["2019年4月至6月"],
        "base": "分段计算",
        "start": "2019年4月11日",
        "rate": "",
        "days": "2782",
        "amount": "1,056.83",
        "note": "2019年4月11日至2026年3月1日以788.34元为基数，计2517天；"
        "2026年3月2日至2026年11月21日以488.34元为基数，计265天",
    }
    first, rest = Decimal("788.34") * 2517 * Decimal("0.0005"), Decimal("488.34") * 265 * Decimal("0.0005")
    assert (round(first, 5), round(first + rest, 2)) == (Decimal("992.12589"), Decimal("1056.83"))


def test_a_payment_of_the_last_day_leaves_a_row_that_computes() -> None:
    """788.34 × 2782 days × 0.0005 = 1096.58094; what the payment left bears nothing yet and is told below."""
    late = made(DEMAND, **claimed(2, payment(1, "300", AS_OF))).values["late"]

    row = late["lines"][1]
    assert (row["base"], row["start"], row["days"], row["amount"]) == (
        "788.34",
        "2019年4月11日",
        "2782",
        "1,096.58",
    )
    assert row["note"] == "自2026年11月22日起尚欠本金为488.34元"


@pytest.mark.parametrize("day", [date(2026, 3, 1), AS_OF])
def test_one_period_on_more_than_one_principal_has_its_table_too(day: date) -> None:
    late = made(DEMAND, **claimed(1, payment(0, "300", day))).values["late"]

    assert (late["sentence"], late["table"], late["exceptions"]) == ("", True, True)


def test_past_six_stretches_a_row_tells_what_the_earlier_ones_came_to() -> None:
    paid = [replace(payment(1, "10", date(2026, month, 1)), id=f"样本-{month}") for month in range(1, 7)]

    def note(count: int) -> str:
        line = made(DEMAND, **claimed(2, *paid[:count])).values["late"]["lines"][1]
        return str(line["note"])

    assert note(5).count("为基数") == 6
    assert note(6).startswith("先后尚欠的本金不同，其中2026年6月2日之前以当时尚欠的本金为基数已发生")
    assert note(6).endswith("自2026年6月2日起以728.34元为基数，计173天")


@pytest.mark.parametrize(
    ("events", "note"),
    [
        ((payment(1, "788.34"),), "计至2026年3月1日，本期本金已付清"),
        ((waiver(1, "88.34"),), "2019年4月11日至2026年2月1日以788.34元为基数，计2489天；"),
    ],
    ids=["paid-too-late", "waived-in-part"],
)
def test_what_sets_a_line_apart_stands_below_it(events: tuple[Any, ...], note: str) -> None:
    assert f"注：{note}" in said(DEMAND, **claimed(3, *events))


def test_a_charge_that_is_paid_too_late_is_claimed_though_its_principal_is_not() -> None:
    values = made(DEMAND, **claimed(2, payment(1, "788.34"))).values

    assert [line["period"] for line in values["lines"]] == ["2019年1月至3月"]
    assert [line["period_lines"] for line in values["late"]["lines"]] == [
        ["2019年1月至3月"],
        ["2019年4月至6月"],
    ]


def test_a_cap_is_said() -> None:
    reached = said(DEMAND, **claimed(2, cap_at_principal=True))
    assert "注：已达欠付本金的数额，不再增加" in reached
    assert "按日万分之五（以不超过欠付本金为限）计算" in reached


@pytest.mark.parametrize("kind", STATING)
@pytest.mark.parametrize(
    ("locale", "limit"), [("zh", "以不超过欠付本金为限"), ("zh-Hant", "以不超過欠付本金為限")]
)
def test_a_claim_that_runs_on_says_the_contracts_cap_before_it_is_reached(
    kind: LetterKind, locale: str, limit: str
) -> None:
    for count in (1, 2):
        told = {"cap_at_principal": True, "clause": "日万分之零点一"}
        assert limit in said(kind, locale, **claimed(count, **told))
        assert limit not in said(kind, locale, **claimed(count, clause="日万分之零点一"))


def test_the_rate_of_the_day_of_breach_is_given_with_each_period() -> None:
    early = (
        charge(Period.months(2023, 1, 2023, 3), due=date(2023, 1, 10)),
        charge(Period.months(2024, 1, 2024, 3), due=date(2024, 1, 10)),
    )
    home = account(*early)
    claim = claim_of_events(home, clause="LPR的1.3倍")
    late = made(DEMAND, account=home, claim=claim).values["late"]

    assert late["rate"] == "各期逾期首日的一年期贷款市场报价利率（LPR）的1.3倍"
    assert [line["rate"] for line in late["lines"]] == ["年利率4.745%", "年利率4.485%"]
    assert "年利率4.745%" in said(DEMAND, account=home, claim=claim)


@pytest.mark.parametrize("kind", STATING)
@pytest.mark.parametrize("locale", LOCALES)
def test_without_a_clause_the_loss_is_claimed_and_called_so(kind: LetterKind, locale: str) -> None:
    home = account(charge(Period.months(2023, 1, 2023, 3), due=date(2023, 1, 10)))
    claim = claim_of_events(home, clause=None)

    text = said(kind, locale, account=home, claim=claim, office=office())

    assert re.search("逾期付款损失：以788.34元|逾期付款損失：以788.34元", text)
    assert not re.search("违约金|違約金|滞纳金|滯納金", text)


def test_the_reference_figure_is_not_for_a_letter() -> None:
    home = account(charge(Period.months(2023, 1, 2023, 3), due=date(2023, 1, 10)))
    claim = claim_of_events(home)
    assert claim.late is not None
    assert claim.late.reference is not None

    for kind in CLAIMING:
        assert claim.late.reference.grouped not in said(kind, account=home, claim=claim)


@pytest.mark.parametrize("kind", CLAIMING)
@pytest.mark.parametrize("policy", ["reserve", "none"])
def test_a_sum_is_stated_only_by_policy(kind: LetterKind, policy: str) -> None:
    letter = made(kind, policy=policy, **claimed(3))
    text = document_text(rendered(kind, letter))

    assert letter.values["late"]["claimed"] is False
    assert "3,289.35" not in text
    assert not [fact.name for fact in letter.facts if fact.name.startswith("late")]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", [REMINDER, DEMAND, LAWYER])
def test_an_office_that_claims_none_says_nothing_of_it(kind: LetterKind, locale: str) -> None:
    for bureau in (office(), late_office()):
        text = said(kind, locale, policy="none", office=bureau, effect=LegalEffect.DEMAND)
        # 违约责任 stands in the quoted article, on paying the fee itself.
        assert not re.search("违约金|違約金|逾期付款(损失|損失|的)", text)


def test_an_agreement_is_not_silent_even_then() -> None:
    assert "甲方保留依据物业服务合同和法律规定就上述本金主张逾期付款违约金的权利" in said(
        AGREEMENT, policy="none"
    )


def test_a_reminder_names_no_late_charge_whatever_the_policy() -> None:
    assert "违约金" not in said(REMINDER, **claimed(3))


def test_an_agreement_keeps_or_gives_up_the_stated_sum_in_so_many_words() -> None:
    kept = said(AGREEMENT, **claimed(3))
    waived = said(AGREEMENT, late_charge=LateCharge.WAIVED_ON_PERFORMANCE, **claimed(3))

    assert "上述违约金不计入本协议的分期款项；所列为暂计数额，不影响违约金按上述方式计至实际清偿之日" in kept
    assert "甲方免除上述违约金" in waived
    assert "甲方保留" not in waived


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("count", [1, 3])
def test_what_an_agreement_restates_is_a_sum_in_the_instalments_and_runs_on_no_further(
    count: int, locale: str
) -> None:
    stated = claimed(count)
    both = stated["claim"].grand_total
    text = said(
        AGREEMENT,
        locale,
        late_charge=LateCharge.RESTATED,
        plan=equal_plan(both, 3, date(2026, 12, 31)),
        **stated,
    )
    assert not re.search("至实际清偿之日|至實際清償之日|暂计|暫計|甲方免除|不计入|不計入", text)
    assert re.search("(本金付清后|本金付清後)抵充", text)
    assert text.count(both.grouped) == 2  # agreed on, and under the instalments


def test_an_agreement_restates_nothing_that_it_does_not_state() -> None:
    """Instalments of the principal alone, and a late charge that is only reserved."""
    for changes in ({"policy": "claim"}, {"policy": "reserve"}):
        with pytest.raises(EvidenceError) as caught:
            made(AGREEMENT, late_charge=LateCharge.RESTATED, **claimed(3), **changes)
        code = "letters.plan-differs" if changes["policy"] == "claim" else "letters.late-not-restated"
        assert [problem.code for problem in caught.value.problems] == [code]


@pytest.mark.parametrize("kind", STATING)
def test_a_sum_that_cannot_be_figured_stops_the_letter_for_this_owner_only(kind: LetterKind) -> None:
    """The rate table ends on 2025-05-20; an LPR clause breached after it has no figure."""
    home = account(charge(Period.months(2026, 1, 2026, 3), due=date(2026, 1, 10)))
    claim = claim_of_events(home, clause="LPR的1.3倍")

    with pytest.raises(EvidenceError) as caught:
        made(kind, account=home, claim=claim)

    assert [problem.code for problem in caught.value.problems] == ["letters.late-unknown"]
    assert caught.value.exit_code == 4
    assert made(REMINDER, account=home, claim=claim).values["late"]["claimed"] is False


def test_nothing_accrued_is_reserved_and_not_claimed_as_nothing() -> None:
    home = account(charge(Period.months(2025, 1, 2025, 3)))  # no due date, so no first day of delay

    late = made(DEMAND, account=home, claim=claim_of_events(home)).values["late"]

    assert (late["claimed"], late["reserved"]) == (False, True)


# -- what is held back -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "because"),
    [
        (HoldReason.AMOUNT_DISPUTED, "（因对金额有异议，有待核实）"),
        (HoldReason.SERVICE_COMPLAINT, "（因对服务有意见，有待核实处理）"),
        (HoldReason.HARDSHIP, "（因支付存在实际困难，有待协商）"),
        (HoldReason.FORGOT, ""),
        (HoldReason.REFUSES, ""),
    ],
)
def test_a_demand_names_what_it_leaves_out_and_reserves_the_right_to_it(
    reason: HoldReason, because: str
) -> None:
    text = said(DEMAND, policy="reserve", **claimed(3, hold(reason, 1), late=False))

    assert (
        f"另有2019年4月至6月物业费788.34元{because}，未计入上列欠付金额，本通知暂不主张。"
        "暂不主张不构成对该部分款项的放弃或者减免，我司保留依法主张的权利。" in text
    )
    assert "1,576.68元" in text


def test_a_reminder_stays_warm_and_a_lawyer_letter_speaks_for_the_client() -> None:
    held = claimed(3, hold(HoldReason.AMOUNT_DISPUTED, 1, "100"), late=False)

    warm, formal, lawyer = (
        said(REMINDER, policy="reserve", **held),
        said(REMINDER, policy="reserve", effect=LegalEffect.DEMAND, **held),
        said(LAWYER, policy="reserve", **held),
    )

    assert "另有2019年4月至6月物业费中的100.00元（因对金额有异议，有待核实），暂未列入本提示的金额" in warm
    assert "放弃" not in warm
    assert "暂未列入不构成放弃或者减免。" in formal
    assert "本函暂不主张" in lawyer
    assert "委托人保留依法主张的权利" in lawyer


def test_several_parts_are_grouped_by_ground_and_summed() -> None:
    values = made(
        DEMAND,
        policy="reserve",
        **claimed(6, hold(HoldReason.HARDSHIP, 1, count=2), hold(HoldReason.REFUSES, 4, "5"), late=False),
    ).values

    assert values["reserved_listing"] == (
        "2019年4月至6月物业费788.34元、2019年7月至9月物业费788.34元（均因支付存在实际困难，有待协商）；"
        "2020年1月至3月物业费中的5.00元"
    )
    assert (values["reserved_total"], values["reserved_table"]) == ("1,581.68", False)


def test_more_than_four_parts_stand_in_a_table() -> None:
    letter = made(
        DEMAND, policy="reserve", **claimed(12, hold(HoldReason.AMOUNT_DISPUTED, 2, count=5), late=False)
    )
    text = document_text(rendered(DEMAND, letter))

    assert letter.values["reserved_table"] is True
    assert "另有下列款项共计3,941.70元，未计入上列欠付金额" in text
    assert text.count("对金额有异议，有待核实") == 5


def test_held_parts_bear_no_late_charge_in_the_letter() -> None:
    """200.00 of 788.34 are held: the charge runs on 588.34 from the first day (588.34 × 2781 × 0.0005)."""
    late = made(DEMAND, **claimed(2, hold(HoldReason.SERVICE_COMPLAINT, 1, "200"))).values["late"]

    assert [line["base"] for line in late["lines"]] == ["788.34", "588.34"]


def test_an_account_with_nothing_held_says_nothing_of_it() -> None:
    for kind in CLAIMING:
        text = said(kind)
        assert not re.search(
            "暂不主张|暂未列入|不包含在本协议之内|结余|减免|更正", text.replace("双方同意减免的", "")
        )


# -- waived, corrected, to the good ----------------------------------------------------------------------------


def cells(values: dict[str, Any], *names: str) -> list[Decimal]:
    return [Decimal(values[name].replace(",", "")) for name in names]


def test_billed_less_waived_paid_and_held_is_what_is_owed_on_each_line_and_below() -> None:
    home, claim = everything()
    values = made(DEMAND, account=home, claim=claim).values

    for line in values["lines"]:
        billed, waived, paid, held, owed = cells(line, "billed", "waived", "paid", "held", "outstanding")
        assert billed - waived - paid - held == owed
    billed, waived, paid, held, owed = cells(
        values, "billed_total", "waived_total", "paid_total", "held_total", "total"
    )
    assert billed - waived - paid - held == owed
    assert values["corrections"] == [
        {"item": "物业费", "period": "2020年1月至3月", "before": "788.34", "after": "738.34"}
    ]


@pytest.mark.parametrize(
    ("events", "columns"),
    [
        ((), ["应付", "已付", "欠付"]),
        ((waiver(1, "8.34"),), ["应付", "减免", "已付", "欠付"]),
        ((hold(HoldReason.HARDSHIP, 1, "8.34"),), ["应付", "已付", "暂不主张", "欠付"]),
        (
            (waiver(1, "8.34"), hold(HoldReason.HARDSHIP, 2, "8.34")),
            ["应付", "减免", "已付", "暂不主张", "欠付"],
        ),
    ],
    ids=["plain", "waived", "held", "both"],
)
def test_a_column_is_there_only_where_it_has_something_to_say(
    events: tuple[Any, ...], columns: list[str]
) -> None:
    text = said(DEMAND, policy="reserve", **claimed(4, *events, late=False))

    (head,) = [line.split("\t") for line in text.split("\n") if "\t应付日\t" in line]
    assert head[head.index("应付日") + 1 :] == columns


def test_a_correction_is_told() -> None:
    text = said(DEMAND, policy="reserve", **claimed(2, correction(1, "-88.34"), late=False))

    assert "上列2019年4月至6月物业费原账单金额为788.34元，现更正为700.00元。" in text


@pytest.mark.parametrize("kind", CLAIMING)
def test_money_to_the_good_is_named_without_deciding_what_it_is_for(kind: LetterKind) -> None:
    given = claimed(2, late=False)
    claim = replace(given["claim"], credit=yuan("66.60"))

    text = said(kind, policy="reserve", account=given["account"], claim=claim)

    assert "另有结余款项66.60元，未计入上列金额" in text


# -- what is sealed and checked --------------------------------------------------------------------------------


def test_the_late_charge_and_what_is_held_are_among_the_facts() -> None:
    letter = made(DEMAND, **claimed(3, hold(HoldReason.AMOUNT_DISPUTED, 1)))

    assert letter.facts[4:] == (
        Fact("total", "CNY 1576.68"),
        Fact("late.total", "CNY 2192.77"),
        Fact("late.to", "2026-11-21"),
        Fact("late.rate", "0.05%/day"),
        Fact("reserved.1", "2019-04/2019-06 物业费 CNY 788.34"),
        Fact("pay_by", "2026-12-11"),
    )


@pytest.mark.parametrize("kind", CLAIMING)
def test_facts_are_the_same_in_both_scripts_with_everything_at_once(kind: LetterKind) -> None:
    home, claim = everything()
    zh, hant = (made(kind, locale, account=home, claim=claim).facts for locale in LOCALES)

    assert zh == hant


@pytest.mark.parametrize(("clause", "rate"), [("年利率6%", "6%/year"), ("LPR的1.3倍", "1.3 LPR")])
def test_a_rate_is_sealed_in_machine_form(clause: str, rate: str) -> None:
    home = account(charge(Period.months(2023, 1, 2023, 3), due=date(2023, 1, 10)))

    facts = made(DEMAND, account=home, claim=claim_of_events(home, clause=clause)).facts

    assert Fact("late.rate", rate) in facts


def test_the_letter_has_to_show_the_sums_and_what_it_leaves_out() -> None:
    letter = made(DEMAND, **claimed(3, hold(HoldReason.AMOUNT_DISPUTED, 1, "123.45")))
    late = letter.values["late"]

    assert {late["total"], late["grand_total"], "123.45"} <= set(letter.must_appear)


# -- on the page -----------------------------------------------------------------------------------------------


@CONVERTERS
@pytest.mark.parametrize("locale", LOCALES)
def test_everything_at_once_leaves_the_places_of_the_stamp_free(converter: str, locale: str) -> None:
    home, claim = everything()
    many = claimed(12, hold(HoldReason.SERVICE_COMPLAINT, 2, count=6))
    docs = [
        rendered(kind, made(kind, locale, **given), locale)
        for kind in CLAIMING
        for given in ({"account": home, "claim": claim}, many)
    ]
    with open_converter(converter, locale, prefer_installed=False) as engine:
        created = datetime(2026, 11, 21, tzinfo=UTC)
        pdfs = engine.convert(docs, created=created, nonces=[bytes([n]) * 16 for n in range(len(docs))])

    assert [text_in_stamp_areas(pdf) for pdf in pdfs] == [()] * len(docs)


@CONVERTERS
def test_six_lines_with_late_charge_take_no_more_pages_and_thirty_repeat_the_head(converter: str) -> None:
    docs = [rendered(DEMAND, made(DEMAND, **claimed(count))) for count in (6, 30)]
    with open_converter(converter, "zh", prefer_installed=False) as engine:
        created = datetime(2026, 11, 21, tzinfo=UTC)
        short, long = engine.convert(docs, created=created, nonces=[bytes(16), bytes([1]) * 16])

    assert page_count(short) == 2
    pages = ["".join(text.split()) for text in page_text(long)]
    assert ["欠付违约金" in text for text in pages[:2]] == [True, True]
    assert "41,962.55" in "".join(pages)
