"""Exhibits: what a case shows, and how each becomes pages without touching its original."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import img2pdf
import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image, ImageOps

from evidence.bundle.geometry import MM
from evidence.bundle.lettering import Face
from evidence.model.problem import Place, Problem

A4 = (595.276, 841.89)
# A decoded picture above this is a bomb rather than a photo (100 megapixels are 300 MB of RGB).
MAX_PIXELS = 100_000_000
_IMAGES = {"image/jpeg", "image/png", "image/tiff"}


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One piece of evidence. ``path`` holds the untouched original, ``file_name`` its name in the bundle.

    ``kind`` is a kind of evidence by 民事诉讼法 66; ``original`` says 原件 or 复印件 as 证据规定 19 asks.
    """

    group: str
    name: str
    kind: str
    source: str
    proves: str
    original: str
    dated: str
    file_name: str
    media_type: str
    path: Path
    sha256: str
    sm3: str


@dataclass(frozen=True, slots=True)
class PlaceholderWords:
    """The words of a page that stands for a file which cannot be one."""

    title: str
    reason: Mapping[str, str]
    file: str
    hash: str


def exhibit_pages(exhibit: Exhibit, words: PlaceholderWords, font_file: Path) -> tuple[Pdf, Problem | None]:
    """The exhibit as a PDF of its own, and a warning when only a placeholder could be made.

    One unreadable file never stops the bundle: it gets a page that names the file, its hash and the reason.
    """
    try:
        if exhibit.media_type == "application/pdf":
            pdf = pikepdf.open(exhibit.path)
            if len(pdf.pages) > 0:
                return pdf, None
            reason = "empty"
        elif exhibit.media_type in _IMAGES:
            return _image_pdf(exhibit.path), None
        else:
            reason = "type"
    except pikepdf.PasswordError:
        reason = "password"
    except (pikepdf.PdfError, OSError, ValueError, img2pdf.ImageOpenError, Image.DecompressionBombError):
        reason = "unreadable"
    problem = Problem(
        "bundle.placeholder",
        Place(file=exhibit.file_name),
        {"name": exhibit.name, "reason": words.reason[reason]},
    )
    return _placeholder(exhibit, words, reason, font_file), problem


def _image_pdf(path: Path) -> Pdf:
    """A picture on an A4 page with margins, its pixels embedded as they are, turned as its EXIF says."""
    with Image.open(path) as image:
        if image.width * image.height > MAX_PIXELS:
            raise ValueError("picture too large")
        image.load()
        upright = ImageOps.exif_transpose(image)
        turned = upright.size != image.size or upright.tobytes() != image.tobytes()
        plain_jpeg = image.format == "JPEG" and image.mode in ("L", "RGB") and not turned
        landscape = upright.width > upright.height
        if plain_jpeg:
            data = path.read_bytes()
        else:
            buffer = io.BytesIO()
            _on_white(upright).save(buffer, "PNG", compress_level=6)
            data = buffer.getvalue()
    page = (
        (img2pdf.mm_to_pt(297), img2pdf.mm_to_pt(210))
        if landscape
        else (img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297))
    )
    layout = img2pdf.get_layout_fun(
        pagesize=page, border=(img2pdf.mm_to_pt(20), img2pdf.mm_to_pt(15)), fit=img2pdf.FitMode.into
    )
    made = img2pdf.convert(
        data,
        layout_fun=layout,
        nodate=True,
        engine=img2pdf.Engine.internal,
        rotation=img2pdf.Rotation.ifvalid,
    )
    return pikepdf.open(io.BytesIO(made))


def _on_white(image: Image.Image) -> Image.Image:
    """Transparent pixels become white, as on paper."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        ground.alpha_composite(layer)
        return ground.convert("RGB")
    return image if image.mode in ("L", "RGB", "1") else image.convert("RGB")


def _placeholder(exhibit: Exhibit, words: PlaceholderWords, reason: str, font_file: Path) -> Pdf:
    lines = [
        words.title,
        "",
        exhibit.name,
        f"{words.file}{exhibit.file_name}",
        words.reason[reason],
        f"{words.hash}SHA-256",
        exhibit.sha256[:32],
        exhibit.sha256[32:],
    ]
    pdf = Pdf.new()
    face = Face(pdf, font_file, lines)
    body = []
    for i, line in enumerate(lines):
        size = 18 if i == 0 else 12
        y = A4[1] - 60 * MM - i * 24
        body.append(f"BT /F {size} Tf 1 0 0 1 {28 * MM:.3f} {y:.3f} Tm {face.show(line)} ET")
    pdf.add_blank_page(page_size=A4)
    page = pdf.pages[0]
    page.obj.Contents = pdf.make_stream("\n".join(body).encode())
    page.obj.Resources = Dictionary(Font=Dictionary(F=face.font))
    page.obj.MediaBox = Array([0, 0, *A4])
    page.obj.Type = Name.Page
    return pdf
