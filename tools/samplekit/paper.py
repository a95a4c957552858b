"""Paper to draw on: text in the shipped fonts, tables, handwriting; and what scanners and cameras make of it.

Positions and sizes are millimetres on the paper. Randomness comes from ``random.Random(seed)`` whose bytes
are the same in every Python; Pillow's own noise is not repeatable.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

Point = tuple[float, float]
_FONTS = Path(__file__).resolve().parents[2] / "evidence" / "letters" / "fonts"
FACES = {"serif": "NotoSerifSC-Regular", "bold": "NotoSerifSC-Bold", "sans": "NotoSansSC-Bold"}
MARK = "样本 · 虚构"
# A line must not begin with these (kinsoku); one of them may hang over the margin instead.
_NO_START = "，。、；：！？）》”%"


def font_file(name: str) -> Path:
    return _FONTS / f"{FACES[name]}.ttf"


@cache
def face(name: str, pixels: int) -> ImageFont.FreeTypeFont:
    """One of ``FACES``. Basic layout: the same glyph places with and without the optional shaping library."""
    return ImageFont.truetype(font_file(name), pixels, layout_engine=ImageFont.Layout.BASIC)


class Sheet:
    """A rectangle of paper or screen, ``scale`` pixels a millimetre."""

    def __init__(self, width: float, height: float, scale: float, colour: str = "#fdfdfb") -> None:
        self.scale = scale
        self.width, self.height = width, height
        self.image = Image.new("RGB", (round(width * scale), round(height * scale)), colour)
        self.draw = ImageDraw.Draw(self.image)

    def px(self, *values: float) -> tuple[int, ...]:
        return tuple(round(value * self.scale) for value in values)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 4,
        font: str = "serif",
        ink: str = "#1a1a1a",
        anchor: str = "la",
    ) -> float:
        """One line; returns its width in millimetres. ``size`` is the height of the em square."""
        used = face(font, self.px(size)[0])
        self.draw.text(self.px(x, y), text, fill=ink, font=used, anchor=anchor)
        return used.getlength(text) / self.scale

    def wrap(self, text: str, width: float, size: float, font: str = "serif") -> list[str]:
        used, limit = face(font, self.px(size)[0]), width * self.scale
        lines = [""]
        for char in text:
            if char == "\n":
                lines.append("")
            elif used.getlength(lines[-1] + char) > limit and char not in _NO_START:
                lines.append(char)
            else:
                lines[-1] += char
        return lines

    def paragraph(
        self,
        x: float,
        y: float,
        text: str,
        width: float,
        size: float = 4,
        lead: float = 1.65,
        font: str = "serif",
        ink: str = "#1a1a1a",
    ) -> float:
        """Wrapped text; returns the y below it."""
        for line in self.wrap(text, width, size, font):
            self.text(x, y, line, size, font, ink)
            y += size * lead
        return y

    def line(
        self, x1: float, y1: float, x2: float, y2: float, width: float = 0.25, ink: str = "#333333"
    ) -> None:
        self.draw.line(self.px(x1, y1, x2, y2), fill=ink, width=max(1, self.px(width)[0]))

    def box(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        fill: str | None = None,
        ink: str | None = "#333333",
        width: float = 0.25,
    ) -> None:
        self.draw.rectangle(
            self.px(x, y, x + w, y + h), fill=fill, outline=ink, width=max(1, self.px(width)[0])
        )

    def table(
        self,
        x: float,
        y: float,
        widths: Sequence[float],
        rows: Sequence[Sequence[str]],
        size: float = 3.6,
        row: float = 8,
        head: bool = True,
    ) -> float:
        """A ruled table with wrapped cells; returns the y below it."""
        for n, cells in enumerate(rows):
            wrapped = [
                self.wrap(cell, width - 3, size, "bold" if head and n == 0 else "serif")
                for cell, width in zip(cells, widths, strict=True)
            ]
            height = max(row, max(len(lines) for lines in wrapped) * size * 1.35 + 2.4)
            left = x
            for lines, width in zip(wrapped, widths, strict=True):
                self.box(left, y, width, height, "#eeeeee" if head and n == 0 else None)
                top = y + (height - len(lines) * size * 1.35) / 2
                for k, text in enumerate(lines):
                    self.text(
                        left + 1.5, top + k * size * 1.35, text, size, "bold" if head and n == 0 else "serif"
                    )
                left += width
            y += height
        return y

    def watermark(self, text: str = MARK, size: float = 17, ink: int = 46, angle: float = 32) -> None:
        """The word that keeps anybody from taking the picture for a real paper, large and across."""
        w, h = self.image.size
        mask = Image.new("L", (w * 2, h * 2), 0)
        pen, used = ImageDraw.Draw(mask), face("sans", self.px(size)[0])
        step_x, step_y = used.getlength(text) * 1.35, size * self.scale * 4.2
        row = 0
        y = 0.0
        while y < h * 2:
            x = -step_x / 2 * (row % 2)
            while x < w * 2:
                pen.text((x, y), text, fill=ink, font=used)
                x += step_x
            y, row = y + step_y, row + 1
        mask = mask.rotate(angle, Image.Resampling.BICUBIC).crop((w // 2, h // 2, w // 2 + w, h // 2 + h))
        self.image.paste("#7a7a80", (0, 0), mask)

    def ink_strokes(
        self, x: float, y: float, text: str, size: float, seed: int, ink: str = "#1b2a6b"
    ) -> float:
        """Handwriting with a ball pen; knows the characters of ``STROKES``. Returns the x after it."""
        chance = Random(seed)
        for char in text:
            step = 1.04 if ord(char) > 0x2E80 else 0.62 if char.isdigit() else 0.42
            lean, lift = chance.uniform(-0.06, 0.1), chance.uniform(-0.05, 0.05) * size
            for stroke in STROKES.get(char, []):
                points = [
                    (
                        x + (px + lean * (50 - py) + chance.uniform(-2.2, 2.2)) / 100 * size,
                        y + lift + (py + chance.uniform(-2.2, 2.2)) / 100 * size,
                    )
                    for px, py in stroke
                ]
                self._stroke(points, size, chance, ink)
            x += size * step
        return x

    def _stroke(self, points: list[Point], size: float, chance: Random, ink: str) -> None:
        path = _smooth(points)
        weight = chance.uniform(0.85, 1.1) * size * 0.035 * self.scale
        for n, (px, py) in enumerate(path):
            # Pressure fades towards the end of a stroke.
            r = weight * (1 - 0.55 * (n / max(1, len(path) - 1)) ** 2)
            cx, cy = px * self.scale, py * self.scale
            self.draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=ink)


# Pen strokes on a square of 100 by 100.
STROKES: dict[str, list[list[Point]]] = {
    "岳": [[(62, 4), (48, 12), (25, 15)], [(28, 12), (27, 45)], [(28, 27), (72, 22)], [(56, 25), (55, 46)],
          [(6, 49), (50, 45), (95, 43)], [(50, 52), (50, 88)], [(21, 62), (23, 90), (80, 86)],
          [(80, 60), (81, 92)]],
    "样": [[(4, 32), (40, 27)], [(23, 5), (24, 96)], [(22, 34), (14, 52), (2, 66)], [(26, 42), (38, 55)],
          [(52, 8), (60, 19)], [(84, 4), (73, 19)], [(50, 27), (91, 23)], [(52, 45), (88, 41)],
          [(43, 64), (97, 59)], [(70, 26), (71, 98)]],
    "川": [[(22, 12), (21, 50), (7, 92)], [(50, 18), (51, 76)], [(82, 6), (83, 97)]],
    "本": [[(28, 24), (72, 21)], [(50, 4), (50, 96)], [(49, 27), (34, 52), (8, 72)],
          [(51, 27), (68, 52), (94, 70)], [(36, 74), (65, 72)]],
    "人": [[(48, 6), (42, 48), (8, 92)], [(46, 42), (66, 70), (96, 90)]],
    "0": [[(38, 8), (14, 34), (18, 78), (40, 92), (60, 62), (54, 22), (36, 8)]],
    "1": [[(28, 24), (42, 8), (41, 92)]],
    "2": [[(14, 28), (30, 8), (56, 14), (56, 38), (32, 68), (10, 91), (66, 87)]],
    "4": [[(46, 8), (10, 62), (68, 58)], [(48, 36), (46, 96)]],
    "5": [[(58, 10), (24, 12), (18, 44), (46, 42), (60, 64), (42, 90), (12, 84)]],
    "6": [[(52, 8), (24, 38), (16, 74), (38, 93), (58, 76), (44, 56), (18, 70)]],
    "7": [[(10, 14), (60, 10), (32, 94)]],
    "8": [[(52, 14), (26, 10), (18, 28), (52, 60), (54, 84), (30, 93), (14, 76), (50, 34), (52, 14)]],
    ".": [[(10, 90), (13, 93)]],
    ":": [[(10, 36), (13, 39)], [(9, 78), (12, 81)]],
}  # fmt: skip


def _smooth(points: list[Point], steps: int = 26) -> list[Point]:
    """A Catmull-Rom curve through ``points``."""
    ends = [points[0], *points, points[-1]]
    out: list[Point] = []
    for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        for n in range(steps):
            t = n / steps
            out.append(
                tuple(  # type: ignore[arg-type]
                    0.5
                    * (
                        2 * b[k]
                        + (c[k] - a[k]) * t
                        + (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k]) * t**2
                        + (3 * b[k] - a[k] - 3 * c[k] + d[k]) * t**3
                    )
                    for k in (0, 1)
                )
            )
    return [*out, points[-1]]


def noise(size: tuple[int, int], seed: int, strength: float) -> Image.Image:
    """Grey grain around 128."""
    grain = Image.frombytes("L", size, Random(seed).randbytes(size[0] * size[1]))
    return grain.filter(ImageFilter.GaussianBlur(0.6)).point(lambda v: round(128 + (v - 128) * strength))


def grainy(image: Image.Image, seed: int, strength: float = 0.12) -> Image.Image:
    grain = noise(image.size, seed, strength).convert(image.mode)
    return ImageChops.add(image, grain, 1, -128)


def shade(image: Image.Image, dark: int, angle: float, seed: int = 0) -> Image.Image:
    """Uneven light: from full at one side to ``dark`` of 255 at the other."""
    w, h = image.size
    ramp = (
        Image.linear_gradient("L").resize((256, 256)).rotate(angle, Image.Resampling.BICUBIC, fillcolor=128)
    )
    ramp = ramp.crop((48, 48, 208, 208)).resize((w, h), Image.Resampling.BICUBIC)
    ramp = ramp.point(lambda v: dark + (255 - dark) * v // 255)
    return ImageChops.multiply(image, ramp.convert(image.mode))


def scanned(image: Image.Image, seed: int, tilt: float) -> Image.Image:
    """A flatbed scan: a little crooked, a grey edge where the lid does not close, dust, soft letters."""
    chance = Random(seed)
    w, h = image.size
    turned = image.rotate(tilt, Image.Resampling.BICUBIC, fillcolor="#dcdcd8", center=(w / 3, h / 2))
    pen = ImageDraw.Draw(turned)
    for _ in range(22):
        x, y, r = chance.uniform(0, w), chance.uniform(0, h), chance.uniform(0.4, 1.3)
        pen.ellipse((x - r, y - r, x + r, y + r), fill="#8c8c88")
    edge = Image.new("L", (w, h), 255)
    ImageDraw.Draw(edge).rectangle((0, 0, w // 90, h), fill=150)
    edge = edge.filter(ImageFilter.GaussianBlur(w / 90))
    soft = ImageChops.multiply(turned, edge.convert("RGB")).filter(ImageFilter.GaussianBlur(0.35))
    return grainy(soft, seed, 0.06)


def _coefficients(source: Sequence[Point], target: Sequence[Point]) -> list[float]:
    """The eight numbers of Pillow's perspective transform that carry ``target`` back to ``source``."""
    rows: list[list[float]] = []
    for (sx, sy), (tx, ty) in zip(source, target, strict=True):
        rows.append([tx, ty, 1, 0, 0, 0, -sx * tx, -sx * ty, sx])
        rows.append([0, 0, 0, tx, ty, 1, -sy * tx, -sy * ty, sy])
    for column in range(8):  # Gauss with row pivoting
        pivot = max(range(column, 8), key=lambda r: abs(rows[r][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = rows[column][column]
        rows[column] = [value / head for value in rows[column]]
        for r in range(8):
            if r != column:
                factor = rows[r][column]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[column], strict=True)]
    return [row[8] for row in rows]


def lay(ground: Image.Image, paper: Image.Image, corners: Sequence[Point], shadow: float = 14) -> Image.Image:
    """``paper`` on ``ground``, its corners (from top left, clockwise) at ``corners``."""
    w, h = paper.size
    numbers = _coefficients([(0, 0), (w, 0), (w, h), (0, h)], corners)
    size, kind, fine = ground.size, Image.Transform.PERSPECTIVE, Image.Resampling.BICUBIC
    flat = paper.transform(size, kind, numbers, fine)
    mask = Image.new("L", paper.size, 255).transform(size, kind, numbers, fine)
    if shadow:
        cast = ImageChops.offset(mask, round(shadow * 0.5), round(shadow * 0.7))
        cast = cast.filter(ImageFilter.GaussianBlur(shadow)).point(lambda v: v * 110 // 255)
        ground = Image.composite(Image.new("RGB", size, "#15120f"), ground, cast)
    return Image.composite(flat, ground, mask)


def wood(size: tuple[int, int], seed: int) -> Image.Image:
    """A desk top."""
    chance = Random(seed)
    w, h = size
    board = Image.new("RGB", size, "#9a7350")
    pen = ImageDraw.Draw(board)
    for _ in range(150):
        y, tone = chance.uniform(0, h), chance.randrange(-14, 15)
        wave, phase = chance.uniform(2, 9), chance.uniform(0, 6)
        pen.line(
            [(x, y + wave * math.sin(x / w * 5 + phase)) for x in range(0, w + 40, 40)],
            fill=(154 + tone, 115 + tone, 80 + tone),
            width=chance.randrange(2, 11),
        )
    return board.filter(ImageFilter.GaussianBlur(1.6))


def jpeg(image: Image.Image, quality: int = 72, taken: str = "", grey: bool = False) -> bytes:
    """JPEG bytes; ``taken`` (``2026:10:18 15:41:36``) goes into Exif with the zone +08:00."""
    out = io.BytesIO()
    more: dict[str, bytes] = {}
    if taken:
        exif = Image.Exif()
        exif[0x010F], exif[0x0110], exif[0x0131], exif[0x0132] = "SAMPLE", "SAMPLE-CAM 1", "samplekit", taken
        exif.get_ifd(0x8769).update({0x9003: taken, 0x9004: taken, 0x9010: "+08:00", 0x9011: "+08:00"})
        more["exif"] = exif.tobytes()
    image.convert("L" if grey else "RGB").save(out, "JPEG", quality=quality, optimize=True, **more)
    return out.getvalue()


def png(image: Image.Image, colours: int = 64) -> bytes:
    out = io.BytesIO()
    image.quantize(colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
        out, "PNG", optimize=True
    )
    return out.getvalue()
