"""A JPEG beside a HEIC photo of a telephone, for those who cannot open one. The photo itself stays as it came.

The decoder (extra ``heic``) is C++ and takes strangers' files apart, so that it runs in a process of its own, with
limits of time and memory (:mod:`evidence.limited`).
"""

from __future__ import annotations

import base64
import binascii
import warnings
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO

from PIL import Image

from evidence.limited import Limits, OverLimits, answer, ask

__all__ = ["can_convert", "jpeg_of"]

_LIMITS = Limits(wall_seconds=60, cpu_seconds=40, memory_bytes=2 * 1024**3, answer_bytes=96 * 1024**2)
_PIXELS = 60_000_000
_QUALITY = 90


def can_convert() -> bool:
    """Whether the decoder is installed."""
    return find_spec("pi_heif") is not None


def jpeg_of(data: bytes) -> bytes | None:
    """The photo as JPEG, upright, with the camera's EXIF; ``None`` where it cannot be opened within the limits."""
    try:
        answered = ask("evidence.delivery.heic", [], data, _LIMITS)
        return base64.b64decode(answered, validate=True) if isinstance(answered, str) and answered else None
    except (OverLimits, binascii.Error, ValueError):
        return None


def _converted(data: bytes) -> str:
    import_module("pi_heif").register_heif_opener(thumbnails=False)
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(BytesIO(data), formats=["HEIF"]) as photo:
            if photo.width * photo.height > _PIXELS:
                return ""
            out = BytesIO()
            photo.convert("RGB").save(out, "JPEG", quality=_QUALITY, exif=photo.getexif())
    except (
        Exception
    ):  # the decoder's own faults are of no kind that is promised; the caller learns that it failed
        return ""
    return base64.b64encode(out.getvalue()).decode()


if __name__ == "__main__":
    answer(_LIMITS, _converted)
