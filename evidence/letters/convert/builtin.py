"""The converter that needs nothing installed: office2pdf (Rust, on Typst) in two child processes, PDF/A-2b.

Each letter is converted alone; a batch means nothing to its bytes. Known limits of the engine, which shipped
templates avoid: borders break in a table row with a wrapped cell, and two faces in one cell do not share a
baseline (see docs/converters.md).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from pikepdf import Pdf

from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.letters.convert._package import (
    DOCUMENT,
    STYLES,
    language_of,
    parse,
    serialise,
    w,
    write_parts,
)
from evidence.letters.convert.base import WORKERS, BaseConverter, Description, check_arguments
from evidence.letters.convert.children import Children, children
from evidence.letters.convert.dress import Dressed, dress_all
from evidence.letters.convert.fontdir import font_mark
from evidence.letters.convert.keeps import Flow, flow_of
from evidence.letters.convert.marks import marked_parts, pages_of_blocks
from evidence.letters.convert.normalise import normalise, open_pdf
from evidence.letters.fonts import Shelf, choices

_NAME = "builtin"
_ENGINE = "office2pdf-python"
LETTER_SECONDS = 60.0
"""Time limit for one letter. It takes 0.03 s, the first of a process 0.2 s; a letter that needs more hangs."""


class BuiltinConverter(BaseConverter):
    """See :class:`evidence.letters.convert.base.Converter`."""

    name = _NAME
    batches_at_once = 4

    def __init__(
        self, shelf: Shelf, *, workers: int = WORKERS, letter_seconds: float = LETTER_SECONDS
    ) -> None:
        self.version = metadata.version(_ENGINE)
        self.identity = f"{_NAME} {self.version} fonts-{font_mark(shelf)}"
        self._shelf = shelf
        self._workers = workers
        self._seconds = letter_seconds

    def describe(self) -> Description:
        fonts = tuple((c.asked, c.used) for c in choices(self._shelf))
        return Description(_NAME, self.version, _ENGINE, fonts)

    def convert_batches(
        self,
        batches: Sequence[Sequence[bytes]],
        *,
        created: datetime,
        nonces: Sequence[Sequence[bytes]],
        landscape: bool = False,
    ) -> list[list[bytes]]:
        check_arguments(batches, created, nonces)
        letters = dress_all([docx for batch in batches for docx in batch], self._shelf)
        if problems := list(_changed(letters)):
            raise EvidenceError(problems)
        blinds = [nonce for batch in nonces for nonce in batch]
        crew = children(self._workers)
        folders = [crew.fonts.folder(self._shelf, letter.faces) for letter in letters]

        def one(letter: Dressed, folder: Path, nonce: bytes) -> bytes:
            pdf = self._paged(crew, flow_of(in_chinese(letter.parts)), folder)
            language = language_of(letter.parts)
            return normalise(pdf, created=created, nonce=nonce, language=language, landscape=landscape)

        with ThreadPoolExecutor(self._workers) as threads:
            jobs = [threads.submit(one, *job) for job in zip(letters, folders, blinds, strict=True)]
            try:
                done = iter([job.result() for job in jobs])
            finally:
                for job in jobs:
                    job.cancel()
        return [[next(done) for _ in batch] for batch in batches]

    def close(self) -> None:
        """Nothing to do: the children stay for the next converter (see :mod:`.children`)."""

    def _paged(self, crew: Children, flow: Flow, folder: Path) -> Pdf:
        """A letter converted as often as it has a chain that a page break tears (see :mod:`.keeps`)."""
        while True:
            pdf = open_pdf(self._convert_one(crew, write_parts(marked_parts(flow)), folder), _NAME)
            mended = flow.mended(pages_of_blocks(pdf)) if len(pdf.pages) > 1 else None
            if mended is None:
                return pdf
            flow = mended

    def _convert_one(self, crew: Children, docx: bytes, folder: Path) -> bytes:
        head, pdf = crew.convert(docx, folder, self._seconds)
        # Any fallback or skipped element means that the page would not show what the letter says.
        if reason := "; ".join(head):
            raise fail("convert.failed", converter=_NAME, reason=reason)
        return pdf


def in_chinese(parts: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The parts with Traditional Chinese named as the language of all text, where it is that of the Chinese.

    The engine heeds ``w:val`` alone, which is that of Latin text, and squeezes marks as Simplified faces have them: the
    centred ones of Traditional faces would run into each other.
    """
    return {**parts, STYLES: _speaking(parts[STYLES])} if STYLES in parts else parts


_TRADITIONAL = ("zh-TW", "zh-HK", "zh-MO")


@lru_cache(32)  # letters of one template have the same styles
def _speaking(styles: bytes) -> bytes:
    root = parse(styles)
    for language in root.iterfind(f"{w('docDefaults')}//{w('lang')}"):
        if (chinese := language.get(w("eastAsia"))) in _TRADITIONAL:
            language.set(w("val"), str(chinese))
    return serialise(root)


def _changed(letters: Iterable[Dressed]) -> Iterable[Problem]:
    """What the engine would print as another character: it puts a compatibility form (U+FA19) into its canonical one
    (神, U+795E) before it looks for a glyph. Somebody's name may differ in nothing else."""
    for position, letter in enumerate(letters, 1):
        if unicodedata.is_normalized("NFC", letter.parts[DOCUMENT].decode()):
            continue
        words = "".join(text.text or "" for text in parse(letter.parts[DOCUMENT]).iter(w("t")))
        for char in dict.fromkeys(words):
            if (other := unicodedata.normalize("NFC", char)) != char:
                params = {"characters": char, "code": f"U+{ord(char):04X}", "other": f"U+{ord(other[0]):04X}"}
                yield Problem("convert.character-changed", Place(row=position), params)
