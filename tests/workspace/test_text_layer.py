"""A text layer behind scans: the reader's pages where it reads them, the plain ones where it does not."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from evidence.bundle.exhibits import Exhibit, exhibit_pages
from evidence.bundle.texts import words
from evidence.errors import EvidenceError
from evidence.resources import fonts_dir
from evidence.workspace import textlayer

WORDS, FONT = words("zh").placeholder, fonts_dir() / "NotoSerifSC-Regular.ttf"


def exhibit(name: str, data: bytes, media_type: str) -> Exhibit:
    return Exhibit("B8", name, "书证", "", "", "原件", "", name, media_type, data, "00" * 32, "00" * 32)


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    return out.getvalue()


def written() -> bytes:
    made, out = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    made.pages[0].obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(), XObject=pikepdf.Dictionary())
    made.save(out)
    return out.getvalue()


def reader(folder: Path, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program called ocrmypdf that does ``body`` with its last two arguments, ``source`` and ``target``."""
    program = folder / "ocrmypdf"
    program.write_text(
        f"#!{sys.executable}\nimport shutil, sys\nsource, target = sys.argv[-2:]\n{body}\n", "utf-8"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def test_without_the_program_nothing_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EvidenceError) as caught:
        textlayer.require_reader()
    assert [problem.code for problem in caught.value.problems] == ["bundle.ocr-missing"]


def test_pictures_are_read_and_pages_with_text_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader(tmp_path, "shutil.copy(source, target)", monkeypatch)
    given = [exhibit("a.jpg", photo(), "image/jpeg"), exhibit("b.pdf", written(), "application/pdf"),
             exhibit("c.txt", b"c", "text/plain")]  # fmt: skip
    found, problems = textlayer.with_text_layer(given, WORDS, FONT)
    assert not problems
    assert [one.shown is not None for one in found] == [True, False, False]
    assert [one.content for one in found] == [one.content for one in given]
    pdf, problem = exhibit_pages(found[0], WORDS, FONT)
    assert (len(pdf.pages), problem) == (1, None)


@pytest.mark.parametrize(
    "body",
    ["sys.exit(2)", "open(target, 'w').write('x')", "import pikepdf; pikepdf.new().save(target)", "pass"],
)
def test_what_cannot_be_read_is_shown_as_it_is_and_told(
    body: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader(tmp_path, body, monkeypatch)
    given = exhibit("a.jpg", photo(), "image/jpeg")
    found, problems = textlayer.with_text_layer([given], WORDS, FONT)
    assert found == (given,)
    assert [problem.code for problem in problems] == ["bundle.ocr-failed"]


def layered(chance: str) -> bytes:
    made, out = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    form = made.make_stream(b"BT ET", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 9, 9])
    made.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary({f"/OCR-{chance}": form}))
    made.pages[0].obj.Contents = made.make_stream(f"q /OCR-{chance} Do Q".encode())
    made.save(out)
    return out.getvalue()


def test_two_readings_that_differ_by_a_name_of_chance_are_the_same_bytes() -> None:
    first, second = (textlayer._settled(layered(chance), 1) for chance in ("Kv-1_x", "Qz9"))
    assert first == second
    assert first is not None
    with pikepdf.open(io.BytesIO(first)) as pdf:
        assert pdf.pages[0].obj.Contents.read_bytes() == b"q /OCR0 Do Q"
