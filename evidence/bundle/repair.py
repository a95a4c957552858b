"""What is left of a damaged PDF: a reader that repairs it gives a page back even where nothing of the page is left.

A file cut short opens all the same, its pages white: in an evidence file that would be an exhibit nobody can see, and
nobody told. Files that open without a word of the reader's are not looked at.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Page, Pdf, Stream

from evidence.bundle.geometry import inherited

__all__ = ["Damage", "damage_of"]

_NO_PAGE = "Pages tree includes non-dictionary object"  # qpdf's words for a page that is listed and not there
_DEEPEST = 8  # forms inside each other
_FILLING = frozenset(("S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "BI", "INLINE IMAGE"))
_SHOWING = frozenset(("Tj", "TJ", "'", '"'))
_FAULTS = (pikepdf.PdfError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, zlib.error)


@dataclass(frozen=True, slots=True)
class Damage:
    """``lost`` are the pages (from 0) of which nothing can be shown, ``gone`` how many more are listed and not there.

    Neither: the file was repaired, and every page shows something.
    """

    lost: tuple[int, ...] = ()
    gone: int = 0

    @property
    def is_partial(self) -> bool:
        """Whether something of the file does not show."""
        return bool(self.lost or self.gone)


def damage_of(pdf: Pdf, source: Any) -> Damage | None:
    """What is left of ``pdf``, just opened from ``source``; None where it opened without repair.

    ``source`` is what :func:`pikepdf.open` takes, a stream set to its beginning.
    """
    told = [str(warning) for warning in pdf.get_warnings()]
    if not told:
        return None
    gone = sum(_NO_PAGE in line for line in told)
    repaired = _needs_repair(source)
    lost = tuple(index for index, page in enumerate(pdf.pages) if _is_lost(pdf, page, repaired))
    return Damage(lost, gone) if lost or gone or repaired else None


def _needs_repair(source: Any) -> bool:
    """Whether the file cannot be opened as it is: most that a reader remarks on is harmless."""
    try:
        pikepdf.open(source, attempt_recovery=False).close()
    except pikepdf.PdfError:
        return True
    return False


def _is_lost(pdf: Pdf, page: Page, repaired: bool) -> bool:
    """Whether a page paints nothing, though it would: what it is painted with is not there, or cannot be read.

    A page without any content is white on purpose, unless the file had to be ``repaired``: then it may have lost it.
    """
    pdf.get_warnings()
    if page.obj.get("/Contents") is None:
        return repaired and "/Annots" not in page.obj
    try:
        found = _painted(page, inherited(page.obj, "/Resources"), 0)
    except _FAULTS:
        return True
    return not found.anything and (found.lacking or bool(pdf.get_warnings()))


@dataclass(slots=True)
class _Found:
    anything: bool = False
    lacking: bool = False


def _painted(content: Page | Stream, resources: Any, depth: int) -> _Found:
    """Whether a page or form paints anything, and whether it names what is not there."""
    found = _Found()
    font = False
    for instruction in pikepdf.parse_content_stream(content):
        operator = str(instruction.operator)
        if operator in _FILLING:
            found.anything = True
        elif operator in _SHOWING:
            found.anything |= font
        elif operator == "Tf":
            font = _named(resources, "/Font", instruction.operands) is not None
            found.lacking |= not font
        elif operator == "Do":
            inner = _drawn(_named(resources, "/XObject", instruction.operands), resources, depth)
            found.anything |= inner.anything
            found.lacking |= inner.lacking
        if found.anything:
            break
    return found


def _drawn(thing: Any, resources: Any, depth: int) -> _Found:
    if not isinstance(thing, Stream) or not thing.read_raw_bytes():
        return _Found(lacking=True)
    if thing.get("/Subtype") != Name.Form or depth >= _DEEPEST:
        return _Found(anything=True)
    return _painted(thing, thing.get("/Resources", resources), depth + 1)


def _named(resources: Any, kind: str, operands: Any) -> Any:
    """The font or picture a content names first; None where there is none of that name."""
    listed = resources.get(kind) if isinstance(resources, Dictionary) else None
    return listed.get(str(operands[0])) if isinstance(listed, Dictionary) and operands else None
