"""A workspace of an earlier version is named, brought over whole or left alone, and works as before afterwards."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import casefile
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData

from evidence.errors import EvidenceError
from evidence.journal.store import METADATA as JOURNAL
from evidence.workspace import Workspace, migrations, schema

# The two tables that differed in the first version; the others of this list it did not have.
FIRST = """
CREATE TABLE runs_1 (
    id VARCHAR NOT NULL PRIMARY KEY, kind VARCHAR NOT NULL, locale VARCHAR NOT NULL, snapshot INTEGER NOT NULL,
    as_of VARCHAR NOT NULL, pay_by VARCHAR NOT NULL, issued_at VARCHAR NOT NULL, converter VARCHAR NOT NULL,
    template VARCHAR NOT NULL, office VARCHAR NOT NULL, checkpoint_size INTEGER NOT NULL,
    checkpoint_root BLOB NOT NULL, folder VARCHAR NOT NULL, completed INTEGER NOT NULL
);
INSERT INTO runs_1 SELECT id, kind, locale, snapshot, as_of, pay_by, issued_at, converter, template, office,
    checkpoint_size, checkpoint_root, folder, completed FROM runs;
CREATE TABLE exhibits_1 (
    id INTEGER NOT NULL PRIMARY KEY, account VARCHAR NOT NULL, name VARCHAR NOT NULL, kind VARCHAR NOT NULL,
    group_code VARCHAR NOT NULL, source VARCHAR NOT NULL, proves VARCHAR NOT NULL, original VARCHAR NOT NULL,
    dated VARCHAR NOT NULL, file_name VARCHAR NOT NULL, media_type VARCHAR NOT NULL, sha256 VARCHAR NOT NULL,
    UNIQUE (account, sha256, name)
);
INSERT INTO exhibits_1 SELECT id, account, name, kind, group_code, source, proves, original, dated, file_name,
    media_type, sha256 FROM exhibits;
DROP TABLE runs; ALTER TABLE runs_1 RENAME TO runs;
DROP TABLE exhibits; ALTER TABLE exhibits_1 RENAME TO exhibits;
DROP TABLE exhibit_stamps; DROP TABLE exhibit_findings; DROP TABLE case_events; DROP TABLE timestamps;
DROP TABLE renewals; DROP TABLE renewed_files; DROP TABLE erased;
DROP TABLE receipt_files; DROP TABLE receipts; DROP TABLE receipt_openings; DROP TABLE receipt_codes;
DROP TABLE receipt_tries; DROP TABLE bundle_copies; DROP TABLE staff; DROP TABLE staff_views; DROP TABLE door_records;
UPDATE meta SET value = '1' WHERE key = 'schema';
"""


def rows(office: Path, table: str, columns: str = "*") -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(office / "office.db")) as base:
        return base.execute(f"SELECT {columns} FROM {table} ORDER BY 1").fetchall()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    return casefile.served(tmp_path_factory.mktemp("old"), checkout)


@pytest.fixture
def old(made: Path, tmp_path: Path) -> Iterator[Path]:
    """A served workspace whose database has the tables of the first version."""
    office = shutil.copytree(made, tmp_path / "office")
    with closing(sqlite3.connect(office / "office.db")) as base:
        base.execute("PRAGMA foreign_keys = OFF")
        base.execute("PRAGMA legacy_alter_table = ON")  # references to runs keep its name
        base.executescript(FIRST)
    yield office


def test_an_older_workspace_is_not_opened_but_told_how_to_go_on(old: Path) -> None:
    with pytest.raises(EvidenceError) as caught:
        Workspace.open(old, source=casefile.later())
    (problem,) = caught.value.problems
    assert (problem.code, dict(problem.params)) == (
        "workspace.schema-old",
        {"have": 1, "want": schema.SCHEMA_VERSION},
    )


def test_after_migration_the_tables_are_those_of_a_new_workspace(old: Path) -> None:
    done = Workspace.migrate(old)
    assert (done.before, done.after) == (1, schema.SCHEMA_VERSION)
    every = MetaData()
    for table in (*schema.METADATA.tables.values(), *JOURNAL.tables.values()):
        table.to_metadata(every)
    with (
        Workspace.open(old, source=casefile.later()) as workspace,
        workspace._desk.reading() as connection,
    ):
        assert compare_metadata(MigrationContext.configure(connection), every) == []
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert workspace.check_journal()[1] == ()


def test_what_was_kept_is_as_before_and_new_columns_are_true(made: Path, old: Path) -> None:
    Workspace.migrate(old)
    for table in ("letters", "deliveries", "accounts", "charges", "journal_entries"):
        assert rows(old, table) == rows(made, table), table
    for columns in ("id, person, sha256", "id, account, name, proves"):
        assert rows(old, "exhibits", columns) == rows(made, "exhibits", columns)
    for columns in ("id, office, pay_by", "id, known, approves, approval_index, details"):
        assert rows(old, "runs", columns) == rows(made, "runs", columns)


def test_work_goes_on_after_a_migration(old: Path) -> None:
    Workspace.migrate(old)
    with Workspace.open(old, source=casefile.later()) as workspace:
        bundle = casefile.bundle(workspace)
        assert bundle.zip_path.is_file()
        assert workspace.check_journal()[1] == ()


def test_a_second_time_there_is_nothing_to_do(old: Path) -> None:
    Workspace.migrate(old)
    done = Workspace.migrate(old)
    assert (done.before, done.after, done.backup) == (schema.SCHEMA_VERSION, schema.SCHEMA_VERSION, None)
    assert len(migrations.backups(old)) == 1


def test_the_copy_made_before_is_the_old_database_for_its_owner_alone(old: Path) -> None:
    before = rows(old, "runs")
    done = Workspace.migrate(old)
    assert done.backup is not None
    assert done.backup.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(done.backup)) as base:
        assert base.execute("SELECT * FROM runs ORDER BY 1").fetchall() == before
        assert base.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone() == ("1",)


KILLED = """
import os, sys
from pathlib import Path
from evidence.workspace import Workspace, migrations
step = migrations.STEPS[1]
def die(op, connection):
    step(op, connection)
    os.kill(os.getpid(), 9)
migrations.STEPS = {1: die}
Workspace.migrate(Path(sys.argv[1]))
"""


def test_killed_in_the_middle_the_database_is_as_it_was(old: Path, checkout: Path) -> None:
    before = rows(old, "sqlite_master", "name, sql"), rows(old, "runs")
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(old)], env={**os.environ, "PYTHONPATH": str(checkout)}, check=False
    )
    assert done.returncode == -9
    assert (rows(old, "sqlite_master", "name, sql"), rows(old, "runs")) == before
    assert Workspace.migrate(old).after == schema.SCHEMA_VERSION


def test_a_journal_that_does_not_check_is_not_migrated(old: Path) -> None:
    with closing(sqlite3.connect(old / "office.db")) as base, base:
        base.execute("DROP TRIGGER journal_entries_no_update")
        base.execute("UPDATE journal_entries SET leaf = zeroblob(32) WHERE idx = 2")
    with pytest.raises(EvidenceError) as caught:
        Workspace.migrate(old)
    assert {problem.code for problem in caught.value.problems} == {"journal.leaf-wrong"}
    assert rows(old, "meta", "key, value")[-2:][0][1] == "1"


@pytest.mark.parametrize(
    ("version", "code"), [("99", "workspace.schema-new"), ("", "workspace.schema-unknown")]
)
def test_a_later_or_unknown_version_is_left_alone(version: str, code: str, old: Path) -> None:
    with closing(sqlite3.connect(old / "office.db")) as base, base:
        base.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (version,))
    with pytest.raises(EvidenceError) as caught:
        Workspace.migrate(old)
    assert caught.value.problems[0].code == code
    assert migrations.backups(old) == []
