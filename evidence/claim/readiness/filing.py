"""The filing itself: copies, fee and track (R32, R35, R36)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from evidence.claim.readiness.facts import CaseFacts, LateBasis, Track
from evidence.claim.readiness.marks import Mark, fail, good, n_, unknown, warn
from evidence.claim.readiness.pack import RulePack


def copies(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R32. One original and a copy for each defendant."""
    if facts.defendants is not None and facts.copies is not None and facts.copies < len(facts.defendants) + 1:
        yield fail(
            "too-few",
            n_("There are {copies} sets; {needed} are needed: the original and one for each defendant."),
            n_("Print the missing sets."),
            copies=facts.copies,
            needed=len(facts.defendants) + 1,
            record="copies",
        )
    yield good("enough", n_("There are enough sets for the court and every defendant."))


def court_fee(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R35. The stated fee is taken on the whole claim, late charge to date included, and halved at most once."""
    fee, late = facts.court_fee, facts.late_charge
    if fee is None:
        return
    if fee.halved > 1:
        yield fail(
            "halved-twice",
            n_("The court fee was halved {times} times; it may be halved once."),
            n_("Work the fee out again."),
            times=fee.halved,
            record="court_fee",
        )
    if facts.claimed_total is not None and late is not None:
        if late.basis is not LateBasis.NONE and late.amount is None:
            yield unknown(
                "late-unknown",
                n_(
                    "The amount of the late charge is not recorded, so the base of the fee cannot be checked."
                ),
                n_("Have the late charge worked out."),
                record="late_charge",
            )
        else:
            claimed = facts.claimed_total
            if late.basis is not LateBasis.NONE and late.amount is not None:
                claimed = claimed + late.amount
            if claimed != fee.base:
                yield fail(
                    "base",
                    n_("The court fee was taken on {base}, the claim is {claimed}."),
                    n_("Work the fee out on the whole claim."),
                    base=fee.base.plain,
                    claimed=claimed.plain,
                    record="court_fee",
                )
    if fee.expected is not None and fee.amount != fee.expected:
        yield fail(
            "amount",
            n_("The court fee stated is {stated}; the regulation gives {expected}."),
            n_("Work the fee out again."),
            stated=fee.amount.plain,
            expected=fee.expected.plain,
            record="court_fee",
        )
    yield good("fee", n_("The court fee is taken on the whole claim and halved at most once."))


def track(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R36. The way chosen is open: no arbitration clause in the way, small enough, servable, undisputed."""
    if facts.procedure is None:
        return
    way = facts.procedure.track
    if facts.arbitration_clause is True and way is not Track.ARBITRATION:
        yield fail(
            "arbitration-clause",
            n_("The contract has an arbitration clause: a court will not hear the case."),
            n_("Apply to the arbitration commission named, or have a lawyer find the clause void."),
            record="procedure",
        )
    if facts.arbitration_clause is False and way is Track.ARBITRATION:
        yield fail(
            "no-arbitration-clause",
            n_("There is no arbitration clause."),
            n_("Go to court, or agree on arbitration in writing."),
            record="procedure",
        )
    if way is Track.PAYMENT_ORDER and facts.disputed:
        yield warn(
            "disputed",
            n_("The owner disputes the claim: an objection ends the payment order."),
            n_("Consider a suit instead."),
        )
    if way is Track.PAYMENT_ORDER and facts.whereabouts_known is False:
        yield warn(
            "not-servable",
            n_("The owner's whereabouts are unknown: a payment order must be served."),
            n_("Consider a suit instead."),
        )
    if way is Track.SMALL:
        yield from _small(facts)
    yield good("open", n_("The way chosen is open."))


def _small(facts: CaseFacts) -> Iterator[Mark]:
    limit = facts.procedure.limit if facts.procedure else None
    if facts.whereabouts_known is False:
        yield fail(
            "small-missing",
            n_("Small-claims procedure is closed where the defendant's whereabouts are unknown."),
            n_("File for ordinary procedure."),
            record="procedure",
        )
    if facts.disputed:
        yield warn(
            "small-disputed",
            n_("Small-claims procedure is for clear cases with little dispute; this claim is disputed."),
            n_("Expect the court to change the procedure."),
        )
    if limit is None:
        yield unknown(
            "limit-unknown",
            n_("The province's ceiling for small claims is not entered."),
            n_("Enter half of last year's average wage of the province, as the court publishes it."),
            record="procedure",
        )
    elif facts.claimed_total is not None and facts.claimed_total.amount > limit.amount:
        yield warn(
            "above-limit",
            n_(
                "The claim ({total}) is above the ceiling for small claims ({limit}); up to four times that by agreement."
            ),
            n_("Agree with the owner, or file for summary procedure."),
            total=facts.claimed_total.plain,
            limit=limit.plain,
        )
