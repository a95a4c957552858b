"""The court's forms as data: the rows a court knows, what fills them, and what is listed when nothing does."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest

from evidence.bundle.forms import FormFacts, FormValues, fill, fitting, load_forms, sum_problems, values_of
from evidence.bundle.forms.demands import delivery_grades, demand_history
from evidence.bundle.forms.facts import (
    AgentFact,
    ContractFact,
    CourtFact,
    DefendantFact,
    DeliveryFact,
    DemandFact,
    Figures,
    LateFact,
    LineFact,
    PlaintiffFact,
    PriceFact,
)
from evidence.bundle.forms.fill import TICKED, UNTICKED, FilledForm
from evidence.bundle.forms.spec import BOX, PLACE, FormBook, RowSpec, parse_forms
from evidence.bundle.rows import Standing
from evidence.cli.bundle import FORM_KINDS
from evidence.model.case import SHAPES, CaseKind
from evidence.model.delivery import Channel, Grade, Outcome
from evidence.model.money import Money
from evidence.model.office import Office
from evidence.model.period import Period
from evidence.resources import _PACKAGE

LAW = Path(__file__).parents[2].parent / "shared" / "law" / "cn.md"
LOCALES = ("zh", "zh-Hant")


def _book() -> FormBook:
    book = load_forms("cn")
    assert book is not None
    return book


BOOK = _book()
EACH_FORM = pytest.mark.parametrize("form", BOOK.forms)


def text_of(paper: FilledForm) -> str:
    lines = [paper.title, paper.subtitle]
    for part in paper.parts:
        lines += [part.head, *part.lines, *part.columns]
        lines += [line for row in part.rows for line in (row.label, *row.lines)]
        lines += [cell for cells in part.cells for cell in cells]
    return "\n".join(lines)


# ── the data ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_command_offers_the_forms_there_are() -> None:
    assert tuple(BOOK.forms) == FORM_KINDS


def test_every_field_says_where_it_is_entered_in_words_that_exist() -> None:
    office = {part.name: part for part in fields(Office)}
    for field in BOOK.fields.values():
        source = field.source
        if not source or source.startswith("evidence deliver"):
            continue
        if source.startswith("evidence.toml "):
            section, _, key = source.removeprefix("evidence.toml ").partition(".")
            assert section in office, field.id
            hint = str(office[section].type)
            assert key in _keys_of(hint), (field.id, hint)
        else:
            kind, _, name = source.partition(".")
            assert SHAPES[CaseKind(kind)].field(name) is not None, field.id


def _keys_of(hint: str) -> set[str]:
    from evidence.model import office

    name = hint.split(" ")[0]
    return {part.name for part in fields(getattr(office, name))}


def test_the_traditional_texts_have_no_simplified_characters() -> None:
    for form in BOOK.forms.values():
        texts = [form.title, form.subtitle, *(part.head for part in form.parts)]
        words = "".join(text["zh-Hant"] for text in texts)
        for part in form.parts:
            words += "".join((*part.text.get("zh-Hant", ()), *part.columns.get("zh-Hant", ())))
            words += "".join(row.label["zh-Hant"] + "".join(row.text["zh-Hant"]) for row in part.rows)
        words += "".join(field.label["zh-Hant"] for field in BOOK.fields.values())
        strange = {c for c in words if "一" <= c <= "鿿" and not c.encode("big5", "ignore")}
        assert not strange, (form.id, strange)


def test_a_file_of_forms_that_asks_for_an_unknown_field_is_no_file_of_forms() -> None:
    text = (_PACKAGE / "bundle" / "forms" / "cn.toml").read_text("utf-8")
    with pytest.raises(ValueError, match=r"nobody declares plaintiff\.fame"):
        parse_forms(text.replace("{plaintiff.registered_at}", "{plaintiff.fame}", 2))
    with pytest.raises(ValueError, match="different fields"):
        parse_forms(text.replace("{claim.total}元", "{claim.fee}元", 1))


def test_there_are_no_forms_for_another_law() -> None:
    assert load_forms("tw") is None


# ── the element form, row by row ────────────────────────────────────────────────────────────────────────────────────

ROWS = {
    "原告（法人、非法人组织）": "plaintiff",
    "委托诉讼代理人": "agent",
    "被告（自然人）": "defendant",
    "第三人（自然人／法人）": "third-person",
    "1. 物业费": "claim-fee",
    "2. 违约金": "claim-late",
    "3. 是否主张诉讼费用": "claim-costs",
    "4. 其他请求": "claim-other",
    "5. 标的总额": "claim-total",
    "1. 有无仲裁、法院管辖约定": "agreed-court",
    "2. 是否已经诉前保全": "preserved",
    "事实与理由 1": "fact-contract",
    "事实与理由 2": "fact-parties",
    "事实与理由 3": "fact-premises",
    "事实与理由 4": "fact-price",
    "事实与理由 5": "fact-term",
    "事实与理由 6": "fact-payment",
    "事实与理由 7": "fact-late",
    "事实与理由 8": "fact-owed",
    "事实与理由 9": "fact-late-owed",
    "事实与理由 10": "fact-demands",
    "事实与理由 11": "fact-other",
    "事实与理由 12": "fact-basis",
    "事实与理由 13": "fact-evidence",
    "对纠纷解决方式的意愿 1": "mediation-known",
    "对纠纷解决方式的意愿 2": "mediation-benefits",
    "对纠纷解决方式的意愿 3": "mediation",
}


def law_rows() -> list[tuple[str, str]]:
    """(row, content) of the table in cn.md 6.2, in order; numbered rows with their block's name."""
    text = LAW.read_text("utf-8")
    start = text.index("| Block | Row | Content |")
    found, block = [], ""
    for line in text[start:].splitlines()[2:]:
        if not line.startswith("|"):
            break
        one, row, content = (cell.strip().replace("*", "") for cell in line.strip("|").split("|"))
        block = one.split(" (")[0].strip() or block
        found.append((f"{block} {row}" if row.isdigit() else row, content))
    return found


# cn.md shortens these two; the form's own words stand on its five copies.
SHORTENED = {
    "可以更换调解组织和调解员": "可以选择更换调解组织和调解员",
    "可申请司法确认具有强制执行效力": "可以依照法律规定申请司法确认具有强制执行效力",
}


def bare(text: str) -> str:
    """Without what a table in Markdown and a form set differently: blanks, colons, brackets, boxes, the year's signs."""
    text = BOX.sub("", PLACE.sub("", text))
    return re.sub(r"[\s　：:；;（）()□／/\"“”、，,.。\d止起至元截欠年月日]|至", "", text)


@pytest.mark.skipif(not LAW.exists(), reason="../shared/law/cn.md is not here")
def test_the_complaint_has_the_rows_of_the_element_form_in_its_order_and_words() -> None:
    told = law_rows()
    assert told[-1][0] == ""  # 落款
    assert [name for name, _ in told[:-1]] == list(ROWS)
    rows = {row.id: row for row in BOOK.forms["complaint"].rows}
    order = [row.id for row in BOOK.forms["complaint"].rows if row.id in ROWS.values()]
    assert order == list(ROWS.values())
    for name, content in told[:-1]:
        row = rows[ROWS[name]]
        words = bare(row.label["zh"] + "".join(row.text["zh"]))
        if not name[-1].isdigit() or name[0].isdigit():
            assert bare(name.replace("／法人", "")) in words, name
        for piece in pieces(content):
            assert SHORTENED.get(piece, piece) in words, (name, piece)


def pieces(content: str) -> list[str]:
    """The words of a row's content that the form has to have, without our remarks in English."""
    content = re.sub(r"— five sub-lines, each|same fields", "；", content)
    content = re.sub(r"\(\d\)", "；", content)
    found = []
    for part in re.split(r"[；;□…]|\s/\s|\(", content):
        piece = bare(part)
        if piece and piece not in ("保密",):
            found.append(piece)
    return found


def test_the_form_keeps_its_head_its_note_and_the_place_to_sign() -> None:
    form = BOOK.forms["complaint"]
    assert (form.title["zh"], form.subtitle["zh"]) == ("民事起诉状", "（物业服务合同纠纷）")
    assert [part.head["zh"] for part in form.parts if part.kind == "table"] == [
        "当事人信息",
        "诉讼请求",
        "约定管辖和诉前保全",
        "事实与理由",
        "对纠纷解决方式的意愿",
    ]
    note = "".join(form.parts[0].text["zh"])
    for words in ("不得改变要素内容、格式设置", "★特别提示★", "虚假诉讼、恶意诉讼、滥用诉权"):
        assert words in note
    assert form.parts[-1].text["zh"][0].startswith("具状人（签字、盖章）：")


def test_a_special_authority_names_the_powers_that_the_law_asks_to_be_named() -> None:
    special = text_of(fill(BOOK, BOOK.forms["authority-special"], FormValues({}), "zh")[0])
    general = text_of(fill(BOOK, BOOK.forms["authority-general"], FormValues({}), "zh")[0])
    for words in ("代为承认、放弃、变更诉讼请求", "进行和解", "提起反诉或者上诉"):  # 民诉法 62(2)
        assert words in special
    assert "无权代为承认、放弃、变更诉讼请求，进行和解，提起反诉或者上诉" in general
    assert "全权" not in special + general  # 解释 89


# ── full and empty ──────────────────────────────────────────────────────────────────────────────────────────────────


def every_value(form: str) -> FormValues:
    """A text for every field; groups of one member that has none of its own."""
    known = {name: f"‹{name}›" for name in BOOK.forms[form].fields()}
    groups: dict[str, tuple[dict[str, str], ...]] = {
        row.each: ({},) for row in BOOK.forms[form].rows if row.each
    }
    groups |= {part.each: ({},) for part in BOOK.forms[form].parts if part.each}
    return FormValues(known, groups)


@EACH_FORM
@pytest.mark.parametrize("locale", LOCALES)
def test_a_full_case_fills_every_place_and_lists_nothing(form: str, locale: str) -> None:
    (paper,) = fill(BOOK, BOOK.forms[form], every_value(form), locale)
    assert paper.blanks == ()
    text = text_of(paper)
    for name in asked_as_text(form):
        assert f"‹{name}›" in text, name


def asked_as_text(form: str) -> set[str]:
    lines = [line for part in BOOK.forms[form].parts for line in part.text.get("zh", ())]
    lines += [line for row in BOOK.forms[form].rows for line in row.text["zh"]]
    return {name for line in lines for name in PLACE.findall(line)}


@EACH_FORM
@pytest.mark.parametrize("locale", LOCALES)
def test_an_empty_case_leaves_every_place_blank_and_lists_it(form: str, locale: str) -> None:
    (paper,) = fill(BOOK, BOOK.forms[form], FormValues({}), locale)
    grids = {
        n
        for part in BOOK.forms[form].parts
        if part.columns
        for t in part.text["zh"]
        for n in PLACE.findall(t)
    }
    only = {n for row in BOOK.forms[form].rows if row.only for n in _row_fields(row)}
    shared = {n for row in BOOK.forms[form].rows if not row.only for n in _row_fields(row)}
    expected = [name for name in BOOK.forms[form].fields() if name not in grids | (only - shared)]
    assert [blank.field for blank in paper.blanks] == expected
    assert all(blank.label == BOOK.fields[blank.field].label[locale] for blank in paper.blanks)
    assert TICKED not in text_of(paper).replace("打“√”", "").replace("打「√」", "")


def _row_fields(row: RowSpec) -> set[str]:
    return {
        match
        for line in row.text["zh"]
        for match in (*PLACE.findall(line), *(b for b, _ in BOX.findall(line)))
    }


@pytest.mark.parametrize(
    "name", ["O'Neil & Søn <样本>", "𠮷野家", "{{ x }}", "{claim.total}", "[claim.costs=yes]"]
)
def test_odd_names_stand_as_they_are_written(name: str) -> None:
    values = values_of(replace(FULL, defendants=(DefendantFact(name),)), "zh")
    (paper,) = fill(BOOK, BOOK.forms["complaint"], values, "zh")
    assert f"姓名：{name}" in text_of(paper)


# ── what facts become ───────────────────────────────────────────────────────────────────────────────────────────────


def money(text: str) -> Money:
    return Money.of(text, "CNY")


def line(
    month: int, owed: str = "260.00", paid: str = "0.00", item: str = "物业费", year: int = 2025
) -> LineFact:
    rest = money(owed) - money(paid)
    none = money("0")
    fee = item == "物业费"
    period = Period.months(year, month, year, month)
    return LineFact(
        item, period, money(owed), none, money(paid), none, rest, fee, ("100", "2.60", "1") if fee else None
    )


FIGURES = Figures(
    date(2026, 11, 20),
    money("500.00"),
    money("512.34"),
    (line(1), line(2, paid="60.00"), line(3, "40.00", item="公共水电费")),
    late_claimed=True,
    late=money("12.34"),
    credited=money("0"),
    late_lines=(
        LateFact("以260.00元为基数……", money("10.00"), "物业费", Period.months(2025, 1, 2025, 1)),
        LateFact("以200.00元为基数……", money("2.34"), "物业费", Period.months(2025, 2, 2025, 2)),
    ),
    late_method="按单利计算。",
)
FULL = FormFacts(
    PlaintiffFact("样本物业", type="limited", ownership="private"),
    (DefendantFact("样本甲"),),
    FIGURES,
    owners=("样本甲",),
    agents=(AgentFact("样律师", relation="lawyer", authority="special"),),
    contracts=(ContractFact("《样本合同》"),),
    court=CourtFact(costs=True, preserved=False, agreed=False),
    firm="样本律所",
)


def complaint(facts: FormFacts, locale: str = "zh") -> FilledForm:
    (paper,) = fill(BOOK, BOOK.forms["complaint"], values_of(facts, locale), locale)
    return paper


def row(paper: FilledForm, name: str) -> str:
    return "\n".join(
        line for part in paper.parts for one in part.rows if one.id == name for line in one.lines
    )


def test_the_sums_stand_once_each_where_the_form_asks_for_them() -> None:
    paper = complaint(FULL)
    assert row(paper, "claim-fee") == "截至2026年11月20日止，尚欠物业费460.00元"
    assert row(paper, "claim-late").splitlines() == [
        "截至2026年11月20日止，欠逾期物业费的违约金12.34元",
        "是否请求支付至实际清偿之日止：是√　否□",
    ]
    assert row(paper, "claim-other") == "公共水电费40.00元"
    assert row(paper, "claim-total") == "512.34元"
    assert row(paper, "claims").splitlines()[1:] == [
        "1. 判令被告支付截至2026年11月20日尚欠的物业费460.00元；",
        "2. 判令被告支付截至2026年11月20日尚欠的公共水电费40.00元；",
        "3. 判令被告支付截至2026年11月20日的违约金12.34元，以及此后按下表所列基数和标准计算至实际清偿之日止的违约金；",
        "4. 本案诉讼费用由被告承担。",
    ]
    assert "2025年1月物业费：应付260.00元（100平方米×2.60元×1个月），尚欠260.00元；" in row(
        paper, "fact-owed"
    )


PARKING = LateFact(
    "以40.00元为基数……", money("1.66"), "公共水电费", Period.months(2025, 3, 2025, 3), property_fee=False
)
BOTH = replace(FIGURES, late_lines=(*FIGURES.late_lines, PARKING), late=money("14.00"), total=money("514.00"))


def test_every_figure_is_of_its_heading_and_all_headings_are_the_claim() -> None:
    assert sum_problems(BOTH, "") == ()
    paper = complaint(replace(FULL, figures=BOTH, court=replace(FULL.court, facts="无")))
    assert "欠逾期物业费的违约金12.34元" in row(paper, "claim-late")
    assert row(paper, "claim-other").splitlines() == [
        "公共水电费40.00元",
        "逾期支付上述费用的违约金，截至2026年11月20日为1.66元，并请求支付至实际清偿之日止",
    ]
    assert row(paper, "claim-total") == "514.00元"
    owed = row(paper, "fact-owed")
    assert owed.startswith("欠付物业费数额：460.00元")
    assert re.findall(r"尚欠([\d.]+)元；", owed) == ["260.00", "200.00"]
    late = row(paper, "fact-late-owed")
    assert late.startswith("应付违约金数额：12.34元")
    assert "以40.00元为基数" not in late
    assert row(paper, "fact-other").splitlines() == [
        "物业费以外的费用共40.00元，具体计算方式：",
        "2025年3月公共水电费：应付40.00元，尚欠40.00元；",
        "逾期支付上述费用的违约金共1.66元，具体计算方式：",
        "2025年3月公共水电费：以40.00元为基数……；",
        "标的总额514.00元＝物业费460.00元＋逾期支付物业费的违约金12.34元＋其他费用40.00元＋逾期支付其他费用的违约金1.66元。",
    ]
    asked = "违约金14.00元（其中逾期支付物业费的12.34元，逾期支付其他费用的1.66元），以及此后"
    assert asked in row(paper, "claims")


def test_the_prices_of_other_fees_stand_where_those_fees_do() -> None:
    prices = (
        PriceFact("物业费", "2.60", document="合同第六条"),
        PriceFact("公共水电费", "40.00", "月", property_fee=False),
    )
    paper = complaint(replace(FULL, figures=BOTH, prices=prices))
    assert row(paper, "fact-price") == "物业费：2.60元／平方米·月（依据：合同第六条）"
    assert "上述费用的收费标准：\n公共水电费：40.00元／月\n" in row(paper, "fact-other")


def test_money_beyond_the_principal_is_taken_off_once() -> None:
    paid = replace(BOTH, credited=money("13.00"), late=money("1.00"), total=money("501.00"))
    assert sum_problems(paid, "") == ()
    paper = complaint(replace(FULL, figures=paid))
    assert "的违约金0.00元" in row(paper, "claim-late")
    assert "减去多付的12.34元；" in row(paper, "fact-late-owed")
    assert "截至2026年11月20日为1.00元" in row(paper, "claim-other")
    assert "减去多付的0.66元；" in row(paper, "fact-other")


def test_other_fees_alone_leave_the_places_of_the_property_fee_answered() -> None:
    alone = replace(
        FIGURES,
        lines=FIGURES.lines[2:],
        late_lines=(PARKING,),
        late=money("1.66"),
        principal=money("40.00"),
        total=money("41.66"),
    )
    paper = complaint(replace(FULL, figures=alone))
    assert "本案不主张物业费。" in row(paper, "fact-owed")
    assert "本案不主张逾期支付物业费的违约金。" in row(paper, "fact-late-owed")
    assert row(paper, "claim-late").splitlines()[1].endswith("是□　否√")


def test_a_payment_order_tells_all_fees_under_its_one_heading() -> None:
    (paper,) = fill(BOOK, BOOK.forms["payment-order"], values_of(replace(FULL, figures=BOTH), "zh"), "zh")
    told = text_of(paper)
    assert "2025年3月公共水电费：应付40.00元" in told
    assert "2025年3月公共水电费：以40.00元为基数……；" in told


@pytest.mark.parametrize(
    ("limited", "said"),
    [(True, "的违约金（各期违约金以不超过该期欠付本金为限）；"), (False, "清偿之日止的违约金；")],
)
def test_the_contracts_cap_is_pleaded_wherever_the_charge_runs_on(limited: bool, said: str) -> None:
    capped = tuple(replace(one, limited=limited) for one in FIGURES.late_lines)
    contract = ContractFact("《样本合同》", late="日万分之一", late_capped=limited)
    facts = replace(FULL, figures=replace(FIGURES, late_lines=capped), contracts=(contract,))
    paper = complaint(facts)
    assert said in row(paper, "claims")
    assert ("日万分之一，违约金以不超过欠付本金为限" in row(paper, "fact-late")) is limited
    part = replace(facts, figures=replace(FIGURES, late_lines=(replace(capped[0], limited=True), PARKING)))
    assert "（下表载明限额的，以该限额为限）" in row(complaint(part), "claims")


def test_a_late_charge_nobody_decided_on_leaves_the_total_open_too() -> None:
    undecided = replace(FIGURES, late_claimed=None, late=None, late_lines=(), total=money("500.00"))
    paper = complaint(replace(FULL, figures=undecided))
    blank = {one.field for one in paper.missing}
    assert {"claim.late", "claim.late_runs", "claim.late_method", "claim.total"} <= blank
    assert "512.34" not in text_of(paper)
    assert "500.00元" in row(paper, "facts")


def test_no_late_charge_claimed_is_said_and_nothing_is_missing() -> None:
    none = replace(FIGURES, late_claimed=False, late=None, late_lines=(), total=money("500.00"))
    paper = complaint(replace(FULL, figures=none))
    assert row(paper, "claim-late").splitlines()[1].endswith("是□　否√")
    assert "违约金0.00元" in row(paper, "claim-late")
    assert "本案不主张违约金。" in row(paper, "fact-late-owed")
    assert not {one.field for one in paper.blanks} & {"claim.late", "claim.total", "contract.late"}
    assert "判令被告支付截至2026年11月20日的违约金" not in row(paper, "claims")


def test_a_payment_order_asks_for_definite_sums_alone() -> None:
    (paper,) = fill(BOOK, BOOK.forms["payment-order"], values_of(FULL, "zh"), "zh")
    asked = [text for part in paper.parts if part.kind == "text" for text in part.lines]
    assert "3. 支付截至2026年11月20日的违约金12.34元。" in asked
    assert not any("诉讼费用" in text or "此后" in text for text in asked)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"principal": money("500.01")}, {"principal", "total"}),
        ({"total": money("512.35")}, {"total"}),
        ({"late": money("12.35"), "total": money("512.35")}, {"late"}),
        ({"late_lines": ()}, {"late"}),
        ({"lines": FIGURES.lines[:2]}, {"principal"}),
        ({"lines": (replace(FIGURES.lines[0], billed=money("1")), *FIGURES.lines[1:])}, {"line"}),
    ],
)
def test_a_sum_that_is_not_the_claims_is_found(change: dict[str, object], what: set[str]) -> None:
    assert sum_problems(FIGURES, "1-101") == ()
    found = sum_problems(replace(FIGURES, **change), "1-101")  # type: ignore[arg-type]
    assert {problem.params["what"] for problem in found} == what
    assert {problem.code for problem in found} == {"bundle.form-sums"}


def test_many_periods_are_told_by_years_and_add_up_the_same() -> None:
    lines = tuple(line(month, year=year) for year in (2021, 2022, 2023, 2024) for month in range(1, 13))
    many = replace(FIGURES, lines=lines, principal=money("12480.00"), total=money("12492.34"))
    assert sum_problems(many, "") == ()
    told = row(complaint(replace(FULL, figures=many)), "fact-owed")
    assert (
        told.splitlines()[2] == "2021年物业费（12期）：应付3,120.00元，减已付及减免等0.00元，尚欠3,120.00元；"
    )
    assert told.splitlines()[-1] == "逐期计算见所附欠费明细表。"


def test_what_does_not_apply_is_blank_and_not_missing() -> None:
    paper = complaint(replace(FULL, agents=()))
    missing = {one.field for one in paper.blanks}
    assert not missing & {
        "agent.name",
        "agent.authority",
        "court.clause",
        "court.preserved_on",
        "plaintiff.stake",
    }
    assert row(paper, "agent").splitlines()[-1] == f"无{TICKED}"
    unknown = complaint(replace(FULL, agents=None))
    assert {"agent.engaged", "agent.name"} <= {one.field for one in unknown.missing}
    assert row(unknown, "agent").splitlines()[-1] == f"无{UNTICKED}"


def test_gender_and_the_rest_are_not_read_out_of_a_number() -> None:
    owner = DefendantFact("样本甲", id_number="11010519491231002X", id_type="居民身份证")
    paper = complaint(replace(FULL, defendants=(owner,)))
    assert "性别：男□　女□" in row(paper, "defendant")
    assert {"defendant.gender", "defendant.birth"} <= {one.field for one in paper.missing}


def test_an_organisation_is_sued_as_one() -> None:
    paper = complaint(replace(FULL, defendants=(DefendantFact("样本公司", company=True, id_number="X"),)))
    assert "名称：样本公司" in row(paper, "company")
    assert not {one.field for one in paper.missing} & {"defendant.name", "defendant.gender"}


@pytest.mark.parametrize(
    ("track", "court", "agents", "expected"),
    [
        ("", CourtFact(), None, {"complaint"}),
        ("simplified", CourtFact(mediation="yes"), (), {"complaint", "mediation"}),
        ("payment-order", CourtFact(), FULL.agents, {"payment-order", "authority-special", "firm-letter"}),
        ("arbitration", CourtFact(), (), set()),
    ],
)
def test_which_forms_a_case_needs(
    track: str, court: CourtFact, agents: tuple[AgentFact, ...] | None, expected: set[str]
) -> None:
    facts = replace(FULL, track=track, court=court, agents=agents)
    standing = {"representative", "service-address", "electronic-evidence", "evidence-receipt"}
    assert set(fitting(BOOK, values_of(facts, "zh"))) == expected | standing


# ── 催缴情况 ────────────────────────────────────────────────────────────────────────────────────────────────────────


def way(grade: Grade, outcome: Outcome, day: int = 1, **more: object) -> DeliveryFact:
    return replace(DeliveryFact(date(2026, 9, day), Channel.EMS, outcome, grade), **more)  # type: ignore[arg-type]


def demand(reached: Standing, *ways: DeliveryFact, number: int = 1, **more: object) -> DemandFact:
    made = DemandFact("催交物业费通知书", f"〔2026〕催字第000{number}号", reached, ways, date(2026, 9, 20))
    return replace(made, **more)  # type: ignore[arg-type]


DEMANDS = (
    demand(Standing.SENT, way(Grade.C, Outcome.SENT, 2), number=2),
    demand(
        Standing.ARRIVED,
        way(Grade.B, Outcome.REFUSED, tracking="样本123", exhibits=(5, 6)),
        way(
            Grade.A,
            Outcome.DELIVERED,
            3,
            channel=Channel.HAND,
            signer="样本甲",
            relation="self",
            exhibits=(7,),
        ),
        exhibits=(3, 4),
    ),
    demand(Standing.SENT, way(Grade.NONE, Outcome.IN_TRANSIT, 4), number=3),
    demand(Standing.WITHDRAWN, way(Grade.NONE, Outcome.SENT, 5), number=4),
    demand(Standing.KEPT, number=5),
)


def test_each_delivery_of_a_demand_is_told_with_its_own_day_way_and_exhibits() -> None:
    told = demand_history(DEMANDS, "zh").splitlines()
    assert len(told) == 3
    assert told[0] == (
        "1. 《催交物业费通知书》（编号：〔2026〕催字第0001号），限期至2026年9月20日支付（见证据3、4）："
        "2026年9月1日，以邮政特快专递（EMS）方式向被告送交，单号样本123，结果：拒收（见证据5、6）；"
        "2026年9月3日，以直接送达方式向被告送交，结果：已送达，签收人：样本甲（业主本人）（见证据7）。"
    )
    assert told[1].endswith("结果：已发出，是否到达请依所附凭证认定。")
    assert told[2].endswith("结果：在途，是否到达请依所附凭证认定。")
    assert demand_history([demand(Standing.KEPT)], "zh") == ""


def test_no_party_pleads_a_grade_and_the_statement_on_electronic_evidence_has_them_all() -> None:
    facts = replace(FULL, demands=DEMANDS, track="payment-order")
    values = values_of(facts, "zh")
    for form in ("complaint", "payment-order", "mediation"):
        (paper,) = fill(BOOK, BOOK.forms[form], values, "zh")
        assert "〔2026〕催字第0001号" in text_of(paper), form
        assert not re.search("[ABCD]级|等级|评定|工具", text_of(paper)), form
    (paper,) = fill(BOOK, BOOK.forms["electronic-evidence"], values, "zh")
    grades = delivery_grades(DEMANDS, "zh")
    assert grades in text_of(paper)
    assert grades.splitlines()[:2] == [
        "《催交物业费通知书》（编号：〔2026〕催字第0001号）2026年9月1日邮政特快专递（EMS），单号样本123：B级",
        "《催交物业费通知书》（编号：〔2026〕催字第0001号）2026年9月3日直接送达：A级",
    ]
    assert grades.splitlines()[-1].endswith("不是法院的认定；各级的含义见送达记录。")


def test_a_demand_without_proof_is_no_demand_in_the_story() -> None:
    sent = replace(FULL, demands=(demand(Standing.SENT, way(Grade.C, Outcome.SENT)),))
    assert "已书面催告" not in row(complaint(sent), "facts")
    arrived = replace(FULL, demands=(demand(Standing.ARRIVED, way(Grade.A, Outcome.DELIVERED)),))
    assert "原告已书面催告，所给期限届满，被告仍未支付。" in row(complaint(arrived), "facts")


def test_the_file_is_toml_with_both_scripts_side_by_side() -> None:
    raw = tomllib.loads((_PACKAGE / "bundle" / "forms" / "cn.toml").read_text("utf-8"))
    assert raw["schema"] == 1
    assert all(set(one["label"]) == set(LOCALES) for one in raw["fields"].values())
