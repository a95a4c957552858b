"""The bundle as one PDF: cover, catalogue and exhibits under one continuous page number.

The number printed on a page, its label in the viewer, its line in the catalogue and its bookmark all come from
one list, so that they cannot disagree.
"""

from __future__ import annotations

import io
import warnings as warnings_module
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, OutlineItem, Page, Pdf

from evidence.bundle.exhibits import Exhibit, PlaceholderWords, exhibit_pages
from evidence.bundle.geometry import MM, view_of
from evidence.errors import fail
from evidence.model.problem import Problem
from evidence.stamp.lettering import Face

NUMBER_SIZE = 9.0
# Below the stamped letters' own footer line (14 mm) and above what office printers can reach (about 5 mm).
NUMBER_BASELINE = 7.5 * MM
# Annotations that only lead elsewhere, or play or hold something that is not on the page. What shows of the
# others is part of the page by now, except where the viewer itself has to draw it.
_ACTING = frozenset(
    Name(f"/{kind}")
    for kind in ("Link", "Widget", "Popup", "FileAttachment", "Screen", "Movie", "Sound", "RichMedia", "3D")
)


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """One line of the 证据目录: ``first`` and ``last`` are printed page numbers."""

    number: int
    exhibit: Exhibit
    first: int
    last: int

    @property
    def pages(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class Words:
    """The words the bundle's own pages carry, in its script."""

    cover: str
    catalogue: str
    exhibit: str
    page: str
    placeholder: PlaceholderWords


@dataclass(frozen=True, slots=True)
class Composed:
    pdf: bytes
    rows: tuple[CatalogueRow, ...]
    pages: int
    catalogue_docx: bytes
    warnings: tuple[Problem, ...]


# Renders cover or catalogue from rows: returns (docx, pdf).
RenderFront = Callable[[Sequence[CatalogueRow]], tuple[bytes, bytes]]


def compose(
    exhibits: Sequence[Exhibit],
    *,
    cover: RenderFront,
    catalogue: RenderFront,
    words: Words,
    font_file: Path,
    made_at: datetime,
    title: str,
) -> Composed:
    """Put the bundle together.

    ``cover`` and ``catalogue`` are given the rows with their page numbers; the catalogue is set again until
    its own length no longer moves them. Raises ``bundle.unsettled`` if that never happens.
    """
    warnings: list[Problem] = []
    parts: list[Pdf] = []
    for exhibit in exhibits:
        pdf, problem = exhibit_pages(exhibit, words.placeholder, font_file)
        parts.append(pdf)
        if problem:
            warnings.append(problem)
    counts = [len(pdf.pages) for pdf in parts]
    lengths = (1, 1)
    for _ in range(5):
        # Cover and catalogue print page numbers that their own lengths move: set both until they stand still.
        rows = _rows(exhibits, counts, sum(lengths))
        _, cover_pdf = cover(rows)
        catalogue_docx, catalogue_pdf = catalogue(rows)
        found = (_page_count(cover_pdf), _page_count(catalogue_pdf))
        if found == lengths:
            break
        lengths = found
    else:
        raise fail("bundle.unsettled")
    merged = Pdf.new()
    for data in (cover_pdf, catalogue_pdf):
        with pikepdf.open(io.BytesIO(data)) as front:
            merged.pages.extend(front.pages)
    for part in parts:
        _append(merged, part)
    _number(merged, words, font_file)
    _outline(merged, words, rows, lengths[0])
    _finish(merged, made_at, title)
    out = io.BytesIO()
    merged.save(
        out,
        min_version="1.7",
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        linearize=False,
    )
    for part in parts:
        part.close()
    return Composed(out.getvalue(), rows, len(merged.pages), catalogue_docx, tuple(warnings))


def _page_count(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


def _rows(exhibits: Sequence[Exhibit], counts: Sequence[int], before: int) -> tuple[CatalogueRow, ...]:
    rows, first = [], before + 1
    for i, (exhibit, count) in enumerate(zip(exhibits, counts, strict=True), 1):
        rows.append(CatalogueRow(i, exhibit, first, first + count - 1))
        first += count
    return tuple(rows)


def _append(merged: Pdf, part: Pdf) -> None:
    """Pages without what could act or lead elsewhere: an exhibit in the bundle is to be read, not run."""
    start = len(merged.pages)
    with warnings_module.catch_warnings():
        # Named destinations and form fields of an exhibit stay in its original; its pages show as they are.
        warnings_module.simplefilter("ignore")
        merged.pages.extend(part.pages)
    for page in list(merged.pages)[start:]:
        _drop(page.obj, ("/AA", "/Thumb", "/PieceInfo", "/B"))
        notes = [note for note in page.obj.get("/Annots", ()) if isinstance(note, Dictionary)]
        kept = [note for note in notes if note.get("/Subtype") not in _ACTING]
        for note in kept:
            _drop(note, ("/A", "/AA", "/PA", "/Dest", "/FS", "/Popup", "/Parent"))
        if kept:
            page.obj[Name.Annots] = Array(kept)
        elif "/Annots" in page.obj:
            del page.obj[Name.Annots]


def _drop(target: Object, keys: Iterable[str]) -> None:
    for key in keys:
        if key in target:
            del target[key]


def _number(pdf: Pdf, words: Words, font_file: Path) -> None:
    total = len(pdf.pages)
    texts = [words.page.format(x=i, y=total) for i in range(1, total + 1)]
    face = Face(pdf, font_file, texts)
    for page, text in zip(pdf.pages, texts, strict=True):
        view = view_of(page)
        x = (view.width - face.width(text, NUMBER_SIZE)) / 2
        body = (
            f"q {view.cm} BT /EvPageNo {NUMBER_SIZE:g} Tf 0 g 1 0 0 1 {x:.3f} {NUMBER_BASELINE:.3f} Tm "
            f"{face.show(text)} ET Q"
        )
        _overlay(pdf, page, face, body)


def _overlay(pdf: Pdf, page: Page, face: Face, body: str) -> None:
    """Draw on top of the page, in the state it began with whatever its own content saves or restores too much."""
    lowest, left = _saved_states(page)
    page.contents_add(pdf.make_stream(b"q\n" * (1 - lowest)), prepend=True)
    page.contents_add(pdf.make_stream(b"\nQ" * (1 - lowest + left) + b"\n" + body.encode()), prepend=False)
    # The resources may be shared between pages or inherited: give this page its own shallow copy.
    resources = copy(page.resources)
    fonts = copy(resources.Font) if "/Font" in resources else Dictionary()
    fonts[Name("/EvPageNo")] = face.font
    resources[Name.Font] = fonts
    page.obj[Name.Resources] = resources


def _saved_states(page: Page) -> tuple[int, int]:
    """How far below its beginning the page's content takes states off (0 or less), and how many it leaves."""
    depth = lowest = 0
    try:
        for instruction in pikepdf.parse_content_stream(page, "q Q"):
            depth += 1 if str(instruction.operator) == "q" else -1
            lowest = min(lowest, depth)
    except (pikepdf.PdfError, ValueError):
        return 0, 0  # content that cannot be read is not drawn further than its fault
    return lowest, depth


def _outline(pdf: Pdf, words: Words, rows: Sequence[CatalogueRow], cover_pages: int) -> None:
    with pdf.open_outline() as outline:
        outline.root.append(OutlineItem(words.cover, 0, "XYZ", left=None, top=None, zoom=None))
        outline.root.append(OutlineItem(words.catalogue, cover_pages, "XYZ", left=None, top=None, zoom=None))
        for row in rows:
            title = words.exhibit.format(number=row.number, name=row.exhibit.name, pages=row.pages)
            outline.root.append(OutlineItem(title, row.first - 1, "XYZ", left=None, top=None, zoom=None))
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.D, St=1)]))
    pdf.Root.PageMode = Name.UseOutlines


def _finish(pdf: Pdf, made_at: datetime, title: str) -> None:
    stamp = f"D:{made_at.astimezone(UTC):%Y%m%d%H%M%S}Z"
    pdf.docinfo["/Title"] = title
    pdf.docinfo["/CreationDate"] = stamp
    pdf.docinfo["/ModDate"] = stamp
