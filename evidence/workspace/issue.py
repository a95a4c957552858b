"""Runs: which letters are due, and how a run of them is planned, made and resumed.

A run is planned in one transaction (its letters, numbers, time, batches), then worked off wave by wave. A
letter's bytes depend on the plan alone, so that a run cut off at any point and started again ends with the
same files and the same journal as an undisturbed one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from evidence.claim.statement import Claim, balance_problems, claim_of
from evidence.claim.words import WordsError, rmb_words
from evidence.clock import CHINA
from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.journal import entries
from evidence.journal.canonical import dumps
from evidence.law.identity import check_uscc
from evidence.letters.context import required_fields
from evidence.letters.convert import Converter, open_converter
from evidence.letters.fonts import Shelf, open_shelf, suggest_font
from evidence.letters.packs import Pack, find_pack
from evidence.model.account import Account
from evidence.model.letter import SERIES, LetterKind, LetterNumber
from evidence.model.office import Office
from evidence.resources import templates_dir
from evidence.workspace import schema
from evidence.workspace.cases import load_accounts, require_accounts, require_snapshot
from evidence.workspace.core import Desk
from evidence.workspace.making import Item, Run, Workshop, load_run, waves
from evidence.workspace.recording import record_wave, restore_copies, restore_missing
from evidence.workspace.steps import reached

_DATE = re.compile(r"[0-9]{4}(年[0-9]{1,2}月[0-9]{1,2}日|-[0-9]{2}-[0-9]{2})")

# Letters joined into one document for LibreOffice: 25 is where the gain levels off (docs/benchmarks.md).
BATCH = 25


@dataclass(frozen=True, slots=True)
class PlannedLetter:
    """One letter a run will make, before anything is written."""

    account: str
    debtor: str
    number: LetterNumber
    total: str
    claim_digest: str


@dataclass(frozen=True, slots=True)
class IssuedLetter:
    """One letter as issued; ``folder`` under ``letters/`` holds its readable copies."""

    number: LetterNumber
    account: str
    debtor: str
    total: str
    folder: str


@dataclass(frozen=True, slots=True)
class IssueResult:
    """What a call of issue did. ``letters`` were made by this call, those of an earlier, interrupted run first
    (``resumed`` says there was one); ``planned`` is the new run's plan; ``skipped`` names each owner who got
    no letter and why. ``run``, ``folder`` and ``converter`` are those of the last run worked on. ``overdue``
    counts the accounts with something overdue, ``restored`` the readable copies written again."""

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

    @property
    def issued(self) -> tuple[LetterNumber, ...]:
        return tuple(letter.number for letter in self.letters)


@dataclass(frozen=True, slots=True)
class _Worked:
    """A run worked off by this call: what it made now, and whom it had to leave out."""

    run: Run
    issued: tuple[LetterNumber, ...]
    voided: tuple[Problem, ...]


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
    progress: Callable[[int, int], None] | None = None,
) -> IssueResult:
    """Write, stamp and journal one kind of letter for the accounts named, or for all that are due.

    An account is due when it has something overdue and no letter of this kind states exactly the same claim.
    An interrupted run of the same kind is finished first. Raises :class:`EvidenceError` when nothing can be
    written at all (configuration incomplete, no pack, unknown account); owners who alone cannot be served
    are left out and named in ``skipped``. ``instalments`` sets their number for this agreement alone.
    """
    locale = locale or desk.office.locale
    wanted = converter or desk.office.policy.converter
    pack = check_office(desk, kind, locale, accounts)
    today = desk.source.now().astimezone(CHINA).date()
    if as_of > today and not plan_only:
        # A letter issued today must not say that something was due on a day that has not come.
        raise fail("workspace.as-of-future", day=as_of.isoformat(), today=today.isoformat())
    if instalments is not None:
        policy = replace(desk.office.policy, instalments=instalments)
        desk = replace(desk, office=replace(desk.office, policy=policy))
    with desk.locked():
        restored = 0 if plan_only else restore_missing(desk, kind)
        worked = [] if plan_only else _finish_open_runs(desk, kind, progress)
        resumed = bool(worked)
        planned, skipped, overdue = _select(desk, kind, as_of, accounts, locale)
        if planned and not plan_only:
            with open_converter(wanted, locale) as chosen:
                run = _plan(desk, kind, as_of, locale, pack, chosen.identity, planned)
                reached("planned")
                worked.append(_work_off(desk, run, chosen, progress))
        with desk.reading() as connection:
            letters = tuple(letter for done in worked for letter in _issued_letters(connection, done))
    last = worked[-1].run if worked else None
    return IssueResult(
        run=last.id if last else None,
        letters=letters,
        skipped=(*(problem for done in worked for problem in done.voided), *skipped),
        planned=planned,
        resumed=resumed,
        folder=last.folder if last else "",
        converter=last.converter if last else "",
        overdue=overdue,
        restored=restored,
    )


def _issued_letters(connection: Connection, done: _Worked) -> list[IssuedLetter]:
    table, homes = schema.LETTERS, schema.ACCOUNTS
    rows = connection.execute(
        select(table.c.number, table.c.account, homes.c.debtor, table.c.total, table.c.folder)
        .join(homes, (homes.c.id == table.c.account) & (homes.c.snapshot == done.run.snapshot))
        .where(table.c.run == done.run.id)
        .order_by(table.c.journal_index)
    )
    now = set(done.issued)
    letters = [IssuedLetter(LetterNumber.parse(row.number), *row[1:]) for row in rows]
    return [letter for letter in letters if letter.number in now]


def _as_json(value: Any) -> Any:
    """Tuples to lists, so that the office goes through canonical JSON and back."""
    if isinstance(value, dict):
        return {key: _as_json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(inner) for inner in value]
    return value


def _finish_open_runs(
    desk: Desk, kind: LetterKind, progress: Callable[[int, int], None] | None
) -> list[_Worked]:
    """Work off what interrupted calls left behind."""
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
        with open_converter(name, run.locale) as chosen:
            if chosen.identity != run.converter:
                # Another version may set other bytes: the run would no longer be the one that was planned.
                raise fail("workspace.run-changed", run=run.id, what=f"{run.converter} → {chosen.identity}")
            worked.append(_work_off(desk, run, chosen, progress))
    return worked


def _work_off(
    desk: Desk, run: Run, converter: Converter, progress: Callable[[int, int], None] | None
) -> _Worked:
    """Make every letter of the run that is not made yet; then close the run."""
    workshop = Workshop(desk, run)
    table = schema.PLAN_ITEMS
    with desk.reading() as connection:
        rows = connection.execute(select(table).where(table.c.run == run.id).order_by(table.c.position)).all()
    items = [
        Item(row.position, row.account, LetterNumber.parse(row.number), row.batch)
        for row in rows
        if row.state == "planned"
    ]
    done = len(rows) - len(items)
    issued: list[LetterNumber] = []
    problems: list[Problem] = []
    # Closed whatever happens, so that the converter is at rest before anybody closes it.
    with closing(workshop.make(waves(items, converter.batches_at_once), converter)) as finished:
        for made, refused in finished:
            reached("made")
            record_wave(workshop, made, refused)
            issued.extend(letter.item.number for letter in made)
            problems.extend(problem for _, found in refused for problem in found)
            done += len(made) + len(refused)
            if progress:
                progress(done, len(rows))
    restore_copies(desk, run)
    _complete(desk, run)
    reached("completed")
    return _Worked(run, tuple(issued), tuple(problems))


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


def check_office(desk: Desk, kind: LetterKind, locale: str, accounts: Sequence[str] | None) -> Pack:
    """Everything that must be known before any letter of this kind; all that is missing at once."""
    if not desk.law.letters:
        raise fail("law.no-letters", jurisdiction=desk.law.jurisdiction)
    if kind is LetterKind.LAWYER_LETTER and desk.office.law_firm is None:
        raise fail("workspace.no-law-firm")
    if kind is LetterKind.INSTALMENT_AGREEMENT and not accounts:
        raise fail("workspace.agreement-needs-account")
    pack = find_pack(templates_dir(), desk.office.jurisdiction, locale)
    problems = required_fields(kind, desk.office) or office_problems(desk.office)
    if problems:
        raise EvidenceError(problems)
    return pack


def office_problems(office: Office) -> tuple[Problem, ...]:
    """What is filled in but cannot stand in a letter: codes, dates, and who receives the money."""
    problems = list(check_uscc(office.creditor.uscc, Place(file="evidence.toml", part="creditor.uscc")))
    if office.law_firm and office.law_firm.uscc:
        problems += check_uscc(office.law_firm.uscc, Place(file="evidence.toml", part="law_firm.uscc"))
    signed = office.contract.signed_on
    if signed and not _DATE.fullmatch("".join(signed.split())):
        where = Place(file="evidence.toml", part="contract.signed_on")
        problems.append(Problem("workspace.bad-date", where, {"key": "contract.signed_on", "value": signed}))
    if office.bank.payee.strip() != office.creditor.name.strip() and not office.bank.payee_note:
        where = Place(file="evidence.toml", part="bank.payee")
        params = {"creditor": office.creditor.name, "payee": office.bank.payee}
        problems.append(Problem("workspace.payee-differs", where, params))
    return tuple(problems)


def _select(
    desk: Desk, kind: LetterKind, as_of: date, accounts: Sequence[str] | None, locale: str
) -> tuple[tuple[PlannedLetter, ...], tuple[Problem, ...], int]:
    """Due and not yet served: never "today is day n", so that a missed week is caught up.

    Gives the letters to make, whom to leave out and why, and how many accounts have something overdue.
    """
    with desk.reading() as connection:
        if accounts:
            chosen = {a.id: (a, person) for a, person in require_accounts(connection, accounts).values()}
        else:
            chosen = load_accounts(connection, require_snapshot(connection))
        letters = connection.execute(
            select(schema.LETTERS.c.account, schema.LETTERS.c.claim_digest).where(
                schema.LETTERS.c.kind == kind.value
            )
        ).all()
        next_seq = _next_seq(connection, kind, desk.source.now().astimezone(CHINA).year)
    shelf = open_shelf(locale)
    served = {(row.account, row.claim_digest) for row in letters}
    year = desk.source.now().astimezone(CHINA).year
    claims = {account.id: claim_of(account, as_of) for account, _ in chosen.values()}
    if accounts and (idle := [name for name, claim in claims.items() if not claim.lines]):
        day = as_of.isoformat()
        raise EvidenceError(
            Problem("workspace.nothing-owed", Place(), {"account": name, "day": day}) for name in idle
        )
    planned: list[PlannedLetter] = []
    skipped: list[Problem] = []
    for account, _ in chosen.values():
        claim = claims[account.id]
        if not claim.lines:
            continue
        digest = _terms_digest(desk, kind, claim)
        if (account.id, digest) in served:
            continue
        problems = _owner_problems(account, claim, locale, shelf)
        if problems:
            skipped.extend(problems)
            continue
        number = LetterNumber(SERIES[kind], year, next_seq + len(planned))
        planned.append(PlannedLetter(account.id, account.debtor.name, number, claim.total.plain, digest))
    return tuple(planned), tuple(skipped), sum(1 for claim in claims.values() if claim.lines)


def _terms_digest(desk: Desk, kind: LetterKind, claim: Claim) -> str:
    """What a letter says, to see whether it was said before: the claim, and for an agreement its terms too."""
    if kind is not LetterKind.INSTALMENT_AGREEMENT:
        return claim.digest
    return hashlib.sha256(f"{claim.digest}:{desk.office.policy.instalments}".encode()).hexdigest()


def _owner_problems(account: Account, claim: Claim, locale: str, shelf: Shelf) -> list[Problem]:
    """Why this owner alone gets no letter: an account that does not balance, a character no font has."""
    problems = list(balance_problems(claim))
    where = Place(part=account.id)
    texts = [account.debtor.name, account.premises.label, account.premises.estate]
    texts += [line.item for line in claim.lines]
    for char in shelf.missing("".join(texts)):
        problems.append(
            Problem(
                "convert.glyph-missing",
                where,
                {
                    "characters": char,
                    "code": f"U+{ord(char):04X}",
                    "font": suggest_font(char),
                    "account": account.id,
                },
            )
        )
    try:
        rmb_words(claim.total, locale)
    except WordsError:
        params: dict[str, str | int] = {"account": account.id, "amount": claim.total.plain}
        problems.append(Problem("workspace.amount-too-large", where, params))
    return problems


def _next_seq(connection: Connection, kind: LetterKind, year: int) -> int:
    """The next number of the series: one after the highest ever reserved, voided ones included."""
    prefix = f"{SERIES[kind]}-{year}-"
    numbers = connection.execute(
        select(schema.PLAN_ITEMS.c.number).where(schema.PLAN_ITEMS.c.number.startswith(prefix))
    ).scalars()
    return max((LetterNumber.parse(number).seq for number in numbers), default=0) + 1


def _plan(
    desk: Desk,
    kind: LetterKind,
    as_of: date,
    locale: str,
    pack: Pack,
    converter: str,
    planned: Sequence[PlannedLetter],
) -> Run:
    """Fix the run in one transaction: rows, numbers, and its entry in the journal."""
    now = desk.source.now()
    template = pack.template(kind)
    office = dumps(_as_json(asdict(desk.office)))
    batches = [len(planned[i : i + BATCH]) for i in range(0, len(planned), BATCH)]
    with desk.writing() as connection:
        snapshot = require_snapshot(connection)
        parts = [kind.value, locale, as_of.isoformat(), str(snapshot), converter, template.sha256]
        parts += [hashlib.sha256(office).hexdigest(), *(f"{p.number.key}:{p.claim_digest}" for p in planned)]
        run_id = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]
        entry = entries.run_planned(
            at=now,
            by=desk.signer.public.kid.hex(),
            run=run_id,
            kind=kind,
            effect=template.effect,
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
        pay_by = now.astimezone(CHINA).date() + timedelta(
            days=desk.office.policy.days_to_pay + desk.office.policy.planned_arrival_days
        )
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
                office=office.decode(),
                checkpoint_size=size,
                checkpoint_root=root,
                folder=folder,
                completed=0,
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
