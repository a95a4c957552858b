"""The folder a practice works in, and everything the commands do as one call each.

``workspace`` alone writes: to the cases, the journal and the store. The rooms compute and hand back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from evidence.clock import CHINA, Source, system_source
from evidence.errors import Place, Problem, fail
from evidence.model.case import CaseEvent, CaseKind
from evidence.model.delivery import Channel, Outcome
from evidence.model.letter import LetterKind, LetterNumber
from evidence.model.office import Office, PlanTerms

if TYPE_CHECKING:
    from evidence.law.rates import RatePack

    # Loaded by the methods that need them: `evidence --help` looks into this package and stays quick.
    from evidence.workspace import core
    from evidence.workspace.anchors import AnchorResult
    from evidence.workspace.annexes import WrittenAnnex
    from evidence.workspace.approval import ApprovalResult
    from evidence.workspace.backups import BackedUp, Restored
    from evidence.workspace.bundlecompare import Compared
    from evidence.workspace.bundledue import DueBundle
    from evidence.workspace.bundles import BundleResult
    from evidence.workspace.certified import Certified
    from evidence.workspace.courtforms import WrittenForm
    from evidence.workspace.deliveryreceipt import DeliveryReceipt
    from evidence.workspace.deliveryreport import DeliveryReport
    from evidence.workspace.erasure import Erased
    from evidence.workspace.executors import Hands
    from evidence.workspace.exhibits import Exhibit
    from evidence.workspace.exports import LetterProof
    from evidence.workspace.gaps import LetterGaps
    from evidence.workspace.imports import ImportResult
    from evidence.workspace.issue import IssueResult
    from evidence.workspace.keyring import KeyState
    from evidence.workspace.letterpage import LetterPage
    from evidence.workspace.migrations import Migrated
    from evidence.workspace.moving import Moved
    from evidence.workspace.notices import NoticeRequest
    from evidence.workspace.openruns import OpenRun
    from evidence.workspace.places import Places
    from evidence.workspace.printing import Printed
    from evidence.workspace.progress import Count, Watch
    from evidence.workspace.readiness import Readiness
    from evidence.workspace.redaction import Redacted
    from evidence.workspace.register import Kept
    from evidence.workspace.renewal import Renewed
    from evidence.workspace.replies import Reply
    from evidence.workspace.results import ResultsImport
    from evidence.workspace.scans import ScanResult
    from evidence.workspace.serving import DeliveryResult
    from evidence.workspace.sms import SmsSender
    from evidence.workspace.snapshots import SnapshotDiff
    from evidence.workspace.staff import Member
    from evidence.workspace.statements import Statement
    from evidence.workspace.status import StatusRow
    from evidence.workspace.withdrawal import WithdrawalResult

__all__ = ["Workspace"]


class Workspace:
    """An open workspace. Use as a context manager, or call :meth:`close`.

    Every method raises :class:`evidence.errors.EvidenceError` with all problems found; nothing half done is kept.
    """

    def __init__(self, desk: core.Desk) -> None:
        self._desk = desk

    @classmethod
    def init(
        cls,
        folder: Path,
        *,
        jurisdiction: str | None = None,
        locale: str | None = None,
        config: Path | None = None,
        places: Places | None = None,
        source: Source | None = None,
    ) -> Workspace:
        """Make a workspace in a new or empty folder and open it.

        With ``config`` (a filled-in ``evidence.toml``) jurisdiction and locale come from it; ``jurisdiction``
        and ``locale``, where given as well, replace its values, and ``places`` where database and files are.
        """
        from evidence.workspace import core
        from evidence.workspace.config import config_text
        from evidence.workspace.places import with_places

        source = source or system_source()
        text = config_text(jurisdiction, locale, config)
        if places is not None:
            text = with_places(text, places)
        core.make(folder, text, source)
        return cls(core.open_desk(folder, source))

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        source: Source | None = None,
        passphrase: Callable[[], str] | None = None,
        pin: Callable[[], str] | None = None,
        wait: float = 0.0,
        waiting: Callable[[str], None] | None = None,
    ) -> Workspace:
        """Open an existing workspace; ``workspace.missing``, ``workspace.half-made`` or a fault of its file.

        ``passphrase`` is asked when an encrypted key is to sign, ``pin`` when one in a device is; else they come from
        ``EVIDENCE_KEY_PASSPHRASE`` and ``EVIDENCE_KEY_PIN``. What changes the workspace waits up to ``wait`` seconds
        while another command is working; ``waiting`` is told who that is.
        """
        from evidence.workspace import core
        from evidence.workspace.folderlock import Patience
        from evidence.workspace.keyring import passphrase_from_environment, pin_from_environment

        ask = passphrase or passphrase_from_environment
        patience = Patience(wait, waiting) if waiting else Patience(wait)
        pin = pin or pin_from_environment
        return cls(core.open_desk(folder, source or system_source(), ask, pin, patience=patience))

    @classmethod
    def revoke_key(
        cls, folder: Path, reason: str, *, passphrase: str = "", source: Source | None = None
    ) -> Workspace:
        """Report the key ``lost`` or ``stolen``, which takes no key: :func:`evidence.workspace.keyring.revoke`."""
        from evidence.workspace import core
        from evidence.workspace.keyring import revoke

        made = cls(core.open_desk(folder, source or system_source(), keyless=True))
        revoke(made._desk, reason, passphrase)
        return made

    @staticmethod
    def migrate(folder: Path) -> Migrated:
        """Bring a workspace of an earlier version to this one; :func:`evidence.workspace.migrations.migrate`."""
        from evidence.workspace import core

        return core.migrate_workspace(folder)

    @staticmethod
    def move(
        folder: Path,
        places: Places,
        *,
        source: Source | None = None,
        wait: float = 0.0,
        waiting: Callable[[str], None] | None = None,
        **options: Any,
    ) -> Moved:
        """Move database or files to another place: :func:`evidence.workspace.moving.move`."""
        from evidence.workspace.folderlock import Patience
        from evidence.workspace.moving import move

        patience = Patience(wait, waiting) if waiting else Patience(wait)
        return move(folder, places, source or system_source(), patience, **options)

    def backup(self, target: Path, *, with_keys: bool, **options: Any) -> BackedUp:
        """Everything in one file, while others work: :func:`evidence.workspace.backups.backup`."""
        from evidence.workspace.backups import backup

        return backup(self._desk, target, with_keys=with_keys, **options)

    @staticmethod
    def restore(source: Path, folder: Path, *, checkpoint: str = "", **options: Any) -> Restored:
        """The workspace of a backup, in a new folder: :func:`evidence.workspace.backups.restore`."""
        from evidence.workspace.backups import restore

        return restore(source, folder, checkpoint, **options)

    @staticmethod
    def find(start: Path) -> Path:
        """The workspace folder at ``start`` or the nearest above it; ``workspace.missing`` otherwise."""
        from evidence.workspace import core

        return core.find_root(start)

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._desk.close()

    @property
    def root(self) -> Path:
        return self._desk.root

    @property
    def office(self) -> Office:
        """Who we are, as ``evidence.toml`` says."""
        return self._desk.office

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the office's public key, in groups of four hex digits."""
        return self._desk.signer.public.fingerprint

    @property
    def public_key(self) -> str:
        """The public key in base32."""
        return self._desk.signer.public.base32

    def keys(self) -> tuple[KeyState, ...]:
        """The key in use and the earlier ones; see :func:`evidence.workspace.keyring.keys_of`."""
        from evidence.workspace.keyring import keys_of

        return keys_of(self._desk)

    def fingerprint_words(self, lang: str = "en") -> tuple[str, ...]:
        """The fingerprint as 24 words to be read out, in the reader's language."""
        from evidence.workspace.keypage import fingerprint_words

        return fingerprint_words(self._desk, lang)

    def key_page(self, lang: str = "en") -> bytes:
        """A PDF page with fingerprint and public key, to be printed; see :func:`evidence.workspace.keypage.key_page`."""
        from evidence.workspace.keypage import key_page

        return key_page(self._desk, lang)

    def key_set(self) -> dict[str, object]:
        """All public keys as JWKS, for ``verify --trust``; see :func:`evidence.workspace.keyring.key_set`."""
        from evidence.workspace.keyring import key_set

        return key_set(self._desk)

    def key_kept(self) -> str:
        """Where the private key is: ``file``, ``encrypted-file``, ``device``, or ``away``."""
        from evidence.workspace.keyring import kept

        return kept(self._desk)

    def rotate_key(self) -> tuple[Problem, ...]:
        """A new signing key, signed by the old one; see :func:`evidence.workspace.keyring.rotate`."""
        from evidence.workspace.keyring import rotate

        return rotate(self._desk)

    def use_device(self, *, generate: bool = False) -> None:
        """Go on with a key in the device of ``evidence.toml``: :func:`evidence.workspace.keyring.use_device`."""
        from evidence.workspace.keyring import use_device

        use_device(self._desk, generate=generate)

    def protect_key(self, passphrase: str) -> None:
        """Encrypt the key file; see :func:`evidence.workspace.keyring.protect`."""
        from evidence.workspace.keyring import protect

        protect(self._desk, passphrase)

    def backup_key(self, target: Path, passphrase: str) -> None:
        """An encrypted copy of the key; see :func:`evidence.workspace.keyring.backup`."""
        from evidence.workspace.keyring import backup

        backup(self._desk, target, passphrase)

    @property
    def is_test(self) -> bool:
        """Whether this journal was opened under an injected clock or key; it says TEST for ever."""
        return self._desk.is_test

    def today(self) -> date:
        """Today in China by the workspace's clock."""
        return self._desk.source.now().astimezone(CHINA).date()

    def import_ledger(self, paths: Sequence[Path], **options: Any) -> ImportResult:
        """Read ledgers as one snapshot; options are those of :class:`evidence.workspace.imports.Options`."""
        return self.import_files(paths, **options)

    def import_files(
        self, ledgers: Sequence[Path], payments: Sequence[Path] = (), **options: Any
    ) -> ImportResult:
        """Ledgers and lists of payments, all or nothing; see :func:`evidence.workspace.imports.import_files`."""
        from evidence.workspace.imports import Options, import_files

        return import_files(self._desk, ledgers, payments, Options(**options))

    def status(self, as_of: date | None = None, *, building: str | None = None) -> list[StatusRow]:
        """Every owner with arrears, in the natural order of the homes; ``building`` names one building of the ledger."""
        from evidence.workspace.status import status

        return status(self._desk, as_of or self.today(), building=building)

    def unanswered(self, *, building: str | None = None) -> list[Reply]:
        """What owners stated on their letters' pages and nobody answered yet (:mod:`evidence.workspace.replies`)."""
        from evidence.workspace.replies import unanswered

        with self._desk.reading() as connection:
            return unanswered(connection, building)

    def statement(self, account: str, as_of: date | None = None, **options: Any) -> Statement:
        """What one owner owes and why; see :func:`evidence.workspace.statements.statement`."""
        from evidence.workspace.statements import statement

        return statement(self._desk, account, as_of or self.today(), **options)

    def annexes(
        self, account: str, folder: Path, as_of: date | None = None, **options: Any
    ) -> tuple[WrittenAnnex, ...]:
        """Write the statement's annexes into a folder; see :func:`evidence.workspace.annexes.write_annexes`."""
        from evidence.workspace.annexes import write_annexes

        return write_annexes(self._desk, account, folder, as_of or self.today(), **options)

    def diff(self, old: int | None = None, new: int | None = None) -> SnapshotDiff:
        """What changed between two ledgers; see :func:`evidence.workspace.snapshots.diff`."""
        from evidence.workspace.snapshots import diff

        return diff(self._desk, old, new)

    def issue(
        self,
        kind: LetterKind,
        *,
        as_of: date | None = None,
        accounts: Sequence[str] | None = None,
        locale: str | None = None,
        converter: str | None = None,
        plan_only: bool = False,
        instalments: int | None = None,
        plan_terms: PlanTerms | None = None,
        notice: NoticeRequest | None = None,
        building: str | None = None,
        overrides: Mapping[str, str] | None = None,
        hands: Hands | None = None,
        watch: Watch | None = None,
    ) -> IssueResult:
        """Write, stamp and journal letters; see :func:`evidence.workspace.issue.issue`."""
        from evidence.workspace.issue import issue

        return issue(
            self._desk,
            kind,
            as_of=as_of or self.today(),
            accounts=accounts,
            locale=locale,
            converter=converter,
            plan_only=plan_only,
            instalments=instalments,
            plan_terms=plan_terms,
            notice=notice,
            building=building,
            overrides=overrides,
            hands=hands,
            watch=watch,
        )

    def open_runs(self) -> list[OpenRun]:
        """Runs that are not finished; see :mod:`evidence.workspace.openruns`."""
        from evidence.workspace.openruns import open_runs

        with self._desk.reading() as connection:
            return open_runs(connection)

    def abandon(self, kind: LetterKind) -> tuple[LetterNumber, ...]:
        """Give up interrupted runs of a kind; see :func:`evidence.workspace.abandon.abandon_open_runs`."""
        from evidence.workspace.abandon import abandon_open_runs

        return abandon_open_runs(self._desk, kind)

    def approve(self, letter: str, *, lawyer: str, licence: str, **options: Any) -> ApprovalResult:
        """Make the letter of a draft its lawyer approves; see :func:`evidence.workspace.approval.approve`."""
        from evidence.workspace.approval import approve

        return approve(self._desk, letter, lawyer=lawyer, licence=licence, **options)

    def withdraw(self, letter: str, *, reason: str) -> WithdrawalResult:
        """Take a letter back; see :func:`evidence.workspace.withdrawal.withdraw`."""
        from evidence.workspace.withdrawal import withdraw

        return withdraw(self._desk, letter, reason=reason)

    def disclose(self, letter: str, only: Sequence[str] = ()) -> bytes:
        """The file that opens a letter's facts, or ``only`` some of them, to its holder.

        See :func:`evidence.workspace.disclosure.disclosure`.
        """
        from evidence.workspace.disclosure import disclosure

        return disclosure(self._desk, letter, only)

    def sign(self, letter: str, certificate: Path, passphrase: Callable[[], str]) -> Certified:
        """A copy of a letter, signed by a certificate too; see :func:`evidence.workspace.certified.certified`."""
        from evidence.workspace.certified import certified

        return certified(self._desk, letter, certificate, passphrase)

    def erase(self, who: str) -> Erased:
        """Destroy a person's data; see :func:`evidence.workspace.erasure.erase`."""
        from evidence.workspace.erasure import erase

        return erase(self._desk, who)

    def delivery_receipt(self, letter: str, folder: Path | None = None, **options: Any) -> DeliveryReceipt:
        """The filled receipt; see :func:`evidence.workspace.deliveryreceipt.delivery_receipt`."""
        from evidence.workspace.deliveryreceipt import delivery_receipt

        return delivery_receipt(self._desk, letter, folder, **options)

    def delivery_report(self, account: str, folder: Path | None = None, **options: Any) -> DeliveryReport:
        """The report on one owner; see :func:`evidence.workspace.deliveryreport.delivery_report`."""
        from evidence.workspace.deliveryreport import delivery_report

        return delivery_report(self._desk, account, folder, **options)

    def print_run(self, run: str, count: Count | None = None, **options: Any) -> Printed:
        """Print a run's letters; options are those of :class:`evidence.workspace.printing.PrintOptions`."""
        from evidence.workspace.printing import PrintOptions, print_run
        from evidence.workspace.progress import uncounted

        return print_run(self._desk, run, PrintOptions(**options), count or uncounted)

    def deliver(
        self, letter: str, *, channel: Channel, outcome: Outcome, at: str, **details: Any
    ) -> DeliveryResult:
        """Record a delivery event; see :func:`evidence.workspace.deliveries.deliver`."""
        from evidence.workspace.deliveries import deliver

        return deliver(self._desk, letter, channel=channel, outcome=outcome, at=at, **details)

    def import_deliveries(self, paths: Sequence[Path], **options: Any) -> ResultsImport:
        """Record a carrier's table of results; see :func:`evidence.workspace.results.import_results`."""
        from evidence.workspace.results import import_results

        return import_results(self._desk, paths, **options)

    def scan_slips(self, paths: Sequence[Path], **options: Any) -> ScanResult:
        """File scanned slips to their letters; see :func:`evidence.workspace.scans.scan_slips`."""
        from evidence.workspace.scans import scan_slips

        return scan_slips(self._desk, paths, **options)

    def delivery_gaps(
        self, letters: Sequence[str] | None = None, *, building: str | None = None
    ) -> list[LetterGaps]:
        """What a court will ask of each letter's way and is missing; see :mod:`evidence.workspace.gaps`."""
        from evidence.workspace.gaps import letter_gaps

        return letter_gaps(self._desk, letters, building=building)

    def letter_page(self, *, sms: SmsSender | None = None) -> LetterPage:
        """What the letters' page for their recipients and the staff's pages do; close it before the workspace.

        ``workspace.key-away``: better no page than one that takes no receipt.
        """
        from evidence.workspace.letterpage import LetterPage

        self._desk.require_key()
        return LetterPage(self._desk, sms=sms)

    def fold_codes(self, numbers: Iterable[str]) -> dict[str, str]:
        """The code under the fold of each letter, by its number: :func:`evidence.workspace.codes.fold_codes`."""
        from evidence.workspace.codes import fold_codes

        return fold_codes(self._desk, numbers)

    def staff(self) -> list[Member]:
        """Who can log in at the staff's pages."""
        from evidence.workspace.staff import members

        with self._desk.reading() as connection:
            return members(connection)

    def add_staff(self, name: str, role: str, password: str) -> Member:
        """Add somebody, or give them a new role and password: :func:`evidence.workspace.staff.add`."""
        from evidence.workspace.staff import add

        return add(self._desk, name, role, password)

    def remove_staff(self, name: str) -> None:
        """End somebody's access: :func:`evidence.workspace.staff.remove`."""
        from evidence.workspace.staff import remove

        remove(self._desk, name)

    def add_exhibits(self, account: str, files: Sequence[Path], **details: Any) -> list[Exhibit]:
        """Keep files as exhibits, with ``stamp=True`` stamped too: :func:`evidence.workspace.exhibits.add_exhibits`."""
        from evidence.workspace.exhibits import add_exhibits

        return add_exhibits(self._desk, account, files, **details)

    def import_exhibits(self, table: Path, account: str | None = None) -> list[Kept]:
        """Keep the files a table lists: :func:`evidence.workspace.register.import_table`."""
        from evidence.workspace.register import import_table

        return import_table(self._desk, table, account)

    def redact(
        self,
        account: str,
        *,
        cover: Sequence[str] = (),
        keep: Sequence[str] = (),
        areas: Mapping[int, Sequence[tuple[float, float, float, float]]] | None = None,
        withhold: Sequence[int] = (),
        release: Sequence[int] = (),
        read_pictures: bool = True,
        locale: str | None = None,
    ) -> Redacted:
        """The other party's copy of the latest evidence file: :func:`evidence.workspace.redaction.redact`."""
        from evidence.workspace.redaction import Wishes, redact

        wishes = Wishes(
            tuple(cover),
            tuple(keep),
            dict(areas or {}),
            frozenset(withhold),
            frozenset(release),
            read_pictures,
        )
        return redact(self._desk, account, wishes, locale=locale)

    def exhibits(self, account: str) -> list[Kept]:
        """The exhibits on file of an account and its present owner, in the order they were taken in."""
        from evidence.workspace.register import list_exhibits

        return list_exhibits(self._desk, account)

    def register_doubts(self, kept: Sequence[Kept]) -> list[Problem]:
        """What may be a slip in the register: :func:`evidence.workspace.registerchecks.register_doubts`."""
        from evidence.workspace.registerchecks import register_doubts

        return register_doubts(self._desk, kept)

    def change_exhibit(self, account: str, number: int, changes: Mapping[str, str]) -> Kept:
        """Put right what is noted of an exhibit: :func:`evidence.workspace.register.change`."""
        from evidence.workspace.register import change

        return change(self._desk, account, number, changes)

    def case_events(self, account: str | None = None, *, cancelled: bool = False) -> tuple[CaseEvent, ...]:
        """The case file: everything, or what concerns one account (``""`` none) and the whole estate.

        What was taken back is left out, unless ``cancelled`` asks for it too.
        """
        from evidence.workspace.casefile import events, events_of_named

        with self._desk.reading() as connection:
            if account:
                return events_of_named(connection, account, cancelled=cancelled)
            return events(connection, account, cancelled=cancelled)

    def record_case(self, kind: CaseKind, account: str, data: Mapping[str, str]) -> tuple[CaseEvent, ...]:
        """Record one piece of the case file; ``account`` is empty for what concerns the whole estate."""
        from evidence.workspace.casefile import record

        return record(self._desk, [(kind, account, data, Place())])

    def plan_contact(self, account: str, at: str, channel: str) -> datetime:
        """Whether an owner may be contacted; see :func:`evidence.workspace.contacts.plan_contact`."""
        from evidence.workspace.contacts import plan_contact

        return plan_contact(self._desk, account, at, channel)

    def record_contact(self, account: str, at: str, channel: str, **said: Any) -> tuple[CaseEvent, ...]:
        """Record a call or visit, and what was promised; see :func:`evidence.workspace.contacts.record_contact`."""
        from evidence.workspace.contacts import record_contact

        return record_contact(self._desk, account, at, channel, **said)

    def contact_warnings(self, recorded: Iterable[CaseEvent]) -> tuple[Problem, ...]:
        """What contacts just recorded did not keep to: hours, festivals, caps, a refusal."""
        from evidence.workspace.contacts import contact_warnings

        return contact_warnings(self._desk, recorded)

    def record_warnings(self, recorded: Iterable[CaseEvent]) -> tuple[Problem, ...]:
        """What is to be said of pieces just recorded: of contacts, and what :meth:`import_warnings` says."""
        pieces = tuple(recorded)
        return (*self.contact_warnings(pieces), *self.import_warnings(pieces))

    def import_warnings(self, recorded: Iterable[CaseEvent]) -> tuple[Problem, ...]:
        """Of costs, which no letter claims, of payments beyond the debt or for what was settled, and of rates that are
        not those of ``evidence.toml``."""
        from evidence.workspace.caseterms import rate_warnings
        from evidence.workspace.costs import cost_warnings
        from evidence.workspace.paymentchecks import payment_warnings

        pieces = tuple(recorded)
        return (
            *cost_warnings(pieces),
            *payment_warnings(self._desk, pieces),
            *rate_warnings(pieces, self.office.contract),
        )

    def rates(self) -> RatePack:
        """The shipped interest rates and those this office has recorded."""
        from evidence.workspace.rates import office_rates

        return office_rates(self._desk, self.case_events(""))

    def add_rate(
        self, series: str, since: date, percent: str, source: str, *, unchanged_before: bool = False
    ) -> tuple[CaseEvent, ...]:
        """Record a published rate; see :func:`evidence.workspace.rates.add_rate`."""
        from evidence.workspace.rates import add_rate

        return add_rate(self._desk, series, since, percent, source, unchanged_before=unchanged_before)

    def import_case(self, paths: Sequence[Path]) -> tuple[CaseEvent, ...]:
        """Record everything in spreadsheets or CSV files; see :func:`evidence.workspace.casesheets.import_case`."""
        from evidence.workspace.casesheets import import_case

        return import_case(self._desk, paths)

    def ready(self, account: str, as_of: date | None = None, *, region: str | None = None) -> Readiness:
        """Would a court take this case: findings, pack, limitation; see :func:`evidence.workspace.readiness.ready`."""
        from evidence.workspace.readiness import ready

        return ready(self._desk, account, as_of or self.today(), region=region)

    def bundle(
        self,
        account: str,
        *,
        locale: str | None = None,
        converter: str | None = None,
        overrides: Mapping[str, str] | None = None,
        forms: Collection[str] | None = None,
        profile: str | Path | None = None,
        duplex: bool = False,
        check: bool = False,
        ocr: bool = False,
    ) -> BundleResult:
        """Make the evidence file of one account; see :func:`evidence.workspace.bundles.make_bundle`."""
        from evidence.workspace.bundles import make_bundle

        return make_bundle(
            self._desk,
            account,
            locale=locale,
            converter=converter,
            overrides=overrides,
            forms=forms,
            profile=profile,
            duplex=duplex,
            check=check,
            ocr=ocr,
        )

    def bundle_due(self, **options: Any) -> tuple[DueBundle, ...]:
        """The evidence file of every account due for court; see :func:`evidence.workspace.bundledue.bundle_due`."""
        from evidence.workspace.bundledue import bundle_due

        return bundle_due(self._desk, **options)

    def compare_bundles(self, account: str, old: str, new: str, **options: Any) -> Compared:
        """Two versions of an evidence file; see :func:`evidence.workspace.bundlecompare.compare_bundles`."""
        from evidence.workspace.bundlecompare import compare_bundles

        return compare_bundles(self._desk, account, old, new, **options)

    def forms(
        self, account: str, folder: Path, **options: Any
    ) -> tuple[tuple[WrittenForm, ...], tuple[Problem, ...]]:
        """Write the court's forms into a folder; see :func:`evidence.workspace.courtforms.write_forms`."""
        from evidence.workspace.courtforms import write_forms

        return write_forms(self._desk, account, folder, **options)

    def anchor(self, only: Sequence[str] = ()) -> AnchorResult:
        """Have the journal's head stamped by independent authorities; see :func:`evidence.workspace.anchors.anchor`."""
        from evidence.workspace.anchors import anchor

        return anchor(self._desk, only)

    def renew(self, algorithm: str) -> Renewed:
        """Hash everything anew by ``sha512`` or ``sm3``; see :func:`evidence.workspace.renewal.renew`."""
        from evidence.workspace.renewal import renew

        return renew(self._desk, algorithm)

    def check_time(self) -> tuple[int, tuple[Problem, ...]]:
        """Check every timestamp and renewal again; see :func:`evidence.workspace.renewal.check_time`."""
        from evidence.workspace.renewal import check_time

        return check_time(self._desk)

    def checkpoint(self) -> str:
        """The latest signed checkpoint of the journal."""
        with self._desk.reading() as connection:
            head = self._desk.journal.latest_head(connection)
        if head is None:
            raise fail("journal.empty")
        return head.note

    def export_journal(self) -> Iterator[bytes]:
        """Every entry and a checkpoint over them, to be written; :func:`evidence.workspace.exports.export_journal`."""
        from evidence.workspace.exports import export_journal

        return export_journal(self._desk)

    def prove_letter(self, letter: str) -> LetterProof:
        """That the journal records a letter's issue; :func:`evidence.workspace.exports.letter_proof`."""
        from evidence.workspace.exports import letter_proof

        return letter_proof(self._desk, letter)

    def check_journal(self) -> tuple[int, tuple[Problem, ...]]:
        """Re-derive every hash of the journal: number of entries, and all that does not add up."""
        from evidence.journal.check import check_journal

        with self._desk.reading() as connection:
            return self._desk.journal.size(connection), tuple(check_journal(connection))
