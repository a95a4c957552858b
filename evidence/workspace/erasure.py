"""A person's data destroyed: key, rows and files go, the journal's tree stays (design decision 10).

The entry and the rows go in one transaction, which also writes down what lies on the disk; then the files and the key
are removed. Cut off in between, the erasure is finished by asking for it again.
"""

from __future__ import annotations

import glob
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, select, update

from evidence.bundle.bag import safe_name
from evidence.errors import Problem, fail
from evidence.journal import entries
from evidence.journal.engine import POSTGRESQL
from evidence.journal.entries import parse_entry
from evidence.model.case import CaseEvent, CaseKind
from evidence.stamp.digests import commitment, digest_bytes
from evidence.workspace import schema
from evidence.workspace.casefile import piece_commitment
from evidence.workspace.cases import meant_account
from evidence.workspace.core import Desk
from evidence.workspace.deliverypapers import REPORTS
from evidence.workspace.migrations import backups
from evidence.workspace.named import named_files
from evidence.workspace.persons import salt_for
from evidence.workspace.renewal import forget


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased. ``ledgers`` is how many stored ledger files still name the person, with everybody else."""

    person: str
    account: str
    letters: int
    files: int
    index: int
    ledgers: int
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """Rows of one person before they go."""

    numbers: tuple[str, ...]
    events: tuple[int, ...]
    digests: frozenset[str]
    paths: tuple[str, ...]


def erase(desk: Desk, who: str) -> Erased:
    """Erase the person ``who``: a person's id, or an account with one owner. A second time nothing more is recorded.

    Raises ``workspace.erase-several`` for an account that had several owners, ``workspace.unknown-account``.
    """
    with desk.rewriting():
        desk.store.require_ours()
        with desk.writing() as connection:
            person, account = _resolve(connection, who)
            known = connection.execute(
                select(schema.ERASED).where(schema.ERASED.c.person == person)
            ).one_or_none()
            if known is None:
                erased = _remove_rows(desk, connection, person, account)
            else:
                erased = Erased(person, account, 0, 0, known.journal_index, 0, ())
        _sweep(desk, person)
    return erased


def _resolve(connection: Connection, who: str) -> tuple[str, str]:
    accounts, erased = schema.ACCOUNTS, schema.ERASED
    gone = connection.execute(
        select(erased.c.person, erased.c.account).where((erased.c.person == who) | (erased.c.account == who))
    ).all()
    by_id = connection.execute(
        select(accounts.c.id).where(accounts.c.person == who).order_by(accounts.c.snapshot.desc())
    ).scalar()
    if by_id is not None:
        return who, by_id
    name = meant_account(connection, who)
    owners = connection.execute(
        select(accounts.c.person, accounts.c.debtor).where(accounts.c.id == name).distinct()
    ).all()
    persons = {row.person: row.debtor for row in owners}
    if len(persons) > 1:
        told = ", ".join(f"{person} ({debtor})" for person, debtor in sorted(persons.items()))
        raise fail("workspace.erase-several", account=name, persons=told)
    if not persons and gone:
        return gone[0].person, gone[0].account
    if not persons:
        raise fail("workspace.unknown-account", account=who, near="-")
    return next(iter(persons)), name


def _remove_rows(desk: Desk, connection: Connection, person: str, account: str) -> Erased:
    found = _find(desk, connection, person, account)
    key = desk.persons.key(person)
    subject = commitment(salt_for(key, "subject"), digest_bytes(account.encode())).hex()
    _delete(connection, person, account, found)
    gone = sorted(found.digests - named_files(connection, times=False))  # a file may belong to two
    for sha256 in gone:
        forget(connection, sha256)
    now = desk.source.now()
    entry = entries.person_erased(at=now, by=desk.signer.public.kid.hex(), subject=subject, files=len(gone))
    index = desk.journal.append(connection, [entry]).start
    row = {
        "person": person,
        "account": account,
        "erased_at": now.isoformat(),
        "journal_index": index,
        "left": json.dumps({"store": gone, "paths": found.paths}),
    }
    connection.execute(schema.ERASED.insert(), row)
    desk.checkpoint(connection)
    ledgers = len(connection.execute(select(schema.SNAPSHOT_FILES.c.sha256).distinct()).all())
    warnings = [Problem("workspace.erased-ledgers", params={"n": ledgers})] if ledgers else []
    if desk.engine.dialect.name == POSTGRESQL:
        warnings.append(Problem("workspace.erased-server"))
    if desk.store.is_remote:
        warnings.append(Problem("workspace.erased-store", params={"place": desk.store.shown}))
    return Erased(person, account, len(found.numbers), len(gone), index, ledgers, tuple(warnings))


def _find(desk: Desk, connection: Connection, person: str, account: str) -> _Found:
    letters, deliveries, proofs = schema.LETTERS, schema.DELIVERIES, schema.PROOFS
    exhibits, stamps = schema.EXHIBITS, schema.EXHIBIT_STAMPS
    rows = connection.execute(select(letters).where(letters.c.person == person)).all()
    numbers = tuple(row.number for row in rows)
    digests = {digest for row in rows for digest in (row.docx_sha256, row.pdf_sha256)}
    joined = select(proofs.c.sha256).join(deliveries, proofs.c.delivery == deliveries.c.id)
    digests |= set(connection.execute(joined.where(deliveries.c.letter.in_(numbers))).scalars())
    receipts, files = schema.RECEIPTS, schema.RECEIPT_FILES
    told = select(files.c.sha256).join(receipts, files.c.receipt == receipts.c.id)
    digests |= set(connection.execute(told.where(receipts.c.letter.in_(numbers))).scalars())
    digests |= set(connection.execute(select(exhibits.c.sha256).where(exhibits.c.person == person)).scalars())
    stamped = connection.execute(select(stamps).where(stamps.c.person == person)).all()
    digests |= {digest for row in stamped for digest in (row.source_sha256, row.pdf_sha256)}
    paths: list[Path] = []
    for row in rows:
        folder = desk.root / "letters" / row.folder
        paths += sorted(path for path in folder.glob(f"*{row.number}*") if path.is_file())
    for name in sorted({row.folder for row in rows}):
        # Slips of a whole run and what was printed of it name everybody; `evidence print` makes them anew.
        folder = desk.root / "letters" / name
        paths += [
            *sorted(folder.glob("0000_*.docx")),
            *([folder / "print"] if (folder / "print").is_dir() else []),
        ]
    reports, begins = (
        desk.root / REPORTS,
        f"{safe_name(account)}-送",
    )  # 1-送达回执…, and not what is of account 1-101
    if reports.is_dir():
        paths += sorted(path for path in reports.iterdir() if path.name.startswith(begins))
    for row in stamped:
        paths += sorted((desk.root / "stamped").rglob(row.file_name))
    bundles = schema.BUNDLES
    for name in connection.execute(select(bundles.c.folder).where(bundles.c.account == account)).scalars():
        paths += [desk.root / "bundles" / name, desk.root / "bundles" / f"{name}.zip"]
        # Sheets about them, which name the owner: the check before filing, versions compared.
        sheets = (desk.root / "bundles").glob(f"{glob.escape(name)}-*")
        paths += sorted(path for path in sheets if path.suffix in (".docx", ".pdf"))
    copies = schema.BUNDLE_COPIES
    for name in connection.execute(select(copies.c.id).where(copies.c.account == account)).scalars():
        paths += [desk.root / "bundles" / name, desk.root / "bundles" / f"{name}.zip"]
    paths += backups(desk.root)  # copies of the database as it was hold everybody
    return _Found(
        numbers,
        tuple(_own_events(desk, connection, person, account)),
        frozenset(digests),
        tuple(str(path.relative_to(desk.root)) for path in paths),
    )


def _own_events(desk: Desk, connection: Connection, person: str, account: str) -> list[int]:
    """The pieces of the account's file that are about this person: those the journal commits to by the person's key."""
    table, key = schema.CASE_EVENTS, desk.persons.key(person)
    found = []
    for row in connection.execute(select(table).where(table.c.account == account)):
        data = {name: str(value) for name, value in json.loads(row.body)["data"].items()}
        event = CaseEvent(CaseKind(row.kind), row.account, data)
        said = parse_entry(desk.journal.entry(connection, row.journal_index)).data.get("event")
        if piece_commitment(event, key) == said:
            found.append(row.id)
    return found


def _delete(connection: Connection, person: str, account: str, found: _Found) -> None:
    letters, deliveries, proofs = schema.LETTERS, schema.DELIVERIES, schema.PROOFS
    accounts, charges, items, runs = schema.ACCOUNTS, schema.CHARGES, schema.PLAN_ITEMS, schema.RUNS
    own = select(deliveries.c.id).where(deliveries.c.letter.in_(found.numbers))
    snapshots = select(accounts.c.snapshot).where(accounts.c.person == person)
    of_run = select(items.c.run).where(items.c.number.in_(found.numbers))
    of_others = select(items.c.run).where(items.c.number.not_in(found.numbers))
    notices = (runs.c.id.in_(of_run), runs.c.id.not_in(of_others))
    connection.execute(update(runs).where(*notices).values(details=""))
    connection.execute(update(items).where(items.c.number.in_(found.numbers)).values(claim_digest=""))
    connection.execute(delete(proofs).where(proofs.c.delivery.in_(own)))
    connection.execute(delete(deliveries).where(deliveries.c.letter.in_(found.numbers)))
    receipts, files = schema.RECEIPTS, schema.RECEIPT_FILES
    told = select(receipts.c.id).where(receipts.c.letter.in_(found.numbers))
    connection.execute(delete(files).where(files.c.receipt.in_(told)))
    pages = (receipts, schema.RECEIPT_OPENINGS, schema.RECEIPT_CODES, schema.RECEIPT_TRIES)
    for table in (*pages, schema.DOOR_RECORDS, schema.STAFF_VIEWS):
        connection.execute(delete(table).where(table.c.letter.in_(found.numbers)))
    connection.execute(delete(letters).where(letters.c.person == person))
    for table in (schema.EXHIBITS, schema.EXHIBIT_STAMPS):
        connection.execute(delete(table).where(table.c.person == person))
    findings = schema.EXHIBIT_FINDINGS
    connection.execute(delete(findings).where(findings.c.sha256.in_(found.digests)))
    connection.execute(delete(schema.CASE_EVENTS).where(schema.CASE_EVENTS.c.id.in_(found.events)))
    for table in (schema.BUNDLES, schema.BUNDLE_COPIES):
        connection.execute(delete(table).where(table.c.account == account))
    connection.execute(delete(charges).where(charges.c.account == account, charges.c.snapshot.in_(snapshots)))
    connection.execute(delete(accounts).where(accounts.c.person == person))


def _sweep(desk: Desk, person: str) -> None:
    """Key and files, then the record of what was left."""
    desk.persons.erase(person)
    table = schema.ERASED
    with desk.reading() as connection:
        left = json.loads(
            connection.execute(select(table.c.left).where(table.c.person == person)).scalar_one()
        )
    for sha256 in left.get("store", ()):
        desk.store.remove(sha256)
    for name in left.get("paths", ()):
        path = desk.root / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    with desk.writing() as connection:
        connection.execute(update(table).where(table.c.person == person).values(left="{}"))
    _rewrite(desk)


def _rewrite(desk: Desk) -> None:
    """Deleted rows leave the files of the database, too.

    SQLite overwrites them by itself (``secure_delete``). PostgreSQL only marks them, and a plain VACUUM frees their place
    without wiping it: the tables are written anew and the old files go.
    """
    if desk.engine.dialect.name == POSTGRESQL:
        with desk.engine.connect() as plain:
            plain.execution_options(isolation_level="AUTOCOMMIT")
            for name in sorted(schema.METADATA.tables):
                plain.exec_driver_sql(f'VACUUM (FULL, ANALYZE) "{name}"')
    elif desk.engine.dialect.name == "sqlite":
        # What was deleted may still stand in the write-ahead log.
        with desk.engine.connect() as plain:
            plain.exec_driver_sql("COMMIT")
            plain.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            plain.exec_driver_sql("BEGIN")
