"""Ledgers in, accounts out: the snapshots of the estate and what they say."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.intake import annotate, read_ledger
from evidence.journal import entries
from evidence.model.account import Account, Charge, Debtor, Ledger, Premises
from evidence.model.money import Money
from evidence.model.period import Period
from evidence.stamp.digests import commitment, digest_bytes
from evidence.workspace import schema
from evidence.workspace.core import Desk
from evidence.workspace.store import write_atomically


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did. ``snapshot`` is ``None`` when it only checked or the ledger was known already."""

    ledger: Ledger
    snapshot: int | None
    annotated: Path | None
    already_known: bool


def import_ledger(
    desk: Desk,
    paths: Sequence[Path],
    *,
    skip_invalid: bool = False,
    check: bool = False,
    encoding: str | None = None,
    annotated: Path | None = None,
    lang: str = "en",
) -> ImportResult:
    """Read ledgers as one snapshot of the estate.

    With any problem nothing is written and an :class:`EvidenceError` carries all of them, unless
    ``skip_invalid``: then the clean rows are imported and marked copies of the faulty ledgers are written to
    ``annotated`` (a folder where there are several ledgers), which must not exist yet, else under ``letters/``.
    ``check`` only reads and reports.
    """
    synonyms = desk.office.header_synonyms
    ledger = read_ledger(paths, jurisdiction_currency=desk.law.currency, synonyms=synonyms, encoding=encoding)
    if ledger.problems and not skip_invalid:
        raise EvidenceError(ledger.problems)
    if check:
        return ImportResult(ledger, None, None, False)
    if not ledger.accounts:
        raise EvidenceError([*ledger.problems, Problem("workspace.no-clean-rows", Place(file=paths[0].name))])
    files = [(path.name, path.read_bytes()) for path in paths]
    copies: Path | None = None
    with desk.locked():
        if ledger.problems and annotated:
            # First of all, since it may refuse: a place that is taken, a folder without rights.
            annotate(paths, ledger.problems, annotated, lang=lang, encoding=encoding, synonyms=synonyms)
            copies = annotated
        snapshot, known = _record(desk, ledger, files)
        if ledger.problems and not annotated:
            with tempfile.TemporaryDirectory() as folder:
                marked = annotate(
                    paths,
                    ledger.problems,
                    Path(folder, f"{paths[0].stem}.marked.xlsx" if len(paths) == 1 else "marked"),
                    lang=lang,
                    encoding=encoding,
                    synonyms=synonyms,
                )
                kept = [_keep_marked(desk.root / "letters", path) for path in marked]
            copies = kept[0] if len(kept) == 1 else desk.root / "letters"
    return ImportResult(ledger, snapshot, copies, known)


def _keep_marked(folder: Path, made: Path) -> Path:
    """``made`` under its own name in ``folder``, or under a new one: a clerk may be mending the last copy."""
    data = made.read_bytes()
    stem, suffix = made.name.removesuffix(".marked.xlsx"), ".marked.xlsx"
    place, count = folder / made.name, 1
    while place.exists() and place.read_bytes() != data:
        count += 1
        place = folder / f"{stem}-{count}{suffix}"
    if not place.exists():
        write_atomically(place, data)
    return place


def _record(desk: Desk, ledger: Ledger, files: Sequence[tuple[str, bytes]]) -> tuple[int, bool]:
    """The snapshot's number, and whether it was the latest one already."""
    digest = _digest(ledger, files)
    with desk.reading() as connection:
        last = latest_snapshot(connection)
        if last is not None:
            same = connection.execute(
                select(schema.SNAPSHOTS.c.digest).where(schema.SNAPSHOTS.c.id == last)
            ).scalar_one()
            if same == digest:
                return last, True
        people = _people(connection)
    ids: dict[str, str] = {}
    for account in ledger.accounts:
        known = people.get((account.id, account.debtor.name))
        ids[account.id] = known or desk.source.random(8).hex()
    desk.persons.draw(ids.values(), desk.source.random)
    stored = [
        (name, desk.store.put(data), desk.source.random(32), digest_bytes(data)) for name, data in files
    ]
    with desk.writing() as connection:
        number = (latest_snapshot(connection) or 0) + 1
        entry = entries.ledger_imported(
            at=desk.source.now(),
            by=desk.signer.public.kid.hex(),
            snapshot=str(number),
            files=[commitment(salt, digests).hex() for _, _, salt, digests in stored],
            accounts=len(ledger.accounts),
            charges=sum(len(account.charges) for account in ledger.accounts),
        )
        index = desk.journal.append(connection, [entry]).start
        connection.execute(
            schema.SNAPSHOTS.insert().values(
                id=number,
                imported_at=desk.source.now().isoformat(),
                currency=ledger.currency,
                digest=digest,
                journal_index=index,
            )
        )
        connection.execute(
            schema.SNAPSHOT_FILES.insert(),
            [
                {"snapshot": number, "position": i, "name": name, "sha256": sha256, "salt": salt}
                for i, (name, sha256, salt, _) in enumerate(stored)
            ],
        )
        connection.execute(
            schema.ACCOUNTS.insert(),
            [_account_row(number, i, account, ids[account.id]) for i, account in enumerate(ledger.accounts)],
        )
        rows = _charge_rows(number, ledger)
        if rows:
            connection.execute(schema.CHARGES.insert(), rows)
    return number, False


def _charge_rows(snapshot: int, ledger: Ledger) -> list[dict[str, object]]:
    return [
        _charge_row(snapshot, account.id, i, charge)
        for account in ledger.accounts
        for i, charge in enumerate(account.charges)
    ]


def _digest(ledger: Ledger, files: Sequence[tuple[str, bytes]]) -> str:
    """A fingerprint of the files and of what was read in them.

    The same bytes read with another encoding or other synonyms are another snapshot; under another file name
    they are the same.
    """
    accounts = [_account_row(0, i, account, "") for i, account in enumerate(ledger.accounts)]
    charges = [{**row, "file": ""} for row in _charge_rows(0, ledger)]
    found = hashlib.sha256(json.dumps([ledger.currency, accounts, charges]).encode())
    for _, data in files:
        found.update(hashlib.sha256(data).digest())
    return found.hexdigest()


def _people(connection: Connection) -> dict[tuple[str, str], str]:
    """The person of every account and name ever imported: the same owner keeps the same key."""
    table = schema.ACCOUNTS
    rows = connection.execute(select(table.c.id, table.c.debtor, table.c.person).order_by(table.c.snapshot))
    return {(row.id, row.debtor): row.person for row in rows}


def _account_row(snapshot: int, position: int, account: Account, person: str) -> dict[str, object]:
    home, debtor = account.premises, account.debtor
    return {
        "snapshot": snapshot,
        "id": account.id,
        "position": position,
        "estate": home.estate,
        "building": home.building,
        "unit": home.unit,
        "room": home.room,
        "debtor": debtor.name,
        "phone": debtor.phone,
        "address": debtor.address,
        "person": person,
    }


def _charge_row(snapshot: int, account: str, position: int, charge: Charge) -> dict[str, object]:
    return {
        "snapshot": snapshot,
        "account": account,
        "position": position,
        "item": charge.item,
        "start": charge.period.start.isoformat(),
        "end": charge.period.end.isoformat(),
        "due": charge.due.isoformat() if charge.due else None,
        "billed": charge.billed.plain,
        "paid": charge.paid.plain,
        "area": str(charge.area) if charge.area is not None else None,
        "unit_price": str(charge.unit_price) if charge.unit_price is not None else None,
        "remark": charge.remark,
        "file": charge.origin.file,
        "sheet": charge.origin.sheet,
        "row": charge.origin.row or 0,
    }


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
