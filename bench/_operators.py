"""What an alteration is, and how its finding counts: as detected, and as named."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Files = Mapping[str, bytes]
#: What is put on the disk, by name: a file, a folder, or the zip of a folder.
Thing = bytes | Files


@dataclass(frozen=True, slots=True)
class Zip:
    """The bytes of a zip, or the files to make one of."""

    content: bytes | Files


@dataclass(frozen=True, slots=True)
class Altered:
    """What the reader is given: ``things`` by file name, QR ``texts``, and whether he names the office's key.

    ``names`` are the findings any of which says what was done, written down before anything was tried:
    ``letter.end`` (a failed fact), ``letter.end:appended`` (with its reason), ``seal.files@data/x`` (about this file),
    ``letter.end:appended-parts:Annots`` (with this word among its parts), or the code of a refusal.
    """

    names: tuple[str, ...]
    things: Mapping[str, Thing | Zip] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    trust: bool = False


@dataclass(frozen=True, slots=True)
class Operator:
    """``apply`` returns ``None`` where the original has nothing of the sort (no form, no second letter)."""

    name: str
    family: str
    apply: Callable[[random.Random], Altered | None]


def flip(rng: random.Random, data: bytes, first: int, last: int) -> bytes:
    """``data`` with one bit of the bytes from ``first`` to before ``last`` turned."""
    at = rng.randrange(first, last)
    return data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]
