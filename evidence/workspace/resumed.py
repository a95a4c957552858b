"""What an interrupted run had planned, looked at again when it goes on.

Between its plan and today somebody may have paid, disputed the claim, sold the home or left the ledger. A letter that is
not made yet and would not be sent now, or would claim something else, is not made: its number is voided on record, and
whoever still owes gets a letter with today's figures in a run of its own. All other letters are made as planned.

Whether something has changed is asked of what is on record alone. On one and the same day the home is looked at twice, by
what was known when the run was planned and by what is known now: that time has passed changes nothing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection, bindparam, or_, select, update

from evidence.clock import CHINA
from evidence.errors import EvidenceError, Place, Problem
from evidence.journal import entries
from evidence.model.account import Account
from evidence.model.letter import NOTICES, LetterKind, LetterNumber
from evidence.workspace import schema
from evidence.workspace.arrivals import sent_letters
from evidence.workspace.cases import latest_snapshot, load_accounts, require_snapshot
from evidence.workspace.claims import Claims
from evidence.workspace.core import Desk
from evidence.workspace.instalments import agreed_upon
from evidence.workspace.ladder import Ladders
from evidence.workspace.making import Run, load_run
from evidence.workspace.notices import content_of
from evidence.workspace.progress import Settled
from evidence.workspace.steps import reached

__all__ = ["REASONS", "still_planned", "void_changed"]

REASONS = ("workspace.changed-since-plan", "workspace.undue-since-plan")
"""The codes a number voided here has in the journal: another amount, or nothing to be sent to this person."""
_AT_ONCE = 500


def void_changed(desk: Desk, run: Run) -> tuple[Settled, ...]:
    """Void the letters of ``run`` not made yet that what was recorded since makes other ones; each with its reason.

    In one transaction. Looking again after another interruption gives the same answer or a newer one; what is void stays
    void, and is told again.
    """
    items = schema.PLAN_ITEMS
    states = (items.c.state == "planned", items.c.reason.in_(REASONS))
    with desk.reading() as connection:
        if _is_untouched(connection, run):
            return ()
        columns = (items.c.position, items.c.account, items.c.number, items.c.state)
        rows = connection.execute(
            select(*columns).where(items.c.run == run.id, or_(*states)).order_by(items.c.position)
        ).all()
        changes = dict(_changes(desk, connection, run, [row.account for row in rows]))
    changed = [(row, changes[row.account].problem(row.number)) for row in rows if row.account in changes]
    voided = [(row, problem) for row, problem in changed if row.state == "planned"]
    if voided:
        now, by = desk.source.now(), desk.signer.public.kid.hex()
        lines = [
            entries.letter_voided(
                at=now, by=by, run=run.id, number=LetterNumber.parse(row.number), reason=problem.code
            )
            for row, problem in voided
        ]
        settle = update(items).where(items.c.run == run.id, items.c.position == bindparam("at"))
        settled = [{"at": row.position, "why": problem.code} for row, problem in voided]
        with desk.writing() as connection:
            desk.journal.append(connection, lines)
            connection.execute(settle.values(state="voided", reason=bindparam("why")), settled)
        reached("voided")
    return tuple(Settled(row.number, row.account, (problem,)) for row, problem in changed)


def still_planned(desk: Desk, connection: Connection, kind: LetterKind) -> frozenset[str]:
    """The accounts to which an interrupted run of ``kind`` sends what it had planned when it goes on."""
    runs, items = schema.RUNS, schema.PLAN_ITEMS
    unfinished = select(runs.c.id).where(runs.c.completed == 0, runs.c.kind == kind.value)
    found: set[str] = set()
    for run_id in connection.execute(unfinished).scalars().all():
        run = load_run(connection, run_id)
        planned = select(items.c.account).where(items.c.run == run_id, items.c.state == "planned")
        names = connection.execute(planned.order_by(items.c.position)).scalars().all()
        found.update(names)
        if not _is_untouched(connection, run):
            found.difference_update(name for name, _ in _changes(desk, connection, run, names))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class _Change:
    """Why a letter is not made: sums as planned and as they are now, empty where not the sum has changed."""

    account: str
    then: str = ""
    now: str = ""

    def problem(self, number: str) -> Problem:
        about: dict[str, str | int] = {"account": self.account, "number": number}
        if self.then == self.now:
            return Problem("workspace.undue-since-plan", Place(part=self.account), about)
        about |= {"then": self.then, "now": self.now}
        return Problem("workspace.changed-since-plan", Place(part=self.account), about)


def _is_untouched(connection: Connection, run: Run) -> bool:
    """Whether nothing was recorded or imported since the plan but letters of the run itself."""
    if latest_snapshot(connection) != run.snapshot:
        return False
    letters = schema.LETTERS
    for table in (schema.CASE_EVENTS, schema.DELIVERIES, schema.ERASED, letters):
        since = select(table.c.journal_index).where(table.c.journal_index >= run.known)
        if table is letters:
            since = since.where(letters.c.run != run.id)
        if connection.execute(since.limit(1)).first() is not None:
            return False
    return True


def _changes(
    desk: Desk, connection: Connection, run: Run, names: Iterable[str]
) -> Iterator[tuple[str, _Change]]:
    """The accounts of ``names`` whose letter would be another one, or none."""
    # By the configuration the run was planned with: a change of policy is for the next run.
    desk = replace(desk, office=run.office)
    snapshot, ordered = require_snapshot(connection), list(names)
    today = max(run.as_of, desk.source.now().astimezone(CHINA).date())
    days = sorted({run.as_of, today})  # what happened since the day of the figures counts too
    pairs = [
        (
            Claims(desk, connection, day, before=run.known, snapshot=run.snapshot),
            Claims(desk, connection, day),
        )
        for day in days
    ]
    climbed = Ladders(desk, connection, today, sent_letters(connection, before=run.known))
    climbing = Ladders(desk, connection, today)
    for start in range(0, len(ordered), _AT_ONCE):
        some = ordered[start : start + _AT_ONCE]
        then, now = (load_accounts(connection, which, some) for which in (run.snapshot, snapshot))
        for name in some:
            if name not in then or name not in now or then[name][1] != now[name][1]:
                yield name, _Change(name)  # left the ledger, was erased, or belongs to somebody else
                continue
            (before, person), (after, _) = then[name], now[name]
            for former, present in pairs:
                planned, standing = _said(run, former, before), _said(run, present, after)
                if planned != standing:
                    yield name, _Change(name, planned[0], standing[0])
                    break
            else:
                former, present = pairs[0]
                turn = _turn(run, climbing, present, after, person)
                if turn and turn != _turn(run, climbed, former, before, person):
                    yield name, _Change(name)


def _said(run: Run, claims: Claims, account: Account) -> tuple[str, Hashable]:
    """The sum a letter of the run would name, and all that makes it this letter; faults where it cannot be written."""
    try:
        found = claims.of(account)
        if run.kind in NOTICES:
            notice, claim = content_of(run.kind, run.details, found)
            late = found.late_claimed if run.kind is LetterKind.SETTLEMENT else None
            return claim.total.plain, (claim.digest, notice, late)
    except EvidenceError as error:
        return "—", tuple(problem.code for problem in error.problems)
    if run.kind is LetterKind.INSTALMENT_AGREEMENT:
        found = agreed_upon(run.office, found)
    claim = found.claim
    return claim.total.plain, (claim.digest, claim.late_claimed)


def _turn(run: Run, ladders: Ladders, claims: Claims, account: Account, person: str) -> str:
    """Why it is not this letter's turn; empty where it is, or where its claim cannot be reckoned anyway."""
    try:
        waiting = ladders.waiting(run.kind, claims.of(account), person)
    except EvidenceError:
        return ""
    return waiting.reason.code if waiting else ""
