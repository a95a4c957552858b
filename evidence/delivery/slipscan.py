"""The codes on photographed or scanned slips, page by page; read in a process of its own (:mod:`evidence.limited`).

A page is known by the small symbol of its letter (:mod:`evidence.delivery.shortcode`), or by the letter's own QR code.
Neither says that anybody signed: what is read here only tells to which letter a picture belongs. A PDF is cut into its
pages without touching the scanner's pictures on them, since a stack holds the names of many owners and each may see only
their own.
"""

from __future__ import annotations

import base64
import binascii
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from typing import Any

import cbor2
from PIL import Image, ImageSequence

from evidence.delivery.shortcode import parse_symbol
from evidence.errors import EvidenceError
from evidence.limited import Limits, OverLimits, answer, ask
from evidence.stamp.token import Claims

__all__ = [
    "MAX_STACK_BYTES",
    "PAGES_AT_ONCE",
    "Page",
    "can_read",
    "code_of",
    "identity_of",
    "pages_of_pdf",
    "picture",
]

MAX_STACK_BYTES = 512 * 1024**2
"""Largest stack of scans in one PDF."""
PAGES_AT_ONCE = 10
"""Pages of a PDF read by one process; its limits are for so many."""

_LIMITS = Limits(wall_seconds=180, cpu_seconds=150, memory_bytes=3 * 1024**3, answer_bytes=256 * 1024**2)
_PIXELS = 60_000_000
_DOUBLED_PIXELS = 6_000_000
_FRAMES = 50
_FAULTS = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    MemoryError,
    TypeError,
    KeyError,
    Image.DecompressionBombError,
)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: texts of its symbols, sorted; its own PDF, empty for a picture. ``pictures``: it holds any at all."""

    number: int
    texts: tuple[str, ...]
    pdf: bytes = b""
    pictures: bool = True


def can_read() -> bool:
    """Whether the reader of symbols (extra ``scan``) is installed."""
    return find_spec("zxingcpp") is not None


def code_of(text: str) -> str | None:
    """The short code of a symbol, ``None`` for other texts."""
    return parse_symbol(text)


def identity_of(text: str) -> bytes | None:
    """The letter id in the QR code of a letter, unchecked; ``None`` for other texts.

    Whoever knows the persons' keys can tell by the id alone whether the letter is one of theirs: it is 128 bits of HMAC.
    """
    plain = text.upper()
    _, found, token = plain.partition("/R/") if plain.startswith("HTTPS://") else plain.partition("EV1:")
    if not found:
        return None
    try:
        decoded = cbor2.loads(base64.b32decode(token + "=" * (-len(token) % 8)))
        body = decoded.value if isinstance(decoded, cbor2.CBORTag) else None
        return (
            Claims.from_cbor(body[2]).letter_id if isinstance(body, list | tuple) and len(body) == 4 else None
        )
    except (binascii.Error, cbor2.CBORDecodeError, EvidenceError, ValueError, TypeError, EOFError):
        return None


def picture(data: bytes) -> Page | None:
    """The codes in a photograph, or in all frames of a TIFF; ``None`` where it cannot be read within the limits."""
    try:
        answered = ask("evidence.delivery.slipscan", ["image"], data, _LIMITS)
    except OverLimits:
        return None
    return Page(0, tuple(map(str, answered))) if isinstance(answered, list) else None


def pages_of_pdf(data: bytes) -> Iterator[Page | None]:
    """The pages of a scanned PDF in order; ``None`` for the pages that could not be read, once for each.

    Nothing comes of a file that is no PDF, is protected, or cannot be taken apart within the limits.
    """
    first, count = 0, 1
    while first < count:
        try:
            answered = ask("evidence.delivery.slipscan", ["pdf", str(first)], data, _LIMITS)
        except OverLimits:
            answered = None
        if not isinstance(answered, dict):
            if first == 0:
                return
            yield from [None] * (count - first)
            return
        count = int(answered["count"])
        for page in answered["pages"]:
            yield Page(page["number"], tuple(page["texts"]), base64.b64decode(page["pdf"]), page["pictures"])
        first += PAGES_AT_ONCE


# --- in the process of its own


def _image(data: bytes) -> list[str] | None:
    if find_spec("pi_heif") is not None:
        import_module("pi_heif").register_heif_opener(thumbnails=False)
    texts: set[str] = set()
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(BytesIO(data)) as image:
            left = _PIXELS
            for number, frame in enumerate(ImageSequence.Iterator(image)):
                left -= frame.width * frame.height
                if left < 0 or number == _FRAMES:
                    return None  # what was not looked at may be another letter's
                texts |= _texts(frame)
    except _FAULTS:
        return None
    return sorted(texts)


def _pdf(data: bytes, first: int) -> dict[str, Any] | None:
    import pikepdf

    faults = (pikepdf.PdfError, pikepdf.PasswordError, RuntimeError, AttributeError, *_FAULTS)
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            pages = [
                _page(pdf, number) for number in range(first, min(first + PAGES_AT_ONCE, len(pdf.pages)))
            ]
            return {"count": len(pdf.pages), "pages": pages}
    except faults:
        return None


def _page(pdf: Any, number: int) -> dict[str, Any]:
    import pikepdf

    texts: set[str] = set()
    seen = False
    for thing in _pictures(pdf.pages[number].obj, 0):
        seen = True
        if int(thing.Width) * int(thing.Height) > _PIXELS:
            continue
        try:
            texts |= _texts(pikepdf.PdfImage(thing).as_pil_image())
        except (pikepdf.PdfError, NotImplementedError, RuntimeError, *_FAULTS):
            continue  # in a form that is not decoded here
    with pikepdf.new() as alone:
        alone.pages.append(pdf.pages[number])
        out = BytesIO()
        alone.save(out, deterministic_id=True)
    return {
        "number": number + 1,
        "texts": sorted(texts),
        "pdf": base64.b64encode(out.getvalue()).decode(),
        "pictures": seen,
    }


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


def _texts(image: Image.Image) -> set[str]:
    """The texts of our symbols. Every pass is made, not only the first that finds one: a second letter's symbol on the
    page has to be seen, so that the page is filed to neither."""
    grey = image.convert("L")
    texts = _read(grey, False) | _read(grey, True)
    if not texts and grey.width * grey.height <= _DOUBLED_PIXELS:
        texts |= _read(grey.resize((2 * grey.width, 2 * grey.height), Image.Resampling.BICUBIC), False)
    if not texts:
        width, height = grey.size
        for top in (0, height // 4, height // 2):
            for left in (0, width // 4, width // 2):
                tile = grey.crop((left, top, left + width // 2, top + height // 2))
                texts |= _read(tile, False)
                if tile.width * tile.height <= _DOUBLED_PIXELS // 2:
                    texts |= _read(
                        tile.resize((2 * tile.width, 2 * tile.height), Image.Resampling.BICUBIC), False
                    )
    return texts


def _read(image: Image.Image, histogram: bool) -> set[str]:
    zxingcpp: Any = import_module("zxingcpp")  # its stubs differ from version to version
    binarizer = zxingcpp.Binarizer.GlobalHistogram if histogram else zxingcpp.Binarizer.LocalAverage
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode, binarizer=binarizer)
    return {symbol.text for symbol in found if code_of(symbol.text) or identity_of(symbol.text)}


if __name__ == "__main__":
    if sys.argv[1] == "pdf":
        answer(_LIMITS, lambda data: _pdf(data, int(sys.argv[2])))
    else:
        answer(_LIMITS, _image)
