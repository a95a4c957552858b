"""The evidence file beside a bare merge: pages per second, and memory that is not to grow with the exhibits.

    python bench/bundle.py                 1,000 pages from 100 exhibits, with and without what makes them a file
    python bench/bundle.py --large         also 10,000 pages from 1,000 exhibits, and 300 MB of scans

The bare merge is what pikepdf's manual shows: pages appended, and on each a number laid by ``Page.add_overlay`` in a
standard font; it looks at no page. The whole is what ``evidence bundle`` does with the same exhibits once they are in the
store: index with links, page labels, outline, numbers that stand beside what is painted, SHA-256 and SM3 of every file,
BagIt manifests and seal. Cover and Word files are made by a converter and have a benchmark of their own (main_job.py).

Each measurement runs in a process of its own, one after the other; the median of ``--repeat`` is told, and the ratio is
that of wall times in the same run. Everything is fictional and drawn from a fixed seed.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import img2pdf
import pikepdf
from _measure import MIB, cpu_seconds, load_average, machine, median, peak_mib
from pikepdf import Array, Dictionary, Name, Page, Pdf
from PIL import Image, ImageDraw

SEED = 20261121
A4 = (595.276, 841.89)
PAGES = 10  # of each exhibit
CHARACTERS = "".join(chr(0x4E00 + n * 7) for n in range(600))


def text_exhibit(path: Path, dice: random.Random) -> None:
    """Ten full pages of Chinese in a subset of their own, object streams and all."""
    from evidence.resources import fonts_dir
    from evidence.stamp.lettering import Face

    lines = [["".join(dice.choices(CHARACTERS, k=36)) for _ in range(38)] for _ in range(PAGES)]
    with Pdf.new() as pdf:
        face = Face(pdf, fonts_dir() / "NotoSerifSC-Regular.ttf", [CHARACTERS])
        for page in lines:
            pdf.add_blank_page(page_size=A4)
            obj = pdf.pages[-1].obj
            obj.Resources = Dictionary(Font=Dictionary(F1=face.font))
            drawn = "\n".join(
                f"BT /F1 12 Tf 1 0 0 1 72 {770 - n * 18} Tm {face.show(line)} ET"
                for n, line in enumerate(page)
            )
            obj.Contents = pdf.make_stream(f"q 0 0 595 842 re W n Q\n{drawn}".encode())
        pdf.save(path, object_stream_mode=pikepdf.ObjectStreamMode.generate, static_id=True)


def scan_exhibit(path: Path, dice: random.Random) -> None:
    """Ten scanned pages of some 300 kB."""
    pages = []
    for _ in range(PAGES):
        image = Image.new("L", (1240, 1754), 250)
        pen = ImageDraw.Draw(image)
        for y in range(100, 1650, 30):
            x = 100
            while x < 1090:
                wide = dice.randrange(5, 30)
                pen.rectangle((x, y, x + wide, y + 16), fill=dice.randrange(0, 90))
                x += wide + dice.randrange(3, 9)
        out = io.BytesIO()
        image.save(out, "JPEG", quality=62, dpi=(150, 150))
        pages.append(out.getvalue())
    path.write_bytes(img2pdf.convert(pages))


def prepare(folder: Path, kind: str, exhibits: int) -> None:
    """Exhibits of one kind; a few are drawn and copied, each copy with bytes of its own."""
    dice = random.Random(SEED)
    for number in range(exhibits):
        path = folder / f"{number:04d}.pdf"
        if number < 12:
            (scan_exhibit if kind == "scans" else text_exhibit)(path, dice)
        else:
            data = (folder / f"{number % 12:04d}.pdf").read_bytes()
            path.write_bytes(data + b"%% copy %d\n" % number)


def bare(folder: Path, target: Path) -> None:
    """Pages of all exhibits in one PDF, a number on each."""
    with Pdf.new() as merged, Pdf.new() as numbers:
        for path in sorted(folder.glob("*.pdf")):
            with Pdf.open(path) as exhibit:
                merged.pages.extend(exhibit.pages)
        font = numbers.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        resources = numbers.make_indirect(Dictionary(Font=Dictionary(N=font)))
        for number in range(1, len(merged.pages) + 1):
            stream = numbers.make_stream(b"BT /N 9 Tf 290 21 Td (%d) Tj ET" % number)
            page = Dictionary(
                Type=Name.Page, MediaBox=Array([0, 0, *A4]), Resources=resources, Contents=stream
            )
            numbers.pages.append(Page(numbers.make_indirect(page)))
        for page, number_page in zip(merged.pages, numbers.pages, strict=True):
            page.add_overlay(number_page)
        merged.save(target)


def whole(folder: Path, target: Path) -> None:
    """The same as an evidence file: everything but cover and Word files."""
    from evidence.bundle.bag import all_digests, bag_files, seal_json
    from evidence.bundle.compose import Heading, compose
    from evidence.bundle.profile import load_profile
    from evidence.bundle.texts import words
    from evidence.resources import fonts_dir

    found = list(_exhibits(folder))
    made = compose(
        [exhibit for exhibit, _ in found],
        cover=lambda told: _cover(),
        catalogue=lambda rows, pages: b"",
        words=words("zh"),
        font_file=fonts_dir() / "NotoSerifSC-Regular.ttf",
        made_at=datetime(2026, 11, 21, 2, tzinfo=UTC),
        title="样本",
        folder=target.with_suffix(""),
        profile=load_profile("cn"),
        heading=Heading("物业服务合同纠纷", "样本物业服务有限公司", "样本", "样本", "2026年11月21日", "", 2),
    )
    payload = {
        **{f"data/{volume.name}": volume.path for volume in made.volumes},
        **{f"data/originals/{path.name}": path for _, path in found},
    }
    digests = all_digests(payload)
    files = bag_files(
        payload,
        known=digests,
        made_on=date(2026, 11, 21),
        identifier="样本",
        organisation="样本",
        tool="bench",
    )
    seal_json(files, {}, digests)


def _exhibits(folder: Path) -> Iterator[tuple[Any, Path]]:
    from evidence.bundle.exhibits import Exhibit

    for number, path in enumerate(sorted(folder.glob("*.pdf")), 1):
        # What the store knows already.
        digest = hashlib.sha256(path.name.encode()).hexdigest()
        exhibit = Exhibit(
            "B5", f"服务记录{number}", "书证", "原告留存", "证明原告在该期间提供了物业服务", "原件", "2026-11-21",
            path.name, "application/pdf", path, digest, digest,
        )  # fmt: skip
        yield exhibit, path


def _cover() -> bytes:
    out = io.BytesIO()
    with Pdf.new() as pdf:
        pdf.add_blank_page(page_size=A4)
        pdf.save(out, static_id=True)
    return out.getvalue()


def step(what: str, folder: Path, target: Path) -> dict[str, Any]:
    """One measurement, in this process."""
    if what == "whole":  # imports are not measured: the bare merge has none
        import evidence.bundle.bag
        import evidence.bundle.compose
        import evidence.bundle.texts  # noqa: F401
    before, start = cpu_seconds(), time.perf_counter()
    (whole if what == "whole" else bare)(folder, target)
    seconds = time.perf_counter() - start
    return {"what": what, "seconds": seconds, "cpu": cpu_seconds() - before, "highest_mib": peak_mib()}


def measure(kind: str, exhibits: int, repeat: int, what: tuple[str, ...]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "in"
        folder.mkdir()
        prepare(folder, kind, exhibits)
        given = sum(path.stat().st_size for path in folder.iterdir())
        rows: dict[str, list[dict[str, Any]]] = {one: [] for one in what}
        for turn in range(repeat):
            for one in what:
                target = Path(name) / f"{one}-{turn}.pdf"
                command = [sys.executable, __file__, "--step", one, str(folder), str(target)]
                told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
                rows[one].append(json.loads(told.splitlines()[-1]))
                subprocess.run(["rm", "-r", "-f", target, target.with_suffix("")], check=True)
    figures: dict[str, Any] = {
        "kind": kind,
        "exhibits": exhibits,
        "pages": exhibits * PAGES,
        "given_mib": round(given / MIB, 1),
        **{
            one: {
                "seconds": round(median([row["seconds"] for row in found]), 2),
                "cpu": round(median([row["cpu"] for row in found]), 2),
                "highest_mib": max(row["highest_mib"] for row in found),
            }
            for one, found in rows.items()
        },
        "load": load_average(),
    }
    if len(what) == 2:
        for key in ("seconds", "cpu"):
            figures[f"ratio_{key}"] = round(figures["whole"][key] / figures["bare"][key], 2)
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--large", action="store_true", help="also 10,000 pages, and 300 MB of scans")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--exhibits", type=int, default=100)
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--step", nargs=3, metavar=("WHAT", "FOLDER", "TARGET"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        what, folder, target = options.step
        print(json.dumps(step(what, Path(folder), Path(target))))
        return 0
    rows = [measure("text", options.exhibits, options.repeat, ("bare", "whole"))]
    print(json.dumps(rows[-1]), flush=True)
    if options.large:
        for kind, count in (("scans", 100), ("text", 1000)):
            rows.append(measure(kind, count, 1, ("whole",)))
            print(json.dumps(rows[-1]), flush=True)
    if options.json:
        options.json.write_text(json.dumps({"machine": machine(("pikepdf",)), "rows": rows}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
