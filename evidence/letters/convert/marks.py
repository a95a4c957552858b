"""On which page of the builtin converter's PDF a block stands: told by links, which that engine draws nothing for.

The engine heeds no "keep with next" around tables, and drops bookmarks. But an external link becomes an annotation on
the page of its text and leaves the page's content as it is, byte for byte. So each block of a chain gets one, the
chains are mended as for LibreOffice (:mod:`~evidence.letters.convert.keeps`), and normalising takes all links out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pikepdf
from lxml import etree

from evidence.letters.convert._package import DOCUMENT, parse, serialise, w
from evidence.letters.convert.keeps import Flow, blocks_of, break_before

_RELATIONS = "word/_rels/document.xml.rels"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PREFIX = "http://block.invalid/"  # RFC 6761: a name that never leads anywhere


def marked_parts(flow: Flow) -> dict[str, bytes]:
    """The letter with the breaks we set, and a link in the first words of each block of its chains."""
    parts = dict(flow.parts)
    root = parse(parts[DOCUMENT])
    body = root.find(w("body"))
    if body is None:
        return parts
    blocks = blocks_of(body)
    relations = parse(parts.get(_RELATIONS, f'<Relationships xmlns="{_PACKAGE}"/>'.encode()))
    for number in sorted(set(flow.marked_blocks())):
        if (run := next(_runs(blocks[number]), None)) is not None:
            _link(run, number, relations)
    for number in flow.breaks:
        break_before(blocks[number])
    return {**parts, DOCUMENT: serialise(root), _RELATIONS: serialise(relations)}


def pages_of_blocks(pdf: pikepdf.Pdf) -> Mapping[int, int]:
    """The page (from 0) on which each marked block begins; a repeated head counts where it stands first."""
    found: dict[int, int] = {}
    for number, page in enumerate(pdf.pages):
        for note in page.obj.get("/Annots", pikepdf.Array()):
            target = str(note.get("/A", pikepdf.Dictionary()).get("/URI", ""))
            if target.startswith(_PREFIX):
                found.setdefault(int(target.removeprefix(_PREFIX)), number)
    return found


def _runs(block: etree._Element) -> Iterator[etree._Element]:
    """Runs with something to print that stand in a paragraph itself, not in a link or a field of somebody's own."""
    for run in block.iter(w("r")):
        parent = run.getparent()
        printed = any((text.text or "").strip() for text in run.findall(w("t")))
        if parent is not None and parent.tag == w("p") and printed:
            yield run


def _link(run: etree._Element, number: int, relations: etree._Element) -> None:
    name = f"block{number:04d}"
    link = etree.Element(w("hyperlink"))
    link.set(f"{{{_OFFICE}}}id", name)
    run.addprevious(link)
    link.append(run)
    relation = etree.SubElement(relations, f"{{{_PACKAGE}}}Relationship")
    relation.set("Id", name)
    relation.set("Type", f"{_OFFICE}/hyperlink")
    relation.set("Target", f"{_PREFIX}{number}")
    relation.set("TargetMode", "External")
