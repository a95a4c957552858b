"""Which letters of a run are printed, and in what order: that of the clerk's round."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from evidence.delivery.printrun_order import floor_of_home, parts_of, round_key
from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.letters.numbers import parse_printed_number
from evidence.model.account import Premises, folded
from evidence.model.delivery import Outcome
from evidence.workspace import schema
from evidence.workspace.deliveries import events_of
from evidence.workspace.making import Run, load_run

__all__ = ["Chosen", "Due", "chosen", "find_run"]

_KNOWN = 5


@dataclass(frozen=True, slots=True)
class Due:
    """One letter of the run: ``place`` counts from 1 in the round of the whole run, whatever is chosen of it."""

    place: int
    number: str
    printed: str
    account: str
    person: str
    pages: int
    home: Premises

    @property
    def group(self) -> str:
        """Building and unit, under which the round sheet lists it."""
        building, unit, _ = parts_of(self.home)
        return Premises("", building, unit, "").label

    @property
    def room(self) -> str:
        return parts_of(self.home)[2]

    @property
    def floor(self) -> str:
        floor = floor_of_home(self.home)
        return floor.label if floor is not None else ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is printed, in order; ``whole``: nothing was chosen away. ``withdrawn`` are left out."""

    due: tuple[Due, ...]
    whole: bool
    withdrawn: tuple[Problem, ...]


def find_run(connection: Connection, text: str) -> Run:
    """A run by its id or the beginning of it, by its folder, or the latest by ``last``.

    Raises ``print.run-unknown``, ``print.run-several``, ``print.run-unfinished``, ``print.draft``.
    """
    table = schema.RUNS
    columns = (table.c.id, table.c.folder, table.c.completed)
    rows = list(connection.execute(select(*columns).order_by(table.c.issued_at, table.c.known)))
    wanted = text.strip().rstrip("/").rpartition("/")[2]
    found = [row for row in rows if wanted in (row.id, row.folder)]
    if not found and wanted == "last":
        found = rows[-1:]
    if not found and len(wanted) >= 4:
        found = [row for row in rows if row.id.startswith(wanted)]
    if len(found) > 1:
        raise fail("print.run-several", run=text[:40], known=", ".join(row.folder for row in found))
    if not found:
        known = ", ".join(row.folder for row in rows[-_KNOWN:][::-1]) or "-"
        raise fail("print.run-unknown", run=text[:40], known=known)
    if not found[0].completed:
        raise fail("print.run-unfinished", run=found[0].id)
    run = load_run(connection, found[0].id)
    if run.draft:
        raise fail("print.draft", run=run.id)
    return run


def chosen(connection: Connection, run: Run, only: Sequence[str], start: str) -> Chosen:
    """The letters of the run in the order of the round: all, those that ``only`` names, and from ``start`` on.

    Raises ``print.selection-unknown`` for every word that names nothing, and ``print.nothing``.
    """
    every = _in_order(connection, run)
    problems: list[Problem] = []

    def meant(text: str) -> Callable[[Due], bool]:
        found = _meaning(text, every)
        if found is None:
            params = {"given": text[:60], "run": run.id}
            problems.append(Problem("print.selection-unknown", Place(part=text[:60]), params))
            return lambda due: False
        return found

    wanted = [meant(text) for text in only]
    first = 1
    if start:
        begins = meant(start)
        first = next((due.place for due in every if begins(due)), 1)
    if problems:
        raise EvidenceError(problems)
    picked = [due for due in every if due.place >= first and (not wanted or any(w(due) for w in wanted))]
    kept, withdrawn = [], []
    for due in picked:
        if any(event.outcome is Outcome.WITHDRAWN for event, _ in events_of(connection, due.number)):
            where = Place(part=due.number)
            withdrawn.append(Problem("print.withdrawn", where, {"letter": due.printed}))
        else:
            kept.append(due)
    if not kept:
        raise fail("print.nothing", run=run.id)
    return Chosen(tuple(kept), len(picked) == len(every), tuple(withdrawn))


def _in_order(connection: Connection, run: Run) -> list[Due]:
    letters, items, homes = schema.LETTERS, schema.PLAN_ITEMS, schema.ACCOUNTS
    columns = (
        letters.c.number,
        letters.c.printed_number,
        letters.c.account,
        letters.c.person,
        letters.c.pages,
    )
    joined = (
        select(*columns, homes.c.estate, homes.c.building, homes.c.unit, homes.c.room)
        .join(items, items.c.number == letters.c.number)
        .join(homes, (homes.c.id == letters.c.account) & (homes.c.snapshot == run.snapshot))
        .where(letters.c.run == run.id, items.c.state == "issued")
        .order_by(letters.c.journal_index)
    )
    found = []
    for row in connection.execute(joined):
        home = Premises(row.estate, row.building, row.unit, row.room)
        found.append(Due(0, row.number, row.printed_number, row.account, row.person, row.pages, home))
    found.sort(key=lambda due: round_key(due.home))
    return [
        Due(place, due.number, due.printed, due.account, due.person, due.pages, due.home)
        for place, due in enumerate(found, 1)
    ]


def _meaning(text: str, every: Sequence[Due]) -> Callable[[Due], bool] | None:
    """What a word of ``--only`` or ``--from`` names: a home or letter first, then a building, then places."""
    word = folded(text)
    try:
        number = parse_printed_number(text).key
    except ValueError:
        number = word
    tests: tuple[Callable[[Due], bool], ...] = (
        lambda due: due.account == word,
        lambda due: due.number == number,
        lambda due: Premises("", *parts_of(due.home)[:2], "").account_id == word,
        lambda due: Premises("", parts_of(due.home)[0], "", "").account_id == word,
    )
    for test in tests:
        if any(map(test, every)):
            return test
    places = re.fullmatch(r"([0-9]{1,6})(?:[-–~—]([0-9]{1,6}))?", word)
    if places is None:
        return None
    low, high = int(places[1]), int(places[2] or places[1])
    if low > high or not any(low <= due.place <= high for due in every):
        return None
    return lambda due: low <= due.place <= high
