"""Giving up a run that cannot be finished: its letters not yet made get no number and never will."""

from __future__ import annotations

from sqlalchemy import select, update

from evidence.journal import entries
from evidence.model.letter import LetterKind, LetterNumber
from evidence.workspace import schema
from evidence.workspace.core import Desk
from evidence.workspace.exchange import shared_by

REASON = "workspace.run-abandoned"


def abandon_open_runs(desk: Desk, kind: LetterKind) -> tuple[LetterNumber, ...]:
    """Close every interrupted run of ``kind``; the numbers it had not used are journaled as voided.

    For a run whose template or fonts have changed since it was planned and cannot be put back. What it issued
    stays issued; whoever got no letter is due again.
    """
    given_up: list[LetterNumber] = []
    runs, items = schema.RUNS, schema.PLAN_ITEMS
    with desk.locked():
        with desk.writing() as connection:
            where = (runs.c.completed == 0, runs.c.kind == kind.value)
            found = connection.execute(select(runs.c.id).where(*where)).scalars().all()
            for run in found:
                rows = connection.execute(
                    select(items.c.number, items.c.state).where(items.c.run == run).order_by(items.c.position)
                ).all()
                open_numbers = [LetterNumber.parse(row.number) for row in rows if row.state == "planned"]
                voided = len(open_numbers) + sum(row.state == "voided" for row in rows)
                now, by = desk.source.now(), desk.signer.public.kid.hex()
                lines = [
                    entries.letter_voided(at=now, by=by, run=run, number=number, reason=REASON)
                    for number in open_numbers
                ]
                issued = len(rows) - voided
                lines.append(entries.run_completed(at=now, by=by, run=run, issued=issued, voided=voided))
                desk.journal.append(connection, lines)
                settle = update(items).where(items.c.run == run, items.c.state == "planned")
                connection.execute(settle.values(state="voided", reason=REASON))
                connection.execute(update(runs).where(runs.c.id == run).values(completed=1))
                given_up += open_numbers
            if found:
                desk.checkpoint(connection)
        if found:
            shared_by(desk.store).sweep()
    return tuple(given_up)
