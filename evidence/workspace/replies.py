"""What owners stated on their letters' pages, and whether the office answered: a work list nothing falls off.

A dispute or a wish for instalments is a receipt in the journal the moment it is sent. What follows from it in law (a
part held, a complaint, an agreement) somebody has to judge, so no figure moves by itself; until a piece of kind
``answer`` names the receipt's entry it is listed as open by ``evidence status`` and ``evidence ready``. That the owner
disputes counts at once.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from evidence.claim.readiness.facts import Complaint
from evidence.clock import CHINA
from evidence.errors import Problem
from evidence.model.case import CaseEvent, CaseKind, latest
from evidence.workspace import schema
from evidence.workspace.casefile import events
from evidence.workspace.cases import account_ids, require_building, require_snapshot

__all__ = ["ASKED", "Reply", "answer_problems", "complaints_of", "disputes", "replies", "unanswered"]

ASKED = ("disputed", "instalments")
"""What the office has to answer; a confirmed receipt asks for nothing."""
_ENDED = frozenset({"accepted", "settled"})


@dataclass(frozen=True, slots=True)
class Reply:
    """One statement. ``entry`` is its entry in the journal, which the owner was told; ``reason`` a word of the page's
    (``paid``, ``amount``, ``service``, ``owner``, ``period``, ``other``), ``months`` what was asked for, or empty.
    """

    entry: int
    account: str
    person: str
    letter: str
    printed: str
    action: str
    at: datetime
    reason: str
    months: str
    text: str
    files: int
    answer: CaseEvent | None

    @property
    def is_open(self) -> bool:
        return self.answer is None

    @property
    def on(self) -> date:
        return self.at.astimezone(CHINA).date()

    @property
    def stands(self) -> bool:
        """Whether the owner disputes still, as far as is known: an answer that declines ends no dispute."""
        ended = self.answer is not None and self.answer.text("result") in _ENDED
        return self.action == "disputed" and not ended


def replies(
    connection: Connection, account: str | None = None, *, accounts: Collection[str] | None = None
) -> tuple[Reply, ...]:
    """Every statement that asks for an answer, oldest first: of one ``account``, of these ``accounts``, or of all."""
    told, letters = schema.RECEIPTS, schema.LETTERS
    columns = (told.c.journal_index, told.c.letter, told.c.action, told.c.at, told.c.event)
    query = (
        select(*columns, letters.c.account, letters.c.person, letters.c.printed_number)
        .join(letters, letters.c.number == told.c.letter)
        .where(told.c.action.in_(ASKED))
        .order_by(told.c.id)
    )
    if account is not None:
        query = query.where(letters.c.account == account)
    rows = [row for row in connection.execute(query) if accounts is None or row.account in accounts]
    if not rows:
        return ()
    answered = _answers(events(connection, {row.account for row in rows}, kinds=(CaseKind.ANSWER,)))
    found = []
    for row in rows:
        event = json.loads(row.event)
        detail = event["detail"]
        found.append(
            Reply(
                entry=row.journal_index,
                account=row.account,
                person=row.person,
                letter=row.letter,
                printed=row.printed_number,
                action=row.action,
                at=datetime.fromisoformat(row.at),
                reason=detail.get("reason", ""),
                months=detail.get("months", ""),
                text=detail.get("text", ""),
                files=len(event["files"]),
                answer=answered.get(row.journal_index),
            )
        )
    return tuple(found)


def unanswered(connection: Connection, building: str | None = None) -> list[Reply]:
    """What waits for an answer, oldest first; ``workspace.unknown-building`` where the ledger has none of that name."""
    inside = None
    if building is not None:
        snapshot = require_snapshot(connection)
        inside = frozenset(
            account_ids(connection, snapshot, require_building(connection, snapshot, building))
        )
    return [reply for reply in replies(connection, accounts=inside) if reply.is_open]


def _answers(pieces: tuple[CaseEvent, ...]) -> Mapping[int, CaseEvent]:
    return {
        int(number): piece for piece in latest(pieces, CaseKind.ANSWER) if (number := piece.decimal("entry"))
    }


def disputes(found: Iterable[Reply], person: str, on: date) -> bool:
    """Whether this owner disputes the claim on ``on`` by a statement on a letter's page."""
    return any(reply.stands and reply.person == person and reply.on <= on for reply in found)


def complaints_of(found: Iterable[Reply], person: str, on: date) -> tuple[Complaint, ...]:
    """Disputes about the service as complaints: open until they are answered.

    Not those answered as ``recorded``: what was recorded of them stands in the case file.
    """
    return tuple(
        Complaint(f"#{reply.entry}", reply.on, resolved=not reply.is_open)
        for reply in found
        if reply.reason == "service"
        and reply.person == person
        and reply.on <= on
        and (reply.answer is None or reply.answer.text("result") != "recorded")
    )


def answer_problems(connection: Connection, piece: CaseEvent) -> Iterator[Problem]:
    """An answer must name a statement of this very account, and not be older than it."""
    number = piece.decimal("entry")
    assert number is not None  # a required field
    found = {reply.entry: reply for reply in replies(connection, piece.account)}
    reply = found.get(int(number)) if number == int(number) else None
    about = {"entry": piece.text("entry"), "field": "entry"}
    if reply is None:
        still = ", ".join(f"#{entry}" for entry, one in found.items() if one.is_open)
        yield Problem(
            "case.answer-unknown", piece.origin, {**about, "account": piece.account, "open": still or "-"}
        )
    elif (on := piece.date("on")) is not None and on < reply.on:
        params = {"on": on.isoformat(), "stated": reply.on.isoformat(), **about, "field": "on"}
        yield Problem("case.answer-early", piece.origin, params)
