"""Looking over a foreign PDF before it is stamped: where each page has free margin, and what the lint finds.

Reads with ``pikepdf``, which follows every form of PDF and repairs what it can; what it had to repair is a finding.
Nothing read here is written: the stamp is spliced into the bytes that :mod:`evidence.stamp.pdfany` reads, and refused
where the two readers see other pages. :mod:`evidence.stamp.child` runs this in a process with limits, and by itself.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf
from PIL import Image

from evidence.stamp.margin import Grid, Room
from evidence.stamp.painted import (
    Box,
    Budget,
    Content,
    Fonts,
    Item,
    Kind,
    Unreadable,
    boxed,
    inherited,
    painted,
)
from evidence.stamp.places import Matrix, Place, number_text
from evidence.stamp.profiles import ForeignProfile

__all__ = ["Look", "Sheet", "choose", "look_over"]

MAX_OPERATORS = 150_000  # followed over all pages: some 3 s, and 60 dense pages
MAX_CONTENT = 8 << 20  # bytes of one page's content, decoded
LINED_PAGES = 150  # beyond these, pages go without a line: the mark counts, the line is a comfort
MARKED_PAGES = 40  # pages from the first on which the mark is looked for, and the last
_MARK_EDGE, _LINE_EDGE = 8 * 72 / 25.4, 5 * 72 / 25.4
_MARK_REACH, _LINE_REACH = 30 * 72 / 25.4, 20 * 72 / 25.4
_MARK_CLEAR, _LINE_CLEAR = 6.0, 3.0  # points between what is painted and what is added
_INK_PIXELS = 60_000_000
_INK_CELLS = 220
_INK_LEVEL = 14  # of 255: what differs so much from the paper is ink


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as displayed: its crop box in user space, rotation, and points of paper in a unit of user space."""

    box: Box
    rotate: int
    unit: float

    @property
    def size(self) -> tuple[float, float]:
        width, height = (self.box[2] - self.box[0]) * self.unit, (self.box[3] - self.box[1]) * self.unit
        return (height, width) if self.rotate % 180 else (width, height)

    @property
    def shown(self) -> tuple[float, float, float, float, float, float]:
        """From user space to points of the displayed page."""
        left, bottom, right, top = self.box
        u = self.unit
        return {
            0: (u, 0, 0, u, -left * u, -bottom * u),
            90: (0, -u, u, 0, -bottom * u, right * u),
            180: (-u, 0, 0, -u, right * u, top * u),
            270: (0, u, -u, 0, top * u, -left * u),
        }[self.rotate]

    def matrix(self, x: float, y: float) -> Matrix:
        """From a mark's own points, its corner at (x, y) of the displayed page, to user space."""
        left, bottom, right, top = self.box
        s = 1 / self.unit
        values = {
            0: (s, 0.0, 0.0, s, left + x * s, bottom + y * s),
            90: (0.0, s, -s, 0.0, right - y * s, bottom + x * s),
            180: (-s, 0.0, 0.0, -s, right - x * s, top - y * s),
            270: (0.0, -s, s, 0.0, left + y * s, top - x * s),
        }[self.rotate]
        a, b, c, d, e, f = (number_text(value) for value in values)
        return a, b, c, d, e, f


@dataclass(frozen=True, slots=True)
class Look:
    """One page looked over: what it paints, and how it is displayed; None where that could not be followed."""

    number: int
    sheet: Sheet | None
    content: Content | None
    notes: tuple[tuple[str, Box], ...] = ()
    """Annotations that are painted: subtype and rectangle in user space."""


def look_over(pdf: pikepdf.Pdf) -> Iterator[Look]:
    """Each page in order. Pages behind the budget are looked at no more."""
    budget, fonts = Budget(MAX_OPERATORS), Fonts()
    for number, page in enumerate(pdf.pages, 1):
        sheet = _sheet(page)
        content = None
        if sheet is not None and budget.left > 0:
            try:
                content = painted(page, budget, fonts) if _content_length(page) <= MAX_CONTENT else None
            except (Unreadable, RecursionError, pikepdf.PdfError, AttributeError, TypeError, ValueError):
                content = None
        yield Look(number, sheet, content, tuple(_notes(page)))


def choose(looks: Sequence[Look], profile: ForeignProfile) -> tuple[tuple[Place, ...], bool]:
    """Where mark and lines go; true where an extra page has to carry the mark."""
    marked: tuple[int, float, float] | None = None
    for look in _in_order(looks):
        spot = _grid(look, _MARK_CLEAR, ink=True)
        found = spot.corner(Room(*profile.mark_size, _MARK_EDGE, _MARK_REACH)) if spot is not None else None
        if found is not None:
            marked = (look.number, *found)
            break
    places = []
    for look in looks[:LINED_PAGES]:
        place = _place(look, marked, profile)
        if place is not None:
            places.append(place)
    if marked is not None and marked[0] > LINED_PAGES:
        place = _place(looks[marked[0] - 1], marked, profile)
        places += [place] if place is not None else []
    return tuple(places), marked is None


def _in_order(looks: Sequence[Look]) -> Iterator[Look]:
    """First page, last page, then the others from the front."""
    yield from looks[:1]
    yield from looks[1:][-1:]
    yield from looks[1 : min(MARKED_PAGES, len(looks) - 1)]


def _place(look: Look, marked: tuple[int, float, float] | None, profile: ForeignProfile) -> Place | None:
    grid, sheet, content = _grid(look, _LINE_CLEAR, ink=True), look.sheet, look.content
    if grid is None or sheet is None or content is None:
        return None
    mark = None
    if marked is not None and marked[0] == look.number:
        x, y = marked[1:]
        mark = sheet.matrix(x, y)
        grid.occupy(x - 2, y - 2, x + profile.mark_size[0] + 2, y + profile.mark_size[1] + 2)
    strip = grid.strip(Room(*profile.line_size, _LINE_EDGE, _LINE_REACH))
    line = sheet.matrix(*strip) if strip is not None else None
    if mark is None and line is None:
        return None
    opened = 1 - content.lowest
    return Place(look.number, opened, opened + content.last, mark, line)


def _grid(look: Look, clear: float, *, ink: bool) -> Grid | None:
    """The page's painted cells with ``clear`` points around them; None where nothing may be put on it."""
    sheet, content = look.sheet, look.content
    if sheet is None or content is None:
        return None
    opened = 1 - content.lowest
    if not 1 <= opened <= 64 or not 1 <= opened + content.last <= 64:
        return None
    grid = Grid(*sheet.size)
    boxes = [box for _, box in look.notes]
    for item in content.items:
        if item.kind is Kind.WHITE or item.kind is Kind.HIDDEN_TEXT:
            continue
        boxes += _ink(item, sheet) if ink and item.kind is Kind.IMAGE else [item.box]
    for box in boxes:
        left, bottom, right, top = boxed(box, sheet.shown)
        grid.occupy(left - clear, bottom - clear, right + clear, top + clear)
    return grid


def _ink(item: Item, sheet: Sheet) -> list[Box]:
    """The parts of an image that are not plain paper; the whole where that cannot be told."""
    width, height = (side / sheet.unit for side in sheet.size)
    large = (item.box[2] - item.box[0]) * (item.box[3] - item.box[1]) > 0.2 * width * height
    if not large or item.image is None:
        return [item.box]
    try:
        grey = _grey(item.image)
    except Exception:  # whatever a decoder of images makes of a hostile one: then the image counts as full
        return [item.box]
    if grey is None:
        return [item.box]
    histogram = grey.histogram()
    paper = max(range(256), key=lambda level: histogram[level])
    if paper < 190:
        return [item.box]
    columns, rows = grey.size
    data = grey.tobytes()
    found = []
    for row in range(rows):
        line = data[row * columns : (row + 1) * columns]
        start = None
        for column in range(columns + 1):
            inked = column < columns and abs(line[column] - paper) > _INK_LEVEL
            if inked and start is None:
                start = column
            elif not inked and start is not None:
                cell = (start / columns, 1 - (row + 1) / rows, column / columns, 1 - row / rows)
                found.append(boxed(cell, item.matrix))
                start = None
    return found


def _grey(image: Any) -> Image.Image | None:
    """The image small and grey, as it is displayed; None where its colours mean something else."""
    if any(key in image for key in ("/SMask", "/Mask", "/Decode", "/ImageMask")):
        return None
    if int(image.Width) * int(image.Height) > _INK_PIXELS:
        return None
    wide = pikepdf.PdfImage(image).as_pil_image()
    if wide.mode == "CMYK":
        return None
    grey = wide.convert("L")
    step = max(1, max(grey.size) // _INK_CELLS)
    return grey.reduce(step) if step > 1 else grey


def _content_length(page: pikepdf.Page) -> int:
    contents = page.obj.get("/Contents")
    if contents is None:
        return 0
    parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    total = 0
    for part in parts:
        total += len(part.read_bytes())
        if total > MAX_CONTENT:
            break
    return total


def _sheet(page: pikepdf.Page) -> Sheet | None:
    try:
        media = _box(inherited(page.obj, "/MediaBox"))
        crop = inherited(page.obj, "/CropBox")
        shown = _box(crop) if crop is not None else media
        rotate = inherited(page.obj, "/Rotate")
        turned = int(rotate) if rotate is not None else 0
        unit = float(page.obj.get("/UserUnit", 1))
    except (TypeError, ValueError, IndexError, pikepdf.PdfError):
        return None
    box = (max(media[0], shown[0]), max(media[1], shown[1]), min(media[2], shown[2]), min(media[3], shown[3]))
    if box[2] - box[0] < 1 or box[3] - box[1] < 1 or turned % 90 or not 0.001 <= unit <= 1000:
        return None
    if max(abs(side) for side in box) > 1_000_000:
        return None
    return Sheet(box, turned % 360, unit)


def _box(value: Any) -> Box:
    a, b, c, d = (float(side) for side in value)
    return min(a, c), min(b, d), max(a, c), max(b, d)


def _notes(page: pikepdf.Page) -> Iterator[tuple[str, Box]]:
    """Annotations that a reader may paint."""
    try:
        notes = list(page.obj.get("/Annots", []))
    except (TypeError, ValueError, pikepdf.PdfError):
        return
    for note in notes[:2000]:
        try:
            hidden = int(note.get("/F", 0)) & 2
            kind = str(note.get("/Subtype", "/?")).lstrip("/")
            if not hidden and kind != "Popup" and "/Rect" in note:
                yield kind, _box(note.Rect)
        except (TypeError, ValueError, AttributeError, pikepdf.PdfError):
            continue


def opened(data: bytes) -> pikepdf.Pdf:
    """``data`` as ``pikepdf`` reads it, repairs and all."""
    return pikepdf.open(io.BytesIO(data), suppress_warnings=True)
