"""What happened to an account after it was billed: events, from which its balance is replayed.

A balance is never stored. Every event says whose account it concerns, when it happened, and where it was read
from (``origin``); nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from evidence.model.money import Money
from evidence.model.period import Period
from evidence.model.problem import Place


class Part(StrEnum):
    """The parts of a debt in the words of 民法典 561: costs (实现债权的有关费用), interest, the debt itself.

    ``LATE_CHARGE`` is the 违约金 (or the loss by LPR): whether it counts as interest is an input of the
    allocation, not of the event. ``RESTATED`` is a 违约金 that an instalment agreement turned into a sum of its own.
    """

    COSTS = "costs"
    LATE_CHARGE = "late-charge"
    PRINCIPAL = "principal"
    RESTATED = "restated"


class HoldReason(StrEnum):
    """Why an owner does not pay, as the person who spoke to them understood it."""

    FORGOT = "forgot"
    SERVICE_COMPLAINT = "service-complaint"
    HARDSHIP = "hardship"
    AMOUNT_DISPUTED = "amount-disputed"
    REFUSES = "refuses"


@dataclass(frozen=True, slots=True)
class Target:
    """Which charges an event is about. Empty ``item``: every item; no ``period``: every period.

    A charge is covered when its whole period lies inside ``period``: 「2024年物业费」 covers each month of 2024.
    """

    item: str = ""
    period: Period | None = None

    def covers(self, item: str, period: Period) -> bool:
        if self.item and self.item != item:
            return False
        return self.period is None or (self.period.start <= period.start and period.end <= self.period.end)


@dataclass(frozen=True, slots=True)
class Designation:
    """The debtor's word for what a payment is (民法典 560(1): 由债务人在清偿时指定).

    ``words`` quotes it (a transfer note). ``payment`` names the payment where the designation is recorded
    apart from it. Made after the payment it binds only if the creditor ``agreed``.
    """

    targets: tuple[Target, ...]
    made_on: date
    words: str = ""
    agreed: bool = False
    id: str = ""
    account: str = ""
    payment: str = ""
    evidence: tuple[str, ...] = ()
    origin: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True)
class Payment:
    """Money received. ``id`` is stable across imports (bank reference, receipt number)."""

    id: str
    account: str
    received_on: date
    amount: Money
    designation: Designation | None = None
    origin: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True)
class Waiver:
    """A debt given up by the creditor on a day; ``amount`` ``None`` is all that stood there on that day.

    With an ``amount`` the target must be one charge. What had accrued before a waiver of principal stays.
    """

    id: str
    account: str
    made_on: date
    target: Target
    amount: Money | None = None
    part: Part = Part.PRINCIPAL
    reason: str = ""
    evidence: tuple[str, ...] = ()
    origin: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True)
class Correction:
    """A wrong bill put right: ``change`` is added to what was billed for one charge (negative: too much billed).

    A wrong bill never was a debt, so a correction works back to the first day, unlike a waiver. ``recorded_on``
    is when it was found.
    """

    id: str
    account: str
    recorded_on: date
    target: Target
    change: Money
    reason: str = ""
    evidence: tuple[str, ...] = ()
    origin: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True)
class Cost:
    """An expense of enforcing the claim (实现债权的有关费用) that the debtor has to bear."""

    id: str
    account: str
    incurred_on: date
    amount: Money
    reason: str = ""
    evidence: tuple[str, ...] = ()
    origin: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True)
class Hold:
    """A part that is not demanded for now; the undisputed rest goes on.

    ``amount`` ``None`` holds everything the targets cover. In force from ``since`` to ``until``, both
    included; without ``until`` till somebody lifts it.
    """

    id: str
    account: str
    targets: tuple[Target, ...]
    reason: HoldReason
    since: date
    until: date | None = None
    amount: Money | None = None
    note: str = ""
    evidence: tuple[str, ...] = ()
    origin: Place = field(default_factory=Place)

    def in_force(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class AccountEvents:
    """All events of one account, in any order: a replay sorts them by day and id."""

    payments: tuple[Payment, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    corrections: tuple[Correction, ...] = ()
    designations: tuple[Designation, ...] = ()
    costs: tuple[Cost, ...] = ()
    holds: tuple[Hold, ...] = ()


Event = Payment | Waiver | Correction | Designation | Cost | Hold


def by_account(events: Iterable[Event]) -> dict[str, AccountEvents]:
    """Events of an estate, grouped by the account they concern."""
    kinds: dict[type, str] = {
        Payment: "payments",
        Waiver: "waivers",
        Correction: "corrections",
        Designation: "designations",
        Cost: "costs",
        Hold: "holds",
    }
    found: dict[str, dict[str, list[Event]]] = {}
    for event in events:
        found.setdefault(event.account, {}).setdefault(kinds[type(event)], []).append(event)
    return {
        account: AccountEvents(**{kind: tuple(rows) for kind, rows in groups.items()})  # type: ignore[arg-type]
        for account, groups in found.items()
    }
