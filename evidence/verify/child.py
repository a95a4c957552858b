"""Pictures and other people's PDFs, read in a process of its own, with limits of time and memory.

They are taken apart by C and C++ (image decoders, qpdf, QR readers): a hostile one may cost that process its life,
but not the checker's. What comes back is plain JSON. Letters and bundles are read in this process: their readers are
a few hundred lines of Python, bounded by ``limits``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import evidence
from evidence.verify.limits import (
    CHILD_ANSWER_BYTES,
    CHILD_CPU_SECONDS,
    CHILD_MEMORY_BYTES,
    CHILD_WALL_SECONDS,
)
from evidence.verify.pictures import PICTURE_FAULTS, Pictured, read_image, read_pdf

IMAGE, PDF = "image", "pdf"
_KEPT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT")


class OverLimits(Exception):  # noqa: N818 - it is a verdict on the input, not an error of the program
    """Reading took more time or memory than it may, or was the end of its process."""


def pictured(kind: str, data: bytes) -> list[Pictured]:
    """QR texts in an image or on the pages of a PDF; none where it is damaged. :class:`OverLimits` ends it."""
    command = [sys.executable, "-m", "evidence.verify.child", kind]
    root = Path(evidence.__file__).resolve().parents[1]
    environment = {key: os.environ[key] for key in _KEPT if key in os.environ}
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=CHILD_WALL_SECONDS,
            cwd=root,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise OverLimits from None
    if done.returncode != 0 or len(done.stdout) > CHILD_ANSWER_BYTES:
        raise OverLimits
    try:
        answer = json.loads(done.stdout)
        return [Pictured(int(page), str(text), bool(differs)) for page, text, differs in answer or ()]
    except (ValueError, TypeError):
        raise OverLimits from None


def _answer(kind: str, data: bytes) -> list[Pictured] | None:
    """``None`` where the file is none of its kind, or damaged."""
    if kind == IMAGE:
        try:
            return read_image(data)
        except PICTURE_FAULTS:
            return None
    import pikepdf

    try:
        return read_pdf(data)
    except (
        pikepdf.PdfError,
        pikepdf.PasswordError,
        RuntimeError,
        TypeError,
        KeyError,
        AttributeError,
        *PICTURE_FAULTS,
    ):
        return None


def _main() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (CHILD_CPU_SECONDS, CHILD_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (CHILD_MEMORY_BYTES, CHILD_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    found = _answer(sys.argv[1], sys.stdin.buffer.read())
    answer = None if found is None else [(one.page, one.text, one.differs) for one in found]
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    _main()
