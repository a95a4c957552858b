"""Exhibits of every shape, and a bundle bound from them with plain pages for the cover."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from evidence.bundle.compose import Bound, Composed, Heading, compose
from evidence.bundle.exhibits import Exhibit
from evidence.bundle.profile import Profile
from evidence.bundle.texts import words
from evidence.delivery import sniff
from evidence.resources import fonts_dir
from evidence.stamp.digests import digest_bytes

A4 = (595.276, 841.89)
A3 = (841.89, 1190.551)
FONT = {"zh": fonts_dir() / "NotoSerifSC-Regular.ttf", "zh-Hant": fonts_dir() / "NotoSerifTC-Regular.ttf"}


def pdf(
    pages: int = 1,
    size: tuple[float, float] = A4,
    *,
    rotate: int = 0,
    crop: Sequence[float] = (),
    encryption: pikepdf.Encryption | None = None,
) -> bytes:
    """White pages with a word in the middle."""
    made = Pdf.new()
    for number in range(1, pages + 1):
        made.add_blank_page(page_size=A4)
        page = made.pages[-1].obj
        page.MediaBox = Array([0, 0, *size])
        page.Resources = Dictionary(
            Font=Dictionary(F=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        )
        left, bottom, right, top = crop or (0, 0, *size)
        middle = ((left + right) / 2, (bottom + top) / 2)
        text = f"BT /F 20 Tf 1 0 0 1 {middle[0]} {middle[1]} Tm (sheet {number}) Tj ET"
        page.Contents = made.make_stream(text.encode())
        if rotate:
            page.Rotate = rotate
        if crop:
            page.CropBox = Array(list(crop))
    out = io.BytesIO()
    made.save(out, **({"encryption": encryption} if encryption else {"static_id": True}))
    return out.getvalue()


def exhibit(folder: Path, file_name: str, data: bytes, *, name: str = "", media_type: str = "") -> Exhibit:
    """``data`` as an exhibit, its type told as the workspace tells it."""
    path = folder / hashlib.sha256(data + file_name.encode()).hexdigest()[:16]
    path.write_bytes(data)
    both = digest_bytes(data)
    kind = media_type or sniff(data) or "application/octet-stream"
    return Exhibit(
        group="B8",
        name=name or Path(file_name).stem,
        kind="书证",
        source="样本",
        proves="样本",
        original="原件",
        dated="2026-11-21",
        file_name=file_name,
        media_type=kind,
        content=path,
        sha256=both.sha256.hex(),
        sm3=both.sm3.hex(),
    )


class Front:
    """A cover of as many pages as ``length`` says; remembers what it was last told."""

    def __init__(self, length: int | Callable[[Bound], int] = 1) -> None:
        self.length, self.told, self.calls = length, {}, 0

    def __call__(self, told: Bound) -> bytes:
        self.told[told.number], self.calls = told, self.calls + 1
        return pdf(self.length(told) if callable(self.length) else self.length)


def bound(
    exhibits: Sequence[Exhibit],
    *,
    cover: Front | None = None,
    locale: str = "zh",
    profile: Profile | None = None,
    folder: Path | None = None,
    heading: Heading | None = None,
) -> Composed:
    """The bundle of these exhibits, in a folder of its own."""
    return compose(
        exhibits,
        cover=cover or Front(),
        catalogue=lambda rows, pages: b"docx",
        words=words(locale),
        font_file=FONT[locale],
        made_at=datetime(2026, 11, 21, 2, tzinfo=UTC),
        title="1栋1单元101-20261121-v1",
        folder=folder or Path(tempfile.mkdtemp(prefix="bound-")),
        locale=locale,
        profile=profile,
        heading=heading,
    )
