"""What the case file says about an account's balance: its entries as events of a replay, and the agreed late charge.

Entries are known by their index in the journal, the number `case show` prints; nothing is guessed from words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta

from evidence.claim.late_terms import ClaimBasis, LateRules, LateTerms
from evidence.claim.positions import Position
from evidence.claim.rate_text import ContractRate, LateRate, parse_rate, plain
from evidence.errors import EvidenceError, Place, Problem
from evidence.intake.cells import Refusal
from evidence.intake.periods import parse_period
from evidence.law.rates import RatePack
from evidence.letters.requirements import Binding
from evidence.model.account import Charge
from evidence.model.case import CaseEvent, CaseKind, latest
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
from evidence.model.money import Money
from evidence.model.office import Contract
from evidence.model.period import Period

_CONFIG = "evidence.toml"
# Clauses of [contract] late_clause that name a place in the contract (第十二条, 12) and no rate.
_NO_RATE = frozenset({"claim.rate-unreadable", "claim.rate-bare"})


def entry_id(index: int) -> str:
    """The id of the event made from journal entry ``index``; padded, so that events of one day sort by entry."""
    return f"{index:06d}"


def entry_name(event_id: str) -> str:
    """How an entry is called in a message, as ``case show`` numbers it: ``000012`` → ``#12``; any other id as it is."""
    return f"#{int(event_id)}" if event_id.isdecimal() else event_id


def entry_place(event: CaseEvent) -> Place:
    """Where a fault of an entry is shown: ``#12``, its index in the journal."""
    return Place(part=f"#{event.journal_index}")


def account_events(entries: Iterable[CaseEvent], account: str, currency: str) -> AccountEvents:
    """The entries of ``account`` that move its balance, for a replay.

    A payment with an item or period is one the owner designated when paying (民法典 560(1)). A designation names its
    payment by journal index or by the payment's own reference. Raises ``workspace.case-period`` for every period
    that cannot be read.
    """
    own = [event for event in entries if event.account == account]
    problems: list[Problem] = []
    payments, designations, waivers, corrections, holds = [], [], [], [], []
    for event in own:
        try:
            if event.kind is CaseKind.PAYMENT:
                payments.append(_payment(event, currency))
            elif event.kind is CaseKind.DESIGNATION:
                known = {e.journal_index: e for e in own if e.kind is CaseKind.PAYMENT}
                designations.append(_designation(event, known))
            elif event.kind is CaseKind.WAIVER:
                day, target, amount, reason = _change(event, currency)
                place = entry_place(event)
                waivers.append(Waiver(_id(event), account, day, target, amount, reason=reason, origin=place))
            elif event.kind is CaseKind.CORRECTION:
                day, target, amount, reason = _change(event, currency)
                place = entry_place(event)
                corrections.append(Correction(_id(event), account, day, target, amount, reason, origin=place))
            elif event.kind is CaseKind.HOLD:
                holds.append(_hold(event, currency))
        except EvidenceError as error:
            problems.extend(error.problems)
    if problems:
        raise EvidenceError(problems)
    return AccountEvents(
        tuple(payments), tuple(waivers), tuple(corrections), tuple(designations), holds=tuple(holds)
    )


def _id(event: CaseEvent) -> str:
    return entry_id(event.journal_index)


def _day(event: CaseEvent, name: str) -> date:
    day = event.date(name)
    assert day is not None  # a required field of its kind (model.case)
    return day


def _amount(event: CaseEvent, currency: str) -> Money:
    return Money.of(event.text("amount"), currency)


def period_text(text: str) -> str:
    """A period as the ledger's reader takes it, also from the machine form of ``--json`` (2025-01/2025-03)."""
    return text.replace("/", "至")


def target_of(event: CaseEvent) -> Target:
    """Which charges an entry is about; a period as people write it, or in the machine form of ``--json``."""
    text = event.text("period")
    try:
        found = parse_period(period_text(text)) if text else None
    except Refusal:
        found = None
    if text and found is None:
        params: dict[str, str | int] = {"entry": event.journal_index, "period": text}
        raise EvidenceError([Problem("workspace.case-period", entry_place(event), params)])
    return Target(event.text("item"), found[0] if found else None)


def _payment(event: CaseEvent, currency: str) -> Payment:
    day, place = _day(event, "received_on"), entry_place(event)
    designation = None
    data = event.data
    if data.get("item") or data.get("period"):
        designation = Designation((target_of(event),), day, event.text("note"), origin=place)
    return Payment(_id(event), event.account, day, _amount(event, currency), designation, place)


def _designation(event: CaseEvent, payments: dict[int, CaseEvent]) -> Designation:
    """An entry that names no known payment keeps what was written; the replay refuses it by name."""
    named = event.text("payment")
    by_index = [p for i, p in payments.items() if named.isdecimal() and int(named) == i]
    found = by_index or [p for p in payments.values() if p.text("reference") == named]
    payment = found[0] if len(found) == 1 else None
    made_on = event.date("on") or (_day(payment, "received_on") if payment else date.max)
    return Designation(
        (target_of(event),),
        made_on,
        id=_id(event),
        account=event.account,
        payment=_id(payment) if payment else named,
        origin=entry_place(event),
    )


def _change(event: CaseEvent, currency: str) -> tuple[date, Target, Money, str]:
    return _day(event, "on"), target_of(event), _amount(event, currency), event.text("reason")


def _hold(event: CaseEvent, currency: str) -> Hold:
    return Hold(
        _id(event),
        event.account,
        (target_of(event),),
        HoldReason(event.text("reason")),
        _day(event, "from"),
        event.date("until"),
        _amount(event, currency) if event.text("amount") else None,
        event.text("note"),
        (event.text("evidence"),) if event.text("evidence") else (),
        entry_place(event),
    )


@dataclass(frozen=True, slots=True)
class LateClause:
    """The clause a late charge rests on: its rate, where it was read, and the days its contract covers.

    ``source`` is ``#12`` (a journal entry) or ``evidence.toml``. ``since`` ``None``: nothing is recorded of the
    contract's term, so it is taken to cover every period.
    """

    rate: ContractRate
    source: str
    since: date | None = None
    until: date | None = None
    capped: bool = False

    @property
    def covers_all(self) -> bool:
        return self.since is None and self.until is None

    def covers(self, charge: Charge) -> bool:
        first = charge.period.start
        return (self.since is None or self.since <= first) and (self.until is None or first <= self.until)

    def rules(self, rates: RatePack) -> LateRules:
        return LateRules(LateTerms(self.rate, cap_at_principal=self.capped), rates)


def late_clause(
    entries: Sequence[CaseEvent], account: str, configured: Contract
) -> tuple[LateClause | None, tuple[Problem, ...]]:
    """The one clause on file that gives a rate, and what is to be said about it.

    An account's own contract goes before the estate's, both before ``evidence.toml`` (``late_rate``, or a rate in
    the words of ``late_clause``). Contracts that agree different rates decide nothing
    (``workspace.late-rates-differ``). Raises the refusals of :func:`~evidence.claim.rate_text.parse_rate` for a rate
    that cannot be read.
    """
    contracts = latest(list(entries), CaseKind.CONTRACT)
    for owner in (account, ""):
        own = [event for event in contracts if event.account == owner]
        if any(event.text("late_rate") for event in own):
            return _of_contracts(own)
    if configured.late_rate:
        where = Place(file=_CONFIG, part="contract.late_rate")
        try:
            return LateClause(parse_rate(configured.late_rate), _CONFIG), ()
        except EvidenceError as error:
            raise EvidenceError(replace(problem, where=where) for problem in error.problems) from None
    try:
        return LateClause(parse_rate(configured.late_clause), _CONFIG), ()
    except EvidenceError as error:
        return None, tuple(p for p in error.problems if p.code not in _NO_RATE)


def _of_contracts(contracts: Sequence[CaseEvent]) -> tuple[LateClause | None, tuple[Problem, ...]]:
    clauses, starts, problems = [], [], []
    for event in contracts:
        if not event.text("late_rate"):
            continue
        place = entry_place(event)
        try:
            rate = parse_rate(event.text("late_rate"))
        except EvidenceError as error:
            problems += [Problem(p.code, place, p.params) for p in error.problems]
            continue
        capped = event.flag("late_cap_principal") or False
        clauses.append(LateClause(rate, place.part, event.date("from"), _last_day(event, contracts), capped))
        if text := event.text("late_from"):
            starts.append(Problem("workspace.late-from-unread", place, {"words": text}))
    if problems:
        raise EvidenceError(problems)
    agreed = {(_key(clause.rate), clause.capped) for clause in clauses}
    if len(agreed) > 1:
        words = ", ".join(f"{clause.source} {clause.rate.text}" for clause in clauses)
        return None, (Problem("workspace.late-rates-differ", params={"rates": words}),)
    if len(clauses) == 1:
        return clauses[0], tuple(starts)
    # Contracts that follow one another with one rate are one clause over their whole time.
    first = min(clause.since for clause in clauses if clause.since)
    ends = [clause.until for clause in clauses]
    last = None if None in ends else max(day for day in ends if day is not None)
    sources = ", ".join(clause.source for clause in clauses)
    return LateClause(clauses[0].rate, sources, first, last, clauses[0].capped), tuple(starts)


def _last_day(contract: CaseEvent, contracts: Sequence[CaseEvent]) -> date | None:
    """The last day a contract holds: its termination, the eve of the next one, or the end of its term.

    Services accepted after the term carry the contract on (民法典 948); a later contract ends it (940), whether or
    not that one has a clause on late charge.
    """
    began = _day(contract, "from")
    later = [day for other in contracts if (day := _day(other, "from")) > began]
    ends = [contract.date("terminated_on"), min(later) - timedelta(days=1) if later else None]
    if not contract.flag("service_continued"):
        ends.append(contract.date("until"))
    return min((day for day in ends if day is not None), default=None)


def _key(rate: ContractRate) -> tuple[str, str]:
    """What two clauses must share to be one: ``0.05%/日`` and ``日万分之五`` are the same rate."""
    if isinstance(rate, LateRate):
        return plain(rate.value), rate.per.value
    return plain(rate.factor), "lpr"


def rate_elsewhere(rate: ContractRate, configured: Contract) -> ContractRate | None:
    """The rate that ``evidence.toml`` gives where it is not ``rate``; ``None`` where both agree, or it has none."""
    for words in (configured.late_rate, configured.late_clause):
        try:
            other = parse_rate(words)
        except EvidenceError:
            continue
        return other if _key(other) != _key(rate) else None
    return None


def two_sources(clauses: Iterable[tuple[str, ContractRate]], configured: Contract) -> tuple[Problem, ...]:
    """``claim.rate-two-sources``, once for each rate among ``clauses`` (source, rate) that is not the office's.

    The case file decides, and does so without a word: letters that went out before may have said the other rate.
    """
    found: dict[tuple[str, str], Problem] = {}
    for source, rate in clauses:
        other = rate_elsewhere(rate, configured)
        if other is not None:
            params = {"entry": source, "rate": rate.text, "configured": other.text}
            found.setdefault(_key(rate), Problem("claim.rate-two-sources", Place(file=_CONFIG), params))
    return tuple(found.values())


def rate_warnings(recorded: Iterable[CaseEvent], configured: Contract) -> tuple[Problem, ...]:
    """:func:`two_sources` of contracts just recorded; a rate nobody can read is told where it is needed."""
    clauses = []
    for event in recorded:
        if event.kind is CaseKind.CONTRACT and event.text("late_rate"):
            with suppress(EvidenceError):
                clauses.append((entry_place(event).part, parse_rate(event.text("late_rate"))))
    return two_sources(clauses, configured)


def contract_began(entries: Sequence[CaseEvent]) -> date | None:
    """The first day of the first contract on file; ``None`` where none is recorded: then nothing is known of it."""
    return min((_day(event, "from") for event in latest(list(entries), CaseKind.CONTRACT)), default=None)


def binding_of(entries: Sequence[CaseEvent]) -> Binding:
    """Whom the contract on file binds: the account's own before the estate's, of several the one that began last."""
    contracts = latest(list(entries), CaseKind.CONTRACT)
    own = [event for event in contracts if event.account] or contracts
    if not own:
        return Binding.UNKNOWN
    last = max(own, key=lambda event: _day(event, "from"))
    by_owner = last.text("type") == "individual" or last.text("signed_by") == "owner"
    return Binding.OWNER if by_owner else Binding.ALL


def chosen_rules(rules: LateRules, chosen: CaseEvent) -> LateRules:
    """``rules`` with the basis an entry chose: the reference rate with its factor, or a rate of the office's own.

    Raises ``case.missing-field`` for an own rate that is not given, and the refusals of
    :func:`~evidence.claim.rate_text.parse_rate`.
    """
    basis, where = ClaimBasis(chosen.text("claimed")), entry_place(chosen)
    if basis is not ClaimBasis.OWN:
        terms = replace(rules.terms, claimed=basis, claim_factor=chosen.decimal("factor"))
        return replace(rules, terms=terms)
    if not chosen.text("rate"):
        raise EvidenceError([Problem("case.missing-field", where, {"kind": "late", "field": "rate"})])
    try:
        own = parse_rate(chosen.text("rate"))
    except EvidenceError as error:
        raise EvidenceError(replace(problem, where=where) for problem in error.problems) from None
    if not isinstance(own, LateRate):
        params = {"field": "rate", "value": chosen.text("rate"), "expected": "日万分之一"}
        raise EvidenceError([Problem("case.bad-value", where, params)])
    return replace(rules, terms=replace(rules.terms, claimed=basis, own_rate=own))


def outside(clause: LateClause, positions: Iterable[Position], as_of: date) -> tuple[Period, ...]:
    """The overdue periods the clause's contract does not cover."""
    return tuple(
        position.charge.period
        for position in positions
        if position.is_overdue(as_of) and not clause.covers(position.charge)
    )
