"""The files of one bundle: its pages set, its forms filled, its originals beside them, and the seal over all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from evidence.bundle.bag import (
    Content,
    bag_files,
    safe_name,
    seal_json,
)
from evidence.bundle.compose import CatalogueRow, Composed, RenderFront, compose
from evidence.bundle.readme import readme
from evidence.bundle.rows import ORIGINAL
from evidence.bundle.texts import CAUSE, ONE_VOLUME, words
from evidence.clock import CHINA
from evidence.journal.canonical import dumps
from evidence.letters.bundle_pages import CatalogueRow as CatalogueLine
from evidence.letters.bundle_pages import CoverPage, catalogue_context, cover_context
from evidence.letters.convert import open_converter
from evidence.letters.engine import compile_template
from evidence.model.account import Account
from evidence.resources import checkers, fonts_dir
from evidence.workspace.annexes import with_annexes
from evidence.workspace.core import Desk
from evidence.workspace.courtfacts import court_name
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
) -> Sealed:
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
            with_office_pages(gathered.exhibits, chosen.name),
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
) -> dict[str, Content]:
    from evidence import __version__

    catalogue: dict[str, Any] = {
        "v": 1,
        "bundle": identity,
        "made_at": made_at.isoformat(),
        "account": account.id,
        "claim": _claim_json(desk, account.id, made_at),
        "rows": [_line_json(row) for row in composed.rows],
    }
    payload: dict[str, Content] = {
        "data/bundle.pdf": composed.pdf,
        "data/catalogue.docx": composed.catalogue_docx,
        "data/catalogue.json": dumps(catalogue),
        DISCLOSURE: dumps(dict(gathered.disclosure)),
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
    files["README.txt"] = readme_of(desk, identity, locale, bool(papers))
    files.update(checkers())
    return files


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


def readme_of(desk: Desk, identity: str, locale: str, with_forms: bool) -> bytes:
    fingerprint = desk.signer.public.fingerprint
    return readme(locale, fingerprint=fingerprint, identity=identity, forms=with_forms).encode()
