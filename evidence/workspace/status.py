"""Who owes what, and how far each owner's letters have come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from evidence.claim.ladder import StepView
from evidence.claim.limitation import Lapses
from evidence.claim.plan_progress import PlanStanding
from evidence.claim.segments import Segment
from evidence.clock import CHINA
from evidence.delivery import best_arrival
from evidence.errors import EvidenceError, Problem
from evidence.model.account import Account, Charge
from evidence.model.delivery import Grade
from evidence.model.money import Money
from evidence.workspace.arrivals import SentLetter, sent_letters
from evidence.workspace.cases import each_account, load_accounts
from evidence.workspace.claims import AccountClaim, Claims
from evidence.workspace.core import Desk
from evidence.workspace.ladder import Ladders
from evidence.workspace.limitation import lapses_of, limitation_calendar


@dataclass(frozen=True, slots=True)
class LetterState:
    """A letter of an owner and how well its arrival is proven; ``events`` counts the recorded attempts."""

    number: str
    grade: Grade
    events: int


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


def status(desk: Desk, as_of: date) -> list[StatusRow]:
    """Every owner with arrears, and every account that cannot be reckoned, in the natural order of the homes.

    Figures are those of ``as_of``; the next step is that of today, or of ``as_of`` where it is yet to come.
    """
    today = desk.source.now().astimezone(CHINA).date()
    rows: list[StatusRow] = []
    with desk.reading() as connection:
        claims = Claims(desk, connection, as_of)
        letters = sent_letters(connection)
        ladders = Ladders(desk, connection, max(as_of, today), letters)
        calendar = limitation_calendar(desk)
        for account, person in each_account(connection, claims.snapshot, figures_only=True):
            name = account.id
            sent = letters.get((name, person), ())
            try:
                found = claims.of(account)
            except EvidenceError:
                whole, _ = load_accounts(connection, claims.snapshot, [name])[name]
                rows.append(_unreckoned(whole, sent, _faults(claims, whole)))
                continue
            if found.outstanding:
                lapses = lapses_of(found, claims, sent, calendar) if calendar else None
                row = _row(found, sent, lapses)
                step, segment = ladders.view(found, person), ladders.segment(found)
                rows.append(replace(row, step=step, segment=segment))
    return rows


def _faults(claims: Claims, account: Account) -> tuple[Problem, ...]:
    """The faults of an account, each with the ledger row it was read from."""
    try:
        claims.of(account)
    except EvidenceError as error:
        return error.problems
    return ()


def _row(found: AccountClaim, sent: Sequence[SentLetter], lapses: Lapses | None) -> StatusRow:
    account, claim, oldest = found.account, found.claim, found.oldest
    return StatusRow(
        account=account.id,
        premises=account.premises.label,
        debtor=account.debtor.name,
        outstanding=found.outstanding,
        overdue=claim.total,
        held=Money.total((part.amount for part in claim.reserved), account.currency),
        late=claim.late_claimed,
        currency=account.currency,
        oldest_due=oldest.oldest_day if oldest else None,
        due_is_assumed=oldest is not None and oldest.due is None,
        letters=_states(sent),
        lapses_on=lapses.first if lapses else None,
        expired=lapses.expired if lapses else None,
        building=account.premises.building,
        plan=found.plan_standing,
        plan_letter=found.paper.letter if found.paper else "",
    )


def _unreckoned(account: Account, sent: Sequence[SentLetter], faults: tuple[Problem, ...]) -> StatusRow:
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
        letters=_states(sent),
        faults=faults,
        building=account.premises.building,
    )


def _states(sent: Sequence[SentLetter]) -> tuple[LetterState, ...]:
    found = []
    for letter in sent:
        best = best_arrival(letter.way)
        found.append(LetterState(letter.number, best[1] if best else Grade.NONE, len(letter.way)))
    return tuple(found)
