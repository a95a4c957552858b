"""The store: every file ever issued or received, by its SHA-256, written once and read-only.

On the local disk; :mod:`evidence.workspace.objectstore` keeps the same on a server.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from evidence.errors import EvidenceError, fail

NAME = re.compile(r"[0-9a-f]{64}")
_NEW = ".new-"  # what is being written; left behind only by a process that was killed


def writing_error(path: Path, error: OSError) -> EvidenceError:
    """The named error for a failed write: a full disk is told apart from a folder without rights."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return fail("general.disk-full", path=str(path))
    return fail("general.output-not-writable", path=str(path), reason=error.strerror or str(error))


def write_atomically(path: Path, data: bytes, *, mode: int = 0o644, durable: bool = True) -> None:
    """Write ``data`` so that ``path`` holds all of it or does not change.

    It is on the disk when this returns, unless ``durable`` is false: then a power cut may still take it back,
    until :func:`sync_disk`. Raises ``general.disk-full`` or ``general.output-not-writable``; nothing half
    written stays behind.
    """
    temporary = None
    try:
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=_NEW, dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
        temporary = None
        if durable:
            _on_folder(path.parent, os.fsync)  # the name too, not the bytes alone
    except OSError as error:
        raise writing_error(path, error) from error
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Take away what a killed process left half written in ``folder``. Under the workspace's lock."""
    try:
        for left in folder.glob(f"{_NEW}*"):
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()
    except OSError as error:
        raise writing_error(folder, error) from error


def sync_disk(folder: Path) -> None:
    """Everything written so far to the disk that holds ``folder`` is durable when this returns.

    One such call for a few hundred files takes half the time of an ``fsync`` for each, and a tenth where other
    programs use the disk (docs/benchmarks.md). Raises ``general.disk-full`` or ``general.output-not-writable``
    where the disk could not keep what was written.
    """
    try:
        _on_folder(folder, _syncfs())
    except OSError as error:
        raise writing_error(folder, error) from error


def _on_folder(folder: Path, action: Callable[[int], object]) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        action(handle)
    finally:
        os.close(handle)


@cache
def _syncfs() -> Callable[[int], None]:
    """Linux's call for one file system (syncfs(2)); where the C library has none, all are asked."""
    import ctypes

    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if call is None:
        return lambda _handle: os.sync()

    def syncfs(handle: int) -> None:
        if call(handle) != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))

    return syncfs


class Store:
    """Content-addressed files under ``root``: ``put`` the same bytes twice and there is one file."""

    is_remote = False

    def __init__(self, root: Path) -> None:
        self.root = root

    def path_of(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256

    def put(self, data: bytes) -> str:
        """Keep ``data``; returns its SHA-256 in hex."""
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.path_of(sha256)
        if not path.exists():
            write_atomically(path, data, mode=0o444)
        return sha256

    def put_all(self, files: Iterable[bytes]) -> list[str]:
        """As :meth:`put` for many files, all of them durable when this returns. Under the workspace's lock.

        The bytes reach the disk before the names do, so that no name ever stands over half a file.
        """
        sweep(self.root)
        return self.put_beside(files, _NEW)

    def put_beside(self, files: Iterable[bytes], prefix: str = ".web-") -> list[str]:
        """As :meth:`put_all` without the lock: for a server that takes files in while commands run."""
        names: list[str] = []
        try:
            with tempfile.TemporaryDirectory(prefix=prefix, dir=self.root) as folder:
                fresh: dict[str, Path] = {}
                for data in files:
                    sha256 = hashlib.sha256(data).hexdigest()
                    names.append(sha256)
                    if sha256 not in fresh and not self.path_of(sha256).exists():
                        fresh[sha256] = Path(folder, sha256)
                        fresh[sha256].write_bytes(data)
                        fresh[sha256].chmod(0o444)
                sync_disk(self.root)
                for sha256, written in fresh.items():
                    path = self.path_of(sha256)
                    path.parent.mkdir(exist_ok=True)
                    written.replace(path)
            sync_disk(self.root)
        except OSError as error:
            raise writing_error(self.root, error) from error
        return names

    def get(self, sha256: str) -> bytes:
        """The bytes kept under ``sha256``, checked on reading; ``workspace.store-damaged`` if they differ."""
        path = self.path_of(sha256)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            raise fail("workspace.store-missing", file=sha256) from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise fail("workspace.store-damaged", file=str(path))
        return data

    def length(self, sha256: str) -> int | None:
        """How many bytes are kept under ``sha256``, unread; ``None`` for nothing."""
        try:
            return self.path_of(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def file(self, sha256: str) -> Path:
        """A file with the bytes kept under ``sha256``, checked as by :meth:`get`; not to be written to."""
        self.get(sha256)
        return self.path_of(sha256)

    def names(self) -> Iterator[str]:
        """The SHA-256 of every file kept, in no order."""
        return (path.name for path in self.root.glob("??/*") if NAME.fullmatch(path.name))

    def lost(self, names: Iterable[str]) -> list[str]:
        """Those of ``names`` under which nothing is kept; nothing is read."""
        return [name for name in names if self.length(name) is None]

    def check(self) -> None:
        """Raises what stands in the way of keeping files here at all."""

    def take(self, owner: str) -> None:
        """Make the place that of the workspace ``owner``, which is new here; a folder is its own anyway."""
        try:
            self.root.mkdir(exist_ok=True)
        except OSError as error:
            raise writing_error(self.root, error) from error

    def require_ours(self) -> None:
        """Raises what stands in the way of writing and erasing here, before anything else is changed."""

    def release(self) -> None:
        """Undo :meth:`take`, where no workspace came of it."""

    def is_others(self) -> bool:
        """Whether the place says that it is another workspace's."""
        return False

    def in_haste(self) -> Store:
        """The same files for who must answer soon: a server is asked once, and not waited for long."""
        return self

    @property
    def shown(self) -> str:
        """Where it is, for people."""
        return str(self.root)

    def close(self) -> None:
        """Nothing is held open."""

    def remove(self, sha256: str) -> None:
        """Forget a file (only erasing a person's data does this)."""
        self.path_of(sha256).unlink(missing_ok=True)
