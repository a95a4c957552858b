"""What a letter says: figures, dates and names from the claim, sentences from the law pack, nothing of its own."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from letter_samples import AS_OF, LOCALES, PRIOR, account, charge, context, office, quarters, yuan

from evidence.claim.plan import equal_plan
from evidence.claim.statement import Claim
from evidence.claim.words import parse_rmb_words
from evidence.errors import EvidenceError, spec_of
from evidence.letters.charges import ChargeMix, mix_of
from evidence.letters.context import LateCharge, law_keys, required_fields
from evidence.model.account import Premises
from evidence.model.letter import CLAIMING, Fact, LegalEffect, LetterKind
from evidence.model.office import BankAccount, Contract, Creditor, Office
from evidence.model.period import Period

KINDS = list(CLAIMING)
DEMAND, AGREEMENT = LetterKind.DEMAND, LetterKind.INSTALMENT_AGREEMENT


def codes(caught: pytest.ExceptionInfo[EvidenceError]) -> list[str]:
    return [problem.code for problem in caught.value.problems]


def test_a_line_shows_item_period_due_date_and_the_three_sums() -> None:
    owed = charge(Period.months(2025, 10, 2025, 12), billed="1409.5", paid="100", due=date(2025, 10, 10))

    values = context(DEMAND, account=account(owed)).values

    assert values["lines"] == [
        {
            "number": "1",
            "item": "物业费",
            "period": "2025年10月至12月",
            "period_lines": ["2025年10月至12月"],
            "due": "2025年10月10日",
            "billed": "1,409.50",
            "waived": "0.00",
            "paid": "100.00",
            "held": "0.00",
            "outstanding": "1,309.50",
            "late": "",
        }
    ]
    assert (values["total"], values["total_words"]) == ("1,309.50", "人民币壹仟叁佰零玖元伍角")
    assert (values["as_of"], values["pay_by"]) == ("2026年11月21日", "2026年12月11日")


@pytest.mark.parametrize(
    ("period", "lines"),
    [
        (Period.months(2025, 3, 2025, 3), ["2025年3月"]),
        (Period.months(2025, 1, 2025, 12), ["2025年1月至12月"]),
        (Period.months(2024, 7, 2025, 6), ["2024年7月", "至2025年6月"]),
        (Period(date(2025, 1, 15), date(2025, 3, 9)), ["2025年1月15日", "至2025年3月9日"]),
    ],
)
def test_a_period_too_long_for_its_column_comes_in_two_lines(period: Period, lines: list[str]) -> None:
    line = context(DEMAND, account=account(charge(period))).values["lines"][0]

    assert line["period_lines"] == lines
    assert line["period"] == "".join(lines)


def test_a_charge_without_due_date_says_so_and_how_it_was_counted() -> None:
    home = account(charge(Period.months(2025, 1, 2025, 3)))
    zh, hant = (context(DEMAND, locale, account=home).values for locale in LOCALES)

    assert (zh["lines"][0]["due"], hant["lines"][0]["due"]) == ("未载明，按期末计", "未載明，按期末計")
    assert zh["due_unknown"] is True
    assert context(DEMAND).values["due_unknown"] is False


# -- property fees and other charges ---------------------------------------------------------------------------

QUARTER = Period.months(2025, 1, 2025, 3)


@pytest.mark.parametrize(
    ("items", "property_fee", "other"),
    [
        (("物业费",), True, False),
        (("物业服务费", "物业管理费", "物業費"), True, False),
        ((" 物业 费 ",), True, False),
        (("物业费", "车位费"), True, True),
        (("公摊水电费",), False, True),
        (("物业费滞纳金",), False, True),  # contains the word, is another thing
    ],
)
def test_what_is_a_property_fee_is_known_by_its_name(
    items: tuple[str, ...], property_fee: bool, other: bool
) -> None:
    home = account(*(charge(QUARTER, item=item) for item in items))

    charges = context(DEMAND, account=home).values["charges"]

    assert (charges["property_fee"], charges["other"]) == (property_fee, other)


def test_a_jurisdiction_without_a_table_knows_no_property_fee() -> None:
    assert mix_of(["物业费"], "tw") is ChargeMix.OTHER
    assert mix_of([], "cn") is ChargeMix.PROPERTY_FEE


@pytest.mark.parametrize(
    ("items", "title", "short"),
    [
        (("物业费",), "催交物业费通知书", "物业费"),
        (("物业费", "车位费"), "催交物业费通知书", "应付费用"),
        (("公摊水电费",), "催交费用通知书", "费用"),
    ],
)
def test_title_and_sentences_name_what_is_claimed(items: tuple[str, ...], title: str, short: str) -> None:
    values = context(DEMAND, account=account(*(charge(QUARTER, item=item) for item in items))).values

    assert values["title"] == title
    assert values["doc"]["title"] == f"{title} 〔2026〕催字第0001号"
    assert f"对上列各期{short}的催告" in values["law"]["demand_effect"]


def test_no_placeholder_is_left_in_a_sentence() -> None:
    for locale in LOCALES:
        assert not [text for text in context(DEMAND, locale).values["law"].values() if "{" in text]


@pytest.mark.parametrize("kind", [DEMAND, LetterKind.LAWYER_LETTER])
def test_each_wording_asks_for_its_own_sentences_of_law(kind: LetterKind) -> None:
    def keys(mix: ChargeMix, late: bool) -> set[str]:
        return set(law_keys(kind, formal=True, late_clause=late, mix=mix))

    plain, mixed, other = (keys(mix, True) for mix in ChargeMix)

    assert mixed == plain | other
    assert plain - other == {"demand_quote" if kind is DEMAND else "fee_quote"}
    assert other - plain == {"contract_quote" if kind is DEMAND else "performance_quote"}
    assert {key for key in keys(ChargeMix.OTHER, False) if "consequence" in key} == {
        f"{'demand' if kind is DEMAND else 'lawyer'}_consequence_no_late_clause"
    }


# -- layout and facts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sum_", "wide"), [("99999.99", False), ("100000.00", True)])
def test_the_small_table_is_for_sums_that_the_normal_one_would_break(sum_: str, wide: bool) -> None:
    home = account(charge(Period.months(2025, 1, 2025, 3), billed=sum_))

    assert context(DEMAND, account=home).values["wide_amounts"] is wide


@pytest.mark.parametrize("kind", KINDS)
def test_the_facts_are_the_same_in_both_scripts(kind: LetterKind) -> None:
    simplified, traditional = (context(kind, locale).facts for locale in LOCALES)

    assert simplified == traditional


def test_facts_are_in_machine_form_and_in_order() -> None:
    home = account(*quarters(2))

    assert context(DEMAND, account=home).facts == (
        Fact("premises", "样本花园1栋2单元301室"),
        Fact("addressee", "张样本"),
        Fact("period.1", "2019-01/2019-03 物业费 CNY 788.34"),
        Fact("period.2", "2019-04/2019-06 物业费 CNY 788.34"),
        Fact("total", "CNY 1576.68"),
        Fact("pay_by", "2026-12-11"),
    )


def test_an_agreement_states_its_instalments_and_no_day_to_pay_the_whole() -> None:
    names = [fact.name for fact in context(AGREEMENT, account=account(*quarters(1))).facts]

    assert names == [
        "premises",
        "addressee",
        "period.1",
        "total",
        "instalment.1",
        "instalment.2",
        "instalment.3",
    ]


@pytest.mark.parametrize("name", ["于样本", "范样本", "余样本", "丑样本", "后样本", "干樣本", "游錫樣"])
def test_names_and_rooms_are_never_converted(name: str) -> None:
    home = account(name=name, estate="复兴里样本苑")

    values = context(DEMAND, "zh-Hant", account=home).values

    assert values["debtor"]["name"] == name
    assert values["premises"]["full"] == "复兴里样本苑1栋2单元301室"


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in leaves(item)]
    return [value]


@pytest.mark.parametrize("kind", KINDS)
def test_templates_get_plain_text_and_truth_values_only(kind: LetterKind) -> None:
    assert {type(leaf) for leaf in leaves(context(kind, history=PRIOR).values)} <= {str, bool}


def test_sum_in_figures_and_in_words_agree() -> None:
    for locale in LOCALES:
        values = context(DEMAND, locale).values
        assert parse_rmb_words(values["total_words"]).grouped == values["total"]


def test_document_properties_name_no_person() -> None:
    doc = context(LetterKind.LAWYER_LETTER).values["doc"]

    assert doc == {
        "title": "律师函 〔2026〕律函字第0001号",
        "identifier": "00" * 16,
        "language": "zh-Hans-CN",
        "created": "2026-11-21T02:00:00Z",
    }
    assert context(DEMAND, "zh-Hant").values["doc"]["language"] == "zh-Hant-CN"


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        context(DEMAND, doc_created=datetime(2026, 11, 21))


@pytest.mark.parametrize(
    ("written", "title"),
    [("前期物业服务合同", "《前期物业服务合同》"), ("《物业服务合同》", "《物业服务合同》")],
)
def test_the_contract_has_its_title_marks_once(written: str, title: str) -> None:
    bureau = office(contract=Contract(written, "2019年夏", "第六条", "第七条", price="2.80元"))

    contract = context(DEMAND, office=bureau).values["contract"]

    assert contract["title"] == title
    assert contract["signed_on"] == "2019年夏"  # what is no ISO date is printed as written
    assert context(DEMAND).values["contract"]["signed_on"] == "2019年6月1日"


def test_service_address_is_the_home_unless_another_is_known() -> None:
    bureau = office(
        contract=Contract("合同", "2019", "一", "二", price="三", estate_address="样本市样本路100弄")
    )

    values = context(DEMAND, office=bureau, account=account()).values

    assert values["debtor"]["service_address"] == "样本市样本路100弄样本花园1栋2单元301室"


def test_area_is_taken_from_the_claimed_charges_and_left_out_where_unknown() -> None:
    from dataclasses import replace

    first, second = quarters(2)
    bare = account(replace(first, area=None))
    grown = account(first, replace(second, area=Decimal("100.10")))

    assert context(DEMAND, account=bare).values["premises"]["area"] == ""
    assert context(DEMAND, account=grown).values["premises"]["area"] == "93.85、100.10"


def test_ways_to_pay_over_several_lines_become_one() -> None:
    bureau = office(bank=BankAccount("甲", "乙", "丙", "前台现金\n\n  小程序 "))

    assert context(DEMAND, office=bureau).values["bank"]["other_ways"] == "前台现金；小程序"


# -- what must appear ------------------------------------------------------------------------------------------


def test_a_demand_must_show_every_period_the_sum_the_day_and_the_account() -> None:
    shown = context(DEMAND, account=account(charge(Period.months(2024, 7, 2025, 6)))).must_appear

    for text in (
        "〔2026〕催字第0001号",
        "张样本",
        "样本花园1栋2单元301室",
        "适用法律：中华人民共和国法律。",
        "2024年7月",
        "至2025年6月",
        "788.34",
        "人民币柒佰捌拾捌元叁角肆分",
        "2026年12月11日",
        "6222000000000000",
    ):
        assert text in shown


def test_a_courtesy_note_must_show_less_and_one_with_effect_as_much_as_a_demand() -> None:
    courtesy = context(LetterKind.REMINDER, effect=LegalEffect.REMINDER)
    formal = context(LetterKind.REMINDER, effect=LegalEffect.DEMAND)

    assert "2026年12月11日" not in courtesy.must_appear
    assert {"2026年12月11日", "6222000000000000"} < set(formal.must_appear)
    assert (courtesy.values["formal"], formal.values["formal"]) == (False, True)


def test_a_lawyer_letter_must_name_firm_number_lawyer_and_licence() -> None:
    shown = context(LetterKind.LAWYER_LETTER).must_appear

    assert {"样本律师事务所", "（2026）沪样律函字第1号", "赵样本", "13101202000000000"} < set(shown)


def test_an_agreement_must_show_every_instalment() -> None:
    agreement = context(AGREEMENT, account=account(charge(Period.months(2025, 1, 2025, 3), billed="100")))

    assert {"2026年12月31日", "33.33", "2027年2月28日", "33.34"} < set(agreement.must_appear)


def test_late_charge_is_reserved_unless_waived_on_purpose() -> None:
    waived = context(AGREEMENT, late_charge=LateCharge.WAIVED_ON_PERFORMANCE)

    assert context(AGREEMENT).values["late_charge_waived"] is False
    assert waived.values["late_charge_waived"] is True


def test_an_earlier_demand_without_proof_of_arrival_says_only_that_it_was_sent() -> None:
    history = context(LetterKind.LAWYER_LETTER, history=PRIOR).values["history"]

    assert [row["delivered_on"] for row in history] == ["2026年9月5日", ""]


# -- what is refused -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "missing"), [(kind, n) for kind, n in zip(KINDS, (7, 13, 19, 10), strict=True)]
)
def test_all_empty_fields_are_named_at_once(kind: LetterKind, missing: int) -> None:
    problems = required_fields(kind, Office("cn", "zh"))

    assert len(problems) == missing
    assert {problem.code for problem in problems} == {"letters.office-incomplete"}
    assert all(problem.where.part == problem.params["key"] for problem in problems)
    assert spec_of("letters.office-incomplete").exit == 2


def test_a_field_of_blanks_is_empty() -> None:
    bureau = office(creditor=Creditor("样本", "91310000MA1FL00000", " ", "021", "李"))

    assert [p.params["key"] for p in required_fields(DEMAND, bureau)] == ["creditor.address"]


def test_only_the_lawyer_letter_asks_for_a_law_firm() -> None:
    bureau = office(law_firm=None)

    assert required_fields(DEMAND, bureau) == ()
    assert [p.params["key"] for p in required_fields(LetterKind.LAWYER_LETTER, bureau)] == [
        "law_firm.name",
        "law_firm.mark",
        "law_firm.address",
        "law_firm.phone",
        "law_firm.lawyer",
        "law_firm.licence",
    ]


def test_everything_that_stands_against_a_letter_is_said_together() -> None:
    home = account()
    empty = Claim(home, AS_OF, (), yuan("0"), yuan("0"))

    with pytest.raises(EvidenceError) as caught:
        context(
            AGREEMENT, office=office(bank=BankAccount("甲", "乙", "")), claim=empty, plan=(), law={"x": "y"}
        )

    found = codes(caught)
    assert found[0] == "letters.office-incomplete"
    assert found.count("letters.law-key-missing") == 7
    assert found[-2:] == ["letters.nothing-owed", "letters.plan-missing"]


def test_a_late_clause_makes_its_sentence_necessary() -> None:
    law = {key: "。" for key in context(LetterKind.LAWYER_LETTER).values["law"] if key != "late_charge_quote"}
    clause = Contract("合同", "2019", "第六条", "第七条", "第十二条", price="2.80元")

    context(LetterKind.LAWYER_LETTER, law=law)
    with pytest.raises(EvidenceError) as caught:
        context(LetterKind.LAWYER_LETTER, law=law, office=office(contract=clause))

    assert [p.params["key"] for p in caught.value.problems] == ["late_charge_quote"]


def test_a_plan_that_does_not_add_up_is_refused() -> None:
    with pytest.raises(EvidenceError) as caught:
        context(AGREEMENT, plan=equal_plan(yuan("4730.03"), 3, date(2026, 12, 31)))

    assert codes(caught) == ["letters.plan-differs"]
    assert dict(caught.value.problems[0].params) == {
        "account": account().id,
        "planned": "4730.03",
        "total": "4730.04",
    }


def test_a_sum_without_a_form_in_capitals_is_refused_for_this_owner_only() -> None:
    home = account(charge(Period.months(2025, 1, 2025, 3), billed="1000000000000.00"))

    with pytest.raises(EvidenceError) as caught:
        context(DEMAND, account=home)

    assert codes(caught) == ["letters.amount-unwritable"]
    assert caught.value.exit_code == 4


def test_an_estate_named_only_in_the_configuration_is_used() -> None:
    from dataclasses import replace

    home = replace(account(), premises=Premises("", "1栋", "", "101"))
    bureau = office(contract=Contract("合同", "2019", "一", "二", price="三", estate="样本新村"))

    values = context(DEMAND, account=home, office=bureau).values

    assert values["premises"]["full"] == "样本新村1栋101"
    assert values["contract"]["estate"] == "样本新村"
