"""Whether the QR code of a letter is read from pictures of the whole page, and never as something else.

    python -m bench.captures [--count 2000] [--seed 1] [--kind KIND] [--json FILE] [--keep FOLDER]

Each capture starts from the whole first page of a stamped letter, as rendered by ``pdftoppm``, uncropped: a scan
at 200 dots per inch, a photograph of 12 megapixels, the same as a chat program passes it on (long edge 1,920, JPEG
45), one held at a slant, and any of these with a blob over 5 % of the symbol. All is drawn by numpy and Pillow
from the seed. Ends with 1 where fewer than 99 % are read (97 % with the blob), or any as another text.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

sys.path[:0] = [str(Path(__file__).resolve().parent)]

from _measure import load_average, machine, median  # noqa: E402
from _originals import Original, letter  # noqa: E402

from evidence.verify.letter import check_letter  # noqa: E402
from evidence.verify.pictures import read_image  # noqa: E402

LETTERS = 24
DPI = 300
PAGE_MM = (210.0, 297.0)
#: The symbol on the page: left, top, side, in millimetres (docs/formats.md, section 3).
SYMBOL_MM = (162.29, 297.0 - 249.29 - 77 * 0.46, 77 * 0.46)
READ_AT_LEAST = {"blob": 0.97}
Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Page:
    """A rendered first page, and the text its QR code holds."""

    image: Image.Image
    text: str


@cache
def page(number: int, seed: int) -> Page:
    """Page 1 of one of the letters of a campaign."""
    original: Original = letter(random.Random(f"{seed} page {number}"))
    with tempfile.TemporaryDirectory() as folder:
        pdf = Path(folder) / "letter.pdf"
        pdf.write_bytes(original.pdf)
        command = [
            "pdftoppm",
            "-r",
            str(DPI),
            "-f",
            "1",
            "-l",
            "1",
            "-gray",
            "-singlefile",
            str(pdf),
            f"{folder}/page",
        ]
        subprocess.run(command, check=True)
        image = Image.open(f"{folder}/page.pgm")
        image.load()
    from evidence.model.problem import Place

    return Page(image, check_letter(original.pdf, Place()).qr_text)


def _blotted(rng: random.Random, image: Image.Image) -> Image.Image:
    """A blob of ink over 5 % of the symbol: some ellipses around one point within it."""
    scale = image.width / PAGE_MM[0]
    left, top, side = (value * scale for value in SYMBOL_MM)
    x, y = left + side * rng.uniform(0.12, 0.88), top + side * rng.uniform(0.12, 0.88)
    radius = side * math.sqrt(0.05 / math.pi)
    spread = rng.uniform(0.75, 1.33)
    out = image.copy()
    draw = ImageDraw.Draw(out)
    draw.ellipse(
        (x - radius * spread, y - radius / spread, x + radius * spread, y + radius / spread),
        fill=rng.choice((20, 60, 235)),
    )
    return out


def _coefficients(target: Points, source: Points) -> list[float]:
    """Of the projection that takes the four points ``target`` to ``source``, as Pillow wants it."""
    rows, values = [], []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return [float(value) for value in np.linalg.solve(np.array(rows), np.array(values))]


def _lit(rng: random.Random, image: Image.Image, noise: float, shade: float) -> Image.Image:
    """Uneven light, a contrast of paper and ink, and the noise of a sensor."""
    numbers = np.random.default_rng(rng.randrange(2**32))
    values = np.asarray(image, dtype=np.float32)
    height, width = values.shape
    angle = rng.uniform(0, 2 * math.pi)
    x, y = np.linspace(-0.5, 0.5, width, dtype=np.float32), np.linspace(-0.5, 0.5, height, dtype=np.float32)
    light = 1 - shade * (0.5 + x[None, :] * math.cos(angle) + y[:, None] * math.sin(angle))
    dark, bright = rng.uniform(10, 60), rng.uniform(200, 250)
    values = (dark + values / 255 * (bright - dark)) * light
    values += numbers.standard_normal(values.shape, dtype=np.float32) * noise
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def _photographed(rng: random.Random, image: Image.Image, size: tuple[int, int], slant: float) -> Image.Image:
    """The page on a table, held by hand: it fills most of the picture, a little turned, ``slant`` out of the plane."""
    width, height = size
    fill = rng.uniform(0.82, 0.96)
    scale = min(width / PAGE_MM[0], height / PAGE_MM[1]) * fill
    half = (PAGE_MM[0] * scale / 2, PAGE_MM[1] * scale / 2)
    turn = math.radians(rng.uniform(-3, 3))
    tilt = (rng.uniform(-slant, slant), rng.uniform(-slant, slant))
    corners = []
    for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        far = 1 + tilt[0] * sx + tilt[1] * sy
        x, y = sx * half[0] / far, sy * half[1] / far
        corners.append(
            (
                width / 2 + x * math.cos(turn) - y * math.sin(turn),
                height / 2 + x * math.sin(turn) + y * math.cos(turn),
            )
        )
    w, h = image.size
    coefficients = _coefficients(corners, [(0, 0), (w, 0), (w, h), (0, h)])
    shrink = max(1.0, w / (PAGE_MM[0] * scale))
    soft = image.filter(ImageFilter.GaussianBlur(0.35 * shrink)) if shrink > 1.2 else image
    return soft.transform(
        size,
        Image.Transform.PERSPECTIVE,
        coefficients,
        Image.Resampling.BICUBIC,
        fillcolor=rng.randrange(60, 190),
    )


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def scan(rng: random.Random, image: Image.Image) -> bytes:
    """A flatbed at 200 dots per inch: a page laid on a little askew."""
    turned = image.rotate(rng.uniform(-1.5, 1.5), Image.Resampling.BICUBIC, fillcolor=255)
    small = turned.resize((1654, 2339), Image.Resampling.BOX)
    soft = small.filter(ImageFilter.GaussianBlur(rng.uniform(0.2, 0.6)))
    return _jpeg(_lit(rng, soft, rng.uniform(1, 4), 0.03), rng.randrange(60, 90))


def _shot(rng: random.Random, image: Image.Image, slant: float) -> Image.Image:
    taken = _photographed(rng, image, (3000, 4000), slant)
    soft = taken.filter(ImageFilter.GaussianBlur(rng.uniform(0.6, 1.8)))
    return _lit(rng, soft, rng.uniform(2, 8), rng.uniform(0.05, 0.45))


def photo(rng: random.Random, image: Image.Image) -> bytes:
    """Twelve megapixels, from a hand above the table."""
    return _jpeg(_shot(rng, image, 0.02), rng.randrange(75, 95))


def slant(rng: random.Random, image: Image.Image) -> bytes:
    """The same, out of the plane: the near edge up to some 20 % longer than the far one."""
    return _jpeg(_shot(rng, image, 0.06), rng.randrange(75, 95))


def chat(rng: random.Random, image: Image.Image) -> bytes:
    """What a chat program makes of a photograph."""
    return _jpeg(_shot(rng, image, 0.02).resize((1440, 1920), Image.Resampling.LANCZOS), 45)


KINDS: dict[str, Callable[[random.Random, Image.Image], bytes]] = {
    "scan": scan,
    "photo": photo,
    "chat": chat,
    "slant": slant,
}
#: One capture in five has a blob, on any of the kinds in turn.
ORDER = (*KINDS, "blob")


def captured(seed: int, index: int) -> tuple[str, str, bytes]:
    """The capture ``index``: its kind, the text on the page, the picture."""
    rng = random.Random(f"{seed} capture {index}")
    kind = ORDER[index % len(ORDER)]
    shown = page(rng.randrange(LETTERS), seed)
    if kind != "blob":
        return kind, shown.text, KINDS[kind](rng, shown.image)
    how = list(KINDS)[index // len(ORDER) % len(KINDS)]
    return kind, shown.text, KINDS[how](rng, _blotted(rng, shown.image))


def one(task: tuple[int, int, str]) -> tuple[str, str, float, int]:
    """Kind, ``read``, ``unread`` or ``wrong``, seconds of the reading, and the index."""
    seed, index, keep = task
    kind, text, data = captured(seed, index)
    start = time.perf_counter()
    found = [one.text for one in read_image(data)]
    seconds = time.perf_counter() - start
    outcome = "unread" if not found else "read" if found == [text] else "wrong"
    if keep and outcome != "read":
        (Path(keep) / f"{kind}-{index}-{outcome}.jpg").write_bytes(data)
    return kind, outcome, seconds, index


def campaign(
    seed: int, indices: Sequence[int], processes: int = 1, keep: str = ""
) -> Iterator[tuple[str, str, float, int]]:
    tasks = [(seed, index, keep) for index in indices]
    if processes == 1:
        yield from map(one, tasks)
        return
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        yield from pool.imap_unordered(one, tasks, chunksize=5)


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Pictures of whole pages, and whether their QR codes are read."
    )
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=ORDER)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--keep", default="", help="a folder for the captures that were not read")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    if arguments.keep:
        Path(arguments.keep).mkdir(parents=True, exist_ok=True)
    before = load_average()
    indices = [i for i in range(arguments.count) if arguments.kind in (None, ORDER[i % len(ORDER)])]
    rows: dict[str, dict[str, Any]] = {
        kind: {"count": 0, "read": 0, "wrong": 0, "unread": [], "seconds": []} for kind in ORDER
    }
    for kind, outcome, seconds, index in campaign(
        arguments.seed, indices, arguments.processes, arguments.keep
    ):
        row = rows[kind]
        row["count"] += 1
        row["read"] += outcome == "read"
        row["wrong"] += outcome == "wrong"
        row["seconds"].append(seconds)
        if outcome != "read":
            row["unread"].append(index)
    good = True
    print(f"{'capture':<10}{'count':>7}{'read':>7}{'share':>9}{'wrong':>7}{'median s':>10}{'slowest':>9}")
    for kind, row in rows.items():
        if not row["count"]:
            continue
        times = row.pop("seconds")
        row["median_seconds"], row["slowest"] = round(median(times), 3), round(max(times), 3)
        share = row["read"] / row["count"]
        good &= share >= READ_AT_LEAST.get(kind, 0.99) and not row["wrong"]
        print(
            f"{kind:<10}{row['count']:>7}{row['read']:>7}{share:>9.2%}{row['wrong']:>7}{row['median_seconds']:>10}{row['slowest']:>9}"
        )
    print(f"load {before} to {load_average()}, seed {arguments.seed}, letters {LETTERS}")
    if arguments.json:
        host = {
            **machine(("numpy", "pillow", "zxing-cpp")),
            "load_before": before,
            "load_after": load_average(),
        }
        figures = {
            "schema_version": 1,
            "benchmark": "captures",
            "machine": host,
            "seed": arguments.seed,
            "kinds": rows,
        }
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
