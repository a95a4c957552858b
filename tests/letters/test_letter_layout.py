"""Layout of the shipped letters, read from the files: what of GB/T 9704-2012 a private letter takes over."""

from __future__ import annotations

import io
import zipfile
from itertools import pairwise

import pytest
from letter_samples import LOCALES, context
from lxml import etree

from evidence.letters.engine import compile_template
from evidence.letters.packs import find_pack
from evidence.model.letter import CLAIMING, LetterKind
from evidence.resources import templates_dir

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
EACH = pytest.mark.parametrize(
    ("locale", "kind"), [(locale, kind) for locale in LOCALES for kind in CLAIMING]
)
LEVEL_ONE = "一二三四五六七八九"


def tree(locale: str, kind: LetterKind, member: str = "word/document.xml") -> etree._Element:
    with zipfile.ZipFile(templates_dir() / locale / f"{kind}.docx") as package:
        return etree.fromstring(package.read(member))


def text(element: etree._Element) -> str:
    return "".join(piece.text or "" for piece in element.iter(f"{W}t"))


def style(locale: str, kind: LetterKind, name: str) -> etree._Element:
    styles = tree(locale, kind, "word/styles.xml").iter(f"{W}style")
    return next(one for one in styles if one.get(f"{W}styleId") == name)


def points(element: etree._Element, path: str, attribute: str, per: int) -> float:
    found = element.find(path)
    assert found is not None
    return int(found.get(f"{W}{attribute}", "0")) / per


@EACH
def test_the_sheet_and_its_margins(locale: str, kind: LetterKind) -> None:
    size, margins = (next(tree(locale, kind).iter(f"{W}{name}")) for name in ("pgSz", "pgMar"))

    millimetres = {side: round(int(margins.get(f"{W}{side}", "0")) * 25.4 / 1440) for side in
                   ("top", "bottom", "left", "right")}  # fmt: skip
    assert (size.get(f"{W}w"), size.get(f"{W}h")) == ("11906", "16838")
    # Where the standard has 35: a reminder of six lines keeps to one page, any other letter of six to two.
    bottom = 22 if kind is LetterKind.REMINDER else 24
    assert millimetres == {"top": 37, "bottom": bottom, "left": 28, "right": 26}


@EACH
def test_body_type_and_lines(locale: str, kind: LetterKind) -> None:
    """仿宋 四号 on 20 pt where the standard has 三号 on 28 pt: a demand of six lines would take three pages."""
    body = style(locale, kind, "Body")

    size, line = points(body, f"{W}rPr/{W}sz", "val", 2), points(body, f"{W}pPr/{W}spacing", "line", 20)
    assert (size, line) == ((12, 17) if kind is LetterKind.REMINDER else (14, 20))
    family = body.find(f"{W}rPr/{W}rFonts")
    assert family is not None
    assert family.get(f"{W}eastAsia") == ("仿宋" if locale == "zh" else "標楷體")


@EACH
def test_no_single_lines_and_no_heading_left_behind(locale: str, kind: LetterKind) -> None:
    assert style(locale, kind, "Normal").find(f"{W}pPr/{W}widowControl") is not None
    assert style(locale, kind, "Head1").find(f"{W}pPr/{W}keepNext") is not None


@EACH
def test_rows_are_not_split_and_long_tables_repeat_their_head(locale: str, kind: LetterKind) -> None:
    for table in tree(locale, kind).iter(f"{W}tbl"):
        rows = table.findall(f"{W}tr")
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        if any("{%tr for" in text(row) for row in rows):
            assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
            assert "{%tr for" in text(rows[1])


@EACH
def test_the_place_for_the_seal_is_marked_and_45_millimetres_square(locale: str, kind: LetterKind) -> None:
    marked = [
        (int(cell.find(f"{W}tcPr/{W}tcW").get(f"{W}w")), row.find(f"{W}trPr/{W}trHeight"))  # type: ignore[union-attr, arg-type]
        for row in tree(locale, kind).iter(f"{W}tr")
        for cell in row.iter(f"{W}tc")
        if text(cell).endswith(("盖章处", "蓋章處"))
    ]

    # An agreement is sealed by the creditor whoever signs for the owner, and by an owner that is a company.
    assert len(marked) == (3 if kind is LetterKind.INSTALMENT_AGREEMENT else 1)
    for width, height in marked:
        assert height is not None
        assert height.get(f"{W}hRule") == "exact"
        assert [round(side * 25.4 / 1440) for side in (width, int(height.get(f"{W}val", "0")))] == [45, 45]


@EACH
def test_first_level_heads_are_numbered_without_a_gap(locale: str, kind: LetterKind) -> None:
    heads = [
        text(p)
        for p in tree(locale, kind).iter(f"{W}p")
        if (name := p.find(f"{W}pPr/{W}pStyle")) is not None and name.get(f"{W}val") == "Head1"
    ]

    assert all(head[1] == "、" for head in heads)
    numbers = [LEVEL_ONE.index(head[0]) for head in heads]
    assert all(later == earlier + 1 for earlier, later in pairwise(numbers))
    assert bool(heads) is (kind is not LetterKind.REMINDER)


@EACH
def test_the_properties_hold_title_number_and_language(locale: str, kind: LetterKind) -> None:
    template = find_pack(templates_dir(), "cn", locale).template(kind)
    made = context(kind, locale)
    docx = compile_template(template.read(), template.name).render(made.values).docx
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        core = etree.fromstring(package.read("docProps/core.xml"))
    held = {etree.QName(child).localname: child.text for child in core}

    assert held["title"] == f"{made.values['title']} {made.values['number']}"
    assert held["language"] == ("zh-Hans-CN" if locale == "zh" else "zh-Hant-CN")
