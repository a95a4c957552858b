"""Withdrawing a letter: with a reason, on record, its number never used again.

A letter still in the office is voided: its copies are taken out of the clerk's folder, the store keeps it. One that is on
its way is withdrawn by an event of its own; it takes no effect if the withdrawal arrives no later than the letter (民法典
141). What has provably arrived cannot be taken back: then a correction is the way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select, update

from evidence.delivery import best_arrival
from evidence.errors import Problem, fail
from evidence.journal import entries
from evidence.model.delivery import Channel, DeliveryEvent, Outcome
from evidence.model.letter import LetterNumber
from evidence.model.problem import Place
from evidence.workspace import schema
from evidence.workspace.core import Desk
from evidence.workspace.deliveries import deliver, events_of, find_letter
from evidence.workspace.drafts import final_of
from evidence.workspace.recording import remove_copies

REASON = "workspace.withdrawn"
"""The code a voided number has in the journal; the clerk's words are in the event, committed to."""
_AT_HOME = frozenset({Outcome.PREPARED, Outcome.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class WithdrawalResult:
    """``voided``: the letter had not gone out. ``already_withdrawn``: it was before, and nothing was written."""

    number: LetterNumber
    voided: bool
    journal_index: int
    warnings: tuple[Problem, ...] = ()
    already_withdrawn: bool = False


def withdraw(desk: Desk, letter: str, *, reason: str) -> WithdrawalResult:
    """Withdraw a letter for ``reason``. Calling it again changes nothing.

    Raises ``workspace.unknown-letter``, ``workspace.withdraw-reason``, ``workspace.draft-superseded``, and
    ``delivery.text-…`` for a reason that cannot be kept.
    """
    with desk.locked():
        with desk.reading() as connection:
            number = find_letter(connection, letter)[0]
            recorded = events_of(connection, number.key)
            table = schema.LETTERS
            row = connection.execute(select(table).where(table.c.number == number.key)).one()
            made = final_of(connection, number.key)
        where = Place(part=number.key)
        for event, index in recorded:
            if event.outcome is Outcome.WITHDRAWN:
                _void(desk, row.run, number, [earlier for earlier, _ in recorded])
                return WithdrawalResult(number, _is_void(desk, number), index, (), True)
        if not reason.strip():
            raise fail("workspace.withdraw-reason", where, letter=row.printed_number)
        if made is not None:
            raise fail(
                "workspace.draft-superseded", where, letter=row.printed_number, final=made.printed_number
            )
        events = [event for event, _ in recorded]
        channel = events[-1].channel if events else Channel.HAND
        result = deliver(
            desk, number.key, channel=channel, outcome=Outcome.WITHDRAWN, at=desk.source.now().isoformat(),
            note=reason.strip(),
        )  # fmt: skip
        warnings = []
        if best_arrival(events) is not None:
            warnings.append(Problem("workspace.withdraw-late", where, {"letter": row.printed_number}))
        voided = _void(desk, row.run, number, events)
        return WithdrawalResult(number, voided, result.journal_index, tuple(warnings))


def _void(desk: Desk, run: str, number: LetterNumber, events: Iterable[DeliveryEvent]) -> bool:
    """Void a letter that never left the office, once, and take its copies out of the clerk's folder."""
    if any(event.outcome not in _AT_HOME for event in events):
        return False
    if not _is_void(desk, number):
        items = schema.PLAN_ITEMS
        with desk.writing() as connection:
            entry = entries.letter_voided(
                at=desk.source.now(), by=desk.signer.public.kid.hex(), run=run, number=number, reason=REASON
            )
            desk.journal.append(connection, [entry])
            desk.checkpoint(connection)
            settle = update(items).where(items.c.number == number.key)
            connection.execute(settle.values(state="voided", reason=REASON))
    remove_copies(desk, number)
    return True


def _is_void(desk: Desk, number: LetterNumber) -> bool:
    items = schema.PLAN_ITEMS
    with desk.reading() as connection:
        query = select(items.c.state).where(items.c.number == number.key)
        return connection.execute(query).scalar() == "voided"
