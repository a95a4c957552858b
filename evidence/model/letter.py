"""Letters: their kinds, numbers, and the facts that are sealed into the token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class LetterKind(StrEnum):
    REMINDER = "reminder"
    DEMAND = "demand"
    LAWYER_LETTER = "lawyer-letter"
    INSTALMENT_AGREEMENT = "instalment-agreement"
    COMPLAINT_REPLY = "complaint-reply"
    SETTLEMENT = "settlement"
    CORRECTION = "correction"
    BILL_NOTICE = "bill-notice"


CLAIMING = (
    LetterKind.REMINDER,
    LetterKind.DEMAND,
    LetterKind.LAWYER_LETTER,
    LetterKind.INSTALMENT_AGREEMENT,
)
"""Kinds that say what is overdue."""
NOTICES = (
    LetterKind.COMPLAINT_REPLY,
    LetterKind.SETTLEMENT,
    LetterKind.CORRECTION,
    LetterKind.BILL_NOTICE,
)
"""Kinds that answer, confirm, correct or announce; they demand nothing and never count as a demand."""


class LegalEffect(StrEnum):
    """What a letter does in law, whatever its tone (design decision 2). ``NONE``: it tells or confirms something,
    or is a draft that nobody has answered for yet."""

    REMINDER = "reminder"
    DEMAND = "demand"
    OFFER = "offer"
    AGREEMENT = "agreement"
    NONE = "none"


# The series digit of each kind. Printed numbers are rebuilt from these integers by every verifier, so a
# value once issued is never reused for something else.
SERIES: dict[LetterKind, int] = {
    LetterKind.REMINDER: 1,
    LetterKind.DEMAND: 2,
    LetterKind.LAWYER_LETTER: 3,
    LetterKind.INSTALMENT_AGREEMENT: 4,
    LetterKind.COMPLAINT_REPLY: 5,
    LetterKind.SETTLEMENT: 6,
    LetterKind.CORRECTION: 7,
    LetterKind.BILL_NOTICE: 8,
}

EXHIBIT_SERIES = 9
"""The series of stamped exhibits: not letters of the office, but files that it held when it stamped them."""


@dataclass(frozen=True, slots=True, order=True)
class LetterNumber:
    """A letter's number: kind of series, year (of issue, UTC+8) and running number, gapless in series and year."""

    series: int
    year: int
    seq: int

    @property
    def key(self) -> str:
        """``2-2026-0001``: the machine form, used in file names, options and JSON."""
        return f"{self.series}-{self.year}-{self.seq:04d}"

    @classmethod
    def parse(cls, text: str) -> LetterNumber:
        """Inverse of :attr:`key`; raises ``ValueError``."""
        series, year, seq = text.strip().split("-")
        return cls(int(series), int(year), int(seq))


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a letter states, sealed by a salted leaf under the token's Merkle root."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class IssuedLetter:
    """What the workspace remembers of a letter; files are named by digest in the store."""

    number: LetterNumber
    kind: LetterKind
    effect: LegalEffect
    account_id: str
    run_id: str
    issued_at: datetime
    locale: str
    converter: str
    docx_sha256: str
    pdf_sha256: str
    source_sha256: str
    source_length: int
    pages: int
    total: str
    currency: str
    claim_digest: str
    folder: str
    journal_index: int
