"""Every shipped document with short, long and extreme data as pictures, to be looked at before templates change.

    python tools/look.py FOLDER [--only GLOB …] [--converter libreoffice|builtin] [--pages 3] [--dpi 80]

One picture holds at most ``--pages`` pages side by side: ``demand.zh-Hant.long-1.png`` is the first of the
Traditional demand with long data. ``--only`` takes names of that form without ending (``demand.*``, ``*.zh.extreme``).
The data are those of the snapshots (``tests/letters/sized_samples.py``), so that text and look go together; the
delivery record (送达记录), which is drawn without a template, is among them. The list that is printed, and written to
``FOLDER/list.tsv``, has the pages of each document and what a program can see by itself: something printed where the
stamp goes, and a last page with less than a tenth of its height used. Needs pdftoppm.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path

from PIL import Image, ImageChops, ImageOps

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests" / "letters"), str(ROOT)]

from sized_samples import ANNEXES, EVERY, LOCALES, LONG_NAME, SIZES, STAMPED, render  # noqa: E402

from evidence.bundle.record import delivery_record  # noqa: E402
from evidence.letters.convert import open_converter, text_in_stamp_areas  # noqa: E402
from evidence.model.delivery import Channel, DeliveryEvent, Outcome, Proof  # noqa: E402
from evidence.resources import fonts_dir  # noqa: E402

CREATED = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
RECORD = "delivery-record"
FONT = {"zh": "NotoSerifSC-Regular.ttf", "zh-Hant": "NotoSerifTC-Regular.ttf"}


def main() -> int:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--only", nargs="*", default=["*"], help="NAME.LOCALE.SIZE, with * and ?")
    arguments.add_argument("--converter", default="libreoffice", choices=("libreoffice", "builtin"))
    arguments.add_argument("--pages", type=int, default=3, help="pages in a picture")
    arguments.add_argument("--dpi", type=int, default=80)
    options = arguments.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)

    told = []
    for name, pdf in documents(options.only, options.converter):
        file = options.folder / f"{name}.pdf"
        file.write_bytes(pdf)
        pages = pictures(file, options.dpi)
        for first in range(0, len(pages), options.pages):
            sheet = side_by_side(pages[first : first + options.pages])
            sheet.save(file.with_name(f"{name}-{first // options.pages + 1}.png"))
        told.append("\t".join([name, str(len(pages)), "; ".join(seen(name, pdf, pages[-1]))]))
        print(told[-1], flush=True)
    (options.folder / "list.tsv").write_text("\n".join(told) + "\n", "utf-8")
    return 0


def documents(only: list[str], converter: str) -> Iterator[tuple[str, bytes]]:
    """Name and PDF of every document asked for; one process of the converter a script and way up."""
    for locale in LOCALES:
        wanted = [
            (name, size, f"{name}.{locale}.{size}")
            for name, script, size in EVERY
            if script == locale and any(fnmatch(f"{name}.{locale}.{size}", one) for one in only)
        ]
        with open_converter(converter, locale) as engine:
            for flat in (False, True):
                some = [one for one in wanted if (one[0] in ANNEXES) is flat]
                files = [[render(name, locale, size).docx] for name, size, _ in some]
                made = engine.convert_batches(
                    files, created=CREATED, nonces=[[bytes(16)]] * len(files), landscape=flat
                )
                yield from ((one[2], pdf) for one, [pdf] in zip(some, made, strict=True))
        for size in SIZES:
            if any(fnmatch(f"{RECORD}.{locale}.{size}", one) for one in only):
                yield f"{RECORD}.{locale}.{size}", record(locale, size)


def record(locale: str, size: str) -> bytes:
    """A delivery record: one step, forty, or three with everything long."""
    extreme = size == "extreme"

    def step(number: int) -> DeliveryEvent:
        ways = (
            (Channel.EMS, Outcome.RETURNED),
            (Channel.SMS, Outcome.SENT),
            (Channel.LEFT, Outcome.DELIVERED),
            (Channel.HAND, Outcome.REFUSED),
            (Channel.EMS, Outcome.DELIVERED),
        )
        channel, outcome = ways[(number - 1) % len(ways)] if size != "short" else ways[-1]
        at = CREATED + timedelta(days=number)
        proof = Proof("签收底单（样本）.jpg", "image/jpeg", 1, "ab" * 32, "cd" * 32)
        return DeliveryEvent(
            "2-2026-0001", channel, outcome, at, at + timedelta(hours=1),
            place="样本省样本市样本区样本街道样本路1888弄（近样本二路）样本国际中心广场" if extreme else "",
            tracking=f"{1000000000000 + number}" if channel is Channel.EMS else "",
            servers=("样甲", "样乙") if channel in (Channel.LEFT, Channel.HAND) else (),
            signer=(LONG_NAME if extreme else "张样本") if outcome is Outcome.DELIVERED else "",
            relation="self" if outcome is Outcome.DELIVERED else "",
            witness_name="样本社区居民委员会样丙" if channel is Channel.LEFT else "",
            note="住户在屋内，听明来意后不开门，也不说明理由。" * (12 if extreme else 1) if outcome is Outcome.REFUSED else "",
            proofs=(proof,) * (3 if extreme else 1),
        )  # fmt: skip

    return delivery_record(
        [step(n) for n in range(1, {"short": 1, "long": 40, "extreme": 5}[size] + 1)],
        letter="催交物业费通知书（〔2026〕催字第0001号）",
        recipient=f"{LONG_NAME if extreme else '张样本'}（1栋2单元301室）",
        maker="样本（国际）物业服务集团股份有限公司样本市第一分公司" if extreme else "样本物业服务有限公司",
        locale=locale,
        font_file=fonts_dir() / FONT[locale],
    )


def pictures(pdf: Path, dpi: int) -> list[Image.Image]:
    stem = pdf.with_suffix("")
    for old in pdf.parent.glob(f"{stem.name}-*.png"):
        old.unlink()
    subprocess.run(["pdftoppm", "-r", str(dpi), "-gray", "-png", str(pdf), str(stem)], check=True)
    files = sorted(pdf.parent.glob(f"{stem.name}-*.png"), key=lambda file: int(file.stem.rpartition("-")[2]))
    pages = []
    for file in files:
        with Image.open(file) as picture:
            pages.append(picture.convert("L"))
        file.unlink()
    return pages


def side_by_side(pages: list[Image.Image]) -> Image.Image:
    framed = [ImageOps.expand(page, 2, 128) for page in pages]
    sheet = Image.new("L", (sum(page.width for page in framed), max(page.height for page in framed)), 255)
    x = 0
    for page in framed:
        sheet.paste(page, (x, 0))
        x += page.width
    return sheet


def seen(name: str, pdf: bytes, last: Image.Image) -> Iterator[str]:
    """What needs no eyes."""
    if name.partition(".")[0] in STAMPED:
        for spot in text_in_stamp_areas(pdf):
            yield f"page {spot.page}: {spot.text!r} where the stamp goes"
    ink = ImageChops.invert(last).getbbox()
    if ink is None or ink[3] - ink[1] < last.height / 10:
        yield "last page nearly empty"


if __name__ == "__main__":
    sys.exit(main())
