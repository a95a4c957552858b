"""LibreOffice counts the Type 1 fonts a process makes, inside the fonts; a letter must not tell that number."""

from __future__ import annotations

import io
import re
import zlib
from datetime import UTC, datetime

import pikepdf
from pikepdf import Dictionary, Name, Pdf

from evidence.letters.convert.normalise import normalise

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def cipher(data: bytes, *, decrypt: bool = False) -> bytes:
    """eexec as the Type 1 format describes it, written anew for this test."""
    out, r = [], 55665
    for byte in data:
        other = byte ^ (r >> 8)
        r = (((byte if decrypt else other) + r) * 52845 + 22719) % 65536
        out.append(other)
    return bytes(out)


def letter(unique: int, glyphs: bytes = b"/a 3 RD xyz ND") -> Pdf:
    """A page with one Type 1 font as LibreOffice embeds it, the ``unique``-th of its process."""
    head = b"%%!FontType1-1.0: Sample\n/UniqueID %d def\ncurrentfile eexec\n" % unique
    private = cipher(b"HDU dup /Private 9 dict dup begin\n/UniqueID %d def\n" % unique + glyphs)
    pdf = Pdf.new()
    pdf.add_blank_page(page_size=(595.276, 841.89))
    file = pdf.make_stream(zlib.compress(head + private + b"0" * 32))
    file[Name.Filter] = Name.FlateDecode
    file[Name.Length1], file[Name.Length2], file[Name.Length3] = len(head), len(private), 32
    descriptor = Dictionary(Type=Name.FontDescriptor, FontName=Name.Sample, FontFile=file)
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Sample, FontDescriptor=descriptor)
    pdf.pages[0].obj.Resources = Dictionary(Font=Dictionary(F1=pdf.make_indirect(font)))
    pdf.pages[0].obj.Contents = pdf.make_stream(b"BT /F1 12 Tf (a) Tj ET")
    pdf.docinfo["/Producer"] = "sample"
    return pdf


def canonical(pdf: Pdf) -> bytes:
    return normalise(pdf, created=NOW, nonce=bytes(16))


def font_of(data: bytes) -> tuple[bytes, bytes]:
    """Clear and deciphered part of the font in a letter."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        file = pdf.pages[0].obj.Resources.Font.F1.FontDescriptor.FontFile
        font, clear, end = file.read_bytes(), int(file.Length1), int(file.Length1) + int(file.Length2)
        return font[:clear], cipher(font[clear:end], decrypt=True)


def test_the_bytes_do_not_tell_how_many_fonts_the_process_made_before() -> None:
    assert canonical(letter(4100001)) == canonical(letter(4100005))


def test_the_number_is_the_same_in_both_places_and_another_for_another_font() -> None:
    numbers = []
    for glyphs in (b"/a 3 RD xyz ND", b"/b 3 RD uvw ND"):
        clear, private = font_of(canonical(letter(4100001, glyphs)))
        found = re.findall(rb"/UniqueID (4\d{6}) def", clear + private)
        assert len(found) == 2
        assert private.startswith(b"HDU dup /Private") and private.endswith(glyphs)
        numbers.append(set(found))
    assert len(numbers[0]) == len(numbers[1]) == 1 and numbers[0] != numbers[1]


def test_a_font_program_of_another_kind_stays_as_it_is() -> None:
    pdf = letter(4100001)
    file = pdf.pages[0].obj.Resources.Font.F1.FontDescriptor.FontFile
    del file[Name.Length2], file[Name.Length3]  # TrueType has one length
    before = file.read_raw_bytes()
    with pikepdf.open(io.BytesIO(canonical(pdf))) as made:
        assert made.pages[0].obj.Resources.Font.F1.FontDescriptor.FontFile.read_raw_bytes() == before
