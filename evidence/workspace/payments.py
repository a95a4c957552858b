"""Rows of a list of payments as pieces of the case file, none of them twice.

A payment is known again by its reference (a bank's serial number, a receipt's number) together with the item and
period of its line; without one by its account, day, amount, item, period and note, as often as the list has it. What
may be a payment on file or may be another is refused by name: either guess would make a wrong claim.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from evidence.intake.payments import PaymentRow
from evidence.model.case import CaseEvent, CaseKind
from evidence.model.problem import Problem

# The note is part of the office's Chinese papers, so its labels are Chinese whatever language a user reads.
_PAYER, _ITEM, _PERIOD = "付款人：", "收费项目：", "费用期间："


@dataclass(slots=True)
class Bookings:
    """``fresh`` are the payments to record, in order, each with its row as origin; ``known`` counts rows that stand
    in the case file already, or in another file of the same import."""

    fresh: list[CaseEvent] = field(default_factory=list)
    known: int = 0
    problems: list[Problem] = field(default_factory=list)


def book(
    rows: Sequence[PaymentRow],
    on_file: Iterable[CaseEvent],
    *,
    designated: bool,
    taken_back: Iterable[CaseEvent] = (),
) -> Bookings:
    """What of ``rows`` is new beside the case events ``on_file``.

    A row that is word for word one that was ``taken_back`` (bounced, refunded) is known too: the bank's list goes on
    showing it, and reading the list again must not bring it back.

    ``designated``: item and period of a row are the payer's word (民法典 560(1)) and are recorded as such, else they
    are kept in the note. Problems: ``workspace.payment-reference`` (the same reference with another amount or day),
    ``workspace.payment-repeated`` (twice in one sheet), ``workspace.payment-doubtful``.
    """
    result = Bookings()
    old: dict[str, list[CaseEvent]] = {}
    for event in on_file:
        if event.kind is CaseKind.PAYMENT:
            old.setdefault(event.account, []).append(event)
    void = [(event.account, dict(event.data)) for event in taken_back]
    new: dict[str, list[CaseEvent]] = {}
    lines: dict[tuple[str, ...], PaymentRow] = {}
    copies: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        event = CaseEvent(CaseKind.PAYMENT, row.account, _data(row, designated=designated), origin=row.origin)
        on_record, imported = old.get(row.account, []), new.setdefault(row.account, [])
        if (event.account, dict(event.data)) in void:
            result.known += 1
            continue
        if row.reference:
            problem, is_known = _by_reference(row, event, on_record, lines)
        else:
            content = (row.origin.file, row.account, *(f"{k}={v}" for k, v in event.data.items()))
            copies[content] += 1
            if copies[content] > 1:  # the second payment of the same kind that day
                note = f"{event.text('note')} ({copies[content]})".strip()
                event = replace(event, data={**event.data, "note": note})
            is_known = any(event.data == other.data for other in (*on_record, *imported))
            problem = None if is_known else _doubt(row, event, on_record)
        if problem:
            result.problems.append(problem)
        elif is_known:
            result.known += 1
        else:
            imported.append(event)
            result.fresh.append(event)
    return result


def _data(row: PaymentRow, *, designated: bool) -> dict[str, str]:
    """The fields of a payment as the case file keeps them (model.case), empty ones left out."""
    period = row.period.iso if row.period else ""
    notes = [_PAYER + row.payer if row.payer else "", row.remark]
    if not designated:
        notes += [_ITEM + row.item if row.item else "", _PERIOD + period if period else ""]
    fields = {
        "amount": row.amount.plain,
        "received_on": row.received_on.isoformat(),
        "item": row.item if designated else "",
        "period": period if designated else "",
        "reference": row.reference,
        "note": "；".join(filter(None, notes)),
    }
    return {name: value for name, value in fields.items() if value}


def _by_reference(
    row: PaymentRow,
    event: CaseEvent,
    on_record: Sequence[CaseEvent],
    lines: dict[tuple[str, ...], PaymentRow],
) -> tuple[Problem | None, bool]:
    """What is wrong with a row that has a reference, and whether its payment is known.

    One receipt may have several lines, and one transfer may be for several homes: each is a payment of its own.
    """
    key = (row.account, row.reference, row.item, row.period.iso if row.period else "")
    earlier = lines.setdefault(key, row)
    if earlier is not row:
        if (earlier.amount, earlier.received_on) != (row.amount, row.received_on):
            return _contradicts(
                row, earlier.amount.plain, earlier.received_on.isoformat(), str(earlier.origin)
            ), False
        if (earlier.origin.file, earlier.origin.sheet) == (row.origin.file, row.origin.sheet):
            params = {"account": row.account, "reference": row.reference, "where": str(earlier.origin)}
            return Problem("workspace.payment-repeated", row.origin, params), False
        return None, True
    same = [other for other in on_record if other.text("reference") == row.reference]
    lined = [other for other in same if _same(other, event, "item", "period")]
    if any(_same(other, event, "amount", "received_on") for other in lined):
        return None, True
    if lined:
        other = lined[0]
        return _contradicts(
            row, other.text("amount"), other.text("received_on"), f"#{other.journal_index}"
        ), False
    return _doubt(row, event, on_record), False


def _same(one: CaseEvent, two: CaseEvent, *names: str) -> bool:
    return all(one.text(name) == two.text(name) for name in names)


def _contradicts(row: PaymentRow, amount: str, day: str, where: str) -> Problem:
    params = {
        "account": row.account,
        "reference": row.reference,
        "amount": row.amount.plain,
        "day": row.received_on.isoformat(),
        "other": amount,
        "other_day": day,
        "where": where,
    }
    return Problem("workspace.payment-reference", row.origin, params)


def _doubt(row: PaymentRow, event: CaseEvent, on_record: Sequence[CaseEvent]) -> Problem | None:
    """A payment on file of the same day and amount that this may be: two references tell them apart, and so do two
    items or periods."""
    for other in on_record:
        if not _same(other, event, "amount", "received_on"):
            continue
        told_apart = (
            other.text(name) and event.text(name) and other.text(name) != event.text(name)
            for name in ("reference", "item", "period")
        )
        if not any(told_apart):
            params: dict[str, str | int] = {
                "account": row.account,
                "amount": row.amount.plain,
                "day": row.received_on.isoformat(),
                "entry": other.journal_index,
            }
            return Problem("workspace.payment-doubtful", row.origin, params)
    return None
