"""Balances of one account, replayed from its events: what each period was, what became of it, and why.

Nothing is stored and nothing is patched: corrections change the bill from the first day, then waivers and
payments are taken in the order of their days (a waiver before a payment of the same day, equal ones by id), so
the result depends on what happened and not on the order of import.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum

from evidence.claim.account_run import Run, is_designated
from evidence.claim.allocation import AllocationTerms
from evidence.claim.checks import account_problems, set_aside
from evidence.claim.late_charge import LateRules
from evidence.claim.minor import to_minor
from evidence.claim.positions import Allocation, Position, Replay, balance_problems
from evidence.claim.tally import Tally
from evidence.errors import EvidenceError
from evidence.model.account import Account
from evidence.model.events import AccountEvents, Target
from evidence.model.money import Money

__all__ = ["Allocation", "LedgerPaid", "Position", "Replay", "balance_problems", "reckon", "replay"]


class LedgerPaid(StrEnum):
    """How the ledger's paid column stands to the payment events, so that no payment counts twice.

    ``IN_EVENTS``: the events are the payments that column adds up, and are checked against it; for an account
    without any payment event up to the ledger's day it is taken as it stands, undated, and later ones come on top.
    ``BEFORE_EVENTS``: it holds older payments, and all events come on top.
    """

    IN_EVENTS = "in-events"
    BEFORE_EVENTS = "before-events"


def replay(
    account: Account,
    events: AccountEvents,
    as_of: date,
    *,
    terms: AllocationTerms | None = None,
    late: LateRules | None = None,
    ledger_paid: LedgerPaid = LedgerPaid.IN_EVENTS,
    ledger_as_of: date | None = None,
    older: Money | None = None,
    securities: Mapping[Target, Money] | None = None,
    contract_from: date | None = None,
) -> Replay:
    """The account on ``as_of``; events after that day are left out.

    ``late`` gives the agreed rates (for the burden of 560(2), for late charge paid as interest and for waivers of
    late charge); ``securities`` the value of securities. ``ledger_as_of`` is the day up to which the ledger's paid
    column counts, ``older`` what of that column is known to stand for payments that are not among the events: it is
    taken from what the events leave unexplained of each charge, oldest first (:func:`_undated`). A payment designated
    for a time that is not billed here is left aside. Raises every fault at once: those of
    :func:`~evidence.claim.checks.account_problems`, of :meth:`LateRules.problems`, ``claim.payments-missing``,
    ``claim.payments-not-booked``, ``claim.waiver-exceeds``, ``claim.correction-below-zero``,
    ``claim.late-not-known``.
    """
    return reckon(
        account,
        events,
        as_of,
        terms=terms,
        late=late,
        ledger_paid=ledger_paid,
        ledger_as_of=ledger_as_of,
        older=older,
        securities=securities,
        contract_from=contract_from,
    ).replay()


def reckon(
    account: Account,
    events: AccountEvents,
    as_of: date,
    *,
    terms: AllocationTerms | None = None,
    late: LateRules | None = None,
    ledger_paid: LedgerPaid = LedgerPaid.IN_EVENTS,
    ledger_as_of: date | None = None,
    older: Money | None = None,
    securities: Mapping[Target, Money] | None = None,
    contract_from: date | None = None,
) -> Tally:
    """:func:`replay` in fen, without the record of it: for lists of a whole estate."""
    terms = terms or AllocationTerms()
    events, aside = set_aside(account, events)
    faults = list(account_problems(account, events, contract_from=contract_from))
    if late is not None:
        faults.extend(late.problems())
    elif terms.late_charge_is_interest:
        raise ValueError("late charge can only be paid as interest if its rate is known")
    if faults:
        raise EvidenceError(faults)
    ledger_day = ledger_as_of or as_of
    explained = ledger_paid is LedgerPaid.IN_EVENTS and any(
        p.received_on <= ledger_day for p in events.payments
    )
    rest = to_minor(older) if older and explained else 0

    def played(day: date, undated: Sequence[int] | None, events: AccountEvents = events) -> Run:
        run = Run(account, events, day, terms, late)
        run.open_lines(undated, securities or {})
        run.play()
        return run

    def reckoned(undated: Sequence[int] | None) -> tuple[Run, Run]:
        run = played(as_of, undated)
        # What the column adds up is seen on its own day, also for a statement of an earlier one.
        return run, run if undated is None or ledger_day <= as_of else played(ledger_day, undated)

    if not explained:
        run, _ = reckoned(None)
    else:
        run, seen = reckoned(_undated(played, events, ledger_day, rest, only_designated=True))
        if rest and seen.booked_otherwise(ledger_day):
            other = reckoned(_undated(played, events, ledger_day, rest, only_designated=False))
            if not other[1].booked_otherwise(ledger_day):
                run, seen = other
        run.compare_with_ledger(seen, ledger_day, rest)
    if run.faults:
        raise EvidenceError(run.faults)
    run.tally.notices.extend(aside)
    return run.tally


def _undated(
    played: Callable[[date, Sequence[int] | None, AccountEvents], Run],
    events: AccountEvents,
    ledger_day: date,
    older: int,
    *,
    only_designated: bool,
) -> Sequence[int]:
    """The part of each charge's paid column that stands for payments without an event; together ``older``, in fen.

    The designated payments of the events settle what they were made for, so what they explain of a charge is taken
    off its column first; ``older`` is then taken from what is left, oldest first. Without ``only_designated`` the
    other payments are taken off in the same way, each where the law puts it while nothing else was paid.
    """
    if not older:
        return ()
    dated = [
        payment
        for payment in events.payments
        if payment.received_on <= ledger_day and (not only_designated or is_designated(events, payment))
    ]
    lines = played(ledger_day, (), replace(events, payments=tuple(dated))).lines
    found = [0] * len(lines)
    # What the column does not leave room for elsewhere stays where the ledger has it: no sum may get lost.
    for explained in ([line.paid for line in lines], [0] * len(lines)):
        for index, line in enumerate(lines):
            unexplained = line.bill.paid - explained[index] - found[index]
            taken = max(0, min(unexplained, older))
            found[index] += taken
            older -= taken
    return found
