"""``evidence deliver receipt``: the receipt (送达回执) of a letter, filled from its delivery records, as Word and PDF.

One sheet for each attempt. The empty slip that is signed at the door comes with the print run; this one says afterwards
what is on record, points to the signed paper, and leaves blank what nobody recorded. Making one changes nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from evidence.bundle.receiptsheet import Blank, ReceiptSheet, receipt_sheet
from evidence.bundle.rows import effective
from evidence.errors import fail
from evidence.model.delivery import Channel
from evidence.workspace import schema
from evidence.workspace.cases import load_accounts
from evidence.workspace.core import Desk
from evidence.workspace.deliveries import events_of, find_letter
from evidence.workspace.deliverypapers import write_paper
from evidence.workspace.gaps import letter_gaps
from evidence.workspace.making import load_run
from evidence.workspace.persons import salt_for
from evidence.workspace.slips import slip_of

__all__ = ["DeliveryReceipt", "FilledSheet", "delivery_receipt"]

_TEMPLATE = "delivery-receipt.docx"
_TITLE = {"zh": "送达回执", "zh-Hant": "送達回執"}


@dataclass(frozen=True, slots=True)
class FilledSheet:
    """The attempt a sheet tells, and the fields that stayed blank because nothing is on record."""

    channel: Channel
    tracking: str
    blanks: tuple[Blank, ...]


@dataclass(frozen=True, slots=True)
class DeliveryReceipt:
    """Where the receipt of a letter was written, and what is on its sheets."""

    letter: str
    account: str
    docx: Path
    pdf: Path
    sheets: tuple[FilledSheet, ...]


def delivery_receipt(
    desk: Desk,
    letter: str,
    folder: Path | None,
    *,
    locale: str | None = None,
    converter: str | None = None,
) -> DeliveryReceipt:
    """Write the receipt of ``letter`` (its number, stored or as printed) into ``folder``, made where needed.

    Raises ``workspace.unknown-letter``, ``print.draft``, ``delivery.none-yet`` where nothing but its preparing is on
    record, and ``general.output-exists`` for a file that is there already.
    """
    table = schema.LETTERS
    with desk.reading() as connection:
        number = find_letter(connection, letter)[0]
        row = connection.execute(select(table).where(table.c.number == number.key)).one()
        run = load_run(connection, row.run)
        if run.draft:
            raise fail("print.draft", run=run.id)
        account = load_accounts(connection, run.snapshot, [row.account])[row.account][0]
        events = [event for event, _ in events_of(connection, number.key)]
    attempts = letter_gaps(desk, [number.key])[0].attempts
    if not attempts:
        raise fail("delivery.none-yet", letter=row.printed_number)
    locale = locale or run.locale
    late = [event for event, is_late in effective(events) if is_late]
    sheets = [receipt_sheet(attempt.events, locale, late=late) for attempt in attempts]
    now = desk.source.now()
    key = desk.persons.key(row.person)
    nonce = salt_for(key, f"delivery-receipt:{number.key}:{now.isoformat()}")[:16]
    slip = slip_of(replace(run, locale=locale), row, account, key, desk.store.get(row.docx_sha256))
    paths = write_paper(
        desk,
        folder,
        _TEMPLATE,
        (account.id, _TITLE[locale], number.key),
        {"slip": slip, "sheets": [_values(sheet) for sheet in sheets]},
        title=_TITLE[locale],
        must_appear=[slip["number"], slip["code"]],
        nonce=nonce,
        now=now,
        locale=locale,
        converter=converter,
    )
    filled = [
        FilledSheet(attempt.channel, attempt.tracking, sheet.blanks)
        for attempt, sheet in zip(attempts, sheets, strict=True)
    ]
    return DeliveryReceipt(number.key, account.id, *paths, tuple(filled))


def _values(sheet: ReceiptSheet) -> dict[str, Any]:
    """The fields as the template sees them."""
    told = {field.name: getattr(sheet, field.name) for field in fields(sheet) if field.name != "blanks"}
    return told | {"servers": list(sheet.servers), "proofs": [asdict(proof) for proof in sheet.proofs]}
