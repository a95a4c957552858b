"""Late charge (违约金) of each fee period: contract figure, figure by 1.3 × LPR, figure claimed.

Simple interest. Days run from the day after the due date to the day of calculation, that day included. A
payment counts as received in the course of its day: that day still bears charge on the old principal, the
next on the new one (至实际清偿之日止). A rate change bears from its own day. Nothing is rounded until the line of
the period is complete; then once, half-up to the fen.

Inside, a figure is an exact fraction: fen × days × yearly rate in units of 10⁻¹² over 10¹² × days of the year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple, Protocol

from evidence.claim.late_terms import RATE_UNIT, ClaimBasis, LateRules, LateTerms, LprMode
from evidence.claim.minor import half_up, of_minor, to_minor
from evidence.claim.rate_text import ContractRate, LateRate, LprRate, Per, plain
from evidence.model.account import Charge
from evidence.model.money import Money

__all__ = [
    "ClaimBasis",
    "Figure",
    "FlatRate",
    "Gap",
    "Late",
    "LateLine",
    "LatePosition",
    "LateRules",
    "LateTerms",
    "LprMode",
    "Segment",
    "accrued",
    "claimed_figure",
    "flat_rate",
    "late_line",
]

_DAY = timedelta(days=1)


class Gap(StrEnum):
    """Why a figure is not there."""

    NO_CLAUSE = "no-clause"
    RATE_ENDED = "rate-ended"
    RATE_NOT_BEGUN = "rate-not-begun"
    NOT_CLAIMED = "not-claimed"


class LatePosition(Protocol):
    """A charge with the history of its principal: (first day, fen from that day on), from the beginning."""

    @property
    def charge(self) -> Charge: ...
    @property
    def history(self) -> Sequence[tuple[date, int]]: ...
    @property
    def late_paid(self) -> Money: ...
    @property
    def late_waived(self) -> Money: ...


@dataclass(frozen=True, slots=True)
class Segment:
    """Days with one principal and one rate, both ends included. ``percent`` is of ``base`` per ``per``."""

    first: date
    last: date
    base: Money
    percent: Decimal
    per: Per
    year_days: int
    note: str = ""

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def formula(self) -> str:
        """``1648.40 × 20 × 3% ÷ 365``, for a pocket calculator."""
        rate = f"{self.base.plain} × {self.days} × {plain(self.percent)}%"
        return rate if self.per is Per.DAY else f"{rate} ÷ {self.year_days}"

    @property
    def exact(self) -> Fraction:
        """The amount of this segment, unrounded."""
        share = Fraction(self.percent) / 100 * self.days
        return Fraction(self.base.amount) * (share if self.per is Per.DAY else share / self.year_days)

    @property
    def unrounded(self) -> str:
        """:attr:`exact` to six decimals (cut off, not rounded), for checking by hand."""
        micro = int(self.exact * 10**6)
        return f"{micro // 10**6}.{micro % 10**6:06d}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the three figures of a line. ``amount`` ``None``: not there, see ``gap`` and ``day``."""

    amount: Money | None
    segments: tuple[Segment, ...] = ()
    capped: bool = False
    gap: Gap | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class LateLine:
    """The late charge of one charge from ``start`` to ``last`` (the day of calculation, or of the last payment).

    ``base`` is the principal at the start of delay, ``principal`` what is still open of it.
    """

    charge: Charge
    start: date
    last: date
    base: Money
    principal: Money
    contract: Figure
    reference: Figure
    claimed: Figure
    paid: Money
    waived: Money
    terms: LateTerms

    @property
    def days(self) -> int:
        return (self.last - self.start).days + 1

    @property
    def outstanding(self) -> Money | None:
        """The figure claimed less what was paid or waived of it."""
        if self.claimed.amount is None:
            return None
        left = self.claimed.amount - self.paid - self.waived
        return left if left.amount > 0 else Money.zero(left.currency)


def clip(history: Sequence[tuple[date, int]], first: date, last: date) -> list[tuple[date, date, int]]:
    """The stretches of constant principal within ``first`` to ``last``, both included; empty ones left out."""
    found: list[tuple[date, date, int]] = []
    for index, (since, base) in enumerate(history):
        until = history[index + 1][0] - _DAY if index + 1 < len(history) else last
        start, end = max(since, first), min(until, last)
        if start <= end and base > 0:
            found.append((start, end, base))
    return found


def _by_rate(
    parts: list[tuple[date, date, int]],
    rate: LateRate,
    days: int,
    currency: str,
    cap: int | None,
    trace: bool,
    note: str = "",
) -> Figure:
    """One rate for every part."""
    fen_days = sum([base * ((last - first).days + 1) for first, last, base in parts])
    segments = [_segment(part, rate, days, currency, note) for part in parts] if trace else []
    return _figure(fen_days * _yearly(rate, days), segments, days, currency, cap)


def _yearly(rate: LateRate, days: int) -> int:
    """The rate of a year in units of 10⁻¹²."""
    numerator, denominator = rate.value.as_integer_ratio()
    return numerator * RATE_UNIT // denominator * (days if rate.per is Per.DAY else 1)


def _segment(part: tuple[date, date, int], rate: LateRate, days: int, currency: str, note: str) -> Segment:
    first, last, base = part
    return Segment(first, last, of_minor(base, currency), rate.value * 100, rate.per, days, note)


def _figure(numerator: int, segments: Sequence[Segment], days: int, currency: str, cap: int | None) -> Figure:
    """The one rounding: ``numerator`` is fen × days × yearly rate in units of 10⁻¹²."""
    amount = half_up(numerator, RATE_UNIT * days)
    capped = cap is not None and amount > cap
    if capped:
        assert cap is not None
        amount = cap
    return Figure(of_minor(amount, currency), tuple(segments), capped)


def _by_reference(
    parts: list[tuple[date, date, int]],
    start: date,
    factor: Decimal,
    mode: LprMode,
    rules: LateRules,
    days: int,
    currency: str,
    cap: int | None,
    trace: bool,
) -> Figure:
    """By the reference rate times ``factor``; a figure without amount where the table does not reach."""
    table = rules.rates.reference
    end = start if mode is LprMode.FIXED else max((last for _, last, _ in parts), default=start)
    if problem := table.gap(start, end):
        if problem.code == "claim.rate-before":
            return Figure(None, gap=Gap.RATE_NOT_BEGUN, day=table.known_from)
        return Figure(None, gap=Gap.RATE_ENDED, day=table.known_until)
    if mode is LprMode.FIXED:
        rate, note = _reference_rate(table.on(start).percent, factor)
        return _by_rate(parts, rate, days, currency, cap, trace, note)
    numerator, segments = 0, []
    for first, last, base in parts:
        for a, b, row in table.within(first, last):
            rate, note = _reference_rate(row.percent, factor)
            numerator += base * ((b - a).days + 1) * _yearly(rate, days)
            if trace:
                segments.append(_segment((a, b, base), rate, days, currency, note))
    return _figure(numerator, segments, days, currency, cap)


@lru_cache(maxsize=256)
def _reference_rate(percent: Decimal, factor: Decimal) -> tuple[LateRate, str]:
    """A published rate times a factor, and how that is noted: there are few, and every line has one."""
    return LateRate(percent * factor / 100, Per.YEAR), f"{plain(percent)}% × {plain(factor)}"


def _cap(terms: LateTerms, base: int) -> int | None:
    return base if terms.cap_at_principal else None


def _claimed(
    terms: LateTerms,
    rules: LateRules,
    parts: list[tuple[date, date, int]],
    start: date,
    base: int,
    currency: str,
    trace: bool,
) -> Figure:
    """The figure by the basis the claimant chose."""
    days, cap = rules.year_days(terms), _cap(terms, base)
    if terms.basis is ClaimBasis.NONE:
        return Figure(Money.zero(currency), gap=Gap.NOT_CLAIMED)
    if terms.basis is ClaimBasis.CONTRACT:
        return _contract(terms, rules, parts, start, base, currency, trace)
    if terms.basis is ClaimBasis.OWN:
        assert terms.own_rate is not None  # LateRules.problems
        return _by_rate(parts, terms.own_rate, days, currency, cap, trace)
    factor = terms.claim_factor or rules.rates.late_charge.loss_factor_low
    return _by_reference(parts, start, factor, terms.mode, rules, days, currency, cap, trace)


def _contract(
    terms: LateTerms,
    rules: LateRules,
    parts: list[tuple[date, date, int]],
    start: date,
    base: int,
    currency: str,
    trace: bool,
) -> Figure:
    days, cap = rules.year_days(terms), _cap(terms, base)
    if terms.rate is None:
        return Figure(None, gap=Gap.NO_CLAUSE)
    if isinstance(terms.rate, LprRate):
        factor = terms.rate.factor
        return _by_reference(parts, start, factor, terms.mode, rules, days, currency, cap, trace)
    return _by_rate(parts, terms.rate, days, currency, cap, trace)


def accrued(charge: Charge, history: Sequence[tuple[date, int]], day: date, rules: LateRules) -> int | None:
    """The figure claimed for one charge up to ``day``, in fen; 0 while not in delay, ``None`` where it is not there.

    For allocations that pay late charge before principal, and for waivers of "all late charge so far".
    """
    figure = claimed_figure(charge.item, charge.due, charge.billed.currency, history, day, rules)
    if figure is None:
        return 0
    return None if figure.amount is None else to_minor(figure.amount)


class Late(NamedTuple):
    """All that the late charge of a line is summed from, what is held left aside; ``settled``, of the charge, in fen."""

    item: str
    due: date | None
    history: Sequence[tuple[date, int]]
    settled: int = 0


class FlatRate(NamedTuple):
    """The one rate that gives the figure claimed for a charge: ``yearly`` in units of 10⁻¹² of the principal."""

    start: date
    yearly: int
    year_days: int
    capped: bool

    def of(self, history: Sequence[tuple[date, int]], day: date) -> int | None:
        """The figure claimed up to ``day`` in fen, as :func:`claimed_figure`; ``None`` where nothing was open."""
        fen_days = first_base = 0
        until = day
        for since, base in reversed(history):
            begin = since if since > self.start else self.start
            if base > 0 and begin <= until:
                fen_days += base * ((until - begin).days + 1)
                first_base = base
            if since <= self.start:
                break
            if since <= until:
                until = since - _DAY
        if not first_base:
            return None
        figure = half_up(fen_days * self.yearly, RATE_UNIT * self.year_days)
        return min(figure, first_base) if self.capped else figure


def flat_rate(item: str, due: date, rules: LateRules) -> FlatRate | None:
    """The rate of :func:`claimed_figure` where one rate bears from the first day to the last, else ``None``."""
    terms, start = rules.of(item), due + _DAY
    rate: ContractRate | None
    if terms.basis is ClaimBasis.REFERENCE:
        rate = LprRate(terms.claim_factor or rules.rates.late_charge.loss_factor_low)
    else:
        rate = {ClaimBasis.CONTRACT: terms.rate, ClaimBasis.OWN: terms.own_rate}.get(terms.basis)
    if isinstance(rate, LprRate):
        table = rules.rates.reference
        if terms.mode is not LprMode.FIXED or table.gap(start, start):
            return None
        rate, _ = _reference_rate(table.on(start).percent, rate.factor)
    if rate is None:
        return None
    days = rules.year_days(terms)
    return FlatRate(start, _yearly(rate, days), days, terms.cap_at_principal)


def claimed_figure(
    item: str,
    due: date | None,
    currency: str,
    history: Sequence[tuple[date, int]],
    day: date,
    rules: LateRules,
) -> Figure | None:
    """The ``claimed`` of :func:`late_line` alone, without segments; ``None`` where there is no line."""
    if due is None or due >= day:
        return None
    start = due + _DAY
    parts = clip(history, start, day)
    if not parts:
        return None
    return _claimed(rules.of(item), rules, parts, start, parts[0][2], currency, trace=False)


def late_line(
    position: LatePosition, as_of: date, rules: LateRules, *, trace: bool = True
) -> LateLine | None:
    """The three figures of one charge; ``None`` if it was never in delay or has no due date."""
    charge = position.charge
    if charge.due is None or charge.due >= as_of:
        return None
    start = charge.due + _DAY
    parts = clip(position.history, start, as_of)
    if not parts:
        return None
    terms, currency, base = rules.of(charge.item), charge.billed.currency, parts[0][2]
    contract = _contract(terms, rules, parts, start, base, currency, trace)
    factor, days = rules.rates.late_charge.reference_factor, rules.year_days(terms)
    reference = _by_reference(parts, start, factor, terms.mode, rules, days, currency, None, trace)
    if terms.basis is ClaimBasis.CONTRACT:
        claimed = contract
    else:
        claimed = _claimed(terms, rules, parts, start, base, currency, trace)
    return LateLine(
        charge,
        start,
        parts[-1][1],
        of_minor(base, currency),
        of_minor(position.history[-1][1], currency),
        contract,
        reference,
        claimed,
        position.late_paid,
        position.late_waived,
        terms,
    )
