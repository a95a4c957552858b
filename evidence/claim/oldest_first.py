"""The ordinary case of :mod:`~evidence.claim.allocation`, in whole numbers: payments settle what fell due first.

Where nothing else could decide, 560(2) comes down to age: nobody designated anything, no charge has a security, all bear
the same late charge, no two fall due on one day, and there are no costs. What is due goes before what is not, and that
is the order of age as well. Nearly all accounts of an estate are of this kind. The parts, their order and their rules
are those that ``allocate`` gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from evidence.claim.allocation import STATUTORY_ORDER, AllocationTerms, Rule
from evidence.claim.bills import Bills
from evidence.claim.late_charge import LateRules
from evidence.claim.minor import to_minor
from evidence.claim.tally import Line, Paid
from evidence.model.events import AccountEvents, Part, Payment

_DAY = timedelta(days=1)


def is_by_age(bills: Bills, events: AccountEvents, terms: AllocationTerms, late: LateRules | None) -> bool:
    """Whether age alone decides where payments go; none of ``bills`` has a security."""
    if events.waivers or events.designations or events.costs:
        return False
    if terms.late_charge_is_interest or terms.order != STATUTORY_ORDER:
        return False
    if not bills.dues_differ or any(payment.designation for payment in events.payments):
        return False
    items = bills.items
    return late is None or len(items) < 2 or len({late.burden(item) for item in items}) == 1


def pay_by_age(lines: list[Line], payments: Sequence[Payment], parts: list[Paid]) -> int:
    """Every fen of ``payments``, which are in their order, to ``lines``, which are in that of age.

    Adds to ``parts``; what a payment changes in an untouched line it changes in a new one. Returns what exceeds all.
    """
    at, count, credit, principal = 0, len(lines), 0, Part.PRINCIPAL
    owed = sum([line.principal for line in lines])
    for payment in payments:
        name, day, left = payment.id, payment.received_on, to_minor(payment.amount)
        covers_all, owed = left >= owed, max(0, owed - left)
        while at < count and not lines[at].principal:
            at += 1
        while left and at < count:
            line, following = lines[at], at + 1
            while following < count and not lines[following].principal:
                following += 1
            if covers_all:
                rule = Rule.COVERS_ALL
            elif following == count:
                rule = Rule.ONLY_DEBT
            elif line.due <= day < lines[following].due:
                rule = Rule.DUE
            else:
                rule = Rule.EARLIER
            if line is line.bill.opened:
                line = lines[at] = Line(line.bill, line.billed, line.undated)
            paid = left if left < line.principal else line.principal
            parts.append(Paid(name, day, at, principal, paid, rule))
            line.paid += paid
            line.reduce(paid, day)
            left -= paid
            if not line.principal:
                at = following
        if left:
            parts.append(Paid(name, day, None, None, left, Rule.SURPLUS))
            credit += left
    return credit
