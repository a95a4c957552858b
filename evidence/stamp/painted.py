"""What a page paints, as boxes in the order of painting: enough to find free margin and what lies over text.

This is no renderer. A box is never smaller than what is painted in it, but for text of unknown width, which is
estimated; colours are told apart only as white and not white. Clipping is by its bounding box. Content that cannot be
followed raises :class:`Unreadable`, and nothing is then stamped on that page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pikepdf

__all__ = [
    "Box",
    "Budget",
    "Content",
    "Fonts",
    "Item",
    "Kind",
    "Matrix",
    "Unreadable",
    "boxed",
    "painted",
    "product",
]

Box = tuple[float, float, float, float]  # left, bottom, right, top
Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
EVERYWHERE: Box = (-1e7, -1e7, 1e7, 1e7)
MAX_FORMS = 12  # forms inside each other
MAX_STATES = 512
_UNKNOWN_WIDTH = 0.7  # em; wider than the mean of any text face


class Unreadable(Exception):  # noqa: N818 - a verdict on the page
    """The content cannot be followed to its end."""


class Kind(StrEnum):
    TEXT = "text"
    HIDDEN_TEXT = "hidden-text"
    IMAGE = "image"
    FILL = "fill"
    WHITE = "white"
    LINE = "line"
    SHADE = "shade"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing painted; ``image`` of an image, with the matrix that maps its unit square to the page."""

    kind: Kind
    box: Box
    opaque: bool = True
    image: Any = None
    matrix: Matrix = IDENTITY


@dataclass(slots=True)
class Budget:
    """Operators that may still be followed, over all pages."""

    left: int

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Unreadable("budget")


@dataclass(frozen=True, slots=True)
class Content:
    """What a page paints, and how deep its states are: the lowest depth met, and the last one."""

    items: tuple[Item, ...]
    lowest: int
    last: int


def product(a: Matrix, b: Matrix) -> Matrix:
    """``a`` first, then ``b``."""
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    )


def boxed(box: Box, m: Matrix) -> Box:
    """The bounding box of ``box`` under ``m``."""
    xs = [x * m[0] + y * m[2] + m[4] for x in (box[0], box[2]) for y in (box[1], box[3])]
    ys = [x * m[1] + y * m[3] + m[5] for x in (box[0], box[2]) for y in (box[1], box[3])]
    return min(xs), min(ys), max(xs), max(ys)


def common(a: Box, b: Box) -> Box | None:
    left, bottom, right, top = max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])
    return (left, bottom, right, top) if left <= right and bottom <= top else None


@dataclass(slots=True)
class _State:
    ctm: Matrix
    clip: Box = EVERYWHERE
    white: bool = False
    alpha: float = 1.0
    blended: bool = False
    font: _Font | None = None
    size: float = 0.0
    spacing: float = 0.0
    word_spacing: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    mode: int = 0
    width: float = 1.0

    def copy(self) -> _State:
        return _State(
            self.ctm, self.clip, self.white, self.alpha, self.blended, self.font, self.size, self.spacing,
            self.word_spacing, self.scale, self.leading, self.rise, self.mode, self.width,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Font:
    """Advance widths in em by code, and how many bytes a code has."""

    widths: dict[int, float]
    default: float
    step: int
    ascent: float = 0.95
    descent: float = -0.28

    def extent(self, text: bytes, state: _State) -> float:
        codes: Iterable[int] = text
        if self.step == 2:
            codes = (text[i] << 8 | text[i + 1] for i in range(0, len(text) - 1, 2))
        total = 0.0
        for code in codes:
            total += self.widths.get(code, self.default) * state.size + state.spacing
            if code == 32 and self.step == 1:
                total += state.word_spacing
        return total * state.scale


Fonts = dict[tuple[int, int], _Font]
"""Fonts met so far in a file, by object number."""


def painted(page: pikepdf.Page, budget: Budget, fonts: Fonts) -> Content:
    """What ``page`` paints; :class:`Unreadable` where that cannot be told."""
    walker = _Walker(budget, fonts)
    try:
        commands = pikepdf.parse_content_stream(page)
        resources = inherited(page.obj, "/Resources")
        walker.run(commands, resources, _State(IDENTITY), 0)
    except (
        pikepdf.PdfError,
        ValueError,
        TypeError,
        ArithmeticError,
        KeyError,
        IndexError,
        AttributeError,
    ) as error:
        raise Unreadable(type(error).__name__) from error
    if walker.in_text or walker.path_open:
        raise Unreadable("unfinished")
    return Content(tuple(walker.items), walker.lowest, walker.depth)


def inherited(node: Any, key: str) -> Any:
    """The value of an inheritable key of a page; None where nobody up the tree has it."""
    for _ in range(64):
        if key in node:
            return node[key]
        if "/Parent" not in node:
            return None
        node = node.Parent
    return None


@dataclass(slots=True)
class _Walker:
    budget: Budget
    fonts: Fonts
    items: list[Item] = field(default_factory=list)
    depth: int = 0
    lowest: int = 0
    in_text: bool = False
    path_open: bool = False

    def run(self, commands: Iterable[Any], resources: Any, state: _State, forms: int) -> None:
        """Follow one stream; forms are followed where they are painted."""
        base, on_page = state.copy(), forms == 0
        saved: list[_State] = []
        path: list[tuple[float, float]] = []
        clipping = False
        tm = lm = IDENTITY
        for instruction in commands:
            self.budget.spend()
            operator = str(instruction.operator)
            o = instruction.operands
            if operator == "q":
                if len(saved) >= MAX_STATES:
                    raise Unreadable("states")
                saved.append(state.copy())
                if on_page:
                    self.depth += 1
            elif operator == "Q":
                # One too many on a page is answered by what the stamp puts before it: the state of a fresh page.
                state = saved.pop() if saved else base.copy()
                if on_page:
                    self.depth -= 1
                    self.lowest = min(self.lowest, self.depth)
            elif operator == "cm":
                state.ctm = product(_matrix(o), state.ctm)
            elif operator in ("m", "l"):
                path.append(_point(state.ctm, o[0], o[1]))
            elif operator == "c":
                path += [_point(state.ctm, o[i], o[i + 1]) for i in (0, 2, 4)]
            elif operator in ("v", "y"):
                path += [_point(state.ctm, o[i], o[i + 1]) for i in (0, 2)]
            elif operator == "re":
                x, y, w, h = (float(value) for value in o)
                path += [_point(state.ctm, a, b) for a in (x, x + w) for b in (y, y + h)]
            elif operator in _PAINTING:
                self._paint(operator, path, state)
                if clipping and path:
                    state.clip = common(state.clip, _around(path)) or (0, 0, -1, -1)
                path, clipping = [], False
            elif operator in ("W", "W*"):
                clipping = True
            elif operator == "BT":
                tm = lm = IDENTITY
                self.in_text = True
            elif operator == "ET":
                self.in_text = False
            elif operator in ("Td", "TD"):
                lm = tm = product((1, 0, 0, 1, float(o[0]), float(o[1])), lm)
                if operator == "TD":
                    state.leading = -float(o[1])
            elif operator == "Tm":
                lm = tm = _matrix(o)
            elif operator == "T*":
                lm = tm = product((1, 0, 0, 1, 0, -state.leading), lm)
            elif operator in ("Tj", "'", '"', "TJ"):
                if operator in ("'", '"'):
                    if operator == '"':
                        state.word_spacing, state.spacing = float(o[0]), float(o[1])
                    lm = tm = product((1, 0, 0, 1, 0, -state.leading), lm)
                tm = self._text(o[-1], state, tm)
            elif operator in _STATE:
                self._state(operator, o, state, resources)
            elif operator == "Do":
                self._object(o[0], resources, state, forms)
            elif operator == "INLINE IMAGE":
                self._add(Item(Kind.IMAGE, boxed((0, 0, 1, 1), state.ctm)), state)
            elif operator == "sh":
                self._add(Item(Kind.SHADE, EVERYWHERE), state)
        if on_page:
            self.path_open = bool(path)

    def _paint(self, operator: str, path: list[tuple[float, float]], state: _State) -> None:
        if not path or operator == "n":
            return
        box = _around(path)
        if operator in ("S", "s"):
            grown = state.width * max(abs(value) for value in state.ctm[:4]) / 2
            self._add(
                Item(Kind.LINE, (box[0] - grown, box[1] - grown, box[2] + grown, box[3] + grown)), state
            )
        else:
            self._add(Item(Kind.WHITE if state.white else Kind.FILL, box), state)

    def _text(self, shown: Any, state: _State, tm: Matrix) -> Matrix:
        font = state.font or _Font({}, _UNKNOWN_WIDTH, 1)
        pieces = list(shown) if isinstance(shown, pikepdf.Array) else [shown]
        start, advance = None, 0.0
        for piece in pieces:
            if isinstance(piece, pikepdf.String):
                text = bytes(piece)
                if text.strip(b" \0") and start is None:
                    start = advance
                advance += font.extent(text, state)
            else:
                advance -= float(piece) / 1000 * state.size * state.scale
        if start is not None and advance != start and state.size:
            low, high = font.descent * state.size + state.rise, font.ascent * state.size + state.rise
            box = (min(start, advance), min(low, high), max(start, advance), max(low, high))
            kind = Kind.HIDDEN_TEXT if state.mode in (3, 7) else Kind.TEXT
            self._add(Item(kind, boxed(box, product(tm, state.ctm))), state)
        return product((1, 0, 0, 1, advance, 0), tm)

    def _state(self, operator: str, o: Any, state: _State, resources: Any) -> None:
        if operator == "Tf":
            state.size = float(o[1])
            state.font = self._font(_named(resources, "/Font", o[0]))
        elif operator == "gs":
            found = _named(resources, "/ExtGState", o[0])
            if found is not None:
                state.alpha = float(found.get("/ca", state.alpha))
                state.blended = ("/SMask" in found and found["/SMask"] != pikepdf.Name.None_) or (
                    "/BM" in found and str(found["/BM"]) not in ("/Normal", "/Compatible")
                )
        elif operator in ("g", "rg", "sc", "scn", "k"):
            values = [float(value) for value in o if not isinstance(value, pikepdf.Name)]
            if operator == "k" or len(values) == 4:
                state.white = all(value <= 0.02 for value in values)
            else:
                state.white = bool(values) and all(value >= 0.98 for value in values)
        elif operator == "cs":
            state.white = False
        elif operator in _SIMPLE:
            name, factor = _SIMPLE[operator]
            setattr(state, name, float(o[0]) * factor)
        elif operator == "Tr":
            state.mode = int(o[0])

    def _object(self, wanted: Any, resources: Any, state: _State, forms: int) -> None:
        found = _named(resources, "/XObject", wanted)
        if found is None:
            return
        if found.get("/Subtype") == "/Image":
            opaque = "/SMask" not in found and "/Mask" not in found and not found.get("/ImageMask", False)
            matrix = state.ctm
            self._add(Item(Kind.IMAGE, boxed((0, 0, 1, 1), matrix), opaque, found, matrix), state)
        elif found.get("/Subtype") == "/Form":
            if forms >= MAX_FORMS:
                raise Unreadable("forms")
            inner = state.copy()
            inner.ctm = product(_matrix(found.get("/Matrix", [1, 0, 0, 1, 0, 0])), state.ctm)
            if "/BBox" in found:
                box = tuple(float(value) for value in found.BBox)
                clip = common(inner.clip, boxed((box[0], box[1], box[2], box[3]), inner.ctm))
                if clip is None:
                    return
                inner.clip = clip
            in_text, self.in_text = self.in_text, False
            self.run(
                pikepdf.parse_content_stream(found), found.get("/Resources", resources), inner, forms + 1
            )
            self.in_text = in_text

    def _add(self, item: Item, state: _State) -> None:
        box = common(item.box, state.clip)
        if box is not None:
            opaque = item.opaque and state.alpha >= 0.9 and not state.blended
            self.items.append(Item(item.kind, box, opaque, item.image, item.matrix))

    def _font(self, found: Any) -> _Font:
        if found is None:
            return _Font({}, _UNKNOWN_WIDTH, 1)
        if not found.is_indirect:
            return _font_of(found)
        if found.objgen not in self.fonts:
            self.fonts[found.objgen] = _font_of(found)
        return self.fonts[found.objgen]


_PAINTING = frozenset(("S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "n"))
_SIMPLE = {
    "Tc": ("spacing", 1.0),
    "Tw": ("word_spacing", 1.0),
    "Tz": ("scale", 0.01),
    "TL": ("leading", 1.0),
    "Ts": ("rise", 1.0),
    "w": ("width", 1.0),
}
_STATE = frozenset(("Tf", "gs", "g", "rg", "k", "sc", "scn", "cs", "Tr", *_SIMPLE))


def _font_of(found: Any) -> _Font:
    kind = found.get("/Subtype")
    if kind == "/Type0":
        inner = found.DescendantFonts[0]
        return _Font(dict(_cid_widths(inner.get("/W", []))), float(inner.get("/DW", 1000)) / 1000, 2)
    factor = 0.001
    ascent, descent = 0.95, -0.28
    if kind == "/Type3":
        factor = abs(float(found.FontMatrix[0])) if "/FontMatrix" in found else 0.001
        ascent, descent = 1.2, -0.5
    widths: dict[int, float] = {}
    first = int(found.get("/FirstChar", 0))
    for index, value in enumerate(found.get("/Widths", [])):
        widths[first + index] = float(value) * factor
    descriptor = found.get("/FontDescriptor")
    missing = float(descriptor.get("/MissingWidth", 0)) / 1000 if descriptor is not None else 0
    return _Font(widths, missing or (0.0 if widths else _UNKNOWN_WIDTH), 1, ascent, descent)


def _cid_widths(table: Any) -> Iterator[tuple[int, float]]:
    items, at = list(table), 0
    while at + 1 < len(items):
        first = int(items[at])
        if isinstance(items[at + 1], pikepdf.Array):
            for index, value in enumerate(items[at + 1]):
                yield first + index, float(value) / 1000
            at += 2
        else:
            for code in range(first, min(int(items[at + 1]), 65535) + 1):
                yield code, float(items[at + 2]) / 1000
            at += 3


def _named(resources: Any, kind: str, name: Any) -> Any:
    if resources is None or kind not in resources or str(name) not in resources[kind]:
        return None
    return resources[kind][str(name)]


def _matrix(values: Any) -> Matrix:
    a, b, c, d, e, f = (float(value) for value in values)
    return a, b, c, d, e, f


def _point(m: Matrix, x: Any, y: Any) -> tuple[float, float]:
    x, y = float(x), float(y)
    return x * m[0] + y * m[2] + m[4], x * m[1] + y * m[3] + m[5]


def _around(path: list[tuple[float, float]]) -> Box:
    xs, ys = [x for x, _ in path], [y for _, y in path]
    return min(xs), min(ys), max(xs), max(ys)
