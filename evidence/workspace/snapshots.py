"""What changed between two ledgers: who is new, who paid, whose debt grew, what was corrected, vanished or lost.

Charges are compared by account, item and period, accounts by their home. A ledger of arrears drops what is paid, so
a charge that vanished may be paid or may be lost: it is told as vanished, never as paid. A paid column that went
down is a payment the ledger lost, and an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import select

from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.model.account import Account, Charge
from evidence.model.money import Money
from evidence.model.period import Period
from evidence.workspace import schema
from evidence.workspace.cases import load_accounts
from evidence.workspace.core import Desk


class ChangeKind(StrEnum):
    """``NEW`` and ``ESCALATED`` concern an owner's whole arrears, the others one charge (or the owner's name)."""

    NEW = "new"
    PAID = "paid"
    ESCALATED = "escalated"
    CORRECTED = "corrected"
    VANISHED = "vanished"
    PAYMENT_LOST = "payment-lost"


@dataclass(frozen=True, slots=True)
class Change:
    """``before`` and ``after`` are values of ``what``: ``outstanding``, ``paid``, ``billed``, ``due`` or ``owner``.

    Money stands as plain text. ``where`` is the row of the newer ledger, of the older one for what vanished.
    """

    kind: ChangeKind
    account: str
    debtor: str
    what: str
    before: str
    after: str
    item: str = ""
    period: Period | None = None
    where: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True)
class SnapshotDiff:
    """All changes from snapshot ``old`` to ``new``, accounts in the order of the newer ledger."""

    old: int
    new: int
    currency: str
    before: Money
    after: Money
    changes: tuple[Change, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        return {kind.value: sum(c.kind is kind for c in self.changes) for kind in ChangeKind}

    @property
    def errors(self) -> tuple[Problem, ...]:
        """``workspace.payment-lost`` for every payment the newer ledger no longer has."""
        return tuple(
            Problem(
                "workspace.payment-lost",
                change.where,
                {
                    "account": change.account,
                    "item": change.item,
                    "period": change.period.iso if change.period else "",
                    "before": change.before,
                    "after": change.after,
                },
            )
            for change in self.changes
            if change.kind is ChangeKind.PAYMENT_LOST
        )


def diff(desk: Desk, old: int | None = None, new: int | None = None) -> SnapshotDiff:
    """What changed between two snapshots by their numbers.

    Without numbers the two latest, with only ``old`` from there to the latest. Raises
    ``workspace.one-snapshot`` where there is nothing to compare, ``workspace.unknown-snapshot`` for every number
    that is none, ``workspace.no-ledger``.
    """
    table = schema.SNAPSHOTS
    with desk.reading() as connection:
        known = {
            row.id: row.currency
            for row in connection.execute(select(table.c.id, table.c.currency).order_by(table.c.id))
        }
        numbers = sorted(known)
        if not numbers:
            raise fail("workspace.no-ledger")
        if new is None:
            new = numbers[-1]
        if old is None:
            if len(numbers) < 2:
                raise fail("workspace.one-snapshot")
            old = numbers[-2]
        unknown = [number for number in dict.fromkeys((old, new)) if number not in known]
        if unknown:
            text = ", ".join(map(str, numbers))
            raise EvidenceError(
                [
                    Problem("workspace.unknown-snapshot", params={"snapshot": number, "known": text})
                    for number in unknown
                ]
            )
        before, after = (
            {name: account for name, (account, _) in load_accounts(connection, number).items()}
            for number in (old, new)
        )
    return side_by_side(before, after, (old, new), (known[old], known[new]))


def side_by_side(
    before: Mapping[str, Account],
    after: Mapping[str, Account],
    numbers: tuple[int, int],
    currencies: tuple[str, str],
) -> SnapshotDiff:
    """All changes between two ledgers by their accounts; ``numbers`` and ``currencies`` of the older one first."""
    names = [*after, *(name for name in before if name not in after)]
    changes = [change for name in names for change in compare(before.get(name), after.get(name))]
    (old, new), (former, currency) = numbers, currencies
    return SnapshotDiff(old, new, currency, _owed(before, former), _owed(after, currency), tuple(changes))


def _owed(accounts: Mapping[str, Account], currency: str) -> Money:
    return Money.total((account.outstanding for account in accounts.values()), currency)


def compare(old: Account | None, new: Account | None) -> Iterator[Change]:
    """The changes of one account; ``None`` where a ledger does not have it."""
    shown = new or old
    if shown is None:
        return
    about = (shown.id, shown.debtor.name)
    if old and new and old.debtor.name != new.debtor.name:
        yield Change(ChangeKind.CORRECTED, *about, "owner", old.debtor.name, new.debtor.name)
    zero = Money.zero(shown.currency)
    owed, owes = (account.outstanding if account else zero for account in (old, new))
    if owes and not owed:
        yield Change(ChangeKind.NEW, *about, "outstanding", owed.plain, owes.plain)
    elif owed and owed < owes:
        yield Change(ChangeKind.ESCALATED, *about, "outstanding", owed.plain, owes.plain)
    olds, news = _charges(old), _charges(new)
    for key, charge in news.items():
        if (former := olds.get(key)) is not None:
            yield from _compare_charges(about, former, charge)
    for key, charge in olds.items():
        if key not in news and charge.outstanding:
            amounts = (charge.outstanding.plain, zero.plain)
            yield Change(
                ChangeKind.VANISHED,
                *about,
                "outstanding",
                *amounts,
                charge.item,
                charge.period,
                charge.origin,
            )


def _charges(account: Account | None) -> dict[tuple[str, Period], Charge]:
    return {(c.item, c.period): c for c in account.charges} if account else {}


def _compare_charges(about: tuple[str, str], old: Charge, new: Charge) -> Iterator[Change]:
    def change(kind: ChangeKind, what: str, before: str, after: str) -> Change:
        return Change(kind, *about, what, before, after, new.item, new.period, new.origin)

    if old.billed != new.billed:
        yield change(ChangeKind.CORRECTED, "billed", old.billed.plain, new.billed.plain)
    if old.due != new.due:
        days = [day.isoformat() if day else "" for day in (old.due, new.due)]
        yield change(ChangeKind.CORRECTED, "due", days[0], days[1])
    if old.paid != new.paid:
        kind = ChangeKind.PAID if old.paid < new.paid else ChangeKind.PAYMENT_LOST
        yield change(kind, "paid", old.paid.plain, new.paid.plain)
