"""What a charge alone decides, in fen: read once, however many homes of an estate were billed alike.

The reader of a workspace gives homes of one size one charge object for the same month, so most of what an account's
figures start from was worked out with another account.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from evidence.claim.minor import is_whole, to_minor
from evidence.model.account import Charge
from evidence.model.money import Money

if TYPE_CHECKING:
    from evidence.claim.limitation import FeeTerm
    from evidence.claim.statement import ClaimLine
    from evidence.claim.tally import Line

_MOST = 1 << 14


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


_SHARED: dict[int, Bill] = {}
"""By the identity of the charge, which its bill keeps alive: an object's number is not given to another meanwhile."""

_LAST: list[tuple[Sequence[Charge], list[Bill]]] = [((), [])]


def share(charge: Charge) -> Charge:
    """The same charge, whose bill is remembered from now on: for a reader that gives it to many homes.

    What only one account has is not kept: a hundred thousand statements would hold on to the bills of others.
    """
    if len(_SHARED) >= _MOST:
        _SHARED.clear()
    _SHARED[id(charge)] = Bill(charge)
    return charge


def bills_of(charges: Sequence[Charge]) -> list[Bill]:
    """The bill of each charge, in their order; the same ones again while the same account is asked about."""
    of, bills = _LAST[0]
    if of is not charges:
        known = _SHARED.get
        bills = [known(id(charge)) or Bill(charge) for charge in charges]
        _LAST[0] = charges, bills
    return bills.copy()
