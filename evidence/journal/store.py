"""The journal in tables of its own, beside the cases and in the same transactions.

Appending costs O(1) hashes per entry on average; sizes, roots and proofs read O(log n) rows. Rows are never
changed: triggers refuse updates, deletions, and entries out of sequence, so that a stray statement of any
program fails instead of rewriting history. Who owns the file can still drop them; what shows that is
:mod:`evidence.journal.check` and the heads that left the house.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    DDL,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    event,
    func,
    insert,
    select,
)

from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.journal import merkle
from evidence.journal.engine import holds_write_lock
from evidence.journal.entries import parse_entry
from evidence.journal.merkle import Coord
from evidence.journal.note import Checkpoint, Sign, parse_checkpoint, sign_checkpoint, verify_note
from evidence.journal.proof import Proof

__all__ = ["ENTRIES", "HEADS", "METADATA", "NODES", "Head", "Journal"]

METADATA = MetaData()

ENTRIES = Table(
    "journal_entries",
    METADATA,
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("entry", LargeBinary, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
)
NODES = Table(
    "journal_nodes",
    METADATA,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""Complete subtrees of two leaves and more; those of one leaf are ``journal_entries.leaf``."""
HEADS = Table(
    "journal_heads",
    METADATA,
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
)

_PAGE = 500
"""Rows fetched at a time while streaming."""


def _guard_postgresql(table: Table, name: str, rule: str) -> None:
    """The same rule as a function of its own and a trigger that calls it."""
    rule, _, condition = rule.partition(" WHEN ")
    check = f"IF {condition} THEN RAISE EXCEPTION 'append-only'; END IF; RETURN NEW;" if condition else ""
    body = check or "RAISE EXCEPTION 'append-only';"
    title = f"{table.name}_{name}"
    statements = (
        f"CREATE OR REPLACE FUNCTION {title}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$",
        f"CREATE TRIGGER {title} {rule} FOR EACH ROW EXECUTE FUNCTION {title}()",
    )
    for statement in statements:
        ddl = DDL(statement)  # type: ignore[no-untyped-call]
        event.listen(table, "after_create", ddl.execute_if(dialect="postgresql"))


def _guard(table: Table, name: str, rule: str) -> None:
    ddl = DDL(  # type: ignore[no-untyped-call]
        f"CREATE TRIGGER {table.name}_{name} {rule} BEGIN SELECT RAISE(ABORT, 'append-only'); END"
    )
    event.listen(table, "after_create", ddl.execute_if(dialect="sqlite"))
    _guard_postgresql(table, name, rule)


for _table in (ENTRIES, NODES, HEADS):
    _guard(_table, "no_update", f"BEFORE UPDATE ON {_table.name}")
    _guard(_table, "no_delete", f"BEFORE DELETE ON {_table.name}")
_guard(
    ENTRIES,
    "in_sequence",
    "BEFORE INSERT ON journal_entries"
    " WHEN NEW.idx <> (SELECT coalesce(max(idx) + 1, 0) FROM journal_entries)",
)


@dataclass(frozen=True, slots=True)
class Head:
    """A checkpoint this journal has signed; ``note`` is its signed text."""

    size: int
    root: bytes
    note: str


class Journal:
    """The journal in one database. Holds no state: every call works in the transaction it is given."""

    def __init__(self, bind: Engine | Connection) -> None:
        """Makes the tables where they are missing; give the connection to do so in a transaction of yours."""
        METADATA.create_all(bind)

    # --- growing

    def append(self, conn: Connection, entries: Sequence[bytes]) -> range:
        """Adds ``entries`` in order and gives their indexes.

        They are kept when the caller's transaction commits, together with whatever else it wrote, or not at
        all. ``conn`` comes from :func:`~evidence.journal.engine.writing`, else ``ValueError``: two writers
        that read the size without the lock would work on the same one. Raises the faults of *all* entries
        that :func:`~evidence.journal.entries.parse_entry` refuses, before anything is written.
        """
        if not holds_write_lock(conn):
            raise ValueError("append needs a connection from writing()")
        size = self.size(conn)
        _check(entries, size)
        leaves = [merkle.leaf_hash(entry) for entry in entries]
        peaks = self._peaks(conn, size)
        nodes, _ = merkle.extend(size, peaks, leaves)
        if leaves:
            rows = enumerate(zip(entries, leaves, strict=True), size)
            conn.execute(insert(ENTRIES), [{"idx": i, "entry": e, "leaf": h} for i, (e, h) in rows])
        if nodes:
            conn.execute(insert(NODES), [{"level": c.level, "idx": c.idx, "hash": h} for c, h in nodes])
        return range(size, size + len(leaves))

    def checkpoint(self, conn: Connection, sign: Sign, public_key: bytes, origin: str) -> str:
        """The signed head for the present size; the same note again where nothing was added since.

        It is kept in ``journal_heads``, so ``conn`` comes from ``writing``. ``journal.empty`` for a journal
        without entries, ``journal.head-contradicted`` where the tree does not continue the latest head: a log
        must never sign two stories (tlog-checkpoint, Signatures). ``ValueError`` for a signer that does not
        belong to ``public_key``.
        """
        if not holds_write_lock(conn):
            raise ValueError("checkpoint needs a connection from writing()")
        size = self.size(conn)
        if not size:
            raise fail("journal.empty")
        latest = self.latest_head(conn)
        if latest:
            self.agree(conn, latest.size, latest.root)
        if latest and latest.size == size and _is_by(latest.note, origin, public_key):
            return latest.note
        root = self.root(conn, size)
        note = sign_checkpoint(Checkpoint(origin, size, root), sign, public_key)
        if not latest or latest.size != size:  # another key over the same tree says nothing new
            conn.execute(insert(HEADS), {"size": size, "root": root, "note": note})
        return note

    # --- reading

    def size(self, conn: Connection) -> int:
        """Number of entries."""
        last = conn.execute(select(func.max(ENTRIES.c.idx))).scalar_one()
        return 0 if last is None else last + 1

    def root(self, conn: Connection, size: int | None = None) -> bytes:
        """The root over the first ``size`` entries, or all; ``journal.no-such-entry`` beyond the end."""
        have = self.size(conn)
        size = have if size is None else size
        _within(size, have)
        return merkle.root_of_peaks(self._peaks(conn, size))

    def entry(self, conn: Connection, index: int) -> bytes:
        """The exact bytes of one entry; ``journal.no-such-entry``."""
        found: bytes | None = conn.execute(select(ENTRIES.c.entry).where(ENTRIES.c.idx == index)).scalar()
        if found is None:
            raise _no_such("entry", index, self.size(conn))
        return found

    def entries(self, conn: Connection, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The entries ``start`` … ``stop - 1`` in order, as far as they go, read as they are asked for."""
        query = select(ENTRIES.c.entry).where(ENTRIES.c.idx >= start).order_by(ENTRIES.c.idx)
        if stop is not None:
            query = query.where(ENTRIES.c.idx < stop)
        with conn.execute(query.execution_options(yield_per=_PAGE)) as rows:
            yield from rows.scalars()

    def heads(self, conn: Connection) -> list[Head]:
        """Every checkpoint signed so far, smallest first."""
        return [Head(*row) for row in conn.execute(select(HEADS).order_by(HEADS.c.size))]

    def latest_head(self, conn: Connection) -> Head | None:
        """The checkpoint a new token carries, ``None`` before the first."""
        row = conn.execute(select(HEADS).order_by(HEADS.c.size.desc()).limit(1)).one_or_none()
        return None if row is None else Head(*row)

    # --- proving

    def inclusion(self, conn: Connection, index: int, size: int) -> tuple[bytes, ...]:
        """Proof that entry ``index`` is among the first ``size``; ``journal.no-such-entry``."""
        _within(size, self.size(conn))
        if not 0 <= index < size:
            raise _no_such("entry", index, size)
        return merkle.proof_of(merkle.inclusion_ranges(index, size), _reader(conn))

    def consistency(self, conn: Connection, first: int, second: int) -> tuple[bytes, ...]:
        """Proof that the first ``second`` entries begin with the first ``first`` ≥ 1.

        ``journal.no-such-entry`` for other sizes.
        """
        _within(second, self.size(conn))
        if not 1 <= first <= second:
            raise _no_such("size", first, second)
        return merkle.proof_of(merkle.consistency_ranges(first, second), _reader(conn))

    def proof_text(self, conn: Connection, index: int, checkpoint: str) -> str:
        """The tlog-proof of entry ``index`` under ``checkpoint``, a signed note of this journal.

        ``journal.head-contradicted`` where its root is not ours at that size.
        """
        head = parse_checkpoint(checkpoint)
        self.agree(conn, head.size, head.root)
        return str(Proof(index, self.inclusion(conn, index, head.size), checkpoint))

    def agree(self, conn: Connection, size: int, root: bytes) -> None:
        """``journal.head-contradicted`` unless the first ``size`` entries have this root."""
        have = self.size(conn)
        if size > have or self.root(conn, size) != root:
            raise fail("journal.head-contradicted", Place(part=f"head {size}"), head=size, size=have)

    def _peaks(self, conn: Connection, size: int) -> list[bytes]:
        return [*map(_reader(conn), merkle.cover(0, size))]


def _check(entries: Sequence[bytes], size: int) -> None:
    problems: list[Problem] = []
    for index, entry in enumerate(entries, size):
        try:
            parse_entry(entry, Place(part=f"entry {index}"))
        except EvidenceError as error:
            problems += error.problems
    if problems:
        raise EvidenceError(problems)


def _within(size: int, have: int) -> None:
    if not 0 <= size <= have:
        raise _no_such("size", size, have)


def _no_such(what: str, index: int, size: int) -> EvidenceError:
    return fail("journal.no-such-entry", Place(part=f"{what} {index}"), index=index, size=size)


def _is_by(note: str, origin: str, public_key: bytes) -> bool:
    try:
        verify_note(note, origin, public_key)
    except EvidenceError:
        return False
    return True


_LEAF = select(ENTRIES.c.leaf).where(ENTRIES.c.idx == bindparam("idx"))
_NODE = select(NODES.c.hash).where(NODES.c.level == bindparam("level"), NODES.c.idx == bindparam("idx"))


def _reader(conn: Connection) -> merkle.Read:
    """Reads one subtree a call, by primary key; ``journal.node-missing`` for one that is not there."""

    def read(coord: Coord) -> bytes:
        level, index = coord
        query, key = (_NODE, {"level": level, "idx": index}) if level else (_LEAF, {"idx": index})
        found: bytes | None = conn.execute(query, key).scalar()
        if found is None:
            raise fail("journal.node-missing", Place(part=f"node {level}/{index}"), level=level, index=index)
        return found

    return read
