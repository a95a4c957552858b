"""C2SP signed notes and tree heads: text that people can read, with Ed25519 signatures below.

Sources: c2sp.org/signed-note and c2sp.org/tlog-checkpoint, both v1. Reading is strict, so that no byte of a
verified note can change without a refusal: base64 has one spelling, a checkpoint has exactly three lines, and
a signature of our own key that does not verify refuses the whole note. Only lines of *other* keys are free:
the standard wants them ignored, which is what lets witnesses add theirs.

This room knows no key files. A signer is a callable from bytes to a raw 64-byte signature, beside the raw
32-byte public key it belongs to.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from evidence.errors import Place, fail
from evidence.journal.merkle import HASH_BYTES

__all__ = [
    "MAX_NOTE_BYTES",
    "MAX_SIGNATURES",
    "MAX_SIZE",
    "Checkpoint",
    "Note",
    "Sign",
    "Signature",
    "key_hash",
    "origin_of",
    "parse_checkpoint",
    "parse_note",
    "sign_checkpoint",
    "sign_note",
    "verify_checkpoint",
    "verify_note",
]

Sign = Callable[[bytes], bytes]
"""Signs bytes with Ed25519 and gives the raw 64-byte signature."""

MAX_NOTE_BYTES = 128 * 1024
"""Longest note read: 16 post-quantum signatures of nearly 5 kB fit (signed-note, Format)."""

MAX_SIGNATURES = 16
"""Most signature lines read; the standard demands at least this many."""

MAX_SIZE = 2**63 - 1
"""Largest tree size: what a database row number can hold."""

_ED25519 = b"\x01"
_DASH = "\u2014"
_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,18})")
_JOURNAL_ID = re.compile(r"[0-9A-Za-z._-]{1,64}")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: key name, the first 4 bytes of the key's hash, and what the key made."""

    name: str
    key_hash: bytes
    value: bytes

    @property
    def line(self) -> str:
        return f"{_DASH} {self.name} {_b64(self.key_hash + self.value)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A signed text. ``text`` ends with a newline and is what the signatures cover."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(signature.line for signature in self.signatures)}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a journal: who (``origin``), how many entries, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{_b64(self.root)}\n"

    @property
    def label(self) -> str:
        """``42:1f3c5a77``: size and start of the root, as the footer line of a letter prints it."""
        return f"{self.size}:{self.root.hex()[:8]}"


def origin_of(journal_id: str, *, test: bool) -> str:
    """The origin line of a journal (docs/formats.md §4); ``ValueError`` for an id it does not allow."""
    if not _JOURNAL_ID.fullmatch(journal_id):
        raise ValueError(f"not a journal id: {journal_id!r}")
    return f"evidence.local/{'TEST/' if test else ''}{journal_id}"


def key_hash(name: str, public_key: bytes) -> bytes:
    """First 4 bytes of ``H(name || 0x0A || 0x01 || public key)``: an identifier, no protection."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public_key).digest()[:4]


def sign_note(text: str, name: str, sign: Sign, public_key: bytes) -> str:
    """``text`` as a note signed by one key.

    ``ValueError`` for a text or name no note can hold, or where ``sign`` does not belong to ``public_key``:
    an unverifiable note must never get out.
    """
    value = sign(text.encode())
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(value, text.encode())
    except InvalidSignature as error:
        raise ValueError("the signer does not belong to the public key") from error
    note = Note(text, (Signature(name, key_hash(name, public_key), value),))
    if not _is_name(name) or not _is_text(text):
        raise ValueError("not a text or a key name of a signed note")
    return str(note)


def parse_note(data: bytes | str, where: Place | None = None) -> Note:
    """The parts of a note, nothing verified yet. ``journal.note-form`` with the line that is wrong."""
    place = where or Place()
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    try:
        whole = raw.decode("utf-8") if len(raw) <= MAX_NOTE_BYTES else ""
    except UnicodeDecodeError:
        whole = ""
    text, gap, tail = whole.rpartition("\n\n")
    text += "\n"
    if not gap or not _is_text(text) or not tail.endswith("\n"):
        raise fail("journal.note-form", place, line=1)
    first = text.count("\n") + 2
    lines = tail.split("\n")[:-1]
    signatures: list[Signature] = []
    for number, line in enumerate(lines, first):
        signature = _parse_signature(line)
        # A second line of the same key would let a copy of the note differ and still verify.
        if signature is None or number - first >= MAX_SIGNATURES or _known(signature, signatures):
            raise fail("journal.note-form", place, line=number)
        signatures.append(signature)
    return Note(text, tuple(signatures))


def verify_note(data: bytes | str, name: str, public_key: bytes, where: Place | None = None) -> Note:
    """The note, once the key ``name`` has signed it.

    Raises ``journal.note-form``, ``journal.note-unsigned`` (no line of this key) or
    ``journal.note-signature`` (its line does not verify).
    """
    note = parse_note(data, where)
    wanted = key_hash(name, public_key)
    ours = [line for line in note.signatures if line.name == name and line.key_hash == wanted]
    if not ours:
        raise fail("journal.note-unsigned", where, name=name)
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(ours[0].value, note.text.encode())
    except InvalidSignature as error:
        raise fail("journal.note-signature", where, name=name) from error
    return note


def sign_checkpoint(checkpoint: Checkpoint, sign: Sign, public_key: bytes) -> str:
    """The signed note of a tree head; the key's name is the origin."""
    if _parse_head(checkpoint.text) != checkpoint:
        raise ValueError("a checkpoint with parts no reader would take")
    return sign_note(checkpoint.text, checkpoint.origin, sign, public_key)


def parse_checkpoint(data: bytes | str, where: Place | None = None) -> Checkpoint:
    """The tree head in a note, nothing verified yet; ``journal.note-form`` or ``journal.checkpoint-form``."""
    checkpoint = _parse_head(parse_note(data, where).text)
    if checkpoint is None:
        raise fail("journal.checkpoint-form", where)
    return checkpoint


def verify_checkpoint(
    data: bytes | str, origin: str, public_key: bytes, where: Place | None = None
) -> Checkpoint:
    """The tree head of ``origin``, signed by its key.

    Raises as :func:`parse_checkpoint` and :func:`verify_note`, and ``journal.checkpoint-origin``.
    """
    checkpoint = parse_checkpoint(data, where)
    if checkpoint.origin != origin:
        raise fail("journal.checkpoint-origin", where, found=checkpoint.origin, expected=origin)
    verify_note(data, origin, public_key, where)
    return checkpoint


def _parse_head(text: str) -> Checkpoint | None:
    # Extension lines are allowed by the standard, not recommended by it, and never written by us.
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not _is_name(lines[0]) or not _DECIMAL.fullmatch(lines[1]):
        return None
    root = unb64(lines[2])
    size = int(lines[1])
    if root is None or len(root) != HASH_BYTES or size > MAX_SIZE:
        return None
    return Checkpoint(lines[0], size, root)


def _parse_signature(line: str) -> Signature | None:
    match line.split(" "):
        case [dash, name, encoded] if dash == _DASH and _is_name(name):
            blob = unb64(encoded)
            if blob is not None and len(blob) > 4:
                return Signature(name, blob[:4], blob[4:])
    return None


def _known(signature: Signature, earlier: list[Signature]) -> bool:
    return any((s.name, s.key_hash) == (signature.name, signature.key_hash) for s in earlier)


def _is_text(text: str) -> bool:
    return text.endswith("\n") and not any(char < " " and char != "\n" for char in text)


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(char.isspace() or char < " " for char in name)


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def unb64(text: str) -> bytes | None:
    """Standard base64 in its one canonical spelling; ``None`` for any other text."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    # Unused bits of the last character may be anything to a lenient decoder; here they must be zero.
    return data if _b64(data) == text else None
