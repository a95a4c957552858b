"""Bad data of an account, each by its name: with any of these no figure is made for it.

The ledger's reader refuses what it cannot read; here stands what reads well and cannot be true: two owners for
one room and period, a period billed twice, a payment before there was anything to pay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from evidence.claim.bills import bills_of
from evidence.claim.minor import is_whole
from evidence.errors import Place, Problem
from evidence.model.account import Account, Charge
from evidence.model.events import AccountEvents, Designation, Event, Payment, Target
from evidence.model.money import Money


def estate_problems(accounts: Iterable[Account]) -> tuple[Problem, ...]:
    """``claim.two-owners``: one home, one item, one stretch of time, and bills to two names."""
    homes: dict[str, list[Account]] = {}
    for account in accounts:
        homes.setdefault(account.id, []).append(account)
    found = []
    for home, owners in homes.items():
        for index, first in enumerate(owners):
            for second in owners[index + 1 :]:
                clash = _clash(first, second)
                if first.debtor.name != second.debtor.name and clash is not None:
                    names = {"first": first.debtor.name, "second": second.debtor.name}
                    params = {"account": home, "period": clash.period.iso, **names}
                    found.append(Problem("claim.two-owners", clash.origin, params))
    return tuple(found)


def _clash(first: Account, second: Account) -> Charge | None:
    return next(
        (
            theirs
            for theirs in second.charges
            for ours in first.charges
            if ours.item == theirs.item and ours.period.overlaps(theirs.period)
        ),
        None,
    )


def account_problems(
    account: Account, events: AccountEvents, *, contract_from: date | None = None
) -> tuple[Problem, ...]:
    """Every fault of one account and its events. ``contract_from`` is the first day of the first contract.

    Codes: ``claim.periods-overlap``, ``claim.period-before-contract``, ``claim.area-zero``,
    ``claim.amount-not-usable``, ``claim.event-foreign``, ``claim.event-twice``, ``claim.payment-before-charge``,
    ``claim.designation-payment``, ``claim.designation-twice``, ``claim.target-unclear``.
    """
    return (
        *_charge_problems(account, contract_from),
        *_event_problems(account, events),
        *_payment_problems(account, events),
        *_target_problems(account, events),
    )


def _charge_problems(account: Account, contract_from: date | None) -> list[Problem]:
    found: list[Problem] = []
    currency, bills = account.currency, bills_of(account.charges)
    first = bills.earliest
    if first is None:
        return found
    if bills.in_order and bills.currency == currency and (contract_from is None or first >= contract_from):
        return found
    last_days: dict[str, date] = {}
    unordered = set()
    for charge, bill in zip(account.charges, bills.listed, strict=True):
        item, period = charge.item, charge.period
        if item in last_days and period.start <= last_days[item]:
            unordered.add(item)
        last_days[item] = period.end
        billed_after = contract_from is None or period.start >= contract_from
        if billed_after and bill.sound and charge.billed.currency == currency:
            continue
        if contract_from is not None and period.start < contract_from:
            day = contract_from.isoformat()
            found.append(_about(account, charge, "claim.period-before-contract", day=day))
        if charge.area is not None and charge.area <= 0:
            found.append(_about(account, charge, "claim.area-zero", area=str(charge.area)))
        billed, paid = charge.billed, charge.paid
        usable = _usable(billed, currency) and (paid is billed or _usable(paid, currency))
        if not usable or not 0 <= paid.amount <= billed.amount:
            amount = str(billed.amount)
            found.append(_about(account, charge, "claim.amount-not-usable", amount=amount))
    for item in last_days:
        if item in unordered:  # else each period begins after the one before it: a ledger is sorted by age
            found += _overlaps(account, item)
    return found


def _overlaps(account: Account, item: str) -> Iterator[Problem]:
    charges = [charge for charge in account.charges if charge.item == item]
    for before, after in pairwise(sorted(charges, key=lambda c: (c.period.start, c.period.end))):
        if after.period.start <= before.period.end:
            periods = {"first": before.period.iso, "second": after.period.iso}
            params = {"account": account.id, "item": item, **periods}
            yield Problem("claim.periods-overlap", after.origin, params)


def _about(account: Account, charge: Charge, code: str, **more: str) -> Problem:
    named = {"account": account.id, "item": charge.item, "period": charge.period.iso}
    return Problem(code, charge.origin, {**named, **more})


def _usable(money: Money, currency: str) -> bool:
    """Whole fen in the account's currency."""
    return money.currency == currency and (not money.amount or is_whole(money))


def _event_problems(account: Account, events: AccountEvents) -> list[Problem]:
    found = []
    own = account.id
    groups: tuple[Sequence[Event], ...] = (
        events.payments,
        events.waivers,
        events.corrections,
        events.costs,
        events.holds,
    )
    for group in filter(None, groups):
        seen: set[str] = set()
        for event in group:
            amount = getattr(event, "amount", None)
            foreign, twice = event.account != own, event.id in seen
            wrong = amount is not None and (not _usable(amount, account.currency) or amount.amount <= 0)
            seen.add(event.id)
            if not (foreign or twice or wrong):
                continue
            about = {"account": own, "event": event.id}
            if foreign:
                found.append(Problem("claim.event-foreign", event.origin, {**about, "other": event.account}))
            if twice:
                found.append(Problem("claim.event-twice", event.origin, about))
            if wrong:
                assert amount is not None
                params = {**about, "amount": str(amount.amount)}
                found.append(Problem("claim.event-amount", event.origin, params))
    for correction in events.corrections:
        if not _usable(correction.change, account.currency):
            about = {"account": own, "event": correction.id, "amount": str(correction.change.amount)}
            found.append(Problem("claim.event-amount", correction.origin, about))
    return found


def _payment_problems(account: Account, events: AccountEvents) -> list[Problem]:
    """A payment older than anything billed belongs to a debt that is not in this ledger, unless it was designated."""
    found = []
    ids = {payment.id for payment in events.payments}
    apart: set[str] = {payment.id for payment in events.payments if payment.designation is not None}
    for designation in events.designations:
        about = {"account": account.id, "event": designation.payment}
        if designation.payment not in ids:
            found.append(Problem("claim.designation-payment", designation.origin, about))
        elif designation.payment in apart:
            found.append(Problem("claim.designation-twice", designation.origin, about))
        apart.add(designation.payment)
    earliest = bills_of(account.charges).earliest
    for payment in events.payments:
        if payment.id not in apart and (earliest is None or payment.received_on < earliest):
            params = {
                "account": account.id,
                "event": payment.id,
                "day": payment.received_on.isoformat(),
                "first": earliest.isoformat() if earliest else "–",
            }
            found.append(Problem("claim.payment-before-charge", payment.origin, params))
    return found


def _target_problems(account: Account, events: AccountEvents) -> list[Problem]:
    """An event about a charge must find it; one that changes an amount must find exactly one."""
    found: list[Problem] = []
    designations = (*events.designations, *(p.designation for p in events.payments if p.designation))
    if not (designations or events.holds or events.waivers or events.corrections):
        return found
    checks: list[tuple[tuple[Target, ...], bool, str, Place]] = [
        *((d.targets, False, d.payment or d.id or d.words, d.origin) for d in designations),
        *((h.targets, False, h.id, h.origin) for h in events.holds),
        *(((w.target,), w.amount is not None, w.id, w.origin) for w in events.waivers),
        *(((c.target,), True, c.id, c.origin) for c in events.corrections),
    ]
    for targets, exactly_one, name, origin in checks:
        count = sum(any(t.covers(c.item, c.period) for t in targets) for c in account.charges)
        if count == 0 or (exactly_one and count > 1):
            found.append(
                Problem(
                    "claim.target-unclear", origin, {"account": account.id, "event": name, "count": count}
                )
            )
    return found


def set_aside(account: Account, events: AccountEvents) -> tuple[AccountEvents, tuple[Problem, ...]]:
    """The events without payments that the debtor made for a time the ledger does not bill, and a notice of each.

    民法典 560(1): such a payment settles nothing that is billed here, whether it was for a period since dropped from
    the ledger or for one to come. Only where every period named lies apart from all that is billed; a period or item
    that fits no charge for another reason is ``claim.target-unclear``.
    """
    if not events.designations and not any(p.designation for p in events.payments):
        return events, ()
    aside: dict[str, tuple[Payment, Designation]] = {}
    for payment in events.payments:
        said = payment.designation or designation_of(events, payment.id)
        if said is not None and (said.agreed or said.made_on <= payment.received_on):
            periods = [target.period for target in said.targets]
            if periods and not any(
                period is None or period.overlaps(charge.period)
                for period in periods
                for charge in account.charges
            ):
                aside[payment.id] = payment, said
    if not aside:
        return events, ()
    kept = replace(
        events,
        payments=tuple(p for p in events.payments if p.id not in aside),
        designations=tuple(d for d in events.designations if d.payment not in aside),
    )
    return kept, tuple(_aside(account, payment, said) for payment, said in aside.values())


def _aside(account: Account, payment: Payment, said: Designation) -> Problem:
    params = {
        "account": account.id,
        "event": payment.id,
        "day": payment.received_on.isoformat(),
        "amount": payment.amount.plain,
        "period": ", ".join(target.period.iso for target in said.targets if target.period),
    }
    return Problem("claim.payment-aside", payment.origin, params)


def designation_of(events: AccountEvents, payment_id: str) -> Designation | None:
    """The designation recorded apart for a payment, if there is one."""
    return next((d for d in events.designations if d.payment == payment_id), None)
