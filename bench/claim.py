"""How many statements a second, how long a status of an estate takes, and how much memory.

    python bench/claim.py [ACCOUNTS] [--trace]

Statements: 100,000 accounts of 24 periods with four payments each, made one after another from a fixed seed and
forgotten. ``--trace`` keeps the segments of every figure, as the annex of one owner needs them.

Status: 10,000 such accounts at once in memory, each with two demands that interrupt limitation: what is claimed
and the first day something lapses. Once as the ledger stands (its paid column, no payment on file), once with four
payments on file for every account, which is the most an estate asks for.

One line per measure on stdout, in CPU seconds of one core.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from evidence.claim.account_replay import LedgerPaid, replay
from evidence.claim.checks import account_problems
from evidence.claim.late_charge import LateRules, LateTerms
from evidence.claim.late_statement import late_statement
from evidence.claim.limitation import Interruption, InterruptionKind, first_lapse_day, period_key, terms_of
from evidence.claim.positions import balance_problems
from evidence.claim.rate_text import LateRate, Per
from evidence.claim.statement import Claim, claim_from, claim_of
from evidence.law.calendar import load_calendar
from evidence.law.rates import load_rates
from evidence.model.account import Account, Charge, Debtor, Premises
from evidence.model.delivery import Grade
from evidence.model.events import AccountEvents, Payment
from evidence.model.money import Money
from evidence.model.period import Period
from evidence.model.problem import Place

PERIODS = 24
STATUS = 10_000
AS_OF = date(2025, 5, 20)
MONTHS = [Period.months(2023 + n // 12, n % 12 + 1, 2023 + n // 12, n % 12 + 1) for n in range(PERIODS)]
RULES = LateRules(LateTerms(LateRate(Decimal("0.0005"), Per.DAY)), load_rates("cn"))


def estate(count: int) -> Iterator[tuple[Account, AccountEvents]]:
    """Sample accounts (样本): a fee a month, four payments of any size on any day."""
    dice = random.Random(24)
    nothing = Money.zero("CNY")
    for number in range(count):
        home = Premises("样本苑", f"{number // 1000 + 1}栋", "", f"{number % 1000}")
        fee = Money(Decimal(dice.randrange(8000, 40000)).scaleb(-2), "CNY")
        charges = tuple(
            Charge("物业费", month, fee, nothing, Place("样本.xlsx", "Sheet1", row), month.end)
            for row, month in enumerate(MONTHS, 2)
        )
        account = Account(home, Debtor("样本业主"), charges, "CNY")
        payments = tuple(
            Payment(
                f"{number}-{n}",
                account.id,
                date(2023, 2, 1) + timedelta(days=dice.randrange(800)),
                Money(Decimal(dice.randrange(5000, 120000)).scaleb(-2), "CNY"),
            )
            for n in range(4)
        )
        yield account, AccountEvents(payments=payments)


def demands(number: int) -> tuple[Interruption, ...]:
    """Two demands with proof: one for the first year's fees, one for all."""
    keys = [period_key("物业费", month) for month in MONTHS]
    return (
        Interruption(
            InterruptionKind.DEMAND, date(2024, 1, 5 + number % 20), Grade.B, frozenset(keys[:12]), "1"
        ),
        Interruption(InterruptionKind.DEMAND, date(2025, 2, 5 + number % 20), Grade.C, frozenset(keys), "2"),
    )


def from_ledger(account: Account, events: AccountEvents) -> Claim:
    """An account with nothing on file beside its ledger rows."""
    if problems := account_problems(account, AccountEvents()):
        raise ValueError(problems)
    return claim_of(account, AS_OF)


def from_events(account: Account, events: AccountEvents) -> Claim:
    result = replay(account, events, AS_OF, late=RULES, ledger_paid=LedgerPaid.BEFORE_EVENTS)
    if problems := balance_problems(result):
        raise ValueError(problems)
    return claim_from(result)


def status(count: int) -> None:
    """What is claimed and when something first lapses, for ``count`` accounts in memory."""
    calendar = load_calendar("cn")
    rows = [(*row, demands(number)) for number, row in enumerate(estate(count))]
    for name, claim in (("by the ledger", from_ledger), ("with payments", from_events)):
        clock = time.process_time
        before, total, lapses = clock(), Decimal(0), set()
        for account, events, interruptions in rows:
            found = claim(account, events)
            total += found.total.amount
            lapses.add(first_lapse_day(terms_of(found), interruptions, AS_OF, calendar))
        spent = clock() - before
        first = min(day for day in lapses if day)
        print(f"status {name}  {count:,} accounts in {spent:.2f} s; claimed {total:,}, first lapse {first}")


def main() -> None:
    count = next((int(word) for word in sys.argv[1:] if word.isdigit()), 100_000)
    trace = "--trace" in sys.argv
    spent = {"make": 0.0, "replay": 0.0, "late": 0.0}
    principal, late = Money.zero("CNY"), Money.zero("CNY")
    clock = time.process_time  # one thread and no waiting: CPU seconds, whoever else uses the machine
    before = clock()
    for account, events in estate(count):
        made = clock()
        result = replay(account, events, AS_OF, late=RULES, ledger_paid=LedgerPaid.BEFORE_EVENTS)
        replayed = clock()
        found = late_statement(result.positions, AS_OF, RULES, "CNY", trace=trace)
        principal = principal + result.principal
        late = late + (found.claimed or Money.zero("CNY"))
        after = clock()
        spent["make"] += made - before
        spent["replay"] += replayed - made
        spent["late"] += after - replayed
        before = after
    work = spent["replay"] + spent["late"]
    print(f"accounts            {count:,} of {PERIODS} periods, 4 payments each")
    print(f"principal, late     {principal.grouped}  {late.grouped}")
    print(f"replay              {count / spent['replay']:,.0f} accounts/s")
    print(f"late charge         {count / spent['late']:,.0f} accounts/s{' with segments' if trace else ''}")
    print(f"statements          {count / work:,.0f} /s")
    status(min(count, STATUS))
    print(f"peak memory         {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")


if __name__ == "__main__":
    main()
