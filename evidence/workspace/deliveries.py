"""A delivery as the clerk records it, and what is on record of letters."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select

from evidence.clock import CHINA
from evidence.delivery import best_arrival, channel_label, event_from_json
from evidence.errors import Place, fail
from evidence.letters.context import PriorDemand
from evidence.letters.numbers import parse_printed_number
from evidence.model.delivery import Channel, DeliveryEvent, Grade, Outcome
from evidence.model.letter import LegalEffect, LetterNumber
from evidence.workspace import schema
from evidence.workspace.core import Desk
from evidence.workspace.serving import DeliveryResult, ProofFile, Step, read_proofs, record_steps

# Proof of arrival good enough to be stated as a fact in a later letter.
PROVEN = frozenset({Grade.A, Grade.B})


def read_file(path: Path) -> bytes:
    """A file the user named; ``general.file-missing`` when it is not there."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        raise fail(
            "general.file-missing", Place(file=path.name), path=str(path), cwd=str(Path.cwd())
        ) from None
    except OSError as error:
        raise fail(
            "general.file-unreadable", Place(file=path.name), path=str(path), reason=str(error)
        ) from error


def find_letter(connection: Connection, text: str) -> tuple[LetterNumber, str, str, datetime]:
    """A letter by its number, machine or printed form: (number, account, person, time of issue)."""
    table = schema.LETTERS
    query = select(table.c.number, table.c.account, table.c.person, table.c.issued_at)
    try:
        wanted = parse_printed_number(text).key
    except ValueError:
        wanted = text.strip()
    row = connection.execute(query.where(table.c.number == wanted)).first()
    if row is None:
        raise fail("workspace.unknown-letter", letter=text)
    return LetterNumber.parse(row.number), row.account, row.person, datetime.fromisoformat(row.issued_at)


def deliver(
    desk: Desk,
    letter: str,
    *,
    channel: Channel,
    outcome: Outcome,
    at: str,
    place: str = "",
    tracking: str = "",
    servers: Sequence[str] = (),
    signer: str = "",
    relation: str = "",
    witness_name: str = "",
    note: str = "",
    reason: str = "",
    sent_to: str = "",
    proofs: Sequence[Path | tuple[Path, str] | ProofFile] = (),
) -> DeliveryResult:
    """Record one step of a letter's way with its proofs, each kept untouched; what a proof shows stands beside its path.

    An event that is on record already, the same in everything but the time of recording, is not recorded
    twice. Raises :class:`EvidenceError` with all faults of the event at once; nothing is recorded then.
    """
    with desk.reading() as connection:
        number = find_letter(connection, letter)[0]
    files, told = read_proofs((proof, "") if isinstance(proof, Path) else proof for proof in proofs)
    step = Step(
        letter=number.key,
        channel=channel,
        outcome=outcome,
        at=at,
        place=place,
        tracking=tracking,
        servers=tuple(servers),
        signer=signer,
        relation=relation,
        witness_name=witness_name,
        note=note,
        reason=reason,
        sent_to=sent_to,
        proofs=tuple(files),
    )
    (result,) = record_steps(desk, [step])
    return replace(result, warnings=(*told, *result.warnings))


def events_of(connection: Connection, letter: str) -> list[tuple[DeliveryEvent, int]]:
    """The recorded events of a letter with their journal index, in the order they were recorded."""
    table = schema.DELIVERIES
    rows = connection.execute(
        select(table.c.event, table.c.journal_index).where(table.c.letter == letter).order_by(table.c.id)
    )
    return [(event_from_json(row.event.encode()), row.journal_index) for row in rows]


def prior_demands(
    connection: Connection, owners: Collection[tuple[str, str]], locale: str, *, before: int
) -> dict[tuple[str, str], tuple[PriorDemand, ...]]:
    """For each owner, as (account, person): the demands that were sent to them, which a later letter may cite,
    as recorded before journal index ``before``. A demand to whoever owned the home earlier reached somebody
    else."""
    table, steps = schema.LETTERS, schema.DELIVERIES
    accounts = sorted({account for account, _ in owners})
    demands = connection.execute(
        select(table.c.account, table.c.person, table.c.number, table.c.printed_number, table.c.issued_at)
        .where(
            table.c.account.in_(accounts),
            table.c.effect == LegalEffect.DEMAND.value,
            table.c.journal_index < before,
        )
        .order_by(table.c.journal_index)
    ).all()
    events: dict[str, list[DeliveryEvent]] = {}
    recorded = connection.execute(
        select(steps.c.letter, steps.c.event)
        .where(steps.c.letter.in_([demand.number for demand in demands]), steps.c.journal_index < before)
        .order_by(steps.c.id)
    )
    for step in recorded:
        events.setdefault(step.letter, []).append(event_from_json(step.event.encode()))
    found: dict[tuple[str, str], tuple[PriorDemand, ...]] = dict.fromkeys(owners, ())
    for row in demands:
        owner = (row.account, row.person)
        # Only what the proofs carry may be stated as having arrived: a guard's signature is none.
        best = best_arrival(events.get(row.number, []))
        arrived = best[0] if best and best[1] in PROVEN else None
        sent = arrived or next((e for e in events.get(row.number, []) if e.outcome is Outcome.SENT), None)
        if sent is None or owner not in found:
            continue  # printed but never shown to have left the office: nothing to cite
        found[owner] += (
            PriorDemand(
                number=row.printed_number,
                issued_on=datetime.fromisoformat(row.issued_at).astimezone(CHINA).date(),
                delivered_on=arrived.at.astimezone(CHINA).date() if arrived else None,
                channel_label=channel_label(sent.channel, locale),
            ),
        )
    return found
