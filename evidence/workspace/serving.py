"""Delivery events into the store and the journal: one step of a letter, or the many of a carrier's table, all or none."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, select

from evidence.clock import CHINA
from evidence.delivery import assess, event_from_json, event_json, make_event, sniff
from evidence.delivery.files import MAX_PROOF_BYTES
from evidence.delivery.heic import can_convert, jpeg_of
from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.journal import entries
from evidence.model.delivery import Channel, DeliveryEvent, Grade, Outcome, Witness
from evidence.model.letter import LegalEffect, LetterKind, LetterNumber
from evidence.stamp.digests import commitment, digest_bytes
from evidence.workspace import schema
from evidence.workspace.core import Desk
from evidence.workspace.persons import salt_for
from evidence.workspace.signers import owners_of

__all__ = ["DeliveryResult", "ProofFile", "Step", "read_proofs", "record_steps"]

MAX_EVENT_BYTES = 4 * MAX_PROOF_BYTES
"""All proofs of one event together: they are held in memory while their digests are made."""

_DRAFT = (LetterKind.LAWYER_LETTER.value, LegalEffect.NONE.value)
_MAILED = (Channel.EMS, Channel.COURIER)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ProofFile:
    """A file to be kept as proof; ``role`` is a word of :class:`~evidence.model.delivery.ProofRole`, or empty."""

    name: str
    data: bytes
    role: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be recorded of one letter (its number as stored), texts as they were typed; ``where`` it was read."""

    letter: str
    channel: str
    outcome: str
    at: str | datetime
    place: str = ""
    tracking: str = ""
    servers: tuple[str, ...] = ()
    signer: str = ""
    relation: str = ""
    witness_name: str = ""
    note: str = ""
    reason: str = ""
    sent_to: str = ""
    proofs: tuple[ProofFile, ...] = ()
    where: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """A recorded event, how strong its proof is and who besides the sender saw it.

    ``already_known`` says that the same event was on record and nothing was written.
    """

    event: DeliveryEvent
    grade: Grade
    witness: Witness
    journal_index: int
    warnings: tuple[Problem, ...]
    already_known: bool = False


def read_proofs(given: Iterable[tuple[Path, str] | ProofFile]) -> tuple[list[ProofFile], list[Problem]]:
    """The proofs named as (path, role), and warnings; beside each HEIC photo a JPEG of it, where that can be made.

    Sizes are looked at before anything is read. Raises ``general.file-missing`` and everything that is wrong with
    the files themselves at once.
    """
    found: list[ProofFile] = []
    problems: list[Problem] = []
    warnings: list[Problem] = []
    total = 0
    for one in given:
        if not isinstance(one, ProofFile):
            path, role = one
            fault = _fault(path)
            size = 0 if fault else path.stat().st_size
            if fault is None and total + size > MAX_EVENT_BYTES:
                limit = MAX_EVENT_BYTES // 1024**2
                fault = Problem("delivery.proofs-large", Place(file=path.name), {"limit": limit})
            if fault:
                problems.append(fault)
                continue
            total += size
            one = ProofFile(path.name, _read(path), role)
        found.append(one)
        if sniff(one.data) == "image/heic":
            copy = jpeg_of(one.data) if can_convert() else None
            if copy is not None:
                found.append(ProofFile(f"{one.name}.jpg", copy, one.role))
            else:
                code = "delivery.heic-damaged" if can_convert() else "delivery.heic-kept"
                told = Problem(code, Place(file=one.name), {"name": one.name})
                (problems if can_convert() else warnings).append(told)
    if problems:
        raise EvidenceError(problems)
    return found, warnings


def _fault(path: Path) -> Problem | None:
    try:
        about = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise fail(
            "general.file-missing", Place(file=path.name), path=str(path), cwd=str(Path.cwd())
        ) from None
    except OSError as error:
        raise fail(
            "general.file-unreadable", Place(file=path.name), path=str(path), reason=str(error)
        ) from error
    where, name = Place(file=path.name), {"name": path.name}
    if not stat.S_ISREG(about.st_mode):
        return Problem("delivery.proof-no-file", where, name)
    if about.st_size > MAX_PROOF_BYTES:
        return Problem("delivery.proof-too-large", where, {**name, "limit": MAX_PROOF_BYTES // 1024**2})
    return None


def _read(path: Path) -> bytes:
    """Not more than the limit, whatever the file has become since it was looked at."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_PROOF_BYTES + 1)
    except OSError as error:
        raise fail(
            "general.file-unreadable", Place(file=path.name), path=str(path), reason=str(error)
        ) from error


def record_steps(desk: Desk, steps: Sequence[Step]) -> list[DeliveryResult]:
    """Record steps of letters' ways with their proofs, in one transaction, each proof untouched.

    An event that is on record already, the same in everything but the time of recording, is not recorded twice.
    Raises :class:`EvidenceError` with the faults of all steps at once; nothing is recorded then.
    """
    problems: list[Problem] = []
    with desk.locked():
        with desk.reading() as connection:
            known = _Known(desk, connection, steps)
        made: list[tuple[Step, DeliveryEvent, tuple[Problem, ...]]] = []
        for step in steps:
            try:
                event, warnings = _event(desk, step, known)
                made.append((step, event, tuple(_at(step.where, warnings))))
            except EvidenceError as error:
                problems += _at(step.where, error.problems)
        if problems:
            raise EvidenceError(problems)
        results: list[DeliveryResult | None] = []
        fresh: list[tuple[int, Step, DeliveryEvent, tuple[Problem, ...]]] = []
        for position, (step, event, warnings) in enumerate(made):
            earlier = known.same(event)
            results.append(earlier and replace(earlier, warnings=warnings))
            if earlier is None and not any(_equal(event, other) for _, _, other, _ in fresh):
                fresh.append((position, step, event, warnings))
        desk.store.put_all(proof.data for _, step, _, _ in fresh for proof in step.proofs)
        keys = {known.rows[event.letter].person: b"" for _, _, event, _ in fresh}
        keys = {person: desk.persons.key(person) for person in keys}
        with desk.writing() as connection:
            for position, step, event, warnings in fresh:
                key = keys[known.rows[event.letter].person]
                results[position] = _write(desk, connection, step, event, warnings, key)
    return [result or _twin(results, event) for result, (_, event, _) in zip(results, made, strict=True)]


def _twin(results: Iterable[DeliveryResult | None], event: DeliveryEvent) -> DeliveryResult:
    """The result of the same event, given twice in one call."""
    first = next(r for r in results if r is not None and _equal(r.event, event))
    return replace(first, already_known=True)


def _equal(one: DeliveryEvent, other: DeliveryEvent) -> bool:
    return replace(one, recorded_at=other.recorded_at) == other


def _at(where: Place, problems: Iterable[Problem]) -> Iterator[Problem]:
    """Problems of a row at its row, keeping what they say of a part or a file."""
    for problem in problems:
        if not where.file:
            yield problem
        elif problem.where.file:
            yield replace(problem, where=replace(where, part=problem.where.file))
        else:
            yield replace(problem, where=replace(where, part=problem.where.part))


class _Known:
    """What is on record beside the steps, read once: letters, their events, files and waybills of other letters."""

    def __init__(self, desk: Desk, connection: Connection, steps: Sequence[Step]) -> None:
        letters, table = sorted({step.letter for step in steps}), schema.LETTERS
        self.rows: dict[str, Row[Any]] = {}
        self._events: dict[str, list[tuple[DeliveryEvent, int]]] = {}
        done = schema.DELIVERIES
        for start in range(0, len(letters), _AT_ONCE):
            some = letters[start : start + _AT_ONCE]
            for row in connection.execute(select(table).where(table.c.number.in_(some))):
                self.rows[row.number] = row
            query = select(done.c.letter, done.c.event, done.c.journal_index).where(done.c.letter.in_(some))
            for row in connection.execute(query.order_by(done.c.id)):
                event = event_from_json(row.event.encode())
                self._events.setdefault(row.letter, []).append((event, row.journal_index))
        if missing := [letter for letter in letters if letter not in self.rows]:
            raise EvidenceError(Problem("workspace.unknown-letter", Place(), {"letter": m}) for m in missing)
        jurisdiction = desk.office.jurisdiction
        self.owners = {
            number: owners_of(
                connection, row.account, row.person, jurisdiction, on=_issued(row).astimezone(CHINA).date()
            )
            for number, row in self.rows.items()
        }
        self._proofs: dict[str, list[str]] = {}
        if any(step.proofs for step in steps):
            pairs = select(schema.PROOFS.c.sha256, done.c.letter).join(done).order_by(done.c.id)
            for sha256, letter in connection.execute(pairs):
                self._proofs.setdefault(sha256, []).append(letter)
        self._waybills = waybills(connection) if any(step.tracking for step in steps) else {}

    def same(self, event: DeliveryEvent) -> DeliveryResult | None:
        for earlier, index in self._events.get(event.letter, ()):
            if _equal(earlier, event):
                verdict = assess(event)
                return DeliveryResult(earlier, verdict.grade, verdict.witness, index, (), True)
        return None

    def used_elsewhere(self, letter: str) -> dict[str, str]:
        pairs = ((sha, next((o for o in others if o != letter), "")) for sha, others in self._proofs.items())
        return {sha256: other for sha256, other in pairs if other}

    def sent_elsewhere(self, step: Step) -> dict[str, str]:
        """The letter to another owner that has this step's waybill, if there is one."""
        person = self.rows[step.letter].person
        for letter, owner in self._waybills.get(step.tracking.strip(), ()):
            if owner != person:
                return {step.tracking.strip(): letter}
        return {}


def waybills(connection: Connection) -> dict[str, list[tuple[str, str]]]:
    """Every waybill on record, with the letters (and their persons) it was recorded for."""
    done, letters = schema.DELIVERIES, schema.LETTERS
    query = select(done.c.event, letters.c.number, letters.c.person).join(
        letters, letters.c.number == done.c.letter
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for body, letter, person in connection.execute(
        query.where(done.c.event.not_like('%"tracking":""%')).order_by(done.c.id)
    ):
        event = json.loads(body)
        if event["channel"] in _MAILED:
            found.setdefault(event["tracking"], []).append((letter, person))
    return found


def _issued(row: Row[Any]) -> datetime:
    return datetime.fromisoformat(row.issued_at)


def _event(desk: Desk, step: Step, known: _Known) -> tuple[DeliveryEvent, tuple[Problem, ...]]:
    row = known.rows[step.letter]
    event, warnings = make_event(
        letter=step.letter,
        channel=step.channel,
        outcome=step.outcome,
        at=step.at,
        issued_at=_issued(row),
        now=desk.source.now(),
        place=step.place,
        tracking=step.tracking,
        servers=step.servers,
        signer=step.signer,
        relation=step.relation,
        witness_name=step.witness_name,
        note=step.note,
        reason=step.reason,
        sent_to=step.sent_to,
        proofs=[(proof.name, proof.data) for proof in step.proofs],
        roles=[proof.role for proof in step.proofs],
        used_elsewhere=known.used_elsewhere(step.letter),
        sent_elsewhere=known.sent_elsewhere(step),
        owners=known.owners[step.letter],
    )
    if (row.kind, row.effect) == _DRAFT and event.outcome not in (Outcome.PREPARED, Outcome.WITHDRAWN):
        told = Problem("workspace.draft-sent", Place(part=step.letter), {"letter": row.printed_number})
        warnings = (*warnings, told)
    return event, warnings


def _write(
    desk: Desk,
    connection: Connection,
    step: Step,
    event: DeliveryEvent,
    warnings: tuple[Problem, ...],
    key: bytes,
) -> DeliveryResult:
    """One event: its entry in the journal, its row, and a row for each proof."""
    verdict, body = assess(event), event_json(event)
    digests = digest_bytes(body)
    entry = entries.delivery_recorded(
        at=desk.source.now(),
        by=desk.signer.public.kid.hex(),
        number=LetterNumber.parse(event.letter),
        channel=event.channel,
        outcome=event.outcome,
        happened_at=event.at,
        witness=verdict.witness,
        grade=verdict.grade,
        event=commitment(salt_for(key, f"file:{digests.sha256.hex()}"), digests).hex(),
        proofs=[_commitment(key, proof.data) for proof in step.proofs],
    )
    index = desk.journal.append(connection, [entry]).start
    row: Mapping[str, Any] = {"letter": event.letter, "event": body.decode(), "journal_index": index}
    result = connection.execute(schema.DELIVERIES.insert().values(row))
    delivery = result.inserted_primary_key[0] if result.inserted_primary_key else 0
    rows = [
        {
            "delivery": delivery,
            "position": i,
            "name": proof.name,
            "media_type": proof.media_type,
            "sha256": proof.sha256,
        }
        for i, proof in enumerate(event.proofs)
    ]
    if rows:
        connection.execute(schema.PROOFS.insert(), rows)
    return DeliveryResult(event, verdict.grade, verdict.witness, index, warnings)


def _commitment(key: bytes, data: bytes) -> str:
    both = digest_bytes(data)
    return commitment(salt_for(key, f"file:{both.sha256.hex()}"), both).hex()
