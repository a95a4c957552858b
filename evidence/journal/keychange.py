"""The key in use, entry by entry: what the journal says about its own keys (docs/formats.md §1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from evidence.journal.entries import Entry, kid_of, public_key_of
from evidence.journal.forms import read_key, write_time

__all__ = ["CHANGES", "KeyUse", "change_text"]

CHANGES = ("key.rotated", "key.revoked")


def change_text(origin: str, kind: str, at: datetime, reason: str, old: bytes, new: bytes) -> bytes:
    """The bytes that the keys of a change sign; ``reason`` is empty for a rotation."""
    lines = ("evidence/key/v1", origin, kind, write_time(at), reason)
    return "".join(f"{line}\n" for line in lines).encode("ascii") + old + new


@dataclass(slots=True)
class KeyUse:
    """Follows the key in use. ``key`` is that for the next entry, empty before the first."""

    origin: str = ""
    key: bytes = b""
    former: list[bytes] = field(default_factory=list)

    def open(self, opening: Entry, origin: str) -> None:
        """The first entry names the first key."""
        self.origin, self.key = origin, public_key_of(opening)

    def fault(self, entry: Entry) -> str:
        """What is wrong with the key of an entry after the first (empty: nothing); a change of key is then made.

        ``by``: it names another key than that in use. ``chain``: a change that does not begin with the key in use,
        or leads back to an earlier one. ``signature``: a signature of the change does not hold.
        """
        if entry.type not in CHANGES:
            return "" if entry.by == kid_of(self.key) else "by"
        old, new = (read_key(str(entry.data[name])) or b"" for name in ("old", "new"))
        if old != self.key or new in self.former:
            return "chain"
        reason = str(entry.data.get("reason", ""))
        text = change_text(self.origin, entry.type, entry.at, reason, old, new)
        self.former.append(old)
        self.key = new
        signed = [(new, entry.data["new_signature"])]
        if entry.type == "key.rotated":
            signed.append((old, entry.data["old_signature"]))
        good = all(_holds(key, bytes.fromhex(str(signature)), text) for key, signature in signed)
        return "" if good else "signature"


def _holds(key: bytes, signature: bytes, text: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True
