"""The builtin converter's child processes: they, and the fonts they have read, stay for the next converter.

To start one and have it read its fonts takes longer than twenty letters do, and one command may open a converter
several times. So all converters of a process share its children, as many as the one with the most workers asks
for. They end with the process, or with :func:`end_children`. A letter's bytes do not depend on what its child did
before. After a fork the new process has none and starts its own.
"""

from __future__ import annotations

import atexit
import contextlib
import io
import json
import os
import select
import subprocess
import sys
import threading
import time
from pathlib import Path
from queue import LifoQueue
from typing import BinaryIO, cast

from evidence.errors import EvidenceError, fail
from evidence.letters.convert._worker import write_frame
from evidence.letters.convert.fontdir import FontFolders
from evidence.letters.convert.scratch import make_scratch, remove_scratch

_NAME = "builtin"
# Run as a file, not as a module: it needs nothing of this package, whose import takes a quarter of a second.
_WORKER = Path(__file__).with_name("_worker.py")
RECYCLE_AFTER = 500
"""Letters a child process handles before it is replaced, so that nothing can pile up in it."""


class Children:
    """Child processes, and the scratch folder their fonts are laid into."""

    def __init__(self) -> None:
        self.scratch = make_scratch("evidence-builtin-")
        self.fonts = FontFolders(self.scratch)
        self._children: list[_Child] = []
        # The one used last comes first: it is warm, and for single letters the other need not start at all.
        self._idle: LifoQueue[_Child] = LifoQueue()

    def grow(self, workers: int) -> None:
        """Have at least so many children."""
        while len(self._children) < workers:
            self._children.append(_Child(self.fonts))
            self._idle.put(self._children[-1])

    def convert(self, docx: bytes, folder: Path, seconds: float) -> tuple[list[str], bytes]:
        """One letter through an idle child, in at most ``seconds``; a child that dies or hangs is replaced and the
        letter tried again. Returns what the engine complained of, and the PDF. Raises ``convert.timeout`` or
        ``convert.failed``.
        """
        child = self._idle.get()
        try:
            try:
                return child.ask(docx, folder, seconds)
            except EvidenceError:
                return child.ask(docx, folder, seconds)
        finally:
            self._idle.put(child)

    def end(self) -> None:
        for child in self._children:
            child.end()
        remove_scratch(self.scratch)

    def forget(self) -> None:
        """In a forked process: let go of pipes, processes and a folder that belong to its parent."""
        for child in self._children:
            child.forget()


class _Shared:
    """The one :class:`Children` of this process, made when first asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._children: Children | None = None

    def get(self, workers: int) -> Children:
        with self._lock:
            if self._children is not None and not self._children.scratch.is_dir():
                self._children.end()  # whoever tidies /tmp has taken its fonts
                self._children = None
            if self._children is None:
                self._children = Children()
            self._children.grow(workers)
            return self._children

    def end(self) -> None:
        with self._lock:
            ended, self._children = self._children, None
        if ended is not None:
            ended.end()

    def forget(self) -> None:
        self._lock = threading.Lock()  # another thread of the parent may have held it
        forgotten, self._children = self._children, None
        if forgotten is not None:
            forgotten.forget()


_shared = _Shared()
atexit.register(_shared.end)
os.register_at_fork(after_in_child=_shared.forget)


def children(workers: int = 1) -> Children:
    """The children of this process, at least ``workers`` of them."""
    return _shared.get(workers)


def end_children() -> None:
    """End them and take their fonts away; the next letter starts new ones."""
    _shared.end()


class _Child:
    """One child process, started when first asked and again after it died."""

    def __init__(self, fonts: FontFolders) -> None:
        self._fonts = fonts
        self._process: subprocess.Popen[bytes] | None = None
        self._asked = 0
        self._lock = threading.Lock()

    def ask(self, docx: bytes, folder: Path, seconds: float) -> tuple[list[str], bytes]:
        """As :meth:`Children.convert`; after an error the process is gone."""
        with self._lock:
            process = self._running()
            assert process.stdin is not None and process.stdout is not None
            try:
                request = io.BytesIO()
                write_frame(request, json.dumps({"fonts": str(folder)}).encode())
                write_frame(request, docx)
                process.stdin.write(request.getvalue())
                process.stdin.flush()
                deadline = time.monotonic() + seconds
                answers = cast(BinaryIO, process.stdout)
                head = _read_frame(answers, deadline)
                pdf = _read_frame(answers, deadline)
            except TimeoutError as error:
                self._kill()
                raise fail("convert.timeout", converter=_NAME, seconds=int(seconds)) from error
            except (EOFError, OSError) as error:
                code = self._kill()
                raise fail(
                    "convert.failed", converter=_NAME, reason=f"child process ended ({code})"
                ) from error
            except BaseException:
                self._kill()  # half an answer in the pipe would be taken for the next letter's
                raise
            told = json.loads(head)
            return [told["error"]] if "error" in told else told["warnings"], pdf

    def end(self) -> None:
        with self._lock:
            self._kill()

    def forget(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.returncode = 0  # not ours to wait for
            _close_pipes(process)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and (self._asked >= RECYCLE_AFTER or self._process.poll() is not None):
            self._kill()
        if self._process is None:
            self._process = subprocess.Popen(  # nosec B603 # this Python and our own file
                [sys.executable, "-P", str(_WORKER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self._fonts.scratch,  # it outlives the work at hand and must not hold the caller's folder
                env=_environment(self._fonts.no_fonts()),
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
        _close_pipes(process)
        return code


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def _environment(fontconfig: Path) -> dict[str, str]:
    """A bare environment: no system fonts, the same locale and zone everywhere, the caller's packages.

    Without a valid ``FONTCONFIG_FILE`` the engine would read the system's font folders beside those it is given.
    """
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": os.pathsep.join(str(Path(p).absolute()) for p in sys.path if p and Path(p).is_dir()),
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
