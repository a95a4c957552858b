"""How many statements a second, how long a status of an estate takes, and how much memory.

    python bench/claim.py [--accounts N] [--status-accounts N] [--trace] [--json FILE]

Statements: 100,000 accounts of 24 periods with four payments each, made one after another from a fixed seed and
forgotten. ``--trace`` keeps the segments of every figure, as the annex of one owner needs them.

Reckoning: 10,000 such accounts at once in memory, each with two demands that interrupt limitation: what is claimed
and the first day something lapses. Once as the ledger stands (its paid column, no payment on file), once with four
payments on file for every account, which is the most an estate asks for.

Status: the whole call, ``Workspace.status()``, on a workspace of 10,000 accounts of 24 periods (see ``_estate.py``) whose
letters claim late charge: by the ledger alone, and with four payments on file for every account. By one process, and
by as many as there are cores; each measured in a process of its own, the middle one of three calls.

CPU seconds are those of all processes together. Figures of a busy machine are too high; its load stands beside them.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import _estate
from _measure import cpu_seconds, load_average, machine, median, peak_mib

from evidence.claim.account_replay import LedgerPaid, reckon, replay
from evidence.claim.checks import account_problems
from evidence.claim.late_charge import LateRules, LateTerms
from evidence.claim.late_statement import late_statement
from evidence.claim.limitation import Interruption, InterruptionKind, first_lapse_day, period_key, terms_of
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
from evidence.workspace import Workspace
from evidence.workspace.shares import cores
from evidence.workspace.status import status

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
    tally = reckon(account, events, AS_OF, late=RULES, ledger_paid=LedgerPaid.BEFORE_EVENTS)
    if problems := tally.problems():
        raise ValueError(problems)
    return claim_from(tally)


def reckoning(count: int) -> dict[str, float]:
    """CPU seconds of what is claimed and when something first lapses, for ``count`` accounts in memory."""
    calendar = load_calendar("cn")
    rows = [(*row, demands(number)) for number, row in enumerate(estate(count))]
    spent = {}
    for name, claim in (("ledger", from_ledger), ("payments", from_events)):
        before, total, lapses = time.process_time(), Decimal(0), set()
        for account, events, interruptions in rows:
            found = claim(account, events)
            total += found.total.amount
            lapses.add(first_lapse_day(terms_of(found), interruptions, AS_OF, calendar))
        spent[name] = time.process_time() - before
        first = min(day for day in lapses if day)
        print(
            f"reckoning, {name:9} {count:,} accounts in {spent[name]:.2f} s CPU; claimed {total:,}, first lapse {first}"
        )
    return spent


def statements(count: int, *, trace: bool) -> dict[str, float]:
    """Accounts a second."""
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
    rates = {"replay": count / spent["replay"], "late": count / spent["late"], "statements": count / work}
    print(f"accounts             {count:,} of {PERIODS} periods, 4 payments each")
    print(f"principal, late      {principal.grouped}  {late.grouped}")
    print(f"replay               {rates['replay']:,.0f} accounts/s")
    print(f"late charge          {rates['late']:,.0f} accounts/s{' with segments' if trace else ''}")
    print(f"statements           {rates['statements']:,.0f} /s")
    return rates


def whole_status(folder: Path) -> dict[str, Any]:
    """One workspace, by one process and by all cores; run in a process of its own for the sake of its memory."""
    found: dict[str, Any] = {}
    with Workspace.open(folder, source=_estate.source()) as opened:
        day = opened.today()
        for name, processes in (("one process", 1), ("all cores", cores())):
            calls = []
            for _ in range(3):
                cpu, wall = cpu_seconds(), time.perf_counter()
                rows = len(status(opened._desk, day, processes=processes))
                calls.append((time.perf_counter() - wall, cpu_seconds() - cpu))
            walls, cpus = zip(*calls, strict=True)
            found[name] = {"processes": processes, "rows": rows, "wall": median(walls), "cpu": median(cpus)}
            found[name]["load"] = load_average()
            # The largest child once more for each: an upper bound, since they share what was read before.
            children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
            found[name]["peak_mib"] = peak_mib() + (processes - 1) * children
    return found


def statuses(count: int) -> dict[str, Any]:
    found = {}
    print(f"\nstatus of {count:,} accounts  processes  wall s   CPU s  peak MiB  load")
    with tempfile.TemporaryDirectory(prefix="evidence-bench-") as scratch:
        for name, payments in (("ledger", False), ("payments", True)):
            folder = Path(scratch, name)
            _estate.make(folder, count, PERIODS, payments=payments).close()
            command = [sys.executable, __file__, "--of", str(folder)]
            answer = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
            found[name] = json.loads(answer)
            for one in found[name].values():
                figures = f"{one['wall']:6.2f}  {one['cpu']:6.2f}  {one['peak_mib']:8,}  {one['load']:4}"
                print(f"  {name:24}  {one['processes']:9}  {figures}", flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--accounts", type=int, default=100_000, help="how many statements; 0: none")
    parser.add_argument("--status-accounts", type=int, default=STATUS)
    parser.add_argument("--trace", action="store_true")
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    parser.add_argument("--of", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.of:
        print(json.dumps(whole_status(chosen.of)))
        return
    found: dict[str, Any] = {"machine": machine(["sqlalchemy"]), "load_before": load_average()}
    if chosen.accounts:
        found["statements"] = statements(chosen.accounts, trace=chosen.trace)
        found["reckoning"] = reckoning(chosen.status_accounts)
        print(f"peak memory          {peak_mib():,} MiB")
    found["status"] = statuses(chosen.status_accounts)
    found["load_after"] = load_average()
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
