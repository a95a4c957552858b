"""The database under the journal: opened safely, written by one process at a time, failing by name.

SQLite keeps what it acknowledged only if it is told to: a write-ahead log with ``synchronous=FULL`` makes
every commit durable, ``BEGIN IMMEDIATE`` takes the write lock before anything is read, so that two writers
wait for one another instead of building on the same size, and ``secure_delete`` overwrites what is erased.

PostgreSQL serves an office of several machines. A writer takes an advisory lock of the database first, and reads each
statement's state after it (READ COMMITTED): with a snapshot taken before the wait it would build on an old size. A reader
sees one state throughout (SERIALIZABLE, read only). ``synchronous_commit`` is on, whatever the server's default.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from evidence.errors import EvidenceError, Place, fail

__all__ = [
    "BUSY_TIMEOUT_MS",
    "alone",
    "holds_write_lock",
    "named_url",
    "open_engine",
    "reading",
    "require_alone",
    "writing",
]

_LEAST_ROOM = 64 * 1024  # bytes; opening a write-ahead log takes half of it
BUSY_TIMEOUT_MS = 5000
"""How long one writer waits for another before ``journal.locked``."""

_WRITING = "evidence_writing"
POSTGRESQL = "postgresql"
_WRITER, _COMMAND = 0x65766964656E6365, 0x65766964656E6366
"""Advisory locks of one database: of a transaction that writes, and of a command that changes the workspace."""
_CONNECT_S = 10
# A machine that lost its power says no goodbye: the server gives its lock up after a minute without a sign of life,
# instead of the two hours that are usual.
_SERVER_SETTINGS = "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"

# Primary result codes of SQLite (https://www.sqlite.org/rescode.html) that users can do something about.
_CODES = {
    sqlite3.SQLITE_BUSY: "journal.locked",
    sqlite3.SQLITE_LOCKED: "journal.locked",
    sqlite3.SQLITE_FULL: "journal.disk-full",
    sqlite3.SQLITE_READONLY: "journal.read-only",
    sqlite3.SQLITE_IOERR: "journal.disk-error",
    sqlite3.SQLITE_CANTOPEN: "journal.cannot-open",
    sqlite3.SQLITE_PERM: "journal.cannot-open",
    sqlite3.SQLITE_CORRUPT: "journal.damaged",
    sqlite3.SQLITE_NOTADB: "journal.damaged",
}


def open_engine(url: str | Path, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> Engine:
    """An engine on the database: ``postgresql+psycopg://…``, ``sqlite:////office/office.db``, or the path of a file.

    Give the path where you have one: in a URL ``?`` and ``%`` mean something. Nothing is opened yet. ``journal.engine``
    for any other database, ``journal.driver-missing`` without psycopg.
    """
    parsed = URL.create("sqlite", database=str(url)) if isinstance(url, Path) else make_url(url)
    backend = parsed.get_backend_name()
    if backend == POSTGRESQL:
        return _open_postgresql(parsed.set(drivername="postgresql+psycopg"), busy_timeout_ms)
    if backend != "sqlite":
        raise fail("journal.engine", None, backend=backend)
    engine = create_engine(parsed)

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver must not begin or commit on its own: we do, below
        connection.execute(f"PRAGMA busy_timeout={int(busy_timeout_ms)}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA secure_delete=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if holds_write_lock(connection) else "BEGIN")

    return engine


def _open_postgresql(url: URL, busy_timeout_ms: int) -> Engine:
    try:
        options = " ".join((_SERVER_SETTINGS, *_as_words(url.query.get("options", ()))))
        asked = {"connect_timeout": _CONNECT_S, "options": options}
        # Looked at before it is used, so that a server that was restarted does not fail the first who asks.
        engine = create_engine(
            url.difference_update_query(["options"]), connect_args=asked, pool_pre_ping=True
        )
    except ImportError as error:
        raise fail("journal.driver-missing") from error

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if holds_write_lock(connection):
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            connection.exec_driver_sql("SET LOCAL synchronous_commit TO on")
            connection.exec_driver_sql(f"SET LOCAL lock_timeout TO {int(busy_timeout_ms)}")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER})")
        else:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE READ ONLY")

    return engine


def _as_words(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


@contextmanager
def alone(engine: Engine) -> Iterator[int | None]:
    """Hold the database's lock for whole commands: who holds it, to be asked again by :func:`require_alone`, or ``None``
    where another command does. With SQLite it is always 0, since a file's lock does the same.
    """
    if engine.dialect.name != POSTGRESQL:
        yield 0
        return
    with _named(engine):
        connection = engine.connect()
    try:
        with _named(engine):
            connection.execution_options(isolation_level="AUTOCOMMIT")
            got = bool(connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({_COMMAND})").scalar())
            session = int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
        yield session if got else None
    finally:
        # Ending the session gives the lock up, also where the server is gone and nothing can be asked of it.
        connection.invalidate()
        connection.close()


def require_alone(connection: Connection, session: int | None) -> None:
    """``journal.lock-lost`` where the session of :func:`alone` no longer has its lock, as after a server's restart.

    Asked in a write transaction: whoever took the lock since has to wait for it to end.
    """
    if not session:
        return
    held = connection.exec_driver_sql(
        "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND database ="  # nosec B608 # integers
        " (SELECT oid FROM pg_database WHERE datname = current_database())"
        f" AND pid = {session} AND classid = {_COMMAND >> 32} AND objid = {_COMMAND & 0xFFFFFFFF}"
    ).scalar()
    if held is None:
        path = named_url(connection.engine)
        raise fail("journal.lock-lost", Place(file=path), path=path)


def named_url(engine: Engine) -> str:
    """The database for people: its path, or its URL without the password."""
    if engine.dialect.name == POSTGRESQL:
        return engine.url.render_as_string(hide_password=True)
    return engine.url.database or ":memory:"


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One write transaction: committed when the block ends, undone when it raises.

    The lock is taken at once. Raises ``journal.locked``, ``journal.disk-full``, ``journal.read-only``,
    ``journal.disk-error``, ``journal.cannot-open`` or ``journal.damaged`` for what the database reports, also
    from the caller's own statements in the block; other database errors pass unchanged.
    """
    with _named(engine), engine.connect() as connection:
        connection.execution_options(**{_WRITING: True})
        with connection.begin():
            yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One read transaction, which sees the same state throughout; errors as for :func:`writing`."""
    with _named(engine), engine.connect() as connection, connection.begin():
        yield connection


def holds_write_lock(connection: Connection) -> bool:
    """Whether ``connection`` came from :func:`writing`."""
    return bool(connection.get_execution_options().get(_WRITING))


@contextmanager
def _named(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        named = _name(error, engine)
        if named is None:
            raise
        raise named from error


def _is_full(folder: Path) -> bool:
    """Whether the disk has less room than SQLite needs to open a database at all."""
    try:
        return shutil.disk_usage(folder).free < _LEAST_ROOM
    except OSError:
        return False


# SQLSTATEs and their classes (https://www.postgresql.org/docs/current/errcodes-appendix.html).
_STATES = {
    "55P03": "journal.locked",
    "40001": "journal.locked",
    "40P01": "journal.locked",
    "53100": "journal.disk-full",
    "25006": "journal.read-only",
    "42501": "journal.read-only",
    "58030": "journal.disk-error",
    "XX001": "journal.damaged",
    "XX002": "journal.damaged",
}
_UNREACHABLE = ("08", "28", "3D", "53", "57")


def _name_postgresql(error: DBAPIError, engine: Engine) -> EvidenceError | None:
    state = getattr(error.orig, "sqlstate", None)
    path = named_url(engine)
    code = _STATES.get(str(state))
    if code is None and (error.connection_invalidated or state is None or state[:2] in _UNREACHABLE):
        if state is None and not isinstance(error, OperationalError):
            return None
        reason = (str(error.orig).strip().splitlines() or ["?"])[0]
        return fail("journal.unreachable", path=path, reason=reason)  # no file, and the message names it
    return fail(code, Place(file=path), path=path) if code else None


def _name(error: DBAPIError, engine: Engine) -> EvidenceError | None:
    if engine.dialect.name == POSTGRESQL:
        return _name_postgresql(error, engine)
    result = getattr(error.orig, "sqlite_errorcode", None)
    code = _CODES.get(result & 0xFF) if isinstance(result, int) else None  # low byte: the primary code
    path = engine.url.database or ":memory:"
    if code == "journal.disk-error" and _is_full(Path(path).parent):
        code = "journal.disk-full"  # where there is no room for the shared memory of a reader either
    return fail(code, Place(file=path), path=path) if code else None
