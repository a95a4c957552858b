"""Opening and making a workspace: its folder, key, database and the lock of its writer."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, select

from evidence.clock import CHINA, Source, system_source
from evidence.errors import EvidenceError, Place, fail
from evidence.journal import entries
from evidence.journal.engine import alone, named_url, open_engine, reading, require_alone, writing
from evidence.journal.entries import parse_entry
from evidence.journal.note import origin_of
from evidence.journal.store import Journal
from evidence.law import LawPack, load_law
from evidence.model.office import Office
from evidence.stamp.device import DeviceKey
from evidence.stamp.keys import PublicKey, Signer, SigningKey
from evidence.workspace import schema
from evidence.workspace.config import FILE_NAME, load_config, load_key_device, load_places, parse_text
from evidence.workspace.folderlock import Patience, folder_lock, holder, keep_lock
from evidence.workspace.keyfiles import KEY_FILE, PUBLIC_KEY_FILE, KeyAway, load_signer
from evidence.workspace.migrations import Migrated, migrate, require_current, require_here
from evidence.workspace.persons import FILE_NAME as PERSONS_FILE
from evidence.workspace.persons import Persons
from evidence.workspace.places import open_store, places_in
from evidence.workspace.store import Store, write_atomically, writing_error

DATABASE = "office.db"
CLOCK_SLACK = timedelta(seconds=60)
"""By how much clocks of several machines may differ without stopping each other."""
CLOCK_CHECKED = "EVIDENCE_CLOCK_CHECKED"
"""Set by somebody who has looked at the clock, where the journal's last entry bears a time that is yet to come."""
# What cannot be made again from the rest; `letters` and `bundles` come back with the next command that fills them.
# The private key is not among them: it may be kept elsewhere, and only what changes the workspace needs it.
_PARTS = ("keys", DATABASE, "store", f"keys/{PUBLIC_KEY_FILE}", f"keys/{PERSONS_FILE}")
_FOLDERS = ("store", "letters", "bundles")


@dataclass
class Desk:
    """An open workspace: everything the rooms need, handed to the functions that do the work."""

    root: Path
    office: Office
    source: Source
    engine: Engine
    store: Store
    persons: Persons
    signer: Signer
    journal: Journal
    origin: str
    law: LawPack
    is_test: bool
    pin: Callable[[], str] = field(default=lambda: "", repr=False)
    """Asked for that of a device the key is moved to; a key that is in one asks by itself."""
    patience: Patience = field(default_factory=Patience, repr=False)
    """How long to wait while another command is working."""
    _locked: int = field(default=0, repr=False)
    _session: int | None = field(default=None, repr=False)
    _latest: datetime | None = field(default=None, repr=False)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with reading(self.engine) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: case tables and journal commit together or not at all."""
        with writing(self.engine) as connection:
            require_alone(connection, self._session)
            require_here(connection)
            if self._locked:
                self._look_at_clock()
            yield connection

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Only one command at a time changes a workspace; a second waits as long as ``patience`` says, then gets
        ``workspace.locked``, which names the first.

        The lock is the operating system's, and the database's where that is a server; both end with the process, so
        that a crash leaves none behind. ``workspace.key-changed`` where the key was changed since the workspace was
        opened: what is signed next would be by the old one. ``workspace.key-away`` where it is not in its place.
        """
        self.require_key()
        if self._locked:
            self._locked += 1
            try:
                yield
            finally:
                self._locked -= 1
            return
        with ExitStack() as held:
            self._session = self.patience.until(lambda: self._take(held), self.root)
            try:
                with self.reading() as connection:
                    require_same_key(connection, self.signer, self.root)
                    self._latest = self._last_time(connection)
                self._look_at_clock()
                self._locked = 1
                yield
            finally:
                self._locked, self._session = 0, None

    def require_key(self) -> None:
        """``workspace.key-away`` where the private key is not in its place: whatever is written is signed."""
        if isinstance(self.signer, KeyAway):
            raise self.signer.away()

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """Nothing is erased and no key changes until this ends; all other work goes on. For backups."""
        with ExitStack() as held:
            self.patience.until(lambda: self._share(held, alone=False), self.root)
            yield

    @contextmanager
    def rewriting(self) -> Iterator[None]:
        """As :meth:`locked`, and no backup is being made: for what takes files or keys away."""
        with self.locked(), ExitStack() as held:
            self.patience.until(lambda: self._share(held, alone=True), self.root, "workspace.backup-running")
            yield

    def _share(self, held: ExitStack, *, alone: bool) -> int | None:
        with ExitStack() as own:
            if not own.enter_context(keep_lock(self.root, alone=alone)):
                return None
            held.enter_context(own.pop_all())
            return 0

    def _last_time(self, connection: Connection) -> datetime | None:
        """When the journal last wrote, for a real clock: one for tests stands wherever a test needs it."""
        if self.source.is_test or os.environ.get(CLOCK_CHECKED):
            return None
        last = self.journal.entry(connection, self.journal.size(connection) - 1)
        return parse_entry(last).at

    def _look_at_clock(self) -> None:
        """``workspace.clock-behind`` where the clock was set back, since the journal's last entry or in this command."""
        now = self.source.now()
        if self._latest is not None and now < self._latest - CLOCK_SLACK:
            told = (moment.astimezone(CHINA).isoformat(" ", "seconds") for moment in (now, self._latest))
            raise fail("workspace.clock-behind", **dict(zip(("now", "last"), told, strict=True)))
        self._latest = max(self._latest or now, now)

    def _take(self, held: ExitStack) -> int | None:
        """Both locks, kept until ``held`` ends, or neither."""
        with ExitStack() as both:
            if not both.enter_context(folder_lock(self.root, self.source)):
                return None
            session = both.enter_context(alone(self.engine))
            if session is None:
                return None
            held.enter_context(both.pop_all())
            return session

    def checkpoint(self, connection: Connection) -> str:
        """The journal's head, signed, in the caller's write transaction."""
        public = self.signer.public.raw
        return self.journal.checkpoint(connection, self.signer.sign, public, self.origin)

    def close(self) -> None:
        if isinstance(self.signer, DeviceKey):
            self.signer.close()
        self.store.close()
        self.engine.dispose()


def find_root(start: Path) -> Path:
    """The workspace at ``start`` or the nearest one above it; ``workspace.missing`` otherwise."""
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder
    raise fail("workspace.missing", path=str(start))


def make(root: Path, config: str, source: Source) -> None:
    """A new workspace in ``root``, which must be missing or empty; ``config`` becomes its ``evidence.toml``.

    Whatever fails on the way, ``root`` is left as it was found.
    """
    office = parse_text(config)  # refused before anything is made
    law = load_law(office.jurisdiction)
    existed = root.exists()
    if existed and (not root.is_dir() or any(root.iterdir())):
        raise fail("workspace.exists", path=str(root))
    try:
        # Names, addresses and debts lie here: nobody but the office's own user may look in.
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        root.chmod(0o700)
        (root / "keys").mkdir(mode=0o700)
        for name in _FOLDERS:
            (root / name).mkdir()
        places = places_in(config)
        store = open_store(root, places)
        store.check()
        with _undone(store):
            _fill(root, law, source, places.database or root / DATABASE, store)
            # The configuration comes last: a folder without it is not taken for a workspace.
            write_atomically(root / FILE_NAME, config.encode())
    except BaseException as error:
        for part in root.iterdir() if root.is_dir() else ():
            shutil.rmtree(part) if part.is_dir() else part.unlink()
        if root.is_dir() and not existed:
            root.rmdir()
        if isinstance(error, OSError):
            raise writing_error(root, error) from error
        raise


def _fill(root: Path, law: LawPack, source: Source, database: str | Path, store: Store) -> None:
    """Keys, a database whose journal begins with who opened it, and a store that says whose it is; all or none."""
    signer = SigningKey.generate(source.random)
    signer.save(root / "keys" / KEY_FILE)
    write_atomically(root / "keys" / PUBLIC_KEY_FILE, signer.public.to_text().encode())
    Persons(root / "keys" / PERSONS_FILE).create()
    journal_id = source.random(8).hex()
    engine = open_engine(database)
    try:
        with writing(engine) as connection:
            if inspect(connection).has_table(schema.META.name):
                raise fail("workspace.database-taken", path=named_url(engine))
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
            store.take(origin)
    finally:
        engine.dispose()


@contextmanager
def _undone(store: Store) -> Iterator[None]:
    """What was taken is let go where nothing came of it."""
    try:
        yield
    except BaseException:
        with suppress(EvidenceError):
            store.release()
        raise


@dataclass(frozen=True)
class _Absent:
    """A key that nobody has, or somebody else too."""

    public: PublicKey

    def sign(self, message: bytes) -> bytes:
        raise fail("stamp.key-missing", Place(file=KEY_FILE), path=KEY_FILE)


def _require_whole(root: Path, *, keyless: bool = False) -> None:
    if not (root / FILE_NAME).is_file():
        raise fail("workspace.missing", path=str(root))
    try:
        parts = [part for part in _PARTS if not (keyless and part == f"keys/{PUBLIC_KEY_FILE}")]
        missing = [part for part in parts if not (root / part).exists()]
        if missing:  # or on a server, and the folder's own deleted since
            places = load_places(root / FILE_NAME)
            elsewhere = {DATABASE: places.database, "store": places.files}
            missing = [part for part in missing if not elsewhere.get(part)]
    except PermissionError as error:
        raise fail("workspace.not-readable", path=str(error.filename), reason=error.strerror or "") from error
    if missing:
        raise fail("workspace.half-made", path=str(root), missing=", ".join(missing))


def migrate_workspace(root: Path) -> Migrated:
    """Bring the database of an existing workspace to this version; see :mod:`evidence.workspace.migrations`."""
    root = root.resolve()
    _require_whole(root)
    engine = open_engine(load_places(root / FILE_NAME).database or root / DATABASE)
    try:
        with folder_lock(root, system_source()) as is_free, ExitStack() as stack:
            if not is_free or stack.enter_context(alone(engine)) is None:
                raise fail("workspace.locked", path=str(root), holder=holder(root))
            with reading(engine) as connection:
                known = inspect(connection).has_table(schema.META.name)
            if not known:
                raise fail("workspace.half-made", path=str(root), missing=DATABASE)
            return migrate(engine, root)
    finally:
        engine.dispose()


def open_desk(
    root: Path,
    source: Source,
    passphrase: Callable[[], str] = lambda: "",
    pin: Callable[[], str] = lambda: "",
    *,
    keyless: bool = False,
    patience: Patience | None = None,
) -> Desk:
    """An existing workspace, with every fault of its making and configuration named.

    ``passphrase`` is asked when an encrypted key is to sign, ``pin`` when one in a device is. ``keyless`` is for
    reporting the key lost or stolen: then the signer can name the public key, and no more.
    """
    root = root.resolve()
    _require_whole(root, keyless=keyless)
    office = load_config(root / FILE_NAME)
    places = load_places(root / FILE_NAME)
    engine = open_engine(places.database or root / DATABASE)
    with ExitStack() as undo:
        undo.callback(engine.dispose)
        with reading(engine) as connection:
            known = inspect(connection).has_table(schema.META.name)
            meta = {row.key: row.value for row in connection.execute(select(schema.META))} if known else {}
        if "journal" not in meta:  # an empty file, as a copy that was cut off leaves it
            raise fail("workspace.half-made", path=str(root), missing=DATABASE)
        require_current(meta)
        signer: Signer
        if keyless:
            signer = _Absent(PublicKey.parse(meta.get("key", "")))
        else:
            device = load_key_device(root / FILE_NAME)
            signer = load_signer(root / "keys", meta.get("key", ""), passphrase, device, pin)
        is_test = bool(meta.get("test"))
        origin = origin_of(meta["journal"], test=is_test)
        if source.is_test and not is_test:
            raise fail("workspace.test-clock", path=str(root))
        desk = Desk(
            root=root,
            office=office,
            source=source,
            engine=engine,
            store=open_store(root, places, origin),
            persons=Persons(root / "keys" / PERSONS_FILE),
            signer=signer,
            journal=Journal(engine),
            origin=origin,
            law=load_law(office.jurisdiction),
            is_test=is_test,
            pin=pin,
            patience=patience or Patience(),
        )
        undo.pop_all()
    return desk


def require_same_key(connection: Connection, signer: Signer, root: Path) -> None:
    """``workspace.key-changed`` unless ``signer`` is still the one the database names."""
    table = schema.META
    named = connection.execute(select(table.c.value).where(table.c.key == "key")).scalar()
    if signer.public.base32 != named:
        raise fail("workspace.key-changed", path=str(root))


def _tool() -> str:
    from evidence import __version__

    return f"evidence-kit {__version__}"
