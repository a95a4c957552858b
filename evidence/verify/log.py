"""A journal by itself, or the proof of one of its entries: exported, from the office's own database, or as a file.

A whole journal gives what the few proofs in a bundle cannot: its root at any size, so that every letter and timestamp
given beside it is held against it, and the entries that nobody outside vouches for are counted (docs/formats.md §4.1).
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from evidence.model.letter import SERIES
from evidence.model.problem import Place
from evidence.model.report import Fact, Status, SubjectKind
from evidence.verify.bundle import RUN_SECONDS, Bundle, seconds_of
from evidence.verify.journal import Entry, Journal, is_unknown, parse_entry
from evidence.verify.keychain import OPENED, REVOKED, ROTATED, KeyChain, read_chain
from evidence.verify.keys import PublicKey, base32_decode
from evidence.verify.letter import Letter
from evidence.verify.limits import ENTRY_BYTES, EXPORT_ENTRIES, NOTE_BYTES
from evidence.verify.merkle import leaf_hash, node_hash, nodes_of_proof
from evidence.verify.note import Checkpoint, parse_checkpoint, parse_proof
from evidence.verify.refused import Refused, failed, not_checked, passed, unknown
from evidence.verify.timefacts import check_times, read_time

EXPORT_HEAD = b"evidence/journal@v1\n"
PROOF_HEAD = b"c2sp.org/tlog-proof@v1\n"
SQLITE_HEAD = b"SQLite format 3\x00"
WHOLE, ISSUE = "journal.whole", "letter.entry"
_KEPT = (OPENED, ROTATED, REVOKED, "letter.issued", "time.anchored")
# Of one sort of failure so many are told; a journal written by another program would have one for each entry.
_TOLD = 20


@dataclass(slots=True)
class WholeJournal(Journal):
    """Every leaf of the tree, and of the entries those that speak of keys, letters and time."""

    leaves: list[bytes] = field(default_factory=list)
    last_at: str = ""
    _levels: list[list[bytes]] = field(default_factory=list)

    def root_at(self, size: int) -> bytes | None:
        """The root of the first ``size`` entries; ``None`` beyond the end."""
        if not 0 < size <= len(self.leaves):
            return None
        if not self._levels:
            self._levels = [self.leaves]
            while len(self._levels[-1]) > 1:
                below = self._levels[-1]
                self._levels.append([node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])
        root: bytes | None = None
        left = size
        for level, nodes in enumerate(self._levels):  # from the smallest complete subtree to the greatest
            if left >> level & 1:
                left -= 1 << level
                root = nodes[left >> level] if root is None else node_hash(nodes[left >> level], root)
        return root


@dataclass(slots=True)
class Log(Bundle):
    """A journal, or one proof, under check. ``count`` entries were read; ``whole`` is not set for a proof."""

    kind: SubjectKind = SubjectKind.JOURNAL
    count: int = 0
    whole: WholeJournal | None = None

    @property
    def is_signed(self) -> bool:
        return any(fact.id == "journal.checkpoint" and fact.status is Status.PASS for fact in self.facts)


# The two forms of a whole journal.


def read_export(path: Path) -> Iterator[tuple[bytes | None, bytes]]:
    """Pairs of entry and ``b""`` from an export, then ``None`` and the checkpoint; :class:`Refused` on the way."""
    with path.open("rb") as file:
        if file.readline(len(EXPORT_HEAD) + 1) != EXPORT_HEAD:
            raise Refused("export-form", line=1)
        number = 1
        while line := file.readline(ENTRY_BYTES + 2):
            number += 1
            if line == b"\n":
                yield None, file.read(NOTE_BYTES + 1)
                return
            if not line.endswith(b"\n"):
                raise Refused("export-form", line=number)
            yield line[:-1], b""
    raise Refused("export-form", line=number + 1)


def read_database(path: Path) -> Iterator[tuple[bytes | None, bytes]]:
    """The same from the office's SQLite file, opened read-only; the latest checkpoint it has signed comes last."""
    address = f"{path.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=10)) as database:
            database.execute("PRAGMA query_only=ON")
            database.execute("PRAGMA trusted_schema=OFF")
            database.execute("BEGIN")
            rows = database.execute("SELECT idx, entry FROM journal_entries ORDER BY idx")
            for expected, (index, entry) in enumerate(rows):
                if index != expected or not isinstance(entry, bytes):
                    raise Refused("database-gap", index=expected)
                yield entry, b""
            head = database.execute("SELECT note FROM journal_heads ORDER BY size DESC LIMIT 1").fetchone()
    except sqlite3.Error:
        raise Refused("database-form") from None
    yield None, str(head[0]).encode("utf-8", "replace") if head else b""


def check_log(pairs: Iterable[tuple[bytes | None, bytes]], name: str, *, growing: bool = False) -> Log:
    """Every fact of a whole journal that follows from itself. Never raises for its content.

    ``growing``: it may have entries after its latest checkpoint, as an office's database has between two of them.
    """
    journal = WholeJournal()
    log = Log(name, journal=journal, whole=journal)
    walk = _Walk(log)
    note = b""
    try:
        for entry, checkpoint in pairs:
            if entry is None:
                note = checkpoint
            else:
                walk.take(entry)
    except Refused as refused:
        log.facts.append(refused.fact("journal.entry", log.at()))
    log.count = len(journal.leaves)
    walk.settle()
    _head(log, note, growing)
    return log


class _Walk:
    """The entries one after the other: what each says by itself, and beside the one before it."""

    def __init__(self, log: Log) -> None:
        self.log, self.key, self.previous = log, None, ""
        self.told: dict[str, int] = {}
        self.in_use: PublicKey | None = None

    def fail(self, fact: Fact) -> None:
        self.told[fact.id] = self.told.get(fact.id, 0) + 1
        if self.told[fact.id] <= _TOLD:
            self.log.facts.append(fact)

    def take(self, raw: bytes) -> None:
        journal = self.log.whole
        if journal is None or len(journal.leaves) >= EXPORT_ENTRIES:
            raise Refused("files-many", limit=EXPORT_ENTRIES)
        index = len(journal.leaves)
        part = f"entry {index}"
        where = self.log.at(part)
        journal.leaves.append(leaf_hash(raw))
        try:
            if len(raw) > ENTRY_BYTES:
                raise Refused("file-long", limit=ENTRY_BYTES)
            read = parse_entry(raw, part)
        except Refused as refused:
            self.fail(refused.fact("journal.entry", where))
            return
        entry = Entry(part, read.type, read.at, read.by, read.data, index)
        if (entry.type == OPENED) is not (index == 0):
            self.fail(failed("journal.origin", where, "opening-misplaced", index=index))
        if entry.type == OPENED or entry.type == REVOKED:
            self.in_use = PublicKey(base32_decode(entry.text("key" if entry.type == OPENED else "new")))
        if self.in_use is not None and entry.by != self.in_use.kid.hex():
            self.fail(failed("journal.by", where, "entry-other-key", by=entry.by))
        if entry.type == ROTATED:
            self.in_use = PublicKey(base32_decode(entry.text("new")))
        if is_unknown(entry.type):
            self.fail(unknown("journal.type", where, "entry-type", type=entry.type[:40]))
        if entry.at < self.previous:
            self.fail(unknown("journal.order", where, "clock-back", at=entry.at, previous=self.previous))
        self.previous = journal.last_at = max(self.previous, entry.at)
        if entry.type in _KEPT:
            journal.entries.append(entry)

    def settle(self) -> None:
        log = self.log
        log.key = self.in_use
        log.journal.keys = KeyChain(log.key)
        have = {fact.id for fact in log.facts}
        if not log.count and "journal.entry" not in have:
            log.facts.append(failed("journal.entry", log.at(), "journal-missing"))
        for fact_id in ("journal.entry", "journal.by", "journal.origin"):
            if fact_id not in have and log.count:
                log.facts.append(passed(fact_id, log.at(), count=log.count))


def _head(log: Log, note: bytes, growing: bool) -> None:
    """The signed checkpoint, whose root the entries must give, and the keys that lead to its signer."""
    journal, where = log.journal, log.at("checkpoint")
    if not note:
        log.facts.append(not_checked("journal.checkpoint", where, "head-absent"))
        return
    try:
        head = journal.checkpoint = parse_checkpoint(note)
    except Refused as refused:
        log.facts.append(refused.fact("journal.checkpoint", where))
        return
    if log.key is not None:
        journal.keys, told = read_chain(journal.entries, head.origin, log.key, log.name)
        log.facts += told
    log.facts.append(_signed(head, journal.keys.keys, where))
    opened = journal.of_type(OPENED)
    if opened and (
        opened[0].text("journal") != head.journal_id or (opened[0].data["test"] is True) != head.is_test
    ):
        log.facts.append(failed("journal.origin", where, "origin-differs", origin=head.origin))
    root = journal.root_at(head.size)
    if root is None:
        log.facts.append(failed(WHOLE, where, "log-short", size=head.size, count=log.count))
    elif log.count > head.size and not growing:
        log.facts.append(failed(WHOLE, where, "log-long", size=head.size, count=log.count))
    elif root != head.root:
        log.facts.append(failed(WHOLE, where, "log-other-root", size=head.size))
    else:
        log.facts.append(passed(WHOLE, where, size=head.size, root=head.root.hex()))


def _signed(head: Checkpoint, keys: Sequence[PublicKey], where: Place) -> Fact:
    if not keys:
        return not_checked("journal.checkpoint", where, "key-absent")
    if not any(head.is_signed_by(key) for key in keys):
        return failed("journal.checkpoint", where, "checkpoint-signature")
    return passed("journal.checkpoint", where, origin=head.origin, size=head.size, root=head.root.hex())


# One proof.


@dataclass(frozen=True, slots=True)
class LoneProof:
    """A file of tlog-proof form, not yet held against anything."""

    name: str
    data: bytes


def check_proof(proof: LoneProof, entries: Mapping[str, bytes], keys: Sequence[PublicKey]) -> Log:
    """A proof with the ``entries`` and the ``keys`` that were given beside it, by letters, bundles and trust."""
    log = Log(proof.name, kind=SubjectKind.PROOF)
    try:
        read = parse_proof(proof.data)
    except Refused as refused:
        log.facts.append(refused.fact("journal.proof", log.at()))
        return log
    head = log.journal.checkpoint = read.checkpoint
    signer = next((key for key in dict.fromkeys(keys) if head.is_signed_by(key)), None)
    log.key = signer
    log.journal.keys = KeyChain(signer)
    log.facts.append(_signed(head, keys if signer is None else [signer], log.at()))
    for name, raw in entries.items():
        nodes = nodes_of_proof(leaf_hash(raw), read.index, head.size, read.hashes)
        if nodes is None or nodes[0, head.size] != head.root:
            continue
        log.journal.nodes.update(nodes)
        log.facts.append(passed("journal.proof", log.at(), index=read.index, size=head.size, entry=name))
        try:
            one = parse_entry(raw, name)
        except Refused as refused:
            log.facts.append(refused.fact("journal.entry", log.at(name)))
        else:
            log.journal.entries.append(Entry(name, one.type, one.at, one.by, one.data, read.index))
            log.facts.append(passed("journal.entry", log.at(name)))
        log.count = 1
        return log
    params: dict[str, str | int] = {"index": read.index, "size": head.size}
    log.facts.append(
        failed("journal.proof", log.at(), "proof-wrong", **params)
        if entries
        else not_checked("journal.proof", log.at(), "entry-absent", **params)
    )
    return log


# A letter beside them.


def issue_entry(name: str, letter: Letter, logs: Mapping[str, Log]) -> list[Fact]:
    """For each journal or proof of the letter's key: whether an entry of it records this letter's issue."""
    token, key, where = letter.token, letter.key, Place(file=name)
    if token is None or key is None:
        return []
    facts: list[Fact] = []
    for title, log in logs.items():
        if key not in log.journal.keys.keys:
            continue
        issued = log.journal.of_type("letter.issued")
        mine = next((entry for entry in issued if entry.text("token") == token.sha256), None)
        same = next((entry for entry in issued if entry.text("number") == token.number.key), None)
        if mine is not None:
            kinds = {kind.value: series for kind, series in SERIES.items()}
            pairs = (
                ("number", mine.text("number"), token.number.key),
                ("profile", mine.data["profile"], token.profile),
                ("pages", mine.data["pages"], letter.pages),
                ("kind", kinds.get(mine.text("kind")), token.number.series),
                ("key", mine.by, token.kid.hex()),
            )
            wrong = [label for label, said, found in pairs if said != found]
            facts.append(
                failed(ISSUE, where, "entry-differs", what=", ".join(wrong), index=mine.index)
                if wrong
                else passed(ISSUE, where, index=mine.index, at=mine.at, bundle=title)
            )
        elif same is not None:
            facts.append(failed(ISSUE, where, "entry-differs", what="token", index=same.index))
        elif log.whole is None:
            facts.append(not_checked(ISSUE, where, "entry-of-another", bundle=title))
        elif token.number.series in SERIES.values() and (
            log.whole.last_at and seconds_of(log.whole.last_at) > token.issued_at + RUN_SECONDS
        ):
            facts.append(failed(ISSUE, where, "letter-nowhere", bundle=title, number=token.number.key))
        else:
            facts.append(not_checked(ISSUE, where, "journal-earlier", bundle=title))
    return facts


def log_times(log: Log, stamps: Mapping[str, bytes]) -> set[str]:
    """Take up the timestamps that a whole journal records, note and token by their digests; the names of these files."""
    if log.whole is None:
        return set()
    names = {hashlib.sha256(data).hexdigest(): name for name, data in stamps.items()}
    used: set[str] = set()
    for entry in log.journal.of_type("time.anchored"):
        note, token = names.get(entry.text("stamped")), names.get(entry.text("token"))
        if entry.text("covers") != "checkpoint" or note is None or token is None:
            continue
        used |= {note, token}
        log.times.append(read_time(entry.index, token, stamps[note], stamps[token]))
    log.facts += check_times(log.times, log.journal, log.key, log.name, complete=False)
    return used
