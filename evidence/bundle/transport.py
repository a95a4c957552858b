"""The zip of a bundle encrypted for the way to its reader, in the format of age (age-encryption.org/v1).

Only the way is protected: what is checked stays the plain zip, byte for byte, and whoever receives the encrypted file
opens it with any age (``age -d``). Encryption draws its own fresh randomness and gives other bytes each time, so that
nothing of it is ever hashed, sealed or journaled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evidence.errors import EvidenceError, Place, Problem, fail

SUFFIX = ".age"
#: Characters of a passphrase. Whoever has the file can try as many as he likes, though each costs a second.
LEAST = 12
#: With a passphrase the whole file is held in memory, twice.
PASSPHRASE_BYTES = 512 * 1024 * 1024
_KEY_FILE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Lock:
    """For whom a file is encrypted: public keys, or one passphrase."""

    keys: tuple[Any, ...] = ()
    passphrase: str = ""


def lock_for(recipients: Sequence[str] = (), passphrase: str = "") -> Lock:
    """Public keys of age (``age1…``) and ssh, or files of them with one a line; or a passphrase.

    Raises ``bundle.encrypt-missing`` without the package, ``bundle.recipient`` for every key that is none, and
    ``bundle.passphrase-short``.
    """
    pyrage = _pyrage()
    if not recipients:
        if len(passphrase) < LEAST:
            raise fail("bundle.passphrase-short", least=LEAST)
        return Lock(passphrase=passphrase)
    keys: list[Any] = []
    problems: list[Problem] = []
    for value in recipients:
        for where, text in _lines(value):
            kind = pyrage.ssh if text.startswith("ssh-") else pyrage.x25519
            try:
                keys.append(kind.Recipient.from_str(text))
            except pyrage.RecipientError:
                problems.append(Problem("bundle.recipient", where, {"value": text[:60]}))
    if problems or not keys:
        raise EvidenceError(problems or [Problem("bundle.recipient", Place(), {"value": recipients[0]})])
    return Lock(tuple(keys))


def _lines(value: str) -> list[tuple[Place, str]]:
    """The keys ``value`` means: itself, or those in the file of that name."""
    path = Path(value)
    try:
        if value.startswith(("age1", "ssh-")) or not path.is_file():
            return [(Place(), value)]
        with path.open("rb") as file:
            text = file.read(_KEY_FILE_BYTES).decode("utf-8")
    except (OSError, ValueError):
        return [(Place(), value)]
    rows = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    return [(Place(file=value, part=str(n)), row) for n, row in rows if row and not row.startswith("#")]


def encrypt(source: Path, lock: Lock) -> Path:
    """``source`` encrypted beside itself; replaces an earlier one. The path written.

    Raises ``bundle.encrypt-large`` and ``OSError``; what was there stays then.
    """
    pyrage = _pyrage()
    target = source.with_name(source.name + SUFFIX)
    making = target.with_name(f".making-{target.name}")
    try:
        if lock.keys:
            with source.open("rb") as plain, making.open("wb") as locked:
                pyrage.encrypt_io(plain, locked, list(lock.keys))
        else:
            size = source.stat().st_size
            if size > PASSPHRASE_BYTES:
                raise fail("bundle.encrypt-large", name=source.name, limit=PASSPHRASE_BYTES >> 20)
            making.write_bytes(pyrage.passphrase.encrypt(source.read_bytes(), lock.passphrase))
        making.replace(target)
    finally:
        making.unlink(missing_ok=True)
    return target


def _pyrage() -> Any:
    try:
        import pyrage
    except ImportError:
        raise fail("bundle.encrypt-missing") from None
    return pyrage
