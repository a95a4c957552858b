"""Recording a wave of finished letters: store, journal and rows, then the clerk's readable copies."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import bindparam, select, update

from evidence.bundle.bag import safe_name
from evidence.errors import Problem
from evidence.journal import entries
from evidence.model.letter import LegalEffect, LetterKind, LetterNumber
from evidence.stamp.digests import Digests, commitment, digest_bytes, digest_each
from evidence.stamp.profiles import profile_for
from evidence.telemetry import count, span
from evidence.workspace import schema
from evidence.workspace.core import Desk
from evidence.workspace.making import Item, Made, Refused, Run, Workshop
from evidence.workspace.persons import salt_for
from evidence.workspace.steps import reached
from evidence.workspace.store import sweep, sync_disk, write_atomically


@span("record")
def record_wave(workshop: Workshop, made: Sequence[Made], refused: Sequence[Refused]) -> None:
    """Files into the store, then rows and journal entries in one transaction, then the clerk's copies.

    The journal says nothing of a letter before its files are durable. The entries stand in the order of the
    plan, so that the tree does not depend on where a run was cut off.
    """
    desk, run, effect = workshop.desk, workshop.run, workshop.effect
    files = [data for letter in made for data in (letter.docx, letter.pdf)]
    with span("store", files=len(files)):
        stored = desk.store.put_all(files)
    reached("stored")
    digests = iter(digest_each(files))
    lines: list[tuple[Item, bytes]] = [
        (
            letter.item,
            _entry(desk, run, effect, letter, workshop.keys[letter.person], next(digests), next(digests)),
        )
        for letter in made
    ]
    lines += [(item, _void_entry(desk, run, item, found)) for item, found in refused]
    lines.sort(key=lambda line: line[0].position)
    with span("journal", entries=len(lines)), desk.writing() as connection:
        indexes = desk.journal.append(connection, [entry for _, entry in lines])
        index_of = {item.position: index for (item, _), index in zip(lines, indexes, strict=True)}
        rows = [
            _row(run, effect, letter, files, index_of[letter.item.position])
            for letter, files in zip(made, zip(stored[::2], stored[1::2], strict=True), strict=True)
        ]
        if rows:
            connection.execute(schema.LETTERS.insert(), rows)
        states = [{"at": letter.item.position, "now": "issued", "why": ""} for letter in made]
        states += [{"at": item.position, "now": "voided", "why": found[0].code} for item, found in refused]
        table = schema.PLAN_ITEMS
        settle = update(table).where(table.c.run == run.id, table.c.position == bindparam("at"))
        connection.execute(settle.values(state=bindparam("now"), reason=bindparam("why")), states)
    reached("journaled")
    count("letters", len(made), kind=run.kind.value)
    count("refused", len(refused), kind=run.kind.value)
    write_copies(desk, run, made)
    reached("copied")


def _void_entry(desk: Desk, run: Run, item: Item, found: Sequence[Problem]) -> bytes:
    return entries.letter_voided(
        at=run.issued_at,
        by=desk.signer.public.kid.hex(),
        run=run.id,
        number=item.number,
        reason=found[0].code,
    )


def _entry(
    desk: Desk, run: Run, effect: LegalEffect, letter: Made, key: bytes, docx: Digests, pdf: Digests
) -> bytes:
    account = letter.claim.account.id
    return entries.letter_issued(
        at=run.issued_at,
        by=desk.signer.public.kid.hex(),
        run=run.id,
        number=letter.item.number,
        kind=run.kind,
        effect=effect,
        subject=commitment(salt_for(key, "subject"), digest_bytes(account.encode())).hex(),
        profile=profile_for(run.locale, letter.item.number.series, draft=run.draft),
        token=hashlib.sha256(letter.token).hexdigest(),
        docx=commitment(salt_for(key, f"file:{docx.sha256.hex()}"), docx).hex(),
        pdf=commitment(salt_for(key, f"file:{pdf.sha256.hex()}"), pdf).hex(),
        pages=letter.pages,
    )


def _row(
    run: Run, effect: LegalEffect, letter: Made, files: tuple[str, str], index: int
) -> dict[str, object]:
    docx_sha256, pdf_sha256 = files
    return {
        "number": letter.item.number.key,
        "run": run.id,
        "kind": run.kind.value,
        "effect": effect.value,
        "account": letter.claim.account.id,
        "person": letter.person,
        "locale": run.locale,
        "issued_at": run.issued_at.isoformat(),
        "converter": run.converter,
        "printed_number": letter.printed,
        "docx_sha256": docx_sha256,
        "pdf_sha256": pdf_sha256,
        "source_sha256": letter.source_sha256,
        "source_length": letter.source_length,
        "pages": letter.pages,
        "total": letter.claim.total.plain,
        "currency": letter.claim.total.currency,
        "claim_digest": letter.claim.digest,
        "facts": json.dumps([[f.name, f.value] for f in letter.facts], ensure_ascii=False),
        "folder": run.folder,
        "journal_index": index,
    }


def copy_name(position: int, account: str, number: LetterNumber) -> str:
    """``0001_1栋2单元301_2-2026-0001``: sorts in the clerk's order of the round."""
    return f"{position + 1:04d}_{safe_name(account)}_{number.key}"


def write_copies(desk: Desk, run: Run, made: Sequence[Made]) -> None:
    """Readable copies under ``letters/RUN/``; the store holds what counts."""
    folder = desk.root / "letters" / run.folder
    for letter in made:
        name = copy_name(letter.item.position, letter.claim.account.id, letter.item.number)
        write_atomically(folder / f"{name}.docx", letter.docx, durable=False)
        write_atomically(folder / f"{name}.pdf", letter.pdf, durable=False)


def restore_copies(desk: Desk, run: Run) -> None:
    """Copies a crash kept from being written, taken from the store again; then all of them are durable.

    A copy of another length than its original is what a power cut left of it.
    """
    folder: Path = desk.root / "letters" / run.folder
    sweep(folder)
    with desk.reading() as connection:
        joined = select(
            schema.PLAN_ITEMS.c.position,
            schema.LETTERS.c.account,
            schema.LETTERS.c.number,
            schema.LETTERS.c.docx_sha256,
            schema.LETTERS.c.pdf_sha256,
        ).join(schema.LETTERS, schema.LETTERS.c.number == schema.PLAN_ITEMS.c.number)
        rows = connection.execute(
            joined.where(schema.PLAN_ITEMS.c.run == run.id, schema.PLAN_ITEMS.c.state == "issued")
        ).all()
    for row in rows:
        name = copy_name(row.position, row.account, LetterNumber.parse(row.number))
        for suffix, sha256 in ((".docx", row.docx_sha256), (".pdf", row.pdf_sha256)):
            copy = folder / f"{name}{suffix}"
            if _length(copy) != desk.store.length(sha256):
                write_atomically(copy, desk.store.get(sha256), durable=False)
    if rows:
        sync_disk(folder)


def restore_missing(desk: Desk, kind: LetterKind) -> int:
    """Readable copies somebody deleted, taken from the store again; what was edited is left alone."""
    table = schema.LETTERS
    with desk.reading() as connection:
        rows = connection.execute(
            select(
                schema.PLAN_ITEMS.c.position,
                table.c.account,
                table.c.number,
                table.c.folder,
                table.c.docx_sha256,
                table.c.pdf_sha256,
            )
            .join(table, table.c.number == schema.PLAN_ITEMS.c.number)
            .where(table.c.kind == kind.value, schema.PLAN_ITEMS.c.state == "issued")
        ).all()
    restored = 0
    for row in rows:
        name = copy_name(row.position, row.account, LetterNumber.parse(row.number))
        for suffix, sha256 in ((".docx", row.docx_sha256), (".pdf", row.pdf_sha256)):
            copy = desk.root / "letters" / row.folder / f"{name}{suffix}"
            if not copy.exists():
                write_atomically(copy, desk.store.get(sha256))
                restored += 1
    return restored


def remove_copies(desk: Desk, number: LetterNumber) -> None:
    """Take a voided letter's copies out of the clerk's folder, so that nobody sends them; what was edited stays."""
    items, table = schema.PLAN_ITEMS, schema.LETTERS
    columns = (items.c.position, table.c.account, table.c.folder, table.c.docx_sha256, table.c.pdf_sha256)
    joined = select(*columns).join(table, table.c.number == items.c.number)
    with desk.reading() as connection:
        row = connection.execute(joined.where(items.c.number == number.key)).one()
    name = copy_name(row.position, row.account, number)
    for suffix, sha256 in ((".docx", row.docx_sha256), (".pdf", row.pdf_sha256)):
        copy = desk.root / "letters" / row.folder / f"{name}{suffix}"
        if copy.is_file() and copy.read_bytes() == desk.store.get(sha256):
            copy.unlink()
    (desk.root / "letters" / row.folder / f"{name}.txt").unlink(missing_ok=True)


def _length(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None
