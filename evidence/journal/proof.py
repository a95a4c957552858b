"""C2SP tlog-proof text: one entry's place in the journal, checkable without the journal.

Source: c2sp.org/tlog-proof, v1. The optional ``extra`` line is unsigned, we never write it, and a reader here
refuses it: what nobody vouches for has no place in evidence.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from evidence.errors import Place, fail
from evidence.journal.merkle import HASH_BYTES, leaf_hash, verify_inclusion
from evidence.journal.note import MAX_NOTE_BYTES, MAX_SIZE, Checkpoint, parse_note, unb64, verify_checkpoint

__all__ = ["HEADER", "Proof", "parse_proof", "verify_proof"]

HEADER = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63
"""Longest path in a tree of at most 2^63 - 1 leaves."""

_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class Proof:
    """``hashes`` lead from the entry at ``index`` to the root in ``checkpoint``, which is kept verbatim."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str

    def __str__(self) -> str:
        path = "".join(base64.b64encode(value).decode("ascii") + "\n" for value in self.hashes)
        return f"{HEADER}\nindex {self.index}\n{path}\n{self.checkpoint}"


def parse_proof(data: bytes | str, where: Place | None = None) -> Proof:
    """The parts of a proof, nothing verified yet; ``journal.proof-form`` with the line that is wrong."""
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    try:
        text = raw.decode("utf-8") if len(raw) <= MAX_NOTE_BYTES else ""
    except UnicodeDecodeError:
        text = ""
    head, gap, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not gap or lines[0] != HEADER:
        raise fail("journal.proof-form", where, line=1)
    found = _INDEX.fullmatch(lines[1]) if len(lines) > 1 else None
    if found is None or int(found[1]) > MAX_SIZE:
        raise fail("journal.proof-form", where, line=2)
    hashes: list[bytes] = []
    for number, line in enumerate(lines[2:], 3):
        value = unb64(line)
        if value is None or len(value) != HASH_BYTES or len(hashes) >= MAX_HASHES:
            raise fail("journal.proof-form", where, line=number)
        hashes.append(value)
    parse_note(checkpoint, where)
    return Proof(int(found[1]), tuple(hashes), checkpoint)


def verify_proof(
    data: bytes | str, entry: bytes, origin: str, public_key: bytes, where: Place | None = None
) -> tuple[int, Checkpoint]:
    """Where ``entry`` stands in the journal ``origin``, and the signed head that says so.

    Errors as :func:`parse_proof` and :func:`~evidence.journal.note.verify_checkpoint`, and
    ``journal.proof-mismatch`` where the path does not lead from these bytes to the signed root.
    """
    proof = parse_proof(data, where)
    head = verify_checkpoint(proof.checkpoint, origin, public_key, where)
    if not verify_inclusion(leaf_hash(entry), proof.index, head.size, proof.hashes, head.root):
        raise fail("journal.proof-mismatch", where, index=proof.index)
    return proof.index, head
