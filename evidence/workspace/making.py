"""Making the letters of a run: context → DOCX → PDF → stamp → store → journal, wave by wave.

A wave is as many whole batches as the converter takes at once; its letters are committed together. Bytes depend
on the plan alone: time, checkpoint, numbers, office and ledger snapshot were fixed when the run was planned.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection, select, update

from evidence.bundle.bag import safe_name
from evidence.claim.plan import Instalment, equal_plan
from evidence.claim.statement import Claim, claim_of
from evidence.clock import CHINA
from evidence.errors import EvidenceError, ExitCode, Problem, fail
from evidence.journal import entries
from evidence.letters.context import LetterContext, PriorDemand, build_context
from evidence.letters.convert import Converter
from evidence.letters.engine import CompiledTemplate, RenderedDocx, compile_template
from evidence.letters.numbers import firm_number, printed_number
from evidence.letters.packs import find_pack
from evidence.model.account import Account
from evidence.model.letter import Fact, LegalEffect, LetterKind, LetterNumber
from evidence.model.office import Office
from evidence.resources import templates_dir
from evidence.stamp.digests import commitment, digest_bytes
from evidence.stamp.facts import letter_id, seal_facts
from evidence.stamp.stamp import make_claims, source_pages, stamp_with_token
from evidence.workspace import schema
from evidence.workspace.cases import load_accounts
from evidence.workspace.config import parse_config
from evidence.workspace.core import Desk
from evidence.workspace.persons import salt_for
from evidence.workspace.steps import reached
from evidence.workspace.store import write_atomically

# Stamp profile of each script (docs/formats.md §3).
PROFILES = {"zh": 1, "zh-Hant": 2}


@dataclass(frozen=True, slots=True)
class Run:
    """A planned run as read back from the database: everything its letters depend on."""

    id: str
    kind: LetterKind
    locale: str
    snapshot: int
    as_of: date
    pay_by: date
    issued_at: datetime
    converter: str
    template: str
    office: Office
    checkpoint_size: int
    checkpoint_root: bytes
    folder: str


@dataclass(frozen=True, slots=True)
class Item:
    """One planned letter of a run."""

    position: int
    account: str
    number: LetterNumber
    batch: int


@dataclass(frozen=True, slots=True)
class Made:
    """A finished letter, not yet recorded."""

    item: Item
    person: str
    claim: Claim
    facts: tuple[Fact, ...]
    docx: bytes
    pdf: bytes
    token: bytes
    source_sha256: str
    source_length: int
    pages: int
    printed: str


def load_run(connection: Connection, run_id: str) -> Run:
    row = connection.execute(select(schema.RUNS).where(schema.RUNS.c.id == run_id)).one()
    return Run(
        id=row.id,
        kind=LetterKind(row.kind),
        locale=row.locale,
        snapshot=row.snapshot,
        as_of=date.fromisoformat(row.as_of),
        pay_by=date.fromisoformat(row.pay_by),
        issued_at=datetime.fromisoformat(row.issued_at),
        converter=row.converter,
        template=row.template,
        office=office_from_json(row.office),
        checkpoint_size=row.checkpoint_size,
        checkpoint_root=bytes(row.checkpoint_root),
        folder=row.folder,
    )


def office_from_json(text: str) -> Office:
    """The office as it was when the run was planned, whatever ``evidence.toml`` says now."""
    raw = json.loads(text)
    ledger = raw.pop("header_synonyms", {})
    raw = {key: value for key, value in raw.items() if value is not None}
    return parse_config({**raw, "ledger": {"synonyms": {k: list(v) for k, v in ledger.items()}}})


def waves(items: Sequence[Item], batches_at_once: int) -> Iterator[list[list[Item]]]:
    """Whole batches, as many at a time as the converter works on; what is done already is not among ``items``."""
    batches: dict[int, list[Item]] = {}
    for item in items:
        batches.setdefault(item.batch, []).append(item)
    ordered = [batches[number] for number in sorted(batches)]
    for start in range(0, len(ordered), batches_at_once):
        yield ordered[start : start + batches_at_once]


class Workshop:
    """What stays the same for all letters of a run: template, law, keys of the persons."""

    def __init__(self, desk: Desk, run: Run) -> None:
        self.desk, self.run = desk, run
        pack = find_pack(templates_dir(), run.office.jurisdiction, run.locale)
        reference = pack.template(run.kind)
        if reference.sha256 != run.template:
            raise fail("workspace.run-changed", run=run.id, what="template")
        self.effect: LegalEffect = reference.effect
        self.template: CompiledTemplate = compile_template(reference.read(), reference.name)
        self.law: Mapping[str, str] = desk.law.texts(run.issued_at.astimezone(CHINA).date(), run.locale)
        self.keys = desk.persons.keys()

    def render(
        self, item: Item, account: Account, person: str
    ) -> tuple[Claim, LetterContext, RenderedDocx, bytes]:
        """One letter as DOCX, with the nonce that blinds its digests."""
        run = self.run
        claim = claim_of(account, run.as_of)
        key = self.keys[person]
        nonce = salt_for(key, f"nonce:{item.number.key}")[:16]
        context = build_context(
            run.kind,
            office=run.office,
            account=account,
            claim=claim,
            number=printed_number(item.number, run.locale),
            firm_number=firm_number(item.number, run.office, run.locale),
            issued_on=run.issued_at.astimezone(CHINA).date(),
            pay_by=run.pay_by,
            law=self.law,
            plan=self._plan(claim),
            history=self._history(account.id, person),
            draft=run.kind is LetterKind.LAWYER_LETTER,
            locale=run.locale,
            doc_created=run.issued_at,
            doc_identifier=nonce.hex(),
            effect=self.effect,
        )
        rendered = self.template.render(context.values, must_appear=context.must_appear)
        return claim, context, rendered, nonce

    def make_wave(
        self, wave: Sequence[Sequence[Item]], converter: Converter
    ) -> tuple[list[Made], list[Refused]]:
        """All letters of a wave, finished but recorded nowhere; a letter that alone cannot be made is refused.

        Any other fault (a template that does not render, a converter that fails) raises and leaves the run to
        be gone on with once it is mended.
        """
        with self.desk.reading() as connection:
            wanted = [item.account for batch in wave for item in batch]
            accounts = load_accounts(connection, self.run.snapshot, wanted)
        batches: list[list[tuple[Item, Claim, LetterContext, RenderedDocx, bytes]]] = []
        refused: list[Refused] = []
        for batch in wave:
            ready = []
            for item in batch:
                try:
                    ready.append((item, *self.render(item, *accounts[item.account])))
                except EvidenceError as error:
                    if error.exit_code != ExitCode.PARTIAL:
                        raise
                    refused.append((item, error.problems))
            batches.append(ready)
        sources = converter.convert_batches(
            [[rendered.docx for _, _, _, rendered, _ in batch] for batch in batches],
            created=self.run.issued_at,
            nonces=[[nonce for *_, nonce in batch] for batch in batches],
        )
        made = []
        for ready, pdfs in zip(batches, sources, strict=True):
            for (item, claim, context, rendered, _), source in zip(ready, pdfs, strict=True):
                person = accounts[item.account][1]
                made.append(self.finish(item, person, claim, context, rendered.docx, source))
        return made, refused

    def _plan(self, claim: Claim) -> tuple[Instalment, ...]:
        if self.run.kind is not LetterKind.INSTALMENT_AGREEMENT:
            return ()
        return equal_plan(claim.total, self.run.office.policy.instalments, self.run.pay_by)

    def _history(self, account: str, person: str) -> tuple[PriorDemand, ...]:
        from evidence.workspace.deliveries import prior_demands

        return prior_demands(self.desk, account, person, self.run.locale, before=self.run.checkpoint_size)

    def finish(
        self, item: Item, person: str, claim: Claim, context: LetterContext, docx: bytes, source: bytes
    ) -> Made:
        """Seal the facts, sign the token, stamp the PDF."""
        run, key = self.run, self.keys[person]
        claims = make_claims(
            source,
            profile_number=PROFILES[run.locale],
            number=item.number,
            issued_at=run.issued_at,
            facts_root=seal_facts(context.facts, key, item.number).root,
            letter_id=letter_id(key, item.number),
            checkpoint_size=run.checkpoint_size,
            checkpoint_root=run.checkpoint_root,
        )
        pdf, token = stamp_with_token(source, claims, self.desk.signer, run.office.policy.host.lower())
        return Made(
            item=item,
            person=person,
            claim=claim,
            facts=context.facts,
            docx=docx,
            pdf=pdf,
            token=token,
            source_sha256=claims.source_sha256.hex(),
            source_length=claims.source_length,
            pages=source_pages(source),
            printed=printed_number(item.number, run.locale),
        )


Refused = tuple[Item, tuple[Problem, ...]]


def record_wave(
    desk: Desk, run: Run, effect: LegalEffect, made: Sequence[Made], refused: Sequence[Refused]
) -> None:
    """Files into the store, then rows and journal entries in one transaction, then the clerk's copies.

    The entries stand in the order of the plan, so that the tree does not depend on where a run was cut off.
    """
    keys = desk.persons.keys()
    for letter in made:
        desk.store.put(letter.docx)
        desk.store.put(letter.pdf)
    reached("stored")
    lines: list[tuple[Item, bytes]] = [
        (letter.item, _entry(desk, run, effect, letter, keys[letter.person])) for letter in made
    ]
    lines += [(item, _void_entry(desk, run, item, found)) for item, found in refused]
    lines.sort(key=lambda line: line[0].position)
    with desk.writing() as connection:
        indexes = desk.journal.append(connection, [entry for _, entry in lines])
        index_of = {item.position: index for (item, _), index in zip(lines, indexes, strict=True)}
        if made:
            rows = [_row(run, effect, letter, index_of[letter.item.position]) for letter in made]
            connection.execute(schema.LETTERS.insert(), rows)
        for letter in made:
            _mark(connection, run, letter.item, "issued")
        for item, found in refused:
            _mark(connection, run, item, "voided", found[0].code)
    reached("journaled")
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


def _mark(connection: Connection, run: Run, item: Item, state: str, reason: str = "") -> None:
    table = schema.PLAN_ITEMS
    where = (table.c.run == run.id, table.c.position == item.position)
    connection.execute(update(table).where(*where).values(state=state, reason=reason))


def _entry(desk: Desk, run: Run, effect: LegalEffect, letter: Made, key: bytes) -> bytes:
    docx, pdf = digest_bytes(letter.docx), digest_bytes(letter.pdf)
    account = letter.claim.account.id
    return entries.letter_issued(
        at=run.issued_at,
        by=desk.signer.public.kid.hex(),
        run=run.id,
        number=letter.item.number,
        kind=run.kind,
        effect=effect,
        subject=commitment(salt_for(key, "subject"), digest_bytes(account.encode())).hex(),
        profile=PROFILES[run.locale],
        token=hashlib.sha256(letter.token).hexdigest(),
        docx=commitment(salt_for(key, f"file:{docx.sha256.hex()}"), docx).hex(),
        pdf=commitment(salt_for(key, f"file:{pdf.sha256.hex()}"), pdf).hex(),
        pages=letter.pages,
    )


def _row(run: Run, effect: LegalEffect, letter: Made, index: int) -> dict[str, object]:
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
        "docx_sha256": hashlib.sha256(letter.docx).hexdigest(),
        "pdf_sha256": hashlib.sha256(letter.pdf).hexdigest(),
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
        write_atomically(folder / f"{name}.docx", letter.docx)
        write_atomically(folder / f"{name}.pdf", letter.pdf)


def restore_copies(desk: Desk, run: Run) -> None:
    """Copies a crash kept from being written, taken from the store again."""
    folder: Path = desk.root / "letters" / run.folder
    with desk.reading() as connection:
        joined = select(
            schema.PLAN_ITEMS.c.position,
            schema.LETTERS.c.account,
            schema.LETTERS.c.number,
            schema.LETTERS.c.docx_sha256,
            schema.LETTERS.c.pdf_sha256,
        ).join(schema.LETTERS, schema.LETTERS.c.number == schema.PLAN_ITEMS.c.number)
        rows = connection.execute(joined.where(schema.PLAN_ITEMS.c.run == run.id)).all()
    for row in rows:
        name = copy_name(row.position, row.account, LetterNumber.parse(row.number))
        for suffix, sha256 in ((".docx", row.docx_sha256), (".pdf", row.pdf_sha256)):
            if not (folder / f"{name}{suffix}").exists():
                write_atomically(folder / f"{name}{suffix}", desk.store.get(sha256))
