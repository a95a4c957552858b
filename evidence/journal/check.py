"""The journal checked against itself: everything derived anew from the entries' bytes.

Finds what accident or an intruder did to the tables. It cannot find a journal rewritten whole, heads
included: that is what the checkpoints in delivered letters, and timestamps on them, are for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from evidence.errors import EvidenceError, Place, Problem
from evidence.journal import merkle
from evidence.journal.entries import Entry, parse_entry
from evidence.journal.keychange import KeyUse
from evidence.journal.merkle import Node
from evidence.journal.note import Checkpoint, origin_of, parse_checkpoint, verify_note
from evidence.journal.store import ENTRIES, HEADS, NODES, Head

__all__ = ["check_journal"]

_PAGE = 500

_KINDS = {
    ENTRIES: {"entry": "blob", "leaf": "blob"},
    NODES: {"level": "integer", "idx": "integer", "hash": "blob"},
    HEADS: {"root": "blob", "note": "text"},
}
"""Storage class of each column; SQLite itself would keep anything anywhere."""


def check_journal(conn: Connection) -> list[Problem]:
    """Every fault of the journal, in the order of its entries; empty for a sound one.

    Checked: the sequence has no gap, entries have their form, leaves and complete subtrees are those of the
    entries and no others, the first entry and no later one opens the journal, and each head is that of the
    tree and signed by the key in use then; entries name that key, and changes of key are signed as they must be. Codes
    whose exit is 0 are warnings (``journal.time-went-back``).
    """
    problems = _check_types(conn)
    if problems:  # what is not even bytes has no hash to compare
        return problems
    heads = {row.size: Head(*row) for row in conn.execute(select(HEADS).order_by(HEADS.c.size))}
    nodes, watch = _StoredNodes(conn), _Watch()
    size, peaks, whole = 0, tuple[bytes, ...](), True
    query = select(ENTRIES).order_by(ENTRIES.c.idx).execution_options(yield_per=_PAGE)
    for index, raw, leaf in conn.execute(query):
        if index != size:
            problems.append(_problem("journal.gap", f"entry {size}", index=size, found=index))
            size, whole = index, False  # no tree can be built across a gap; what follows is still read
        problems += watch.see(index, raw)
        fresh = merkle.leaf_hash(raw)
        if fresh != leaf:
            problems.append(_problem("journal.leaf-wrong", f"entry {index}", index=index))
        if whole:
            made, peaks = merkle.extend(size, peaks, [fresh])
            for node in made:
                problems += nodes.compare(node)
            head = heads.pop(size + 1, None)
            if head is not None:
                problems += _check_head(head, merkle.root_of_peaks(peaks), watch.keys)
        size += 1
    if whole:
        problems += nodes.rest()
        problems += [_problem("journal.head-beyond", f"head {at}", head=at, size=size) for at in heads]
    return problems


def _problem(code: str, part: str, **params: str | int) -> Problem:
    return Problem(code, Place(part=part), params)


def _check_types(conn: Connection) -> list[Problem]:
    problems: list[Problem] = []
    if conn.dialect.name != "sqlite":
        return problems  # a column holds what it was declared to hold
    for table, kinds in _KINDS.items():
        wrong = or_(*(func.typeof(table.c[name]) != kind for name, kind in kinds.items()))
        count = conn.execute(select(func.count()).select_from(table).where(wrong)).scalar_one()
        if count:
            problems.append(_problem("journal.row-type", table.name, table=table.name, count=count))
    return problems


@dataclass(slots=True)
class _Watch:
    """What has to hold from one entry to the next."""

    opening: Entry | None = None
    latest: Entry | None = None
    keys: KeyUse = field(default_factory=KeyUse)
    runs: dict[str, datetime] = field(default_factory=dict)

    def see(self, index: int, raw: bytes) -> Iterator[Problem]:
        part = f"entry {index}"
        try:
            entry = parse_entry(raw, Place(part=part))
        except EvidenceError as error:
            yield from error.problems
            return
        if (entry.type == "journal.opened") != (index == 0):
            yield _problem("journal.opening", part, index=index, type=entry.type)
        if index == 0 and entry.type == "journal.opened":
            self.opening = entry
            is_test = entry.data["test"] is True
            self.keys.open(entry, origin_of(str(entry.data["journal"]), test=is_test))
        elif self.opening is not None and (fault := self.keys.fault(entry)):
            yield _problem(f"journal.key-{fault}", part, index=index, key=entry.by)
        before, self.latest = self.latest, entry
        if before is None:
            return
        run = str(entry.data.get("run", ""))
        if entry.type == "run.planned":
            self.runs[run] = entry.at
        # The letters of a run bear the time it was planned at, also when it was interrupted and gone on with
        # after other work.
        if entry.at < before.at and entry.at != self.runs.get(run):
            yield _problem("journal.time-went-back", part, index=index)


class _StoredNodes:
    """The stored subtrees, read level by level beside the derived ones, which come in the same order."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._levels: dict[int, Iterator[tuple[int, bytes]]] = {}
        self._ahead: dict[int, tuple[int, bytes] | None] = {}

    def compare(self, node: Node) -> Iterator[Problem]:
        level, index = node.coord
        while (stored := self._peek(level)) and stored[0] < index:
            yield self._extra(level, stored[0])
            self._advance(level)
        if not stored or stored[0] != index:
            yield _problem("journal.node-missing", f"node {level}/{index}", level=level, index=index)
            return
        self._advance(level)
        if stored[1] != node.hash:
            yield _problem("journal.node-wrong", f"node {level}/{index}", level=level, index=index)

    def rest(self) -> Iterator[Problem]:
        levels = select(NODES.c.level).distinct().order_by(NODES.c.level)
        for level in self._conn.execute(levels).scalars().all():
            while stored := self._peek(level):
                yield self._extra(level, stored[0])
                self._advance(level)

    def _peek(self, level: int) -> tuple[int, bytes] | None:
        if level not in self._levels:
            query = select(NODES.c.idx, NODES.c.hash).where(NODES.c.level == level).order_by(NODES.c.idx)
            rows = self._conn.execute(query.execution_options(yield_per=_PAGE))
            self._levels[level] = ((index, value) for index, value in rows)
            self._advance(level)
        return self._ahead[level]

    def _advance(self, level: int) -> None:
        self._ahead[level] = next(self._levels[level], None)

    @staticmethod
    def _extra(level: int, index: int) -> Problem:
        return _problem("journal.node-extra", f"node {level}/{index}", level=level, index=index)


def _check_head(head: Head, root: bytes, keys: KeyUse) -> list[Problem]:
    place = Place(part=f"head {head.size}")
    try:
        said = parse_checkpoint(head.note, place)
    except EvidenceError as error:
        return list(error.problems)
    problems = []
    if head.root != root or (said.size, said.root) != (head.size, root):
        problems.append(_problem("journal.head-wrong", f"head {head.size}", head=head.size))
    if keys.key:
        problems += _check_signer(head, said, keys, place)
    return problems


def _check_signer(head: Head, said: Checkpoint, keys: KeyUse, place: Place) -> Sequence[Problem]:
    if said.origin != keys.origin:
        params = {"found": said.origin, "expected": keys.origin}
        return [Problem("journal.checkpoint-origin", place, params)]
    try:
        verify_note(head.note, keys.origin, keys.key, place)
    except EvidenceError as error:
        return error.problems
    return []
