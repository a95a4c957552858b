"""The dated evidence file of one account: gathered from store and journal, sealed, and packed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, func, select

from evidence.bundle.bag import (
    SEAL,
    Content,
    bag_files,
    safe_name,
    seal_list,
    with_tag_manifest,
    write_folder,
    write_zip,
)
from evidence.bundle.compose import CatalogueRow, Composed, RenderFront, compose
from evidence.bundle.exhibits import Exhibit
from evidence.bundle.texts import CAUSE, ONE_VOLUME, ORIGINAL, letter_exhibit, proof_exhibit, readme, words
from evidence.clock import CHINA
from evidence.delivery import channel_label, event_json, outcome_label
from evidence.errors import Place, Problem, fail
from evidence.journal import entries
from evidence.journal.canonical import dumps
from evidence.letters.bundle_pages import CatalogueRow as CatalogueLine
from evidence.letters.bundle_pages import CoverPage, catalogue_context, cover_context
from evidence.letters.convert import open_converter
from evidence.letters.engine import compile_template
from evidence.letters.packs import find_pack
from evidence.model.account import Account, natural_key
from evidence.model.letter import Fact, LetterKind, LetterNumber
from evidence.resources import fonts_dir, templates_dir
from evidence.stamp.digests import commitment, digest_bytes, digest_file
from evidence.stamp.facts import disclose, seal_facts
from evidence.workspace import schema
from evidence.workspace.cases import require_account
from evidence.workspace.core import Desk
from evidence.workspace.deliveries import events_of
from evidence.workspace.persons import salt_for
from evidence.workspace.steps import reached
from evidence.workspace.store import writing_error

_FONT = {"zh": "NotoSerifSC-Regular.ttf", "zh-Hant": "NotoSerifTC-Regular.ttf"}


@dataclass(frozen=True, slots=True)
class BundleResult:
    id: str
    folder: Path
    zip_path: Path
    exhibits: int
    pages: int
    seal_sha256: str
    journal_index: int
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Gathered:
    """Everything the case has: exhibits in order, originals, what opens the commitments, journal indexes."""

    exhibits: tuple[Exhibit, ...]
    originals: Mapping[str, Content]
    disclosure: Mapping[str, Any]
    indexes: tuple[int, ...]
    letters: tuple[str, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A bundle ready to be packed: everything but the journal's proofs."""

    id: str
    version: int
    made_at: datetime
    files: Mapping[str, Content]
    seal: bytes
    composed: Composed

    @property
    def seal_sha256(self) -> str:
        return hashlib.sha256(self.seal).hexdigest()


def make_bundle(
    desk: Desk, account_id: str, *, locale: str | None = None, converter: str | None = None
) -> BundleResult:
    """Make the evidence file of one account under ``bundles/``, as a folder and a zip.

    It holds what concerns the account's present owner: letters to whoever owned the home before are left
    out, with a warning. A bundle is journaled before it is packed; if packing was cut off, calling again
    packs the same bundle, unless the case has changed since: then a new version is made. Raises
    ``bundle.nothing-to-show`` for an owner without letter or exhibit.
    """
    locale = locale or desk.office.locale
    with desk.locked():
        with desk.reading() as connection:
            account, person = require_account(connection, account_id)
            gathered = _gather(desk, connection, account, person, locale)
            recorded = _unpacked(desk, connection, account.id)
        if not gathered.exhibits:
            raise fail("bundle.nothing-to-show", account=account.id)

        def sealed(made_at: datetime, version: int) -> _Sealed:
            return _seal(desk, account, person, gathered, made_at, version, locale, converter)

        made = sealed(datetime.fromisoformat(recorded.made_at), recorded.version) if recorded else None
        if recorded is None or made is None or made.seal_sha256 != recorded.seal_sha256:
            now = desk.source.now()
            with desk.reading() as connection:
                version = _next_version(desk, connection, account.id, now)
            made = sealed(now, version)
        reached("composed")
        index, proofs = _journal(desk, account, person, made, gathered)
        reached("sealed")
        everything = with_tag_manifest({**made.files, SEAL: made.seal, **proofs})
        folder = desk.root / "bundles" / made.id
        zip_path = folder.with_name(f"{made.id}.zip")
        try:
            folder.parent.mkdir(exist_ok=True)
            write_zip(zip_path, everything)
            write_folder(folder, everything)
        except OSError as error:
            raise writing_error(folder, error) from error
        reached("packed")
    return BundleResult(
        made.id,
        folder,
        zip_path,
        len(made.composed.rows),
        made.composed.pages,
        made.seal_sha256,
        index,
        (*gathered.warnings, *made.composed.warnings),
    )


def _seal(
    desk: Desk,
    account: Account,
    person: str,
    gathered: _Gathered,
    made_at: datetime,
    version: int,
    locale: str,
    converter: str | None,
) -> _Sealed:
    identity = _identity(account.id, made_at, version)
    composed = _compose(desk, account, person, gathered, identity, made_at, locale, converter)
    files = _files(desk, account, gathered, composed, identity, made_at, locale)
    seal = dumps(
        {
            "files": [
                {"path": f.path, "sha256": f.sha256, "size": f.size, "sm3": f.sm3} for f in seal_list(files)
            ],
            "v": 1,
        }
    )
    return _Sealed(identity, version, made_at, files, seal, composed)


def _identity(account: str, made_at: datetime, version: int) -> str:
    return f"{safe_name(account)}-{made_at.astimezone(CHINA):%Y%m%d}-v{version}"


def _next_version(desk: Desk, connection: Connection, account: str, made_at: datetime) -> int:
    """One more than the account's last, and past every name that is taken: two accounts may share a safe name."""
    table = schema.BUNDLES
    last = connection.execute(select(func.max(table.c.version)).where(table.c.account == account)).scalar()
    version = int(last or 0) + 1
    taken = set(connection.execute(select(table.c.id)).scalars())
    while (name := _identity(account, made_at, version)) in taken or any(
        (desk.root / "bundles" / f"{name}{suffix}").exists() for suffix in ("", ".zip")
    ):
        version += 1
    return version


def _unpacked(desk: Desk, connection: Connection, account: str) -> Row[Any] | None:
    """The account's last bundle where the journal holds it and the disk does not: its packing was cut off."""
    table = schema.BUNDLES
    row = connection.execute(
        select(table).where(table.c.account == account).order_by(table.c.version.desc()).limit(1)
    ).first()
    return None if row is None or (desk.root / "bundles" / row.folder).exists() else row


def _gather(desk: Desk, connection: Connection, account: Account, person: str, locale: str) -> _Gathered:
    key = desk.persons.key(person)
    exhibits: list[Exhibit] = []
    originals: dict[str, Content] = {}
    salts: list[dict[str, str]] = []
    letters: list[dict[str, Any]] = []
    events: list[dict[str, str]] = []
    indexes: list[int] = [0]

    def keep(path: str, sha256: str) -> Path:
        stored = desk.store.path_of(sha256)
        desk.store.get(sha256)  # a damaged store is named here, not in court
        originals[f"data/originals/{path}"] = stored
        salts.append({"path": f"data/originals/{path}", "salt": salt_for(key, f"file:{sha256}").hex()})
        return stored

    table = schema.LETTERS
    every = connection.execute(
        select(table).where(table.c.account == account.id).order_by(table.c.journal_index)
    ).all()
    rows = [row for row in every if row.person == person]
    warnings: tuple[Problem, ...] = ()
    if others := len(every) - len(rows):
        params: dict[str, str | int] = {"account": account.id, "n": others}
        warnings = (Problem("bundle.former-owner", Place(), params),)
    for row in rows:
        number = LetterNumber.parse(row.number)
        indexes.append(row.journal_index)
        facts = tuple(Fact(name, value) for name, value in json.loads(row.facts))
        seal = seal_facts(facts, key, number)
        letters.append(
            {
                "number": number.key,
                "facts": [
                    {"name": d.name, "value": d.value, "salt": d.salt.hex()} for d in disclose(facts, seal)
                ],
            }
        )
        stem = f"letters/{number.key}"
        pdf = keep(f"{stem}.pdf", row.pdf_sha256)
        keep(f"{stem}.docx", row.docx_sha256)
        text = letter_exhibit(LetterKind(row.kind), row.printed_number, locale)
        day = datetime.fromisoformat(row.issued_at).astimezone(CHINA).date().isoformat()
        exhibits.append(_exhibit("B7", text, day, f"{number.key}.pdf", "application/pdf", pdf))
        for event, index in events_of(connection, number.key):
            indexes.append(index)
            body = event_json(event)
            path = f"data/originals/{stem}/delivery-{index:06d}.json"
            originals[path] = body
            salt = salt_for(key, f"file:{hashlib.sha256(body).hexdigest()}").hex()
            events.append({"path": path, "salt": salt})
            for position, proof in enumerate(event.proofs, 1):
                name = f"{stem}/delivery-{index:06d}-{position}-{safe_name(proof.name)}"
                stored = keep(name, proof.sha256)
                text = proof_exhibit(
                    row.printed_number,
                    channel_label(event.channel, locale),
                    outcome_label(event.outcome, locale),
                    event.at.astimezone(CHINA).date(),
                    locale,
                )
                when = event.at.astimezone(CHINA).date().isoformat()
                exhibits.append(_exhibit("B7", text, when, proof.name, proof.media_type, stored))
    table = schema.EXHIBITS
    ours = (table.c.account == account.id, table.c.person == person)
    for row in connection.execute(select(table).where(*ours).order_by(table.c.id)):
        stored = keep(f"exhibits/{row.id:03d}-{safe_name(row.file_name)}", row.sha256)
        both = digest_file(stored)
        exhibits.append(
            Exhibit(
                row.group_code,
                row.name,
                row.kind,
                row.source,
                row.proves,
                row.original,
                row.dated,
                row.file_name,
                row.media_type,
                stored,
                both.sha256.hex(),
                both.sm3.hex(),
            )
        )
    exhibits.sort(key=lambda exhibit: natural_key(exhibit.group))  # B2 before B10; stable within a group
    subject = {"account": account.id, "salt": salt_for(key, "subject").hex()}
    disclosure = {"v": 1, "events": events, "files": salts, "letters": letters, "subject": subject}
    return _Gathered(
        tuple(exhibits), originals, disclosure, tuple(indexes), tuple(row.number for row in rows), warnings
    )


def _exhibit(
    group: str, text: tuple[str, str, str, str, str], dated: str, file_name: str, media_type: str, path: Path
) -> Exhibit:
    name, kind, source, proves, original = text
    both = digest_file(path)
    return Exhibit(
        group,
        name,
        kind,
        source,
        proves,
        original,
        dated,
        file_name,
        media_type,
        path,
        both.sha256.hex(),
        both.sm3.hex(),
    )


def _compose(
    desk: Desk,
    account: Account,
    person: str,
    gathered: _Gathered,
    identity: str,
    made_at: datetime,
    locale: str,
    converter: str | None,
) -> Composed:
    pack = find_pack(templates_dir(), desk.office.jurisdiction, locale)
    day = made_at.astimezone(CHINA).date()
    nonce = salt_for(desk.persons.key(person), f"bundle:{identity}")[:16]
    shared: dict[str, Any] = {
        "law": desk.law.texts(day, locale),
        "locale": locale,
        "doc_created": made_at,
        "doc_identifier": nonce.hex(),
    }

    def page(rows: Sequence[CatalogueRow]) -> CoverPage:
        return CoverPage(
            cause=CAUSE[locale],
            submitter=desk.office.creditor.name,
            opponent=f"{account.debtor.name}（{account.premises.label}）",
            court="",
            volume=ONE_VOLUME[locale],
            exhibit_count=len(rows),
            page_count=rows[-1].last,
            bundle_id=identity,
            submitted_on=day,
        )

    with open_converter(converter or desk.office.policy.converter, locale) as chosen:

        def front(which: str, values: Callable[[Sequence[CatalogueRow]], dict[str, Any]]) -> RenderFront:
            path = pack.bundle[which]
            template = compile_template(path.read_bytes(), f"{locale}/{path.name}")

            def render(rows: Sequence[CatalogueRow]) -> tuple[bytes, bytes]:
                docx = template.render(values(rows)).docx
                return docx, chosen.convert_batches([[docx]], created=made_at, nonces=[[nonce]])[0][0]

            return render

        return compose(
            gathered.exhibits,
            cover=front("cover", lambda rows: cover_context(page(rows), **shared)),
            catalogue=front(
                "catalogue",
                lambda rows: catalogue_context(page(rows), tuple(_line(row) for row in rows), **shared),
            ),
            words=words(locale),
            font_file=fonts_dir() / _FONT[locale],
            made_at=made_at,
            title=identity,
        )


def _line(row: CatalogueRow) -> CatalogueLine:
    exhibit = row.exhibit
    return CatalogueLine(
        number=row.number,
        name=exhibit.name,
        kind=exhibit.kind,
        source=exhibit.source,
        purpose=exhibit.proves,
        pages=row.pages,
        is_original=exhibit.original == ORIGINAL,
        sha256=exhibit.sha256,
    )


def _line_json(row: CatalogueRow) -> dict[str, str]:
    exhibit = row.exhibit
    return {
        "number": str(row.number),
        "group": exhibit.group,
        "name": exhibit.name,
        "kind": exhibit.kind,
        "source": exhibit.source,
        "proves": exhibit.proves,
        "pages": row.pages,
        "original": exhibit.original,
        "dated": exhibit.dated,
        "file": exhibit.file_name,
        "sha256": exhibit.sha256,
        "sm3": exhibit.sm3,
    }


def _files(
    desk: Desk,
    account: Account,
    gathered: _Gathered,
    composed: Composed,
    identity: str,
    made_at: datetime,
    locale: str,
) -> dict[str, Content]:
    from evidence import __version__

    catalogue: dict[str, Any] = {
        "v": 1,
        "bundle": identity,
        "made_at": made_at.isoformat(),
        "account": account.id,
        "rows": [_line_json(row) for row in composed.rows],
    }
    payload: dict[str, Content] = {
        "data/bundle.pdf": composed.pdf,
        "data/catalogue.docx": composed.catalogue_docx,
        "data/catalogue.json": dumps(catalogue),
        "data/disclosure.json": dumps(dict(gathered.disclosure)),
        **gathered.originals,
    }
    files = bag_files(
        payload,
        made_on=made_at.astimezone(CHINA).date(),
        identifier=identity,
        organisation=desk.office.creditor.name.replace("\n", " "),
        tool=f"evidence-kit {__version__}",
    )
    files["keys/office.pub"] = desk.signer.public.to_text().encode()
    files["README.txt"] = readme(
        locale, fingerprint=desk.signer.public.fingerprint, identity=identity
    ).encode()
    return files


def _journal(
    desk: Desk,
    account: Account,
    person: str,
    made: _Sealed,
    gathered: _Gathered,
) -> tuple[int, dict[str, Content]]:
    """The bundle's own entry, and proofs of all its entries under one checkpoint."""
    table = schema.BUNDLES
    with desk.writing() as connection:
        known = connection.execute(
            select(table.c.journal_index).where(
                table.c.id == made.id, table.c.seal_sha256 == made.seal_sha256
            )
        ).scalar()
        if known is None:
            key = desk.persons.key(person)
            entry = entries.bundle_made(
                at=desk.source.now(),
                by=desk.signer.public.kid.hex(),
                bundle=hashlib.sha256(salt_for(key, f"bundle:{made.id}")).hexdigest()[:16],
                version=made.version,
                subject=commitment(salt_for(key, "subject"), digest_bytes(account.id.encode())).hex(),
                seal=made.seal_sha256,
            )
            index = desk.journal.append(connection, [entry]).start
            connection.execute(
                table.insert().values(
                    id=made.id,
                    account=account.id,
                    version=made.version,
                    made_at=made.made_at.isoformat(),
                    seal_sha256=made.seal_sha256,
                    folder=made.id,
                    journal_index=index,
                )
            )
        else:
            index = int(known)
        checkpoint = desk.checkpoint(connection)
        files: dict[str, Content] = {
            "journal/bundle.json": desk.journal.entry(connection, index),
            "journal/bundle.proof": desk.journal.proof_text(connection, index, checkpoint).encode(),
        }
        for i in sorted(set(gathered.indexes)):
            files[f"journal/{i:06d}.json"] = desk.journal.entry(connection, i)
            files[f"journal/{i:06d}.proof"] = desk.journal.proof_text(connection, i, checkpoint).encode()
    return index, files
