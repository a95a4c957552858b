"""The case file: recording and reading what a ledger does not know."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from typing import Any

from sqlalchemy import Connection, select

from evidence.errors import EvidenceError, Place, Problem
from evidence.journal import entries
from evidence.journal.canonical import dumps
from evidence.model.case import SHAPES, CaseEvent, CaseKind, check_fields, standing
from evidence.stamp.digests import commitment, digest_bytes
from evidence.workspace import schema
from evidence.workspace.cases import require_account
from evidence.workspace.casewords import in_machine_words
from evidence.workspace.core import Desk
from evidence.workspace.persons import salt_for

# What concerns the whole estate belongs to no person; its salts come from a key of its own.
ESTATE = "estate"
_AT_ONCE = 500
"""Parameters of one statement; SQLite takes 32,766."""
_NOWHERE = Place()
_KINDS = {kind.value: kind for kind in CaseKind}
_COLUMNS = [
    schema.CASE_EVENTS.c[name] for name in ("account", "kind", "body", "recorded_at", "journal_index")
]


def record(
    desk: Desk,
    pieces: Sequence[tuple[CaseKind, str, Mapping[str, str], Place]],
    faults: Sequence[Problem] = (),
) -> tuple[CaseEvent, ...]:
    """Record pieces (kind, account or "", fields, where read) in one transaction.

    Fields and choices may be in a clerk's words (:mod:`evidence.workspace.casewords`); ``faults`` were found before.
    Raises :class:`EvidenceError` with every fault of every piece; nothing is recorded then. A piece that changes
    nothing, or tells what happened word for word as before, is not recorded again; one that cannot be true beside the
    ledger and the file is refused (:mod:`evidence.workspace.casechecks`).
    """
    from evidence.workspace.casechecks import entry_problems  # which reads claims, and those read this file

    problems = list(faults)
    with desk.locked():
        desk.persons.draw([ESTATE], desk.source.random)
        with desk.reading() as connection:
            recorded = events(connection, cancelled=True)
            known = _Known(standing(recorded))
            fresh: list[tuple[CaseEvent, str]] = []
            asked = cache(partial(require_account, connection))  # most pieces are about one account
            for kind, account, data, where in pieces:
                clean, found = check_fields(kind, in_machine_words(kind, data), where)
                person = ESTATE
                if account:
                    try:
                        found_account, person = asked(account)
                        account = found_account.id
                    except EvidenceError as error:
                        found += [replace(problem, where=where) for problem in error.problems]
                problems += found
                event = CaseEvent(kind, account, clean, origin=where)
                if not found and known.is_new(event):
                    fresh.append((event, person))
            problems += entry_problems(desk, connection, [event for event, _ in fresh], recorded)
        if problems:
            raise EvidenceError(problems)
        return _append(desk, fresh)


class _Known:
    """What stands in the file: a piece is new unless what happened is told in the same words, or it changes nothing."""

    def __init__(self, recorded: Iterable[CaseEvent]) -> None:
        self._told: set[tuple[object, ...]] = set()
        self._states: dict[tuple[object, ...], dict[str, str]] = {}
        for event in recorded:
            self.is_new(event)

    def is_new(self, event: CaseEvent) -> bool:
        """Whether ``event`` adds to all before it; from then on it belongs to them."""
        key = (event.kind, event.account, event.subject)
        if SHAPES[event.kind].lasting:
            state = self._states.setdefault(key, {})
            new = not state or any(state.get(name) != value for name, value in event.data.items())
            state.update(event.data)
            return new
        words = (event.kind, event.account, *sorted(event.data.items()))
        new = words not in self._told
        self._told.add(words)
        return new


def _append(desk: Desk, fresh: Sequence[tuple[CaseEvent, str]]) -> tuple[CaseEvent, ...]:
    if not fresh:
        return ()
    with desk.writing() as connection:
        return write_pieces(desk, connection, fresh, desk.source.now())


def write_pieces(
    desk: Desk, connection: Connection, fresh: Sequence[tuple[CaseEvent, str]], now: datetime
) -> tuple[CaseEvent, ...]:
    """Checked pieces, each with the person it is about, into the case file and the journal of this transaction."""
    keys = desk.persons.keys()
    bodies = [_body(event) for event, _ in fresh]
    lines = [
        entries.case_recorded(
            at=now,
            by=desk.signer.public.kid.hex(),
            kind=event.kind.value,
            event=piece_commitment(event, keys[person]),
        )
        for event, person in fresh
    ]
    indexes = desk.journal.append(connection, lines)
    connection.execute(
        schema.CASE_EVENTS.insert(),
        [
            {
                "account": event.account,
                "kind": event.kind.value,
                "body": body.decode(),
                "recorded_at": now.isoformat(),
                "journal_index": index,
            }
            for (event, _), body, index in zip(fresh, bodies, indexes, strict=True)
        ],
    )
    return tuple(
        replace(event, recorded_at=now.isoformat(), journal_index=index)
        for (event, _), index in zip(fresh, indexes, strict=True)
    )


def piece_commitment(event: CaseEvent, key: bytes) -> str:
    """What the journal holds of a piece, in hex; ``key`` is that of the person it is about."""
    both = digest_bytes(_body(event))
    return commitment(salt_for(key, f"file:{both.sha256.hex()}"), both).hex()


def _body(event: CaseEvent) -> bytes:
    return dumps({"account": event.account, "data": dict(event.data), "kind": event.kind.value})


def events(
    connection: Connection,
    account: str | Collection[str] | None = None,
    *,
    kinds: Iterable[CaseKind] | None = None,
    before: int | None = None,
    cancelled: bool = False,
) -> tuple[CaseEvent, ...]:
    """The pieces that stand, in order; with ``account`` those of that account, or of these, and of the whole estate.

    The order is that in which they were recorded, for the estate and for each account; between accounts there is none.
    ``kinds`` leaves out all others; ``before`` what was journaled at that index or later, taking back too: a run that is
    resumed sees what it was planned with. Pieces taken back are left out; ``cancelled`` asks for
    them too, and for what took them back.
    """
    wanted = None if kinds is None else {kind.value for kind in kinds}
    table = schema.CASE_EVENTS
    query = select(*_COLUMNS).order_by(table.c.id)
    if wanted is not None:
        query = query.where(table.c.kind.in_(sorted({*wanted, CaseKind.CANCEL.value})))
    if before is not None:
        query = query.where(table.c.journal_index < before)
    rows: list[Any] = []
    if account is None:
        rows += connection.execute(query).all()
    else:
        names = ["", account] if isinstance(account, str) else ["", *account]
        for start in range(0, len(names), _AT_ONCE):
            some = query.where(table.c.account.in_(names[start : start + _AT_ONCE]))
            rows += connection.execute(some).all()
    # Parsed as one list: a call for each of a hundred thousand pieces costs more than what is in them.
    bodies = json.loads(f"[{','.join([row[2] for row in rows])}]")
    found = []
    for (name, kind, _, at, index), body in zip(rows, bodies, strict=True):
        # Our own spelling, or no longer what the journal holds of it: `verify` says so, a list of debts need not.
        texts = {field: str(value) for field, value in body["data"].items()}
        found.append(CaseEvent(_KINDS.get(kind) or CaseKind(kind), name, texts, at, index, _NOWHERE))
    if cancelled:
        return tuple(found)
    left = standing(found)
    if wanted is None or CaseKind.CANCEL.value in wanted:
        return left
    return tuple([event for event in left if event.kind is not CaseKind.CANCEL])


def events_of_named(connection: Connection, name: str, *, cancelled: bool = False) -> tuple[CaseEvent, ...]:
    """:func:`events` of an account as somebody names it; ``workspace.unknown-account`` where there is none.

    An account that is no longer in the ledger keeps its file.
    """
    table = schema.CASE_EVENTS
    if connection.execute(select(table.c.id).where(table.c.account == name).limit(1)).first() is None:
        name = require_account(connection, name)[0].id
    return events(connection, name, cancelled=cancelled)


def fields_of(kind: CaseKind) -> tuple[str, ...]:
    """The names of a kind's fields, required ones marked with ``*``."""
    return tuple(field.name + ("*" if field.required else "") for field in SHAPES[kind].fields)
