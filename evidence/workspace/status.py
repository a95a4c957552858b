"""Who owes what, and how far each owner's letters have come."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Connection

from evidence.claim.ladder import StepView
from evidence.claim.limitation import Lapses
from evidence.claim.plan_progress import PlanStanding
from evidence.claim.segments import Segment
from evidence.clock import CHINA
from evidence.delivery import best_arrival
from evidence.errors import EvidenceError, Problem
from evidence.model.account import Account, Charge
from evidence.model.delivery import Grade, Outcome
from evidence.model.letter import LetterKind
from evidence.model.money import Money
from evidence.workspace.arrivals import SentLetter, sent_letters
from evidence.workspace.cases import (
    account_ids,
    each_account,
    load_accounts,
    require_building,
    require_snapshot,
)
from evidence.workspace.claims import AccountClaim, Claims
from evidence.workspace.core import Desk
from evidence.workspace.drafts import is_draft, signed_numbers, superseded_drafts
from evidence.workspace.ladder import Ladders
from evidence.workspace.limitation import lapses_of, limitation_calendar
from evidence.workspace.shares import cores, shared_out


class Paper(StrEnum):
    """A draft of a lawyer letter, one that the approved letter stands for by now; an agreement as offered or signed."""

    DRAFT = "draft"
    SUPERSEDED = "superseded"
    OFFERED = "offered"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class LetterState:
    """A letter of an owner and how well its arrival is proven; ``events`` counts the recorded attempts.

    ``withdrawn``: somebody took it back, which has no effect in law where it had arrived (``grade``). ``paper`` is what
    a letter is that counts by a signature it may not have yet; ``None`` of every other. ``back``: the best proof is that
    it was refused or returned.
    """

    number: str
    grade: Grade
    events: int
    withdrawn: bool = False
    paper: Paper | None = None
    back: Outcome | None = None


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One owner with arrears. ``outstanding`` is all principal owed, ``overdue`` what a letter would claim today:
    the part past its due date less what is ``held``. ``late`` is the late charge beside it, where letters claim one.

    ``lapses_on`` is the day on which the first of the overdue periods that still run becomes time-barred (诉讼时效),
    to work to whether or not it is a rest day; ``expired`` counts those that have become so, which are owed and
    claimed like the others. Both are ``None`` where the jurisdiction has no calendar. ``due_is_assumed`` says that the
    oldest due date is the end of its period, the ledger naming none. ``step`` is where the letters stand, ``segment``
    advice on tone and channel, ``plan`` how the instalment agreement that was signed (``plan_letter``) is kept. With
    ``faults`` the account cannot be reckoned and its figures are ``None``.
    """

    account: str
    premises: str
    debtor: str
    outstanding: Money | None
    overdue: Money | None
    held: Money | None
    late: Money | None
    currency: str
    oldest_due: date | None
    due_is_assumed: bool
    letters: tuple[LetterState, ...]
    lapses_on: date | None = None
    expired: int | None = None
    faults: tuple[Problem, ...] = ()
    building: str = ""
    step: StepView | None = None
    segment: Segment | None = None
    plan: PlanStanding | None = None
    plan_letter: str = ""


def status(
    desk: Desk, as_of: date, *, building: str | None = None, processes: int | None = None
) -> list[StatusRow]:
    """Every owner with arrears, and every account that cannot be reckoned, in the natural order of the homes.

    All of them or those of one ``building`` (``workspace.unknown-building`` where the ledger has none of that name).
    Figures are those of ``as_of``; the next step is that of today, or of ``as_of`` where it is yet to come. A large
    estate is shared out over ``processes``, by default as many as there are cores.
    """
    today = desk.source.now().astimezone(CHINA).date()
    with desk.reading() as connection:
        estate = _Estate(desk, connection, as_of, max(as_of, today))
        snapshot = estate.snapshot
        inside = None if building is None else require_building(connection, snapshot, building)
        ids = account_ids(connection, snapshot, inside)
    return shared_out(desk.engine, ids, estate.rows, cores() if processes is None else processes)


class _Estate:
    """What is read once for all accounts. Their ledger rows and entries are read by who reckons them: a snapshot never
    changes, and the journal only grows.
    """

    def __init__(self, desk: Desk, connection: Connection, as_of: date, ladder_day: date) -> None:
        self._desk = desk
        self.snapshot, self._as_of = require_snapshot(connection), as_of
        # What is recorded from now on is left out: all processes see the same case file.
        self._known = desk.journal.size(connection)
        self._letters = sent_letters(connection)
        self._superseded = superseded_drafts(connection)
        self._ladders = Ladders(desk, connection, ladder_day, self._letters)
        self._calendar = limitation_calendar(desk)

    def rows(self, ids: Sequence[str]) -> list[StatusRow]:
        """Those of these accounts that owe something or cannot be reckoned."""
        found = []
        with self._desk.reading() as connection:
            claims = Claims(
                self._desk, connection, self._as_of, before=self._known, snapshot=self.snapshot, only=ids
            )
            for account, person in each_account(connection, self.snapshot, ids, figures_only=True):
                row = self._row(connection, claims, account, person)
                if row is not None:
                    found.append(row)
        return found

    def _row(self, connection: Connection, claims: Claims, account: Account, person: str) -> StatusRow | None:
        sent = self._letters.get((account.id, person), ())
        letters = _states(sent, self._superseded, signed_numbers(claims.pieces(account.id))) if sent else ()
        try:
            found = claims.of(account)
        except EvidenceError:
            whole, _ = load_accounts(connection, self.snapshot, [account.id])[account.id]
            return _unreckoned(whole, letters, _faults(claims, whole))
        if not found.outstanding:
            return None
        lapses = lapses_of(found, claims, sent, self._calendar) if self._calendar else None
        return _reckoned(
            found, letters, lapses, self._ladders.view(found, person), self._ladders.segment(found)
        )


def _faults(claims: Claims, account: Account) -> tuple[Problem, ...]:
    """The faults of an account, each with the ledger row it was read from."""
    try:
        claims.of(account)
    except EvidenceError as error:
        return error.problems
    return ()


def _reckoned(
    found: AccountClaim,
    letters: tuple[LetterState, ...],
    lapses: Lapses | None,
    step: StepView | None,
    segment: Segment | None,
) -> StatusRow:
    account, claim, oldest = found.account, found.principal, found.oldest
    return StatusRow(
        account=account.id,
        premises=account.premises.label,
        debtor=account.debtor.name,
        outstanding=found.outstanding,
        overdue=claim.total,
        held=Money.total((part.amount for part in claim.reserved), account.currency),
        late=found.late_claimed,
        currency=account.currency,
        oldest_due=oldest.oldest_day if oldest else None,
        due_is_assumed=oldest is not None and oldest.due is None,
        letters=letters,
        lapses_on=lapses.first if lapses else None,
        expired=lapses.expired if lapses else None,
        building=account.premises.building,
        step=step,
        segment=segment,
        plan=found.plan_standing,
        plan_letter=found.paper.letter if found.paper else "",
    )


def _unreckoned(account: Account, letters: tuple[LetterState, ...], faults: tuple[Problem, ...]) -> StatusRow:
    oldest: Charge | None = min(account.charges, key=lambda charge: charge.oldest_day, default=None)
    return StatusRow(
        account=account.id,
        premises=account.premises.label,
        debtor=account.debtor.name,
        outstanding=None,
        overdue=None,
        held=None,
        late=None,
        currency=account.currency,
        oldest_due=oldest.oldest_day if oldest else None,
        due_is_assumed=oldest is not None and oldest.due is None,
        letters=letters,
        faults=faults,
        building=account.premises.building,
    )


def _states(
    sent: Sequence[SentLetter], superseded: Collection[str], signed: Collection[str]
) -> tuple[LetterState, ...]:
    found = []
    for letter in sent:
        best = best_arrival(letter.way)
        withdrawn = any(event.outcome is Outcome.WITHDRAWN for event in letter.way)
        paper = None
        if is_draft(letter.row.kind, letter.row.effect):
            paper = Paper.SUPERSEDED if letter.number in superseded else Paper.DRAFT
        elif letter.row.kind == LetterKind.INSTALMENT_AGREEMENT.value:
            paper = Paper.SIGNED if letter.number in signed else Paper.OFFERED
        grade = best[1] if best else Grade.NONE
        back = best[0].outcome if best and best[0].outcome in (Outcome.REFUSED, Outcome.RETURNED) else None
        found.append(LetterState(letter.number, grade, len(letter.way), withdrawn, paper, back))
    return tuple(found)
