"""The store: every file ever issued or received, by its SHA-256, written once and read-only."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from pathlib import Path

from evidence.errors import EvidenceError, fail


def writing_error(path: Path, error: OSError) -> EvidenceError:
    """The named error for a failed write: a full disk is told apart from a folder without rights."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return fail("general.disk-full", path=str(path))
    return fail("general.output-not-writable", path=str(path), reason=error.strerror or str(error))


def write_atomically(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write ``data`` so that ``path`` holds all of it or does not change; durable when this returns.

    Raises ``general.disk-full`` or ``general.output-not-writable``; nothing half written stays behind.
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".new-", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
        temporary = None
    except OSError as error:
        raise writing_error(path, error) from error
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


class Store:
    """Content-addressed files under ``root``: ``put`` the same bytes twice and there is one file."""

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

    def remove(self, sha256: str) -> None:
        """Forget a file (only erasing a person's data does this)."""
        self.path_of(sha256).unlink(missing_ok=True)
