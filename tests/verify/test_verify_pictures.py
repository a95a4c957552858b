"""Photographs and scans of a page: what is read off pixels, in a process of its own, and what is said of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import ModuleType

import pikepdf
import pytest
from bombs import plain_png
from builder import key_file, signing_key, stamped_letter
from PIL import Image

from evidence import limited
from evidence.errors import EvidenceError
from evidence.model.report import Question, Status, SubjectKind, Verdict
from evidence.verify import parse_trust, pictures, verify_paths

pytest.importorskip("zxingcpp")
SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "vectors" / "pdf-attacks"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Image.Image:
    """The first page of a stamped letter at 200 dots per inch."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "letter.pdf").write_bytes(stamped_letter())
    command = [
        "pdftoppm",
        "-r",
        "200",
        "-l",
        "1",
        "-gray",
        "-singlefile",
        str(folder / "letter.pdf"),
        str(folder / "p"),
    ]
    subprocess.run(command, check=True)
    with Image.open(folder / "p.pgm") as image:
        image.load()
    return image


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def scanned(*images: Image.Image) -> bytes:
    """A PDF as a scanner makes it: a picture on each page."""
    return saved(images[0], "PDF", save_all=True, append_images=list(images[1:]), resolution=200)


BLANK = Image.new("L", (600, 800), 255)


@pytest.mark.parametrize(
    ("name", "make", "place"),
    [
        ("p.jpg", lambda page: saved(page, "JPEG", quality=60), ""),
        ("p.png", lambda page: saved(page, "PNG"), ""),
        ("p.tif", lambda page: saved(page.convert("1"), "TIFF", compression="group4"), ""),
        (
            "p.tif",
            lambda page: saved(BLANK, "TIFF", save_all=True, append_images=[page.copy()]),
            "#page=2",
        ),
        ("p.pdf", lambda page: scanned(BLANK, page), "#page=2"),
    ],
    ids=["jpeg", "png", "tiff", "tiff-pages", "scan-pdf"],
)
def test_a_picture_of_the_page_gets_the_four_answers_and_a_warning(
    tmp_path: Path, page: Image.Image, name: str, make: Callable[[Image.Image], bytes], place: str
) -> None:
    (tmp_path / name).write_bytes(make(page))
    (tmp_path / "office.pub").write_bytes(key_file(signing_key()))
    report = verify_paths([tmp_path / name], trust=parse_trust([tmp_path / "office.pub"]))
    (subject,) = report.subjects
    assert report.ok and subject.kind is SubjectKind.QR
    assert subject.name == f"{tmp_path / name}{place}"
    assert subject.answer(Question.SAME_BYTES).verdict is Verdict.OPEN
    assert subject.answer(Question.BY_WHOM).verdict is Verdict.SHOWN
    assert {"not-page", "not-pixels"} <= {statement.code for statement in subject.not_shown}


def test_a_qr_text_that_was_typed_is_no_picture(tmp_path: Path, page: Image.Image) -> None:
    (tmp_path / "p.png").write_bytes(saved(page, "PNG"))
    (seen,) = pictures.read_image((tmp_path / "p.png").read_bytes())
    (subject,) = verify_paths([seen.text]).subjects
    assert "not-pixels" not in {statement.code for statement in subject.not_shown}


def test_a_picture_beside_the_letter_it_shows_is_compared(tmp_path: Path, page: Image.Image) -> None:
    (tmp_path / "p.pdf").write_bytes(scanned(page))
    (tmp_path / "letter.pdf").write_bytes(stamped_letter())
    (tmp_path / "other.pdf").write_bytes(stamped_letter(root=b"q" * 32))
    for letter, status in (("letter.pdf", Status.PASS), ("other.pdf", Status.FAIL)):
        facts = verify_paths([tmp_path / "p.pdf", tmp_path / letter]).facts
        assert [fact.status for fact in facts if fact.id == "qr.letter"] == [status]


def codes(path: Path) -> list[str]:
    with pytest.raises(EvidenceError) as refused:
        verify_paths([path])
    return [problem.code for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("blank.png", saved(BLANK, "PNG"), "verify.image-unreadable"),
        ("cut.jpg", saved(BLANK, "JPEG")[:300], "verify.image-unreadable"),
        ("huge.png", plain_png(20_000), "verify.image-unreadable"),
        ("blank.pdf", scanned(BLANK), "verify.pdf-unstamped"),
        ("none.pdf", b"%PDF-1.7\n%%EOF\n", "verify.pdf-unstamped"),
        ("loop.pdf", b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
            b"2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj\n"
         b"trailer<</Root 1 0 R/Size 3>>\nstartxref\n0\n%%EOF\n", "verify.pdf-unstamped"),
        ("deep.pdf", b"%PDF-1.4\n1 0 obj" + b"[" * 200_000 + b"\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n",
         "verify.pdf-unstamped"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(data)
    assert codes(tmp_path / name) == [code]


def bomb() -> bytes:
    """A page of 400 million pixels in 50 KiB."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    image = pdf.make_stream(
        b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=20_000, Height=20_000, BitsPerComponent=1,
        ColorSpace=pikepdf.Name.DeviceGray,
    )  # fmt: skip
    image.write(bytes(2500 * 20_000))
    pdf.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=image))
    out = BytesIO()
    pdf.save(out, compress_streams=True)
    return out.getvalue()


def test_a_scan_that_swells_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "bomb.pdf").write_bytes(bomb())
    assert codes(tmp_path / "bomb.pdf") == ["verify.pdf-unstamped"]


@pytest.mark.parametrize("fault", ["time", "memory", "death"])
def test_a_reader_that_does_not_come_back_is_ended_by_name(
    tmp_path: Path, page: Image.Image, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    script = {
        "time": "import time; time.sleep(600)",
        "memory": "import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 26,) * 2); bytes(1 << 30)",
        "death": "import os; os.abort()",
    }[fault]
    real = subprocess.run

    def run(command: list[str], **options: object) -> object:
        assert command[1:3] == ["-m", "evidence.verify.child"]
        return real([sys.executable, "-c", script], **{**options, "timeout": 1 if fault == "time" else 60})

    monkeypatch.setattr(limited.subprocess, "run", run)
    (tmp_path / "p.png").write_bytes(saved(page, "PNG"))
    assert codes(tmp_path / "p.png") == ["verify.image-limits"]


def test_two_readers_that_disagree_are_said_to(
    tmp_path: Path, page: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "_zbar", lambda image: {"EV1:AAAA"})
    (seen, other) = pictures.texts_of(page)
    assert seen[1] and other[1]
    monkeypatch.setattr(
        "evidence.verify.qr.pictured", lambda kind, data: [pictures.Pictured(0, "EV1:AAAA", True)]
    )
    (tmp_path / "p.png").write_bytes(saved(page, "PNG"))
    assert codes(tmp_path / "p.png") == ["verify.image-readers-differ"]


ATTACKS = sorted(SHARED.rglob("*.pdf")) if SHARED.is_dir() else []


@pytest.mark.parametrize("attack", ATTACKS or [None], ids=lambda path: path.name if path else "none")
def test_other_peoples_attacks_end_by_name(attack: Path | None) -> None:
    if attack is None:
        pytest.skip("the shared attack files are not beside the checkout")
    assert codes(attack) == ["verify.pdf-unstamped"]


@pytest.mark.parametrize("attack", ATTACKS or [None], ids=lambda path: path.name if path else "none")
def test_nor_do_they_with_a_mark_of_ours(tmp_path: Path, attack: Path | None) -> None:
    """The letter's own reader, which runs in this process, gets them as well."""
    if attack is None:
        pytest.skip("the shared attack files are not beside the checkout")
    letter = stamped_letter()
    (tmp_path / "letter.pdf").write_bytes(attack.read_bytes() + b"\n" + letter[letter.index(b"%EV-STAMP") :])
    report = verify_paths([tmp_path / "letter.pdf"])
    assert not report.ok and "letter.source" in {fact.id for fact in report.failures}


@pytest.fixture
def captures(from_bench: Callable[[str], ModuleType]) -> ModuleType:
    return from_bench("captures")


def test_captures_of_the_whole_page_are_read(captures: ModuleType) -> None:
    outcomes = [(kind, outcome) for kind, outcome, *_ in captures.campaign(5, range(len(captures.ORDER)))]
    assert outcomes == [(kind, "read") for kind in captures.ORDER]
