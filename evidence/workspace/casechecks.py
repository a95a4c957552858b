"""What cannot be true of a piece of the case file, looked for before it is recorded.

A wrong entry costs more than a refused one: it moves every figure of its account from that day on. So what the ledger,
the calendar, the letters and the file itself can contradict is asked while whoever types it still has the paper in hand.
What they cannot (100 typed for 1000) is taken back later by a piece of kind ``cancel``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection, select

from evidence.claim.late_terms import LateRules, LateTerms
from evidence.claim.rate_text import LateRate, parse_rate
from evidence.clock import CHINA
from evidence.errors import EvidenceError, Problem
from evidence.intake.cells import Refusal
from evidence.intake.periods import parse_period
from evidence.law.identity import check_citizen_number, check_uscc
from evidence.law.rates import RatePack, load_rates
from evidence.letters.numbers import parse_printed_number
from evidence.model.account import Account
from evidence.model.case import CaseEvent, CaseKind, latest, standing
from evidence.model.letter import LetterKind, LetterNumber
from evidence.model.money import Money
from evidence.workspace import schema
from evidence.workspace.casefacts import contact_time, is_citizen_number, is_company_number
from evidence.workspace.cases import load_accounts, require_snapshot
from evidence.workspace.caseterms import entry_id, entry_name, period_text, target_of
from evidence.workspace.claims import Claims
from evidence.workspace.core import Desk
from evidence.workspace.paymentchecks import repeated_payments
from evidence.workspace.plans import paper_late
from evidence.workspace.replies import answer_problems

# Days on which something happened, as against days that were agreed upon.
_HAPPENED: Mapping[CaseKind, tuple[str, ...]] = {
    CaseKind.PAYMENT: ("received_on",),
    CaseKind.DESIGNATION: ("on",),
    CaseKind.WAIVER: ("on",),
    CaseKind.CORRECTION: ("on",),
    CaseKind.HOLD: ("from",),
    CaseKind.COMPLAINT: ("received_on", "answered_on"),
    CaseKind.ANSWER: ("on",),
    CaseKind.PROMISE: ("made_on",),
    CaseKind.COST: ("incurred_on",),
    CaseKind.AGREEMENT: ("signed_on",),
    CaseKind.POSTING: ("on",),
    CaseKind.NONE: ("on",),
}
_MOVING = frozenset(
    {
        CaseKind.PAYMENT,
        CaseKind.DESIGNATION,
        CaseKind.WAIVER,
        CaseKind.CORRECTION,
        CaseKind.HOLD,
        CaseKind.CANCEL,
    }
)
# Kept by the machinery itself: an override is journaled as such, an approval made a letter.
_NOT_TAKEN_BACK = frozenset({CaseKind.CANCEL, CaseKind.OVERRIDE, CaseKind.APPROVAL})
_CAN_END = frozenset({CaseKind.HOLD, CaseKind.PAUSE})
# Two sums that do not meet yet: whoever records several payments one after the other is not done.
_INCOMPLETE = frozenset({"claim.payments-missing"})
_RATES = "日万分之五, 年利率6%, LPR的1.3倍"
_PERIODS = "2025-01, 2025-01/2025-03, 2025年1月至3月"


def entry_problems(
    desk: Desk, connection: Connection, fresh: Sequence[CaseEvent], recorded: Sequence[CaseEvent]
) -> tuple[Problem, ...]:
    """Everything that stands against recording ``fresh``, each fault at the place its piece was read from.

    ``fresh`` are checked field by field (:func:`~evidence.model.case.check_fields`); ``recorded`` is the whole file, with
    what was taken back. Codes: ``case.future``, ``case.bad-value``, ``case.missing-field``, ``case.cancel-…``,
    ``case.payment-again``, ``case.agreement-…``, ``case.hold-exceeds``, ``case.owner-is-creditor``,
    ``readiness.citizen-…`` and ``readiness.uscc-…`` (a number that fails its own check), the refusals of a rate, and
    the faults of a replay with the new pieces.
    """
    if not fresh:
        return ()
    first = desk.journal.size(connection)
    numbered = [replace(event, journal_index=first + place) for place, event in enumerate(fresh)]
    today = desk.source.now().astimezone(CHINA).date()
    problems: list[Problem] = []
    by_index = {event.journal_index: event for event in recorded}
    gone = {index for event in recorded if (index := event.takes_back) is not None and not event.text("on")}
    rates = _rates(desk)
    owners = [event for event in standing(recorded) if event.kind is CaseKind.OWNER]
    usable = []
    for event in numbered:
        found = [
            *_future(event, today),
            *_unreadable(event, rates),
            *(_cancel(event, by_index, gone) if event.kind is CaseKind.CANCEL else ()),
            *(answer_problems(connection, event) if event.kind is CaseKind.ANSWER else ()),
            *(_agreement(event, connection) if event.kind is CaseKind.AGREEMENT else ()),
            *(_identity(desk, event, [*owners, *numbered], today) if event.kind is CaseKind.OWNER else ()),
        ]
        problems += found
        if not found:
            usable.append(event)
    problems += repeated_payments(usable, standing(recorded))
    problems += _balances(desk, connection, usable, today)
    return tuple(problems)


def _future(event: CaseEvent, today: date) -> Iterator[Problem]:
    days = {name: event.date(name) for name in _HAPPENED.get(event.kind, ())}
    if event.kind is CaseKind.CONTACT and (at := contact_time(event)):
        days["at"] = at.astimezone(CHINA).date()
    for name, day in days.items():
        if day is not None and day > today:
            params = {"field": name, "day": day.isoformat(), "today": today.isoformat()}
            yield Problem("case.future", event.origin, params)


def _rates(desk: Desk) -> RatePack | None:
    """What a rate is plausible by; ``None`` where the jurisdiction has no table of rates."""
    try:
        return load_rates(desk.office.jurisdiction)
    except EvidenceError:
        return None


def _unreadable(event: CaseEvent, rates: RatePack | None) -> Iterator[Problem]:
    """Texts that are read later on: a period, a rate."""
    if event.text("period"):
        try:
            period = parse_period(period_text(event.text("period")))
        except Refusal:
            period = None
        if period is None:
            yield _bad(event, "period", _PERIODS)
    if event.kind is CaseKind.CONTRACT and event.text("late_rate"):
        yield from _rate(event, "late_rate", rates)
    if event.kind is CaseKind.LATE and event.text("claimed") == "own":
        if event.text("rate"):
            yield from _rate(event, "rate", rates, own=True)
        else:
            yield Problem("case.missing-field", event.origin, {"kind": event.kind.value, "field": "rate"})


def _rate(event: CaseEvent, name: str, rates: RatePack | None, *, own: bool = False) -> Iterator[Problem]:
    try:
        rate = parse_rate(event.text(name))
        if rates is not None and (implausible := LateRules(LateTerms(rate), rates).problems()):
            raise EvidenceError(implausible)
    except EvidenceError as error:
        yield _bad(event, name, _RATES)  # whatever the clause is refused for, what was typed is at fault
        for problem in error.problems:
            yield Problem(problem.code, event.origin, {**problem.params, "field": name})
        return
    if own and not isinstance(rate, LateRate):
        yield _bad(event, name, "日万分之一")


def _bad(event: CaseEvent, name: str, expected: str) -> Problem:
    params = {"field": name, "value": event.text(name), "expected": expected}
    return Problem("case.bad-value", event.origin, params)


def _cancel(event: CaseEvent, recorded: Mapping[int, CaseEvent], gone: set[int]) -> Iterator[Problem]:
    """What is taken back must be there, be this account's, and be something that can be taken back."""
    number = event.decimal("entry")
    assert number is not None  # a required field
    about = {"entry": event.text("entry"), "field": "entry"}
    entry = recorded.get(int(number)) if number == int(number) else None
    if entry is None:
        yield Problem("case.cancel-unknown", event.origin, about)
        return
    if entry.account != event.account:
        yield Problem("case.cancel-account", event.origin, {**about, "account": entry.account or "-"})
    if entry.kind in _NOT_TAKEN_BACK:
        yield Problem("case.cancel-kind", event.origin, {**about, "kind": entry.kind.value})
    elif entry.journal_index in gone:
        yield Problem("case.cancel-again", event.origin, about)
    elif event.text("on") and entry.kind not in _CAN_END:
        yield Problem("case.cancel-on", event.origin, {**about, "kind": entry.kind.value})
    gone.add(entry.journal_index)


def _agreement(event: CaseEvent, connection: Connection) -> Iterator[Problem]:
    """A number of our own must be an agreement with this owner, and what is recorded of it must be what it says.

    An agreement that somebody else wrote has another kind of number; of that nothing is known here.
    """
    number = _own_number(event.text("letter"))
    if number is None:
        return
    letters, items, runs = schema.LETTERS, schema.PLAN_ITEMS, schema.RUNS
    query = (
        select(letters.c.kind, letters.c.account, letters.c.facts, items.c.state, runs.c.office)
        .join(items, items.c.number == letters.c.number)
        .join(runs, runs.c.id == letters.c.run)
        .where(letters.c.number == number.key)
    )
    row = connection.execute(query).one_or_none()
    about = {"letter": event.text("letter"), "field": "letter"}
    if row is None or row.state == "voided":
        yield Problem("case.agreement-unknown", event.origin, about)
    elif row.kind != LetterKind.INSTALMENT_AGREEMENT.value:
        yield Problem("case.agreement-kind", event.origin, {**about, "kind": row.kind})
    elif row.account != event.account:
        yield Problem("case.agreement-account", event.origin, {**about, "account": row.account})
    else:
        says, recorded = paper_late(row.office).value, event.text("late")
        if recorded not in ("", says):
            params = {"letter": event.text("letter"), "field": "late", "says": says, "value": recorded}
            yield Problem("case.agreement-late", event.origin, params)


def _identity(desk: Desk, event: CaseEvent, every: Sequence[CaseEvent], today: date) -> Iterator[Problem]:
    """A number that was not copied rightly, or is our own. ``every``: the owners on file and the fresh pieces.

    An owner may be recorded in parts, so the number is read with the kind of paper and the day of birth that stand
    beside it by then. The province is left to readiness (R04): no list of them holds for ever. A number of no stated
    kind that can be neither a card's nor a licence's is of another paper, which has no check.
    """
    if not {"id_number", "id_type", "birth"} & event.data.keys():
        return
    until = [one for one in every if one.journal_index <= event.journal_index]
    (owner,) = (one for one in latest(until, event.kind) if one.journal_index == event.journal_index)
    number, kind = owner.text("id_number").strip().upper(), owner.text("id_type")
    citizen = is_citizen_number(kind) and (bool(kind) or re.fullmatch(r"[0-9]+X?", number) is not None)
    company = is_company_number(kind) or (not kind and not citizen and len(number) == 18)
    if not number:
        return
    if number == desk.office.creditor.uscc.strip().upper():
        yield Problem(
            "case.owner-is-creditor", event.origin, {"owner": owner.text("name"), "field": "id_number"}
        )
    elif company or (not kind and not check_uscc(number)):
        yield from _at_the_number(check_uscc(number, event.origin))
    elif citizen:
        yield from _at_the_number(
            check_citizen_number(number, today, birth=owner.date("birth"), where=event.origin)
        )


def _at_the_number(faults: Iterable[Problem]) -> Iterator[Problem]:
    for fault in faults:
        if fault.code != "readiness.citizen-province":
            yield Problem(fault.code, fault.where, {**fault.params, "field": "id_number"})


def _own_number(text: str) -> LetterNumber | None:
    """A letter's number as we give them, printed or not; ``None`` for any other text."""
    for read in (parse_printed_number, LetterNumber.parse):
        try:
            return read(text)
        except ValueError:
            continue
    return None


def _balances(
    desk: Desk, connection: Connection, fresh: Sequence[CaseEvent], today: date
) -> Iterator[Problem]:
    """The faults an account would have with the new pieces and has not without them."""
    moving = [event for event in fresh if event.kind in _MOVING and event.account]
    names = sorted({event.account for event in moving})
    if not names:
        return
    only = names[0] if len(names) == 1 else None
    before = Claims(desk, connection, today, only=only)
    after = Claims(desk, connection, today, only=only, unrecorded=moving)
    accounts = load_accounts(connection, require_snapshot(connection), names)
    for name in names:
        if name not in accounts:
            continue
        account, _ = accounts[name]
        own = [event for event in moving if event.account == name]
        known = {(problem.code, problem.where) for problem in _faults(before, account)}
        for problem in _faults(after, account):
            if (problem.code, problem.where) not in known and problem.code not in _INCOMPLETE:
                yield _at_its_piece(problem, own)
        yield from _holds(before, account, own, today)


def _faults(claims: Claims, account: Account) -> tuple[Problem, ...]:
    try:
        claims.of(account)
    except EvidenceError as error:
        return error.problems
    return ()


def _at_its_piece(problem: Problem, fresh: Iterable[CaseEvent]) -> Problem:
    """A fault where its piece was read, and by that name: it has no entry in the journal yet."""
    for event in fresh:
        if problem.where.part.endswith(f"#{event.journal_index}"):
            params = dict(problem.params)
            if params.get("event") == entry_name(entry_id(event.journal_index)):
                params["event"] = str(event.origin) or _called(event)
            return Problem(problem.code, event.origin, params)
    return problem


def _called(event: CaseEvent) -> str:
    """A piece typed at the prompt, by what was typed of it."""
    about = "amount" if event.kind is CaseKind.PAYMENT else "period"
    return event.text("reference") or event.text(about) or event.text("item") or event.kind.value


def _holds(before: Claims, account: Account, fresh: Sequence[CaseEvent], today: date) -> Iterator[Problem]:
    """A hold of more than is open: a slip of the pen, or the same dispute recorded twice."""
    holds = [
        event
        for event in fresh
        if event.kind is CaseKind.HOLD
        and event.text("amount")
        and ((until := event.date("until")) is None or until >= today)
    ]
    if not holds:
        return
    try:
        positions = before.of(account).replay.positions
    except EvidenceError:  # told above, or known before
        return
    for event in holds:
        target = target_of(event)
        free = [
            position.outstanding - position.held
            for position in positions
            if target.covers(position.charge.item, position.charge.period)
        ]
        if not free:
            continue  # no such charge: told by the replay
        amount, most = Money.of(event.text("amount"), account.currency), Money.total(free, account.currency)
        if amount.amount > most.amount:
            params = {"account": account.id, "amount": amount.plain, "open": most.plain, "field": "amount"}
            yield Problem("case.hold-exceeds", event.origin, params)
