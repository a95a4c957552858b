"""What lies beside the letters of a run for the clerk: a receipt slip for each, to print, and its short message.

Both follow from what is on record, so that a run cut off writes them again the same. A draft has neither.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from evidence.clock import CHINA
from evidence.letters.context import service_address
from evidence.letters.engine import compile_template
from evidence.letters.labels import labels_for
from evidence.letters.messages import Message, message
from evidence.letters.properties import document_properties
from evidence.model.account import Account
from evidence.model.letter import LetterKind, LetterNumber
from evidence.model.money import Money
from evidence.model.office import Office
from evidence.model.period import chinese_date
from evidence.stamp.facts import letter_id, short_code
from evidence.workspace import schema
from evidence.workspace.cases import load_accounts
from evidence.workspace.core import Desk
from evidence.workspace.making import Run
from evidence.workspace.notices import title_of_docx
from evidence.workspace.recording import copy_name
from evidence.workspace.store import write_atomically
from evidence.workspace.templates import pack_for
from evidence.workspace.wording import Wording

SLIPS = {"zh": "0000_送达回执", "zh-Hant": "0000_送達回執"}
"""Sorts before the letters; the slips in it stand in the order of the round."""
SHEETS = 100
"""Slips in one file: what a word processor still opens at once."""
_CAUSE = {
    "zh": {LetterKind.LAWYER_LETTER: "送达律师函", LetterKind.INSTALMENT_AGREEMENT: "送达分期付款协议文本"},
    "zh-Hant": {
        LetterKind.LAWYER_LETTER: "送達律師函",
        LetterKind.INSTALMENT_AGREEMENT: "送達分期付款協議文本",
    },
}
_ANY_CAUSE = {"zh": "送达物业服务文书", "zh-Hant": "送達物業服務文書"}


def write_companions(desk: Desk, run: Run) -> None:
    """Slips and messages of a finished run, beside its copies. Drafts get none."""
    if run.draft:
        return
    items, table = schema.PLAN_ITEMS, schema.LETTERS
    with desk.reading() as connection:
        query = select(table, items.c.position).join(items, items.c.number == table.c.number)
        ours = (table.c.run == run.id, items.c.state == "issued")
        rows = connection.execute(query.where(*ours).order_by(items.c.position)).all()
        accounts = load_accounts(connection, run.snapshot, [row.account for row in rows])
    if not rows:
        return
    folder = desk.root / "letters" / run.folder
    pack = pack_for(desk, run.office.jurisdiction, run.locale)
    wording = Wording(run.office.jurisdiction, run.locale, run.issued_at.astimezone(CHINA).date())
    for row in rows:
        told = message_of(run.office, row, pack.messages)
        wording.check_letter(told.text, row.account, accounts[row.account][0].debtor.name)
        name = copy_name(row.position, row.account, LetterNumber.parse(row.number))
        write_atomically(folder / f"{name}.txt", f"{told.text}\n".encode(), durable=False)
    receipt = pack.papers["receipt"]
    template = compile_template(receipt.read_bytes(), f"{run.locale}/{receipt.name}")
    keys = desk.persons.keys()
    for start in range(0, len(rows), SHEETS):
        some = rows[start : start + SHEETS]
        slips = [
            slip_of(run, row, accounts[row.account][0], keys[row.person], desk.store.get(row.docx_sha256))
            for row in some
        ]
        values = slips_context(desk, run, slips)
        docx = template.render(values, must_appear=[slip["number"] for slip in values["slips"]]).docx
        suffix = f"_{start + 1:04d}" if len(rows) > SHEETS else ""
        write_atomically(folder / f"{SLIPS[run.locale]}{suffix}.docx", docx, durable=False)


def message_of(office: Office, row: Row[Any], sentences: Any) -> Message:
    """The short message of a letter as stored; the sum is in it only where the office says so."""
    facts = dict(json.loads(row.facts))
    firm = office.law_firm if row.kind == LetterKind.LAWYER_LETTER.value else None
    total, day = "", facts.get("pay_by", "")
    if office.policy.message_amount and day:
        total = Money.of(row.total, row.currency).grouped
        year, month, of_month = map(int, day.split("-"))
        day = f"{year}年{month}月{of_month}日"
    return message(
        sentences["letter"],
        sentences["amount"],
        office=firm.name if firm else office.creditor.name,
        number=row.printed_number,
        contact=firm.lawyer if firm else office.creditor.contact,
        phone=firm.phone if firm else office.creditor.phone,
        total=total,
        day=day,
    )


def slip_of(run: Run, row: Row[Any], account: Account, key: bytes, docx: bytes) -> dict[str, str]:
    """The fields of one letter's slip. ``row`` is the letter's, ``key`` its person's, ``docx`` the letter itself."""
    firm = run.office.law_firm if run.kind is LetterKind.LAWYER_LETTER else None
    estate = account.premises.estate or run.office.contract.estate
    return {
        "title": title_of_docx(docx, row.printed_number),
        "number": row.printed_number,
        "code": short_code(letter_id(key, LetterNumber.parse(row.number))),
        "pages": str(row.pages),
        "cause": _CAUSE[run.locale].get(run.kind, _ANY_CAUSE[run.locale]),
        "name": account.debtor.name,
        "premises": f"{estate}{account.premises.label}",
        "address": service_address(run.office, account),
        "sender": firm.name if firm else run.office.creditor.name,
        "issued_on": chinese_date(run.issued_at.astimezone(CHINA).date()),
    }


def slips_context(desk: Desk, run: Run, slips: Sequence[dict[str, str]]) -> dict[str, Any]:
    """What the template of the slips sees."""
    day = run.issued_at.astimezone(CHINA).date()
    title = SLIPS[run.locale].partition("_")[2]
    return {
        "doc": document_properties(title, run.id, labels_for(run.locale).language, run.issued_at),
        "law": desk.law.texts(day, run.locale),
        "slips": list(slips),
    }
