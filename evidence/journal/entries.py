"""What the journal holds: entries as canonical bytes (docs/formats.md §4), one constructor for each type.

Constructors give exactly what :func:`parse_entry` accepts; a value without the form of its field is refused
when it is written, not years later when it is read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.journal.canonical import Json, dumps, loads
from evidence.journal.forms import FORMS, OPTIONAL, base32, read_key, read_time, write_time
from evidence.model.delivery import Channel, Grade, Outcome, Witness
from evidence.model.letter import LegalEffect, LetterKind, LetterNumber

__all__ = [
    "MAX_ENTRY_BYTES",
    "VERSION",
    "Entry",
    "bundle_made",
    "case_recorded",
    "delivery_recorded",
    "journal_opened",
    "key_revoked",
    "key_rotated",
    "kid_of",
    "ledger_imported",
    "letter_approved",
    "letter_issued",
    "letter_voided",
    "parse_entry",
    "person_erased",
    "public_key_of",
    "receipt_recorded",
    "rule_overridden",
    "run_completed",
    "run_planned",
    "time_anchored",
    "time_renewed",
]

VERSION = 1
MAX_ENTRY_BYTES = 1024 * 1024
"""Longest entry; a run of 100,000 letters converted one by one still fits."""

_KID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as read. ``by`` is the key id in hex; ``raw`` the exact bytes the tree is built over."""

    type: str
    at: datetime
    by: str
    data: Mapping[str, Json]
    raw: bytes


# --- reading -----------------------------------------------------------------------------------------------


def parse_entry(data: bytes, where: Place | None = None) -> Entry:
    """The entry in ``data``; raises with *all* its faults.

    Codes: ``journal.entry-long``, those of :func:`~evidence.journal.canonical.loads`,
    ``journal.entry-shape``, ``-type``, ``-field-missing``, ``-field-unknown``, ``-field``.
    """
    place = where or Place()
    if len(data) > MAX_ENTRY_BYTES:
        raise fail("journal.entry-long", place, size=len(data), limit=MAX_ENTRY_BYTES)
    match loads(data, place):
        case {"at": str(at), "by": str(by), "data": dict(fields), "type": str(kind), "v": version, **rest}:
            time = read_time(at)
            is_ours = type(version) is int and version == VERSION  # true == 1 in Python, not in JSON
            if is_ours and not rest and time and _KID.fullmatch(by):
                _check(kind, by, fields, place)
                return Entry(kind, time, by, fields, data)
    raise fail("journal.entry-shape", place)


def _check(kind: str, by: str, fields: Mapping[str, Json], place: Place) -> None:
    forms = FORMS.get(kind)
    if forms is None:
        raise fail("journal.entry-type", place, type=ascii(kind)[:80])
    found: list[tuple[str, str]] = []
    found += [("journal.entry-field-missing", name) for name in forms if name not in fields]
    forms = {**forms, **OPTIONAL.get(kind, {})}
    found += [("journal.entry-field-unknown", ascii(name)[:80]) for name in fields if name not in forms]
    wrong = [name for name, form in forms.items() if name in fields and not form(fields[name])]
    found += [("journal.entry-field", name) for name in wrong]
    if not found:
        found += [("journal.entry-field", name) for name in _contradictions(kind, by, fields)]
    if found:
        raise EvidenceError(Problem(code, place, {"type": kind, "field": name}) for code, name in found)


def _contradictions(kind: str, by: str, fields: Mapping[str, Json]) -> list[str]:
    """Fields that cannot be true beside the others, though each alone has its form."""
    match kind, fields:
        case "journal.opened", {"key": str(key)}:
            return [] if kid_of(read_key(key) or b"") == by else ["key"]
        case "run.planned", {"first": int(first), "last": int(last), "batches": list(batches)}:
            if last < first:
                return ["last"]
            letters = sum(size for size in batches if isinstance(size, int))
            return [] if letters == last - first + 1 else ["batches"]
        case "key.rotated" | "key.revoked", {"old": str(old), "new": str(new)}:
            if old == new:
                return ["new"]
            signs = old if kind == "key.rotated" else new
            return [] if kid_of(read_key(signs) or b"") == by else ["old" if signs == old else "new"]
    return []


def public_key_of(opening: Entry) -> bytes:
    """The raw public key a ``journal.opened`` entry names; ``ValueError`` for an entry of another type."""
    key = read_key(str(opening.data.get("key", "")))
    if opening.type != "journal.opened" or key is None:
        raise ValueError(f"{opening.type} names no key")
    return key


# --- writing -----------------------------------------------------------------------------------------------


def kid_of(public_key: bytes) -> str:
    """Key id in hex: the first 8 bytes of ``H(raw public key)`` (docs/formats.md §1)."""
    return hashlib.sha256(public_key).digest()[:8].hex()


def _entry(kind: str, at: datetime, by: str, data: Mapping[str, Json]) -> bytes:
    # What is written goes through the reader: one set of rules, and a caller's slip is refused at its source.
    entry = dumps({"at": write_time(at), "by": by, "data": data, "type": kind, "v": VERSION})
    return parse_entry(entry).raw


def journal_opened(
    *, at: datetime, by: str, journal: str, key: bytes, jurisdiction: str, tool: str, test: bool
) -> bytes:
    """The first entry of every journal. ``key`` is the raw public key whose id is ``by``."""
    data: dict[str, Json] = {
        "journal": journal,
        "key": base32(key),
        "jurisdiction": jurisdiction,
        "tool": tool,
        "test": test,
    }
    return _entry("journal.opened", at, by, data)


def ledger_imported(
    *, at: datetime, by: str, snapshot: str, files: Sequence[str], accounts: int, charges: int
) -> bytes:
    """A ledger was read: commitments to its files, and how many accounts and charges it held."""
    data: dict[str, Json] = {
        "snapshot": snapshot,
        "files": list(files),
        "accounts": accounts,
        "charges": charges,
    }
    return _entry("ledger.imported", at, by, data)


def run_planned(
    *,
    at: datetime,
    by: str,
    run: str,
    kind: LetterKind,
    effect: LegalEffect,
    series: int,
    year: int,
    first: int,
    last: int,
    batches: Sequence[int],
    converter: str,
    template: str,
    locale: str,
) -> bytes:
    """A run takes the numbers ``first`` … ``last``, converted in ``batches`` of sizes that add up to them."""
    data: dict[str, Json] = {
        "run": run,
        "kind": kind.value,
        "effect": effect.value,
        "series": series,
        "year": year,
        "first": first,
        "last": last,
        "batches": list(batches),
        "converter": converter,
        "template": template,
        "locale": locale,
    }
    return _entry("run.planned", at, by, data)


def letter_issued(
    *,
    at: datetime,
    by: str,
    run: str,
    number: LetterNumber,
    kind: LetterKind,
    effect: LegalEffect,
    subject: str,
    profile: int,
    token: str,
    docx: str,
    pdf: str,
    pages: int,
) -> bytes:
    """A letter exists: commitments to its account and files, and the SHA-256 of its token's bytes."""
    data: dict[str, Json] = {
        "run": run,
        "number": number.key,
        "kind": kind.value,
        "effect": effect.value,
        "subject": subject,
        "profile": profile,
        "token": token,
        "docx": docx,
        "pdf": pdf,
        "pages": pages,
    }
    return _entry("letter.issued", at, by, data)


def letter_approved(
    *,
    at: datetime,
    by: str,
    run: str,
    draft: LetterNumber,
    number: LetterNumber,
    docx: str,
    approval: str,
) -> bytes:
    """A lawyer answers for a draft, whose letter ``run`` makes under ``number``.

    ``docx`` is the draft's commitment as in ``letter.issued``; ``approval`` commits to who approved it, by which
    licence and when.
    """
    data: dict[str, Json] = {
        "run": run,
        "draft": draft.key,
        "number": number.key,
        "docx": docx,
        "approval": approval,
    }
    return _entry("letter.approved", at, by, data)


def letter_voided(*, at: datetime, by: str, run: str, number: LetterNumber, reason: str) -> bytes:
    """A number is no letter: it never will be, or it was withdrawn before it went out. ``reason`` is a code, never
    a text."""
    return _entry("letter.voided", at, by, {"run": run, "number": number.key, "reason": reason})


def run_completed(*, at: datetime, by: str, run: str, issued: int, voided: int) -> bytes:
    """A run is over."""
    return _entry("run.completed", at, by, {"run": run, "issued": issued, "voided": voided})


def delivery_recorded(
    *,
    at: datetime,
    by: str,
    number: LetterNumber,
    channel: Channel,
    outcome: Outcome,
    happened_at: datetime,
    witness: Witness,
    grade: Grade,
    event: str,
    proofs: Sequence[str],
) -> bytes:
    """A step of a letter's way, at ``happened_at``; ``event`` and ``proofs`` are commitments."""
    data: dict[str, Json] = {
        "number": number.key,
        "channel": channel.value,
        "outcome": outcome.value,
        "at": write_time(happened_at),
        "witness": witness.value,
        "grade": grade.value,
        "event": event,
        "proofs": list(proofs),
    }
    return _entry("delivery.recorded", at, by, data)


def receipt_recorded(
    *,
    at: datetime,
    by: str,
    number: LetterNumber,
    action: str,
    method: str,
    witness: Witness,
    grade: Grade,
    event: str,
    files: Sequence[str],
) -> bytes:
    """Somebody opened a letter's page, or said something there; ``method`` is the code that was asked for before."""
    data: dict[str, Json] = {
        "number": number.key,
        "action": action,
        "method": method,
        "witness": witness.value,
        "grade": grade.value,
        "event": event,
        "files": list(files),
    }
    return _entry("receipt.recorded", at, by, data)


def case_recorded(*, at: datetime, by: str, kind: str, event: str) -> bytes:
    """A piece of a case file was recorded; ``event`` is the commitment to its canonical JSON."""
    return _entry("case.recorded", at, by, {"kind": kind, "event": event})


def rule_overridden(*, at: datetime, by: str, rule: str, command: str, subject: str, reason: str) -> bytes:
    """Somebody went on against a failing rule; ``subject`` and ``reason`` are commitments."""
    data: dict[str, Json] = {"rule": rule, "command": command, "subject": subject, "reason": reason}
    return _entry("rule.overridden", at, by, data)


def bundle_made(
    *, at: datetime, by: str, bundle: str, version: int, subject: str, seal: str, follows: str = ""
) -> bytes:
    """A bundle was sealed; ``seal`` is the SHA-256 of its ``seal.json``, ``follows`` that of the bundle it replaces."""
    data: dict[str, Json] = {"bundle": bundle, "version": version, "subject": subject, "seal": seal}
    if follows:
        data["follows"] = follows
    return _entry("bundle.made", at, by, data)


def time_anchored(
    *,
    at: datetime,
    by: str,
    authority: str,
    covers: str,
    size: int,
    root: str,
    stamped: str,
    algorithm: str,
    token: str,
    gen_time: datetime,
    test: bool,
) -> bytes:
    """An authority stamped a checkpoint, or a renewal record, at its own ``gen_time``.

    ``stamped`` and ``token`` are the SHA-256 of the bytes its imprint is over and of its token.
    """
    data: dict[str, Json] = {
        "authority": authority,
        "covers": covers,
        "size": size,
        "root": root,
        "stamped": stamped,
        "algorithm": algorithm,
        "token": token,
        "at": write_time(gen_time),
        "test": test,
    }
    return _entry("time.anchored", at, by, data)


def time_renewed(*, at: datetime, by: str, algorithm: str, record: str, size: int, files: int) -> bytes:
    """Everything was hashed anew by ``algorithm``: the first ``size`` entries and ``files`` files of the store."""
    data: dict[str, Json] = {"algorithm": algorithm, "record": record, "size": size, "files": files}
    return _entry("time.renewed", at, by, data)


def key_rotated(*, at: datetime, old: bytes, new: bytes, old_signature: bytes, new_signature: bytes) -> bytes:
    """The office's key ``old`` gave way to ``new``, and both signed it (:mod:`evidence.journal.keychange`)."""
    data: dict[str, Json] = {
        "old": base32(old),
        "new": base32(new),
        "old_signature": old_signature.hex(),
        "new_signature": new_signature.hex(),
    }
    return _entry("key.rotated", at, kid_of(old), data)


def key_revoked(*, at: datetime, old: bytes, new: bytes, reason: str, new_signature: bytes) -> bytes:
    """``old`` was lost or stolen (``reason``); ``new`` is in its place, and alone signs for that."""
    data: dict[str, Json] = {
        "old": base32(old),
        "new": base32(new),
        "reason": reason,
        "new_signature": new_signature.hex(),
    }
    return _entry("key.revoked", at, kid_of(new), data)


def person_erased(*, at: datetime, by: str, subject: str, files: int) -> bytes:
    """A person's salts were destroyed and ``files`` files removed from the store."""
    return _entry("person.erased", at, by, {"subject": subject, "files": files})
