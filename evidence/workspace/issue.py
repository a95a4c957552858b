"""Runs: which letters are due, and how a run of them is planned, made and resumed.

A run is planned in one transaction (its letters, numbers, time, batches), then worked off wave by wave. A
letter's bytes depend on the plan alone, so that a run cut off at any point and started again ends with the
same files and the same journal as an undisturbed one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from evidence.claim.ladder import Waiting
from evidence.clock import CHINA
from evidence.errors import EvidenceError, Problem, fail
from evidence.journal import entries
from evidence.journal.canonical import dumps
from evidence.letters.convert import Converter, open_converter
from evidence.letters.packs import Pack
from evidence.model.letter import NOTICES, SERIES, LegalEffect, LetterKind, LetterNumber
from evidence.model.office import PlanTerms
from evidence.telemetry import span
from evidence.workspace import schema
from evidence.workspace.cases import require_snapshot
from evidence.workspace.core import Desk
from evidence.workspace.crews import crew_for, require, warnings_of
from evidence.workspace.drafts import is_draft
from evidence.workspace.exchange import shared_by
from evidence.workspace.executors import Hands
from evidence.workspace.freshness import check_fresh
from evidence.workspace.gate import LAWYER_LETTER, Gate, Overrides
from evidence.workspace.instalments import first_day_to_pay
from evidence.workspace.ladder import ladder_pack
from evidence.workspace.making import Item, Run, Workshop, load_run, waves
from evidence.workspace.notices import NoticeRequest, check_request, select_notices
from evidence.workspace.openruns import open_runs
from evidence.workspace.progress import Progress, Settled, Stage, Watch
from evidence.workspace.recording import record_wave, restore_copies, restore_missing
from evidence.workspace.resumed import still_planned, void_changed
from evidence.workspace.selection import PlannedLetter, Selection, check_office, select_due
from evidence.workspace.slips import write_companions
from evidence.workspace.steps import reached

# Letters joined into one document for LibreOffice: 25 is where the gain levels off (docs/benchmarks.md).
BATCH = 25


@dataclass(frozen=True, slots=True)
class IssuedLetter:
    """One letter as issued; ``folder`` under ``letters/`` holds its readable copies. A ``draft`` is no letter before a
    lawyer approves it."""

    number: LetterNumber
    account: str
    debtor: str
    total: str
    folder: str
    draft: bool = False


@dataclass(frozen=True, slots=True)
class IssueResult:
    """What a call of issue did. ``letters`` were made by this call, those of an earlier, interrupted run first
    (``resumed`` says there was one); ``planned`` is the new run's plan; ``skipped`` names each owner who got
    no letter and why, ``waiting`` those whose turn it is not, with the day from which it may be. ``run``,
    ``folder`` and ``converter`` are those of the last run worked on. ``overdue`` counts the accounts with
    something overdue, ``restored`` the readable copies written again. ``stopped``: an earlier run was finished, and then
    nobody looked who else is due, because somebody asked for the end."""

    run: str | None
    letters: tuple[IssuedLetter, ...]
    skipped: tuple[Problem, ...]
    planned: tuple[PlannedLetter, ...]
    resumed: bool
    folder: str
    converter: str
    warnings: tuple[Problem, ...] = ()
    overdue: int = 0
    restored: int = 0
    waiting: tuple[Waiting, ...] = ()
    stopped: bool = False

    @property
    def issued(self) -> tuple[LetterNumber, ...]:
        return tuple(letter.number for letter in self.letters)


@dataclass(frozen=True, slots=True)
class Worked:
    """A run worked off by this call: what it made now, whom it had to leave out, and what to look at in its letters."""

    run: Run
    issued: tuple[LetterNumber, ...]
    voided: tuple[Problem, ...]
    doubts: tuple[Problem, ...] = ()


def issue(
    desk: Desk,
    kind: LetterKind,
    *,
    as_of: date,
    accounts: Sequence[str] | None = None,
    locale: str | None = None,
    converter: str | None = None,
    plan_only: bool = False,
    instalments: int | None = None,
    plan_terms: PlanTerms | None = None,
    notice: NoticeRequest | None = None,
    building: str | None = None,
    overrides: Overrides | None = None,
    hands: Hands | None = None,
    watch: Watch | None = None,
) -> IssueResult:
    """Write, stamp and journal one kind of letter for the accounts named, or for all that are due.

    Who is due the ladder says (:func:`~evidence.workspace.selection.select_due`); ``building`` leaves out all other
    buildings. An interrupted run of the same kind is finished first. Raises :class:`EvidenceError` when nothing can be
    written at all (configuration incomplete, no pack, unknown account); owners who alone cannot be served
    are left out and named in ``skipped``. ``instalments`` sets their number for this agreement alone, ``plan_terms``
    amount, dates and late charge; ``notice`` says what a notice is about.
    A lawyer letter passes the gate first (:mod:`evidence.workspace.gate`); ``overrides`` maps rules to reasons.
    ``hands`` are who makes the letters; no byte depends on it. ``watch`` hears how far they are and may stop them, which
    raises ``workspace.run-stopped``.
    """
    hands, watch = hands or Hands(), watch or Watch()
    locale = locale or desk.office.locale
    wanted = converter or desk.office.policy.converter
    pack = check_office(desk, kind, locale, accounts)
    gate = Gate(desk, LAWYER_LETTER, overrides) if kind is LetterKind.LAWYER_LETTER else None
    request = notice or NoticeRequest()
    if kind in NOTICES:
        check_request(kind, request, accounts)
    today = desk.source.now().astimezone(CHINA).date()
    if as_of > today and not plan_only:
        # A letter issued today must not say that something was due on a day that has not come.
        raise fail("workspace.as-of-future", day=as_of.isoformat(), today=today.isoformat())
    if instalments is not None:
        policy = replace(desk.office.policy, instalments=instalments)
        desk = replace(desk, office=replace(desk.office, policy=policy))
    if plan_terms is not None:
        desk = replace(desk, office=replace(desk.office, plan=plan_terms))
    left: tuple[Problem, ...] = ()
    with desk.locked():
        restored = 0 if plan_only else restore_missing(desk, kind)
        worked = [] if plan_only else finish_open_runs(desk, kind, hands, watch)
        resumed = bool(worked)
        # Asked for too late to leave a letter of that run unmade; no other is begun.
        stopped = watch.stop.is_set()
        with desk.reading() as connection:
            stale = check_fresh(desk, connection, as_of)
        if stale and not worked:  # what an interrupted run had planned is finished all the same
            raise EvidenceError([stale])
        details = ""
        if stale or stopped:
            chosen_now = Selection((), (), (), (), 0)
        elif kind in NOTICES:
            chosen_now, details = select_notices(desk, kind, as_of, accounts, locale, request, building)
        else:
            chosen_now = select_due(
                desk,
                kind,
                as_of,
                accounts,
                locale,
                building=building,
                gate=gate,
                effect=pack.template(kind).effect,
            )
        planned = chosen_now.planned
        if plan_only:
            left, planned = _without_open_runs(desk, kind, planned)
        if planned and not plan_only:
            if hands.cluster:
                watch.tell(Progress(0, len(planned), stage=Stage.CONNECTING, kind=kind.value))
            require(hands)
            with open_converter(wanted, locale, workers=hands.own_workers) as chosen:
                run = plan_run(
                    desk, kind, as_of, locale, pack, chosen.identity, chosen_now, gate, details=details
                )
                reached("planned")
                worked.append(work_off(desk, run, chosen, hands, watch))
        with desk.reading() as connection:
            letters = tuple(letter for done in worked for letter in _issued_letters(connection, done))
    served = {letter.account for letter in letters}
    last = worked[-1].run if worked else None
    return IssueResult(
        run=last.id if last else None,
        letters=letters,
        skipped=(*(problem for done in worked for problem in done.voided), *chosen_now.skipped),
        planned=planned,
        resumed=resumed,
        folder=last.folder if last else "",
        converter=last.converter if last else "",
        warnings=(
            *left,
            *((stale,) if stale else ()),
            *(warnings_of(hands) if worked else ()),
            *(_festival(desk, today) if planned else ()),
            *(_rest_day(desk, kind, today) if planned else ()),
            *chosen_now.warnings,
            *(doubt for done in worked for doubt in done.doubts),
        ),
        overdue=chosen_now.overdue,
        restored=restored,
        # Of a letter made just now nobody has to be told that it is not the turn of another.
        waiting=tuple(one for one in chosen_now.waiting if one.reason.where.part not in served),
        stopped=stopped,
    )


def _without_open_runs(
    desk: Desk, kind: LetterKind, planned: Sequence[PlannedLetter]
) -> tuple[tuple[Problem, ...], tuple[PlannedLetter, ...]]:
    """A plan as the same call without ``--plan`` makes it, after the letters that interrupted runs have left; and those
    runs, as warnings."""
    with desk.reading() as connection:
        warnings = tuple(run.problem() for run in open_runs(connection) if run.kind is kind)
        served = still_planned(desk, connection, kind) if warnings else frozenset()
    first = planned[0].number if planned else None
    due = (letter for letter in planned if letter.account not in served)
    return warnings, tuple(
        replace(letter, number=replace(first, seq=first.seq + place))
        for place, letter in enumerate(due)
        if first is not None
    )


def _festival(desk: Desk, today: date) -> tuple[Problem, ...]:
    """A letter may be made on any day; on a festival nobody should be served with it."""
    pack = ladder_pack(desk)
    if pack is None or pack.calendar.festival_on(today) is None:
        return ()
    following = pack.calendar.next_free_of_festivals(today)
    params = {"day": today.isoformat(), "next": following.isoformat()}
    return (Problem("claim.letter-festival", params=params),)


def _rest_day(desk: Desk, kind: LetterKind, today: date) -> tuple[Problem, ...]:
    """The last day to pay is the office's to choose; where it is no working day, whoever signs is told."""
    pack = ladder_pack(desk)
    if pack is None or kind in NOTICES or kind is LetterKind.INSTALMENT_AGREEMENT:
        return ()
    day = first_day_to_pay(desk.office, today)
    if not pack.calendar.is_rest_day(day):
        return ()
    return (Problem("claim.pay-by-rest-day", params={"day": day.isoformat()}),)


def _issued_letters(connection: Connection, done: Worked) -> list[IssuedLetter]:
    table, homes = schema.LETTERS, schema.ACCOUNTS
    rows = connection.execute(
        select(
            table.c.number,
            table.c.account,
            homes.c.debtor,
            table.c.total,
            table.c.folder,
            table.c.kind,
            table.c.effect,
        )
        .join(homes, (homes.c.id == table.c.account) & (homes.c.snapshot == done.run.snapshot))
        .where(table.c.run == done.run.id)
        .order_by(table.c.journal_index)
    )
    now = set(done.issued)
    letters = [
        IssuedLetter(LetterNumber.parse(row.number), *row[1:5], is_draft(row.kind, row.effect))
        for row in rows
    ]
    return [letter for letter in letters if letter.number in now]


def office_json(desk: Desk) -> str:
    """The office as a run keeps it."""
    return dumps(_as_json(asdict(desk.office))).decode()


def _as_json(value: Any) -> Any:
    """Tuples to lists, so that the office goes through canonical JSON and back."""
    if isinstance(value, dict):
        return {key: _as_json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(inner) for inner in value]
    return value


def finish_open_runs(
    desk: Desk, kind: LetterKind, hands: Hands | None = None, watch: Watch | None = None
) -> list[Worked]:
    """Work off what interrupted calls left behind, but for letters that would not be true any more."""
    hands = hands or Hands()
    table = schema.RUNS
    with desk.reading() as connection:
        rows = connection.execute(
            select(table.c.id)
            .where(table.c.completed == 0, table.c.kind == kind.value)
            .order_by(table.c.issued_at)
        )
        runs = [load_run(connection, run_id) for run_id in rows.scalars().all()]
    worked = []
    for run in runs:
        name = run.converter.split(" ", 1)[0]
        with open_converter(name, run.locale, workers=hands.own_workers) as chosen:
            if chosen.identity != run.converter:
                # Another version may set other bytes: the run would no longer be the one that was planned.
                raise fail("workspace.run-changed", run=run.id, what=f"{run.converter} → {chosen.identity}")
            worked.append(work_off(desk, run, chosen, hands, watch, Stage.RESUMED, void_changed(desk, run)))
            if watch is not None and watch.stop.is_set():
                break
    if runs:
        # What a cluster had left when its coordinator was killed, and what a worker finished since.
        shared_by(desk.store).sweep()
    return worked


@span("run")
def work_off(
    desk: Desk,
    run: Run,
    converter: Converter,
    hands: Hands | None = None,
    watch: Watch | None = None,
    begins: Stage = Stage.PLANNED,
    left_out: Sequence[Settled] = (),
) -> Worked:
    """Make every letter of the run that is not made yet; then close the run. ``begins`` is told first, with the letters
    ``left_out`` for what was recorded since the plan.

    Raises ``workspace.run-stopped`` where ``watch`` asked for the end before, with what is made on record.
    """
    hands, watch = hands or Hands(), watch or Watch()
    workshop = Workshop(desk, run)
    table = schema.PLAN_ITEMS
    with desk.reading() as connection:
        rows = connection.execute(select(table).where(table.c.run == run.id).order_by(table.c.position)).all()
    items = [
        Item(row.position, row.account, LetterNumber.parse(row.number), row.batch)
        for row in rows
        if row.state == "planned"
    ]
    done, total = len(rows) - len(items), len(rows)
    issued: list[LetterNumber] = []
    problems = [problem for one in left_out for problem in one.problems]
    refusals, about = 0, (run.id, run.kind.value)
    watch.tell(Progress(done, total, 0, 0, begins, *about, tuple(left_out)))
    with (
        crew_for(hands, workshop, converter, items) as (crew, exchange, at_once),
        # Closed whatever happens, so that everybody is at rest before the converter is closed.
        closing(workshop.make(waves(items, at_once), crew, exchange, watch.stop)) as finished,
    ):
        for made, refused in finished:
            reached("made")
            record_wave(workshop, made, refused)
            issued.extend(letter.item.number for letter in made)
            problems.extend(problem for _, found in refused for problem in found)
            done += len(made) + len(refused)
            refusals += len(refused)
            settled = sorted(
                [(letter.item, ()) for letter in made] + refused, key=lambda one: one[0].position
            )
            named = tuple(Settled(item.number.key, item.account, found) for item, found in settled)
            watch.tell(Progress(done, total, len(issued), refusals, Stage.MAKING, *about, named))
    if done < total:
        raise fail("workspace.run-stopped", run=run.id, done=done, total=total, left=total - done)
    watch.tell(Progress(done, total, len(issued), refusals, Stage.CLOSING, *about))
    with span("close"):
        restore_copies(desk, run)
        write_companions(desk, run)
        _complete(desk, run)
    reached("completed")
    return Worked(run, tuple(issued), tuple(problems), workshop.wording.doubts)


def _complete(desk: Desk, run: Run) -> None:
    table = schema.PLAN_ITEMS
    with desk.writing() as connection:
        states = connection.execute(select(table.c.state).where(table.c.run == run.id)).scalars().all()
        entry = entries.run_completed(
            at=run.issued_at,
            by=desk.signer.public.kid.hex(),
            run=run.id,
            issued=states.count("issued"),
            voided=states.count("voided"),
        )
        desk.journal.append(connection, [entry])
        desk.checkpoint(connection)
        connection.execute(update(schema.RUNS).where(schema.RUNS.c.id == run.id).values(completed=1))


@dataclass(frozen=True, slots=True)
class Basis:
    """What an approved draft said things by, and its letter says them by again. ``office`` is canonical JSON.

    ``record`` writes the approval, given the run's id, and gives its place in the journal.
    """

    draft: LetterNumber
    snapshot: int
    known: int
    pay_by: date
    office: str
    record: Callable[[Connection, str, datetime], int]


@span("plan")
def plan_run(
    desk: Desk,
    kind: LetterKind,
    as_of: date,
    locale: str,
    pack: Pack,
    converter: str,
    selection: Selection,
    gate: Gate | None,
    basis: Basis | None = None,
    details: str = "",
) -> Run:
    """Fix the run in one transaction: rows, numbers, what was overridden or approved, and its entry in the journal."""
    now, planned = desk.source.now(), selection.planned
    template = pack.template(kind)
    office = basis.office if basis else office_json(desk)
    batches = [len(planned[i : i + BATCH]) for i in range(0, len(planned), BATCH)]
    drafts = kind is LetterKind.LAWYER_LETTER and basis is None
    with desk.writing() as connection:
        snapshot = basis.snapshot if basis else require_snapshot(connection)
        if gate is not None:
            gate.record(connection, selection.passages, now)
        parts = [kind.value, locale, as_of.isoformat(), str(snapshot), converter, template.sha256]
        parts += [hashlib.sha256(office.encode()).hexdigest(), *([details] if details else [])]
        parts += [f"{p.number.key}:{p.claim_digest}" for p in planned]
        run_id = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]
        approval_index = basis.record(connection, run_id, now) if basis else None
        entry = entries.run_planned(
            at=now,
            by=desk.signer.public.kid.hex(),
            run=run_id,
            kind=kind,
            effect=LegalEffect.NONE if drafts else template.effect,
            series=SERIES[kind],
            year=planned[0].number.year,
            first=planned[0].number.seq,
            last=planned[-1].number.seq,
            batches=batches,
            converter=converter,
            template=template.sha256,
            locale=locale,
        )
        desk.journal.append(connection, [entry])
        # The head every letter of the run will carry, and with it make its recipient a witness of.
        desk.checkpoint(connection)
        size = desk.journal.size(connection)
        root = desk.journal.root(connection)
        folder = f"{now.astimezone(CHINA):%Y%m%d}-{kind.value}-{run_id[:6]}"
        pay_by = basis.pay_by if basis else first_day_to_pay(desk.office, now.astimezone(CHINA).date())
        connection.execute(
            schema.RUNS.insert().values(
                id=run_id,
                kind=kind.value,
                locale=locale,
                snapshot=snapshot,
                as_of=as_of.isoformat(),
                pay_by=pay_by.isoformat(),
                issued_at=now.isoformat(),
                converter=converter,
                template=template.sha256,
                office=office,
                checkpoint_size=size,
                checkpoint_root=root,
                folder=folder,
                completed=0,
                known=basis.known if basis else size,
                approves=basis.draft.key if basis else "",
                approval_index=approval_index,
                details=details,
                tones=pack.tones.to_json(),
            )
        )
        connection.execute(
            schema.PLAN_ITEMS.insert(),
            [
                {
                    "run": run_id,
                    "position": i,
                    "account": letter.account,
                    "number": letter.number.key,
                    "claim_digest": letter.claim_digest,
                    "batch": i // BATCH,
                    "state": "planned",
                    "reason": "",
                }
                for i, letter in enumerate(planned)
            ],
        )
        run = load_run(connection, run_id)
        # Inside the transaction: a template or font that cannot serve takes the whole plan back, so that it can
        # be mended. A run once planned is finished with the template it was planned with.
        Workshop(desk, run).rehearse(Item(0, planned[0].account, planned[0].number, 0))
        return run
