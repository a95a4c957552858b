"""What is claimed and whether the figures stand: R09, R10, R21 to R23, R27."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import combinations

from evidence.claim.readiness.facts import CaseFacts, LateBasis
from evidence.claim.readiness.marks import Mark, fail, good, listed, n_, unknown, warn
from evidence.claim.readiness.pack import RulePack
from evidence.claim.readiness.prices import adds_up, documents_of, expected, price_charged
from evidence.model.money import Money


def arithmetic(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R09. Quantity × price × months − paid is what is claimed, line by line; the lines sum to the total.

    Where the ledger has no price, that of a document may stand in, never so as to hide a difference
    (:func:`~evidence.claim.readiness.prices.price_charged`).
    """
    if facts.periods is None:
        return
    wrong, unsure, differ = [], [], []
    rests_on: dict[str, None] = {}
    for fee in facts.periods:
        documents = documents_of(fee, facts.prices)
        priced = replace(fee, unit_price=price_charged(fee, documents, pack))
        if expected(priced):
            if not adds_up(priced, pack):
                wrong.append(fee.key)
            elif fee.unit_price is None:
                rests_on |= {d.name: None for d in documents if d.unit_price == priced.unit_price}
        elif any(expected(replace(fee, unit_price=document.unit_price)) for document in documents):
            differ.append(fee.key)
        else:
            unsure.append(fee.key)
    if wrong:
        yield fail(
            "line",
            n_("Area × price × months − paid does not give what is claimed for {periods}."),
            n_("Correct the ledger, or record the correction or waiver that explains the difference."),
            subjects=wrong,
            periods=listed(wrong),
            record="corrections",
        )
    if unsure:
        yield unknown(
            "line-unknown",
            n_(
                "Area, price, months or payments of {periods} are not recorded, so the figures cannot be worked out."
            ),
            n_(
                "Import a ledger with area, unit price and payments, or record what the line is worked out from."
            ),
            subjects=unsure,
            periods=listed(unsure),
            record="lines",
        )
    if differ:
        yield unknown(
            "document-differs",
            n_(
                "The ledger has no unit price for {periods}, and area × the documented price × months is not what was "
                "billed."
            ),
            n_("Find out what the line was worked out from: import the unit price, or record it."),
            subjects=differ,
            seen=[document.name for document in facts.prices or ()],
            periods=listed(differ),
            record="lines",
        )
    if facts.claimed_total is not None and facts.periods:
        total = Money.total((fee.claimed for fee in facts.periods), facts.claimed_total.currency)
        if total != facts.claimed_total:
            yield fail(
                "total",
                n_("The lines sum to {sum}, the claim says {total}."),
                n_("Claim what the lines sum to."),
                sum=total.plain,
                total=facts.claimed_total.plain,
            )
    if not facts.periods:
        yield fail(
            "nothing",
            n_("Nothing is claimed."),
            n_("Import a ledger with arrears of this account."),
            record="periods",
        )
    yield good("adds-up", n_("Every line works out, and the lines sum to the total."), seen=rests_on)


def no_overlap(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R10. No day of one item is claimed twice."""
    if facts.periods is None:
        return
    twice: dict[str, None] = {}
    for one, other in combinations(facts.periods, 2):
        if one.item == other.item and one.period.overlaps(other.period):
            twice |= {one.key: None, other.key: None}
    if twice:
        yield fail(
            "overlap",
            n_("The same days are claimed more than once: {periods}."),
            n_("Correct the ledger; charging twice is a defence of the owner."),
            subjects=twice,
            periods=listed(twice),
        )
    yield good("distinct", n_("No period is claimed twice."))


def late_clause(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R21. A late charge at the contract's rate needs a clause."""
    late = facts.late_charge
    if late is None:
        return
    if late.basis is LateBasis.CONTRACT:
        if late.clause is None:
            yield unknown(
                "clause-unknown",
                n_("A late charge is claimed by contract; its clause is not recorded."),
                n_("Record the clause of the contract."),
                record="late_clause",
            )
        elif not late.clause.strip():
            yield fail(
                "no-clause",
                n_("A late charge is claimed by contract, but the contract has no clause on it."),
                n_("Claim the loss by the LPR instead, or drop the late charge."),
                record="late_charge",
            )
    yield good("clause", n_("The late charge has a basis, or none is claimed."), seen=[late.clause or ""])


def late_level(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R22. How far the late charge stands above the yardsticks courts use; a reduction is for the owner to ask."""
    late = facts.late_charge
    if late is None:
        return
    if late.basis is not LateBasis.NONE:
        if late.annual_percent is None or late.amount is None:
            yield unknown(
                "level-unknown",
                n_("The yearly rate or the amount of the late charge is not recorded."),
                n_("Have the late charge worked out."),
            )
        if late.annual_percent is not None and facts.lpr_percent is not None:
            yield from _against_lpr(late.annual_percent, facts.lpr_percent, pack)
        if (
            late.amount is not None
            and facts.claimed_total is not None
            and late.amount.amount > facts.claimed_total.amount
        ):
            yield warn(
                "above-principal",
                n_("The late charge ({amount}) is higher than the principal ({total})."),
                n_("Consider claiming less; say why if not."),
                amount=late.amount.plain,
                total=facts.claimed_total.plain,
            )
    yield good("level", n_("The late charge stays below the yardsticks."))


def _against_lpr(percent: Decimal, lpr: Decimal, pack: RulePack) -> Iterator[Mark]:
    strong, ceiling = pack.figures["lpr_strong"].value, pack.figures["lpr_ceiling"].value
    for code, factor in (("above-strong", strong), ("above-ceiling", ceiling)):
        if percent > factor * lpr:
            yield warn(
                code,
                n_("The late charge runs at {rate} % a year, more than {factor} times the LPR ({lpr} %)."),
                n_("Expect a request to reduce it; consider claiming the lower figure."),
                rate=f"{percent.normalize():f}",
                factor=f"{factor.normalize():f}",
                lpr=f"{lpr.normalize():f}",
            )
            return


def lpr_fresh(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R23. No figure rests on an LPR that was never entered."""
    late, known = facts.late_charge, facts.lpr_through
    if late is None:
        return
    if late.basis is not LateBasis.NONE:
        if late.through is None:
            yield unknown(
                "day-unknown",
                n_("The day up to which the late charge is counted is not recorded."),
                n_("Have the late charge worked out."),
            )
        elif known is not None and late.through > known:
            rests = late.basis is LateBasis.LPR
            yield (fail if rests else warn)(
                "past-table",
                n_("The late charge is counted to {through}; the LPR is known to {known} only.")
                if rests
                else n_(
                    "The reference line at the LPR is not available after {known}; the claim itself does not rest on it."
                ),
                n_("Enter the LPR published since: evidence law rates add."),
                through=late.through.isoformat(),
                known=known.isoformat(),
                record="lpr_through",
            )
    yield good("fresh", n_("Every figure that uses the LPR lies inside the known rates."))


def service_shown(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R27. Service can be shown for each claimed year, and complaints were answered (民法典 525, 526)."""
    if facts.periods is not None and facts.service_records is not None:
        least = pack.number("service_records_a_year")
        years = sorted(
            {year for fee in facts.periods for year in range(fee.period.start.year, fee.period.end.year + 1)}
        )
        bare = [str(year) for year in years if facts.service_records.get(year, 0) < least]
        if bare:
            yield warn(
                "no-records",
                n_("There is no record of service for {years}."),
                n_("Add cleaning, guarding and maintenance records, photos, yearly reports."),
                subjects=bare,
                years=listed(bare),
                record="service_records",
            )
    for complaint in facts.complaints or ():
        if complaint.resolved is None:
            yield unknown(
                "complaint-unknown",
                n_("Whether complaint {name} was answered is not recorded."),
                n_("Record the answer."),
                subjects=[complaint.name],
                name=complaint.name,
                record="complaints",
            )
        elif not complaint.resolved:
            yield warn(
                "complaint-open",
                n_("Complaint {name} is open: expect the late charge to be cut."),
                n_("Answer it in writing before filing."),
                subjects=[complaint.name],
                name=complaint.name,
                record="complaints",
            )
    yield good(
        "shown",
        n_("Service is recorded for every claimed year, and no complaint is open."),
        seen=[complaint.name for complaint in facts.complaints or ()],
    )
