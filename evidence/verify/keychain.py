"""The office's keys as a bundle's journal tells of them: which was in use when, and who says so (docs/formats.md §1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evidence.model.problem import Place
from evidence.model.report import Fact
from evidence.verify.keys import PublicKey, TrustAnchor, base32_decode, trust_fact
from evidence.verify.refused import failed, passed, unknown

if TYPE_CHECKING:
    from evidence.verify.journal import Entry

ROTATED, REVOKED = "key.rotated", "key.revoked"
OPENED = "journal.opened"
FACT = "journal.keys"


@dataclass(frozen=True, slots=True)
class KeyChange:
    """One change of key. ``reason`` is ``lost``, ``stolen``, or empty for a rotation; ``at`` the entry's time."""

    index: int
    at: str
    reason: str
    old: PublicKey
    new: PublicKey

    @property
    def first(self) -> int:
        """The first entry under the new key: a revocation is its own."""
        return self.index if self.reason else self.index + 1


@dataclass(frozen=True, slots=True)
class KeyChain:
    """``current`` is the key of the bundle, ``changes`` what led to it, each of them found to hold."""

    current: PublicKey | None = None
    changes: tuple[KeyChange, ...] = ()

    @property
    def keys(self) -> tuple[PublicKey, ...]:
        """Every key the office had, the first one first."""
        now = () if self.current is None else (self.current,)
        return (*(change.old for change in self.changes), *now)

    def at(self, index: int) -> PublicKey | None:
        """The key in use for an entry."""
        for change in self.changes:
            if index < change.first:
                return change.old
        return self.current

    def trust(self, fact_id: str, anchors: Sequence[TrustAnchor], where: Place) -> Fact:
        """Whether the reader named the key of the bundle, or an earlier one from which rotations lead to it."""
        if self.current is None:
            raise ValueError("no key to trust")
        fact = trust_fact(fact_id, self.current, anchors, where)
        if fact.reason != "other-key":
            return fact
        ended: KeyChange | None = None
        for change in reversed(self.changes):
            ended = change if change.reason else ended
            named = trust_fact(fact_id, change.old, anchors, where)
            if named.reason == "other-key":
                continue
            if ended is None:
                return named
            shown = self.current.fingerprint_grouped
            if ended.reason == "lost":
                return unknown(fact_id, where, "key-lost", at=ended.at, index=ended.index, fingerprint=shown)
            return unknown(fact_id, where, "key-stolen", at=ended.at, index=ended.index, fingerprint=shown)
        return fact


def read_chain(
    entries: Sequence[Entry], origin: str, current: PublicKey, name: str
) -> tuple[KeyChain, list[Fact]]:
    """The chain that ends in ``current``, from entries in the journal's order whose proofs hold.

    Changes that do not hold are left out of it, and facts say why; what an earlier key signed then fails by itself.
    """
    facts: list[Fact] = []
    changes: list[KeyChange] = []
    key: PublicKey | None = None
    former: set[bytes] = set()
    for entry in entries:
        where = Place(file=name, part=entry.path)
        if entry.type == OPENED:
            key = PublicKey(base32_decode(entry.text("key")))
        if entry.type not in (ROTATED, REVOKED):
            continue
        old, new = (PublicKey(base32_decode(entry.text(part))) for part in ("old", "new"))
        if (key is not None and old != key) or new.raw in former or new == old:
            facts.append(failed(FACT, where, "key-chain", index=entry.index))
            continue
        reason = entry.text("reason") if entry.type == REVOKED else ""
        if not _is_signed(entry, origin, reason, old, new):
            facts.append(failed(FACT, where, "key-change-signature", index=entry.index))
            continue
        former.add(old.raw)
        key = new
        changes.append(KeyChange(entry.index, entry.at, reason, old, new))
        facts.append(passed(FACT, where, index=entry.index, at=entry.at))
    if changes and key != current:
        facts.append(failed(FACT, Place(file=name), "key-chain", index=changes[-1].index))
    return KeyChain(current, tuple(changes)), facts


def _is_signed(entry: Entry, origin: str, reason: str, old: PublicKey, new: PublicKey) -> bool:
    lines = ("evidence/key/v1", origin, entry.type, entry.at, reason)
    text = "".join(f"{line}\n" for line in lines).encode("ascii", "replace") + old.raw + new.raw
    if not new.verifies(bytes.fromhex(entry.text("new_signature")), text):
        return False
    return bool(reason) or old.verifies(bytes.fromhex(entry.text("old_signature")), text)
