"""Opening and making a workspace: its folder, key, database and the lock of its writer."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, Engine, select

from evidence.clock import Source
from evidence.errors import Place, fail
from evidence.journal import entries
from evidence.journal.engine import open_engine, reading, writing
from evidence.journal.note import origin_of
from evidence.journal.store import Journal
from evidence.law import LawPack, load_law
from evidence.model.office import Office
from evidence.stamp.keys import SigningKey
from evidence.workspace import schema
from evidence.workspace.config import FILE_NAME, load_config, parse_text
from evidence.workspace.persons import FILE_NAME as PERSONS_FILE
from evidence.workspace.persons import Persons
from evidence.workspace.store import Store, write_atomically

DATABASE = "office.db"
KEY_FILE = "signing.pem"
PUBLIC_KEY_FILE = "signing.pub"
_PARTS = (FILE_NAME, "keys", DATABASE, "store", f"keys/{KEY_FILE}", f"keys/{PERSONS_FILE}")


@dataclass
class Desk:
    """An open workspace: everything the rooms need, handed to the functions that do the work."""

    root: Path
    office: Office
    source: Source
    engine: Engine
    store: Store
    persons: Persons
    signer: SigningKey
    journal: Journal
    origin: str
    law: LawPack
    is_test: bool
    _locked: int = field(default=0, repr=False)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with reading(self.engine) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: case tables and journal commit together or not at all."""
        with writing(self.engine) as connection:
            yield connection

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Only one command at a time changes a workspace; a second gets ``workspace.locked``.

        The lock is the operating system's and ends with the process, so that a crash leaves none behind.
        """
        if self._locked:
            self._locked += 1
            try:
                yield
            finally:
                self._locked -= 1
            return
        handle = os.open(self.root / "keys" / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise fail("workspace.locked", path=str(self.root)) from None
            self._locked = 1
            yield
        finally:
            self._locked = 0
            os.close(handle)

    def checkpoint(self, connection: Connection) -> str:
        """The journal's head, signed, in the caller's write transaction."""
        public = self.signer.public.raw
        return self.journal.checkpoint(connection, self.signer.sign, public, self.origin)

    def close(self) -> None:
        self.engine.dispose()


def find_root(start: Path) -> Path:
    """The workspace at ``start`` or the nearest one above it; ``workspace.missing`` otherwise."""
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder
    raise fail("workspace.missing", path=str(start))


def make(root: Path, config: str, source: Source) -> None:
    """A new workspace in ``root``, which must be missing or empty; ``config`` becomes its ``evidence.toml``."""
    office = parse_text(config)  # refused before anything is made
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise fail("workspace.exists", path=str(root))
    law = load_law(office.jurisdiction)
    try:
        (root / "keys").mkdir(parents=True, mode=0o700)
        for name in ("store", "letters", "bundles"):
            (root / name).mkdir()
    except OSError as error:
        raise fail("general.output-not-writable", path=str(root), reason=error.strerror or "") from error
    signer = SigningKey.generate(source.random)
    signer.save(root / "keys" / KEY_FILE)
    write_atomically(root / "keys" / PUBLIC_KEY_FILE, signer.public.to_text().encode())
    Persons(root / "keys" / PERSONS_FILE).create()
    journal_id = source.random(8).hex()
    engine = open_engine(f"sqlite:///{root / DATABASE}")
    with writing(engine) as connection:
        schema.METADATA.create_all(connection)
        journal = Journal(connection)
        opened = entries.journal_opened(
            at=source.now(),
            by=signer.public.kid.hex(),
            journal=journal_id,
            key=signer.public.raw,
            jurisdiction=law.jurisdiction,
            tool=_tool(),
            test=source.is_test,
        )
        journal.append(connection, [opened])
        origin = origin_of(journal_id, test=source.is_test)
        journal.checkpoint(connection, signer.sign, signer.public.raw, origin)
        rows = {
            "schema": str(schema.SCHEMA_VERSION),
            "journal": journal_id,
            "test": "1" if source.is_test else "",
            "key": signer.public.base32,
        }
        connection.execute(schema.META.insert(), [{"key": k, "value": v} for k, v in rows.items()])
    engine.dispose()
    # The configuration comes last: a folder without it is not taken for a workspace.
    write_atomically(root / FILE_NAME, config.encode())


def open_desk(root: Path, source: Source) -> Desk:
    """An existing workspace, with every fault of its making and configuration named."""
    root = root.resolve()
    if not (root / FILE_NAME).is_file():
        raise fail("workspace.missing", path=str(root))
    missing = [part for part in _PARTS if not (root / part).exists()]
    if missing:
        raise fail("workspace.half-made", path=str(root), missing=", ".join(missing))
    office = load_config(root / FILE_NAME)
    signer = SigningKey.load(root / "keys" / KEY_FILE)
    engine = open_engine(f"sqlite:///{root / DATABASE}")
    with engine.connect() as connection:
        meta = {row.key: row.value for row in connection.execute(select(schema.META))}
    if meta.get("key") != signer.public.base32:
        raise fail("workspace.key-mismatch", Place(file=KEY_FILE), path=str(root / "keys" / KEY_FILE))
    is_test = bool(meta.get("test")) or source.is_test
    return Desk(
        root=root,
        office=office,
        source=source,
        engine=engine,
        store=Store(root / "store"),
        persons=Persons(root / "keys" / PERSONS_FILE),
        signer=signer,
        journal=Journal(engine),
        origin=origin_of(meta["journal"], test=bool(meta.get("test"))),
        law=load_law(office.jurisdiction),
        is_test=is_test,
    )


def _tool() -> str:
    from evidence import __version__

    return f"evidence-kit {__version__}"
