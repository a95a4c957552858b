"""One command at a time in a workspace's folder: the lock, who has it, and how long somebody else waits for it."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from evidence.clock import CHINA, Source
from evidence.errors import fail
from evidence.workspace.store import writing_error

__all__ = ["Patience", "folder_lock", "holder", "keep_lock"]

_FILE = ".lock"
_KEEP = ".keep"
_PAUSE_S = 0.1
_UNKNOWN = "?"


@contextmanager
def folder_lock(root: Path, source: Source) -> Iterator[bool]:
    """Whether this process alone holds the lock of the folder; it ends with the process at the latest.

    The file says who holds it: machine, process, since when. Nobody but other commands reads that, to tell their users.
    """
    try:
        handle = os.open(root / "keys" / _FILE, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise writing_error(root / "keys" / _FILE, error) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        said = {"host": socket.gethostname(), "pid": os.getpid(), "since": source.now().isoformat()}
        with suppress(OSError):  # on a full disk nobody is named, and that is all
            os.ftruncate(handle, 0)
            os.pwrite(handle, json.dumps(said).encode(), 0)
        yield True
    finally:
        os.close(handle)


@contextmanager
def keep_lock(root: Path, *, alone: bool) -> Iterator[bool]:
    """Whether this process has the lock of what must stay: shared by backups, or ``alone`` to take something away."""
    try:
        handle = os.open(root / "keys" / _KEEP, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise writing_error(root / "keys" / _KEEP, error) from error
    try:
        try:
            fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(handle)


def holder(root: Path) -> str:
    """Who wrote into the lock's file last: ``machine, 4711, 2026-11-22 20:08:07+08:00``; a question mark where nobody
    can tell."""
    from datetime import datetime

    try:
        said = json.loads((root / "keys" / _FILE).read_bytes())
        since = datetime.fromisoformat(said["since"]).astimezone(CHINA)
        return f"{said['host']}, {int(said['pid'])}, {since.isoformat(' ', 'seconds')}"
    except (OSError, ValueError, KeyError, TypeError):
        return _UNKNOWN


@dataclass(frozen=True, slots=True)
class Patience:
    """``seconds`` to wait for another command; ``tell`` is called once with who it is, before the waiting begins."""

    seconds: float = 0.0
    tell: Callable[[str], None] = lambda _holder: None

    def until(self, take: Callable[[], int | None], root: Path, code: str = "workspace.locked") -> int:
        """What ``take`` gives as soon as it gives something; ``code`` when the time is over."""
        end = time.monotonic() + self.seconds
        is_told = False
        while (got := take()) is None:
            if time.monotonic() >= end:
                raise fail(code, path=str(root), holder=holder(root))
            if not is_told:
                is_told = True
                self.tell(holder(root))
            time.sleep(min(_PAUSE_S, max(0.0, end - time.monotonic())))
        return got
