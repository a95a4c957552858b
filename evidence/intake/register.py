"""What the rows read so far have established: which homes there are, who owns them, which lines stand.

It spans all sheets and files of one import, since one home's charges are spread over them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from evidence.intake.cells import squeeze
from evidence.intake.rooms import Home
from evidence.model.period import Period
from evidence.model.problem import Place


@dataclass(slots=True)
class Register:
    _homes: dict[tuple[str, str, str], list[Home]] = field(default_factory=dict)
    _owners: dict[str, tuple[str, Place]] = field(default_factory=dict)
    _estates: dict[str, str] = field(default_factory=dict)
    _phones: dict[str, str] = field(default_factory=dict)
    _lines: dict[tuple[str, str, Period], Place] = field(default_factory=dict)

    def home(self, home: Home) -> Home:
        """The spelling under which this home was first read: ``1栋2单元301`` though ``1-2-301`` stands."""
        known = self._homes.setdefault(home.numbers, [])
        for other in known:
            if home.is_same(other):
                return other
        known.append(home)
        return home

    def owner(self, account: str) -> tuple[str, Place] | None:
        """Who owns a home according to the first row that said so, and where it said so."""
        return self._owners.get(account)

    def settle_owner(self, account: str, name: str, where: Place) -> tuple[str, Place] | None:
        """Record the owner; gives the earlier name and its place if that was somebody else."""
        first = self._owners.setdefault(account, (name, where))
        return None if squeeze(first[0]) == squeeze(name) else first

    def settle_estate(self, account: str, estate: str) -> str:
        """Record a home's estate; gives the earlier one if it differs: the label alone cannot tell them."""
        first = self._estates.setdefault(account, estate)
        return first if first and estate and first != estate else ""

    def settle_phone(self, account: str, phone: str) -> str:
        """Record a home's telephone; gives the earlier one if it differs."""
        if not phone:
            return ""
        first = self._phones.setdefault(account, phone)
        return first if _digits(first) != _digits(phone) else ""

    def phone(self, account: str) -> str:
        return self._phones.get(account, "")

    def settle_line(self, account: str, item: str, period: Period, where: Place) -> Place | None:
        """Record a charge line; gives the place of an earlier one for the same home, item and period."""
        first = self._lines.setdefault((account, squeeze(item), period), where)
        return None if first == where else first


def _digits(phone: str) -> str:
    return "".join(filter(str.isdigit, phone))
