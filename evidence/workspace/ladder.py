"""The ladder of every account: what was sent, what arrived, and what follows. Read once for the whole estate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from evidence.claim.contacts import ContactPolicy, QuietDays, find_contacts
from evidence.claim.ladder import History, PlanOnFile, SentLetter, StepView, Waiting, next_step, waiting_for
from evidence.claim.ladder_policy import LadderPolicy, find_ladder
from evidence.claim.segments import Segment, find_segments, segment_of
from evidence.delivery import assess
from evidence.law.calendar import Calendar, load_calendar
from evidence.model.case import CaseEvent, CaseKind
from evidence.model.delivery import Grade, Outcome
from evidence.model.letter import LegalEffect, LetterKind
from evidence.model.money import Money
from evidence.workspace import arrivals
from evidence.workspace.arrivals import Owner, day_of, sent_letters
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

    def __init__(
        self,
        desk: Desk,
        connection: Connection,
        day: date,
        letters: Mapping[Owner, Sequence[arrivals.SentLetter]] | None = None,
    ) -> None:
        self.day, self.pack = day, ladder_pack(desk)
        self._segments = find_segments(desk.office.jurisdiction)
        self._minimum = desk.office.policy.min_amount
        self._letters = sent_letters(connection) if letters is None else letters
        self._pieces: dict[str, list[CaseEvent]] = {}
        for piece in case_events(connection, kinds=_READ):
            if piece.account:
                self._pieces.setdefault(piece.account, []).append(piece)

    def view(self, found: AccountClaim, person: str) -> StepView | None:
        """Where an account stands; ``None`` in a jurisdiction without a ladder."""
        if self.pack is None:
            return None
        return next_step(
            self._history(found, person),
            found.principal,
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
            found.principal,
            self.pack.policy,
            self.day,
            self.pack.calendar,
            minimum=self._least(found),
        )

    def segment(self, found: AccountClaim) -> Segment | None:
        if self._segments is None:
            return None
        pieces = self._pieces.get(found.account.id, ())
        return segment_of(found.account, found.principal, pieces, self._segments)

    def _least(self, found: AccountClaim) -> Money:
        return Money.of(self._minimum, found.account.currency)

    def _history(self, found: AccountClaim, person: str) -> History:
        # A draft that waits for a lawyer is no step; nor is a letter that only tells something.
        letters = [
            letter
            for letter in self._letters.get((found.account.id, person), ())
            if letter.row.effect != LegalEffect.NONE.value
        ]
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
        return History(found.account.id, tuple(map(_sent, letters)), bool(whole), until, plan)


def _sent(letter: arrivals.SentLetter) -> SentLetter:
    """A letter as the ladder sees it: what it states, when it went out, by which proofs it arrived."""
    facts = letter.facts
    pay_by = facts.get("pay_by")
    arrived: list[tuple[date, Grade]] = []
    withdrawn, out_on = False, None
    for event in letter.way:
        if event.outcome is Outcome.WITHDRAWN:
            withdrawn = not arrived
            break
        grade = assess(event).grade
        if grade is not Grade.NONE:
            arrived.append((day_of(event.at), grade))
        if event.outcome in _AWAY:
            out_on = day_of(event.at)
    return SentLetter(
        letter.number,
        LetterKind(letter.row.kind),
        letter.issued_on,
        stated_periods(facts),
        date.fromisoformat(pay_by) if pay_by else None,
        tuple(arrived),
        out_on,
        withdrawn,
    )


def quiet_days(pieces: Sequence[CaseEvent]) -> tuple[QuietDays, ...]:
    """The pauses of a case file (kind ``pause``): a bereavement, an illness."""
    return tuple(
        QuietDays(since, piece.date("until"), piece.text("reason"))
        for piece in pieces
        if piece.kind is CaseKind.PAUSE and (since := piece.date("from"))
    )
