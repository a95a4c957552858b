"""Would a court take this account's case? What is known of it, gathered and judged rule by rule.

Gathered are the claim (:mod:`evidence.workspace.claims`), ``evidence.toml``, the case file, and the letters to the
present owner with their deliveries. What none of them says stays unknown. Looking changes nothing.

Limitation rests on demands whose arrival is proved, and on payments, promises and signed agreements for which period
and grade of proof are on record. Without them they do not count: a last day is never later than shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from evidence.claim.limitation import Interruption, InterruptionKind, LimitationReport, report, terms_of
from evidence.claim.rate_text import LateRate
from evidence.claim.readiness import CaseFacts, Finding, RulePack, evaluate, load_rules
from evidence.claim.readiness.facts import (
    Arrival,
    Demand,
    LateBasis,
    LateCharge,
    Posting,
    SentText,
    fee_periods,
)
from evidence.clock import CHINA
from evidence.delivery import assess, best_arrival, timeline
from evidence.law.local import rules_for
from evidence.law.rates import RatePack
from evidence.model.account import Account
from evidence.model.case import CaseKind
from evidence.model.delivery import Channel, DeliveryEvent, Grade, Outcome
from evidence.model.letter import LegalEffect
from evidence.model.money import Money
from evidence.model.office import Office
from evidence.workspace import schema
from evidence.workspace.casefacts import CaseFile, case_facts, local_rules, said
from evidence.workspace.casefile import events
from evidence.workspace.casepapers import (
    agreements,
    court_fee,
    covered,
    interruptions,
    postings,
    slip_contents,
    with_factors,
)
from evidence.workspace.cases import require_account
from evidence.workspace.claims import AccountClaim, Claims
from evidence.workspace.core import Desk
from evidence.workspace.deliveries import events_of

# Outcomes by which a letter came to somebody; a message counts as sent where that is provable (时效规定 8(1)(二)).
_CAME = frozenset({Outcome.DELIVERED, Outcome.REFUSED, Outcome.RETURNED})


@dataclass(frozen=True, slots=True)
class Readiness:
    """An account's findings on a day, in the order of the rules, and what they rest on.

    ``pack`` puts them into words (:func:`evidence.claim.readiness.finding_words`).
    """

    account: str
    debtor: str
    as_of: date
    facts: CaseFacts
    findings: tuple[Finding, ...]
    limitation: LimitationReport
    pack: RulePack


@dataclass(frozen=True, slots=True)
class _Letter:
    """A letter to the owner as issued, and what was recorded of its way up to a day."""

    row: Row[Any]
    facts: dict[str, str]
    way: tuple[DeliveryEvent, ...]

    @property
    def number(self) -> str:
        return str(self.row.number)

    @property
    def names(self) -> tuple[str, str]:
        """Its number as stored and as printed."""
        return self.number, str(self.row.printed_number)

    @property
    def issued_on(self) -> date:
        return _day(datetime.fromisoformat(str(self.row.issued_at)))


def ready(desk: Desk, account_id: str, as_of: date, *, region: str = "strict") -> Readiness:
    """Every rule's finding for one account on ``as_of``.

    Raises ``workspace.unknown-account``, the faults of an account that cannot be reckoned, ``readiness.no-rules``
    where the jurisdiction has none, and ``readiness.region``.
    """
    pack = load_rules(desk.office.jurisdiction, region)
    with desk.reading() as connection:
        account, person = require_account(connection, account_id)
        claims = Claims(desk, connection, as_of, only=account.id)
        return judge(desk, connection, pack, claims, account, person)


def judge(
    desk: Desk, connection: Connection, pack: RulePack, claims: Claims, account: Account, person: str
) -> Readiness:
    """Every rule's finding for one account on the day of ``claims``; raises the faults of its claim."""
    as_of = claims.as_of
    file = CaseFile(account.id, events(connection, account.id))
    letters = _letters(connection, account.id, person, as_of)
    pack = replace(pack, local=(*pack.local, *local_rules(file)))
    found = claims.of(account)
    claim = found.claim
    periods = with_factors(fee_periods(claim), file)
    demands = tuple(_demand(letter, file) for letter in letters)
    sealed = {name: letter.facts for letter in letters for name in letter.names}
    interrupted = (*_interruptions(demands), *interruptions(file, periods, sealed))
    creditor = desk.office.creditor
    known = case_facts(file, account.debtor, as_of, account.currency)
    if known["place"] and rules_for(known["place"], as_of, pack.local):
        known["local_rules_known"] = True
    late = _late_charge(desk.office, found, file)
    law = desk.office.jurisdiction
    facts = CaseFacts(
        periods=periods,
        claimed_total=claim.total,
        late_charge=late,
        **_reference(claims.rates, as_of),
        creditor_name=creditor.name or None,
        creditor_uscc=creditor.uscc or None,
        # The workspace is the office's own register of letters: one that it does not hold was not sent from it.
        demands=demands,
        interruptions=interrupted,
        texts=_texts(desk, letters, file),
        postings=postings(file, [(letter.names, up) for letter in letters for up in _postings(letter)]),
        agreements=agreements(file, sealed, account.currency),
        court_fee=court_fee(file, known["procedure"], claim.total, late, law, as_of),
        **known,
    )
    limitation = report(terms_of(claim), interrupted, as_of, pack.calendar, joint_debtors=facts.joint_debtors)
    findings = evaluate(facts, pack, as_of)
    return Readiness(account.id, account.debtor.name, as_of, facts, findings, limitation, pack)


def _reference(rates: RatePack | None, as_of: date) -> dict[str, Any]:
    """The reference rate of the day, where the table reaches it, and the last day it reaches."""
    if rates is None:
        return {}
    table = rates.reference
    percent = None if table.gap(as_of, as_of) else table.on(as_of).percent
    return {"lpr_percent": percent, "lpr_through": table.known_until}


def _late_charge(office: Office, found: AccountClaim, file: CaseFile) -> LateCharge | None:
    """The late charge for R21 to R23: what letters claim, or that none is. Reserved, or without a rate: unknown."""
    chosen = file.one(CaseKind.LATE)
    claimed = chosen.text("claimed") if chosen else ""
    if claimed == "none" or (office.policy.late_charge == "none" and not claimed):
        return LateCharge(LateBasis.NONE)
    if claimed == "contract" and found.clause is None:
        return LateCharge(LateBasis.CONTRACT, "", through=found.as_of)
    late, clause, rules = found.claim.late, found.clause, found.rules
    if late is None or clause is None or rules is None:
        return None
    by_contract = isinstance(clause.rate, LateRate)
    percent = None
    if isinstance(clause.rate, LateRate):
        percent = clause.rate.year_fraction(rules.year_days(rules.terms)) * 100
    elif (table := rules.rates.reference).gap(found.as_of, found.as_of) is None:
        percent = clause.rate.factor * table.on(found.as_of).percent
    return LateCharge(
        LateBasis.CONTRACT if by_contract else LateBasis.LPR,
        f"{office.contract.late_clause} {clause.rate.text} ({clause.source})".strip(),
        percent,
        late.claimed,
        found.as_of,
    )


def _letters(connection: Connection, account: str, person: str, as_of: date) -> tuple[_Letter, ...]:
    """Letters to the present owner up to ``as_of``: one to whoever owned the home earlier reached somebody else."""
    table = schema.LETTERS
    rows = connection.execute(
        select(table)
        .where(table.c.account == account, table.c.person == person)
        .order_by(table.c.journal_index)
    ).all()
    found = []
    for row in rows:
        way = timeline(e for e, _ in events_of(connection, row.number) if _day(e.at) <= as_of)
        letter = _Letter(row, dict(json.loads(row.facts)), way)
        if letter.issued_on <= as_of:
            found.append(letter)
    return tuple(found)


def _texts(desk: Desk, letters: Sequence[_Letter], file: CaseFile) -> tuple[SentText, ...] | None:
    """What was written to the owner: our letters, and messages whose words were recorded. Nothing looked at: unknown."""
    texts = (*(_text(desk, letter) for letter in letters), *said(file.pieces))
    return texts or (() if file.none("message") else None)


def _demand(letter: _Letter, file: CaseFile) -> Demand:
    """A letter as the rules see it: what it lists and states, from its sealed facts.

    That a letter with the effect of a demand names the payee is made sure when it is written (``must_appear``).
    """
    formal = letter.row.effect == LegalEffect.DEMAND.value
    currency, _, total = letter.facts.get("total", "").partition(" ")
    deadline = letter.facts.get("pay_by")
    return Demand(
        letter.number,
        formal,
        frozenset(covered(letter.facts)),
        Money.of(total, currency) if total else None,
        date.fromisoformat(deadline) if deadline else None,
        payee=formal,
        arrivals=tuple(_arrivals(letter, file)),
        withdrawn=_withdrawn(letter.way),
    )


def _arrivals(letter: _Letter, file: CaseFile) -> Iterable[Arrival]:
    """Every recorded arrival with its grade, those that prove nothing too: who signed is asked of each.

    What comes after a withdrawal takes no effect. What a slip says is inside is a piece of the case file.
    """
    for event in letter.way:
        if event.outcome is Outcome.WITHDRAWN:
            return
        grade = assess(event).grade
        if grade is not Grade.NONE or event.outcome in _CAME:
            proof = ", ".join(p.name for p in event.proofs) or event.tracking
            slip = slip_contents(file, letter.names, event.tracking)
            yield Arrival(grade, _day(event.at), event.channel, event.relation, slip, proof)


def _withdrawn(way: Sequence[DeliveryEvent]) -> bool:
    """Whether a letter was taken back before anything proves that it arrived (民法典 141)."""
    return any(event.outcome is Outcome.WITHDRAWN for event in way) and best_arrival(way) is None


def _interruptions(demands: Iterable[Demand]) -> Iterable[Interruption]:
    """Each demand that arrived, by its best proof; a courtesy note demands nothing."""
    for demand in demands:
        if demand.counts and (best := demand.best_arrival):
            yield Interruption(InterruptionKind.DEMAND, best.on, best.grade, demand.covers, demand.number)


def _text(desk: Desk, letter: _Letter) -> SentText:
    """What a person reads in the letter. One that nobody is recorded to have sent is a draft still."""
    from evidence.letters.engine import document_text

    sent = any(event.outcome is not Outcome.PREPARED for event in letter.way)
    text = document_text(desk.store.get(str(letter.row.docx_sha256)), letter.number)
    return SentText(letter.number, text, letter.issued_on, sent)


def _postings(letter: _Letter) -> Iterable[Posting]:
    """A letter put up on site. What could be read there, somebody has to say who has looked."""
    for event in letter.way:
        if event.channel is Channel.POSTED and event.outcome is not Outcome.PREPARED:
            yield Posting(letter.number, _day(event.at))


def _day(at: datetime) -> date:
    return at.astimezone(CHINA).date()
