"""Proof files: what they really are, told by their first bytes and never by their names.

Only types a court can open are taken. A program or web page that was given the name of a picture is refused:
the bundle goes to judges and to the other side.
"""

from __future__ import annotations

import re
import struct
import warnings
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO

from PIL import Image

from evidence.errors import Place, Problem
from evidence.model.delivery import Proof
from evidence.stamp.digests import digest_bytes

__all__ = ["MAX_PROOFS", "MAX_PROOF_BYTES", "check_file", "photo_time", "proof_of", "sniff"]

MAX_PROOF_BYTES = 100 * 1024 * 1024
"""Largest proof file: a few minutes of phone video. Longer ones belong on a disc beside the bundle."""

MAX_PROOFS = 50
"""Most files of one event."""

_PREFIXES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
)
# Major brands of ISO base media files (ISO/IEC 14496-12; HEIF: 23008-12).
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), "image/heic"),
    **dict.fromkeys(
        (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V "), "video/mp4"
    ),
    **dict.fromkeys((b"MSNV", b"dash", b"mmp4"), "video/mp4"),
    **dict.fromkeys((b"3gp4", b"3gp5", b"3gp6", b"3g2a"), "video/3gpp"),
    b"qt  ": "video/quicktime",
}
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"L\x00\x00\x00\x01\x14\x02\x00",
)
_READABLE = {
    "image/jpeg": ("JPEG", "MPO"),
    "image/png": ("PNG",),
    "image/tiff": ("TIFF",),
    "image/webp": ("WEBP",),
}
"""Types the installed imaging library opens, with its names for them."""

_EXIF_IFD, _ORIGINAL, _ORIGINAL_ZONE, _CHANGED = 0x8769, 0x9003, 0x9011, 0x0132
_EXIF_TIME = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)")
_EXIF_ZONE = re.compile(r"[+-]\d\d:\d\d")

# What the imaging library raises on damaged files: it documents OSError, its plugins add the rest.
_UNREADABLE = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    OverflowError,
    ZeroDivisionError,
    struct.error,
    Image.DecompressionBombError,
)


def sniff(data: bytes) -> str | None:
    """The media type the bytes themselves show, or ``None`` for every type that is not taken."""
    for prefix, media_type in _PREFIXES:
        if data.startswith(prefix):
            return media_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12])
    return None


def check_file(name: str, data: bytes) -> Iterator[Problem]:
    """Why a file is not taken as proof; nothing for one that is."""
    place = Place(file=name)
    if not data:
        yield Problem("delivery.proof-empty", place, {"name": name})
        return
    if len(data) > MAX_PROOF_BYTES:
        limit = MAX_PROOF_BYTES // (1024 * 1024)
        yield Problem("delivery.proof-too-large", place, {"name": name, "limit": limit})
    media_type = sniff(data)
    if media_type is None:
        yield Problem(_refusal(data), place, {"name": name})
    elif media_type in _READABLE and _open(data, media_type) is None:
        yield Problem("delivery.proof-damaged", place, {"name": name})


def _refusal(data: bytes) -> str:
    if data.startswith(_PROGRAMS):
        return "delivery.proof-program"
    if data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return "delivery.proof-web-page"
    return "delivery.proof-type"


def proof_of(name: str, data: bytes) -> Proof:
    """The record of a file that :func:`check_file` found nothing against."""
    digests = digest_bytes(data)
    media_type = sniff(data) or ""
    taken_at = photo_time(data) if media_type in _READABLE else ""
    return Proof(name, media_type, len(data), digests.sha256.hex(), digests.sm3.hex(), taken_at)


def photo_time(data: bytes) -> str:
    """When the camera says a photo was taken, ISO 8601, with zone only where the camera wrote one.

    Empty where it says nothing readable. Anybody can write this field, and clocks of phones are set by hand:
    it is shown beside the stated time and never taken for it.
    """
    image = _open(data, sniff(data) or "")
    if image is None:
        return ""
    try:
        with warnings.catch_warnings(action="ignore"):
            exif = image.getexif()
            details = exif.get_ifd(_EXIF_IFD)
            taken, zone = details.get(_ORIGINAL) or exif.get(_CHANGED), details.get(_ORIGINAL_ZONE)
    except _UNREADABLE:
        return ""
    found = _EXIF_TIME.fullmatch(taken.strip("\0 ")) if isinstance(taken, str) else None
    if found is None:
        return ""
    text = "-".join(found.groups()[:3]) + "T" + found[4]
    if isinstance(zone, str) and _EXIF_ZONE.fullmatch(zone.strip("\0 ")):
        text += zone.strip("\0 ")
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return ""
    return text


def _open(data: bytes, media_type: str) -> Image.Image | None:
    """The image with its header read, pixels not decoded; ``None`` where even that fails."""
    formats = _READABLE.get(media_type)
    if formats is None:
        return None
    try:
        with warnings.catch_warnings(action="ignore"):  # damaged tags and very large photos are no news here
            return Image.open(BytesIO(data), formats=formats)
    except _UNREADABLE:
        return None
