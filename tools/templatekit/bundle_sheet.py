"""A sheet about an evidence file, for the office and never for the court: the check before filing, two versions compared."""

from __future__ import annotations

from templatekit.ooxml import Cell, Document, P, Row, Style, T, Table, concat, each, each_row, when
from templatekit.parts import COURT, GAP, LAW, line, styles, text, title

_WIDTHS = (44.0, 72.0, 54.0)
_HEADS = ("{{ section.first }}", "{{ section.second }}", "{{ section.third }}")
_CELLS = ("{{ row.first }}", "{{ row.second }}", "{{ row.third }}")


def bundle_sheet() -> Document:
    table = Table(
        _WIDTHS,
        (
            Row(
                tuple(Cell((P("SmallHead", T(name)),)) for name in _HEADS),
                9,
                header=True,
            ),
            *each_row(
                3,
                "row",
                "section.rows",
                Row(tuple(text(name, style="SmallText") for name in _CELLS), 8),
            ),
        ),
        lines="horizontal",
        padding=0.8,
        air=0.9,
    )
    sections = each(
        "section",
        "sections",
        P("Head1", T("{{ section.head }}"), keep=True),
        *each("note", "section.notes", P("SmallLine", T("{{ note }}"), keep=True)),
        *when("section.rows", table),
        GAP,
    )
    blocks = (
        title("{{ title }}"),
        *each("fact", "facts", line("{{ fact }}")),
        P("Note", T("{{ warning }}")),
        *sections,
        LAW,
    )
    extra = (
        Style("SmallHead", T("审查表头", "審查表頭"), "table", 10, 14, bold=True, align="left"),
        Style("SmallText", T("审查文字", "審查文字"), "table", 10, 14, align="left"),
        Style("SmallLine", T("审查说明", "審查說明"), "body", 11, 17, align="left"),
    )
    return Document(concat([blocks]), COURT, (*styles(12, 18), *extra))
