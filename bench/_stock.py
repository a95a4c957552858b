"""The stock path: what people write by hand with the usual packages, measured letter by letter.

docxtpl opened anew for each letter, one ``soffice`` call each, a QR code with the defaults of ``qrcode``, laid
over the page with ``pypdf``. The office program keeps one profile, made and warmed up before the clock starts,
so that the comparison leans the stock path's way. Where LibreOffice is not installed the toolkit's own
converter takes its place, one letter a call.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import qrcode
from _measure import cpu_seconds
from docxtpl import DocxTemplate
from pypdf import PdfReader, PdfWriter, Transformation

from evidence.letters.convert import open_converter
from evidence.letters.convert.office import PROGRAMS

QR_POINTS = 36 / 25.4 * 72  # drawn 36 mm wide, as in the stamp's box
QR_PLACE = (162 / 25.4 * 72, 249 / 25.4 * 72)
SECONDS = 180


@dataclass(frozen=True, slots=True)
class Letter:
    """What one letter needs: the context its template is filled with, and what its code says."""

    name: str
    values: Mapping[str, Any]
    code: str


class StockPath:
    """Open as a context manager; :meth:`make` letters; :attr:`seconds` holds the time of each stage."""

    def __init__(self, template: Path, created: datetime) -> None:
        self._template = template
        self._created = created
        self._program = next(filter(None, map(shutil.which, PROGRAMS)), None)
        self.converter = "libreoffice" if self._program else "builtin"
        self.seconds: dict[str, float] = {}
        self.letters = 0
        self.cpu_seconds = 0.0

    def __enter__(self) -> StockPath:
        self._folder = tempfile.TemporaryDirectory(prefix="stock-")
        self._root = Path(self._folder.name)
        return self

    def __exit__(self, *error: object) -> None:
        self._folder.cleanup()

    def warm_up(self, letter: Letter) -> None:
        """One letter that does not count: the profile is made, the disk has read the programs."""
        self._one(letter)
        self.seconds.clear()

    def make(self, letters: Sequence[Letter]) -> list[bytes]:
        """One stamped PDF each."""
        before = cpu_seconds()
        made = [self._one(letter) for letter in letters]
        self.cpu_seconds += cpu_seconds() - before
        self.letters += len(made)
        return made

    @property
    def seconds_per_letter(self) -> float:
        return sum(self.seconds.values()) / self.letters if self.letters else 0.0

    def _one(self, letter: Letter) -> bytes:
        docx = self._root / f"{letter.name}.docx"
        self._timed("render docx", lambda: self._render(docx, letter))
        pdf = self._timed("convert", lambda: self._convert(docx))
        stamped: bytes = self._timed("stamp", lambda: _overlay(pdf, letter.code))
        self._timed("store", lambda: docx.with_suffix(".stamped.pdf").write_bytes(stamped))
        return stamped

    def _timed(self, stage: str, work: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        result = work()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - start
        return result

    def _render(self, docx: Path, letter: Letter) -> None:
        template = DocxTemplate(self._template)
        template.render(dict(letter.values), autoescape=True)
        template.save(docx)

    def _convert(self, docx: Path) -> bytes:
        if self._program is None:
            nonce = hashlib.sha256(docx.name.encode()).digest()[:16]
            with open_converter("builtin", "zh") as converter:
                return converter.convert([docx.read_bytes()], created=self._created, nonces=[nonce])[0]
        profile = (self._root / "profile").as_uri()
        command = [self._program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf"]
        subprocess.run(
            [*command, "--outdir", str(self._root), str(docx)],
            check=True,
            capture_output=True,
            timeout=SECONDS,
        )
        return docx.with_suffix(".pdf").read_bytes()


def _overlay(pdf: bytes, code: str) -> bytes:
    image = io.BytesIO()
    qrcode.make(code).get_image().convert("RGB").save(image, "PDF")
    symbol = PdfReader(image).pages[0]
    scale = QR_POINTS / float(symbol.mediabox.width)
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    writer.pages[0].merge_transformed_page(symbol, Transformation().scale(scale).translate(*QR_PLACE))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
