"""Drafts of lawyer letters as they stand on record: which wait for approval, and which letter was made of one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, select

from evidence.model.delivery import DeliveryEvent, Outcome
from evidence.model.letter import LegalEffect, LetterKind
from evidence.workspace import schema
from evidence.workspace.deliveries import events_of

_LAWYER = LetterKind.LAWYER_LETTER


def is_draft(kind: str, effect: str) -> bool:
    """Whether a letter of this kind and effect, as stored, is a draft."""
    return kind == _LAWYER.value and effect == LegalEffect.NONE.value


def is_withdrawn(events: Iterable[DeliveryEvent]) -> bool:
    """Whether a letter was taken back, in time or not."""
    return any(event.outcome is Outcome.WITHDRAWN for event in events)


def final_of(connection: Connection, draft: str) -> Row[Any] | None:
    """The letter made of a draft; ``None`` while it waits for approval."""
    letters, runs = schema.LETTERS, schema.RUNS
    return connection.execute(
        select(letters, runs.c.approval_index)
        .join(runs, letters.c.run == runs.c.id)
        .where(runs.c.approves == draft)
    ).first()


def open_drafts(connection: Connection) -> dict[tuple[str, str], str]:
    """Drafts that may still be approved: (account, claim digest) to number."""
    letters, runs, items = schema.LETTERS, schema.RUNS, schema.PLAN_ITEMS
    made = select(runs.c.approves).join(letters, letters.c.run == runs.c.id)
    rows = connection.execute(
        select(letters.c.account, letters.c.claim_digest, letters.c.number)
        .join(items, items.c.number == letters.c.number)
        .where(
            letters.c.kind == _LAWYER.value,
            letters.c.effect == LegalEffect.NONE.value,
            letters.c.number.not_in(made),
            items.c.state == "issued",
        )
        .order_by(letters.c.journal_index)
    )
    return {
        (row.account, row.claim_digest): row.number
        for row in rows
        if not is_withdrawn(event for event, _ in events_of(connection, row.number))
    }
