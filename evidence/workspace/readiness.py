"""Would a court take this account's case? What is known of it, gathered and judged rule by rule.

Gathered are the claim (:mod:`evidence.workspace.claims`), ``evidence.toml``, the case file, and the letters to the
present owner with their deliveries. What none of them says stays unknown. Looking changes nothing.

Limitation rests on demands whose arrival is proved, and on payments, promises and signed agreements for which period
and grade of proof are on record. Without them they do not count: a last day is never later than shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from evidence.claim.late_terms import ClaimBasis
from evidence.claim.limitation import LimitationReport, report
from evidence.claim.rate_text import LateRate
from evidence.claim.readiness import CaseFacts, Finding, RulePack, evaluate, load_rules
from evidence.claim.readiness.facts import (
    LateBasis,
    LateCharge,
    Posting,
    SentText,
    fee_periods,
)
from evidence.claim.readiness.filed import Agent
from evidence.law.local import rules_for
from evidence.law.rates import RatePack
from evidence.model.account import Account
from evidence.model.case import CaseKind
from evidence.model.delivery import Channel, Outcome
from evidence.model.office import Office
from evidence.workspace.arrivals import SentLetter, day_of, demand_of, interrupted_by, sent_letters
from evidence.workspace.casefacts import CaseFile, case_facts, local_rules, said
from evidence.workspace.casefile import events
from evidence.workspace.casepapers import (
    agents_on_file,
    agreements,
    court_fee,
    postings,
    with_factors,
)
from evidence.workspace.cases import require_account
from evidence.workspace.claims import AccountClaim, Claims
from evidence.workspace.core import Desk
from evidence.workspace.replies import Reply, complaints_of, disputes, replies


@dataclass(frozen=True, slots=True)
class Readiness:
    """An account's findings on a day, in the order of the rules, and what they rest on.

    ``pack`` puts them into words (:func:`evidence.claim.readiness.finding_words`). ``waiting`` are statements on letters'
    pages that nobody answered yet.
    """

    account: str
    debtor: str
    as_of: date
    facts: CaseFacts
    findings: tuple[Finding, ...]
    limitation: LimitationReport
    pack: RulePack
    waiting: tuple[Reply, ...] = ()


def ready(desk: Desk, account_id: str, as_of: date, *, region: str | None = None) -> Readiness:
    """Every rule's finding for one account on ``as_of``.

    Raises ``workspace.unknown-account``, the faults of an account that cannot be reckoned, ``readiness.no-rules``
    where the jurisdiction has none, and ``readiness.region``.
    """
    pack = load_rules(desk.office.jurisdiction, region or desk.office.policy.region)
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
    sent = sent_letters(connection, (account.id, person)).get((account.id, person), ())
    letters = [letter.until(as_of) for letter in sent if letter.issued_on <= as_of]
    pack = replace(pack, local=(*pack.local, *local_rules(file)))
    found = claims.of(account)
    claim = found.claim
    periods = with_factors(fee_periods(claim), file)
    demands = tuple(demand_of(letter, file) for letter in letters)
    sealed = {name: letter.facts for letter in letters for name in letter.names}
    interrupted = interrupted_by(demands, file, periods, sealed)
    creditor = desk.office.creditor
    known = case_facts(file, account.debtor, as_of, account.currency, desk.office.jurisdiction)
    told = replies(connection, account.id)
    if disputes(told, person, as_of):
        known["disputed"] = True
    if complained := complaints_of(told, person, as_of):
        known["complaints"] = (*(known["complaints"] or ()), *complained)
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
        agents=_agents(file, desk.office, as_of),
        court_fee=court_fee(file, known["procedure"], claim.total, late, law, as_of),
        **known,
    )
    limitation = report(found.terms, interrupted, as_of, pack.calendar, joint_debtors=facts.joint_debtors)
    findings = evaluate(facts, pack, as_of)
    waiting = tuple(reply for reply in told if reply.is_open and reply.on <= as_of)
    return Readiness(account.id, account.debtor.name, as_of, facts, findings, limitation, pack, waiting)


def _agents(file: CaseFile, office: Office, on: date) -> tuple[Agent, ...] | None:
    agents = agents_on_file(file, office, on)
    if agents is None:
        return None
    return tuple(Agent(one.name, one.relation, one.authority, one.id_number, one.licence) for one in agents)


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
    terms, table = rules.terms, rules.rates.reference
    rate = terms.own_rate if terms.basis is ClaimBasis.OWN else clause.rate
    factor = None if isinstance(rate, LateRate) or rate is None else rate.factor
    if terms.basis is ClaimBasis.REFERENCE:
        rate, factor = None, terms.claim_factor or rules.rates.late_charge.loss_factor_low
    percent = None
    if isinstance(rate, LateRate):
        percent = rate.year_fraction(rules.year_days(terms)) * 100
    elif factor is not None and table.gap(found.as_of, found.as_of) is None:
        percent = factor * table.on(found.as_of).percent
    return LateCharge(
        LateBasis.CONTRACT if isinstance(rate, LateRate) else LateBasis.LPR,
        f"{office.contract.late_clause} {clause.rate.text} ({clause.source})".strip(),
        percent,
        late.claimed,
        found.as_of,
    )


def _texts(desk: Desk, letters: Sequence[SentLetter], file: CaseFile) -> tuple[SentText, ...] | None:
    """What was written to the owner: our letters, and messages whose words were recorded. Nothing looked at: unknown."""
    texts = (*(_text(desk, letter) for letter in letters), *said(file.pieces))
    return texts or (() if file.none("message") else None)


def _text(desk: Desk, letter: SentLetter) -> SentText:
    """What a person reads in the letter. One that nobody is recorded to have sent is a draft still."""
    from evidence.letters.engine import document_text

    sent = any(event.outcome is not Outcome.PREPARED for event in letter.way)
    text = document_text(desk.store.get(str(letter.row.docx_sha256)), letter.number)
    return SentText(letter.number, text, letter.issued_on, sent)


def _postings(letter: SentLetter) -> Iterable[Posting]:
    """A letter put up on site. What could be read there, somebody has to say who has looked."""
    for event in letter.way:
        if event.channel is Channel.POSTED and event.outcome is not Outcome.PREPARED:
            yield Posting(letter.number, day_of(event.at))
