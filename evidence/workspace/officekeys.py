"""Keys of the office beside the one that signs: each a file of its own in ``keys/``, mode 0600, made when first needed.

Codes printed under folds and cookies of the web page come from them; neither may be derivable from the other, nor from
what verifies letters. A file holds 32 random bytes in base32.
"""

from __future__ import annotations

import base64
import binascii
import os
from contextlib import suppress
from pathlib import Path

from evidence.errors import Place, fail
from evidence.workspace.core import Desk
from evidence.workspace.store import writing_error

__all__ = ["FOLD_KEY", "WEB_KEY", "fold_key", "web_key"]

FOLD_KEY, WEB_KEY = "fold.key", "web.key"
_BYTES = 32


def fold_key(desk: Desk) -> bytes:
    """What the codes under the folds of letters are derived from (:mod:`evidence.delivery.codes`).

    Without it printed codes open nothing any more; ``evidence key backup`` copies it.
    """
    return _key(desk, FOLD_KEY)


def web_key(desk: Desk) -> bytes:
    """What seals cookies and forms of the receipt page. Losing it logs everybody out, and no more."""
    return _key(desk, WEB_KEY)


def _key(desk: Desk, name: str) -> bytes:
    path = desk.root / "keys" / name
    if not path.exists():
        _make(path, desk.source.random(_BYTES))
    try:
        text = path.read_text("ascii").strip()
        key = base64.b32decode(text + "=" * (-len(text) % 8))
    except (OSError, UnicodeDecodeError, binascii.Error) as error:
        raise fail("stamp.key-unreadable", Place(file=name), path=str(path)) from error
    if len(key) != _BYTES:
        raise fail("stamp.key-unreadable", Place(file=name), path=str(path))
    return key


def _make(path: Path, key: bytes) -> None:
    """A whole file or none; of two that make it at once the first one's holds."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b32encode(key).rstrip(b"=") + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(unfinished, path)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise writing_error(path, error) from error
    finally:
        unfinished.unlink(missing_ok=True)
