"""An exhibit made ready to be bound: its pages as they show, each with a place for its number, in a file of its own.

The file holds nothing but pages and what they draw with. It is written by ``qpdf`` in a form so plain (one table, no
object streams, objects one after the other) that :mod:`evidence.bundle.binder` can copy it into a volume as bytes.
What acts, or leads elsewhere, is left out: an exhibit in the bundle is to be read, not run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf

from evidence.bundle.foot import Foot, foot_of, notes_of
from evidence.bundle.geometry import (
    MM,
    Box,
    Matrix,
    View,
    boxed,
    inherited,
    inverse,
    operands,
    product,
    view_of,
)

__all__ = ["FONT_KEY", "Part", "Sheet", "Spot", "prepare"]

FONT_KEY = "/EvPageNo"
"""The page number's font: in the resources of every page, and in the file's root, for want of the font itself."""
BASELINE = 7.5 * MM
"""Below the stamped letters' own footer line (14 mm) and above what office printers can reach (about 5 mm)."""
SIZE = 9.0
_SIDE = 12 * MM  # a number beside the middle stands so far from the edge
_STRIP = 11.5 * MM  # what a page without free foot is drawn smaller by
_CLEAR = 1.5  # points between the number and what is painted below or above it
_ASIDE = 1.6  # of the type size: between the number and what stands beside it, lest they be read as one
_BELOW, _ABOVE = 0.3, 0.95  # of the type size: how far a line of numbers reaches
_NARROWEST = 60 * MM
_A4_SHORT = 595.276
_KEPT = (
    "/Type",
    "/MediaBox",
    "/CropBox",
    "/Rotate",
    "/UserUnit",
    "/Group",
    "/Resources",
    "/Contents",
    "/Annots",
)
# Annotations that only lead elsewhere, or play or hold something that is not on the page. What shows of the
# others is part of the page by now, except where the viewer itself has to draw it.
_ACTING = frozenset(
    Name(f"/{kind}")
    for kind in ("Link", "Widget", "Popup", "FileAttachment", "Screen", "Movie", "Sound", "RichMedia", "3D")
)
_MOVED = ("/Rect", "/QuadPoints", "/Vertices", "/L", "/CL")
_MAX_LAYERS = 2000


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a page's number stands: anchor and size in points of the page as displayed.

    ``align`` is -1 where the text begins at ``x``, 0 where it is centred there, 1 where it ends there; ``cm`` leads
    from the displayed page to page space, and ``closing`` takes off what the page's content leaves behind.
    """

    x: float
    y: float
    size: float
    align: int
    cm: str
    closing: int

    def left(self, width: float) -> float:
        """Where text of this width begins."""
        return self.x - width * (self.align + 1) / 2


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page made ready. ``view`` is how it is displayed; ``shrunk`` where it had no free foot for its number."""

    view: View
    spot: Spot
    shrunk: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """An exhibit, or pages of our own, in a file ready to be bound."""

    path: Path
    sheets: tuple[Sheet, ...]
    size: int

    @property
    def pages(self) -> int:
        return len(self.sheets)


def prepare(pdf: Pdf, path: Path, width: float, *, clear: bool = False) -> Part:
    """Write the pages of ``pdf`` to ``path``, ready for numbers up to ``width`` points wide at 9 points.

    ``clear`` says that the foot is known to be free (pages of our own). ``pdf`` is changed and should be closed then.
    Raises what ``pikepdf`` raises over pages that are broken.
    """
    font = pdf.make_indirect(Dictionary(EvFont=True))
    known: dict[tuple[int, int], Object] = {}
    pages, sheets = [], []
    for page in pdf.pages:
        sheets.append(_ready(pdf, page, font, width, clear, known))
        pages.append(page.obj)
    tree = pdf.make_indirect(Dictionary(Type=Name.Pages, Kids=Array(pages), Count=len(pages)))
    for obj in pages:
        obj.Parent = tree
    layers = _layers(pdf)
    root = pdf.Root
    _drop(root, [key for key in root.keys() if key != "/Type"])  # noqa: SIM118 - no mapping
    root.Pages = tree
    root[Name(FONT_KEY)] = font
    for key, listed in layers.items():
        root[Name(key)] = listed
    _drop(pdf.trailer, ["/Info"])
    pdf.save(
        path,
        static_id=True,
        encryption=False,
        min_version="1.7",
        linearize=False,
        compress_streams=clear,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
    )
    return Part(path, tuple(sheets), path.stat().st_size)


def _ready(
    pdf: Pdf, page: Page, font: Object, width: float, clear: bool, known: dict[tuple[int, int], Object]
) -> Sheet:
    obj = page.obj
    for key in ("/Resources", "/MediaBox", "/CropBox", "/Rotate"):
        if key not in obj and (value := inherited(obj, key)) is not None:
            obj[Name(key)] = value
    view = view_of(page)
    foot: Foot | None = Foot((), 0, 0)
    place: tuple[float, int] | None = None
    size = SIZE * max(1.0, min(view.width, view.height) / _A4_SHORT)
    narrow = view.width < max(_NARROWEST, width * size / SIZE + 2 * _CLEAR)
    if clear:
        place = (view.width / 2, 0)
    else:
        foot = foot_of(page, boxed((0, 0, view.width, BASELINE + 2 * size), view.matrix))
        if foot is not None and not narrow:
            place = _free(page, foot, view, width * size / SIZE, size)
    _strip(page)
    if foot is None:  # content nobody can follow is closed in a box of its own
        _boxed(pdf, page, view)
        foot = Foot((), 0, 0)
    before, lift = b"", _IDENTITY
    shrunk = place is None
    if place is None:
        view, lift = _smaller(page, view, size, width)
        clip = (view.box[0], view.box[1], view.box[2] - view.box[0], view.box[3] - view.box[1])
        before = f"q\n{operands(lift)} cm {operands(clip)} re W n\n".encode()
        view = view_of(page)
        place = (view.width / 2, 0)
    obj.Contents = Array(
        [
            pdf.make_stream(before + b"q\n" * (1 - foot.lowest)),
            *_streams(obj.get("/Contents")),
            pdf.make_stream(b""),  # the number's, once it is known
        ]
    )
    _with_font(pdf, page, font, known)
    closing = 1 - foot.lowest + foot.last + shrunk
    return Sheet(view, Spot(place[0], BASELINE, size, place[1], view.cm, closing), shrunk)


_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


def _free(page: Page, foot: Foot, view: View, width: float, size: float) -> tuple[float, int] | None:
    """The first place at the foot where the number touches nothing: in the middle, at the right, at the left."""
    back = inverse(view.matrix)
    taken = [boxed(box, back) for box in foot.taken]
    for note in notes_of(page):
        if note.get("/Subtype") not in _ACTING and "/Rect" in note:
            left, bottom, right, top = (float(value) for value in note.Rect)
            taken.append(boxed((left, bottom, right, top), back))
    low, high = BASELINE - _BELOW * size - _CLEAR, BASELINE + _ABOVE * size + _CLEAR
    aside = _ASIDE * size
    for x, align in ((view.width / 2, 0), (view.width - _SIDE, 1), (_SIDE, -1)):
        start = x - width * (align + 1) / 2
        end = start + width
        if start >= _CLEAR and end <= view.width - _CLEAR:
            hit = any(
                box[0] < end + aside and box[2] > start - aside and box[1] < high and box[3] > low
                for box in taken
            )
            if not hit:
                return x, align
    return None


def _smaller(page: Page, view: View, size: float, width: float) -> tuple[View, Matrix]:
    """The page drawn a little smaller, so that a strip at its foot is free; the page keeps its size.

    Where the paper is too small for a number, it grows instead. Returns the old view and the matrix in page space.
    """
    strip = _STRIP * size / SIZE
    least = width * size / SIZE + 4 * _CLEAR
    if view.width < max(_NARROWEST, least) or view.height < 4 * strip:
        wide, high = max(view.width, _NARROWEST, least), view.height + strip
        scale, dx, dy = 1.0, (wide - view.width) / 2, strip
    else:
        wide, high = view.width, view.height
        scale = (view.height - strip) / view.height
        dx, dy = view.width * (1 - scale) / 2, strip
    shown: Matrix = (scale, 0, 0, scale, dx, dy)
    lift = product(product(inverse(view.matrix), shown), view.matrix)
    sheet = boxed((0, 0, wide, high), view.matrix)
    page.obj.MediaBox = Array([round(value, 4) for value in sheet])
    _drop(page.obj, ["/CropBox"])
    for note in notes_of(page):
        for key in _MOVED:
            if isinstance(values := note.get(key), Array) and len(values) % 2 == 0:
                flat = [float(value) for value in values]
                moved = [_moved(lift, flat[i], flat[i + 1]) for i in range(0, len(flat), 2)]
                note[Name(key)] = Array([round(value, 4) for point in moved for value in point])
    return view, lift


def _moved(m: Matrix, x: float, y: float) -> tuple[float, float]:
    return x * m[0] + y * m[2] + m[4], x * m[1] + y * m[3] + m[5]


def _boxed(pdf: Pdf, page: Page, view: View) -> None:
    """The page's content as a form: whatever states it leaves, or takes off too many, end with it."""
    form = page.as_form_xobject(handle_transformations=False)
    left, bottom, right, top = view.box
    form.BBox = Array([left, bottom, right, top])
    page.obj.Contents = pdf.make_stream(b"/EvPage Do")
    page.obj.Resources = Dictionary(XObject=Dictionary(EvPage=form))


def _streams(contents: Any) -> Sequence[Any]:
    if contents is None:
        return ()
    found = list(contents) if isinstance(contents, Array) else [contents]
    return [stream for stream in found if isinstance(stream, pikepdf.Stream)]


def _with_font(pdf: Pdf, page: Page, font: Object, known: dict[tuple[int, int], Object]) -> None:
    """Give the page resources that hold the number's font; they may be shared, so that the others keep theirs."""
    given = page.obj.get("/Resources", Dictionary())
    place = given.objgen
    if place != (0, 0) and place in known:
        page.obj.Resources = known[place]
        return
    resources = Dictionary({key: given[key] for key in given.keys()})  # noqa: SIM118 - no mapping
    fonts = given.get("/Font", Dictionary())
    copied = Dictionary({key: fonts[key] for key in fonts.keys()})  # noqa: SIM118
    copied[FONT_KEY] = font
    resources["/Font"] = copied
    made = pdf.make_indirect(resources)
    if place != (0, 0):
        known[place] = made
    page.obj.Resources = made


def _strip(page: Page) -> None:
    """Pages without what could act or lead elsewhere."""
    obj = page.obj
    _drop(obj, [key for key in obj.keys() if key not in _KEPT])  # noqa: SIM118
    if "/Annots" not in obj:
        return
    kept = [note for note in notes_of(page) if note.get("/Subtype") not in _ACTING]
    for note in kept:
        _drop(note, ("/A", "/AA", "/PA", "/Dest", "/FS", "/Popup", "/Parent", "/P", "/IRT", "/StructParent"))
    if kept:
        obj.Annots = Array(kept)
    else:
        del obj["/Annots"]


def _layers(pdf: Pdf) -> dict[str, Array]:
    """Layers that the file keeps hidden stay hidden: what they hide is not what the other side was shown."""
    told = pdf.Root.get("/OCProperties")
    if not isinstance(told, Dictionary):
        return {}
    every = [layer for layer in told.get("/OCGs", ()) if isinstance(layer, Dictionary)][:_MAX_LAYERS]
    setting = told.get("/D", Dictionary())
    off = {layer.objgen for layer in setting.get("/OFF", ())}
    if setting.get("/BaseState") == Name.OFF:
        on = {layer.objgen for layer in setting.get("/ON", ())}
        off |= {layer.objgen for layer in every if layer.objgen not in on}
    return {
        "/EvLayers": Array(every),
        "/EvHidden": Array([layer for layer in every if layer.objgen in off]),
    }


def _drop(target: Object, keys: Iterable[str]) -> None:
    for key in keys:
        if key in target:
            del target[key]


def box_in_page(sheet: Sheet, box: Box) -> Box:
    """A rectangle of the displayed page in page space."""
    return boxed(box, sheet.view.matrix)
