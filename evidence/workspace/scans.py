"""``evidence deliver scan``: a stack of scanned slips, each page to its letter by the code on it, and a list of the rest.

A code says to which letter a page belongs, never that anybody signed. So a scan by itself is recorded as what it is, a
slip that came back; who signed, when and with what result is the clerk's word, in the list that is made beside it.
Nothing is filed by resemblance: a page without a code, with the codes of two letters or with a stranger's is filed to
none, and is told.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection, select

from evidence.clock import CHINA
from evidence.delivery.files import MAX_PROOF_BYTES, sniff
from evidence.delivery.labels import role_word
from evidence.delivery.slipscan import (
    MAX_STACK_BYTES,
    can_read,
    code_of,
    identity_of,
    pages_of_pdf,
    picture,
)
from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.intake.sliplist import SlipRow, read_slip_list
from evidence.letters.numbers import parse_printed_number
from evidence.model.delivery import Channel, Outcome, ProofRole
from evidence.model.letter import LetterNumber
from evidence.stamp.facts import letter_id, short_code
from evidence.workspace import schema
from evidence.workspace.core import Desk
from evidence.workspace.deliveries import read_file
from evidence.workspace.serving import DeliveryResult, ProofFile, Step, record_steps

__all__ = ["ScanResult", "ScannedPage", "State", "scan_slips"]

# The note is part of the office's Chinese papers, so it is Chinese whatever language a user reads.
_NOTES = {
    "zh": (
        "扫描件：{name}（文件SHA-256 {digest}…）",
        "；未识读到编码，由经办人归档",
        "；仅为回执扫描归档，签收情况另行登记",
    ),
    "zh-Hant": (
        "掃描件：{name}（檔案SHA-256 {digest}…）",
        "；未識讀到編碼，由經辦人歸檔",
        "；僅為回執掃描歸檔，簽收情況另行登記",
    ),
}


class State(StrEnum):
    """What could be told of a page."""

    MATCHED = "matched"
    BY_HAND = "by-hand"
    UNREAD = "unread"
    NO_PICTURES = "no-pictures"
    FOREIGN = "foreign"
    SEVERAL = "several"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """One page of a stack, or one picture (``page`` 0). ``letter`` is its letter's number as stored, empty without one.

    ``name`` is what the page is kept as. ``is_letter``: known by the QR code of the letter itself, so that it is no slip.
    ``filed``: it is on record for the letter already. ``codes``: what was read.
    """

    file: str
    page: int
    name: str
    sha256: str
    state: State
    codes: tuple[str, ...] = ()
    letter: str = ""
    printed: str = ""
    account: str = ""
    owner: str = ""
    filed: bool = False
    is_letter: bool = False

    @property
    def where(self) -> Place:
        return Place(file=self.file, part=f"p. {self.page}" if self.page else "")


@dataclass(frozen=True, slots=True)
class ScanResult:
    """``recorded`` is empty under ``plan``; ``waiting`` counts letters whose result the list does not say yet;
    ``unread`` names every page that was filed to no letter."""

    pages: tuple[ScannedPage, ...]
    steps: tuple[Step, ...]
    recorded: tuple[DeliveryResult, ...]
    unread: tuple[Problem, ...]
    waiting: int = 0


def scan_slips(
    desk: Desk,
    paths: Sequence[Path],
    *,
    results: Path | None = None,
    channel: Channel = Channel.HAND,
    role: str = "slip",
    plan: bool = False,
) -> ScanResult:
    """File scanned pages to their letters: with a filled-in list as what it says of each, without one as slips that
    came back.

    ``channel`` and ``role`` are those of pages of which the list says nothing else. What is on record already is not
    recorded again. Raises ``delivery.scan-reader-missing``, ``delivery.scan-nothing``, and every fault of the list at
    once; nothing is recorded then, nor under ``plan``.
    """
    if not can_read():
        raise fail("delivery.scan-reader-missing")
    rows, problems = read_slip_list(results) if results else ((), ())
    with desk.locked():
        with desk.reading() as connection:
            letters = _Letters(desk, connection)
            found = [letters.file(*page) for page in _pages(paths)]
        pages = [page for page, _ in found]
        files = {(page.file, page.page): data for page, data in found}
        filing = _Filing(desk, pages, files, channel, role, letters)
        if results:
            steps, pages, faults = filing.by_list(rows)
            if problems or faults:
                raise EvidenceError((*problems, *faults))
        else:
            steps = filing.as_slips()
        recorded = [] if plan or not steps else record_steps(desk, steps)
    told = {step.letter for step in steps}
    waiting = {page.letter for page in pages if page.letter and not page.filed} - told if results else set()
    return ScanResult(tuple(pages), tuple(steps), tuple(recorded), tuple(_unread(pages)), len(waiting))


def _pages(paths: Sequence[Path]) -> Iterator[tuple[str, int, str, bytes, tuple[str, ...], State]]:
    """Every page: (file, page, name to keep it as, bytes, texts of its codes, what keeps it from being read)."""
    count = 0
    names: Counter[str] = Counter()
    for path in _files(paths):
        data = read_file(path)
        kind = sniff(data) or ""
        if kind != "application/pdf" and not kind.startswith("image/"):
            continue
        count += 1
        names[path.name] += 1
        times = names[path.name]  # two folders may each have a 1.jpg
        shown = path.name if times == 1 else f"{path.stem}~{times}{path.suffix}"
        if kind == "application/pdf":
            yield from _pdf_pages(shown, data)
            continue
        page = picture(data)
        yield shown, 0, shown, data, page.texts if page else (), State.MATCHED if page else State.DAMAGED
    if not count:
        raise fail("delivery.scan-nothing", path=", ".join(map(str, paths)))


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.iterdir() if p.is_file() and not p.name.startswith("."))
            continue
        if path.is_file():
            limit = MAX_STACK_BYTES if path.suffix.lower() == ".pdf" else MAX_PROOF_BYTES
            if path.stat().st_size > limit:
                raise fail(
                    "delivery.scan-too-large", Place(file=path.name), name=path.name, limit=limit // 1024**2
                )
        yield path


def _pdf_pages(shown: str, data: bytes) -> Iterator[tuple[str, int, str, bytes, tuple[str, ...], State]]:
    number = 0
    for number, page in enumerate(pages_of_pdf(data), 1):
        name = f"{Path(shown).stem}_p{number:03d}.pdf"
        if page is None:
            yield shown, number, name, b"", (), State.DAMAGED
        else:
            state = State.MATCHED if page.pictures else State.NO_PICTURES
            yield shown, number, name, page.pdf, page.texts, state
    if not number:
        yield shown, 0, shown, data, (), State.DAMAGED


class _Letters:
    """Every letter of the office by the codes that stand on it, and the files that are on record for each."""

    def __init__(self, desk: Desk, connection: Connection) -> None:
        table, homes = schema.LETTERS, schema.ACCOUNTS
        keys = desk.persons.keys()
        query = select(table.c.number, table.c.printed_number, table.c.account, table.c.person)
        self.rows = {str(row.number): row for row in connection.execute(query)}
        self._by_id: dict[bytes, str] = {}
        self._by_code: dict[str, set[str]] = {}
        for number, row in self.rows.items():
            if row.person in keys:  # else its data were erased
                identity = letter_id(keys[row.person], LetterNumber.parse(number))
                self._by_id[identity] = number
                self._by_code.setdefault(short_code(identity), set()).add(number)
        names = select(homes.c.person, homes.c.debtor).order_by(homes.c.snapshot)
        self._names = {str(row.person): str(row.debtor) for row in connection.execute(names)}
        proofs = select(schema.PROOFS.c.sha256, schema.DELIVERIES.c.letter).join(schema.DELIVERIES)
        self._filed = {(row.letter, row.sha256) for row in connection.execute(proofs)}

    def file(
        self, file: str, page: int, name: str, data: bytes, texts: tuple[str, ...], state: State
    ) -> tuple[ScannedPage, bytes]:
        """The page with the letter it belongs to, where its codes name one of ours and no other."""
        codes = tuple(sorted({code_of(text) or self._shown(text) for text in texts}))
        named = [self._of(text) for text in texts]
        letters = set().union(*named)
        if state is State.MATCHED and not texts:
            state = State.UNREAD
        elif state is State.MATCHED and not all(named):
            state = State.FOREIGN if not letters else State.SEVERAL
        elif state is State.MATCHED and len(letters) > 1:
            state = State.SEVERAL
        is_letter = not any(map(code_of, texts))
        found = ScannedPage(
            file, page, name, hashlib.sha256(data).hexdigest(), state, codes, is_letter=is_letter
        )
        return (self.named(found, letters.pop()) if state is State.MATCHED else found), data

    def named(self, page: ScannedPage, letter: str) -> ScannedPage:
        row = self.rows[letter]
        return replace(
            page,
            letter=letter,
            printed=row.printed_number,
            account=row.account,
            owner=self._names.get(row.person, ""),
            filed=(letter, page.sha256) in self._filed,
        )

    def number(self, text: str) -> str | None:
        """A letter's number as stored or as printed, where it is one of this office's."""
        try:
            wanted = parse_printed_number(text).key
        except ValueError:
            wanted = text
        return wanted if wanted in self.rows else None

    def _of(self, text: str) -> set[str]:
        """The letters a code can mean: two where their 40 bits are the same, and then it names none."""
        if code := code_of(text):
            return self._by_code.get(code, set())
        found = self._by_id.get(identity_of(text) or b"")
        return {found} if found else set()

    @staticmethod
    def _shown(text: str) -> str:
        identity = identity_of(text)
        return short_code(identity) if identity else "?"


@dataclass(slots=True)
class _Filing:
    """Steps out of pages, by the clerk's list or without one."""

    desk: Desk
    pages: list[ScannedPage]
    files: dict[tuple[str, int], bytes]
    channel: Channel
    role: str
    letters: _Letters

    def as_slips(self) -> list[Step]:
        """A step for each letter with pages that are not on record yet: its slip came back, and no more is said."""
        at = self.desk.source.now().astimezone(CHINA)
        return [
            Step(
                letter=letter,
                channel=self.channel,
                outcome=Outcome.SENT,
                at=at,
                note=self._note(pages, by_hand=False, is_bare=True),
                proofs=self._proofs(pages, {}),
            )
            for letter, pages in _by_letter(page for page in self.pages if not page.filed)
        ]

    def by_list(self, rows: Sequence[SlipRow]) -> tuple[list[Step], list[ScannedPage], list[Problem]]:
        """Steps of the letters whose result the list says, the pages as the clerk placed them, and its faults."""
        problems: list[Problem] = []
        known = {(page.file, page.page): page for page in self.pages}
        placed = dict(known)
        told: dict[str, list[tuple[SlipRow, ScannedPage]]] = {}
        for row in rows:
            page = known.get((row.file, row.page)) or known.get((row.file.removeprefix("'"), row.page))
            if page is None:
                params: dict[str, str | int] = {"file": row.file, "page": row.page or "—"}
                problems.append(Problem("delivery.scan-row-unknown", row.origin, params))
                continue
            try:
                page = placed[page.file, page.page] = self._place(row, page)
            except EvidenceError as error:
                problems += error.problems
                continue
            if row.outcome is not None and page.letter:
                told.setdefault(page.letter, []).append((row, page))
            elif row.outcome is not None:
                problems.append(Problem("delivery.scan-row-letter", row.origin))
        steps: list[Step] = []
        for letter, pairs in told.items():
            first = pairs[0][0]
            if any((row.outcome, row.at) != (first.outcome, first.at) for row, _ in pairs):
                problems.append(Problem("delivery.scan-row-twice", pairs[-1][0].origin, {"letter": letter}))
                continue
            beside = [page for page in placed.values() if page.letter == letter]
            roles = {(page.file, page.page): row.role for row, page in pairs}
            steps.append(self._step(letter, first, beside, roles))
        return steps, list(placed.values()), problems

    def _place(self, row: SlipRow, page: ScannedPage) -> ScannedPage:
        """The page with the letter the clerk wrote, where no code was read; against a code nobody's word counts."""
        if not row.letter:
            return page
        letter = self.letters.number(row.letter)
        if letter is None:
            raise fail("workspace.unknown-letter", row.origin, letter=row.letter)
        if page.state is State.MATCHED and letter != page.letter:
            raise fail("delivery.scan-contradicts", row.origin, letter=letter, code=page.letter)
        if page.state in (State.SEVERAL, State.FOREIGN):
            raise fail("delivery.scan-contradicts", row.origin, letter=letter, code=", ".join(page.codes))
        if page.state is State.MATCHED:
            return page
        if page.state is State.DAMAGED and not self.files[page.file, page.page]:
            raise fail("delivery.scan-damaged", row.origin, name=page.name)
        return self.letters.named(replace(page, state=State.BY_HAND), letter)

    def _step(
        self, letter: str, row: SlipRow, pages: Sequence[ScannedPage], roles: dict[tuple[str, int], str]
    ) -> Step:
        by_hand = any(page.state is State.BY_HAND for page in pages)
        assert row.outcome is not None and row.at is not None
        return Step(
            letter=letter,
            channel=row.channel or self.channel,
            outcome=row.outcome,
            at=row.at,
            place=row.place,
            servers=row.servers,
            signer=row.signer,
            relation=row.relation,
            witness_name=row.witness,
            reason=row.reason,
            sent_to=row.sent_to,
            note="；".join(filter(None, (self._note(pages, by_hand=by_hand, is_bare=False), row.remark))),
            proofs=self._proofs(pages, roles),
            where=row.origin,
        )

    def _proofs(
        self, pages: Sequence[ScannedPage], roles: dict[tuple[str, int], str]
    ) -> tuple[ProofFile, ...]:
        """Each page once, as what the list says it is; a stack scanned twice holds nothing new."""
        once = {page.sha256: page for page in reversed(pages)}
        return tuple(
            ProofFile(
                page.name,
                self.files[page.file, page.page],
                role_word(roles.get((page.file, page.page), "")) or self._role(page),
            )
            for page in reversed(once.values())
        )

    def _role(self, page: ScannedPage) -> str:
        """A page of the letter shows what was delivered, and nobody's signature for it."""
        return ProofRole.CONTENTS if page.is_letter and page.state is State.MATCHED else self.role

    def _note(self, pages: Sequence[ScannedPage], *, by_hand: bool, is_bare: bool) -> str:
        shown, hand, bare = _NOTES[self.desk.office.locale]
        texts = [shown.format(name=page.name, digest=page.sha256[:16]) for page in pages]
        return "；".join(texts) + (hand if by_hand else "") + (bare if is_bare else "")


def _by_letter(pages: Iterable[ScannedPage]) -> list[tuple[str, list[ScannedPage]]]:
    found: dict[str, list[ScannedPage]] = {}
    for page in pages:
        if page.letter:
            found.setdefault(page.letter, []).append(page)
    return list(found.items())


def _unread(pages: Iterable[ScannedPage]) -> Iterator[Problem]:
    """Every page that is filed to no letter, with the reason."""
    codes = {
        State.UNREAD: "delivery.scan-unread",
        State.NO_PICTURES: "delivery.scan-no-pictures",
        State.FOREIGN: "delivery.scan-foreign",
        State.SEVERAL: "delivery.scan-several",
        State.DAMAGED: "delivery.scan-damaged",
    }
    for page in pages:
        if page.state in codes:
            shown = ", ".join(page.codes)
            params = {"code": shown, "letters": shown, "name": page.name}
            yield Problem(codes[page.state], page.where, params)
