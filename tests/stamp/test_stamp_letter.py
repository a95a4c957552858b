"""Stamped letters: bytes pinned for ever, rebuilt from the page alone, read by everybody else's tools."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import shutil
import subprocess
from pathlib import Path

import docx
import pikepdf
import pypdf
import pytest
import zxingcpp
from docx.shared import Mm
from PIL import Image
from stamp_material import GOLDEN, KEY, LETTER, changed, claims_for, pdf

from evidence.errors import EvidenceError
from evidence.model.letter import LetterNumber
from evidence.stamp.keys import PublicKey, SigningKey
from evidence.stamp.qr import matrix
from evidence.stamp.stamp import source_pages, stamp, stamp_with_token
from evidence.stamp.token import Claims, qr_text, read_token, sign_token

HOST = "pay.example.cn"

# file, profile, host, pages, SHA-256 of the stamped letter: if it changes, issued letters no longer verify.
LETTERS = [
    ("lo-1", 1, "", 1, "5c072bbe1038836e8ed8624eb5a567bbe51ef31915639e1e042f0930014e5095"),
    ("lo-3", 1, HOST, 3, "3aa9da716440bef08e1b43c514baf3230753a0bdd2316dd27d0d50b5b7cf7de8"),
    ("o2p-1", 2, "", 1, "582caef287129cb1428a9ace9b1b90e8113832685a5ff5fe66a9e1c099fe08a1"),
    ("o2p-3", 2, HOST, 3, "01f6d5b0a5a397b361d1f8d4388cf2f64fdd8f026b8f2a660e8c50efa556f3ee"),
]
each_letter = pytest.mark.parametrize(("name", "profile", "host", "pages", "digest"), LETTERS)


def source_of(name: str) -> bytes:
    return (GOLDEN / f"{name}.pdf").read_bytes()


def stamped(name: str, profile: int, host: str) -> bytes:
    source = source_of(name)
    return stamp(source, claims_for(source, profile), KEY, host)


def run(*command: str) -> str:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not on this machine")
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@each_letter
def test_the_stamped_bytes_are_the_ones_first_released(
    name: str, profile: int, host: str, pages: int, digest: str
) -> None:
    assert hashlib.sha256(stamped(name, profile, host)).hexdigest() == digest


@each_letter
def test_the_source_is_a_prefix_and_its_hash_the_one_signed(
    name: str, profile: int, host: str, pages: int, digest: str
) -> None:
    letter = stamped(name, profile, host)
    _, version, text, key = re.findall(rb"\n(%EV-STAMP) ([0-9]) (\S+) ([A-Z2-7]{52})\n", letter)[0]
    token = text.rsplit(b"/R/")[-1].removeprefix(b"EV1:")
    claims = read_token(
        base64.b32decode(token + b"=" * (-len(token) % 8)), PublicKey.parse(key.decode()), host
    )
    assert version == b"1"
    assert hashlib.sha256(letter[: claims.source_length]).digest() == claims.source_sha256
    assert letter[: claims.source_length] == source_of(name)
    assert letter[claims.source_length :].startswith(b"\n%EV-STAMP ")
    assert letter.endswith(b"%%EOF\n")


@each_letter
def test_qpdf_finds_nothing_wrong(
    name: str, profile: int, host: str, pages: int, digest: str, tmp_path: Path
) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(stamped(name, profile, host))
    assert "No syntax or stream encoding errors found" in run("qpdf", "--check", str(path))


@each_letter
def test_other_libraries_open_it_with_all_its_pages(
    name: str, profile: int, host: str, pages: int, digest: str
) -> None:
    letter = stamped(name, profile, host)
    assert source_pages(source_of(name)) == pages
    with pikepdf.open(io.BytesIO(letter)) as opened:
        assert not opened.check_pdf_syntax()
        assert len(opened.pages) == pages
    reader = pypdf.PdfReader(io.BytesIO(letter), strict=True)
    assert len(reader.pages) == pages
    for page, content in enumerate(reader.pages, 1):
        number = "号" if profile == 1 else "號"
        assert f"〔2026〕催字第0001{number}" in content.extract_text()
        assert f"第{page}" in content.extract_text()


@each_letter
def test_the_footer_is_on_each_page_for_readers_of_text(
    name: str, profile: int, host: str, pages: int, digest: str, tmp_path: Path
) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(stamped(name, profile, host))
    hashed = hashlib.sha256(source_of(name)).hexdigest()
    short = " ".join(hashed[i : i + 4] for i in range(0, 16, 4))
    for page in range(1, pages + 1):
        text = run("pdftotext", "-layout", "-f", str(page), "-l", str(page), str(path), "-")
        word, log, caption = [("页", "日志", "扫码核验"), ("頁", "日誌", "掃碼核驗")][profile - 1]
        assert f"第{page}{word} 共{pages}{word}" in text
        assert f"SHA-256 {short}" in text
        assert "0810-40G2" in text
        assert f"{log} 12345:03030303" in text
        assert (caption in text) == (page == 1)
        assert "样本" in text  # and the letter itself is still there


@each_letter
def test_scanners_read_the_printed_page(
    name: str, profile: int, host: str, pages: int, digest: str, tmp_path: Path
) -> None:
    letter = stamped(name, profile, host)
    (tmp_path / "letter.pdf").write_bytes(letter)
    run(
        "pdftoppm",
        "-r",
        "200",
        "-gray",
        "-png",
        "-f",
        "1",
        "-l",
        "1",
        str(tmp_path / "letter.pdf"),
        str(tmp_path / "page"),
    )
    (picture,) = tmp_path.glob("page*.png")
    wanted = qr_text(sign_token(claims_for(source_of(name), profile), KEY, host), host)
    with Image.open(picture) as image:
        (found,) = zxingcpp.read_barcodes(image)
    assert found.text == wanted
    assert found.ec_level == "Q"
    assert run("zbarimg", "--quiet", "--raw", str(picture)).strip() == wanted


@pytest.mark.parametrize("page", [2, 3])
def test_the_other_pages_carry_no_symbol(page: int, tmp_path: Path) -> None:
    (tmp_path / "letter.pdf").write_bytes(stamped("lo-3", 1, HOST))
    run(
        "pdftoppm",
        "-r",
        "200",
        "-gray",
        "-png",
        "-f",
        str(page),
        "-l",
        str(page),
        str(tmp_path / "letter.pdf"),
        str(tmp_path / "p"),
    )
    (picture,) = tmp_path.glob("p*.png")
    with Image.open(picture) as image:
        assert zxingcpp.read_barcodes(image) == []


@each_letter
def test_what_was_on_the_page_is_painted_as_before(
    name: str, profile: int, host: str, pages: int, digest: str, tmp_path: Path
) -> None:
    """Outside the stamp box and the footer line, no pixel changes."""
    pictures = []
    for label, data in (("a", source_of(name)), ("b", stamped(name, profile, host))):
        (tmp_path / f"{label}.pdf").write_bytes(data)
        run("pdftoppm", "-r", "72", "-gray", "-png", str(tmp_path / f"{label}.pdf"), str(tmp_path / label))
        pictures.append([Image.open(path).convert("L") for path in sorted(tmp_path.glob(f"{label}-*.png"))])
    for page, (before, after) in enumerate(zip(*pictures, strict=True), 1):
        for image in (before, after):
            image.paste(255, (50, 785, 596, 812))  # the footer line, in points from the top
            if page == 1:
                image.paste(255, (453, 28, 568, 158))  # the box and its caption
        assert before.tobytes() == after.tobytes()
        before.close()
        after.close()


# A hand-made letter, and section 3.1 of docs/formats.md written out for it: no code of this room but the
# token, the symbol and the tables takes part.


def test_section_3_1_written_out_by_hand() -> None:
    source = pdf()
    claims = claims_for(source)
    letter, token = stamp_with_token(source, claims, KEY)
    text = qr_text(token)
    update = letter[len(source) :]
    line, _, objects = update[1:].partition(b"\n")
    assert update[:1] == b"\n"
    assert line == f"%EV-STAMP 1 {text} {KEY.public.base32}".encode()

    # /Size of the source is 9: 9 to 13 are the font, 14 the q stream, 15 and 16 the pages' streams
    numbers = [int(n) for n in re.findall(rb"(?:^|endobj\n)([0-9]+) 0 obj\n", objects)]
    assert numbers == [9, 10, 11, 12, 13, 14, 15, 16, 3, 7]
    assert b"/DescendantFonts[10 0 R]/ToUnicode 13 0 R>>" in objects
    assert b"14 0 obj\n<</Length 1>>\nstream\nq\nendstream\nendobj\n" in objects
    assert (
        b"3 0 obj\n<</Type/Page/Parent 2 0 R/Contents [14 0 R 4 0 R 15 0 R]"
        b" /Resources <</ProcSet[/PDF/Text]/Font << /F1 5 0 R  /EVF 9 0 R>>>>>>\nendobj\n"
    ) in objects
    assert (
        b"7 0 obj\n<</Type /Page\n/Parent 2 0 R % the second\n"
        b"/Contents [14 0 R 4 0 R 4 0 R 16 0 R]\n/Rotate 0 "
        b" /Resources <</ProcSet[/PDF/Text]/Font << /F1 5 0 R  /EVF 9 0 R>>>>>>\nendobj\n"
    ) in objects

    starts = {n: letter.index(b"\n%d 0 obj\n" % n, len(source)) + 1 for n in numbers}
    table = letter.index(b"\nxref\n", len(source)) + 1
    wanted = b"xref\n3 1\n%010d 00000 n \n7 1\n%010d 00000 n \n9 8\n" % (starts[3], starts[7])
    wanted += b"".join(b"%010d 00000 n \n" % starts[n] for n in range(9, 17))
    wanted += b"trailer\n<</Size 17/Root 1 0 R /Prev %d>>\n" % source.index(b"xref\n0 9")
    wanted += b"startxref\n%d\n%%%%EOF\n" % table
    assert letter[table:] == wanted

    second = re.search(
        rb"16 0 obj\n<</Length ([0-9]+)>>\nstream\n(.*?)\nendstream\nendobj\n", objects, re.DOTALL
    )
    assert second is not None
    assert len(second[2]) == int(second[1])
    lines = second[2].decode().split("\n")
    assert [re.sub("<[0-9A-F]+>", "<>", line) for line in lines] == [
        "Q", "/Artifact BMC", "q", "0 g", "BT", "/EVF 7.5 Tf",
        "1 0 0 1 56.693 39.685 Tm", "<> Tj", "1 0 0 1 187.087 39.685 Tm", "<> Tj",
        "1 0 0 1 260.787 39.685 Tm", "<> Tj",
        "ET", "Q", "EMC",
    ]  # fmt: skip
    first = re.search(rb"15 0 obj\n<</Length [0-9]+>>\nstream\n(.*?)\nendstream", objects, re.DOTALL)
    assert first is not None
    drawing = first[1].decode().split("\n")
    assert drawing[12] == "/EVF 6.5 Tf"
    assert drawing[15:17] == ["ET", "1.304 0 0 1.304 460.035 706.649 cm"]
    assert drawing[-3:] == ["f", "Q", "EMC"]
    painted = [[False] * 77 for _ in range(77)]
    runs = [tuple(map(int, line.removesuffix(" 1 re").split())) for line in drawing[17:-3]]
    for column, height, width in runs:
        assert not any(painted[76 - height][max(0, column - 1) : column + width]), "two runs touch"
        painted[76 - height][column : column + width] = [True] * width
    assert runs == sorted(runs, key=lambda run: (-run[1], run[0]))
    assert tuple("".join("01"[dark] for dark in row) for row in painted) == matrix(text)


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        pytest.param(
            changed(o2=LETTER[2].replace(b"/Resources 6 0 R", b"")),
            b"3 0 obj\n<</Type/Page/Parent 2 0 R/Contents [14 0 R 4 0 R 15 0 R]"
            b" /Resources << /Font <</EVF 9 0 R>>>>>>\n",
            id="no resources anywhere",
        ),
        pytest.param(
            changed(o6=b"<</ProcSet[/PDF]>>"),
            b"/Resources <</ProcSet[/PDF] /Font <</EVF 9 0 R>>>>>>\n",
            id="resources without fonts",
        ),
        pytest.param(
            changed(o3=b"<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 5 0 R>>>>>>"),
            b"/Resources<</Font<</F1 5 0 R /EVF 9 0 R>>>> /Contents [14 0 R 15 0 R]>>\n",
            id="an empty page with resources of its own",
        ),
        pytest.param(
            changed(
                o3=b"<</Contents 8 0 R/Type/Page/Parent 2 0 R>>", o8=b"[ 4 0 R % twice\n4 0 R]", o6=b"<<>>"
            ),
            b"<</Contents [14 0 R 4 0 R 4 0 R 15 0 R]/Type/Page/Parent 2 0 R"
            b" /Resources << /Font <</EVF 9 0 R>>>>>>\n",
            id="contents in an array of its own",
        ),
    ],
)
def test_where_things_are_put_in_a_page(source: bytes, wanted: bytes) -> None:
    assert wanted in stamp(source, claims_for(source), KEY)[len(source) :]


def test_objects_shared_between_pages_are_left_alone() -> None:
    letter = stamp(pdf(), claims_for(pdf()), KEY)
    with pikepdf.open(io.BytesIO(letter)) as opened:
        assert "/EVF" not in opened.get_object(8, 0)
        assert "/Font" in opened.get_object(6, 0)
        assert opened.pages[0].obj.Resources.Font.F1.objgen == (5, 0)


def test_a_source_may_end_with_or_without_a_line_end() -> None:
    for source in (pdf(), pdf().rstrip(b"\n"), pdf().replace(b"%%EOF\n", b"%%EOF\r\n")):
        assert stamp(source, claims_for(source), KEY)[len(source) :].startswith(b"\n%EV-STAMP 1 ")


def test_a_tagged_letter_stays_one_with_its_stamp_marked_as_artifact() -> None:
    letter = stamp(pdf(), claims_for(pdf()), KEY)
    assert letter[len(pdf()) :].count(b"/Artifact BMC\n") == letter[len(pdf()) :].count(b"\nEMC\n") == 2


def test_a_stamped_letter_is_not_stamped_twice() -> None:
    letter = stamped("lo-1", 1, "")
    with pytest.raises(EvidenceError) as error:
        stamp(letter, claims_for(letter), KEY)
    assert error.value.problems[0].params["reason"] == "stamped"


def refusal(claims: Claims, source: bytes = pdf(), key: SigningKey = KEY, host: str = "") -> str:
    with pytest.raises(EvidenceError) as error:
        stamp(source, claims, key, host)
    (problem,) = error.value.problems
    return problem.code


def test_what_cannot_be_stamped_is_refused_by_name() -> None:
    assert refusal(claims_for(pdf() + b"\n")) == "stamp.claims-mismatch"
    assert refusal(claims_for(pdf()), source=pdf() + b" ") == "stamp.claims-mismatch"
    assert refusal(claims_for(pdf(), profile=5)) == "stamp.profile-unknown"
    assert refusal(claims_for(pdf(), number=LetterNumber(5, 2026, 1))) == "stamp.series-unknown"
    assert refusal(claims_for(pdf()), host="a" * 25) == "stamp.host-invalid"
    assert refusal(claims_for(b"text"), source=b"text") == "stamp.unsupported-pdf"


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
def test_libreoffice_writes_what_can_be_stamped_as_it_is(tmp_path: Path) -> None:
    document = docx.Document()
    document.sections[0].page_width, document.sections[0].page_height = Mm(210), Mm(297)
    document.add_paragraph("样本：请于收到本函之日起十五日内交纳物业费。")
    document.save(str(tmp_path / "letter.docx"))
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "pdf",
    ]
    command += ["--outdir", str(tmp_path), str(tmp_path / "letter.docx")]
    subprocess.run(command, check=True, capture_output=True)
    source = (tmp_path / "letter.pdf").read_bytes()
    (tmp_path / "stamped.pdf").write_bytes(stamp(source, claims_for(source), KEY))
    assert "No syntax or stream encoding errors found" in run(
        "qpdf", "--check", str(tmp_path / "stamped.pdf")
    )
