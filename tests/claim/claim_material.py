"""Accounts and events for the tests of the claim room; every name is a sample (样本)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from evidence.claim.late_charge import LateRules, LateTerms, LprMode
from evidence.claim.rate_text import parse_rate
from evidence.law.rates import RatePack, load_rates
from evidence.model.account import Account, Charge, Debtor, Premises
from evidence.model.events import AccountEvents, Designation, Payment, Target
from evidence.model.money import Money
from evidence.model.period import Period
from evidence.model.problem import Place, Problem

HOME = Premises("样本苑", "1栋", "2单元", "301")
ID = HOME.account_id


def cny(text: str | int) -> Money:
    return Money.of(text, "CNY")


def fen(amount: int) -> Money:
    return Money(Decimal(amount).scaleb(-2), "CNY")


def charge(
    year: int,
    month: int,
    billed: str,
    *,
    paid: str = "0",
    due: date | None = None,
    item: str = "物业费",
    area: str | None = None,
) -> Charge:
    """One month's fee, due on its 15th unless said otherwise."""
    return Charge(
        item,
        Period.months(year, month, year, month),
        cny(billed),
        cny(paid),
        Place("样本.xlsx", "Sheet1", month + 1),
        due or date(year, month, 15),
        area=None if area is None else Decimal(area),
    )


def account(*charges: Charge, name: str = "样本业主") -> Account:
    return Account(HOME, Debtor(name), charges, "CNY")


def payment(name: str, day: date, amount: str, *targets: Target, words: str = "") -> Payment:
    designation = Designation(targets, day, words) if targets else None
    return Payment(name, ID, day, cny(amount), designation, Place("样本付款.csv", "", 2))


def paid(*payments: Payment) -> AccountEvents:
    return AccountEvents(payments=payments)


def month(year: int, number: int) -> Target:
    return Target(period=Period.months(year, number, year, number))


def rules(clause: str | None = None, *, rates: RatePack | None = None, **terms: object) -> LateRules:
    """Late-charge rules from a clause in words; without one the reference rate."""
    rate = None if clause is None else parse_rate(clause)
    return LateRules(LateTerms(rate, **terms), rates or load_rates("cn"))  # type: ignore[arg-type]


FLOATING = LprMode.FLOATING


def codes(problems: Sequence[Problem]) -> list[str]:
    return [problem.code for problem in problems]
