"""What of the journal is handed out: the whole of it, or the proof of one letter's entry (docs/formats.md §4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.engine import Connection

from evidence.bundle.bag import consistency_text
from evidence.journal.note import parse_checkpoint
from evidence.model.letter import LetterNumber
from evidence.workspace import schema
from evidence.workspace.core import Desk
from evidence.workspace.deliveries import find_letter

HEAD = b"evidence/journal@v1\n"


@dataclass(frozen=True, slots=True)
class LetterProof:
    """The entry of a letter's issue, that it stands in the journal, and that the journal only grew since.

    ``growth`` is empty where nothing was written after the letter's own checkpoint.
    """

    number: LetterNumber
    entry: bytes
    proof: bytes
    known: int
    growth: bytes


def export_journal(desk: Desk) -> Iterator[bytes]:
    """The export in pieces; ``journal.empty``. What is written meanwhile is not in it."""
    note = _checkpoint(desk)
    size = parse_checkpoint(note).size
    with desk.reading() as connection:
        yield HEAD
        for entry in desk.journal.entries(connection, 0, size):
            yield entry + b"\n"
    yield b"\n" + note.encode()


def letter_proof(desk: Desk, letter: str) -> LetterProof:
    """The proof of the entry that records a letter's issue, under a checkpoint of now; ``workspace.unknown-letter``."""
    with desk.reading() as connection:
        number, *_ = find_letter(connection, letter)
    note = _checkpoint(desk)
    size = parse_checkpoint(note).size
    with desk.reading() as connection:
        index, known = _place(connection, number)
        return LetterProof(
            number,
            desk.journal.entry(connection, index),
            desk.journal.proof_text(connection, index, note).encode(),
            known,
            consistency_text(known, desk.journal.consistency(connection, known, size))
            if known < size
            else b"",
        )


def _place(connection: Connection, number: LetterNumber) -> tuple[int, int]:
    """Index of the entry of issue, and how many entries the letter itself knew."""
    letters, runs = schema.LETTERS, schema.RUNS
    query = (
        select(letters.c.journal_index, runs.c.checkpoint_size)
        .join(runs, runs.c.id == letters.c.run)
        .where(letters.c.number == number.key)
    )
    row = connection.execute(query).one()
    return int(row[0]), int(row[1])


def _checkpoint(desk: Desk) -> str:
    """A checkpoint over everything written so far; signed anew only where something was."""
    with desk.reading() as connection:
        head, size = desk.journal.latest_head(connection), desk.journal.size(connection)
    if head is not None and head.size == size:
        return head.note
    with desk.locked(), desk.writing() as connection:
        return desk.checkpoint(connection)
