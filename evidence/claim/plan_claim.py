"""What may be claimed while an instalment plan stands: the instalments that are due, and nothing before its day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from evidence.claim.limitation import period_key
from evidence.claim.plan_progress import PlanStanding
from evidence.claim.statement import Claim, ClaimLine, Reserved
from evidence.model.money import Money


def claim_under_plan(claim: Claim, covers: Collection[str], standing: PlanStanding) -> Claim:
    """``claim`` with the periods a plan took over cut down to what is due of it now; the rest is reserved.

    What is due is taken from the oldest period on, as the payments are. Periods the plan does not cover are
    claimed in full. A restated late charge is no principal: of the instalments never more is claimed here than the
    periods still owe. ``reasons`` of what a plan defers stay empty, since nobody disputes it.
    """
    zero = Money.zero(claim.total.currency)
    due = standing.due_now
    lines: list[ClaimLine] = []
    reserved = list(claim.reserved)
    for line in claim.lines:
        if period_key(line.item, line.period) not in covers:
            lines.append(line)
            continue
        part = due if due < line.outstanding else line.outstanding
        due = due - part
        deferred = line.outstanding - part
        if part:
            lines.append(replace(line, outstanding=part, held=line.held + deferred))
        if deferred:
            _reserve(reserved, line, deferred)
    total = Money.total((line.outstanding for line in lines), zero.currency)
    return replace(claim, lines=tuple(lines), total=total, reserved=tuple(reserved))


def _reserve(reserved: list[Reserved], line: ClaimLine, amount: Money) -> None:
    """One entry for each period: what is disputed and what a plan defers stand there together."""
    for place, part in enumerate(reserved):
        if (part.item, part.period, part.origin) == (line.item, line.period, line.origin):
            reserved[place] = replace(part, amount=part.amount + amount)
            return
    reserved.append(Reserved(line.item, line.period, amount, (), line.origin))
