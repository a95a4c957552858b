"""Scans and photos among the exhibits with a text layer behind the picture, by ocrmypdf where it is installed.

The layer is for searching and reading aloud; it stands in the bundle's pages only. The original is untouched beside them,
and what the program read is no evidence of what the paper says.
"""

from __future__ import annotations

import io
import shutil
import subprocess  # nosec B404 # ocrmypdf, called without a shell
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pikepdf
from pikepdf import Pdf

from evidence.bundle.exhibits import Exhibit, PlaceholderWords, exhibit_pages
from evidence.bundle.media import PICTURES
from evidence.errors import Place, Problem, fail

_SECONDS_A_PAGE = 60
_MOST_SECONDS = 1800
_LANGUAGES = "chi_sim+chi_tra"
_WHOLE = frozenset({None, "bundle.exhibit-repaired"})
_READ = PICTURES | {"image/heic", "application/pdf"}


def require_reader() -> None:
    """Raises ``bundle.ocr-missing`` where ocrmypdf is not installed."""
    if shutil.which("ocrmypdf") is None:
        raise fail("bundle.ocr-missing")


def with_text_layer(
    exhibits: Sequence[Exhibit], words: PlaceholderWords, font_file: Path
) -> tuple[tuple[Exhibit, ...], tuple[Problem, ...]]:
    """Each with pages that can be searched, where it is a picture or a PDF with pages of pictures alone.

    One that cannot be read stays as it is, with a warning. Pages that have text keep theirs.
    """
    found: list[Exhibit] = []
    problems: list[Problem] = []
    for exhibit in exhibits:
        read = _read(exhibit, words, font_file) if exhibit.media_type in _READ else exhibit
        if read is None:
            where = Place(file=exhibit.file_name)
            problems.append(Problem("bundle.ocr-failed", where, {"name": exhibit.name}))
        found.append(read or exhibit)
    return tuple(found), tuple(problems)


def _read(exhibit: Exhibit, words: PlaceholderWords, font_file: Path) -> Exhibit | None:
    pdf, problem = exhibit_pages(exhibit, words, font_file)
    with pdf:
        if (problem and problem.code) not in _WHOLE or not any(_bare(page) for page in pdf.pages):
            return exhibit
        pages = len(pdf.pages)
        out = io.BytesIO()
        pdf.save(out)
    made = _ocr(out.getvalue(), pages)
    return replace(exhibit, shown=made) if made is not None else None


def _bare(page: pikepdf.Page) -> bool:
    """Whether the page shows nothing but pictures: it has no font."""
    return "/Resources" in page.obj and "/XObject" in page.resources and "/Font" not in page.resources


def _ocr(pdf: bytes, pages: int) -> bytes | None:
    with tempfile.TemporaryDirectory(prefix="evidence-ocr-") as folder:
        source, target = Path(folder) / "in.pdf", Path(folder) / "out.pdf"
        source.write_bytes(pdf)
        command = [
            "ocrmypdf", "--quiet", "--skip-text", "--output-type", "pdf", "--optimize", "0", "--jobs", "1", "-l",
            _LANGUAGES, str(source), str(target),
        ]  # fmt: skip
        seconds = min(_SECONDS_A_PAGE * pages, _MOST_SECONDS)
        try:
            done = subprocess.run(command, capture_output=True, timeout=seconds, check=False)  # nosec B603 # no shell
        except (OSError, subprocess.TimeoutExpired):
            return None
        if done.returncode != 0 or not target.exists():
            return None
        data = target.read_bytes()
    try:
        return _settled(data, pages)
    except pikepdf.PdfError:
        return None


def _settled(data: bytes, pages: int) -> bytes | None:
    """The same file with names of its own for what ocrmypdf names by chance; ``None`` where pages are missing."""
    with Pdf.open(io.BytesIO(data)) as pdf:
        if len(pdf.pages) != pages:
            return None
        for page in pdf.pages:
            pictures = page.resources.get("/XObject", pikepdf.Dictionary())
            chance = [name for name in sorted(pictures.keys()) if name.startswith("/OCR-")]
            if not chance:
                continue
            page.contents_coalesce()
            body = page.obj.Contents.read_bytes()
            for number, name in enumerate(chance):
                own = f"/OCR{number}"
                pictures[own] = pictures[name]
                del pictures[name]
                body = body.replace(name.encode() + b" ", own.encode() + b" ")
            page.obj.Contents = pdf.make_stream(body)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
        return out.getvalue()
