"""Signed notes, checkpoints and inclusion proofs of C2SP (signed-note, tlog-checkpoint, tlog-proof).

A checkpoint here has exactly three lines and the optional ``extra`` line of a proof is refused: nobody
signs it, and the toolkit never writes one (docs/formats.md, section 4).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from evidence.verify.keys import PublicKey
from evidence.verify.limits import NOTE_BYTES, NOTE_SIGNATURES, PROOF_HASHES, TREE_SIZE
from evidence.verify.refused import Refused

_ED25519 = b"\x01"
_PROOF_HEAD = "c2sp.org/tlog-proof@v1"
_CONSISTENCY_HEAD = "evidence/consistency@v1"
_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,18})\Z")
# What Unicode calls white space (and the separators of ASCII, which Python adds). Spelt out, since \s and isspace() mean
# different characters in Python and in JavaScript, and all checkers must read a note alike.
SPACES = "\t-\r \x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_NAME = re.compile(f"[^+{SPACES}]+\\Z")
_ORIGIN = re.compile(r"evidence\.local/(TEST/)?([0-9A-Za-z._-]{1,64})\Z")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: the key's name, its 4-byte hash, and the signature itself."""

    name: str
    key_hash: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a journal as somebody signed it; ``text`` is what the signatures cover."""

    origin: str
    size: int
    root: bytes
    text: bytes
    signatures: tuple[Signature, ...]

    @property
    def is_test(self) -> bool:
        return self.origin.startswith("evidence.local/TEST/")

    @property
    def journal_id(self) -> str:
        return self.origin.rsplit("/", 1)[1]

    def is_signed_by(self, key: PublicKey) -> bool:
        """Whether a line of ``key`` under the origin's name stands and verifies.

        Lines of other keys are passed over, as the standard demands; a line that names this key and does not
        verify spoils the note.
        """
        name = self.origin.encode()
        key_hash = hashlib.sha256(name + b"\n" + _ED25519 + key.raw).digest()[:4]
        ours = [s for s in self.signatures if s.name == self.origin and s.key_hash == key_hash]
        return bool(ours) and all(key.verifies(s.value, self.text) for s in ours)


@dataclass(frozen=True, slots=True)
class Proof:
    """That an entry stands at ``index`` under ``checkpoint``, whose bytes are ``note``."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: Checkpoint
    note: bytes


def _text(data: bytes, reason: str) -> str:
    if len(data) > NOTE_BYTES:
        raise Refused("note-long", limit=NOTE_BYTES)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(reason) from None
    if any(char < " " and char != "\n" for char in text) or not text.endswith("\n"):
        raise Refused(reason)
    return text


def _base64(text: str, reason: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(reason) from None
    if base64.b64encode(data).decode("ascii") != text:
        raise Refused(reason)
    return data


def _decimal(text: str, reason: str) -> int:
    if not re.match(_DECIMAL, text) or not text.isascii() or int(text) > TREE_SIZE:
        raise Refused(reason)
    return int(text)


def parse_checkpoint(data: bytes) -> Checkpoint:
    """A signed checkpoint; :class:`Refused` (``note-form``, ``checkpoint-form``) otherwise."""
    note = _text(data, "note-form")
    body, gap, tail = note.rpartition("\n\n")
    if not gap or not tail:
        raise Refused("note-form")
    lines = tail.split("\n")[:-1]
    if not 1 <= len(lines) <= NOTE_SIGNATURES:
        raise Refused("note-form")
    signatures = tuple(_signature(line) for line in lines)
    if len({(signature.name, signature.key_hash) for signature in signatures}) != len(signatures):
        raise Refused("note-form")
    fields = body.split("\n")
    if len(fields) != 3:
        raise Refused("checkpoint-form")
    origin, size, root_text = fields
    if not _ORIGIN.match(origin):
        raise Refused("checkpoint-origin")
    root = _base64(root_text, "checkpoint-form")
    entries = _decimal(size, "checkpoint-form")
    if len(root) != 32 or entries == 0:
        raise Refused("checkpoint-form")
    return Checkpoint(origin, entries, root, (body + "\n").encode(), signatures)


def _signature(line: str) -> Signature:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "\u2014" or not _NAME.match(parts[1]):
        raise Refused("note-form")
    blob = _base64(parts[2], "note-form")
    if len(blob) < 5:
        raise Refused("note-form")
    return Signature(parts[1], blob[:4], blob[4:])


def parse_proof(data: bytes) -> Proof:
    """A tlog-proof; :class:`Refused` (``proof-form`` or a reason of its checkpoint) otherwise."""
    text = _text(data, "proof-form")
    head, gap, note = text.partition("\n\n")
    lines = head.split("\n")
    if not gap or len(lines) < 2 or lines[0] != _PROOF_HEAD or not lines[1].startswith("index "):
        raise Refused("proof-form")
    hashes = tuple(_base64(line, "proof-form") for line in lines[2:])
    if len(hashes) > PROOF_HASHES or any(len(value) != 32 for value in hashes):
        raise Refused("proof-form")
    index = _decimal(lines[1].removeprefix("index "), "proof-form")
    return Proof(index, hashes, parse_checkpoint(note.encode()), note.encode())


def parse_consistency(data: bytes) -> tuple[int, tuple[bytes, ...]]:
    """Old size and hashes of a consistency proof (docs/formats.md, section 5); ``consistency-form`` otherwise."""
    lines = _text(data, "consistency-form").split("\n")[:-1]
    if len(lines) < 3 or lines[0] != _CONSISTENCY_HEAD or not lines[1].startswith("old "):
        raise Refused("consistency-form")
    hashes = tuple(_base64(line, "consistency-form") for line in lines[2:])
    # One hash more than an inclusion proof can have: the node that an uneven old size ends in.
    if len(hashes) > PROOF_HASHES + 1 or any(len(value) != 32 for value in hashes):
        raise Refused("consistency-form")
    return _decimal(lines[1].removeprefix("old "), "consistency-form"), hashes
