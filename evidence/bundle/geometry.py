"""Where the edges of a page are as the reader sees them: cropped, rotated, of any size."""

from __future__ import annotations

from dataclasses import dataclass

from pikepdf import Object, Page

MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class View:
    """A page as displayed: its width and height in points and the matrix from display to page space."""

    width: float
    height: float
    matrix: tuple[float, float, float, float, float, float]

    @property
    def cm(self) -> str:
        """The ``cm`` operator that lets one draw in display space (origin lower left)."""
        return " ".join(_number(value) for value in self.matrix) + " cm"


def _number(value: float) -> str:
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _rotation(page: Page) -> int:
    """``/Rotate`` of the page or of the nearest ancestor that has one, as a multiple of 90."""
    node: Object = page.obj
    for _ in range(64):  # deeper page trees are broken or hostile
        if "/Rotate" in node:
            return round(float(node["/Rotate"]) / 90) * 90 % 360
        if "/Parent" not in node:
            break
        node = node["/Parent"]
    return 0


def view_of(page: Page) -> View:
    """The visible box (crop box within media box) after ``/Rotate``."""
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
        left, bottom, right, top = media[0], media[1], media[2], media[3]
    width, height = right - left, top - bottom
    rotate = _rotation(page)
    if rotate == 90:
        return View(height, width, (0, 1, -1, 0, right, bottom))
    if rotate == 180:
        return View(width, height, (-1, 0, 0, -1, right, top))
    if rotate == 270:
        return View(height, width, (0, -1, 1, 0, left, top))
    return View(width, height, (1, 0, 0, 1, left, bottom))
