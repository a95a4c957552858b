"""Whose data stay in the copy for the other party and whose are covered, out of ledger, case file and office."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields

from sqlalchemy import Connection, select

from evidence.bundle.masking import Rules, plain
from evidence.bundle.masknames import generic, persons
from evidence.model.account import Account
from evidence.model.case import CaseKind
from evidence.workspace import schema
from evidence.workspace.casefacts import CaseFile
from evidence.workspace.casefile import events
from evidence.workspace.core import Desk

_PARTED = re.compile(r"[、，,/;；\s()（）]+")
# A number inside other words: 电话0571-88888888转2, 卡号6222 0212 3456 7890.
_NUMBER = re.compile(r"\+?[0-9][0-9 \-]{4,}[0-9Xx]")
# What the two parties themselves state of themselves, of their agents, and of where they are to be served.
_OF_THE_PARTIES = (
    CaseKind.OWNER,
    CaseKind.ADDRESS,
    CaseKind.PLAINTIFF,
    CaseKind.AGENT,
    CaseKind.SERVING,
    CaseKind.PRESERVATION,
)


def rules_of(
    desk: Desk,
    connection: Connection,
    account: Account,
    person: str,
    cover: Iterable[str],
    keep: Iterable[str],
) -> Rules:
    """Names, telephones and homes of all others who ever stood in a ledger; what belongs to the two parties stays.

    The parties' own: whatever ledger, case file and office know of the debtor, of the claimant, of the agents and lawyers
    of either, and the texts of ``keep``. ``cover`` are texts that the clerk named.
    """
    table = schema.ACCOUNTS
    names: set[str] = set()
    numbers: set[str] = set()
    rooms: set[str] = set()
    own_rooms = {account.id, account.premises.label}
    own_names = {account.debtor.name}
    own = {account.debtor.phone, account.debtor.address, *own_rooms, *keep}
    columns = (
        table.c.id,
        table.c.person,
        table.c.debtor,
        table.c.phone,
        table.c.building,
        table.c.unit,
        table.c.room,
    )
    for row in connection.execute(select(*columns).distinct()):
        if row.id != account.id:
            rooms |= {row.id, f"{row.building}{row.unit}{row.room}", f"{row.building}-{row.unit}-{row.room}"}
        if row.person == person:
            own_names.add(row.debtor)
            own.add(row.phone)
        else:
            names.update(persons(row.debtor))
            numbers.update(part for part in _PARTED.split(row.phone) if part)
    file = CaseFile(account.id, events(connection, account.id))
    for kind in _OF_THE_PARTIES:
        for piece in file.own(kind) if kind is CaseKind.OWNER else file.every(kind):
            own |= {str(value) for value in piece.data.values()}
    own |= set(_stated(desk))
    kept = {part for text in (*own, *own_names) for part in (text, *_pieces(text))}
    kept |= {name for text in own_names for name in persons(text)}
    kept = {text for text in kept if len(plain(text)) >= 2}
    same = {plain(text) for text in kept}
    return Rules(
        names=frozenset(name for name in names if plain(name) not in same and not generic(name)),
        rooms=frozenset(room for room in rooms if plain(room) not in same and re.search("[0-9]", room)),
        numbers=frozenset(numbers),
        listed=frozenset(text for text in cover if text.strip()),
        keep=frozenset(kept),
    )


def _stated(desk: Desk) -> Iterator[str]:
    """What the office states of itself, its bank and its lawyers."""
    office = desk.office
    for part in (office.creditor, office.bank, office.law_firm):
        if part is not None:
            yield from (value for item in fields(part) if isinstance(value := getattr(part, item.name), str))


def _pieces(text: str) -> Iterator[str]:
    """The parts of a recorded text that stand alone elsewhere: what separators part, and numbers among words."""
    yield from (part for part in _PARTED.split(text) if len(part) >= 2)
    for found in _NUMBER.finditer(text):
        yield found[0]
        digits = re.sub("[^0-9]", "", found[0])
        if len(digits) > 11:
            yield digits[-11:]
