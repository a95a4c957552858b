"""Replies, settlements, corrections and bills: what they say, and that they never ask as a demand does."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from letter_samples import LOCALES, office
from notice_samples import TEXT, context

from evidence.errors import EvidenceError
from evidence.letters.convert import open_converter, page_text, text_in_stamp_areas
from evidence.letters.engine import check_variables, compile_template, document_text
from evidence.letters.messages import Message, message, placeholders
from evidence.letters.notices import Notice
from evidence.letters.packs import find_pack
from evidence.model.letter import NOTICES, LetterKind
from evidence.model.office import BankAccount, Contract, Creditor
from evidence.resources import templates_dir

FOLDER = Path(__file__).parents[1] / "snapshots" / "letters"
EACH = pytest.mark.parametrize(("kind", "locale"), [(kind, locale) for kind in NOTICES for locale in LOCALES])


def render(kind: LetterKind, locale: str = "zh", **changes: object) -> bytes:
    template = find_pack(templates_dir(), "cn", locale).template(kind)
    made = context(kind, locale, **changes)  # type: ignore[arg-type]
    compiled = compile_template(template.read(), template.name)
    assert check_variables(compiled, made.values) == ()
    return compiled.render(made.values, must_appear=made.must_appear).docx


@EACH
@pytest.mark.parametrize("rich", [False, True], ids=["plain", "rich"])
def test_the_text_of_a_notice_is_the_reviewed_one(kind: LetterKind, locale: str, rich: bool) -> None:
    """As in test_letter_snapshots: delete a file to write it anew, and review the difference."""
    text = document_text(render(kind, locale, rich=rich)).rstrip("\n") + "\n"
    kept = FOLDER / f"{kind.value}.{'rich' if rich else 'plain'}.{locale}.txt"
    if not kept.exists():
        kept.write_text(text, "utf-8")
        pytest.fail(f"{kept.name} was missing and is written now: review it")
    assert text == kept.read_text("utf-8")


@EACH
def test_a_notice_never_asks_as_a_demand_does(kind: LetterKind, locale: str) -> None:
    text = document_text(render(kind, locale, rich=True))
    for word in ("催告", "诉讼", "訴訟", "仲裁", "支付令", "违约金", "違約金", "时效", "時效"):
        assert word not in text, word
    facts = {fact.name for fact in context(kind, locale, rich=True).facts}
    # What readiness and the ladder read of a demand.
    assert not [name for name in facts if name.startswith(("period.", "late.", "instalment."))]
    assert not facts & {"total", "pay_by"}


@EACH
def test_facts_are_the_same_in_both_scripts_but_for_words_of_ones_own(kind: LetterKind, locale: str) -> None:
    found = {fact.name: fact.value for fact in context(kind, locale, rich=True).facts}
    other = {fact.name: fact.value for fact in context(kind, "zh", rich=True).facts}
    own = hashlib.sha256("\n".join(TEXT.get(kind, {}).get(locale, ())).encode()).hexdigest()
    assert found.pop("text_sha256", own) == own
    other.pop("text_sha256", None)
    assert found == other


@pytest.mark.parametrize("kind", NOTICES)
def test_what_is_required_is_enough_and_all_that_is_missing_is_named(kind: LetterKind) -> None:
    bare = office(contract=Contract(estate="样本花园"), law_firm=None)
    render(kind, office=bare)
    empty = office(creditor=Creditor(), bank=BankAccount(), contract=Contract())
    with pytest.raises(EvidenceError) as caught:
        context(kind, office=empty, notice=Notice(), claim=context_claim())
    codes = [problem.code for problem in caught.value.problems]
    assert codes.count("letters.office-incomplete") >= 4
    assert codes[-1] == "letters.notice-empty"


def context_claim() -> object:
    from notice_samples import claim

    return claim(LetterKind.CORRECTION)


def test_a_reply_says_what_is_not_asked_for_meanwhile_and_a_correction_what_became_of_the_letter() -> None:
    plain, rich = (document_text(render(LetterKind.CORRECTION, rich=rich)) for rich in (False, True))
    assert "该文书的其他内容不变" in plain and "撤回" not in plain
    assert "已于2026年11月20日撤回" in rich and "其他内容不变" not in rich
    assert "（楼道照明）" in document_text(render(LetterKind.COMPLAINT_REPLY, rich=True))
    assert "（对服务有意见）" in document_text(render(LetterKind.COMPLAINT_REPLY))


def test_a_settlement_is_of_the_principal_where_the_office_reserves_a_late_charge() -> None:
    assert "上列各期物业费的本金出具" in document_text(render(LetterKind.SETTLEMENT, rich=True))
    assert "上列各期物业费出具" in document_text(render(LetterKind.SETTLEMENT))


CONVERTERS = pytest.mark.parametrize(
    "converter", ["builtin", pytest.param("libreoffice", marks=pytest.mark.libreoffice)]
)


@CONVERTERS
@pytest.mark.parametrize("locale", LOCALES)
def test_notices_leave_the_stamp_its_place_and_show_their_text(locale: str, converter: str) -> None:
    from datetime import UTC, datetime

    docx = [render(kind, locale, rich=True) for kind in NOTICES]
    with open_converter(converter, locale) as chosen:
        pdfs = chosen.convert_batches(
            [[one] for one in docx], created=datetime(2026, 11, 21, tzinfo=UTC), nonces=[[bytes(16)]] * 4
        )
    for kind, (pdf,) in zip(NOTICES, pdfs, strict=True):
        pages = page_text(pdf)
        assert text_in_stamp_areas(pdf) == ()
        assert len(pages) == (2 if kind is LetterKind.SETTLEMENT else 1), kind
        assert "".join(context(kind, locale, rich=True).values["number"].split()) in "".join(pages[0].split())


def test_the_page_on_templates_names_every_variable_of_a_notice(checkout: Path) -> None:
    page = (checkout / "docs" / "templates.md").read_text("utf-8")
    named = {piece for name in re.findall(r"`\.?([a-z0-9_.*]+)`", page) for piece in name.split(".")}
    for kind in NOTICES:
        template = find_pack(templates_dir(), "cn", "zh").template(kind)
        for path in compile_template(template.read(), template.name).variables:
            if path.startswith("law."):
                continue
            assert set(path.replace("[]", "").split(".")) <= named | {"line", "paragraph"}, path


# ── short messages ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_message_says_nothing_of_a_debt_and_has_no_link() -> None:
    for locale in LOCALES:
        words = find_pack(templates_dir(), "cn", locale).messages
        assert placeholders(words["letter"]) == {"office", "number", "contact", "phone"}
        for word in ("欠", "催", "元", "物业费", "物業費", "http", "www", "律师函", "律師函"):
            assert word not in words["letter"]


def test_the_sum_comes_only_where_it_is_given() -> None:
    words = find_pack(templates_dir(), "cn", "zh").messages
    fields = {"office": "样本", "number": "〔2026〕催字第0001号", "contact": "李样本", "phone": "021-1"}
    bare = message(words["letter"], words["amount"], **fields)
    told = message(words["letter"], words["amount"], **fields, total="1,409.50", day="2026年12月11日")
    assert "元" not in bare.text
    assert told.text == bare.text + "涉及金额1,409.50元，支付期限2026年12月11日。"


@pytest.mark.parametrize(("units", "segments"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3)])
def test_segments_are_counted_as_a_carrier_bills_them(units: int, segments: int) -> None:
    assert Message("样" * units).segments == segments


def test_a_character_beyond_the_first_plane_takes_two_units() -> None:
    assert Message("𠮷" * 35).segments == 1
    assert Message("𠮷" * 36).segments == 2
    assert Message("𠮷" * 36).characters == 36
