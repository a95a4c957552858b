"""One random key per person, kept apart from the cases so that destroying it breaks no tree.

Every salt in the journal that touches a person is derived from that person's key; with the key gone, what
the journal holds about them says nothing to anybody (design decision 10).
"""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from evidence.errors import fail

FILE_NAME = "persons.db"


class Persons:
    """The keys of all persons in ``keys/persons.db`` (mode 0600)."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def create(self) -> None:
        """An empty key file, readable by its owner alone from the first moment."""
        self._path.touch(mode=0o600, exist_ok=False)
        with self._open() as db:
            db.execute("CREATE TABLE persons (id TEXT PRIMARY KEY, key BLOB NOT NULL)")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """One transaction. Raises ``general.disk-full``, and ``workspace.keys-unusable`` for other faults."""
        try:
            with closing(sqlite3.connect(self._path, timeout=5)) as db, db:
                # Freed pages are overwritten, so that an erased key is gone from the file as well.
                db.execute("PRAGMA secure_delete = ON")
                db.execute("PRAGMA synchronous = FULL")
                yield db
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
                raise fail("general.disk-full", path=str(self._path)) from error
            raise fail("workspace.keys-unusable", path=str(self._path), reason=str(error)) from error

    def draw(self, ids: Iterable[str], random: Callable[[int], bytes]) -> None:
        """A fresh 32-byte key for each id that has none yet."""
        with self._open() as db:
            db.executemany("INSERT OR IGNORE INTO persons VALUES (?, ?)", ((i, random(32)) for i in ids))

    def key(self, person: str) -> bytes:
        """The person's key; ``workspace.person-erased`` when it was destroyed or never drawn."""
        with self._open() as db:
            row = db.execute("SELECT key FROM persons WHERE id = ?", (person,)).fetchone()
        if row is None:
            raise fail("workspace.person-erased", person=person)
        return bytes(row[0])

    def erase(self, person: str) -> None:
        """Destroy the person's key; nothing where there is none."""
        with self._open() as db:
            db.execute("DELETE FROM persons WHERE id = ?", (person,))

    def keys(self) -> dict[str, bytes]:
        """All keys at once, for a run over many letters."""
        with self._open() as db:
            return {person: bytes(key) for person, key in db.execute("SELECT id, key FROM persons")}


def salt_for(key: bytes, label: str) -> bytes:
    """The 32-byte salt of one commitment: ``HMAC-SHA-256(key, label)`` (docs/formats.md §4)."""
    return hmac.new(key, label.encode(), hashlib.sha256).digest()
