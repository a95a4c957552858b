"""Making the letters of a run: context → DOCX → PDF → stamp, wave by wave.

A wave is as many whole batches as the converter takes at once; its letters are recorded together. Bytes depend
on the plan alone: time, checkpoint, numbers, office and ledger snapshot were fixed when the run was planned.
"""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, select

from evidence.claim.plan import Instalment
from evidence.claim.statement import Claim
from evidence.clock import CHINA
from evidence.errors import EvidenceError, ExitCode, Place, Problem, fail
from evidence.letters.context import PriorDemand, build_context
from evidence.letters.convert import Converter
from evidence.letters.convert.dress import dress_all
from evidence.letters.convert.words import missing_words
from evidence.letters.engine import CompiledTemplate, compile_template
from evidence.letters.fonts import open_shelf
from evidence.letters.numbers import firm_number, printed_number
from evidence.letters.tones import Tones, tones_from
from evidence.model.account import Account
from evidence.model.letter import NOTICES, Fact, LegalEffect, LetterKind, LetterNumber
from evidence.model.office import Office
from evidence.model.period import Period
from evidence.stamp.facts import letter_id, seal_facts
from evidence.stamp.profiles import profile_for
from evidence.stamp.stamp import make_claims, source_pages, stamp_with_token
from evidence.workspace import schema
from evidence.workspace.cases import load_accounts
from evidence.workspace.caseterms import binding_of
from evidence.workspace.claims import Claims
from evidence.workspace.config import parse_config
from evidence.workspace.core import Desk
from evidence.workspace.deliveries import prior_demands
from evidence.workspace.instalments import agreed_upon, late_choice, schedule
from evidence.workspace.limitation import barred_periods, limitation_calendar
from evidence.workspace.notices import content_of
from evidence.workspace.persons import salt_for
from evidence.workspace.plans import spoken_of
from evidence.workspace.signers import signer_of
from evidence.workspace.templates import pack_for
from evidence.workspace.wording import Wording

AHEAD = 2
"""Waves with the converter at a time."""
_OF_ONE_LETTER = {"convert.character-changed", "convert.glyph-missing"}  # told before anything is converted


@dataclass(frozen=True, slots=True)
class Run:
    """A planned run as read back from the database: everything its letters depend on.

    Figures and earlier demands are those journaled before ``known``. ``approves`` is the number of the draft that
    this run makes the letter of, ``details`` what its notices are about; empty for every other run.
    ``tones``: those of the pack, as JSON.
    """

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
    known: int
    approves: str = ""
    details: str = ""
    tones: str = ""

    @property
    def draft(self) -> bool:
        """Whether its letters wait for a lawyer to answer for them."""
        return self.kind is LetterKind.LAWYER_LETTER and not self.approves

    def effect(self, template: LegalEffect) -> LegalEffect:
        """What its letters do in law; ``template`` is what the pack says. A draft does nothing."""
        return LegalEffect.NONE if self.draft else template


@dataclass(frozen=True, slots=True)
class Item:
    """One planned letter of a run."""

    position: int
    account: str
    number: LetterNumber
    batch: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter as DOCX, waiting for its PDF; ``nonce`` blinds the digests of both."""

    item: Item
    person: str
    claim: Claim
    facts: tuple[Fact, ...]
    docx: bytes
    nonce: bytes
    must_appear: tuple[str, ...] = ()


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


Refused = tuple[Item, tuple[Problem, ...]]


@dataclass(frozen=True, slots=True)
class Wave:
    """The letters of a wave by batch, and those that could not be written."""

    batches: list[list[Rendered]]
    refused: list[Refused]


Converted = tuple[Wave, list[list[bytes]]]
"""A wave without the letters the converter refused, and the PDF of each letter in it."""


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
        known=row.known,
        approves=row.approves,
        details=row.details,
        tones=row.tones,
    )


def office_from_json(text: str) -> Office:
    """The office as it was when the run was planned, whatever ``evidence.toml`` says now."""
    raw = json.loads(text)
    ledger = raw.pop("header_synonyms", {})
    raw = {key: value for key, value in raw.items() if value is not None}
    return parse_config({**raw, "ledger": {"synonyms": {k: list(v) for k, v in ledger.items()}}})


def waves(items: Sequence[Item], batches_at_once: int) -> Iterator[list[list[Item]]]:
    """Whole batches, at most as many at a time as make a good call of the converter, evenly spread.

    What is done already is not among ``items``.
    """
    batches: dict[int, list[Item]] = {}
    for item in items:
        batches.setdefault(item.batch, []).append(item)
    ordered = [batches[number] for number in sorted(batches)]
    count = math.ceil(len(ordered) / batches_at_once)
    size = math.ceil(len(ordered) / count) if count else 1
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


class Workshop:
    """What stays the same for all letters of a run: template, law, keys of the persons."""

    def __init__(self, desk: Desk, run: Run, *, planned: bool = True) -> None:
        """``planned=False`` takes figures as they stand now, to see whether a letter would still say the same."""
        self.desk, self.run = desk, run
        pack = pack_for(desk, run.office.jurisdiction, run.locale)
        reference = pack.template(run.kind)
        if reference.sha256 != run.template:
            raise fail("workspace.run-changed", run=run.id, what="template")
        self.effect: LegalEffect = run.effect(reference.effect)
        self.template: CompiledTemplate = compile_template(reference.read(), reference.name)
        day = run.issued_at.astimezone(CHINA).date()
        self.law: Mapping[str, str] = desk.law.texts(day, run.locale)
        self.wording = Wording(run.office.jurisdiction, run.locale, day)
        self.wording.check_template(self.template.text, reference.name)
        self.wording.check_office(run.office)
        # As the pack was when the run was planned: what it says in another tone since is for the next run.
        self.tones: Tones = tones_from(run.tones)
        self.wording.check_template(f"{self.tones.text}\n{''.join(pack.messages.values())}", pack.folder.name)
        self.keys = desk.persons.keys()
        with desk.reading() as connection:
            # As planned: without what was recorded or imported since.
            self.claims = Claims(
                desk,
                connection,
                run.as_of,
                before=run.known if planned else None,
                snapshot=run.snapshot,
                office=run.office,
            )

    def make(
        self, waves: Iterable[Sequence[Sequence[Item]]], converter: Converter
    ) -> Generator[tuple[list[Made], list[Refused]], None, None]:
        """The waves in order, each with all its letters finished but recorded nowhere.

        The converter works on :data:`AHEAD` waves at a time, so that its processes stay busy while it prepares
        or cuts the letters of one; meanwhile the next wave is rendered and the last one finished and recorded.
        A letter that alone cannot be made is refused. Any other fault (a template that does not render, a
        converter that fails) raises and leaves the run to be gone on with once it is mended.
        """
        under_way: deque[Future[Converted]] = deque()
        background = ThreadPoolExecutor(AHEAD, "convert")
        try:
            for wave in waves:
                under_way.append(background.submit(self._convert, self.render_wave(wave), converter))
                if len(under_way) > AHEAD:
                    yield self._next_finished(under_way)
            while under_way:
                yield self._next_finished(under_way)
        finally:
            background.shutdown(cancel_futures=True)

    def rehearse(self, item: Item) -> None:
        """Write one letter and look for its fonts; nothing is kept. Raises what would stop every letter alike."""
        for batch in self.render_wave([[item]]).batches:
            dress_all([letter.docx for letter in batch], open_shelf(self.run.locale))

    def render_wave(self, wave: Sequence[Sequence[Item]]) -> Wave:
        """The letters of a wave as DOCX, batch by batch, and those that cannot be written."""
        with self.desk.reading() as connection:
            accounts = load_accounts(
                connection, self.run.snapshot, [item.account for batch in wave for item in batch]
            )
            owners = [(account.id, person) for account, person in accounts.values()]
            demands = prior_demands(connection, owners, self.run.locale, before=self.run.known)
            barred = self._barred(connection, accounts.values())
        batches: list[list[Rendered]] = []
        refused: list[Refused] = []
        for batch in wave:
            ready = []
            for item in batch:
                account, person = accounts[item.account]
                try:
                    ready.append(
                        self._render(
                            item, account, person, demands[account.id, person], barred.get(account.id, ())
                        )
                    )
                except EvidenceError as error:
                    if error.exit_code not in (ExitCode.PARTIAL, ExitCode.BLOCKED):
                        raise
                    refused.append((item, error.problems))
            batches.append(ready)
        return Wave(batches, refused)

    def _barred(
        self, connection: Connection, owners: Iterable[tuple[Account, str]]
    ) -> dict[str, tuple[tuple[str, Period], ...]]:
        """The accounts for some of whose periods limitation has run out on the day of the letter, with those."""
        calendar = limitation_calendar(self.desk)
        if calendar is None or self.run.kind in NOTICES:
            return {}
        day, known = self.run.issued_at.astimezone(CHINA).date(), self.run.known
        found = {}
        for account, person in owners:
            try:
                claim = self.claims.of(account)
            except EvidenceError:  # told where the letter is written
                continue
            expired = barred_periods(connection, self.claims, claim, person, calendar, day, before=known)
            if expired:
                found[account.id] = tuple((one.term.item, one.term.period) for one in expired)
        return found

    def _render(
        self,
        item: Item,
        account: Account,
        person: str,
        history: tuple[PriorDemand, ...],
        barred: tuple[tuple[str, Period], ...],
    ) -> Rendered:
        run = self.run
        found, notice = self.claims.of(account), None
        if run.kind is LetterKind.INSTALMENT_AGREEMENT:
            found = agreed_upon(run.office, found)
        claim = found.claim
        if run.kind in NOTICES:
            notice, claim = content_of(run.kind, run.details, found)
        nonce = salt_for(self.keys[person], f"nonce:{item.number.key}")[:16]
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
            late_charge=late_choice(run.office),
            history=history,
            draft=run.draft,
            locale=run.locale,
            doc_created=run.issued_at,
            doc_identifier=nonce.hex(),
            effect=self.effect,
            late_policy=found.late_policy,
            notice=notice,
            tone=self.tones.choose(hold.reason for hold in found.events.holds if hold.in_force(run.as_of)),
            signed=spoken_of(found.paper, found.plan_standing, run.locale),
            barred=barred,
            binding=binding_of(self.claims.pieces(account.id)),
            signer=signer_of(account, self.claims.pieces(account.id), run.office.jurisdiction),
        )
        letter = self.template.render(context.values, must_appear=context.must_appear)
        self.wording.check_letter(letter.text, item.account, account.debtor.name)
        return Rendered(item, person, claim, context.facts, letter.docx, nonce, tuple(context.must_appear))

    def _convert(self, wave: Wave, converter: Converter) -> Converted:
        """A wave as PDF. Letters with a character the converter cannot print are refused, and the others made."""
        try:
            return wave, self._pdfs(wave, converter)
        except EvidenceError as error:
            if not all(problem.code in _OF_ONE_LETTER and problem.where.row for problem in error.problems):
                raise
            found = error.problems
        refused, position = list(wave.refused), 0
        batches: list[list[Rendered]] = []
        for batch in wave.batches:
            batches.append([])
            for letter in batch:
                position += 1
                where = Place(part=letter.item.account)
                faults = [replace(one, where=where) for one in found if one.where.row == position]
                if faults:
                    refused.append((letter.item, tuple(faults)))
                else:
                    batches[-1].append(letter)
        kept = Wave([batch for batch in batches if batch], refused)
        return kept, self._pdfs(kept, converter) if kept.batches else []

    def _pdfs(self, wave: Wave, converter: Converter) -> list[list[bytes]]:
        return converter.convert_batches(
            [[letter.docx for letter in batch] for batch in wave.batches],
            created=self.run.issued_at,
            nonces=[[letter.nonce for letter in batch] for batch in wave.batches],
        )

    def _next_finished(self, under_way: deque[Future[Converted]]) -> tuple[list[Made], list[Refused]]:
        wave, converted = under_way.popleft().result()
        pairs = zip(wave.batches, converted, strict=True)
        made, refused = list[Made](), list(wave.refused)
        for batch, pdfs in pairs:
            for letter, pdf in zip(batch, pdfs, strict=True):
                if lost := missing_words(pdf, letter.must_appear, letter.docx):
                    where, name = Place(part=letter.item.account), self.run.converter.partition(" ")[0]
                    params = [{"converter": name, "value": text[:80]} for text in lost]
                    refused.append(
                        (letter.item, tuple(Problem("convert.text-lost", where, p) for p in params))
                    )
                else:
                    made.append(self.finish(letter, pdf))
        return made, refused

    def _plan(self, claim: Claim) -> tuple[Instalment, ...]:
        if self.run.kind is not LetterKind.INSTALMENT_AGREEMENT:
            return ()
        return schedule(self.run.office, claim, self.run.issued_at.astimezone(CHINA).date())

    def finish(self, letter: Rendered, source: bytes) -> Made:
        """Seal the facts, sign the token, stamp the PDF."""
        run, item, key = self.run, letter.item, self.keys[letter.person]
        claims = make_claims(
            source,
            profile_number=profile_for(run.locale, item.number.series, draft=run.draft),
            number=item.number,
            issued_at=run.issued_at,
            facts_root=seal_facts(letter.facts, key, item.number).root,
            letter_id=letter_id(key, item.number),
            checkpoint_size=run.checkpoint_size,
            checkpoint_root=run.checkpoint_root,
        )
        pdf, token = stamp_with_token(source, claims, self.desk.signer, run.office.policy.host.lower())
        return Made(
            item=item,
            person=letter.person,
            claim=letter.claim,
            facts=letter.facts,
            docx=letter.docx,
            pdf=pdf,
            token=token,
            source_sha256=claims.source_sha256.hex(),
            source_length=claims.source_length,
            pages=source_pages(source),
            printed=printed_number(item.number, run.locale),
        )
