"""One fictional office, owner and claim (样本), put together for the tests of context and templates."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from evidence.claim.plan import equal_plan
from evidence.claim.statement import claim_of
from evidence.law import load_law
from evidence.letters.context import LetterContext, PriorDemand, build_context
from evidence.letters.numbers import firm_number, printed_number
from evidence.model.account import Account, Charge, Debtor, Premises
from evidence.model.letter import SERIES, LetterKind, LetterNumber
from evidence.model.money import Money
from evidence.model.office import BankAccount, Contract, Creditor, LawFirm, Office
from evidence.model.period import Period
from evidence.model.problem import Place

AS_OF = date(2026, 11, 21)
PAY_BY = date(2026, 12, 11)
LOCALES = ("zh", "zh-Hant")

FIRM = LawFirm(
    name="样本律师事务所",
    mark="沪样",
    address="样本市样本路2号",
    phone="021-11111111",
    lawyer="赵样本",
    licence="13101202000000000",
)


def office(**changes: Any) -> Office:
    """Only what every kind requires is filled in."""
    parts: dict[str, Any] = {
        "jurisdiction": "cn",
        "locale": "zh",
        "creditor": Creditor(
            name="样本物业服务有限公司",
            uscc="91310000MA1FL00000",
            address="样本市样本路1号",
            phone="021-00000000",
            contact="李样本",
        ),
        "bank": BankAccount("样本物业服务有限公司", "样本银行样本支行", "6222000000000000"),
        "contract": Contract(
            name="前期物业服务合同",
            signed_on="2019-06-01",
            fee_clause="第六条",
            due_clause="第七条",
            price="每月每平方米2.80元",
        ),
        "law_firm": FIRM,
    }
    return Office(**{**parts, **changes})


def yuan(text: str) -> Money:
    return Money.of(text, "CNY")


def charge(
    period: Period, billed: str = "788.34", paid: str = "0", item: str = "物业费", due: date | None = None
) -> Charge:
    place = Place(file="样本.xlsx", sheet="台账", row=2)
    return Charge(item, period, yuan(billed), yuan(paid), place, due, Decimal("93.85"))


def quarters(count: int) -> tuple[Charge, ...]:
    """``count`` quarters from 2019 on, each due on the tenth of its first month."""
    made = []
    for index in range(count):
        year, quarter = 2019 + index // 4, index % 4
        first = 3 * quarter + 1
        made.append(charge(Period.months(year, first, year, first + 2), due=date(year, first, 10)))
    return tuple(made)


def account(*charges: Charge, name: str = "张样本", estate: str = "样本花园") -> Account:
    return Account(Premises(estate, "1栋", "2单元", "301室"), Debtor(name), charges or quarters(6), "CNY")


def context(kind: LetterKind, locale: str = "zh", **changes: Any) -> LetterContext:
    """The context of a sample letter; keyword arguments replace single arguments of ``build_context``."""
    home = changes.pop("account", None) or account()
    bureau = changes.pop("office", None) or office()
    claim = changes.pop("claim", None) or claim_of(home, AS_OF)
    number = LetterNumber(SERIES[kind], 2026, 1)
    agreement = kind is LetterKind.INSTALMENT_AGREEMENT
    arguments: dict[str, Any] = {
        "office": bureau,
        "account": home,
        "claim": claim,
        "number": printed_number(number, locale),
        "firm_number": firm_number(number, bureau, locale),
        "issued_on": AS_OF,
        "pay_by": PAY_BY,
        "law": load_law("cn").texts(AS_OF, locale),
        "plan": equal_plan(claim.total, 3, date(2026, 12, 31)) if agreement and claim.lines else (),
        "history": (),
        "draft": kind is LetterKind.LAWYER_LETTER,
        "locale": locale,
        "doc_created": datetime(2026, 11, 21, 2, 0, tzinfo=UTC),
        "doc_identifier": "00" * 16,
    }
    return build_context(kind, **{**arguments, **changes})


PRIOR = (
    PriorDemand("〔2026〕催字第0017号", date(2026, 9, 1), date(2026, 9, 5), "EMS"),
    PriorDemand("〔2026〕催字第0088号", date(2026, 10, 8), None, "短信"),
)
