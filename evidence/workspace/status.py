"""Who owes what, and how far each owner's letters have come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from evidence.delivery import best_arrival, event_from_json
from evidence.errors import EvidenceError, Problem
from evidence.model.account import Account, Charge
from evidence.model.delivery import DeliveryEvent, Grade
from evidence.model.money import Money
from evidence.workspace import schema
from evidence.workspace.cases import load_accounts
from evidence.workspace.claims import AccountClaim, Claims
from evidence.workspace.core import Desk


@dataclass(frozen=True, slots=True)
class LetterState:
    """A letter of an owner and how well its arrival is proven; ``events`` counts the recorded attempts."""

    number: str
    grade: Grade
    events: int


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One owner with arrears. ``outstanding`` is all principal owed, ``overdue`` what a letter would claim today:
    the part past its due date less what is ``held``.

    ``due_is_assumed`` says that the oldest due date is the end of its period, the ledger naming none. With
    ``faults`` the account cannot be reckoned and its figures are ``None``.
    """

    account: str
    premises: str
    debtor: str
    outstanding: Money | None
    overdue: Money | None
    held: Money | None
    currency: str
    oldest_due: date | None
    due_is_assumed: bool
    letters: tuple[LetterState, ...]
    faults: tuple[Problem, ...] = ()


def status(desk: Desk, as_of: date) -> list[StatusRow]:
    """Every owner with arrears, and every account that cannot be reckoned, in the natural order of the homes."""
    rows = []
    with desk.reading() as connection:
        claims = Claims(desk, connection, as_of)
        letters = _letters(connection)
        for account, person in load_accounts(connection, claims.snapshot).values():
            known = tuple(letters.get((account.id, person), ()))
            try:
                found = claims.of(account)
            except EvidenceError as error:
                rows.append(_unreckoned(account, known, error.problems))
                continue
            if found.outstanding:
                rows.append(_row(found, known))
    return rows


def _row(found: AccountClaim, letters: tuple[LetterState, ...]) -> StatusRow:
    account, claim, oldest = found.account, found.claim, found.oldest
    return StatusRow(
        account=account.id,
        premises=account.premises.label,
        debtor=account.debtor.name,
        outstanding=found.outstanding,
        overdue=claim.total,
        held=Money.total((part.amount for part in claim.reserved), account.currency),
        currency=account.currency,
        oldest_due=oldest.oldest_day if oldest else None,
        due_is_assumed=oldest is not None and oldest.due is None,
        letters=letters,
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
        currency=account.currency,
        oldest_due=oldest.oldest_day if oldest else None,
        due_is_assumed=oldest is not None and oldest.due is None,
        letters=letters,
        faults=faults,
    )


def _letters(connection: Connection) -> dict[tuple[str, str], list[LetterState]]:
    """The letters of every account and person, oldest first."""
    events: dict[str, list[DeliveryEvent]] = {}
    table = schema.DELIVERIES
    for letter, event in connection.execute(select(table.c.letter, table.c.event).order_by(table.c.id)):
        events.setdefault(letter, []).append(event_from_json(event.encode()))
    found: dict[tuple[str, str], list[LetterState]] = {}
    letters = schema.LETTERS
    for row in connection.execute(
        select(letters.c.account, letters.c.person, letters.c.number).order_by(letters.c.journal_index)
    ):
        own = events.get(row.number, [])
        best = best_arrival(own)
        state = LetterState(row.number, best[1] if best else Grade.NONE, len(own))
        found.setdefault((row.account, row.person), []).append(state)
    return found
