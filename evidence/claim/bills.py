"""What a charge alone decides, in fen: read once, however many homes of an estate were billed alike.

The reader of a workspace gives homes of one size one charge object for the same month, so most of what an account's
figures start from was worked out with another account.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING

from evidence.claim.minor import is_whole, to_minor
from evidence.model.account import Charge
from evidence.model.money import Money

if TYPE_CHECKING:
    from evidence.claim.limitation import FeeTerm
    from evidence.claim.statement import ClaimLine
    from evidence.claim.tally import Line

_MOST, _MOST_ACCOUNTS = 1 << 14, 1 << 11


class Bill:
    """One charge. ``sound``: its amounts are whole fen of one currency with 0 ≤ paid ≤ billed, its area none or above 0.

    ``billed``, ``paid`` and ``rest`` are fen, and 0 where the amounts are not sound. ``due`` is
    :attr:`Charge.oldest_day`; ``order`` sorts by age; ``history`` is that of what the ledger alone leaves to pay.
    ``line``, ``opened`` and ``term`` are kept here by :mod:`~evidence.claim.statement`,
    :mod:`~evidence.claim.tally` and :mod:`~evidence.claim.limitation`.
    """

    __slots__ = (
        "billed",
        "charge",
        "currency",
        "due",
        "ends",
        "history",
        "item",
        "line",
        "opened",
        "order",
        "owed",
        "paid",
        "rest",
        "sound",
        "starts",
        "term",
    )

    def __init__(self, charge: Charge) -> None:
        billed, paid = charge.billed, charge.paid
        self.charge, self.due, self.currency = charge, charge.oldest_day, billed.currency
        self.starts, self.ends = charge.period.start, charge.period.end
        self.order: tuple[date, date, str] = (self.due, self.starts, charge.item)
        usable = _is_usable(billed) and (
            paid is billed or (paid.currency == billed.currency and _is_usable(paid))
        )
        self.sound = usable and 0 <= paid.amount <= billed.amount and (charge.area is None or charge.area > 0)
        self.billed, self.paid = (to_minor(billed), to_minor(paid)) if usable else (0, 0)
        self.rest = self.billed - self.paid
        self.owed = billed.amount != paid.amount
        self.item = charge.item
        self.history = ((date.min, self.rest),)
        self.line: ClaimLine | None = None
        self.opened: Line | None = None
        self.term: FeeTerm | None = None


def _is_usable(money: Money) -> bool:
    return not money.amount or is_whole(money)


class Bills:
    """The charges of one account, and what they alone decide of it; the same for all homes that are billed alike.

    ``listed`` are its bills in the ledger's order, ``by_age`` oldest first. ``in_order``: every bill is sound, all are of
    ``currency``, and of each item every period begins after the one before it, as in nearly all ledgers. ``earliest``
    is the first day billed, ``items`` what is billed, ``dues_differ`` that no two bills fall due on one day.
    """

    __slots__ = ("by_age", "charges", "currency", "dues_differ", "earliest", "in_order", "items", "listed")

    def __init__(self, charges: Sequence[Charge], listed: Sequence[Bill]) -> None:
        self.charges, self.listed = charges, listed
        self.by_age = sorted(listed, key=attrgetter("order"))
        self.items = frozenset([bill.item for bill in listed])
        self.currency = listed[0].currency if listed else ""
        self.dues_differ = len({bill.due for bill in listed}) == len(listed)
        self.earliest = min([bill.starts for bill in listed], default=None)
        self.in_order = self._in_order()

    def _in_order(self) -> bool:
        last_days: dict[str, date] = {}
        for bill in self.listed:
            if not bill.sound or bill.currency != self.currency:
                return False
            if bill.starts <= last_days.get(bill.item, date.min):
                return False
            last_days[bill.item] = bill.ends
        return True


# By the identity of what was charged, which is kept alive here: an object's number is not given to another meanwhile.
_SHARED: dict[int, Bills] = {}
_BILLS: dict[int, Bill] = {}
_LAST = [Bills((), ())]


def share(charges: tuple[Charge, ...]) -> tuple[Charge, ...]:
    """The same charges, whose bills are remembered from now on: for a reader that gives them to many homes.

    What only one account has is not kept: a hundred thousand statements would hold on to the bills of others.
    """
    if len(_SHARED) >= _MOST_ACCOUNTS or len(_BILLS) >= _MOST:
        _SHARED.clear()
        _BILLS.clear()
    listed = []
    for charge in charges:
        bill = _BILLS.get(id(charge))
        if bill is None:
            bill = _BILLS[id(charge)] = Bill(charge)
        listed.append(bill)
    _SHARED[id(charges)] = Bills(charges, listed)
    return charges


def bills_of(charges: Sequence[Charge]) -> Bills:
    """The bills of an account's charges; the same ones again while the same account is asked about."""
    found = _SHARED.get(id(charges)) or _LAST[0]
    if found.charges is not charges:
        found = _LAST[0] = Bills(charges, [Bill(charge) for charge in charges])
    return found
