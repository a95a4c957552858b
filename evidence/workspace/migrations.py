"""Databases of earlier versions brought to the tables of this one, by steps; ``meta`` holds the version reached.

One transaction makes all steps and records the version, in SQLite as in PostgreSQL: a crash leaves the database as it
was. Before it, an SQLite database is copied beside itself. The journal's entries are never touched, and are checked
before the transaction ends. A step is written to be harmless on tables that already are as it makes them, since version 1
was given to databases of several shapes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    Table,
    func,
    inspect,
    literal,
    select,
    text,
    update,
)

from evidence.errors import EvidenceError, fail, spec_of
from evidence.journal.check import check_journal
from evidence.journal.engine import reading, writing
from evidence.journal.entries import parse_entry
from evidence.journal.store import ENTRIES
from evidence.workspace import schema
from evidence.workspace.store import writing_error

if TYPE_CHECKING:
    from alembic.operations import Operations

OLDEST = 1
MOVED = "moved"
"""Row of ``meta`` in a database that a workspace has left (:mod:`evidence.workspace.moving`)."""


@dataclass(frozen=True, slots=True)
class Migrated:
    """From which version to which; ``backup`` is the copy made before, where there is one. Equal: nothing to do."""

    before: int
    after: int
    backup: Path | None


def require_current(meta: Mapping[str, str]) -> None:
    """``workspace.schema-old`` or ``workspace.schema-new`` for tables that are not those of this version, and
    ``workspace.moved`` for a database out of use."""
    if MOVED in meta:
        raise fail("workspace.moved")
    have = version_of(meta)
    if have != schema.SCHEMA_VERSION:
        code = "workspace.schema-old" if have < schema.SCHEMA_VERSION else "workspace.schema-new"
        raise fail(code, have=have, want=schema.SCHEMA_VERSION)


def require_here(connection: Connection) -> None:
    """``workspace.moved`` where the workspace has left this database since it was opened, as under a running server."""
    table = schema.META
    if connection.execute(select(table.c.value).where(table.c.key == MOVED)).scalar() is not None:
        raise fail("workspace.moved")


def version_of(meta: Mapping[str, str]) -> int:
    """The version a database says it has; 0 where it says none that can be read."""
    text = meta.get("schema", "")
    return int(text) if text.isascii() and text.isdigit() else 0


def migrate(engine: Engine, folder: Path) -> Migrated:
    """Bring the database to :data:`schema.SCHEMA_VERSION`. To be called under the workspace's lock.

    Raises ``workspace.schema-new`` for a database of a later version, ``workspace.schema-unknown`` for one that names
    no version, and what is wrong with its journal where that does not check: then nothing is changed.
    """
    with reading(engine) as connection:
        before = version_of(_meta(connection))
    if before == schema.SCHEMA_VERSION:
        return Migrated(before, before, None)
    if before > schema.SCHEMA_VERSION:
        raise fail("workspace.schema-new", have=before, want=schema.SCHEMA_VERSION)
    if before < OLDEST:
        raise fail("workspace.schema-unknown", path=str(engine.url.database))
    backup = None
    if engine.dialect.name == "sqlite" and engine.url.database:
        backup = _copy(Path(engine.url.database), folder, before)
    with writing(engine) as connection:
        problems = [problem for problem in check_journal(connection) if spec_of(problem.code).exit]
        if problems:
            raise EvidenceError(problems)
        op = _operations(connection)
        for version in range(before, schema.SCHEMA_VERSION):
            STEPS[version](op, connection)
        table = schema.META
        reached = str(schema.SCHEMA_VERSION)
        connection.execute(update(table).where(table.c.key == "schema").values(value=reached))
    return Migrated(before, schema.SCHEMA_VERSION, backup)


def backups(folder: Path) -> list[Path]:
    """The copies that :func:`migrate` has made, and those a workspace left when it moved."""
    return sorted([*folder.glob("office.db.schema-*"), *folder.glob("office.db.moved*")])


def _meta(connection: Connection) -> dict[str, str]:
    return {row.key: row.value for row in connection.execute(select(schema.META))}


def _operations(connection: Connection) -> Operations:
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    # The transaction is ours: Alembic must not commit in the middle of it.
    return Operations(MigrationContext.configure(connection, opts={"transactional_ddl": True}))


def _copy(database: Path, folder: Path, version: int) -> Path:
    """A whole copy, readable by its owner alone; it takes its name only once it is complete."""
    target, number = folder / f"office.db.schema-{version}", 1
    while target.exists():
        number += 1
        target = folder / f"office.db.schema-{version}-{number}"
    unfinished = target.with_name(f".{target.name}")
    try:
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(unfinished)) as copy:
            copy.execute("PRAGMA synchronous = EXTRA")
            source.backup(copy)
        unfinished.replace(target)
    except sqlite3.Error as error:
        unfinished.unlink(missing_ok=True)
        full = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        code = "general.disk-full" if full else "general.output-not-writable"
        raise fail(code, path=str(target), reason=str(error)) from error
    except OSError as error:
        raise writing_error(target, error) from error
    return target


# --- steps


def _from_1(op: Operations, connection: Connection) -> None:
    """What version 1 came to lack one by one: approvals, notices, tones, case file, timestamps, stamped exhibits."""
    have = inspect(connection)
    exhibits_lack_person = have.has_table(schema.EXHIBITS.name) and "person" not in _columns(
        connection, schema.EXHIBITS
    )
    if exhibits_lack_person:
        _exhibits_of_persons(op, connection)
    is_known = "known" in _columns(connection, schema.RUNS)
    for name, default in (("known", "0"), ("approves", "''"), ("details", "''"), ("tones", "''")):
        _add(op, connection, schema.RUNS, name, default)
    _add(op, connection, schema.RUNS, "approval_index", None)
    if not is_known:
        _known(connection)
    schema.METADATA.create_all(connection)


def _columns(connection: Connection, table: Table) -> set[str]:
    return {column["name"] for column in inspect(connection).get_columns(table.name)}


def _add(op: Operations, connection: Connection, table: Table, name: str, default: str | None) -> None:
    """A column where it is missing; rows that are there get ``default``, an SQL literal."""
    if name in _columns(connection, table):
        return
    column = table.c[name]
    filled = None if default is None else text(default)
    op.add_column(table.name, Column(name, column.type, nullable=column.nullable, server_default=filled))


def _known(connection: Connection) -> None:
    """A run knew what stood in the journal when it was planned."""
    for index, raw in connection.execute(select(ENTRIES.c.idx, ENTRIES.c.entry).order_by(ENTRIES.c.idx)):
        entry = parse_entry(raw)
        if entry.type == "run.planned":
            table = schema.RUNS
            run = str(entry.data["run"])
            connection.execute(update(table).where(table.c.id == run).values(known=index + 1))


def _exhibits_of_persons(op: Operations, connection: Connection) -> None:
    """Exhibits became those of an account's present owner, so that the next owner's bundle holds none of them."""
    new = schema.EXHIBITS.to_metadata(MetaData(), name="exhibits_of_persons")
    new.create(connection)
    accounts, old = schema.ACCOUNTS, Table(schema.EXHIBITS.name, MetaData(), autoload_with=connection)
    owner = (
        select(accounts.c.person)
        .where(accounts.c.id == old.c.account)
        .order_by(accounts.c.snapshot.desc())
        .limit(1)
        .correlate(old)
        .scalar_subquery()
    )
    filled = {"person": func.coalesce(owner, "")}
    chosen = [filled.get(c.name, old.c.get(c.name, literal(""))) for c in new.c]
    connection.execute(new.insert().from_select([c.name for c in new.c], select(*chosen)))
    op.drop_table(schema.EXHIBITS.name)
    op.rename_table(new.name, schema.EXHIBITS.name)


def _from_2(op: Operations, connection: Connection) -> None:
    """The receipt page: receipts, openings, codes, and the staff's logins and views; which homes are billed alike."""
    _add(op, connection, schema.ACCOUNTS, "figures", None)
    schema.METADATA.create_all(connection)


def _from_3(op: Operations, connection: Connection) -> None:
    """Exhibits name their original carrier and who hands them in; copies of evidence files for the other party."""
    for name in ("carrier", "submitter"):
        _add(op, connection, schema.EXHIBITS, name, "''")
    schema.METADATA.create_all(connection)


STEPS: Mapping[int, Callable[[Operations, Connection], None]] = {1: _from_1, 2: _from_2, 3: _from_3}
"""The step that leads on from each version."""

__all__ = [
    "MOVED",
    "OLDEST",
    "STEPS",
    "Migrated",
    "backups",
    "migrate",
    "require_current",
    "require_here",
    "version_of",
]
