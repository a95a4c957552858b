"""Facts of the journal's part in a bundle: entries, their proofs, and the one signed checkpoint.

Whether an entry is true is not shown by any of this, only that the office wrote it down at that place of its
journal, before whatever follows, and cannot now show a different entry under the same checkpoint.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from evidence.model.delivery import Channel, Grade, Outcome, Witness
from evidence.model.letter import LegalEffect, LetterKind
from evidence.model.problem import Place
from evidence.model.report import Fact, Status
from evidence.verify.canonical import Json, parse_canonical
from evidence.verify.keychain import REVOKED, ROTATED, KeyChain, read_chain
from evidence.verify.keys import PublicKey, base32_decode
from evidence.verify.merkle import Range, leaf_hash, nodes_of_proof, root_from_nodes
from evidence.verify.note import Checkpoint, parse_proof
from evidence.verify.refused import Refused, failed, not_checked, passed, unknown

# Type of entry -> key of its data -> form of its value (docs/formats.md, section 4).
_SCHEMAS: Mapping[str, Mapping[str, str]] = {
    "journal.opened": {
        "journal": "journal",
        "key": "key",
        "jurisdiction": "word",
        "tool": "label",
        "test": "bool",
    },
    "ledger.imported": {"snapshot": "id", "files": "hashes", "accounts": "count", "charges": "count"},
    "run.planned": {
        "run": "id",
        "kind": "kind",
        "effect": "effect",
        "series": "positive",
        "year": "positive",
        "first": "positive",
        "last": "positive",
        "batches": "positives",
        "converter": "label",
        "template": "hash",
        "locale": "id",
    },
    "letter.issued": {
        "run": "id",
        "number": "number",
        "kind": "kind",
        "effect": "effect",
        "subject": "hash",
        "profile": "positive",
        "token": "hash",
        "docx": "hash",
        "pdf": "hash",
        "pages": "positive",
    },
    "letter.approved": {
        "run": "id",
        "draft": "number",
        "number": "number",
        "docx": "hash",
        "approval": "hash",
    },
    "letter.voided": {"run": "id", "number": "number", "reason": "word"},
    "run.completed": {"run": "id", "issued": "count", "voided": "count"},
    "delivery.recorded": {
        "number": "number",
        "channel": "channel",
        "outcome": "outcome",
        "at": "at",
        "witness": "witness",
        "grade": "grade",
        "event": "hash",
        "proofs": "hashes",
    },
    "receipt.recorded": {
        "number": "number",
        "action": "receipt",
        "method": "method",
        "witness": "witness",
        "grade": "grade",
        "event": "hash",
        "files": "hashes",
    },
    "case.recorded": {"kind": "word", "event": "hash"},
    "rule.overridden": {"rule": "id", "command": "word", "subject": "hash", "reason": "hash"},
    "bundle.made": {"bundle": "id", "version": "positive", "subject": "hash", "seal": "hash"},
    "time.anchored": {
        "authority": "id",
        "covers": "covers",
        "size": "positive",
        "root": "hash",
        "stamped": "hash",
        "algorithm": "imprint",
        "token": "hash",
        "at": "at",
        "test": "bool",
    },
    "key.rotated": {"old": "key", "new": "key", "old_signature": "signature", "new_signature": "signature"},
    "key.revoked": {"old": "key", "new": "key", "reason": "revoked", "new_signature": "signature"},
    "person.erased": {"subject": "hash", "files": "count"},
    "time.renewed": {"algorithm": "renewal", "record": "hash", "size": "positive", "files": "count"},
}
_OPTIONAL: Mapping[str, Mapping[str, str]] = {"bundle.made": {"follows": "hash"}}
_PATTERNS: Mapping[str, re.Pattern[str]] = {
    "hash": re.compile(r"[0-9a-f]{64}\Z"),
    "number": re.compile(r"[1-9][0-9]*-[0-9]{4,}-[0-9]{4,}\Z"),
    "word": re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*+\Z"),
    "label": re.compile(r"[!-~](?:[ -~]{0,198}[!-~])?\Z"),
    "id": re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}\Z"),
    "journal": re.compile(r"[A-Za-z0-9._-]{1,64}\Z"),
    "key": re.compile(r"[A-Z2-7]{52}\Z"),
    "receipt": re.compile(r"(?:opened|confirmed|received|disputed|instalments)\Z"),
    "method": re.compile(r"(?:none|fold|sms)\Z"),
    "covers": re.compile(r"(?:checkpoint|renewal)\Z"),
    "imprint": re.compile(r"(?:sha256|sha384|sha512|sm3)\Z"),
    "signature": re.compile(r"[0-9a-f]{128}\Z"),
    "revoked": re.compile(r"(?:lost|stolen)\Z"),
    "renewal": re.compile(r"(?:sha512|sm3)\Z"),
    "at": re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z\Z", re.ASCII),
}
_CHOICES: Mapping[str, type[StrEnum]] = {
    "kind": LetterKind,
    "effect": LegalEffect,
    "channel": Channel,
    "outcome": Outcome,
    "witness": Witness,
    "grade": Grade,
}
_LISTS = {"hashes": "hash", "positives": "positive"}
_OPENING = "journal.opened"
# Where one of these failed, an entry that is there may not have been read.
_BROKEN = ("journal.entry", "journal.proof", "journal.checkpoint")
_KID = re.compile(r"[0-9a-f]{16}\Z")
BUNDLE_ENTRY = "bundle"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as read; ``path`` names its file in the bundle, ``data`` follows the table of its type."""

    path: str
    type: str
    at: str
    by: str
    data: Mapping[str, Json]
    index: int = -1

    def text(self, key: str) -> str:
        """A text of ``data``; the schema has made sure that it is one."""
        return str(self.data[key])

    def texts(self, key: str) -> tuple[str, ...]:
        values = self.data[key]
        return tuple(str(value) for value in values) if isinstance(values, list) else ()


@dataclass(slots=True)
class Journal:
    """What the journal's files say. ``entries`` are those whose proof holds, in the journal's order."""

    facts: list[Fact] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    bundle: Entry | None = None
    checkpoint: Checkpoint | None = None
    nodes: dict[Range, bytes] = field(default_factory=dict)
    keys: KeyChain = field(default_factory=KeyChain)

    def of_type(self, kind: str) -> list[Entry]:
        return [entry for entry in self.entries if entry.type == kind]

    def root_at(self, size: int) -> bytes | None:
        """The root of the first ``size`` entries, where the proofs at hand give it away."""
        return root_from_nodes(self.nodes, size)


def is_unknown(kind: str) -> bool:
    """Whether a type of entry is none this version knows."""
    return kind not in _SCHEMAS


def _fits(form: str, value: Json) -> bool:
    """Whether a value has the form its field demands."""
    if form in _LISTS:
        return isinstance(value, list) and all(_fits(_LISTS[form], item) for item in value)
    if form == "bool":
        return isinstance(value, bool)
    if form in ("count", "positive"):
        least = 1 if form == "positive" else 0
        return isinstance(value, int) and not isinstance(value, bool) and value >= least
    if not isinstance(value, str):
        return False
    if form in _CHOICES:
        return value in {choice.value for choice in _CHOICES[form]}
    return bool(_PATTERNS[form].match(value)) and (form != "at" or is_real_time(value))


def _contradiction(kind: str, by: str, data: Mapping[str, Json]) -> str:
    """The field that cannot be true beside the others, though each alone has its form; empty for none."""
    if kind == _OPENING:
        key = PublicKey(base32_decode(str(data["key"])))
        return "" if key.kid.hex() == by else "key"
    if kind in (ROTATED, REVOKED):
        keys = {part: PublicKey(base32_decode(str(data[part]))) for part in ("old", "new")}
        signs = "old" if kind == ROTATED else "new"
        return "" if keys[signs].kid.hex() == by else signs
    first, last, batches = data.get("first"), data.get("last"), data.get("batches")
    if isinstance(first, int) and isinstance(last, int) and isinstance(batches, list):
        total = sum(batch for batch in batches if isinstance(batch, int))
        return "" if total == last - first + 1 else "batches"
    return ""


def parse_entry(data: bytes, path: str) -> Entry:
    """One entry; :class:`Refused` where it is not canonical or not of the form its type demands."""
    value = parse_canonical(data)
    if not isinstance(value, dict) or sorted(value) != ["at", "by", "data", "type", "v"]:
        raise Refused("entry-form")
    at, by, body, kind = value["at"], value["by"], value["data"], value["type"]
    if value["v"] != 1 or value["v"] is True:
        raise Refused("entry-version")
    if not _fits("at", at):
        raise Refused("entry-at")
    if not isinstance(by, str) or not _KID.match(by):
        raise Refused("entry-by")
    if not isinstance(kind, str) or not isinstance(body, dict):
        raise Refused("entry-form")
    schema = _SCHEMAS.get(kind)
    if schema is not None:
        schema = {**schema, **{key: form for key, form in _OPTIONAL.get(kind, {}).items() if key in body}}
        if sorted(body) != sorted(schema):
            raise Refused("entry-data", type=kind)
        for key, expected in schema.items():
            if not _fits(expected, body[key]):
                raise Refused("entry-value", type=kind, key=key)
        if wrong := _contradiction(kind, by, body):
            raise Refused("entry-value", type=kind, key=wrong)
    return Entry(path, kind, str(at), by, body)


def is_real_time(text: str) -> bool:
    """Whether an ISO time names a moment of the calendar (no 30th of February)."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def check_journal(files: Mapping[str, bytes | Refused], key: PublicKey | None, name: str) -> Journal:
    """Facts ``journal.*`` over the files of ``journal/``, by their paths in the bundle.

    ``key`` is the office's; without it the checkpoint's signature stays unchecked and fails.
    """
    journal = Journal()
    facts = journal.facts
    stems = sorted({path.rsplit(".", 1)[0] for path in files})
    first_note: bytes | None = None
    for stem in stems:
        entry_path, proof_path = f"{stem}.json", f"{stem}.proof"
        where, proof_where = Place(file=name, part=entry_path), Place(file=name, part=proof_path)
        entry: Entry | None = None
        raw: bytes | None = None
        try:
            raw = _bytes(files, entry_path)
            entry = parse_entry(raw, entry_path)
        except Refused as refused:
            facts.append(refused.fact("journal.entry", where))
        try:
            proof = parse_proof(_bytes(files, proof_path))
        except Refused as refused:
            facts.append(refused.fact("journal.proof", proof_where))
            continue
        if first_note is None:
            first_note, journal.checkpoint = proof.note, proof.checkpoint
            facts.append(_signature(proof.checkpoint, key, proof_where))
        elif proof.note != first_note:
            facts.append(failed("journal.checkpoint", proof_where, "checkpoint-other"))
            continue
        if raw is None:
            facts.append(not_checked("journal.proof", proof_where, "earlier-failure"))
            continue
        label = stem.rsplit("/", 1)[-1]
        size, root = proof.checkpoint.size, proof.checkpoint.root
        nodes = nodes_of_proof(leaf_hash(raw), proof.index, size, proof.hashes)
        if nodes is None or nodes[0, size] != root:
            facts.append(failed("journal.proof", proof_where, "proof-wrong", index=proof.index, size=size))
            continue
        if entry is None:  # the proof is about bytes, whatever their form
            continue
        if label != BUNDLE_ENTRY and int(label) != proof.index:
            facts.append(failed("journal.proof", proof_where, "proof-name", index=proof.index))
        journal.nodes.update(nodes)
        placed = Entry(entry.path, entry.type, entry.at, entry.by, entry.data, proof.index)
        if label == BUNDLE_ENTRY:
            journal.bundle = placed
        else:
            journal.entries.append(placed)
    journal.entries.sort(key=lambda e: e.index)
    _settle(journal, key, name)
    return journal


def _bytes(files: Mapping[str, bytes | Refused], path: str) -> bytes:
    data = files.get(path, Refused("file-missing"))
    if isinstance(data, Refused):
        raise data
    return data


def _signature(checkpoint: Checkpoint, key: PublicKey | None, where: Place) -> Fact:
    if key is None:
        return failed("journal.checkpoint", where, "no-office-key")
    if not checkpoint.is_signed_by(key):
        return failed("journal.checkpoint", where, "checkpoint-signature")
    return passed(
        "journal.checkpoint",
        where,
        origin=checkpoint.origin,
        size=checkpoint.size,
        root=checkpoint.root.hex(),
    )


def _settle(journal: Journal, key: PublicKey | None, name: str) -> None:
    """What concerns the entries together: whose they are, unknown types, and a clock that went back."""
    facts, whole = journal.facts, Place(file=name)
    every = sorted([*journal.entries, *([journal.bundle] if journal.bundle else [])], key=lambda e: e.index)
    previous = ""
    journal.keys = KeyChain(key)
    if key is not None and journal.checkpoint is not None:
        journal.keys, told = read_chain(every, journal.checkpoint.origin, key, name)
        facts += told
    for entry in every:
        where = Place(file=name, part=entry.path)
        if entry.type not in _SCHEMAS:
            facts.append(unknown("journal.type", where, "entry-type", type=entry.type[:40]))
        in_use = journal.keys.at(entry.index)
        if in_use is not None and entry.by != in_use.kid.hex():
            facts.append(failed("journal.by", where, "entry-other-key", by=entry.by))
        if entry.at < previous:
            facts.append(unknown("journal.order", where, "clock-back", at=entry.at, previous=previous))
        previous = max(previous, entry.at)
        if (entry.type == _OPENING) is not (entry.index == 0):
            facts.append(failed("journal.origin", where, "opening-misplaced", index=entry.index))
    if (
        every
        and every[0].index != 0
        and not any(fact.id in _BROKEN for fact in facts if fact.status is Status.FAIL)
    ):
        facts.append(failed("journal.origin", whole, "opening-absent"))
    checkpoint = journal.checkpoint
    for entry in journal.of_type(_OPENING):
        if checkpoint is None:
            break
        where = Place(file=name, part=entry.path)
        is_test = entry.data["test"] is True
        if entry.text("journal") != checkpoint.journal_id or is_test != checkpoint.is_test:
            facts.append(failed("journal.origin", where, "origin-differs", origin=checkpoint.origin))
    have = {fact.id for fact in facts}
    for fact_id in ("journal.entry", "journal.proof", "journal.by"):
        if fact_id not in have and every:
            facts.append(passed(fact_id, whole, count=len(every)))
    if not every and not have:
        facts.append(failed("journal.entry", whole, "journal-missing"))
