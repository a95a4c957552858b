"""Does every page number agree? Bundles of all shapes, read as a reader does, not from the toolkit's own data.

    python bench/agreement.py --bundles 500

For each bundle: the number printed on every page (read back from the pixels of the page as poppler renders it) is the
label a viewer shows (read by pypdf), each exhibit's line in the index (its text by poppler) names the number printed on
the page its link leads to and on the page its bookmark leads to, and that page is the exhibit's first. Exhibits are
cropped, turned, A3 to A6, with ``/UserUnit``, full to the edges, with writing at the foot, encrypted with an empty
password; bundles have one exhibit to four hundred, prefixes, zeros, volumes, dividers and blank sides.
Everything is drawn from a fixed seed.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import io
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
from _measure import load_average
from _pagereader import DPI, printed_number, rendered
from pikepdf import Array, Dictionary, Name, Pdf
from pypdf import PdfReader
from pypdf.generic import Destination, NullObject

from evidence.bundle.compose import Bound, BoundVolume, Composed, Heading, compose
from evidence.bundle.exhibits import Exhibit
from evidence.bundle.profile import Profile, load_profile
from evidence.bundle.texts import words
from evidence.resources import fonts_dir

SEED = 20261121
_AT_ONCE = 25  # pages rendered and held: a thousand of them are ten gigabytes
_LARGE, _LARGEST = 12, 125  # one bundle in so many has dozens of exhibits, or four hundred
FONT = {"zh": "NotoSerifSC-Regular.ttf", "zh-Hant": "NotoSerifTC-Regular.ttf"}
SIZES = {"A4": (595.276, 841.89), "A3": (841.89, 1190.551), "A5": (419.53, 595.276), "A6": (297.64, 419.53)}
Spoken = list[tuple[float, float, str]]
SHAPES = (
    "plain",
    "turned",
    "cropped",
    "cropped-turned",
    "landscape",
    "unit",
    "full",
    "foot",
    "encrypted",
    "odd",
)


@dataclass(frozen=True, slots=True)
class Audit:
    """One bundle looked over: pages read, lines, links and bookmarks compared, and whatever did not agree."""

    pages: int = 0
    lines: int = 0
    faults: tuple[str, ...] = ()


@dataclass(slots=True)
class _Found:
    faults: list[str] = field(default_factory=list)

    def same(self, what: str, one: object, other: object) -> None:
        if one == other:
            return
        if isinstance(one, list) and isinstance(other, list):
            apart = [
                (at + 1, *pair) for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]
            ]
            self.faults.append(f"{what}: {len(one)} and {len(other)}, {apart[:9]}")
        else:
            self.faults.append(f"{what}: {one!r} and {other!r}")


def drawn(shape: str, dice: random.Random, name: str, pages: int) -> bytes:
    """An exhibit of this shape; each page says which exhibit and which page of it it is."""
    size = SIZES[dice.choice(("A4", "A4", "A4", "A3", "A5", "A6"))]
    if shape == "landscape":
        size = size[::-1]
    if shape == "odd":
        size = (dice.uniform(90, 900), dice.uniform(60, 900))
    with Pdf.new() as pdf:
        for number in range(1, pages + 1):
            pdf.add_blank_page(page_size=size)
            page = pdf.pages[-1].obj
            page.MediaBox = Array([0, 0, *(round(side, 3) for side in size)])
            crop = (0.0, 0.0, *size)
            if shape.startswith("cropped"):
                crop = (size[0] * 0.15, size[1] * 0.1, size[0] * 0.8, size[1] * 0.9)
                page.CropBox = Array([round(side, 3) for side in crop])
            if shape in ("turned", "cropped-turned"):
                page.Rotate = dice.choice((90, 180, 270))
            if shape == "unit":
                page.UserUnit = dice.choice((0.5, 2, 3))
            x, y = (crop[0] + crop[2]) / 2 - 20, (crop[1] + crop[3]) / 2
            text = f"BT /F 8 Tf 1 0 0 1 {x:.2f} {y:.2f} Tm ({name}.{number}) Tj ET"
            if shape == "full":
                text = f"0.8 g 0 0 {size[0]:.2f} {size[1]:.2f} re f 0 g " + text
            if shape == "foot":
                x = size[0] * dice.choice((0.1, 0.4, 0.7))
                text += f" BT /F 9 Tf 1 0 0 1 {x:.2f} 22 Tm (Page {number} of {pages}) Tj ET"
            helvetica = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
            page.Resources = Dictionary(Font=Dictionary(F=helvetica))
            page.Contents = pdf.make_stream(text.encode())
        out = io.BytesIO()
        locked = pikepdf.Encryption(owner="owner", user="") if shape == "encrypted" else False
        pdf.save(out, encryption=locked, **({} if locked else {"static_id": True}))
        return out.getvalue()


def exhibits(folder: Path, dice: random.Random, count: int, most: int) -> Iterator[Exhibit]:
    for number in range(1, count + 1):
        name = f"E{number}"
        data = drawn(dice.choice(SHAPES), dice, name, dice.randint(1, most))
        path = folder / f"{name}.pdf"
        path.write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        yield Exhibit(
            "B1",
            name,
            "书证",
            "样本",
            "样本",
            "原件",
            "2026-11-21",
            path.name,
            "application/pdf",
            path,
            digest,
            digest,
        )


def profile(dice: random.Random, small: bool) -> Profile:
    """A court's wishes, drawn."""
    volumes = dice.choice((0, 0, 0, dice.randint(8, 40)))
    return replace(
        load_profile("cn"),
        prefix=dice.choice(("", "", "B", "证")),
        digits=dice.choice((0, 0, 3, 5)),
        total=dice.random() < 0.7,
        columns=dice.choice((Profile("", "", {}).columns, ("number", "name", "proves", "pages"))),
        max_pages=0 if small and dice.random() < 0.5 else volumes,
        duplex=dice.random() < (0.1 if small else 0.25),
        dividers=dice.random() < 0.2,
    )


def bundle(folder: Path, seed: int, *, small: bool) -> Composed:
    """The bundle of this seed; a small one has a few exhibits of a page or two."""
    dice = random.Random(f"{SEED}-{seed}-{small}")
    count = dice.randint(1, 4) if small else dice.choice((1, 2, 5, 9, 14, 22, 30, 30, dice.randint(31, 120)))
    if not small and seed % _LARGEST == _LARGEST - 1:
        count = 400
    locale = "zh" if small else dice.choice(("zh", "zh-Hant"))

    def cover(told: Bound) -> bytes:
        return drawn("plain", random.Random(1), f"cover{told.number}", 1)

    return compose(
        list(exhibits(folder, dice, count, 2 if small or count > 120 else 6)),
        cover=cover,
        catalogue=lambda rows, pages: b"",
        words=words(locale),
        font_file=fonts_dir() / FONT[locale],
        made_at=datetime(2026, 11, 21, 2, tzinfo=UTC),
        title="样本",
        folder=folder / "made",
        locale=locale,
        profile=profile(dice, small),
        heading=Heading(cause="样本", identity="样本"),
    )


def audit(composed: Composed, dpi: float = DPI) -> Audit:
    """Look a bundle over, volume by volume; pages rendered so finely."""
    found = _Found()
    pages = lines = 0
    opened = {volume.name: PdfReader(volume.path) for volume in composed.volumes}
    printed: dict[str, list[str]] = {}
    after = 0
    for volume in composed.volumes:
        numbers = _numbers(volume, opened[volume.name], found, dpi)
        found.same(f"{volume.name} labels", numbers, list(opened[volume.name].page_labels))
        counted = [_count(number) for number in numbers]
        found.same(f"{volume.name} order", counted, list(range(after + 1, after + len(counted) + 1)))
        after += len(counted)
        printed[volume.name] = numbers
        pages += len(numbers)
    for volume in composed.volumes:
        marks = _bookmarks(opened[volume.name])
        marked: set[str] = set()
        for name, entry, target, page in _lines(volume, opened):
            lines += 1
            where = f"{volume.name} {name}"
            number = printed[target][page]
            found.same(f"{where} index and page", _first(entry), number)
            text = opened[target].pages[page].extract_text()
            found.same(f"{where} first page", f"{name}.1" in text.split(), True)
            if target == volume.name:
                found.same(
                    f"{where} bookmark",
                    marks.pop(name, (page, entry) if name in marked else None),
                    (page, entry),
                )
                marked.add(name)
        found.same(f"{volume.name} bookmarks left", marks, {})
    return Audit(pages, lines, tuple(found.faults))


def _count(number: str) -> int:
    """The number without its prefix; -1 where none was read."""
    match = re.search(r"\d+$", number)
    return int(match[0]) if match else -1


def _first(entry: str) -> str:
    """The first page of ``12-15`` or ``B012—B015``."""
    return entry.split("—")[0] if "—" in entry else re.sub(r"^(\d+)-\d+$", r"\1", entry)


def _numbers(volume: BoundVolume, reader: PdfReader, found: _Found, dpi: float) -> list[str]:
    """What is printed on each page."""
    # Poppler draws a page with /UserUnit as if it had none: it is rendered so much finer.
    units = [float(page.get("/UserUnit", 1)) for page in reader.pages]
    pictures = (
        picture
        for first in range(1, len(units) + 1, _AT_ONCE)
        for picture in rendered(volume.path, first=first, last=min(first + _AT_ONCE - 1, len(units)), dpi=dpi)
    )
    numbers = []
    for at, (unit, picture) in enumerate(zip(units, pictures, strict=True)):
        if unit != 1:
            (picture,) = rendered(volume.path, first=at + 1, last=at + 1, dpi=dpi * unit)
        told = printed_number(picture, dpi)
        if len(told) != 1:
            found.faults.append(f"{volume.name} page {at + 1}: {told} printed")
            numbers.append("")
            continue
        numbers.append(told[0].number)
    return numbers


def _bookmarks(reader: PdfReader) -> dict[str, tuple[int, str]]:
    """Page (0) and told range of each exhibit's bookmark; zoom has to be the reader's own."""
    marks = {}
    for item in reader.outline:
        assert isinstance(item, Destination)
        match = re.fullmatch(r"[证證]据?據?\d+　(E\d+)（第(.+)[页頁]）", str(item.title))
        if match and item.typ == "/XYZ" and isinstance(item.zoom, NullObject | None):
            marks[match[1]] = (reader.get_destination_page_number(item) or 0, match[2])
    return marks


def _lines(volume: BoundVolume, opened: dict[str, PdfReader]) -> Iterator[tuple[str, str, str, int]]:
    """For each line of a volume's index: exhibit, the pages it tells, and where its link leads (file, page)."""
    reader = opened[volume.name]
    places = {
        page.indirect_reference.idnum: n for n, page in enumerate(reader.pages) if page.indirect_reference
    }
    seen = set()
    for at, page in enumerate(reader.pages):
        links = [note.get_object() for note in page.get("/Annots", ())]
        rows = [note for note in links if note["/Rect"][2] - note["/Rect"][0] > 300]
        if not rows:
            continue
        spoken = _words(volume.path, at + 1, float(page.mediabox.height))
        for note in rows:
            left, bottom, right, top = (float(side) for side in note["/Rect"])
            inside = [text for x, y, text in spoken if left <= x <= right and bottom <= y <= top]
            name = next((text for text in inside if re.fullmatch(r"E\d+", text)), "?")
            entry = _entry(spoken, bottom, top)
            if (name, at) in seen:
                continue
            seen.add((name, at))
            if "/A" in note:
                action = note["/A"].get_object()
                yield name, entry, str(action["/F"]["/UF"]), int(action["/D"][0])
            else:
                yield name, entry, volume.name, places[note["/Dest"][0].idnum]


def _entry(spoken: Spoken, bottom: float, top: float) -> str:
    """The pages a line tells: what stands under the heading for pages."""
    middle = next((x for x, _, text in spoken if text in ("页码", "頁碼")), 0.0)
    under = [(y, text) for x, y, text in spoken if bottom <= y <= top and abs(x - middle) < 27]
    return "".join(text for _, text in sorted(under, reverse=True) if not text.endswith(("册", "冊")))


def _words(pdf: Path, page: int, height: float) -> Spoken:
    """The words of a page, each with its middle."""
    command = ["pdftotext", "-bbox", "-f", str(page), "-l", str(page), str(pdf), "-"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    pattern = r'xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>'
    return [
        ((float(a) + float(c)) / 2, height - (float(b) + float(d)) / 2, html.unescape(text))
        for a, b, c, d, text in re.findall(pattern, told)
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--bundles", type=int, default=500)
    parser.add_argument("--start", type=int, default=0, help="the first seed")
    parser.add_argument("--small", action="store_true", help="only bundles of a few pages")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    start, bad, told = (
        time.perf_counter(),
        0,
        {"bundles": 0, "volumes": 0, "exhibits": 0, "pages": 0, "lines": 0},
    )
    for seed in range(options.start, options.start + options.bundles):
        with tempfile.TemporaryDirectory() as folder:
            large = not options.small and (seed % _LARGE == _LARGE - 1 or seed % _LARGEST == _LARGEST - 1)
            composed = bundle(Path(folder), seed, small=not large)
            found = audit(composed)
        told["bundles"] += 1
        told["volumes"] += len(composed.volumes)
        told["exhibits"] += len(composed.rows)
        told["pages"] += found.pages
        told["lines"] += found.lines
        bad += len(found.faults)
        for fault in found.faults[:5]:
            print(f"seed {seed}: {fault}", flush=True)
        if seed % 25 == 24:
            print(
                json.dumps({**told, "faults": bad, "seconds": round(time.perf_counter() - start)}), flush=True
            )
    figures = {**told, "faults": bad, "seconds": round(time.perf_counter() - start), "load": load_average()}
    print(json.dumps(figures))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
