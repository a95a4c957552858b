"""A PDF of the bundle with what is to be covered painted out: pages redrawn as pictures, the others freed of what hides.

A black box over live text hides nothing. So a page with something to cover is drawn as a picture first, painted, and only
then encoded; of the page itself nothing stays but its size and the links that lead within the file.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import shutil
import subprocess  # nosec B404 # tesseract, called without a shell
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Stream
from PIL import Image, ImageDraw, ImageFont

from evidence.bundle.geometry import view_of
from evidence.bundle.masking import MaskKind, Rules, masked
from evidence.bundle.redrawchild import DPI, LIMITS, Box
from evidence.limited import OverLimits, ask

PAGES_AT_ONCE, PICTURES_AT_ONCE = 24, 2
"""Pages of one call: where pictures are read by tesseract a call may only take a few."""

_ROOT_KEYS = frozenset(
    ("/Type", "/Pages", "/PageLabels", "/Outlines", "/PageMode", "/ViewerPreferences", "/Lang", "/PageLayout")
)
_REDRAWN_KEYS = frozenset(
    ("/Type", "/Parent", "/MediaBox", "/Contents", "/Resources", "/Annots", "/UserUnit")
)
_HIDING = ("/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/AA", "/StructParents", "/StructParent")
_TOLD = ("/Contents", "/RC", "/T", "/Subj", "/NM", "/TU", "/TM", "/DS", "/IRT")
# APPn segments of a JPEG that say how its pixels are to be read: JFIF, ICC profile, Adobe's transform.
_NEEDED_SEGMENTS = (0xE0, 0xE2, 0xEE)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found on a page; ``image`` is its redrawn picture (JPEG or PNG) of ``size`` points.

    ``pictures``: it shows pictures, in which words may stand that nobody found. ``failed``: it could not be drawn at all.
    ``values`` are what was found, as :func:`~evidence.bundle.masking.same` compares it; never to be written anywhere.
    ``instead`` is what the page is to say in place of all it showed.
    """

    kinds: tuple[MaskKind, ...] = ()
    pictures: bool = False
    image: bytes | None = None
    size: tuple[float, float] = (0.0, 0.0)
    failed: bool = False
    values: frozenset[str] = frozenset()
    instead: str = ""


def can_redraw() -> bool:
    """Whether PDFium is installed (extra ``mask``)."""
    return find_spec("pypdfium2") is not None


@lru_cache(maxsize=2)
def reading_language(locale: str) -> str:
    """The language tesseract reads pictures of a case in, as it takes it (``chi_sim``); empty where it cannot."""
    program = shutil.which("tesseract")
    if program is None:
        return ""
    try:
        told = subprocess.run(  # nosec B603 # no shell
            [program, "--list-langs"], capture_output=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    wanted = "chi_sim" if locale == "zh" else "chi_tra"
    return wanted if wanted in told.stdout.decode("utf-8", "replace").split() else ""


def look(
    path: Path,
    pages: Sequence[int],
    rules: Rules,
    *,
    areas: Mapping[int, Sequence[Box]] | None = None,
    whole: Collection[int] = (),
    font_file: Path | None = None,
    word: str = "",
    ocr: str = "",
    draw: bool = False,
) -> dict[int, Seen]:
    """Search ``pages`` (from 1) of the PDF at ``path``, and with ``draw`` redraw those with something to cover.

    Never raises for what the file holds: a page on which PDFium gives up alone is ``failed``.
    """
    asked = {
        "path": str(path),
        "rules": rules.to_json(),
        "areas": {str(page): list(boxes) for page, boxes in (areas or {}).items()},
        "whole": sorted(whole),
        "font": str(font_file or ""),
        "word": word,
        "ocr": ocr,
        "draw": draw,
    }
    step = PICTURES_AT_ONCE if ocr else PAGES_AT_ONCE
    found: dict[int, Seen] = {}
    for start in range(0, len(pages), step):
        found |= _asked(asked, pages[start : start + step])
    return found


def _asked(asked: Mapping[str, Any], pages: Sequence[int]) -> dict[int, Seen]:
    body = json.dumps({**asked, "pages": list(pages)}).encode()
    try:
        rows = ask("evidence.bundle.redrawchild", [], body, LIMITS)
        return {page: _seen(row) for page, row in zip(pages, rows, strict=True)}
    except (OverLimits, ValueError, KeyError, TypeError, binascii.Error):
        if len(pages) == 1:
            return {pages[0]: Seen(failed=True)}
    found: dict[int, Seen] = {}
    for page in pages:
        found |= _asked(asked, [page])
    return found


def _seen(row: Mapping[str, Any]) -> Seen:
    image = base64.b64decode(row["image"], validate=True) if "image" in row else None
    width, height = row.get("size", (0.0, 0.0))
    kinds = tuple(MaskKind(kind) for kind in row["kinds"])
    return Seen(
        kinds, bool(row["pictures"]), image, (float(width), float(height)), values=frozenset(row["values"])
    )


def redrawn(path: Path, seen: Mapping[int, Seen], rules: Rules, *, font_file: Path, blank: str) -> bytes:
    """The PDF with the pictures of ``seen`` in place of its pages, ``instead`` where told; the rest cleaned.

    ``blank`` is what a failed page says. The same input gives the same bytes.
    """
    with pikepdf.open(path) as pdf:
        for number, page in enumerate(pdf.pages, 1):
            one = seen.get(number, Seen())
            if one.failed or one.instead:
                view = view_of(page)
                one = Seen(
                    image=_blank(view.width, view.height, one.instead or blank, font_file),
                    size=(view.width, view.height),
                )
            if one.image is not None:
                _replace(pdf, page, one.image, one.size)
        _strip_root(pdf, rules)
        for item in _reachable(pdf):
            _clean(item)
        out = io.BytesIO()
        pdf.remove_unreferenced_resources()
        pdf.save(
            out,
            min_version="1.7",
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            fix_metadata_version=False,
        )
    return out.getvalue()


def without_segments(jpeg: bytes) -> bytes:
    """A JPEG without camera data, thumbnails and comments; its pixels stay as they are. Others come back unchanged."""
    if not jpeg.startswith(b"\xff\xd8"):
        return jpeg
    kept, place = [b"\xff\xd8"], 2
    while place + 4 <= len(jpeg) and jpeg[place] == 0xFF:
        marker = jpeg[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if marker == 0xDA:
            end = jpeg.rfind(b"\xff\xd9")
            return b"".join((*kept, jpeg[place : end + 2 if end >= place else len(jpeg)]))
        length = int.from_bytes(jpeg[place + 2 : place + 4], "big")
        if not (0xE0 <= marker <= 0xEF and marker not in _NEEDED_SEGMENTS) and marker != 0xFE:
            kept.append(_plain_jfif(jpeg[place : place + 2 + length]))
        place += 2 + length
    return jpeg


def _plain_jfif(segment: bytes) -> bytes:
    """A JFIF segment without its thumbnail; any other as it is."""
    if segment[4:9] == b"JFIF\0" and len(segment) > 18:
        return segment[:2] + (16).to_bytes(2, "big") + segment[4:16] + b"\0\0"
    return segment if segment[4:9] != b"JFXX\0" else b""


def _replace(pdf: Pdf, page: Page, image: bytes, size: tuple[float, float]) -> None:
    """The page as one picture; links stay where its space is that of the page as seen."""
    width, height = size
    straight = "/Rotate" not in page.obj and view_of(page).matrix == (1, 0, 0, 1, 0, 0)
    links = [
        note
        for note in (page.obj.get("/Annots", ()) if straight else ())
        if isinstance(note, Dictionary) and note.get("/Subtype") == Name.Link and _leads_within(note)
    ]
    for key in sorted(set(page.obj.keys()) - _REDRAWN_KEYS):
        del page.obj[key]
    with Image.open(io.BytesIO(image)) as opened:
        across, down, mode = opened.width, opened.height, opened.mode
        jpeg = opened.format == "JPEG"
        body = image if jpeg else zlib.compress(opened.tobytes(), 6)
    picture = pdf.make_stream(
        body,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=across,
        Height=down,
        ColorSpace=Name.DeviceGray if mode == "L" else Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode if jpeg else Name.FlateDecode,
    )
    page.obj.MediaBox = Array([0, 0, width, height])
    page.obj.Rotate = 0
    page.obj.CropBox = Array([0, 0, width, height])
    page.obj.Resources = Dictionary(XObject=Dictionary(Page=picture))
    page.obj.Contents = pdf.make_stream(f"q {width:.4f} 0 0 {height:.4f} 0 0 cm /Page Do Q".encode())
    if links:
        page.obj.Annots = Array(links)
    elif "/Annots" in page.obj:
        del page.obj["/Annots"]


def _leads_within(link: Dictionary) -> bool:
    if "/A" in link:
        return bool(link.A.get("/S") == Name.GoTo)
    return "/Dest" in link


def _blank(width: float, height: float, text: str, font_file: Path) -> bytes:
    scale = DPI / 72 / 2
    image = Image.new("L", (max(1, round(width * scale)), max(1, round(height * scale))), 255)
    font = ImageFont.truetype(str(font_file), max(10, image.width // 40))
    ImageDraw.Draw(image).text(
        (image.width / 2, image.height / 2), text, fill=0, font=font, anchor="mm", align="center"
    )
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def _strip_root(pdf: Pdf, rules: Rules) -> None:
    """Nothing beside the pages but labels and bookmarks, and these covered too."""
    for key in sorted(set(pdf.Root.keys()) - _ROOT_KEYS):
        del pdf.Root[key]
    for key in list(pdf.docinfo.keys()):
        value = pdf.docinfo[key]
        if isinstance(value, pikepdf.String):
            pdf.docinfo[key] = masked(str(value), rules)
    for item in _bookmarks(pdf.Root.get("/Outlines"), 0):
        if "/Title" in item:
            item.Title = pikepdf.String(masked(str(item.Title), rules))


def _bookmarks(node: Object | None, depth: int) -> Iterator[Object]:
    if node is None or depth > 32:
        return
    child = node.get("/First")
    for _ in range(100_000):
        if child is None:
            return
        yield child
        yield from _bookmarks(child, depth + 1)
        child = child.get("/Next")


def _reachable(pdf: Pdf) -> Iterator[Object]:
    """Every dictionary and stream, those inside others included."""
    for item in pdf.objects:
        yield from _within(item, 0)


def _within(item: Object, depth: int) -> Iterator[Object]:
    if depth > 12:
        return
    if isinstance(item, Dictionary | Stream):
        yield item
        for key in sorted(item.keys()):
            value = item.get(key)
            if isinstance(value, Dictionary | Array) and not value.is_indirect:
                yield from _within(value, depth + 1)
    elif isinstance(item, Array):
        for value in item:
            if isinstance(value, Dictionary | Array) and not value.is_indirect:
                yield from _within(value, depth + 1)


def _clean(item: Object) -> None:
    """Off with what hides behind pages: metadata, thumbnails, the text of notes, what cameras write."""
    for key in _HIDING:
        if key in item:
            del item[key]
    if item.get("/Type") == Name.Annot or ("/Rect" in item and "/Subtype" in item):
        for key in _TOLD:
            if key in item:
                del item[key]
    if (
        isinstance(item, Stream)
        and item.get("/Subtype") == Name.Image
        and "/Filter" in item
        and "/DecodeParms" not in item
    ):
        kinds = item.Filter if isinstance(item.Filter, Array) else [item.Filter]
        if list(kinds) == [Name.DCTDecode]:
            raw = item.read_raw_bytes()
            plain = without_segments(raw)
            if plain != raw:
                item.write(plain, filter=Name.DCTDecode)
