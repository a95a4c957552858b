"""The append-only record: entries, Merkle tree, checkpoints, proofs, and the database that keeps them.

::

    canonical   RFC 8785 JSON             merkle   RFC 9162 tree, pure
    forms       the table of entries      note     C2SP signed notes, checkpoints
    entries     one constructor a type    proof    C2SP tlog-proof
    engine      SQLite, opened safely     store    the journal's tables
    check       everything derived anew
"""

from __future__ import annotations

from evidence.journal.check import check_journal
from evidence.journal.engine import open_engine, reading, writing
from evidence.journal.entries import Entry, kid_of, parse_entry
from evidence.journal.note import Checkpoint, origin_of, parse_checkpoint, verify_checkpoint
from evidence.journal.proof import parse_proof, verify_proof
from evidence.journal.store import Head, Journal

__all__ = [
    "Checkpoint",
    "Entry",
    "Head",
    "Journal",
    "check_journal",
    "kid_of",
    "open_engine",
    "origin_of",
    "parse_checkpoint",
    "parse_entry",
    "parse_proof",
    "reading",
    "verify_checkpoint",
    "verify_proof",
    "writing",
]
