"""Payments typed by hand: what may be one on record already, and what becomes of them that nobody may have meant.

A list of payments asks the same of each row (:mod:`evidence.workspace.payments`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from evidence.claim.positions import Replay
from evidence.clock import CHINA
from evidence.errors import EvidenceError, Place, Problem
from evidence.model.case import CaseEvent, CaseKind
from evidence.model.money import Money
from evidence.workspace.cases import load_accounts, require_snapshot
from evidence.workspace.caseterms import entry_id, entry_name
from evidence.workspace.claims import Claims
from evidence.workspace.core import Desk

_SETTLED = "claim.designation-settled"
_TELLS_APART = ("reference", "item", "period", "note")


def repeated_payments(fresh: Iterable[CaseEvent], standing: Sequence[CaseEvent]) -> Iterator[Problem]:
    """``case.payment-again`` for a payment of the day and amount of one among ``standing``, unless it says itself what
    makes it another: a reference, an item, a period or a note that the other has not."""
    payments = [event for event in standing if event.kind is CaseKind.PAYMENT]
    for event in fresh:
        if event.kind is not CaseKind.PAYMENT:
            continue
        for other in payments:
            same = other.account == event.account and all(
                other.text(name) == event.text(name) for name in ("amount", "received_on")
            )
            if same and not any(event.text(n) not in ("", other.text(n)) for n in _TELLS_APART):
                params: dict[str, str | int] = {
                    "account": event.account,
                    "amount": event.text("amount"),
                    "day": event.text("received_on"),
                    "entry": other.journal_index,
                    "field": "amount",
                }
                yield Problem("case.payment-again", event.origin, params)
                break


def payment_warnings(desk: Desk, recorded: Iterable[CaseEvent]) -> tuple[Problem, ...]:
    """Of payments just recorded: what of them exceeds all that is owed, and a period named that was settled before.

    Nothing of an account that cannot be reckoned; that is told where it is asked for.
    """
    payments = [event for event in recorded if event.kind is CaseKind.PAYMENT]
    if not payments:
        return ()
    names = sorted({event.account for event in payments})
    today = desk.source.now().astimezone(CHINA).date()
    found: list[Problem] = []
    with desk.reading() as connection:
        accounts = load_accounts(connection, require_snapshot(connection), names)
        claims = Claims(desk, connection, today, only=names)
        for name in names:
            try:
                replay = claims.of(accounts[name][0]).replay if name in accounts else None
            except EvidenceError:
                continue
            if replay is not None:
                found += _of_account(replay, [event for event in payments if event.account == name])
    return tuple(found)


def _of_account(replay: Replay, payments: Sequence[CaseEvent]) -> Iterator[Problem]:
    where = Place(part=replay.account.id)
    for event in payments:
        own = [part for part in replay.allocations if part.payment == entry_id(event.journal_index)]
        beyond = Money.total((part.amount for part in own if part.part is None), replay.account.currency)
        if beyond:
            params: dict[str, str | int] = {
                "account": replay.account.id,
                "amount": event.text("amount"),
                "beyond": beyond.plain,
                "entry": event.journal_index,
            }
            yield Problem("case.payment-beyond", where, params)
    ids = {entry_id(event.journal_index) for event in payments}
    for notice in replay.notices:
        if notice.code == _SETTLED and notice.params["event"] in ids:
            yield Problem(
                _SETTLED, where, {**notice.params, "event": entry_name(str(notice.params["event"]))}
            )
