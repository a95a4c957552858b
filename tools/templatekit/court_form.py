"""The one template of all court forms: parts in order, each a box, a table, text or a grid.

What a form says is data (``evidence/bundle/forms``), because its rows and words are the court's; this template gives
them the look the element form has: A4, margins of 25 mm, 宋体小四, heads 黑体小四, title 黑体二号, small print 五号.
"""

from __future__ import annotations

from templatekit.ooxml import (
    Block,
    Cell,
    Document,
    Look,
    P,
    Row,
    Style,
    T,
    Table,
    each,
    each_row,
    when,
    when_row,
)
from templatekit.parts import FACES

FORM = Look(FACES, (25, 25, 25, 25))
LABEL, TEXT = 43.0, 117.0


def _styles() -> tuple[Style, ...]:
    return (
        Style("FormTitle", T("表单标题", "表單標題"), "head", 22, 32, align="center", keep_next=True),
        Style("FormKind", T("表单案由", "表單案由"), "head", 16, 26, align="center", after=4, keep_next=True),
        Style("FormSection", T("表单节标题", "表單節標題"), "head", 12, 20, align="center", keep_next=True),
        Style(
            "FormHead", T("表单小标题", "表單小標題"), "head", 12, 24, align="left", before=4, keep_next=True
        ),
        Style("FormLabel", T("表单项目", "表單項目"), "title", 12, 18, align="left"),
        Style("FormLine", T("表单内容", "表單內容"), "title", 12, 18, align="left"),
        Style("FormNote", T("表单说明", "表單說明"), "title", 10.5, 15, align="left"),
        Style("FormBody", T("表单正文", "表單正文"), "title", 12, 22, align="left", first=2),
        Style("FormPlain", T("表单顶格", "表單頂格"), "title", 12, 22, align="left"),
        Style("FormSign", T("表单落款", "表單落款"), "title", 12, 26, align="right", keep_next=True),
        Style("GridHead", T("清单表头", "清單表頭"), "head", 10.5, 15, align="center"),
        Style("GridText", T("清单文字", "清單文字"), "title", 9, 13, align="left"),
        Style("GridCentre", T("清单居中", "清單置中"), "title", 9, 13, align="center"),
        Style("Gap", T("间隔", "間隔"), "title", 4, 6),
        Style("Body", T("控制", "控制"), "title", 12, 18),
        Style("TableText", T("表控制", "表控制"), "title", 12, 18),
    )


def _lines(items: str, style: str) -> tuple[P, ...]:
    """A paragraph for every line of ``items``, inside a cell."""
    return (
        P(style, T(f"{{%p for line in {items} %}}")),
        P(style, T("{{ line }}")),
        P(style, T("{%p endfor %}")),
    )


def _table() -> tuple[Block, ...]:
    def rows_of(split: bool) -> tuple[Row, ...]:
        lines = _lines("row.lines", "FormLine")
        wide = Row((Cell(lines, 2),), split=split)
        pair = Row((Cell((P("FormLabel", T("{{ row.label }}")),)), Cell(lines)), split=split)
        return _either("row.wide", (wide,), (pair,))

    head = Row((Cell((P("FormSection", T("{{ part.head }}")),), 2),), 8)
    # A long row goes on where the next page begins: kept whole it would leave half a page empty before it.
    rows = each_row(2, "row", "part.rows", *_either("row.long", rows_of(True), rows_of(False)))
    titled = when_row(2, "part.head", head)
    return Table((LABEL, TEXT), (*titled, *rows), air=0.7), P("Gap", T(""))


def _either(condition: str, first: tuple[Row, ...], second: tuple[Row, ...]) -> tuple[Row, ...]:
    def tag(words: str) -> Row:
        return Row((Cell((P("TableText", T(words)),), 2),))

    return (tag(f"{{%tr if {condition} %}}"), *first, tag("{%tr else %}"), *second, tag("{%tr endif %}"))


def _grid(
    widths: tuple[float, ...], centred: tuple[int, ...], small: tuple[int, ...] = ()
) -> tuple[Block, ...]:
    def style(column: int) -> str:
        return "GridCentre" if column in centred else "GridText"

    head = tuple(Cell((P("GridHead", T(f"{{{{ part.columns[{i}] }}}}")),)) for i in range(len(widths)))
    cells = tuple(Cell((P(style(i), T(f"{{{{ cells[{i}] }}}}")),)) for i in range(len(widths)))
    rows = (Row(head, 8, header=True), *each_row(len(widths), "cells", "part.cells", Row(cells, 7)))
    return Table(widths, rows, air=0.5), P("Gap", T(""))


def court_form() -> Document:
    parts: tuple[Block, ...] = (
        *when(
            "part.is_note",
            Table((LABEL + TEXT,), (Row((Cell(_lines("part.lines", "FormNote")),)),), air=0.7),
            P("Gap", T("")),
        ),
        *when("part.is_table", *_table()),
        *when("part.is_head", *each("line", "part.lines", P("FormHead", T("{{ line }}")))),
        *when("part.is_text", *each("line", "part.lines", P("FormBody", T("{{ line }}")))),
        *when("part.is_plain", *each("line", "part.lines", P("FormPlain", T("{{ line }}")))),
        *when(
            "part.is_sign",
            P("Gap", T(""), keep=True),
            *each("line", "part.lines", P("FormSign", T("{{ line }}"))),
        ),
        *when("part.is_hashes", *_grid((11, 47, 37, 65), (0,))),
        *when("part.is_receipt", *_grid((11, 72, 14, 14, 25, 24), (0, 2, 3, 4))),
    )
    blocks: tuple[Block, ...] = (
        P("FormTitle", T("{{ title }}")),
        *when("subtitle", P("FormKind", T("{{ subtitle }}"))),
        *each("part", "parts", *parts),
    )
    return Document(blocks, FORM, _styles())
