"""The converter that needs nothing installed: office2pdf (Rust, on Typst) in two child processes, PDF/A-2b.

Each letter is converted alone; a batch means nothing to its bytes. Known limits of the engine, which shipped
templates avoid: borders break in a table row with a wrapped cell, and two faces in one cell do not share a
baseline (see docs/converters.md).
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata
import weakref
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from importlib import metadata
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO, cast

from pikepdf import Pdf

from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.letters.convert._package import DOCUMENT, language_of, parse, w, write_parts
from evidence.letters.convert._worker import write_frame
from evidence.letters.convert.base import WORKERS, BaseConverter, Description, check_arguments
from evidence.letters.convert.dress import Dressed, dress_all
from evidence.letters.convert.fontdir import FontFolders, font_mark
from evidence.letters.convert.keeps import Flow, flow_of
from evidence.letters.convert.marks import marked_parts, pages_of_blocks
from evidence.letters.convert.normalise import normalise, open_pdf
from evidence.letters.fonts import Shelf, choices

_NAME = "builtin"
_ENGINE = "office2pdf-python"
# Run as a file, not as a module: it needs nothing of this package, whose import takes a quarter of a second.
_WORKER = Path(__file__).with_name("_worker.py")
LETTER_SECONDS = 60.0
"""Time limit for one letter. It takes 0.03 s, the first of a process 0.2 s; a letter that needs more hangs."""
RECYCLE_AFTER = 500
"""Letters a child process handles before it is replaced, so that nothing can pile up in it."""


class BuiltinConverter(BaseConverter):
    """See :class:`evidence.letters.convert.base.Converter`."""

    name = _NAME
    batches_at_once = 4

    def __init__(self, shelf: Shelf, *, letter_seconds: float = LETTER_SECONDS) -> None:
        self.version = metadata.version(_ENGINE)
        self.identity = f"{_NAME} {self.version} fonts-{font_mark(shelf)}"
        self._shelf = shelf
        self._seconds = letter_seconds
        self._scratch = Path(tempfile.mkdtemp(prefix="evidence-builtin-"))
        self._clean = weakref.finalize(self, shutil.rmtree, self._scratch, ignore_errors=True)
        self._fonts = FontFolders(self._scratch, shelf)
        self._idle: SimpleQueue[_Child] = SimpleQueue()
        self._children = [_Child(self._seconds, self._fonts.no_fonts()) for _ in range(WORKERS)]
        for child in self._children:
            self._idle.put(child)

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
        folders = [self._fonts.folder(letter.faces) for letter in letters]

        def one(letter: Dressed, folder: Path, nonce: bytes) -> bytes:
            pdf = self._paged(flow_of(letter.parts), folder)
            language = language_of(letter.parts)
            return normalise(pdf, created=created, nonce=nonce, language=language, landscape=landscape)

        with ThreadPoolExecutor(WORKERS) as threads:
            jobs = [threads.submit(one, *job) for job in zip(letters, folders, blinds, strict=True)]
            try:
                done = iter([job.result() for job in jobs])
            finally:
                for job in jobs:
                    job.cancel()
        return [[next(done) for _ in batch] for batch in batches]

    def close(self) -> None:
        for child in self._children:
            child.end()
        self._clean()

    def _paged(self, flow: Flow, folder: Path) -> Pdf:
        """A letter converted as often as it has a chain that a page break tears (see :mod:`.keeps`)."""
        while True:
            pdf = open_pdf(self._convert_one(write_parts(marked_parts(flow)), folder), _NAME)
            mended = flow.mended(pages_of_blocks(pdf)) if len(pdf.pages) > 1 else None
            if mended is None:
                return pdf
            flow = mended

    def _convert_one(self, docx: bytes, folder: Path) -> bytes:
        """One letter through an idle child; a child that dies or hangs is replaced and the letter tried again."""
        child = self._idle.get()
        try:
            try:
                answer = child.ask(docx, folder)
            except EvidenceError:
                answer = child.ask(docx, folder)
        finally:
            self._idle.put(child)
        head, pdf = answer
        # Any fallback or skipped element means that the page would not show what the letter says.
        if reason := head.get("error") or "; ".join(head.get("warnings", ())):
            raise fail("convert.failed", converter=_NAME, reason=str(reason))
        return pdf


class _Child:
    """One child process, started when first asked and again after it died."""

    def __init__(self, seconds: float, fontconfig: Path) -> None:
        self._seconds = seconds
        self._environment = _environment(fontconfig)
        self._process: subprocess.Popen[bytes] | None = None
        self._asked = 0
        self._lock = threading.Lock()

    def ask(self, docx: bytes, folder: Path) -> tuple[dict[str, list[str]], bytes]:
        """Convert one letter. Raises ``convert.timeout`` or ``convert.failed``; the process is gone then."""
        with self._lock:
            process = self._running()
            assert process.stdin is not None and process.stdout is not None
            try:
                request = io.BytesIO()
                write_frame(request, json.dumps({"fonts": str(folder)}).encode())
                write_frame(request, docx)
                process.stdin.write(request.getvalue())
                process.stdin.flush()
                deadline = time.monotonic() + self._seconds
                answers = cast(BinaryIO, process.stdout)
                head = _read_frame(answers, deadline)
                pdf = _read_frame(answers, deadline)
            except TimeoutError as error:
                self._kill()
                raise fail("convert.timeout", converter=_NAME, seconds=int(self._seconds)) from error
            except (EOFError, OSError) as error:
                code = self._kill()
                raise fail(
                    "convert.failed", converter=_NAME, reason=f"child process ended ({code})"
                ) from error
            return json.loads(head), pdf

    def end(self) -> None:
        with self._lock:
            self._kill()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and (self._asked >= RECYCLE_AFTER or self._process.poll() is not None):
            self._kill()
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(_WORKER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=self._environment,
                bufsize=0,
                start_new_session=True,
            )
            self._asked = 0
        self._asked += 1
        return self._process

    def _kill(self) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        process.kill()
        code = process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        return code


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


def _environment(fontconfig: Path) -> dict[str, str]:
    """A bare environment: no system fonts, the same locale and zone everywhere, the caller's packages.

    Without a valid ``FONTCONFIG_FILE`` the engine would read the system's font folders beside those it is given.
    """
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p and Path(p).is_dir()),
        "HOME": os.devnull,
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "FONTCONFIG_FILE": str(fontconfig),
    }


def _read_frame(stream: BinaryIO, deadline: float) -> bytes:
    size = int.from_bytes(_read_exactly(stream, 4, deadline), "big")
    return _read_exactly(stream, size, deadline)


def _read_exactly(stream: BinaryIO, size: int, deadline: float) -> bytes:
    """``size`` bytes of an unbuffered pipe. Raises ``TimeoutError`` past ``deadline``, ``EOFError`` at its end."""
    parts = bytearray()
    while len(parts) < size:
        ready, _, _ = select.select([stream], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise TimeoutError
        piece = os.read(stream.fileno(), size - len(parts))
        if not piece:
            raise EOFError
        parts += piece
    return bytes(parts)
