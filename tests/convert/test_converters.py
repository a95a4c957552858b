"""Both converters: the same bytes for the same letters, complete pages, and no lost glyph."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pikepdf
import pytest
from docx_maker import docx, letter, p, table
from font_maker import make_font

from evidence.errors import EvidenceError, ExitCode
from evidence.letters import fonts
from evidence.letters.convert import Converter, open_converter, page_count, page_text, stamp_box_is_free
from evidence.letters.convert import builtin as builtin_module
from evidence.letters.convert import children as children_module
from evidence.letters.convert.children import children, end_children

CREATED = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
NONCES = [bytes([n]) * 16 for n in range(1, 60)]
LIBREOFFICE = pytest.param(
    "libreoffice",
    marks=[
        pytest.mark.libreoffice,
        pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed"),
    ],
)
BOTH = pytest.mark.parametrize("name", ["builtin", LIBREOFFICE])


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Results must not depend on what fonts this machine has."""
    monkeypatch.setattr(fonts, "_system_folders", lambda: ())


@pytest.fixture
def converter(name: str) -> Iterator[Converter]:
    with open_converter(name, "zh") as opened:
        yield opened


def run(converter: Converter, *docs: bytes) -> list[bytes]:
    return converter.convert(docs, created=CREATED, nonces=NONCES[: len(docs)])


def squeezed(pdf: bytes) -> list[str]:
    return ["".join(text.split()) for text in page_text(pdf)]


@BOTH
def test_a_letter_is_a_complete_plain_pdf(converter: Converter) -> None:
    (pdf,) = run(converter, letter(1, title="催缴通知书 样本"))
    assert pdf.startswith(b"%PDF-1.7")
    assert b"\nxref\n" in pdf and b"/ObjStm" not in pdf and b"/DocChecksum" not in pdf
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert bytes(document.trailer.ID[0]) == NONCES[0]
        assert str(document.docinfo["/CreationDate"]) == "D:20261121100000Z"
        assert str(document.docinfo["/Title"]) == "催缴通知书 样本"
        for page in document.pages:
            own = page.obj
            assert {"/Resources", "/MediaBox", "/Contents"} <= set(own.keys())
            assert not own.Resources.is_indirect and not own.Resources.Font.is_indirect
            assert [round(float(side)) for side in page.mediabox] == [0, 0, 595, 842]
            for font in own.Resources.Font.values():
                inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
                assert "/FontFile2" in inner.FontDescriptor or "/FontFile3" in inner.FontDescriptor
    assert "样本花园1号楼" in squeezed(pdf)[0]


@BOTH
def test_each_letter_says_its_own_language(converter: Converter) -> None:
    """Of one batch, too. What is no language tag is left as the engine wrote it."""
    tags = ["zh-Hans-CN", "zh-Hant-CN", "<b>"]
    made = run(converter, *(letter(n, language=tag) for n, tag in enumerate(tags, 1)))
    found = []
    for pdf in made:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            found.append(str(document.Root.Lang))
            if "/Metadata" in document.Root:
                told = f"<dc:language><rdf:Bag><rdf:li>{found[-1]}</rdf:li></rdf:Bag></dc:language>"
                assert told.encode() in document.Root.Metadata.read_bytes(), "PDF/A: packet and file agree"
    assert found == ["zh-Hans-CN", "zh-Hant-CN", "en-US"]


def test_the_builtin_one_writes_pdf_a() -> None:
    with open_converter("builtin", "zh") as converter:
        (pdf,) = run(converter, letter(1))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        packet = document.Root.Metadata.read_bytes()
        assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B" in packet
        assert b"<xmp:CreateDate>2026-11-21T10:00:00Z" in packet
        assert document.Root.OutputIntents[0].S == "/GTS_PDFA1"


@BOTH
def test_two_runs_give_the_same_bytes(name: str) -> None:
    docs = [letter(n) for n in range(1, 5)]
    results = []
    for _ in range(2):
        end_children()
        with open_converter(name, "zh") as converter:
            results.append(run(converter, *docs))
    assert results[0] == results[1]


def test_the_next_converter_finds_the_children_warm_and_its_letters_the_same(tmp_path: Path) -> None:
    """Neither what another converter had printed before, nor its script or fonts, shows in a letter."""
    end_children()
    with open_converter("builtin", "zh") as converter:
        first = run(converter, letter(1), letter(2))
    crew = children()
    make_font(tmp_path / "rare.ttf", "Sample Rare", "𠮷")
    with open_converter("builtin", "zh-Hant", [tmp_path]) as converter:
        run(converter, letter(3, name="样𠮷本"), letter(4))
    with open_converter("builtin", "zh") as converter:
        assert run(converter, letter(1), letter(2)) == first
        assert children() is crew
    end_children()
    assert not crew.scratch.exists()
    with open_converter("builtin", "zh") as converter:
        assert run(converter, letter(1), letter(2)) == first


def test_fonts_that_were_tidied_away_are_laid_out_again() -> None:
    with open_converter("builtin", "zh") as converter:
        first = run(converter, letter(1))
        shutil.rmtree(children().scratch)
        assert run(converter, letter(1)) == first


_FORKS = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from evidence.letters.convert import open_converter
from evidence.letters.convert.children import children
data = Path(sys.argv[1]).read_bytes()
def made():
    with open_converter("builtin", "zh") as converter:
        return converter.convert([data], created=datetime(2026, 11, 21, tzinfo=UTC), nonces=[bytes(16)])
before, ours = made(), children().scratch
forked = os.fork()
if not forked:
    assert made() == before
    assert children().scratch != ours
    raise SystemExit(7)
code = os.waitstatus_to_exitcode(os.waitpid(forked, 0)[1])
assert made() == before and children().scratch == ours
print(code, ours)
"""


def test_a_forked_process_has_children_of_its_own_and_nothing_stays(tmp_path: Path) -> None:
    (tmp_path / "1.docx").write_bytes(letter(1))
    away = {"TMPDIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", _FORKS, str(tmp_path / "1.docx")],
        env={**os.environ, **away},
        capture_output=True,
        text=True,
        check=True,
    )
    code, scratch = done.stdout.split(maxsplit=1)
    assert code == "7" and Path(scratch.strip()).parent == tmp_path
    assert [path.name for path in tmp_path.iterdir()] == ["1.docx"]


_ELSEWHERE = """
import json, sys
from datetime import datetime
from pathlib import Path
from evidence.letters import fonts
fonts._system_folders = lambda: ()
from evidence.letters.convert import open_converter
name, folder = sys.argv[1:]
docs = [path.read_bytes() for path in sorted(Path(folder).glob("*.docx"))]
with open_converter(name, "zh") as converter:
    made = converter.convert(docs, created=datetime.fromisoformat("2026-11-21T18:00:00+08:00"),
                             nonces=[bytes([n + 1]) * 16 for n in range(len(docs))])
print(json.dumps([pdf.hex() for pdf in made]))
"""


@BOTH
def test_another_process_folder_zone_and_locale_give_the_same_bytes(
    converter: Converter, name: str, tmp_path: Path
) -> None:
    docs = [letter(1), letter(2)]
    for number, data in enumerate(docs):
        (tmp_path / f"{number}.docx").write_bytes(data)
    away = {"TZ": "America/New_York", "LC_ALL": "zh_TW.UTF-8", "PYTHONHASHSEED": "7", "TMPDIR": str(tmp_path)}
    root = str(Path(__file__).parents[2])
    answer = subprocess.run(
        [sys.executable, "-c", _ELSEWHERE, name, str(tmp_path)],
        env={**os.environ, **away, "PYTHONPATH": root},
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert [bytes.fromhex(pdf) for pdf in json.loads(answer.stdout)] == run(converter, *docs)


@BOTH
def test_the_nonce_blinds_the_hash(converter: Converter) -> None:
    data = letter(1)
    one = converter.convert([data], created=CREATED, nonces=[b"1" * 16])
    other = converter.convert([data], created=CREATED, nonces=[b"2" * 16])
    assert one != other and page_text(one[0]) == page_text(other[0])


@BOTH
def test_the_docx_handed_in_names_its_own_fonts_still(converter: Converter) -> None:
    (pdf,) = run(converter, letter(1, font="方正小标宋简体"))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        used = {str(font.BaseFont).split("+")[1] for font in document.pages[0].Resources.Font.values()}
    assert used == {"NotoSerifSC-Regular", "NotoSansSC-Bold"}


@BOTH
def test_rare_characters_of_the_national_list_print(converter: Converter) -> None:
    (pdf,) = run(converter, letter(1, name="㛃䶮"))
    assert "㛃䶮：" in squeezed(pdf)[0]


@BOTH
def test_every_missing_character_of_every_letter_is_named(converter: Converter) -> None:
    with pytest.raises(EvidenceError) as caught:
        run(converter, letter(1), letter(2, name="𠮷田𠀀"), letter(3, name="𠮷"))
    assert [
        (q.code, q.where.row, q.params["characters"], q.params["code"]) for q in caught.value.problems
    ] == [
        ("convert.glyph-missing", 2, "𠮷", "U+20BB7"),
        ("convert.glyph-missing", 2, "𠀀", "U+20000"),
        ("convert.glyph-missing", 3, "𠮷", "U+20BB7"),
    ]
    assert caught.value.problems[0].params["font"] == "fonts-noto-cjk"
    assert caught.value.exit_code is ExitCode.PARTIAL


@BOTH
def test_a_rare_character_prints_in_a_font_that_has_it(name: str, tmp_path: Path) -> None:
    make_font(tmp_path / "rare.ttf", "Sample Rare", "𠮷")
    with open_converter(name, "zh", [tmp_path]) as converter:
        (pdf,) = run(converter, letter(1, name="样𠮷本"))
    assert "样𠮷本：" in squeezed(pdf)[0]
    with pikepdf.open(io.BytesIO(pdf)) as document:
        used = {str(font.BaseFont).split("+")[1] for font in document.pages[0].Resources.Font.values()}
    assert any(face.startswith("SampleRare") for face in used)


@BOTH
def test_an_unknown_chinese_face_stops_the_letter(converter: Converter) -> None:
    with pytest.raises(EvidenceError) as caught:
        run(converter, letter(1, font="汉仪样本体"))
    assert caught.value.problems[0].code == "convert.font-missing"
    assert caught.value.problems[0].params == {"font": "汉仪样本体"}


@BOTH
def test_a_style_nobody_uses_may_name_any_face(converter: Converter) -> None:
    unused = (
        '<w:style w:type="paragraph" w:styleId="x"><w:name w:val="Unused"/>'
        '<w:rPr><w:rFonts w:eastAsia="汉仪样本体"/></w:rPr></w:style>'
    )
    assert run(converter, letter(1, extra_styles=unused))


@BOTH
def test_identity_names_engine_version_and_fonts(converter: Converter, name: str) -> None:
    first, version, mark = converter.identity.split(" ")
    assert first == name == converter.name and version == converter.version and mark.startswith("fonts-")
    described = converter.describe()
    assert dict(described.fonts)["黑体"] == "Noto Sans SC"


def test_wrong_arguments_are_a_fault_of_the_code() -> None:
    with open_converter("builtin", "zh") as converter:
        with pytest.raises(ValueError, match="nonce"):
            converter.convert([letter(1)], created=CREATED, nonces=[])
        with pytest.raises(ValueError, match="16 bytes"):
            converter.convert([letter(1)], created=CREATED, nonces=[b"short"])
        with pytest.raises(ValueError, match="zone"):
            converter.convert([letter(1)], created=datetime(2026, 11, 21), nonces=NONCES[:1])
    with pytest.raises(ValueError, match="word"):
        open_converter("word", "zh")


@BOTH
def section(margins: str, *, footer: bool) -> str:
    reference = '<w:footerReference w:type="default" r:id="rId2"/>' if footer else ""
    page = f'<w:pgSz w:w="11906" w:h="16838"/><w:pgMar {margins} w:header="851" w:gutter="0"/>'
    return f"<w:sectPr>{reference}{page}</w:sectPr>"


@BOTH
def test_the_places_of_the_stamp_are_watched(converter: Converter) -> None:
    low = section('w:top="2098" w:right="1474" w:bottom="1985" w:left="1588" w:footer="700"', footer=True)
    high = section('w:top="900" w:right="1134" w:bottom="1985" w:left="1588" w:footer="700"', footer=False)
    docs = [letter(1), docx(p("样本"), section=low), docx(p("右上角的样本", align="right"), section=high)]
    assert [stamp_box_is_free(pdf) for pdf in run(converter, *docs)] == [True, False, False]


@pytest.fixture
def no_children() -> Iterator[None]:
    """None runs when the test begins, and none of its own is left to others."""
    end_children()
    yield
    end_children()


@pytest.mark.usefixtures("no_children")
def test_a_crashing_child_is_replaced_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first child cannot even start; the next one does the work."""
    started = []
    real = children_module.subprocess.Popen

    def popen(command: list[str], **options: object) -> object:
        started.append(command)
        return real(
            [sys.executable, "-c", "raise SystemExit(3)"] if len(started) == 1 else command, **options
        )  # type: ignore[call-overload]

    fake = SimpleNamespace(**{**vars(subprocess), "Popen": popen})
    monkeypatch.setattr(children_module, "subprocess", fake)
    with open_converter("builtin", "zh") as converter:
        assert len(run(converter, letter(1))) == 1
    assert len(started) == 2


@pytest.mark.usefixtures("no_children")
@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("import os; os.abort()", "convert.failed"),
        ("import time; time.sleep(3600)", "convert.timeout"),
    ],
)
def test_a_child_that_keeps_dying_or_hanging_is_named(
    monkeypatch: pytest.MonkeyPatch, program: str, code: str
) -> None:
    real = children_module.subprocess.Popen
    monkeypatch.setattr(
        children_module,
        "subprocess",
        SimpleNamespace(
            **{**vars(subprocess), "Popen": lambda _, **o: real([sys.executable, "-c", program], **o)}
        ),
    )
    converter = builtin_module.BuiltinConverter(fonts.open_shelf("zh"), letter_seconds=1.0)
    with converter, pytest.raises(EvidenceError) as caught:
        run(converter, letter(1))
    assert caught.value.problems[0].code == code


def test_page_count_and_text_agree() -> None:
    with open_converter("builtin", "zh") as converter:
        (pdf,) = run(converter, docx(p("甲") + p("样本 " * 2000) + table([["乙", "丙", "丁"]]) + p("戊")))
    assert page_count(pdf) == len(page_text(pdf)) > 1


@pytest.mark.parametrize(
    ("chinese", "said"), [("zh-TW", "zh-TW"), ("zh-HK", "zh-HK"), ("zh-CN", "en-US"), (None, "en-US")]
)
def test_the_builtin_engine_is_told_of_traditional_chinese(chinese: str | None, said: str) -> None:
    """It squeezes marks by the language of Latin text: centred marks would run into each other."""
    asian = f' w:eastAsia="{chinese}"' if chinese else ""
    styles = (
        '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault>'
        f'<w:rPr><w:lang w:val="en-US"{asian}/></w:rPr></w:rPrDefault></w:docDefaults></w:styles>'
    )
    told = builtin_module.in_chinese({"word/styles.xml": styles.encode()})["word/styles.xml"].decode()
    assert f'w:val="{said}"' in told
