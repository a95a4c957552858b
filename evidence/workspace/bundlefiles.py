"""The files of one bundle: its pages set, its forms filled, its originals beside them, and the seal over all."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from evidence.bundle.bag import (
    Content,
    all_digests,
    bag_files,
    safe_name,
    seal_json,
)
from evidence.bundle.compose import Bound, CatalogueRow, Composed, Heading, compose
from evidence.bundle.pagewords import page_words
from evidence.bundle.profile import Profile
from evidence.bundle.readme import readme
from evidence.bundle.rows import ORIGINAL
from evidence.bundle.texts import CAUSE, words
from evidence.clock import CHINA
from evidence.journal.canonical import dumps
from evidence.letters.bundle_pages import CatalogueRow as CatalogueLine
from evidence.letters.bundle_pages import CoverPage, catalogue_context, cover_context
from evidence.letters.convert import open_converter
from evidence.letters.engine import compile_template
from evidence.model.account import Account
from evidence.model.period import chinese_date
from evidence.resources import checkers, fonts_dir
from evidence.stamp.digests import Digests
from evidence.workspace.anchors import covering, dated
from evidence.workspace.annexes import with_annexes
from evidence.workspace.core import Desk
from evidence.workspace.courtfacts import court_name, defendants_of
from evidence.workspace.courtforms import CourtForm, form_files, make_forms
from evidence.workspace.gather import FONT, Gathered
from evidence.workspace.keyring import change_indexes
from evidence.workspace.officepages import with_office_pages
from evidence.workspace.persons import salt_for
from evidence.workspace.statements import statement
from evidence.workspace.templates import pack_for

DISCLOSURE = "data/disclosure.json"


@dataclass(frozen=True, slots=True)
class Sealed:
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


def seal_files(
    desk: Desk,
    account: Account,
    person: str,
    gathered: Gathered,
    made_at: datetime,
    version: int,
    locale: str,
    converter: str | None,
    forms: Collection[str] | None,
    profile: Profile,
    room: Path,
    before: int | None = None,
) -> Sealed:
    """Everything of a bundle but the journal's proofs. Its volumes lie in ``room``, an empty folder, until packed.

    ``before``: the bundle's own entry, where it has one; timestamps made since are none of what it says of its exhibits.
    """
    identity = identity_of(account.id, made_at, version)
    gathered = with_annexes(
        desk,
        account.id,
        gathered,
        identity=identity,
        made_at=made_at,
        locale=locale,
        converter=converter,
    )
    with desk.reading() as connection:
        gathered = replace(gathered, exhibits=dated(desk, connection, gathered.exhibits, before))
    composed = _compose(desk, account, person, gathered, identity, made_at, locale, converter, profile, room)
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
    files, digests = _files(desk, account, gathered, composed, identity, made_at, locale, papers)
    with desk.reading() as connection:
        times = [stamp.index for stamp in covering(connection, gathered.indexes)]
        known = {index for index in times if before is None or index < before}
        shown = {*gathered.indexes, *change_indexes(connection), *known}
        seal = seal_json(files, {index: desk.journal.entry(connection, index) for index in shown}, digests)
    return Sealed(identity, account.id, version, made_at, files, seal, composed, papers)


def identity_of(account: str, made_at: datetime, version: int) -> str:
    return f"{safe_name(account)}-{made_at.astimezone(CHINA):%Y%m%d}-v{version}"


def _compose(
    desk: Desk,
    account: Account,
    person: str,
    gathered: Gathered,
    identity: str,
    made_at: datetime,
    locale: str,
    converter: str | None,
    profile: Profile,
    room: Path,
) -> Composed:
    pack = pack_for(desk, desk.office.jurisdiction, locale, ["cover", "catalogue"])
    day = made_at.astimezone(CHINA).date()
    nonce = salt_for(desk.persons.key(person), f"bundle:{identity}")[:16]
    with desk.reading() as connection:
        court = court_name(connection, account.id)
        copies = profile.copies(len(defendants_of(connection, account, locale)))
    said, opponent = page_words(locale), f"{account.debtor.name}（{account.premises.label}）"
    shared: dict[str, Any] = {
        "law": desk.law.texts(day, locale),
        "locale": locale,
        "doc_created": made_at,
        "doc_identifier": nonce.hex(),
    }

    def page(told: Bound) -> CoverPage:
        volume = said.volume_of.format(v=told.number, n=told.volumes)
        return CoverPage(
            cause=CAUSE[locale],
            submitter=desk.office.creditor.name,
            opponent=opponent,
            court=court,
            volume=volume,
            exhibit_count=len(told.rows),
            page_count=told.last - told.first + 1,
            bundle_id=identity,
            made_on=day,
        )

    with open_converter(converter or desk.office.policy.converter, locale) as chosen:
        templates = {
            which: compile_template(path.read_bytes(), f"{locale}/{path.name}")
            for which in ("cover", "catalogue")
            for path in (pack.bundle[which],)
        }

        def cover(told: Bound) -> bytes:
            docx = templates["cover"].render(cover_context(page(told), **shared)).docx
            return chosen.convert_batches([[docx]], created=made_at, nonces=[[nonce]])[0][0]

        def catalogue(rows: Sequence[CatalogueRow], pages: int) -> bytes:
            whole = page(Bound(1, 1, 1, pages, tuple(rows), tuple(rows), pages))
            lines = tuple(_line(row, said.volume) for row in rows)
            return templates["catalogue"].render(catalogue_context(whole, lines, **shared)).docx

        return compose(
            with_office_pages(gathered.exhibits, chosen.name),
            cover=cover,
            catalogue=catalogue,
            words=words(locale),
            font_file=fonts_dir() / FONT[locale],
            made_at=made_at,
            title=identity,
            folder=room,
            locale=locale,
            profile=profile,
            heading=Heading(
                CAUSE[locale],
                desk.office.creditor.name,
                opponent,
                identity,
                chinese_date(day),
                shared["law"]["applicable_law"],
                copies,
            ),
        )


def _line(row: CatalogueRow, volume: str) -> CatalogueLine:
    exhibit = row.exhibit
    return CatalogueLine(
        number=row.number,
        name=exhibit.name,
        kind=exhibit.kind,
        source=exhibit.source,
        purpose=exhibit.proves,
        pages=row.pages if row.volumes == 1 else f"{volume.format(v=row.volume)} {row.pages}",
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
        "volume": str(row.volume),
        "original": exhibit.original,
        "dated": exhibit.dated,
        "stamped": exhibit.stamped,
        "carrier": exhibit.carrier,
        "submitter": exhibit.submitter,
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
) -> tuple[dict[str, Content], dict[str, Digests]]:
    """Every file the seal covers, and the digests of the payload, which is read once for manifests and seal."""
    catalogue: dict[str, Any] = {
        "v": 1,
        "bundle": identity,
        "made_at": made_at.isoformat(),
        "account": account.id,
        "claim": _claim_json(desk, account.id, made_at),
        "copies": composed.copies,
        "pages": composed.pages,
        "volumes": [{"file": one.name, "first": one.first, "pages": one.pages} for one in composed.volumes],
        "rows": [_line_json(row) for row in composed.rows],
    }
    payload: dict[str, Content] = {
        **{f"data/{one.name}": one.path for one in composed.volumes},
        "data/catalogue.docx": composed.catalogue_docx,
        "data/catalogue.json": dumps(catalogue),
        DISCLOSURE: dumps(dict(gathered.disclosure)),
        **gathered.originals,
        **form_files(papers),
    }
    told = readme_of(desk, identity, made_at, locale, bool(papers), len(composed.volumes))
    return bagged(desk, payload, identity, made_at, told)


def bagged(
    desk: Desk, payload: Mapping[str, Content], identity: str, made_at: datetime, told: bytes
) -> tuple[dict[str, Content], dict[str, Digests]]:
    """``payload`` with what goes into every bundle: manifests, the office's key, ``README.txt`` (``told``), checkers."""
    from evidence import __version__

    digests = all_digests(payload)
    files = bag_files(
        payload,
        known=digests,
        made_on=made_at.astimezone(CHINA).date(),
        identifier=identity,
        organisation=desk.office.creditor.name.replace("\n", " "),
        tool=f"evidence-kit {__version__}",
    )
    files["keys/office.pub"] = desk.signer.public.to_text().encode()
    files["README.txt"] = told
    files.update(checkers())
    return files, digests


def _claim_json(desk: Desk, account: str, made_at: datetime) -> dict[str, str]:
    """What a letter of that day claims; a late charge only where it is claimed and can be figured."""
    made = statement(desk, account, made_at.astimezone(CHINA).date())
    total, late = made.claim.total, made.claim.late
    sums = {"as_of": made.replay.as_of.isoformat(), "currency": total.currency, "principal": total.plain}
    if late is not None and late.claimed is not None:
        claimed = late.claimed - made.credited
        sums["late"] = claimed.plain
        total = total + claimed
    return {**sums, "total": total.plain}


def readme_of(
    desk: Desk, identity: str, made_at: datetime, locale: str, with_forms: bool, volumes: int
) -> bytes:
    fingerprint, day = desk.signer.public.fingerprint, made_at.astimezone(CHINA).date()
    text = readme(
        locale, fingerprint=fingerprint, identity=identity, made_on=day, forms=with_forms, volumes=volumes
    )
    return text.encode()
