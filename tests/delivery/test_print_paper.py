"""Symbols, label sheets, and the file that pages are copied into."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import pikepdf
import pytest
import zxingcpp

from evidence.delivery.printrun_labels import SHEETS, sheet_of, spots
from evidence.delivery.printrun_pages import _fitted, _lines
from evidence.delivery.printrun_pdf import PrintFile, open_pages
from evidence.delivery.printrun_rare import Legible, Outline, RareFace, outline_of
from evidence.delivery.shortcode import parse_symbol, symbol, symbol_text
from evidence.errors import EvidenceError
from evidence.resources import fonts_dir

CREATED = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def test_a_symbol_reads_back_as_its_code_and_nothing_else_does() -> None:
    drawn = np.array(
        [[0 if bit == "1" else 255 for bit in row] for row in symbol("7K3M-9QPD")], dtype=np.uint8
    )
    read = zxingcpp.read_barcodes(np.pad(drawn, 4, constant_values=255).repeat(5, 0).repeat(5, 1))
    assert [parse_symbol(one.text) for one in read] == ["7K3M-9QPD"]
    assert parse_symbol("7K3M-9QPD") is None
    assert parse_symbol("EVC:7K3M-9QPI") is None  # Crockford has no I
    with pytest.raises(ValueError, match="short code"):
        symbol_text("https://example.cn")


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.size)
def test_every_label_lies_on_the_paper_and_on_no_other(sheet: object) -> None:
    places = list(spots(sheet))  # type: ignore[arg-type]
    assert len(set(places)) == sheet.count  # type: ignore[attr-defined]
    for place in places:
        assert place.x >= -0.01 and place.x + sheet.width <= 210.01  # type: ignore[attr-defined]
        assert place.y >= 0 and place.y + sheet.height <= 297.01  # type: ignore[attr-defined]


def test_a_sheet_is_known_by_size_and_by_number() -> None:
    assert sheet_of("99.1 × 38.1mm") is sheet_of("Avery L7163") is sheet_of("99.1x38.1")
    with pytest.raises(EvidenceError) as caught:
        sheet_of("10x10")
    assert caught.value.problems[0].code == "print.label-size"


def letter(text: str, pages: int = 2) -> bytes:
    """A PDF whose pages inherit their resources and share a stream of 40 kB, as letters share a font."""
    pdf = pikepdf.Pdf.new()
    shared = pdf.make_stream(bytes(range(256)) * 160)
    for page in range(pages):
        pdf.add_blank_page(page_size=(595.276, 841.89))
        pdf.pages[-1].obj.Contents = pdf.make_stream(f"% {text} {page}\n0 0 10 10 re f".encode())
        pdf.pages[-1].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=shared))
    out = io.BytesIO()
    pdf.save(out, static_id=True)
    return out.getvalue()


def printed(texts: list[str]) -> bytes:
    out = io.BytesIO()
    file = PrintFile(out, title="样本", created=CREATED)
    for text in texts:
        file.bookmark(text)
        with open_pages(letter(text)) as source:
            file.copy(source)
        file.blank()
    file.close()
    return out.getvalue()


def test_pages_are_copied_as_they_are_stored() -> None:
    data = printed(["甲", "乙"])
    with pikepdf.open(io.BytesIO(data)) as made:
        assert made.check_pdf_syntax() == []
        bodies = [page.obj.Contents.read_bytes() if "/Contents" in page else b"" for page in made.pages]
        assert bodies == [
            "% 甲 0\n0 0 10 10 re f".encode(), "% 甲 1\n0 0 10 10 re f".encode(), b"",
            "% 乙 0\n0 0 10 10 re f".encode(), "% 乙 1\n0 0 10 10 re f".encode(), b"",
        ]  # fmt: skip
        with made.open_outline() as outline:
            assert [item.title for item in outline.root] == ["甲", "乙"]
    assert data == printed(["甲", "乙"])


def test_what_letters_share_is_written_once() -> None:
    one, many = len(printed(["甲"])), len(printed([f"函{n}" for n in range(20)]))
    assert many - one < 20 * 3000


class Square:
    """A face in which every sign is as wide as it is high."""

    def width(self, text: str, size: float) -> float:
        return len(text) * size

    def broken(self, text: str, size: float, width: float) -> list[str]:
        step = max(1, int(width / size))
        return [text[at : at + step] for at in range(0, len(text), step)]

    def set(self, x: float, y: float, size: float, text: str) -> Iterator[str]:
        yield f"({text}) Tj"


def test_numbers_and_codes_are_never_broken_over_lines() -> None:
    face = Square()
    assert _lines("10栋2单元1203", 1, 6, face) == ["10栋2单元", "1203"]
    assert _lines("一二三\n四，五", 1, 3, face) == ["一二三", "四，五"]
    assert _lines("0123456789", 1, 4, face) == ["0123", "4567", "89"]
    # A code is set smaller rather than in two parts; what does not fit at all is cut, and shows it.
    assert _fitted("H213-WGXW", 10, 72, 40, face) == (8, ["H213-WGXW"])
    size, lines = _fitted("很长的房号" * 40, 10, 60, 20, face)
    assert (size, lines[-1][-1]) == (5, "…")


class TestACharacterTheShippedFontLacks:
    FONT = fonts_dir() / "NotoSerifSC-Regular.ttf"
    NAME = "\U00020bb7某样"  # 𠮷某样, made up

    def test_it_is_drawn_from_a_font_that_has_it(self) -> None:
        box = Outline(1000, "0 0 m 800 0 l 800 800 l h")
        legible = Legible(self.FONT, lambda char: box)
        assert legible.shown(self.NAME) == (self.NAME, ())
        with pikepdf.Pdf.new() as pdf:
            face = RareFace(pdf, self.FONT, [self.NAME], legible.outlines)
            drawn, lettered = face.set(10, 20, 12, self.NAME)
            assert drawn == f"q 0.01200 0 0 0.01200 10.000 20.000 cm {box.path} f Q"
            assert lettered.startswith("BT /F 12 Tf 1 0 0 1 22.000 20.000 Tm <")
            assert face.width(self.NAME, 12) == 12 + face.width("某样", 12)

    def test_what_no_font_has_is_spelt_out_and_told(self) -> None:
        legible = Legible(self.FONT, lambda char: None)
        assert legible.shown(self.NAME * 2) == ("[U+20BB7]某样[U+20BB7]某样", ("\U00020bb7",))
        assert legible.shown("某样") == ("某样", ())

    def test_an_outline_is_the_fonts_own(self) -> None:
        outline = outline_of(self.FONT, 0, "一")
        assert outline.advance == 1000
        assert outline.path.split()[2] == "m" and outline.path.endswith("h")
        with pytest.raises(KeyError):
            outline_of(self.FONT, 0, "\U00020bb7")
