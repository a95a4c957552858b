"""Segments of owners, for the tone of a letter and the way it goes: how they have paid, who they are, where they live.

Advice for the clerk and a filter for lists. It decides nothing: no step is skipped or added for a segment, and nobody is
scored. The thresholds are policy (``law/packs/JURISDICTION-ladder.toml``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from evidence.claim.ladder_policy import policy_data
from evidence.claim.statement import Claim
from evidence.model.account import Account
from evidence.model.case import CaseEvent, CaseKind, latest

__all__ = [
    "Advice",
    "OwnerKind",
    "PaymentHistory",
    "Segment",
    "SegmentRules",
    "find_segments",
    "segment_of",
    "sounds_like_company",
]


class PaymentHistory(StrEnum):
    PUNCTUAL = "punctual"
    OCCASIONAL = "occasional"
    LONG_ARREARS = "long-arrears"


class OwnerKind(StrEnum):
    OWNER = "owner"
    TENANT = "tenant"
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Advice:
    """Tone (``warm``, ``plain``, ``formal``) and channels, the best one first."""

    tone: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SegmentRules:
    """``long_…``: long in arrears from so many days or periods; ``punctual_…``: punctual up to so many."""

    long_days: int
    long_periods: int
    punctual_days: int
    punctual_periods: int
    company_words: tuple[str, ...]
    advice: tuple[tuple[PaymentHistory, Advice], ...]


@dataclass(frozen=True, slots=True)
class Segment:
    history: PaymentHistory
    kind: OwnerKind
    building: str
    advice: Advice


@cache
def find_segments(jurisdiction: str) -> SegmentRules | None:
    """The rules of a jurisdiction's pack; ``None`` where it has none yet."""
    data = policy_data(jurisdiction)
    if data is None:
        return None
    raw = data["segments"]
    advice = tuple(
        (PaymentHistory(key), Advice(row["tone"], tuple(row["channels"])))
        for key, row in raw["advice"].items()
    )
    return SegmentRules(
        raw["long_days"],
        raw["long_periods"],
        raw["punctual_days"],
        raw["punctual_periods"],
        tuple(raw["company_words"]),
        advice,
    )


def sounds_like_company(name: str, jurisdiction: str) -> bool:
    """Whether a name alone tells an organisation (有限公司 and the like)."""
    rules = find_segments(jurisdiction)
    return any(word in name for word in (rules.company_words if rules else ()))


def segment_of(account: Account, claim: Claim, events: Sequence[CaseEvent], rules: SegmentRules) -> Segment:
    """The segment of an account on the day of ``claim``. ``events`` are the account's own pieces of the case file."""
    history = _history(claim, rules)
    advice = dict(rules.advice)[history]
    return Segment(history, _kind(account, events, claim.as_of, rules), account.premises.building, advice)


def _history(claim: Claim, rules: SegmentRules) -> PaymentHistory:
    """By what is overdue today, disputed parts left aside: a ledger of arrears says little of what was paid in time."""
    oldest = claim.oldest_due
    age = (claim.as_of - oldest).days if oldest else 0
    if age >= rules.long_days:
        return PaymentHistory.LONG_ARREARS
    periods = len({line.period for line in claim.lines})
    if periods >= rules.long_periods:
        return PaymentHistory.LONG_ARREARS
    if age <= rules.punctual_days and periods <= rules.punctual_periods:
        return PaymentHistory.PUNCTUAL
    return PaymentHistory.OCCASIONAL


def _kind(account: Account, events: Sequence[CaseEvent], day: date, rules: SegmentRules) -> OwnerKind:
    """By the case file where it speaks: the code of an owner, a tenant who took over the fee; else by the name."""
    name = account.debtor.name
    for lease in latest(list(events), CaseKind.LEASE):
        ended = (until := lease.date("until")) is not None and until < day
        if not ended and lease.text("tenant") == name and lease.flag("pays_fee") is not False:
            return OwnerKind.TENANT
    for owner in latest(list(events), CaseKind.OWNER):
        if owner.text("name") == name and owner.text("id_type"):
            return OwnerKind.COMPANY if owner.text("id_type") in _COMPANY_CODES else OwnerKind.OWNER
    return OwnerKind.COMPANY if any(word in name for word in rules.company_words) else OwnerKind.OWNER


_COMPANY_CODES = frozenset({"uscc", "统一社会信用代码", "統一社會信用代碼"})
