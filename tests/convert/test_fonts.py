"""Fonts: what ships is what the manifest says, and no name is ever printed with an empty box."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import pytest
from font_maker import make_font
from fontTools.ttLib import TTFont

from evidence.errors import EvidenceError
from evidence.letters import fonts
from evidence.letters.fonts import Face, Shelf, describe_fonts, missing_glyphs, open_shelf, suggest_font
from evidence.resources import fonts_dir

CHARSET = Path(__file__).parents[2] / "tools" / "charset.txt"


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without any font of its own."""
    monkeypatch.setattr(fonts, "_system_folders", lambda: ())


def manifest() -> list[dict[str, str]]:
    rows: list[dict[str, str]] = tomllib.loads((fonts_dir() / "fonts.toml").read_text("utf-8"))["font"]
    return rows


@pytest.mark.parametrize("row", manifest(), ids=lambda row: row["file"])
def test_a_shipped_file_is_the_one_the_recipe_made(row: dict[str, str]) -> None:
    path = fonts_dir() / row["file"]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == row["sha256"]
    assert "SIL OPEN FONT LICENSE" in (fonts_dir() / row["licence"]).read_text("utf-8")
    with TTFont(path, lazy=True) as font:
        assert font["name"].getBestFamilyName() == row["family"]
        assert (font["head"].macStyle & 1 == 1) == (row["style"] == "Bold")


def test_all_shipped_files_have_the_same_characters() -> None:
    covers = {frozenset(TTFont(fonts_dir() / row["file"], lazy=True).getBestCmap()) for row in manifest()}
    assert len(covers) == 1


def section(title: str) -> set[str]:
    """The characters of one section of the list the fonts were cut to."""
    found: set[str] = set()
    inside = False
    for line in CHARSET.read_text("utf-8").splitlines():
        if line.startswith("# "):
            inside = title in line
        elif inside:
            found.update(line)
    return found


@pytest.mark.usefixtures("bare_machine")
@pytest.mark.parametrize("locale", ["zh", "zh-Hant"])
@pytest.mark.parametrize("title", ["通用规范汉字表", "Big5 level 1", "常用字字形表"])
def test_the_standard_lists_print_in_both_scripts(title: str, locale: str) -> None:
    wanted = section(title)
    assert wanted
    assert missing_glyphs("".join(sorted(wanted)), locale) == ()


def test_the_national_list_is_complete() -> None:
    assert len(section("通用规范汉字表")) == 8105


@pytest.mark.usefixtures("bare_machine")
@pytest.mark.parametrize("locale", ["zh", "zh-Hant"])
@pytest.mark.parametrize("text", ["㛃䶮", "龑", "〔2026〕（）□√①⑳㎡￥—…“”‘’·", "§×÷±°é", "Zoë"])
def test_names_and_marks_of_letters_print(text: str, locale: str) -> None:
    assert missing_glyphs(text, locale) == ()


@pytest.mark.usefixtures("bare_machine")
def test_a_character_no_font_has_is_named_once_in_order() -> None:
    assert missing_glyphs("𠮷野𠀀𠮷", "zh") == ("𠮷", "𠀀")


@pytest.mark.usefixtures("bare_machine")
def test_white_space_and_selectors_need_no_glyph() -> None:
    assert missing_glyphs("样\n\t本\u200b\ufe00\u3000", "zh") == ()


@pytest.mark.usefixtures("bare_machine")
def test_a_font_in_a_named_folder_fills_the_gap(tmp_path: Path) -> None:
    make_font(tmp_path / "rare.ttf", "Sample Rare", "𠮷")
    assert missing_glyphs("𠮷𠀀", "zh", [tmp_path]) == ("𠀀",)
    face = open_shelf("zh", [tmp_path]).fallback("𠮷")
    assert face is not None and face.family == "Sample Rare"


@pytest.mark.usefixtures("bare_machine")
def test_a_font_that_may_not_be_embedded_does_not_count(tmp_path: Path) -> None:
    make_font(tmp_path / "closed.ttf", "Sample Closed", "𠮷", fs_type=0x0002)
    assert missing_glyphs("𠮷", "zh", [tmp_path]) == ("𠮷",)


@pytest.mark.usefixtures("bare_machine")
def test_a_broken_font_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"\x00\x01\x00\x00 this is no font")
    make_font(tmp_path / "rare.ttf", "Sample Rare", "𠮷")
    assert missing_glyphs("𠮷", "zh", [tmp_path]) == ()


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError) as caught:
        open_shelf("zh", [tmp_path / "nowhere"])
    assert caught.value.problems[0].code == "convert.font-missing"


@pytest.mark.usefixtures("bare_machine")
@pytest.mark.parametrize(
    ("asked", "zh", "hant"),
    [
        ("仿宋_GB2312", "Noto Serif SC", "Noto Serif TC"),
        ("宋体", "Noto Serif SC", "Noto Serif TC"),
        ("楷体", "Noto Serif SC", "Noto Serif TC"),
        ("方正小标宋简体", "Noto Serif SC", "Noto Serif TC"),
        ("SimHei", "Noto Sans SC", "Noto Sans TC"),
        ("標楷體", "Noto Serif SC", "Noto Serif TC"),
        ("PMingLiU", "Noto Serif SC", "Noto Serif TC"),
        ("微軟正黑體", "Noto Sans SC", "Noto Sans TC"),
        ("Noto Serif TC", "Noto Serif SC", "Noto Serif TC"),
    ],
)
def test_the_stated_substitutes(asked: str, zh: str, hant: str) -> None:
    assert [open_shelf(locale).choose(asked).used for locale in ("zh", "zh-Hant")] == [zh, hant]


@pytest.mark.usefixtures("bare_machine")
def test_the_real_font_is_preferred_under_any_of_its_names(tmp_path: Path) -> None:
    make_font(tmp_path / "fang.ttf", "FangSong", "样本")
    shelf = open_shelf("zh", [tmp_path])
    choice = shelf.choose("仿宋_GB2312")
    assert (choice.used, choice.shipped) == ("FangSong", False)
    same_everywhere = open_shelf("zh", [tmp_path], prefer_installed=False)
    assert same_everywhere.choose("仿宋_GB2312").used == "Noto Serif SC"


@pytest.mark.usefixtures("bare_machine")
def test_an_unknown_chinese_face_is_refused_and_an_unknown_latin_one_is_not() -> None:
    shelf = open_shelf("zh")
    with pytest.raises(EvidenceError) as caught:
        shelf.choose("汉仪样本体")
    assert caught.value.problems[0].code == "convert.font-missing"
    assert shelf.choose("Calibri", latin=True).used == "Noto Serif SC"


@pytest.mark.usefixtures("bare_machine")
def test_the_description_covers_the_whole_table() -> None:
    described = describe_fonts("zh-Hant")
    assert len(described) == len(fonts.SUBSTITUTES)
    assert all(choice.shipped for choice in described)


def test_a_fallback_is_never_a_bold_face(tmp_path: Path) -> None:
    make_font(tmp_path / "b.ttf", "Sample Rare", "𠮷", bold=True)
    make_font(tmp_path / "r.ttf", "Sample Rare", "𠮷")
    shelf = open_shelf("zh", [tmp_path])
    face = Shelf("zh", shelf.shipped, shelf.extra[:2]).fallback("𠮷")
    assert isinstance(face, Face) and not face.bold


@pytest.mark.parametrize(
    ("char", "answer"),
    [
        ("𠮷", "fonts-noto-cjk"),
        ("㐂", "fonts-noto-cjk"),
        ("𠀀", "fonts-hanazono"),
        ("\U00030000", "BabelStone Han"),
    ],
)
def test_a_font_is_suggested(char: str, answer: str) -> None:
    assert suggest_font(char).startswith(answer)
