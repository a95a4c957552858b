"""The accounts of the estate, as the ledgers that were imported have them."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, func, select

from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.model.account import Account, Charge, Debtor, Premises
from evidence.model.money import Money
from evidence.model.period import Period
from evidence.workspace import schema


def latest_snapshot(connection: Connection) -> int | None:
    value = connection.execute(select(func.max(schema.SNAPSHOTS.c.id))).scalar()
    return int(value) if value is not None else None


def load_accounts(
    connection: Connection,
    snapshot: int,
    only: Iterable[str] | None = None,
    *,
    reader: LineReader | None = None,
) -> dict[str, tuple[Account, str]]:
    """Accounts of a snapshot in their natural order, all or ``only`` some: id to (account, person)."""
    read = reader or LineReader(_currency(connection, snapshot))
    homes, lines = schema.ACCOUNTS, schema.CHARGES
    chosen_homes = select(homes).where(homes.c.snapshot == snapshot).order_by(homes.c.position)
    columns = [lines.c[name] for name in (_FIGURES if read.figures_only else _LINE)]
    chosen_lines = (
        select(*columns).where(lines.c.snapshot == snapshot).order_by(lines.c.account, lines.c.position)
    )
    if only is not None:
        wanted = sorted(set(only))
        chosen_homes = chosen_homes.where(homes.c.id.in_(wanted))
        chosen_lines = chosen_lines.where(lines.c.account.in_(wanted))
    charges: dict[str, list[Charge]] = {}
    for name, lines_of_it in groupby(connection.execute(chosen_lines), itemgetter(0)):
        charges[name] = [read.charge(line) for line in lines_of_it]
    accounts = {}
    for row in connection.execute(chosen_homes):
        home = Premises(row.estate, row.building, row.unit, row.room)
        debtor = Debtor(row.debtor, row.phone, row.address)
        accounts[row.id] = (Account(home, debtor, tuple(charges.get(row.id, ())), read.currency), row.person)
    return accounts


def _currency(connection: Connection, snapshot: int) -> str:
    table = schema.SNAPSHOTS
    return str(connection.execute(select(table.c.currency).where(table.c.id == snapshot)).scalar_one())


_FIGURES = ("account", "item", "start", "end", "due", "billed", "paid", "area")
_LINE = (*_FIGURES, "unit_price", "remark", "file", "sheet", "row")


class LineReader:
    """Rows of ``charges`` as charges. Periods and amounts repeat throughout an estate, so each is made once.

    With ``figures_only`` charges carry no unit price and remark and do not say where they were read: half the work,
    for lists of a whole estate.
    """

    def __init__(self, currency: str, *, figures_only: bool = False) -> None:
        self.currency, self.figures_only = currency, figures_only
        self._nowhere = Place()
        self._periods: dict[tuple[str, str], Period] = {}
        self._money: dict[str, Money] = {}
        self._numbers: dict[str | None, Decimal | None] = {None: None, "": None}

    def charge(self, line: Sequence[Any]) -> Charge:
        """One row, its columns in the order of ``_LINE``, or of ``_FIGURES``."""
        if self.figures_only:
            _, item, start, end, due, billed, paid, area = line
            unit_price, remark, place = None, "", self._nowhere
        else:
            _, item, start, end, due, billed, paid, area, unit_price, remark, file, sheet, row = line
            place = Place(file, sheet, row)
        return Charge(
            item,
            self._periods.get((start, end)) or self._period(start, end),
            self._money.get(billed) or self._amount(billed),
            self._money.get(paid) or self._amount(paid),
            place,
            date.fromisoformat(due) if due else None,
            self._numbers[area] if area in self._numbers else self._number(area),
            self._number(unit_price) if unit_price else None,
            remark,
        )

    def _period(self, start: str, end: str) -> Period:
        made = Period(date.fromisoformat(start), date.fromisoformat(end))
        return self._periods.setdefault((start, end), made)

    def _amount(self, text: str) -> Money:
        """Nothing is no amount to ``or``, so it is looked up here."""
        found = self._money.get(text)
        if found is None:
            found = self._money[text] = Money.of(text, self.currency)
        return found

    def _number(self, text: str | None) -> Decimal | None:
        if text not in self._numbers:
            assert text is not None
            self._numbers[text] = Decimal(text)
        return self._numbers[text]


def each_account(
    connection: Connection, snapshot: int, at_once: int = 500, *, figures_only: bool = False
) -> Iterator[tuple[Account, str]]:
    """Every account of a snapshot with its person, in natural order; no more than ``at_once`` are in memory.

    ``figures_only`` as for :class:`LineReader`.
    """
    table = schema.ACCOUNTS
    query = select(table.c.id).where(table.c.snapshot == snapshot).order_by(table.c.position)
    ids = connection.execute(query).scalars().all()
    reader = LineReader(_currency(connection, snapshot), figures_only=figures_only)
    for start in range(0, len(ids), at_once):
        chosen = ids[start : start + at_once]
        yield from load_accounts(connection, snapshot, chosen, reader=reader).values()


def require_snapshot(connection: Connection) -> int:
    snapshot = latest_snapshot(connection)
    if snapshot is None:
        raise fail("workspace.no-ledger")
    return snapshot


def require_account(connection: Connection, account_id: str) -> tuple[Account, str]:
    """One account of the latest snapshot with its person; ``workspace.unknown-account`` with near misses."""
    return require_accounts(connection, [account_id])[account_id]


def require_accounts(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[Account, str]]:
    """Accounts of the latest snapshot by the names given; every name that is none is told with its near misses.

    ``3-1-201``, ``３栋１单元201`` and ``3棟1單元201`` all mean ``3栋1单元201`` where only one account has these
    numbers.
    """
    snapshot = require_snapshot(connection)
    table = schema.ACCOUNTS
    known = connection.execute(select(table.c.id).where(table.c.snapshot == snapshot)).scalars().all()
    exact = set(known)
    by_numbers: dict[tuple[str, ...], list[str]] = {}
    for name in known:
        by_numbers.setdefault(_numbers(name), []).append(name)
    meant: dict[str, str] = {}
    unknown = []
    for name in dict.fromkeys(ids):
        numbers = _numbers(name)
        alike = [name] if name in exact else by_numbers.get(numbers, []) if numbers else []
        if len(alike) == 1:
            meant[name] = alike[0]
        else:
            unknown.append(_unknown_account(name, known))
    if unknown:
        raise EvidenceError(unknown)
    found = load_accounts(connection, snapshot, meant.values())
    return {name: found[account] for name, account in meant.items()}


def _numbers(name: str) -> tuple[str, ...]:
    """The numbers and Latin letters of an account's name, which tell homes apart in any spelling."""
    return tuple(re.findall(r"[0-9]+|[A-Z]+", unicodedata.normalize("NFKC", name).upper()))


def _unknown_account(name: str, known: Sequence[str]) -> Problem:
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
    return Problem("workspace.unknown-account", Place(), {"account": name, "near": ", ".join(near) or "—"})
