"""Pages searched and redrawn by PDFium, in a process of its own with limits (:mod:`evidence.limited`).

Asked with JSON on standard input: ``path`` of a PDF, ``pages`` (from 1), ``rules``, ``areas`` (of a page: left, top,
width, height in millimetres as seen), ``whole`` (pages to redraw though nothing is found), ``font`` and ``word`` for the
covers, ``ocr``, and ``draw``. Answers with a row for each page: the kinds found, the values found (compared by
:func:`~evidence.bundle.masking.same`, for the asking process alone), whether it shows pictures, and the page as JPEG or
PNG where something is covered.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import subprocess  # nosec B404 # tesseract, called without a shell
from collections.abc import Iterator, Sequence
from ctypes import c_double, c_int
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from evidence.bundle.masking import Hit, Rules, find, same
from evidence.limited import Limits, answer

LIMITS = Limits(wall_seconds=240, cpu_seconds=200, memory_bytes=3 << 30, answer_bytes=512 << 20)

DPI = 200
_LONGEST = 4000
_QUALITY = 85
_MM = DPI / 25.4
# A picture smaller than this share of the page is a code, a seal or a logo.
_SHARE = 0.03
# So many drawn paths with so few characters may be letters turned into outlines.
_STROKES, _WORDS = 60, 60
_INK = (40, 40, 40)
_OCR_SECONDS, _TURNED_SECONDS = 60, 20
# Fewer characters than these read with some certainty, beyond the page's own text: it may stand on its side.
_LITTLE, _CERTAIN = 40, 60
Box = tuple[float, float, float, float]


def _main(data: bytes) -> list[dict[str, Any]]:
    import pypdfium2

    asked = json.loads(data)
    rules = Rules.from_json(asked["rules"])
    areas = {int(page): boxes for page, boxes in asked["areas"].items()}
    document = pypdfium2.PdfDocument(asked["path"])
    document.init_forms()
    return [
        _page(document[number - 1], rules, areas.get(number, ()), number in asked["whole"], asked)
        for number in asked["pages"]
    ]


def _page(
    page: Any, rules: Rules, areas: Sequence[Box], whole: bool, asked: dict[str, Any]
) -> dict[str, Any]:
    width, height = page.get_size()
    scale = min(DPI / 72, _LONGEST / max(width, height))
    drawn = (max(1, round(width * scale)), max(1, round(height * scale)))
    covers: list[tuple[str, Box]] = []
    text, boxes = _text(page, drawn)
    hits = find(text, rules)
    for hit in hits:
        covers += [(hit.kind.value, box) for box in _lines(boxes, hit)]
    kinds = [hit.kind.value for hit in hits]
    values = {same(hit.kind, text[hit.start : hit.end]) for hit in hits}
    pictures = _pictures(page, text, width, height)
    image = None
    if pictures and asked["ocr"]:
        image = _render(page, scale)
        for seen, places in _readings(image, asked["ocr"], sum(not char.isspace() for char in text)):
            for hit in find(seen, rules):
                values.add(same(hit.kind, seen[hit.start : hit.end]))
                found = _lines(places, hit)
                if not any(_inside(box, other) for box in found for _, other in covers):
                    covers += [(hit.kind.value, box) for box in found]
                    kinds.append(hit.kind.value)
    for left, top, wide, high in areas:
        unit = scale * 72 / 25.4
        covers.append(("area", (left * unit, top * unit, (left + wide) * unit, (top + high) * unit)))
        kinds.append("area")
    row: dict[str, Any] = {"kinds": kinds, "pictures": pictures, "values": sorted(values)}
    if asked["draw"] and (covers or whole):
        image = image or _render(page, scale)
        _cover(image, [box for _, box in covers], asked["font"], asked["word"])
        row["image"] = base64.b64encode(_encoded(image, pictures)).decode()
        row["size"] = (width, height)
    return row


def _text(page: Any, drawn: tuple[int, int]) -> tuple[str, list[Box | None]]:
    """The page's characters with the box of each in pixels; ``None`` of those PDFium puts between words."""
    import pypdfium2.raw as raw

    textpage = page.get_textpage()
    chars: list[str] = []
    boxes: list[Box | None] = []
    edges = [c_double() for _ in range(4)]
    x, y = c_int(), c_int()
    for i in range(raw.FPDFText_CountChars(textpage)):
        code = raw.FPDFText_GetUnicode(textpage, i)
        chars.append(chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd")
        box: Box | None = None
        if not raw.FPDFText_IsGenerated(textpage, i) and raw.FPDFText_GetCharBox(textpage, i, *edges):
            left, right, bottom, top = (edge.value for edge in edges)
            corners = []
            for across, up in ((left, bottom), (right, top)):
                raw.FPDF_PageToDevice(page, 0, 0, *drawn, 0, across, up, x, y)
                corners.append((x.value, y.value))
            (a, b), (c, d) = corners
            box = (min(a, c), min(b, d), max(a, c), max(b, d))
        boxes.append(box)
    return "".join(chars), boxes


def _lines(boxes: Sequence[Box | None], hit: Hit) -> list[Box]:
    """The boxes of a hit joined where they stand beside each other, with the overhang that glyphs have."""
    joined: list[Box] = []
    for box in boxes[hit.start : hit.end]:
        if box is None:
            continue
        pad = max(2.0, 0.12 * max(box[2] - box[0], box[3] - box[1]))
        wide = (box[0] - pad, box[1] - 1.5 * pad, box[2] + pad, box[3] + 1.5 * pad)
        if joined and _near(joined[-1], wide):
            last = joined[-1]
            joined[-1] = (
                min(last[0], wide[0]), min(last[1], wide[1]), max(last[2], wide[2]), max(last[3], wide[3]),
            )  # fmt: skip
        else:
            joined.append(wide)
    return joined


def _near(a: Box, b: Box) -> bool:
    """Whether two boxes overlap or stand in one line close to each other."""
    gap = max(a[3] - a[1], b[3] - b[1])
    upright = a[1] < b[3] and b[1] < a[3] and b[0] - a[2] < gap and a[0] - b[2] < gap
    lying = a[0] < b[2] and b[0] < a[2] and b[1] - a[3] < gap and a[1] - b[3] < gap
    return upright or (lying and (b[3] - b[1]) <= gap)


def _inside(a: Box, b: Box) -> bool:
    across, up = (a[0] + a[2]) / 2, (a[1] + a[3]) / 2
    return b[0] <= across <= b[2] and b[1] <= up <= b[3]


def _pictures(page: Any, text: str, width: float, height: float) -> bool:
    """Whether words may stand on the page that its text does not hold: in a picture, or drawn as lines."""
    import pypdfium2.raw as raw

    strokes = 0
    for item in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH), max_depth=6):
        if item.type == raw.FPDF_PAGEOBJ_PATH:
            strokes += 1
            continue
        try:
            left, bottom, right, top = item.get_bounds()
        except (RuntimeError, ValueError):
            return True
        if abs((right - left) * (top - bottom)) > _SHARE * width * height:
            return True
    return strokes > _STROKES and len(text.strip()) < _WORDS


def _render(page: Any, scale: float) -> Image.Image:
    image: Image.Image = page.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
    return image


def _cover(image: Image.Image, boxes: Sequence[Box], font_file: str, word: str) -> None:
    """Paint over ``boxes``; nothing of what was there is left in the picture. ``word`` says so where it fits."""
    draw = ImageDraw.Draw(image)
    for box in boxes:
        whole = (int(box[0]), int(box[1]), int(box[2]) + 1, int(box[3]) + 1)
        draw.rectangle(whole, fill=_INK)
        size = int(min(whole[3] - whole[1], 60) * 0.6)
        if size >= 9:
            font = ImageFont.truetype(font_file, size)
            long = draw.textlength(word, font=font)
            if long < whole[2] - whole[0] - 2:
                middle = ((whole[0] + whole[2] - long) / 2, (whole[1] + whole[3]) / 2)
                draw.text(middle, word, fill="white", font=font, anchor="lm")


def _encoded(image: Image.Image, pictures: bool) -> bytes:
    """A page of text as PNG in sixteen greys, which is small and sharp; one with pictures or colours as JPEG."""
    grey = image.convert("L")
    pale = Image.merge("RGB", (grey, grey, grey))
    out = io.BytesIO()
    if not _alike(image, pale):
        image.save(out, "JPEG", quality=_QUALITY)
    elif pictures:
        grey.save(out, "JPEG", quality=_QUALITY)
    else:
        grey.point([17 * round(value / 17) for value in range(256)]).save(out, "PNG", compress_level=6)
    return out.getvalue()


def _alike(a: Image.Image, b: Image.Image) -> bool:
    from PIL import ImageChops

    return all(high <= 12 for _, high in ImageChops.difference(a, b).getextrema())  # type: ignore[misc]


Reading = tuple[str, list[Box | None]]


def _readings(image: Image.Image, languages: str, known: int) -> Iterator[Reading]:
    """What tesseract reads in ``image``; where that is little beyond ``known`` characters, also turned to its three other
    sides: a photo taken with the camera on its side shows its words lying."""
    text, boxes, certain = _ocr(image, languages, _OCR_SECONDS)
    yield text, boxes
    if certain - known >= _LITTLE:
        return
    for turn in (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270, Image.Transpose.ROTATE_180):
        text, boxes, _ = _ocr(image.transpose(turn), languages, _TURNED_SECONDS)
        yield text, [box and turned_back(box, turn, image.size) for box in boxes]


def turned_back(box: Box, turn: Image.Transpose, size: tuple[int, int]) -> Box:
    """A box of the picture turned by ``turn`` (against the clock) in the picture of ``size`` as it was."""
    left, top, right, bottom = box
    wide, high = size
    if turn is Image.Transpose.ROTATE_90:
        return wide - bottom, left, wide - top, right
    if turn is Image.Transpose.ROTATE_270:
        return top, high - right, bottom, high - left
    return wide - right, high - bottom, wide - left, high - top


def _ocr(image: Image.Image, languages: str, seconds: int) -> tuple[str, list[Box | None], int]:
    """What tesseract reads in ``image``: characters, each with its share of its word's box, and how many are certain."""
    data = io.BytesIO()
    image.save(data, "PNG", compress_level=1)
    command = ["tesseract", "stdin", "stdout", "-l", languages, "--dpi", str(DPI), "--psm", "6", "tsv"]
    try:
        made = subprocess.run(  # nosec B603 # no shell; the program doctor looks for
            command, input=data.getvalue(), capture_output=True, timeout=seconds, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return "", [], 0
    text: list[str] = []
    boxes: list[Box | None] = []
    line, certain = "", 0
    for row in _rows(made.stdout.decode("utf-8", "replace")):
        here = "/".join((row["block_num"], row["par_num"], row["line_num"]))
        if text:
            text.append(" " if here == line else "\n")
            boxes.append(None)
        line = here
        certain += len(row["text"]) if float(row["conf"]) >= _CERTAIN else 0
        left, top, wide, high = (float(row[name]) for name in ("left", "top", "width", "height"))
        step = wide / len(row["text"])
        for i, char in enumerate(row["text"]):
            text.append(char)
            boxes.append((left + i * step, top, left + (i + 1) * step, top + high))
    return "".join(text), boxes, certain


def _rows(table: str) -> Iterator[dict[str, str]]:
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if (row.get("text") or "").strip() and row.get("level") == "5":
            yield row


if __name__ == "__main__":
    answer(LIMITS, _main)
