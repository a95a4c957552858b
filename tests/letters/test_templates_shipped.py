"""The shipped templates: what they say, what they leave to the law pack, and where they leave room."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from letter_samples import FIRM, LOCALES, PRIOR, account, charge, context, office, quarters
from lxml import etree

from evidence.letters.charges import ChargeMix
from evidence.letters.convert import open_converter, page_count, page_text, text_in_stamp_areas
from evidence.letters.engine import check_variables, compile_template, document_text
from evidence.letters.labels import title_of
from evidence.letters.packs import find_pack
from evidence.model.letter import CLAIMING, LegalEffect, LetterKind
from evidence.model.office import BankAccount, Contract, Creditor
from evidence.model.period import Period
from evidence.resources import templates_dir

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ANNEXES = ("fee-statement", "late-charge")
NAMES = (
    *LetterKind,
    "receipt",
    "delivery-receipt",
    "delivery-report",
    "bundle-sheet",
    "cover",
    "catalogue",
    *ANNEXES,
)
EACH = pytest.mark.parametrize(("locale", "name"), [(locale, name) for locale in LOCALES for name in NAMES])
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")


def part(locale: str, name: str, member: str = "word/document.xml") -> str:
    with zipfile.ZipFile(templates_dir() / locale / f"{name}.docx") as package:
        return package.read(member).decode("utf-8") if member in package.namelist() else ""


def paragraphs(xml: str) -> list[str]:
    root = etree.fromstring(xml.encode("utf-8"))
    return ["".join(t.text or "" for t in p.iter(f"{W}t")) for p in root.iter(f"{W}p")]


def words(locale: str, name: str) -> str:
    """Everything the template itself says, tags left out."""
    xml = [part(locale, name), part(locale, name, "word/header1.xml")]
    return "\n".join(TAG.sub("", text) for member in xml if member for text in paragraphs(member))


def render(kind: LetterKind, locale: str = "zh", **changes: object) -> bytes:
    template = find_pack(templates_dir(), "cn", locale).template(kind)
    made = context(kind, locale, **changes)
    return (
        compile_template(template.read(), template.name)
        .render(made.values, must_appear=made.must_appear)
        .docx
    )


# -- how they are made -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_committed_files_are_what_the_script_writes(checkout: Path, seed: str) -> None:
    done = subprocess.run(
        [sys.executable, str(checkout / "tools" / "build_templates.py"), "--check"],
        env={**os.environ, "PYTHONHASHSEED": seed, "TZ": "America/New_York"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


@EACH
def test_files_are_slim_and_hold_nothing_that_counts_or_draws(locale: str, name: str) -> None:
    xml = part(locale, name)
    with zipfile.ZipFile(templates_dir() / locale / f"{name}.docx") as package:
        members = set(package.namelist()) - {"word/header1.xml"}
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}

    assert members == {
        "[Content_Types].xml",
        "_rels/.rels",
        "docProps/core.xml",
        "word/document.xml",
        "word/styles.xml",
        "word/settings.xml",
        "word/_rels/document.xml.rels",
    }
    for element in ("w:numPr", "w:fldChar", "w:fldSimple", "w:drawing", "w:pict", "w:footerReference"):
        assert f"<{element}" not in xml
    assert (templates_dir() / locale / f"{name}.docx").stat().st_size < 130_000


@EACH
def test_one_family_serves_every_script_of_a_run_and_the_pack_names_it(locale: str, name: str) -> None:
    styles = etree.fromstring(part(locale, name, "word/styles.xml").encode("utf-8"))
    named = set(find_pack(templates_dir(), "cn", locale).fonts.values())

    for fonts in styles.iter(f"{W}rFonts"):
        families = {fonts.get(f"{W}{slot}") for slot in ("ascii", "hAnsi", "eastAsia", "cs")}
        assert len(families) == 1
        assert families <= named
    east_asian = {lang.get(f"{W}eastAsia") for lang in styles.iter(f"{W}lang")}
    assert east_asian == {"zh-CN" if locale == "zh" else "zh-TW"}
    # The builtin converter drops indented paragraphs that have an outline level.
    assert not list(styles.iter(f"{W}outlineLvl"))


@pytest.mark.parametrize("name", NAMES)
def test_both_scripts_have_the_same_tags_in_the_same_order(name: str) -> None:
    zh, hant = (TAG.findall("\n".join(paragraphs(part(locale, name)))) for locale in LOCALES)

    assert zh == hant


@EACH
def test_each_script_uses_only_its_own_characters(locale: str, name: str) -> None:
    charset = "gb2312" if locale == "zh" else "big5"
    han = [char for char in words(locale, name) if "\u4e00" <= char <= "\u9fff"]

    assert [char for char in han if not char.encode(charset, "ignore")] == []


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", CLAIMING)
@pytest.mark.parametrize("property_fee", [True, False])
def test_a_letter_is_headed_as_its_properties_call_it(
    kind: LetterKind, locale: str, property_fee: bool
) -> None:
    home = account() if property_fee else account(WATER)
    made = context(kind, locale, account=home)
    title = title_of(kind, ChargeMix.PROPERTY_FEE if property_fee else ChargeMix.OTHER, locale)
    lines = document_text(render(kind, locale, account=home)).split("\n")

    assert [line for line in lines if line.endswith(title)]
    # The catalogue of exhibits takes its names from here.
    assert made.values["doc"]["title"] == f"{title} {made.values['number']}"


# -- what they say ---------------------------------------------------------------------------------------------


@EACH
def test_no_statute_article_rate_or_number_of_days_stands_in_a_template(locale: str, name: str) -> None:
    text = words(locale, name)

    assert not re.search(r"第[一二三四五六七八九十百零〇]+[条條款]", text)
    assert not re.search(r"法典|诉讼法|訴訟法|条例|條例|规定》|規定》|解释》|解釋》", text)
    assert not re.search(r"[0-9]+ *[日天%％]|[一二三四五六七八九十]+[日天]内|百分之", text)
    assert set(re.findall(r"[0-9]+", text)) <= {"256", "16"}  # SHA-256, 前16位


@EACH
def test_nothing_threatens_shames_or_uses_the_wrong_word(locale: str, name: str) -> None:
    text = words(locale, name)

    for stem in (
        "停水", "停电", "停電", "断水", "斷水", "断电", "斷電", "停气", "停氣", "供暖", "门禁", "門禁", "电梯", "電梯",
        "道闸", "道閘", "车位", "車位", "曝光", "公示", "公布", "张榜", "張榜", "单位领导", "單位領導", "亲友", "親友",
        "邻居", "鄰居", "征信", "徵信", "黑名单", "黑名單", "失信", "拘留", "坐牢", "诈骗", "詐騙", "报警", "報警",
        "最后", "最後", "滞纳金", "滯納金", "传票", "傳票", "聲請", "民國", "新臺幣", "港幣", "缴", "繳",
    ):  # fmt: skip
        assert stem not in text


@EACH
def test_every_document_prints_the_law_it_stands_under(locale: str, name: str) -> None:
    assert "{{ law.applicable_law }}" in "".join(paragraphs(part(locale, name)))


def test_only_a_lawyer_letter_can_say_draft_and_says_it_on_each_page() -> None:
    headers = {name: part("zh", name, "word/header1.xml") for name in NAMES}

    # Annexes name themselves at the head of each page.
    assert [name for name, xml in headers.items() if xml] == [LetterKind.LAWYER_LETTER, *ANNEXES]
    assert [name for name, xml in headers.items() if "草稿" in xml] == [LetterKind.LAWYER_LETTER]
    assert "草稿　未经律师签发" in document_text(render(LetterKind.LAWYER_LETTER, draft=True))
    assert "草稿" not in document_text(render(LetterKind.LAWYER_LETTER, draft=False))
    assert "草稿　未經律師簽發" in document_text(render(LetterKind.LAWYER_LETTER, "zh-Hant", draft=True))


# -- what comes out --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", CLAIMING)
def test_what_is_required_is_enough_and_every_variable_is_known(kind: LetterKind, locale: str) -> None:
    template = find_pack(templates_dir(), "cn", locale).template(kind)
    made = context(kind, locale)
    compiled = compile_template(template.read(), template.name)

    assert check_variables(compiled, made.values) == ()
    compiled.render(made.values, must_appear=made.must_appear)


def test_a_demand_has_every_required_field() -> None:
    text = document_text(render(LetterKind.DEMAND, office=office(contract=LATE)))

    for field in (
        "〔2026〕催字第0001号", "催交物业费通知书", "致：张样本（样本花园1栋2单元301室业主）",
        "统一社会信用代码：91310000MA1FL00000", "021-00000000", "样本市样本路1号", "李样本",
        "《前期物业服务合同》", "2019年6月1日", "合同第六条", "合同第七条", "每月每平方米2.80元", "93.85平方米",
        "2019年1月至3月", "2020年4月至6月", "2019年1月10日", "4,730.04元", "人民币肆仟柒佰叁拾元零肆分",
        "未计违约金；我司保留依据合同第十二条主张违约金的权利", "2026年12月11日前（含当日）",
        "样本银行样本支行", "6222000000000000", "有异议的", "分期支付", "支付令", "民法典", "盖章处", "2026年11月21日",
    ):  # fmt: skip
        assert field in text, field


LATE = Contract("前期物业服务合同", "2019-06-01", "第六条", "第七条", "第十二条", price="每月每平方米2.80元")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", CLAIMING)
def test_an_agreed_late_charge_is_spoken_of_only_where_one_is_agreed(kind: LetterKind, locale: str) -> None:
    agreed = document_text(render(kind, locale, office=office(contract=LATE)))
    bare = document_text(render(kind, locale))

    assert not re.search("违约金|違約金", bare)
    if kind is not LetterKind.REMINDER:
        assert re.search("违约金|違約金", agreed)
        assert re.search("逾期付款的?违约责任|逾期付款的?違約責任", bare)


def test_without_a_late_clause_only_what_the_law_gives_is_claimed() -> None:
    demand = document_text(render(LetterKind.DEMAND))
    letter = document_text(render(LetterKind.LAWYER_LETTER))

    assert "我司将请求贵户支付上列款项，并依法主张逾期付款的违约责任" in demand
    assert "委托人将请求贵户支付上列款项，并依法主张逾期付款的违约责任" in letter


WATER = charge(Period.months(2025, 1, 2025, 3), "33.30", item="公摊水电费")
PARKING = charge(Period.months(2025, 1, 2025, 12), "3600", item="车位费")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", CLAIMING)
def test_a_shared_water_bill_is_not_called_a_property_fee(kind: LetterKind, locale: str) -> None:
    text = document_text(render(kind, locale, account=account(WATER), effect=LegalEffect.DEMAND))

    assert not re.search("物业费|物業費|九百四十四|2.80元", text)
    assert "公摊水电费" in text
    if kind in (LetterKind.DEMAND, LetterKind.LAWYER_LETTER):
        for article in ("五百零九", "五百七十七", "五百七十九"):
            assert article in text


def test_property_fee_and_parking_together_are_named_defined_and_based_on_their_own_law() -> None:
    text = document_text(render(LetterKind.DEMAND, account=account(*quarters(2), PARKING)))

    assert (
        "下列期间的物业费及其他应付费用（以下合称“应付费用”）已到期而尚未支付，合计人民币5,176.68元" in text
    )
    assert "物业服务合同约定的物业费收费标准为每月每平方米2.80元" in text
    assert text.index("第九百四十四条第一款") < text.index("第五百零九条第一款")
    assert "本通知构成对上列各期应付费用的催告" in text


def test_a_property_fee_alone_is_claimed_as_before() -> None:
    text = document_text(render(LetterKind.DEMAND))

    assert "贵户应当按照约定支付物业费。" in text
    assert "物业服务合同约定的收费标准为每月每平方米2.80元（见合同第六条），支付期限见合同第七条。" in text
    assert "贵户下列期间的物业费已到期而尚未支付" in text
    assert "五百零九" not in text


@pytest.mark.parametrize(
    ("kind", "arrival"),
    [
        (LetterKind.REMINDER, "自本提示到达您时起，产生诉讼时效中断的效力"),
        (LetterKind.DEMAND, "自本通知到达贵户时起，产生诉讼时效中断的效力"),
        (LetterKind.LAWYER_LETTER, "自本函到达贵户时起，产生诉讼时效中断的效力"),
    ],
)
def test_the_period_of_limitation_is_interrupted_by_arrival_not_by_writing(
    kind: LetterKind, arrival: str
) -> None:
    assert arrival in document_text(render(kind, effect=LegalEffect.DEMAND))


def test_a_day_to_pay_that_is_unknown_is_said_to_be() -> None:
    unknown = document_text(render(LetterKind.DEMAND, account=account(WATER)))

    assert "未载明，按期末计" in unknown
    assert "“应付日”未载明的依合同约定，本表按期间届满日计算。" in unknown
    assert "未载明" not in document_text(render(LetterKind.DEMAND))


def test_a_company_can_sign_an_agreement_and_two_numbers_are_told_apart() -> None:
    assert "身份证件号码／统一社会信用代码：" in document_text(render(LetterKind.INSTALMENT_AGREEMENT))
    assert "（2026）沪样律函字第1号　核验编号：〔2026〕律函字第0001号" in document_text(
        render(LetterKind.LAWYER_LETTER)
    )
    assert "（2026）沪样律函字第1號　核驗編號：〔2026〕律函字第0001號" in document_text(
        render(LetterKind.LAWYER_LETTER, "zh-Hant")
    )


def test_a_reminder_speaks_of_effect_only_where_it_has_one() -> None:
    courtesy = document_text(render(LetterKind.REMINDER))
    formal = document_text(render(LetterKind.REMINDER, effect=LegalEffect.DEMAND))

    assert "催告" not in courtesy
    assert "催告" in formal
    assert "诉讼时效中断" in formal
    for consequence in ("起诉", "诉讼。", "支付令", "仲裁", "违约金"):
        assert consequence not in courtesy


def test_a_lawyer_letter_tells_earlier_demands_as_far_as_they_are_proven() -> None:
    text = document_text(render(LetterKind.LAWYER_LETTER, history=PRIOR))

    assert "2026年9月1日出具〔2026〕催字第0017号催告文书，以EMS方式于2026年9月5日送达；" in text
    assert "2026年10月8日出具〔2026〕催字第0088号催告文书。" in text
    assert "本函系委托人就上列各期物业费委托本所向贵户发出的书面催告" not in text


def test_an_agreement_is_never_silent_on_late_charge_and_repeats_the_weighty_terms() -> None:
    text = document_text(render(LetterKind.INSTALMENT_AGREEMENT, office=office(contract=LATE)))

    for clause in (
        "甲方保留依据物业服务合同和法律规定就上述本金主张逾期付款违约金的权利", "同意按照本协议的约定履行",
        "达到本协议款项总额的五分之一", "连续两期未按期足额支付", "自催告到达乙方之日起十五日内", "当期物业费",
        "视为送达之日", "□是　□否", "重要条款确认", "再次签名", "先后顺序抵充", "均签名、盖章或者按指印时成立",
    ):  # fmt: skip
        assert clause in text, clause


def test_weighty_terms_are_bold() -> None:
    root = etree.fromstring(part("zh", LetterKind.INSTALMENT_AGREEMENT).encode("utf-8"))
    bold = "".join(
        t.text or ""
        for run in root.iter(f"{W}r")
        if run.find(f"{W}rPr/{W}b") is not None
        for t in run.iter(f"{W}t")
    )

    for term in ("双方确认", "甲方保留", "全部提前到期", "视为送达之日", "是否接受上述电子送达"):
        assert term in bold


# -- how they lie on the page ----------------------------------------------------------------------------------

COMMERCIAL = charge(
    Period.months(2024, 7, 2025, 6), billed="1234567.89", item="地下车库车位管理服务费（含充电设施）"
)
SHORT = dict.fromkeys(CLAIMING, account())
LONG = dict.fromkeys(CLAIMING, account(*quarters(30)))
WIDE = dict.fromkeys(
    CLAIMING, account(COMMERCIAL, *quarters(3), name="买买提·艾合买提江·样本、欧阳样本（共有）")
)


def pages_of(
    converter: str, locale: str, homes: dict[LetterKind, object], **changes: object
) -> dict[LetterKind, bytes]:
    docs = [render(kind, locale, account=home, history=PRIOR, **changes) for kind, home in homes.items()]
    with open_converter(converter, locale, prefer_installed=False) as engine:
        created = datetime(2026, 11, 21, tzinfo=UTC)
        pdfs = engine.convert(docs, created=created, nonces=[bytes([n]) * 16 for n in range(len(docs))])
    return dict(zip(homes, pdfs, strict=True))


CONVERTERS = pytest.mark.parametrize(
    "converter", ["builtin", pytest.param("libreoffice", marks=pytest.mark.libreoffice)]
)


@CONVERTERS
@pytest.mark.parametrize("locale", LOCALES)
def test_letters_with_six_lines_are_short_and_leave_room_for_the_stamp(converter: str, locale: str) -> None:
    made = pages_of(converter, locale, dict(SHORT))

    assert {kind: page_count(pdf) for kind, pdf in made.items()} == {
        LetterKind.REMINDER: 1,
        LetterKind.DEMAND: 2,
        LetterKind.LAWYER_LETTER: 3,
        LetterKind.INSTALMENT_AGREEMENT: 4,
    }
    assert [text_in_stamp_areas(pdf) for pdf in made.values()] == [()] * 4


@CONVERTERS
def test_numbers_with_hyphens_are_not_broken_over_lines(converter: str) -> None:
    bureau = office(
        creditor=Creditor(
            "样本物业服务有限公司", "91310000MA1FL00000", "样本市样本路1号", "0571-00001234", "李样本"
        ),
        bank=BankAccount("样本物业服务有限公司", "样本银行", "6222-0000-0000-0000-123"),
        law_firm=replace(FIRM, phone="0571-00005678"),
    )
    for kind, pdf in pages_of(converter, "zh", dict(SHORT), office=bureau).items():
        text = "\n".join(page_text(pdf))
        whole = ["0571-00001234", "6222-0000-0000-0000-123"]
        whole += ["0571-00005678"] if kind is LetterKind.LAWYER_LETTER else []
        assert [number for number in whole if number not in text] == [], kind


@CONVERTERS
@pytest.mark.parametrize("homes", [LONG, WIDE], ids=["thirty-lines", "large-sums-long-names"])
def test_long_tables_flow_with_their_head_and_large_sums_stay_whole(
    converter: str, homes: dict[LetterKind, object]
) -> None:
    made = pages_of(converter, "zh", dict(homes))

    assert [text_in_stamp_areas(pdf) for pdf in made.values()] == [()] * 4
    demand = ["".join(text.split()) for text in page_text(made[LetterKind.DEMAND])]
    if homes is LONG:
        assert [("费用项目" in text) for text in demand] == [True, True, False]
    else:
        assert "1,234,567.89" in demand[0]
    assert "盖章处" in demand[-1]


def test_the_page_on_templates_names_every_variable(checkout: Path) -> None:
    page = (checkout / "docs" / "templates.md").read_text("utf-8")
    documented = set(re.findall(r"`\.?([a-z0-9_.*]+)`", page))
    named = {piece for name in documented for piece in name.split(".")}

    def keys(value: object) -> set[str]:
        if isinstance(value, dict):
            return set(value) | {k for inner in value.values() for k in keys(inner)}
        return {k for inner in value for k in keys(inner)} if isinstance(value, list) else set()

    used = set()
    for kind in CLAIMING:
        values = {**context(kind, history=PRIOR).values}
        law = values.pop("law")
        assert law
        used |= keys(values)
    assert used - named == set()
