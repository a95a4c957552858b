"""Data that read well and cannot be true, looked for when a ledger or a list of payments comes in.

The same checks refuse the letter of an account later on; here they are told while whoever holds the file is at work
on it. What stands in a file being imported is a fault of that import; what stands in the case file is a warning, since
no other file can mend it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from evidence.claim.account_replay import replay
from evidence.claim.checks import account_problems, estate_problems
from evidence.claim.positions import BOOKED_OTHERWISE
from evidence.errors import EvidenceError, ExitCode, Place, Problem, spec_of
from evidence.law.rates import load_rates
from evidence.model.account import Account
from evidence.model.case import CaseEvent, CaseKind
from evidence.model.events import AccountEvents
from evidence.model.office import Office
from evidence.workspace.booked import LedgerHistory
from evidence.workspace.caseterms import (
    account_events,
    contract_began,
    entry_id,
    entry_name,
    entry_place,
    late_clause,
)

MOVING = frozenset(
    {CaseKind.PAYMENT, CaseKind.DESIGNATION, CaseKind.WAIVER, CaseKind.CORRECTION, CaseKind.HOLD}
)
_BOOKING = ("claim.payments-missing", "claim.payments-not-booked")
_NONE = AccountEvents()


@dataclass(slots=True)
class Findings:
    """``faults`` by account: what stops the import, or leaves that account out of it."""

    faults: dict[str, list[Problem]] = field(default_factory=dict)
    warnings: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Incoming:
    """What an import brings: the accounts as they would stand, whether their ledger is new, its last day, and the
    payments by account, which have no entry in the journal yet."""

    accounts: Sequence[Account]
    is_new_ledger: bool
    day: date
    today: date
    payments: Mapping[str, Sequence[CaseEvent]]
    accept_lost: bool = False


def look(
    incoming: Incoming, on_file: Iterable[CaseEvent], history: LedgerHistory, office: Office
) -> Findings:
    """All that is wrong with the accounts, their events on file and the payments that come in."""
    own: dict[str, list[CaseEvent]] = {}
    estate: list[CaseEvent] = []
    for event in on_file:
        (own.setdefault(event.account, []) if event.account else estate).append(event)
    found = Findings()
    for problem in estate_problems(incoming.accounts):
        found.faults.setdefault(str(problem.params["account"]), []).append(problem)
    common = contract_began(estate)
    for account in incoming.accounts:
        entries = own.get(account.id, [])
        began = contract_began([*estate, *entries]) if entries else common
        fresh = incoming.payments.get(account.id, ())
        for problem in _of_account(incoming, account, entries, fresh, began, history):
            if _stops(problem, incoming, fresh):
                found.faults.setdefault(account.id, []).append(problem)
            else:
                found.warnings.append(problem)
    found.warnings += _rates(estate, own, office)
    return found


def _stops(problem: Problem, incoming: Incoming, fresh: Sequence[CaseEvent]) -> bool:
    if spec_of(problem.code).exit is ExitCode.DONE:
        return False
    if problem.code in _BOOKING:
        # New payments that do not fit would keep the account without letters, and cannot be taken back. A newer
        # ledger that has more booked than is on file needs its payments; one that has less has lost some.
        lost = incoming.is_new_ledger and problem.code == _BOOKING[1]
        return bool(fresh) or (lost and not incoming.accept_lost)
    in_ledger = bool(problem.where.file) and incoming.is_new_ledger
    return in_ledger or any(problem.where == event.origin for event in fresh)


def _of_account(
    incoming: Incoming,
    account: Account,
    entries: Sequence[CaseEvent],
    fresh: Sequence[CaseEvent],
    began: date | None,
    history: LedgerHistory,
) -> Iterable[Problem]:
    # New payments get the numbers the journal would give them next, so that they are told from those on file.
    first = max((event.journal_index for event in entries), default=0) + 1
    numbered = [replace(event, journal_index=first + i) for i, event in enumerate(fresh)]
    rows = {entry_place(event): event.origin for event in numbered}
    names = {entry_id(event.journal_index): str(event.origin) for event in numbered}
    try:
        moving = [event for event in entries if event.kind in MOVING]
        events = (
            account_events([*moving, *numbered], account.id, account.currency) if moving or fresh else _NONE
        )
        if events is _NONE:
            yield from account_problems(account, events, contract_from=began)
            return
        booked = history.of(account, events, incoming.day)
        made = replay(
            booked.account,
            events,
            max(incoming.today, incoming.day),
            ledger_as_of=booked.day,
            older=booked.older,
            contract_from=began,
        )
        # What only a statement needs, such as that days are not known, is not told of every account of an estate.
        problems: Sequence[Problem] = [
            notice for notice in made.notices if notice.where in rows or notice.code == BOOKED_OTHERWISE
        ]
    except EvidenceError as error:
        problems = error.problems
    for problem in problems:
        where = rows.get(problem.where, problem.where)
        params = dict(problem.params)
        if "event" in params:
            params["event"] = names.get(str(params["event"])) or entry_name(str(params["event"]))
        yield Problem(problem.code, _named(where, account.id), params)


def _named(where: Place, account: str) -> Place:
    """A place in the case file with its account; a place in a file, and a message without one, say enough."""
    if not where.part or account in where.part:
        return where
    return replace(where, part=f"{account} {where.part}")


def _rates(
    estate: Sequence[CaseEvent], own: Mapping[str, Sequence[CaseEvent]], office: Office
) -> Iterable[Problem]:
    """A clause on late charge whose rate cannot be meant (0.5 for 0.5 %), once for the estate and for each account
    with a contract of its own."""
    with_own = [a for a, entries in own.items() if any(e.kind is CaseKind.CONTRACT for e in entries)]
    for account in ("", *with_own):
        try:
            clause, _ = late_clause([*estate, *own.get(account, ())], account, office.contract)
        except EvidenceError as error:
            yield from error.problems
            continue
        if clause is None:
            continue
        try:
            rates = load_rates(office.jurisdiction)
        except EvidenceError:  # no table of rates for this law, so no late charge either
            return
        yield from (
            replace(problem, where=Place(part=clause.source)) for problem in clause.rules(rates).problems()
        )
