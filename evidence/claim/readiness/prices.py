"""What a fee line is worked out from, and what its price rests on: R08.

Where the ledger has no unit price, a price document may stand in for it; see :func:`price_charged`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from evidence.claim.readiness.facts import CaseFacts, FeePeriod, PriceDocument
from evidence.claim.readiness.marks import Mark, fail, good, listed, n_, unknown, warn
from evidence.claim.readiness.pack import RulePack
from evidence.model.money import Money
from evidence.model.period import Period


def price_documented(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R08. A document gives the price of every claimed period, and it was posted on site."""
    if facts.periods is None or facts.prices is None:
        return
    seen = [document.name for document in facts.prices]
    missing: list[str] = []
    above: list[str] = []
    no_price: list[str] = []
    used: dict[str, PriceDocument] = {}
    for fee in facts.periods:
        documents = documents_of(fee, facts.prices)
        if not documents:
            missing.append(fee.key)
            continue
        used |= {document.name: document for document in documents}
        charged, lowest = (
            price_charged(fee, documents, pack),
            min(document.unit_price for document in documents),
        )
        if charged is None:
            # Nobody knows the price, yet whatever it was, more was billed than the document's price gives.
            (above if _billed_above(fee, lowest, pack) else no_price).append(fee.key)
        elif charged > lowest:
            above.append(fee.key)
    if missing:
        yield fail(
            "no-document",
            n_("No price document covers {periods}."),
            n_("Add the contract clause, the filing or the approval that sets the price of that time."),
            subjects=missing,
            seen=seen,
            periods=listed(missing),
            record="prices",
        )
    if above:
        yield fail(
            "above-document",
            n_("The price charged for {periods} is higher than the document allows."),
            n_("Correct the claim: what is charged above the agreed price is lost."),
            subjects=above,
            seen=seen,
            periods=listed(above),
            record="prices",
        )
    if no_price:
        yield unknown(
            "price-unknown",
            n_("The unit price charged for {periods} is not recorded."),
            n_("Import a ledger with area and unit price, or record them."),
            subjects=no_price,
            seen=seen,
            periods=listed(no_price),
            record="lines",
        )
    for document in used.values():
        if document.published is None:
            yield unknown(
                "publicity-unknown",
                n_("Whether {document} was posted on site is not recorded."),
                n_("Record it, with a photo of the posting."),
                subjects=[document.name],
                seen=seen,
                document=document.name,
                record="prices",
            )
        elif not document.published:
            yield warn(
                "not-published",
                n_("There is no proof that {document} was posted on site."),
                n_("Post it and keep a dated photo."),
                subjects=[document.name],
                seen=seen,
                document=document.name,
                record="prices",
            )
    yield good("documented", n_("Price documents cover every claimed period."), seen=seen)


def documents_of(fee: FeePeriod, prices: Sequence[PriceDocument] | None) -> list[PriceDocument]:
    return [d for d in prices or () if d.item == fee.item and _in_force(d, fee.period)]


def price_charged(fee: FeePeriod, documents: Sequence[PriceDocument], pack: RulePack) -> Decimal | None:
    """The price charged: the ledger's; where it has none, a document's that gives exactly what was billed.

    A document says what may be charged, not what was. Taken unexamined it would prove itself, so it stands for the
    ledger's price only where area × price × months is the bill.
    """
    if fee.unit_price is not None:
        return fee.unit_price
    fits = (d.unit_price for d in documents if adds_up(replace(fee, unit_price=d.unit_price), pack))
    return min(fits, default=None)


def _billed_above(fee: FeePeriod, price: Decimal, pack: RulePack) -> bool:
    gives = expected(replace(fee, unit_price=price))
    tolerance = pack.figures["line_tolerance"].value
    return bool(gives) and all(fee.claimed.amount - sum_.amount > tolerance for sum_ in gives)


def _in_force(document: PriceDocument, period: Period) -> bool:
    return document.start <= period.start and (document.end is None or period.end <= document.end)


def adds_up(fee: FeePeriod, pack: RulePack) -> bool:
    """Whether what is known of the line gives what is claimed, to the fen a line that rounding may take."""
    tolerance = pack.figures["line_tolerance"].value
    return any(abs(sum_.amount - fee.claimed.amount) <= tolerance for sum_ in expected(fee))


def expected(fee: FeePeriod) -> tuple[Money, ...]:
    """What the line may claim; nothing where its parts are not known.

    A correction either mends a figure that was billed wrongly, so that the factors give the corrected one, or adds
    to a figure they gave.
    """
    months = fee.month_count
    if fee.quantity is None or fee.unit_price is None or months is None or fee.paid is None:
        return ()
    plain = Money(fee.quantity * fee.unit_price * months, fee.claimed.currency).rounded() - fee.paid
    return (plain, plain + fee.corrected) if fee.corrected else (plain,)
