"""The annexes of a statement as files: fee statement and late-charge calculation, for a folder or an evidence file.

Making one changes nothing: no number is taken and nothing is journaled. Its bytes follow from the account's claim on
the day, the day of making, the templates and the converter.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import select

from evidence.bundle.bag import Content, digests_of, safe_name
from evidence.bundle.exhibits import Exhibit
from evidence.bundle.rows import annex_exhibit
from evidence.clock import CHINA
from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.letters.annex_late import late_charge_context
from evidence.letters.annexes import AnnexKind, AnnexSource, fee_statement_context
from evidence.letters.convert import Converter, open_converter
from evidence.letters.engine import compile_template
from evidence.model.account import natural_key
from evidence.workspace import schema
from evidence.workspace.cases import require_account
from evidence.workspace.core import Desk
from evidence.workspace.gather import Gathered
from evidence.workspace.persons import salt_for
from evidence.workspace.statements import LedgerPaid, Statement, statement
from evidence.workspace.store import writing_error
from evidence.workspace.templates import pack_for

ANNEXES = "data/originals/annexes/"
"""Where the annexes of an evidence file stand; only its seal covers them."""
# The catalogue's groups (证据目录): B5 欠费明细表, B6 违约金计算表.
GROUPS = {AnnexKind.FEE_STATEMENT: "B5", AnnexKind.LATE_CHARGE: "B6"}


@dataclass(frozen=True, slots=True)
class Annex:
    """One finished annex; ``title`` as it is headed, in its script."""

    kind: AnnexKind
    title: str
    docx: bytes
    pdf: bytes


@dataclass(frozen=True, slots=True)
class WrittenAnnex:
    """Where an annex was written."""

    kind: AnnexKind
    title: str
    docx: Path
    pdf: Path


def write_annexes(
    desk: Desk,
    account_id: str,
    folder: Path,
    as_of: date,
    *,
    locale: str | None = None,
    converter: str | None = None,
    ledger_paid: LedgerPaid = LedgerPaid.IN_EVENTS,
    full: bool = False,
) -> tuple[WrittenAnnex, ...]:
    """Write the annexes of the account's statement as DOCX and PDF into ``folder``, which is made where needed.

    There is a late-charge calculation only where a clause on file gives one; ``full`` adds to it what the reference
    rate would give, which is for the office and not for a court. Raises ``general.output-exists`` for
    every file that is there already, ``letters.annex-nothing-owed``, and the faults of
    :func:`~evidence.workspace.statements.statement`; then nothing was written.
    """
    locale = locale or desk.office.locale
    made = statement(desk, account_id, as_of, ledger_paid=ledger_paid)
    kinds = [AnnexKind.FEE_STATEMENT, *([AnnexKind.LATE_CHARGE] if made.late and made.late.lines else [])]
    with open_converter(converter or desk.office.policy.converter, locale) as engine:
        annexes = make_annexes(
            desk,
            made,
            kinds,
            locale=locale,
            converter=engine,
            created=desk.source.now(),
            label=as_of.isoformat(),
            full=full,
        )
    written: list[WrittenAnnex] = []
    files: dict[Path, bytes] = {}
    for annex in annexes:
        stem = f"{safe_name(made.replay.account.id)}-{annex.title}-{as_of:%Y%m%d}"
        paths = folder / f"{stem}.docx", folder / f"{stem}.pdf"
        files |= {paths[0]: annex.docx, paths[1]: annex.pdf}
        written.append(WrittenAnnex(annex.kind, annex.title, *paths))
    write_new(folder, files)
    return tuple(written)


def make_annexes(
    desk: Desk,
    made: Statement,
    kinds: Iterable[AnnexKind],
    *,
    locale: str,
    converter: Converter,
    created: datetime,
    label: str,
    full: bool = False,
) -> tuple[Annex, ...]:
    """The annexes ``kinds`` of a statement. ``created`` is their time, ``label`` tells their nonces apart, ``full``
    as in :func:`write_annexes`."""
    kinds = tuple(kinds)
    pack = pack_for(desk, desk.office.jurisdiction, locale, [kind.value for kind in kinds])
    made_on = created.astimezone(CHINA).date()
    law = desk.law.texts(made_on, locale)
    source, person = _source(desk, made)
    key = desk.persons.key(person)
    found = []
    for kind in kinds:
        nonce = salt_for(key, f"annex:{kind.value}:{label}")[:16]
        build = (
            partial(late_charge_context, full=full)
            if kind is AnnexKind.LATE_CHARGE
            else fee_statement_context
        )
        context = build(
            made,
            source,
            office=desk.office,
            made_on=made_on,
            law=law,
            locale=locale,
            doc_created=created,
            doc_identifier=nonce.hex(),
        )
        path = pack.annexes[kind.value]
        template = compile_template(path.read_bytes(), f"{locale}/{path.name}")
        docx = template.render(context.values, must_appear=context.must_appear).docx
        pdf = converter.convert_batches([[docx]], created=created, nonces=[[nonce]], landscape=True)[0][0]
        found.append(Annex(kind, context.values["title"], docx, pdf))
    return tuple(found)


def _source(desk: Desk, made: Statement) -> tuple[AnnexSource, str]:
    """Where the statement's figures come from, and the person it is about."""
    from evidence import __version__

    table = schema.SNAPSHOTS
    with desk.reading() as connection:
        _, person = require_account(connection, made.replay.account.id)
        row = connection.execute(
            select(table.c.imported_at, table.c.journal_index).where(table.c.id == made.snapshot)
        ).one()
        entry = desk.journal.entry(connection, row.journal_index)
    source = AnnexSource(
        snapshot=made.snapshot,
        imported_on=datetime.fromisoformat(row.imported_at).astimezone(CHINA).date(),
        entry=row.journal_index,
        digest=hashlib.sha256(entry).hexdigest(),
        tool=f"evidence-kit {__version__}",
        clause=made.clause.source if made.clause is not None else "",
    )
    return source, person


def write_new(folder: Path, files: dict[Path, bytes]) -> None:
    """All files or none, and none over another: they are written aside and then given their names."""
    taken = [path for path in files if path.exists()]
    if taken:
        raise EvidenceError(
            Problem("general.output-exists", Place(file=str(p)), {"path": str(p)}) for p in taken
        )
    named: list[Path] = []
    aside = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
        for path, data in files.items():
            with (aside / path.name).open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        for path in files:
            if path.exists():  # since we looked
                raise fail("general.output-exists", Place(file=str(path)), path=str(path))
            (aside / path.name).replace(path)
            named.append(path)
    except BaseException as error:
        for path in named:
            path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise writing_error(folder, error) from error
        raise
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)


def with_annexes(
    desk: Desk,
    account_id: str,
    gathered: Gathered,
    *,
    identity: str,
    made_at: datetime,
    locale: str,
    converter: str | None,
) -> Gathered:
    """What an evidence file shows, with the annexes of the claim on its day among the exhibits.

    Their bytes are those of the same file made again: time, nonces and figures follow from ``made_at`` and
    ``identity``. Nothing is added where nothing is due that day.
    """
    made = statement(desk, account_id, made_at.astimezone(CHINA).date())
    kinds = _shown(desk, made)
    if not kinds:
        return gathered
    with open_converter(converter or desk.office.policy.converter, locale) as engine:
        annexes = make_annexes(
            desk, made, kinds, locale=locale, converter=engine, created=made_at, label=f"bundle:{identity}"
        )
    originals: dict[str, Content] = dict(gathered.originals)
    exhibits = list(gathered.exhibits)
    for annex in annexes:
        originals[f"{ANNEXES}{annex.kind.value}.docx"] = annex.docx
        originals[f"{ANNEXES}{annex.kind.value}.pdf"] = annex.pdf
        exhibits.append(_exhibit(annex, made.replay.as_of, locale))
    ordered = sorted(exhibits, key=lambda exhibit: natural_key(exhibit.group))
    return replace(gathered, exhibits=tuple(ordered), originals=originals)


def _shown(desk: Desk, made: Statement) -> Sequence[AnnexKind]:
    """The annexes a court is shown: none where nothing is due; no late charge that the office does not claim, nor one
    that an agreement kept to may have given up."""
    if not made.replay.overdue:
        return ()
    stated = made.claim.late is not None
    reserved = made.found.late_policy == "reserve" and made.found.plan_standing is None
    has_late = made.late is not None and bool(made.late.lines)
    late = [AnnexKind.LATE_CHARGE] if has_late and (stated or reserved) else []
    return [AnnexKind.FEE_STATEMENT, *late]


def _exhibit(annex: Annex, as_of: date, locale: str) -> Exhibit:
    both = digests_of(annex.pdf)
    text = annex_exhibit(annex.kind.value, annex.title, as_of, locale)
    return Exhibit(
        GROUPS[annex.kind],
        text.name,
        text.kind,
        text.source,
        text.proves,
        text.original,
        as_of.isoformat(),
        f"{annex.kind.value}.pdf",
        "application/pdf",
        annex.pdf,
        both.sha256.hex(),
        both.sm3.hex(),
    )


def same_figures(desk: Desk, account_id: str, made_at: datetime, today: date) -> bool:
    """Whether the claim of an evidence file made at ``made_at`` is still the claim of ``today``.

    A late charge grows from day to day, and with it what the file's annexes say.
    """
    day = made_at.astimezone(CHINA).date()
    if day == today:
        return True
    then, now = (statement(desk, account_id, one) for one in (day, today))
    if then.claim.digest != now.claim.digest or then.demanded != now.demanded:
        return False
    shown = _shown(desk, now)
    if shown != _shown(desk, then):
        return False
    return AnnexKind.LATE_CHARGE not in shown or then.total == now.total
