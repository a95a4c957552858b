"""A converter's own folder among the temporary ones: it goes with its process, also with one that was killed.

Fonts and profiles lie there, and for a moment letters, with names and debts. A process that is killed can take nothing
away; so whoever makes a folder takes away those that nobody holds any more. Each is held by a lock on it (flock(2)),
which the system lets go when the process ends, however it ends, and which other containers on the same disk see too.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path

__all__ = ["make_scratch", "remove_scratch"]

_HELD: dict[Path, int] = {}
"""The folders of this process, and what holds them."""


def make_scratch(prefix: str) -> Path:
    """A new empty folder, its name beginning with ``prefix``; those that killed processes left under it go."""
    _sweep(prefix)
    while True:
        path = Path(tempfile.mkdtemp(prefix=prefix))
        # Somebody who sweeps at this moment may have seen it before it is held, and take it away.
        with contextlib.suppress(FileNotFoundError):
            handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(handle, fcntl.LOCK_EX)
            if path.is_dir():
                _HELD[path] = handle
                return path
            os.close(handle)


def remove_scratch(path: Path) -> None:
    """Take it away with all that is in it. Nothing happens where it is gone."""
    shutil.rmtree(path, ignore_errors=True)
    handle = _HELD.pop(path, None)
    if handle is not None:
        os.close(handle)


def _sweep(prefix: str) -> None:
    for path in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        with contextlib.suppress(OSError):  # gone meanwhile, or somebody else's
            handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                if os.fstat(handle).st_uid == os.geteuid():
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(path, ignore_errors=True)
            finally:
                os.close(handle)
