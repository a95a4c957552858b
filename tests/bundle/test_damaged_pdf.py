"""A PDF that was cut short opens, and shows white pages: the bundle says so instead."""

from __future__ import annotations

import io
from pathlib import Path

import binding
import pikepdf
import pytest
from pikepdf import Dictionary, Name
from pypdf import PdfReader

from evidence.bundle.exhibits import exhibit_pages
from evidence.bundle.texts import words

TITLE = "本页代替不能排成页面的证据文件"


def scan() -> bytes:
    """One page that paints one picture, which stands last in the file."""
    made = pikepdf.Pdf.open(io.BytesIO(binding.pdf()))
    page = made.pages[0].obj
    picture = made.make_stream(
        bytes(30_000), Type=Name.XObject, Subtype=Name.Image, Width=100, Height=100,
        ColorSpace=Name.DeviceRGB, BitsPerComponent=8,
    )  # fmt: skip
    page.Resources = Dictionary(XObject=Dictionary(Im0=picture))
    page.Contents = made.make_stream(b"q 500 0 0 500 40 40 cm /Im0 Do Q")
    out = io.BytesIO()
    made.save(out, static_id=True, compress_streams=False)
    return out.getvalue()


def shown(tmp_path: Path, data: bytes) -> tuple[list[str], str]:
    """The words of each page, and the code of the warning."""
    given = binding.exhibit(tmp_path, "合同.pdf", data, media_type="application/pdf")
    pdf, problem = exhibit_pages(given, words("zh").placeholder, binding.FONT["zh"])
    out = io.BytesIO()
    pdf.save(out)
    texts = [page.extract_text() for page in PdfReader(out).pages]
    return texts, problem.code.removeprefix("bundle.exhibit-") if problem else ""


def test_a_scan_without_its_picture_is_a_page_that_names_the_file(tmp_path: Path) -> None:
    whole = scan()
    assert shown(tmp_path, whole)[1] == ""
    (text,), code = shown(tmp_path, whole[: len(whole) // 3])
    assert code == "damaged"
    assert TITLE in text
    assert "合同.pdf" in text
    assert "已损坏" in text


@pytest.mark.parametrize(
    ("kept", "code", "white"),
    [
        (1.0, "", []),
        (0.98, "repaired", []),  # only its table of contents is cut off
        (0.75, "damaged", [2]),
        (0.33, "damaged", [0]),  # one page stands for what is left of three
    ],
)
def test_each_page_that_shows_nothing_is_named(
    tmp_path: Path, kept: float, code: str, white: list[int]
) -> None:
    data = binding.pdf(3)
    texts, found = shown(tmp_path, data[: int(len(data) * kept)])
    assert found == code
    assert [number for number, text in enumerate(texts) if TITLE in text] == white
    if not white:
        assert [text.strip() for text in texts] == ["sheet 1", "sheet 2", "sheet 3"]
