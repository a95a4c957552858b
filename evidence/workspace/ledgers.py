"""A ledger that was read becomes a snapshot: its rows, its files, its entry in the journal."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, select

from evidence.intake import annotate
from evidence.journal import entries
from evidence.model.account import Account, Charge, Ledger
from evidence.model.problem import Problem
from evidence.stamp.digests import commitment, digest_bytes
from evidence.workspace import schema
from evidence.workspace.booked import UNTIL
from evidence.workspace.cases import figures_digest, latest_snapshot
from evidence.workspace.core import Desk
from evidence.workspace.store import write_atomically

Files = Sequence[tuple[str, bytes]]


def fingerprint(ledger: Ledger, files: Files, until: date | None) -> str:
    """A digest of the files and of what was read in them.

    The same bytes read with another encoding or other synonyms are another snapshot, and so are they with another
    last day; under another file name they are the same.
    """
    accounts = [_account_row(0, i, account, "") for i, account in enumerate(ledger.accounts)]
    charges = [{**row, "file": ""} for account in ledger.accounts for row in _charge_rows(0, account)]
    found = hashlib.sha256(json.dumps([ledger.currency, accounts, charges]).encode())
    for _, data in files:
        found.update(hashlib.sha256(data).digest())
    if until:
        found.update(until.isoformat().encode())
    return found.hexdigest()


def is_latest(connection: Connection, digest: str) -> bool:
    """Whether the latest snapshot was made from the very same."""
    last = latest_snapshot(connection)
    table = schema.SNAPSHOTS
    chosen = select(table.c.digest).where(table.c.id == last)
    return last is not None and connection.execute(chosen).scalar_one() == digest


def people(connection: Connection) -> dict[tuple[str, str], str]:
    """The person of every account and name ever imported: the same owner keeps the same key."""
    table = schema.ACCOUNTS
    rows = connection.execute(select(table.c.id, table.c.debtor, table.c.person).order_by(table.c.snapshot))
    return {(row.id, row.debtor): row.person for row in rows}


def keep_files(desk: Desk, files: Files) -> list[dict[str, object]]:
    """The files in the store, as rows of their table without a snapshot; before any transaction."""
    return [
        {"position": i, "name": name, "sha256": desk.store.put(data), "salt": desk.source.random(32)}
        for i, (name, data) in enumerate(files)
    ]


def insert(
    desk: Desk,
    connection: Connection,
    ledger: Ledger,
    files: Files,
    kept: Sequence[Mapping[str, object]],
    persons: Mapping[str, str],
    digest: str,
    until: date | None,
) -> int:
    """Write the snapshot in the caller's transaction and give its number. ``persons``: account to person."""
    number = (latest_snapshot(connection) or 0) + 1
    now = desk.source.now()
    commitments = [
        commitment(bytes(row["salt"]), digest_bytes(data)).hex()  # type: ignore[call-overload]
        for row, (_, data) in zip(kept, files, strict=True)
    ]
    entry = entries.ledger_imported(
        at=now,
        by=desk.signer.public.kid.hex(),
        snapshot=str(number),
        files=commitments,
        accounts=len(ledger.accounts),
        charges=sum(len(account.charges) for account in ledger.accounts),
    )
    index = desk.journal.append(connection, [entry]).start
    connection.execute(
        schema.SNAPSHOTS.insert().values(
            id=number,
            imported_at=now.isoformat(),
            currency=ledger.currency,
            digest=digest,
            journal_index=index,
        )
    )
    if until:
        connection.execute(schema.META.insert().values(key=f"{UNTIL}{number}", value=until.isoformat()))
    connection.execute(schema.SNAPSHOT_FILES.insert(), [{"snapshot": number, **row} for row in kept])
    homes, rows = [], []
    for i, account in enumerate(ledger.accounts):
        lines = _charge_rows(number, account)
        homes.append(
            {**_account_row(number, i, account, persons[account.id]), "figures": figures_digest(lines)}
        )
        rows += lines
    connection.execute(schema.ACCOUNTS.insert(), homes)
    if rows:
        connection.execute(schema.CHARGES.insert(), rows)
    return number


def _charge_rows(snapshot: int, account: Account) -> list[dict[str, object]]:
    return [_charge_row(snapshot, account.id, i, charge) for i, charge in enumerate(account.charges)]


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


def keep_marked_copies(
    desk: Desk,
    paths: Sequence[Path],
    problems: Sequence[Problem],
    *,
    lang: str,
    encoding: str | None,
) -> Path:
    """Marked copies of the files that have problems, under ``letters/``; gives the copy, or the folder of several."""
    folder = desk.root / "letters"
    with tempfile.TemporaryDirectory() as made:
        marked = annotate(
            paths,
            problems,
            Path(made, f"{paths[0].stem}.marked.xlsx" if len(paths) == 1 else "marked"),
            lang=lang,
            encoding=encoding,
            synonyms=desk.office.header_synonyms,
        )
        kept = [_keep_marked(folder, path) for path in marked]
    return kept[0] if len(kept) == 1 else folder


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
