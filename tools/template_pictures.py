"""The pictures of docs/templates.md: a template with the comments of the check, what the check prints, and a sample."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pikepdf
from PIL import Image, ImageDraw, ImageFont

from evidence.letters.convert.dress import dress_all
from evidence.letters.fonts import open_shelf
from evidence.resources import fonts_dir, templates_dir

PAGE, MARGIN = 560, 330  # pixels: a page, and the column for comments beside it
# Three slips of a beginner: a variable misspelt, a threat, a deadline typed by hand.
SLIPS = (
    ("{{ total_words }}", "{{ totl_words }}"),
    ("{{ creditor.name }}（以下简称“我司”）", "{{ creditor.name }}（以下简称“我司”，逾期将停水停电）"),
    ("{{ pay_by }}", "下月底"),
)


def template_pictures(folder: Path, target: Path) -> Iterator[Path]:
    """Make the pictures in ``target``; ``folder`` is for what is thrown away."""
    template = folder / "demand.docx"
    _with_slips(templates_dir() / "zh" / "demand.docx", template)
    told = _evidence(folder, "--lang", "zh", "template", "check", "demand.docx", "--annotate", "copy.docx")
    target.mkdir(parents=True, exist_ok=True)
    _commented(folder / "copy.docx").save(target / "template-annotated.png", optimize=True)
    yield target / "template-annotated.png"
    _terminal("$ evidence template check demand.docx --annotate copy.docx", told).save(
        target / "template-check.png", optimize=True
    )
    yield target / "template-check.png"
    _evidence(
        folder, "template", "preview", "zh", "--kind", "demand", "--out", "sample", "--converter", "builtin"
    )
    _small(_page(folder / "sample" / "preview-demand.pdf")).save(
        target / "template-preview.png", optimize=True
    )
    yield target / "template-preview.png"


def _with_slips(source: Path, target: Path) -> None:
    with zipfile.ZipFile(source) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    body = parts["word/document.xml"].decode()
    for old, new in SLIPS:
        assert old in body, old
        body = body.replace(old, new)
    parts["word/document.xml"] = body.encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)


def _evidence(folder: Path, *words: str) -> str:
    command = [sys.executable, "-m", "evidence", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def _page(pdf: Path) -> Image.Image:
    stem = pdf.with_suffix("")
    subprocess.run(
        ["pdftoppm", "-r", "110", "-png", "-singlefile", "-f", "1", "-l", "1", str(pdf), str(stem)],
        check=True,
    )
    picture = Image.open(stem.with_suffix(".png")).convert("RGB")
    return picture.resize((PAGE, round(picture.height * PAGE / picture.width)), Image.Resampling.LANCZOS)


def _commented(docx: Path) -> Image.Image:
    """The first page as LibreOffice shows it, each comment beside its line."""
    shelf = open_shelf("zh", prefer_installed=False)
    docx.write_bytes(dress_all([docx.read_bytes()], shelf)[0].docx)
    config = docx.with_name("fonts.conf")
    config.write_text(
        f"<fontconfig><dir>{fonts_dir()}</dir><cachedir>{docx.parent / 'cache'}</cachedir></fontconfig>",
        "utf-8",
    )
    soffice = shutil.which("soffice")
    assert soffice, "LibreOffice is needed for the picture of comments"
    with_notes = 'pdf:writer_pdf_Export:{"ExportNotes":{"type":"boolean","value":"true"}}'
    profile = f"-env:UserInstallation={(docx.parent / 'profile').as_uri()}"
    command = [
        soffice,
        profile,
        "--headless",
        "--convert-to",
        with_notes,
        "--outdir",
        str(docx.parent),
        str(docx),
    ]
    subprocess.run(
        command, env={**os.environ, "FONTCONFIG_FILE": str(config)}, check=True, stdout=subprocess.DEVNULL
    )
    pdf = docx.with_suffix(".pdf")
    notes: list[tuple[float, str]] = []
    bare = docx.with_name("bare.pdf")
    with pikepdf.open(pdf) as document:
        page = document.pages[0]
        height = float(page.mediabox[3])
        for note in page.obj.get("/Annots", []):
            if str(note.get("/Subtype", "")) == "/Text":
                notes.append((1 - float(note.Rect[3]) / height, str(note.Contents)))
        if "/Annots" in page.obj:
            del page.obj["/Annots"]
        document.save(bare)
    picture = _page(bare)
    sheet = Image.new("RGB", (PAGE + MARGIN, picture.height), "#f2f2f2")
    sheet.paste(picture, (0, 0))
    pen, font, free = ImageDraw.Draw(sheet), _font(13), 8
    for at, text in sorted(notes):
        lines = _wrapped(text, font, MARGIN - 36)[:9]
        y = max(free, round(at * picture.height))
        box = (PAGE + 12, y, PAGE + MARGIN - 8, y + 18 * len(lines) + 12)
        pen.line((PAGE - 60, round(at * picture.height) + 8, PAGE + 12, y + 10), fill="#c00000")
        pen.rectangle(box, fill="#fff4d6", outline="#c00000")
        for n, line in enumerate(lines):
            pen.text((PAGE + 20, y + 5 + 18 * n), line, fill="black", font=font)
        free = box[3] + 8
    return _small(sheet)


def _terminal(command: str, output: str) -> Image.Image:
    font, width = _font(14), 900
    lines = [command]
    for line in output.splitlines():
        lines += _wrapped(line, font, width - 32) or [""]
    sheet = Image.new("RGB", (width, 22 * len(lines) + 24), "#1e1e1e")
    pen = ImageDraw.Draw(sheet)
    for n, line in enumerate(lines):
        colour = "#7fd77f" if n == 0 else "#ff9d8a" if line.startswith("错误") else "#e6e6e6"
        pen.text((16, 12 + 22 * n), line, fill=colour, font=font)
    return _small(sheet)


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines: list[str] = []
    for paragraph in text.replace("\r", "\n").split("\n"):
        line = ""
        for char in paragraph:
            if font.getlength(line + char) > width:
                lines.append(line)
                line = ""
            line += char
        lines.append(line)
    return lines


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(fonts_dir() / "NotoSansSC-Bold.ttf"), size)


def _small(picture: Image.Image) -> Image.Image:
    return picture.quantize(48, dither=Image.Dither.NONE)
