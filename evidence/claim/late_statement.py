"""The late charge of an account: its lines, their totals, and what is to be said about them (rules R21 to R23)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache, partial

from evidence.claim.bills import Bill
from evidence.claim.late_charge import (
    ClaimBasis,
    Figure,
    FlatRate,
    Gap,
    Late,
    LateLine,
    LatePosition,
    LateRules,
    LateTerms,
    LprMode,
    claimed_figure,
    flat_rate,
    late_line,
)
from evidence.claim.minor import of_minor, to_minor
from evidence.claim.rate_text import LateRate, LprRate, plain
from evidence.errors import EvidenceError, Problem
from evidence.law.rates import RateRow
from evidence.model.money import Money


@dataclass(frozen=True)
class LateStatement:
    """All lines with their warnings. A total is ``None`` as soon as one of its lines is not there.
    They are asked for a score of times while a letter is worded, and added up once.

    ``rules`` are the terms and rates the lines rest on, for whoever has to word them.
    """

    lines: tuple[LateLine, ...]
    as_of: date
    currency: str
    warnings: tuple[Problem, ...]
    rules: LateRules = field(compare=False, repr=False)

    def _sum(self, amounts: Iterable[Money | None]) -> Money | None:
        total = Money.zero(self.currency)
        for amount in amounts:
            if amount is None:
                return None
            total = total + amount
        return total

    @cached_property
    def contract(self) -> Money | None:
        return self._sum(line.contract.amount for line in self.lines)

    @cached_property
    def reference(self) -> Money | None:
        """The sum at 1.3 × LPR, or ``None``: not available, see the gaps of the lines."""
        return self._sum(line.reference.amount for line in self.lines)

    @cached_property
    def claimed(self) -> Money | None:
        """The sum of the figures claimed, payments and waivers of late charge taken off."""
        return self._sum(line.outstanding for line in self.lines)

    @property
    def reference_until(self) -> date | None:
        """``None``, or the DATE of "not available after DATE" for the reference figure."""
        days = [line.reference.day for line in self.lines if line.reference.gap is Gap.RATE_ENDED]
        return min((day for day in days if day is not None), default=None)


# The readiness rule each warning belongs to; a warning whose exit code is not 0 fails it (docs/law-cn.md).
RULE_OF: Mapping[str, str] = {
    "claim.late-no-clause": "R21",
    "claim.late-own-above-contract": "R21",
    "claim.late-factor-beyond": "R21",
    "claim.late-due-unknown": "R21",
    "claim.late-above-reference": "R22",
    "claim.late-far-above-reference": "R22",
    "claim.late-above-principal": "R22",
    "claim.late-reference-unknown": "R22",
    "claim.late-rate-ended": "R23",
    "claim.late-rate-not-begun": "R23",
    "claim.late-claim-rests-on-rate": "R23",
    "claim.late-rate-unverified": "R23",
}


def late_statement(
    positions: Iterable[LatePosition], as_of: date, rules: LateRules, currency: str, *, trace: bool = True
) -> LateStatement:
    """The late charge of every charge in delay on ``as_of``, in the order given.

    Raises :meth:`LateRules.problems`: with a rate that cannot be meant there is no figure at all. Without
    ``trace`` the lines carry no segments.
    """
    if problems := rules.problems():
        raise EvidenceError(problems)
    lines, without_due = [], 0
    for position in positions:
        if position.charge.due is None:
            without_due += position.charge.period.end < as_of
        elif (line := late_line(position, as_of, rules, trace=trace)) is not None:
            lines.append(line)
    warnings: list[Problem] = []
    if without_due:
        warnings.append(Problem("claim.late-due-unknown", params={"count": without_due}))
    warnings += _clause_warnings(lines, rules)
    warnings += _level_warnings(lines, rules, currency)
    warnings += _rate_warnings(lines, rules)
    return LateStatement(tuple(lines), as_of, currency, tuple(warnings), rules)


_GAP = -1
_MOST = 1 << 14


class LateSums:
    """What is claimed of account after account on one day: sums without statements, for lists of a whole estate.

    Where one rate bears all the time, as nearly everywhere, it is looked up once for all that fell due together.
    Whoever asks has looked at :meth:`LateRules.problems`.
    """

    def __init__(self, as_of: date, rules: LateRules, currency: str) -> None:
        self.as_of, self.rules, self.currency = as_of, rules, currency
        self._rates: dict[tuple[str, date], FlatRate | None] = {}
        self._figure = lru_cache(maxsize=1 << 14)(partial(claimed_figure, day=as_of, rules=rules))
        self._bills: dict[Bill, int | None] = {}

    def of(self, lines: Iterable[Late], bills: Iterable[Bill] = ()) -> Money | None:
        """:attr:`LateStatement.claimed` of an account; ``None`` also where no charge is in delay.

        ``bills`` are further charges, with what the ledger leaves to pay of them; their figures are remembered.
        """
        figures, known = [], self._bills
        for bill in bills:
            if bill not in known:
                if len(known) >= _MOST:
                    known.clear()
                known[bill] = self._fen(Late(bill.item, bill.charge.due, bill.history))
            if (fen := known[bill]) is not None:
                figures.append(fen)
        for line in lines:
            if (fen := self._fen(line)) is not None:
                figures.append(fen)
        if not figures or min(figures) < 0:
            return None
        return of_minor(sum(figures), self.currency)

    def _fen(self, line: Late) -> int | None:
        """The figure of one charge; ``None`` where it is not in delay, ``_GAP`` where it cannot be figured."""
        item, due, history, settled = line
        if due is None or due >= self.as_of:
            return None
        key = item, due
        if key not in self._rates:
            self._rates[key] = flat_rate(item, due, self.rules)
        rate = self._rates[key]
        if rate is not None:
            fen = rate.of(history, self.as_of)
        else:
            figure = self._figure(item, due, self.currency, tuple(history))
            if figure is not None and figure.amount is None:
                return _GAP
            fen = to_minor(figure.amount) if figure is not None and figure.amount is not None else None
        return None if fen is None else max(0, fen - settled)


def _clause_warnings(lines: list[LateLine], rules: LateRules) -> list[Problem]:
    """R21: is there a clause for what is claimed?"""
    found = []
    for terms, items in _by_terms(lines):
        names = {"items": ", ".join(items)}
        if terms.basis is ClaimBasis.CONTRACT and terms.rate is None:
            found.append(Problem("claim.late-no-clause", params=names))
        if terms.basis is ClaimBasis.OWN and terms.own_rate and isinstance(terms.rate, LateRate):
            days = rules.year_days(terms)
            own, agreed = terms.own_rate.year_fraction(days), terms.rate.year_fraction(days)
            if own > agreed:
                rates = {"own": plain(own * 100), "contract": plain(agreed * 100)}
                found.append(Problem("claim.late-own-above-contract", params={**names, **rates}))
        if terms.basis is ClaimBasis.OWN and terms.rate is None:
            found.append(Problem("claim.late-no-clause", params=names))
        high = rules.rates.late_charge.loss_factor_high
        if terms.basis is ClaimBasis.REFERENCE and (terms.claim_factor or 0) > high:
            factors = {"factor": plain(terms.claim_factor or high), "high": plain(high)}
            found.append(Problem("claim.late-factor-beyond", params={**names, **factors}))
    return found


def _level_warnings(lines: list[LateLine], rules: LateRules, currency: str) -> list[Problem]:
    """R22: how high is what is claimed, by the rate of the day of breach and by the principal?"""
    parameters, table = rules.rates.late_charge, rules.rates.reference
    above: list[tuple[LateLine, Decimal, Decimal]] = []
    unknown: list[LateLine] = []
    strong = False
    percents = {
        day: table.on(day).percent for day in {line.start for line in lines} if not table.gap(day, day)
    }
    for line in lines:
        yearly = _claimed_year_rate(line, rules)
        if yearly is None:
            continue
        if isinstance(yearly, LprRate):
            times = yearly.factor
            year = Decimal(0)
        elif line.start in percents:
            year = yearly.year_fraction(rules.year_days(line.terms))
            times = year * 100 / percents[line.start]
        else:
            unknown.append(line)
            continue
        if times > parameters.reference_factor:
            above.append((line, times, year))
            strong = strong or times > parameters.strong_factor
    found = []
    if above:
        worst = max(above, key=lambda row: row[1])
        code = "claim.late-far-above-reference" if strong else "claim.late-above-reference"
        params: dict[str, str | int] = {
            "count": len(above),
            "times": plain(worst[1].quantize(Decimal("0.1"))),
            "factor": plain(parameters.strong_factor if strong else parameters.reference_factor),
        }
        found.append(Problem(code, params=params))
    if unknown:
        found.append(Problem("claim.late-reference-unknown", params={"count": len(unknown)}))
    claimed = [line.claimed.amount for line in lines if line.claimed.amount is not None]
    total, base = Money.total(claimed, currency), Money.total((line.base for line in lines), currency)
    if base < total:
        found.append(
            Problem("claim.late-above-principal", params={"late": total.plain, "principal": base.plain})
        )
    return found


def _rate_warnings(lines: list[LateLine], rules: LateRules) -> list[Problem]:
    """R23: does the rate table reach, and has somebody verified the rows used?"""
    found = []
    series = rules.rates.reference.key
    for gap, code in (
        (Gap.RATE_ENDED, "claim.late-rate-ended"),
        (Gap.RATE_NOT_BEGUN, "claim.late-rate-not-begun"),
    ):
        days = [line.reference.day for line in lines if line.reference.gap is gap]
        if days:
            day = min(day for day in days if day is not None).isoformat()
            found.append(Problem(code, params={"count": len(days), "day": day, "series": series}))
    blocked = [line for line in lines if line.claimed.gap in (Gap.RATE_ENDED, Gap.RATE_NOT_BEGUN)]
    if blocked:
        params: dict[str, str | int] = {
            "count": len(blocked),
            "periods": ", ".join(dict.fromkeys(line.charge.period.iso for line in blocked)),
            "series": series,
        }
        found.append(Problem("claim.late-claim-rests-on-rate", params=params))
    used = {
        row.since
        for line in lines
        for figure in (line.reference, line.claimed)
        for row in _rows_used(line, figure, rules)
        if not row.verified
    }
    if used:
        rows = ", ".join(day.isoformat() for day in sorted(used))
        found.append(Problem("claim.late-rate-unverified", params={"days": rows}))
    return found


def _rows_used(line: LateLine, figure: Figure, rules: LateRules) -> tuple[RateRow, ...]:
    if figure.amount is None or figure.gap is not None:
        return ()
    by_rate = figure is line.claimed and isinstance(_claimed_year_rate(line, rules), LateRate)
    if by_rate:
        return ()
    table = rules.rates.reference
    if line.terms.mode is LprMode.FIXED:
        return (table.on(line.start),)
    return tuple(row for _, _, row in table.within(line.start, line.last))


def _claimed_year_rate(line: LateLine, rules: LateRules) -> LateRate | LprRate | None:
    """The rate of the figure claimed, where it is 违约金; the loss by LPR (REFERENCE) has no level to compare."""
    terms = line.terms
    if terms.basis is ClaimBasis.CONTRACT:
        return terms.rate
    return terms.own_rate if terms.basis is ClaimBasis.OWN else None


def _by_terms(lines: list[LateLine]) -> list[tuple[LateTerms, list[str]]]:
    groups: dict[LateTerms, dict[str, None]] = {}
    for line in lines:
        groups.setdefault(line.terms, {})[line.charge.item] = None
    return [(terms, list(items)) for terms, items in groups.items()]
