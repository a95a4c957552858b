"""``evidence deliver import``: a carrier's table of results, each row to its letter, doing it twice recording nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select

from evidence.clock import CHINA
from evidence.delivery import event_from_json
from evidence.errors import EvidenceError, Problem
from evidence.intake import read_results
from evidence.intake.results import ResultRow
from evidence.letters.numbers import parse_printed_number
from evidence.model.delivery import Channel, DeliveryEvent, Outcome
from evidence.workspace import schema
from evidence.workspace.core import Desk
from evidence.workspace.serving import DeliveryResult, Step, record_steps, waybills

__all__ = ["PlannedStep", "ResultsImport", "import_results"]

# The note is part of the office's Chinese papers, so it is Chinese whatever language a user reads.
_NOTE = {
    "zh": "承运方结果表：{file}，第{row}行（文件SHA-256 {digest}…）；原文：{said}",
    "zh-Hant": "承運方結果表：{file}，第{row}行（檔案SHA-256 {digest}…）；原文：{said}",
}


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """What a row says of a letter. ``printed`` is its number as printed; ``is_known``: on record already."""

    step: Step
    printed: str
    account: str
    is_known: bool


@dataclass(frozen=True, slots=True)
class ResultsImport:
    """``results`` are the events recorded (none under ``plan``); ``unmatched`` the rows that belong to no letter.

    ``faults`` were left out, under ``skip_invalid`` alone.
    """

    planned: tuple[PlannedStep, ...]
    results: tuple[DeliveryResult, ...]
    unmatched: tuple[Problem, ...]
    faults: tuple[Problem, ...]
    notices: tuple[Problem, ...]
    rows_read: int

    @property
    def known(self) -> int:
        return sum(one.is_known for one in self.planned)


def import_results(
    desk: Desk,
    paths: Sequence[Path],
    *,
    channel: Channel | None = None,
    plan: bool = False,
    skip_invalid: bool = False,
    encoding: str | None = None,
) -> ResultsImport:
    """Record what carriers report, matched by letter number or waybill.

    ``channel`` is that of rows which name no carrier and whose waybill is not on record. A row that belongs to no letter
    of this office is told and left (a carrier's table lists other mail, too). Any fault of a row stops all of it, unless
    ``skip_invalid``; all are raised at once. Under ``plan`` nothing is written.
    """
    read = read_results(paths, synonyms=desk.office.header_synonyms, encoding=encoding)
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in paths}
    faults = list(read.problems)
    with desk.locked():
        with desk.reading() as connection:
            match = _Matching(connection, channel, desk.office.locale, digests)
            steps = [step for row in read.rows for step in match.steps(row)]
        faults += match.problems
        if faults and not skip_invalid:
            raise EvidenceError(faults)
        fresh = [one.step for one in steps if not one.is_known]
        results: list[DeliveryResult] = []
        if not plan:
            try:
                results = record_steps(desk, fresh) if fresh else []
            except EvidenceError as error:
                if not skip_invalid:
                    raise
                faults += error.problems
                bad = {problem.where.row for problem in error.problems}
                fresh = [step for step in fresh if step.where.row not in bad]
                results = record_steps(desk, fresh) if fresh else []
    return ResultsImport(
        tuple(steps),
        tuple(results),
        tuple(match.unmatched),
        tuple(faults),
        (*read.notices, *match.differing),
        read.rows_read,
    )


class _Matching:
    """Rows against letters and waybills on record. What a row adds is known to the rows below it."""

    def __init__(
        self, connection: Connection, channel: Channel | None, locale: str, digests: Mapping[str, str]
    ) -> None:
        table, done = schema.LETTERS, schema.DELIVERIES
        query = select(table.c.number, table.c.printed_number, table.c.account, table.c.person)
        self._letters = {row.number: row for row in connection.execute(query)}
        self._waybills = {
            number: dict.fromkeys(letter for letter, _ in pairs)
            for number, pairs in waybills(connection).items()
        }
        self._events: dict[str, list[DeliveryEvent]] = {}
        for letter, body in connection.execute(select(done.c.letter, done.c.event).order_by(done.c.id)):
            self._events.setdefault(letter, []).append(event_from_json(body.encode()))
        self._channel, self._note, self._digests = channel, _NOTE[locale], digests
        self._planned: dict[str, list[Step]] = {}
        self.problems: list[Problem] = []
        self.differing: list[Problem] = []
        self.unmatched: list[Problem] = []

    def steps(self, row: ResultRow) -> list[PlannedStep]:
        """What a row says of one letter, or of the letters that share its envelope."""
        letters = self._find(row)
        if not letters:
            return []
        channel = row.channel or self._recorded_channel(row.waybill, letters) or self._channel
        if channel is None:
            self._fault("delivery.row-channel", row)
            return []
        found = []
        for letter in letters:
            if row.posted and not self._was_posted(letter, channel, row.waybill):
                found.append(self._step(letter, channel, row, Outcome.SENT, row.posted))
            found.append(self._step(letter, channel, row, row.outcome, row.at))
        return found

    def _find(self, row: ResultRow) -> list[str]:
        by_waybill = list(self._waybills.get(row.waybill, ())) if row.waybill else []
        if row.letter:
            number = self._number(row.letter)
            if number is None:
                self._leave("delivery.row-letter", row, letter=row.letter)
                return []
            if self._persons(by_waybill) - self._persons([number]):
                self._fault(
                    "delivery.row-contradicts", row, waybill=row.waybill, letter=number, other=by_waybill[0]
                )
                return []
            if row.waybill:
                self._waybills.setdefault(row.waybill, {})[number] = None
            return [number]
        if not by_waybill:
            self._leave("delivery.row-waybill", row, waybill=row.waybill)
        if len(self._persons(by_waybill)) > 1:
            self._fault("delivery.row-ambiguous", row, waybill=row.waybill, letters=", ".join(by_waybill))
            return []
        return by_waybill

    def _number(self, text: str) -> str | None:
        """A letter's number as stored or as printed, where it is one of this office's."""
        try:
            wanted = parse_printed_number(text).key
        except ValueError:
            wanted = text
        return wanted if wanted in self._letters else None

    def _persons(self, letters: Iterable[str]) -> set[str]:
        return {self._letters[letter].person for letter in letters}

    def _recorded_channel(self, waybill: str, letters: Sequence[str]) -> Channel | None:
        events = (event for letter in letters for event in self._events.get(letter, ()))
        return next((event.channel for event in events if waybill and event.tracking == waybill), None)

    def _was_posted(self, letter: str, channel: Channel, waybill: str) -> bool:
        return any(
            (event.channel, event.outcome, event.tracking) == (channel, Outcome.SENT, waybill)
            for event in self._events.get(letter, ())
        )

    def _step(
        self, letter: str, channel: Channel, row: ResultRow, outcome: Outcome, at: datetime
    ) -> PlannedStep:
        digest = self._digests.get(row.origin.file, "")
        note = self._note.format(file=row.origin.file, row=row.origin.row, digest=digest, said=row.said)
        is_end = outcome is not Outcome.SENT
        step = Step(
            letter=letter,
            channel=channel,
            outcome=outcome,
            at=at.astimezone(CHINA).replace(microsecond=0),
            tracking=row.waybill,
            place=row.place if is_end else "",
            signer=row.signer if outcome is Outcome.DELIVERED else "",
            relation=row.relation if outcome is Outcome.DELIVERED else "",
            reason=row.reason if outcome in (Outcome.REFUSED, Outcome.RETURNED, Outcome.UNREACHABLE) else "",
            sent_to=row.sent_to,
            note="；".join(filter(None, (note, row.remark if is_end else ""))),
            where=row.origin,
        )
        about = self._letters[letter]
        earlier = (*self._events.get(letter, ()), *self._planned.get(letter, ()))
        same = [one for one in earlier if _same(one, step)]
        if same:
            self._compare(same, step, about.printed_number)
        else:
            self._planned.setdefault(letter, []).append(step)
        return PlannedStep(step, about.printed_number, about.account, bool(same))

    def _compare(self, known: Sequence[DeliveryEvent | Step], step: Step, letter: str) -> None:
        """Told where a row says more than is on record, or something else, of the same result."""
        for name in ("signer", "reason"):
            said, kept = getattr(step, name), [getattr(one, name) for one in known]
            if said and said not in kept:
                params = {"letter": letter, "said": said, "kept": next(filter(None, kept), "—")}
                self.differing.append(Problem("delivery.row-differs", step.where, params))

    def _fault(self, code: str, row: ResultRow, **params: str | int) -> None:
        self.problems.append(Problem(code, row.origin, params))

    def _leave(self, code: str, row: ResultRow, **params: str | int) -> None:
        self.unmatched.append(Problem(code, row.origin, params))


def _same(known: DeliveryEvent | Step, step: Step) -> bool:
    """Whether both tell of one result, wherever they were read: the waybill's result at that moment.

    A table exported again words the result, the signer or the reason as it likes, and may leave out the seconds.
    """
    told = (known.channel, known.outcome, known.tracking)
    return told == (step.channel, step.outcome, step.tracking) and _at_once(known.at, step.at)


def _at_once(one: str | datetime, other: str | datetime) -> bool:
    if not (isinstance(one, datetime) and isinstance(other, datetime)):
        return one == other
    if one.second and other.second:
        return one == other
    return one.replace(second=0) == other.replace(second=0)
