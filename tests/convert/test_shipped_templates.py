"""The shipped templates come out of both converters with the same pages, and leave the stamp its place."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from evidence.letters import fonts
from evidence.letters.convert import open_converter, page_text, text_in_stamp_areas
from evidence.letters.engine import CompiledTemplate, compile_template
from evidence.resources import templates_dir

CREATED = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
SHIPPED = sorted(templates_dir().glob("*/*.docx"))
# Annexes lie on their side; they and receipt slips carry no stamp.
SHEETS = frozenset({"fee-statement", "late-charge"})
UNSTAMPED = SHEETS | {"receipt", "delivery-report", "delivery-receipt", "bundle-sheet"}
BOTH_TOOLS = shutil.which("soffice") and shutil.which("pdftoppm")
DIFFERENCE = 0.10
"""Mean difference of grey between the two renderings of a page at 36 dpi, 1 being black against white. Measured 0.003
to 0.07 (text a line apart); a page of text against another page of text gives 0.12 and more."""


def made_up(template: CompiledTemplate) -> Mapping[str, object]:
    """A context of the template's own variables: every text a short sample, every list one row."""
    context: dict[str, object] = {}
    for path in template.variables:
        here = context
        *steps, last = path.split(".")
        for step in steps:
            here = _inside(here, step)
        if last.endswith("[]"):
            here[last[:-2]] = ["样本"]
        else:
            here.setdefault(last, "样本花园三号")
    context.pop("doc", None)
    return context


def _inside(here: dict[str, object], step: str) -> dict[str, object]:
    """The mapping one step down; a list (``lines[]``) gets one row."""
    if step.endswith("[]"):
        rows = here.get(step[:-2])
        if not isinstance(rows, list) or not isinstance(rows[0], dict):
            rows = here[step[:-2]] = [{}]  # the list itself was named before, as something that may be empty
        return rows[0]
    inner = here.setdefault(step, {})
    assert isinstance(inner, dict)
    return inner


def filled(path: Path) -> bytes:
    template = compile_template(path.read_bytes(), f"{path.parent.name}/{path.name}")
    return template.render(made_up(template)).docx


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_system_folders", lambda: ())


@cache
def converted(name: str, locale: str) -> Mapping[Path, bytes]:
    """All templates of a locale through one converter, each a batch of its own."""
    paths = [path for path in SHIPPED if path.parent.name == locale]
    found: dict[Path, bytes] = {}
    with open_converter(name, locale) as converter:
        for landscape in (False, True):
            some = [path for path in paths if (path.stem in SHEETS) == landscape]
            made = converter.convert_batches(
                [[filled(path)] for path in some],
                created=CREATED,
                nonces=[[bytes(16)] for _ in some],
                landscape=landscape,
            )
            found |= {path: pdf for path, (pdf,) in zip(some, made, strict=True)}
    return found


def convert(name: str, path: Path) -> bytes:
    return converted(name, path.parent.name)[path]


def pictures(pdf: bytes, folder: Path) -> list[Image.Image]:
    (folder / "x.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-gray", "-r", "36", "x.pdf", "x"], cwd=folder, check=True)
    pages = []
    for page in sorted(folder.glob("x*.pgm")):
        with Image.open(page) as image:
            pages.append(image.copy())
        page.unlink()
    return pages


def letters_of(pdf: bytes) -> Counter[str]:
    """Every character printed and how often; the order in which a page is drawn is the converter's own affair."""
    return Counter("".join("".join(page_text(pdf)).split()))


@pytest.mark.parametrize(
    "path", [p for p in SHIPPED if p.stem not in UNSTAMPED], ids=lambda p: f"{p.parent.name}-{p.stem}"
)
def test_the_places_of_the_stamp_are_free(path: Path) -> None:
    assert text_in_stamp_areas(convert("builtin", path)) == ()


@pytest.mark.libreoffice
@pytest.mark.skipif(not BOTH_TOOLS, reason="LibreOffice or pdftoppm is not installed")
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_both_converters_make_the_same_pages(path: Path, tmp_path: Path) -> None:
    builtin, office = convert("builtin", path), convert("libreoffice", path)
    assert path.stem in UNSTAMPED or text_in_stamp_areas(office) == ()
    ours, theirs = pictures(builtin, tmp_path), pictures(office, tmp_path)
    assert len(ours) == len(theirs)
    assert letters_of(builtin) == letters_of(office)
    for one, other in zip(ours, theirs, strict=True):
        difference = ImageStat.Stat(ImageChops.difference(one, other.resize(one.size))).mean[0] / 255
        assert difference < DIFFERENCE
