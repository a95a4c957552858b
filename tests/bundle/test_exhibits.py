"""Exhibits as pages: pictures upright and whole, and a page with a name for what cannot be shown."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pikepdf
import pytest
from binding import FONT, bound, exhibit, pdf
from bombs import plain_png
from PIL import Image
from pypdf import PdfReader

from evidence.bundle.compose import Composed
from evidence.bundle.exhibits import exhibit_pages
from evidence.bundle.texts import words
from evidence.delivery.heic import can_convert

RED, BLUE = (200, 0, 0), (0, 0, 200)
ORIENTATION = 0x0112


def picture(size: tuple[int, int] = (400, 200), mode: str = "RGB") -> Image.Image:
    """Red, with the left quarter blue."""
    image = Image.new(mode, size, RED if mode == "RGB" else (*RED, 255))
    image.paste(BLUE if mode == "RGB" else (*BLUE, 255), (0, 0, size[0] // 4, size[1]))
    return image


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def shown(composed: Composed, page: int = 3) -> Image.Image:
    """The one picture on a page, as the PDF holds it."""
    (found,) = PdfReader(io.BytesIO(composed.pdf)).pages[page - 1].images
    assert found.image is not None
    return found.image.convert("RGB")


def near(pixel: tuple[int, ...], colour: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 25 for a, b in zip(pixel, colour, strict=True))


@pytest.mark.parametrize(
    ("orientation", "size", "blue_at"),
    [
        (1, (400, 200), (20, 100)),
        (3, (400, 200), (380, 100)),  # upside down
        (6, (200, 400), (100, 20)),  # the camera was held upright: left becomes top
        (8, (200, 400), (100, 380)),
    ],
)
def test_a_photo_stands_as_its_exif_says(
    orientation: int, size: tuple[int, int], blue_at: tuple[int, int], tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    composed = bound([exhibit(tmp_path, "门牌.jpg", saved(picture(), "JPEG", exif=exif, quality=95))])
    image = shown(composed)
    assert image.size == size
    assert near(image.getpixel(blue_at), BLUE)  # type: ignore[arg-type]
    assert near(image.getpixel((size[0] - 1 - blue_at[0], size[1] - 1 - blue_at[1])), RED)  # type: ignore[arg-type]
    box = PdfReader(io.BytesIO(composed.pdf)).pages[2].mediabox
    assert (box.width > box.height) == (size[0] > size[1])


def test_an_upright_photo_is_embedded_byte_for_byte(tmp_path: Path) -> None:
    data = saved(picture(), "JPEG")
    with pikepdf.open(io.BytesIO(bound([exhibit(tmp_path, "a.jpg", data)]).pdf)) as opened:
        ((_, image),) = opened.pages[2].obj.Resources.XObject.items()
        assert image.read_raw_bytes() == data


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_what_is_transparent_is_white_as_on_paper(kind: str, tmp_path: Path) -> None:
    image = picture(mode="RGBA")
    image.paste((0, 0, 0, 0), (100, 0, 200, 200))
    options = {"lossless": True} if kind == "WEBP" else {}
    composed = bound([exhibit(tmp_path, f"聊天.{kind.lower()}", saved(image, kind, **options))])
    assert composed.warnings == ()
    found = [shown(composed).getpixel((x, 100)) for x in (50, 150, 300)]
    assert found == [BLUE, (255, 255, 255), RED]


def test_every_page_of_a_scan_is_a_page(tmp_path: Path) -> None:
    pages = [Image.new("1", (600, 800), 1), Image.new("L", (800, 600), 40), Image.new("RGB", (600, 800), RED)]
    data = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    composed = bound([exhibit(tmp_path, "扫描.tif", data)])
    assert composed.rows[0].pages == "3-5"
    assert [shown(composed, page).size for page in (3, 4, 5)] == [(600, 800), (800, 600), (600, 800)]


def test_sixteen_bits_of_grey_keep_their_shades(tmp_path: Path) -> None:
    image = Image.new("I;16", (300, 100))
    for x in range(300):
        for y in range(100):
            image.putpixel((x, y), 10_000 if x < 150 else 60_000)
    composed = bound([exhibit(tmp_path, "scan.png", saved(image, "PNG"))])
    dark, light = (shown(composed).getpixel((x, 50)) for x in (50, 250))
    assert isinstance(dark, tuple)
    assert isinstance(light, tuple)
    assert dark[0] < 80 < 200 < light[0]


UNSHOWABLE = {
    "没有页面.pdf": (pdf(0), "empty"),
    "加密.pdf": (pdf(encryption=pikepdf.Encryption(owner="o", user="secret")), "password"),
    "只有开头.pdf": (pdf()[:300], "unreadable"),
    "没有尺寸.pdf": (pdf(size=(0, 0)), "unreadable"),
    "无穷大.pdf": (pdf(size=(595, 99_999)), "unreadable"),
    "不是图片.jpg": (b"\xff\xd8\xff\xe0" + b"x" * 500, "unreadable"),
    "断了.png": (saved(picture((900, 900)), "PNG")[:200], "unreadable"),
    "炸弹.png": (plain_png(20_000, white=True), "unreadable"),
    "录音.amr": (b"#!AMR\n", "type"),
    "手机照片.heic": (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 50, "unreadable" if can_convert() else "type"),
    "空.bin": (b"", "type"),
}


@pytest.mark.parametrize("locale", ["zh", "zh-Hant"])
def test_a_page_stands_for_what_cannot_be_shown_and_the_rest_goes_on(locale: str, tmp_path: Path) -> None:
    exhibits = [exhibit(tmp_path, name, data, name=f"样本 {name}") for name, (data, _) in UNSHOWABLE.items()]
    exhibits.append(exhibit(tmp_path, "合同.pdf", pdf(2)))
    composed = bound(exhibits, locale=locale)
    assert composed.pages == composed.rows[0].first - 1 + len(UNSHOWABLE) + 2
    reader = PdfReader(io.BytesIO(composed.pdf))
    reasons = words(locale).placeholder.reason
    for row, (name, (_, reason)) in zip(composed.rows, UNSHOWABLE.items(), strict=False):
        text = reader.pages[row.first - 1].extract_text().replace("\n", "")
        for wanted in (words(locale).placeholder.title, f"样本 {name}", reasons[reason], row.exhibit.sha256):
            assert wanted in text, (name, wanted, text)
    assert [(problem.code, problem.where.file) for problem in composed.warnings] == [
        (f"bundle.exhibit-{reason}", name) for name, (_, reason) in UNSHOWABLE.items()
    ]
    assert "sheet 2" in reader.pages[-1].extract_text()


def test_a_character_the_font_lacks_is_spelt_and_a_long_name_is_broken(tmp_path: Path) -> None:
    name = "😀" + "很长的名字" * 20
    composed = bound([exhibit(tmp_path, "a.xyz", b"?", name=name)])
    text = PdfReader(io.BytesIO(composed.pdf)).pages[2].extract_text().replace("\n", "")
    assert "[U+1F600]" + "很长的名字" * 20 in text
    assert "□" not in text


def damaged(data: bytes, seed: int) -> bytes:
    """Some bytes turned, or a piece cut out, but the first bytes (the type) kept."""
    dice = random.Random(seed)
    broken = bytearray(data)
    if seed % 3 == 0:
        start = dice.randrange(8, len(broken))
        del broken[start : start + dice.randrange(1, 400)]
    for _ in range(dice.choice((1, 10, 100))):
        broken[dice.randrange(8, len(broken))] = dice.randrange(256)
    return bytes(broken)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP", "JPEG", "PDF"])
def test_damage_of_any_kind_ends_in_pages_or_a_placeholder(kind: str, tmp_path: Path) -> None:
    small = picture((60, 40))
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    sound = pdf(2) if kind == "PDF" else saved(small, kind, **({"exif": exif} if kind != "TIFF" else {}))
    shown_or_not = set()
    for seed in range(16):
        given = exhibit(tmp_path, f"{seed}", damaged(sound, seed))
        made, problem = exhibit_pages(given, words("zh").placeholder, FONT["zh"])
        assert len(made.pages) > 0
        shown_or_not.add(problem is None)
        made.close()
    assert False in shown_or_not, "none was damaged enough to be told"
