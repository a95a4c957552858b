"""A copy of an issued letter with a signature by certificate after its stamp (docs/formats.md §3.5).

The letter itself stays what was journaled; the copy proves the same by its stamp, and says one thing more: that whoever
holds a certificate's key signed it too. Nothing of it is recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from evidence.errors import Place, fail
from evidence.model.letter import LetterNumber
from evidence.stamp.certified import Certificate, load_certificate, sign_letter
from evidence.workspace import schema
from evidence.workspace.core import Desk
from evidence.workspace.deliveries import events_of, find_letter
from evidence.workspace.drafts import is_draft, is_withdrawn


@dataclass(frozen=True, slots=True)
class Certified:
    """The signed copy, and by which certificate and when, by this office's clock."""

    number: LetterNumber
    pdf: bytes
    certificate: Certificate
    at: datetime


def certified(desk: Desk, letter: str, certificate: Path, passphrase: Callable[[], str]) -> Certified:
    """The letter, signed by the certificate in a PKCS#12 file.

    Raises ``workspace.unknown-letter``, ``workspace.certify-draft`` for what is no letter before a lawyer approves it,
    ``workspace.certify-withdrawn``, ``workspace.person-erased``, and what :mod:`evidence.stamp.certified` raises.
    """
    table = schema.LETTERS
    with desk.reading() as connection:
        number, _, person, _ = find_letter(connection, letter)
        row = connection.execute(select(table).where(table.c.number == number.key)).one()
        withdrawn = is_withdrawn(event for event, _ in events_of(connection, number.key))
    where = Place(part=number.key)
    if is_draft(row.kind, row.effect):
        raise fail("workspace.certify-draft", where, letter=number.key)
    if withdrawn:
        raise fail("workspace.certify-withdrawn", where, letter=number.key)
    desk.persons.key(person)  # whoever was erased has no letters any more
    signer = load_certificate(certificate, passphrase())
    at = desk.source.now().replace(microsecond=0)
    return Certified(number, sign_letter(desk.store.get(row.pdf_sha256), signer, at), signer, at)


__all__ = ["Certified", "certified"]
