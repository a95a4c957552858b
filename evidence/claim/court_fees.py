"""The court's arithmetic: case fee, payment order, half fees, the track, and how many copies to file.

Every fee comes with its bands, so that it can be added up by hand. It is rounded half-up to the fen once; the
fee regulation has no rounding rule, and what is due is what the court determines (以法院核定为准).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from evidence.claim.minor import half_up, of_minor
from evidence.errors import Problem, fail
from evidence.law.fees import FeeSchedule, Tariff
from evidence.model.money import Money


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One band: the part of the sum in it, and its fee before rounding."""

    above: Decimal
    up_to: Decimal | None
    part: Decimal
    rate: Decimal
    fee: Fraction


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee and how it came about. ``exact`` is before rounding; ``bases`` are the articles applied."""

    amount: Money
    exact: Fraction
    claim: Money
    lines: tuple[FeeLine, ...]
    bases: tuple[str, ...]
    capped: bool = False
    halved: bool = False


def _money(exact: Fraction, currency: str) -> Money:
    fen = exact * 100
    return of_minor(half_up(fen.numerator, fen.denominator), currency)


def by_tariff(claim: Money, tariff: Tariff) -> Fee:
    """The fee of ``claim`` by one tariff. Raises ``claim.fee-amount`` for a sum that is not positive."""
    if claim.amount <= 0:
        raise fail("claim.fee-amount", amount=claim.plain)
    amount = claim.amount
    if tariff.unit is not None and amount % tariff.unit:
        amount += tariff.unit - amount % tariff.unit
    lines, total, above = [], Fraction(0), Decimal(0)
    for band in tariff.bands:
        if amount <= above:
            break
        part = (amount if band.up_to is None else min(amount, band.up_to)) - above
        fee = Fraction(band.fixed) if band.fixed is not None else Fraction(part) * Fraction(band.rate)
        lines.append(FeeLine(above, band.up_to, part, band.rate, fee))
        total += fee
        if band.up_to is None:
            break
        above = band.up_to
    capped = tariff.cap is not None and total > Fraction(tariff.cap)
    if capped:
        assert tariff.cap is not None
        total = Fraction(tariff.cap)
    return Fee(_money(total, claim.currency), total, claim, tuple(lines), (tariff.basis,), capped)


def case_fee(claim: Money, schedule: FeeSchedule, halving: Iterable[str] = ()) -> Fee:
    """The case fee (案件受理费) of a claim for money; the claim includes the late charge up to filing.

    ``halving`` names the grounds that hold (``simplified``, ``small-claim``, ``mediated``, ``withdrawn``); however
    many, the fee is halved once (民诉法解释 206). Raises ``claim.fee-ground`` for a ground the schedule lacks.
    """
    grounds = sorted(set(halving))
    for ground in grounds:
        if ground not in schedule.halving:
            raise fail("claim.fee-ground", given=ground, known=", ".join(sorted(schedule.halving)))
    full = by_tariff(claim, schedule.case)
    if not grounds:
        return full
    times = 1 if schedule.halved_once else len(grounds)
    exact = full.exact / 2**times
    articles = dict.fromkeys(schedule.halving[ground] for ground in grounds)
    once = (schedule.halving_basis,) if len(grounds) > 1 else ()
    bases = (*full.bases, *articles, *once)
    return Fee(_money(exact, claim.currency), exact, claim, full.lines, bases, halved=True)


def payment_order_fee(claim: Money, schedule: FeeSchedule) -> Fee:
    """The fee of a payment order (支付令): a share of the full case fee. Raises ``claim.fee-not-known``."""
    if schedule.payment_order is None:
        raise fail("claim.fee-not-known", what="payment order")
    full = by_tariff(claim, schedule.case)
    exact = full.exact * Fraction(*schedule.payment_order)
    bases = (*full.bases, schedule.payment_order_basis)
    return Fee(_money(exact, claim.currency), exact, claim, full.lines, bases)


def preservation_fee(value: Money, schedule: FeeSchedule) -> Fee:
    """The fee for securing property of ``value`` (保全). Raises ``claim.fee-not-known``."""
    if schedule.preservation is None:
        raise fail("claim.fee-not-known", what="preservation")
    return by_tariff(value, schedule.preservation)


def enforcement_fee(value: Money, schedule: FeeSchedule) -> Fee:
    """The fee for enforcing a judgment (paid afterwards, 20). Raises ``claim.fee-not-known``."""
    if schedule.enforcement is None:
        raise fail("claim.fee-not-known", what="enforcement")
    return by_tariff(value, schedule.enforcement)


class Track(StrEnum):
    """支付令, 小额诉讼, 简易程序, 普通程序."""

    PAYMENT_ORDER = "payment-order"
    SMALL_CLAIM = "small-claim"
    SMALL_CLAIM_AGREED = "small-claim-agreed"
    SIMPLIFIED = "simplified"
    ORDINARY = "ordinary"


class Fit(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class WageFigure:
    """The average yearly wage of the province, as the user entered it: place, year published for, source."""

    place: str
    year: int
    wage: Money
    source: str = ""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What decides the track; ``None`` is not known. ``defendant_missing``: 下落不明. ``disputed``: an open complaint."""

    disputed: bool | None = None
    serviceable: bool | None = None
    defendant_missing: bool | None = None
    arbitration_clause: bool | None = None
    late_charge_documented: bool | None = None


@dataclass(frozen=True, slots=True)
class TrackOption:
    """One track: whether it fits, why not (codes of ``claim.track-*``), its basis and its fee."""

    track: Track
    fit: Fit
    reasons: tuple[Problem, ...]
    fee: Fee | None
    limit: Money | None = None


def tracks(
    claim: Money, schedule: FeeSchedule, facts: CaseFacts, wage: WageFigure | None = None
) -> tuple[TrackOption, ...]:
    """Every track for a claim, with fit and fee; with an arbitration clause none fits (民诉法 127).

    Without ``wage`` the small-claim tracks are unknown: no figure is shipped, because none is verified.
    """
    options = [_payment_order(claim, schedule, facts)]
    options += _small_claims(claim, schedule, facts, wage)
    simplified = None if "simplified" not in schedule.halving else case_fee(claim, schedule, ("simplified",))
    missing: tuple[Problem, ...] = ()
    if facts.defendant_missing:
        missing = (Problem("claim.track-missing", params={"track": Track.SIMPLIFIED.value}),)
    options.append(TrackOption(Track.SIMPLIFIED, Fit.NO if missing else Fit.YES, missing, simplified))
    options.append(TrackOption(Track.ORDINARY, Fit.YES, (), case_fee(claim, schedule)))
    if not facts.arbitration_clause:
        return tuple(options)
    clause = Problem("claim.track-arbitration")
    return tuple(TrackOption(o.track, Fit.NO, (*o.reasons, clause), o.fee, o.limit) for o in options)


def _fit(no: list[Problem], unknown: list[Problem]) -> Fit:
    return Fit.NO if no else Fit.UNKNOWN if unknown else Fit.YES


def _payment_order(claim: Money, schedule: FeeSchedule, facts: CaseFacts) -> TrackOption:
    """民诉法 225: no other dispute, the order can be served; 解释 428(2): late charge only as documented."""
    no, unknown = [], []
    for value, good, code in (
        (facts.disputed, False, "claim.track-disputed"),
        (facts.serviceable, True, "claim.track-not-serviceable"),
        (facts.late_charge_documented, True, "claim.track-late-undocumented"),
        (facts.defendant_missing, False, "claim.track-missing"),
    ):
        problem = Problem(code, params={"track": Track.PAYMENT_ORDER.value})
        if value is None:
            unknown.append(problem)
        elif value is not good:
            no.append(problem)
    fee = payment_order_fee(claim, schedule) if schedule.payment_order else None
    return TrackOption(Track.PAYMENT_ORDER, _fit(no, unknown), (*no, *unknown), fee)


def _small_claims(
    claim: Money, schedule: FeeSchedule, facts: CaseFacts, wage: WageFigure | None
) -> list[TrackOption]:
    """民诉法 165, 166: up to half the average wage by law, up to twice it by agreement; not for the missing."""
    mandatory, agreed = schedule.small_claim_mandatory, schedule.small_claim_agreed
    if mandatory is None or agreed is None:
        return []
    fee = case_fee(claim, schedule, ("small-claim",)) if "small-claim" in schedule.halving else None
    options = []
    for track, share in ((Track.SMALL_CLAIM, mandatory), (Track.SMALL_CLAIM_AGREED, agreed)):
        no, unknown, limit = [], [], None
        if facts.defendant_missing:
            no.append(Problem("claim.track-missing", params={"track": track.value}))
        if wage is None:
            unknown.append(Problem("claim.track-wage", params={"track": track.value}))
        else:
            limit = Money(wage.wage.amount * share, wage.wage.currency).rounded()
            if limit < claim:
                over: dict[str, str | int] = {"limit": limit.plain, "place": wage.place, "year": wage.year}
                no.append(Problem("claim.track-above-limit", params={"track": track.value, **over}))
        options.append(TrackOption(track, _fit(no, unknown), (*no, *unknown), fee, limit))
    return options
