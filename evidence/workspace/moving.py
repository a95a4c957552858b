"""A workspace moved between SQLite and PostgreSQL, its folder and a server of files: the same rows, entries and root.

The copy is made whole in one transaction and checked against the original; then ``evidence.toml`` names the new place.
Cut off before that, the old place still holds, and the next attempt clears what it finds of an earlier one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, delete, func, inspect, select, text

from evidence.clock import Source
from evidence.errors import EvidenceError, fail, spec_of
from evidence.journal import store as journal
from evidence.journal.check import check_journal
from evidence.journal.engine import POSTGRESQL, named_url, open_engine, reading, writing
from evidence.workspace import schema
from evidence.workspace.config import FILE_NAME, load_places
from evidence.workspace.core import DATABASE, Desk, open_desk
from evidence.workspace.folderlock import Patience
from evidence.workspace.migrations import MOVED
from evidence.workspace.named import own_files
from evidence.workspace.places import Places, open_store, with_places
from evidence.workspace.progress import Count, uncounted
from evidence.workspace.store import Store, write_atomically

__all__ = ["Moved", "copy_database", "copy_files", "move", "one_file", "tables"]

_PAGE = 1000
_MOVING = "moving"  # row of `meta` in a copy that no evidence.toml names yet


@dataclass(frozen=True, slots=True)
class Moved:
    """What was copied and compared; ``left`` names where the old copies lie, ``size`` and ``root`` are the journal's.

    ``shared`` is the old place of the files where it holds others as well, that no row of this workspace names.
    """

    rows: int
    files: int
    size: int
    root: bytes
    left: tuple[str, ...]
    shared: str = ""


def tables() -> list[Table]:
    """Every table, those that others refer to first."""
    return [*journal.METADATA.sorted_tables, *schema.METADATA.sorted_tables]


def move(
    root: Path,
    places: Places,
    source: Source,
    patience: Patience | None = None,
    count: Count = uncounted,
) -> Moved:
    """Move the workspace in ``root`` to ``places``. The old copies stay where they are, out of use.

    Raises ``workspace.database-taken`` for a database with another workspace, ``workspace.store-taken`` for a place with
    others' files, ``workspace.moved-differs`` should the copy not be the original, and the faults of both places; then
    nothing has changed.
    """
    desk = open_desk(root, source, keyless=True, patience=patience)
    try:
        with desk.locked():
            return _move(desk, load_places(desk.root / FILE_NAME), places, count)
    finally:
        desk.close()


def _move(desk: Desk, old: Places, new: Places, count: Count) -> Moved:
    rows, left, shared = 0, list[str](), ""
    into = open_engine(new.database or desk.root / f".{DATABASE}.moving")
    target = open_store(desk.root, new)
    is_elsewhere = new.database != old.database
    files_move = (new.files, new.endpoint) != (old.files, old.endpoint)
    try:
        if is_elsewhere:
            _clear(into, desk)
        copied = set[str]()
        if files_move:
            target.check()
            target.take(desk.origin)
            with desk.reading() as source:
                own = own_files(source)
            copied |= copy_files(desk.store, target, own, count)
        # From here on nobody writes: what a server of pages is asked meanwhile waits, or is told to come again.
        with desk.writing() as source:
            if files_move:
                own = own_files(source)
                copied |= copy_files(desk.store, target, own - copied)
                if not _is_same(desk, target):
                    shared = desk.store.shown if _holds_others(desk.store, own) else ""
                    left += [] if shared else [desk.store.shown]
            size, head = desk.journal.size(source), desk.journal.root(source)
            if is_elsewhere:
                rows = _copy(source, into, {_MOVING: "1"})
            _switch(desk, into, new, is_elsewhere=is_elsewhere)
            if is_elsewhere:
                source.execute(schema.META.insert(), {"key": MOVED, "value": "1"})
        if is_elsewhere:
            left.append(_retire(desk, into, old, new))
    finally:
        target.close()
        into.dispose()
    return Moved(rows, len(copied), size, head, tuple(left), shared)


def _is_same(desk: Desk, target: Store) -> bool:
    """Whether both names lead to one place, such as an address written otherwise: then nothing is left anywhere."""
    if not (desk.store.is_remote and target.is_remote):
        return False
    token = target.put(b"moving " + desk.source.random(16))
    try:
        return desk.store.length(token) is not None
    finally:
        target.remove(token)


def _holds_others(store: Store, own: set[str]) -> bool:
    """Whether a server's place has files besides ``own``: of another workspace, or of a command that was cut off."""
    return store.is_remote and (store.is_others() or not own.issuperset(store.names()))


def _switch(desk: Desk, into: Engine, new: Places, *, is_elsewhere: bool) -> None:
    """``evidence.toml`` names the new places. A copy in the folder waits beside the old database until that is free."""
    path = desk.root / FILE_NAME
    edited = with_places(path.read_text("utf-8-sig"), new).encode()
    if is_elsewhere and not new.database:
        _finish(into)
        into.dispose()
        copy = Path(str(into.url.database))
        one_file(copy)
        copy.replace(desk.root / DATABASE)
    write_atomically(path, edited)


def copy_database(old: Engine, new: Engine, mark: dict[str, str]) -> int:
    """Every row of ``old`` into the empty ``new``, as ``old`` is at one moment, and ``mark`` in its ``meta``.

    The number of rows. The copy's journal is checked whole, and every table counted, before it is kept.
    """
    with reading(old) as source:
        return _copy(source, new, mark)


def _copy(source: Connection, new: Engine, mark: dict[str, str]) -> int:
    count = 0
    with writing(new) as target:
        journal.Journal(target)
        schema.METADATA.create_all(target)
        for table in tables():
            query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_PAGE)
            with source.execute(query) as found:
                for page in found.mappings().partitions(_PAGE):
                    target.execute(table.insert(), [dict(row) for row in page])
                    count += len(page)
        _go_on_counting(target)
        _compare(source, target, named_url(new))
        target.execute(delete(schema.META).where(schema.META.c.key.in_((_MOVING, MOVED))))
        for key, value in mark.items():
            target.execute(schema.META.insert(), {"key": key, "value": value})
    return count


def _compare(source: Connection, target: Connection, name: str) -> None:
    problems = [problem for problem in check_journal(target) if spec_of(problem.code).exit]
    if problems:
        raise EvidenceError(problems)
    kept = journal.Journal(target)
    if kept.root(target) != journal.Journal(source).root(source):
        raise fail("workspace.moved-differs", path=name, table=journal.ENTRIES.name)
    for table in tables():
        counts = [c.execute(select(func.count()).select_from(table)).scalar_one() for c in (source, target)]
        if counts[0] != counts[1]:
            raise fail("workspace.moved-differs", path=name, table=table.name)


def _go_on_counting(target: Connection) -> None:
    """PostgreSQL counts ids by sequences of their own, which know nothing of rows that brought theirs along."""
    if target.dialect.name != POSTGRESQL:
        return
    for table in tables():
        column = table.autoincrement_column
        if column is not None:
            highest = target.execute(select(func.max(column))).scalar()
            where = f"pg_get_serial_sequence('{table.name}', '{column.name}')"
            if highest is not None:
                target.execute(text(f"SELECT setval({where}, :n)"), {"n": highest})


def _clear(engine: Engine, desk: Desk) -> None:
    """Make room where an earlier move of this same workspace was cut off, or where it came from once.

    ``workspace.database-taken`` for anything else.
    """
    if engine.dialect.name == "sqlite":
        _unlink(Path(str(engine.url.database)))
        return
    with writing(engine) as connection:
        if not inspect(connection).has_table(schema.META.name):
            return
        meta = {row.key: row.value for row in connection.execute(select(schema.META))}
        with desk.reading() as ours:
            own = ours.execute(select(schema.META.c.value).where(schema.META.c.key == "journal")).scalar()
        if meta.get("journal") != own or not {_MOVING, MOVED} & set(meta):
            raise fail("workspace.database-taken", path=named_url(engine))
        schema.METADATA.drop_all(connection)
        journal.METADATA.drop_all(connection)


def _finish(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(delete(schema.META).where(schema.META.c.key == _MOVING))


def _retire(desk: Desk, into: Engine, old: Places, new: Places) -> str:
    """Where the old database lies, marked as out of use; the new one loses its mark."""
    if new.database:
        _finish(into)
    if old.database:
        return named_url(desk.engine)
    desk.engine.dispose()
    path, number = desk.root / f"{DATABASE}.moved", 1
    while path.exists():
        number += 1
        path = desk.root / f"{DATABASE}.moved-{number}"
    # A server may have it open still; it finds the mark in there when it wants to write.
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(DATABASE + suffix).replace(path.with_name(path.name + suffix))
    return str(path)


def one_file(path: Path) -> None:
    """Everything of an SQLite database that nobody has open into its one file, without a write-ahead log."""
    with closing(sqlite3.connect(path, isolation_level=None)) as plain:
        plain.execute("PRAGMA journal_mode=DELETE")


def _unlink(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def copy_files(old: Store, new: Store, wanted: set[str], count: Count = uncounted) -> set[str]:
    """Those of ``wanted`` that ``old`` has into ``new``, each read whole and checked on the way; their names."""
    names = sorted(wanted.intersection(old.names())) if wanted else []
    done = 0
    for page in _pages(names):
        new.put_all(map(old.get, page))
        done += len(page)
        count(done, len(names))
    return set(names)


def _pages(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), 64):
        yield names[start : start + 64]
