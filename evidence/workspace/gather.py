"""What one account's evidence file is made of: its exhibits in order, their originals, and what opens them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from evidence.bundle.bag import Content, digests_of, safe_name
from evidence.bundle.exhibits import Exhibit
from evidence.bundle.record import delivery_record
from evidence.bundle.rows import (
    ExhibitText,
    Standing,
    effective,
    letter_exhibit,
    proof_exhibit,
    record_exhibit,
    result_text,
    standing,
)
from evidence.claim.statement import Claim
from evidence.clock import CHINA
from evidence.delivery import event_json, timeline
from evidence.errors import EvidenceError, Place, Problem
from evidence.model.account import Account, natural_key
from evidence.model.delivery import DeliveryEvent, Outcome
from evidence.model.letter import Fact, LegalEffect, LetterKind, LetterNumber
from evidence.model.money import Money
from evidence.resources import fonts_dir
from evidence.stamp.facts import disclose, seal_facts
from evidence.workspace import schema
from evidence.workspace.claims import Claims
from evidence.workspace.core import Desk
from evidence.workspace.deliveries import events_of
from evidence.workspace.drafts import is_draft
from evidence.workspace.notices import title_of_docx
from evidence.workspace.persons import salt_for
from evidence.workspace.register import listed
from evidence.workspace.registerchecks import same_file

FONT = {"zh": "NotoSerifSC-Regular.ttf", "zh-Hant": "NotoSerifTC-Regular.ttf"}
_LEFT_OUT = {
    LetterKind.LAWYER_LETTER: "bundle.left-out-draft",
    LetterKind.INSTALMENT_AGREEMENT: "bundle.left-out-unsigned",
}
_AT_HOME = frozenset({Outcome.PREPARED, Outcome.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything the case has: exhibits in order, originals by their path in the bundle, what opens the
    commitments, the journal's indexes, and the sizes of the checkpoints that the letters carry."""

    exhibits: tuple[Exhibit, ...]
    originals: Mapping[str, Content]
    disclosure: Mapping[str, Any]
    indexes: tuple[int, ...]
    checkpoints: tuple[int, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Letter:
    """A letter as stored, with its events in the order they were recorded, each with its journal index."""

    row: Row[Any]
    number: LetterNumber
    kind: LetterKind
    events: Sequence[tuple[DeliveryEvent, int]]

    @property
    def reached(self) -> Standing:
        return standing(event for event, _ in self.events)

    @property
    def draft(self) -> bool:
        return is_draft(self.row.kind, self.row.effect)

    @property
    def unsigned(self) -> bool:
        """Whether it counts by signatures that the stamped file does not bear."""
        return self.draft or self.kind is LetterKind.INSTALMENT_AGREEMENT

    @property
    def gone_out(self) -> bool:
        return any(event.outcome not in _AT_HOME for event, _ in self.events)


def gather(
    desk: Desk, connection: Connection, account: Account, person: str, locale: str, today: date
) -> Gathered:
    """What the case against the account's present owner can show on ``today``.

    Letters to former owners, and papers that count by signatures they do not bear and that never went out, are
    left out whole, each kind with a warning. Raises ``workspace.store-…`` for an original that is not whole, and the
    faults of an account that cannot be reckoned.
    """
    table, runs = schema.LETTERS, schema.RUNS
    items = schema.PLAN_ITEMS
    every = connection.execute(
        select(
            table,
            runs.c.office,
            runs.c.checkpoint_size,
            runs.c.approval_index,
            runs.c.approves,
            items.c.state,
        )
        .join(runs, table.c.run == runs.c.id)
        .join(items, items.c.number == table.c.number)
        .where(table.c.account == account.id)
        .order_by(table.c.journal_index)
    ).all()
    approved = {row.approves for row in every}
    warnings: list[Problem] = []
    letters: list[_Letter] = []
    for row in every:
        if row.person != person:
            continue
        number = LetterNumber.parse(row.number)
        letter = _Letter(row, number, LetterKind(row.kind), events_of(connection, number.key))
        if row.state == "voided" or (letter.draft and row.number in approved and not letter.gone_out):
            continue  # no letter any more; or one that another letter stands for
        if letter.unsigned:
            code = "bundle.unsigned-shown" if letter.gone_out else _LEFT_OUT[letter.kind]
            warnings.append(Problem(code, Place(part=number.key), {"letter": row.printed_number}))
            if not letter.gone_out:
                continue
        letters.append(letter)
    if others := sum(row.person != person for row in every):
        params: dict[str, str | int] = {"account": account.id, "n": others}
        warnings.append(Problem("bundle.former-owner", Place(), params))
    claim = Claims(desk, connection, today, only=account.id).of(account).claim
    warnings += _claim_differs(claim, letters)
    collector = _Collector(desk, account, desk.persons.key(person), locale)
    for letter in letters:
        collector.letter(letter)
    collector.added(connection, person)
    warnings += same_file(listed(connection, account.id, person))
    return collector.gathered(warnings)


def _claim_differs(claim: Claim, letters: Sequence[_Letter]) -> list[Problem]:
    """A warning where something else is claimed today than in the last demand that provably arrived."""
    arrived = [
        letter.row
        for letter in letters
        if letter.row.effect == LegalEffect.DEMAND.value and letter.reached is Standing.ARRIVED
    ]
    if not arrived or arrived[-1].claim_digest == claim.digest:
        return []
    last = arrived[-1]
    then = Money.of(last.total, last.currency)
    params: dict[str, str | int] = {
        "letter": last.printed_number,
        "then": f"{then.plain} {then.currency}",
        "now": f"{claim.total.plain} {claim.total.currency}",
    }
    return [Problem("bundle.claim-differs", Place(part=last.number), params)]


@dataclass(slots=True)
class _Collector:
    """Fills the lists of :class:`Gathered`, exhibit by exhibit."""

    desk: Desk
    account: Account
    key: bytes
    locale: str
    exhibits: list[Exhibit] = field(default_factory=list)
    originals: dict[str, Content] = field(default_factory=dict)
    files: list[dict[str, str]] = field(default_factory=list)
    events: list[dict[str, str]] = field(default_factory=list)
    letters: list[dict[str, Any]] = field(default_factory=list)
    indexes: list[int] = field(default_factory=lambda: [0])
    checkpoints: list[int] = field(default_factory=list)

    def gathered(self, warnings: Sequence[Problem]) -> Gathered:
        disclosure = {
            "v": 1,
            "events": self.events,
            "files": self.files,
            "letters": self.letters,
            "subject": {"account": self.account.id, "salt": salt_for(self.key, "subject").hex()},
        }
        # B2 before B10; stable within a group.
        ordered = sorted(self.exhibits, key=lambda exhibit: natural_key(exhibit.group))
        return Gathered(
            tuple(ordered),
            self.originals,
            disclosure,
            tuple(self.indexes),
            tuple(self.checkpoints),
            tuple(warnings),
        )

    def letter(self, letter: _Letter) -> None:
        """One letter, its delivery record and every proof."""
        row, number = letter.row, letter.number
        self.indexes.append(row.journal_index)
        if row.approval_index is not None:
            self.indexes.append(row.approval_index)
        self.checkpoints.append(row.checkpoint_size)
        facts = tuple(Fact(name, value) for name, value in json.loads(row.facts))
        opened = disclose(facts, seal_facts(facts, self.key, number))
        told = [{"name": fact.name, "value": fact.value, "salt": fact.salt.hex()} for fact in opened]
        self.letters.append({"number": number.key, "facts": told})
        stem = f"letters/{number.key}"
        pdf = self._keep(f"{stem}.pdf", row.pdf_sha256)
        self._keep(f"{stem}.docx", row.docx_sha256)
        firm = json.loads(row.office).get("law_firm") or {}
        text = letter_exhibit(
            letter.kind,
            LegalEffect(row.effect),
            title_of_docx(self.desk.store.get(row.docx_sha256), row.printed_number),
            row.printed_number,
            letter.reached,
            firm=firm.get("name", ""),
            draft=letter.draft,
            locale=self.locale,
        )
        day, entry = _day(row.issued_at), row.journal_index
        self._show("B7", text, day, f"{number.key}.pdf", "application/pdf", pdf, entry=entry)
        if letter.events:
            self._record(letter, stem, text.name)

    def _record(self, letter: _Letter, stem: str, name: str) -> None:
        printed, debtor = letter.row.printed_number, self.account.debtor.name
        told = timeline(event for event, _ in letter.events)
        page = delivery_record(
            told,
            letter=name,
            recipient=f"{debtor}（{self.account.premises.label}）",
            maker=self.desk.office.creditor.name,
            locale=self.locale,
            font_file=fonts_dir() / FONT[self.locale],
        )
        path = f"data/originals/{stem}/delivery-record.pdf"
        self.originals[path] = page
        text = record_exhibit(printed, len(told), self.locale)
        last = _day(max(event.recorded_at for event in told))
        self._show("B7", text, last, "delivery-record.pdf", "application/pdf", page)
        for event, index in letter.events:
            self.indexes.append(index)
            body = event_json(event)
            path = f"data/originals/{stem}/delivery-{index:06d}.json"
            self.originals[path] = body
            salt = salt_for(self.key, f"file:{hashlib.sha256(body).hexdigest()}").hex()
            self.events.append({"path": path, "salt": salt})
        # Proofs follow in the order things happened; their files are named by the entry that recorded them.
        ordered = sorted(letter.events, key=lambda item: (item[0].at, item[0].recorded_at))
        for (event, late), (_, index) in zip(effective(told), ordered, strict=True):
            result = result_text(event, late, self.locale)
            day = event.at.astimezone(CHINA).date()
            for position, proof in enumerate(event.proofs, 1):
                path = f"{stem}/delivery-{index:06d}-{position}-{safe_name(proof.name)}"
                stored = self._keep(path, proof.sha256)
                text = proof_exhibit(printed, event, proof.media_type, day, result, self.locale)
                self._show("B7", text, day.isoformat(), proof.name, proof.media_type, stored, entry=index)

    def added(self, connection: Connection, person: str) -> None:
        """What the clerk added, under the words the clerk gave."""
        table = schema.EXHIBITS
        ours = (table.c.account == self.account.id, table.c.person == person)
        for row in connection.execute(select(table).where(*ours).order_by(table.c.id)):
            path = f"exhibits/{row.id:03d}-{safe_name(row.file_name)}"
            try:
                stored = self._keep(path, row.sha256)
            except EvidenceError as error:  # a hash tells nobody which paper to look for
                where = Place(file=row.file_name, part=f"#{row.id} {row.name}")
                raise EvidenceError([replace(problem, where=where) for problem in error.problems]) from None
            text = ExhibitText(row.name, row.kind, row.source, row.proves, row.original)
            kept = (row.dated, row.file_name, row.media_type, stored)
            self._show(row.group_code, text, *kept, row.carrier, row.submitter, listed=row.id)

    def _keep(self, path: str, sha256: str) -> Content:
        stored = self.desk.store.file(sha256)  # a damaged store is named here, not in court
        self.originals[f"data/originals/{path}"] = stored
        salt = salt_for(self.key, f"file:{sha256}").hex()
        self.files.append({"path": f"data/originals/{path}", "salt": salt})
        return stored

    def _show(
        self,
        group: str,
        text: ExhibitText,
        dated: str,
        file_name: str,
        media_type: str,
        content: Content,
        carrier: str = "",
        submitter: str = "",
        entry: int | None = None,
        listed: int = 0,
    ) -> None:
        both = digests_of(content)
        self.exhibits.append(
            Exhibit(
                group,
                text.name,
                text.kind,
                text.source,
                text.proves,
                text.original,
                dated,
                file_name,
                media_type,
                content,
                both.sha256.hex(),
                both.sm3.hex(),
                carrier,
                submitter,
                entry=entry,
                listed=listed,
            )
        )


def _day(moment: str | datetime) -> str:
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return moment.astimezone(CHINA).date().isoformat()
