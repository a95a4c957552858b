"""QR codes on a photograph that somebody of the staff took with a browser that cannot read them itself."""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import Image, ImageOps

from evidence.errors import fail

__all__ = ["codes_in"]

_PIXELS = 60_000_000
_SIDE = 3200


def codes_in(data: bytes) -> list[str]:
    """The texts of all QR codes in a JPEG, PNG or WebP picture; none for what is no picture."""
    try:
        import zxingcpp
    except ImportError as error:
        raise fail("web.not-installed", module="zxing-cpp") from error
    try:
        with (
            warnings.catch_warnings(action="ignore"),
            Image.open(BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as image,
        ):
            if image.width * image.height > _PIXELS:
                return []
            image.draft("L", (_SIDE, _SIDE))
            upright = ImageOps.exif_transpose(image).convert("L")
            upright.thumbnail((_SIDE, _SIDE))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return []
    return [found.text for found in zxingcpp.read_barcodes(upright) if found.text]
