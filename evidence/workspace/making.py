"""Making the letters of a run, wave by wave: the coordinator's side.

A wave is a few whole batches; its letters are recorded together. Here is decided what each letter says, and here it is
stamped and signed; between the two a crew (:mod:`evidence.workspace.executors`) makes Word file and PDF of it. Bytes
depend on the plan alone: time, checkpoint, numbers, office and ledger snapshot were fixed when the run was planned.
"""

from __future__ import annotations

import json
import math
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from threading import Event

from sqlalchemy import Connection, select

from evidence.claim.plan import Instalment
from evidence.claim.statement import Claim
from evidence.clock import CHINA
from evidence.errors import EvidenceError, Problem, fail
from evidence.letters.context import PriorDemand, build_context
from evidence.letters.convert import Converter
from evidence.letters.convert.dress import dress_all
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
from evidence.telemetry import past, span
from evidence.workspace import schema
from evidence.workspace.batches import (
    Basis,
    Chunk,
    Order,
    Workroom,
    Written,
    is_refusal,
    open_workroom,
    render,
    toolchain,
)
from evidence.workspace.cases import load_accounts
from evidence.workspace.caseterms import binding_of
from evidence.workspace.claims import AccountClaim, Claims
from evidence.workspace.config import parse_config
from evidence.workspace.core import Desk
from evidence.workspace.deliveries import prior_demands
from evidence.workspace.exchange import Direct, Exchange
from evidence.workspace.executors import Crew
from evidence.workspace.instalments import agreed_upon, late_choice, schedule
from evidence.workspace.limitation import barred_periods, limitation_calendar
from evidence.workspace.notices import content_of
from evidence.workspace.persons import salt_for
from evidence.workspace.plans import spoken_of
from evidence.workspace.signers import signer_of
from evidence.workspace.templates import pack_for
from evidence.workspace.wording import Wording


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
class Said:
    """What a letter will say, and of whom: the part of it that no worker needs."""

    item: Item
    person: str
    claim: Claim
    facts: tuple[Fact, ...]


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
    """Letters on their way: their batches as given to a worker, what is kept of them here by position, and those that
    cannot be written. ``given`` is when a worker could begin (:func:`time.monotonic`)."""

    batches: tuple[tuple[Order, ...], ...]
    said: Mapping[int, Said]
    refused: list[Refused]
    given: float = 0.0


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
        self._found: dict[str, AccountClaim] = {}
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

    @property
    def basis(self) -> Basis:
        """What a worker must know of the run."""
        run = self.run
        return Basis(
            run=run.id,
            jurisdiction=run.office.jurisdiction,
            locale=run.locale,
            created=run.issued_at,
            day=run.issued_at.astimezone(CHINA).date(),
            converter=run.converter,
            template=self.template.sha256,
            template_name=self.template.name,
            tools=toolchain(),
        )

    def room(self, converter: Converter) -> Workroom:
        """For letters made in this process."""
        return open_workroom(self.basis, self.template.data, converter)

    def make(
        self,
        waves: Iterable[Sequence[Sequence[Item]]],
        crew: Crew,
        exchange: Exchange | None = None,
        stop: Event | None = None,
    ) -> Generator[tuple[list[Made], list[Refused]]]:
        """The waves in order, each with all its letters finished but recorded nowhere.

        While the crew makes some, the next wave is prepared here and the last one stamped and recorded. Once ``stop``
        is set, what somebody is at is finished and the rest is left. A letter that alone cannot be made is refused.
        Any other fault (a template that does not render, a converter that fails) raises and leaves the run to be gone
        on with once it is mended.
        """
        stop, exchange = stop or Event(), exchange or Direct()
        template, basis = exchange.put(self.template.data), self.basis
        under_way: deque[Wave] = deque()
        for items in waves:
            if stop.is_set():
                break
            wave = self.prepare(items)
            crew.give(Chunk(basis, wave.batches, template, exchange))
            under_way.append(replace(wave, given=time.monotonic()))
            if len(under_way) > crew.ahead:
                yield self._next_finished(under_way, crew, exchange)
        while under_way:
            if stop.is_set():
                for _ in range(crew.withdraw()):
                    under_way.pop()
            if under_way:
                yield self._next_finished(under_way, crew, exchange)

    def rehearse(self, item: Item) -> None:
        """Write one letter and look for its fonts; nothing is kept. Raises what would stop every letter alike."""
        dress_all(self.documents([item]), open_shelf(self.run.locale))

    def documents(self, items: Sequence[Item]) -> list[bytes]:
        """Letters as Word files, but for those that cannot be written."""
        made = []
        for order in (order for batch in self.prepare([items]).batches for order in batch):
            try:
                made.append(render(order, self.template, self.wording)[0])
            except EvidenceError as error:
                if not is_refusal(error):
                    raise
        return made

    @span("prepare")
    def prepare(self, wave: Sequence[Sequence[Item]]) -> Wave:
        """What the letters of a wave will say, batch by batch, and those that cannot be written."""
        self._found.clear()
        with self.desk.reading() as connection:
            accounts = load_accounts(
                connection, self.run.snapshot, [item.account for batch in wave for item in batch]
            )
            owners = [(account.id, person) for account, person in accounts.values()]
            demands = prior_demands(connection, owners, self.run.locale, before=self.run.known)
            barred = self._barred(connection, accounts.values())
        batches: list[tuple[Order, ...]] = []
        said: dict[int, Said] = {}
        refused: list[Refused] = []
        for batch in wave:
            orders = []
            for item in batch:
                account, person = accounts[item.account]
                history, expired = demands[account.id, person], barred.get(account.id, ())
                try:
                    said[item.position], order = self._say(item, account, person, history, expired)
                except EvidenceError as error:
                    if not is_refusal(error):
                        raise
                    refused.append((item, error.problems))
                else:
                    orders.append(order)
            batches.append(tuple(orders))
        return Wave(tuple(batches), said, refused)

    def _claim_of(self, account: Account) -> AccountClaim:
        """What is claimed of an account of the wave at hand: asked for by limitation and by the letter."""
        if account.id not in self._found:
            self._found[account.id] = self.claims.of(account)
        return self._found[account.id]

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
                claim = self._claim_of(account)
            except EvidenceError:  # told where the letter is written
                continue
            expired = barred_periods(connection, self.claims, claim, person, calendar, day, before=known)
            if expired:
                found[account.id] = tuple((one.term.item, one.term.period) for one in expired)
        return found

    def _say(
        self,
        item: Item,
        account: Account,
        person: str,
        history: tuple[PriorDemand, ...],
        barred: tuple[tuple[str, Period], ...],
    ) -> tuple[Said, Order]:
        run = self.run
        found, notice = self._claim_of(account), None
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
        order = Order(
            item.position,
            item.account,
            account.debtor.name,
            context.values,
            tuple(context.must_appear),
            nonce,
        )
        return Said(item, person, claim, context.facts), order

    def _next_finished(
        self, under_way: deque[Wave], crew: Crew, exchange: Exchange
    ) -> tuple[list[Made], list[Refused]]:
        """The oldest wave with its letters stamped, in the order of the plan."""
        outcome, wave = crew.take(), under_way.popleft()
        past("make", wave.given, letters=len(wave.said), batches=len(wave.batches))
        written = outcome.written(exchange)
        for letter in written.values():
            self.wording.note(letter.doubts, wave.said[letter.position].item.account)
        refused = [
            *wave.refused,
            *((wave.said[position].item, problems) for position, problems in outcome.refused),
        ]
        with span("stamp", letters=len(written)):
            made = [self.finish(wave.said[position], letter) for position, letter in written.items()]
        if outcome.made:
            exchange.drop(outcome.parcel)
        return made, sorted(refused, key=lambda pair: pair[0].position)

    def _plan(self, claim: Claim) -> tuple[Instalment, ...]:
        if self.run.kind is not LetterKind.INSTALMENT_AGREEMENT:
            return ()
        return schedule(self.run.office, claim, self.run.issued_at.astimezone(CHINA).date())

    def finish(self, said: Said, written: Written) -> Made:
        """Seal the facts, sign the token, stamp the PDF."""
        run, item, key, source = self.run, said.item, self.keys[said.person], written.source
        claims = make_claims(
            source,
            profile_number=profile_for(run.locale, item.number.series, draft=run.draft),
            number=item.number,
            issued_at=run.issued_at,
            facts_root=seal_facts(said.facts, key, item.number).root,
            letter_id=letter_id(key, item.number),
            checkpoint_size=run.checkpoint_size,
            checkpoint_root=run.checkpoint_root,
        )
        pdf, token = stamp_with_token(source, claims, self.desk.signer, run.office.policy.host.lower())
        return Made(
            item=item,
            person=said.person,
            claim=said.claim,
            facts=said.facts,
            docx=written.docx,
            pdf=pdf,
            token=token,
            source_sha256=claims.source_sha256.hex(),
            source_length=claims.source_length,
            pages=source_pages(source),
            printed=printed_number(item.number, run.locale),
        )
