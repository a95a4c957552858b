"""What somebody did on a letter's page: opened it, showed to be its addressee, confirmed, disputed, asked for terms.

A scan proves that a device opened a link, and nothing here says more. Whether a receipt counts depends on who besides
the sender saw it: the provider that carried a code to the owner's telephone. The code under the fold is known to the
sender too, and a key said to be of the recipient's device can be made by the sender: not even both together prove it.

Functions that record take the caller's write transaction and none of the folder's lock: a receipt must be taken while the
clerk's letters are being made. Each is one entry, with its rows, and where it is an arrival a delivery event as well.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from evidence.clock import CHINA
from evidence.delivery import assess, event_json
from evidence.delivery.files import proof_of
from evidence.errors import fail
from evidence.journal import entries
from evidence.journal.canonical import Json, dumps
from evidence.model.delivery import Channel, DeliveryEvent, Grade, Outcome, Proof, ProofRole, Witness
from evidence.model.letter import LetterNumber
from evidence.stamp.digests import commitment, digest_bytes
from evidence.workspace import schema
from evidence.workspace.core import Desk
from evidence.workspace.devicekeys import DeviceSignature
from evidence.workspace.links import Addressed
from evidence.workspace.persons import salt_for

__all__ = [
    "ACTIONS",
    "DEVICES",
    "FOLD",
    "NONE",
    "SEEN",
    "SMS",
    "UNPROVEN",
    "Receipt",
    "ReceiptProof",
    "Said",
    "count_opening",
    "proof_of_receipt",
    "receipt",
    "receipts",
    "record",
    "statement_of",
]

NONE, FOLD, SMS = "none", "fold", "sms"
ACTIONS = ("opened", "confirmed", "received", "disputed", "instalments")
SEEN = ("device", "preview", "staff", "office")
"""What asked for a page: only a ``device`` may be the recipient."""
DEVICES = ("phone", "wechat", "computer", "unknown")

UNPROVEN = frozenset({Witness.NOBODY, Witness.RECIPIENT_DEVICE})
"""Nobody besides the sender: a key in a browser is anybody's, and the office knows every code under a fold."""

STATEMENT_TYPE = "application/json"
_ARRIVALS = frozenset({"confirmed", "received"})


@dataclass(frozen=True, slots=True)
class Said:
    """One statement made on the page. ``once`` is the page's own number: sent twice, it is one receipt.

    ``method`` is by which code the reader was let in, ``message`` the provider's number of the text message. ``drawn`` is
    a signature by finger as PNG, ``files`` names and bytes that were checked before.
    """

    action: str
    once: str
    method: str = NONE
    message: str = ""
    device: str = "unknown"
    relation: str = ""
    name: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)
    drawn: bytes = b""
    files: tuple[tuple[str, bytes], ...] = ()
    signature: DeviceSignature | None = None

    @property
    def attachments(self) -> tuple[tuple[str, bytes], ...]:
        return ((("signature.png", self.drawn),) if self.drawn else ()) + self.files


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receipt on record. ``counts``: somebody besides the sender saw it; else reports say *not proven*."""

    id: int
    letter: str
    action: str
    at: datetime
    witness: Witness
    grade: Grade
    event: Mapping[str, Any]
    journal_index: int

    @property
    def counts(self) -> bool:
        return self.witness not in UNPROVEN


@dataclass(frozen=True, slots=True)
class ReceiptProof:
    """What the recipient takes home: entry, its tlog-proof, and what opens the commitment in it."""

    receipt: Receipt
    entry: bytes
    proof: str
    event: bytes
    salt: bytes

    def to_json(self) -> bytes:
        return dumps(
            {
                "entry": self.entry.decode(),
                "event": self.event.decode(),
                "kind": "evidence/receipt",
                "proof": self.proof,
                "salt": self.salt.hex(),
                "v": 1,
            }
        )


def statement_of(desk: Desk, letter: Addressed, said: Said, at: datetime) -> bytes:
    """The receipt event as canonical JSON (docs/formats.md §4)."""
    files: list[Json] = []
    for name, data in said.attachments:
        kept = proof_of(name, data)
        files.append(
            {"media_type": kept.media_type, "name": name, "sha256": kept.sha256, "size": kept.size, "sm3": kept.sm3}
        )  # fmt: skip
    detail = {**said.detail, **({"name": said.name} if said.name else {})}
    body: dict[str, Json] = {
        "action": said.action,
        "at": at.astimezone(CHINA).isoformat(),
        "detail": dict(detail),
        "device": said.device,
        "files": files,
        "letter": letter.number.key,
        "message": said.message,
        "method": said.method,
        "origin": desk.origin,
        "pdf": letter.pdf_sha256,
        "relation": said.relation,
        "signature": said.signature.to_json() if said.signature else None,
        "v": 1,
    }
    return dumps(body)


def record(desk: Desk, connection: Connection, letter: Addressed, said: Said, at: datetime) -> Receipt:
    """Put one statement on record, once. The files of :meth:`Said.attachments` and the statement itself
    (:func:`statement_of`, at the same ``at``) are in the store before; ``connection`` is one that writes.

    Raises ``workspace.person-erased`` where the person's data went in the meantime, and ``web.form-unreadable`` where
    ``said.once`` was used for another letter, action or method.
    """
    table = schema.RECEIPTS
    known = connection.execute(select(table).where(table.c.once == said.once)).one_or_none()
    if known is not None:
        said_before = (known.letter, known.action, json.loads(known.event)["method"])
        if said_before != (letter.number.key, said.action, said.method):
            raise fail("web.form-unreadable")  # a receipt of something else is none of this
        return _receipt(known)
    gone = schema.ERASED
    if connection.execute(select(gone.c.person).where(gone.c.person == letter.person)).first() is not None:
        raise fail("workspace.person-erased", person=letter.person)
    body = statement_of(desk, letter, said, at)
    event = _delivery(letter, said, at, body)
    verdict = assess(event)
    grade, witness = verdict.grade, verdict.witness
    if said.action == "opened":
        grade, witness = Grade.NONE, Witness.NOBODY
    key = desk.persons.key(letter.person)
    lines = [
        entries.receipt_recorded(
            at=at,
            by=desk.signer.public.kid.hex(),
            number=letter.number,
            action=said.action,
            method=said.method,
            witness=witness,
            grade=grade,
            event=_commit(key, body),
            files=[_commit(key, data) for _, data in said.attachments],
        )
    ]
    arrived = said.action in _ARRIVALS and not (
        said.action == "confirmed" and _confirmed_before(connection, letter.number, said.method)
    )
    if arrived:
        lines.append(
            entries.delivery_recorded(
                at=at,
                by=desk.signer.public.kid.hex(),
                number=letter.number,
                channel=event.channel,
                outcome=event.outcome,
                happened_at=event.at,
                witness=witness,
                grade=grade,
                event=_commit(key, event_json(event)),
                proofs=[_commit(key, data) for data in (body, *(data for _, data in said.attachments))],
            )
        )
    index = desk.journal.append(connection, lines).start
    values = {
        "letter": letter.number.key,
        "action": said.action,
        "at": at.isoformat(),
        "witness": witness.value,
        "grade": grade.value,
        "event": body.decode(),
        "journal_index": index,
        "once": said.once,
    }
    made = connection.execute(table.insert().values(values)).inserted_primary_key
    number = int(made[0]) if made else 0
    kept: list[tuple[str, bytes]] = [*said.attachments, (f"receipt-{said.action}.json", body)]
    rows: list[dict[str, Any]] = [
        {
            "receipt": number,
            "position": i,
            "name": name,
            "media_type": proof_of(name, data).media_type or STATEMENT_TYPE,
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        for i, (name, data) in enumerate(kept)
    ]
    connection.execute(schema.RECEIPT_FILES.insert(), rows)
    if arrived:
        _add_delivery(connection, event, index + 1)
    return Receipt(number, letter.number.key, said.action, at, witness, grade, json.loads(body), index)


def _commit(key: bytes, data: bytes) -> str:
    both = digest_bytes(data)
    return commitment(salt_for(key, f"file:{both.sha256.hex()}"), both).hex()


def _delivery(letter: Addressed, said: Said, at: datetime, body: bytes) -> DeliveryEvent:
    """The statement as a delivery event of the channel QR: its first proof is the statement itself."""
    both = digest_bytes(body)
    role = ProofRole.DEVICE_RECEIPT if said.signature else ProofRole.RECEIPT
    name = f"receipt-{said.action}.json"
    own = Proof(name, STATEMENT_TYPE, len(body), both.sha256.hex(), both.sm3.hex(), role=role)
    # A drawn line or a photograph is no better than the statement it came with.
    others = [replace(proof_of(*file), role=ProofRole.RECEIPT) for file in said.attachments]
    return DeliveryEvent(
        letter=letter.number.key,
        channel=Channel.QR,
        outcome=Outcome.DELIVERED,
        at=at.astimezone(CHINA),
        recorded_at=at.astimezone(CHINA),
        tracking=said.message,
        signer=said.name,
        relation=said.relation,
        proofs=(own, *others),
    )


def _add_delivery(connection: Connection, event: DeliveryEvent, index: int) -> None:
    row = {"letter": event.letter, "event": event_json(event).decode(), "journal_index": index}
    made = connection.execute(schema.DELIVERIES.insert().values(row)).inserted_primary_key
    rows = [
        {
            "delivery": made[0] if made else 0,
            "position": i,
            "name": proof.name,
            "media_type": proof.media_type,
            "sha256": proof.sha256,
        }
        for i, proof in enumerate(event.proofs)
    ]
    connection.execute(schema.PROOFS.insert(), rows)


def _confirmed_before(connection: Connection, number: LetterNumber, method: str) -> bool:
    """Whether the page was opened by a code of this kind before: the first time is the arrival, later ones are visits."""
    table = schema.RECEIPTS
    ours = (table.c.letter == number.key, table.c.action == "confirmed")
    rows = connection.execute(select(table.c.event).where(*ours)).scalars()
    return any(json.loads(body)["method"] == method for body in rows)


# --- openings ----------------------------------------------------------------------------------------------


def count_opening(connection: Connection, letter: Addressed, seen: str, device: str, at: datetime) -> bool:
    """Count a request for the page; whether it is the first of a device in this hour, which :func:`record` takes then.

    Link previews, programs, and the office's own people and addresses stand apart and never are.
    """
    table = schema.RECEIPT_OPENINGS
    hour = at.astimezone(CHINA).strftime("%Y-%m-%dT%H")
    own = (table.c.letter == letter.number.key, table.c.hour == hour)
    same = (*own, table.c.seen == seen, table.c.device == device)
    moment = at.isoformat()
    is_first = seen == "device" and not connection.execute(
        select(func.count()).select_from(table).where(*own, table.c.seen == seen)
    ).scalar_one()  # fmt: skip
    changed = connection.execute(
        table.update().where(*same).values(count=table.c.count + 1, last_at=moment)
    ).rowcount
    if not changed:
        row = {"letter": letter.number.key, "hour": hour, "seen": seen, "device": device, "count": 1}
        connection.execute(table.insert().values({**row, "first_at": moment, "last_at": moment}))
    return is_first


# --- reading -----------------------------------------------------------------------------------------------


def receipts(connection: Connection, letter: str = "", *, limit: int = 200) -> list[Receipt]:
    """Receipts of one letter, oldest first, or the latest of all."""
    table = schema.RECEIPTS
    query = select(table).order_by(table.c.id.desc()).limit(limit)
    if letter:
        query = select(table).where(table.c.letter == letter).order_by(table.c.id)
    return [_receipt(row) for row in connection.execute(query)]


def receipt(connection: Connection, number: int, letter: str) -> Receipt | None:
    """A receipt by its number, if it is one of this letter."""
    table = schema.RECEIPTS
    found = connection.execute(
        select(table).where(table.c.id == number, table.c.letter == letter)
    ).one_or_none()
    return None if found is None else _receipt(found)


def proof_of_receipt(desk: Desk, connection: Connection, letter: Addressed, number: int) -> ReceiptProof:
    """A receipt with its proof under the journal's latest signed head, which every receipt is followed by.

    ``web.no-such-receipt``, also for one of another letter.
    """
    found = receipt(connection, number, letter.number.key)
    head = desk.journal.latest_head(connection)
    if found is None or head is None:
        raise fail("web.no-such-receipt", receipt=number)
    body = dumps(dict(found.event))
    salt = salt_for(desk.persons.key(letter.person), f"file:{hashlib.sha256(body).hexdigest()}")
    return ReceiptProof(
        found,
        desk.journal.entry(connection, found.journal_index),
        desk.journal.proof_text(connection, found.journal_index, head.note),
        body,
        salt,
    )


def _receipt(row: Row[Any]) -> Receipt:
    return Receipt(
        row.id,
        row.letter,
        row.action,
        datetime.fromisoformat(row.at),
        Witness(row.witness),
        Grade(row.grade),
        json.loads(row.event),
        row.journal_index,
    )
