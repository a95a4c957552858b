"""Pictures and other people's PDFs, read in a process of its own, with limits of time and memory.

They are taken apart by C and C++ (image decoders, qpdf, QR readers): a hostile one may cost that process its life,
but not the checker's (:mod:`evidence.limited`). Letters and bundles are read in this process: their readers are
a few hundred lines of Python, bounded by ``limits``.
"""

from __future__ import annotations

import sys

from evidence.limited import Limits, OverLimits, answer, ask
from evidence.verify.limits import (
    CHILD_ANSWER_BYTES,
    CHILD_CPU_SECONDS,
    CHILD_MEMORY_BYTES,
    CHILD_WALL_SECONDS,
)
from evidence.verify.pictures import PICTURE_FAULTS, Pictured, read_image, read_pdf

IMAGE, PDF = "image", "pdf"
_LIMITS = Limits(CHILD_WALL_SECONDS, CHILD_CPU_SECONDS, CHILD_MEMORY_BYTES, CHILD_ANSWER_BYTES)


def pictured(kind: str, data: bytes) -> list[Pictured]:
    """QR texts in an image or on the pages of a PDF; none where it is damaged. :class:`OverLimits` ends it."""
    answered = ask("evidence.verify.child", [kind], data, _LIMITS)
    try:
        return [Pictured(int(page), str(text), bool(differs)) for page, text, differs in answered or ()]
    except (ValueError, TypeError):
        raise OverLimits("limits") from None


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
    answer(_LIMITS, lambda data: _told(_answer(sys.argv[1], data)))


def _told(found: list[Pictured] | None) -> list[tuple[int, str, bool]] | None:
    return None if found is None else [(one.page, one.text, one.differs) for one in found]


if __name__ == "__main__":
    _main()
