"""Every shipped document with short, long and extreme data: its whole text, its script, its properties.

A text that is new or changed on purpose: delete its file under ``tests/snapshots/sizes``, run this test, which writes it
anew and fails once, and review the difference in what is committed. Annexes have theirs in ``snapshots/annexes``.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import annex_samples
import letter_samples
import notice_samples
import pytest
from docx import Document
from letter_samples import FIRM, LOCALES, account, charge, context, office, yuan
from lxml import etree
from sized_samples import (
    ANNEXES,
    BUNDLE_PAGES,
    DOCUMENTS,
    EVERY,
    LETTERS,
    NOTICES,
    PAPERS,
    STAMPED,
    render,
    sample,
    template,
)

from evidence.letters.annexes import AnnexKind
from evidence.letters.context import PriorDemand
from evidence.letters.engine import document_text
from evidence.model.account import Account, Debtor, Premises
from evidence.model.events import AccountEvents, Correction, Waiver
from evidence.model.letter import LetterKind
from evidence.model.office import BankAccount, Contract, Creditor
from evidence.model.period import Period
from evidence.model.problem import Place

FOLDER = Path(__file__).parents[1] / "snapshots" / "sizes"
EACH = pytest.mark.parametrize(("name", "locale", "size"), EVERY)


@pytest.mark.parametrize(
    ("name", "locale", "size"), [(name, *rest) for name, *rest in EVERY if name not in ANNEXES]
)
def test_the_text_is_the_reviewed_one(name: str, locale: str, size: str) -> None:
    text = render(name, locale, size).text.rstrip("\n") + "\n"
    kept = FOLDER / f"{name}.{size}.{locale}.txt"

    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(text, "utf-8")
        pytest.fail(f"{kept.name} was missing and is written now: review it")
    assert text == kept.read_text("utf-8"), f"{kept.name} differs; see the head of this module"


# -- one script in each letter ---------------------------------------------------------------------------------

OWN = {"zh": "gb2312", "zh-Hant": "big5"}
"""GB 2312 has no character that is Traditional only, Big5 none that is Simplified only."""

ELSEWHERE = {"zh": "於裏祇後麽", "zh-Hant": "于后里干余几丑范游岳划准据冲征台"}
"""Characters of the other script that the own character set has too, for names or for other words."""

RIGHT = ("若干", "台賬", "叁")
"""Where they are right in Traditional script: words, and the numeral of cheques, which Big5 lacks."""


def in_ascii(name: str, locale: str) -> str:
    """The text of a document whose field values have no Chinese character, but for the names of the charges."""
    if name in ANNEXES:
        calculation = _annex_in_ascii()
        values = annex_samples.context(
            AnnexKind(name), calculation, locale, office=_office(), source=replace(annex_samples.SOURCE, tool="kit")
        ).values  # fmt: skip
    elif name in (*BUNDLE_PAGES, *PAPERS):
        values = _asciied(
            sample(name, locale, "long")[0], keep=("law", "doc", "made_on", "issued_on", "original")
        )
    else:
        kind = LetterKind(name)
        home = Account(
            Premises("Sample Garden", "1", "2", "301"),
            Debtor("Sample Owner", phone="000", address="1 Sample Road"),
            tuple(charge(Period.months(2025, n, 2025, n)) for n in range(1, 8)),
            "CNY",
        )
        history = (PriorDemand("No. 1", annex_samples.AS_OF, annex_samples.AS_OF, "EMS"),)
        if kind in NOTICES:
            values = notice_samples.context(kind, locale, account=home, office=_office()).values
        else:
            values = context(kind, locale, account=home, office=_office(), history=history).values
    return template(name, locale).render(values).text


def _office() -> Any:
    return office(
        creditor=Creditor("Sample Co", "91310000MA1FL00000", "1 Sample Road", "000", "Mr Sample", "9-5", "Ms S."),
        bank=BankAccount("Sample Co", "Sample Bank", "6222", "QR"),
        contract=Contract("Contract", "2019-06-01", "6", "7", "12", "LPR", price="2.80"),
        law_firm=replace(FIRM, name="Sample Firm", mark="S", address="2 Sample Road", lawyer="Ms S."),
    )  # fmt: skip


def _annex_in_ascii() -> annex_samples.Made:
    home = Premises("Sample Garden", "1", "2", "301")
    events = AccountEvents(
        waivers=(Waiver("1", home.account_id, annex_samples.AS_OF, annex_samples.about(2025, 2),
                        yuan("30.00"), reason="lift"),),
        corrections=(Correction("2", home.account_id, annex_samples.AS_OF, annex_samples.about(2025, 1),
                                yuan("-20.50"), "area"),),
    )  # fmt: skip
    months = [replace(annex_samples.month(2025, n), origin=Place("l.xlsx", "S", n)) for n in (1, 2, 3)]
    return annex_samples.made(*months, events=events, name="Sample Owner", home=home)


def _asciied(value: Any, keep: tuple[str, ...] = ()) -> Any:
    if isinstance(value, dict):
        return {key: inner if key in keep else _asciied(inner, keep) for key, inner in value.items()}
    if isinstance(value, list):
        return [_asciied(inner, keep) for inner in value]
    return re.sub(r"[^\x00-\x7f]+", "x", value) if isinstance(value, str) else value


def own_words(text: str, *field_values: str) -> set[str]:
    """Chinese characters of ``text`` but for field values: the fee's name, which letters branch on, and number and
    title quoted from another letter are such too."""
    for value in ("〔2026〕催字第0017号", "催交物业费通知书", "物业费", *field_values, *RIGHT):
        text = text.replace(value, "")
    return set(re.findall("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]", text))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_keeps_to_its_script(name: str, locale: str) -> None:
    found = own_words(in_ascii(name, locale))
    assert len(found) > 20
    assert {char for char in found if not char.encode(OWN[locale], "ignore")} == set()
    assert found & set(ELSEWHERE[locale]) == set()


NAMES = "于范游余岳丑涂里后干"


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", [*LETTERS, *NOTICES])
def test_names_that_a_converter_would_change_stand_as_written(name: LetterKind, locale: str) -> None:
    others = "於範遊餘嶽醜塗裡後乾幹"
    for owner, estate in ((NAMES, "后干里"), (others, "後乾裡")):
        home = account(name=f"{owner}样本", estate=estate)
        values = (
            (notice_samples if name in NOTICES else letter_samples).context(name, locale, account=home).values
        )
        text = template(name.value, locale).render(values).text
        assert f"{owner}样本" in text
        assert f"{estate}1栋2单元301室" in text
        foreign = set(NAMES) if locale == "zh-Hant" else set(others) - set(NAMES)
        assert not own_words(text, f"{owner}样本", estate) & foreign


# -- what other programs read ----------------------------------------------------------------------------------


@EACH
def test_title_number_and_language_stand_in_the_properties(name: str, locale: str, size: str) -> None:
    """python-docx, an independent reader, opens the file and finds them; body text included."""
    made = render(name, locale, size)
    values, _ = sample(name, locale, size)
    word = Document(io.BytesIO(made.docx))
    held = word.core_properties

    assert held.title == values["doc"]["title"]
    assert held.identifier == values["doc"]["identifier"]
    assert held.language == ("zh-Hans-CN" if locale == "zh" else "zh-Hant-CN")
    assert held.author == ""
    if name in STAMPED:
        assert held.title == f"{values['title']} {values['number']}"
    body = [p.text for p in word.paragraphs if p.text]
    assert set(body) <= set(made.text.split("\n"))
    assert sum(len(table.rows) for table in word.tables) or name == "cover"


@EACH
def test_the_package_holds_together(name: str, locale: str, size: str) -> None:
    """Each part has a content type, each relationship a target, each style a definition; ids are there once."""
    docx = render(name, locale, size).docx
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        parts = {one: package.read(one) for one in package.namelist()}
    types = etree.fromstring(parts["[Content_Types].xml"])
    known = {one.get("PartName", "").lstrip("/") for one in types} | {
        part for part in parts for one in types if one.get("Extension") and part.endswith(f".{one.get('Extension')}")
    }  # fmt: skip
    assert set(parts) - {"[Content_Types].xml"} <= known
    for part, data in parts.items():
        if part.endswith(".rels"):
            folder = Path(part).parent.parent
            targets = [(folder / one.get("Target", "")).as_posix() for one in etree.fromstring(data)]
            assert set(targets) <= set(parts)
            assert len(targets) == len(set(targets))
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    defined = [one.get(f"{w}styleId") for one in etree.fromstring(parts["word/styles.xml"]).iter(f"{w}style")]
    assert len(defined) == len(set(defined))
    body = etree.fromstring(parts["word/document.xml"])
    assert {one.get(f"{w}val") for one in body.iter(f"{w}pStyle", f"{w}rStyle")} <= set(defined)
    for row in body.iter(f"{w}tr"):
        grid = row.getparent().find(f"{w}tblGrid")  # type: ignore[union-attr]
        spans = (cell.find(f"{w}tcPr/{w}gridSpan") for cell in row.findall(f"{w}tc"))
        assert grid is not None
        assert sum(int(span.get(f"{w}val", "1")) if span is not None else 1 for span in spans) == len(grid)
    assert document_text(docx) == render(name, locale, size).text


def test_every_kind_is_among_the_documents() -> None:
    """A kind that is new gets its short, long and extreme sample in ``sized_samples``."""
    assert {*LETTERS, *NOTICES} == set(LetterKind)
