"""Papers that wait for a signature: drafts of lawyer letters, and instalment agreements that were offered.

A draft is no letter before a lawyer approves it, an agreement binds nobody before the owner signs it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, Row, select

from evidence.letters.numbers import parse_printed_number
from evidence.model.case import CaseEvent, CaseKind
from evidence.model.delivery import DeliveryEvent, Outcome
from evidence.model.letter import LegalEffect, LetterKind
from evidence.workspace import schema
from evidence.workspace.casefile import events
from evidence.workspace.deliveries import events_of

_LAWYER, _AGREEMENT = LetterKind.LAWYER_LETTER, LetterKind.INSTALMENT_AGREEMENT


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


def superseded_drafts(connection: Connection) -> frozenset[str]:
    """The drafts whose letter was made, by number."""
    letters, runs = schema.LETTERS, schema.RUNS
    made = select(runs.c.approves).join(letters, letters.c.run == runs.c.id).where(runs.c.approves != "")
    return frozenset(connection.execute(made).scalars())


def signed_numbers(pieces: Iterable[CaseEvent]) -> frozenset[str]:
    """The agreements that the case file names as signed, by number."""
    return frozenset(_key(piece.text("letter")) for piece in pieces if piece.kind is CaseKind.AGREEMENT)


def open_offers(connection: Connection, accounts: Collection[str]) -> dict[tuple[str, str], str]:
    """Agreements the owner may still sign, the latest of each: (account, person) to printed number.

    One that was withdrawn or signed is none; nor is one that was offered before another was signed.
    """
    letters, items = schema.LETTERS, schema.PLAN_ITEMS
    rows = connection.execute(
        select(letters)
        .join(items, items.c.number == letters.c.number)
        .where(
            letters.c.kind == _AGREEMENT.value,
            letters.c.account.in_(sorted(accounts)),
            items.c.state == "issued",
        )
        .order_by(letters.c.journal_index)
    ).all()
    pieces = events(connection, accounts, kinds=(CaseKind.AGREEMENT,))
    numbers = signed_numbers(pieces)
    signed: dict[str, int] = {}
    for piece in pieces:
        signed[piece.account] = max(signed.get(piece.account, -1), piece.journal_index)
    return {
        (row.account, row.person): row.printed_number
        for row in rows
        if row.number not in numbers
        and row.journal_index > signed.get(row.account, -1)
        and not is_withdrawn(event for event, _ in events_of(connection, row.number))
    }


def _key(number: str) -> str:
    """A letter's number as somebody wrote it, in the form it is stored in."""
    try:
        return parse_printed_number(number).key
    except ValueError:
        return number.strip()
