"""The accounts of the estate, as the ledgers that were imported have them."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import Connection, func, select

from evidence.claim.bills import share
from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.model.account import Account, Charge, Debtor, Premises, folded
from evidence.model.money import Money
from evidence.model.period import Period
from evidence.workspace import schema

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


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
    read = reader or LineReader(currency_of(connection, snapshot))
    homes, lines = schema.ACCOUNTS, schema.CHARGES
    chosen_homes = select(homes).where(homes.c.snapshot == snapshot).order_by(homes.c.position)
    columns = [lines.c[name] for name in (_FIGURES if read.figures_only else _LINE)]
    chosen_lines = (
        select(*columns).where(lines.c.snapshot == snapshot).order_by(lines.c.account, lines.c.position)
    )
    wanted = None if only is None else sorted(set(only))
    if wanted is not None:
        chosen_homes = chosen_homes.where(homes.c.id.in_(wanted))
    rows = connection.execute(chosen_homes).all()
    if read.figures_only:
        wanted = read.unread([(row.id, row.figures) for row in rows])
    if wanted is not None:
        chosen_lines = chosen_lines.where(lines.c.account.in_(wanted))
    charges: dict[str, tuple[Charge, ...]] = {}
    # All at once: what is read row by row costs a call into the driver for each of a hundred thousand lines.
    for name, lines_of_it in groupby(connection.execute(chosen_lines).all(), itemgetter(0)):
        charges[name] = read.charges(lines_of_it)
    accounts = {}
    for row in rows:
        home = Premises(row.estate, row.building, row.unit, row.room)
        debtor = Debtor(row.debtor, row.phone, row.address)
        own = read.alike(row.figures, charges.get(row.id, ()))
        accounts[row.id] = (Account(home, debtor, own, read.currency), row.person)
    return accounts


def figures_digest(lines: Iterable[Mapping[str, object]]) -> str:
    """Of rows of ``charges`` in their order: the same for homes that are billed alike, by what lists read of them."""
    found = hashlib.sha256()
    for line in lines:
        found.update(json.dumps([line[name] for name in _FIGURES[1:]]).encode())
    return found.hexdigest()


def currency_of(connection: Connection, snapshot: int) -> str:
    table = schema.SNAPSHOTS
    return str(connection.execute(select(table.c.currency).where(table.c.id == snapshot)).scalar_one())


_MOST_ALIKE = 1 << 11
_FIGURES = ("account", "item", "start", "end", "due", "billed", "paid", "area")
_LINE = (*_FIGURES, "unit_price", "remark", "file", "sheet", "row")


class _Made(dict[_Key, _Value]):
    """What was made of a text: the texts of an estate repeat, so each is read once and its value is shared."""

    def __init__(self, make: Callable[[_Key], _Value]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: _Key) -> _Value:
        made = self[key] = self._make(key)
        return made


class LineReader:
    """Rows of ``charges`` as charges. Periods, days and amounts repeat throughout an estate, so each is made once.

    With ``figures_only`` charges carry no unit price and remark and do not say where they were read, for lists of a
    whole estate. What is left repeats as well: homes of one size are billed the same amounts for the same months, so
    the lines of homes with one digest of them (:func:`figures_digest`) are read once.
    """

    def __init__(self, currency: str, *, figures_only: bool = False) -> None:
        self.currency, self.figures_only = currency, figures_only
        self._days = _Made(date.fromisoformat)
        self._periods = _Made(self._period)
        self._money = _Made(self._amount)
        self._numbers = _Made[str, Decimal](Decimal)
        self._nowhere = Place()
        self._same = lru_cache(maxsize=1 << 14)(self._charge)
        self._alike: dict[str, tuple[Charge, ...]] = {}

    def charges(self, lines: Iterable[Sequence[Any]]) -> tuple[Charge, ...]:
        """Rows with their columns in the order of ``_LINE``, or of ``_FIGURES``."""
        if self.figures_only:
            return tuple([self._same(*line[1:]) for line in lines])
        return tuple([self._charge(*line[1:]) for line in lines])

    def unread(self, homes: Iterable[tuple[str, str | None]]) -> list[str]:
        """Of accounts, each with the digest of its figures, those whose lines have to be read: one of those alike."""
        if len(self._alike) >= _MOST_ALIKE:
            self._alike.clear()
        first: dict[str, str] = {}
        for name, digest in homes:
            if digest not in self._alike:
                first.setdefault(digest or name, name)
        return list(first.values())

    def alike(self, digest: str | None, charges: tuple[Charge, ...]) -> tuple[Charge, ...]:
        """The charges of a home: those just read of it, or of the first one with this digest."""
        if not self.figures_only or digest is None:
            return charges
        known = self._alike.get(digest)
        if known is None:
            known = self._alike[digest] = share(charges)
        return known

    def _charge(
        self,
        item: str,
        start: str,
        end: str,
        due: str | None,
        billed: str,
        paid: str,
        area: str | None,
        unit_price: str | None = None,
        remark: str = "",
        *place: Any,
    ) -> Charge:
        return Charge(
            item,
            self._periods[start, end],
            self._money[billed],
            self._money[paid],
            Place(*place) if place else self._nowhere,
            self._days[due] if due else None,
            self._numbers[area] if area else None,
            self._numbers[unit_price] if unit_price else None,
            remark,
        )

    def _period(self, days: tuple[str, str]) -> Period:
        start, end = days
        return Period(self._days[start], self._days[end])

    def _amount(self, text: str) -> Money:
        return Money.of(text, self.currency)


def account_ids(
    connection: Connection, snapshot: int, building: Collection[str] | None = None
) -> Sequence[str]:
    """The accounts of a snapshot in natural order, all or those of one ``building`` in any of its spellings."""
    table = schema.ACCOUNTS
    query = select(table.c.id).where(table.c.snapshot == snapshot).order_by(table.c.position)
    if building is not None:
        query = query.where(table.c.building.in_(sorted(building)))
    return connection.execute(query).scalars().all()


def each_account(
    connection: Connection,
    snapshot: int,
    only: Sequence[str] | None = None,
    *,
    at_once: int = 500,
    figures_only: bool = False,
) -> Iterator[tuple[Account, str]]:
    """Every account of a snapshot with its person, or ``only`` some; no more than ``at_once`` are in memory.

    In natural order (``only`` must be in it). ``figures_only`` as for :class:`LineReader`.
    """
    ids = account_ids(connection, snapshot) if only is None else only
    reader = LineReader(currency_of(connection, snapshot), figures_only=figures_only)
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
        gone = set(connection.execute(select(schema.ERASED.c.account)).scalars())
        erased = [
            Problem("workspace.person-erased", Place(), {"person": name}) for name in ids if name in gone
        ]
        raise EvidenceError(erased or unknown)
    found = load_accounts(connection, snapshot, meant.values())
    return {name: found[account] for name, account in meant.items()}


def meant_account(connection: Connection, name: str) -> str:
    """The id of an account of the latest snapshot as somebody names it; ``name`` itself where there is none like it."""
    try:
        return require_account(connection, name)[0].id
    except EvidenceError:
        return name


def require_building(connection: Connection, snapshot: int, name: str) -> frozenset[str]:
    """A building of a snapshot by the name given, in all the ledger's spellings; else ``workspace.unknown-building``.

    ``3``, ``３栋`` and ``3棟`` all mean ``3栋`` where only one building has this number. A name that fits none would
    else be a filter that lets nobody through, and look like an estate where nobody owes anything. A ledger that writes
    ``１栋`` in some rows means the same building: nobody notices a home that is left out.
    """
    table = schema.ACCOUNTS
    query = select(table.c.building).where(table.c.snapshot == snapshot).distinct().order_by(table.c.building)
    known: Sequence[str] = connection.execute(query).scalars().all()
    spellings: dict[str, set[str]] = {}
    for one in known:
        spellings.setdefault(folded(one), set()).add(one)
    if found := spellings.get(folded(name)):
        return frozenset(found)
    numbers = _numbers(name)
    alike = [one for one in spellings if _numbers(one) == numbers] if numbers else []
    if len(alike) == 1:
        return frozenset(spellings[alike[0]])
    raise fail("workspace.unknown-building", building=name, near=_near(name, known))


def _numbers(name: str) -> tuple[str, ...]:
    """The numbers and Latin letters of an account's name, which tell homes apart in any spelling."""
    return tuple(re.findall(r"[0-9]+|[A-Z]+", unicodedata.normalize("NFKC", name).upper()))


def _unknown_account(name: str, known: Sequence[str]) -> Problem:
    return Problem("workspace.unknown-account", Place(), {"account": name, "near": _near(name, known)})


def _near(name: str, known: Sequence[str]) -> str:
    return ", ".join(difflib.get_close_matches(name, known, n=3, cutoff=0.4)) or "—"
