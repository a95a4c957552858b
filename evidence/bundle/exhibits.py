"""Exhibits: what a case shows, and how each becomes pages without touching its original."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import img2pdf
import pikepdf
from pikepdf import Name, Object, Pdf
from PIL import Image, ImageOps, ImageSequence

from evidence.bundle import reading
from evidence.bundle.bag import Content, size_of
from evidence.bundle.geometry import A4, MM, view_of
from evidence.bundle.media import DOCX, OFFICE, PICTURES, TABLES
from evidence.bundle.recording import Recording, recording_of, stills
from evidence.bundle.repair import Damage, damage_of
from evidence.bundle.typeset import Setting, add_page, table_pages, text_pages
from evidence.delivery.heic import can_convert, jpeg_of
from evidence.model.problem import Place, Problem
from evidence.stamp.lettering import Face, spelt

# A decoded picture above this is a bomb rather than a photo (100 megapixels are 300 MB of RGB).
MAX_PIXELS = 100_000_000
# The largest page PDF viewers agree on: 200 inches (ISO 32000-1, annex C).
_LONGEST = 14_400.0
_ORIENTATION = 0x0112
_MARGINS = (img2pdf.mm_to_pt(20), img2pdf.mm_to_pt(15))


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One piece of evidence. ``content`` is the untouched original, ``file_name`` its name in the bundle.

    ``kind`` is a kind of evidence by 民事诉讼法 66; ``original`` says 原件 or 复印件 as 证据规定 19 asks. ``carrier`` is
    on what it first stood, ``submitter`` who hands it in where that is not the claimant. ``shown`` is a PDF another
    program made of it (an office program, one that adds a text layer), to be shown in its place. ``entry`` is the index
    of the journal's entry that commits to it, where one does, and ``stamped`` the moment (UTC, ISO 8601) by which an
    outside authority attests that entry. ``listed`` is its number in the register, 0 where it is none of those.
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
    shown: Content | None = None
    entry: int | None = None
    stamped: str = ""
    listed: int = 0


@dataclass(frozen=True, slots=True)
class PlaceholderWords:
    """The words of a page that stands for a file which cannot be one, and of pages that show less than the file.

    ``more`` takes ``{shown}`` and ``{total}``; ``read_out`` heads what was read out of a file, ``sheet`` and
    ``hidden_sheet`` a table of a workbook by ``{name}``; ``size`` takes ``{n}``, ``length`` ``{length}``, ``begun``
    ``{day}``.
    """

    title: str
    reason: Mapping[str, str]
    file: str
    hash: str
    more: str
    read_out: str
    sheet: str
    hidden_sheet: str
    size: str
    length: str
    begun: str
    stills: str


def has_pages(media_type: str) -> bool:
    """Whether files of this type are shown as pages; of any other a page says that it is there."""
    if media_type == "image/heic":
        return can_convert()
    return media_type == "application/pdf" or media_type in PICTURES or media_type in _READ


def exhibit_pages(exhibit: Exhibit, words: PlaceholderWords, font_file: Path) -> tuple[Pdf, Problem | None]:
    """The exhibit as a PDF of its own, and a warning when only a placeholder or a part could be made.

    One unreadable file never stops the bundle: it gets a page that names the file, its hash and the reason. So does
    each page of a damaged PDF of which nothing is left.
    """
    kind = exhibit.media_type
    try:
        if exhibit.shown is not None and len((pdf := _readable_pdf(exhibit.shown)[0]).pages) > 0:
            return pdf, None
        if kind == "application/pdf":
            pdf, damage = _readable_pdf(exhibit.content)
            if damage is not None and damage.is_partial:
                return _patched(pdf, damage, exhibit, words, font_file), _problem(exhibit, "damaged")
            if len(pdf.pages) > 0:
                return pdf, None if damage is None else _problem(exhibit, "repaired")
            reason = "empty"
        elif kind in PICTURES:
            return _image_pdf(exhibit.content), None
        elif kind == "image/heic":
            if (photo := jpeg_of(_bytes(exhibit.content))) is not None:
                return _image_pdf(photo), None
            reason = "unreadable" if can_convert() else "type"
        elif kind in _READ:
            setting = _read_out(exhibit, words, font_file)
            return setting.pdf, _cut(exhibit, setting) if setting.cut else None
        else:
            reason = "type"
    except pikepdf.PasswordError:
        reason = "password"
    except Exception:  # decoders of damaged files raise whatever they stumble over, each library its own
        reason = "unreadable"
    return placeholder(exhibit, words, reason, font_file), _problem(exhibit, reason)


def _problem(exhibit: Exhibit, what: str) -> Problem:
    return Problem(f"bundle.exhibit-{what}", Place(file=exhibit.file_name), {"name": exhibit.name})


def _patched(pdf: Pdf, damage: Damage, exhibit: Exhibit, words: PlaceholderWords, font_file: Path) -> Pdf:
    """What is left of a damaged file, and a page that says so in place of each lost one; those gone share one."""
    stand_in = placeholder(exhibit, words, "damaged", font_file)
    if len(damage.lost) == len(pdf.pages):
        return stand_in
    for index in damage.lost:
        pdf.pages[index] = stand_in.pages[0]
    if damage.gone:
        pdf.pages.append(stand_in.pages[0])
    return pdf


_READ = frozenset({"text/plain", "text/html", "text/csv", DOCX}) | (TABLES & OFFICE)


def _read_out(exhibit: Exhibit, words: PlaceholderWords, font_file: Path) -> Setting:
    """The pages of a text, web page, table or Word file, from what can be read in it."""
    data, kind = _bytes(exhibit.content), exhibit.media_type
    head = words.read_out.format(name=spelt(exhibit.file_name, font_file))
    if kind not in TABLES:
        read = {"text/html": reading.html_lines, DOCX: reading.docx_lines}.get(kind, reading.text_lines)
        return text_pages(head, read(data), words.more, font_file)
    if kind == "text/csv":
        return table_pages(head, reading.csv_rows("", data)[0].rows, words.more, font_file)
    made = []
    for sheet in reading.workbook_rows(data):
        named = (words.hidden_sheet if sheet.hidden else words.sheet).format(
            name=spelt(sheet.name, font_file)
        )
        made.append(table_pages(f"{head}　{named}", sheet.rows, words.more, font_file))
    if not made:
        raise ValueError("an empty workbook")
    for other in made[1:]:
        made[0].pdf.pages.extend(other.pdf.pages)
    return Setting(made[0].pdf, sum(one.shown for one in made), sum(one.total for one in made))


def _cut(exhibit: Exhibit, setting: Setting) -> Problem:
    params: dict[str, str | int] = {"name": exhibit.name, "shown": setting.shown, "total": setting.total}
    return Problem("bundle.exhibit-cut", Place(file=exhibit.file_name), params)


def _readable_pdf(content: Content) -> tuple[Pdf, Damage | None]:
    """The PDF as it shows: what is filled into its forms and noted on its pages becomes part of the pages.

    Every page is looked at once, so that a broken one is found here and not while it is bound. With it what is left of
    it, where it did not open without repair.
    """
    pdf = pikepdf.open(_opened(content))
    damage = damage_of(pdf, _opened(content))
    if "/AcroForm" in pdf.Root and pdf.Root.AcroForm.get("/NeedAppearances", False):
        pdf.generate_appearance_streams()
    pdf.flatten_annotations("all")
    for page in pdf.pages:
        view = view_of(page)
        longest = _LONGEST * view.unit
        if not (0 < view.width <= longest and 0 < view.height <= longest):
            raise ValueError("a page without a size")
    return pdf, damage


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


_STILL_HEIGHT = 42 * MM


def placeholder(exhibit: Exhibit, words: PlaceholderWords, reason: str, font_file: Path) -> Pdf:
    """One page that stands for a file which cannot be shown; ``reason`` is a key of the words' reasons.

    It has name, size, length and hash, and stills where the file is a video and ffmpeg is there.
    """
    told, frames = Recording(), []
    if exhibit.media_type.startswith(("audio/", "video/")):
        data = _bytes(exhibit.content)
        told = recording_of(exhibit.media_type, data)
        if exhibit.media_type.startswith("video/"):
            frames = stills(data, told.seconds)
    texts = [
        words.title,
        "",
        spelt(exhibit.name, font_file),
        words.file + spelt(exhibit.file_name, font_file),
        words.size.format(n=f"{size_of(exhibit.content):,}"),
        *([words.length.format(length=told.length)] if told.length else []),
        *([words.begun.format(day=told.begun.strftime("%Y-%m-%d %H:%M:%S"))] if told.begun else []),
        words.reason[reason],
        f"{words.hash}SHA-256",
        exhibit.sha256[:32],
        exhibit.sha256[32:],
        *([words.stills] if frames else []),
    ]
    pdf = Pdf.new()
    face = Face(pdf, font_file, texts)
    lines = [line for text in texts for line in face.broken(text, 12, A4[0] - 2 * 28 * MM)]
    body = []
    y = A4[1] - 60 * MM
    for i, line in enumerate(lines):
        size = 18 if i == 0 else 12
        body.append(f"BT /F {size} Tf 1 0 0 1 {28 * MM:.3f} {y:.3f} Tm {face.show(line)} ET")
        y -= 24
    pictures: dict[str, Object] = {}
    x = 28 * MM
    for i, frame in enumerate(frames):
        with Image.open(io.BytesIO(frame)) as image:
            image.load()
            rgb = image.convert("RGB")
        height = min(_STILL_HEIGHT, y - 20 * MM)
        width = height * rgb.width / rgb.height
        if height < 15 * MM:
            break
        if x + width > A4[0] - 20 * MM:
            x, y = 28 * MM, y - height - 4 * MM
            if y - height < 20 * MM:
                break
        name = f"/Still{i}"
        pictures[name] = pdf.make_stream(
            rgb.tobytes(),
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=rgb.width,
            Height=rgb.height,
            ColorSpace=Name.DeviceRGB,
            BitsPerComponent=8,
        )
        body.append(f"q {width:.2f} 0 0 {height:.2f} {x:.2f} {y - height:.2f} cm {name} Do Q")
        x += width + 4 * MM
    add_page(pdf, face, body, pictures=pictures)
    return pdf
