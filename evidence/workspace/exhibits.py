"""Exhibits: kept untouched, looked over where they are PDFs, and stamped where the clerk asks for it.

The exhibit itself is never changed. Its stamped copy is a file of its own, with a number of the series of exhibits, and
holds the exhibit as its beginning: the copy shows what the office held, and since which checkpoint of the journal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from evidence.bundle.bag import safe_name
from evidence.bundle.exhibits import has_pages
from evidence.bundle.register import Details
from evidence.clock import CHINA
from evidence.errors import EvidenceError, Place, Problem
from evidence.journal import entries
from evidence.journal.canonical import dumps
from evidence.model.letter import EXHIBIT_SERIES, LetterNumber
from evidence.stamp.child import Inspection, inspect_pdf
from evidence.stamp.digests import commitment, digest_bytes
from evidence.stamp.facts import letter_id
from evidence.stamp.foreign import StampedExhibit, stamp_exhibit
from evidence.stamp.profiles import FOREIGN_OF_LOCALE
from evidence.workspace import register, schema
from evidence.workspace.cases import require_account
from evidence.workspace.core import Desk
from evidence.workspace.deliveries import read_file
from evidence.workspace.persons import salt_for
from evidence.workspace.store import write_atomically

KIND = "exhibit-stamped"
FOLDER = "stamped"
_PDF = b"%PDF-"


@dataclass(frozen=True, slots=True)
class Stamped:
    """A stamped copy: its number, where it lies, its pages, whether one of them was added, and the checkpoint's size."""

    number: LetterNumber
    path: Path
    sha256: str
    pages: int
    extra: bool
    already_known: bool = False


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A kept exhibit; ``findings`` of the lint are None of what is no PDF. ``has_pages``: it can be shown."""

    name: str
    sha256: str
    findings: tuple[Mapping[str, Any], ...] | None = None
    stamped: Stamped | None = None
    has_pages: bool = True
    row: register.Kept | None = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """Codes of the graver findings."""
        return tuple(f["code"] for f in self.findings or () if f["level"] == "warning")


def add_exhibits(
    desk: Desk, account_id: str, files: Sequence[Path], *, stamp: bool = False, **details: Any
) -> list[Exhibit]:
    """Keep files as exhibits of an account and its present owner, and with ``stamp`` make a stamped copy of each.

    Raises :class:`EvidenceError` with all that is wrong, ``stamp.unsupported-pdf`` of a PDF that cannot be stamped and
    ``workspace.exhibit-not-pdf`` of what is none; nothing is kept then. A file stamped before keeps its number.
    """
    contents = [read_file(path) for path in files]
    problems = [
        Problem("workspace.exhibit-not-pdf", Place(file=path.name), {"file": path.name})
        for path, data in zip(files, contents, strict=True)
        if stamp and not data.startswith(_PDF)
    ]
    if problems:
        raise EvidenceError(problems)
    profile = FOREIGN_OF_LOCALE[desk.office.locale]
    seen = [inspect_pdf(data, profile) if data.startswith(_PDF) else None for data in contents]
    with desk.locked():
        # Stamped in memory first, so that a file that cannot be stamped leaves nothing behind.
        made = _stamp_all(desk, account_id, files, contents, seen, profile) if stamp else [None] * len(files)
        kept = register.keep(desk, account_id, files, Details(**{k: v for k, v in details.items() if v}))
        _record_findings(desk, [row.sha256 for row in kept], seen)
        stamped = [
            _record(desk, account_id, row, item, found) if item is not None and found is not None else None
            for row, item, found in zip(kept, made, seen, strict=True)
        ]
    return [
        Exhibit(row.name, row.sha256, _told(found), copy, has_pages(row.media_type), row)
        for row, found, copy in zip(kept, seen, stamped, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Made:
    """A copy that is not written yet, or one that was made before."""

    number: LetterNumber
    known: Stamped | None = None
    copy: StampedExhibit | None = None
    at: Any = None


def _stamp_all(
    desk: Desk,
    account_id: str,
    files: Sequence[Path],
    contents: Sequence[bytes],
    seen: Sequence[Inspection | None],
    profile: int,
) -> list[_Made | None]:
    problems: list[Problem] = []
    made: list[_Made | None] = []
    now = desk.source.now()
    with desk.writing() as connection:
        _, person = require_account(connection, account_id)
        desk.checkpoint(connection)
        size, root = desk.journal.size(connection), desk.journal.root(connection)
        following = _next_number(connection, now.astimezone(CHINA).year)
        key = desk.persons.key(person)
        for path, data, found in zip(files, contents, seen, strict=True):
            known = _known(desk, connection, person, hashlib.sha256(data).hexdigest())
            if known is not None or found is None:
                made.append(_Made(known.number, known=known) if known is not None else None)
                continue
            number = LetterNumber(EXHIBIT_SERIES, now.astimezone(CHINA).year, following)
            try:
                copy = stamp_exhibit(
                    data,
                    desk.signer,
                    inspection=found,
                    profile_number=profile,
                    number=number,
                    issued_at=now,
                    identity=letter_id(key, number),
                    checkpoint_size=size,
                    checkpoint_root=root,
                    host=desk.office.policy.host.lower(),
                )
            except EvidenceError as error:
                problems += [Problem(p.code, Place(file=path.name), p.params) for p in error.problems]
                continue
            following += 1
            made.append(_Made(number, copy=copy, at=now))
    if problems:
        raise EvidenceError(problems)
    return made


def _record(
    desk: Desk, account_id: str, row: register.Kept, made: _Made, found: Inspection
) -> Stamped | None:
    """The stamped copy into the store and the journal, then where the clerk finds it."""
    if made.known is not None:
        return made.known
    copy = made.copy
    assert copy is not None  # a copy is known or made
    sha256 = desk.store.put(copy.pdf)
    name = f"{made.number.key}_{safe_name(row.name)}.pdf"
    body = dumps(
        {
            "extra": copy.extra,
            "findings": [dict(finding) for finding in _told(found) or ()],
            "number": made.number.key,
            "pages": copy.pages,
            "pdf": sha256,
            "source": row.sha256,
            "token": hashlib.sha256(copy.token).hexdigest(),
            "v": 1,
        }
    )
    with desk.writing() as connection:
        account, person = require_account(connection, account_id)
        both = digest_bytes(body)
        salt = salt_for(desk.persons.key(person), f"file:{both.sha256.hex()}")
        entry = entries.case_recorded(
            at=made.at, by=desk.signer.public.kid.hex(), kind=KIND, event=commitment(salt, both).hex()
        )
        (index,) = desk.journal.append(connection, [entry])
        connection.execute(
            schema.EXHIBIT_STAMPS.insert().values(
                number=made.number.key,
                account=account.id,
                person=person,
                source_sha256=row.sha256,
                pdf_sha256=sha256,
                body=body.decode(),
                file_name=name,
                stamped_at=made.at.isoformat(),
                journal_index=index,
            )
        )
    path = desk.root / FOLDER / name
    path.parent.mkdir(exist_ok=True)
    write_atomically(path, copy.pdf)
    return Stamped(made.number, path, sha256, copy.pages, copy.extra)


def _known(desk: Desk, connection: Connection, person: str, source: str) -> Stamped | None:
    table = schema.EXHIBIT_STAMPS
    found = connection.execute(
        select(table).where(table.c.person == person, table.c.source_sha256 == source)
    ).first()
    if found is None:
        return None
    body, path = json.loads(found.body), desk.root / FOLDER / found.file_name
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, desk.store.get(found.pdf_sha256))
    number = LetterNumber.parse(found.number)
    return Stamped(number, path, found.pdf_sha256, body["pages"], body["extra"], already_known=True)


def _next_number(connection: Connection, year: int) -> int:
    table = schema.EXHIBIT_STAMPS
    prefix = f"{EXHIBIT_SERIES}-{year}-"
    used = connection.execute(
        select(func.count()).select_from(table).where(table.c.number.startswith(prefix))
    ).scalar_one()
    return int(used) + 1


def _record_findings(desk: Desk, digests: Sequence[str], seen: Sequence[Inspection | None]) -> None:
    """The lint's findings beside the exhibit; the latest look counts, since the lint learns."""
    table = schema.EXHIBIT_FINDINGS
    with desk.writing() as connection:
        for sha256, found in zip(digests, seen, strict=True):
            told = _told(found)
            if told is None:
                continue
            connection.execute(table.delete().where(table.c.sha256 == sha256))
            text = json.dumps([dict(finding) for finding in told], ensure_ascii=False)
            connection.execute(table.insert().values(sha256=sha256, findings=text))


def _told(found: Inspection | None) -> tuple[Mapping[str, Any], ...] | None:
    return tuple(finding.to_json() for finding in found.findings) if found is not None else None
