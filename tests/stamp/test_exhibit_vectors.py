"""Every PDF of the shared attack and sample sets: stamped or refused by name, told of, and rebuilt (needs ../shared)."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest
from foreign_material import stamped
from stamp_material import SHARED

from evidence.errors import EvidenceError
from evidence.model.problem import Place
from evidence.model.report import Status
from evidence.stamp.child import inspect_pdf
from evidence.verify.letter import check_letter

ATTACKS = SHARED / "vectors" / "pdf-attacks"
SAMPLES = SHARED / "vectors" / "pdf-samples"
FILES = sorted([*ATTACKS.rglob("*.pdf"), *SAMPLES.rglob("*.pdf")])
REFUSED = {
    "libreoffice-writer-password.pdf": "encryption",  # needs a password
    "unreadablemetadata.pdf": "xref",  # its table lies beyond its end
}
# No free margin for the mark: pictures from edge to edge, pages smaller than it.
EXTRA = {
    "imagemagick-ASCII85Decode.pdf",
    "imagemagick-CCITTFaxDecode.pdf",
    "imagemagick-images.pdf",
    "imagemagick-lzw.pdf",
    "grayscale-image.pdf",
    "cmyk-image.pdf",
}
OVERLAID = {"GeoTopo-komprimiert.pdf"}  # figures with masked labels

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FILES, reason="needs ../shared/vectors/pdf-attacks and pdf-samples"),
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_is_stamped_or_refused_by_name_and_rebuilt(path: Path, tmp_path: Path) -> None:
    source = path.read_bytes()
    inspection = inspect_pdf(source, 5)
    found = {finding.code for finding in inspection.findings}
    if path.is_relative_to(ATTACKS):
        assert found
    elif (
        "unreadable" not in found
    ):  # a slow machine ends the look-over of a large file at its limit, and says so
        assert ("overlay" in found) == (path.name in OVERLAID)
    if path.name in REFUSED:
        with pytest.raises(EvidenceError) as error:
            stamped(source, inspection)
        assert error.value.problems[0].params["reason"] == REFUSED[path.name]
        return
    made = stamped(source, inspection)
    assert made.pdf.startswith(source)
    if "unreadable" not in found:  # what was not looked over to its end gets a page of its own
        assert made.extra == (path.name in EXTRA)
    letter = check_letter(made.pdf, Place(file=path.name))
    assert not [(fact.id, fact.reason) for fact in letter.facts if fact.status is Status.FAIL]
    before, after = (len(pikepdf.open(io.BytesIO(data)).pages) for data in (source, made.pdf))
    assert (after, letter.pages) == (before + made.extra, before)
    (tmp_path / "stamped.pdf").write_bytes(made.pdf)
    if shutil.which("qpdf"):
        states = [
            subprocess.run(["qpdf", "--check", file], capture_output=True, check=False).returncode
            for file in (path, tmp_path / "stamped.pdf")
        ]
        assert states[1] <= states[0]  # 3 is a warning that the source gives as well
    if shutil.which("pdfinfo"):
        subprocess.run(["pdfinfo", tmp_path / "stamped.pdf"], capture_output=True, check=True)


def test_the_files_are_those_of_the_sets() -> None:
    names = {path.name for path in FILES}
    assert (len(FILES), REFUSED.keys() | EXTRA <= names) == (39, True)
