"""How the golden sources were made; their bytes are final, this is kept for the next ones.

    python tests/stamp/golden/build.py FOLDER-WITH-A-CHINESE-TTF OUT

Two letters, one page and three, each through LibreOffice (lo-N.pdf) and office2pdf (o2p-N.pdf), then through
pikepdf: one revision, classic table.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import docx
import office2pdf
import pikepdf
from docx.shared import Mm

TEXT = "样本：请于收到本函之日起十五日内交纳物业费。金额以所附明细为准，如有异议请书面告知。"


def letter(path: Path, pages: int) -> None:
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(60), Mm(30)
    for page in range(1, pages + 1):
        for _ in range(3):
            document.add_paragraph(f"{page}. {TEXT}")
        if page < pages:
            document.add_page_break()
    document.save(str(path))


def normalise(pdf: Path, target: Path) -> None:
    with pikepdf.open(pdf) as opened:
        opened.remove_unreferenced_resources()
        opened.save(target, object_stream_mode=pikepdf.ObjectStreamMode.disable, deterministic_id=True)


def main(fonts: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for pages in (1, 3):
            word = folder / f"lo-{pages}.docx"
            letter(word, pages)
            command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless"]
            command += ["--convert-to", "pdf", "--outdir", name, str(word)]
            subprocess.run(command, check=True, capture_output=True)
            normalise(word.with_suffix(".pdf"), out / f"lo-{pages}.pdf")
            options = office2pdf.ConvertOptions(font_paths=[fonts], last_resort_font_family="Noto Sans SC")
            (folder / "raw.pdf").write_bytes(office2pdf.convert_path(word, options).pdf)
            normalise(folder / "raw.pdf", out / f"o2p-{pages}.pdf")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
