"""Exhibits: what a case shows, and how each becomes pages without touching its original."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import img2pdf
import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image, ImageOps, ImageSequence

from evidence.bundle.bag import Content
from evidence.bundle.geometry import MM, view_of
from evidence.model.problem import Place, Problem
from evidence.stamp.lettering import Face, spelt

A4 = (595.276, 841.89)
# A decoded picture above this is a bomb rather than a photo (100 megapixels are 300 MB of RGB).
MAX_PIXELS = 100_000_000
# The largest page PDF viewers agree on: 200 inches (ISO 32000-1, annex C).
_LONGEST = 14_400.0
_ORIENTATION = 0x0112
_IMAGES = {"image/jpeg", "image/png", "image/tiff", "image/webp"}
_MARGINS = (img2pdf.mm_to_pt(20), img2pdf.mm_to_pt(15))


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One piece of evidence. ``content`` is the untouched original, ``file_name`` its name in the bundle.

    ``kind`` is a kind of evidence by 民事诉讼法 66; ``original`` says 原件 or 复印件 as 证据规定 19 asks. ``carrier`` is
    on what it first stood, ``submitter`` who hands it in where that is not the claimant.
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
    content: Content
    sha256: str
    sm3: str
    carrier: str = ""
    submitter: str = ""


@dataclass(frozen=True, slots=True)
class PlaceholderWords:
    """The words of a page that stands for a file which cannot be one."""

    title: str
    reason: Mapping[str, str]
    file: str
    hash: str


def has_pages(media_type: str) -> bool:
    """Whether files of this type are shown as pages; of any other a page says that it is there."""
    return media_type == "application/pdf" or media_type in _IMAGES


def exhibit_pages(exhibit: Exhibit, words: PlaceholderWords, font_file: Path) -> tuple[Pdf, Problem | None]:
    """The exhibit as a PDF of its own, and a warning when only a placeholder could be made.

    One unreadable file never stops the bundle: it gets a page that names the file, its hash and the reason.
    """
    try:
        if exhibit.media_type == "application/pdf":
            pdf = _readable_pdf(exhibit.content)
            if len(pdf.pages) > 0:
                return pdf, None
            reason = "empty"
        elif exhibit.media_type in _IMAGES:
            return _image_pdf(exhibit.content), None
        else:
            reason = "type"
    except pikepdf.PasswordError:
        reason = "password"
    except Exception:  # decoders of damaged files raise whatever they stumble over, each library its own
        reason = "unreadable"
    problem = Problem(f"bundle.exhibit-{reason}", Place(file=exhibit.file_name), {"name": exhibit.name})
    return _placeholder(exhibit, words, reason, font_file), problem


def _readable_pdf(content: Content) -> Pdf:
    """The PDF as it shows: what is filled into its forms and noted on its pages becomes part of the pages.

    Every page is looked at once, so that a broken one is found here and not while it is bound.
    """
    pdf = pikepdf.open(_opened(content))
    if "/AcroForm" in pdf.Root and pdf.Root.AcroForm.get("/NeedAppearances", False):
        pdf.generate_appearance_streams()
    pdf.flatten_annotations("all")
    for page in pdf.pages:
        view = view_of(page)
        if not (0 < view.width <= _LONGEST and 0 < view.height <= _LONGEST):
            raise ValueError("a page without a size")
    return pdf


def _image_pdf(content: Content) -> Pdf:
    """A picture on A4 with margins, its pixels as they are, upright; each page of a scan on a page of its own."""
    with warnings.catch_warnings(action="ignore"), Image.open(_opened(content)) as image:
        if (
            image.format == "JPEG"
            and image.mode in ("L", "RGB")
            and image.getexif().get(_ORIENTATION, 1) == 1
        ):
            _refuse_huge(image)
            image.load()
            return _placed([_bytes(content)], image.width > image.height)
        pages = [_as_png(frame) for frame in _frames(image)]
    pdf = Pdf.new()
    for data, landscape in pages:
        with _placed([data], landscape) as page:
            pdf.pages.extend(page.pages)
    return pdf


def _opened(content: Content) -> Path | io.BytesIO:
    return content if isinstance(content, Path) else io.BytesIO(content)


def _bytes(content: Content) -> bytes:
    return content.read_bytes() if isinstance(content, Path) else content


def _frames(image: Image.Image) -> Iterator[Image.Image]:
    """The pages of a TIFF; of any other picture (an animation, a camera's extra views) what it shows first."""
    for frame in ImageSequence.Iterator(image):
        _refuse_huge(frame)
        yield frame
        if image.format != "TIFF":
            return


def _refuse_huge(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise ValueError("picture too large")


def _as_png(frame: Image.Image) -> tuple[bytes, bool]:
    """Bytes for the page, and whether it lies on its side."""
    upright = _on_white(ImageOps.exif_transpose(frame))
    buffer = io.BytesIO()
    upright.save(buffer, "PNG", compress_level=6)
    return buffer.getvalue(), upright.width > upright.height


def _placed(data: list[bytes], landscape: bool) -> Pdf:
    sides = (img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297))
    layout = img2pdf.get_layout_fun(
        pagesize=sides[::-1] if landscape else sides, border=_MARGINS, fit=img2pdf.FitMode.into
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
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        # Sixteen bits of grey: the library's own conversion would cut them off at white.
        grey = image.convert("F")
        scale = 255 / max(float(grey.getextrema()[1]), 255)  # type: ignore[arg-type]
        return grey.point(lambda value: value * scale).convert("L")
    return image if image.mode in ("L", "RGB", "1") else image.convert("RGB")


def _placeholder(exhibit: Exhibit, words: PlaceholderWords, reason: str, font_file: Path) -> Pdf:
    texts = [
        words.title,
        "",
        spelt(exhibit.name, font_file),
        words.file + spelt(exhibit.file_name, font_file),
        words.reason[reason],
        f"{words.hash}SHA-256",
        exhibit.sha256[:32],
        exhibit.sha256[32:],
    ]
    pdf = Pdf.new()
    face = Face(pdf, font_file, texts)
    lines = [line for text in texts for line in face.broken(text, 12, A4[0] - 2 * 28 * MM)]
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
