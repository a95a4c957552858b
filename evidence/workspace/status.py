"""Who owes what, and how far each owner's letters have come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from evidence.claim.statement import claim_of
from evidence.delivery import best_arrival, event_from_json
from evidence.model.account import Charge
from evidence.model.delivery import DeliveryEvent, Grade
from evidence.model.money import Money
from evidence.workspace import schema
from evidence.workspace.cases import load_accounts, require_snapshot
from evidence.workspace.core import Desk


@dataclass(frozen=True, slots=True)
class LetterState:
    """A letter of an owner and how well its arrival is proven; ``events`` counts the recorded attempts."""

    number: str
    grade: Grade
    events: int


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One owner with arrears. ``outstanding`` is all principal owed, ``overdue`` the part past its due date.

    ``due_is_assumed`` says that the oldest due date is the end of its period, the ledger naming none.
    """

    account: str
    premises: str
    debtor: str
    outstanding: Money
    overdue: Money
    oldest_due: date | None
    due_is_assumed: bool
    letters: tuple[LetterState, ...]


def status(desk: Desk, as_of: date) -> list[StatusRow]:
    """Every owner with arrears, in the natural order of the homes."""
    with desk.reading() as connection:
        accounts = load_accounts(connection, require_snapshot(connection))
        letters = _letters(connection)
    rows = []
    for account, person in accounts.values():
        if not account.outstanding:
            continue
        oldest: Charge | None = min(
            (charge for charge in account.charges if charge.outstanding),
            key=lambda charge: charge.oldest_day,
            default=None,
        )
        rows.append(
            StatusRow(
                account=account.id,
                premises=account.premises.label,
                debtor=account.debtor.name,
                outstanding=account.outstanding,
                overdue=claim_of(account, as_of).total,
                oldest_due=oldest.oldest_day if oldest else None,
                due_is_assumed=oldest is not None and oldest.due is None,
                letters=tuple(letters.get((account.id, person), ())),
            )
        )
    return rows


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
