"""The files of a bundle, from a folder or from a zip, read within limits and never written anywhere."""

from __future__ import annotations

import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol

from evidence.verify.commit import Digests, digests_of
from evidence.verify.limits import (
    BUNDLE_BYTES,
    BUNDLE_DEPTH,
    BUNDLE_FILE_BYTES,
    BUNDLE_FILES,
    CHUNK,
    PACKED_BYTES,
    PACKED_RATIO,
    ZIP_DIRECTORY_BYTES,
)
from evidence.verify.refused import Refused

#: What the standard library raises on hostile archives; everything else would be a fault of ours.
ZIP_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    KeyError,
)
# More threads than processors only wait for one another; more than a few wait for the disk.
THREADS = min(4, os.cpu_count() or 1)
# From so many files on it is worth starting threads.
_MANY = 64
# The end record and the longest comment it can have.
_ZIP_TAIL = 22 + 0xFFFF
# Control characters, and those that turn the direction of text or break its lines.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something that is no plain file or has no plain path."""

    path: str
    reason: str


class Files(Protocol):
    """``paths``: relative, sorted by code point, ``/`` between folders. ``oddities``: all the rest."""

    paths: tuple[str, ...]
    oddities: tuple[Oddity, ...]

    def chunks(self, path: str) -> Iterator[bytes]:
        """The content in pieces; :class:`Refused` where it cannot be read or is too large."""

    def size(self, path: str) -> int:
        """What the container says of the size in bytes, to judge before reading; zero where it says nothing."""

    def close(self) -> None: ...


class Bag:
    """The files with their digests remembered, so that each is read for hashing once."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.paths = files.paths
        #: What the seal says, once it was read; reading it takes as long as hashing a tenth of the files.
        self.sealed: Mapping[str, Mapping[str, str | int]] | None = None
        #: SHA-256 of the journal's entries by path, as the seal lists them; ``None`` where it lists none.
        self.listed: Mapping[str, str] | None = None
        self._known = frozenset(files.paths)
        # The files of a zip share one open file, and are read one after the other when they are asked for.
        side_by_side = isinstance(files, FolderFiles) and len(files.paths) >= _MANY
        self._digests = digests_in_parallel(files, files.paths) if side_by_side else {}

    def __contains__(self, path: str) -> bool:
        return path in self._known

    def __enter__(self) -> Bag:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.files.close()

    def digests(self, path: str) -> Digests:
        if path not in self._digests:
            self._digests[path] = digests_of(self.files.chunks(path))
        return self._digests[path]

    def read(self, path: str, limit: int) -> bytes:
        """The whole content, refused beyond ``limit`` bytes or where the file is missing."""
        if path not in self._known:
            raise Refused("file-missing")
        parts: list[bytes] = []
        length = 0
        for chunk in self.files.chunks(path):
            length += len(chunk)
            if length > limit:
                raise Refused("file-long", limit=limit)
            parts.append(chunk)
        return b"".join(parts)


def digests_in_parallel(files: Files, paths: Iterable[str], *, sm3: bool = True) -> dict[str, Digests]:
    """Digests of many files by a few threads, since hashing and reading leave the interpreter free.

    A file that cannot be read is left out: whoever asks for it alone is told why. Only for files that can be read side
    by side, as those of a folder.
    """

    def one(path: str) -> Digests | None:
        try:
            return digests_of(files.chunks(path), sm3=sm3)
        except Refused:
            return None

    listed = list(paths)
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        found = dict(zip(listed, pool.map(one, listed), strict=True))
    return {path: digests for path, digests in found.items() if digests is not None}


def path_oddity(path: str) -> str:
    """Why ``path`` may not stand in a bundle, as a reason code; empty for a plain relative path."""
    parts = path.split("/")
    if any(part in ("", ".", "..") for part in parts) or "\\" in path or _CONTROL.search(path):
        return "path-unsafe"
    if path[0] == "~" or ":" in parts[0]:
        return "path-unsafe"
    if len(parts) > BUNDLE_DEPTH:
        return "path-deep"
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return "path-unsafe"
    return ""


def _sort(names: Iterator[tuple[str, str]]) -> tuple[tuple[str, ...], tuple[Oddity, ...]]:
    """Plain paths and oddities out of (path, reason) pairs; a name that repeats is an oddity."""
    plain: set[str] = set()
    odd: list[Oddity] = []
    for count, (path, reason) in enumerate(names):
        if count >= BUNDLE_FILES:
            raise Refused("files-many", limit=BUNDLE_FILES)
        reason = reason or path_oddity(path) or ("path-repeated" if path in plain else "")
        if reason:
            odd.append(Oddity(path.encode("utf-8", "backslashreplace").decode("utf-8"), reason))
        else:
            plain.add(path)
    return tuple(sorted(plain)), tuple(sorted(odd, key=lambda o: o.path))


class FolderFiles:
    """A folder on disk. Symbolic links are never followed; they and other specials are oddities."""

    def __init__(self, root: Path) -> None:
        self.root = root
        try:
            self.paths, self.oddities = _sort(self._walk())
        except OSError:
            raise Refused("folder-unreadable") from None

    def _walk(self) -> Iterator[tuple[str, str]]:
        stack = [""]
        while stack:
            prefix = stack.pop()
            if prefix.count("/") > BUNDLE_DEPTH:
                yield prefix.rstrip("/"), "path-deep"
                continue
            empty = True
            with os.scandir(self.root / prefix) as entries:
                for entry in sorted(entries, key=lambda e: e.name):
                    empty = False
                    mode = entry.stat(follow_symlinks=False).st_mode
                    path = prefix + entry.name
                    if stat.S_ISDIR(mode):
                        stack.append(path + "/")
                    else:
                        yield path, "" if stat.S_ISREG(mode) else "file-special"
            if empty and prefix:
                yield prefix.rstrip("/"), "folder-empty"

    def chunks(self, path: str) -> Iterator[bytes]:
        try:
            with (self.root / path).open("rb") as file:
                yield from _pieces(file)
        except OSError:
            raise Refused("file-unreadable") from None

    def size(self, path: str) -> int:
        try:
            return (self.root / path).stat().st_size
        except OSError:
            return 0

    def close(self) -> None:
        """Nothing stays open."""


class ZipFiles:
    """A zip archive, read with the standard library; whether it is the canonical one is another question.

    ``prefix`` is the one folder all members stand in, with its slash, or empty.
    """

    def __init__(self, path: Path) -> None:
        _check_directory(path)
        try:
            self._zip = zipfile.ZipFile(path)
        except ZIP_FAULTS:
            raise Refused("zip-form") from None
        try:
            self._open()
        except BaseException:
            self._zip.close()
            raise

    def _open(self) -> None:
        infos = self._zip.infolist()
        length = sum(info.file_size for info in infos)
        packed = sum(info.compress_size for info in infos)
        if length > BUNDLE_BYTES or (length > PACKED_BYTES and length > PACKED_RATIO * packed):
            raise Refused("bundle-long", limit=BUNDLE_BYTES)
        # The library passes over what stands before the first member: where a zip was cut off, it may find and open
        # one that lies inside of it.
        self.is_whole = min((info.header_offset for info in infos), default=0) == 0
        names = [info.filename for info in infos]
        tops = {name.partition("/")[0] for name in names}
        shared = len(tops) == 1 and all("/" in name for name in names)
        self.prefix = f"{tops.pop()}/" if shared else ""
        cut = len(self.prefix)
        self._members = {info.filename[cut:]: info for info in infos}
        self.paths, self.oddities = _sort((info.filename[cut:], self._oddity(info, cut)) for info in infos)
        # The files are checked all the same, but what unpacks beside or above its folder is named.
        if shared and (reason := path_oddity(self.prefix[:-1])):
            self.oddities = (Oddity(self.prefix, reason), *self.oddities)

    @staticmethod
    def _oddity(info: zipfile.ZipInfo, cut: int) -> str:
        if info.filename.endswith("/") or len(info.filename) == cut:
            return "zip-folder"
        # The library cuts a name at a NUL, or takes another one from an extra field; other programs do not.
        return "path-unsafe" if info.filename != info.orig_filename else ""

    def chunks(self, path: str) -> Iterator[bytes]:
        info = self._members[path]
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or info.flag_bits & 1:
            raise Refused("zip-method")
        try:
            file = self._zip.open(info)
        except ZIP_FAULTS:
            # Its own header and the directory at the end of the zip disagree, or the header is gone.
            raise Refused("zip-member") from None
        with file:
            try:
                yield from _pieces(file)
            except ZIP_FAULTS:
                # The length or the CRC-32 of the content is not the one in the directory.
                raise Refused("zip-damaged") from None

    def size(self, path: str) -> int:
        return self._members[path].file_size

    def close(self) -> None:
        self._zip.close()


def _check_directory(path: Path) -> None:
    """Refuse a zip whose directory the library would read into memory beyond the limit, and ZIP64."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _ZIP_TAIL))
            tail = file.read()
    except OSError:
        raise Refused("file-unreadable") from None
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22:
        raise Refused("zip-form")
    if (
        tail[max(0, end - 20) : end].startswith(b"PK\x06\x07")
        or struct.unpack_from("<L", tail, end + 12)[0] > ZIP_DIRECTORY_BYTES
    ):
        raise Refused("zip-large")


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    length = 0
    while chunk := file.read(CHUNK):
        length += len(chunk)
        if length > BUNDLE_FILE_BYTES:
            raise Refused("file-long", limit=BUNDLE_FILE_BYTES)
        yield chunk
