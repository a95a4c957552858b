"""What comes in: ledgers as a snapshot of the estate, lists of payments as pieces of the case file.

Everything is read and looked at first. Then all of it is written in one transaction, or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from evidence.clock import CHINA
from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.intake import annotate, read_ledger, read_payments
from evidence.intake.payments import PaymentList, PaymentRow
from evidence.journal import entries
from evidence.model.account import Account, Ledger
from evidence.model.case import CaseEvent, CaseKind
from evidence.stamp.digests import commitment, digest_bytes
from evidence.workspace import ledgers
from evidence.workspace.booked import LedgerHistory, ledger_day
from evidence.workspace.casefile import events as case_events
from evidence.workspace.casefile import write_pieces
from evidence.workspace.cases import latest_snapshot, load_accounts, require_snapshot
from evidence.workspace.core import Desk
from evidence.workspace.findings import Findings, Incoming, look
from evidence.workspace.payments import book
from evidence.workspace.persons import salt_for
from evidence.workspace.snapshots import SnapshotDiff, side_by_side
from evidence.workspace.steps import reached

LOST = "workspace.payment-lost"
_NOT_BOOKED = "claim.payments-not-booked"


@dataclass(frozen=True, slots=True)
class Options:
    """How an import goes.

    With ``skip_invalid`` faulty rows and accounts are left out and marked copies written to ``annotated`` (a folder
    where there are several files), which must not exist yet, else under ``letters/``; without it they are written to
    ``annotated`` alone, and nothing is imported. ``check`` only looks.
    ``until`` is the last day the ledger's paid column counts; without it the day of import. ``accept_lost`` is why a
    payment the ledger lost is right all the same. Of payments, ``after_ledger`` takes only those later than the
    ledger's day, and ``designated`` says that item and period are the payer's word.
    """

    skip_invalid: bool = False
    check: bool = False
    encoding: str | None = None
    annotated: Path | None = None
    lang: str = "en"
    until: date | None = None
    accept_lost: str = ""
    after_ledger: bool = False
    designated: bool = True


@dataclass(frozen=True, slots=True)
class BookedPayments:
    """What became of the rows of a list: recorded now, known before, left out as older than the ledger, which counts
    to ``ledger_day``."""

    rows_read: int
    recorded: tuple[CaseEvent, ...]
    known: int
    older: int
    ledger_day: date


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did. ``ledger`` has no files where only payments came in; ``payments`` is ``None`` without any.

    ``snapshot`` is ``None`` when it only checked; ``already_known``: the ledger was the latest one already.
    ``changes`` are those against the ledger before. ``faults`` were left out, under ``skip_invalid`` alone;
    ``accepted`` are payments lost for which a reason was given.
    """

    ledger: Ledger
    snapshot: int | None
    annotated: Path | None
    already_known: bool
    payments: BookedPayments | None = None
    changes: SnapshotDiff | None = None
    faults: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    accepted: tuple[Problem, ...] = ()


def import_files(
    desk: Desk, paths: Sequence[Path], payments: Sequence[Path] = (), options: Options | None = None
) -> ImportResult:
    """Import ledgers as one snapshot, and lists of payments beside it or to the ledger that is there.

    Any fault stops all of it: then nothing is written and an :class:`EvidenceError` carries every one of them. A
    payment the ledger lost against the one before is such a fault, unless ``accept_lost`` gives the reason.
    """
    if not paths and not payments:
        raise ValueError("nothing to import")
    options = options or Options()
    with nullcontext() if options.check else desk.locked():
        return _Import(desk, paths, payments, options).run()


class _Import:
    """One import: first :meth:`read`, then :meth:`judge`, then :meth:`write`."""

    def __init__(self, desk: Desk, paths: Sequence[Path], payments: Sequence[Path], options: Options) -> None:
        self.desk, self.paths, self.payment_paths, self.options = desk, paths, payments, options
        self.today = desk.source.now().astimezone(CHINA).date()
        self.ledger: Ledger | None = None
        self.listed: PaymentList | None = None
        self.faults: list[Problem] = []
        self.warnings: list[Problem] = []
        self.accepted: list[Problem] = []
        self.persons: dict[str, str] = {}
        self.fresh: list[CaseEvent] = []
        self.known = self.older = 0
        self.changes: SnapshotDiff | None = None

    def run(self) -> ImportResult:
        with self.desk.reading() as connection:
            self.read(connection)
            self.judge(connection)
        if self.faults and not self.options.skip_invalid:
            self.annotate()
            raise EvidenceError(self.faults)
        if self.options.check:
            return self.result(None, None, ())
        if self.ledger is not None and not self.ledger.accounts:
            raise EvidenceError(
                [*self.faults, Problem("workspace.no-clean-rows", Place(file=self.paths[0].name))]
            )
        return self.write()

    # ── reading ──

    def read(self, connection: Connection) -> None:
        """The files, and what the workspace knows already."""
        options, law = self.options, self.desk.law
        if options.until and options.until > self.today:
            raise fail("workspace.until-future", day=options.until.isoformat(), today=self.today.isoformat())
        reading = {"synonyms": self.desk.office.header_synonyms, "encoding": options.encoding}
        self.last = latest_snapshot(connection)
        self.files = [(path.name, path.read_bytes()) for path in self.paths if path.is_file()]
        if self.paths:
            self.ledger = read_ledger(self.paths, jurisdiction_currency=law.currency, **reading)  # type: ignore[arg-type]
            self.faults += self.ledger.problems
            self.warnings += self.ledger.notices
        else:
            require_snapshot(connection)
        self.before = {a.id: a for a, _ in load_accounts(connection, self.last).values()} if self.last else {}
        accounts = self.ledger.accounts if self.ledger else tuple(self.before.values())
        self.digest = ledgers.fingerprint(self.ledger, self.files, options.until) if self.ledger else ""
        self.already_known = bool(self.digest) and ledgers.is_latest(connection, self.digest)
        self.is_new = self.ledger is not None and not self.already_known
        if self.is_new:
            self.day = options.until or self.today
        else:
            assert self.last is not None
            self.day = ledger_day(connection, self.last)
        if self.payment_paths:
            self.listed = read_payments(
                self.payment_paths,
                accounts,
                jurisdiction_currency=law.currency,
                today=self.today,
                **reading,  # type: ignore[arg-type]
            )
            self._take_payments(connection)

    def _take_payments(self, connection: Connection) -> None:
        """The rows that are new, as pieces of the case file."""
        assert self.listed is not None
        unread = bool(self.ledger and self.ledger.problems)
        # Beside a ledger that could not be read whole, a home it does not have proves nothing.
        self.faults += [
            p for p in self.listed.problems if not (unread and p.code == "intake.payment-account")
        ]
        self.warnings += self.listed.notices
        rows: Sequence[PaymentRow] = self.listed.rows
        if self.options.after_ledger:
            self.older = sum(row.received_on <= self.day for row in rows)
            rows = [row for row in rows if row.received_on > self.day]
        recorded = case_events(connection, kinds=[CaseKind.PAYMENT], cancelled=True)
        on_file = case_events(connection, kinds=[CaseKind.PAYMENT])
        standing = {event.journal_index for event in on_file}
        booked = book(
            rows,
            on_file,
            designated=self.options.designated,
            taken_back=[
                event
                for event in recorded
                if event.kind is CaseKind.PAYMENT and event.journal_index not in standing
            ],
        )
        self.faults += booked.problems
        self.fresh, self.known = booked.fresh, booked.known

    # ── looking ──

    def judge(self, connection: Connection) -> None:
        """Look for what cannot be true and for what was lost; under ``skip_invalid`` leave out what is at fault."""
        on_file = case_events(connection)
        paying = {e.account for e in (*on_file, *self.fresh) if e.kind is CaseKind.PAYMENT}
        last = (self.last or 0) if self.is_new else (self.last or 1) - 1
        history = LedgerHistory(connection, paying, last)
        found = self._look(on_file, history)
        while found.faults:
            self.faults += [problem for problems in found.faults.values() for problem in problems]
            if not self.options.skip_invalid:
                break
            self._leave_out(found)
            found = self._look(on_file, history)
        self.warnings += found.warnings
        if self.is_new and self.ledger is not None and self.last is not None:
            new = {account.id: account for account in self.ledger.accounts}
            currencies = (self.ledger.currency, self.ledger.currency)
            self.changes = side_by_side(self.before, new, (self.last, self.last + 1), currencies)
            self._losses(self.changes.errors)

    def _look(self, on_file: Sequence[CaseEvent], history: LedgerHistory) -> Findings:
        fresh: dict[str, list[CaseEvent]] = {}
        for event in self.fresh:
            fresh.setdefault(event.account, []).append(event)
        accounts: Sequence[Account] = self.ledger.accounts if self.ledger else tuple(self.before.values())
        if not self.is_new:  # what the ledger itself has wrong was told when it came in
            accounts = [account for account in accounts if account.id in fresh]
        accept = bool(self.options.accept_lost)
        incoming = Incoming(accounts, self.is_new, self.day, self.today, fresh, accept)
        return look(incoming, on_file, history, self.desk.office)

    def _leave_out(self, found: Findings) -> None:
        """The new payments of an account at fault, or, where it has none, the account itself."""
        paying = {event.account for event in self.fresh} & found.faults.keys()
        self.fresh = [event for event in self.fresh if event.account not in paying]
        out = found.faults.keys() - paying
        if self.ledger is not None and out:
            kept = tuple(account for account in self.ledger.accounts if account.id not in out)
            self.ledger = replace(self.ledger, accounts=kept)
            # A payment without its account would be booked to nobody.
            self.fresh = [event for event in self.fresh if event.account not in out]

    def _losses(self, lost: Sequence[Problem]) -> None:
        booked = [problem for problem in self.warnings if problem.code == _NOT_BOOKED]
        if self.options.accept_lost:
            self.accepted += [*lost, *booked]
            self.warnings += lost
        elif lost and self.options.skip_invalid:
            raise EvidenceError([*lost, *self.faults])  # no row of the ledger that could be left out
        else:
            self.faults += lost

    # ── writing ──

    def annotate(self) -> Path | None:
        """The marked copy, where one was asked for and there is something to mark."""
        options = self.options
        if not self.faults or options.annotated is None:
            return None
        annotate(
            [*self.paths, *self.payment_paths],
            self.faults,
            options.annotated,
            lang=options.lang,
            encoding=options.encoding,
            synonyms=self.desk.office.header_synonyms,
        )
        return options.annotated

    def write(self) -> ImportResult:
        desk, options = self.desk, self.options
        paths = [*self.paths, *self.payment_paths]
        copies = (
            self.annotate()
        )  # first of all, since it may refuse: a place that is taken, a folder without rights
        snapshot, recorded = self._record()
        if self.faults and not options.annotated:
            copies = ledgers.keep_marked_copies(
                desk, paths, self.faults, lang=options.lang, encoding=options.encoding
            )
        return self.result(snapshot, copies, recorded)

    def _record(self) -> tuple[int | None, tuple[CaseEvent, ...]]:
        desk, ledger = self.desk, self.ledger if self.is_new else None
        with desk.reading() as connection:
            known = ledgers.people(connection)
        everyone = ledger.accounts if ledger else tuple(self.before.values())
        for account in everyone:
            person = known.get((account.id, account.debtor.name))
            self.persons[account.id] = person or desk.source.random(8).hex()
        if ledger is None and not self.fresh:
            return self.last, ()
        desk.persons.draw(self.persons.values(), desk.source.random)
        kept = ledgers.keep_files(desk, self.files) if ledger else []
        snapshot = self.last
        recorded: tuple[CaseEvent, ...] = ()
        now = desk.source.now()
        with desk.writing() as connection:
            if ledger is not None:
                snapshot = ledgers.insert(
                    desk,
                    connection,
                    ledger,
                    self.files,
                    kept,
                    self.persons,
                    self.digest,
                    self.options.until,
                )
                reached("ledger-written")
            if self.fresh:
                pieces = [(event, self.persons[event.account]) for event in self.fresh]
                recorded = write_pieces(desk, connection, pieces, now)
            self._accept(connection)
        return snapshot, recorded

    def _accept(self, connection: Connection) -> None:
        """Keep who said why a lost payment is right: in the case file, and as a commitment in the journal."""
        desk, why = self.desk, self.options.accept_lost
        accounts = dict.fromkeys(str(problem.params["account"]) for problem in self.accepted)
        pieces, lines = [], []
        keys = desk.persons.keys() if accounts else {}
        now = desk.source.now()
        for account in accounts:
            person = self.persons.get(account)
            if person is None:
                continue
            data = {"rule": LOST, "command": "import", "reason": why}
            pieces.append((CaseEvent(CaseKind.OVERRIDE, account, data), person))
            subject = commitment(salt_for(keys[person], "subject"), digest_bytes(account.encode()))
            salt = salt_for(keys[person], f"override:{LOST}:import:{now.isoformat()}")
            lines.append(
                entries.rule_overridden(
                    at=now,
                    by=desk.signer.public.kid.hex(),
                    rule=LOST,
                    command="import",
                    subject=subject.hex(),
                    reason=commitment(salt, digest_bytes(why.encode())).hex(),
                )
            )
        if pieces:
            write_pieces(desk, connection, pieces, now)
            desk.journal.append(connection, lines)

    def result(
        self, snapshot: int | None, copies: Path | None, recorded: tuple[CaseEvent, ...]
    ) -> ImportResult:
        payments = None
        if self.listed is not None:
            shown = tuple(self.fresh) if self.options.check else recorded
            payments = BookedPayments(self.listed.rows_read, shown, self.known, self.older, self.day)
        return ImportResult(
            self.ledger or Ledger((), self.desk.law.currency, ()),
            snapshot,
            copies,
            self.already_known,
            payments,
            self.changes,
            tuple(self.faults),
            tuple(self.warnings),
            tuple(self.accepted),
        )
