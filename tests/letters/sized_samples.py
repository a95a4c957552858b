"""Every shipped document with short, long and extreme data (样本): what snapshots, pictures and round trips are made of.

Short is the least a case needs, long is years of arrears with all that can be said of them, extreme is what
breaks layouts: long names, nine-digit sums, periods without a common year, a dozen parts left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import annex_samples
import notice_samples
from late_samples import claim_of_events, correction, everything, hold, late_office, payment, waiver
from letter_samples import AS_OF, FIRM, LOCALES, PRIOR, account, charge, context, office, quarters, yuan

from evidence.claim.plan import equal_plan
from evidence.law import load_law
from evidence.letters.annexes import AnnexKind
from evidence.letters.bundle_pages import CatalogueRow, CoverPage, catalogue_context, cover_context
from evidence.letters.context import PriorDemand
from evidence.letters.engine import CompiledTemplate, RenderedDocx, compile_template
from evidence.letters.labels import labels_for
from evidence.letters.packs import find_pack
from evidence.letters.properties import document_properties
from evidence.model.account import Account, Debtor, Premises
from evidence.model.events import HoldReason
from evidence.model.letter import LegalEffect, LetterKind
from evidence.model.office import BankAccount, Creditor
from evidence.model.period import Period, chinese_date
from evidence.resources import templates_dir

SIZES = ("short", "long", "extreme")
LETTERS = (
    LetterKind.REMINDER,
    LetterKind.DEMAND,
    LetterKind.LAWYER_LETTER,
    LetterKind.INSTALMENT_AGREEMENT,
)
NOTICES = (
    LetterKind.COMPLAINT_REPLY,
    LetterKind.SETTLEMENT,
    LetterKind.CORRECTION,
    LetterKind.BILL_NOTICE,
)
ANNEXES = tuple(kind.value for kind in AnnexKind)
BUNDLE_PAGES = ("cover", "catalogue")
PAPERS = ("receipt",)
STAMPED = tuple(kind.value for kind in (*LETTERS, *NOTICES))
DOCUMENTS = (*STAMPED, *ANNEXES, *BUNDLE_PAGES, *PAPERS)

LONG_NAME = "买买提·艾合买提江·样本、欧阳样本（共有）、ALEXANDRA SAMPLE-ABERNATHY"
LONG_HOME = Premises("样本国际中心广场（二期）", "A座", "", "地下二层B2-0001至B2-0188号车位")
LONG_ADDRESS = (
    "样本省样本市样本区样本街道样本路1888弄（近样本二路）样本国际中心广场（二期）A座12层1201—1218室"
)


def sample(name: str, locale: str, size: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The values of a document, and what must appear in it. The same figures in both scripts."""
    if name in ANNEXES:
        made = annex_samples.context(AnnexKind(name), annex_samples.ACCOUNTS[size](), locale)
        return made.values, tuple(made.must_appear)
    if name in BUNDLE_PAGES:
        return _bundle_page(name, locale, size), ()
    if name in PAPERS:
        return _slips(locale, size)
    kind = LetterKind(name)
    if kind in NOTICES:
        letter = notice_samples.context(kind, locale, rich=size != "short", **_notice(size))
    else:
        letter = context(kind, locale, **_LETTERS[size](kind))
    return letter.values, letter.must_appear


def render(name: str, locale: str, size: str) -> RenderedDocx:
    values, must_appear = sample(name, locale, size)
    return template(name, locale).render(values, must_appear)


@cache
def template(name: str, locale: str) -> CompiledTemplate:
    path = path_of(name, locale)
    return compile_template(path.read_bytes(), path.name)


def path_of(name: str, locale: str) -> Path:
    pack = find_pack(templates_dir(), "cn", locale)
    if name in ANNEXES:
        return pack.annexes[name]
    if name in BUNDLE_PAGES:
        return templates_dir() / locale / f"{name}.docx"
    if name in PAPERS:
        return pack.papers[name]
    return pack.template(LetterKind(name)).path


def _short(kind: LetterKind) -> dict[str, Any]:
    return {"account": account(*quarters(1)), "office": office()}


def _long(kind: LetterKind) -> dict[str, Any]:
    """Thirty quarters: late charge, holds, waiver, correction, part payment, credit and two earlier demands."""
    home, claim = everything(30)
    claim = replace(claim, credit=yuan("66.60"))
    return {
        "account": home,
        "claim": claim,
        "office": late_office(),
        "late_policy": "claim",
        "history": PRIOR,
        "plan": _plan(kind, claim, 12),
    }


def _extreme(kind: LetterKind) -> dict[str, Any]:
    """Everything long at once, and a reminder with the effect of a demand."""
    commercial = charge(
        Period(date(2022, 7, 15), date(2024, 7, 14)),
        "123456789.01",
        item="地下车库车位管理服务费（含充电设施）",
    )
    undated = charge(Period.months(2024, 1, 2024, 12), "9999999.99", item="公摊水电费")
    home = Account(
        LONG_HOME,
        Debtor(LONG_NAME, phone="+86 21 0000 0000 转 000000", address=LONG_ADDRESS),
        (*quarters(24), commercial, undated),
        "CNY",
    )
    events = [_moved(event, home.id) for event in (
        *(hold(reason, 2 * n) for n, reason in enumerate(HoldReason)),
        hold(HoldReason.AMOUNT_DISPUTED, 15, "388.34"),
        waiver(3, "88.34"), waiver(5, "700.00"), correction(7, "-50.00"), correction(9, "11.66"),
        payment(11, "300"), payment(13, "788.34"),
    )]  # fmt: skip
    claim = claim_of_events(home, *events)
    bureau = late_office()
    bureau = replace(
        bureau,
        creditor=Creditor(
            name="样本（国际）物业服务集团股份有限公司样本市第一分公司", uscc="91310000MA1FL00000",
            address=LONG_ADDRESS, phone="021-00000000转0000", contact="欧阳样本经理",
            hours="周一至周日8:30—12:00、13:30—20:00（法定节假日除外）", legal_representative="诸葛样本",
        ),
        bank=BankAccount(
            "样本（国际）物业服务集团股份有限公司样本市第一分公司", "样本银行股份有限公司样本市样本区样本路第二支行",
            "6222 0000 0000 0000 000", "样本支付二维码（物业服务中心前台）\n样本小程序“样本生活”",
        ),
        law_firm=replace(FIRM, name="样本（国际）联合律师事务所样本市分所", address=LONG_ADDRESS),
    )  # fmt: skip
    history = tuple(
        PriorDemand(f"〔202{n}〕催字第00{n}{n}号", date(2020 + n, 9, 1), date(2020 + n, 9, 5) if n % 2 else None, "EMS")
        for n in range(1, 7)
    )  # fmt: skip
    return {
        "account": home,
        "claim": claim,
        "office": bureau,
        "late_policy": "claim",
        "history": history,
        "effect": LegalEffect.DEMAND if kind is LetterKind.REMINDER else None,
        "plan": _plan(kind, claim, 36),
    }


def _notice(size: str) -> dict[str, Any]:
    """A long notice has a dozen charges or paragraphs, an extreme one goes to a long name at a long address, from a long
    one, on charges of long names and large sums."""
    if size == "short":
        return {}
    if size == "long":
        return {"account": account(*quarters(12)), "times": 6}
    parking = charge(
        Period(date(2022, 7, 15), date(2024, 7, 14)),
        "123456789.01",
        item="地下车库车位管理服务费（含充电设施）",
    )
    home = Account(LONG_HOME, Debtor(LONG_NAME, address=LONG_ADDRESS), (*quarters(2), parking), "CNY")
    return {"account": home, "times": 12, "office": _extreme(LetterKind.DEMAND)["office"]}


_LETTERS: Mapping[str, Callable[[LetterKind], dict[str, Any]]] = {
    "short": _short,
    "long": _long,
    "extreme": _extreme,
}


def _moved(event: Any, account_id: str) -> Any:
    return replace(event, account=account_id)


def _plan(kind: LetterKind, claim: Any, count: int) -> tuple[Any, ...]:
    return (
        equal_plan(claim.total, count, date(2026, 12, 31)) if kind is LetterKind.INSTALMENT_AGREEMENT else ()
    )


def _bundle_page(name: str, locale: str, size: str) -> dict[str, Any]:
    rows = {"short": 1, "long": 24, "extreme": 60}[size]
    wide = size == "extreme"
    page = CoverPage(
        cause="物业服务合同纠纷",
        submitter="样本（国际）物业服务集团股份有限公司样本市第一分公司" if wide else "样本物业服务有限公司",
        opponent=LONG_NAME if wide else "张样本",
        court="样本市样本区人民法院" if size != "short" else "",
        volume="第12册，共12册" if wide else "第1册，共1册",
        exhibit_count=rows,
        page_count=rows * 7,
        bundle_id="样本-0001",
        made_on=AS_OF,
    )
    rest: dict[str, Any] = {
        "law": load_law("cn").texts(AS_OF, locale),
        "locale": locale,
        "doc_created": datetime(2026, 11, 21, 2, 0, tzinfo=UTC),
        "doc_identifier": "00" * 16,
    }
    if name == "cover":
        return cover_context(page, **rest)
    purpose = "证明被告尚欠物业费的期间和金额" + "，且原告已多次以书面形式向其催告" * (4 if wide else 0)
    exhibits = tuple(
        CatalogueRow(n, "催交物业费通知书〔2026〕催字第0001号" * (2 if wide else 1), "书证", "原告制作", purpose,
                     f"{n * 7 - 6}—{n * 7}", n % 3 > 0, f"{n:064x}")
        for n in range(1, rows + 1)
    )  # fmt: skip
    return catalogue_context(page, exhibits, **rest)


def _slips(locale: str, size: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Slips of one run, as ``workspace/slips.py`` fills them: one, a dozen, two with everything long."""
    office = (
        _extreme(LetterKind.DEMAND)["office"] if size == "extreme" else _short(LetterKind.DEMAND)["office"]
    )
    home = (
        Account(LONG_HOME, Debtor(LONG_NAME, address=LONG_ADDRESS), quarters(1), "CNY")
        if size == "extreme"
        else account()
    )
    titles = {
        "zh": ("催交物业费通知书", "送达物业服务文书"),
        "zh-Hant": ("催交物業費通知書", "送達物業服務文書"),
    }
    long_titles = {
        "zh": ("关于支付物业费及其他应付费用的律师函", "送达律师函"),
        "zh-Hant": ("關於支付物業費及其他應付費用的律師函", "送達律師函"),
    }
    title, cause = (long_titles if size == "extreme" else titles)[locale]
    slips = [
        {
            "title": title,
            "number": f"〔2026〕催字第{n:04d}号",
            "code": f"ABCDE-FGH{n:02d}",
            "pages": "12" if size == "extreme" else "2",
            "cause": cause,
            "name": home.debtor.name,
            "premises": f"{home.premises.estate}{home.premises.label}",
            "address": home.debtor.address or f"{home.premises.estate}{home.premises.label}",
            "sender": office.law_firm.name if size == "extreme" else office.creditor.name,
            "issued_on": chinese_date(AS_OF),
        }
        for n in range(1, {"short": 1, "long": 12, "extreme": 2}[size] + 1)
    ]
    heading = {"zh": "送达回执", "zh-Hant": "送達回執"}[locale]
    created = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
    values = {
        "doc": document_properties(heading, "00" * 16, labels_for(locale).language, created),
        "law": load_law("cn").texts(AS_OF, locale),
        "slips": slips,
    }
    return values, tuple(slip["number"] for slip in slips)


EVERY = [(name, locale, size) for name in DOCUMENTS for locale in LOCALES for size in SIZES]

__all__ = ["DOCUMENTS", "EVERY", "LOCALES", "SIZES", "STAMPED", "path_of", "render", "sample", "template"]
