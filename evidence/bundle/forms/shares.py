"""The claim by the headings of the element form: the property fee with its late charge, and everything else.

The form has places for the property fee (物业费) and its late charge alone; what else the same owner owes is told under
其他请求 and 其他需要说明的内容. Both shares together are the claim.
"""

from __future__ import annotations

from dataclasses import dataclass

from evidence.bundle.forms.facts import Figures, LateFact, LineFact
from evidence.model.money import Money

__all__ = ["Share", "shares"]


@dataclass(frozen=True, slots=True)
class Share:
    """What belongs to one heading. ``principal`` is the sum of ``lines``, ``late`` that of ``late_lines`` less
    ``credited``."""

    lines: tuple[LineFact, ...]
    late_lines: tuple[LateFact, ...]
    principal: Money
    late: Money
    credited: Money

    @property
    def runs(self) -> bool:
        """Whether any of its late charge runs on until payment."""
        return any(one.runs for one in self.late_lines)


def shares(figures: Figures) -> tuple[Share, Share]:
    """The property fee's share and that of the rest. A credit goes to the property fee's late charge first."""
    currency = figures.principal.currency
    credit = figures.credited or Money.zero(currency)
    found = []
    for own in (True, False):
        lines = tuple(line for line in figures.lines if line.property_fee is own)
        late_lines = tuple(one for one in figures.late_lines if one.property_fee is own)
        gross = Money.total([one.amount for one in late_lines], currency)
        taken = min(credit, gross)
        credit -= taken
        principal = Money.total([line.outstanding for line in lines], currency)
        found.append(Share(lines, late_lines, principal, gross - taken, taken))
    return found[0], found[1]
