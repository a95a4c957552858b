"""A lawyer's approval: the draft of a lawyer letter becomes the letter.

A draft is issued, stamped and journaled under a number of its own and says DRAFT on each page; it demands nothing. The
lawyer it names approves it by that number. Then the same text is made again without the mark, under the next number of
the series and with the day of approval, from what the draft was made from: ledger, entries, configuration, template.
The draft stays on record as superseded.

What the lawyer read must still be true on the day it goes out. Where it would say something else today, approval is
refused and a new draft is due. The draft's gate is passed again on that day; what was overridden for the draft holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from evidence.claim.limitation import period_key
from evidence.clock import CHINA
from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.journal import entries
from evidence.letters.convert import open_converter
from evidence.letters.engine import document_text
from evidence.letters.packs import Pack
from evidence.model.case import CaseEvent, CaseKind
from evidence.model.letter import SERIES, LegalEffect, LetterKind, LetterNumber
from evidence.stamp.digests import commitment, digest_bytes
from evidence.workspace import schema
from evidence.workspace.casefile import piece_commitment, write_pieces
from evidence.workspace.cases import require_accounts, require_snapshot
from evidence.workspace.claims import Claims
from evidence.workspace.core import Desk
from evidence.workspace.deliveries import events_of, find_letter
from evidence.workspace.drafts import final_of, is_withdrawn
from evidence.workspace.freshness import check_fresh
from evidence.workspace.gate import LAWYER_LETTER, Gate, Overrides, Passage, check_overrides, granted_to
from evidence.workspace.issue import Basis, finish_open_runs, plan_run, work_off
from evidence.workspace.making import Item, Run, Workshop, load_run
from evidence.workspace.persons import salt_for
from evidence.workspace.plans import stated_periods
from evidence.workspace.progress import Watch
from evidence.workspace.selection import PlannedLetter, Selection, next_seq
from evidence.workspace.steps import reached
from evidence.workspace.templates import pack_for

LEAST_DAYS_TO_PAY = 7
"""Days the owner must be left to pay after planned arrival (readiness rule R16 warns below them)."""
_PRINTED = ("creditor", "bank", "contract", "law_firm")
_LAWYER = LetterKind.LAWYER_LETTER


@dataclass(frozen=True, slots=True)
class ApprovalResult:
    """The letter made of an approved draft. ``already_approved``: it had been made before, and nothing was written."""

    draft: LetterNumber
    number: LetterNumber
    account: str
    folder: str
    journal_index: int
    already_approved: bool = False
    warnings: tuple[Problem, ...] = ()


def approve(
    desk: Desk,
    letter: str,
    *,
    lawyer: str,
    licence: str,
    note: str = "",
    converter: str | None = None,
    overrides: Overrides | None = None,
    watch: Watch | None = None,
) -> ApprovalResult:
    """Record that ``lawyer`` approves a draft, and make the letter of it. Calling it again makes nothing new.

    ``overrides`` maps rules to reasons, beside those the draft was made with.

    Raises ``workspace.unknown-letter``, ``workspace.not-a-draft``; and with everything that stands against it at once
    ``workspace.lawyer-differs``, ``workspace.draft-withdrawn``, ``workspace.approval-late``,
    ``workspace.approval-changed``, ``workspace.ledger-stale``, ``readiness.blocked``.
    """
    check_overrides(overrides or {})
    with desk.locked():
        with desk.reading() as connection:
            draft = _draft(connection, letter)
        finished = finish_open_runs(desk, _LAWYER, watch=watch)
        left_out = tuple(problem for done in finished for problem in done.voided)
        if watch is not None and watch.stop.is_set():
            raise fail("general.interrupted")
        number = LetterNumber.parse(draft.number)
        with desk.reading() as connection:
            run = load_run(connection, draft.run)
            problems = list(_lawyer_problems(run, lawyer, licence))
            made = final_of(connection, draft.number)
            if made is not None and is_withdrawn(event for event, _ in events_of(connection, made.number)):
                where, params = Place(part=made.number), {"letter": made.printed_number}
                problems.append(Problem("workspace.draft-withdrawn", where, params))
            if made is not None and not problems:
                return ApprovalResult(
                    number,
                    LetterNumber.parse(made.number),
                    made.account,
                    made.folder,
                    made.approval_index,
                    True,
                )
            pack = pack_for(desk, run.office.jurisdiction, run.locale)
            gate = Gate(
                desk,
                LAWYER_LETTER,
                overrides,
                granted=granted_to(connection, draft.account, run.issued_at),
            )
            passage = Passage(draft.account, (), (), ())
            if made is None:
                problems += _draft_problems(desk, connection, draft, run, pack)
                if not problems:
                    passage = _passage(desk, connection, draft, gate)
                    problems += passage.blocked
        if problems:
            raise EvidenceError(problems)
        piece = CaseEvent(
            CaseKind.APPROVAL,
            draft.account,
            {
                "letter": draft.number,
                "by": lawyer.strip(),
                "licence": licence.strip(),
                "on": desk.source.now().astimezone(CHINA).date().isoformat(),
                **({"note": note.strip()} if note.strip() else {}),
            },
        )
        with open_converter(converter or desk.office.policy.converter, run.locale) as chosen:
            made_by = _plan(desk, draft, run, pack, piece, chosen.identity, gate, passage)
            reached("planned")
            worked = work_off(desk, made_by, chosen, watch=watch)
        if worked.voided:
            raise EvidenceError(worked.voided)
        with desk.reading() as connection:
            made = final_of(connection, draft.number)
        assert made is not None
        return ApprovalResult(
            number,
            LetterNumber.parse(made.number),
            made.account,
            made.folder,
            made.approval_index,
            warnings=(*left_out, *passage.warnings),
        )


def _passage(desk: Desk, connection: Connection, draft: Row[Any], gate: Gate) -> Passage:
    """What the gate says of the account on the day the letter would go out."""
    today = desk.source.now().astimezone(CHINA).date()
    ((account, person),) = require_accounts(connection, [draft.account]).values()
    return gate.check(connection, Claims(desk, connection, today, only=account.id), account, person)


def _draft(connection: Connection, letter: str) -> Row[Any]:
    """The row of a letter that is a draft of a lawyer letter."""
    number = find_letter(connection, letter)[0]
    row = connection.execute(select(schema.LETTERS).where(schema.LETTERS.c.number == number.key)).one()
    if row.kind != _LAWYER.value or row.effect != LegalEffect.NONE.value:
        raise fail("workspace.not-a-draft", Place(part=number.key), letter=row.printed_number)
    return row


def _lawyer_problems(run: Run, lawyer: str, licence: str) -> Iterator[Problem]:
    """Only the lawyer whom the letter names can answer for it."""
    firm = run.office.law_firm
    for key, code, given, printed in (
        ("lawyer", "workspace.lawyer-differs", lawyer, firm.lawyer if firm else ""),
        ("licence", "workspace.licence-differs", licence, firm.licence if firm else ""),
    ):
        if given.strip() != printed.strip():
            params = {"given": given.strip() or "—", "printed": printed}
            yield Problem(code, Place(part=f"law_firm.{key}"), params)


def _draft_problems(
    desk: Desk, connection: Connection, draft: Row[Any], run: Run, pack: Pack
) -> Iterator[Problem]:
    """Why the draft may not go out today, as far as its text and time are concerned."""
    where, letter = Place(part=draft.number), draft.printed_number
    if is_withdrawn(event for event, _ in events_of(connection, draft.number)):
        yield Problem("workspace.draft-withdrawn", where, {"letter": letter})
        return
    today = desk.source.now().astimezone(CHINA).date()
    least = today + timedelta(days=run.office.policy.planned_arrival_days + LEAST_DAYS_TO_PAY)
    if run.pay_by < least:
        params: dict[str, str | int] = {
            "letter": letter,
            "pay_by": run.pay_by.isoformat(),
            "least": least.isoformat(),
        }
        yield Problem("workspace.approval-late", where, params)
    if stale := check_fresh(desk, connection, today):
        yield stale
    for what in _changes(desk, connection, draft, run, pack, today):
        yield Problem("workspace.approval-changed", where, {"letter": letter, "what": what})


def _changes(
    desk: Desk, connection: Connection, draft: Row[Any], run: Run, pack: Pack, today: date
) -> Iterator[str]:
    """What the draft says and would not say today: template, ``[section]`` of the office, law, or the claim.

    In the end the draft is written once more from what stands now, and its text compared.
    """
    if pack.template(run.kind).sha256 != run.template:
        yield pack.template(run.kind).name
        return
    then, now = asdict(run.office), asdict(desk.office)
    sections = [section for section in _PRINTED if then[section] != now[section]]
    yield from (f"evidence.toml [{section}]" for section in sections)
    drafted_on = run.issued_at.astimezone(CHINA).date()
    if desk.law.texts(drafted_on, run.locale) != desk.law.texts(today, run.locale):
        yield "law"
    snapshot = require_snapshot(connection)
    # Raised where the account is gone from the ledger, or cannot be reckoned any more.
    ((account, person),) = require_accounts(connection, [draft.account]).values()
    claim = Claims(desk, connection, today, only=account.id).of(account).claim
    owed = {period_key(line.item, line.period): line.outstanding.amount for line in claim.lines}
    stated = stated_periods(dict(json.loads(draft.facts)))
    figures = {key: owed.get(key) for key in stated} != stated
    if not figures and person == draft.person:
        workshop = Workshop(desk, replace(run, snapshot=snapshot), planned=False)
        written = workshop.documents([Item(0, account.id, LetterNumber.parse(draft.number), 0)])
        kept = document_text(desk.store.get(draft.docx_sha256))
        figures = [document_text(one) for one in written] != [kept]
    if figures or person != draft.person:
        yield "claim"


def _plan(
    desk: Desk,
    draft: Row[Any],
    run: Run,
    pack: Pack,
    piece: CaseEvent,
    converter: str,
    gate: Gate,
    passage: Passage,
) -> Run:
    """Fix the run that makes the letter; the approval is journaled in the same transaction."""
    key = desk.persons.key(draft.person)
    with desk.reading() as connection:
        account, _ = require_accounts(connection, [draft.account])[draft.account]
        year = desk.source.now().astimezone(CHINA).year
        number = LetterNumber(SERIES[_LAWYER], year, next_seq(connection, _LAWYER, year))

    def record(connection: Connection, run_id: str, now: datetime) -> int:
        write_pieces(desk, connection, [(piece, draft.person)], now)
        docx = digest_bytes(desk.store.get(draft.docx_sha256))
        entry = entries.letter_approved(
            at=now,
            by=desk.signer.public.kid.hex(),
            run=run_id,
            draft=LetterNumber.parse(draft.number),
            number=number,
            docx=commitment(salt_for(key, f"file:{docx.sha256.hex()}"), docx).hex(),
            approval=piece_commitment(piece, key),
        )
        return desk.journal.append(connection, [entry]).start

    letter = PlannedLetter(draft.account, account.debtor.name, number, draft.total, draft.claim_digest)
    basis = Basis(
        LetterNumber.parse(draft.number), run.snapshot, run.known, run.pay_by, _office(desk, draft), record
    )
    selection = Selection((letter,), (), (), (), 1, (passage,))
    return plan_run(desk, _LAWYER, run.as_of, run.locale, pack, converter, selection, gate, basis)


def _office(desk: Desk, draft: Row[Any]) -> str:
    """The configuration the draft was made with, as its run keeps it."""
    with desk.reading() as connection:
        runs = schema.RUNS
        return str(connection.execute(select(runs.c.office).where(runs.c.id == draft.run)).scalar_one())
