"""The file of a backup as it is read (docs/formats.md §8): a stranger may have made it, with everything in it chosen.

The manifest is read into named fields, every path is looked at, and every length compared with what the ZIP says, before
a byte is written. Then each member is unpacked into a file that is not there yet, up to the length told and no further.
"""

from __future__ import annotations

import hashlib
import shutil
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from evidence.errors import Place, fail
from evidence.workspace.backupmanifest import MANIFEST, Manifest, Member, damaged, parse_manifest
from evidence.workspace.config import FILE_NAME
from evidence.workspace.core import DATABASE
from evidence.workspace.persons import FILE_NAME as PERSONS
from evidence.workspace.progress import Count, uncounted

__all__ = ["Packed", "is_fit", "opened"]

PERSONS_KEYS = f"keys/{PERSONS}"
_REQUIRED = (DATABASE, FILE_NAME, PERSONS_KEYS)
_FOLDERS = ("store", "keys", "letters", "bundles")  # of every workspace; no file takes their place

_MANIFEST_MOST = 256 << 20  # bytes; a million files take some 170 MB
_PART_MOST, _PATH_MOST = 255, 2048  # bytes: of a name on every file system, and half of PATH_MAX
# Databases shrink to a third or a tenth, letters hardly. DEFLATE could do 1032 : 1, which only bombs do.
_RATIO, _RATIO_FROM = 200, 1 << 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_CHUNK = 1 << 20
_PRIVATE, _PLAIN, _FINAL = 0o600, 0o644, 0o444


# --- paths


def is_fit(path: str) -> bool:
    """Whether a file at ``path`` below the workspace's folder belongs into ``folder/``, or among ``copies``.

    Relative and plain, with no part that begins with a dot, nothing of the database, the store, the keys and the
    configuration, which have places of their own.
    """
    first = path.split("/")[0]
    return _is_plain(path) and first not in ("store", "keys", FILE_NAME) and not first.startswith(DATABASE)


def _is_plain(path: str) -> bool:
    try:
        raw = path.encode()
    except UnicodeEncodeError:  # a name of a disk that is not UTF-8
        return False
    parts = raw.split(b"/")
    named = all(part and not part.startswith(b".") and len(part) <= _PART_MOST for part in parts)
    return named and len(raw) <= _PATH_MOST and b"\\" not in raw and b"\0" not in raw


def _place(name: str, member: Member) -> str | None:
    """Where a member of the ZIP belongs in the workspace; ``None`` for one that belongs nowhere."""
    top, _, rest = name.partition("/")
    if name in (DATABASE, FILE_NAME):
        return name
    if top == "keys" and "/" not in rest and _is_plain(rest):
        return name
    if top == "store" and name == _in_store(member.sha256):
        return name
    return rest if top == "folder" and is_fit(rest) else None


def _in_store(sha256: str) -> str:
    return f"store/{sha256[:2]}/{sha256}"


# --- the archive


@contextmanager
def opened(source: Path) -> Iterator[Packed]:
    """The backup ``source`` with its manifest, both looked through; nothing is written yet.

    Raises ``general.file-missing``, ``general.file-unreadable``, ``backup.unreadable`` for what is no backup,
    ``backup.format``, and ``backup.damaged``.
    """
    try:
        file = source.open("rb")
    except FileNotFoundError:
        raise fail("general.file-missing", path=str(source), cwd=str(Path.cwd())) from None
    except OSError as error:
        raise fail("general.file-unreadable", path=str(source), reason=error.strerror or "") from error
    with file:
        try:
            archive = zipfile.ZipFile(file)
            info = archive.getinfo(MANIFEST)
        except (*_FAULTS, KeyError) as error:
            raise fail("backup.unreadable", Place(file=source.name), path=str(source)) from error
        with archive:
            _require_sane(info, source)
            if info.file_size > _MANIFEST_MOST:
                raise damaged(source, MANIFEST)
            manifest = parse_manifest(b"".join(_chunks(archive, info, source)), source)
            yield Packed(source, archive, manifest, _places(archive, manifest, source))


# What zipfile raises for bytes that are no ZIP, or one that nobody's program wrote: RuntimeError for members said to be
# encrypted, or packed in a way it does not know; OSError and OverflowError for places that no file has.
_FAULTS = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, OverflowError, OSError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Packed:
    """An opened backup; ``places`` says where each member of ``manifest.files`` belongs."""

    source: Path
    archive: zipfile.ZipFile
    manifest: Manifest
    places: Mapping[str, str]

    @property
    def length(self) -> int:
        """Bytes of everything that :meth:`unpack` writes."""
        files = self.manifest.files
        copied = (files[_in_store(sha256)].length for sha256 in self.manifest.copies.values())
        return sum(member.length for member in files.values()) + sum(copied)

    def unpack(self, made: Path, count: Count = uncounted) -> None:
        """All files into the new folder ``made``: keys readable by their owner alone, the store's read-only.

        ``backup.damaged`` for a member that is not what the manifest says; ``OSError`` for a disk that cannot keep it.
        """
        made.mkdir(mode=0o700)
        (made / "keys").mkdir(mode=0o700)
        for done, (name, member) in enumerate(self.manifest.files.items(), 1):
            target = made / self.places[name]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.touch(mode=_PRIVATE, exist_ok=False)
            if self._extract(name, target) != member:
                raise damaged(self.source, name)
            target.chmod(_mode(name))
            count(done, len(self.manifest.files))
        for name, sha256 in self.manifest.copies.items():
            target = made / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with (made / _in_store(sha256)).open("rb") as original, target.open("xb") as copy:
                shutil.copyfileobj(original, copy, _CHUNK)
            target.chmod(_PLAIN)
        for folder in _FOLDERS:
            (made / folder).mkdir(exist_ok=True)

    def _extract(self, name: str, target: Path) -> Member:
        digest, length = hashlib.sha256(), 0
        with target.open("wb") as file:
            # No more than the length that the ZIP names for it, which is that of the manifest.
            for chunk in _chunks(self.archive, self.archive.getinfo(name), self.source):
                digest.update(chunk)
                length += len(chunk)
                file.write(chunk)
        return Member(digest.hexdigest(), length)


def _mode(name: str) -> int:
    top = name.partition("/")[0]
    return {"keys": _PRIVATE, "store": _FINAL}.get(top, _PLAIN)


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo, source: Path) -> Iterator[bytes]:
    """The bytes of a member. Faults of the archive are told apart from those of whoever takes the bytes."""
    try:
        packed = archive.open(info)
    except _FAULTS as error:
        raise damaged(source, info.filename) from error
    with packed:
        while True:
            try:
                chunk = packed.read(_CHUNK)
            except _FAULTS as error:
                raise damaged(source, info.filename) from error
            if not chunk:
                return
            yield chunk


def _require_sane(info: zipfile.ZipInfo, source: Path) -> None:
    is_bomb = info.file_size > _RATIO_FROM + _RATIO * info.compress_size
    if info.flag_bits & _ENCRYPTED or info.compress_type not in _METHODS or is_bomb:
        raise damaged(source, info.filename)


def _places(archive: zipfile.ZipFile, manifest: Manifest, source: Path) -> dict[str, str]:
    """Where each member belongs, once all of them and the copies are what they may be and none is in another's place."""
    inside = [info for info in archive.infolist() if info.filename != MANIFEST]
    names = {info.filename for info in inside}
    for name in sorted((names ^ set(manifest.files)) | (set(_REQUIRED) - names)):
        raise damaged(source, name)
    if len(names) + 1 != len(archive.infolist()):
        raise damaged(source, MANIFEST)  # two members of one name
    places = dict[str, str]()
    for info in inside:
        _require_sane(info, source)
        member = manifest.files[info.filename]
        place = _place(info.filename, member)
        if place is None or info.file_size != member.length:
            raise damaged(source, info.filename)
        places[info.filename] = place
    for name, sha256 in manifest.copies.items():
        if not is_fit(name) or _in_store(sha256) not in places:
            raise damaged(source, name)
    _require_apart([*places.values(), *manifest.copies], source)
    return places


def _require_apart(paths: list[str], source: Path) -> None:
    """No two files of one path, and none where another, or every workspace, has a folder."""
    taken = Counter(paths)
    folders = {str(above) for path in paths for above in PurePosixPath(path).parents} | set(_FOLDERS)
    for path, count in sorted(taken.items()):
        if count > 1 or path in folders:
            raise damaged(source, path)
