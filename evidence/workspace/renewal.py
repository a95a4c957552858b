"""Renewal: everything hashed anew by another algorithm, before the old one falls (docs/formats.md §6).

Two Merkle trees under the new algorithm, one over the journal's entries, one over the files of the store, and a record
that holds their roots; a timestamp over the record, under the new algorithm, then says that all of it existed at that
time. Nothing old is rewritten: receipts, letters and bundles verify as before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from sqlalchemy import Connection, func, select, update

from evidence.errors import EvidenceError, Place, Problem
from evidence.journal import entries
from evidence.journal.canonical import dumps
from evidence.journal.entries import parse_entry
from evidence.journal.note import parse_checkpoint
from evidence.model.office import TimestampAuthority
from evidence.workspace import schema
from evidence.workspace.anchors import certificates_of, configured, only_own
from evidence.workspace.core import Desk

#: SHA-3 would do as well; these two are what authorities in use offer beside SHA-256.
ALGORITHMS: dict[str, hashes.HashAlgorithm] = {"sha512": hashes.SHA512(), "sm3": hashes.SM3()}
_SALT = 32


@dataclass(frozen=True, slots=True)
class Renewed:
    """One renewal: how many entries and files its record covers. ``is_new`` is false where nothing had changed."""

    algorithm: str
    size: int
    files: int
    record_sha256: str
    index: int
    is_new: bool


class Tree:
    """The tree of RFC 9162 §2.1 under any hash, one pass, O(log n) memory."""

    def __init__(self, algorithm: str) -> None:
        self._algorithm = ALGORITHMS[algorithm]
        self._stack: list[tuple[int, bytes]] = []
        self.count = 0

    def hash(self, *parts: bytes) -> bytes:
        made = hashes.Hash(self._algorithm)
        for part in parts:
            made.update(part)
        return made.finalize()

    def leaf(self, *parts: bytes) -> bytes:
        return self.hash(b"\x00", *parts)

    def add(self, leaf: bytes) -> None:
        height, value = 0, leaf
        while self._stack and self._stack[-1][0] == height:
            value = self.hash(b"\x01", self._stack.pop()[1], value)
            height += 1
        self._stack.append((height, value))
        self.count += 1

    @property
    def root(self) -> bytes:
        if not self._stack:
            return self.hash()
        *rest, (_, value) = self._stack
        for _, left in reversed(rest):
            value = self.hash(b"\x01", left, value)
        return value


def renew(desk: Desk, algorithm: str) -> Renewed:
    """Hash every entry and every file of the store by ``algorithm`` (``sha512`` or ``sm3``) and journal the record.

    The record is stamped by the next :func:`evidence.workspace.anchors.anchor`. Where only entries about time have been
    added since the last renewal by this algorithm, that one is handed back. Raises ``workspace.store-damaged`` for a file
    that is not what its name says, before anything is written: a damaged file must not be certified anew.
    """
    with desk.locked():
        with desk.writing() as connection:
            earlier = _latest(desk, connection, algorithm)
            note = desk.checkpoint(connection)
        if earlier is not None:
            return earlier
        files, rows = _files(desk, algorithm)
        with desk.writing() as connection:
            head = parse_checkpoint(note)
            journal = _entries(desk, connection, algorithm, head.size)
            record = dumps(
                {
                    "algorithm": algorithm,
                    "checkpoint": note,
                    "entries": {"count": journal.count, "root": journal.root.hex()},
                    "files": {"count": files.count, "root": files.root.hex()},
                    "v": 1,
                }
            )
            sha256 = desk.store.put(record)
            entry = entries.time_renewed(
                at=desk.source.now(),
                by=desk.signer.public.kid.hex(),
                algorithm=algorithm,
                record=sha256,
                size=head.size,
                files=files.count,
            )
            index = desk.journal.append(connection, [entry]).start
            row = {"journal_index": index, "algorithm": algorithm, "record_sha256": sha256}
            connection.execute(schema.RENEWALS.insert(), row)
            if rows:
                connection.execute(schema.RENEWED_FILES.insert(), [{"renewal": index, **row} for row in rows])
    return Renewed(algorithm, head.size, files.count, sha256, index, True)


def forget(connection: Connection, sha256: str) -> None:
    """A file was erased: its name and salt leave the renewals, its leaf stays, so that the roots can be derived."""
    table = schema.RENEWED_FILES
    connection.execute(update(table).where(table.c.sha256 == sha256).values(sha256="", salt=None))


def check_time(desk: Desk) -> tuple[int, tuple[Problem, ...]]:
    """Every kept timestamp and renewal derived anew: how many, and all that does not hold.

    Timestamps are checked against the CA files of ``evidence.toml``, those of authorities no longer there included in the
    count and reported as ``stamp.tsa-unnamed``. Renewals: both roots from entries and files as they are now.
    """
    problems: list[Problem] = []
    count = 0
    with desk.reading() as connection:
        known = {authority.name: authority for authority in configured(desk)}
        for row in connection.execute(select(schema.TIMESTAMPS).order_by(schema.TIMESTAMPS.c.journal_index)):
            count += 1
            stamp = schema.Stamp(*row)
            problems += stamp_problems(desk, stamp, known.get(stamp.authority))
        for renewal in connection.execute(select(schema.RENEWALS).order_by(schema.RENEWALS.c.journal_index)):
            count += 1
            problems += _renewal_problems(desk, connection, renewal.journal_index, renewal.algorithm)
    return count, tuple(problems)


def stamp_problems(desk: Desk, row: schema.Stamp, authority: TimestampAuthority | None) -> Iterable[Problem]:
    """What does not hold of one kept timestamp; ``stamp.tsa-unnamed`` where ``evidence.toml`` has no such authority."""
    from evidence.stamp.timestamp import recheck

    where = Place(part=f"{row.authority} {row.index}")
    if authority is None:
        return [Problem("stamp.tsa-unnamed", where, {"name": row.authority})]
    try:
        named = certificates_of(desk, authority)
        recheck(desk.store.get(row.token_sha256), desk.store.get(row.stamped_sha256), named, where)
    except EvidenceError as error:
        return error.problems
    return []


def _renewal_problems(desk: Desk, connection: Connection, index: int, algorithm: str) -> Iterator[Problem]:
    where = Place(part=f"entry {index}")
    record = _record(desk, connection, index)
    if record is None:
        yield Problem("stamp.renewal-differs", where, {"index": index, "part": "record"})
        return
    size, entries_root, files_root = record
    if _entries(desk, connection, algorithm, size).root != entries_root:
        yield Problem("stamp.renewal-differs", where, {"index": index, "part": "entries"})
    table, tree = schema.RENEWED_FILES, Tree(algorithm)
    query = select(table).where(table.c.renewal == index).order_by(table.c.position)
    for row in connection.execute(query):
        tree.add(row.leaf)
        if row.salt is not None:
            try:
                found = _leaf(desk, tree, row.sha256, row.salt)
            except EvidenceError as error:
                yield from error.problems
                continue
            if found != row.leaf:
                yield Problem("stamp.renewal-differs", where, {"index": index, "part": row.sha256})
    if tree.root != files_root:
        yield Problem("stamp.renewal-differs", where, {"index": index, "part": "files"})


def _record(desk: Desk, connection: Connection, index: int) -> tuple[int, bytes, bytes] | None:
    """Size and roots in a renewal's record, or ``None`` where it is not what the entry says."""
    from evidence.journal.canonical import loads

    entry = parse_entry(desk.journal.entry(connection, index))
    try:
        match loads(desk.store.get(str(entry.data["record"]))):
            case {"entries": {"count": int(size), "root": str(a)}, "files": {"count": int(), "root": str(b)}}:
                return (size, bytes.fromhex(a), bytes.fromhex(b)) if size == entry.data["size"] else None
    except (EvidenceError, ValueError):
        pass
    return None


def _latest(desk: Desk, connection: Connection, algorithm: str) -> Renewed | None:
    """The last renewal by this algorithm, where nothing but time has been added since."""
    table = schema.RENEWALS
    query = select(func.max(table.c.journal_index)).where(table.c.algorithm == algorithm)
    index = connection.execute(query).scalar()
    if index is None or not only_own(desk, connection, index):
        return None
    data = parse_entry(desk.journal.entry(connection, index)).data
    size, files = data["size"], data["files"]
    if not isinstance(size, int) or not isinstance(files, int):
        return None
    return Renewed(algorithm, size, files, str(data["record"]), index, False)


def _entries(desk: Desk, connection: Connection, algorithm: str, size: int) -> Tree:
    tree = Tree(algorithm)
    for entry in desk.journal.entries(connection, 0, size):
        tree.add(tree.leaf(entry))
    return tree


def _files(desk: Desk, algorithm: str) -> tuple[Tree, list[dict[str, object]]]:
    """The tree over the store's files in order of their names, and a row for each leaf."""
    tree = Tree(algorithm)
    rows: list[dict[str, object]] = []
    problems: list[Problem] = []
    names = sorted(desk.store.names())
    for position, name in enumerate(names):
        salt = desk.source.random(_SALT)
        try:
            leaf = _leaf(desk, tree, name, salt)
        except EvidenceError as error:
            problems += error.problems
            continue
        tree.add(leaf)
        rows.append({"position": position, "sha256": name, "salt": salt, "leaf": leaf})
    if problems:
        raise EvidenceError(problems)
    return tree, rows


def _leaf(desk: Desk, tree: Tree, name: str, salt: bytes) -> bytes:
    """``salt || SHA-256 || ALG``, of a file found to be what its name says."""
    return tree.leaf(salt, bytes.fromhex(name), tree.hash(desk.store.get(name)))


__all__ = ["ALGORITHMS", "Renewed", "Tree", "check_time", "forget", "renew"]
