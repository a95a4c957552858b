"""From what a QR code says to the letter it stands on, or to nothing at all.

Nothing is said of *why* a link leads nowhere: a forged token, one of another office, one of a letter that was erased and
plain nonsense get the same answer, so that nobody learns by asking which letters there are.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from evidence.errors import EvidenceError
from evidence.journal.entries import parse_entry
from evidence.model.delivery import Outcome
from evidence.model.letter import LegalEffect, LetterKind, LetterNumber
from evidence.stamp.keys import PublicKey, base32
from evidence.stamp.token import MAX_TOKEN, Claims, read_token
from evidence.workspace import schema
from evidence.workspace.core import Desk
from evidence.workspace.keyring import keys_of

__all__ = ["Addressed", "find_by_link", "find_by_number", "is_token", "mobile"]

_TOKEN = re.compile(r"[A-Z2-7]{100,400}")
_LINK = re.compile(r"(?:HTTPS://[A-Z0-9.-]{1,64}/R/|EV1:)([A-Z2-7]+)")
_DRAFT = (LetterKind.LAWYER_LETTER.value, LegalEffect.NONE.value)


@dataclass(frozen=True, slots=True)
class Addressed:
    """A letter as its page needs it. ``phone`` is that of the ledger, empty where the person is no longer the owner."""

    number: LetterNumber
    printed: str
    kind: LetterKind
    locale: str
    account: str
    person: str
    issued_at: datetime
    pages: int
    pdf_sha256: str
    letter_id: bytes
    facts: tuple[tuple[str, str], ...]
    phone: str
    is_withdrawn: bool


def is_token(text: str) -> bool:
    """Whether ``text`` can be a token as it stands in a link, in either case: nothing around it, nothing left out.

    One letter has one path then, and whoever counts requests by it counts all of them.
    """
    return text.isascii() and _TOKEN.fullmatch(text.upper()) is not None


def find_by_link(desk: Desk, text: str) -> Addressed | None:
    """The letter of a token, alone or in its link, in either case; ``None`` for everything that is not one of ours."""
    plain = text.strip().upper()[: MAX_TOKEN * 3]
    found = _LINK.fullmatch(plain)
    token = _bytes_of(found[1] if found else plain)
    claims = _claims(desk, token) if token else None
    if token is None or claims is None:
        return None
    # After the keys were read: who holds one connection and waits for another waits for others who do the same.
    with desk.reading() as connection:
        row = _row(connection, claims.number.key)
        if row is None or row.source_sha256 != claims.source_sha256.hex():
            return None
        # Signed is not enough: a letter is one that the journal recorded, with this very token.
        entry = parse_entry(desk.journal.entry(connection, row.journal_index))
        if entry.data.get("token") != hashlib.sha256(token).hexdigest():
            return None
        return _addressed(connection, row, claims.letter_id)


def find_by_number(connection: Connection, number: str, letter_id: bytes) -> Addressed | None:
    """The letter a session was opened for; ``None`` once it was erased."""
    row = _row(connection, number)
    return None if row is None else _addressed(connection, row, letter_id)


def mobile(phone: str) -> str:
    """A number that takes text messages, digits alone with ``+`` before a country code; empty for any other."""
    plain = re.sub(r"[\s()\-－]", "", phone)
    return plain if re.fullmatch(r"1[3-9]\d{9}|\+\d{8,15}|09\d{8}|[4-9]\d{7}", plain, re.ASCII) else ""


def _bytes_of(text: str) -> bytes | None:
    if not _TOKEN.fullmatch(text):
        return None
    try:
        token = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        return None
    return (
        token if base32(token) == text else None
    )  # one spelling: what is left over in the last sign is nothing


def _claims(desk: Desk, token: bytes) -> Claims | None:
    """What the token says, where a key of ours signed it: most often the one in use, which no database is asked for."""
    first = desk.signer.public
    found = _read(desk, token, first)
    if found is not None:
        return found
    others = (state.public for state in keys_of(desk) if state.public.raw != first.raw)
    return next((claims for key in others if (claims := _read(desk, token, key)) is not None), None)


def _read(desk: Desk, token: bytes, key: PublicKey) -> Claims | None:
    for host in dict.fromkeys((desk.office.policy.host.lower(), "")):
        try:
            return read_token(token, key, host)
        except EvidenceError:
            continue
    return None


def _row(connection: Connection, number: str) -> Row[Any] | None:
    table = schema.LETTERS
    return connection.execute(select(table).where(table.c.number == number)).one_or_none()


def _addressed(connection: Connection, row: Row[Any], letter_id: bytes) -> Addressed | None:
    if (row.kind, row.effect) == _DRAFT:
        return None  # no letter yet, and nobody's to receive
    accounts, items = schema.ACCOUNTS, schema.PLAN_ITEMS
    owner = connection.execute(
        select(accounts.c.person, accounts.c.phone)
        .where(accounts.c.id == row.account)
        .order_by(accounts.c.snapshot.desc())
        .limit(1)
    ).one_or_none()
    state = connection.execute(select(items.c.state).where(items.c.number == row.number)).scalar()
    # In canonical JSON this stands where the outcome stands and nowhere else: within a text quotes are escaped.
    steps, said = schema.DELIVERIES, f'"outcome":"{Outcome.WITHDRAWN.value}"'
    taken_back = (steps.c.letter == row.number, steps.c.event.contains(said, autoescape=True))
    withdrawn = (
        state == "voided" or connection.execute(select(steps.c.id).where(*taken_back)).first() is not None
    )
    return Addressed(
        number=LetterNumber.parse(row.number),
        printed=row.printed_number,
        kind=LetterKind(row.kind),
        locale=row.locale,
        account=row.account,
        person=row.person,
        issued_at=datetime.fromisoformat(row.issued_at),
        pages=row.pages,
        pdf_sha256=row.pdf_sha256,
        letter_id=letter_id,
        facts=tuple((name, value) for name, value in json.loads(row.facts)),
        phone=mobile(owner.phone) if owner and owner.person == row.person else "",
        is_withdrawn=withdrawn,
    )
