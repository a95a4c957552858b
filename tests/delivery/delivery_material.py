"""Small real files and one letter to deliver; every name is made up (样本)."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

from PIL import Image

from evidence.delivery import make_event
from evidence.errors import EvidenceError, Problem
from evidence.model.delivery import DeliveryEvent

LETTER = "2-2026-0001"
ISSUED = datetime.fromisoformat("2026-11-21T10:00:00+08:00")
NOW = datetime.fromisoformat("2026-12-01T09:00:00+08:00")
AT = "2026-11-25T10:30+08:00"

PDF = b"%PDF-1.7\n% \xe6\xa0\xb7\xe6\x9c\xac\n"
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"


def photo(kind: str = "JPEG", *, colour: int = 0, taken: str = "", zone: str = "") -> bytes:
    """A picture of 8 × 8 points, with the camera's time where one is given."""
    image, exif, file = Image.new("L", (8, 8), colour), Image.Exif(), BytesIO()
    if taken:
        exif.get_ifd(0x8769)[0x9003] = taken
    if zone:
        exif.get_ifd(0x8769)[0x9011] = zone
    image.save(file, kind, exif=exif)
    return file.getvalue()


SLIP = ("回单.jpg", photo())


def deliver(**changes: Any) -> tuple[DeliveryEvent, tuple[Problem, ...]]:
    """A letter handed over by two people, with a photo, unless a test says otherwise."""
    given: dict[str, Any] = {
        "letter": LETTER,
        "issued_at": ISSUED,
        "channel": "hand",
        "outcome": "delivered",
        "at": AT,
        "now": NOW,
        "proofs": [SLIP],
        "servers": ("样本甲", "样本乙"),
    }
    return make_event(**{**given, **changes})


def event(**changes: Any) -> DeliveryEvent:
    return deliver(**changes)[0]


def warnings(**changes: Any) -> list[str]:
    return [problem.code.removeprefix("delivery.") for problem in deliver(**changes)[1]]


def refused(**changes: Any) -> list[str]:
    """The codes of all problems that keep the event out."""
    try:
        deliver(**changes)
    except EvidenceError as error:
        return [problem.code.removeprefix("delivery.") for problem in error.problems]
    return []
