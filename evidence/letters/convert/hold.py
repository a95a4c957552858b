"""A chain that a table ends, held together by LibreOffice itself: laid into one row that may not be split.

Nearly half of the demands of this kit would else be laid out twice, because the first page ends amid the sentence and
the table of the account to pay to (see :mod:`.keeps`). A row of a table is the one thing that LibreOffice 7.4 never
parts. The row has neither borders nor margins, so that nothing else of a page changes; where that is not sure, the
chain is left as it is, and so is one that a page begins with already. Whether all came out on one page is looked at
afterwards in any case, and mended as ever.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from lxml import etree

from evidence.letters.convert._package import STYLES, W, parse, w
from evidence.letters.convert.keeps import LOW_PARAGRAPH, Flow

MOST_BLOCKS = 14
MOST_CHARACTERS = 600
"""A held chain stays well below a page: what is higher could not be held, and looking for that costs a conversion."""

_OF_THE_PAGE = frozenset(
    f"{{{W}}}{name}"
    for name in (
        "contextualSpacing", "drawing", "endnoteReference", "footnoteReference", "framePr", "object",
        "pageBreakBefore", "pict", "sdt", "sectPr", "tblpPr",
    )
)  # fmt: skip
"""What counts on standing on the page itself, or beside its neighbours, and not in a table."""
_STYLES_OF_THE_PAGE = re.compile(rb"<w:(?:contextualSpacing|framePr|pageBreakBefore)\b")
_OUTDENT = re.compile(rb'<w:(?:ind|tblInd)\b[^>]* w:(?:w|left|start|right|end)="-')
_WORD_2013 = re.compile(rb'w:name="compatibilityMode"[^>]* w:val="(?:1[5-9]|[2-9]\d)"')
"""Earlier modes put a table a cell's margin further left on the page than inside another."""


def hold_chains(letter: Flow, body: etree._Element, blocks: Sequence[etree._Element]) -> None:
    """Lay each chain of ``letter`` that can be held into a row of its own. ``blocks`` are those of ``body``."""
    width = _text_width(body)
    if not width or not _is_plain(letter.parts):
        return
    spaces = _spaces_of_styles(letter.parts.get(STYLES, b""))
    for first, last in letter.chains:
        chain = blocks[first : last + 1]
        if first > 0 and first not in letter.breaks and len(chain) <= MOST_BLOCKS:
            table = chain[-1].getparent()
            if table is not None and _can_hold(chain, table, width, spaces):
                _hold([*(block for block in chain if block.tag == w("p")), table], width)


def _can_hold(
    chain: Sequence[etree._Element], table: etree._Element, width: int, spaces: Mapping[str, frozenset[str]]
) -> bool:
    """Whether the chain is paragraphs and one whole table, and would look the same inside a row."""
    paragraphs = [block for block in chain if block.tag == w("p")]
    before, after = chain[0].getprevious(), table.getnext()
    if not paragraphs or [*table.iterchildren(w("tr"))] != [*chain[len(paragraphs) :]]:
        return False
    # Tables that touch are one table.
    if before is None or after is None or before.tag != w("p") or after.tag != w("p"):
        return False
    parts = [*paragraphs, table]
    if any(element.tag in _OF_THE_PAGE for part in parts for element in part.iter(etree.Element)):
        return False
    if any(
        br.get(w("type"), "textWrapping") != "textWrapping" for part in parts for br in part.iter(w("br"))
    ):
        return False
    if any(_OUTDENT.search(etree.tostring(part)) for part in parts) or not _fits(table, width):
        return False
    # Between two paragraphs the greater distance counts, between a paragraph and a row both.
    if _has_space(before, "after", spaces) and _has_space(chain[0], "before", spaces):
        return False
    return sum(len(t.text or "") for part in parts for t in part.iter(w("t"))) <= MOST_CHARACTERS


def _fits(table: etree._Element, width: int) -> bool:
    """Whether the table has a fixed width that is not greater than that of the text."""
    layout, wide = table.find(f"{w('tblPr')}/{w('tblLayout')}"), table.find(f"{w('tblPr')}/{w('tblW')}")
    if layout is None or wide is None or layout.get(w("type")) != "fixed" or wide.get(w("type")) != "dxa":
        return False
    return next(table.iterdescendants(w("tbl")), None) is None and int(wide.get(w("w"), "0")) <= width


def _hold(parts: Sequence[etree._Element], width: int) -> None:
    holder = parse(_HOLDER % (width, width, width))
    parts[0].addprevious(holder)
    cell = next(holder.iter(w("tc")))
    cell.extend(parts)
    cell.append(parse(LOW_PARAGRAPH))  # a cell ends in a paragraph


_HOLDER = (
    f'<w:tbl xmlns:w="{W}"><w:tblPr><w:tblW w:w="%d" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblCellMar>'
    + "".join(f'<w:{side} w:w="0" w:type="dxa"/>' for side in ("top", "left", "bottom", "right"))
    + '</w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w="%d"/></w:tblGrid><w:tr><w:trPr><w:cantSplit/></w:trPr>'
    '<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr></w:tc></w:tr></w:tbl>'
).encode()


def _text_width(body: etree._Element) -> int:
    """Between the margins, in twentieths of a point; 0 where text does not simply run down the page."""
    section = body.find(w("sectPr"))
    size, margins = (section.find(w(name)) if section is not None else None for name in ("pgSz", "pgMar"))
    if section is None or size is None or margins is None or section.find(w("textDirection")) is not None:
        return 0
    columns, grid = section.find(w("cols")), section.find(w("docGrid"))
    if columns is not None and columns.get(w("num"), "1") != "1":
        return 0
    if grid is not None and grid.get(w("type"), "default") != "default":
        return 0  # lines of a table may keep to another grid than those beside it
    return int(size.get(w("w"), "0")) - sum(int(margins.get(w(m), "0")) for m in ("left", "right", "gutter"))


def _is_plain(parts: Mapping[str, bytes]) -> bool:
    styles = parts.get(STYLES, b"")
    return bool(_WORD_2013.search(parts.get("word/settings.xml", b""))) and not (
        _STYLES_OF_THE_PAGE.search(styles) or _OUTDENT.search(styles)
    )


_SPACES = {
    "before": ("before", "beforeLines", "beforeAutospacing"),
    "after": ("after", "afterLines", "afterAutospacing"),
}
_NONE = (None, "0", "false", "off")


def _has_space(paragraph: etree._Element, side: str, spaces: Mapping[str, frozenset[str]]) -> bool:
    """Whether there is any distance on a side (``before``, ``after``) of a paragraph."""
    style = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
    inherited = spaces.get(style.get(w("val"), "") if style is not None else "", frozenset())
    return _space(paragraph.find(f"{w('pPr')}/{w('spacing')}"), side, side in inherited)


def _space(spacing: etree._Element | None, side: str, otherwise: bool) -> bool:
    given = [spacing.get(w(name)) for name in _SPACES[side]] if spacing is not None else []
    return (
        any(value not in _NONE for value in given) if any(value is not None for value in given) else otherwise
    )


@lru_cache(maxsize=8)
def _spaces_of_styles(styles: bytes) -> Mapping[str, frozenset[str]]:
    """The sides on which paragraphs of each style keep a distance; the empty id stands for the default style."""
    if not styles:
        return {}
    root = parse(styles)
    every = {s.get(w("styleId"), ""): s for s in root.iter(w("style"))}
    common = root.find(f"{w('docDefaults')}/{w('pPrDefault')}/{w('pPr')}/{w('spacing')}")

    def has(name: str, side: str, depth: int = 0) -> bool:
        style = every.get(name)
        if style is None or depth > len(every):
            return _space(common, side, False)
        base = style.find(w("basedOn"))
        inherited = has(base.get(w("val"), "") if base is not None else "", side, depth + 1)
        return _space(style.find(f"{w('pPr')}/{w('spacing')}"), side, inherited)

    found = {name: frozenset(side for side in _SPACES if has(name, side)) for name in every}
    default = next(
        (i for i, s in every.items() if s.get(w("type")) == "paragraph" and s.get(w("default")) == "1"), ""
    )
    return {
        **found,
        "": found.get(default, frozenset(side for side in _SPACES if _space(common, side, False))),
    }
