"""``evidence status --gaps``: what a court will ask of each letter's way and is not on record, letter by letter."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from evidence.delivery import best_arrival
from evidence.delivery.gaps import Attempt, Beside, attempts
from evidence.law.service import load_service
from evidence.model.case import CaseEvent, CaseKind, latest
from evidence.model.delivery import Grade, Outcome
from evidence.model.letter import LegalEffect, LetterKind
from evidence.workspace import schema
from evidence.workspace.arrivals import SentLetter, sent_letters
from evidence.workspace.casefacts import CaseFile
from evidence.workspace.casefile import events
from evidence.workspace.casepapers import slip_contents
from evidence.workspace.cases import account_ids, require_building, require_snapshot
from evidence.workspace.core import Desk
from evidence.workspace.deliveries import find_letter
from evidence.workspace.serving import waybills

__all__ = ["LetterGaps", "letter_gaps"]

_DRAFT = (LetterKind.LAWYER_LETTER.value, LegalEffect.NONE.value)
_ASKED = (CaseKind.ADDRESS, CaseKind.SLIP)


@dataclass(frozen=True, slots=True)
class LetterGaps:
    """One letter, how well its arrival is proven, and every attempt with what it lacks; none: nobody sent it yet."""

    number: str
    printed: str
    account: str
    kind: str
    issued_on: date
    grade: Grade
    attempts: tuple[Attempt, ...]

    @property
    def is_unsent(self) -> bool:
        return not self.attempts

    @property
    def required(self) -> int:
        return sum(len(attempt.required) for attempt in self.attempts)


def letter_gaps(
    desk: Desk, letters: Collection[str] | None = None, *, building: str | None = None
) -> list[LetterGaps]:
    """The letters of all owners, or those ``letters`` (numbers, stored or as printed), in the order of their making.

    Drafts are no letters, and of one that was withdrawn before it arrived nobody asks anything; both are left out, unless
    they are named. ``building`` leaves the letters to its homes.
    """
    with desk.reading() as connection:
        wanted = {find_letter(connection, text)[0].key for text in letters} if letters is not None else None
        homes = _homes(connection, building) if building is not None else None
        known = _Known(desk, connection)
        found = [
            known.gaps(letter)
            for (account, _), sent in sent_letters(connection).items()
            for letter in sent
            if (letter.number in wanted if wanted is not None else not _is_moot(letter))
            and (homes is None or account in homes)
        ]
    return sorted(found, key=lambda one: (one.issued_on, one.number))


def _homes(connection: Connection, building: str) -> set[str]:
    snapshot = require_snapshot(connection)
    return set(account_ids(connection, snapshot, require_building(connection, snapshot, building)))


def _is_moot(letter: SentLetter) -> bool:
    withdrawn = any(event.outcome is Outcome.WITHDRAWN for event in letter.way)
    return (letter.row.kind, letter.row.effect) == _DRAFT or (withdrawn and best_arrival(letter.way) is None)


class _Known:
    """What is on record beside the letters, read once for all of them."""

    def __init__(self, desk: Desk, connection: Connection) -> None:
        self._pack = load_service(desk.office.jurisdiction)
        self._waybills = waybills(connection)
        pairs = select(schema.PROOFS.c.sha256, schema.DELIVERIES.c.letter).join(schema.DELIVERIES)
        self._proofs: dict[str, set[str]] = {}
        for sha256, letter in connection.execute(pairs):
            self._proofs.setdefault(sha256, set()).add(letter)
        self._pieces: dict[str, list[CaseEvent]] = {}
        for piece in events(connection, kinds=_ASKED):
            if piece.account:
                self._pieces.setdefault(piece.account, []).append(piece)

    def gaps(self, letter: SentLetter) -> LetterGaps:
        row, best = letter.row, best_arrival(letter.way)
        return LetterGaps(
            letter.number,
            row.printed_number,
            row.account,
            row.kind,
            letter.issued_on,
            best[1] if best else Grade.NONE,
            attempts(letter.way, self._pack, self._beside(letter)),
        )

    def _beside(self, letter: SentLetter) -> Beside:
        account, person = letter.row.account, letter.row.person
        pieces = self._pieces.get(account, [])
        file = CaseFile(account, tuple(pieces))
        addresses: dict[str, set[str]] = {}
        for piece in latest(pieces, CaseKind.ADDRESS):
            if piece.text("proof"):
                addresses.setdefault(piece.text("channel"), set()).add(piece.text("value"))
        own = {event.tracking for event in letter.way if event.tracking}
        return Beside(
            frozenset(n for n in own if any(p != person for _, p in self._waybills.get(n, ()))),
            frozenset(
                proof.sha256
                for event in letter.way
                for proof in event.proofs
                if self._proofs.get(proof.sha256, set()) - {letter.number}
            ),
            lambda tracking: bool(slip_contents(file, letter.names, tracking)),
            {kind: frozenset(values) for kind, values in addresses.items()},
            datetime.fromisoformat(str(letter.row.issued_at)),
        )
