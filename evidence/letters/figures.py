"""The figures of a claim as a letter prints them: lines, sums and the sum in words. Nothing is computed but sums."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evidence.claim.statement import Claim
from evidence.claim.words import rmb_words
from evidence.letters.labels import labels_for
from evidence.letters.periods import period_lines
from evidence.model.money import Money
from evidence.model.period import chinese_date

__all__ = ["figures", "period_lines"]

# The longest sum the arrears table holds on one line at its normal size: 99,999.99.
_NARROW = len("99,999.99")
# The longest that the small table holds where it has columns for waivers or holds.
_LONG = len("999,999.99")


def figures(claim: Claim, late: Sequence[str], locale: str) -> dict[str, Any]:
    """The lines of the arrears table, oldest first, and their sums; ``late`` is the late charge shown for each.

    Billed − waived − paid − held = outstanding can be followed on the page: ``has_waived`` and ``has_held`` say
    whether those columns are needed, ``corrections`` what was billed before a correction. ``due_unknown`` says that
    some line has no day to pay by: such a charge counts as due once its period has ended, and the letter says so.
    """
    labels = labels_for(locale)
    currency = claim.total.currency
    billed, waived, paid, held = (
        Money.total((getattr(line, name) for line in claim.lines), currency)
        for name in ("billed", "waived", "paid", "held")
    )
    sums = (billed.grouped, waived.grouped, paid.grouped, held.grouped, claim.total.grouped)
    return {
        "lines": [
            {
                "number": str(position),
                "item": line.item,
                "period": "".join(period_lines(line.period)),
                "period_lines": list(period_lines(line.period)),
                "due": chinese_date(line.due) if line.due else labels.due_unknown,
                "billed": line.billed.grouped,
                "waived": line.waived.grouped,
                "paid": line.paid.grouped,
                "held": line.held.grouped,
                "outstanding": line.outstanding.grouped,
                "late": charge,
            }
            for position, (line, charge) in enumerate(zip(claim.lines, late, strict=True), start=1)
        ],
        "due_unknown": any(line.due is None for line in claim.lines),
        "line_count": str(len(claim.lines)),
        "billed_total": billed.grouped,
        "waived_total": waived.grouped,
        "paid_total": paid.grouped,
        "held_total": held.grouped,
        "total": claim.total.grouped,
        "has_waived": bool(waived),
        "has_held": bool(held),
        "corrections": _corrections(claim),
        "wide_amounts": max(map(len, sums)) > _NARROW,
        "long_amounts": max(map(len, sums)) > _LONG,
        "total_with_unit": labels.amount.format(amount=claim.total.grouped),
        "total_words": rmb_words(claim.total, locale),
    }


def _corrections(claim: Claim) -> list[dict[str, str]]:
    """The lines whose bill was put right since: what was billed at first, and what is billed now."""
    first = {(charge.item, charge.period, charge.origin): charge.billed for charge in claim.account.charges}
    found = []
    for line in claim.lines:
        before = first.get((line.item, line.period, line.origin), line.billed)
        if before != line.billed:
            period = "".join(period_lines(line.period))
            found.append(
                {"item": line.item, "period": period, "before": before.grouped, "after": line.billed.grouped}
            )
    return found
