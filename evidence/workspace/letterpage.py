"""Everything a letter's page can be asked to do, one call each; the web room adds HTTP and words, and no rule.

What writes goes through one :class:`ReceiptWriter` and gives a future: it is done when the receipt is durable.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
import threading
import unicodedata
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from sqlalchemy import Connection, func, select

from evidence.clock import CHINA
from evidence.delivery.files import MAX_PROOF_BYTES, check_file, sniff
from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.i18n import translate
from evidence.model.delivery import Channel, Outcome
from evidence.telemetry import count
from evidence.workspace import schema, staff
from evidence.workspace.codes import (
    check_fold_code,
    check_message_code,
    count_try,
    new_code,
    remember_code,
)
from evidence.workspace.core import Desk
from evidence.workspace.deliveries import deliver, find_letter
from evidence.workspace.devicekeys import check_signature, signed_text
from evidence.workspace.links import Addressed, find_by_link, find_by_number
from evidence.workspace.officekeys import web_key
from evidence.workspace.receipts import (
    FOLD,
    SMS,
    UNPROVEN,
    Receipt,
    ReceiptProof,
    Said,
    count_opening,
    proof_of_receipt,
    receipts,
    record,
    statement_of,
)
from evidence.workspace.receiptwriter import ReceiptWriter
from evidence.workspace.replies import unanswered
from evidence.workspace.sms import SmsSender
from evidence.workspace.staff import Member, View

__all__ = ["DoorRecord", "Entered", "LetterPage", "Letters"]

_T = TypeVar("_T")
MAX_FILES = 6
MAX_FILE_BYTES = 10 * 1024 * 1024
DOOR_FILES, DOOR_FILE_BYTES = 12, MAX_PROOF_BYTES
DOOR_BYTES = 250 * 1024 * 1024
"""Photographs and videos of one record at the door, each and together."""
_UNSEEN, _UNFIT = ("Cf", "Cs", "Co"), "<>:\"|?*%&'"
_NAMES = {
    "image/jpeg": "jpg", "image/png": "png", "image/tiff": "tif", "image/webp": "webp", "image/heic": "heic",
    "application/pdf": "pdf", "video/mp4": "mp4", "video/3gpp": "3gp", "video/quicktime": "mov",
}  # fmt: skip


def n_(message: str) -> str:
    """Marks a message for the catalogue; it is translated where it is shown."""
    return message


_MESSAGE = n_(
    "[{office}] Code {code}, valid for {minutes} minutes, opens document {number}. Give it to nobody."
)


@dataclass(frozen=True, slots=True)
class Entered:
    """By which code a reader was let in, and the provider's number of the message that carried it."""

    method: str
    message: str
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class DoorRecord:
    """What was recorded at the door. ``again``: it was on record under this number already."""

    letter: str
    printed: str
    journal_index: int
    again: bool
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Letters:
    """A letter in the staff's lists: no name, no amount."""

    number: str
    printed: str
    account: str
    issued_at: datetime


class LetterPage:
    """The page's work on one open workspace. Close it before the workspace."""

    def __init__(self, desk: Desk, *, sms: SmsSender | None = None) -> None:
        self._desk, self._sms = desk, sms
        self._writer = ReceiptWriter(desk)
        # The workspace's own lock keeps out other processes, not our other threads.
        self._door = threading.Lock()

    def __enter__(self) -> LetterPage:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def require_healthy(self) -> None:
        """Raises what stands in the way of working: :func:`evidence.workspace.health.require_healthy`."""
        from evidence.workspace.health import require_healthy

        require_healthy(self._desk)

    def close(self) -> None:
        self._writer.close()

    @property
    def sender(self) -> str:
        """Who writes: the office's name."""
        return self._desk.office.creditor.name or self._desk.root.name

    @property
    def telephone(self) -> str:
        """Where a reader can ask."""
        return self._desk.office.creditor.phone

    @property
    def locale(self) -> str:
        return self._desk.office.locale

    @property
    def origin(self) -> str:
        """Which journal receipts stand in."""
        return self._desk.origin

    @property
    def key(self) -> bytes:
        """What cookies and forms are sealed by."""
        return web_key(self._desk)

    @property
    def sends_messages(self) -> bool:
        return self._sms is not None

    def now(self) -> datetime:
        return self._desk.source.now()

    def random(self, n: int) -> bytes:
        return self._desk.source.random(n)

    # --- the recipient

    def find(self, link: str) -> Addressed | None:
        """The letter of a link or token; see :func:`evidence.workspace.links.find_by_link`."""
        return find_by_link(self._desk, link)

    def letter(self, number: str, letter_id: bytes = b"") -> Addressed | None:
        """A letter by its number, for who has shown to be its addressee, or works here."""
        with self._desk.reading() as connection:
            return find_by_number(connection, number, letter_id)

    def opened(self, letter: Addressed, seen: str, device: str) -> Future[Receipt | None]:
        """Count a request for the page, and journal the first of a device in each hour."""
        at = self.now()
        said = Said("opened", f"opened:{self.random(16).hex()}", device=device)
        body = statement_of(self._desk, letter, said, at)

        def work(connection: Connection) -> Receipt | None:
            if not count_opening(connection, letter, seen, device, at):
                return None
            return record(self._desk, connection, letter, said, at)

        return _counted(self._writer.submit(work, [body] if seen == "device" else []))

    def send_code(self, letter: Addressed, lang: str) -> None:
        """Send a one-time code to the telephone on record.

        ``web.no-phone``, ``web.codes-sent`` or ``web.sms-failed``. Waits for the provider.
        """
        if self._sms is None or not letter.phone:
            raise fail("web.no-phone")
        at = self.now()
        code = self._writer.submit(lambda c: new_code(self._desk, c, letter, at)).result()
        text = translate(_MESSAGE, lang, office=self.sender, code=code, minutes=10, number=letter.printed)
        message = self._sms.send(letter.phone, text)
        self._writer.submit(lambda c: remember_code(self._desk, c, letter, code, message)).result()

    def enter(self, letter: Addressed, method: str, typed: str, *, device: str, once: str) -> Future[Entered]:
        """Let a reader in who has the right code, and put that on record.

        The future raises ``web.code-typo``, ``web.code-wrong`` or ``web.tries``; a wrong code is counted.
        """
        at = self.now()

        def work(connection: Connection) -> Entered | EvidenceError:
            try:
                if method == SMS:
                    message = check_message_code(self._desk, connection, letter, typed, at)
                else:
                    message = ""
                    check_fold_code(self._desk, connection, letter, typed, at)
            except EvidenceError as error:
                if error.problems[0].code == "web.code-wrong":
                    count_try(connection, letter, at)
                return error
            said = Said("confirmed", once, method=method, message=message, device=device)
            self._desk.store.put(statement_of(self._desk, letter, said, at))
            return Entered(method, message, record(self._desk, connection, letter, said, at))

        if method not in (FOLD, SMS):
            raise ValueError(method)
        return _raised(_counted(self._writer.submit(work)))

    def say(self, letter: Addressed, said: Said) -> Future[Receipt]:
        """Put a statement on record. Raises at once, with all faults, for files or a signature that cannot be taken."""
        problems = [p for name, data in said.attachments for p in self.file_problems(name, data)]
        if len(said.files) > MAX_FILES:
            problems.append(Problem("web.files-many", Place(), {"most": MAX_FILES}))
        if said.drawn and sniff(said.drawn) != "image/png":
            problems.append(Problem("delivery.proof-type", Place(), {"name": "signature"}))
        if problems:
            raise EvidenceError(problems)
        said = replace(said, files=tuple((clean_name(name, data), data) for name, data in said.files))
        if said.signature is not None:
            detail = {**said.detail, **({"name": said.name} if said.name else {})}
            text = signed_text(
                origin=self.origin, number=letter.number.key, pdf=letter.pdf_sha256, action=said.action,
                relation=said.relation, detail=detail, drawn=said.drawn, nonce=said.signature.nonce,
            )  # fmt: skip
            check_signature(said.signature, text)
        at = self.now()
        files = [statement_of(self._desk, letter, said, at), *(data for _, data in said.attachments)]
        return _counted(self._writer.submit(lambda c: record(self._desk, c, letter, said, at), files))

    def file_problems(self, name: str, data: bytes) -> list[Problem]:
        """Why a reader's file is not taken."""
        shown = clean_stem(name)  # as its owner knows it: the ending our bytes call for is no name of theirs
        if len(data) > MAX_FILE_BYTES:
            limit = MAX_FILE_BYTES // (1024 * 1024)
            return [Problem("delivery.proof-too-large", Place(file=shown), {"name": shown, "limit": limit})]
        # Who sent a program by mistake is told what is taken, not to have a computer looked at.
        unfit = ("delivery.proof-program", "delivery.proof-web-page")
        return [
            replace(problem, code="delivery.proof-type") if problem.code in unfit else problem
            for problem in check_file(shown, data)
        ]

    def pdf(self, letter: Addressed) -> bytes:
        """The letter as it was issued."""
        return self._desk.store.get(letter.pdf_sha256)

    def receipts(self, number: str = "") -> list[Receipt]:
        """Those of one letter, or the latest of all."""
        with self._desk.reading() as connection:
            return receipts(connection, number)

    def unanswered(self) -> frozenset[int]:
        """The journal's entries of statements that wait for an answer (:mod:`evidence.workspace.replies`)."""
        with self._desk.reading() as connection:
            return frozenset(reply.entry for reply in unanswered(connection))

    def receipt_file(self, number: str, receipt: int, sha256: str) -> tuple[str, bytes] | None:
        """A file of a receipt of this letter, by its digest: its name and bytes."""
        files, table = schema.RECEIPT_FILES, schema.RECEIPTS
        ours = (table.c.letter == number, files.c.receipt == receipt, files.c.sha256 == sha256)
        query = select(files.c.name).join(table, files.c.receipt == table.c.id).where(*ours)
        with self._desk.reading() as connection:
            name = connection.execute(query).scalar()
        return None if name is None else (str(name), self._desk.store.get(sha256))

    def proof(self, letter: Addressed, receipt: int) -> ReceiptProof:
        """See :func:`evidence.workspace.receipts.proof_of_receipt`."""
        with self._desk.reading() as connection:
            return proof_of_receipt(self._desk, connection, letter, receipt)

    # --- the staff

    def sign_in(self, name: str, password: str) -> Member | None:
        """See :func:`evidence.workspace.staff.sign_in`."""
        return staff.sign_in(self._desk, name, password)

    def sign_out(self, who: Member) -> Future[None]:
        """See :func:`evidence.workspace.staff.sign_out`."""
        since = f"{self.now().isoformat()}.{self.random(4).hex()}"
        return self._writer.submit(lambda c: staff.sign_out(c, who, since))

    def member(self, name: str, since: str) -> Member | None:
        with self._desk.reading() as connection:
            return staff.member(connection, name, since)

    def viewed(self, who: Member, what: str, letter: str = "") -> Future[None]:
        """Write down that somebody of the staff looked at something; wait for it before it is shown."""
        at = self.now()
        return self._writer.submit(lambda c: staff.log_view(c, who, what, letter, at))

    def views(self) -> list[View]:
        with self._desk.reading() as connection:
            return staff.views(connection)

    def openings(self, number: str) -> list[Mapping[str, Any]]:
        """How often a letter's page was asked for, by the hour and by what asked."""
        table = schema.RECEIPT_OPENINGS
        query = select(table).where(table.c.letter == number).order_by(table.c.hour.desc(), table.c.seen)
        with self._desk.reading() as connection:
            return [dict(row._mapping) for row in connection.execute(query.limit(200))]

    def letters(self, text: str = "", *, limit: int = 50) -> list[Letters]:
        """The latest letters, or those whose number or home holds ``text``."""
        table = schema.LETTERS
        query = select(table.c.number, table.c.printed_number, table.c.account, table.c.issued_at)
        if text.strip():
            wanted = text.strip()[:60]
            query = query.where(
                table.c.number.contains(wanted, autoescape=True)
                | table.c.printed_number.contains(wanted, autoescape=True)
                | table.c.account.contains(wanted, autoescape=True)
            )
        with self._desk.reading() as connection:
            rows = connection.execute(query.order_by(table.c.journal_index.desc()).limit(limit)).all()
        return [
            Letters(row.number, row.printed_number, row.account, datetime.fromisoformat(row.issued_at))
            for row in rows
        ]

    def at_the_door(
        self, who: Member, once: str, letter: str, *, files: Sequence[tuple[str, bytes]] = (), **details: Any
    ) -> DoorRecord:
        """Record what happened at the door, once for each ``once`` (see :func:`evidence.workspace.deliveries.deliver`).

        ``web.door-conflict`` where ``once`` was used for something else.
        """
        with self._desk.reading() as connection:
            number, *_ = find_letter(connection, letter)
            table = schema.LETTERS
            printed = connection.execute(
                select(table.c.printed_number).where(table.c.number == number.key)
            ).scalar_one()
        digest = _digest_of(number.key, details, files)
        if (known := self._known(once, number.key, printed, digest)) is not None:
            return known
        with tempfile.TemporaryDirectory() as folder, self._door, self._desk.locked():
            # Somebody else's hand may have recorded it while we waited for the lock.
            if (known := self._known(once, number.key, printed, digest)) is not None:
                return known
            paths = []
            for i, (name, data) in enumerate(files, 1):
                path = Path(folder, f"{i}-{clean_name(name, data)}")
                path.write_bytes(data)
                paths.append(path)
            result = deliver(self._desk, number.key, proofs=paths, **details)
            row = {
                "id": once,
                "name": who.name,
                "letter": number.key,
                "at": self.now().isoformat(),
                "digest": digest,
                "journal_index": result.journal_index,
            }
            with self._desk.writing() as connection:
                connection.execute(schema.DOOR_RECORDS.insert().values(row))
        return DoorRecord(number.key, printed, result.journal_index, result.already_known, result.warnings)

    def _known(self, once: str, number: str, printed: str, digest: str) -> DoorRecord | None:
        table = schema.DOOR_RECORDS
        with self._desk.reading() as connection:
            row = connection.execute(select(table).where(table.c.id == once)).one_or_none()
        if row is None:
            return None
        if row.digest != digest:
            raise fail("web.door-conflict")
        return DoorRecord(number, printed, row.journal_index, True)

    def counts(self, number: str) -> int:
        """How many receipts of a letter somebody besides the sender saw."""
        table = schema.RECEIPTS
        seen = (table.c.letter == number, table.c.witness.not_in([one.value for one in UNPROVEN]))
        with self._desk.reading() as connection:
            query = select(func.count()).select_from(table).where(*seen)
            return int(connection.execute(query).scalar_one())


def clean_name(name: str, data: bytes) -> str:
    """A name for a file somebody sent: its last part without paths and controls, and the ending its bytes call for."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    ending = _NAMES.get(sniff(data) or "", "bin")
    return f"{clean_stem(last.rpartition('.')[0] or last)}.{ending}"


def clean_stem(name: str) -> str:
    """The last part of a path without controls and signs that mean something elsewhere; ``file`` where none is left."""
    stem = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    plain = "".join(
        c for c in stem if c.isprintable() and unicodedata.category(c) not in _UNSEEN and c not in _UNFIT
    )
    return re.sub(r"\s+", " ", plain).strip(" .")[:60].strip(" .") or "file"


def _digest_of(number: str, details: Mapping[str, Any], files: Sequence[tuple[str, bytes]]) -> str:
    parts = [number, *(f"{name}={details[name]!r}" for name in sorted(details))]
    parts += [hashlib.sha256(data).hexdigest() for _, data in files]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _counted(done: Future[_T]) -> Future[_T]:
    """The same, counted for who watches the machine once it is durable and a receipt."""

    def look(done: Future[_T]) -> None:
        if done.exception() is None and isinstance(done.result(), Receipt | Entered):
            count("receipts")

    done.add_done_callback(look)
    return done


def _raised(inner: Future[Entered | EvidenceError]) -> Future[Entered]:
    """A future that raises what the other one *returned* as an error: what was counted is committed all the same."""
    outer: Future[Entered] = Future()

    def pass_on(done: Future[Entered | EvidenceError]) -> None:
        fault = done.exception()
        if fault is not None:
            outer.set_exception(fault)
            return
        result = done.result()
        if isinstance(result, EvidenceError):
            outer.set_exception(result)
        else:
            outer.set_result(result)

    inner.add_done_callback(pass_on)
    return outer


DOOR_CHANNELS = (Channel.HAND, Channel.COHABITANT, Channel.LEFT)
DOOR_OUTCOMES = (Outcome.DELIVERED, Outcome.REFUSED, Outcome.UNREACHABLE)
ZONE = CHINA
