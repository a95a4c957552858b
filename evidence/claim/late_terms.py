"""What decides a late charge: the clause, what is claimed, which day's reference rate, and the rates at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from evidence.claim.rate_text import ContractRate, LateRate, plain, rate_problem
from evidence.errors import Problem
from evidence.law.rates import RatePack

# Rates are reckoned in whole units of 10⁻¹².
RATE_UNIT = 10**12


class LprMode(StrEnum):
    """``FIXED``: the reference rate of the day of breach (违约行为发生时), the default; ``FLOATING``: as it changes."""

    FIXED = "fixed"
    FLOATING = "floating"


class ClaimBasis(StrEnum):
    """Which figure is claimed. ``OWN`` is a rate of the claimant's own choice, never above the contract's."""

    CONTRACT = "contract"
    REFERENCE = "reference"
    OWN = "own"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class LateTerms:
    """What decides the late charge of a fee item.

    ``rate`` is the contract's clause (``None``: there is none). ``claimed`` ``None`` means the contract figure, or
    without a clause the reference rate times ``claim_factor`` (default: the pack's lower loss factor).
    ``cap_at_principal``: the clause itself says that the charge does not exceed the principal.
    """

    rate: ContractRate | None = None
    claimed: ClaimBasis | None = None
    own_rate: LateRate | None = None
    claim_factor: Decimal | None = None
    mode: LprMode = LprMode.FIXED
    cap_at_principal: bool = False
    year_days: int | None = None

    @property
    def basis(self) -> ClaimBasis:
        return self.claimed or (ClaimBasis.CONTRACT if self.rate else ClaimBasis.REFERENCE)


@dataclass(frozen=True, slots=True)
class LateRules:
    """Terms, by fee item where they differ, and the rates they may rest on."""

    terms: LateTerms
    rates: RatePack
    by_item: Mapping[str, LateTerms] = field(default_factory=dict)

    def of(self, item: str) -> LateTerms:
        return self.by_item.get(item, self.terms)

    def year_days(self, terms: LateTerms) -> int:
        return terms.year_days or self.rates.late_charge.year_days

    def burden(self, item: str) -> Decimal:
        """How heavily a debt of ``item`` weighs on the debtor (560(2)): the agreed yearly rate, else nothing."""
        terms = self.of(item)
        return (
            terms.rate.year_fraction(self.year_days(terms))
            if isinstance(terms.rate, LateRate)
            else Decimal(0)
        )

    def problems(self) -> tuple[Problem, ...]:
        """Terms nobody may reckon with.

        ``claim.rate-implausible``, ``claim.rate-own-missing``, ``claim.rate-not-exact`` (beyond 12 decimals).
        """
        limit = self.rates.late_charge.implausible_year
        if not self.by_item:
            return _problems(self.terms, self.year_days(self.terms), limit)
        each = dict.fromkeys((self.terms, *self.by_item.values()))
        return tuple(found for terms in each for found in _problems(terms, self.year_days(terms), limit))


@lru_cache(maxsize=256)
def _problems(terms: LateTerms, days: int, limit: Decimal) -> tuple[Problem, ...]:
    """Remembered: asked for with every account of an estate."""
    found = []
    for rate in (terms.rate, terms.own_rate):
        if rate is None:
            continue
        if problem := rate_problem(rate, days, limit):
            found.append(problem)
        elif isinstance(rate, LateRate) and rate.value * RATE_UNIT % 1:
            found.append(Problem("claim.rate-not-exact", params={"rate": plain(rate.value)}))
    if terms.basis is ClaimBasis.OWN and terms.own_rate is None:
        found.append(Problem("claim.rate-own-missing"))
    return tuple(found)
