"""Claims with a late charge, holds, waivers and corrections (样本), for the tests of what letters say of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from letter_samples import AS_OF, account, office, quarters, yuan

from evidence.claim.account_replay import LedgerPaid, replay
from evidence.claim.late_charge import LateRules, LateTerms
from evidence.claim.late_statement import late_statement
from evidence.claim.rate_text import parse_rate
from evidence.claim.statement import Claim, claim_from
from evidence.law.rates import load_rates
from evidence.model.account import Account
from evidence.model.events import (
    AccountEvents,
    Correction,
    Designation,
    Hold,
    HoldReason,
    Payment,
    Target,
    Waiver,
)
from evidence.model.office import Contract
from evidence.model.problem import Place

LATE_CLAUSE = Contract(
    "前期物业服务合同", "2019-06-01", "第六条", "第七条", "第十二条", "日万分之五", "每月每平方米2.80元"
)


def claim_of_events(
    home: Account, *events: Any, clause: str | None = "日万分之五", late: bool = True, **terms: Any
) -> Claim:
    """What is claimed from ``home`` on the day of the letter after ``events``; ``late``: with its late charge."""
    made = AccountEvents(
        payments=tuple(e for e in events if isinstance(e, Payment)),
        waivers=tuple(e for e in events if isinstance(e, Waiver)),
        corrections=tuple(e for e in events if isinstance(e, Correction)),
        holds=tuple(e for e in events if isinstance(e, Hold)),
    )
    rules = LateRules(LateTerms(parse_rate(clause) if clause else None, **terms), load_rates("cn"))
    done = replay(home, made, AS_OF, late=rules, ledger_paid=LedgerPaid.BEFORE_EVENTS)
    stated = late_statement((p.without_held() for p in done.positions), AS_OF, rules, "CNY")
    return claim_from(done, made.holds, stated if late else None)


def hold(reason: HoldReason, index: int, amount: str | None = None, count: int = 1) -> Hold:
    """The ``index``-th quarter of the samples (and those after it) is held, or ``amount`` of it."""
    made = quarters(index + count)[index:]
    targets = tuple(Target(charge.item, charge.period) for charge in made)
    held = yuan(amount) if amount else None
    return Hold(f"样本-{reason}-{index}", account().id, targets, reason, date(2026, 1, 1), amount=held)


def waiver(index: int, amount: str) -> Waiver:
    quarter = quarters(index + 1)[index]
    target = Target(quarter.item, quarter.period)
    return Waiver(f"样本-减免-{index}", account().id, date(2026, 2, 1), target, yuan(amount))


def correction(index: int, change: str) -> Correction:
    quarter = quarters(index + 1)[index]
    target = Target(quarter.item, quarter.period)
    return Correction(f"样本-更正-{index}", account().id, date(2026, 2, 1), target, yuan(change))


def payment(index: int, amount: str, day: date = date(2026, 3, 1)) -> Payment:
    """Money for the ``index``-th quarter, designated by the owner."""
    quarter = quarters(index + 1)[index]
    words = Designation((Target(quarter.item, quarter.period),), day, "样本")
    place = Place("样本付款.csv", "", 2)
    return Payment(f"样本-付款-{index}", account().id, day, yuan(amount), words, place)


def everything(count: int = 8) -> tuple[Account, Claim]:
    """Late charge, a period in dispute, one in part, a waiver, a correction and a part payment, all at once."""
    home = account(*quarters(count))
    return home, claim_of_events(
        home,
        hold(HoldReason.AMOUNT_DISPUTED, 1),
        hold(HoldReason.SERVICE_COMPLAINT, 2, "200"),
        waiver(3, "88.34"),
        correction(4, "-50.00"),
        payment(5, "300"),
    )


def late_office(**changes: Any) -> Any:
    return office(contract=replace(LATE_CLAUSE, **changes))
