"""Who owes what for which home: premises, debtor, charges, and the ledger they were read from."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache

from evidence.model.money import Money
from evidence.model.period import Period
from evidence.model.problem import Place, Problem

_DIGITS = re.compile(r"(\d+)")


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key that puts 2栋 before 10栋, basements (B1, 地下室) before floors, 3A right after 3."""
    parts: list[tuple[int, int, str]] = []
    if re.match(r"(?i)(b\d|地下|-\d)", text):
        parts.append((-1, 0, ""))
    for piece in _DIGITS.split(text):
        if piece.isdigit():
            parts.append((1, int(piece), ""))
        elif piece:
            parts.append((2, 0, piece.casefold()))
    return tuple(parts)


# Both are asked for several times with every account of a list.
@lru_cache(maxsize=1 << 14)
def _label(*parts: str) -> str:
    joined = ""
    for part in filter(None, parts):
        # A hyphen keeps bare numbers apart (3-2-301, 1#-2-301), words need none (3栋2单元301).
        joined += f"-{part}" if joined and joined[-1].isascii() else part
    return joined


@lru_cache(maxsize=1 << 14)
def folded(label: str) -> str:
    """A name without blanks and differences of width: ``１栋 301`` and ``1栋301`` are the same."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", label))


@dataclass(frozen=True, slots=True)
class Premises:
    """The home, as written in the ledger; ``building``, ``unit`` and ``room`` keep their script and width."""

    estate: str
    building: str
    unit: str
    room: str

    @property
    def label(self) -> str:
        """How the home is named in a letter, without the estate: ``1栋2单元301``; parts keep their own words."""
        return _label(self.building, self.unit, self.room)

    @property
    def account_id(self) -> str:
        """The account this home belongs to: its label, width-folded and without blanks.

        Two spellings that differ only in width or blanks (``１栋 301``, ``1栋301``) are the same home.
        """
        return folded(_label(self.building, self.unit, self.room))

    @property
    def sort_key(self) -> tuple[tuple[tuple[int, int, str], ...], ...]:
        return (natural_key(self.building), natural_key(self.unit), natural_key(self.room))


@dataclass(frozen=True, slots=True)
class Debtor:
    """The owner as the ledger names them. ``name`` is kept verbatim (never converted between scripts)."""

    name: str
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """One fee item for one period of one home: what was billed, what was paid, what is still owed.

    ``billed`` and ``paid`` are both given or derived exactly from the ledger's own columns; ``origin`` names
    the ledger row. ``due`` is the last day to pay on time, ``None`` where the ledger does not say.
    """

    item: str
    period: Period
    billed: Money
    paid: Money
    origin: Place
    due: date | None = None
    area: Decimal | None = None
    unit_price: Decimal | None = None
    remark: str = ""

    @property
    def outstanding(self) -> Money:
        """Principal still owed (本金); late charge stands beside it and is never part of this."""
        return self.billed - self.paid if self.paid else self.billed

    @property
    def oldest_day(self) -> date:
        """The due date, or the end of the period where no due date is known: what sorts oldest first."""
        return self.due or self.period.end


@dataclass(frozen=True, slots=True)
class Account:
    """One owner-unit: the home, its debtor, and its charges sorted by age."""

    premises: Premises
    debtor: Debtor
    charges: tuple[Charge, ...]
    currency: str

    @property
    def id(self) -> str:
        return self.premises.account_id

    @property
    def outstanding(self) -> Money:
        return Money.total((charge.outstanding for charge in self.charges), self.currency)


@dataclass(frozen=True, slots=True)
class Ledger:
    """What one import read. ``problems`` lists every refused row; ``notices`` what was repaired or assumed.

    ``accounts`` are in natural order of the home and hold only rows without a problem.
    """

    accounts: tuple[Account, ...]
    currency: str
    files: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    notices: tuple[Problem, ...] = ()
    rows_read: int = 0
    sheets: tuple[str, ...] = field(default=())
