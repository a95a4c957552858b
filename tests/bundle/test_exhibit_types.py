"""Files that are no pages: what can be read in them is set as pages, what cannot gets a page that says what it is."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import openpyxl
import pytest
from binding import FONT, exhibit
from docxtpl import DocxTemplate
from PIL import Image
from pypdf import PdfReader

from evidence.bundle.exhibits import exhibit_pages
from evidence.bundle.media import DOCX, UNKNOWN, XLSX, media_type_of
from evidence.bundle.recording import recording_of
from evidence.bundle.register import Details, assumed, column_of, value_of
from evidence.bundle.texts import words
from evidence.bundle.typeset import MAX_PAGES
from evidence.model.problem import Problem

WORDS = words("zh").placeholder


def set_as_pages(folder: Path, name: str, data: bytes) -> tuple[list[str], Problem | None]:
    """The text of each page, without line ends, and what was told."""
    one = exhibit(folder, name, data, media_type=media_type_of(name, data))
    pdf, problem = exhibit_pages(one, WORDS, FONT["zh"])
    out = io.BytesIO()
    pdf.save(out)
    return [page.extract_text().replace("\n", "") for page in PdfReader(out).pages], problem


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "缴费记录"
    rows: list[list[str | float]] = [
        ["日期", "金额"],
        ["2026-01-05", 240.5],
    ]
    rows += [["2026-02-05", float(i)] for i in range(90)]
    for row in rows:
        sheet.append(row)
    hidden = book.create_sheet("内部")
    hidden.append(["藏着的一行"])
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def word() -> bytes:
    template = Path(__file__).parents[2] / "templates" / "zh" / "catalogue.docx"
    template = template if template.exists() else next(template.parent.rglob("*.docx"))
    return template.read_bytes()


def wave(seconds: int) -> bytes:
    data = bytes(seconds * 16_000)
    head = struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16_000, 2, 16)
    return (
        b"RIFF"
        + struct.pack("<I", 36 + len(data))
        + b"WAVEfmt "
        + head
        + b"data"
        + struct.pack("<I", len(data))
        + data
    )


def film(seconds: int, begun: int = 0) -> bytes:
    def box(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I4s", 8 + len(body), name) + body

    header = struct.pack(">4xIIII", begun, 0, 1000, seconds * 1000) + bytes(80)
    brand = box(b"ftyp", b"isom" + bytes(4) + b"isommp42")
    return brand + box(b"moov", box(b"mvhd", header)) + box(b"mdat", bytes(50))


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("聊天.txt", "样甲：在吗".encode("gb18030"), "text/plain"),
        ("聊天.txt", "样甲：在吗".encode("utf-16"), "text/plain"),
        ("表.csv", b"a,b\r\n1,2", "text/csv"),
        ("网页.bin", b"<!DOCTYPE html><html><body>x</body></html>", "text/html"),
        ("表.pdf", workbook(), XLSX),  # renamed: the bytes decide
        ("信.zip", word(), DOCX),
        ("录音.dat", wave(1), "audio/wav"),
        ("现场.jpg", film(1), "video/mp4"),
        ("语音", b"\x02#!SILK_V3" + bytes(9), "audio/silk"),
        ("空", b"", "text/plain"),
        ("未知", bytes(range(256)), UNKNOWN),
    ],
)
def test_the_bytes_say_what_a_file_is(name: str, data: bytes, expected: str) -> None:
    assert media_type_of(name, data) == expected


def test_a_text_is_printed_and_a_long_one_says_how_much_is_not(tmp_path: Path) -> None:
    lines = [f"第{i}行 样甲说：电梯坏了" for i in range(1, 4001)]
    pages, told = set_as_pages(tmp_path, "聊天.txt", "\n".join(lines).encode("gb18030"))
    assert len(pages) == MAX_PAGES
    assert "第1行 样甲说：电梯坏了" in pages[0]
    assert told is not None
    assert (told.code, told.params["total"]) == ("bundle.exhibit-cut", 4000)
    shown = told.params["shown"]
    assert WORDS.more.format(shown=shown, total=4000) in pages[-1]
    assert f"第{shown}行" in pages[-1]
    assert f"第{int(shown) + 1}行" not in pages[-1]
    assert set_as_pages(tmp_path, "短.txt", b"a\nb")[1] is None


def test_a_workbook_shows_every_sheet_even_a_hidden_one_and_its_heading_on_each_page(tmp_path: Path) -> None:
    pages, told = set_as_pages(tmp_path, "缴费.xlsx", workbook())
    assert told is None
    assert len(pages) == 3
    assert all("日期" in page and "金额" in page for page in pages[:-1])
    assert "240.5" in pages[0]
    assert WORDS.hidden_sheet.format(name="内部") in pages[-1]
    assert "藏着的一行" in pages[-1]


def test_a_word_file_is_read_out_where_no_office_program_prints_it(tmp_path: Path) -> None:
    data = word()
    paragraph = next(p.text for p in DocxTemplate(io.BytesIO(data)).get_docx().paragraphs if len(p.text) > 3)
    pages, told = set_as_pages(tmp_path, "目录.docx", data)
    assert told is None
    assert paragraph.strip()[:4] in "".join(pages)


def test_a_web_page_is_read_out_without_its_scripts(tmp_path: Path) -> None:
    page = "<html><body><script>alert(1)</script><p>样甲：在</p><p>样乙<b>来了</b></p></body></html>"
    (text,), told = set_as_pages(tmp_path, "聊天.html", page.encode())
    assert told is None
    assert "样甲：在" in text
    assert "样乙来了" in text
    assert "alert" not in text


def test_a_heic_photo_is_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(out, "JPEG")
    monkeypatch.setattr(
        "evidence.bundle.exhibits.jpeg_of", lambda data: out.getvalue()
    )  # the decoder's own process
    photo = b"\0\0\0\x18ftypheic" + bytes(50)
    assert set_as_pages(tmp_path, "照片.heic", photo) == ([""], None)


def test_a_recording_says_how_long_it_is_and_is_beside_the_page(tmp_path: Path) -> None:
    (text,), told = set_as_pages(tmp_path, "录音.wav", wave(3))
    assert told is not None
    assert told.code == "bundle.exhibit-type"
    assert WORDS.length.format(length="0:03") in text
    (text,), _ = set_as_pages(tmp_path, "现场.mp4", film(3725, begun=3_849_120_000))
    assert WORDS.length.format(length="1:02:05") in text
    assert WORDS.begun.format(day="2025-12-21 00:00:00") in text


@pytest.mark.parametrize(
    ("head", "size", "frames", "seconds"),
    [
        (b"\xff\xfb\x90\x00", 417, 100, 2.61),  # MPEG-1, 128 kbit/s, 44.1 kHz
        (b"\xff\xe3\x38\xc0", 216, 50, 3.6),  # MPEG-2.5, 24 kbit/s, 8 kHz: a telephone call
    ],
)
def test_an_mp3_is_as_long_as_its_frames(head: bytes, size: int, frames: int, seconds: float) -> None:
    frame = head + bytes(size - 4)
    names = b"ID3\x04\0\0\0\0\0\x05title"
    described = head + bytes(32) + b"Info" + bytes(size - 40)
    found = recording_of("audio/mpeg", names + described + frame * frames + b"TAG" + bytes(125)).seconds
    assert found == pytest.approx(seconds, abs=0.01)
    assert recording_of("audio/mpeg", names + frame * 3 + b"no frame at all").seconds is None


@pytest.mark.parametrize(
    "data", [film(3)[:30], b"\0\0\0\x18ftypisom" + b"\xff" * 40, b"RIFF\0\0\0\0WAVEfmt ", wave(1)[:30]]
)
def test_a_damaged_recording_claims_nothing(data: bytes) -> None:
    assert recording_of("audio/wav", data).seconds in (None, 0.0)


def test_what_nobody_said_is_assumed_from_name_and_type_and_never_from_a_guess() -> None:
    contract = assumed(Details(name="物业服务合同"), "application/pdf", "zh")
    assert (contract.group, contract.kind, contract.original) == ("B2", "书证", "复印件")
    assert contract.proves == "物业服务合同的订立和内容"
    film = assumed(Details(name="现场"), "video/mp4", "zh")
    assert (film.group, film.kind, film.proves) == ("B8", "视听资料", "")
    said = assumed(
        Details(name="物业服务合同", group="B9", kind="电子数据", proves="样本"), "application/pdf", "zh-Hant"
    )
    assert (said.group, said.kind, said.proves) == ("B9", "电子数据", "样本")


def test_columns_and_values_are_known_in_both_scripts() -> None:
    assert [column_of(word) for word in ("證據名稱", "证据 名称：", "carrier", "備註")] == [
        "name",
        "name",
        "carrier",
        None,
    ]
    assert value_of("kind", "視聽資料") == "视听资料"
    assert value_of("original", "複印件") == "复印件"
    assert value_of("name", "複印件") == "複印件"
