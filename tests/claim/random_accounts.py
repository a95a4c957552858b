"""Random accounts for the properties of the claim room: charges of two fee items and every kind of event.

An account is read off bytes, so that one draw of hypothesis makes a whole one (and shrinks towards the first
choices), and so that a seed makes ten thousand of them in a second or two.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from claim_material import ID, account, fen

from evidence.claim.account_replay import LedgerPaid, Replay, reckon
from evidence.claim.allocation import AllocationTerms
from evidence.claim.late_charge import LateRules, LateTerms, LprMode
from evidence.claim.late_statement import LateStatement, late_statement
from evidence.claim.rate_text import LateRate, LprRate, Per
from evidence.claim.tally import Tally
from evidence.law.rates import load_rates
from evidence.model.account import Account, Charge
from evidence.model.events import (
    AccountEvents,
    Correction,
    Cost,
    Designation,
    Hold,
    HoldReason,
    Part,
    Payment,
    Target,
    Waiver,
)
from evidence.model.period import Period
from evidence.model.problem import Place

MANY = 10_000
BYTES = 150
FIRST, END = date(2022, 1, 1), date(2025, 5, 20)
TERMS = (
    LateTerms(LateRate(Decimal("0.0005"), Per.DAY)),
    LateTerms(LateRate(Decimal("0.06"), Per.YEAR)),
    LateTerms(LateRate(Decimal("0.003"), Per.DAY), cap_at_principal=True),
    LateTerms(LprRate(Decimal("1.3")), mode=LprMode.FLOATING),
    LateTerms(),
)


@dataclass(frozen=True)
class Case:
    owner: Account
    events: AccountEvents
    as_of: date
    rules: LateRules
    terms: AllocationTerms

    def run(self) -> Replay:
        return self.reckon().replay()

    def reckon(self) -> Tally:
        return reckon(
            self.owner,
            self.events,
            self.as_of,
            terms=self.terms,
            late=self.rules,
            ledger_paid=LedgerPaid.BEFORE_EVENTS,
        )

    def late(self, result: Replay) -> LateStatement:
        return late_statement(result.positions, self.as_of, self.rules, "CNY")


def target(charge: Charge) -> Target:
    return Target(charge.item, charge.period)


class Dice:
    """Choices read off bytes."""

    def __init__(self, entropy: bytes) -> None:
        self.entropy, self.at = entropy, 0

    def below(self, limit: int) -> int:
        piece = self.entropy[self.at : self.at + 3]
        self.at += 3
        return int.from_bytes(piece, "big") % limit

    def one(self, *options: Any) -> Any:
        return options[self.below(len(options))]

    def day(self) -> date:
        return FIRST + timedelta(days=self.below((END - FIRST).days + 1))

    def amount(self) -> int:
        return 1 + self.below(self.one(10**6, 10**6, 300))

    def several(self, most: int) -> range:
        return range(self.below(most + 1))


def case_of(entropy: bytes, *, only_payments: bool = False, ties: bool = True) -> Case:
    """An account with its events; without ``ties`` no two charges fall due on one day."""
    dice = Dice(entropy)
    charges: list[Charge] = []
    for number in range(1 + dice.below(4)):
        period = Period.months(2020, number + 1, 2020, number + 1)
        due = dice.day()
        while not ties and any(due == charge.due for charge in charges):
            due += timedelta(days=1)
        for item in ("物业费", "停车费")[: 1 + (ties and dice.below(2))]:
            billed = dice.amount()
            paid = dice.one(0, 0, billed // 3, billed)
            charges.append(Charge(item, period, fen(billed), fen(paid), Place(), due))
    payments = []
    for number in dice.several(4):
        when = dice.day()
        words = Designation((target(dice.one(*charges)),), when) if dice.below(4) == 3 else None
        payments.append(Payment(f"P{number}", ID, when, fen(dice.amount()), words))
    events = AccountEvents(payments=tuple(payments))
    if not only_payments:
        part = dice.one(Part.PRINCIPAL, Part.LATE_CHARGE)
        events = replace(
            events,
            waivers=tuple(
                Waiver(f"W{n}", ID, dice.day(), target(dice.one(*charges)), None, part)
                for n in dice.several(1)
            ),
            corrections=tuple(
                Correction(f"C{n}", ID, dice.day(), target(dice.one(*charges)), fen(dice.amount()))
                for n in dice.several(1)
            ),
            costs=tuple(Cost(f"K{n}", ID, dice.day(), fen(dice.amount())) for n in dice.several(1)),
            holds=tuple(
                Hold(
                    f"H{n}",
                    ID,
                    (target(dice.one(*charges)),),
                    HoldReason.REFUSES,
                    FIRST,
                    None,
                    fen(dice.amount()),
                )
                for n in dice.several(1)
            ),
        )
    by_item = dice.one({}, {"停车费": LateTerms(LateRate(Decimal("0.0007"), Per.DAY))})
    rules = LateRules(dice.one(*TERMS), load_rates("cn"), by_item)
    terms = AllocationTerms(late_charge_is_interest=dice.one(False, True))
    return Case(account(*charges), events, dice.day(), rules, terms)


def many_cases(seed: int, count: int = MANY, **how: bool) -> Iterator[tuple[Case, random.Random]]:
    """``count`` accounts, each with the dice it came from for whatever else a property draws."""
    dice = random.Random(seed)
    for _ in range(count):
        yield case_of(dice.randbytes(BYTES), **how), dice
