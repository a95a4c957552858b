"""The ladder of every account: what was sent, what arrived, and what follows. Read once for the whole estate."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from evidence.claim.contacts import ContactPolicy, QuietDays, find_contacts
from evidence.claim.ladder import History, PlanOnFile, SentLetter, StepView, Waiting, next_step, waiting_for
from evidence.claim.ladder_policy import LadderPolicy, find_ladder
from evidence.claim.segments import Segment, find_segments, segment_of
from evidence.clock import CHINA
from evidence.delivery import assess, best_arrival, event_from_json, timeline
from evidence.law.calendar import Calendar, load_calendar
from evidence.model.case import CaseEvent, CaseKind
from evidence.model.delivery import DeliveryEvent, Grade, Outcome
from evidence.model.letter import LetterKind
from evidence.model.money import Money
from evidence.workspace import schema
from evidence.workspace.casefile import events as case_events
from evidence.workspace.claims import AccountClaim
from evidence.workspace.core import Desk
from evidence.workspace.plans import stated_periods

_AWAY = frozenset({Outcome.SENT, Outcome.IN_TRANSIT, Outcome.DELIVERED, Outcome.REFUSED, Outcome.RETURNED})
_READ = (CaseKind.PAUSE, CaseKind.OWNER, CaseKind.LEASE)


@dataclass(frozen=True, slots=True)
class LadderPack:
    """What the ladder of one office goes by. ``None`` of a jurisdiction: it has no such policy yet."""

    policy: LadderPolicy
    contacts: ContactPolicy
    calendar: Calendar


def ladder_pack(desk: Desk) -> LadderPack | None:
    """The policy of the office's jurisdiction with the office's changes."""
    office = desk.office
    policy = find_ladder(office.jurisdiction, office.ladder)
    contacts = find_contacts(office.jurisdiction, office.contacts)
    if policy is None or contacts is None:
        return None
    return LadderPack(policy, contacts, load_calendar(office.jurisdiction))


class Ladders:
    """The ladders of an estate on ``day``, the day on which a letter would be made.

    All letters and deliveries on record count, whatever day figures are reckoned for: a letter is not made twice
    because an earlier ``--as-of`` was asked for.
    """

    def __init__(self, desk: Desk, connection: Connection, day: date) -> None:
        self.day, self.pack = day, ladder_pack(desk)
        self._segments = find_segments(desk.office.jurisdiction)
        self._minimum = desk.office.policy.min_amount
        self._letters: dict[tuple[str, str], list[Any]] = {}
        table = schema.LETTERS
        columns = (
            table.c.number,
            table.c.kind,
            table.c.account,
            table.c.person,
            table.c.issued_at,
            table.c.facts,
        )
        for row in connection.execute(select(*columns).order_by(table.c.journal_index)):
            self._letters.setdefault((row.account, row.person), []).append(row)
        self._ways: dict[str, list[DeliveryEvent]] = {}
        steps = schema.DELIVERIES
        for letter, event in connection.execute(select(steps.c.letter, steps.c.event).order_by(steps.c.id)):
            self._ways.setdefault(letter, []).append(event_from_json(event.encode()))
        self._pieces: dict[str, list[CaseEvent]] = {}
        for piece in case_events(connection, kinds=_READ):
            if piece.account:
                self._pieces.setdefault(piece.account, []).append(piece)

    def states(self, account: str, person: str) -> tuple[tuple[str, Grade, int], ...]:
        """Every letter to the owner: number, best proof of its arrival, how many events are recorded."""
        found = []
        for row in self._letters.get((account, person), ()):
            way = self._ways.get(row.number, [])
            best = best_arrival(way)
            found.append((str(row.number), best[1] if best else Grade.NONE, len(way)))
        return tuple(found)

    def view(self, found: AccountClaim, person: str) -> StepView | None:
        """Where an account stands; ``None`` in a jurisdiction without a ladder."""
        if self.pack is None:
            return None
        return next_step(
            self._history(found, person),
            found.claim,
            self.pack.policy,
            self.day,
            self.pack.calendar,
            minimum=self._least(found),
        )

    def waiting(self, kind: LetterKind, found: AccountClaim, person: str) -> Waiting | None:
        """Why no letter of ``kind`` is due to the owner; ``None`` where one is."""
        if self.pack is None:
            return None
        return waiting_for(
            kind,
            self._history(found, person),
            found.claim,
            self.pack.policy,
            self.day,
            self.pack.calendar,
            minimum=self._least(found),
        )

    def segment(self, found: AccountClaim) -> Segment | None:
        if self._segments is None:
            return None
        pieces = self._pieces.get(found.account.id, ())
        return segment_of(found.account, found.claim, pieces, self._segments)

    def quiet(self, account: str) -> tuple[QuietDays, ...]:
        """The days on which this owner is to be left in peace."""
        return quiet_days(self._pieces.get(account, ()))

    def _least(self, found: AccountClaim) -> Money:
        return Money.of(self._minimum, found.account.currency)

    def _history(self, found: AccountClaim, person: str) -> History:
        rows = self._letters.get((found.account.id, person), ())
        whole = [
            hold
            for hold in found.events.holds
            if hold.in_force(found.as_of)
            and hold.amount is None
            and any(not t.item and t.period is None for t in hold.targets)
        ]
        ends = [hold.until for hold in whole]
        until = None if None in ends else max((day for day in ends if day), default=None)
        plan = None
        if found.paper is not None and found.plan_standing is not None:
            paper = found.paper
            plan = PlanOnFile(paper.letter, paper.plan.made_on, frozenset(paper.stated), found.plan_standing)
        return History(found.account.id, tuple(map(self._sent, rows)), bool(whole), until, plan)

    def _sent(self, row: Any) -> SentLetter:
        facts = dict(json.loads(row.facts))
        pay_by = facts.get("pay_by")
        way = timeline(self._ways.get(row.number, ()))
        arrivals: list[tuple[date, Grade]] = []
        withdrawn, out_on = False, None
        for event in way:
            if event.outcome is Outcome.WITHDRAWN:
                withdrawn = not arrivals
                break
            on = event.at.astimezone(CHINA).date()
            grade = assess(event).grade
            if grade is not Grade.NONE:
                arrivals.append((on, grade))
            if event.outcome in _AWAY:
                out_on = on
        return SentLetter(
            row.number,
            LetterKind(row.kind),
            datetime.fromisoformat(row.issued_at).astimezone(CHINA).date(),
            stated_periods(facts),
            date.fromisoformat(pay_by) if pay_by else None,
            tuple(arrivals),
            out_on,
            withdrawn,
        )


def quiet_days(pieces: list[CaseEvent] | tuple[CaseEvent, ...]) -> tuple[QuietDays, ...]:
    """The pauses of a case file (kind ``pause``): a bereavement, an illness."""
    return tuple(
        QuietDays(since, piece.date("until"), piece.text("reason"))
        for piece in pieces
        if piece.kind is CaseKind.PAUSE and (since := piece.date("from"))
    )
