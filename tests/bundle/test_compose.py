"""The bundle's PDF: one page number in five places, whatever the exhibits are."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from binding import A3, A4, Front, bound, exhibit, pdf
from pikepdf import Dictionary, Name, Pdf, String
from PIL import Image
from pypdf import PdfReader

from evidence.bundle import compose as compose_module
from evidence.bundle.compose import Composed
from evidence.errors import EvidenceError
from evidence.forks import forked

SHAPES = {
    "合同.pdf": pdf(3),
    "右转.pdf": pdf(rotate=90),
    "倒置.pdf": pdf(rotate=180),
    "左转.pdf": pdf(rotate=270),
    "裁切.pdf": pdf(crop=(100, 150, 400, 700)),
    "裁切右转.pdf": pdf(crop=(100, 150, 400, 700), rotate=90),
    "图纸A3.pdf": pdf(size=A3),
    "横排.pdf": pdf(size=A4[::-1]),
    "只限打印.pdf": pdf(encryption=pikepdf.Encryption(owner="owner", user="")),
}
COUNTS = [3, 1, 1, 1, 1, 1, 1, 1, 1]


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Composed:
    folder = tmp_path_factory.mktemp("shapes")
    exhibits = [exhibit(folder, name, data) for name, data in SHAPES.items()]
    return bound(exhibits, cover=Front(2))


def test_number_label_bookmark_and_catalogue_say_the_same(shapes: Composed) -> None:
    reader = PdfReader(io.BytesIO(shapes.pdf))
    fronts = shapes.rows[0].first - 1
    total = fronts + sum(COUNTS)
    assert len(reader.pages) == shapes.pages == total
    printed = [re.findall(r"第(\d+)页\s*共(\d+)页", page.extract_text()) for page in reader.pages]
    assert printed == [[(str(number), str(total))] for number in range(1, total + 1)]
    assert reader.page_labels == [str(number) for number in range(1, total + 1)]

    first = fronts + 1
    for row, name, count in zip(shapes.rows, SHAPES, COUNTS, strict=True):
        last = first + count - 1
        assert (row.exhibit.file_name, row.first, row.last) == (name, first, last)
        assert row.pages == (f"{first}-{last}" if count > 1 else str(first))
        first = last + 1

    marks = [(item.title, reader.get_destination_page_number(item) + 1) for item in reader.outline]
    assert marks[:2] == [("封面", 1), ("证据目录", 3)]
    assert marks[2:] == [
        (f"证据{row.number}　{row.exhibit.name}（第{row.pages}页）", row.first) for row in shapes.rows
    ]


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="pdftoppm is not installed")
def test_the_number_stands_upright_at_the_foot_of_every_page_as_seen(
    shapes: Composed, tmp_path: Path
) -> None:
    """Rendered as a viewer shows it (cropped and turned): ink in the middle of the foot, wider than it is high."""
    (tmp_path / "bundle.pdf").write_bytes(shapes.pdf)
    subprocess.run(
        ["pdftoppm", "-r", "72", "-gray", "-cropbox", "bundle.pdf", "page"], cwd=tmp_path, check=True
    )
    pages = sorted(tmp_path.glob("page-*.pgm"))
    assert len(pages) == shapes.pages
    for path in pages:
        with Image.open(path) as image:
            width, height = image.size
            foot = image.crop((0, height - 40, width, height)).point(lambda value: 255 if value < 160 else 0)
        found = foot.getbbox()
        assert found is not None, f"{path.name}: no number at the foot"
        left, top, right, bottom = found
        assert abs((left + right) / 2 - width / 2) < 3, path.name
        assert 40 < right - left < 90, f"{path.name}: turned or cut off"
        assert bottom - top < 14, path.name
        assert 15 < 40 - bottom < 25, path.name  # 7.5 mm up


def test_cover_and_catalogue_are_given_their_final_numbers(tmp_path: Path) -> None:
    exhibits = [exhibit(tmp_path, f"{i}.pdf", pdf(1 + i % 2)) for i in range(40)]
    cover = Front(lambda told: 1 if told.first + len(told.rows) < 3 else 2)
    composed = bound(exhibits, cover=cover)
    told = cover.told[1]
    assert told.rows == told.all_rows == composed.rows
    assert (told.first, told.last, told.all_pages) == (1, composed.pages, composed.pages)
    assert composed.rows[-1].last == composed.pages, "the page count a cover prints"
    text = "".join(
        page.extract_text()
        for page in PdfReader(io.BytesIO(composed.pdf)).pages[2 : composed.rows[0].first - 1]
    )
    assert all(row.pages in text for row in composed.rows)


def test_a_cover_that_never_settles_is_refused(tmp_path: Path) -> None:
    growing = Front(lambda told: told.rows[0].first)
    with pytest.raises(EvidenceError) as caught:
        bound([exhibit(tmp_path, "a.pdf", pdf())], cover=growing)
    assert caught.value.problems[0].code == "bundle.unsettled"


TWICE = """
import hashlib, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import binding
from test_compose import SHAPES
exhibits = [binding.exhibit(Path.cwd(), name, data) for name, data in list(SHAPES.items())[:8]]
exhibits.append(binding.exhibit(Path.cwd(), "无法显示.xyz", b"?"))
print(hashlib.sha256(binding.bound(exhibits).pdf).hexdigest())
"""


def test_the_same_exhibits_give_the_same_bytes_anywhere(tmp_path: Path) -> None:
    found = []
    for name, seed, zone in (("a", "1", "UTC"), ("b/c", "99", "Pacific/Apia")):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        arguments = [sys.executable, "-c", TWICE, str(Path(__file__).parent)]
        found.append(
            subprocess.run(arguments, cwd=folder, env=environment, check=True, capture_output=True).stdout
        )
    assert found[0] == found[1] != b""


def test_metadata_names_the_bundle_and_its_time_only(shapes: Composed) -> None:
    with pikepdf.open(io.BytesIO(shapes.pdf)) as opened:
        told = {str(key): str(value) for key, value in opened.docinfo.items()}
    assert told == {
        "/Title": "1栋1单元101-20261121-v1",
        "/CreationDate": "D:20261121020000Z",
        "/ModDate": "D:20261121020000Z",
    }


def acting_pdf() -> bytes:
    """A page with a filled form field, a link to the network, a script and an attached file."""
    with pikepdf.open(io.BytesIO(pdf())) as made:
        page = made.pages[0].obj
        box = pikepdf.Array([100, 300, 300, 330])
        shown = made.make_stream(b"BT /F 12 Tf 5 8 Td (signed by owner) Tj ET")
        shown.update(
            Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 200, 30], Resources=page.Resources)
        )
        field = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("owner"), V=String("signed by owner"),
            Rect=box, F=4, AP=Dictionary(N=shown),
            AA=Dictionary(U=Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))),
        )  # fmt: skip
        field = made.make_indirect(field)
        link = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Link,
            Rect=box,
            A=Dictionary(S=Name.URI, URI=String("https://example.invalid/")),
        )
        square = Dictionary(
            Type=Name.Annot, Subtype=Name.Square, Rect=box, A=Dictionary(S=Name.Launch, F=String("calc"))
        )
        page.Annots = made.make_indirect(
            pikepdf.Array([field, made.make_indirect(link), made.make_indirect(square)])
        )
        page.AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=String("app.alert(2)")))
        made.Root.AcroForm = Dictionary(Fields=[field])
        made.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(3)"))
        made.attachments["secret.txt"] = b"attached"
        out = io.BytesIO()
        made.save(out)
    return out.getvalue()


def test_what_is_filled_in_shows_and_nothing_acts(tmp_path: Path) -> None:
    composed = bound([exhibit(tmp_path, "表格.pdf", acting_pdf())])
    assert composed.warnings == ()
    assert "signed by owner" in PdfReader(io.BytesIO(composed.pdf)).pages[2].extract_text()
    with pikepdf.open(io.BytesIO(composed.pdf)) as opened:
        written = b"".join(bytes(item.unparse()) for item in opened.objects)
        assert not opened.attachments
    for trace in (
        b"/JavaScript",
        b"/JS",
        b"/URI",
        b"/Launch",
        b"/AA",
        b"/OpenAction",
        b"/Widget",
        b"/AcroForm",
    ):
        assert trace not in written, trace


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")
@pytest.mark.parametrize(
    "left_behind", ["q 3 0 0 3 0 0 cm", "3 0 0 3 0 0 cm q q", "Q 3 0 0 3 0 0 cm", "Q Q q 3 0 0 3 0 0 cm q"]
)
def test_unbalanced_drawing_does_not_move_the_number(left_behind: str, tmp_path: Path) -> None:
    """A page that leaves a scaled drawing state behind, or takes off more states than it put there."""
    with pikepdf.open(io.BytesIO(pdf())) as made:
        made.pages[0].contents_add(made.make_stream(f"\n{left_behind}".encode()))
        out = io.BytesIO()
        made.save(out)
    composed = bound([exhibit(tmp_path, "a.pdf", out.getvalue())])
    (tmp_path / "bundle.pdf").write_bytes(composed.pdf)
    command = ["pdftotext", "-bbox", "bundle.pdf", "-"]
    told = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True).stdout.decode()
    words = re.findall(r'xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">第\d页', told)
    of_front, _, of_exhibit = ([float(side) for side in word] for word in words)
    assert of_exhibit == pytest.approx(of_front, abs=0.5)  # a 1 is narrower than a 3


def test_a_bundle_of_nothing_but_front_pages_is_sound() -> None:
    composed = bound([])
    assert composed.pages == 2
    with Pdf.open(io.BytesIO(composed.pdf)) as opened:
        assert opened.check_pdf_syntax() == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks safely")
def test_however_many_processes_make_it_ready_the_bundle_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exhibits = [exhibit(tmp_path, name, data) for name, data in SHAPES.items()]
    exhibits.insert(2, exhibit(tmp_path, "坏.pdf", b"%PDF-1.7 broken", media_type="application/pdf"))
    exhibits.append(exhibit(tmp_path, "空.pdf", b"", media_type="application/pdf"))
    monkeypatch.setattr(compose_module, "may_fork", lambda: True)
    monkeypatch.setattr(compose_module, "cores", lambda: 3)
    asked: list[int] = []

    def counted(items: Sequence[Any], work: Any, processes: int) -> Any:
        asked.append(processes)
        return forked(items, work, processes)

    monkeypatch.setattr(compose_module, "forked", counted)
    made = []
    for worth in (100, 3):
        monkeypatch.setattr(compose_module, "_WORTH_A_PROCESS", worth)
        made.append(bound(exhibits))
    alone, together = made

    assert asked == [3]
    assert together.pdf == alone.pdf
    assert together.warnings == alone.warnings
    assert [problem.where.file for problem in together.warnings] == ["坏.pdf", "空.pdf"]
