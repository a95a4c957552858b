"""Reading the words of a DOCX back: what a person would read, in reading order, for assertions and the lint.

One line per paragraph; the cells of a table row on one line, parted by tabs. Body first, then footnotes and
endnotes, then headers and footers by name. Leading and trailing blanks count only where ``xml:space`` keeps
them, as in Word. Nothing is normalised: compatibility forms and rare characters come back as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from evidence.letters.engine.package import parse_xml, read_parts

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
P, R, T, TBL, TR, TC = (f"{W}{local}" for local in ("p", "r", "t", "tbl", "tr", "tc"))
TAB, BR, CR = f"{W}tab", f"{W}br", f"{W}cr"
_HYPHEN = f"{W}noBreakHyphen"
TEXT_BOX = f"{W}txbxContent"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
BREAKS = re.compile(r"[\t\r\n]")  # raw ones inside w:t are blanks; real ones are elements
_INKED = (T, TAB, BR, CR, _HYPHEN)
_TEXT_PART = re.compile(r"word/(document|footnotes|endnotes|header\d*|footer\d*)\.xml")
_WRAPPERS = frozenset(f"{W}{tag}" for tag in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"))
STRUCK = frozenset({_FALLBACK, f"{W}del", f"{W}moveFrom"})
_SILENT = frozenset({*STRUCK, f"{W}sectPr", f"{W}sdtPr"})
NOTES = (f"{W}footnote", f"{W}endnote")  # those with a type are the separators Word keeps among them
_RANK = {"document": 0, "footnotes": 1, "endnotes": 2}


def ink(element: etree._Element) -> str:
    """The characters one run child puts on paper (``w:t``, tab, break, hyphen)."""
    if element.tag == T:
        text = BREAKS.sub(" ", element.text or "")
        return text if element.get(SPACE) == "preserve" else text.strip(" ")
    if element.tag == _HYPHEN:
        return "\u2011"
    if element.tag == TAB:
        parent = element.getparent()  # a w:tab in w:tabs is a tab stop, not a tab
        return "\t" if parent is not None and parent.tag == R else ""
    return "\n"


@dataclass(frozen=True, slots=True)
class Words:
    """A line, or what a cell says. ``paragraph`` counts from 1 in the part, those in cells included, as messages on
    templates count them: that of the line, or the first of the cell (0: none)."""

    text: str
    paragraph: int


def part_blocks(root: etree._Element) -> Iterator[Words | list[list[Words]]]:
    """The lines of one part, a table as its cells by row and column. Each line of a text box counts as the paragraph
    the box hangs on."""
    boxes = next(root.iter(TEXT_BOX), None) is not None
    number = {paragraph: index for index, paragraph in enumerate(root.iter(P), start=1)}
    for block in _blocks(root):
        if block.tag == P:
            yield from (Words(line, number[block]) for line in _paragraph(block, boxes))
        else:
            yield [
                [
                    Words("\n".join(_lines(cell, boxes)), next((number[one] for one in cell.iter(P)), 0))
                    for cell in row
                ]
                for row in _rows(block)
            ]


def part_text(root: etree._Element) -> str:
    """All lines of one part."""
    return "\n".join(_lines(root, next(root.iter(TEXT_BOX), None) is not None))


def _blocks(container: etree._Element) -> Iterator[etree._Element]:
    """The paragraphs and tables of a body, header, note, cell or text box, in order."""
    stack = [iter(container)]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
        elif child.tag in (P, TBL):
            yield child
        elif child.tag not in _SILENT and len(child) and not (child.tag in NOTES and child.get(f"{W}type")):
            stack.append(iter(child))


def _lines(container: etree._Element, boxes: bool) -> Iterator[str]:
    """What is read there; ``boxes`` where the part has text boxes at all."""
    for block in _blocks(container):
        if block.tag == P:
            yield from _paragraph(block, boxes)
        else:
            for row in _rows(block):
                yield "\t".join(["\n".join(_lines(cell, boxes)) for cell in row])


def _paragraph(paragraph: etree._Element, boxes: bool) -> Iterator[str]:
    """The line of a paragraph, then those of text boxes in it (without their fallback copies)."""
    if not boxes:
        yield "".join([ink(piece) for piece in paragraph.iter(*_INKED)])
        return
    own = (child for child in paragraph.iter(*_INKED) if next(child.iterancestors(P)) is paragraph)
    yield "".join(map(ink, own))
    for box in paragraph.iter(TEXT_BOX):
        if next(box.iterancestors(P)) is paragraph and next(box.iterancestors(_FALLBACK), None) is None:
            yield from _lines(box, True)


def _rows(table: etree._Element) -> Iterator[list[etree._Element]]:
    for row in _children(table, TR):
        yield list(_children(row, TC))


def _children(container: etree._Element, wanted: str) -> Iterator[etree._Element]:
    """The rows of a table or cells of a row, those inside content controls and insertions too."""
    for child in container:
        if child.tag == wanted:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _children(child, wanted)


def text_parts(names: Iterable[str]) -> list[str]:
    """Those of ``names`` that carry words, in reading order."""
    found = [(match.group(1), name) for name in names if (match := _TEXT_PART.fullmatch(name))]
    return [name for _, name in sorted(found, key=lambda pair: (_RANK.get(pair[0], 3), pair[1]))]


def document_text(docx: bytes, name: str = "docx") -> str:
    """The words of a DOCX. Raises ``letters.template-…`` errors of reading; ``name`` is the file's there."""
    parts = read_parts(docx, name)
    return "\n".join(part_text(parse_xml(parts[part], part, name)) for part in text_parts(parts))
