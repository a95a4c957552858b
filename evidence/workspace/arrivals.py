"""Letters and how they arrived: what readiness and status know of demands, and what interrupts limitation.

A letter counts for the owner it was written to: one to whoever owned the home earlier reached somebody else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from evidence.claim.limitation import Interruption, InterruptionKind
from evidence.claim.readiness.facts import Arrival, Demand, FeePeriod
from evidence.clock import CHINA
from evidence.delivery import assess, best_arrival, event_from_json, timeline
from evidence.delivery.channels import NEEDS_CARRIER_PROOF
from evidence.model.delivery import DeliveryEvent, Grade, Outcome
from evidence.model.letter import LegalEffect
from evidence.model.money import Money
from evidence.workspace import schema
from evidence.workspace.casefacts import CaseFile
from evidence.workspace.casepapers import covered, interruptions, slip_contents

# Outcomes by which a letter came to somebody; a message counts as sent where that is provable (时效规定 8(1)(二)).
_BACK = frozenset({Outcome.REFUSED, Outcome.RETURNED})
_CAME = _BACK | {Outcome.DELIVERED}

Owner = tuple[str, str]
"""An account and the person who owned it."""


@dataclass(frozen=True, slots=True)
class SentLetter:
    """A letter as issued, with every recorded event of its way in the order they happened."""

    row: Row[Any]
    way: tuple[DeliveryEvent, ...]

    @property
    def number(self) -> str:
        return str(self.row.number)

    @property
    def names(self) -> tuple[str, str]:
        """Its number as stored and as printed."""
        return self.number, str(self.row.printed_number)

    @property
    def facts(self) -> dict[str, str]:
        """What was sealed of it, name to value."""
        return dict(json.loads(self.row.facts))

    @property
    def issued_on(self) -> date:
        return day_of(datetime.fromisoformat(str(self.row.issued_at)))

    def until(self, day: date) -> SentLetter:
        """The letter as it stood at the end of ``day``."""
        if all(day_of(event.at) <= day for event in self.way):
            return self
        return SentLetter(self.row, tuple(event for event in self.way if day_of(event.at) <= day))


def sent_letters(
    connection: Connection, owner: Owner | None = None, *, before: int | None = None
) -> dict[Owner, tuple[SentLetter, ...]]:
    """The letters of every owner, or of one, oldest first; ``before`` leaves out what was journaled at that index or
    later."""
    table, steps = schema.LETTERS, schema.DELIVERIES
    letters = select(table).order_by(table.c.journal_index)
    recorded = select(steps.c.letter, steps.c.event).order_by(steps.c.id)
    if owner is not None:
        ours = (table.c.account == owner[0], table.c.person == owner[1])
        letters = letters.where(*ours)
        recorded = recorded.where(steps.c.letter.in_(select(table.c.number).where(*ours)))
    if before is not None:
        letters = letters.where(table.c.journal_index < before)
        recorded = recorded.where(steps.c.journal_index < before)
    events: dict[str, list[DeliveryEvent]] = {}
    for letter, event in connection.execute(recorded):
        events.setdefault(letter, []).append(event_from_json(event.encode()))
    found: dict[Owner, list[SentLetter]] = {}
    for row in connection.execute(letters):
        way = timeline(events[row.number]) if row.number in events else ()
        found.setdefault((row.account, row.person), []).append(SentLetter(row, way))
    return {key: tuple(sent) for key, sent in found.items()}


def demand_of(letter: SentLetter, file: CaseFile) -> Demand:
    """A letter as the rules see it: what it lists and states, from its sealed facts.

    That a letter with the effect of a demand names the payee is made sure when it is written (``must_appear``).
    """
    formal, facts = letter.row.effect == LegalEffect.DEMAND.value, letter.facts
    currency, _, total = facts.get("total", "").partition(" ")
    deadline = facts.get("pay_by")
    arrived = best_arrival(letter.way) is not None
    taken_back = any(event.outcome is Outcome.WITHDRAWN for event in letter.way)
    return Demand(
        letter.number,
        formal,
        frozenset(covered(facts)),
        Money.of(total, currency) if total else None,
        date.fromisoformat(deadline) if deadline else None,
        payee=formal,
        arrivals=tuple(_arrivals(letter, file)),
        withdrawn=taken_back and not arrived,
        withdrawn_late=taken_back and arrived,
    )


def _arrivals(letter: SentLetter, file: CaseFile) -> Iterable[Arrival]:
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
            back = event.outcome if event.channel in NEEDS_CARRIER_PROOF and event.outcome in _BACK else None
            yield Arrival(grade, day_of(event.at), event.channel, event.relation, slip, proof, back)


def interrupted_by(
    demands: Iterable[Demand],
    file: CaseFile,
    periods: Sequence[FeePeriod],
    sealed: Mapping[str, Mapping[str, str]],
) -> tuple[Interruption, ...]:
    """What interrupts limitation: demands that arrived, each by its best proof, and what the case file names.

    ``sealed`` are the facts of the owner's letters by number. A courtesy note demands nothing.
    """
    arrived = (
        Interruption(InterruptionKind.DEMAND, best.on, best.grade, demand.covers, demand.number)
        for demand in demands
        if demand.counts and (best := demand.interruption)
    )
    return (*arrived, *interruptions(file, periods, sealed))


def day_of(at: datetime) -> date:
    """The day of a moment in China."""
    return at.astimezone(CHINA).date()
