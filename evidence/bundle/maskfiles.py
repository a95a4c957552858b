"""Whether a file holds what is to be covered: everywhere a reader or a program may find it, not only on its pages."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import pikepdf

from evidence.bundle.bag import Content
from evidence.bundle.masking import MaskKind, Rules, find, same
from evidence.bundle.maskpdf import UnreadableError
from evidence.bundle.masktexts import PICTURE_TYPES, Texts
from evidence.bundle.media import media_type_of
from evidence.bundle.redraw import look

GUESSABLE = frozenset({"text/plain", "text/csv", "text/html", "application/json"})
"""Types whose bytes follow from what is seen: with their digest a covered number could be found by trying."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a file holds: ``values`` in its name, text, properties and parts, each once; ``pages`` the kinds on its pages.

    A value is as :func:`~evidence.bundle.masking.same` compares it, and is written nowhere.
    """

    values: frozenset[tuple[MaskKind, str]] = frozenset()
    pages: tuple[tuple[int, MaskKind], ...] = ()

    @property
    def kinds(self) -> frozenset[MaskKind]:
        return frozenset(kind for kind, _ in self.values) | {kind for _, kind in self.pages}

    def searched(self) -> Found:
        """The same, where somebody searched what no program can."""
        return replace(self, values=self.values - {(MaskKind.UNSEARCHED, "")})


def found_in(name: str, content: Content, rules: Rules, *, pages: bool = True) -> Found:
    """What of ``rules`` the file holds, in its name, its text, or what goes with it; ``unreadable``, ``unsearched``.

    Unsearched is a file, or has a part, of which only somebody who opens it can say what it holds: a recording, a
    Word or Excel file of before 2007, anything of no known form. What pictures show is not read; nor, without
    ``pages``, what stands on the pages of a PDF.
    """
    values = _values_of(name, rules)
    on_pages: tuple[tuple[int, MaskKind], ...] = ()
    try:
        data = content if isinstance(content, bytes) else content.read_bytes()
        texts = Texts()
        for text in texts.of(name, data):
            values |= _values_of(text, rules)
        if texts.blind:
            values.add((MaskKind.UNSEARCHED, ""))
        if pages and data.startswith(b"%PDF-"):
            on_pages = _on_pages(content, rules)
    except UnreadableError:
        values.add((MaskKind.UNREADABLE, ""))
    return Found(frozenset(values), on_pages)


def _values_of(text: str, rules: Rules) -> set[tuple[MaskKind, str]]:
    return {(hit.kind, same(hit.kind, text[hit.start : hit.end])) for hit in find(text, rules)}


def is_picture(name: str, content: Content) -> bool:
    """Whether the file is a photo or a scan: all of it is on its pages, whether it could be read there or not."""
    data = content if isinstance(content, bytes) else content.read_bytes()
    return media_type_of(name, data) in PICTURE_TYPES


def guessable(name: str, content: Content) -> bool:
    """Whether the file's bytes could be guessed from what the copy shows of it."""
    data = content if isinstance(content, bytes) else content.read_bytes()
    return media_type_of(name, data) in GUESSABLE


def _on_pages(content: Content, rules: Rules) -> tuple[tuple[int, MaskKind], ...]:
    """What stands on the pages of a PDF, each place once."""
    if isinstance(content, Path):
        return _looked(content, rules)
    with tempfile.TemporaryDirectory(prefix="evidence-mask-") as folder:
        path = Path(folder) / "file.pdf"
        path.write_bytes(content)
        return _looked(path, rules)


def _looked(path: Path, rules: Rules) -> tuple[tuple[int, MaskKind], ...]:
    with pikepdf.open(path) as pdf:
        pages = len(pdf.pages)
    found = []
    for page, one in sorted(look(path, range(1, pages + 1), rules).items()):
        found += [(page, kind) for kind in one.kinds]
        found += [(page, MaskKind.UNREADABLE)] if one.failed else []
    return tuple(found)
