"""A whole workspace in one file, and back: taken while others work, checked member by member when it is restored.

The file is a ZIP: ``office.db`` (SQLite, whatever the office uses), ``evidence.toml``, ``keys/``, ``store/``, what else
lies in the folder, and ``manifest.json``, which lists everything with length and SHA-256 and quotes the last checkpoint.
Copies of files in the store are listed and not packed twice.

One moment of the database is copied first. The store only grows meanwhile, except for an erasure, and keys only change by
a command; both wait until the backup is done.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.journal.check import check_journal
from evidence.journal.engine import open_engine, reading, writing
from evidence.journal.note import parse_checkpoint
from evidence.journal.store import Journal
from evidence.workspace.backupfile import is_fit, opened
from evidence.workspace.backupmanifest import FORMAT, MANIFEST, Manifest, damaged
from evidence.workspace.config import FILE_NAME, parse_text
from evidence.workspace.core import DATABASE, Desk
from evidence.workspace.keyfiles import KEY_FILE, NEXT_FILE
from evidence.workspace.moving import copy_database, one_file
from evidence.workspace.named import named_files
from evidence.workspace.officekeys import FOLD_KEY, WEB_KEY
from evidence.workspace.persons import FILE_NAME as PERSONS
from evidence.workspace.places import Places, with_places
from evidence.workspace.progress import Count, uncounted
from evidence.workspace.store import Store, writing_error

__all__ = ["BackedUp", "Restored", "backup", "restore"]

_SECRET = {KEY_FILE, NEXT_FILE, FOLD_KEY, WEB_KEY}
_SECRET_ENDS = (".p12", ".pfx", ".key", ".new")
_COPIED_APART = {"store", "keys", FILE_NAME}
_CONFIG_MOST = 1 << 20  # bytes
# What is neither: queries that would run inside of ours. The journal's own triggers are the only ones there are.
_BESIDE_TABLES = (
    "SELECT sql FROM sqlite_master WHERE type NOT IN ('table', 'index') OR lower(sql) LIKE 'create virtual%'"
)
_CHUNK = 1 << 20
_MODE = 0o600
_YEAR_ZERO = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What the file holds: members, the journal's size and root, the private keys or not; ``problems``: what could not
    be read and is not in it."""

    path: Path
    files: int
    size: int
    root: bytes
    with_keys: bool
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored and compared; ``missing`` names files that the backup says it lacks."""

    files: int
    size: int
    root: bytes
    with_keys: bool
    missing: tuple[str, ...]


# --- backup


def backup(desk: Desk, target: Path, *, with_keys: bool, count: Count = uncounted) -> BackedUp:
    """Write everything into the new file ``target``, outside of the workspace; others may work meanwhile.

    Raises ``workspace.backup-inside``, ``general.output-exists``, ``general.disk-full``; then there is no file. What the
    store cannot give, damaged or missing, and files of names that no reader takes are left out and named.
    """
    target = target.absolute()
    if with_keys:
        desk.require_key()  # the file would say that it holds what it does not
    if target.resolve().is_relative_to(desk.root):
        raise fail("workspace.backup-inside", path=str(target))
    if target.exists():
        raise fail("general.output-exists", path=str(target))
    try:
        with (
            desk.keeping(),
            tempfile.TemporaryDirectory(prefix=f".{target.name}.new-", dir=target.parent) as work,
        ):
            done = _write(desk, Path(work), target.name, count, with_keys=with_keys)
            packed = Path(work, target.name)
            packed.chmod(_MODE)
            os.link(packed, target)  # never over a file that came to be meanwhile
            _sync_folder(target.parent)
    except FileExistsError:
        raise fail("general.output-exists", path=str(target)) from None
    except OSError as error:
        raise writing_error(target, error) from error
    return done


def _write(desk: Desk, work: Path, name: str, count: Count, *, with_keys: bool) -> BackedUp:
    copy = work / DATABASE
    engine = open_engine(copy)
    try:
        copy_database(desk.engine, engine, {})
        with reading(engine) as connection:
            journal = Journal(engine)
            size, root = journal.size(connection), journal.root(connection)
            head = journal.latest_head(connection)
            wanted = named_files(connection)
    finally:
        engine.dispose()
    one_file(copy)
    problems: list[Problem] = []
    with open(work / name, "xb") as raw:  # noqa: PTH123 - a handle that is synced below
        with zipfile.ZipFile(raw, "w", allowZip64=True) as archive:
            pack = _Packer(archive)
            pack.file(DATABASE, copy, compressed=True)
            _pack_keys(desk, pack, work, with_keys=with_keys)
            pack.file(FILE_NAME, desk.root / FILE_NAME)
            kept = set()
            files = sorted(set(desk.store.names()) | wanted)
            for done, sha256 in enumerate(files):
                count(done, len(files))
                try:
                    pack.bytes(f"store/{sha256[:2]}/{sha256}", desk.store.get(sha256))
                    kept.add(sha256)
                except EvidenceError as error:
                    if error.problems[0].code not in ("workspace.store-missing", "workspace.store-damaged"):
                        raise
                    problems += error.problems
            count(len(files), len(files))
            problems += _pack_folder(desk, pack, kept)
            said: dict[str, Any] = {
                "format": FORMAT,
                "made_at": desk.source.now().isoformat(),
                "journal": {"size": size, "root": root.hex(), "checkpoint": head.note if head else ""},
                "with_keys": with_keys,
                "files": pack.members,
                "copies": pack.copies,
                "missing": sorted(wanted - kept),
            }
            _member(archive, MANIFEST, json.dumps(said, ensure_ascii=False, indent=1).encode())
        raw.flush()
        os.fsync(raw.fileno())
    packed = len(pack.members) + len(pack.copies)
    return BackedUp(work.parent / name, packed, size, root, with_keys, tuple(problems))


class _Packer:
    """Puts members into the archive and keeps the list of them."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.members: dict[str, list[str | int]] = {}
        self.copies: dict[str, str] = {}

    def bytes(self, name: str, data: bytes, *, compressed: bool = False) -> None:
        _member(self._archive, name, data, compressed=compressed)
        self.members[name] = [hashlib.sha256(data).hexdigest(), len(data)]

    def file(self, name: str, path: Path, *, compressed: bool = False) -> None:
        info = _info(name, compressed=compressed)
        digest, length = hashlib.sha256(), 0
        with path.open("rb") as source, self._archive.open(info, "w", force_zip64=True) as target:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                length += len(chunk)
                target.write(chunk)
        self.members[name] = [digest.hexdigest(), length]


def _info(name: str, *, compressed: bool = False) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _YEAR_ZERO)
    info.external_attr = _MODE << 16
    info.compress_type = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    return info


def _member(archive: zipfile.ZipFile, name: str, data: bytes, *, compressed: bool = False) -> None:
    archive.writestr(_info(name, compressed=compressed), data)


def _pack_keys(desk: Desk, pack: _Packer, work: Path, *, with_keys: bool) -> None:
    """Persons' keys as they are at one moment, public keys and certificates, and the private ones where asked for."""
    copy = work / PERSONS
    with (
        closing(sqlite3.connect(desk.root / "keys" / PERSONS)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
    pack.file(f"keys/{PERSONS}", copy, compressed=True)
    for path in sorted((desk.root / "keys").iterdir()):
        if not path.is_file() or path.name.startswith((".", PERSONS)):
            continue
        data = path.read_bytes()
        if with_keys or not _is_secret(path.name, data):
            pack.bytes(f"keys/{path.name}", data)


def _is_secret(name: str, data: bytes) -> bool:
    return name in _SECRET or name.endswith(_SECRET_ENDS) or b"PRIVATE KEY" in data


def _pack_folder(desk: Desk, pack: _Packer, kept: set[str]) -> list[Problem]:
    """Letters, bundles, reports and whatever else lies in the folder; what is in the store by its digest alone.

    Files of names that no reader of a backup takes are left out, and returned as problems.
    """
    problems = list[Problem]()
    for path in sorted(desk.root.rglob("*")):
        within = path.relative_to(desk.root)
        parts = within.parts
        if parts[0] in _COPIED_APART or parts[0].startswith(DATABASE):
            continue
        if any(part.startswith(".") for part in parts) or path.is_symlink():
            continue  # what is being written at this moment
        try:
            if not path.is_file():
                continue
            if not is_fit(within.as_posix()):
                shown = within.as_posix().encode(errors="replace").decode()
                problems.append(Problem("backup.name-unfit", Place(file=shown), {"file": shown}))
                continue
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            if sha256 in kept:
                pack.copies[within.as_posix()] = sha256
            else:
                pack.file(f"folder/{within.as_posix()}", path)
        except FileNotFoundError:
            continue
    return problems


# --- restore


def restore(source: Path, folder: Path, checkpoint: str = "", count: Count = uncounted) -> Restored:
    """Make the workspace of a backup anew in ``folder``, which must be missing or empty; in its folder, all of it.

    Every member is compared with the list, every file of the store with its name, and the journal, derived anew, with
    its last checkpoint and with ``checkpoint``, a signed note kept elsewhere. Raises ``backup.…`` for a file that is no
    backup or is damaged, ``journal.head-contradicted``, and ``workspace.exists``; ``general.disk-full`` before anything
    is written where it would not fit. Then ``folder`` and those above it are as they were.
    """
    folder = folder.absolute()
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise fail("workspace.exists", path=str(folder))
        with (
            opened(source) as packed,
            _parents(folder),
            tempfile.TemporaryDirectory(prefix=f".{folder.name}.new-", dir=folder.parent) as work,
        ):
            if packed.length > shutil.disk_usage(work).free:
                raise fail("general.disk-full", path=str(folder))
            made = Path(work, "workspace")
            packed.unpack(made, count)
            os.sync()
            done = _check(packed.manifest, made, folder, source, checkpoint)
            if folder.exists():
                folder.rmdir()
            made.replace(folder)
            _sync_folder(folder.parent)
    except OSError as error:
        raise writing_error(folder, error) from error
    return done


@contextmanager
def _parents(folder: Path) -> Iterator[None]:
    """The folders above ``folder``; those that are new go again where the work in them fails."""
    new = [above for above in folder.parents if not above.exists()]
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        for above in new:
            with suppress(OSError):
                above.rmdir()
        raise


def _check(manifest: Manifest, made: Path, folder: Path, source: Path, checkpoint: str) -> Restored:
    """The configuration, which names the places anew; the journal and the files against what the manifest says."""
    _place_anew(made / FILE_NAME, source)
    try:
        size, root, named = _read_database(made / DATABASE, manifest, checkpoint, source)
        one_file(made / DATABASE)
    except EvidenceError as error:
        if error.problems[0].code == "journal.damaged":
            raise damaged(source, DATABASE) from error
        raise
    except (SQLAlchemyError, sqlite3.Error, ValueError, TypeError, LookupError, ArithmeticError) as error:
        # A database without our tables, or with values that none of our columns holds.
        raise damaged(source, DATABASE) from error
    lacking = named - set(Store(made / "store").names())
    if lacking - manifest.missing:
        raise damaged(source, min(lacking - manifest.missing))
    count = len(manifest.files) + len(manifest.copies)
    return Restored(count, size, root, manifest.with_keys, tuple(sorted(lacking)))


def _place_anew(path: Path, source: Path) -> None:
    """``evidence.toml`` with the database and the files in the workspace's folder; what another version would write
    otherwise is told by the names of its faults."""
    try:
        if path.stat().st_size > _CONFIG_MOST:
            raise damaged(source, FILE_NAME)
        text = path.read_text("utf-8-sig")
        tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # not UTF-8, not TOML
        raise damaged(source, FILE_NAME) from error
    parse_text(text)
    try:
        path.write_text(with_places(text, Places()), "utf-8")
    except ValueError as error:
        raise fail("workspace.config-unreadable", Place(file=FILE_NAME), reason=str(error)) from error


def _read_database(
    path: Path, manifest: Manifest, checkpoint: str, source: Path
) -> tuple[int, bytes, set[str]]:
    """The journal's size and root and the files that rows name, where the journal is what ``manifest`` says."""
    engine = open_engine(path)
    try:
        with reading(engine) as connection:
            whole = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
            if whole != "ok" or _beside_tables(connection) - _own_triggers():
                raise damaged(source, DATABASE)
            problems = [p for p in check_journal(connection) if p.code != "journal.time-went-back"]
            if problems:
                raise EvidenceError([*damaged(source, DATABASE).problems, *problems])
            journal = Journal(connection)
            size, root = journal.size(connection), journal.root(connection)
            head = journal.latest_head(connection)
            said = (manifest.size, manifest.root, manifest.checkpoint)
            if (size, root.hex(), head.note if head else "") != said:
                raise damaged(source, DATABASE)
            if checkpoint:
                told = parse_checkpoint(checkpoint)
                journal.agree(connection, told.size, told.root)
            return size, root, named_files(connection)
    finally:
        engine.dispose()


def _beside_tables(connection: Connection) -> set[str]:
    return set(connection.exec_driver_sql(_BESIDE_TABLES).scalars())


@cache
def _own_triggers() -> set[str]:
    """Those that keep a journal append-only, as they are made."""
    engine = open_engine(Path(":memory:"))
    try:
        with writing(engine) as connection:
            Journal(connection)
            return _beside_tables(connection)
    finally:
        engine.dispose()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
