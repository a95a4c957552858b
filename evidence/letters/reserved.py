"""What a letter leaves out on purpose: parts held for a dispute, and money the account still has.

A part that is not demanded for now is named with its period and sum, so that leaving it out cannot be read as giving
it up. The ground is worded neutrally: what somebody noted of a conversation is not an admission of either side.
"""

from __future__ import annotations

from typing import Any

from evidence.claim.statement import Claim, Reserved
from evidence.letters.labels import Labels, labels_for
from evidence.letters.periods import period_lines
from evidence.model.events import HoldReason
from evidence.model.letter import Fact
from evidence.model.money import Money

# More parts than this are listed in a table.
_IN_A_SENTENCE = 4
# Which reason a letter names where several holds cover one part: the one that calls for an answer first.
_FIRST = (HoldReason.AMOUNT_DISPUTED, HoldReason.SERVICE_COMPLAINT, HoldReason.HARDSHIP)


def reserved_values(claim: Claim, locale: str) -> dict[str, Any]:
    """``reserved`` and what goes with it: the parts, one phrase that names them all, their sum; and ``credit``."""
    labels = labels_for(locale)
    total = Money.total((part.amount for part in claim.reserved), claim.total.currency)
    return {
        "reserved": [
            {
                "number": str(position),
                "item": part.item,
                "period_lines": list(period_lines(part.period)),
                "amount": part.amount.grouped,
                "ground": labels.grounds.get(_reason(part), labels.ground_other),
            }
            for position, part in enumerate(claim.reserved, start=1)
        ],
        "reserved_total": total.grouped if claim.reserved else "",
        "reserved_listing": _listing(claim, labels),
        "reserved_table": len(claim.reserved) > _IN_A_SENTENCE,
        "credit": claim.credit.grouped if claim.credit else "",
    }


def reserved_facts(claim: Claim) -> tuple[Fact, ...]:
    """``reserved.N``: period, item and sum of each part the letter leaves out."""
    return tuple(
        Fact(
            f"reserved.{position}",
            f"{part.period.iso} {part.item} {part.amount.currency} {part.amount.plain}",
        )
        for position, part in enumerate(claim.reserved, start=1)
    )


def _reason(part: Reserved) -> HoldReason | None:
    return next((reason for reason in _FIRST if reason in part.reasons), None)


def _listing(claim: Claim, labels: Labels) -> str:
    """``2025年1月至3月物业费788.34元、2025年4月至6月物业费中的300.00元（均因对金额有异议，有待核实）；…``."""
    demanded = {(line.item, line.period, line.origin) for line in claim.lines}
    groups: dict[str, list[str]] = {}
    for part in claim.reserved:
        partly = (part.item, part.period, part.origin) in demanded
        words = (labels.part_of if partly else labels.whole_of).format(
            period="".join(period_lines(part.period)), item=part.item, amount=part.amount.grouped
        )
        groups.setdefault(labels.grounds.get(_reason(part), ""), []).append(words)
    listed = []
    for ground, parts in groups.items():
        because = labels.because_all if len(parts) > 1 else labels.because
        listed.append("、".join(parts) + (because.format(ground=ground) if ground else ""))
    return "；".join(listed)
