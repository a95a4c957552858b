"""The figures of a claim as a letter prints them: lines, sums and the sum in words. Nothing is computed but sums."""

from __future__ import annotations

from typing import Any

from evidence.claim.statement import Claim
from evidence.claim.words import rmb_words
from evidence.letters.labels import labels_for
from evidence.model.money import Money
from evidence.model.period import Period, chinese_date

# The longest sum the arrears table holds on one line at its normal size: 99,999.99.
_NARROW = len("99,999.99")


def figures(claim: Claim, locale: str) -> dict[str, Any]:
    """The lines of the arrears table, oldest first, and their sums.

    ``due_unknown`` says that some line has no day to pay by: such a charge counts as due once its period has
    ended, and the letter says so.
    """
    labels = labels_for(locale)
    currency = claim.total.currency
    billed = Money.total((line.billed for line in claim.lines), currency).grouped
    paid = Money.total((line.paid for line in claim.lines), currency).grouped
    return {
        "lines": [
            {
                "number": str(position),
                "item": line.item,
                "period": "".join(_period(line.period)),
                "period_lines": list(_period(line.period)),
                "due": chinese_date(line.due) if line.due else labels.due_unknown,
                "billed": line.billed.grouped,
                "paid": line.paid.grouped,
                "outstanding": line.outstanding.grouped,
            }
            for position, line in enumerate(claim.lines, start=1)
        ],
        "due_unknown": any(line.due is None for line in claim.lines),
        "line_count": str(len(claim.lines)),
        "billed_total": billed,
        "paid_total": paid,
        "total": claim.total.grouped,
        "wide_amounts": max(map(len, (billed, paid, claim.total.grouped))) > _NARROW,
        "total_with_unit": labels.amount.format(amount=claim.total.grouped),
        "total_words": rmb_words(claim.total, locale),
    }


def _period(period: Period) -> tuple[str, ...]:
    """A period in one line (``2026年1月至3月``), or in two where both years or days are needed.

    Two lines are a matter of layout: a narrow column would otherwise be broken inside a date.
    """
    if period.is_whole_months and period.start.year == period.end.year:
        first, last = period.start.month, period.end.month
        return (f"{period.start.year}年{first}月" + (f"至{last}月" if last != first else ""),)
    start, until, end = period.chinese.partition("至")
    return (start, until + end) if end else (start,)
