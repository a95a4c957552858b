"""What a worker does: whole batches of letters from their values to DOCX and PDF, ready to be stamped.

A :class:`Chunk` says everything; the bytes made from it depend on it alone, whoever makes them, wherever and however
often. Any ``concurrent.futures.Executor`` can run :func:`work`. A worker has no key, no journal and no database: it
neither signs nor records. One whose converter, fonts or libraries are not those of the run fails with
``workspace.worker-differs`` before it has made anything.
"""

from __future__ import annotations

import atexit
import os
import socket
import sys
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from importlib import metadata
from threading import RLock

from evidence import __version__
from evidence.errors import EvidenceError, ExitCode, Place, Problem, fail
from evidence.law.lint import Hit
from evidence.letters.convert import Converter, open_converter
from evidence.letters.convert.words import missing_words
from evidence.letters.engine import CompiledTemplate, compile_template
from evidence.workspace.exchange import Exchange, Parcel
from evidence.workspace.wording import Wording

__all__ = [
    "Basis",
    "Chunk",
    "Introduction",
    "Order",
    "Outcome",
    "Workroom",
    "Written",
    "close_rooms",
    "difference",
    "introduce",
    "is_refusal",
    "make",
    "open_workroom",
    "render",
    "toolchain",
    "work",
]

_OF_ONE_LETTER = {"convert.character-changed", "convert.glyph-missing"}  # told before anything is converted
_LIBRARIES = ("docxtpl", "fonttools", "jinja2", "lxml", "office2pdf-python", "pikepdf")
"""Those that a letter's bytes go through."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What all letters of a run have in common. ``created`` is the time in every PDF, ``day`` that of the letters, by
    which the words are judged; ``converter`` is an identity, ``template`` a SHA-256, ``tools`` a :func:`toolchain`."""

    run: str
    jurisdiction: str
    locale: str
    created: datetime
    day: date
    converter: str
    template: str
    template_name: str
    tools: str


@dataclass(frozen=True, slots=True)
class Order:
    """One letter to be made: what its template sees, what must be found in it, and the nonce of its PDF (16 bytes).

    It names nobody where a worker's log shows it.
    """

    position: int
    account: str = field(repr=False)
    debtor: str = field(repr=False)
    values: Mapping[str, object] = field(repr=False)
    must_appear: tuple[str, ...] = field(repr=False)
    nonce: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole batches of a run, in the order of the plan. ``template`` is where its bytes are to be had."""

    basis: Basis
    batches: tuple[tuple[Order, ...], ...] = field(repr=False)
    template: Parcel = field(repr=False)
    exchange: Exchange


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as Word file and unstamped PDF, and words in it that somebody should look at."""

    position: int
    docx: bytes = field(repr=False)
    source: bytes = field(repr=False)
    doubts: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a chunk. The files lie in ``parcel`` one after another: ``made`` says by position how long DOCX and
    PDF are, and what is doubtful; ``refused`` says by position why a letter cannot be written."""

    made: tuple[tuple[int, int, int, tuple[Hit, ...]], ...]
    refused: tuple[tuple[int, tuple[Problem, ...]], ...]
    parcel: Parcel = field(repr=False)

    def written(self, exchange: Exchange) -> dict[int, Written]:
        """The letters by position, fetched and taken apart."""
        if not self.made:
            # Nothing was left: parcels of one content have one name, and the first to be taken would drop it for all.
            return {}
        data = memoryview(exchange.get(self.parcel))
        letters: dict[int, Written] = {}
        at = 0
        for position, docx, source, doubts in self.made:
            middle, end = at + docx, at + docx + source
            letters[position] = Written(position, bytes(data[at:middle]), bytes(data[middle:end]), doubts)
            at = end
        if at != len(data):
            raise ValueError("a parcel of another length than its letters")
        return letters


@dataclass(frozen=True, slots=True)
class Introduction:
    """What a worker says of itself before it is given letters: its tools, its converter, and where it could leave
    ``sample`` for the coordinator."""

    tools: str
    converter: str
    sample: bytes
    parcel: Parcel | None


@dataclass(frozen=True)
class Workroom:
    """What a process keeps from chunk to chunk of one run: the compiled template, the rules for words, the converter."""

    basis: Basis
    template: CompiledTemplate
    wording: Wording
    converter: Converter


def work(chunk: Chunk) -> Outcome:
    """Make the letters of ``chunk`` in this process, whose workroom stays for the next chunk of the run.

    Raises what stops a whole run: ``workspace.worker-differs``, a template that does not render, a converter that fails.
    """
    return make(chunk, _ROOMS.room(chunk))


def make(chunk: Chunk, room: Workroom) -> Outcome:
    """As :func:`work`, in a workroom given."""
    refused: dict[int, tuple[Problem, ...]] = {}
    rendered: list[list[_Rendered]] = []
    for batch in chunk.batches:
        rendered.append([])
        for order in batch:
            try:
                rendered[-1].append(_Rendered(order, *render(order, room.template, room.wording)))
            except EvidenceError as error:
                if not is_refusal(error):
                    raise
                refused[order.position] = error.problems
    kept, sources = _converted(rendered, room, refused)
    made, files = [], []
    for letters, pdfs in zip(kept, sources, strict=True):
        for letter, source in zip(letters, pdfs, strict=True):
            if lost := missing_words(source, letter.order.must_appear, letter.docx):
                name = chunk.basis.converter.partition(" ")[0]
                refused[letter.order.position] = tuple(
                    Problem(
                        "convert.text-lost",
                        Place(part=letter.order.account),
                        {"converter": name, "value": text[:80]},
                    )
                    for text in lost
                )
                continue
            made.append((letter.order.position, len(letter.docx), len(source), letter.doubts))
            files += [letter.docx, source]
    parcel = chunk.exchange.put(b"".join(files)) if files else b""
    return Outcome(tuple(made), tuple(sorted(refused.items())), parcel)


def introduce(basis: Basis, exchange: Exchange, template: Parcel) -> Introduction:
    """Said by a worker: whether its letters would be those of the run, and whether it can use ``exchange``.

    Raises ``workspace.worker-differs`` where it has no such converter at all.
    """
    converter = _ROOMS.converter(basis)
    sample = f"{basis.run} {_here()} {os.getpid()}".encode()
    try:
        exchange.get(template)
        parcel = exchange.put(sample)
    except (EvidenceError, OSError, ImportError):
        parcel = None
    return Introduction(toolchain(), converter.identity, sample, parcel)


def open_workroom(basis: Basis, template: bytes, converter: Converter) -> Workroom:
    """Raises ``workspace.worker-differs`` where letters made here would not be those of the run."""
    compiled = compile_template(template, basis.template_name)
    for asked, found in (
        (basis.template, compiled.sha256),
        (basis.converter, converter.identity),
        (basis.tools, toolchain()),
    ):
        if asked != found:
            raise fail(
                "workspace.worker-differs", worker=_here(), run=basis.run, what=difference(asked, found)
            )
    return Workroom(basis, compiled, Wording(basis.jurisdiction, basis.locale, basis.day), converter)


@lru_cache(1)
def toolchain() -> str:
    """What a letter's bytes go through beside the converter: this toolkit, Python, the libraries and their zlib."""
    versions = [f"evidence-kit {__version__}", f"python {sys.version_info.major}.{sys.version_info.minor}"]
    versions += [f"{name} {metadata.version(name)}" for name in _LIBRARIES]
    return ", ".join([*versions, f"zlib {zlib.ZLIB_RUNTIME_VERSION}"])


def difference(asked: str, found: str) -> str:
    """Where two lists of versions differ: ``lxml 6.0 → lxml 6.1``."""
    pairs = list(zip(asked.split(", "), found.split(", "), strict=False))
    differing = [f"{one} → {other}" for one, other in pairs if one != other]
    return ", ".join(differing) or f"{asked} → {found}"


def _here() -> str:
    return socket.gethostname()


@dataclass(frozen=True, slots=True)
class _Rendered:
    """A letter as DOCX, waiting for its PDF."""

    order: Order
    docx: bytes
    doubts: tuple[Hit, ...]


def render(order: Order, template: CompiledTemplate, wording: Wording) -> tuple[bytes, tuple[Hit, ...]]:
    """The letter as a Word file, and what somebody should look at in it. Raises what may not be said or printed."""
    letter = template.render(order.values, must_appear=order.must_appear)
    return letter.docx, wording.checked(letter.text, order.account, order.debtor)


def is_refusal(error: EvidenceError) -> bool:
    """Whether this letter alone cannot be written; else no letter of the run can."""
    return error.exit_code in (ExitCode.PARTIAL, ExitCode.BLOCKED)


def _converted(
    batches: Sequence[Sequence[_Rendered]], room: Workroom, refused: dict[int, tuple[Problem, ...]]
) -> tuple[list[list[_Rendered]], list[list[bytes]]]:
    """The batches and their PDFs. Letters with a character the converter cannot print are refused, the others made."""
    kept = [list(batch) for batch in batches if batch]
    try:
        return kept, _pdfs(kept, room)
    except EvidenceError as error:
        if not all(problem.code in _OF_ONE_LETTER and problem.where.row for problem in error.problems):
            raise
        found = error.problems
    # The place of such a fault is the letter's position in the call, from 1.
    letters = [letter.order for batch in kept for letter in batch]
    for number, order in enumerate(letters, 1):
        if faults := [
            replace(one, where=Place(part=order.account)) for one in found if one.where.row == number
        ]:
            refused[order.position] = tuple(faults)
    kept = [[letter for letter in batch if letter.order.position not in refused] for batch in kept]
    kept = [batch for batch in kept if batch]
    return kept, _pdfs(kept, room)


def _pdfs(batches: Sequence[Sequence[_Rendered]], room: Workroom) -> list[list[bytes]]:
    if not batches:
        return []
    return room.converter.convert_batches(
        [[letter.docx for letter in batch] for batch in batches],
        created=room.basis.created,
        nonces=[[letter.order.nonce for letter in batch] for batch in batches],
    )


class _Rooms:
    """The workroom of this process: one for the run at hand, and the converters opened so far."""

    def __init__(self) -> None:
        self._lock = RLock()  # whoever ends the process may come in the middle of opening
        self._room: Workroom | None = None
        self._converters: dict[tuple[str, str], Converter] = {}

    def room(self, chunk: Chunk) -> Workroom:
        with self._lock:
            if self._room is None or self._room.basis != chunk.basis:
                template = chunk.exchange.get(chunk.template)
                self._room = open_workroom(chunk.basis, template, self.converter(chunk.basis))
            return self._room

    def converter(self, basis: Basis) -> Converter:
        key = basis.converter.partition(" ")[0], basis.locale
        with self._lock:
            return self._opened(key, basis)

    def _opened(self, key: tuple[str, str], basis: Basis) -> Converter:
        if key not in self._converters:
            try:
                self._converters[key] = open_converter(*key, workers=1)
            except EvidenceError as error:
                what = f"{basis.converter} → {error.problems[0].code}"
                raise fail("workspace.worker-differs", worker=_here(), run=basis.run, what=what) from error
        return self._converters[key]

    def close(self) -> None:
        entered = self._lock.acquire(timeout=2)
        try:
            self._room = None
            while self._converters:
                self._converters.popitem()[1].close()
        finally:
            if entered:
                self._lock.release()


_ROOMS = _Rooms()
atexit.register(_ROOMS.close)


def close_rooms() -> None:
    """Let go of what :func:`work` keeps in this process: converters and their programs."""
    _ROOMS.close()
