"""How the ledger's paid column and the payments on file fit together, as one ledger follows another.

A payment must not count twice, and none may get lost. The column of the newest ledger adds up everything booked to
its day: payments on file, and others nobody recorded here. How much is of the second kind is read from an earlier
ledger of which that was known: one from before the first payment on file, or one whose column the payments on file
came to exactly. What was on it and is gone from the newest was settled, as ledgers of arrears drop what is paid.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, select

from evidence.claim.checks import set_aside
from evidence.claim.minor import of_minor, to_minor
from evidence.clock import CHINA
from evidence.model.account import Account, Charge
from evidence.model.events import AccountEvents, Payment
from evidence.model.money import Money
from evidence.workspace import schema
from evidence.workspace.cases import load_accounts

UNTIL = "ledger-until:"
"""Key in ``meta`` of the last day a ledger's paid column counts, where its import named one."""
# Parameters of one statement; SQLite takes 32,766.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Booked:
    """What a replay needs to know of the ledger: the account with the charges settled since, the day up to which its
    paid column counts, and how much of it is ``older`` than, or otherwise apart from, the payments on file."""

    account: Account
    day: date
    older: Money


class _Past(NamedTuple):
    """One earlier ledger: its day, what it had as paid, charges since dropped counting as paid in full."""

    day: date
    paid: int


def ledger_day(connection: Connection, snapshot: int) -> date:
    """The day up to which a ledger's paid column counts: as its import said, else the day it was imported."""
    return _days(connection, snapshot)[snapshot]


def _days(connection: Connection, last: int) -> dict[int, date]:
    """The day of every ledger up to ``last``, oldest first."""
    table, meta = schema.SNAPSHOTS, schema.META
    told = {
        row.key: date.fromisoformat(row.value)
        for row in connection.execute(select(meta).where(meta.c.key.startswith(UNTIL)))
    }
    rows = connection.execute(
        select(table.c.id, table.c.imported_at).where(table.c.id <= last).order_by(table.c.id)
    )
    return {
        row.id: told.get(f"{UNTIL}{row.id}")
        or datetime.fromisoformat(row.imported_at).astimezone(CHINA).date()
        for row in rows
    }


class LedgerHistory:
    """The ledgers before one, as far as ``accounts`` (those with payments on file) are concerned.

    ``last`` is the last ledger that counts as an earlier one.
    """

    def __init__(self, connection: Connection, accounts: Collection[str], last: int) -> None:
        wanted = sorted(accounts)
        self._ledgers: dict[str, list[tuple[date, Account]]] = {}
        if not wanted:
            return
        for snapshot, day in _days(connection, last).items():
            for start in range(0, len(wanted), _AT_ONCE):
                found = load_accounts(connection, snapshot, wanted[start : start + _AT_ONCE])
                for name, (account, _) in found.items():
                    self._ledgers.setdefault(name, []).append((day, account))

    def of(self, account: Account, events: AccountEvents, day: date) -> Booked:
        """How the account's paid column, which counts up to ``day``, fits the payments on file.

        A payment of ``day`` itself may or may not be in it: it is where the sums say so, else it comes on top.
        """
        payments = set_aside(account, events)[0].payments
        nothing = Money.zero(account.currency)
        if all(payment.received_on > day for payment in payments) or _paid(account) == _received(
            payments, day
        ):
            return Booked(account, day, nothing)
        full, past = self._settled(account)
        payments = set_aside(full, events)[0].payments
        older, fits = _older(_paid(full), past, payments, day)
        if not fits and any(payment.received_on == day for payment in payments):
            eve = day - timedelta(days=1)
            if all(payment.received_on > eve for payment in payments):
                return Booked(account, eve, nothing)
            before, fits = _older(_paid(full), past, payments, eve)
            if fits:
                day, older = eve, before
        return Booked(full, day, of_minor(older, account.currency))

    def _settled(self, account: Account) -> tuple[Account, list[_Past]]:
        """The account with what earlier ledgers of this owner billed and this one no longer lists, as paid."""
        ledgers = self._ledgers.get(account.id, [])
        same = [(day, old) for day, old in ledgers if old.debtor.name == account.debtor.name]
        charges = list(account.charges)
        gone: dict[tuple[str, date, date], tuple[Charge, int]] = {}
        for index in range(len(same) - 1, -1, -1):  # the last ledger that had a charge says what it was
            for charge in same[index][1].charges:
                if not any(c.item == charge.item and c.period.overlaps(charge.period) for c in charges):
                    settled = replace(charge, paid=charge.billed)
                    charges.append(settled)
                    gone[_key(charge)] = settled, index
        past = []
        for index, (day, old) in enumerate(same):
            paid = _paid(old) + sum(to_minor(charge.billed) for charge, last in gone.values() if last < index)
            past.append(_Past(day, paid))
        return (replace(account, charges=tuple(charges)) if gone else account), past


def _paid(account: Account) -> int:
    return sum(to_minor(charge.paid) for charge in account.charges)


def _key(charge: Charge) -> tuple[str, date, date]:
    return charge.item, charge.period.start, charge.period.end


def _older(paid: int, past: Sequence[_Past], payments: Sequence[Payment], day: date) -> tuple[int, bool]:
    """How much of ``paid`` the payments up to ``day`` do not explain, and whether that can be: in fen."""
    rest = paid - _received(payments, day)
    if rest == 0:
        return 0, True
    known = [base for ledger in reversed(past) for base in _bases(ledger, payments)]
    if any(rest >= base for base in known):
        return rest, True
    return known[0] if known else 0, False


def _bases(ledger: _Past, payments: Sequence[Payment]) -> Iterator[int]:
    """What of an earlier ledger's paid column is known to be apart from the payments on file."""
    for day in (ledger.day, ledger.day - timedelta(days=1)):
        received = _received(payments, day)
        if received in (0, ledger.paid):
            yield ledger.paid - received


def _received(payments: Sequence[Payment], day: date) -> int:
    return sum(to_minor(payment.amount) for payment in payments if payment.received_on <= day)
