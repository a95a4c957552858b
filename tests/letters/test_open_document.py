"""LibreOffice opens every document, writes it as ODT, reads that and writes DOCX again, and not a word is lost."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from letter_samples import LOCALES
from sized_samples import DOCUMENTS, render

from evidence.letters.engine import document_text

pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed"),
]
SECONDS = 240


def converted(folder: Path, files: list[Path], kind: str) -> dict[str, Path]:
    """All ``files`` as ``kind`` in one call of the office, with a profile of its own."""
    out = folder / kind
    profile = (folder / "profile").as_uri()
    command = [
        "soffice",
        f"-env:UserInstallation={profile}",
        "--headless",
        "--convert-to",
        kind,
        "--outdir",
        out,
    ]
    subprocess.run([*command, *files], check=True, capture_output=True, timeout=SECONDS)
    return {path.stem: path for path in out.iterdir()}


def lines(docx: bytes) -> list[str]:
    """Lines with words in them, without blanks; each once, for headers are kept for every kind of page."""
    squeezed = ("".join(line.split()) for line in document_text(docx).split("\n"))
    return list(dict.fromkeys(line for line in squeezed if line))


def test_every_document_goes_to_odt_and_back_with_the_same_text(tmp_path: Path) -> None:
    wanted = {}
    for name in DOCUMENTS:
        for locale in LOCALES:
            # The tables and pictures of one script are those of the other: the second need not be as long again.
            docx = render(name, locale, "extreme" if locale == "zh" else "short").docx
            wanted[f"{name}.{locale}"] = lines(docx)
            (tmp_path / f"{name}.{locale}.docx").write_bytes(docx)
    odt = converted(tmp_path, sorted(tmp_path.glob("*.docx")), "odt")
    assert set(odt) == set(wanted)
    back = converted(tmp_path, sorted(odt.values()), "docx")

    assert set(back) == set(wanted)
    for name, path in sorted(back.items()):
        assert lines(path.read_bytes()) == wanted[name], name
