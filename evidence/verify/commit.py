"""Both digests of a thing, and commitments that name it without telling it (docs/formats.md, section 4)."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes

_DOMAIN = b"evidence/commit/v1\n"


@dataclass(frozen=True, slots=True)
class Digests:
    """Size in bytes, SHA-256, SM3, and the CRC-32 a zip needs."""

    size: int
    sha256: bytes
    sm3: bytes
    crc32: int


def digests_of(chunks: Iterable[bytes], *, sm3: bool = True) -> Digests:
    """Digests over the joined ``chunks``, in one pass; without ``sm3`` that one stays empty."""
    first, second, size, crc = hashlib.sha256(), hashes.Hash(hashes.SM3()) if sm3 else None, 0, 0
    for chunk in chunks:
        first.update(chunk)
        if second is not None:
            second.update(chunk)
        crc = zlib.crc32(chunk, crc)
        size += len(chunk)
    return Digests(size, first.digest(), second.finalize() if second is not None else b"", crc)


def commitment(salt: bytes, digests: Digests) -> str:
    """The commitment, in hex, to a file or text with these digests under a salt of 32 bytes."""
    return hashlib.sha256(_DOMAIN + salt + digests.sha256 + digests.sm3).hexdigest()


def text_commitment(salt: bytes, text: str) -> str:
    return commitment(salt, digests_of([text.encode("utf-8")]))
