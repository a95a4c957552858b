"""The delivery report of one owner: every attempt on every letter, as Word and PDF, from what is on record.

It says what the delivery records of the owner's evidence file say (:func:`evidence.bundle.record.record_rows`), and what
is missing as ``evidence status --gaps`` tells it. Making one changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from evidence.bundle.readme import grade_lines
from evidence.bundle.record import record_rows
from evidence.clock import CHINA
from evidence.delivery import (
    assess,
    best_arrival,
    channel_label,
    grade_label,
    outcome_label,
    timeline,
    witness_label,
)
from evidence.delivery.gaps import Attempt
from evidence.errors import fail
from evidence.model.delivery import DeliveryEvent, Grade, Outcome
from evidence.model.letter import LetterNumber
from evidence.model.period import chinese_date
from evidence.stamp.facts import letter_id, short_code
from evidence.workspace import schema
from evidence.workspace.cases import require_account
from evidence.workspace.core import Desk
from evidence.workspace.deliveries import events_of
from evidence.workspace.deliverypapers import write_paper
from evidence.workspace.gaps import letter_gaps
from evidence.workspace.notices import title_of_docx
from evidence.workspace.persons import salt_for

__all__ = ["DeliveryReport", "delivery_report"]

_TEMPLATE = "delivery-report.docx"
_TITLE = {"zh": "送达情况报告", "zh-Hant": "送達情況報告"}
_WORDS = {
    "zh": (
        "尚无送达凭证",
        "{day}以{channel}方式，证明等级{grade}，见证：{witness}",
        "无",
        "没有登记送达",
        "；",
        "尚无足以证明到达的凭证；{day}以{channel}方式，仅有佐证（{grade}）",
        "{day}以{channel}方式{outcome}，证明等级{grade}，见证：{witness}；是否视为到达由法院认定",
    ),
    "zh-Hant": (
        "尚無送達憑證",
        "{day}以{channel}方式，證明等級{grade}，見證：{witness}",
        "無",
        "沒有登記送達",
        "；",
        "尚無足以證明到達的憑證；{day}以{channel}方式，僅有佐證（{grade}）",
        "{day}以{channel}方式{outcome}，證明等級{grade}，見證：{witness}；是否視為到達由法院認定",
    ),
}


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """Where the report was written, and what it covers."""

    account: str
    docx: Path
    pdf: Path
    letters: int
    steps: int
    missing: int


def delivery_report(
    desk: Desk,
    account_id: str,
    folder: Path | None,
    *,
    locale: str | None = None,
    converter: str | None = None,
) -> DeliveryReport:
    """Write the report on the account's present owner into ``folder``, which is made where needed.

    Letters to a former owner and voided ones are left out. Raises ``print.no-letters`` where there is
    none, ``general.output-exists`` for a file that is there already, and the faults of an unknown account.
    """
    locale = locale or desk.office.locale
    now = desk.source.now()
    letters, items = schema.LETTERS, schema.PLAN_ITEMS
    with desk.reading() as connection:
        account, person = require_account(connection, account_id)
        rows = connection.execute(
            select(letters)
            .join(items, items.c.number == letters.c.number)
            .where(letters.c.account == account.id, letters.c.person == person, items.c.state == "issued")
            .order_by(letters.c.journal_index)
        ).all()
        events = {row.number: [event for event, _ in events_of(connection, row.number)] for row in rows}
    gaps = {gap.number: gap for gap in letter_gaps(desk, [row.number for row in rows])} if rows else {}
    if not rows:
        raise fail("print.no-letters", account=account.id)
    key = desk.persons.key(person)
    told = []
    steps = missing = 0
    for row in rows:
        attempts = gaps[row.number].attempts
        missing += gaps[row.number].required
        steps += len(events[row.number])
        told.append(
            {
                "name": title_of_docx(desk.store.get(row.docx_sha256), row.printed_number),
                "number": row.printed_number,
                "issued_on": chinese_date(gaps[row.number].issued_on),
                "code": short_code(letter_id(key, LetterNumber.parse(row.number))),
                "pages": str(row.pages),
                "standing": _standing(events[row.number], locale),
                "steps": [_fields(one) for one in record_rows(timeline(events[row.number]), locale)],
                "missing": _missing(attempts, locale),
            }
        )
    nonce = salt_for(key, f"delivery-report:{now.isoformat()}")[:16]
    values = {
        "debtor": account.debtor.name,
        "premises": f"{account.premises.estate or desk.office.contract.estate}{account.premises.label}",
        "maker": desk.office.creditor.name,
        "letters": told,
        "grades": list(grade_lines(locale)),
    }
    paths = write_paper(
        desk,
        folder,
        _TEMPLATE,
        (account.id, _TITLE[locale]),
        values,
        title=_TITLE[locale],
        must_appear=[one["number"] for one in told],
        nonce=nonce,
        now=now,
        locale=locale,
        converter=converter,
    )
    return DeliveryReport(account.id, *paths, len(rows), steps, missing)


def _fields(row: Any) -> dict[str, str]:
    return {name: getattr(row, name) for name in row.__slots__}


def _standing(events: list[DeliveryEvent], locale: str) -> str:
    """The event that best proves arrival, or that there is none."""
    none, form, *_, supporting, back = _WORDS[locale]
    best = best_arrival(events)
    if best is None:
        return none
    event, grade = best
    words = back if event.outcome in (Outcome.REFUSED, Outcome.RETURNED) else form
    return (supporting if grade is Grade.D else words).format(
        outcome=outcome_label(event.outcome, locale) + (f"（{event.reason}）" if event.reason else ""),
        day=chinese_date(event.at.astimezone(CHINA).date()),
        channel=channel_label(event.channel, locale),
        grade=grade_label(grade, locale),
        witness=witness_label(assess(event).witness, locale),
    )


def _missing(attempts: Sequence[Attempt], locale: str) -> str:
    """What is missing, attempt by attempt: of which waybill is said wherever there is more than one attempt."""
    _, _, none, unsent, stop, *_ = _WORDS[locale]
    if not attempts:
        return unsent
    told = []
    for one in attempts:
        if lacks := stop.join(dict.fromkeys(gap.words(locale) for gap in one.required)):
            told.append(f"{one.label(locale)}：{lacks}" if len(attempts) > 1 else lacks)
    return "。".join(told) or none
