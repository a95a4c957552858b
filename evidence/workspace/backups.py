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
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import Connection, select

from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.journal.check import check_journal
from evidence.journal.engine import open_engine, reading
from evidence.journal.note import parse_checkpoint
from evidence.journal.store import Journal
from evidence.workspace import schema
from evidence.workspace.config import FILE_NAME, parse_text
from evidence.workspace.core import DATABASE, Desk
from evidence.workspace.keyfiles import KEY_FILE, NEXT_FILE
from evidence.workspace.moving import copy_database, one_file
from evidence.workspace.officekeys import FOLD_KEY, WEB_KEY
from evidence.workspace.persons import FILE_NAME as PERSONS
from evidence.workspace.places import Places, with_places
from evidence.workspace.store import Store, writing_error

__all__ = ["BackedUp", "Restored", "backup", "restore"]

FORMAT = 1
_MANIFEST = "manifest.json"
_SECRET = {KEY_FILE, NEXT_FILE, FOLD_KEY, WEB_KEY}
_SECRET_ENDS = (".p12", ".pfx", ".key", ".new")
_COPIED_APART = {"store", "keys", FILE_NAME}
_MANIFEST_MOST = 1 << 30
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

    root_folder: Path
    files: int
    size: int
    root: bytes
    with_keys: bool
    missing: tuple[str, ...]


# --- backup


def backup(desk: Desk, target: Path, *, with_keys: bool) -> BackedUp:
    """Write everything into the new file ``target``, outside of the workspace; others may work meanwhile.

    Raises ``workspace.backup-inside``, ``general.output-exists``, ``general.disk-full``; then there is no file. What the
    store cannot give, damaged or missing, is left out and named.
    """
    target = target.absolute()
    if target.resolve().is_relative_to(desk.root):
        raise fail("workspace.backup-inside", path=str(target))
    if target.exists():
        raise fail("general.output-exists", path=str(target))
    try:
        with (
            desk.keeping(),
            tempfile.TemporaryDirectory(prefix=f".{target.name}.new-", dir=target.parent) as work,
        ):
            done = _write(desk, Path(work), target.name, with_keys=with_keys)
            packed = Path(work, target.name)
            packed.chmod(_MODE)
            os.link(packed, target)  # never over a file that came to be meanwhile
            _sync_folder(target.parent)
    except FileExistsError:
        raise fail("general.output-exists", path=str(target)) from None
    except OSError as error:
        raise writing_error(target, error) from error
    return done


def _write(desk: Desk, work: Path, name: str, *, with_keys: bool) -> BackedUp:
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
            for sha256 in sorted(set(desk.store.names()) | wanted):
                try:
                    pack.bytes(f"store/{sha256[:2]}/{sha256}", desk.store.get(sha256))
                    kept.add(sha256)
                except EvidenceError as error:
                    if error.problems[0].code not in ("workspace.store-missing", "workspace.store-damaged"):
                        raise
                    problems += error.problems
            _pack_folder(desk, pack, kept)
            said: dict[str, Any] = {
                "format": FORMAT,
                "made_at": desk.source.now().isoformat(),
                "journal": {"size": size, "root": root.hex(), "checkpoint": head.note if head else ""},
                "with_keys": with_keys,
                "files": pack.members,
                "copies": pack.copies,
                "missing": sorted(wanted - kept),
            }
            _member(archive, _MANIFEST, json.dumps(said, ensure_ascii=False, indent=1).encode())
        raw.flush()
        os.fsync(raw.fileno())
    count = len(pack.members) + len(pack.copies)
    return BackedUp(work.parent / name, count, size, root, with_keys, tuple(problems))


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


def _pack_folder(desk: Desk, pack: _Packer, kept: set[str]) -> None:
    """Letters, bundles, reports and whatever else lies in the folder; what is in the store by its digest alone."""
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
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            if sha256 in kept:
                pack.copies[within.as_posix()] = sha256
            else:
                pack.file(f"folder/{within.as_posix()}", path)
        except FileNotFoundError:
            continue


def named_files(connection: Connection) -> set[str]:
    """The SHA-256 of every file that a row of the database says is in the store."""
    columns = (
        schema.LETTERS.c.docx_sha256,
        schema.LETTERS.c.pdf_sha256,
        schema.PROOFS.c.sha256,
        schema.RECEIPT_FILES.c.sha256,
        schema.EXHIBITS.c.sha256,
        schema.EXHIBIT_STAMPS.c.source_sha256,
        schema.EXHIBIT_STAMPS.c.pdf_sha256,
        schema.SNAPSHOT_FILES.c.sha256,
        schema.TIMESTAMPS.c.stamped_sha256,
        schema.TIMESTAMPS.c.token_sha256,
        schema.RENEWALS.c.record_sha256,
    )
    return {
        str(digest) for column in columns for digest in connection.execute(select(column)).scalars() if digest
    }


# --- restore


def restore(source: Path, folder: Path, checkpoint: str = "") -> Restored:
    """Make the workspace of a backup anew in ``folder``, which must be missing or empty; in its folder, all of it.

    Every member is compared with the list, every file of the store with its name, and the journal, derived anew, with
    its last checkpoint and with ``checkpoint``, a signed note kept elsewhere. Raises ``backup.…`` for a file that is no
    backup or is damaged, the faults of the journal, and ``workspace.exists``; then ``folder`` is as it was.
    """
    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise fail("workspace.exists", path=str(folder))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with (
            _archive(source) as archive,
            tempfile.TemporaryDirectory(prefix=f".{folder.name}.new-", dir=folder.parent) as work,
        ):
            made = Path(work, "workspace")
            manifest = _unpack(archive, source, made)
            done = _check(manifest, made, folder, source, checkpoint)
            if folder.exists():
                folder.rmdir()
            made.replace(folder)
            _sync_folder(folder.parent)
    except OSError as error:
        raise writing_error(folder, error) from error
    return done


@contextmanager
def _archive(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        file = source.open("rb")
    except FileNotFoundError:
        raise fail("general.file-missing", path=str(source), cwd=str(Path.cwd())) from None
    except OSError as error:
        raise fail("general.file-unreadable", path=str(source), reason=error.strerror or "") from error
    with file:
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError) as error:
            raise fail("backup.unreadable", Place(file=source.name), path=str(source)) from error
        yield archive


def _unpack(archive: zipfile.ZipFile, source: Path, made: Path) -> dict[str, Any]:
    manifest = _manifest(archive, source)
    listed: dict[str, list[Any]] = manifest["files"]
    inside = {info.filename for info in archive.infolist()} - {_MANIFEST}
    for name in sorted(inside ^ set(listed)):
        raise _damaged(source, name)
    made.mkdir(mode=0o700)
    for name, (sha256, length) in listed.items():
        target = made / _place(name, source)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if name.startswith("keys/") else 0o777)
        mode = _MODE if name.startswith("keys/") else 0o444 if name.startswith("store/") else 0o644
        if _extract(archive, name, target, length, source) != sha256:
            raise _damaged(source, name)
        if name.startswith("store/") and target.name != sha256:
            raise _damaged(source, name)
        target.chmod(mode)
    store = Store(made / "store")
    for name, sha256 in manifest["copies"].items():
        target = made / _place(f"folder/{name}", source)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(store.path_of(sha256), target)
        except FileNotFoundError:
            raise _damaged(source, name) from None
    for part in ("store", "letters", "bundles"):
        (made / part).mkdir(exist_ok=True)
    os.sync()
    return manifest


def _manifest(archive: zipfile.ZipFile, source: Path) -> dict[str, Any]:
    try:
        info = archive.getinfo(_MANIFEST)
        if info.file_size > _MANIFEST_MOST:
            raise ValueError("too long")
        manifest: dict[str, Any] = json.loads(archive.read(info))
        if manifest["format"] != FORMAT:
            raise fail("backup.format", Place(file=source.name), have=str(manifest["format"]), want=FORMAT)
        for sha256, length in manifest["files"].values():
            int(length), bytes.fromhex(sha256)
        dict(manifest["copies"]), list(manifest["missing"]), bytes.fromhex(manifest["journal"]["root"])
        return manifest
    except KeyError as error:
        raise fail("backup.unreadable", Place(file=source.name), path=str(source)) from error
    except (ValueError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise _damaged(source, _MANIFEST) from error


def _place(name: str, source: Path) -> PurePosixPath:
    """Where a member belongs; no name leads out of the folder."""
    path = PurePosixPath(name)
    parts = path.parts
    fits = not path.is_absolute() and ".." not in parts and "\\" not in name and "\0" not in name and parts
    if not fits or (parts[0] not in (DATABASE, FILE_NAME, "keys", "store", "folder")):
        raise _damaged(source, name)
    return PurePosixPath(*parts[1:]) if parts[0] == "folder" and len(parts) > 1 else path


def _extract(archive: zipfile.ZipFile, name: str, target: Path, length: int, source: Path) -> str:
    digest, left = hashlib.sha256(), length
    try:
        with archive.open(name) as packed, target.open("xb") as file:
            while chunk := packed.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise _damaged(source, name)
                digest.update(chunk)
                file.write(chunk)
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, FileExistsError) as error:
        raise _damaged(source, name) from error
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise _damaged(source, name) from error
        raise
    return digest.hexdigest() if not left else ""


def _check(manifest: dict[str, Any], made: Path, folder: Path, source: Path, checkpoint: str) -> Restored:
    """The journal against its last checkpoint, and the files against what the rows name; then the places."""
    text = (made / FILE_NAME).read_text("utf-8-sig")
    parse_text(text)
    (made / FILE_NAME).write_text(with_places(text, Places()), "utf-8")
    said = manifest["journal"]
    engine = open_engine(made / DATABASE)
    try:
        with reading(engine) as connection:
            problems = [p for p in check_journal(connection) if p.code != "journal.time-went-back"]
            if problems:
                raise EvidenceError(problems)
            journal = Journal(connection)
            size, root, head = (
                journal.size(connection),
                journal.root(connection),
                journal.latest_head(connection),
            )
            if (size, root.hex(), head.note if head else "") != (
                said["size"],
                said["root"],
                said["checkpoint"],
            ):
                raise _damaged(source, DATABASE)
            if checkpoint:
                told = parse_checkpoint(checkpoint)
                journal.agree(connection, told.size, told.root)
            named = named_files(connection)
    finally:
        engine.dispose()
    one_file(made / DATABASE)
    lacking = named - set(Store(made / "store").names())
    if lacking - set(manifest["missing"]):
        raise _damaged(source, sorted(lacking - set(manifest["missing"]))[0])
    count = len(manifest["files"]) + len(manifest["copies"])
    return Restored(folder, count, size, root, bool(manifest["with_keys"]), tuple(sorted(lacking)))


def _damaged(source: Path, part: str) -> EvidenceError:
    return fail("backup.damaged", Place(file=source.name, part=part), path=str(source), part=part)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
