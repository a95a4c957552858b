"""One of each notice (样本), for the tests of their context and templates."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from letter_samples import AS_OF, account, office, quarters, yuan

from evidence.claim.statement import Claim, claim_of
from evidence.law import load_law
from evidence.letters.context import LetterContext, build_context
from evidence.letters.notices import About, Corrected, Notice, Settled
from evidence.letters.numbers import printed_number
from evidence.model.account import Account
from evidence.model.events import HoldReason
from evidence.model.letter import SERIES, LegalEffect, LetterKind, LetterNumber
from evidence.model.office import Office

REPLY = {
    "zh": (
        "经现场核查，三层楼道照明有两处不亮，已于2026年11月12日更换。",
        "就此期间服务不到位，我司向贵户致歉。",
    ),
    "zh-Hant": (
        "經現場核查，三層樓道照明有兩處不亮，已於2026年11月12日更換。",
        "就此期間服務不到位，我司向貴戶致歉。",
    ),
}
WRONG = {
    "zh": (
        "该通知书所列2019年4月至6月物业费，应付金额原写为“788.34元”，应为“738.34元”；合计金额相应改为“1,526.68元”。",
    ),
    "zh-Hant": (
        "該通知書所列2019年4月至6月物業費，應付金額原寫為「788.34元」，應為「738.34元」；合計金額相應改為「1,526.68元」。",
    ),
}
TEXT = {LetterKind.COMPLAINT_REPLY: REPLY, LetterKind.CORRECTION: WRONG}


def notice(kind: LetterKind, locale: str = "zh", *, rich: bool = False, times: int = 1) -> Notice:
    """``rich``: with everything that a notice of this kind may also say, and its own words said ``times`` times."""
    text = TEXT[kind][locale] * times if kind in TEXT else ()
    if kind is LetterKind.COMPLAINT_REPLY:
        matter = "楼道照明" if rich else ""
        return Notice(text, about=About(date(2026, 11, 10), matter, HoldReason.SERVICE_COMPLAINT))
    if kind is LetterKind.CORRECTION:
        withdrawn = date(2026, 11, 20) if rich else None
        wrong = Corrected(
            "2-2026-0017", "〔2026〕催字第0017号", "催交物业费通知书", date(2026, 9, 1), withdrawn
        )
        return Notice(text, corrects=wrong)
    if kind is LetterKind.SETTLEMENT:
        waived = yuan("88.34") if rich else yuan("0")
        count = 30 if rich else 2
        return Notice(
            settled=tuple(
                Settled("物业费", charge.period, charge.billed, waived, charge.billed - waived)
                for charge in quarters(count)
            ),
            principal_only=rich,
        )
    return Notice()


def claim(kind: LetterKind, home: Account | None = None) -> Claim:
    whole = claim_of(home or account(*quarters(2)), AS_OF)
    if kind is LetterKind.BILL_NOTICE:
        return whole
    return replace(whole, lines=(), total=yuan("0"))


def context(
    kind: LetterKind, locale: str = "zh", *, rich: bool = False, times: int = 1, **changes: Any
) -> LetterContext:
    number = LetterNumber(SERIES[kind], 2026, 1)
    bureau: Office = changes.pop("office", None) or office()
    home: Account = changes.pop("account", None) or account(*quarters(2))
    arguments: dict[str, Any] = {
        "office": bureau,
        "account": home,
        "claim": claim(kind, home),
        "number": printed_number(number, locale),
        "firm_number": "",
        "issued_on": AS_OF,
        "pay_by": AS_OF,
        "law": load_law("cn").texts(AS_OF, locale),
        "plan": (),
        "history": (),
        "draft": False,
        "locale": locale,
        "doc_created": datetime(2026, 11, 21, 2, 0, tzinfo=UTC),
        "doc_identifier": "00" * 16,
        "effect": LegalEffect.NONE,
        "notice": notice(kind, locale, rich=rich, times=times),
    }
    return build_context(kind, **{**arguments, **changes})
