"""Reading printed page numbers back from the pixels of a rendered page, as a reader would: by the shapes at the foot.

Pages are rendered by poppler. The shapes compared with are drawn by FreeType from the shipped fonts; nothing of the
bundle's own data is used but what a reader sees.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from evidence.resources import fonts_dir

DPI = 200
SIGNS = "0123456789第页頁共册冊B证證"
_GRID = (24, 24)
_PHASES = 4  # places between two pixels that a sign is drawn at
_LOW = 0.15  # em: what is lower, and wider, is a hyphen
_FOOT = 40  # points from the lower edge that are looked at
_PRINTED = re.compile(r"(?:第(\d+)[册冊])?第([^第共]*\d+)[页頁](?:共(\d+)[页頁])?")
Shape = tuple[np.ndarray, float, float]


@dataclass(frozen=True, slots=True)
class Printed:
    """What is printed at a page's foot: volume (0: none), the number as it stands, and the total (0: none)."""

    volume: int
    number: str
    total: int


def rendered(pdf: Path, *, first: int = 1, last: int | None = None, dpi: float = DPI) -> Iterator[np.ndarray]:
    """The pages as a viewer shows them, ink 1 on paper 0; one at a time, for they are large."""
    with tempfile.TemporaryDirectory() as folder:
        span = ["-f", str(first), *([] if last is None else ["-l", str(last)])]
        command = ["pdftoppm", "-gray", "-cropbox", "-r", f"{dpi:g}", *span, str(pdf), f"{folder}/page"]
        subprocess.run(command, check=True, capture_output=True)
        for path in sorted(Path(folder).iterdir(), key=lambda path: int(path.stem.rsplit("-", 1)[1])):
            with Image.open(path) as image:
                yield 1 - np.asarray(image, dtype=np.float32) / 255


def printed_number(page: np.ndarray, dpi: float = DPI) -> list[Printed]:
    """Every page number that stands at the foot of a page; there should be one."""
    height, width = page.shape
    scale = max(1.0, min(height, width) / dpi * 72 / 595.276)
    em = 9 * scale * dpi / 72
    foot = page[max(0, height - round(_FOOT * scale * dpi / 72)) :]
    found = []
    for text in _runs(foot, em, dpi):
        match = _PRINTED.fullmatch(text)
        if match:
            found.append(Printed(int(match[1] or 0), match[2], int(match[3] or 0)))
    return found


def _runs(foot: np.ndarray, em: float, dpi: float) -> Iterable[str]:
    """The lines of signs at the foot, each as one string without its spaces."""
    for top, bottom in _spans((foot > 0.35).any(axis=1), 2):
        line = foot[top:bottom]
        if not 0.3 * em < bottom - top < 1.6 * em:
            continue
        pieces = _spans((line > 0.35).any(axis=0), 1)
        text, end = "", None
        for left, right in pieces:
            if end is not None and left - end > 1.45 * em:
                yield text
                text = ""
            text += _sign(line[:, left:right], em, dpi)
            end = right
        yield text


def _spans(marks: np.ndarray, gap: int) -> list[tuple[int, int]]:
    """Where ink begins and ends, spans nearer than ``gap`` taken together."""
    spans: list[tuple[int, int]] = []
    for at in np.flatnonzero(marks).tolist():
        if spans and at - spans[-1][1] < gap:
            spans[-1] = (spans[-1][0], at + 1)
        else:
            spans.append((at, at + 1))
    return spans


def _sign(piece: np.ndarray, em: float, dpi: float) -> str:
    shape = _shape(piece, em)
    if shape[1] < _LOW and shape[2] > _LOW:
        return "-"
    signs, pictures, sizes = _known(dpi)
    off = np.sqrt(((pictures - shape[0]) ** 2).mean(axis=(1, 2)))
    off += 0.8 * np.abs(sizes - np.array(shape[1:], np.float32)).sum(axis=1)
    best = int(off.argmin())
    return signs[best] if off[best] < 0.45 else "?"


def _shape(piece: np.ndarray, em: float) -> Shape:
    """The sign without the white around it, on a grid, and its height and width in em."""
    rows = _spans((piece > 0.35).any(axis=1), 99)
    if not rows:
        return np.zeros(_GRID, np.float32), 0.0, 0.0
    top, bottom = rows[0][0], rows[-1][1]
    cut = Image.fromarray((piece[top:bottom] * 255).clip(0, 255).astype(np.uint8))
    grid = np.asarray(cut.resize(_GRID, Image.Resampling.BICUBIC), dtype=np.float32) / 255
    return grid, (bottom - top) / em, piece.shape[1] / em


@cache
def _known(dpi: float) -> tuple[str, np.ndarray, np.ndarray]:
    """Each sign as FreeType draws it at the size it has on an A4 page, wherever it falls between the pixels."""
    em = 9 * dpi / 72
    side = round(em * 2) * _PHASES
    signs, pictures, sizes = "", [], []
    for name in ("NotoSerifSC-Regular.ttf", "NotoSerifTC-Regular.ttf"):
        font = ImageFont.truetype(fonts_dir() / name, em * _PHASES)
        for sign in SIGNS:
            if sign in signs[: len(signs) if name.startswith("NotoSerifTC") else 0]:
                continue
            for x in range(_PHASES):
                for y in range(_PHASES):
                    image = Image.new("L", (side, side), 0)
                    at = (em * _PHASES * 0.3 + x, em * _PHASES * 0.2 + y)
                    ImageDraw.Draw(image).text(at, sign, font=font, fill=255)
                    ink = np.asarray(image.reduce(_PHASES), dtype=np.float32) / 255
                    columns = _spans((ink > 0.35).any(axis=0), 99)
                    if columns:
                        picture, high, wide = _shape(ink[:, columns[0][0] : columns[-1][1]], em)
                        signs += sign
                        pictures.append(picture)
                        sizes.append((high, wide))
    return signs, np.stack(pictures), np.array(sizes, np.float32)
