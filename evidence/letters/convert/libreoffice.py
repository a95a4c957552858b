"""The reference converter: LibreOffice, headless, two processes with private profiles and private fonts.

Letters of one batch are joined into one DOCX where that cannot change a page, converted in one load and cut
apart at bookmarks. The processes stay for the converter's next letters (see :mod:`.office`); what they make is
counted, because LibreOffice drops files silently.
"""

from __future__ import annotations

import math
import shutil
import tempfile
import weakref
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from queue import LifoQueue

from evidence.errors import EvidenceError, Problem, fail
from evidence.letters.convert._package import language_of, title_of, write_parts
from evidence.letters.convert.base import WORKERS, BaseConverter, Description, check_arguments
from evidence.letters.convert.dress import fittings
from evidence.letters.convert.fontdir import FontFolders, font_mark
from evidence.letters.convert.join import bookmark, join, marked_blocks
from evidence.letters.convert.keeps import Flow, flow_of
from evidence.letters.convert.normalise import cut, named_places, normalise, open_pdf
from evidence.letters.convert.office import START_SECONDS, Office, find_program, program_version
from evidence.letters.convert.scratch import make_scratch, remove_scratch
from evidence.letters.fonts import Face, Shelf, choices

_NAME = "libreoffice"
FILES_PER_CALL = 50
"""LibreOffice takes at most some 250 arguments and drops the rest without a word."""
LETTER_SECONDS = 2.0
"""Time limit of a call: the start of an office, and per letter twenty times the measured time."""
_LEAST_ROOM = 1 << 20  # bytes of the disk for temporary files; with less an office fails in whatever way


@dataclass(frozen=True, slots=True)
class _Letter:
    """One letter on its way: its text, and what goes into its PDF beside the pages."""

    flow: Flow
    nonce: bytes
    title: str
    language: str
    landscape: bool


@dataclass(frozen=True, slots=True)
class _File:
    """One DOCX handed to the office, and the letters in it, in order."""

    docx: bytes
    letters: tuple[_Letter, ...]


@dataclass(frozen=True, slots=True)
class _Made:
    """A converted letter: its PDF, or else what is to be converted again in its place."""

    pdf: bytes
    again: _Letter | None


class LibreOfficeConverter(BaseConverter):
    """See :class:`evidence.letters.convert.base.Converter`."""

    name = _NAME
    batches_at_once = 8

    def __init__(
        self,
        shelf: Shelf,
        *,
        program: Path | None = None,
        workers: int = WORKERS,
        start_seconds: float = START_SECONDS,
        letter_seconds: float = LETTER_SECONDS,
    ) -> None:
        self.path = program or find_program()
        self.version = program_version(self.path)
        self.identity = f"{_NAME} {self.version} fonts-{font_mark(shelf)}"
        self._shelf = shelf
        self._workers = workers
        self._limits = (start_seconds, letter_seconds)
        self._scratch = make_scratch("evidence-office-")
        self._fonts = FontFolders(self._scratch)
        offices = [Office(self.path, self._scratch / f"office-{number}") for number in range(workers)]
        self._clean = weakref.finalize(self, _end, offices, self._scratch)
        # The one used last comes first: it runs already, and for single letters no other need start.
        self._offices: LifoQueue[Office] = LifoQueue()
        for office in offices:
            self._offices.put(office)

    def describe(self) -> Description:
        fonts = tuple((c.asked, c.used) for c in choices(self._shelf))
        return Description(_NAME, self.version, str(self.path), fonts)

    def convert_batches(
        self,
        batches: Sequence[Sequence[bytes]],
        *,
        created: datetime,
        nonces: Sequence[Sequence[bytes]],
        landscape: bool = False,
    ) -> list[list[bytes]]:
        check_arguments(batches, created, nonces)
        letters: list[_Letter] = []
        faces: set[Face] = set()
        blinds = (nonce for batch in nonces for nonce in batch)
        for one in fittings([docx for batch in batches for docx in batch], self._shelf):
            flow, about = flow_of(one.rest, one.document), one.rest
            letters.append(_Letter(flow, next(blinds), title_of(about), language_of(about), landscape))
            faces |= one.faces
        waiting = iter(letters)
        pending = [list(islice(waiting, len(batch))) for batch in batches]
        folder = self._fonts.folder(self._shelf, faces)
        with ThreadPoolExecutor(self._workers) as threads:
            return self._work_off(pending, threads, folder, created)

    def close(self) -> None:
        self._clean()

    def _work_off(
        self,
        batches: Sequence[Sequence[_Letter]],
        threads: ThreadPoolExecutor,
        folder: Path,
        created: datetime,
    ) -> list[list[bytes]]:
        """Rounds of conversion: all letters, then those of each batch that need a page break mended."""
        done: list[dict[int, bytes]] = [{} for _ in batches]
        waiting = [dict(enumerate(batch)) for batch in batches]
        while any(waiting):
            owners: list[tuple[int, int]] = []
            files: list[_File] = []
            for number, letters in enumerate(waiting):
                files += _files(list(letters.values()))
                owners += [(number, position) for position in letters]
            made = self._convert_files(files, threads, folder, created)
            waiting = [{} for _ in batches]
            for (number, position), one in zip(owners, made, strict=True):
                if one.again is None:
                    done[number][position] = one.pdf
                else:
                    waiting[number][position] = one.again
        return [[pdfs[position] for position in range(len(pdfs))] for pdfs in done]

    def _convert_files(
        self, files: Sequence[_File], threads: ThreadPoolExecutor, folder: Path, created: datetime
    ) -> list[_Made]:
        """The letters of all files in order. Which call a file falls into does not show in its bytes."""
        if not files:
            return []
        calls = max(min(self._workers, len(files)), math.ceil(len(files) / FILES_PER_CALL))
        size = math.ceil(len(files) / calls)
        groups = [files[start : start + size] for start in range(0, len(files), size)]
        jobs = [threads.submit(self._convert_group, group, folder, created) for group in groups]
        return [letter for job in jobs for letters in job.result() for letter in letters]

    def _convert_group(self, files: Sequence[_File], folder: Path, created: datetime) -> list[list[_Made]]:
        """The files of one call; those without a good PDF are tried once more in a fresh profile.

        A joined file whose letters cannot be told apart is given up, and its letters are converted by themselves.
        """
        office = self._offices.get()
        try:
            done, faults = self._attempt(dict(enumerate(files)), folder, office, created)
            if faults:
                office.renew()
                again = {
                    index: [_alone(letter) for letter in files[index].letters]
                    if problem.code == "convert.pages-lost"
                    else [files[index]]
                    for index, problem in faults.items()
                }
                single = [file for some in again.values() for file in some]
                redone, faults = self._attempt(dict(enumerate(single)), folder, office, created)
                if faults:
                    raise EvidenceError({problem.code: problem for problem in faults.values()}.values())
                made = iter(redone[number] for number in range(len(single)))
                done |= {index: [one for _ in some for one in next(made)] for index, some in again.items()}
            return [done[index] for index in range(len(files))]
        finally:
            self._offices.put(office)

    def _attempt(
        self, files: Mapping[int, _File], folder: Path, office: Office, created: datetime
    ) -> tuple[dict[int, list[_Made]], dict[int, Problem]]:
        """One run of the office: the letters of each file that came out well, and what is wrong with the others."""
        start, each = self._limits
        seconds = start + each * sum(len(file.letters) for file in files.values())
        done: dict[int, list[_Made]] = {}
        faults: dict[int, Problem] = {}
        with tempfile.TemporaryDirectory(dir=self._scratch) as name:
            work = Path(name)
            sources = []
            for index, file in files.items():
                sources.append(work / f"{index:04d}.docx")
                sources[-1].write_bytes(file.docx)
            fonts = self._fonts.config(folder)
            ended = office.convert(sources, work, fonts, seconds, sum(len(f.letters) for f in files.values()))
            for index, file in files.items():
                made = work / f"{index:04d}.pdf"
                if not made.exists():
                    faults[index] = _why_missing(ended, seconds, len(files))
                    continue
                try:
                    done[index] = _cut_letters(file, made.read_bytes(), created)
                except EvidenceError as error:
                    if error.problems[0].code not in _PASSING:
                        raise
                    faults[index] = error.problems[0]
            if faults and shutil.disk_usage(work).free < _LEAST_ROOM:  # asked before this call's files go
                full = Problem("general.disk-full", params={"path": str(self._scratch)})
                return done, dict.fromkeys(faults, full)
        missing = sum(problem.code == "convert.output-missing" for problem in faults.values())
        for index, problem in faults.items():
            if problem.code == "convert.output-missing":
                faults[index] = Problem(problem.code, problem.where, {**problem.params, "count": missing})
        return done, faults


_PASSING = ("convert.half-pdf", "convert.pages-lost")
"""Faults of an output that a second try may cure."""


def _files(letters: Sequence[_Letter]) -> list[_File]:
    """One batch as one file where the letters can be joined, else as a file each."""
    joined = join([letter.flow for letter in letters]) if letters else None
    if joined is not None:
        return [_File(write_parts(joined), tuple(letters))]
    return [_alone(letter) for letter in letters]


def _alone(letter: _Letter) -> _File:
    package = join([letter.flow])
    assert package is not None, "a single letter always joins with itself"
    return _File(write_parts(package), (letter,))


def _cut_letters(file: _File, data: bytes, created: datetime) -> list[_Made]:
    """The converted file cut into its letters, each normalised unless a page break of it needs mending.

    Raises ``convert.pages-lost`` when a letter does not begin a page of its own.
    """
    pdf = open_pdf(data, _NAME)
    places = named_places(pdf)
    blocks = marked_blocks(places)
    starts = [places[mark][0] for mark in map(bookmark, range(len(file.letters))) if mark in places]
    if len(starts) != len(file.letters) or starts[0] != 0 or starts != sorted(set(starts)):
        raise fail("convert.pages-lost", converter=_NAME, found=len(set(starts)), expected=len(file.letters))
    ends = [*starts[1:], len(pdf.pages)]
    made = []
    for position, (letter, start, end) in enumerate(zip(file.letters, starts, ends, strict=True)):
        pages = {block: page for block, (page, _) in blocks.get(position, {}).items()}
        tops = {block: top for block, (_, top) in blocks.get(position, {}).items()}
        mended = letter.flow.mended(pages, tops)
        if mended is not None:
            made.append(_Made(b"", replace(letter, flow=mended)))
            continue
        part = cut(pdf, start, end - start)
        done = normalise(
            part,
            created=created,
            nonce=letter.nonce,
            title=letter.title,
            language=letter.language,
            landscape=letter.landscape,
        )
        made.append(_Made(done, None))
    return made


def _end(offices: Sequence[Office], scratch: Path) -> None:
    for office in offices:
        office.end()
    remove_scratch(scratch)


def _why_missing(ended: int | None, seconds: float, total: int) -> Problem:
    if ended is None:
        return Problem("convert.timeout", params={"converter": _NAME, "seconds": int(seconds)})
    if ended == 0:
        return Problem("convert.output-missing", params={"converter": _NAME, "count": 0, "total": total})
    return Problem("convert.failed", params={"converter": _NAME, "reason": f"exit code {ended}"})
