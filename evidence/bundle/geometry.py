"""Where the edges of a page are as the reader sees them: cropped, rotated, of any size, in points of paper."""

from __future__ import annotations

from dataclasses import dataclass

from pikepdf import Object, Page

from evidence.stamp.painted import Box, Matrix, boxed, product

__all__ = [
    "A4",
    "MM",
    "Box",
    "Matrix",
    "View",
    "boxed",
    "inherited",
    "inverse",
    "operands",
    "product",
    "view_of",
]

MM = 72 / 25.4
A4 = (595.276, 841.89)


@dataclass(frozen=True, slots=True)
class View:
    """A page as displayed: its width and height in points of paper, and the matrix from there to page space.

    ``box`` is what is shown, in page space; ``unit`` is how many points one unit of page space is (``/UserUnit``).
    """

    width: float
    height: float
    matrix: Matrix
    box: Box
    unit: float = 1.0

    @property
    def cm(self) -> str:
        """The ``cm`` operator that lets one draw in display space (origin lower left)."""
        return operands(self.matrix) + " cm"


def operands(values: tuple[float, ...]) -> str:
    """Numbers as a content stream spells them."""
    return " ".join(_number(value) for value in values)


def _number(value: float) -> str:
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def inverse(m: Matrix) -> Matrix:
    """The matrix that undoes ``m``; ``ZeroDivisionError`` where nothing can."""
    d = m[0] * m[3] - m[1] * m[2]
    a, b, c, e = m[3] / d, -m[1] / d, -m[2] / d, m[0] / d
    return a, b, c, e, -(m[4] * a + m[5] * c), -(m[4] * b + m[5] * e)


def inherited(node: Object, key: str) -> Object | None:
    """The value of an inheritable key of a page; None where nobody up the tree has it."""
    for _ in range(64):  # deeper page trees are broken or hostile
        if key in node:
            return node[key]
        if "/Parent" not in node:
            return None
        node = node["/Parent"]
    return None


def _rotation(page: Page) -> int:
    """``/Rotate`` of the page or of the nearest ancestor that has one, as a multiple of 90."""
    found = inherited(page.obj, "/Rotate")
    return 0 if found is None else round(float(found) / 90) * 90 % 360


def view_of(page: Page) -> View:
    """The visible box (crop box within media box) after ``/Rotate``, in points: ``/UserUnit`` counts."""
    media = [float(x) for x in page.mediabox]
    crop = [float(x) for x in page.cropbox]
    left, bottom = (
        max(min(media[0], media[2]), min(crop[0], crop[2])),
        max(min(media[1], media[3]), min(crop[1], crop[3])),
    )
    right, top = (
        min(max(media[0], media[2]), max(crop[0], crop[2])),
        min(max(media[1], media[3]), max(crop[1], crop[3])),
    )
    if right <= left or top <= bottom:  # a crop box outside the media box is ignored by viewers
        left, right = min(media[0], media[2]), max(media[0], media[2])
        bottom, top = min(media[1], media[3]), max(media[1], media[3])
    unit = float(page.obj.get("/UserUnit", 1))
    unit = unit if 0 < unit < 1e5 else 1.0
    s = 1 / unit
    width, height = (right - left) * unit, (top - bottom) * unit
    box = (left, bottom, right, top)
    rotate = _rotation(page)
    if rotate == 90:
        return View(height, width, (0, s, -s, 0, right, bottom), box, unit)
    if rotate == 180:
        return View(width, height, (-s, 0, 0, -s, right, top), box, unit)
    if rotate == 270:
        return View(height, width, (0, -s, s, 0, left, top), box, unit)
    return View(width, height, (s, 0, 0, s, left, bottom), box, unit)
