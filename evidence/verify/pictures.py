"""QR texts in photographs and scans: whatever decodes pixels, gathered here to be run in a process of its own.

A whole page is given, uncropped, so that the symbol is a small part of millions of pixels. Each pass is tried only
where the one before found nothing: the picture as it is, with one threshold for all of it, doubled, and by quarters
that overlap.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from typing import Any

from PIL import Image, ImageSequence

from evidence.verify.limits import IMAGE_PIXELS, PICTURE_PAGES
from evidence.verify.token import looks_like_qr_text

#: What Pillow raises on files that are none, damaged, or meant to be.
PICTURE_FAULTS = (OSError, ValueError, SyntaxError, EOFError, MemoryError, Image.DecompressionBombError)
# Doubling helps where modules are under three pixels wide; such pictures are small.
_DOUBLED_PIXELS = 6_000_000


@dataclass(frozen=True, slots=True)
class Pictured:
    """A text of ours and the page it stands on; page 0 in a file of one picture. ``differs``: two readers disagree."""

    page: int
    text: str
    differs: bool = False


def can_read() -> bool:
    return find_spec("zxingcpp") is not None


def read_image(data: bytes) -> list[Pictured]:
    """Of a photograph, or of each frame of a TIFF; raises one of :data:`PICTURE_FAULTS`."""
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # Pillow only warns of what unpacks to something huge; the limit here is ours
        with Image.open(BytesIO(data)) as image:
            frames = getattr(image, "n_frames", 1)
            left, found = IMAGE_PIXELS, []
            for number, frame in enumerate(ImageSequence.Iterator(image), 1):
                left -= frame.width * frame.height
                if left < 0:
                    if number == 1:
                        raise ValueError("too many pixels")
                    break
                if number > PICTURE_PAGES:
                    break
                found += [Pictured(number if frames > 1 else 0, *said) for said in texts_of(frame)]
    return _once(found)


def read_pdf(data: bytes) -> list[Pictured]:
    """Of the pictures on the pages of a PDF, as a scanner makes it; of what is drawn otherwise nothing is seen."""
    import pikepdf

    found: list[Pictured] = []
    left = 4 * IMAGE_PIXELS
    with pikepdf.open(BytesIO(data)) as pdf:
        for number, page in enumerate(pdf.pages, 1):
            if number > PICTURE_PAGES:
                break
            for picture in _pictures(page.obj, 0):
                left -= int(picture.Width) * int(picture.Height)
                if left < 0 or int(picture.Width) * int(picture.Height) > IMAGE_PIXELS:
                    return _once(found)
                try:
                    shown = pikepdf.PdfImage(picture).as_pil_image()
                except (pikepdf.PdfError, NotImplementedError, RuntimeError, *PICTURE_FAULTS):
                    continue  # in a form that is not decoded here: the next may be
                found += [Pictured(number, *said) for said in texts_of(shown)]
    return _once(found)


def _pictures(holder: Any, depth: int) -> Iterator[Any]:
    """Image objects among the resources of a page, and of forms on it."""
    resources = holder.get("/Resources")
    things = resources.get("/XObject") if resources is not None else None
    for _name, thing in things.items() if things is not None else ():
        kind = thing.get("/Subtype")
        if kind == "/Image" and "/Width" in thing and "/Height" in thing:
            yield thing
        elif kind == "/Form" and depth < 2:
            yield from _pictures(thing, depth + 1)


def _once(found: list[Pictured]) -> list[Pictured]:
    """Each text once, on the first page that has it."""
    first: dict[str, Pictured] = {}
    for one in found:
        first.setdefault(one.text, one)
    return list(first.values())


def texts_of(image: Image.Image) -> list[tuple[str, bool]]:
    """The texts of all symbols of ours in one picture, sorted, and whether a second reader sees other ones."""
    grey = image.convert("L")
    texts: set[str] = set()
    for variant, histogram in _variants(grey):
        texts = _zxing(variant, histogram)
        if texts:
            break
    second = _zbar(grey)
    differs = bool(texts and second and texts != second)
    return [(text, differs) for text in sorted(texts | second)]


def _variants(grey: Image.Image) -> Iterator[tuple[Image.Image, bool]]:
    yield grey, False
    yield grey, True
    width, height = grey.size
    if width * height <= _DOUBLED_PIXELS:
        yield grey.resize((2 * width, 2 * height), Image.Resampling.BICUBIC), False
    for top in (0, height // 4, height // 2):
        for left in (0, width // 4, width // 2):
            tile = grey.crop((left, top, left + width // 2, top + height // 2))
            yield tile, False
            if width * height <= 2 * _DOUBLED_PIXELS:
                yield tile.resize((2 * tile.width, 2 * tile.height), Image.Resampling.BICUBIC), False


def _zxing(image: Image.Image, histogram: bool) -> set[str]:
    zxingcpp: Any = import_module("zxingcpp")  # its stubs differ from version to version
    binarizer = zxingcpp.Binarizer.GlobalHistogram if histogram else zxingcpp.Binarizer.LocalAverage
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode, binarizer=binarizer)
    return {symbol.text for symbol in found if looks_like_qr_text(symbol.text)}


def _zbar(image: Image.Image) -> set[str]:
    """The same by zbar, where it is installed."""
    if find_spec("pyzbar") is None:
        return set()
    try:
        pyzbar: Any = import_module("pyzbar.pyzbar")
    except ImportError:  # the package without the library it wraps
        return set()
    found = pyzbar.decode(image, symbols=[pyzbar.ZBarSymbol.QRCODE])
    texts = {symbol.data.decode("utf-8", "replace") for symbol in found}
    return {text for text in texts if looks_like_qr_text(text)}
