"""The case file: recording and reading what a ledger does not know."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import python_calamine
from sqlalchemy import Connection, select

from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.journal import entries
from evidence.journal.canonical import dumps, loads
from evidence.model.case import SHAPES, CaseEvent, CaseKind, check_fields
from evidence.stamp.digests import commitment, digest_bytes
from evidence.workspace import schema
from evidence.workspace.cases import require_account
from evidence.workspace.core import Desk
from evidence.workspace.deliveries import read_file
from evidence.workspace.persons import salt_for

# What concerns the whole estate belongs to no person; its salts come from a key of its own.
ESTATE = "estate"
_ACCOUNT = ("account", "户号", "戶號", "房号", "房號")
_KIND = ("kind", "类别", "類別")


def record(
    desk: Desk, pieces: Sequence[tuple[CaseKind, str, Mapping[str, str], Place]]
) -> tuple[CaseEvent, ...]:
    """Record pieces (kind, account or "", fields, where read) in one transaction.

    Raises :class:`EvidenceError` with every fault of every piece; nothing is recorded then. A piece that changes
    nothing, or tells what happened word for word as before, is not recorded again.
    """
    problems: list[Problem] = []
    checked: list[tuple[CaseEvent, str]] = []
    with desk.locked():
        desk.persons.draw([ESTATE], desk.source.random)
        with desk.reading() as connection:
            for kind, account, data, where in pieces:
                clean, found = check_fields(kind, data, where)
                problems += found
                person = ESTATE
                if account:
                    try:
                        found_account, person = require_account(connection, account)
                        account = found_account.id
                    except EvidenceError as error:
                        problems += [replace(problem, where=where) for problem in error.problems]
                checked.append((CaseEvent(kind, account, clean, origin=where), person))
            known = _Known(events(connection))
        if problems:
            raise EvidenceError(problems)
        return _append(desk, [(event, person) for event, person in checked if known.is_new(event)])


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
    bodies = [
        dumps({"account": event.account, "data": dict(event.data), "kind": event.kind.value})
        for event, _ in fresh
    ]
    lines = []
    for (event, person), body in zip(fresh, bodies, strict=True):
        both = digest_bytes(body)
        salt = salt_for(keys[person], f"file:{both.sha256.hex()}")
        lines.append(
            entries.case_recorded(
                at=now,
                by=desk.signer.public.kid.hex(),
                kind=event.kind.value,
                event=commitment(salt, both).hex(),
            )
        )
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


def events(
    connection: Connection,
    account: str | None = None,
    *,
    kinds: Iterable[CaseKind] | None = None,
    before: int | None = None,
) -> tuple[CaseEvent, ...]:
    """All recorded pieces in order; with ``account`` those of that account and of the whole estate.

    ``kinds`` leaves out all others; ``before`` what was journaled at that index or later.
    """
    table = schema.CASE_EVENTS
    query = select(table).order_by(table.c.id)
    if account is not None:
        query = query.where(table.c.account.in_([account, ""]))
    if kinds is not None:
        query = query.where(table.c.kind.in_([kind.value for kind in kinds]))
    if before is not None:
        query = query.where(table.c.journal_index < before)
    found = []
    for row in connection.execute(query):
        body = loads(row.body.encode())
        assert isinstance(body, dict)
        data = body["data"]
        assert isinstance(data, dict)
        texts = {name: str(value) for name, value in data.items()}
        found.append(CaseEvent(CaseKind(row.kind), row.account, texts, row.recorded_at, row.journal_index))
    return tuple(found)


def import_case(desk: Desk, paths: Sequence[Path]) -> tuple[CaseEvent, ...]:
    """Record everything in spreadsheets or CSV files: a sheet for each kind, or a column ``kind``.

    Columns are the kind's fields and ``account`` (户号); empty cells are left out. All faults at once, by cell.
    """
    problems: list[Problem] = []
    pieces: list[tuple[CaseKind, str, Mapping[str, str], Place]] = []
    for path in paths:
        for sheet, rows in _sheets(path):
            if rows:
                found, faults = _read(path.name, sheet, rows)
                pieces += found
                problems += faults
    if problems:
        raise EvidenceError(problems)
    return record(desk, pieces)


def _sheets(path: Path) -> Iterable[tuple[str, list[list[str]]]]:
    data = read_file(path)
    if path.suffix.lower() == ".csv":
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("gb18030", errors="strict")
        yield path.stem, [list(row) for row in csv.reader(io.StringIO(text))]
        return
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise fail("intake.not-a-spreadsheet", Place(file=path.name), reason=str(error)) from error
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        yield name, [[_text(cell) for cell in row] for row in rows]


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if hasattr(cell, "isoformat"):
        return (
            str(cell.isoformat())[:10]
            if str(cell.isoformat()).endswith("T00:00:00")
            else str(cell.isoformat())
        )
    return "" if cell is None else str(cell).strip()


def _read(
    file: str, sheet: str, rows: Sequence[Sequence[str]]
) -> tuple[list[tuple[CaseKind, str, Mapping[str, str], Place]], list[Problem]]:
    known = ", ".join(kind.value for kind in CaseKind)
    header = [name.strip().lower() for name in rows[0]]
    kinds = {kind.value: kind for kind in CaseKind}
    kind_column = next((i for i, name in enumerate(header) if name in _KIND), None)
    if kind_column is None and sheet.strip().lower() not in kinds:
        return [], [Problem("case.not-recognised", Place(file, sheet), {"known": known})]
    pieces: list[tuple[CaseKind, str, Mapping[str, str], Place]] = []
    problems = []
    for number, row in enumerate(rows[1:], 2):
        cells = {
            name: row[i].strip() for i, name in enumerate(header) if name and i < len(row) and row[i].strip()
        }
        if not cells:
            continue
        where = Place(file, sheet, number)
        word = row[kind_column].strip().lower() if kind_column is not None else sheet.strip().lower()
        kind = kinds.get(word)
        if kind is None:
            problems.append(Problem("case.unknown-kind", where, {"kind": word, "known": known}))
            continue
        account = next((cells[name] for name in _ACCOUNT if name in cells), "")
        data = {name: value for name, value in cells.items() if name not in (*_ACCOUNT, *_KIND)}
        pieces.append((kind, account, data, where))
    return pieces, problems


def fields_of(kind: CaseKind) -> tuple[str, ...]:
    """The names of a kind's fields, required ones marked with ``*``."""
    return tuple(field.name + ("*" if field.required else "") for field in SHAPES[kind].fields)
