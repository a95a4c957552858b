"""Where a third person's data may stand in a file, and in which spellings: each is found, and little else is."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

import pikepdf
import pytest
from PIL import Image

from evidence.bundle.maskfiles import found_in
from evidence.bundle.masking import MaskKind, Rules, find, plain

NAME, MOBILE = "样邻居", "13812345678"
SAID = f"联系人{NAME}电话{MOBILE}"
RULES = Rules(names=frozenset({NAME, "张三丰", "黃飛"}), numbers=frozenset({MOBILE}))
BOTH = {MaskKind.NAME, MaskKind.MOBILE}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
CODED = "".join(f"&#{ord(char)};" for char in SAID)


@pytest.mark.parametrize(
    "text",
    [
        "13912345678xl", "13812345678x@qq.com", "微信13812345678X", "13812345678abcde", "abc13812345678",
        "013612345678", "0138 1234 5678", "+86 013812345678", "138,1234,5678", "138，1234，5678", "138、1234、5678",
        "138·1234·5678", "138:1234:5678", "138|1234|5678", "138*1234*5678", "1381234.5678", "138.1234-5678",
        "一三八一二三四五六七八", "幺三八〇零三四五六七八", "壹叁捌壹贰叁肆伍陆柒捌", "一三八，一二三四，五六七八",
        "一三八1234五六七八",
    ],
)  # fmt: skip
def test_a_mobile_number_is_found_however_it_is_spelled(text: str) -> None:
    assert [hit.kind for hit in find(text, Rules())] == [MaskKind.MOBILE]


@pytest.mark.parametrize(
    "text",
    [
        "金额 138,001.38 元", "1,381,234,567.80", "1381234.57 元", "13812345.678 平方米", "2026.01.05", "12:30:45.138",
        "301,135,1234,5678,22", "151,20260101", "一二三四五六七八九十", "二〇二六年一月五日", "第一三八号",
        "流水 2026112213800138001", "SF1381234567890", "EMS 1138001380007", "YT13812345678901",
        f"哈希 {hashlib.sha256(b'a').hexdigest()}", "13812345678e3b0c44298fc1c149afbf", "哈希 a13812345678bcde",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b13812345", "JGJ/T 138-2010", "沪B·13812",
    ],
)  # fmt: skip
def test_amounts_dates_digests_and_waybills_are_left(text: str) -> None:
    assert not find(text, Rules())


def test_what_is_kept_is_kept_in_every_spelling() -> None:
    kept = Rules(keep=frozenset({MOBILE}))
    assert not find(f"{MOBILE}x 0{MOBILE} 138、1234、5678 一三八一二三四五六七八", kept)


def test_an_identity_number_in_chinese_digits_is_found_by_its_check_character() -> None:
    digits = "".join("〇一二三四五六七八九"[int(digit)] for digit in "11010519491231002")
    assert [hit.kind for hit in find(f"证号{digits}x", Rules())] == [MaskKind.ID_NUMBER]
    assert not find(f"证号{digits}一", Rules())


@pytest.mark.parametrize("text", ["張三豐", "张三丰", "張 三\n丰", "黄飞", "黃飛"])
def test_a_name_is_found_in_either_script(text: str) -> None:
    assert [hit.kind for hit in find(f"此人{text}在场", RULES)] == [MaskKind.NAME]
    assert plain("張三豐") == plain("张三丰")


def zipped(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def pdf(change: Callable[[pikepdf.Pdf], None], *, packed: bool = False) -> bytes:
    made, out = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    change(made)
    made.save(out, compress_streams=packed)
    return out.getvalue()


def hung(data: bytes, **keys: object) -> Callable[[pikepdf.Pdf], None]:
    """A stream that only a key of the catalogue nobody knows refers to."""
    return lambda made: setattr(made.Root, "Hung", made.make_indirect(pikepdf.Stream(made, data, **keys)))


def drawn(data: bytes) -> Callable[[pikepdf.Pdf], None]:
    return lambda made: setattr(made.pages[0].obj, "Contents", pikepdf.Stream(made, data))


def unlisted(data: bytes) -> bytes:
    """A PDF with an object that its table does not name."""
    whole = pdf(lambda made: None)
    packed = zlib.compress(data)
    head = b"90 0 obj\n<</Filter/FlateDecode/Length %d>>\nstream\n" % len(packed)
    place = whole.rindex(b"xref\n") if b"\nxref\n" in whole else whole.rindex(b"startxref")
    return whole[:place] + head + packed + b"\nendstream\nendobj\n" + whole[place:]


def picture(form: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(out, form)
    return out.getvalue()


def png(kind: bytes, body: bytes) -> bytes:
    """A chunk between the pixels and the end."""
    data = picture("PNG")
    end = data.rindex(b"IEND") - 4
    chunk = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return data[:end] + chunk + data[end:]


ODD = SAID.encode("utf-16-le")
MAIL = b"Subject: x\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: "
WORD = "<w:document><w:p><w:t>{}</w:t></w:p></w:document>"
FILES: dict[str, bytes] = {
    "bare.txt": SAID.encode("utf-16-be"),
    "json.json": ('{"a":"' + "".join(f"\\u{ord(char):04x}" for char in SAID) + '"}').encode(),
    "coded.html": f"<html><body>{CODED}</body></html>".encode(),
    "inside.html": b"<html><img src='data:text/plain;base64," + base64.b64encode(SAID.encode()) + b"'></html>",
    "coded.docx": zipped({"word/document.xml": WORD.format(CODED).encode()}),
    "wide.docx": zipped({"word/document.xml": WORD.format(SAID).encode("utf-16")}),
    "object.docx": zipped({"word/document.xml": b"<w/>", "word/embeddings/oleObject1.bin": OLE + ODD}),
    "nested.zip": zipped({"a.zip": zipped({"b.zip": zipped({"c.txt": SAID.encode()})})}),
    "packed.gz": gzip.compress(SAID.encode(), mtime=0),
    "base64.eml": MAIL + b"base64\n\n" + base64.b64encode(SAID.encode()),
    "quoted.eml": MAIL + b"quoted-printable\n\n" + "".join(f"={b:02X}" for b in SAID.encode()).encode(),
    "old.doc": OLE + ODD,
    "odd.doc": OLE + b"\0" + ODD,
    "old.xls": OLE + SAID.encode("gb18030"),
    "tag.mp3": b"ID3\x03\0\0\0\0\x10\0TIT2\0\0\0\x30\0\0\x01\xff\xfe" + ODD + bytes(400),
    "edge.bin": b"\x01" * ((1 << 20) - 11) + SAID.encode(),
    "unicode.rtf": b"{\\rtf1 " + b"".join(b"\\u%d?" % ord(char) for char in NAME) + b" 138{\\b 1234}5678}",
    "pages.rtf": b"{\\rtf1 " + "".join(f"\\'{b:02x}" for b in SAID.encode("gb18030")).encode() + b"}",
    "after.pdf": pdf(lambda made: None) + b"\n" + SAID.encode(),
    "unlisted.pdf": unlisted(SAID.encode()),
    "orphan.pdf": pdf(hung(SAID.encode())),
    "orphan-wide.pdf": pdf(hung(ODD)),
    "metadata.pdf": pdf(hung(f"<x>{SAID}</x>".encode("utf-16"), Type=pikepdf.Name.Metadata)),
    "xfa.pdf": pdf(hung(f"<xdp>{CODED}</xdp>".encode())),
    "packed.pdf": pdf(hung(SAID.encode()), packed=True),
    "actual.pdf": pdf(
        drawn(b"/Span <</ActualText <" + ("\ufeff" + SAID).encode("utf-16-be").hex().encode() + b">>> BDC EMC")
    ),
    "comment.pdf": pdf(drawn(b"1 0 0 RG % " + SAID.encode() + b"\n")),
    "pieces.pdf": pdf(drawn(f"BT /F 9 Tf [({NAME}) -3 (138) 5 (12345678)] TJ ET".encode())),
    "ztxt.png": png(b"zTXt", b"Comment\0\0" + zlib.compress(SAID.encode())),
    "itxt.png": png(b"iTXt", b"Comment\0\1\0\0\0" + zlib.compress(SAID.encode())),
    "text.png": png(b"tEXt", b"Comment\0" + SAID.encode("gb18030")),
    "behind.png": picture("PNG") + bytes(1 << 20) + ODD,
    "behind.jpg": picture("JPEG") + bytes(1 << 20) + SAID.encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_name_and_number_are_found_where_they_stand(name: str) -> None:
    assert found_in(name, FILES[name], RULES, pages=False).kinds >= BOTH


CLOSED: dict[str, bytes] = {
    "a.doc": OLE, "a.xls": OLE, "a.mp3": b"ID3" + bytes(50), "a.mp4": b"\0\0\0\x18ftypisom" + bytes(50), "a.bin": b"\0\1",
    "a.zip": zipped({"a.mp3": b"ID3" + bytes(50)}), "a.docx": zipped({"word/document.xml": b"<w/>", "word/vba.bin": OLE}),
    "a.rtf": b"{\\rtf1{\\object{\\*\\objdata 00}}}", "film.jpg": picture("JPEG") + b"\0\0\0\x18ftypmp42" + bytes(50),
}  # fmt: skip


@pytest.mark.parametrize("name", CLOSED)
def test_what_no_program_here_can_search_is_called_so(name: str) -> None:
    assert found_in(name, CLOSED[name], RULES).kinds == {MaskKind.UNSEARCHED}


OPEN: dict[str, bytes] = {
    "a.txt": "样本".encode(), "a.csv": b"301,135,1234,5678\n", "a.pdf": pdf(lambda made: None),
    "drawing.pdf": pdf(drawn(b"138 1234 5678 90 re f 0 0 138 1234 5678 11 cm")), "a.png": picture("PNG"),
    "a.gif": picture("GIF"), "a.rtf": b"{\\rtf1 text}", "a.zip": zipped({"a.txt": b"text"}),
    "a.eml": MAIL + b"8bit\n\ntext",
    "a.docx": zipped({"word/document.xml": b"<w/>", "word/fonts/font1.odttf": b"\0\1\2", "word/printer.bin": b"\0\3"}),
}  # fmt: skip


@pytest.mark.parametrize("name", OPEN)
def test_an_ordinary_file_may_go(name: str) -> None:
    assert not found_in(name, OPEN[name], RULES, pages=False).kinds


def test_noise_is_no_name() -> None:
    """Two bytes are easily some Chinese character: of the pixels of a photo none is read as text."""
    noise = hashlib.shake_256(b"sample").digest(1 << 18)
    many = Rules(names=frozenset(chr(0x4E00 + 37 * i) + chr(0x9000 - 29 * i) for i in range(300)))
    assert not found_in(
        "a.jpg", picture("JPEG")[:-2] + noise.replace(b"\xff", b"\xfe") + b"\xff\xd9", many
    ).kinds
