"""The facts of a letter under one root, each openable by itself (docs/formats.md, section 2).

Salts and ids come from a person's key by HMAC and are kept nowhere: whoever destroys the key (erasure,
design decision 10) has destroyed them all, and the roots and ids in tokens then say nothing about anybody.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from evidence.model.letter import Fact, LetterNumber

__all__ = [
    "DisclosedFact",
    "FactsSeal",
    "disclose",
    "leaf_hash",
    "letter_id",
    "merkle_root",
    "path_of",
    "seal_facts",
    "short_code",
]

SALT_LENGTH = 16
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class FactsSeal:
    """The Merkle root that goes into the token, and the salt of each leaf, in the letter's order."""

    root: bytes
    salts: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class DisclosedFact:
    """What opens one leaf; the disclosure file is a list of these."""

    name: str
    value: str
    salt: bytes


def seal_facts(facts: Sequence[Fact], person_key: bytes, number: LetterNumber) -> FactsSeal:
    """Seal ``facts`` with salts only the holder of ``person_key`` can make again."""
    salts = tuple(_derive(person_key, f"fact:{number.key}:{index}") for index in range(len(facts)))
    leaves = [leaf_hash(salt, fact) for salt, fact in zip(salts, facts, strict=True)]
    return FactsSeal(merkle_root(leaves), salts)


def disclose(facts: Sequence[Fact], seal: FactsSeal) -> tuple[DisclosedFact, ...]:
    """The openings of all leaves; ``ValueError`` where facts and seal do not belong together."""
    opened = tuple(DisclosedFact(f.name, f.value, s) for f, s in zip(facts, seal.salts, strict=True))
    if merkle_root([leaf_hash(d.salt, Fact(d.name, d.value)) for d in opened]) != seal.root:
        raise ValueError("these facts are not the ones under the seal")
    return opened


def leaf_hash(salt: bytes, fact: Fact) -> bytes:
    """``H(0x00 || salt || name || 0x00 || value)``."""
    if len(salt) != SALT_LENGTH:
        raise ValueError(f"the salt of a fact is {SALT_LENGTH} bytes long")
    if not fact.name or "\0" in fact.name:  # else name and value could be parted in two ways
        raise ValueError(f"not a name of a fact: {fact.name!r}")
    return hashlib.sha256(b"\0" + salt + fact.name.encode() + b"\0" + fact.value.encode()).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes (RFC 9162, section 2.1.1); ``ValueError`` for none.

    Pairing level by level and carrying an odd last node up gives the tree of the RFC, whose left part is the
    largest power of two.
    """
    if not leaves:
        raise ValueError("a letter without facts has nothing to seal")
    level = list(leaves)
    while len(level) > 1:
        paired = [
            hashlib.sha256(b"\1" + left + right).digest()
            for left, right in zip(level[::2], level[1::2], strict=False)
        ]
        level = paired + level[len(paired) * 2 :]
    return level[0]


def path_of(index: int, leaves: Sequence[bytes]) -> tuple[bytes, ...]:
    """The hashes by which leaf ``index`` leads to the root over ``leaves`` (RFC 9162, section 2.1.3.1)."""
    if not 0 <= index < len(leaves):
        raise ValueError(f"no leaf {index} among {len(leaves)}")
    path: list[bytes] = []
    level = list(leaves)
    while len(level) > 1:
        if index ^ 1 < len(level):  # an odd last node goes up alone
            path.append(level[index ^ 1])
        paired = [
            hashlib.sha256(b"\1" + left + right).digest()
            for left, right in zip(level[::2], level[1::2], strict=False)
        ]
        level = paired + level[len(paired) * 2 :]
        index //= 2
    return tuple(path)


def letter_id(person_key: bytes, number: LetterNumber) -> bytes:
    """The letter's 16-byte id: a pseudonym that only the holder of ``person_key`` can tie to the number."""
    return _derive(person_key, f"letter-id:{number.key}")


def short_code(identity: bytes) -> str:
    """``XXXX-XXXX``: the first 40 bits of a letter id, to be read out over the telephone."""
    bits = int.from_bytes(identity[:5], "big")
    text = "".join(_CROCKFORD[bits >> shift & 31] for shift in range(35, -1, -5))
    return f"{text[:4]}-{text[4:]}"


def _derive(person_key: bytes, label: str) -> bytes:
    if len(person_key) < 32:
        raise ValueError("a person's key has at least 32 bytes")
    return hmac.digest(person_key, label.encode("ascii"), "sha256")[:16]
