"""Scanned slips for tests and benchmarks: drawn, skewed, noised and signed by numpy and Pillow from a seed."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import img2pdf
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from evidence.delivery.shortcode import MODULES, QUIET, symbol
from evidence.model.letter import LetterNumber
from evidence.stamp.facts import letter_id, short_code
from evidence.workspace import Workspace, schema

DPI = 200
MM = DPI / 25.4
PAGE = (round(210 * MM), round(148.5 * MM))
#: Side of a module, and the distance of the symbol from the right and the upper edge, in mm: as slips are printed.
MODULE, RIGHT, TOP = 0.62, 9.0, 6.0


@dataclass(frozen=True, slots=True)
class Slip:
    """What stands on one slip: the letter's number as stored and as printed, its short code, the owner."""

    number: str
    printed: str
    code: str
    owner: str


def slips_of(made: Workspace) -> list[Slip]:
    """A slip for each letter of an office, in the order of their numbers."""
    desk = made._desk
    keys, table = desk.persons.keys(), schema.LETTERS
    with desk.reading() as connection:
        rows = connection.execute(table.select().order_by(table.c.number)).all()
        names = {row.person: row.debtor for row in connection.execute(schema.ACCOUNTS.select())}
    return [
        Slip(
            row.number,
            row.printed_number,
            short_code(letter_id(keys[row.person], LetterNumber.parse(row.number))),
            names[row.person],
        )
        for row in rows
    ]


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    data = files("evidence.letters").joinpath("fonts", "NotoSerifSC-Regular.ttf").read_bytes()
    return ImageFont.truetype(io.BytesIO(data), size)


@cache
def _symbol(code: str) -> Image.Image:
    side, drawn = round((MODULES + 2 * QUIET) * MODULE * MM), Image.new("L", (MODULES + 2 * QUIET,) * 2, 255)
    for y, row in enumerate(symbol(code)):
        for x, dark in enumerate(row):
            if dark == "1":
                drawn.putpixel((x + QUIET, y + QUIET), 0)
    return drawn.resize((side, side), Image.Resampling.NEAREST)


def drawn(slip: Slip, rng: random.Random, *, more: Slip | None = None, smear: bool = False) -> Image.Image:
    """One slip with a signature; with ``more`` a second letter's symbol beside it, or the symbol crossed by a pen."""
    page = Image.new("L", PAGE, 252)
    pen = ImageDraw.Draw(page)
    pen.text((20 * MM, 12 * MM), "送达回执（样本）", 0, _font(round(6 * MM)))
    for i, text in enumerate(
        (
            f"文书编号：{slip.printed}",
            f"受送达人：{slip.owner}",
            f"短码：{slip.code}",
            "收件人签名：",
            "送达人：样本甲、样本乙",
        )
    ):
        pen.text((20 * MM, (30 + 16 * i) * MM), text, 0, _font(round(4 * MM)))
    for i, one in enumerate([slip, *([more] if more else [])]):
        mark = _symbol(one.code)
        at = (round(PAGE[0] - RIGHT * MM - mark.width), round((TOP + 45 * i) * MM))
        page.paste(mark, at)
        if smear:
            box = (
                at[0] + mark.width * 0.1,
                at[1] + mark.height * 0.3,
                at[0] + mark.width * 0.95,
                at[1] + mark.height * 0.75,
            )
            pen.ellipse(box, fill=40)
    points = [(60 * MM, 82 * MM)]
    for _ in range(24):
        x, y = points[-1]
        points.append((x + rng.uniform(-1, 4) * MM, y + rng.uniform(-5, 5) * MM))
    pen.line(points, fill=60, width=round(0.6 * MM), joint="curve")
    return page


def scanned(page: Image.Image, rng: random.Random) -> bytes:
    """The page as a feeder scans it: shifted, skewed by up to three degrees, sometimes upside down, grey, noisy, JPEG."""
    shade = rng.randint(225, 255)
    turned = page.rotate(
        rng.uniform(-3, 3) + (180 if rng.random() < 0.15 else 0),
        Image.Resampling.BICUBIC,
        expand=True,
        fillcolor=shade,
    )
    noise = np.random.default_rng(rng.getrandbits(64)).normal(
        0, rng.uniform(4, 14), (turned.height, turned.width)
    )
    grey = np.asarray(turned, dtype=float) * (shade / 255) + noise
    image = Image.fromarray(grey.clip(0, 255).astype("uint8")).filter(
        ImageFilter.GaussianBlur(rng.uniform(0.3, 1.0))
    )
    out = io.BytesIO()
    image.save(out, "JPEG", quality=rng.randint(45, 80), dpi=(DPI, DPI))
    return out.getvalue()


def stack(pages: list[bytes]) -> bytes:
    """One PDF of the pictures, as a scanner makes it."""
    return bytes(img2pdf.convert(pages))
