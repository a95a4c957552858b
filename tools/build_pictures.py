"""Make the pictures of the README and of docs/templates.md (needs pdftoppm; those of templates LibreOffice, too).

python tools/build_pictures.py [templates]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageOps
from template_pictures import template_pictures

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
WIDTH = 620  # of one page in the finished picture, in pixels


def page(pdf: Path, number: int, folder: Path) -> Image.Image:
    """One page as a picture with a thin frame."""
    stem = folder / f"{pdf.stem}-{number}"
    command = ["pdftoppm", "-r", "110", "-png", "-singlefile", "-f", str(number), "-l", str(number)]
    subprocess.run([*command, str(pdf), str(stem)], check=True)
    picture = Image.open(stem.with_suffix(".png")).convert("RGB")
    picture = picture.resize((WIDTH, round(picture.height * WIDTH / picture.width)), Image.Resampling.LANCZOS)
    return ImageOps.expand(picture, 1, "#999999")


def side_by_side(pictures: list[Image.Image], target: Path) -> None:
    height = max(picture.height for picture in pictures)
    sheet = Image.new("RGB", (sum(p.width + 20 for p in pictures) - 20, height), "white")
    x = 0
    for picture in pictures:
        sheet.paste(picture, (x, 0))
        x += picture.width + 20
    target.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(64, dither=Image.Dither.NONE).save(target, optimize=True)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        for made in template_pictures(Path(folder), PICTURES):
            print(made)
        if "templates" in sys.argv:
            return 0
        demo = Path(folder) / "demo"
        for lang in ("zh", "zh-Hant"):
            command = [sys.executable, "-m", "evidence", "--lang", lang, "-q", "demo", str(demo / lang)]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            letter = next((demo / lang / "letters").glob("*-demand-*/0001_1*.pdf"))
            bundle = next((demo / lang / "bundles").glob("*/data/bundle.pdf"))
            name = "demand.png" if lang == "zh" else "demand-hant.png"
            side_by_side([page(letter, 1, Path(folder)), page(bundle, 2, Path(folder))], PICTURES / name)
            print(PICTURES / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
