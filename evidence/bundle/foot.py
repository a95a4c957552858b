"""What of a page's foot is painted, told quickly: ten thousand pages are looked over before each gets its number.

This is no renderer: boxes are rather too large than too small, and what cannot be followed is called unknown, so that a
number never stands on content where another place is free. Content is read as tokens; pages that this reader does not
take (inline images, strings in strings) go to the slower :func:`evidence.stamp.painted.painted`.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Name, Object, Page, Stream

from evidence.bundle.geometry import Box, Matrix, boxed, inherited, product
from evidence.stamp.painted import Budget, Kind, Unreadable, painted

__all__ = ["Foot", "foot_of"]

_TOKEN = re.compile(
    rb"""
    \((?:[^()\\]++|\\.|\((?:[^()\\]++|\\.)*+\))*+\)
    |<<|>>|<[0-9A-Fa-f\s]*+>
    |[\[\]{}]
    |/[^\s()<>\[\]{}/%\x00]*+
    |%[^\r\n]*+
    |[^\s()<>\[\]{}/%\x00]++
    |[()<>]
    """,
    re.VERBOSE | re.DOTALL,
)
_EVERYWHERE: Box = (-1e9, -1e9, 1e9, 1e9)
_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
_MOST_BYTES = 1 << 20  # of one page's content, decoded: a page of text has some ten thousand
_MOST_TOKENS = 200_000  # of one page, its forms included: some 0.2 s
_MOST_FORMS = 8  # inside each other
_SLOW_OPERATORS = 20_000
_ASCENT, _DESCENT = 1.0, -0.35  # em
_WIDE, _NARROW = 1.0, 0.75  # em of a character of two bytes and of one: wider than text is on average
_NUMBER = frozenset(b"+-.0123456789")
_OPERAND = frozenset(b"+-.0123456789(<[]/>{}%")
_PAINTING = frozenset((b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"n"))


class _Odd(Exception):  # noqa: N818 - a verdict on the page
    """Content that the quick reader does not follow."""


@dataclass(frozen=True, slots=True)
class Foot:
    """What reaches into the region looked at, in page space, and how the page's drawing states are left.

    ``lowest`` says how far below its beginning the content takes states off (0 or less), ``last`` how many it leaves.
    """

    taken: tuple[Box, ...]
    lowest: int
    last: int


def foot_of(page: Page, region: Box) -> Foot | None:
    """What ``page`` paints within ``region`` (page space); None where that cannot be told."""
    try:
        walker = _Walker(region)
        walker.page(page)
    except (_Odd, *_FAULTS):
        return _slowly(page, region)
    return Foot(tuple(walker.taken), walker.lowest, walker.depth)


_FAULTS = (
    pikepdf.PdfError,
    ArithmeticError,
    AttributeError,
    IndexError,
    KeyError,
    RecursionError,
    TypeError,
    ValueError,
    zlib.error,
)


def _slowly(page: Page, region: Box) -> Foot | None:
    try:
        _content(page)  # what is too long stays unread
        found = painted(page, Budget(_SLOW_OPERATORS), {})
    except (_Odd, Unreadable, *_FAULTS):
        return None
    taken = tuple(item.box for item in found.items if item.kind is not Kind.WHITE and _meet(item.box, region))
    return Foot(taken, found.lowest, found.last)


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _content(page: Page) -> bytes:
    found = page.obj.get("/Contents")
    streams: Iterable[Any] = found if isinstance(found, Array) else () if found is None else (found,)
    pieces, length = [], 0
    for stream in streams:
        pieces.append(_decoded(stream, _MOST_BYTES - length))
        length += len(pieces[-1])
    return b"\n".join(pieces)


def _decoded(stream: Any, most: int) -> bytes:
    """The data of a stream, no more than ``most`` bytes of it: a few bytes can unfold to gigabytes."""
    if not isinstance(stream, Stream):
        return b""
    kind = stream.get("/Filter")
    if isinstance(kind, Array) and len(kind) == 1:
        kind = kind[0]
    raw = stream.read_raw_bytes()
    if kind is None:
        data = raw
    elif kind in (Name.FlateDecode, Name.Fl) and "/DecodeParms" not in stream:
        data = zlib.decompressobj().decompress(raw, most + 1)
    elif len(raw) <= 1 << 14:  # an inflated stream is at most a thousand times as long
        data = stream.read_bytes()
    else:
        raise _Odd
    if len(data) > most:
        raise _Odd
    return data


class _Walker:
    """Follows one page; forms are followed where they are painted."""

    def __init__(self, region: Box) -> None:
        self.region = region
        self.taken: list[Box] = []
        self.depth = self.lowest = 0
        self._left = _MOST_TOKENS

    def page(self, page: Page) -> None:
        resources = inherited(page.obj, "/Resources")
        if self._run(_content(page), resources, _IDENTITY, _EVERYWHERE, 0):
            raise _Odd

    def _add(self, box: Box, clip: Box) -> None:
        kept = (max(box[0], clip[0]), max(box[1], clip[1]), min(box[2], clip[2]), min(box[3], clip[3]))
        if kept[0] <= kept[2] and kept[1] <= kept[3] and _meet(kept, self.region):
            self.taken.append(kept)

    def _run(self, data: bytes, resources: Any, ctm: Matrix, clip: Box, forms: int) -> bool:
        """Whether text or a path is left unfinished at the end."""
        tokens = _TOKEN.findall(data)
        self._left -= len(tokens)
        if self._left < 0 or any(stray in tokens for stray in (b"(", b")", b"<", b"BI")):
            raise _Odd
        low, high = self.region[1], self.region[3]
        fonts: dict[bytes, tuple[float, int]] = {}
        saved: list[tuple[Any, ...]] = []
        base = (ctm, clip, False, 0.0, _NARROW, 1, 0.0, 1.0, 0.0, 1.0)
        ctm, clip, white, size, em, step, leading, scale, rise, width = base
        stack: list[bytes] = []
        path: list[tuple[float, float]] = []
        clipping = in_text = False
        tm, run, back = _IDENTITY, 0.0, 0.0
        for token in tokens:
            if token[0] in _OPERAND:
                stack.append(token)
                continue
            if token in (b"Tj", b"TJ", b"'", b'"'):
                if token in (b"'", b'"'):
                    tm, run, back = product((1, 0, 0, 1, 0, -leading), tm), 0.0, 0.0
                for piece in stack:
                    first = piece[0]
                    if first == 40:
                        run += (len(piece) - 2) / abs(step) * em * size * scale
                    elif first == 60:
                        run += (len(piece) - 2) / 2 / abs(step) * em * size * scale
                    elif first in _NUMBER and token == b"TJ":
                        moved = float(piece) / 1000 * size * scale
                        if moved < 0:
                            run -= moved
                        else:
                            back += moved
                if not (ctm[1] or ctm[2] or tm[1] or tm[2] or step < 0):
                    # Most lines of a page are nowhere near its foot.
                    y, far = tm[5] * ctm[3] + ctm[5], (abs(size) + abs(rise)) * abs(tm[3] * ctm[3])
                    if y - far > high or y + far < low:
                        stack.clear()
                        continue
                if step < 0:  # text that runs down the page
                    box = (-abs(size), -run - abs(size), abs(size), abs(size))
                else:
                    ends = (size * _DESCENT + rise, size * _ASCENT + rise)
                    box = (min(-back, run), min(ends), max(run, -back), max(ends))
                self._add(boxed(box, product(tm, ctm)), clip)
            elif token == b"Tm":
                a, b, c, d, e, f = map(float, stack[-6:])
                tm, run, back = (a, b, c, d, e, f), 0.0, 0.0
            elif token in (b"Td", b"TD"):
                x, y = float(stack[-2]), float(stack[-1])
                a, b, c, d, e, f = tm
                tm, run, back = (a, b, c, d, e + x * a + y * c, f + x * b + y * d), 0.0, 0.0
                if token == b"TD":
                    leading = -y
            elif token == b"T*":
                tm, run, back = product((1, 0, 0, 1, 0, -leading), tm), 0.0, 0.0
            elif token == b"BT":
                tm, run, back, in_text = _IDENTITY, 0.0, 0.0, True
            elif token == b"ET":
                in_text = False
            elif token == b"Tf":
                size, name = float(stack[-1]), stack[-2]
                if name not in fonts:
                    fonts[name] = _font(resources, name)
                em, step = fonts[name]
            elif token == b"q":
                saved.append((ctm, clip, white, size, em, step, leading, scale, rise, width))
                if not forms:
                    self.depth += 1
            elif token == b"Q":
                # One too many is answered by what is put before the page: the state of a fresh one.
                ctm, clip, white, size, em, step, leading, scale, rise, width = saved.pop() if saved else base
                if not forms:
                    self.depth -= 1
                    self.lowest = min(self.lowest, self.depth)
            elif token == b"cm":
                ctm = product(_matrix(stack), ctm)
            elif token in (b"m", b"l"):
                path.append(_point(ctm, stack[-2], stack[-1]))
            elif token == b"re":
                x, y, w, h = (float(value) for value in stack[-4:])
                box = boxed((x, y, x + w, y + h), ctm)
                path += [(box[0], box[1]), (box[2], box[3])]
            elif token in (b"c", b"v", b"y"):
                points = stack[-6:] if token == b"c" else stack[-4:]
                path += [_point(ctm, points[i], points[i + 1]) for i in range(0, len(points), 2)]
            elif token in _PAINTING:
                if path:
                    xs, ys = [x for x, _ in path], [y for _, y in path]
                    box = (min(xs), min(ys), max(xs), max(ys))
                    if token != b"n":
                        line = token not in (b"f", b"F", b"f*")
                        grown = width * max(abs(value) for value in ctm[:4]) / 2 if line else 0.0
                        if line or not white:
                            around_it = (box[0] - grown, box[1] - grown, box[2] + grown, box[3] + grown)
                            self._add(around_it, clip)
                    if clipping:
                        clip = (
                            max(clip[0], box[0]), max(clip[1], box[1]), min(clip[2], box[2]), min(clip[3], box[3]),
                        )  # fmt: skip
                path, clipping = [], False
            elif token in (b"W", b"W*"):
                clipping = True
            elif token in (b"g", b"rg", b"k", b"sc", b"scn"):
                values = [float(value) for value in stack if value[0] in _NUMBER]
                if token == b"k" or len(values) == 4:
                    white = all(value <= 0.02 for value in values)
                else:
                    named = any(value[0] == 47 for value in stack)
                    white = bool(values) and not named and all(value >= 0.98 for value in values)
            elif token == b"cs":
                white = False
            elif token == b"TL":
                leading = float(stack[-1])
            elif token == b"Tz":
                scale = float(stack[-1]) / 100
            elif token == b"Ts":
                rise = float(stack[-1])
            elif token == b"w":
                width = float(stack[-1])
            elif token == b"Do":
                self._object(stack[-1], resources, ctm, clip, forms)
            elif token == b"sh":
                self._add(_EVERYWHERE, clip)
            stack.clear()
        return in_text or bool(path)

    def _object(self, name: bytes, resources: Any, ctm: Matrix, clip: Box, forms: int) -> None:
        found = _named(resources, "/XObject", name)
        kind = None if found is None else found.get("/Subtype")
        if found is None or kind == Name.Image:
            # What a name stands for that leads nowhere is drawn by nobody.
            if found is not None:
                self._add(boxed((0, 0, 1, 1), ctm), clip)
            return
        if kind != Name.Form:
            return
        if "/Matrix" in found:
            ctm = product(_matrix(list(found.Matrix)), ctm)
        if "/BBox" in found:
            left, bottom, right, top = (float(value) for value in found.BBox)
            shown = boxed((left, bottom, right, top), ctm)
            clip = (
                max(clip[0], shown[0]),
                max(clip[1], shown[1]),
                min(clip[2], shown[2]),
                min(clip[3], shown[3]),
            )
        if not _meet(clip, self.region):
            return
        if forms >= _MOST_FORMS:
            raise _Odd
        self._run(_decoded(found, _MOST_BYTES), found.get("/Resources", resources), ctm, clip, forms + 1)


def _matrix(values: list[Any]) -> Matrix:
    a, b, c, d, e, f = map(float, values[-6:])
    return a, b, c, d, e, f


def _point(m: Matrix, x: bytes, y: bytes) -> tuple[float, float]:
    a, b = float(x), float(y)
    return a * m[0] + b * m[2] + m[4], a * m[1] + b * m[3] + m[5]


def _named(resources: Any, kind: str, name: bytes) -> Any:
    listed = None if resources is None else resources.get(kind)
    if listed is None:
        return None
    text = name.decode("latin-1")
    return listed.get(re.sub(r"#([0-9A-Fa-f]{2})", lambda found: chr(int(found[1], 16)), text))


def _font(resources: Any, name: bytes) -> tuple[float, int]:
    """Em a character takes, and how many bytes it has; negative where text runs down the page."""
    found = _named(resources, "/Font", name)
    if found is None or found.get("/Subtype") != Name.Type0:
        return _NARROW, 1
    encoding = found.get("/Encoding")
    upright = isinstance(encoding, Name) and not str(encoding).endswith("V")
    return _WIDE, 2 if upright else -2


def notes_of(page: Page) -> Iterator[Object]:
    """The annotations of a page that are dictionaries."""
    for note in page.obj.get("/Annots", ()):
        if isinstance(note, pikepdf.Dictionary):
            yield note
