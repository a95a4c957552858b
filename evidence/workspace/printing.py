"""``evidence print``: the letters of a run as one file for the printer, in the order of the round.

The file is a derivative: the stamped letters are copied into it as they lie in the store, page for page, and stay what
counts. The same letters with the same options give the same bytes; a file that differs is not written over, and a run cut
off leaves nothing. Letters pass through one after another, so that memory does not grow with their number.
"""

from __future__ import annotations

import filecmp
import hashlib
import io
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Dictionary, Pdf
from sqlalchemy import Row, select

from evidence.clock import CHINA
from evidence.delivery.printrun_labels import LabelSheet, sheet_of
from evidence.delivery.printrun_order import parts_of
from evidence.delivery.printrun_pages import (
    MM,
    SYMBOL_SIDE,
    Label,
    Round,
    Stop,
    label_pages,
    reading_page,
    round_pages,
    round_sheets,
    symbol_at,
)
from evidence.delivery.printrun_pdf import A4, PrintFile, open_pages
from evidence.delivery.printrun_rare import Legible, Outline, RareFace, outline_of
from evidence.delivery.printrun_words import WORDS, PrintWords
from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.letters.convert import Converter, open_converter
from evidence.letters.convert.dress import glyph_params
from evidence.letters.engine import CompiledTemplate, compile_template
from evidence.letters.fonts import open_shelf
from evidence.model.account import Account
from evidence.model.delivery import Channel, Outcome
from evidence.model.letter import Fact, LetterKind, LetterNumber
from evidence.resources import fonts_dir
from evidence.stamp.facts import letter_id, short_code
from evidence.telemetry import span
from evidence.workspace import schema
from evidence.workspace.cases import load_accounts
from evidence.workspace.core import Desk
from evidence.workspace.deliveries import deliver, events_of
from evidence.workspace.making import Run
from evidence.workspace.officekeys import fold_key
from evidence.workspace.persons import salt_for
from evidence.workspace.printlists import Mailing, contents_of, mailing_csv, mailing_xlsx
from evidence.workspace.printselect import Chosen, Due, chosen, find_run
from evidence.workspace.progress import Count, uncounted
from evidence.workspace.slips import slip_of, slips_context
from evidence.workspace.steps import reached
from evidence.workspace.store import writing_error
from evidence.workspace.templates import pack_for

__all__ = ["FOLDER", "PrintOptions", "Printed", "PrintedFile", "Sides", "print_run"]

FOLDER = "print"
"""Below the run's folder in ``letters/``; what lies in it is written anew by the next call."""
_NEW = ".new-"
_FONT = {"zh": "NotoSerifSC-Regular.ttf", "zh-Hant": "NotoSerifTC-Regular.ttf"}
_NAMES = {
    "zh": {"letters": "打印件", "envelopes": "信封标签", "waybills": "运单标签", "mailing": "交寄清单"},
    "zh-Hant": {"letters": "列印件", "envelopes": "信封標籤", "waybills": "運單標籤", "mailing": "交寄清單"},
}
_SIMPLEX = {"zh": "单面", "zh-Hant": "單面"}
_SIGNED = {"zh": "签收表", "zh-Hant": "簽收表"}
_SYMBOL_RIGHT, _SYMBOL_TOP = 9 * MM, 6 * MM  # from the edges of a slip to the symbol's quiet zone
_BATCH = 25


@dataclass(frozen=True, slots=True)
class PrintOptions:
    """``only`` and ``start`` choose letters (numbers, homes, buildings, places in the round). ``labels`` is the size of a
    label, or empty for none, ``label_start`` the first free label of a sheet used before. ``sign`` makes the round sheet
    one that recipients sign as well. ``record`` is the channel under which letters are recorded as prepared."""

    only: tuple[str, ...] = ()
    start: str = ""
    duplex: bool = True
    slips: bool = True
    sign: bool = False
    labels: str = ""
    label_start: int = 1
    mailing: bool = False
    out: Path | None = None
    converter: str | None = None
    plan_only: bool = False
    record: Channel | None = None
    servers: tuple[str, ...] = ()


@dataclass(slots=True)
class Sides:
    """Printed sides by what is on them; ``sheets`` is the paper they take."""

    duplex: bool
    round: int = 0
    letters: int = 0
    reading: int = 0
    slips: int = 0
    blank: int = 0
    label_sheets: int = 0

    @property
    def pages(self) -> int:
        """Pages of the file, blank sides among them."""
        return self.round + self.letters + self.reading + self.slips + self.blank

    @property
    def sheets(self) -> int:
        return self.pages // 2 if self.duplex else self.pages


@dataclass(frozen=True, slots=True)
class PrintedFile:
    """``unchanged``: the same file lay there already."""

    path: Path
    pages: int
    sha256: str
    unchanged: bool


@dataclass(frozen=True, slots=True)
class Printed:
    """What was printed or, with ``plan_only``, would be: then a slip is taken to be one page."""

    run: str
    letters: tuple[Due, ...]
    sides: Sides
    files: tuple[PrintedFile, ...]
    recorded: int
    warnings: tuple[Problem, ...]


@dataclass(slots=True)
class _Lists:
    """What labels and list need of each letter, gathered while they pass; a few hundred bytes each."""

    envelopes: list[Label] = field(default_factory=list)
    waybills: list[Label] = field(default_factory=list)
    mailing: list[Mailing] = field(default_factory=list)


@span("print")
def print_run(
    desk: Desk, run_id: str, options: PrintOptions | None = None, count: Count = uncounted
) -> Printed:
    """Print the letters of a run into files under ``letters/RUN/print``, or ``options.out``.

    Raises ``print.run-…``, ``print.draft``, ``print.selection-unknown``, ``print.nothing``, ``print.label-…``,
    ``print.differs`` for every file that is there and would be another, ``workspace.store-…`` for a letter that is not
    whole, and what the converter raises for the slips. Then nothing was written. ``count`` hears of each letter.
    """
    options = options or PrintOptions()
    sheet = _label_sheet(options)
    with desk.locked():
        with desk.reading() as connection:
            run = find_run(connection, run_id)
            picked = chosen(connection, run, options.only, options.start)
        press = _Press(desk, run, picked, options, sheet, count)
        if options.plan_only:
            return Printed(run.id, picked.due, press.plan(), (), 0, picked.withdrawn)
        files = _settled(options.out or desk.root / "letters" / run.folder / FOLDER, press)
        reached("printed")
        recorded = _record(desk, picked.due, options) if options.record else 0
    warnings = (*picked.withdrawn, *press.warnings)
    return Printed(run.id, picked.due, press.sides, files, recorded, warnings)


def _label_sheet(options: PrintOptions) -> LabelSheet | None:
    if not options.labels:
        return None
    sheet = sheet_of(options.labels)
    if not 1 <= options.label_start <= sheet.count:
        where = Place(part="label-start")
        raise fail("print.label-start", where, size=sheet.size, count=sheet.count, given=options.label_start)
    return sheet


def _settled(folder: Path, press: _Press) -> tuple[PrintedFile, ...]:
    """The files under their names: all of them, or none where one would take the place of another."""
    made_folder = not folder.exists()
    aside: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob(f"{_NEW}*"):  # of a call that was killed
            shutil.rmtree(left)
        aside = Path(tempfile.mkdtemp(prefix=_NEW, dir=folder))
        made = press.write(aside)
        there = {path for path, _ in made if (folder / path.name).exists()}
        taken = [p for p in sorted(there) if not filecmp.cmp(p, folder / p.name, shallow=False)]
        if taken:
            raise EvidenceError(
                Problem("print.differs", Place(file=path.name), {"path": str(folder / path.name)})
                for path in taken
            )
        done = []
        for path, pages in made:
            digest = _sha256(path)
            if path not in there:
                path.chmod(0o644)
                path.replace(folder / path.name)
            done.append(PrintedFile(folder / path.name, pages, digest, path in there))
        return tuple(done)
    except OSError as error:
        raise writing_error(folder, error) from error
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)
        if made_folder and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Press:
    """One run on its way to paper."""

    def __init__(
        self,
        desk: Desk,
        run: Run,
        picked: Chosen,
        options: PrintOptions,
        sheet: LabelSheet | None,
        count: Count,
    ) -> None:
        self._desk, self._run, self._picked, self._options, self._label = desk, run, picked, options, sheet
        self._count = count
        self._words: PrintWords = WORDS[run.locale]
        self._keys = desk.persons.keys()
        self._font = fonts_dir() / _FONT[run.locale]
        shelf = open_shelf(run.locale)

        def drawn(char: str) -> Outline | None:
            face = shelf.fallback(char)
            return outline_of(face.path, face.number, char) if face else None

        self._rare = Legible(self._font, drawn)
        # A page with a code is of use only to whom the QR code leads somewhere.
        self._codes = fold_key(desk) if run.office.policy.host and not options.plan_only else b""
        self.sides = Sides(options.duplex)
        self.warnings: list[Problem] = []
        self._stops = [self._stop(due) for due in picked.due]
        self._head = Round(
            run.office.contract.estate,
            run.id,
            run.issued_at.astimezone(CHINA).date(),
            len(picked.due),
            sum(due.pages for due in picked.due),
            options.sign,
        )

    def _stop(self, due: Due) -> Stop:
        return Stop(due.place, due.group, due.room, due.floor, self._code(due), due.pages)

    def _code(self, due: Due) -> str:
        return short_code(letter_id(self._keys[due.person], LetterNumber.parse(due.number)))

    def plan(self) -> Sides:
        """The sides it would take, with one page for each slip."""
        sides = self.sides
        sides.round = len(round_sheets(self._stops, sign=self._options.sign))
        parts = [sides.round]
        for due in self._picked.due:
            parts += [due.pages, int(bool(self._run.office.policy.host)), int(self._options.slips)]
            sides.letters += due.pages
        sides.reading = len(self._picked.due) if self._run.office.policy.host else 0
        sides.slips = len(self._picked.due) if self._options.slips else 0
        if self._options.duplex:
            sides.blank = sum(part % 2 for part in parts)
        if self._label is not None:
            labels = len(self._picked.due) + self._options.label_start - 1
            sides.label_sheets = 2 * -(-labels // self._label.count)
        return sides

    def write(self, folder: Path) -> list[tuple[Path, int]]:
        """Every file into ``folder``; each with its pages."""
        names, lists = _NAMES[self._run.locale], _Lists()
        marks = [*self._selection(), *([] if self._options.duplex else [_SIMPLEX[self._run.locale]])]
        marks += [_SIGNED[self._run.locale]] if self._options.sign else []
        path = folder / ("_".join([names["letters"], *marks]) + ".pdf")
        made = [(path, self._letters(path, lists))]
        if self._label is not None:
            for name, labels in (("envelopes", lists.envelopes), ("waybills", lists.waybills)):
                path = folder / ("_".join([names[name], self._label.size, *self._selection()]) + ".pdf")
                made.append((path, self._labels(path, labels, names[name])))
                self.sides.label_sheets += made[-1][1]
        if self._options.mailing:
            stem = "_".join([names["mailing"], *self._selection()])
            for suffix, data in (
                (".csv", mailing_csv(lists.mailing, self._run.locale)),
                (".xlsx", mailing_xlsx(lists.mailing, self._run.locale, self._run.issued_at)),
            ):
                path = folder / f"{stem}{suffix}"
                path.write_bytes(data)
                made.append((path, 0))
            if silent := sum(not row.phone for row in lists.mailing):
                self.warnings.append(Problem("print.no-phone", Place(), {"n": silent}))
        return made

    def _selection(self) -> list[str]:
        """What tells the file of a part from that of the whole: its places in the round, or a digest of them."""
        if self._picked.whole:
            return []
        places = [due.place for due in self._picked.due]
        if places == list(range(places[0], places[-1] + 1)):
            return [f"{places[0]:04d}-{places[-1]:04d}"]
        return [hashlib.sha256(json.dumps(places).encode()).hexdigest()[:8]]

    def _face(self, pdf: Pdf, texts: Sequence[str]) -> RareFace:
        words = json.dumps([getattr(self._words, name) for name in self._words.__slots__], ensure_ascii=False)
        digits = "0123456789ABCDEFGHJKLMNPQRSTVWXYZ-…年月日 "
        return RareFace(pdf, self._font, [words, digits, *texts], self._rare.outlines)

    def _legible(self, text: str, due: Due) -> str:
        """The text as it can be shown; what cannot be is told with the letter it belongs to."""
        shown, missing = self._rare.shown(text)
        for char in missing:
            params = {"place": due.place, **glyph_params(char)}
            problem = Problem("print.character-missing", Place(part=due.number), params)
            if problem not in self.warnings:
                self.warnings.append(problem)
        return shown

    def _letters(self, path: Path, lists: _Lists) -> int:
        run, sides, done = self._run, self.sides, 0
        with path.open("wb") as file, Pdf.new() as own, ExitStack() as stack:
            stops = [
                replace(s, group=self._legible(s.group, due), room=self._legible(s.room, due))
                for s, due in zip(self._stops, self._picked.due, strict=True)
            ]
            face = self._face(
                own, [self._head.estate, run.id, *(f"{s.group}{s.room}{s.floor}" for s in stops)]
            )
            out = PrintFile(file, title=f"{_NAMES[run.locale]['letters']} {run.id}", created=run.issued_at)
            resources = out.resources(own, Dictionary(Font=Dictionary(F=face.font)))
            out.bookmark(self._words.sheet)
            for content, _ in round_pages(stops, self._head, self._words, face):
                out.draw(content, resources)
                sides.round += 1
            self._pad(out)
            make_slips = self._slip_maker(stack) if self._options.slips else None
            for due, row, account, slip in self._passing(make_slips):
                out.bookmark(f"{due.place:04d} {due.home.label} {self._code(due)}")
                with open_pages(self._desk.store.get(row.pdf_sha256)) as letter:
                    sides.letters += out.copy(letter)
                self._pad(out)
                if self._codes:
                    from evidence.delivery.codes import fold_code

                    key = self._keys[due.person]
                    code = fold_code(self._codes, letter_id(key, LetterNumber.parse(due.number)))
                    out.draw(reading_page(code, self._code(due), self._words, face), resources)
                    sides.reading += 1
                    self._pad(out)
                if slip:
                    pages = self._slip(out, slip, self._code(due))
                    if pages > 1:
                        params: dict[str, str | int] = {"letter": due.printed, "pages": pages}
                        self.warnings.append(Problem("print.several-pages", Place(part=due.number), params))
                    sides.slips += pages
                    self._pad(out)
                self._gather(lists, due, row, account)
                done += 1
                self._count(done, len(stops))
            out.close()
            return out.pages

    def _pad(self, out: PrintFile) -> None:
        """For printing on both sides: what follows begins on a fresh sheet."""
        if self._options.duplex and out.pages % 2:
            out.blank()
            self.sides.blank += 1

    def _passing(self, make_slips: _SlipMaker | None) -> Iterator[tuple[Due, Row[Any], Account, bytes]]:
        """Each letter with its row, its account and its slip as PDF, a few batches in memory at a time."""
        due = iter(self._picked.due)
        at_once = _BATCH * (make_slips.converter.batches_at_once if make_slips else 1)
        table = schema.LETTERS
        while some := list(islice(due, at_once)):
            with self._desk.reading() as connection:
                accounts = load_accounts(connection, self._run.snapshot, [one.account for one in some])
                found = connection.execute(select(table).where(table.c.number.in_([d.number for d in some])))
                rows = {row.number: row for row in found}
            pdfs = [b""] * len(some)
            if make_slips is not None:
                pdfs = make_slips(
                    [(rows[one.number], accounts[one.account][0], self._keys[one.person]) for one in some]
                )
            for one, pdf in zip(some, pdfs, strict=True):
                yield one, rows[one.number], accounts[one.account][0], pdf

    def _slip_maker(self, stack: ExitStack) -> _SlipMaker:
        run = self._run
        receipt = pack_for(self._desk, run.office.jurisdiction, run.locale, ["receipt"]).papers["receipt"]
        template = compile_template(receipt.read_bytes(), f"{run.locale}/{receipt.name}")
        name = self._options.converter or run.office.policy.converter
        return _SlipMaker(self._desk, run, template, stack.enter_context(open_converter(name, run.locale)))

    def _slip(self, out: PrintFile, data: bytes, code: str) -> int:
        """A slip, and on its first page the symbol by which a scan of it finds its letter."""
        with pikepdf.open(io.BytesIO(data)) as pdf:
            page = pdf.pages[0]
            side = SYMBOL_SIDE * MM
            x, y = A4[0] - _SYMBOL_RIGHT - side, A4[1] - _SYMBOL_TOP - side
            page.contents_add(pdf.make_stream(b"q\n"), prepend=True)
            page.contents_add(pdf.make_stream(f"\nQ\n{symbol_at(x, y, side, code)}".encode()), prepend=False)
            return out.copy(pdf)

    def _gather(self, lists: _Lists, due: Due, row: Row[Any], account: Account) -> None:
        run = self._run
        if self._label is None and not self._options.mailing:
            return
        docx = self._desk.store.get(row.docx_sha256)
        slip = slip_of(run, row, account, self._keys[due.person], docx)
        code = slip["code"]
        # The name of a law firm on an envelope would tell a neighbour what is in it.
        sender = "" if run.kind is LetterKind.LAWYER_LETTER else run.office.creditor.name
        told = self._words.sender.format(name=sender) if sender else ""
        lists.envelopes.append(Label((slip["premises"], self._words.to_owner, told), code, due.place))
        to = (slip["name"], account.debtor.phone, slip["address"])
        lists.waybills.append(Label(to, code, due.place))
        facts = [Fact(name, value) for name, value in json.loads(row.facts)]
        contents = contents_of(
            facts,
            slip["premises"],
            slip["title"],
            slip["number"],
            run.locale,
            in_building=any(parts_of(due.home)[:2]),
        )
        firm = run.office.law_firm if run.kind is LetterKind.LAWYER_LETTER else None
        from_ = firm or run.office.creditor
        lists.mailing.append(
            Mailing(due.place, *to[:2], to[2], contents, slip["number"], code, due.pages, from_.name, from_.phone,
                    from_.address)
        )  # fmt: skip

    def _labels(self, path: Path, labels: Sequence[Label], title: str) -> int:
        if self._label is None:
            return 0
        legible = [
            replace(one, lines=tuple(self._legible(line, due) for line in one.lines))
            for one, due in zip(labels, self._picked.due, strict=True)
        ]
        with path.open("wb") as file, Pdf.new() as own:
            face = self._face(own, ["".join(one.lines) for one in legible])
            out = PrintFile(file, title=f"{title} {self._run.id}", created=self._run.issued_at)
            resources = out.resources(own, Dictionary(Font=Dictionary(F=face.font)))
            start = self._options.label_start
            for content in label_pages(legible, self._label, self._words, face, start=start):
                out.draw(content, resources)
            out.close()
            return out.pages


@dataclass(frozen=True, slots=True)
class _SlipMaker:
    """Slips as PDF: one Word file for each letter, laid out by the converter in batches."""

    desk: Desk
    run: Run
    template: CompiledTemplate
    converter: Converter

    def __call__(self, letters: Sequence[tuple[Row[Any], Account, bytes]]) -> list[bytes]:
        docs, nonces = [], []
        for row, account, key in letters:
            slip = slip_of(self.run, row, account, key, self.desk.store.get(row.docx_sha256))
            values = slips_context(self.desk, self.run, [slip])
            docs.append(self.template.render(values, must_appear=[slip["number"], slip["code"]]).docx)
            nonces.append(salt_for(key, f"slip:{row.number}")[:16])
        return self.converter.convert(docs, created=self.run.issued_at, nonces=nonces)


def _record(desk: Desk, letters: Sequence[Due], options: PrintOptions) -> int:
    """An event ``prepared`` for each letter that has none by this channel; how many were recorded."""
    if options.record is None:
        return 0
    at, recorded = desk.source.now().isoformat(), 0
    for due in letters:
        with desk.reading() as connection:
            known = [event for event, _ in events_of(connection, due.number)]
        if any(e.outcome is Outcome.PREPARED and e.channel is options.record for e in known):
            continue
        done = deliver(
            desk, due.number, channel=options.record, outcome=Outcome.PREPARED, at=at, servers=options.servers
        )
        recorded += not done.already_known
    return recorded
