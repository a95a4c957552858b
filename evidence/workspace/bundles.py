"""The dated evidence file of one account: gathered from store and journal, sealed, and packed."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, func, select

from evidence.bundle.bag import (
    SEAL,
    TAG_MANIFEST,
    Content,
    bag_files,
    consistency_text,
    digests_of,
    files_of,
    intact,
    safe_name,
    seal_json,
    with_tag_manifest,
    write_folder,
    write_zip,
)
from evidence.bundle.compose import CatalogueRow, Composed, RenderFront, compose
from evidence.bundle.readme import readme
from evidence.bundle.rows import ORIGINAL
from evidence.bundle.texts import CAUSE, ONE_VOLUME, words
from evidence.clock import CHINA
from evidence.errors import EvidenceError, Place, Problem
from evidence.journal import entries
from evidence.journal.canonical import dumps
from evidence.journal.note import parse_checkpoint
from evidence.letters.bundle_pages import CatalogueRow as CatalogueLine
from evidence.letters.bundle_pages import CoverPage, catalogue_context, cover_context
from evidence.letters.convert import open_converter
from evidence.letters.engine import compile_template
from evidence.model.account import Account
from evidence.resources import checkers, fonts_dir
from evidence.stamp.digests import commitment, digest_bytes
from evidence.workspace import schema
from evidence.workspace.anchors import covering
from evidence.workspace.annexes import ANNEXES, same_figures, with_annexes
from evidence.workspace.cases import require_account
from evidence.workspace.claims import Claims
from evidence.workspace.core import Desk
from evidence.workspace.courtfacts import court_name
from evidence.workspace.courtforms import CourtForm, blank_problems, form_files, make_forms
from evidence.workspace.gate import BUNDLE, Gate, Overrides, Passage
from evidence.workspace.gather import FONT, Gathered, gather
from evidence.workspace.keyring import change_indexes
from evidence.workspace.persons import salt_for
from evidence.workspace.steps import reached
from evidence.workspace.store import writing_error
from evidence.workspace.templates import pack_for

_DISCLOSURE = "data/disclosure.json"


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
    forms: tuple[CourtForm, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A bundle ready to be packed: everything but the journal's proofs."""

    id: str
    account: str
    version: int
    made_at: datetime
    files: Mapping[str, Content]
    seal: bytes
    composed: Composed
    forms: tuple[CourtForm, ...] = ()

    @property
    def seal_sha256(self) -> str:
        return hashlib.sha256(self.seal).hexdigest()


def make_bundle(
    desk: Desk,
    account_id: str,
    *,
    locale: str | None = None,
    converter: str | None = None,
    overrides: Overrides | None = None,
    forms: Collection[str] | None = None,
) -> BundleResult:
    """Make the evidence file of one account under ``bundles/``, as a folder and a zip.

    It holds what concerns the account's present owner and may be shown to a court: what is left out, and what
    a reader should know, comes back as warnings. Where nothing has changed since a bundle was made, that one
    is handed back. A bundle is journaled before it is packed; if packing was cut off, calling again packs the
    same bundle, unless the case has changed since: then a new version is made.

    The account passes the gate first, on the day of making (:mod:`evidence.workspace.gate`); ``overrides`` maps rules to
    reasons, which are kept in the case file and never in the bundle: it goes to the other side. Raises
    ``readiness.blocked`` for every failing rule, and ``bundle.nothing-to-show`` for an owner without letter or exhibit
    (``bundle.nothing-demanded`` where no letter can be written now either).
    """
    locale = locale or desk.office.locale
    gate = Gate(desk, BUNDLE, overrides)
    with desk.locked():
        now = desk.source.now()
        today = now.astimezone(CHINA).date()
        with desk.reading() as connection:
            account, person = require_account(connection, account_id)
            gathered = gather(desk, connection, account, person, locale, today)
            earlier = _earlier(connection, account.id)
            if not gathered.exhibits:
                held = not Claims(desk, connection, today, only=account.id).of(account).claim.lines
                code = "bundle.nothing-demanded" if held else "bundle.nothing-to-show"
                raise EvidenceError([Problem(code, Place(), {"account": account.id}), *gathered.warnings])
            claims = Claims(desk, connection, today, only=account.id)
            passage = gate.check(connection, claims, account, person)
        if passage.blocked:
            raise EvidenceError(passage.blocked)
        gathered = replace(gathered, warnings=(*gathered.warnings, *passage.warnings))

        def sealed(made_at: datetime, version: int) -> _Sealed:
            return _seal(desk, account, person, gathered, made_at, version, locale, converter, forms)

        made = None
        for row in earlier:
            if not _may_be(desk, row, row is earlier[0], gathered, locale, forms is not None):
                continue
            made_at = datetime.fromisoformat(row.made_at)
            on_disk = (desk.root / "bundles" / row.folder).exists()
            if on_disk and not same_figures(desk, account.id, made_at, today):
                continue
            again = sealed(made_at, row.version)
            if again.seal_sha256 == row.seal_sha256:
                made = again
                break
        if made is not None and (desk.root / "bundles" / made.id).exists():
            if _same_time(desk, row, gathered):
                return _unchanged(desk, made, row.journal_index, gathered)
            index, proofs = _journal(desk, account, person, made, gathered, gate, passage)
            _restamp(desk, made, proofs)
            note = Problem("bundle.restamped", Place(), {"bundle": made.id})
            return _result(desk, made, index, (note, *gathered.warnings))
        if made is None:
            with desk.reading() as connection:
                version = _next_version(desk, connection, account.id, now)
            made = sealed(now, version)
        reached("composed")
        index, proofs = _journal(desk, account, person, made, gathered, gate, passage)
        reached("sealed")
        everything = with_tag_manifest({**made.files, SEAL: made.seal, **proofs})
        _pack(desk, made.id, everything)
        reached("packed")
    return _result(desk, made, index, gathered.warnings)


def _pack(desk: Desk, identity: str, everything: Mapping[str, Content]) -> None:
    folder = desk.root / "bundles" / identity
    try:
        folder.parent.mkdir(exist_ok=True)
        write_zip(folder.with_name(f"{identity}.zip"), everything)
        if not folder.exists():
            write_folder(folder, everything)
    except OSError as error:
        raise writing_error(folder, error) from error


def _restamp(desk: Desk, made: _Sealed, proofs: Mapping[str, Content]) -> None:
    """The same sealed files with proofs of today, which carry the timestamps made since: these may cover the seal itself.

    The new folder is whole before the old one goes.
    """
    folder = desk.root / "bundles" / made.id
    old = folder.with_name(f".{made.id}.old")
    sealed = {path: file for path, file in files_of(folder).items() if not path.startswith("journal/")}
    sealed.pop(TAG_MANIFEST, None)
    everything = with_tag_manifest({**sealed, **proofs})
    fresh = folder.with_name(f".{made.id}.new")
    try:
        for left in (old, fresh):
            shutil.rmtree(left, ignore_errors=True)
        write_folder(fresh, everything)
        folder.rename(old)
        fresh.rename(folder)
        write_zip(folder.with_name(f"{made.id}.zip"), with_tag_manifest(files_without_tags(folder)))
        shutil.rmtree(old)
    except OSError as error:
        raise writing_error(folder, error) from error


def files_without_tags(folder: Path) -> dict[str, Content]:
    """The files of a bundle's folder but its tag manifest, which is written from them."""
    return {path: file for path, file in files_of(folder).items() if path != TAG_MANIFEST}


def _result(desk: Desk, made: _Sealed, index: int, warnings: Sequence[Problem]) -> BundleResult:
    folder = desk.root / "bundles" / made.id
    return BundleResult(
        made.id,
        folder,
        folder.with_name(f"{made.id}.zip"),
        len(made.composed.rows),
        made.composed.pages,
        made.seal_sha256,
        index,
        (*warnings, *made.composed.warnings, *blank_problems(made.account, made.forms)),
        made.forms,
    )


def _unchanged(desk: Desk, made: _Sealed, index: int, gathered: Gathered) -> BundleResult:
    """The bundle that lies there whole; its zip is written again from the folder, lest it is gone."""
    folder = desk.root / "bundles" / made.id
    _pack(desk, made.id, files_of(folder))
    note = Problem("bundle.unchanged", Place(), {"bundle": made.id})
    return _result(desk, made, index, (note, *gathered.warnings))


def _earlier(connection: Connection, account: str) -> list[Row[Any]]:
    """The account's bundles that the journal holds, latest first."""
    table = schema.BUNDLES
    query = select(table).where(table.c.account == account).order_by(table.c.version.desc())
    return list(connection.execute(query))


def _same_time(desk: Desk, row: Row[Any], gathered: Gathered) -> bool:
    """Whether a bundle on the disk holds the timestamps that one made now would hold."""
    with desk.reading() as connection:
        stamps = covering(connection, [*gathered.indexes, row.journal_index])
    names = {f"time-{stamp.index:06d}.tst" for stamp in stamps}
    folder = desk.root / "bundles" / row.folder / "journal"
    return names == {path.name for path in folder.glob("time-*.tst")}


def _may_be(
    desk: Desk, row: Row[Any], latest: bool, gathered: Gathered, locale: str, with_forms: bool
) -> bool:
    """Whether an earlier bundle may be what would be made now, told without setting its pages again.

    One that is not on the disk counts only as the latest: its packing was cut off. One on the disk counts if it
    is whole and holds the same originals, told in the same script.
    """
    folder = desk.root / "bundles" / row.folder
    if not folder.exists():
        return latest
    found = intact(folder, row.seal_sha256)
    if found is None:
        return False
    expected = dict(gathered.originals)
    expected[_DISCLOSURE] = dumps(dict(gathered.disclosure))
    expected["README.txt"] = _readme(desk, row.id, locale, with_forms)
    # Annexes follow from the day of making: the seal tells of them, once the file is made again for that day.
    originals = (p for p in found if p.startswith("data/originals/") and not p.startswith(ANNEXES))
    held = {*originals, _DISCLOSURE, "README.txt"}
    return held == expected.keys() and all(
        found.get(path) == digests_of(content).sha256.hex() for path, content in expected.items()
    )


def _seal(
    desk: Desk,
    account: Account,
    person: str,
    gathered: Gathered,
    made_at: datetime,
    version: int,
    locale: str,
    converter: str | None,
    forms: Collection[str] | None,
) -> _Sealed:
    identity = _identity(account.id, made_at, version)
    gathered = with_annexes(
        desk,
        account.id,
        gathered,
        identity=identity,
        made_at=made_at,
        locale=locale,
        converter=converter,
    )
    composed = _compose(desk, account, person, gathered, identity, made_at, locale, converter)
    papers: tuple[CourtForm, ...] = ()
    if forms is not None:
        papers = make_forms(
            desk,
            account.id,
            made_at=made_at,
            label=f"bundle:{identity}",
            locale=locale,
            converter=converter,
            kinds=forms,
            rows=composed.rows,
            pages=composed.pages,
        )
    files = _files(desk, account, gathered, composed, identity, made_at, locale, papers)
    with desk.reading() as connection:
        shown = {*gathered.indexes, *change_indexes(connection)}
        seal = seal_json(files, {index: desk.journal.entry(connection, index) for index in shown})
    return _Sealed(identity, account.id, version, made_at, files, seal, composed, papers)


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


def _compose(
    desk: Desk,
    account: Account,
    person: str,
    gathered: Gathered,
    identity: str,
    made_at: datetime,
    locale: str,
    converter: str | None,
) -> Composed:
    pack = pack_for(desk, desk.office.jurisdiction, locale, ["cover", "catalogue"])
    day = made_at.astimezone(CHINA).date()
    nonce = salt_for(desk.persons.key(person), f"bundle:{identity}")[:16]
    with desk.reading() as connection:
        court = court_name(connection, account.id)
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
            court=court,
            volume=ONE_VOLUME[locale],
            exhibit_count=len(rows),
            page_count=rows[-1].last,
            bundle_id=identity,
            made_on=day,
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
            font_file=fonts_dir() / FONT[locale],
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
    gathered: Gathered,
    composed: Composed,
    identity: str,
    made_at: datetime,
    locale: str,
    papers: Sequence[CourtForm],
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
        _DISCLOSURE: dumps(dict(gathered.disclosure)),
        **gathered.originals,
        **form_files(papers),
    }
    files = bag_files(
        payload,
        made_on=made_at.astimezone(CHINA).date(),
        identifier=identity,
        organisation=desk.office.creditor.name.replace("\n", " "),
        tool=f"evidence-kit {__version__}",
    )
    files["keys/office.pub"] = desk.signer.public.to_text().encode()
    files["README.txt"] = _readme(desk, identity, locale, bool(papers))
    files.update(checkers())
    return files


def _readme(desk: Desk, identity: str, locale: str, with_forms: bool) -> bytes:
    fingerprint = desk.signer.public.fingerprint
    return readme(locale, fingerprint=fingerprint, identity=identity, forms=with_forms).encode()


def _journal(
    desk: Desk,
    account: Account,
    person: str,
    made: _Sealed,
    gathered: Gathered,
    gate: Gate,
    passage: Passage,
) -> tuple[int, dict[str, Content]]:
    """The bundle's own entry, proofs of all its entries under one checkpoint, and that it continues the journal
    each letter knew; before it what was overridden, where the bundle is new."""
    table = schema.BUNDLES
    with desk.writing() as connection:
        known = connection.execute(
            select(table.c.journal_index).where(
                table.c.id == made.id, table.c.seal_sha256 == made.seal_sha256
            )
        ).scalar()
        if known is None:
            gate.record(connection, [passage], desk.source.now())
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
        stamps = covering(connection, [*gathered.indexes, index])
        for stamp in stamps:
            files[f"journal/time-{stamp.index:06d}.note"] = desk.store.get(stamp.stamped_sha256)
            files[f"journal/time-{stamp.index:06d}.tst"] = desk.store.get(stamp.token_sha256)
        keys = change_indexes(connection)
        for i in sorted({*gathered.indexes, *keys, *(stamp.index for stamp in stamps)}):
            files[f"journal/{i:06d}.json"] = desk.journal.entry(connection, i)
            files[f"journal/{i:06d}.proof"] = desk.journal.proof_text(connection, i, checkpoint).encode()
        size = parse_checkpoint(checkpoint).size
        for old in sorted({*gathered.checkpoints, *(stamp.size for stamp in stamps)}):
            if old < size:
                hashes = desk.journal.consistency(connection, old, size)
                files[f"journal/consistency-{old}.proof"] = consistency_text(old, hashes)
    return index, files
