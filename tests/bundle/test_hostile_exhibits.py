"""Every PDF of the shared attack and sample sets as an exhibit: its pages, or a page that names it (needs ../shared)."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest
from binding import bound, exhibit
from pypdf import PdfReader

VECTORS = Path(__file__).parents[2].parent / "shared" / "vectors"
SAMPLES = VECTORS / "pdf-samples"
FILES = sorted([*(VECTORS / "pdf-attacks").rglob("*.pdf"), *SAMPLES.rglob("*.pdf")])
PLACEHOLDERS = {
    "libreoffice-writer-password.pdf": "bundle.exhibit-password",
    "unreadablemetadata.pdf": "bundle.exhibit-unreadable",
}

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FILES, reason="needs ../shared/vectors/pdf-attacks and pdf-samples"),
]


def test_each_gives_its_pages_or_a_page_that_names_it(tmp_path: Path) -> None:
    told = {
        entry["path"]: entry["pages"]
        for entry in json.loads((SAMPLES / "files.json").read_text("utf-8"))["data"]
    }
    exhibits = [
        exhibit(tmp_path, path.name, path.read_bytes(), name=f"{n}", media_type="application/pdf")
        for n, path in enumerate(FILES)
    ]
    made = bound(exhibits, folder=tmp_path / "made")

    assert {problem.where.file: problem.code for problem in made.warnings} == PLACEHOLDERS
    for path, row in zip(FILES, made.rows, strict=True):
        pages = row.last - row.first + 1
        if path.name in PLACEHOLDERS:
            assert pages == 1, path.name
        elif (known := path.relative_to(VECTORS).as_posix().removeprefix("pdf-samples/")) in told:
            assert pages == told[known], path.name
        else:
            with pikepdf.open(path) as opened:
                assert pages == len(opened.pages), path.name

    (volume,) = made.volumes
    reader = PdfReader(volume.path)
    assert reader.page_labels == [str(n) for n in range(1, made.pages + 1)]
    for row in made.rows:
        assert f"第{row.first}页" in reader.pages[row.first - 1].extract_text(), row.exhibit.file_name
    raw = volume.path.read_bytes()
    for acts in (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/OpenAction", b"/AcroForm", b"/URI"):
        assert acts not in raw
    if shutil.which("qpdf"):
        subprocess.run(["qpdf", "--check", volume.path], check=True, capture_output=True)
