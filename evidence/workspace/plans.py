"""Signed instalment agreements: the plan a letter stated, and where it stands by what has been paid since.

The schedule is read from the facts sealed in the agreement's letter; that it was signed, and what it says of the late
charge, from the case file (kind ``agreement``). A letter nobody signed is an offer and changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import Connection, select

from evidence.claim.limitation import period_key
from evidence.claim.plan import Acceleration, Instalment, LateChoice, LateClause, Plan
from evidence.claim.plan_progress import Demanded, PlanStanding, PlanState, late_due, plan_standing
from evidence.claim.positions import Replay
from evidence.clock import CHINA
from evidence.delivery import assess, event_from_json, timeline
from evidence.letters.agreement import SignedAgreement
from evidence.letters.numbers import parse_printed_number, printed_number
from evidence.model.case import CaseEvent, CaseKind, latest
from evidence.model.delivery import Grade, Outcome
from evidence.model.events import Payment
from evidence.model.letter import LegalEffect, LetterKind, LetterNumber
from evidence.model.money import Money
from evidence.workspace import schema


@dataclass(frozen=True, slots=True)
class PlanPaper:
    """A signed agreement as its letter stated it.

    ``stated`` maps the fee periods it took over to what was owed for each on that day. ``demands`` are those made since
    that were proved to have arrived.
    """

    letter: str
    addressee: str
    plan: Plan
    stated: Mapping[str, Decimal]
    demands: tuple[Demanded, ...]

    def standing(self, replay: Replay, payments: Sequence[Payment], as_of: date) -> PlanStanding:
        """The plan on ``as_of``.

        A payment on file counts from its day. What the ledger shows as paid beyond those carries no day; it is
        taken as paid in time, since nobody may be dunned for what may have been paid.
        """
        since = [p for p in payments if self.plan.made_on <= p.received_on <= as_of]
        currency = self.plan.principal.currency
        dated = Money.total((p.amount for p in since), currency)
        undated = self._settled(replay) - dated
        if undated.amount > 0:
            since.append(Payment("ledger", replay.account.id, self.plan.made_on, undated))
        return plan_standing(self.plan, since, as_of, demands=self.demands)

    def _settled(self, replay: Replay) -> Money:
        """By how much the periods of the plan have shrunk since it was made."""
        owed = {period_key(p.charge.item, p.charge.period): p.outstanding for p in replay.positions}
        zero = Decimal(0)
        gone = (
            max(zero, was - (owed[key].amount if key in owed else zero)) for key, was in self.stated.items()
        )
        return Money(sum(gone, zero), self.plan.principal.currency)


def signed_plans(
    connection: Connection,
    events: Iterable[CaseEvent],
    *,
    grades: Collection[Grade],
    before: int | None = None,
) -> dict[str, PlanPaper]:
    """The latest signed agreement of every account that has one, by account.

    ``events`` are pieces of the case file; ``grades`` the proofs by which a demand counts as arrived; ``before`` leaves
    out deliveries journaled at that index or later. An agreement whose letter was not issued here has no schedule to
    go by and is left to the clerk.
    """
    signed = {event.account: event for event in latest(list(events), CaseKind.AGREEMENT) if event.account}
    if not signed:
        return {}
    table = schema.LETTERS
    runs = schema.RUNS
    columns = (
        table.c.number,
        table.c.account,
        table.c.kind,
        table.c.effect,
        table.c.issued_at,
        table.c.facts,
        runs.c.office,
    )
    papers = select(*columns).join(runs, runs.c.id == table.c.run)
    rows = connection.execute(papers.where(table.c.account.in_(sorted(signed)))).all()
    offers = {
        (row.account, row.number): row for row in rows if row.kind == LetterKind.INSTALMENT_AGREEMENT.value
    }
    found = {}
    for account, event in signed.items():
        number, on = _number(event.text("letter")), event.date("signed_on")
        row = offers.get((account, number))
        if row is None or on is None:
            continue
        demands = {
            other.number: json.loads(other.facts)
            for other in rows
            if other.account == account
            and other.effect == LegalEffect.DEMAND.value
            and _day(other.issued_at) >= on
        }
        arrived = _arrivals(connection, demands, grades, before)
        paper = _paper(number, dict(json.loads(row.facts)), event, on, arrived, paper_late(row.office))
        if paper is not None:
            found[account] = paper
    return found


def spoken_of(paper: PlanPaper | None, standing: PlanStanding | None, locale: str) -> SignedAgreement | None:
    """What a letter of the standing's day says of the agreement; ``None`` without one, or where all of it is paid."""
    if paper is None or standing is None or standing.state is PlanState.DONE:
        return None
    accelerated = standing.state is PlanState.ACCELERATED
    clause = paper.plan.acceleration
    more = standing.rest - standing.due_now
    # Only a demand by which more falls due says so.
    follows = bool(more) and standing.state in (PlanState.DEFAULT, PlanState.DEMANDED)
    return SignedAgreement(
        printed_number(LetterNumber.parse(paper.letter), locale),
        paper.plan.made_on,
        tuple((part.instalment, part.missing) for part in standing.instalments if part.overdue),
        standing.rest if accelerated else more,
        clause.demand_days if clause is not None and follows else None,
        standing.accelerated_on if accelerated else None,
        standing.late_charge_revives,
        late_due(paper.plan, standing),
    )


def stated_periods(facts: Mapping[str, str]) -> dict[str, Decimal]:
    """The periods a letter lists, by key, with the amount stated (``period.1``: ``2024-01/2024-03 物业费 CNY 12.00``)."""
    found = {}
    for name, value in facts.items():
        if name.startswith("period."):
            iso, _, rest = value.partition(" ")
            item, _, amount = rest.rsplit(" ", 2)
            found[f"{item} {iso}"] = Decimal(amount)
    return found


def paper_late(office: str) -> LateChoice:
    """What an agreement says of the late charge, by the office (as its run keeps it) that it was written for."""
    plan = json.loads(office).get("plan") or {}
    return LateChoice(plan.get("late") or LateChoice.KEPT)


def _number(text: str) -> str:
    try:
        return parse_printed_number(text).key
    except ValueError:
        return text.strip()


def _paper(
    number: str,
    facts: Mapping[str, str],
    event: CaseEvent,
    on: date,
    demands: tuple[Demanded, ...],
    says: LateChoice,
) -> PlanPaper | None:
    """The plan as sealed, with what its paper ``says`` of the late charge; ``None`` for a letter without instalments."""
    currency, _, total = facts["total"].partition(" ")
    principal = Money.of(total, currency)
    stated: list[tuple[int, date, Money]] = []
    for name, value in facts.items():
        if name.startswith("instalment."):
            due, unit, amount = value.split(" ")
            place = int(name.removeprefix("instalment."))
            stated.append((place, date.fromisoformat(due), Money.of(amount, unit)))
    if not stated:
        return None
    left = Money.total((amount for _, _, amount in stated), currency)
    late = left - principal
    instalments = []
    for place, day, part in sorted(stated, key=lambda row: row[0]):
        left = left - part
        instalments.append(Instalment(place, day, part, left))
    word = event.text("late")
    choice = LateChoice(word) if word in tuple(LateChoice) else says
    if late.amount > 0:
        choice = LateChoice.RESTATED  # the figures decide: more is paid in instalments than was owed
    plan = Plan(on, principal, LateClause(choice, late), tuple(instalments), _acceleration(event))
    return PlanPaper(number, facts.get("addressee", ""), plan, stated_periods(facts), demands)


def _acceleration(event: CaseEvent) -> Acceleration | None:
    """The clause of the shipped agreement, changed by what the case file says of this one."""
    if event.flag("accelerates") is False:
        return None
    usual = Acceleration()
    share, missed, days = (event.decimal(name) for name in ("share", "missed", "demand_days"))
    return Acceleration(
        Fraction(share) if share else usual.share,
        int(missed) if missed else usual.missed,
        int(days) if days else usual.demand_days,
    )


def _arrivals(
    connection: Connection,
    letters: Mapping[str, Sequence[Sequence[str]]],
    grades: Collection[Grade],
    before: int | None,
) -> tuple[Demanded, ...]:
    """The letters (number to sealed facts) that are proved to have arrived, each with the day it gives to pay."""
    table = schema.DELIVERIES
    query = select(table.c.letter, table.c.event).where(table.c.letter.in_(letters)).order_by(table.c.id)
    if before is not None:
        query = query.where(table.c.journal_index < before)
    ways: dict[str, list[str]] = {}
    for row in connection.execute(query):
        ways.setdefault(row.letter, []).append(row.event)
    found = []
    for letter, way in ways.items():
        for event in timeline(event_from_json(text.encode()) for text in way):
            if event.outcome is Outcome.WITHDRAWN:
                break
            if assess(event).grade in grades:
                stated = next((value for name, value in letters[letter] if name == "pay_by"), "")
                pay_by = date.fromisoformat(stated) if stated else None
                found.append(Demanded(event.at.astimezone(CHINA).date(), pay_by))
                break
    return tuple(sorted(found, key=lambda demand: demand.served))


def _day(issued_at: str) -> date:
    return datetime.fromisoformat(issued_at).astimezone(CHINA).date()
