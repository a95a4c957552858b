"""Which debt a payment extinguishes: 民法典 560 and 561, fen by fen, each with the rule that decided it.

560 chooses among debts of the same kind owed to the same creditor when a payment does not cover all of them:
the debtor's designation; else what is due; among those the least secured; then the more burdensome; then the
one due earlier; those due on one day in proportion. 561 divides what a debt receives: costs of enforcement,
interest, the debt itself. Both yield to an agreement, so both orders are inputs.

**Whether 违约金 is "interest" in the sense of 561 is an input, and off unless said otherwise.** The article names
费用, 利息 and 主债务; it does not name 违约金, and courts differ. Off means that payments reduce the principal and
with it the charge that follows: the smaller claim, which cannot be attacked as too high. Switch it on for a
contract that says so or a court that follows the other view.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Protocol

from evidence.claim.minor import largest_remainder
from evidence.model.events import Part


class Criterion(StrEnum):
    """A test of 560(2) by which one debt goes before another; ``NEWEST`` only by agreement."""

    DUE = "due"
    SECURITY = "security"
    BURDEN = "burden"
    EARLIER = "earlier"
    NEWEST = "newest"


class Rule(StrEnum):
    """Why a part of a payment went where it went."""

    COSTS_FIRST = "costs-first"
    DESIGNATED = "designated"
    COVERS_ALL = "covers-all"
    ONLY_DEBT = "only-debt"
    DUE = "due"
    SECURITY = "security"
    BURDEN = "burden"
    EARLIER = "earlier"
    NEWEST = "newest"
    PRO_RATA = "pro-rata"
    SURPLUS = "surplus"


STATUTORY_ORDER = (Criterion.DUE, Criterion.SECURITY, Criterion.BURDEN, Criterion.EARLIER)
STATUTORY_PARTS = (Part.COSTS, Part.LATE_CHARGE, Part.PRINCIPAL)


@dataclass(frozen=True, slots=True)
class AllocationTerms:
    """What the parties agreed, where they agreed anything; the defaults are the statute.

    ``order`` is how debts are ranked (what it leaves equal is divided pro rata). ``parts`` is the order inside
    a debt; costs stand first or last, since they belong to no single period. ``designation_binds`` false: the
    contract takes the choice from the debtor (560(1): 除当事人另有约定外). ``late_charge_is_interest``: see the module.
    """

    order: tuple[Criterion, ...] = STATUTORY_ORDER
    parts: tuple[Part, ...] = STATUTORY_PARTS
    designation_binds: bool = True
    late_charge_is_interest: bool = False

    def __post_init__(self) -> None:
        if sorted(self.parts) != sorted(STATUTORY_PARTS) or self.parts[1] is Part.COSTS:
            raise ValueError("parts must name costs, late charge and principal, with the costs first or last")
        if len(set(self.order)) != len(self.order):
            raise ValueError("a criterion stands twice")

    @property
    def is_statutory(self) -> bool:
        return self.order == STATUTORY_ORDER and self.parts == STATUTORY_PARTS and self.designation_binds


class OpenDebt(Protocol):
    """One charge as a payment meets it. ``principal`` and ``late`` are what is open, in fen.

    ``due`` is the day it falls due; ``security`` the value of the security it has, in fen; ``burden`` the yearly
    rate of the agreed late charge. ``name`` breaks ties in a fixed order and decides nothing else.
    """

    @property
    def due(self) -> date: ...
    @property
    def principal(self) -> int: ...
    @property
    def late(self) -> int: ...
    @property
    def security(self) -> int: ...
    @property
    def burden(self) -> Decimal: ...
    @property
    def name(self) -> tuple[date, str]: ...


@dataclass(frozen=True, slots=True)
class Debt:
    """A plain :class:`OpenDebt`."""

    due: date
    principal: int
    name: tuple[date, str]
    late: int = 0
    security: int = 0
    burden: Decimal = Decimal(0)


class Share(NamedTuple):
    """``amount`` fen of a payment to ``part`` of the debt of that index; ``None``: costs, or a surplus."""

    debt: int | None
    part: Part | None
    amount: int
    rule: Rule


_RULES = {criterion: Rule(criterion.value) for criterion in Criterion}


class Ranking:
    """The debts of an account in the order of 560(2), worked out once for all its payments.

    Only whether a debt is due depends on the day of a payment, so only that is looked at again for each.
    """

    __slots__ = ("_criteria", "_due", "_due_at", "_keys", "_lasting")

    def __init__(self, debts: Sequence[OpenDebt], criteria: Sequence[Criterion]) -> None:
        self._criteria = tuple(criteria)
        self._due_at = self._criteria.index(Criterion.DUE) if Criterion.DUE in criteria else None
        self._due = [debt.due for debt in debts]
        columns = [_values(debts, criterion) for criterion in criteria]
        self._keys = list(zip(*columns, strict=True)) if columns else [()] * len(debts)
        names = [debt.name for debt in debts]
        # The order while all are due, or none; names break ties alone, the same way every time.
        self._lasting = sorted(range(len(names)), key=names.__getitem__)
        self._lasting.sort(key=self._keys.__getitem__)

    def on(self, day: date, open_of: Sequence[int]) -> list[int]:
        """The debts with something open, as a payment of ``day`` meets them."""
        indexes = [i for i in self._lasting if open_of[i] > 0]
        at, due, keys = self._due_at, self._due, self._keys
        if at == 0:
            return [i for i in indexes if due[i] <= day] + [i for i in indexes if due[i] > day]
        if at is not None:
            indexes.sort(key=lambda i: (*keys[i][:at], due[i] > day))
        return indexes

    def parting(self, first: int, second: int, day: date) -> Criterion | None:
        """The first test that puts one debt before the other; ``None`` where they share in proportion."""
        for criterion, mine, other in zip(self._criteria, self._keys[first], self._keys[second], strict=True):
            if criterion is Criterion.DUE:
                mine, other = self._due[first] > day, self._due[second] > day
            if mine != other:
                return criterion
        return None


def _values(debts: Sequence[OpenDebt], criterion: Criterion) -> Sequence[int | Decimal]:
    """What debts are ranked by, smaller first, but for whether they are due, which the day of a payment decides."""
    if criterion is Criterion.SECURITY:
        return [debt.security for debt in debts]
    if criterion is Criterion.BURDEN:
        return [debt.burden.copy_negate() for debt in debts]
    if criterion is Criterion.EARLIER:
        return [debt.due.toordinal() for debt in debts]
    if criterion is Criterion.NEWEST:
        return [-debt.due.toordinal() for debt in debts]
    return [0] * len(debts)


def allocate(
    amount: int,
    day: date,
    debts: Sequence[OpenDebt],
    terms: AllocationTerms,
    *,
    designated: Collection[int] = (),
    costs: int = 0,
    ranking: Ranking | None = None,
) -> list[Share]:
    """Every fen of a payment of ``amount`` received on ``day``; the shares sum to ``amount``.

    ``designated`` are the indexes the debtor named; what exceeds them follows the order of the law. ``costs`` are
    the open costs of enforcement. What exceeds all debts is a share without index and part (``SURPLUS``).
    ``ranking`` is that of ``debts`` by ``terms.order``, where the caller has several payments.
    """
    shares: list[Share] = []
    left = amount

    def pay_costs(rule: Rule) -> None:
        nonlocal left
        if (paid := min(left, costs)) > 0:
            shares.append(Share(None, Part.COSTS, paid, rule))
            left -= paid

    with_late = terms.late_charge_is_interest
    open_of = [debt.principal + debt.late if with_late else debt.principal for debt in debts]
    covers_all = amount >= costs + sum(open_of)
    if terms.parts[0] is Part.COSTS:
        pay_costs(Rule.COVERS_ALL if covers_all else Rule.COSTS_FIRST)
    inner = [part for part in terms.parts if part is not Part.COSTS]

    def pay(index: int, received: int, rule: Rule) -> None:
        if not with_late:
            shares.append(Share(index, Part.PRINCIPAL, received, rule))
            return
        debt = debts[index]
        for part in inner:
            paid = min(received, debt.late if part is Part.LATE_CHARGE else debt.principal)
            if paid > 0:
                shares.append(Share(index, part, paid, rule))
                received -= paid

    ranking = ranking or Ranking(debts, terms.order)
    ranked = ranking.on(day, open_of)
    named = set(designated) if terms.designation_binds else set()
    for indexes, by_debtor in (
        ([i for i in ranked if i in named] if named else [], True),
        ([i for i in ranked if i not in named] if named else ranked, False),
    ):
        start = 0
        while left and start < len(indexes):
            parted, end = None, start + 1
            while end < len(indexes) and not (parted := ranking.parting(indexes[start], indexes[end], day)):
                end += 1
            members, start = indexes[start:end], end
            rule = _rule(parted, by_debtor=by_debtor, covers_all=covers_all)
            whole = sum([open_of[i] for i in members])
            if left >= whole:
                for i in members:
                    pay(i, open_of[i], rule)
                left -= whole
                continue
            if len(members) == 1:
                pay(members[0], left, rule)
            else:
                divided = largest_remainder(left, [open_of[i] for i in members])
                for i, received in zip(members, divided, strict=True):
                    if received:
                        pay(i, received, Rule.PRO_RATA)
            left = 0
    if terms.parts[-1] is Part.COSTS:
        pay_costs(Rule.COVERS_ALL if covers_all else Rule.ONLY_DEBT)
    if left:
        shares.append(Share(None, None, left, Rule.SURPLUS))
    return shares


def _rule(parted: Criterion | None, *, by_debtor: bool, covers_all: bool) -> Rule:
    """Why debts were paid now: ``parted`` is the test that put them before the next ones still open."""
    if covers_all:
        return Rule.COVERS_ALL
    if by_debtor:
        return Rule.DESIGNATED
    return _RULES[parted] if parted else Rule.ONLY_DEBT
