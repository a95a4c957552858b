"""A stamp on other people's PDFs: appended, upright, on free margin, and rebuilt byte for byte by the checker."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pikepdf
import pytest
import zxingcpp
from foreign_material import ENCRYPTED, EXTRA, SHAPES, locked, packed, page, pages, stamped, stream
from PIL import Image
from stamp_material import pdf

import evidence.stamp.profiles
from evidence.errors import EvidenceError
from evidence.model.problem import Place
from evidence.model.report import Status
from evidence.stamp.child import inspect_pdf, looked_over
from evidence.stamp.profiles import FOREIGN_OF_LOCALE, foreign_profile
from evidence.verify.letter import check_letter

FOLDER = Path(evidence.stamp.profiles.__file__).parent
# Exhibits rest on these bytes for ever; see test_stamp_profiles.
FINAL = {
    "foreign-5.json": "4fdc118afd367c613e39f7569fc3fc44cb0df056cba696e312a2ac5b7f7f4b85",
    "foreign-6.json": "23071a8e8de582e5805f7fb5661d12f8ecdd2908a9d68447a0c0316a31f11644",
    "outlines-1.json": "182e4c84c48baee4c349b5f6aab4610d10682ee85fa5649b45b9f4399132ac9c",
}
# Stamped once, the same for ever: a changed digest means that exhibits already stamped no longer verify.
GOLDEN = {
    "plain": "f7274b0826e0e234c55d73d2ab36ba4bf4901a71e3ca042ef8170a842cd3803d",
    "object streams": "c938ee455730e112c06fa81e1eeff2664be2955f315611bd5bd678ed5adc2c40",
    "full page": "a9a47f7df91dac070de5a53ce7d9d7ddfe3c83ea99d22cdbc6abf2bd72d69921",
}
ON_EXTRA = {"full page", "full page, packed", "too small for the mark", "content not to be followed"}

needs_poppler = pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="needs pdftoppm (poppler-utils)")


@pytest.mark.parametrize(("name", "digest"), FINAL.items())
def test_the_tables_are_the_ones_first_released(name: str, digest: str) -> None:
    assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == digest


@pytest.mark.parametrize(("name", "digest"), GOLDEN.items())
def test_the_stamp_is_the_one_first_released(name: str, digest: str) -> None:
    assert hashlib.sha256(stamped(SHAPES[name]).pdf).hexdigest() == digest


def assert_holds(pdf: bytes, pages: int) -> None:
    letter = check_letter(pdf, Place(file="exhibit.pdf"))
    wrong = [(fact.id, fact.reason, fact.params) for fact in letter.facts if fact.status is Status.FAIL]
    assert not wrong
    assert letter.pages == pages


@pytest.mark.parametrize("name", SHAPES)
def test_each_shape_is_stamped_by_appending_and_rebuilt(name: str) -> None:
    source = SHAPES[name]
    made = stamped(source)
    assert made.pdf.startswith(source)
    assert made.pdf == stamped(source).pdf
    assert made.extra == (name in ON_EXTRA)
    count = len(pikepdf.open(io.BytesIO(source)).pages)
    opened = pikepdf.open(io.BytesIO(made.pdf))
    assert (len(opened.pages), opened.get_warnings()) == (count + made.extra, [])
    assert_holds(made.pdf, count)


@pytest.mark.parametrize("name", ENCRYPTED)
def test_what_opens_with_the_empty_password_is_stamped_and_still_opens(name: str) -> None:
    source = locked(*ENCRYPTED[name])
    made = stamped(source)
    assert made.pdf.startswith(source)
    opened = pikepdf.open(io.BytesIO(made.pdf))
    assert opened.is_encrypted
    content = b"".join(part.read_bytes() for part in opened.pages[0].Contents)
    assert content.startswith(b"q")
    assert b"Sample contract" in content
    assert b"/Artifact BMC" in content
    assert_holds(made.pdf, 1)


@pytest.mark.parametrize("aes", [False, True])
def test_an_extra_page_of_an_encrypted_file_can_be_read(aes: bool) -> None:
    made = stamped(locked(4, aes), EXTRA)
    opened = pikepdf.open(io.BytesIO(made.pdf))
    assert opened.pages[1].Contents.read_bytes().startswith(b"/Artifact BMC\nq\n0 g\n")
    assert_holds(made.pdf, 1)


def test_what_needs_a_password_is_refused_by_name() -> None:
    with pytest.raises(EvidenceError) as error:
        stamped(locked(4, True, user="secret"))
    assert error.value.problems[0].params == {"reason": "encryption", "detail": "password"}


def rendered(data: bytes, folder: Path, dpi: int) -> list[Image.Image]:
    (folder / "file.pdf").write_bytes(data)
    subprocess.run(
        ["pdftoppm", "-r", str(dpi), "-png", "file.pdf", "page"], cwd=folder, check=True, capture_output=True
    )
    images = [Image.open(path).convert("L") for path in sorted(folder.glob("page*.png"))]
    for path in folder.glob("page*.png"):
        path.unlink()
    return images


@needs_poppler
@pytest.mark.parametrize("name", [n for n in SHAPES if n != "content not to be followed"])
def test_the_mark_stands_upright_on_white_and_can_be_read(name: str, tmp_path: Path) -> None:
    made = stamped(SHAPES[name])
    # Poppler does not know /UserUnit: it draws such a page at half its size.
    dpi = 240 if name.startswith("user unit") else 120
    before, after = rendered(SHAPES[name], tmp_path, dpi), rendered(made.pdf, tmp_path, dpi)
    codes = [(number, code) for number, image in enumerate(after) for code in zxingcpp.read_barcodes(image)]
    assert len(codes) == 1
    number, code = codes[0]
    assert abs(code.orientation) <= 2
    assert code.text == made.pdf[len(SHAPES[name]) :].split(b" ")[2].decode()
    assert number == (len(before) if made.extra else 0)
    for old, new in zip(before, after, strict=False):
        assert old.size == new.size
        was, now = np.asarray(old), np.asarray(new)
        painted = was[was != now]
        # Where anything is added, there was paper: white, or the light grey of the scan.
        assert painted.size == 0 or painted.min() >= 230


@pytest.mark.parametrize(
    ("name", "x_axis"),
    [("plain", (1, 0)), ("rotated 90", (0, 1)), ("rotated 180", (-1, 0)), ("rotated -90", (0, -1))],
)
def test_the_matrix_turns_against_the_page(name: str, x_axis: tuple[int, int]) -> None:
    (place,) = looked_over(SHAPES[name], 5).places
    assert place.mark is not None
    assert tuple(float(value) for value in place.mark[:2]) == x_axis


def test_a_unit_of_user_space_is_taken_back_so_that_the_symbol_keeps_its_size() -> None:
    (place,) = looked_over(SHAPES["user unit"], 5).places
    assert place.mark is not None
    assert place.mark[:4] == ("0.5", "0", "0", "0.5")


def test_states_left_open_are_closed_and_missing_ones_opened() -> None:
    def states(name: str) -> tuple[int, int]:
        (place,) = looked_over(SHAPES[name], 5).places
        return place.opened, place.closed

    assert states("plain") == (1, 1)
    assert states("states left open") == (1, 3)
    assert states("states closed too often") == (4, 1)


def test_every_page_has_a_line_and_one_the_mark() -> None:
    made = stamped(pages(3))
    places = made.places.split(";")
    assert [(place.split(",")[0], ",Q," in place, ",L," in place) for place in places] == [
        ("1", True, True),
        ("2", False, True),
        ("3", False, True),
    ]


def test_a_page_with_margin_is_looked_for_behind_the_first() -> None:
    objects = page(content=b"0.5 g 0 100 595 742 re f")
    objects[2] = objects[2].replace(b"/Count 1/Kids[3 0 R]", b"/Count 2/Kids[3 0 R 6 0 R]")
    objects |= {6: b"<</Type/Page/Parent 2 0 R/Contents 7 0 R>>", 7: stream(b"0 g 0 400 595 442 re f")}
    made = stamped(pdf(objects))
    first, second = made.places.split(";")
    assert (",Q," in first, ",Q," in second) == (False, True)


def test_a_string_in_a_packed_page_of_an_encrypted_file_is_refused_by_name() -> None:
    opened = pikepdf.open(io.BytesIO(pdf(page(b"/LastModified(D:20260101)"))))
    out = io.BytesIO()
    opened.save(
        out,
        encryption=pikepdf.Encryption(owner="o", user="", R=6),
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )
    with pytest.raises(EvidenceError) as error:
        stamped(out.getvalue())
    assert error.value.problems[0].params["reason"] == "encrypted-string"


def test_a_stamped_file_is_not_stamped_again() -> None:
    with pytest.raises(EvidenceError) as error:
        stamped(stamped(SHAPES["plain"]).pdf)
    assert error.value.problems[0].params["reason"] == "stamped"


def test_two_readers_that_see_other_pages_are_a_reason_to_refuse() -> None:
    inspection = looked_over(SHAPES["plain"], 5)
    other = type(inspection)(inspection.findings, inspection.places, inspection.extra, ((9, 0),))
    with pytest.raises(EvidenceError) as error:
        stamped(SHAPES["plain"], other)
    assert error.value.problems[0].params["reason"] == "readers-differ"


def test_both_scripts_have_their_words_and_glyphs() -> None:
    assert [foreign_profile(n).locale for n in FOREIGN_OF_LOCALE.values()] == ["zh", "zh-Hant"]
    for number in FOREIGN_OF_LOCALE.values():
        look = foreign_profile(number)
        lines = [*look.mark_lines, look.line_page, look.line_rest, *look.extra_lines]
        printed = set("0123456789abcdefABCDEFGHJKMNPQRSTVWXYZ").union(*look.series.values())
        for line in lines:
            printed |= set(re.sub(r"\{[a-z]+\}", "", line["text"]))
        assert printed <= set(look.glyphs)
        made = stamped(SHAPES["three pages"], profile=number)
        assert_holds(made.pdf, 3)


def test_the_longest_texts_stay_within_the_room_that_is_looked_for() -> None:
    for number in FOREIGN_OF_LOCALE.values():
        look = foreign_profile(number)
        fill = {"year": 2026, "series": look.series[9], "seq": "123456", "page": 1999, "pages": 2000}
        fill |= {"hash": "dddd " * 3 + "dddd", "code": "WWWW-WWWW", "size": 12345678, "root": "d" * 8}

        def end(line: dict[str, str], fill: dict[str, object] = fill, look: object = look) -> float:
            width = sum(look.glyphs[char][0] for char in line["text"].format(**fill))  # type: ignore[attr-defined]
            return float(line["x"]) + float(line["scale"]) * width

        assert max(end(dict(line)) for line in look.mark_lines) <= look.mark_size[0]
        assert end(dict(look.line_page)) <= float(look.line_rest["x"])
        assert end(dict(look.line_rest)) <= look.line_size[0]


def test_the_host_is_bound_as_in_letters() -> None:
    made = stamped(SHAPES["plain"], host="example.cn")
    assert b" HTTPS://EXAMPLE.CN/R/" in made.pdf[len(SHAPES["plain"]) :]
    assert_holds(made.pdf, 1)


# What is changed afterwards is noticed -----------------------------------------------------------------------


def reasons(data: bytes) -> set[str]:
    letter = check_letter(data, Place(file="exhibit.pdf"))
    return {fact.reason for fact in letter.facts if fact.status is Status.FAIL}


def test_a_mark_moved_by_somebody_else_is_noticed_even_where_the_rest_is_built_anew() -> None:
    """The rebuilding alone would agree: the places are signed, so that nobody puts the mark over a sum."""
    source = SHAPES["plain"]
    made = stamped(source).pdf
    before = re.search(rb",Q,1,0,0,1,([0-9.]+),", made)
    assert before is not None
    moved = made.replace(before[1], b"9" + before[1][1:])  # in the comment line and in the content stream
    assert len(moved) == len(made) and moved != made
    assert reasons(moved) == {"places-unsigned"}


@pytest.mark.parametrize(
    "text",
    [
        "1,1,1,Q,1,0,0,1,0,-0",
        "2,1,1,L,1,0,0,1,0,0",
        "X;X",
        "1,1,1;X",
        "1,0,1,Q,1,0,0,1,0,0",
        "1,1,1,Q,01,0,0,1,0,0",
    ],
)
def test_places_have_one_spelling(text: str) -> None:
    made = stamped(SHAPES["plain"])
    assert reasons(made.pdf.replace(made.places.encode(), text.encode())) == {"places-form"}


@pytest.mark.parametrize("name", ["plain", "object streams", "full page", "hybrid"])
def test_a_byte_changed_anywhere_is_noticed(name: str) -> None:
    made = stamped(SHAPES[name]).pdf
    for at in range(0, len(made), max(1, len(made) // 60)):
        changed = made[:at] + bytes([made[at] ^ 1]) + made[at + 1 :]
        assert reasons(changed), at
    assert reasons(made + b"\n") == {"appended"}
    assert reasons(made[:-1]) == {"stamp-short"}


def test_the_child_says_what_the_same_process_says() -> None:
    source = packed(page(b"/Rotate 90"))
    assert inspect_pdf(source, 5) == looked_over(source, 5)
